//! Dates that are known in part: a day, a month, a year, or a span between two of these. Nothing is made up to fill the rest.
//!
//! A partial date is a span of days. Two of them are the same only if they are known alike; they fit if some day lies in both; one is
//! before the other only if all of its days are. So "1974" is neither before nor after "1974-08", and fits it.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is wrong with a partial date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartialDateError {
    /// Not written as one.
    #[error(
        "\"{0}\" is no date. Write it as year-month-day, like 1974-08-12; or what is known of it: 1974-08, 1974, 1960 to 1961."
    )]
    Shape(String),
    /// A day that no calendar has.
    #[error("\"{0}\" is a day that no calendar has. Write a day that exists, like 1974-08-12.")]
    NoSuchDay(String),
    /// A span that ends before it begins.
    #[error("\"{0}\" ends before it begins. Write the earlier date first, like 1960 to 1961.")]
    Backwards(String),
}

impl PartialDateError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape(_) => "E-FIELD-DATE",
            Self::NoSuchDay(_) => "E-FIELD-DATE-DAY",
            Self::Backwards(_) => "E-FIELD-DATE-SPAN",
        }
    }
}

/// A date as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PartialDate {
    /// All of it.
    Known(Known),
    /// Some day from the first of one to the last of the other.
    Between(Known, Known),
}

/// A day, a month or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Known {
    /// A day.
    Day(NaiveDate),
    /// A month of a year.
    Month(i32, u32),
    /// A year.
    Year(i32),
}

impl Known {
    fn parse(text: &str) -> Result<Self, PartialDateError> {
        let shape = || PartialDateError::Shape(text.chars().take(60).collect());
        let number = |part: &str, digits: usize| -> Option<u32> {
            (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse().ok())
                .flatten()
        };
        let parts: Vec<&str> = text.split('-').collect();
        let [year, rest @ ..] = parts.as_slice() else {
            return Err(shape());
        };
        let year = number(year, 4)
            .and_then(|year| i32::try_from(year).ok())
            .ok_or_else(shape)?;
        let no_day = || PartialDateError::NoSuchDay(text.to_owned());
        match rest {
            [] if year > 0 => Ok(Self::Year(year)),
            [month] => match number(month, 2).ok_or_else(shape)? {
                month @ 1..=12 => Ok(Self::Month(year, month)),
                _ => Err(no_day()),
            },
            [month, day] => {
                let (month, day) = (
                    number(month, 2).ok_or_else(shape)?,
                    number(day, 2).ok_or_else(shape)?,
                );
                NaiveDate::from_ymd_opt(year, month, day)
                    .map(Self::Day)
                    .ok_or_else(no_day)
            }
            _ => Err(shape()),
        }
    }

    /// The first day it can be.
    pub fn first(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Month(year, month) => {
                NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(NaiveDate::MIN)
            }
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN),
        }
    }

    /// The last day it can be.
    pub fn last(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Month(year, month) => {
                let (year, month) = if month == 12 {
                    (year + 1, 1)
                } else {
                    (year, month + 1)
                };
                NaiveDate::from_ymd_opt(year, month, 1)
                    .and_then(|next| next.pred_opt())
                    .unwrap_or(NaiveDate::MAX)
            }
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX),
        }
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl PartialDate {
    /// A date as a person writes it: "1974-08-12", "1974-08", "1974", "1960 to 1961".
    ///
    /// # Errors
    /// Not written so, a day that no calendar has, a span that ends before it begins. The order of "01/02/1974" is never guessed.
    pub fn parse(text: &str) -> Result<Self, PartialDateError> {
        let text = text.trim();
        let Some((from, to)) = text.split_once(" to ") else {
            return Ok(Self::Known(Known::parse(text)?));
        };
        let (from, to) = (Known::parse(from.trim())?, Known::parse(to.trim())?);
        if from == to {
            return Ok(Self::Known(from));
        }
        if to.last() < from.first() || to.first() < from.first() {
            return Err(PartialDateError::Backwards(text.chars().take(60).collect()));
        }
        Ok(Self::Between(from, to))
    }

    /// A whole day.
    pub fn day(day: NaiveDate) -> Self {
        Self::Known(Known::Day(day))
    }

    /// The first day it can be.
    pub fn first(self) -> NaiveDate {
        match self {
            Self::Known(one) | Self::Between(one, _) => one.first(),
        }
    }

    /// The last day it can be.
    pub fn last(self) -> NaiveDate {
        match self {
            Self::Known(one) => one.last(),
            Self::Between(from, to) => to.last().max(from.last()),
        }
    }

    /// The day itself, where it is known whole.
    pub fn whole(self) -> Option<NaiveDate> {
        match self {
            Self::Known(Known::Day(day)) => Some(day),
            _ => None,
        }
    }

    /// Some day lies in both: nothing shows that they are not the same.
    pub fn fits(self, other: Self) -> bool {
        self.first() <= other.last() && other.first() <= self.last()
    }

    /// Certainly earlier: every day of it lies before every day of the other.
    pub fn is_before(self, other: Self) -> bool {
        self.last() < other.first()
    }

    /// Certainly over on a day: a document that expires in "2026-11" has not expired on any day of that month.
    pub fn is_over_on(self, day: NaiveDate) -> bool {
        self.last() < day
    }

    /// Certainly ahead of a day.
    pub fn is_after(self, day: NaiveDate) -> bool {
        self.first() > day
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(one) => write!(f, "{one}"),
            Self::Between(from, to) => write!(f, "{from} to {to}"),
        }
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for PartialDate {
    type Error = PartialDateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> PartialDate {
        PartialDate::parse(text).unwrap()
    }

    #[test]
    fn what_is_known_is_kept_and_nothing_is_made_up() {
        for text in [
            "1974-08-12",
            "1974-08",
            "1974",
            "1960 to 1961",
            "1960-11 to 1961-02-03",
        ] {
            assert_eq!(date(text).to_string(), text);
        }
        assert_eq!(date("1974 to 1974").to_string(), "1974");
        assert_eq!(date("1974-02").last().to_string(), "1974-02-28");
        assert_eq!(date("1960 to 1961").last().to_string(), "1961-12-31");
    }

    #[test]
    fn a_part_fits_the_whole_and_is_neither_before_nor_after_it() {
        assert!(date("1974").fits(date("1974-08-12")));
        assert!(
            !date("1974").is_before(date("1974-08")) && !date("1974-08").is_before(date("1974"))
        );
        assert!(date("1973").is_before(date("1974-08")));
        assert!(!date("1974-07").fits(date("1974-08-12")));
        assert!(date("1960 to 1961").fits(date("1961-12-31")));
        assert!(!date("1960 to 1961").fits(date("1962")));
    }

    #[test]
    fn a_document_is_over_when_the_last_day_it_can_mean_is() {
        let day = |text: &str| crate::field::date(text).unwrap();
        assert!(!date("2026-11").is_over_on(day("2026-11-30")));
        assert!(date("2026-11").is_over_on(day("2026-12-01")));
        assert!(
            !date("2026-11-24").is_over_on(day("2026-11-24")),
            "the last day counts"
        );
    }

    #[test]
    fn what_is_no_date_is_refused_and_says_how_to_write_one() {
        for (text, code) in [
            ("01/02/1974", "E-FIELD-DATE"),
            ("74", "E-FIELD-DATE"),
            ("1974-8", "E-FIELD-DATE"),
            ("1974-08-12-01", "E-FIELD-DATE"),
            ("0000", "E-FIELD-DATE"),
            ("1974-13", "E-FIELD-DATE-DAY"),
            ("1973-02-29", "E-FIELD-DATE-DAY"),
            ("1961 to 1960", "E-FIELD-DATE-SPAN"),
            ("about 1974", "E-FIELD-DATE"),
        ] {
            let why = PartialDate::parse(text).unwrap_err();
            assert_eq!(why.code(), code, "{text}");
            assert!(why.to_string().contains("Write"), "{why}");
        }
    }

    proptest! {
        #[test]
        fn order_and_fit_never_hold_at_once(a in 0i64..40_000, b in 0i64..40_000, cut_a in 0usize..3, cut_b in 0usize..3) {
            let made = |days: i64, cut: usize| {
                let day = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Duration::days(days);
                date(day.to_string().get(..[10, 7, 4][cut]).unwrap())
            };
            let (a, b) = (made(a, cut_a), made(b, cut_b));
            let states = [a.fits(b), a.is_before(b), b.is_before(a)];
            prop_assert_eq!(states.iter().filter(|one| **one).count(), 1);
            prop_assert_eq!(date(&a.to_string()), a);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,40}") {
            let _ = PartialDate::parse(&text);
        }
    }
}
