//! The folder itself: what lies where, who may read it, and how a file gets there whole or not at all.

use crate::error::{Doing, VaultError};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

const FORMAT: &str = "cipdesk-vault/1";
const LARGEST_INDEX: u64 = 4 * 1024;

/// The file VAULT: nothing about people, nothing secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Index {
    pub(crate) format: String,
    pub(crate) vault_id: String,
    pub(crate) generation: u64,
}

/// What anybody can see of a vault without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The vault's id.
    pub vault_id: String,
    /// The generation of its keys.
    pub generation: u64,
    /// The labels of its active members.
    pub labels: Vec<String>,
}

/// Random bytes from the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|_| VaultError::Random)?;
    Ok(bytes)
}

/// The places in a vault's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) root: PathBuf,
    pub(crate) generation: u64,
}

impl Places {
    pub(crate) fn index(&self) -> PathBuf {
        self.root.join("VAULT")
    }
    pub(crate) fn keyring(&self) -> PathBuf {
        self.root
            .join("keyring")
            .join(format!("g{:06}", self.generation))
    }
    pub(crate) fn database(&self) -> PathBuf {
        self.root
            .join("db")
            .join(format!("g{:06}.db", self.generation))
    }
    pub(crate) fn documents(&self) -> PathBuf {
        self.root.join("documents")
    }
    pub(crate) fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }
    pub(crate) fn tmp(&self) -> PathBuf {
        self.root.join("tmp")
    }
    /// What a backup says of itself; a vault that is worked in has none.
    pub(crate) fn slip(&self) -> PathBuf {
        self.root.join("BACKUP")
    }
}

/// Makes a folder that only its owner may enter.
pub(crate) fn make_folder(path: &Path) -> Result<(), VaultError> {
    fs::DirBuilder::new()
        .mode(0o700)
        .create(path)
        .doing("Making a folder of the vault")
}

/// Makes every folder of an empty vault.
pub(crate) fn make_all(places: &Places) -> Result<(), VaultError> {
    make_folder(&places.root)?;
    for folder in ["keyring", "db", "documents", "backups", "tmp"] {
        make_folder(&places.root.join(folder))?;
    }
    make_folder(&places.keyring())
}

/// Writes a new file for its owner alone, and has the disk confirm it.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .doing("Writing a file of the vault")?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .doing("Writing a file of the vault")
}

/// Puts a file in another's place at once: a new one beside it, confirmed, renamed, the folder confirmed.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let folder = path.parent().ok_or(VaultError::NotAVault)?;
    let beside = folder.join(format!(".new-{}", hex::encode(random::<8>()?)));
    write_new(&beside, bytes)?;
    held::retry(|| fs::rename(&beside, path)).doing("Replacing a file of the vault")?;
    sync_folder(folder)
}

/// What a folder of the keyring is called until it is whole.
pub(crate) const UNFINISHED: &str = ".new-";

/// Puts each of two folders in the other's place, at once; `false` where the file system cannot.
pub(crate) fn exchange(one: &Path, other: &Path) -> Result<bool, VaultError> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => {
            if let Some(folder) = other.parent() {
                sync_folder(folder)?;
            }
            Ok(true)
        }
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
            Ok(false)
        }
        Err(error) => Err(VaultError::disk(
            "Replacing the keyring",
            &std::io::Error::from(error),
        )),
    }
}

/// Has the disk confirm a folder's entries.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), VaultError> {
    held::retry(|| File::open(folder))
        .and_then(|file| file.sync_all())
        .doing("Confirming a folder of the vault")
}

/// Opens a file of the vault for reading: an ordinary file, never through a link.
pub(crate) fn open(path: &Path) -> Result<File, VaultError> {
    let nofollow = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let opened = held::retry(|| {
        OpenOptions::new()
            .read(true)
            .custom_flags(nofollow)
            .open(path)
    });
    let file = match opened {
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            return Err(VaultError::Link(name(path)));
        }
        opened => opened.doing("Reading a file of the vault")?,
    };
    let meta = file.metadata().doing("Reading a file of the vault")?;
    if meta.is_file() {
        Ok(file)
    } else {
        Err(VaultError::NotAFile(name(path)))
    }
}

/// Reads a small file of the vault.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, VaultError> {
    let mut bytes = Vec::new();
    open(path)?
        .take(most + 1)
        .read_to_end(&mut bytes)
        .doing("Reading a file of the vault")?;
    if bytes.len() as u64 > most {
        Err(VaultError::Header(name(path)))
    } else {
        Ok(bytes)
    }
}

/// The last part of a path, which names no person inside a vault.
pub(crate) fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn no_link_and_ours(path: &Path, must_exist: bool) -> Result<(), VaultError> {
    let meta = match fs::symlink_metadata(path) {
        Err(_) if !must_exist => return Ok(()),
        meta => meta.doing(&format!("Looking at {}", name(path)))?,
    };
    if meta.is_symlink() {
        return Err(VaultError::Link(name(path)));
    }
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Err(VaultError::Exposed(format!(
            "{} belongs to another account of this computer",
            name(path)
        )));
    }
    Ok(())
}

/// Looks at a folder before anything of it is believed: no links, no foreign owner, closed to others, a VAULT file that can be read.
pub(crate) fn check(root: &Path) -> Result<Places, VaultError> {
    is_a_vault(root)?;
    no_link_and_ours(root, true)?;
    let mode = fs::symlink_metadata(root)
        .doing("Looking at the vault's folder")?
        .mode();
    if mode & 0o077 != 0 {
        return Err(VaultError::Exposed(
            "Other accounts of this computer can read this folder".to_owned(),
        ));
    }
    for part in [
        "VAULT",
        ".lock",
        "keyring",
        "db",
        "documents",
        "backups",
        "tmp",
    ] {
        no_link_and_ours(&root.join(part), part == "VAULT")?;
    }
    let places = described(root)?;
    for part in [places.keyring(), places.database()] {
        no_link_and_ours(&part, false)?;
    }
    Ok(places)
}

/// Looks at a copy that is only read, on a medium that may keep neither owners nor permissions: links are not followed, and the VAULT file
/// can be read.
pub(crate) fn look(root: &Path) -> Result<Places, VaultError> {
    is_a_vault(root)?;
    for part in ["VAULT", "keyring", "db", "documents"] {
        if fs::symlink_metadata(root.join(part)).is_ok_and(|meta| meta.is_symlink()) {
            return Err(VaultError::Link(part.to_owned()));
        }
    }
    described(root)
}

fn is_a_vault(root: &Path) -> Result<(), VaultError> {
    if fs::symlink_metadata(root).is_ok_and(|meta| meta.is_symlink()) {
        return Err(VaultError::Link(name(root)));
    }
    if !root.join("VAULT").exists() && fs::symlink_metadata(root.join("VAULT")).is_err() {
        return Err(VaultError::NotAVault);
    }
    Ok(())
}

/// What lies where, as the VAULT file says it.
fn described(root: &Path) -> Result<Places, VaultError> {
    let bytes = read(&root.join("VAULT"), LARGEST_INDEX).map_err(|error| match error {
        // A disk that does not answer is no damage.
        VaultError::Link(_) | VaultError::Disk(..) => error,
        _ => VaultError::Index,
    })?;
    let loose: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| VaultError::Index)?;
    let format = loose
        .get("format")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if format != FORMAT {
        let number = format
            .strip_prefix("cipdesk-vault/")
            .and_then(|number| number.parse::<u32>().ok());
        return Err(if number.is_some_and(|number| number > 1) {
            VaultError::Newer(format)
        } else {
            VaultError::Index
        });
    }
    let index: Index = serde_json::from_value(loose).map_err(|_| VaultError::Index)?;
    Ok(Places {
        root: root.to_owned(),
        generation: index.generation,
    })
}

pub(crate) fn index(places: &Places) -> Result<Index, VaultError> {
    serde_json::from_slice(&read(&places.index(), LARGEST_INDEX)?).map_err(|_| VaultError::Index)
}

fn index_bytes(places: &Places, vault_id: &str) -> Result<Vec<u8>, VaultError> {
    let index = Index {
        format: FORMAT.to_owned(),
        vault_id: vault_id.to_owned(),
        generation: places.generation,
    };
    serde_json::to_vec(&index).map_err(|_| VaultError::Index)
}

pub(crate) fn write_index(places: &Places, vault_id: &str) -> Result<(), VaultError> {
    write_new(&places.index(), &index_bytes(places, vault_id)?)
}

/// Points VAULT to another generation: the instant at which a change of members or keys happens.
pub(crate) fn point(places: &Places, vault_id: &str) -> Result<(), VaultError> {
    worked_in(places)?;
    replace(&places.index(), &index_bytes(places, vault_id)?)
}

/// A backup that is changed is a vault from then on: what it says of itself goes.
pub(crate) fn worked_in(places: &Places) -> Result<(), VaultError> {
    if places.slip().exists() {
        held::retry(|| fs::remove_file(places.slip())).doing("Making a vault of a backup")?;
    }
    Ok(())
}

/// The generations whose keyring or database lies in the folder, whole or not.
pub(crate) fn generations(root: &Path) -> Vec<u64> {
    let mut found: Vec<u64> = ["keyring", "db"]
        .iter()
        .filter_map(|part| fs::read_dir(root.join(part)).ok())
        .flatten()
        .filter_map(|entry| {
            let name = name(&entry.ok()?.path());
            let digits: String = name
                .strip_prefix('g')?
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            digits.parse().ok()
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Removes what earlier generations have left: their keys and databases. Their lists of members stay, because the trust of each
/// list stands on the one before it. What is newer than VAULT says is never touched.
pub(crate) fn sweep_generations(places: &Places) -> Result<(), VaultError> {
    const WHAT: &str = "Removing keys and databases of earlier generations";
    let remove = |path: &Path| match held::retry(|| fs::remove_file(path)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    for generation in generations(&places.root) {
        if generation >= places.generation {
            continue;
        }
        let old = Places {
            root: places.root.clone(),
            generation,
        };
        if let Ok(files) = fs::read_dir(old.keyring()) {
            for file in files {
                let path = file.doing(WHAT)?.path();
                if !["members.json", "members.json.sig"].contains(&name(&path).as_str()) {
                    remove(&path).doing(WHAT)?;
                }
            }
        }
        let database = old.database();
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut path = database.clone().into_os_string();
            path.push(ending);
            remove(Path::new(&path)).doing(WHAT)?;
        }
    }
    for (part, entries) in ["", "keyring"].map(|part| (part, fs::read_dir(places.root.join(part))))
    {
        for entry in entries.doing(WHAT)? {
            let path = entry.doing(WHAT)?.path();
            let file = name(&path);
            if file.starts_with(UNFINISHED) && !part.is_empty() && path.is_dir() {
                held::retry(|| fs::remove_dir_all(&path)).doing(WHAT)?;
            } else if file.starts_with(UNFINISHED) {
                remove(&path).doing(WHAT)?;
            }
        }
    }
    Ok(())
}

/// What anybody can see of a vault: its id and the labels of its members. Nothing of it is believed before unlocking.
///
/// # Errors
/// Not a vault, links, foreign owners, a newer format.
pub fn inspect(path: &Path) -> Result<Card, VaultError> {
    card(&check(path)?)
}

pub(crate) fn card(places: &Places) -> Result<Card, VaultError> {
    let index = index(places)?;
    let members = crate::keyring::read_members(places)?.0;
    let labels = members
        .active()
        .map(|member| member.label.clone())
        .collect();
    Ok(Card {
        vault_id: index.vault_id,
        generation: index.generation,
        labels,
    })
}
