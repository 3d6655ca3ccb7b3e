//! Demands to resellers for the copies that a request asks for: letters, the log of the chase, internal targets.

views! {
    /// An internal target for one reseller's copy. No rule asks for it.
    ChaseTarget {
        /// What should have happened.
        label: String,
        /// By this day.
        on: String,
        /// The day on which the letter, or a later one, went out.
        sent_on: Option<String>,
        /// met, late, today, ahead, over (the copy is no longer waited for).
        standing: String,
        /// The same in words.
        words: String,
    }
    /// A letter to a reseller.
    DemandView {
        /// Its id within the part, such as `L-1`.
        id: String,
        /// What it is: "Reminder: the copy of the CIP".
        title: String,
        /// The text and its version.
        version: String,
        /// The text's id.
        template: String,
        /// The language.
        language: String,
        /// To whom, in lines.
        to: String,
        /// The subject.
        subject: String,
        /// The text.
        body: String,
        /// Who wrote it.
        by: String,
        /// The day it was written.
        on: String,
        /// How it went out, in words; absent while it has not.
        sent: Option<String>,
        /// The day it went out.
        sent_on: Option<String>,
    }
    /// What was done to get one copy.
    ChaseView {
        /// The internal targets, by day.
        targets: Vec<ChaseTarget>,
        /// What happened, oldest first.
        log: Vec<super::TakenView>,
        /// The letters, newest first.
        letters: Vec<DemandView>,
        /// The text that follows; absent where no letter is due.
        next: Option<super::Choice>,
        /// Every text there is, and its languages: id and language, title.
        texts: Vec<super::Choice>,
        /// The clause of the contract, where the register has it.
        clause: Option<String>,
    }
}

requests! {
    /// A letter to a reseller, as it would be written now.
    DemandPreviewReq {
        /// The case.
        r#ref: String,
        /// The part.
        item: String,
        /// The text.
        template: String,
        /// Its language.
        language: String,
    }
    /// Keep a letter, new or changed.
    DemandSaveReq {
        /// The case.
        r#ref: String,
        /// The part.
        item: String,
        /// The letter; absent for a new one.
        id: Option<String>,
        /// The text it is made of.
        template: String,
        /// Its language.
        language: String,
        /// To whom, in lines.
        to: String,
        /// The subject.
        subject: String,
        /// The text.
        body: String,
    }
    /// A letter of a part of a case.
    DemandReq {
        /// The case.
        r#ref: String,
        /// The part.
        item: String,
        /// The letter.
        id: String,
    }
    /// Record that a letter went out: it is the demand, or the reminder, of its part.
    DemandSentReq {
        /// The case.
        r#ref: String,
        /// The part.
        item: String,
        /// The letter.
        id: String,
        /// The day.
        on: String,
        /// letter, registered, courier, email, portal, in_person.
        channel: String,
        /// The clause of the contract; asked for with the first demand.
        clause: Option<String>,
        /// What the reseller said; asked for with a reminder.
        note: String,
    }
}
