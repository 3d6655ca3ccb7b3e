//! Writes the strict form of a zip, in one pass over each file. Knows no bags.

use super::record::{Entry, end};
use aside::Piece;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// A zip being written. Entries come out in the order they are added.
pub(crate) struct ZipWriter<W> {
    out: W,
    at: u64,
    date: u16,
    entries: Vec<Entry>,
}

/// What stopped an entry: the source, the target, or the caller.
pub(crate) enum Stopped<E> {
    Reading(io::Error),
    Writing(io::Error),
    /// The source gave another number of bytes than it had announced.
    Length,
    Caller(E),
}

impl<W: Write + Seek> ZipWriter<W> {
    /// Starts at the beginning of an empty file; all entries are dated `date`.
    pub(crate) fn new(out: W, date: u16) -> Self {
        Self {
            out,
            at: 0,
            date,
            entries: Vec::new(),
        }
    }

    /// Copies `size` bytes out of `from` into a new entry, giving each piece to `seen` when it is written. The checksum is put into the header afterwards,
    /// which is why the target must be seekable: a data descriptor would be a second form of the same archive.
    pub(crate) fn add<E>(
        &mut self,
        name: &str,
        size: u64,
        mut from: impl Read,
        mut seen: impl FnMut(&mut Piece) -> Result<(), E>,
    ) -> Result<(), Stopped<E>> {
        let mut entry = Entry {
            name: name.to_owned(),
            date: self.date,
            crc: 0,
            size,
            offset: self.at,
        };
        let header = entry.local();
        self.out.write_all(&header).map_err(Stopped::Writing)?;
        let mut crc = crc32fast::Hasher::new();
        let mut piece = Piece::for_up_to(size);
        let mut left = size;
        while piece.fill(&mut from).map_err(Stopped::Reading)? {
            let bytes = piece.bytes();
            left = left
                .checked_sub(bytes.len() as u64)
                .ok_or(Stopped::Length)?;
            crc.update(bytes);
            self.out.write_all(bytes).map_err(Stopped::Writing)?;
            seen(&mut piece).map_err(Stopped::Caller)?;
        }
        if left != 0 {
            return Err(Stopped::Length);
        }
        entry.crc = crc.finalize();
        self.at += header.len() as u64 + size;
        self.patch(&entry).map_err(Stopped::Writing)?;
        self.entries.push(entry);
        Ok(())
    }

    fn patch(&mut self, entry: &Entry) -> io::Result<()> {
        self.out.seek(SeekFrom::Start(entry.offset))?;
        self.out.write_all(&entry.local())?;
        self.out.seek(SeekFrom::Start(self.at))?;
        Ok(())
    }

    /// Writes the directory and gives the file back.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let directory: Vec<u8> = self.entries.iter().flat_map(Entry::central).collect();
        self.out.write_all(&directory)?;
        self.out.write_all(&end(
            self.entries.len() as u64,
            directory.len() as u64,
            self.at,
        ))?;
        self.out.flush()?;
        Ok(self.out)
    }
}
