//! Rehearsals: the request arrives on a Friday at 16:55 before a holiday, and the result sheet says what was right, wrong and late.

use crate::bench::{ALONE, Bench, PASSPHRASE, said, tells};
use contract as c;
use desk::{OpenVault, Unwatched, drill};

fn begun(bench: &Bench) -> OpenVault {
    drill::begin(
        &bench.folder.path().join("R.cipdesk"),
        &PASSPHRASE.to_owned().into(),
        bench.surroundings(),
    )
    .unwrap()
}

fn reseller(vault: &OpenVault, name: &str) -> String {
    vault
        .reseller_list()
        .unwrap()
        .rows
        .into_iter()
        .find(|row| row.name.starts_with(name))
        .unwrap()
        .r#ref
}

fn request(vault: &OpenVault, received: &str, names: &[&str]) -> c::CaseOpened {
    let view = vault.drill_view().unwrap();
    vault
        .request_open(
            &c::RequestOpenReq {
                received: received.to_owned(),
                resellers: names.iter().map(|name| reseller(vault, name)).collect(),
                reference: view.letter[0].replace("Reference ", ""),
                how: None,
                handle: None,
            },
            Vec::new(),
        )
        .unwrap()
}

fn standings(vault: &OpenVault) -> Vec<String> {
    vault
        .drill_view()
        .unwrap()
        .tasks
        .into_iter()
        .map(|task| task.standing)
        .collect()
}

#[test]
fn a_rehearsal_done_right_passes_and_says_how_long_it_took() {
    let bench = Bench::new();
    let vault = begun(&bench);
    let view = vault.drill_view().unwrap();
    assert_eq!(
        view.arrived, "Fri 2026-05-22 16:55 in New York",
        "the Friday before Memorial Day"
    );
    assert_eq!(view.verdict, "running");
    bench.now("2026-03-02T17:12:00Z");
    let opened = request(&vault, "2026-05-22", &["Lion", "Andes", "Sahel"]);
    assert_eq!(opened.due, "2026-06-01");
    assert_eq!(
        standings(&vault),
        ["done", "done", "open", "open", "open", "open"]
    );
    let filing = opened.filing.unwrap();
    let draft = vault.filing_show(&filing).unwrap();
    vault
        .filing_edit(&c::FilingEditReq {
            r#ref: filing.clone(),
            revision: draft.revision,
            answers: vec![c::FormAnswer {
                item: "missing".to_owned(),
                rows: vec![c::FormAnswerRow {
                    key: reseller(&vault, "Sahel"),
                    cells: [(
                        "reason".to_owned(),
                        "Asked for on Friday; not answered".to_owned(),
                    )]
                    .into(),
                }],
                unknown: None,
            }],
        })
        .unwrap();
    vault
        .evidence_open(
            &c::EvidenceOpenReq {
                reseller: reseller(&vault, "Sahel"),
                received: "2026-05-22".to_owned(),
                summary: "No CIP".to_owned(),
                handle: None,
                signal: false,
            },
            Vec::new(),
        )
        .unwrap();
    let morning = vault.drill_skip().unwrap();
    assert_eq!(morning.now, "Sat 2026-05-23 09:00 in New York");
    bench.now("2026-03-02T17:30:00Z");
    vault
        .filing_seal(
            &c::FilingSealReq {
                r#ref: filing.clone(),
                label: None,
                passphrase: PASSPHRASE.to_owned(),
                override_reason: Some(ALONE.to_owned()),
                sign_with: None,
            },
            &Unwatched,
        )
        .unwrap();
    vault
        .filing_sent(&c::FilingSentReq {
            r#ref: filing,
            sent: "2026-05-23".to_owned(),
            channel: "courier".to_owned(),
            proof: None,
        })
        .unwrap();
    let view = vault.drill_view().unwrap();
    assert_eq!(
        (view.verdict.as_str(), view.sentence.as_str()),
        (
            "passed",
            "Passed: everything was done, 9 days before the last day."
        )
    );
    assert_eq!(view.tasks[0].took.as_deref(), Some("12 minutes"));
    assert_eq!(
        view.tasks[4].took.as_deref(),
        Some("30 minutes"),
        "the night that was skipped is no working time"
    );
    assert!(vault.drill_page().unwrap().starts_with(b"%PDF"));
    assert!(vault.drill_letter().unwrap().starts_with(b"%PDF"));
    assert!(vault.check(&Unwatched).unwrap().ok);
    // Its clock runs on after a lock.
    vault.close().unwrap();
    drop(vault);
    let again = OpenVault::unlock(
        &bench.folder.path().join("R.cipdesk"),
        None,
        &PASSPHRASE.to_owned().into(),
        bench.surroundings(),
    )
    .unwrap();
    assert_eq!(
        again.drill_view().unwrap().now,
        "Sat 2026-05-23 09:18 in New York"
    );
    assert!(again.check(&Unwatched).unwrap().ok);
}

#[test]
fn what_is_wrong_or_late_is_named_with_what_to_do_otherwise() {
    let bench = Bench::new();
    let vault = begun(&bench);
    vault.drill_skip().unwrap();
    request(&vault, "2026-05-23", &["Lion", "Nordlicht"]);
    let view = vault.drill_view().unwrap();
    assert_eq!(view.tasks[0].standing, "wrong");
    assert!(
        view.tasks[0].note.contains("It arrived on 2026-05-22"),
        "{}",
        view.tasks[0].note
    );
    assert!(
        view.tasks[1]
            .note
            .contains("Left out: Andes Nube S.A., Sahel Datacenter SA"),
        "{}",
        view.tasks[1].note
    );
    for _ in 0..11 {
        vault.drill_skip().unwrap();
    }
    let view = vault.drill_view().unwrap();
    assert_eq!(
        view.tasks[5].standing, "late",
        "the last day has ended: {}",
        view.now
    );
    assert!(
        vault.today_view().unwrap().bands[0].rows.len() == 1,
        "and Today says so"
    );
}

#[test]
fn no_other_vault_is_a_rehearsal() {
    let bench = Bench::new();
    assert_eq!(said(bench.vault.drill_view()).0, "E-DRILL-NONE");
    assert_eq!(said(bench.vault.drill_skip()).0, "E-DRILL-NONE");
    assert_eq!(said(bench.vault.drill_letter()).0, "E-DRILL-NONE");
}

#[test]
fn a_rehearsal_in_a_year_whose_holidays_nobody_knows_is_not_begun() {
    let bench = Bench::new();
    bench.now("2060-03-02T17:00:00Z");
    let place = bench.folder.path().join("R.cipdesk");
    let begun = drill::begin(&place, &PASSPHRASE.to_owned().into(), bench.surroundings());
    tells(
        &said(begun),
        "E-DRILL-DAY",
        &["no holiday on a Monday", "Check the date of this computer"],
    );
    assert!(!place.exists(), "no vault is left half made");
}
