//! The tables as they are: complete, closed, and those of the model of the domain.

use super::*;
use crate::{
    casefile::{Case, Taken},
    machine::{Answers, Facts, Step},
    onboarding,
    rulebook::Rulebook,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

fn every() -> impl Iterator<Item = &'static Machine> {
    MACHINES
        .iter()
        .copied()
        .chain(std::iter::once(&onboarding::MACHINE))
}

fn states(machine: &Machine) -> Vec<&'static str> {
    machine
        .states
        .iter()
        .chain(machine.ends)
        .map(|(id, _)| *id)
        .collect()
}

#[test]
fn every_step_joins_two_known_states_and_every_state_is_reached() {
    for machine in every() {
        let known = states(machine);
        for step in machine.steps.iter().chain(machine.opening) {
            let from = step.from.is_empty() || known.contains(&step.from);
            assert!(
                from && known.contains(&step.to),
                "{}: {} to {}",
                machine.kind,
                step.from,
                step.to
            );
        }
        for state in known.iter().skip(1) {
            // Two customers that turn out to be one are merged by an act of its own.
            if (machine.kind, *state) == ("customer", "merged") {
                continue;
            }
            assert!(
                machine.steps.iter().any(|step| step.to == *state),
                "{}: {state} can be reached",
                machine.kind
            );
        }
        for kind in machine.items {
            for step in kind.steps {
                let known = |state: &str| kind.states.iter().any(|(id, _)| *id == state);
                assert!(
                    known(step.from) && known(step.to),
                    "{}: {}",
                    kind.kind,
                    step.id
                );
            }
            for state in kind.added_in {
                assert!(known.contains(state), "{}: {state}", kind.kind);
            }
        }
        for state in machine.done {
            assert!(known.contains(state), "{}: {state}", machine.kind);
        }
    }
}

/// Every pair of states of every machine: a step leads between them by its name if and only if the table says so.
#[test]
fn every_pair_of_states_without_a_row_in_the_table_is_forbidden() {
    let (mut allowed, mut forbidden) = (0, 0);
    for machine in every() {
        let rows: BTreeSet<(&str, &str)> = machine
            .steps
            .iter()
            .filter(|step| step.id == step.to)
            .map(|step| (step.from, step.to))
            .collect();
        for from in states(machine) {
            for to in states(machine) {
                let there = machine.step(from, to).is_some();
                assert_eq!(there, rows.contains(&(from, to)), "{from} to {to}");
                assert_eq!(there, machine.named(from, to).is_some(), "{from} to {to}");
                if there { allowed += 1 } else { forbidden += 1 }
            }
        }
        assert_eq!(
            rows.len(),
            machine
                .steps
                .iter()
                .filter(|step| step.id == step.to)
                .count(),
            "{}: one row for a pair",
            machine.kind
        );
    }
    assert!(
        forbidden > allowed * 3,
        "{allowed} of {}",
        allowed + forbidden
    );
}

#[test]
fn a_step_says_what_it_asks_for_and_an_event_has_a_name_of_its_own() {
    for machine in MACHINES {
        for step in machine.steps {
            let asks = !step.words.is_empty() || !step.asks.is_empty() || step.taken_on.is_some();
            assert!(asks, "{}: {} asks for something", machine.kind, step.id);
            if step.from == step.to {
                assert_ne!(step.id, step.to, "{}: {}", machine.kind, step.label);
            }
        }
        let mut names = BTreeSet::new();
        for step in machine.steps {
            assert!(
                names.insert((step.from, step.id)),
                "{} {}",
                step.from,
                step.id
            );
        }
    }
}

#[test]
fn prefixes_and_kinds_are_told_apart() {
    let kinds: BTreeSet<&str> = MACHINES.iter().map(|machine| machine.kind).collect();
    let prefixes: BTreeSet<&str> = MACHINES.iter().map(|machine| machine.prefix).collect();
    assert_eq!(
        (kinds.len(), prefixes.len()),
        (MACHINES.len(), MACHINES.len())
    );
    assert!(machine("nonsense").is_none() && machine_of("C-000001").is_none());
}

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/machines")
        .join(name)
}

#[test]
fn the_pages_in_the_docs_say_what_the_tables_say() {
    for machine in every() {
        let file = docs(&format!("{}.md", machine.kind));
        let page = page::page(machine);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &page).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(&file).unwrap_or_default(),
            page,
            "{} is out of date: run UPDATE_DOCS=1 cargo test -p domain",
            file.display()
        );
    }
}

/// Rows of the model of the domain, sections 3.2, 3.3 and 3.8, as they stand there: from, to, who.
const MODEL: &[(&str, &str, &str, &str)] = &[
    ("request", "(none)", "RECEIVED", "any"),
    ("request", "RECEIVED", "SCOPED", "PM"),
    ("request", "SCOPED", "GATHERING", "PM"),
    ("request", "GATHERING", "REVIEW", "PM"),
    ("request", "REVIEW", "GATHERING", "CO"),
    ("request", "REVIEW", "SENT", "CO"),
    ("request", "SENT", "ACKNOWLEDGED", "PM"),
    ("request", "RECEIVED", "WITHDRAWN", "CO"),
    ("request", "SCOPED", "WITHDRAWN", "CO"),
    ("request", "GATHERING", "WITHDRAWN", "CO"),
    ("request", "REVIEW", "WITHDRAWN", "CO"),
    ("failure", "(none)", "SIGNAL", "any"),
    ("failure", "SIGNAL", "ASSESSING", "IN"),
    ("failure", "ASSESSING", "NOT_SUBSTANTIATED", "CO 2P"),
    ("failure", "ASSESSING", "EVIDENCE_CONFIRMED", "CO"),
    ("failure", "EVIDENCE_CONFIRMED", "CONTAINING", "PM"),
    ("failure", "CONTAINING", "REPORTED", "CO"),
    ("failure", "REPORTED", "REMEDIATION_OFFERED", "CO"),
    ("failure", "REMEDIATION_OFFERED", "RETAINED", "CO 2P"),
    ("failure", "REPORTED", "TERMINATING", "PM"),
    ("failure", "REMEDIATION_OFFERED", "TERMINATING", "PM"),
    ("failure", "TERMINATING", "TERMINATED", "CO"),
    ("incident", "(none)", "OBSERVED", "any"),
    ("incident", "OBSERVED", "TRIAGED", "IN"),
    ("incident", "TRIAGED", "BENIGN", "CO"),
    ("incident", "TRIAGED", "SUSPECTED", "CO"),
    ("incident", "TRIAGED", "CONFIRMED", "CO"),
    ("incident", "SUSPECTED", "CONTAINED", "IN"),
    ("incident", "CONFIRMED", "CONTAINED", "IN"),
    ("incident", "CONTAINED", "REPORTED", "CO"),
    ("incident", "REPORTED", "FOLLOWED", "IN"),
    ("incident", "FOLLOWED", "CLOSED", "CO 2P"),
    ("training", "(none)", "LEAD", "any"),
    ("training", "LEAD", "ASSESSING", "IN"),
    // "Signed", says the model: a second person's signature.
    ("training", "ASSESSING", "NOT_COVERED", "CO 2P"),
    ("training", "NOT_COVERED", "ASSESSING", "any"),
    ("training", "ASSESSING", "COVERED", "CO"),
    ("training", "COVERED", "DRAFTING", "AN"),
    ("training", "DRAFTING", "REVIEW", "AN"),
    ("training", "REVIEW", "FILED", "CO"),
    ("training", "COVERED", "AWAITING_RESELLER", "PM"),
    ("training", "AWAITING_RESELLER", "DRAFTING", "PM"),
    ("training", "AWAITING_RESELLER", "SUPPLY_BLOCKED", "CO"),
    ("training", "FILED", "FOLLOW_UP", "CO"),
    ("training", "FOLLOW_UP", "FILED", "CO"),
    ("training", "FILED", "CORRECTION", "AN"),
    ("training", "CORRECTION", "FILED", "CO"),
    ("training", "FILED", "CLOSED", "CO"),
    ("measure", "(none)", "NOTICED", "PM"),
    ("measure", "NOTICED", "ANALYSED", "CO"),
    ("measure", "ANALYSED", "PLANNED", "PM"),
    ("measure", "PLANNED", "SWEEPING", "AN"),
    ("measure", "SWEEPING", "IN_FORCE", "CO"),
    ("measure", "IN_FORCE", "EXTENDED", "CO"),
    ("measure", "IN_FORCE", "EXPIRED", "CO"),
    ("measure", "IN_FORCE", "RESCINDED", "CO"),
    // By itself, says the model; a person schedules it here, the clock starts by itself.
    ("certification", "(none)", "SCHEDULED", "PM"),
    ("certification", "SCHEDULED", "REVIEW_OPEN", "PM"),
    ("certification", "REVIEW_OPEN", "GAPS_OPEN", "PM"),
    ("certification", "GAPS_OPEN", "REVIEW_OPEN", "PM"),
    ("certification", "REVIEW_OPEN", "ATTESTING", "CO"),
    ("certification", "ATTESTING", "SIGNED", "CO 2P"),
    ("certification", "SIGNED", "FILED", "CO"),
    ("certification", "FILED", "ACKNOWLEDGED", "PM"),
];

/// Rows that the model has no line for, each with its reason.
const BESIDE_THE_MODEL: &[(&str, &str, &str)] = &[
    // Evidence that is sufficient when it arrives needs no assessment first: the command line records it so.
    ("failure", "(none)", "EVIDENCE_CONFIRMED"),
    // A reviewer finds something; and what is known is filed although the reseller is silent.
    ("training", "REVIEW", "DRAFTING"),
    ("training", "SUPPLY_BLOCKED", "DRAFTING"),
    // An extended measure ends like any other; it is over when each blocked account was looked at.
    ("measure", "EXTENDED", "EXPIRED"),
    ("measure", "EXTENDED", "RESCINDED"),
    ("measure", "EXPIRED", "CLOSED"),
    ("measure", "RESCINDED", "CLOSED"),
    // The model's REOPENED: back to the review.
    ("certification", "ATTESTING", "REVIEW_OPEN"),
    ("certification", "SIGNED", "REVIEW_OPEN"),
];

#[test]
fn the_tables_are_those_of_the_model_of_the_domain() {
    for machine in MACHINES {
        // What the Department asks for beyond copies goes the same way by the same table.
        let kind = match machine.kind {
            "follow_up" | "assessment" => "request",
            kind => kind,
        };
        let model: BTreeSet<(String, String, String)> = MODEL
            .iter()
            .filter(|(of, ..)| *of == kind)
            .map(|(_, from, to, who)| (from.to_string(), to.to_string(), who.to_string()))
            .collect();
        if model.is_empty() {
            continue;
        }
        let ours: BTreeSet<(String, String, String)> = machine
            .steps
            .iter()
            .chain(machine.opening)
            .filter(|step| step.id == step.to)
            .map(|step| {
                let from = if step.from.is_empty() {
                    "(none)".to_owned()
                } else {
                    step.from.to_uppercase()
                };
                let who = if step.anyone {
                    "any".to_owned()
                } else {
                    format!(
                        "{}{}",
                        page::initials(step.role),
                        if step.approval { " 2P" } else { "" }
                    )
                };
                (from, step.to.to_uppercase(), who)
            })
            .filter(|(from, to, _)| {
                !BESIDE_THE_MODEL
                    .iter()
                    .any(|(of, f, t)| *of == kind && f == from && t == to)
            })
            .collect();
        assert_eq!(ours, model, "{}", machine.kind);
    }
}

fn failing(state: &str, answers: &[(&str, &str)]) -> Case {
    Case {
        reference: "EVD-2026-0001".to_owned(),
        kind: "failure".to_owned(),
        state: state.to_owned(),
        received_on: "2026-02-20".to_owned(),
        received: "2026-02-20".to_owned(),
        text: "A letter".to_owned(),
        how: None,
        resellers: vec!["RS-0001".to_owned()],
        subjects: Vec::new(),
        fields: Answers::new(),
        path: vec![Taken {
            step: state.to_owned(),
            state: state.to_owned(),
            on: "2026-02-20".to_owned(),
            at: None,
            answers: answers
                .iter()
                .map(|(id, value)| ((*id).to_owned(), vec![(*value).to_owned()]))
                .collect(),
            left_open: None,
            made_of: None,
        }],
        items: Vec::new(),
        related: Vec::new(),
    }
}

fn refused(case: &Case, step: &Step, answers: &[(&str, &str)], on: &str) -> Option<&'static str> {
    let answers: Answers = answers
        .iter()
        .map(|(id, value)| ((*id).to_owned(), vec![(*value).to_owned()]))
        .collect();
    let rules = Rulebook::default();
    let found = BTreeMap::new();
    let facts = Facts {
        case,
        item: None,
        answers: &answers,
        on: on.parse().unwrap(),
        today: "2026-03-02".parse().unwrap(),
        rules: &rules,
        resellers: &[],
        clocks: &[],
        filings: &[],
        found: &found,
    };
    step.refused(&facts).map(|refusal| refusal.code)
}

#[test]
fn a_termination_takes_effect_after_its_notice_and_its_notice_comes_after_the_evidence() {
    let case = failing("reported", &[]);
    let step = FAILURE.step("reported", "terminating").unwrap();
    let give = |notice: &str, effect: &str| {
        refused(
            &case,
            step,
            &[("notice_on", notice), ("effective_on", effect)],
            "2026-03-02",
        )
    };
    assert_eq!(give("2026-02-19", "2026-03-10"), Some("E-CASE-BEFORE"));
    assert_eq!(give("2026-03-01", "2026-02-28"), Some("E-FAILURE-EFFECT"));
    assert_eq!(give("2026-03-03", "2026-03-10"), Some("E-FIELD-FUTURE"));
    assert_eq!(give("2026-03-01", "2026-03-10"), None);
    let case = failing("terminating", &[("notice_on", "2026-03-01")]);
    let step = FAILURE.step("terminating", "terminated").unwrap();
    assert_eq!(
        refused(&case, step, &[], "2026-03-02"),
        Some("E-FAILURE-ACCOUNTS")
    );
}

#[test]
fn records_of_a_customer_leave_on_a_basis_of_their_own() {
    let report = INCIDENT.item("report").unwrap();
    assert!(
        report.step("planned", "made").is_none(),
        "nothing is made before it was asked what leaves"
    );
    let step = report.step("planned", "cleared").unwrap();
    let case = failing("containing", &[]);
    let give = |records: &str, basis: &str| {
        refused(
            &case,
            step,
            &[("records", records), ("legal_basis", basis)],
            "2026-03-02",
        )
    };
    assert_eq!(
        give("records", "no_customer_record"),
        Some("E-INCIDENT-BASIS")
    );
    assert_eq!(give("records", "legal_process"), None);
    assert_eq!(give("none", "no_customer_record"), None);
}
