//! Reading and writing single records.

use crate::{
    connection::{Read, Write},
    error::StoreError,
    handling::forget_handling,
    likeness::{put_due, put_marks},
    project::{json, parse},
};
use domain::{
    casefile::Case,
    customer::CustomerFile,
    programme::Programme,
    record::{ClockRecord, Document, Filing, Organisation, Reseller, Staff},
    risk,
    rulebook::{AdoptedPack, Rulebook},
    text,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// A document with what the journal knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// The document.
    pub document: Document,
    /// When it was recorded: milliseconds of UTC.
    pub recorded_at: i64,
    /// The author's fingerprint.
    pub recorded_by: String,
}

fn noun(table: &'static str) -> &'static str {
    match table {
        "casefile" => "case",
        "intake" => "request by file",
        other => other,
    }
}

/// A record out of a table that is keyed by `ref`.
pub(crate) fn load<T: DeserializeOwned>(
    sql: &Connection,
    table: &'static str,
    reference: &str,
) -> Result<T, StoreError> {
    let text: Option<String> = sql
        .prepare_cached(&format!("SELECT body FROM {table} WHERE ref = ?1"))?
        .query_row([reference], |row| row.get(0))
        .optional()?;
    let text = text.ok_or_else(|| StoreError::not_found(noun(table), reference))?;
    parse(noun(table), &text)
}

fn all<T: DeserializeOwned>(
    sql: &Connection,
    what: &'static str,
    query: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<T>, StoreError> {
    let mut statement = sql.prepare_cached(query)?;
    let mut rows = statement.query(values)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(parse(
            what,
            row.get_ref(0)?
                .as_str()
                .map_err(|_| StoreError::Record(what))?,
        )?);
    }
    Ok(records)
}

/// The row's number: the reference's own, so that a replay gives the same one whoever was disposed of before.
pub(crate) fn place(reference: &str) -> Option<i64> {
    reference.strip_prefix("C-")?.parse().ok()
}

/// Counts a new customer; what changes or removes one is counted by the database itself.
pub(crate) const TALLY: &str = "INSERT INTO customer_tally VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1) ON CONFLICT DO UPDATE SET n = n + 1";

/// Writes a customer's row, its search text and its accounts.
pub(crate) fn put_customer(
    sql: &Connection,
    rules: &Rulebook,
    file: &CustomerFile,
    new: bool,
) -> Result<(), StoreError> {
    let name = file.name();
    let missing = file.completeness(rules).missing();
    let (tier, rank) = rated(file, rules);
    let body = json(file)?;
    let (country, us_status) = (file.country(), file.us_status().word());
    let values = params![
        file.reference,
        file.external_id,
        file.kind.word(),
        name,
        text::fold(name),
        file.value("name_original"),
        country,
        us_status,
        file.status,
        tier,
        missing,
        file.changed_at,
        body,
        place(&file.reference),
        rank
    ];
    let id: i64 = if new {
        // No RETURNING, and no trigger: either would give the statement a way back of its own, at which FTS5 writes out what it has gathered.
        sql.prepare_cached(
            "INSERT INTO customer (id, ref, external_id, kind, name, name_fold, name_original, country, us_status, status, risk, missing, changed_at, body, risk_rank)
             VALUES (?14, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?15)",
        )?
        .execute(values)?;
        let id = sql.last_insert_rowid();
        sql.prepare_cached(TALLY)?.execute(params![
            file.status,
            country,
            us_status,
            file.kind.word(),
            tier.as_deref().unwrap_or_default(),
            missing > 0
        ])?;
        id
    } else {
        sql.prepare_cached(
            "UPDATE customer SET external_id = ?2, kind = ?3, name = ?4, name_fold = ?5, name_original = ?6, country = ?7, us_status = ?8,
             status = ?9, risk = ?10, missing = ?11, changed_at = ?12, body = ?13, risk_rank = ?15 WHERE ref = ?1 AND ?14 IS ?14 RETURNING id",
        )?
        .query_row(values, |row| row.get(0))?
    };
    if !new {
        sql.prepare_cached("DELETE FROM customer_search WHERE rowid = ?1")?
            .execute([id])?;
    }
    sql.prepare_cached("INSERT INTO customer_search (rowid, text) VALUES (?1, ?2)")?
        .execute(params![id, file.search_text()])?;
    put_marks(sql, id, file, new)?;
    put_due(sql, id, file, rules, new)?;
    for account in &file.accounts {
        sql.prepare_cached(
            "INSERT INTO account (account_ref, customer, id) VALUES (?1, ?2, ?3) ON CONFLICT (customer, id) DO UPDATE SET account_ref = ?1",
        )?
        .execute(params![account.account_ref, file.reference, account.id])?;
    }
    Ok(())
}

/// The risk tier as lists show it, and its place among the tiers, by which lists sort; none where nobody rates.
pub(crate) fn rated(file: &CustomerFile, rules: &Rulebook) -> (Option<String>, u32) {
    let tier = risk::rate(file, rules).tier;
    let rank = u32::try_from(risk::rank(rules, &tier)).unwrap_or(u32::MAX);
    (Some(tier).filter(|tier| !tier.is_empty()), rank)
}

/// Takes a customer out of the tables; false where it is in none. Its number is not given out again.
pub(crate) fn remove_customer(sql: &Connection, reference: &str) -> Result<bool, StoreError> {
    let id: Option<i64> = sql
        .prepare_cached("DELETE FROM customer WHERE ref = ?1 RETURNING id")?
        .query_row([reference], |row| row.get(0))
        .optional()?;
    if let Some(id) = id {
        sql.prepare_cached("DELETE FROM customer_search WHERE rowid = ?1")?
            .execute([id])?;
        sql.prepare_cached("DELETE FROM mark WHERE customer = ?1")?
            .execute([id])?;
    }
    sql.prepare_cached("DELETE FROM account WHERE customer = ?1")?
        .execute([reference])?;
    forget_handling(sql, reference)?;
    Ok(id.is_some())
}

impl Read<'_> {
    /// The organisation's own programme, as far as it was recorded.
    pub fn programme(&self) -> Result<Programme, StoreError> {
        let text: Option<String> = self
            .0
            .query_row("SELECT body FROM programme WHERE id = 1", [], |row| {
                row.get(0)
            })
            .optional()?;
        text.map_or_else(
            || Ok(Programme::default()),
            |text| parse("programme", &text),
        )
    }

    /// The organisation.
    pub fn organisation(&self) -> Result<Organisation, StoreError> {
        let text: String =
            self.0
                .query_row("SELECT body FROM organisation WHERE id = 1", [], |row| {
                    row.get(0)
                })?;
        parse("organisation", &text)
    }

    /// The rule packs: those in use and every earlier version, in their order.
    pub fn rulebook(&self) -> Result<Rulebook, StoreError> {
        let mut packs = Vec::new();
        let mut statement = self
            .0
            .prepare("SELECT body, in_use FROM pack ORDER BY place")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            let pack: AdoptedPack = parse("rule pack", &text)?;
            packs.push((pack, row.get(1)?));
        }
        let mut rules = Rulebook::restore(&packs).map_err(|_| StoreError::Record("rule pack"))?;
        for field in self.organisation()?.collects {
            rules.collect(&field, true);
        }
        Ok(rules)
    }

    /// Members by name, in the order of their labels.
    pub fn staff(&self) -> Result<Vec<Staff>, StoreError> {
        all(self.0, "staff", "SELECT body FROM staff ORDER BY label", [])
    }

    /// The references of all customers, in their order.
    pub fn customer_references(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.0.prepare("SELECT ref FROM customer ORDER BY ref")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The next reference behind a prefix, with at least this many digits: `C-000013`.
    pub fn next_reference(&self, prefix: &str, digits: usize) -> Result<String, StoreError> {
        let last: Option<i64> = self
            .0
            .prepare_cached("SELECT value FROM counter WHERE prefix = ?1")?
            .query_row([prefix], |row| row.get(0))
            .optional()?;
        Ok(format!("{prefix}-{:0digits$}", last.unwrap_or(0) + 1))
    }

    /// A customer's file by reference or by the provider's own id.
    pub fn customer_file(&self, reference: &str) -> Result<CustomerFile, StoreError> {
        let text: Option<String> = self
            .0
            .prepare_cached("SELECT body FROM customer WHERE ref = ?1 UNION ALL SELECT body FROM customer WHERE external_id = ?1 LIMIT 1")?
            .query_row([reference], |row| row.get(0))
            .optional()?;
        match text {
            // Who asks by the provider's own id means the customer, not the record that was merged away.
            Some(text) => {
                let file: CustomerFile = parse("customer", &text)?;
                match &file.merged_into {
                    Some(into) if file.reference != reference => self.customer_file(into),
                    _ => Ok(file),
                }
            }
            None => Err(match self.disposed(reference)? {
                Some((disposal, stub)) => StoreError::Disposed {
                    reference: stub.reference,
                    disposal,
                },
                None => StoreError::not_found("customer", reference),
            }),
        }
    }

    /// Every customer's file, one after the other.
    pub fn each_customer<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(&CustomerFile) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self
            .0
            .prepare_cached("SELECT body FROM customer ORDER BY id")
            .map_err(StoreError::from)?;
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let text = row
                .get_ref(0)
                .map_err(StoreError::from)?
                .as_str()
                .map_err(|_| StoreError::Record("customer"))?;
            each(&parse("customer", text)?)?;
        }
        Ok(())
    }

    /// Customers whose case is in a state, the one that changed longest ago first.
    pub fn customers_in(&self, state: &str) -> Result<Vec<CustomerFile>, StoreError> {
        all(
            self.0,
            "customer",
            "SELECT body FROM customer WHERE status = ?1 ORDER BY changed_at, id",
            [state],
        )
    }

    /// Last days of running deadlines up to a day, without those that rest on a signal alone.
    pub fn deadlines_until(&self, day: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT due FROM clock WHERE running = 1 AND due <= ?1
             AND body ->> '$.computed.cutoff' IS NOT NULL AND NOT (body ->> '$.provisional') ORDER BY due",
        )?;
        let rows = statement.query_map([day], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A customer's file by the provider's own id alone.
    pub fn customer_by_external_id(&self, id: &str) -> Result<Option<CustomerFile>, StoreError> {
        let text: Option<String> = self
            .0
            .prepare_cached("SELECT body FROM customer WHERE external_id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        let file: Option<CustomerFile> = text.map(|text| parse("customer", &text)).transpose()?;
        match file.as_ref().and_then(|file| file.merged_into.as_deref()) {
            Some(into) => self.customer_file(into).map(Some),
            None => Ok(file),
        }
    }

    /// A reseller by reference, or by its exact name.
    pub fn reseller(&self, reference: &str) -> Result<Reseller, StoreError> {
        let named: Option<String> = self
            .0
            .query_row(
                "SELECT ref FROM reseller WHERE ref = ?1 OR name = ?1 LIMIT 1",
                [reference],
                |row| row.get(0),
            )
            .optional()?;
        load(
            self.0,
            "reseller",
            &named.ok_or_else(|| StoreError::not_found("reseller", reference))?,
        )
    }

    /// Resellers by name.
    pub fn resellers(&self) -> Result<Vec<Reseller>, StoreError> {
        all(
            self.0,
            "reseller",
            "SELECT body FROM reseller ORDER BY name_fold, ref",
            [],
        )
    }

    /// A case.
    pub fn case(&self, reference: &str) -> Result<Case, StoreError> {
        load(self.0, "casefile", reference)
    }

    /// Cases, newest first.
    pub fn cases(&self) -> Result<Vec<Case>, StoreError> {
        all(
            self.0,
            "case",
            "SELECT body FROM casefile ORDER BY received_on DESC, ref DESC",
            [],
        )
    }

    /// A clock.
    pub fn clock(&self, reference: &str) -> Result<ClockRecord, StoreError> {
        load(self.0, "clock", reference)
    }

    /// Clocks by due date: the running ones, or all.
    pub fn clocks(&self, stopped_too: bool) -> Result<Vec<ClockRecord>, StoreError> {
        let query = if stopped_too {
            "SELECT body FROM clock ORDER BY due, ref"
        } else {
            "SELECT body FROM clock WHERE running = 1 ORDER BY due, ref"
        };
        all(self.0, "clock", query, [])
    }

    /// Running clocks that count how long something must be kept.
    pub fn running_minimums(&self) -> Result<Vec<ClockRecord>, StoreError> {
        all(
            self.0,
            "clock",
            "SELECT body FROM clock WHERE running = 1 AND body ->> '$.computed.eligible_on' IS NOT NULL ORDER BY ref",
            [],
        )
    }

    /// Clocks of a case or about a record.
    pub fn clocks_about(&self, reference: &str) -> Result<Vec<ClockRecord>, StoreError> {
        all(
            self.0,
            "clock",
            "SELECT body FROM clock WHERE casefile = ?1 OR subject = ?1 ORDER BY due, ref",
            [reference],
        )
    }

    /// A filing.
    pub fn filing(&self, reference: &str) -> Result<Filing, StoreError> {
        load(self.0, "filing", reference)
    }

    /// Filings, newest first.
    pub fn filings(&self) -> Result<Vec<Filing>, StoreError> {
        all(
            self.0,
            "filing",
            "SELECT body FROM filing ORDER BY ref DESC",
            [],
        )
    }

    /// A document.
    pub fn document(&self, id: &str) -> Result<DocumentLine, StoreError> {
        let line = self.documents_where("id = ?1", id)?.into_iter().next();
        line.ok_or_else(|| StoreError::not_found("document", id))
    }

    /// Documents of a record, oldest first.
    pub fn documents_of(&self, subject: &str) -> Result<Vec<DocumentLine>, StoreError> {
        self.documents_where("subject = ?1", subject)
    }

    /// Documents that identify somebody until a day or less long, by that day; of customers whose case has not ended.
    pub fn documents_expiring(
        &self,
        until: &str,
        limit: u32,
    ) -> Result<Vec<(Document, String)>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT document.body, document.expires FROM document JOIN customer ON customer.ref = document.subject
             WHERE document.expires <= ?1 AND customer.status NOT IN ('refused', 'closed_account', 'abandoned')
             ORDER BY document.expires, document.id LIMIT ?2",
        )?;
        let mut rows = statement.query(rusqlite::params![until, limit])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            found.push((parse("document", &text)?, row.get(1)?));
        }
        Ok(found)
    }

    /// Documents with the same content.
    pub fn documents_with(&self, sha256: &str) -> Result<Vec<DocumentLine>, StoreError> {
        self.documents_where("sha256 = ?1", sha256)
    }

    fn documents_where(&self, filter: &str, value: &str) -> Result<Vec<DocumentLine>, StoreError> {
        let mut statement =
            self.0.prepare_cached(&format!("SELECT body, recorded_at, recorded_by FROM document WHERE {filter} ORDER BY recorded_at, id"))?;
        let mut rows = statement.query([value])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            lines.push(DocumentLine {
                document: parse("document", &text)?,
                recorded_at: row.get(1)?,
                recorded_by: row.get(2)?,
            });
        }
        Ok(lines)
    }

    /// A document's secret key.
    pub fn document_key(&self, id: &str) -> Result<Zeroizing<String>, StoreError> {
        let key: Option<String> = self
            .0
            .query_row("SELECT identity FROM document WHERE id = ?1", [id], |row| {
                row.get(0)
            })
            .optional()?;
        key.map(Zeroizing::new)
            .ok_or_else(|| StoreError::not_found("document", id))
    }

    /// Every document's id, hash and public key, for checks and sweeps.
    pub fn each_document(&self) -> Result<Vec<Document>, StoreError> {
        all(
            self.0,
            "document",
            "SELECT body FROM document ORDER BY id",
            [],
        )
    }

    /// Every version of the texts for letters that somebody wrote, the newest first.
    pub fn templates(&self) -> Result<Vec<domain::letter::Template>, StoreError> {
        all(
            self.0,
            "template",
            "SELECT body FROM template ORDER BY id, language, version DESC",
            [],
        )
    }

    /// Every key of others that we know of, trusted ones first.
    pub fn known_keys(&self) -> Result<Vec<domain::signer::KnownKey>, StoreError> {
        all(
            self.0,
            "signer_key",
            "SELECT body FROM signer_key ORDER BY standing = 'trusted' DESC, fingerprint",
            [],
        )
    }

    /// Bundles that came from others, the newest first.
    pub fn received(&self) -> Result<Vec<domain::signer::Received>, StoreError> {
        all(
            self.0,
            "received",
            "SELECT body FROM received ORDER BY ref DESC",
            [],
        )
    }

    /// Requests made by file, the newest first.
    pub fn intakes(&self) -> Result<Vec<domain::intake::Intake>, StoreError> {
        all(
            self.0,
            "intake",
            "SELECT body FROM intake ORDER BY ref DESC",
            [],
        )
    }

    /// A request made by file.
    pub fn intake(&self, reference: &str) -> Result<domain::intake::Intake, StoreError> {
        load(self.0, "intake", reference)
    }

    /// The secret keys that open answers to requests which still may get one.
    pub fn intake_identities(&self) -> Result<Vec<Zeroizing<String>>, StoreError> {
        let mut found = self.0.prepare(
            "SELECT identity FROM intake WHERE identity <> '' AND standing <> 'withdrawn' ORDER BY ref DESC",
        )?;
        let keys = found.query_map([], |row| row.get::<_, String>(0).map(Zeroizing::new))?;
        keys.map(|key| Ok(key?)).collect()
    }

    /// A draft's text.
    pub fn draft(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self
            .0
            .query_row("SELECT body FROM draft WHERE key = ?1", [key], |row| {
                row.get(0)
            })
            .optional()?)
    }

    /// The number of a customer's account, by the account's id such as `A-1`.
    pub fn account_ref(&self, customer: &str, id: &str) -> Result<Option<String>, StoreError> {
        Ok(self
            .0
            .prepare_cached("SELECT account_ref FROM account WHERE customer = ?1 AND id = ?2")?
            .query_row([customer, id], |row| row.get(0))
            .optional()?)
    }

    /// The customer that has an account of this number.
    pub fn account_owner(&self, account_ref: &str) -> Result<Option<String>, StoreError> {
        Ok(self
            .0
            .query_row(
                "SELECT customer FROM account WHERE account_ref = ?1 LIMIT 1",
                [account_ref],
                |row| row.get(0),
            )
            .optional()?)
    }
}

impl Write<'_> {
    /// Keeps what is being typed. Drafts are no records and leave no entry.
    pub fn keep_draft(&mut self, key: &str, body: &str, at: i64) -> Result<(), StoreError> {
        self.sql().execute(
            "INSERT INTO draft (key, body, saved_at) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET body = ?2, saved_at = ?3",
            params![key, body, at],
        )?;
        Ok(())
    }

    /// Forgets a draft.
    pub fn drop_draft(&mut self, key: &str) -> Result<(), StoreError> {
        self.sql()
            .execute("DELETE FROM draft WHERE key = ?1", [key])?;
        Ok(())
    }
}
