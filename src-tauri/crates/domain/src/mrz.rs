//! The machine-readable zone of travel documents (ICAO 9303): TD3 passports, TD2 and TD1 cards, visas. Lines in, fields and check digits out.
//!
//! A zone whose check digits hold was typed as it stands on the document; that the document is genuine, it does not show.

mod alpha3;
mod spelling;

use crate::partial_date::PartialDate;
use chrono::{Datelike, NaiveDate};

pub use alpha3::country as country_of_three;
pub use spelling::spelled as spelled_for_machines;

/// What keeps lines from being read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MrzError {
    /// Lines of another number or length.
    #[error(
        "The lines have {0} characters. A passport has two lines of 44, a card three of 30 or two of 36: copy every \"<\", also at the end."
    )]
    Shape(String),
    /// A character that stands in no such zone.
    #[error(
        "Line {line}, place {place}: \"{letter}\" stands in no machine-readable zone. Write A to Z, digits and \"<\" alone."
    )]
    Character {
        /// Which line, from 1.
        line: usize,
        /// Which place, from 1.
        place: usize,
        /// The character.
        letter: char,
    },
}

impl MrzError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape(_) => "E-MRZ-SHAPE",
            Self::Character { .. } => "E-MRZ-CHARACTER",
        }
    }
}

/// One check digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckDigit {
    /// number, birth, expiry, optional, composite.
    pub of: &'static str,
    /// As it stands.
    pub found: char,
    /// As it would be by the other characters.
    pub wanted: char,
    /// What may have been misread.
    pub hint: Option<String>,
}

impl CheckDigit {
    /// Whether it fits.
    pub fn holds(&self) -> bool {
        self.found == self.wanted
    }

    /// In words: what does not fit, and what may have been misread.
    pub fn says(&self) -> String {
        let of = match self.of {
            "number" => "the document number",
            "birth" => "the date of birth",
            "expiry" => "the date of expiry",
            "optional" => "the optional data",
            _ => "the whole zone",
        };
        if self.holds() {
            return format!("The check digit of {of} holds.");
        }
        let hint = self
            .hint
            .as_deref()
            .unwrap_or("Compare it with the page, character by character.");
        format!(
            "The check digit of {of} is {}; by the characters it would be {}. {hint}",
            self.found, self.wanted
        )
    }
}

/// A zone, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mrz {
    /// TD1, TD2, TD3, MRV-A, MRV-B.
    pub format: &'static str,
    /// The lines as they were read.
    pub lines: Vec<String>,
    /// The first characters: P, I, ID, V.
    pub code: String,
    /// The issuing state or organisation, three letters, filler left out.
    pub issuer: String,
    /// Surname, spaces for filler.
    pub surname: String,
    /// Given names, spaces for filler.
    pub given: String,
    /// The name fills its place to the last character: the rest may be cut off.
    pub name_cut: bool,
    /// The document number.
    pub number: String,
    /// The nationality, three letters, filler left out.
    pub nationality: String,
    /// The date of birth, as far as it is known. A year is of the century that does not lie ahead.
    pub birth: Option<PartialDate>,
    /// M, F, X; none where it is not said.
    pub sex: Option<char>,
    /// The date of expiry. A year is the nearest within fifty years of today.
    pub expires: Option<PartialDate>,
    /// Optional data, filler left out.
    pub optional: String,
    /// Every check digit of the format.
    pub checks: Vec<CheckDigit>,
}

fn value(letter: char) -> u32 {
    // Filler counts nothing, A is 10.
    letter.to_digit(36).unwrap_or(0)
}

/// The check digit of a text: weights 7, 3, 1 over and over, modulo 10.
pub fn check_digit(text: &str) -> char {
    let sum: u32 = text
        .chars()
        .zip([7, 3, 1].iter().cycle())
        .map(|(letter, weight)| value(letter) * weight)
        .sum();
    char::from_digit(sum % 10, 10).unwrap_or('0')
}

/// Letters and digits that a reader takes for one another.
const ALIKE: &[(char, char)] = &[
    ('O', '0'),
    ('Q', '0'),
    ('D', '0'),
    ('I', '1'),
    ('L', '1'),
    ('Z', '2'),
    ('S', '5'),
    ('G', '6'),
    ('B', '8'),
];

fn hint(text: &str, found: char, digits_only: bool) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let twins = |letter: char| {
        ALIKE.iter().filter_map(move |(a, b)| match letter {
            _ if letter == *a => Some(*b),
            _ if letter == *b => Some(*a),
            _ => None,
        })
    };
    if let Some(digit) = twins(found).find(|twin| twin.is_ascii_digit())
        && check_digit(text) == digit
    {
        return Some(format!(
            "The check digit itself looks like {digit}: was {found} misread?"
        ));
    }
    for (place, letter) in letters.iter().enumerate() {
        for twin in twins(*letter) {
            if digits_only && !twin.is_ascii_digit() {
                continue;
            }
            let changed: String = letters
                .iter()
                .enumerate()
                .map(|(at, old)| if at == place { twin } else { *old })
                .collect();
            if check_digit(&changed) == found {
                return Some(format!(
                    "It would fit if character {} were {twin} and not {letter}: they look alike.",
                    place + 1
                ));
            }
        }
    }
    None
}

fn digit_of(of: &'static str, text: &str, found: char) -> CheckDigit {
    // Filler in the place of a check digit of empty data means 0.
    let wanted = check_digit(text);
    let empty = text.chars().all(|letter| letter == '<');
    let found = if found == '<' && empty { '0' } else { found };
    let hint = (found != wanted)
        .then(|| hint(text, found, matches!(of, "birth" | "expiry")))
        .flatten();
    CheckDigit {
        of,
        found,
        wanted,
        hint,
    }
}

fn filled(text: &str) -> String {
    text.split('<')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A date of six characters; what is filler is not known. `ahead` says whether it may lie ahead of today.
fn date(text: &str, today: NaiveDate, ahead: bool) -> Option<PartialDate> {
    let part = |from: usize| -> Option<u32> { text.get(from..from + 2)?.parse().ok() };
    let year = i32::try_from(part(0)?).ok()?;
    let century = today.year() - today.year().rem_euclid(100);
    let written = |year: i32| match (part(2), part(4)) {
        (Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
        (Some(month), None) => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}"),
    };
    let candidates = [century + 100 + year, century + year, century - 100 + year];
    let fits = |year: &i32| {
        let Ok(date) = PartialDate::parse(&written(*year)) else {
            // 29 February stands in one century and not in another.
            return false;
        };
        if ahead {
            (*year - today.year()).abs() <= 50
        } else {
            !date.is_after(today)
        }
    };
    let year = candidates.into_iter().find(fits)?;
    PartialDate::parse(&written(year)).ok()
}

/// Lines out of what was typed or pasted: capitals, without spaces; one run of the right length is cut into its lines.
fn lines(text: &str) -> Result<Vec<String>, MrzError> {
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            line.chars()
                .filter(|letter| !letter.is_whitespace())
                .map(|letter| match letter {
                    '«' | '‹' | '〈' => '<',
                    other => other.to_ascii_uppercase(),
                })
                .collect::<String>()
        })
        .filter(|line| !line.is_empty())
        .collect();
    if let [one] = lines.as_slice()
        && let Some(length) = [(88, 44), (72, 36), (90, 30)]
            .iter()
            .find(|(all, _)| *all == one.chars().count())
            .map(|(_, line)| *line)
    {
        let letters: Vec<char> = one.chars().collect();
        lines = letters
            .chunks(length)
            .map(|line| line.iter().collect())
            .collect();
    }
    for (at, line) in lines.iter().enumerate() {
        let other = |letter: char| {
            !letter.is_ascii_uppercase() && !letter.is_ascii_digit() && letter != '<'
        };
        if let Some((place, letter)) = line.chars().enumerate().find(|(_, letter)| other(*letter)) {
            return Err(MrzError::Character {
                line: at + 1,
                place: place + 1,
                letter,
            });
        }
    }
    let lengths: Vec<usize> = lines.iter().map(String::len).collect();
    match lengths.as_slice() {
        [44, 44] | [36, 36] | [30, 30, 30] => Ok(lines),
        [] => Err(MrzError::Shape("0".to_owned())),
        other => Err(MrzError::Shape(
            other
                .iter()
                .take(6)
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" and "),
        )),
    }
}

/// Reads a zone.
///
/// # Errors
/// Lines of another number or length, or a character that stands in no zone. A check digit that does not fit is no error: it is said.
pub fn read(text: &str, today: NaiveDate) -> Result<Mrz, MrzError> {
    let lines = lines(text)?;
    let cut = |line: usize, from: usize, to: usize| -> &str {
        lines
            .get(line)
            .and_then(|line| line.get(from..to))
            .unwrap_or_default()
    };
    let one = |line: usize, at: usize| cut(line, at, at + 1).chars().next().unwrap_or('<');
    let visa = cut(0, 0, 1) == "V";
    let (format, names, middle) = match (lines.len(), lines.first().map_or(0, String::len)) {
        (3, _) => ("TD1", cut(2, 0, 30), 1),
        (_, 44) if visa => ("MRV-A", cut(0, 5, 44), 1),
        (_, 44) => ("TD3", cut(0, 5, 44), 1),
        _ if visa => ("MRV-B", cut(0, 5, 36), 1),
        _ => ("TD2", cut(0, 5, 36), 1),
    };
    let mut checks = Vec::new();
    let (number, nationality, birth, sex, expires, optional);
    if format == "TD1" {
        let (told, found, rest) = number_of(cut(0, 5, 14), one(0, 14), cut(0, 15, 30));
        checks.push(digit_of("number", &told, found));
        number = told;
        birth = cut(1, 0, 6);
        checks.push(digit_of("birth", birth, one(1, 6)));
        sex = one(1, 7);
        expires = cut(1, 8, 14);
        checks.push(digit_of("expiry", expires, one(1, 14)));
        nationality = cut(1, 15, 18);
        optional = format!("{rest}<{}", cut(1, 18, 29));
        let whole = format!(
            "{}{}{}{}",
            cut(0, 5, 30),
            cut(1, 0, 7),
            cut(1, 8, 15),
            cut(1, 18, 29)
        );
        checks.push(digit_of("composite", &whole, one(1, 29)));
    } else {
        let last = if lines.first().is_some_and(|line| line.len() == 44) {
            42
        } else {
            35
        };
        let (told, found, rest) = match format {
            "TD2" => number_of(cut(middle, 0, 9), one(middle, 9), cut(middle, 28, 35)),
            _ => (
                cut(middle, 0, 9).to_owned(),
                one(middle, 9),
                cut(middle, 28, last).to_owned(),
            ),
        };
        checks.push(digit_of("number", &told, found));
        number = told;
        nationality = cut(middle, 10, 13);
        birth = cut(middle, 13, 19);
        checks.push(digit_of("birth", birth, one(middle, 19)));
        sex = one(middle, 20);
        expires = cut(middle, 21, 27);
        checks.push(digit_of("expiry", expires, one(middle, 27)));
        optional = rest;
        let head = format!("{}{}", cut(middle, 0, 10), cut(middle, 13, 20));
        match format {
            "TD3" => {
                checks.push(digit_of("optional", cut(middle, 28, 42), one(middle, 42)));
                let whole = format!("{head}{}", cut(middle, 21, 43));
                checks.push(digit_of("composite", &whole, one(middle, 43)));
            }
            "TD2" => {
                let whole = format!("{head}{}", cut(middle, 21, 35));
                checks.push(digit_of("composite", &whole, one(middle, 35)));
            }
            _ => {}
        }
    }
    let (surname, given) = names.split_once("<<").unwrap_or((names, ""));
    Ok(Mrz {
        format,
        code: filled(cut(0, 0, 2)),
        issuer: filled(cut(0, 2, 5)),
        surname: filled(surname),
        given: filled(given),
        name_cut: !names.ends_with('<'),
        number: filled(&number).replace(' ', ""),
        nationality: filled(nationality),
        birth: date(birth, today, false),
        sex: Some(sex).filter(|sex| *sex != '<'),
        expires: date(expires, today, true),
        optional: filled(&optional),
        checks,
        lines,
    })
}

/// The number, its check digit and the rest: a number of more than nine characters goes on in the optional data, and its check digit comes behind it.
fn number_of(head: &str, found: char, optional: &str) -> (String, char, String) {
    let (more, rest) = optional.split_once('<').unwrap_or((optional, ""));
    match (found, more.char_indices().next_back()) {
        ('<', Some((last, digit))) => {
            let more = more.get(..last).unwrap_or_default();
            (format!("{head}<{more}"), digit, rest.to_owned())
        }
        _ => (head.to_owned(), found, optional.to_owned()),
    }
}

#[cfg(test)]
mod tests;
