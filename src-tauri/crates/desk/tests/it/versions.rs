//! A vault of another version of the program: a newer one is told and left as it is, and a step that does not fit leaves what was there.

use crate::{
    bench::{Bench, Office, PASSPHRASE, said},
    damage::{database, key_of},
};
use contract::Class;
use desk::{Unwatched, backups};
use std::{collections::BTreeMap, fs, path::Path};

/// A vault in which somebody worked, and which nobody has open.
fn left() -> Office {
    let bench = Bench::new();
    bench.customer("Ada Byron", "GB");
    bench.vault.close().unwrap();
    bench.leave()
}

/// The version of the tables, set by somebody who has the key.
fn versioned(vault: &Path, version: i64) {
    let key = key_of(vault);
    let sql = database(vault, &key);
    sql.pragma_update(None, "user_version", version).unwrap();
    sql.pragma_update(None, "wal_checkpoint", "TRUNCATE")
        .unwrap_or(());
}

/// Every file of a vault by its name, but for those that only say who has it open.
fn files(vault: &Path) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![vault.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let content = fs::read(&path).unwrap();
                let name = entry.file_name().into_string().unwrap();
                if name != ".lock" && !name.ends_with("-shm") && !content.is_empty() {
                    found.insert(path, content);
                }
            }
        }
    }
    found
}

#[test]
fn a_vault_of_a_newer_version_is_told_to_write_and_to_read_and_nothing_of_it_is_changed() {
    let office = left();
    versioned(&office.path, 2);
    let before = files(&office.path);
    for reading in [false, true] {
        let opened = desk::OpenVault::unlock_for(
            &office.path,
            Some("staff-1"),
            &PASSPHRASE.to_owned().into(),
            office.surroundings(),
            reading,
            &Unwatched,
        );
        let error = opened.err().expect("a newer vault is not opened");
        assert_eq!(
            (error.0.code.as_str(), error.0.class),
            ("V-03", Class::Newer)
        );
        for part in [
            "newer CIP Desk",
            "version 2",
            "Update this computer",
            "nothing was changed",
        ] {
            assert!(error.0.message.contains(part), "{part}: {error}");
        }
    }
    let after = files(&office.path);
    let changed: Vec<_> = before
        .keys()
        .chain(after.keys())
        .filter(|path| before.get(*path) != after.get(*path))
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
    versioned(&office.path, 1);
    office.open("staff-1", PASSPHRASE).unwrap().close().unwrap();
}

#[test]
fn a_backup_of_a_newer_version_is_not_restored_and_nothing_is_left_of_the_try() {
    let bench = Bench::new();
    bench.customer("Ada Byron", "GB");
    let backup = bench.folder.path().join("Friday.cipdesk");
    bench.vault.backup(&backup, &Unwatched).unwrap();
    versioned(&backup, 7);
    let to = bench.folder.path().join("Back.cipdesk");
    let passphrase = PASSPHRASE.to_owned().into();
    let again = || {
        backups::restore(
            &backups::Restore {
                from: &backup,
                to: &to,
                label: None,
                passphrase: &passphrase,
                damaged: false,
            },
            &bench.surroundings(),
            &Unwatched,
        )
    };
    let (code, sentence) = said(again());
    assert_eq!(code, "V-03", "{sentence}");
    assert!(sentence.contains("version 7"), "{sentence}");
    assert!(!to.exists());
    versioned(&backup, 1);
    again().unwrap();
}

/// The steps from an older version are one transaction: one that cannot be taken leaves the vault as it was.
#[test]
fn a_step_that_cannot_be_taken_leaves_an_older_vault_as_it_was() {
    let office = left();
    // The tables are there already, so the first step fails in the middle of what it does.
    versioned(&office.path, 0);
    let rows = || {
        let sql = database(&office.path, &key_of(&office.path));
        let count = |what: &str| -> i64 { sql.query_row(what, [], |row| row.get(0)).unwrap() };
        (
            count("SELECT count(*) FROM sqlite_schema"),
            count("SELECT count(*) FROM journal"),
            count("SELECT count(*) FROM schema_history"),
            count("PRAGMA user_version"),
        )
    };
    let before = rows();
    let error = office.open("staff-1", PASSPHRASE).err().unwrap();
    assert_eq!(
        (error.0.code.as_str(), error.0.class),
        ("V-26", Class::Damaged),
        "{error}"
    );
    assert_eq!(rows(), before, "nothing of a step is half taken");
    versioned(&office.path, 1);
    let opened = office.open("staff-1", PASSPHRASE).unwrap();
    assert!(opened.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_vault_whose_steps_are_not_ours_was_changed_by_another_program() {
    let office = left();
    let key = key_of(&office.path);
    database(&office.path, &key)
        .execute(
            "UPDATE schema_history SET sha256 = 'f00' WHERE version = 1",
            [],
        )
        .unwrap();
    let error = office.open("staff-1", PASSPHRASE).err().unwrap();
    assert_eq!(
        (error.0.code.as_str(), error.0.class),
        ("V-08", Class::Damaged)
    );
    assert!(error.0.message.contains("step 1"), "{error}");
}
