//! What time it is. Everything below the desk is told; nothing asks the system itself.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the present instant.
pub trait Now: Send + Sync {
    /// The present instant.
    fn utc(&self) -> DateTime<Utc>;

    /// A person chose this instant for reading (`--now`), so it is not compared with the journal's last entry.
    fn is_chosen(&self) -> bool {
        false
    }
}

/// This computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNow;

impl Now for SystemNow {
    fn utc(&self) -> DateTime<Utc> {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        DateTime::from_timestamp_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            .unwrap_or_default()
    }
}

/// An instant that a person chose, for `--now`.
#[derive(Debug, Clone, Copy)]
pub struct FixedNow(pub DateTime<Utc>);

impl Now for FixedNow {
    fn utc(&self) -> DateTime<Utc> {
        self.0
    }

    fn is_chosen(&self) -> bool {
        true
    }
}

/// The civil date of an instant in a zone.
pub(crate) fn civil(instant: DateTime<Utc>, zone: Tz) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}

/// Milliseconds of UTC as RFC 3339 with seconds.
pub(crate) fn rfc3339(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// A civil date as people read it: `Tue 2026-11-24`.
pub(crate) fn weekday(date: NaiveDate) -> String {
    date.format("%a %Y-%m-%d").to_string()
}
