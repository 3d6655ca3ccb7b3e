//! The clocks of a rule and the events that start and stop them, as a pack writes them. Does no arithmetic.

use super::Confidence;
use serde::Deserialize;

/// What a clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Every day.
    CalendarDays,
    /// Days that are neither weekend nor holiday.
    BusinessDays,
    /// Hours from the instant.
    Hours,
    /// Calendar years.
    Years,
}

impl Unit {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::CalendarDays => "calendar_days",
            Self::BusinessDays => "business_days",
            Self::Hours => "hours",
            Self::Years => "years",
        }
    }

    /// "calendar day", "calendar days": the unit after a number.
    pub fn counted(self, n: u32) -> &'static str {
        match (self, n) {
            (Self::CalendarDays, 1) => "calendar day",
            (Self::CalendarDays, _) => "calendar days",
            (Self::BusinessDays, 1) => "business day",
            (Self::BusinessDays, _) => "business days",
            (Self::Hours, 1) => "hour",
            (Self::Hours, _) => "hours",
            (Self::Years, 1) => "year",
            (Self::Years, _) => "years",
        }
    }
}

/// What the end of a clock means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Act by then.
    Deadline,
    /// Keep until then.
    Minimum,
    /// Not before then.
    NotBefore,
}

impl Direction {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Minimum => "minimum",
            Self::NotBefore => "not_before",
        }
    }
}

/// What several triggers mean together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// There is one.
    #[default]
    Only,
    /// The earliest date that can still be met (domain.md 4.4).
    EarliestFeasible,
    /// The latest trigger counts.
    Latest,
}

impl Combine {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Only => "only",
            Self::EarliestFeasible => "earliest_feasible",
            Self::Latest => "latest",
        }
    }
}

/// Whose calendar day counts where an instant lies on two (domain.md 4.2 rule 4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZonePolicy {
    /// The safe one of the organisation's and the agency's.
    #[default]
    Strict,
    /// The agency's.
    Agency,
    /// The organisation's.
    Org,
}

impl ZonePolicy {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Agency => "agency",
            Self::Org => "org",
        }
    }
}

/// Whether a due date on a closed day moves (domain.md 4.2 rule 3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeekendRoll {
    /// It stays; only the target is earlier.
    #[default]
    None,
    /// It moves to the next business day.
    Forward,
}

impl WeekendRoll {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Forward => "forward",
        }
    }
}

/// A clock of the rule.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockRule {
    /// Such as `CLK-CIP-REQ`.
    pub id: String,
    /// What it means to a person: "Copy of a CIP".
    pub title: String,
    /// How many units; 0 to 3,660.
    pub n: u32,
    /// Which units.
    pub unit: Unit,
    /// What its end means.
    pub direction: Direction,
    /// Its triggers: ids of events.
    pub anchors: Vec<String>,
    /// What several triggers mean.
    #[serde(default)]
    pub combine: Combine,
    /// What stops it: the id of an event, or `none`.
    pub stop: String,
    /// The paragraph.
    pub cite: String,
    /// What the paragraph asks, in our words.
    pub text: String,
    /// How sure the number is.
    pub confidence: Confidence,
    /// How sure it is that these triggers start it; as sure as the number where the pack says nothing.
    #[serde(default)]
    pub anchor_confidence: Option<Confidence>,
    /// It stands in a rule, as against an internal target.
    #[serde(default = "yes")]
    pub statutory: bool,
    /// Every record has a period of its own, so that a window moves with the days (logs of 180 days).
    #[serde(default)]
    pub rolling: bool,
    /// Clocks that the event which stops this one starts, with its day as their trigger.
    #[serde(default)]
    pub starts: Vec<String>,
    /// A cure in time ends the duty; where the pack says nothing, it does not.
    #[serde(default)]
    pub cure_allowed: bool,
}

fn yes() -> bool {
    true
}

/// An internal target on the way to a deadline: on which day after day 0 something should be done. It moves no deadline.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// Its id, such as `cip-req-gathered`.
    pub id: String,
    /// The clock.
    pub clock: String,
    /// Days after day 0, in calendar days.
    pub day: u32,
    /// What should be done by then.
    pub label: String,
    /// The letter that should have gone out by then to each reseller whose copy is still waited for. Such a target is met by the letter or
    /// by the copy, part by part, and never by hand.
    #[serde(default)]
    pub letter: Option<String>,
    /// The policy.
    pub cite: String,
    /// How sure that is; `design` for a house's own.
    pub confidence: Confidence,
}

/// What becomes of the data of a field that this version no longer has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// The field of the version before.
    pub field: String,
    /// The field that takes its values, or `custom`: kept beside the fields, under its old name.
    pub to: String,
    /// Why.
    pub text: String,
    /// The paragraph, or who decided it.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
}

/// Something that starts or stops a clock.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Such as `department_request_received`.
    pub id: String,
    /// "The Department's request was received".
    pub label: String,
    /// The clock whose date stands for this event until the event itself is recorded.
    #[serde(default)]
    pub follows: Option<String>,
}
