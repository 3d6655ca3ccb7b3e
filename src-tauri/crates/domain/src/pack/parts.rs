//! The parts of a pack's file, as TOML writes them: shapes only. What may stand in them is judged in `check`.

use super::{
    ai::{AiCondition, AiReportField, Hardware, NearThreshold},
    risk::{RiskPoint, RiskTier},
    rule::{ClockRule, Event, Migration, Milestone, WeekendRoll, ZonePolicy},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How sure we are of a number or a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Read in a passage that was retrieved.
    Seen,
    /// From memory; a person must check it against the rule.
    Memory,
    /// From memory, and doubtful.
    MemoryLow,
    /// Our own, not the rule's.
    Design,
}

impl Confidence {
    /// The word in tables and views.
    pub fn word(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Memory => "memory",
            Self::MemoryLow => "memory-low",
            Self::Design => "design",
        }
    }

    /// False where "not verified against the rule" must be shown.
    pub fn is_verified(self) -> bool {
        matches!(self, Self::Seen | Self::Design)
    }
}

/// How far a rule has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Published for comment.
    Proposed,
    /// In force.
    Final,
    /// Given up.
    Withdrawn,
    /// Replaced by another.
    Superseded,
    /// Advice of an agency.
    Guidance,
    /// Nobody must.
    Voluntary,
    /// A house's own policy.
    Internal,
}

impl Status {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Final => "final",
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
            Self::Guidance => "guidance",
            Self::Voluntary => "voluntary",
            Self::Internal => "internal",
        }
    }
}

/// What a pack says of itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) title: String,
    pub(super) status: Status,
    /// Where the status was read.
    pub(super) status_cite: String,
    pub(super) status_confidence: Confidence,
    pub(super) banner: String,
    pub(super) binding: bool,
    pub(super) agency_zone: String,
    #[serde(default)]
    pub(super) zone_policy: ZonePolicy,
    #[serde(default)]
    pub(super) weekend_roll: WeekendRoll,
    #[serde(default)]
    pub(super) published: Option<String>,
    #[serde(default)]
    pub(super) reviewed_by: String,
}

/// A text behind the pack, and where it can be read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// The citation.
    pub cite: String,
    /// An address or a reference.
    pub source: String,
    /// What must be known of it.
    #[serde(default)]
    pub note: String,
}

/// From which share an individual is a beneficial owner.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// In percent; at least so much counts.
    pub ownership_percent: f64,
    /// The paragraph.
    pub cite: String,
    /// What it says, in our words.
    #[serde(default)]
    pub text: String,
    /// How sure that is.
    pub confidence: Confidence,
}

/// A field that a rule requires, with the paragraph that asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredField {
    /// The field's id, as the customer's fields are named.
    pub field: String,
    /// Its label in sentences.
    pub label: String,
    /// The paragraph.
    pub cite: String,
    /// What it asks, in our words.
    pub text: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// What it holds, for a field that the program's catalogue does not have.
    #[serde(default)]
    pub input: Option<AddedInput>,
}

/// What a field that a pack adds may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddedInput {
    /// A line.
    Text,
    /// Several lines.
    Long,
    /// A country.
    Country,
    /// A civil date.
    Date,
}

impl AddedInput {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Long => "long",
            Self::Country => "country",
            Self::Date => "date",
        }
    }
}

/// A field that is not asked for, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OffField {
    /// The field's id.
    pub field: String,
    /// The paragraph.
    pub cite: String,
    /// Why it is off.
    pub text: String,
    /// How sure that is.
    pub confidence: Confidence,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fields {
    #[serde(default)]
    pub(super) required: Vec<RequiredField>,
    #[serde(default)]
    pub(super) off: Vec<OffField>,
}

/// An item of one of the rule's lists: a test, a method, a factor, an attestation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    /// The stored value.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// What the paragraph asks, in our words.
    #[serde(default)]
    pub text: String,
    /// The paragraph.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// A heading inside the list, such as whom a factor is about.
    #[serde(default)]
    pub group: Option<String>,
    /// The clock that goes with it.
    #[serde(default)]
    pub clock: Option<String>,
    /// The text to use for it.
    #[serde(default)]
    pub template: Option<String>,
}

/// The form of a certification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum CertificationForm {
    /// The initial one.
    F1,
    /// The yearly one.
    F2,
}

impl CertificationForm {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::F1 => "F1",
            Self::F2 => "F2",
        }
    }
}

/// What a certification must say; the order of the file is the order of the form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificationItem {
    /// Its id; unique in its form.
    pub id: String,
    /// The form it stands in.
    pub form: CertificationForm,
    /// What a person reads.
    pub label: String,
    /// Whether the form is incomplete without it.
    pub required: bool,
    /// Items of F1 that it brings up to date.
    #[serde(default)]
    pub refreshes: Vec<String>,
    /// What is asked, in our words.
    pub text: String,
    /// The paragraph.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
}

/// A text for paper and screen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackText {
    /// Its id, such as `truth-1`.
    pub id: String,
    /// The text.
    pub text: String,
    /// The paragraph, or who wrote it.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
}

/// The years whose holidays the pack lists.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The first year.
    pub first_year: i32,
    /// The last year.
    pub last_year: i32,
    /// Where the days come from.
    pub cite: String,
    /// What they are for.
    pub text: String,
    /// How sure that is.
    pub confidence: Confidence,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Holiday {
    pub(super) date: String,
    pub(super) name: String,
}

/// A day on which offices were shut by order, beside the holidays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    /// The day.
    pub date: String,
    /// Why.
    pub name: String,
    /// The order.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) pack: Head,
    #[serde(default)]
    pub(super) authority: Vec<Authority>,
    #[serde(default)]
    pub(super) threshold: Option<Threshold>,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, Fields>,
    #[serde(default)]
    pub(super) us_person_test: Vec<Coded>,
    #[serde(default)]
    pub(super) verification_method: Vec<Coded>,
    #[serde(default)]
    pub(super) special_situation: Vec<Coded>,
    #[serde(default)]
    pub(super) risk_factor: Vec<Coded>,
    #[serde(default)]
    pub(super) risk_point: Vec<RiskPoint>,
    #[serde(default)]
    pub(super) risk_tier: Vec<RiskTier>,
    #[serde(default)]
    pub(super) inability: Vec<Coded>,
    #[serde(default)]
    pub(super) notice: Vec<Coded>,
    #[serde(default)]
    pub(super) event: Vec<Event>,
    #[serde(default)]
    pub(super) clock: Vec<ClockRule>,
    #[serde(default)]
    pub(super) milestone: Vec<Milestone>,
    #[serde(default)]
    pub(super) migration: Vec<Migration>,
    #[serde(default)]
    pub(super) retention: Vec<Coded>,
    #[serde(default)]
    pub(super) certification: Vec<CertificationItem>,
    #[serde(default)]
    pub(super) attestation: Vec<Coded>,
    #[serde(default)]
    pub(super) update_trigger: Vec<Coded>,
    #[serde(default)]
    pub(super) ai_condition: Vec<AiCondition>,
    #[serde(default)]
    pub(super) ai_report_field: Vec<AiReportField>,
    #[serde(default)]
    pub(super) hardware: Vec<Hardware>,
    #[serde(default)]
    pub(super) near_threshold: Option<NearThreshold>,
    #[serde(default)]
    pub(super) special_measure_kind: Vec<Coded>,
    #[serde(default)]
    pub(super) special_measure_factor: Vec<Coded>,
    #[serde(default)]
    pub(super) adp_factor: Vec<Coded>,
    #[serde(default)]
    pub(super) minimum_element: Vec<Coded>,
    #[serde(default)]
    pub(super) red_flag: Vec<Coded>,
    #[serde(default)]
    pub(super) legal_basis: Vec<Coded>,
    #[serde(default)]
    pub(super) penalty: Vec<Coded>,
    #[serde(default)]
    pub(super) prompt: Vec<Coded>,
    #[serde(default)]
    pub(super) text: Vec<PackText>,
    #[serde(default)]
    pub(super) calendar: Option<Calendar>,
    #[serde(default)]
    pub(super) holiday: Vec<Holiday>,
    #[serde(default)]
    pub(super) closure: Vec<Closure>,
}
