//! Worksheets, sweeps and counts on a vault: what is typed is worked out and kept, what is found waits for a decision, what is frozen stays.

use crate::bench::{ALONE, Bench, said};
use contract as c;
use desk::UsageHow;

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|one| (*one).to_owned()).collect()
}

fn answer(id: &str, values: &[&str]) -> c::CaseAnswer {
    c::CaseAnswer {
        id: id.to_owned(),
        values: strings(values),
    }
}

fn open(
    bench: &Bench,
    kind: &str,
    received: &str,
    resellers: &[&str],
    answers: Vec<c::CaseAnswer>,
) -> c::CaseOpened {
    bench
        .vault
        .case_open(
            &c::CaseOpenReq {
                kind: kind.to_owned(),
                state: None,
                received: received.to_owned(),
                text: "Something".to_owned(),
                how: None,
                resellers: strings(resellers),
                subjects: Vec::new(),
                answers,
                handle: None,
            },
            Vec::new(),
        )
        .unwrap()
}

fn step(
    bench: &Bench,
    case: &str,
    to: &str,
    answers: Vec<c::CaseAnswer>,
) -> desk::Result<c::CaseView> {
    bench.vault.case_advance(&c::CaseAdvanceReq {
        r#ref: case.to_owned(),
        to: to.to_owned(),
        note: "As the table asks".to_owned(),
        at: None,
        answers,
        approver: None,
        passphrase: Some(crate::bench::PASSPHRASE.to_owned()),
        override_reason: Some(ALONE.to_owned()),
        leave_open: None,
        made_of: None,
    })
}

fn problems(bench: &Bench) -> usize {
    bench.vault.check(&desk::Unwatched).unwrap().problems.len()
}

fn running(view: &c::CaseView) -> Vec<(String, String)> {
    let mut clocks: Vec<(String, String)> = view
        .clocks
        .iter()
        .filter(|clock| clock.row.status == "running" || clock.row.status == "late")
        .map(|clock| (clock.row.clock.clone(), clock.row.due.clone()))
        .collect();
    clocks.sort();
    clocks
}

pub(crate) fn sheet(case: &str, tokens: &str, keep: bool) -> c::WorksheetReq {
    let same = |id: &str, value: &str| c::AssumptionReq {
        id: id.to_owned(),
        low: value.to_owned(),
        likely: value.to_owned(),
        high: value.to_owned(),
        source: "the customer".to_owned(),
    };
    let fact = |id: &str, value: &str| c::ClusterFactReq {
        id: id.to_owned(),
        value: value.to_owned(),
        source: "contract".to_owned(),
    };
    c::WorksheetReq {
        r#ref: case.to_owned(),
        runs: vec![c::RunReq {
            label: "Pre-training".to_owned(),
            method: "model".to_owned(),
            account: None,
            hardware: None,
            assumptions: vec![same("parameters", "1e12"), same("tokens", tokens)],
        }],
        facts: vec![
            fact("co_located", "yes"),
            fact("interconnect_gbps", "400"),
            fact("peak_ops_per_s", "1e20"),
        ],
        together: String::new(),
        keep,
    }
}

/// A worksheet that is kept, and an export that is imported: for tests of everything that can happen.
pub(crate) fn computed(bench: &Bench, n: u8) {
    let opened = bench.vault.case_open(
        &c::CaseOpenReq {
            kind: "training".to_owned(),
            state: None,
            received: "2026-02-20".to_owned(),
            text: format!("Lead {n}"),
            how: None,
            resellers: Vec::new(),
            subjects: Vec::new(),
            answers: vec![answer("signal", &["A quota request"])],
            handle: None,
        },
        Vec::new(),
    );
    if let Ok(opened) = opened {
        let _ = bench
            .vault
            .worksheet_set(&sheet(&opened.case, "1e12", true));
    }
    let file = bench.file(
        "usage.csv",
        format!("account,gpu_hours,gpu_model\nacc-{n},{n}5,H100\n").as_bytes(),
    );
    let _ = bench.vault.usage_import(&file, &UsageHow::default());
}

#[test]
fn a_report_by_relay_runs_on_two_clocks_and_the_resellers_report_stops_its_own() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let signal = vec![answer("signal", &["A cluster of 20,000 accelerators"])];
    let opened = open(&bench, "training", "2026-02-20", &[&reseller], signal);
    let case = opened.case.as_str();
    let view = bench.vault.case_show(case).unwrap();
    assert_eq!(
        running(&view).len(),
        2,
        "both clocks run in gray from the day it was noticed"
    );
    assert!(view.clocks.iter().all(|clock| clock.row.provisional));
    step(&bench, case, "assessing", Vec::new()).unwrap();
    let covered = || {
        vec![
            answer("transaction_on", &["2026-02-18"]),
            answer("knowledge_on", &["2026-02-20"]),
            answer("known_by", &["provider"]),
        ]
    };
    assert_eq!(
        said(step(&bench, case, "covered", covered())).0,
        "E-AI-WORKSHEET"
    );
    bench
        .vault
        .worksheet_set(&sheet(case, "16666666666666", true))
        .unwrap();
    assert_eq!(
        said(step(&bench, case, "covered", covered())).0,
        "E-AI-VERDICT",
        "the worksheet says that it is not covered"
    );
    let kept = bench
        .vault
        .worksheet_set(&sheet(case, "16666666666667", true))
        .unwrap();
    assert_eq!(
        (kept.verdict.as_str(), kept.exact[1].as_str()),
        ("covered", "1.00000000000002e26")
    );
    let view = step(&bench, case, "covered", covered()).unwrap();
    assert_eq!(
        running(&view),
        [
            ("CLK-AI-RELAY".to_owned(), "2026-03-20".to_owned()),
            ("CLK-AI-RESELLER".to_owned(), "2026-03-05".to_owned()),
        ],
        "thirty days and fifteen days of the transaction"
    );
    let demand = vec![
        answer("demand_on", &["2026-03-02"]),
        answer("demand", &["By letter, until 5 March"]),
    ];
    step(&bench, case, "awaiting_reseller", demand).unwrap();
    let late = vec![answer("blocked_at", &["2026-03-02"])];
    assert_eq!(
        said(step(&bench, case, "supply_blocked", late)).0,
        "E-AI-NOT-LATE"
    );
    let view = step(&bench, case, "drafting", Vec::new()).unwrap();
    assert_eq!(
        running(&view),
        [("CLK-AI-RELAY".to_owned(), "2026-03-20".to_owned())],
        "ours runs on"
    );
    step(&bench, case, "review", vec![answer("complete", &["all"])]).unwrap();
    let view = step(&bench, case, "filed", vec![answer("channel", &["Portal"])]).unwrap();
    assert!(running(&view).is_empty());
    let error = vec![
        answer("discovered_on", &["2026-03-02"]),
        answer("error", &["The hardware model"]),
    ];
    let view = step(&bench, case, "correction", error).unwrap();
    assert_eq!(
        running(&view),
        [("CLK-AI-CORRECT".to_owned(), "2026-03-17".to_owned())]
    );
    assert_eq!(
        problems(&bench),
        0,
        "the tables are what the journal adds up to"
    );
}

#[test]
fn a_worksheet_that_cannot_be_is_not_kept_and_says_why() {
    let bench = Bench::new();
    let signal = vec![answer("signal", &["A quota request"])];
    let case = open(&bench, "training", "2026-02-20", &[], signal).case;
    let tried = bench
        .vault
        .worksheet_set(&sheet(&case, "-1", false))
        .unwrap();
    assert!(
        tried
            .faults
            .iter()
            .any(|fault| fault.code == "E-AI-NEGATIVE")
    );
    let tiny = bench.vault.worksheet_set(&sheet(&case, "1e-400", false));
    let tiny = tiny.unwrap();
    assert_eq!(
        (tiny.verdict.as_str(), tiny.faults.is_empty()),
        ("uncertain", false),
        "what cannot be does not show that nothing is covered: {}",
        tiny.verdict_words
    );
    assert_eq!(
        said(bench.vault.worksheet_set(&sheet(&case, "-1", true))).0,
        "E-AI-NEGATIVE"
    );
    assert!(bench.vault.worksheet(&case).unwrap().empty);
}

#[test]
fn a_sweep_over_an_empty_vault_works_and_a_rerun_shows_what_is_new() {
    let bench = Bench::new();
    let answers = vec![
        answer("determined_on", &["2025-06-02"]),
        answer("measure_kind", &["jurisdiction_prohibit"]),
        answer("target", &["Singapore"]),
    ];
    let case = open(&bench, "measure", "2026-02-20", &[], answers).case;
    assert_eq!(
        said(step(&bench, &case, "in_force", Vec::new())).0,
        "E-CASE-STEP"
    );
    step(&bench, &case, "analysed", Vec::new()).unwrap();
    assert_eq!(said(bench.vault.sweep_run(&case)).0, "E-MEASURE-QUERY");
    let query = c::SweepQueryReq {
        r#ref: case.clone(),
        countries: strings(&["Singapore"]),
        places: strings(&["location", "owners", "payment", "resellers"]),
        networks: Vec::new(),
        names: Vec::new(),
    };
    bench.vault.sweep_query(&query).unwrap();
    let first = bench.vault.sweep_run(&case).unwrap();
    assert_eq!((first.sweeps[0].found, first.sweeps[0].new), (0, 0));
    step(&bench, &case, "planned", Vec::new()).unwrap();
    step(&bench, &case, "sweeping", Vec::new()).unwrap();
    let reseller = bench.reseller("Lion City");
    let second = bench.vault.sweep_run(&case).unwrap();
    assert_eq!((second.sweeps[0].found, second.sweeps[0].new), (1, 1));
    assert_ne!(
        second.sweeps[0].result_sha256,
        first.sweeps[0].result_sha256
    );
    let again = bench.vault.sweep_run(&case).unwrap();
    assert_eq!((again.sweeps[0].new, again.undecided), (0, 1));
    assert_eq!(
        again.sweeps[0].result_sha256, second.sweeps[0].result_sha256,
        "the same records give the same result"
    );
    let put = || {
        vec![
            answer("effective_on", &["2025-12-01"]),
            answer("basis", &["The determination"]),
        ]
    };
    assert_eq!(
        said(step(&bench, &case, "in_force", put())).0,
        "E-MEASURE-OPEN"
    );
    let item = bench.vault.case_show(&case).unwrap().parts[1].rows[0].clone();
    assert_eq!(item.subject.as_deref(), Some(reseller.as_str()));
    bench.part_step(&case, &item.id, "prohibited", &[]).unwrap();
    let early = vec![
        answer("effective_on", &["2025-11-28"]),
        answer("basis", &["The determination"]),
    ];
    assert_eq!(
        said(step(&bench, &case, "in_force", early)).0,
        "E-MEASURE-EARLY"
    );
    let view = step(&bench, &case, "in_force", put()).unwrap();
    assert_eq!(
        running(&view),
        [("CLK-SM-LIFE".to_owned(), "2026-12-01".to_owned())]
    );
    let view = step(&bench, &case, "rescinded", Vec::new()).unwrap();
    assert_eq!(
        view.parts[1].rows[0].state, "prohibited",
        "nothing is unblocked by itself"
    );
    assert_eq!(
        said(step(&bench, &case, "closed", Vec::new())).0,
        "E-MEASURE-BLOCKED"
    );
    assert_eq!(problems(&bench), 0);
}

#[test]
fn a_years_certification_freezes_its_counts_and_the_next_year_counts_from_the_filing() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let last = vec![answer("last_certified", &["2025-03-10"])];
    let case = open(&bench, "certification", "2026-02-20", &[], last).case;
    let due = running(&bench.vault.case_show(&case).unwrap());
    assert_eq!(due[0].0, "CLK-ANNUAL");
    step(&bench, &case, "review_open", Vec::new()).unwrap();
    assert_eq!(
        said(step(&bench, &case, "attesting", Vec::new())).0,
        "E-CERT-COUNTS"
    );
    let future = c::CountsFreezeReq {
        r#ref: case.clone(),
        as_of: "2026-12-31".to_owned(),
    };
    assert_eq!(said(bench.vault.counts_freeze(&future)).0, "E-CERT-FUTURE");
    let today = bench.vault.today().to_string();
    let frozen = bench
        .vault
        .counts_freeze(&c::CountsFreezeReq {
            r#ref: case.clone(),
            as_of: today,
        })
        .unwrap();
    bench.reseller("Another");
    let later = bench.vault.certification(&case).unwrap();
    assert_eq!(later.board.len(), 1, "what is frozen stays");
    assert_eq!(later.sha256, frozen.sha256);
    assert_eq!(
        said(step(&bench, &case, "attesting", Vec::new())).0,
        "E-CERT-ATTEST"
    );
    for group in bench.vault.case_show(&case).unwrap().parts {
        for row in group.rows {
            let (to, answers) = if group.kind == "attestation" {
                (
                    "attested",
                    vec![
                        answer("basis", &["Reviewed in February"]),
                        answer("records", &["Minutes of 12 February"]),
                    ],
                )
            } else {
                assert_eq!(row.subject.as_deref(), Some(reseller.as_str()));
                (
                    "received",
                    vec![
                        answer("signatory", &["Mei Lin"]),
                        answer("cip_version", &["2026.1"]),
                    ],
                )
            };
            if group.kind == "attestation" {
                let bare = c::CaseItemAdvanceReq {
                    r#ref: case.clone(),
                    item: row.id.clone(),
                    to: to.to_owned(),
                    note: String::new(),
                    at: None,
                    answers: vec![answer("basis", &["Trust us"])],
                    approver: None,
                    passphrase: None,
                    override_reason: None,
                    made_of: None,
                };
                assert_eq!(
                    said(bench.vault.case_item_advance(&bare)).0,
                    "E-CERT-EVIDENCE"
                );
            }
            bench
                .vault
                .case_item_advance(&c::CaseItemAdvanceReq {
                    r#ref: case.clone(),
                    item: row.id,
                    to: to.to_owned(),
                    note: String::new(),
                    at: None,
                    answers,
                    approver: None,
                    passphrase: None,
                    override_reason: None,
                    made_of: None,
                })
                .unwrap();
        }
    }
    step(&bench, &case, "attesting", Vec::new()).unwrap();
    let signed = vec![
        answer("signatory", &["Ana Lima"]),
        answer("signatory_title", &["Chief compliance officer"]),
    ];
    step(&bench, &case, "signed", signed).unwrap();
    let view = step(&bench, &case, "filed", vec![answer("channel", &["Portal"])]).unwrap();
    let next = view
        .clocks
        .iter()
        .filter(|clock| clock.row.clock == "CLK-ANNUAL" && clock.row.status == "running")
        .count();
    assert!(next <= 1, "one next year, not two");
    let list = bench.vault.clock_list(false).unwrap();
    assert!(
        next == 1 || list.iter().any(|row| row.clock == "CLK-ANNUAL"),
        "the next year counts from the filing"
    );
    assert_eq!(problems(&bench), 0);
}

#[test]
fn usage_of_a_scheduler_is_imported_once_and_its_mapping_is_remembered() {
    let bench = Bench::new();
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("sacct.csv");
    std::fs::write(
        &csv,
        "JobID,Account,Elapsed,AllocTRES,GpuKind\n101,acc-9,1-00:00:00,\"cpu=8,gres/gpu=8\",NVIDIA H100 80GB\n102,acc-9,02:00:00,cpu=8,\n",
    )
    .unwrap();
    let columns = std::collections::BTreeMap::from(
        [
            ("JobID", "job"),
            ("Account", "account"),
            ("Elapsed", "elapsed"),
            ("AllocTRES", "tres"),
            ("GpuKind", "model"),
        ]
        .map(|(a, b)| (a.to_owned(), b.to_owned())),
    );
    let how = UsageHow {
        columns: Some(&columns),
        save_as: Some("Slurm"),
        ..UsageHow::default()
    };
    let report = bench.vault.usage_import(&csv, &how).unwrap();
    assert_eq!((report.imported, report.without), (1, 1));
    let again = bench
        .vault
        .usage_import(&csv, &UsageHow::default())
        .unwrap();
    assert_eq!(
        (again.imported, again.duplicates),
        (0, 1),
        "the saved mapping is taken, and the same row counts once"
    );
    let watch = bench.vault.compute_watch().unwrap();
    assert_eq!(
        (watch.lines, watch.unknown_model, watch.rows.len()),
        (1, 0, 1)
    );
    let lines = folder.path().join("bill.jsonl");
    std::fs::write(
        &lines,
        "{\"project\":{\"id\":\"p-1\"},\"usage\":{\"amount\":\"-4\"},\"sku\":\"A100\"}\n",
    )
    .unwrap();
    assert_eq!(
        said(bench.vault.usage_import(&lines, &UsageHow::default())).0,
        "E-USAGE-NUMBER"
    );
    assert_eq!(bench.vault.compute_watch().unwrap().lines, 1);
    assert_eq!(problems(&bench), 0);
}
