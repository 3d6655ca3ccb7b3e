//! Customers: the list, one record, and what may be done with it.

words! {
    /// A natural person or an organisation.
    PartyKind { Individual, Entity }
    /// Whether someone is a U.S. person (D-22).
    UsStatus { Undetermined, Us, Foreign }
    /// What the list can be sorted by.
    CustomerSort { Ref, Name, Country, Status, UsStatus, Missing, Risk, Changed }
}

views! {
    /// A customer as lists show it.
    CustomerRow {
        /// Such as `C-000001`.
        r#ref: String,
        /// The provider's own id for it.
        external_id: Option<String>,
        /// The name in Latin script.
        name: String,
        /// The name in its own script, where it differs.
        name_original: Option<String>,
        /// individual or entity.
        kind: PartyKind,
        /// ISO 3166-1 alpha-2, or empty.
        country: String,
        /// undetermined, us, foreign.
        us_status: UsStatus,
        /// The case's state, such as `collecting` or `verified`.
        status: String,
        /// low, medium, high.
        risk: Option<String>,
        /// Required items not there yet.
        missing: u32,
        /// When it last changed, RFC 3339.
        changed_at: String,
        /// Comments, tasks, who sees to it, tags.
        beside: super::Beside,
    }
    /// A page of customers.
    CustomerList {
        /// How many match the search and the filters.
        total: u32,
        /// How many customers there are at all.
        all: u32,
        /// The rows from `offset`.
        rows: Vec<CustomerRow>,
        /// How many customers per status, within the search, for the filter's counts.
        by_status: Vec<Count>,
        /// How many per country, within the search, most first, at most 50.
        by_country: Vec<Count>,
        /// How many per risk tier, within the search.
        by_risk: Vec<Count>,
    }
    /// A value and how often it occurs.
    Count {
        /// The value.
        value: String,
        /// How often.
        count: u32,
    }
    /// The paragraph that asks for something.
    RuleNote {
        /// Such as "15 CFR 7.302 (proposed)".
        cite: String,
        /// What it asks, in our words.
        text: String,
        /// seen, memory, memory-low, design.
        confidence: String,
        /// False: show "not verified against the rule".
        verified: bool,
    }
    /// One field of a record.
    FieldView {
        /// The field's id, such as `street_address`.
        id: String,
        /// Its label.
        label: String,
        /// text, long, place, country, email, phone, date, choice.
        input: String,
        /// Its values; several where `multiple`.
        values: Vec<String>,
        /// Takes several values.
        multiple: bool,
        /// The pack requires it of this customer.
        required: bool,
        /// Required and there.
        present: bool,
        /// Why there may be nothing: a recorded reason it cannot be had.
        absent_reason: Option<String>,
        /// The paragraph that asks for it.
        rule: Option<RuleNote>,
        /// Who said so: "import customers.csv", "form".
        source: Option<String>,
        /// When it was recorded, RFC 3339.
        recorded_at: Option<String>,
        /// By whom.
        recorded_by: Option<String>,
        /// What a person should look at: "contains a right-to-left mark".
        notes: Vec<String>,
        /// The values are masks; `value_reveal` gives them.
        masked: bool,
        /// The rule packs leave it off and the organisation does not collect it: what is recorded stays, nothing new is taken in.
        off: bool,
        /// What proves the present value, the latest first.
        proofs: Vec<super::ProofView>,
    }
    /// A group of fields under a heading.
    FieldSection {
        /// identity, place, contact, more.
        id: String,
        /// The heading.
        title: String,
        /// The fields, in order.
        fields: Vec<FieldView>,
    }
    /// A required item that is missing.
    Gap {
        /// The field's id.
        field: String,
        /// In words: "Street address".
        label: String,
        /// Which tab has it: identity, owners, accounts, documents, case.
        tab: String,
        /// The owner or account that lacks it, where it is one.
        part: Option<String>,
        /// The paragraph that asks for it.
        rule: Option<RuleNote>,
    }
    /// How complete the record is.
    Completeness {
        /// How many items the pack requires of this customer.
        required: u32,
        /// How many are there.
        present: u32,
        /// What is missing.
        gaps: Vec<Gap>,
    }
    /// A means of payment. Never a full card number.
    PaymentView {
        /// Its id.
        id: String,
        /// card, bank, wallet, invoice, other.
        kind: String,
        /// The institution.
        institution: String,
        /// Whose money.
        source: String,
        /// Last digits, wallet address or the provider's token; all but its end is masked.
        identifier: Option<String>,
        /// The identifier is a mask; `value_reveal` with `payment:` and the id gives it.
        masked: bool,
        /// The country from which it is paid, alpha-2.
        country: Option<String>,
        /// What proves it.
        proofs: Vec<super::ProofView>,
    }
    /// An account.
    AccountView {
        /// Its id.
        id: String,
        /// The provider's own account number.
        account_ref: String,
        /// requested, active, restricted, suspended, closed, refused.
        state: String,
        /// Products, in words.
        products: String,
        /// Opened on.
        opened_on: Option<String>,
        /// Closed on.
        closed_on: Option<String>,
        /// The day on which it, or a part of it, was resold to a foreign person.
        resold_to_foreign: Option<String>,
        /// Last access, RFC 3339 UTC.
        last_access: Option<String>,
        /// Access records kept.
        access_records: u32,
        /// Addresses seen, most recent first, at most 5.
        recent_ips: Vec<String>,
        /// Means of payment.
        payments: Vec<PaymentView>,
        /// What proves its values.
        proofs: Vec<super::ProofView>,
        /// Fields that a rule pack adds.
        added: Vec<FieldView>,
    }
    /// A U.S.-person determination (D-22).
    DeterminationView {
        /// Whom: the customer's reference or an owner's id.
        about: String,
        /// The name.
        name: String,
        /// citizen, lpr, organised_in_us, foreign_branch_of_us_entity, located_in_us, none_met, cannot_tell.
        test: String,
        /// us, foreign, undetermined.
        outcome: UsStatus,
        /// What it rests on, in words.
        evidence: String,
        /// Documents it rests on.
        documents: Vec<String>,
        /// Who decided.
        decided_by: String,
        /// The day.
        decided_on: String,
        /// Who approved it with the decision of the case, when, and why alone; absent before.
        approved: Option<String>,
        /// A later determination about the same person stands in its place.
        superseded: bool,
    }
    /// An attempt to verify an identity (D-25 to D-29).
    VerificationView {
        /// Whom: the customer's reference or an owner's id.
        about: String,
        /// The name.
        name: String,
        /// documentary, non_documentary or additional.
        method: String,
        /// match, partial, mismatch, unavailable.
        result: String,
        /// What document or source, in words.
        basis: String,
        /// The document, where there is one.
        document: Option<String>,
        /// The reviewer.
        performed_by: String,
        /// The day.
        performed_on: String,
        /// The special situation, in words.
        special: Option<String>,
        /// Notes.
        notes: Option<String>,
    }
    /// A step the case may or may not take.
    MoveView {
        /// The state it leads to.
        to: String,
        /// The button, a verb: "Send to status review".
        label: String,
        /// It may be taken now.
        allowed: bool,
        /// Why not, in sentences.
        blocked_by: Vec<String>,
        /// It needs the approver's passphrase.
        approval: bool,
        /// Who may take it: "analyst", "compliance officer".
        who: String,
        /// What has to be written down: a reason, evidence, the belief statement; absent where nothing has.
        asks: Option<String>,
        /// What may be written there to begin with: the belief statement as far as the record goes.
        proposed: Option<super::LetterPreview>,
        /// It asks when the terms are looked at again.
        asks_review: bool,
        /// It ends the case: what is still open is listed first.
        ends: bool,
        /// The paragraph behind it.
        duties: Vec<String>,
    }
    /// Cases that wait for a decision.
    ReviewQueue {
        /// They can be settled now.
        ready: Vec<ReviewRow>,
        /// They need a person first.
        waiting: Vec<ReviewRow>,
        /// More that are not listed.
        more: u32,
        /// Customers in use who are to be verified again within thirty days, the earliest first.
        again: Vec<super::ReverifyRow>,
        /// More of them that are not listed.
        again_more: u32,
    }
    /// A case that waits for a decision.
    ReviewRow {
        /// The customer.
        r#ref: String,
        /// The name.
        name: String,
        /// The name in its own script.
        name_original: Option<String>,
        /// The country.
        country: String,
        /// The customer's own standing.
        us_status: UsStatus,
        /// The state that the decision leads to.
        to: String,
        /// The decision, a verb.
        decision: String,
        /// What the last determination or verification rests on.
        basis: String,
        /// The customer and its owners.
        people: u32,
        /// The revision that the row was made of.
        revision: u32,
        /// What forbids the decision; empty where nothing does.
        needs: Vec<String>,
    }
    /// Two values that do not fit (D-39).
    DiscrepancyView {
        /// Its id.
        id: String,
        /// Whom it is about: the customer's reference or an owner's id.
        about: String,
        /// Their name.
        name: String,
        /// Which fact.
        what: String,
        /// What the customer says.
        claimed: String,
        /// What was found.
        found: String,
        /// Where.
        source: String,
        /// Both values are masks; `value_reveal` with `discrepancy:` and the id gives them. Sent back as they stand, they change nothing.
        masked: bool,
        /// It bears on who the person is.
        substantive: bool,
        /// How it was resolved; absent while it is open.
        resolution: Option<String>,
        /// Who recorded it last.
        by: String,
        /// The day of the last word on it.
        on: String,
    }
    /// A state that the case has reached.
    ReachedView {
        /// In words.
        label: String,
        /// The day.
        on: String,
        /// What was written down for it.
        note: Option<String>,
        /// The event that opened the case again, in words.
        trigger: Option<String>,
        /// Nobody took the step: a rule did.
        automatic: bool,
        /// What the case was closed over, and why.
        left_open: Option<super::LeftOpenView>,
        /// What became of the internal target: "Target of 2026-11-24 met".
        target: Option<String>,
        /// The text that what was written down was made of, in words.
        made_of: Option<String>,
    }
    /// One choice of a list.
    Choice {
        /// The stored value.
        value: String,
        /// What the screen says.
        label: String,
    }
    /// One customer, whole.
    CustomerView {
        /// As lists show it.
        row: CustomerRow,
        /// Changes with every write; sent back with a change, so that two screens do not overwrite each other.
        revision: u32,
        /// The state in words: "Collecting information".
        status_label: String,
        /// The fields, in groups.
        sections: Vec<FieldSection>,
        /// What the pack requires.
        completeness: Completeness,
        /// Owners and persons in control.
        owners: Vec<super::OwnerView>,
        /// How much of the ownership is accounted for, in words.
        ownership_note: Option<String>,
        /// Why nobody is found who owns enough to count.
        none_identified: Option<String>,
        /// Accounts.
        accounts: Vec<AccountView>,
        /// Documents.
        documents: Vec<super::DocumentRow>,
        /// U.S.-person determinations.
        determinations: Vec<DeterminationView>,
        /// Verification attempts.
        verifications: Vec<VerificationView>,
        /// The customer's own identity is verified: the latest attempt is a match, and its document was not rejected since.
        verified: bool,
        /// Discrepancies, oldest first.
        discrepancies: Vec<DiscrepancyView>,
        /// Reviews of documents, the latest first.
        reviews: Vec<super::ReviewView>,
        /// Documents that have expired or expire soon.
        expiring: Vec<String>,
        /// Special situations, from the rule packs.
        situations: Vec<Choice>,
        /// The states that the case has reached, oldest first.
        path: Vec<ReachedView>,
        /// Under which terms the accounts are left open, and until when.
        terms: Option<String>,
        /// The case's next steps.
        moves: Vec<MoveView>,
        /// What is still open, each with the place where it is settled: what the closing of the case lists.
        open: Vec<super::OpenItem>,
        /// What is due, the earliest first.
        due: Vec<super::CaseDue>,
        /// What the verification rests on or still needs, person by person.
        checklist: Vec<super::ChecklistSection>,
        /// Signatories and persons with authority over the accounts, those who have ceased too.
        signatories: Vec<super::SignatoryView>,
        /// What a signatory may be.
        signatory_roles: Vec<Choice>,
        /// Red flags, oldest first.
        red_flags: Vec<super::RedFlagView>,
        /// Red flags to choose from, from the rule packs.
        flags: Vec<Choice>,
        /// The day on which the case is abandoned by itself unless something is recorded before.
        abandoned_on: Option<String>,
        /// The risk rating.
        risk: super::RiskView,
        /// Letters to the customer, newest first.
        letters: Vec<super::LetterView>,
        /// Complaints and notices of compromise, oldest first.
        redress: Vec<super::RedressView>,
        /// The record that this one was merged into.
        merged_into: Option<String>,
        /// The notice to the customer, when it was shown.
        notice: Option<String>,
        /// Running clocks.
        clocks: Vec<super::ClockRow>,
        /// Columns of an import that we do not know, kept as they came.
        custom: Vec<Choice>,
        /// Tests for the determination, from the pack.
        us_tests: Vec<Choice>,
    }
    /// A record was made.
    Created {
        /// Its reference.
        r#ref: String,
    }
}

requests! {
    /// A page of the list of customers.
    CustomerListReq {
        /// What is typed above the list: `status:verifying country:CN,IR -tag:test müller`; text alone is looked for in names in any script,
        /// references and e-mail addresses.
        query: String,
        /// What to sort by.
        sort: CustomerSort,
        /// Largest first.
        descending: bool,
        /// From which row.
        offset: u32,
        /// How many rows; 0 means all.
        limit: u32,
        /// Whether whoever fits is also counted by state, country and risk. How many fit is told always.
        counts: bool,
    }
    /// A new customer.
    CustomerCreateReq {
        /// individual or entity.
        kind: PartyKind,
        /// The name.
        name: String,
        /// The name in its own script.
        name_original: Option<String>,
        /// Country, code or English name.
        country: Option<String>,
        /// The provider's own id.
        external_id: Option<String>,
    }
    /// New values of fields.
    CustomerChangeReq {
        /// The customer.
        r#ref: String,
        /// The revision that was on the screen.
        revision: u32,
        /// What changes.
        fields: Vec<FieldChange>,
        /// Why, where a reason is wanted.
        reason: Option<String>,
        /// The day it became true, when not today.
        occurred_on: Option<String>,
        /// The document of the customer's that proves what changes here.
        proved_by: Option<String>,
    }
    /// A field's new values.
    FieldChange {
        /// The field's id.
        id: String,
        /// The new values; none clears it.
        values: Vec<String>,
    }
    /// A new or changed account.
    AccountSaveReq {
        /// The customer.
        customer: String,
        /// The account's id; absent for a new one.
        id: Option<String>,
        /// The provider's own account number.
        account_ref: String,
        /// requested, active, restricted, suspended, closed, refused.
        state: String,
        /// Products, in words.
        products: Option<String>,
        /// Opened on.
        opened_on: Option<String>,
        /// Closed on.
        closed_on: Option<String>,
        /// The day on which it, or a part of it, was resold to a foreign person (D-24).
        resold_to_foreign: Option<String>,
        /// Fields that a rule pack adds.
        added: Vec<FieldChange>,
        /// The document of the customer's that proves what changes here.
        proved_by: Option<String>,
    }
    /// A new means of payment.
    PaymentSaveReq {
        /// The customer.
        customer: String,
        /// The account's id.
        account: String,
        /// card, bank, wallet, invoice, other.
        kind: String,
        /// The institution.
        institution: String,
        /// Whose money.
        source: String,
        /// Last digits, wallet address or token; a full card number is refused.
        identifier: Option<String>,
        /// The country from which it is paid, code or English name.
        country: Option<String>,
        /// The document of the customer's that proves what changes here.
        proved_by: Option<String>,
    }
    /// The notice to the customer was shown (D-36).
    NoticeRecordReq {
        /// The customer.
        r#ref: String,
        /// The day.
        delivered_on: String,
        /// How: form, e-mail, letter.
        channel: String,
    }
    /// Record a U.S.-person determination (D-22).
    DeterminationReq {
        /// The customer.
        customer: String,
        /// The customer's reference or an owner's id.
        about: String,
        /// The test.
        test: String,
        /// What it rests on.
        evidence: String,
        /// Documents it rests on.
        documents: Vec<String>,
        /// The day, when not today.
        decided_on: Option<String>,
    }
    /// Record a verification attempt (D-25).
    VerificationReq {
        /// The customer.
        customer: String,
        /// The customer's reference or an owner's id.
        about: String,
        /// documentary, non_documentary or additional.
        method: String,
        /// match, partial, mismatch, unavailable.
        result: String,
        /// The document, for the documentary method.
        document: Option<String>,
        /// Type, number's last digits, issuing country and expiry; or the source, in words.
        basis: String,
        /// The special situation, by the rule pack's id.
        situation: Option<String>,
        /// Notes.
        notes: Option<String>,
        /// The day, when not today.
        performed_on: Option<String>,
    }
    /// Take a step of the case.
    CustomerAdvanceReq {
        /// The customer.
        r#ref: String,
        /// The state to go to.
        to: String,
        /// Why, or the belief statement where one is asked for.
        reason: Option<String>,
        /// The approver's label, where it is not the one at work.
        approver: Option<String>,
        /// The approver's passphrase where the step needs one.
        passphrase: Option<String>,
        /// Why one person both prepared and approved, where nobody else can.
        override_reason: Option<String>,
        /// The day it happened; today where absent.
        on: Option<String>,
        /// When the terms of a restriction are looked at again.
        review_on: Option<String>,
        /// Why the case is closed over what is still open.
        leave_open: Option<String>,
        /// The text that the reason was made of.
        made_of: Option<super::MadeOfReq>,
    }
    /// A case, as it was on the screen.
    CaseAt {
        /// The customer.
        r#ref: String,
        /// The revision that was looked at.
        revision: u32,
    }
    /// Settle many cases alike, under one signature.
    CustomersDecideReq {
        /// The cases.
        cases: Vec<CaseAt>,
        /// us_cleared or verified.
        to: String,
        /// The reason, or the belief statement.
        reason: String,
        /// The approver's label, where it is not the one at work.
        approver: Option<String>,
        /// The approver's passphrase.
        passphrase: String,
        /// Why one person both prepared and approved, where nobody else can.
        override_reason: Option<String>,
    }
    /// Record two values that do not fit, or resolve them.
    DiscrepancySaveReq {
        /// The customer.
        customer: String,
        /// Its id; absent for a new one.
        id: Option<String>,
        /// Whom it is about.
        about: String,
        /// Which fact.
        what: String,
        /// What the customer says.
        claimed: String,
        /// What was found.
        found: String,
        /// Where.
        source: String,
        /// It bears on who the person is.
        substantive: bool,
        /// How it was resolved.
        resolution: Option<String>,
    }
}
