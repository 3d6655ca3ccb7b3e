//! Letters and memos: templates with versions, filling them from what is known, and what became of a letter. Prints nothing.

use crate::customer::CustomerFile;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The template whose delivery is the notice of D-36.
pub const NOTICE: &str = "notice";
/// The longest letter, in characters.
pub const LONGEST: usize = 12_000;

/// To whom a text is written: each kind of addressee has placeholders of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// A customer.
    #[default]
    Customer,
    /// A reseller whose CIP is asked for.
    Reseller,
    /// The Department.
    Department,
    /// The file: the memo on an offering's scope (D-01).
    Offering,
    /// The file: why a head of the risk assessment is rated as it is (D-05).
    RiskHead,
    /// The file: the note on the threats outside (D-60).
    Landscape,
    /// The file: the belief statement on a customer (D-04).
    Belief,
    /// The file: what another step of a customer's case asks to be written down.
    CustomerStep,
    /// The file: what a step of a case of another kind asks to be written down.
    CaseStep,
    /// The file: what a step of a part of a case asks to be written down.
    PartStep,
}

impl Audience {
    /// The word that crosses to the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Reseller => "reseller",
            Self::Department => "department",
            Self::Offering => "offering",
            Self::RiskHead => "risk_head",
            Self::Landscape => "landscape",
            Self::Belief => "belief",
            Self::CustomerStep => "customer_step",
            Self::CaseStep => "case_step",
            Self::PartStep => "part_step",
        }
    }

    /// Those it is written to, as a sentence has them.
    pub fn whom(self) -> &'static str {
        match self {
            Self::Customer => "customers",
            Self::Reseller => "resellers",
            Self::Department => "the Department",
            Self::Offering => "the file of an offering",
            Self::RiskHead | Self::Landscape => "the file of a risk assessment",
            Self::Belief => "the file of an identity that is believed",
            Self::CustomerStep => "the file of a customer's case",
            Self::CaseStep => "the file of a case",
            Self::PartStep => "the file of a part of a case",
        }
    }

    /// It is a memo: it stays in the file, and goes out to nobody.
    pub fn is_memo(self) -> bool {
        !matches!(self, Self::Customer | Self::Reseller | Self::Department)
    }

    fn is_customer(&self) -> bool {
        *self == Self::Customer
    }
}

/// The cover letter of a production of CIPs (D-67, D-68).
pub const COVER: &str = "copies-cover";

/// A version of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Such as `information-request`.
    pub id: String,
    /// The language, such as `en`.
    #[serde(default = "english")]
    pub language: String,
    /// 1 for the program's own; each change is the next one.
    #[serde(default = "first")]
    pub version: u32,
    /// What it is for.
    pub title: String,
    /// The line at the top, with placeholders.
    pub subject: String,
    /// The text, with placeholders.
    pub body: String,
    /// From which day it is used; none for the program's own.
    #[serde(default)]
    pub effective_from: Option<String>,
    /// The duties behind it.
    #[serde(default)]
    pub duties: Vec<String>,
    /// It asks the customer for something, so that an answer is waited for.
    #[serde(default)]
    pub asks: bool,
    /// To whom it is written.
    #[serde(default, skip_serializing_if = "Audience::is_customer")]
    pub audience: Audience,
}

fn english() -> String {
    "en".to_owned()
}

fn first() -> u32 {
    1
}

/// The program's own texts.
pub fn templates() -> &'static [Template] {
    #[derive(Deserialize)]
    struct File {
        letter: Vec<Template>,
    }
    static OWN: OnceLock<Vec<Template>> = OnceLock::new();
    // A test reads the file, so that it is never empty here.
    OWN.get_or_init(|| {
        toml::from_str::<File>(include_str!("../../../rules/letters.toml"))
            .map(|file| file.letter)
            .unwrap_or_default()
    })
}

/// The text that a memo was made of, kept beside its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeOf {
    /// Such as `scope-memo`.
    pub template: String,
    /// Its version.
    pub version: u32,
    /// The language.
    pub language: String,
}

impl MadeOf {
    /// Whether a text is the one.
    pub fn is(&self, text: &Template) -> bool {
        self.template == text.id && self.version == text.version && self.language == text.language
    }
}

/// How a letter went out, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// The day.
    pub on: String,
    /// How: letter, registered, email, portal, courier.
    pub channel: String,
    /// To whom, where it differs from the letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// The document that proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// Who recorded it: a fingerprint.
    pub by: String,
}

/// A letter to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its id within the customer, such as `L-1`.
    pub id: String,
    /// The template it was made of.
    pub template: String,
    /// That template's version.
    pub version: u32,
    /// The language.
    pub language: String,
    /// Who it is to, and where: lines.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text, without placeholders.
    pub body: String,
    /// Who wrote it last: a fingerprint.
    pub by: String,
    /// The day it was written last.
    pub on: String,
    /// How it went out; none while it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Dispatch>,
    /// What came back for it; none while nothing has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<LetterAnswer>,
}

/// What a customer answered to a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterAnswer {
    /// The day it came.
    pub on: String,
    /// What it says; or that nothing came, and the wait is over.
    pub what: String,
    /// The document that came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Who recorded it: a fingerprint.
    pub by: String,
}

impl Letter {
    /// Whether it asks the customer for something.
    pub fn asks(&self) -> bool {
        templates()
            .iter()
            .any(|template| template.id == self.template && template.asks)
    }
}

/// The placeholders of a text, in the order of their names.
pub fn placeholders(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, next)) = after.split_once('}') else {
            break;
        };
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            found.insert(name.to_owned());
            rest = next;
        } else {
            rest = after;
        }
    }
    found
}

/// The text with what is known put in; what is not known keeps its placeholder, so that it is seen.
pub fn fill(text: &str, known: &BTreeMap<&'static str, String>) -> String {
    let mut filled = text.trim().to_owned();
    for name in placeholders(text) {
        if let Some(value) = known
            .get(name.as_str())
            .filter(|value| !value.trim().is_empty())
        {
            // Braces of a record's own text are no placeholders.
            let value = value.replace('{', "(").replace('}', ")");
            filled = filled.replace(&format!("{{{name}}}"), value.trim());
        }
    }
    filled
}

/// What the record knows of a letter's placeholders. What is internal (reasons, beliefs, notes) is not among it.
pub fn known(file: &CustomerFile, missing: &[String]) -> BTreeMap<&'static str, String> {
    let list = |lines: &mut dyn Iterator<Item = String>| -> String {
        lines
            .map(|line| format!("- {line}"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let mut known = BTreeMap::from([
        ("customer", file.name().to_owned()),
        ("customer_ref", file.reference.clone()),
        (
            "accounts",
            file.accounts
                .iter()
                .map(|account| account.account_ref.clone())
                .collect::<Vec<_>>()
                .join(", "),
        ),
        ("missing", list(&mut missing.iter().cloned())),
        (
            "discrepancies",
            list(
                &mut file
                    .discrepancies
                    .iter()
                    .filter(|one| one.resolution.is_none())
                    .map(|one| {
                        // A letter may be opened by others: what the screen masks is masked on paper too.
                        let (claimed, found) = one.shown();
                        format!(
                            "{}: you wrote \"{claimed}\"; {} says \"{found}\".",
                            one.what, one.source
                        )
                    }),
            ),
        ),
    ]);
    // The document that was not accepted last, and the words for the customer that the reviewer wrote. What is internal stays out.
    let again = file.reviews.iter().rev().find(|one| {
        one.decision != "accept"
            && one.to_customer.is_some()
            && file.review_of(&one.document) == Some(one)
    });
    if let Some(one) = again {
        let what = crate::record::document_type_label(&one.kind).to_lowercase();
        known.insert("document", format!("your {what}"));
        known.insert(
            "reason_for_customer",
            one.to_customer.clone().unwrap_or_default(),
        );
    }
    if let Some(terms) = &file.terms {
        known.insert("restriction", terms.text.clone());
        known.insert("review_on", terms.review_on.clone());
    }
    known
}

/// Where a letter to this customer goes: name and address, in lines.
pub fn address(file: &CustomerFile) -> String {
    let place = ["street_address", "principal_place"]
        .into_iter()
        .find_map(|field| file.value(field));
    let mut lines = vec![file.name().to_owned()];
    lines.extend(
        place
            .iter()
            .flat_map(|place| place.split(','))
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty()),
    );
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::{Dated, PartyKind};

    #[test]
    fn the_programs_own_letters_are_there_for_each_turn_of_a_case() {
        let ids: BTreeSet<&str> = templates().iter().map(|one| one.id.as_str()).collect();
        for id in [
            "notice",
            "information-request",
            "document-again",
            "discrepancy",
            "restriction",
            "refusal",
            "closure",
            "re-verification",
            "reminder",
            "restriction-lifted",
            "redress-answer",
        ] {
            assert!(ids.contains(id), "{id}");
        }
        assert_eq!(ids.len(), templates().len(), "each id once");
        for one in templates() {
            assert!(
                one.audience.is_memo() || one.body.contains("{organisation}"),
                "{} says who writes",
                one.id
            );
            assert!(!one.duties.is_empty(), "{}", one.id);
        }
        for place in [
            Audience::Offering,
            Audience::RiskHead,
            Audience::Landscape,
            Audience::Belief,
            Audience::CustomerStep,
            Audience::CaseStep,
            Audience::PartStep,
        ] {
            assert!(
                templates().iter().any(|one| one.audience == place),
                "there is a text for {place:?}"
            );
        }
        for id in ["restriction", "refusal", "closure"] {
            let one = templates()
                .iter()
                .find(|one| one.id == id)
                .map(|one| one.body.as_str());
            assert!(
                one.is_some_and(|body| body.contains("{redress_contact}")),
                "{id} names the way to redress"
            );
        }
    }

    #[test]
    fn what_is_not_known_keeps_its_name() {
        let mut file = CustomerFile::new("C-000001", None, PartyKind::Individual);
        file.fields.insert(
            "full_legal_name".to_owned(),
            Dated {
                values: vec!["A {missing} B".to_owned()],
                entry: 1,
            },
        );
        let filled = fill(
            "Dear {customer}: {missing} by {answer_by} {Not} {",
            &known(&file, &["Telephone".to_owned()]),
        );
        assert_eq!(
            filled,
            "Dear A (missing) B: - Telephone by {answer_by} {Not} {"
        );
        assert_eq!(
            placeholders(&filled),
            BTreeSet::from(["answer_by".to_owned()])
        );
    }
}
