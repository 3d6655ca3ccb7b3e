//! The desk as the window sees it, and the lock around it. Each file below has the methods of one subject, one for each row of the command table.

mod access;
mod backups;
mod bundles;
mod cases;
mod casework;
mod clocks;
mod conduct;
mod customers;
mod documents;
mod evidence;
mod filings;
mod handling;
mod imports;
mod intake;
mod journal;
mod letters;
mod likeness;
mod packs;
mod people;
mod programme;
mod rehearsals;
mod resellers;
mod retention;
mod settings;
mod vaults;

use crate::{
    documents::Source,
    error::{Error, Result},
    imports::{Structure, Table},
    local::{Known, Local},
    now::rfc3339,
    open_vault::{OpenVault, Surroundings},
    picker::{Ask, FilePicker},
    reminders::Reminders,
};
use contract as c;
use contract::Failure;
use domain::rulebook::AdoptedPack;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::{Duration, Instant},
};

type Answer<T> = std::result::Result<T, Failure>;

/// Told what a write changed, and that the vault was locked.
pub trait Listener: Send + Sync {
    /// Records changed.
    fn changed(&self, changes: c::Changes);
    /// The vault is being locked: every job is to end.
    fn stopping(&self) {}
    /// The vault is locked: the page must forget everything.
    fn locked(&self);
    /// A desktop reminder: a number of deadlines, no names.
    fn remind(&self, words: &str);
}

/// How long the lock waits for what still runs to end; what does not holds no answer any more, and its keys go when it ends.
const PATIENCE: Duration = Duration::from_secs(5);

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoListener;

impl Listener for NoListener {
    fn changed(&self, _: c::Changes) {}
    fn locked(&self) {}
    fn remind(&self, _: &str) {}
}

/// The desk: locked, or with a vault open. Everything the window can do is a method here.
pub struct Desk {
    surroundings: Surroundings,
    picker: Box<dyn FilePicker>,
    listener: Box<dyn Listener>,
    open: RwLock<Option<Arc<OpenVault>>>,
    desk: Mutex<Loose>,
    reminders: Mutex<Reminders>,
}

/// What the desk holds beside the vault; wiped when it is locked.
#[derive(Default)]
struct Loose {
    /// Vault folders by the opaque handles that the page knows.
    places: HashMap<String, PathBuf>,
    /// Dropped files by handle.
    dropped: HashMap<String, (Vec<PathBuf>, Instant)>,
    /// Tables being imported by handle.
    tables: HashMap<String, Arc<Table>>,
    /// Ownership structures being imported by handle.
    structures: HashMap<String, Arc<Structure>>,
    /// Bundles that were verified and can be taken in, each with the age key file that opens it.
    bundles: HashMap<String, (PathBuf, Option<PathBuf>)>,
    /// Rule packs that were looked at, by handle.
    packs: HashMap<String, AdoptedPack>,
    /// The recovery sheet, or those of its parts, until the person said that they are on paper.
    sheets: Vec<vault::RecoverySheet>,
    last_activity: Option<Instant>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn handle() -> Result<String> {
    let mut bytes = [0u8; 12];
    getrandom::fill(&mut bytes)
        .map_err(|_| Error::machine("E-RANDOM", "The system gave no random numbers. Try again."))?;
    Ok(domain::entry::hex(&bytes))
}

fn answer<T>(result: Result<T>) -> Answer<T> {
    result.map_err(|error| *error.0)
}

impl Desk {
    /// A locked desk.
    pub fn new(
        surroundings: Surroundings,
        picker: Box<dyn FilePicker>,
        listener: Box<dyn Listener>,
    ) -> Self {
        Self {
            surroundings,
            picker,
            listener,
            open: RwLock::new(None),
            desk: Mutex::default(),
            reminders: Mutex::default(),
        }
    }

    fn vault(&self) -> Result<Arc<OpenVault>> {
        let open = self
            .open
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        open.ok_or_else(|| {
            Error::new(
                "U-01",
                c::Class::Locked,
                "The vault is locked. Unlock it first.",
            )
        })
    }

    fn with<T>(&self, work: impl FnOnce(&OpenVault) -> Result<T>) -> Answer<T> {
        let result = self.vault().and_then(|vault| {
            let result = work(&vault);
            if let Some(written) = vault.take_written() {
                self.listener.changed(c::Changes {
                    subjects: written.subjects,
                    kinds: written.kinds,
                });
            }
            result
        });
        if result.as_ref().is_err_and(|error| error.0.code == "V-21") {
            // A disk that does not confirm is not written to again before somebody has looked at it.
            self.lock();
        }
        answer(result)
    }

    /// Whether a vault is open.
    pub fn is_open(&self) -> bool {
        self.open
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }

    /// Whether the person chose that a minimised window is locked.
    pub fn locks_when_minimised(&self) -> bool {
        Local::load(self.surroundings.state.as_deref()).lock_minimised
    }

    /// Locks when nobody has done anything for the set time. Called now and then by the program around; the page cannot keep itself open.
    pub fn lock_if_idle(&self, now: Instant) -> bool {
        let minutes = Local::load(self.surroundings.state.as_deref()).idle_minutes;
        let idle = lock(&self.desk).last_activity.is_some_and(|last| {
            now.saturating_duration_since(last) >= Duration::from_secs(u64::from(minutes) * 60)
        });
        idle && self.is_open() && {
            self.lock();
            true
        }
    }

    /// Remembers the dates of the running deadlines, to remind of them while the vault is locked. A rehearsal's are nobody's.
    fn know_dates(&self, vault: &OpenVault) {
        let (due, zone) = self.dates(vault);
        lock(&self.reminders).know(due, zone);
    }

    fn dates(&self, vault: &OpenVault) -> (Vec<chrono::NaiveDate>, chrono_tz::Tz) {
        const AHEAD: u64 = 31;
        let last = vault.today() + chrono::Days::new(AHEAD);
        let days = match vault.read(|read| Ok(read.deadlines_until(&last.to_string())?)) {
            Ok(days) if !vault.organisation().demo => days,
            _ => Vec::new(),
        };
        (
            days.iter().filter_map(|day| day.parse().ok()).collect(),
            vault.zone(),
        )
    }

    /// Tells how much is due, once for each day and each new number. Called now and then by the program around.
    pub fn remind(&self) {
        if !Local::load(self.surroundings.state.as_deref()).remind {
            return;
        }
        if let Ok(vault) = self.vault() {
            self.know_dates(&vault);
        }
        if let Some(words) = lock(&self.reminders).next(self.surroundings.now.utc()) {
            self.listener.remind(&words);
        }
    }

    /// Locks: from its first instant on nothing is answered; every job is ended, a checkpoint signed, the database closed, the keys
    /// wiped, and the page told. It ends locked whatever runs, and does not wait longer than [`PATIENCE`] for a disk that does not answer.
    pub fn lock(&self) {
        let open = self
            .open
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        *lock(&self.desk) = Loose::default();
        self.listener.stopping();
        if let Some(vault) = open {
            let (done, ended) = std::sync::mpsc::channel::<()>();
            let dates = self.dates(&vault);
            std::thread::spawn(move || {
                // What fails here is only the checkpoint, which the next unlock makes again.
                let _ = vault.shut();
                let until = Instant::now() + PATIENCE;
                while Arc::strong_count(&vault) > 1 && Instant::now() < until {
                    std::thread::sleep(Duration::from_millis(5));
                }
                drop(vault);
                drop(done);
            });
            let _ = ended.recv_timeout(PATIENCE);
            lock(&self.reminders).know(dates.0, dates.1);
        }
        self.listener.locked();
    }

    /// Keeps dropped files for ten minutes; gives the handle for `document_attach`.
    pub fn dropped(&self, paths: Vec<PathBuf>) -> Option<c::Dropped> {
        let handle = handle().ok()?;
        let names = paths
            .iter()
            .take(100)
            .map(|path| {
                path.file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default()
            })
            .collect();
        lock(&self.desk)
            .dropped
            .insert(handle.clone(), (paths, Instant::now()));
        Some(c::Dropped { handle, names })
    }

    fn sources(&self, handle: Option<&str>, ask: &Ask) -> Result<Vec<Source>> {
        const MOST: usize = 100;
        let paths = match handle {
            None => self.picker.files(ask),
            Some(handle) => match lock(&self.desk).dropped.remove(handle) {
                Some((paths, at)) if at.elapsed() < Duration::from_secs(600) => paths,
                _ => {
                    return Err(Error::input(
                        "E-DROP-GONE",
                        "The dropped files were not kept that long. Drop them again.",
                    ));
                }
            },
        };
        if paths.len() > MOST {
            return Err(Error::new(
                "A-13",
                c::Class::Limit,
                format!(
                    "{} files at once; the limit is {MOST}. Attach them in parts.",
                    paths.len()
                ),
            ));
        }
        Ok(paths.into_iter().map(Source::File).collect())
    }

    /// Asks where to, then prints.
    fn print(
        &self,
        name: &str,
        page: impl FnOnce(&OpenVault) -> Result<Vec<u8>>,
    ) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask("Save as PDF", "print");
        ask.name = Some(name.to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.print_to(&path, &page(vault)?))
            .map(Some)
    }

    fn card(&self, path: &Path, known: Option<&Known>) -> Result<c::VaultCard> {
        let card = vault::inspect(path)?;
        let handle = handle()?;
        lock(&self.desk)
            .places
            .insert(handle.clone(), path.to_owned());
        let known = known.filter(|known| known.vault_id == card.vault_id);
        Ok(c::VaultCard {
            id: handle,
            place: path.display().to_string(),
            labels: card.labels,
            last_opened: known.and_then(|known| known.last_opened).map(rfc3339),
            last_backup: known.and_then(|known| known.last_backup).map(rfc3339),
            head_code: known
                .filter(|known| known.entries > 0)
                .and_then(|known| domain::entry::unhex(&known.head))
                .map(|head| domain::entry::head_code(&head)),
            demo: known.is_some_and(|known| known.demo),
        })
    }

    fn enter(&self, vault: OpenVault) -> Result<c::Digest> {
        let mut local = Local::load(self.surroundings.state.as_deref());
        let failed_attempts = vault.failed_before();
        let updated = vault.update_note().map(str::to_owned);
        let demo = vault.organisation().demo;
        local.note(vault.vault().vault_id(), vault.vault().root(), |known| {
            known.last_opened = Some(vault.now().timestamp_millis());
            known.demo = demo;
        });
        local.save()?;
        {
            let mut desk = lock(&self.desk);
            desk.last_activity = Some(Instant::now());
        }
        self.know_dates(&vault);
        lock(&self.reminders).seen(self.surroundings.now.utc());
        let today = vault.today_view()?;
        let count = |band: c::Band| {
            today
                .bands
                .iter()
                .find(|b| b.band == band)
                .map_or(0, |b| u32::try_from(b.rows.len()).unwrap_or(u32::MAX))
        };
        let digest = c::Digest {
            overdue: count(c::Band::Overdue),
            due_today: count(c::Band::DueToday),
            next_3: count(c::Band::NextThree),
            to_approve: u32::try_from(today.to_approve.len()).unwrap_or(u32::MAX),
            backup_age_days: today.backup_age_days,
            failed_attempts,
            updated,
        };
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(vault));
        Ok(digest)
    }
}

/// A vault's folder ends in `.cipdesk`, whatever was typed.
fn ending(mut path: PathBuf) -> PathBuf {
    if path.extension().is_none_or(|ending| ending != "cipdesk") {
        path.as_mut_os_string().push(".cipdesk");
    }
    path
}

fn ask(title: &str, purpose: &'static str) -> Ask {
    Ask {
        title: title.to_owned(),
        purpose,
        name: None,
        kinds: Vec::new(),
    }
}
