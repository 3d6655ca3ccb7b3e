//! Runs of one beneficial owner added up over accounts and resellers. That two owners are one person is a candidate until somebody
//! decides: here, the same name in the same country is one.

use super::Estimate;
use std::collections::{BTreeMap, BTreeSet};

/// Who stands behind an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder {
    /// The name folded for comparison, and the country.
    pub key: String,
    /// The name as it is written.
    pub name: String,
    /// Alpha-2, or empty.
    pub country: String,
}

impl Holder {
    /// A person or organisation by name and country.
    pub fn new(name: &str, country: &str) -> Self {
        let folded = crate::text::searchable(name);
        let words: Vec<&str> = folded.split_whitespace().collect();
        Self {
            key: format!("{}|{country}", words.join(" ")),
            name: name.to_owned(),
            country: country.to_owned(),
        }
    }
}

/// One line that counts for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// What a person reads: a run, or an account's usage.
    pub label: String,
    /// The account.
    pub account: String,
    /// The customer, where it is known.
    pub customer: Option<String>,
    /// The reseller through which.
    pub reseller: Option<String>,
    /// Who stands behind the account; the customer itself where it has no beneficial owner.
    pub holders: Vec<Holder>,
    /// How much.
    pub estimate: Estimate,
}

/// What one person's runs come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// Who.
    pub holder: Holder,
    /// All lines, by account.
    pub lines: Vec<Share>,
    /// All together; a line counts once for each person, however many accounts name them.
    pub estimate: Estimate,
    /// How many accounts.
    pub accounts: usize,
    /// Through which resellers.
    pub resellers: Vec<String>,
}

/// The totals, the largest high value first.
pub fn totals(lines: &[Share]) -> Vec<Total> {
    let mut by: BTreeMap<&str, (&Holder, Vec<&Share>)> = BTreeMap::new();
    for line in lines {
        let mut once = BTreeSet::new();
        for holder in &line.holders {
            if once.insert(&holder.key) {
                by.entry(&holder.key)
                    .or_insert_with(|| (holder, Vec::new()))
                    .1
                    .push(line);
            }
        }
    }
    let mut totals: Vec<Total> = by
        .into_values()
        .map(|(holder, lines)| {
            let accounts: BTreeSet<&str> = lines.iter().map(|line| line.account.as_str()).collect();
            let resellers: BTreeSet<&str> = lines
                .iter()
                .filter_map(|line| line.reseller.as_deref())
                .collect();
            Total {
                holder: holder.clone(),
                estimate: lines
                    .iter()
                    .fold(Estimate::nothing(), |sum, line| sum.plus(&line.estimate)),
                accounts: accounts.len(),
                resellers: resellers.into_iter().map(str::to_owned).collect(),
                lines: lines.into_iter().cloned().collect(),
            }
        })
        .collect();
    totals.sort_by(|a, b| {
        b.estimate
            .high
            .partial_cmp(&a.estimate.high)
            .unwrap_or(std::cmp::Ordering::Equal)
            .then_with(|| a.holder.cmp(&b.holder))
    });
    totals
}
