//! Counting days: civil dates, business days, years, and where a day begins and ends in one zone or two. Knows no clocks and no triggers.

use super::Moment;
use crate::pack::{RulePack, ZonePolicy};
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

/// Neither weekend nor holiday.
pub(crate) fn is_business(pack: &RulePack, date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && pack.holiday(date).is_none()
}

/// The last business day on or before a date.
pub(crate) fn target(pack: &RulePack, due: NaiveDate) -> NaiveDate {
    let mut day = due;
    while !is_business(pack, day) {
        match day.pred_opt() {
            Some(before) => day = before,
            None => return due,
        }
    }
    day
}

/// The first business day on or after a date.
pub(crate) fn next_business(pack: &RulePack, from: NaiveDate) -> Option<NaiveDate> {
    let mut day = from;
    while !is_business(pack, day) {
        day = day.succ_opt()?;
    }
    Some(day)
}

pub(crate) fn add_years(from: NaiveDate, years: i32, later: bool) -> Option<NaiveDate> {
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

pub(crate) fn add_business(pack: &RulePack, from: NaiveDate, count: u32) -> Option<NaiveDate> {
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

/// The first second of a civil day in a zone, in UTC.
fn start_of_day(date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = date.and_time(NaiveTime::MIN);
    // Where midnight falls into a gap, the day begins when the gap ends; a gap of a whole day is a date that the zone skipped.
    (0..=1_440).find_map(|minutes| {
        zone.from_local_datetime(&(midnight + Duration::minutes(minutes)))
            .earliest()
            .map(|start| start.to_utc())
    })
}

/// The last second of a civil day in a zone, in UTC: one second before the next day begins there.
fn end_of_day(date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    Some(start_of_day(date.succ_opt()?, zone)? - Duration::seconds(1))
}

/// The organisation's zone, the agency's, and which of them counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zones {
    pub(crate) here: Tz,
    pub(crate) there: Tz,
    policy: ZonePolicy,
}

impl Zones {
    pub(crate) fn policy(self) -> ZonePolicy {
        self.policy
    }

    pub(crate) fn new(pack: &RulePack, here: Tz) -> Self {
        Self {
            here,
            there: pack.agency_zone(),
            policy: pack.zone_policy(),
        }
    }

    /// The civil days that count: one, or both where the safe one is to be taken.
    fn days(self, moment: Moment) -> (NaiveDate, NaiveDate) {
        let (here, there) = (moment.civil(self.here), moment.civil(self.there));
        match self.policy {
            ZonePolicy::Strict => (here, there),
            ZonePolicy::Agency => (there, there),
            ZonePolicy::Org => (here, here),
        }
    }

    /// The earlier day.
    pub(crate) fn early(self, moment: Moment) -> NaiveDate {
        let (a, b) = self.days(moment);
        a.min(b)
    }

    /// The later day.
    pub(crate) fn late(self, moment: Moment) -> NaiveDate {
        let (a, b) = self.days(moment);
        a.max(b)
    }

    fn instants(
        self,
        date: NaiveDate,
        at: fn(NaiveDate, Tz) -> Option<DateTime<Utc>>,
    ) -> Option<(DateTime<Utc>, Tz)> {
        let here = || Some((at(date, self.here)?, self.here));
        let there = || Some((at(date, self.there)?, self.there));
        match self.policy {
            ZonePolicy::Strict => {
                let (a, b) = (here()?, there()?);
                Some(if a.0 <= b.0 { a } else { b })
            }
            ZonePolicy::Agency => there(),
            ZonePolicy::Org => here(),
        }
    }

    /// Where a day ends first, and in which zone.
    pub(crate) fn end(self, date: NaiveDate) -> Option<(DateTime<Utc>, Tz)> {
        self.instants(date, end_of_day)
    }

    /// Where a day begins first, and in which zone.
    pub(crate) fn start(self, date: NaiveDate) -> Option<(DateTime<Utc>, Tz)> {
        self.instants(date, start_of_day)
    }
}
