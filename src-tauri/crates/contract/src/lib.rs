//! What crosses to the window, and to the command line's `--json`: requests, views, events and errors.
//!
//! Plain data. It must not know how anything is stored, computed or drawn; TypeScript is generated from it
//! (`UPDATE_CONTRACT=1 cargo test -p contract`).

#[macro_use]
mod macros;
mod audit;
mod bundles;
mod cases;
mod casework;
mod clocks;
mod commands;
mod conduct;
mod customers;
mod demands;
mod documents;
mod drill;
mod evidence;
mod failure;
mod fields;
mod filings;
mod guide;
mod handling;
mod imports;
mod intake;
mod letters;
mod likeness;
mod owners;
mod packs;
mod people;
mod programme;
mod resellers;
mod retention;
mod session;
mod timeline;

pub use audit::*;
pub use bundles::*;
pub use cases::*;
pub use casework::*;
pub use clocks::*;
pub use conduct::*;
pub use customers::*;
pub use demands::*;
pub use documents::*;
pub use drill::*;
pub use evidence::*;
pub use failure::*;
pub use fields::*;
pub use filings::*;
pub use guide::*;
pub use handling::*;
pub use imports::*;
pub use intake::*;
pub use letters::*;
pub use likeness::*;
pub use owners::*;
pub use packs::*;
pub use people::*;
pub use programme::*;
pub use resellers::*;
pub use retention::*;
pub use session::*;
pub use timeline::*;
