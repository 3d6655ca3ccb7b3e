//! What proves a value: the review of documents, who said what and when, and what is shown only when somebody asks.

views! {
    /// A box on a page, in ten-thousandths of the page as it lies unrotated.
    PinView {
        /// The page, from 1.
        page: u32,
        /// From the left.
        x: u32,
        /// From the top.
        y: u32,
        /// Width.
        w: u32,
        /// Height.
        h: u32,
    }
    /// One thing that the form of a document asks.
    AskedView {
        /// The id.
        id: String,
        /// The label.
        label: String,
        /// text, long, country, date.
        input: String,
        /// It must be read before the document is accepted.
        required: bool,
        /// What the customer says; masked where it is sensitive.
        claimed: Vec<String>,
        /// The claim is masked.
        masked: bool,
        /// The customer's field that it may be taken over into.
        takes_into: Option<String>,
    }
    /// One thing that was read.
    FactView {
        /// The id.
        field: String,
        /// The label.
        label: String,
        /// The value, masked where it is sensitive.
        value: String,
        /// The value is masked.
        masked: bool,
        /// same, similar, different, missing: at the time of the review.
        mark: String,
        /// Where on the page.
        pin: Option<PinView>,
    }
    /// A review of a document.
    ReviewView {
        /// Its id within the customer.
        id: String,
        /// The document.
        document: String,
        /// Whom it is about.
        about: String,
        /// Their name.
        name: String,
        /// accept, ask_again, reject.
        decision: String,
        /// In words.
        decision_label: String,
        /// Why, in words.
        reason: Option<String>,
        /// What the customer is told.
        to_customer: Option<String>,
        /// For us alone.
        internal: Option<String>,
        /// How it was seen, in words.
        seen: String,
        /// What was read.
        facts: Vec<FactView>,
        /// When the document expires, as far as it is known.
        expires: Option<String>,
        /// By whom.
        by: String,
        /// The day.
        on: String,
    }
    /// A document in the strip beside a review.
    StripItem {
        /// The document's id.
        id: String,
        /// Its name.
        name: String,
        /// Its type in words.
        type_label: String,
        /// Address of its first page; absent where it cannot be shown.
        pages_url: Option<String>,
        /// not_reviewed, accept, ask_again, reject.
        state: String,
        /// In words.
        state_label: String,
        /// When it expires.
        expires: Option<String>,
        /// "expired", "expires in 12 days"; absent where it does neither soon.
        expiry_note: Option<String>,
    }
    /// A reason to ask again or to reject.
    ReasonChoice {
        /// The code.
        value: String,
        /// In words.
        label: String,
        /// ask_again or reject.
        decision: String,
        /// What the customer is told, to begin with.
        text: String,
    }
    /// A document under review.
    ReviewSheet {
        /// The document.
        document: super::DocumentView,
        /// The customer.
        customer: String,
        /// Its name.
        name: String,
        /// All of its documents.
        strip: Vec<StripItem>,
        /// Whom the document may be about.
        people: Vec<super::Choice>,
        /// Whom the form is about.
        about: String,
        /// What the form asks.
        asked: Vec<AskedView>,
        /// The document has a machine-readable zone, or may have.
        takes_mrz: bool,
        /// The checklist.
        checklist: Vec<super::Choice>,
        /// Special situations, from the rule packs.
        situations: Vec<super::Choice>,
        /// Reasons.
        reasons: Vec<ReasonChoice>,
        /// How a document can be seen.
        copies: Vec<super::Choice>,
        /// Reviews so far, the latest first.
        reviews: Vec<ReviewView>,
    }
    /// How one reading stands.
    FactMark {
        /// The field.
        field: String,
        /// same, similar, different, missing; empty where nothing was read.
        mark: String,
        /// Why, in a sentence.
        why: Option<String>,
        /// What is wrong with what was typed.
        problem: Option<String>,
        /// What a person should look at: letters of another alphabet.
        notes: Vec<String>,
        /// What the zone says where it says something else, masked where it is sensitive.
        zone: Option<String>,
    }
    /// A check digit of the zone.
    MrzCheck {
        /// It fits.
        holds: bool,
        /// In words, with what may have been misread.
        says: String,
    }
    /// A zone, read.
    MrzView {
        /// TD1, TD2, TD3, MRV-A, MRV-B.
        format: String,
        /// The check digits.
        checks: Vec<MrzCheck>,
        /// What it says, by the fields of the form.
        facts: Vec<super::Choice>,
        /// The name fills its place: the rest may be cut off.
        name_cut: bool,
    }
    /// What was typed so far, compared.
    ReviewCompared {
        /// Each field.
        marks: Vec<FactMark>,
        /// The zone.
        mrz: Option<MrzView>,
        /// Why the zone cannot be read.
        mrz_problem: Option<String>,
        /// Answers that follow from what was read: item and yes, no or not_applicable.
        proposed: Vec<super::Choice>,
        /// What keeps the document from being accepted.
        accept_blocked: Vec<String>,
    }
    /// A value that a field had.
    FieldPast {
        /// The values, masked where they are sensitive; none: it was cleared.
        values: Vec<String>,
        /// They are masked.
        masked: bool,
        /// Where they came from, in words.
        source: String,
        /// They came with an import: the day they hold since is the file's own, where it says one.
        imported: bool,
        /// What proves them, the latest first; of what stands no more, what was named while it stood.
        proofs: Vec<ProofView>,
        /// By whom.
        by: String,
        /// When it was recorded, RFC 3339.
        recorded_at: String,
        /// The day since which it holds.
        occurred_on: String,
        /// The reason given.
        reason: Option<String>,
        /// Place in the journal.
        entry: u32,
    }
    /// A document that proves a value.
    ProofView {
        /// The document.
        document: String,
        /// Its name.
        name: String,
        /// Where on its page.
        pin: Option<PinView>,
        /// Who read it there, or named it.
        by: String,
        /// The day.
        on: String,
        /// What it proves, in words.
        values: Vec<String>,
        /// A person named it, and it can be taken back.
        named: bool,
    }
    /// What was masked.
    Revealed {
        /// The values.
        values: Vec<String>,
    }
    /// A document that has expired or expires soon.
    ExpiringPaper {
        /// The document.
        document: String,
        /// Its type in words.
        type_label: String,
        /// The customer.
        customer: String,
        /// Its name.
        name: String,
        /// The last day, as far as it is known.
        expires: String,
        /// "expired 3 days ago", "12 days left".
        standing: String,
        /// It has expired.
        over: bool,
    }
}

requests! {
    /// One field of a customer.
    FieldReq {
        /// The customer.
        customer: String,
        /// The field's id.
        field: String,
    }
    /// Show what is masked; it is recorded who asked.
    RevealReq {
        /// The customer.
        customer: String,
        /// The field's id; `payment:P-1` for what identifies a means of payment, `discrepancy:D-1` for the two values that do not fit.
        field: String,
        /// The review whose reading is asked for; absent for the customer's own field.
        review: Option<String>,
        /// Why, where somebody says so.
        reason: Option<String>,
    }
    /// A value of a customer's file.
    ValueAt {
        /// Whose: the customer's reference, the id of an owner, a signatory or an account, or `custom` for imported columns.
        of: String,
        /// Which: a field's id, or a value's as `part_history` lists it.
        value: String,
    }
    /// Name a document as what proves values, or take that back.
    ProofReq {
        /// The customer.
        customer: String,
        /// Which values.
        values: Vec<ValueAt>,
        /// The document, one of the customer's.
        document: String,
        /// It proves them; false takes back what was named before.
        holds: bool,
    }
    /// Open a document for review.
    ReviewOpenReq {
        /// The document.
        document: String,
        /// Whom it is about; absent: the customer, or whom its last review was about.
        about: Option<String>,
    }
    /// What was read in one field.
    FactReq {
        /// The field.
        field: String,
        /// As it was typed.
        value: String,
        /// Where on the page.
        pin: Option<PinReq>,
        /// Take the value over into the customer's record.
        take: bool,
    }
    /// A box on a page.
    PinReq {
        /// The page, from 1.
        page: u32,
        /// From the left, in ten-thousandths.
        x: u32,
        /// From the top.
        y: u32,
        /// Width.
        w: u32,
        /// Height.
        h: u32,
    }
    /// An answer of the checklist.
    AnswerReq {
        /// The item.
        id: String,
        /// yes, no, not_applicable.
        answer: String,
    }
    /// A review, as it stands on the form.
    ReviewReq {
        /// The document.
        document: String,
        /// Whom it is about.
        about: String,
        /// What was read.
        facts: Vec<FactReq>,
        /// The machine-readable zone.
        mrz: Option<String>,
        /// The checklist so far.
        answers: Vec<AnswerReq>,
        /// How it was seen.
        seen: String,
        /// accept, ask_again, reject; empty while comparing.
        decision: String,
        /// The reason's code.
        reason: Option<String>,
        /// What the customer is told.
        to_customer: Option<String>,
        /// For us alone.
        internal: Option<String>,
        /// Record a documentary verification with it.
        verify: bool,
        /// The special situation, where there is one.
        situation: Option<String>,
    }
}
