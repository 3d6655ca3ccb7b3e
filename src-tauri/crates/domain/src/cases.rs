//! Department requests (domain 3.2) and reseller failures (domain 3.3), on their straight paths.

use crate::machine::{Machine, Role, Step};

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
    steps: &[
        Step {
            from: "received",
            to: "scoped",
            label: "Scope",
            role: Role::ProgrammeManager,
            approval: false,
            duties: &["D-67"],
        },
        Step {
            from: "scoped",
            to: "gathering",
            label: "Gather",
            role: Role::ProgrammeManager,
            approval: false,
            duties: &["D-67"],
        },
        Step {
            from: "gathering",
            to: "review",
            label: "Send to review",
            role: Role::ProgrammeManager,
            approval: false,
            duties: &["D-67"],
        },
        Step {
            from: "review",
            to: "sent",
            label: "Record sending",
            role: Role::ComplianceOfficer,
            approval: false,
            duties: &["D-67", "D-68"],
        },
        Step {
            from: "sent",
            to: "acknowledged",
            label: "Record the receipt",
            role: Role::ProgrammeManager,
            approval: false,
            duties: &[],
        },
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
    steps: &[],
};

/// The machine of a kind of case.
pub fn machine(kind: &str) -> &'static Machine {
    if kind == "failure" {
        &FAILURE
    } else {
        &REQUEST
    }
}
