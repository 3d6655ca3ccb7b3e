//! The conduct of a customer's case: what is still open when it is to end, the checklist, signatories, red flags, what is due, and the
//! house's own rules.

views! {
    /// Something that is open about a customer, or on a case of another kind.
    OpenItem {
        /// account, discrepancy, document, draft, letter, redress, red_flag, clock, case, task.
        kind: String,
        /// In words: "Discrepancy".
        kind_label: String,
        /// The record, or the part of the customer's, in which it is settled.
        at: String,
        /// In words.
        what: String,
        /// The tab of the customer's record where it is settled; absent where it is a record of its own.
        tab: Option<String>,
        /// It must be settled: no reason closes over it.
        must: bool,
    }
    /// What a case was closed over.
    LeftOpenView {
        /// What was open.
        items: Vec<String>,
        /// Why it was closed all the same.
        reason: String,
    }
    /// What an item of the checklist rests on.
    ChecklistEvidence {
        /// document, or the tab of the record: case, identity, owners, accounts, letters.
        place: String,
        /// The document's id, or the part's.
        at: String,
        /// In words.
        words: String,
    }
    /// One thing of the checklist.
    ChecklistItem {
        /// What has to be there.
        label: String,
        /// done, open, failed, optional.
        state: String,
        /// What it rests on.
        evidence: Vec<ChecklistEvidence>,
        /// The duty behind it.
        duty: String,
    }
    /// A part of the checklist: before, one person, signatories, conflicts.
    ChecklistSection {
        /// The heading.
        title: String,
        /// Items that are done.
        done: u32,
        /// Items that are asked for.
        asked: u32,
        /// The items.
        items: Vec<ChecklistItem>,
    }
    /// A signatory, or a person with authority or control over an account (D-29).
    SignatoryView {
        /// Their id within the customer.
        id: String,
        /// Name.
        name: String,
        /// Name in its own script.
        name_original: Option<String>,
        /// signatory, control, authority.
        role: String,
        /// In words.
        role_label: String,
        /// What they may do, and by what.
        authority: String,
        /// Country, alpha-2.
        country: Option<String>,
        /// Street address.
        address: Option<String>,
        /// E-mail.
        email: Option<String>,
        /// Telephone.
        phone: Option<String>,
        /// Where it was learned.
        source: Option<String>,
        /// Since when.
        valid_from: Option<String>,
        /// Until when.
        valid_to: Option<String>,
        /// Their identity is verified.
        verified: bool,
        /// What proves their values.
        proofs: Vec<super::ProofView>,
    }
    /// A red flag about a customer.
    RedFlagView {
        /// Its id within the customer.
        id: String,
        /// Which of the pack's flags; absent where it is in no list.
        flag: Option<String>,
        /// That flag in words.
        flag_label: Option<String>,
        /// What was seen.
        what: String,
        /// Where, or who said so.
        source: String,
        /// The day on which it was seen.
        seen_on: String,
        /// What came of it; absent while nobody has looked.
        outcome: Option<String>,
        /// The day of the outcome.
        settled_on: Option<String>,
        /// Who recorded it last.
        by: String,
    }
    /// Something that is due about a customer by a day.
    CaseDue {
        /// decide, verify_again, terms, redress.
        what: String,
        /// In words: "Verify again".
        label: String,
        /// The last day.
        on: String,
        /// "3 days left", "2 days late".
        standing: String,
        /// It has passed.
        overdue: bool,
    }
    /// The house's own rules of a customer's case. No rule states these numbers.
    HouseRulesView {
        /// A case about which nothing was recorded for so many days while information is collected is abandoned by itself; absent: never.
        abandon_after_days: Option<u32>,
        /// A case is decided within so many days after collecting began.
        decide_within_days: u32,
        /// A customer who is verified again is decided on within so many days.
        verify_again_within_days: u32,
        /// So many attempts are recorded before an identity is given up.
        attempts: u32,
        /// The case opens by itself when the interval of the risk tier has passed.
        reverify_by_itself: bool,
        /// The case opens by itself when the document that somebody was verified by has expired.
        expired_by_itself: bool,
    }
    /// What the house's rules did by themselves.
    Tended {
        /// Customers whose case was abandoned.
        abandoned: Vec<String>,
        /// Customers who were opened for verification again.
        reopened: Vec<String>,
        /// Cases that are silent for long enough and stay open, because a person must look first: the customer, and what at.
        kept: Vec<super::Choice>,
    }
}

requests! {
    /// New rules of the house.
    HouseRulesReq {
        /// Days of silence; absent: never.
        abandon_after_days: Option<u32>,
        /// Days.
        decide_within_days: u32,
        /// Days.
        verify_again_within_days: u32,
        /// A number.
        attempts: u32,
        /// By itself.
        reverify_by_itself: bool,
        /// By itself.
        expired_by_itself: bool,
        /// Why they change.
        reason: String,
    }
    /// A new or changed signatory.
    SignatorySaveReq {
        /// The customer.
        customer: String,
        /// Their id; absent for a new one.
        id: Option<String>,
        /// Name.
        name: String,
        /// Name in its own script.
        name_original: Option<String>,
        /// signatory, control, authority.
        role: String,
        /// What they may do, and by what.
        authority: String,
        /// Country, code or English name.
        country: Option<String>,
        /// Street address.
        address: Option<String>,
        /// E-mail.
        email: Option<String>,
        /// Telephone.
        phone: Option<String>,
        /// Where it was learned.
        source: Option<String>,
        /// Since when.
        valid_from: Option<String>,
        /// Until when; they are ended, never deleted.
        valid_to: Option<String>,
        /// The document of the customer's that proves what changes here.
        proved_by: Option<String>,
    }
    /// A red flag, or what came of it.
    RedFlagSaveReq {
        /// The customer.
        customer: String,
        /// Its id; absent for a new one.
        id: Option<String>,
        /// Which of the pack's flags.
        flag: Option<String>,
        /// What was seen.
        what: String,
        /// Where, or who said so.
        source: String,
        /// The day on which it was seen.
        seen_on: String,
        /// What came of it.
        outcome: Option<String>,
        /// The day of the outcome; today where absent.
        settled_on: Option<String>,
    }
    /// A customer answered a letter, or the wait for an answer is over.
    LetterAnsweredReq {
        /// The customer.
        customer: String,
        /// The letter.
        id: String,
        /// The day it came.
        on: String,
        /// What it says.
        what: String,
        /// The document that came.
        document: Option<String>,
    }
}
