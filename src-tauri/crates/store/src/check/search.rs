//! The part of `vault check` that looks at the search index. It keeps no text that could be compared, so what it answers is compared with what
//! a replay's answers, and how it is put together is taken apart: what FTS5 keeps on the disk (SQLite's ext/fts5/fts5_index.c).

use super::Fault;
use crate::error::StoreError;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// What does not hold of the search index; a search may miss somebody, or the next change of the index fail.
pub(super) fn check(real: &Connection, replay: &Connection) -> Result<Option<Fault>, StoreError> {
    let holds = same_words(real, replay)?
        && same_ways(real, replay)?
        && same_counts(real, replay)?
        && own_directory(real)?;
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

/// Whether each word, and each beginning of one that is indexed, leads to the same customers when it is searched for: the index may hold every
/// word, and the directory by which a search finds its page be an older one.
fn same_ways(real: &Connection, replay: &Connection) -> Result<bool, StoreError> {
    const FOUND: &str =
        "SELECT count(*), total(rowid) FROM customer_search WHERE customer_search MATCH ?1";
    let (mut here, mut there) = (real.prepare(FOUND)?, replay.prepare(FOUND)?);
    let mut same = |search: &str| -> Result<bool, StoreError> {
        let found = |statement: &mut rusqlite::Statement<'_>| {
            statement.query_row([search], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, f64>(1)?))
            })
        };
        // A page that leads nowhere is an error of the index, and found as that.
        Ok(found(&mut here).ok() == Some(found(&mut there)?))
    };
    replay.execute_batch(
        "CREATE VIRTUAL TABLE temp.search_term USING fts5vocab (main, customer_search, row)",
    )?;
    let compared = (|| {
        let mut words = replay.prepare("SELECT term FROM temp.search_term")?;
        let mut words = words.query([])?;
        let mut begun = [String::new(), String::new()];
        while let Some(row) = words.next()? {
            let word: String = row.get(0)?;
            let quoted = word.replace('"', "\"\"");
            if !same(&format!("\"{quoted}\""))? {
                return Ok(false);
            }
            // Words come in order, so that each beginning is asked for once; two and three letters are what the index holds.
            for (length, last) in [2, 3].into_iter().zip(&mut begun) {
                let beginning: String = word.chars().take(length).collect();
                if beginning != *last && beginning.chars().count() == length {
                    if !same(&format!("\"{}\" *", beginning.replace('"', "\"\"")))? {
                        return Ok(false);
                    }
                    *last = beginning;
                }
            }
        }
        Ok(true)
    })();
    replay.execute_batch("DROP TABLE IF EXISTS temp.search_term")?;
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
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
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

/// Whether the index's directory names each page that begins a word once, and nothing else. A search for a word that is there may be answered
/// with an older directory too, where a segment is one page; but a line too many makes a later change fail, and one too few loses words when the
/// segment grows.
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
    let within = |segment: u64, page: u64| {
        segments
            .get(&segment)
            .is_some_and(|(first, last)| (*first..=*last).contains(&page))
    };
    let mut begin = BTreeSet::new();
    let mut statement = real.prepare(
        "SELECT id, block FROM customer_search_data WHERE id >= 1 << 37 AND id < 1 << 53",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if id & NOT_A_LEAF != 0 {
            continue;
        }
        let (segment, page) = ((id >> SEGMENT).unsigned_abs(), (id & PAGE).unsigned_abs());
        let block = row.get_ref(1)?.as_blob().unwrap_or_default();
        // Two bytes where the first row stands, two where the list of the words that begin here does; it is empty where none does.
        let [_, _, high, low, ..] = *block else {
            return Ok(false);
        };
        if !within(segment, page) {
            return Ok(false);
        }
        if block.len() > usize::from(u16::from_be_bytes([high, low])) || page == 1 {
            begin.insert((segment, page));
        }
    }
    let mut statement = real.prepare("SELECT segid, pgno >> 1 FROM customer_search_idx")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let segment = row.get::<_, i64>(0)?.unsigned_abs();
        let page = row.get::<_, i64>(1)?.unsigned_abs();
        let Some((first, _)) = segments.get(&segment) else {
            return Ok(false);
        };
        // A merge that is under way has taken pages from the segment's beginning; their lines go with the segment.
        if page >= *first && !begin.remove(&(segment, page)) {
            return Ok(false);
        }
    }
    Ok(begin.is_empty())
}
