//! The keyring: who the members are and the vault key sealed to them, both signed by an administrator (security 3.3.3).
//!
//! Anyone can encrypt to public keys, so a signature is what tells our keyring from an attacker's; the key that may sign is pinned in
//! each member's passphrase-sealed identity.

use crate::{
    agefile,
    error::VaultError,
    folder::{self, Places},
    keys::{self, ApprovalKey, LogKey},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::{fmt::Write as _, path::PathBuf};
use zeroize::Zeroizing;

const LARGEST_LIST: u64 = 256 * 1024;
pub(crate) const MEMBERS: &str = "cipdesk-members-v1";
pub(crate) const KEYRING: &str = "cipdesk-keyring-v1";

/// A member as the list shows it: public keys and roles, no name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Random id, which names the member's files.
    pub id: String,
    /// The label in the folder.
    pub label: String,
    /// Roles.
    pub roles: Vec<String>,
    /// The member's age recipient.
    pub recipient: String,
    /// Fingerprint of the log key.
    pub log_fingerprint: String,
    /// Fingerprint of the approval key.
    pub approval_fingerprint: String,
    /// The approval key as OpenSSH writes it.
    pub approval_public: String,
    /// Until when the member belongs to the vault; none while active.
    pub until: Option<String>,
}

/// members.json.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Members {
    pub(crate) format: u32,
    pub(crate) vault_id: String,
    pub(crate) generation: u64,
    pub(crate) members: Vec<Member>,
    /// Recipients of recovery keys.
    pub(crate) recovery: Vec<String>,
    /// SHA-256 of the keyring before this one.
    pub(crate) previous: Option<String>,
}

impl Members {
    pub(crate) fn active(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.until.is_none())
    }
}

/// What vault-key.age decrypts to.
#[derive(Serialize, Deserialize)]
struct VaultKey {
    vault_id: String,
    generation: u64,
    db_key: String,
}

/// A member's identity file, opened.
pub(crate) struct Identity {
    pub(crate) secret: Zeroizing<String>,
    pub(crate) log: LogKey,
    pub(crate) vault_id: String,
    pub(crate) administrators: Vec<String>,
}

fn identity_path(places: &Places, id: &str) -> PathBuf {
    places.keyring().join(format!("identity-{id}.age"))
}

fn approval_path(places: &Places, id: &str) -> PathBuf {
    places.keyring().join(format!("approval-{id}.age"))
}

/// The text of an identity file: valid for the stock program, which skips the comment lines.
fn identity_text(identity: &Identity) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(1024));
    text.push_str("# cipdesk: log-seed ");
    for byte in identity.log.seed() {
        let _ = write!(text, "{byte:02x}");
    }
    let _ = writeln!(text, "\n# cipdesk: vault {}", identity.vault_id);
    for administrator in &identity.administrators {
        let _ = writeln!(text, "# cipdesk: administrator {administrator}");
    }
    text.push_str(&identity.secret);
    text.push('\n');
    text
}

fn parse_identity(text: &[u8]) -> Option<Identity> {
    let text = std::str::from_utf8(text).ok()?;
    let mut seed = None;
    let mut vault_id = None;
    let mut administrators = Vec::new();
    let mut secret = None;
    for line in text.lines() {
        if let Some(note) = line.strip_prefix("# cipdesk: ") {
            match note.split_once(' ')? {
                ("log-seed", value) => {
                    let mut bytes = Zeroizing::new([0u8; 32]);
                    for (place, byte) in bytes.iter_mut().enumerate() {
                        *byte =
                            u8::from_str_radix(value.get(place * 2..place * 2 + 2)?, 16).ok()?;
                    }
                    seed = Some(bytes);
                }
                ("vault", value) => vault_id = Some(value.to_owned()),
                ("administrator", value) => administrators.push(value.to_owned()),
                _ => {}
            }
        } else if line.starts_with("AGE-SECRET-KEY-1") {
            secret = Some(Zeroizing::new(line.to_owned()));
        }
    }
    Some(Identity {
        secret: secret?,
        log: LogKey::new(seed?),
        vault_id: vault_id?,
        administrators,
    })
}

/// A new keyring with its founder, and the recovery key.
pub(crate) struct Founded {
    pub(crate) members: Members,
    pub(crate) identity: Identity,
    pub(crate) db_key: Zeroizing<[u8; 32]>,
    pub(crate) recovery: Zeroizing<String>,
}

/// Writes the first keyring.
pub(crate) fn found(
    places: &Places,
    vault_id: &str,
    label: &str,
    roles: Vec<String>,
    passphrase: &SecretString,
    work: u8,
) -> Result<Founded, VaultError> {
    let approval = ApprovalKey::generate()?;
    let (secret, recipient) = agefile::new_identity();
    let identity = Identity {
        secret,
        log: LogKey::new(Zeroizing::new(folder::random()?)),
        vault_id: vault_id.to_owned(),
        administrators: vec![approval.fingerprint()],
    };
    let (recovery, recovery_recipient) = agefile::new_identity();
    let member = Member {
        id: folder::hex(&folder::random::<8>()?),
        label: label.to_owned(),
        roles,
        recipient,
        log_fingerprint: identity.log.fingerprint(),
        approval_fingerprint: approval.fingerprint(),
        approval_public: approval.public_openssh(),
        until: None,
    };
    let db_key: Zeroizing<[u8; 32]> = Zeroizing::new(folder::random()?);
    let members = Members {
        format: 1,
        vault_id: vault_id.to_owned(),
        generation: places.generation,
        members: vec![member.clone()],
        recovery: vec![recovery_recipient.clone()],
        previous: None,
    };

    folder::write_new(
        &identity_path(places, &member.id),
        &agefile::seal_with_passphrase(identity_text(&identity).as_bytes(), passphrase, work)?,
    )?;
    folder::write_new(
        &approval_path(places, &member.id),
        &agefile::seal_with_passphrase(approval.to_openssh()?.as_bytes(), passphrase, work)?,
    )?;

    let list = serde_json::to_vec_pretty(&members).map_err(|_| VaultError::Index)?;
    folder::write_new(&places.keyring().join("members.json"), &list)?;
    folder::write_new(
        &places.keyring().join("members.json.sig"),
        approval.sign_sshsig(MEMBERS, &list)?.as_bytes(),
    )?;

    let key = VaultKey {
        vault_id: vault_id.to_owned(),
        generation: places.generation,
        db_key: folder::hex(db_key.as_ref()),
    };
    let plain = Zeroizing::new(serde_json::to_vec(&key).map_err(|_| VaultError::Index)?);
    let _wipe = Zeroizing::new(key.db_key);
    let sealed = agefile::seal_to_recipients(&plain, &[member.recipient, recovery_recipient])?;
    folder::write_new(&places.keyring().join("vault-key.age"), &sealed)?;
    folder::write_new(
        &places.keyring().join("vault-key.age.sig"),
        approval.sign_sshsig(KEYRING, &sealed)?.as_bytes(),
    )?;
    folder::sync_folder(&places.keyring())?;
    Ok(Founded {
        members,
        identity,
        db_key,
        recovery,
    })
}

/// Reads the list of members, and its bytes for the signature. Not believed before the signature is checked.
pub(crate) fn read_members(places: &Places) -> Result<(Members, Vec<u8>), VaultError> {
    let bytes = folder::read(&places.keyring().join("members.json"), LARGEST_LIST)?;
    let members: Members = serde_json::from_slice(&bytes)
        .map_err(|_| VaultError::KeyFile("members.json".to_owned()))?;
    if members.format > 1 {
        return Err(VaultError::Newer(format!(
            "members list {}",
            members.format
        )));
    }
    Ok((members, bytes))
}

/// The member of a label; the only one where no label is given.
pub(crate) fn member<'a>(
    members: &'a Members,
    label: Option<&str>,
) -> Result<&'a Member, VaultError> {
    let known = || {
        members
            .active()
            .map(|member| member.label.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    match label {
        Some(label) => members
            .active()
            .find(|member| member.label == label)
            .ok_or_else(|| VaultError::NoMember {
                given: label.chars().take(40).collect(),
                known: known(),
            }),
        None => match members.active().collect::<Vec<_>>().as_slice() {
            [one] => Ok(*one),
            _ => Err(VaultError::Whose(known())),
        },
    }
}

/// Opens a member's identity with the passphrase.
pub(crate) fn open_identity(
    places: &Places,
    member: &Member,
    passphrase: &SecretString,
) -> Result<Identity, VaultError> {
    let path = identity_path(places, &member.id);
    let text = agefile::open_with_passphrase(&path, passphrase, &member.label)?;
    parse_identity(&text).ok_or_else(|| VaultError::KeyFile(folder::name(&path)))
}

/// Opens a member's approval key with the passphrase.
pub(crate) fn open_approval(
    places: &Places,
    member: &Member,
    passphrase: &SecretString,
) -> Result<ApprovalKey, VaultError> {
    let text = agefile::open_with_passphrase(
        &approval_path(places, &member.id),
        passphrase,
        &member.label,
    )?;
    let key = ApprovalKey::from_openssh(&text)?;
    if key.fingerprint() == member.approval_fingerprint {
        Ok(key)
    } else {
        Err(VaultError::Unsigned)
    }
}

/// Checks both signatures against the pinned administrators, then opens the vault key (security 3.5, step 5).
pub(crate) fn open_key(
    places: &Places,
    members: &Members,
    list: &[u8],
    identity: &Identity,
) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let folder = places.keyring();
    let signed = |name: &str, namespace: &str, bytes: &[u8]| -> Result<bool, VaultError> {
        let signature = match folder::read(&folder.join(format!("{name}.sig")), 16 * 1024) {
            Err(VaultError::Disk(_, std::io::ErrorKind::NotFound)) => return Ok(false),
            read => read?,
        };
        Ok(members.members.iter().any(|member| {
            keys::verify_sshsig(&member.approval_public, namespace, bytes, &signature)
                .is_some_and(|fingerprint| identity.administrators.contains(&fingerprint))
        }))
    };
    let sealed = folder::read(&folder.join("vault-key.age"), LARGEST_LIST)?;
    if identity.vault_id != members.vault_id
        || !signed("members.json", MEMBERS, list)?
        || !signed("vault-key.age", KEYRING, &sealed)?
    {
        return Err(VaultError::Unsigned);
    }
    let plain = agefile::open_with_identity(&folder.join("vault-key.age"), &identity.secret)?;
    let key: VaultKey = serde_json::from_slice(&plain)
        .map_err(|_| VaultError::KeyFile("vault-key.age".to_owned()))?;
    let text = Zeroizing::new(key.db_key);
    if key.vault_id != members.vault_id {
        return Err(VaultError::Unsigned);
    }
    if key.generation != places.generation || members.generation != places.generation {
        return Err(VaultError::Generations(format!(
            "folder {}, members {}, key {}",
            places.generation, members.generation, key.generation
        )));
    }
    let mut bytes = Zeroizing::new([0u8; 32]);
    for (place, byte) in bytes.iter_mut().enumerate() {
        let pair = text
            .get(place * 2..place * 2 + 2)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        *byte = pair.ok_or_else(|| VaultError::KeyFile("vault-key.age".to_owned()))?;
    }
    Ok(bytes)
}

/// Seals a member's two personal files with another passphrase; each is replaced at once.
pub(crate) fn change_passphrase(
    places: &Places,
    member: &Member,
    old: &SecretString,
    new: &SecretString,
    work: u8,
) -> Result<(), VaultError> {
    let identity = open_identity(places, member, old)?;
    let approval = open_approval(places, member, old)?;
    if old.expose_secret() == new.expose_secret() {
        return Ok(());
    }
    let sealed_identity =
        agefile::seal_with_passphrase(identity_text(&identity).as_bytes(), new, work)?;
    let sealed_approval =
        agefile::seal_with_passphrase(approval.to_openssh()?.as_bytes(), new, work)?;
    folder::replace(&approval_path(places, &member.id), &sealed_approval)?;
    folder::replace(&identity_path(places, &member.id), &sealed_identity)
}
