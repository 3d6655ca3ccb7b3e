//! What happens to a clock: it starts, is corrected, extended, taken over to another version, and ends. Every step is an entry; nothing
//! is overwritten.

use super::{clock_error, moments, needed, unknown};
use crate::{
    customers::clean,
    error::{Error, Result},
    now::weekday,
    open_vault::OpenVault,
};
use chrono::Days;
use contract as c;
use domain::{
    change::Change,
    clock::{self, Moment},
    pack::{ClockRule, Combine, Direction, RulePack},
    record::{ClockRecord, ClockRevision, Stop, Target},
};
use std::collections::BTreeMap;
use store::Act;

/// What a clock needs to start.
pub(crate) struct StartClock<'a> {
    pub(crate) pack: &'a RulePack,
    pub(crate) id: &'a str,
    pub(crate) anchors: BTreeMap<String, String>,
    pub(crate) subject: &'a str,
    pub(crate) subject_name: &'a str,
    pub(crate) case: Option<&'a str>,
    pub(crate) account: Option<&'a str>,
    pub(crate) provisional: bool,
    pub(crate) document: Option<String>,
    pub(crate) note: Option<&'a str>,
}

/// How a clock ends.
pub(crate) struct Ending<'a> {
    pub(crate) outcome: &'static str,
    /// A date or an instant.
    pub(crate) at: &'a str,
    pub(crate) by: &'a str,
    pub(crate) document: Option<String>,
}

/// What a revision says beside the new clock.
pub(super) struct Why<'a> {
    pub(super) kind: &'a str,
    pub(super) reason: &'a str,
    pub(super) document: Option<String>,
}

impl OpenVault {
    /// Starts a clock within an act.
    ///
    /// # Errors
    /// A trigger in the future (it has not happened), except where the rule counts from what is known in advance.
    pub(crate) fn start_clock(
        &self,
        act: &mut Act<'_, '_>,
        start: StartClock<'_>,
    ) -> Result<ClockRecord> {
        let rule = start
            .pack
            .clock(start.id)
            .ok_or_else(|| unknown(start.id))?;
        let computed = self.compute(start.pack, start.id, &start.anchors)?;
        self.has_happened(start.pack, rule, &start.anchors)?;
        let milestones = start
            .pack
            .milestones(start.id)
            .into_iter()
            .filter(|milestone| milestone.letter.is_none())
            .filter_map(|milestone| {
                Some(Target {
                    id: milestone.id.clone(),
                    label: milestone.label.clone(),
                    on: computed
                        .day0
                        .checked_add_days(Days::new(milestone.day.into()))?,
                    met_on: None,
                })
            })
            .filter(|target| target.on <= computed.due)
            .collect();
        let record = ClockRecord {
            reference: act.read().next_reference("K", 4)?,
            subject: start.subject.to_owned(),
            subject_name: start.subject_name.to_owned(),
            case: start.case.map(str::to_owned),
            account: start.account.map(str::to_owned),
            anchors: start.anchors,
            computed,
            provisional: start.provisional,
            revisions: Vec::new(),
            document: start.document,
            milestones,
            pauses: Vec::new(),
            snoozed_until: None,
            assignee: None,
            stop: None,
        };
        // The entry carries the day it counts from; one known in advance is recorded on the day it became known.
        let day0 = record.computed.day0.min(self.today()).to_string();
        act.push(
            Change::ClockStarted {
                clock: Box::new(record.clone()),
            },
            Some(&day0),
            start.note,
        )?;
        Ok(record)
    }

    /// Refuses triggers that lie in the future. A rule that counts from knowledge knows of what is to come (domain 4.4), and an event that
    /// follows a clock is set for a day ahead.
    fn has_happened(
        &self,
        pack: &RulePack,
        rule: &ClockRule,
        anchors: &BTreeMap<String, String>,
    ) -> Result<()> {
        let follows = |event: &str| {
            pack.events()
                .iter()
                .any(|known| known.id == event && known.follows.is_some())
        };
        for (place, event) in rule.anchors.iter().enumerate() {
            let ahead = rule.combine == Combine::EarliestFeasible && place == 0;
            let Some(at) = anchors.get(event).filter(|_| !ahead && !follows(event)) else {
                continue;
            };
            let day = match Moment::parse(at).map_err(clock_error)? {
                Moment::Date(date) => date,
                Moment::Instant(instant) => crate::now::civil(instant, self.zone())
                    .min(crate::now::civil(instant, pack.agency_zone())),
            };
            if day > self.today() {
                return Err(Error::input(
                    "E-CLOCK-FUTURE",
                    format!(
                        "The trigger {} lies in the future (today is {}). Record it on the day it happens.",
                        weekday(day),
                        weekday(self.today())
                    ),
                ));
            }
        }
        Ok(())
    }

    /// Starts a clock by hand: something happened that a rule counts from.
    pub fn clock_start(&self, req: &c::ClockStartReq) -> Result<c::ClockView> {
        let note = needed(
            &req.note,
            "E-CLOCK-NOTE",
            "Write in a sentence what happened, with its reference: it is what the clock rests on.",
        )?;
        let rules = self.rules();
        let pack = rules
            .current(&req.pack)
            .ok_or_else(|| crate::packs::no_pack(&req.pack))?;
        let anchors = moments(&req.at)?;
        let reference = self.act(|act| {
            let (subject, name) = self.clock_subject(act.read(), &req.subject)?;
            let start = StartClock {
                pack,
                id: &req.clock,
                anchors: anchors.clone(),
                subject: &subject,
                subject_name: &name,
                case: None,
                account: None,
                provisional: req.provisional,
                document: None,
                note: Some(&note),
            };
            Ok(self.start_clock(act, start)?.reference)
        })?;
        self.clock_show(&reference)
    }

    /// The record that a clock is about, and its name.
    fn clock_subject(&self, read: &store::Read<'_>, reference: &str) -> Result<(String, String)> {
        let reference = reference.trim();
        if matches!(reference, "programme" | "program") {
            return Ok(("programme".to_owned(), self.organisation().name.clone()));
        }
        if let Ok(file) = read.customer_file(reference) {
            return Ok((file.reference.clone(), file.name().to_owned()));
        }
        if let Ok(reseller) = read.reseller(reference) {
            return Ok((reseller.reference, reseller.name));
        }
        if let Ok(case) = read.case(reference) {
            return Ok((case.reference.clone(), case.text));
        }
        let short: String = reference.chars().take(60).collect();
        Err(Error::input(
            "E-CLOCK-SUBJECT",
            format!(
                "\"{short}\" is no customer, reseller or case. Write its reference, like C-000012 or RS-0003, or choose the program."
            ),
        ))
    }

    /// Corrects a running clock's trigger: the date is computed anew by the same version of the pack, and the old one stays beside it.
    pub fn clock_correct(&self, req: &c::ClockCorrectReq) -> Result<c::ClockView> {
        let reason = needed(
            &req.reason,
            "E-CLOCK-REASON",
            "Write why the record was wrong: the old date stays beside the new one, with the reason.",
        )?;
        let given = moments(&req.at)?;
        let why = Why {
            kind: "corrected",
            reason: &reason,
            document: None,
        };
        self.act(|act| {
            self.revise(act, &req.r#ref, why, |record| {
                let pack = self.pack_of(&record.computed);
                let rule = pack
                    .clock(&record.computed.clock)
                    .ok_or_else(|| unknown(&record.computed.clock))?;
                let mut anchors = record.anchors.clone();
                anchors.extend(given);
                self.has_happened(&pack, rule, &anchors)?;
                self.recompute(record, &pack, anchors)
            })
        })?;
        self.clock_show(&req.r#ref)
    }

    /// Works a clock out anew; internal targets that are open move with day 0.
    pub(super) fn recompute(
        &self,
        record: &mut ClockRecord,
        pack: &RulePack,
        anchors: BTreeMap<String, String>,
    ) -> Result<()> {
        let id = record.computed.clock.clone();
        let computed = self.compute(pack, &id, &anchors)?;
        let moved = computed.day0 - record.computed.day0;
        for target in record
            .milestones
            .iter_mut()
            .filter(|target| target.met_on.is_none())
        {
            target.on = target.on.checked_add_signed(moved).unwrap_or(target.on);
        }
        record.anchors = anchors;
        record.computed = computed;
        Ok(())
    }

    /// Extends a running deadline by a written grant. The old date stays visible; a deadline is never shortened this way.
    pub fn clock_extend(&self, req: &c::ClockExtendReq) -> Result<c::ClockView> {
        self.act(|act| {
            self.extend_clock(
                act,
                &req.r#ref,
                &req.due,
                &req.grant,
                req.document.as_deref(),
            )
        })?;
        self.clock_show(&req.r#ref)
    }

    /// Extends a running deadline within an act.
    pub(crate) fn extend_clock(
        &self,
        act: &mut Act<'_, '_>,
        reference: &str,
        due: &str,
        grant: &str,
        document: Option<&str>,
    ) -> Result<()> {
        let grant = needed(
            grant,
            "E-CLOCK-GRANT",
            "Write the grant's reference and date: a deadline moves by a written grant alone.",
        )?;
        let Moment::Date(due) = Moment::parse(due).map_err(clock_error)? else {
            return Err(Error::input(
                "E-CLOCK-DATE",
                "Write the new last day alone, like 2026-11-24.",
            ));
        };
        if let Some(id) = document {
            act.read().document(id)?;
        }
        let why = Why {
            kind: "extended",
            reason: &grant,
            document: document.map(str::to_owned),
        };
        self.revise(act, reference, why, |record| {
            if record.computed.direction() != Direction::Deadline {
                return Err(Error::input(
                    "E-CLOCK-EXTENSION",
                    "Only a deadline can be extended.",
                ));
            }
            if due <= record.computed.due {
                return Err(Error::input(
                    "E-CLOCK-EXTENSION",
                    format!(
                        "{} is not after {}, the present last day.",
                        weekday(due),
                        weekday(record.computed.due)
                    ),
                ));
            }
            let pack = self.pack_of(&record.computed);
            record.computed = clock::extended(&pack, &record.computed, due, &grant, self.zone())
                .map_err(clock_error)?;
            Ok(())
        })
    }

    /// Takes a running clock over to the version of its pack that is in use: both dates stay.
    pub(crate) fn adopt_for_clock(
        &self,
        act: &mut Act<'_, '_>,
        reference: &str,
        pack: &RulePack,
        reason: &str,
    ) -> Result<()> {
        let why = Why {
            kind: "adopted",
            reason,
            document: None,
        };
        self.revise(act, reference, why, |record| {
            let anchors = record.anchors.clone();
            self.recompute(record, pack, anchors)
        })
    }

    /// A later event counts for a clock whose triggers are weighed against one another: it starts over from there.
    pub(super) fn re_anchor(
        &self,
        act: &mut Act<'_, '_>,
        reference: &str,
        anchors: BTreeMap<String, String>,
        reason: &str,
    ) -> Result<()> {
        let why = Why {
            kind: "re-anchored",
            reason,
            document: None,
        };
        self.revise(act, reference, why, |record| {
            let pack = self.pack_of(&record.computed);
            self.recompute(record, &pack, anchors)
        })
    }

    pub(super) fn revise(
        &self,
        act: &mut Act<'_, '_>,
        reference: &str,
        why: Why<'_>,
        change: impl FnOnce(&mut ClockRecord) -> Result<()>,
    ) -> Result<()> {
        let before = self.running(act, reference)?;
        let mut record = before.clone();
        change(&mut record)?;
        let version = |record: &ClockRecord| {
            format!("{} {}", record.computed.pack, record.computed.pack_version)
        };
        record.revisions.push(ClockRevision {
            kind: why.kind.to_owned(),
            anchors: before.anchors.clone(),
            due_before: before.computed.due.to_string(),
            due_after: record.computed.due.to_string(),
            reason: why.reason.to_owned(),
            pack_before: (version(&before) != version(&record)).then(|| version(&before)),
            document: why.document,
            on: self.today().to_string(),
        });
        act.push(
            Change::ClockRevised {
                clock: Box::new(record),
            },
            None,
            Some(why.reason),
        )?;
        Ok(())
    }

    /// A clock that has not stopped.
    pub(super) fn running(&self, act: &Act<'_, '_>, reference: &str) -> Result<ClockRecord> {
        let record = act.read().clock(reference)?;
        if record.stop.is_some() {
            return Err(Error::refused(
                "E-CLOCK-STOPPED",
                format!("{reference} has stopped. What it was measured by stays as it is."),
            ));
        }
        Ok(record)
    }

    /// Stops a clock within an act on the civil day of what ended it, and starts the clocks that its end starts.
    pub(crate) fn stop_clock(
        &self,
        act: &mut Act<'_, '_>,
        reference: &str,
        ending: Ending<'_>,
    ) -> Result<()> {
        let record = self.running(act, reference)?;
        let day = self.day_of(ending.at)?;
        let late = match ending.outcome {
            "satisfied" => record.computed.days_late(day),
            // What is not owed any more was not late.
            _ => 0,
        };
        let stop = Stop {
            outcome: ending.outcome.to_owned(),
            on: day.to_string(),
            by: clean("by", ending.by)?,
            days_late: late,
            document: ending.document,
        };
        act.push(
            Change::ClockStopped {
                clock: reference.to_owned(),
                stop,
            },
            Some(&day.to_string()),
            None,
        )?;
        if ending.outcome == "satisfied" {
            self.start_what_follows(act, &record, ending.at)?;
        }
        Ok(())
    }

    /// One event ends a clock and starts the next: a certification that was filed starts the year of the next one.
    fn start_what_follows(
        &self,
        act: &mut Act<'_, '_>,
        ended: &ClockRecord,
        at: &str,
    ) -> Result<()> {
        let rules = self.rules();
        let by = self.pack_of(&ended.computed);
        let Some(rule) = by.clock(&ended.computed.clock) else {
            return Ok(());
        };
        // The next clock counts by the version in use now.
        let Some(pack) = rules.current(by.id()) else {
            return Ok(());
        };
        for next in rule.starts.iter().filter_map(|id| pack.clock(id)) {
            let start = StartClock {
                pack,
                id: &next.id,
                anchors: next
                    .anchors
                    .iter()
                    .map(|event| (event.clone(), at.to_owned()))
                    .collect(),
                subject: &ended.subject,
                subject_name: &ended.subject_name,
                case: None,
                account: ended.account.as_deref(),
                provisional: false,
                document: None,
                note: Some(&format!("Started by the end of {}", ended.reference)),
            };
            self.start_clock(act, start)?;
        }
        Ok(())
    }

    /// Records by hand what ended a clock. A clock that a filing or a case ends is ended there.
    pub fn clock_stop(&self, req: &c::ClockStopReq) -> Result<c::ClockView> {
        let by = needed(
            &req.by,
            "E-CLOCK-BY",
            "Write what ended it, with its reference and date: it is the proof.",
        )?;
        let outcome = match req.outcome.as_str() {
            "satisfied" => "satisfied",
            "cancelled" => "cancelled",
            other => {
                let short: String = other.chars().take(40).collect();
                return Err(Error::input(
                    "E-CLOCK-OUTCOME",
                    format!("\"{short}\" is no end of a clock. Choose satisfied or cancelled."),
                ));
            }
        };
        let day = self.happened_on(&req.at)?;
        self.act(|act| {
            let record = self.running(act, &req.r#ref)?;
            if let Some(filing) = act
                .read()
                .filings()?
                .into_iter()
                .find(|filing| crate::filings::ends(filing, &record))
            {
                return Err(Error::refused(
                    "E-CLOCK-FILING",
                    format!(
                        "{} ends when {} is sent. Record the sending there.",
                        record.reference, filing.reference
                    ),
                ));
            }
            let pack = self.pack_of(&record.computed);
            let statutory = pack
                .clock(&record.computed.clock)
                .is_none_or(|rule| rule.statutory);
            if let Some(case) = record.case.as_deref().filter(|_| statutory) {
                return Err(Error::refused(
                    "E-CLOCK-CASE",
                    format!(
                        "{} ends with a step of {case}. Take that step there.",
                        record.reference
                    ),
                ));
            }
            if day < record.computed.day0 {
                return Err(Error::input(
                    "E-CLOCK-BEFORE",
                    format!(
                        "{} is before {}, the day the clock counts from. Check the date.",
                        weekday(day),
                        weekday(record.computed.day0)
                    ),
                ));
            }
            if let Some(id) = &req.document {
                act.read().document(id)?;
            }
            let ending = Ending {
                outcome,
                at: &req.at,
                by: &by,
                document: req.document.clone(),
            };
            self.stop_clock(act, &req.r#ref, ending)
        })?;
        self.clock_show(&req.r#ref)
    }
}
