//! A recovery key in parts for several officers: any so many of them together are the key, and fewer say nothing of it (Shamir's sharing
//! over GF(256), security 3.8). It must not know who holds them.

use crate::{
    agefile,
    error::VaultError,
    recovery::{self, Key},
};
use bech32::{Bech32, Hrp, primitives::decode::CheckedHrpstring};
use rand::{SeedableRng, rngs::StdRng};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use vsss_rs::Gf256;
use zeroize::Zeroizing;

/// The most parts of a key.
pub const MOST_PARTS: u8 = 8;

/// What stands before the letters of a part.
pub(crate) const PREFIX: &str = "CIPDESK-PART-1";
const NAME: Hrp = Hrp::parse_unchecked("cipdesk-part-");
const AGE: Hrp = Hrp::parse_unchecked("age-secret-key-");
/// Letters behind the prefix: 39 bytes and the checksum.
const LENGTH: usize = 69;
/// The form of what a part holds.
const FORM: u8 = 1;
/// Bytes that tell the parts of one key from those of another.
const MARK: usize = 4;

/// A key in `of` parts, any `needed` of which open the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    needed: u8,
    of: u8,
}

impl Split {
    /// # Errors
    /// Fewer than two needed, more needed than there are, more than [`MOST_PARTS`].
    pub fn new(needed: u32, of: u32) -> Result<Self, VaultError> {
        let split = || {
            let (needed, of) = (u8::try_from(needed).ok()?, u8::try_from(of).ok()?);
            (needed >= 2 && needed <= of && of <= MOST_PARTS).then_some(Self { needed, of })
        };
        split().ok_or(VaultError::Split)
    }

    /// How many parts open the vault.
    pub fn needed(self) -> u8 {
        self.needed
    }

    /// How many parts there are.
    pub fn of(self) -> u8 {
        self.of
    }
}

/// The parts of a key, in order.
pub(crate) fn split(identity: &str, split: Split) -> Result<Vec<Key>, VaultError> {
    let secret = CheckedHrpstring::new::<Bech32>(identity)
        .map(|checked| Zeroizing::new(checked.byte_iter().collect::<Vec<u8>>()))
        .map_err(|_| VaultError::Key)?;
    let seed = Zeroizing::new(crate::folder::random::<32>()?);
    let shares = Gf256::split_bytes(
        split.needed.into(),
        split.of.into(),
        secret.as_slice(),
        StdRng::from_seed(*seed),
    )
    .map_err(|_| VaultError::Key)?;
    let mark = mark(identity).ok_or(VaultError::Key)?;
    let written = shares.into_iter().map(Zeroizing::new).map(|share| {
        // A share begins with its number.
        let mut bytes = Zeroizing::new(vec![FORM]);
        bytes.extend(mark);
        bytes.push(split.needed);
        bytes.extend(share.iter());
        bech32::encode_upper::<Bech32>(NAME, &bytes)
            .map(Zeroizing::new)
            .map_err(|_| VaultError::Key)
    });
    written.collect()
}

/// The key that parts are, one after the other as a person typed them, in capitals and without spaces.
pub(crate) fn join(typed: &str) -> Result<Key, VaultError> {
    let mut texts = typed.split(PREFIX);
    // Before the first prefix stands nothing.
    if texts.next().is_some_and(|before| !before.is_empty()) {
        return Err(VaultError::PartTypo {
            part: 1,
            group: Some(1),
        });
    }
    let mut found: Option<([u8; MARK], u8)> = None;
    let mut shares: BTreeMap<u8, Zeroizing<Vec<u8>>> = BTreeMap::new();
    for (place, letters) in texts.enumerate() {
        let typo = |group| VaultError::PartTypo {
            part: place + 1,
            group,
        };
        if let Some(group) = recovery::wrong_group(letters, LENGTH) {
            return Err(typo(Some(group)));
        }
        let text = Zeroizing::new(format!("{PREFIX}{letters}"));
        let bytes = CheckedHrpstring::new::<Bech32>(&text)
            .map(|checked| Zeroizing::new(checked.byte_iter().collect::<Vec<u8>>()))
            .map_err(|_| typo(None))?;
        let Some(([FORM, mark @ .., needed], share)) = bytes.split_first_chunk::<{ MARK + 2 }>()
        else {
            return Err(VaultError::PartsDiffer);
        };
        let number = share.first().copied().ok_or(VaultError::PartsDiffer)?;
        let same = shares
            .insert(number, Zeroizing::new(share.to_vec()))
            .is_none_or(|before| *before == share);
        if !same || *found.get_or_insert((*mark, *needed)) != (*mark, *needed) {
            return Err(VaultError::PartsDiffer);
        }
    }
    let Some((mark_typed, needed)) = found else {
        return Err(VaultError::Lost);
    };
    if shares.len() < usize::from(needed) {
        return Err(VaultError::PartsMissing {
            given: shares.len(),
            needed,
        });
    }
    let enough: Zeroizing<Vec<Vec<u8>>> = Zeroizing::new(
        shares
            .into_values()
            .take(needed.into())
            .map(|share| share.to_vec())
            .collect(),
    );
    let secret = Gf256::combine_bytes(enough.as_slice())
        .map(Zeroizing::new)
        .map_err(|_| VaultError::PartsDiffer)?;
    let identity = bech32::encode_upper::<Bech32>(AGE, &secret)
        .map(Zeroizing::new)
        .map_err(|_| VaultError::PartsDiffer)?;
    if mark(&identity) == Some(mark_typed) {
        Ok(identity)
    } else {
        Err(VaultError::PartsDiffer)
    }
}

/// What the parts of one key have in common; says nothing of the key but its public half.
fn mark(identity: &str) -> Option<[u8; MARK]> {
    let mut hash = Sha256::new();
    hash.update(b"cipdesk-recovery-part-v1\0");
    hash.update(agefile::recipient_of(identity)?.as_bytes());
    hash.finalize().first_chunk::<MARK>().copied()
}

#[cfg(test)]
mod tests {
    use super::{MOST_PARTS, Split, join, split};
    use crate::{agefile::new_identity, error::VaultError};
    use proptest::prelude::*;

    /// Some numbers of parts, chosen by the bits of `mask`.
    fn chosen(parts: &[crate::recovery::Key], mask: u8) -> Vec<&str> {
        (parts.iter().enumerate())
            .filter(|(at, _)| mask & (1 << at) != 0)
            .map(|(_, part)| part.as_str())
            .collect()
    }

    proptest! {
        #[test]
        fn enough_parts_are_the_key_and_fewer_are_nothing(of in 2u32..=8, needed in 2u32..=8, mask: u8) {
            prop_assume!(needed <= of);
            let (identity, _) = new_identity();
            let parts = split(&identity, Split::new(needed, of).unwrap()).unwrap();
            prop_assert_eq!(parts.len(), of as usize);
            let typed = chosen(&parts, mask);
            let joined = join(&typed.concat());
            if typed.len() >= needed as usize {
                prop_assert_eq!(joined.unwrap(), identity);
            } else if typed.is_empty() {
                prop_assert!(matches!(joined, Err(VaultError::Lost)));
            } else {
                let missing = matches!(joined, Err(VaultError::PartsMissing { given, .. }) if given == typed.len());
                prop_assert!(missing);
            }
        }

        #[test]
        fn a_letter_that_was_typed_wrongly_is_found_in_its_part(at in 0usize..69, letter in 0usize..32) {
            let (identity, _) = new_identity();
            let parts = split(&identity, Split::new(2, 3).unwrap()).unwrap();
            let mut second = parts[1].to_string();
            let place = super::PREFIX.len() + at;
            let wrong = &"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"[letter..=letter];
            prop_assume!(second[place..=place] != *wrong);
            second.replace_range(place..=place, wrong);
            let joined = join(&format!("{}{second}", parts[0].as_str()));
            let found = matches!(joined, Err(VaultError::PartTypo { part: 2, .. }));
            prop_assert!(found);
        }
    }

    #[test]
    fn parts_of_two_keys_are_no_key() {
        let two = Split::new(2, 2).unwrap();
        let [one, other] = [(); 2].map(|()| split(&new_identity().0, two).unwrap());
        let mixed = format!("{}{}", one[0].as_str(), other[1].as_str());
        assert!(matches!(join(&mixed), Err(VaultError::PartsDiffer)));
        // The same key split twice has two sets of shares that do not fit.
        let (identity, _) = new_identity();
        let [one, other] = [(); 2].map(|()| split(&identity, two).unwrap());
        let mixed = format!("{}{}", one[0].as_str(), other[1].as_str());
        assert!(matches!(join(&mixed), Err(VaultError::PartsDiffer)));
    }

    #[test]
    fn one_part_typed_twice_is_one() {
        let parts = split(&new_identity().0, Split::new(2, 3).unwrap()).unwrap();
        let twice = parts[0].repeat(2);
        assert!(matches!(
            join(&twice),
            Err(VaultError::PartsMissing {
                given: 1,
                needed: 2
            })
        ));
    }

    #[test]
    fn a_key_is_split_into_two_to_eight_and_never_opened_by_one() {
        for (needed, of) in [
            (1, 3),
            (3, 2),
            (0, 0),
            (2, u32::from(MOST_PARTS) + 1),
            (300, 300),
        ] {
            assert!(Split::new(needed, of).is_err(), "{needed} of {of}");
        }
    }
}
