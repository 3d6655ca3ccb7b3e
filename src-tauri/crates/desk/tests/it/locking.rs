//! The desk locks by itself, forgets, and answers nothing while locked.

use crate::{
    bench::{Bench, PASSPHRASE, unlock},
    people::{BENS, with_ben},
};
use contract as c;
use contract::{Class, Empty};
use desk::{Desk, NoListener, OpenVault, ScriptedPicker, Surroundings, SystemNow, Unwatched};
use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

#[test]
fn an_idle_desk_locks_after_its_minutes_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(
        Surroundings {
            now: Arc::new(SystemNow),
            state: Some(folder.path().join("state")),
            worker: None,
            work: 15,
            schema: desk::Schema::TODAY,
        },
        Box::new(ScriptedPicker(vec![(
            "vault-create".to_owned(),
            folder.path().join("A.cipdesk"),
        )])),
        Box::new(NoListener),
    );
    let created = desk
        .vault_create(contract::VaultCreateReq {
            org: "Acme".to_owned(),
            role: "provider".to_owned(),
            zone: "America/New_York".to_owned(),
            staff: "Ana".to_owned(),
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap()
        .unwrap();
    unlock(&desk, &created.vault.id);
    let minute = Duration::from_secs(60);
    assert!(!desk.lock_if_idle(Instant::now() + minute * 4));
    desk.today(Empty {}).unwrap();
    assert!(desk.lock_if_idle(Instant::now() + minute * 5));
    let refused = desk.today(Empty {}).unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.class),
        ("U-01", Class::Locked)
    );
    assert!(
        !desk.lock_if_idle(Instant::now() + minute * 60),
        "locked already"
    );
}

/// A copy of a folder, as `cp -a` makes it.
pub(crate) fn copy(from: &Path, to: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::Permissions::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn create(vault: &OpenVault) -> Result<c::Created, desk::Error> {
    vault.customer_create(&c::CustomerCreateReq {
        kind: c::PartyKind::Individual,
        name: "Aino Virtanen".to_owned(),
        name_original: None,
        country: Some("FI".to_owned()),
        external_id: None,
    })
}

#[test]
fn an_older_copy_is_read_until_somebody_says_why_it_is_the_right_one() {
    let bench = Bench::new();
    let backup = bench.folder.path().join("backup.cipdesk");
    bench.vault.backup(&backup, &Unwatched).unwrap();
    create(&bench.vault).unwrap();
    bench.vault.close().unwrap();
    let office = bench.leave();
    fs::remove_dir_all(&office.path).unwrap();
    copy(&backup, &office.path);

    let open = |reading: bool| {
        OpenVault::unlock_for(
            &office.path,
            None,
            &PASSPHRASE.to_owned().into(),
            office.surroundings(),
            reading,
            &Unwatched,
        )
        .unwrap()
    };
    let vault = open(false);
    let error = create(&vault).unwrap_err();
    assert_eq!(
        (error.0.code.as_str(), error.0.class),
        ("V-09", Class::Refused)
    );
    assert!(error.0.message.contains("vault accept --reason"), "{error}");
    assert_eq!(
        vault.check(&Unwatched).unwrap().problems[0].code,
        "V-09",
        "reading goes on, and the check says it"
    );
    assert_eq!(
        vault.rollback_accept("  ").unwrap_err().0.code,
        "E-MEMBER-REASON"
    );
    vault.close().unwrap();
    drop(vault);
    // Looking at it did not make this computer forget what it knew.
    let vault = open(false);
    assert_eq!(create(&vault).unwrap_err().0.code, "V-09");
    vault
        .rollback_accept("The disk failed; this is Friday's backup")
        .unwrap();
    create(&vault).unwrap();
    assert!(vault.check(&Unwatched).unwrap().ok);
    vault.close().unwrap();
    drop(vault);
    let vault = open(false);
    create(&vault).unwrap();
    assert_eq!(
        vault.rollback_accept("again").unwrap_err().0.code,
        "E-VAULT-FITS"
    );
}

#[test]
fn keys_from_before_a_member_was_revoked_are_an_older_copy_too() {
    let office = with_ben(&["analyst"]);
    let before = office.path.with_file_name("before.cipdesk");
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    ana.close().unwrap();
    drop(ana);
    copy(&office.path, &before);
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    let turned = ana
        .member_revoke(&c::MemberRevokeReq {
            label: "staff-2".to_owned(),
            reason: "Left".to_owned(),
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap();
    drop(ana);
    turned.vault.close().unwrap();
    drop(turned);
    fs::remove_dir_all(&office.path).unwrap();
    copy(&before, &office.path);
    let ben = office.open("staff-2", BENS).unwrap();
    assert_eq!(
        create(&ben).unwrap_err().0.code,
        "V-09",
        "the revoked member's copy is told apart on this computer"
    );
}

#[test]
fn an_auditor_has_no_connection_that_writes_and_leaves_no_trace() {
    let office = with_ben(&["auditor"]);
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    create(&ana).unwrap();
    ana.close().unwrap();
    drop(ana);
    let before = everything(&office.path);
    let ben = office.open("staff-2", BENS).unwrap();
    let error = create(&ben).unwrap_err();
    assert_eq!(
        (error.0.code.as_str(), error.0.class),
        ("U-01", Class::Refused)
    );
    assert!(error.0.message.contains("You work as auditor"), "{error}");
    assert_eq!(
        ben.customer_show("C-000001").unwrap().row.name,
        "Aino Virtanen"
    );
    assert_eq!(
        ben.audit_sample(&c::AuditSampleReq {
            seed: Some("7".to_owned()),
            size: 5
        })
        .unwrap()
        .rows
        .len(),
        1
    );
    let checked = ben.check(&Unwatched).unwrap();
    assert!(
        checked.ok && checked.journal_entries > 0,
        "an auditor verifies the vault"
    );
    let out = office.path.with_file_name("out");
    for refused in [
        ben.journal_export(&out, false, &Unwatched).map(|_| ()),
        ben.backup(&out, &Unwatched).map(|_| ()),
        ben.rollback_accept("x"),
    ] {
        assert!(["U-01", "E-VAULT-FITS"].contains(&refused.unwrap_err().0.code.as_str()));
    }
    assert!(!out.exists());
    ben.close().unwrap();
    drop(ben);
    assert_eq!(
        everything(&office.path),
        before,
        "not one byte of the vault is another"
    );
}

#[test]
fn whoever_only_looks_changes_nothing() {
    let office = with_ben(&["analyst"]);
    let vault = OpenVault::unlock_for(
        &office.path,
        Some("staff-1"),
        &PASSPHRASE.to_owned().into(),
        office.surroundings(),
        true,
        &Unwatched,
    )
    .unwrap();
    let error = create(&vault).unwrap_err();
    assert_eq!(
        (error.0.code.as_str(), error.0.class),
        ("E-VAULT-READING", Class::Refused)
    );
    assert_eq!(
        vault
            .member_add(&crate::people::adding("Cy", &["analyst"], BENS))
            .err()
            .unwrap()
            .0
            .code,
        "E-VAULT-READING"
    );
}

/// Every file of a vault, and what it holds: but for the note in the lock, and what SQLite lays beside a database that is looked at.
fn everything(root: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files = vec![root.to_owned()];
    let mut all = Vec::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.ends_with("-wal") {
                assert_eq!(fs::metadata(&path).unwrap().len(), 0, "nothing was written");
            }
            if name == ".lock" || name.ends_with("-wal") || name.ends_with("-shm") {
                continue;
            }
            all.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    all.sort();
    all
}

#[test]
fn a_wrong_passphrase_slows_the_next_try_over_restarts() {
    let office = with_ben(&["analyst"]);
    let fails = |at: &str, wait: u32| {
        office.now(at);
        let error = office.open("staff-1", "wrong wrong wrong").err().unwrap();
        assert_eq!(
            (error.0.code.as_str(), error.0.retry_after_ms),
            ("V-04", wait),
            "{at}"
        );
    };
    fails("2026-03-03T17:00:00Z", 1000);
    let early = office.open("staff-1", PASSPHRASE).err().unwrap();
    assert_eq!(
        early.0.code, "V-04",
        "the right one has to wait as well, whoever asks and after whatever restart"
    );
    assert_eq!(early.0.retry_after_ms, 1000);
    fails("2026-03-03T17:00:01Z", 2000);
    fails("2026-03-03T17:00:03Z", 4000);
    fails("2026-03-03T17:00:07Z", 8000);
    // A clock that is set back does not lock anybody out.
    office.now("2026-03-01T00:00:00Z");
    let early = office.open("staff-1", PASSPHRASE).err().unwrap();
    assert_eq!(early.0.retry_after_ms, 8000);
    office.now("2026-03-03T17:00:15Z");
    drop(office.open("staff-1", PASSPHRASE).unwrap());
    office.now("2026-03-03T17:00:16Z");
    fails("2026-03-03T17:00:16Z", 1000);
}

/// A desk with a vault that is unlocked; its picker waits at a door that the test opens.
fn unlocked(folder: &Path, picker: Box<dyn desk::FilePicker>) -> (Arc<Desk>, String) {
    let desk = Arc::new(Desk::new(
        Surroundings {
            now: Arc::new(SystemNow),
            state: Some(folder.join("state")),
            worker: None,
            work: 15,
            schema: desk::Schema::TODAY,
        },
        picker,
        Box::new(NoListener),
    ));
    let created = desk
        .vault_create(c::VaultCreateReq {
            org: "Acme".to_owned(),
            role: "provider".to_owned(),
            zone: "America/New_York".to_owned(),
            staff: "Ana".to_owned(),
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap()
        .unwrap();
    unlock(&desk, &created.vault.id);
    (desk, created.vault.id)
}

/// Answers when somebody lets it.
struct Door {
    path: std::path::PathBuf,
    shown: std::sync::Mutex<std::sync::mpsc::Sender<()>>,
    open: std::sync::Mutex<std::sync::mpsc::Receiver<()>>,
}

impl desk::FilePicker for Door {
    fn files(&self, _: &desk::Ask) -> Vec<std::path::PathBuf> {
        self.shown.lock().unwrap().send(()).unwrap();
        self.open.lock().unwrap().recv().unwrap();
        vec![self.path.with_file_name("rows.csv")]
    }
    fn save(&self, ask: &desk::Ask) -> Option<std::path::PathBuf> {
        if ask.purpose == "vault-create" {
            return Some(self.path.clone());
        }
        self.shown.lock().unwrap().send(()).unwrap();
        self.open.lock().unwrap().recv().unwrap();
        Some(self.path.with_file_name("copy.cipdesk"))
    }
    fn folder(&self, _: &desk::Ask) -> Option<std::path::PathBuf> {
        None
    }
}

#[test]
fn a_dialog_that_is_open_does_not_keep_the_vault_open() {
    let folder = tempfile::tempdir().unwrap();
    let (shown, is_shown) = std::sync::mpsc::channel();
    let (let_go, open) = std::sync::mpsc::channel();
    let door = Door {
        path: folder.path().join("A.cipdesk"),
        shown: shown.into(),
        open: open.into(),
    };
    let (desk, _) = unlocked(folder.path(), Box::new(door));
    let asking = {
        let desk = Arc::clone(&desk);
        std::thread::spawn(move || desk.vault_backup(Empty {}, &Unwatched))
    };
    is_shown.recv().unwrap();
    desk.lock();
    assert!(!desk.is_open());
    assert_eq!(desk.today(Empty {}).unwrap_err().code, "U-01");
    let_go.send(()).unwrap();
    let answered = asking.join().unwrap().unwrap_err();
    assert_eq!(
        (answered.code.as_str(), answered.class),
        ("U-01", Class::Locked)
    );
    assert!(
        !folder.path().join("copy.cipdesk").exists(),
        "what was chosen after the lock is not written"
    );
}

/// Holds a job in the middle until the test has locked.
struct InTheMiddle {
    there: std::sync::Mutex<Option<std::sync::mpsc::Sender<()>>>,
    go_on: std::sync::Mutex<std::sync::mpsc::Receiver<()>>,
}

impl desk::Watch for InTheMiddle {
    fn step(&self, _: &str, done: u64, _: Option<u64>, unit: &str) {
        if done > 0
            && unit != "pages"
            && let Some(there) = self.there.lock().unwrap().take()
        {
            there.send(()).unwrap();
            self.go_on.lock().unwrap().recv().unwrap();
        }
    }
    fn cancelled(&self) -> bool {
        false
    }
}

#[test]
fn an_import_that_runs_is_ended_by_the_lock_and_leaves_nothing_half() {
    let folder = tempfile::tempdir().unwrap();
    let (shown, is_shown) = std::sync::mpsc::channel();
    let (let_go, open) = std::sync::mpsc::channel();
    let door = Door {
        path: folder.path().join("A.cipdesk"),
        shown: shown.into(),
        open: open.into(),
    };
    let rows: String = (0..3_000)
        .map(|number| format!("individual,Person {number},DE\n"))
        .collect();
    fs::write(
        folder.path().join("rows.csv"),
        format!("kind,name,country\n{rows}"),
    )
    .unwrap();
    let (desk, vault) = unlocked(folder.path(), Box::new(door));
    desk.draft_save(c::DraftSaveReq {
        key: "customer:new".to_owned(),
        body: "{\"name\":\"half a na\"}".to_owned(),
    })
    .unwrap();
    let_go.send(()).unwrap();
    let source = desk.import_pick(Empty {}).unwrap().unwrap();
    is_shown.recv().unwrap();
    let (there, is_there) = std::sync::mpsc::channel();
    let (go_on, waits) = std::sync::mpsc::channel();
    let watch = InTheMiddle {
        there: Some(there).into(),
        go_on: waits.into(),
    };
    let importing = {
        let desk = Arc::clone(&desk);
        std::thread::spawn(move || {
            desk.import_run(
                c::ImportReq {
                    handle: source.handle,
                    mapping: source.mapping,
                    skip_bad_rows: false,
                    save_as: None,
                },
                &watch,
            )
        })
    };
    is_there.recv().unwrap();
    let locking = {
        let desk = Arc::clone(&desk);
        std::thread::spawn(move || desk.lock())
    };
    while desk.is_open() {
        std::thread::yield_now();
    }
    assert_eq!(
        desk.today(Empty {}).unwrap_err().code,
        "U-01",
        "from its first instant on, whatever still runs"
    );
    go_on.send(()).unwrap();
    let ended = importing.join().unwrap().unwrap_err();
    locking.join().unwrap();
    assert_eq!(
        (ended.code.as_str(), ended.class),
        ("E-STORE-STOPPED", Class::Cancelled),
        "{ended}"
    );
    assert!(
        ended
            .message
            .contains("nothing was changed. Unlock the vault again"),
        "{ended}"
    );
    let card = desk.app_state(Empty {}).unwrap();
    assert!(!card.unlocked && !vault.is_empty());
    unlock(&desk, &card.recent[0].id);
    let list = desk.import_list(Empty {}).unwrap();
    assert!(list.is_empty(), "nothing of the import is there: {list:?}");
    assert!(desk.vault_check(Empty {}, &Unwatched).unwrap().ok);
    let draft = desk
        .draft_load(c::DraftReq {
            key: "customer:new".to_owned(),
        })
        .unwrap();
    assert!(
        draft.body.unwrap().contains("half a na"),
        "what was being typed is there again"
    );
}
