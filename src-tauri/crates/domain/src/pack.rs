//! Rule packs: everything about a rule that is data (domain.md section 7). Numbers, required fields, paragraphs and texts come from here;
//! date arithmetic and the engine of states do not.
//!
//! A pack is one TOML text. [`RulePack::parse`] reads it whole or not at all; whoever keeps a pack keeps its text ([`RulePack::toml`])
//! and can name it by its SHA-256 ([`RulePack::sha256`]).

pub mod ai;
mod builtin;
mod check;
mod compare;
mod error;
mod outline;
mod parts;
mod risk;
mod rule;
mod simulate;

pub use compare::{Difference, Kind, compare};
pub use error::{PackError, Problem};
pub use outline::{Demand, Fact, Part};
pub use parts::{
    AddedInput, Authority, Calendar, CertificationForm, CertificationItem, Closure, Coded,
    Confidence, OffField, PackText, RequiredField, Status, Threshold,
};
pub use risk::{RiskPoint, RiskTest, RiskTier};
pub use rule::{
    ClockRule, Combine, Direction, Event, Migration, Milestone, Unit, WeekendRoll, ZonePolicy,
};
pub use simulate::{PastClock, Simulated, simulate};

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use parts::File;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A rule pack, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct RulePack {
    file: File,
    zone: Tz,
    holidays: BTreeMap<NaiveDate, String>,
    toml: String,
}

impl RulePack {
    /// Reads a pack.
    ///
    /// # Errors
    /// Anything missing, unknown, contradictory or out of range; nothing is half loaded.
    pub fn parse(text: &str) -> Result<Self, PackError> {
        check::read(text)
    }

    /// A pack that is part of the program.
    pub fn builtin(id: &str) -> Option<&'static Self> {
        Self::builtins().iter().find(|pack| pack.id() == id)
    }

    /// Every pack that is part of the program.
    pub fn builtins() -> &'static [Self] {
        builtin::packs()
    }

    /// The text it was read from, byte for byte.
    pub fn toml(&self) -> &str {
        &self.toml
    }

    /// The SHA-256 of that text, in hexadecimal.
    pub fn sha256(&self) -> String {
        crate::entry::hex(&Sha256::digest(self.toml.as_bytes()))
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
        self.file.pack.status.word()
    }

    /// Where the status was read, and how sure that is.
    pub fn status_basis(&self) -> (&str, Confidence) {
        (
            &self.file.pack.status_cite,
            self.file.pack.status_confidence,
        )
    }

    /// The words that every screen and filing shows.
    pub fn banner(&self) -> &str {
        &self.file.pack.banner
    }

    /// The day the rule was published, where the pack says.
    pub fn published(&self) -> Option<&str> {
        self.file.pack.published.as_deref()
    }

    /// Whether it binds anybody.
    pub fn is_binding(&self) -> bool {
        self.file.pack.binding
    }

    /// Whether a person has checked it against the rule's text.
    pub fn is_reviewed(&self) -> bool {
        !self.reviewed_by().is_empty()
    }

    /// Who checked it against the rule's text; empty where nobody did.
    pub fn reviewed_by(&self) -> &str {
        self.file.pack.reviewed_by.trim()
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

    /// Whose day counts where an instant lies on two.
    pub fn zone_policy(&self) -> ZonePolicy {
        self.file.pack.zone_policy
    }

    /// Whether a due date on a closed day moves.
    pub fn weekend_roll(&self) -> WeekendRoll {
        self.file.pack.weekend_roll
    }

    /// From which share an individual is a beneficial owner, in percent; none where the rule knows no share.
    pub fn ownership_threshold(&self) -> Option<u32> {
        let percent = self.file.threshold.as_ref()?.ownership_percent;
        // A pack's check holds it between 0 and 100, with three decimals at most.
        crate::ownership::parse_percent(&percent.to_string())
    }

    /// What is required of a kind of party: individual, entity, account, case.
    pub fn required_fields(&self, kind: &str) -> impl Iterator<Item = &RequiredField> {
        self.file
            .fields
            .get(kind)
            .into_iter()
            .flat_map(|fields| &fields.required)
    }

    /// Fields that are not asked for, with the reason.
    pub fn off_fields(&self, kind: &str) -> impl Iterator<Item = &OffField> {
        self.file
            .fields
            .get(kind)
            .into_iter()
            .flat_map(|fields| &fields.off)
    }

    /// Whether a field is off: not asked for, and not shown where empty.
    pub fn is_off(&self, kind: &str, field: &str) -> bool {
        self.off_fields(kind).any(|off| off.field == field)
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

    /// One of the rule's lists; empty for a part that is no list of coded items.
    pub fn list(&self, part: Part) -> &[Coded] {
        outline::lists(&self.file)
            .into_iter()
            .find(|(found, _)| *found == part)
            .map_or(&[], |(_, items)| items)
    }

    /// What a certification must say, in the order of the form.
    pub fn certification(
        &self,
        form: CertificationForm,
    ) -> impl Iterator<Item = &CertificationItem> {
        self.file
            .certification
            .iter()
            .filter(move |item| item.form == form)
    }

    /// What points of the risk rating are given for; empty where the pack rates nobody.
    pub fn risk_points(&self) -> &[RiskPoint] {
        &self.file.risk_point
    }

    /// The tiers of the risk rating, the lowest first.
    pub fn risk_tiers(&self) -> &[RiskTier] {
        &self.file.risk_tier
    }

    /// The technical conditions of a covered model.
    pub fn ai_conditions(&self) -> &[ai::AiCondition] {
        &self.file.ai_condition
    }

    /// What a report of training must hold, in the order of the form.
    pub fn ai_report_fields(&self) -> &[ai::AiReportField] {
        &self.file.ai_report_field
    }

    /// Models of accelerators with what each does at most.
    pub fn hardware(&self) -> &[ai::Hardware] {
        &self.file.hardware
    }

    /// The model behind a name as schedulers and bills write it; the longest known name that it holds decides.
    pub fn hardware_named(&self, name: &str) -> Option<&ai::Hardware> {
        let name = name.to_lowercase();
        self.file
            .hardware
            .iter()
            .flat_map(|hardware| hardware.names.iter().map(move |known| (known, hardware)))
            .filter(|(known, hardware)| name.contains(known.as_str()) || name == hardware.id)
            .max_by_key(|(known, _)| known.len())
            .map(|(_, hardware)| hardware)
    }

    /// From which part of a condition's number on a run is watched.
    pub fn near_threshold(&self) -> Option<&ai::NearThreshold> {
        self.file.near_threshold.as_ref()
    }

    /// Whether what is known of a training run makes it covered; uncertain where the pack has no conditions.
    pub fn ai_verdict(&self, facts: &BTreeMap<String, ai::Value>) -> ai::Verdict {
        let verdicts: Vec<ai::Verdict> = self
            .file
            .ai_condition
            .iter()
            .map(|condition| condition.judge(facts))
            .collect();
        if verdicts.contains(&ai::Verdict::Covered) {
            ai::Verdict::Covered
        } else if verdicts.is_empty() || verdicts.contains(&ai::Verdict::Uncertain) {
            ai::Verdict::Uncertain
        } else {
            ai::Verdict::NotCovered
        }
    }

    /// A clock of the rule.
    pub fn clock(&self, id: &str) -> Option<&ClockRule> {
        self.file.clock.iter().find(|clock| clock.id == id)
    }

    /// Every clock, in the rule's order.
    pub fn clocks(&self) -> &[ClockRule] {
        &self.file.clock
    }

    /// The events that start and stop clocks.
    pub fn events(&self) -> &[Event] {
        &self.file.event
    }

    /// What a person reads for an event.
    pub fn event_label<'a>(&'a self, id: &'a str) -> std::borrow::Cow<'a, str> {
        self.events()
            .iter()
            .find(|event| event.id == id)
            .map_or_else(
                || id.replace('_', " ").into(),
                |event| event.label.as_str().into(),
            )
    }

    /// The internal targets on the way to a clock's end, by day.
    pub fn milestones(&self, clock: &str) -> Vec<&Milestone> {
        let mut found: Vec<&Milestone> = self
            .file
            .milestone
            .iter()
            .filter(|milestone| milestone.clock == clock)
            .collect();
        found.sort_by_key(|milestone| milestone.day);
        found
    }

    /// What becomes of the data of fields that this version no longer has.
    pub fn migrations(&self) -> &[Migration] {
        &self.file.migration
    }

    /// The years whose holidays are listed, if any are.
    pub fn calendar(&self) -> Option<&Calendar> {
        self.file.calendar.as_ref()
    }

    /// Whether the holidays of a date's year are listed.
    pub fn knows_holidays_of(&self, date: NaiveDate) -> bool {
        self.calendar().is_some_and(|calendar| {
            (calendar.first_year..=calendar.last_year).contains(&date.year())
        })
    }

    /// The name of a holiday or an ad hoc closure.
    pub fn holiday(&self, date: NaiveDate) -> Option<&str> {
        self.holidays.get(&date).map(String::as_str)
    }

    /// The statement above a signature.
    pub fn statement_of_truth(&self) -> &str {
        self.text("truth-1")
    }

    /// A text by its id; empty where the pack has none.
    pub fn text(&self, id: &str) -> &str {
        self.file
            .text
            .iter()
            .find(|text| text.id == id)
            .map_or("", |text| text.text.as_str())
    }
}

#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod tests;
