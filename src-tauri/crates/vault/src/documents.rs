//! Documents: one age file each, under a random name, for a key of its own that only the database holds (security 3.6).

use crate::{
    agefile,
    error::{Doing, VaultError},
    folder::{self, Places},
};
use aside::{Aside, Direct, Piece};
use sha2::{Digest, Sha256};
use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    ops::ControlFlow,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use zeroize::Zeroizing;

const CHUNK: usize = 128 * 1024;
const HEAD: usize = 8 * 1024;
/// How long an orphan is kept before it is deleted.
const ORPHANS_KEPT: Duration = Duration::from_secs(7 * 86_400);

/// The documents of a vault.
#[derive(Debug, Clone)]
pub struct Documents {
    places: Places,
}

/// A document that was just encrypted.
pub struct Sealed {
    /// Random id, which names the file.
    pub id: String,
    /// The secret half of its key.
    pub identity: Zeroizing<String>,
    /// The public half.
    pub recipient: String,
    /// SHA-256 of the content.
    pub sha256: String,
    /// Size of the content in bytes.
    pub bytes: u64,
    /// The first 8 KiB, for telling its type.
    pub head: Vec<u8>,
}

/// What a sweep found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files that no row knows, put aside.
    pub orphans: u32,
    /// Rows without a file.
    pub missing: Vec<String>,
}

impl Documents {
    pub(crate) fn new(places: Places) -> Self {
        Self { places }
    }

    fn path(&self, id: &str) -> Result<PathBuf, VaultError> {
        // An id comes from the database; it must not be able to leave the folder all the same.
        if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(VaultError::DocumentMissing(id.chars().take(40).collect()));
        }
        let shard = id.get(..2).unwrap_or_default();
        Ok(self
            .places
            .documents()
            .join(shard)
            .join(format!("{id}.age")))
    }

    /// Opens a file that a person chose: an ordinary file, never through a link.
    ///
    /// # Errors
    /// A link, a folder, a device; a file that may not be read.
    pub fn open_source(path: &Path) -> Result<File, VaultError> {
        let shown = folder::name(path);
        // Without waiting: opening a pipe must not hang the program.
        let flags = (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK)
            .bits()
            .cast_signed();
        let opened = held::retry(|| OpenOptions::new().read(true).custom_flags(flags).open(path));
        let file = match opened {
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
                return Err(VaultError::NotAFile(shown));
            }
            opened => opened.doing(&format!("Reading {shown}"))?,
        };
        if file
            .metadata()
            .doing(&format!("Reading {shown}"))?
            .is_file()
        {
            Ok(file)
        } else {
            Err(VaultError::NotAFile(shown))
        }
    }

    /// Encrypts a document: streamed, confirmed by the disk, renamed into its place. The row with its key is the caller's next step;
    /// until then the file is an orphan that a sweep puts aside.
    ///
    /// # Errors
    /// Over the limit, stopped, or the disk.
    pub fn seal(
        &self,
        reader: &mut dyn Read,
        limit: u64,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Sealed, VaultError> {
        let id = hex::encode(folder::random::<16>()?);
        let (identity, recipient) = agefile::new_identity();
        let (sha256, bytes, head) = self.keep(&id, &recipient, reader, limit, progress)?;
        Ok(Sealed {
            id,
            identity,
            recipient,
            sha256,
            bytes,
            head,
        })
    }

    /// Encrypts a document that has an id and a key already, as it was handed out.
    ///
    /// # Errors
    /// No id, over the limit, stopped, or the disk.
    pub fn put(
        &self,
        id: &str,
        recipient: &str,
        reader: &mut dyn Read,
        limit: u64,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(), VaultError> {
        self.keep(id, recipient, reader, limit, progress)
            .map(|_| ())
    }

    /// Gives hash, size and the first bytes of what was read.
    fn keep(
        &self,
        id: &str,
        recipient: &str,
        reader: &mut dyn Read,
        limit: u64,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(String, u64, Vec<u8>), VaultError> {
        let path = self.path(id)?;
        let temporary = self.places.tmp().join(format!("{id}.age"));
        let written = self.write(&temporary, recipient, reader, limit, progress);
        if written.is_err() {
            let _ = fs::remove_file(&temporary); // tmp is emptied at unlock anyway
        }
        let written = written?;
        let shard = path.parent().ok_or(VaultError::NotAVault)?;
        if !shard.exists() {
            folder::make_folder(shard)?;
            folder::sync_folder(&self.places.documents())?;
        }
        held::retry(|| fs::rename(&temporary, &path)).doing("Keeping a document")?;
        folder::sync_folder(shard)?;
        Ok(written)
    }

    fn write(
        &self,
        path: &Path,
        to: &str,
        reader: &mut dyn Read,
        limit: u64,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(String, u64, Vec<u8>), VaultError> {
        const WHAT: &str = "Keeping a document";
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .doing(WHAT)?;
        // Hashed here, encrypted there, written by a third: each is as much work as the others.
        let stream = agefile::encrypt_stream(to, Aside::new(Direct::new(file))).doing(WHAT)?;
        let mut writer = Aside::new(stream);
        let mut hash = Sha256::new();
        let mut head = Vec::new();
        let mut piece = Piece::new();
        let mut bytes = 0u64;
        while piece.fill(reader).doing("Reading the document")? {
            let chunk = piece.bytes();
            bytes += chunk.len() as u64;
            if bytes > limit {
                return Err(VaultError::DocumentTooLarge(limit / 1_048_576));
            }
            if head.len() < HEAD {
                head.extend(chunk.iter().take(HEAD - head.len()));
            }
            hash.update(chunk);
            writer.pass(&mut piece).doing(WHAT)?;
            if progress(bytes).is_break() {
                return Err(VaultError::Stopped);
            }
        }
        writer
            .finish()
            .and_then(|stream| stream.finish())
            .and_then(Aside::finish)
            .and_then(Direct::finish)
            .doing(WHAT)?;
        Ok((hex::encode(hash.finalize()), bytes, head))
    }

    /// Opens a document for reading. The last read fails unless the file ended cleanly and is, by its hash, what was kept.
    ///
    /// # Errors
    /// Missing, or not sealed to this key.
    pub fn open(
        &self,
        id: &str,
        identity: &str,
        sha256: &str,
    ) -> Result<impl Read + use<>, VaultError> {
        Ok(Checked {
            reader: self.stream(id, identity)?,
            hash: Some(Aside::new(Sha256::new())),
            same: false,
            sha256: sha256.to_owned(),
            id: id.to_owned(),
        })
    }

    /// Opens a document for a reader that hashes it itself. The last read fails unless the file ended cleanly.
    ///
    /// # Errors
    /// Missing, or not sealed to this key.
    pub fn stream(&self, id: &str, identity: &str) -> Result<impl Read + use<>, VaultError> {
        let file = match folder::open(&self.path(id)?) {
            Err(VaultError::Disk(_, io::ErrorKind::NotFound)) => {
                return Err(VaultError::DocumentMissing(id.to_owned()));
            }
            opened => opened?,
        };
        let reader = agefile::decrypt_stream(identity, file).map_err(|error| unread(id, error))?;
        Ok(Stream {
            reader,
            id: id.to_owned(),
        })
    }

    /// Reads a whole document into memory.
    ///
    /// # Errors
    /// Missing, changed, cut, larger than `cap`.
    pub fn read_all(
        &self,
        id: &str,
        identity: &str,
        sha256: &str,
        cap: u64,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let mut bytes = Zeroizing::new(Vec::new());
        self.open(id, identity, sha256)?
            .take(cap + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unread(id, error))?;
        if bytes.len() as u64 > cap {
            return Err(VaultError::DocumentTooLarge(cap / 1_048_576));
        }
        Ok(bytes)
    }

    /// Reads a document through, in constant memory.
    ///
    /// # Errors
    /// Missing, changed, cut.
    pub fn verify(&self, id: &str, identity: &str, sha256: &str) -> Result<(), VaultError> {
        let mut reader = self.open(id, identity, sha256)?;
        let mut buffer = Zeroizing::new(vec![0u8; CHUNK]);
        while reader
            .read(&mut buffer)
            .map_err(|error| unread(id, error))?
            > 0
        {}
        Ok(())
    }

    /// Whether a document's file is there.
    pub fn exists(&self, id: &str) -> bool {
        self.path(id).is_ok_and(|path| path.exists())
    }

    /// Deletes a document's file.
    ///
    /// # Errors
    /// The disk.
    pub fn remove(&self, id: &str) -> Result<(), VaultError> {
        let path = self.path(id)?;
        match held::retry(|| fs::remove_file(&path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed.doing("Removing a document"),
        }
    }

    /// Puts aside files that no row knows, for seven days, and names rows without a file.
    ///
    /// # Errors
    /// The disk.
    pub fn sweep(&self, known: &HashSet<String>) -> Result<Swept, VaultError> {
        const WHAT: &str = "Sweeping the documents";
        let mut swept = Swept::default();
        let mut there = HashSet::new();
        let aside = self.places.backups().join("orphans");
        for shard in fs::read_dir(self.places.documents()).doing(WHAT)? {
            let shard = shard.doing(WHAT)?.path();
            if !shard.is_dir() {
                continue;
            }
            for file in fs::read_dir(&shard).doing(WHAT)? {
                let path = file.doing(WHAT)?.path();
                let id = path
                    .file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned())
                    .unwrap_or_default();
                if known.contains(&id) {
                    there.insert(id);
                    continue;
                }
                if !aside.exists() {
                    folder::make_folder(&aside)?;
                }
                let to = aside.join(folder::name(&path));
                held::retry(|| fs::rename(&path, &to)).doing(WHAT)?;
                swept.orphans += 1;
            }
        }
        if aside.exists() {
            for file in fs::read_dir(&aside).doing(WHAT)? {
                let path = file.doing(WHAT)?.path();
                let age = path
                    .metadata()
                    .and_then(|meta| meta.modified())
                    .ok()
                    .and_then(|at| SystemTime::now().duration_since(at).ok());
                if age.is_some_and(|age| age > ORPHANS_KEPT) {
                    held::retry(|| fs::remove_file(&path)).doing(WHAT)?;
                }
            }
        }
        swept.missing = known.difference(&there).cloned().collect();
        swept.missing.sort();
        Ok(swept)
    }
}

/// Why a document could not be read: the disk does not answer, or it is not what was kept. The two are never taken for each other.
fn unread(id: &str, error: io::Error) -> VaultError {
    if error.raw_os_error().is_some() {
        return VaultError::disk("Reading a document", &error);
    }
    error
        .downcast::<VaultError>()
        .unwrap_or_else(|_| VaultError::DocumentChanged(id.to_owned()))
}

/// A document being read.
struct Stream<R> {
    reader: R,
    id: String,
}

impl<R: Read> Read for Stream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                Err(io::Error::other(unread(&self.id, error)))
            }
            read => read,
        }
    }
}

/// A document being read, hashed on the way; it ends well only if it is what was kept.
struct Checked<R> {
    reader: R,
    hash: Option<Aside<Sha256>>,
    /// What the hash said at the end.
    same: bool,
    sha256: String,
    id: String,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let changed = |id: &str| io::Error::other(VaultError::DocumentChanged(id.to_owned()));
        let got = self.reader.read(buffer)?;
        if got > 0 {
            let hash = self.hash.as_mut().ok_or_else(|| changed(&self.id))?;
            hash.write_all(buffer.get(..got).unwrap_or_default())?;
        } else if !buffer.is_empty() {
            if let Some(hash) = self.hash.take() {
                self.same = hex::encode(hash.finish()?.finalize()) == self.sha256;
            }
            if !self.same {
                return Err(changed(&self.id));
            }
        }
        Ok(got)
    }
}
