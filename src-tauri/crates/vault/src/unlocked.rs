//! Making, opening and copying a vault.

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
            folder::hex(&folder::random::<8>()?)
        )),
        generation: 1,
    };
    let made = build(&building, &new, fill).and_then(|(mut unlocked, sheet)| {
        folder::sync_folder(&building.root)?;
        // A rename onto a name that is taken by now fails for a folder that is not empty, so nobody's vault is written over.
        fs::rename(&building.root, path).doing("Putting the new vault in its place")?;
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
    let text = folder::hex(&id);
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
    let index = folder::index(&places)?;
    let (members, list) = keyring::read_members(&places)?;
    let member = keyring::member(&members, label)?.clone();
    let identity = keyring::open_identity(&places, &member, passphrase)?;
    if identity.vault_id != index.vault_id {
        return Err(VaultError::Unsigned);
    }
    let db_key = keyring::open_key(&places, &members, &list, &identity)?;
    Ok(Unlocked {
        documents: Documents::new(places.clone()),
        places,
        vault_id: index.vault_id,
        members,
        list_sha256: lists::sha256(&list),
        member,
        log: identity.log,
        db_key,
        lock,
    })
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
        if meta.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        }
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

    /// Writes a copy of the folder that opens like any vault; the database comes through `copy_database`, consistent while in use, and
    /// `judge` looks at the whole copy before it gets its name. Gives the size in bytes.
    ///
    /// # Errors
    /// The destination exists, the disk, the copy reads back as something else, or whatever made one of the two fail.
    pub fn backup(
        &self,
        to: &Path,
        copy_database: impl FnOnce(&Path) -> Result<(), ()>,
        judge: impl FnOnce(&Copied) -> Result<(), ()>,
    ) -> Result<u64, VaultError> {
        const WHAT: &str = "Writing the backup";
        if fs::symlink_metadata(to).is_ok() {
            return Err(VaultError::Exists(folder::name(to)));
        }
        let parent = to
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        if parent
            .canonicalize()
            .doing(WHAT)?
            .starts_with(self.places.root.canonicalize().doing(WHAT)?)
        {
            return Err(VaultError::Exposed(
                "A backup cannot lie inside the vault itself".to_owned(),
            ));
        }
        let building = Places {
            root: parent.join(format!(
                ".cipdesk-new-{}",
                folder::hex(&folder::random::<8>()?)
            )),
            generation: self.places.generation,
        };
        let made = (|| {
            folder::make_all(&building)?;
            let mut bytes = copy_file(&self.places.index(), &building.index())?;
            bytes += copy_folder(&self.places.keyring(), &building.keyring())?;
            bytes += self.copy_lists(&building)?;
            copy_database(&building.database()).map_err(|()| VaultError::Stopped)?;
            // Documents after the database: every row of the copy has its file; a file more is an orphan.
            for shard in fs::read_dir(self.places.documents()).doing(WHAT)? {
                let shard = shard.doing(WHAT)?.path();
                let target = building.documents().join(folder::name(&shard));
                folder::make_folder(&target)?;
                bytes += copy_folder(&shard, &target)?;
            }
            same(&self.places.index(), &building.index())?;
            for file in fs::read_dir(building.keyring()).doing(WHAT)? {
                let file = file.doing(WHAT)?.path();
                same(&self.places.keyring().join(folder::name(&file)), &file)?;
            }
            let copied = Copied {
                database: building.database(),
                documents: Documents::new(building.clone()),
            };
            judge(&copied).map_err(|()| VaultError::Stopped)?;
            let database = fs::OpenOptions::new()
                .write(true)
                .open(building.database())
                .doing(WHAT)?;
            private(&building.database())?;
            database.sync_all().doing(WHAT)?;
            bytes += database.metadata().doing(WHAT)?.len();
            for part in ["db", "keyring", "documents", ""] {
                folder::sync_folder(&building.root.join(part))?;
            }
            fs::rename(&building.root, to).doing(WHAT)?;
            folder::sync_folder(parent)?;
            Ok(bytes)
        })();
        if made.is_err() {
            let _ = fs::remove_dir_all(&building.root); // the half-written copy is of no use to anybody
        }
        made
    }
}

/// A copy that is whole and has no name yet.
pub struct Copied {
    database: PathBuf,
    documents: Documents,
}

impl Copied {
    /// Its database.
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// Its documents.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }
}

impl Unlocked {
    /// Lists of earlier generations, on which the trust of the present one stands.
    fn copy_lists(&self, to: &Places) -> Result<u64, VaultError> {
        let mut bytes = 0;
        for generation in folder::generations(&self.places.root) {
            let of = |root: &Path| Places {
                root: root.to_owned(),
                generation,
            };
            let (from, target) = (of(&self.places.root), of(&to.root));
            if generation >= self.places.generation || !from.keyring().join("members.json").exists()
            {
                continue;
            }
            folder::make_folder(&target.keyring())?;
            bytes += copy_folder(&from.keyring(), &target.keyring())?;
        }
        Ok(bytes)
    }
}

fn private(path: &Path) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).doing("Writing the backup")
}

/// Whether a small file reads back as what it was copied from.
fn same(from: &Path, to: &Path) -> Result<(), VaultError> {
    const LARGEST: u64 = 1024 * 1024;
    if folder::read(from, LARGEST)? == folder::read(to, LARGEST)? {
        return Ok(());
    }
    Err(VaultError::Disk(
        format!(
            "Writing the backup: {} reads back as something else. Check the disk it goes to, then try again.",
            folder::name(to)
        ),
        std::io::ErrorKind::InvalidData,
    ))
}

fn copy_file(from: &Path, to: &Path) -> Result<u64, VaultError> {
    use std::os::unix::fs::OpenOptionsExt;
    const WHAT: &str = "Writing the backup";
    let mut source = folder::open(from)?;
    let mut target = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .doing(WHAT)?;
    let bytes = std::io::copy(&mut source, &mut target).doing(WHAT)?;
    target.sync_all().doing(WHAT)?;
    Ok(bytes)
}

fn copy_folder(from: &Path, to: &Path) -> Result<u64, VaultError> {
    let mut bytes = 0;
    for entry in fs::read_dir(from).doing("Writing the backup")? {
        let path = entry.doing("Writing the backup")?.path();
        bytes += copy_file(&path, &to.join(folder::name(&path)))?;
    }
    folder::sync_folder(to)?;
    Ok(bytes)
}
