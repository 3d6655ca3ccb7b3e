//! Training of a model by a foreign person (domain 3.4): a lead, the assessment by a worksheet, the report, directly or through a reseller.
//! Two clocks run where a reseller stands between: the reseller's report to us, and ours to the Department.

use super::{AN, CO, IN, PM};
use crate::machine::{
    Ask, ClockEffect, ClockStart, Consequence, Facts, Machine, Question, Refusal, Step, ask, step,
};

const DOCUMENTS: Question = ask("documents", "Documents", Ask::Documents).optional();
const NOTICED: &[(&str, &str)] = &[("transaction", "received"), ("knowledge", "received")];
const UPDATED: &[(&str, &str)] = &[("transaction", "update_on"), ("knowledge", "update_on")];
const COVERED: &[(&str, &str)] = &[
    ("transaction", "transaction_on"),
    ("knowledge", "knowledge_on"),
];
const SENT: &[Question] = &[
    ask("channel", "How it was sent", Ask::Line),
    ask("reference", "Reference or proof", Ask::Line).optional(),
    DOCUMENTS,
];

const fn filed(from: &'static str, label: &'static str, duties: &'static [&'static str]) -> Step {
    step(from, "filed", label, CO, false, duties)
        .dated()
        .asks(SENT)
        .clocks(&[
            ClockEffect::Satisfy("filed"),
            ClockEffect::Satisfy("report_relayed"),
        ])
}

const fn grey(
    anchors: &'static [(&'static str, &'static str)],
    stop: &'static str,
    when: crate::machine::Test,
) -> ClockEffect {
    ClockEffect::Start(
        ClockStart::new(anchors, stop)
            .provisional()
            .if_any()
            .when(when),
    )
}

/// Training of a model by a foreign person.
pub const TRAINING: Machine = Machine {
    kind: "training",
    prefix: "AIT",
    title: "AI training report",
    section: "3.4",
    states: &[
        ("lead", "Lead"),
        ("assessing", "Assessing"),
        ("not_covered", "Not covered"),
        ("covered", "Covered"),
        ("awaiting_reseller", "Awaiting the reseller"),
        ("supply_blocked", "Supply blocked"),
        ("drafting", "Drafting"),
        ("review", "In review"),
        ("filed", "Filed"),
        ("follow_up", "Follow-up"),
        ("correction", "Correction"),
        ("closed", "Closed"),
    ],
    ends: &[],
    done: &["not_covered", "closed"],
    opening: &[
        step("", "lead", "Record a lead", IN, false, &["D-74", "D-76"])
            .anyone()
            .asks(&[ask("signal", "What suggests training", Ask::Text)
                .hint("A quota request, the shape of a cluster, a contract, telemetry")])
            .clocks(&[
                grey(NOTICED, "filed", is_direct),
                grey(NOTICED, "reseller_report_received", is_relay),
                grey(NOTICED, "report_relayed", is_relay),
            ]),
    ],
    steps: &[
        step(
            "lead",
            "assessing",
            "Begin the assessment",
            IN,
            false,
            &["D-74"],
        )
        .words(
            "the parties, which of them are foreign, and what is expected to be computed on what",
        )
        .guards(&[is_about_somebody]),
        step(
            "assessing",
            "not_covered",
            "Record as not covered",
            CO,
            true,
            &["D-74", "D-83"],
        )
        .words("how the worksheet was judged, and whether the arrangements may change")
        .guards(&[has_a_worksheet, worksheet_is_not_covered])
        .clocks(&[ClockEffect::Cancel]),
        step(
            "not_covered",
            "assessing",
            "Assess again",
            IN,
            false,
            &["D-75"],
        )
        .anyone()
        .words("the development or update in the arrangements")
        .asks(&[ask("update_on", "Date of the update", Ask::Date)])
        .clocks(&[
            grey(UPDATED, "filed", is_direct),
            grey(UPDATED, "reseller_report_received", is_relay),
            grey(UPDATED, "report_relayed", is_relay),
        ]),
        step(
            "assessing",
            "covered",
            "Record as covered",
            CO,
            false,
            &["D-74", "D-75", "D-76", "D-77"],
        )
        .words("what makes it covered")
        .asks(&[
            ask(
                "transaction_on",
                "Date of the transaction or of the update",
                Ask::Date,
            ),
            ask("knowledge_on", "Date on which it became known", Ask::Date),
            ask(
                "known_by",
                "To whom it became known",
                Ask::Choice(&[("provider", "Us"), ("reseller", "The reseller")]),
            ),
            DOCUMENTS,
        ])
        .guards(&[has_a_worksheet, worksheet_may_be_covered])
        .checks(&[known_by_a_reseller_of_the_case])
        .clocks(&[
            ClockEffect::Cancel,
            ClockEffect::Start(ClockStart::new(COVERED, "filed").when(is_direct)),
            ClockEffect::Start(ClockStart::new(COVERED, "reseller_report_received").when(is_relay)),
            ClockEffect::Start(ClockStart::new(COVERED, "report_relayed").when(is_relay)),
        ]),
        step(
            "covered",
            "drafting",
            "Draft the report",
            AN,
            false,
            &["D-81", "D-82"],
        )
        .words("who drafts it, and from what")
        .guards(&[not_through_a_reseller]),
        step(
            "covered",
            "awaiting_reseller",
            "Demand the reseller's report",
            PM,
            false,
            &["D-76"],
        )
        .asks(&[
            ask("demand_on", "Demand sent on", Ask::Date),
            ask("demand", "How, and with which last day", Ask::Line),
            DOCUMENTS,
        ])
        .guards(&[through_a_reseller]),
        step(
            "awaiting_reseller",
            "drafting",
            "Record the reseller's report",
            PM,
            false,
            &["D-76", "D-77"],
        )
        .dated()
        .words("what the reseller's report says, and what is doubtful in it")
        .asks(&[DOCUMENTS])
        .clocks(&[ClockEffect::Satisfy("reseller_report_received")]),
        step(
            "awaiting_reseller",
            "supply_blocked",
            "Block supply",
            CO,
            false,
            &["D-78"],
        )
        .asks(&[ask(
            "blocked_at",
            "No services to the reseller since",
            Ask::Instant,
        )])
        .guards(&[the_reseller_is_late])
        .then(&[Consequence::OpensCase {
            kind: "failure",
            state: "signal",
            text: "The reseller did not report AI training in time; supply is blocked",
            when: None,
        }]),
        step(
            "supply_blocked",
            "drafting",
            "Draft from what is known",
            PM,
            false,
            &["D-77", "D-78"],
        )
        .words("what is known without the reseller's report, and whether it came late"),
        step(
            "drafting",
            "review",
            "Send to review",
            AN,
            false,
            &["D-81", "D-82"],
        )
        .asks(&[
            ask(
                "complete",
                "Every required field",
                Ask::Choice(&[
                    ("all", "Is there"),
                    ("unknown", "Is there, or named as unknown"),
                ]),
            ),
            ask(
                "unknown",
                "What is not known, and when it was asked",
                Ask::Text,
            )
            .optional(),
        ])
        .checks(&[unknown_is_named])
        .guards(&[has_a_worksheet]),
        step(
            "review",
            "drafting",
            "Send back to drafting",
            CO,
            false,
            &["D-81"],
        )
        .words("what is wrong or missing"),
        filed("review", "Record the filing", &["D-74", "D-77"]),
        step("filed", "filed", "Record the receipt", PM, false, &[])
            .named("acknowledged")
            .words("the receipt or the proof of delivery"),
        step(
            "filed",
            "follow_up",
            "Record a follow-up request",
            CO,
            false,
            &["D-80"],
        )
        .asks(&[
            ask("asked_at", "Received", Ask::Instant),
            ask(
                "asked",
                "What the Department asks, and its reference",
                Ask::Text,
            ),
            DOCUMENTS,
        ])
        .clocks(&[ClockEffect::Start(ClockStart::new(
            &[("department_request_received", "asked_at")],
            "filed",
        ))]),
        filed("follow_up", "Record the answer", &["D-80"]),
        step(
            "filed",
            "correction",
            "Record an error in the report",
            AN,
            false,
            &["D-79"],
        )
        .asks(&[
            ask("discovered_on", "Discovered on", Ask::Date),
            ask(
                "error",
                "What is wrong, field by field, and what is right",
                Ask::Text,
            ),
        ])
        .clocks(&[ClockEffect::Start(ClockStart::new(
            &[("error_discovered", "discovered_on")],
            "filed",
        ))]),
        filed("correction", "Record the corrected report", &["D-79"]),
        step("filed", "closed", "Close", CO, false, &["D-82"])
            .words("that training ended, or the account is closed")
            .guards(&[no_clock_runs]),
    ],
    fields: &[
        ask(
            "run_status",
            "The run",
            Ask::Choice(&[
                ("planned", "Is planned"),
                ("running", "Is running"),
                ("ended", "Has ended"),
                ("halted", "Was halted"),
            ]),
        )
        .optional(),
        ask("planned_start", "Start, anticipated or actual", Ask::Date).optional(),
        ask(
            "planned_end",
            "Completion, anticipated or actual",
            Ask::Date,
        )
        .optional(),
        ask(
            "activity",
            "What is done",
            Ask::Choice(&[
                ("training", "Training from the start"),
                ("fine_tuning", "Fine-tuning of a trained model"),
                ("inference", "Inference only"),
            ]),
        )
        .hint("Fine-tuning is read as training, inference is not")
        .optional(),
        ask("training_practices", "Training practices", Ask::Text).optional(),
        ask(
            "weight_security",
            "How weights are protected, and who has access",
            Ask::Text,
        )
        .optional(),
        ask("incidents", "Known incidents", Ask::Text).optional(),
    ],
    items: &[],
};

fn is_direct(facts: &Facts<'_>) -> bool {
    facts.case.resellers.is_empty()
}

fn is_relay(facts: &Facts<'_>) -> bool {
    !is_direct(facts)
}

fn is_about_somebody(facts: &Facts<'_>) -> Option<Refusal> {
    (facts.case.subjects.is_empty() && facts.case.resellers.is_empty()).then(|| {
        Refusal::new(
            "E-AI-WHOSE",
            "No customer and no reseller is named. Say whose training it would be.",
        )
    })
}

fn has_a_worksheet(facts: &Facts<'_>) -> Option<Refusal> {
    (!facts.found.contains_key("verdict")).then(|| {
        Refusal::new("E-AI-WORKSHEET", "There is no worksheet yet. Estimate the operations first; low, likely and high may be far apart.")
    })
}

fn worksheet_is_not_covered(facts: &Facts<'_>) -> Option<Refusal> {
    (facts.found.get("verdict").map(String::as_str) == Some("covered")).then(|| {
        Refusal::new("E-AI-VERDICT", "By the worksheet it is covered, even at its lowest. Correct the worksheet, with sources, or record it as covered.")
    })
}

fn worksheet_may_be_covered(facts: &Facts<'_>) -> Option<Refusal> {
    (facts.found.get("verdict").map(String::as_str) == Some("not_covered")).then(|| {
        Refusal::new("E-AI-VERDICT", "By the worksheet it is not covered, even at its highest. Correct the worksheet, with sources, or record it as not covered.")
    })
}

fn known_by_a_reseller_of_the_case(facts: &Facts<'_>) -> Option<Refusal> {
    (facts.answer("known_by") == Some("reseller") && is_direct(facts)).then(|| {
        Refusal::new("E-AI-RESELLER", "No reseller stands in the case, so none can have known. Name the reseller first, or say that it became known to us.")
    })
}

fn through_a_reseller(facts: &Facts<'_>) -> Option<Refusal> {
    is_direct(facts).then(|| {
        Refusal::new(
            "E-AI-RESELLER",
            "No reseller stands between, so there is nobody to demand it from. Draft the report: it is ours.",
        )
    })
}

fn not_through_a_reseller(facts: &Facts<'_>) -> Option<Refusal> {
    is_relay(facts).then(|| {
        Refusal::new(
            "E-AI-RESELLER",
            "A reseller stands between. Demand its report first; ours is drafted from that.",
        )
    })
}

/// The last day of the reseller's clock is over.
fn the_reseller_is_late(facts: &Facts<'_>) -> Option<Refusal> {
    let due = facts
        .clocks
        .iter()
        .filter(|clock| clock.stop.is_none() && clock.computed.clock == "CLK-AI-RESELLER")
        .map(|clock| clock.computed.due)
        .max()?;
    (facts.today <= due).then(|| {
        Refusal::new(
            "E-AI-NOT-LATE",
            format!("The reseller has until the end of {due}. Supply is blocked when it is late."),
        )
    })
}

fn unknown_is_named(facts: &Facts<'_>) -> Option<Refusal> {
    let named = facts
        .answers
        .get("unknown")
        .is_some_and(|lines| !lines.is_empty());
    (facts.answer("complete") == Some("unknown") && !named).then(|| {
        Refusal::new("E-AI-UNKNOWN", "Name each field that is not known, and the day on which it was asked: a gap that is named is better than one that is found.")
    })
}

fn no_clock_runs(facts: &Facts<'_>) -> Option<Refusal> {
    let running: Vec<&str> = facts
        .clocks
        .iter()
        .filter(|clock| clock.stop.is_none())
        .map(|clock| clock.reference.as_str())
        .collect();
    (!running.is_empty()).then(|| {
        Refusal::new(
            "E-CASE-CLOCK",
            format!(
                "Still running: {}. The case closes when nothing is owed: stop each first, with how it ended.",
                running.join(", ")
            ),
        )
    })
}
