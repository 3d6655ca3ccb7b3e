//! Asking a reseller by a file, and what comes back.

views! {
    /// A request by file, as lists show it.
    IntakeRow {
        /// Such as `IN-0001`.
        r#ref: String,
        /// The reseller's reference.
        reseller: String,
        /// The reseller's name.
        reseller_name: String,
        /// open, waiting, taken, withdrawn.
        standing: String,
        /// Where it stands, in words.
        standing_label: String,
        /// The day it was made.
        on: String,
        /// Who made it.
        by: String,
        /// The day its last answer was taken in.
        answered: Option<String>,
    }
    /// One thing that an answer would change, or changed.
    IntakeLine {
        /// What it is.
        label: String,
        /// What the register says; empty where it says nothing.
        now: String,
        /// What the answer says.
        then: String,
    }
    /// Where a reseller says that an element of its CIP stands.
    IntakeElement {
        /// The element.
        id: String,
        /// In words.
        label: String,
        /// met, missing, unclear; absent where nothing was said.
        standing: Option<String>,
        /// The page.
        page: Option<String>,
    }
    /// What a person made of an answer.
    IntakeVerdict {
        /// It entered the register.
        taken: bool,
        /// Who.
        by: String,
        /// When.
        on: String,
        /// How the fingerprint was compared, or why the answer was refused.
        how: String,
    }
    /// An answer, with its origin and what it would change.
    IntakeAnswer {
        /// Who filled it in, as it says.
        answered_by: String,
        /// The day on it: the reseller's own word.
        dated: String,
        /// The day it was taken in.
        on: String,
        /// Who took it in.
        by: String,
        /// Fingerprint of the key that signed.
        fingerprint: String,
        /// What the address book knows of that key, in a sentence.
        key: String,
        /// SHA-256 of the signed file.
        sha256: String,
        /// The document that keeps it: id and name.
        document: Option<super::Choice>,
        /// What would change in the register; once it was decided on, what it says.
        lines: Vec<IntakeLine>,
        /// Where it says that the elements of its CIP stand.
        elements: Vec<IntakeElement>,
        /// What a person should know before deciding.
        notes: Vec<String>,
        /// What a person made of it.
        verdict: Option<IntakeVerdict>,
    }
    /// A request by file, whole.
    IntakeView {
        /// As lists show it.
        row: IntakeRow,
        /// The rule packs by which it asks.
        packs: Vec<String>,
        /// The age recipient that answers are encrypted to.
        recipient: String,
        /// The answer that waits, else the last.
        answer: Option<IntakeAnswer>,
        /// How many answers were refused.
        refused: u32,
        /// Why it was withdrawn.
        withdrawn: Option<String>,
    }
    /// A page that was written.
    IntakeWritten {
        /// The request.
        r#ref: String,
        /// The file's name.
        name: String,
    }
}

requests! {
    /// Requests by file; of one reseller where it is named.
    IntakeListReq {
        /// The reseller.
        reseller: Option<String>,
    }
    /// Make a page that asks a reseller; where it is kept is chosen in a dialog.
    IntakeRequestReq {
        /// The reseller.
        reseller: String,
    }
    /// Enter an answer in the register: its key was compared by another way.
    IntakeConfirmReq {
        /// The request.
        r#ref: String,
        /// The fingerprint as it was told: its eight words, or `SHA256:...`.
        compared: String,
        /// With whom it was compared, and by which way.
        how: String,
    }
    /// Refuse the answer that waits, or ask no longer.
    IntakeReasonReq {
        /// The request.
        r#ref: String,
        /// Why.
        why: String,
    }
}
