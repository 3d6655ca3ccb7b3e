//! Desktop reminders: how many deadlines are due, and nothing else. A notification may stand on a locked screen, so it names nobody; and
//! because a desk is mostly locked, the dates alone are remembered while it is.

use crate::now::civil;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// The last days of the running deadlines of the vault that was open last: dates, no names.
#[derive(Default)]
pub(crate) struct Reminders {
    due: Vec<NaiveDate>,
    zone: Option<Tz>,
    told: Option<(NaiveDate, usize, usize)>,
}

impl Reminders {
    /// Takes the dates of the vault that is open.
    pub(crate) fn know(&mut self, due: Vec<NaiveDate>, zone: Tz) {
        self.due = due;
        self.zone = Some(zone);
    }

    /// What is on the screen need not be told.
    pub(crate) fn seen(&mut self, now: DateTime<Utc>) {
        self.told = self.count(now);
    }

    fn count(&self, now: DateTime<Utc>) -> Option<(NaiveDate, usize, usize)> {
        let today = civil(now, self.zone?);
        let late = self.due.iter().filter(|due| **due < today).count();
        let due = self.due.iter().filter(|due| **due == today).count();
        Some((today, late, due))
    }

    /// A sentence, once for each day and each new number.
    pub(crate) fn next(&mut self, now: DateTime<Utc>) -> Option<String> {
        let counted = self.count(now)?;
        if self.told == Some(counted) {
            return None;
        }
        self.told = Some(counted);
        words(counted.1, counted.2)
    }
}

fn words(late: usize, due: usize) -> Option<String> {
    let deadlines = |count: usize| match count {
        1 => "1 deadline".to_owned(),
        _ => format!("{count} deadlines"),
    };
    match (late, due) {
        (0, 0) => None,
        (0, due) => Some(format!("{} due today.", deadlines(due))),
        (late, 0) => Some(format!("{} overdue.", deadlines(late))),
        (late, due) => Some(format!("{} due today, {late} overdue.", deadlines(due))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn each_day_is_told_once_without_a_name_and_what_was_seen_is_not_told() {
        let mut reminders = Reminders::default();
        assert_eq!(
            reminders.next(at("2026-03-02T17:00:00Z")),
            None,
            "nothing is known"
        );
        let days = ["2026-03-01", "2026-03-03", "2026-03-03"];
        reminders.know(
            days.iter().map(|day| day.parse().unwrap()).collect(),
            Tz::America__New_York,
        );
        reminders.seen(at("2026-03-02T17:00:00Z"));
        assert_eq!(reminders.next(at("2026-03-02T18:00:00Z")), None);
        assert_eq!(
            reminders.next(at("2026-03-03T04:30:00Z")),
            None,
            "it is the second still in New York"
        );
        assert_eq!(
            reminders.next(at("2026-03-03T05:30:00Z")).as_deref(),
            Some("2 deadlines due today, 1 overdue.")
        );
        assert_eq!(
            reminders.next(at("2026-03-03T12:00:00Z")),
            None,
            "once a day"
        );
        assert_eq!(
            reminders.next(at("2026-03-04T12:00:00Z")).as_deref(),
            Some("3 deadlines overdue.")
        );
        reminders.know(Vec::new(), Tz::America__New_York);
        assert_eq!(
            reminders.next(at("2026-03-05T12:00:00Z")),
            None,
            "nothing is due"
        );
    }
}
