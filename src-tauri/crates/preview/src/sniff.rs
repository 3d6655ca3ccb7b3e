//! Names a file's true kind from its first bytes. Pure: no input or output, and no decoding, so it may run beside the
//! keys. What takes parsing (pages, sizes, names in compressed streams) is the worker's.

use crate::marks::{self, Mark};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeSet};

/// How far a PDF header may stand from the beginning for programs to accept it, in bytes.
const PDF_HEADER_REACH: usize = 1024;

/// What a file is, as far as this product treats kinds differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A PNG image.
    Png,
    /// A JPEG image.
    Jpeg,
    /// A WebP image.
    Webp,
    /// A TIFF image of one or more pages.
    Tiff,
    /// A PDF.
    Pdf,
    /// Plain text, tables and JSON included.
    Text,
    /// An SVG drawing: may hold scripts.
    Svg,
    /// A web page.
    Html,
    /// XML of any other sort.
    Xml,
    /// A word-processor, spreadsheet or presentation file: may hold macros.
    Office,
    /// An archive or compressed file.
    Archive,
    /// A program, script, shortcut or desktop file.
    Executable,
    /// A mail, or a web page saved as one.
    Email,
    /// Anything else.
    Other,
}

impl Kind {
    /// The worker can show it.
    pub fn previewable(self) -> bool {
        matches!(
            self,
            Self::Png | Self::Jpeg | Self::Webp | Self::Tiff | Self::Pdf | Self::Text
        )
    }

    fn phrase(self) -> &'static str {
        match self {
            Self::Png => "a PNG image",
            Self::Jpeg => "a JPEG image",
            Self::Webp => "a WebP image",
            Self::Tiff => "a TIFF image",
            Self::Pdf => "a PDF",
            Self::Text => "plain text",
            Self::Svg => "an SVG drawing",
            Self::Html => "a web page",
            Self::Xml => "an XML file",
            Self::Office => "an office document",
            Self::Archive => "an archive",
            Self::Executable => "a program or script",
            Self::Email => "an e-mail",
            Self::Other => "a file of another kind",
        }
    }

    /// "This is a web page".
    pub(crate) fn sentence(self) -> String {
        format!("This is {}", self.phrase())
    }
}

/// What [`sniff`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sniffed {
    /// The media type, from the content: `application/pdf`.
    pub media_type: String,
    /// The kind, from the content; only a plain text's name can make it a script.
    pub kind: Kind,
    /// The worker can show it.
    pub previewable: bool,
    /// Where name and content disagree (A-03): "Named .jpg but is a web page".
    pub mismatch: Option<String>,
    /// What else a person should know, as far as these bytes show it; an inspection sees more.
    pub marks: Vec<Mark>,
}

/// Names what begins with `head` and came under the name `declared_name`.
///
/// 8 KiB are enough for the kind. An archive at the end of a file, and PDF content that stands later, show here only if
/// `head` is the whole file; a worker's inspection shows them always.
pub fn sniff(head: &[u8], declared_name: &str) -> Sniffed {
    let extension = extension(declared_name);
    let (mut kind, mut media_type) = by_content(head);
    match (kind, extension.as_str()) {
        (Kind::Text, script) if SCRIPTS.contains(&script) => kind = Kind::Executable,
        // One container serves them all, and telling them apart would mean parsing it.
        (Kind::Office, "msg") if is_ole(head) => {
            (kind, media_type) = (Kind::Email, "application/vnd.ms-outlook")
        }
        (Kind::Office, "msi") if is_ole(head) => {
            (kind, media_type) = (Kind::Executable, "application/x-msi")
        }
        (Kind::Office, "doc") if is_ole(head) => media_type = "application/msword",
        (Kind::Office, "xls") if is_ole(head) => media_type = "application/vnd.ms-excel",
        (Kind::Office, "ppt") if is_ole(head) => media_type = "application/vnd.ms-powerpoint",
        (Kind::Text, "csv") => media_type = "text/csv",
        (Kind::Text, "json") => media_type = "application/json",
        _ => {}
    }
    let fits = expected(&extension).is_none_or(|kinds| kinds.contains(&kind));
    let mismatch = (!fits && !head.is_empty()).then(|| match kind {
        Kind::Other if media_type != UNKNOWN => {
            format!("Named .{extension} but is of the type {media_type}")
        }
        _ => format!("Named .{extension} but is {}", kind.phrase()),
    });
    let media_type = media_type.to_owned();
    Sniffed {
        media_type,
        kind,
        previewable: kind.previewable(),
        mismatch,
        marks: marks_of(head, kind).into_iter().collect(),
    }
}

/// Whether a file of a media type that [`sniff`] gave can be shown.
pub fn is_previewable(media_type: &str) -> bool {
    const SHOWN: [&str; 8] = [
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/tiff",
        "application/pdf",
        "text/plain",
        "text/csv",
        "application/json",
    ];
    SHOWN.contains(&media_type)
}

/// The kind by content alone, for the worker, which knows no names.
pub(crate) fn kind_of(bytes: &[u8]) -> Kind {
    by_content(bytes.get(..8192).unwrap_or(bytes)).0
}

/// What `bytes` of that kind give away without decoding.
pub(crate) fn marks_of(bytes: &[u8], kind: Kind) -> BTreeSet<Mark> {
    let mut found = BTreeSet::new();
    if kind == Kind::Pdf {
        marks::pdf_marks(bytes, &mut found);
    }
    // An archive honestly holds other files, uncompressed ones in sight.
    if !matches!(kind, Kind::Archive | Kind::Office) {
        marks::trailing_archive(bytes, &mut found);
        if pdf_header(bytes).is_some_and(|at| at > 0) {
            found.insert(Mark::DisplacedPdf);
        }
    }
    found
}

const UNKNOWN: &str = "application/octet-stream";

/// Names under which a text is something that runs.
const SCRIPTS: [&str; 26] = [
    "bat",
    "cmd",
    "ps1",
    "psm1",
    "vbs",
    "vbe",
    "js",
    "mjs",
    "jse",
    "wsf",
    "wsh",
    "hta",
    "sh",
    "bash",
    "py",
    "pl",
    "rb",
    "php",
    "desktop",
    "url",
    "scf",
    "reg",
    "inf",
    "command",
    "applescript",
    "ics",
];

/// The kinds that a name promises; `None` for a name that promises nothing we know.
fn expected(extension: &str) -> Option<&'static [Kind]> {
    Some(match extension {
        "png" => &[Kind::Png],
        "jpg" | "jpeg" | "jpe" | "jfif" => &[Kind::Jpeg],
        "webp" => &[Kind::Webp],
        "tif" | "tiff" => &[Kind::Tiff],
        "pdf" => &[Kind::Pdf],
        "txt" | "text" | "csv" | "tsv" | "log" | "md" | "json" | "jsonl" | "yaml" | "yml"
        | "toml" | "ini" => &[Kind::Text],
        "svg" => &[Kind::Svg],
        "html" | "htm" | "xhtml" => &[Kind::Html, Kind::Xml],
        "xml" | "xsd" | "xsl" | "xslt" => &[Kind::Xml, Kind::Svg, Kind::Html],
        "doc" | "docx" | "docm" | "dot" | "dotx" | "xls" | "xlsx" | "xlsm" | "xlsb" | "ppt"
        | "pptx" | "pptm" | "odt" | "ods" | "odp" | "rtf" => &[Kind::Office],
        "zip" => &[Kind::Archive, Kind::Office],
        "7z" | "rar" | "gz" | "tgz" | "bz2" | "xz" | "zst" | "tar" => &[Kind::Archive],
        "eml" | "mht" | "mhtml" => &[Kind::Email, Kind::Text],
        "msg" => &[Kind::Email],
        "exe" | "dll" | "com" | "scr" | "msi" | "lnk" => &[Kind::Executable],
        "gif" | "bmp" | "heic" | "heif" | "avif" | "ico" | "mp4" | "mov" | "mp3" => &[Kind::Other],
        _ => return None,
    })
}

/// What follows the last dot, in lower case; empty if it is none or odd.
fn extension(name: &str) -> String {
    let name = name.trim_end_matches(['.', ' ']);
    match name.rsplit_once('.') {
        Some((_, last)) if last.len() <= 12 && last.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            last.to_ascii_lowercase()
        }
        _ => String::new(),
    }
}

/// Signatures that `infer` lacks, or that must be settled before it: it opens OLE containers to tell them apart, which
/// is parsing, and takes any text that begins with `MZ` or `BM` for a program or a picture.
fn by_content(head: &[u8]) -> (Kind, &'static str) {
    let starts = |magic: &[u8]| head.starts_with(magic);
    if starts(b"\x89PNG\r\n\x1a\n") {
        (Kind::Png, "image/png")
    } else if starts(b"\xff\xd8\xff") {
        (Kind::Jpeg, "image/jpeg")
    } else if starts(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        (Kind::Webp, "image/webp")
    } else if [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]
        .iter()
        .any(|magic| starts(*magic))
        && head.get(8..10) != Some(b"CR")
    {
        (Kind::Tiff, "image/tiff")
    } else if starts(b"%PDF-") {
        (Kind::Pdf, "application/pdf")
    } else if is_ole(head) {
        (Kind::Office, "application/x-ole-storage")
    } else if starts(b"{\\rtf") {
        (Kind::Office, "application/rtf")
    } else if starts(b"L\0\0\0\x01\x14\x02\0") {
        (Kind::Executable, "application/x-ms-shortcut")
    } else if starts(b"#!") {
        (Kind::Executable, "text/x-script")
    } else if let Some(text) = as_text(head) {
        by_text(head, &text)
    } else {
        by_signature(head)
    }
}

fn is_ole(head: &[u8]) -> bool {
    head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

fn by_signature(head: &[u8]) -> (Kind, &'static str) {
    let Some(known) = infer::get(head) else {
        return if head.starts_with(b"PK") {
            (Kind::Archive, "application/zip")
        } else {
            (Kind::Other, UNKNOWN)
        };
    };
    let kind = match known.matcher_type() {
        infer::MatcherType::App if known.mime_type() == "application/x-x509-ca-cert" => Kind::Other,
        infer::MatcherType::App => Kind::Executable,
        // Its header anywhere in the first kibibyte, as programs that open PDF accept it.
        infer::MatcherType::Archive if known.mime_type() == "application/pdf" => Kind::Pdf,
        infer::MatcherType::Archive | infer::MatcherType::Book => Kind::Archive,
        infer::MatcherType::Doc => Kind::Office,
        _ => Kind::Other,
    };
    (kind, known.mime_type())
}

/// Where a PDF header stands, within what programs accept.
fn pdf_header(bytes: &[u8]) -> Option<usize> {
    bytes
        .get(..PDF_HEADER_REACH)
        .unwrap_or(bytes)
        .windows(5)
        .position(|window| window == b"%PDF-")
}

/// The bytes as text, if they are text: UTF-8 or UTF-16 with its mark, or an older 8-bit encoding.
fn as_text(head: &[u8]) -> Option<Cow<'_, str>> {
    if let Some(units) = crate::text::utf16_units(head) {
        return Some(Cow::Owned(
            char::decode_utf16(units)
                .map(|c| c.unwrap_or('\u{FFFD}'))
                .collect(),
        ));
    }
    let odd =
        |b: &u8| b.is_ascii_control() && !matches!(b, b'\t' | b'\n' | b'\r' | b'\x0c' | b'\x1b');
    if head.is_empty() || head.iter().any(odd) {
        return None;
    }
    let text = String::from_utf8_lossy(head);
    // A head may end inside a character; anything else that is no UTF-8 must be mostly ASCII to count as text.
    let valid =
        std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    let high = head.iter().filter(|b| !b.is_ascii()).count();
    (valid || high * 3 < head.len()).then_some(text)
}

fn by_text(head: &[u8], text: &str) -> (Kind, &'static str) {
    let body = skip_comments(text);
    let opens = |tag: &str| {
        body.get(..tag.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(tag))
            && body
                .as_bytes()
                .get(tag.len())
                .is_none_or(|next| !next.is_ascii_alphanumeric())
    };
    if opens("<svg") || (opens("<?xml") || opens("<!doctype svg")) && contains(body, "<svg") {
        return (Kind::Svg, "image/svg+xml");
    }
    let page = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<script",
        "<iframe",
        "<title",
        "<style",
        "<table",
        "<div",
        "<meta",
        "<link",
        "<form",
        "<img",
        "<object",
        "<embed",
        "<h1",
        "<p",
        "<a",
        "<br",
        "<b",
        "<font",
    ];
    if page.iter().any(|tag| opens(tag)) || opens("<?xml") && contains(body, "<html") {
        return (Kind::Html, "text/html");
    }
    if opens("<?xml") || opens("<!doctype") || opens("<!entity") {
        return (Kind::Xml, "application/xml");
    }
    if opens("[desktop entry]") || opens("[internetshortcut]") {
        return (Kind::Executable, "application/x-desktop");
    }
    if is_mail(body) {
        return (Kind::Email, "message/rfc822");
    }
    if pdf_header(head).is_some() {
        (Kind::Pdf, "application/pdf")
    } else {
        (Kind::Text, "text/plain")
    }
}

/// Passes a byte-order mark, white space and markup comments, in front of which a browser does not stop either.
fn skip_comments(text: &str) -> &str {
    let mut rest = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n', '\x0c']);
    while let Some(comment) = rest.strip_prefix("<!--") {
        let Some((_, after)) = comment.split_once("-->") else {
            return "<html";
        };
        rest = after.trim_start();
    }
    rest
}

fn contains(text: &str, tag: &str) -> bool {
    text.as_bytes()
        .windows(tag.len())
        .any(|window| window.eq_ignore_ascii_case(tag.as_bytes()))
}

/// Header lines from the first on, among them those that only a mail has.
fn is_mail(text: &str) -> bool {
    let headers: BTreeSet<String> = text
        .lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with([' ', '\t']))
        .map_while(|line| line.split_once(':'))
        .map_while(|(name, _)| {
            let plain =
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            plain.then(|| name.to_ascii_lowercase())
        })
        .collect();
    let has = |name: &str| headers.contains(name);
    has("mime-version")
        || has("received")
        || has("return-path")
        || (has("from") && has("subject") && (has("date") || has("to")))
}
