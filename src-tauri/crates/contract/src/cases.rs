//! Cases of every kind: Department requests, reseller failures, incidents. One set of views and commands serves them all; what a kind asks
//! for crosses as typed questions.

views! {
    /// A case as lists show it.
    CaseRow {
        /// Such as `REQ-2026-0001` or `EVD-2026-0001`.
        r#ref: String,
        /// Its machine: request, follow_up, assessment, failure, incident, ...
        kind: String,
        /// In words: "Department request for CIP copies".
        kind_label: String,
        /// What it is about.
        title: String,
        /// The state.
        state: String,
        /// The state in words.
        state_label: String,
        /// The day it was received or first known.
        received_on: String,
        /// Nothing is owed any more.
        done: bool,
        /// Its parts, and how many of them still need something.
        parts: u32,
        /// Parts that still need something.
        parts_open: u32,
        /// Its most urgent running clock.
        clock: Option<super::ClockRow>,
        /// Its filing.
        filing: Option<String>,
        /// Comments, tasks, who sees to it, tags.
        beside: super::Beside,
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
        /// Every version in the vault, the newest first, so that it is seen why that one applies.
        versions: Vec<super::CipView>,
        /// What to know: "No CIP in the vault".
        warning: Option<String>,
        /// The reseller did not supply it, and no case about its failure is open: one is offered.
        offer_failure: bool,
    }
    /// A typed question of a step or a part.
    QuestionView {
        /// Its id.
        id: String,
        /// What a person reads.
        label: String,
        /// What helps to answer.
        hint: Option<String>,
        /// line, text, date, instant, number, country, choice, ticks, documents, refs.
        ask: String,
        /// What may be chosen; for documents those of the case.
        choices: Vec<super::Choice>,
        /// What kind of record a reference names: customer, reseller, case, filing.
        refs: Option<String>,
        /// It must be answered.
        required: bool,
        /// What stands there now.
        values: Vec<String>,
    }
    /// What was written down, in words.
    AnswerView {
        /// The question.
        label: String,
        /// The answers, one a line.
        values: Vec<String>,
        /// Documents among them, by id and name.
        documents: Vec<super::Choice>,
    }
    /// A step or an event as it was recorded.
    TakenView {
        /// The step's label.
        label: String,
        /// The state after it, in words.
        state_label: String,
        /// The civil day.
        on: String,
        /// The instant, where one was given.
        at: Option<String>,
        /// What was written down.
        answers: Vec<AnswerView>,
        /// What was written down in words; absent where nothing was, or it was disposed of.
        note: Option<String>,
        /// By whom it was recorded; absent where the entry was disposed of.
        by: Option<String>,
        /// Who agreed, where the step needs a second person.
        approved_by: Option<String>,
        /// What the case ended over, and why; absent where nothing was left open.
        left_open: Option<super::LeftOpenView>,
        /// The text that what was written down was made of, in words.
        made_of: Option<String>,
    }
    /// A part of a case.
    CaseItemView {
        /// Such as `I-1`.
        id: String,
        /// What a person reads.
        label: String,
        /// The record it is about.
        subject: Option<String>,
        /// The state.
        state: String,
        /// The state in words.
        state_label: String,
        /// Nothing is left to do.
        done: bool,
        /// What is known of it, the latest last.
        answers: Vec<AnswerView>,
        /// The texts that the notes of its steps were made of, in words.
        made_of: Vec<String>,
        /// The day of its last step.
        on: Option<String>,
        /// What can be done with it.
        moves: Vec<CaseMove>,
        /// A transmittal can be printed for it: it was answered what leaves, and on which basis.
        transmittal: bool,
        /// The chase for it, where it waits for somebody's answer.
        chase: Option<super::ChaseView>,
    }
    /// The parts of one kind.
    CaseItemGroup {
        /// The kind.
        kind: String,
        /// One of them.
        title: String,
        /// The heading.
        titles: String,
        /// How many need nothing more.
        done: u32,
        /// The parts.
        rows: Vec<CaseItemView>,
        /// What is asked when one is added; absent where none can be added now.
        add: Option<Vec<QuestionView>>,
    }
    /// Something that the case suggests and a person decides.
    CaseProposal {
        /// hold.
        kind: String,
        /// The sentence.
        text: String,
        /// The records it is about.
        subjects: Vec<String>,
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
        /// The resellers it is about, with their CIPs on the day of receipt.
        items: Vec<RequestItem>,
        /// Customers and other records it is about: reference and name.
        subjects: Vec<super::Choice>,
        /// What is known of it, and can be changed.
        fields: Vec<QuestionView>,
        /// Its parts, by kind.
        parts: Vec<CaseItemGroup>,
        /// Its documents.
        documents: Vec<super::DocumentRow>,
        /// Its filings.
        filings: Vec<super::FilingRow>,
        /// Cases that came from it, or that it came from.
        related: Vec<CaseRow>,
        /// What it suggests.
        proposals: Vec<CaseProposal>,
        /// What is still open, each with the place where it is settled: what the closing of the case lists.
        open: Vec<super::OpenItem>,
        /// Its states, in order, for the steps on the left.
        steps: Vec<StepView>,
        /// What was recorded, oldest first.
        taken: Vec<TakenView>,
        /// What can be done next, and what cannot and why.
        moves: Vec<CaseMove>,
    }
    /// A step that a case or a part of it can take.
    CaseMove {
        /// Its name: the state it leads to, or that of an event.
        to: String,
        /// The case stays in its state.
        event: bool,
        /// Nothing is owed after it: what is still open is listed first.
        ends: bool,
        /// A verb for the button.
        label: String,
        /// It may be taken now.
        allowed: bool,
        /// Why not.
        blocked_by: Vec<String>,
        /// Who takes it: a role.
        role: String,
        /// The role in words.
        role_label: String,
        /// Whoever may write at all may take it.
        anyone: bool,
        /// What to write down in words; empty where the questions say it all.
        words: String,
        /// Typed questions.
        asks: Vec<QuestionView>,
        /// It asks when it happened.
        asks_when: bool,
        /// It needs an approver's signature.
        approval: bool,
        /// What it does to clocks and beyond the case, in words.
        effects: Vec<String>,
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
        /// How many pieces of evidence it holds: answers and documents.
        evidence: u32,
        /// What keeps it from being taken, for the next one.
        blocked_by: Vec<String>,
    }
    /// A case was opened.
    CaseOpened {
        /// Its reference.
        case: String,
        /// The clock; empty where none started.
        clock: String,
        /// The due date; empty where none started.
        due: String,
        /// The filing that was drafted.
        filing: Option<String>,
        /// The question about a day of receipt whose last day passed more than a year ago.
        doubt: Option<String>,
    }
    /// A kind of case, and the ways to open one.
    CaseKind {
        /// The kind.
        kind: String,
        /// In words.
        label: String,
        /// The ways in.
        openings: Vec<CaseMove>,
        /// Its states: id and label, the ends last.
        states: Vec<super::Choice>,
    }
}

requests! {
    /// What was answered to a question.
    CaseAnswer {
        /// The question.
        id: String,
        /// One value, or several for a list.
        values: Vec<String>,
    }
    /// Open a case of any kind.
    CaseOpenReq {
        /// The kind.
        kind: String,
        /// The state it begins in, where there are several ways in.
        state: Option<String>,
        /// Received or first known: a date or an instant.
        received: String,
        /// What it is about, in a sentence.
        text: String,
        /// How it arrived.
        how: Option<String>,
        /// The resellers it is about.
        resellers: Vec<String>,
        /// Customers it is about.
        subjects: Vec<String>,
        /// Answers to the questions of the way in.
        answers: Vec<CaseAnswer>,
        /// The handle of dropped files.
        handle: Option<String>,
    }
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
    /// Take a step of a case, or record an event.
    CaseAdvanceReq {
        /// The case.
        r#ref: String,
        /// The state it leads to, or the event's name.
        to: String,
        /// What the step asks for in words.
        note: String,
        /// When it happened: a date or an instant; today where absent.
        at: Option<String>,
        /// Answers to its questions.
        answers: Vec<CaseAnswer>,
        /// The approver's label, where the step needs one.
        approver: Option<String>,
        /// The approver's passphrase.
        passphrase: Option<String>,
        /// Why one person both proposes and approves.
        override_reason: Option<String>,
        /// Why it ends over what is still open.
        leave_open: Option<String>,
        /// The text that the note was made of.
        made_of: Option<super::MadeOfReq>,
    }
    /// Is there something to ask about a step before it is recorded?
    CaseDoubtReq {
        /// The case.
        r#ref: String,
        /// The state it leads to, or the event's name.
        to: String,
        /// When it happened: a date or an instant; today where absent.
        at: Option<String>,
    }
    /// A question about what is to be recorded; it refuses nothing.
    CaseDoubt {
        /// A stable code.
        code: String,
        /// The question.
        question: String,
    }
    /// Add a part to a case.
    CaseItemAddReq {
        /// The case.
        r#ref: String,
        /// The kind of part.
        kind: String,
        /// Answers to its questions.
        answers: Vec<CaseAnswer>,
    }
    /// Take a step of a part of a case.
    CaseItemAdvanceReq {
        /// The case.
        r#ref: String,
        /// The part.
        item: String,
        /// The state it leads to, or the event's name.
        to: String,
        /// What the step asks for in words.
        note: String,
        /// When it happened: a date or an instant; today where absent.
        at: Option<String>,
        /// Answers to its questions.
        answers: Vec<CaseAnswer>,
        /// The approver's label, where the step needs one.
        approver: Option<String>,
        /// The approver's passphrase.
        passphrase: Option<String>,
        /// Why one person both proposes and approves.
        override_reason: Option<String>,
        /// The text that the note was made of.
        made_of: Option<super::MadeOfReq>,
    }
    /// A part of a case.
    CasePartReq {
        /// The case.
        r#ref: String,
        /// The part.
        item: String,
    }
    /// Change what is known of a case beyond its steps.
    CaseChangeReq {
        /// The case.
        r#ref: String,
        /// The fields that change.
        fields: Vec<CaseAnswer>,
        /// The customers it is about; absent where they stay.
        subjects: Option<Vec<String>>,
        /// The resellers it is about; absent where they stay.
        resellers: Option<Vec<String>>,
    }
}
