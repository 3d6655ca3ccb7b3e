//! The house's own rules of a case: after how many days of silence one is abandoned, by when one is decided, how often an identity is
//! tried before it is given up. No rule states these numbers; they are settings of the organisation, and every change of them is an entry.

use serde::{Deserialize, Serialize};

/// The most days that any of them may be.
pub const MOST_DAYS: u32 = 3_660;

/// Settings of the organisation for its customers' cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseRules {
    /// A case in which information is collected and about which nothing was recorded for so many days is abandoned by itself; none never.
    pub abandon_after_days: Option<u32>,
    /// A case is decided within so many days of the day on which collecting began. An internal target.
    pub decide_within_days: u32,
    /// A customer who is verified again is decided on within so many days. An internal target.
    pub verify_again_within_days: u32,
    /// So many attempts to verify are recorded before an identity is given up (D-40).
    pub attempts: u32,
    /// Whether a customer in use is opened for verification again by itself when the interval of its risk has passed (D-35). Where not,
    /// the day is shown as overdue until a person opens it.
    pub reverify_by_itself: bool,
    /// Whether a customer in use is opened for verification again by itself when the document that it was verified by has expired.
    pub expired_by_itself: bool,
}

impl Default for HouseRules {
    fn default() -> Self {
        Self {
            abandon_after_days: Some(90),
            decide_within_days: 10,
            verify_again_within_days: 30,
            attempts: 1,
            reverify_by_itself: false,
            expired_by_itself: true,
        }
    }
}

impl HouseRules {
    /// What is wrong with the numbers: the field, and what to write.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let mut wrong = Vec::new();
        let mut days = |field: &'static str, days: u32| {
            if !(1..=MOST_DAYS).contains(&days) {
                wrong.push((
                    field,
                    format!("{days} days is no such time. Write a number from 1 to {MOST_DAYS}."),
                ));
            }
        };
        if let Some(after) = self.abandon_after_days {
            days("abandon_after_days", after);
        }
        days("decide_within_days", self.decide_within_days);
        days("verify_again_within_days", self.verify_again_within_days);
        if !(1..=20).contains(&self.attempts) {
            wrong.push((
                "attempts",
                format!(
                    "{} attempts is no such number. Write a number from 1 to 20.",
                    self.attempts
                ),
            ));
        }
        wrong
    }

    /// Each of them in words, for the history: label and value.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let days = |days: u32| {
            if days == 1 {
                "1 day".to_owned()
            } else {
                format!("{days} days")
            }
        };
        let yes = |on: bool| if on { "yes" } else { "no" }.to_owned();
        vec![
            (
                "Abandoned by itself after",
                self.abandon_after_days
                    .map_or_else(|| "never".to_owned(), days),
            ),
            ("Decided within", days(self.decide_within_days)),
            ("Verified again within", days(self.verify_again_within_days)),
            (
                "Attempts before an identity is given up",
                self.attempts.to_string(),
            ),
            (
                "Opened by itself when the interval has passed",
                yes(self.reverify_by_itself),
            ),
            (
                "Opened by itself when the document has expired",
                yes(self.expired_by_itself),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_of_days_is_named_by_its_field() {
        assert!(HouseRules::default().problems().is_empty());
        let odd = HouseRules {
            abandon_after_days: Some(0),
            attempts: 21,
            ..HouseRules::default()
        };
        let fields: Vec<&str> = odd.problems().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["abandon_after_days", "attempts"]);
    }
}
