//! Rule packs: everything about a rule that is data (domain.md section 7). Numbers, required fields, paragraphs and texts come from here;
//! date arithmetic and the engine of states do not.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashSet},
    sync::OnceLock,
};

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

/// A clock of the rule.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockRule {
    /// Such as `CLK-CIP-REQ`.
    pub id: String,
    /// What it means to a person: "Copy of a CIP".
    pub title: String,
    /// How many units.
    pub n: u32,
    /// Which units.
    pub unit: Unit,
    /// What its end means.
    pub direction: Direction,
    /// Its triggers.
    pub anchors: Vec<String>,
    /// What several triggers mean.
    #[serde(default)]
    pub combine: Combine,
    /// What stops it.
    pub stop: String,
    /// The paragraph.
    pub cite: String,
    /// What the paragraph asks, in our words.
    pub text: String,
    /// How sure the number is.
    pub confidence: Confidence,
    /// It stands in a rule, as against an internal target.
    #[serde(default = "yes")]
    pub statutory: bool,
}

fn yes() -> bool {
    true
}

/// A field that a rule requires, with the paragraph that asks for it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
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
}

/// A coded choice, such as a test or a method.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    /// The stored value.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// The paragraph.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    version: String,
    title: String,
    status: Status,
    banner: String,
    binding: bool,
    agency_zone: String,
    #[serde(default)]
    reviewed_by: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Proposed,
    Final,
    Withdrawn,
    Superseded,
    Guidance,
    Voluntary,
    Internal,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Authority {
    cite: String,
    source: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Threshold {
    ownership_percent: f64,
    cite: String,
    confidence: Confidence,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default)]
    required: Vec<RequiredField>,
    #[serde(default)]
    off: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    date: String,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    pack: Head,
    #[serde(default)]
    authority: Vec<Authority>,
    threshold: Threshold,
    #[serde(default)]
    fields: BTreeMap<String, Fields>,
    #[serde(default)]
    us_person_test: Vec<Coded>,
    #[serde(default)]
    verification_method: Vec<Coded>,
    #[serde(default)]
    attestation: Vec<Coded>,
    #[serde(default)]
    clock: Vec<ClockRule>,
    #[serde(default)]
    texts: BTreeMap<String, String>,
    #[serde(default)]
    holiday: Vec<Holiday>,
}

/// A rule pack, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct RulePack {
    file: File,
    zone: Tz,
    holidays: BTreeMap<NaiveDate, String>,
}

/// Why a pack cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// Not TOML, or not of the shape of a pack.
    #[error("The rule pack cannot be read: {0}")]
    Shape(String),
    /// A value that cannot be.
    #[error("The rule pack's {what}: {why}")]
    Value {
        /// Which part.
        what: String,
        /// What is wrong with it.
        why: String,
    },
}

impl PackError {
    /// The stable code (security section 5.4).
    pub fn code(&self) -> &'static str {
        "L-12"
    }
}

const BUILTIN: &[&str] = &[include_str!("../../../rules/us-iaas-nprm-2024.toml")];

impl RulePack {
    /// Reads a pack.
    ///
    /// # Errors
    /// Anything missing, unknown, contradictory or out of range; nothing is half loaded.
    pub fn parse(text: &str) -> Result<Self, PackError> {
        let file: File =
            toml::from_str(text).map_err(|error| PackError::Shape(error.message().to_owned()))?;
        let wrong = |what: &str, why: &str| PackError::Value {
            what: what.to_owned(),
            why: why.to_owned(),
        };
        let zone: Tz = file
            .pack
            .agency_zone
            .parse()
            .map_err(|_| wrong("agency_zone", "no such time zone."))?;
        if !(0.0..=100.0).contains(&file.threshold.ownership_percent)
            || file.threshold.cite.trim().is_empty()
        {
            return Err(wrong(
                "threshold",
                "the share must lie between 0 and 100, with its paragraph.",
            ));
        }
        let mut ids = HashSet::new();
        for clock in &file.clock {
            let what = format!("clock {}", clock.id);
            let why = if !ids.insert(&clock.id) {
                "is there twice."
            } else if clock.cite.trim().is_empty() {
                "has no citation."
            } else if clock.n > 3_660 {
                "counts more than 3,660."
            } else if clock.anchors.is_empty()
                || clock.anchors.iter().collect::<HashSet<_>>().len() != clock.anchors.len()
            {
                "needs at least one trigger, each once."
            } else if (clock.combine == Combine::Only) != (clock.anchors.len() == 1)
                || (clock.combine == Combine::EarliestFeasible && clock.anchors.len() != 2)
            {
                "says how several triggers combine, or has one."
            } else {
                continue;
            };
            return Err(PackError::Value {
                what,
                why: why.to_owned(),
            });
        }
        for field in file.fields.values().flat_map(|fields| &fields.required) {
            if field.cite.trim().is_empty() {
                return Err(wrong(
                    &format!("required field {}", field.field),
                    "has no citation.",
                ));
            }
        }
        let mut holidays = BTreeMap::new();
        for holiday in &file.holiday {
            let date = crate::field::date(&holiday.date)
                .ok_or_else(|| wrong(&format!("holiday {}", holiday.date), "is no date."))?;
            holidays.insert(date, holiday.name.clone());
        }
        Ok(Self {
            file,
            zone,
            holidays,
        })
    }

    /// A pack that is part of the program.
    pub fn builtin(id: &str) -> Option<&'static Self> {
        static PACKS: OnceLock<Vec<RulePack>> = OnceLock::new();
        let packs = PACKS.get_or_init(|| {
            BUILTIN
                .iter()
                .filter_map(|text| Self::parse(text).ok())
                .collect()
        });
        packs.iter().find(|pack| pack.id() == id)
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.file.pack.id
    }

    /// The version.
    pub fn version(&self) -> &str {
        &self.file.pack.version
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.file.pack.title
    }

    /// proposed, final, withdrawn, superseded, guidance, voluntary, internal.
    pub fn status(&self) -> &'static str {
        match self.file.pack.status {
            Status::Proposed => "proposed",
            Status::Final => "final",
            Status::Withdrawn => "withdrawn",
            Status::Superseded => "superseded",
            Status::Guidance => "guidance",
            Status::Voluntary => "voluntary",
            Status::Internal => "internal",
        }
    }

    /// The words that every screen and filing shows.
    pub fn banner(&self) -> &str {
        &self.file.pack.banner
    }

    /// Whether it binds anybody.
    pub fn is_binding(&self) -> bool {
        self.file.pack.binding
    }

    /// Whether a person has checked it against the rule's text.
    pub fn is_reviewed(&self) -> bool {
        !self.file.pack.reviewed_by.trim().is_empty()
    }

    /// Citations and where they can be read.
    pub fn authorities(&self) -> impl Iterator<Item = (&str, &str)> {
        self.file
            .authority
            .iter()
            .map(|authority| (authority.cite.as_str(), authority.source.as_str()))
    }

    /// The agency's time zone.
    pub fn agency_zone(&self) -> Tz {
        self.zone
    }

    /// From which share an individual is a beneficial owner, in percent.
    pub fn ownership_threshold(&self) -> f64 {
        self.file.threshold.ownership_percent
    }

    /// What is required of a kind of party: individual, entity, account, case.
    pub fn required_fields(&self, kind: &str) -> impl Iterator<Item = &RequiredField> {
        self.file
            .fields
            .get(kind)
            .into_iter()
            .flat_map(|fields| &fields.required)
    }

    /// Whether a field is off: not asked for, and not shown where empty.
    pub fn is_off(&self, kind: &str, field: &str) -> bool {
        self.file
            .fields
            .get(kind)
            .is_some_and(|fields| fields.off.iter().any(|off| off == field))
    }

    /// The paragraph behind a required item, of the party itself, its accounts or its case.
    pub fn rule_for(&self, kind: &str, field: &str) -> Option<&RequiredField> {
        [kind, "account", "case"]
            .into_iter()
            .flat_map(|kind| self.required_fields(kind))
            .find(|required| required.field == field)
    }

    /// The tests of a U.S.-person determination, with labels.
    pub fn us_person_tests(&self) -> impl Iterator<Item = (&str, &str)> {
        self.file
            .us_person_test
            .iter()
            .map(|test| (test.id.as_str(), test.label.as_str()))
    }

    /// The methods of verification.
    pub fn verification_methods(&self) -> &[Coded] {
        &self.file.verification_method
    }

    /// The attestations of the yearly certification.
    pub fn attestations(&self) -> &[Coded] {
        &self.file.attestation
    }

    /// A clock of the rule.
    pub fn clock(&self, id: &str) -> Option<&ClockRule> {
        self.file.clock.iter().find(|clock| clock.id == id)
    }

    /// Every clock, in the rule's order.
    pub fn clocks(&self) -> &[ClockRule] {
        &self.file.clock
    }

    /// A holiday's name.
    pub fn holiday(&self, date: NaiveDate) -> Option<&str> {
        self.holidays.get(&date).map(String::as_str)
    }

    /// The statement above a signature.
    pub fn statement_of_truth(&self) -> &str {
        self.text("truth-1")
    }

    /// A text by its id; empty where the pack has none.
    pub fn text(&self, id: &str) -> &str {
        self.file.texts.get(id).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike;

    const MAIN: &str = BUILTIN[0];

    #[test]
    fn every_built_in_pack_is_read() {
        for text in BUILTIN {
            RulePack::parse(text).unwrap();
        }
        let pack = RulePack::builtin("us-iaas-nprm-2024").unwrap();
        assert_eq!((pack.status(), pack.is_binding()), ("withdrawn", false));
        assert_eq!(
            pack.banner(),
            "Proposed in 2024, reported withdrawn; not in force."
        );
    }

    #[test]
    fn a_pack_with_a_fault_is_refused_whole() {
        for (from, to) in [
            ("cite = \"15 CFR 7.303, 7.305 (proposed)\"", "cite = \"\""),
            ("n = 10\n", "n = 99999\n"),
            ("n = 10\n", "n = -1\n"),
            ("unit = \"calendar_days\"", "unit = \"fortnights\""),
            ("id = \"CLK-RESELLER-TERM\"", "id = \"CLK-CIP-REQ\""),
            (
                "agency_zone = \"America/New_York\"",
                "agency_zone = \"America/Gotham\"",
            ),
            ("[pack]", "[pack]\nsurprise = 1"),
            ("date = \"2025-12-25\"", "date = \"2025-13-25\""),
        ] {
            assert!(MAIN.contains(from), "the pack no longer holds {from}");
            assert!(
                RulePack::parse(&MAIN.replacen(from, to, 1)).is_err(),
                "{to} must be refused"
            );
        }
    }

    /// The statutory holidays by their rules, against the dates of the pack (5 U.S.C. 6103; Saturday observed Friday, Sunday Monday).
    #[test]
    fn holidays_of_2020_to_2040_are_the_statutory_ones() {
        let pack = RulePack::builtin("us-iaas-nprm-2024").unwrap();
        let nth = |year: i32, month: u32, weekday: chrono::Weekday, n: u8| {
            NaiveDate::from_weekday_of_month_opt(year, month, weekday, n).unwrap()
        };
        let fixed = |year: i32, month: u32, day: u32| {
            let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            match date.weekday() {
                chrono::Weekday::Sat => date.pred_opt().unwrap(),
                chrono::Weekday::Sun => date.succ_opt().unwrap(),
                _ => date,
            }
        };
        let mut expected = std::collections::BTreeSet::new();
        for year in 2020..=2040 {
            use chrono::Weekday::{Mon, Thu};
            expected.extend([
                fixed(year, 1, 1),
                nth(year, 1, Mon, 3),
                nth(year, 2, Mon, 3),
                fixed(year, 7, 4),
                nth(year, 9, Mon, 1),
                nth(year, 10, Mon, 2),
                fixed(year, 11, 11),
                nth(year, 11, Thu, 4),
                fixed(year, 12, 25),
            ]);
            let last_monday = (22..=31)
                .rev()
                .filter_map(|day| NaiveDate::from_ymd_opt(year, 5, day))
                .find(|date| date.weekday() == Mon)
                .unwrap();
            expected.insert(last_monday);
            if year >= 2021 {
                expected.insert(fixed(year, 6, 19));
            }
        }
        // New Year's Day of 2041 is no Saturday, so no day of 2040 stands for it.
        assert_eq!(
            pack.holidays
                .keys()
                .copied()
                .collect::<std::collections::BTreeSet<_>>(),
            expected
        );
    }

    #[test]
    fn an_unchecked_number_says_so() {
        assert!(
            !RulePack::builtin("us-iaas-nprm-2024")
                .unwrap()
                .clock("CLK-IRREGULAR")
                .unwrap()
                .confidence
                .is_verified()
        );
    }
}
