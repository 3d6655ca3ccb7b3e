//! Documents: attached, encrypted, previewed.

views! {
    /// A document as lists show it.
    DocumentRow {
        /// Random id.
        id: String,
        /// The record it belongs to.
        subject: String,
        /// passport, national_id, registry_extract, cip, other, ...
        r#type: String,
        /// The type in words.
        type_label: String,
        /// The name it came with.
        name: String,
        /// What it really is, from its content.
        media_type: String,
        /// Size in bytes.
        #[ts(type = "number")]
        bytes: u64,
        /// SHA-256, lower-case hex.
        sha256: String,
        /// When it was recorded, RFC 3339.
        recorded_at: String,
        /// By whom.
        recorded_by: String,
        /// What a person should know: "Named .jpg but is a web page".
        marks: Vec<String>,
        /// It can be shown.
        previewable: bool,
        /// The document in whose place it came: its earlier version.
        replaces: Option<String>,
    }
    /// A document and what the preview found.
    DocumentView {
        /// As lists show it.
        row: DocumentRow,
        /// Pages; absent: unknown.
        pages: Option<u32>,
        /// Text, where the document is text: shown as text.
        text: Option<String>,
        /// Why there is no preview, in a sentence.
        no_preview: Option<String>,
        /// What else the preview noticed.
        marks: Vec<String>,
        /// Address of a page: put `/PAGE?width=W&rotate=R` behind it.
        pages_url: Option<String>,
    }
    /// What was attached.
    Attached {
        /// The documents, in the order of the files.
        documents: Vec<DocumentRow>,
        /// What could not be attached, one sentence each; the others are there.
        refused: Vec<super::Failure>,
    }
    /// Files were dropped on the window, or chosen in a dialog; their paths stay in Rust.
    Dropped {
        /// Opaque handle for `document_attach`, good for ten minutes.
        handle: String,
        /// The files' names.
        names: Vec<String>,
    }
}

requests! {
    /// Attach files chosen in a dialog, or dropped.
    DocumentAttachReq {
        /// The record it belongs to, such as `C-000001`.
        subject: String,
        /// The type.
        r#type: String,
        /// The document in whose place it comes, where it is a newer version of one of the same record.
        replaces: Option<String>,
        /// The handle of dropped files; absent: ask with a dialog.
        handle: Option<String>,
    }
    /// A document by its id.
    DocumentReq {
        /// The id.
        id: String,
    }
}
