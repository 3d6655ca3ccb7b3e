//! Importing customers and owners from CSV and Excel files, and from ownership structures (anchors 4.1): all rows checked first, then one act writes
//! everything.
//!
//! Rows are recognised by `external_id`, else by reference; importing the same file again changes nothing.

mod owners;
mod places;
mod row;
mod saved;
mod sheet;
mod structure;
mod table;
mod undo;

use crate::{
    customers::Revised,
    error::{Error, Result},
    handed_out::LeftOut,
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use domain::{
    change::Change,
    customer::{Account, CustomerFile, PartyKind, Payment},
};
use row::{Parsed, Row};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    path::Path,
};
use store::{Read, StoreError};

pub use structure::Structure;
pub(crate) use structure::{CONTROL, INDIRECT, NO_CONTROL};
pub(crate) use table::columns_of;
pub(crate) use table::{COLUMNS, OWNER_COLUMNS, Register};
pub use table::{Mapping, Table};
pub(crate) use undo::file_before;

const PROBLEMS_SHOWN: usize = 1_000;
/// How many values a report names that a person should look at; the others are counted.
const LOOKS_SHOWN: usize = 20;

/// What a checked row would do.
enum Plan {
    New(Parsed),
    Changed(Box<CustomerFile>, Parsed),
    Same,
}

impl OpenVault {
    /// Tries (`dry_run`) or runs an import. Without `skip_bad_rows` one bad row refuses the file.
    pub fn import(
        &self,
        table: &Table,
        mapping: &Mapping,
        dry_run: bool,
        skip_bad_rows: bool,
        watch: &dyn Watch,
    ) -> Result<c::ImportReport> {
        if !mapping
            .iter()
            .any(|mapped| mapped.as_deref() == Some(table.register.name()))
        {
            let message = format!(
                "{} line 1: no column is mapped to the name. Map one of: {}.",
                table.name,
                table.header.join(", ")
            );
            return Err(Error::input("L-03", message));
        }
        if table.register == Register::Owners {
            return self.import_owners(table, mapping, dry_run, skip_bad_rows, watch);
        }
        let total = Some(table.rows.len() as u64);
        let mut report = empty_report(table, dry_run);
        let mut lines: HashMap<String, u64> = HashMap::new();
        let Checked { good, bad } = Checked::rows(self, table, mapping, watch, |row| {
            let parsed = row.parse();
            if let Some(id) = parsed
                .as_ref()
                .and_then(|parsed| parsed.external_id.clone())
                && let Some(first) = lines.insert(id.clone(), row.line)
            {
                row.wrong(
                    "external_id",
                    &id,
                    "E-IMPORT-TWICE",
                    &format!("\"{id}\" stands on line {first} already. Keep one of the two rows."),
                );
            }
            parsed
        })?;
        refuse(&mut report, &bad, skip_bad_rows || dry_run)?;
        report.notes = self.left_off(table, mapping, &good);
        report.notes.extend(to_look_at(&good));
        if dry_run {
            self.read(|read| {
                for parsed in good {
                    count(&mut report, &plan(read, parsed)?);
                }
                Ok(())
            })?;
            return Ok(report);
        }
        let left_out = left_out(&table.path, &table.header, &bad)?;
        self.act(|act| {
            let source = format!("import {}", table.name);
            let mut plans = Vec::with_capacity(good.len());
            for parsed in good {
                let plan = plan(act.read(), parsed)?;
                count(&mut report, &plan);
                plans.push(plan);
            }
            if report.created == 0 && report.updated == 0 {
                return Ok(());
            }
            act.push(imported(table, &report), None, None)?;
            for (place, plan) in plans.into_iter().enumerate() {
                if place % 256 == 0 {
                    watch.step("Writing", place as u64, total, "rows");
                    if watch.cancelled() {
                        return Err(Error::cancelled());
                    }
                }
                match plan {
                    Plan::Same => {}
                    Plan::New(parsed) => {
                        let reference = act.read().next_reference("C", 6)?;
                        let closed: Vec<Account> = closed(&parsed.accounts);
                        let change = Change::CustomerRecorded {
                            reference: reference.clone(),
                            external_id: parsed.external_id,
                            party: parsed.kind,
                            fields: parsed.fields,
                            custom: parsed.custom,
                            owners: Vec::new(),
                            accounts: parsed.accounts,
                            source: source.clone(),
                        };
                        act.push(change, parsed.recorded_on.as_deref(), None)?;
                        self.keep_closed(act, &reference, &closed)?;
                    }
                    Plan::Changed(file, parsed) => {
                        let closed: Vec<Account> = closed(&parsed.accounts);
                        let now = Revised {
                            fields: parsed.fields,
                            custom: parsed.custom,
                            accounts: parsed.accounts,
                            source: source.clone(),
                        };
                        self.put_values(act, &file, now, parsed.recorded_on.as_deref(), None)?;
                        self.keep_closed(act, &file.reference, &closed)?;
                    }
                }
            }
            Ok(())
        })?;
        watch.step("Writing", table.rows.len() as u64, total, "rows");
        report.report = left_out.map(LeftOut::keep).transpose()?;
        Ok(report)
    }
}

impl OpenVault {
    /// Which values the file has in fields that are not collected: how many were left out, and why.
    fn left_off(&self, table: &Table, mapping: &Mapping, rows: &[Parsed]) -> Vec<String> {
        let mut counts: BTreeMap<(&str, &str), (PartyKind, usize)> = BTreeMap::new();
        for row in rows {
            for off in &row.off {
                counts.entry(*off).or_insert((row.kind, 0)).1 += 1;
            }
        }
        let rules = self.rules();
        let column_of = |target: &str| {
            let place = mapping
                .iter()
                .position(|mapped| mapped.as_deref() == Some(target));
            place
                .and_then(|place| table.header.get(place))
                .map_or(target, String::as_str)
                .to_owned()
        };
        counts
            .into_iter()
            .map(|((column, id), (kind, count))| {
                let label = domain::field::find(id).map_or(id, |field| field.label);
                let why = rules
                    .off_by(kind.word(), id)
                    .map(|off| format!("{} ({})", off.text, off.cite))
                    .unwrap_or_default();
                let were = if count == 1 { "value was" } else { "values were" };
                format!(
                    "Column {}: {count} {were} not imported, because {} is not collected: {why} Whoever may change the rules switches it on under Settings, with the reason.",
                    column_of(column),
                    label.to_lowercase()
                )
            })
            .collect()
    }
}

/// What a person should look at in values that may be meant so: letters that look like others, marks of direction, what cannot be seen.
fn to_look_at(rows: &[Parsed]) -> Vec<String> {
    let mut said = Vec::new();
    let mut more = 0usize;
    for row in rows {
        for (id, values) in &row.fields {
            let label = domain::field::find(id).map_or(id.as_str(), |field| field.label);
            for note in values.iter().flat_map(|value| domain::text::notes(value)) {
                if said.len() < LOOKS_SHOWN {
                    said.push(format!(
                        "Line {}, {}: {note}",
                        row.line,
                        label.to_lowercase()
                    ));
                } else {
                    more += 1;
                }
            }
        }
    }
    match more {
        0 => {}
        1 => said.push("1 more value is like these. Its customer's page says so.".to_owned()),
        _ => said.push(format!(
            "{more} more values are like these. Their customers' pages say so."
        )),
    }
    said
}

/// A row that is left out, as it stands, and what is wrong with it.
type Bad<'t> = (Cow<'t, [String]>, Vec<c::ImportProblem>);

/// The rows of a file, those that are well and those that are not.
struct Checked<'t, T> {
    good: Vec<T>,
    bad: Vec<Bad<'t>>,
}

impl<'t, T> Checked<'t, T> {
    fn rows(
        vault: &OpenVault,
        table: &'t Table,
        mapping: &'t Mapping,
        watch: &dyn Watch,
        mut parse: impl FnMut(&mut Row<'_>) -> Option<T>,
    ) -> Result<Self> {
        let rules = vault.rules();
        let today = vault.today().to_string();
        let mut good = Vec::with_capacity(table.rows.len());
        let mut bad = Vec::new();
        for (place, (line, cells)) in table.rows.iter().enumerate() {
            if place % 256 == 0 {
                let total = Some(table.rows.len() as u64);
                watch.step("Checking rows", place as u64, total, "rows");
                if watch.cancelled() {
                    return Err(Error::cancelled());
                }
            }
            let mut row = Row {
                rules: &rules,
                today: &today,
                table,
                mapping,
                line: *line,
                cells,
                problems: Vec::new(),
            };
            let parsed = parse(&mut row);
            if row.problems.is_empty() {
                good.extend(parsed);
            } else {
                bad.push((Cow::Borrowed(cells.as_slice()), row.problems));
            }
        }
        Ok(Self { good, bad })
    }
}

fn empty_report(table: &Table, dry_run: bool) -> c::ImportReport {
    c::ImportReport {
        rows: u32::try_from(table.rows.len()).unwrap_or(u32::MAX),
        created: 0,
        updated: 0,
        unchanged: 0,
        rejected: 0,
        problems: Vec::new(),
        dry_run,
        report: None,
        notes: Vec::new(),
    }
}

/// Takes what is wrong into the report; one bad row refuses the file, unless bad rows may be left out.
fn refuse(report: &mut c::ImportReport, bad: &[Bad<'_>], leave_out: bool) -> Result<()> {
    report.rejected = u32::try_from(bad.len()).unwrap_or(u32::MAX);
    for (_, problems) in bad {
        let room = PROBLEMS_SHOWN.saturating_sub(report.problems.len());
        report.problems.extend(problems.iter().take(room).cloned());
    }
    let Some(first) = report.problems.first().filter(|_| !leave_out) else {
        return Ok(());
    };
    let more = match bad.len() {
        0 | 1 => String::new(),
        2 => " 1 more row is wrong.".to_owned(),
        many => format!(" {} more rows are wrong.", many - 1),
    };
    let mut error = Error::input(
        &first.code,
        format!("{}{more} Nothing was imported.", first.message),
    );
    error.0.problems = report
        .problems
        .iter()
        .map(|problem| c::FieldProblem {
            field: problem.column.clone(),
            code: problem.code.clone(),
            message: problem.message.clone(),
        })
        .collect();
    Err(error)
}

/// The entry that an import begins with.
fn imported(table: &Table, report: &c::ImportReport) -> Change {
    Change::Imported {
        file: table.name.clone(),
        sha256: table.sha256.clone(),
        rows: table.rows.len() as u64,
        created: report.created.into(),
        updated: report.updated.into(),
        unchanged: report.unchanged.into(),
        skipped: report.rejected.into(),
    }
}

/// The customer that a file means: by the reference it gave itself, else by ours.
fn known_customer(read: &Read<'_>, reference: &str) -> Result<Option<CustomerFile>> {
    if let Some(file) = read.customer_by_external_id(reference)? {
        return Ok(Some(file));
    }
    match read.customer_file(reference) {
        Ok(file) => Ok(Some(file)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn closed(accounts: &[Account]) -> Vec<Account> {
    accounts
        .iter()
        .filter(|account| account.closed_on.is_some())
        .cloned()
        .collect()
}

fn count(report: &mut c::ImportReport, plan: &Plan) {
    match plan {
        Plan::New(_) => report.created += 1,
        Plan::Changed(..) => report.updated += 1,
        Plan::Same => report.unchanged += 1,
    }
}

/// What a row changes: only what the file has and the record has otherwise. An empty cell clears nothing.
fn plan(read: &Read<'_>, mut parsed: Parsed) -> Result<Plan> {
    let there = match &parsed.external_id {
        Some(id) => known_customer(read, id)?,
        None => None,
    };
    let Some(file) = there else {
        return Ok(Plan::New(parsed));
    };
    if file.kind != parsed.kind {
        let message = format!(
            "{} ({}) is recorded as {}; the file says {}. A customer cannot change its kind: record a new one.",
            file.reference,
            parsed.external_id.as_deref().unwrap_or_default(),
            file.kind.word(),
            parsed.kind.word()
        );
        return Err(Error::input("E-IMPORT-PARTY", message));
    }
    parsed
        .fields
        .retain(|id, values| file.values(id) != values.as_slice());
    parsed
        .custom
        .retain(|column, value| file.custom.get(column) != Some(value));
    let known = |account: &Account| {
        file.accounts
            .iter()
            .find(|there| there.account_ref == account.account_ref)
    };
    let mut fresh = Vec::new();
    for mut account in std::mem::take(&mut parsed.accounts) {
        match known(&account) {
            None => {
                let mut with_new = file.clone();
                with_new.accounts.extend(fresh.clone());
                account.id = with_new.next_id("A");
                for payment in &mut account.payments {
                    payment.id = with_new.next_id("P");
                }
                fresh.push(account);
            }
            Some(there) => {
                let mut after = there.clone();
                after.opened_on = account.opened_on.or(after.opened_on);
                if account.closed_on.is_some() {
                    "closed".clone_into(&mut after.state);
                }
                after.closed_on = account.closed_on.or(after.closed_on);
                if !account.products.is_empty() {
                    after.products = account.products;
                }
                let paid = |payment: &Payment| {
                    after.payments.iter().any(|there| {
                        there.kind == payment.kind
                            && there.source == payment.source
                            && there.identifier == payment.identifier
                    })
                };
                let new: Vec<Payment> = account
                    .payments
                    .into_iter()
                    .filter(|payment| !paid(payment))
                    .collect();
                for mut payment in new {
                    payment.id = file.next_id("P");
                    after.payments.push(payment);
                }
                if after != *there {
                    fresh.push(after);
                }
            }
        }
    }
    parsed.accounts = fresh;
    let nothing =
        parsed.fields.is_empty() && parsed.custom.is_empty() && parsed.accounts.is_empty();
    Ok(if nothing {
        Plan::Same
    } else {
        Plan::Changed(Box::new(file), parsed)
    })
}

/// Writes the rows that are left out beside the file: the same columns, and what is wrong. Before anything is imported, so that a folder which
/// takes no file refuses the import instead of losing the list; it gets its name once the import is done.
fn left_out(of: &Path, header: &[String], bad: &[Bad<'_>]) -> Result<Option<LeftOut>> {
    if bad.is_empty() {
        return Ok(None);
    }
    let mut report = LeftOut::begin(of, header.iter().map(String::as_str))?;
    for (cells, problems) in bad {
        let first = problems.first();
        let text = problems
            .iter()
            .map(|problem| problem.message.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        report.row(
            (0..header.len()).map(|place| cells.get(place).map_or("", String::as_str)),
            first.map_or(0, |problem| problem.line.into()),
            first.map_or("", |problem| problem.column.as_str()),
            &text,
        )?;
    }
    report.flush()?;
    Ok(Some(report))
}
