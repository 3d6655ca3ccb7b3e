//! Reads a zip's structure only in the strict form, and names what is odd about any other. Reads no contents, knows no bags.

use super::record::{
    CENTRAL, CENTRAL_FIXED, END, END_FIXED, END64_ALL, Entry, LOCAL, LOCAL_FIXED, LOCATOR64, end,
    u16_at, u32_at, u64_at, zip64_values,
};
use crate::{error::Refusal, medium::Medium, names};
use std::io::{self, Read, Seek, SeekFrom};

/// Largest directory that is read: every entry at its longest.
const MAX_DIRECTORY: u64 = (names::MAX_FILES * 512) as u64;

/// A directory header before it is believed.
struct Claimed {
    entry: Entry,
    raw: Vec<u8>,
    attributes: u32,
}

/// The entries of a zip in the strict form, sorted, dense, with both headers equal.
///
/// # Errors
/// `Err(Ok(refusal))` for anything else; `Err(Err(error))` if the disk does not give the bytes.
pub(crate) fn read_strict(file: &mut Medium) -> Result<Vec<Entry>, Result<Refusal, io::Error>> {
    let refuse = |code, message: &str| Ok(Refusal::coded(code, format!("Refused: {message}")));
    let length = file.length().map_err(Err)?;
    let tail = bytes_at(
        file,
        length.saturating_sub(65_557 + END64_ALL as u64),
        length,
    )
    .map_err(Err)?;
    let head = bytes_at(file, 0, length.min(4)).map_err(Err)?;
    let end_at = (0..=tail.len().saturating_sub(END_FIXED))
        .rev()
        .find(|at| u32_at(&tail, *at) == Some(END));
    let Some(end_at) = end_at else {
        return Err(refuse(
            "B-16",
            "the archive is cut: its end is missing. Ask for the file again.",
        ));
    };
    if u32_at(&head, 0) != Some(LOCAL) {
        return Err(refuse(
            "B-16",
            "the archive has extra data before its beginning. Do not open it with other programs either; ask for the file again.",
        ));
    }
    if end_at + END_FIXED != tail.len() {
        let comment = u16_at(&tail, end_at + 20)
            .map(usize::from)
            .unwrap_or_default();
        return Err(
            if comment > 0 && end_at + END_FIXED + comment == tail.len() {
                refuse(
                    "B-15",
                    "the archive carries a comment, which a bundle never does.",
                )
            } else {
                refuse("B-16", "the archive has extra data after its end.")
            },
        );
    }
    let ambiguous = || {
        refuse(
            "B-15",
            "the archive's end record says one thing and the archive another.",
        )
    };
    // The fields of the two possible end records; what they say is encoded again and compared below.
    let record = tail.get(end_at..).unwrap_or_default();
    let wide = end_at
        .checked_sub(20)
        .filter(|at| u32_at(&tail, *at) == Some(LOCATOR64))
        .and_then(|at| at.checked_sub(56));
    let (count, size, offset, records_at) = match wide {
        Some(at) => (
            u64_at(&tail, at + 32),
            u64_at(&tail, at + 40),
            u64_at(&tail, at + 48),
            at,
        ),
        None => (
            u16_at(record, 10).map(u64::from),
            u32_at(record, 12).map(u64::from),
            u32_at(record, 16).map(u64::from),
            end_at,
        ),
    };
    let (Some(count), Some(size), Some(offset)) = (count, size, offset) else {
        return Err(ambiguous());
    };
    let records = tail.get(records_at..).unwrap_or_default();
    let records_start = length - records.len() as u64;
    if offset.checked_add(size) != Some(records_start) {
        return Err(refuse(
            "B-16",
            "the archive is cut, or has extra data beside its directory.",
        ));
    }
    if end(count, size, offset) != records {
        return Err(ambiguous());
    }
    if count > names::MAX_FILES as u64 {
        return Err(Ok(Refusal::coded(
            "B-17",
            format!(
                "Refused: too many files ({count}; limit {}).",
                names::MAX_FILES
            ),
        )));
    }
    if size > MAX_DIRECTORY {
        return Err(refuse(
            "B-17",
            "the archive's directory is larger than its files could need.",
        ));
    }
    let directory = bytes_at(file, offset, records_start).map_err(Err)?;
    let claimed = claims(&directory, count).ok_or_else(|| {
        refuse(
            "B-16",
            "the archive's directory is cut, or has extra data in it.",
        )
    })?;
    judge_names(&claimed).map_err(Ok)?;
    if let Some((number, claim)) = claimed
        .iter()
        .enumerate()
        .find(|(_, claim)| claim.entry.central() != claim.raw)
    {
        return Err(refuse(
            "B-15",
            &format!(
                "entry {} is not stored the way a bundle's files are{}.",
                number + 1,
                oddity(&claim.raw, 8, CENTRAL_FIXED - 16)
            ),
        ));
    }
    for (number, claim) in claimed.iter().enumerate() {
        let start = claim.entry.offset;
        let stored = bytes_at(file, start, claim.entry.data().min(length)).map_err(Err)?;
        if stored != claim.entry.local() {
            return Err(refuse(
                "B-15",
                &format!(
                    "entry {} is described differently before its data and in the directory{}.",
                    number + 1,
                    oddity(&stored, 6, LOCAL_FIXED - 2)
                ),
            ));
        }
    }
    judge_places(&claimed, offset).map_err(Ok)?;
    Ok(claimed.into_iter().map(|claim| claim.entry).collect())
}

fn bytes_at(file: &mut Medium, start: u64, end: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(end.saturating_sub(start))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Splits the directory into its headers; `None` if they do not fill it exactly.
fn claims(mut directory: &[u8], count: u64) -> Option<Vec<Claimed>> {
    let mut found = Vec::new();
    while !directory.is_empty() {
        if u32_at(directory, 0)? != CENTRAL {
            return None;
        }
        let part = |at| u16_at(directory, at).map(usize::from);
        let (name, extra, comment) = (part(28)?, part(30)?, part(32)?);
        let all = CENTRAL_FIXED + name + extra + comment;
        let raw = directory.get(..all)?;
        let mut wide =
            zip64_values(raw.get(CENTRAL_FIXED + name..CENTRAL_FIXED + name + extra)?).into_iter();
        // The order of the format: size, packed size, offset; only those that do not fit.
        let mut field = |at| -> Option<u64> {
            let value = u32_at(raw, at)?;
            Some(if value == u32::MAX {
                wide.next().unwrap_or(u64::from(value))
            } else {
                u64::from(value)
            })
        };
        let size = field(24)?;
        field(20)?;
        let offset = field(42)?;
        // A name that is no UTF-8 keeps a mark that no valid name has, and is refused as unsafe with its number.
        let name =
            String::from_utf8_lossy(raw.get(CENTRAL_FIXED..CENTRAL_FIXED + name)?).into_owned();
        found.push(Claimed {
            entry: Entry {
                name,
                date: u16_at(raw, 14)?,
                crc: u32_at(raw, 16)?,
                size,
                offset,
            },
            raw: raw.to_vec(),
            attributes: u32_at(raw, 38)?,
        });
        directory = directory.get(all..)?;
    }
    (found.len() as u64 == count).then_some(found)
}

fn judge_names(claimed: &[Claimed]) -> Result<(), Refusal> {
    let entries = || claimed.iter().map(|claim| &claim.entry);
    if let Some(number) = entries().position(|entry| names::escapes(&entry.name)) {
        return Err(Refusal::coded(
            "B-11",
            format!(
                "Refused: entry {} tries to write outside the bundle.",
                number + 1
            ),
        ));
    }
    if let Some(number) = claimed
        .iter()
        .position(|claim| !matches!(claim.attributes >> 28, 0 | 4 | 8))
    {
        return Err(Refusal::coded(
            "B-12",
            format!(
                "Refused: entry {} is a link or a device, not a file.",
                number + 1
            ),
        ));
    }
    // Before names are compared: comparing costs the square of a name's length.
    for (number, entry) in entries().enumerate() {
        let inside = entry.name.split_once('/').map_or("", |(_, inside)| inside);
        if inside.len() > names::MAX_PATH
            || entry.name.len() > names::MAX_PATH + 65
            || inside.split('/').count() > names::MAX_LEVELS
        {
            return Err(Refusal::coded(
                "B-17",
                format!(
                    "Refused: the name of entry {} is too long or too deep (limit {} characters, {} levels).",
                    number + 1,
                    names::MAX_PATH,
                    names::MAX_LEVELS
                ),
            ));
        }
    }
    if let Some(name) = names::collision(entries().map(|entry| entry.name.as_str())) {
        return Err(Refusal::coded(
            "B-13",
            format!(
                "Refused: two entries have the same name, or one that differs only by case or Unicode form ({:?}).",
                name
            ),
        ));
    }
    if let Some(number) = entries().position(|entry| entry.name.ends_with('/')) {
        return Err(Refusal::coded(
            "B-15",
            format!(
                "Refused: entry {} is a folder; a bundle holds files only.",
                number + 1
            ),
        ));
    }
    for (number, entry) in entries().enumerate() {
        if let Some(why) = entry.name.split('/').find_map(names::unsafe_component) {
            return Err(Refusal::coded(
                "B-14",
                format!("Refused: entry {} has an unsafe name: {why}.", number + 1),
            ));
        }
    }
    Ok(())
}

/// Entries must follow one another without a gap, in order, all of one day.
fn judge_places(claimed: &[Claimed], directory_at: u64) -> Result<(), Refusal> {
    let mut next = 0;
    for (number, claim) in claimed.iter().enumerate() {
        let number = number + 1;
        if claim.entry.offset != next {
            return Err(Refusal::coded(
                "B-16",
                format!(
                    "Refused: there is hidden data before entry {number}, or two entries share their data."
                ),
            ));
        }
        next = claim.entry.data().saturating_add(claim.entry.size);
        if next > directory_at {
            return Err(Refusal::coded(
                "B-15",
                format!("Refused: entry {number} claims more data than the archive holds."),
            ));
        }
    }
    if next != directory_at {
        return Err(Refusal::coded(
            "B-16",
            "Refused: there is hidden data between the last entry and the directory.",
        ));
    }
    if !claimed.is_sorted_by(|one, two| one.entry.name < two.entry.name) {
        return Err(Refusal::coded(
            "B-15",
            "Refused: the entries are not in the one order that a bundle has.",
        ));
    }
    let mut dates = claimed.iter().map(|claim| claim.entry.date);
    let first = dates.next();
    if dates.any(|date| Some(date) != first) {
        return Err(Refusal::coded(
            "B-15",
            "Refused: the entries carry different dates, which a bundle's never do.",
        ));
    }
    Ok(())
}

/// The likeliest reason why a header is odd, for a person; `flags` is where its flag field stands, `extra` its extra-field length.
fn oddity(raw: &[u8], flags: usize, extra: usize) -> &'static str {
    let flag = u16_at(raw, flags).unwrap_or_default();
    if flag & 1 != 0 {
        " (encrypted with a zip password)"
    } else if flag & 8 != 0 {
        " (with a data descriptor)"
    } else if flag != 0 {
        " (with flags set)"
    } else if u16_at(raw, flags + 2) != Some(0) {
        " (compressed)"
    } else if u16_at(raw, extra).is_some_and(|length| length != 0) {
        " (with extra fields)"
    } else {
        ""
    }
}
