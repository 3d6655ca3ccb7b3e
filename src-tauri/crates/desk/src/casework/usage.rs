//! Importing accelerator hours out of schedulers and bills: CSV, spreadsheets or JSON lines, with a mapping that is saved under a name.
//! The same row twice counts once.

use super::small;
use crate::{
    error::{Error, Result},
    imports::Table,
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    change::Change,
    compute::{USAGE_FIELDS, UsageLine, usage_line},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, collections::BTreeSet, io::Read as _, path::Path};

/// Lines that one import may hold: they lie in one entry of the journal.
const MOST: usize = 20_000;
const LARGEST: u64 = 64 << 20;
const PROBLEMS_SHOWN: usize = 100;

/// How an export is to be read.
#[derive(Debug, Default)]
pub struct UsageHow<'a> {
    /// Their column with our meaning; none: as saved for a file with this header, else by the columns' names.
    pub columns: Option<&'a BTreeMap<String, String>>,
    /// Leave bad rows out instead of refusing the file.
    pub skip_bad_rows: bool,
    /// Save the mapping under this name.
    pub save_as: Option<&'a str>,
}

struct Export {
    name: String,
    sha256: String,
    header: Vec<String>,
    rows: Vec<(u64, BTreeMap<String, String>)>,
}

impl OpenVault {
    /// Imports accelerator hours. All or nothing, unless bad rows are left out.
    pub fn usage_import(&self, path: &Path, how: &UsageHow<'_>) -> Result<c::UsageReport> {
        let export = read_export(path)?;
        let columns = match how.columns {
            Some(columns) => checked(columns, &export)?,
            None => match self.usage_mapping_for(&export.header)? {
                Some(columns) => columns,
                None => guess(&export.header),
            },
        };
        let has = |field: &str| columns.values().any(|ours| ours == field);
        if !has("account") || !(has("accelerator_hours") || has("accelerators") || has("tres")) {
            return Err(Error::input(
                "E-USAGE-MAP",
                format!(
                    "{}: it cannot be told which columns are the account and the accelerators. Columns: {}. Give a mapping to: {}.",
                    export.name,
                    export
                        .header
                        .iter()
                        .take(20)
                        .cloned()
                        .collect::<Vec<_>>()
                        .join(", "),
                    USAGE_FIELDS
                        .iter()
                        .map(|(id, ..)| *id)
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            ));
        }
        let mut lines: Vec<UsageLine> = Vec::new();
        let mut problems = Vec::new();
        let (mut without, mut rejected, mut seen) = (0u64, 0u64, BTreeSet::new());
        let mut twice = 0u64;
        for (place, cells) in &export.rows {
            let mut row = BTreeMap::new();
            for (theirs, ours) in &columns {
                if let Some(value) = cells.get(theirs) {
                    row.insert(ours.clone(), value.clone());
                }
            }
            match usage_line(&row) {
                Ok(None) => without += 1,
                Ok(Some(line)) if seen.insert(line.id.clone()) => lines.push(line),
                Ok(Some(_)) => twice += 1,
                Err(fault) => {
                    rejected += 1;
                    let column = columns
                        .iter()
                        .find(|(_, ours)| *ours == fault.field)
                        .map_or(fault.field, |(theirs, _)| theirs);
                    if problems.len() < PROBLEMS_SHOWN {
                        problems.push(c::ImportProblem {
                            line: small(*place),
                            column: column.to_owned(),
                            value: row
                                .get(fault.field)
                                .map(|value| value.chars().take(60).collect())
                                .unwrap_or_default(),
                            code: fault.code.to_owned(),
                            message: format!(
                                "{} line {place}, column {column}: {}",
                                export.name, fault.why
                            ),
                        });
                    }
                }
            }
        }
        if rejected > 0 && !how.skip_bad_rows {
            let first = problems
                .first()
                .map(|problem| problem.message.clone())
                .unwrap_or_default();
            let code = problems
                .first()
                .map_or("E-USAGE-NUMBER", |problem| problem.code.as_str())
                .to_owned();
            let more = if rejected > 1 {
                format!(" And {} more.", rejected - 1)
            } else {
                String::new()
            };
            return Err(Error::input(
                &code,
                format!(
                    "{first}{more} Nothing was imported; correct the file, or leave bad rows out."
                ),
            ));
        }
        if lines.len() > MOST {
            return Err(Error::new(
                "E-USAGE-MANY",
                c::Class::Limit,
                format!(
                    "{} has {} lines with accelerators; one import holds {MOST}. Add them up by day first, or split the file.",
                    export.name,
                    lines.len()
                ),
            ));
        }
        let report = self.act(|act| {
            let mut fresh = Vec::new();
            let mut duplicates = twice;
            for line in lines {
                if act.read().has_usage(&line.id)? {
                    duplicates += 1;
                } else {
                    fresh.push(line);
                }
            }
            let report = c::UsageReport {
                rows: small(export.rows.len() as u64),
                imported: small(fresh.len() as u64),
                duplicates: small(duplicates),
                without: small(without),
                rejected: small(rejected),
                problems,
            };
            if !fresh.is_empty() {
                act.push(
                    Change::UsageImported {
                        file: export.name.clone(),
                        sha256: export.sha256.clone(),
                        lines: fresh,
                        duplicates,
                        skipped: without + rejected,
                    },
                    None,
                    None,
                )?;
            }
            Ok(report)
        })?;
        if let Some(name) = how.save_as.map(str::trim).filter(|name| !name.is_empty()) {
            self.usage_mapping_save(name, columns)?;
        }
        Ok(report)
    }
}

/// A mapping that names only columns of the file and meanings of ours.
fn checked(
    columns: &BTreeMap<String, String>,
    export: &Export,
) -> Result<BTreeMap<String, String>> {
    for (theirs, ours) in columns {
        if !export.header.contains(theirs) {
            return Err(Error::input(
                "E-USAGE-MAP",
                format!(
                    "The mapping names the column \"{theirs}\", which {} does not have.",
                    export.name
                ),
            ));
        }
        if !ours.is_empty() && !USAGE_FIELDS.iter().any(|(id, ..)| id == ours) {
            return Err(Error::input(
                "E-USAGE-MAP",
                format!(
                    "The mapping gives \"{theirs}\" the meaning \"{ours}\", which is none of: {}.",
                    USAGE_FIELDS
                        .iter()
                        .map(|(id, ..)| *id)
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            ));
        }
    }
    Ok(columns
        .iter()
        .filter(|(_, ours)| !ours.is_empty())
        .map(|(a, b)| (a.clone(), b.clone()))
        .collect())
}

/// Which column is what, by the names that schedulers and bills give them; each meaning once, the first name in our order.
fn guess(header: &[String]) -> BTreeMap<String, String> {
    let mut columns: BTreeMap<String, String> = BTreeMap::new();
    for (ours, _, _, names) in USAGE_FIELDS {
        for name in *names {
            if let Some(theirs) = header
                .iter()
                .find(|column| column.to_lowercase() == *name && !columns.contains_key(*column))
            {
                columns.insert(theirs.clone(), (*ours).to_owned());
                break;
            }
        }
    }
    columns
}

fn read_export(path: &Path) -> Result<Export> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut file = vault::Documents::open_source(path)?;
    if file.metadata()?.len() > LARGEST {
        return Err(Error::new(
            "E-USAGE-SIZE",
            c::Class::Limit,
            format!(
                "{name} is larger than 64 MiB. Add the usage up by day first, or split the file."
            ),
        ));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let sha256 = domain::entry::hex(&Sha256::digest(&bytes));
    let first = bytes
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .copied();
    if !matches!(first, Some(b'{' | b'[')) {
        let table = Table::read(path)?;
        let (header, rows) = table.cells();
        let rows = rows
            .iter()
            .map(|(place, cells)| {
                (
                    *place,
                    header.iter().cloned().zip(cells.iter().cloned()).collect(),
                )
            })
            .collect();
        return Ok(Export {
            name,
            sha256,
            header: header.to_vec(),
            rows,
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::input(
            "E-USAGE-TEXT",
            format!("{name} is no UTF-8 text. Export it again as CSV or JSON lines."),
        )
    })?;
    let wrong = |place: u64| {
        Error::input(
            "E-USAGE-JSON",
            format!(
                "{name} line {place}: this is no JSON object. Write one object a line, or one array of objects."
            ),
        )
    };
    let mut objects: Vec<(u64, Value)> = Vec::new();
    if first == Some(b'[') {
        let all: Vec<Value> =
            serde_json::from_str(&text).map_err(|error| wrong(error.line() as u64))?;
        objects.extend(
            all.into_iter()
                .enumerate()
                .map(|(at, one)| (at as u64 + 1, one)),
        );
    } else {
        for (at, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            objects.push((
                at as u64 + 1,
                serde_json::from_str(line).map_err(|_| wrong(at as u64 + 1))?,
            ));
        }
    }
    let mut header: BTreeSet<String> = BTreeSet::new();
    let mut rows = Vec::new();
    for (place, object) in objects {
        let mut cells = BTreeMap::new();
        flat("", &object, &mut cells);
        if !object.is_object() {
            return Err(wrong(place));
        }
        header.extend(cells.keys().cloned());
        rows.push((place, cells));
    }
    Ok(Export {
        name,
        sha256,
        header: header.into_iter().collect(),
        rows,
    })
}

/// An object's values by their path: `project.id`.
fn flat(path: &str, value: &Value, cells: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                flat(&path, value, cells);
            }
        }
        Value::String(text) => {
            cells.insert(path.to_owned(), text.clone());
        }
        Value::Number(number) => {
            cells.insert(path.to_owned(), number.to_string());
        }
        Value::Bool(flag) => {
            cells.insert(path.to_owned(), flag.to_string());
        }
        Value::Array(_) | Value::Null => {}
    }
}
