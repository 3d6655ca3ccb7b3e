//! Destroying what a customer's records were: rows, keys of documents, the content of entries, access records. What stays is the chain
//! and a stub. It must not decide who may be disposed of; `domain::retention` does.

use crate::{
    access::{addresses_of, forget_events, recount, rows_of_import},
    connection::Read,
    error::StoreError,
    journal::Act,
    project::{json, parse},
    records::remove_customer,
};
use domain::{
    change::Change,
    retention::{AccessLeft, Destroyed, Disposal, Hold, Stub},
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

/// Takes a customer out of every table and shreds the content of its entries. `secure_delete` writes zeros over each.
pub(crate) fn apply(
    sql: &Connection,
    seq: u64,
    disposal: &str,
    stub: &Stub,
    destroyed: &Destroyed,
) -> Result<(), StoreError> {
    remove_customer(sql, &stub.reference)?;
    for clock in &destroyed.clocks {
        sql.prepare_cached("DELETE FROM clock WHERE ref = ?1")?
            .execute([clock])?;
    }
    for document in &destroyed.documents {
        sql.prepare_cached("DELETE FROM document WHERE id = ?1")?
            .execute([document])?;
    }
    for entry in destroyed.entries.iter().filter(|entry| **entry < seq) {
        sql.prepare_cached("DELETE FROM body WHERE seq = ?1")?
            .execute([entry.cast_signed()])?;
    }
    // Drafts are keyed by the record they are about.
    sql.execute(
        "DELETE FROM draft WHERE instr(key, ?1) > 0",
        [&stub.reference],
    )?;
    sql.execute(
        "INSERT INTO disposed (ref, disposal, body) VALUES (?1, ?2, ?3)",
        params![stub.reference, disposal, json(stub)?],
    )?;
    Ok(())
}

/// Shreds the entries of imports of which no record is left: they may name the account.
pub(crate) fn apply_access(sql: &Connection, left: &[AccessLeft]) -> Result<(), StoreError> {
    for import in left.iter().filter(|left| left.rows == 0) {
        sql.prepare_cached("DELETE FROM body WHERE seq = ?1")?
            .execute([import.import.cast_signed()])?;
    }
    Ok(())
}

impl Read<'_> {
    /// Holds, the active ones first.
    pub fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        self.bodies("hold", "SELECT body FROM hold ORDER BY released, ref DESC")
    }

    /// A hold.
    pub fn hold(&self, reference: &str) -> Result<Hold, StoreError> {
        crate::records::load(self.0, "hold", reference)
    }

    /// Disposals, newest first.
    pub fn disposals(&self) -> Result<Vec<Disposal>, StoreError> {
        self.bodies("disposal", "SELECT body FROM disposal ORDER BY ref DESC")
    }

    /// A disposal.
    pub fn disposal(&self, reference: &str) -> Result<Disposal, StoreError> {
        crate::records::load(self.0, "disposal", reference)
    }

    /// What is left of a customer who was disposed of, with the disposal.
    pub fn disposed(&self, customer: &str) -> Result<Option<(String, Stub)>, StoreError> {
        let found: Option<(String, String)> = self
            .0
            .prepare_cached("SELECT disposal, body FROM disposed WHERE ref = ?1")?
            .query_row([customer], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        found
            .map(|(disposal, body)| Ok((disposal, parse("disposed", &body)?)))
            .transpose()
    }

    /// What a disposal destroyed, customer by customer, as its entries name it.
    pub fn destroyed_by(&self, disposal: &str) -> Result<Vec<(String, Destroyed)>, StoreError> {
        let mut statement = self.0.prepare(
            "SELECT d.ref, b.json FROM disposed d JOIN journal j ON j.subject = d.ref AND j.kind = 'customer.disposed'
             JOIN body b ON b.seq = j.seq WHERE d.disposal = ?1 ORDER BY d.ref",
        )?;
        let rows = statement.query_map([disposal], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        let mut found = Vec::new();
        for row in rows {
            let (reference, text) = row?;
            let body: domain::change::Body = parse("journal body", &text)?;
            if let Change::Disposed { destroyed, .. } = body.change {
                found.push((reference, destroyed));
            }
        }
        Ok(found)
    }

    /// How many of the rows, keys and contents that were destroyed are still there: none, if the disposal was carried out.
    pub fn left_of(&self, customer: &str, destroyed: &Destroyed) -> Result<u64, StoreError> {
        let mut left = 0u64;
        let mut look = |sql: &str, value: &dyn rusqlite::ToSql| -> Result<(), StoreError> {
            let there: i64 = self
                .0
                .prepare_cached(sql)?
                .query_row([value], |row| row.get(0))?;
            left += there.unsigned_abs();
            Ok(())
        };
        look("SELECT count(*) FROM customer WHERE ref = ?1", &customer)?;
        look(
            "SELECT count(*) FROM account WHERE customer = ?1",
            &customer,
        )?;
        look(
            "SELECT count(*) FROM document WHERE subject = ?1",
            &customer,
        )?;
        for entry in &destroyed.entries {
            look(
                "SELECT count(*) FROM body WHERE seq = ?1",
                &entry.cast_signed(),
            )?;
        }
        for document in &destroyed.documents {
            look("SELECT count(*) FROM document WHERE id = ?1", document)?;
        }
        for clock in &destroyed.clocks {
            look("SELECT count(*) FROM clock WHERE ref = ?1", clock)?;
        }
        Ok(left)
    }

    /// Entries whose content was disposed of, each with the records that it may have been about.
    pub(crate) fn disposed_entries(&self) -> Result<HashMap<u64, BTreeSet<String>>, StoreError> {
        let mut gone = HashMap::new();
        let mut statement = self.0.prepare(
            "SELECT seq, json FROM journal JOIN body USING (seq) WHERE kind IN ('customer.disposed', 'access.disposed')",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let seq = row.get::<_, i64>(0)?.unsigned_abs();
            let text: String = row.get(1)?;
            let Ok(body) = parse::<domain::change::Body>("journal body", &text) else {
                continue;
            };
            let (entries, subjects) = match body.change {
                Change::Disposed {
                    stub, destroyed, ..
                } => {
                    let mut subjects: BTreeSet<String> = BTreeSet::from([stub.reference]);
                    subjects.extend(destroyed.clocks);
                    subjects.extend(destroyed.documents);
                    (destroyed.entries, subjects)
                }
                Change::AccessDisposed { left, .. } => {
                    let empty = left.into_iter().filter(|left| left.rows == 0);
                    let entries = empty.map(|left| left.import).collect();
                    (entries, BTreeSet::from(["access".to_owned()]))
                }
                _ => continue,
            };
            for entry in entries.into_iter().filter(|entry| *entry < seq) {
                gone.insert(entry, subjects.clone());
            }
        }
        Ok(gone)
    }

    fn bodies<T: serde::de::DeserializeOwned>(
        &self,
        what: &'static str,
        query: &str,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.0.prepare_cached(query)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        let mut found = Vec::new();
        for row in rows {
            found.push(parse(what, &row?)?);
        }
        Ok(found)
    }

    /// Entries about these records.
    fn entries_about(&self, subjects: &BTreeSet<String>) -> Result<Vec<u64>, StoreError> {
        let mut entries = Vec::new();
        for subject in subjects {
            let mut statement = self
                .0
                .prepare_cached("SELECT seq FROM journal WHERE subject = ?1")?;
            let rows = statement.query_map([subject], |row| row.get::<_, i64>(0))?;
            for row in rows {
                entries.push(row?.unsigned_abs());
            }
        }
        entries.sort_unstable();
        Ok(entries)
    }
}

impl Act<'_, '_> {
    /// Destroys the records of customers: an entry for each, and one for the access records that went with them.
    pub fn dispose(&mut self, disposal: &str, customers: Vec<Stub>) -> Result<(), StoreError> {
        let mut imports: BTreeSet<u64> = BTreeSet::new();
        for stub in customers {
            let file = self.read().customer_file(&stub.reference)?;
            let clocks: Vec<String> = self
                .read()
                .clocks_about(&stub.reference)?
                .into_iter()
                .filter(|clock| clock.subject == stub.reference)
                .map(|clock| clock.reference)
                .collect();
            let documents: Vec<String> = self
                .read()
                .documents_of(&stub.reference)?
                .into_iter()
                .map(|line| line.document.id)
                .collect();
            let mut subjects: BTreeSet<String> = BTreeSet::from([stub.reference.clone()]);
            subjects.extend(clocks.iter().cloned());
            subjects.extend(documents.iter().cloned());
            let mut access_records = 0;
            for account in &file.accounts {
                access_records +=
                    self.destroy_access(&stub.reference, &account.account_ref, &mut imports)?;
            }
            let destroyed = Destroyed {
                entries: self.read().entries_about(&subjects)?,
                clocks,
                documents,
                access_records,
            };
            let change = Change::Disposed {
                disposal: disposal.to_owned(),
                stub,
                destroyed,
            };
            self.push(change, None, None)?;
        }
        if imports.is_empty() {
            return Ok(());
        }
        let sql = self.sql();
        sql.execute(
            "DELETE FROM access_action WHERE id NOT IN (SELECT action FROM access_record)",
            [],
        )?;
        let mut left = Vec::new();
        for import in imports {
            let (rows, rows_sha256) = rows_of_import(sql, import)?;
            left.push(AccessLeft {
                import,
                rows,
                rows_sha256,
            });
        }
        let change = Change::AccessDisposed {
            disposal: disposal.to_owned(),
            left,
        };
        self.push(change, None, None)?;
        Ok(())
    }

    /// Deletes an account's access records, unless another customer has an account of the same number. Notes the imports that they came with.
    fn destroy_access(
        &self,
        customer: &str,
        account_ref: &str,
        imports: &mut BTreeSet<u64>,
    ) -> Result<u64, StoreError> {
        let sql = self.sql();
        let shared: i64 = sql.query_row(
            "SELECT count(*) FROM account WHERE account_ref = ?1 AND customer <> ?2",
            [account_ref, customer],
            |row| row.get(0),
        )?;
        let account: Option<i64> = sql
            .query_row(
                "SELECT id FROM access_account WHERE account_ref = ?1",
                [account_ref],
                |row| row.get(0),
            )
            .optional()?;
        let (0, Some(account)) = (shared, account) else {
            return Ok(0);
        };
        let mut destroyed = 0;
        let mut statement = sql.prepare(
            "SELECT import, count(*) FROM access_record WHERE account = ?1 GROUP BY import",
        )?;
        let mut rows = statement.query([account])?;
        while let Some(row) = rows.next()? {
            imports.insert(row.get::<_, i64>(0)?.unsigned_abs());
            destroyed += row.get::<_, i64>(1)?.unsigned_abs();
        }
        forget_events(sql, account)?;
        let addresses = addresses_of(sql, account)?;
        sql.execute("DELETE FROM access_record WHERE account = ?1", [account])?;
        recount(sql, account, &addresses)?;
        sql.execute("DELETE FROM access_account WHERE id = ?1", [account])?;
        Ok(destroyed)
    }
}
