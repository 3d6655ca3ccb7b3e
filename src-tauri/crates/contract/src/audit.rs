//! The journal, checks and backups.

use super::VaultCard;

views! {
    /// Something `vault check` found.
    CheckProblem {
        /// The stable code.
        code: String,
        /// Where: a file, a table, an entry.
        at: String,
        /// In words.
        message: String,
    }
    /// The result of a check.
    CheckReport {
        /// Everything holds.
        ok: bool,
        /// Entries in the journal.
        journal_entries: u32,
        /// Documents.
        documents: u32,
        /// Checkpoints verified.
        checkpoints: u32,
        /// What does not hold.
        problems: Vec<CheckProblem>,
        /// "1,842 entries, no gap, 37 checkpoints valid".
        summary: String,
    }
    /// A backup was written, and older ones may have been removed.
    BackedUp {
        /// The new folder's name.
        name: String,
        /// Its size in bytes.
        #[ts(type = "number")]
        bytes: u64,
        /// Names of older backups that were removed, because no more are to be kept.
        removed: Vec<String>,
    }
    /// A backup as anybody can see it who has the folder. What it says of itself is believed when it was opened.
    BackupCard {
        /// Opaque handle for later calls; never a path.
        id: String,
        /// The folder's name and place, for the eye only.
        place: String,
        /// The members' labels that the folder shows: who can open it.
        labels: Vec<String>,
        /// The vault's number, as on the recovery sheet.
        vault: String,
        /// When it says that it was made, RFC 3339; a folder that was copied by hand does not say it.
        made_at: Option<String>,
        /// The version of the program that it says made it.
        program: Option<String>,
        /// Entries in its journal, as it says.
        entries: Option<u32>,
        /// Its journal's head code, as it says.
        head_code: Option<String>,
        /// Whether this computer has opened the vault before.
        here: bool,
    }
    /// A full export, as it says of itself what it is. It is believed when a vault was made of it and checked.
    ExportCard {
        /// Opaque handle for later calls; never a path.
        id: String,
        /// The folder's name and place, for the eye only.
        place: String,
        /// Whose vault it came out of.
        organisation: String,
        /// The labels of the members who were active: who may take it in.
        labels: Vec<String>,
        /// When it says that it was made, RFC 3339.
        made_at: String,
        /// The version of the program that it says made it.
        program: String,
        /// Entries in its journal, as it says.
        entries: u32,
        /// Documents in it, as it says.
        documents: u32,
        /// Its journal's head code, as it says.
        head_code: Option<String>,
    }
    /// A backup was copied to a new folder, opened there and checked.
    Restored {
        /// The restored vault, to be opened; absent on the command line.
        vault: Option<VaultCard>,
        /// The new folder's name.
        name: String,
        /// Whose vault it is.
        organisation: String,
        /// Entries in its journal.
        entries: u32,
        /// Its journal's head code, to be compared with a printed page.
        head_code: String,
        /// The day of the last entry, as people read it.
        last_entry: Option<String>,
        /// What was checked, in a sentence.
        summary: String,
        /// What does not hold, where it was restored all the same.
        problems: Vec<CheckProblem>,
        /// What this computer remembers of the vault, and what to do next.
        notes: Vec<String>,
    }
}

requests! {
    /// Restore a backup to a new folder, which is chosen in a dialog.
    BackupRestoreReq {
        /// The handle from `BackupCard`.
        backup: String,
        /// The member's label; may be absent where there is one member.
        label: Option<String>,
        /// The passphrase, as it was when the backup was made.
        passphrase: String,
        /// Restore it although something in it does not hold.
        damaged: bool,
    }
    /// Make a vault of a full export, in a new folder that is chosen in a dialog.
    VaultImportReq {
        /// The handle from `ExportCard`.
        export: String,
        /// Who takes it in, by the label in the old vault; may be absent where one member was active.
        label: Option<String>,
        /// The passphrase of the new vault.
        passphrase: String,
    }
    /// Print an extract of the journal.
    JournalPrintReq {
        /// The first day of recording.
        from: String,
        /// The last one.
        to: String,
    }
}
