//! The sweep of a special measure: over every customer, owner, payment, address and reseller, with one hash over what was found. Matches
//! become parts of the case, and each waits for a decision.

use super::small;
use crate::{
    error::{Error, Result},
    now::rfc3339,
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    casefile::Item,
    casework::Work,
    change::Change,
    machine::Answers,
    sweep::{self, Hit, Network, PLACES, Sweep, SweepQuery},
};
use std::collections::{BTreeMap, BTreeSet};
use store::Read;

/// States in which the query may change and a sweep may be run.
const SWEPT_IN: &[&str] = &["analysed", "planned", "sweeping", "in_force", "extended"];

/// What was found, how many records were looked at, and the names of those that were found.
type Looked = (Vec<Hit>, [u64; 5], BTreeMap<String, String>);

impl OpenVault {
    /// The query and the sweeps of a special measure.
    pub fn sweep(&self, reference: &str) -> Result<c::SweepView> {
        self.read(|read| {
            let case = self.case_of_kind(read, reference, "measure")?;
            let book = read.casework(&case.reference)?;
            let query = book.query.clone().unwrap_or_default();
            Ok(c::SweepView {
                r#ref: case.reference.clone(),
                open: SWEPT_IN.contains(&case.state.as_str()) || case.state == "noticed",
                choices: PLACES
                    .iter()
                    .map(|(id, label)| c::Choice {
                        value: (*id).to_owned(),
                        label: (*label).to_owned(),
                    })
                    .collect(),
                sweeps: book
                    .sweeps
                    .iter()
                    .rev()
                    .map(|sweep| c::SweepRow {
                        at: sweep.at.clone(),
                        looked_at: sweep.looked_at.iter().map(|count| small(*count)).collect(),
                        found: small(sweep.found),
                        new: small(sweep.new),
                        gone: sweep.gone.clone(),
                        result_sha256: sweep.result_sha256.clone(),
                        current: sweep.query == query,
                    })
                    .collect(),
                undecided: small(
                    case.items_of("match")
                        .filter(|item| item.state == "found")
                        .count() as u64,
                ),
                countries: query.countries,
                places: query.places,
                networks: query.networks,
                names: query.names,
            })
        })
    }

    /// Says what the sweep looks for; the query before stays with the sweeps that were run with it.
    pub fn sweep_query(&self, req: &c::SweepQueryReq) -> Result<c::SweepView> {
        let query = SweepQuery {
            countries: req.countries.clone(),
            places: req.places.clone(),
            networks: req.networks.clone(),
            names: req
                .names
                .iter()
                .map(|name| crate::customers::clean("names", name))
                .collect::<Result<_>>()?,
        }
        .checked()
        .map_err(|fault| {
            Error::fields(
                &format!("Query of {}", req.r#ref),
                vec![c::FieldProblem {
                    field: fault.field.to_owned(),
                    code: fault.code.to_owned(),
                    message: fault.why,
                }],
            )
        })?;
        self.act(|act| {
            let case = self.case_of_kind(act.read(), &req.r#ref, "measure")?;
            if !SWEPT_IN.contains(&case.state.as_str()) && case.state != "noticed" {
                return Err(not_now(&case.reference));
            }
            if act.read().casework(&case.reference)?.query.as_ref() == Some(&query) {
                return Ok(());
            }
            self.keep_work(
                act,
                &case.reference,
                Work::Query {
                    query: query.clone(),
                },
            )
        })?;
        self.sweep(&req.r#ref)
    }

    /// Runs the sweep. What no earlier sweep of the case had found becomes a part of it; decisions that were taken stay.
    pub fn sweep_run(&self, reference: &str) -> Result<c::SweepView> {
        let (case, query) = self.read(|read| {
            let case = self.case_of_kind(read, reference, "measure")?;
            let query = read.casework(&case.reference)?.query;
            Ok((case, query))
        })?;
        if !SWEPT_IN.contains(&case.state.as_str()) {
            return Err(not_now(&case.reference));
        }
        let query = query.ok_or_else(|| Error::input("E-MEASURE-QUERY", format!("{reference} has no query yet. Say which countries, networks and names are looked for.")))?;
        let at = rfc3339(self.now().timestamp_millis());
        self.act(|act| {
            let (hits, looked_at, labels) = self.look(act.read(), &query)?;
            let mut by: BTreeMap<String, Vec<&Hit>> = BTreeMap::new();
            for hit in &hits {
                by.entry(hit.subject.clone()).or_default().push(hit);
            }
            let mut case = act.read().case(&case.reference)?;
            let known: BTreeSet<String> = case
                .items_of("match")
                .filter_map(|item| item.subject.clone())
                .collect();
            let gone: Vec<String> = known
                .iter()
                .filter(|subject| !by.contains_key(*subject))
                .cloned()
                .collect();
            let mut new = 0;
            for (subject, hits) in &by {
                let why: Vec<String> = hits.iter().map(|hit| hit.why.clone()).collect();
                let there = case
                    .items_of("match")
                    .find(|item| item.subject.as_deref() == Some(subject))
                    .cloned();
                let item = match there {
                    Some(item) if item.fields.get("why") == Some(&why) => continue,
                    // Found again for other reasons: the reasons change, and a decision that it is not affected is asked again.
                    Some(mut item) => {
                        let before = item.clone();
                        item.fields.insert("why".to_owned(), why);
                        if item.state == "not_affected" {
                            "found".clone_into(&mut item.state);
                        }
                        (Some(Box::new(before)), item)
                    }
                    None => {
                        new += 1;
                        let item = Item {
                            id: case.next_item(),
                            kind: "match".to_owned(),
                            label: labels.get(subject).map_or_else(
                                || subject.clone(),
                                |name| format!("{subject} {name}"),
                            ),
                            subject: Some(subject.clone()),
                            state: "found".to_owned(),
                            fields: Answers::from([("why".to_owned(), why)]),
                            path: Vec::new(),
                            letters: Vec::new(),
                        };
                        (None, item)
                    }
                };
                let (before, item) = item;
                case.put_item(item.clone());
                act.push(
                    Change::CaseItem {
                        case: case.reference.clone(),
                        before,
                        item: Box::new(item),
                        approval: None,
                    },
                    None,
                    None,
                )?;
            }
            let sweep = Sweep {
                at: at.clone(),
                query: query.clone(),
                looked_at,
                found: by.len() as u64,
                new,
                gone,
                result_sha256: sweep::result_hash(&hits),
            };
            self.keep_work(act, &case.reference, Work::Sweep { sweep })
        })?;
        self.sweep(reference)
    }

    /// Asks every record; gives the hits, how many were looked at, and the names of those that were found.
    fn look(&self, read: &Read<'_>, query: &SweepQuery) -> Result<Looked> {
        let mut hits = Vec::new();
        let mut labels = BTreeMap::new();
        let [
            mut customers,
            mut owners,
            mut payments,
            mut addresses,
            mut resellers,
        ] = [0u64; 5];
        read.each_customer(|file| -> Result<()> {
            customers += 1;
            owners += file.owners.len() as u64;
            payments += file
                .accounts
                .iter()
                .map(|account| account.payments.len() as u64)
                .sum::<u64>();
            let found = sweep::customer_hits(query, file);
            if !found.is_empty() {
                labels.insert(file.reference.clone(), file.name().to_owned());
                hits.extend(found);
            }
            Ok(())
        })?;
        let networks: Vec<Network> = query
            .networks
            .iter()
            .filter_map(|network| Network::parse(network))
            .collect();
        let mut used: BTreeSet<(String, String)> = BTreeSet::new();
        read.each_address(|one| {
            addresses += 1;
            if networks.iter().any(|network| network.holds(one.ip)) {
                used.insert((one.account.clone(), one.ip.to_string()));
            }
        })?;
        for (account, ip) in used {
            let Some(owner) = read.account_owner(&account)? else {
                continue;
            };
            if let Ok(file) = read.customer_file(&owner) {
                labels.insert(file.reference.clone(), file.name().to_owned());
                hits.push(Hit {
                    subject: file.reference,
                    part: ip.clone(),
                    by: "address".to_owned(),
                    why: format!("{account} was used from {ip}"),
                });
            }
        }
        let every = read.resellers()?;
        resellers += every.len() as u64;
        let found: Vec<Hit> = every
            .iter()
            .flat_map(|reseller| sweep::reseller_hits(query, reseller))
            .collect();
        for hit in sweep::chain_hits(&found, &every).into_iter().chain(found) {
            // A customer that was disposed of has no record to decide about.
            let name = match every.iter().find(|one| one.reference == hit.subject) {
                Some(reseller) => reseller.name.clone(),
                None => match read.customer_file(&hit.subject) {
                    Ok(file) => file.name().to_owned(),
                    Err(_) => continue,
                },
            };
            labels.insert(hit.subject.clone(), name);
            hits.push(hit);
        }
        hits.sort();
        hits.dedup();
        Ok((
            hits,
            [customers, owners, payments, addresses, resellers],
            labels,
        ))
    }
}

fn not_now(case: &str) -> Error {
    Error::input(
        "E-MEASURE-STATE",
        format!(
            "{case} cannot be swept in the state it is in: record the analysis first, and not after it is over."
        ),
    )
}
