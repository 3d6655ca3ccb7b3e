//! Who said what, when and on which page: the history of a field, what proves it, and the masks over what is sensitive.

use super::proofs::{Papers, Seen};
use crate::{
    error::{Error, Result},
    now::rfc3339,
    open_vault::OpenVault,
    resellers::country_name,
    words,
};
use contract as c;
use domain::{change::Change, field};

/// A field's values as they are shown: masked where they are sensitive.
pub(crate) fn shown(id: &str, values: &[String]) -> Vec<String> {
    if field::is_sensitive(id) {
        values.iter().map(|value| field::masked(value)).collect()
    } else {
        values.to_vec()
    }
}

/// A value as a person reads it: two fields hold a word of a list, others a country's code.
pub(crate) fn worded(id: &str, value: &str) -> String {
    match id {
        "channel" => field::channel_label(value).to_owned(),
        "risk_tier" => filing::choice_label(value),
        _ if field::find(id).is_some_and(|field| field.input == field::Input::Country) => {
            country_name(value)
        }
        _ => value.to_owned(),
    }
}

impl OpenVault {
    /// Every value that a field had, oldest first: nothing was overwritten.
    pub fn field_history(&self, req: &c::FieldReq) -> Result<Vec<c::FieldPast>> {
        self.read(|read| {
            let file = read.customer_file(&req.customer)?;
            let names = self.names(read)?;
            let papers = Papers::of(read, &file)?;
            let seen = Seen {
                file: &file,
                papers: &papers,
                names: &names,
            };
            let (_, mut entries) =
                read.timeline(std::slice::from_ref(&file.reference), 0, u32::MAX)?;
            entries.reverse();
            let mut imports = super::past::Imports::default();
            let mut past: Vec<c::FieldPast> = Vec::new();
            for recorded in entries {
                let imported = imports.file_of(read, &recorded)?.is_some();
                let entry = &recorded.chained.entry;
                let Some(body) = recorded.body() else {
                    continue;
                };
                let (values, source) = match &body.change {
                    Change::CustomerRecorded { fields, source, .. } => {
                        (fields.get(&req.field), source.as_str())
                    }
                    Change::CustomerChanged { after, source, .. } => {
                        (after.get(&req.field), source.as_str())
                    }
                    Change::CustomerRestored { file, .. } => (
                        file.fields.get(&req.field).map(|dated| &dated.values),
                        "an import that was undone",
                    ),
                    Change::CustomerMerged { file, .. } => (
                        file.fields.get(&req.field).map(|dated| &dated.values),
                        "the merge with another record",
                    ),
                    Change::ProofRecorded { proof, holds, .. } => {
                        let about = proof.of == file.reference && proof.values.contains(&req.field);
                        if let Some(last) = past.last_mut().filter(|_| about) {
                            seen.hear(&mut last.proofs, proof, *holds);
                        }
                        continue;
                    }
                    _ => continue,
                };
                let Some(values) = values else {
                    continue;
                };
                let read_in = source.strip_prefix("document ").map(|id| c::ProofView {
                    document: id.to_owned(),
                    name: papers.name(id).to_owned(),
                    pin: None,
                    by: names.of(&entry.author),
                    on: entry.occurred_on.clone(),
                    values: Vec::new(),
                    named: false,
                });
                past.push(c::FieldPast {
                    values: shown(&req.field, values),
                    masked: field::is_sensitive(&req.field),
                    source: words::value_source(source).to_owned(),
                    imported,
                    proofs: read_in.into_iter().collect(),
                    by: names.of(&entry.author),
                    recorded_at: rfc3339(entry.recorded_at),
                    occurred_on: entry.occurred_on.clone(),
                    reason: body.reason,
                    entry: u32::try_from(recorded.chained.seq).unwrap_or(u32::MAX),
                });
            }
            if let Some(now) = past.last_mut() {
                seen.now(&mut now.proofs, &file.reference, &req.field);
            }
            Ok(past)
        })
    }

    /// Shows what is masked, and records who asked and when.
    pub fn value_reveal(&self, req: &c::RevealReq) -> Result<c::Revealed> {
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let part = req.field.split_once(':');
            let values: Vec<String> = match (&req.review, part) {
                (None, Some(("payment", id))) => file
                    .accounts
                    .iter()
                    .flat_map(|account| &account.payments)
                    .find(|one| one.id == id)
                    .and_then(|one| one.identifier.clone())
                    .into_iter()
                    .collect(),
                (None, Some(("discrepancy", id))) => file
                    .discrepancies
                    .iter()
                    .find(|one| one.id == id && one.is_sensitive())
                    .map(|one| vec![one.claimed.clone(), one.found.clone()])
                    .unwrap_or_default(),
                (None, _) => file.values(&req.field).to_vec(),
                (Some(id), _) => file
                    .reviews
                    .iter()
                    .find(|one| one.id == *id)
                    .and_then(|one| one.value(&req.field))
                    .map(str::to_owned)
                    .into_iter()
                    .collect(),
            };
            if values.is_empty() || !(field::is_sensitive(&req.field) || part.is_some()) {
                return Err(Error::input(
                    "E-REVEAL-NOTHING",
                    format!(
                        "{} has nothing masked under \"{}\".",
                        file.reference, req.field
                    ),
                ));
            }
            let reason = req
                .reason
                .as_deref()
                .map(|reason| super::clean("reason", reason))
                .transpose()?
                .filter(|reason| !reason.is_empty());
            act.push(
                Change::ValueRevealed {
                    customer: file.reference.clone(),
                    field: req.field.clone(),
                    review: req.review.clone(),
                },
                None,
                reason.as_deref(),
            )?;
            Ok(c::Revealed { values })
        })
    }
}
