//! Where a bundle lies while it is worked on: a file in the open, or a nameless one that only this process can read. Knows no zip and no bag.

use aes::Aes256;
use ctr::{
    Ctr64BE,
    cipher::{KeyIvInit as _, StreamCipher as _, StreamCipherSeek as _},
};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};
use zeroize::Zeroizing;

const CHUNK: usize = 64 * 1024;

/// A file to write, seek and read. A hidden one has no name and is encrypted under a key that is kept nowhere: what is left on the disk
/// afterwards, or after a crash, says nothing. Its cipher is the one that processors have instructions for (decision 0048).
pub struct Medium {
    file: File,
    at: u64,
    key: Option<Zeroizing<[u8; 32]>>,
    /// A piece as it goes into the file, encrypted.
    piece: Vec<u8>,
}

impl std::fmt::Debug for Medium {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Medium").finish_non_exhaustive()
    }
}

impl From<File> for Medium {
    fn from(file: File) -> Self {
        Self {
            file,
            at: 0,
            key: None,
            piece: Vec::new(),
        }
    }
}

impl Medium {
    /// A nameless encrypted file on the file system of `folder`. Each byte is to be written once, but for the checksum in an entry's
    /// header: a stream cipher would show the difference of two texts in one place to who saw both states of the disk.
    ///
    /// # Errors
    /// The disk, or a system without randomness.
    pub fn hidden(folder: &Path) -> io::Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(key.as_mut_slice()).map_err(|why| io::Error::other(why.to_string()))?;
        Ok(Self {
            file: tempfile::tempfile_in(folder)?,
            at: 0,
            key: Some(key),
            piece: Vec::new(),
        })
    }

    /// The same content with a place of its own.
    pub(crate) fn again(&self) -> io::Result<Self> {
        Ok(Self {
            file: self.file.try_clone()?,
            at: 0,
            key: self.key.clone(),
            piece: Vec::new(),
        })
    }

    /// Size in bytes.
    ///
    /// # Errors
    /// The disk.
    pub fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        // What nobody finds after a crash need not survive one.
        if self.key.is_some() {
            Ok(())
        } else {
            self.file.sync_all()
        }
    }

    /// What encrypts and decrypts at the present place of a hidden file.
    fn cipher(&self) -> io::Result<Option<Ctr64BE<Aes256>>> {
        let Some(key) = &self.key else {
            return Ok(None);
        };
        let mut cipher = Ctr64BE::<Aes256>::new((&**key).into(), &[0; 16].into());
        cipher.try_seek(self.at).map_err(io::Error::other)?;
        Ok(Some(cipher))
    }
}

impl Read for Medium {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The handle's own place is shared with those made by `again`.
        self.file.seek(SeekFrom::Start(self.at))?;
        let got = self.file.read(buffer)?;
        if let Some(mut cipher) = self.cipher()? {
            cipher
                .try_apply_keystream(buffer.get_mut(..got).unwrap_or_default())
                .map_err(io::Error::other)?;
        }
        self.at += got as u64;
        Ok(got)
    }
}

impl Write for Medium {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.seek(SeekFrom::Start(self.at))?;
        let written = if let Some(mut cipher) = self.cipher()? {
            let bytes = bytes.get(..bytes.len().min(CHUNK)).unwrap_or_default();
            self.piece.resize(bytes.len(), 0);
            cipher
                .apply_keystream_b2b(bytes, &mut self.piece)
                .map_err(io::Error::other)?;
            self.file.write_all(&self.piece)?;
            bytes.len()
        } else {
            self.file.write(bytes)?
        };
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
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
        hidden.file.rewind().unwrap();
        hidden.file.read_to_end(&mut raw).unwrap();
        assert_eq!(raw.len(), secret.len());
        assert!(
            !raw.windows(6).any(|six| six == b"canary"),
            "what lies on the disk must say nothing"
        );
    }
}
