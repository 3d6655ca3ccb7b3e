//! The customer's case (domain section 3.1): its states, who may take which step, and what each step asks for.

mod guards;
#[cfg(test)]
mod tests;

use crate::machine::{Machine, Role, step};
pub(crate) use guards::open_accounts;
pub use guards::{attempts, blocked_by, broken, cannot_match, is_open};

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
