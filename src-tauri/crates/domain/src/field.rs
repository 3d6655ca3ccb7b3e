//! The catalogue of a customer's fields: what each is called, where it stands, what may be written in it.
//!
//! Which of them a rule asks for is the rule pack's business, not this module's.

use crate::{
    country::Country,
    identifier::{self, IdentifierError},
    partial_date::{PartialDate, PartialDateError},
    telephone::{self, TelephoneError},
    text::{self, TextError},
};

/// What a field holds, which decides how it is checked and typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// A line of text.
    Text,
    /// Several lines: an address.
    Long,
    /// A country, kept as ISO 3166-1 alpha-2.
    Country,
    /// An e-mail address.
    Email,
    /// A telephone number, kept as E.164.
    Phone,
    /// A civil date, `YYYY-MM-DD`.
    Date,
    /// A day of birth, or of issue, as far as it is known; it does not lie ahead.
    Birth,
    /// A date as far as it is known.
    Partial,
    /// A Legal Entity Identifier, whose check digits fit.
    Lei,
    /// By which channel a customer came: a word of [`CHANNELS`].
    Channel,
}

/// The channels by which a customer comes (domain 5.4): the stored word, and what a person reads.
pub const CHANNELS: [(&str, &str); 3] = [
    ("direct", "Direct"),
    ("us_reseller", "Through a U.S. reseller"),
    ("foreign_reseller", "Through a foreign reseller"),
];

/// What a person reads for a channel.
pub fn channel_label(word: &str) -> &str {
    CHANNELS
        .iter()
        .find(|(id, _)| *id == word)
        .map_or(word, |(_, label)| label)
}

impl Input {
    /// The word that crosses to the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Long => "long",
            Self::Country => "country",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Date => "date",
            // Typed like any line; only its check differs.
            Self::Lei | Self::Birth | Self::Partial => "text",
            Self::Channel => "choice",
        }
    }
}

/// Whom a field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Natural persons.
    Individual,
    /// Organisations.
    Entity,
    /// Both.
    Both,
}

/// One field of the catalogue.
#[derive(Debug)]
pub struct Field {
    /// The id that the journal, rule packs and forms share.
    pub id: &'static str,
    /// The label on the screen.
    pub label: &'static str,
    /// Which group of the record: identity, place, contact.
    pub section: &'static str,
    /// What it holds.
    pub input: Input,
    /// Whose field it is.
    pub of: Of,
    /// Whether it takes several values.
    pub multiple: bool,
}

const fn field(
    id: &'static str,
    label: &'static str,
    section: &'static str,
    input: Input,
    of: Of,
    multiple: bool,
) -> Field {
    Field {
        id,
        label,
        section,
        input,
        of,
        multiple,
    }
}

/// Every field, in the order of the screen.
pub const FIELDS: &[Field] = &[
    field(
        "full_legal_name",
        "Full legal name",
        "identity",
        Input::Text,
        Of::Individual,
        false,
    ),
    field(
        "business_name",
        "Business name",
        "identity",
        Input::Text,
        Of::Entity,
        false,
    ),
    field(
        "name_original",
        "Name in its own script",
        "identity",
        Input::Text,
        Of::Both,
        false,
    ),
    field(
        "other_names",
        "Other names",
        "identity",
        Input::Text,
        Of::Individual,
        true,
    ),
    field(
        "names_used",
        "Every other name used in business",
        "identity",
        Input::Text,
        Of::Entity,
        true,
    ),
    field(
        "jurisdiction",
        "Jurisdiction of organization",
        "identity",
        Input::Country,
        Of::Entity,
        false,
    ),
    field(
        "registration_number",
        "Registration number",
        "identity",
        Input::Text,
        Of::Entity,
        false,
    ),
    field("lei", "LEI", "identity", Input::Lei, Of::Entity, false),
    field(
        "citizenships",
        "Citizenships",
        "identity",
        Input::Country,
        Of::Individual,
        true,
    ),
    field(
        "date_of_birth",
        "Date of birth",
        "identity",
        Input::Birth,
        Of::Individual,
        false,
    ),
    field(
        "national_id",
        "National identification number",
        "identity",
        Input::Text,
        Of::Individual,
        false,
    ),
    field(
        "street_address",
        "Residential or business street address",
        "place",
        Input::Long,
        Of::Individual,
        false,
    ),
    field(
        "principal_place",
        "Principal place of business",
        "place",
        Input::Long,
        Of::Entity,
        false,
    ),
    field(
        "country",
        "Country",
        "place",
        Input::Country,
        Of::Individual,
        false,
    ),
    field(
        "use_locations",
        "Places the account will be used from",
        "place",
        Input::Text,
        Of::Both,
        true,
    ),
    field("email", "E-mail", "contact", Input::Email, Of::Both, true),
    field(
        "phone",
        "Telephone",
        "contact",
        Input::Phone,
        Of::Both,
        true,
    ),
    field(
        "website",
        "Website",
        "contact",
        Input::Text,
        Of::Entity,
        false,
    ),
    field(
        "claimed_us_person",
        "Says it is a U.S. person",
        "identity",
        Input::Text,
        Of::Both,
        false,
    ),
    field(
        "claimed_us_basis",
        "Basis it gives",
        "identity",
        Input::Text,
        Of::Both,
        false,
    ),
    field(
        "channel",
        "Channel",
        "more",
        Input::Channel,
        Of::Both,
        false,
    ),
    field(
        "risk_tier",
        "Risk tier",
        "more",
        Input::Text,
        Of::Both,
        false,
    ),
    field("notes", "Notes", "more", Input::Long, Of::Both, false),
];

/// A field by its id.
pub fn find(id: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.id == id)
}

/// Why a value was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The text itself is not acceptable.
    #[error("{0}")]
    Text(#[from] TextError),
    /// No country of that name.
    #[error("{0}")]
    Country(String),
    /// Not an e-mail address.
    #[error("\"{0}\" is no e-mail address. Write it like name@example.com.")]
    Email(String),
    /// Not a telephone number.
    #[error(transparent)]
    Phone(#[from] TelephoneError),
    /// Not a date, or a day that no calendar has.
    #[error(transparent)]
    PartialDate(#[from] PartialDateError),
    /// Not a date.
    #[error("\"{0}\" is no date. Write it as year-month-day, like 2026-11-24.")]
    Date(String),
    /// A date that lies ahead where it cannot.
    #[error("{0} lies in the future. Write the day it happened.")]
    Future(String),
    /// A field that takes one value got several.
    #[error("takes one value only; {0} were given.")]
    Several(usize),
    /// The packs leave the field off, and the organisation does not collect it: the paragraph and its reason.
    #[error(
        "is not collected: {0} Leave it empty. To collect it, somebody who may change the rules switches it on under Settings, with the reason."
    )]
    Off(String),
    /// No such field for this kind of customer.
    #[error("is no field of this kind of customer.")]
    Unknown,
    /// Not a channel.
    #[error("\"{0}\" is no channel. Write direct, us_reseller or foreign_reseller.")]
    Channel(String),
    /// A number whose own check does not fit.
    #[error(transparent)]
    Identifier(#[from] IdentifierError),
}

impl ValueError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Identifier(why) => why.code(),
            Self::Text(text) => text.code(),
            Self::Country(_) => "E-FIELD-COUNTRY",
            Self::Email(_) => "E-FIELD-EMAIL",
            Self::Phone(why) => why.code(),
            Self::PartialDate(why) => why.code(),
            Self::Date(_) => "E-FIELD-DATE",
            Self::Future(_) => "E-FIELD-FUTURE",
            Self::Several(_) => "E-FIELD-SEVERAL",
            Self::Off(_) => "E-FIELD-OFF",
            Self::Unknown => "E-FIELD-UNKNOWN",
            Self::Channel(_) => "E-FIELD-CHANNEL",
        }
    }
}

fn shorten(value: &str) -> String {
    let mut short: String = value.chars().take(60).collect();
    if value.chars().count() > 60 {
        short.push('…');
    }
    short
}

/// Checks one value and brings it into the form that is kept; an empty text is none.
pub fn check(input: Input, value: &str) -> Result<Option<String>, ValueError> {
    let value = text::clean(value)?;
    if value.is_empty() {
        return Ok(None);
    }
    // A telephone number of 13 to 15 digits passes the check of card numbers one time in ten; with its country code it is one all the same.
    let telephone = input == Input::Phone && telephone::parse(&value).is_ok();
    if !telephone && text::holds_card_number(&value) {
        return Err(TextError::CardNumber.into());
    }
    match input {
        Input::Text | Input::Long => Ok(Some(value)),
        Input::Country => match Country::parse(&value) {
            Ok(country) => Ok(Some(country.code().to_owned())),
            Err(why) => Err(ValueError::Country(why.to_string())),
        },
        Input::Email => email(&value)
            .map(Some)
            .ok_or_else(|| ValueError::Email(shorten(&value))),
        Input::Phone => Ok(Some(telephone::parse(&value)?)),
        Input::Lei => Ok(Some(identifier::lei(&value)?)),
        Input::Channel => CHANNELS
            .iter()
            .find(|(word, label)| {
                value.eq_ignore_ascii_case(word) || value.eq_ignore_ascii_case(label)
            })
            .map(|(word, _)| Some((*word).to_owned()))
            .ok_or_else(|| ValueError::Channel(shorten(&value))),
        Input::Birth | Input::Partial => Ok(Some(PartialDate::parse(&value)?.to_string())),
        Input::Date => match date(&value) {
            Some(date) => Ok(Some(date.to_string())),
            None => Err(ValueError::Date(shorten(&value))),
        },
    }
}

/// A civil date `YYYY-MM-DD`; the order of `01/02/2026` is never guessed.
pub fn date(value: &str) -> Option<chrono::NaiveDate> {
    let shaped = value.len() == 10
        && value.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    shaped
        .then(|| chrono::NaiveDate::parse_from_str(value, "%Y-%m-%d").ok())
        .flatten()
}

fn email(value: &str) -> Option<String> {
    let (local, domain) = value.rsplit_once('@')?;
    let plain = |text: &str| {
        !text
            .chars()
            .any(|c| c.is_whitespace() || "<>()[]\\,;:\"@".contains(c))
    };
    let labels = domain
        .split('.')
        .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let fits = !local.is_empty()
        && value.len() <= 254
        && plain(local)
        && plain(domain)
        && labels
        && domain.contains('.');
    fits.then(|| format!("{local}@{}", domain.to_lowercase()))
}

/// Whether a day of birth lies ahead: nobody is born tomorrow.
pub fn lies_ahead(input: Input, value: &str, today: chrono::NaiveDate) -> bool {
    input == Input::Birth && PartialDate::parse(value).is_ok_and(|date| date.is_after(today))
}

/// Fields that are masked until somebody asks to see them (S3 of domain 5.5 to 5.12).
pub const SENSITIVE: [&str; 3] = ["citizenships", "date_of_birth", "national_id"];

/// Whether a field is masked until somebody asks to see it.
pub fn is_sensitive(id: &str) -> bool {
    SENSITIVE.contains(&id) || id == "document_number"
}

/// Words by which a text names a fact that is masked: a discrepancy says in words what it is about.
const NAMES_SENSITIVE: [&str; 14] = [
    "account number",
    "bank account",
    "birth",
    "born",
    "citizen",
    "document number",
    "iban",
    "identification number",
    "identity number",
    "license number",
    "national id",
    "nationality",
    "passport",
    "payment",
];

/// Whether a fact that is named in words is one that is masked until somebody asks to see it: "Date of birth", "Passport no.".
pub fn speaks_of_sensitive(what: &str) -> bool {
    let what = what.to_lowercase();
    NAMES_SENSITIVE.iter().any(|name| what.contains(name))
}

/// What identifies a means of payment, masked; none where so little is written that nothing is hidden: the last four digits of a card.
pub fn masked_payment(identifier: &str) -> Option<String> {
    let letters: Vec<char> = identifier.chars().filter(|c| !c.is_whitespace()).collect();
    let shown = match letters.len() {
        0..=4 => return None,
        5..=7 => 2,
        _ => 4,
    };
    let end: String = letters.iter().skip(letters.len() - shown).collect();
    Some(format!("••••{end}"))
}

/// A mask in the place of a value: how much is there, and at most its last two characters.
pub fn masked(value: &str) -> String {
    let letters: Vec<char> = value.chars().collect();
    let shown = if letters.len() >= 6 { 2 } else { 0 };
    let end: String = letters.iter().skip(letters.len() - shown).collect();
    format!("••••{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_in_one_form() {
        assert_eq!(
            check(Input::Phone, "+1 (202) 555-0147"),
            Ok(Some("+12025550147".into()))
        );
        assert_eq!(
            check(Input::Email, "Ana@Example.COM"),
            Ok(Some("Ana@example.com".into()))
        );
        assert_eq!(
            check(Input::Country, "united states"),
            Ok(Some("US".into()))
        );
        assert_eq!(check(Input::Text, "   "), Ok(None));
    }

    #[test]
    fn what_pays_is_masked_and_last_four_digits_are_mask_enough() {
        assert_eq!(
            masked_payment("DE89 3704 0044 0532 0130 00").as_deref(),
            Some("••••3000")
        );
        assert_eq!(masked_payment("tok_9f").as_deref(), Some("••••9f"));
        assert_eq!(masked_payment("4242"), None);
    }

    #[test]
    fn a_fact_that_is_named_in_words_is_known_to_be_masked() {
        for what in ["Date of birth", "Passport no.", "Nationality", "IBAN"] {
            assert!(speaks_of_sensitive(what), "{what}");
        }
        for what in ["Name", "Street address", "Registered seat"] {
            assert!(!speaks_of_sensitive(what), "{what}");
        }
    }

    #[test]
    fn a_telephone_number_is_no_card_number_and_a_card_number_no_telephone() {
        let phone = "+4916012345678901";
        let luhn = (0..10)
            .map(|digit| format!("{}{digit}", phone.get(..13).unwrap_or_default()))
            .find(|number| text::holds_card_number(number))
            .unwrap();
        assert_eq!(check(Input::Phone, &luhn), Ok(Some(luhn.clone())));
        let card = check(Input::Phone, "4111 1111 1111 1111").unwrap_err();
        assert_eq!(card.code(), "E-TEXT-CARD");
        assert!(!card.to_string().contains("4111"), "it is not echoed");
    }

    #[test]
    fn what_cannot_be_is_refused_with_a_remedy() {
        for (input, value) in [
            (Input::Phone, "202 555 0147"),
            (Input::Phone, "+1"),
            (Input::Email, "nobody"),
            (Input::Email, "a b@example.com"),
            (Input::Date, "01/02/2026"),
            (Input::Date, "2026-02-30"),
            (Input::Country, "Untied States"),
            (Input::Text, "4111 1111 1111 1111"),
        ] {
            let error = check(input, value).unwrap_err();
            let sentence = error.to_string();
            assert!(
                sentence.contains("Write") || sentence.contains("Delete"),
                "{sentence} must say what to do"
            );
        }
    }
}
