//! `vault check`, the part below the keys: hashes, chains, acts, and the tables against a replay of the journal.

use crate::{
    access::Vouched,
    connection::{Read, Write, scratch},
    error::StoreError,
    project,
};
use domain::{
    change::Change,
    entry::{self, Hash},
    merkle::Tree,
    rulebook::Rulebook,
};
use rusqlite::Connection;
use std::collections::HashMap;

/// Whether the author of a fingerprint signed a text.
pub type Verify<'a> = dyn Fn(&str, &[u8], &[u8]) -> bool + 'a;

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The stable code.
    pub code: &'static str,
    /// Where: `entry 12`, `table customer`.
    pub at: String,
    /// In words.
    pub message: String,
}

/// What was looked at, and what does not hold.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// Entries in the journal.
    pub entries: u64,
    /// What does not hold.
    pub faults: Vec<Fault>,
    /// The root after so many entries, for the counts that checkpoints name.
    pub roots: HashMap<u64, (Hash, Hash)>,
}

/// Tables that a replay must give again, with the columns compared. A document's secret key is none of the journal's business.
const PROJECTIONS: &[(&str, &str, &str)] = &[
    ("organisation", "id, body", "id"),
    ("programme", "id, body", "id"),
    (
        "pack",
        "id || ' ' || version, in_use, place, body",
        "id, version",
    ),
    ("staff", "label, name, body", "label"),
    ("counter", "prefix, value", "prefix"),
    (
        "customer",
        "ref, external_id, kind, name, name_fold, name_original, country, us_status, status, risk, risk_rank, missing, changed_at, body",
        "ref",
    ),
    (
        "customer_tally",
        "status || ' ' || country || ' ' || us_status || ' ' || kind || ' ' || risk || ' ' || missing, n",
        "status, country, us_status, kind, risk, missing",
    ),
    ("customer_search_docsize", "id, sz", "id"),
    ("account", "customer, id, account_ref", "customer, id"),
    ("signer_key", "fingerprint, standing, body", "fingerprint"),
    ("received", "ref, sha256, body", "ref"),
    ("intake", "ref, reseller, standing, body", "ref"),
    (
        "template",
        "id || ' ' || language || ' ' || version, body",
        "id, language, version",
    ),
    (
        "mark",
        "kind || ' ' || value || ' ' || customer || ' ' || part, kind, value, customer, part",
        "kind, value, customer, part",
    ),
    (
        "document",
        "id, sha256, media_type, original_name, subject, type, bytes, recorded_at, recorded_by, expires, body",
        "id",
    ),
    (
        "reseller",
        "ref, name, name_fold, country, state, body",
        "ref",
    ),
    ("casefile", "ref, kind, state, received_on, body", "ref"),
    ("casework", "ref, body", "ref"),
    ("usage_line", "id, account, body", "id"),
    ("task", "about || '/' || id, open, body", "about, id"),
    ("comment", "about || '/' || id, at, by, body", "about, id"),
    ("handling", "about, assignee, due, body", "about"),
    (
        "saved_view",
        "member || ' ' || list || ' ' || name, query",
        "member, list, name",
    ),
    ("tag", "tag || ' ' || about, tag, about", "tag, about"),
    (
        "clock",
        "ref, clock, subject, casefile, due, running, body",
        "ref",
    ),
    ("filing", "ref, form, state, casefile, body", "ref"),
    ("hold", "ref, released, body", "ref"),
    ("disposal", "ref, done, body", "ref"),
    ("disposed", "ref, disposal, body", "ref"),
];

impl Read<'_> {
    /// Walks the journal once, then compares the tables. `verify` checks an author's signature over an act; `watch` is told how
    /// many entries are done and may stop the walk.
    pub fn check(
        &self,
        wanted_roots: &[u64],
        verify: &Verify<'_>,
        watch: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Checked, StoreError> {
        let mut checked = Checked::default();
        let replay = scratch()?;
        replay.execute_batch("BEGIN")?;
        let mut chain: Hash = [0; 32];
        let mut authors: HashMap<String, (u64, Hash)> = HashMap::new();
        let mut act: Option<(u64, u64, Tree)> = None;
        let mut last_time = i64::MIN;
        let mut replayable = true;
        let mut tree = Tree::default();
        let mut acts_seen = 0u64;
        let mut vouched = Vec::new();
        let mut rules = Rulebook::default();

        let fault = |checked: &mut Checked, code, seq: u64, message: &str| {
            checked.faults.push(Fault {
                code,
                at: format!("entry {seq}"),
                message: message.to_owned(),
            });
        };
        let close = |read: &Read<'_>,
                     checked: &mut Checked,
                     act: Option<(u64, u64, Tree)>|
         -> Result<(), StoreError> {
            let Some((id, last, tree)) = act else {
                return Ok(());
            };
            let holds = match read.act(id)? {
                None => false,
                Some((author, _, last_seq, root, signature)) => {
                    last_seq == last
                        && root == tree.root()
                        && verify(&author, &entry::signed_text(&root), &signature)
                }
            };
            if !holds {
                let message = "The signature over this entry's act does not hold: it was not written by the member it names, or was changed since.";
                checked.faults.push(Fault {
                    code: "E-JOURNAL-SIGNATURE",
                    at: format!("entry {last}"),
                    message: message.to_owned(),
                });
            }
            Ok(())
        };

        // What was disposed of later is missing with a reason; a disposal names its entries, and they are the customer's own.
        let gone = self.disposed_entries()?;
        self.each_entry(1, |recorded| -> Result<(), StoreError> {
            let chained = &recorded.chained;
            let seq = chained.seq;
            checked.entries += 1;
            if checked.entries % 512 == 0 && !watch(checked.entries) {
                return Err(StoreError::Interrupted);
            }
            if seq != checked.entries {
                let message = format!("Entries {} to {} are missing from the journal.", checked.entries, seq.saturating_sub(1));
                checked.faults.push(Fault { code: "E-JOURNAL-GAP", at: format!("entry {}", checked.entries), message });
                checked.entries = seq;
            }
            if chained.entry.hash().map_err(|_| StoreError::Form)? != chained.hash {
                fault(&mut checked, "E-JOURNAL-CHANGED", seq, "This entry was changed after it was recorded.");
            }
            if entry::link(&chain, &chained.hash) != chained.chain {
                fault(&mut checked, "E-JOURNAL-CHAIN", seq, "This entry does not follow from the one before it: entries were removed, swapped or put in.");
            }
            chain = chained.chain;
            tree.push(&chained.hash);
            if wanted_roots.contains(&seq) {
                checked.roots.insert(seq, (tree.root(), chain));
            }
            let (before, previous) = authors.get(&chained.entry.author).copied().unwrap_or((0, [0; 32]));
            if chained.entry.author_seq != before + 1 || chained.entry.author_prev != previous {
                fault(&mut checked, "E-JOURNAL-AUTHOR", seq, "This entry does not follow from its author's entry before it.");
            }
            authors.insert(chained.entry.author.clone(), (chained.entry.author_seq, chained.hash));
            if chained.entry.recorded_at < last_time {
                fault(&mut checked, "E-JOURNAL-TIME", seq, "This entry says it was recorded before the one in front of it.");
            }
            last_time = last_time.max(chained.entry.recorded_at);
            match &mut act {
                Some((id, last, tree)) if *id == chained.act => {
                    *last = seq;
                    tree.push(&chained.hash);
                }
                open => {
                    acts_seen += 1;
                    let mut tree = Tree::default();
                    tree.push(&chained.hash);
                    close(self, &mut checked, open.replace((chained.act, seq, tree)))?;
                }
            }
            match &recorded.body {
                None if self.salt(seq)?.is_none()
                    && gone
                        .get(&seq)
                        .is_some_and(|subjects| subjects.contains(&chained.entry.subject)) => {}
                Some(_) if gone.contains_key(&seq) => {
                    fault(&mut checked, "E-DISPOSAL-LEFT", seq, "This entry was disposed of, and what it says is still there.");
                    replayable = false;
                }
                None => {
                    replayable = false;
                    let message = if self.salt(seq)?.is_some() {
                        "What this entry says cannot be understood."
                    } else {
                        "What this entry says is gone, and no disposal of it is recorded."
                    };
                    fault(&mut checked, "E-JOURNAL-BODY", seq, message);
                }
                Some(body) => {
                    let salt = self.salt(seq)?.ok_or(StoreError::Record("journal body"))?;
                    let json = entry::canonical(body).map_err(|_| StoreError::Form)?;
                    if entry::commit(&salt, &json) != chained.entry.commitment {
                        fault(&mut checked, "E-JOURNAL-BODY", seq, "What this entry says is not what was recorded.");
                    }
                    if body.change.kind() != chained.entry.kind || body.change.subject() != chained.entry.subject {
                        fault(&mut checked, "E-JOURNAL-BODY", seq, "This entry's heading does not fit what it says.");
                    }
                    match &body.change {
                        Change::AccessImported { rows, rows_sha256, .. } => {
                            vouched.push(Vouched { seq, rows: *rows, rows_sha256: rows_sha256.clone() });
                        }
                        Change::ImportUndone { import, .. } => {
                            vouched.retain(|one: &Vouched| one.seq != *import);
                        }
                        Change::AccessDisposed { left, .. } => {
                            for left in left {
                                if let Some(import) = vouched.iter_mut().find(|import| import.seq == left.import) {
                                    import.rows = left.rows;
                                    import.rows_sha256.clone_from(&left.rows_sha256);
                                }
                            }
                        }
                        _ => {}
                    }
                    if replayable && project::apply(&mut Write::over(&replay), &mut rules, seq, &chained.entry, &body.change, None).is_err() {
                        fault(&mut checked, "V-10", seq, "This entry does not fit the records before it. It is shown, marked, and not used.");
                    }
                }
            }
            Ok(())
        })?;
        close(self, &mut checked, act.take())?;
        let acts: i64 = self
            .0
            .query_row("SELECT count(*) FROM act", [], |row| row.get(0))?;
        if acts.unsigned_abs() > acts_seen {
            let message =
                "The journal was cut: signatures are there for entries that are not.".to_owned();
            checked.faults.push(Fault {
                code: "E-JOURNAL-CUT",
                at: format!("entry {}", checked.entries + 1),
                message,
            });
        }
        // Where a body was shredded, its import cannot be told from rows that nobody wrote.
        if replayable {
            let entries = checked.entries;
            let access = self.check_access(&vouched, &mut || watch(entries))?;
            for seq in access.wrong {
                let (at, message) = match seq {
                    0 => (
                        "table access_record".to_owned(),
                        "There are access records that no recorded import wrote.".to_owned(),
                    ),
                    seq => (
                        format!("entry {seq}"),
                        "The access records of this import are not those that were written."
                            .to_owned(),
                    ),
                };
                checked.faults.push(Fault {
                    code: "V-11",
                    at,
                    message,
                });
            }
            if !access.uses_fit {
                let message = "The counts of accesses by account and address do not fit the access records: a search by address may miss some.".to_owned();
                checked.faults.push(Fault {
                    code: "V-11",
                    at: "table access_address".to_owned(),
                    message,
                });
            }
            if !access.events_fit {
                let message = "The list of event ids does not fit the access records: an import may miss duplicates, or take new records for known ones.".to_owned();
                checked.faults.push(Fault {
                    code: "V-11",
                    at: "table access_event".to_owned(),
                    message,
                });
            }
        }
        if replayable {
            for (table, columns, key) in PROJECTIONS {
                compare(&mut checked, self.0, &replay, table, columns, key)?;
            }
            if !same_words(self.0, &replay)? || !same_ways(self.0, &replay)? {
                checked.faults.push(Fault {
                    code: "V-11",
                    at: "table customer_search".to_owned(),
                    message: "The search index does not say what the customers' records say: a search may miss some.".to_owned(),
                });
            }
        }
        Ok(checked)
    }
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

/// Names the first records of a table that differ from the replay's.
fn compare(
    checked: &mut Checked,
    real: &Connection,
    replay: &Connection,
    table: &str,
    columns: &str,
    key: &str,
) -> Result<(), StoreError> {
    const NAMED: usize = 20;
    let sql = format!("SELECT {key}, {columns} FROM {table} ORDER BY {key}");
    let rows = |connection: &Connection| -> Result<Vec<(String, Vec<rusqlite::types::Value>)>, StoreError> {
        let mut statement = connection.prepare(&sql)?;
        let width = statement.column_count();
        let rows = statement.query_map([], |row| {
            let mut values = Vec::with_capacity(width);
            for column in 0..width {
                values.push(row.get::<_, rusqlite::types::Value>(column)?);
            }
            let name = match values.first() {
                Some(rusqlite::types::Value::Text(text)) => text.clone(),
                Some(rusqlite::types::Value::Integer(number)) => number.to_string(),
                _ => String::new(),
            };
            Ok((name, values))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let (real, replay) = (rows(real)?, rows(replay)?);
    if real == replay {
        return Ok(());
    }
    let index = |rows: &[(String, Vec<rusqlite::types::Value>)]| {
        rows.iter()
            .enumerate()
            .map(|(n, (name, _))| (name.clone(), n))
            .collect::<HashMap<_, _>>()
    };
    let (in_real, in_replay) = (index(&real), index(&replay));
    let mut differ: Vec<(String, &str)> = Vec::new();
    for (name, place) in &in_real {
        match in_replay.get(name) {
            None => differ.push((name.clone(), "is there although no recorded action made it")),
            Some(other) if real.get(*place).map(|r| &r.1) != replay.get(*other).map(|r| &r.1) => {
                differ.push((
                    name.clone(),
                    "shows a state that no recorded action explains",
                ));
            }
            Some(_) => {}
        }
    }
    differ.extend(
        in_replay
            .keys()
            .filter(|name| !in_real.contains_key(*name))
            .map(|name| (name.clone(), "was recorded and is gone")),
    );
    differ.sort();
    let noun = match table {
        "casefile" => "case",
        "customer_search_docsize" => "search entry",
        other => other,
    };
    for (name, what) in differ.iter().take(NAMED) {
        checked.faults.push(Fault {
            code: "V-11",
            at: format!("table {table}"),
            message: format!("The {noun} {name} {what}."),
        });
    }
    if differ.len() > NAMED {
        let message = format!(
            "{} more records of this kind differ from the journal.",
            differ.len() - NAMED
        );
        checked.faults.push(Fault {
            code: "V-11",
            at: format!("table {table}"),
            message,
        });
    }
    Ok(())
}
