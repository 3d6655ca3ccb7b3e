//! Retention and disposal: who is kept how long and why, legal holds, and disposals with their certificate.

views! {
    /// The retention screen.
    RetentionView {
        /// The day it is worked out for.
        as_of: String,
        /// Customers whose case has ended, those who may go first.
        rows: Vec<RetentionRow>,
        /// How many become eligible in each month, `YYYY-MM`; in this month also those who were before.
        months: Vec<RetentionMonth>,
        /// Legal holds, the active ones first.
        holds: Vec<HoldView>,
        /// Disposals, newest first.
        disposals: Vec<DisposalView>,
        /// One person alone approves, and says why.
        needs_override: bool,
    }
    /// A customer whose records are kept.
    RetentionRow {
        /// The customer.
        r#ref: String,
        /// The name.
        name: String,
        /// The case's last state, in words.
        status: String,
        /// retaining, held, kept, blocked, eligible.
        stage: String,
        /// In words.
        stage_label: String,
        /// The first day on which every pack allows disposal.
        eligible_on: Option<String>,
        /// The minimums: pack, clock, last day.
        applied: Vec<String>,
        /// What keeps the records here.
        why: Vec<String>,
    }
    /// A month of the list.
    RetentionMonth {
        /// `YYYY-MM`.
        month: String,
        /// How many.
        count: u32,
    }
    /// A legal hold.
    HoldView {
        /// Such as `H-0001`.
        r#ref: String,
        /// References of customers; empty for every customer.
        scope: Vec<String>,
        /// Why.
        reason: String,
        /// Who asked for it.
        authority: String,
        /// From this day.
        placed_on: String,
        /// By whom.
        placed_by: String,
        /// The day it was released, and the writing.
        released: Option<String>,
    }
    /// A disposal.
    DisposalView {
        /// Such as `DSP-2026-0001`.
        r#ref: String,
        /// References of the customers.
        customers: Vec<String>,
        /// The day of the approval.
        approved_on: String,
        /// Who approved.
        approved_by: String,
        /// Why one person alone approved.
        override_reason: Option<String>,
        /// The day it was carried out.
        done_on: Option<String>,
        /// What was destroyed, line by line.
        destroyed: Vec<String>,
        /// SHA-256 over the list of what was destroyed.
        index_sha256: Option<String>,
    }
}

requests! {
    /// Whose records are kept how long?
    RetentionReq {
        /// The day to work it out for; today where absent.
        as_of: Option<String>,
    }
    /// Hold records back.
    HoldPlaceReq {
        /// References of customers; empty for every customer.
        scope: Vec<String>,
        /// Why.
        reason: String,
        /// Who asked for it.
        authority: String,
        /// The day from which it holds; today where absent.
        placed_on: Option<String>,
    }
    /// Release a hold.
    HoldReleaseReq {
        /// The hold.
        r#ref: String,
        /// The release in writing: from whom, of which day.
        writing: String,
        /// The approver's label.
        approver: Option<String>,
        /// The approver's passphrase.
        passphrase: Option<String>,
        /// Why one person alone approves.
        override_reason: Option<String>,
    }
    /// Keep records longer, or no longer.
    RetentionKeepReq {
        /// The customer.
        customer: String,
        /// Why.
        reason: String,
        /// The day on which it is looked at again; absent to take it back.
        review_on: Option<String>,
    }
    /// Approve whose records go.
    DisposalApproveReq {
        /// References of customers.
        customers: Vec<String>,
        /// The approver's label.
        approver: Option<String>,
        /// The approver's passphrase.
        passphrase: Option<String>,
        /// Why one person alone approves.
        override_reason: Option<String>,
    }
}
