//! Messages of the catalogue (security, section 5) that no other test meets: each is provoked, names what it is about, and changes nothing.

use crate::bench::{Bench, Office, PASSPHRASE, said, tells, unlock};
use contract::{self as c, Class, Empty};
use desk::{Desk, NoListener, OpenVault, ScriptedPicker, Source, Table, Unwatched};
use std::{fs, path::Path};

fn refused(office: &Office) -> (String, Class, String) {
    match office.open("staff-1", PASSPHRASE) {
        Ok(_) => panic!("it opens"),
        Err(error) => (error.0.code.clone(), error.0.class, error.0.message.clone()),
    }
}

fn databases(office: &Office) -> Vec<std::path::PathBuf> {
    let mut found: Vec<_> = fs::read_dir(office.path.join("db"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

#[test]
fn a_database_that_is_gone_empty_in_clear_or_noise_is_named_and_never_made_anew() {
    let bench = Bench::new();
    bench.vault.close().unwrap();
    let office = bench.leave();
    let file = office.path.join("db/g000001.db");
    let whole = fs::read(&file).unwrap();
    type Harm<'a> = (&'a str, &'a dyn Fn(&Path), &'a str, Class);
    let cases: [Harm<'_>; 4] = [
        (
            "gone",
            &|file| fs::remove_file(file).unwrap(),
            "V-13",
            Class::Damaged,
        ),
        (
            "empty",
            &|file| fs::write(file, b"").unwrap(),
            "V-13",
            Class::Damaged,
        ),
        (
            "in clear",
            &|file| {
                fs::remove_file(file).unwrap();
                let plain = rusqlite::Connection::open(file).unwrap();
                plain
                    .execute_batch("CREATE TABLE customer (ref TEXT)")
                    .unwrap();
            },
            "V-14",
            Class::Refused,
        ),
        (
            "noise",
            &|file| fs::write(file, vec![0x5au8; 40_960]).unwrap(),
            "V-12",
            Class::Damaged,
        ),
    ];
    for (what, harm, code, class) in cases {
        harm(&file);
        let before = (databases(&office), fs::read(&file).ok());
        let (found, of, message) = refused(&office);
        assert_eq!((found.as_str(), of), (code, class), "{what}: {message}");
        assert!(
            !message.contains("create") && !message.contains("new database"),
            "no way out that destroys: {message}"
        );
        assert_eq!(
            (databases(&office), fs::read(&file).ok()),
            before,
            "{what}: nothing was made or changed"
        );
        fs::write(&file, &whole).unwrap();
    }
    assert!(
        office.open("staff-1", PASSPHRASE).is_ok(),
        "put back, it opens"
    );
}

#[test]
fn a_vault_that_two_computers_could_write_is_opened_for_reading_only() {
    let bench = Bench::new();
    bench.vault.close().unwrap();
    let office = bench.leave();
    let synced = office.path.with_file_name("OneDrive - Acme");
    fs::create_dir(&synced).unwrap();
    let there = synced.join("A.cipdesk");
    fs::rename(&office.path, &there).unwrap();
    let open = |reading| {
        desk::OpenVault::unlock_for(
            &there,
            None,
            &PASSPHRASE.to_owned().into(),
            office.surroundings(),
            reading,
            &Unwatched,
        )
    };
    let error = open(false).err().expect("it is not written there").0;
    assert_eq!((error.code.as_str(), error.class), ("V-23", Class::Refused));
    assert!(error.message.contains("OneDrive"), "{}", error.message);
    assert!(open(true).is_ok(), "it can be read where it lies");
    fs::rename(&there, &office.path).unwrap();
    assert!(office.open("staff-1", PASSPHRASE).is_ok());
}

#[test]
fn a_backup_is_checked_before_it_is_one_and_a_damaged_vault_can_still_be_copied() {
    let bench = Bench::new();
    let customer = bench.customer("Ada Byron", "GB");
    let paper = bench.file("paper.txt", b"A page of a passport");
    let document = bench
        .vault
        .document_add(&customer, "other", Source::File(paper), &Unwatched)
        .unwrap();
    let copy = |name: &str| {
        let to = bench.folder.path().join(name);
        bench.vault.backup(&to, &Unwatched).map(|_| to)
    };
    let elsewhere = |path: &Path| {
        let mut around = bench.surroundings();
        around.state = None;
        let opened = OpenVault::unlock(path, None, &PASSPHRASE.to_owned().into(), around).unwrap();
        opened.check(&Unwatched).unwrap().problems
    };
    let whole = copy("Whole.cipdesk").unwrap();
    assert!(elsewhere(&whole).is_empty(), "it opens on another computer");

    let file = format!("documents/{}/{}.age", &document.id[..2], document.id);
    fs::remove_file(bench.folder.path().join("A.cipdesk").join(file)).unwrap();
    assert_eq!(bench.vault.check(&Unwatched).unwrap().problems.len(), 1);
    let damaged = copy("Damaged.cipdesk").unwrap();
    let left = elsewhere(&damaged);
    assert_eq!(left.len(), 1, "what is whole is in the copy: {left:?}");
    assert_eq!(left[0].code, "V-25");
    assert!(copy("Whole.cipdesk").is_err(), "nothing is written over");
    let litter: Vec<_> = fs::read_dir(bench.folder.path())
        .unwrap()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(".cipdesk-"))
        .collect();
    assert!(litter.is_empty(), "{litter:?}");
}

#[test]
fn too_many_files_too_long_a_draft_and_settings_that_cannot_be_are_refused() {
    let bench = Bench::new();
    let customer = bench.customer("Ada Byron", "GB");
    bench.vault.close().unwrap();
    let office = bench.leave();
    let chosen = vec![("vault-open".to_owned(), office.path.clone())];
    let desk = Desk::new(
        office.surroundings(),
        Box::new(ScriptedPicker(chosen)),
        Box::new(NoListener),
    );
    for (minutes, theme, density, paper, keep_backups, hidden) in [
        (0, "dark", "normal", "a4", 0, 0),
        (31, "dark", "normal", "a4", 0, 0),
        (5, "pink", "normal", "a4", 0, 0),
        (5, "dark", "loose", "a4", 0, 0),
        (5, "dark", "normal", "foolscap", 0, 0),
        (5, "dark", "normal", "a4", 100, 0),
        (5, "dark", "normal", "a4", 0, 101),
    ] {
        let error = desk
            .settings_save(c::SettingsReq {
                idle_minutes: minutes,
                theme: theme.to_owned(),
                density: density.to_owned(),
                paper: paper.to_owned(),
                lock_minimised: true,
                keep_backups,
                hidden_columns: vec!["customers.country".to_owned(); hidden],
            })
            .unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.class),
            ("U-13", Class::BadInput)
        );
    }
    let state = desk.app_state(Empty {}).unwrap();
    assert_eq!(
        (
            state.idle_minutes,
            state.theme.as_str(),
            state.lock_minimised
        ),
        (5, "system", false),
        "nothing of it was kept"
    );

    let card = desk.vault_pick(Empty {}).unwrap().unwrap();
    unlock(&desk, &card.id);
    let many = (0..101)
        .map(|n| office.path.join(format!("{n}.pdf")))
        .collect();
    let dropped = desk.dropped(many).unwrap();
    let error = desk
        .document_attach(
            c::DocumentAttachReq {
                subject: customer,
                r#type: "other".to_owned(),
                replaces: None,
                handle: Some(dropped.handle),
            },
            &Unwatched,
        )
        .unwrap_err();
    assert_eq!((error.code.as_str(), error.class), ("A-13", Class::Limit));
    let long = c::DraftSaveReq {
        key: "customer:new".to_owned(),
        body: "x".repeat(256 * 1024 + 1),
    };
    let error = desk.draft_save(long).unwrap_err();
    assert_eq!((error.code.as_str(), error.class), ("U-02", Class::Limit));
    desk.lock();
}

#[test]
fn a_table_whose_columns_do_not_say_what_they_are_is_not_guessed_at() {
    let bench = Bench::new();
    let twice = bench.file("twice.csv", b"name,Country,country\nAda,GB,FR\n");
    let error = Table::read_sheet(&twice, None).err().unwrap().0;
    assert_eq!(error.code, "L-03");
    assert!(error.message.contains("country"), "{}", error.message);
    let nameless = bench.file("nameless.csv", b"country,remark\nGB,x\n");
    let table = Table::read_sheet(&nameless, None).unwrap();
    let import = bench
        .vault
        .import(&table, &table.guess(), false, false, &Unwatched);
    let (code, message) = said(import);
    assert_eq!(code, "L-03");
    assert!(message.contains("nameless.csv line 1"), "{message}");
}

/// A request of the table, as the page sends it.
fn req<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[test]
fn what_is_open_no_longer_is_asked_for_again_and_what_is_no_choice_is_told_the_choices() {
    let bench = Bench::new();
    bench.vault.close().unwrap();
    let office = bench.leave();
    let chosen = vec![("vault-open".to_owned(), office.path.clone())];
    let desk = Desk::new(
        office.surroundings(),
        Box::new(ScriptedPicker(chosen)),
        Box::new(NoListener),
    );
    let card = desk.vault_pick(Empty {}).unwrap().unwrap();
    desk.vault_unlock(
        req(serde_json::json!({
            "vault": card.id, "label": null, "passphrase": PASSPHRASE, "reading": false
        })),
        &Unwatched,
    )
    .unwrap();
    let gone = "0123456789abcdef";
    let told = [
        desk.import_run(
            req(serde_json::json!({"handle": gone, "mapping": [], "skip_bad_rows": false, "save_as": null})),
            &Unwatched,
        )
        .map(drop),
        desk.pack_adopt(req(serde_json::json!({"handle": gone, "reason": "New rules", "clocks": []})))
            .map(drop),
        desk.document_attach(
            req(serde_json::json!({"subject": "C-000001", "type": "other", "replaces": null, "handle": gone})),
            &Unwatched,
        )
        .map(drop),
        desk.bundle_receive(
            req(serde_json::json!({"handle": gone, "into": "C-000001", "why": null})),
            &Unwatched,
        )
        .map(drop),
        desk.recovery_sheet_save(c::RecoverySheetReq { part: 1 }).map(drop),
        desk.view_save(req(serde_json::json!({"list": "nothing", "name": "Mine", "query": ""})))
            .map(drop),
        desk.guide(req(serde_json::json!({"screen": "nowhere"}))).map(drop),
        desk.audit_sample(req(serde_json::json!({"seed": null, "size": 501}))).map(drop),
        desk.signer_save(req(serde_json::json!({
            "key": "SHA256:x", "label": null, "principal": null, "act": "believe", "how": null
        })))
        .map(drop),
        desk.hold_place(req(serde_json::json!({
            "scope": [], "reason": " ", "authority": "", "placed_on": null
        })))
        .map(drop),
        desk.retention_keep(req(serde_json::json!({
            "customer": "C-000001", "reason": "", "review_on": "2030-01-01"
        })))
        .map(drop),
        desk.disposal_approve(req(serde_json::json!({
            "customers": [], "approver": null, "passphrase": null, "override_reason": null
        })))
        .map(drop),
    ]
    .map(|told| told.unwrap_err().code);
    assert_eq!(
        told,
        [
            "E-IMPORT-GONE",
            "E-PACK-GONE",
            "E-DROP-GONE",
            "E-BUNDLE-HANDLE",
            "E-SHEET-GONE",
            "E-LIST-NONE",
            "E-GUIDE-SCREEN",
            "E-SAMPLE-SIZE",
            "E-SIGNER-ACT",
            "E-HOLD-REASON",
            "E-RETENTION-REASON",
            "E-DISPOSAL-EMPTY",
        ]
    );
    let entries = desk.status(Empty {}).unwrap().entries;
    desk.lock();
    let again = office.open("staff-1", PASSPHRASE).unwrap();
    assert_eq!(
        again.summary().unwrap().journal_entries,
        u64::from(entries),
        "nothing was recorded"
    );
}

#[test]
fn a_vault_of_nobody_or_of_an_unknown_role_is_not_made_and_an_own_key_is_no_partners() {
    let bench = Bench::new();
    let code = |role: &str, org: &str| {
        let new = desk::NewVault {
            org: org.to_owned(),
            role: role.to_owned(),
            zone: "UTC".to_owned(),
            staff: "Ana Lima".to_owned(),
            label: "staff-1".to_owned(),
            passphrase: PASSPHRASE.to_owned().into(),
            demo: false,
            drill: None,
        };
        let path = bench.folder.path().join("B.cipdesk");
        let made = OpenVault::create(&path, new, bench.surroundings());
        assert!(!path.exists(), "nothing is left");
        said(made).0
    };
    assert_eq!(code("agency", "Beta LLC"), "E-VAULT-ROLE");
    assert_eq!(code("provider", "  "), "E-VAULT-NAMES");

    bench.vault.close().unwrap();
    let office = bench.leave();
    let unlocked = vault::unlock(&office.path, None, &PASSPHRASE.to_owned().into()).unwrap();
    let own = unlocked
        .approval_key("staff-1", &PASSPHRASE.to_owned().into())
        .unwrap()
        .public_openssh();
    drop(unlocked);
    let open = office.open("staff-1", PASSPHRASE).unwrap();
    let (code, sentence) = said(open.signer_save(&req(serde_json::json!({
        "key": own, "label": "Kim", "principal": "kim@acme.example", "act": "trust", "how": "By telephone"
    }))));
    assert_eq!(code, "E-SIGNER-OWN", "{sentence}");
}

#[test]
fn a_checkpoint_that_is_gone_is_missed_on_the_computer_that_saw_it_signed() {
    let bench = Bench::new();
    bench.customer("Ada Byron", "GB");
    bench.vault.close().unwrap();
    let office = bench.leave();
    let codes = || -> Vec<String> {
        let vault = office.open("staff-1", PASSPHRASE).unwrap();
        let problems = vault.check(&Unwatched).unwrap().problems;
        problems.into_iter().map(|problem| problem.code).collect()
    };
    assert!(codes().is_empty());
    let key = crate::damage::key_of(&office.path);
    let sql = crate::damage::database(&office.path, &key);
    assert_eq!(sql.execute("DELETE FROM checkpoint", []).unwrap(), 1);
    drop(sql);
    assert_eq!(codes(), ["E-CHECKPOINT-GONE"]);
}

#[test]
fn a_place_that_takes_or_gives_no_file_is_named_and_nothing_is_left_there() {
    let bench = Bench::new();
    let export = |to: &Path| {
        let to = to.to_owned();
        bench.refused(move |bench| bench.vault.journal_export(&to, false, &Unwatched))
    };
    let file = bench.file("notes.txt", b"A file where a folder is meant");
    let told = export(&file.join("journal.jsonl"));
    tells(&told, "E-FILE-MISSING", &["Check its name and place"]);
    // Nobody may make a file there, whoever runs this.
    #[cfg(target_os = "linux")]
    tells(
        &export(Path::new("/sys/journal.jsonl")),
        "E-FILE-PERMISSION",
        &["may not be read or written", "Check its permissions"],
    );
}
