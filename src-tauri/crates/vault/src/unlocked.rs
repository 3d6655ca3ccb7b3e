//! Making and opening a vault.

use crate::{
    documents::Documents,
    error::{Doing, VaultError},
    folder::{self, Places},
    keyring::{self, Member, Members},
    keys::{ApprovalKey, LogKey},
    lists,
    lock::Lock,
    members,
    recovery::RecoverySheet,
    secret::Secret,
};
use secrecy::SecretString;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What a new vault is made of.
pub struct NewVault {
    /// The founder's label in the folder.
    pub label: String,
    /// The founder's roles.
    pub roles: Vec<String>,
    /// The founder's passphrase.
    pub passphrase: SecretString,
    /// log2 of scrypt's N, 15 to 20; 18 unless in tests.
    pub work: u8,
    /// The day, for the recovery sheet.
    pub made_on: String,
}

/// A vault whose keys are open. Dropping it wipes them and lets the folder go.
pub struct Unlocked {
    pub(crate) places: Places,
    pub(crate) vault_id: String,
    pub(crate) members: Members,
    pub(crate) list_sha256: String,
    pub(crate) member: Member,
    pub(crate) log: LogKey,
    pub(crate) db_key: Secret,
    pub(crate) documents: Documents,
    /// Shared by the generations of one opening, so that no other program comes between them.
    pub(crate) lock: Arc<Lock>,
}

pub(crate) fn label_is_fine(label: &str) -> bool {
    (1..=32).contains(&label.len())
        && label
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Makes a vault. `fill` writes the first database into it; the folder appears under its name only when everything is there.
///
/// # Errors
/// The folder exists, the label cannot be, the disk, or whatever made `fill` fail.
pub fn create(
    path: &Path,
    new: NewVault,
    fill: impl FnOnce(&Unlocked) -> Result<(), ()>,
) -> Result<(Unlocked, RecoverySheet), VaultError> {
    if !label_is_fine(&new.label) {
        return Err(VaultError::Label(new.label.chars().take(40).collect()));
    }
    if fs::symlink_metadata(path).is_ok() {
        return Err(VaultError::Exists(folder::name(path)));
    }
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let building = Places {
        root: parent.join(format!(
            ".cipdesk-new-{}",
            hex::encode(folder::random::<8>()?)
        )),
        generation: 1,
    };
    let made = build(&building, &new, fill).and_then(|(mut unlocked, sheet)| {
        folder::sync_folder(&building.root)?;
        // A rename onto a name that is taken by now fails for a folder that is not empty, so nobody's vault is written over.
        held::retry(|| fs::rename(&building.root, path))
            .doing("Putting the new vault in its place")?;
        folder::sync_folder(parent)?;
        unlocked.places.root = path.to_owned();
        unlocked.documents = Documents::new(unlocked.places.clone());
        Ok((unlocked, sheet))
    });
    if made.is_err() {
        let _ = fs::remove_dir_all(&building.root); // a half-made vault holds nothing of anybody
    }
    made
}

fn build(
    places: &Places,
    new: &NewVault,
    fill: impl FnOnce(&Unlocked) -> Result<(), ()>,
) -> Result<(Unlocked, RecoverySheet), VaultError> {
    folder::make_all(places)?;
    let lock = Arc::new(Lock::take(&places.root)?);
    let id = folder::random::<16>()?;
    let text = hex::encode(id);
    let parts: Vec<&str> = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
        .iter()
        .filter_map(|(from, to)| text.get(*from..*to))
        .collect();
    let vault_id = parts.join("-");
    let founded = keyring::found(
        places,
        &vault_id,
        &new.label,
        new.roles.clone(),
        &new.passphrase,
        new.work,
    )?;
    folder::write_index(places, &vault_id)?;
    let member = keyring::member(&founded.members, Some(&new.label))?.clone();
    let sheet = RecoverySheet::new(&vault_id, &new.made_on, founded.recovery);
    let unlocked = Unlocked {
        documents: Documents::new(places.clone()),
        places: places.clone(),
        vault_id,
        members: founded.members,
        list_sha256: founded.sha256,
        member,
        log: founded.log,
        db_key: founded.db_key,
        lock,
    };
    fill(&unlocked).map_err(|()| VaultError::Stopped)?;
    for part in ["db", "keyring"] {
        folder::sync_folder(&places.root.join(part))?;
    }
    Ok((unlocked, sheet))
}

/// Unlocks a vault with a member's passphrase and tidies its folder.
///
/// # Errors
/// As [`open`], and the disk.
pub fn unlock(
    path: &Path,
    label: Option<&str>,
    passphrase: &SecretString,
) -> Result<Unlocked, VaultError> {
    let unlocked = open(path, label, passphrase)?;
    unlocked.tidy()?;
    Ok(unlocked)
}

/// Opens a vault with a member's passphrase (security 3.5, steps 1 to 5). Blocks for about a second.
///
/// # Errors
/// Each step has its own; nothing is changed by any.
pub fn open(
    path: &Path,
    label: Option<&str>,
    passphrase: &SecretString,
) -> Result<Unlocked, VaultError> {
    let places = folder::check(path)?;
    let lock = Arc::new(Lock::take(path)?);
    Ok(Keys::open(&places, label, passphrase)?.unlock(places, lock))
}

/// What a passphrase opens, before it is said in which folder: a backup's keys open the copy that is restored from it.
pub(crate) struct Keys {
    vault_id: String,
    members: Members,
    list_sha256: String,
    member: Member,
    log: LogKey,
    db_key: Secret,
}

impl Keys {
    pub(crate) fn open(
        places: &Places,
        label: Option<&str>,
        passphrase: &SecretString,
    ) -> Result<Self, VaultError> {
        let index = folder::index(places)?;
        let (members, list) = keyring::read_members(places)?;
        let member = keyring::member(&members, label)?.clone();
        let identity = keyring::open_identity(places, &member, passphrase)?;
        if identity.vault_id != index.vault_id {
            return Err(VaultError::Unsigned);
        }
        let db_key = keyring::open_key(places, &members, &list, &identity)?;
        Ok(Self {
            vault_id: index.vault_id,
            members,
            list_sha256: lists::sha256(&list),
            member,
            log: identity.log,
            db_key,
        })
    }

    pub(crate) fn unlock(self, places: Places, lock: Arc<Lock>) -> Unlocked {
        Unlocked {
            documents: Documents::new(places.clone()),
            places,
            vault_id: self.vault_id,
            members: self.members,
            list_sha256: self.list_sha256,
            member: self.member,
            log: self.log,
            db_key: self.db_key,
            lock,
        }
    }
}

/// Empties the folder for half-written files.
fn empty(tmp: &Path) -> Result<(), VaultError> {
    const WHAT: &str = "Emptying the vault's folder for temporary files";
    if !tmp.exists() {
        return folder::make_folder(tmp);
    }
    for entry in fs::read_dir(tmp).doing(WHAT)? {
        let path = entry.doing(WHAT)?.path();
        let meta = fs::symlink_metadata(&path).doing(WHAT)?;
        held::retry(|| {
            if meta.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            }
        })
        .doing(WHAT)?;
    }
    Ok(())
}

impl Unlocked {
    /// Removes half-written files, and what earlier generations of keys have left.
    ///
    /// # Errors
    /// The disk.
    pub fn tidy(&self) -> Result<(), VaultError> {
        members::give_up(&self.places)?;
        folder::sweep_generations(&self.places)?;
        empty(&self.places.tmp())
    }

    /// Something is being recorded here: a backup is a vault from then on, and what it says of itself goes.
    ///
    /// # Errors
    /// The disk.
    pub fn worked_in(&self) -> Result<(), VaultError> {
        folder::worked_in(&self.places)
    }

    /// The vault's id.
    pub fn vault_id(&self) -> &str {
        &self.vault_id
    }

    /// The generation of its keys.
    pub fn generation(&self) -> u64 {
        self.places.generation
    }

    /// The vault's folder.
    pub fn root(&self) -> &Path {
        &self.places.root
    }

    /// The database's file.
    pub fn db_path(&self) -> PathBuf {
        self.places.database()
    }

    /// The database's raw key.
    pub fn db_key(&self) -> &[u8; 32] {
        &self.db_key
    }

    /// The member who unlocked.
    pub fn member(&self) -> &Member {
        &self.member
    }

    /// The active members.
    pub fn members(&self) -> Vec<&Member> {
        self.members.active().collect()
    }

    /// The key that signs entries and checkpoints.
    pub fn log_key(&self) -> LogKey {
        self.log.again()
    }

    /// Opens a member's approval key for one act. Blocks for about a second.
    ///
    /// # Errors
    /// No such member, wrong passphrase, damaged key file.
    pub fn approval_key(
        &self,
        label: &str,
        passphrase: &SecretString,
    ) -> Result<ApprovalKey, VaultError> {
        keyring::open_approval(
            &self.places,
            keyring::member(&self.members, Some(label))?,
            passphrase,
        )
    }

    /// Seals the member's two personal files with another passphrase. Older copies of them open with the old one for ever.
    ///
    /// # Errors
    /// Wrong passphrase, or the disk.
    pub fn change_passphrase(
        &self,
        old: &SecretString,
        new: &SecretString,
        work: u8,
    ) -> Result<(), VaultError> {
        keyring::change_passphrase(&self.places, &self.member, old, new, work)
    }

    /// The documents.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }
}
