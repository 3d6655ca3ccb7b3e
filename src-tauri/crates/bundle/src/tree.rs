//! The files of a bag, wherever it lies: in a folder, in a strict zip, or in a foreign zip. Reads one file at a time, in pieces; knows no manifests.

use crate::{
    bag::Digest,
    error::Refusal,
    medium::Medium,
    names,
    zipfile::{read_any, read_strict},
};
use aside::Piece;
use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// One file of a bag.
#[derive(Debug)]
pub(crate) struct Listed {
    /// The path inside the bag, with `/`.
    pub(crate) path: String,
    /// Its size in bytes.
    pub(crate) bytes: u64,
    at: At,
}

#[derive(Debug)]
enum At {
    File(PathBuf),
    Stored {
        start: u64,
        crc: u32,
    },
    Deflated {
        start: u64,
        packed: u64,
        crc: u32,
    },
    /// Hashed on its way to where it lies, and not at hand here.
    Passed(Digest),
}

/// A bag's files, sorted by path.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The name of the top folder.
    pub(crate) name: String,
    pub(crate) files: Vec<Listed>,
    /// Folders that hold no file.
    pub(crate) empty_folders: Vec<String>,
    /// The day all entries of a strict zip carry.
    pub(crate) date: Option<u16>,
    /// Where it lies, for messages.
    pub(crate) origin: PathBuf,
    archive: Option<Medium>,
}

/// Why a file's bytes could not be read to the end.
pub(crate) enum Unreadable {
    /// Stop everything.
    Refused(Refusal),
    /// The archive's own checksum or size does not hold for this file.
    Damaged,
}

impl From<Refusal> for Unreadable {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// How strictly a folder's names are judged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// As in a bundle.
    Safe,
    /// Whatever the file system holds.
    Any,
}

impl Tree {
    /// Lists a folder. Links, devices and the like are refused; nothing is followed.
    pub(crate) fn folder(root: &Path, rule: Names) -> Result<Self, Refusal> {
        let name = root
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let mut tree = Self {
            name,
            files: Vec::new(),
            empty_folders: Vec::new(),
            date: None,
            origin: root.to_owned(),
            archive: None,
        };
        tree.walk(root, "", 0, rule)?;
        tree.files.sort_by(|one, two| one.path.cmp(&two.path));
        if rule == Names::Safe {
            if let Some(path) = names::collision(tree.files.iter().map(|file| file.path.as_str())) {
                return Err(Refusal::coded(
                    "B-13",
                    format!(
                        "Refused: {path:?} differs from another name only by case or Unicode form."
                    ),
                ));
            }
            for file in &tree.files {
                if !crate::bag::value_is_plain(&file.path) {
                    return Err(Refusal::coded(
                        "B-14",
                        format!("Refused: {:?} is an unsafe name.", file.path),
                    ));
                }
                if let Some(why) = file
                    .path
                    .split('/')
                    .find_map(names::unsafe_component)
                    .filter(|_| file.path.starts_with("data/"))
                {
                    return Err(Refusal::coded(
                        "B-14",
                        format!("Refused: {:?} has an unsafe name: {why}.", file.path),
                    ));
                }
            }
        }
        Ok(tree)
    }

    fn walk(
        &mut self,
        folder: &Path,
        inside: &str,
        depth: usize,
        rule: Names,
    ) -> Result<(), Refusal> {
        let failed = |error: io::Error| Refusal::machine("Reading", folder, &error);
        let (most, deepest) = if rule == Names::Safe {
            (names::MAX_FILES, names::MAX_LEVELS)
        } else {
            (1_000_000, 100)
        };
        if depth > deepest {
            return Err(Refusal::coded(
                "B-17",
                format!(
                    "Refused: the folders below {inside:?} are nested too deep (limit {deepest})."
                ),
            ));
        }
        let before = self.files.len() + self.empty_folders.len();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                return Err(Refusal::coded(
                    "B-14",
                    format!("Refused: a name in {inside:?} is not valid UTF-8."),
                ));
            };
            let path = if inside.is_empty() {
                name.to_owned()
            } else {
                format!("{inside}/{name}")
            };
            let facts = fs::symlink_metadata(entry.path()).map_err(failed)?;
            if facts.is_dir() {
                self.walk(&entry.path(), &path, depth + 1, rule)?;
            } else if facts.is_file() {
                self.files.push(Listed {
                    path,
                    bytes: facts.len(),
                    at: At::File(entry.path()),
                });
            } else {
                return Err(Refusal::coded(
                    "B-12",
                    format!("Refused: {path:?} is a link or a device, not a file."),
                ));
            }
            if self.files.len() + self.empty_folders.len() > most {
                return Err(Refusal::coded(
                    "B-17",
                    format!("Refused: too many files (limit {most})."),
                ));
            }
        }
        if self.files.len() + self.empty_folders.len() == before && !inside.is_empty() {
            self.empty_folders.push(inside.to_owned());
        }
        Ok(())
    }

    /// Lists a zip in the strict form, all of whose entries lie in one top folder.
    pub(crate) fn strict_zip(mut archive: Medium, origin: &Path) -> Result<Self, Refusal> {
        let entries = read_strict(&mut archive).map_err(|why| {
            why.unwrap_or_else(|error| Refusal::machine("Reading", origin, &error))
        })?;
        let date = entries.first().map(|entry| entry.date);
        let items = entries.into_iter().map(|entry| {
            let at = At::Stored {
                start: entry.data(),
                crc: entry.crc,
            };
            (entry.name, entry.size, at)
        });
        Self::archived(items.collect(), archive, origin, date)
    }

    /// Lists any zip.
    pub(crate) fn loose_zip(mut archive: Medium, origin: &Path) -> Result<Self, Refusal> {
        let entries = read_any(&mut archive).map_err(|why| {
            why.unwrap_or_else(|error| Refusal::machine("Reading", origin, &error))
        })?;
        let items = entries
            .into_iter()
            .filter(|entry| !entry.name.ends_with('/'))
            .map(|entry| {
                let at = if entry.deflated {
                    At::Deflated {
                        start: entry.data,
                        packed: entry.packed,
                        crc: entry.crc,
                    }
                } else {
                    At::Stored {
                        start: entry.data,
                        crc: entry.crc,
                    }
                };
                (entry.name, entry.size, at)
            });
        Self::archived(items.collect(), archive, origin, None)
    }

    fn archived(
        items: Vec<(String, u64, At)>,
        archive: Medium,
        origin: &Path,
        date: Option<u16>,
    ) -> Result<Self, Refusal> {
        let mut top: Option<String> = None;
        let mut files = Vec::new();
        for (name, bytes, at) in items {
            let stray = || {
                Refusal::coded(
                    "B-18",
                    format!(
                        "Refused: {name:?} lies outside the one folder that the archive may hold."
                    ),
                )
            };
            let (folder, path) = name.split_once('/').ok_or_else(stray)?;
            if top.get_or_insert_with(|| folder.to_owned()) != folder {
                return Err(stray());
            }
            files.push(Listed {
                path: path.to_owned(),
                bytes,
                at,
            });
        }
        files.sort_by(|one, two| one.path.cmp(&two.path));
        Ok(Self {
            name: top.unwrap_or_default(),
            files,
            empty_folders: Vec::new(),
            date,
            origin: origin.to_owned(),
            archive: Some(archive),
        })
    }

    /// The zip that it lies in.
    pub(crate) fn into_archive(self) -> Option<Medium> {
        self.archive
    }

    pub(crate) fn place(&self, path: &str) -> Option<usize> {
        self.files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()
    }

    /// Gives every piece of a file to `sink`, and checks the archive's own checksum and size.
    pub(crate) fn read(
        &mut self,
        place: usize,
        sink: &mut dyn FnMut(&mut Piece) -> Result<(), Refusal>,
    ) -> Result<(), Unreadable> {
        let Some(listed) = self.files.get(place) else {
            return Err(Unreadable::Damaged);
        };
        let origin = self.origin.clone();
        let failed = |error: io::Error| Refusal::machine("Reading", &origin, &error);
        match (&listed.at, &mut self.archive) {
            (At::File(path), _) => {
                let file =
                    open_plain(path).map_err(|error| Refusal::machine("Reading", path, &error))?;
                let (bytes, _) = pour(file, listed.bytes.saturating_add(1), sink, |error| {
                    Refusal::machine("Reading", path, &error).into()
                })?;
                if bytes == listed.bytes {
                    Ok(())
                } else {
                    Err(Unreadable::Damaged)
                }
            }
            (At::Stored { start, crc }, Some(archive)) => {
                archive.seek(SeekFrom::Start(*start)).map_err(failed)?;
                let found = pour(archive, listed.bytes, sink, |error| failed(error).into())?;
                if found == (listed.bytes, *crc) {
                    Ok(())
                } else {
                    Err(Unreadable::Damaged)
                }
            }
            (At::Deflated { start, packed, crc }, Some(archive)) => {
                archive.seek(SeekFrom::Start(*start)).map_err(failed)?;
                let data =
                    flate2::read::DeflateDecoder::new(io::BufReader::new(archive.take(*packed)));
                // One byte more than claimed is enough to know that the claim is a lie; a bomb is never unpacked further.
                let found = pour(data, listed.bytes.saturating_add(1), sink, |_| {
                    Unreadable::Damaged
                })?;
                if found == (listed.bytes, *crc) {
                    Ok(())
                } else {
                    Err(Unreadable::Damaged)
                }
            }
            (At::Passed(_), _) | (_, None) => Err(Unreadable::Damaged),
        }
    }

    /// The hash of a file that was hashed on its way.
    pub(crate) fn passed(&self, place: usize) -> Option<Digest> {
        match self.files.get(place)?.at {
            At::Passed(digest) => Some(digest),
            _ => None,
        }
    }

    /// Takes a file's hash as it was found on its way: the file itself is not at hand.
    pub(crate) fn pass(&mut self, path: &str, digest: Digest) {
        let place = self.place(path);
        if let Some(file) = place.and_then(|place| self.files.get_mut(place)) {
            file.at = At::Passed(digest);
        }
    }

    /// A small file as a whole; `None` if it is not there.
    pub(crate) fn small(&mut self, path: &str, most: u64) -> Result<Option<Vec<u8>>, Unreadable> {
        let Some(place) = self.place(path) else {
            return Ok(None);
        };
        let bytes = self.files.get(place).map_or(0, |file| file.bytes);
        if bytes > most {
            return Err(Refusal::coded(
                "B-17",
                format!("Refused: {path} has {bytes} bytes (limit {most})."),
            )
            .into());
        }
        let mut all = Vec::new();
        self.read(place, &mut |piece| {
            all.extend_from_slice(piece.bytes());
            Ok(())
        })?;
        Ok(Some(all))
    }
}

/// Opens a file that was listed as a regular one, without following a link that may have taken its place since.
fn open_plain(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32);
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::ErrorKind::InvalidInput.into())
    }
}

/// Reads to the end or so many bytes, piece by piece; gives the number of bytes and their CRC-32.
fn pour(
    from: impl Read,
    most: u64,
    sink: &mut dyn FnMut(&mut Piece) -> Result<(), Refusal>,
    failed: impl Fn(io::Error) -> Unreadable,
) -> Result<(u64, u32), Unreadable> {
    let mut crc = crc32fast::Hasher::new();
    let mut from = from.take(most);
    // No larger than the file: a bundle may hold thousands of small ones, and each piece is wiped when it goes.
    let mut piece = Piece::for_up_to(most);
    let mut bytes = 0u64;
    while piece.fill(&mut from).map_err(&failed)? {
        crc.update(piece.bytes());
        bytes += piece.bytes().len() as u64;
        sink(&mut piece)?;
    }
    Ok((bytes, crc.finalize()))
}
