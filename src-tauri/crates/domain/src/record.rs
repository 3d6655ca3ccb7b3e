//! The smaller records: organisation, staff, documents, resellers, cases, clocks, filings.

pub use crate::filing::{
    Answer, Filing, FormRow, FormUnknown, Replaces, Reply, Seal, Sending, Validated,
};

use crate::{clock::Computed, oversight::Oversight};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The organisation whose vault it is (domain 5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Legal name.
    pub name: String,
    /// provider, us_reseller, foreign_reseller.
    pub role: String,
    /// IANA time zone.
    pub zone: String,
    /// Invented people only.
    pub demo: bool,
    /// The vault is a rehearsal, on a clock of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Drill>,
    /// Fields that a rule pack leaves off and that are collected all the same, by the organisation's own decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collects: Vec<String>,
    /// The house's own rules of a customer's case.
    #[serde(default)]
    pub house: crate::house::HouseRules,
}

/// A rehearsal: an invented request that arrives at a hard moment, and what it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// The moment on the rehearsal's clock at which it begins and the request arrives.
    pub arrives: DateTime<Utc>,
    /// The moment on this computer's clock at which it began.
    pub begun: DateTime<Utc>,
    /// Milliseconds by which the rehearsal's clock was put forward since.
    #[serde(default)]
    pub skipped_ms: i64,
    /// The Department's reference on the letter.
    pub reference: String,
    /// The resellers whose CIP it asks for, by name.
    pub resellers: Vec<String>,
}

/// A member, by name; keys and roles stand in the member list of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// The label in the folder.
    pub label: String,
    /// The name.
    pub name: String,
    /// Fingerprint of the log key.
    pub log_key: String,
    /// The log key itself, Ed25519, 64 hex digits.
    pub log_public: String,
    /// Fingerprint of the approval key.
    pub approval_key: String,
    /// The approval key in OpenSSH form.
    pub approval_public: String,
    /// What the member may do: words of [`crate::machine::Role`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The day on which the member left; none while active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Keys that the member had before a passphrase was forgotten: what they signed stays verifiable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<FormerKeys>,
    /// Keys that filings are signed with beside the approval key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signing: Vec<crate::signer::BoundKey>,
}

/// Keys that a member used once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerKeys {
    /// Fingerprint of the log key.
    pub log_key: String,
    /// The log key, 64 hex digits.
    pub log_public: String,
    /// Fingerprint of the approval key.
    pub approval_key: String,
    /// The approval key in OpenSSH form.
    pub approval_public: String,
}

impl Staff {
    /// Every pair of keys that was ever this member's, the present one first.
    pub fn keys(&self) -> impl Iterator<Item = FormerKeys> + '_ {
        std::iter::once(FormerKeys {
            log_key: self.log_key.clone(),
            log_public: self.log_public.clone(),
            approval_key: self.approval_key.clone(),
            approval_public: self.approval_public.clone(),
        })
        .chain(self.former.iter().cloned())
    }

    /// The member with new keys; those of before are kept for what they signed.
    pub fn enrolled_again(&self, new: &Self) -> Self {
        let former = self.keys().collect();
        Self {
            name: self.name.clone(),
            former,
            ..new.clone()
        }
    }
}

/// A document. Its key is not part of it: the key lies in its own column, so that it can be destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Random id, which names the file.
    pub id: String,
    /// The record it belongs to.
    pub subject: String,
    /// passport, national_id, registry_extract, cip, other, ...
    #[serde(rename = "type")]
    pub kind: String,
    /// The name it came with.
    pub name: String,
    /// Its true type.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Public half of its key.
    pub recipient: String,
    /// Pages, where they could be counted.
    pub pages: Option<u32>,
    /// What a person should know.
    pub marks: Vec<String>,
    /// The document in whose place it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

/// The types of documents, with what a person reads.
pub const DOCUMENT_TYPES: &[(&str, &str)] = &[
    ("passport", "Passport"),
    ("national_id", "National identity card"),
    ("driving_licence", "Driving license"),
    ("residence_permit", "Residence permit"),
    ("registry_extract", "Registry extract"),
    ("ownership_chart", "Ownership chart"),
    ("proof_of_address", "Proof of address"),
    ("payment_proof", "Proof of payment source"),
    ("contract", "Contract"),
    ("letter", "Letter"),
    ("department_request", "Department request"),
    ("evidence", "Evidence"),
    ("cip", "CIP document"),
    ("other", "Other"),
];

/// What a person reads for a type of document.
pub fn document_type_label(kind: &str) -> &str {
    DOCUMENT_TYPES
        .iter()
        .find(|(id, _)| *id == kind)
        .map_or(kind, |(_, label)| label)
}

/// A version of a reseller's CIP (domain 5.16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cip {
    /// Such as `CIP-0001`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The reseller.
    pub reseller: String,
    /// Version as the reseller calls it.
    pub version: String,
    /// In force from, `YYYY-MM-DD`.
    pub effective_from: String,
    /// Received on.
    pub received_on: String,
    /// The document's id.
    pub document: String,
}

/// A reseller (domain 5.18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reseller {
    /// Such as `RS-0001`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Name.
    pub name: String,
    /// Country, alpha-2.
    pub country: String,
    /// Street address.
    pub address: Option<String>,
    /// Contact e-mail.
    pub email: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// onboarding, active, under_review, terminating, terminated.
    pub state: String,
    /// CIP versions in the order they were filed.
    pub cips: Vec<Cip>,
    /// What is known of it beyond that.
    #[serde(default, skip_serializing_if = "nothing_known")]
    pub oversight: Oversight,
    /// Changes with every write.
    pub revision: u32,
}

fn nothing_known(oversight: &Oversight) -> bool {
    *oversight == Oversight::default()
}

impl Reseller {
    /// The CIP in force on a day: the one with the latest effective date not after it.
    pub fn cip_on(&self, day: &str) -> Option<&Cip> {
        self.cips
            .iter()
            .filter(|cip| cip.effective_from.as_str() <= day)
            .max_by(|a, b| a.effective_from.cmp(&b.effective_from))
    }

    /// A version's last day in force: the day before the next version's first.
    pub fn effective_to(&self, cip: &Cip) -> Option<String> {
        let next = self
            .cips
            .iter()
            .filter(|other| other.effective_from > cip.effective_from)
            .map(|other| &other.effective_from)
            .min()?;
        Some(crate::field::date(next)?.pred_opt()?.to_string())
    }

    /// Foreign, and so in the scope of 7.303 (proposed).
    pub fn is_foreign(&self) -> bool {
        self.country != "US"
    }
}

/// How a clock ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// satisfied or cancelled.
    pub outcome: String,
    /// The civil day.
    pub on: String,
    /// What ended it.
    pub by: String,
    /// Days late; 0 when in time.
    pub days_late: i64,
    /// The document that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// A running or stopped clock (domain 5.24): a record, never recomputed when a setting changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockRecord {
    /// Such as `K-0001`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The record it is about.
    pub subject: String,
    /// That record's name, as it was.
    pub subject_name: String,
    /// The case.
    pub case: Option<String>,
    /// The customer's account, by its id such as `A-1`, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The triggers as they were given.
    pub anchors: BTreeMap<String, String>,
    /// The arithmetic.
    pub computed: Computed,
    /// Grey: from a signal that is not confirmed.
    pub provisional: bool,
    /// Dates that stood before this one, oldest first.
    #[serde(default)]
    pub revisions: Vec<ClockRevision>,
    /// The document that shows the trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Internal targets on the way, by day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<Target>,
    /// Pauses of the internal targets, oldest first. The deadline itself never pauses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Out of "my work" until this day; never out of the list of deadlines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<String>,
    /// The member who sees to it, by label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// How it ended.
    pub stop: Option<Stop>,
}

/// An internal target of a running clock. It moves no deadline, and is late without anybody being late in law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The milestone's id in the pack.
    pub id: String,
    /// What should be done by then.
    pub label: String,
    /// The day, moved by the pauses that have ended.
    pub on: NaiveDate,
    /// The day it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met_on: Option<String>,
}

/// A pause of the internal targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The first day.
    pub from: NaiveDate,
    /// The day the targets went on; none while they rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

/// What a person does with the work on a clock. None of it touches the deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "plan", rename_all = "snake_case")]
pub enum Plan {
    /// A member sees to it; none takes it away.
    Assigned {
        /// The member's label.
        to: Option<String>,
    },
    /// Out of "my work" until a day; none brings it back.
    Snoozed {
        /// The day.
        until: Option<NaiveDate>,
    },
    /// An internal target was met.
    Met {
        /// The target's id.
        id: String,
        /// The day.
        on: NaiveDate,
    },
    /// The internal targets rest.
    Paused {
        /// The first day.
        from: NaiveDate,
        /// Why.
        reason: String,
    },
    /// The internal targets go on, later by the days of the pause.
    Resumed {
        /// The day.
        on: NaiveDate,
    },
}

impl ClockRecord {
    /// Whether its internal targets rest.
    pub fn is_paused(&self) -> bool {
        self.pauses.last().is_some_and(|pause| pause.to.is_none())
    }

    /// The next internal target that is not met.
    pub fn next_target(&self) -> Option<&Target> {
        self.milestones
            .iter()
            .find(|target| target.met_on.is_none())
    }

    /// Does what was planned. The deadline, its arithmetic and its end stay as they are.
    pub fn plan(&mut self, plan: &Plan) {
        match plan {
            Plan::Assigned { to } => self.assignee.clone_from(to),
            Plan::Snoozed { until } => self.snoozed_until = until.map(|day| day.to_string()),
            Plan::Met { id, on } => {
                for target in self.milestones.iter_mut().filter(|target| target.id == *id) {
                    target.met_on = Some(on.to_string());
                }
            }
            Plan::Paused { from, reason } => self.pauses.push(Pause {
                from: *from,
                to: None,
                reason: reason.clone(),
            }),
            Plan::Resumed { on } => {
                let Some(pause) = self.pauses.last_mut().filter(|pause| pause.to.is_none()) else {
                    return;
                };
                pause.to = Some(*on);
                let rested = *on - pause.from;
                for target in &mut self.milestones {
                    // What was due before the pause began was not held up by it.
                    if target.met_on.is_none() && target.on >= pause.from {
                        target.on = target.on.checked_add_signed(rested).unwrap_or(target.on);
                    }
                }
            }
        }
    }
}

/// What a clock said before a correction or an extension: nothing of it is lost (domain 5.24).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockRevision {
    /// `corrected`: the trigger was on another day; `extended`: more time was granted in writing; `adopted`: a new version of the pack
    /// was taken for it; `re-anchored`: a later event counts; `confirmed`: the signal was confirmed.
    pub kind: String,
    /// The triggers before.
    pub anchors: BTreeMap<String, String>,
    /// The last day before.
    pub due_before: String,
    /// The last day after.
    pub due_after: String,
    /// Why the record was wrong, or the written grant.
    pub reason: String,
    /// The pack and version that the date before was worked out by, where that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack_before: Option<String>,
    /// The document that shows it: the written grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The place of the entry in the journal is found by this day and the clock's reference.
    pub on: String,
}
