//! What a person should know about a file's content, found by a cheap look at its bytes. Decodes nothing.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// A fact about a file's content that does not keep it from being stored or shown (security.md 3.16 and A-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A PDF with JavaScript.
    JavaScript,
    /// A PDF that would start another program.
    Launch,
    /// A PDF with other files or media inside.
    EmbeddedFiles,
    /// A PDF with form fields.
    Form,
    /// A PDF with links to the outside.
    Links,
    /// A PDF header that does not stand at the beginning: the file may also pass for something else.
    DisplacedPdf,
    /// A ZIP archive hangs at the end of something else.
    TrailingArchive,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::JavaScript => "Contains active content: JavaScript",
            Self::Launch => "Contains active content: it would start another program",
            Self::EmbeddedFiles => "Contains active content: other files inside",
            Self::Form => "Contains active content: a form",
            Self::Links => "Contains active content: links to the outside",
            Self::DisplacedPdf => "Could pass for two kinds of file: a PDF begins inside it",
            Self::TrailingArchive => {
                "Could pass for two kinds of file: a ZIP archive hangs at its end"
            }
        })
    }
}

/// The longest PDF name that matters here, in bytes.
const LONGEST_NAME: usize = 16;

/// Calls `visit` with every name object in PDF bytes, its `#xx` escapes undone. Names inside compressed streams are
/// not seen: the caller decodes those first.
pub(crate) fn pdf_names(bytes: &[u8], mut visit: impl FnMut(&[u8])) {
    let mut rest = bytes;
    let mut name = Vec::with_capacity(LONGEST_NAME);
    while let Some(slash) = rest.iter().position(|b| *b == b'/') {
        rest = rest.get(slash + 1..).unwrap_or_default();
        name.clear();
        let mut at = 0;
        while let Some(&byte) = rest.get(at) {
            if byte.is_ascii_whitespace()
                || byte == 0
                || b"()<>[]{}/%".contains(&byte)
                || name.len() > LONGEST_NAME
            {
                break;
            }
            let escaped = match rest.get(at + 1..at + 3) {
                Some(&[high, low]) if byte == b'#' => {
                    hex(high).zip(hex(low)).map(|(h, l)| h * 16 + l)
                }
                _ => None,
            };
            name.push(escaped.unwrap_or(byte));
            at += if escaped.is_some() { 3 } else { 1 };
        }
        visit(&name);
        rest = rest.get(at..).unwrap_or_default();
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// Adds what the names in PDF bytes give away. A name in passing, such as in a comment, marks too: erring that way is
/// the safe one.
pub(crate) fn pdf_marks(bytes: &[u8], marks: &mut BTreeSet<Mark>) {
    pdf_names(bytes, |name| {
        let mark = match name {
            b"JavaScript" => Mark::JavaScript,
            b"Launch" => Mark::Launch,
            b"EmbeddedFile" | b"EmbeddedFiles" | b"FileAttachment" | b"GoToE" | b"RichMedia"
            | b"Rendition" | b"Movie" => Mark::EmbeddedFiles,
            b"AcroForm" | b"XFA" => Mark::Form,
            b"URI" | b"GoToR" | b"SubmitForm" | b"ImportData" => Mark::Links,
            _ => return,
        };
        marks.insert(mark);
    });
}

/// Adds the mark of a ZIP archive that ends where these bytes end, other than a ZIP itself. Sees it only if `bytes`
/// reach to the end of the file.
pub(crate) fn trailing_archive(bytes: &[u8], marks: &mut BTreeSet<Mark>) {
    // The end record is 22 bytes and a comment of at most 65,535; the directory it speaks of stands right before it.
    let from = bytes.len().saturating_sub(65_557);
    let found = bytes
        .get(from..)
        .unwrap_or_default()
        .windows(22)
        .enumerate()
        .any(|(at, record)| {
            let [b'P', b'K', 5, 6, _, _, _, _, _, _, _, _, size @ ..] = record else {
                return false;
            };
            let size = size
                .first_chunk()
                .map_or(0, |bytes| u32::from_le_bytes(*bytes));
            let directory = (from + at).checked_sub(size as usize);
            directory
                .and_then(|start| bytes.get(start..))
                .is_some_and(|bytes| bytes.starts_with(b"PK\x01\x02"))
        });
    if found {
        marks.insert(Mark::TrailingArchive);
    }
}
