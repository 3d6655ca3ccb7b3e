//! A day that nobody would have written on purpose: one whose last day is long over. It is asked about, never refused; a letter may be older
//! than the vault.

use super::{Computed, Direction};
use chrono::NaiveDate;

/// From so many days after its last day on, a day of receipt is asked about.
const LONG: i64 = 365;

/// The question about a trigger whose last day passed more than a year ago; none for any other.
pub fn doubt(computed: &Computed, today: NaiveDate) -> Option<String> {
    let late = (today - computed.due).num_days();
    if computed.direction() != Direction::Deadline || late <= LONG {
        return None;
    }
    let ago = match late / LONG {
        1 => "over a year ago".to_owned(),
        years => format!("over {years} years ago"),
    };
    let day = |date: NaiveDate| date.format("%a %Y-%m-%d").to_string();
    Some(format!(
        "Is {} right? Counted from it, the last day was {}, {ago}.",
        day(computed.day0),
        day(computed.due)
    ))
}
