//! What people do with the work on a clock: who sees to it, until when it is put off, which internal target was met, whether the
//! targets rest. None of it touches the deadline.

use super::{clock_error, needed};
use crate::{
    error::{Error, Result},
    now::weekday,
    open_vault::OpenVault,
};
use chrono::NaiveDate;
use contract as c;
use domain::{
    change::Change,
    clock::Moment,
    pack::Direction,
    record::{ClockRecord, Plan},
};

impl OpenVault {
    /// Says who sees to a clock.
    pub fn clock_assign(&self, req: &c::ClockAssignReq) -> Result<c::ClockView> {
        if let Some(label) = &req.to
            && !self.members().iter().any(|member| member.value == *label)
        {
            let short: String = label.chars().take(60).collect();
            return Err(Error::input(
                "E-CLOCK-MEMBER",
                format!("There is no member \"{short}\" in this vault."),
            ));
        }
        let plan = Plan::Assigned { to: req.to.clone() };
        self.plan(&req.r#ref, plan, None, |_| Ok(()))
    }

    /// Takes a clock out of "my work" for a time. It stays among the deadlines, and comes back by itself.
    pub fn clock_snooze(&self, req: &c::ClockSnoozeReq) -> Result<c::ClockView> {
        let until = req.until.as_deref().map(civil_day).transpose()?;
        let today = self.today();
        let plan = Plan::Snoozed { until };
        self.plan(&req.r#ref, plan, None, |record| {
            let Some(until) = until else { return Ok(()) };
            if until <= today {
                return Err(Error::input(
                    "E-CLOCK-SNOOZE",
                    format!("{} is not after today. Choose a later day.", weekday(until)),
                ));
            }
            if record.computed.direction() == Direction::Deadline && until >= record.computed.due {
                return Err(Error::refused(
                    "E-CLOCK-SNOOZE",
                    format!(
                        "{} is due on {}. It can rest until the day before at the latest.",
                        record.reference,
                        weekday(record.computed.due)
                    ),
                ));
            }
            Ok(())
        })
    }

    /// Records that an internal target was met.
    pub fn clock_target(&self, req: &c::ClockTargetReq) -> Result<c::ClockView> {
        let on = civil_day(&req.on)?;
        self.happened_on(&req.on)?;
        let plan = Plan::Met {
            id: req.target.clone(),
            on,
        };
        self.plan(&req.r#ref, plan, Some(on), |record| {
            let target = record.milestones.iter().find(|one| one.id == req.target);
            match target {
                Some(target) if target.met_on.is_none() => Ok(()),
                Some(_) => Err(Error::refused(
                    "E-CLOCK-TARGET",
                    "This target was recorded as met already.",
                )),
                None => Err(Error::input(
                    "E-CLOCK-TARGET",
                    format!("{} has no such internal target.", record.reference),
                )),
            }
        })
    }

    /// Lets the internal targets rest. The deadline does not.
    pub fn clock_pause(&self, req: &c::ClockPauseReq) -> Result<c::ClockView> {
        let reason = needed(
            &req.reason,
            "E-CLOCK-REASON",
            "Write why the internal targets rest. The deadline itself does not.",
        )?;
        let plan = Plan::Paused {
            from: self.today(),
            reason,
        };
        self.plan(&req.r#ref, plan, None, |record| {
            if record.milestones.is_empty() {
                return Err(Error::refused(
                    "E-CLOCK-PAUSE",
                    format!(
                        "{} has no internal targets, and a deadline never pauses.",
                        record.reference
                    ),
                ));
            }
            if record.is_paused() {
                return Err(Error::refused("E-CLOCK-PAUSE", "They rest already."));
            }
            Ok(())
        })
    }

    /// Lets the internal targets go on, later by the days of the pause.
    pub fn clock_resume(&self, reference: &str) -> Result<c::ClockView> {
        let plan = Plan::Resumed { on: self.today() };
        self.plan(reference, plan, None, |record| {
            if record.is_paused() {
                Ok(())
            } else {
                Err(Error::refused("E-CLOCK-PAUSE", "They do not rest."))
            }
        })
    }

    fn plan(
        &self,
        reference: &str,
        plan: Plan,
        on: Option<NaiveDate>,
        allowed: impl FnOnce(&ClockRecord) -> Result<()>,
    ) -> Result<c::ClockView> {
        self.act(|act| {
            let record = self.running(act, reference)?;
            allowed(&record)?;
            let change = Change::ClockPlanned {
                clock: record.reference,
                plan,
            };
            act.push(change, on.map(|on| on.to_string()).as_deref(), None)?;
            Ok(())
        })?;
        self.clock_show(reference)
    }
}

/// A day alone.
fn civil_day(text: &str) -> Result<NaiveDate> {
    match Moment::parse(text).map_err(clock_error)? {
        Moment::Date(date) => Ok(date),
        Moment::Instant(_) => Err(Error::input(
            "E-CLOCK-DATE",
            "Write the day alone, like 2026-11-24.",
        )),
    }
}
