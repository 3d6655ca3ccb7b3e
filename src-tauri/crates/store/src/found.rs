//! Whom a search finds, as a set that a statement asks row by row. SQLite would build a table of the ids for each place that asks, which costs
//! more than the search where a search finds many.

use crate::{connection::Read, error::StoreError};
use rusqlite::{Connection, functions::FunctionFlags, types::Value};

/// The ids of customers that a search finds, a bit each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Found {
    bits: Vec<u8>,
    count: u32,
}

/// The byte and the bit of an id.
fn place(id: i64) -> Option<(usize, u8)> {
    let at = usize::try_from(id / 8).ok()?;
    u32::try_from(id % 8).ok().map(|bit| (at, 1 << bit))
}

impl Found {
    /// How many.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// As `found(?, id)` takes it.
    pub(crate) fn value(&self) -> Value {
        Value::Blob(self.bits.clone())
    }

    fn add(&mut self, id: i64) {
        let Some((at, bit)) = place(id) else {
            return;
        };
        if self.bits.len() <= at {
            self.bits.resize((at + 1).next_power_of_two(), 0);
        }
        if let Some(byte) = self.bits.get_mut(at).filter(|byte| **byte & bit == 0) {
            *byte |= bit;
            self.count += 1;
        }
    }
}

/// Gives a connection the function `found(set, id)`.
///
/// # Errors
/// As SQLite says.
pub(crate) fn teach(connection: &Connection) -> Result<(), StoreError> {
    let pure = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("found", 2, pure, |given| {
        let set = given.get_raw(0).as_blob()?;
        let held = place(given.get_raw(1).as_i64()?)
            .and_then(|(at, bit)| set.get(at).map(|byte| byte & bit != 0));
        Ok(held.unwrap_or(false))
    })?;
    Ok(())
}

impl Read<'_> {
    /// Whom a query of the search index finds.
    pub(crate) fn found(&self, query: &str) -> Result<Found, StoreError> {
        let mut found = Found::default();
        let mut statement = self
            .0
            .prepare_cached("SELECT rowid FROM customer_search WHERE customer_search MATCH ?")?;
        let mut rows = statement.query([query])?;
        while let Some(row) = rows.next()? {
            found.add(row.get(0)?);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_statement_finds_exactly_the_ids_that_were_added(ids in proptest::collection::btree_set(1_i64..5_000, 0..200)) {
            let sql = Connection::open_in_memory().unwrap();
            teach(&sql).unwrap();
            let mut found = Found::default();
            for id in ids.iter().chain(&ids) {
                found.add(*id);
            }
            prop_assert_eq!(usize::try_from(found.count()).unwrap(), ids.len());
            let mut statement = sql
                .prepare("WITH RECURSIVE n (id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM n WHERE id < 9000) SELECT id FROM n WHERE found(?, id)")
                .unwrap();
            let told = statement.query_map([found.value()], |row| row.get::<_, i64>(0)).unwrap();
            prop_assert_eq!(told.map(Result::unwrap).collect::<Vec<_>>(), ids.into_iter().collect::<Vec<_>>());
        }
    }
}
