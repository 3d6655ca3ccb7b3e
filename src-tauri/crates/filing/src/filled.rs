//! A form with its answers: the one thing from which the screen, the pages and the JSON are made, so that they cannot disagree.

use crate::{
    form::{Form, Item, Kind, Need},
    when::on,
};
use domain::{
    country::Country,
    filing::{FormRow as Row, FormUnknown as Unknown},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an item says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its rows.
    pub rows: Vec<Row>,
    /// It is not known.
    pub unknown: Option<Unknown>,
}

/// What the rule pack says about an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The paragraph.
    pub cite: String,
    /// How sure that is: seen, memory, design.
    pub confidence: String,
}

/// The rule pack behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // each field is what its name says
pub struct Pack {
    pub id: String,
    pub version: String,
    pub status: String,
    pub banner: String,
}

/// The clock that it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Clock {
    pub kind: String,
    pub day0: String,
    pub due: String,
}

/// The filing that it replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrects {
    /// Its reference.
    pub reference: String,
    /// The name of its bundle.
    pub bundle: String,
    /// SHA-256 of that bundle, in hex.
    pub sha256: String,
}

/// A file that goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Where it lies in the bundle, such as `documents/0001.pdf`.
    pub file: String,
    /// The name it came with.
    pub original_name: String,
    /// Its true type.
    pub media_type: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Pages; none: unknown.
    pub pages: Option<u32>,
}

/// Who signs, and under which words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Signature {
    pub name: String,
    pub title: String,
    pub principal: String,
    pub fingerprint: String,
    pub fingerprint_words: String,
    pub statement_id: String,
    pub statement: String,
    pub signed_at: String,
    /// Why one person both prepared and approved.
    pub override_reason: Option<String>,
}

/// The journal it rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integrity {
    /// The journal's head code.
    pub event_chain_head: String,
    /// Entries in the journal then.
    pub entries: u64,
}

/// Something that happened to the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Event {
    pub occurred_on: String,
    pub recorded_at: String,
    pub what: String,
}

/// A date that stood before: nothing of it is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Revision {
    pub kind: String,
    pub due_before: String,
    pub due_after: String,
    pub grant: Option<String>,
    pub recorded_on: String,
}

/// "Why this date?", as a page of the filing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ClockPage {
    pub reference: String,
    pub clock: String,
    pub title: String,
    pub subject: String,
    pub day0: String,
    pub due: String,
    pub target: Option<String>,
    pub cutoff: Option<String>,
    pub cite: String,
    pub rule: String,
    pub confidence: String,
    pub zone: String,
    pub tzdb: String,
    pub steps: Vec<String>,
    pub revisions: Vec<Revision>,
    pub events: Vec<Event>,
}

/// The paper it is laid out for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Paper {
    /// U.S. Letter.
    #[default]
    Letter,
    /// A4.
    A4,
}

/// A form, filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Which form.
    pub form: &'static Form,
    /// The rule pack.
    pub pack: Pack,
    /// Such as `F4-2026-0001`.
    pub reference: String,
    /// RFC 3339.
    pub prepared_at: String,
    /// The day of which it speaks.
    pub as_of: String,
    /// The filing that it replaces.
    pub corrects: Option<Corrects>,
    /// The clock that it answers.
    pub clock: Option<Clock>,
    /// What each item says; an item that is absent says nothing.
    pub entries: BTreeMap<String, Entry>,
    /// Items that differ from the filing that it replaces.
    pub changed: Vec<String>,
    /// What the pack says about each item.
    pub sources: BTreeMap<String, Source>,
    /// Files that go with it.
    pub attachments: Vec<Attachment>,
    /// Why its date is what it is.
    pub clock_page: Option<ClockPage>,
    /// Who signs.
    pub signature: Signature,
    /// The journal.
    pub integrity: Integrity,
    /// The paper; it changes no word.
    pub paper: Paper,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It cannot be sealed.
    Blocks,
    /// A person should look.
    Warns,
    /// It is as it should be.
    Passed,
}

impl Level {
    /// The word that crosses to the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Warns => "warns",
            Self::Passed => "passed",
        }
    }
}

/// What is right or wrong with an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How grave it is.
    pub level: Level,
    /// The item.
    pub item: String,
    /// The stable code.
    pub code: &'static str,
    /// In words.
    pub message: String,
}

/// Items that say why and how, and are not compared when a filing is restated.
const BESIDE: &[&str] = &["correction", "discovered_on", "discovery", "signatory"];

impl Filing {
    /// An item's rows.
    pub fn rows(&self, item: &str) -> &[Row] {
        self.entries
            .get(item)
            .map_or(&[], |entry| entry.rows.as_slice())
    }

    /// An item's plain answer; empty where there is none.
    pub fn value(&self, item: &str) -> &str {
        self.rows(item).first().map_or("", |row| row.cell("value"))
    }

    /// Whether an item stands on the paper: the change table does where something is replaced.
    pub fn shows(&self, item: &Item) -> bool {
        item.id != "signatory" && (item.id != "correction" || self.corrects.is_some())
    }

    /// What blocks, what warns, what is fine; in the order of the form.
    pub fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for item in self.form.items() {
            if item.id == "correction" && self.corrects.is_none() {
                continue;
            }
            self.judge(item, &mut found);
        }
        found
    }

    fn judge(&self, item: &Item, found: &mut Vec<Finding>) {
        let name = if item.no.is_empty() {
            item.label.clone()
        } else {
            format!("{} {}", item.no, item.label)
        };
        let mut add = |level, code, message| {
            found.push(Finding {
                level,
                item: item.id.clone(),
                code,
                message,
            });
        };
        let nothing = Entry::default();
        let entry = self.entries.get(&item.id).unwrap_or(&nothing);
        if let Some(unknown) = &entry.unknown {
            if !item.unknown {
                add(
                    Level::Blocks,
                    "E-FORM-UNKNOWN",
                    format!("{name}: the rule allows no \"unknown\" here. Write what is known."),
                );
            } else if !is_date(&unknown.asked_on) {
                add(
                    Level::Blocks,
                    "E-FORM-ASKED",
                    format!("{name}: write the day on which somebody was asked, like 2026-11-24."),
                );
            } else {
                add(
                    Level::Warns,
                    "E-FORM-UNKNOWN",
                    format!("{name}: unknown, asked on {}.", on(&unknown.asked_on)),
                );
            }
            return;
        }
        if entry.rows.iter().all(|row| row.cells.is_empty()) {
            match item.need {
                Need::Blocks => add(
                    Level::Blocks,
                    "E-FORM-EMPTY",
                    format!(
                        "{name}: nothing is written. Fill it in{}.",
                        if item.unknown {
                            ", or mark it unknown and say whom you asked and when"
                        } else {
                            ""
                        }
                    ),
                ),
                Need::Warns => add(
                    Level::Warns,
                    "E-FORM-EMPTY",
                    format!("{name} is empty; it prints \"not recorded\"."),
                ),
                Need::None => {}
            }
            return;
        }
        let mut worst = Level::Passed;
        for (place, row) in entry.rows.iter().enumerate() {
            let row_name = if entry.rows.len() > 1 {
                format!("{name}, row {}", place + 1)
            } else {
                name.clone()
            };
            for part in &item.parts {
                let value = row.cell(&part.key);
                if value.is_empty() {
                    if part.must {
                        worst = Level::Blocks;
                        add(
                            Level::Blocks,
                            "E-FORM-PART",
                            format!("{row_name}: write \"{}\".", part.label),
                        );
                    }
                } else if !fits(&part.kind, value) {
                    worst = Level::Blocks;
                    let shown: String = value.chars().take(40).collect();
                    // An item of one part has its name already.
                    let place = match item.parts.as_slice() {
                        [_] => row_name.clone(),
                        _ => format!("{row_name}, {}", part.label),
                    };
                    add(
                        Level::Blocks,
                        "E-FORM-VALUE",
                        format!("{place}: \"{shown}\" is no {}.", wanted(&part.kind)),
                    );
                } else if item.id == "attestations" && part.key == "value" && value == "false" {
                    worst = worst.min(Level::Warns);
                    add(
                        Level::Warns,
                        "E-FORM-NO",
                        format!("{row_name}: the answer is no. It is filed as no."),
                    );
                }
            }
        }
        if worst == Level::Passed {
            add(
                Level::Passed,
                "E-FORM-DONE",
                format!("{name} is filled in."),
            );
        }
    }

    /// What differs from an earlier filing: item by item, in the words that are printed.
    pub fn differences(&self, before: &Self) -> Vec<Difference> {
        let was = before.reading();
        let now = self.reading();
        let mut found = Vec::new();
        let old: BTreeMap<&str, &crate::Line> =
            was.lines().map(|line| (line.id.as_str(), line)).collect();
        for line in now
            .lines()
            .filter(|line| !BESIDE.contains(&line.id.as_str()))
        {
            let Some(earlier) = old.get(line.id.as_str()) else {
                continue;
            };
            for (part, was, now) in line.against(earlier) {
                found.push(Difference {
                    key: format!("{}/{part}", line.id),
                    no: line.no.clone(),
                    item: if part.is_empty() || part.starts_with('#') {
                        line.label.clone()
                    } else {
                        format!("{}: {part}", line.label)
                    },
                    was,
                    now,
                });
            }
        }
        found
    }
}

/// A place where two filings differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The item and the part, which stay the same while the values change.
    pub key: String,
    /// The item's number.
    pub no: String,
    /// The item, in words.
    pub item: String,
    /// As it was printed; empty where it was not there.
    pub was: String,
    /// As it is printed; empty where it is there no longer.
    pub now: String,
}

/// `YYYY-MM-DD`, and a day that exists.
pub(crate) fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok()
}

pub(crate) fn fits(kind: &Kind, value: &str) -> bool {
    match kind {
        Kind::Text | Kind::Long => true,
        Kind::Date => is_date(value),
        Kind::Number => value.len() <= 15 && value.bytes().all(|b| b.is_ascii_digit()),
        Kind::Flag => matches!(value, "true" | "false"),
        Kind::Country => Country::parse(value).is_ok_and(|country| country.code() == value),
        Kind::Choice(words) => words.iter().any(|word| word == value),
    }
}

fn wanted(kind: &Kind) -> String {
    match kind {
        Kind::Text | Kind::Long => "text".to_owned(),
        Kind::Date => "day; write it like 2026-11-24".to_owned(),
        Kind::Number => "whole number".to_owned(),
        Kind::Flag => "yes or no".to_owned(),
        Kind::Country => "country; write an ISO 3166 code like SG".to_owned(),
        Kind::Choice(words) => format!("word of this list: {}", words.join(", ")),
    }
}
