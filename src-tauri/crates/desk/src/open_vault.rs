//! An open vault: keys, database, pack and clock together. Dropping it locks.

mod closing;
pub(crate) mod days;
mod names;
mod opening;

use crate::{
    drill::DrillClock,
    error::{Error, Result},
    local::Local,
    now::Now,
    preview_worker::PreviewWorker,
};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::{
    entry::head_code,
    machine::Role,
    pack::RulePack,
    record::{Drill, Organisation, Staff},
    rulebook::Rulebook,
};
pub(crate) use names::Names;
use opening::tidy;
use secrecy::SecretString;
use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};
use store::{Act, Read, Schema, Signer, Store};
use vault::Unlocked;

/// The rule pack of a new vault.
pub const DEFAULT_PACK: &str = "us-iaas-nprm-2024";

/// What the desk is given by the program around it.
#[derive(Clone)]
pub struct Surroundings {
    /// The present instant.
    pub now: Arc<dyn Now>,
    /// Where this computer's state file lies; none keeps nothing.
    pub state: Option<PathBuf>,
    /// The program that decodes previews when started with `--preview-worker`.
    pub worker: Option<PathBuf>,
    /// log2 of scrypt's N for new vaults: 18, less in tests.
    pub work: u8,
    /// The steps to the database's tables: today's, and in tests those of a later version.
    pub schema: Schema,
}

/// A new vault's first facts.
#[derive(Clone)]
pub struct NewVault {
    /// Legal name of the organisation.
    pub org: String,
    /// provider, us_reseller, foreign_reseller.
    pub role: String,
    /// IANA time zone.
    pub zone: String,
    /// The first member's name.
    pub staff: String,
    /// The first member's label in the folder.
    pub label: String,
    /// The passphrase.
    pub passphrase: SecretString,
    /// Invented people only.
    pub demo: bool,
    /// The vault is a rehearsal.
    pub drill: Option<Drill>,
}

/// A vault that is unlocked.
pub struct OpenVault {
    vault: Unlocked,
    store: Store,
    rules: RwLock<InUse>,
    staff: RwLock<Vec<Staff>>,
    organisation: Organisation,
    drill_clock: Option<Arc<DrillClock>>,
    zone: Tz,
    surroundings: Surroundings,
    /// As they were given, without the clock of a rehearsal.
    outside: Surroundings,
    preview: PreviewWorker,
    signer: SessionSigner,
    roles: Vec<Role>,
    reading: RwLock<Option<Reading>>,
    failed_before: u32,
    updated: Option<String>,
    remembered: Option<u64>,
    last_entry: AtomicI64,
    written: Mutex<Written>,
    backup: Mutex<Option<i64>>,
    tended: Mutex<Option<NaiveDate>>,
}

/// Why a vault is open for reading only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It was asked for when unlocking.
    Asked,
    /// The member only reads.
    Auditor,
    /// It does not fit what this computer remembers of it (V-09).
    Rollback { note: String, remembered: u64 },
}

/// The rule packs that the vault counts by; one of them leads.
#[derive(Clone)]
struct InUse {
    rules: Arc<Rulebook>,
    lead: Arc<RulePack>,
}

impl InUse {
    fn new(rules: Rulebook) -> Result<Self> {
        let lead = rules.lead().cloned().ok_or_else(|| {
            Error::input(
                "E-PACK-LAST",
                "A vault counts by one rule pack at least. Adopt another before this one is retired.",
            )
        })?;
        Ok(Self {
            rules: Arc::new(rules),
            lead,
        })
    }
}

/// What was written since the window was last told.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) subjects: Vec<String>,
    pub(crate) kinds: Vec<String>,
}

pub(crate) struct SessionSigner {
    pub(crate) fingerprint: String,
    pub(crate) key: vault::LogKey,
}

impl Signer for SessionSigner {
    fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
    fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.key.sign(text)
    }
}

impl OpenVault {
    /// Reads from one consistent state.
    pub fn read<T>(&self, work: impl FnOnce(&Read<'_>) -> Result<T>) -> Result<T> {
        self.store.read(work)
    }

    /// The one way to change anything: entries appended, applied and signed in one transaction, or nothing at all.
    pub fn act<T>(&self, work: impl FnOnce(&mut Act<'_, '_>) -> Result<T>) -> Result<T> {
        self.writes()?;
        self.vault.worked_in()?;
        let stamp = self.stamp();
        let before = self.rules();
        let (first, recorded_at, changed, result) = self.store.write(|write| {
            let first = write.head()?.count + 1;
            let mut act = write.act_of(&self.signer, (*before).clone(), stamp)?;
            let result = work(&mut act)?;
            self.judge(act.needs())?;
            let changed = (!act.rules().is_same_as(&before))
                .then(|| InUse::new(act.rules().clone()))
                .transpose()?;
            let head = act.sign()?;
            Ok::<_, Error>((first, head.recorded_at, changed, result))
        })?;
        if let Some(changed) = changed {
            *self.rules.write().unwrap_or_else(PoisonError::into_inner) = changed;
        }
        if let Some(at) = recorded_at {
            self.last_entry.fetch_max(at, Ordering::Relaxed);
        }
        self.note_written(first);
        Ok(result)
    }

    fn note_written(&self, first: u64) {
        const NAMED: usize = 200;
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        // What changed is read back after the commit; failing to list it only means that views refresh a little more.
        let listed: Result<()> = self.read(|read| {
            let Some(head) = read.head()?.count.checked_sub(first) else {
                return Ok(());
            };
            for seq in first..=first + head.min(NAMED as u64) {
                if let Some(chained) = read.entry(seq)? {
                    if !written.subjects.contains(&chained.entry.subject)
                        && written.subjects.len() < NAMED
                    {
                        written.subjects.push(chained.entry.subject);
                    }
                    if !written.kinds.contains(&chained.entry.kind) {
                        written.kinds.push(chained.entry.kind);
                    }
                }
            }
            Ok(())
        });
        if listed.is_err() {
            written.kinds.push("*".to_owned());
        }
    }

    /// Takes the list of what was written since the last call.
    pub(crate) fn take_written(&self) -> Option<Written> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        (!written.kinds.is_empty()).then(|| std::mem::take(&mut *written))
    }

    /// The fingerprint of the member at work.
    pub(crate) fn author(&self) -> String {
        self.signer.fingerprint.clone()
    }

    pub(crate) fn vault(&self) -> &Unlocked {
        &self.vault
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The leading rule pack: its banner, forms and texts come first.
    pub fn pack(&self) -> Arc<RulePack> {
        let in_use = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        in_use.lead.clone()
    }

    /// Every rule pack of the vault.
    pub fn rules(&self) -> Arc<Rulebook> {
        let in_use = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        in_use.rules.clone()
    }

    /// The organisation.
    pub fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    pub(crate) fn preview(&self) -> &PreviewWorker {
        &self.preview
    }

    /// Why the vault is open for reading only; none where it is written.
    pub(crate) fn reading(&self) -> Option<Reading> {
        self.reading
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// From here on the vault is written: whoever opened it says why its past may be another than the one remembered.
    pub(crate) fn begin_writing(&self) -> Result<()> {
        tidy(&self.vault, &self.store, self.outside.now.utc())?;
        self.store.begin_writing(self.vault.db_key())?;
        *self.reading.write().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// What does not fit this computer's memory of the vault (V-09).
    pub(crate) fn anchor_note(&self) -> Option<String> {
        match self.reading() {
            Some(Reading::Rollback { note, .. }) => Some(note),
            _ => None,
        }
    }

    /// The roles of the member at work.
    pub(crate) fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// How often unlocking failed on this computer before it succeeded.
    pub(crate) fn failed_before(&self) -> u32 {
        self.failed_before
    }

    /// That the vault was of an older version until it was unlocked, and where it lies as it was.
    pub fn update_note(&self) -> Option<&str> {
        self.updated.as_deref()
    }

    /// How many entries the journal had when it was last closed on this computer, where it was.
    pub(crate) fn remembered(&self) -> Option<u64> {
        self.remembered
    }

    /// As they were given by the program around.
    pub(crate) fn outside(&self) -> &Surroundings {
        &self.outside
    }

    /// The key that signs entries, with its fingerprint.
    pub(crate) fn signer(&self) -> &SessionSigner {
        &self.signer
    }

    /// The journal's head, as twelve characters.
    pub fn head_code(&self) -> Result<String> {
        self.read(|read| Ok(head_code(&read.head()?.chain)))
    }

    /// The paper that this computer prints on; it changes no word.
    pub(crate) fn printed_on(&self) -> filing::Paper {
        match Local::load(self.surroundings.state.as_deref())
            .paper
            .as_str()
        {
            "a4" => filing::Paper::A4,
            _ => filing::Paper::Letter,
        }
    }

    pub(crate) fn last_backup(&self) -> Option<i64> {
        *self.backup.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note_backup(&self, at: i64) {
        *self.backup.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    /// Whole days since the last backup from this computer.
    pub(crate) fn backup_age_days(&self) -> Option<u32> {
        let age = self.now().timestamp_millis() - self.last_backup()?;
        u32::try_from(age.max(0) / 86_400_000).ok()
    }
}
