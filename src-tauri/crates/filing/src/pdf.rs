//! The pages, laid out by typst. Values go in as data, never as markup.

use crate::{
    FilingError,
    filled::{Clock, ClockPage, Filing, Paper},
    fonts::{FONTS, printable},
    when::{on, when},
};
use chrono::{DateTime, Datelike, Timelike};
use std::sync::OnceLock;
use typst::foundations::{Datetime, Dict, IntoValue, Smart, Str};
use typst_as_lib::{TypstEngine, TypstTemplateMainFile};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// A template with the fonts, compiled once.
pub(crate) struct Template {
    text: &'static str,
    engine: OnceLock<TypstEngine<TypstTemplateMainFile>>,
}

impl Template {
    const fn new(text: &'static str) -> Self {
        Self {
            text,
            engine: OnceLock::new(),
        }
    }

    fn engine(&self) -> &TypstEngine<TypstTemplateMainFile> {
        self.engine.get_or_init(|| {
            let fonts: Vec<&'static [u8]> = FONTS.iter().map(|(_, bytes)| *bytes).collect();
            TypstEngine::builder()
                .main_file(self.text)
                .fonts(fonts)
                .build()
        })
    }
}

/// The pages of a filing.
pub(crate) static FILING: Template = Template::new(concat!(
    include_str!("prelude.typ"),
    include_str!("filing.typ")
));
/// The pages of a sheet.
pub(crate) static SHEET: Template = Template::new(concat!(
    include_str!("prelude.typ"),
    include_str!("sheet.typ")
));

/// What a template is filled with.
pub(crate) struct Page<'a> {
    /// The values: data, never markup.
    pub(crate) data: serde_json::Value,
    /// More inputs by name.
    pub(crate) more: &'a [(&'a str, String)],
    /// The paper.
    pub(crate) paper: Paper,
    /// What the PDF's own id is made of.
    pub(crate) ident: &'a str,
    /// RFC 3339: the document's date, so that the same data gives the same bytes.
    pub(crate) at: &'a str,
    /// Which kind of PDF/A: only the third takes a file inside.
    pub(crate) standard: PdfStandard,
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
        filing.reference, filing.integrity.event_chain_head, filing.signature.fingerprint
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

/// A page on why a date is what it is, with its days and instants as they are read.
fn read_page(page: &ClockPage) -> ClockPage {
    let mut page = page.clone();
    for said in [&mut page.day0, &mut page.due]
        .into_iter()
        .chain(page.target.as_mut())
        .chain(page.cutoff.as_mut())
    {
        *said = when(said);
    }
    for one in &mut page.revisions {
        one.due_before = on(&one.due_before);
        one.due_after = on(&one.due_after);
        one.recorded_on = when(&one.recorded_on);
    }
    for one in &mut page.events {
        one.occurred_on = when(&one.occurred_on);
        one.recorded_at = when(&one.recorded_at);
    }
    page
}

/// Lays out a filing, with its JSON inside; gives the PDF and how many pages it has.
pub(crate) fn write(filing: &Filing, json: &[u8]) -> Result<(Vec<u8>, u32), FilingError> {
    let clock = filing.clock.as_ref().map(|clock| Clock {
        kind: clock.kind.clone(),
        day0: on(&clock.day0),
        due: on(&clock.due),
    });
    let mut signature = filing.signature.clone();
    signature.signed_at = when(&signature.signed_at);
    let data = serde_json::json!({
        "kind": filing.form.kind,
        "title": filing.form.title,
        "about": filing.form.about,
        "reference": filing.reference,
        "author": filing.rows("filer").first().map_or("", |row| row.cell("legal_name")),
        "pack": filing.pack,
        "as_of": on(&filing.as_of),
        "prepared_at": when(&filing.prepared_at),
        "corrects": filing.corrects,
        "clock": clock,
        "reading": filing.reading(),
        "attachments": filing.attachments,
        "clock_page": filing.clock_page.as_ref().map(read_page),
        "signature": signature,
        "integrity": filing.integrity,
    });
    compile(
        &FILING,
        Page {
            data,
            more: &[
                ("qr", qr(filing)?),
                ("json", String::from_utf8_lossy(json).into_owned()),
            ],
            paper: filing.paper,
            ident: &format!("{} {}", filing.reference, filing.integrity.event_chain_head),
            at: &filing.prepared_at,
            standard: PdfStandard::A_3a,
        },
    )
}

/// Lays out a template's pages; gives the PDF and how many pages it has.
pub(crate) fn compile(template: &Template, page: Page<'_>) -> Result<(Vec<u8>, u32), FilingError> {
    let mut inputs = Dict::new();
    inputs.insert(Str::from("data"), shown(page.data).to_string().into_value());
    for (name, value) in page.more {
        inputs.insert(Str::from(*name), value.clone().into_value());
    }
    let paper = match page.paper {
        Paper::Letter => "us-letter",
        Paper::A4 => "a4",
    };
    inputs.insert(Str::from("paper"), paper.into_value());
    let failed = |what: String| FilingError::Pages(what);
    let document: PagedDocument = template
        .engine()
        .compile_with_input(inputs)
        .output
        .map_err(|error| failed(error.to_string()))?;
    let at = DateTime::parse_from_rfc3339(page.at)
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
    let options = |standards: &[PdfStandard]| -> Result<PdfOptions, FilingError> {
        Ok(PdfOptions {
            ident: Smart::Custom(format!("cipdesk {}", page.ident)),
            creator: Smart::Custom(Some("CIP Desk".to_owned())),
            timestamp: date.map(Timestamp::new_utc),
            standards: PdfStandards::new(standards).map_err(|_| failed("standard".to_owned()))?,
            ..PdfOptions::default()
        })
    };
    let pages = u32::try_from(document.pages().len()).unwrap_or(u32::MAX);
    // PDF/UA-1 as well: a reader's window then shows the title, and a screen reader is told that the page was made for it. Words that
    // it cannot take must not keep a filing from being printed: the standard for archives stays.
    let (readable, plain) = (
        options(&[page.standard, PdfStandard::Ua_1])?,
        options(&[page.standard])?,
    );
    let pdf = typst_pdf::pdf(&document, &readable)
        .or_else(|_| typst_pdf::pdf(&document, &plain))
        .map_err(|errors| {
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
