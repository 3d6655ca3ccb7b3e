//! Zip files: one strict form that bundles are written and read in, and a lenient reader for bags of others. Knows no bags.

mod headers;
mod loose;
mod reader;
mod record;

pub(crate) use headers::Headers;
pub(crate) use loose::read_any;
pub(crate) use reader::read_strict;
