//! What was told to a customer, found out and decided: determinations, verifications, discrepancies, and who is somebody else.

use super::UsStatus;
use crate::field;
use serde::{Deserialize, Serialize};

/// A U.S.-person determination (domain 5.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Determination {
    /// The customer's reference or an owner's id.
    pub about: String,
    /// The test met, `none_met` or `cannot_tell`.
    pub test: String,
    /// What follows.
    pub outcome: UsStatus,
    /// What it rests on.
    pub evidence: String,
    /// Documents it rests on.
    pub documents: Vec<String>,
    /// Who decided: a fingerprint.
    pub decided_by: String,
    /// The day.
    pub decided_on: String,
    /// Who approved it, when the case was decided on it; none before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approved>,
}

/// A second look at a determination, by the signature over the decision that rests on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// Who: the fingerprint of the approval key.
    pub by: String,
    /// The day.
    pub on: String,
    /// Why one person both decided and approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<String>,
}

/// An attempt to verify an identity (domain 5.11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The customer's reference or an owner's id.
    pub about: String,
    /// documentary, non_documentary or additional.
    pub method: String,
    /// match, partial, mismatch, unavailable.
    pub result: String,
    /// The document.
    pub document: Option<String>,
    /// What document or source, in words.
    pub basis: String,
    /// The special situation (D-28), by the rule pack's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub special: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Who: a fingerprint.
    pub performed_by: String,
    /// The day.
    pub performed_on: String,
}

/// Two values that do not fit (domain 5.13): neither is overwritten, and what became of it stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discrepancy {
    /// Its id within the customer, such as `D-1`.
    pub id: String,
    /// The customer's reference or an owner's id.
    pub about: String,
    /// Which fact: "Date of birth".
    pub what: String,
    /// What the customer says.
    pub claimed: String,
    /// What was found.
    pub found: String,
    /// Where it was found: the document or register.
    pub source: String,
    /// It bears on who the person is, as against a slip of the pen.
    pub substantive: bool,
    /// How it was resolved; none while it is open.
    pub resolution: Option<String>,
    /// Who recorded it last: a fingerprint.
    pub by: String,
    /// The day of the last word on it.
    pub on: String,
}

impl Discrepancy {
    /// Whether what it is about is masked until somebody asks to see it.
    pub fn is_sensitive(&self) -> bool {
        field::speaks_of_sensitive(&self.what)
    }

    /// Both values as they are shown: what the customer says and what was found, masked where the fact is sensitive.
    pub fn shown(&self) -> (String, String) {
        if self.is_sensitive() {
            (field::masked(&self.claimed), field::masked(&self.found))
        } else {
            (self.claimed.clone(), self.found.clone())
        }
    }
}

/// The notice to the customer about disclosure (D-36).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The day.
    pub delivered_on: String,
    /// How.
    pub channel: String,
    /// Which text: "notice version 1, en".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The document that proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
}

/// A record that looks like this one, and is another customer: a person said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// The other customer's reference.
    pub other: String,
    /// Why they are two.
    pub reason: String,
    /// Who decided: a fingerprint.
    pub by: String,
    /// The day.
    pub on: String,
}
