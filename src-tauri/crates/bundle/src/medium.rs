//! Where a bundle lies while it is worked on: a file in the open, a nameless one that only this process can read, or an outline of what
//! went somewhere else. Knows no zip and no bag.

use aes::Aes256;
use ctr::{
    Ctr64BE,
    cipher::{KeyIvInit as _, StreamCipher as _, StreamCipherSeek as _},
};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Bound,
    path::Path,
    sync::Arc,
};
use zeroize::Zeroizing;

const CHUNK: usize = 64 * 1024;

/// What can be read at any place: a file, which can be written too, or an outline. A hidden file has no name and is encrypted under a key
/// that is kept nowhere: what is left on the disk afterwards, or after a crash, says nothing. Its cipher is the one that processors have
/// instructions for (decision 0048).
pub struct Medium {
    place: Place,
    at: u64,
}

enum Place {
    File {
        file: File,
        key: Option<Zeroizing<[u8; 32]>>,
        /// A piece as it goes into the file, encrypted.
        piece: Vec<u8>,
    },
    Outline(Arc<Outline>),
}

/// Parts of something that is not at hand as a whole; what lies between them reads as zeros.
#[derive(Default)]
pub(crate) struct Outline {
    /// By where each begins.
    parts: BTreeMap<u64, Vec<u8>>,
    length: u64,
}

impl Outline {
    /// Keeps a part that begins at `at`, behind all that were kept before.
    pub(crate) fn keep(&mut self, at: u64, bytes: Vec<u8>) {
        self.length = at + bytes.len() as u64;
        self.parts.insert(at, bytes);
    }

    fn read(&self, at: u64, buffer: &mut [u8]) -> usize {
        let most = usize::try_from(self.length.saturating_sub(at)).unwrap_or(usize::MAX);
        let length = buffer.len().min(most);
        let buffer = buffer.get_mut(..length).unwrap_or_default();
        if buffer.is_empty() {
            return 0;
        }
        if let Some((start, part)) = self.parts.range(..=at).next_back() {
            let skip = usize::try_from(at - start).unwrap_or(usize::MAX);
            let rest = part.get(skip..).unwrap_or_default();
            let got = rest.len().min(buffer.len());
            if let (Some(to), Some(from)) = (buffer.get_mut(..got), rest.get(..got)) {
                to.copy_from_slice(from);
            }
            if got > 0 {
                return got;
            }
        }
        let after = (Bound::Excluded(at), Bound::Unbounded);
        let next = self.parts.range(after).next();
        let next = next.map_or(self.length, |(next, _)| *next);
        let got = usize::try_from(next - at).unwrap_or(usize::MAX).min(length);
        buffer.iter_mut().take(got).for_each(|byte| *byte = 0);
        got
    }
}

impl std::fmt::Debug for Medium {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Medium").finish_non_exhaustive()
    }
}

impl From<File> for Medium {
    fn from(file: File) -> Self {
        Self::of(Place::File {
            file,
            key: None,
            piece: Vec::new(),
        })
    }
}

impl From<Outline> for Medium {
    fn from(outline: Outline) -> Self {
        Self::of(Place::Outline(Arc::new(outline)))
    }
}

impl Medium {
    fn of(place: Place) -> Self {
        Self { place, at: 0 }
    }

    /// A nameless encrypted file on the file system of `folder`. Each byte is to be written once: a stream cipher would show the difference
    /// of two texts in one place to who saw both states of the disk.
    ///
    /// # Errors
    /// The disk, or a system without randomness.
    pub fn hidden(folder: &Path) -> io::Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(key.as_mut_slice()).map_err(|why| io::Error::other(why.to_string()))?;
        Ok(Self::of(Place::File {
            file: tempfile::tempfile_in(folder)?,
            key: Some(key),
            piece: Vec::new(),
        }))
    }

    /// The same content with a place of its own.
    pub(crate) fn again(&self) -> io::Result<Self> {
        Ok(Self::of(match &self.place {
            Place::File { file, key, .. } => Place::File {
                file: file.try_clone()?,
                key: key.clone(),
                piece: Vec::new(),
            },
            Place::Outline(outline) => Place::Outline(outline.clone()),
        }))
    }

    /// Size in bytes.
    ///
    /// # Errors
    /// The disk.
    pub fn length(&self) -> io::Result<u64> {
        match &self.place {
            Place::File { file, .. } => Ok(file.metadata()?.len()),
            Place::Outline(outline) => Ok(outline.length),
        }
    }
}

/// What encrypts and decrypts at a place of a hidden file.
fn cipher(key: &[u8; 32], at: u64) -> io::Result<Ctr64BE<Aes256>> {
    let mut cipher = Ctr64BE::<Aes256>::new(key.into(), &[0; 16].into());
    cipher.try_seek(at).map_err(io::Error::other)?;
    Ok(cipher)
}

impl Read for Medium {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = match &mut self.place {
            Place::File { file, key, .. } => {
                // The handle's own place is shared with those made by `again`.
                file.seek(SeekFrom::Start(self.at))?;
                let got = file.read(buffer)?;
                if let Some(key) = key {
                    cipher(key, self.at)?
                        .try_apply_keystream(buffer.get_mut(..got).unwrap_or_default())
                        .map_err(io::Error::other)?;
                }
                got
            }
            Place::Outline(outline) => outline.read(self.at, buffer),
        };
        self.at += got as u64;
        Ok(got)
    }
}

impl Write for Medium {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Place::File { file, key, piece } = &mut self.place else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        file.seek(SeekFrom::Start(self.at))?;
        let written = if let Some(key) = key {
            let bytes = bytes.get(..bytes.len().min(CHUNK)).unwrap_or_default();
            piece.resize(bytes.len(), 0);
            cipher(key, self.at)?
                .apply_keystream_b2b(bytes, piece)
                .map_err(io::Error::other)?;
            file.write_all(piece)?;
            bytes.len()
        } else {
            file.write(bytes)?
        };
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::File { file, .. } => file.flush(),
            Place::Outline(_) => Ok(()),
        }
    }
}

impl Seek for Medium {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length()?.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_hidden_medium_gives_back_what_any_file_would(
            acts in proptest::collection::vec((0u64..200_000, proptest::collection::vec(any::<u8>(), 0..70_000)), 1..12),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut hidden = Medium::hidden(folder.path()).unwrap();
            let mut open = Medium::from(tempfile::tempfile().unwrap());
            for (at, bytes) in &acts {
                for medium in [&mut hidden, &mut open] {
                    // A hole would read as zeros in one and as noise in the other.
                    let at = (*at).min(medium.length().unwrap());
                    medium.seek(SeekFrom::Start(at)).unwrap();
                    medium.write_all(bytes).unwrap();
                }
            }
            let (mut one, mut two) = (Vec::new(), Vec::new());
            hidden.rewind().unwrap();
            hidden.read_to_end(&mut one).unwrap();
            open.again().unwrap().read_to_end(&mut two).unwrap();
            prop_assert_eq!(one, two);
        }

        #[test]
        fn an_outline_reads_like_a_file_with_zeros_where_nothing_was_kept(
            parts in proptest::collection::vec((0u64..300, proptest::collection::vec(any::<u8>(), 0..300)), 1..9),
            places in proptest::collection::vec((0u64..3_000, 1usize..400), 1..20),
        ) {
            let mut outline = Outline::default();
            let mut whole = Vec::new();
            for (gap, bytes) in parts {
                whole.resize(whole.len() + gap as usize, 0);
                outline.keep(whole.len() as u64, bytes.clone());
                whole.extend(bytes);
            }
            let mut outline = Medium::from(outline);
            prop_assert_eq!(outline.length().unwrap(), whole.len() as u64);
            prop_assert!(outline.write(b"x").is_err(), "it is only read");
            for (at, most) in places {
                let mut got = Vec::new();
                outline.seek(SeekFrom::Start(at)).unwrap();
                (&mut outline).take(most as u64).read_to_end(&mut got).unwrap();
                let from = whole.len().min(at as usize);
                let to = whole.len().min(at as usize + most);
                prop_assert_eq!(&got, &whole[from..to]);
            }
            let mut again = Vec::new();
            outline.again().unwrap().read_to_end(&mut again).unwrap();
            prop_assert_eq!(again, whole);
        }
    }

    #[test]
    fn a_hidden_medium_has_no_name_and_nothing_readable_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut hidden = Medium::hidden(folder.path()).unwrap();
        let secret = b"canary-in-a-bundle ".repeat(1000);
        hidden.write_all(&secret).unwrap();
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            0,
            "it has no name"
        );
        let mut raw = Vec::new();
        let Place::File { file, .. } = &mut hidden.place else {
            unreachable!("a hidden medium is a file");
        };
        file.rewind().unwrap();
        file.read_to_end(&mut raw).unwrap();
        assert_eq!(raw.len(), secret.len());
        assert!(
            !raw.windows(6).any(|six| six == b"canary"),
            "what lies on the disk must say nothing"
        );
    }
}
