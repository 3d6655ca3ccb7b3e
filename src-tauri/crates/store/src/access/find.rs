//! Looking through access records. Must not know who asks, or what an account's customer is called.
//!
//! There is no index over all records by time or by address: it would double their size. Records lie by account and time, so a question is
//! answered account by account, those used last first, and it ends as soon as no other account can have anything newer. Which
//! accounts an address was used for, and when, stands in `access_address`.

use super::{address, octets, with_octets};
use crate::{connection::Read, error::StoreError};
use rusqlite::{OptionalExtension, Row, params, types::Value};
use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    net::IpAddr,
    ops::ControlFlow,
};

/// What is asked of the access log.
#[derive(Debug, Clone, Default)]
pub struct AccessQuery {
    /// The provider's account number.
    pub account: Option<String>,
    /// The first and the last address, of one kind.
    pub addresses: Option<(IpAddr, IpAddr)>,
    /// From this moment on, in milliseconds of UTC.
    pub from_ms: Option<i64>,
    /// Before this moment.
    pub before_ms: Option<i64>,
    /// A part of the action's name.
    pub action: Option<String>,
    /// How many to pass over.
    pub offset: u32,
    /// How many at most.
    pub limit: u32,
}

/// One access record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLine {
    /// The provider's account number.
    pub account: String,
    /// When, in milliseconds of UTC.
    pub at_ms: i64,
    /// From where.
    pub ip: Option<IpAddr>,
    /// What.
    pub action: String,
    /// The journal's entry of the import that wrote it.
    pub entry: u64,
}

/// How an account was used from one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressUse {
    /// The address.
    pub ip: IpAddr,
    /// The provider's account number.
    pub account: String,
    /// The first time, in milliseconds of UTC.
    pub first_ms: i64,
    /// The last time.
    pub last_ms: i64,
    /// How often.
    pub records: u64,
}

/// An account that may have records that fit, and the span in which they lie.
struct Source {
    account: i64,
    account_ref: String,
    first_ms: i64,
    last_ms: i64,
}

impl Source {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            account: row.get(0)?,
            account_ref: row.get(1)?,
            first_ms: row.get(2)?,
            last_ms: row.get(3)?,
        })
    }
}

/// A record among the newest: a newer one is greater, and of one account and moment the one that lies first.
struct Found {
    account: i64,
    place: Reverse<usize>,
    line: AccessLine,
}

impl Found {
    fn key(&self) -> (i64, i64, Reverse<usize>) {
        (self.line.at_ms, self.account, self.place)
    }
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Found {}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// An account's use, as it stands in `access_address` joined with the account's number.
fn address_use(row: &Row<'_>) -> rusqlite::Result<Option<AddressUse>> {
    let ip: Vec<u8> = row.get(0)?;
    let (account, first_ms, last_ms) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let records = row.get::<_, i64>(4)?.unsigned_abs();
    Ok(address(&ip).map(|ip| AddressUse {
        ip,
        account,
        first_ms,
        last_ms,
        records,
    }))
}

impl Read<'_> {
    /// The last access to an account that is not after a moment, in milliseconds of UTC: a log may be ahead of this computer's clock.
    pub fn last_access(&self, account: &str, not_after: i64) -> Result<Option<i64>, StoreError> {
        Ok(self
            .0
            .prepare_cached(
                "SELECT max(at_ms) FROM access_record
                 WHERE account = (SELECT id FROM access_account WHERE account_ref = ?1) AND at_ms <= ?2",
            )?
            .query_row(params![account, not_after], |row| row.get(0))?)
    }

    /// Records that fit, the newest first.
    pub fn access_find(&self, query: &AccessQuery) -> Result<Vec<AccessLine>, StoreError> {
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let offset = usize::try_from(query.offset).unwrap_or(usize::MAX);
        let wanted = limit.saturating_add(offset);
        // The newest that were found so far; the oldest of them stands first, and gives way to a newer one.
        let mut found: BinaryHeap<Reverse<Found>> = BinaryHeap::new();
        let mut narrowed = query.clone();
        self.access_sources(query, true, |source| {
            if found.len() >= wanted
                && let Some(Reverse(least)) = found.peek()
            {
                // Accounts come by their last use: none of the others has anything newer than what is there.
                if least.line.at_ms > source.last_ms {
                    return Ok(ControlFlow::Break(()));
                }
                narrowed.from_ms = Some(least.line.at_ms.max(query.from_ms.unwrap_or(i64::MIN)));
            }
            let mut place = 0;
            self.access_of(&source, &narrowed, Some(wanted), |line| {
                found.push(Reverse(Found {
                    account: source.account,
                    place: Reverse(place),
                    line,
                }));
                place += 1;
                if found.len() > wanted {
                    found.pop();
                }
                Ok::<_, StoreError>(())
            })?;
            Ok::<_, StoreError>(ControlFlow::Continue(()))
        })?;
        let newest_first = found.into_sorted_vec();
        Ok(newest_first
            .into_iter()
            .skip(offset)
            .map(|Reverse(found)| found.line)
            .collect())
    }

    /// Every record that fits, by account and time: in the order in which they lie, so nothing is sorted or held.
    pub fn access_each<E: From<StoreError>>(
        &self,
        query: &AccessQuery,
        mut each: impl FnMut(AccessLine) -> Result<(), E>,
    ) -> Result<(), E> {
        self.access_sources(query, false, |source| {
            self.access_of(&source, query, None, &mut each)?;
            Ok(ControlFlow::Continue(()))
        })
    }

    /// The accounts that may have records that fit, until `each` has enough: those used last first, or in the order in which they lie.
    fn access_sources<E: From<StoreError>>(
        &self,
        query: &AccessQuery,
        newest_first: bool,
        mut each: impl FnMut(Source) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let mut conditions = vec!["a.records > 0"];
        let mut values: Vec<Value> = Vec::new();
        let (from, spans) = match query.addresses {
            None => (
                "access_account a",
                "SELECT a.id, a.account_ref, -9223372036854775808, a.last_ms",
            ),
            Some((first, last)) => {
                let (first, last) = (octets(first), octets(last));
                conditions.push("u.ip BETWEEN ? AND ? AND length(u.ip) = ?");
                let length = i64::try_from(first.len()).unwrap_or(0);
                values.extend([Value::Blob(first), Value::Blob(last), length.into()]);
                (
                    "access_address u CROSS JOIN access_account a ON a.id = u.account",
                    "SELECT a.id, a.account_ref, min(u.first_ms), max(u.last_ms)",
                )
            }
        };
        let (first_ms, last_ms) = if query.addresses.is_some() {
            (Some("u.first_ms < ?"), "u.last_ms >= ?")
        } else {
            (None, "a.last_ms >= ?")
        };
        if let Some(account) = &query.account {
            conditions.push("a.account_ref = ?");
            values.push(account.clone().into());
        }
        if let Some(from) = query.from_ms {
            conditions.push(last_ms);
            values.push(from.into());
        }
        if let (Some(before), Some(first_ms)) = (query.before_ms, first_ms) {
            conditions.push(first_ms);
            values.push(before.into());
        }
        let group = if query.addresses.is_some() {
            "GROUP BY a.id"
        } else {
            ""
        };
        let order = if newest_first { "4 DESC, 1 DESC" } else { "1" };
        let sql = format!(
            "{spans} FROM {from} WHERE {} {group} ORDER BY {order}",
            conditions.join(" AND ")
        );
        let mut statement = self.0.prepare_cached(&sql).map_err(StoreError::from)?;
        let rows = statement
            .query_map(rusqlite::params_from_iter(&values), Source::of)
            .map_err(StoreError::from)?;
        for source in rows {
            if each(source.map_err(StoreError::from)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The records of one account that fit: with `most` the newest first and so many, otherwise all in the order in which they lie.
    fn access_of<E: From<StoreError>>(
        &self,
        source: &Source,
        query: &AccessQuery,
        most: Option<usize>,
        mut each: impl FnMut(AccessLine) -> Result<(), E>,
    ) -> Result<(), E> {
        let from = source.first_ms.max(query.from_ms.unwrap_or(i64::MIN));
        // One upper bound: of two, SQLite would begin at the one it takes, and read all that lies before the other.
        let last = query.before_ms.map_or(source.last_ms, |before| {
            source.last_ms.min(before.saturating_sub(1))
        });
        let mut conditions = "r.account = ? AND r.at_ms >= ? AND r.at_ms <= ?".to_owned();
        let mut values: Vec<Value> = vec![source.account.into(), from.into(), last.into()];
        if let Some((first, last)) = query.addresses {
            let (first, last) = (octets(first), octets(last));
            let length = i64::try_from(first.len()).unwrap_or(0);
            conditions.push_str(" AND length(r.ip) = ? AND r.ip >= ? AND r.ip <= ?");
            values.extend([length.into(), Value::Blob(first), Value::Blob(last)]);
        }
        if let Some(action) = &query.action {
            conditions.push_str(
                " AND r.action IN (SELECT id FROM access_action WHERE instr(lower(action), lower(?)) > 0)",
            );
            values.push(action.clone().into());
        }
        let order = match most {
            Some(most) => {
                values.push(i64::try_from(most).unwrap_or(i64::MAX).into());
                "r.at_ms DESC, r.identity DESC LIMIT ?"
            }
            None => "r.at_ms, r.identity",
        };
        let sql = format!(
            "SELECT r.at_ms, r.ip, (SELECT action FROM access_action WHERE id = r.action), r.import
             FROM access_record r WHERE {conditions} ORDER BY {order}"
        );
        let mut statement = self.0.prepare_cached(&sql).map_err(StoreError::from)?;
        let mut rows = statement
            .query(rusqlite::params_from_iter(&values))
            .map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let line = || -> Result<AccessLine, StoreError> {
                let ip: Option<Vec<u8>> = row.get(1)?;
                Ok(AccessLine {
                    account: source.account_ref.clone(),
                    at_ms: row.get(0)?,
                    ip: ip.and_then(|ip| address(&ip)),
                    action: row.get(2)?,
                    entry: row.get::<_, i64>(3)?.unsigned_abs(),
                })
            };
            each(line()?)?;
        }
        Ok(())
    }

    /// An account's records: how many, the last one's time, and the addresses seen last, at most five.
    pub fn access_summary(
        &self,
        account: &str,
    ) -> Result<(u32, Option<i64>, Vec<IpAddr>), StoreError> {
        let known: Option<(i64, u32, i64)> = self
            .0
            .prepare_cached("SELECT id, records, last_ms FROM access_account WHERE account_ref = ?1 AND records > 0")?
            .query_row([account], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((account, count, last)) = known else {
            return Ok((0, None, Vec::new()));
        };
        let mut statement = self.0.prepare_cached(
            "SELECT ip FROM (SELECT ip, at_ms FROM access_record WHERE account = ?1 ORDER BY at_ms DESC LIMIT 200)
             WHERE ip IS NOT NULL GROUP BY ip ORDER BY max(at_ms) DESC LIMIT 5",
        )?;
        let rows = statement.query_map([account], |row| row.get::<_, Vec<u8>>(0))?;
        let mut addresses = Vec::new();
        for row in rows {
            addresses.extend(address(&row?));
        }
        Ok((count, Some(last), addresses))
    }

    /// How many access records there are.
    pub fn access_count(&self) -> Result<u64, StoreError> {
        Ok(self
            .0
            .query_row(
                "SELECT coalesce(sum(records), 0) FROM access_account",
                [],
                |row| row.get::<_, i64>(0),
            )?
            .unsigned_abs())
    }

    /// Which accounts one address was used for, the latest use first.
    pub fn uses_of_address(&self, ip: IpAddr) -> Result<Vec<AddressUse>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT u.ip, a.account_ref, u.first_ms, u.last_ms, u.records
             FROM access_address u JOIN access_account a ON a.id = u.account WHERE u.ip = ?1 ORDER BY u.last_ms DESC, a.id",
        )?;
        let rows = with_octets(Some(ip), |octets| {
            statement
                .query_map([octets], address_use)?
                .collect::<Result<Vec<_>, _>>()
        })?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Every address with the account it was used for, in order of addresses.
    pub(crate) fn address_uses(&self, mut each: impl FnMut(&AddressUse)) -> Result<(), StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT u.ip, a.account_ref, u.first_ms, u.last_ms, u.records
             FROM access_address u JOIN access_account a ON a.id = u.account ORDER BY u.ip, u.account",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(one) = address_use(row)? {
                each(&one);
            }
        }
        Ok(())
    }

    /// Addresses that were used for more than one account, in order, with each use: one pass over the addresses, which are few beside the records.
    pub fn shared_addresses(&self, mut each: impl FnMut(&[AddressUse])) -> Result<(), StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT u.ip, a.account_ref, u.first_ms, u.last_ms, u.records
             FROM access_address u JOIN access_account a ON a.id = u.account ORDER BY u.ip, u.account",
        )?;
        let mut rows = statement.query([])?;
        let mut uses: Vec<AddressUse> = Vec::new();
        let mut tell = |uses: &mut Vec<AddressUse>| {
            if uses.len() > 1 {
                each(uses);
            }
            uses.clear();
        };
        while let Some(row) = rows.next()? {
            let Some(one) = address_use(row)? else {
                continue;
            };
            if uses.first().is_some_and(|first| first.ip != one.ip) {
                tell(&mut uses);
            }
            uses.push(one);
        }
        tell(&mut uses);
        Ok(())
    }
}
