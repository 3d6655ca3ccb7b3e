//! BagIt bags signed with SSHSIG and optionally encrypted with age: build, read, verify. Knows no cases.
//!
//! - [`seal`] writes a signed bundle, [`seal_through`] gives it to a reader that keeps or closes it; [`encrypt`] closes it to age recipients.
//! - [`verify`] judges a bundle, packed, encrypted or unpacked; [`unpack`] writes a verified one out.
//! - [`bag_check`] judges any BagIt bag, signed or not.
//! - [`verify_detached`] judges a signature over a single file, such as a rule pack.
//!
//! The layout is fixed by section 4 of the contract; the codes of hostile input by section 5.2 of the security design.

mod age_file;
mod allowed_signers;
mod bag;
mod check;
mod detached;
mod encrypt;
mod error;
mod json;
mod medium;
#[cfg(test)]
mod mutation;
mod names;
mod openssh;
mod packed;
mod progress;
mod purpose;
mod seal;
mod sshsig;
mod tree;
mod unpack;
mod verify;
mod verify_txt;
mod zipfile;

pub use age_file::Identity;
pub use allowed_signers::{AllowedSigners, principal_is_plain};
pub use bag::{BagName, PayloadPath};
pub use check::{BagReport, bag_check};
pub use detached::{Detached, KeyStanding, verify_detached};
pub use encrypt::{
    Encrypted, Recipient, encrypt, encrypt_from, parse_recipients, recipients_from_text,
};
pub use error::{Class, Problem, Refusal};
pub use medium::Medium;
pub use openssh::{OpenSshKey, agent_keys, public_key, signed_by};
pub use progress::{Doing, Progress, Step, silent};
pub use purpose::Purpose;
pub use seal::{Content, Draft, Sealed, seal, seal_through};
pub use sshsig::{NAMESPACE, fingerprint, sign_filing};
pub use unpack::{Unpacked, unpack};
/// A page that checks a bundle in a browser without a network: the hashes of all files, and the signature where the browser can. It is the
/// same in every bundle of a version, lies at `data/verify.html` where the bundle has it, and says what it cannot prove.
pub const VERIFY_PAGE: &str = include_str!("verify.html");
/// Where [`VERIFY_PAGE`] lies below `data/`.
pub const VERIFY_PAGE_PATH: &str = "verify.html";

pub use verify::{Container, Options, Report, Signer, payload, verify, verify_and_keep};
