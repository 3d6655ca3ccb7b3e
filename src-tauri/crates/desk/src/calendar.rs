//! Deadlines as a calendar: a month of them for the window, and an iCalendar file (RFC 5545) for any other program.

use crate::{
    cases::Chased,
    error::{Error, Result},
    handed_out::save_private,
    open_vault::OpenVault,
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use contract as c;
use domain::record::ClockRecord;
use std::path::Path;

/// The longest span that is asked for at once.
const MOST_DAYS: i64 = 400;
/// What a target of the house's own is called.
const HOUSE: &str = "Internal target";
/// Octets in a line before it is folded.
const FOLD: usize = 75;

/// How much a calendar tells whoever else can see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// "CIP deadline" or "Internal target", and nothing else.
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

/// Whether a day still counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Confirmed,
    Tentative,
    Cancelled,
}

/// A day as other programs show it, telling as much as was asked for.
struct Event {
    /// What keeps it the same event in every file.
    id: String,
    /// How often it changed.
    revision: usize,
    on: NaiveDate,
    summary: String,
    why: Option<String>,
    category: Option<String>,
    status: Status,
}

impl Event {
    fn write(&self, out: &mut String, vault: &str, now: &str) {
        line(out, "BEGIN:VEVENT");
        line(out, &format!("UID:{}@{vault}.cipdesk", self.id));
        line(out, &format!("DTSTAMP:{now}"));
        line(out, &format!("SEQUENCE:{}", self.revision));
        // A whole day: the end is the first moment that is no longer part of it, and no zone moves it.
        let day = |on: NaiveDate| on.format("%Y%m%d").to_string();
        line(out, &format!("DTSTART;VALUE=DATE:{}", day(self.on)));
        let after = self.on + Duration::days(1);
        line(out, &format!("DTEND;VALUE=DATE:{}", day(after)));
        line(out, &format!("SUMMARY:{}", text(&self.summary)));
        if let Some(why) = &self.why {
            line(out, &format!("DESCRIPTION:{}", text(why)));
        }
        if let Some(category) = &self.category {
            line(out, &format!("CATEGORIES:{}", text(category)));
        }
        line(
            out,
            match self.status {
                Status::Confirmed => "STATUS:CONFIRMED",
                Status::Tentative => "STATUS:TENTATIVE",
                Status::Cancelled => "STATUS:CANCELLED",
            },
        );
        line(out, "TRANSP:TRANSPARENT");
        line(out, "CLASS:PRIVATE");
        if self.status != Status::Cancelled {
            for before in ["-P3D", "-P1D"] {
                for part in ["BEGIN:VALARM", "ACTION:DISPLAY"] {
                    line(out, part);
                }
                line(out, &format!("DESCRIPTION:{}", text(&self.summary)));
                line(out, &format!("TRIGGER:{before}"));
                line(out, "END:VALARM");
            }
        }
        line(out, "END:VEVENT");
    }
}

/// A target of the house's own: marked as such whatever else is told, so that nobody takes it for a deadline of a rule.
fn target(one: &Chased, privacy: Privacy) -> Event {
    let Chased { case, reseller, .. } = one;
    let label = &one.target.label;
    Event {
        id: format!("{case}-{}-{}", one.item, one.target.id),
        revision: usize::from(one.over),
        on: one.target.on,
        summary: match privacy {
            Privacy::Generic => HOUSE.to_owned(),
            Privacy::Case => format!("{HOUSE}: {label}, {case}"),
            Privacy::Full => format!("{HOUSE}: {label}: {reseller} ({case})"),
        },
        why: (privacy == Privacy::Full)
            .then(|| "The house's own target. No rule asks for this day.".to_owned()),
        category: Some(HOUSE.to_owned()),
        status: if one.over {
            Status::Cancelled
        } else {
            Status::Confirmed
        },
    }
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

    /// Every deadline, and every target of the house's own for copies that resellers owe, as iCalendar, for programs that remind. What is
    /// stopped, met or no longer waited for is cancelled there when the file is read again.
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
        let vault = self.vault().vault_id();
        let (clocks, targets) = self.read(|read| Ok((read.clocks(true)?, self.chased(read)?)))?;
        for record in &clocks {
            self.deadline(record, privacy).write(&mut out, vault, &now);
        }
        for one in &targets {
            target(one, privacy).write(&mut out, vault, &now);
        }
        line(&mut out, "END:VCALENDAR");
        Ok(out)
    }

    fn deadline(&self, record: &ClockRecord, privacy: Privacy) -> Event {
        let computed = &record.computed;
        let pack = self.pack_of(computed);
        let kind = pack
            .clock(&computed.clock)
            .map_or(computed.clock.as_str(), |rule| rule.title.as_str());
        let case = record.case.as_deref().unwrap_or(&record.reference);
        Event {
            id: record.reference.clone(),
            revision: record.revisions.len() + usize::from(record.stop.is_some()),
            on: computed.due,
            summary: match privacy {
                Privacy::Generic => "CIP deadline".to_owned(),
                Privacy::Case => format!("{kind}, {case}"),
                Privacy::Full => format!("{kind}: {} ({case})", record.subject_name),
            },
            why: (privacy == Privacy::Full).then(|| {
                format!(
                    "{}\n{}\n{}",
                    computed.steps.join("\n"),
                    computed.cite,
                    pack.banner()
                )
            }),
            category: (privacy != Privacy::Generic).then(|| computed.clock.clone()),
            status: if record.stop.is_some() {
                Status::Cancelled
            } else if record.provisional {
                Status::Tentative
            } else {
                Status::Confirmed
            },
        }
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
