//! What an answer says: as the page writes it, and as it is kept once every field passed the checks that the screens make.

use super::{FORMAT, Intake};
use crate::{
    field::{self, Input},
    oversight::{AiReporting, Counts, Mark, STANDINGS},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most names, contacts and buyers that an answer lists, each.
const MOST: usize = 200;

/// The file `answers.json`, as the page writes it: texts as typed, nothing of it believed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // named as on the page
pub struct Answers {
    /// [`FORMAT`].
    pub format: String,
    /// The vault that asked.
    pub vault: String,
    /// The request, and what binds the answer to it.
    pub request: String,
    pub nonce: String,
    /// Made for this answer alone.
    pub answer: String,
    pub reseller: String,
    /// Who filled it in: a name and a title.
    pub answered_by: String,
    #[serde(default)]
    pub names: Vec<String>,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub buys_from: String,
    #[serde(default)]
    pub sells_on: Vec<SoldTo>,
    #[serde(default)]
    pub contacts: Vec<Contact>,
    #[serde(default)]
    pub cip: Option<StatedCip>,
    #[serde(default)]
    pub elements: BTreeMap<String, Mark>,
    #[serde(default)]
    pub attestation: Option<StatedAttestation>,
    #[serde(default)]
    pub counts: Option<TypedCounts>,
    #[serde(default)]
    pub ai_reporting: Option<AiReporting>,
}

/// Whom a reseller sells on to, and where they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoldTo {
    /// Name.
    pub name: String,
    /// Country, alpha-2.
    pub country: String,
}

/// Whom to speak to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// E-mail address.
    #[serde(default)]
    pub email: String,
    /// Telephone, E.164.
    #[serde(default)]
    pub phone: String,
}

/// The version of the CIP that came with the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedCip {
    /// Version as the reseller calls it.
    pub version: String,
    /// In force from.
    pub effective_from: String,
    /// The document's name on the reseller's computer.
    pub file: String,
}

/// What was attested, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedAttestation {
    /// The day.
    pub on: String,
    /// A name and a title.
    pub signatory: String,
    /// The statements, by their ids in the rule packs.
    pub statements: Vec<String>,
}

/// Counts as somebody typed them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct TypedCounts {
    pub as_of: String,
    pub customers: String,
    pub unverified: String,
}

/// What an answer states, checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stated {
    /// Who filled it in.
    pub answered_by: String,
    /// Other names it uses.
    pub names: Vec<String>,
    /// Address.
    pub address: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whom it buys from, in its own words.
    pub buys_from: Option<String>,
    /// Whom it sells on to.
    pub sells_on: Vec<SoldTo>,
    /// Whom to speak to.
    pub contacts: Vec<Contact>,
    /// Its CIP.
    pub cip: Option<StatedCip>,
    /// Where it says that each element stands.
    pub elements: BTreeMap<String, Mark>,
    /// What it attests.
    pub attestation: Option<StatedAttestation>,
    /// Its counts.
    pub counts: Option<Counts>,
    /// Whether it reports AI training.
    pub ai_reporting: Option<AiReporting>,
}

/// A field that cannot be kept: where, the code, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field's name in the file.
    pub field: String,
    /// The code.
    pub code: String,
    /// The sentence.
    pub sentence: String,
}

/// The check of one answer, as its faults come together.
struct Check {
    today: NaiveDate,
    faults: Vec<Fault>,
}

impl Check {
    fn fault(&mut self, field: &str, code: &str, sentence: impl Into<String>) {
        self.faults.push(Fault {
            field: field.to_owned(),
            code: code.to_owned(),
            sentence: sentence.into(),
        });
    }

    /// What a screen would keep of the same text.
    fn one(&mut self, field: &str, input: Input, text: &str) -> Option<String> {
        field::check(input, text).unwrap_or_else(|why| {
            self.fault(field, why.code(), why.to_string());
            None
        })
    }

    fn wanted(&mut self, field: &str, input: Input, text: &str) -> String {
        let before = self.faults.len();
        let found = self.one(field, input, text);
        if found.is_none() && self.faults.len() == before {
            self.fault(field, "E-INTAKE-EMPTY", "It is empty. Ask for it again.");
        }
        found.unwrap_or_default()
    }

    /// A day that something happened on: it does not lie ahead.
    fn past(&mut self, field: &str, text: &str) -> String {
        let day = self.wanted(field, Input::Date, text);
        if field::date(&day).is_some_and(|date| date > self.today) {
            self.fault(
                field,
                "E-FIELD-FUTURE",
                format!("{day} lies in the future. Ask for the day it happened."),
            );
        }
        day
    }

    fn number(&mut self, field: &str, text: &str) -> u32 {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits => number,
            _ => {
                let short: String = text.chars().take(20).collect();
                self.fault(
                    field,
                    "E-RESELLER-COUNTS",
                    format!(
                        "\"{short}\" is no number of customers. Ask for a whole number in digits."
                    ),
                );
                0
            }
        }
    }

    fn few(&mut self, field: &str, length: usize) {
        if length > MOST {
            self.fault(
                field,
                "E-INTAKE-MANY",
                format!("{length} are too many for one file (limit {MOST}). Ask for a list as a document."),
            );
        }
    }
}

impl Answers {
    /// Whether it answers this vault's request, the one of the name that it gives: the code and the sentence of what does not fit.
    ///
    /// # Errors
    /// `E-INTAKE-FORM` for another form, `E-INTAKE-VAULT`, `E-INTAKE-REQUEST`.
    pub fn belongs(&self, vault: &str, asked: Option<&Intake>) -> Result<(), Fault> {
        let fault = |field: &str, code: &str, sentence: &str| {
            Err(Fault {
                field: field.to_owned(),
                code: code.to_owned(),
                sentence: sentence.to_owned(),
            })
        };
        if self.format != FORMAT {
            return fault(
                "format",
                "E-INTAKE-FORM",
                "The answer is in a form that this CIP Desk does not know. Update this computer, or send a request made by it.",
            );
        }
        if self.vault != vault {
            return fault(
                "vault",
                "E-INTAKE-VAULT",
                "It answers a request of another vault. Open that vault, or send the reseller a request from this one.",
            );
        }
        let fits = asked.is_some_and(|asked| {
            self.request == asked.reference
                && self.nonce == asked.nonce
                && self.reseller == asked.reseller
        });
        if !fits {
            return fault(
                "request",
                "E-INTAKE-REQUEST",
                "It does not fit the request that it names: the page was changed, or made by somebody else. Send a request again.",
            );
        }
        Ok(())
    }

    /// What it states, each field checked as a screen would; all that cannot be kept, otherwise. `attached` says whether a document came along.
    ///
    /// # Errors
    /// Every fault, in the order of the page.
    pub fn check(
        &self,
        asked: &Intake,
        attached: bool,
        today: NaiveDate,
    ) -> Result<Stated, Vec<Fault>> {
        let mut check = Check {
            today,
            faults: Vec::new(),
        };
        let unique = |text: &str| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !unique(&self.answer) {
            check.fault(
                "answer",
                "E-INTAKE-FORM",
                "The answer carries no number of its own, so it could be shown twice. Ask for it again, made with the page.",
            );
        }
        check.few("names", self.names.len());
        check.few("contacts", self.contacts.len());
        check.few("sells_on", self.sells_on.len());
        if !check.faults.is_empty() {
            return Err(check.faults);
        }
        let stated = Stated {
            answered_by: check.wanted("answered_by", Input::Text, &self.answered_by),
            names: self
                .names
                .iter()
                .filter_map(|name| check.one("names", Input::Text, name))
                .collect(),
            address: check.one("address", Input::Long, &self.address),
            email: check.one("email", Input::Email, &self.email),
            buys_from: check.one("buys_from", Input::Text, &self.buys_from),
            sells_on: self
                .sells_on
                .iter()
                .map(|one| SoldTo {
                    name: check.wanted("sells_on.name", Input::Text, &one.name),
                    country: check.wanted("sells_on.country", Input::Country, &one.country),
                })
                .collect(),
            contacts: self
                .contacts
                .iter()
                .map(|one| contact(&mut check, one))
                .collect(),
            cip: self.cip.as_ref().map(|cip| StatedCip {
                version: check.wanted("cip.version", Input::Text, &cip.version),
                effective_from: check.wanted(
                    "cip.effective_from",
                    Input::Date,
                    &cip.effective_from,
                ),
                file: check.wanted("cip.file", Input::Text, &cip.file),
            }),
            elements: elements(&mut check, asked, &self.elements),
            attestation: self
                .attestation
                .as_ref()
                .map(|one| attestation(&mut check, asked, one)),
            counts: self.counts.as_ref().map(|one| counts(&mut check, one)),
            ai_reporting: self.ai_reporting.as_ref().map(|one| AiReporting {
                as_of: check.past("ai_reporting.as_of", &one.as_of),
                ok: one.ok,
            }),
        };
        if self.cip.is_some() != attached {
            check.fault(
                "cip",
                "E-INTAKE-CIP",
                if attached {
                    "A document came along, but the answer does not say which version of the CIP it is. Ask for it again."
                } else {
                    "The answer names a version of the CIP, but the document did not come along. Ask for it again."
                },
            );
        }
        if check.faults.is_empty() {
            Ok(stated)
        } else {
            Err(check.faults)
        }
    }
}

fn contact(check: &mut Check, one: &Contact) -> Contact {
    let text = |found: Option<String>| found.unwrap_or_default();
    Contact {
        name: check.wanted("contacts.name", Input::Text, &one.name),
        title: text(check.one("contacts.title", Input::Text, &one.title)),
        email: text(check.one("contacts.email", Input::Email, &one.email)),
        phone: text(check.one("contacts.phone", Input::Phone, &one.phone)),
    }
}

fn elements(
    check: &mut Check,
    asked: &Intake,
    given: &BTreeMap<String, Mark>,
) -> BTreeMap<String, Mark> {
    let mut kept = BTreeMap::new();
    for (id, mark) in given {
        let known = asked.elements.iter().find(|element| element.id == *id);
        let standing = STANDINGS.iter().any(|(word, _)| *word == mark.standing);
        let Some(element) = known.filter(|_| standing) else {
            check.fault(
                "elements",
                "E-CIP-ELEMENT",
                "An element was marked that was not asked for, or in a word that is none. The page was changed: send a request again.",
            );
            break;
        };
        let page = mark.page.as_deref().unwrap_or_default();
        let page = check.one("elements.page", Input::Text, page);
        if mark.standing == "met" && page.is_none() {
            check.fault(
                "elements.page",
                "E-CIP-PAGE",
                format!(
                    "{}: it is marked as met, without the page where it stands.",
                    element.label
                ),
            );
        }
        let standing = mark.standing.clone();
        kept.insert(id.clone(), Mark { standing, page });
    }
    kept
}

fn attestation(check: &mut Check, asked: &Intake, one: &StatedAttestation) -> StatedAttestation {
    let mut statements: Vec<String> = Vec::new();
    for id in &one.statements {
        if !asked.attestations.iter().any(|point| point.id == *id) || statements.contains(id) {
            check.fault(
                "attestation.statements",
                "E-INTAKE-STATEMENT",
                "A statement was attested that was not asked for, or twice. The page was changed: send a request again.",
            );
            break;
        }
        statements.push(id.clone());
    }
    StatedAttestation {
        on: check.past("attestation.on", &one.on),
        signatory: check.wanted("attestation.signatory", Input::Text, &one.signatory),
        statements,
    }
}

fn counts(check: &mut Check, one: &TypedCounts) -> Counts {
    let counts = Counts {
        as_of: check.past("counts.as_of", &one.as_of),
        customers: check.number("counts.customers", &one.customers),
        unverified: check.number("counts.unverified", &one.unverified),
    };
    if counts.unverified > counts.customers {
        check.fault(
            "counts.unverified",
            "E-RESELLER-COUNTS",
            format!(
                "{} customers are not verified, and there are {} in all. Ask which is right.",
                counts.unverified, counts.customers
            ),
        );
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::tests::intake;
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        "2026-11-24".parse().unwrap()
    }

    fn answers() -> Answers {
        let asked = intake();
        Answers {
            format: FORMAT.to_owned(),
            vault: "v".to_owned(),
            request: asked.reference.clone(),
            nonce: asked.nonce.clone(),
            answer: "a".repeat(32),
            reseller: asked.reseller,
            answered_by: "Mei Tan, compliance".to_owned(),
            cip: Some(StatedCip {
                version: "2026.2".to_owned(),
                effective_from: "2026-10-01".to_owned(),
                file: "CIP.pdf".to_owned(),
            }),
            elements: BTreeMap::from([(
                "written".to_owned(),
                Mark {
                    standing: "met".to_owned(),
                    page: Some("3".to_owned()),
                },
            )]),
            counts: Some(TypedCounts {
                as_of: "2026-11-01".to_owned(),
                customers: "420".to_owned(),
                unverified: "3".to_owned(),
            }),
            ..Answers::default()
        }
    }

    fn codes(answers: &Answers) -> Vec<String> {
        match answers.check(&intake(), true, day()) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.into_iter().map(|fault| fault.code).collect(),
        }
    }

    #[test]
    fn an_answer_belongs_to_the_one_request_that_it_was_made_for() {
        let code = |change: &dyn Fn(&mut Answers)| {
            let mut one = answers();
            change(&mut one);
            one.belongs("v", Some(&intake()))
                .err()
                .map(|fault| fault.code)
        };
        assert_eq!(code(&|_| {}), None);
        for (change, wanted) in [
            (
                (&|one: &mut Answers| one.format = "cipdesk-intake/9".to_owned())
                    as &dyn Fn(&mut Answers),
                "E-INTAKE-FORM",
            ),
            (
                &|one: &mut Answers| one.vault = "w".to_owned(),
                "E-INTAKE-VAULT",
            ),
            (
                &|one: &mut Answers| one.request = "IN-0002".to_owned(),
                "E-INTAKE-REQUEST",
            ),
            (
                &|one: &mut Answers| one.nonce = "1".repeat(32),
                "E-INTAKE-REQUEST",
            ),
            (
                &|one: &mut Answers| one.reseller = "RS-0002".to_owned(),
                "E-INTAKE-REQUEST",
            ),
        ] {
            assert_eq!(code(change).as_deref(), Some(wanted));
        }
    }

    #[test]
    fn every_field_is_judged_as_a_screen_would_judge_it() {
        assert!(codes(&answers()).is_empty());
        for (text, why) in [
            ("1e400", "no whole number"),
            ("-1", "less than none"),
            ("NaN", "no number"),
            ("", "nothing"),
            ("99999999999999999999", "more than there are people"),
            ("4 20", "two numbers"),
        ] {
            let mut one = answers();
            if let Some(counts) = &mut one.counts {
                counts.customers = text.to_owned();
            }
            assert!(
                codes(&one).contains(&"E-RESELLER-COUNTS".to_owned()),
                "{text:?}: {why}"
            );
        }
        let mut ahead = answers();
        if let Some(counts) = &mut ahead.counts {
            counts.as_of = "2026-11-25".to_owned();
        }
        assert_eq!(codes(&ahead), ["E-FIELD-FUTURE"]);
        let mut unpaged = answers();
        unpaged.elements.get_mut("written").unwrap().page = None;
        assert_eq!(codes(&unpaged), ["E-CIP-PAGE"]);
        let mut other = answers();
        let mark = other.elements.remove("written").unwrap();
        other.elements.insert("not_asked".to_owned(), mark);
        assert_eq!(codes(&other), ["E-CIP-ELEMENT"]);
        let mut alone = answers();
        alone.cip = None;
        assert_eq!(codes(&alone), ["E-INTAKE-CIP"], "a document nobody named");
        let mut nobody = answers();
        nobody.answered_by = "  ".to_owned();
        assert_eq!(codes(&nobody), ["E-INTAKE-EMPTY"]);
        let mut many = answers();
        many.names = vec!["x".to_owned(); MOST + 1];
        assert_eq!(codes(&many), ["E-INTAKE-MANY"]);
        let mut again = answers();
        again.answer = "once".to_owned();
        assert_eq!(codes(&again), ["E-INTAKE-FORM"]);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_kept_checked_or_refused_and_never_both(
            customers in "\\PC{0,12}", unverified in "\\PC{0,12}", as_of in "\\PC{0,12}", name in "\\PC{0,40}", email in "\\PC{0,40}", page in "\\PC{0,20}"
        ) {
            let mut one = answers();
            one.counts = Some(TypedCounts { as_of, customers, unverified });
            one.names = vec![name];
            one.email = email;
            one.elements.get_mut("written").unwrap().page = Some(page);
            if let Ok(stated) = one.check(&intake(), true, day()) {
                let counts = stated.counts.unwrap();
                prop_assert!(counts.unverified <= counts.customers);
                prop_assert!(crate::field::date(&counts.as_of).is_some_and(|at| at <= day()));
                prop_assert!(stated.elements["written"].page.is_some());
            }
        }
    }
}
