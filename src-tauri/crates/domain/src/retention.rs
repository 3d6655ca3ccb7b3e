//! Retention and disposal (domain 3.7, 5.25): how long a customer's records are kept, what holds them back, and what is left when they are gone.
//!
//! The rule only sets a minimum (D-38); that disposal follows is privacy law's business and ours (D-44). This module decides who may be
//! disposed of. It knows no storage, and cannot destroy anything.

use crate::{change::Approval, customer::CustomerFile, onboarding, record::ClockRecord};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A legal hold: nothing in its scope is disposed of until it is released in writing. It moves no retention date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Such as `H-0001`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// References of customers; empty for every customer.
    pub scope: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who asked for it: a court, an agency, counsel.
    pub authority: String,
    /// The day from which it holds.
    pub placed_on: String,
    /// The author's fingerprint.
    pub placed_by: String,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Release>,
}

impl Hold {
    /// Whether it holds a customer's records back.
    pub fn covers(&self, customer: &str) -> bool {
        self.release.is_none()
            && (self.scope.is_empty() || self.scope.iter().any(|one| one == customer))
    }
}

/// The end of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The day.
    pub on: String,
    /// The release in writing: from whom, of which day.
    pub writing: String,
    /// The approver's signature.
    pub approval: Approval,
}

/// Records that are kept although they could go (3.7: EXCEPTION).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptLonger {
    /// Why.
    pub reason: String,
    /// The day on which it is looked at again, `YYYY-MM-DD`.
    pub review_on: String,
}

/// A minimum that a rule pack sets, as it stood when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The pack's id.
    pub pack: String,
    /// Its version.
    pub version: String,
    /// The clock.
    pub clock: String,
    /// The day from which it counted.
    pub day0: NaiveDate,
    /// The last day to keep.
    pub last_day: NaiveDate,
}

/// Where a customer's records stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The customer's case has not ended.
    Active,
    /// The minimum of a pack still runs.
    Retaining,
    /// A legal hold covers them.
    Held,
    /// They are kept longer, with a reason.
    Kept,
    /// Something about the customer is still open.
    Blocked,
    /// They may be disposed of.
    Eligible,
}

impl Stage {
    /// The word that crosses to the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retaining => "retaining",
            Self::Held => "held",
            Self::Kept => "kept",
            Self::Blocked => "blocked",
            Self::Eligible => "eligible",
        }
    }
}

/// A customer's retention, worked out from its clocks, holds and open work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub stage: Stage,
    /// The first day on which every pack allows disposal; none while no minimum runs.
    pub eligible_on: Option<NaiveDate>,
    /// The minimums, longest first.
    pub applied: Vec<Applied>,
    /// What keeps the records here, in sentences.
    pub why: Vec<String>,
}

/// Where a customer's records stand on a day. `clocks` are those about the customer, stopped ones too.
///
/// The longest minimum of all packs wins; a hold suspends, and changes no date (3.7).
pub fn standing(
    file: &CustomerFile,
    clocks: &[ClockRecord],
    holds: &[Hold],
    today: NaiveDate,
) -> Standing {
    let running = || clocks.iter().filter(|clock| clock.stop.is_none());
    let mut applied: Vec<Applied> = running()
        .filter(|clock| clock.computed.eligible_on.is_some())
        .map(|clock| Applied {
            pack: clock.computed.pack.clone(),
            version: clock.computed.pack_version.clone(),
            clock: clock.computed.clock.clone(),
            day0: clock.computed.day0,
            last_day: clock.computed.due,
        })
        .collect();
    applied.sort_by(|a, b| {
        b.last_day
            .cmp(&a.last_day)
            .then_with(|| a.pack.cmp(&b.pack))
    });
    let eligible_on = running()
        .filter_map(|clock| clock.computed.eligible_on)
        .max();
    let mut why = Vec::new();
    let held: Vec<&Hold> = holds
        .iter()
        .filter(|hold| hold.covers(&file.reference))
        .collect();
    let kept = file
        .kept_longer
        .as_ref()
        .filter(|kept| kept.review_on > today.to_string());
    let open: Vec<&ClockRecord> = running()
        .filter(|clock| clock.computed.eligible_on.is_none())
        .collect();
    let accounts = onboarding::open_accounts(file);
    let ended = onboarding::MACHINE.has_ended(&file.status);
    let stage = if !ended {
        why.push(format!(
            "The case is in \"{}\".",
            onboarding::MACHINE.label(&file.status)
        ));
        Stage::Active
    } else if let Some(from) = eligible_on.filter(|from| *from > today) {
        why.push(format!("Kept through {}.", from.pred_opt().unwrap_or(from)));
        Stage::Retaining
    } else if eligible_on.is_none() {
        why.push(
            "No retention clock runs, so no day of disposal is known. Start one by hand."
                .to_owned(),
        );
        Stage::Blocked
    } else if !held.is_empty() {
        Stage::Held
    } else if let Some(kept) = kept {
        why.push(format!(
            "Kept longer until {}: {}",
            kept.review_on, kept.reason
        ));
        Stage::Kept
    } else if !open.is_empty() || !accounts.is_empty() {
        Stage::Blocked
    } else {
        Stage::Eligible
    };
    for hold in held {
        why.push(format!("{} holds it: {}", hold.reference, hold.reason));
    }
    if ended && !accounts.is_empty() {
        why.push(format!(
            "An account is still open: {}.",
            accounts.join(", ")
        ));
    }
    for clock in open {
        why.push(format!("{} is still running.", clock.reference));
    }
    Standing {
        stage,
        eligible_on,
        applied,
        why,
    }
}

/// What is kept of a customer who was disposed of: nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stub {
    /// The customer's reference.
    #[serde(rename = "ref")]
    pub reference: String,
    /// How the case ended.
    pub outcome: String,
    /// The day on which it ended.
    pub ended_on: Option<String>,
    /// The first day on which every pack allowed it.
    pub eligible_on: NaiveDate,
    /// The minimums that had run out.
    pub applied: Vec<Applied>,
    /// The file's revision that was approved for disposal.
    pub revision: u32,
}

/// What is destroyed with a customer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destroyed {
    /// Entries of the journal whose content goes; the entries stay.
    pub entries: Vec<u64>,
    /// Clocks about the customer.
    pub clocks: Vec<String>,
    /// Documents: random ids.
    pub documents: Vec<String>,
    /// Access records.
    pub access_records: u64,
}

/// What an import of access records vouches for after some of its records were destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLeft {
    /// The import's entry.
    pub import: u64,
    /// Rows that are left.
    pub rows: u64,
    /// Over the rows that are left, in the order of account, time and identity.
    pub rows_sha256: String,
}

/// A disposal: approved by two, carried out, and certified (F14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposal {
    /// Such as `DSP-2026-0001`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Whose records.
    pub customers: Vec<Stub>,
    /// The day of the approval.
    pub approved_on: String,
    /// The author's fingerprint.
    pub proposed_by: String,
    /// The approver's signature over the list.
    pub approval: Approval,
    /// What was carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Done>,
}

/// What a disposal did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The day.
    pub on: String,
    /// The author's fingerprint.
    pub by: String,
    /// Customers.
    pub customers: u64,
    /// Entries whose content was destroyed.
    pub entries: u64,
    /// Clocks.
    pub clocks: u64,
    /// Documents and their keys.
    pub documents: u64,
    /// Access records.
    pub access_records: u64,
    /// SHA-256 over the list of what was destroyed, a line each.
    pub index_sha256: String,
    /// How many records were looked for afterwards, and not found.
    pub looked_for: u64,
    /// The day of the last backup known to this computer, which may still hold the records.
    pub last_backup: Option<String>,
}

impl Disposal {
    /// The words that the approver signs: every customer with the revision that was looked at.
    pub fn statement(reference: &str, customers: &[Stub]) -> String {
        let mut words = format!("dispose {reference}\n");
        for stub in customers {
            words.push_str(&format!(
                "{} at revision {}, kept through {}\n",
                stub.reference,
                stub.revision,
                stub.eligible_on.pred_opt().unwrap_or(stub.eligible_on)
            ));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock, customer::PartyKind, pack::RulePack};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn ended() -> CustomerFile {
        let mut file = CustomerFile::new("C-000001", None, PartyKind::Individual);
        "closed_account".clone_into(&mut file.status);
        file
    }

    fn retention(pack: &str, id: &str, anchors: &[&str], on: &str) -> ClockRecord {
        let pack = RulePack::builtin(pack).unwrap();
        let anchors: BTreeMap<String, String> = anchors
            .iter()
            .map(|anchor| ((*anchor).to_owned(), on.to_owned()))
            .collect();
        let moments = anchors
            .iter()
            .map(|(event, at)| (event.clone(), clock::Moment::parse(at).unwrap()))
            .collect();
        let computed = clock::compute(pack, id, &moments, chrono_tz::America::New_York).unwrap();
        ClockRecord {
            reference: "K-0001".to_owned(),
            subject: "C-000001".to_owned(),
            subject_name: String::new(),
            case: None,
            account: None,
            anchors,
            computed,
            provisional: false,
            revisions: Vec::new(),
            document: None,
            milestones: Vec::new(),
            pauses: Vec::new(),
            snoozed_until: None,
            assignee: None,
            stop: None,
        }
    }

    fn nprm(on: &str) -> ClockRecord {
        retention(
            "us-iaas-nprm-2024",
            "CLK-RETAIN",
            &["account_closed", "last_accessed"],
            on,
        )
    }

    fn hold(scope: &[&str]) -> Hold {
        Hold {
            reference: "H-0001".to_owned(),
            scope: scope.iter().map(ToString::to_string).collect(),
            reason: "Subpoena".to_owned(),
            authority: "Court".to_owned(),
            placed_on: "2026-01-01".to_owned(),
            placed_by: String::new(),
            release: None,
        }
    }

    #[test]
    fn the_day_after_the_last_day_is_the_first_of_disposal() {
        let (file, clocks) = (ended(), [nprm("2024-03-01")]);
        let on = |today| standing(&file, &clocks, &[], day(today)).stage;
        assert_eq!(on("2026-03-01"), Stage::Retaining, "the last day to keep");
        assert_eq!(on("2026-03-02"), Stage::Eligible);
    }

    #[test]
    fn a_hold_suspends_and_moves_no_date() {
        let (file, clocks) = (ended(), [nprm("2024-03-01")]);
        let held = standing(&file, &clocks, &[hold(&[])], day("2030-01-01"));
        let free = standing(&file, &clocks, &[hold(&["C-000002"])], day("2030-01-01"));
        assert_eq!((held.stage, free.stage), (Stage::Held, Stage::Eligible));
        assert_eq!(held.eligible_on, free.eligible_on);
        assert!(held.why[0].contains("H-0001"));
    }

    #[test]
    fn nobody_goes_whose_case_is_open_or_whose_days_are_unknown() {
        let mut file = ended();
        assert_eq!(
            standing(&file, &[], &[], day("2040-01-01")).stage,
            Stage::Blocked
        );
        "monitoring".clone_into(&mut file.status);
        let clocks = [nprm("2024-03-01")];
        assert_eq!(
            standing(&file, &clocks, &[], day("2040-01-01")).stage,
            Stage::Active
        );
    }

    #[test]
    fn an_open_account_keeps_its_holder_here() {
        let mut file = ended();
        file.accounts.push(crate::customer::Account {
            id: "A-1".to_owned(),
            account_ref: "acct-1".to_owned(),
            state: "restricted".to_owned(),
            products: String::new(),
            opened_on: None,
            closed_on: None,
            resold_to_foreign: None,
            payments: Vec::new(),
            extra: BTreeMap::new(),
        });
        let clocks = [nprm("2024-03-01")];
        let there = standing(&file, &clocks, &[], day("2030-01-01"));
        assert_eq!(there.stage, Stage::Blocked);
        assert!(there.why[0].contains("acct-1"));
    }

    #[test]
    fn records_that_are_kept_longer_come_back_on_their_day() {
        let mut file = ended();
        file.kept_longer = Some(KeptLonger {
            reason: "A claim is possible".to_owned(),
            review_on: "2031-01-01".to_owned(),
        });
        let clocks = [nprm("2024-03-01")];
        let on = |today| standing(&file, &clocks, &[], day(today)).stage;
        assert_eq!(
            (on("2030-12-31"), on("2031-01-01")),
            (Stage::Kept, Stage::Eligible)
        );
    }

    proptest! {
        #[test]
        fn another_minimum_never_lets_anybody_go_sooner(first in 0i64..4000, second in 0i64..4000, looked in 0i64..8000) {
            let from = day("2020-01-01");
            let at = |days: i64| (from + chrono::Duration::days(days)).to_string();
            let today = from + chrono::Duration::days(looked);
            let (one, two) = (nprm(&at(first)), nprm(&at(second)));
            let file = ended();
            let alone = standing(&file, std::slice::from_ref(&one), &[], today);
            let both = standing(&file, &[one, two], &[], today);
            prop_assert!(both.eligible_on >= alone.eligible_on);
            prop_assert!(alone.stage == Stage::Eligible || both.stage != Stage::Eligible);
        }
    }
}
