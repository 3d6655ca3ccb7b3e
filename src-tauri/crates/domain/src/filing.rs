//! Filings (domain 5.20): what people wrote into a form, what was sealed, sent and answered. What a form asks is not known here.

use crate::change::Approval;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A row of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRow {
    /// The record it comes from, where it comes from one. It is not printed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// Values by part; what is absent is not recorded.
    pub cells: BTreeMap<String, String>,
}

impl FormRow {
    /// A row of its parts; an empty one is left out.
    pub fn of<const N: usize>(key: &str, cells: [(&str, String); N]) -> Self {
        Self {
            key: key.to_owned(),
            cells: cells
                .into_iter()
                .filter(|(_, value)| !value.trim().is_empty())
                .map(|(part, value)| (part.to_owned(), value))
                .collect(),
        }
    }

    /// A part's value; empty where it is not recorded.
    pub fn cell(&self, part: &str) -> &str {
        self.cells.get(part).map_or("", String::as_str)
    }
}

/// "Unknown, asked on": what was done to learn it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormUnknown {
    /// The day on which somebody was asked.
    pub asked_on: String,
    /// Who was asked.
    pub asked_of: String,
    /// What was answered so far.
    pub answer: String,
}

/// What a person wrote for an item: only what differs from what the records say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The rows; one with a key is laid over the record's row with that key.
    pub rows: Vec<FormRow>,
    /// It is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<FormUnknown>,
    /// Who wrote it: the member's label.
    pub by: String,
    /// The day.
    pub on: String,
}

/// The sealed filing that another replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaces {
    /// Its reference.
    pub reference: String,
    /// The name of its bundle.
    pub bundle: String,
    /// SHA-256 of that bundle in hex.
    pub sha256: String,
}

/// A content that was found to be in order, and perhaps approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validated {
    /// SHA-256 of what the form said then.
    pub content: String,
    /// The day.
    pub on: String,
    /// The approver's signature over that content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// acknowledged or rejected.
    pub outcome: String,
    /// The day.
    pub on: String,
    /// Their number or words.
    pub reference: String,
}

/// A sealed bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The bundle's name without ending.
    pub name: String,
    /// SHA-256 of the bundle in hex.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Payload files.
    pub files: u32,
    /// Who approved: the member's label.
    pub label: String,
    /// Fingerprint of the approval key.
    pub fingerprint: String,
    /// The principal in allowed_signers.
    pub principal: String,
    /// When: RFC 3339.
    pub sealed_at: String,
    /// The journal's head code on each page.
    pub head_code: String,
    /// Why one person both prepared and approved.
    pub override_reason: Option<String>,
    /// Pages of the PDF.
    pub pages: Option<u32>,
    /// The document that keeps the sealed bundle.
    pub document: String,
    /// The document that keeps what was sealed for a machine, beside the bundle it is in.
    pub content: String,
}

/// The sending of a filing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// When: a date or an instant.
    pub sent: String,
    /// How.
    pub channel: String,
    /// Reference or proof.
    pub proof: Option<String>,
}

/// A filing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// Such as `F4-2026-0001`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The form, such as `F4`.
    pub form: String,
    /// draft, validated, approved, sealed, sent, acknowledged, rejected, superseded.
    pub state: String,
    /// Its case.
    pub case: Option<String>,
    /// The clock it answers.
    pub clock: Option<String>,
    /// The rule pack it is made by.
    pub pack: String,
    /// The day of which it speaks.
    pub as_of: String,
    /// The records it is about: customers, resellers, a disposal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// Which CIP of each reseller, in the order of a request; none where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<(String, Option<String>)>,
    /// What people wrote, by item.
    pub answers: BTreeMap<String, Answer>,
    /// The sealed filing that it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Replaces>,
    /// The filing that replaced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// What was validated and approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validated: Option<Validated>,
    /// The seal.
    pub seal: Option<Seal>,
    /// The sending.
    pub sending: Option<Sending>,
    /// What came back, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<Reply>,
    /// Changes with every write.
    pub revision: u32,
}

impl Filing {
    /// Whether it can still be changed.
    pub fn is_open(&self) -> bool {
        self.seal.is_none()
    }

    /// Takes what people wrote; what was validated or approved before no longer is.
    pub fn edit(&mut self, after: &BTreeMap<String, Answer>) {
        self.answers.clone_from(after);
        self.validated = None;
        "draft".clone_into(&mut self.state);
    }

    /// The word of an item that a person wrote; empty where nobody did.
    pub fn written(&self, item: &str, key: &str, part: &str) -> &str {
        self.answers
            .get(item)
            .and_then(|answer| answer.rows.iter().find(|row| row.key == key))
            .map_or("", |row| row.cell(part))
    }
}
