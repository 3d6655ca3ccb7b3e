//! Errors as they are shown: a stable code, a sentence, and what kind of failure it is.

words! {
    /// What kind of failure; the command line's exit status follows from it (contract, section 3).
    Class {
        /// A check did not hold. Exit 1.
        NotValid,
        /// Bad usage or bad input; nothing was changed. Exit 2.
        BadInput,
        /// The machine failed: disk, permission, in use. Exit 3.
        Machine,
        /// Could not unlock or decrypt, or the vault is locked. Exit 4.
        Locked,
        /// Something is damaged; the rest can still be read. Exit 5.
        Damaged,
        /// Made by a newer version. Exit 6.
        Newer,
        /// Over a limit that is named. Exit 7.
        Limit,
        /// Refused for safety or by policy. Exit 8.
        Refused,
        /// The person stopped it. Nothing was changed. Exit 2.
        Cancelled,
        /// A fault of ours; the incident number stands in the log. Exit 70.
        Internal,
    }
}

impl Class {
    /// The exit status of the command line for this class.
    pub fn exit_status(self) -> u8 {
        match self {
            Class::NotValid => 1,
            Class::BadInput | Class::Cancelled => 2,
            Class::Machine => 3,
            Class::Locked => 4,
            Class::Damaged => 5,
            Class::Newer => 6,
            Class::Limit => 7,
            Class::Refused => 8,
            Class::Internal => 70,
        }
    }
}

views! {
    /// One field or cell that is wrong.
    FieldProblem {
        /// The field's id, or the column's name.
        field: String,
        /// The stable code.
        code: String,
        /// The sentence.
        message: String,
    }
    /// An error, the same in the window, on the command line and in the log.
    Failure {
        /// The stable code, such as `V-04` or `E-IMPORT-COUNTRY`.
        code: String,
        /// What kind of failure.
        class: Class,
        /// One or two sentences: what was being done, on what, what is wrong, what to do next.
        message: String,
        /// The single fields that are wrong, where there are several.
        problems: Vec<FieldProblem>,
        /// How long to wait before another try, in milliseconds; 0 where it does not apply.
        retry_after_ms: u32,
    }
}

impl Failure {
    /// A failure without details.
    pub fn new(code: &str, class: Class, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            class,
            message: message.into(),
            problems: Vec::new(),
            retry_after_ms: 0,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} [{}]", self.message, self.code)
    }
}

impl std::error::Error for Failure {}

requests! {
    /// A request without fields.
    Empty {}
}

views! {
    /// An answer without content: it is done.
    Done {}
    /// How far a job is.
    Progress {
        /// What is being done, in words.
        phase: String,
        /// How much is done, in `unit`s.
        done: f64,
        /// Out of how much; absent while unknown.
        total: Option<f64>,
        /// What is counted: rows, bytes, files, entries.
        unit: String,
    }
    /// Sent to the window after every write: what changed, so that views fetch it again.
    Changes {
        /// References of the records that changed.
        subjects: Vec<String>,
        /// The kinds of journal entries written.
        kinds: Vec<String>,
    }
}
