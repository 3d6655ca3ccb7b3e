//! Everything handed out in files, and a vault made of them again.

use crate::bench::{ALONE, Bench, PASSPHRASE};
use contract::{Class, Empty};
use desk::{Desk, NoListener, OpenVault, ScriptedPicker, Source, Unwatched, whole::TakeIn};
use serde_json::Value;
use std::{fs, path::Path};

const OTHER: &str = "marble ferry cobalt thistle anchor dune";

/// A vault in which most kinds of record stand: customers, a disposal of access records' import, filings, a request by file, documents.
fn worked_in() -> Bench {
    let bench = Bench::new();
    for name in ["Ada Byron", "Jürgen Müller", "Zoë Weiß"] {
        bench.customer(name, "GB");
    }
    let reseller = bench.reseller("Lion City");
    let filing = bench
        .request("2026-03-02", &[&reseller])
        .unwrap()
        .filing
        .unwrap();
    bench.seal(&filing, Some(ALONE)).unwrap();
    let log = bench.file(
        "log.csv",
        b"account,time,ip,action,event_id\nacct-1,2026-03-01T08:00:00Z,203.0.113.7,login,e1\nacct-1,2026-03-01T09:00:00Z,2001:db8::1,login,\nacct-2,2026-03-01T09:00:00Z,,deploy,6f1c2a9e-1111-4222-8333-444455556666\n",
    );
    bench
        .vault
        .access_import(&log, desk::AccessHow::default(), &Unwatched)
        .unwrap();
    let paper = bench.file("paper.txt", b"A page of a passport");
    bench
        .vault
        .document_add("C-000002", "other", Source::File(paper), &Unwatched)
        .unwrap();
    crate::received::deed(&bench, "C-000001", 0);
    crate::intake::deed(&bench, &reseller, 0);
    crate::casework::computed(&bench, 1);
    for what in [0, 3, 5, 6] {
        crate::handling::deed(&bench, "C-000001", what);
    }
    bench
}

fn export(bench: &Bench, vault: &OpenVault, name: &str) -> std::path::PathBuf {
    let to = bench.folder.path().join(name);
    vault.export_whole(&to, &Unwatched).unwrap();
    to
}

fn take_in(
    bench: &Bench,
    from: &Path,
    name: &str,
    label: Option<&str>,
) -> Result<OpenVault, desk::Error> {
    let how = TakeIn {
        from,
        to: &bench.folder.path().join(name),
        label,
        passphrase: &OTHER.to_owned().into(),
    };
    desk::whole::take_in(&how, bench.surroundings(), &Unwatched).map(|(vault, _)| vault)
}

fn lines(folder: &Path, name: &str) -> Vec<Value> {
    fs::read_to_string(folder.join(name))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn everything_comes_back_as_it_was_documents_and_signatures_too() {
    let bench = worked_in();
    let first = export(&bench, &bench.vault, "first");
    let made = take_in(&bench, &first, "Made.cipdesk", None).unwrap();
    let report = made.check(&Unwatched).unwrap();
    assert!(report.ok, "{:?}", report.problems);
    let second = export(&bench, &made, "second");

    let mut compared = 0;
    for folder in ["source", "records"] {
        for entry in fs::read_dir(first.join(folder)).unwrap().flatten() {
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            let (before, mut after) = (lines(&first, &name), lines(&second, &name));
            match name.as_str() {
                // The act that took it in comes after everything that was there.
                "source/journal.jsonl"
                | "source/body.jsonl"
                | "source/act.jsonl"
                | "source/checkpoint.jsonl" => {
                    assert!(after.len() > before.len(), "{name}");
                    after.truncate(before.len());
                }
                // Who took it in has other keys; the old ones stay beside them.
                "records/staff.jsonl" => continue,
                _ => {}
            }
            compared += before.len();
            assert_eq!(after, before, "{name}");
        }
    }
    assert!(compared > 100, "{compared} lines are a vault");
    let documents = |folder: &Path| {
        let mut found: Vec<_> = fs::read_dir(folder.join("documents"))
            .unwrap()
            .flatten()
            .map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap()))
            .collect();
        found.sort();
        found
    };
    assert!(documents(&first).len() >= 3);
    assert_eq!(documents(&first), documents(&second));
    assert!(
        documents(&first)
            .iter()
            .any(|(_, bytes)| bytes == b"A page of a passport"),
        "as they were attached"
    );

    // The new vault opens with its own passphrase alone, and work goes on.
    made.close().unwrap();
    drop(made);
    let open = |passphrase: &str| {
        OpenVault::unlock(
            &bench.folder.path().join("Made.cipdesk"),
            None,
            &passphrase.to_owned().into(),
            bench.surroundings(),
        )
    };
    assert_eq!(open(PASSPHRASE).err().unwrap().0.code, "V-04");
    bench.now("2026-03-02T18:00:00Z");
    let again = open(OTHER).unwrap();
    let said = again
        .timeline(&contract::TimelineReq {
            subject: None,
            group: None,
            search: Some("full export".to_owned()),
            offset: 0,
            limit: 10,
        })
        .unwrap();
    assert_eq!(said.total, 1, "the journal says how it came about");
    assert!(again.check(&Unwatched).unwrap().ok);
}

#[test]
fn an_export_in_clear_never_lies_inside_the_vault() {
    let bench = Bench::new();
    let inside = bench.folder.path().join("A.cipdesk/export");
    let error = bench.vault.export_whole(&inside, &Unwatched).err().unwrap();
    assert_eq!(error.0.code, "E-WHOLE-INSIDE");
    assert!(!inside.exists());
}

#[test]
fn an_export_that_was_changed_or_cut_makes_no_vault() {
    let bench = worked_in();
    let export = export(&bench, &bench.vault, "export");
    let refused = |what: &str| {
        let error = take_in(&bench, &export, "Made.cipdesk", None)
            .err()
            .unwrap();
        assert_eq!(error.0.class, Class::Damaged, "{what}: {}", error.0.message);
        assert!(
            !bench.folder.path().join("Made.cipdesk").exists(),
            "{what}: nothing is left"
        );
        error.0
    };
    let changed = |name: &str, change: &dyn Fn(String) -> String| {
        let path = export.join(name);
        let whole = fs::read_to_string(&path).unwrap();
        let other = change(whole.clone());
        assert_ne!(whole, other, "{name} was changed");
        fs::write(&path, other).unwrap();
        let failure = refused(name);
        fs::write(&path, whole).unwrap();
        failure
    };
    changed("source/body.jsonl", &|text| {
        text.replace("Byron", "Lovelace")
    });
    changed("source/journal.jsonl", &|text| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines.pop();
        lines.join("\n")
    });
    changed("source/access_record.jsonl", &|text| {
        text.lines().skip(1).collect::<Vec<_>>().join("\n")
    });
    changed("source/document_key.jsonl", &|text| {
        text.replace("\"identity\"", "\"identities\"")
    });
    let failure = changed("source/act.jsonl", &|text| format!("{text}{{\"id\":1}}\n"));
    assert_eq!(failure.code, "E-WHOLE-DAMAGED");
    let message = failure.message;
    assert!(message.contains("source/act.jsonl, line"), "{message}");
    let document = fs::read_dir(export.join("documents"))
        .unwrap()
        .flatten()
        .next()
        .unwrap()
        .path();
    let whole = fs::read(&document).unwrap();
    fs::write(&document, b"another page").unwrap();
    refused("a document");
    fs::write(&document, whole).unwrap();
    fs::remove_file(export.join("export.json")).unwrap();
    assert_eq!(
        take_in(&bench, &export, "Made.cipdesk", None)
            .err()
            .unwrap()
            .0
            .code,
        "E-WHOLE-NONE"
    );
}

#[test]
fn who_takes_an_export_in_is_a_member_and_the_others_are_gone_until_they_are_added_again() {
    let bench = Bench::new();
    bench.customer("Ada Byron", "GB");
    let two = bench
        .vault
        .member_add(&contract::MemberAddReq {
            name: "Ben Okoro".to_owned(),
            label: Some("staff-2".to_owned()),
            roles: vec!["compliance_officer".to_owned()],
            new_passphrase: OTHER.to_owned(),
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap()
        .vault;
    let export = export(&bench, &two, "export");
    let code = |label| {
        take_in(&bench, &export, "Made.cipdesk", label)
            .err()
            .unwrap()
            .0
            .code
            .clone()
    };
    assert_eq!(code(None), "E-VAULT-MEMBER");
    assert_eq!(code(Some("staff-3")), "E-VAULT-MEMBER");
    let made = take_in(&bench, &export, "Made.cipdesk", Some("staff-2")).unwrap();
    let people = made.people().unwrap();
    let active: Vec<&str> = people
        .members
        .iter()
        .filter(|member| member.until.is_none())
        .map(|member| member.label.as_str())
        .collect();
    assert_eq!(active, ["staff-2"]);
    assert!(made.check(&Unwatched).unwrap().ok, "old signatures hold");
    made.member_add(&contract::MemberAddReq {
        name: "Ana Lima".to_owned(),
        label: None,
        roles: vec!["analyst".to_owned()],
        new_passphrase: PASSPHRASE.to_owned(),
        passphrase: OTHER.to_owned(),
    })
    .unwrap();
}

#[test]
fn the_window_makes_a_vault_of_an_export_before_anything_is_unlocked() {
    let bench = worked_in();
    let entries = bench.vault.summary().unwrap().journal_entries;
    let export = export(&bench, &bench.vault, "export");
    let changed = bench.folder.path().join("changed");
    std::process::Command::new("cp")
        .arg("-r")
        .args([&export, &changed])
        .status()
        .unwrap();
    fs::write(changed.join("source/act.jsonl"), "{}\n").unwrap();
    let none = bench.folder.path().join("none");
    fs::create_dir(&none).unwrap();
    let to = bench.folder.path().join("Made");
    bench.vault.close().unwrap();
    let office = bench.leave();
    let desk = |from: &Path| {
        Desk::new(
            office.surroundings(),
            Box::new(ScriptedPicker(vec![
                ("whole-from".to_owned(), from.to_owned()),
                ("whole-to".to_owned(), to.clone()),
            ])),
            Box::new(NoListener),
        )
    };
    assert_eq!(
        desk(&none).export_pick(Empty {}).unwrap_err().code,
        "E-WHOLE-NONE"
    );
    let ask = |desk: &Desk, passphrase: &str| {
        let card = desk.export_pick(Empty {}).unwrap().unwrap();
        let req = contract::VaultImportReq {
            export: card.id.clone(),
            label: None,
            passphrase: passphrase.to_owned(),
        };
        (card, desk.vault_import(req, &Unwatched))
    };
    let made = to.with_extension("cipdesk");
    let refused = |from: &Path, passphrase: &str| ask(&desk(from), passphrase).1.unwrap_err().code;
    assert_eq!(refused(&changed, OTHER), "E-WHOLE-DAMAGED");
    assert_eq!(refused(&export, "too short"), "V-27");
    assert!(!made.exists(), "nothing is left of what was refused");

    let desk = desk(&export);
    let (card, created) = ask(&desk, OTHER);
    assert_eq!(
        (card.organisation.as_str(), u64::from(card.entries)),
        ("Acme Cloud LLC", entries)
    );
    assert!(!card.id.contains('/') && card.documents >= 3);
    let created = created.unwrap().unwrap();
    assert!(created.recovery_groups.len() > 10 && created.sheet.len() > 5);
    assert!(made.exists(), "its folder ends as a vault's does");
    assert!(!desk.is_open(), "importing opens nothing");
    desk.vault_unlock(
        contract::VaultUnlockReq {
            vault: created.vault.id,
            label: None,
            passphrase: OTHER.to_owned(),
            reading: false,
        },
        &Unwatched,
    )
    .unwrap();
    assert!(desk.vault_check(Empty {}, &Unwatched).unwrap().ok);
}
