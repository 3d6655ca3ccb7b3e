//! Who may do what, walked whole: every command of the table and every role, and behind each right a deed that is really tried.

use crate::{
    bench::{Bench, PASSPHRASE, all_customers},
    people::adding,
};
use contract as c;
use contract::Empty;
use desk::{Desk, Error, NoListener, OpenVault, ScriptedPicker, Unwatched};
use domain::may::Right;

pub(crate) const ROLES: [&str; 6] = [
    "analyst",
    "compliance_officer",
    "programme_manager",
    "investigator",
    "administrator",
    "auditor",
];

/// The table as it is meant, written down a second time: a mark for each of the roles above.
const MEANT: [(Right, [bool; 6]); 13] = {
    const Y: bool = true;
    const N: bool = false;
    [
        (Right::Anyone, [Y, Y, Y, Y, Y, Y]),
        (Right::Read, [Y, Y, Y, Y, Y, Y]),
        (Right::Work, [Y, Y, Y, Y, N, N]),
        (Right::Collect, [Y, Y, N, N, N, N]),
        (Right::Decide, [N, Y, N, N, N, N]),
        (Right::Programme, [N, Y, Y, N, N, N]),
        (Right::Investigate, [N, Y, N, Y, N, N]),
        (Right::Deadlines, [N, Y, Y, Y, N, N]),
        (Right::Rules, [N, Y, Y, N, N, N]),
        (Right::Retain, [N, Y, Y, N, N, N]),
        (Right::Export, [Y, Y, Y, Y, N, N]),
        (Right::Keep, [Y, Y, Y, Y, Y, N]),
        (Right::Administer, [N, N, N, N, Y, N]),
    ]
};

fn meant(right: Right, role: usize) -> bool {
    MEANT
        .iter()
        .find(|(row, _)| *row == right)
        .expect("every right stands in the table")
        .1[role]
}

pub(crate) fn passphrase(role: usize) -> String {
    format!(
        "granite meadow violin harbour pepper {}",
        ["oath", "moss", "reed", "loom", "dusk", "fern"][role]
    )
}

/// One member for each role, staff-2 to staff-7.
pub(crate) fn one_of_each() -> crate::bench::Office {
    let mut bench = Bench::new();
    for (place, role) in ROLES.iter().enumerate() {
        let name = format!("Member {place}");
        let turned = bench
            .vault
            .member_add(&adding(&name, &[role], &passphrase(place)))
            .unwrap();
        bench.vault = turned.vault;
    }
    bench.vault.close().unwrap();
    bench.leave()
}

#[test]
fn every_command_is_for_the_roles_of_its_right_and_no_other() {
    let office = one_of_each();
    let mut walked = 0;
    for (role, name) in ROLES.iter().enumerate() {
        let desk = Desk::new(
            office.surroundings(),
            Box::new(ScriptedPicker(vec![(
                "vault-open".to_owned(),
                office.path.clone(),
            )])),
            Box::new(NoListener),
        );
        let card = desk.vault_pick(Empty {}).unwrap().unwrap();
        let label = format!("staff-{}", role + 2);
        assert!(
            card.labels.contains(&label),
            "the unlock screen lists the labels"
        );
        desk.vault_unlock(
            c::VaultUnlockReq {
                vault: card.id,
                label: Some(label),
                passphrase: passphrase(role),
                reading: false,
            },
            &Unwatched,
        )
        .unwrap();
        let status = desk.status(Empty {}).unwrap();
        for (command, right) in desk::commands() {
            let answered = desk.may(command);
            assert_eq!(
                answered.is_ok(),
                meant(right, role),
                "{command} ({right:?}) for {name}: {answered:?}"
            );
            let shown = status.refused.iter().find(|one| one.command == command);
            assert_eq!(
                shown.map(|one| one.why.clone()),
                answered.err().map(|failure| {
                    assert_eq!(
                        (failure.code.as_str(), failure.class),
                        ("U-01", c::Class::Refused)
                    );
                    failure.message
                }),
                "{command}: the locked button says what the desk says"
            );
            walked += 1;
        }
        assert!(desk.may("no_such_command").is_err());
        desk.lock();
        assert!(desk.may("customer_list").is_err(), "locked");
    }
    assert_eq!(walked, desk::commands().count() * ROLES.len());
    eprintln!("figure T-I2 {walked} commands as every role, and one while locked");
}

/// The same on the other face, where no table of commands stands before the use cases: each right by a deed.
#[test]
fn a_deed_behind_every_right_is_done_by_its_roles_and_refused_to_the_others() {
    let office = one_of_each();
    for (role, name) in ROLES.iter().enumerate() {
        let label = format!("staff-{}", role + 2);
        let vault = office.open(&label, &passphrase(role)).unwrap();
        let out = |what: &str| office.path.with_file_name(format!("{what}-{role}"));
        type Deed<'a> = (
            Right,
            &'a str,
            Box<dyn Fn(&OpenVault) -> Result<(), Error> + 'a>,
        );
        let deeds: [Deed<'_>; 10] = [
            (
                Right::Read,
                "list",
                Box::new(|vault| vault.customer_list(&all_customers()).map(drop)),
            ),
            (
                Right::Collect,
                "customer",
                Box::new(|vault| {
                    vault
                        .customer_create(&c::CustomerCreateReq {
                            kind: c::PartyKind::Individual,
                            name: "Aino Virtanen".to_owned(),
                            name_original: None,
                            country: Some("FI".to_owned()),
                            external_id: None,
                        })
                        .map(drop)
                }),
            ),
            (
                Right::Programme,
                "reseller",
                Box::new(|vault| {
                    vault
                        .reseller_save(&c::ResellerSaveReq {
                            r#ref: None,
                            name: format!("Baltic {role}"),
                            country: "Estonia".to_owned(),
                            address: None,
                            email: None,
                            notes: None,
                        })
                        .map(drop)
                }),
            ),
            (
                Right::Retain,
                "hold",
                Box::new(|vault| {
                    vault
                        .hold_place(&c::HoldPlaceReq {
                            scope: Vec::new(),
                            reason: "Litigation".to_owned(),
                            authority: "Counsel".to_owned(),
                            placed_on: None,
                        })
                        .map(drop)
                }),
            ),
            (
                Right::Rules,
                "pack",
                Box::new(|vault| {
                    let offered = desk::offer_builtin(
                        desk::builtin_packs()
                            .iter()
                            .map(|pack| pack.id())
                            .find(|id| *id != desk::DEFAULT_PACK)
                            .unwrap(),
                    )?;
                    match vault.pack_adopt(&offered, "To try", &[]) {
                        // Taken in by the role before this one.
                        Err(again) if again.0.code.starts_with("E-PACK") => Ok(()),
                        other => other.map(drop),
                    }
                }),
            ),
            (
                Right::Export,
                "journal",
                Box::new(|vault| {
                    vault
                        .journal_export(&out("journal"), false, &Unwatched)
                        .map(drop)
                }),
            ),
            (
                Right::Export,
                "customers",
                Box::new(|vault| {
                    vault
                        .customer_export(
                            &c::CustomerExportReq {
                                asked: all_customers(),
                                format: c::ExportFormat::Csv,
                            },
                            &out("customers"),
                            &Unwatched,
                        )
                        .map(drop)
                }),
            ),
            (
                Right::Keep,
                "backup",
                Box::new(|vault| vault.backup(&out("backup"), &Unwatched).map(drop)),
            ),
            (
                Right::Administer,
                "member",
                Box::new(|vault| {
                    let mut req = adding("Newcomer", &["analyst"], PASSPHRASE);
                    // A label that is taken: whoever may is refused for that, and the vault stays as it is.
                    req.label = Some("staff-1".to_owned());
                    req.passphrase = passphrase(role);
                    match vault.member_add(&req).err().unwrap() {
                        taken if taken.0.code == "E-VAULT-LABEL" => Ok(()),
                        refused => Err(refused),
                    }
                }),
            ),
            (
                Right::Read,
                "people",
                Box::new(|vault| vault.people().map(drop)),
            ),
        ];
        for (right, what, deed) in deeds {
            match deed(&vault) {
                Ok(()) => assert!(meant(right, role), "{name} did {what}"),
                Err(error) => {
                    assert!(!meant(right, role), "{name} may {what}: {error}");
                    assert_eq!(
                        (error.0.code.as_str(), error.0.class),
                        ("U-01", c::Class::Refused),
                        "{name} {what}: {error}"
                    );
                }
            }
        }
        assert!(
            vault.check(&Unwatched).unwrap().ok,
            "what was refused left nothing behind"
        );
        vault.close().unwrap();
    }
}

/// A step of a case carries its role: the table of the machine is kept, and the button says who may.
#[test]
fn a_step_of_a_case_is_for_its_role() {
    let office = one_of_each();
    let manager = office.open("staff-4", &passphrase(2)).unwrap();
    let reseller = manager
        .reseller_save(&c::ResellerSaveReq {
            r#ref: None,
            name: "Baltic".to_owned(),
            country: "Estonia".to_owned(),
            address: None,
            email: None,
            notes: None,
        })
        .unwrap()
        .r#ref;
    let case = manager
        .evidence_open(
            &c::EvidenceOpenReq {
                reseller,
                received: "2026-03-01".to_owned(),
                summary: "It has no CIP".to_owned(),
                handle: None,
                signal: true,
            },
            Vec::new(),
        )
        .unwrap()
        .case;
    let step = |vault: &OpenVault| {
        vault.case_advance(&c::CaseAdvanceReq {
            r#ref: case.clone(),
            to: "assessing".to_owned(),
            note: "Plan".to_owned(),
            at: None,
            answers: Default::default(),
            approver: None,
            passphrase: None,
            override_reason: None,
            leave_open: None,
            made_of: None,
        })
    };
    let refused = step(&manager).unwrap_err();
    assert_eq!(refused.0.code, "U-01");
    assert!(refused.0.message.contains("investigator"), "{refused}");
    let shown = manager.case_show(&case).unwrap();
    let button = shown
        .moves
        .iter()
        .find(|one| one.to == "assessing")
        .unwrap();
    assert!(
        !button.allowed && button.blocked_by == [refused.0.message.clone()],
        "{:?}",
        button.blocked_by
    );
    manager.close().unwrap();
    drop(manager);
    let investigator = office.open("staff-5", &passphrase(3)).unwrap();
    assert_eq!(step(&investigator).unwrap().row.state, "assessing");
}
