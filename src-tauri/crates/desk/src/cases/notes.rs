//! What was written down in words when a step was taken, and by whom: the journal alone keeps that. It knows no machine.

use crate::{error::Result, open_vault::Names};
use domain::{
    casefile::Taken,
    change::{Approval, Change},
};
use store::Read;

/// Beside what was answered: the note of a step, who recorded it, who agreed.
#[derive(Debug, Clone, Default)]
pub(super) struct Beside {
    pub(super) note: Option<String>,
    pub(super) by: Option<String>,
    pub(super) approved_by: Option<String>,
}

/// The notes of a case's steps and of those of its parts.
#[derive(Default)]
pub(super) struct Notes {
    steps: Vec<(Taken, Beside)>,
    /// With the part's id, and how many steps it had taken.
    parts: Vec<(String, usize, Beside)>,
}

impl Notes {
    /// Reads what the journal says of a case. An entry whose content was disposed of says nothing.
    pub(super) fn read(read: &Read<'_>, names: &Names, case: &str) -> Result<Self> {
        let (_, entries) = read.timeline(&[case.to_owned()], 0, u32::MAX)?;
        let mut notes = Self::default();
        for recorded in entries.into_iter().rev() {
            let Some(body) = recorded.body() else {
                continue;
            };
            let by = names.of(&recorded.chained.entry.author);
            let beside = |approval: Option<&Approval>| Beside {
                note: body.reason.clone().filter(|note| !note.is_empty()),
                by: Some(by.clone()),
                approved_by: approval.map(|approval| agreed(names, approval)),
            };
            match &body.change {
                Change::CaseOpened { case } => {
                    let taken = case.path.iter().cloned();
                    notes.steps.extend(taken.map(|taken| (taken, beside(None))));
                }
                Change::CaseAdvanced {
                    taken, approval, ..
                } => notes.steps.push((taken.clone(), beside(approval.as_ref()))),
                Change::CaseItem { item, approval, .. } => {
                    notes
                        .parts
                        .push((item.id.clone(), item.path.len(), beside(approval.as_ref())))
                }
                _ => {}
            }
        }
        Ok(notes)
    }

    /// What stands beside each step of a case, in their order.
    pub(super) fn of_path(&self, path: &[Taken]) -> Vec<Beside> {
        let mut rest = self.steps.iter();
        path.iter()
            .map(|taken| {
                let mut ahead = rest.clone();
                let found = ahead.find(|(one, _)| one == taken);
                found.map_or_else(Beside::default, |(_, beside)| {
                    rest = ahead;
                    beside.clone()
                })
            })
            .collect()
    }

    /// What stands beside the step of a part at this place of its path. A part that is only changed later keeps the words of its step.
    pub(super) fn of_part(&self, part: &str, place: usize) -> Beside {
        let found = self
            .parts
            .iter()
            .find(|(id, steps, _)| id == part && *steps == place + 1);
        found
            .map(|(_, _, beside)| beside.clone())
            .unwrap_or_default()
    }
}

/// The approver, and why where nobody else could agree.
fn agreed(names: &Names, approval: &Approval) -> String {
    let name = names.of(&approval.fingerprint);
    match &approval.override_reason {
        Some(reason) => format!("{name}, alone: {reason}"),
        None => name,
    }
}
