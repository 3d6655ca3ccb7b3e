//! Malicious activity (domain 3.8): what was seen, what it impairs, how it was contained, who was told and on which legal basis.

use super::{CO, IN};
use crate::{
    machine::{
        Ask, ClockEffect, ClockStart, Consequence, Facts, ItemKind, Machine, Question, Refusal,
        Step, ask, step,
    },
    pack::Part,
};

const DOCUMENTS: Question = ask("documents", "Documents", Ask::Documents).optional();
const IMPAIRED: &[(&str, &str)] = &[
    ("confidentiality", "Confidentiality"),
    ("integrity", "Integrity"),
    ("availability", "Availability"),
];
const YES_NO_UNKNOWN: &[(&str, &str)] =
    &[("yes", "Yes"), ("no", "No"), ("unknown", "Not known yet")];
const NOTICED: &[(&str, &str)] = &[("incident_noticed", "received")];
const TRIAGE_ENDS: &[ClockEffect] = &[ClockEffect::Satisfy("incident_triaged")];

/// The states of a report in which it was answered what leaves and which provision allows it.
pub const CLEARED: &[&str] = &["cleared", "made"];

/// A report to an authority: to whom, what leaves about customers, on which legal basis. That is asked and recorded before anything
/// leaves, printed on the transmittal, and only then is the report recorded as made.
pub(super) const REPORT: ItemKind = ItemKind {
    kind: "report",
    title: "Report to an authority",
    titles: "Reports to authorities",
    states: &[
        ("planned", "To be made"),
        ("cleared", "Cleared to leave"),
        ("made", "Made"),
        ("dropped", "Not made"),
    ],
    done: &["made", "dropped"],
    steps: &[
        step(
            "planned",
            "cleared",
            "Clear what leaves",
            CO,
            false,
            &["D-70"],
        )
        .asks(&[
            ask(
                "records",
                "What leaves about customers",
                Ask::Choice(&[
                    ("none", "Nothing about a customer"),
                    ("records", "Records of a customer or subscriber"),
                    ("content", "Content of communications"),
                ]),
            ),
            ask(
                "legal_basis",
                "Which provision allows it",
                Ask::Listed(Part::LegalBasis),
            )
            .hint("Ask counsel; the program does not decide. It is printed on the transmittal"),
            ask("minimised", "How it was kept to what is needed", Ask::Text).optional(),
            ask("enclosed", "What goes with it", Ask::Documents).optional(),
        ])
        .checks(&[the_basis_fits]),
        step("cleared", "made", "Record the report", CO, false, &["D-70"])
            .dated()
            .asks(&[
                ask("channel", "How it was made", Ask::Line),
                ask("reference", "The authority's reference", Ask::Line).optional(),
                DOCUMENTS,
            ]),
        step(
            "cleared",
            "planned",
            "Take the clearance back",
            CO,
            false,
            &["D-70"],
        )
        .words("what has changed about what leaves, or about the provision"),
        not_made("planned"),
        not_made("cleared"),
    ],
    fields: &[
        ask("authority", "Authority", Ask::Line)
            .hint("The Department, law enforcement, a national response team"),
        ask("contact", "Contact there", Ask::Line).optional(),
    ],
    added_in: &["suspected", "confirmed", "contained"],
};

const fn not_made(from: &'static str) -> Step {
    step(from, "dropped", "Do not make it", CO, false, &["D-70"])
        .words("why this authority is not told")
}

const fn judged(to: &'static str, label: &'static str) -> Step {
    step("triaged", to, label, CO, false, &["D-69", "D-70"])
        .words("what it did, or could do")
        .asks(
            const {
                &[
                    ask("impaired", "What it impairs", Ask::Ticks(IMPAIRED)),
                    ask(
                        "foreign",
                        "Is a foreign person behind it?",
                        Ask::Choice(YES_NO_UNKNOWN),
                    ),
                ]
            },
        )
        .then(
            const {
                &[
                    Consequence::Reverify {
                        when: Some(may_be_foreign),
                    },
                    Consequence::OpensCase {
                        kind: "failure",
                        state: "signal",
                        text: "Malicious activity through an account of the reseller",
                        when: Some(through_a_reseller),
                    },
                ]
            },
        )
}

const fn contained(from: &'static str) -> Step {
    step(
        from,
        "contained",
        "Record the containment",
        IN,
        false,
        &["D-69"],
    )
    .words("what was suspended, and what was kept: snapshots, access records")
    .asks(
        const {
            &[
                ask("suspended_at", "Suspended at", Ask::Instant),
                ask("snapshot", "Snapshots", Ask::Line)
                    .hint("Where, with their hashes")
                    .optional(),
                ask(
                    "log_kept",
                    "Access records are kept",
                    Ask::Choice(&[
                        ("imported", "Imported here"),
                        ("elsewhere", "Elsewhere, read-only"),
                        ("none", "There are none"),
                    ]),
                ),
                DOCUMENTS,
            ]
        },
    )
    .checks(&[not_before_it_was_seen])
    .then(const { &[Consequence::ProposesHold] })
}

/// Malicious activity, from the first indicator.
pub const INCIDENT: Machine = Machine {
    kind: "incident",
    prefix: "INC",
    title: "Malicious activity",
    section: "3.8",
    states: &[
        ("observed", "Observed"),
        ("triaged", "Triaged"),
        ("suspected", "Suspected"),
        ("confirmed", "Confirmed"),
        ("contained", "Contained"),
        ("reported", "Reported"),
        ("followed", "Followed up"),
        ("closed", "Closed"),
    ],
    ends: &[("benign", "Benign")],
    done: &["closed"],
    opening: &[step(
        "",
        "observed",
        "Record malicious activity",
        IN,
        false,
        &["D-69", "D-70"],
    )
    .anyone()
    .asks(&[
        ask("indicator", "Indicator", Ask::Line).hint("An address, a hash, a pattern"),
        ask("first_seen", "First seen", Ask::Instant),
        ask("last_seen", "Last seen", Ask::Instant).optional(),
        ask("source", "Who saw it, from where", Ask::Line),
    ])
    .checks(&[seen_in_order])
    .clocks(&[
        ClockEffect::Start(ClockStart::new(NOTICED, "incident_triaged").if_any()),
        ClockEffect::Start(ClockStart::new(NOTICED, "report_sent").if_any()),
    ])],
    steps: &[
        step(
            "observed",
            "triaged",
            "Record the triage",
            IN,
            false,
            &["D-69"],
        )
        .words("what was looked at, and what it points to")
        .asks(&[ask("red_flags", "Red flags", Ask::Listed(Part::RedFlag))
            .hint("What was seen; none may be right")
            .optional()])
        .clocks(TRIAGE_ENDS),
        step("triaged", "benign", "Close as benign", CO, false, &[])
            .words("the explanation, and what it rests on")
            .clocks(&[ClockEffect::Cancel]),
        judged("suspected", "Record as suspected"),
        judged("confirmed", "Record as confirmed"),
        contained("suspected"),
        contained("confirmed"),
        step(
            "contained",
            "reported",
            "Record the reports",
            CO,
            false,
            &["D-70"],
        )
        .words("whom was told, and whom not, and why")
        .dated()
        .guards(&[every_report_decided])
        .clocks(&[ClockEffect::Satisfy("report_sent")]),
        step(
            "reported",
            "followed",
            "Record the follow-up",
            IN,
            false,
            &["D-70"],
        )
        .words("the reference numbers, and the questions that were answered"),
        step("followed", "closed", "Close", CO, true, &["D-60", "D-63"])
            .words("what was learned")
            .asks(&[ask(
                "cip_change",
                "Does the CIP change?",
                Ask::Choice(&[
                    ("no", "No"),
                    ("threat", "At the next review: the threat landscape changed"),
                    ("material", "Now: a material change"),
                ]),
            )])
            .clocks(&[ClockEffect::Cancel]),
    ],
    fields: &[
        ask("indicators", "Further indicators", Ask::Text)
            .hint("One a line")
            .optional(),
        ask("accounts", "Accounts", Ask::Text)
            .hint("Numbers of accounts, one a line")
            .optional(),
        ask("activity", "The activity in a sentence", Ask::Text).optional(),
    ],
    items: &[REPORT],
};

fn may_be_foreign(facts: &Facts<'_>) -> bool {
    facts.answer("foreign") != Some("no")
}

fn through_a_reseller(facts: &Facts<'_>) -> bool {
    !facts.case.resellers.is_empty()
}

fn seen_in_order(facts: &Facts<'_>) -> Option<Refusal> {
    let (first, last) = (facts.day("first_seen")?, facts.day("last_seen")?);
    (last < first).then(|| {
        Refusal::new(
            "E-INCIDENT-SEEN",
            format!(
                "It was last seen on {last}, before it was first seen on {first}. Check the dates."
            ),
        )
    })
}

fn not_before_it_was_seen(facts: &Facts<'_>) -> Option<Refusal> {
    let (first, suspended) = (facts.day("first_seen")?, facts.day("suspended_at")?);
    (suspended < first).then(|| {
        Refusal::new(
            "E-INCIDENT-SEEN",
            format!("It was suspended on {suspended}, before it was first seen on {first}. Check the dates."),
        )
    })
}

/// What leaves and on which basis must fit: records need a basis of their own.
fn the_basis_fits(facts: &Facts<'_>) -> Option<Refusal> {
    let bases = facts.answers.get("legal_basis")?;
    let records = facts.answer("records")?;
    let only_none = bases.iter().all(|basis| basis == "no_customer_record");
    match records {
        "none" => None,
        _ if only_none => Some(Refusal::new(
            "E-INCIDENT-BASIS",
            "Records of a customer leave, so \"no customer record leaves\" is no basis. Choose the provision that allows it, with counsel.",
        )),
        _ => None,
    }
}

fn every_report_decided(facts: &Facts<'_>) -> Option<Refusal> {
    if facts.case.items_of("report").next().is_none() {
        return Some(Refusal::new(
            "E-INCIDENT-REPORTS",
            "No authority is listed. Add whom this could be reported to, and record each as made or not made.",
        ));
    }
    let open: Vec<&str> = facts
        .case
        .items_of("report")
        .filter(|item| !REPORT.is_done(&item.state))
        .map(|item| item.label.as_str())
        .collect();
    (!open.is_empty()).then(|| {
        Refusal::new(
            "E-INCIDENT-REPORTS",
            format!(
                "Not decided yet: {}. Clear what leaves and record the report, or write why it is not made.",
                open.join(", ")
            ),
        )
    })
}
