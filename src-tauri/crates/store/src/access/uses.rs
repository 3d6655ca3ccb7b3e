//! How often and when an account was used, in all and from each address: kept beside the records, so that a question about an address or
//! about the newest records does not walk through all of them. Made from the records alone.

use super::{first, with_octets};
use crate::error::StoreError;
use rusqlite::{Connection, Row, params};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, net::IpAddr};

/// Of which records: how many, the first and the last moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Use {
    records: u64,
    first_ms: i64,
    last_ms: i64,
}

impl Use {
    fn at(at_ms: i64) -> Self {
        Self {
            records: 1,
            first_ms: at_ms,
            last_ms: at_ms,
        }
    }

    fn add(&mut self, at_ms: i64) {
        self.records += 1;
        self.first_ms = self.first_ms.min(at_ms);
        self.last_ms = self.last_ms.max(at_ms);
    }
}

/// Counts records that were written, each an account, a moment and an address.
pub(super) fn add(
    sql: &Connection,
    mut written: Vec<(i64, Option<IpAddr>, i64)>,
) -> Result<(), StoreError> {
    // By account for the accounts, by address for the addresses: neighbours share a page.
    written.sort_unstable();
    let mut account = sql.prepare_cached(
        "UPDATE access_account SET records = records + ?2, last_ms = max(last_ms, ?3) WHERE id = ?1",
    )?;
    for same in written.chunk_by(|a, b| a.0 == b.0) {
        let last = same.iter().map(|(_, _, at)| *at).max().unwrap_or(0);
        if let Some((id, _, _)) = same.first() {
            account.execute(params![id, count(same.len()), last])?;
        }
    }
    written.retain(|(_, ip, _)| ip.is_some());
    written.sort_unstable_by_key(|(account, ip, at)| (*ip, *account, *at));
    let mut address = sql.prepare_cached(
        "INSERT INTO access_address (ip, account, first_ms, last_ms, records) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ip, account) DO UPDATE SET first_ms = min(first_ms, excluded.first_ms),
           last_ms = max(last_ms, excluded.last_ms), records = records + excluded.records",
    )?;
    for same in written.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (Some((account, ip, from)), Some((_, _, to))) = (same.first(), same.last()) else {
            continue;
        };
        with_octets(*ip, |octets| {
            address.execute(params![octets, account, from, to, count(same.len())])
        })?;
    }
    Ok(())
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

/// Counts an account anew from the records that are there, and forgets the addresses that it was used from before.
pub(crate) fn recount(
    sql: &Connection,
    account: i64,
    addresses: &[Vec<u8>],
) -> Result<(), StoreError> {
    let mut forget =
        sql.prepare_cached("DELETE FROM access_address WHERE ip = ?1 AND account = ?2")?;
    for ip in addresses {
        forget.execute(params![ip, account])?;
    }
    sql.prepare_cached(
        "INSERT INTO access_address (ip, account, first_ms, last_ms, records)
         SELECT ip, account, min(at_ms), max(at_ms), count(*) FROM access_record WHERE account = ?1 AND ip IS NOT NULL GROUP BY ip
         ON CONFLICT (ip, account) DO UPDATE SET first_ms = excluded.first_ms, last_ms = excluded.last_ms, records = excluded.records",
    )?
    .execute([account])?;
    sql.prepare_cached(
        "UPDATE access_account SET
           records = (SELECT count(*) FROM access_record WHERE account = ?1),
           last_ms = (SELECT coalesce(max(at_ms), 0) FROM access_record WHERE account = ?1)
         WHERE id = ?1",
    )?
    .execute([account])?;
    Ok(())
}

/// The addresses that an account was used from.
pub(crate) fn addresses_of(sql: &Connection, account: i64) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut statement = sql.prepare_cached(
        "SELECT DISTINCT ip FROM access_record WHERE account = ?1 AND ip IS NOT NULL",
    )?;
    let rows = statement.query_map([account], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What the counts add up to, whatever their order: as the records have it, and as the tables say.
#[derive(Debug, Default)]
pub(super) struct Tally {
    account: i64,
    whole: Option<Use>,
    addresses: HashMap<Vec<u8>, Use>,
    sum: (u64, u64),
}

impl Tally {
    /// Takes a record; those of one account come together.
    pub(super) fn record(&mut self, account: i64, at_ms: i64, ip: Option<&[u8]>) {
        if account != self.account {
            self.close();
            self.account = account;
        }
        match &mut self.whole {
            Some(whole) => whole.add(at_ms),
            None => self.whole = Some(Use::at(at_ms)),
        }
        if let Some(ip) = ip {
            match self.addresses.get_mut(ip) {
                Some(used) => used.add(at_ms),
                None => drop(self.addresses.insert(ip.to_vec(), Use::at(at_ms))),
            }
        }
    }

    fn close(&mut self) {
        if let Some(whole) = self.whole.take() {
            note(&mut self.sum, self.account, None, whole);
        }
        for (ip, used) in self.addresses.drain() {
            note(&mut self.sum, self.account, Some(&ip), used);
        }
    }

    /// Whether the tables say the same.
    pub(super) fn fits(mut self, sql: &Connection) -> Result<bool, StoreError> {
        self.close();
        let mut told = (0u64, 0u64);
        let mut statement =
            sql.prepare("SELECT id, records, last_ms FROM access_account WHERE records <> 0")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let records = row.get::<_, i64>(1)?.unsigned_abs();
            note(
                &mut told,
                row.get(0)?,
                None,
                Use {
                    records,
                    first_ms: 0,
                    last_ms: row.get(2)?,
                },
            );
        }
        let mut statement =
            sql.prepare("SELECT ip, account, first_ms, last_ms, records FROM access_address")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (ip, account, used) = stored(row)?;
            note(&mut told, account, Some(&ip), used);
        }
        Ok(told == self.sum)
    }
}

fn stored(row: &Row<'_>) -> Result<(Vec<u8>, i64, Use), StoreError> {
    let used = Use {
        first_ms: row.get(2)?,
        last_ms: row.get(3)?,
        records: row.get::<_, i64>(4)?.unsigned_abs(),
    };
    Ok((row.get(0)?, row.get(1)?, used))
}

/// An account's own line keeps no first moment, so it is left out of its sum.
fn note(sum: &mut (u64, u64), account: i64, ip: Option<&[u8]>, used: Use) {
    let mut hash = Sha256::new();
    hash.update(account.to_be_bytes());
    match ip {
        Some(ip) => {
            hash.update([u8::try_from(ip.len()).unwrap_or(u8::MAX)]);
            hash.update(ip);
            hash.update(used.first_ms.to_be_bytes());
        }
        None => hash.update([0]),
    }
    hash.update(used.records.to_be_bytes());
    hash.update(used.last_ms.to_be_bytes());
    sum.0 += 1;
    sum.1 = sum
        .1
        .wrapping_add(u64::from_be_bytes(first(&hash.finalize())));
}
