//! What opens a settled case again, by itself or by a person (domain 3.1: MONITORING to REVERIFY), and what each event must say. It finds
//! the event in what changed; who writes the entry is the use case's business.

use crate::{
    country::Country,
    customer::{Account, CustomerFile, Payment, UsStatus, Values},
    field, onboarding,
    rulebook::Rulebook,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why a case is open again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Somebody became an owner who is not shown to be a U.S. person (D-24).
    Owner,
    /// An account, or a part of it, was resold to a foreign person (D-24).
    Resale,
    /// The address or its country changed (D-35).
    Address,
    /// A means of payment from another country was recorded (D-35).
    Payment,
    /// A red flag was recorded (D-35).
    RedFlag,
    /// The document that somebody was verified by has expired (D-35).
    Document,
    /// The interval of the risk tier has passed (D-35).
    Interval,
    /// Somebody who was shown to be a U.S. person, or verified, is so no longer.
    Doubt,
    /// A case of another kind reached the customer.
    Case,
    /// Two records became one.
    Merge,
    /// A person said so.
    Person,
}

impl Trigger {
    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Owner => "New owner",
            Self::Resale => "Resale to a foreign person",
            Self::Address => "Address changed",
            Self::Payment => "Country of payment changed",
            Self::RedFlag => "Red flag",
            Self::Document => "Document expired",
            Self::Interval => "Interval has passed",
            Self::Doubt => "Earlier finding in doubt",
            Self::Case => "Another case",
            Self::Merge => "Two records became one",
            Self::Person => "Opened by a person",
        }
    }
}

fn country_name(code: &str) -> &str {
    Country::parse(code).map_or(code, |country| country.name())
}

/// The event in what becomes known of a customer, however it was learned: a form, an import, a document.
pub fn event_in(
    file: &CustomerFile,
    after: &Values,
    accounts: &[Account],
) -> Option<(Trigger, String)> {
    let moved = moved(file, after).map(|why| (Trigger::Address, why));
    moved.or_else(|| paid_from_elsewhere(file, accounts).map(|why| (Trigger::Payment, why)))
}

/// The event in a change of fields: an address or a country that was known is another now.
fn moved(file: &CustomerFile, after: &Values) -> Option<String> {
    let changed = |id: &&str| {
        after
            .get(*id)
            .is_some_and(|now| now.as_slice() != file.values(id))
            && !file.values(id).is_empty()
    };
    let id = [
        "country",
        "jurisdiction",
        "street_address",
        "principal_place",
    ]
    .into_iter()
    .find(changed)?;
    let found = field::find(id);
    let label = found.map_or(id, |field| field.label);
    let is_country = found.is_some_and(|field| field.input == field::Input::Country);
    let words = |values: &[String]| match values.first() {
        None => "nothing".to_owned(),
        Some(code) if is_country => country_name(code).to_owned(),
        Some(text) => text.split('\n').collect::<Vec<_>>().join(", "),
    };
    let now = after.get(id).map(Vec::as_slice).unwrap_or_default();
    Some(format!(
        "{label} changed from {} to {}",
        words(file.values(id)),
        words(now)
    ))
}

fn countries<'a>(accounts: impl Iterator<Item = &'a Account>) -> Vec<&'a str> {
    accounts
        .flat_map(|account| &account.payments)
        .filter_map(|payment| payment.country.as_deref())
        .collect()
}

/// The event in new means of payment: one from a country from which none was paid before, where a country was known.
pub fn paid_from_elsewhere(file: &CustomerFile, after: &[Account]) -> Option<String> {
    let known = countries(file.accounts.iter());
    if known.is_empty() {
        return None;
    }
    let there = |payment: &Payment| {
        file.accounts
            .iter()
            .flat_map(|account| &account.payments)
            .any(|before| before.id == payment.id && before.country == payment.country)
    };
    after
        .iter()
        .flat_map(|account| {
            account
                .payments
                .iter()
                .map(move |payment| (account, payment))
        })
        .filter(|(_, payment)| !there(payment))
        .find_map(|(account, payment)| {
            let country = payment
                .country
                .as_deref()
                .filter(|country| !known.contains(country))?;
            Some(format!(
                "Account {} is paid from {} now; before, payment came from {}",
                account.account_ref,
                country_name(country),
                known
                    .iter()
                    .map(|code| country_name(code))
                    .collect::<std::collections::BTreeSet<_>>()
                    .into_iter()
                    .collect::<Vec<_>>()
                    .join(", ")
            ))
        })
}

/// The event in a determination or an attempt to verify: the customer or a beneficial owner of a settled case is shown no longer to be a
/// U.S. person, and is not verified; so no account of theirs may be used freely (invariant i).
pub fn in_doubt(file: &CustomerFile, rules: &Rulebook) -> Option<String> {
    if !onboarding::MAY_BE_ACTIVE.contains(&file.status.as_str()) {
        return None;
    }
    let counted = file.beneficial_owners(rules);
    file.people().into_iter().find_map(|(about, name, status)| {
        let matters = about == file.reference || counted.contains(&about);
        (matters && status != UsStatus::Us && !file.is_verified(&about)).then(|| match status {
            UsStatus::Undetermined => {
                format!("{name} is not determined any more, and not verified")
            }
            _ => format!("{name} is a foreign person, and not verified"),
        })
    })
}

/// The documents of a customer in use by which somebody was verified, and which have expired since the case was decided: each in a sentence.
/// A document that had expired when somebody decided was known to have.
pub fn expired(file: &CustomerFile, today: NaiveDate) -> Option<String> {
    if !["verified", "monitoring"].contains(&file.status.as_str()) {
        return None;
    }
    let decided: NaiveDate = file
        .path
        .iter()
        .rev()
        .find(|reached| reached.state == "verified")?
        .on
        .parse()
        .ok()?;
    file.expiries()
        .into_iter()
        .filter(|(_, last)| *last < today && *last >= decided)
        .min_by_key(|(_, last)| *last)
        .and_then(|(document, last)| {
            let review = file.review_of(document)?;
            let about = file.person_name(&review.about);
            (file.us_status_of(&review.about) != UsStatus::Us).then(|| {
                format!(
                    "The {} of {about} expired on {last}",
                    crate::record::document_type_label(&review.kind).to_lowercase()
                )
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::{Dated, Determination, PartyKind, Reached, Verification};

    fn file(fields: &[(&str, &str)]) -> CustomerFile {
        let mut file = CustomerFile::new("C-1", None, PartyKind::Individual);
        "monitoring".clone_into(&mut file.status);
        for (id, value) in fields {
            let values = vec![(*value).to_owned()];
            file.fields
                .insert((*id).to_owned(), Dated { values, entry: 1 });
        }
        file
    }

    fn account(id: &str, payments: &[(&str, Option<&str>)]) -> Account {
        Account {
            id: id.to_owned(),
            account_ref: format!("acct-{id}"),
            state: "active".to_owned(),
            products: String::new(),
            opened_on: None,
            closed_on: None,
            resold_to_foreign: None,
            payments: payments
                .iter()
                .map(|(id, country)| Payment {
                    id: (*id).to_owned(),
                    kind: "bank".to_owned(),
                    institution: "Bank".to_owned(),
                    source: "Own".to_owned(),
                    identifier: None,
                    country: country.map(str::to_owned),
                })
                .collect(),
            extra: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn the_event_says_from_where_to_where_somebody_moved() {
        let there = file(&[
            ("country", "DE"),
            ("street_address", "1 Hafenstrasse, Hamburg"),
        ]);
        let set = |id: &str, value: &str| Values::from([(id.to_owned(), vec![value.to_owned()])]);
        assert_eq!(
            moved(&there, &set("country", "FR")).as_deref(),
            Some("Country changed from Germany to France")
        );
        assert!(
            moved(&there, &set("street_address", "2 Rue Verte, Lyon"))
                .is_some_and(|why| why.contains("Hafenstrasse") && why.contains("Lyon"))
        );
        assert_eq!(moved(&there, &set("email", "a@example.de")), None);
        assert_eq!(
            moved(&file(&[]), &set("country", "FR")),
            None,
            "what was not known before has not changed"
        );
        assert_eq!(moved(&there, &set("country", "DE")), None);
    }

    #[test]
    fn a_payment_from_a_country_that_never_paid_is_an_event_and_the_first_that_is_known_is_none() {
        let mut there = file(&[]);
        there.accounts = vec![account("A-1", &[("P-1", Some("DE"))])];
        let with = |country| {
            [account(
                "A-1",
                &[("P-1", Some("DE")), ("P-2", Some(country))],
            )]
        };
        let why = paid_from_elsewhere(&there, &with("CY"));
        assert_eq!(
            why.as_deref(),
            Some("Account acct-A-1 is paid from Cyprus now; before, payment came from Germany")
        );
        assert_eq!(paid_from_elsewhere(&there, &with("DE")), None);
        assert_eq!(
            paid_from_elsewhere(&there, &[account("A-2", &[("P-3", None)])]),
            None
        );
        there.accounts = vec![account("A-1", &[("P-1", None)])];
        assert_eq!(paid_from_elsewhere(&there, &with("CY")), None);
    }

    #[test]
    fn who_is_found_to_be_foreign_without_being_verified_is_in_doubt() {
        let rules = crate::rulebook::Rulebook::of(
            crate::pack::RulePack::builtin("us-iaas-nprm-2024")
                .expect("built in")
                .clone(),
        );
        let mut there = file(&[("full_legal_name", "Ada Byron")]);
        let found = |outcome| Determination {
            about: "C-1".to_owned(),
            test: "none_met".to_owned(),
            outcome,
            evidence: "passport".to_owned(),
            documents: Vec::new(),
            decided_by: "k".to_owned(),
            decided_on: "2026-01-01".to_owned(),
            approved: None,
        };
        there.determinations.push(found(UsStatus::Us));
        assert_eq!(in_doubt(&there, &rules), None);
        there.determinations.push(found(UsStatus::Foreign));
        assert_eq!(
            in_doubt(&there, &rules).as_deref(),
            Some("Ada Byron is a foreign person, and not verified")
        );
        there.verifications.push(Verification {
            about: "C-1".to_owned(),
            method: "non_documentary".to_owned(),
            result: "match".to_owned(),
            document: None,
            basis: "register".to_owned(),
            special: None,
            notes: None,
            performed_by: "k".to_owned(),
            performed_on: "2026-01-02".to_owned(),
        });
        assert_eq!(in_doubt(&there, &rules), None);
        "verifying".clone_into(&mut there.status);
        there.verifications.clear();
        assert_eq!(
            in_doubt(&there, &rules),
            None,
            "a case that is open is open"
        );
        assert_eq!(expired(&there, NaiveDate::MAX), None);
        there.path.push(Reached {
            state: "verified".to_owned(),
            on: "2026-01-01".to_owned(),
            ..Reached::default()
        });
    }
}
