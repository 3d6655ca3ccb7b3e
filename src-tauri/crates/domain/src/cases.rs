//! Department requests (domain 3.2) and reseller failures (domain 3.3): tables of states, what each step asks for, what it does to the clock.

use crate::machine::{Machine, Role, step};

const PM: Role = Role::ProgrammeManager;
const CO: Role = Role::ComplianceOfficer;

/// A Department request for CIP copies.
pub const REQUEST: Machine = Machine {
    states: &[
        ("received", "Received"),
        ("scoped", "Scoped"),
        ("gathering", "Gathering"),
        ("review", "In review"),
        ("sent", "Sent"),
        ("acknowledged", "Acknowledged"),
    ],
    ends: &[("withdrawn", "Withdrawn by the Department")],
    steps: &[
        step("received", "scoped", "Scope", PM, false, &["D-67"]),
        step("scoped", "gathering", "Gather", PM, false, &["D-67"]),
        step(
            "gathering",
            "review",
            "Send to review",
            PM,
            false,
            &["D-67"],
        ),
        step(
            "review",
            "gathering",
            "Send back to gathering",
            CO,
            false,
            &["D-67"],
        ),
        step(
            "review",
            "sent",
            "Record sending",
            CO,
            false,
            &["D-67", "D-68"],
        ),
        step("sent", "acknowledged", "Record the receipt", PM, false, &[]),
        step(
            "received",
            "withdrawn",
            "Record the withdrawal",
            CO,
            false,
            &[],
        ),
        step(
            "scoped",
            "withdrawn",
            "Record the withdrawal",
            CO,
            false,
            &[],
        ),
        step(
            "gathering",
            "withdrawn",
            "Record the withdrawal",
            CO,
            false,
            &[],
        ),
        step(
            "review",
            "withdrawn",
            "Record the withdrawal",
            CO,
            false,
            &[],
        ),
    ],
};

/// A reseller's failure, from the first signal.
pub const FAILURE: Machine = Machine {
    states: &[
        ("signal", "Signal"),
        ("assessing", "Assessing"),
        ("evidence_confirmed", "Evidence confirmed"),
        ("containing", "Containing"),
        ("reported", "Reported"),
        ("terminating", "Terminating"),
        ("terminated", "Terminated"),
    ],
    ends: &[("not_substantiated", "Not substantiated")],
    steps: &[
        step(
            "signal",
            "assessing",
            "Begin the assessment",
            Role::Investigator,
            false,
            &["D-71"],
        ),
        step(
            "assessing",
            "evidence_confirmed",
            "Confirm the evidence",
            CO,
            false,
            &["D-71"],
        ),
        step(
            "assessing",
            "not_substantiated",
            "Close as not substantiated",
            CO,
            true,
            &["D-71"],
        ),
        step(
            "evidence_confirmed",
            "containing",
            "Begin containment",
            PM,
            false,
            &["D-69"],
        ),
        step(
            "containing",
            "reported",
            "Record closures and reports",
            CO,
            false,
            &["D-69", "D-70"],
        ),
        step(
            "reported",
            "terminating",
            "Give notice of termination",
            PM,
            false,
            &["D-71"],
        ),
        step(
            "terminating",
            "terminated",
            "Record the termination",
            CO,
            false,
            &["D-71"],
        ),
    ],
};

/// The machine of a kind of case.
pub fn machine(kind: &str) -> &'static Machine {
    if kind == "failure" {
        &FAILURE
    } else {
        &REQUEST
    }
}

/// What starts and what stops the clocks of a kind of case: two events of a rule pack.
pub fn events(kind: &str) -> (&'static str, &'static str) {
    if kind == "failure" {
        ("evidence_received", "termination_effective")
    } else {
        ("department_request_received", "all_items_sent")
    }
}

/// What a step asks to be written down: its evidence (domain 3.2, 3.3).
pub fn asks(to: &str) -> &'static str {
    match to {
        "scoped" => "which resellers and which own CIP are asked for",
        "gathering" => "what is still missing, and from whom",
        "review" => "what is there, and why anything is missing",
        "sent" => "how it was sent",
        "acknowledged" => "the receipt or the proof of delivery",
        "withdrawn" => "the Department's withdrawal in writing: its reference and date",
        "assessing" => "the plan, and the red flags that were seen",
        "evidence_confirmed" => {
            "the evidence: no CIP, a CIP not implemented, or no good-faith effort"
        }
        "not_substantiated" => "what was checked, and why it does not stand",
        "containing" => {
            "the reseller's accounts and the linked accounts further down; new ones are blocked"
        }
        "reported" => "the closures with their times, and the reports: to whom, when, which copy",
        "terminating" => "the notice of termination, and the day it takes effect",
        "terminated" => "that the service is off and credentials are revoked",
        _ => "what was done",
    }
}

/// Whether a step asks when it happened: the day decides about a clock.
pub fn asks_when(to: &str) -> bool {
    matches!(to, "terminated" | "withdrawn" | "acknowledged")
}

/// What a step does to the case's clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockEffect {
    /// Nothing.
    None,
    /// Provisional clocks become firm; they count from the same day.
    Confirm,
    /// The clocks end: nothing is owed any more.
    Cancel,
    /// The clocks end: what was owed was done.
    Satisfy,
}

impl ClockEffect {
    /// In words, for the button's side.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Confirm => {
                Some("The clock becomes firm. It has been counting since the signal was received.")
            }
            Self::Cancel => Some("The clock ends as cancelled."),
            Self::Satisfy => Some("The clock stops on the day you write."),
        }
    }
}

/// What a step does to the case's clocks. The sending of a request's filings is recorded on the filing, which stops its own clock.
pub fn effect(to: &str) -> ClockEffect {
    match to {
        "evidence_confirmed" => ClockEffect::Confirm,
        "not_substantiated" | "withdrawn" => ClockEffect::Cancel,
        "terminated" => ClockEffect::Satisfy,
        _ => ClockEffect::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_joins_two_known_states_and_every_state_is_reached() {
        for machine in [&REQUEST, &FAILURE] {
            let known: Vec<&str> = machine
                .states
                .iter()
                .chain(machine.ends)
                .map(|(id, _)| *id)
                .collect();
            for step in machine.steps {
                assert!(
                    known.contains(&step.from) && known.contains(&step.to),
                    "{} to {}",
                    step.from,
                    step.to
                );
                assert_ne!(
                    asks(step.to),
                    "what was done",
                    "{} says what it asks for",
                    step.to
                );
            }
            for state in known.iter().skip(1) {
                assert!(
                    machine.steps.iter().any(|step| step.to == *state),
                    "{state} can be reached"
                );
            }
        }
    }
}
