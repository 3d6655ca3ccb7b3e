//! What a pack demands, flat: one row for each thing, in the rule's order, with its facts, citation and confidence. What is shown, printed and
//! compared is these rows, so nothing of a pack can be left out of one of them only.

use super::{Coded, Confidence, RulePack, parts::File};
use serde::Serialize;

/// A part of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What the pack says of itself.
    Pack,
    /// Texts it rests on.
    Authority,
    /// From which share somebody is a beneficial owner.
    Threshold,
    /// Tests of a U.S.-person determination.
    UsPersonTest,
    /// Fields that are required.
    RequiredField,
    /// Fields that are not asked for.
    OffField,
    /// Methods of verification.
    VerificationMethod,
    /// Situations that need a procedure of their own.
    SpecialSituation,
    /// Parts of the risk assessment.
    RiskFactor,
    /// What points of the risk rating are given for.
    RiskPoint,
    /// The tiers of the risk rating.
    RiskTier,
    /// What a programme says about identities that cannot be verified.
    Inability,
    /// Notices to customers.
    Notice,
    /// Clocks.
    Clock,
    /// Internal targets on the way to a deadline.
    Milestone,
    /// What is kept, and by which clock.
    Retention,
    /// Items of the certifications.
    Certification,
    /// Attestations of the yearly certification.
    Attestation,
    /// Changes that call for an update.
    UpdateTrigger,
    /// Technical conditions of a covered model.
    AiCondition,
    /// What a report of training holds.
    AiReportField,
    /// Accelerators and what each does at most.
    Hardware,
    /// From which part of a number a run is watched.
    NearThreshold,
    /// Kinds of special measure.
    SpecialMeasureKind,
    /// What is weighed before a special measure.
    SpecialMeasureFactor,
    /// What is weighed for an exemption.
    AdpFactor,
    /// What a programme must hold at least.
    MinimumElement,
    /// Signs of malicious use.
    RedFlag,
    /// Provisions under which a record may go to an agency.
    LegalBasis,
    /// Penalties.
    Penalty,
    /// Questions of conflicting law.
    Prompt,
    /// Texts for paper and screen.
    Text,
    /// Events that start and stop clocks.
    Event,
    /// The years whose holidays are listed.
    Calendar,
    /// Holidays.
    Holiday,
    /// Ad hoc closures.
    Closure,
    /// What becomes of the data of fields that are gone.
    Migration,
}

impl Part {
    /// The heading over its rows.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pack => "The pack",
            Self::Authority => "Authorities",
            Self::Threshold => "Ownership threshold",
            Self::UsPersonTest => "Tests of a U.S. person",
            Self::RequiredField => "Required fields",
            Self::OffField => "Fields not asked for",
            Self::VerificationMethod => "Methods of verification",
            Self::SpecialSituation => "Special situations",
            Self::RiskFactor => "Risk assessment",
            Self::RiskPoint => "Points of the risk rating",
            Self::RiskTier => "Tiers of the risk rating",
            Self::Inability => "Where an identity cannot be verified",
            Self::Notice => "Notices",
            Self::Clock => "Clocks",
            Self::Milestone => "Internal targets on the way",
            Self::Retention => "Retention",
            Self::Certification => "Certification",
            Self::Attestation => "Attestations",
            Self::UpdateTrigger => "Changes that call for an update",
            Self::AiCondition => "Technical conditions of a covered model",
            Self::AiReportField => "AI training report",
            Self::Hardware => "Accelerators",
            Self::NearThreshold => "Near the technical condition",
            Self::SpecialMeasureKind => "Kinds of special measure",
            Self::SpecialMeasureFactor => "Factors of special measures",
            Self::AdpFactor => "Factors of an exemption",
            Self::MinimumElement => "Minimum elements of a program",
            Self::RedFlag => "Red flags",
            Self::LegalBasis => "Legal bases for a disclosure",
            Self::Penalty => "Penalties",
            Self::Prompt => "Conflicting law",
            Self::Text => "Texts",
            Self::Event => "Events",
            Self::Calendar => "Calendar",
            Self::Holiday => "Holidays",
            Self::Closure => "Ad hoc closures",
            Self::Migration => "Fields that are gone",
        }
    }

    /// The table of the file.
    pub fn table(self) -> &'static str {
        match self {
            Self::Pack => "pack",
            Self::Authority => "authority",
            Self::Threshold => "threshold",
            Self::UsPersonTest => "us_person_test",
            Self::RequiredField => "fields.required",
            Self::OffField => "fields.off",
            Self::VerificationMethod => "verification_method",
            Self::SpecialSituation => "special_situation",
            Self::RiskFactor => "risk_factor",
            Self::RiskPoint => "risk_point",
            Self::RiskTier => "risk_tier",
            Self::Inability => "inability",
            Self::Notice => "notice",
            Self::Clock => "clock",
            Self::Milestone => "milestone",
            Self::Retention => "retention",
            Self::Certification => "certification",
            Self::Attestation => "attestation",
            Self::UpdateTrigger => "update_trigger",
            Self::AiCondition => "ai_condition",
            Self::AiReportField => "ai_report_field",
            Self::Hardware => "hardware",
            Self::NearThreshold => "near_threshold",
            Self::SpecialMeasureKind => "special_measure_kind",
            Self::SpecialMeasureFactor => "special_measure_factor",
            Self::AdpFactor => "adp_factor",
            Self::MinimumElement => "minimum_element",
            Self::RedFlag => "red_flag",
            Self::LegalBasis => "legal_basis",
            Self::Penalty => "penalty",
            Self::Prompt => "prompt",
            Self::Text => "text",
            Self::Event => "event",
            Self::Calendar => "calendar",
            Self::Holiday => "holiday",
            Self::Closure => "closure",
            Self::Migration => "migration",
        }
    }
}

/// A named value of a row: a number, a unit, a trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// The key of the file.
    pub name: &'static str,
    /// Its value in words.
    pub value: String,
}

/// One thing that a pack says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Demand {
    /// The part it stands in.
    pub part: Part,
    /// Its id, unique in the part.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// Its values.
    pub facts: Vec<Fact>,
    /// What the paragraph asks, in our words; may be empty.
    pub text: String,
    /// The paragraph; empty for events and authorities.
    pub cite: String,
    /// How sure that is; none where there is nothing to be sure of.
    pub confidence: Option<Confidence>,
}

impl Demand {
    fn new(part: Part, id: &str, label: &str) -> Self {
        Self {
            part,
            id: id.to_owned(),
            label: label.to_owned(),
            facts: Vec::new(),
            text: String::new(),
            cite: String::new(),
            confidence: None,
        }
    }

    fn fact(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push(Fact {
            name,
            value: value.to_string(),
        });
        self
    }

    fn maybe(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.fact(name, value),
            None => self,
        }
    }

    fn says(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    fn by(mut self, cite: &str, confidence: Confidence) -> Self {
        cite.clone_into(&mut self.cite);
        self.confidence = Some(confidence);
        self
    }

    /// False where "not verified against the rule" must be shown.
    pub fn is_verified(&self) -> bool {
        self.confidence.is_none_or(Confidence::is_verified)
    }
}

impl RulePack {
    /// Everything the pack says, in the rule's order.
    pub fn demands(&self) -> Vec<Demand> {
        demands(&self.file)
    }
}

/// Every list of coded items.
pub(super) fn lists(file: &File) -> [(Part, &[Coded]); 17] {
    [
        (Part::UsPersonTest, &file.us_person_test),
        (Part::VerificationMethod, &file.verification_method),
        (Part::SpecialSituation, &file.special_situation),
        (Part::RiskFactor, &file.risk_factor),
        (Part::Inability, &file.inability),
        (Part::Notice, &file.notice),
        (Part::Retention, &file.retention),
        (Part::Attestation, &file.attestation),
        (Part::UpdateTrigger, &file.update_trigger),
        (Part::SpecialMeasureKind, &file.special_measure_kind),
        (Part::SpecialMeasureFactor, &file.special_measure_factor),
        (Part::AdpFactor, &file.adp_factor),
        (Part::MinimumElement, &file.minimum_element),
        (Part::RedFlag, &file.red_flag),
        (Part::LegalBasis, &file.legal_basis),
        (Part::Penalty, &file.penalty),
        (Part::Prompt, &file.prompt),
    ]
}

/// Every text of the file with its place, for the check of what a text may hold.
pub(super) fn words(file: &File) -> Vec<(String, String)> {
    demands(file)
        .into_iter()
        .flat_map(|demand| {
            let at = format!("[[{}]] {}", demand.part.table(), demand.id);
            let facts = demand
                .facts
                .into_iter()
                .map(|fact| (fact.name, fact.value))
                .collect::<Vec<_>>();
            [
                ("label", demand.label),
                ("text", demand.text),
                ("cite", demand.cite),
            ]
            .into_iter()
            .chain(facts)
            .map(move |(key, text)| (format!("{at}, {key}"), text))
        })
        .collect()
}

fn demands(file: &File) -> Vec<Demand> {
    let mut all = vec![head(file)];
    for authority in &file.authority {
        all.push(
            Demand::new(Part::Authority, &authority.cite, &authority.cite)
                .fact("source", &authority.source)
                .says(&authority.note),
        );
    }
    if let Some(threshold) = &file.threshold {
        all.push(
            Demand::new(
                Part::Threshold,
                "ownership_percent",
                "Share of a beneficial owner",
            )
            .fact("ownership_percent", threshold.ownership_percent)
            .says(&threshold.text)
            .by(&threshold.cite, threshold.confidence),
        );
    }
    let kinds = super::check::KINDS
        .iter()
        .filter_map(|kind| Some((kind, file.fields.get(*kind)?)));
    for (kind, fields) in kinds {
        for field in &fields.required {
            let id = format!("{kind}.{}", field.field);
            all.push(
                Demand::new(Part::RequiredField, &id, &field.label)
                    .maybe("input", field.input.map(super::AddedInput::word))
                    .says(&field.text)
                    .by(&field.cite, field.confidence),
            );
        }
        for off in &fields.off {
            let id = format!("{kind}.{}", off.field);
            all.push(
                Demand::new(Part::OffField, &id, &off.field.replace('_', " "))
                    .says(&off.text)
                    .by(&off.cite, off.confidence),
            );
        }
    }
    for (part, items) in lists(file) {
        all.extend(items.iter().map(|item| {
            Demand::new(part, &item.id, &item.label)
                .maybe("group", item.group.as_ref())
                .maybe("clock", item.clock.as_ref())
                .maybe("template", item.template.as_ref())
                .says(&item.text)
                .by(&item.cite, item.confidence)
        }));
    }
    risk(file, &mut all);
    clocks(file, &mut all);
    forms(file, &mut all);
    calendar(file, &mut all);
    // Within a part the order of the file stays: it is the rule's.
    all.sort_by_key(|demand| demand.part);
    all
}

fn head(file: &File) -> Demand {
    let head = &file.pack;
    Demand::new(Part::Pack, &head.id, &head.title)
        .fact("version", &head.version)
        .fact("status", head.status.word())
        .fact("binding", head.binding)
        .maybe("published", head.published.as_ref())
        .fact("agency_zone", &head.agency_zone)
        .fact("zone_policy", head.zone_policy.word())
        .fact("weekend_roll", head.weekend_roll.word())
        .fact("reviewed_by", head.reviewed_by.trim())
        .says(&head.banner)
        .by(&head.status_cite, head.status_confidence)
}

fn risk(file: &File, all: &mut Vec<Demand>) {
    for one in &file.risk_point {
        all.push(
            Demand::new(Part::RiskPoint, &one.id, &one.label)
                .fact("points", one.points)
                .fact("test", one.test.word())
                .maybe(
                    "values",
                    (!one.values.is_empty()).then(|| one.values.join(", ")),
                )
                .says(&one.text)
                .by(&one.cite, one.confidence),
        );
    }
    for one in &file.risk_tier {
        all.push(
            Demand::new(Part::RiskTier, &one.id, &one.label)
                .fact("from", one.from)
                .fact("reverify_months", one.reverify_months)
                .by(&one.cite, one.confidence),
        );
    }
}

fn clocks(file: &File, all: &mut Vec<Demand>) {
    for clock in &file.clock {
        all.push(
            Demand::new(Part::Clock, &clock.id, &clock.title)
                .fact("n", clock.n)
                .fact("unit", clock.unit.word())
                .fact("direction", clock.direction.word())
                .fact("anchors", clock.anchors.join(", "))
                .fact("combine", clock.combine.word())
                .fact("stop", &clock.stop)
                .maybe(
                    "anchor_confidence",
                    clock.anchor_confidence.map(Confidence::word),
                )
                .fact("statutory", clock.statutory)
                .fact("rolling", clock.rolling)
                .fact("cure_allowed", clock.cure_allowed)
                .maybe(
                    "starts",
                    (!clock.starts.is_empty()).then(|| clock.starts.join(", ")),
                )
                .says(&clock.text)
                .by(&clock.cite, clock.confidence),
        );
    }
    for milestone in &file.milestone {
        all.push(
            Demand::new(Part::Milestone, &milestone.id, &milestone.label)
                .fact("clock", &milestone.clock)
                .fact("day", milestone.day)
                .maybe("letter", milestone.letter.as_ref())
                .by(&milestone.cite, milestone.confidence),
        );
    }
    for migration in &file.migration {
        all.push(
            Demand::new(Part::Migration, &migration.field, &migration.field)
                .fact("to", &migration.to)
                .says(&migration.text)
                .by(&migration.cite, migration.confidence),
        );
    }
    for event in &file.event {
        all.push(
            Demand::new(Part::Event, &event.id, &event.label)
                .maybe("follows", event.follows.as_ref()),
        );
    }
}

fn forms(file: &File, all: &mut Vec<Demand>) {
    for item in &file.certification {
        let id = format!("{}.{}", item.form.word(), item.id);
        let refreshes = (!item.refreshes.is_empty()).then(|| item.refreshes.join(", "));
        all.push(
            Demand::new(Part::Certification, &id, &item.label)
                .fact("required", item.required)
                .maybe("refreshes", refreshes)
                .says(&item.text)
                .by(&item.cite, item.confidence),
        );
    }
    for condition in &file.ai_condition {
        let clauses: Vec<String> = condition
            .all
            .iter()
            .map(|clause| format!("{} {} {}", clause.field, clause.op.word(), clause.value))
            .collect();
        all.push(
            Demand::new(Part::AiCondition, &condition.id, &condition.label)
                .fact("all", clauses.join("; "))
                .says(&condition.text)
                .by(&condition.cite, condition.confidence),
        );
    }
    for field in &file.ai_report_field {
        all.push(
            Demand::new(Part::AiReportField, &field.id, &field.label)
                .fact("part", field.part.word())
                .fact("required", field.required)
                .says(&field.text)
                .by(&field.cite, field.confidence),
        );
    }
    for hardware in &file.hardware {
        all.push(
            Demand::new(Part::Hardware, &hardware.id, &hardware.label)
                .fact("peak_ops_per_s", &hardware.peak_ops_per_s)
                .fact("names", hardware.names.join(", "))
                .says(&hardware.text)
                .by(&hardware.cite, hardware.confidence),
        );
    }
    if let Some(near) = &file.near_threshold {
        all.push(
            Demand::new(Part::NearThreshold, "near", "Watched from")
                .fact("fraction", &near.fraction)
                .says(&near.text)
                .by(&near.cite, near.confidence),
        );
    }
    for text in &file.text {
        all.push(
            Demand::new(Part::Text, &text.id, &text.id)
                .says(&text.text)
                .by(&text.cite, text.confidence),
        );
    }
}

fn calendar(file: &File, all: &mut Vec<Demand>) {
    if let Some(calendar) = &file.calendar {
        all.push(
            Demand::new(Part::Calendar, "calendar", "Years with holidays")
                .fact("first_year", calendar.first_year)
                .fact("last_year", calendar.last_year)
                .says(&calendar.text)
                .by(&calendar.cite, calendar.confidence),
        );
        for holiday in &file.holiday {
            all.push(
                Demand::new(Part::Holiday, &holiday.date, &holiday.name)
                    .by(&calendar.cite, calendar.confidence),
            );
        }
    }
    for closure in &file.closure {
        all.push(
            Demand::new(Part::Closure, &closure.date, &closure.name)
                .by(&closure.cite, closure.confidence),
        );
    }
}
