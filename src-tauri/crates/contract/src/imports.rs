//! Importing customers from a file.

views! {
    /// A file that was chosen and looked at.
    ImportSource {
        /// Opaque handle, good until the vault is locked.
        handle: String,
        /// The file's name.
        name: String,
        /// Its columns, as they stand.
        header: Vec<String>,
        /// The first rows.
        sample: Vec<Vec<String>>,
        /// How many rows there are.
        rows: u32,
        /// Which of our columns each of theirs is, as far as could be told.
        mapping: Vec<ColumnMapping>,
        /// The columns we know, with what they mean.
        targets: Vec<super::Choice>,
        /// The header is exactly ours: no mapping step is needed.
        exact: bool,
        /// The name under which this mapping was saved.
        saved: Option<String>,
        /// The file lists owners of customers, not customers.
        owners: bool,
        /// The standard that it is written in, where it is an ownership structure (BODS 0.4, FollowTheMoney): there are no columns to be told apart.
        structure: Option<String>,
    }
    /// A column of the file and what it is to us.
    ColumnMapping {
        /// The file's column.
        column: String,
        /// Our column; absent keeps it as a custom field.
        target: Option<String>,
    }
    /// A cell that is wrong.
    ImportProblem {
        /// Line in the file, counted from 1, the header being line 1.
        line: u32,
        /// The file's column.
        column: String,
        /// The value that is wrong, shortened.
        value: String,
        /// The stable code.
        code: String,
        /// What is wrong and what to write instead.
        message: String,
    }
    /// What an import did, or would do.
    ImportReport {
        /// Rows in the file.
        rows: u32,
        /// New customers.
        created: u32,
        /// Customers that changed.
        updated: u32,
        /// Customers that stay as they are.
        unchanged: u32,
        /// Rows that are wrong.
        rejected: u32,
        /// What is wrong, the first 1,000.
        problems: Vec<ImportProblem>,
        /// Nothing was written.
        dry_run: bool,
        /// Where the skipped rows were written to, for the eye only.
        report: Option<String>,
        /// What the file says that has no place here, in sentences.
        notes: Vec<String>,
    }
    /// An import that was run.
    ImportRow {
        /// Its place in the journal, by which it is undone.
        entry: u32,
        /// The file's name.
        file: String,
        /// Of access records, not of customers or owners.
        access: bool,
        /// Rows in the file.
        rows: u32,
        /// New records.
        created: u32,
        /// Records that changed.
        updated: u32,
        /// Rows that were left out.
        skipped: u32,
        /// When, RFC 3339 in UTC.
        recorded_at: String,
        /// Who.
        by: String,
        /// It was taken back.
        undone: bool,
        /// How many records of the file were read up to here, where the file goes on in a later import.
        upto: Option<u32>,
        /// Nothing has gone on from here yet: importing the file again does.
        stopped: bool,
    }
    /// What an import of access records did.
    #[derive(Default)]
    AccessReport {
        /// Records in the file.
        records: u32,
        /// Written.
        imported: u32,
        /// There already: the same event id, or else the same row of the same account.
        duplicates: u32,
        /// Of those written, how many have no address; kept all the same.
        without_address: u32,
        /// Of those written, how many name an account that nobody has, as yet.
        unassigned: u32,
        /// Wrong, and left out.
        rejected: u32,
        /// Records at the beginning that an import of the same file had kept when it was stopped.
        resumed: u32,
        /// The saved mapping by which the file was read.
        read_as: Option<String>,
        /// It was stopped on the way: what was read is kept, and importing the file again goes on from there.
        stopped: bool,
        /// What a person should hear of what was kept, in sentences.
        notes: Vec<String>,
        /// What is wrong, the first 1,000.
        problems: Vec<ImportProblem>,
        /// Where the records left out are listed, for the eye only.
        report: Option<String>,
    }
}

views! {
    /// A part of the access log, the newest first.
    AccessList {
        /// The records.
        rows: Vec<AccessRow>,
        /// There are more.
        more: bool,
        /// The organisation's zone, in which days were read; times are UTC.
        zone: String,
    }
    /// One access record.
    AccessRow {
        /// The provider's account number.
        account: String,
        /// The customer that has this account.
        customer: Option<String>,
        /// When, RFC 3339 in UTC.
        at: String,
        /// From where.
        ip: Option<String>,
        /// What.
        action: String,
        /// The journal's entry of the import that wrote it.
        entry: u32,
    }
}

words! {
    /// How customers are handed out.
    ExportFormat {
        /// Customers as CSV, which can be imported again. No cell is a formula.
        Csv,
        /// Their owners as CSV, which can be imported again.
        Owners,
        /// Whole records, one JSON object a line.
        Jsonl,
        /// FollowTheMoney entities, one a line.
        Ftm,
        /// Ownership structures as statements of the Beneficial Ownership Data Standard 0.4.
        Bods,
    }
}

requests! {
    /// Hand customers out.
    CustomerExportReq {
        /// Which customers, and in which order; all that match.
        asked: super::CustomerListReq,
        /// As what.
        format: ExportFormat,
    }
    /// Take an import back as one.
    ImportUndoReq {
        /// Its place in the journal.
        entry: u32,
    }
    /// Look through the access log.
    AccessListReq {
        /// The provider's account number.
        account: Option<String>,
        /// An address, or a network like `203.0.113.0/24`.
        ip: Option<String>,
        /// From a day in the organisation's zone, or an instant.
        from: Option<String>,
        /// Through a day, or before an instant.
        to: Option<String>,
        /// A part of the action's name.
        action: Option<String>,
        /// How many to pass over.
        offset: u32,
        /// How many at most, to 1,000.
        limit: u32,
    }
    /// Import an access log, chosen in a dialog or dropped.
    AccessImportReq {
        /// The account of every record, whatever the file says: its number, or a customer with one account.
        account: Option<String>,
        /// Leave bad records out, and list them, instead of refusing the file.
        skip_bad_rows: bool,
        /// Our columns (account, time, ip, action, event_id) with what they are called in the file; empty where the names are known.
        columns: Vec<super::Choice>,
        /// Save these names under this name; a file that has all of them is read by them without being asked again.
        save_as: Option<String>,
        /// The handle of a dropped file.
        handle: Option<String>,
    }
    /// Try or run an import.
    ImportReq {
        /// The handle from `ImportSource`.
        handle: String,
        /// Which column is what.
        mapping: Vec<ColumnMapping>,
        /// Leave bad rows out, and write them to a report, instead of refusing the file.
        skip_bad_rows: bool,
        /// Save the mapping under this name once the import is done.
        save_as: Option<String>,
    }
}
