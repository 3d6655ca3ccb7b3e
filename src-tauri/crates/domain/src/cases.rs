//! The machines of cases: one table each, in a module of its own with its guards. The engine stands in `machine`; a new kind of case is a
//! new table in [`MACHINES`].

mod certification;
mod exemption;
mod failure;
pub mod incident;
mod measure;
pub mod page;
mod request;
mod training;

pub use certification::{CERTIFICATION, UPDATE};
pub use exemption::EXEMPTION;
pub use failure::FAILURE;
pub use incident::INCIDENT;
pub use measure::MEASURE;
pub use request::{ASSESSMENT, FOLLOW_UP, REQUEST, settled};
pub use training::TRAINING;

use crate::machine::{Facts, Machine, Refusal, Role};

pub(crate) const PM: Role = Role::ProgrammeManager;
pub(crate) const CO: Role = Role::ComplianceOfficer;
pub(crate) const AN: Role = Role::Analyst;
pub(crate) const IN: Role = Role::Investigator;

/// Every machine of a case, in the order of lists. The customer's own stands in `onboarding`.
pub const MACHINES: &[&Machine] = &[
    &REQUEST,
    &FOLLOW_UP,
    &ASSESSMENT,
    &FAILURE,
    &INCIDENT,
    &TRAINING,
    &MEASURE,
    &CERTIFICATION,
    &UPDATE,
    &EXEMPTION,
];

/// The machine of a kind of case.
pub fn machine(kind: &str) -> Option<&'static Machine> {
    MACHINES
        .iter()
        .copied()
        .find(|machine| machine.kind == kind)
}

/// The machine of a case by its reference, such as `REQ-2026-0001`.
pub fn machine_of(reference: &str) -> Option<&'static Machine> {
    let (prefix, _) = reference.split_once('-')?;
    MACHINES
        .iter()
        .copied()
        .find(|machine| machine.prefix == prefix)
}

/// The step happened on a day before the case was received.
pub(crate) fn before_receipt(facts: &Facts<'_>, what: &str, question: &str) -> Option<Refusal> {
    let day = facts.day(question)?;
    let received = crate::casefile::day(&facts.case.received_on)?;
    (day < received).then(|| {
        Refusal::new(
            "E-CASE-BEFORE",
            format!(
                "{what} of {day} is before {received}, the day {} was received. Check the date.",
                facts.case.reference
            ),
        )
    })
}

#[cfg(test)]
mod tests;
