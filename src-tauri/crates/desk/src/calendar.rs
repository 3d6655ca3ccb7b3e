//! Deadlines as a calendar: a month of them for the window, and an iCalendar file (RFC 5545) for any other program.

use crate::{
    commands::save_private,
    error::{Error, Result},
    open_vault::OpenVault,
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use contract as c;
use domain::record::ClockRecord;
use std::{fmt::Write as _, path::Path};

/// The longest span that is asked for at once.
const MOST_DAYS: i64 = 400;
/// Octets in a line before it is folded.
const FOLD: usize = 75;

/// How much a calendar tells whoever else can see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// "CIP deadline", and nothing else.
    Generic,
    /// What it is and the case's reference.
    Case,
    /// The name as well, and how the date was found.
    Full,
}

impl Privacy {
    /// The words to choose from.
    pub const WORDS: [&'static str; 3] = ["generic", "case", "full"];

    /// By its word.
    ///
    /// # Errors
    /// `E-CALENDAR-PRIVACY` for any other word.
    pub fn parse(word: &str) -> Result<Self> {
        match word {
            "generic" => Ok(Self::Generic),
            "case" => Ok(Self::Case),
            "full" => Ok(Self::Full),
            _ => Err(Error::input(
                "E-CALENDAR-PRIVACY",
                format!(
                    "Choose how much the calendar tells: {}.",
                    Self::WORDS.join(", ")
                ),
            )),
        }
    }
}

/// Text as a property's value: what has a meaning of its own is escaped.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for letter in value.chars() {
        match letter {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push_str("\\n"),
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// A content line, folded at 75 octets between characters, ended as the standard wants it.
fn line(out: &mut String, content: &str) {
    let mut room = FOLD;
    for letter in content.chars() {
        if letter.len_utf8() > room {
            out.push_str("\r\n ");
            room = FOLD - 1;
        }
        out.push(letter);
        room -= letter.len_utf8();
    }
    out.push_str("\r\n");
}

fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

impl OpenVault {
    /// Deadlines and holidays from one day to another, both included.
    pub fn calendar(&self, from: &str, to: &str) -> Result<c::CalendarView> {
        let date = |value: &str| {
            value.parse::<NaiveDate>().map_err(|_| {
                Error::input(
                    "E-CLOCK-DATE",
                    format!("\"{value}\" is no date. Write one like 2026-11-24."),
                )
            })
        };
        let (from, to) = (date(from)?, date(to)?);
        if to < from || (to - from).num_days() > MOST_DAYS {
            return Err(Error::input(
                "E-CALENDAR-SPAN",
                format!("Ask for at most {MOST_DAYS} days, the first before the last."),
            ));
        }
        let today = self.today();
        let clocks: Vec<c::ClockRow> = self.read(|read| {
            let mut rows: Vec<c::ClockRow> = read
                .clocks(true)?
                .iter()
                .filter(|record| (from..=to).contains(&record.computed.due))
                .map(|record| self.clock_row(record, today))
                .collect();
            let first = from.to_string();
            let chase = self.chase_rows(read, to)?.into_iter();
            rows.extend(chase.filter(|row| row.due >= first));
            Ok(rows)
        })?;
        let rules = self.rules();
        let holidays = from
            .iter_days()
            .take_while(|day| *day <= to)
            .filter_map(|day| {
                Some(c::DayDot {
                    date: day.to_string(),
                    due: 0,
                    holiday: Some(rules.holiday(day)?.to_owned()),
                })
            })
            .collect();
        Ok(c::CalendarView { clocks, holidays })
    }

    /// Every deadline as iCalendar, for programs that remind. What is stopped is cancelled there when the file is read again.
    pub fn calendar_text(&self, privacy: Privacy) -> Result<String> {
        let mut out = String::new();
        for fixed in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//CIP Desk//Deadlines//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
        ] {
            line(&mut out, fixed);
        }
        let now = stamp(self.now());
        for record in self.read(|read| Ok(read.clocks(true)?))? {
            self.event(&mut out, &record, privacy, &now);
        }
        line(&mut out, "END:VCALENDAR");
        Ok(out)
    }

    fn event(&self, out: &mut String, record: &ClockRecord, privacy: Privacy, now: &str) {
        let computed = &record.computed;
        let pack = self.pack_of(computed);
        let kind = pack
            .clock(&computed.clock)
            .map_or(computed.clock.as_str(), |rule| rule.title.as_str());
        let case = record.case.as_deref().unwrap_or(&record.reference);
        let summary = match privacy {
            Privacy::Generic => "CIP deadline".to_owned(),
            Privacy::Case => format!("{kind}, {case}"),
            Privacy::Full => format!("{kind}: {} ({case})", record.subject_name),
        };
        line(out, "BEGIN:VEVENT");
        line(
            out,
            &format!(
                "UID:{}@{}.cipdesk",
                record.reference,
                self.vault().vault_id()
            ),
        );
        line(out, &format!("DTSTAMP:{now}"));
        line(
            out,
            &format!(
                "SEQUENCE:{}",
                record.revisions.len() + usize::from(record.stop.is_some())
            ),
        );
        // A whole day: the end is the first moment that is no longer part of it, and no zone moves it.
        line(
            out,
            &format!("DTSTART;VALUE=DATE:{}", computed.due.format("%Y%m%d")),
        );
        line(
            out,
            &format!(
                "DTEND;VALUE=DATE:{}",
                (computed.due + Duration::days(1)).format("%Y%m%d")
            ),
        );
        line(out, &format!("SUMMARY:{}", text(&summary)));
        if privacy == Privacy::Full {
            let mut why = computed.steps.join("\n");
            let _ = write!(why, "\n{}\n{}", computed.cite, pack.banner());
            line(out, &format!("DESCRIPTION:{}", text(&why)));
        }
        line(out, &format!("CATEGORIES:{}", text(&computed.clock)));
        line(
            out,
            if record.stop.is_some() {
                "STATUS:CANCELLED"
            } else if record.provisional {
                "STATUS:TENTATIVE"
            } else {
                "STATUS:CONFIRMED"
            },
        );
        line(out, "TRANSP:TRANSPARENT");
        line(out, "CLASS:PRIVATE");
        if record.stop.is_none() {
            for before in ["-P3D", "-P1D"] {
                for part in ["BEGIN:VALARM", "ACTION:DISPLAY"] {
                    line(out, part);
                }
                line(out, &format!("DESCRIPTION:{}", text(&summary)));
                line(out, &format!("TRIGGER:{before}"));
                line(out, "END:VALARM");
            }
        }
        line(out, "END:VEVENT");
    }

    /// Writes the calendar to a new file.
    pub fn calendar_export(&self, to: &Path, privacy: Privacy) -> Result<c::Saved> {
        self.needs(domain::may::Right::Export)?;
        save_private(to, self.calendar_text(privacy)?.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_folded_line_is_short_everywhere_and_unfolds_to_itself(content in "\\PC{0,300}") {
            let mut folded = String::new();
            line(&mut folded, &content);
            let whole = folded.strip_suffix("\r\n").unwrap();
            prop_assert!(whole.split("\r\n").all(|part| part.len() <= FOLD));
            prop_assert_eq!(whole.replace("\r\n ", ""), content);
        }
    }
}
