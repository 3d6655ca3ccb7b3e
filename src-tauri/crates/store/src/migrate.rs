//! Numbered steps from an empty file to a version's tables. A released step is never edited; a test pins the hashes.

use crate::{
    connection::{APPLICATION_ID, Read},
    error::StoreError,
    journal::Head,
};
use rusqlite::{Connection, TransactionBehavior, types::ValueRef};
use sha2::{Digest, Sha256};
use std::{
    path::Path,
    sync::mpsc::{self, RecvTimeoutError},
    time::Duration,
};

/// One step: its name, and what it does.
#[derive(Debug, Clone, Copy)]
pub struct Step(pub &'static str, pub &'static str);

/// The steps that lead to the tables of one version of the program: today's, and in tests those of a later one.
#[derive(Debug, Clone, Copy)]
pub struct Schema(&'static [Step]);

impl Default for Schema {
    fn default() -> Self {
        Self::TODAY
    }
}

fn hash(sql: &str) -> String {
    domain::entry::hex(&Sha256::digest(sql.as_bytes()))
}

impl Schema {
    /// What this program knows.
    pub const TODAY: Self = Self(&[Step(
        "0001_ground",
        include_str!("../migrations/0001_ground.sql"),
    )]);

    /// Other steps, for a test of what a version to come will do.
    pub const fn of(steps: &'static [Step]) -> Self {
        Self(steps)
    }

    /// Its steps.
    pub const fn steps(self) -> &'static [Step] {
        self.0
    }

    /// The version of the tables that it leads to.
    pub fn latest(self) -> i64 {
        i64::try_from(self.0.len()).unwrap_or(i64::MAX)
    }

    /// The version of a database's tables; refuses a newer one, and one that another program made.
    pub(crate) fn version(self, connection: &Connection) -> Result<i64, StoreError> {
        let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version > self.latest() {
            return Err(StoreError::TooNew(version));
        }
        for (number, Step(_, sql)) in (1..=version).zip(self.0) {
            let applied: String = connection.query_row(
                "SELECT sha256 FROM schema_history WHERE version = ?1",
                [number],
                |row| row.get(0),
            )?;
            if applied != hash(sql) {
                return Err(StoreError::ForeignSchema(number));
            }
        }
        Ok(version)
    }

    /// Takes the steps that a database of that version has not taken, all in one transaction. A step may make a table anew that others refer
    /// to, so references are looked at when all steps are taken; who fails closes the connection.
    pub(crate) fn take(self, connection: &mut Connection, from: i64) -> Result<(), StoreError> {
        connection.pragma_update(None, "foreign_keys", false)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(
            "CREATE TABLE IF NOT EXISTS schema_history (version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT",
        )?;
        for (number, Step(name, sql)) in (1..).zip(self.0).filter(|(number, _)| *number > from) {
            transaction.execute_batch(sql)?;
            transaction.execute(
                "INSERT INTO schema_history (version, name, sha256) VALUES (?1, ?2, ?3)",
                (number, name, hash(sql)),
            )?;
        }
        let broken: i64 =
            transaction.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| {
                row.get(0)
            })?;
        if broken > 0 {
            return Err(StoreError::Record("foreign keys"));
        }
        transaction.execute_batch(&format!(
            "PRAGMA user_version = {}; PRAGMA application_id = {APPLICATION_ID};",
            self.latest()
        ))?;
        transaction.commit()?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(())
    }
}

/// Told how much is done, and of how much where that is known; says whether to go on.
pub type Going<'a> = dyn Fn(u64, Option<u64>) -> bool + Sync + 'a;

/// A database of an older version, before its steps are taken: what is done with it asks for nothing that a step may have changed.
pub struct Older<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) read_back: &'a dyn Fn(&Path) -> Result<Connection, StoreError>,
}

impl Older<'_> {
    /// The version it has, and the one that it is brought to.
    pub fn versions(&self) -> (i64, i64) {
        (self.from, self.to)
    }

    /// The journal's head.
    pub fn head(&self) -> Result<Head, StoreError> {
        Read::over(self.connection).head()
    }

    /// Writes a consistent, encrypted copy under the same key to a new file. `going` is told how many bytes are there, of how many at
    /// most, and says whether to go on.
    ///
    /// # Errors
    /// [`StoreError::Interrupted`] where it said no; the disk.
    pub fn copy_to(&self, target: &Path, going: &Going<'_>) -> Result<(), StoreError> {
        const LOOK: Duration = Duration::from_millis(100);
        let name = target.to_str().ok_or(StoreError::Disk)?;
        let size = |path: &Path| std::fs::metadata(path).map(|file| file.len()).ok();
        let most = self.connection.path().map(Path::new).and_then(size);
        let end = self.connection.get_interrupt_handle();
        let (done, over) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            // One statement copies everything and says nothing meanwhile, so the file is looked at while it grows; where the system has no
            // thread for that, it is copied unseen.
            let look = move || {
                while over.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                    if !going(size(target).unwrap_or_default(), most) {
                        end.interrupt();
                    }
                }
            };
            drop(std::thread::Builder::new().spawn_scoped(scope, look));
            let copied = self.connection.execute("VACUUM INTO ?1", [name]);
            drop(done);
            copied
        })?;
        Ok(())
    }

    /// Whether a copy holds: each page as SQLite and SQLCipher check it, and each row of each table as it is here. `going` is told how
    /// many rows were read, of how many once that is known, and says whether to go on.
    ///
    /// # Errors
    /// [`StoreError::Interrupted`] where it said no.
    pub fn same(&self, copy: &Path, going: &Going<'_>) -> Result<bool, StoreError> {
        let (here, rows) = content(self.connection, &|done| going(done, None))?;
        let copy = (self.read_back)(copy)?;
        for pragma in ["PRAGMA cipher_integrity_check", "PRAGMA integrity_check"] {
            let mut statement = copy.prepare(pragma)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if row.get::<_, String>(0)? != "ok" {
                    return Ok(false);
                }
            }
        }
        let (there, _) = content(&copy, &|done| going(done, Some(rows)))?;
        Ok(there == here)
    }
}

/// A hash over everything a database says, whatever its tables are, and how many rows that is. `going` is told how many were read, and says
/// whether to go on.
fn content(
    connection: &Connection,
    going: &dyn Fn(u64) -> bool,
) -> Result<([u8; 32], u64), StoreError> {
    /// After so many rows it is asked whether to go on.
    const OFTEN: u64 = 1_000;
    let mut sum = Sha256::new();
    let mut read = 0_u64;
    if !going(read) {
        return Err(StoreError::Interrupted);
    }
    let mut take = |sql: &str| -> Result<(), StoreError> {
        let mut statement = connection.prepare(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            read += 1;
            if read.is_multiple_of(OFTEN) && !going(read) {
                return Err(StoreError::Interrupted);
            }
            for column in 0..columns {
                let (kind, bytes): (u8, &[u8]) = match row.get_ref(column)? {
                    ValueRef::Null => (0, &[]),
                    ValueRef::Integer(number) => (1, &number.to_be_bytes()),
                    ValueRef::Real(number) => (2, &number.to_be_bytes()),
                    ValueRef::Text(text) => (3, text),
                    ValueRef::Blob(bytes) => (4, bytes),
                };
                sum.update([kind]);
                sum.update((bytes.len() as u64).to_be_bytes());
                sum.update(bytes);
            }
        }
        sum.update([5]);
        Ok(())
    };
    take("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")?;
    // A search index has no pages of its own: what it holds lies in tables beside it.
    let mut tables = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name",
    )?;
    let mut names = tables.query([])?;
    while let Some(row) = names.next()? {
        let name: String = row.get(0)?;
        take(&format!(
            "SELECT * FROM \"{}\" NOT INDEXED",
            name.replace('"', "\"\"")
        ))?;
    }
    if !going(read) {
        return Err(StoreError::Interrupted);
    }
    Ok((sum.finalize().into(), read))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash of each released step, in order; a new step adds a line.
    #[test]
    fn released_steps_are_never_edited() {
        let hashes: Vec<String> = Schema::TODAY
            .0
            .iter()
            .map(|Step(_, sql)| hash(sql))
            .collect();
        assert_eq!(
            hashes,
            ["81e32a5153494ba1849c84647111234a5e3071b255df85e2489c5d5e16ea2caf"],
            "a released step was edited: add a new one instead"
        );
    }

    #[test]
    fn whatever_a_table_says_is_in_the_hash_of_its_content() {
        let made = |sql: &str| {
            let connection = Connection::open_in_memory().unwrap();
            connection
                .execute_batch("CREATE TABLE one (a, b); CREATE TABLE two (a PRIMARY KEY) WITHOUT ROWID; CREATE INDEX by_b ON one (b, a);")
                .unwrap();
            connection.execute_batch(sql).unwrap();
            content(&connection, &|_| true).unwrap().0
        };
        let told: Vec<[u8; 32]> = [
            "",
            "INSERT INTO one VALUES (1, 'x')",
            "INSERT INTO one VALUES ('1', 'x')",
            "INSERT INTO one VALUES (1, x'78')",
            "INSERT INTO one VALUES (1.0, 'x')",
            "INSERT INTO one VALUES (NULL, 'x')",
            "INSERT INTO one VALUES ('', 'x')",
            "INSERT INTO one VALUES (1, 'x'), (2, 'y')",
            "INSERT INTO one VALUES (2, 'y'), (1, 'x')",
            "INSERT INTO two VALUES ('x')",
            "DROP INDEX by_b",
            "CREATE TABLE three (a)",
        ]
        .map(made)
        .to_vec();
        for (place, one) in told.iter().enumerate() {
            assert!(
                !told.iter().skip(place + 1).any(|other| other == one),
                "{place}"
            );
        }
        assert_eq!(made(""), made(""));
    }
}
