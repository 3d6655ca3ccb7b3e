//! Several staff in one vault: joining, roles, leaving, four eyes, and a passphrase that is lost.

use crate::bench::{ALONE, Bench, Office, PASSPHRASE};
use contract as c;
use contract::Class;
use desk::{Error, OpenVault, Surroundings, Turned, Unwatched};
use std::fs;

pub(crate) const BENS: &str = "marble ferry cobalt thistle anchor dune";
const ROLES: [&str; 5] = [
    "analyst",
    "compliance_officer",
    "programme_manager",
    "investigator",
    "administrator",
];

pub(crate) fn adding(name: &str, roles: &[&str], passphrase: &str) -> c::MemberAddReq {
    c::MemberAddReq {
        name: name.to_owned(),
        label: None,
        roles: roles.iter().map(ToString::to_string).collect(),
        new_passphrase: passphrase.to_owned(),
        passphrase: PASSPHRASE.to_owned(),
    }
}

fn code<T>(result: Result<T, Error>) -> (String, Class) {
    match result {
        Ok(_) => panic!("was done"),
        Err(error) => (error.0.code.clone(), error.0.class),
    }
}

fn refused(code: &str) -> (String, Class) {
    (code.to_owned(), Class::Refused)
}

fn closed(turned: Result<Turned, Error>) {
    turned.unwrap().vault.close().unwrap();
}

/// Ana with everything, and Ben with these roles; both closed.
pub(crate) fn with_ben(roles: &[&str]) -> Office {
    let bench = Bench::new();
    closed(bench.vault.member_add(&adding("Ben Okoro", roles, BENS)));
    bench.leave()
}

#[test]
fn a_member_who_joins_unlocks_with_an_own_passphrase_and_signs_with_an_own_key() {
    let office = with_ben(&["analyst"]);
    assert_eq!(
        code(office.open("staff-2", PASSPHRASE)).0,
        "V-04",
        "each has an own passphrase"
    );
    office.now("2026-03-02T17:00:10Z");
    let ben = office.open("staff-2", BENS).unwrap();
    ben.customer_create(&c::CustomerCreateReq {
        kind: c::PartyKind::Individual,
        name: "Aino Virtanen".to_owned(),
        name_original: None,
        country: Some("FI".to_owned()),
        external_id: None,
    })
    .unwrap();
    let people = ben.people().unwrap();
    assert_eq!(
        people
            .members
            .iter()
            .map(|member| (member.label.as_str(), member.name.as_str(), member.me))
            .collect::<Vec<_>>(),
        [
            ("staff-1", "Ana Lima", false),
            ("staff-2", "Ben Okoro", true)
        ]
    );
    let report = ben.check(&Unwatched).unwrap();
    assert!(
        report.ok,
        "both members' entries and checkpoints verify: {:?}",
        report.problems
    );
    ben.close().unwrap();
    drop(ben);
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    assert!(ana.check(&Unwatched).unwrap().ok);
    assert_eq!(people.next_label, "staff-3");
}

#[test]
fn no_name_of_a_member_stands_in_the_folder() {
    let office = with_ben(&["analyst"]);
    let mut files = vec![office.path.clone()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else {
            let bytes = fs::read(&path).unwrap();
            for name in ["Okoro", "Lima", BENS] {
                assert!(
                    !bytes
                        .windows(name.len())
                        .any(|window| window == name.as_bytes()),
                    "{name} in {}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn who_is_revoked_opens_nothing_that_comes_and_a_copy_from_before_still_opens() {
    let office = with_ben(&["analyst"]);
    let before = office.path.with_file_name("before.cipdesk");
    crate::locking::copy(&office.path, &before);
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    let turned = ana
        .member_revoke(&c::MemberRevokeReq {
            label: "staff-2".to_owned(),
            reason: "Left the firm".to_owned(),
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap();
    drop(ana);
    let people = turned.vault.people().unwrap();
    assert_eq!(people.generation, 3);
    assert_eq!(
        people.members[1].until.as_deref(),
        Some("2026-03-02"),
        "what Ben did stays under his name"
    );
    assert!(
        people
            .revoking_leaves
            .iter()
            .any(|line| line.contains("still opens with the old passphrase"))
    );
    assert!(turned.vault.check(&Unwatched).unwrap().ok);
    turned.vault.close().unwrap();
    drop(turned);
    assert_eq!(code(office.open("staff-2", BENS)).0, "E-VAULT-MEMBER");
    // Ben's own identity opens no vault key any more, even with his files put back.
    for file in fs::read_dir(before.join("keyring/g000002")).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_name().unwrap();
        if name.to_string_lossy().starts_with("identity-") {
            fs::copy(&file, office.path.join("keyring/g000003").join(name)).unwrap();
        }
    }
    assert_eq!(code(office.open("staff-2", BENS)).0, "E-VAULT-MEMBER");
    assert!(
        !office.path.join("db/g000002.db").exists(),
        "the database under the old key is gone"
    );
    assert!(!office.path.join("keyring/g000002/vault-key.age").exists());
    // What revoking cannot undo.
    let copy = OpenVault::unlock(
        &before,
        Some("staff-2"),
        &BENS.to_owned().into(),
        Surroundings {
            state: None,
            ..office.surroundings()
        },
    );
    assert!(copy.is_ok(), "a copy from before opens: the dialog says so");
    assert!(office.open("staff-1", PASSPHRASE).is_ok());
}

#[test]
fn a_forgotten_passphrase_is_replaced_by_new_keys_and_old_entries_stay_verifiable() {
    let office = with_ben(&["analyst"]);
    let ben = office.open("staff-2", BENS).unwrap();
    ben.customer_create(&c::CustomerCreateReq {
        kind: c::PartyKind::Individual,
        name: "Aino Virtanen".to_owned(),
        name_original: None,
        country: Some("FI".to_owned()),
        external_id: None,
    })
    .unwrap();
    ben.close().unwrap();
    drop(ben);
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    let new = "granite meadow violin harbour pepper oath";
    let turned = ana
        .member_enrol(&c::MemberEnrolReq {
            label: "staff-2".to_owned(),
            new_passphrase: new.to_owned(),
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap();
    drop(ana);
    turned.vault.close().unwrap();
    drop(turned);
    assert_eq!(code(office.open("staff-2", BENS)).0, "V-04");
    office.now("2026-03-02T17:01:00Z");
    let ben = office.open("staff-2", new).unwrap();
    assert!(
        ben.check(&Unwatched).unwrap().ok,
        "what was signed with the keys from before verifies"
    );
    let people = ben.people().unwrap();
    assert_eq!(
        (
            people.members[1].name.as_str(),
            people.members[1].enrolled_again
        ),
        ("Ben Okoro", 1)
    );
}

#[test]
fn the_recovery_key_gives_a_member_new_keys_and_an_old_sheet_opens_nothing_after_it_was_replaced() {
    let bench = Bench::new();
    let turned = bench
        .vault
        .recovery_make(&c::RecoveryMakeReq {
            instead: false,
            split: None,
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap();
    let typed = turned.sheets[0].groups().join(" ").to_lowercase();
    turned.vault.recovery_test(&typed).unwrap();
    assert_eq!(
        turned.vault.people().unwrap().recovery_keys,
        2,
        "the founder's stays beside it"
    );
    let third = turned.vault.recovery_make(&c::RecoveryMakeReq {
        instead: false,
        split: None,
        passphrase: PASSPHRASE.to_owned(),
    });
    let full = third.map(drop).unwrap_err().0;
    assert_eq!(
        (full.code.as_str(), full.class),
        ("E-VAULT-FULL", Class::Limit)
    );
    assert!(
        full.message.contains("has 2 recovery keys") && full.message.contains("replace one first"),
        "{}",
        full.message
    );
    turned.vault.close().unwrap();
    drop(turned.vault);
    let office = bench.leave();
    let new = "granite meadow violin harbour pepper oath";
    let recover = |typed: &str, passphrase: &str| {
        OpenVault::recover(
            &office.path,
            &typed.to_owned().into(),
            "staff-1",
            &passphrase.to_owned().into(),
            office.surroundings(),
            &Unwatched,
        )
    };
    assert_eq!(
        code(recover("", new)).0,
        "V-06",
        "with neither there is nothing to be done"
    );
    let mistyped = typed.replace('e', "f");
    assert_eq!(
        code(recover(&mistyped, new)),
        ("V-28".to_owned(), Class::Locked)
    );
    assert_eq!(code(recover(&typed, "short")).0, "V-27");
    let back = recover(&typed, new).unwrap();
    assert!(
        back.check(&Unwatched).unwrap().ok,
        "the entry is signed by the new key, which the journal names"
    );
    let turned = back
        .recovery_make(&c::RecoveryMakeReq {
            instead: true,
            split: None,
            passphrase: new.to_owned(),
        })
        .unwrap();
    drop(back);
    assert_eq!(turned.vault.people().unwrap().recovery_keys, 1);
    turned.vault.close().unwrap();
    drop(turned.vault);
    assert_eq!(
        code(recover(&typed, new)),
        ("V-28".to_owned(), Class::Locked),
        "the old sheet"
    );
    assert_eq!(
        code(office.open("staff-1", PASSPHRASE)).0,
        "V-04",
        "the forgotten passphrase"
    );
    office.now("2026-03-02T17:02:00Z");
    assert!(office.open("staff-1", new).is_ok());
}

#[test]
fn a_recovery_key_in_parts_opens_with_enough_of_them_and_says_which_is_wrong() {
    let bench = Bench::new();
    let make = |needed, of| {
        bench.vault.recovery_make(&c::RecoveryMakeReq {
            instead: true,
            split: Some(c::RecoverySplit { needed, of }),
            passphrase: PASSPHRASE.to_owned(),
        })
    };
    for (needed, of) in [(1, 3), (4, 3), (2, 9)] {
        assert_eq!(
            code(make(needed, of)).0,
            "E-VAULT-SPLIT",
            "{needed} of {of}"
        );
    }
    let turned = make(2, 3).unwrap();
    let parts: Vec<String> = turned
        .sheets
        .iter()
        .map(|sheet| sheet.groups().join(" ").to_lowercase())
        .collect();
    assert_eq!(parts.len(), 3);
    let told = |typed: &str| {
        let error = turned.vault.recovery_test(typed).unwrap_err();
        (error.0.code.clone(), error.to_string())
    };
    for (one, other) in [(0, 1), (2, 0), (1, 2)] {
        let typed = format!("{}\n{}", parts[one], parts[other]);
        turned.vault.recovery_test(&typed).unwrap();
    }
    let (code_of_one, said) = told(&parts[0]);
    assert_eq!(code_of_one, "V-28");
    assert!(
        said.contains("2 different parts") && said.contains("1 was typed"),
        "{said}"
    );
    let wrong = parts[1].replace('q', "p");
    let (code_of_typo, said) = told(&format!("{} {wrong}", parts[0]));
    assert_eq!(code_of_typo, "V-28");
    assert!(said.contains("Part 2, as typed"), "{said}");
    let told = turned.vault.timeline(&c::TimelineReq {
        subject: None,
        group: None,
        search: Some("recovery key".to_owned()),
        offset: 0,
        limit: 1,
    });
    let entry = told.unwrap().items.remove(0);
    assert!(
        entry
            .lines
            .iter()
            .any(|line| line.after.as_deref() == Some("3, any 2 open the vault")),
        "{entry:?}"
    );

    // Another split of another key: parts of both fit nothing.
    let path = bench.folder.path().join("A.cipdesk");
    let again = turned
        .vault
        .recovery_make(&c::RecoveryMakeReq {
            instead: true,
            split: Some(c::RecoverySplit { needed: 2, of: 2 }),
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap();
    let newer = again.sheets[0].key().to_owned();
    let mixed = again.vault.recovery_test(&format!("{} {newer}", parts[0]));
    assert!(
        mixed
            .unwrap_err()
            .to_string()
            .contains("do not belong together")
    );
    assert_eq!(
        code(
            again
                .vault
                .recovery_test(&format!("{} {}", parts[0], parts[1]))
        )
        .0,
        "V-28",
        "the parts of a key that was replaced"
    );
    let both = format!("{newer} {}", again.sheets[1].key());
    again.vault.recovery_test(&both).unwrap();

    // Without this program: what the sheet says, with stock programs.
    let lines = again.sheets[1].lines();
    let from = lines.iter().position(|line| line == "join.py:").unwrap() + 1;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("join.py"), lines[from..].join("\n")).unwrap();
    std::fs::write(
        at("parts.txt"),
        format!("{newer}\n{}\n", again.sheets[1].key().to_lowercase()),
    )
    .unwrap();
    let generation = again.vault.people().unwrap().generation;
    let script = format!(
        "python3 join.py < parts.txt > recovery.txt && age -d -i recovery.txt '{}/keyring/g{generation:06}/vault-key.age'",
        path.display()
    );
    let opened = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&opened.stderr).into_owned();
    assert!(opened.status.success(), "{said}");
    assert!(String::from_utf8_lossy(&opened.stdout).contains("db_key"));
}

#[test]
fn every_single_wrong_letter_of_a_recovery_key_is_noticed() {
    let bench = Bench::new();
    let turned = bench
        .vault
        .recovery_make(&c::RecoveryMakeReq {
            instead: true,
            split: None,
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap();
    let key = turned.sheets[0].key().to_owned();
    turned.vault.recovery_test(&key).unwrap();
    let mut tried = 0;
    for place in "AGE-SECRET-KEY-1".len()..key.len() {
        for letter in "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".chars() {
            let mut wrong: Vec<char> = key.chars().collect();
            if wrong[place] == letter {
                continue;
            }
            wrong[place] = letter;
            let wrong: String = wrong.into_iter().collect();
            assert_eq!(
                code(turned.vault.recovery_test(&wrong)).0,
                "V-28",
                "{place} {letter}"
            );
            tried += 1;
        }
    }
    assert_eq!(
        tried,
        58 * 31,
        "every letter of the alphabet in every place"
    );
    eprintln!("figure T-R2 {tried} wrong letters of a recovery key, each noticed");
}

#[test]
fn the_last_administrator_and_oneself_stay_and_nobody_gets_roles_that_do_not_go_together() {
    let office = with_ben(&["analyst"]);
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    let roles = |label: &str, roles: &[&str]| {
        ana.member_roles(&c::MemberRolesReq {
            label: label.to_owned(),
            roles: roles.iter().map(ToString::to_string).collect(),
            passphrase: PASSPHRASE.to_owned(),
        })
    };
    assert_eq!(
        code(roles("staff-1", &["analyst"])),
        refused("U-10"),
        "nobody would be left who administers"
    );
    assert_eq!(
        code(roles("staff-2", &["auditor", "analyst"])).0,
        "E-MEMBER-ROLE"
    );
    assert_eq!(code(roles("staff-2", &["boss"])).0, "E-MEMBER-ROLE");
    assert_eq!(
        code(roles("staff-2", &["analyst"])).0,
        "E-MEMBER-ROLE",
        "as they are"
    );
    assert_eq!(code(roles("staff-9", &["analyst"])).0, "E-VAULT-MEMBER");
    let revoke = |label: &str, passphrase: &str| {
        ana.member_revoke(&c::MemberRevokeReq {
            label: label.to_owned(),
            reason: "x".to_owned(),
            passphrase: passphrase.to_owned(),
        })
    };
    assert_eq!(
        code(revoke("staff-1", PASSPHRASE)),
        refused("U-10"),
        "oneself"
    );
    assert_eq!(
        code(revoke("staff-2", "wrong")).0,
        "V-04",
        "an open screen changes no members"
    );
    assert_eq!(code(revoke("staff-2", "")).0, "E-APPROVAL-PASSPHRASE");
    let mut again = adding("Another", &["analyst"], BENS);
    again.label = Some("staff-2".to_owned());
    assert_eq!(
        code(ana.member_add(&again)).0,
        "E-VAULT-LABEL",
        "a label is never given twice"
    );
    assert_eq!(
        ana.people().unwrap().generation,
        2,
        "nothing of it happened"
    );
}

#[test]
fn only_an_administrator_changes_members() {
    let office = with_ben(&["compliance_officer", "analyst"]);
    let ben = office.open("staff-2", BENS).unwrap();
    let mut req = adding(
        "Cy",
        &["analyst"],
        "granite meadow violin harbour pepper oath",
    );
    req.passphrase = BENS.to_owned();
    let error = ben.member_add(&req).err().unwrap();
    assert_eq!(
        (error.0.code.as_str(), error.0.class),
        ("U-01", Class::Refused)
    );
    assert!(error.0.message.contains("administrator"), "{error}");
}

/// A new administrator may sign lists, and those who joined before trust what that one signed.
#[test]
fn a_list_signed_by_a_later_administrator_is_trusted_by_those_who_joined_before() {
    let office = with_ben(&ROLES);
    let ben = office.open("staff-2", BENS).unwrap();
    let mut req = adding(
        "Cy Adams",
        &["analyst"],
        "granite meadow violin harbour pepper oath",
    );
    req.passphrase = BENS.to_owned();
    let turned = ben.member_add(&req).unwrap();
    drop(ben);
    turned.vault.close().unwrap();
    drop(turned);
    for (label, passphrase) in [
        ("staff-1", PASSPHRASE),
        ("staff-2", BENS),
        ("staff-3", "granite meadow violin harbour pepper oath"),
    ] {
        let open = office
            .open(label, passphrase)
            .unwrap_or_else(|error| panic!("{label}: {error}"));
        open.close().unwrap();
    }
    // A list of earlier members is what the trust stands on.
    fs::remove_file(office.path.join("keyring/g000002/members.json")).unwrap();
    assert_eq!(code(office.open("staff-1", PASSPHRASE)), refused("V-07"));
}

#[test]
fn the_maker_does_not_approve_where_somebody_else_can_and_gives_a_reason_where_nobody_can() {
    let office = with_ben(&["compliance_officer"]);
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    let hold = |vault: &OpenVault| {
        vault
            .hold_place(&c::HoldPlaceReq {
                scope: Vec::new(),
                reason: "Litigation".to_owned(),
                authority: "Counsel".to_owned(),
                placed_on: None,
            })
            .unwrap();
    };
    hold(&ana);
    let release = |approver: Option<&str>, passphrase: &str, reason: Option<&str>| {
        ana.hold_release(&c::HoldReleaseReq {
            r#ref: "H-0001".to_owned(),
            writing: "Letter".to_owned(),
            approver: approver.map(str::to_owned),
            passphrase: Some(passphrase.to_owned()),
            override_reason: reason.map(str::to_owned),
        })
    };
    assert_eq!(
        code(release(None, PASSPHRASE, None)),
        refused("U-08"),
        "the maker"
    );
    assert_eq!(
        code(release(None, PASSPHRASE, Some(ALONE))),
        refused("U-08"),
        "a second one exists: no override"
    );
    assert_eq!(
        code(release(Some("staff-1"), PASSPHRASE, Some(ALONE))),
        refused("U-08"),
        "by name too"
    );
    assert_eq!(
        code(release(Some("staff-2"), BENS, Some(ALONE))),
        refused("U-08"),
        "two people have nothing to override"
    );
    assert_eq!(
        code(release(Some("staff-2"), PASSPHRASE, None)).0,
        "V-04",
        "the approver's own passphrase"
    );
    assert_eq!(
        code(release(Some("staff-2"), "", None)).0,
        "E-APPROVAL-PASSPHRASE"
    );
    assert_eq!(
        code(release(Some("staff-7"), BENS, None)).0,
        "E-VAULT-MEMBER"
    );
    let view = release(Some("staff-2"), BENS, None).unwrap();
    assert!(view.holds[0].released.is_some());
    assert!(!view.needs_override);
    assert!(ana.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_member_without_the_role_approves_nothing() {
    let office = with_ben(&["analyst", "programme_manager"]);
    let ben = office.open("staff-2", BENS).unwrap();
    ben.hold_place(&c::HoldPlaceReq {
        scope: Vec::new(),
        reason: "Litigation".to_owned(),
        authority: "Counsel".to_owned(),
        placed_on: None,
    })
    .unwrap();
    let release = |approver: Option<&str>, passphrase: &str, reason: Option<&str>| {
        ben.hold_release(&c::HoldReleaseReq {
            r#ref: "H-0001".to_owned(),
            writing: "Letter".to_owned(),
            approver: approver.map(str::to_owned),
            passphrase: Some(passphrase.to_owned()),
            override_reason: reason.map(str::to_owned),
        })
    };
    assert_eq!(
        code(release(None, BENS, Some(ALONE))),
        refused("U-08"),
        "Ana can"
    );
    release(Some("staff-1"), PASSPHRASE, None).unwrap();
    ben.close().unwrap();
    drop(ben);
    // Ana, who alone may approve, needs the override although Ben is there.
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    assert!(ana.people().unwrap().alone);
    ana.hold_place(&c::HoldPlaceReq {
        scope: Vec::new(),
        reason: "Litigation".to_owned(),
        authority: "Counsel".to_owned(),
        placed_on: None,
    })
    .unwrap();
    let req = |approver: Option<&str>, passphrase: &str, reason: Option<&str>| c::HoldReleaseReq {
        r#ref: "H-0002".to_owned(),
        writing: "Letter".to_owned(),
        approver: approver.map(str::to_owned),
        passphrase: Some(passphrase.to_owned()),
        override_reason: reason.map(str::to_owned),
    };
    assert_eq!(
        code(ana.hold_release(&req(None, PASSPHRASE, None))),
        ("E-APPROVAL-OVERRIDE".to_owned(), Class::BadInput)
    );
    assert_eq!(
        code(ana.hold_release(&req(Some("staff-2"), BENS, None))),
        refused("U-01"),
        "Ben may not"
    );
    ana.hold_release(&req(None, PASSPHRASE, Some(ALONE)))
        .unwrap();
}

#[test]
fn a_passphrase_is_changed_for_both_keys_at_once() {
    let bench = Bench::new();
    let new = "granite meadow violin harbour pepper oath";
    let change = |old: &str, new: &str| {
        bench.vault.passphrase_change(&c::PassphraseChangeReq {
            passphrase: old.to_owned(),
            new_passphrase: new.to_owned(),
        })
    };
    assert_eq!(code(change("wrong", new)).0, "V-04");
    assert_eq!(code(change(PASSPHRASE, PASSPHRASE)).0, "V-27");
    assert_eq!(code(change(PASSPHRASE, "Ana Lima Ana Lima")).0, "V-27");
    change(PASSPHRASE, new).unwrap();
    bench.vault.close().unwrap();
    let office = bench.leave();
    assert_eq!(code(office.open("staff-1", PASSPHRASE)).0, "V-04");
    office.now("2026-03-02T17:00:10Z");
    let vault = office.open("staff-1", new).unwrap();
    vault
        .recovery_make(&c::RecoveryMakeReq {
            instead: true,
            split: None,
            passphrase: new.to_owned(),
        })
        .expect("the approval key opens with the new one as well");
}

#[test]
fn a_draw_is_the_same_for_the_same_seed_and_names_nobody() {
    let bench = Bench::new();
    for number in 0..30 {
        bench.customer(&format!("Person Number{number}"), "DE");
    }
    let draw = |seed: Option<&str>, size: u32| {
        bench
            .vault
            .audit_sample(&c::AuditSampleReq {
                seed: seed.map(str::to_owned),
                size,
            })
            .unwrap()
    };
    let first = draw(None, 5);
    assert_eq!((first.rows.len(), first.of), (5, 30));
    assert_eq!(
        draw(Some(&first.seed), 5),
        first,
        "whoever has the seed draws the same"
    );
    assert_ne!(draw(Some("another"), 5).rows, first.rows);
    assert!(
        first.rows.iter().all(|row| row.initials == "P. N."),
        "{:?}",
        first.rows
    );
}
