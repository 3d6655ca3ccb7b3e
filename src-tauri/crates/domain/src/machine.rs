//! The one engine of states. A machine is a table: its states and steps, who may take a step, what the step asks to be written down, what it
//! does to clocks and to other records. What cannot stand in a table is a guard: a function over the case's facts that gives a sentence.
//! A new machine is a new table with its guards (`cases/`), never a new engine. It must not know storage, nor what any machine is about.

mod question;

pub(crate) use question::ask;
pub use question::{Answers, Ask, Question, RefKind, Wrong, check};

use crate::{
    casefile::{Case, Item},
    record::{ClockRecord, Filing, Reseller},
    rulebook::Rulebook,
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What a member may be (domain section 3). A member holds a set of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Collects and checks.
    Analyst,
    /// Approves.
    ComplianceOfficer,
    /// Runs the programme and the resellers.
    ProgrammeManager,
    /// Works incidents.
    Investigator,
    /// Manages members and keys.
    Administrator,
    /// Reads only.
    Auditor,
}

impl Role {
    /// Every role but auditor: what the founder of a vault holds.
    pub const FOUNDER: &[Role] = &[
        Role::Analyst,
        Role::ComplianceOfficer,
        Role::ProgrammeManager,
        Role::Investigator,
        Role::Administrator,
    ];

    /// Every role.
    pub const ALL: &[Role] = &[
        Role::Analyst,
        Role::ComplianceOfficer,
        Role::ProgrammeManager,
        Role::Investigator,
        Role::Administrator,
        Role::Auditor,
    ];

    /// The role of a word in the member list.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.word() == word)
    }

    /// The role as a sentence has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Analyst => "analyst",
            Self::ComplianceOfficer => "compliance officer",
            Self::ProgrammeManager => "program manager",
            Self::Investigator => "investigator",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    /// This role and no other, as a list.
    pub fn alone(self) -> &'static [Role] {
        match self {
            Self::Analyst => &[Role::Analyst],
            Self::ComplianceOfficer => &[Role::ComplianceOfficer],
            Self::ProgrammeManager => &[Role::ProgrammeManager],
            Self::Investigator => &[Role::Investigator],
            Self::Administrator => &[Role::Administrator],
            Self::Auditor => &[Role::Auditor],
        }
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Analyst => "Analyst",
            Self::ComplianceOfficer => "Compliance officer",
            Self::ProgrammeManager => "Program manager",
            Self::Investigator => "Investigator",
            Self::Administrator => "Administrator",
            Self::Auditor => "Auditor",
        }
    }

    /// The word in the member list.
    pub fn word(self) -> &'static str {
        match self {
            Self::Analyst => "analyst",
            Self::ComplianceOfficer => "compliance_officer",
            Self::ProgrammeManager => "programme_manager",
            Self::Investigator => "investigator",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }
}

/// What is known when a step is looked at or taken: everything a guard may ask about.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The case as it stands; for a step that opens one, as it would be.
    pub case: &'a Case,
    /// The part of the case that the step is about, where it is about one.
    pub item: Option<&'a Item>,
    /// What was answered for this step; empty while it is only looked at.
    pub answers: &'a Answers,
    /// The day the step happened.
    pub on: NaiveDate,
    /// Today.
    pub today: NaiveDate,
    /// The rule packs in use.
    pub rules: &'a Rulebook,
    /// The resellers that the case is about.
    pub resellers: &'a [Reseller],
    /// The clocks of the case, running or not.
    pub clocks: &'a [ClockRecord],
    /// The filings of the case.
    pub filings: &'a [Filing],
    /// What was looked up for this kind of case: counts, frozen tables, words of other records.
    pub found: &'a BTreeMap<String, String>,
}

impl Facts<'_> {
    /// What was answered last: for this step, else earlier on the case's way, else in its fields.
    pub fn answer(&self, question: &str) -> Option<&str> {
        self.answers
            .get(question)
            .and_then(|values| values.first())
            .map(String::as_str)
            .or_else(|| self.case.answer(question))
    }

    /// A day that was answered.
    pub fn day(&self, question: &str) -> Option<NaiveDate> {
        crate::casefile::day(self.answer(question)?)
    }
}

/// Why a step may not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// A stable code.
    pub code: &'static str,
    /// What is wrong, on what, and what to do next.
    pub why: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: &'static str, why: impl Into<String>) -> Self {
        Self {
            code,
            why: why.into(),
        }
    }
}

/// Forbids a step, or says nothing.
pub type Guard = fn(&Facts<'_>) -> Option<Refusal>;
/// Whether an effect happens.
pub type Test = fn(&Facts<'_>) -> bool;

/// Which clocks a step starts: in every pack in use, the rules that count from exactly these events and that this event stops; and, where
/// there is one event, the internal ones that it starts.
#[derive(Debug, Clone, Copy)]
pub struct ClockStart {
    /// Events of a rule pack, each with the question whose answer is its moment; `received` is the case's own receipt, `at` the step's.
    pub anchors: &'static [(&'static str, &'static str)],
    /// What stops them.
    pub stop: &'static str,
    /// Grey, from a signal that is not confirmed.
    pub provisional: bool,
    /// The step is refused where no pack in use has such a clock.
    pub demanded: bool,
    /// Only then.
    pub when: Option<Test>,
}

impl ClockStart {
    /// A firm clock that some pack must have.
    pub const fn new(anchors: &'static [(&'static str, &'static str)], stop: &'static str) -> Self {
        Self {
            anchors,
            stop,
            provisional: false,
            demanded: true,
            when: None,
        }
    }

    /// Counts in grey until the signal is confirmed.
    pub const fn provisional(mut self) -> Self {
        self.provisional = true;
        self
    }

    /// Nothing is wrong where no pack has such a clock.
    pub const fn if_any(mut self) -> Self {
        self.demanded = false;
        self
    }

    /// Only then.
    pub const fn when(mut self, test: Test) -> Self {
        self.when = Some(test);
        self
    }
}

/// What a step does to the case's clocks.
#[derive(Debug, Clone, Copy)]
pub enum ClockEffect {
    /// Clocks start.
    Start(ClockStart),
    /// Provisional clocks become firm; they count from the same day.
    Confirm,
    /// Every running clock ends: nothing is owed any more.
    Cancel,
    /// The clocks that this event stops end: what was owed was done. Internal targets end with them.
    Satisfy(&'static str),
    /// The clocks that this event stops get a later last day by a written grant; the old one stays beside it.
    Extend {
        /// The event that stops them.
        stop: &'static str,
        /// The question whose answer is the new last day.
        due: &'static str,
        /// The question whose answer is the grant in words.
        grant: &'static str,
    },
}

impl ClockEffect {
    /// In words, for the button's side.
    pub fn words(&self) -> String {
        match self {
            Self::Start(start) if start.provisional => {
                "A clock starts in gray: it counts from the same day if the signal is confirmed."
            }
            Self::Start(_) => "A clock starts.",
            Self::Confirm => {
                "The clock becomes firm. It has been counting since the signal was received."
            }
            Self::Cancel => "The clocks end: nothing is owed any longer.",
            Self::Satisfy(_) => "The clock stops on the day you write.",
            Self::Extend { .. } => "The clock gets the new last day; the old one stays beside it.",
        }
        .to_owned()
    }

    /// For the table in the docs.
    pub fn short(&self) -> String {
        match self {
            Self::Start(start) => format!(
                "start {} until `{}`{}",
                start
                    .anchors
                    .iter()
                    .map(|(event, _)| format!("`{event}`"))
                    .collect::<Vec<_>>()
                    .join(" and "),
                start.stop,
                if start.provisional {
                    ", provisional"
                } else {
                    ""
                }
            ),
            Self::Confirm => "confirm".to_owned(),
            Self::Cancel => "stop (cancelled)".to_owned(),
            Self::Satisfy(stop) => format!("stop (satisfied) by `{stop}`"),
            Self::Extend { stop, .. } => format!("extend until `{stop}`"),
        }
    }
}

/// What a step does beyond its own case.
#[derive(Debug, Clone, Copy)]
pub enum Consequence {
    /// Opens a case of another kind about the same resellers or customers, from the day of the step.
    OpensCase {
        /// The kind.
        kind: &'static str,
        /// The state it is opened in.
        state: &'static str,
        /// What it says.
        text: &'static str,
        /// Only then.
        when: Option<Test>,
    },
    /// Opens the customers of the case for verification again (domain 3.1).
    Reverify {
        /// Only then.
        when: Option<Test>,
    },
    /// Proposes that the records of the case's customers are held back from disposal.
    ProposesHold,
    /// The resellers of the case get this state.
    Reseller(&'static str),
    /// The resellers of the case are active again, unless another case is about them.
    ClearsReseller,
    /// Drafts a filing of this form for the case.
    Drafts(&'static str),
    /// Writes the answer to this question into the drafts of the case, as the reason why the part is missing.
    ExplainsInFiling(&'static str),
}

impl Consequence {
    /// In words, for the button's side and the table in the docs.
    pub fn words(&self) -> String {
        match self {
            Self::OpensCase { kind, .. } => format!(
                "May open a case: {}.",
                crate::cases::machine(kind).map_or(*kind, |machine| machine.title)
            ),
            Self::Reverify { .. } => {
                "The customers it is about are opened for verification again.".to_owned()
            }
            Self::ProposesHold => {
                "A legal hold on the records of the customers is proposed.".to_owned()
            }
            Self::Reseller(state) => format!("The reseller becomes: {}.", state.replace('_', " ")),
            Self::ClearsReseller => {
                "The reseller becomes active again, unless another case is about it.".to_owned()
            }
            Self::Drafts(form) => format!("A filing {form} is drafted."),
            Self::ExplainsInFiling(_) => {
                "The reason is written into the draft of the filing.".to_owned()
            }
        }
    }
}

/// A step from one state to another, or an event that leaves the case in its state.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Its name within the state: that of the state it leads to, unless the step is an event.
    pub id: &'static str,
    /// From this state; empty for a step that opens a case.
    pub from: &'static str,
    /// To this one.
    pub to: &'static str,
    /// The button: a verb.
    pub label: &'static str,
    /// Who may take it.
    pub role: Role,
    /// Whoever may write at all may take it; `role` is who usually does.
    pub anyone: bool,
    /// It needs an approver's signature.
    pub approval: bool,
    /// The duties behind it.
    pub duties: &'static [&'static str],
    /// What it asks to be written down in words; empty where the typed questions say it all.
    pub words: &'static str,
    /// It asks when it happened: the day decides about a clock.
    pub dated: bool,
    /// Typed questions.
    pub asks: &'static [Question],
    /// What must stand before it may be taken.
    pub guards: &'static [Guard],
    /// What the answers must be.
    pub checks: &'static [Guard],
    /// What is asked about before it is recorded, and never refuses it.
    pub doubts: &'static [Guard],
    /// What it does to the case's clocks.
    pub clocks: &'static [ClockEffect],
    /// What it does beyond the case.
    pub then: &'static [Consequence],
    /// It is taken on another record, named here, which knows how it went: "the filing".
    pub taken_on: Option<&'static str>,
}

/// A row of a machine's table.
pub(crate) const fn step(
    from: &'static str,
    to: &'static str,
    label: &'static str,
    role: Role,
    approval: bool,
    duties: &'static [&'static str],
) -> Step {
    Step {
        id: to,
        from,
        to,
        label,
        role,
        anyone: false,
        approval,
        duties,
        words: "",
        dated: false,
        asks: &[],
        guards: &[],
        checks: &[],
        doubts: &[],
        clocks: &[],
        then: &[],
        taken_on: None,
    }
}

impl Step {
    /// An event within a state, under its own name.
    pub(crate) const fn named(mut self, id: &'static str) -> Self {
        self.id = id;
        self
    }
    /// Anyone may take it.
    pub(crate) const fn anyone(mut self) -> Self {
        self.anyone = true;
        self
    }
    /// What to write down in words.
    pub(crate) const fn words(mut self, words: &'static str) -> Self {
        self.words = words;
        self
    }
    /// It asks when it happened.
    pub(crate) const fn dated(mut self) -> Self {
        self.dated = true;
        self
    }
    /// Its questions.
    pub(crate) const fn asks(mut self, asks: &'static [Question]) -> Self {
        self.asks = asks;
        self
    }
    /// What must stand before.
    pub(crate) const fn guards(mut self, guards: &'static [Guard]) -> Self {
        self.guards = guards;
        self
    }
    /// What its answers must be.
    pub(crate) const fn checks(mut self, checks: &'static [Guard]) -> Self {
        self.checks = checks;
        self
    }
    /// What is asked about before it is recorded.
    pub(crate) const fn doubts(mut self, doubts: &'static [Guard]) -> Self {
        self.doubts = doubts;
        self
    }
    /// What it does to clocks.
    pub(crate) const fn clocks(mut self, clocks: &'static [ClockEffect]) -> Self {
        self.clocks = clocks;
        self
    }
    /// What it does beyond the case.
    pub(crate) const fn then(mut self, then: &'static [Consequence]) -> Self {
        self.then = then;
        self
    }
    /// It is taken on another record.
    pub(crate) const fn taken_on(mut self, record: &'static str) -> Self {
        self.taken_on = Some(record);
        self
    }

    /// Why it may not be taken now, in sentences; none when it may.
    pub fn blocked(&self, facts: &Facts<'_>) -> Vec<Refusal> {
        self.guards
            .iter()
            .filter_map(|guard| guard(facts))
            .collect()
    }

    /// Why it may not be taken with these answers: the guards, then the checks of the answers.
    pub fn refused(&self, facts: &Facts<'_>) -> Option<Refusal> {
        self.guards
            .iter()
            .chain(self.checks)
            .find_map(|guard| guard(facts))
    }
}

/// A kind of part of a case, with a small machine of its own: one CIP asked for, one account to close, one match of a sweep.
#[derive(Debug)]
pub struct ItemKind {
    /// Its id within the machine.
    pub kind: &'static str,
    /// One of them: "CIP asked for".
    pub title: &'static str,
    /// The table's heading: "CIPs asked for".
    pub titles: &'static str,
    /// State ids and what a person reads; the first is where it begins.
    pub states: &'static [(&'static str, &'static str)],
    /// The states in which nothing is left to do.
    pub done: &'static [&'static str],
    /// Its steps.
    pub steps: &'static [Step],
    /// What is asked when one is added.
    pub fields: &'static [Question],
    /// The states of the case in which a person may add one; empty where only the program does.
    pub added_in: &'static [&'static str],
}

impl ItemKind {
    /// Its title within a sentence: "account to contain", but "CIP asked for".
    pub fn within(&self) -> String {
        let mut letters = self.title.chars();
        match (letters.next(), letters.next()) {
            (Some(first), Some(second)) if second.is_lowercase() => first
                .to_lowercase()
                .chain(self.title.chars().skip(1))
                .collect(),
            _ => self.title.to_owned(),
        }
    }

    /// What a person reads for a state.
    pub fn label<'a>(&self, state: &'a str) -> &'a str {
        self.states
            .iter()
            .find(|(id, _)| *id == state)
            .map_or(state, |(_, label)| label)
    }

    /// Whether nothing is left to do.
    pub fn is_done(&self, state: &str) -> bool {
        self.done.contains(&state)
    }

    /// A step by its name.
    pub fn step(&self, from: &str, id: &str) -> Option<&'static Step> {
        self.steps
            .iter()
            .find(|step| step.from == from && step.id == id)
    }
}

/// A table of states and steps.
#[derive(Debug)]
pub struct Machine {
    /// The kind of case, such as `request`; `customer` for the customer's own.
    pub kind: &'static str,
    /// How its references begin, such as `REQ`.
    pub prefix: &'static str,
    /// What a person reads for the kind.
    pub title: &'static str,
    /// Where it stands in the model of the domain, such as `3.2`.
    pub section: &'static str,
    /// State ids and what a person reads, in the order of the straight path.
    pub states: &'static [(&'static str, &'static str)],
    /// States off the straight path, where it can end instead.
    pub ends: &'static [(&'static str, &'static str)],
    /// States in which nothing is owed any more although a step may follow; every end is one besides.
    pub done: &'static [&'static str],
    /// The steps that open a case.
    pub opening: &'static [Step],
    /// The steps.
    pub steps: &'static [Step],
    /// What is known of the case beyond its steps; it can be changed while the case is open.
    pub fields: &'static [Question],
    /// Kinds of parts.
    pub items: &'static [ItemKind],
}

impl Machine {
    /// A table with nothing in it, to begin from.
    pub const BARE: Machine = Machine {
        kind: "",
        prefix: "",
        title: "",
        section: "",
        states: &[],
        ends: &[],
        done: &[],
        opening: &[],
        steps: &[],
        fields: &[],
        items: &[],
    };

    /// What a person reads for a state.
    pub fn label<'a>(&self, state: &'a str) -> &'a str {
        self.states
            .iter()
            .chain(self.ends)
            .find(|(id, _)| *id == state)
            .map_or(state, |(_, label)| label)
    }

    /// Whether a case in this state has left the straight path for good.
    pub fn has_ended(&self, state: &str) -> bool {
        self.ends.iter().any(|(id, _)| *id == state)
    }

    /// Whether nothing is owed in this state.
    pub fn is_done(&self, state: &str) -> bool {
        self.has_ended(state) || self.done.contains(&state)
    }

    /// Whether a step is the one after which nothing is owed any more.
    pub fn closes(&self, step: &Step) -> bool {
        !self.is_done(step.from) && self.is_done(step.to)
    }

    /// The steps out of a state, events within it too.
    pub fn from<'a>(&'a self, state: &'a str) -> impl Iterator<Item = &'a Step> {
        self.steps.iter().filter(move |step| step.from == state)
    }

    /// The step between two states, if the table has one.
    pub fn step(&self, from: &str, to: &str) -> Option<&Step> {
        self.steps
            .iter()
            .find(|step| step.from == from && step.to == to && step.id == step.to)
    }

    /// A step or an event out of a state by its name.
    pub fn named(&self, from: &str, id: &str) -> Option<&Step> {
        self.steps
            .iter()
            .find(|step| step.from == from && step.id == id)
    }

    /// A way in: the one that leads to this state, or the first.
    pub fn way_in(&self, to: Option<&str>) -> Option<&Step> {
        match to {
            Some(to) => self.opening.iter().find(|step| step.to == to),
            None => self.opening.first(),
        }
    }

    /// A kind of part.
    pub fn item(&self, kind: &str) -> Option<&'static ItemKind> {
        self.items.iter().find(|item| item.kind == kind)
    }

    /// Every question that the machine asks somewhere, to read an answer by.
    pub fn question(&self, id: &str) -> Option<&'static Question> {
        self.opening
            .iter()
            .chain(self.steps)
            .flat_map(|step| step.asks)
            .chain(self.fields)
            .find(|question| question.id == id)
    }
}
