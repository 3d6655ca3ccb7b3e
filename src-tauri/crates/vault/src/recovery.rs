//! The recovery sheet: paper that opens the vault when every passphrase is lost.

use zeroize::Zeroizing;

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
            .split_at_checked("AGE-SECRET-KEY-1".len())
            .unwrap_or((&self.identity, ""));
        let letters: Vec<char> = rest.chars().collect();
        std::iter::once(prefix.to_owned())
            .chain(letters.chunks(6).map(|group| group.iter().collect()))
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
                "How to use it without CIP Desk, with the program age (age-encryption.org):",
                "  1. Type the long line into a file named recovery.txt.",
                "  2. age -d -i recovery.txt VAULT-FOLDER/keyring/g000001/vault-key.age",
                "  3. It prints db_key. Any SQLCipher 4 program opens VAULT-FOLDER/db/g000001.db with",
                "     PRAGMA key = \"x'DB_KEY'\";",
                "  4. The table document names, for each document, the identity that opens its file with age.",
            ]
            .map(str::to_owned),
        );
        lines
    }
}
