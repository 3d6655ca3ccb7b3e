//! The forms: facts in, JSON and PDF out (domain.md section 6, contract section 4); and printed sheets that are no filings.
//!
//! One filled form ([`Filing`]) is what the screen, the pages and the JSON are made from, so that they cannot disagree.
//! Pure: the same filing or sheet gives the same bytes on every machine. It must not know storage, keys or what day it is.

mod filled;
mod fonts;
mod form;
mod html;
mod json;
mod pdf;
mod reading;
mod schema;
mod sheet;
mod when;

pub use domain::filing::{FormRow as Row, FormUnknown as Unknown};
pub use filled::{
    Attachment, Clock, ClockPage, Corrects, Difference, Entry, Event, Filing, Finding, Integrity,
    Level, Pack, Paper, Revision, Signature, Source,
};
pub use form::{Form, Item, Kind, Need, Part, Section, Shape, form, forms};
pub use json::{FORMAT, read};
pub use reading::{Line, NONE, NOT_RECORDED, Passage, Reading, choice_label};
pub use schema::{schema, schema_text};
pub use sheet::{Block, Cell, Column, Day, Printed, Sheet, Tone, print};
pub use when::{minute, on, when};

/// Why a filing could not be written out.
#[derive(Debug, thiserror::Error)]
pub enum FilingError {
    /// The pages; the layout engine's own words are for the log.
    #[error(
        "The pages could not be laid out. Nothing was sealed or printed. Change what was written last, then try again."
    )]
    Pages(String),
    /// A file that is no filing.
    #[error(
        "This is no filing that this version of CIP Desk can read. If a newer one sealed it, install that one, then try again."
    )]
    Unreadable,
}

impl FilingError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pages(_) => "E-FILING-PAGES",
            Self::Unreadable => "E-FILING-READ",
        }
    }
}

/// A filing in its three forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// For a machine.
    pub json: Vec<u8>,
    /// To read and to print: PDF/A-3, with the JSON inside.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: u32,
    /// A contents page without scripts.
    pub index_html: Vec<u8>,
}

/// The filing for a machine.
pub fn write_json(filing: &Filing) -> Vec<u8> {
    format!("{:#}\n", json::write(filing)).into_bytes()
}

/// Writes a filing as JSON, PDF and a contents page. `more` are further files of its bundle: path below `data/` and what it is.
///
/// # Errors
/// Only faults of ours: a filing with any text in it can be written.
pub fn render(filing: &Filing, more: &[(String, String)]) -> Result<Rendered, FilingError> {
    let json = write_json(filing);
    let (pdf, pages) = pdf::write(filing, &json)?;
    Ok(Rendered {
        json,
        pdf,
        pages,
        index_html: html::write(filing, more).into_bytes(),
    })
}
