//! Resellers and their CIP documents.

views! {
    /// A reseller as lists show it.
    ResellerRow {
        /// Such as `RS-0001`.
        r#ref: String,
        /// Name.
        name: String,
        /// Country, alpha-2.
        country: String,
        /// The country's name.
        country_name: String,
        /// Foreign, and so in the scope of 15 CFR 7.303 (proposed).
        foreign: bool,
        /// onboarding, active, under_review, terminating, terminated.
        state: String,
        /// The CIP version in force today.
        cip_version: Option<String>,
        /// Effective since.
        cip_effective: Option<String>,
        /// Running clocks about it.
        open_clocks: u32,
        /// The nearest due date.
        next_due: Option<String>,
        /// The nearest due date in words.
        next_standing: Option<String>,
    }
    /// Resellers.
    ResellerList {
        /// The rows, by name.
        rows: Vec<ResellerRow>,
    }
    /// A version of a CIP document.
    CipView {
        /// Such as `CIP-0001`.
        r#ref: String,
        /// Version as the reseller calls it.
        version: String,
        /// In force from.
        effective_from: String,
        /// In force until; absent while it is in force.
        effective_to: Option<String>,
        /// The document.
        document: super::DocumentRow,
        /// When we received it.
        received_on: String,
    }
    /// One reseller, whole.
    ResellerView {
        /// As lists show it.
        row: ResellerRow,
        /// Revision for changes.
        revision: u32,
        /// Street address.
        address: Option<String>,
        /// Contact e-mail.
        email: Option<String>,
        /// Notes.
        notes: Option<String>,
        /// CIP versions, newest first.
        cips: Vec<CipView>,
        /// Its cases.
        cases: Vec<super::CaseRow>,
        /// Its clocks.
        clocks: Vec<super::ClockRow>,
        /// Other documents.
        documents: Vec<super::DocumentRow>,
    }
}

requests! {
    /// Register a reseller.
    ResellerSaveReq {
        /// The reference; absent for a new one.
        r#ref: Option<String>,
        /// Name.
        name: String,
        /// Country, code or English name.
        country: String,
        /// Street address.
        address: Option<String>,
        /// Contact e-mail.
        email: Option<String>,
        /// Notes.
        notes: Option<String>,
    }
    /// File a version of a reseller's CIP; the file is chosen in a dialog unless a handle is given.
    CipAddReq {
        /// The reseller.
        reseller: String,
        /// Version as the reseller calls it.
        version: String,
        /// In force from, `YYYY-MM-DD`.
        effective_from: String,
        /// Received on; today when absent.
        received_on: Option<String>,
        /// The handle of dropped files.
        handle: Option<String>,
    }
}
