//! The clocks of a case: started by its event in every pack in use, made firm when a signal is confirmed, ended by its last step.

use super::{Ending, StartClock, running::Why};
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    casefile::Case,
    cases,
    clock::Moment,
    machine::{ClockEffect, ClockStart},
    pack::{ClockRule, RulePack, Unit},
    record::ClockRecord,
    rulebook::Rulebook,
};
use std::collections::BTreeMap;
use store::Act;

/// The clocks that a step starts: those that count from exactly its events and that its event stops, and the internal ones that one event
/// alone starts.
fn started_by<'a>(
    rules: &'a Rulebook,
    start: &'a ClockStart,
) -> impl Iterator<Item = (&'a RulePack, &'a ClockRule)> {
    rules
        .in_use()
        .flat_map(|pack| pack.clocks().iter().map(move |rule| (pack, rule)))
        .filter(move |(_, rule)| {
            rule.anchors.len() == start.anchors.len()
                && start
                    .anchors
                    .iter()
                    .all(|(event, _)| rule.anchors.iter().any(|anchor| anchor == event))
                && (rule.stop == start.stop || (!rule.statutory && start.demanded))
        })
}

/// Hours count from an instant; a day alone starts none.
fn unfit(rule: &ClockRule, at: &str) -> bool {
    rule.unit == Unit::Hours && matches!(Moment::parse(at), Ok(Moment::Date(_)))
}

/// What opening a case of this kind would start.
fn opening(kind: &str) -> Vec<&'static ClockStart> {
    cases::machine(kind)
        .and_then(|machine| machine.way_in(None))
        .map(|step| {
            step.clocks
                .iter()
                .filter_map(|effect| match effect {
                    ClockEffect::Start(start) => Some(start),
                    _ => None,
                })
                .collect()
        })
        .unwrap_or_default()
}

impl OpenVault {
    /// The clocks that a case would start if its first event were at this moment, the strictest first.
    pub fn case_preview(&self, req: &c::CasePreviewReq) -> Result<Vec<c::CaseClock>> {
        let rules = self.rules();
        let mut clocks = Vec::new();
        for start in opening(&req.kind) {
            for (pack, rule) in started_by(&rules, start) {
                if unfit(rule, &req.received) {
                    continue;
                }
                let anchors = start
                    .anchors
                    .iter()
                    .map(|(event, _)| ((*event).to_owned(), req.received.clone()))
                    .collect();
                let computed = self.compute(pack, &rule.id, &anchors)?;
                clocks.push((
                    !rule.statutory,
                    computed.due,
                    c::CaseClock {
                        clock: rule.id.clone(),
                        title: rule.title.clone(),
                        pack: pack.title().to_owned(),
                        internal: !rule.statutory,
                        unverified: !rule.confidence.is_verified(),
                        preview: self.previewed(computed),
                    },
                ));
            }
        }
        clocks.sort_by_key(|(internal, due, _)| (*internal, *due));
        Ok(clocks.into_iter().map(|(.., clock)| clock).collect())
    }

    /// Starts the clocks of a case, in every pack in use. The strictest comes first.
    pub(crate) fn start_case_clocks(
        &self,
        act: &mut Act<'_, '_>,
        case: &Case,
        names: &str,
        document: Option<&str>,
        start: &ClockStart,
        anchors: &BTreeMap<String, String>,
    ) -> Result<Vec<ClockRecord>> {
        let subject = match (case.resellers.as_slice(), case.subjects.as_slice()) {
            ([one], []) | ([], [one]) => one.clone(),
            _ => case.reference.clone(),
        };
        let rules = self.rules();
        let mut started = Vec::new();
        for (pack, rule) in started_by(&rules, start) {
            if !start.demanded && anchors.values().any(|at| unfit(rule, at)) {
                continue;
            }
            let start = StartClock {
                pack,
                id: &rule.id,
                anchors: anchors.clone(),
                subject: &subject,
                subject_name: names,
                case: Some(&case.reference),
                account: None,
                provisional: start.provisional,
                document: document.map(str::to_owned),
                note: None,
            };
            let record = self.start_clock(act, start)?;
            started.push((!rule.statutory, record.computed.due, record));
        }
        if start.demanded && !started.iter().any(|(internal, ..)| !internal) {
            let from: Vec<&str> = start.anchors.iter().map(|(event, _)| *event).collect();
            return Err(Error::input(
                "E-PACK-NO-CLOCK",
                format!(
                    "No rule pack in use has a clock from \"{}\" to \"{}\". Adopt a pack that has one, under Rules.",
                    from.join(" and "),
                    start.stop
                ),
            ));
        }
        started.sort_by_key(|(internal, due, _)| (*internal, *due));
        Ok(started.into_iter().map(|(.., record)| record).collect())
    }

    /// Ends the running clocks of a case that an event of the rule ends; gives how many.
    pub(crate) fn end_case_clocks(
        &self,
        act: &mut Act<'_, '_>,
        case: &str,
        only: impl Fn(&ClockRule) -> bool,
        outcome: &'static str,
        at: &str,
        by: &str,
    ) -> Result<()> {
        let running: Vec<ClockRecord> = act
            .read()
            .clocks_about(case)?
            .into_iter()
            .filter(|clock| clock.stop.is_none() && clock.case.as_deref() == Some(case))
            .collect();
        for clock in running {
            let pack = self.pack_of(&clock.computed);
            if !pack.clock(&clock.computed.clock).is_some_and(&only) {
                continue;
            }
            let ending = Ending {
                outcome,
                at,
                by,
                document: None,
            };
            self.stop_clock(act, &clock.reference, ending)?;
        }
        Ok(())
    }

    /// The signal behind a provisional clock was confirmed: it counts on, from the same day.
    pub(crate) fn confirm_case_clocks(
        &self,
        act: &mut Act<'_, '_>,
        case: &str,
        reason: &str,
    ) -> Result<()> {
        for clock in act.read().clocks_about(case)? {
            if clock.provisional && clock.stop.is_none() && clock.case.as_deref() == Some(case) {
                let why = Why {
                    kind: "confirmed",
                    reason,
                    document: None,
                };
                self.revise(act, &clock.reference, why, |record| {
                    record.provisional = false;
                    Ok(())
                })?;
            }
        }
        Ok(())
    }
}
