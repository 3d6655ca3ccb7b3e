//! Taking an import back as one, until something builds on it. What it recorded goes, what it changed is as it was before; the journal
//! keeps both the import and its undoing.

use crate::{
    error::{Error, Result},
    now::rfc3339,
    open_vault::OpenVault,
    words,
};
use contract as c;
use domain::{change::Change, customer::CustomerFile};
use std::collections::BTreeSet;
use store::{Read, Recorded};

/// How many of the things that stand in the way are named.
const NAMED: usize = 3;

/// An import, its act, and whom it touched.
struct Import {
    seq: u64,
    last: u64,
    file: String,
    /// Of access records, not of customers or owners.
    access: bool,
    recorded: BTreeSet<String>,
    changed: BTreeSet<String>,
    clocks: BTreeSet<String>,
}

fn whole(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Import {
    fn read(read: &Read<'_>, seq: u64) -> Result<Self> {
        let unknown = || {
            Error::input(
                "E-IMPORT-UNKNOWN",
                format!("Entry {seq} of the journal is no import. The list of imports names them."),
            )
        };
        let entry = read.entry(seq)?.ok_or_else(unknown)?;
        let (file, access) = match read.body(seq)?.map(|body| body.change) {
            Some(Change::Imported { file, .. }) => (file, false),
            Some(Change::AccessImported { source, .. }) => (source, true),
            _ => return Err(unknown()),
        };
        let (_, first, last, _, _) = read.act(entry.act)?.ok_or_else(unknown)?;
        let mut import = Self {
            seq,
            last,
            file,
            access,
            recorded: BTreeSet::new(),
            changed: BTreeSet::new(),
            clocks: BTreeSet::new(),
        };
        for place in first..=last {
            let body = read.body(place)?.ok_or_else(|| {
                Error::refused(
                    "E-IMPORT-GONE",
                    format!(
                        "What {} imported was disposed of, so it cannot be undone.",
                        import.file
                    ),
                )
            })?;
            match &body.change {
                Change::Imported { .. } | Change::AccessImported { .. } => {}
                Change::ClockStarted { clock } | Change::ClockRevised { clock } => {
                    import.clocks.insert(clock.reference.clone());
                }
                Change::CustomerRecorded { reference, .. } => {
                    import.recorded.insert(reference.clone());
                }
                other => {
                    import.changed.insert(other.subject().to_owned());
                }
            }
        }
        let recorded = &import.recorded;
        import.changed.retain(|one| !recorded.contains(one));
        Ok(import)
    }

    /// What a later entry builds on this import, in words.
    fn built_on(&self, later: &Recorded) -> Option<String> {
        let change = later.body().map(|body| body.change);
        let entry = &later.chained.entry;
        let about =
            |subject: &str| self.recorded.contains(subject) || self.changed.contains(subject);
        let builds = match &change {
            Some(Change::AccessImported { duplicates, .. }) => self.access && *duplicates > 0,
            Some(Change::AccessDisposed { left, .. }) => {
                self.access && left.iter().any(|left| left.import == self.seq)
            }
            Some(Change::ClockStarted { clock } | Change::ClockRevised { clock }) => {
                (self.access && clock.anchors.contains_key(crate::clocks::LAST_ACCESS))
                    || about(&clock.subject)
            }
            _ => about(&entry.subject),
        };
        builds.then(|| {
            let what = change.as_ref().map_or_else(
                || entry.kind.clone(),
                |change| words::entries::change(change).1,
            );
            format!("{}: {what} (entry {})", entry.subject, later.chained.seq)
        })
    }
}

impl OpenVault {
    /// Every import, the newest first.
    pub fn import_list(&self) -> Result<Vec<c::ImportRow>> {
        self.read(|read| {
            let names = self.names(read)?;
            let subjects = ["import".to_owned(), "access".to_owned()];
            let (_, entries) = read.timeline(&subjects, 0, u32::MAX)?;
            let mut undone = BTreeSet::new();
            // Files that went on later, and how far: the newest entry comes first.
            let mut went_on: BTreeSet<String> = BTreeSet::new();
            let mut rows = Vec::new();
            for recorded in entries {
                let seq = recorded.chained.seq;
                let entry = &recorded.chained.entry;
                let row = |file, access, rows, created, updated, skipped| c::ImportRow {
                    entry: whole(seq),
                    file,
                    access,
                    rows: whole(rows),
                    created: whole(created),
                    updated: whole(updated),
                    skipped: whole(skipped),
                    recorded_at: rfc3339(entry.recorded_at),
                    by: names.of(&entry.author),
                    undone: undone.contains(&seq),
                    upto: None,
                    stopped: false,
                };
                match recorded.body().map(|body| body.change) {
                    Some(Change::ImportUndone { import, .. }) => {
                        undone.insert(import);
                    }
                    Some(Change::Imported {
                        file,
                        rows: all,
                        created,
                        updated,
                        skipped,
                        ..
                    }) => {
                        rows.push(row(file, false, all, created, updated, skipped));
                    }
                    Some(Change::AccessImported {
                        source,
                        sha256,
                        rows: new,
                        duplicates,
                        skipped,
                        upto,
                        ..
                    }) => {
                        let mut row =
                            row(source, true, new + duplicates + skipped, new, 0, skipped);
                        row.upto = upto.map(whole);
                        row.stopped = went_on.insert(sha256) && upto.is_some() && !row.undone;
                        rows.push(row);
                    }
                    _ => {}
                }
            }
            Ok(rows)
        })
    }

    /// Takes an import back, by its place in the journal.
    ///
    /// # Errors
    /// `E-IMPORT-BUILT` naming what was built on it; `E-IMPORT-CLOCKS` where clocks run from it; `E-IMPORT-UNDONE` where it is undone.
    pub fn import_undo(&self, seq: u64) -> Result<Vec<c::ImportRow>> {
        self.act(|act| {
            let import = Import::read(act.read(), seq)?;
            if !import.clocks.is_empty() {
                let clocks: Vec<&str> = import.clocks.iter().take(NAMED).map(String::as_str).collect();
                let what = format!(
                    "{} cannot be undone: it started or moved clocks ({}), and what must be kept does not become free by undoing. Correct the records one by one.",
                    import.file,
                    clocks.join(", ")
                );
                return Err(Error::refused("E-IMPORT-CLOCKS", what));
            }
            let touched = || import.recorded.iter().chain(&import.changed);
            let holds = act.read().holds()?;
            // Whose an access record is changes with the accounts, so any hold keeps all of them.
            let held = holds.iter().find(|hold| {
                hold.release.is_none() && (import.access || touched().any(|one| hold.covers(one)))
            });
            if let Some(hold) = held {
                let what = format!(
                    "{} cannot be undone while the legal hold {} is in force: nothing that it covers goes away.",
                    import.file, hold.reference
                );
                return Err(Error::refused("E-IMPORT-HOLD", what));
            }
            let mut built = Vec::new();
            let mut taken_back = BTreeSet::new();
            act.read().each_entry(import.last + 1, |later| {
                if let Some(Change::ImportUndone { import: undone, .. }) =
                    later.body().map(|body| body.change)
                {
                    if undone == import.seq {
                        let what = format!(
                            "{} was undone already, by entry {}.",
                            import.file, later.chained.seq
                        );
                        return Err(Error::refused("E-IMPORT-UNDONE", what));
                    }
                    taken_back.insert(later.chained.act);
                    let there = act.read().entry(undone)?;
                    taken_back.extend(there.map(|entry| entry.act));
                }
                built.extend(
                    import
                        .built_on(&later)
                        .map(|what| (later.chained.act, what)),
                );
                Ok::<_, Error>(())
            })?;
            // What was itself taken back, and its taking back, is nothing that builds on this one.
            let built: Vec<String> = built
                .into_iter()
                .filter(|(act, _)| !taken_back.contains(act))
                .map(|(_, what)| what)
                .collect();
            if !built.is_empty() {
                let more = match built.len().saturating_sub(NAMED) {
                    0 => String::new(),
                    many => format!("; and {many} more"),
                };
                let what = format!(
                    "{} cannot be undone any more, because something was built on it: {}{more}. Correct the records one by one.",
                    import.file,
                    built.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ")
                );
                return Err(Error::refused("E-IMPORT-BUILT", what));
            }
            let undone = Change::ImportUndone {
                import: import.seq,
                file: import.file.clone(),
                removed: import.recorded.len() as u64,
                restored: import.changed.len() as u64,
            };
            act.push(undone, None, None)?;
            for reference in &import.changed {
                let file = file_before(act.read(), reference, import.seq)?;
                let change = Change::CustomerRestored {
                    file: Box::new(file),
                    import: import.seq,
                };
                act.push(change, None, None)?;
            }
            for reference in import.recorded {
                let change = Change::CustomerRemoved {
                    reference,
                    import: import.seq,
                };
                act.push(change, None, None)?;
            }
            Ok(())
        })?;
        self.import_list()
    }
}

/// A customer's file as its entries before one add up to.
pub(crate) fn file_before(read: &Read<'_>, reference: &str, before: u64) -> Result<CustomerFile> {
    let (_, mut entries) = read.timeline(&[reference.to_owned()], 0, u32::MAX)?;
    entries.reverse();
    let mut file: Option<CustomerFile> = None;
    for recorded in entries {
        let (seq, at) = (recorded.chained.seq, recorded.chained.entry.recorded_at);
        let Some(body) = recorded.body().filter(|_| seq < before) else {
            continue;
        };
        match &body.change {
            Change::CustomerRecorded {
                reference,
                external_id,
                party,
                ..
            } => {
                let mut new = CustomerFile::new(reference, external_id.as_deref(), *party);
                new.apply(&body.change, seq, at);
                file = Some(new);
            }
            change => {
                if let Some(file) = &mut file {
                    file.apply(change, seq, at);
                }
            }
        }
    }
    file.ok_or_else(|| store::StoreError::not_found("customer", reference).into())
}
