//! What the command line asks for beside the use cases: a vault's summary, a clock without a vault, an instant.

use crate::{
    clocks::clock_error,
    error::{Error, Result},
    now::rfc3339,
    open_vault::{DEFAULT_PACK, OpenVault, days::parse_zone},
};
use chrono::{DateTime, NaiveTime, Utc};
use domain::clock::{self, Computed, Moment};
use serde::Serialize;
use std::{collections::BTreeMap, path::Path};

/// `vault status`.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// The organisation.
    pub organisation: String,
    /// Its time zone.
    pub zone: String,
    /// The rule pack, its version and status.
    pub pack: String,
    /// The pack's version.
    pub pack_version: String,
    /// The pack's status.
    pub pack_status: String,
    /// The banner.
    pub banner: String,
    /// Customers.
    pub customers: u32,
    /// Resellers.
    pub resellers: u32,
    /// Cases.
    pub cases: u32,
    /// Filings.
    pub filings: u32,
    /// Documents.
    pub documents: u32,
    /// Access records.
    pub access_records: u64,
    /// Entries in the journal.
    pub journal_entries: u64,
    /// The journal's head code.
    pub head_code: String,
    /// Running clocks.
    pub open_clocks: u32,
    /// Running clocks past their date.
    pub overdue_clocks: u32,
    /// Last backup from this computer, RFC 3339.
    pub last_backup: Option<String>,
    /// What is odd about the clock or the vault's age.
    pub note: Option<String>,
}

impl Summary {
    /// Label and value, for people.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            ("Organization", self.organisation.clone()),
            ("Time zone", self.zone.clone()),
            (
                "Rule pack",
                format!(
                    "{} {} ({}). {}",
                    self.pack, self.pack_version, self.pack_status, self.banner
                ),
            ),
            ("Customers", self.customers.to_string()),
            ("Resellers", self.resellers.to_string()),
            ("Cases", self.cases.to_string()),
            ("Filings", self.filings.to_string()),
            ("Documents", self.documents.to_string()),
            ("Access records", self.access_records.to_string()),
            (
                "Journal",
                format!("{} entries, head {}", self.journal_entries, self.head_code),
            ),
            (
                "Open clocks",
                format!(
                    "{}, of them {} overdue",
                    self.open_clocks, self.overdue_clocks
                ),
            ),
            (
                "Last backup",
                self.last_backup
                    .clone()
                    .unwrap_or_else(|| "none from this computer".to_owned()),
            ),
        ];
        lines.extend(self.note.clone().map(|note| ("Note", note)));
        lines
    }
}

impl OpenVault {
    /// Counts, pack, last backup, open clocks.
    pub fn summary(&self) -> Result<Summary> {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let clocks = self.clock_list(false)?;
        let pack = self.pack();
        self.read(|read| {
            let head = read.head()?;
            Ok(Summary {
                organisation: self.organisation().name.clone(),
                zone: self.organisation().zone.clone(),
                pack: pack.id().to_owned(),
                pack_version: pack.version().to_owned(),
                pack_status: pack.status().to_owned(),
                banner: pack.banner().to_owned(),
                customers: read
                    .customers(
                        &store::CustomerFilter {
                            limit: Some(0),
                            ..store::CustomerFilter::default()
                        },
                        false,
                    )?
                    .all,
                resellers: count(read.resellers()?.len()),
                cases: count(read.cases()?.len()),
                filings: count(read.filings()?.len()),
                documents: count(read.each_document()?.len()),
                access_records: read.access_count()?,
                journal_entries: head.count,
                head_code: domain::entry::head_code(&head.chain),
                open_clocks: count(clocks.len()),
                overdue_clocks: count(clocks.iter().filter(|clock| clock.status == "late").count()),
                last_backup: self.last_backup().map(rfc3339),
                note: self
                    .anchor_note()
                    .or_else(|| self.clock_state().note().map(str::to_owned)),
            })
        })
    }
}

/// Whether a folder is a vault that could be opened; asks for nothing secret.
pub fn inspect(path: &Path) -> Result<()> {
    vault::inspect(path)?;
    Ok(())
}

/// An instant for `--now`: RFC 3339, or a day, which then is noon UTC.
pub fn parse_now(text: &str) -> Result<DateTime<Utc>> {
    Ok(match Moment::parse(text).map_err(clock_error)? {
        Moment::Instant(instant) => instant,
        Moment::Date(date) => date
            .and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default())
            .and_utc(),
    })
}

/// An instant as RFC 3339 in UTC.
pub fn instant_text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn trigger(pair: &str) -> Result<(&str, &str)> {
    pair.split_once('=')
        .ok_or_else(|| Error::input("E-CLOCK-ANCHOR", format!("\"{pair}\" is not ANCHOR=DATE. Write it like department_request_received=2026-11-23.")))
}

/// Triggers from `anchor=instant-or-date` pairs.
pub fn triggers(at: &[String]) -> Result<Vec<contract::TriggerAt>> {
    at.iter()
        .map(|pair| {
            let (event, at) = trigger(pair)?;
            Ok(contract::TriggerAt {
                event: event.to_owned(),
                at: at.to_owned(),
            })
        })
        .collect()
}

/// A clock worked out from `anchor=instant-or-date` pairs, by a built-in pack or one in a TOML file.
pub fn compute_clock(id: &str, at: &[String], zone: &str, pack: Option<&str>) -> Result<Computed> {
    let zone = parse_zone(zone)?;
    let pack = crate::packs::find_pack(pack.unwrap_or(DEFAULT_PACK))?;
    let mut anchors = BTreeMap::new();
    for pair in at {
        let (anchor, moment) = trigger(pair)?;
        if anchors
            .insert(
                anchor.to_owned(),
                Moment::parse(moment).map_err(clock_error)?,
            )
            .is_some()
        {
            return Err(Error::input(
                "E-CLOCK-ANCHOR",
                format!("The trigger \"{anchor}\" is given twice."),
            ));
        }
    }
    clock::compute(&pack, id, &anchors, zone).map_err(clock_error)
}
