//! A reseller's failure, from the first signal to the end of the relationship (domain 3.3). The thirty days count from the day the evidence
//! was received; the termination stops them on the day it takes effect.

use super::{CO, IN, PM, before_receipt};
use crate::{
    machine::{
        Ask, ClockEffect, ClockStart, Consequence, Facts, ItemKind, Machine, Question, RefKind,
        Refusal, Step, ask, step,
    },
    pack::Part,
};

const DOCUMENTS: Question = ask("documents", "Documents", Ask::Documents).optional();
const START: ClockStart = ClockStart::new(
    &[("evidence_received", "received")],
    "termination_effective",
);
const GROUNDS: &[(&str, &str)] = &[
    ("no_cip", "It keeps no CIP"),
    ("not_implemented", "It does not do what its CIP says"),
    (
        "no_good_faith",
        "It makes no good-faith effort to prevent malicious use",
    ),
];

const fn terminating(from: &'static str) -> Step {
    step(
        from,
        "terminating",
        "Give notice of termination",
        PM,
        false,
        &["D-71"],
    )
    .asks(
        const {
            &[
                ask("notice_on", "Notice given on", Ask::Date),
                ask("effective_on", "Takes effect on", Ask::Date)
                    .hint("Not after the last day of the clock"),
                ask("channel", "How it was given", Ask::Line).optional(),
                DOCUMENTS,
            ]
        },
    )
    .checks(&[notice_in_time, effect_after_notice, effect_within_the_clock])
    .then(const { &[Consequence::Reseller("terminating")] })
}

/// A reseller's failure, from the first signal.
pub const FAILURE: Machine = Machine {
    kind: "failure",
    prefix: "EVD",
    title: "Evidence that a reseller failed",
    section: "3.3",
    states: &[
        ("signal", "Signal"),
        ("assessing", "Assessing"),
        ("evidence_confirmed", "Evidence confirmed"),
        ("containing", "Containing"),
        ("reported", "Reported"),
        ("remediation_offered", "Remediation offered"),
        ("terminating", "Terminating"),
        ("terminated", "Terminated"),
    ],
    ends: &[
        ("not_substantiated", "Not substantiated"),
        ("retained", "Kept after a cure"),
    ],
    done: &["terminated"],
    opening: &[
        step(
            "",
            "evidence_confirmed",
            "Record evidence of a failure",
            CO,
            false,
            &["D-71"],
        )
        .clocks(&[ClockEffect::Start(START)])
        .then(&[Consequence::Reseller("under_review")]),
        step("", "signal", "Record a signal", IN, false, &["D-71"])
            .anyone()
            .clocks(&[ClockEffect::Start(START.provisional())])
            .then(&[Consequence::Reseller("under_review")]),
    ],
    steps: &[
        step(
            "signal",
            "assessing",
            "Begin the assessment",
            IN,
            false,
            &["D-71"],
        )
        .words("the plan: what is looked at, and by whom")
        .asks(&[ask(
            "red_flags",
            "Red flags that were seen",
            Ask::Listed(Part::RedFlag),
        )
        .optional()]),
        step(
            "assessing",
            "evidence_confirmed",
            "Confirm the evidence",
            CO,
            false,
            &["D-71"],
        )
        .words("the evidence, piece by piece")
        .asks(&[
            ask("grounds", "What it shows", Ask::Ticks(GROUNDS)),
            DOCUMENTS,
        ])
        .clocks(&[ClockEffect::Confirm]),
        step(
            "assessing",
            "not_substantiated",
            "Close as not substantiated",
            CO,
            true,
            &["D-71"],
        )
        .words("what was checked, and why it does not stand")
        .clocks(&[ClockEffect::Cancel])
        .then(&[Consequence::ClearsReseller]),
        step(
            "evidence_confirmed",
            "containing",
            "Begin containment",
            PM,
            false,
            &["D-69"],
        )
        .words("how the reseller's accounts and the linked ones further down were found")
        .asks(&[ask(
            "blocked_at",
            "New accounts are blocked since",
            Ask::Instant,
        )])
        .checks(&[blocked_after_receipt]),
        step(
            "containing",
            "reported",
            "Record closures and reports",
            CO,
            false,
            &["D-69", "D-70"],
        )
        .words("that the list of accounts is complete, and whom the reports went to")
        .guards(&[accounts_settled, reports_made]),
        step(
            "reported",
            "remediation_offered",
            "Offer a cure",
            CO,
            false,
            &["D-72"],
        )
        .words("the notice, and its conditions. The clock runs on")
        .asks(&[ask("cure_until", "To be cured until", Ask::Date), DOCUMENTS]),
        step(
            "remediation_offered",
            "retained",
            "Keep the reseller",
            CO,
            true,
            &["D-72"],
        )
        .words("that continuing does not raise the risk, and why")
        .dated()
        .asks(&[ask("proof", "What shows the cure", Ask::Text), DOCUMENTS])
        .guards(&[a_cure_is_allowed])
        .clocks(&[ClockEffect::Satisfy("termination_effective")])
        .then(&[Consequence::ClearsReseller]),
        terminating("reported"),
        terminating("remediation_offered"),
        step(
            "terminating",
            "terminated",
            "Record the termination",
            CO,
            false,
            &["D-71"],
        )
        .words("that the service is off and credentials are revoked")
        .dated()
        .asks(&[
            ask("revoked", "Credentials revoked", Ask::Line)
                .hint("Which, and how it was checked")
                .optional(),
            DOCUMENTS,
        ])
        .guards(&[accounts_settled, reports_made])
        .checks(&[ended_after_notice])
        .doubts(&[ended_before_the_day_named])
        .clocks(&[ClockEffect::Satisfy("termination_effective")])
        .then(&[Consequence::Reseller("terminated")]),
    ],
    fields: &[
        ask("source", "Where the signal came from", Ask::Line).optional(),
        ask(
            "activity",
            "Malicious activity that is suspected",
            Ask::Text,
        )
        .optional(),
        ask(
            "incidents",
            "Incidents it is linked to",
            Ask::Refs(RefKind::Case),
        )
        .optional(),
    ],
    items: &[
        ItemKind {
            kind: "account",
            title: "Account to contain",
            titles: "Accounts to contain",
            states: &[
                ("open", "To be closed"),
                ("closed", "Closed"),
                ("kept", "Stays open"),
            ],
            done: &["closed", "kept"],
            steps: &[
                step("open", "closed", "Record the closure", CO, false, &["D-69"])
                    .dated()
                    .asks(&[ask("order", "Closure order", Ask::Line)
                        .hint("Its number, or who was told")
                        .optional()]),
                step("open", "kept", "Let it stay open", CO, false, &["D-69"])
                    .words("why it has nothing to do with the activity"),
                step(
                    "kept",
                    "open",
                    "To be closed after all",
                    CO,
                    false,
                    &["D-69"],
                )
                .words("what has changed"),
            ],
            fields: &[
                ask("account", "Account number", Ask::Line),
                ask("holder", "Held by", Ask::Line)
                    .hint("The reseller itself, or a customer further down")
                    .optional(),
                ask(
                    "tier",
                    "How far down the chain",
                    Ask::Choice(&[
                        ("reseller", "The reseller's own"),
                        ("downstream", "Of a customer of the reseller"),
                        ("further", "Further down"),
                    ]),
                )
                .optional(),
            ],
            added_in: &[
                "signal",
                "assessing",
                "evidence_confirmed",
                "containing",
                "reported",
                "remediation_offered",
                "terminating",
            ],
        },
        ItemKind {
            added_in: &[
                "evidence_confirmed",
                "containing",
                "reported",
                "remediation_offered",
                "terminating",
            ],
            ..super::incident::REPORT
        },
    ],
};

fn accounts_settled(facts: &Facts<'_>) -> Option<Refusal> {
    let open: Vec<&str> = facts
        .case
        .items_of("account")
        .filter(|item| item.state == "open")
        .map(|item| item.label.as_str())
        .collect();
    if facts.case.items_of("account").next().is_none() {
        return Some(Refusal::new(
            "E-FAILURE-ACCOUNTS",
            "No account is listed. List the reseller's accounts and the linked ones further down first.",
        ));
    }
    (!open.is_empty()).then(|| {
        Refusal::new(
            "E-FAILURE-ACCOUNTS",
            format!(
                "Accounts are still open: {}. Record when each was closed, or why it stays.",
                open.join(", ")
            ),
        )
    })
}

fn reports_made(facts: &Facts<'_>) -> Option<Refusal> {
    let made = facts
        .case
        .items_of("report")
        .filter(|item| item.state == "made")
        .count();
    let open = facts
        .case
        .items_of("report")
        .filter(|item| !super::incident::REPORT.is_done(&item.state))
        .count();
    (made == 0 || open > 0).then(|| {
        Refusal::new(
            "E-FAILURE-REPORTS",
            if made == 0 {
                "No report to an authority is recorded. Add one, and record when it was made."
            } else {
                "A report to an authority is planned and not made yet."
            },
        )
    })
}

fn a_cure_is_allowed(facts: &Facts<'_>) -> Option<Refusal> {
    let strict: Vec<&str> = facts
        .rules
        .in_use()
        .filter(|pack| {
            pack.clocks().iter().any(|rule| {
                rule.statutory && rule.stop == "termination_effective" && !rule.cure_allowed
            })
        })
        .map(|pack| pack.title())
        .collect();
    (!strict.is_empty()).then(|| {
        Refusal::new(
            "E-FAILURE-CURE",
            format!(
                "A cure does not end the duty to terminate, by the reading taken for: {}. Give notice of termination.",
                strict.join("; ")
            ),
        )
    })
}

fn blocked_after_receipt(facts: &Facts<'_>) -> Option<Refusal> {
    before_receipt(facts, "The block", "blocked_at")
}

fn notice_in_time(facts: &Facts<'_>) -> Option<Refusal> {
    before_receipt(facts, "The notice", "notice_on").or_else(|| {
        let notice = facts.day("notice_on")?;
        (notice > facts.today).then(|| {
            Refusal::new(
                "E-FIELD-FUTURE",
                format!("The notice of {notice} lies in the future. Record it when it was given."),
            )
        })
    })
}

fn effect_after_notice(facts: &Facts<'_>) -> Option<Refusal> {
    let (notice, effective) = (facts.day("notice_on")?, facts.day("effective_on")?);
    (effective < notice).then(|| {
        Refusal::new(
            "E-FAILURE-EFFECT",
            format!("It cannot take effect on {effective}, before the notice of {notice}. Check the dates."),
        )
    })
}

fn effect_within_the_clock(facts: &Facts<'_>) -> Option<Refusal> {
    let effective = facts.day("effective_on")?;
    let due = facts
        .clocks
        .iter()
        .filter(|clock| clock.stop.is_none() && clock.computed.cutoff.is_some())
        .map(|clock| clock.computed.due)
        .min()?;
    (effective > due && due >= facts.today).then(|| {
        Refusal::new(
            "E-FAILURE-LATE",
            format!("{effective} is after {due}, the last day of the clock. Choose a day by then."),
        )
    })
}

fn ended_after_notice(facts: &Facts<'_>) -> Option<Refusal> {
    let notice = facts.day("notice_on")?;
    (facts.on < notice).then(|| {
        Refusal::new(
            "E-FAILURE-EFFECT",
            format!(
                "It cannot have taken effect on {}, before the notice of {notice}. Check the date.",
                facts.on
            ),
        )
    })
}

/// It may end sooner than the notice says, but a day that was mistyped stops the clock as well.
fn ended_before_the_day_named(facts: &Facts<'_>) -> Option<Refusal> {
    let named = facts.day("effective_on")?;
    let day = |date: chrono::NaiveDate| date.format("%a %Y-%m-%d").to_string();
    (facts.on < named).then(|| {
        Refusal::new(
            "E-FAILURE-EARLY",
            format!(
                "The notice says that the termination takes effect on {}. Did it take effect on {} already?",
                day(named),
                day(facts.on)
            ),
        )
    })
}
