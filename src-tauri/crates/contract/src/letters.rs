//! Letters to customers, memos for the file and their texts, redress, and the register of those who could not be verified.

views! {
    /// A text for letters or memos, in the version that is used now.
    TemplateView {
        /// Such as `information-request`.
        id: String,
        /// To whom it is written: customer, reseller, department; for a memo its place in the file: offering, risk_head, landscape, belief,
        /// customer_step, case_step, part_step.
        audience: String,
        /// The language, such as `en`.
        language: String,
        /// 1 is the program's own; each change is the next one.
        version: u32,
        /// What it is for.
        title: String,
        /// The subject, with placeholders.
        subject: String,
        /// The text, with placeholders.
        body: String,
        /// From which day it is used; absent for the program's own.
        effective_from: Option<String>,
        /// The placeholders that it has.
        placeholders: Vec<String>,
        /// The duties behind it.
        duties: Vec<String>,
        /// Earlier versions, the newest first: number and first day.
        earlier: Vec<super::Choice>,
    }
    /// A letter or a memo that is going to be written.
    LetterPreview {
        /// The template.
        template: String,
        /// Its version.
        version: u32,
        /// The language.
        language: String,
        /// Who it is to, in lines; empty for a memo.
        to: String,
        /// The subject.
        subject: String,
        /// The text, of a memo with its subject as the first line; what the record does not know keeps its placeholder.
        body: String,
        /// The names of those.
        unfilled: Vec<String>,
    }
    /// A letter to a customer.
    LetterView {
        /// Its id within the customer.
        id: String,
        /// The customer.
        customer: String,
        /// The customer's name.
        customer_name: String,
        /// What it is: the template's title.
        title: String,
        /// The template.
        template: String,
        /// The template's version, and the language.
        version: String,
        /// Who it is to, in lines.
        to: String,
        /// The subject.
        subject: String,
        /// The text.
        body: String,
        /// Who wrote it last, and when.
        by: String,
        /// The day.
        on: String,
        /// How it went out, in words; absent while it has not.
        sent: Option<String>,
        /// The day it went out.
        sent_on: Option<String>,
        /// The document that proves it.
        proof: Option<String>,
        /// It asks the customer for something: an answer is waited for.
        asks: bool,
        /// What was answered, and when; absent while nothing was.
        answered: Option<String>,
    }
    /// Points, and what they were given for.
    RiskPoint {
        /// The row of the table.
        label: String,
        /// The points.
        points: u32,
        /// What in the record it is.
        why: String,
    }
    /// A risk rating (D-04).
    RiskView {
        /// The tier that counts: low, medium, high.
        tier: String,
        /// In words.
        tier_label: String,
        /// The tier that the points give, in words.
        by_points: String,
        /// All points.
        points: u32,
        /// What they were given for.
        given: Vec<RiskPoint>,
        /// A person's decision over the points: the reason, who and when; absent where the points count.
        decided: Option<String>,
        /// What the register states, where it does.
        stated: Option<String>,
        /// The pack whose table it is, its version and where it comes from; absent where no pack in use rates.
        table: String,
        /// The pack's id, to read the table.
        pack: Option<String>,
        /// The tiers to choose from.
        tiers: Vec<super::Choice>,
        /// The day on which the customer is verified again, while it is in use.
        reverify_on: Option<String>,
    }
    /// A customer in use who is to be verified again.
    ReverifyRow {
        /// The customer.
        r#ref: String,
        /// The name.
        name: String,
        /// The tier.
        risk: String,
        /// The day.
        on: String,
        /// It has passed.
        overdue: bool,
    }
    /// A complaint or a notice of compromise (D-33).
    RedressView {
        /// Its id within the customer.
        id: String,
        /// complaint or compromise.
        kind: String,
        /// In words.
        kind_label: String,
        /// The day it was received.
        received_on: String,
        /// What the customer says.
        what: String,
        /// By when the house means to answer.
        answer_by: Option<String>,
        /// What came of it; absent while it is open.
        outcome: Option<String>,
        /// The day of the answer.
        answered_on: Option<String>,
        /// Who recorded it last.
        by: String,
    }
    /// A line of the register of those who could not be verified (D-40).
    RegisterRow {
        /// The customer.
        r#ref: String,
        /// The name.
        name: String,
        /// The country.
        country: String,
        /// Account numbers.
        accounts: Vec<String>,
        /// Since when.
        since: String,
        /// What is missing now, in words.
        missing: Vec<String>,
        /// Why, as it was written down.
        reasons: String,
        /// How many attempts were made until then.
        attempts: u32,
        /// What is planned: when the terms are looked at again.
        planned: Option<String>,
        /// none, restricted, verifying_again, verified, refused, closed, ended.
        measure: String,
        /// In words.
        measure_label: String,
        /// Since when, or the day of the resolution.
        measure_on: String,
        /// What was written down for it.
        measure_note: Option<String>,
        /// It is resolved.
        resolved: bool,
        /// Complaints that are open.
        open_redress: u32,
    }
    /// The register of those who could not be verified, as of a day.
    RegisterView {
        /// The day.
        as_of: String,
        /// The open ones first, the longest first.
        rows: Vec<RegisterRow>,
        /// How many are open.
        open: u32,
        /// How many are resolved.
        resolved: u32,
        /// How many by measure, in words.
        by_measure: Vec<super::Count>,
    }
}

requests! {
    /// A new version of a text.
    TemplateSaveReq {
        /// The template.
        id: String,
        /// The language.
        language: String,
        /// The subject.
        subject: String,
        /// The text.
        body: String,
        /// From which day it is used; today where absent.
        effective_from: Option<String>,
        /// Why it changes.
        reason: String,
    }
    /// A letter to be written.
    LetterPreviewReq {
        /// The customer.
        customer: String,
        /// The template.
        template: String,
        /// The language.
        language: String,
    }
    /// A memo for the file, to begin from.
    MemoPreviewReq {
        /// The template.
        template: String,
        /// The language.
        language: String,
        /// The customer, the case or the offering that it is about; absent where it is about none, or one that is not recorded yet.
        about: Option<String>,
        /// The part of the case, where the text is about one.
        part: Option<String>,
        /// What is being typed beside it: fields of the offering; the risk under `head`.
        typed: Vec<super::CaseAnswer>,
    }
    /// The text that a memo was made of.
    MadeOfReq {
        /// The template.
        template: String,
        /// Its version.
        version: u32,
        /// The language.
        language: String,
    }
    /// A letter, new or changed.
    LetterSaveReq {
        /// The customer.
        customer: String,
        /// Its id; absent for a new one.
        id: Option<String>,
        /// The template.
        template: String,
        /// The language.
        language: String,
        /// Who it is to, in lines.
        to: String,
        /// The subject.
        subject: String,
        /// The text.
        body: String,
    }
    /// One letter.
    LetterReq {
        /// The customer.
        customer: String,
        /// Its id.
        id: String,
    }
    /// A letter went out.
    LetterSentReq {
        /// The customer.
        customer: String,
        /// Its id.
        id: String,
        /// The day.
        on: String,
        /// letter, registered, courier, email, portal, in_person.
        channel: String,
        /// To whom, where it differs from the letter.
        recipient: Option<String>,
        /// The document that proves it.
        proof: Option<String>,
    }
    /// A complaint or a notice of compromise, new or answered.
    RedressSaveReq {
        /// The customer.
        customer: String,
        /// Its id; absent for a new one.
        id: Option<String>,
        /// complaint or compromise.
        kind: String,
        /// The day it was received.
        received_on: String,
        /// What the customer says.
        what: String,
        /// By when the house means to answer.
        answer_by: Option<String>,
        /// What came of it.
        outcome: Option<String>,
        /// The day of the answer.
        answered_on: Option<String>,
    }
    /// Decide on the risk tier over the points, or leave it to them again.
    RiskDecideReq {
        /// The customer.
        customer: String,
        /// low, medium or high; absent leaves it to the points.
        tier: Option<String>,
        /// Why.
        reason: String,
    }
    /// The register on a day.
    RegisterReq {
        /// The day; today where absent.
        as_of: Option<String>,
    }
}
