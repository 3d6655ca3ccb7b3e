//! Printed sheets that are no filings: why a date is what it is, a calendar, the result of a rehearsal, what a rule pack demands.

use crate::{
    FilingError,
    filled::{Pack, Paper},
    pdf::{self, Page},
    when::when,
};
use serde::Serialize;

/// A sheet to print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// The heading: "Why Fri 2026-11-20?".
    pub title: String,
    /// What it is about, in a line.
    pub subtitle: String,
    /// For the footer, such as `K-0001`.
    pub reference: String,
    /// The organisation.
    pub organisation: String,
    /// When it was printed: RFC 3339. It is the document's date, so that the same sheet gives the same bytes.
    pub printed_at: String,
    /// The journal's head code.
    pub head_code: String,
    /// The rule pack whose banner stands on every page.
    pub pack: Option<Pack>,
    /// The paper.
    #[serde(skip)]
    pub paper: Paper,
    /// Wider than high.
    pub landscape: bool,
    /// What stands on it, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A piece of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A heading.
    Heading {
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Text {
        /// Its words.
        text: String,
        /// How it reads.
        tone: Tone,
    },
    /// Names and values.
    Facts {
        /// Name and value.
        rows: Vec<(String, String)>,
    },
    /// Numbered lines: an arithmetic.
    Lines {
        /// The lines.
        items: Vec<String>,
    },
    /// A table; its heading comes again on each page.
    Table {
        /// The columns.
        columns: Vec<Column>,
        /// The rows; one that is too short is filled up, what is too much is left out.
        rows: Vec<Vec<Cell>>,
    },
    /// A month, Sunday first; on landscape paper it has a page of its own.
    Month {
        /// "November 2026".
        title: String,
        /// Its weeks; one that is too short is filled up with empty days.
        weeks: Vec<Vec<Day>>,
    },
}

/// How a paragraph reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As it is.
    Plain,
    /// Beside the matter.
    Muted,
    /// To be noticed: "not verified against the rule".
    Warning,
    /// It stood before, and does no longer.
    Struck,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Takes what room the others leave.
    pub wide: bool,
}

impl Column {
    /// A column as narrow as its words.
    pub fn narrow(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            wide: false,
        }
    }

    /// A column that takes what room there is.
    pub fn wide(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            wide: true,
        }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Its words.
    pub text: String,
    /// It stood before, and does no longer.
    pub struck: bool,
    /// To be noticed.
    pub strong: bool,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

/// A day of a month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Day {
    /// Its number.
    pub number: String,
    /// It belongs to the month before or after.
    pub outside: bool,
    /// The holiday's name.
    pub closed: Option<String>,
    /// What is due; lines there is no room for are counted: "and 3 more".
    pub lines: Vec<String>,
}

/// A printed sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// PDF/A.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: u32,
}

/// Prints a sheet.
///
/// # Errors
/// `printed_at` is no RFC 3339 time; anything else is a fault of ours, for a sheet with any text in it can be printed.
pub fn print(sheet: &Sheet) -> Result<Printed, FilingError> {
    let printed_at = &sheet.printed_at;
    let mut sheet = sheet.clone();
    sheet.printed_at = when(printed_at);
    for block in &mut sheet.blocks {
        match block {
            Block::Table { columns, rows } => {
                for row in rows {
                    row.resize(columns.len(), Cell::default());
                }
            }
            Block::Month { weeks, .. } => {
                for week in weeks {
                    week.resize(7, Day::default());
                }
            }
            Block::Heading { .. }
            | Block::Text { .. }
            | Block::Facts { .. }
            | Block::Lines { .. } => {}
        }
    }
    let (pdf, pages) = pdf::compile(
        &pdf::SHEET,
        Page {
            data: serde_json::to_value(&sheet)
                .map_err(|why| FilingError::Pages(why.to_string()))?,
            more: &[],
            paper: sheet.paper,
            ident: &format!("{} {}", sheet.reference, sheet.head_code),
            at: printed_at,
            standard: typst_pdf::PdfStandard::A_2a,
        },
    )?;
    Ok(Printed { pdf, pages })
}
