//! What the Department asks for (domain 3.2): copies of CIPs, answers to questions, an assessment. One part for each CIP or question; the
//! clock runs to the last of them.

use super::{CO, IN, PM};
use crate::machine::{
    Ask, ClockEffect, ClockStart, Consequence, Facts, ItemKind, Machine, Question, RefKind,
    Refusal, Step, ask, step,
};

const STATES: &[(&str, &str)] = &[
    ("received", "Received"),
    ("scoped", "Scoped"),
    ("gathering", "Gathering"),
    ("review", "In review"),
    ("sent", "Sent"),
    ("acknowledged", "Acknowledged"),
];
const ENDS: &[(&str, &str)] = &[("withdrawn", "Withdrawn by the Department")];
const DONE: &[&str] = &["sent", "acknowledged"];

const PROOF: Question = ask("documents", "The document that shows it", Ask::Documents).optional();

const WITHDRAWAL: &str = "the Department's withdrawal in writing: its reference and date";
const GRANT: &[Question] = &[
    ask("new_due", "New last day", Ask::Date).hint("As the grant says it"),
    ask("grant", "The written grant", Ask::Line)
        .hint("Its reference and date: a deadline moves by a written grant alone"),
    PROOF,
];

const fn withdrawn(from: &'static str) -> Step {
    step(from, "withdrawn", "Record the withdrawal", CO, false, &[])
        .words(WITHDRAWAL)
        .dated()
        .asks(const { &[PROOF] })
        .clocks(&[ClockEffect::Cancel])
}

const fn copies_extended(from: &'static str) -> Step {
    step(from, from, "Record an extension", CO, false, &["D-67"])
        .named("extended")
        .asks(GRANT)
        .clocks(&[ClockEffect::Extend {
            stop: "all_items_sent",
            due: "new_due",
            grant: "grant",
        }])
}

const fn answers_extended(from: &'static str) -> Step {
    step(from, from, "Record an extension", CO, false, &["D-80"])
        .named("extended")
        .asks(GRANT)
        .clocks(&[ClockEffect::Extend {
            stop: "filed",
            due: "new_due",
            grant: "grant",
        }])
}

const fn scope(duties: &'static [&'static str], words: &'static str) -> Step {
    step("received", "scoped", "Scope", PM, false, duties)
        .words(words)
        .guards(&[has_parts])
}

const SEND_BACK: Step = step(
    "review",
    "gathering",
    "Send back to gathering",
    CO,
    false,
    &["D-67"],
)
.words("what is defective, part by part");

const ACKNOWLEDGED: Step = step("sent", "acknowledged", "Record the receipt", PM, false, &[])
    .words("the receipt or the proof of delivery")
    .dated()
    .asks(&[PROOF]);

/// A Department request for CIP copies.
pub const REQUEST: Machine = Machine {
    kind: "request",
    prefix: "REQ",
    title: "Department request for CIP copies",
    section: "3.2",
    states: STATES,
    ends: ENDS,
    done: DONE,
    opening: &[step(
        "",
        "received",
        "Record a Department request",
        PM,
        false,
        &["D-67", "D-68"],
    )
    .anyone()
    .clocks(&[ClockEffect::Start(ClockStart::new(
        &[("department_request_received", "received")],
        "all_items_sent",
    ))])
    .then(&[Consequence::Drafts("F4")])],
    steps: &[
        scope(&["D-67"], "which resellers and which own CIP are asked for"),
        step("scoped", "gathering", "Gather", PM, false, &["D-67"])
            .words("what is still missing, and from whom"),
        step(
            "gathering",
            "review",
            "Send to review",
            PM,
            false,
            &["D-67"],
        )
        .words("what is there, and why anything is missing")
        .guards(&[here_or_explained]),
        SEND_BACK,
        step(
            "review",
            "gathering",
            "Record sending in part",
            CO,
            false,
            &["D-67"],
        )
        .named("sent_in_part")
        .taken_on("the filing"),
        step(
            "review",
            "sent",
            "Record sending",
            CO,
            false,
            &["D-67", "D-68"],
        )
        .clocks(&[ClockEffect::Satisfy("all_items_sent")])
        .taken_on("the filing"),
        ACKNOWLEDGED,
        copies_extended("received"),
        copies_extended("scoped"),
        copies_extended("gathering"),
        copies_extended("review"),
        withdrawn("received"),
        withdrawn("scoped"),
        withdrawn("gathering"),
        withdrawn("review"),
    ],
    fields: &[],
    items: &[ItemKind {
        kind: "cip",
        title: "CIP asked for",
        titles: "CIPs asked for",
        states: &[
            ("missing", "Not in the vault"),
            ("demanded", "Demanded from the reseller"),
            ("held", "On file"),
            ("refused", "The reseller does not supply it"),
            ("to_follow", "To follow"),
            ("explained", "Missing, explained"),
            ("sent", "Sent"),
        ],
        done: &["held", "explained", "sent"],
        steps: &[
            demand("missing"),
            demand("refused"),
            step(
                "demanded",
                "demanded",
                "Record a reminder",
                PM,
                false,
                &["D-67"],
            )
            .named("reminded")
            .words("how the reseller was reminded, and what it said")
            .dated()
            .asks(&[PROOF]),
            step(
                "demanded",
                "demanded",
                "Record a part that came",
                PM,
                false,
                &["D-67"],
            )
            .named("came_in_part")
            .words("what came, what is still missing, and when the reseller sends it")
            .dated()
            .asks(&[PROOF]),
            here("missing"),
            here("demanded"),
            here("refused"),
            here("to_follow"),
            here("explained"),
            refused("missing"),
            refused("demanded"),
            follows("missing"),
            follows("demanded"),
            follows("refused"),
            explained("missing"),
            explained("demanded"),
            explained("refused"),
            explained("to_follow"),
            step("held", "sent", "Sent", CO, false, &["D-67", "D-68"]).taken_on("the filing"),
        ],
        fields: &[ask("owner", "Whose CIP", Ask::Refs(RefKind::Reseller))],
        added_in: &["received", "scoped", "gathering"],
    }],
};

const fn demand(from: &'static str) -> Step {
    step(
        from,
        "demanded",
        "Record the demand",
        PM,
        false,
        &["D-65", "D-67"],
    )
    .dated()
    .asks(
        const {
            &[
                ask("clause", "The clause it rests on", Ask::Line)
                    .hint("Of the contract with the reseller"),
                ask("channel", "How it was sent", Ask::Line),
                PROOF,
            ]
        },
    )
}

const fn here(from: &'static str) -> Step {
    step(from, "held", "It is here", PM, false, &["D-43", "D-67"]).guards(&[in_the_vault])
}

const fn refused(from: &'static str) -> Step {
    step(
        from,
        "refused",
        "It does not supply",
        PM,
        false,
        &["D-65", "D-69"],
    )
    .words("what the reseller said, or that it did not answer, and when")
    .dated()
    .then(
        const {
            &[Consequence::OpensCase {
                kind: "failure",
                state: "evidence_confirmed",
                text: "Did not supply its CIP, which the Department asked for",
                when: None,
            }]
        },
    )
}

const fn follows(from: &'static str) -> Step {
    step(from, "to_follow", "Let it follow", PM, false, &["D-67"])
        .asks(
            const {
                &[
                    ask("reason", "Why it is missing now", Ask::Line)
                        .hint("It stands in the filing"),
                    ask("expected_on", "Expected on", Ask::Date),
                ]
            },
        )
        .then(&[Consequence::ExplainsInFiling("reason")])
}

const fn explained(from: &'static str) -> Step {
    step(
        from,
        "explained",
        "Explain why it is missing",
        PM,
        false,
        &["D-67"],
    )
    .asks(
        const {
            &[
                ask("reason", "Why it cannot be supplied", Ask::Line)
                    .hint("It stands in the filing"),
            ]
        },
    )
    .then(&[Consequence::ExplainsInFiling("reason")])
}

const QUESTION: ItemKind = ItemKind {
    kind: "question",
    title: "Question",
    titles: "Questions",
    states: &[
        ("open", "Open"),
        ("answered", "Answered"),
        ("not_answered", "Cannot be answered, explained"),
    ],
    done: &["answered", "not_answered"],
    steps: &[
        step(
            "open",
            "answered",
            "Record the answer",
            IN,
            false,
            &["D-80", "D-89"],
        )
        .asks(&[ask("answer", "The answer", Ask::Text), PROOF]),
        step(
            "open",
            "not_answered",
            "Explain",
            CO,
            false,
            &["D-80", "D-89"],
        )
        .asks(&[ask("reason", "Why it cannot be answered", Ask::Text)]),
        step("answered", "open", "Open it again", CO, false, &[])
            .words("what is wrong with the answer"),
        step("not_answered", "open", "Open it again", CO, false, &[]).words("what has changed"),
    ],
    fields: &[ask("question", "What is asked", Ask::Text)],
    added_in: &["received", "scoped", "gathering"],
};

/// The straight way of a set of questions: sent by hand, since no form exists for it.
const ANSWERING: &[Step] = &[
    scope(&["D-80"], "what is asked, part by part"),
    step("scoped", "gathering", "Gather", PM, false, &["D-80"])
        .words("who answers what, and until when"),
    step(
        "gathering",
        "review",
        "Send to review",
        PM,
        false,
        &["D-80"],
    )
    .words("what is there, and why anything is missing")
    .guards(&[answered]),
    SEND_BACK,
    step("review", "sent", "Record sending", CO, false, &["D-80"])
        .dated()
        .asks(&[ask("channel", "How it was sent", Ask::Line), PROOF])
        .clocks(&[ClockEffect::Satisfy("filed")]),
    ACKNOWLEDGED,
    answers_extended("received"),
    answers_extended("scoped"),
    answers_extended("gathering"),
    answers_extended("review"),
    withdrawn("received"),
    withdrawn("scoped"),
    withdrawn("gathering"),
    withdrawn("review"),
];

/// The Department asks for more about a report (D-80).
pub const FOLLOW_UP: Machine = Machine {
    kind: "follow_up",
    prefix: "FUP",
    title: "Follow-up by the Department",
    section: "3.2",
    states: STATES,
    ends: ENDS,
    done: DONE,
    opening: &[
        step("", "received", "Record a follow-up", PM, false, &["D-80"])
            .anyone()
            .clocks(&[ClockEffect::Start(ClockStart::new(
                &[("department_request_received", "received")],
                "filed",
            ))]),
    ],
    steps: ANSWERING,
    fields: &[
        ask(
            "about",
            "The filing it is about",
            Ask::Refs(RefKind::Filing),
        )
        .optional(),
        ask("contact", "Who asks", Ask::Line).optional(),
    ],
    items: &[QUESTION],
};

/// The Department assesses the programme (D-89, D-90). The rule names no number of days: the letter's own date counts.
pub const ASSESSMENT: Machine = Machine {
    kind: "assessment",
    prefix: "ASM",
    title: "Compliance assessment",
    section: "3.2",
    states: STATES,
    ends: ENDS,
    done: DONE,
    opening: &[step(
        "",
        "received",
        "Record an assessment",
        PM,
        false,
        &["D-89", "D-90"],
    )
    .anyone()
    .clocks(&[ClockEffect::Start(
        ClockStart::new(
            &[("department_request_received", "received")],
            "assessment_answered",
        )
        .if_any(),
    )])],
    steps: ANSWERING,
    fields: &[
        ask("asked_until", "To be answered until", Ask::Date)
            .hint("As the letter says; the rule names no number")
            .optional(),
        ask("contact", "Who asks", Ask::Line).optional(),
    ],
    items: &[QUESTION],
};

fn has_parts(facts: &Facts<'_>) -> Option<Refusal> {
    facts.case.items.is_empty().then(|| {
        Refusal::new(
            "E-CASE-PARTS",
            "Nothing that is asked for is listed. Add it below first.",
        )
    })
}

/// A CIP of the reseller was in force on the day of the request.
fn in_the_vault(facts: &Facts<'_>) -> Option<Refusal> {
    let item = facts.item?;
    let owner = item.subject.as_deref().unwrap_or_default();
    let held = facts
        .resellers
        .iter()
        .find(|reseller| reseller.reference == owner)
        .is_some_and(|reseller| reseller.cip_on(&facts.case.received_on).is_some());
    (!held).then(|| {
        Refusal::new(
            "E-REQUEST-CIP",
            format!(
                "No CIP of {} was in force on {}. File it with its date first.",
                item.label, facts.case.received_on
            ),
        )
    })
}

/// Parts that keep a request from its review.
pub fn settled(state: &str) -> bool {
    matches!(state, "held" | "explained" | "to_follow" | "sent")
}

fn here_or_explained(facts: &Facts<'_>) -> Option<Refusal> {
    let open: Vec<&str> = facts
        .case
        .items_of("cip")
        .filter(|item| !settled(&item.state))
        .map(|item| item.label.as_str())
        .collect();
    (!open.is_empty()).then(|| {
        Refusal::new(
            "E-REQUEST-MISSING",
            format!(
                "Neither here nor explained: {}. Demand it, file it, or write why it is missing.",
                open.join(", ")
            ),
        )
    })
}

fn answered(facts: &Facts<'_>) -> Option<Refusal> {
    let open = facts
        .case
        .items_of("question")
        .filter(|item| item.state == "open")
        .count();
    (open > 0).then(|| {
        Refusal::new(
            "E-REQUEST-MISSING",
            format!("Neither answered nor explained: {open}. Answer each, or write why it cannot be answered."),
        )
    })
}
