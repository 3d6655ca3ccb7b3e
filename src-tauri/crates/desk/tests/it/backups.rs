//! Backups: kept to a number, told apart from vaults, and restored to a new folder.

use crate::bench::{Bench, PASSPHRASE, tells, unlock};
use contract::{Class, Empty};
use desk::{
    Desk, NoListener, OpenVault, ScriptedPicker, Source, Unwatched,
    backups::{self, Restore},
};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

/// A vault with a customer and a document.
fn worked_in() -> (Bench, String) {
    let bench = Bench::new();
    let customer = bench.customer("Ada Byron", "GB");
    let paper = bench.file("paper.txt", b"A page of a passport");
    let document = bench
        .vault
        .document_add(&customer, "other", Source::File(paper), &Unwatched)
        .unwrap();
    (bench, document.id)
}

fn backed_up(bench: &Bench, name: &str) -> std::path::PathBuf {
    let to = bench.folder.path().join(name);
    bench.vault.backup(&to, &Unwatched).unwrap();
    to
}

fn restore(
    bench: &Bench,
    from: &Path,
    name: &str,
    passphrase: &str,
    damaged: bool,
) -> Result<contract::Restored, desk::Error> {
    let how = Restore {
        from,
        to: &bench.folder.path().join(name),
        label: None,
        passphrase: &passphrase.to_owned().into(),
        damaged,
    };
    backups::restore(&how, &bench.surroundings(), &Unwatched)
}

/// What stands in the way of a folder being as it was: every file with its content.
fn content(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            found.extend(content(&entry.path()));
        } else {
            found.push((entry.path(), fs::read(entry.path()).unwrap()));
        }
    }
    found.sort();
    found
}

fn litter(bench: &Bench) -> Vec<String> {
    fs::read_dir(bench.folder.path())
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(".cipdesk-"))
        .collect()
}

#[test]
fn a_backup_is_restored_whole_from_a_stick_that_keeps_no_permissions() {
    let (bench, document) = worked_in();
    let backup = backed_up(&bench, "Friday.cipdesk");
    // What other systems do to a stick: everything open to everybody, and files of their own.
    for entry in ["", "documents", "db", "keyring"] {
        let folder = backup.join(entry);
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    }
    fs::write(backup.join("documents/.DS_Store"), b"x").unwrap();
    let before = content(&backup);

    let seen = backups::look(&backup, &bench.surroundings()).unwrap();
    assert_eq!(
        (seen.made_at.as_deref(), seen.labels.as_slice()),
        (Some("2026-03-02T17:00:00Z"), &["staff-1".to_owned()][..]),
        "what it is can be seen before anybody types a passphrase"
    );
    let restored = restore(&bench, &backup, "Restored.cipdesk", PASSPHRASE, false).unwrap();
    assert_eq!(content(&backup), before, "a backup is only read");
    assert_eq!(
        (Some(restored.entries), Some(&restored.head_code)),
        (seen.entries, seen.head_code.as_ref()),
        "it is what it said it is"
    );
    assert!(restored.problems.is_empty());
    assert!(litter(&bench).is_empty(), "{:?}", litter(&bench));

    let mut elsewhere = bench.surroundings();
    elsewhere.state = None;
    let opened = OpenVault::unlock(
        &bench.folder.path().join("Restored.cipdesk"),
        None,
        &PASSPHRASE.to_owned().into(),
        elsewhere,
    )
    .unwrap();
    assert!(opened.check(&Unwatched).unwrap().ok);
    assert_eq!(
        opened.customer_show("C-000001").unwrap().row.name,
        "Ada Byron"
    );
    assert_eq!(opened.document_show(&document).unwrap().row.id, document);
}

#[test]
fn nothing_is_left_of_a_restore_that_does_not_hold_until_somebody_agrees() {
    let (bench, document) = worked_in();
    let backup = backed_up(&bench, "Friday.cipdesk");
    let code = |result: Result<contract::Restored, desk::Error>| result.unwrap_err().0.code.clone();
    assert_eq!(
        code(restore(&bench, &backup, "A.cipdesk", PASSPHRASE, false)),
        "E-FILE-EXISTS",
        "a vault that is there is never written over"
    );
    assert_eq!(
        code(restore(
            &bench,
            &backup,
            "R.cipdesk",
            "not the passphrase",
            false
        )),
        "V-04"
    );
    let pause = restore(&bench, &backup, "R.cipdesk", PASSPHRASE, false).unwrap_err();
    assert!(
        pause.0.retry_after_ms > 0,
        "guessing at a backup is slowed like guessing at the vault"
    );
    bench.now("2026-03-02T18:00:00Z");
    fs::remove_file(backup.join(format!("documents/{}/{document}.age", &document[..2]))).unwrap();
    let refused = restore(&bench, &backup, "R.cipdesk", PASSPHRASE, false).unwrap_err();
    assert_eq!(
        (refused.0.code.as_str(), refused.0.class),
        ("E-RESTORE-DAMAGED", Class::Damaged)
    );
    assert!(
        refused.0.message.contains(&document),
        "{}",
        refused.0.message
    );
    assert!(!bench.folder.path().join("R.cipdesk").exists());
    assert!(litter(&bench).is_empty(), "{:?}", litter(&bench));
    let restored = restore(&bench, &backup, "R.cipdesk", PASSPHRASE, true).unwrap();
    assert_eq!(
        restored
            .problems
            .iter()
            .map(|one| one.code.as_str())
            .collect::<Vec<_>>(),
        ["V-25"],
        "what does not hold is named, and what is whole is there"
    );
}

#[test]
fn a_backup_that_says_something_else_of_itself_does_not_hold() {
    let (bench, _) = worked_in();
    let backup = backed_up(&bench, "Friday.cipdesk");
    let slip = fs::read_to_string(backup.join("BACKUP")).unwrap();
    for word in ["Byron", "Acme", "Ana", "paper"] {
        assert!(!slip.contains(word), "{slip}");
    }
    fs::write(
        backup.join("BACKUP"),
        slip.replace("\"entries\": ", "\"entries\": 1"),
    )
    .unwrap();
    let refused = restore(&bench, &backup, "R.cipdesk", PASSPHRASE, false).unwrap_err();
    assert_eq!(refused.0.code, "E-RESTORE-DAMAGED");
    let as_it_is = restore(&bench, &backup, "R.cipdesk", PASSPHRASE, true).unwrap();
    let codes: Vec<&str> = (as_it_is.problems.iter())
        .map(|one| one.code.as_str())
        .collect();
    assert_eq!(codes, ["E-RESTORE-SLIP"]);
}

#[test]
fn a_restored_copy_that_is_older_is_read_until_somebody_says_why() {
    let (bench, _) = worked_in();
    let backup = backed_up(&bench, "Friday.cipdesk");
    bench.customer("Zoë Weiß", "DE");
    let bench = bench.reopened();
    let restored = restore(&bench, &backup, "R.cipdesk", PASSPHRASE, false).unwrap();
    assert!(
        restored
            .notes
            .iter()
            .any(|note| note.contains("is not in it")),
        "{:?}",
        restored.notes
    );
    let open = || {
        OpenVault::unlock(
            &bench.folder.path().join("R.cipdesk"),
            None,
            &PASSPHRASE.to_owned().into(),
            bench.surroundings(),
        )
        .unwrap()
    };
    let note = |vault: &OpenVault| {
        vault.comment_add(&contract::CommentAddReq {
            about: "C-000001".to_owned(),
            text: "Found again".to_owned(),
            corrects: None,
        })
    };
    let vault = open();
    assert_eq!(
        note(&vault).unwrap_err().0.code,
        "V-09",
        "this computer saw more"
    );
    vault.rollback_accept("The disk failed on Monday").unwrap();
    vault.close().unwrap();
    drop(vault);
    note(&open()).unwrap();
    assert!(
        bench.vault.check(&Unwatched).unwrap().ok,
        "the other is as it was"
    );
}

#[test]
fn older_backups_go_when_there_are_newer_ones_and_nothing_else_does() {
    let (bench, _) = worked_in();
    let other = Bench::new();
    other
        .vault
        .backup(&bench.folder.path().join("Other.cipdesk"), &Unwatched)
        .unwrap();
    for (day, name) in ["1.cipdesk", "2.cipdesk", "3.cipdesk", "4.cipdesk"]
        .iter()
        .enumerate()
    {
        bench.now(&format!("2026-03-0{}T17:00:00Z", day + 2));
        backed_up(&bench, name);
    }
    // One was opened and worked in: it is a vault of its own.
    let mut elsewhere = bench.surroundings();
    elsewhere.state = None;
    let taken = OpenVault::unlock(
        &bench.folder.path().join("1.cipdesk"),
        None,
        &PASSPHRASE.to_owned().into(),
        elsewhere.clone(),
    )
    .unwrap();
    taken
        .comment_add(&contract::CommentAddReq {
            about: "C-000001".to_owned(),
            text: "Worked in".to_owned(),
            corrects: None,
        })
        .unwrap();
    drop(taken);
    // Another is only looked through.
    drop(
        OpenVault::unlock(
            &bench.folder.path().join("2.cipdesk"),
            None,
            &PASSPHRASE.to_owned().into(),
            elsewhere,
        )
        .unwrap(),
    );
    bench.now("2026-03-06T17:00:00Z");
    let last = backed_up(&bench, "5.cipdesk");
    assert_eq!(
        bench.vault.keep_backups(&last, 2).unwrap(),
        ["2.cipdesk", "3.cipdesk"],
        "the oldest go"
    );
    let names: Vec<String> = backups::list(bench.folder.path(), &bench.surroundings())
        .unwrap()
        .into_iter()
        .map(|one| one.place.rsplit('/').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(names, ["Other.cipdesk", "4.cipdesk", "5.cipdesk"]);
    for kept in ["A.cipdesk", "1.cipdesk"] {
        assert!(bench.folder.path().join(kept).exists(), "{kept} is a vault");
    }
    // A clock that was set back does not make the newest the oldest.
    bench.now("2026-03-01T17:00:00Z");
    let last = backed_up(&bench, "6.cipdesk");
    bench.vault.keep_backups(&last, 1).unwrap();
    assert!(last.exists(), "the one that was just checked stays");
    assert!(litter(&bench).is_empty(), "{:?}", litter(&bench));
}

#[test]
fn the_window_restores_before_anything_is_unlocked() {
    let (bench, _) = worked_in();
    let backup = backed_up(&bench, "Friday.cipdesk");
    bench.vault.close().unwrap();
    let to = bench.folder.path().join("Restored.cipdesk");
    let office = bench.leave();
    let desk = Desk::new(
        office.surroundings(),
        Box::new(ScriptedPicker(vec![
            ("restore-from".to_owned(), backup),
            ("restore".to_owned(), to),
        ])),
        Box::new(NoListener),
    );
    let card = desk.backup_pick(Empty {}).unwrap().unwrap();
    let restored = desk
        .backup_restore(
            contract::BackupRestoreReq {
                backup: card.id,
                label: None,
                passphrase: PASSPHRASE.to_owned(),
                damaged: false,
            },
            &Unwatched,
        )
        .unwrap()
        .unwrap();
    let vault = restored.vault.unwrap();
    assert!(!desk.is_open(), "restoring opens nothing");
    unlock(&desk, &vault.id);
    assert!(desk.is_open());
}

/// Changes a document of the copy while the copy is read back, as a stick that keeps something else than what it was given.
struct Forgetful<'a>(&'a Path);

impl desk::Watch for Forgetful<'_> {
    fn step(&self, phase: &str, _: u64, _: Option<u64>, _: &str) {
        let copies = fs::read_dir(self.0).unwrap().flatten();
        for copy in copies.filter(|_| phase == "Checking database pages") {
            if copy.file_name().to_string_lossy().starts_with(".cipdesk-") {
                for (file, _) in content(&copy.path().join("documents")) {
                    fs::write(file, b"something else").unwrap();
                }
            }
        }
    }

    fn cancelled(&self) -> bool {
        false
    }
}

#[test]
fn a_copy_that_is_read_back_as_something_else_is_no_backup() {
    let (bench, _) = worked_in();
    let to = bench.folder.path().join("Friday.cipdesk");
    let told = bench.refused(|bench| bench.vault.backup(&to, &Forgetful(bench.folder.path())));
    tells(
        &told,
        "E-BACKUP-DIFFERS",
        &[
            "is not what the vault is",
            "It was not kept, and the vault is unharmed",
            "Check the disk it goes to",
        ],
    );
    assert!(!to.exists());
    assert_eq!(litter(&bench), Vec::<String>::new());
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
    bench.vault.backup(&to, &Unwatched).unwrap();
}
