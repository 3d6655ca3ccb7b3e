//! The encrypted database: connections, migrations, the journal and its projections.
//!
//! It must not know passphrases, members' keys or the window. Every change goes through [`Act::push`], which appends
//! the entry and applies it to the tables in one transaction; nothing else writes a record.

mod access;
mod casework;
mod check;
mod connection;
mod customers;
mod disposal;
mod error;
mod found;
mod handling;
mod journal;
mod likeness;
mod migrate;
mod project;
mod records;
mod whole;

pub use access::{
    AccessFile, AccessImport, AccessLine, AccessQuery, AccessRow, AccessWritten, AddressUse,
};
pub use check::{Approved, Checked, Fault, Verify};
pub use connection::{Read, Store, Write};
pub use customers::{CustomerFilter, CustomerLine, CustomerPage, Order};
pub use error::StoreError;
pub use handling::{Beside, CommentLine};
pub use journal::{Act, Chained, Head, Recorded, Said, SignedAct, Signer, Stamp};
pub use likeness::{Alike, DueAbout, Shared};
pub use migrate::{Going, Older, Schema, Step};
pub use records::DocumentLine;
pub use whole::{BULK, RECORDS, SECRETS, SOURCE};
