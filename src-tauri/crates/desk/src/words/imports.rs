//! What came in from files, and what was taken back of it, in words.

use super::entries::{Told, new};
use std::collections::BTreeMap;

pub(super) fn register(
    file: &str,
    rows: u64,
    created: u64,
    updated: u64,
    unchanged: u64,
    skipped: u64,
) -> Told {
    (
        "edits",
        format!("{file} imported: {rows} rows"),
        vec![
            new("New", created.to_string()),
            new("Changed", updated.to_string()),
            new("As before", unchanged.to_string()),
            new("Left out", skipped.to_string()),
        ],
    )
}

pub(super) fn access(source: &str, rows: u64, upto: Option<u64>) -> Told {
    (
        "edits",
        match upto {
            None => format!("{rows} access records from {source}"),
            Some(upto) => {
                format!("{rows} access records from {source}, read up to its record {upto}")
            }
        },
        Vec::new(),
    )
}

pub(super) fn usage(file: &str, lines: usize, duplicates: u64, skipped: u64) -> Told {
    (
        "edits",
        format!("Accelerator hours imported from {file}"),
        vec![
            new("Lines", lines.to_string()),
            new("There already", duplicates.to_string()),
            new("Left out", skipped.to_string()),
        ],
    )
}

pub(super) fn mapping(name: &str, columns: &BTreeMap<String, String>) -> Told {
    (
        "edits",
        format!("Columns saved as {name}"),
        columns
            .iter()
            .map(|(theirs, ours)| new(theirs, ours.as_str()))
            .collect(),
    )
}

pub(super) fn undone(file: &str, removed: u64, restored: u64) -> Told {
    (
        "edits",
        format!("The import of {file} was undone"),
        vec![
            new("Taken out", removed.to_string()),
            new("As before", restored.to_string()),
        ],
    )
}

pub(super) fn customer_removed(import: u64) -> Told {
    (
        "edits",
        format!("Taken out with the import of entry {import}"),
        Vec::new(),
    )
}

pub(super) fn customer_restored(import: u64) -> Told {
    (
        "edits",
        format!("As it was before entry {import}"),
        Vec::new(),
    )
}
