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
    /// One point of a scorecard.
    ScoreView {
        /// What is looked at.
        label: String,
        /// good, watch, bad.
        grade: String,
        /// Why.
        words: String,
    }
    /// A yearly attestation.
    AttestationView {
        /// The day on it.
        on: String,
        /// Who signed.
        signatory: String,
        /// The document: id and name.
        document: Option<super::Choice>,
    }
    /// Counts that a reseller gave.
    CountsView {
        /// As of.
        as_of: String,
        /// Customers.
        customers: u32,
        /// Of them, not verified.
        unverified: u32,
    }
    /// A minimum element of a CIP, and what a review found of it.
    ElementView {
        /// The element.
        id: String,
        /// In words.
        label: String,
        /// The heading it stands under.
        group: Option<String>,
        /// The rule behind it.
        rule: super::RuleNote,
        /// met, missing, unclear; absent where it was not looked at.
        standing: Option<String>,
        /// Where it stands in the document.
        page: Option<String>,
        /// What the reseller itself said of it by file, in words; absent where it said nothing.
        stated: Option<String>,
    }
    /// A review of a CIP version.
    CipReviewView {
        /// The version's reference.
        cip: String,
        /// The day; absent where there was none.
        on: Option<String>,
        /// What was found.
        note: String,
        /// The elements, in the order of the rule packs.
        elements: Vec<ElementView>,
    }
    /// Whom a reseller sells on to, by its own statement.
    StatedBuyer {
        /// The name, as it was stated.
        name: String,
        /// Country, alpha-2.
        country: String,
        /// The country's name.
        country_name: String,
        /// Where it was stated: the request by file, and the day.
        stated: String,
        /// below: in the chain below; customer: a customer of the record that came through it; elsewhere: a reseller that stands elsewhere;
        /// outside: not known.
        standing: String,
        /// The record that it is, where there is one.
        record: Option<super::Choice>,
    }
    /// What is known of a reseller, as of a day.
    OversightView {
        /// The day.
        on: String,
        /// Other names.
        names: Vec<String>,
        /// From us down to it: reference and name, itself last.
        chain: Vec<super::Choice>,
        /// Who buys from it.
        downstream: Vec<super::Choice>,
        /// The clause of the contract.
        clause: Option<String>,
        /// The contract: id and name.
        contract: Option<super::Choice>,
        /// Attestations up to the day, newest first.
        attestations: Vec<AttestationView>,
        /// Counts up to the day, newest first.
        counts: Vec<CountsView>,
        /// Whether it reports AI training.
        ai_reporting: Option<bool>,
        /// The CIP that was in force on the day.
        cip: Option<CipView>,
        /// Its last review up to the day.
        review: Option<CipReviewView>,
        /// The scorecard on the day.
        scores: Vec<ScoreView>,
        /// Customers of the record that came through it: reference and name.
        customers: Vec<super::Choice>,
        /// Whom it sells on to, by its last statement up to the day.
        buyers: Vec<StatedBuyer>,
    }
    /// A line of a comparison of two CIP versions.
    CipDifference {
        /// What is compared.
        label: String,
        /// In the first.
        first: String,
        /// In the second.
        second: String,
        /// They differ.
        differs: bool,
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
    /// What was known of a reseller on a day.
    OversightReq {
        /// The reseller.
        r#ref: String,
        /// The day; today where absent.
        on: Option<String>,
    }
    /// Two versions of a CIP, side by side.
    CipCompareReq {
        /// The reseller.
        r#ref: String,
        /// One version's reference.
        first: String,
        /// The other's.
        second: String,
    }
    /// Record what is known of a reseller; what is absent stays.
    ResellerOverseeReq {
        /// The reseller.
        r#ref: String,
        /// Other names, all of them.
        names: Option<Vec<String>>,
        /// The reseller it buys from; empty where it buys from us.
        upstream: Option<String>,
        /// The clause of the contract; empty takes it away.
        clause: Option<String>,
        /// The document that holds it; empty takes it away.
        contract: Option<String>,
        /// Whether it reports AI training.
        ai_reporting: Option<bool>,
        /// An attestation to add.
        attestation: Option<AttestationReq>,
        /// Counts to add.
        counts: Option<CountsReq>,
    }
    /// Say which customers of the record came through a reseller: all of them.
    ResellerCustomersReq {
        /// The reseller.
        r#ref: String,
        /// The customers.
        customers: Vec<String>,
    }
    /// Take a buyer that a reseller stated into the chain of resale, a tier below it; or say that it is a customer of the record.
    BuyerTakeReq {
        /// The reseller that stated it.
        r#ref: String,
        /// The buyer's name, as it was stated.
        name: String,
        /// The reseller or the customer of the record that it is; absent: a reseller that is new to the register.
        record: Option<String>,
    }
    /// A yearly attestation.
    AttestationReq {
        /// The day on it.
        on: String,
        /// Who signed.
        signatory: String,
        /// The document's id.
        document: Option<String>,
    }
    /// Counts that a reseller gave.
    CountsReq {
        /// As of.
        as_of: String,
        /// Customers.
        customers: u32,
        /// Of them, not verified.
        unverified: u32,
    }
    /// A mark of one element.
    MarkReq {
        /// The element.
        id: String,
        /// met, missing, unclear.
        standing: String,
        /// Where it stands in the document.
        page: Option<String>,
    }
    /// Record a review of a CIP version against the minimum elements.
    CipReviewReq {
        /// The reseller.
        r#ref: String,
        /// The version's reference.
        cip: String,
        /// The day; today where absent.
        on: Option<String>,
        /// What was found, in words.
        note: String,
        /// The marks.
        marks: Vec<MarkReq>,
    }
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
