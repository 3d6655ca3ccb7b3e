//! The parts of a customer's file that have an id of their own: owners, accounts, means of payment.

use super::PartyKind;
use crate::ownership::Interest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An owner or a person in control (OwnershipLink, domain 5.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Its id within the customer, such as `O-1`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Name in its own script.
    pub name_original: Option<String>,
    /// Natural person or organisation.
    pub kind: PartyKind,
    /// Its ties to the customer, and to organisations among the customer's other owners.
    pub interests: Vec<Interest>,
    /// Why it is not named: the register does not say, or may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unspecified: Option<String>,
    /// The record's id in the file that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// A hash of what that file said of it, so that the same file again does not undo what was changed by hand since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Country, alpha-2.
    pub country: Option<String>,
    /// Street address.
    pub address: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Where it was learned.
    pub source: Option<String>,
    /// Since when.
    pub valid_from: Option<String>,
    /// Until when.
    pub valid_to: Option<String>,
}

impl Owner {
    /// Somebody of whom nothing but the name is known.
    pub fn new(id: &str, name: &str, kind: PartyKind) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            name_original: None,
            kind,
            interests: Vec::new(),
            unspecified: None,
            external_id: None,
            said: None,
            country: None,
            address: None,
            email: None,
            phone: None,
            source: None,
            valid_from: None,
            valid_to: None,
        }
    }
}

/// Nobody owns enough to count: why, and since when that is recorded. A person in control is named beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoneIdentified {
    /// How it was looked for, and why there is nobody.
    pub explanation: String,
    /// The day.
    pub on: String,
}

/// A means of payment (domain 5.8). Never a full card number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Its id within the customer, such as `P-1`.
    pub id: String,
    /// card, bank, wallet, invoice, other.
    pub kind: String,
    /// The institution.
    pub institution: String,
    /// Whose money.
    pub source: String,
    /// Last digits, wallet address or the provider's token.
    pub identifier: Option<String>,
    /// The country from which it is paid, alpha-2; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// An account (domain 5.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id within the customer, such as `A-1`.
    pub id: String,
    /// The provider's own account number.
    pub account_ref: String,
    /// requested, active, restricted, suspended, closed, refused.
    pub state: String,
    /// Products, in words.
    pub products: String,
    /// Opened on.
    pub opened_on: Option<String>,
    /// Closed on.
    pub closed_on: Option<String>,
    /// The day on which it, or a part of it, was resold to a foreign person (D-24); none where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resold_to_foreign: Option<String>,
    /// Means of payment.
    pub payments: Vec<Payment>,
    /// Fields that a rule pack adds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, String>,
}
