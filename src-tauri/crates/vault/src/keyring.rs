//! The keyring: who the members are and the vault key sealed to them, both signed by an administrator (security 3.3.3).
//!
//! Anyone can encrypt to public keys, so a signature is what tells our keyring from an attacker's; the key that may sign is pinned in
//! each member's passphrase-sealed identity.

use crate::{
    agefile,
    error::VaultError,
    folder::{self, Places},
    keys::{ApprovalKey, LogKey},
    lists::{self, Pin},
    recovery,
    secret::Secret,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::{fmt::Write as _, fs, path::PathBuf};
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
    /// The log key, Ed25519, 64 hex digits.
    pub log_public: String,
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
    /// Keys that may sign the next list in the place of an administrator: one comes with each recovery key, in OpenSSH form.
    #[serde(default)]
    pub(crate) recovery_signers: Vec<String>,
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
    /// Who signed the list under which this file was sealed.
    pub(crate) administrators: Vec<String>,
    /// That list: every later one must lead back to it.
    pub(crate) pin: Pin,
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
    let _ = writeln!(
        text,
        "# cipdesk: list {} {}",
        identity.pin.generation, identity.pin.sha256
    );
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
    let mut pin = None;
    let mut secret = None;
    for line in text.lines() {
        if let Some(note) = line.strip_prefix("# cipdesk: ") {
            match note.split_once(' ')? {
                ("log-seed", value) => {
                    let mut bytes = Secret::zero();
                    hex::decode_to_slice(value, &mut *bytes).ok()?;
                    seed = Some(bytes);
                }
                ("vault", value) => vault_id = Some(value.to_owned()),
                ("administrator", value) => administrators.push(value.to_owned()),
                ("list", value) => {
                    let (generation, sha256) = value.split_once(' ')?;
                    pin = Some(Pin {
                        generation: generation.parse().ok()?,
                        sha256: sha256.to_owned(),
                    });
                }
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
        pin: pin?,
    })
}

/// A member's keys before they are sealed: what is public of them stands in the list.
pub(crate) struct FreshKeys {
    secret: Zeroizing<String>,
    log: LogKey,
    approval: ApprovalKey,
}

impl FreshKeys {
    pub(crate) fn generate() -> Result<(Self, String), VaultError> {
        let (secret, recipient) = agefile::new_identity();
        let keys = Self {
            secret,
            log: LogKey::new(Secret::random()?),
            approval: ApprovalKey::generate()?,
        };
        Ok((keys, recipient))
    }

    /// The member as the list shows it.
    pub(crate) fn member(
        &self,
        label: &str,
        roles: Vec<String>,
        recipient: String,
    ) -> Result<Member, VaultError> {
        Ok(Member {
            id: hex::encode(folder::random::<8>()?),
            label: label.to_owned(),
            roles,
            recipient,
            log_fingerprint: self.log.fingerprint(),
            log_public: hex::encode(self.log.public()),
            approval_fingerprint: self.approval.fingerprint(),
            approval_public: self.approval.public_openssh(),
            until: None,
        })
    }

    pub(crate) fn log(&self) -> LogKey {
        self.log.again()
    }
}

/// Somebody whose personal files are made for a list.
pub(crate) struct Newcomer<'a> {
    pub(crate) keys: &'a FreshKeys,
    pub(crate) member: &'a Member,
    pub(crate) passphrase: &'a SecretString,
    pub(crate) work: u8,
}

impl Newcomer<'_> {
    /// Seals both personal files with the member's passphrase, pinned to the list and to who signs it.
    fn seal(
        &self,
        places: &Places,
        vault_id: &str,
        pin: Pin,
        signer: &str,
    ) -> Result<(), VaultError> {
        let identity = Identity {
            secret: self.keys.secret.clone(),
            log: self.keys.log.again(),
            vault_id: vault_id.to_owned(),
            administrators: vec![signer.to_owned()],
            pin,
        };
        let text = identity_text(&identity);
        folder::write_new(
            &identity_path(places, &self.member.id),
            &agefile::seal_with_passphrase(text.as_bytes(), self.passphrase, self.work)?,
        )?;
        let approval = self.keys.approval.to_openssh()?;
        folder::write_new(
            &approval_path(places, &self.member.id),
            &agefile::seal_with_passphrase(approval.as_bytes(), self.passphrase, self.work)?,
        )
    }
}

/// Writes a whole keyring into its own, new folder: list, vault key, both signed, and the personal files of whoever is new.
/// The personal files of the others are copied from `before`.
pub(crate) fn write(
    places: &Places,
    members: &Members,
    db_key: &[u8; 32],
    signer: &ApprovalKey,
    newcomer: Option<&Newcomer<'_>>,
    before: Option<&Places>,
) -> Result<String, VaultError> {
    let list = serde_json::to_vec_pretty(members).map_err(|_| VaultError::Index)?;
    let sha256 = lists::sha256(&list);
    let new = newcomer.map(|newcomer| newcomer.member.id.as_str());
    for member in members
        .active()
        .filter(|member| Some(member.id.as_str()) != new)
    {
        let from = before.ok_or(VaultError::Index)?;
        for path in [identity_path, approval_path] {
            let bytes = folder::read(&path(from, &member.id), LARGEST_LIST)?;
            folder::write_new(&path(places, &member.id), &bytes)?;
        }
    }
    if let Some(newcomer) = newcomer {
        let pin = Pin {
            generation: members.generation,
            sha256: sha256.clone(),
        };
        newcomer.seal(places, &members.vault_id, pin, &signer.fingerprint())?;
    }
    folder::write_new(&places.keyring().join("members.json"), &list)?;
    folder::write_new(
        &places.keyring().join("members.json.sig"),
        signer.sign_sshsig(MEMBERS, &list)?.as_bytes(),
    )?;
    let key = VaultKey {
        vault_id: members.vault_id.clone(),
        generation: members.generation,
        db_key: hex::encode(db_key),
    };
    let plain = Zeroizing::new(serde_json::to_vec(&key).map_err(|_| VaultError::Index)?);
    let _wipe = Zeroizing::new(key.db_key);
    let recipients: Vec<String> = members
        .active()
        .map(|member| member.recipient.clone())
        .chain(members.recovery.iter().cloned())
        .collect();
    let sealed = agefile::seal_to_recipients(&plain, &recipients)?;
    folder::write_new(&places.keyring().join("vault-key.age"), &sealed)?;
    folder::write_new(
        &places.keyring().join("vault-key.age.sig"),
        signer.sign_sshsig(KEYRING, &sealed)?.as_bytes(),
    )?;
    folder::sync_folder(&places.keyring())?;
    Ok(sha256)
}

/// A new keyring with its founder, and the recovery key.
pub(crate) struct Founded {
    pub(crate) members: Members,
    pub(crate) sha256: String,
    pub(crate) log: LogKey,
    pub(crate) db_key: Secret,
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
    let (keys, recipient) = FreshKeys::generate()?;
    let member = keys.member(label, roles, recipient)?;
    let (recovery, recovery_recipient) = agefile::new_identity();
    let db_key = Secret::random()?;
    let members = Members {
        format: 1,
        vault_id: vault_id.to_owned(),
        generation: places.generation,
        members: vec![member.clone()],
        recovery: vec![recovery_recipient],
        recovery_signers: vec![recovery::signer(&recovery).public_openssh()],
        previous: None,
    };
    let newcomer = Newcomer {
        keys: &keys,
        member: &member,
        passphrase,
        work,
    };
    let sha256 = write(
        places,
        &members,
        &db_key,
        &keys.approval,
        Some(&newcomer),
        None,
    )?;
    Ok(Founded {
        members,
        sha256,
        log: keys.log(),
        db_key,
        recovery,
    })
}

/// Reads the list of members, and its bytes for the signature. Not believed before the signature is checked.
pub(crate) fn read_members(places: &Places) -> Result<(Members, Vec<u8>), VaultError> {
    let bytes = match folder::read(&places.keyring().join("members.json"), LARGEST_LIST) {
        Err(VaultError::Disk(_, std::io::ErrorKind::NotFound)) => {
            return Err(VaultError::Generations(format!(
                "folder {}, no list of members of that generation",
                places.generation
            )));
        }
        read => read?,
    };
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

/// Checks that the list leads back to the one the member's identity pins, and both signatures, then opens the vault key (security 3.5, step 5).
pub(crate) fn open_key(
    places: &Places,
    members: &Members,
    list: &[u8],
    identity: &Identity,
) -> Result<Secret, VaultError> {
    if identity.vault_id != members.vault_id {
        return Err(VaultError::Unsigned);
    }
    let signers = lists::lead_back(
        places,
        members,
        list,
        &identity.pin,
        &identity.administrators,
    )?;
    let sealed = read_vault_key(places)?;
    if !lists::signed(places, "vault-key.age", KEYRING, &sealed, &signers)? {
        return Err(VaultError::Unsigned);
    }
    open_sealed_key(places, members, &identity.secret)
}

/// vault-key.age, sealed; where it is missing, VAULT names a generation that was given up.
pub(crate) fn read_vault_key(places: &Places) -> Result<Vec<u8>, VaultError> {
    match folder::read(&places.keyring().join("vault-key.age"), LARGEST_LIST) {
        Err(VaultError::Disk(_, std::io::ErrorKind::NotFound)) => {
            Err(VaultError::Generations(format!(
                "folder {}, no vault key of that generation",
                places.generation
            )))
        }
        read => read,
    }
}

/// The vault key, by an identity that it was sealed to.
pub(crate) fn open_sealed_key(
    places: &Places,
    members: &Members,
    identity: &str,
) -> Result<Secret, VaultError> {
    let folder = places.keyring();
    let plain = agefile::open_with_identity(&folder.join("vault-key.age"), identity)?;
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
    let mut bytes = Secret::zero();
    hex::decode_to_slice(text.as_str(), &mut *bytes)
        .map_err(|_| VaultError::KeyFile("vault-key.age".to_owned()))?;
    Ok(bytes)
}

/// Seals a member's two personal files with another passphrase. Both change at once: a folder in which they are new takes the
/// place of the old one; where the file system cannot exchange two folders, one file follows the other.
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
    let (identity_file, approval_file) = (
        identity_path(places, &member.id),
        approval_path(places, &member.id),
    );
    let beside = places.keyring().with_file_name(format!(
        "{}{}",
        folder::UNFINISHED,
        hex::encode(folder::random::<8>()?)
    ));
    folder::make_folder(&beside)?;
    let exchanged = (|| {
        for entry in fs::read_dir(places.keyring())
            .map_err(|error| VaultError::disk("Reading the keyring", &error))?
        {
            let from = entry
                .map_err(|error| VaultError::disk("Reading the keyring", &error))?
                .path();
            let bytes = if from == identity_file {
                sealed_identity.clone()
            } else if from == approval_file {
                sealed_approval.clone()
            } else {
                folder::read(&from, LARGEST_LIST)?
            };
            folder::write_new(&beside.join(folder::name(&from)), &bytes)?;
        }
        folder::sync_folder(&beside)?;
        folder::exchange(&beside, &places.keyring())
    })();
    let _ = fs::remove_dir_all(&beside); // what is left of it is swept at the next unlock
    match exchanged {
        Ok(true) => Ok(()),
        Ok(false) => {
            folder::replace(&approval_file, &sealed_approval)?;
            folder::replace(&identity_file, &sealed_identity)
        }
        Err(error) => Err(error),
    }
}
