//! What the trusted side and the worker say to each other, and how it lies on the pipe.
//!
//! A frame is a little-endian `u32`, that many bytes of JSON, then the raw bytes the JSON announces. The worker's side
//! of the pipe is hostile: its headers hold numbers and closed enums only, and pixels cross raw, so a captured worker can
//! draw a wrong picture and nothing else. Knows neither decoders nor processes.

use crate::{marks::Mark, sandbox::Confinement, sniff::Kind};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};

/// The largest file a preview is made of, in bytes: the worker holds it in memory beside what it decodes.
pub const MAX_INPUT: u64 = 256 * 1024 * 1024;
/// The widest picture, in pixels (security.md 3.16).
pub const MAX_WIDTH_PX: u32 = 2_000;
/// The highest picture, in pixels: an upright page at the full width, and room for long receipts.
pub const MAX_HEIGHT_PX: u32 = 4_000;
/// Pages of a PDF that can be shown (security.md 3.6).
pub const MAX_PDF_PAGES: u32 = 500;
/// Pages of a TIFF that can be shown (security.md 3.16).
pub const MAX_TIFF_PAGES: u32 = 20;
/// Bytes of a text that are shown.
pub const MAX_TEXT: usize = 256 * 1024;
/// The longest JSON header, in bytes.
const MAX_HEADER: u32 = 64 * 1024;

/// What the worker is asked to do with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Say what the file is, without drawing it.
    Inspect {
        /// The page whose size is wanted, from 1.
        page: u32,
    },
    /// Draw a page, or give the beginning of a text.
    Render {
        /// The page, from 1.
        page: u32,
        /// The width of the picture in pixels, after turning; brought into 1..=[`MAX_WIDTH_PX`].
        width_px: u32,
        /// How far to turn the page.
        rotate: Rotation,
    },
}

/// A turn, clockwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// As it stands.
    #[default]
    None,
    /// 90 degrees.
    Quarter,
    /// 180 degrees.
    Half,
    /// 270 degrees.
    ThreeQuarters,
}

impl Rotation {
    /// The turn by 0, 90, 180 or 270 degrees; nothing else is one.
    pub fn from_degrees(degrees: u32) -> Option<Self> {
        match degrees {
            0 => Some(Self::None),
            90 => Some(Self::Quarter),
            180 => Some(Self::Half),
            270 => Some(Self::ThreeQuarters),
            _ => None,
        }
    }

    /// Width and height change places.
    pub(crate) fn is_sideways(self) -> bool {
        matches!(self, Self::Quarter | Self::ThreeQuarters)
    }
}

/// What the trusted side gets.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// To [`Request::Inspect`].
    Inspected(Inspection),
    /// To [`Request::Render`] of an image or a PDF.
    Picture(Picture),
    /// To [`Request::Render`] of a text.
    Text(TextExcerpt),
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// Its kind, from its content.
    pub kind: Kind,
    /// How many pages it has; absent where that is unknown, as in a damaged PDF, or makes no sense.
    pub pages: Option<u32>,
    /// The size of the page asked about; absent where it is unknown.
    pub size: Option<PageSize>,
    /// A PDF that is encrypted, whether or not it opens without a password.
    pub encrypted: bool,
    /// What a person should know about its content.
    pub marks: Vec<Mark>,
    /// Why no page of it can be shown; absent where one can.
    pub obstacle: Option<PreviewError>,
    /// What held the worker while it looked.
    pub confinement: Confinement,
}

/// The size of a page as it is shown, upright: pixels of an image, points (1/72 inch) of a PDF.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PageSize {
    /// From left to right.
    pub width: f32,
    /// From top to bottom.
    pub height: f32,
}

/// A page, drawn anew: nothing of the original file is in it but its pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// A PNG, encoded on the trusted side, without metadata.
    pub png: Vec<u8>,
    /// The file ends too early, and only its first part is shown.
    pub partial: bool,
}

/// The beginning of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextExcerpt {
    /// At most [`MAX_TEXT`] bytes of the file as UTF-8, lines ended by `\n`; control, invisible and
    /// direction-changing characters are written `\u{202E}`.
    pub text: String,
    /// The file goes on after it.
    pub truncated: bool,
}

/// Why there is no preview. The sentence is for the user; none of them means that the stored file is changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreviewError {
    /// No bytes at all.
    #[error("This file is empty.")]
    Empty,
    /// A kind that is stored and never shown.
    #[error("{}, so there is no preview. Save a copy only if you trust where it comes from.", .0.sentence())]
    NotPreviewed(Kind),
    /// An encrypted PDF that does not open without a password.
    #[error("This PDF needs a password, no preview. Save a copy and open it with the password.")]
    NeedsPassword,
    /// An encrypted PDF whose encryption is none that we know.
    #[error(
        "This PDF is encrypted in a way that is not supported, no preview. Save a copy to open it in another program."
    )]
    UnknownEncryption,
    /// The worker took too long.
    #[error("Preview stopped after {0} s. The file itself is stored unchanged.")]
    TookTooLong(u64),
    /// The worker reached one of its limits and ended.
    #[error(
        "Preview stopped: the file asks for more memory or time than a preview may use. The file itself is stored unchanged."
    )]
    Stopped,
    /// More bytes than a preview is made of.
    #[error("The file has {0} MiB, and a preview is made of at most {limit} MiB. The file itself is stored unchanged.", limit = MAX_INPUT / 1024 / 1024)]
    FileTooLarge(u64),
    /// More pixels than a preview decodes.
    #[error(
        "The image claims {width} by {height} pixels, more than a preview decodes. The file itself is stored unchanged."
    )]
    ImageTooLarge {
        /// Pixels from left to right.
        width: u32,
        /// Pixels from top to bottom.
        height: u32,
    },
    /// A page behind the last one that is shown.
    #[error(
        "The preview shows the first {shown} of {pages} pages. Save a copy to see page {page}."
    )]
    PageNotShown {
        /// The page asked for, from 1.
        page: u32,
        /// How many pages are shown.
        shown: u32,
        /// How many there are.
        pages: u32,
    },
    /// A page that is not there.
    #[error("There is no page {page}: the file has {pages}. Choose one of them.")]
    NoSuchPage {
        /// The page asked for, from 1.
        page: u32,
        /// How many there are.
        pages: u32,
    },
    /// Content that cannot be decoded.
    #[error(
        "The file is damaged or of an unusual make, no preview. The file itself is stored unchanged; save a copy to try another program."
    )]
    Damaged,
    /// The worker's program did not start, or gave no sensible answer.
    #[error(
        "The preview program did not start or did not answer. Reinstall CIP Desk if this stays so; the file itself is stored unchanged."
    )]
    NoWorker,
}

impl PreviewError {
    /// The stable code (security.md 5.3).
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "A-01",
            Self::NotPreviewed(_) => "A-04",
            Self::NeedsPassword | Self::UnknownEncryption => "A-05",
            Self::TookTooLong(_) | Self::Stopped => "A-06",
            Self::FileTooLarge(_) | Self::ImageTooLarge { .. } | Self::PageNotShown { .. } => {
                "A-07"
            }
            Self::Damaged => "A-08",
            Self::NoSuchPage { .. } => "E-PREVIEW-PAGE",
            Self::NoWorker => "E-PREVIEW-WORKER",
        }
    }
}

/// The header in front of the file's bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) request: Request,
    pub(crate) bytes: u64,
}

/// The header in front of the worker's bytes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    Inspected(Inspection),
    /// `width * height * 3` bytes of RGB follow.
    Pixels {
        width: u32,
        height: u32,
        partial: bool,
    },
    /// `bytes` bytes of UTF-8 follow.
    Text {
        bytes: u32,
        truncated: bool,
    },
    Refused(PreviewError),
}

impl Reply {
    /// How many raw bytes follow, and whether so many are allowed.
    pub(crate) fn body_len(&self) -> Option<u64> {
        match *self {
            Self::Inspected(_) | Self::Refused(_) => Some(0),
            Self::Pixels { width, height, .. } => {
                let allowed =
                    (1..=MAX_WIDTH_PX).contains(&width) && (1..=MAX_HEIGHT_PX).contains(&height);
                allowed.then(|| u64::from(width) * u64::from(height) * 3)
            }
            // An escape such as `\u{202E}` is eight bytes for a character of one to three.
            Self::Text { bytes, .. } => {
                (bytes as usize <= MAX_TEXT * 8).then_some(u64::from(bytes))
            }
        }
    }
}

/// Writes a header; its raw bytes are the caller's to write next.
pub(crate) fn write_header(out: &mut impl Write, header: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_vec(header)?;
    let length = u32::try_from(json.len()).map_err(|_| io::ErrorKind::InvalidData)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&json)
}

/// Reads a header of at most 64 KiB.
pub(crate) fn read_header<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > MAX_HEADER {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let json = read_body(from, u64::from(length))?;
    // A cut header inside a whole frame is nonsense, not an early end.
    serde_json::from_slice(&json).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// Reads exactly `length` bytes; a shorter stream is an error.
pub(crate) fn read_body(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let expected = usize::try_from(length).map_err(|_| io::ErrorKind::InvalidData)?;
    let mut body = Vec::new();
    body.try_reserve_exact(expected)
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    from.take(length).read_to_end(&mut body)?;
    if body.len() == expected {
        Ok(body)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
