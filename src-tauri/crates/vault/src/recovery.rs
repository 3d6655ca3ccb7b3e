//! The recovery sheet: paper that opens the vault when every passphrase is lost.

use crate::{
    agefile,
    error::VaultError,
    keys::ApprovalKey,
    parts::{self, Split},
    secret::Secret,
};
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
/// Characters that are read of what was typed: more than the most parts have.
const MOST_TYPED: usize = 1_000;
/// Makes the recovery key of its parts where there is no CIP Desk.
const JOIN: &str = include_str!("join.py");

/// The key that comes with a recovery key, and signs the list of members in which somebody gets new keys.
pub(crate) fn signer(identity: &str) -> ApprovalKey {
    let mut hash = Sha256::new();
    hash.update(b"cipdesk-recovery-signer-v1\0");
    hash.update(identity.as_bytes());
    let mut seed = Secret::zero();
    hash.finalize_into((&mut *seed).into());
    ApprovalKey::from_seed(seed)
}

/// A key or a part of one, as it is written: an age identity, or what [`parts`] makes of it.
pub(crate) type Key = Zeroizing<String>;

/// The first group, counted from the prefix, in which letters are not what they can be; one too many or too few is found at the end.
pub(crate) fn wrong_group(letters: &str, length: usize) -> Option<usize> {
    let group = |at: usize| at / GROUP + 2;
    (letters.chars().position(|c| !ALPHABET.contains(c)))
        .or_else(|| (letters.len() != length).then_some(letters.len().min(length)))
        .map(group)
}

/// Reads a recovery key, or its parts one after the other, as a person typed them: any case, any spaces, in groups or as one line.
pub(crate) fn read(typed: &SecretString) -> Result<Key, VaultError> {
    let mut text = Zeroizing::new(String::with_capacity(MOST_TYPED));
    text.extend(
        typed
            .expose_secret()
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_uppercase)
            .take(MOST_TYPED),
    );
    if text.is_empty() {
        return Err(VaultError::Lost);
    }
    if text.contains(parts::PREFIX) {
        return parts::join(&text);
    }
    let Some(rest) = text.strip_prefix(PREFIX) else {
        return Err(VaultError::RecoveryTypo(Some(1)));
    };
    if let Some(group) = wrong_group(rest, LENGTH) {
        return Err(VaultError::RecoveryTypo(Some(group)));
    }
    if agefile::recipient_of(&text).is_none() {
        return Err(VaultError::RecoveryTypo(None));
    }
    Ok(text)
}

/// What is printed once and kept nowhere else: a recovery key, or one part of it.
pub struct RecoverySheet {
    vault_id: String,
    made_on: String,
    key: Key,
    /// Which part this is, of how many.
    part: Option<(usize, Split)>,
}

impl RecoverySheet {
    pub(crate) fn new(vault_id: &str, made_on: &str, identity: Key) -> Self {
        Self {
            vault_id: vault_id.to_owned(),
            made_on: made_on.to_owned(),
            key: identity,
            part: None,
        }
    }

    /// The sheets of a key that several officers hold; this one is gone.
    ///
    /// # Errors
    /// No random numbers; a sheet that is a part already.
    pub fn split(self, split: Split) -> Result<Vec<Self>, VaultError> {
        let parts = parts::split(&self.key, split)?.into_iter();
        Ok((parts.zip(1..))
            .map(|(key, number)| Self {
                vault_id: self.vault_id.clone(),
                made_on: self.made_on.clone(),
                key,
                part: Some((number, split)),
            })
            .collect())
    }

    /// The key as it is typed: an age identity, or the part of one.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The key in groups of six characters behind its prefix, for reading and typing back.
    pub fn groups(&self) -> Vec<String> {
        let prefix = if self.part.is_some() {
            parts::PREFIX
        } else {
            PREFIX
        };
        let (prefix, rest) = self
            .key
            .split_at_checked(prefix.len())
            .unwrap_or((&self.key, ""));
        let letters: Vec<char> = rest.chars().collect();
        std::iter::once(prefix.to_owned())
            .chain(letters.chunks(GROUP).map(|group| group.iter().collect()))
            .collect()
    }

    /// The sheet, line by line.
    pub fn lines(&self) -> Vec<String> {
        let words = Words::of(self.part);
        let mut lines = vec![
            words.title,
            String::new(),
            format!("Vault {}", self.vault_id),
            format!("Made on {}", self.made_on),
            String::new(),
            format!("{} Seal this sheet in an envelope,", words.opens),
            format!(
                "sign across the flap, and keep it {}. Nobody, including us, can make another.",
                words.away_from
            ),
            String::new(),
            self.key.to_string(),
            String::new(),
            "The same in groups:".to_owned(),
        ];
        lines.extend((self.groups().chunks(6)).map(|row| format!("  {}", row.join(" "))));
        lines.extend([
            String::new(),
            "How to use it: on the lock screen choose \"I lost the passphrase\", or run".to_owned(),
            "  cipdesk-cli keys recover VAULT-FOLDER --label staff-1".to_owned(),
            words.typed,
            String::new(),
            "How to use it without CIP Desk, with the program age (age-encryption.org):".to_owned(),
        ]);
        lines.extend(words.into_recovery_txt);
        lines.extend(
            [
                "  2. age -d -i recovery.txt VAULT-FOLDER/keyring/g000001/vault-key.age",
                "     (g000001 becomes g000002 and so on when members change: take the highest that has a vault-key.age.)",
                "  3. It prints db_key. Any SQLCipher 4 program opens VAULT-FOLDER/db/g000001.db with",
                "     PRAGMA key = \"x'DB_KEY'\";",
                "  4. The table document names, for each document, the identity that opens its file with age.",
            ]
            .map(str::to_owned),
        );
        if self.part.is_some() {
            lines.extend([String::new(), "join.py:".to_owned()]);
            lines.extend(JOIN.lines().map(str::to_owned));
        }
        lines
    }
}

/// What the sheet of a whole key says otherwise than that of a part.
struct Words {
    title: String,
    opens: String,
    away_from: &'static str,
    typed: String,
    into_recovery_txt: Vec<String>,
}

impl Words {
    fn of(part: Option<(usize, Split)>) -> Self {
        let Some((number, split)) = part else {
            return Self {
                title: "CIP Desk recovery sheet".to_owned(),
                opens: "Whoever holds this key can read everything in the vault.".to_owned(),
                away_from: "away from the computer",
                typed: "and give a member a new passphrase.".to_owned(),
                into_recovery_txt: vec![
                    "  1. Type the long line into a file named recovery.txt.".to_owned(),
                ],
            };
        };
        let (needed, of) = (split.needed(), split.of());
        Self {
            title: format!("CIP Desk recovery sheet, part {number} of {of}"),
            opens: format!(
                "Any {needed} of the {of} parts of this key open the vault; fewer say nothing of it."
            ),
            away_from: "apart from the other parts",
            typed: format!(
                "Type {needed} different parts, one after the other, and give a member a new passphrase."
            ),
            into_recovery_txt: vec![
                format!(
                    "  1. Type the long lines of {needed} parts into a file named parts.txt, and the program below into join.py."
                ),
                "     python3 join.py < parts.txt > recovery.txt".to_owned(),
            ],
        }
    }
}
