//! What a certification counts (F1 items 11 to 14, F2 items 4 to 6), as of a day. One function makes the numbers, and screen, paper and JSON
//! show its result; nothing counts again. Counts, not names: accounts stand under numbers of their own.

use crate::{
    customer::{CustomerFile, UsStatus},
    record::Reseller,
    rulebook::Rulebook,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A country and how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByCountry {
    /// Alpha-2; `--` where it is not known.
    pub country: String,
    /// How many.
    pub count: u64,
}

/// A foreign reseller on the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResellerLine {
    /// The reseller.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its name: the list is asked for by name.
    pub name: String,
    /// Its jurisdiction.
    pub country: String,
    /// The CIP in force on the day, and since when; none where there is none.
    pub cip: Option<(String, String)>,
}

/// An account of a foreign customer whose identity is not verified; under a number of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unverified {
    /// `U-0001`, in the order of the list.
    pub account_ref: String,
    /// The customer's country.
    pub country: String,
    /// What is missing.
    pub missing: Vec<String>,
    /// Since when it is open; empty where that is not recorded.
    pub since: String,
    /// restricted, open, closed.
    pub measure: String,
}

/// The numbers as of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The day at whose end they stand.
    pub as_of: String,
    /// Customers with an account that is not closed or refused.
    pub customers: u64,
    /// Of those, who are foreign or not shown to be U.S. persons.
    pub foreign: u64,
    /// Customers by country.
    pub customers_by_country: Vec<ByCountry>,
    /// Foreign beneficial owners.
    pub foreign_owners: u64,
    /// They by country.
    pub owners_by_country: Vec<ByCountry>,
    /// Foreign resellers.
    pub resellers: Vec<ResellerLine>,
    /// Accounts held by foreign customers who are not verified.
    pub unverified: Vec<Unverified>,
    /// Situations in which an identity could not be verified, and what became of them: verified, refused, closed, still open.
    pub unverifiable: [u64; 4],
}

/// Files of customers are given one by one; the totals stand at the end.
#[derive(Debug, Default)]
pub struct Counting {
    customers: u64,
    foreign: u64,
    by_country: BTreeMap<String, u64>,
    owners: BTreeMap<String, u64>,
    unverified: Vec<Unverified>,
    unverifiable: [u64; 4],
}

fn known(country: &str) -> String {
    if country.is_empty() {
        "--".to_owned()
    } else {
        country.to_owned()
    }
}

impl Counting {
    /// One customer, as it stood at the end of the day.
    pub fn add(&mut self, file: &CustomerFile, as_of: &str, rules: &Rulebook) {
        self.situation(file);
        let open: Vec<_> = file
            .accounts
            .iter()
            .filter(|account| {
                !matches!(account.state.as_str(), "closed" | "refused")
                    && account.opened_on.as_deref().is_none_or(|day| day <= as_of)
            })
            .collect();
        if open.is_empty() || matches!(file.status.as_str(), "merged" | "refused" | "abandoned") {
            return;
        }
        self.customers += 1;
        *self.by_country.entry(known(file.country())).or_default() += 1;
        // Not shown to be a U.S. person counts as foreign (D-10).
        let foreign = file.us_status() != UsStatus::Us;
        let beneficial = file.beneficial_owners(rules);
        for owner in file
            .owners
            .iter()
            .filter(|owner| beneficial.contains(&owner.id))
        {
            if file.us_status_of(&owner.id) == UsStatus::Foreign {
                *self
                    .owners
                    .entry(known(owner.country.as_deref().unwrap_or("")))
                    .or_default() += 1;
            }
        }
        if !foreign {
            return;
        }
        self.foreign += 1;
        if file.is_verified(&file.reference) {
            return;
        }
        let mut missing: Vec<String> = file
            .completeness(rules)
            .gaps
            .into_iter()
            .map(|gap| gap.field)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        missing.push("identity_verified".to_owned());
        for account in open {
            self.unverified.push(Unverified {
                account_ref: String::new(),
                country: known(file.country()),
                missing: missing.clone(),
                since: account.opened_on.clone().unwrap_or_default(),
                measure: if file.status == "restricted" || account.state == "restricted" {
                    "restricted"
                } else {
                    "open"
                }
                .to_owned(),
            });
        }
    }

    /// Each time that it could not be verified, and where it stands now.
    fn situation(&mut self, file: &CustomerFile) {
        if !file
            .path
            .iter()
            .any(|reached| reached.state == "unverified")
        {
            return;
        }
        let at = match file.status.as_str() {
            "verified" | "monitoring" | "us_cleared" => 0,
            "refused" => 1,
            "closed_account" => 2,
            _ => 3,
        };
        if let Some(count) = self.unverifiable.get_mut(at) {
            *count += 1;
        }
    }

    /// The totals.
    pub fn done(mut self, as_of: &str, resellers: &[Reseller]) -> Counts {
        let mut lines: Vec<ResellerLine> = resellers
            .iter()
            .filter(|reseller| reseller.is_foreign() && reseller.state != "terminated")
            .map(|reseller| ResellerLine {
                reference: reseller.reference.clone(),
                name: reseller.name.clone(),
                country: reseller.country.clone(),
                cip: reseller
                    .cip_on(as_of)
                    .map(|cip| (cip.version.clone(), cip.effective_from.clone())),
            })
            .collect();
        lines.sort_by(|a, b| a.reference.cmp(&b.reference));
        self.unverified.sort_by(|a, b| {
            (&a.since, &a.country, &a.missing).cmp(&(&b.since, &b.country, &b.missing))
        });
        for (at, one) in self.unverified.iter_mut().enumerate() {
            one.account_ref = format!("U-{:04}", at + 1);
        }
        let list = |map: BTreeMap<String, u64>| -> Vec<ByCountry> {
            let mut rows: Vec<ByCountry> = map
                .into_iter()
                .map(|(country, count)| ByCountry { country, count })
                .collect();
            rows.sort_by(|a, b| {
                b.count
                    .cmp(&a.count)
                    .then_with(|| a.country.cmp(&b.country))
            });
            rows
        };
        Counts {
            as_of: as_of.to_owned(),
            customers: self.customers,
            foreign: self.foreign,
            customers_by_country: list(self.by_country),
            foreign_owners: self.owners.values().sum(),
            owners_by_country: list(self.owners),
            resellers: lines,
            unverified: self.unverified,
            unverifiable: self.unverifiable,
        }
    }
}
