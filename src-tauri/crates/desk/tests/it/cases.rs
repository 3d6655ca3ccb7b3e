//! Cases of every kind on a vault: what their tables say happens, and nothing else does.

use crate::bench::{ALONE, Bench, fill, said, said_to};
use contract as c;
use desk::Unwatched;

pub(crate) fn open(
    bench: &Bench,
    kind: &str,
    text: &str,
    resellers: &[&str],
    subjects: &[&str],
) -> c::CaseOpened {
    let own = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    let kinds = bench.vault.case_kinds().unwrap();
    let way = &kinds.iter().find(|one| one.kind == kind).unwrap().openings[0];
    bench
        .vault
        .case_open(
            &c::CaseOpenReq {
                kind: kind.to_owned(),
                state: None,
                received: "2026-03-02".to_owned(),
                text: text.to_owned(),
                how: None,
                resellers: own(resellers),
                subjects: own(subjects),
                answers: fill(&way.asks, &[], "2026-03-01"),
                handle: None,
            },
            Vec::new(),
        )
        .unwrap()
}

fn state(bench: &Bench, case: &str) -> String {
    bench.vault.case_show(case).unwrap().row.state
}

#[test]
fn a_step_that_the_table_has_not_is_refused_for_every_pair_of_states() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let kinds = bench.vault.case_kinds().unwrap();
    for kind in &kinds {
        let opened = open(&bench, &kind.kind, "Something", &[&reseller], &[]);
        let view = bench.vault.case_show(&opened.case).unwrap();
        for to in &kind.states {
            if view.moves.iter().any(|step| step.to == to.value) {
                continue;
            }
            let code = said(bench.step(&opened.case, &to.value, "x", &[], Some(ALONE))).0;
            assert!(
                code == "E-CASE-STEP" || code == "E-CASE-ELSEWHERE",
                "{}: {} to {}: {code}",
                kind.kind,
                view.row.state,
                to.value
            );
        }
    }
}

#[test]
fn a_failed_reseller_is_walked_from_the_tip_to_the_termination() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench
        .vault
        .evidence_open(
            &c::EvidenceOpenReq {
                reseller: reseller.clone(),
                received: "2026-02-20".to_owned(),
                summary: "A former employee's letter".to_owned(),
                handle: None,
                signal: true,
            },
            Vec::new(),
        )
        .unwrap();
    let case = opened.case.as_str();
    bench
        .step(
            case,
            "assessing",
            "Plan",
            &[said_to("red_flags", &["no_review"])],
            None,
        )
        .unwrap();
    let view = bench.vault.case_show(case).unwrap();
    let next = view
        .moves
        .iter()
        .find(|step| step.to == "evidence_confirmed")
        .unwrap();
    assert_eq!(next.role, "compliance_officer");
    let missing = said(bench.vault.case_advance(&c::CaseAdvanceReq {
        r#ref: case.to_owned(),
        to: "evidence_confirmed".to_owned(),
        note: "Their audit".to_owned(),
        at: None,
        answers: Vec::new(),
        approver: None,
        passphrase: None,
        override_reason: None,
        leave_open: None,
        made_of: None,
    }));
    assert_eq!(missing.0, "E-ANSWER-MISSING", "what it shows must be said");
    bench
        .step(
            case,
            "evidence_confirmed",
            "Their audit",
            &[said_to("grounds", &["no_cip", "no_good_faith"])],
            None,
        )
        .unwrap();
    assert_eq!(
        said(bench.step(
            case,
            "containing",
            "Found by invoices",
            &[said_to("blocked_at", &["2026-02-01"])],
            None
        ))
        .0,
        "E-CASE-BEFORE",
        "nothing is blocked before the evidence came"
    );
    bench
        .step(case, "containing", "Found by invoices", &[], None)
        .unwrap();
    assert_eq!(
        said(bench.step(case, "reported", "Done", &[], None)).0,
        "E-FAILURE-ACCOUNTS"
    );
    let account = bench
        .part(
            case,
            "account",
            &[
                said_to("account", &["acc-1"]),
                said_to("tier", &["downstream"]),
            ],
        )
        .unwrap();
    assert_eq!(
        said(bench.part(case, "account", &[said_to("account", &["acc-1"])])).0,
        "E-CASE-PART-TWICE"
    );
    assert_eq!(
        said(bench.step(case, "reported", "Done", &[], None)).0,
        "E-FAILURE-ACCOUNTS"
    );
    bench.part_step(case, &account, "closed", &[]).unwrap();
    assert_eq!(
        said(bench.step(case, "reported", "Done", &[], None)).0,
        "E-FAILURE-REPORTS"
    );
    let report = bench
        .part(case, "report", &[said_to("authority", &["FBI IC3"])])
        .unwrap();
    assert_eq!(
        said(bench.part_step(
            case,
            &report,
            "cleared",
            &[
                said_to("records", &["records"]),
                said_to("legal_basis", &["no_customer_record"])
            ]
        ))
        .0,
        "E-INCIDENT-BASIS",
        "a customer's records leave on a basis of their own"
    );
    bench
        .part_step(
            case,
            &report,
            "cleared",
            &[
                said_to("records", &["none"]),
                said_to("legal_basis", &["no_customer_record"]),
            ],
        )
        .unwrap();
    assert_eq!(
        said(bench.step(case, "reported", "Complete", &[], None)).0,
        "E-FAILURE-REPORTS",
        "what may leave has not left"
    );
    bench.part_step(case, &report, "made", &[]).unwrap();
    bench.step(case, "reported", "Complete", &[], None).unwrap();
    bench
        .step(
            case,
            "remediation_offered",
            "Letter of today",
            &[said_to("cure_until", &["2026-03-15"])],
            None,
        )
        .unwrap();
    let view = bench.vault.case_show(case).unwrap();
    assert_eq!(
        view.clocks[0].row.status, "running",
        "an offer stops no clock"
    );
    let keep = view
        .moves
        .iter()
        .find(|step| step.to == "retained")
        .unwrap();
    assert!(
        !keep.allowed && keep.blocked_by[0].contains("does not end the duty to terminate"),
        "{:?}",
        keep.blocked_by
    );
    let late = [
        said_to("notice_on", &["2026-03-02"]),
        said_to("effective_on", &["2026-04-01"]),
    ];
    assert_eq!(
        said(bench.step(case, "terminating", "", &late, None)).0,
        "E-FAILURE-LATE"
    );
    let early = [
        said_to("notice_on", &["2026-03-02"]),
        said_to("effective_on", &["2026-03-01"]),
    ];
    assert_eq!(
        said(bench.step(case, "terminating", "", &early, None)).0,
        "E-FAILURE-EFFECT"
    );
    let right = [
        said_to("notice_on", &["2026-03-02"]),
        said_to("effective_on", &["2026-03-20"]),
    ];
    bench.step(case, "terminating", "", &right, None).unwrap();
    let doubt = |at: &str| {
        let req = c::CaseDoubtReq {
            r#ref: case.to_owned(),
            to: "terminated".to_owned(),
            at: Some(at.to_owned()),
        };
        bench.vault.case_doubt(&req).unwrap()
    };
    bench.now("2026-03-20T20:00:00Z");
    let asked = doubt("2026-03-18").expect("the notice names a later day");
    assert_eq!(asked.code, "E-FAILURE-EARLY");
    assert!(
        asked.question.contains("Fri 2026-03-20") && asked.question.contains("Wed 2026-03-18"),
        "both days are said: {}",
        asked.question
    );
    assert!(doubt("2026-03-20").is_none(), "the day itself");
    assert!(doubt("").is_none(), "today, where no day is given");
    let view = bench
        .step(case, "terminated", "Service off; keys revoked", &[], None)
        .unwrap();
    assert_eq!(
        (view.clocks[0].row.status.as_str(), view.row.done),
        ("satisfied", true)
    );
    assert_eq!(
        bench.vault.reseller_show(&reseller).unwrap().row.state,
        "terminated"
    );
    let confirmed = view
        .steps
        .iter()
        .find(|step| step.state == "evidence_confirmed")
        .unwrap();
    assert_eq!(confirmed.evidence, 1, "the answer counts as evidence");
    assert_eq!(
        said(bench.part_step(case, &account, "kept", &[])).0,
        "E-CASE-OVER",
        "what is over stays as it is"
    );
}

#[test]
fn a_case_that_begins_with_evidence_has_been_through_no_signal() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let evidence = c::EvidenceOpenReq {
        reseller,
        received: "2026-02-20".to_owned(),
        summary: "Their own audit".to_owned(),
        handle: None,
        signal: false,
    };
    let opened = bench.vault.evidence_open(&evidence, Vec::new()).unwrap();
    let view = bench.vault.case_show(&opened.case).unwrap();
    let taken: Vec<&str> = view.taken.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(taken, ["Record evidence of a failure"]);
    let moves: Vec<&str> = view.moves.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(moves, ["Begin containment"]);
    let states: Vec<&str> = view.steps.iter().map(|one| one.state.as_str()).collect();
    assert_eq!(
        (states[0], view.steps[0].standing.as_str()),
        ("evidence_confirmed", "now"),
        "nothing is shown as done that nobody did: {states:?}"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_request_with_a_missing_copy_waits_for_it_and_a_reseller_that_refuses_opens_its_own_case() {
    let bench = Bench::new();
    let here = bench.reseller("Lion City");
    let gone = bench.reseller_without_cip("Sahel");
    let late = bench.reseller_without_cip("Andes");
    let opened = bench.request("2026-03-02", &[&here, &gone, &late]).unwrap();
    let case = opened.case.as_str();
    let view = bench.vault.case_show(case).unwrap();
    assert_eq!(
        (view.row.state.as_str(), view.row.parts, view.row.parts_open),
        ("gathering", 3, 2)
    );
    let id = |name: &str| {
        let view = bench.vault.case_show(case).unwrap();
        view.parts[0]
            .rows
            .iter()
            .find(|row| row.label == name)
            .unwrap()
            .id
            .clone()
    };
    assert_eq!(
        said(bench.step(case, "review", "x", &[], None)).0,
        "E-REQUEST-MISSING"
    );
    assert_eq!(
        said(bench.part_step(case, &id("Sahel"), "held", &[])).0,
        "E-REQUEST-CIP"
    );
    bench
        .part_step(
            case,
            &id("Sahel"),
            "demanded",
            &[said_to("clause", &["Section 9.2"])],
        )
        .unwrap();
    let view = bench.part_step(case, &id("Sahel"), "refused", &[]).unwrap();
    assert_eq!(view.related.len(), 1, "its failure case is open");
    let failure = &view.related[0];
    assert_eq!(
        (failure.kind.as_str(), failure.state.as_str()),
        ("failure", "evidence_confirmed")
    );
    assert_eq!(failure.clock.as_ref().unwrap().due, "2026-04-01");
    bench
        .part_step(
            case,
            &id("Sahel"),
            "explained",
            &[said_to("reason", &["It does not answer"])],
        )
        .unwrap();
    bench
        .part_step(
            case,
            &id("Andes"),
            "to_follow",
            &[
                said_to("reason", &["In translation"]),
                said_to("expected_on", &["2026-03-05"]),
            ],
        )
        .unwrap();
    let filing = opened.filing.unwrap();
    let draft = bench.vault.filing_show(&filing).unwrap();
    let reason = |name: &str| {
        let lines = draft.sections.iter().flat_map(|section| &section.lines);
        let missing = lines.into_iter().find(|line| line.id == "missing").unwrap();
        let row = missing.rows.iter().find(|row| row[0] == name).unwrap();
        row[1].clone()
    };
    assert!(
        reason("Andes").contains("expected on 2026-03-05"),
        "{}",
        reason("Andes")
    );
    assert_eq!(reason("Sahel"), "It does not answer");
    bench.seal(&filing, Some(ALONE)).unwrap();
    assert_eq!(
        state(&bench, case),
        "review",
        "sealing takes the steps that are left"
    );
    bench.sent(&filing, "2026-03-02").unwrap();
    let view = bench.vault.case_show(case).unwrap();
    assert_eq!(
        view.row.state, "gathering",
        "a part is out, the rest is owed"
    );
    assert_eq!(
        view.clocks[0].row.status, "running",
        "the clock runs to the last item"
    );
    let supplement = view
        .filings
        .iter()
        .find(|one| one.state == "draft")
        .unwrap()
        .r#ref
        .clone();
    let file = bench.file("andes.txt", b"We ask for a passport.");
    bench
        .vault
        .cip_file(
            &late,
            "1",
            "2026-01-01",
            None,
            desk::Source::File(file),
            &Unwatched,
        )
        .unwrap();
    let view = bench.vault.case_show(case).unwrap();
    let row = view.parts[0]
        .rows
        .iter()
        .find(|row| row.label == "Andes")
        .unwrap();
    assert_eq!(
        row.state, "held",
        "what arrives is here without anybody saying so"
    );
    bench.seal(&supplement, Some(ALONE)).unwrap();
    bench.sent(&supplement, "2026-03-02").unwrap();
    let view = bench.vault.case_show(case).unwrap();
    assert_eq!(
        (view.row.state.as_str(), view.clocks[0].row.status.as_str()),
        ("sent", "satisfied")
    );
}

#[test]
fn an_extension_is_an_event_of_the_case_and_keeps_the_old_date() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    let grant = |day: &str| {
        [
            said_to("new_due", &[day]),
            said_to("grant", &["Letter of 3 March"]),
        ]
    };
    assert_eq!(
        said(bench.step(&opened.case, "extended", "", &grant("2026-03-10"), None)).0,
        "E-CLOCK-EXTENSION"
    );
    let view = bench
        .step(&opened.case, "extended", "", &grant("2026-03-20"), None)
        .unwrap();
    assert_eq!(
        (view.row.state.as_str(), view.clocks[0].row.due.as_str()),
        ("review", "2026-03-20")
    );
    assert_eq!(view.clocks[0].revisions[0].due_before, "2026-03-12");
    assert_eq!(view.taken.last().unwrap().label, "Record an extension");
}

#[test]
fn an_incident_reopens_its_customer_opens_the_resellers_signal_and_proposes_a_hold() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let customer = bench.customer("Jürgen Müller", "DE");
    let opened = open(
        &bench,
        "incident",
        "Scanning from one address",
        &[&reseller],
        &[&customer],
    );
    let case = opened.case.as_str();
    bench
        .step(
            case,
            "triaged",
            "Logs of two days",
            &[said_to("red_flags", &["scanning"])],
            None,
        )
        .unwrap();
    let view = bench
        .step(
            case,
            "suspected",
            "Ports of a utility were probed",
            &[
                said_to("impaired", &["availability"]),
                said_to("foreign", &["yes"]),
            ],
            None,
        )
        .unwrap();
    assert_eq!(view.related.len(), 1);
    assert_eq!(
        view.related[0].state, "signal",
        "the reseller in the chain is looked at"
    );
    assert!(view.related[0].clock.as_ref().unwrap().provisional);
    assert!(view.proposals.is_empty());
    assert_eq!(
        said(bench.step(
            case,
            "contained",
            "Suspended",
            &[said_to("suspended_at", &["2026-02-01"])],
            None
        ))
        .0,
        "E-INCIDENT-SEEN"
    );
    let view = bench
        .step(case, "contained", "Suspended", &[], None)
        .unwrap();
    assert_eq!(view.proposals[0].subjects, std::slice::from_ref(&customer));
    bench
        .vault
        .hold_place(&c::HoldPlaceReq {
            scope: vec![customer.clone()],
            reason: "Incident".to_owned(),
            authority: "Counsel".to_owned(),
            placed_on: None,
        })
        .unwrap();
    assert!(
        bench.vault.case_show(case).unwrap().proposals.is_empty(),
        "a hold covers them"
    );
    assert_eq!(
        said(bench.step(case, "reported", "x", &[], None)).0,
        "E-INCIDENT-REPORTS"
    );
    let report = bench
        .part(case, "report", &[said_to("authority", &["CISA"])])
        .unwrap();
    assert_eq!(
        said(bench.step(case, "reported", "x", &[], None)).0,
        "E-INCIDENT-REPORTS"
    );
    let page = |bench: &Bench| {
        bench.vault.transmittal_page(&c::CasePartReq {
            r#ref: case.to_owned(),
            item: report.clone(),
        })
    };
    assert_eq!(said(page(&bench)).0, "E-INCIDENT-CLEARED");
    bench.part_step(case, &report, "cleared", &[]).unwrap();
    assert!(page(&bench).unwrap().starts_with(b"%PDF"));
    bench.part_step(case, &report, "made", &[]).unwrap();
    bench.step(case, "reported", "Told", &[], None).unwrap();
    bench
        .step(case, "followed", "Reference 7", &[], None)
        .unwrap();
    assert_eq!(
        said(bench.step(case, "closed", "Lessons", &[], None)).0,
        "E-APPROVAL-OVERRIDE"
    );
    let view = bench
        .step(case, "closed", "Lessons", &[], Some(ALONE))
        .unwrap();
    assert!(view.row.done);
}

#[test]
fn an_answer_of_the_wrong_kind_is_refused_with_its_question() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    let code =
        |answers: &[c::CaseAnswer]| said(bench.step(&opened.case, "extended", "", answers, None)).0;
    let grant = said_to("grant", &["Letter"]);
    assert_eq!(
        code(&[said_to("new_due", &["soon"]), grant.clone()]),
        "E-FIELD-DATE"
    );
    let soon = [said_to("new_due", &["soon"]), grant.clone()];
    let refused = bench.step(&opened.case, "extended", "", &soon, None);
    assert_eq!(
        refused.unwrap_err().0.problems.len(),
        1,
        "what was answered wrongly is not missing besides"
    );
    assert_eq!(
        code(&[
            said_to("new_due", &["2026-03-20", "2026-03-21"]),
            grant.clone()
        ]),
        "E-ANSWER-MANY"
    );
    assert_eq!(
        code(&[
            said_to("new_due", &["2026-03-20"]),
            grant.clone(),
            said_to("colour", &["red"])
        ]),
        "E-ANSWER-UNKNOWN"
    );
    assert_eq!(
        code(&[
            said_to("new_due", &["2026-03-20"]),
            grant,
            said_to("documents", &["none"])
        ]),
        "E-RECORD-UNKNOWN"
    );
}

#[test]
fn a_letter_of_another_decade_is_taken_and_its_day_is_asked_about() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let asked = |received: &str| {
        let req = c::CasePreviewReq {
            kind: "request".to_owned(),
            received: received.to_owned(),
        };
        let clocks = bench.vault.case_preview(&req).unwrap();
        clocks.into_iter().find_map(|clock| clock.preview.doubt)
    };
    let old = bench.request("1999-01-04", &[&reseller]).unwrap();
    let question = old.doubt.unwrap();
    assert_eq!(
        question,
        "Is Mon 1999-01-04 right? Counted from it, the last day was Thu 1999-01-14, over 27 years ago."
    );
    assert_eq!(
        asked("1999-01-04").as_deref(),
        Some(question.as_str()),
        "it is asked before anything is recorded, in the same words"
    );
    let late = bench.request("2026-01-04", &[&reseller]).unwrap();
    assert_eq!(late.doubt, None, "two months late is late, not a slip");
    assert_eq!(asked("2026-01-04"), None);
}
