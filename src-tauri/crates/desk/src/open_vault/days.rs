//! The time as an open vault sees it: what today is, which days have happened, and the stamp of what is written now.

use super::OpenVault;
use crate::{
    drill::DrillClock,
    error::{Error, Result},
    now::{Now, civil},
};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::{clock::Moment, entry::ClockState};
use std::sync::{PoisonError, atomic::Ordering};
use store::Stamp;

/// The day this version was made, against clocks that were reset: 2026-11-01, in milliseconds of UTC.
pub(super) const BUILT_MS: i64 = 1_793_491_200_000;

/// A time zone by its IANA name.
pub(crate) fn parse_zone(name: &str) -> Result<Tz> {
    name.parse().map_err(|_| {
        let short: String = name.chars().take(60).collect();
        Error::input(
            "L-14",
            format!("\"{short}\" is no time zone. Write an IANA name, like America/New_York."),
        )
    })
}

impl OpenVault {
    pub(crate) fn stamp(&self) -> Stamp {
        let built = if self.organisation.demo {
            // A demonstration may be dated before the program was made.
            i64::MIN
        } else {
            BUILT_MS
        };
        stamp(
            self.surroundings.now.as_ref(),
            self.zone,
            self.last_entry(),
            built,
        )
    }

    /// Whether the house's rules were already followed on a day; from now on they were.
    pub(crate) fn tended_on(&self, day: NaiveDate) -> bool {
        let mut tended = self.tended.lock().unwrap_or_else(PoisonError::into_inner);
        tended.replace(day) == Some(day)
    }

    /// When the last entry was recorded. Kept here, so that no read has to wait for another read.
    fn last_entry(&self) -> Option<i64> {
        Some(self.last_entry.load(Ordering::Relaxed)).filter(|at| *at > i64::MIN)
    }

    /// The clock of a rehearsal.
    pub(crate) fn drill_clock(&self) -> Option<&DrillClock> {
        self.drill_clock.as_deref()
    }

    /// Today's civil date as deadlines see it: the later of the organisation's and the agency's, so that nothing looks less urgent than it is;
    /// and never before the last entry's day.
    pub fn today(&self) -> NaiveDate {
        let wall = self.civil_day(self.now());
        if self.surroundings.now.is_chosen() {
            return wall;
        }
        let last = self
            .last_entry()
            .and_then(chrono::DateTime::from_timestamp_millis);
        last.map_or(wall, |last| wall.max(civil(last, self.zone)))
    }

    /// The later civil day of an instant, in the organisation's zone and the agency's.
    pub(crate) fn civil_day(&self, at: chrono::DateTime<chrono::Utc>) -> NaiveDate {
        self.rules()
            .in_use()
            .map(|pack| civil(at, pack.agency_zone()))
            .fold(civil(at, self.zone), NaiveDate::max)
    }

    /// A day that has happened, `YYYY-MM-DD`; none when none was given.
    pub(crate) fn past_day(&self, text: Option<&str>) -> Result<Option<String>> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        match Moment::parse(text).map_err(crate::clocks::clock_error)? {
            Moment::Date(date) if date > self.today() => Err(Error::input(
                "E-FIELD-FUTURE",
                format!("{date} lies in the future. Write the day it happened."),
            )),
            Moment::Date(date) => Ok(Some(date.to_string())),
            Moment::Instant(_) => Err(Error::input(
                "E-FIELD-DATE",
                format!("\"{text}\" has a time; write the day alone, like 2026-11-24."),
            )),
        }
    }

    /// The present instant.
    pub(crate) fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.surroundings.now.utc()
    }

    /// What the clock of this computer looks like now.
    pub(crate) fn clock_state(&self) -> ClockState {
        self.stamp().clock_state
    }

    /// The organisation's time zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }
}

pub(crate) fn stamp(now: &dyn Now, zone: Tz, last: Option<i64>, built: i64) -> Stamp {
    let at = now.utc();
    let clock_state = ClockState::judge(at.timestamp_millis(), last, built);
    Stamp {
        recorded_at: at.timestamp_millis(),
        today: civil(at, zone).to_string(),
        zone: zone.to_string(),
        clock_state,
    }
}
