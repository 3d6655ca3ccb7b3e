//! How a vault is made and opened: unlocked, brought to this version, compared with what this computer remembers of it, and tidied.

use super::{
    DEFAULT_PACK, InUse, NewVault, OpenVault, Reading, SessionSigner, Surroundings,
    days::{BUILT_MS, parse_zone, stamp},
};
use crate::{
    drill::DrillClock,
    error::{Error, Result},
    local::Local,
    now::civil,
    preview_worker::PreviewWorker,
    update,
    watch::{Unwatched, Watch},
};
use chrono::{DateTime, Utc};
use contract::Class;
use domain::{
    change::Change,
    machine::Role,
    record::{Organisation, Staff},
    rulebook::{AdoptedPack, Rulebook},
};
use secrecy::SecretString;
use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, Mutex, RwLock, atomic::AtomicI64},
};
use store::{Store, StoreError};
use vault::Unlocked;

impl OpenVault {
    /// Makes a vault and opens it. Gives the recovery sheet, which is kept nowhere.
    pub fn create(
        path: &Path,
        new: NewVault,
        surroundings: Surroundings,
    ) -> Result<(Self, vault::RecoverySheet)> {
        if let Some(by) = vault::shared_by(path) {
            return Err(vault::VaultError::Shared(by).into());
        }
        let zone = parse_zone(&new.zone)?;
        if !["provider", "us_reseller", "foreign_reseller"].contains(&new.role.as_str()) {
            return Err(Error::input(
                "E-VAULT-ROLE",
                "The role is one of: provider, us_reseller, foreign_reseller.",
            ));
        }
        let org = crate::customers::clean("organisation", &new.org)?;
        let staff = crate::customers::clean("staff", &new.staff)?;
        if org.is_empty() || staff.is_empty() {
            return Err(Error::input(
                "E-VAULT-NAMES",
                "Write the organization's legal name and the name of the first member.",
            ));
        }
        crate::passphrase::check(&new.passphrase, &[&org, &staff])?;
        let pack = AdoptedPack::new(
            crate::packs::builtin(DEFAULT_PACK)?,
            crate::packs::BUILT_IN,
            crate::packs::PART_OF_PROGRAM,
        );
        let roles = Role::FOUNDER
            .iter()
            .map(|role| role.word().to_owned())
            .collect();
        let made_on = civil(surroundings.now.utc(), zone).to_string();
        let first = vault::NewVault {
            label: new.label,
            roles,
            passphrase: new.passphrase,
            work: surroundings.work,
            made_on,
        };
        let mut failed = None;
        // The folder appears under its name only with a database in it: an interrupted creation leaves nothing.
        let created = vault::create(path, first, |unlocked| {
            let made = (|| -> Result<()> {
                let store =
                    Store::create(&unlocked.db_path(), unlocked.db_key(), surroundings.schema)?;
                let signer = SessionSigner {
                    fingerprint: unlocked.log_key().fingerprint(),
                    key: unlocked.log_key(),
                };
                let organisation = Organisation {
                    name: org,
                    role: new.role,
                    zone: new.zone,
                    demo: new.demo,
                    drill: new.drill,
                    collects: Vec::new(),
                    house: domain::house::HouseRules::default(),
                };
                let founder = unlocked.member();
                let staff = Staff {
                    label: founder.label.clone(),
                    name: staff,
                    log_key: signer.fingerprint.clone(),
                    log_public: domain::entry::hex(&unlocked.log_key().public()),
                    approval_key: founder.approval_fingerprint.clone(),
                    approval_public: founder.approval_public.clone(),
                    roles: founder.roles.clone(),
                    until: None,
                    former: Vec::new(),
                    signing: Vec::new(),
                };
                let built = if new.demo { i64::MIN } else { BUILT_MS };
                let stamp = stamp(surroundings.now.as_ref(), zone, None, built);
                store.write(|write| -> Result<()> {
                    let mut act = write.act_of(&signer, Rulebook::default(), stamp)?;
                    act.push(Change::VaultCreated { organisation }, None, None)?;
                    act.push(Change::PackAdopted { pack }, None, None)?;
                    act.push(Change::StaffAdded { staff }, None, None)?;
                    act.sign()?;
                    Ok(())
                })?;
                store.checkpoint_wal()?;
                Ok(())
            })();
            made.map_err(|error| failed = Some(error))
        });
        let (vault, sheet) = match (created, failed) {
            (_, Some(error)) => return Err(error),
            (created, None) => created?,
        };
        // A rehearsal is set up before its clock begins to run.
        let made = Self::with(vault, surroundings, false, false, &Unwatched)?;
        Ok((made, sheet))
    }

    /// Unlocks a vault (security 3.5).
    pub fn unlock(
        path: &Path,
        label: Option<&str>,
        passphrase: &SecretString,
        surroundings: Surroundings,
    ) -> Result<Self> {
        Self::unlock_for(path, label, passphrase, surroundings, false, &Unwatched)
    }

    /// Unlocks a vault, and where `reading` is set makes no connection that could write. A vault of an older version is kept as it was
    /// first, which `watch` is told of and may stop.
    pub fn unlock_for(
        path: &Path,
        label: Option<&str>,
        passphrase: &SecretString,
        surroundings: Surroundings,
        reading: bool,
        watch: &dyn Watch,
    ) -> Result<Self> {
        if let Some(by) = vault::shared_by(path).filter(|_| !reading) {
            return Err(vault::VaultError::Shared(by).into());
        }
        let attempts = crate::attempts::Attempts::at(path, &surroundings);
        attempts.may_try()?;
        match vault::open(path, label, passphrase) {
            Ok(vault) => {
                let failed = attempts.succeeded();
                let mut open = Self::with(vault, surroundings, true, reading, watch)?;
                open.failed_before = failed;
                Ok(open)
            }
            Err(error) => Err(attempts.failed(error.into())),
        }
    }

    pub(crate) fn with(
        vault: Unlocked,
        mut surroundings: Surroundings,
        runs: bool,
        asked: bool,
        watch: &dyn Watch,
    ) -> Result<Self> {
        let outside = surroundings.clone();
        let roles: Vec<Role> = vault
            .member()
            .roles
            .iter()
            .filter_map(|word| Role::of(word))
            .collect();
        let local = Local::load(surroundings.state.as_deref());
        let known = local.known_at(vault.vault_id(), vault.root());
        let mut reading = if roles.contains(&Role::Auditor) {
            Some(Reading::Auditor)
        } else {
            asked.then_some(Reading::Asked)
        };
        let (path, key, schema) = (vault.db_path(), vault.db_key(), surroundings.schema);
        let mut updated = None;
        let mut store = match reading {
            Some(_) => Store::open_reading(&path, key, schema)?,
            None => Store::open(&path, key, schema, |older| -> Result<()> {
                let at = surroundings.now.utc();
                updated = Some(update::keep(vault.root(), older, at, watch)?);
                Ok(())
            })?,
        };
        if updated.is_some() {
            update::taken(watch);
        }
        if let Some(known) = known.filter(|known| known.entries > 0)
            && let Some(note) = behind_anchor(&vault, &store, known)?
        {
            if reading.is_none() {
                // Until somebody says why, no connection exists that could write.
                drop(store);
                store = Store::open_reading(&path, key, schema)?;
            }
            reading = Some(Reading::Rollback {
                note,
                remembered: known.entries,
            });
        }
        let organisation = store.read(|read| -> Result<_> { Ok(read.organisation()?) })?;
        let zone = parse_zone(&organisation.zone)?;
        let drill_clock = organisation
            .drill
            .as_ref()
            .filter(|_| runs)
            .map(|drill| Arc::new(DrillClock::new(drill, surroundings.now.clone())));
        if let Some(clock) = &drill_clock {
            surroundings.now = clock.clone();
        }
        let rules = store.read(|read| match read.rulebook() {
            Err(StoreError::Record(_)) => Err(Error::new(
                "V-03",
                Class::Newer,
                "This vault uses a rule pack that this CIP Desk cannot read. Update this computer; nothing was changed.",
            )),
            other => Ok(other?),
        })?;
        if reading.is_none() {
            tidy(&vault, &store, outside.now.utc())?;
        }
        // An older copy was closed elsewhere; what this computer remembers is of another.
        let older = matches!(reading, Some(Reading::Rollback { .. }));
        let remembered = known
            .map(|known| known.entries)
            .filter(|entries| *entries > 0 && !older);
        let backup = Mutex::new(known.and_then(|known| known.last_backup));
        let signer = SessionSigner {
            fingerprint: vault.log_key().fingerprint(),
            key: vault.log_key(),
        };
        let preview = PreviewWorker::new(surroundings.worker.clone());
        let last = store.read(|read| -> Result<_> { Ok(read.head()?.recorded_at) })?;
        Ok(Self {
            last_entry: AtomicI64::new(last.unwrap_or(i64::MIN)),
            rules: RwLock::new(InUse::new(rules)?),
            staff: RwLock::new(store.read(|read| -> Result<_> { Ok(read.staff()?) })?),
            organisation,
            drill_clock,
            zone,
            store,
            vault,
            surroundings,
            outside,
            preview,
            signer,
            roles,
            reading: RwLock::new(reading),
            failed_before: 0,
            updated,
            remembered,
            written: Mutex::default(),
            backup,
            tended: Mutex::default(),
        })
    }
}

/// What an interruption, earlier keys and an update long ago have left goes.
pub(super) fn tidy(vault: &Unlocked, store: &Store, at: DateTime<Utc>) -> Result<()> {
    vault.tidy()?;
    update::forget_old(vault.root(), at)?;
    sweep(vault, store)
}

/// Files that no row of the database names are no documents.
fn sweep(vault: &Unlocked, store: &Store) -> Result<()> {
    let known: HashSet<String> = store.read(|read| -> Result<_> {
        Ok(read
            .each_document()?
            .into_iter()
            .map(|document| document.id)
            .collect())
    })?;
    vault.documents().sweep(&known)?;
    Ok(())
}

/// The anchor of this computer (security 3.11.4): a journal shorter than, or other than, the one last closed here is an older copy, and
/// so is a list of members from before the one last seen. A list that does not follow the one last seen was put there by somebody who
/// may not: then nothing is opened.
fn behind_anchor(
    vault: &Unlocked,
    store: &Store,
    known: &crate::local::Known,
) -> Result<Option<String>> {
    let older_keys = known.list_generation > vault.generation();
    if !known.list_sha256.is_empty()
        && !older_keys
        && !vault.follows(known.list_generation, &known.list_sha256)?
    {
        return Err(vault::VaultError::Unsigned.into());
    }
    let (count, there) =
        store.read(|read| -> Result<_> { Ok((read.head()?.count, read.entry(known.entries)?)) })?;
    if there.is_some_and(|entry| domain::entry::hex(&entry.chain) == known.head) && !older_keys {
        return Ok(None);
    }
    Ok(Some(if count < known.entries {
        format!(
            "This vault is older than the one last opened here: it has {count} entries, it had {}. A backup may have been put back. If nobody did that, stop and compare the head code on your last printed page.",
            known.entries
        )
    } else {
        "This vault's journal does not continue the one last opened here. Somebody may have replaced it. Stop, and compare the head code on your last printed page.".to_owned()
    }))
}
