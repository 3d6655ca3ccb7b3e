//! One invented customer after another: who it is, what it owns and owes, and how far its case has come.

use super::people::{self, Luck, PLACES, Place};
use chrono::{Duration, NaiveDate};
use domain::{
    change::{Approval, Change},
    customer::{
        Account, Determination, How, Notice, Owner, PartyKind, Payment, TargetEnded, UsStatus,
        Values, Verification,
    },
    ownership::{Interest, InterestKind, Share},
};
use std::collections::BTreeMap;

pub(super) struct Invented {
    pub(super) kind: PartyKind,
    pub(super) name: String,
    pub(super) place: &'static Place,
    pub(super) foreign: bool,
    /// How far the case has come: 0 draft, 1 collecting, 2 review, 3 verifying or cleared, 4 verified.
    pub(super) reach: u32,
    pub(super) fields: Values,
    pub(super) owners: Vec<Owner>,
    pub(super) accounts: Vec<Account>,
    pub(super) notice: Notice,
    pub(super) determinations: Vec<Determination>,
    pub(super) verifications: Vec<Verification>,
}

pub(super) fn invent(luck: &mut Luck, n: u32, author: String, since: NaiveDate) -> Invented {
    let place = luck.weighted(PLACES, |place| place.weight);
    let kind = if luck.below(10) < 6 {
        PartyKind::Individual
    } else {
        PartyKind::Entity
    };
    let reach = [0, 1, 1, 1, 2, 3, 3, 4, 4, 4][luck.below(10) as usize % 10];
    let foreign = place.code != "US";
    let (name, original) = if kind == PartyKind::Individual {
        place.person(luck)
    } else {
        place.company(luck)
    };
    let mut fields = Values::new();
    let mut put = |id: &str, value: String| {
        fields.insert(id.to_owned(), vec![value]);
    };
    put(kind.name_field(), name.clone());
    if let Some(original) = original {
        put("name_original", original);
    }
    put(kind.country_field(), place.code.to_owned());
    // What is still being collected has gaps; what has come further has none.
    let has = |luck: &mut Luck| reach >= 2 || luck.below(100) < 65;
    let address = if kind == PartyKind::Individual {
        "street_address"
    } else {
        "principal_place"
    };
    if has(luck) {
        put(
            address,
            format!(
                "{} {}, {}, {}",
                luck.below(2_900) + 1,
                place.street,
                place.city,
                place.country
            ),
        );
    }
    if has(luck) {
        put(
            "use_locations",
            format!("{}, {}", place.city, place.country),
        );
    }
    if has(luck) {
        put(
            "email",
            format!("{}{}@{}", people::slug(&name), n + 1, place.mail),
        );
    }
    if has(luck) {
        put(
            "phone",
            format!("{}{:07}", place.dial, 1_000_000 + luck.below(8_999_999)),
        );
    }
    if kind == PartyKind::Entity && has(luck) {
        put(
            "names_used",
            format!("{} Cloud", name.split(' ').next().unwrap_or("Demo")),
        );
        put(
            "registration_number",
            format!("{}-{:06}", place.code, luck.below(999_999)),
        );
    }
    let channel = match n % 5 {
        0 => "foreign_reseller",
        1 | 2 => "us_reseller",
        _ => "direct",
    };
    put("channel", channel.to_owned());
    if luck.below(4) == 0 {
        put(
            "risk_tier",
            ["low", "medium", "high"][luck.below(3) as usize % 3].to_owned(),
        );
    }
    let mut owners = Vec::new();
    if kind == PartyKind::Entity && has(luck) {
        let count = luck.below(3) + 1;
        for number in 1..=count {
            let (owner, original) = place.person(luck);
            owners.push(Owner {
                id: format!("O-{number}"),
                name: owner,
                name_original: original,
                kind: PartyKind::Individual,
                interests: {
                    let share = Share::exact(match count {
                        1 => 100_000,
                        2 => [60_000, 40_000][number as usize - 1],
                        _ => [51_000, 29_000, 20_000][number as usize - 1],
                    });
                    let equity = Interest::in_customer(InterestKind::Equity, Some(share));
                    let control = Interest::in_customer(InterestKind::Control, None);
                    std::iter::once(equity)
                        .chain((number == 1).then_some(control))
                        .collect()
                },
                unspecified: None,
                external_id: None,
                said: None,
                country: Some(place.code.to_owned()),
                address: Some(format!(
                    "{} {}, {}, {}",
                    luck.below(2_900) + 1,
                    place.street,
                    place.city,
                    place.country
                )),
                email: None,
                phone: None,
                source: Some("Ownership statement".to_owned()),
                valid_from: Some((since - Duration::days(i64::from(luck.below(900)))).to_string()),
                valid_to: None,
            });
        }
    }
    let mut accounts = Vec::new();
    if has(luck) {
        let payment = Payment {
            id: "P-1".to_owned(),
            kind: ["card", "bank", "wallet", "invoice"][luck.below(4) as usize % 4].to_owned(),
            institution: place.bank.to_owned(),
            source: name.clone(),
            identifier: Some(format!("…{:04}", luck.below(10_000))),
            country: Some(place.code.to_owned()),
        };
        accounts.push(Account {
            id: "A-1".to_owned(),
            account_ref: format!("acc-{:06}", 100_000 + n),
            state: if reach == 4 || (reach == 3 && !foreign) {
                "active"
            } else {
                "restricted"
            }
            .to_owned(),
            products: [
                "Virtual machines",
                "Object storage",
                "GPU cluster",
                "Bare metal",
                "CDN",
            ][luck.below(5) as usize % 5]
                .to_owned(),
            opened_on: Some((since + Duration::days(i64::from(luck.below(60)))).to_string()),
            closed_on: None,
            resold_to_foreign: None,
            payments: vec![payment],
            extra: BTreeMap::new(),
        });
    }
    let decided_on = (since + Duration::days(i64::from(luck.below(80)))).to_string();
    let (test, outcome) = match (foreign, kind) {
        (true, _) => ("none_met", UsStatus::Foreign),
        (false, PartyKind::Individual) => ("citizen", UsStatus::Us),
        (false, PartyKind::Entity) => ("organised_in_us", UsStatus::Us),
    };
    let abouts: Vec<String> = std::iter::once(String::new())
        .chain(owners.iter().map(|owner| owner.id.clone()))
        .collect();
    let determinations = abouts
        .iter()
        .map(|about| Determination {
            about: about.clone(),
            test: if about.is_empty() || foreign {
                test
            } else {
                "citizen"
            }
            .to_owned(),
            outcome,
            evidence: if foreign {
                "Statement on the form; passport country"
            } else {
                "Statement on the form; U.S. address and register"
            }
            .to_owned(),
            documents: Vec::new(),
            decided_by: author.clone(),
            decided_on: decided_on.clone(),
            approved: None,
        })
        .collect();
    let verifications = abouts
        .iter()
        .map(|about| Verification {
            special: None,
            about: about.clone(),
            method: "non_documentary".to_owned(),
            result: "match".to_owned(),
            document: None,
            basis: format!("Compared with the public register of {}", place.country),
            notes: None,
            performed_by: author.clone(),
            performed_on: decided_on.clone(),
        })
        .collect();
    let notice = Notice {
        delivered_on: since.to_string(),
        channel: "form".to_owned(),
        text: Some("notice version 1, en".to_owned()),
        proof: None,
    };
    Invented {
        kind,
        name,
        place,
        foreign,
        reach,
        fields,
        owners,
        accounts,
        notice,
        determinations,
        verifications,
    }
}

pub(super) fn advance(
    customer: &str,
    from: &str,
    to: &str,
    on: NaiveDate,
    approval: Option<Approval>,
) -> Change {
    Change::CustomerAdvanced {
        customer: customer.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        on: on.to_string(),
        note: None,
        terms: None,
        approval,
        how: Box::new(match to {
            "collecting" => How {
                target_on: Some(target(customer, on).to_string()),
                ..How::default()
            },
            "us_cleared" | "verified" => How {
                target_ended: Some(TargetEnded {
                    on: (on + Duration::days(9)).to_string(),
                    outcome: "met".to_owned(),
                }),
                ..How::default()
            },
            _ => How::default(),
        }),
    }
}

/// By when a case that was opened on a day is to be decided: most of the demonstration's open cases have time left.
fn target(customer: &str, on: NaiveDate) -> NaiveDate {
    let number: i64 = customer
        .rsplit('-')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0);
    on + Duration::days(126 + number * 13 % 150)
}
