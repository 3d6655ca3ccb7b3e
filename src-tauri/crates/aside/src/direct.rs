//! A new file that goes to the disk past the system's cache where it is very large: there, each byte would be copied, take the place of what
//! others read again, and wait to be written until all is.

use std::{
    fs::File,
    io::{self, Write},
};
use zeroize::Zeroizing;

/// So much of a file, whole blocks, goes the usual way and uncollected: what is no larger is soon read again, and then out of the cache.
const USUAL: u64 = 1 << 30;
/// How much goes to the disk at once: fast disks take more at a time faster, up to about here.
const BLOCK: usize = 1 << 20;
/// Where in memory and in the file a block begins, for any disk: sectors have 512 or 4,096 bytes.
const SECTOR: usize = 4096;

/// A new file, written from its beginning to its end. Only [`Direct::finish`] says that the disk has all of it. Its first gibibyte, and what a
/// file system does not take in this way, is written as usual.
pub struct Direct {
    file: File,
    /// Room for one block and what stands before its sector; none until more than the usual is written. It is wiped when it goes.
    room: Zeroizing<Vec<u8>>,
    begins: usize,
    filled: usize,
    /// How many bytes still go the usual way.
    usual: u64,
    past: Past,
}

/// Whether the file is written past the system's cache.
#[derive(PartialEq)]
enum Past {
    NotYet,
    Yes,
    /// It is not taken, or something went that is no whole block.
    NoMore,
}

impl Direct {
    /// Writes `file`, which is empty and at its beginning.
    pub fn new(file: File) -> Self {
        Self::after(USUAL, file)
    }

    fn after(usual: u64, file: File) -> Self {
        Self {
            file,
            room: Zeroizing::new(Vec::new()),
            begins: 0,
            filled: 0,
            usual,
            past: Past::NotYet,
        }
    }

    /// Writes what is left, waits until the disk has all, and gives the file back, to be used as any other.
    ///
    /// # Errors
    /// The disk's.
    pub fn finish(mut self) -> io::Result<File> {
        self.flush()?;
        self.file.sync_all()?;
        Ok(self.file)
    }

    /// Makes room where there is none, and gives what is free of it.
    fn free(&mut self) -> &mut [u8] {
        if self.room.is_empty() {
            self.room = Zeroizing::new(vec![0; BLOCK + SECTOR]);
            self.begins = self.room.as_ptr().addr().wrapping_neg() % SECTOR;
        }
        let (from, to) = (self.begins + self.filled, self.begins + BLOCK);
        self.room.get_mut(from..to).unwrap_or_default()
    }

    /// Writes what was collected.
    fn send(&mut self) -> io::Result<()> {
        let mut left = (self.room)
            .get(self.begins..self.begins + self.filled)
            .unwrap_or_default();
        while !left.is_empty() {
            match self.file.write(left) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => left = left.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // A file system may say only here that it wants other sectors, or none of this.
                Err(error)
                    if error.kind() == io::ErrorKind::InvalidInput && self.past == Past::Yes =>
                {
                    past_the_cache(&self.file, false)?;
                    self.past = Past::NoMore;
                }
                Err(error) => return Err(error),
            }
        }
        self.filled = 0;
        Ok(())
    }
}

impl Write for Direct {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.usual > 0 {
            let usual = usize::try_from(self.usual).unwrap_or(usize::MAX);
            let written = self.file.write(bytes.get(..usual).unwrap_or(bytes))?;
            self.usual = self.usual.saturating_sub(written as u64);
            return Ok(written);
        }
        let free = self.free();
        let taken = free.len().min(bytes.len());
        if let (Some(to), Some(from)) = (free.get_mut(..taken), bytes.get(..taken)) {
            to.copy_from_slice(from);
        }
        self.filled += taken;
        if self.filled == BLOCK {
            if self.past == Past::NotYet {
                self.past = match past_the_cache(&self.file, true) {
                    Ok(true) => Past::Yes,
                    Ok(false) | Err(_) => Past::NoMore,
                };
            }
            self.send()?;
        }
        Ok(taken)
    }

    /// Writes what was collected; what comes after that goes the usual way.
    fn flush(&mut self) -> io::Result<()> {
        if self.past == Past::Yes {
            past_the_cache(&self.file, false)?;
        }
        self.past = Past::NoMore;
        self.send()
    }
}

/// Switches it on or off; whether it is on.
#[cfg(target_os = "linux")]
fn past_the_cache(file: &File, on: bool) -> io::Result<bool> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let mut flags = fcntl_getfl(file)?;
    flags.set(OFlags::DIRECT, on);
    fcntl_setfl(file, flags)?;
    Ok(on)
}

/// Other systems have other ways; they write as usual.
#[cfg(not(target_os = "linux"))]
fn past_the_cache(_: &File, _: bool) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::{fs, path::Path};

    /// Writes parts, each of so many bytes, and with a flush after it or not; gives what the file then holds, and what it should.
    fn written(folder: &Path, parts: &[(usize, bool)]) -> (Vec<u8>, Vec<u8>) {
        let path = folder.join("file");
        let mut direct = Direct::after(BLOCK as u64, File::create(&path).unwrap());
        let mut whole = Vec::new();
        for (number, (size, flush)) in parts.iter().enumerate() {
            let bytes: Vec<u8> = (0..*size).map(|at| (at * 7 + number) as u8).collect();
            direct.write_all(&bytes).unwrap();
            if *flush {
                direct.flush().unwrap();
            }
            whole.extend(bytes);
        }
        let mut file = direct.finish().unwrap();
        assert_eq!(file.write(b"more").unwrap(), 4, "it is a file as any other");
        whole.extend(b"more");
        (fs::read(&path).unwrap(), whole)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_file_holds_what_was_written(
            parts in proptest::collection::vec((0usize..3 * BLOCK, proptest::bool::weighted(0.2)), 0..4),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let (is, should) = written(folder.path(), &parts);
            prop_assert!(is == should);
        }
    }

    #[test]
    fn where_a_disk_wants_other_blocks_it_is_written_as_usual() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut file = File::create(&path).unwrap();
        // From here on no block begins where a sector does.
        file.write_all(b"head").unwrap();
        let mut direct = Direct::after(0, file);
        direct.write_all(&vec![7; 2 * BLOCK + 9]).unwrap();
        assert!(direct.past == Past::NoMore);
        direct.finish().unwrap();
        let mut should = b"head".to_vec();
        should.resize(should.len() + 2 * BLOCK + 9, 7);
        assert!(fs::read(&path).unwrap() == should);
    }

    #[test]
    fn what_is_no_larger_than_the_usual_goes_the_usual_way() {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join("file")).unwrap();
        let mut direct = Direct::after(2 * BLOCK as u64, file);
        direct.write_all(&vec![7; 3 * BLOCK - 1]).unwrap();
        assert!(direct.past == Past::NotYet);
        direct.write_all(&[7]).unwrap();
        assert!(direct.past != Past::NotYet, "then it is tried");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn where_a_disk_is_full_that_is_said() {
        for usual in [USUAL, 0] {
            let full = File::options().write(true).open("/dev/full").unwrap();
            let mut direct = Direct::after(usual, full);
            let error = (direct.write_all(&[1; 9]))
                .and_then(|()| direct.finish().map(drop))
                .unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }
}
