//! What a certification counts (F1 items 11 to 14, F2 items 4 to 6), as of a day. One function makes the numbers, and screen, paper and JSON
//! show its result; nothing counts again. Counts, not names: accounts stand under names of their own that say nothing.

use crate::{
    customer::{CustomerFile, UsStatus},
    record::Reseller,
    rulebook::Rulebook,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
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

/// An account of a foreign customer whose identity is not verified; nobody is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unverified {
    /// Its name in everything that is counted: see [`pseudonym`].
    pub account_ref: String,
    /// The customer's country.
    pub country: String,
    /// What is missing, in words.
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
    /// The day after which an identity that could not be verified is counted, as a rule that of the last certification; none counts all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
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
    /// Situations in which an identity could not be verified, and what became of them: verified, refused, closed, restricted on terms, still
    /// open.
    pub unverifiable: [u64; 5],
}

/// An account under a name that says nothing: the end of a hash, the same in every count and in every filing.
pub fn pseudonym(account: &str) -> String {
    let hash = crate::entry::hex(&Sha256::digest(format!("cipdesk account {account}")));
    format!("acct-{}", hash.chars().take(10).collect::<String>())
}

/// Files of customers are given one by one; the totals stand at the end.
#[derive(Debug)]
pub struct Counting {
    as_of: String,
    since: Option<String>,
    customers: u64,
    foreign: u64,
    by_country: BTreeMap<String, u64>,
    owners: BTreeMap<String, u64>,
    unverified: Vec<Unverified>,
    unverifiable: [u64; 5],
}

fn known(country: &str) -> String {
    if country.is_empty() {
        "--".to_owned()
    } else {
        country.to_owned()
    }
}

impl Counting {
    /// Counts as of the end of a day; what could not be verified from the day after `since`.
    pub fn new(as_of: &str, since: Option<&str>) -> Self {
        Self {
            as_of: as_of.to_owned(),
            since: since.map(str::to_owned),
            customers: 0,
            foreign: 0,
            by_country: BTreeMap::new(),
            owners: BTreeMap::new(),
            unverified: Vec::new(),
            unverifiable: [0; 5],
        }
    }

    /// One customer, as it stood at the end of the day.
    pub fn add(&mut self, file: &CustomerFile, rules: &Rulebook) {
        self.situation(file);
        let open: Vec<_> = file
            .accounts
            .iter()
            .filter(|account| {
                !matches!(account.state.as_str(), "closed" | "refused")
                    && account
                        .opened_on
                        .as_deref()
                        .is_none_or(|day| day <= self.as_of.as_str())
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
        let gaps = file.completeness(rules).gaps;
        let gaps: BTreeSet<String> = gaps.into_iter().map(|gap| gap.what).collect();
        let mut missing: Vec<String> = gaps.into_iter().collect();
        if missing.is_empty() {
            missing.push("The identity is not verified yet".to_owned());
        }
        for account in open {
            self.unverified.push(Unverified {
                account_ref: pseudonym(&account.account_ref),
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

    /// A customer who could not be verified in the time, and what became of it.
    fn situation(&mut self, file: &CustomerFile) {
        let within = |on: &str| {
            on <= self.as_of.as_str() && self.since.as_deref().is_none_or(|since| on > since)
        };
        if !file
            .path
            .iter()
            .any(|reached| reached.state == "unverified" && within(&reached.on))
        {
            return;
        }
        let at = match file.status.as_str() {
            "verified" | "monitoring" | "us_cleared" => 0,
            "refused" => 1,
            "closed_account" => 2,
            "restricted" => 3,
            _ => 4,
        };
        if let Some(count) = self.unverifiable.get_mut(at) {
            *count += 1;
        }
    }

    /// The totals.
    pub fn done(mut self, resellers: &[Reseller]) -> Counts {
        let mut lines: Vec<ResellerLine> = resellers
            .iter()
            .filter(|reseller| reseller.is_foreign() && reseller.state != "terminated")
            .map(|reseller| ResellerLine {
                reference: reseller.reference.clone(),
                name: reseller.name.clone(),
                country: reseller.country.clone(),
                cip: reseller
                    .cip_on(&self.as_of)
                    .map(|cip| (cip.version.clone(), cip.effective_from.clone())),
            })
            .collect();
        lines.sort_by(|a, b| a.reference.cmp(&b.reference));
        self.unverified.sort_by(|a, b| {
            (&a.since, &a.country, &a.account_ref).cmp(&(&b.since, &b.country, &b.account_ref))
        });
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
            as_of: self.as_of,
            since: self.since,
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
