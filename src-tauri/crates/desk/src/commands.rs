//! The desk as the window sees it: one method for each row of the command table, and the lock around them.

mod backups;
mod bundles;
mod cases;
mod casework;
mod conduct;
mod evidence;
mod handling;
mod intake;
mod letters;
mod likeness;
mod people;
mod programme;
mod retention;

use crate::{
    access::AccessHow,
    documents::Source,
    error::{Error, Result},
    imports::{Structure, Table},
    local::{DENSITIES, Known, Local, PAPERS, THEMES},
    now::rfc3339,
    open_vault::{NewVault, OpenVault, Surroundings},
    passphrase,
    picker::{Ask, FilePicker},
    reminders::Reminders,
    watch::{Unwatched, Watch},
};
use contract as c;
use contract::{Done, Empty, Failure};
use domain::{record::DOCUMENT_TYPES, rulebook::AdoptedPack};
use secrecy::SecretString;
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
    /// The recovery sheet, until it was saved or the person said that it is on paper.
    sheet: Option<vault::RecoverySheet>,
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

/// The methods of the command table; each is named as its row.
#[allow(missing_docs)] // the table in `contract` says what each is
impl Desk {
    pub fn app_state(&self, _: Empty) -> Answer<c::AppState> {
        let local = Local::load(self.surroundings.state.as_deref());
        let recent: Vec<c::VaultCard> = local
            .vaults
            .iter()
            .filter_map(|known| self.card(&known.path, Some(known)).ok())
            .collect();
        let unlocked = self.is_open();
        Ok(c::AppState {
            unlocked,
            vault: recent.first().cloned(),
            recent,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            zone: std::env::var("TZ")
                .ok()
                .filter(|zone| zone.parse::<chrono_tz::Tz>().is_ok())
                .or_else(system_zone)
                .unwrap_or_else(|| "America/New_York".to_owned()),
            idle_minutes: local.idle_minutes,
            lock_minimised: local.lock_minimised,
            theme: local.theme,
            density: local.density,
            paper: local.paper,
            keep_backups: local.keep_backups,
        })
    }

    pub fn vault_pick(&self, _: Empty) -> Answer<Option<c::VaultCard>> {
        let Some(path) = self.picker.folder(&ask("Open a vault", "vault-open")) else {
            return Ok(None);
        };
        let local = Local::load(self.surroundings.state.as_deref());
        let known = local.vaults.iter().find(|known| known.path == path);
        answer(self.card(&path, known).map(Some))
    }

    pub fn vault_create(&self, req: c::VaultCreateReq) -> Answer<Option<c::VaultCreated>> {
        let name: String = req
            .org
            .chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .take(24)
            .collect();
        let mut ask = ask("Choose where the vault's folder is made", "vault-create");
        ask.name = Some(format!(
            "{}.cipdesk",
            if name.is_empty() { "Vault" } else { &name }
        ));
        let Some(path) = self.picker.save(&ask).map(ending) else {
            return Ok(None);
        };
        answer((|| {
            let new = NewVault {
                org: req.org,
                role: req.role,
                zone: req.zone,
                staff: req.staff,
                label: "staff-1".to_owned(),
                passphrase: SecretString::from(req.passphrase),
                demo: false,
                drill: None,
            };
            let (vault, sheet) = OpenVault::create(&path, new, self.surroundings.clone())?;
            self.made(&vault, sheet).map(Some)
        })())
    }

    /// A vault that was just made is closed, and its recovery sheet kept in memory until it was saved or printed.
    fn made(&self, vault: &OpenVault, sheet: vault::RecoverySheet) -> Result<c::VaultCreated> {
        vault.close()?;
        let local = Local::load(self.surroundings.state.as_deref());
        let root = vault.vault().root();
        let card = self.card(root, local.known(vault.vault().vault_id()))?;
        let created = c::VaultCreated {
            vault: card,
            sheet: sheet.lines(),
            recovery_groups: sheet.groups(),
        };
        lock(&self.desk).sheet = Some(sheet);
        Ok(created)
    }

    pub fn vault_lock(&self, _: Empty) -> Answer<Done> {
        self.lock();
        Ok(Done {})
    }

    /// Where a vault of invented people is made: beside this computer's state.
    fn invented(&self, what: &str) -> Result<PathBuf> {
        let folder = self
            .surroundings
            .state
            .clone()
            .unwrap_or_else(std::env::temp_dir)
            .join("demo");
        std::fs::create_dir_all(&folder)?;
        Ok(folder.join(format!("{what}-{}.cipdesk", handle()?)))
    }

    pub fn demo_open(&self, req: c::DemoOpenReq) -> Answer<c::Digest> {
        answer((|| {
            let path = self.invented("Demo")?;
            let passphrase = SecretString::from(crate::demo::PASSPHRASE.to_owned());
            let wanted = crate::demo::Demo {
                customers: req.customers.clamp(1, 100_000),
                ..crate::demo::Demo::default()
            };
            let vault = crate::demo::make(
                &path,
                &wanted,
                &passphrase,
                self.surroundings.clone(),
                &Unwatched,
            )?;
            self.enter(vault)
        })())
    }

    pub fn drill_begin(&self, _: Empty) -> Answer<c::Digest> {
        answer((|| {
            let path = self.invented("Rehearsal")?;
            let passphrase = SecretString::from(crate::demo::PASSPHRASE.to_owned());
            self.enter(crate::drill::begin(
                &path,
                &passphrase,
                self.surroundings.clone(),
            )?)
        })())
    }

    pub fn drill(&self, _: Empty) -> Answer<c::DrillView> {
        self.with(OpenVault::drill_view)
    }

    pub fn drill_skip(&self, _: Empty) -> Answer<c::DrillView> {
        self.with(OpenVault::drill_skip)
    }

    pub fn drill_letter(&self, _: Empty) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask("Save the letter", "drill-letter");
        ask.name = Some("request-rehearsal.pdf".to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.print_to(&path, &vault.drill_letter()?))
            .map(Some)
    }

    pub fn drill_print(&self, _: Empty) -> Answer<Option<c::Saved>> {
        self.print("rehearsal.pdf", OpenVault::drill_page)
    }

    pub fn passphrase_strength(&self, req: c::StrengthReq) -> Answer<c::Strength> {
        let words: Vec<&str> = req.words.iter().map(String::as_str).collect();
        Ok(passphrase::strength(&req.passphrase, &words))
    }

    pub fn passphrase_suggest(&self, _: Empty) -> Answer<c::Suggested> {
        answer(passphrase::suggest().map(|passphrase| c::Suggested { passphrase }))
    }

    pub fn activity(&self, _: Empty) -> Answer<Done> {
        lock(&self.desk).last_activity = Some(Instant::now());
        Ok(Done {})
    }

    pub fn reminders_set(&self, req: c::RemindersReq) -> Answer<Done> {
        let mut local = Local::load(self.surroundings.state.as_deref());
        local.remind = req.on;
        answer(local.save())?;
        if req.on {
            self.listener
                .remind("This is how CIP Desk reminds you: a number of deadlines, and no names.");
        }
        Ok(Done {})
    }

    pub fn settings_save(&self, req: c::SettingsReq) -> Answer<Done> {
        let mut local = Local::load(self.surroundings.state.as_deref());
        if !(1..=30).contains(&req.idle_minutes) {
            return Err(Failure::new(
                "U-13",
                c::Class::BadInput,
                "The idle lock is between 1 and 30 minutes.",
            ));
        }
        if !THEMES.contains(&req.theme.as_str())
            || !DENSITIES.contains(&req.density.as_str())
            || !PAPERS.contains(&req.paper.as_str())
        {
            return Err(Failure::new(
                "U-13",
                c::Class::BadInput,
                format!(
                    "Colors are one of: {}. Rows are one of: {}. Paper is one of: {}.",
                    THEMES.join(", "),
                    DENSITIES.join(", "),
                    PAPERS.join(", ")
                ),
            ));
        }
        if req.keep_backups > backups::MOST_KEPT {
            return Err(Failure::new(
                "U-13",
                c::Class::BadInput,
                format!(
                    "Between 1 and {} backups are kept, or all of them (0).",
                    backups::MOST_KEPT
                ),
            ));
        }
        local.keep_backups = req.keep_backups;
        local.idle_minutes = req.idle_minutes;
        local.lock_minimised = req.lock_minimised;
        local.theme = req.theme;
        local.density = req.density;
        local.paper = req.paper;
        answer(local.save().map(|()| Done {}))
    }

    pub fn status(&self, _: Empty) -> Answer<c::StatusView> {
        let Local {
            idle_minutes,
            remind,
            ..
        } = Local::load(self.surroundings.state.as_deref());
        self.with(|vault| {
            let (head, staff) = vault.read(|read| Ok((read.head()?, read.staff()?)))?;
            let standing = vault.standing();
            let me = vault.vault().member().label.clone();
            let pack = vault.pack();
            let organisation = vault.organisation();
            Ok(c::StatusView {
                organisation: organisation.name.clone(),
                role: organisation.role.clone(),
                zone: organisation.zone.clone(),
                member: staff
                    .iter()
                    .find(|member| member.label == me)
                    .map_or_else(|| me.clone(), |member| member.name.clone()),
                label: me,
                roles: standing.roles,
                reading: standing.reading,
                rollback: standing.rollback,
                approvers: standing.approvers,
                refused: standing.refused,
                pack: crate::packs::note(&pack),
                drill: vault.drill_now(),
                packs: vault.rules().in_use().map(crate::packs::note).collect(),
                entries: u32::try_from(head.count).unwrap_or(u32::MAX),
                head_code: domain::entry::head_code(&head.chain),
                last_backup: vault.last_backup().map(rfc3339),
                clock_note: vault.clock_state().note().map(str::to_owned),
                idle_minutes,
                remind,
                members: u32::try_from(
                    staff.iter().filter(|member| member.until.is_none()).count(),
                )
                .unwrap_or(u32::MAX),
                demo: organisation.demo,
                today: vault.today().to_string(),
                document_types: DOCUMENT_TYPES
                    .iter()
                    .map(|(value, label)| c::Choice {
                        value: (*value).to_owned(),
                        label: (*label).to_owned(),
                    })
                    .collect(),
            })
        })
    }

    pub fn draft_save(&self, req: c::DraftSaveReq) -> Answer<Done> {
        const LARGEST: usize = 256 * 1024;
        if req.body.len() > LARGEST || req.key.len() > 200 {
            return Err(Failure::new(
                "U-02",
                c::Class::Limit,
                "The draft is larger than 256 KB and was not kept. Shorten the text.",
            ));
        }
        let at = |vault: &OpenVault| vault.now().timestamp_millis();
        self.with(|vault| {
            vault
                .store()
                .write(|write| Ok::<_, Error>(write.keep_draft(&req.key, &req.body, at(vault))?))
                .map(|()| Done {})
        })
    }

    pub fn draft_load(&self, req: c::DraftReq) -> Answer<c::DraftView> {
        self.with(|vault| {
            vault.read(|read| {
                Ok(c::DraftView {
                    body: read.draft(&req.key)?,
                })
            })
        })
    }

    pub fn draft_drop(&self, req: c::DraftReq) -> Answer<Done> {
        self.with(|vault| {
            vault
                .store()
                .write(|write| Ok::<_, Error>(write.drop_draft(&req.key)?))
                .map(|()| Done {})
        })
    }

    pub fn today(&self, _: Empty) -> Answer<c::TodayView> {
        // What the house's rules do by themselves is done when the vault is opened, and again on the next day: before what is due is shown.
        self.with(|vault| {
            vault.tend_daily()?;
            vault.today_view()
        })
    }

    pub fn clock_list(&self, req: c::ClockListReq) -> Answer<Vec<c::ClockRow>> {
        self.with(|vault| match req.query.as_deref() {
            Some(query) => vault.clocks_like(query),
            None => vault.clock_list(req.all),
        })
    }

    pub fn clock_show(&self, req: c::RefReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_show(&req.r#ref))
    }
    pub fn case_preview(&self, req: c::CasePreviewReq) -> Answer<Vec<c::CaseClock>> {
        self.with(|vault| vault.case_preview(&req))
    }
    /// What the due date would be.
    pub fn clock_preview(&self, req: c::ClockPreviewReq) -> Answer<c::ClockPreview> {
        self.with(|vault| vault.clock_preview(&req))
    }

    pub fn clock_correct(&self, req: c::ClockCorrectReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_correct(&req))
    }

    pub fn clock_extend(&self, req: c::ClockExtendReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_extend(&req))
    }

    pub fn calendar(&self, req: c::CalendarReq) -> Answer<c::CalendarView> {
        self.with(|vault| vault.calendar(&req.from, &req.to))
    }

    pub fn clock_choices(&self, _: Empty) -> Answer<Vec<c::ClockChoice>> {
        self.with(|vault| Ok(vault.clock_choices()))
    }

    pub fn clock_start(&self, req: c::ClockStartReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_start(&req))
    }

    pub fn clock_stop(&self, req: c::ClockStopReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_stop(&req))
    }

    pub fn clock_assign(&self, req: c::ClockAssignReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_assign(&req))
    }

    pub fn clock_snooze(&self, req: c::ClockSnoozeReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_snooze(&req))
    }

    pub fn clock_target(&self, req: c::ClockTargetReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_target(&req))
    }

    pub fn clock_pause(&self, req: c::ClockPauseReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_pause(&req))
    }

    pub fn clock_resume(&self, req: c::RefReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_resume(&req.r#ref))
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

    pub fn clock_print(&self, req: c::RefReq) -> Answer<Option<c::Saved>> {
        self.print("clock.pdf", |vault| vault.clock_page(&req.r#ref))
    }

    pub fn customer_print(&self, req: c::RefReq) -> Answer<Option<c::Saved>> {
        self.print("customer-file.pdf", |vault| vault.customer_page(&req.r#ref))
    }

    pub fn calendar_print(&self, req: c::CalendarReq) -> Answer<Option<c::Saved>> {
        self.print("calendar.pdf", |vault| {
            vault.calendar_page(&req.from, &req.to)
        })
    }

    pub fn management_print(&self, _: Empty) -> Answer<Option<c::Saved>> {
        self.print("management.pdf", OpenVault::management_page)
    }

    pub fn journal_print(&self, req: c::JournalPrintReq) -> Answer<Option<c::Saved>> {
        self.print("journal.pdf", |vault| vault.journal_page(&req))
    }

    pub fn pack_print(&self, req: c::RefReq) -> Answer<Option<c::Saved>> {
        self.print("rule-pack.pdf", |vault| vault.pack_page(&req.r#ref))
    }

    pub fn calendar_export(&self, req: c::CalendarExportReq) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let privacy = answer(crate::calendar::Privacy::parse(&req.privacy))?;
        let mut ask = ask("Save the calendar", "calendar");
        ask.name = Some("deadlines.ics".to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.calendar_export(&path, privacy))
            .map(Some)
    }

    pub fn customer_list(&self, req: c::CustomerListReq) -> Answer<c::CustomerList> {
        self.with(|vault| vault.customer_list(&req))
    }

    pub fn customer_show(&self, req: c::RefReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.customer_show(&req.r#ref))
    }

    pub fn customer_create(&self, req: c::CustomerCreateReq) -> Answer<c::Created> {
        self.with(|vault| vault.customer_create(&req))
    }

    pub fn customer_change(&self, req: c::CustomerChangeReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.customer_change(&req))
    }

    pub fn owner_save(&self, req: c::OwnerSaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.owner_save(&req))
    }

    pub fn ownership(&self, req: c::OwnershipReq) -> Answer<c::OwnershipView> {
        self.with(|vault| vault.ownership(&req))
    }

    pub fn none_identified(&self, req: c::NoneIdentifiedReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.none_identified(&req))
    }

    pub fn account_save(&self, req: c::AccountSaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.account_save(&req))
    }

    pub fn payment_save(&self, req: c::PaymentSaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.payment_save(&req))
    }

    pub fn notice_record(&self, req: c::NoticeRecordReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.notice_record(&req))
    }

    pub fn determination_record(&self, req: c::DeterminationReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.determination_record(&req))
    }

    pub fn verification_record(&self, req: c::VerificationReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.verification_record(&req))
    }

    pub fn customer_advance(&self, req: c::CustomerAdvanceReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.customer_advance(&req))
    }

    pub fn review_queue(&self, _: Empty) -> Answer<c::ReviewQueue> {
        self.with(OpenVault::review_queue)
    }

    pub fn customers_decide(&self, req: c::CustomersDecideReq) -> Answer<c::ReviewQueue> {
        self.with(|vault| vault.customers_decide(&req))
    }

    pub fn discrepancy_save(&self, req: c::DiscrepancySaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.discrepancy_save(&req))
    }

    pub fn timeline(&self, req: c::TimelineReq) -> Answer<c::Timeline> {
        self.with(|vault| vault.timeline(&req))
    }

    pub fn access_list(&self, req: c::AccessListReq) -> Answer<c::AccessList> {
        self.with(|vault| vault.access_list(&req))
    }

    pub fn access_export(
        &self,
        req: c::AccessListReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask("Save the access records", "access-export");
        ask.name = Some("access.csv".to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.access_export(&req, &path, watch))
            .map(Some)
    }

    pub fn access_import(
        &self,
        req: c::AccessImportReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::AccessReport>> {
        answer(self.vault().map(|_| ()))?;
        let mut sources = answer(self.sources(
            req.handle.as_deref(),
            &ask("Choose an access log", "access"),
        ))?;
        match (sources.pop(), sources.is_empty()) {
            (None, _) => Ok(None),
            (Some(Source::File(path)), true) => self
                .with(|vault| {
                    let named = req
                        .columns
                        .iter()
                        .map(|one| (one.label.trim(), one.value.as_str()))
                        .filter(|(theirs, _)| !theirs.is_empty());
                    let names = crate::access::Names::new(named).map_err(|ours| {
                        Error::input(
                            "E-ACCESS-MAP",
                            format!("\"{ours}\" is no column of an access record."),
                        )
                    })?;
                    let how = AccessHow {
                        account: req.account.as_deref(),
                        skip_bad_rows: req.skip_bad_rows,
                        names: (!names.is_empty()).then_some(&names),
                        ..AccessHow::default()
                    };
                    let report = vault.access_import(&path, how, watch)?;
                    if let Some(name) = req.save_as.as_deref().filter(|_| !names.is_empty()) {
                        vault.access_names_save(name, &names)?;
                    }
                    Ok(report)
                })
                .map(Some),
            _ => answer(Err(Error::input(
                "E-ACCESS-FILES",
                "Import one access log at a time.",
            ))),
        }
    }

    pub fn customer_export(
        &self,
        req: c::CustomerExportReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask("Save the customers", "customer-export");
        let name = match req.format {
            c::ExportFormat::Csv => "customers.csv",
            c::ExportFormat::Owners => "owners.csv",
            c::ExportFormat::Jsonl => "customers.jsonl",
            c::ExportFormat::Bods => "ownership.json",
            c::ExportFormat::Ftm => "customers.ftm.jsonl",
        };
        ask.name = Some(name.to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.customer_export(&req, &path, watch))
            .map(Some)
    }

    pub fn import_pick(&self, _: Empty) -> Answer<Option<c::ImportSource>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask(
            "Choose a CSV or Excel file of customers or owners, or a BODS or FollowTheMoney file",
            "import",
        );
        ask.kinds = vec![(
            "CSV, Excel, BODS or FollowTheMoney",
            &["csv", "tsv", "txt", "xlsx", "json", "jsonl"],
        )];
        let Some(path) = self.picker.files(&ask).into_iter().next() else {
            return Ok(None);
        };
        answer((|| {
            let handle = handle()?;
            if Structure::is_in(&path) {
                let structure = Structure::read(&path)?;
                let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
                let source = c::ImportSource {
                    handle: handle.clone(),
                    name: structure.name().to_owned(),
                    sample: structure.sample(),
                    rows: structure.len(),
                    mapping: Vec::new(),
                    targets: Vec::new(),
                    exact: true,
                    header: words(&["Type", "Name", "Country"]),
                    saved: None,
                    owners: true,
                    structure: Some(structure.standard().to_owned()),
                };
                lock(&self.desk)
                    .structures
                    .insert(handle, Arc::new(structure));
                return Ok(Some(source));
            }
            let table = Table::read(&path)?;
            let known = self.vault()?.mapping_for(&table)?;
            let (saved, guess) = match known.filter(|_| !table.is_exact()) {
                Some((name, mapping)) => (Some(name), mapping),
                None => (None, table.guess()),
            };
            let source = c::ImportSource {
                handle: handle.clone(),
                name: table.name.clone(),
                sample: table.sample(),
                rows: u32::try_from(table.len()).unwrap_or(u32::MAX),
                mapping: table
                    .header
                    .iter()
                    .zip(guess)
                    .map(|(column, target)| c::ColumnMapping {
                        column: column.clone(),
                        target,
                    })
                    .collect(),
                targets: table
                    .register
                    .columns()
                    .iter()
                    .map(|(value, label)| c::Choice {
                        value: (*value).to_owned(),
                        label: (*label).to_owned(),
                    })
                    .collect(),
                exact: table.is_exact(),
                header: table.header.clone(),
                saved,
                owners: table.register == crate::imports::Register::Owners,
                structure: None,
            };
            lock(&self.desk).tables.insert(handle, Arc::new(table));
            Ok(Some(source))
        })())
    }

    fn import(
        &self,
        req: &c::ImportReq,
        dry_run: bool,
        watch: &dyn Watch,
    ) -> Answer<c::ImportReport> {
        let structure = lock(&self.desk).structures.get(&req.handle).cloned();
        if let Some(structure) = structure {
            return self.with(|vault| {
                vault.structure_import(&structure, dry_run, req.skip_bad_rows, watch)
            });
        }
        let table = lock(&self.desk).tables.get(&req.handle).cloned();
        let Some(table) = table else {
            return Err(Failure::new(
                "E-IMPORT-GONE",
                c::Class::BadInput,
                "The file is no longer open here. Choose it again.",
            ));
        };
        let mapping = table
            .header
            .iter()
            .map(|column| {
                req.mapping
                    .iter()
                    .find(|mapped| mapped.column == *column)
                    .and_then(|mapped| mapped.target.clone())
            })
            .collect();
        self.with(|vault| {
            let report = vault.import(&table, &mapping, dry_run, req.skip_bad_rows, watch)?;
            if let Some(name) = req
                .save_as
                .as_deref()
                .filter(|name| !dry_run && !name.trim().is_empty())
            {
                vault.mapping_save(name, &table, &mapping)?;
            }
            Ok(report)
        })
    }

    pub fn import_list(&self, _: Empty) -> Answer<Vec<c::ImportRow>> {
        self.with(OpenVault::import_list)
    }

    pub fn import_undo(&self, req: c::ImportUndoReq) -> Answer<Vec<c::ImportRow>> {
        self.with(|vault| vault.import_undo(req.entry.into()))
    }

    pub fn import_check(&self, req: c::ImportReq, watch: &dyn Watch) -> Answer<c::ImportReport> {
        self.import(&req, true, watch)
    }

    pub fn import_run(&self, req: c::ImportReq, watch: &dyn Watch) -> Answer<c::ImportReport> {
        self.import(&req, false, watch)
    }

    pub fn document_attach(
        &self,
        req: c::DocumentAttachReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::Attached>> {
        let vault = answer(self.vault())?;
        let sources =
            answer(self.sources(req.handle.as_deref(), &ask("Attach documents", "document")))?;
        if sources.is_empty() {
            return Ok(None);
        }
        drop(vault);
        let mut attached = c::Attached {
            documents: Vec::new(),
            refused: Vec::new(),
        };
        for source in sources {
            match self.with(|vault| {
                vault.document_replace(
                    &req.subject,
                    &req.r#type,
                    req.replaces.as_deref(),
                    source,
                    watch,
                )
            }) {
                Ok(row) => attached.documents.push(row),
                Err(failure) if failure.class == c::Class::Cancelled => return Err(failure),
                Err(failure) => attached.refused.push(failure),
            }
        }
        Ok(Some(attached))
    }

    pub fn document_show(&self, req: c::DocumentReq) -> Answer<c::DocumentView> {
        self.with(|vault| vault.document_show(&req.id))
    }

    /// One page of a document as PNG, for the document protocol.
    pub fn document_page(&self, id: &str, page: u32, width: u32, rotate: u32) -> Answer<Vec<u8>> {
        self.with(|vault| vault.document_page(id, page, width, rotate))
    }

    /// One page of a filing's PDF as PNG, for the document protocol.
    pub fn filing_page(&self, reference: &str, page: u32, width: u32) -> Answer<Vec<u8>> {
        self.with(|vault| vault.filing_page(reference, page, width))
    }

    pub fn document_save_copy(
        &self,
        req: c::DocumentReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::Saved>> {
        let name =
            self.with(|vault| vault.read(|read| Ok(read.document(&req.id)?.document.name)))?;
        let mut ask = ask("Save a copy", "document-save");
        let ending = Path::new(&name)
            .extension()
            .map(|ending| ending.to_string_lossy().into_owned())
            .filter(|ending| {
                ending.len() <= 5 && ending.chars().all(|c| c.is_ascii_alphanumeric())
            });
        ask.name = Some(ending.map_or_else(
            || "document".to_owned(),
            |ending| format!("document.{ending}"),
        ));
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.document_extract(&req.id, &path, watch))
            .map(Some)
    }

    pub fn reseller_list(&self, _: Empty) -> Answer<c::ResellerList> {
        self.with(OpenVault::reseller_list)
    }

    pub fn reseller_show(&self, req: c::RefReq) -> Answer<c::ResellerView> {
        self.with(|vault| vault.reseller_show(&req.r#ref))
    }

    pub fn reseller_save(&self, req: c::ResellerSaveReq) -> Answer<c::Created> {
        self.with(|vault| vault.reseller_save(&req))
    }

    pub fn cip_add(&self, req: c::CipAddReq, watch: &dyn Watch) -> Answer<Option<c::ResellerView>> {
        answer(self.vault().map(|_| ()))?;
        let sources = answer(self.sources(
            req.handle.as_deref(),
            &ask("Choose the CIP document", "cip"),
        ))?;
        let Some(source) = sources.into_iter().next() else {
            return Ok(None);
        };
        self.with(|vault| {
            vault.cip_file(
                &req.reseller,
                &req.version,
                &req.effective_from,
                req.received_on.as_deref(),
                source,
                watch,
            )?;
            vault.reseller_show(&req.reseller).map(Some)
        })
    }

    pub fn pack_list(&self, _: Empty) -> Answer<Vec<c::PackRow>> {
        self.with(OpenVault::pack_list)
    }

    pub fn pack_show(&self, req: c::RefReq) -> Answer<c::PackView> {
        self.with(|vault| vault.pack_show(&req.r#ref))
    }

    pub fn pack_compare(&self, req: c::PackCompareReq) -> Answer<Vec<c::PackDifference>> {
        self.with(|vault| vault.pack_compare(&req.old, &req.new))
    }

    pub fn pack_offer(&self, req: c::PackOfferReq) -> Answer<Option<c::PackOffer>> {
        let vault = answer(self.vault())?;
        let offered = match &req.id {
            Some(id) => answer(crate::packs::offer_builtin(id))?,
            None => {
                let mut ask = ask("Choose a rule pack", "pack");
                ask.kinds = vec![("Rule packs", &["toml"])];
                let Some(path) = self.picker.files(&ask).into_iter().next() else {
                    return Ok(None);
                };
                answer(crate::packs::offer_file(&path, &vault.today().to_string()))?
            }
        };
        let offer = answer(vault.pack_offer(&offered))?;
        let handle = answer(handle())?;
        lock(&self.desk).packs.insert(handle.clone(), offered);
        Ok(Some(c::PackOffer { handle, ..offer }))
    }

    pub fn pack_adopt(&self, req: c::PackAdoptReq) -> Answer<Vec<c::PackRow>> {
        let offered = lock(&self.desk).packs.get(&req.handle).cloned();
        let offered = answer(offered.ok_or_else(|| {
            Error::input(
                "E-PACK-GONE",
                "The pack was not kept that long. Choose it again.",
            )
        }))?;
        self.with(|vault| vault.pack_adopt(&offered, &req.reason, &req.clocks))
    }

    pub fn pack_retire(&self, req: c::PackRetireReq) -> Answer<Vec<c::PackRow>> {
        self.with(|vault| vault.pack_retire(&req.id, &req.reason))
    }

    pub fn pack_simulate(&self, req: c::PackSimulateReq) -> Answer<c::PackSimulation> {
        self.with(|vault| vault.pack_simulate(&req))
    }

    pub fn filing_list(&self, req: c::ListReq) -> Answer<c::FilingList> {
        self.with(|vault| vault.filings_like(req.query.as_deref().unwrap_or_default()))
    }

    pub fn filing_show(&self, req: c::RefReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_show(&req.r#ref))
    }

    pub fn filing_edit(&self, req: c::FilingEditReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_edit(&req))
    }

    pub fn filing_forms(&self, _: Empty) -> Answer<Vec<c::FormChoice>> {
        self.with(OpenVault::filing_forms)
    }

    pub fn filing_draft(&self, req: c::FilingDraftReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_draft(&req))
    }

    pub fn filing_validate(&self, req: c::RefReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_validate(&req.r#ref))
    }

    pub fn filing_approve(&self, req: c::FilingApproveReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_approve(&req))
    }

    pub fn filing_answer(&self, req: c::FilingAnswerReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_answer(&req))
    }

    pub fn filing_compare(&self, req: c::FilingCompareReq) -> Answer<c::FilingComparison> {
        self.with(|vault| vault.filing_compare(&req))
    }

    pub fn filing_export(
        &self,
        req: c::FilingExportReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::Exported>> {
        answer(self.vault().map(|_| ()))?;
        let recipients = req
            .recipients
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        let Some(folder) = self
            .picker
            .folder(&ask("Choose the folder for the bundle", "export-folder"))
        else {
            return Ok(None);
        };
        self.with(|vault| vault.filing_export(&req.r#ref, &folder, &recipients, watch))
            .map(Some)
    }

    pub fn filing_sent(&self, req: c::FilingSentReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_sent(&req))
    }

    pub fn vault_check(&self, _: Empty, watch: &dyn Watch) -> Answer<c::CheckReport> {
        self.with(|vault| vault.check(watch))
    }

    pub fn journal_export(&self, _: Empty, watch: &dyn Watch) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask("Save the journal", "journal");
        ask.name = Some("journal.jsonl".to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.journal_export(&path, false, watch))
            .map(Some)
    }
}

/// The zone that this system is set to, by the link that systems keep.
fn system_zone() -> Option<String> {
    let link = std::fs::read_link("/etc/localtime").ok()?;
    let name = link.to_str()?.split("zoneinfo/").nth(1)?.to_owned();
    name.parse::<chrono_tz::Tz>().is_ok().then_some(name)
}

/// Writes a file that only its owner may read; an existing one is never written over.
pub fn save_private(path: &Path, bytes: &[u8]) -> Result<c::Saved> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Error::input(
            "E-FILE-EXISTS",
            format!("{name} is there already, and is never written over. Choose another name."),
        ),
        _ => error.into(),
    })?;
    if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_all()) {
        // Half a file would pass for a whole one.
        let _ = std::fs::remove_file(path);
        return Err(error.into());
    }
    Ok(c::Saved {
        name,
        bytes: bytes.len() as u64,
    })
}
