//! Deadline arithmetic (domain.md section 4): civil dates, day 0 not counted, strict zones, no roll of the due date.
//!
//! Pure: it is told the trigger, the rule and the zone, and gives the dates and the arithmetic in words. It must not know what day it is.

mod arithmetic;

use crate::pack::{
    ClockRule, Combine, Confidence, Direction, RulePack, Unit, WeekendRoll, ZonePolicy,
};
use arithmetic::{Zones, add_business, add_years, next_business, target};
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// When something happened: a day, where only a day is known, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A civil date; no zone is applied to it.
    Date(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
}

/// Why a clock could not be worked out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// Neither a date nor an instant.
    #[error(
        "\"{0}\" is no date and no instant. Write 2026-11-24, or an instant with its zone like 2026-11-24T16:55:00-05:00."
    )]
    NoMoment(String),
    /// A local time without a zone.
    #[error(
        "\"{0}\" has a time but no zone, so it could be two days. Add the zone, like 2026-11-24T16:55:00-05:00, or write the day alone."
    )]
    NoZone(String),
    /// A year that no case has.
    #[error("The year {0} is outside 1900 to 2200. Check the date.")]
    Year(i32),
    /// The pack has no such clock.
    #[error("The rule pack {pack} has no clock \"{clock}\".")]
    Unknown {
        /// The clock asked for.
        clock: String,
        /// The pack.
        pack: String,
    },
    /// A trigger that the clock does not have.
    #[error("The clock {clock} has no trigger \"{anchor}\". Its triggers are: {known}.")]
    UnknownAnchor {
        /// The clock.
        clock: String,
        /// The trigger given.
        anchor: String,
        /// The triggers it has.
        known: String,
    },
    /// A trigger is missing.
    #[error("The clock {clock} needs the trigger \"{anchor}\". Give it as {anchor}=2026-11-24.")]
    MissingAnchor {
        /// The clock.
        clock: String,
        /// The trigger.
        anchor: String,
    },
    /// A date past the end of the calendar.
    #[error("The clock {0} ends past the year 2200. Check the trigger.")]
    TooFar(String),
}

impl ClockError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoMoment(_) => "E-CLOCK-DATE",
            Self::NoZone(_) => "E-CLOCK-ZONE",
            Self::Year(_) | Self::TooFar(_) => "E-CLOCK-YEAR",
            Self::Unknown { .. } => "E-CLOCK-UNKNOWN",
            Self::UnknownAnchor { .. } | Self::MissingAnchor { .. } => "E-CLOCK-ANCHOR",
        }
    }
}

impl Moment {
    /// Reads `YYYY-MM-DD` or an RFC 3339 instant.
    ///
    /// # Errors
    /// A day that does not exist, a local time without zone, a year outside 1900 to 2200.
    pub fn parse(text: &str) -> Result<Self, ClockError> {
        let text = text.trim();
        let short = || text.chars().take(40).collect::<String>();
        let in_range = |year: i32| {
            if (1900..=2200).contains(&year) {
                Ok(())
            } else {
                Err(ClockError::Year(year))
            }
        };
        if let Some(date) = crate::field::date(text) {
            in_range(date.year())?;
            return Ok(Self::Date(date));
        }
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            in_range(instant.year())?;
            return Ok(Self::Instant(instant.to_utc()));
        }
        let local = [
            "%Y-%m-%dT%H:%M:%S",
            "%Y-%m-%dT%H:%M",
            "%Y-%m-%d %H:%M:%S",
            "%Y-%m-%d %H:%M",
        ];
        if local
            .iter()
            .any(|form| chrono::NaiveDateTime::parse_from_str(text, form).is_ok())
        {
            return Err(ClockError::NoZone(short()));
        }
        Err(ClockError::NoMoment(short()))
    }

    pub(crate) fn civil(self, zone: Tz) -> NaiveDate {
        match self {
            Self::Date(date) => date,
            Self::Instant(instant) => instant.with_timezone(&zone).date_naive(),
        }
    }
}

/// A clock worked out: every date, and how it was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Computed {
    /// The rule's clock id.
    pub clock: String,
    /// The pack's id.
    pub pack: String,
    /// The pack's version, which a running clock keeps.
    pub pack_version: String,
    /// The civil date of the trigger; not counted.
    pub day0: NaiveDate,
    /// The last day: to act, for a deadline; to keep, for a minimum; the first day allowed, for an earliest start.
    pub due: NaiveDate,
    /// The business day to aim for; deadlines only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<NaiveDate>,
    /// The instant after which it is late; deadlines only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<DateTime<Utc>>,
    /// The first day on which disposal is allowed; minimums only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eligible_on: Option<NaiveDate>,
    /// The paragraph.
    pub cite: String,
    /// How sure the number is.
    pub confidence: Confidence,
    /// The organisation's zone.
    pub zone: String,
    /// Version of the time zone database.
    pub tzdb: String,
    /// The arithmetic in words, line by line.
    pub steps: Vec<String>,
}

impl Computed {
    /// What its end means: only a minimum has a day of disposal, and only a deadline a cut-off.
    pub fn direction(&self) -> Direction {
        if self.eligible_on.is_some() {
            Direction::Minimum
        } else if self.cutoff.is_some() {
            Direction::Deadline
        } else {
            Direction::NotBefore
        }
    }

    /// How many days after its end a day lies; 0 for what cannot be late.
    pub fn days_late(&self, day: NaiveDate) -> i64 {
        match self.direction() {
            Direction::Deadline => (day - self.due).num_days().max(0),
            Direction::Minimum | Direction::NotBefore => 0,
        }
    }
}

/// `Tue 2026-11-24`.
fn show(date: NaiveDate) -> String {
    date.format("%a %Y-%m-%d").to_string()
}

fn add(pack: &RulePack, rule: &ClockRule, day0: NaiveDate) -> Option<NaiveDate> {
    match rule.unit {
        Unit::CalendarDays => day0.checked_add_days(Days::new(rule.n.into())),
        Unit::BusinessDays => add_business(pack, day0, rule.n),
        Unit::Years => add_years(
            day0,
            i32::try_from(rule.n).ok()?,
            rule.direction == Direction::Minimum,
        ),
        // Hours count from an instant, never from a day.
        Unit::Hours => None,
    }
}

/// Works out a clock.
///
/// Day 0 of an instant is the earlier civil date of the organisation's zone and the agency's for a deadline, and the later one for a
/// minimum and an earliest start: neither ever errs towards the unsafe side (contract, section 6). A pack may name one of the two instead.
///
/// # Errors
/// An unknown clock, a trigger that is missing or not the clock's, a date past the year 2200.
pub fn compute(
    pack: &RulePack,
    id: &str,
    anchors: &BTreeMap<String, Moment>,
    zone: Tz,
) -> Result<Computed, ClockError> {
    let rule = pack.clock(id).ok_or_else(|| ClockError::Unknown {
        clock: id.chars().take(40).collect(),
        pack: pack.id().to_owned(),
    })?;
    compute_rule(pack, rule, anchors, zone)
}

/// Works out a clock by a rule that need not stand in the pack, whose zone, holidays and policies count.
///
/// # Errors
/// As [`compute`].
pub fn compute_rule(
    pack: &RulePack,
    rule: &ClockRule,
    anchors: &BTreeMap<String, Moment>,
    zone: Tz,
) -> Result<Computed, ClockError> {
    let zones = Zones::new(pack, zone);
    let too_far = || ClockError::TooFar(rule.id.clone());
    let given = triggers(rule, anchors)?;
    let mut steps: Vec<String> = given
        .iter()
        .map(|(anchor, moment)| trigger_words(rule, zones, anchor, *moment))
        .collect();
    let chosen = choose(pack, rule, &given, zones, &mut steps)?;
    let day0 = day0(rule, zones, chosen);
    let unit = rule.unit.counted(rule.n);
    let (due, cutoff) = if rule.unit == Unit::Hours {
        // A day alone is read as its first instant, which is the safe side.
        let start = match chosen {
            Moment::Instant(instant) => instant,
            Moment::Date(date) => zones.start(date).ok_or_else(too_far)?.0,
        };
        let end = start + Duration::hours(rule.n.into());
        steps.push(format!("+ {} {unit} = {}", rule.n, second(end)));
        // A day alone may begin earlier elsewhere; its limit never falls before that day.
        (zones.early(Moment::Instant(end)).max(day0), Some(end))
    } else {
        let counted = last(pack, rule, day0)?;
        steps.push(format!("day 0 is {}, and is not counted", show(day0)));
        steps.push(format!("+ {} {unit} = {}", rule.n, show(counted)));
        let due = roll(pack, rule, counted).ok_or_else(too_far)?;
        if due != counted {
            steps.push(format!(
                "{} is {}, and the pack rolls it to {}",
                show(counted),
                closed(pack, counted),
                show(due)
            ));
        }
        (due, None)
    };
    let mut computed = Computed {
        clock: rule.id.clone(),
        pack: pack.id().to_owned(),
        pack_version: pack.version().to_owned(),
        day0,
        due,
        target: None,
        cutoff,
        eligible_on: None,
        cite: rule.cite.clone(),
        confidence: rule.confidence,
        zone: zone.name().to_owned(),
        tzdb: chrono_tz::IANA_TZDB_VERSION.to_owned(),
        steps,
    };
    match rule.direction {
        // A limit of hours ends at its instant: there is no earlier day to aim for.
        Direction::Deadline if rule.unit == Unit::Hours => {}
        Direction::Deadline => deadline(pack, zones, &mut computed).ok_or_else(too_far)?,
        Direction::Minimum => {
            let eligible = due.succ_opt().ok_or_else(too_far)?;
            computed.steps.push(format!(
                "kept through {}; disposal is allowed from {}",
                show(due),
                show(eligible)
            ));
            computed.eligible_on = Some(eligible);
        }
        Direction::NotBefore => computed
            .steps
            .push(format!("nothing binds before {}", show(due))),
    }
    // Where the target or the count could have met a holiday that the pack does not list, that is said.
    let counted = rule.unit == Unit::BusinessDays;
    if (counted && !pack.knows_holidays_of(day0))
        || ((counted || computed.target.is_some()) && !pack.knows_holidays_of(due))
    {
        computed.steps.push(
            "the pack does not list the holidays of every year concerned; only weekends count as closed there"
                .to_owned(),
        );
    }
    if !rule.confidence.is_verified() {
        computed
            .steps
            .push("this number is not verified against the rule".to_owned());
    }
    if rule
        .anchor_confidence
        .is_some_and(|sure| !sure.is_verified())
    {
        computed
            .steps
            .push("that it counts from this trigger is not verified against the rule".to_owned());
    }
    Ok(computed)
}

/// A deadline whose last day was moved to `due` by a written grant: the arithmetic stays, with a line for the grant.
///
/// # Errors
/// [`ClockError::TooFar`] past the end of the calendar.
pub fn extended(
    pack: &RulePack,
    computed: &Computed,
    due: NaiveDate,
    grant: &str,
    zone: Tz,
) -> Result<Computed, ClockError> {
    let mut moved = Computed {
        due,
        target: None,
        cutoff: None,
        ..computed.clone()
    };
    moved
        .steps
        .push(format!("extended to {} by {grant}", show(due)));
    deadline(pack, Zones::new(pack, zone), &mut moved)
        .ok_or_else(|| ClockError::TooFar(computed.clock.clone()))?;
    Ok(moved)
}

/// The civil day of an act as a deadline sees it: the later of the zones that count, so that an act never looks earlier than it was.
pub fn latest_day(pack: &RulePack, at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    Zones::new(pack, zone).late(Moment::Instant(at))
}

/// The first day of a rolling period: on `today`, whatever was made on it or later must still be kept. None for a clock that does not roll.
pub fn window_start(rule: &ClockRule, today: NaiveDate) -> Option<NaiveDate> {
    rule.rolling
        .then(|| today.checked_sub_days(Days::new(rule.n.into())))
        .flatten()
}

fn day0(rule: &ClockRule, zones: Zones, moment: Moment) -> NaiveDate {
    match rule.direction {
        Direction::Deadline => zones.early(moment),
        Direction::Minimum | Direction::NotBefore => zones.late(moment),
    }
}

fn second(instant: DateTime<Utc>) -> String {
    instant.format("%a %Y-%m-%d %H:%M:%S UTC").to_string()
}

/// The rule's triggers, each with its moment, in the rule's order.
fn triggers<'r>(
    rule: &'r ClockRule,
    anchors: &BTreeMap<String, Moment>,
) -> Result<Vec<(&'r str, Moment)>, ClockError> {
    if let Some(anchor) = anchors.keys().find(|anchor| !rule.anchors.contains(anchor)) {
        return Err(ClockError::UnknownAnchor {
            clock: rule.id.clone(),
            anchor: anchor.chars().take(40).collect(),
            known: rule.anchors.join(", "),
        });
    }
    rule.anchors
        .iter()
        .map(|anchor| match anchors.get(anchor) {
            Some(moment) => Ok((anchor.as_str(), *moment)),
            None => Err(ClockError::MissingAnchor {
                clock: rule.id.clone(),
                anchor: anchor.clone(),
            }),
        })
        .collect()
}

/// One trigger in words, with the day it is in each zone that counts.
fn trigger_words(rule: &ClockRule, zones: Zones, anchor: &str, moment: Moment) -> String {
    let anchor = anchor.replace('_', " ");
    let instant = match moment {
        Moment::Date(date) => return format!("{anchor}: {}", show(date)),
        Moment::Instant(instant) => instant,
    };
    let (here, there) = (moment.civil(zones.here), moment.civil(zones.there));
    let days = if zones.here == zones.there {
        format!("{} in {}", show(here), zones.here)
    } else if here == there {
        format!("{} in {} and {}", show(here), zones.here, zones.there)
    } else {
        let which = match (zones.policy(), rule.direction) {
            (ZonePolicy::Agency, _) => "the agency's day counts",
            (ZonePolicy::Org, _) => "the organization's day counts",
            (ZonePolicy::Strict, Direction::Deadline) => "the earlier day counts",
            (ZonePolicy::Strict, _) => "the later day counts",
        };
        format!(
            "{} in {}, {} in {}; {which}",
            show(here),
            zones.here,
            show(there),
            zones.there
        )
    };
    format!("{anchor}: {}, that is {days}", second(instant))
}

/// The last day counted from day 0, before any roll.
fn last(pack: &RulePack, rule: &ClockRule, day0: NaiveDate) -> Result<NaiveDate, ClockError> {
    add(pack, rule, day0)
        .filter(|due| due.year() <= 2202)
        .ok_or_else(|| ClockError::TooFar(rule.id.clone()))
}

fn roll(pack: &RulePack, rule: &ClockRule, due: NaiveDate) -> Option<NaiveDate> {
    match (pack.weekend_roll(), rule.direction) {
        (WeekendRoll::Forward, Direction::Deadline) => next_business(pack, due),
        _ => Some(due),
    }
}

/// Which trigger the clock counts from.
fn choose(
    pack: &RulePack,
    rule: &ClockRule,
    given: &[(&str, Moment)],
    zones: Zones,
    steps: &mut Vec<String>,
) -> Result<Moment, ClockError> {
    let too_far = || ClockError::TooFar(rule.id.clone());
    let day = |moment: Moment| day0(rule, zones, moment);
    match (rule.combine, given) {
        (Combine::EarliestFeasible, [(first, a), (second, b)]) => {
            // Candidates before the knowledge date cannot be met any more; the earliest of the others governs (4.4).
            let known = day(*b);
            let (due_a, due_b) = (last(pack, rule, day(*a))?, last(pack, rule, known)?);
            let pick_a = due_a >= known && due_a <= due_b;
            steps.push(format!(
                "counted from {}: {}; counted from {}: {}",
                first.replace('_', " "),
                show(due_a),
                second.replace('_', " "),
                show(due_b)
            ));
            let (chosen, name) = if pick_a { (*a, first) } else { (*b, second) };
            steps.push(if due_a < known {
                format!(
                    "{} had passed before it was known, so {} governs",
                    show(due_a),
                    name.replace('_', " ")
                )
            } else {
                format!("the earlier one governs: {}", name.replace('_', " "))
            });
            Ok(chosen)
        }
        (Combine::Latest, many) => {
            let (name, moment) = many
                .iter()
                .max_by_key(|(_, moment)| day(*moment))
                .ok_or_else(too_far)?;
            if many.len() > 1 {
                steps.push(format!("the later one counts: {}", name.replace('_', " ")));
            }
            Ok(*moment)
        }
        (_, many) => many.first().map(|(_, moment)| *moment).ok_or_else(too_far),
    }
}

/// "a weekend", or the holiday's name.
fn closed(pack: &RulePack, date: NaiveDate) -> String {
    pack.holiday(date).map_or_else(
        || "a weekend".to_owned(),
        |name| format!("a holiday ({name})"),
    )
}

/// The cut-off and the business day to aim for.
fn deadline(pack: &RulePack, zones: Zones, computed: &mut Computed) -> Option<()> {
    let due = computed.due;
    let (end, whose) = zones.end(due)?;
    let aim = target(pack, due);
    computed.steps.push(match zones.policy() {
        ZonePolicy::Strict => format!("the day ends first in {whose}: {}", second(end)),
        _ => format!("the day ends in {whose}: {}", second(end)),
    });
    if aim != due {
        computed.steps.push(format!(
            "the due date is {} and does not move; aim for {}",
            closed(pack, due),
            show(aim)
        ));
    }
    computed.target = Some(aim);
    computed.cutoff = Some(end);
    Some(())
}

/// How a running clock stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Past its date.
    Overdue {
        /// Days past.
        days: i64,
    },
    /// Its last day is today.
    DueToday,
    /// In one to three days.
    Soon {
        /// Days left.
        days: i64,
    },
    /// In four to ten days.
    Later {
        /// Days left.
        days: i64,
    },
    /// In more than ten days.
    Far {
        /// Days left.
        days: i64,
    },
    /// A minimum that still runs: what it is about must be kept.
    Kept {
        /// Days left.
        days: i64,
    },
    /// A minimum that has ended: what it is about may be disposed of.
    Eligible {
        /// Days since the last day of keeping.
        days: i64,
    },
    /// An earliest start that lies ahead.
    NotYet {
        /// Days left.
        days: i64,
    },
    /// An earliest start that is reached.
    Allowed,
}

impl Standing {
    /// "2 days late", "due today", "3 days left".
    pub fn words(&self) -> String {
        let days = |count: i64| {
            if count == 1 {
                "1 day".to_owned()
            } else {
                format!("{count} days")
            }
        };
        match self {
            Self::Overdue { days: count } => format!("{} late", days(*count)),
            Self::DueToday => "due today".to_owned(),
            Self::Kept { days: count } => format!("to be kept {} more", days(*count)),
            Self::Eligible { days: count } => format!("may be disposed of, for {}", days(*count)),
            Self::NotYet { days: count } => format!("not before {} from now", days(*count)),
            Self::Allowed => "may begin".to_owned(),
            Self::Soon { days: count }
            | Self::Later { days: count }
            | Self::Far { days: count } => format!("{} left", days(*count)),
        }
    }
}

/// How a clock stands on a day.
pub fn standing(computed: &Computed, today: NaiveDate) -> Standing {
    let left = (computed.due - today).num_days();
    match computed.direction() {
        Direction::Deadline => {}
        Direction::Minimum if left < 0 => return Standing::Eligible { days: -left },
        Direction::Minimum => return Standing::Kept { days: left + 1 },
        Direction::NotBefore if left <= 0 => return Standing::Allowed,
        Direction::NotBefore => return Standing::NotYet { days: left },
    }
    due_in(left)
}

/// How a last day stands that lies so many days ahead; a negative number is behind.
pub fn due_in(days: i64) -> Standing {
    match days {
        ..0 => Standing::Overdue { days: -days },
        0 => Standing::DueToday,
        1..=3 => Standing::Soon { days },
        4..=10 => Standing::Later { days },
        _ => Standing::Far { days },
    }
}

mod doubt;
pub use doubt::doubt;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
