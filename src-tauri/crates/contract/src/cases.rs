//! Department requests and reseller failures.

views! {
    /// A case as lists show it.
    CaseRow {
        /// Such as `REQ-2026-0001` or `EVD-2026-0001`.
        r#ref: String,
        /// request or failure.
        kind: String,
        /// In words: "Department request for CIP copies".
        kind_label: String,
        /// What it is about.
        title: String,
        /// The state.
        state: String,
        /// The state in words.
        state_label: String,
        /// The day it was received.
        received_on: String,
        /// Its most urgent running clock.
        clock: Option<super::ClockRow>,
        /// Its filing.
        filing: Option<String>,
    }
    /// Cases.
    CaseList {
        /// The rows: open ones first, then by due date.
        rows: Vec<CaseRow>,
    }
    /// A reseller whose CIP a request asks for.
    RequestItem {
        /// The reseller.
        reseller: String,
        /// Its name.
        name: String,
        /// The CIP version in force on the day of the request.
        cip: Option<super::CipView>,
        /// What to know: "No CIP in the vault".
        warning: Option<String>,
        /// The reseller did not supply it, and no case about its failure is open: one is offered.
        offer_failure: bool,
    }
    /// One case, whole.
    CaseView {
        /// As lists show it.
        row: CaseRow,
        /// The Department's reference, or the summary of the evidence.
        text: String,
        /// How it arrived.
        how: Option<String>,
        /// Its clocks.
        clocks: Vec<super::ClockView>,
        /// What is asked for.
        items: Vec<RequestItem>,
        /// Its documents.
        documents: Vec<super::DocumentRow>,
        /// Its filings.
        filings: Vec<super::FilingRow>,
        /// Its states, in order, for the steps on the left.
        steps: Vec<StepView>,
        /// What can be done next, and what cannot and why.
        moves: Vec<CaseMove>,
    }
    /// A step that a case can take.
    CaseMove {
        /// The state it leads to.
        to: String,
        /// A verb for the button.
        label: String,
        /// It may be taken now.
        allowed: bool,
        /// Why not.
        blocked_by: Vec<String>,
        /// What to write down: the evidence.
        asks: String,
        /// It asks when it happened.
        asks_when: bool,
        /// It needs an approver's signature.
        approval: bool,
        /// What it does to the clock, in words.
        clock: Option<String>,
        /// The duties behind it.
        duties: Vec<String>,
    }
    /// One step of a case.
    StepView {
        /// The state.
        state: String,
        /// In words.
        label: String,
        /// done, now, next.
        standing: String,
        /// When, for a step that is done.
        at: Option<String>,
    }
    /// A case was opened.
    CaseOpened {
        /// Its reference.
        case: String,
        /// The clock.
        clock: String,
        /// The due date.
        due: String,
        /// The filing that was drafted.
        filing: Option<String>,
    }
}

requests! {
    /// Record a Department request for CIP copies (domain 3.2).
    RequestOpenReq {
        /// Received: a date or an instant.
        received: String,
        /// The resellers whose CIP is asked for.
        resellers: Vec<String>,
        /// The Department's reference.
        reference: String,
        /// How it arrived.
        how: Option<String>,
        /// The handle of the dropped letter.
        handle: Option<String>,
    }
    /// Record evidence that a reseller failed (domain 3.3).
    EvidenceOpenReq {
        /// The reseller.
        reseller: String,
        /// When the evidence was received: a date or an instant.
        received: String,
        /// What it is.
        summary: String,
        /// The handle of dropped files.
        handle: Option<String>,
        /// A signal that has to be assessed first: its clock is provisional, and counts from the same day.
        signal: bool,
    }
    /// Take a step of a case.
    CaseAdvanceReq {
        /// The case.
        r#ref: String,
        /// The state.
        to: String,
        /// The evidence, in words.
        note: String,
        /// When it happened: a date or an instant; today where absent.
        at: Option<String>,
        /// The approver's label, where the step needs one.
        approver: Option<String>,
        /// The approver's passphrase.
        passphrase: Option<String>,
        /// Why one person both proposes and approves.
        override_reason: Option<String>,
    }
}
