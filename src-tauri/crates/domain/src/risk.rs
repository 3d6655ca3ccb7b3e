//! The risk rating (D-04): a table of points that a rule pack holds, each point with what it was given for; a person may decide otherwise,
//! with a reason. And when a settled customer is verified again (D-35). Writes nothing.

use crate::{
    country::Country,
    customer::{CustomerFile, PartyKind, UsStatus},
    field,
    pack::{RiskPoint, RiskTest, RiskTier, RulePack},
    rulebook::Rulebook,
};
use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

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
fn found(file: &CustomerFile, factor: &RiskPoint) -> Option<String> {
    let has = |value: &str| {
        factor
            .values
            .iter()
            .any(|known| known.eq_ignore_ascii_case(value))
    };
    let owners = || file.owners.iter().filter(|owner| owner.valid_to.is_none());
    let payments = || file.accounts.iter().flat_map(|account| &account.payments);
    match factor.test {
        RiskTest::NotUs => match file.us_status() {
            UsStatus::Us => None,
            UsStatus::Foreign => Some("The customer is a foreign person".to_owned()),
            UsStatus::Undetermined => Some("The customer is not determined yet".to_owned()),
        },
        RiskTest::Country => {
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
        RiskTest::Channel => file
            .value("channel")
            .filter(|channel| has(channel))
            .map(|channel| field::channel_label(channel).to_owned()),
        RiskTest::PaymentCountry => names(
            payments()
                .filter_map(|one| one.country.as_deref())
                .filter(|code| has(code))
                .map(|code| Country::parse(code).map_or(code, |country| country.name())),
        ),
        RiskTest::RedFlag => names(
            file.red_flags
                .iter()
                .filter(|one| one.outcome.is_none())
                .map(|one| one.what.as_str()),
        ),
        RiskTest::OwnerUndetermined => names(
            owners()
                .filter(|owner| file.us_status_of(&owner.id) == UsStatus::Undetermined)
                .map(|owner| owner.name.as_str()),
        ),
        RiskTest::OwnerEntity => names(
            owners()
                .filter(|owner| owner.kind == PartyKind::Entity)
                .map(|owner| owner.name.as_str()),
        ),
        RiskTest::NoOwner => (file.kind == PartyKind::Entity && owners().next().is_none())
            .then(|| "No owner is recorded".to_owned()),
        RiskTest::Payment => names(
            payments()
                .filter(|one| has(&one.kind))
                .map(|one| one.institution.as_str()),
        ),
        RiskTest::NoPayment => names(
            file.accounts
                .iter()
                .filter(|one| {
                    matches!(one.state.as_str(), "active" | "restricted") && one.payments.is_empty()
                })
                .map(|one| one.account_ref.as_str()),
        ),
        RiskTest::Product => names(
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
        RiskTest::Discrepancy => names(
            file.discrepancies
                .iter()
                .filter(|one| one.resolution.is_none())
                .map(|one| one.what.as_str()),
        ),
        RiskTest::Unverified => crate::onboarding::UNVERIFIED
            .contains(&file.status.as_str())
            .then(|| crate::onboarding::MACHINE.label(&file.status).to_owned()),
        RiskTest::Mismatch => {
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

/// The tiers of the packs in use.
pub fn tiers(rules: &Rulebook) -> &[RiskTier] {
    rules.risk_pack().map_or(&[], RulePack::risk_tiers)
}

/// What a person reads for a tier; "Not rated" where no pack in use has a table.
pub fn tier_label(rules: &Rulebook, id: &str) -> String {
    match tiers(rules).iter().find(|tier| tier.id == id) {
        Some(tier) => tier.label.clone(),
        None if id.is_empty() => "Not rated".to_owned(),
        None => id.to_owned(),
    }
}

/// The place of a tier among the others, the lowest is 1; 0 for one that no pack in use has.
pub fn rank(rules: &Rulebook, id: &str) -> usize {
    tiers(rules)
        .iter()
        .position(|tier| tier.id == id)
        .map_or(0, |place| place + 1)
}

/// Rates a customer by the table of the packs in use; without one, nothing is given and the tier is what a person or the register says.
pub fn rate(file: &CustomerFile, rules: &Rulebook) -> Rating {
    let given: Vec<Given> = rules
        .risk_pack()
        .map_or(&[][..], RulePack::risk_points)
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
    let by_points = tiers(rules)
        .iter()
        .rev()
        .find(|tier| points >= tier.from)
        .map_or_else(String::new, |tier| tier.id.clone());
    // What the register already says is never rated lower by the table.
    let stated = file
        .value("risk_tier")
        .map(str::to_lowercase)
        .filter(|tier| rank(rules, tier) > rank(rules, &by_points));
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
pub fn reverify_on(file: &CustomerFile, rules: &Rulebook) -> Option<NaiveDate> {
    if !crate::onboarding::MAY_BE_ACTIVE.contains(&file.status.as_str()) {
        return None;
    }
    let decided = file
        .path
        .iter()
        .rev()
        .find(|reached| matches!(reached.state.as_str(), "verified" | "us_cleared"))?;
    let day: NaiveDate = decided.on.parse().ok()?;
    let rating = rate(file, rules);
    let tier = tiers(rules).iter().find(|tier| tier.id == rating.tier)?;
    day.checked_add_months(Months::new(tier.reverify_months))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::{Dated, Payment, Reached};
    use crate::redflag::RedFlag;

    fn rules() -> Rulebook {
        Rulebook::of(
            RulePack::builtin("us-iaas-nprm-2024")
                .expect("built in")
                .clone(),
        )
    }

    fn rate(file: &CustomerFile) -> Rating {
        super::rate(file, &rules())
    }

    fn reverify_on(file: &CustomerFile) -> Option<NaiveDate> {
        super::reverify_on(file, &rules())
    }

    fn firm(country: &str) -> CustomerFile {
        let mut file = CustomerFile::new("C-1", None, PartyKind::Entity);
        let values = vec![country.to_owned()];
        file.fields
            .insert("jurisdiction".to_owned(), Dated { values, entry: 1 });
        file
    }

    #[test]
    fn each_point_says_what_it_was_given_for() {
        assert_eq!(tiers(&rules()).len(), 3, "the pack has a table");
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
                ..Reached::default()
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

    #[test]
    fn every_test_of_the_table_can_give_its_points_and_none_gives_them_for_an_empty_record() {
        let rules = rules();
        let table = rules.risk_pack().expect("a table").risk_points();
        let used: Vec<RiskTest> = table.iter().map(|point| point.test).collect();
        for test in RiskTest::ALL {
            assert!(
                used.contains(&test),
                "the built-in table uses {}",
                test.word()
            );
        }
        let mut file = CustomerFile::new("C-1", None, PartyKind::Individual);
        let words = |file: &CustomerFile| {
            super::rate(file, &rules)
                .given
                .into_iter()
                .map(|one| one.why)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&file), ["The customer is not determined yet"]);
        let set = |value: &str| Dated {
            values: vec![value.to_owned()],
            entry: 1,
        };
        file.fields
            .insert("channel".to_owned(), set("foreign_reseller"));
        file.red_flags.push(RedFlag {
            id: "F-1".to_owned(),
            flag: None,
            what: "Scanning".to_owned(),
            source: "Abuse desk".to_owned(),
            seen_on: "2026-01-01".to_owned(),
            outcome: None,
            settled_on: None,
            by: "k".to_owned(),
        });
        file.accounts.push(crate::customer::Account {
            id: "A-1".to_owned(),
            account_ref: "acct-1".to_owned(),
            state: "restricted".to_owned(),
            products: String::new(),
            opened_on: None,
            closed_on: None,
            resold_to_foreign: None,
            payments: vec![Payment {
                id: "P-1".to_owned(),
                kind: "bank".to_owned(),
                institution: "Bank".to_owned(),
                source: "Own".to_owned(),
                identifier: None,
                country: Some("IR".to_owned()),
            }],
            extra: std::collections::BTreeMap::new(),
        });
        let found = words(&file);
        for why in ["Through a foreign reseller", "Scanning", "Iran"] {
            assert!(
                found.iter().any(|found| found.contains(why)),
                "{why}: {found:?}"
            );
        }
    }

    #[test]
    fn without_a_table_nobody_is_rated_and_the_register_and_a_person_still_count() {
        let bank = Rulebook::of(
            RulePack::builtin("in-certin-2022")
                .expect("built in")
                .clone(),
        );
        let mut file = firm("RU");
        let rating = super::rate(&file, &bank);
        assert_eq!((rating.points, rating.tier.as_str()), (0, ""));
        assert_eq!(tier_label(&bank, &rating.tier), "Not rated");
        file.risk = Some(RiskDecision {
            tier: "high".to_owned(),
            reason: "r".to_owned(),
            by: "k".to_owned(),
            on: "2026-01-01".to_owned(),
        });
        assert_eq!(super::rate(&file, &bank).tier, "high");
    }
}
