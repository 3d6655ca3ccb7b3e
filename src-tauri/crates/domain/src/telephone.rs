//! Telephone numbers as ITU-T E.164 writes them: a country code that is assigned, and seven to fifteen digits in all.
//!
//! Whether a subscriber has the number, only a call can tell; national numbering plans change more often than this program does
//! (decision: why no library of numbering plans).

/// What is wrong with a telephone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TelephoneError {
    /// No country code.
    #[error(
        "\"{0}\" does not say which country it is in. Write it with the country code, like +12025550147."
    )]
    NoCountryCode(String),
    /// A letter or sign that is dialled nowhere.
    #[error(
        "\"{value}\" has \"{letter}\", which stands in no telephone number. Write digits alone, like +12025550147."
    )]
    Character {
        /// The value.
        value: String,
        /// The character.
        letter: char,
    },
    /// A country code that nobody has.
    #[error(
        "\"{value}\" begins with +{code}, which is no country code. Write it with the country code, like +12025550147."
    )]
    Unassigned {
        /// The value.
        value: String,
        /// The digits that should be one.
        code: String,
    },
    /// Too short or too long.
    #[error("\"{value}\" has {digits} digits; {wanted}. Write all of it, like +12025550147.")]
    Length {
        /// The value.
        value: String,
        /// Its digits.
        digits: usize,
        /// What it should have.
        wanted: &'static str,
    },
}

impl TelephoneError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCountryCode(_) => "E-FIELD-PHONE",
            Self::Character { .. } => "E-FIELD-PHONE-CHARACTER",
            Self::Unassigned { .. } => "E-FIELD-PHONE-COUNTRY",
            Self::Length { .. } => "E-FIELD-PHONE-LENGTH",
        }
    }
}

/// Country codes of three digits that are assigned (list of ITU-T E.164 assigned country codes), shared codes and networks included.
const THREE: &[(u16, u16)] = &[
    (211, 213),
    (216, 216),
    (218, 218),
    (220, 258),
    (260, 269),
    (290, 291),
    (297, 299),
    (350, 359),
    (370, 383),
    (385, 387),
    (389, 389),
    (420, 421),
    (423, 423),
    (500, 509),
    (590, 599),
    (670, 670),
    (672, 683),
    (685, 692),
    (800, 800),
    (808, 808),
    (850, 850),
    (852, 853),
    (855, 856),
    (870, 870),
    (878, 878),
    (880, 883),
    (886, 886),
    (888, 888),
    (960, 968),
    (970, 977),
    (979, 979),
    (992, 996),
    (998, 998),
];
/// Of two digits.
const TWO: &[u16] = &[
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56,
    57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

/// The country code that a number begins with: no code is the beginning of another.
fn country_code(digits: &str) -> Option<&str> {
    let head = |length: usize| digits.get(..length);
    let is = |length: usize, test: &dyn Fn(u16) -> bool| {
        head(length).filter(|code| code.parse().is_ok_and(test))
    };
    is(1, &|code| code == 1 || code == 7)
        .or_else(|| is(2, &|code| TWO.contains(&code)))
        .or_else(|| {
            is(3, &|code| {
                THREE.iter().any(|(from, to)| (*from..=*to).contains(&code))
            })
        })
}

/// A telephone number in the form that is kept: `+`, the country code, the rest, digits alone.
///
/// # Errors
/// No country code or one that nobody has, a character that is dialled nowhere, too few or too many digits.
pub fn parse(text: &str) -> Result<String, TelephoneError> {
    let value = || -> String { text.chars().take(40).collect() };
    let text = text.trim();
    let rest = text
        .strip_prefix('+')
        .or_else(|| text.strip_prefix("00"))
        .ok_or_else(|| TelephoneError::NoCountryCode(value()))?;
    let other = |c: &char| !c.is_ascii_digit() && !" -.()/\u{A0}".contains(*c);
    if let Some(letter) = rest.chars().find(other) {
        return Err(TelephoneError::Character {
            value: value(),
            letter,
        });
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let length = |wanted| TelephoneError::Length {
        value: value(),
        digits: digits.len(),
        wanted,
    };
    if !(7..=15).contains(&digits.len()) {
        return Err(length("a number has 7 to 15, the country code included"));
    }
    let Some(code) = country_code(&digits) else {
        return Err(TelephoneError::Unassigned {
            value: value(),
            code: digits.chars().take(3).collect(),
        });
    };
    if code == "1" && digits.len() != 11 {
        return Err(length("one of +1 has 11"));
    }
    Ok(format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_kept_in_one_form_however_it_is_written() {
        for (text, kept) in [
            ("+1 (202) 555-0147", "+12025550147"),
            ("0044 20 7946 0018", "+442079460018"),
            ("+49 40/123456", "+4940123456"),
            ("+383 44 123 456", "+38344123456"),
            ("+7 495 123-45-67", "+74951234567"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, code, says) in [
            ("202 555 0147", "E-FIELD-PHONE", "which country"),
            ("+1 202 555 014", "E-FIELD-PHONE-LENGTH", "one of +1 has 11"),
            ("+49 1", "E-FIELD-PHONE-LENGTH", "7 to 15"),
            ("+2101234567", "E-FIELD-PHONE-COUNTRY", "+210"),
            ("+9991234567", "E-FIELD-PHONE-COUNTRY", "+999"),
            ("+1 202 CALL NOW", "E-FIELD-PHONE-CHARACTER", "\"C\""),
            ("+1202555\u{661}147", "E-FIELD-PHONE-CHARACTER", "\u{661}"),
            ("+49 40 123456789012345", "E-FIELD-PHONE-LENGTH", "7 to 15"),
        ] {
            let why = parse(text).unwrap_err();
            assert_eq!(why.code(), code, "{text}");
            assert!(why.to_string().contains(says), "{why}");
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_taken_again_as_it_is(text in "\\+[1-9][0-9 -]{5,16}") {
            if let Ok(kept) = parse(&text) {
                prop_assert_eq!(parse(&kept), Ok(kept.clone()));
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,40}") {
            let _ = parse(&text);
        }
    }
}
