//! The part of `vault check` that compares tables with those of a replay.

use super::Fault;
use crate::error::StoreError;
use rusqlite::{Connection, types::Value};
use std::cmp::Ordering;

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

/// What of the tables does not follow from the journal.
pub(super) fn check(real: &Connection, replay: &Connection) -> Result<Vec<Fault>, StoreError> {
    let mut faults = Vec::new();
    for (table, columns, key) in PROJECTIONS {
        compare(&mut faults, real, replay, table, columns, key)?;
    }
    Ok(faults)
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
    faults: &mut Vec<Fault>,
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
            faults.push(Fault {
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
        faults.push(Fault {
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
