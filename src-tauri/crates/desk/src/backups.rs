//! Backups: written while the vault is in use, kept to a number, looked at, and restored to a new folder.
//!
//! What is called a backup was opened, checked and compared; what is restored was too. Neither writes over anything.

use crate::{
    attempts::Attempts,
    error::{Error, Result},
    examine::examine,
    local::Local,
    now::{civil, rfc3339, weekday},
    open_vault::{OpenVault, Surroundings},
    watch::Watch,
};
use contract as c;
use domain::entry::{head_code, hex, unhex};
use secrecy::SecretString;
use std::{
    cell::RefCell,
    path::{Path, PathBuf},
};
use store::Store;

/// What is to be restored, and where.
pub struct Restore<'a> {
    /// The backup's folder.
    pub from: &'a Path,
    /// The new vault's folder, which does not exist.
    pub to: &'a Path,
    /// Who opens it; may be absent where there is one member.
    pub label: Option<&'a str>,
    /// That member's passphrase, as it was when the backup was made.
    pub passphrase: &'a SecretString,
    /// Restore it although something in it does not hold.
    pub damaged: bool,
}

impl OpenVault {
    /// Writes a consistent copy of the vault to a new folder, while this one is in use; opens like any vault. The copy is opened, checked
    /// and compared before it gets its name: what is called a backup is one.
    ///
    /// # Errors
    /// `E-BACKUP-DIFFERS` where the copy does not hold and the vault does; `E-FILE-EXISTS`; the disk. Nothing is left then.
    pub fn backup(&self, to: &Path, watch: &dyn Watch) -> Result<c::Saved> {
        self.needs(domain::may::Right::Keep)?;
        watch.step("Copying", 0, None, "files");
        self.checkpoint()?;
        let failed = RefCell::new(None);
        let copied = self.vault().backup(
            to,
            |database| {
                self.store()
                    .copy_to(database)
                    .map_err(|error| *failed.borrow_mut() = Some(Error::from(error)))
            },
            |copy| {
                self.compare(copy, watch)
                    .map_err(|error| *failed.borrow_mut() = Some(error))
            },
        );
        if let Some(error) = failed.into_inner() {
            return Err(error);
        }
        let bytes = copied?;
        self.note_backup(self.now().timestamp_millis());
        Ok(c::Saved {
            name: name(to),
            bytes,
        })
    }

    /// Opens a copy with the vault's key and checks it as the vault is checked; gives what it says of itself. What does not hold in the vault
    /// either does not hold it up: a damaged vault is the one that most needs a copy.
    fn compare(&self, copy: &vault::Copied, watch: &dyn Watch) -> Result<vault::Slip> {
        let differs = |what: &str| {
            Error::machine(
                "E-BACKUP-DIFFERS",
                format!(
                    "The backup was read back and is not what the vault is ({what}). It was not kept, and the vault is unharmed. Check the disk it goes to, then try again."
                ),
            )
        };
        let store = open(copy.database(), self.vault().db_key(), self.outside())?;
        let examined = examine(&store, copy.documents(), watch)?;
        let head = store.read(|read| -> Result<_> { Ok(read.head()?) })?;
        let here = self.read(|read| Ok(read.entry(head.count)?))?;
        if here.is_none_or(|entry| entry.chain != head.chain) {
            return Err(differs("its journal is another"));
        }
        if !examined.problems.is_empty() {
            let known = self.check(watch)?.problems;
            let new = examined.problems.iter().find(|problem| {
                !known
                    .iter()
                    .any(|there| there.code == problem.code && there.at == problem.at)
            });
            if let Some(problem) = new {
                return Err(differs(&format!("{}: {}", problem.at, problem.code)));
            }
        }
        Ok(vault::Slip::new(
            rfc3339(self.now().timestamp_millis()),
            env!("CARGO_PKG_VERSION"),
            head.count,
            hex(&head.chain),
        ))
    }

    /// Removes older backups of this vault beside one that was just made, until `keep` are left, that one among them. What was opened for
    /// writing since, or is open, is no backup and stays. Gives the names of what was removed.
    ///
    /// # Errors
    /// The disk: what could not be removed stays, and the backup is there.
    pub fn keep_backups(&self, made: &Path, keep: u32) -> Result<Vec<String>> {
        self.needs(domain::may::Right::Keep)?;
        let mine = |backup: &vault::Backup| backup.card.vault_id == self.vault().vault_id();
        let folder = made
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let older: Vec<PathBuf> = vault::backups_in(folder.unwrap_or(Path::new(".")))
            .into_iter()
            .filter(mine)
            .map(|backup| backup.path)
            .filter(|path| path.file_name() != made.file_name())
            .collect();
        let spare = (older.len() + 1).saturating_sub(usize::try_from(keep.max(1)).unwrap_or(1));
        let mut removed = Vec::new();
        for path in older.iter().take(spare) {
            vault::remove_backup(path, self.vault().vault_id())?;
            removed.push(name(path));
        }
        Ok(removed)
    }
}

/// What anybody can see of a backup, and what this computer remembers of its vault.
///
/// # Errors
/// It is none, or the medium does not answer.
pub fn look(path: &Path, surroundings: &Surroundings) -> Result<c::BackupCard> {
    let seen = vault::look(path)?;
    let local = Local::load(surroundings.state.as_deref());
    let here = local.known(&seen.card.vault_id).is_some();
    let slip = seen.slip;
    Ok(c::BackupCard {
        id: String::new(),
        place: path.display().to_string(),
        labels: seen.card.labels,
        vault: seen.card.vault_id,
        made_at: slip.as_ref().map(|slip| slip.made_at.clone()),
        program: slip.as_ref().map(|slip| slip.program.clone()),
        entries: slip
            .as_ref()
            .map(|slip| u32::try_from(slip.entries).unwrap_or(u32::MAX)),
        head_code: slip
            .and_then(|slip| unhex(&slip.head))
            .map(|head| head_code(&head)),
        here,
    })
}

/// The backups that lie in a folder, the oldest first.
pub fn list(folder: &Path, surroundings: &Surroundings) -> Result<Vec<c::BackupCard>> {
    std::fs::read_dir(folder)?;
    vault::backups_in(folder)
        .iter()
        .map(|backup| look(&backup.path, surroundings))
        .collect()
}

/// Copies a backup to a new folder, opens the copy with the passphrase, checks it whole, and gives it its name. A vault of an older schema is
/// brought to today's in the copy; the backup is only read.
///
/// # Errors
/// As unlocking; `E-RESTORE-DAMAGED` where something does not hold and that was not agreed to; `E-FILE-EXISTS`; the disk. Nothing is left then.
pub fn restore(
    how: &Restore<'_>,
    surroundings: &Surroundings,
    watch: &dyn Watch,
) -> Result<c::Restored> {
    if let Some(by) = how.to.parent().and_then(vault::shared_by) {
        return Err(vault::VaultError::Shared(by).into());
    }
    let backup = vault::look(how.from)?;
    let attempts = Attempts::at(how.from, surroundings);
    attempts.may_try()?;
    watch.step("Copying", 0, None, "files");
    let failed = RefCell::new(None);
    let restored = vault::restore(how.from, how.to, how.label, how.passphrase, |vault| {
        judge(vault, how, backup.slip.as_ref(), surroundings, watch)
            .map_err(|error| *failed.borrow_mut() = Some(error))
    });
    if let Some(error) = failed.into_inner() {
        return Err(error);
    }
    let (restored, older) = restored.map_err(|error| attempts.failed(error.into()))?;
    attempts.succeeded();
    if let Some(newest) = older {
        // The computer that knows of later entries asks, when it is opened, why this one is the right one (V-09).
        let mut local = Local::load(surroundings.state.as_deref());
        local.note(&newest.vault_id, how.to, |known| {
            let path = known.path.clone();
            *known = crate::local::Known {
                path,
                last_opened: None,
                last_backup: None,
                ..newest.clone()
            };
        });
        local.save()?;
    }
    Ok(restored)
}

/// Looks at a restored vault before it has its name; gives what is told of it, and what this computer remembers where that is more.
fn judge(
    vault: &vault::Unlocked,
    how: &Restore<'_>,
    slip: Option<&vault::Slip>,
    surroundings: &Surroundings,
    watch: &dyn Watch,
) -> Result<(c::Restored, Option<crate::local::Known>)> {
    let store = open(&vault.db_path(), vault.db_key(), surroundings)?;
    let mut examined = examine(&store, vault.documents(), watch)?;
    if let Err(why) = vault.check_lists() {
        examined.add(why.code(), "keyring", why.to_string());
    }
    let (head, organisation) =
        store.read(|read| -> Result<_> { Ok((read.head()?, read.organisation()?)) })?;
    let fits = |count: u64, chain: &str| -> Result<bool> {
        let there = store.read(|read| -> Result<_> { Ok(read.entry(count)?) })?;
        Ok(there.is_some_and(|entry| hex(&entry.chain) == chain))
    };
    if let Some(slip) = slip
        && !fits(slip.entries, &slip.head)?
    {
        examined.add(
            "E-RESTORE-SLIP",
            "BACKUP",
            format!(
                "The file BACKUP says that it has {} entries and another head: it is not the copy that was made then.",
                slip.entries
            ),
        );
    }
    if let Some(first) = examined.problems.first().filter(|_| !how.damaged) {
        return Err(Error::new(
            "E-RESTORE-DAMAGED",
            c::Class::Damaged,
            format!(
                "Nothing was restored: {} in this backup, the first at {}: {} Choose another backup, or restore this one as it is to save what is whole.",
                match examined.problems.len() {
                    1 => "1 thing does not hold".to_owned(),
                    many => format!("{many} things do not hold"),
                },
                first.at,
                first.message
            ),
        ));
    }
    store.checkpoint_wal()?;
    let local = Local::load(surroundings.state.as_deref());
    let newest = local
        .vaults
        .iter()
        .filter(|known| known.vault_id == vault.vault_id() && known.entries > 0)
        .max_by_key(|known| known.entries);
    let mut notes = Vec::new();
    let mut older = None;
    match newest {
        None => notes.push(
            "This computer has not seen this vault before. Compare the head code with a printed page.".to_owned(),
        ),
        Some(known) if fits(known.entries, &known.head)? => notes.push(
            "It holds everything that this vault held when it was last locked on this computer."
                .to_owned(),
        ),
        Some(known) => {
            notes.push(format!(
                "When this vault was last locked on this computer it had {} entries; this one has {}. What was recorded in between, disposals too, is not in it. When you open it, it is read until you say why it is the right one, and the journal keeps that.",
                known.entries, head.count
            ));
            older = Some(known.clone());
        }
    }
    notes.push("Look through it before you delete anything, and continue in only one of the two: entries made in both can never be combined.".to_owned());
    let zone = crate::open_vault::days::parse_zone(&organisation.zone)?;
    let last = head
        .recorded_at
        .and_then(chrono::DateTime::from_timestamp_millis);
    let report = examined.report();
    Ok((
        c::Restored {
            vault: None,
            name: name(how.to),
            organisation: organisation.name,
            entries: u32::try_from(head.count).unwrap_or(u32::MAX),
            head_code: head_code(&head.chain),
            last_entry: last.map(|last| weekday(civil(last, zone))),
            summary: report.summary,
            problems: report.problems,
            notes,
        },
        older,
    ))
}

/// Opens the database of a copy, and brings it to this version's tables: the vault or backup that it was copied of stays as it is.
pub(crate) fn open(path: &Path, key: &[u8; 32], surroundings: &Surroundings) -> Result<Store> {
    Store::open(path, key, surroundings.schema, |_| Ok(()))
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
