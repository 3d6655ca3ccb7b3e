//! Whether what a document says and what a customer says are the same: names in any script, dates known in part, countries, numbers, addresses.
//!
//! The mark is a proposal to a person who looks at both. It never decides.

use crate::{
    country::Country,
    field::Input,
    mrz,
    partial_date::PartialDate,
    text::{self, fold},
};

/// How two values stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The same, but for case, accents and spaces.
    Same,
    /// The same person or place can be meant: another spelling, another script, a part of the other.
    Similar,
    /// They do not fit.
    Different,
    /// One of them is not there.
    Missing,
}

impl Mark {
    /// The word that crosses to the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Similar => "similar",
            Self::Different => "different",
            Self::Missing => "missing",
        }
    }

    /// The better of two: a name agrees if it agrees with one of the names that are known.
    fn rank(self) -> u8 {
        match self {
            Self::Same => 0,
            Self::Similar => 1,
            Self::Different => 2,
            Self::Missing => 3,
        }
    }
}

/// A mark and why it is not "same", in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The mark.
    pub mark: Mark,
    /// Why.
    pub why: Option<&'static str>,
}

impl Agreement {
    fn same() -> Self {
        Self {
            mark: Mark::Same,
            why: None,
        }
    }

    fn similar(why: &'static str) -> Self {
        Self {
            mark: Mark::Similar,
            why: Some(why),
        }
    }

    fn different(why: &'static str) -> Self {
        Self {
            mark: Mark::Different,
            why: Some(why),
        }
    }

    fn different_plainly() -> Self {
        Self {
            mark: Mark::Different,
            why: None,
        }
    }
}

/// What kind of value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name of a person or an organisation.
    Name,
    /// A date, in part or whole.
    Date,
    /// A country.
    Country,
    /// A number of a document or a register.
    Number,
    /// An address, or anything else in words.
    Words,
}

impl Kind {
    /// The kind of a field of the catalogue.
    pub fn of(id: &str, input: Input) -> Self {
        match input {
            Input::Country => Self::Country,
            Input::Date | Input::Birth | Input::Partial => Self::Date,
            Input::Lei => Self::Number,
            _ if id.contains("name") => Self::Name,
            _ if id.contains("number") || id == "national_id" => Self::Number,
            _ => Self::Words,
        }
    }
}

/// Compares what was read with what is claimed; the best of several claims counts.
pub fn compare(kind: Kind, read: &str, claimed: &[&str]) -> Agreement {
    let read = read.trim();
    let missing = Agreement {
        mark: Mark::Missing,
        why: None,
    };
    if read.is_empty() {
        return missing;
    }
    claimed
        .iter()
        .map(|claim| claim.trim())
        .filter(|claim| !claim.is_empty())
        .map(|claim| match kind {
            Kind::Name => names(read, claim),
            Kind::Date => dates(read, claim),
            Kind::Country => countries(read, claim),
            Kind::Number => numbers(read, claim),
            Kind::Words => words(read, claim),
        })
        .min_by_key(|one| one.mark.rank())
        .unwrap_or(missing)
}

fn split(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The spellings of a name that count as one: accents dropped, as a machine-readable zone spells it, transliterated.
fn spellings(name: &str) -> Vec<Vec<String>> {
    let mut all = vec![
        split(&fold(name)),
        split(&mrz::spelled_for_machines(name).to_lowercase()),
        split(&fold(&any_ascii::any_ascii(name))),
    ];
    all.dedup();
    all.retain(|words| !words.is_empty());
    all
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort();
    words
}

fn names(read: &str, claim: &str) -> Agreement {
    let apostrophes = |text: &str| text.replace(['\'', '’', 'ʼ', '`'], "");
    let (read, claim) = (apostrophes(read), apostrophes(claim));
    let (a, b) = (spellings(&read), spellings(&claim));
    if a.is_empty() || b.is_empty() {
        return if read == claim {
            Agreement::same()
        } else {
            Agreement::different_plainly()
        };
    }
    let plain = |list: &[Vec<String>]| list.first().cloned().unwrap_or_default();
    if plain(&a) == plain(&b) {
        return Agreement::same();
    }
    if plain(&a).concat() == plain(&b).concat() {
        return Agreement::similar("Only spaces or hyphens differ.");
    }
    if sorted(plain(&a)) == sorted(plain(&b)) {
        return Agreement::similar("The same words in another order.");
    }
    let pairs = || a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
    if pairs().any(|(x, y)| x.concat() == y.concat() || sorted(x.clone()) == sorted(y.clone())) {
        return Agreement::similar("The same name in another script or spelling.");
    }
    let within = |x: &[String], y: &[String]| x.len() >= 2 && x.iter().all(|word| y.contains(word));
    if pairs().any(|(x, y)| within(x, y) || within(y, x)) {
        return Agreement::similar("One of the two has more names than the other.");
    }
    // What a zone cuts off, and initials.
    let begins = |x: &[String], y: &[String]| {
        x.len() == y.len()
            && x.len() >= 2
            && x.iter()
                .zip(y)
                .all(|(x, y)| x.starts_with(y.as_str()) || y.starts_with(x.as_str()))
    };
    if pairs().any(|(x, y)| begins(&sorted(x.clone()), &sorted(y.clone()))) {
        return Agreement::similar("One of the two is cut short or has initials.");
    }
    let near = pairs()
        .map(|(x, y)| distance(&x.concat(), &y.concat()))
        .min()
        .unwrap_or(usize::MAX);
    let length = plain(&a)
        .concat()
        .chars()
        .count()
        .min(plain(&b).concat().chars().count());
    if near <= 2 && length >= near * 5 {
        return Agreement::similar(if near == 1 {
            "One letter differs."
        } else {
            "Two letters differ."
        });
    }
    Agreement::different_plainly()
}

/// Edits between two texts, up to a swap of neighbours; more than a few are not told apart.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) =
        (a.chars().take(200).collect(), b.chars().take(200).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at =
                |list: &[usize], place: usize| list.get(place).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, j) + usize::from(x != y))
                .min(at(&last, j + 1) + 1)
                .min(at(&row, j) + 1);
            if i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

fn dates(read: &str, claim: &str) -> Agreement {
    use chrono::Datelike;
    match (PartialDate::parse(read), PartialDate::parse(claim)) {
        (Ok(a), Ok(b)) if a == b => Agreement::same(),
        (Ok(a), Ok(b)) if a.fits(b) => {
            Agreement::similar("One of the two is known in part; they fit.")
        }
        (Ok(a), Ok(b)) => {
            let swapped = match (a.whole(), b.whole()) {
                (Some(a), Some(b)) => {
                    a.year() == b.year() && a.month() == b.day() && a.day() == b.month()
                }
                _ => false,
            };
            if swapped {
                Agreement::different("Day and month may have been swapped.")
            } else {
                Agreement::different_plainly()
            }
        }
        _ if fold(read) == fold(claim) => Agreement::same(),
        _ => Agreement::different_plainly(),
    }
}

fn countries(read: &str, claim: &str) -> Agreement {
    let code = |text: &str| {
        Country::parse(text)
            .map(Country::code)
            .ok()
            .or_else(|| mrz::country_of_three(&text.to_uppercase()))
    };
    match (code(read), code(claim)) {
        (Some(a), Some(b)) if a == b => Agreement::same(),
        _ => Agreement::different_plainly(),
    }
}

fn numbers(read: &str, claim: &str) -> Agreement {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect()
    };
    let alike = |text: &str| -> String {
        text.chars()
            .map(|c| match c {
                'O' | 'Q' | 'D' => '0',
                'I' | 'L' => '1',
                'Z' => '2',
                'S' => '5',
                'G' => '6',
                'B' => '8',
                other => other,
            })
            .collect()
    };
    let (a, b) = (plain(read), plain(claim));
    if a == b {
        Agreement::same()
    } else if alike(&a) == alike(&b) {
        Agreement::similar("Letters and digits that look alike differ, such as O and 0.")
    } else {
        Agreement::different_plainly()
    }
}

fn words(read: &str, claim: &str) -> Agreement {
    let (a, b) = (split(&text::fold(read)), split(&text::fold(claim)));
    if a.concat() == b.concat() {
        return Agreement::same();
    }
    let latin = |text: &str| split(&fold(&any_ascii::any_ascii(text)));
    let (a, b) = (sorted(latin(read)), sorted(latin(claim)));
    if a == b {
        return Agreement::similar("The same words in another order or script.");
    }
    let shared_of = |a: &[String], b: &[String]| a.iter().filter(|word| b.contains(word)).count();
    let shared = shared_of(&a, &b).min(shared_of(&b, &a));
    let fewer = a.len().min(b.len());
    let numbers = |words: &[String]| -> Vec<String> {
        words
            .iter()
            .filter(|word| word.chars().any(|c| c.is_ascii_digit()))
            .cloned()
            .collect()
    };
    if fewer >= 2 && shared * 3 >= fewer * 2 {
        return if numbers(&a) == numbers(&b) {
            Agreement::similar("Most words are the same.")
        } else {
            Agreement::similar("Most words are the same; a number differs.")
        };
    }
    Agreement::different_plainly()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mark(kind: Kind, read: &str, claim: &str) -> Mark {
        compare(kind, read, &[claim]).mark
    }

    #[test]
    fn names_agree_across_accents_scripts_and_the_spelling_of_the_zone() {
        use Mark::{Different, Same, Similar};
        for (read, claim, wanted) in [
            ("JÜRGEN MÜLLER", "Jürgen Muller", Same),
            ("O’Brien Sean", "OBrien Seán", Same),
            ("MUELLER JUERGEN", "Jürgen Müller", Similar),
            ("SHCHERBAKOV IURII", "Юрий Щербаков", Similar),
            ("Anna Maria Eriksson", "Anna Eriksson", Similar),
            ("Jean Luc Picard", "Jean-Luc Picard", Same),
            ("Jeanluc Picard", "Jean-Luc Picard", Similar),
            ("Ana Lima", "Ana Lema", Similar),
            ("Ana Lima", "Eva Lima", Different),
            ("A Eriksson", "Anna Eriksson", Similar),
            ("Li Wei", "Wei Li", Similar),
            ("Robert Stone", "Maria Okafor", Different),
        ] {
            assert_eq!(mark(Kind::Name, read, claim), wanted, "{read} / {claim}");
        }
        let several = compare(Kind::Name, "Петров", &["Ivan Stone", "Петров"]);
        assert_eq!(several.mark, Same, "one of the known names is enough");
    }

    #[test]
    fn dates_countries_numbers_and_addresses_agree_by_what_they_mean() {
        use Mark::{Different, Missing, Same, Similar};
        for (kind, read, claim, wanted) in [
            (Kind::Date, "1974-08-12", "1974-08-12", Same),
            (Kind::Date, "1974", "1974-08-12", Similar),
            (Kind::Date, "1974-08-12", "1974-12-08", Different),
            (Kind::Country, "DEU", "Germany", Same),
            (Kind::Country, "D", "DE", Same),
            (Kind::Country, "UTO", "DE", Different),
            (Kind::Number, "l 898902-c3", "L898902C3", Same),
            (Kind::Number, "L8989O2C3", "L898902C3", Similar),
            (Kind::Number, "L898903C3", "L898902C3", Different),
            (
                Kind::Words,
                "1 Hafenstraße, Hamburg",
                "1, HAFENSTRASSE HAMBURG",
                Similar,
            ),
            (
                Kind::Words,
                "12 Harbour Street, Hamburg",
                "21 Harbour Street, Hamburg",
                Similar,
            ),
            (Kind::Words, "1 Harbour Street", "9 Mill Lane", Different),
            (Kind::Words, "", "9 Mill Lane", Missing),
            (Kind::Words, "9 Mill Lane", " ", Missing),
        ] {
            assert_eq!(mark(kind, read, claim), wanted, "{read} / {claim}");
        }
        let swapped = compare(Kind::Date, "1974-08-12", &["1974-12-08"]);
        assert!(swapped.why.unwrap().contains("swapped"));
    }

    proptest! {
        #[test]
        fn what_is_the_same_is_the_same_both_ways(a in "\\PC{1,20}", b in "\\PC{1,20}") {
            for kind in [Kind::Name, Kind::Date, Kind::Country, Kind::Number, Kind::Words] {
                prop_assert_eq!(mark(kind, &a, &b), mark(kind, &b, &a));
            }
        }
    }
}
