//! The use cases: the one door through which anything is read or changed.
//!
//! The window and the command line are two faces of this crate. It must not know how either looks.

mod access;
mod approval;
mod attempts;
mod audit;
pub mod backups;
mod bundles;
mod calendar;
mod cases;
mod casework;
mod clocks;
mod commands;
mod customers;
pub mod demo;
mod documents;
pub mod drill;
mod elements;
mod error;
mod examine;
mod exports;
mod filings;
mod guide;
mod handed_out;
mod handling;
mod imports;
mod intake;
mod lists;
mod local;
mod memos;
mod now;
mod open_vault;
mod oversight;
mod packs;
mod passphrase;
mod people;
mod picker;
mod preview_worker;
mod print;
mod programme;
mod reminders;
mod resellers;
mod retention;
mod rights;
mod signers;
mod summary;
mod taken_in;
mod timeline;
mod update;
mod watch;
pub mod whole;
mod words;

pub use access::{AccessHow, Names};
pub use attempts::pause_before_unlock;
pub use bundle::OpenSshKey;
pub use bundles::{check_bag, verify as verify_bundle};
pub use calendar::Privacy;
pub use casework::UsageHow;
pub use commands::{Desk, Listener, NoListener};
pub use documents::{LARGEST, Source};
pub use domain::query::quoted;
pub use error::{Error, Result};
pub use handed_out::save_private;
pub use imports::{Mapping, Structure, Table};
pub use local::state_folder;
pub use now::{FixedNow, Now, SystemNow};
pub use open_vault::{DEFAULT_PACK, NewVault, OpenVault, Surroundings};
pub use packs::{
    PACK_NAMESPACE, PackHead, PackReport, PackSignature, builtin_packs, check_pack, compare_packs,
    find_pack, offer_builtin, offer_file,
};
pub use people::{MOST_PARTS, RecoverySheet, Turned};
pub use picker::{Ask, FilePicker, NoPicker, ScriptedPicker};
pub use rights::commands;
pub use secrecy::{ExposeSecret, SecretString};
pub use signers::{agent_key, agent_key_at, agent_socket, key_file};
pub use store::Schema;
pub use summary::{Summary, compute_clock, inspect, instant_text, parse_now, triggers};
pub use watch::{Throttled, Unwatched, Watch};
