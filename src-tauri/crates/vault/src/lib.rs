//! The vault folder: key slots, the vault key, document files and the lock (contract, section 2; security 3.2 to 3.8).
//!
//! It must not know SQL, cases or people: only labels, public keys, and files that the stock `age` program opens.

mod agefile;
mod backups;
mod documents;
mod error;
mod folder;
mod keyring;
mod keys;
mod lists;
mod lock;
mod members;
mod parts;
mod place;
mod recovery;
mod secret;
mod unlocked;

pub use agefile::{new_identity, recipient_of};
pub use backups::{
    Backup, Copied, Slip, backups_in, forget_kept, keep_as_it_is, look, remove_backup, restore,
};
pub use documents::{Documents, Sealed, Swept};
pub use error::VaultError;
pub use folder::{Card, inspect};
pub use keyring::Member;
pub use keys::{ApprovalKey, LogKey, verify_log_signature, verify_log_sshsig, verify_sshsig};
pub use members::{MOST_MEMBERS, MOST_RECOVERY_KEYS, Prepared, Recovering, Step, recover};
pub use parts::{MOST_PARTS, Split};
pub use place::shared_by;
pub use recovery::RecoverySheet;
pub use unlocked::{NewVault, Unlocked, create, open, unlock};

/// Standard base 64, for checkpoints.
pub fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
