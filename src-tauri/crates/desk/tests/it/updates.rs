//! A vault of an older version with people, papers and an access log in it is brought to a version to come: it is kept as it was first, the
//! steps happen whole or not at all, and nothing is lost.

use crate::{
    bench::{Bench, Office, PASSPHRASE, all_customers, said, tells},
    damage::{database, key_of},
};
use contract::{self as c, Class};
use desk::{OpenVault, Schema, Source, Surroundings, Unwatched, Watch, backups};
use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Mutex,
};
use store::Step;

/// What a version to come might do: another column, a table out of what is there, one made anew that others refer to, an index.
const LATER: [&str; 11] = [
    "ALTER TABLE customer ADD COLUMN initials TEXT NOT NULL DEFAULT ''",
    "UPDATE customer SET initials = substr(name, 1, 1)",
    "CREATE TABLE letterhead (initial TEXT PRIMARY KEY) STRICT",
    "INSERT INTO letterhead (initial) SELECT DISTINCT initials FROM customer",
    "CREATE TABLE named (ref TEXT PRIMARY KEY REFERENCES customer (ref), length INTEGER NOT NULL, initial TEXT NOT NULL REFERENCES letterhead (initial)) STRICT",
    "INSERT INTO named (ref, length, initial) SELECT ref, length(name), initials FROM customer",
    "CREATE TABLE letterhead_anew (initial TEXT PRIMARY KEY, font TEXT NOT NULL DEFAULT 'plain') STRICT",
    "INSERT INTO letterhead_anew (initial) SELECT initial FROM letterhead",
    "DROP TABLE letterhead",
    "ALTER TABLE letterhead_anew RENAME TO letterhead",
    "CREATE INDEX named_by_length ON named (length, ref)",
];

/// Today's steps and one more.
fn and_then(sql: String) -> Schema {
    let later = Step("0002_later", Box::leak(sql.into_boxed_str()));
    let steps: Vec<Step> = Schema::TODAY
        .steps()
        .iter()
        .copied()
        .chain([later])
        .collect();
    Schema::of(Box::leak(steps.into_boxed_slice()))
}

fn later() -> Schema {
    and_then(LATER.join(";\n"))
}

/// An older vault in which somebody worked.
fn older() -> Office {
    let bench = Bench::new();
    for name in ["Ada Byron", "Jürgen Müller", "Zoë Weiß"] {
        bench.customer(name, "GB");
    }
    let paper = bench.file("paper.txt", b"A page of a passport");
    bench
        .vault
        .document_add("C-000002", "other", Source::File(paper), &Unwatched)
        .unwrap();
    let log = bench.file(
        "log.csv",
        b"account,time,ip,action,event_id\nacct-1,2026-03-01T08:00:00Z,203.0.113.7,login,e1\n",
    );
    bench
        .vault
        .access_import(&log, desk::AccessHow::default(), &Unwatched)
        .unwrap();
    bench.vault.close().unwrap();
    bench.leave()
}

fn unlock(path: &Path, around: Surroundings, reading: bool) -> desk::Result<OpenVault> {
    let passphrase = PASSPHRASE.to_owned().into();
    OpenVault::unlock_for(
        path,
        Some("staff-1"),
        &passphrase,
        around,
        reading,
        &Unwatched,
    )
}

fn with(office: &Office, schema: Schema) -> Surroundings {
    Surroundings {
        schema,
        ..office.surroundings()
    }
}

/// Notes what is done, and stops what is named.
struct Watching {
    seen: Mutex<Vec<String>>,
    stops: Option<&'static str>,
}

impl Watching {
    fn until(stops: Option<&'static str>) -> Self {
        let seen = Mutex::default();
        Self { seen, stops }
    }
}

impl Watch for Watching {
    fn step(&self, phase: &str, _: u64, _: Option<u64>, _: &str) {
        let mut seen = self.seen.lock().unwrap();
        if seen.last().is_none_or(|last| last != phase) {
            seen.push(phase.to_owned());
        }
    }

    fn cancelled(&self) -> bool {
        let seen = self.seen.lock().unwrap();
        self.stops.is_some() && seen.last().map(String::as_str) == self.stops
    }
}

#[test]
fn what_is_done_before_an_update_is_said_and_whoever_stops_it_has_the_vault_as_it_was() {
    const PHASES: [&str; 3] = [
        "Keeping a copy of the vault as it was",
        "Comparing the copy with the vault",
        "Updating the vault",
    ];
    let office = older();
    let open = |watching: &Watching| {
        OpenVault::unlock_for(
            &office.path,
            Some("staff-1"),
            &PASSPHRASE.to_owned().into(),
            with(&office, later()),
            false,
            watching,
        )
    };
    for phase in &PHASES[..2] {
        let error = open(&Watching::until(Some(phase))).err().unwrap().0;
        assert_eq!(
            (error.code.as_str(), error.class),
            ("E-JOB-CANCELLED", Class::Cancelled),
            "{phase}"
        );
        assert_eq!(number(&office.path, "PRAGMA user_version"), 1, "{phase}");
        assert!(kept(&office.path).is_empty(), "{phase}");
    }
    let watching = Watching::until(None);
    let vault = open(&watching).unwrap();
    assert_eq!(*watching.seen.lock().unwrap(), PHASES);
    sound(&vault);
    assert_eq!(kept(&office.path).len(), 1);
}

/// Somebody whose computer never saw the vault.
fn elsewhere(office: &Office, schema: Schema) -> Surroundings {
    Surroundings {
        state: None,
        ..with(office, schema)
    }
}

fn number(vault: &Path, what: &str) -> i64 {
    let sql = database(vault, &key_of(vault));
    sql.query_row(what, [], |row| row.get(0)).unwrap()
}

fn kept(vault: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(vault.join("backups"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

fn names(vault: &OpenVault) -> Vec<String> {
    let rows = vault.customer_list(&all_customers()).unwrap().rows;
    rows.into_iter().map(|row| row.name).collect()
}

fn sound(vault: &OpenVault) {
    let report = vault.check(&Unwatched).unwrap();
    assert!(report.ok, "{:?}", report.problems);
    assert_eq!(report.documents, 1);
    assert_eq!(names(vault), ["Ada Byron", "Jürgen Müller", "Zoë Weiß"]);
}

#[test]
fn an_older_vault_is_kept_as_it_was_checked_and_then_updated_with_all_that_it_holds() {
    let office = older();
    let before = (
        number(&office.path, "SELECT count(*) FROM journal"),
        number(&office.path, "PRAGMA user_version"),
    );
    let vault = unlock(&office.path, with(&office, later()), false).unwrap();
    let note = vault.update_note().unwrap();
    for part in [
        "older CIP Desk",
        "backups/Before-version-2.cipdesk",
        "35 days",
    ] {
        assert!(note.contains(part), "{part}: {note}");
    }
    sound(&vault);
    vault.close().unwrap();
    drop(vault);
    assert_eq!(number(&office.path, "PRAGMA user_version"), 2);
    assert_eq!(number(&office.path, "SELECT count(*) FROM named"), 3);
    let initials = "SELECT count(*) FROM customer WHERE initials IN ('A', 'J', 'Z')";
    assert_eq!(number(&office.path, initials), 3);

    // What was kept is the vault of before, opens with the program of before, and is as good as any backup.
    let [copy] = kept(&office.path).try_into().unwrap();
    assert_eq!(
        (
            number(&copy, "SELECT count(*) FROM journal"),
            number(&copy, "PRAGMA user_version"),
        ),
        before
    );
    let card = backups::look(&copy, &office.surroundings()).unwrap();
    assert_eq!(card.entries.map(i64::from), Some(before.0));
    let to = office.path.with_file_name("Back.cipdesk");
    let how = backups::Restore {
        from: &copy,
        to: &to,
        label: None,
        passphrase: &PASSPHRASE.to_owned().into(),
        damaged: false,
    };
    backups::restore(&how, &elsewhere(&office, Schema::TODAY), &Unwatched).unwrap();
    sound(&unlock(&to, elsewhere(&office, Schema::TODAY), false).unwrap());
    // A document in it is a second name of the vault's, so that it takes no room.
    let document = |vault: &Path| {
        let shard = fs::read_dir(vault.join("documents"))
            .unwrap()
            .flatten()
            .next();
        let file = fs::read_dir(shard.unwrap().path())
            .unwrap()
            .flatten()
            .next();
        file.unwrap().path().metadata().unwrap()
    };
    assert_eq!(document(&copy).ino(), document(&office.path).ino());
    assert_ne!(document(&to).ino(), document(&office.path).ino());

    // Once is enough, and work goes on.
    let again = unlock(&office.path, with(&office, later()), false).unwrap();
    assert_eq!(again.update_note(), None);
    again
        .customer_create(&c::CustomerCreateReq {
            kind: c::PartyKind::Individual,
            name: "Nora Added".to_owned(),
            name_original: None,
            country: Some("GB".to_owned()),
            external_id: None,
        })
        .unwrap();
    assert!(again.check(&Unwatched).unwrap().ok);
}

#[test]
fn an_update_that_stops_at_any_statement_is_undone_and_taken_up_again() {
    let office = older();
    let state = |path: &Path| {
        [
            "SELECT count(*) FROM sqlite_schema",
            "SELECT count(*) FROM journal",
            "SELECT count(*) FROM pragma_table_info('customer')",
            "SELECT count(*) FROM schema_history",
            "PRAGMA user_version",
        ]
        .map(|what| number(path, what))
    };
    let before = state(&office.path);
    let broken_reference = "INSERT INTO named (ref, length, initial) VALUES ('C-999999', 1, 'A')";
    for done in 0..=LATER.len() + 1 {
        let mut statements: Vec<&str> = LATER.iter().copied().take(done).collect();
        // The last time every statement is taken, and what they leave does not fit together.
        statements.push(if done > LATER.len() {
            broken_reference
        } else {
            "SELECT no_such_function()"
        });
        let opened = unlock(
            &office.path,
            with(&office, and_then(statements.join(";"))),
            false,
        );
        let error = opened.err().expect("a step that stops opens nothing").0;
        assert_eq!(
            (error.code.as_str(), error.class),
            ("V-26", Class::Damaged),
            "{done}: {error}"
        );
        assert!(error.message.contains("was undone"), "{error}");
        assert_eq!(state(&office.path), before, "stopped after {done}");
        assert_eq!(kept(&office.path).len(), 1, "one copy is kept, the newest");
        sound(&unlock(&office.path, office.surroundings(), false).unwrap());
    }
    let vault = unlock(&office.path, with(&office, later()), false).unwrap();
    assert!(vault.update_note().is_some());
    sound(&vault);
    assert_eq!(kept(&office.path).len(), 1);
}

#[test]
fn an_older_vault_is_not_opened_to_be_read_until_somebody_who_writes_has_updated_it() {
    let office = older();
    let (code, sentence) = said(unlock(&office.path, with(&office, later()), true));
    assert_eq!(code, "E-VAULT-OLDER", "{sentence}");
    assert!(kept(&office.path).is_empty(), "nothing was made");
    drop(unlock(&office.path, with(&office, later()), false).unwrap());
    sound(&unlock(&office.path, with(&office, later()), true).unwrap());
}

#[test]
fn what_was_kept_goes_after_its_time_and_when_keys_change_and_what_was_interrupted_too() {
    let office = older();
    let open = || unlock(&office.path, with(&office, later()), false).unwrap();
    drop(open());
    let half = office.path.join("backups/.cipdesk-new-00ff");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("VAULT"), "half").unwrap();
    let theirs = office.path.join("backups/Friday.cipdesk");
    open()
        .backup(&office.path.with_file_name("Friday.cipdesk"), &Unwatched)
        .unwrap();
    fs::rename(office.path.with_file_name("Friday.cipdesk"), &theirs).unwrap();
    office.now("2026-04-05T17:00:00Z");
    drop(open());
    let left = kept(&office.path);
    assert!(!half.exists() && left.len() == 2, "34 days later: {left:?}");
    office.now("2026-04-07T17:00:00Z");
    drop(open());
    assert_eq!(
        kept(&office.path),
        [theirs],
        "what somebody put there stays"
    );

    let office = older();
    let vault = unlock(&office.path, with(&office, later()), false).unwrap();
    assert_eq!(kept(&office.path).len(), 1);
    let turned = vault
        .keys_rotate(&c::KeysRotateReq {
            reason: "A laptop was lost".to_owned(),
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap();
    assert!(
        kept(&office.path).is_empty(),
        "the old key opens nothing here"
    );
    sound(&turned.vault);
}

#[test]
fn a_recovery_key_opens_an_older_vault_too() {
    let bench = Bench::new();
    bench.customer("Ada Byron", "GB");
    let turned = bench
        .vault
        .recovery_make(&c::RecoveryMakeReq {
            instead: true,
            split: None,
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap();
    let key = turned.sheets[0].groups().join(" ");
    turned.vault.close().unwrap();
    drop(turned.vault);
    let office = bench.leave();
    let fresh = "granite meadow violin harbour pepper oath";
    let vault = OpenVault::recover(
        &office.path,
        &key.into(),
        "staff-1",
        &fresh.to_owned().into(),
        with(&office, later()),
        &Unwatched,
    )
    .unwrap();
    assert!(vault.check(&Unwatched).unwrap().ok);
    assert_eq!(names(&vault), ["Ada Byron"]);
}

/// Changes the copy before it is read back, as a disk that keeps something else than what it was given.
struct Forgetful<'a> {
    vault: &'a Path,
    key: String,
    done: Mutex<bool>,
}

impl Watch for Forgetful<'_> {
    fn step(&self, phase: &str, _: u64, _: Option<u64>, _: &str) {
        let mut done = self.done.lock().unwrap();
        if phase == "Comparing the copy with the vault" && !*done {
            *done = true;
            let copies = kept(self.vault);
            assert_eq!(copies.len(), 1, "{copies:?}");
            let sql = database(&copies[0], &self.key);
            let changed = sql.execute("UPDATE customer SET name = 'Somebody else'", []);
            assert_eq!(changed.unwrap(), 3);
        }
    }

    fn cancelled(&self) -> bool {
        false
    }
}

#[test]
fn a_copy_that_is_read_back_as_something_else_ends_the_update_before_it_begins() {
    let office = older();
    let forgetful = Forgetful {
        vault: &office.path,
        key: key_of(&office.path),
        done: Mutex::default(),
    };
    let opened = OpenVault::unlock_for(
        &office.path,
        Some("staff-1"),
        &PASSPHRASE.to_owned().into(),
        with(&office, later()),
        false,
        &forgetful,
    );
    tells(
        &said(opened),
        "E-BACKUP-DIFFERS",
        &[
            "is not what the vault is",
            "the vault was not changed",
            "Check the disk, then unlock it again",
        ],
    );
    assert_eq!(number(&office.path, "PRAGMA user_version"), 1);
    assert!(kept(&office.path).is_empty(), "it was not kept");
    sound(&unlock(&office.path, with(&office, later()), false).unwrap());
}
