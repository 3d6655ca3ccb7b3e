//! Numbered steps from an empty file to today's tables. A released step is never edited; a test pins the hashes.

use crate::{connection::APPLICATION_ID, error::StoreError};
use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha256};

const STEPS: &[(&str, &str)] = &[("0001_ground", include_str!("../migrations/0001_ground.sql"))];

/// The newest schema version this program knows.
pub const LATEST: i64 = STEPS.len() as i64;

fn hash(sql: &str) -> String {
    domain::entry::hex(&Sha256::digest(sql.as_bytes()))
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > LATEST {
        Err(StoreError::TooNew(version))
    } else {
        Ok(version)
    }
}

/// Whether steps are to be taken; refuses a newer schema and one that another program made.
pub(crate) fn pending(connection: &Connection) -> Result<bool, StoreError> {
    let version = version(connection)?;
    for (number, (_, sql)) in (1..=version).zip(STEPS) {
        let applied: String = connection.query_row(
            "SELECT sha256 FROM schema_history WHERE version = ?1",
            [number],
            |row| row.get(0),
        )?;
        if applied != hash(sql) {
            return Err(StoreError::ForeignSchema(number));
        }
    }
    Ok(version < LATEST)
}

/// Takes the pending steps, all in one transaction.
pub(crate) fn run(connection: &mut Connection) -> Result<(), StoreError> {
    let done = version(connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_history (version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT",
    )?;
    for (number, (name, sql)) in (1..).zip(STEPS).filter(|(number, _)| *number > done) {
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
        "PRAGMA user_version = {LATEST}; PRAGMA application_id = {APPLICATION_ID};"
    ))?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash of each released step, in order; a new step adds a line.
    #[test]
    fn released_steps_are_never_edited() {
        let hashes: Vec<String> = STEPS.iter().map(|(_, sql)| hash(sql)).collect();
        assert_eq!(
            hashes,
            ["81e32a5153494ba1849c84647111234a5e3071b255df85e2489c5d5e16ea2caf"],
            "a released step was edited: add a new one instead"
        );
    }
}
