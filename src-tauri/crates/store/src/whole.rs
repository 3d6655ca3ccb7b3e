//! Everything a database holds, table by table and line by line: handed out, and taken into an empty database again.
//!
//! What is taken in is the journal and what lies beside it; every record is made from the journal anew, by the function that made it first.
//! It must not know files: lines come from the caller, and go there.

use crate::{
    connection::{Read, Write},
    error::StoreError,
    project,
};
use domain::rulebook::Rulebook;
use rusqlite::{
    params_from_iter,
    types::{Value, ValueRef},
};
use serde_json::{Map, json};

/// What cannot be made from anything else. Access records come last: a replay of disposals must find none to delete.
pub const SOURCE: &[&str] = &["journal", "body", "act", "checkpoint"];
/// Bulk rows, which the journal only vouches for.
pub const BULK: &[&str] = &[
    "access_account",
    "access_action",
    "access_record",
    "access_event",
    "access_address",
];
/// Secret keys that no entry holds: of documents, and of requests that were made by file.
pub const SECRETS: &[(&str, &str)] = &[("document", "id"), ("intake", "ref")];
/// Records as the journal has them add up, to be read by other programs.
pub const RECORDS: &[&str] = &[
    "organisation",
    "programme",
    "pack",
    "staff",
    "customer",
    "reseller",
    "casefile",
    "casework",
    "clock",
    "filing",
    "document",
    "hold",
    "disposal",
    "disposed",
    "task",
    "comment",
    "handling",
    "tag",
    "saved_view",
    "template",
    "signer_key",
    "received",
    "intake",
    "usage_line",
];

/// A value as JSON: bytes are written in hexadecimal.
fn out(value: ValueRef<'_>) -> Result<serde_json::Value, StoreError> {
    Ok(match value {
        ValueRef::Null => serde_json::Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => std::str::from_utf8(text)
            .map_err(|_| StoreError::Form)?
            .into(),
        ValueRef::Blob(bytes) => json!({ "hex": domain::entry::hex(bytes) }),
    })
}

fn back(value: &serde_json::Value) -> Option<Value> {
    Some(match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Number(number) => number
            .as_i64()
            .map(Value::Integer)
            .or_else(|| number.as_f64().map(Value::Real))?,
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Object(bytes) => {
            let text = bytes.get("hex")?.as_str()?;
            let pairs = text.as_bytes().chunks(2);
            Value::Blob(
                pairs
                    .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
                    .collect::<Option<_>>()?,
            )
        }
        _ => return None,
    })
}

impl Read<'_> {
    /// Every row of a table as a JSON object, in the order in which it lies. Of a record, its body as JSON and not as text.
    ///
    /// # Errors
    /// The database, or whatever made `each` fail.
    pub fn each_row<E: From<StoreError>>(
        &self,
        table: &'static str,
        records: bool,
        mut each: impl FnMut(&serde_json::Value) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self
            .0
            .prepare(&format!("SELECT * FROM {table}"))
            .map_err(StoreError::from)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let mut line = Map::new();
            for (place, name) in names.iter().enumerate() {
                // A record is read by people and other programs; secret keys are written apart.
                if records && name == "identity" {
                    continue;
                }
                let value = out(row.get_ref(place).map_err(StoreError::from)?)?;
                let value = match value.as_str().filter(|_| records && name == "body") {
                    Some(body) => serde_json::from_str(body).unwrap_or(value),
                    None => value,
                };
                line.insert(name.clone(), value);
            }
            each(&line.into())?;
        }
        Ok(())
    }

    /// The secret keys of a table's rows, each with what the row is found by.
    ///
    /// # Errors
    /// The database, or whatever made `each` fail.
    pub fn each_secret<E: From<StoreError>>(
        &self,
        (table, key): (&'static str, &'static str),
        mut each: impl FnMut(&serde_json::Value) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = format!("SELECT {key}, identity FROM {table} WHERE identity <> ''");
        let mut statement = self.0.prepare(&sql).map_err(StoreError::from)?;
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let of: String = row.get(0).map_err(StoreError::from)?;
            let identity: String = row.get(1).map_err(StoreError::from)?;
            each(&json!({ key: of, "identity": identity }))?;
        }
        Ok(())
    }
}

impl Write<'_> {
    /// Puts a row back as it was handed out.
    ///
    /// # Errors
    /// [`StoreError::Form`] where it is no row of that table; the database.
    pub fn put_row(
        &mut self,
        table: &'static str,
        line: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let given = line.as_object().ok_or(StoreError::Form)?;
        let columns: Vec<String> = self
            .sql()
            .prepare_cached("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?
            .query_map([table], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let values: Vec<Value> = columns
            .iter()
            .map(|column| back(given.get(column)?))
            .collect::<Option<_>>()
            .filter(|values: &Vec<Value>| values.len() == given.len())
            .ok_or(StoreError::Form)?;
        let places: Vec<String> = (1..=columns.len()).map(|at| format!("?{at}")).collect();
        self.sql()
            .prepare_cached(&format!(
                "INSERT INTO {table} ({}) VALUES ({})",
                columns.join(", "),
                places.join(", ")
            ))?
            .execute(params_from_iter(values))?;
        Ok(())
    }

    /// Puts a secret key back to the row that it belongs to.
    ///
    /// # Errors
    /// [`StoreError::Form`] where there is no such row; the database.
    pub fn put_secret(
        &mut self,
        (table, key): (&'static str, &'static str),
        line: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let text = |name: &str| line.get(name).and_then(serde_json::Value::as_str);
        let (Some(of), Some(identity)) = (text(key), text("identity")) else {
            return Err(StoreError::Form);
        };
        let changed = self
            .sql()
            .prepare_cached(&format!(
                "UPDATE {table} SET identity = ?2 WHERE {key} = ?1"
            ))?
            .execute([of, identity])?;
        if changed == 1 {
            Ok(())
        } else {
            Err(StoreError::Form)
        }
    }

    /// Makes every record from the journal that was put back; gives the rule packs that it adds up to. What was disposed of has no body, and is
    /// made by nothing.
    ///
    /// # Errors
    /// An entry that this program cannot read, or that does not fit those before it.
    pub fn replay(&mut self) -> Result<Rulebook, StoreError> {
        let mut rules = Rulebook::default();
        for seq in 1..=self.head()?.count {
            let chained = self.entry(seq)?.ok_or(StoreError::Form)?;
            if let Some(body) = self.body(seq)? {
                let (entry, change) = (&chained.entry, &body.change);
                project::apply(self, &mut rules, seq, entry, change, None)?;
            }
        }
        Ok(rules)
    }
}
