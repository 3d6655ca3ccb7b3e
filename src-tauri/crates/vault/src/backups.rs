//! Copies of a vault: written while it is in use, told apart from vaults, restored, and removed when there are newer ones. One is kept inside
//! the vault's own folder: how it was before its database was brought to another version.

use crate::{
    documents::Documents,
    error::{Doing, VaultError},
    folder::{self, Card, Places},
    lock::Lock,
    unlocked::{Keys, Unlocked},
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::{
    fs,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

const SLIP: &str = "cipdesk-backup/1";
const LARGEST_SLIP: u64 = 4 * 1024;
/// How a folder is called while it is written, and while it is removed; no vault has such a name.
const BUILDING: &str = ".cipdesk-new-";
const REMOVING: &str = ".cipdesk-old-";
/// How a copy in the vault's own folder is called, before the version that the vault was brought to.
const KEPT: &str = "Before-version-";

/// What a backup says of itself, in clear: nothing of people, and nothing that is believed before the journal was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    format: String,
    /// When it was made: RFC 3339, UTC.
    pub made_at: String,
    /// The version of the program that made it.
    pub program: String,
    /// Entries in its journal.
    pub entries: u64,
    /// The journal's head, in hex.
    pub head: String,
}

impl Slip {
    /// Of a copy with so many entries.
    pub fn new(made_at: String, program: &str, entries: u64, head: String) -> Self {
        Self {
            format: SLIP.to_owned(),
            made_at,
            program: program.to_owned(),
            entries,
            head,
        }
    }
}

/// A copy as it can be seen without a passphrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its folder.
    pub path: PathBuf,
    /// Whose it is, and who can open it.
    pub card: Card,
    /// What it says of itself; a folder that was copied by hand, or was worked in since, says nothing.
    pub slip: Option<Slip>,
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
    /// Writes a copy of the folder that opens like any vault; the database comes through `copy_database`, consistent while in use, and
    /// `judge` looks at the whole copy before it gets its name, and says what it says of itself. Gives the size in bytes.
    ///
    /// # Errors
    /// The destination exists, the disk, the copy reads back as something else, or whatever made one of the two fail.
    pub fn backup(
        &self,
        to: &Path,
        copy_database: impl FnOnce(&Path) -> Result<(), ()>,
        judge: impl FnOnce(&Copied) -> Result<Slip, ()>,
    ) -> Result<u64, VaultError> {
        outside(to, &self.places.root, "Writing the backup")?;
        let copying = Copying {
            from: &self.places,
            documents: copy_file,
        };
        copying.write(to, copy_database, judge)
    }
}

/// Writes a copy of a vault as it is to its own folder `backups`, before it is brought to a version; gives its name. Its documents are second
/// names of the vault's, which are never written again, so only the database takes room. What was kept before goes when this one is whole.
/// Whoever calls has the vault open.
///
/// # Errors
/// There is no room ([`VaultError::NoRoom`]); as [`Unlocked::backup`].
pub fn keep_as_it_is(
    root: &Path,
    version: i64,
    copy_database: impl FnOnce(&Path) -> Result<(), ()>,
    judge: impl FnOnce(&Copied) -> Result<Slip, ()>,
) -> Result<String, VaultError> {
    let from = folder::look(root)?;
    if !from.backups().exists() {
        folder::make_folder(&from.backups())?;
    }
    room(&from)?;
    let older = kept(&from)?;
    let to = (1..)
        .map(|number: u32| match number {
            1 => format!("{KEPT}{version}.cipdesk"),
            more => format!("{KEPT}{version}-{more}.cipdesk"),
        })
        .map(|name| from.backups().join(name))
        .find(|to| fs::symlink_metadata(to).is_err())
        .ok_or(VaultError::NotAVault)?;
    let copying = Copying {
        from: &from,
        documents: name_file,
    };
    copying.write(&to, copy_database, judge)?;
    for backup in older {
        remove_backup(&backup.path, &backup.card.vault_id)?;
    }
    Ok(folder::name(&to))
}

/// Removes what [`keep_as_it_is`] kept, where it is of earlier keys or was made before an instant (RFC 3339, UTC); all of it where none is
/// given. What an interruption left goes too. Whoever calls has the vault open.
///
/// # Errors
/// The disk; somebody has what is kept open.
pub fn forget_kept(root: &Path, made_before: Option<&str>) -> Result<(), VaultError> {
    const WHAT: &str = "Removing an old backup";
    let places = folder::look(root)?;
    for entry in fs::read_dir(places.backups())
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = folder::name(&entry.path());
        if name.starts_with(BUILDING) || name.starts_with(REMOVING) {
            held::retry(|| fs::remove_dir_all(entry.path())).doing(WHAT)?;
        }
    }
    for backup in kept(&places)? {
        let made = backup.slip.as_ref().map(|slip| slip.made_at.as_str());
        let old = made_before.is_none_or(|instant| made < Some(instant));
        if old || backup.card.generation < places.generation {
            remove_backup(&backup.path, &backup.card.vault_id)?;
        }
    }
    Ok(())
}

/// What is kept in a vault's own folder of how it was.
fn kept(places: &Places) -> Result<Vec<Backup>, VaultError> {
    let vault_id = folder::index(places)?.vault_id;
    let mut found = backups_in(&places.backups());
    found.retain(|backup| {
        backup.card.vault_id == vault_id && folder::name(&backup.path).starts_with(KEPT)
    });
    Ok(found)
}

/// Whether there is room for a copy of the database, and for the log of what will be done to it.
fn room(places: &Places) -> Result<(), VaultError> {
    const MIB: u64 = 1 << 20;
    const SLACK: u64 = 256 << 10;
    let size = |path: PathBuf| fs::metadata(path).map_or(0, |meta| meta.len());
    let database = size(places.database()) + size(places.database().with_extension("db-wal"));
    let needed = 2 * database + SLACK;
    match rustix::fs::statvfs(&places.root) {
        Ok(disk) if disk.f_bavail.saturating_mul(disk.f_frsize) < needed => {
            Err(VaultError::NoRoom {
                needed: needed.div_ceil(MIB),
                free: disk.f_bavail.saturating_mul(disk.f_frsize) / MIB,
            })
        }
        _ => Ok(()),
    }
}

/// How a file gets to another folder; gives its size.
type Place = fn(&Path, &Path, &'static str) -> Result<u64, VaultError>;

/// A copy that is being written of a vault that is in use.
struct Copying<'a> {
    from: &'a Places,
    documents: Place,
}

impl Copying<'_> {
    fn write(
        &self,
        to: &Path,
        copy_database: impl FnOnce(&Path) -> Result<(), ()>,
        judge: impl FnOnce(&Copied) -> Result<Slip, ()>,
    ) -> Result<u64, VaultError> {
        const WHAT: &str = "Writing the backup";
        let from = self.from;
        build(to, from.generation, WHAT, |building| {
            let mut bytes = copy_file(&from.index(), &building.index(), WHAT)?;
            bytes += copy_keyrings(from, building, WHAT)?;
            copy_database(&building.database()).map_err(|()| VaultError::Stopped)?;
            // Documents after the database: every row of the copy has its file; a file more is an orphan.
            bytes += copy_documents(from, building, self.documents, WHAT)?;
            same(&from.index(), &building.index())?;
            for file in fs::read_dir(building.keyring()).doing(WHAT)? {
                let file = file.doing(WHAT)?.path();
                same(&from.keyring().join(folder::name(&file)), &file)?;
            }
            let copied = Copied {
                database: building.database(),
                documents: Documents::new(building.clone()),
            };
            let slip = judge(&copied).map_err(|()| VaultError::Stopped)?;
            let database = fs::OpenOptions::new()
                .write(true)
                .open(building.database())
                .doing(WHAT)?;
            fs::set_permissions(building.database(), fs::Permissions::from_mode(0o600))
                .doing(WHAT)?;
            database.sync_all().doing(WHAT)?;
            bytes += database.metadata().doing(WHAT)?.len();
            let slip = serde_json::to_vec_pretty(&slip).map_err(|_| VaultError::Index)?;
            folder::write_new(&building.slip(), &slip)?;
            Ok(bytes)
        })
    }
}

/// Looks at a copy, on whatever medium.
///
/// # Errors
/// It is none, a link stands in it, or the medium does not answer.
pub fn look(path: &Path) -> Result<Backup, VaultError> {
    let places = folder::look(path)?;
    let slip = folder::read(&places.slip(), LARGEST_SLIP)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Slip>(&bytes).ok())
        .filter(|slip| slip.format == SLIP);
    Ok(Backup {
        path: path.to_owned(),
        card: folder::card(&places)?,
        slip,
    })
}

/// The backups that lie in a folder, the oldest first: what says of itself that it is one.
pub fn backups_in(folder: &Path) -> Vec<Backup> {
    let mut found: Vec<Backup> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| !folder::name(&entry.path()).starts_with('.'))
        .filter_map(|entry| look(&entry.path()).ok())
        .filter(|backup| backup.slip.is_some())
        .collect();
    let made = |backup: &Backup| backup.slip.as_ref().map(|slip| slip.made_at.clone());
    found.sort_by_key(|backup| (made(backup), backup.path.clone()));
    found
}

/// Restores a copy to a new folder. The passphrase is tried before anything is copied; `judge` looks at the whole vault before it gets its name.
///
/// # Errors
/// As [`crate::open`]; the destination exists; the disk; or whatever made `judge` fail. Nothing is left then, and the copy is as it was.
pub fn restore<T>(
    from: &Path,
    to: &Path,
    label: Option<&str>,
    passphrase: &SecretString,
    judge: impl FnOnce(&Unlocked) -> Result<T, ()>,
) -> Result<T, VaultError> {
    const WHAT: &str = "Restoring the backup";
    let from = folder::look(from)?;
    let keys = Keys::open(&from, label, passphrase)?;
    outside(to, &from.root, WHAT)?;
    build(to, from.generation, WHAT, |building| {
        copy_file(&from.index(), &building.index(), WHAT)?;
        copy_keyrings(&from, building, WHAT)?;
        copy_file(&from.database(), &building.database(), WHAT)?;
        // A folder that was copied by hand while somebody worked has its last changes beside the database.
        let log = |places: &Places| places.database().with_extension("db-wal");
        if log(&from).exists() {
            copy_file(&log(&from), &log(building), WHAT)?;
        }
        copy_documents(&from, building, copy_file, WHAT)?;
        let vault = keys.unlock(building.clone(), Arc::new(Lock::take(&building.root)?));
        judge(&vault).map_err(|()| VaultError::Stopped)
    })
}

/// Removes a backup of a vault that nobody has open. It loses its name first, so that nothing half is left that could be taken for one.
///
/// # Errors
/// It is no backup of that vault, it is open, or the disk. It is as it was then, or has no name any more.
pub fn remove_backup(path: &Path, vault_id: &str) -> Result<(), VaultError> {
    const WHAT: &str = "Removing an old backup";
    let backup = look(path)?;
    if backup.slip.is_none() || backup.card.vault_id != vault_id {
        return Err(VaultError::NotAVault);
    }
    let _held = Lock::take(path)?;
    let gone = beside(path).join(format!("{REMOVING}{}", hex::encode(folder::random::<8>()?)));
    held::retry(|| fs::rename(path, &gone)).doing(WHAT)?;
    held::retry(|| fs::remove_dir_all(&gone)).doing(WHAT)
}

/// Whether a place is outside of a folder that is copied to it.
fn outside(to: &Path, source: &Path, what: &'static str) -> Result<(), VaultError> {
    let parent = beside(to).canonicalize().doing(what)?;
    if parent.starts_with(source.canonicalize().doing(what)?) {
        return Err(VaultError::Exposed(
            "A copy cannot lie inside the folder that is copied".to_owned(),
        ));
    }
    Ok(())
}

fn beside(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Makes a folder beside its place, and gives it its name when it is whole; one that is not is removed.
fn build<T>(
    to: &Path,
    generation: u64,
    what: &'static str,
    fill: impl FnOnce(&Places) -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(VaultError::Exists(folder::name(to)));
    }
    let parent = beside(to);
    let building = Places {
        root: parent.join(format!("{BUILDING}{}", hex::encode(folder::random::<8>()?))),
        generation,
    };
    let made = (|| {
        folder::make_all(&building)?;
        let filled = fill(&building)?;
        for part in ["db", "keyring", "documents", ""] {
            folder::sync_folder(&building.root.join(part))?;
        }
        held::retry(|| fs::rename(&building.root, to)).doing(what)?;
        folder::sync_folder(parent)?;
        Ok(filled)
    })();
    if made.is_err() {
        let _ = fs::remove_dir_all(&building.root); // the half-written copy is of no use to anybody
    }
    made
}

/// The keyring, and the lists of earlier generations on which the trust of the present one stands.
fn copy_keyrings(from: &Places, to: &Places, what: &'static str) -> Result<u64, VaultError> {
    let mut bytes = copy_folder(&from.keyring(), &to.keyring(), copy_file, what)?;
    for generation in folder::generations(&from.root) {
        let of = |root: &Path| Places {
            root: root.to_owned(),
            generation,
        };
        let (list, target) = (of(&from.root), of(&to.root));
        if generation >= from.generation || !list.keyring().join("members.json").exists() {
            continue;
        }
        folder::make_folder(&target.keyring())?;
        bytes += copy_folder(&list.keyring(), &target.keyring(), copy_file, what)?;
    }
    Ok(bytes)
}

fn copy_documents(
    from: &Places,
    to: &Places,
    place: Place,
    what: &'static str,
) -> Result<u64, VaultError> {
    let mut bytes = 0;
    // Some programs that copy folders leave out what is empty.
    if !from.documents().exists() {
        return Ok(bytes);
    }
    for shard in fs::read_dir(from.documents()).doing(what)? {
        let shard = shard.doing(what)?.path();
        // Other systems leave files of their own on a stick.
        if !shard.is_dir() {
            continue;
        }
        let target = to.documents().join(folder::name(&shard));
        folder::make_folder(&target)?;
        bytes += copy_folder(&shard, &target, place, what)?;
    }
    Ok(bytes)
}

fn copy_folder(
    from: &Path,
    to: &Path,
    place: Place,
    what: &'static str,
) -> Result<u64, VaultError> {
    let mut bytes = 0;
    for entry in fs::read_dir(from).doing(what)? {
        let path = entry.doing(what)?.path();
        bytes += place(&path, &to.join(folder::name(&path)), what)?;
    }
    folder::sync_folder(to)?;
    Ok(bytes)
}

/// Gives a file a second name, or copies it where the disk knows no second names.
fn name_file(from: &Path, to: &Path, what: &'static str) -> Result<u64, VaultError> {
    folder::open(from)?;
    match fs::hard_link(from, to) {
        Ok(()) => Ok(0),
        Err(_) => copy_file(from, to, what),
    }
}

fn copy_file(from: &Path, to: &Path, what: &'static str) -> Result<u64, VaultError> {
    let mut source = folder::open(from)?;
    let mut target = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .doing(what)?;
    let bytes = std::io::copy(&mut source, &mut target).doing(what)?;
    target.sync_all().doing(what)?;
    Ok(bytes)
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
