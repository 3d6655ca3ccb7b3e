//! The recovery sheet: paper that opens the vault when every passphrase is lost.

use crate::{agefile, error::VaultError, keys::ApprovalKey, secret::Secret};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const PREFIX: &str = "AGE-SECRET-KEY-1";
/// What bech32 writes; the letters B, I, O and the digit 1 are not among them.
const ALPHABET: &str = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
/// Characters behind the prefix.
const LENGTH: usize = 58;
/// Characters of a group on the sheet.
const GROUP: usize = 6;

/// The key that comes with a recovery key, and signs the list of members in which somebody gets new keys.
pub(crate) fn signer(identity: &str) -> ApprovalKey {
    let mut hash = Sha256::new();
    hash.update(b"cipdesk-recovery-signer-v1\0");
    hash.update(identity.as_bytes());
    let mut seed = Secret::zero();
    hash.finalize_into((&mut *seed).into());
    ApprovalKey::from_seed(seed)
}

/// Reads a recovery key as a person typed it: any case, any spaces, in groups or as one line.
pub(crate) fn read(typed: &SecretString) -> Result<Zeroizing<String>, VaultError> {
    let mut text = Zeroizing::new(String::with_capacity(256));
    text.extend(
        typed
            .expose_secret()
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_uppercase)
            .take(200),
    );
    if text.is_empty() {
        return Err(VaultError::Lost);
    }
    let typo = |at: usize| VaultError::RecoveryTypo(Some(at / GROUP + 2));
    let Some(rest) = text.strip_prefix(PREFIX) else {
        return Err(VaultError::RecoveryTypo(Some(1)));
    };
    if let Some(at) = rest.chars().position(|c| !ALPHABET.contains(c)) {
        return Err(typo(at));
    }
    if rest.len() != LENGTH {
        return Err(typo(rest.len().min(LENGTH)));
    }
    if agefile::recipient_of(&text).is_none() {
        return Err(VaultError::RecoveryTypo(None));
    }
    Ok(text)
}

/// What is printed once and kept nowhere else.
pub struct RecoverySheet {
    vault_id: String,
    made_on: String,
    identity: Zeroizing<String>,
}

impl RecoverySheet {
    pub(crate) fn new(vault_id: &str, made_on: &str, identity: Zeroizing<String>) -> Self {
        Self {
            vault_id: vault_id.to_owned(),
            made_on: made_on.to_owned(),
            identity,
        }
    }

    /// The key, whole: an age identity.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// The key in groups of six characters behind its prefix, for reading and typing back.
    pub fn groups(&self) -> Vec<String> {
        let (prefix, rest) = self
            .identity
            .split_at_checked(PREFIX.len())
            .unwrap_or((&self.identity, ""));
        let letters: Vec<char> = rest.chars().collect();
        std::iter::once(prefix.to_owned())
            .chain(letters.chunks(GROUP).map(|group| group.iter().collect()))
            .collect()
    }

    /// The sheet, line by line.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            "CIP Desk recovery sheet".to_owned(),
            String::new(),
            format!("Vault {}", self.vault_id),
            format!("Made on {}", self.made_on),
            String::new(),
            "Whoever holds this key can read everything in the vault. Seal this sheet in an envelope,".to_owned(),
            "sign across the flap, and keep it away from the computer. Nobody, including us, can make another.".to_owned(),
            String::new(),
        ];
        lines.push(self.identity.to_string());
        lines.push(String::new());
        lines.push("The same in groups:".to_owned());
        for row in self.groups().chunks(6) {
            lines.push(format!("  {}", row.join(" ")));
        }
        lines.extend(
            [
                "",
                "How to use it: on the lock screen choose \"I lost the passphrase\", or run",
                "  cipdesk-cli vault recover VAULT-FOLDER --label staff-1",
                "and give a member a new passphrase.",
                "",
                "How to use it without CIP Desk, with the program age (age-encryption.org):",
                "  1. Type the long line into a file named recovery.txt.",
                "  2. age -d -i recovery.txt VAULT-FOLDER/keyring/g000001/vault-key.age",
                "     (g000001 becomes g000002 and so on when members change: take the highest that has a vault-key.age.)",
                "  3. It prints db_key. Any SQLCipher 4 program opens VAULT-FOLDER/db/g000001.db with",
                "     PRAGMA key = \"x'DB_KEY'\";",
                "  4. The table document names, for each document, the identity that opens its file with age.",
            ]
            .map(str::to_owned),
        );
        lines
    }
}
