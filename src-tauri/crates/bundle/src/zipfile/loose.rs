//! Reads the directory of zips that other programs wrote, for `bag check` only: stored or deflated, any flags but encryption. Knows no bags.

use super::record::{
    CENTRAL, CENTRAL_FIXED, END, END_FIXED, LOCAL, LOCAL_FIXED, LOCATOR64, u16_at, u32_at, u64_at,
    zip64_values,
};
use crate::{error::Refusal, medium::Medium, names};
use std::io::{self, Read, Seek, SeekFrom};

/// One entry of a foreign zip.
pub(crate) struct Loose {
    /// The name as it stands, UTF-8 or replaced; folders end with a slash.
    pub(crate) name: String,
    /// Unpacked size, as claimed.
    pub(crate) size: u64,
    /// Bytes in the archive.
    pub(crate) packed: u64,
    pub(crate) crc: u32,
    pub(crate) deflated: bool,
    /// Where the data begins.
    pub(crate) data: u64,
}

/// Most entries of a foreign zip.
const MAX_ENTRIES: u64 = 100_000;
/// What a zip may always unpack to, in bytes; beyond it, at most [`MAX_RATIO`] times its own size.
const ALWAYS: u64 = 1 << 30;
/// Text packs to a tenth, empty disk images to a thousandth.
const MAX_RATIO: u64 = 200;

/// The entries of any zip that this can read.
///
/// # Errors
/// `Err(Ok(refusal))` if it is no such zip; `Err(Err(error))` if the disk does not give the bytes.
pub(crate) fn read_any(file: &mut Medium) -> Result<Vec<Loose>, Result<Refusal, io::Error>> {
    let length = file.length().map_err(Err)?;
    let tail_at = length.saturating_sub(65_557);
    let tail = at(file, tail_at, length - tail_at).map_err(Err)?;
    let damaged = || {
        Ok(Refusal::coded(
            "B-16",
            "Refused: the archive is cut or damaged. Ask for the file again.",
        ))
    };
    let found = (0..=tail.len().saturating_sub(END_FIXED))
        .rev()
        .find(|place| u32_at(&tail, *place) == Some(END))
        .ok_or_else(damaged)?;
    let record = tail.get(found..).unwrap_or_default();
    let mut place = (
        u16_at(record, 10).map(u64::from),
        u32_at(record, 12).map(u64::from),
        u32_at(record, 16).map(u64::from),
    );
    if let Some(locator) = found
        .checked_sub(20)
        .filter(|place| u32_at(&tail, *place) == Some(LOCATOR64))
    {
        let start = u64_at(&tail, locator + 8).ok_or_else(damaged)?;
        let wide = at(file, start, 56).map_err(Err)?;
        place = (u64_at(&wide, 32), u64_at(&wide, 40), u64_at(&wide, 48));
    }
    let (Some(count), Some(size), Some(offset)) = place else {
        return Err(damaged());
    };
    if count > MAX_ENTRIES || size > MAX_ENTRIES * 1024 {
        return Err(Ok(Refusal::coded(
            "B-17",
            format!("Refused: too many files ({count}; limit {MAX_ENTRIES})."),
        )));
    }
    if offset.checked_add(size).is_none_or(|end| end > length) {
        return Err(damaged());
    }
    let directory = at(file, offset, size).map_err(Err)?;
    let mut rest = directory.as_slice();
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let (entry, next) = one(rest).ok_or_else(damaged)??;
        entries.push(entry);
        rest = next;
    }
    if entries.len() as u64 != count {
        return Err(damaged());
    }
    if let Some(entry) = entries.iter().find(|entry| names::escapes(&entry.name)) {
        return Err(Ok(Refusal::coded(
            "B-11",
            format!("Refused: {:?} leads outside the bag.", entry.name),
        )));
    }
    let mut seen = std::collections::BTreeSet::new();
    if let Some(entry) = entries
        .iter()
        .find(|entry| !seen.insert(entry.name.as_str()))
    {
        return Err(Ok(Refusal::coded(
            "B-13",
            format!("Refused: two entries are named {:?}.", entry.name),
        )));
    }
    for entry in &mut entries {
        if entry.data > length {
            return Err(damaged());
        }
        let local = at(file, entry.data, LOCAL_FIXED as u64).map_err(Err)?;
        let (Some(LOCAL), Some(name), Some(extra)) =
            (u32_at(&local, 0), u16_at(&local, 26), u16_at(&local, 28))
        else {
            return Err(damaged());
        };
        entry.data = entry
            .data
            .saturating_add(LOCAL_FIXED as u64 + u64::from(name) + u64::from(extra));
        if entry
            .data
            .checked_add(entry.packed)
            .is_none_or(|end| end > length)
        {
            return Err(damaged());
        }
    }
    judge_bulk(&entries, length).map_err(Ok)?;
    Ok(entries)
}

/// Refuses what unpacks to far more than it is: one stream shared by many entries, or a ratio that no bag has.
fn judge_bulk(entries: &[Loose], length: u64) -> Result<(), Refusal> {
    let mut places: Vec<(u64, u64)> = entries
        .iter()
        .filter(|entry| entry.packed > 0)
        .map(|entry| (entry.data, entry.packed))
        .collect();
    places.sort_unstable();
    let shared = places.windows(2).any(|pair| match pair {
        [(one, packed), (two, _)] => one.saturating_add(*packed) > *two,
        _ => false,
    });
    if shared {
        return Err(Refusal::coded(
            "B-15",
            "Refused: two entries of the archive share their data.",
        ));
    }
    let unpacked = entries
        .iter()
        .fold(0u64, |sum, entry| sum.saturating_add(entry.size));
    if unpacked > ALWAYS.max(length.saturating_mul(MAX_RATIO)) {
        return Err(Refusal::coded(
            "B-17",
            format!(
                "Refused: the archive has {length} bytes and claims to unpack to {unpacked}. If you trust it, unpack it yourself and check the folder."
            ),
        ));
    }
    Ok(())
}

fn at(file: &mut Medium, start: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

type Parsed<'a> = Result<(Loose, &'a [u8]), Result<Refusal, io::Error>>;

/// The first header of a directory and the rest; `data` still points at the local header.
fn one(directory: &[u8]) -> Option<Parsed<'_>> {
    if u32_at(directory, 0)? != CENTRAL {
        return None;
    }
    let part = |at| u16_at(directory, at).map(usize::from);
    let (name, extra, comment) = (part(28)?, part(30)?, part(32)?);
    let mut wide = zip64_values(directory.get(CENTRAL_FIXED + name..CENTRAL_FIXED + name + extra)?)
        .into_iter();
    let mut field = |at| -> Option<u64> {
        let value = u32_at(directory, at)?;
        Some(if value == u32::MAX {
            wide.next().unwrap_or(u64::from(value))
        } else {
            u64::from(value)
        })
    };
    let (size, packed, data) = (field(24)?, field(20)?, field(42)?);
    let text =
        String::from_utf8_lossy(directory.get(CENTRAL_FIXED..CENTRAL_FIXED + name)?).into_owned();
    let (flags, method) = (u16_at(directory, 8)?, u16_at(directory, 10)?);
    if flags & 1 != 0 || !matches!(method, 0 | 8) {
        return Some(Err(Ok(Refusal::coded(
            "B-15",
            format!(
                "Refused: {text:?} is encrypted, or packed in a way that is not read here. Unpack the zip, then check the folder."
            ),
        ))));
    }
    let unix = directory.get(5) == Some(&3);
    if unix && !matches!(u32_at(directory, 38)? >> 28, 0 | 4 | 8) {
        return Some(Err(Ok(Refusal::coded(
            "B-12",
            format!("Refused: {text:?} is a link or a device, not a file."),
        ))));
    }
    let entry = Loose {
        name: text,
        size,
        packed,
        crc: u32_at(directory, 16)?,
        deflated: method == 8,
        data,
    };
    Some(Ok((
        entry,
        directory.get(CENTRAL_FIXED + name + extra + comment..)?,
    )))
}
