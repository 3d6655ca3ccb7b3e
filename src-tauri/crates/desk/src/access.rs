//! Importing access records (D-19): CSV, JSON lines, CloudTrail, Azure and Google Cloud, plain or gzipped, recognised from content.
//! The file is streamed; what is held in memory does not grow with it.

mod formats;
mod items;
mod query;

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    cell::Cell,
    collections::HashMap,
    io::{self, BufRead, BufReader, Read, Seek},
    net::IpAddr,
    path::Path,
    rc::Rc,
};
use store::{AccessFile, AccessRow};

/// The longest row of a CSV file, in bytes.
const LONGEST_ROW: usize = 1 << 20;
const PROBLEMS_SHOWN: usize = 1_000;

/// One access, in our words.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    account: Option<String>,
    at_ms: i64,
    ip: Option<IpAddr>,
    action: String,
    event: Option<String>,
}

/// What is wrong with one record.
#[derive(Debug, Clone)]
struct Problem {
    field: String,
    value: String,
    code: &'static str,
    message: String,
}

impl Problem {
    fn new(field: &str, value: &str, code: &'static str, message: &str) -> Self {
        Self {
            field: field.to_owned(),
            value: value.chars().take(60).collect(),
            code,
            message: message.to_owned(),
        }
    }
}

/// What a reader hands on for each record: its place, what it is, and a hash of all it says.
type Each<'a> = dyn FnMut(u64, std::result::Result<Record, Problem>, u64) -> bool + 'a;

fn digest(bytes: &[u8]) -> u64 {
    u64::from_be_bytes(
        Sha256::digest(bytes)
            .first_chunk()
            .copied()
            .unwrap_or_default(),
    )
}

/// JSON of any shape, told by its first character; everything else is CSV.
fn read(from: impl Read, each: &mut Each<'_>) -> std::result::Result<(), String> {
    let mut from = BufReader::with_capacity(1 << 18, from);
    let unreadable = |_| "the file could not be read or unpacked to its end".to_owned();
    let start = from.fill_buf().map_err(unreadable)?;
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let skip = start.len() - text.len();
    let first = text
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .copied();
    from.consume(skip);
    match first {
        None => Err("it is empty".to_owned()),
        Some(b'{' | b'[') => {
            let mut place = 0;
            items::each(from, &mut |item: Value| {
                place += 1;
                let rest = match formats::cells(&item) {
                    Some(cells) => digest_of_cells(
                        cells
                            .iter()
                            .map(|(name, value)| (name.as_str(), value.as_str())),
                    ),
                    None => digest(&serde_json::to_vec(&item).unwrap_or_default()),
                };
                each(place, formats::of_json(&item), rest)
            })
        }
        Some(_) => read_csv(from, each),
    }
}

/// Ends the reading when a row is longer than any real one. What is left is set anew after each row, so that a quote that is never
/// closed cannot take the rest of the file for one cell.
struct Rows<R> {
    from: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Rows<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.from.read(buffer)?;
        let left = self.left.get().checked_sub(got);
        self.left
            .set(left.ok_or_else(|| io::Error::other("a row is too long"))?);
        Ok(got)
    }
}

/// What a row says, whatever the order of its columns and the form of the file: name and value of every cell that is not empty.
fn digest_of_cells<'v>(cells: impl Iterator<Item = (&'v str, &'v str)>) -> u64 {
    let mut said: Vec<String> = cells
        .map(|(name, value)| (name.trim(), value.trim()))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{}\u{1f}{value}", formats::column(name).unwrap_or(name)))
        .collect();
    said.sort_unstable();
    digest(said.join("\u{1e}").as_bytes())
}

fn read_csv(mut from: impl BufRead, each: &mut Each<'_>) -> std::result::Result<(), String> {
    let start = from
        .fill_buf()
        .map_err(|_| "the file could not be read or unpacked to its end".to_owned())?;
    let header = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|delimiter| header.iter().filter(|byte| *byte == delimiter).count())
        .unwrap_or(b',');
    let left = Rc::new(Cell::new(LONGEST_ROW));
    let mut csv = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(Rows {
            from,
            left: left.clone(),
        });
    let said = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        match error.kind() {
            csv::ErrorKind::Io(_) => format!(
                "line {line}: the row is longer than {} MB (a quote may be open), or the file could not be read to its end",
                LONGEST_ROW >> 20
            ),
            _ => format!("line {line}: the row is not UTF-8 text"),
        }
    };
    let header = csv.headers().map_err(|error| said(&error))?.clone();
    // Where two columns could be one of ours, the name that stands first in our list is it.
    let mut places: HashMap<&str, (usize, usize)> = HashMap::new();
    for (place, name) in header.iter().enumerate() {
        if let Some((ours, rank)) = formats::ranked(name) {
            let known = places.entry(ours).or_insert((rank, place));
            if rank < known.0 {
                *known = (rank, place);
            }
        }
    }
    if !places.contains_key("time") || !(places.contains_key("ip") || places.contains_key("action"))
    {
        return Err("it is none of CSV with a header (account, time, ip, action, event_id), JSON lines, CloudTrail, Azure or Google Cloud".to_owned());
    }
    let mut row = csv::StringRecord::new();
    loop {
        match csv.read_record(&mut row) {
            Ok(false) => return Ok(()),
            Err(error) => return Err(said(&error)),
            Ok(true) => {
                left.set(LONGEST_ROW);
                let line = row.position().map_or(0, csv::Position::line);
                // No cell of an access log runs over lines: rows would be swallowed without a word.
                if row.iter().any(|cell| cell.contains(['\n', '\r'])) {
                    return Err(format!(
                        "line {line}: a quote is opened and not closed on its line. Close it, or take it out"
                    ));
                }
                let record = if row.len() == header.len() {
                    formats::row(|name| places.get(name).and_then(|(_, place)| row.get(*place)))
                } else {
                    let message = format!(
                        "the row has {} cells where the header has {}. Quote what holds a separator.",
                        row.len(),
                        header.len()
                    );
                    Err(Problem::new("", "", "E-ACCESS-CELLS", &message))
                };
                let rest = digest_of_cells(header.iter().zip(row.iter()));
                if !each(line, record, rest) {
                    return Ok(());
                }
            }
        }
    }
}

/// SHA-256 of a file as it lies on the disk.
fn hash_of(file: &mut std::fs::File) -> Result<String> {
    let mut hash = Sha256::new();
    io::copy(file, &mut hash)?;
    file.rewind()?;
    Ok(domain::entry::hex(&hash.finalize()))
}

impl OpenVault {
    /// Imports a provider's access log. Each record is kept, those without an address and those of accounts that nobody has as well;
    /// an account that is recorded later has its records at once. Without `skip_bad_rows` one bad record refuses the file.
    ///
    /// # Errors
    /// `E-ACCESS-*` naming the record, its field, its value and the remedy; errors of the disk; a stop by the caller.
    pub fn access_import(
        &self,
        path: &Path,
        account: Option<&str>,
        skip_bad_rows: bool,
        watch: &dyn Watch,
    ) -> Result<c::AccessReport> {
        let mut file = vault::Documents::open_source(path)?;
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let bytes = file.metadata()?.len();
        let sha256 = hash_of(&mut file)?;
        let mut magic = [0u8; 2];
        let zipped = file.read(&mut magic)? == 2 && magic == [0x1f, 0x8b];
        file.rewind()?;
        let account = account.map(|given| self.account_named(given)).transpose()?;
        let at = if zipped || path.extension().is_some_and(|ending| ending != "csv") {
            "record"
        } else {
            "line"
        };

        let mut report = c::AccessReport::default();
        let mut problems = Vec::new();
        let mut skipped = Vec::new();
        let written = self.act(|act| {
            let mut import = act.access_import();
            let mut failed: Option<Error> = None;
            let mut each = |place: u64, record: std::result::Result<Record, Problem>, rest: u64| -> bool {
                report.records += 1;
                if report.records % 4096 == 0 {
                    watch.step("Importing access records", report.records.into(), None, "records");
                    if watch.cancelled() {
                        failed = Some(Error::cancelled());
                        return false;
                    }
                }
                let record = record.and_then(|mut record| {
                    if let Some(account) = &account {
                        record.account = Some(account.clone());
                    }
                    match record.account.take() {
                        Some(account) => Ok((account, record)),
                        None => Err(Problem::new("account", "", "E-ACCESS-ACCOUNT", "the record names no account. Name it for the whole file with --account.")),
                    }
                });
                let added = match &record {
                    Ok((account, record)) => import.add(&AccessRow {
                        account,
                        at_ms: record.at_ms,
                        ip: record.ip,
                        action: &record.action,
                        event: record.event.as_deref(),
                        rest,
                    }),
                    Err(problem) => {
                        report.rejected += 1;
                        let field = if problem.field.is_empty() { String::new() } else { format!(", {}", problem.field) };
                        let message = format!("{name} {at} {place}{field}: {}", problem.message);
                        if skip_bad_rows {
                            skipped.push((place, problem.code, message.clone()));
                        }
                        if problems.len() < PROBLEMS_SHOWN {
                            problems.push(c::ImportProblem {
                                line: u32::try_from(place).unwrap_or(u32::MAX),
                                column: problem.field.clone(),
                                value: problem.value.clone(),
                                code: problem.code.to_owned(),
                                message,
                            });
                        }
                        Ok(())
                    }
                };
                if let Err(error) = added {
                    failed = Some(error.into());
                }
                failed.is_none()
            };
            let source = BufReader::with_capacity(1 << 18, file);
            let done = if zipped {
                read(flate2::bufread::MultiGzDecoder::new(source), &mut each)
            } else {
                read(source, &mut each)
            };
            if let Some(error) = failed {
                return Err(error);
            }
            done.map_err(|why| Error::input("E-ACCESS-FILE", format!("{name}: {why}. Nothing was imported.")))?;
            if report.rejected > 0 && !skip_bad_rows {
                let more = if report.rejected > 1 { format!(" {} more records are wrong.", report.rejected - 1) } else { String::new() };
                let (code, first) = problems.first().map_or(("E-ACCESS-RECORD", ""), |one| (one.code.as_str(), one.message.as_str()));
                return Err(Error::input(code, format!("{first}{more} Nothing was imported.")));
            }
            let written = act.access_imported(
                import,
                AccessFile { name: &name, sha256: &sha256, account: account.as_deref(), skipped: report.rejected.into() },
            )?;
            // Somebody may have got in after an account was closed: what must be kept is kept longer then.
            self.keep_used_accounts(act)?;
            Ok(written)
        })?;
        watch.step(
            "Importing access records",
            report.records.into(),
            Some(bytes),
            "records",
        );
        let whole = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        report.imported = whole(written.imported);
        report.duplicates = whole(written.duplicates);
        report.without_address = whole(written.without_address);
        report.unassigned = whole(written.unassigned);
        report.problems = problems;
        if !skipped.is_empty() {
            report.report = Some(left_out(path, &skipped)?);
        }
        Ok(report)
    }

    /// The account's number that a person means: itself, or a customer's only account.
    fn account_named(&self, given: &str) -> Result<String> {
        let given = crate::customers::clean("account", given)?;
        if given.is_empty() {
            return Err(Error::input(
                "E-ACCESS-ACCOUNT",
                "The account's number is empty.",
            ));
        }
        let Ok(file) = self.read(|read| Ok(read.customer_file(&given)?)) else {
            return Ok(given);
        };
        match file.accounts.as_slice() {
            [only] => Ok(only.account_ref.clone()),
            accounts => Err(Error::input(
                "E-ACCESS-ACCOUNT",
                format!(
                    "{given} has {} accounts. Name the account by its number.",
                    accounts.len()
                ),
            )),
        }
    }
}

/// Writes what was left out beside the file, under a name that is free; gives the name.
fn left_out(path: &Path, skipped: &[(u64, &'static str, String)]) -> Result<String> {
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    for number in 1..1000 {
        let ending = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        let name = format!("{stem}-skipped{ending}.csv");
        match std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path.with_file_name(&name))
        {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
            Ok(file) => {
                let mut csv = csv::Writer::from_writer(file);
                let written = csv.write_record(["record", "code", "why"]).and_then(|()| {
                    skipped.iter().try_for_each(|(place, code, why)| {
                        csv.write_record([&place.to_string(), *code, why])
                    })
                });
                written.map_err(io::Error::from)?;
                csv.flush()?;
                return Ok(name);
            }
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists).into())
}
