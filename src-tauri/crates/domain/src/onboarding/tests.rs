//! The table of domain 3.1 written down by hand, and the invariants that hold in every state of it.

use super::*;
use crate::{
    change::Change,
    customer::{Account, CustomerFile, PartyKind, UsStatus},
    rulebook::Rulebook,
};

/// The table of domain 3.1, written down by hand: from, to, who, with a second person.
const TABLE: &str = "
    draft collecting AN
    collecting status_review AN
    collecting abandoned AN
    status_review us_cleared CO 2P
    status_review verifying AN
    verifying verified CO 2P
    verifying discrepancy AN
    discrepancy verifying AN
    verifying verifying AN
    verifying unverified CO
    discrepancy unverified CO
    unverified refused CO
    unverified restricted CO
    restricted verifying AN
    restricted closed_account CO 2P
    unverified closed_account CO 2P
    us_cleared monitoring AN
    verified monitoring AN
    us_cleared reverify AN
    verified reverify AN
    monitoring reverify AN
    reverify collecting AN
    reverify verifying AN
    draft closed_account AN
    collecting closed_account AN
    status_review closed_account AN
    verifying closed_account AN
    discrepancy closed_account AN
    us_cleared closed_account AN
    verified closed_account AN
    monitoring closed_account AN
    reverify closed_account AN
    refused collecting CO
    closed_account collecting CO
    abandoned collecting CO";

#[test]
fn the_machine_is_the_table_and_every_other_pair_of_states_is_refused_with_the_reason() {
    let rules = Rulebook::of(
        crate::pack::RulePack::builtin("us-iaas-nprm-2024")
            .expect("built in")
            .clone(),
    );
    let table: Vec<Vec<&str>> = TABLE
        .lines()
        .map(|line| line.split_whitespace().collect())
        .filter(|line: &Vec<&str>| !line.is_empty())
        .collect();
    let states: Vec<&str> = MACHINE
        .states
        .iter()
        .chain(MACHINE.ends)
        .map(|(id, _)| *id)
        .collect();
    let mut allowed = 0;
    for from in &states {
        for to in &states {
            let row = table.iter().find(|row| row[0] == *from && row[1] == *to);
            let step = MACHINE.step(from, to);
            assert_eq!(row.is_some(), step.is_some(), "{from} to {to}");
            let mut file = CustomerFile::new("C-1", None, crate::customer::PartyKind::Individual);
            (*from).clone_into(&mut file.status);
            let why = blocked_by(&file, &rules, to);
            match (row, step) {
                (Some(row), Some(step)) => {
                    allowed += 1;
                    let who = if step.role == Role::ComplianceOfficer {
                        "CO"
                    } else {
                        "AN"
                    };
                    assert_eq!(
                        (row[2], row.len() == 4),
                        (who, step.approval),
                        "{from} to {to}"
                    );
                    assert!(
                        !why.iter().any(|why| why.contains("has no step to")),
                        "{from} to {to} may be blocked by what is missing, never by the table"
                    );
                }
                _ => {
                    let [why] = why.as_slice() else {
                        panic!("{from} to {to} is refused for one reason: {why:?}");
                    };
                    assert!(
                        why.contains(MACHINE.label(from)) && why.contains(MACHINE.label(to)),
                        "{why}"
                    );
                }
            }
        }
    }
    assert_eq!(allowed, table.len(), "every row of the table is a step");
}

fn rules() -> Rulebook {
    Rulebook::of(
        crate::pack::RulePack::builtin("us-iaas-nprm-2024")
            .expect("built in")
            .clone(),
    )
}

fn person(status: &str, state: &str) -> CustomerFile {
    let mut file = CustomerFile::new("C-1", None, PartyKind::Individual);
    status.clone_into(&mut file.status);
    file.accounts.push(Account {
        id: "A-1".to_owned(),
        account_ref: "acct-1".to_owned(),
        state: state.to_owned(),
        products: String::new(),
        opened_on: None,
        closed_on: None,
        resold_to_foreign: None,
        payments: Vec::new(),
        extra: std::collections::BTreeMap::new(),
    });
    file
}

fn found(file: &mut CustomerFile, outcome: UsStatus) {
    file.determinations.push(crate::customer::Determination {
        about: "C-1".to_owned(),
        test: String::new(),
        outcome,
        evidence: "passport".to_owned(),
        documents: Vec::new(),
        decided_by: "k".to_owned(),
        decided_on: "2026-01-01".to_owned(),
        approved: None,
    });
}

/// Invariant (i): in each state of the table, whoever is foreign or undetermined has no account that is free, unless verified.
#[test]
fn in_no_state_of_the_table_is_an_account_free_whose_holder_is_neither_us_nor_verified() {
    for (state, _) in MACHINE.states.iter().chain(MACHINE.ends) {
        let may = MAY_BE_ACTIVE.contains(state);
        assert!(
            !broken(&person(state, "active"), &rules()).is_empty(),
            "{state}: undetermined"
        );
        assert!(
            broken(&person(state, "restricted"), &rules())
                .iter()
                .all(|why| why.starts_with("Cleared")),
            "{state}"
        );
        for outcome in [UsStatus::Foreign, UsStatus::Us] {
            let mut file = person(state, "active");
            found(&mut file, outcome);
            let us = outcome == UsStatus::Us;
            assert_eq!(
                broken(&file, &rules()).is_empty(),
                us && may,
                "{state}, {outcome:?}"
            );
            file.verifications.push(crate::customer::Verification {
                about: "C-1".to_owned(),
                method: "non_documentary".to_owned(),
                result: "match".to_owned(),
                document: None,
                basis: "register".to_owned(),
                special: None,
                notes: None,
                performed_by: "k".to_owned(),
                performed_on: "2026-01-02".to_owned(),
            });
            let free = may && (us || *state != "us_cleared");
            assert_eq!(
                broken(&file, &rules()).is_empty(),
                free,
                "{state}, {outcome:?}, verified"
            );
        }
    }
}

/// Invariant (ii): nobody is cleared with somebody who is not determined, or foreign.
#[test]
fn nobody_is_cleared_as_us_with_an_owner_who_is_not_determined() {
    let mut file = person("status_review", "requested");
    assert!(!blocked_by(&file, &rules(), "us_cleared").is_empty());
    found(&mut file, UsStatus::Us);
    assert!(blocked_by(&file, &rules(), "us_cleared").is_empty());
    found(&mut file, UsStatus::Foreign);
    assert!(
        !blocked_by(&file, &rules(), "us_cleared").is_empty(),
        "the last finding counts"
    );
}

/// Invariant (iii): what is imported of an access log names an account, and changes no customer's case.
#[test]
fn an_access_log_is_about_accounts_and_moves_no_case() {
    let log = Change::AccessImported {
        source: "log.csv".to_owned(),
        sha256: String::new(),
        account: Some("acct-1".to_owned()),
        rows: 1,
        rows_sha256: String::new(),
        duplicates: 0,
        skipped: 0,
        upto: None,
    };
    assert_eq!(log.subject(), "access");
    for (state, _) in MACHINE.states.iter().chain(MACHINE.ends) {
        let before = person(state, "restricted");
        let mut after = before.clone();
        after.apply(&log, 9, 0);
        assert_eq!(
            (after.status, after.accounts),
            (before.status, before.accounts)
        );
    }
}

/// Invariant (iv): a change that does not name the value it stands beside is no change of this customer.
#[test]
fn a_value_is_never_put_in_the_place_of_one_that_the_change_does_not_name() {
    let named = |before: &[&str]| Change::CustomerChanged {
        reference: "C-1".to_owned(),
        before: [("full_legal_name", before)]
            .into_iter()
            .map(|(id, values)| {
                (
                    id.to_owned(),
                    values.iter().map(ToString::to_string).collect(),
                )
            })
            .collect(),
        after: [("full_legal_name".to_owned(), vec!["Ada King".to_owned()])].into(),
        custom: std::collections::BTreeMap::new(),
        accounts: Vec::new(),
        source: "form".to_owned(),
    };
    let mut file = person("collecting", "requested");
    assert!(file.is_continued_by(&named(&[])));
    file.apply(&named(&[]), 1, 0);
    assert!(!file.is_continued_by(&named(&[])));
    assert!(!file.is_continued_by(&named(&["Ada Byron"])));
    assert!(file.is_continued_by(&named(&["Ada King"])));
}

/// What the table of domain 3.1 wants as evidence: a step without it is refused by a guard, or asks for words.
#[test]
fn each_step_of_the_table_wants_its_evidence() {
    const WITHOUT: [(&str, &str); 2] = [("reverify", "collecting"), ("reverify", "verifying")];
    for step in MACHINE.steps {
        let mut file = person(step.from, "requested");
        file.accounts.clear();
        let guarded = !blocked_by(&file, &rules(), step.to).is_empty();
        let asked = asks_for_words(step.from, step.to).is_some();
        // What changed was written down when the case was opened again.
        assert!(
            guarded || asked || WITHOUT.contains(&(step.from, step.to)),
            "{} to {} is taken on nothing",
            step.from,
            step.to
        );
    }
}

#[test]
fn every_step_joins_two_known_states_and_every_state_is_reached() {
    let known: Vec<&str> = MACHINE
        .states
        .iter()
        .chain(MACHINE.ends)
        .map(|(id, _)| *id)
        .collect();
    for step in MACHINE.steps {
        assert!(
            known.contains(&step.from) && known.contains(&step.to),
            "{} to {}",
            step.from,
            step.to
        );
    }
    // Nobody steps into a merge: two records are merged, and the merge is taken back.
    for state in known
        .iter()
        .skip(1)
        .filter(|state| **state != crate::likeness::MERGED)
    {
        assert!(
            MACHINE.steps.iter().any(|step| step.to == *state),
            "{state} can be reached"
        );
    }
}

#[test]
fn whatever_ends_a_case_is_reopened_with_a_reason_alone() {
    for (end, _) in MACHINE
        .ends
        .iter()
        .filter(|(end, _)| *end != crate::likeness::MERGED)
    {
        let out: Vec<_> = MACHINE.from(end).collect();
        assert_eq!(out.len(), 1, "{end}");
        assert!(asks_for_words(end, out[0].to).is_some(), "{end} asks why");
    }
}
