//! What every value of an owner, an account or an imported column was before: dated rows with their source, as the journal has them.

use crate::{error::Result, now::rfc3339, open_vault::OpenVault, words};
use contract as c;
use domain::{
    change::Change,
    customer::{Account, CustomerFile, Owner},
    field,
};
use std::collections::{BTreeMap, HashMap};
use store::{Read, Recorded};

/// The part under which the imported columns stand.
const CUSTOM: &str = "custom";

/// One value in words, and whether it is a mask.
type Said = (String, bool);

fn put(all: &mut Vec<(String, Said)>, label: &str, value: Option<&str>) {
    all.push((
        label.to_owned(),
        (value.unwrap_or_default().to_owned(), false),
    ));
}

/// Everything that is known of an owner, value by value.
pub(crate) fn of_owner(owner: &Owner) -> Vec<(String, Said)> {
    let mut all = Vec::new();
    put(&mut all, "Name", Some(&owner.name));
    put(
        &mut all,
        "Name in its own script",
        owner.name_original.as_deref(),
    );
    put(&mut all, "Not named, because", owner.unspecified.as_deref());
    put(&mut all, "Holds", Some(&words::held_words(owner)));
    put(&mut all, "Country", owner.country.as_deref());
    put(&mut all, "Address", owner.address.as_deref());
    put(&mut all, "E-mail", owner.email.as_deref());
    put(&mut all, "Telephone", owner.phone.as_deref());
    put(&mut all, "Learned from", owner.source.as_deref());
    put(&mut all, "Since", owner.valid_from.as_deref());
    put(&mut all, "Until", owner.valid_to.as_deref());
    all
}

/// Everything that is known of an account, value by value; what identifies a means of payment is masked.
pub(crate) fn of_account(account: &Account) -> Vec<(String, Said)> {
    let mut all = Vec::new();
    put(&mut all, "Account number", Some(&account.account_ref));
    put(&mut all, "State", Some(&account.state));
    put(&mut all, "Products", Some(&account.products));
    put(&mut all, "Opened on", account.opened_on.as_deref());
    put(&mut all, "Closed on", account.closed_on.as_deref());
    put(
        &mut all,
        "Resold to a foreign person on",
        account.resold_to_foreign.as_deref(),
    );
    for (id, value) in &account.extra {
        put(&mut all, id, Some(value));
    }
    for payment in &account.payments {
        let (identifier, masked) = shown_identifier(payment.identifier.as_deref());
        let parts: Vec<String> = [
            Some(payment.kind.clone()),
            Some(payment.institution.clone()).filter(|text| !text.is_empty()),
            identifier,
            Some(format!("money of {}", payment.source)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let label = format!("Means of payment {}", payment.id);
        all.push((label, (parts.join(", "), masked)));
    }
    all
}

/// What identifies a means of payment as it is shown, and whether that is a mask.
pub(crate) fn shown_identifier(identifier: Option<&str>) -> (Option<String>, bool) {
    match identifier.map(|whole| (whole, field::masked_payment(whole))) {
        None => (None, false),
        Some((whole, None)) => (Some(whole.to_owned()), false),
        Some((_, Some(mask))) => (Some(mask), true),
    }
}

fn of_custom(columns: &BTreeMap<String, String>) -> Vec<(String, Said)> {
    columns
        .iter()
        .map(|(column, value)| (column.clone(), (value.clone(), false)))
        .collect()
}

/// What an entry says of a part, whole; none where it says nothing of it.
fn said(change: &Change, part: &str) -> Option<Vec<(String, Said)>> {
    let owner = |owners: &[Owner]| owners.iter().find(|one| one.id == part).map(of_owner);
    let account = |list: &[Account]| list.iter().find(|one| one.id == part).map(of_account);
    let columns = |custom: &BTreeMap<String, String>| {
        (part == CUSTOM && !custom.is_empty()).then(|| of_custom(custom))
    };
    match change {
        Change::CustomerRecorded {
            owners,
            accounts,
            custom,
            ..
        } => owner(owners)
            .or_else(|| account(accounts))
            .or_else(|| columns(custom)),
        Change::CustomerChanged {
            accounts, custom, ..
        } => account(accounts).or_else(|| columns(custom)),
        Change::OwnerRecorded { owner, .. } => (owner.id == part).then(|| of_owner(owner)),
        Change::AccountRecorded { account, .. } => {
            (account.id == part).then(|| of_account(account))
        }
        Change::CustomerRestored { file, .. } | Change::CustomerMerged { file, .. } => {
            owner(&file.owners)
                .or_else(|| account(&file.accounts))
                .or_else(|| columns(&file.custom))
        }
        _ => None,
    }
}

/// Which acts were imports, and of which file: asked once for each act.
#[derive(Default)]
pub(super) struct Imports(HashMap<u64, Option<String>>);

impl Imports {
    /// The file from which an entry was imported.
    pub(super) fn file_of(&mut self, read: &Read<'_>, entry: &Recorded) -> Result<Option<String>> {
        let act = entry.chained.act;
        if let Some(known) = self.0.get(&act) {
            return Ok(known.clone());
        }
        let mut file = None;
        if let Some((_, first, ..)) = read.act(act)?
            && let Some(body) = read.body(first)?
            && let Change::Imported { file: name, .. } = body.change
        {
            file = Some(name);
        }
        self.0.insert(act, file.clone());
        Ok(file)
    }
}

/// Where a value came from: the source that the entry names, or its owner, or the form.
fn source_of(change: &Change, imported: Option<&String>) -> String {
    let named = match change {
        Change::CustomerRecorded { source, .. } | Change::CustomerChanged { source, .. } => {
            Some(words::value_source(source).to_owned())
        }
        Change::OwnerRecorded { owner, .. } => owner.source.clone(),
        Change::CustomerRestored { .. } => Some("An import that was undone".to_owned()),
        Change::CustomerMerged { other, .. } => Some(format!("Merged with {other}")),
        _ => None,
    };
    match (named, imported) {
        (_, Some(file)) => format!("import {file}"),
        (Some(named), None) => named,
        (None, None) => "Typed in a form".to_owned(),
    }
}

impl OpenVault {
    /// Every value that an owner, an account or the imported columns had, value by value, oldest first: nothing was overwritten.
    ///
    /// # Errors
    /// `E-RECORD-UNKNOWN` where the customer has no such part and never had.
    pub fn part_history(&self, req: &c::PartReq) -> Result<Vec<c::ValueHistory>> {
        self.read(|read| {
            let file = read.customer_file(&req.customer)?;
            let names = self.names(read)?;
            let mut imports = Imports::default();
            let (_, mut entries) =
                read.timeline(std::slice::from_ref(&file.reference), 0, u32::MAX)?;
            entries.reverse();
            let mut now: BTreeMap<String, String> = BTreeMap::new();
            let mut all: Vec<c::ValueHistory> = Vec::new();
            for recorded in entries {
                let Some(body) = &recorded.body else {
                    continue;
                };
                let Some(values) = said(&body.change, &req.part) else {
                    continue;
                };
                let imported = imports.file_of(read, &recorded)?;
                let entry = &recorded.chained.entry;
                // What an account or owner no longer has is a value too: none.
                let gone: Vec<(String, Said)> = now
                    .keys()
                    .filter(|label| {
                        req.part != CUSTOM && !values.iter().any(|(one, _)| one == *label)
                    })
                    .map(|label| (label.clone(), (String::new(), false)))
                    .collect();
                for (label, (value, masked)) in values.into_iter().chain(gone) {
                    let before = now.insert(label.clone(), value.clone());
                    if before.as_deref().unwrap_or_default() == value {
                        continue;
                    }
                    let past = c::FieldPast {
                        values: Some(value)
                            .filter(|value| !value.is_empty())
                            .into_iter()
                            .collect(),
                        masked,
                        source: source_of(&body.change, imported.as_ref()),
                        imported: imported.is_some(),
                        document: None,
                        pin: None,
                        by: names.of(&entry.author),
                        recorded_at: rfc3339(entry.recorded_at),
                        occurred_on: entry.occurred_on.clone(),
                        reason: body.reason.clone(),
                        entry: u32::try_from(recorded.chained.seq).unwrap_or(u32::MAX),
                    };
                    match all.iter_mut().find(|one| one.label == label) {
                        Some(there) => there.past.push(past),
                        None => all.push(c::ValueHistory {
                            label,
                            past: vec![past],
                        }),
                    }
                }
            }
            if all.is_empty() && !has_part(&file, &req.part) {
                let part: String = req.part.chars().take(60).collect();
                return Err(crate::error::Error::input(
                    "E-RECORD-UNKNOWN",
                    format!(
                        "{} has no owner or account \"{part}\". Its page names them.",
                        file.reference
                    ),
                ));
            }
            Ok(all)
        })
    }
}

fn has_part(file: &CustomerFile, part: &str) -> bool {
    part == CUSTOM
        || file.owners.iter().any(|one| one.id == part)
        || file.accounts.iter().any(|one| one.id == part)
}
