//! Deadline arithmetic (domain.md section 4): civil dates, day 0 not counted, strict zones, no roll of the due date.
//!
//! Pure: it is told the trigger, the rule and the zone, and gives the dates and the arithmetic in words. It must not know what day it is.

use crate::pack::{ClockRule, Combine, Confidence, Direction, RulePack, Unit};
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
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

    fn civil(self, zone: Tz) -> NaiveDate {
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

/// `Tue 2026-11-24`.
fn show(date: NaiveDate) -> String {
    date.format("%a %Y-%m-%d").to_string()
}

fn is_business(pack: &RulePack, date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && pack.holiday(date).is_none()
}

/// The last business day on or before a date.
fn target(pack: &RulePack, due: NaiveDate) -> NaiveDate {
    let mut day = due;
    while !is_business(pack, day) {
        match day.pred_opt() {
            Some(before) => day = before,
            None => return due,
        }
    }
    day
}

fn add_years(from: NaiveDate, years: i32, later: bool) -> Option<NaiveDate> {
    let year = from.year().checked_add(years)?;
    NaiveDate::from_ymd_opt(year, from.month(), from.day()).or_else(|| {
        // Only February 29 has no twin: a deadline clamps to the day before, a minimum to the day after (4.2 rule 7).
        if later {
            NaiveDate::from_ymd_opt(year, 3, 1)
        } else {
            NaiveDate::from_ymd_opt(year, 2, 28)
        }
    })
}

fn add_business(pack: &RulePack, from: NaiveDate, count: u32) -> Option<NaiveDate> {
    let mut day = from;
    let mut left = count;
    while left > 0 {
        day = day.succ_opt()?;
        if is_business(pack, day) {
            left -= 1;
        }
    }
    Some(day)
}

/// The last second of a civil day in a zone, in UTC: one second before the next day begins there.
fn end_of_day(date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let next = date.succ_opt()?.and_time(NaiveTime::MIN);
    // Where midnight falls into a gap, the day begins when the gap ends.
    let start = (0..=180).find_map(|minutes| {
        zone.from_local_datetime(&(next + Duration::minutes(minutes)))
            .earliest()
    })?;
    Some(start.to_utc() - Duration::seconds(1))
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
        // Hours are added to the instant; the day is only where they end.
        Unit::Hours => day0.checked_add_days(Days::new(u64::from(rule.n).div_ceil(24))),
    }
}

/// Works out a clock.
///
/// Day 0 of an instant is the earlier civil date of the organisation's zone and the agency's for a deadline, and the later one for a
/// minimum and an earliest start: neither ever errs towards the unsafe side (contract, section 6).
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
    if let Some(anchor) = anchors.keys().find(|anchor| !rule.anchors.contains(anchor)) {
        return Err(ClockError::UnknownAnchor {
            clock: rule.id.clone(),
            anchor: anchor.chars().take(40).collect(),
            known: rule.anchors.join(", "),
        });
    }
    let agency = pack.agency_zone();
    let earlier = rule.direction == Direction::Deadline;
    let day0_of = |moment: Moment| {
        let (here, there) = (moment.civil(zone), moment.civil(agency));
        if earlier {
            here.min(there)
        } else {
            here.max(there)
        }
    };
    let mut given = Vec::new();
    for anchor in &rule.anchors {
        match anchors.get(anchor) {
            Some(moment) => given.push((anchor.as_str(), *moment)),
            None => {
                return Err(ClockError::MissingAnchor {
                    clock: rule.id.clone(),
                    anchor: anchor.clone(),
                });
            }
        }
    }
    let mut steps: Vec<String> = Vec::new();
    for (anchor, moment) in &given {
        steps.push(match moment {
            Moment::Date(date) => format!("{}: {}", anchor.replace('_', " "), show(*date)),
            Moment::Instant(instant) => {
                let (here, there) = (moment.civil(zone), moment.civil(agency));
                let at = instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
                let which = if earlier {
                    "the earlier day counts"
                } else {
                    "the later day counts"
                };
                let days = if here == there {
                    format!("{} in {zone} and {agency}", show(here))
                } else {
                    format!(
                        "{} in {zone}, {} in {agency}; {which}",
                        show(here),
                        show(there)
                    )
                };
                format!("{}: {at}, that is {days}", anchor.replace('_', " "))
            }
        });
    }
    let too_far = || ClockError::TooFar(rule.id.clone());
    let last = |moment: Moment| {
        add(pack, rule, day0_of(moment))
            .filter(|due| due.year() <= 2202)
            .ok_or_else(too_far)
    };
    let chosen = match (rule.combine, given.as_slice()) {
        (Combine::EarliestFeasible, [(first, a), (second, b)]) => {
            // Candidates before the knowledge date cannot be met any more; the earliest of the others governs (4.4).
            let (due_a, due_b, known) = (last(*a)?, last(*b)?, day0_of(*b));
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
            chosen
        }
        (Combine::Latest, many) => {
            let (name, moment) = many
                .iter()
                .max_by_key(|(_, moment)| day0_of(*moment))
                .ok_or_else(too_far)?;
            if many.len() > 1 {
                steps.push(format!("the later one counts: {}", name.replace('_', " ")));
            }
            *moment
        }
        (_, many) => many
            .first()
            .map(|(_, moment)| *moment)
            .ok_or_else(too_far)?,
    };
    let day0 = day0_of(chosen);
    let unit = match (rule.unit, rule.n) {
        (Unit::CalendarDays, 1) => "calendar day",
        (Unit::CalendarDays, _) => "calendar days",
        (Unit::BusinessDays, 1) => "business day",
        (Unit::BusinessDays, _) => "business days",
        (Unit::Hours, 1) => "hour",
        (Unit::Hours, _) => "hours",
        (Unit::Years, 1) => "year",
        (Unit::Years, _) => "years",
    };
    let mut due = last(chosen)?;
    let mut cutoff = None;
    if let (Unit::Hours, Direction::Deadline) = (rule.unit, rule.direction) {
        // A day alone is read as its first instant, which is the safe side.
        let start = match chosen {
            Moment::Instant(instant) => instant,
            Moment::Date(date) => date
                .pred_opt()
                .and_then(|before| end_of_day(before, zone))
                .map(|end| end + Duration::seconds(1))
                .ok_or_else(too_far)?,
        };
        let end = start + Duration::hours(rule.n.into());
        due = end
            .with_timezone(&zone)
            .date_naive()
            .min(end.with_timezone(&agency).date_naive());
        cutoff = Some(end);
        steps.push(format!(
            "+ {} {unit} = {}",
            rule.n,
            end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        ));
    } else {
        steps.push(format!("day 0 is {}, and is not counted", show(day0)));
        steps.push(format!("+ {} {unit} = {}", rule.n, show(due)));
    }
    let mut computed = Computed {
        clock: rule.id.clone(),
        pack: pack.id().to_owned(),
        pack_version: pack.version().to_owned(),
        day0,
        due,
        target: None,
        cutoff: None,
        eligible_on: None,
        cite: rule.cite.clone(),
        confidence: rule.confidence,
        zone: zone.name().to_owned(),
        tzdb: chrono_tz::IANA_TZDB_VERSION.to_owned(),
        steps,
    };
    match rule.direction {
        Direction::Deadline => {
            let aim = target(pack, due);
            let (here, there) = (
                end_of_day(due, zone).ok_or_else(too_far)?,
                end_of_day(due, agency).ok_or_else(too_far)?,
            );
            let end = cutoff.unwrap_or(here.min(there));
            if cutoff.is_none() {
                let whose = if here <= there { zone } else { agency };
                computed.steps.push(format!(
                    "the day ends first in {whose}: {}",
                    end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
                ));
            }
            if aim != due {
                let why = pack.holiday(due).map_or_else(
                    || "a weekend".to_owned(),
                    |name| format!("a holiday ({name})"),
                );
                computed.steps.push(format!(
                    "the due date is {why} and does not move; aim for {}",
                    show(aim)
                ));
            }
            computed.target = Some(aim);
            computed.cutoff = Some(end);
        }
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
    if !rule.confidence.is_verified() {
        computed
            .steps
            .push("this number is not verified against the rule".to_owned());
    }
    Ok(computed)
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
            Self::Soon { days: count }
            | Self::Later { days: count }
            | Self::Far { days: count } => format!("{} left", days(*count)),
        }
    }
}

/// How a clock stands on a day.
pub fn standing(computed: &Computed, today: NaiveDate) -> Standing {
    match (computed.due - today).num_days() {
        left if left < 0 => Standing::Overdue { days: -left },
        0 => Standing::DueToday,
        left @ 1..=3 => Standing::Soon { days: left },
        left @ 4..=10 => Standing::Later { days: left },
        left => Standing::Far { days: left },
    }
}

#[cfg(test)]
mod tests;
