//! What stands between the contents of a strict zip: a header before each, the directory after all. Knows no bags, and no contents.

use super::record::{Entry, end};

/// The headers of a zip that is being made. Entries stand in the order in which they begin.
pub(crate) struct Headers {
    at: u64,
    date: u16,
    entries: Vec<Entry>,
}

impl Headers {
    /// Of a zip without entries; all will be dated `date`.
    pub(crate) fn new(date: u16) -> Self {
        Self {
            at: 0,
            date,
            entries: Vec::new(),
        }
    }

    /// What stands before an entry's content, which follows with `size` bytes. Their checksum must be known: a data descriptor after them
    /// would be a second form of the same archive.
    pub(crate) fn begin(&mut self, name: String, size: u64, crc: u32) -> Vec<u8> {
        let entry = Entry {
            name,
            date: self.date,
            crc,
            size,
            offset: self.at,
        };
        let header = entry.local();
        self.at = (self.at + header.len() as u64).saturating_add(size);
        self.entries.push(entry);
        header
    }

    /// Where the next header stands.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// What stands after the last entry.
    pub(crate) fn end(&self) -> Vec<u8> {
        let mut directory: Vec<u8> = self.entries.iter().flat_map(Entry::central).collect();
        let records = end(self.entries.len() as u64, directory.len() as u64, self.at);
        directory.extend(records);
        directory
    }
}
