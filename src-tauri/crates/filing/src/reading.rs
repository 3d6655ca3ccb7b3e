//! A filing as a person reads it: the same words on the screen, on the pages and in the contents page.

use crate::{
    filled::Filing,
    form::{Item, Kind, Part, Shape},
    when::on,
};
use domain::{country::Country, filing::FormRow as Row};
use serde::Serialize;

/// Where nothing is recorded.
pub const NOT_RECORDED: &str = "not recorded";
/// Where a list is empty.
pub const NONE: &str = "none";

/// A filing, to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// Its sections.
    pub sections: Vec<Passage>,
}

/// A heading and its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// The heading.
    pub title: String,
    /// The items.
    pub lines: Vec<Line>,
}

/// An item, to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The item.
    pub id: String,
    /// Its number.
    pub no: String,
    /// What it asks.
    pub label: String,
    /// The paragraph, and whether somebody compared it with the rule.
    pub note: String,
    /// It differs from the filing that this one replaces.
    pub changed: bool,
    /// "Unknown; asked on ...".
    pub unknown: String,
    /// A plain answer.
    pub words: String,
    /// Names and values.
    pub facts: Vec<(String, String)>,
    /// The columns of a table.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
    /// The sum of a table of numbers.
    pub total: String,
}

impl Reading {
    /// Its items in order.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.sections.iter().flat_map(|section| &section.lines)
    }

    /// Every word that must be found on the pages.
    pub fn words(&self) -> Vec<&str> {
        let mut all = Vec::new();
        for section in &self.sections {
            all.push(section.title.as_str());
            for line in &section.lines {
                all.extend([
                    line.label.as_str(),
                    line.note.as_str(),
                    line.unknown.as_str(),
                ]);
                all.extend([line.words.as_str(), line.total.as_str()]);
                all.extend(
                    line.facts
                        .iter()
                        .flat_map(|(name, value)| [name.as_str(), value.as_str()]),
                );
                if !line.rows.is_empty() {
                    all.extend(line.columns.iter().map(String::as_str));
                }
                all.extend(line.rows.iter().flatten().map(String::as_str));
            }
        }
        all.retain(|text| !text.is_empty());
        all
    }
}

impl Line {
    /// Where it differs from itself in an earlier filing: part or row, before, after.
    pub(crate) fn against(&self, before: &Self) -> Vec<(String, String, String)> {
        let mut found = Vec::new();
        let whole = |line: &Self| {
            if line.unknown.is_empty() {
                line.words.clone()
            } else {
                line.unknown.clone()
            }
        };
        if whole(self) != whole(before) {
            found.push((String::new(), whole(before), whole(self)));
        }
        for (place, (name, value)) in self.facts.iter().enumerate() {
            let was = before.facts.get(place).map_or("", |(_, was)| was.as_str());
            if was != value {
                found.push((name.clone(), was.to_owned(), value.clone()));
            }
        }
        if self.facts.is_empty() {
            for (name, was) in &before.facts {
                found.push((name.clone(), was.clone(), String::new()));
            }
        }
        let said = |row: &Vec<String>, line: &Self| {
            line.columns
                .iter()
                .zip(row)
                .map(|(column, cell)| format!("{column}: {cell}"))
                .collect::<Vec<_>>()
                .join("; ")
        };
        let gone: Vec<&Vec<String>> = before
            .rows
            .iter()
            .filter(|row| !self.rows.contains(row))
            .collect();
        let new: Vec<&Vec<String>> = self
            .rows
            .iter()
            .filter(|row| !before.rows.contains(row))
            .collect();
        for place in 0..gone.len().max(new.len()) {
            found.push((
                format!("#{}", place + 1),
                gone.get(place)
                    .map(|row| said(row, before))
                    .unwrap_or_default(),
                new.get(place)
                    .map(|row| said(row, self))
                    .unwrap_or_default(),
            ));
        }
        found
    }
}

/// How a value reads.
fn shown(part: &Part, value: &str) -> String {
    if value.is_empty() {
        let empty = if part.may_lack { "" } else { NOT_RECORDED };
        return empty.to_owned();
    }
    match &part.kind {
        Kind::Text | Kind::Long => value.to_owned(),
        Kind::Date => on(value),
        Kind::Number => grouped(value),
        Kind::Flag => match value {
            "true" => "Yes".to_owned(),
            "false" => "No".to_owned(),
            other => other.to_owned(),
        },
        Kind::Country => Country::parse(value).map_or_else(
            |_| value.to_owned(),
            |country| format!("{} ({})", country.name(), country.code()),
        ),
        Kind::Choice(_) => choice_label(value),
    }
}

/// 1204 as 1,204.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What a word of a choice reads like, on the screen and on paper: as a sentence begins, and without the marks of a file.
pub fn choice_label(word: &str) -> String {
    let said = match word {
        "us" => "U.S. person",
        "us_reseller" => "U.S. reseller",
        "cip_material_change" => "Material change to the CIP",
        "contact_change" => "Change of the primary contact",
        "adp_deviation" => "Deviation from the deterrence program",
        "rule" => "A rule in force",
        "foreign_only" => "Foreign customers only",
        _ => {
            let words = word.replace('_', " ");
            let mut letters = words.chars();
            return letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect()
            });
        }
    };
    said.to_owned()
}

impl Filing {
    /// As it is read: in the order of the form, nothing left out.
    pub fn reading(&self) -> Reading {
        let sections = self
            .form
            .sections
            .iter()
            .map(|section| Passage {
                title: section.title.clone(),
                lines: section
                    .items
                    .iter()
                    .filter(|item| self.shows(item))
                    .map(|item| self.line(item))
                    .collect(),
            })
            .filter(|passage| !passage.lines.is_empty())
            .collect();
        Reading { sections }
    }

    fn line(&self, item: &Item) -> Line {
        let note = self
            .sources
            .get(&item.id)
            .map(|source| {
                let doubt = if source.confidence == "seen" {
                    ""
                } else {
                    ", not verified against the rule"
                };
                format!("{}{doubt}", source.cite)
            })
            .unwrap_or_default();
        let mut line = Line {
            id: item.id.clone(),
            no: item.no.clone(),
            label: item.label.clone(),
            note,
            changed: self.changed.contains(&item.id),
            unknown: String::new(),
            words: String::new(),
            facts: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            total: String::new(),
        };
        if let Some(unknown) = self
            .entries
            .get(&item.id)
            .and_then(|entry| entry.unknown.as_ref())
        {
            let day = on(&unknown.asked_on);
            line.unknown = format!("Unknown; asked on {day}");
            if !unknown.asked_of.is_empty() {
                line.unknown.push_str(&format!(" of {}", unknown.asked_of));
            }
            line.unknown.push_str(&if unknown.answer.is_empty() {
                "; no answer yet".to_owned()
            } else {
                format!("; answer: {}", unknown.answer)
            });
            return line;
        }
        let rows = self.rows(&item.id);
        let empty = Row::default();
        match item.shape {
            Shape::One => {
                let row = rows.first().unwrap_or(&empty);
                match item.parts.as_slice() {
                    [part] => line.words = shown(part, row.cell(&part.key)),
                    parts => {
                        line.facts = parts
                            .iter()
                            .map(|part| (part.label.clone(), shown(part, row.cell(&part.key))))
                            .collect();
                    }
                }
            }
            Shape::Many | Shape::Counts => {
                line.columns = item.parts.iter().map(|part| part.label.clone()).collect();
                line.rows = rows
                    .iter()
                    .map(|row| {
                        item.parts
                            .iter()
                            .map(|part| shown(part, row.cell(&part.key)))
                            .collect()
                    })
                    .collect();
                if rows.is_empty() {
                    line.words = NONE.to_owned();
                }
                if item.shape == Shape::Counts {
                    line.total = format!("Total: {}", grouped(&self.total(item).to_string()));
                }
            }
        }
        line
    }

    /// The sum of an item of numbers.
    pub fn total(&self, item: &Item) -> u64 {
        let Some(part) = item.parts.get(1) else {
            return 0;
        };
        self.rows(&item.id)
            .iter()
            .filter_map(|row| row.cell(&part.key).parse::<u64>().ok())
            .fold(0, u64::saturating_add)
    }
}
