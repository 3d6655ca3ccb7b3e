//! What every value of an owner, a signatory, an account or an imported column was before: dated rows with their source and what proves
//! them, as the journal has them.

use super::proofs::{Papers, Seen};
use crate::{error::Result, now::rfc3339, open_vault::OpenVault, words};
use contract as c;
use domain::{
    change::Change,
    customer::{Account, Owner, Payment},
    field,
    proof::{self, CUSTOM, PartValue, Said},
};
use std::collections::{BTreeMap, HashMap};
use store::{Read, Recorded};

/// One value: its id within the part, what a person calls it, what it says in words, and whether that is a mask.
#[derive(Debug, Clone)]
pub(crate) struct Worded {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) words: String,
    pub(crate) masked: bool,
}

/// Values of a part in words; what identifies a means of payment is masked.
pub(crate) fn worded(part: &str, values: Vec<PartValue>) -> Vec<Worded> {
    values
        .into_iter()
        .map(|value| {
            let (words, masked) = match &value.said {
                Said::Texts(texts) => (texts.join("; "), false),
                Said::Ties(ties) => (words::parts::held_words(ties), false),
                Said::Payment(payment) => payment_words(payment),
            };
            Worded {
                label: match part {
                    CUSTOM => value.id.clone(),
                    _ => proof::label(&value.id, true),
                },
                id: value.id,
                words,
                masked,
            }
        })
        .collect()
}

fn payment_words(payment: &Payment) -> (String, bool) {
    let (identifier, masked) = shown_identifier(payment.identifier.as_deref());
    let parts: Vec<String> = [
        Some(payment.kind.clone()),
        Some(payment.institution.clone()).filter(|text| !text.is_empty()),
        identifier,
        Some(format!("money of {}", payment.source)),
        payment
            .country
            .as_ref()
            .map(|code| format!("paid from {code}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    (parts.join(", "), masked)
}

/// What identifies a means of payment as it is shown, and whether that is a mask.
pub(crate) fn shown_identifier(identifier: Option<&str>) -> (Option<String>, bool) {
    match identifier.map(|whole| (whole, field::masked_payment(whole))) {
        None => (None, false),
        Some((whole, None)) => (Some(whole.to_owned()), false),
        Some((_, Some(mask))) => (Some(mask), true),
    }
}

/// What an entry says of a part, whole; none where it says nothing of it.
fn said(change: &Change, part: &str) -> Option<Vec<PartValue>> {
    let owner = |owners: &[Owner]| owners.iter().find(|one| one.id == part).map(Owner::values);
    let account = |list: &[Account]| list.iter().find(|one| one.id == part).map(Account::values);
    let columns = |custom: &BTreeMap<String, String>| {
        (part == CUSTOM && !custom.is_empty()).then(|| proof::columns(custom))
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
        Change::OwnerRecorded { owner, .. } => (owner.id == part).then(|| owner.values()),
        Change::SignatoryRecorded { signatory, .. } => {
            (signatory.id == part).then(|| signatory.values())
        }
        Change::AccountRecorded { account, .. } => (account.id == part).then(|| account.values()),
        Change::CustomerRestored { file, .. } | Change::CustomerMerged { file, .. } => {
            file.part_values(part)
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
        Change::SignatoryRecorded { signatory, .. } => signatory.source.clone(),
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
    /// Every value that an owner, a signatory, an account or the imported columns had, value by value, oldest first: nothing was overwritten.
    ///
    /// # Errors
    /// `E-RECORD-UNKNOWN` where the customer has no such part and never had.
    pub fn part_history(&self, req: &c::PartReq) -> Result<Vec<c::ValueHistory>> {
        self.read(|read| {
            let file = read.customer_file(&req.customer)?;
            let names = self.names(read)?;
            let papers = Papers::of(read, &file)?;
            let seen = Seen {
                file: &file,
                papers: &papers,
                names: &names,
            };
            let mut imports = Imports::default();
            let (_, mut entries) =
                read.timeline(std::slice::from_ref(&file.reference), 0, u32::MAX)?;
            entries.reverse();
            let mut now: BTreeMap<String, String> = BTreeMap::new();
            let mut all: Vec<c::ValueHistory> = Vec::new();
            for recorded in entries {
                let Some(body) = recorded.body() else {
                    continue;
                };
                if let Change::ProofRecorded { proof, holds, .. } = &body.change
                    && proof.of == req.part
                {
                    for one in all
                        .iter_mut()
                        .filter(|one| proof.values.contains(&one.value))
                    {
                        if let Some(last) = one.past.last_mut() {
                            seen.hear(&mut last.proofs, proof, *holds);
                        }
                    }
                }
                let Some(values) = said(&body.change, &req.part) else {
                    continue;
                };
                let values = worded(&req.part, values);
                let imported = imports.file_of(read, &recorded)?;
                let entry = &recorded.chained.entry;
                // What an account or owner no longer has is a value too: none.
                let gone: Vec<Worded> = now
                    .keys()
                    .filter(|id| req.part != CUSTOM && !values.iter().any(|one| one.id == **id))
                    .map(|id| Worded {
                        id: id.clone(),
                        label: proof::label(id, true),
                        words: String::new(),
                        masked: false,
                    })
                    .collect();
                for value in values.into_iter().chain(gone) {
                    let before = now.insert(value.id.clone(), value.words.clone());
                    if before.as_deref().unwrap_or_default() == value.words {
                        continue;
                    }
                    let past = c::FieldPast {
                        values: Some(value.words)
                            .filter(|words| !words.is_empty())
                            .into_iter()
                            .collect(),
                        masked: value.masked,
                        source: source_of(&body.change, imported.as_ref()),
                        imported: imported.is_some(),
                        proofs: Vec::new(),
                        by: names.of(&entry.author),
                        recorded_at: rfc3339(entry.recorded_at),
                        occurred_on: entry.occurred_on.clone(),
                        reason: body.reason.clone(),
                        entry: u32::try_from(recorded.chained.seq).unwrap_or(u32::MAX),
                    };
                    match all.iter_mut().find(|one| one.value == value.id) {
                        Some(there) => there.past.push(past),
                        None => all.push(c::ValueHistory {
                            value: value.id,
                            label: value.label,
                            past: vec![past],
                        }),
                    }
                }
            }
            for one in &mut all {
                if let Some(last) = one.past.last_mut() {
                    seen.now(&mut last.proofs, &req.part, &one.value);
                }
            }
            if all.is_empty() && file.part_values(&req.part).is_none() {
                let part: String = req.part.chars().take(60).collect();
                return Err(crate::error::Error::input(
                    "E-RECORD-UNKNOWN",
                    format!(
                        "{} has no owner, signatory or account \"{part}\". Its page names them.",
                        file.reference
                    ),
                ));
            }
            Ok(all)
        })
    }
}
