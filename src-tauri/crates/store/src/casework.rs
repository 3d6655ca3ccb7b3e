//! What cases hold beyond their steps, and lines of usage. It must not know what a worksheet or a sweep means.

use crate::{
    access::AddressUse,
    connection::Read,
    error::StoreError,
    project::{json, parse},
};
use domain::{
    casework::{Book, Work},
    compute::UsageLine,
};
use rusqlite::{Connection, OptionalExtension, params};

impl Read<'_> {
    /// What a case holds beyond its steps; empty where nothing was recorded.
    pub fn casework(&self, case: &str) -> Result<Book, StoreError> {
        book(self.0, case)
    }

    /// Every line of usage, by account.
    pub fn usage(&self) -> Result<Vec<UsageLine>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT body FROM usage_line ORDER BY account, id")?;
        let mut rows = statement.query([])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let text = row
                .get_ref(0)?
                .as_str()
                .map_err(|_| StoreError::Record("usage"))?;
            lines.push(parse("usage", text)?);
        }
        Ok(lines)
    }

    /// Whether a line of usage is there.
    pub fn has_usage(&self, id: &str) -> Result<bool, StoreError> {
        Ok(self
            .0
            .prepare_cached("SELECT 1 FROM usage_line WHERE id = ?1")?
            .query_row([id], |_| Ok(()))
            .optional()?
            .is_some())
    }

    /// Every address with the account it was used for: few beside the records.
    pub fn each_address(&self, each: impl FnMut(&AddressUse)) -> Result<(), StoreError> {
        self.address_uses(each)
    }
}

fn book(sql: &Connection, case: &str) -> Result<Book, StoreError> {
    let text: Option<String> = sql
        .prepare_cached("SELECT body FROM casework WHERE ref = ?1")?
        .query_row([case], |row| row.get(0))
        .optional()?;
    text.map_or_else(|| Ok(Book::default()), |text| parse("casework", &text))
}

pub(crate) fn keep_work(sql: &Connection, case: &str, work: &Work) -> Result<(), StoreError> {
    let mut book = book(sql, case)?;
    book.keep(work);
    sql.prepare_cached(
        "INSERT INTO casework (ref, body) VALUES (?1, ?2) ON CONFLICT (ref) DO UPDATE SET body = ?2",
    )?
    .execute(params![case, json(&book)?])?;
    Ok(())
}

pub(crate) fn keep_usage(sql: &Connection, lines: &[UsageLine]) -> Result<(), StoreError> {
    let mut insert = sql.prepare_cached(
        "INSERT INTO usage_line (id, account, body) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING",
    )?;
    for line in lines {
        insert.execute(params![line.id, line.account, json(line)?])?;
    }
    Ok(())
}
