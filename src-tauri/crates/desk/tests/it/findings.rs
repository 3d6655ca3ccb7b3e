//! What is found of a filing before it is sealed: what blocks, what a person should look at, what passed; and the days on which it can have been
//! sent and answered.

use crate::{
    bench::{ALONE, Bench, tells},
    worked::draft,
};
use contract as c;

/// What is found under a code: its level and its words; everything else of that code is said where there is none.
fn found(view: &c::FilingView, code: &str) -> (String, String) {
    let one = view.findings.iter().find(|one| one.code == code);
    let one = one.unwrap_or_else(|| panic!("{code} in {:?}", view.findings));
    (one.level.clone(), one.message.clone())
}

#[track_caller]
fn finds(view: &c::FilingView, code: &str, level: &str, words: &[&str]) {
    let (of, message) = found(view, code);
    assert_eq!(of, level, "{code}: {message}");
    tells(&(code.to_owned(), message), code, words);
}

fn lacks(view: &c::FilingView, code: &str) -> bool {
    view.findings.iter().all(|one| one.code != code)
}

fn edited(
    bench: &Bench,
    filing: &str,
    item: &str,
    asked: Option<c::FormAsked>,
    rows: Vec<c::FormAnswerRow>,
) -> Result<c::FilingView, desk::Error> {
    bench.vault.filing_edit(&c::FilingEditReq {
        r#ref: filing.to_owned(),
        revision: bench.vault.filing_show(filing)?.revision,
        answers: vec![c::FormAnswer {
            item: item.to_owned(),
            rows,
            unknown: asked,
        }],
    })
}

#[test]
fn copies_of_a_request_are_there_or_missing_and_a_missing_one_has_its_reason() {
    let bench = Bench::new();
    let has = bench.reseller("Lion City");
    let has_not = bench.reseller_without_cip("Merlion");
    let filing = bench
        .request("2026-03-02", &[&has, &has_not])
        .unwrap()
        .filing
        .unwrap();
    let view = bench.vault.filing_show(&filing).unwrap();
    finds(
        &view,
        "E-F4-CIP",
        "passed",
        &["Lion City: version 1", "2020-01-01"],
    );
    finds(
        &view,
        "E-F4-MISSING",
        "blocks",
        &[
            "No CIP of Merlion",
            "2026-03-02",
            "File it, or write why it is missing",
        ],
    );
    assert!(!view.sealable && lacks(&view, "E-FORM-LATE"));
    let blocked = bench.refused(|bench| bench.seal(&filing, Some(ALONE)));
    tells(&blocked, "E-FILING-BLOCKED", &["No CIP of Merlion"]);
    let view = bench
        .write(
            &filing,
            "missing",
            &has_not,
            "reason",
            "It refuses; see FAI-2026-0001",
        )
        .unwrap();
    finds(
        &view,
        "E-F4-EXPLAINED",
        "warns",
        &["The CIP of Merlion is missing, with a reason"],
    );
    assert!(view.sealable && lacks(&view, "E-F4-MISSING"));
    bench.now("2026-03-20T17:00:00Z");
    let view = bench.vault.filing_show(&filing).unwrap();
    finds(
        &view,
        "E-FORM-LATE",
        "warns",
        &["passed 8 days ago", "Send it"],
    );
    let sealed = bench.seal(&filing, Some(ALONE)).unwrap();
    assert!(
        lacks(&sealed, "E-FORM-LATE"),
        "what is sealed is on its way"
    );
}

#[test]
fn an_answer_lacks_a_part_says_no_or_rests_on_what_nobody_verified() {
    let bench = Bench::new();
    let customer = bench.entity("Schneider GmbH", "DE");
    let report = draft(&bench, "F6", &[&customer], None);
    finds(
        &report,
        "E-FORM-UNVERIFIED",
        "warns",
        &["has not been verified", "Verify it"],
    );
    let filing = report.row.r#ref;
    let asked = |on: &str| c::FormAsked {
        asked_on: on.to_owned(),
        asked_of: "Schneider GmbH".to_owned(),
        answer: String::new(),
    };
    let view = edited(
        &bench,
        &filing,
        "practices",
        Some(asked("last week")),
        Vec::new(),
    )
    .unwrap();
    finds(
        &view,
        "E-FORM-ASKED",
        "blocks",
        &["write the day on which somebody was asked"],
    );
    let view = edited(
        &bench,
        &filing,
        "practices",
        Some(asked("2026-02-27")),
        Vec::new(),
    )
    .unwrap();
    assert!(lacks(&view, "E-FORM-ASKED"));

    let certificate = draft(&bench, "F2", &[], None);
    let filing = certificate.row.r#ref.clone();
    finds(
        &certificate,
        "E-FORM-PART",
        "blocks",
        &["Attestations", "row 1", "write \"Answer\""],
    );
    let lines = certificate
        .sections
        .iter()
        .flat_map(|section| &section.lines);
    let attestations = lines
        .clone()
        .find(|line| line.id == "attestations")
        .unwrap();
    let key = attestations.values[0].key.clone();
    bench
        .write(
            &filing,
            "attestations",
            &key,
            "basis",
            "Not reviewed in 2025",
        )
        .unwrap();
    let view = bench
        .write(&filing, "attestations", &key, "value", "false")
        .unwrap();
    finds(
        &view,
        "E-FORM-NO",
        "warns",
        &["row 1", "the answer is no. It is filed as no"],
    );
    finds(&view, "E-FORM-DONE", "passed", &["is filled in"]);
    assert!(!view.sealable, "the other attestations lack their answers");
}

#[test]
fn a_sample_of_nobody_says_that_it_is_empty() {
    let bench = Bench::new();
    let nobody = draft(&bench, "F12", &[], None);
    finds(
        &nobody,
        "E-F12-NOBODY",
        "warns",
        &["Nobody is in the population", "recorded"],
    );
    bench.customer("Ada Byron", "GB");
    let view = bench.vault.filing_show(&nobody.row.r#ref).unwrap();
    assert!(lacks(&view, "E-F12-NOBODY"), "{:?}", view.findings);
}

#[test]
fn where_several_clocks_wait_for_a_form_the_one_it_answers_is_named() {
    let bench = Bench::new();
    let start = |on: &str| {
        let clock = bench.vault.clock_start(&c::ClockStartReq {
            pack: "us-iaas-nprm-2024".to_owned(),
            clock: "CLK-IRREGULAR".to_owned(),
            at: vec![c::TriggerAt {
                event: "change_effective".to_owned(),
                at: on.to_owned(),
            }],
            subject: "programme".to_owned(),
            note: "The contact changed".to_owned(),
            provisional: false,
        });
        clock.unwrap().row.r#ref
    };
    let (one, other) = (start("2026-02-26"), start("2026-02-27"));
    let asked = |clock: Option<&str>| c::FilingDraftReq {
        form: "F3".to_owned(),
        subjects: Vec::new(),
        clock: clock.map(str::to_owned),
        as_of: None,
        replaces: None,
    };
    tells(
        &bench.refused(|bench| bench.vault.filing_draft(&asked(None))),
        "E-FORM-CLOCK",
        &[&one, &other, "Name the one that this answers"],
    );
    assert!(bench.vault.filing_list().unwrap().rows.is_empty());
    let named = bench.vault.filing_draft(&asked(Some(&other))).unwrap();
    finds(
        &named,
        "E-FORM-NUMBER",
        "warns",
        &["not verified against the rule", "Compare it"],
    );
    assert_eq!(named.clock.unwrap().r#ref, other);
}

#[test]
fn a_filing_is_not_sent_before_its_seal_nor_answered_before_it_was_sent() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-02-27", &[&reseller]).unwrap();
    let filing = opened.filing.unwrap();
    bench.seal(&filing, Some(ALONE)).unwrap();
    tells(
        &bench.refused(|bench| bench.sent(&filing, "2026-02-28")),
        "E-FILING-BEFORE-SEAL",
        &["2026-02-28 is before", &filing, "Check the date"],
    );
    let clock = bench.vault.clock_show(&opened.clock).unwrap();
    assert!(clock.satisfied_by.is_none(), "no clock stopped");
    bench.now("2026-03-04T17:00:00Z");
    bench.sent(&filing, "2026-03-03").unwrap();
    let answer = |on: &str| c::FilingAnswerReq {
        r#ref: filing.clone(),
        outcome: "acknowledged".to_owned(),
        on: Some(on.to_owned()),
        reference: "ACK-77".to_owned(),
    };
    tells(
        &bench.refused(|bench| bench.vault.filing_answer(&answer("2026-03-02"))),
        "E-FILING-BEFORE-SENT",
        &["2026-03-02 is before", &filing, "Check the date"],
    );
    let view = bench.vault.filing_show(&filing).unwrap();
    assert_eq!(view.row.state, "sent");
    let view = bench.vault.filing_answer(&answer("2026-03-03")).unwrap();
    assert_eq!(view.row.state, "acknowledged");
}
