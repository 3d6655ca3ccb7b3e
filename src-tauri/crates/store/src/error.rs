//! What can go wrong with the database, in words that name no statement and no value.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is not there.
    #[error(
        "The database file is missing. Nothing was deleted by CIP Desk and no new one was made. Restore it from a backup. [V-13]"
    )]
    Missing,
    /// The file is empty or too short.
    #[error(
        "The database file is empty or cut short. No new one was made. Restore it from a backup. [V-13]"
    )]
    Empty,
    /// The file is plain SQLite.
    #[error("The database is not encrypted. CIP Desk did not open it. [V-14]")]
    NotEncrypted,
    /// A page does not decrypt, or the file's structure is broken.
    #[error(
        "Part of the database cannot be read. This can be a disk fault. Nothing was deleted. Make a copy of the folder now, then restore a backup. [V-12]"
    )]
    Damaged,
    /// The schema is newer than this program.
    #[error(
        "This vault was made by a newer CIP Desk (database version {0}). Update this computer; nothing was changed. [V-03]"
    )]
    TooNew(i64),
    /// A migration that was applied is not the one this program knows.
    #[error(
        "This vault's database was changed by another program (step {0}). Restore a backup, or open it with the program that made it. [V-08]"
    )]
    ForeignSchema(i64),
    /// The disk is full.
    #[error("The disk is full. Nothing saved is lost. Free some space, then try again. [V-20]")]
    Full,
    /// The disk did not answer, or may not be written.
    #[error(
        "The disk did not take or give the data. Check the disk and the folder's permissions, then try again. [V-15]"
    )]
    Disk,
    /// Another program has the file, and did not let go of it in a second.
    #[error(
        "Another program (antivirus?) is holding the database file. Nothing saved is lost. Wait until it is done, or close it, then try again. [A-14]"
    )]
    Held,
    /// The disk took the data and would not confirm it: what was being written is not there, and nothing is written after it.
    #[error(
        "The disk refused to confirm the save. What you just did is NOT saved; what was saved before is safe. The vault was locked to be safe: check the disk, unlock it, and do it again. [V-21]"
    )]
    Unconfirmed,
    /// Another program holds the database.
    #[error("Another program is using this vault's database. Close it, then try again. [V-16]")]
    Busy,
    /// The vault was opened to be read, or other keys have taken its place.
    #[error(
        "This vault is open for reading only, so nothing was changed. Lock it and unlock it to write. [E-VAULT-READING]"
    )]
    Reading,
    /// An older version's tables, which who only reads cannot bring to this one's.
    #[error(
        "This vault was last written with an older CIP Desk, so it cannot be opened for reading only. Somebody who may write unlocks it once: a checked backup is made first. [E-VAULT-OLDER]"
    )]
    Older,
    /// A step to this version's tables could not be taken.
    #[error(
        "The update of this vault did not finish and was undone. The vault is as it was, and opens with the CIP Desk that wrote it. Install that one again, or a newer one than this. [V-26]"
    )]
    Undone,
    /// A newer request made this one pointless, or the vault is being locked.
    #[error(
        "Stopped before the end; nothing was changed. Unlock the vault again where it was locked, then try again. [E-STORE-STOPPED]"
    )]
    Interrupted,
    /// A record that is not there.
    #[error(
        "There is no {what} \"{reference}\" in this vault. Check the reference. [E-RECORD-UNKNOWN]"
    )]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// The reference, as it was given.
        reference: String,
    },
    /// A customer whose records were destroyed.
    #[error(
        "The records of {reference} were disposed of under {disposal}, and cannot be shown any more. Its certificate is under Retention. [E-CUSTOMER-DISPOSED]"
    )]
    Disposed {
        /// The customer.
        reference: String,
        /// The disposal.
        disposal: String,
    },
    /// A record's stored form cannot be read.
    #[error(
        "A record in the database cannot be read ({0}). Run \"vault check\" to see what is affected. [V-12]"
    )]
    Record(&'static str),
    /// The random generator or the canonical form failed.
    #[error("The entry could not be made; nothing was changed. [E-JOURNAL-FORM]")]
    Form,
    /// SQLite refused a statement: a fault of ours.
    #[error("The database refused a statement; nothing was changed. [E-STORE-STATEMENT]")]
    Statement(#[source] rusqlite::Error),
}

impl StoreError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing | Self::Empty => "V-13",
            Self::NotEncrypted => "V-14",
            Self::Damaged | Self::Record(_) => "V-12",
            Self::TooNew(_) => "V-03",
            Self::ForeignSchema(_) => "V-08",
            Self::Full => "V-20",
            Self::Disk => "V-15",
            Self::Held => "A-14",
            Self::Unconfirmed => "V-21",
            Self::Busy => "V-16",
            Self::Reading => "E-VAULT-READING",
            Self::Older => "E-VAULT-OLDER",
            Self::Undone => "V-26",
            Self::Interrupted => "E-STORE-STOPPED",
            Self::NotFound { .. } => "E-RECORD-UNKNOWN",
            Self::Disposed { .. } => "E-CUSTOMER-DISPOSED",
            Self::Form => "E-JOURNAL-FORM",
            Self::Statement(_) => "E-STORE-STATEMENT",
        }
    }

    /// No record of that reference.
    pub fn not_found(what: &'static str, reference: &str) -> Self {
        Self::NotFound {
            what,
            reference: reference.chars().take(60).collect(),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{ErrorCode as Code, ffi};
        let extended = error.sqlite_error().map(|error| error.extended_code);
        if let Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) = extended {
            return Self::Unconfirmed;
        }
        match error.sqlite_error_code() {
            Some(Code::NotADatabase | Code::DatabaseCorrupt) => Self::Damaged,
            Some(Code::DiskFull) => Self::Full,
            Some(
                Code::SystemIoFailure | Code::ReadOnly | Code::CannotOpen | Code::PermissionDenied,
            ) => Self::Disk,
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy,
            Some(Code::OperationInterrupted) => Self::Interrupted,
            _ => Self::Statement(error),
        }
    }
}
