//! Statements, updates and applications that take over what their cases hold: a special measure, a change outside the year, an exemption.

use crate::{
    bench::{ALONE, Bench, said, said_to},
    worked::{case, draft, line, says},
};
use contract as c;

/// A measure against a jurisdiction, in effect from the day that it states.
fn against_chile(bench: &Bench, stated: Option<&str>) -> String {
    let mut imposed = vec![
        said_to("determined_on", &["2025-08-01"]),
        said_to("measure_kind", &["jurisdiction_prohibit"]),
        said_to("target", &["Chile"]),
    ];
    imposed.extend(stated.map(|day| said_to("effective_stated", &[day])));
    case(bench, "measure", &[], &[], imposed).case
}

fn looks_for_chile(bench: &Bench, of: &str) {
    bench
        .vault
        .sweep_query(&c::SweepQueryReq {
            r#ref: of.to_owned(),
            countries: vec!["Chile".to_owned()],
            places: vec!["location".to_owned()],
            networks: Vec::new(),
            names: Vec::new(),
        })
        .unwrap();
}

#[test]
fn a_statement_on_a_special_measure_tells_each_sweep_and_each_decision_and_names_nobody() {
    let bench = Bench::new();
    let ada = bench.customer("Ada Byron", "CL");
    bench.restricted_account(&ada);
    bench.customer("Gabriela Mistral", "CL");
    let of = against_chile(&bench, Some("2026-02-20"));
    bench
        .step(
            &of,
            "analysed",
            "Accounts there are closed",
            &[said_to("factors", &["jurisdiction_obtained_there"])],
            None,
        )
        .unwrap();
    looks_for_chile(&bench, &of);
    let sweep = bench.vault.sweep_run(&of).unwrap();
    let hash = sweep.sweeps[0].result_sha256.clone();
    let parts = bench.vault.case_show(&of).unwrap().parts;
    let mut found = parts.iter().flat_map(|group| &group.rows);
    let met = found.find(|row| row.subject.as_deref() == Some(&ada));
    bench
        .part_step(&of, &met.unwrap().id, "prohibited", &[])
        .unwrap();
    let told = bench.timeline(&of);
    let mut lines = told.items.iter().flat_map(|item| &item.lines);
    assert!(
        lines.any(|line| line.after.as_deref()
            == Some("Products obtained there, also through reseller accounts")),
        "what was chosen is told in the words of the pack"
    );
    let view = draft(&bench, "F13", &[], None);
    assert_eq!(view.row.case.as_deref(), Some(of.as_str()));
    for (item, words) in [
        ("measure", "Kind: Jurisdiction"),
        ("measure", "Effect: Prohibit"),
        ("measure", "In effect from: Fri 2026-02-20"),
        (
            "queries",
            "Chile in: location and jurisdiction of customers",
        ),
        ("queries", hash.as_str()),
        ("counts", "Matched: 2"),
        ("counts", "Prohibited: 1"),
        ("counts", "Not affected: 0"),
    ] {
        let said = says(&view, item);
        assert!(said.contains(words), "{item} says {words}: {said}");
    }
    let accounts = line(&view, "accounts").rows;
    assert_eq!(accounts.len(), 1, "what is not decided is no decision");
    assert!(accounts[0][0].starts_with("acct-") && accounts[0][0] != "acct-1");
    assert_eq!(accounts[0][1], "Prohibited");
    let open = |one: &c::Finding| one.code == "E-MEASURE-OPEN" && one.level == "warns";
    assert!(view.findings.iter().any(open), "{:?}", view.findings);
}

#[test]
fn a_measure_is_extended_by_its_notice_runs_out_by_a_persons_word_and_unblocks_nothing() {
    let bench = Bench::new();
    let ada = bench.customer("Ada Byron", "CL");
    bench.restricted_account(&ada);
    let of = against_chile(&bench, None);
    bench
        .step(&of, "analysed", "Accounts there are closed", &[], None)
        .unwrap();
    let refused =
        |to: &str, given: &[c::CaseAnswer]| said(bench.step(&of, to, "As read", given, None));
    assert_eq!(refused("planned", &[]).0, "E-MEASURE-QUERY");
    looks_for_chile(&bench, &of);
    bench
        .step(&of, "planned", "We decide until Friday", &[], None)
        .unwrap();
    assert_eq!(refused("sweeping", &[]).0, "E-MEASURE-SWEEP");
    bench.vault.sweep_run(&of).unwrap();
    bench
        .step(&of, "sweeping", "As planned", &[], None)
        .unwrap();
    let effect = |day: &str| {
        [
            said_to("effective_on", &[day]),
            said_to("basis", &["90 FR 1"]),
        ]
    };
    assert_eq!(
        refused("in_force", &effect("2026-03-01")).0,
        "E-MEASURE-OPEN"
    );
    let parts = bench.vault.case_show(&of).unwrap().parts;
    let met = parts
        .iter()
        .flat_map(|group| &group.rows)
        .next()
        .unwrap()
        .id
        .clone();
    bench.part_step(&of, &met, "prohibited", &[]).unwrap();
    let (code, _) = refused("in_force", &effect("2025-08-02"));
    assert_eq!(code, "E-MEASURE-EARLY", "not before its time");
    let life = |view: &c::CaseView| -> Vec<String> {
        let runs = view
            .clocks
            .iter()
            .filter(|one| one.row.clock == "CLK-SM-LIFE");
        runs.map(|one| one.row.due.clone()).collect()
    };
    let first = life(
        &bench
            .step(&of, "in_force", "As read", &effect("2026-03-01"), None)
            .unwrap(),
    );
    assert_eq!(first, ["2027-03-01"]);
    assert_eq!(refused("expired", &[]).0, "E-MEASURE-LIFE", "it runs");
    assert_eq!(
        said(bench.part_step(&of, &met, "released", &[])).0,
        "E-MEASURE-RUNS"
    );
    let longer = [
        said_to("extended_from", &["2027-03-01"]),
        said_to("notice", &["92 FR 1"]),
    ];
    let view = bench.step(&of, "extended", "", &longer, None).unwrap();
    assert_eq!(life(&view).last().map(String::as_str), Some("2028-02-29"));
    bench.now("2027-06-01T17:00:00Z");
    assert_eq!(
        refused("expired", &[]).0,
        "E-MEASURE-LIFE",
        "the extension runs"
    );
    bench.now("2028-03-01T17:00:00Z");
    bench
        .step(&of, "expired", "No extension was published", &[], None)
        .unwrap();
    let blocked = bench.vault.case_show(&of).unwrap().parts;
    let mut rows = blocked.iter().flat_map(|group| &group.rows);
    assert!(
        rows.any(|row| row.id == met && row.state == "prohibited"),
        "nothing is unblocked by itself"
    );
    assert_eq!(refused("closed", &[]).0, "E-MEASURE-BLOCKED");
    bench.part_step(&of, &met, "released", &[]).unwrap();
    bench
        .step(&of, "closed", "Each was looked at", &[], None)
        .unwrap();
}

#[test]
fn an_irregular_update_says_what_was_logged() {
    let bench = Bench::new();
    let logged = vec![
        said_to("trigger", &["contact_change"]),
        said_to("effective_on", &["2026-02-26"]),
        said_to("before", &["Bo Chen"]),
        said_to("after", &["Ana Lima"]),
    ];
    let of = case(&bench, "update", &[], &[], logged).case;
    let view = draft(&bench, "F3", &[], None);
    assert_eq!(view.row.case.as_deref(), Some(of.as_str()));
    for (item, words) in [
        ("kind", "Change of the primary contact"),
        ("effective_on", "Thu 2026-02-26"),
        ("before", "Bo Chen"),
        ("after", "Ana Lima"),
    ] {
        assert_eq!(says(&view, item), words);
    }
    assert!(
        view.findings
            .iter()
            .any(|one| one.level == "blocks" && one.go_to.as_deref() == Some("impact")),
        "what it does to the procedures is a person's to say"
    );
    let judged = "None on the procedures; the address for requests changes";
    bench.step(&of, "material", judged, &[], None).unwrap();
    let view = draft(&bench, "F3", &[], None);
    assert_eq!(
        says(&view, "impact"),
        judged,
        "once somebody said it, nobody types it again"
    );
}

#[test]
fn an_update_names_a_new_version_of_the_cip_and_never_the_one_before_the_change() {
    let bench = Bench::new();
    let version = |name: &str, from: &str| {
        let recorded = bench.vault.programme_cip(&c::OwnCipReq {
            r#ref: None,
            version: name.to_owned(),
            effective_from: from.to_owned(),
            approver: "Ana Lima, CEO".to_owned(),
            document: None,
            next_review_on: None,
            adopted_from: None,
            marks: Vec::new(),
        });
        recorded.unwrap();
    };
    version("2025.1", "2025-01-01");
    let logged = vec![
        said_to("trigger", &["cip_material_change"]),
        said_to("effective_on", &["2026-02-20"]),
        said_to("before", &["One reviewer"]),
        said_to("after", &["Two reviewers"]),
    ];
    let of = case(&bench, "update", &[], &[], logged).case;
    let view = draft(&bench, "F3", &[&of], None);
    assert!(!says(&view, "cip").contains("2025.1"), "that is what was");
    let code = |view: &c::FilingView| {
        view.findings
            .iter()
            .any(|one| one.code == "E-UPDATE-VERSION")
    };
    assert!(code(&view), "{:?}", view.findings);
    version("2026.1", "2026-02-20");
    let view = draft(&bench, "F3", &[&of], None);
    assert!(says(&view, "cip").contains("2026.1"));
    assert!(!code(&view));
}

#[test]
fn an_application_for_an_exemption_lists_the_red_flags_of_its_program() {
    let bench = Bench::new();
    let scope = vec![said_to("scope", &["reseller"])];
    let of = case(&bench, "exemption", &[], &[], scope).case;
    let flag = [
        said_to("name", &["One card, many accounts"]),
        said_to("detection", &["Counted each night"]),
        said_to("response", &["Restricted until asked"]),
    ];
    bench.part(&of, "red_flag", &flag).unwrap();
    let fits = "Two people for four hundred customers";
    bench
        .vault
        .case_change(&c::CaseChangeReq {
            r#ref: of.clone(),
            fields: vec![said_to("fit", &[fits])],
            subjects: None,
            resellers: None,
        })
        .unwrap();
    // A second one under way: the form says which it is about.
    let other = vec![said_to("scope", &["provider"])];
    case(&bench, "exemption", &[], &[], other);
    assert_eq!(draft(&bench, "F11", &[], None).row.case, None);
    let view = draft(&bench, "F11", &[&of], None);
    for (item, words) in [
        ("purpose", "Application"),
        ("scope", "Scope: Reseller"),
        ("fit", fits),
        ("red_flags", "One card, many accounts: Counted each night"),
        (
            "response",
            "One card, many accounts: Restricted until asked",
        ),
    ] {
        let said = says(&view, item);
        assert!(said.contains(words), "{item} says {words}: {said}");
    }
}

#[test]
fn a_notice_of_a_deviation_tells_what_is_still_to_be_told_and_nothing_that_was_judged_not_to_be() {
    let bench = Bench::new();
    let scope = vec![said_to("scope", &["provider"])];
    let of = case(&bench, "exemption", &[], &[], scope).case;
    let version = [
        said_to("name", &["1"]),
        said_to("effective_on", &["2026-01-01"]),
    ];
    bench.part(&of, "version", &version).unwrap();
    let flag = [
        said_to("name", &["One card, many accounts"]),
        said_to("detection", &["Counted each night"]),
        said_to("response", &["Restricted until asked"]),
    ];
    bench.part(&of, "red_flag", &flag).unwrap();
    let sent = [
        said_to("factors", &["fit"]),
        said_to("channel", &["By letter"]),
    ];
    bench
        .step(&of, "applied", "The board decided", &sent, Some(ALONE))
        .unwrap();
    let granted = [said_to("granted_scope", &["provider"])];
    bench
        .step(&of, "granted", "Letter of today", &granted, None)
        .unwrap();
    let deviates = |what: &str| {
        let said = [said_to("name", &[what]), said_to("on", &["2026-02-20"])];
        bench.part(&of, "deviation", &said).unwrap()
    };
    let told = deviates("Nightly count was off for a week");
    let small = deviates("A form has another color");
    bench.part_step(&of, &told, "notified", &[]).unwrap();
    let judged = bench.vault.case_item_advance(&c::CaseItemAdvanceReq {
        r#ref: of.clone(),
        item: small,
        to: "not_significant".to_owned(),
        note: "Nothing is detected by it".to_owned(),
        at: None,
        answers: Vec::new(),
        approver: None,
        passphrase: Some(crate::bench::PASSPHRASE.to_owned()),
        override_reason: Some(ALONE.to_owned()),
        made_of: None,
    });
    judged.unwrap();
    let said = || {
        let said = says(&draft(&bench, "F11", &[&of], None), "deviation");
        said.trim().to_owned()
    };
    assert_eq!(
        said(),
        "Fri 2026-02-20 | Nightly count was off for a week",
        "nothing is left to tell: the record of what was told"
    );
    deviates("Cards are no longer compared");
    assert_eq!(said(), "Fri 2026-02-20 | Cards are no longer compared");
    let view = draft(&bench, "F11", &[&of], None);
    assert_eq!(says(&view, "purpose"), "Change notice");
}

#[test]
fn what_was_written_into_a_form_is_told_in_the_forms_own_words() {
    let bench = Bench::new();
    let view = draft(&bench, "F1", &[], None);
    bench
        .write(&view.row.r#ref, "new_provider", "", "is_new", "true")
        .unwrap();
    let told = bench.timeline(&view.row.r#ref);
    let lines: Vec<&c::ChangeLine> = told.items.iter().flat_map(|item| &item.lines).collect();
    assert!(
        lines.iter().any(|line| line
            .after
            .as_deref()
            .is_some_and(|after| after.contains("New provider: Yes"))),
        "{lines:?}"
    );
}
