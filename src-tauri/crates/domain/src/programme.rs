//! The organisation's own programme (domain 5.1 to 5.3, 5.16, 5.17; D-01 to D-08): which offerings are in scope and why, the CIP in its versions with
//! the pages where each element stands, the assessment of the risks, the contacts with their dates, and whose CIP it relies on.
//! It must not know storage; what a CIP must hold and which risks are weighed comes from the rule packs.

use crate::{letter::MadeOf, oversight::Mark, rulebook::Rulebook};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the organisation is to the rule (5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// provider, us_reseller, foreign_reseller, mixed.
    pub role: String,
    /// Where it was organised, alpha-2.
    pub jurisdiction: String,
    /// It has furnished no foreign customer yet: no foreign account opens before the first certification is filed (D-08).
    pub new_provider: bool,
    /// Why that is so.
    pub reason: String,
    /// The day of the statement.
    pub on: String,
}

/// What an organisation can be to the rule, and what a person reads.
pub const ROLES: &[(&str, &str)] = &[
    ("provider", "U.S. provider"),
    ("us_reseller", "U.S. reseller"),
    ("foreign_reseller", "Foreign reseller"),
    ("mixed", "Provider and reseller"),
];

/// How many people work there (D-56).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headcount {
    /// As of.
    pub as_of: String,
    /// Employees.
    pub employees: u32,
}

/// An offering and the memo on its scope (5.3, D-01).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Such as `PRD-0001`.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// What it is, and who uses it.
    pub description: String,
    /// managed, unmanaged, virtualised, dedicated, cdn, proxy, dns, other.
    pub form: String,
    /// A customer can run software on it that was not chosen beforehand.
    pub deploys_software: bool,
    /// It is given on trial or free of charge.
    pub trial: bool,
    /// A U.S. person owns it.
    pub us_owned: bool,
    /// It is operated in the United States.
    pub in_us: bool,
    /// yes, no, unclear.
    pub in_scope: String,
    /// Why.
    pub reason: String,
    /// The day of the decision.
    pub decided_on: String,
    /// Offered since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launched: Option<String>,
    /// Offered until.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<String>,
    /// The text that the memo was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_of: Option<MadeOf>,
}

/// Kinds of offering, and what a person reads.
pub const FORMS: &[(&str, &str)] = &[
    ("virtualised", "Virtual machines"),
    ("dedicated", "Dedicated machines"),
    ("managed", "Managed service"),
    ("unmanaged", "Unmanaged service"),
    ("cdn", "Content delivery"),
    ("proxy", "Proxy"),
    ("dns", "Domain names"),
    ("other", "Something else"),
];

/// Whether an offering is in scope, and what a person reads.
pub const SCOPES: &[(&str, &str)] = &[
    ("yes", "In scope"),
    ("no", "Out of scope"),
    ("unclear", "Unclear"),
];

/// A version of the organisation's own CIP (5.16, D-02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCip {
    /// Such as `CIP-0007`; resellers' versions are counted with it.
    pub reference: String,
    /// As the organisation calls it.
    pub version: String,
    /// In force from.
    pub effective_from: String,
    /// Who approved it: a name and a title.
    pub approver: String,
    /// The document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// When it is looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_review_on: Option<String>,
    /// The reliance by which it adopts another's CIP (D-06).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted_from: Option<String>,
    /// Where each element of the rule packs stands in it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub elements: BTreeMap<String, Mark>,
}

/// How one head of the assessment is rated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// low, medium, high.
    pub rating: String,
    /// Why.
    pub text: String,
    /// The text that it was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_of: Option<MadeOf>,
}

/// Ratings of a risk, and what a person reads.
pub const RATINGS: &[(&str, &str)] = &[("low", "Low"), ("medium", "Medium"), ("high", "High")];

/// An assessment of the risks (5.17, D-03, D-05).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Such as `RA-0001`.
    pub reference: String,
    /// The day.
    pub on: String,
    /// The version of the CIP that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cip: Option<String>,
    /// By risk factor of the rule packs.
    pub heads: BTreeMap<String, Head>,
    /// What changed in the threats outside (D-60).
    pub landscape: String,
    /// Who made it.
    pub reviewer: String,
    /// When it is made again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_review_on: Option<String>,
    /// The text that the note on the threats was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landscape_of: Option<MadeOf>,
}

/// A person whom the Department can turn to (5.2, D-51).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Such as `CT-0001`.
    pub reference: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// E-mail address.
    pub email: String,
    /// Telephone.
    pub phone: String,
    /// The primary contact of the CIP; there is one at a time.
    pub primary: bool,
    /// Signs certifications.
    pub signatory: bool,
    /// From.
    pub from: String,
    /// Until; none while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// An agreement to use another provider's CIP (D-06, D-07).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reliance {
    /// Such as `REL-0001`.
    pub reference: String,
    /// Whose CIP.
    pub provider: String,
    /// Which version.
    pub version: String,
    /// The agreement in words: what is relied on.
    pub extent: String,
    /// The agreement as a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// From.
    pub from: String,
    /// Until; none while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// One thing that was recorded of the programme: new, or in the place of what had its reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Stated {
    /// What the organisation is to the rule.
    Standing(Standing),
    /// How many people work there.
    Headcount(Headcount),
    /// An offering.
    Product(Product),
    /// A version of the CIP.
    Cip(OwnCip),
    /// An assessment of the risks.
    Assessment(Assessment),
    /// A contact.
    Contact(Contact),
    /// Reliance on another's CIP.
    Reliance(Reliance),
}

impl Stated {
    /// The record's reference; none where there is one alone.
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Standing(_) | Self::Headcount(_) => None,
            Self::Product(one) => Some(&one.reference),
            Self::Cip(one) => Some(&one.reference),
            Self::Assessment(one) => Some(&one.reference),
            Self::Contact(one) => Some(&one.reference),
            Self::Reliance(one) => Some(&one.reference),
        }
    }
}

/// The programme, with every version of everything that has a reference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Programme {
    /// Statements of what the organisation is, in the order they were made.
    pub standings: Vec<Standing>,
    /// Counts of employees, in the order they were made.
    pub headcounts: Vec<Headcount>,
    /// Offerings.
    pub products: Vec<Product>,
    /// Versions of the CIP.
    pub cips: Vec<OwnCip>,
    /// Assessments.
    pub assessments: Vec<Assessment>,
    /// Contacts.
    pub contacts: Vec<Contact>,
    /// Reliances.
    pub reliances: Vec<Reliance>,
}

fn put<T>(rows: &mut Vec<T>, one: T, reference: impl Fn(&T) -> &str) {
    match rows
        .iter_mut()
        .find(|there| reference(there) == reference(&one))
    {
        Some(there) => *there = one,
        None => rows.push(one),
    }
}

/// The latest of dated things up to a day; of two of one day the later recorded.
fn last_by<'a, T>(rows: &'a [T], on: &str, day: impl Fn(&T) -> &str) -> Option<&'a T> {
    rows.iter()
        .filter(|one| day(one) <= on)
        .max_by(|a, b| day(a).cmp(day(b)))
}

fn stands(from: &str, to: Option<&str>, on: &str) -> bool {
    from <= on && to.is_none_or(|to| on <= to)
}

impl Programme {
    /// Takes in what was recorded.
    pub fn apply(&mut self, stated: &Stated) {
        match stated.clone() {
            Stated::Standing(one) => self.standings.push(one),
            Stated::Headcount(one) => self.headcounts.push(one),
            Stated::Product(one) => put(&mut self.products, one, |row| &row.reference),
            Stated::Cip(one) => put(&mut self.cips, one, |row| &row.reference),
            Stated::Assessment(one) => put(&mut self.assessments, one, |row| &row.reference),
            Stated::Contact(one) => put(&mut self.contacts, one, |row| &row.reference),
            Stated::Reliance(one) => put(&mut self.reliances, one, |row| &row.reference),
        }
    }

    /// What the organisation was to the rule on a day.
    pub fn standing(&self, on: &str) -> Option<&Standing> {
        last_by(&self.standings, on, |one| &one.on)
    }

    /// The last count of employees up to a day.
    pub fn headcount(&self, on: &str) -> Option<&Headcount> {
        last_by(&self.headcounts, on, |one| &one.as_of)
    }

    /// The version of the CIP in force on a day.
    pub fn cip(&self, on: &str) -> Option<&OwnCip> {
        last_by(&self.cips, on, |one| &one.effective_from)
    }

    /// The last assessment up to a day.
    pub fn assessment(&self, on: &str) -> Option<&Assessment> {
        last_by(&self.assessments, on, |one| &one.on)
    }

    /// The primary contact on a day (D-51).
    pub fn primary(&self, on: &str) -> Option<&Contact> {
        self.contacts
            .iter()
            .filter(|one| one.primary && stands(&one.from, one.to.as_deref(), on))
            .max_by(|a, b| a.from.cmp(&b.from))
    }

    /// Offerings on a day: those that were not launched later, and not retired before.
    pub fn offered(&self, on: &str) -> impl Iterator<Item = &Product> {
        self.products.iter().filter(move |one| {
            one.launched.as_deref().is_none_or(|from| from <= on)
                && one.retired.as_deref().is_none_or(|to| on <= to)
        })
    }

    /// The gate of a new provider (D-08), in a sentence: no foreign or undetermined customer gets access before the first certification is
    /// filed. `filed` is the day on which it was sent.
    pub fn gate(&self, today: &str, filed: Option<&str>) -> Option<String> {
        let standing = self.standing(today)?;
        (standing.new_provider && filed.is_none_or(|day| today < day)).then(|| {
            "This organization is recorded as a new provider: it files its first certification (F1) before any customer who is not a U.S. person gets access (proposed). Record the filing as sent, then open the account."
                .to_owned()
        })
    }

    /// What is missing for a programme that could be certified, as of a day: a sentence each, with the duty.
    pub fn gaps(&self, on: &str, rules: &Rulebook) -> Vec<String> {
        use crate::pack::Part;
        let mut gaps = Vec::new();
        if self.standing(on).is_none() {
            gaps.push("It is not recorded what the organization is to the rule: provider, U.S. reseller, foreign reseller.".to_owned());
        }
        if self.offered(on).next().is_none() {
            gaps.push("No offering has a scope memo.".to_owned());
        }
        for product in self.offered(on).filter(|one| one.in_scope == "unclear") {
            gaps.push(format!(
                "Whether {} is in scope is not decided.",
                product.name
            ));
        }
        match self.cip(on) {
            None => gaps.push("There is no CIP in force.".to_owned()),
            Some(cip) => {
                if cip.document.is_none() {
                    gaps.push(format!(
                        "CIP version {} has no document attached.",
                        cip.version
                    ));
                }
                let open: Vec<String> = rules
                    .in_use()
                    .flat_map(|pack| pack.list(Part::MinimumElement))
                    .filter(|element| {
                        cip.elements
                            .get(&element.id)
                            .is_none_or(|mark| mark.standing != "met")
                    })
                    .map(|element| element.label.clone())
                    .collect();
                if !open.is_empty() {
                    gaps.push(format!(
                        "CIP version {} is not shown to hold: {}.",
                        cip.version,
                        open.join("; ")
                    ));
                }
                if cip.next_review_on.as_deref().is_some_and(|day| day < on) {
                    gaps.push(format!(
                        "CIP version {} was to be reviewed by {}.",
                        cip.version,
                        cip.next_review_on.as_deref().unwrap_or_default()
                    ));
                }
            }
        }
        match self.assessment(on) {
            None => gaps.push("No assessment of the risks is recorded.".to_owned()),
            Some(one) => {
                for factor in rules
                    .in_use()
                    .flat_map(|pack| pack.list(Part::RiskFactor))
                    .filter(|factor| !one.heads.contains_key(&factor.id))
                {
                    gaps.push(format!(
                        "The assessment of {} does not rate: {}.",
                        one.on, factor.label
                    ));
                }
                if one.next_review_on.as_deref().is_some_and(|day| day < on) {
                    gaps.push(format!(
                        "The assessment of {} was to be made again by {}.",
                        one.on,
                        one.next_review_on.as_deref().unwrap_or_default()
                    ));
                }
            }
        }
        if self.primary(on).is_none() {
            gaps.push("No primary contact is recorded.".to_owned());
        }
        if self.headcount(on).is_none() {
            gaps.push("The number of employees is not recorded.".to_owned());
        }
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(on: &str, new_provider: bool) -> Stated {
        Stated::Standing(Standing {
            role: "provider".to_owned(),
            jurisdiction: "US".to_owned(),
            new_provider,
            reason: "The first offering abroad".to_owned(),
            on: on.to_owned(),
        })
    }

    fn contact(reference: &str, from: &str, to: Option<&str>) -> Stated {
        Stated::Contact(Contact {
            reference: reference.to_owned(),
            name: format!("Contact {reference}"),
            title: "Counsel".to_owned(),
            email: "c@example.com".to_owned(),
            phone: "+13035550100".to_owned(),
            primary: true,
            signatory: false,
            from: from.to_owned(),
            to: to.map(str::to_owned),
        })
    }

    #[test]
    fn the_gate_of_a_new_provider_is_shut_until_the_first_certification_is_filed() {
        let mut programme = Programme::default();
        assert_eq!(
            programme.gate("2026-11-24", None),
            None,
            "nobody said that it is new"
        );
        programme.apply(&standing("2026-01-01", true));
        assert!(
            programme
                .gate("2026-11-24", None)
                .is_some_and(|why| why.contains("new provider"))
        );
        assert!(
            programme.gate("2026-11-24", Some("2026-11-25")).is_some(),
            "filed tomorrow is not filed"
        );
        assert_eq!(programme.gate("2026-11-24", Some("2026-11-24")), None);
        programme.apply(&standing("2026-06-01", false));
        assert_eq!(
            programme.gate("2026-11-24", None),
            None,
            "it was corrected: it is none"
        );
        assert!(
            programme.gate("2026-03-01", None).is_some(),
            "on that day it was one"
        );
    }

    #[test]
    fn there_is_one_primary_contact_on_each_day() {
        let mut programme = Programme::default();
        programme.apply(&contact("CT-0001", "2025-01-01", Some("2026-05-31")));
        programme.apply(&contact("CT-0002", "2026-06-01", None));
        let on = |day| programme.primary(day).map(|one| one.reference.as_str());
        assert_eq!(on("2024-12-31"), None);
        assert_eq!(on("2026-05-31"), Some("CT-0001"));
        assert_eq!(on("2026-06-01"), Some("CT-0002"));
    }

    #[test]
    fn what_has_its_reference_takes_its_place() {
        let mut programme = Programme::default();
        programme.apply(&contact("CT-0001", "2025-01-01", None));
        programme.apply(&contact("CT-0001", "2025-02-01", None));
        assert_eq!(programme.contacts.len(), 1);
        assert_eq!(programme.contacts[0].from, "2025-02-01");
    }

    #[test]
    fn an_empty_programme_says_everything_that_is_missing() {
        let gaps = Programme::default().gaps("2026-11-24", &Rulebook::default());
        for word in [
            "what the organization is to the rule",
            "scope memo",
            "CIP in force",
            "assessment of the risks",
            "primary contact",
            "number of employees",
        ] {
            assert!(
                gaps.iter().any(|gap| gap.contains(word)),
                "{word}: {gaps:?}"
            );
        }
    }
}
