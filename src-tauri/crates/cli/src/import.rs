//! Imports on the command line: what one did, which there were, and taking one back.

use crate::{
    args::{Common, ImportCommand},
    print,
    run::{reading, writing},
};
use contract as c;
use desk::{Error, Result};
use serde_json::json;
use std::path::Path;

pub(crate) fn run(common: &Common, command: ImportCommand) -> Result<u8> {
    let list = match command {
        ImportCommand::List { vault } => reading(common, &vault)?.import_list()?,
        ImportCommand::Undo { vault, import } => {
            writing(common, &vault, |vault| vault.import_undo(import.into()))?
        }
    };
    if common.json {
        print::json(&list);
        return Ok(0);
    }
    let rows: Vec<Vec<String>> = list
        .into_iter()
        .map(|row| {
            vec![
                row.entry.to_string(),
                row.recorded_at,
                row.file,
                row.rows.to_string(),
                row.created.to_string(),
                row.updated.to_string(),
                if row.undone { "undone" } else { "" }.to_owned(),
            ]
        })
        .collect();
    print::table(
        &["IMPORT", "WHEN", "FILE", "ROWS", "NEW", "CHANGED", ""],
        &rows,
    );
    Ok(0)
}

/// Says what an import did, or would do.
pub(crate) fn imported(common: &Common, name: &str, report: &c::ImportReport) {
    if common.json {
        print::json(
            &json!({"rows": report.rows, "created": report.created, "updated": report.updated, "unchanged": report.unchanged, "rejected": report.rejected}),
        );
        return;
    }
    let would = if report.dry_run {
        "Would import"
    } else {
        "Imported"
    };
    print::line(&format!(
        "{would} {name}: {}, {} new, {} changed, {} as before, {} rejected.",
        print::counted(report.rows, "row"),
        report.created,
        report.updated,
        report.unchanged,
        report.rejected
    ));
}

pub(crate) fn mapping_file(path: &Path, code: &str) -> Result<String> {
    std::fs::read_to_string(path).map_err(|_| {
        Error::input(
            code,
            format!("The mapping file {} cannot be read.", path.display()),
        )
    })
}
