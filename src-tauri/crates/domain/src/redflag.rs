//! Red flags about a customer: a sign of malicious use or of concealment that somebody saw, and what came of it. A settled case opens again
//! for one (D-35, domain 3.1). The list of flags is the rule pack's.

use serde::{Deserialize, Serialize};

/// A red flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedFlag {
    /// Its id within the customer, such as `F-1`.
    pub id: String,
    /// Which of the pack's flags; none where it is in no list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// What was seen, in words.
    pub what: String,
    /// Where it was seen or who said so.
    pub source: String,
    /// The day on which it was seen.
    pub seen_on: String,
    /// What came of it; none while nobody has looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The day of the outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_on: Option<String>,
    /// Who recorded it last: a fingerprint.
    pub by: String,
}
