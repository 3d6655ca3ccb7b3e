//! The part of `vault check` that looks at the search index. It keeps no text that could be compared, so its words are compared with those of
//! a replay's, and how it is put together is taken apart: what FTS5 keeps on the disk (SQLite's ext/fts5/fts5_index.c).

use super::Fault;
use crate::error::StoreError;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// What does not hold of the search index; a search may miss somebody, or the next change of the index fail.
pub(super) fn check(real: &Connection, replay: &Connection) -> Result<Option<Fault>, StoreError> {
    let holds = same_words(real, replay)? && same_counts(real, replay)? && own_directory(real)?;
    Ok((!holds).then(|| Fault {
        code: "V-11",
        at: "table customer_search".to_owned(),
        message:
            "The search index does not say what the customers' records say: a search may miss some."
                .to_owned(),
    }))
}

/// Whether the search index leads from the same words to the same customers, in both databases. The index keeps no text to compare.
fn same_words(real: &Connection, replay: &Connection) -> Result<bool, StoreError> {
    // What is made to look at the index lies in memory. A connection that may not write is let make that, and nothing else.
    let looking = |connection: &Connection, on: bool| -> Result<(), StoreError> {
        connection.execute_batch(if on {
            "PRAGMA query_only = OFF; CREATE VIRTUAL TABLE temp.search_word USING fts5vocab (main, customer_search, instance)"
        } else {
            "DROP TABLE IF EXISTS temp.search_word"
        })?;
        Ok(())
    };
    let only_reads: bool = real.query_row("PRAGMA query_only", [], |row| row.get(0))?;
    let compared = (|| {
        looking(real, true)?;
        looking(replay, true)?;
        const WORDS: &str = "SELECT term, doc, col, offset FROM temp.search_word";
        let (mut one, mut other) = (real.prepare(WORDS)?, replay.prepare(WORDS)?);
        let (mut one, mut other) = (one.query([])?, other.query([])?);
        loop {
            match (one.next()?, other.next()?) {
                (None, None) => return Ok(true),
                (Some(here), Some(there)) => {
                    for column in 0..4 {
                        if here.get_ref(column)? != there.get_ref(column)? {
                            return Ok(false);
                        }
                    }
                }
                _ => return Ok(false),
            }
        }
    })();
    for connection in [real, replay] {
        looking(connection, false)?;
    }
    if only_reads {
        real.execute_batch("PRAGMA query_only = ON")?;
    }
    compared
}

/// Whether the index counts as many records and words as the replay's, and is set as it is.
fn same_counts(real: &Connection, replay: &Connection) -> Result<bool, StoreError> {
    let counts = |connection: &Connection| -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        // The version says only whether something was ever deleted word by word, which a replay may have had no need to.
        let mut statement = connection.prepare(
            "SELECT 'counts', block FROM customer_search_data WHERE id = 1
             UNION ALL SELECT k, CAST(v AS BLOB) FROM customer_search_config WHERE k <> 'version' ORDER BY 1",
        )?;
        let rows = statement.query_map([], |row| {
            let (name, mut value): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            // An index whose last customer was destroyed says 0; one that never had any, as the replay's then, says nothing.
            if name == "counts" && value.iter().all(|byte| *byte == 0) {
                value.clear();
            }
            Ok((name, value))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    Ok(counts(real)? == counts(replay)?)
}

/// A number of one to nine bytes, as SQLite writes it, and what follows it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0u64;
    for place in 0..9 {
        let byte = u64::from(*bytes.get(place)?);
        if place == 8 {
            return Some((number << 8 | byte, bytes.get(9..)?));
        }
        number = number << 7 | (byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(place + 1..)?));
        }
    }
    None
}

/// The segments that the index is made of, each with its first and its last page: FTS5's structure record.
fn segments(structure: &[u8]) -> Option<BTreeMap<u64, (u64, u64)>> {
    const SECOND_FORM: [u8; 4] = [0xff, 0, 0, 1];
    let mut rest = structure.get(4..)?; // a counter of changes stands in front
    let second = rest.starts_with(&SECOND_FORM);
    if second {
        rest = rest.get(SECOND_FORM.len()..)?;
    }
    let mut take = || {
        let (number, after) = varint(rest)?;
        rest = after;
        Some(number)
    };
    let (levels, _segments, _written) = (take()?, take()?, take()?);
    let mut found = BTreeMap::new();
    for _ in 0..levels {
        let (_merging, within) = (take()?, take()?);
        for _ in 0..within {
            let (id, first, last) = (take()?, take()?, take()?);
            // Where its rows come from, and which of them were deleted since.
            for _ in 0..if second { 5 } else { 0 } {
                take()?;
            }
            if first > 0 {
                found.insert(id, (first, last));
            }
        }
    }
    Some(found)
}

/// The first and the last word that begin on a page of the index; none where the page only goes on with a word's list.
///
/// Two bytes say where the page's first row stands, two where the list of its words does. That list is of distances from one word to the next;
/// a word is its bytes, behind the length of what it has in common with the word before it, but for the first.
fn begun_on(block: &[u8]) -> Option<Option<(Vec<u8>, Vec<u8>)>> {
    let [_, _, high, low, ..] = *block else {
        return None;
    };
    let (page, mut places) =
        block.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
    let (mut at, mut first, mut word) = (0usize, None, Vec::new());
    while !places.is_empty() {
        let (distance, after) = varint(places)?;
        places = after;
        at = at.checked_add(usize::try_from(distance).ok()?)?;
        let mut rest = page.get(at..)?;
        let mut number = || {
            let (number, after) = varint(rest)?;
            rest = after;
            usize::try_from(number).ok()
        };
        let shared = if first.is_none() { 0 } else { number()? };
        let length = number()?;
        if shared > word.len() {
            return None;
        }
        word.truncate(shared);
        word.extend_from_slice(rest.get(..length)?);
        first.get_or_insert_with(|| word.clone());
    }
    Some(first.map(|first| (first, word)))
}

/// Whether the index's directory leads to each page that begins a word, and nowhere else: its line is after every word that begins before that
/// page, and not after the page's first. By that a search finds every word that is there. FTS5's own check lets some old lines pass: a line too
/// many makes a later change fail, and one too few loses words when the segment grows.
fn own_directory(real: &Connection) -> Result<bool, StoreError> {
    const SEGMENT: u32 = 37;
    const NOT_A_LEAF: i64 = 0x3f << 31;
    const PAGE: i64 = (1 << 31) - 1;
    let structure = real.query_row(
        "SELECT block FROM customer_search_data WHERE id = 10",
        [],
        |row| row.get::<_, Vec<u8>>(0),
    )?;
    let Some(segments) = segments(&structure) else {
        return Ok(false);
    };
    let mut lines = BTreeMap::new();
    let mut statement = real.prepare("SELECT segid, pgno >> 1, term FROM customer_search_idx")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let segment = row.get::<_, i64>(0)?.unsigned_abs();
        let page = row.get::<_, i64>(1)?.unsigned_abs();
        let line = row.get_ref(2)?.as_bytes().unwrap_or_default().to_vec();
        let Some((first, _)) = segments.get(&segment) else {
            return Ok(false);
        };
        // A merge that is under way has taken pages from the segment's beginning; their lines go with the segment.
        if page >= *first && lines.insert((segment, page), line).is_some() {
            return Ok(false);
        }
    }
    let mut statement = real.prepare(
        "SELECT id, block FROM customer_search_data WHERE id >= 1 << 37 AND id < 1 << 53 ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    let mut before: (u64, Option<Vec<u8>>) = (0, None);
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if id & NOT_A_LEAF != 0 {
            continue;
        }
        let (segment, page) = ((id >> SEGMENT).unsigned_abs(), (id & PAGE).unsigned_abs());
        let known = segments
            .get(&segment)
            .is_some_and(|(first, last)| (*first..=*last).contains(&page));
        let Some(begun) = begun_on(row.get_ref(1)?.as_blob().unwrap_or_default()).filter(|_| known)
        else {
            return Ok(false);
        };
        if before.0 != segment {
            before = (segment, None);
        }
        let line = lines.remove(&(segment, page));
        match (begun, line) {
            (Some((first, last)), Some(line)) => {
                if line > first || before.1.is_some_and(|word| word >= line) {
                    return Ok(false);
                }
                before.1 = Some(last);
            }
            // A segment's first page has a line whether a word begins on it or not.
            (None, Some(_)) if page == 1 => {}
            (None, None) if page != 1 => {}
            _ => return Ok(false),
        }
    }
    Ok(lines.is_empty())
}
