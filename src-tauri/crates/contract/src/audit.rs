//! The journal, checks and backups.

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
}

requests! {
    /// Print an extract of the journal.
    JournalPrintReq {
        /// The first day of recording.
        from: String,
        /// The last one.
        to: String,
    }
}
