//! What forbids a step of a customer's case, and what is broken in a record that does not stand as it must.

use super::{MACHINE, MAY_BE_ACTIVE};
use crate::{
    customer::{Account, CustomerFile, PartyKind, UsStatus},
    rulebook::Rulebook,
};

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
