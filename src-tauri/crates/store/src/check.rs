//! `vault check`, the part below the keys: hashes, chains, acts, and the tables against a replay of the journal.

mod search;

use crate::{
    access::Vouched,
    connection::{Read, Write},
    error::StoreError,
    journal::Said,
    project,
};
use domain::{
    approval::Flaw,
    change::Change,
    entry::{self, Hash},
    merkle::Tree,
    rulebook::Rulebook,
};
use rusqlite::{Connection, types::Value};
use std::{cmp::Ordering, collections::HashMap};

/// Whether the author of a fingerprint signed a text.
pub type Verify<'a> = dyn Fn(&str, &[u8], &[u8]) -> bool + 'a;

/// What is wrong with the approval of an entry: its author, its act, and what it says.
pub type Approved<'a> = dyn FnMut(&str, u64, &Change) -> Option<Flaw> + 'a;

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
    /// Walks the journal once, then compares the tables. `verify` checks an author's signature over an act, `approved` an approver's over
    /// an entry; `watch` is told how many entries are done and may stop the walk.
    pub fn check(
        &self,
        wanted_roots: &[u64],
        verify: &Verify<'_>,
        approved: &mut Approved<'_>,
        watch: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Checked, StoreError> {
        let mut checked = Checked::default();
        let replay = self.scratch()?;
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
            match recorded.body() {
                None if recorded.said.is_none()
                    && gone
                        .get(&seq)
                        .is_some_and(|subjects| subjects.contains(&chained.entry.subject)) => {}
                Some(_) if gone.contains_key(&seq) => {
                    fault(&mut checked, "E-DISPOSAL-LEFT", seq, "This entry was disposed of, and what it says is still there.");
                    replayable = false;
                }
                None => {
                    replayable = false;
                    let message = if recorded.said.is_some() {
                        "What this entry says cannot be understood."
                    } else {
                        "What this entry says is gone, and no disposal of it is recorded."
                    };
                    fault(&mut checked, "E-JOURNAL-BODY", seq, message);
                }
                Some(body) => {
                    if recorded.said.as_ref().map(Said::commitment) != Some(chained.entry.commitment) {
                        fault(&mut checked, "E-JOURNAL-BODY", seq, "What this entry says is not what was recorded.");
                    }
                    if body.change.kind() != chained.entry.kind || body.change.subject() != chained.entry.subject {
                        fault(&mut checked, "E-JOURNAL-BODY", seq, "This entry's heading does not fit what it says.");
                    }
                    if let Some(flaw) = approved(&chained.entry.author, chained.act, &body.change) {
                        fault(&mut checked, flaw.code(), seq, flaw.words());
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
            checked.faults.extend(search::check(self.0, &replay)?);
        }
        Ok(checked)
    }
}

/// A row that is compared: the columns of its key, and all of it.
struct Row {
    key: Vec<Value>,
    all: Vec<Value>,
}

impl Row {
    /// What the row is called where it is named to people.
    fn name(&self) -> String {
        match self.key.first() {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Integer(number)) => number.to_string(),
            _ => String::new(),
        }
    }
}

/// The next row of a table that is read in the order of its key.
fn next(rows: &mut rusqlite::Rows<'_>, keys: usize) -> Result<Option<Row>, StoreError> {
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let width = row.as_ref().column_count();
    let values = |columns: std::ops::Range<usize>| -> Result<Vec<Value>, StoreError> {
        Ok(columns
            .map(|column| row.get(column))
            .collect::<Result<_, _>>()?)
    };
    Ok(Some(Row {
        key: values(0..keys)?,
        all: values(keys..width)?,
    }))
}

/// The order in which SQLite gives keys: numbers before texts, texts by their bytes.
fn order(one: &[Value], other: &[Value]) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 1,
        Value::Text(_) => 2,
        Value::Blob(_) => 3,
    };
    for pair in one.iter().zip(other) {
        let by = match pair {
            (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Value::Blob(a), Value::Blob(b)) => a.cmp(b),
            (a, b) => rank(a).cmp(&rank(b)),
        };
        if by != Ordering::Equal {
            return by;
        }
    }
    Ordering::Equal
}

/// Names the first records of a table that differ from the replay's. Both are read side by side, so that no table is held in memory.
fn compare(
    checked: &mut Checked,
    real: &Connection,
    replay: &Connection,
    table: &str,
    columns: &str,
    key: &str,
) -> Result<(), StoreError> {
    const NAMED: u64 = 20;
    let sql = format!("SELECT {key}, {columns} FROM {table} ORDER BY {key}");
    let keys = key.split(',').count();
    let (mut real, mut replay) = (real.prepare(&sql)?, replay.prepare(&sql)?);
    let (mut real, mut replay) = (real.query([])?, replay.query([])?);
    let noun = match table {
        "casefile" => "case",
        "customer_search_docsize" => "search entry",
        other => other,
    };
    let mut differ = 0;
    let mut name = |row: &Row, what: &str| {
        differ += 1;
        if differ <= NAMED {
            checked.faults.push(Fault {
                code: "V-11",
                at: format!("table {table}"),
                message: format!("The {noun} {} {what}.", row.name()),
            });
        }
    };
    let (mut here, mut there) = (next(&mut real, keys)?, next(&mut replay, keys)?);
    loop {
        let by = match (&here, &there) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => order(&one.key, &other.key),
        };
        match (by, &here, &there) {
            (Ordering::Less, Some(row), _) => {
                name(row, "is there although no recorded action made it");
            }
            (Ordering::Greater, _, Some(row)) => name(row, "was recorded and is gone"),
            (_, Some(row), Some(other)) if row.all != other.all => {
                name(row, "shows a state that no recorded action explains");
            }
            _ => {}
        }
        if by != Ordering::Greater {
            here = next(&mut real, keys)?;
        }
        if by != Ordering::Less {
            there = next(&mut replay, keys)?;
        }
    }
    if differ > NAMED {
        checked.faults.push(Fault {
            code: "V-11",
            at: format!("table {table}"),
            message: format!(
                "{} more records of this kind differ from the journal.",
                differ - NAMED
            ),
        });
    }
    Ok(())
}
