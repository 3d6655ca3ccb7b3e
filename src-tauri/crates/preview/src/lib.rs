//! Decodes a hostile image or PDF into pixels, in a process without keys, network or files.
//!
//! Two sides meet here. The trusted side names a file's true kind from its bytes ([`sniff`]) and asks a worker for
//! pixels ([`Worker`]). The worker ([`worker_main`]) gives up everything but its two pipes ([`sandbox`]) before it
//! looks at a single byte of the file. This crate knows no vault, no case and no path of a document.

mod client;
mod decode;
mod marks;
mod pdf;
mod protocol;
pub mod sandbox;
mod sniff;
mod text;
mod worker;

pub use client::{PATIENCE, Worker};
pub use marks::Mark;
pub use protocol::{
    Answer, Inspection, MAX_HEIGHT_PX, MAX_INPUT, MAX_PDF_PAGES, MAX_TEXT, MAX_TIFF_PAGES,
    MAX_WIDTH_PX, PageSize, Picture, PreviewError, Request, Rotation, TextExcerpt,
};
pub use sniff::{Kind, Sniffed, is_previewable, sniff};
pub use worker::worker_main;
