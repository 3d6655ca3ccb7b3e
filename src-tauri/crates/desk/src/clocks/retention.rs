//! Retention starts by itself: when an account is closed, and over again when somebody gets in afterwards (D-38, domain 3.7).

use super::StartClock;
use crate::{error::Result, open_vault::OpenVault};
use domain::{
    customer::{Account, CustomerFile},
    pack::{ClockRule, Direction, RulePack},
    record::ClockRecord,
    rulebook::Rulebook,
};
use std::collections::BTreeMap;
use store::Act;

/// The events of a rule pack that the end of an account is.
const ENDS: [&str; 2] = ["account_closed", "subscription_ended"];
pub(crate) const LAST_ACCESS: &str = "last_accessed";
const RECORD_MADE: &str = "record_made";
const NO_ACCOUNT: &str = "No account was opened, so the day of the decision counts.";
const NEVER: &str =
    "The access log holds no record of this account, so its closing counts as the last access.";

/// The minimums of the packs in use that count from the end of an account.
fn from_the_end(rules: &Rulebook) -> impl Iterator<Item = (&RulePack, &ClockRule)> {
    let ends = |anchor: &String| ENDS.contains(&anchor.as_str());
    rules
        .in_use()
        .flat_map(|pack| pack.clocks().iter().map(move |rule| (pack, rule)))
        .filter(move |(_, rule)| {
            rule.direction == Direction::Minimum
                && !rule.rolling
                && rule.anchors.iter().any(ends)
                && rule
                    .anchors
                    .iter()
                    .all(|anchor| ends(anchor) || anchor == LAST_ACCESS)
        })
}

impl OpenVault {
    /// Starts or moves the minimums that the end of a customer's account starts, in every pack in use; ends them when it is open again.
    pub(crate) fn keep_account(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        account: &Account,
    ) -> Result<()> {
        let running: Vec<ClockRecord> = act
            .read()
            .clocks_about(&file.reference)?
            .into_iter()
            .filter(|clock| clock.stop.is_none() && clock.account.as_ref() == Some(&account.id))
            .collect();
        let Some(closed) = account
            .closed_on
            .as_deref()
            .filter(|_| account.state == "closed")
        else {
            for clock in running {
                let today = self.today().to_string();
                let ending = super::Ending {
                    outcome: "cancelled",
                    at: &today,
                    by: "The account is open again",
                    document: None,
                };
                self.stop_clock(act, &clock.reference, ending)?;
            }
            return Ok(());
        };
        let last = act
            .read()
            .last_access(&account.account_ref, self.now().timestamp_millis())?;
        let rules = self.rules();
        for (pack, rule) in from_the_end(&rules) {
            let anchors: BTreeMap<String, String> = rule
                .anchors
                .iter()
                .map(|anchor| {
                    let at = match last.filter(|_| anchor == LAST_ACCESS) {
                        Some(last) => crate::now::rfc3339(last),
                        None => closed.to_owned(),
                    };
                    (anchor.clone(), at)
                })
                .collect();
            let there = running
                .iter()
                .find(|clock| clock.computed.pack == pack.id() && clock.computed.clock == rule.id);
            match there {
                Some(clock) if clock.anchors == anchors => {}
                Some(clock) => {
                    let reason =
                        "The account was closed on another day, or used after it was closed";
                    self.re_anchor(act, &clock.reference, anchors, reason)?;
                }
                None => {
                    let name = format!("{}, account {}", file.name(), account.account_ref);
                    let start = StartClock {
                        pack,
                        id: &rule.id,
                        anchors,
                        subject: &file.reference,
                        subject_name: &name,
                        case: None,
                        account: Some(&account.id),
                        provisional: false,
                        document: None,
                        note: (last.is_none() && rule.anchors.iter().any(|a| a == LAST_ACCESS))
                            .then_some(NEVER),
                    };
                    self.start_clock(act, start)?;
                }
            }
        }
        Ok(())
    }

    /// Starts the minimums of a customer who never had an account, from the day of the decision.
    pub(crate) fn keep_ended(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        day: &str,
    ) -> Result<()> {
        let mut last = None;
        for account in &file.accounts {
            let used = act
                .read()
                .last_access(&account.account_ref, self.now().timestamp_millis())?;
            last = last.max(used);
        }
        let rules = self.rules();
        for (pack, rule) in from_the_end(&rules) {
            let start = StartClock {
                pack,
                id: &rule.id,
                anchors: rule
                    .anchors
                    .iter()
                    .map(|anchor| {
                        let at = match last.filter(|_| anchor == LAST_ACCESS) {
                            Some(last) => crate::now::rfc3339(last),
                            None => day.to_owned(),
                        };
                        (anchor.clone(), at)
                    })
                    .collect(),
                subject: &file.reference,
                subject_name: file.name(),
                case: None,
                account: None,
                provisional: false,
                document: None,
                note: Some(NO_ACCOUNT),
            };
            self.start_clock(act, start)?;
        }
        Ok(())
    }

    /// Ends what [`Self::keep_ended`] started: the case is open again.
    pub(crate) fn keep_no_longer(&self, act: &mut Act<'_, '_>, file: &CustomerFile) -> Result<()> {
        let today = self.today().to_string();
        for clock in act.read().clocks_about(&file.reference)? {
            let decided = clock.account.is_none()
                && clock.stop.is_none()
                && clock
                    .anchors
                    .keys()
                    .any(|event| ENDS.contains(&event.as_str()));
            if decided {
                let ending = super::Ending {
                    outcome: "cancelled",
                    at: &today,
                    by: "The case is open again",
                    document: None,
                };
                self.stop_clock(act, &clock.reference, ending)?;
            }
        }
        Ok(())
    }

    /// Starts the minimums that count from the day a record of verification was made, where a pack in use has one.
    pub(crate) fn keep_record(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        day: &str,
    ) -> Result<()> {
        let rules = self.rules();
        for pack in rules.in_use() {
            for rule in pack.clocks() {
                if rule.direction != Direction::Minimum
                    || rule.rolling
                    || rule.anchors != [RECORD_MADE]
                {
                    continue;
                }
                let start = StartClock {
                    pack,
                    id: &rule.id,
                    anchors: BTreeMap::from([(RECORD_MADE.to_owned(), day.to_owned())]),
                    subject: &file.reference,
                    subject_name: file.name(),
                    case: None,
                    account: None,
                    provisional: false,
                    document: None,
                    note: None,
                };
                self.start_clock(act, start)?;
            }
        }
        Ok(())
    }

    /// After an import of customers: accounts that were closed before they came here.
    pub(crate) fn keep_closed(
        &self,
        act: &mut Act<'_, '_>,
        customer: &str,
        closed: &[Account],
    ) -> Result<()> {
        if closed.is_empty() {
            return Ok(());
        }
        let file = act.read().customer_file(customer)?;
        for account in closed {
            self.keep_account(act, &file, account)?;
        }
        Ok(())
    }

    /// After an import of access records: an account that was used later than its clocks know moves them.
    pub(crate) fn keep_used_accounts(&self, act: &mut Act<'_, '_>) -> Result<()> {
        for clock in act.read().running_minimums()? {
            let (Some(id), Some(known)) = (&clock.account, clock.anchors.get(LAST_ACCESS)) else {
                continue;
            };
            let Some(account_ref) = act.read().account_ref(&clock.subject, id)? else {
                continue;
            };
            let last = act
                .read()
                .last_access(&account_ref, self.now().timestamp_millis())?;
            let Some(last) = last else { continue };
            let at = crate::now::rfc3339(last);
            if at == *known {
                continue;
            }
            let mut anchors = clock.anchors.clone();
            anchors.insert(LAST_ACCESS.to_owned(), at);
            let pack = self.pack_of(&clock.computed);
            // An access before the closing changes nothing that counts.
            if self.compute(&pack, &clock.computed.clock, &anchors)?.due == clock.computed.due {
                continue;
            }
            let reason = "An access was recorded that the clock did not know of";
            self.re_anchor(act, &clock.reference, anchors, reason)?;
        }
        Ok(())
    }
}
