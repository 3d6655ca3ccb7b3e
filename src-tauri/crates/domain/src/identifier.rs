//! Numbers that carry their own check: LEI (ISO 17442) and IBAN (ISO 13616). Both count modulo 97 as ISO 7064 says, and neither asks anybody.
//!
//! A number that passes is well formed; whether anybody has it, only its register knows.

/// What is wrong with a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// A length that no such number has.
    #[error(
        "\"{value}\" has {found} characters; {what} has {wanted}. Write it as it stands in the register."
    )]
    Length {
        /// "an LEI", "an IBAN of GB".
        what: String,
        /// The value.
        value: String,
        /// Its length.
        found: usize,
        /// The length it should have.
        wanted: String,
    },
    /// A character that stands in no such number.
    #[error(
        "\"{value}\" has \"{letter}\", which stands in no {what}. Write letters A to Z and digits alone."
    )]
    Character {
        /// LEI or IBAN.
        what: &'static str,
        /// The value.
        value: String,
        /// The character.
        letter: char,
    },
    /// The check digits do not fit: a digit was mistyped or swapped.
    #[error(
        "The check digits of \"{value}\" are {found}; by the other characters they would be {wanted}. Write it again from the register."
    )]
    Check {
        /// The value.
        value: String,
        /// As they stand.
        found: String,
        /// As they would be.
        wanted: String,
    },
}

impl IdentifierError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "E-FIELD-IDENTIFIER-LENGTH",
            Self::Character { .. } => "E-FIELD-IDENTIFIER-CHARACTER",
            Self::Check { .. } => "E-FIELD-IDENTIFIER-CHECK",
        }
    }
}

/// Lengths of IBANs by country, as the registry of ISO 13616 gives them; others are taken at any length from 15 to 34.
const IBAN_LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BR", 29),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IS", 26),
    ("IT", 27),
    ("KW", 30),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("SA", 24),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("TR", 26),
];

/// The characters without spaces, in capitals.
fn plain(text: &str, what: &'static str) -> Result<String, IdentifierError> {
    let value: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    match value.chars().find(|letter| !letter.is_ascii_alphanumeric()) {
        Some(letter) => Err(IdentifierError::Character {
            what,
            value: shorten(&value),
            letter,
        }),
        None => Ok(value),
    }
}

fn shorten(value: &str) -> String {
    value.chars().take(40).collect()
}

/// The number modulo 97, a letter counting as two digits: A is 10.
fn modulo(characters: impl Iterator<Item = char>) -> u32 {
    characters.fold(0, |rest, letter| match letter.to_digit(36) {
        Some(digit @ 0..=9) => (rest * 10 + digit) % 97,
        Some(letter) => (rest * 100 + letter) % 97,
        None => rest,
    })
}

/// The two digits that make the whole leave one.
fn check_digits(rest: impl Iterator<Item = char>) -> String {
    format!("{:02}", 98 - modulo(rest.chain("00".chars())))
}

/// A Legal Entity Identifier: 20 characters, the last two of them check digits.
///
/// # Errors
/// Another length, another character, check digits that do not fit.
pub fn lei(text: &str) -> Result<String, IdentifierError> {
    let value = plain(text, "LEI")?;
    let found = value.chars().count();
    let Some((body, digits)) = value.split_at_checked(18).filter(|_| found == 20) else {
        return Err(IdentifierError::Length {
            what: "an LEI".to_owned(),
            value: shorten(&value),
            found,
            wanted: "20".to_owned(),
        });
    };
    let wanted = check_digits(body.chars());
    if digits == wanted {
        return Ok(value);
    }
    Err(IdentifierError::Check {
        found: digits.to_owned(),
        wanted,
        value,
    })
}

/// An International Bank Account Number: country, check digits, and the account as the country writes it.
///
/// # Errors
/// Another length than the country's, another character, check digits that do not fit.
pub fn iban(text: &str) -> Result<String, IdentifierError> {
    let value = plain(text, "IBAN")?;
    let found = value.chars().count();
    let country: String = value.chars().take(2).collect();
    let known = IBAN_LENGTHS.iter().find(|(code, _)| *code == country);
    let fits = match known {
        Some((_, length)) => found == *length,
        None => (15..=34).contains(&found),
    };
    let parts = value
        .split_at_checked(4)
        .filter(|_| fits && country.chars().all(|letter| letter.is_ascii_alphabetic()));
    let Some((head, account)) = parts else {
        return Err(IdentifierError::Length {
            what: if known.is_some() {
                format!("an IBAN of {country}")
            } else {
                "an IBAN, which begins with its country,".to_owned()
            },
            value: shorten(&value),
            found,
            wanted: known.map_or_else(|| "15 to 34".to_owned(), |(_, length)| length.to_string()),
        });
    };
    let digits = head.get(2..).unwrap_or_default();
    let wanted = check_digits(account.chars().chain(country.chars()));
    if digits == wanted {
        return Ok(value);
    }
    Err(IdentifierError::Check {
        found: digits.to_owned(),
        wanted,
        value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LEIS: [&str; 3] = [
        "529900T8BM49AURSDO55",
        "5493001KJTIIGC8Y1R12",
        "7LTWFZYICNSX8D621K86",
    ];
    const IBANS: [&str; 5] = [
        "GB82WEST12345698765432",
        "DE89370400440532013000",
        "FR1420041010050500013M02606",
        "NO9386011117947",
        "SA0380000000608010167519",
    ];

    #[test]
    fn numbers_of_the_registers_pass_however_they_are_spaced() {
        for known in LEIS {
            assert_eq!(lei(&known.to_lowercase()).as_deref(), Ok(known));
        }
        for known in IBANS {
            let spaced: Vec<String> = known
                .as_bytes()
                .chunks(4)
                .map(|four| String::from_utf8_lossy(four).into_owned())
                .collect();
            assert_eq!(iban(&spaced.join(" ")).as_deref(), Ok(known));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_it_would_be() {
        let said = |result: Result<String, IdentifierError>| result.unwrap_err().to_string();
        assert!(
            said(lei("529900T8BM49AURSDO54")).contains("by the other characters they would be 55")
        );
        assert!(said(lei("529900T8BM49AURSDO5")).contains("has 19 characters; an LEI has 20"));
        assert!(
            said(lei("529900T8BM49AURSD\u{41E}55")).contains("stands in no LEI"),
            "a Cyrillic O is none"
        );
        assert!(said(iban("DE8937040044053201300")).contains("an IBAN of DE has 22"));
        assert!(said(iban("12345678901234567")).contains("begins with its country"));
        assert!(said(iban("GB82WEST12345698765423")).contains("Write it again"));
    }

    proptest! {
        #[test]
        fn a_digit_for_a_digit_and_a_letter_for_a_letter_is_always_noticed(which in 0usize..3, place in 0usize..20, digit in 0u8..10, letter in 0u8..26) {
            // A letter counts as two digits, so that one for the other shifts the rest, and can by chance leave the same.
            let known = LEIS[which];
            let mut changed: Vec<char> = known.chars().collect();
            changed[place] = if changed[place].is_ascii_digit() { char::from(b'0' + digit) } else { char::from(b'A' + letter) };
            let changed: String = changed.into_iter().collect();
            prop_assert_eq!(lei(&changed).is_ok(), changed == known);
        }

        #[test]
        fn two_neighbours_that_changed_places_are_noticed(which in 0usize..5, place in 4usize..14) {
            let known = IBANS[which];
            let mut changed: Vec<char> = known.chars().collect();
            changed.swap(place, place + 1);
            let changed: String = changed.into_iter().collect();
            prop_assert_eq!(iban(&changed).is_ok(), changed == known);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,60}") {
            let _ = (lei(&text), iban(&text));
        }
    }
}
