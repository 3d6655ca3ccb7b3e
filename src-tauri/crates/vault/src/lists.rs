//! Lists of members and what each stands on: a list is believed because somebody signed it whom the list before it allowed to,
//! back to the list that a member's passphrase-sealed identity pins (security 3.3.3).
//!
//! It must not know passphrases or secret keys.

use crate::{
    error::VaultError,
    folder::{self, Places},
    keyring::{self, MEMBERS, Members},
    keys,
};
use sha2::{Digest, Sha256};

/// A list of members, by its generation and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pin {
    pub(crate) generation: u64,
    pub(crate) sha256: String,
}

/// Who may sign something: public keys, and the fingerprints that count.
pub(crate) struct Signers {
    keys: Vec<String>,
    fingerprints: Option<Vec<String>>,
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The word of the role that may change members.
pub(crate) const ADMINISTRATOR: &str = "administrator";

/// Whom a list allows to sign the next one: its active administrators, and its recovery keys.
fn allowed_by(members: &Members) -> Signers {
    let administrators = members
        .active()
        .filter(|member| member.roles.iter().any(|role| role == ADMINISTRATOR))
        .map(|member| member.approval_public.clone());
    Signers {
        keys: administrators
            .chain(members.recovery_signers.iter().cloned())
            .collect(),
        fingerprints: None,
    }
}

/// Whether a file of the keyring carries a signature by one of these.
pub(crate) fn signed(
    places: &Places,
    name: &str,
    namespace: &str,
    bytes: &[u8],
    by: &Signers,
) -> Result<bool, VaultError> {
    let signature = match folder::read(&places.keyring().join(format!("{name}.sig")), 16 * 1024) {
        Err(VaultError::Disk(_, std::io::ErrorKind::NotFound)) => return Ok(false),
        read => read?,
    };
    Ok(by.keys.iter().any(|key| {
        keys::verify_sshsig(key, namespace, bytes, &signature).is_some_and(|fingerprint| {
            by.fingerprints
                .as_ref()
                .is_none_or(|those| those.contains(&fingerprint))
        })
    }))
}

/// Checks that the newest list leads back to the pinned one, each step signed by whom the list before allowed. Gives who may have signed
/// the vault key of the newest.
pub(crate) fn lead_back(
    places: &Places,
    newest: &Members,
    bytes: &[u8],
    pin: &Pin,
    administrators: &[String],
) -> Result<Signers, VaultError> {
    if newest.generation < pin.generation || newest.vault_id.is_empty() {
        return Err(VaultError::Unsigned);
    }
    if newest.generation == pin.generation {
        // This list itself is pinned, so a signature by the key it names cannot be anybody else's.
        let mut keys: Vec<String> = newest
            .members
            .iter()
            .map(|member| member.approval_public.clone())
            .chain(newest.recovery_signers.iter().cloned())
            .collect();
        if let Some((before, _)) = before(places, newest)? {
            keys.extend(
                before
                    .members
                    .into_iter()
                    .map(|member| member.approval_public),
            );
            keys.extend(before.recovery_signers);
        }
        let signers = Signers {
            keys,
            fingerprints: Some(administrators.to_vec()),
        };
        return if sha256(bytes) == pin.sha256
            && signed(places, "members.json", MEMBERS, bytes, &signers)?
        {
            Ok(signers)
        } else {
            Err(VaultError::Unsigned)
        };
    }
    let signers = walk(places, newest, bytes, |list, sha| {
        (list.generation == pin.generation).then(|| sha == pin.sha256)
    })?;
    Ok(signers)
}

/// Checks every list back to the first, which its own administrator signed: for whoever has no pin, because their passphrase is lost.
pub(crate) fn lead_back_to_first(
    places: &Places,
    newest: &Members,
    bytes: &[u8],
) -> Result<Signers, VaultError> {
    if newest.previous.is_none() {
        let own = allowed_by(newest);
        return if signed(places, "members.json", MEMBERS, bytes, &own)? {
            Ok(own)
        } else {
            Err(VaultError::Unsigned)
        };
    }
    walk(places, newest, bytes, |list, _| {
        list.previous.is_none().then_some(true)
    })
}

/// Checks the signature of the first list, which its own administrator made. A list that a pin or a later signature vouches for needs none
/// to be believed, but a keyring in which it does not hold was changed.
pub(crate) fn first_holds(places: &Places) -> Result<(), VaultError> {
    let Some(generation) = folder::generations(&places.root).into_iter().next() else {
        return Err(VaultError::Unsigned);
    };
    let first = Places {
        root: places.root.clone(),
        generation,
    };
    let (members, bytes) = keyring::read_members(&first)?;
    if members.previous.is_some()
        || signed(
            &first,
            "members.json",
            MEMBERS,
            &bytes,
            &allowed_by(&members),
        )?
    {
        Ok(())
    } else {
        Err(VaultError::Unsigned)
    }
}

/// Walks from the newest list back until `ends` says whether the one reached is the right one.
fn walk(
    places: &Places,
    newest: &Members,
    bytes: &[u8],
    ends: impl Fn(&Members, &str) -> Option<bool>,
) -> Result<Signers, VaultError> {
    let (mut list, mut text) = (newest.clone(), bytes.to_vec());
    let mut of_newest = None;
    loop {
        let Some((before, before_text)) = before(places, &list)? else {
            return Err(VaultError::Unsigned);
        };
        let here = Places {
            root: places.root.clone(),
            generation: list.generation,
        };
        let signers = allowed_by(&before);
        if before.vault_id != newest.vault_id
            || !signed(&here, "members.json", MEMBERS, &text, &signers)?
        {
            return Err(VaultError::Unsigned);
        }
        let of_newest_now = of_newest.get_or_insert(signers);
        match ends(&before, &sha256(&before_text)) {
            Some(true) => {
                return Ok(Signers {
                    keys: std::mem::take(&mut of_newest_now.keys),
                    fingerprints: None,
                });
            }
            Some(false) => return Err(VaultError::Unsigned),
            None => (list, text) = (before, before_text),
        }
    }
}

/// The list that another names as the one before it. A generation that was begun and given up lies between them at times.
fn before(places: &Places, list: &Members) -> Result<Option<(Members, Vec<u8>)>, VaultError> {
    let Some(wanted) = &list.previous else {
        return Ok(None);
    };
    let mut generations = folder::generations(&places.root);
    generations.retain(|generation| *generation < list.generation);
    for generation in generations.into_iter().rev() {
        let there = Places {
            root: places.root.clone(),
            generation,
        };
        let (members, bytes) = match keyring::read_members(&there) {
            Ok(read) => read,
            // A disk that does not answer has exchanged nothing.
            Err(VaultError::Disk(why, kind)) if kind != std::io::ErrorKind::NotFound => {
                return Err(VaultError::Disk(why, kind));
            }
            Err(_) => continue,
        };
        if sha256(&bytes) == *wanted && members.generation == generation {
            return Ok(Some((members, bytes)));
        }
    }
    Ok(None)
}

/// Whether the newest list leads back to one of that generation and hash.
pub(crate) fn passes(
    places: &Places,
    newest: &Members,
    bytes: &[u8],
    generation: u64,
    sha: &str,
) -> Result<bool, VaultError> {
    let walked = walk(places, newest, bytes, |list, found| {
        (list.generation <= generation).then(|| list.generation == generation && found == sha)
    });
    match walked {
        Ok(_) => Ok(true),
        // A disk that does not answer says nothing about who wrote the list.
        Err(VaultError::Disk(why, kind)) => Err(VaultError::Disk(why, kind)),
        Err(_) => Ok(false),
    }
}
