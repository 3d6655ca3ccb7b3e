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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn main_pack() -> &'static RulePack {
        RulePack::builtin("us-iaas-nprm-2024").unwrap()
    }

    /// A clock as it was recorded under the pack, stopped at a moment.
    fn past(reference: &str, clock: &str, on: &str, ended: &str) -> PastClock {
        let rule = main_pack().clock(clock).unwrap();
        let anchors: BTreeMap<String, Moment> = rule
            .anchors
            .iter()
            .map(|anchor| (anchor.clone(), Moment::parse(on).unwrap()))
            .collect();
        let computed =
            clock::compute_rule(main_pack(), rule, &anchors, Tz::America__New_York).unwrap();
        PastClock {
            reference: reference.to_owned(),
            anchors,
            zone: Tz::America__New_York,
            due: computed.due,
            cutoff: computed.cutoff,
            ended: Moment::parse(ended).unwrap(),
        }
    }

    fn with(clock: &str, n: u32) -> ClockRule {
        ClockRule {
            n,
            ..main_pack().clock(clock).unwrap().clone()
        }
    }

    #[test]
    fn a_shorter_limit_shows_which_past_cases_would_have_been_late() {
        let cases = [
            past("K-0001", "CLK-RESELLER-TERM", "2026-01-05", "2026-01-12"),
            past("K-0002", "CLK-RESELLER-TERM", "2026-01-05", "2026-01-23"),
            past("K-0003", "CLK-RESELLER-TERM", "2026-01-05", "2026-02-06"),
        ];
        let found = simulate(main_pack(), &with("CLK-RESELLER-TERM", 15), &cases);
        let rows: Vec<_> = found
            .iter()
            .map(|(reference, result)| {
                let result = result.as_ref().unwrap();
                let days = (result.days_late_then, result.days_late_now);
                (reference.as_str(), result.due_now.to_string(), days)
            })
            .collect();
        let due = "2026-01-20".to_owned();
        assert_eq!(
            rows,
            [
                ("K-0001", due.clone(), (0, 0)),
                ("K-0002", due.clone(), (0, 3)),
                ("K-0003", due, (2, 17)),
            ]
        );
        let second = found[1].1.as_ref().unwrap();
        assert!(!second.late_then() && second.late_now());
    }

    #[test]
    fn an_instant_is_judged_by_the_cut_off_and_not_by_its_date() {
        // Due 2026-01-15, which ends in New York at 05:00 UTC of the 16th.
        let one = |ended: &str| {
            let cases = [past("K", "CLK-CIP-REQ", "2026-01-05", ended)];
            let found = simulate(main_pack(), &with("CLK-CIP-REQ", 10), &cases);
            found[0].1.clone().unwrap().days_late_now
        };
        assert_eq!(one("2026-01-16T04:59:59Z"), 0);
        assert_eq!(one("2026-01-16T05:00:00Z"), 1);
    }

    #[test]
    fn a_past_without_the_triggers_of_the_rule_is_said_so() {
        let cases = [past("K", "CLK-CIP-REQ", "2026-01-05", "2026-01-06")];
        let found = simulate(main_pack(), &with("CLK-RESELLER-TERM", 15), &cases);
        assert_eq!(found[0].1.as_ref().unwrap_err().code(), "E-CLOCK-ANCHOR");
    }

    #[test]
    fn nothing_that_must_be_kept_can_be_late() {
        let cases = [past("K", "CLK-RETAIN", "2020-01-05", "2026-01-06")];
        let found = simulate(main_pack(), &with("CLK-RETAIN", 5), &cases);
        let found = found[0].1.as_ref().unwrap();
        assert_eq!(
            (found.due_now.to_string().as_str(), found.late_now()),
            ("2025-01-05", false)
        );
    }

    proptest! {
        #[test]
        fn the_same_rule_changes_nothing_and_a_longer_one_makes_nobody_late(day in 18_300i64..22_000, after in 0i64..60, more in 0u32..40) {
            let on = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + chrono::Duration::days(day);
            let ended = (on + chrono::Duration::days(after)).to_string();
            let cases = [past("K", "CLK-RESELLER-TERM", &on.to_string(), &ended)];
            let late = |n| simulate(main_pack(), &with("CLK-RESELLER-TERM", n), &cases)[0].1.clone().unwrap();
            let same = late(30);
            prop_assert_eq!((same.due_then, same.days_late_then), (same.due_now, same.days_late_now));
            prop_assert!(late(30 + more).days_late_now <= same.days_late_now);
        }
    }
}
