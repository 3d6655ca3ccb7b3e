//! The journal: the one way in. An act appends entries, applies each, and ends with one signature.

use crate::{
    access::{AccessFile, AccessImport, AccessWritten},
    connection::{Read, Write},
    error::StoreError,
    project,
};
use domain::{
    change::{Body, Change},
    entry::{self, ClockState, Entry, Hash},
    may::Needs,
    merkle::Tree,
    rulebook::Rulebook,
};
use rusqlite::{OptionalExtension, Row, params};
use zeroize::Zeroizing;

/// An act's author, first and last entry, root and signature.
pub type SignedAct = (String, u64, u64, Hash, Vec<u8>);

/// Signs for a member: the log key of the unlocked session.
pub trait Signer {
    /// `SHA256:...` of the public key.
    fn fingerprint(&self) -> &str;
    /// Ed25519.
    fn sign(&self, text: &[u8]) -> [u8; 64];
}

/// What the entries of one act have in common.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// When it is recorded: milliseconds of UTC.
    pub recorded_at: i64,
    /// The civil day of that instant in the organisation's zone.
    pub today: String,
    /// The organisation's zone.
    pub zone: String,
    /// How far the clock can be believed.
    pub clock_state: ClockState,
}

/// The journal's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How many entries.
    pub count: u64,
    /// The last link of the chain; zeros when empty.
    pub chain: Hash,
    /// When the last entry was recorded.
    pub recorded_at: Option<i64>,
}

/// An entry with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chained {
    /// Place, from 1.
    pub seq: u64,
    /// The entry.
    pub entry: Entry,
    /// Its stored hash.
    pub hash: Hash,
    /// Its stored link.
    pub chain: Hash,
    /// The act it belongs to.
    pub act: u64,
}

/// An entry with what it says, where that was not shredded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The entry.
    pub chained: Chained,
    /// What it says; none where it was disposed of.
    pub said: Option<Said>,
}

/// What an entry says, to the byte as it was committed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Goes before the text under the commitment.
    pub salt: Hash,
    /// Canonical JSON of a [`Body`].
    pub json: String,
}

impl Said {
    /// What an entry that says this commits to.
    pub fn commitment(&self) -> Hash {
        entry::commit(&self.salt, self.json.as_bytes())
    }
}

impl Recorded {
    /// What happened; none where it was disposed of, or cannot be understood.
    pub fn body(&self) -> Option<Body> {
        serde_json::from_str(&self.said.as_ref()?.json).ok()
    }
}

const COLUMNS: &str = "seq, id, act, author, author_seq, author_prev, kind, subject, occurred_on, recorded_at, zone, clock_state, commitment, hash, chain";

fn state_word(state: ClockState) -> &'static str {
    match state {
        ClockState::Ok => "ok",
        ClockState::Back => "back",
        ClockState::Ahead => "ahead",
        ClockState::Unset => "unset",
    }
}

fn chained(row: &Row<'_>) -> rusqlite::Result<Chained> {
    let state: String = row.get(11)?;
    Ok(Chained {
        seq: row.get::<_, i64>(0)?.unsigned_abs(),
        act: row.get::<_, i64>(2)?.unsigned_abs(),
        entry: Entry {
            id: row.get(1)?,
            author: row.get(3)?,
            author_seq: row.get::<_, i64>(4)?.unsigned_abs(),
            author_prev: row.get(5)?,
            kind: row.get(6)?,
            subject: row.get(7)?,
            occurred_on: row.get(8)?,
            recorded_at: row.get(9)?,
            zone: row.get(10)?,
            clock_state: match state.as_str() {
                "ok" => ClockState::Ok,
                "back" => ClockState::Back,
                "ahead" => ClockState::Ahead,
                _ => ClockState::Unset,
            },
            commitment: row.get(12)?,
        },
        hash: row.get(13)?,
        chain: row.get(14)?,
    })
}

/// An entry with what it says: a row of [`COLUMNS`], the salt and the JSON.
fn recorded(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    let said = match row.get(15)? {
        Some(salt) => Some(Said {
            salt,
            json: row.get(16)?,
        }),
        None => None,
    };
    Ok(Recorded {
        chained: chained(row)?,
        said,
    })
}

impl Read<'_> {
    /// The journal's end.
    pub fn head(&self) -> Result<Head, StoreError> {
        let last = self
            .0
            .prepare_cached(
                "SELECT seq, chain, recorded_at FROM journal ORDER BY seq DESC LIMIT 1",
            )?
            .query_row([], |row| {
                Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        Ok(match last {
            None => Head {
                count: 0,
                chain: [0; 32],
                recorded_at: None,
            },
            Some((seq, chain, at)) => Head {
                count: seq.unsigned_abs(),
                chain,
                recorded_at: Some(at),
            },
        })
    }

    /// Calls back with every entry in order, from `first` on, with what it says where that still exists.
    pub fn each_entry<E: From<StoreError>>(
        &self,
        first: u64,
        each: impl FnMut(Recorded) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = format!(
            "SELECT {COLUMNS}, salt, json FROM journal LEFT JOIN body USING (seq) WHERE seq >= ?1 ORDER BY seq"
        );
        self.walk(&sql, first, recorded, each)
    }

    /// As [`Read::each_entry`], without what the entries say: none of that is read.
    pub fn each_heading<E: From<StoreError>>(
        &self,
        first: u64,
        each: impl FnMut(Chained) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = format!("SELECT {COLUMNS} FROM journal WHERE seq >= ?1 ORDER BY seq");
        self.walk(&sql, first, chained, each)
    }

    fn walk<T, E: From<StoreError>>(
        &self,
        sql: &str,
        first: u64,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
        mut each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self.0.prepare(sql).map_err(StoreError::from)?;
        let mut rows = statement
            .query([first.cast_signed()])
            .map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            each(read(row).map_err(|_| StoreError::Record("journal"))?)?;
        }
        Ok(())
    }

    /// Entries about a record (all of them without one), newest first.
    pub fn timeline(
        &self,
        subjects: &[String],
        offset: u32,
        limit: u32,
    ) -> Result<(u64, Vec<Recorded>), StoreError> {
        let filter = if subjects.is_empty() {
            "1".to_owned()
        } else {
            format!("subject IN ({})", vec!["?"; subjects.len()].join(","))
        };
        let values = || rusqlite::params_from_iter(subjects.iter());
        let total: i64 = self.0.query_row(
            &format!("SELECT count(*) FROM journal WHERE {filter}"),
            values(),
            |row| row.get(0),
        )?;
        let sql = format!(
            "SELECT {COLUMNS}, salt, json FROM journal LEFT JOIN body USING (seq) WHERE {filter} ORDER BY seq DESC LIMIT {limit} OFFSET {offset}"
        );
        let mut statement = self.0.prepare(&sql)?;
        let items = statement
            .query_map(values(), recorded)?
            .collect::<Result<_, _>>()?;
        Ok((total.unsigned_abs(), items))
    }

    /// One entry by its place.
    pub fn entry(&self, seq: u64) -> Result<Option<Chained>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM journal WHERE seq = ?1");
        Ok(self
            .0
            .prepare_cached(&sql)?
            .query_row([seq.cast_signed()], chained)
            .optional()?)
    }

    /// What an entry says; none where that was shredded.
    pub fn body(&self, seq: u64) -> Result<Option<Body>, StoreError> {
        let text: Option<String> = self
            .0
            .prepare_cached("SELECT json FROM body WHERE seq = ?1")?
            .query_row([seq.cast_signed()], |row| row.get(0))
            .optional()?;
        text.map(|text| project::parse("journal body", &text))
            .transpose()
    }

    /// When something was last recorded about one of these records: milliseconds of UTC.
    pub fn last_activity(&self, subjects: &[&str]) -> Result<Option<i64>, StoreError> {
        let mut last = None;
        for subject in subjects {
            let at: Option<i64> = self
                .0
                .prepare_cached("SELECT max(recorded_at) FROM journal WHERE subject = ?1")?
                .query_row([subject], |row| row.get(0))?;
            last = last.max(at);
        }
        Ok(last)
    }

    /// The latest entry of a kind about any record, if there is one.
    pub fn last_of_kind(&self, kind: &str) -> Result<Option<Chained>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM journal WHERE kind = ?1 ORDER BY seq DESC LIMIT 1");
        Ok(self
            .0
            .prepare_cached(&sql)?
            .query_row([kind], chained)
            .optional()?)
    }

    /// The signature over an act: author, first and last place, root, signature.
    pub fn act(&self, id: u64) -> Result<Option<SignedAct>, StoreError> {
        let sql = "SELECT author, first_seq, last_seq, root, signature FROM act WHERE id = ?1";
        Ok(self
            .0
            .prepare_cached(sql)?
            .query_row([id.cast_signed()], |row| {
                Ok((
                    row.get(0)?,
                    row.get::<_, i64>(1)?.unsigned_abs(),
                    row.get::<_, i64>(2)?.unsigned_abs(),
                    row.get(3)?,
                    row.get(4)?,
                ))
            })
            .optional()?)
    }

    /// The Merkle root over all entries' hashes.
    pub fn merkle_root(&self) -> Result<Hash, StoreError> {
        let mut tree = Tree::default();
        let mut statement = self.0.prepare("SELECT hash FROM journal ORDER BY seq")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            tree.push(&row.get(0)?);
        }
        Ok(tree.root())
    }

    /// Signed checkpoints: count, note, signer's fingerprint, signature; oldest first.
    pub fn checkpoints(&self) -> Result<Vec<(u64, String, String, String)>, StoreError> {
        let mut statement = self
            .0
            .prepare("SELECT count, note, signer, signature FROM checkpoint ORDER BY count")?;
        let rows = statement.query_map([], |row| {
            Ok((
                row.get::<_, i64>(0)?.unsigned_abs(),
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
            ))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// One act of one author, being written.
pub struct Act<'w, 'c> {
    write: &'w mut Write<'c>,
    signer: &'w dyn Signer,
    rules: Rulebook,
    stamp: Stamp,
    id: u64,
    first: u64,
    next: u64,
    chain: Hash,
    author_seq: u64,
    author_prev: Hash,
    tree: Tree,
    needs: Vec<Needs>,
}

impl<'c> Write<'c> {
    /// Begins an act by the rule packs of the vault.
    pub fn act_of<'w>(
        &'w mut self,
        signer: &'w dyn Signer,
        rules: Rulebook,
        stamp: Stamp,
    ) -> Result<Act<'w, 'c>, StoreError> {
        let head = self.head()?;
        let (author_seq, author_prev) = self
            .sql()
            .prepare_cached(
                "SELECT author_seq, hash FROM journal WHERE author = ?1 ORDER BY seq DESC LIMIT 1",
            )?
            .query_row([signer.fingerprint()], |row| {
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
            })
            .optional()?
            .unwrap_or((0, [0; 32]));
        let id: i64 =
            self.sql()
                .query_row("SELECT coalesce(max(id), 0) + 1 FROM act", [], |row| {
                    row.get(0)
                })?;
        // Entries never run backwards, whatever the wall clock says.
        let recorded_at = stamp.recorded_at.max(head.recorded_at.unwrap_or(i64::MIN));
        Ok(Act {
            write: self,
            signer,
            rules,
            stamp: Stamp {
                recorded_at,
                ..stamp
            },
            id: id.unsigned_abs(),
            first: head.count + 1,
            next: head.count + 1,
            chain: head.chain,
            author_seq,
            author_prev,
            tree: Tree::default(),
            needs: Vec::new(),
        })
    }

    /// Keeps a signed checkpoint.
    pub fn keep_checkpoint(
        &mut self,
        count: u64,
        note: &str,
        signer: &str,
        signature: &str,
    ) -> Result<(), StoreError> {
        self.sql().execute(
            "INSERT INTO checkpoint (count, note, signer, signature) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (count) DO NOTHING",
            params![count.cast_signed(), note, signer, signature],
        )?;
        Ok(())
    }
}

impl<'c> Act<'_, 'c> {
    /// The tables as this act has left them so far.
    pub fn read(&self) -> &Read<'c> {
        self.write
    }

    /// The connection, for the module that destroys.
    pub(crate) fn sql(&self) -> &'c rusqlite::Connection {
        self.write.sql()
    }

    /// The rule packs as this act has left them so far.
    pub fn rules(&self) -> &Rulebook {
        &self.rules
    }

    /// What the changes so far ask for of their author; each kind of demand once.
    pub fn needs(&self) -> &[Needs] {
        &self.needs
    }

    /// The stamp that the entries carry.
    pub fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// Appends a change and applies it. `occurred_on` is today unless it happened on another day.
    pub fn push(
        &mut self,
        change: Change,
        occurred_on: Option<&str>,
        reason: Option<&str>,
    ) -> Result<u64, StoreError> {
        self.push_with_key(change, occurred_on, reason, None)
    }

    /// As [`Act::push`], for a document: its secret key goes into the table alone, never into the journal.
    pub fn push_with_key(
        &mut self,
        change: Change,
        occurred_on: Option<&str>,
        reason: Option<&str>,
        document_key: Option<&Zeroizing<String>>,
    ) -> Result<u64, StoreError> {
        let (kind, subject) = (change.kind(), change.subject().to_owned());
        let needs = change.needs();
        if !self.needs.contains(&needs) {
            self.needs.push(needs);
        }
        let body = Body {
            change,
            reason: reason.map(str::to_owned),
        };
        let json = entry::canonical(&body).map_err(|_| StoreError::Form)?;
        let mut random = [0u8; 42];
        getrandom::fill(&mut random).map_err(|_| StoreError::Form)?;
        let (salt, tail) = random.split_first_chunk::<32>().ok_or(StoreError::Form)?;
        let tail: &[u8; 10] = tail.first_chunk().ok_or(StoreError::Form)?;
        let id = uuid::Builder::from_unix_timestamp_millis(
            self.stamp.recorded_at.max(0).unsigned_abs(),
            tail,
        )
        .into_uuid();
        let entry = Entry {
            id: id.to_string(),
            author: self.signer.fingerprint().to_owned(),
            author_seq: self.author_seq + 1,
            author_prev: self.author_prev,
            kind: kind.to_owned(),
            subject,
            occurred_on: occurred_on.unwrap_or(&self.stamp.today).to_owned(),
            recorded_at: self.stamp.recorded_at,
            zone: self.stamp.zone.clone(),
            clock_state: self.stamp.clock_state,
            commitment: entry::commit(salt, &json),
        };
        let hash = entry.hash().map_err(|_| StoreError::Form)?;
        let chain = entry::link(&self.chain, &hash);
        let seq = self.next;
        let sql = self.write.sql();
        sql.prepare_cached(
            "INSERT INTO journal (seq, id, act, author, author_seq, author_prev, kind, subject, occurred_on, recorded_at, zone, clock_state, commitment, hash, chain)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params![
            seq.cast_signed(),
            entry.id,
            self.id.cast_signed(),
            entry.author,
            entry.author_seq.cast_signed(),
            entry.author_prev,
            entry.kind,
            entry.subject,
            entry.occurred_on,
            entry.recorded_at,
            entry.zone,
            state_word(entry.clock_state),
            entry.commitment,
            hash,
            chain
        ])?;
        let json = String::from_utf8(json).map_err(|_| StoreError::Form)?;
        sql.prepare_cached("INSERT INTO body (seq, salt, json) VALUES (?1, ?2, ?3)")?
            .execute(params![seq.cast_signed(), salt, json])?;
        project::apply(
            self.write,
            &mut self.rules,
            seq,
            &entry,
            &body.change,
            document_key.map(|key| key.as_str()),
        )?;
        self.chain = chain;
        self.author_seq += 1;
        self.author_prev = hash;
        self.next += 1;
        self.tree.push(&hash);
        Ok(seq)
    }

    /// Begins an import of access records; [`Act::access_imported`] ends it.
    pub fn access_import(&self) -> AccessImport<'c> {
        AccessImport::new(self.write.sql(), self.next)
    }

    /// Ends an import of access records with its one entry; with none when every row was there already.
    ///
    /// # Errors
    /// The database, or another entry was appended since the import began.
    pub fn access_imported(
        &mut self,
        import: AccessImport<'c>,
        file: AccessFile<'_>,
    ) -> Result<AccessWritten, StoreError> {
        if import.number() != self.next {
            return Err(StoreError::Form);
        }
        let (written, rows_sha256) = import.finish()?;
        if written.imported > 0 || file.ends {
            let change = Change::AccessImported {
                source: file.name.to_owned(),
                sha256: file.sha256.to_owned(),
                account: file.account.map(str::to_owned),
                rows: written.imported,
                rows_sha256,
                duplicates: written.duplicates,
                skipped: file.skipped,
                upto: file.upto,
            };
            self.push(change, None, None)?;
        }
        Ok(written)
    }

    /// Signs the act. Without this the transaction must not be committed; the desk's one writing function sees to it.
    pub fn sign(self) -> Result<Head, StoreError> {
        if self.next > self.first {
            let root = self.tree.root();
            let signature = self.signer.sign(&entry::signed_text(&root));
            self.write.sql().execute(
                "INSERT INTO act (id, author, first_seq, last_seq, root, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![self.id.cast_signed(), self.signer.fingerprint(), self.first.cast_signed(), (self.next - 1).cast_signed(), root, signature],
            )?;
        }
        Ok(Head {
            count: self.next - 1,
            chain: self.chain,
            recorded_at: Some(self.stamp.recorded_at),
        })
    }
}
