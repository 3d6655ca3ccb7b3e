//! The whole of a vault: backed up and restored, exported and imported.

use crate::{
    args::Common,
    print,
    run::{clock, done, give_sheet, passphrase, surroundings, watch, watch_free, writing},
};
use desk::{
    Result, SystemNow,
    backups::{self, Restore},
    whole::{self, TakeIn},
};
use serde_json::json;
use std::{path::Path, sync::Arc};

/// `vault backup`.
pub(crate) fn backup(common: &Common, vault: &Path, dest: &Path, keep: Option<u32>) -> Result<u8> {
    let (saved, removed) = writing(common, vault, |vault| {
        let saved = vault.backup(dest, &watch())?;
        let removed = match keep {
            None => Vec::new(),
            Some(keep) => vault.keep_backups(dest, keep)?,
        };
        Ok((saved, removed))
    })?;
    let gone = match removed.as_slice() {
        [] => String::new(),
        names => format!(" Removed older backups: {}.", names.join(", ")),
    };
    done(
        common,
        &json!({"backup": dest.display().to_string(), "bytes": saved.bytes, "removed": removed}),
        &format!(
            "Backed up to {} ({} bytes), opened there and checked.{gone} To restore it: cipdesk-cli vault restore.",
            dest.display(),
            saved.bytes
        ),
    );
    Ok(0)
}

/// `vault backups`.
pub(crate) fn list(common: &Common, folder: &Path) -> Result<u8> {
    let found = backups::list(folder, &surroundings(clock(common)?))?;
    if common.json {
        let rows: Vec<_> = found
            .iter()
            .map(|one| {
                json!({"backup": one.place, "made_at": one.made_at, "program": one.program, "entries": one.entries,
                       "head_code": one.head_code, "vault": one.vault, "members": one.labels})
            })
            .collect();
        print::json(&rows);
        return Ok(0);
    }
    for one in &found {
        print::line(&print::plain(&format!(
            "{}  {:>8} entries  head {}  CIP Desk {}  {}",
            one.made_at.as_deref().unwrap_or("-"),
            one.entries.unwrap_or(0),
            one.head_code.as_deref().unwrap_or("-"),
            one.program.as_deref().unwrap_or("-"),
            one.place
        )));
    }
    if found.is_empty() {
        print::note("There is no backup in this folder that says that it is one.");
    }
    Ok(0)
}

/// `vault restore`.
pub(crate) fn restore(common: &Common, backup: &Path, dest: &Path, damaged: bool) -> Result<u8> {
    let passphrase = passphrase(common, "Passphrase of the day of the backup: ")?;
    let how = Restore {
        from: backup,
        to: dest,
        label: common.staff.as_deref(),
        passphrase: &passphrase,
        damaged,
    };
    let restored = backups::restore(&how, &surroundings(Arc::new(SystemNow)), &watch())?;
    for problem in &restored.problems {
        print::note(&print::plain(&format!(
            "{} {}: {}",
            problem.code, problem.at, problem.message
        )));
    }
    done(
        common,
        &json!({"vault": dest.display().to_string(), "entries": restored.entries, "head_code": restored.head_code,
                "last_entry": restored.last_entry, "problems": restored.problems, "notes": restored.notes}),
        &format!(
            "Restored {} to {}: {} Head code {}.",
            restored.organisation,
            dest.display(),
            restored.summary,
            restored.head_code
        ),
    );
    if !common.json {
        for note in &restored.notes {
            print::line(&print::plain(note));
        }
    }
    Ok(u8::from(!restored.problems.is_empty()))
}

/// `vault export`.
pub(crate) fn export(common: &Common, vault: &Path, dest: &Path) -> Result<u8> {
    let saved = writing(common, vault, |vault| vault.export_whole(dest, &watch()))?;
    done(
        common,
        &json!({"export": dest.display().to_string(), "bytes": saved.bytes}),
        &format!(
            "Exported everything to {} ({} bytes), in clear. Its README.txt says what each file is; destroy the folder when it is no longer needed.",
            dest.display(),
            saved.bytes
        ),
    );
    Ok(0)
}

/// `vault import`.
pub(crate) fn take_in(
    common: &Common,
    export: &Path,
    dest: &Path,
    recovery_sheet: Option<&Path>,
) -> Result<u8> {
    watch_free(recovery_sheet)?;
    let passphrase = passphrase(common, "Passphrase for the new vault: ")?;
    let how = TakeIn {
        from: export,
        to: dest,
        label: common.staff.as_deref(),
        passphrase: &passphrase,
    };
    let (vault, sheet) = whole::take_in(&how, surroundings(Arc::new(SystemNow)), &watch())?;
    let summary = vault.summary()?;
    vault.close()?;
    give_sheet(&sheet, recovery_sheet)?;
    done(
        common,
        &json!({"vault": dest.display().to_string(), "entries": summary.journal_entries, "documents": summary.documents, "head_code": summary.head_code}),
        &format!(
            "Made {} of the export: {} entries, {} documents, checked. Keep the recovery sheet sealed, away from this computer.",
            dest.display(),
            summary.journal_entries,
            summary.documents
        ),
    );
    Ok(0)
}
