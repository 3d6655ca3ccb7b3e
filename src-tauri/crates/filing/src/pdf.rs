//! The pages, laid out by typst. Values go in as data, never as markup.

use crate::{
    FilingError,
    fonts::{FONTS, printable},
    form::{Filing, Paper},
};
use chrono::{DateTime, Datelike, Timelike};
use std::sync::OnceLock;
use typst::foundations::{Datetime, Dict, IntoValue, Smart, Str};
use typst_as_lib::{TypstEngine, TypstTemplateMainFile};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

const TEMPLATE: &str = include_str!("filing.typ");

fn engine() -> &'static TypstEngine<TypstTemplateMainFile> {
    static ENGINE: OnceLock<TypstEngine<TypstTemplateMainFile>> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let fonts: Vec<&'static [u8]> = FONTS.iter().map(|(_, bytes)| *bytes).collect();
        TypstEngine::builder()
            .main_file(TEMPLATE)
            .fonts(fonts)
            .build()
    })
}

/// Every string of a value with what no font can show spelled out.
fn shown(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => Value::String(printable(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(shown).collect()),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| (name, shown(value)))
                .collect(),
        ),
        other => other,
    }
}

/// The code that leads from paper to bundle: reference, head code, fingerprint.
fn qr(filing: &Filing) -> Result<String, FilingError> {
    let text = format!(
        "{}\n{}\n{}",
        filing.header.reference, filing.integrity.event_chain_head, filing.signature.fingerprint
    );
    let code =
        qrcode::QrCode::new(text.as_bytes()).map_err(|_| FilingError::Pages("qr".to_owned()))?;
    let width = code.width();
    let rows: Vec<String> = code
        .to_colors()
        .chunks(width)
        .map(|row| {
            row.iter()
                .map(|colour| {
                    if *colour == qrcode::Color::Dark {
                        '1'
                    } else {
                        '0'
                    }
                })
                .collect()
        })
        .collect();
    Ok(rows.join("\n"))
}

/// Lays out the pages; gives the PDF and how many pages it has.
pub(crate) fn write(filing: &Filing) -> Result<(Vec<u8>, u32), FilingError> {
    let value = shown(serde_json::to_value(filing).map_err(|_| FilingError::Json)?);
    let mut inputs = Dict::new();
    inputs.insert(Str::from("filing"), value.to_string().into_value());
    inputs.insert(Str::from("qr"), qr(filing)?.into_value());
    let paper = match filing.paper {
        Paper::Letter => "us-letter",
        Paper::A4 => "a4",
    };
    inputs.insert(Str::from("paper"), paper.into_value());
    let failed = |what: String| FilingError::Pages(what);
    let document: PagedDocument = engine()
        .compile_with_input(inputs)
        .output
        .map_err(|error| failed(error.to_string()))?;
    // The moment of preparation is the document's date, so that the same filing gives the same bytes.
    let at = DateTime::parse_from_rfc3339(&filing.header.prepared_at)
        .map_err(|_| failed("date".to_owned()))?
        .to_utc();
    let part = |number: u32| u8::try_from(number).unwrap_or(0);
    let date = Datetime::from_ymd_hms(
        at.year(),
        part(at.month()),
        part(at.day()),
        part(at.hour()),
        part(at.minute()),
        part(at.second()),
    );
    let options = PdfOptions {
        ident: Smart::Custom(format!(
            "cipdesk {} {}",
            filing.header.reference, filing.integrity.event_chain_head
        )),
        creator: Smart::Custom(Some("CIP Desk".to_owned())),
        timestamp: date.map(Timestamp::new_utc),
        standards: PdfStandards::new(&[PdfStandard::A_2a])
            .map_err(|_| failed("standard".to_owned()))?,
        ..PdfOptions::default()
    };
    let pages = u32::try_from(document.pages().len()).unwrap_or(u32::MAX);
    let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| {
        failed(
            errors
                .iter()
                .map(|error| error.message.to_string())
                .collect::<Vec<_>>()
                .join("; "),
        )
    })?;
    Ok((pdf, pages))
}
