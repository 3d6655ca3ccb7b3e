//! An open vault: keys, database, pack and clock together. Dropping it locks.

use crate::{
    drill::DrillClock,
    error::{Error, Result},
    local::Local,
    now::{Now, civil},
    preview_worker::PreviewWorker,
    update,
    watch::{Unwatched, Watch},
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use contract::Class;
use domain::{
    change::Change,
    clock::Moment,
    entry::{ClockState, head_code},
    machine::Role,
    pack::RulePack,
    record::{Drill, Organisation, Staff},
    rulebook::{AdoptedPack, Rulebook},
};
use secrecy::SecretString;
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};
use store::{Act, Read, Schema, Signer, Stamp, Store, StoreError};
use vault::Unlocked;

/// The rule pack of a new vault.
pub const DEFAULT_PACK: &str = "us-iaas-nprm-2024";
/// The day this version was made, against clocks that were reset: 2026-11-01, in milliseconds of UTC.
const BUILT_MS: i64 = 1_793_491_200_000;

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

/// Members' names by the fingerprints of their keys.
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    /// The name behind a fingerprint; the fingerprint itself where nobody has it.
    pub(crate) fn of(&self, fingerprint: &str) -> String {
        self.0
            .get(fingerprint)
            .cloned()
            .unwrap_or_else(|| fingerprint.to_owned())
    }
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

/// A time zone by its IANA name.
pub(crate) fn parse_zone(name: &str) -> Result<Tz> {
    name.parse().map_err(|_| {
        let short: String = name.chars().take(60).collect();
        Error::input(
            "L-14",
            format!("\"{short}\" is no time zone. Write an IANA name, like America/New_York."),
        )
    })
}

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

    /// Signs a checkpoint, folds the log into the file, and notes the journal's head on this computer. Then drop.
    pub fn close(&self) -> Result<()> {
        if self.reading().is_some() {
            // What was only looked at leaves no trace, and an older copy that nobody accepted is not remembered in the place of the newer.
            return Ok(());
        }
        let head = self.read(|read| Ok(read.head()?))?;
        self.checkpoint()?;
        self.store.checkpoint_wal()?;
        self.remember(&head)
    }

    /// Ends whatever runs in the vault, signs a last checkpoint, closes the connection that writes, and notes the journal's head. The lock.
    pub(crate) fn shut(&self) -> Result<()> {
        if self.reading().is_some() {
            self.store.interrupt();
            return Ok(());
        }
        let head = self.store.finish(|write| -> Result<_> {
            let head = write.head()?;
            let there = write.checkpoints()?.pop();
            if there.is_none_or(|(count, ..)| count != head.count) {
                let root = write.merkle_root()?;
                let (note, signature) = self.checkpoint_note(&head, &root)?;
                write.keep_checkpoint(head.count, &note, &self.signer.fingerprint, &signature)?;
            }
            Ok(head)
        })?;
        self.remember(&head)
    }

    fn remember(&self, head: &store::Head) -> Result<()> {
        let mut local = Local::load(self.surroundings.state.as_deref());
        local.note(self.vault.vault_id(), self.vault.root(), |known| {
            known.entries = head.count;
            known.head = domain::entry::hex(&head.chain);
            let (generation, sha256) = self.vault.list();
            known.list_generation = generation;
            sha256.clone_into(&mut known.list_sha256);
            known.demo = self.organisation.demo;
            known.last_backup = *self.backup.lock().unwrap_or_else(PoisonError::into_inner);
        });
        local.save()
    }

    /// Signs and keeps a checkpoint over the whole journal (security 3.11.3); gives its note.
    pub(crate) fn checkpoint(&self) -> Result<(String, String)> {
        let (head, root, there) =
            self.read(|read| Ok((read.head()?, read.merkle_root()?, read.checkpoints()?.pop())))?;
        if let Some((count, note, _, signature)) = there
            && count == head.count
        {
            return Ok((note, signature));
        }
        self.writes()?;
        let (note, signature) = self.checkpoint_note(&head, &root)?;
        self.store.write(|write| -> Result<()> {
            Ok(write.keep_checkpoint(head.count, &note, &self.signer.fingerprint, &signature)?)
        })?;
        Ok((note, signature))
    }

    /// The text of a checkpoint, and its signature by the key of the member at work.
    fn checkpoint_note(
        &self,
        head: &store::Head,
        root: &domain::entry::Hash,
    ) -> Result<(String, String)> {
        let stamp = self.stamp();
        let certain = if stamp.clock_state == ClockState::Ok {
            "ok"
        } else {
            "uncertain"
        };
        let note = format!(
            "cipdesk.vault/{}\n{}\n{}\nhead {}\ngeneration {}\ntime {} {certain}\n",
            self.vault.vault_id(),
            head.count,
            vault::base64(root),
            vault::base64(&head.chain),
            self.vault.generation(),
            crate::now::rfc3339(stamp.recorded_at),
        );
        let signature = self
            .vault
            .log_key()
            .sign_sshsig("cipdesk-checkpoint-v1", note.as_bytes())?;
        Ok((note, signature))
    }

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

    pub(crate) fn stamp(&self) -> Stamp {
        let built = if self.organisation.demo {
            // A demonstration may be dated before the program was made.
            i64::MIN
        } else {
            BUILT_MS
        };
        stamp(
            self.surroundings.now.as_ref(),
            self.zone,
            self.last_entry(),
            built,
        )
    }

    /// Whether the house's rules were already followed on a day; from now on they were.
    pub(crate) fn tended_on(&self, day: NaiveDate) -> bool {
        let mut tended = self.tended.lock().unwrap_or_else(PoisonError::into_inner);
        tended.replace(day) == Some(day)
    }

    /// When the last entry was recorded. Kept here, so that no read has to wait for another read.
    fn last_entry(&self) -> Option<i64> {
        Some(self.last_entry.load(Ordering::Relaxed)).filter(|at| *at > i64::MIN)
    }

    /// Members' names by key.
    pub(crate) fn names(&self, read: &Read<'_>) -> Result<Names> {
        let staff = read.staff()?;
        Ok(Names(
            staff
                .iter()
                .flat_map(|member| {
                    let bound = member
                        .signing
                        .iter()
                        .map(|key| (key.fingerprint.clone(), member.name.clone()));
                    member
                        .keys()
                        .flat_map(|keys| {
                            [
                                (keys.log_key, member.name.clone()),
                                (keys.approval_key, member.name.clone()),
                            ]
                        })
                        .chain(bound)
                })
                .collect(),
        ))
    }

    /// Members at work, by label and name.
    pub(crate) fn members(&self) -> Vec<contract::Choice> {
        let staff = self.staff.read().unwrap_or_else(PoisonError::into_inner);
        staff
            .iter()
            .filter(|member| member.until.is_none())
            .map(|member| contract::Choice {
                value: member.label.clone(),
                label: member.name.clone(),
            })
            .collect()
    }

    /// Whether a label is or was somebody's.
    pub(crate) fn has_or_had(&self, label: &str) -> bool {
        let staff = self.staff.read().unwrap_or_else(PoisonError::into_inner);
        staff.iter().any(|member| member.label == label)
    }

    /// A member's name by label; the label where nobody has it.
    pub(crate) fn member_name(&self, label: &str) -> String {
        let staff = self.staff.read().unwrap_or_else(PoisonError::into_inner);
        staff
            .iter()
            .find(|member| member.label == label)
            .map_or_else(|| label.to_owned(), |member| member.name.clone())
    }

    /// The clock of a rehearsal.
    pub(crate) fn drill_clock(&self) -> Option<&DrillClock> {
        self.drill_clock.as_deref()
    }

    /// The fingerprint of the member at work.
    pub(crate) fn author(&self) -> String {
        self.signer.fingerprint.clone()
    }

    /// Today's civil date as deadlines see it: the later of the organisation's and the agency's, so that nothing looks less urgent than it is;
    /// and never before the last entry's day.
    pub fn today(&self) -> NaiveDate {
        let wall = self.civil_day(self.now());
        if self.surroundings.now.is_chosen() {
            return wall;
        }
        let last = self
            .last_entry()
            .and_then(chrono::DateTime::from_timestamp_millis);
        last.map_or(wall, |last| wall.max(civil(last, self.zone)))
    }

    /// The later civil day of an instant, in the organisation's zone and the agency's.
    pub(crate) fn civil_day(&self, at: chrono::DateTime<chrono::Utc>) -> NaiveDate {
        self.rules()
            .in_use()
            .map(|pack| civil(at, pack.agency_zone()))
            .fold(civil(at, self.zone), NaiveDate::max)
    }

    /// A day that has happened, `YYYY-MM-DD`; none when none was given.
    pub(crate) fn past_day(&self, text: Option<&str>) -> Result<Option<String>> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        match Moment::parse(text).map_err(crate::clocks::clock_error)? {
            Moment::Date(date) if date > self.today() => Err(Error::input(
                "E-FIELD-FUTURE",
                format!("{date} lies in the future. Write the day it happened."),
            )),
            Moment::Date(date) => Ok(Some(date.to_string())),
            Moment::Instant(_) => Err(Error::input(
                "E-FIELD-DATE",
                format!("\"{text}\" has a time; write the day alone, like 2026-11-24."),
            )),
        }
    }

    /// The present instant.
    pub(crate) fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.surroundings.now.utc()
    }

    /// What the clock of this computer looks like now.
    pub(crate) fn clock_state(&self) -> ClockState {
        self.stamp().clock_state
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

    /// The organisation's time zone.
    pub fn zone(&self) -> Tz {
        self.zone
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

pub(crate) fn stamp(now: &dyn Now, zone: Tz, last: Option<i64>, built: i64) -> Stamp {
    let at = now.utc();
    let clock_state = ClockState::judge(at.timestamp_millis(), last, built);
    Stamp {
        recorded_at: at.timestamp_millis(),
        today: civil(at, zone).to_string(),
        zone: zone.to_string(),
        clock_state,
    }
}

/// What an interruption, earlier keys and an update long ago have left goes.
fn tidy(vault: &Unlocked, store: &Store, at: DateTime<Utc>) -> Result<()> {
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
