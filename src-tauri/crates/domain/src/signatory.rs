//! Signatories and persons with authority or control over an account, asked for where an organisation's identity cannot be verified
//! otherwise (D-29). Each is a person with a verification of their own.

use serde::{Deserialize, Serialize};

/// What a person may be in this place: the stored word, and what a person reads.
pub const ROLES: [(&str, &str); 3] = [
    ("signatory", "Signatory"),
    ("control", "Person in control"),
    ("authority", "Authority over the account"),
];

/// A person with authority or control over a customer's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signatory {
    /// Their id within the customer, such as `S-1`; determinations and verifications name them by it.
    pub id: String,
    /// Name.
    pub name: String,
    /// Name in its own script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_original: Option<String>,
    /// A word of [`ROLES`].
    pub role: String,
    /// What they may do, and by what: "signs alone; resolution of 3 May".
    pub authority: String,
    /// Country, alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Street address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where it was learned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// Until when; they are ended, never deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<String>,
}

/// What a person reads for a role.
pub fn role_label(role: &str) -> &str {
    ROLES
        .iter()
        .find(|(word, _)| *word == role)
        .map_or(role, |(_, label)| label)
}
