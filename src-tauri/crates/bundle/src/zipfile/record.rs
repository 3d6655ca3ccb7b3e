//! The bytes of a zip's headers, in the one form that a bundle has. Knows no files.
//!
//! Stored entries, no flags, no descriptors, no comments, and zip64 exactly where a size or offset needs it. The reader takes the few
//! variable fields out of a header, encodes them again, and compares: whatever else a header might say is refused without a list of tricks.

pub(crate) const LOCAL: u32 = 0x0403_4b50;
pub(crate) const CENTRAL: u32 = 0x0201_4b50;
pub(crate) const END: u32 = 0x0605_4b50;
pub(crate) const END64: u32 = 0x0606_4b50;
pub(crate) const LOCATOR64: u32 = 0x0706_4b50;
pub(crate) const LOCAL_FIXED: usize = 30;
pub(crate) const CENTRAL_FIXED: usize = 46;
pub(crate) const END_FIXED: usize = 22;
pub(crate) const END64_ALL: usize = 56 + 20;

/// From here on a 32-bit field holds all ones and zip64 holds the value.
const BIG: u64 = u32::MAX as u64;
/// A regular file that its owner may write and all may read.
pub(crate) const REGULAR: u32 = 0o100_644 << 16;
/// Written "by Unix", so that the mode above is understood; version 4.5, the one with zip64.
const MADE_BY: u16 = 3 << 8 | 45;

/// One entry, as both of its headers tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The full path in the archive.
    pub(crate) name: String,
    /// The day, as MS-DOS packs it; the time is always midnight.
    pub(crate) date: u16,
    pub(crate) crc: u32,
    pub(crate) size: u64,
    /// Where the local header begins.
    pub(crate) offset: u64,
}

impl Entry {
    /// The version needed to extract: 4.5 where either header of this entry uses zip64, else 1.0.
    fn version(&self) -> u16 {
        if self.size >= BIG || self.offset >= BIG {
            45
        } else {
            10
        }
    }

    fn common(&self, out: &mut Vec<u8>, extra: usize) {
        let size = clamp(self.size);
        for half in [self.version(), 0, 0, 0, self.date] {
            out.extend(half.to_le_bytes());
        }
        for word in [self.crc, size, size] {
            out.extend(word.to_le_bytes());
        }
        out.extend((self.name.len() as u16).to_le_bytes());
        out.extend((extra as u16).to_le_bytes());
    }

    /// The header before the data. Its zip64 field, if any, holds both sizes, as the format demands.
    pub(crate) fn local(&self) -> Vec<u8> {
        let extra = if self.size >= BIG {
            zip64(&[self.size, self.size])
        } else {
            Vec::new()
        };
        let mut out = LOCAL.to_le_bytes().to_vec();
        self.common(&mut out, extra.len());
        out.extend(self.name.as_bytes());
        out.extend(extra);
        out
    }

    /// The header in the directory. Its zip64 field holds only what does not fit.
    pub(crate) fn central(&self) -> Vec<u8> {
        let mut wide = Vec::new();
        if self.size >= BIG {
            wide.extend([self.size, self.size]);
        }
        if self.offset >= BIG {
            wide.push(self.offset);
        }
        let extra = if wide.is_empty() {
            Vec::new()
        } else {
            zip64(&wide)
        };
        let mut out = CENTRAL.to_le_bytes().to_vec();
        out.extend(MADE_BY.to_le_bytes());
        self.common(&mut out, extra.len());
        out.extend([0; 6]); // comment length, disk number, internal attributes
        out.extend(REGULAR.to_le_bytes());
        out.extend(clamp(self.offset).to_le_bytes());
        out.extend(self.name.as_bytes());
        out.extend(extra);
        out
    }

    /// Where the data begins.
    pub(crate) fn data(&self) -> u64 {
        self.offset + self.local().len() as u64
    }
}

fn clamp(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn zip64(values: &[u64]) -> Vec<u8> {
    let mut out = 1u16.to_le_bytes().to_vec();
    out.extend((values.len() as u16 * 8).to_le_bytes());
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    out
}

/// The records after the directory, which holds `entries` headers in `size` bytes from `offset`.
pub(crate) fn end(entries: u64, size: u64, offset: u64) -> Vec<u8> {
    let mut out = Vec::new();
    if entries >= u64::from(u16::MAX) || size >= BIG || offset >= BIG {
        out.extend(END64.to_le_bytes());
        out.extend(44u64.to_le_bytes());
        out.extend(MADE_BY.to_le_bytes());
        out.extend(45u16.to_le_bytes());
        out.extend([0; 8]); // this disk, the directory's disk
        for value in [entries, entries, size, offset] {
            out.extend(value.to_le_bytes());
        }
        out.extend(LOCATOR64.to_le_bytes());
        out.extend([0; 4]);
        out.extend((offset + size).to_le_bytes());
        out.extend(1u32.to_le_bytes());
    }
    let count = u16::try_from(entries).unwrap_or(u16::MAX);
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(clamp(size).to_le_bytes());
    out.extend(clamp(offset).to_le_bytes());
    out.extend([0; 2]);
    out
}

/// Little-endian numbers out of a slice; `None` past its end.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..at.checked_add(2)?)?
        .try_into()
        .ok()
        .map(u16::from_le_bytes)
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at.checked_add(4)?)?
        .try_into()
        .ok()
        .map(u32::from_le_bytes)
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes
        .get(at..at.checked_add(8)?)?
        .try_into()
        .ok()
        .map(u64::from_le_bytes)
}

/// The values of the zip64 field in an entry's extra fields, in order; empty if there is none.
pub(crate) fn zip64_values(mut extra: &[u8]) -> Vec<u64> {
    while let (Some(id), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let Some(body) = extra.get(4..4 + usize::from(length)) else {
            break;
        };
        if id == 1 {
            return body
                .chunks_exact(8)
                .filter_map(|chunk| u64_at(chunk, 0))
                .collect();
        }
        extra = extra.get(4 + usize::from(length)..).unwrap_or_default();
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(size: u64, offset: u64) -> Entry {
        Entry {
            name: "A/data/x".to_owned(),
            date: 0x5d77,
            crc: 0xdead_beef,
            size,
            offset,
        }
    }

    #[test]
    fn zip64_stands_exactly_where_a_size_or_offset_needs_it() {
        let plain = LOCAL_FIXED + 8;
        let directory = CENTRAL_FIXED + 8;
        for (size, offset, local, central) in [
            (0, 0, 0, 0),
            (BIG - 1, BIG - 1, 0, 0),
            (BIG, 0, 20, 20),
            (BIG + 1, BIG - 1, 20, 20),
            (5, BIG, 0, 12),
            (BIG, BIG, 20, 28),
            (10 << 30, 20 << 30, 20, 28),
        ] {
            let entry = entry(size, offset);
            assert_eq!(
                entry.local().len(),
                plain + local,
                "local header of size {size}, offset {offset}"
            );
            assert_eq!(
                entry.central().len(),
                directory + central,
                "directory header of size {size}, offset {offset}"
            );
            let version = if local + central > 0 { 45 } else { 10 };
            assert_eq!(
                u16_at(&entry.local(), 4),
                Some(version),
                "the version tells a reader whether zip64 is needed"
            );
        }
        let wide = entry(BIG, 7 << 32).central();
        assert_eq!(
            zip64_values(&wide[directory..]),
            [BIG, BIG, 7 << 32],
            "the true values stand in the zip64 field"
        );
        assert_eq!(
            u32_at(&wide, 20),
            Some(u32::MAX),
            "the 32-bit field says: look there"
        );
        assert_eq!(u32_at(&wide, 42), Some(u32::MAX), "and so does the offset");
    }

    #[test]
    fn the_end_record_grows_exactly_at_its_limits() {
        assert_eq!(end(5, 100, BIG - 1).len(), END_FIXED);
        for (entries, size, offset) in [(65_535, 0, 0), (5, BIG, 0), (5, 100, BIG)] {
            assert_eq!(
                end(entries, size, offset).len(),
                END_FIXED + END64_ALL,
                "{entries} entries, {size} bytes at {offset}"
            );
        }
        let big = end(5, 100, BIG);
        assert_eq!(u64_at(&big, 48), Some(BIG), "the directory's place");
        assert_eq!(
            u64_at(&big, 56 + 8),
            Some(BIG + 100),
            "the locator points at the record before it"
        );
    }
}
