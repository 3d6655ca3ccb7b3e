//! Zip files: one strict form that bundles are written and read in, and a lenient reader for bags of others. Knows no bags.

mod loose;
mod reader;
mod record;
mod writer;

pub(crate) use loose::read_any;
pub(crate) use reader::read_strict;
pub(crate) use writer::{Stopped, ZipWriter};
