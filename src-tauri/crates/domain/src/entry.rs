//! A journal entry: what is hashed, chained and signed (security 3.11).
//!
//! It must not know what a change means, only that its body is committed to.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// What this computer's clock looked like when an entry was recorded (security 3.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Nothing odd.
    Ok,
    /// The wall clock was behind the entry before it.
    Back,
    /// The wall clock was more than 45 days past the entry before it.
    Ahead,
    /// The wall clock was before the program was built.
    Unset,
}

impl ClockState {
    /// Judges a wall clock against the last entry's time and the day the program was built, all in milliseconds of UTC.
    ///
    /// Two minutes of going back are tolerated: clocks are corrected over a network that we do not use.
    pub fn judge(now_ms: i64, last_ms: Option<i64>, built_ms: i64) -> Self {
        const TOLERANCE_MS: i64 = 120_000;
        const FAR_MS: i64 = 45 * 86_400_000;
        match last_ms {
            _ if now_ms < built_ms => Self::Unset,
            Some(last) if now_ms < last.saturating_sub(TOLERANCE_MS) => Self::Back,
            Some(last) if now_ms > last.saturating_add(FAR_MS) => Self::Ahead,
            _ => Self::Ok,
        }
    }

    /// A sentence for the banner; none when nothing is odd.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::Ok => None,
            Self::Back => Some(
                "This computer's clock is behind the last entry of this vault. Deadlines are counted from the later of the two. Set the clock, then go on.",
            ),
            Self::Ahead => Some(
                "This computer's clock is more than 45 days past the last entry of this vault. If that is wrong, set the clock before you record anything.",
            ),
            Self::Unset => Some(
                "This computer's clock is before the day this program was built. Set the clock before you record anything.",
            ),
        }
    }
}

/// The part of an entry that stays for ever; its body may be shredded without breaking the chain.
///
/// The fields stand in the order of canonical JSON, so that its hash needs no sorting: a test compares with RFC 8785 as others wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Fingerprint of the author's log key, `SHA256:...`.
    pub author: String,
    /// Hash of the author's entry before this one; zeros for the first.
    #[serde(with = "hex32")]
    pub author_prev: Hash,
    /// Place in the author's own chain, from 1.
    pub author_seq: u64,
    /// How far the recording clock can be believed.
    pub clock_state: ClockState,
    /// Salted commitment to the body.
    #[serde(with = "hex32")]
    pub commitment: Hash,
    /// UUIDv7, hyphenated lower case.
    pub id: String,
    /// The change's kind, such as `customer.recorded`.
    pub kind: String,
    /// The civil day it happened, `YYYY-MM-DD`.
    pub occurred_on: String,
    /// When it was recorded: milliseconds of UTC.
    pub recorded_at: i64,
    /// The record it is about, such as `C-000001`.
    pub subject: String,
    /// The organisation's time zone.
    pub zone: String,
}

/// Why canonical JSON could not be made. Only non-finite numbers and non-string keys do that, and we write neither.
#[derive(Debug, thiserror::Error)]
#[error("A journal entry could not be written in canonical form [E-JOURNAL-FORM].")]
pub struct NotCanonical;

/// RFC 8785 canonical JSON.
pub fn canonical(value: &impl Serialize) -> Result<Vec<u8>, NotCanonical> {
    serde_json_canonicalizer::to_vec(value).map_err(|_| NotCanonical)
}

/// The salted commitment to a body: without the salt nobody can guess the body from it.
pub fn commit(salt: &[u8; 32], body: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update(b"cipdesk-body-v1\0");
    hash.update(salt);
    hash.update(body);
    hash.finalize().into()
}

impl Entry {
    /// The entry's hash, which the chains, the Merkle tree and the signature stand on.
    pub fn hash(&self) -> Result<Hash, NotCanonical> {
        let mut hash = Sha256::new();
        hash.update(b"cipdesk-event-v1\0");
        hash.update(serde_json::to_vec(self).map_err(|_| NotCanonical)?);
        Ok(hash.finalize().into())
    }
}

/// The next link of a vault's chain.
pub fn link(previous: &Hash, entry: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update(b"cipdesk-chain-v1\0");
    hash.update(previous);
    hash.update(entry);
    hash.finalize().into()
}

/// The bytes an author signs for the entries of one act: the RFC 6962 root over their hashes.
/// One act is one signature, however many entries an import writes.
pub fn signed_text(root: &Hash) -> Vec<u8> {
    let mut text = b"cipdesk-act-v1\0".to_vec();
    text.extend_from_slice(root);
    text
}

/// Twelve characters that stand for the journal's head, in groups of four, for paper and for reading aloud.
pub fn head_code(chain: &Hash) -> String {
    // Crockford's base 32 has no letters that are taken for digits.
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = chain
        .iter()
        .take(8)
        .fold(0u64, |bits, byte| (bits << 8) | u64::from(*byte));
    let mut code = String::new();
    for place in 0..12u32 {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        let index = ((bits >> (59 - 5 * place)) & 31) as usize;
        code.push(ALPHABET.get(index).copied().map_or('0', char::from));
    }
    code
}

/// Lower-case hex of 32 bytes, for serde.
pub mod hex32 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _, ser::Error as _};

    /// Writes hex.
    pub fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = [0; 64];
        hex::encode_to_slice(bytes, &mut text).map_err(S::Error::custom)?;
        serializer.serialize_str(std::str::from_utf8(&text).map_err(S::Error::custom)?)
    }

    /// Reads hex.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(deserializer)?;
        super::unhex(&text).ok_or_else(|| D::Error::custom("not 64 hex digits"))
    }
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

/// 32 bytes out of 64 hex digits.
pub fn unhex(text: &str) -> Option<Hash> {
    let mut out = [0u8; 32];
    hex::decode_to_slice(text, &mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry() -> Entry {
        Entry {
            id: "018f0000-0000-7000-8000-000000000001".into(),
            author: "SHA256:x".into(),
            author_seq: 1,
            author_prev: [0; 32],
            kind: "customer.recorded".into(),
            subject: "C-000001".into(),
            occurred_on: "2026-11-24".into(),
            recorded_at: 1_795_000_000_000,
            zone: "America/New_York".into(),
            clock_state: ClockState::Ok,
            commitment: [7; 32],
        }
    }

    #[test]
    fn every_field_of_an_entry_is_under_its_hash() {
        let base = entry().hash().unwrap();
        let changed: Vec<Entry> = vec![
            Entry {
                id: "018f0000-0000-7000-8000-000000000002".into(),
                ..entry()
            },
            Entry {
                author: "SHA256:y".into(),
                ..entry()
            },
            Entry {
                author_seq: 2,
                ..entry()
            },
            Entry {
                author_prev: [1; 32],
                ..entry()
            },
            Entry {
                kind: "customer.changed".into(),
                ..entry()
            },
            Entry {
                subject: "C-000002".into(),
                ..entry()
            },
            Entry {
                occurred_on: "2026-11-23".into(),
                ..entry()
            },
            Entry {
                recorded_at: 1,
                ..entry()
            },
            Entry {
                zone: "UTC".into(),
                ..entry()
            },
            Entry {
                clock_state: ClockState::Back,
                ..entry()
            },
            Entry {
                commitment: [8; 32],
                ..entry()
            },
        ];
        for other in changed {
            assert_ne!(
                other.hash().unwrap(),
                base,
                "a changed entry must hash differently: {other:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn an_entry_is_hashed_over_canonical_json(
            texts in proptest::array::uniform6("\\PC{0,12}|[\\x00-\\x1f\"\\\\/\u{7f}\u{2028}\u{10000}]{0,6}"),
            hashes in any::<[[u8; 32]; 2]>(),
            author_seq in 0..1u64 << 53,
            recorded_at in -(1i64 << 53)..1 << 53,
        ) {
            let [id, author, kind, subject, occurred_on, zone] = texts;
            let [author_prev, commitment] = hashes;
            let entry = Entry { id, author, author_seq, author_prev, kind, subject, occurred_on, recorded_at, zone, clock_state: ClockState::Ahead, commitment };
            let mut hash = Sha256::new();
            hash.update(b"cipdesk-event-v1\0");
            hash.update(canonical(&entry).unwrap());
            prop_assert_eq!(entry.hash().unwrap(), <[u8; 32]>::from(hash.finalize()));
        }
    }

    #[test]
    fn an_entry_survives_json() {
        let text = serde_json::to_string(&entry()).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry());
    }

    #[test]
    fn a_head_code_has_twelve_characters_that_cannot_be_misread() {
        let code = head_code(&[0xff; 32]);
        assert_eq!(code, "ZZZZ-ZZZZ-ZZZZ");
        assert_eq!(head_code(&[0; 32]), "0000-0000-0000");
        assert!(!head_code(&[0x5a; 32]).contains(['I', 'L', 'O', 'U']));
    }

    #[test]
    fn a_clock_that_went_back_is_noticed_but_two_minutes_are_not() {
        let built = 0;
        assert_eq!(
            ClockState::judge(1_000_000, Some(1_050_000), built),
            ClockState::Ok
        );
        assert_eq!(
            ClockState::judge(1_000_000, Some(1_200_001), built),
            ClockState::Back
        );
        assert_eq!(
            ClockState::judge(50 * 86_400_000, Some(0), built),
            ClockState::Ahead
        );
        assert_eq!(ClockState::judge(5, None, 6), ClockState::Unset);
    }
}
