//! Importing access records (D-19): CSV, JSON lines, CloudTrail, Azure and Google Cloud, plain or gzipped, recognised from content.
//! The file is streamed; what is held in memory does not grow with it.

mod formats;
mod items;
mod parts;
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
use reading::Stands;
use std::{net::IpAddr, path::Path};

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
    /// After how many records what was read is kept; about a million where nothing is said.
    pub part: Option<u64>,
}

/// One access, in our words.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    account: Option<String>,
    at_ms: i64,
    ip: Option<IpAddr>,
    action: String,
    event: Option<String>,
    /// What stands in the place of the address looks like one and is none; the action holds it.
    mistyped: bool,
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
    fn add(
        &mut self,
        place: u64,
        unit: &str,
        stands: &Stands<'_>,
        problem: &Problem,
    ) -> Result<()> {
        let field = if problem.field.is_empty() {
            String::new()
        } else {
            format!(", {}", problem.field)
        };
        let message = format!("{} {unit} {place}{field}: {}", self.name, problem.message);
        if self.skip {
            let report = match &mut self.report {
                Some(report) => report,
                None => self.report.insert(match stands {
                    Stands::Cells { header, .. } => LeftOut::begin(self.path, header.iter())?,
                    _ => LeftOut::begin(self.path, ["record"].into_iter())?,
                }),
            };
            match stands {
                // A row of too few cells keeps what is wrong with it under its own columns.
                Stands::Cells { header, row } => {
                    let missing = header.len().saturating_sub(row.len());
                    let cells = row.iter().chain(std::iter::repeat_n("", missing));
                    report.row(cells, place, &problem.field, &message)?;
                }
                Stands::Line(text) => {
                    report.row([*text].into_iter(), place, &problem.field, &message)?;
                }
                Stands::Object(object) => {
                    let text = object.to_string();
                    report.row([&*text].into_iter(), place, &problem.field, &message)?;
                }
            }
        }
        if self.shown.len() < PROBLEMS_SHOWN {
            self.shown.push(c::ImportProblem {
                line: u32::try_from(place).unwrap_or(u32::MAX),
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
    /// an account that is recorded later has its records at once. Without `skip_bad_rows` one bad record refuses the file. A large file
    /// is kept in parts: when it is stopped, or the power goes, the same file imported again goes on where it stopped.
    ///
    /// # Errors
    /// `E-ACCESS-*` naming the record, its field, its value and the remedy; errors of the disk; a stop by the caller.
    pub fn access_import(
        &self,
        path: &Path,
        how: AccessHow<'_>,
        watch: &dyn Watch,
    ) -> Result<c::AccessReport> {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let account = how
            .account
            .map(|given| self.account_named(given))
            .transpose()?;
        // A file that has every name of a saved mapping is read by it; what the caller names goes first.
        let saved = match how.names {
            Some(_) => None,
            None => self.access_names_for(&formats::header_of(&parts::beginning(path)?))?,
        };
        let (read_as, known) = saved.map_or_else(
            || (None, Names::default()),
            |(name, names)| (Some(name), names),
        );
        let (there, parts) = self.kept_of(path, account.as_deref())?;
        let mut run = parts::Run {
            path,
            name: &name,
            how,
            account,
            names: how.names.unwrap_or(&known),
            bad: Bad {
                path,
                name: &name,
                skip: how.skip_bad_rows,
                shown: Vec::new(),
                report: None,
            },
            report: c::AccessReport::default(),
            there,
            whole: None,
            parts,
            mistyped: parts::Mistyped::default(),
        };
        self.run_import(&mut run, watch)?;
        let mut report = run.report;
        let records = report.records.into();
        watch.step(
            "Importing access records",
            records,
            Some(records),
            "records",
        );
        report.resumed = u32::try_from(there).unwrap_or(u32::MAX).min(report.records);
        report.read_as = read_as;
        report.notes.extend(run.mistyped.note());
        report.problems = run.bad.shown;
        report.report = run.bad.report.map(LeftOut::keep).transpose()?;
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
