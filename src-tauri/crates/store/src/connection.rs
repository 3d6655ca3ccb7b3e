//! Connections: one that writes, two that read. Opening follows security 3.5, steps 6 to 9.

use crate::{
    error::StoreError,
    migrate::{Older, Schema},
};
use rusqlite::{Connection, InterruptHandle, OpenFlags, TransactionBehavior};
use std::{
    cell::Cell,
    ops::Deref,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use zeroize::Zeroizing;

/// `CIPD`, so that no other program's file is taken for ours.
pub(crate) const APPLICATION_ID: i64 = 0x4349_5044;
const READERS: usize = 2;

thread_local! {
    /// Whether this thread reads just now.
    static READS: Cell<bool> = const { Cell::new(false) };
}

/// A read of this thread, for as long as it lasts.
struct Reading;

impl Reading {
    /// A read inside a read takes a second reader: two threads that do so can each hold one and wait for the other for ever. It would see
    /// another state, too. The outer one is passed on instead; whatever forgets to ends the tests.
    fn begin() -> Self {
        let inside = READS.replace(true);
        debug_assert!(!inside, "a read inside a read: pass the outer one on");
        Self
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        READS.set(false);
    }
}

/// An open database.
pub struct Store {
    path: PathBuf,
    schema: Schema,
    /// None while the vault is only read: then there is no connection that could write.
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Vec<Connection>>,
    returned: Condvar,
    stop: Vec<InterruptHandle>,
    /// Set when the vault is being locked: every statement that runs, or comes, ends.
    closing: Arc<AtomicBool>,
}

/// A connection inside a read transaction: one consistent state, of the tables that a schema makes.
pub struct Read<'a>(pub(crate) &'a Connection, Schema);

/// The connection inside a write transaction.
pub struct Write<'a>(Read<'a>);

impl<'a> Deref for Write<'a> {
    type Target = Read<'a>;
    fn deref(&self) -> &Read<'a> {
        &self.0
    }
}

// A panic inside a transaction rolled it back; the connection itself is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many statements stay prepared: more than the largest act uses.
const STATEMENTS: usize = 64;

fn key_pragma(name: &str, key: &[u8; 32]) -> Zeroizing<String> {
    use std::fmt::Write as _;
    let mut text = Zeroizing::new(String::with_capacity(100));
    let _ = write!(text, "PRAGMA {name} = \"x'");
    for byte in key {
        let _ = write!(text, "{byte:02x}");
    }
    text.push_str("'\"");
    text
}

fn connect(path: &Path, key: &[u8; 32], flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = decrypt(path, key, flags)?;
    // A large cache is what makes bulk work under encryption as fast as without (trial, section 7).
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;
         PRAGMA cache_size = -65536; PRAGMA journal_size_limit = 4194304; PRAGMA busy_timeout = 5000;",
    )?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    crate::found::teach(&connection)?;
    Ok(connection)
}

/// Opens a file with its key, and proves both.
fn decrypt(path: &Path, key: &[u8; 32], flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW,
    )?;
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    connection.execute_batch(&key_pragma("key", key))?;
    // The first statement that reads a page proves the key; a file that does not decrypt is never re-created.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    })?;
    let cipher: String = connection
        .query_row("PRAGMA cipher_version", [], |row| row.get(0))
        .unwrap_or_default();
    if cipher.is_empty() {
        return Err(StoreError::NotEncrypted);
    }
    Ok(connection)
}

/// Has a connection look, every few thousand steps of a statement, whether the vault is being locked.
fn end_when(connection: &mut Connection, closing: &Arc<AtomicBool>) -> Result<(), StoreError> {
    const STEPS: i32 = 4_000;
    let closing = Arc::clone(closing);
    connection.progress_handler(STEPS, Some(move || closing.load(Ordering::Relaxed)))?;
    Ok(())
}

/// Looks at the file before it is opened: there, long enough, not in clear.
fn whole_and_encrypted(path: &Path) -> Result<(), StoreError> {
    use std::io::Read as _;
    let meta = std::fs::symlink_metadata(path).map_err(|_| StoreError::Missing)?;
    if !meta.is_file() {
        return Err(StoreError::Missing);
    }
    if meta.len() < 4096 {
        return Err(StoreError::Empty);
    }
    let mut head = [0u8; 16];
    held::retry(|| std::fs::File::open(path))
        .and_then(|mut file| file.read_exact(&mut head))
        .map_err(|error| {
            if held::by_another(&error) {
                StoreError::Held
            } else {
                StoreError::Disk
            }
        })?;
    if &head == b"SQLite format 3\0" {
        return Err(StoreError::NotEncrypted);
    }
    Ok(())
}

fn known_schema(connection: &Connection) -> Result<(), StoreError> {
    let id: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if id == APPLICATION_ID {
        Ok(())
    } else {
        Err(StoreError::ForeignSchema(0))
    }
}

impl Store {
    /// Makes a new database; fails if the file exists.
    pub fn create(path: &Path, key: &[u8; 32], schema: Schema) -> Result<Self, StoreError> {
        // `create_new` and an own mode: the file is ours alone from its first instant.
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(|_| StoreError::Disk)?;
        let mut connection = connect(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        schema.take(&mut connection, 0)?;
        Self::with(path, key, schema, connection)
    }

    /// Opens a database that is there. Never creates one. One of an older version is brought to the schema's, in one transaction:
    /// `before` is given it as it is first, so that it can be kept so.
    ///
    /// # Errors
    /// What does not open, a newer version, whatever made `before` fail; [`StoreError::Undone`] where a step could not be taken.
    pub fn open<E: From<StoreError>>(
        path: &Path,
        key: &[u8; 32],
        schema: Schema,
        before: impl FnOnce(&Older<'_>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let (mut connection, from) = Self::opened(path, key, schema)?;
        let to = schema.latest();
        if from < to {
            before(&Older {
                connection: &connection,
                from,
                to,
                read_back: &|copy| decrypt(copy, key, OpenFlags::SQLITE_OPEN_READ_ONLY),
            })?;
            schema
                .take(&mut connection, from)
                .map_err(|why| match why {
                    StoreError::Statement(_) | StoreError::Record(_) => StoreError::Undone,
                    other => other,
                })?;
        }
        Ok(Self::with(path, key, schema, connection)?)
    }

    /// The connection that will write, and the version of the tables it found.
    fn opened(
        path: &Path,
        key: &[u8; 32],
        schema: Schema,
    ) -> Result<(Connection, i64), StoreError> {
        whole_and_encrypted(path)?;
        let connection =
            connect(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| match error {
                // Its log and the memory it shares with itself need a little room beside it.
                StoreError::Disk => disk_says(path, 128 * 1024),
                other => other,
            })?;
        known_schema(&connection)?;
        let version = schema.version(&connection)?;
        Ok((connection, version))
    }

    /// Opens a database to be read: no connection that writes is made, so that nothing can be.
    pub fn open_reading(path: &Path, key: &[u8; 32], schema: Schema) -> Result<Self, StoreError> {
        whole_and_encrypted(path)?;
        let store = Self::reading(path, key, schema, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        store.read(|read| {
            known_schema(read.0)?;
            if schema.version(read.0)? < schema.latest() {
                return Err(StoreError::Older);
            }
            Ok(())
        })?;
        Ok(store)
    }

    /// Makes the connection that writes, in a store that was opened to be read.
    pub fn begin_writing(&self, key: &[u8; 32]) -> Result<(), StoreError> {
        let mut writer = lock(&self.writer);
        if writer.is_none() {
            let mut connection = connect(&self.path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            end_when(&mut connection, &self.closing)?;
            *writer = Some(connection);
        }
        Ok(())
    }

    fn with(
        path: &Path,
        key: &[u8; 32],
        schema: Schema,
        mut writer: Connection,
    ) -> Result<Self, StoreError> {
        let mut store = Self::reading(path, key, schema, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        store.stop.push(writer.get_interrupt_handle());
        end_when(&mut writer, &store.closing)?;
        store.writer = Mutex::new(Some(writer));
        Ok(store)
    }

    fn reading(
        path: &Path,
        key: &[u8; 32],
        schema: Schema,
        flags: OpenFlags,
    ) -> Result<Self, StoreError> {
        let mut readers = Vec::with_capacity(READERS);
        let mut stop = Vec::with_capacity(READERS + 1);
        let closing = Arc::<AtomicBool>::default();
        for _ in 0..READERS {
            let mut reader = connect(path, key, flags)?;
            reader.execute_batch("PRAGMA query_only = ON")?;
            end_when(&mut reader, &closing)?;
            stop.push(reader.get_interrupt_handle());
            readers.push(reader);
        }
        Ok(Self {
            path: path.to_owned(),
            schema,
            writer: Mutex::new(None),
            readers: Mutex::new(readers),
            returned: Condvar::new(),
            stop,
            closing,
        })
    }

    /// Where the database lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs a read on one consistent state. Waits for a free reader, never for the writer.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Read<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let _reading = Reading::begin();
        let connection = {
            let mut free = lock(&self.readers);
            loop {
                match free.pop() {
                    Some(connection) => break connection,
                    None => {
                        free = self
                            .returned
                            .wait(free)
                            .unwrap_or_else(PoisonError::into_inner)
                    }
                }
            }
        };
        // A panic is answered as a failure further up, and the program goes on: the reader comes back whatever becomes of the work.
        let result = panic::catch_unwind(AssertUnwindSafe(|| {
            let transaction = connection
                .unchecked_transaction()
                .map_err(StoreError::from)?;
            let result = work(&Read(&transaction, self.schema))?;
            transaction.commit().map_err(StoreError::from)?;
            Ok(result)
        }));
        lock(&self.readers).push(connection);
        self.returned.notify_one();
        result.unwrap_or_else(|panicked| panic::resume_unwind(panicked))
    }

    /// Runs a write: one IMMEDIATE transaction, committed when the work succeeds, rolled back otherwise.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        debug_assert!(
            !READS.get(),
            "a write inside a read: its reader may be waited for by the one who writes"
        );
        let mut writer = lock(&self.writer);
        if self.closing.load(Ordering::Relaxed) {
            return Err(StoreError::Interrupted.into());
        }
        let connection = writer.as_mut().ok_or(StoreError::Reading)?;
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let result = work(&mut Write(Read(&transaction, self.schema)))?;
        if let Err(error) = transaction.commit().map_err(StoreError::from) {
            if matches!(error, StoreError::Unconfirmed) {
                // What a disk did not confirm is never tried again as if nothing had been (security T-F1): this connection ends.
                *writer = None;
            }
            return Err(error.into());
        }
        Ok(result)
    }

    /// Ends every statement that runs or comes, but for the last write; each ends with [`StoreError::Interrupted`].
    pub fn interrupt(&self) {
        self.closing.store(true, Ordering::Relaxed);
        self.stop.iter().for_each(InterruptHandle::interrupt);
    }

    /// The last write before the connections go: waits until a write that was interrupted has been rolled back, folds the log in, and
    /// closes the connection that writes.
    pub fn finish<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.interrupt();
        let mut writer = lock(&self.writer);
        let connection = writer.as_mut().ok_or(StoreError::Reading)?;
        connection
            .progress_handler(0, None::<fn() -> bool>)
            .map_err(StoreError::from)?;
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let result = work(&mut Write(Read(&transaction, self.schema)))?;
        transaction.commit().map_err(StoreError::from)?;
        connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(StoreError::from)?;
        *writer = None;
        Ok(result)
    }

    /// Folds the write-ahead log into the file. Called when locking, so that one file holds everything.
    pub fn checkpoint_wal(&self) -> Result<(), StoreError> {
        if let Some(writer) = lock(&self.writer).as_ref() {
            writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    /// After records were destroyed: merges what the search index has left of them, and empties the write-ahead log.
    pub fn forget(&self) -> Result<(), StoreError> {
        if let Some(writer) = lock(&self.writer).as_ref() {
            writer.execute(
                "INSERT INTO customer_search (customer_search) VALUES ('optimize')",
                [],
            )?;
        }
        self.checkpoint_wal()
    }

    /// Writes a consistent, encrypted copy under the same key to a new file.
    pub fn copy_to(&self, target: &Path) -> Result<(), StoreError> {
        let target = target.to_str().ok_or(StoreError::Disk)?;
        let writer = lock(&self.writer);
        let writer = writer.as_ref().ok_or(StoreError::Reading)?;
        writer.execute("VACUUM INTO ?1", [target])?;
        Ok(())
    }

    /// Writes a copy under another key to a new file, lets `turn` make it the database, and writes to this one no more: whoever still
    /// holds this store reads its last state, and learns at the next write that there is a newer one. Fails as a whole.
    pub fn turn_into<T, E: From<StoreError>>(
        &self,
        target: &Path,
        old: &[u8; 32],
        new: &[u8; 32],
        turn: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = lock(&self.writer);
        let connection = writer.as_ref().ok_or(StoreError::Reading)?;
        let name = target.to_str().ok_or(StoreError::Disk)?;
        connection
            .execute("VACUUM INTO ?1", [name])
            .map_err(StoreError::from)?;
        rekey(target, old, new)?;
        let turned = turn()?;
        *writer = None;
        Ok(turned)
    }

    /// SQLite's and SQLCipher's own checks of every page: what they found, in no particular words.
    pub fn check_pages(&self) -> Result<Vec<String>, StoreError> {
        let home = self.bring_home();
        self.read(|read| {
            let mut found = Vec::new();
            // SQLCipher looks at the file alone: a page that was torn when the power went, and is whole in the log, would be called damaged.
            let raw = home.then_some("PRAGMA cipher_integrity_check");
            for pragma in raw.into_iter().chain(["PRAGMA integrity_check"]) {
                let mut statement = read.0.prepare(pragma)?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    let line: String = row.get(0)?;
                    if line != "ok" {
                        found.push(line);
                    }
                }
            }
            Ok(found)
        })
    }

    /// Copies what the write-ahead log holds into the database's own pages; whether they are the newest now.
    fn bring_home(&self) -> bool {
        if let Some(writer) = lock(&self.writer).as_ref() {
            return writer
                .query_row("PRAGMA wal_checkpoint(FULL)", [], |row| {
                    row.get::<_, i64>(0)
                })
                .is_ok_and(|busy| busy == 0);
        }
        // Who only reads moves nothing: the pages are the newest where there is no log.
        let empty = self.read(|read| {
            let log = read.0.path().map(|path| format!("{path}-wal"));
            Ok::<_, StoreError>(
                log.is_none_or(|log| std::fs::metadata(log).map_or(0, |meta| meta.len()) == 0),
            )
        });
        empty.unwrap_or(false)
    }
}

/// Gives a copy that nobody uses yet another key, for its owner alone.
fn rekey(path: &Path, old: &[u8; 32], new: &[u8; 32]) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
            .map_err(|_| StoreError::Disk)?;
    }
    let copy = decrypt(path, old, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    copy.execute_batch("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;")?;
    let twice = std::fs::metadata(path).map_or(0, |meta| meta.len()) * 2;
    copy.execute_batch(&key_pragma("rekey", new))
        .map_err(|error| match StoreError::from(error) {
            // SQLCipher says the same of every cause. The copy was just read with its key, so the cause is the disk; it is asked which.
            StoreError::Statement(_) | StoreError::Damaged => disk_says(path, twice),
            other => other,
        })
}

/// Why a database could not be opened or written: whether there is as much free space as it needs.
fn disk_says(path: &Path, needed: u64) -> StoreError {
    match rustix::fs::statvfs(path) {
        Ok(disk) if disk.f_bavail.saturating_mul(disk.f_frsize) < needed => StoreError::Full,
        _ => StoreError::Disk,
    }
}

impl<'a> Write<'a> {
    /// The connection, for the modules that write.
    pub(crate) fn sql(&self) -> &'a Connection {
        self.0.0
    }

    /// Wraps the connection of a replay.
    pub(crate) fn over(connection: &'a Connection) -> Self {
        Self(Read::over(connection))
    }
}

impl<'a> Read<'a> {
    /// Wraps the connection of a replay, or of a database as it is.
    pub(crate) fn over(connection: &'a Connection) -> Self {
        Self(connection, Schema::TODAY)
    }

    /// A database in memory with the same tables, for replaying the journal. Nothing of it reaches the disk.
    pub(crate) fn scratch(&self) -> Result<Connection, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        self.1.take(&mut connection, 0)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    }

    /// Runs one SQL query for a test or a benchmark that looks at the tables themselves.
    #[doc(hidden)]
    pub fn count(&self, table: &str) -> Result<i64, StoreError> {
        Ok(self.0.query_row(
            &format!("SELECT count(*) FROM \"{}\"", table.replace('"', "")),
            [],
            |row| row.get(0),
        )?)
    }
}
