//! "Had the limit been 15 days, which past cases would have been late?" Pure: it is told the past, and changes nothing of it.

use super::{ClockRule, Direction, RulePack};
use crate::clock::{self, ClockError, Moment};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// A clock that has run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastClock {
    /// Its reference, such as `K-0001`.
    pub reference: String,
    /// Its triggers.
    pub anchors: BTreeMap<String, Moment>,
    /// The organisation's zone, as it was recorded.
    pub zone: Tz,
    /// The last day, as it was recorded.
    pub due: NaiveDate,
    /// The instant after which it was late, as it was recorded.
    pub cutoff: Option<DateTime<Utc>>,
    /// When it was stopped; for one that still runs, the day to judge it by.
    pub ended: Moment,
}

/// What would have become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// Its reference.
    pub reference: String,
    /// The last day, as it was recorded.
    pub due_then: NaiveDate,
    /// The last day under the changed rule.
    pub due_now: NaiveDate,
    /// Days late as it was; 0 in time.
    pub days_late_then: i64,
    /// Days late under the changed rule; 0 in time.
    pub days_late_now: i64,
}

impl Simulated {
    /// It was late.
    pub fn late_then(&self) -> bool {
        self.days_late_then > 0
    }

    /// It would have been late.
    pub fn late_now(&self) -> bool {
        self.days_late_now > 0
    }
}

/// Judges each past clock by a rule: the one of a new version, or an old one with another number. Only deadlines can be late; for the other
/// directions the dates are given and nothing is late. A past clock without the triggers of the rule gives the error of its calculation.
pub fn simulate(
    pack: &RulePack,
    rule: &ClockRule,
    past: &[PastClock],
) -> Vec<(String, Result<Simulated, ClockError>)> {
    past.iter()
        .map(|past| (past.reference.clone(), one(pack, rule, past)))
        .collect()
}

fn one(pack: &RulePack, rule: &ClockRule, past: &PastClock) -> Result<Simulated, ClockError> {
    let now = clock::compute_rule(pack, rule, &past.anchors, past.zone)?;
    let late = |due: NaiveDate, cutoff: Option<DateTime<Utc>>| {
        if rule.direction != Direction::Deadline {
            return 0;
        }
        match (past.ended, cutoff) {
            (Moment::Instant(at), Some(cutoff)) if at <= cutoff => 0,
            // Past the cut-off it is late, and by a day at least, whatever day it still is elsewhere.
            (Moment::Instant(at), Some(_)) => (clock::latest_day(pack, at, past.zone) - due)
                .num_days()
                .max(1),
            (Moment::Instant(at), None) => (clock::latest_day(pack, at, past.zone) - due)
                .num_days()
                .max(0),
            (Moment::Date(day), _) => (day - due).num_days().max(0),
        }
    };
    Ok(Simulated {
        reference: past.reference.clone(),
        due_then: past.due,
        due_now: now.due,
        days_late_then: late(past.due, past.cutoff),
        days_late_now: late(now.due, now.cutoff),
    })
}
