//! Access records (D-19): compact rows, written in bulk under one entry. Must not know which provider's file they come from.
//!
//! An account's records lie together in the order of time. Which account of which customer they belong to is not written: an
//! account number is looked up when it is asked for, so an account that is recorded later has its records at once.

mod find;
mod uses;

use crate::{connection::Read, error::StoreError};
pub use find::{AccessLine, AccessQuery, AddressUse};
use rusqlite::{
    Connection, OptionalExtension, Row, ToSql, params,
    types::{ToSqlOutput, ValueRef},
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    mem,
    net::IpAddr,
    rc::Rc,
};
use uses::Tally;
pub(crate) use uses::{addresses_of, recount};

/// One access or administrative action.
#[derive(Debug, Clone, Copy)]
pub struct AccessRow<'a> {
    /// The provider's account number.
    pub account: &'a str,
    /// When: milliseconds of UTC.
    pub at_ms: i64,
    /// From where; none where the provider names no address.
    pub ip: Option<IpAddr>,
    /// `access`, or what was done.
    pub action: &'a str,
    /// The provider's event id: two rows with the same one are the same record.
    pub event: Option<&'a str>,
    /// A hash of what else the file says in this row. Tells rows without an event id apart.
    pub rest: u64,
}

/// The file that an import came from.
#[derive(Debug, Clone, Copy)]
pub struct AccessFile<'a> {
    /// Its name.
    pub name: &'a str,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: &'a str,
    /// The account that the importer named for every row.
    pub account: Option<&'a str>,
    /// Rows that could not be read and were left out.
    pub skipped: u64,
    /// How many of the file's records were read up to here, where the file goes on in another entry.
    pub upto: Option<u64>,
    /// The last part of several: it has an entry even where nothing in it is new.
    pub ends: bool,
}

/// What an import wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccessWritten {
    /// Rows written.
    pub imported: u64,
    /// Rows that were there already, or stand in the file twice.
    pub duplicates: u64,
    /// Of the rows written, those without an address.
    pub without_address: u64,
    /// Of the rows written, those whose account nobody has, as yet.
    pub unassigned: u64,
}

/// What tells a record from the others of the same account and instant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    /// Of the rest of the row, where there is no event id.
    Row(i64),
    /// An event id that is no UUID.
    Named(Box<str>),
    /// An event id that is a UUID: 16 bytes in place of 36.
    Uuid([u8; 16]),
}

impl Identity {
    fn of(row: &AccessRow<'_>) -> Self {
        match row.event {
            Some(event) if event.len() == 36 => uuid::Uuid::try_parse(event).map_or_else(
                |_| Self::Named(event.into()),
                |uuid| Self::Uuid(uuid.into_bytes()),
            ),
            Some(event) => Self::Named(event.into()),
            None => {
                let mut hash = Sha256::new();
                with_octets(row.ip, |octets| part(&mut hash, octets.unwrap_or_default()));
                part(&mut hash, row.action.as_bytes());
                hash.update(row.rest.to_be_bytes());
                // Account and time stand before it in the key, so eight bytes only tell apart what happened in the same millisecond.
                Self::Row(i64::from_be_bytes(first(&hash.finalize())))
            }
        }
    }
}

impl ToSql for Identity {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Row(hash) => ValueRef::Integer(*hash),
            Self::Named(event) => ValueRef::Text(event.as_bytes()),
            Self::Uuid(event) => ValueRef::Blob(event),
        }))
    }
}

/// How many bytes of an event id's hash are kept: 2^96 leaves no chance of two alike among the records of any vault.
const EVENT: usize = 12;

fn first<const N: usize>(hash: &[u8]) -> [u8; N] {
    hash.first_chunk().copied().unwrap_or([0; N])
}

/// The hash under which an event id is looked up; none where the identity is no event id.
fn event_hash(identity: ValueRef<'_>) -> Option<[u8; EVENT]> {
    match identity {
        ValueRef::Text(event) | ValueRef::Blob(event) => Some(first(&Sha256::digest(event))),
        _ => None,
    }
}

fn with_octets<T>(ip: Option<IpAddr>, work: impl FnOnce(Option<&[u8]>) -> T) -> T {
    match ip {
        None => work(None),
        Some(IpAddr::V4(ip)) => work(Some(&ip.octets())),
        Some(IpAddr::V6(ip)) => work(Some(&ip.octets())),
    }
}

/// Feeds a part with its length before it, so that no two rows read alike.
fn part(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

/// Feeds a stored row: `at_ms, identity, ip, action` in these places.
fn feed(hash: &mut Sha256, account: &str, action: &str, row: &Row<'_>) -> Result<(), StoreError> {
    part(hash, account.as_bytes());
    hash.update(row.get::<_, i64>(0)?.to_be_bytes());
    match row.get_ref(1)? {
        ValueRef::Integer(of_row) => {
            hash.update(b"r");
            hash.update(of_row.to_be_bytes());
        }
        ValueRef::Text(event) => {
            hash.update(b"t");
            part(hash, event);
        }
        ValueRef::Blob(event) => {
            hash.update(b"b");
            part(hash, event);
        }
        _ => return Err(StoreError::Record("access")),
    }
    let octets = row
        .get_ref(2)?
        .as_blob_or_null()
        .map_err(|_| StoreError::Record("access"))?;
    part(hash, octets.unwrap_or_default());
    part(hash, action.as_bytes());
    Ok(())
}

/// Words that the rows name by number, as far as this import has met them.
struct Words {
    find: &'static str,
    add: &'static str,
    places: HashMap<Rc<str>, u32>,
    words: Vec<(Rc<str>, Option<i64>)>,
}

impl Words {
    fn new(find: &'static str, add: &'static str) -> Self {
        Self {
            find,
            add,
            places: HashMap::new(),
            words: Vec::new(),
        }
    }

    fn place(&mut self, word: &str) -> Result<u32, StoreError> {
        if let Some(place) = self.places.get(word) {
            return Ok(*place);
        }
        let place = u32::try_from(self.words.len()).map_err(|_| StoreError::Form)?;
        let word: Rc<str> = word.into();
        self.words.push((word.clone(), None));
        self.places.insert(word, place);
        Ok(place)
    }

    /// The number of a word, where it was asked for before.
    fn known(&self, place: u32) -> Option<i64> {
        self.words.get(place as usize)?.1
    }

    /// The number of a word in the database, which is written on its first use.
    fn number(&mut self, sql: &Connection, place: u32) -> Result<i64, StoreError> {
        let (word, number) = self.words.get_mut(place as usize).ok_or(StoreError::Form)?;
        if let Some(number) = number {
            return Ok(*number);
        }
        let known: Option<i64> = sql
            .prepare_cached(self.find)?
            .query_row([&**word], |row| row.get(0))
            .optional()?;
        let found = match known {
            Some(known) => known,
            None => {
                sql.prepare_cached(self.add)?.execute([&**word])?;
                sql.last_insert_rowid()
            }
        };
        *number = Some(found);
        Ok(found)
    }
}

/// A row that waits for its batch; small, because a million of them may.
struct Pending {
    account: u32,
    action: u32,
    at_ms: i64,
    ip: Option<IpAddr>,
    /// Its event id was there before.
    known: bool,
    identity: Identity,
}

#[derive(Clone, Copy)]
struct Span {
    rows: u64,
    from: i64,
    to: i64,
}

/// An import of access records that is under way. Dropping it leaves rows without an entry: the transaction must then not be committed.
pub struct AccessImport<'c> {
    sql: &'c Connection,
    number: u64,
    accounts: Words,
    actions: Words,
    pending: Vec<Pending>,
    touched: BTreeMap<i64, Span>,
    written: AccessWritten,
}

/// Rows are sorted before they are written, so many at a time: a page is then written once and not once per row. Once the tables are much
/// larger than the cache, each batch comes by most of their pages, so that fewer batches are less work. This is also what an import of any
/// size holds in memory, some 170 MiB.
const BATCH: usize = 1 << 20;
/// Actions kept in memory, before they are looked up anew.
const MOST_ACTIONS: usize = 1 << 15;

impl<'c> AccessImport<'c> {
    pub(crate) fn new(sql: &'c Connection, number: u64) -> Self {
        Self {
            sql,
            number,
            accounts: Words::new(
                "SELECT id FROM access_account WHERE account_ref = ?1",
                "INSERT INTO access_account (account_ref, records, last_ms) VALUES (?1, 0, 0)",
            ),
            actions: Words::new(
                "SELECT id FROM access_action WHERE action = ?1",
                "INSERT INTO access_action (action) VALUES (?1)",
            ),
            pending: Vec::new(),
            touched: BTreeMap::new(),
            written: AccessWritten::default(),
        }
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Takes one row.
    pub fn add(&mut self, row: &AccessRow<'_>) -> Result<(), StoreError> {
        let pending = Pending {
            account: self.accounts.place(row.account)?,
            action: self.actions.place(row.action)?,
            at_ms: row.at_ms,
            ip: row.ip,
            known: false,
            identity: Identity::of(row),
        };
        self.pending.push(pending);
        if self.pending.len() >= BATCH {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let sql = self.sql;
        let mut pending = mem::take(&mut self.pending);
        mark_known(sql, &mut pending)?;
        let all = pending.len();
        pending.retain(|row| !row.known);
        self.written.duplicates += (all - pending.len()) as u64;
        for row in &pending {
            self.accounts.number(sql, row.account)?;
        }
        pending.sort_unstable_by(|one, two| {
            let account = |row: &Pending| self.accounts.known(row.account);
            (account(one), one.at_ms, &one.identity).cmp(&(account(two), two.at_ms, &two.identity))
        });
        let mut uses = Vec::with_capacity(pending.len());
        let mut insert = sql.prepare_cached(
            "INSERT INTO access_record (account, at_ms, identity, ip, action, import) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        )?;
        for Pending {
            account,
            action,
            at_ms,
            ip,
            identity,
            ..
        } in pending
        {
            let account = self.accounts.number(sql, account)?;
            let action = self.actions.number(sql, action)?;
            let import = self.number.cast_signed();
            let new = with_octets(ip, |octets| {
                insert.execute(params![account, at_ms, identity, octets, action, import])
            })?;
            if new == 0 {
                self.written.duplicates += 1;
                continue;
            }
            self.written.imported += 1;
            uses.push((account, ip, at_ms));
            self.written.without_address += u64::from(ip.is_none());
            let span = self.touched.entry(account).or_insert(Span {
                rows: 0,
                from: at_ms,
                to: at_ms,
            });
            span.rows += 1;
            span.from = span.from.min(at_ms);
            span.to = span.to.max(at_ms);
        }
        uses::add(sql, uses)?;
        if self.actions.words.len() > MOST_ACTIONS {
            self.actions.places.clear();
            self.actions.words.clear();
        }
        Ok(())
    }

    /// Writes what is left, and reads every row back for its hash: what the entry vouches for is what is in the table.
    pub(crate) fn finish(mut self) -> Result<(AccessWritten, String), StoreError> {
        self.flush()?;
        let mut hash = Sha256::new();
        let mut read = self.sql.prepare_cached(
            "SELECT at_ms, identity, ip, action FROM access_record
             WHERE account = ?1 AND at_ms BETWEEN ?2 AND ?3 AND import = ?4 ORDER BY at_ms, identity",
        )?;
        let mut lookup = Lookup::default();
        for (account, span) in &self.touched {
            let reference = word(self.sql, ACCOUNT, *account)?;
            let owned = self
                .sql
                .prepare_cached("SELECT 1 FROM account WHERE account_ref = ?1")?
                .exists([&reference])?;
            if !owned {
                self.written.unassigned += span.rows;
            }
            let mut rows = read.query(params![
                account,
                span.from,
                span.to,
                self.number.cast_signed()
            ])?;
            while let Some(row) = rows.next()? {
                let action = lookup.word(self.sql, ACTION, row.get(3)?)?;
                feed(&mut hash, &reference, action, row)?;
            }
        }
        Ok((self.written, domain::entry::hex(&hash.finalize())))
    }
}

/// Marks the rows whose event id is there already or stood earlier in the batch, and notes the others' ids.
fn mark_known(sql: &Connection, pending: &mut [Pending]) -> Result<(), StoreError> {
    let mut events = Vec::with_capacity(pending.len());
    for (place, row) in pending.iter().enumerate() {
        let value = row.identity.to_sql()?;
        if let ToSqlOutput::Borrowed(value) = value
            && let Some(hash) = event_hash(value)
        {
            events.push((hash, u32::try_from(place).map_err(|_| StoreError::Form)?));
        }
    }
    events.sort_unstable();
    let mut see =
        sql.prepare_cached("INSERT INTO access_event (hash) VALUES (?1) ON CONFLICT DO NOTHING")?;
    for (hash, place) in events {
        if see.execute([&hash[..]])? == 0
            && let Some(row) = pending.get_mut(place as usize)
        {
            row.known = true;
        }
    }
    Ok(())
}

/// The rows of an import that are in the table, counted and hashed in the order of account, time and identity. Looks at every record once.
pub(crate) fn rows_of_import(sql: &Connection, import: u64) -> Result<(u64, String), StoreError> {
    let (mut accounts, mut actions) = (Lookup::default(), Lookup::default());
    let (mut count, mut hash) = (0u64, Sha256::new());
    let mut statement = sql.prepare_cached(
        "SELECT at_ms, identity, ip, action, account FROM access_record WHERE import = ?1 ORDER BY account, at_ms, identity",
    )?;
    let mut rows = statement.query([import.cast_signed()])?;
    while let Some(row) = rows.next()? {
        count += 1;
        let account = accounts.word(sql, ACCOUNT, row.get(4)?)?;
        feed(
            &mut hash,
            account,
            actions.word(sql, ACTION, row.get(3)?)?,
            row,
        )?;
    }
    Ok((count, domain::entry::hex(&hash.finalize())))
}

/// Takes the event ids of an account's records out of the list by which duplicates are known.
pub(crate) fn forget_events(sql: &Connection, account: i64) -> Result<(), StoreError> {
    let mut read = sql.prepare("SELECT identity FROM access_record WHERE account = ?1")?;
    let mut forget = sql.prepare("DELETE FROM access_event WHERE hash = ?1")?;
    let mut rows = read.query([account])?;
    while let Some(row) = rows.next()? {
        if let Some(event) = event_hash(row.get_ref(0)?) {
            forget.execute([event])?;
        }
    }
    Ok(())
}

/// Takes the rows of an import out again, with the hashes of their event ids and their share in the counts.
pub(crate) fn drop_import(sql: &Connection, number: u64) -> Result<(), StoreError> {
    let mut gone = sql.prepare_cached("DELETE FROM access_event WHERE hash = ?1")?;
    let mut rows = sql.prepare_cached(
        "SELECT identity, account, ip FROM access_record WHERE import = ?1 ORDER BY account, at_ms, identity",
    )?;
    let mut rows = rows.query([number.cast_signed()])?;
    let mut touched: BTreeMap<i64, BTreeSet<Vec<u8>>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        if let Some(hash) = event_hash(row.get_ref(0)?) {
            gone.execute([&hash[..]])?;
        }
        let addresses = touched.entry(row.get(1)?).or_default();
        if let Some(ip) = row.get::<_, Option<Vec<u8>>>(2)? {
            addresses.insert(ip);
        }
    }
    sql.prepare_cached("DELETE FROM access_record WHERE import = ?1")?
        .execute([number.cast_signed()])?;
    for (account, addresses) in touched {
        recount(sql, account, &addresses.into_iter().collect::<Vec<_>>())?;
    }
    Ok(())
}

const ACCOUNT: &str = "SELECT account_ref FROM access_account WHERE id = ?1";
const ACTION: &str = "SELECT action FROM access_action WHERE id = ?1";

fn word(sql: &Connection, query: &str, number: i64) -> Result<String, StoreError> {
    sql.prepare_cached(query)?
        .query_row([number], |row| row.get(0))
        .optional()?
        .ok_or(StoreError::Record("access"))
}

/// Words by number, a bounded number of them.
#[derive(Default)]
struct Lookup(HashMap<i64, String>);

impl Lookup {
    fn word(&mut self, sql: &Connection, query: &str, number: i64) -> Result<&str, StoreError> {
        if self.0.len() > MOST_ACTIONS {
            self.0.clear();
        }
        Ok(match self.0.entry(number) {
            std::collections::hash_map::Entry::Occupied(there) => there.into_mut(),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(word(sql, query, number)?)
            }
        })
    }
}

/// What was found when every access record was looked at.
pub(crate) struct AccessChecked {
    /// Entries whose rows are not what was written; 0 for rows that no entry knows.
    pub(crate) wrong: Vec<u64>,
    /// The hashes of event ids are those of the rows.
    pub(crate) events_fit: bool,
    /// The counts by account and address are those of the rows.
    pub(crate) uses_fit: bool,
}

/// What the journal says of one import.
pub(crate) struct Vouched {
    pub(crate) seq: u64,
    pub(crate) rows: u64,
    pub(crate) rows_sha256: String,
}

impl Read<'_> {
    /// Reads every access record once and holds it against the entries that vouch for them. Gives the entries whose rows are not
    /// what was written (0 for rows that no entry knows), and whether the hashes of event ids and the counts are those of the rows.
    pub(crate) fn check_access(
        &self,
        vouched: &[Vouched],
        watch: &mut dyn FnMut() -> bool,
    ) -> Result<AccessChecked, StoreError> {
        let mut found: HashMap<u64, (u64, Sha256)> = HashMap::new();
        // A sum does for the hashes: they only speed up the search for duplicates, and are made from the rows.
        let mut events = (0u64, 0u64);
        let add = |sum: &mut (u64, u64), hash: &[u8]| {
            sum.0 += 1;
            sum.1 = sum.1.wrapping_add(u64::from_be_bytes(first(hash)));
        };
        let (mut accounts, mut actions) = (Lookup::default(), Lookup::default());
        let mut statement = self.0.prepare(
            "SELECT at_ms, identity, ip, action, account, import FROM access_record ORDER BY account, at_ms, identity",
        )?;
        let mut rows = statement.query([])?;
        let mut unreadable = false;
        let mut tally = Tally::default();
        let mut done = 0u32;
        while let Some(row) = rows.next()? {
            done = done.wrapping_add(1);
            if done.is_multiple_of(1 << 14) && !watch() {
                return Err(StoreError::Interrupted);
            }
            let import = row.get::<_, i64>(5)?.unsigned_abs();
            let (count, hash) = found.entry(import).or_default();
            *count += 1;
            if let Some(event) = event_hash(row.get_ref(1)?) {
                add(&mut events, &event);
            }
            let ip = row.get_ref(2)?.as_blob_or_null();
            tally.record(
                row.get(4)?,
                row.get(0)?,
                ip.map_err(|_| StoreError::Record("access"))?,
            );
            let words = accounts
                .word(self.0, ACCOUNT, row.get(4)?)
                .and_then(|account| Ok((account, actions.word(self.0, ACTION, row.get(3)?)?)));
            match words {
                Ok((account, action)) => feed(hash, account, action, row)?,
                Err(StoreError::Record(_)) => unreadable = true,
                Err(error) => return Err(error),
            }
        }
        let mut wrong = Vec::new();
        for entry in vouched {
            let there = found.remove(&entry.seq).unwrap_or_default();
            if there.0 != entry.rows || domain::entry::hex(&there.1.finalize()) != entry.rows_sha256
            {
                wrong.push(entry.seq);
            }
        }
        if !found.is_empty() || (unreadable && wrong.is_empty()) {
            wrong.push(0);
        }
        let mut kept = (0u64, 0u64);
        let mut statement = self.0.prepare("SELECT hash FROM access_event")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            add(
                &mut kept,
                row.get_ref(0)?
                    .as_blob()
                    .map_err(|_| StoreError::Record("access"))?,
            );
        }
        Ok(AccessChecked {
            wrong,
            events_fit: kept == events,
            uses_fit: tally.fits(self.0)?,
        })
    }
}

/// An address as it is kept: four or sixteen bytes, in the order in which they compare.
fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from))
        .ok()
}
