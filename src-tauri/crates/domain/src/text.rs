//! Text as people type and paste it: cleaned, checked, folded for search. It must not know which field it is for.

use unicode_normalization::UnicodeNormalization;

/// The longest value of one field, in characters.
pub const LONGEST: usize = 2_000;

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// A control character, such as NUL or an escape sequence.
    #[error(
        "contains a control character that no name or address has. Delete it, or type the text again."
    )]
    Control,
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
            Self::Control => "E-TEXT-CONTROL",
            Self::TooLong => "E-TEXT-LENGTH",
            Self::CardNumber => "E-TEXT-CARD",
        }
    }
}

/// NFC, trimmed; tab and newline stay, other control characters are refused, never silently dropped.
pub fn clean(text: &str) -> Result<String, TextError> {
    let text: String = text.trim().nfc().collect();
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err(TextError::Control);
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

/// What a person should look at before believing a text: marks that change direction or cannot be seen, mixed scripts.
pub fn notes(text: &str) -> Vec<String> {
    let mut notes = Vec::new();
    if text.chars().any(|c| matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')) {
        notes.push("Contains marks that change the reading direction.".to_owned());
    }
    if text.chars().any(|c| matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}' | '\u{E0000}'..='\u{E007F}')) {
        notes.push("Contains characters that cannot be seen.".to_owned());
    }
    let mixed = text.split(|c: char| !c.is_alphabetic()).any(|word| {
        let latin = word.chars().any(|c| c.is_ascii_alphabetic());
        let alike = word
            .chars()
            .any(|c| matches!(c, '\u{0370}'..='\u{03FF}' | '\u{0400}'..='\u{052F}'));
        latin && alike
    });
    if mixed {
        notes.push(
            "Mixes Latin letters with letters of another alphabet that look alike.".to_owned(),
        );
    }
    notes
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
        assert_eq!(clean("a\u{0}b"), Err(TextError::Control));
        assert_eq!(clean("a\u{1b}[31mb"), Err(TextError::Control));
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
        assert!(
            notes("Иван Petrov").is_empty(),
            "two words in two scripts are ordinary"
        );
    }
}
