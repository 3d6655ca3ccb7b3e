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
        /// draft, sealed, sent, acknowledged.
        state: String,
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
    /// A line of the form, as it will be read.
    FormLine {
        /// Number in the form.
        no: String,
        /// The label.
        label: String,
        /// The value; empty prints "not recorded".
        value: String,
        /// Where it comes from, such as `RS-0001`.
        from: Option<String>,
        /// The field's id where it can be edited here.
        edit: Option<String>,
    }
    /// A heading of the form and its lines.
    FormSection {
        /// The heading.
        title: String,
        /// blocks, warns, passed.
        standing: String,
        /// The lines.
        lines: Vec<FormLine>,
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
        /// What a person may change: addressee, confidentiality request, signatory's title, notes.
        addressee: String,
        /// The signatory's title.
        signatory_title: String,
        /// Confidential treatment is asked for.
        confidential: bool,
        /// The words of that request.
        confidentiality_request: String,
        /// Notes.
        notes: String,
        /// Why an item is missing, by reseller.
        missing: Vec<MissingReason>,
        /// The seal.
        seal: Option<SealView>,
        /// The sending.
        sending: Option<SendingView>,
        /// The attached documents.
        documents: Vec<super::DocumentRow>,
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
    /// Why a CIP is missing.
    MissingReason {
        /// The reseller.
        reseller: String,
        /// Its name.
        name: String,
        /// The reason.
        reason: String,
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
    /// Who signed a bundle.
    BundleSigner {
        /// The principal.
        name: String,
        /// The fingerprint.
        fingerprint: String,
        /// Known through an allowed-signers file from outside the bundle.
        trusted: bool,
    }
    /// What is wrong with a bundle.
    BundleProblem {
        /// The stable code, such as `B-22`.
        code: String,
        /// The file inside.
        path: String,
        /// In words.
        message: String,
    }
    /// The result of verifying a bundle.
    BundleReport {
        /// Everything holds.
        valid: bool,
        /// Who signed.
        signer: Option<BundleSigner>,
        /// The filing's reference.
        filing: Option<String>,
        /// Payload files.
        files: u32,
        /// Payload bytes.
        #[ts(type = "number")]
        bytes: u64,
        /// What does not hold.
        problems: Vec<BundleProblem>,
        /// What was checked, in words, in order.
        checks: Vec<String>,
        /// The file's name.
        name: String,
    }
}

requests! {
    /// Change what a person may change in a draft.
    FilingEditReq {
        /// The filing.
        r#ref: String,
        /// The revision on the screen.
        revision: u32,
        /// To whom.
        addressee: String,
        /// The signatory's title.
        signatory_title: String,
        /// Ask for confidential treatment.
        confidential: bool,
        /// In these words.
        confidentiality_request: String,
        /// Notes.
        notes: String,
        /// Why an item is missing.
        missing: Vec<MissingReason>,
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
