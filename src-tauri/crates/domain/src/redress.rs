//! Redress (D-33): a customer's complaint or a notice that its details were compromised, answered beside the case and dated by itself.

use serde::{Deserialize, Serialize};

/// What it is about.
pub const KINDS: [(&str, &str); 2] = [
    ("complaint", "Complaint about a decision"),
    ("compromise", "Notice that details were compromised"),
];

/// A complaint or a notice of compromise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redress {
    /// Its id within the customer, such as `R-1`.
    pub id: String,
    /// complaint or compromise.
    pub kind: String,
    /// The day it was received.
    pub received_on: String,
    /// What the customer says.
    pub what: String,
    /// By when the house means to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<String>,
    /// What came of it, in words; none while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The day of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_on: Option<String>,
    /// Who recorded it last: a fingerprint.
    pub by: String,
}
