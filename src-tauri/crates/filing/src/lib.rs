//! The forms: facts in, JSON and PDF out (domain.md section 6, contract section 4); and printed sheets that are no filings.
//!
//! Pure: the same filing or sheet gives the same bytes on every machine. It must not know storage, keys or what day it is.

mod fonts;
mod form;
mod html;
mod pdf;
mod sheet;

pub use form::{
    Attachment, Clock, ClockPage, Contact, Event, F4, Filer, Filing, Header, Integrity, Item,
    Missing, Pack, Paper, Request, Revision, Signature,
};

pub use sheet::{Block, Cell, Column, Day, Printed, Sheet, Tone, print};

/// The published JSON Schema of an F4.
pub const F4_SCHEMA: &str = include_str!("../../../docs/schemas/f4.schema.json");

/// Why a filing could not be written out.
#[derive(Debug, thiserror::Error)]
pub enum FilingError {
    /// The JSON.
    #[error("The filing or sheet could not be written as JSON. Nothing was sealed or printed.")]
    Json,
    /// The pages; the layout engine's own words are for the log.
    #[error("The pages could not be laid out. Nothing was sealed or printed.")]
    Pages(String),
}

impl FilingError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json => "E-FILING-JSON",
            Self::Pages(_) => "E-FILING-PAGES",
        }
    }
}

/// A filing in its three forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// For a machine.
    pub json: Vec<u8>,
    /// To read and to print: PDF/A.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: u32,
    /// A contents page without scripts.
    pub index_html: Vec<u8>,
}

/// Writes a filing as JSON, PDF and a contents page.
///
/// # Errors
/// Only faults of ours: a filing with any text in it can be written.
pub fn render(filing: &Filing) -> Result<Rendered, FilingError> {
    let mut json = serde_json::to_vec_pretty(filing).map_err(|_| FilingError::Json)?;
    json.push(b'\n');
    let (pdf, pages) = pdf::write(filing)?;
    Ok(Rendered {
        json,
        pdf,
        pages,
        index_html: html::write(filing).into_bytes(),
    })
}
