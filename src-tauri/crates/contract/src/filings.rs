//! Filings: drafted, approved, sealed, sent, and anybody's bundle verified.

views! {
    /// A filing as lists show it.
    FilingRow {
        /// Such as `F4-2026-0001`.
        r#ref: String,
        /// The form, such as `F4`.
        form: String,
        /// In words: "Copies of CIPs".
        title: String,
        /// draft, validated, approved, sealed, sent, acknowledged, rejected, superseded.
        state: String,
        /// The filing that it replaces.
        replaces: Option<String>,
        /// The filing that replaced it.
        replaced_by: Option<String>,
        /// Its case.
        case: Option<String>,
        /// The due date of its clock.
        due: Option<String>,
        /// How it stands.
        standing: Option<String>,
        /// When it was sealed, RFC 3339.
        sealed_at: Option<String>,
        /// When it was sent, RFC 3339.
        sent_at: Option<String>,
        /// Comments.
        beside: super::Beside,
    }
    /// Filings.
    FilingList {
        /// The rows, newest first.
        rows: Vec<FilingRow>,
    }
    /// One line of the validation panel.
    Finding {
        /// blocks, warns or passed.
        level: String,
        /// In words.
        message: String,
        /// The field or record to go to.
        go_to: Option<String>,
        /// The stable code.
        code: String,
    }
    /// A part of an answer.
    FormPart {
        /// Its name in the JSON.
        key: String,
        /// What a person reads.
        label: String,
        /// text, long, date, number, flag, country, choice.
        kind: String,
        /// A row without it blocks.
        must: bool,
        /// The words of a choice.
        choices: Vec<super::Choice>,
    }
    /// A row of an answer.
    FormRow {
        /// The record it comes from; empty: a person added it.
        key: String,
        /// Values in the order of the parts; empty: not recorded.
        cells: Vec<String>,
    }
    /// "Unknown, asked on".
    FormUnknown {
        /// The day on which somebody was asked.
        asked_on: String,
        /// Who was asked.
        asked_of: String,
        /// What was answered so far.
        answer: String,
    }
    /// A name and a value, as it is read.
    FormFact {
        /// The name.
        name: String,
        /// The value.
        value: String,
    }
    /// An item of the form, as it will be read, and what a person may write there.
    FormLine {
        /// Its name in the JSON.
        id: String,
        /// Number in the form; empty where the rule has none.
        no: String,
        /// The label.
        label: String,
        /// The paragraph, and whether somebody compared it with the rule.
        note: String,
        /// blocks, warns, passed.
        standing: String,
        /// A plain answer, as it is read.
        words: String,
        /// Names and values, as they are read.
        facts: Vec<FormFact>,
        /// The columns of a table.
        columns: Vec<String>,
        /// Its rows, as they are read.
        rows: Vec<Vec<String>>,
        /// The sum of a table of numbers.
        total: String,
        /// "Unknown; asked on ...".
        unknown: String,
        /// It differs from the filing that this one replaces.
        changed: bool,
        /// The records it comes from.
        from: Vec<String>,
        /// records, unverified, written, empty.
        origin: String,
        /// Who wrote it, and when.
        written: Option<String>,
        /// Rows can be added.
        many: bool,
        /// "Unknown, asked on" is an answer.
        may_be_unknown: bool,
        /// What it asks.
        parts: Vec<FormPart>,
        /// What it holds.
        values: Vec<FormRow>,
        /// What was done to learn it.
        asked: Option<FormUnknown>,
    }
    /// A heading of the form and its items.
    FormSection {
        /// The heading.
        title: String,
        /// blocks, warns, passed.
        standing: String,
        /// The items.
        lines: Vec<FormLine>,
    }
    /// A form that can be begun.
    FormChoice {
        /// Such as `F1`.
        form: String,
        /// Its title.
        title: String,
        /// What it is for.
        about: String,
        /// The duties behind it.
        duties: String,
        /// Running clocks that it can answer.
        clocks: Vec<super::Choice>,
        /// It needs a record it is about: customer, reseller or disposal.
        about_what: Option<String>,
    }
    /// What came back.
    ReplyView {
        /// acknowledged or rejected.
        outcome: String,
        /// The day.
        on: String,
        /// Their number or words.
        reference: String,
    }
    /// A place where two filings differ.
    FilingDifference {
        /// The item's number.
        no: String,
        /// The item, in words.
        item: String,
        /// As it was printed; empty where it was not there.
        was: String,
        /// As it is printed; empty where it is there no longer.
        now: String,
    }
    /// Two filings, side by side.
    FilingComparison {
        /// The earlier.
        before: String,
        /// The later.
        after: String,
        /// Where they differ.
        differences: Vec<FilingDifference>,
    }
    /// Proof of sending.
    SendingView {
        /// When, RFC 3339 or a date.
        sent_at: String,
        /// How.
        channel: String,
        /// Reference or proof.
        proof: Option<String>,
    }
    /// A sealed bundle.
    SealView {
        /// SHA-256 of the bundle, lower-case hex.
        sha256: String,
        /// The same, in groups of four for reading aloud.
        sha256_groups: Vec<String>,
        /// Size in bytes.
        #[ts(type = "number")]
        bytes: u64,
        /// Files inside.
        files: u32,
        /// Who signed: name.
        signer: String,
        /// The key's fingerprint.
        fingerprint: String,
        /// When.
        sealed_at: String,
        /// The journal's head code that is printed on each page.
        head_code: String,
        /// The bundle's name.
        name: String,
        /// Why one person both prepared and approved.
        override_reason: Option<String>,
    }
    /// One filing, whole.
    FilingView {
        /// As lists show it.
        row: FilingRow,
        /// Revision for changes.
        revision: u32,
        /// The form, section by section.
        sections: Vec<FormSection>,
        /// Blocks, warnings, passed.
        findings: Vec<Finding>,
        /// It may be sealed.
        sealable: bool,
        /// Only one active member may approve: an override with a reason is needed.
        needs_override: bool,
        /// What it is for.
        about: String,
        /// The day of which it speaks.
        as_of: String,
        /// Who validated or approved what it says now, and when.
        approved_by: Option<String>,
        /// The records it is about.
        subjects: Vec<String>,
        /// What differs from the filing that it replaces.
        differences: Vec<FilingDifference>,
        /// What came back.
        replies: Vec<ReplyView>,
        /// The seal.
        seal: Option<SealView>,
        /// The sending.
        sending: Option<SendingView>,
        /// Documents that go with it.
        documents: Vec<super::DocumentRow>,
        /// Documents that came after it was sealed: receipts, proof of delivery.
        receipts: Vec<super::DocumentRow>,
        /// The clock that sending stops.
        clock: Option<super::ClockRow>,
        /// Address of a page of the PDF: put `/PAGE?width=W` behind it.
        pages_url: Option<String>,
        /// Pages of the PDF.
        pages: Option<u32>,
        /// The statement above the signature.
        statement: String,
        /// The pack's standing, printed on each page.
        pack: super::PackNoteShort,
    }
    /// An exported bundle.
    Exported {
        /// The file's name.
        name: String,
        /// SHA-256 of the file.
        sha256: String,
        /// Size in bytes.
        #[ts(type = "number")]
        bytes: u64,
        /// Encrypted to these recipients, shortened.
        recipients: Vec<String>,
    }
}

requests! {
    /// Write an item of a draft.
    FilingEditReq {
        /// The filing.
        r#ref: String,
        /// The revision on the screen.
        revision: u32,
        /// The items that were written.
        answers: Vec<FormAnswer>,
    }
    /// What a person writes for an item.
    FormAnswer {
        /// The item.
        item: String,
        /// Its rows; those that come from records keep their key.
        rows: Vec<FormAnswerRow>,
        /// It is not known.
        unknown: Option<FormAsked>,
    }
    /// A row that a person writes.
    FormAnswerRow {
        /// The record it comes from; empty: a new row.
        key: String,
        /// Values by part.
        cells: std::collections::BTreeMap<String, String>,
    }
    /// "Unknown, asked on", as a person writes it.
    FormAsked {
        /// The day on which somebody was asked.
        asked_on: String,
        /// Who was asked.
        asked_of: String,
        /// What was answered so far.
        answer: String,
    }
    /// Begin a filing.
    FilingDraftReq {
        /// The form.
        form: String,
        /// The records it is about.
        subjects: Vec<String>,
        /// The clock that it answers; absent: the running one, where there is one only.
        clock: Option<String>,
        /// The day of which it speaks; absent: the day as of which its certification froze its counts, else today.
        as_of: Option<String>,
        /// The sealed filing that it replaces in full.
        replaces: Option<String>,
    }
    /// Sign for what the form says now.
    FilingApproveReq {
        /// The filing.
        r#ref: String,
        /// The approver's label; the member at work when absent.
        label: Option<String>,
        /// The approver's passphrase, again.
        passphrase: String,
        /// Why one person both prepared and approved, where nobody else can.
        override_reason: Option<String>,
    }
    /// Record what came back.
    FilingAnswerReq {
        /// The filing.
        r#ref: String,
        /// acknowledged or rejected.
        outcome: String,
        /// The day; today when absent.
        on: Option<String>,
        /// Their number or words.
        reference: String,
    }
    /// Compare two filings.
    FilingCompareReq {
        /// The earlier.
        before: String,
        /// The later.
        after: String,
    }
    /// Approve and seal.
    FilingSealReq {
        /// The filing.
        r#ref: String,
        /// The approver's label; the member at work when absent.
        label: Option<String>,
        /// The approver's passphrase, again.
        passphrase: String,
        /// Why one person both prepared and approved, where nobody else can.
        override_reason: Option<String>,
        /// The key that signs the bundle: none for the approval key, `agent` for an SSH agent, `file` for an OpenSSH key file chosen in a dialog.
        sign_with: Option<String>,
    }
    /// Write the bundle to a folder chosen in a dialog.
    FilingExportReq {
        /// The filing.
        r#ref: String,
        /// age recipients (`age1...`), one per line or separated by spaces; empty: not encrypted.
        recipients: String,
    }
    /// Record that it was sent.
    FilingSentReq {
        /// The filing.
        r#ref: String,
        /// When: a date or an instant.
        sent: String,
        /// How.
        channel: String,
        /// Reference or proof.
        proof: Option<String>,
    }
}
