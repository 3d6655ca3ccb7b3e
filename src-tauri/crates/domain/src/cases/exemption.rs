//! The exemption by an Abuse of IaaS Products Deterrence Program (domain 5.28, D-91 to D-95): the application, the programme's versions and red
//! flags, deviations and their notices. It reaches CIP duties only: reports of AI training and special measures stay owed.

use super::{CO, PM};
use crate::{
    machine::{Ask, ClockEffect, Facts, ItemKind, Machine, Question, Refusal, ask, step},
    pack::Part,
};

const DOCUMENTS: Question = ask("documents", "Documents", Ask::Documents).optional();
const SCOPE: &[(&str, &str)] = &[
    ("provider", "The provider"),
    ("account_type", "A type of account"),
    ("lessee", "A type of lessee"),
    ("reseller", "A foreign reseller"),
];

/// An exemption, from the application on.
pub const EXEMPTION: Machine = Machine {
    kind: "exemption",
    prefix: "EXM",
    title: "Exemption by an abuse deterrence program",
    section: "5.28",
    states: &[("preparing", "Preparing"), ("applied", "Applied"), ("granted", "Granted")],
    ends: &[("refused", "Refused"), ("lapsed", "Lapsed")],
    done: &[],
    opening: &[step("", "preparing", "Prepare an application", PM, false, &["D-91"])
        .asks(&[ask("scope", "For whom it is asked", Ask::Ticks(SCOPE)).hint("It reaches CIP duties only")])],
    steps: &[
        step("preparing", "applied", "Record the application", CO, true, &["D-91", "D-92"])
            .dated()
            .words("what goes out, and who decided to apply")
            .asks(&[
                ask("factors", "Factors it speaks to", Ask::Listed(Part::AdpFactor)),
                ask("channel", "How it was sent", Ask::Line),
                DOCUMENTS,
            ])
            .guards(&[has_a_version, has_red_flags]),
        step("applied", "granted", "Record the grant", CO, false, &["D-91"])
            .dated()
            .words("the decision: its reference, and what it says of the scope")
            .asks(&[ask("granted_scope", "Granted for", Ask::Ticks(SCOPE)), DOCUMENTS]),
        step("applied", "refused", "Record the refusal", CO, false, &["D-91"]).dated().words("the decision: its reference and reasons"),
        step("granted", "lapsed", "Record that it ended", CO, true, &["D-93", "D-94"])
            .dated()
            .words("why: revoked, given up, or the program is no longer kept. CIP duties are owed in full from that day")
            .clocks(&[ClockEffect::Cancel]),
    ],
    fields: &[
        ask("fit", "How the program fits the size and the complexity of what we do", Ask::Text).optional(),
        ask("oversight", "How resellers are overseen", Ask::Text).optional(),
        ask("training", "How staff are trained", Ask::Text).optional(),
        ask("cooperation", "Cooperation with law enforcement", Ask::Text).optional(),
        ask("sharing", "Privacy-preserving sharing it takes part in", Ask::Text).optional(),
        ask("cycle", "How often the program is updated", Ask::Line).optional(),
    ],
    items: &[
        ItemKind {
            kind: "version",
            title: "Version of the program",
            titles: "Versions of the program",
            states: &[("current", "Kept"), ("superseded", "Superseded")],
            done: &["current", "superseded"],
            steps: &[step("current", "superseded", "Supersede", PM, false, &["D-93"]).words("by which version, and what changed in the threat landscape")],
            fields: &[ask("name", "Version", Ask::Line), ask("effective_on", "In effect from", Ask::Date), ask("changes", "What is new", Ask::Text).optional(), DOCUMENTS],
            added_in: &["preparing", "applied", "granted"],
        },
        ItemKind {
            kind: "red_flag",
            title: "Red flag",
            titles: "Red flags",
            states: &[("watched", "Watched"), ("dropped", "Dropped")],
            done: &["watched", "dropped"],
            steps: &[step("watched", "dropped", "Drop", CO, false, &["D-93"]).words("why it is no longer watched")],
            fields: &[ask("name", "Red flag", Ask::Line), ask("detection", "How it is detected", Ask::Text), ask("response", "What follows", Ask::Text)],
            added_in: &["preparing", "applied", "granted"],
        },
        ItemKind {
            kind: "deviation",
            title: "Deviation",
            titles: "Deviations and changes",
            states: &[("noted", "To be judged"), ("notified", "Notified"), ("not_significant", "Not significant")],
            done: &["notified", "not_significant"],
            steps: &[
                step("noted", "notified", "Record the notice", CO, false, &["D-94"])
                    .dated()
                    .asks(&[ask("channel", "How the Secretary was told", Ask::Line), ask("reference", "Reference or proof", Ask::Line).optional(), DOCUMENTS]),
                step("noted", "not_significant", "Record as not significant", CO, true, &["D-94"]).words("why it is not significant"),
            ],
            fields: &[ask("name", "What deviates or changes", Ask::Line), ask("on", "Since", Ask::Date), ask("who", "Where", Ask::Line).hint("Us, or which reseller").optional()],
            added_in: &["granted"],
        },
    ],
};

fn has_a_version(facts: &Facts<'_>) -> Option<Refusal> {
    let any = facts
        .case
        .items_of("version")
        .any(|item| item.state == "current");
    (!any).then(|| {
        Refusal::new(
            "E-EXEMPTION-VERSION",
            "No version of the program is listed. Add the one that the application describes.",
        )
    })
}

fn has_red_flags(facts: &Facts<'_>) -> Option<Refusal> {
    let any = facts
        .case
        .items_of("red_flag")
        .any(|item| item.state == "watched");
    (!any).then(|| Refusal::new("E-EXEMPTION-FLAGS", "No red flag is listed. The program must detect, prevent and mitigate: say what it watches for."))
}
