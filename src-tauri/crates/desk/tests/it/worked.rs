//! Reports that take over what their cases hold, and sweeps that meet what lies below a reseller.

use crate::bench::{Bench, said_to};
use contract as c;

pub(crate) fn draft(
    bench: &Bench,
    form: &str,
    subjects: &[&str],
    clock: Option<&str>,
) -> c::FilingView {
    bench
        .vault
        .filing_draft(&c::FilingDraftReq {
            form: form.to_owned(),
            subjects: subjects.iter().map(|one| (*one).to_owned()).collect(),
            clock: clock.map(str::to_owned),
            as_of: None,
            replaces: None,
        })
        .unwrap()
}

pub(crate) fn line(view: &c::FilingView, id: &str) -> c::FormLine {
    let lines = view.sections.iter().flat_map(|section| &section.lines);
    lines
        .into_iter()
        .find(|line| line.id == id)
        .unwrap()
        .clone()
}

/// What an item says, names and values and rows in one text.
pub(crate) fn says(view: &c::FilingView, id: &str) -> String {
    let line = line(view, id);
    let facts = line
        .facts
        .iter()
        .map(|fact| format!("{}: {}", fact.name, fact.value));
    let rows = line.rows.iter().map(|row| row.join(" | "));
    let mut all = vec![line.words.clone()];
    all.extend(facts.chain(rows));
    all.join("\n")
}

pub(crate) fn case(
    bench: &Bench,
    kind: &str,
    resellers: &[&str],
    subjects: &[&str],
    answers: Vec<c::CaseAnswer>,
) -> c::CaseOpened {
    let own = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    bench
        .vault
        .case_open(
            &c::CaseOpenReq {
                kind: kind.to_owned(),
                state: None,
                received: "2026-02-27".to_owned(),
                text: "BIS-77".to_owned(),
                how: None,
                resellers: own(resellers),
                subjects: own(subjects),
                answers,
                handle: None,
            },
            Vec::new(),
        )
        .unwrap()
}

fn oversee(bench: &Bench, reseller: &str, upstream: Option<&str>, names: &[&str]) {
    bench
        .vault
        .reseller_oversee(&c::ResellerOverseeReq {
            r#ref: reseller.to_owned(),
            names: Some(names.iter().map(|one| (*one).to_owned()).collect()),
            upstream: upstream.map(str::to_owned),
            clause: None,
            contract: None,
            ai_reporting: None,
            attestation: None,
            counts: None,
        })
        .unwrap();
}

#[test]
fn the_report_of_a_failure_takes_over_its_case_and_names_it() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let below = bench.reseller("Nusantara");
    oversee(&bench, &below, Some(&reseller), &[]);
    let opened = case(&bench, "failure", &[&reseller], &[], Vec::new());
    let failure = opened.case.as_str();
    bench
        .step(
            failure,
            "containing",
            "By the list of accounts",
            &[said_to("blocked_at", &["2026-03-01"])],
            None,
        )
        .unwrap();
    bench.contain(failure);
    let kept = bench
        .part(failure, "account", &[said_to("account", &["acct-2"])])
        .unwrap();
    bench.part_step(failure, &kept, "kept", &[]).unwrap();
    bench
        .step(failure, "reported", "Complete", &[], None)
        .unwrap();
    bench
        .step(
            failure,
            "terminating",
            "",
            &[
                said_to("notice_on", &["2026-03-02"]),
                said_to("effective_on", &["2026-03-20"]),
            ],
            None,
        )
        .unwrap();
    let view = draft(&bench, "F10", &[failure], None);
    assert_eq!(
        line(&view, "closures").rows.len(),
        1,
        "what stays open was not closed"
    );
    for (item, words) in [
        (
            "reseller",
            "Acme Cloud LLC › Lion City; sells on to Nusantara",
        ),
        ("evidence", "BIS-77"),
        ("closures", "acct-1"),
        ("authorities", "FBI IC3"),
        ("termination", "2026-03-20"),
    ] {
        let text = says(&view, item);
        assert!(text.contains(words), "{item}: {text}");
    }
    for item in ["closures", "authorities", "termination"] {
        let line = line(&view, item);
        assert_eq!(line.from, [failure], "{item} names its case");
        assert_eq!(line.origin, "records");
    }
}

#[test]
fn answers_to_a_follow_up_are_numbered_and_what_is_withheld_says_why() {
    let bench = Bench::new();
    let opened = case(&bench, "follow_up", &[], &[], Vec::new());
    let ask = |words: &str| {
        bench
            .part(&opened.case, "question", &[said_to("question", &[words])])
            .unwrap()
    };
    let (first, second, _open) = (ask("Who trained it?"), ask("On what data?"), ask("Why?"));
    bench
        .part_step(
            &opened.case,
            &first,
            "answered",
            &[said_to("answer", &["Mei Lin Research"])],
        )
        .unwrap();
    bench
        .part_step(
            &opened.case,
            &second,
            "not_answered",
            &[said_to("reason", &["The customer does not say"])],
        )
        .unwrap();
    let view = draft(&bench, "F9", &[], Some(&opened.clock));
    assert!(says(&view, "request").contains("BIS-77"));
    assert_eq!(
        line(&view, "answers").rows.len(),
        1,
        "an open question is no answer"
    );
    assert!(says(&view, "answers").contains("1 | Who trained it? | Mei Lin Research"));
    assert!(says(&view, "withheld").contains("2: On what data? | The customer does not say"));
}

#[test]
fn a_report_of_training_takes_over_the_worksheet_and_calls_an_uncertain_verdict_unverified() {
    let bench = Bench::new();
    let customer = bench.entity("Mei Lin Research", "SG");
    let opened = case(
        &bench,
        "training",
        &[],
        &[&customer],
        vec![said_to("signal", &["A quota request"])],
    );
    bench
        .vault
        .case_change(&c::CaseChangeReq {
            r#ref: opened.case.clone(),
            fields: vec![
                said_to("run_status", &["running"]),
                said_to("planned_start", &["2026-02-01"]),
                said_to("weight_security", &["Two people, one vault"]),
            ],
            subjects: None,
            resellers: None,
        })
        .unwrap();
    let same = |id: &str, low: &str, high: &str| c::AssumptionReq {
        id: id.to_owned(),
        low: low.to_owned(),
        likely: low.to_owned(),
        high: high.to_owned(),
        source: "the customer".to_owned(),
    };
    bench
        .vault
        .worksheet_set(&c::WorksheetReq {
            r#ref: opened.case.clone(),
            runs: vec![c::RunReq {
                label: "Pre-training".to_owned(),
                method: "model".to_owned(),
                account: None,
                hardware: None,
                assumptions: vec![
                    same("parameters", "1e12", "1e12"),
                    same("tokens", "1e13", "9e13"),
                ],
            }],
            facts: vec![c::ClusterFactReq {
                id: "co_located".to_owned(),
                value: "yes".to_owned(),
                source: "contract".to_owned(),
            }],
            together: String::new(),
            keep: true,
        })
        .unwrap();
    let view = draft(&bench, "F6", &[&customer], Some(&opened.clock));
    for (item, words) in [
        ("operations", "6 x parameters x tokens"),
        ("cluster", "Yes"),
        ("dates", "2026-02-01"),
        ("security", "Two people, one vault"),
    ] {
        let text = says(&view, item);
        assert!(text.contains(words), "{item}: {text}");
        assert_eq!(line(&view, item).from, [opened.case.as_str()], "{item}");
    }
    assert_eq!(line(&view, "operations").origin, "unverified");
    assert_eq!(line(&view, "practices").origin, "empty", "nobody wrote it");
}

#[test]
fn a_sweep_that_meets_a_reseller_meets_the_tiers_below_it_and_their_customers() {
    let bench = Bench::new();
    let top = bench.reseller("Lion City");
    let middle = bench.reseller("Nusantara");
    let bottom = bench.reseller("Mekong");
    let aside = bench.reseller("Andes");
    oversee(&bench, &top, None, &["Shi Cheng Hosting"]);
    oversee(&bench, &middle, Some(&top), &[]);
    oversee(&bench, &bottom, Some(&middle), &[]);
    let through = bench.customer("Mei Lin", "FR");
    let direct = bench.customer("Jean Roux", "FR");
    let customers = |reseller: &str, list: &[&str]| {
        bench.vault.reseller_customers(&c::ResellerCustomersReq {
            r#ref: reseller.to_owned(),
            customers: list.iter().map(|one| (*one).to_owned()).collect(),
        })
    };
    assert!(
        customers(&bottom, &["C-009999"]).is_err(),
        "nobody of that name"
    );
    let seen = customers(&bottom, &[&through, &through]).unwrap();
    assert_eq!(seen.customers.len(), 1);
    let measure = case(
        &bench,
        "measure",
        &[],
        &[],
        bench
            .vault
            .case_kinds()
            .unwrap()
            .iter()
            .find(|kind| kind.kind == "measure")
            .map(|kind| crate::bench::fill(&kind.openings[0].asks, &[], "2026-03-01"))
            .unwrap(),
    )
    .case;
    bench.step(&measure, "analysed", "Read", &[], None).unwrap();
    let query = |names: &[&str]| {
        bench
            .vault
            .sweep_query(&c::SweepQueryReq {
                r#ref: measure.clone(),
                countries: Vec::new(),
                places: Vec::new(),
                networks: Vec::new(),
                names: names.iter().map(|one| (*one).to_owned()).collect(),
            })
            .unwrap();
        bench.vault.sweep_run(&measure).unwrap()
    };
    let first = query(&["Shi Cheng Hosting"]);
    assert_eq!(
        first.sweeps[0].found, 4,
        "three tiers and the customer at the end"
    );
    let view = bench.vault.case_show(&measure).unwrap();
    let found: Vec<(String, String)> = view
        .parts
        .iter()
        .find(|group| group.kind == "match")
        .unwrap()
        .rows
        .iter()
        .map(|row| {
            let why: Vec<String> = row
                .answers
                .iter()
                .flat_map(|one| one.values.clone())
                .collect();
            (row.subject.clone().unwrap(), why.join("; "))
        })
        .collect();
    let why = |subject: &str| {
        found
            .iter()
            .find(|(one, _)| one == subject)
            .map(|(_, why)| why.as_str())
            .unwrap_or_default()
    };
    assert_eq!(
        why(&through),
        "came through Mekong, which buys through Lion City (\"Shi Cheng Hosting\" in: Shi Cheng Hosting)"
    );
    assert!(why(&bottom).starts_with("buys through Lion City"));
    for other in [&direct, &aside] {
        assert_eq!(why(other), "", "{other} has nothing to do with it");
    }
    // What the customer of the bottom tier is found for depends on the chain alone: without the link nobody meets it, and the hash says so.
    customers(&bottom, &[]).unwrap();
    let second = query(&["Shi Cheng Hosting"]);
    assert_eq!(second.sweeps[0].found, 3);
    assert_eq!(second.sweeps[0].gone, [through.as_str()]);
    assert_ne!(
        second.sweeps[0].result_sha256,
        second.sweeps[1].result_sha256
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn the_register_of_resellers_says_what_is_known_of_each_and_a_certification_when_it_attested() {
    let bench = Bench::new();
    let (top, low) = (bench.reseller("Lion City"), bench.reseller("Nusantara"));
    let known = |one: &str, upstream: Option<&str>, told: bool| {
        bench
            .vault
            .reseller_oversee(&c::ResellerOverseeReq {
                r#ref: one.to_owned(),
                names: None,
                upstream: upstream.map(str::to_owned),
                clause: None,
                contract: None,
                ai_reporting: told.then_some(true),
                attestation: told.then(|| c::AttestationReq {
                    on: "2026-02-20".to_owned(),
                    signatory: "Mei Tan, director".to_owned(),
                    document: None,
                }),
                counts: told.then(|| c::CountsReq {
                    as_of: "2026-02-28".to_owned(),
                    customers: 420,
                    unverified: 3,
                }),
            })
            .unwrap();
    };
    known(&top, None, true);
    known(&low, Some(&top), false);
    let register = says(&draft(&bench, "F5", &[], None), "resellers");
    for words in [
        "Acme Cloud LLC › Lion City; sells on to Nusantara",
        "Acme Cloud LLC › Lion City › Nusantara",
        "2026-02-20",
        "Yes, as of 2026-03-02",
        "420",
    ] {
        assert!(register.contains(words), "{words}: {register}");
    }
    let certified = says(&draft(&bench, "F1", &[], None), "resellers");
    assert!(certified.contains("2026-02-20"), "{certified}");
}

/// A reseller attested on a day.
fn attests(bench: &Bench, reseller: &str, on: &str) {
    let attestation = c::AttestationReq {
        on: on.to_owned(),
        signatory: "Mei Tan, director".to_owned(),
        document: None,
    };
    let req = c::ResellerOverseeReq {
        r#ref: reseller.to_owned(),
        names: None,
        upstream: None,
        clause: None,
        contract: None,
        ai_reporting: None,
        attestation: Some(attestation),
        counts: None,
    };
    bench.vault.reseller_oversee(&req).unwrap();
}

#[test]
fn a_certification_says_what_its_case_froze_and_what_each_of_its_attestations_rests_on() {
    let bench = Bench::new();
    let (this_year, before, never) = (
        bench.reseller("Lion City"),
        bench.reseller("Nusantara"),
        bench.reseller_without_cip("Merlion"),
    );
    attests(&bench, &this_year, "2026-02-01");
    attests(&bench, &before, "2024-11-05");
    let customer = bench.entity("Schneider GmbH", "DE");
    bench.restricted_account(&customer);
    let owner = c::OwnerSaveReq {
        customer: customer.clone(),
        id: None,
        name: "Tunde Balogun".to_owned(),
        name_original: None,
        kind: c::PartyKind::Individual,
        unspecified: None,
        interests: vec![crate::bench::interest(None, "equity", Some("60"))],
        country: Some("NG".to_owned()),
        address: None,
        email: None,
        phone: None,
        source: None,
        valid_from: None,
        valid_to: None,
        proved_by: None,
    };
    bench.vault.owner_save(&owner).unwrap();
    let last = vec![said_to("last_certified", &["2025-03-10"])];
    let of = case(&bench, "certification", &[], &[], last).case;
    bench
        .step(
            &of,
            "review_open",
            "Version 1; Ana Lima reviews it",
            &[],
            None,
        )
        .unwrap();
    let today = bench.vault.today().to_string();
    let freeze = |as_of: &str| {
        bench
            .vault
            .counts_freeze(&c::CountsFreezeReq {
                r#ref: of.clone(),
                as_of: as_of.to_owned(),
            })
            .unwrap()
    };
    let loose = draft(&bench, "F2", &[], None);
    assert_eq!(loose.row.case.as_deref(), Some(of.as_str()));
    let warns = |view: &c::FilingView, words: &str| {
        let found = |one: &c::Finding| one.level == "warns" && one.message.contains(words);
        view.findings.iter().any(found)
    };
    assert!(warns(&loose, "are not frozen"), "{:?}", loose.findings);
    let frozen = freeze(&today);
    let standing = |name: &str| {
        let row = frozen.board.iter().find(|row| row.name == name);
        row.unwrap().attestation.clone()
    };
    assert_eq!(
        (standing("Lion City"), standing("Nusantara")),
        ("received".to_owned(), "missing".to_owned()),
        "the register of resellers knows who attested in the year"
    );
    let missing = |one: &&c::GapRow| one.text.starts_with("Resellers without an attestation");
    assert_eq!(
        frozen.gaps.iter().find(missing).unwrap().part.as_deref(),
        Some("reseller"),
        "a gap of the case is closed on its own screen, where its board is"
    );
    let part = |label: &str| {
        let parts = bench.vault.case_show(&of).unwrap().parts;
        let mut rows = parts.into_iter().flat_map(|group| group.rows);
        rows.find(|row| row.label == label).unwrap()
    };
    bench
        .part_step(
            &of,
            &part("Merlion").id,
            "explained",
            &[said_to("reason", &["It was taken over, and asked twice"])],
        )
        .unwrap();
    bench
        .part_step(
            &of,
            &part("The CIP was reviewed since the last certification").id,
            "attested",
            &[
                said_to("basis", &["Read whole in February"]),
                said_to("records", &["Minutes of 12 February"]),
            ],
        )
        .unwrap();

    // What comes after the counts were frozen is of the next year.
    let later = bench.customer("Ada Byron", "GB");
    let account = c::AccountSaveReq {
        customer: later,
        id: None,
        account_ref: "acct-2".to_owned(),
        state: "restricted".to_owned(),
        products: None,
        opened_on: None,
        closed_on: None,
        resold_to_foreign: None,
        added: Vec::new(),
        proved_by: None,
    };
    bench.vault.account_save(&account).unwrap();
    let view = bench.vault.filing_show(&loose.row.r#ref).unwrap();
    assert!(!warns(&view, "frozen"), "{:?}", view.findings);
    for (item, count) in [
        ("foreign_customers", frozen.foreign),
        ("unverified", frozen.unverified),
    ] {
        assert_eq!(says(&view, item), count.to_string(), "{item}");
    }
    assert_eq!(line(&view, "customers").total, "Total: 1");
    let unverified = says(&view, "unverified_explanation");
    assert!(
        unverified.contains("U.S.-person determination of a beneficial owner")
            && !unverified.contains("Balogun"),
        "nobody is named: {unverified}"
    );
    let period = says(&view, "period");
    assert!(
        period.contains("2025-03-10") && period.contains(&today),
        "{period}"
    );
    let attestations = line(&view, "attestations");
    assert_eq!(
        attestations.columns,
        ["About", "Statement", "Answer", "Basis", "Evidence"]
    );
    assert_eq!(
        attestations.rows[0],
        [
            "Review",
            "The CIP was reviewed since the last certification",
            "Yes",
            "Read whole in February",
            "Minutes of 12 February"
        ]
    );
    let resellers = says(&view, "reseller_attestations");
    for words in [
        "Lion City | Singapore (SG) | Received | Sun 2026-02-01 | Signed by Mei Tan, director, for CIP version 1",
        "Nusantara | Singapore (SG) | Missing",
        "The last one is of 2024-11-05, before the period.",
        "It was taken over, and asked twice",
    ] {
        assert!(resellers.contains(words), "{words}: {resellers}");
    }

    // What the register has come to know is taken over when the counts are frozen again; what a person explained stays.
    attests(&bench, &before, "2026-02-20");
    attests(&bench, &never, "2026-02-20");
    freeze(&today);
    assert_eq!(part("Nusantara").state, "received");
    assert_eq!(part("Merlion").state, "explained");
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}
