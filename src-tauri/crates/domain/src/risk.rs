//! The risk rating (D-04): a table of points that is data, each point with what it was given for; a person may decide otherwise, with a
//! reason. And when a settled customer is verified again (D-35). Writes nothing.

use crate::{
    country::Country,
    customer::{CustomerFile, PartyKind, UsStatus},
};
use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Test {
    NotUs,
    Country,
    OwnerUndetermined,
    OwnerEntity,
    NoOwner,
    Payment,
    NoPayment,
    Product,
    Discrepancy,
    Unverified,
    Mismatch,
}

/// A row of the table: points for something.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// Its id.
    pub id: String,
    /// What it is given for.
    pub label: String,
    /// How many points.
    pub points: u32,
    test: Test,
    #[serde(default)]
    values: Vec<String>,
}

/// A tier, and from how many points it begins.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// low, medium, high.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// From so many points.
    pub from: u32,
    /// After so many months the customer is verified again.
    pub reverify_months: u32,
}

/// The table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: u32,
    /// Where it comes from.
    pub cite: String,
    /// The rows.
    pub factor: Vec<Factor>,
    /// The tiers, the lowest first.
    pub tier: Vec<Tier>,
}

/// The table in use.
pub fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // A test reads the file, so that it is never empty here.
    TABLE.get_or_init(|| {
        toml::from_str(include_str!("../../../rules/risk.toml")).unwrap_or_else(|_| Table {
            title: String::new(),
            version: 0,
            cite: String::new(),
            factor: Vec::new(),
            tier: Vec::new(),
        })
    })
}

/// A person's decision on the tier, whatever the points say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskDecision {
    /// The tier.
    pub tier: String,
    /// Why.
    pub reason: String,
    /// Who: a fingerprint.
    pub by: String,
    /// The day.
    pub on: String,
}

/// Points, and what they were given for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The row's label.
    pub label: String,
    /// The points.
    pub points: u32,
    /// What in the record it is.
    pub why: String,
}

/// A rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// The tier that counts: what a person decided; else the higher of the points' and the register's.
    pub tier: String,
    /// The tier that the points give.
    pub by_points: String,
    /// All points.
    pub points: u32,
    /// What they were given for.
    pub given: Vec<Given>,
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<&str> = names.collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// What in a record a row is about; none where nothing is.
fn found(file: &CustomerFile, factor: &Factor) -> Option<String> {
    let has = |value: &str| {
        factor
            .values
            .iter()
            .any(|known| known.eq_ignore_ascii_case(value))
    };
    let owners = || file.owners.iter().filter(|owner| owner.valid_to.is_none());
    let payments = || file.accounts.iter().flat_map(|account| &account.payments);
    match factor.test {
        Test::NotUs => match file.us_status() {
            UsStatus::Us => None,
            UsStatus::Foreign => Some("The customer is a foreign person".to_owned()),
            UsStatus::Undetermined => Some("The customer is not determined yet".to_owned()),
        },
        Test::Country => {
            let all = std::iter::once(file.country())
                .chain(owners().filter_map(|owner| owner.country.as_deref()));
            let mut found: Vec<&str> = all.filter(|code| has(code)).collect();
            found.sort_unstable();
            found.dedup();
            names(found.into_iter().map(|code| match Country::parse(code) {
                Ok(country) => country.name(),
                Err(_) => code,
            }))
        }
        Test::OwnerUndetermined => names(
            owners()
                .filter(|owner| file.us_status_of(&owner.id) == UsStatus::Undetermined)
                .map(|owner| owner.name.as_str()),
        ),
        Test::OwnerEntity => names(
            owners()
                .filter(|owner| owner.kind == PartyKind::Entity)
                .map(|owner| owner.name.as_str()),
        ),
        Test::NoOwner => (file.kind == PartyKind::Entity && owners().next().is_none())
            .then(|| "No owner is recorded".to_owned()),
        Test::Payment => names(
            payments()
                .filter(|one| has(&one.kind))
                .map(|one| one.institution.as_str()),
        ),
        Test::NoPayment => names(
            file.accounts
                .iter()
                .filter(|one| {
                    matches!(one.state.as_str(), "active" | "restricted") && one.payments.is_empty()
                })
                .map(|one| one.account_ref.as_str()),
        ),
        Test::Product => names(
            file.accounts
                .iter()
                .filter(|one| {
                    let words = one.products.to_lowercase();
                    one.state != "closed"
                        && factor
                            .values
                            .iter()
                            .any(|value| words.contains(value.as_str()))
                })
                .map(|one| one.products.as_str()),
        ),
        Test::Discrepancy => names(
            file.discrepancies
                .iter()
                .filter(|one| one.resolution.is_none())
                .map(|one| one.what.as_str()),
        ),
        Test::Unverified => crate::onboarding::UNVERIFIED
            .contains(&file.status.as_str())
            .then(|| crate::onboarding::MACHINE.label(&file.status).to_owned()),
        Test::Mismatch => {
            let mut last: Vec<&crate::customer::Verification> = Vec::new();
            for one in &file.verifications {
                last.retain(|there| there.about != one.about);
                last.push(one);
            }
            names(
                last.into_iter()
                    .filter(|one| matches!(one.result.as_str(), "mismatch" | "partial"))
                    .map(|one| one.basis.as_str()),
            )
        }
    }
}

fn tier_of(table: &Table, points: u32) -> Option<&Tier> {
    table.tier.iter().rev().find(|tier| points >= tier.from)
}

/// Rates a customer.
pub fn rate(file: &CustomerFile) -> Rating {
    let table = table();
    let given: Vec<Given> = table
        .factor
        .iter()
        .filter_map(|factor| {
            Some(Given {
                label: factor.label.clone(),
                points: factor.points,
                why: found(file, factor)?,
            })
        })
        .collect();
    let points = given.iter().map(|one| one.points).sum();
    let by_points = tier_of(table, points).map_or_else(String::new, |tier| tier.id.clone());
    let place = |id: &str| table.tier.iter().position(|tier| tier.id == id);
    // What the register already says is never rated lower by the table.
    let stated = file
        .value("risk_tier")
        .map(str::to_lowercase)
        .filter(|tier| place(tier) > place(&by_points));
    let tier = match &file.risk {
        Some(decided) => decided.tier.clone(),
        None => stated.unwrap_or_else(|| by_points.clone()),
    };
    Rating {
        tier,
        by_points,
        points,
        given,
    }
}

/// The day on which a customer in use is verified again: so long after the last decision as its tier says (D-35).
pub fn reverify_on(file: &CustomerFile) -> Option<NaiveDate> {
    if !crate::onboarding::MAY_BE_ACTIVE.contains(&file.status.as_str()) {
        return None;
    }
    let decided = file
        .path
        .iter()
        .rev()
        .find(|reached| matches!(reached.state.as_str(), "verified" | "us_cleared"))?;
    let day: NaiveDate = decided.on.parse().ok()?;
    let rating = rate(file);
    let tier = table().tier.iter().find(|tier| tier.id == rating.tier)?;
    day.checked_add_months(Months::new(tier.reverify_months))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::{Dated, Reached};

    fn firm(country: &str) -> CustomerFile {
        let mut file = CustomerFile::new("C-1", None, PartyKind::Entity);
        let values = vec![country.to_owned()];
        file.fields
            .insert("jurisdiction".to_owned(), Dated { values, entry: 1 });
        file
    }

    #[test]
    fn each_point_says_what_it_was_given_for() {
        assert!(
            table().factor.len() > 8 && table().tier.len() == 3,
            "the file is read"
        );
        let rating = rate(&firm("RU"));
        assert_eq!((rating.points, rating.tier.as_str()), (60, "high"));
        let words: Vec<&str> = rating.given.iter().map(|one| one.why.as_str()).collect();
        assert!(words.contains(&"No owner is recorded"), "{words:?}");
        assert_eq!(
            rating.points,
            rating.given.iter().map(|one| one.points).sum::<u32>()
        );
        assert_eq!(rate(&firm("DE")).tier, "medium");
    }

    #[test]
    fn the_register_is_never_rated_down_by_points_and_a_person_decides_over_both() {
        let mut file = firm("DE");
        let stated = |tier: &str| Dated {
            values: vec![tier.to_owned()],
            entry: 1,
        };
        file.fields.insert("risk_tier".to_owned(), stated("high"));
        assert_eq!(rate(&file).tier, "high");
        file.fields.insert("risk_tier".to_owned(), stated("low"));
        assert_eq!(rate(&file).tier, "medium");
        file.risk = Some(RiskDecision {
            tier: "low".to_owned(),
            reason: "A listed bank".to_owned(),
            by: "k".to_owned(),
            on: "2026-01-01".to_owned(),
        });
        assert_eq!(
            (rate(&file).tier.as_str(), rate(&file).by_points.as_str()),
            ("low", "medium")
        );
    }

    #[test]
    fn who_is_in_use_is_verified_again_sooner_the_higher_the_tier() {
        let mut file = firm("DE");
        "monitoring".clone_into(&mut file.status);
        for (state, on) in [("verified", "2026-01-31"), ("monitoring", "2026-02-10")] {
            file.path.push(Reached {
                state: state.to_owned(),
                on: on.to_owned(),
                note: None,
            });
        }
        let day = |file: &CustomerFile| reverify_on(file).map(|day| day.to_string());
        assert_eq!(day(&file).as_deref(), Some("2027-01-31"));
        file.fields.insert(
            "jurisdiction".to_owned(),
            Dated {
                values: vec!["RU".to_owned()],
                entry: 1,
            },
        );
        assert_eq!(day(&file).as_deref(), Some("2026-07-31"));
        "reverify".clone_into(&mut file.status);
        assert_eq!(day(&file), None, "it is open already");
    }
}
