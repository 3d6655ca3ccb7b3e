//! Importing owners: a file of its own, each row naming the customer by the reference under which it was imported.
//!
//! An owner is the same as one that is recorded when customer, kind and name are; then only what the file says otherwise changes.

use super::{
    Checked, known_customer,
    row::Row,
    table::{Mapping, Table},
};
use crate::{
    error::{Error, Result},
    handed_out::LeftOut,
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use domain::{
    customer::{Owner, PartyKind},
    field::Input,
    ownership::{InterestKind, Share},
    text::searchable,
};
use std::collections::{HashMap, HashSet};
use store::{Act, Read, StoreError};

/// One row, checked.
#[derive(Clone)]
pub(super) struct OwnerRow {
    line: u64,
    customer: String,
    name: String,
    kind: Option<PartyKind>,
    name_original: Option<String>,
    share: Option<Share>,
    votes: Option<Share>,
    control: Option<bool>,
    country: Option<String>,
    address: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    source: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
}

impl OwnerRow {
    /// What is recorded afterwards: what the row does not say stays as it is.
    fn over(self, before: Option<&Owner>, id: String) -> Owner {
        let keep = |new: Option<String>, old: fn(&Owner) -> &Option<String>| {
            new.or_else(|| before.and_then(|owner| old(owner).clone()))
        };
        let mut owner = Owner {
            id,
            name: before.map_or(self.name, |owner| owner.name.clone()),
            name_original: keep(self.name_original, |owner| &owner.name_original),
            kind: self
                .kind
                .or(before.map(|owner| owner.kind))
                .unwrap_or(PartyKind::Individual),
            interests: before.map_or_else(Vec::new, |owner| owner.interests.clone()),
            unspecified: before.and_then(|owner| owner.unspecified.clone()),
            external_id: before.and_then(|owner| owner.external_id.clone()),
            said: before.and_then(|owner| owner.said.clone()),
            country: keep(self.country, |owner| &owner.country),
            address: keep(self.address, |owner| &owner.address),
            email: keep(self.email, |owner| &owner.email),
            phone: keep(self.phone, |owner| &owner.phone),
            source: keep(self.source, |owner| &owner.source),
            valid_from: keep(self.valid_from, |owner| &owner.valid_from),
            valid_to: keep(self.valid_to, |owner| &owner.valid_to),
        };
        let shares = [
            (InterestKind::Equity, self.share),
            (InterestKind::Votes, self.votes),
        ];
        for (kind, share) in shares.into_iter().filter(|(_, share)| share.is_some()) {
            owner.set_direct(kind, Some(share));
        }
        if let Some(control) = self.control {
            let known = owner.direct(InterestKind::Control).is_some();
            if control != known {
                owner.set_direct(InterestKind::Control, control.then_some(None));
            }
        }
        owner
    }

    fn is(&self, owner: &Owner) -> bool {
        searchable(&owner.name) == searchable(&self.name)
            && self.kind.is_none_or(|kind| kind == owner.kind)
    }
}

impl Row<'_> {
    fn share(&mut self, column: &str) -> Option<Share> {
        let typed = self.cell(column).to_owned();
        if typed.is_empty() {
            return None;
        }
        let share = Share::parse(&typed);
        if share.is_none() {
            self.wrong(column, &typed, "E-IMPORT-SHARE", &format!("\"{typed}\" is no share. Write a number from 0 to 100 with at most three decimals, like 33.3, or a range like 25 to 50."));
        }
        if self.table.is_sheet()
            && share.is_some_and(|share| share.is_exact() && share.most > 0 && share.most <= 1_000)
        {
            self.wrong(column, &typed, "E-IMPORT-SHARE", &format!("\"{typed}\" may be a part of one, as Excel keeps percentages, or a share of less than one percent. Format the column as a number, and write 25 for 25 %; shares up to 1 % take a CSV file."));
        }
        share
    }

    fn owner(&mut self) -> Option<OwnerRow> {
        if !self.is_whole("owner_name") {
            return None;
        }
        let customer = self.one("customer", Input::Text);
        if customer.is_none() {
            self.wrong(
                "customer",
                "",
                "E-IMPORT-CUSTOMER",
                "the customer is empty. Write the reference under which it was imported, or its own like C-000001.",
            );
        }
        let name = self.one("owner_name", Input::Text);
        if name.is_none() {
            self.wrong(
                "owner_name",
                "",
                "E-IMPORT-NAME",
                "the name is empty. Write the owner's full legal name.",
            );
        }
        let kind = self.kind("owner_type");
        let share = self.share("share");
        let votes = self.share("votes");
        let word = self.cell("control").to_lowercase();
        let control = match word.as_str() {
            "" => None,
            "yes" | "y" | "true" | "1" => Some(true),
            "no" | "n" | "false" | "0" => Some(false),
            _ => {
                self.wrong(
                    "control",
                    &word,
                    "E-IMPORT-CONTROL",
                    &format!("\"{word}\" is no answer. Write yes or no."),
                );
                None
            }
        };
        let row = OwnerRow {
            line: self.line,
            customer: customer.unwrap_or_default(),
            name: name.unwrap_or_default(),
            kind,
            name_original: self.one("owner_name_original", Input::Text),
            share,
            votes,
            control,
            country: self.one("country", Input::Country),
            address: self.one("address", Input::Long),
            email: self.one("email", Input::Email),
            phone: self.one("phone", Input::Phone),
            source: self.one("source", Input::Text),
            valid_from: self.one("valid_from", Input::Date),
            valid_to: self.one("valid_to", Input::Date),
        };
        if let (Some(from), Some(to)) = (&row.valid_from, &row.valid_to)
            && to < from
        {
            let what = format!("the end ({to}) is before the start ({from}).");
            self.wrong("valid_to", &to.clone(), "E-IMPORT-DATES", &what);
        }
        self.problems.is_empty().then_some(row)
    }
}

/// A row with the customer it names, and the owner it is about where there is one.
type Matched = (OwnerRow, String, Option<Owner>);

/// Which owner each row is about. Two people of one customer may have one name: an owner is taken by one row alone, and first by a row
/// that says of it what is recorded already; then by the day since when; then a present one before one that has left.
fn matched(read: &Read<'_>, rows: Vec<OwnerRow>) -> Result<Vec<Matched>> {
    let mut taken: HashSet<(String, String)> = HashSet::new();
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let file = known_customer(read, &row.customer)?
            .ok_or_else(|| StoreError::not_found("customer", &row.customer))?;
        let same = file.owners.iter().find(|owner| {
            row.is(owner)
                && !taken.contains(&(file.reference.clone(), owner.id.clone()))
                && row.clone().over(Some(owner), owner.id.clone()) == **owner
        });
        if let Some(owner) = same {
            taken.insert((file.reference.clone(), owner.id.clone()));
        }
        found.push((row, file.reference.clone(), same.cloned()));
    }
    for (row, customer, owner) in found.iter_mut().filter(|(_, _, owner)| owner.is_none()) {
        let file = read.customer_file(customer)?;
        let free: Vec<&Owner> = file
            .owners
            .iter()
            .filter(|one| row.is(one) && !taken.contains(&(customer.clone(), one.id.clone())))
            .collect();
        let since = |one: &&&Owner| row.valid_from.is_some() && one.valid_from == row.valid_from;
        let best = free
            .iter()
            .find(since)
            .or_else(|| free.iter().find(|one| one.valid_to.is_none()))
            .or(free.first());
        if let Some(best) = best {
            taken.insert((customer.clone(), best.id.clone()));
        }
        *owner = best.map(|best| (*best).clone());
    }
    Ok(found)
}

impl OpenVault {
    pub(super) fn import_owners(
        &self,
        table: &Table,
        mapping: &Mapping,
        dry_run: bool,
        skip_bad_rows: bool,
        watch: &dyn Watch,
    ) -> Result<c::ImportReport> {
        let mut report = super::empty_report(table, dry_run);
        let mut lines = HashMap::new();
        let checked = self.read(|read| {
            Checked::rows(self, table, mapping, watch, |row| {
                let owner = row.owner()?;
                match known_customer(read, &owner.customer) {
                    Ok(Some(file)) => {
                        let key = (file.reference, searchable(&owner.name), owner.valid_from.clone());
                        if let Some(first) = lines.insert(key, owner.line) {
                            let what = format!("this owner of this customer stands on line {first} already. Keep one of the two rows, or tell two people of one name apart by valid_from.");
                            row.wrong("owner_name", &owner.name, "E-IMPORT-TWICE", &what);
                        }
                        Some(owner)
                    }
                    Ok(None) => {
                        let what = format!(
                            "no customer has the reference \"{}\". Import the customers first.",
                            owner.customer
                        );
                        row.wrong("customer", &owner.customer, "E-IMPORT-CUSTOMER", &what);
                        None
                    }
                    Err(_) => None,
                }
            })
        })?;
        let Checked { good, bad } = checked;
        super::refuse(&mut report, &bad, skip_bad_rows || dry_run)?;
        if dry_run {
            self.read(|read| {
                for (row, _, known) in matched(read, good)? {
                    match known {
                        None => report.created += 1,
                        Some(known) => {
                            let id = known.id.clone();
                            if row.over(Some(&known), id) == known {
                                report.unchanged += 1;
                            } else {
                                report.updated += 1;
                            }
                        }
                    }
                }
                Ok(())
            })?;
            return Ok(report);
        }
        let left_out = super::left_out(&table.path, &table.header, &bad)?;
        self.act(|act| {
            // Counted before any is written, because the entry that says so comes first.
            let total = good.len() as u64;
            let mut plans = Vec::with_capacity(good.len());
            for (row, customer, known) in matched(act.read(), good)? {
                let line = row.line;
                let id = known.as_ref().map(|owner| owner.id.clone());
                let owner = row.over(known.as_ref(), id.unwrap_or_default());
                match &known {
                    None => report.created += 1,
                    Some(known) if *known == owner => {
                        report.unchanged += 1;
                        continue;
                    }
                    Some(_) => report.updated += 1,
                }
                plans.push((line, customer, known, owner));
            }
            if plans.is_empty() {
                return Ok(());
            }
            act.push(super::imported(table, &report), None, None)?;
            for (place, (line, customer, known, owner)) in plans.into_iter().enumerate() {
                if place % 256 == 0 {
                    watch.step("Writing", place as u64, Some(total), "rows");
                    if watch.cancelled() {
                        return Err(Error::cancelled());
                    }
                }
                self.import_owner(act, table, line, &customer, known, owner)?;
            }
            Ok(())
        })?;
        report.report = left_out.map(LeftOut::keep).transpose()?;
        Ok(report)
    }

    fn import_owner(
        &self,
        act: &mut Act<'_, '_>,
        table: &Table,
        line: u64,
        customer: &str,
        known: Option<Owner>,
        mut owner: Owner,
    ) -> Result<()> {
        let file = act.read().customer_file(customer)?;
        if known.is_none() {
            owner.id = file.next_id("O");
            owner
                .source
                .get_or_insert_with(|| format!("import {}", table.name));
        }
        if owner.interests.is_empty() {
            let what = format!(
                "{} line {line}: {} has neither a share nor control. Write a share, or yes under control; a share that is held through other owners is read from BODS or FollowTheMoney.",
                table.name, owner.name
            );
            return Err(Error::input("E-IMPORT-OWNER", what));
        }
        self.put_owner(act, &file, known, owner)
            .map_err(|mut error| {
                error.0.message = format!("{} line {line}: {}", table.name, error.0.message);
                error
            })
    }
}
