//! The yearly certification and the updates outside it (domain 3.5): counts frozen as of a day, five attestations each with its evidence, the
//! resellers' own; the next year counts from the day of filing.

use super::{CO, PM};
use crate::{
    machine::{
        Ask, ClockEffect, ClockStart, Facts, ItemKind, Machine, Question, Refusal, Step, ask, step,
    },
    pack::Part,
};

const DOCUMENTS: Question = ask("documents", "Documents", Ask::Documents).optional();
const ANNUAL: &[(&str, &str)] = &[("last_certified", "last_certified")];
const NEXT: &[(&str, &str)] = &[("last_certified", "at")];
const CHANGED: &[(&str, &str)] = &[("change_effective", "effective_on")];

const fn reopened(from: &'static str) -> Step {
    step(from, "review_open", "Reopen", CO, false, &["D-63"])
        .words("what changed after the counts were frozen; an update outside the year may be the better way")
}

const fn attested(from: &'static str) -> Step {
    step(
        from,
        "attested",
        "Attest",
        CO,
        false,
        &["D-58", "D-59", "D-60", "D-61", "D-62"],
    )
    .asks(
        const {
            &[
                ask("basis", "What it rests on, in a paragraph", Ask::Text),
                ask("records", "Records that show it", Ask::Text)
                    .hint("References, one a line: a review, a CIP version, a case")
                    .optional(),
                DOCUMENTS,
            ]
        },
    )
    .checks(&[has_evidence])
}

/// The yearly certification; the first one is the initial certification (F1).
pub const CERTIFICATION: Machine = Machine {
    kind: "certification",
    prefix: "CRT",
    title: "Annual certification",
    section: "3.5",
    states: &[
        ("scheduled", "Scheduled"),
        ("review_open", "Review open"),
        ("gaps_open", "Gaps open"),
        ("attesting", "Attesting"),
        ("signed", "Signed"),
        ("filed", "Filed"),
        ("acknowledged", "Acknowledged"),
    ],
    ends: &[],
    done: &["filed", "acknowledged"],
    opening: &[step(
        "",
        "scheduled",
        "Schedule a certification",
        PM,
        false,
        &["D-45", "D-57"],
    )
    .asks(&[ask(
        "last_certified",
        "The last certification was filed on",
        Ask::Date,
    )
    .hint("Empty for the first one")
    .optional()])
    .clocks(&[ClockEffect::Start(
        ClockStart::new(ANNUAL, "filed").when(has_a_last),
    )])],
    steps: &[
        step(
            "scheduled",
            "review_open",
            "Open the review",
            PM,
            false,
            &["D-58"],
        )
        .words("which version of the CIP is certified, and who reviews it"),
        step(
            "review_open",
            "gaps_open",
            "Record gaps",
            PM,
            false,
            &["D-61"],
        )
        .words("what does not stand yet, and who closes it until when"),
        step(
            "gaps_open",
            "review_open",
            "Record gaps as closed",
            PM,
            false,
            &["D-61"],
        )
        .words("how each gap was closed"),
        step(
            "review_open",
            "attesting",
            "Begin attesting",
            CO,
            false,
            &["D-58", "D-59", "D-60", "D-61", "D-62", "D-73"],
        )
        .words("that the evidence was looked at")
        .guards(&[counts_are_frozen, every_attestation, every_reseller]),
        reopened("attesting"),
        step("attesting", "signed", "Sign", CO, true, &["D-87"])
            .words("that nothing in it is false or misleading")
            .asks(&[
                ask("signatory", "Signatory", Ask::Line),
                ask("signatory_title", "Title", Ask::Line),
            ])
            .guards(&[counts_are_frozen, every_attestation]),
        reopened("signed"),
        step(
            "signed",
            "filed",
            "Record the filing",
            CO,
            false,
            &["D-45", "D-57"],
        )
        .dated()
        .asks(&[
            ask("channel", "How it was sent", Ask::Line),
            ask("reference", "Reference or proof", Ask::Line).optional(),
            DOCUMENTS,
        ])
        .clocks(&[
            ClockEffect::Satisfy("filed"),
            ClockEffect::Start(ClockStart::new(NEXT, "filed").when(no_next_year_yet)),
        ]),
        step(
            "filed",
            "acknowledged",
            "Record the receipt",
            PM,
            false,
            &[],
        )
        .words("the receipt or the proof of delivery"),
    ],
    fields: &[],
    items: &[
        ItemKind {
            kind: "attestation",
            title: "Attestation",
            titles: "Attestations",
            states: &[
                ("open", "Open"),
                ("attested", "Attested"),
                ("gap", "Does not stand yet"),
            ],
            done: &["attested"],
            steps: &[
                attested("open"),
                attested("gap"),
                step("open", "gap", "Record a gap", PM, false, &["D-61"]).words("what is missing"),
                step("attested", "open", "Take back", CO, false, &["D-87"])
                    .words("why it does not stand"),
            ],
            fields: &[],
            added_in: &[],
        },
        ItemKind {
            kind: "reseller",
            title: "Attestation of a reseller",
            titles: "Attestations of resellers",
            states: &[
                ("missing", "Missing"),
                ("received", "Received"),
                ("explained", "Explained"),
            ],
            done: &["received", "explained"],
            steps: &[
                step(
                    "missing",
                    "received",
                    "Record the attestation",
                    PM,
                    false,
                    &["D-73"],
                )
                .dated()
                .asks(&[
                    ask("signatory", "Who signed it", Ask::Line),
                    ask("cip_version", "For which version of its CIP", Ask::Line),
                    ask(
                        "unverified",
                        "Accounts of foreign customers it could not verify",
                        Ask::Number,
                    )
                    .optional(),
                    DOCUMENTS,
                ]),
                step(
                    "missing",
                    "explained",
                    "Explain why it is missing",
                    CO,
                    false,
                    &["D-73"],
                )
                .asks(&[ask(
                    "reason",
                    "Why, and what was done to get it",
                    Ask::Text,
                )
                .hint("It stands in the filing")]),
                step(
                    "explained",
                    "received",
                    "Record the attestation",
                    PM,
                    false,
                    &["D-73"],
                )
                .dated()
                .asks(&[
                    ask("signatory", "Who signed it", Ask::Line),
                    ask("cip_version", "For which version of its CIP", Ask::Line),
                    DOCUMENTS,
                ]),
            ],
            fields: &[],
            added_in: &[],
        },
    ],
};

/// A change that may not wait for the yearly certification (D-63, D-64).
pub const UPDATE: Machine = Machine {
    kind: "update",
    prefix: "UPD",
    title: "Irregular update",
    section: "3.5",
    states: &[
        ("change_logged", "Change logged"),
        ("material", "Material"),
        ("drafted", "Drafted"),
        ("filed", "Filed"),
    ],
    ends: &[("not_material", "Not material")],
    done: &["filed"],
    opening: &[step(
        "",
        "change_logged",
        "Log a change",
        PM,
        false,
        &["D-63", "D-64", "D-94"],
    )
    .anyone()
    .asks(&[
        ask("trigger", "What changed", Ask::Listed(Part::UpdateTrigger)),
        ask("effective_on", "In effect from", Ask::Date),
        ask("before", "Before", Ask::Text),
        ask("after", "After", Ask::Text),
    ])
    .clocks(&[ClockEffect::Start(
        ClockStart::new(CHANGED, "filed").provisional(),
    )])],
    steps: &[
        step(
            "change_logged",
            "not_material",
            "Record as not material",
            CO,
            true,
            &["D-63"],
        )
        .words("why nobody need be told")
        .clocks(&[ClockEffect::Cancel]),
        step(
            "change_logged",
            "material",
            "Record as material",
            CO,
            false,
            &["D-63"],
        )
        .words("what it does to the procedures")
        .clocks(&[ClockEffect::Confirm]),
        step(
            "material",
            "drafted",
            "Record the draft",
            PM,
            false,
            &["D-63"],
        )
        .words("who drafted it, and what is attached"),
        step(
            "drafted",
            "filed",
            "Record the filing",
            CO,
            false,
            &["D-63"],
        )
        .dated()
        .asks(&[
            ask("channel", "How it was sent", Ask::Line),
            ask("reference", "Reference or proof", Ask::Line).optional(),
            DOCUMENTS,
        ])
        .clocks(&[ClockEffect::Satisfy("filed")]),
    ],
    fields: &[],
    items: &[],
};

fn has_a_last(facts: &Facts<'_>) -> bool {
    facts.answer("last_certified").is_some()
}

/// The pack's own follower may have started the next year already.
fn no_next_year_yet(facts: &Facts<'_>) -> bool {
    !has_a_last(facts)
}

fn has_evidence(facts: &Facts<'_>) -> Option<Refusal> {
    let there = ["records", "documents"].iter().any(|id| {
        facts
            .answers
            .get(*id)
            .is_some_and(|values| !values.is_empty())
    });
    (!there).then(|| {
        Refusal::new(
            "E-CERT-EVIDENCE",
            "An attestation needs evidence: name a record, or choose a document of this case.",
        )
    })
}

fn counts_are_frozen(facts: &Facts<'_>) -> Option<Refusal> {
    (!facts.found.contains_key("frozen_as_of")).then(|| {
        Refusal::new(
            "E-CERT-COUNTS",
            "The counts are not frozen. Choose the day as of which they count, and freeze them.",
        )
    })
}

fn open_parts(facts: &Facts<'_>, kind: &str, done: &[&str]) -> Vec<String> {
    facts
        .case
        .items_of(kind)
        .filter(|item| !done.contains(&item.state.as_str()))
        .map(|item| item.label.clone())
        .collect()
}

fn every_attestation(facts: &Facts<'_>) -> Option<Refusal> {
    let open = open_parts(facts, "attestation", &["attested"]);
    (!open.is_empty()).then(|| {
        Refusal::new(
            "E-CERT-ATTEST",
            format!(
                "Not attested yet: {}. Attest each with its evidence.",
                open.join("; ")
            ),
        )
    })
}

fn every_reseller(facts: &Facts<'_>) -> Option<Refusal> {
    let open = open_parts(facts, "reseller", &["received", "explained"]);
    let shown: Vec<&str> = open.iter().take(5).map(String::as_str).collect();
    let more = if open.len() > 5 {
        format!(" and {} more", open.len() - 5)
    } else {
        String::new()
    };
    (!open.is_empty()).then(|| {
        Refusal::new(
            "E-CERT-RESELLERS",
            format!(
                "No attestation from: {}{more}. Record each, or why it is missing.",
                shown.join(", ")
            ),
        )
    })
}
