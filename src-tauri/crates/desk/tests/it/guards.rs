//! What a case must hold before each of its steps: who asks too early is told what is missing, and the case stands as it was.

use crate::{
    bench::{ALONE, Bench, said_to, tells},
    casework::sheet,
};
use contract as c;
use desk::{Unwatched, offer_builtin};

fn open(
    bench: &Bench,
    kind: &str,
    resellers: &[&str],
    subjects: &[&str],
    answers: Vec<c::CaseAnswer>,
) -> String {
    crate::worked::case(bench, kind, resellers, subjects, answers).case
}

/// Tries a step; what it asks is answered.
fn refused(bench: &Bench, case: &str, to: &str, given: &[c::CaseAnswer]) -> (String, String) {
    bench.refused(|bench| bench.step(case, to, "As it was", given, Some(ALONE)))
}

fn done(bench: &Bench, case: &str, to: &str, given: &[c::CaseAnswer]) {
    bench
        .step(case, to, "As it was", given, Some(ALONE))
        .unwrap_or_else(|why| panic!("{to}: {why:?}"));
}

fn covered(by: &str) -> Vec<c::CaseAnswer> {
    vec![
        said_to("transaction_on", &["2026-02-18"]),
        said_to("knowledge_on", &["2026-02-20"]),
        said_to("known_by", &[by]),
    ]
}

#[test]
fn a_report_of_training_goes_its_own_way_with_a_reseller_and_without_one() {
    let bench = Bench::new();
    let signal = || vec![said_to("signal", &["A quota request"])];
    let nobodys = open(&bench, "training", &[], &[], signal());
    tells(
        &refused(&bench, &nobodys, "assessing", &[]),
        "E-AI-WHOSE",
        &["No customer and no reseller", "Say whose training"],
    );

    let ada = bench.customer("Ada Byron", "GB");
    let direct = open(&bench, "training", &[], &[&ada], signal());
    done(&bench, &direct, "assessing", &[]);
    bench
        .vault
        .worksheet_set(&sheet(&direct, "1e15", true))
        .unwrap();
    tells(
        &refused(&bench, &direct, "covered", &covered("reseller")),
        "E-AI-RESELLER",
        &["none can have known", "Name the reseller first"],
    );
    done(&bench, &direct, "covered", &covered("provider"));
    tells(
        &refused(&bench, &direct, "awaiting_reseller", &[]),
        "E-AI-RESELLER",
        &["No reseller stands between", "Draft the report"],
    );
    done(&bench, &direct, "drafting", &[]);
    tells(
        &refused(
            &bench,
            &direct,
            "review",
            &[said_to("complete", &["unknown"])],
        ),
        "E-AI-UNKNOWN",
        &["Name each field that is not known", "asked"],
    );

    let reseller = bench.reseller("Lion City");
    let relayed = open(&bench, "training", &[&reseller], &[], signal());
    done(&bench, &relayed, "assessing", &[]);
    bench
        .vault
        .worksheet_set(&sheet(&relayed, "1e15", true))
        .unwrap();
    done(&bench, &relayed, "covered", &covered("reseller"));
    tells(
        &refused(&bench, &relayed, "drafting", &[]),
        "E-AI-RESELLER",
        &["A reseller stands between", "Demand its report"],
    );
    // The reseller stays silent: supply is blocked, and what it owes runs on after ours is filed.
    done(&bench, &relayed, "awaiting_reseller", &[]);
    bench.now("2026-03-09T17:00:00Z");
    done(&bench, &relayed, "supply_blocked", &[]);
    done(&bench, &relayed, "drafting", &[]);
    done(&bench, &relayed, "review", &[said_to("complete", &["all"])]);
    done(&bench, &relayed, "filed", &[]);
    let owed = bench.vault.case_show(&relayed).unwrap().clocks;
    let runs = owed
        .iter()
        .find(|clock| clock.row.clock == "CLK-AI-RESELLER" && clock.row.status == "late")
        .unwrap();
    tells(
        &refused(&bench, &relayed, "closed", &[]),
        "E-CASE-CLOCK",
        &[&runs.row.r#ref, "stop each first"],
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_measure_with_conditions_has_rules_before_its_analysis_and_is_swept_only_while_it_stands() {
    let bench = Bench::new();
    let imposed = vec![
        said_to("determined_on", &["2025-08-01"]),
        said_to("measure_kind", &["jurisdiction_condition"]),
        said_to("target", &["Chile"]),
    ];
    let of = open(&bench, "measure", &[], &[], imposed);
    tells(
        &refused(&bench, &of, "analysed", &[]),
        "E-MEASURE-RULES",
        &["imposes conditions", "Add what may be done"],
    );
    tells(
        &bench.refused(|bench| bench.vault.sweep_run(&of)),
        "E-MEASURE-STATE",
        &[&of, "record the analysis first"],
    );
    let rule = [
        said_to("name", &["No new accounts without approval"]),
        said_to("says", &["Section 3 of the determination"]),
        said_to("applies", &["open"]),
    ];
    let rule = bench.part(&of, "rule", &rule).unwrap();
    bench.part_step(&of, &rule, "dropped", &[]).unwrap();
    assert_eq!(
        refused(&bench, &of, "analysed", &[]).0,
        "E-MEASURE-RULES",
        "a rule that was dropped stands for nothing"
    );
    let again = [
        said_to("name", &["Only with a named officer"]),
        said_to("says", &["Section 4 of the determination"]),
        said_to("applies", &["both"]),
    ];
    bench.part(&of, "rule", &again).unwrap();
    done(&bench, &of, "analysed", &[]);
    let query = |country: &str| c::SweepQueryReq {
        r#ref: of.clone(),
        countries: vec![country.to_owned()],
        places: vec!["location".to_owned()],
        networks: Vec::new(),
        names: Vec::new(),
    };
    bench.vault.sweep_query(&query("Chile")).unwrap();
    let first = bench.vault.sweep_run(&of).unwrap();
    for to in ["planned", "sweeping"] {
        done(&bench, &of, to, &[]);
    }
    done(
        &bench,
        &of,
        "in_force",
        &[said_to("effective_on", &["2026-02-20"])],
    );
    done(&bench, &of, "rescinded", &[]);
    for tried in [
        bench.refused(|bench| bench.vault.sweep_query(&query("Peru"))),
        bench.refused(|bench| bench.vault.sweep_run(&of)),
    ] {
        tells(&tried, "E-MEASURE-STATE", &[&of, "not after it is over"]);
    }
    let kept = bench.vault.sweep(&of).unwrap();
    assert_eq!(
        (kept.countries, kept.sweeps.len()),
        (vec!["CL".to_owned()], first.sweeps.len()),
        "what was looked for and found stays"
    );
}

#[test]
fn an_application_for_an_exemption_describes_a_version_and_what_the_program_watches_for() {
    let bench = Bench::new();
    let of = open(
        &bench,
        "exemption",
        &[],
        &[],
        vec![said_to("scope", &["provider"])],
    );
    tells(
        &refused(&bench, &of, "applied", &[]),
        "E-EXEMPTION-VERSION",
        &["No version", "Add the one that the application describes"],
    );
    let version = [
        said_to("name", &["2026.1"]),
        said_to("effective_on", &["2026-01-01"]),
    ];
    bench.part(&of, "version", &version).unwrap();
    tells(
        &refused(&bench, &of, "applied", &[]),
        "E-EXEMPTION-FLAGS",
        &["No red flag is listed", "say what it watches for"],
    );
    let flag = [
        said_to("name", &["Rented by the hour, paid by others"]),
        said_to("detection", &["Payments are compared with names"]),
        said_to("response", &["An analyst asks"]),
    ];
    bench.part(&of, "red_flag", &flag).unwrap();
    done(&bench, &of, "applied", &[]);
    assert_eq!(bench.vault.case_show(&of).unwrap().row.state, "applied");
}

#[test]
fn a_certification_waits_for_each_reseller_and_its_counts_stay_as_they_were_frozen() {
    let bench = Bench::new();
    bench.reseller("Lion City");
    let of = open(&bench, "certification", &[], &[], Vec::new());
    done(&bench, &of, "review_open", &[]);
    let freeze = c::CountsFreezeReq {
        r#ref: of.clone(),
        as_of: bench.vault.today().to_string(),
    };
    let frozen = bench.vault.counts_freeze(&freeze).unwrap();
    let part = |kind: &str| {
        let groups = bench.vault.case_show(&of).unwrap().parts;
        groups.into_iter().find(|group| group.kind == kind).unwrap()
    };
    for row in part("attestation").rows {
        let basis = [
            said_to("basis", &["Reviewed in February"]),
            said_to("records", &["Minutes of 12 February"]),
        ];
        bench.part_step(&of, &row.id, "attested", &basis).unwrap();
    }
    tells(
        &refused(&bench, &of, "attesting", &[]),
        "E-CERT-RESELLERS",
        &["Lion City", "Record each, or why it is missing"],
    );
    let reseller = part("reseller").rows[0].id.clone();
    for few in ["a few", "-1", "2.5", "1000000000001"] {
        let attested = [said_to("unverified", &[few])];
        tells(
            &bench.refused(|bench| bench.part_step(&of, &reseller, "received", &attested)),
            "E-ANSWER-NUMBER",
            &["could not verify", "write a whole number, like 12"],
        );
    }
    assert_eq!(part("reseller").rows[0].state, "missing");
    let attested = [said_to("unverified", &["3"])];
    bench
        .part_step(&of, &reseller, "received", &attested)
        .unwrap();
    done(&bench, &of, "attesting", &[]);
    let later = bench.customer("Ada Byron", "GB");
    bench.restricted_account(&later);
    tells(
        &bench.refused(|bench| bench.vault.counts_freeze(&freeze)),
        "E-CERT-FROZEN",
        &[&of, "Reopen it first"],
    );
    assert_eq!(
        bench.vault.certification(&of).unwrap().sha256,
        frozen.sha256,
        "what is certified is what was frozen"
    );
    done(&bench, &of, "review_open", &[]);
    assert_ne!(
        bench.vault.counts_freeze(&freeze).unwrap().sha256,
        frozen.sha256
    );
}

#[test]
fn what_the_department_asks_is_listed_before_it_is_scoped() {
    let bench = Bench::new();
    for kind in ["follow_up", "assessment"] {
        let of = open(&bench, kind, &[], &[], Vec::new());
        tells(
            &refused(&bench, &of, "scoped", &[]),
            "E-CASE-PARTS",
            &["Nothing that is asked for is listed", "Add it below"],
        );
        assert_eq!(bench.vault.case_show(&of).unwrap().row.state, "received");
    }
}

#[test]
fn a_cure_keeps_a_reseller_only_where_the_rule_lets_a_cure_end_the_duty() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let of = open(&bench, "failure", &[&reseller], &[], Vec::new());
    done(&bench, &of, "containing", &[]);
    bench.contain(&of);
    done(&bench, &of, "reported", &[]);
    done(&bench, &of, "remediation_offered", &[]);
    let before = bench.vault.case_show(&of).unwrap();
    tells(
        &refused(&bench, &of, "retained", &[]),
        "E-FAILURE-CURE",
        &[
            "does not end the duty to terminate",
            "Give notice of termination",
        ],
    );
    let after = bench.vault.case_show(&of).unwrap();
    assert_eq!(after.row.state, "remediation_offered");
    let running = |view: &c::CaseView| {
        let open = view
            .clocks
            .iter()
            .filter(|one| ["running", "late"].contains(&one.row.status.as_str()));
        open.map(|one| one.row.r#ref.clone()).collect::<Vec<_>>()
    };
    assert_eq!(running(&before), running(&after), "the clock runs on");
    assert!(!running(&after).is_empty());
}

#[test]
fn a_case_whose_clock_no_pack_in_use_has_is_not_opened_and_says_what_to_adopt() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let bank = offer_builtin("us-bank-cip").unwrap();
    bench
        .vault
        .pack_adopt(&bank, "We are a bank now", &[])
        .unwrap();
    bench
        .vault
        .pack_retire("us-iaas-nprm-2024", "It was withdrawn")
        .unwrap();
    tells(
        &bench.refused(|bench| bench.request("2026-03-02", &[&reseller])),
        "E-PACK-NO-CLOCK",
        &[
            "No rule pack in use",
            "Adopt a pack that has one, under Rules",
        ],
    );
    let cases = bench.vault.case_list().unwrap().rows;
    assert!(cases.is_empty(), "no case without its clock: {cases:?}");
}
