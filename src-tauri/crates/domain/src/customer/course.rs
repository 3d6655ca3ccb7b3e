//! The course of a customer's case: the states it has reached, and what was special about each step.

use crate::{closing::LeftOpen, letter::MadeOf, reopening::Trigger};
use serde::{Deserialize, Serialize};

/// A state that the case has reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The state.
    pub state: String,
    /// The day.
    pub on: String,
    /// What was written down for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What was special about the step.
    #[serde(flatten)]
    pub how: How,
}

/// What is special about a step of a case, beside what was written down for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct How {
    /// The event that opened a settled case again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// Nobody took it: the program did, by a rule that the note names.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
    /// What the case was closed over, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_open: Option<LeftOpen>,
    /// The text that what was written down was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_of: Option<MadeOf>,
    /// By when the case is to be decided from here on: an internal target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_on: Option<String>,
    /// How the target that ran until here ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_ended: Option<TargetEnded>,
}

/// How the internal target of a case ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetEnded {
    /// The day that it was set for.
    pub on: String,
    /// met, late or cancelled.
    pub outcome: String,
}

/// Under which terms an account is left open (D-32).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Permissions that were removed, and how the account is watched.
    pub text: String,
    /// The day on which it is looked at again.
    pub review_on: String,
}
