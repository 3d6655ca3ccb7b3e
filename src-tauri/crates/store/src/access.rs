//! Access records (D-19): compact rows, written in bulk under one entry.

use crate::{connection::Read, error::StoreError};
use rusqlite::{Connection, params};
use std::net::IpAddr;

/// One access or administrative action.
#[derive(Debug, Clone, Copy)]
pub struct AccessRow<'a> {
    /// The provider's account number.
    pub account: &'a str,
    /// When: milliseconds of UTC.
    pub at_ms: i64,
    /// From where.
    pub ip: IpAddr,
    /// `access`, or what was done.
    pub action: &'a str,
}

pub(crate) fn insert<'r>(
    sql: &Connection,
    import: u64,
    rows: impl IntoIterator<Item = AccessRow<'r>>,
) -> Result<u64, StoreError> {
    let mut statement = sql.prepare_cached("INSERT INTO access_record (import, account, at_ms, ip, action) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut written = 0;
    for row in rows {
        let octets = match row.ip {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        statement.execute(params![
            import.cast_signed(),
            row.account,
            row.at_ms,
            octets,
            row.action
        ])?;
        written += 1;
    }
    Ok(written)
}

impl Read<'_> {
    /// An account's records: how many, the last one's time, and the addresses seen last, at most five.
    pub fn access_summary(
        &self,
        account: &str,
    ) -> Result<(u32, Option<i64>, Vec<IpAddr>), StoreError> {
        let (count, last) = self
            .0
            .prepare_cached("SELECT count(*), max(at_ms) FROM access_record WHERE account = ?1")?
            .query_row([account], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut statement = self.0.prepare_cached(
            "SELECT ip FROM (SELECT ip, at_ms FROM access_record WHERE account = ?1 ORDER BY at_ms DESC LIMIT 200)
             GROUP BY ip ORDER BY max(at_ms) DESC LIMIT 5",
        )?;
        let rows = statement.query_map([account], |row| row.get::<_, Vec<u8>>(0))?;
        let mut addresses = Vec::new();
        for row in rows {
            let octets = row?;
            match (
                <[u8; 4]>::try_from(octets.as_slice()),
                <[u8; 16]>::try_from(octets.as_slice()),
            ) {
                (Ok(v4), _) => addresses.push(IpAddr::from(v4)),
                (_, Ok(v6)) => addresses.push(IpAddr::from(v6)),
                _ => {}
            }
        }
        Ok((count, last, addresses))
    }

    /// How many access records there are.
    pub fn access_count(&self) -> Result<u64, StoreError> {
        Ok(self
            .0
            .query_row("SELECT count(*) FROM access_record", [], |row| {
                row.get::<_, i64>(0)
            })?
            .unsigned_abs())
    }
}
