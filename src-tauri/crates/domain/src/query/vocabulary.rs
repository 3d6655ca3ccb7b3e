//! Which words the lists have. Kinds, states and tiers come from the machines and the rule packs; nothing is listed twice.

use super::{Ask, Field};
use crate::{
    cases, machine::Machine, onboarding, record::DOCUMENT_TYPES, risk, rulebook::Rulebook,
};

/// A list that is asked with words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Customers.
    Customers,
    /// Cases.
    Cases,
    /// Filings.
    Filings,
    /// Clocks.
    Clocks,
}

/// Every list, with its word.
pub const LISTS: [(List, &str); 4] = [
    (List::Customers, "customers"),
    (List::Cases, "cases"),
    (List::Filings, "filings"),
    (List::Clocks, "clocks"),
];

impl List {
    /// The list of a word.
    pub fn named(word: &str) -> Option<Self> {
        LISTS
            .iter()
            .find(|(_, name)| *name == word)
            .map(|(list, _)| *list)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        LISTS
            .iter()
            .find(|(list, _)| *list == self)
            .map_or("", |(_, name)| name)
    }
}

/// What a clock is called in a query: `CLK-CIP-REQ` is `cip-copy`, as people say it; the others as the rule pack names them.
pub fn clock_word(clock: &str) -> String {
    match clock {
        "CLK-CIP-REQ" => "cip-copy".to_owned(),
        "CLK-RESELLER-TERM" => "termination".to_owned(),
        other => other.trim_start_matches("CLK-").to_lowercase(),
    }
}

fn words<'a>(list: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    list.into_iter().map(str::to_owned).collect()
}

fn states(machines: &[&'static Machine]) -> Vec<String> {
    let mut all = Vec::new();
    for machine in machines {
        for (state, _) in machine.states.iter().chain(machine.ends) {
            let state = state.replace('_', "-");
            if !all.contains(&state) {
                all.push(state);
            }
        }
    }
    all
}

fn one(name: &'static str, means: &'static str, list: Vec<String>) -> Field {
    Field {
        name,
        means,
        ask: Ask::OneOf(list),
    }
}

fn plain(name: &'static str, means: &'static str, ask: Ask) -> Field {
    Field { name, means, ask }
}

/// The words of a list; `members` are the labels of those at work, `forms` the forms that filings are of.
pub fn fields(list: List, rules: &Rulebook, members: &[String], forms: &[String]) -> Vec<Field> {
    let mut who = words(["me", "nobody"]);
    who.extend(members.iter().cloned());
    let assignee = one("assignee", "Who it is assigned to", who);
    let tag = plain("tag", "A tag it has", Ask::Text);
    let updated = |means| plain("updated", means, Ask::Past);
    match list {
        List::Customers => {
            let mut has = words(["comment", "task", "tag", "clock"]);
            has.extend(DOCUMENT_TYPES.iter().map(|(id, _)| (*id).to_owned()));
            vec![
                one(
                    "is",
                    "incomplete or complete; overdue: a deadline, a task or the internal due date has passed; mine; unassigned",
                    words(["incomplete", "complete", "overdue", "mine", "unassigned"]),
                ),
                one(
                    "status",
                    "The state of its case",
                    states(&[&onboarding::MACHINE]),
                ),
                one(
                    "us",
                    "The determination on U.S. persons",
                    words(["undetermined", "us", "foreign"]),
                ),
                plain("country", "Its country", Ask::Country),
                plain(
                    "risk",
                    "Its risk tier; >=medium also finds the tiers above",
                    Ask::Ranked(
                        risk::tiers(rules)
                            .iter()
                            .map(|tier| tier.id.clone())
                            .collect(),
                    ),
                ),
                one(
                    "kind",
                    "A person or an organization",
                    words(["individual", "entity"]),
                ),
                plain("name", "A part of its name", Ask::Text),
                tag,
                assignee,
                one(
                    "has",
                    "It has a comment, a task, a tag, a clock, or a document of this type",
                    has,
                ),
                updated("When it last changed: a day, or an age like <30d"),
                plain(
                    "due",
                    "Its internal due date: a day, or a distance like <7d",
                    Ask::Ahead,
                ),
            ]
        }
        List::Cases => {
            let mut kinds = words(["cip-copy"]);
            kinds.extend(
                cases::MACHINES
                    .iter()
                    .map(|machine| machine.kind.replace('_', "-")),
            );
            vec![
                one(
                    "is",
                    "open or over; overdue or due-today by its deadline; mine; unassigned",
                    words(["open", "over", "overdue", "due-today", "mine", "unassigned"]),
                ),
                one(
                    "kind",
                    "What kind of case; cip-copy is a request for copies of CIPs",
                    kinds,
                ),
                one("state", "Its state", states(cases::MACHINES)),
                plain(
                    "reseller",
                    "A part of a reseller's name, or its reference",
                    Ask::Text,
                ),
                plain(
                    "customer",
                    "A part of a customer's name, or its reference",
                    Ask::Text,
                ),
                plain(
                    "country",
                    "Country of a customer or reseller it is about",
                    Ask::Country,
                ),
                tag,
                assignee,
                one(
                    "has",
                    "It has a comment, a task, a tag or a filing",
                    words(["comment", "task", "tag", "filing"]),
                ),
                plain(
                    "received",
                    "When it came in: a day, or an age like <30d",
                    Ask::Past,
                ),
                plain(
                    "due",
                    "Its deadline: a day, or a distance like <7d",
                    Ask::Ahead,
                ),
            ]
        }
        List::Filings => vec![
            one(
                "is",
                "open, sealed or sent; overdue or due-today by its deadline",
                words(["open", "sealed", "sent", "overdue", "due-today"]),
            ),
            one("form", "Which form", forms.to_vec()),
            one(
                "state",
                "Its state",
                words([
                    "draft",
                    "validated",
                    "approved",
                    "sealed",
                    "sent",
                    "acknowledged",
                    "rejected",
                    "superseded",
                ]),
            ),
            plain("case", "Its case", Ask::Text),
            one("has", "It has a comment", words(["comment"])),
            plain(
                "due",
                "Its deadline: a day, or a distance like <7d",
                Ask::Ahead,
            ),
        ],
        List::Clocks => {
            let mut kinds: Vec<String> = Vec::new();
            for kept in rules.kept() {
                for clock in kept.pack.clocks() {
                    let word = clock_word(&clock.id);
                    if !kinds.contains(&word) {
                        kinds.push(word);
                    }
                }
            }
            vec![
                one(
                    "is",
                    "running or ended; overdue, due-today; provisional; internal: no rule asks for it; unverified: its number was not checked; put-off; mine; unassigned",
                    words([
                        "running",
                        "ended",
                        "overdue",
                        "due-today",
                        "provisional",
                        "internal",
                        "unverified",
                        "put-off",
                        "mine",
                        "unassigned",
                    ]),
                ),
                one("kind", "Which clock", kinds),
                plain(
                    "reseller",
                    "A part of the name of the reseller it is about, or its reference",
                    Ask::Text,
                ),
                plain(
                    "about",
                    "A part of the name of whom it is about, or a reference",
                    Ask::Text,
                ),
                plain("country", "The country of whom it is about", Ask::Country),
                plain("case", "Its case", Ask::Text),
                plain("pack", "The rule pack it was worked out by", Ask::Text),
                assignee,
                plain(
                    "due",
                    "Its last day: a day, or a distance like <7d",
                    Ask::Ahead,
                ),
            ]
        }
    }
}
