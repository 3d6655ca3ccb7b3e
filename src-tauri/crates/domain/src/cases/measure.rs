//! A special measure against a jurisdiction or a person (domain 3.6): read, decoded into rules for accounts, swept for, in force, over. Its end
//! unblocks nothing by itself.

use super::{AN, CO, PM};
use crate::{
    machine::{
        Ask, ClockEffect, ClockStart, Facts, ItemKind, Machine, Question, Refusal, Step, ask, step,
    },
    pack::Part,
};

const DOCUMENTS: Question = ask("documents", "Documents", Ask::Documents).optional();
const LIFE: &[(&str, &str)] = &[("measure_effective", "effective_on")];
const LIFE_AGAIN: &[(&str, &str)] = &[("measure_effective", "extended_from")];
const OVER: &str = "expiry_or_extension";

const fn extended(from: &'static str, id: &'static str) -> Step {
    step(
        from,
        "extended",
        "Record an extension",
        CO,
        false,
        &["D-84f"],
    )
    .named(id)
    .asks(
        const {
            &[
                ask("extended_from", "The extension counts from", Ask::Date),
                ask("notice", "The notice of extension", Ask::Line),
                DOCUMENTS,
            ]
        },
    )
    .clocks(
        const {
            &[
                ClockEffect::Satisfy(OVER),
                ClockEffect::Start(ClockStart::new(LIFE_AGAIN, OVER)),
            ]
        },
    )
}

const fn expired(from: &'static str) -> Step {
    step(
        from,
        "expired",
        "Record that it expired",
        CO,
        false,
        &["D-84f"],
    )
    .dated()
    .words("that no extension was published. Nothing is unblocked by this")
    .checks(&[its_life_is_over])
    .clocks(&[ClockEffect::Satisfy(OVER)])
}

const fn rescinded(from: &'static str) -> Step {
    step(
        from,
        "rescinded",
        "Record that it was rescinded",
        CO,
        false,
        &["D-84f"],
    )
    .dated()
    .words("the notice: its reference and date. Nothing is unblocked by this")
    .clocks(&[ClockEffect::Cancel])
}

const fn closed(from: &'static str) -> Step {
    step(from, "closed", "Close", CO, false, &["D-84f"])
        .words("that each account was looked at")
        .guards(&[every_block_reviewed])
}

const fn reviewed(from: &'static str, to: &'static str, label: &'static str) -> Step {
    step(from, to, label, CO, false, &["D-84f"])
        .words("why")
        .guards(&[the_measure_is_over])
}

/// A special measure.
pub const MEASURE: Machine = Machine {
    kind: "measure",
    prefix: "SPM",
    title: "Special measure",
    section: "3.6",
    states: &[
        ("noticed", "Noticed"),
        ("analysed", "Analyzed"),
        ("planned", "Planned"),
        ("sweeping", "Sweeping"),
        ("in_force", "In force"),
        ("extended", "Extended"),
        ("expired", "Expired"),
        ("rescinded", "Rescinded"),
        ("closed", "Closed"),
    ],
    ends: &[],
    done: &["closed"],
    opening: &[step(
        "",
        "noticed",
        "Record a determination",
        PM,
        false,
        &["D-84", "D-84b"],
    )
    .asks(&[
        ask(
            "determined_on",
            "Date of the final determination",
            Ask::Date,
        ),
        ask(
            "measure_kind",
            "What it imposes",
            Ask::Listed(Part::SpecialMeasureKind),
        ),
        ask("target", "Against whom", Ask::Text)
            .hint("Jurisdiction, or names with aliases, one a line"),
        ask("effective_stated", "In effect from, as it says", Ask::Date).optional(),
    ])
    .clocks(&[ClockEffect::Start(ClockStart::new(
        &[("final_determination", "determined_on")],
        "none",
    ))])],
    steps: &[
        step(
            "noticed",
            "analysed",
            "Record the analysis",
            CO,
            false,
            &["D-84c", "D-84d", "D-84e"],
        )
        .words("what it means for our products and accounts")
        .asks(&[ask(
            "factors",
            "Factors it names",
            Ask::Listed(Part::SpecialMeasureFactor),
        )
        .optional()])
        .guards(&[conditions_are_decoded]),
        step(
            "analysed",
            "planned",
            "Plan the sweep",
            PM,
            false,
            &["D-84"],
        )
        .words("who decides on matches, and until when")
        .guards(&[has_a_query]),
        step(
            "planned",
            "sweeping",
            "Begin deciding",
            AN,
            false,
            &["D-84"],
        )
        .words("which sweep the decisions rest on")
        .guards(&[was_swept]),
        step(
            "sweeping",
            "in_force",
            "Put in force",
            CO,
            false,
            &["D-84", "D-84f"],
        )
        .asks(&[
            ask("effective_on", "In effect from", Ask::Date),
            ask("basis", "Where that date stands", Ask::Line),
        ])
        .guards(&[was_swept, every_match_decided])
        .checks(&[not_before_its_time])
        .clocks(&[
            ClockEffect::Satisfy("none"),
            ClockEffect::Start(ClockStart::new(LIFE, OVER)),
        ]),
        extended("in_force", "extended"),
        extended("extended", "extended_again"),
        expired("in_force"),
        expired("extended"),
        rescinded("in_force"),
        rescinded("extended"),
        closed("expired"),
        closed("rescinded"),
    ],
    fields: &[],
    items: &[
        ItemKind {
            kind: "rule",
            title: "Rule for accounts",
            titles: "Rules for accounts",
            states: &[("stands", "Stands"), ("dropped", "Dropped")],
            done: &["stands", "dropped"],
            steps: &[step("stands", "dropped", "Drop", CO, false, &["D-84"])
                .words("why it does not follow from the determination")],
            fields: &[
                ask("name", "What may not be done, or only how", Ask::Line),
                ask("says", "The determination's own words", Ask::Text),
                ask(
                    "applies",
                    "To opening, keeping, or both",
                    Ask::Choice(&[("open", "Opening"), ("keep", "Keeping"), ("both", "Both")]),
                ),
            ],
            added_in: &["noticed", "analysed", "planned", "sweeping"],
        },
        ItemKind {
            kind: "match",
            title: "Match",
            titles: "Matches of the sweep",
            states: &[
                ("found", "To be decided"),
                ("prohibited", "Prohibited"),
                ("conditioned", "On conditions"),
                ("not_affected", "Not affected"),
                ("stays", "Reviewed, stays blocked"),
                ("released", "Reviewed, released"),
            ],
            done: &[
                "prohibited",
                "conditioned",
                "not_affected",
                "stays",
                "released",
            ],
            steps: &[
                step("found", "prohibited", "Prohibit", CO, false, &["D-84"])
                    .words("why it falls under the measure"),
                step(
                    "found",
                    "conditioned",
                    "Allow on conditions",
                    CO,
                    false,
                    &["D-84"],
                )
                .words("which rules apply to it"),
                step(
                    "found",
                    "not_affected",
                    "Record as not affected",
                    CO,
                    false,
                    &["D-84"],
                )
                .words("why it does not fall under the measure"),
                step("prohibited", "found", "Decide again", CO, false, &["D-84"])
                    .words("what is new"),
                step("conditioned", "found", "Decide again", CO, false, &["D-84"])
                    .words("what is new"),
                step(
                    "not_affected",
                    "found",
                    "Decide again",
                    CO,
                    false,
                    &["D-84"],
                )
                .words("what is new"),
                reviewed("prohibited", "stays", "Keep it blocked"),
                reviewed("prohibited", "released", "Release it"),
                reviewed("conditioned", "stays", "Keep the conditions"),
                reviewed("conditioned", "released", "Lift the conditions"),
            ],
            // The sweep writes them; whoever decides reads why.
            fields: &[
                ask("match", "Match", Ask::Line),
                ask("why", "Why it was found", Ask::Text),
            ],
            added_in: &[],
        },
    ],
};

fn conditions_are_decoded(facts: &Facts<'_>) -> Option<Refusal> {
    let conditioned = facts
        .case
        .answers("measure_kind")
        .iter()
        .any(|kind| kind.ends_with("_condition"));
    let any = facts
        .case
        .items_of("rule")
        .any(|item| item.state == "stands");
    (conditioned && !any).then(|| Refusal::new("E-MEASURE-RULES", "It imposes conditions, and none is decoded into a rule for accounts. Add what may be done, and how."))
}

fn has_a_query(facts: &Facts<'_>) -> Option<Refusal> {
    (!facts.found.contains_key("query")).then(|| Refusal::new("E-MEASURE-QUERY", "There is no query yet. Say which countries, networks, names and chains are looked for."))
}

fn was_swept(facts: &Facts<'_>) -> Option<Refusal> {
    (!facts.found.contains_key("swept")).then(|| {
        Refusal::new(
            "E-MEASURE-SWEEP",
            "No sweep was run with the query as it stands. Run it; an empty result is a result.",
        )
    })
}

fn every_match_decided(facts: &Facts<'_>) -> Option<Refusal> {
    let open = facts
        .case
        .items_of("match")
        .filter(|item| item.state == "found")
        .count();
    (open > 0).then(|| {
        Refusal::new(
            "E-MEASURE-OPEN",
            format!("Matches without a decision: {open}. Decide each of them first."),
        )
    })
}

fn not_before_its_time(facts: &Facts<'_>) -> Option<Refusal> {
    let effective = facts.day("effective_on")?;
    let earliest = facts
        .clocks
        .iter()
        .filter(|clock| clock.computed.clock == "CLK-SM-START")
        .map(|clock| clock.computed.due)
        .max()?;
    (effective < earliest).then(|| {
        Refusal::new("E-MEASURE-EARLY", format!("{effective} is before {earliest}, the earliest day by the date of the determination. Check both dates; a wrong one is corrected on the clock."))
    })
}

fn its_life_is_over(facts: &Facts<'_>) -> Option<Refusal> {
    let until = facts
        .clocks
        .iter()
        .filter(|clock| clock.stop.is_none() && clock.computed.clock == "CLK-SM-LIFE")
        .map(|clock| clock.computed.due)
        .max()?;
    (facts.on <= until).then(|| Refusal::new("E-MEASURE-LIFE", format!("It is in force through {until}. It expires the day after, or is rescinded by a notice.")))
}

fn the_measure_is_over(facts: &Facts<'_>) -> Option<Refusal> {
    (!matches!(facts.case.state.as_str(), "expired" | "rescinded")).then(|| {
        Refusal::new(
            "E-MEASURE-RUNS",
            "The measure is not over. A block is reviewed when it expired or was rescinded.",
        )
    })
}

fn every_block_reviewed(facts: &Facts<'_>) -> Option<Refusal> {
    let blocked: Vec<&str> = facts
        .case
        .items_of("match")
        .filter(|item| matches!(item.state.as_str(), "prohibited" | "conditioned"))
        .map(|item| item.label.as_str())
        .take(5)
        .collect();
    (!blocked.is_empty()).then(|| {
        Refusal::new(
            "E-MEASURE-BLOCKED",
            format!(
                "Not reviewed yet: {}. Nothing is unblocked by itself: keep or release each.",
                blocked.join(", ")
            ),
        )
    })
}
