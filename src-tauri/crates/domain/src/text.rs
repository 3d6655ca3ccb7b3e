//! Text as people type and paste it: cleaned, checked, folded for search. It must not know which field it is for.

use unicode_normalization::UnicodeNormalization;

/// The longest value of one field, in characters.
pub const LONGEST: usize = 2_000;

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// A control character, such as NUL or an escape sequence.
    #[error(
        "contains a control character (U+{:04X}) that no name or address has. Delete it, or type the text again.",
        u32::from(*.0)
    )]
    Control(char),
    /// Longer than [`LONGEST`].
    #[error("is longer than 2,000 characters. Shorten it, or attach it as a document.")]
    TooLong,
    /// A full card number.
    #[error(
        "looks like a full card number, which must never be kept. Write the last four digits only."
    )]
    CardNumber,
}

impl TextError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Control(_) => "E-TEXT-CONTROL",
            Self::TooLong => "E-TEXT-LENGTH",
            Self::CardNumber => "E-TEXT-CARD",
        }
    }
}

/// NFC, trimmed; tab and newline stay, other control characters are refused, never silently dropped.
pub fn clean(text: &str) -> Result<String, TextError> {
    let text: String = text.trim().nfc().collect();
    if let Some(mark) = text
        .chars()
        .find(|c| c.is_control() && *c != '\n' && *c != '\t')
    {
        return Err(TextError::Control(mark));
    }
    if text.chars().count() > LONGEST {
        return Err(TextError::TooLong);
    }
    Ok(text)
}

/// Whether the text holds 13 to 19 digits in a row (spaces and hyphens aside) that pass the Luhn check of card numbers.
pub fn holds_card_number(text: &str) -> bool {
    let mut run: Vec<u32> = Vec::new();
    for c in text.chars().chain(std::iter::once('x')) {
        match c.to_digit(10) {
            Some(digit) => run.push(digit),
            None if (c == ' ' || c == '-') && !run.is_empty() => {}
            None => {
                if (13..=19).contains(&run.len()) && luhn(&run) {
                    return true;
                }
                run.clear();
            }
        }
    }
    false
}

fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => *digit,
            _ if *digit > 4 => digit * 2 - 9,
            _ => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// What stands in a text and is not seen, or moves what is seen, in words that follow "contains": marks that change the reading direction, and
/// characters of no width.
pub fn unseen(text: &str) -> Vec<String> {
    let turns = text.chars().find(|c| matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')).map(|mark| {
        format!(
            "a mark that changes the reading direction (U+{:04X}): what is shown may not be what is written.",
            u32::from(mark)
        )
    });
    let hides = text.chars().find(|c| matches!(c, '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}' | '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')).map(|mark| {
        format!(
            "a character that cannot be seen (U+{:04X}).",
            u32::from(mark)
        )
    });
    turns.into_iter().chain(hides).collect()
}

/// What a person should look at before believing a text: letters of another alphabet that look like Latin ones, marks that change the
/// reading direction, what cannot be seen, pictographs, signs and stacks of marks. Each is named.
pub fn notes(text: &str) -> Vec<String> {
    let mut notes: Vec<String> = unseen(text)
        .iter()
        .map(|what| format!("Contains {what}"))
        .collect();
    if let Some(picture) = text
        .chars()
        .find(|c| matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}'))
    {
        notes.push(format!(
            "Contains a picture ({picture}), which stands in no identity document."
        ));
    }
    // The most that a living script stacks on one letter is four.
    let marks = |c: &char| unicode_normalization::char::is_combining_mark(*c);
    let stacked = text
        .chars()
        .fold((0usize, 0usize), |(run, most), c| {
            let run = if marks(&c) { run + 1 } else { 0 };
            (run, most.max(run))
        })
        .1;
    if stacked > 4 {
        notes.push(format!(
            "Stacks {stacked} marks on one letter, which can hide what stands above or below it."
        ));
    }
    if let Some(letter) = text
        .chars()
        .find(|c| c.is_alphabetic() && matches!(c, '\u{1D400}'..='\u{1D7FF}' | '\u{2100}'..='\u{214F}' | '\u{24B6}'..='\u{24E9}'))
    {
        notes.push(format!(
            "Contains \"{letter}\" (U+{:04X}), a sign that looks like a letter and is none.",
            u32::from(letter)
        ));
    }
    for word in text.split(|c: char| !c.is_alphabetic()) {
        if !word.chars().any(|c| c.is_ascii_alphabetic()) {
            continue;
        }
        if let Some((letter, alphabet, like)) = word.chars().find_map(foreign) {
            let like = like.map_or_else(String::new, |like| {
                format!(", which looks like the Latin {like}")
            });
            notes.push(format!(
                "\"{word}\" mixes alphabets: its \"{letter}\" is {alphabet} (U+{:04X}){like}.",
                u32::from(letter)
            ));
        }
    }
    let right = |c: char| matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}');
    if text.chars().any(right) && text.chars().any(|c| c.is_alphabetic() && !right(c)) {
        notes.push("Mixes text that runs from the right with text that runs from the left: the order on the screen may not be the order in which it was written.".to_owned());
    }
    notes
}

/// A letter of an alphabet that has letters like the Latin ones, that alphabet, and the Latin letter it looks like.
fn foreign(letter: char) -> Option<(char, &'static str, Option<char>)> {
    const ALIKE: &[(&str, &str)] = &[
        (
            "\u{430}\u{435}\u{43E}\u{440}\u{441}\u{443}\u{445}\u{455}\u{456}\u{458}\u{501}\u{51B}\u{51D}\u{4BB}\u{4CF}",
            "aeopcyxsijdqwhl",
        ),
        (
            "\u{410}\u{412}\u{415}\u{41A}\u{41C}\u{41D}\u{41E}\u{420}\u{421}\u{422}\u{425}\u{405}\u{406}\u{408}",
            "ABEKMHOPCTXSIJ",
        ),
        (
            "\u{391}\u{392}\u{395}\u{396}\u{397}\u{399}\u{39A}\u{39C}\u{39D}\u{39F}\u{3A1}\u{3A4}\u{3A5}\u{3A7}",
            "ABEZHIKMNOPTYX",
        ),
        (
            "\u{3BF}\u{3BD}\u{3C1}\u{3B9}\u{3BA}\u{3B1}\u{3C5}",
            "ovpikau",
        ),
        ("\u{578}\u{57D}\u{585}\u{570}\u{584}", "nuohq"),
    ];
    let alphabet = match letter {
        '\u{0370}'..='\u{03FF}' => "Greek",
        '\u{0400}'..='\u{052F}' => "Cyrillic",
        '\u{0530}'..='\u{058F}' => "Armenian",
        '\u{13A0}'..='\u{13FF}' => "Cherokee",
        '\u{FF21}'..='\u{FF5A}' => "a wide letter",
        _ => return None,
    };
    let like = ALIKE.iter().find_map(|(theirs, ours)| {
        let place = theirs.chars().position(|one| one == letter)?;
        ours.chars().nth(place)
    });
    Some((letter, alphabet, like))
}

/// What search compares: compatibility forms, no accents, lower case. Works for Latin, Cyrillic and Greek alike.
pub fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'ł' => 'l',
            'ø' => 'o',
            'đ' | 'ð' => 'd',
            'ı' => 'i',
            other => other,
        })
        .collect()
}

/// The folded text and, where it differs, its transliteration into Latin letters: "Петров" is found by "petrov".
pub fn searchable(text: &str) -> String {
    let folded = fold(text);
    let latin = fold(&any_ascii::any_ascii(text));
    if folded == latin {
        folded
    } else {
        format!("{folded} {latin}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_script_do_not_matter_to_search() {
        assert_eq!(fold("MÜLLER Ærø Łódź"), "muller æro lodz");
        assert_eq!(fold("Пётр"), "петр");
        assert!(searchable("Петров").contains("petrov"));
        assert!(searchable("李小龙").contains("li"));
    }

    #[test]
    fn a_card_number_is_noticed_however_it_is_written() {
        assert!(holds_card_number("4111 1111 1111 1111"));
        assert!(holds_card_number("visa 4111-1111-1111-1111 exp 10/28"));
        assert!(
            !holds_card_number("4111 1111 1111 1112"),
            "fails the Luhn check"
        );
        assert!(!holds_card_number("+1 202 555 0147"));
        assert!(!holds_card_number("1111"));
    }

    #[test]
    fn control_characters_are_refused_and_never_dropped() {
        assert_eq!(clean("a\u{0}b"), Err(TextError::Control('\0')));
        assert_eq!(clean("a\u{1b}[31mb"), Err(TextError::Control('\u{1b}')));
        assert_eq!(
            clean("  Line one\nline two "),
            Ok("Line one\nline two".into())
        );
        assert_eq!(clean(&"x".repeat(2_001)), Err(TextError::TooLong));
    }

    #[test]
    fn lookalikes_and_hidden_marks_are_pointed_out() {
        assert_eq!(
            notes("p\u{0430}ypal").len(),
            1,
            "a Cyrillic a among Latin letters"
        );
        assert_eq!(notes("abc\u{202E}def").len(), 1);
        assert_eq!(notes("ab\u{200B}c").len(), 1);
        for hidden in [
            "\u{3164}", "\u{2063}", "\u{2028}", "\u{FFF9}", "\u{2800}", "\u{34F}",
        ] {
            assert_eq!(notes(&format!("ab{hidden}c")).len(), 1, "{hidden:?}");
        }
        assert_eq!(notes(&format!("Zoe{}", "\u{301}".repeat(5))).len(), 1);
        assert_eq!(notes("\u{1D400}da").len(), 1, "a sign of mathematics");
        assert!(notes("Nguyễn Thị Ánh").is_empty());
        assert!(
            notes("Иван Petrov").is_empty(),
            "two words in two scripts are ordinary"
        );
    }
}
