//! The customer's case (domain section 3.1): its states, who may take which step, what each step asks for, and what forbids it.

use crate::{
    customer::{Account, CustomerFile, PartyKind, UsStatus},
    machine::{Machine, Role, step},
    rulebook::Rulebook,
};

const AN: Role = Role::Analyst;
const CO: Role = Role::ComplianceOfficer;

/// The machine.
pub const MACHINE: Machine = Machine {
    kind: "customer",
    prefix: "C",
    title: "Customer",
    section: "3.1",
    states: &[
        ("draft", "Draft"),
        ("collecting", "Collecting information"),
        ("status_review", "U.S.-person review"),
        ("us_cleared", "Cleared as U.S."),
        ("verifying", "Verifying identity"),
        ("discrepancy", "Discrepancy open"),
        ("verified", "Verified"),
        ("monitoring", "In use, monitored"),
        ("reverify", "To be verified again"),
        ("unverified", "Could not be verified"),
        ("restricted", "Restricted"),
    ],
    ends: &[
        ("refused", "Refused"),
        ("closed_account", "Closed"),
        ("abandoned", "Abandoned"),
        ("merged", "Merged into another record"),
    ],
    steps: &[
        step(
            "draft",
            "collecting",
            "Start collecting",
            AN,
            false,
            &["D-36"],
        ),
        step(
            "collecting",
            "status_review",
            "Send to U.S.-person review",
            AN,
            false,
            &["D-09", "D-11", "D-19"],
        ),
        step("collecting", "abandoned", "Abandon", AN, false, &[]),
        step(
            "status_review",
            "us_cleared",
            "Clear as U.S.",
            CO,
            true,
            &["D-22", "D-23"],
        ),
        step(
            "status_review",
            "verifying",
            "Start verification",
            AN,
            false,
            &["D-24", "D-25", "D-30"],
        ),
        step(
            "verifying",
            "verified",
            "Approve as verified",
            CO,
            true,
            &["D-25", "D-29", "D-39"],
        ),
        step(
            "verifying",
            "discrepancy",
            "Hold for the discrepancy",
            AN,
            false,
            &["D-39"],
        ),
        step(
            "discrepancy",
            "verifying",
            "Go on verifying",
            AN,
            false,
            &["D-39"],
        ),
        step(
            "verifying",
            "unverified",
            "Give up: cannot be verified",
            CO,
            false,
            &["D-40"],
        ),
        step(
            "discrepancy",
            "unverified",
            "Give up: cannot be verified",
            CO,
            false,
            &["D-40"],
        ),
        // More is asked for, and the case stays where it is: of signatories, of persons in control.
        step(
            "verifying",
            "verifying",
            "Ask for signatories and persons in control",
            AN,
            false,
            &["D-29"],
        ),
        step("unverified", "refused", "Refuse", CO, false, &["D-31"]),
        step(
            "unverified",
            "restricted",
            "Restrict",
            CO,
            false,
            &["D-30", "D-32"],
        ),
        step(
            "unverified",
            "closed_account",
            "Close the accounts",
            CO,
            true,
            &["D-32", "D-38"],
        ),
        step(
            "restricted",
            "verifying",
            "Verify again with new evidence",
            AN,
            false,
            &["D-32"],
        ),
        step(
            "restricted",
            "closed_account",
            "Close the accounts",
            CO,
            true,
            &["D-32", "D-33", "D-38"],
        ),
        step(
            "us_cleared",
            "monitoring",
            "Put in use",
            AN,
            false,
            &["D-35"],
        ),
        step(
            "verified",
            "monitoring",
            "Put in use",
            AN,
            false,
            &["D-08", "D-35"],
        ),
        step(
            "us_cleared",
            "reverify",
            "Open for verification again",
            AN,
            false,
            &["D-24", "D-34", "D-35"],
        ),
        step(
            "verified",
            "reverify",
            "Open for verification again",
            AN,
            false,
            &["D-24", "D-34", "D-35"],
        ),
        step(
            "monitoring",
            "reverify",
            "Open for verification again",
            AN,
            false,
            &["D-24", "D-34", "D-35"],
        ),
        step(
            "reverify",
            "collecting",
            "Collect again",
            AN,
            false,
            &["D-24"],
        ),
        step(
            "reverify",
            "verifying",
            "Verify again",
            AN,
            false,
            &["D-24"],
        ),
        step(
            "draft",
            "closed_account",
            "Close: the customer left",
            AN,
            false,
            &["D-38"],
        ),
        step(
            "collecting",
            "closed_account",
            "Close: the customer left",
            AN,
            false,
            &["D-38"],
        ),
        step(
            "status_review",
            "closed_account",
            "Close: the customer left",
            AN,
            false,
            &["D-38"],
        ),
        step(
            "verifying",
            "closed_account",
            "Close: the customer left",
            AN,
            false,
            &["D-38"],
        ),
        step(
            "discrepancy",
            "closed_account",
            "Close: the customer left",
            AN,
            false,
            &["D-38"],
        ),
        step(
            "monitoring",
            "closed_account",
            "Close: the customer left",
            AN,
            false,
            &["D-38"],
        ),
        step(
            "us_cleared",
            "closed_account",
            "Close: the customer left",
            AN,
            false,
            &["D-38"],
        ),
        step(
            "verified",
            "closed_account",
            "Close: the customer left",
            AN,
            false,
            &["D-38"],
        ),
        step(
            "reverify",
            "closed_account",
            "Close: the customer left",
            AN,
            false,
            &["D-38"],
        ),
        step("refused", "collecting", "Reopen", CO, false, &[]),
        step("closed_account", "collecting", "Reopen", CO, false, &[]),
        step("abandoned", "collecting", "Reopen", CO, false, &[]),
    ],
    ..Machine::BARE
};

/// States in which an account may be active without restriction (invariant i of domain 3.1).
pub const MAY_BE_ACTIVE: [&str; 3] = ["verified", "us_cleared", "monitoring"];

/// States in which a case waits for nothing from us: it is decided, or it has ended.
pub const SETTLED: [&str; 7] = [
    "us_cleared",
    "verified",
    "monitoring",
    "refused",
    "closed_account",
    "abandoned",
    "merged",
];

/// The states of the unverified register (D-40, D-55): whose identity could not be verified, and what was done about it.
pub const UNVERIFIED: [&str; 2] = ["unverified", "restricted"];

/// What a step asks to be written down: a reason, evidence, or the belief statement (D-04); none where it asks for nothing.
pub fn asks_for_words(from: &str, to: &str) -> Option<&'static str> {
    Some(match to {
        "verified" => {
            "the belief statement: what was checked, which conflicts there were, and why the identity is believed"
        }
        "abandoned" => "the reason",
        "discrepancy" => "what does not fit, and what is done about it",
        "verifying" if from == "verifying" => {
            "what was asked for, and of whom: signatories, persons in control"
        }
        "verifying" if from == "discrepancy" => {
            "how the discrepancies were resolved, or what the customer was asked for"
        }
        "verifying" if from == "restricted" => "the new evidence",
        "unverified" => "what was tried, and why the identity could not be verified",
        "refused" => "the refusal as it was sent to the customer: when and how",
        "restricted" => "which permissions were removed, and how the account is watched",
        "closed_account" if matches!(from, "unverified" | "restricted") => {
            "the final notice, and the way in which the customer can ask for redress"
        }
        "closed_account" => "that the customer left: how and when",
        "reverify" => {
            "what changed: an owner, an address, a payment country, a red flag, an expired document"
        }
        "collecting" if MACHINE.ends.iter().any(|(state, _)| *state == from) => {
            "why the case is reopened"
        }
        _ => return None,
    })
}

/// Whether a step asks until when the account is watched under its terms.
pub fn asks_for_review(to: &str) -> bool {
    to == "restricted"
}

/// Whether an account can be used, or could be again: neither closed nor never opened.
pub fn is_open(account: &Account) -> bool {
    !matches!(account.state.as_str(), "closed" | "refused" | "requested")
}

/// Numbers of the accounts that can be used.
pub(crate) fn open_accounts(file: &CustomerFile) -> Vec<&str> {
    file.accounts
        .iter()
        .filter(|account| is_open(account))
        .map(|account| account.account_ref.as_str())
        .collect()
}

/// Whether an organisation's own identity was tried and shows no match, so that its signatories are what is left to ask for (D-29).
pub fn cannot_match(file: &CustomerFile) -> bool {
    file.kind == PartyKind::Entity
        && file
            .verifications
            .iter()
            .any(|one| one.about == file.reference)
        && !file.is_verified(&file.reference)
}

/// Attempts to verify that were made since the case was last opened.
pub fn attempts(file: &CustomerFile) -> usize {
    let opened = file
        .path
        .iter()
        .rev()
        .find(|one| one.state == "collecting" || one.state == "reverify")
        .map_or("", |one| one.on.as_str());
    file.verifications
        .iter()
        .filter(|one| one.performed_on.as_str() >= opened)
        .count()
}

/// What is broken of invariants (i) and (ii) of domain 3.1, in sentences; none in a record that stands as it must.
pub fn broken(file: &CustomerFile, rules: &Rulebook) -> Vec<String> {
    let mut broken = Vec::new();
    let free: Vec<&str> = file
        .accounts
        .iter()
        .filter(|account| account.state == "active")
        .map(|account| account.account_ref.as_str())
        .collect();
    if !free.is_empty() && !MAY_BE_ACTIVE.contains(&file.status.as_str()) {
        broken.push(format!(
            "Account {} is active without restriction in \"{}\".",
            free.join(", "),
            MACHINE.label(&file.status)
        ));
    }
    if !free.is_empty()
        && let Some(why) = crate::reopening::in_doubt(file, rules)
    {
        broken.push(format!(
            "Account {} is active without restriction: {why}.",
            free.join(", ")
        ));
    }
    let counted = file.beneficial_owners(rules);
    for (about, name, status) in file.people() {
        if file.status == "us_cleared"
            && status != UsStatus::Us
            && (about == file.reference || counted.contains(&about))
        {
            broken.push(format!(
                "Cleared as U.S., and {name} is not shown to be a U.S. person."
            ));
        }
    }
    broken
}

/// Why a step may not be taken now, in sentences; none when it may.
pub fn blocked_by(file: &CustomerFile, rules: &Rulebook, to: &str) -> Vec<String> {
    let mut why = Vec::new();
    if MACHINE.step(&file.status, to).is_none() {
        why.push(format!(
            "A case in \"{}\" has no step to \"{}\".",
            MACHINE.label(&file.status),
            MACHINE.label(to)
        ));
        return why;
    }
    let unresolved: Vec<&str> = file
        .discrepancies
        .iter()
        .filter(|one| one.resolution.is_none())
        .map(|one| one.what.as_str())
        .collect();
    match to {
        "collecting" if file.status == "draft" && file.notice.is_none() => {
            why.push("The notice to the customer has not been recorded.".to_owned());
        }
        "status_review" => {
            let gaps = file.completeness(rules).gaps;
            let open: Vec<&str> = gaps
                .iter()
                .filter(|gap| gap.field != "us_status")
                .map(|gap| gap.label.as_str())
                .collect();
            if !open.is_empty() {
                why.push(format!("Still missing: {}.", open.join("; ")));
            }
        }
        "us_cleared" => {
            for (name, status) in file.standings() {
                match status {
                    UsStatus::Us => {}
                    UsStatus::Foreign => why.push(format!("{name} is a foreign person.")),
                    UsStatus::Undetermined => why.push(format!("{name} is not determined yet.")),
                }
            }
        }
        "verifying" if matches!(file.status.as_str(), "discrepancy" | "verifying") => {}
        "verifying" => {
            if file
                .standings()
                .iter()
                .all(|(_, status)| *status == UsStatus::Us)
            {
                why.push("Everybody is a U.S. person: clear the case instead.".to_owned());
            } else if file.determinations.is_empty() {
                why.push("No U.S.-person determination has been recorded.".to_owned());
            }
        }
        "discrepancy" if unresolved.is_empty() => {
            why.push(
                "No open discrepancy is recorded: write down the two values first.".to_owned(),
            );
        }
        "verified" => {
            for (about, name, status) in file.people() {
                if status == UsStatus::Undetermined {
                    why.push(format!("{name} has no U.S.-person determination yet."));
                } else if status == UsStatus::Foreign && !file.is_verified(&about) {
                    why.push(format!("{name} has no verification with a match."));
                }
            }
            let gaps = file.completeness(rules).gaps;
            if !gaps.is_empty() {
                let open: Vec<&str> = gaps.iter().map(|gap| gap.label.as_str()).collect();
                why.push(format!("Still missing: {}.", open.join("; ")));
            }
            // What rests on signatories names them; a document or a register that came later stands by itself.
            let last = file
                .verifications
                .iter()
                .rev()
                .find(|one| one.about == file.reference);
            let rests_on_them = last.is_some_and(|one| one.method == "additional");
            if file.kind == PartyKind::Entity
                && rests_on_them
                && file.present_signatories().next().is_none()
            {
                why.push("The match rests on further information, and no signatory or person in control is recorded: record who they are.".to_owned());
            }
            for one in file
                .present_signatories()
                .filter(|one| !file.is_verified(&one.id))
            {
                why.push(format!(
                    "{}, {}, has no verification with a match.",
                    one.name,
                    crate::signatory::role_label(&one.role).to_lowercase()
                ));
            }
            if !unresolved.is_empty() {
                why.push(format!(
                    "Discrepancies are not resolved: {}.",
                    unresolved.join("; ")
                ));
            }
        }
        "unverified" if file.verifications.is_empty() => {
            why.push(
                "No attempt to verify is recorded: the attempts are what the register shows."
                    .to_owned(),
            );
        }
        "refused" => {
            let used: Vec<&str> = file
                .accounts
                .iter()
                .filter(|account| !matches!(account.state.as_str(), "requested" | "refused"))
                .map(|account| account.account_ref.as_str())
                .collect();
            if !used.is_empty() {
                why.push(format!(
                    "Refused is who was never let in; these accounts were opened: {}. Restrict or close them instead.",
                    used.join(", ")
                ));
            }
        }
        "closed_account" => {
            let open = open_accounts(file);
            if !open.is_empty() {
                why.push(format!(
                    "These accounts are still open: {}. Close each with its day: retention counts from it.",
                    open.join(", ")
                ));
            }
        }
        "monitoring"
            if !file
                .accounts
                .iter()
                .any(|account| matches!(account.state.as_str(), "active" | "restricted")) =>
        {
            why.push("No account is open yet.".to_owned());
        }
        _ => {}
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Change;

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
                let mut file =
                    CustomerFile::new("C-1", None, crate::customer::PartyKind::Individual);
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
}
