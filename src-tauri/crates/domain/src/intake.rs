//! Asking a reseller by a file (D-65, D-66, D-73, D-78): the request, what came back, and what a person made of it. Nothing that a reseller
//! states counts before the key that signed it was compared by another way. Knows no files, no pages and no cryptography.

mod answers;
mod proposal;
#[cfg(test)]
mod schema_tests;

pub use answers::{
    Answers, Contact, Fault, SoldTo, Stated, StatedAttestation, StatedCip, TypedCounts,
};
pub use proposal::{Line, Proposal, Statement, propose, says};

use crate::signer::Word;
use serde::{Deserialize, Serialize};

/// The form of an answer, as it names itself.
pub const FORMAT: &str = "cipdesk-intake/1";

/// The published JSON Schema of that form; it lies beside each answer, for whoever reads it later.
pub const SCHEMA: &str = include_str!("../../../docs/schemas/intake.schema.json");

/// One thing that is asked: an element of a CIP, or a statement that is attested, as the rule packs had it on the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// The stored value.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// What the paragraph asks, in our words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The paragraph, and how sure that is.
    pub cite: String,
}

/// A request to one reseller, and every answer that came to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    /// Such as `IN-0001`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The reseller that is asked.
    pub reseller: String,
    /// Bound into the page and into its answer: nobody answers a request without having it. 32 hex digits.
    pub nonce: String,
    /// The age recipient that answers are encrypted to; its identity lies in the table alone.
    pub recipient: String,
    /// The rule packs by which it asks, with their versions.
    pub packs: Vec<String>,
    /// The minimum elements that it asks the pages of.
    pub elements: Vec<Point>,
    /// The statements that it asks to be attested.
    pub attestations: Vec<Point>,
    /// The day.
    pub on: String,
    /// The member's label.
    pub by: String,
    /// What came back, in the order it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// It is asked no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Word>,
}

/// A file that came back: what it says, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Made by the page for this answer alone; a vault takes each once. 32 hex digits.
    pub nonce: String,
    /// The document that keeps the signed file, decrypted.
    pub document: String,
    /// SHA-256 of that file in hex.
    pub sha256: String,
    /// Fingerprint of the key that signed.
    pub fingerprint: String,
    /// The day on it: the reseller's own word.
    pub dated: String,
    /// The day it was taken in.
    pub on: String,
    /// The label of the member who took it in.
    pub by: String,
    /// What it states.
    pub stated: Stated,
    /// What a person made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

/// What a person made of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// It entered the register; otherwise it was refused.
    pub taken: bool,
    /// Who, when, and how the fingerprint was compared or why it was refused.
    pub word: Word,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing came, or what came was refused.
    Open,
    /// An answer waits for somebody to compare its key.
    Waiting,
    /// An answer entered the register.
    Taken,
    /// It is asked no longer.
    Withdrawn,
}

impl Standing {
    /// The word that crosses to the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Taken => "taken",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "No answer yet",
            Self::Waiting => "Waiting for its key to be compared",
            Self::Taken => "Entered in the register",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

impl Intake {
    /// Where it stands. One answer enters the register; a refused one leaves the request open for another.
    pub fn standing(&self) -> Standing {
        let taken = |answer: &Answer| answer.verdict.as_ref().is_some_and(|one| one.taken);
        if self.answers.iter().any(taken) {
            Standing::Taken
        } else if self.withdrawn.is_some() {
            Standing::Withdrawn
        } else if self.waiting().is_some() {
            Standing::Waiting
        } else {
            Standing::Open
        }
    }

    /// The answer that nobody has decided on.
    pub fn waiting(&self) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.verdict.is_none())
    }

    /// The answer to look at: the one that waits, else the last.
    pub fn last(&self) -> Option<&Answer> {
        self.waiting().or_else(|| self.answers.last())
    }

    /// Decides on the answer that waits.
    pub fn judge(&mut self, verdict: &Verdict) {
        if let Some(answer) = self
            .answers
            .iter_mut()
            .find(|answer| answer.verdict.is_none())
        {
            answer.verdict = Some(verdict.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word() -> Word {
        Word {
            by: "staff-1".to_owned(),
            on: "2026-11-24".to_owned(),
            how: "By telephone".to_owned(),
        }
    }

    pub(super) fn intake() -> Intake {
        Intake {
            reference: "IN-0001".to_owned(),
            reseller: "RS-0001".to_owned(),
            nonce: "0".repeat(32),
            recipient: "age1".to_owned(),
            packs: Vec::new(),
            elements: vec![point("written"), point("name")],
            attestations: vec![point("review"), point("threat")],
            on: "2026-11-20".to_owned(),
            by: "staff-1".to_owned(),
            answers: Vec::new(),
            withdrawn: None,
        }
    }

    fn point(id: &str) -> Point {
        Point {
            id: id.to_owned(),
            label: id.to_uppercase(),
            text: String::new(),
            cite: "15 CFR 7.302".to_owned(),
        }
    }

    fn answer(nonce: &str) -> Answer {
        Answer {
            nonce: nonce.to_owned(),
            document: "d".to_owned(),
            sha256: "s".to_owned(),
            fingerprint: "SHA256:x".to_owned(),
            dated: "2026-11-23".to_owned(),
            on: "2026-11-24".to_owned(),
            by: "staff-1".to_owned(),
            stated: Stated::default(),
            verdict: None,
        }
    }

    #[test]
    fn a_refused_answer_leaves_the_request_open_and_a_taken_one_ends_it() {
        let mut one = intake();
        assert_eq!(one.standing(), Standing::Open);
        one.answers.push(answer("a"));
        assert_eq!(one.standing(), Standing::Waiting);
        let mut verdict = Verdict {
            taken: false,
            word: word(),
        };
        one.judge(&verdict);
        assert_eq!(one.standing(), Standing::Open, "another may come");
        one.answers.push(answer("b"));
        verdict.taken = true;
        one.judge(&verdict);
        assert_eq!(one.standing(), Standing::Taken);
        assert!(
            one.answers[0]
                .verdict
                .as_ref()
                .is_some_and(|first| !first.taken),
            "what was decided stays"
        );
        one.withdrawn = Some(word());
        assert_eq!(one.standing(), Standing::Taken, "what entered has entered");
    }
}
