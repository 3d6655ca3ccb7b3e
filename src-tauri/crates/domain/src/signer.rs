//! Keys that sign bundles: those of others, as far as we know them, and those that a member signs with beside the approval key; and
//! the bundles that came from others. A key is never trusted because a bundle holds it. Knows no cryptography and no files.

use serde::{Deserialize, Serialize};

/// What a person did about a key, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// The member's label.
    pub by: String,
    /// The day.
    pub on: String,
    /// How the fingerprint was compared, or why the key is good no longer.
    pub how: String,
}

/// A key of somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownKey {
    /// `SHA256:...`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// The key as OpenSSH writes it: kind and base64.
    pub public: String,
    /// The name under which it signs: the principal in allowed_signers.
    pub principal: String,
    /// Whose key it is, in our words.
    pub label: String,
    /// The day on which it was seen or written down first.
    pub first_seen: String,
    /// Where: a bundle's name, or a list.
    pub seen_in: String,
    /// Its fingerprint was compared by another way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted: Option<Word>,
    /// It is good no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Word>,
}

impl KnownKey {
    /// seen, trusted or withdrawn.
    pub fn standing(&self) -> &'static str {
        if self.withdrawn.is_some() {
            "withdrawn"
        } else if self.trusted.is_some() {
            "trusted"
        } else {
            "seen"
        }
    }

    /// The line of allowed_signers for a namespace; only for a key that is trusted.
    pub fn line(&self, namespace: &str) -> Option<String> {
        (self.standing() == "trusted").then(|| {
            format!(
                "{} namespaces=\"{namespace}\" {}",
                self.principal, self.public
            )
        })
    }
}

/// A key that a member signs filings with beside the approval key: an OpenSSH key file, or a key in an SSH agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundKey {
    /// `SHA256:...`
    pub fingerprint: String,
    /// The key as OpenSSH writes it: kind and base64.
    pub public: String,
    /// The key's own signature over the statement that binds it: whoever binds it has it.
    pub proof: String,
    /// The day.
    pub on: String,
}

/// A bundle that came from somebody else and was kept. It proves what its signature covers, and no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Such as `RB-0001`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The record that it was taken into.
    pub into: String,
    /// The document that keeps it, as it lay in its container, decrypted.
    pub document: String,
    /// The folder name inside.
    pub name: String,
    /// SHA-256 of the zip in hex.
    pub sha256: String,
    /// Size of the zip in bytes.
    pub bytes: u64,
    /// Payload files.
    pub files: u64,
    /// The sender's reference of the filing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<String>,
    /// Its kind, such as F7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The sender as the bundle names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The bundle's own day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<String>,
    /// The signer's principal.
    pub principal: String,
    /// The key's fingerprint.
    pub fingerprint: String,
    /// What we knew of the key on that day: own, trusted, seen or unknown.
    pub standing: String,
    /// Why it was taken in although nobody had compared the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// It came encrypted.
    pub encrypted: bool,
    /// The day.
    pub on: String,
    /// The member's label.
    pub by: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_only_seen_or_is_withdrawn_vouches_for_nothing() {
        let word = Word {
            by: "staff-1".to_owned(),
            on: "2026-03-02".to_owned(),
            how: "By telephone".to_owned(),
        };
        let mut key = KnownKey {
            fingerprint: "SHA256:x".to_owned(),
            public: "ssh-ed25519 AAAA".to_owned(),
            principal: "a@b".to_owned(),
            label: "Lion City".to_owned(),
            first_seen: "2026-03-02".to_owned(),
            seen_in: "F7-2026-0001".to_owned(),
            trusted: None,
            withdrawn: None,
        };
        assert_eq!((key.standing(), key.line("n")), ("seen", None));
        key.trusted = Some(word.clone());
        assert_eq!(
            key.line("n").as_deref(),
            Some("a@b namespaces=\"n\" ssh-ed25519 AAAA")
        );
        key.withdrawn = Some(word);
        assert_eq!(
            (key.standing(), key.line("n")),
            ("withdrawn", None),
            "withdrawn outweighs whatever was said before"
        );
    }
}
