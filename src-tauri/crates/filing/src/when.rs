//! Days and instants as a person reads them on paper: `Tue 2026-11-24`, `Tue 2026-11-24 14:05 UTC`. What a machine reads keeps its instant.

use chrono::{DateTime, NaiveDate};

/// A civil date with its weekday; anything else as it is.
pub fn on(date: &str) -> String {
    date.parse::<NaiveDate>().map_or_else(
        |_| date.to_owned(),
        |day| day.format("%a %Y-%m-%d").to_string(),
    )
}

/// An instant to the minute, in the zone that it was written in; anything else as it is.
pub fn minute(instant: &str) -> String {
    let Ok(at) = DateTime::parse_from_rfc3339(instant) else {
        return instant.to_owned();
    };
    let zone = match at.offset().local_minus_utc() {
        0 => "UTC".to_owned(),
        _ => at.format("%:z").to_string(),
    };
    format!("{} {zone}", at.format("%a %Y-%m-%d %H:%M"))
}

/// A day or an instant; anything else as it is.
pub fn when(value: &str) -> String {
    if value.len() > 10 {
        minute(value)
    } else {
        on(value)
    }
}
