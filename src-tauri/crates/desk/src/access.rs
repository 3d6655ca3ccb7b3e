//! Importing access records (D-19): CSV, JSON lines, CloudTrail, Azure and Google Cloud, plain or gzipped, recognised from content.
//! The file is streamed; what is held in memory does not grow with it.

mod formats;
mod items;
mod query;
mod reading;

use crate::{
    error::{Error, Result},
    handed_out::LeftOut,
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
pub use formats::Names;
use reading::{Halt, Hashing, Seen, Stands};
use std::{
    io::{BufReader, Read, Seek},
    net::IpAddr,
    path::Path,
};
use store::{AccessFile, AccessRow};

const PROBLEMS_SHOWN: usize = 1_000;

/// How an access log is to be read.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccessHow<'a> {
    /// The account of every record, whatever the file says: its number, or a customer with one account.
    pub account: Option<&'a str>,
    /// Leave bad records out, and list them, instead of refusing the file.
    pub skip_bad_rows: bool,
    /// What the columns are called, where it is not one of the known forms.
    pub names: Option<&'a Names>,
}

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

/// The file that is read, and what is wrong with its records: the first of them shown, all of them in the report.
struct Bad<'a> {
    path: &'a Path,
    name: &'a str,
    skip: bool,
    shown: Vec<c::ImportProblem>,
    report: Option<LeftOut>,
}

impl Bad<'_> {
    fn add(&mut self, seen: &Seen<'_>, problem: &Problem) -> Result<()> {
        let field = if problem.field.is_empty() {
            String::new()
        } else {
            format!(", {}", problem.field)
        };
        let message = format!(
            "{} {} {}{field}: {}",
            self.name, seen.unit, seen.place, problem.message
        );
        if self.skip {
            let report = match &mut self.report {
                Some(report) => report,
                None => self.report.insert(match &seen.stands {
                    Stands::Cells { header, .. } => LeftOut::begin(self.path, header.iter())?,
                    _ => LeftOut::begin(self.path, ["record"].into_iter())?,
                }),
            };
            match &seen.stands {
                // A row of too few cells keeps what is wrong with it under its own columns.
                Stands::Cells { header, row } => {
                    let missing = header.len().saturating_sub(row.len());
                    let cells = row.iter().chain(std::iter::repeat_n("", missing));
                    report.row(cells, seen.place, &problem.field, &message)?;
                }
                Stands::Line(text) => {
                    report.row([*text].into_iter(), seen.place, &problem.field, &message)?;
                }
                Stands::Object(object) => {
                    let text = object.to_string();
                    report.row([&*text].into_iter(), seen.place, &problem.field, &message)?;
                }
            }
        }
        if self.shown.len() < PROBLEMS_SHOWN {
            self.shown.push(c::ImportProblem {
                line: u32::try_from(seen.place).unwrap_or(u32::MAX),
                column: problem.field.clone(),
                value: problem.value.clone(),
                code: problem.code.to_owned(),
                message,
            });
        }
        Ok(())
    }
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
        how: AccessHow<'_>,
        watch: &dyn Watch,
    ) -> Result<c::AccessReport> {
        let mut file = vault::Documents::open_source(path)?;
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let mut magic = [0u8; 2];
        let zipped = file.read(&mut magic)? == 2 && magic == [0x1f, 0x8b];
        file.rewind()?;
        let account = how
            .account
            .map(|given| self.account_named(given))
            .transpose()?;
        let known = Names::default();
        let names = how.names.unwrap_or(&known);

        let mut report = c::AccessReport::default();
        let mut bad = Bad {
            path,
            name: &name,
            skip: how.skip_bad_rows,
            shown: Vec::new(),
            report: None,
        };
        let step = |done: u32, total: Option<u64>| {
            watch.step("Importing access records", done.into(), total, "records");
        };
        let written = self.act(|act| {
            let mut import = act.access_import();
            let mut failed: Option<Error> = None;
            let mut each = |mut seen: Seen<'_>| -> bool {
                report.records += 1;
                if report.records % 4096 == 0 {
                    step(report.records, None);
                    if watch.cancelled() {
                        failed = Some(Error::cancelled());
                        return false;
                    }
                }
                if let Ok(record) = &mut seen.record {
                    if let Some(account) = &account {
                        record.account = Some(account.clone());
                    }
                    if record.account.is_none() {
                        seen.record = Err(Problem::new("account", "", "E-ACCESS-ACCOUNT", "the record names no account. Name it for the whole file with --account."));
                    }
                }
                let added = match &seen.record {
                    Ok(record) => import
                        .add(&AccessRow {
                            account: record.account.as_deref().unwrap_or_default(),
                            at_ms: record.at_ms,
                            ip: record.ip,
                            action: &record.action,
                            event: record.event.as_deref(),
                            rest: seen.rest,
                        })
                        .map_err(Error::from),
                    Err(problem) => {
                        report.rejected += 1;
                        bad.add(&seen, problem)
                    }
                };
                failed = added.err();
                failed.is_none()
            };
            // The file is hashed as it lies on the disk, while it is read.
            let mut source = Hashing::new(file);
            let done = {
                let raw = BufReader::with_capacity(1 << 18, &mut source);
                if zipped {
                    reading::read(flate2::bufread::MultiGzDecoder::new(raw), names, &mut each)
                } else {
                    reading::read(raw, names, &mut each)
                }
            };
            if let Some(error) = failed {
                return Err(error);
            }
            done.map_err(|halt| match halt {
                Halt::File(why) => Error::input("E-ACCESS-FILE", format!("{name}: {why}. Nothing was imported.")),
                Halt::Long(why) => Error::new("E-ACCESS-LONG", c::Class::Limit, format!("{name}, {why}. Nothing was imported.")),
                Halt::Disk(error) => error.into(),
            })?;
            if report.rejected > 0 && !how.skip_bad_rows {
                let more = match report.rejected {
                    1 => String::new(),
                    2 => " 1 more record is wrong.".to_owned(),
                    many => format!(" {} more records are wrong.", many - 1),
                };
                let (code, first) = bad.shown.first().map_or(("E-ACCESS-RECORD", ""), |one| (one.code.as_str(), one.message.as_str()));
                let class = if code == "E-ACCESS-LONG" { c::Class::Limit } else { c::Class::BadInput };
                return Err(Error::new(code, class, format!("{first}{more} Nothing was imported.")));
            }
            let written = act.access_imported(
                import,
                AccessFile { name: &name, sha256: &source.finish()?, account: account.as_deref(), skipped: report.rejected.into() },
            )?;
            // Somebody may have got in after an account was closed: what must be kept is kept longer then.
            self.keep_used_accounts(act)?;
            Ok(written)
        })?;
        step(report.records, Some(report.records.into()));
        let whole = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        report.imported = whole(written.imported);
        report.duplicates = whole(written.duplicates);
        report.without_address = whole(written.without_address);
        report.unassigned = whole(written.unassigned);
        report.problems = bad.shown;
        report.report = bad.report.map(LeftOut::keep).transpose()?;
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
