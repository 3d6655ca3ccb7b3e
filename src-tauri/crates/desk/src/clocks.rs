//! Today, the list of clocks, and "why this date?".

use crate::{
    customers::clean,
    error::{Error, Result},
    now::{rfc3339, weekday},
    open_vault::OpenVault,
};
use chrono::{Datelike, NaiveDate};
use contract as c;
use domain::{
    change::Change,
    clock::{self, Moment, Standing},
    pack::RulePack,
    record::{ClockRecord, ClockRevision, Stop},
};
use std::collections::BTreeMap;
use store::{Act, Read};

fn band(standing: &Standing) -> c::Band {
    match standing {
        Standing::Overdue { .. } => c::Band::Overdue,
        Standing::DueToday => c::Band::DueToday,
        Standing::Soon { .. } => c::Band::NextThree,
        Standing::Later { .. } => c::Band::NextTen,
        Standing::Far { .. } => c::Band::Later,
    }
}

fn short_pack(pack: &RulePack) -> c::PackNoteShort {
    c::PackNoteShort {
        id: pack.id().to_owned(),
        version: pack.version().to_owned(),
        status: pack.status().to_owned(),
        banner: pack.banner().to_owned(),
    }
}

impl OpenVault {
    /// The pack as views show it.
    pub(crate) fn pack_note(&self) -> c::PackNoteShort {
        short_pack(self.pack())
    }

    /// A clock as lists show it, on a day.
    pub(crate) fn clock_row(&self, record: &ClockRecord, today: NaiveDate) -> c::ClockRow {
        let computed = &record.computed;
        let rule = self.pack().clock(&computed.clock);
        let (day, stopped) = match &record.stop {
            Some(stop) => (stop.on.parse().unwrap_or(today), true),
            None => (today, false),
        };
        let standing = clock::standing(computed, day);
        let days_left = i32::try_from((computed.due - day).num_days()).unwrap_or(i32::MAX);
        let words = match &record.stop {
            Some(stop) if stop.days_late > 0 => {
                format!("{}, {} late", stop.outcome, days(stop.days_late))
            }
            Some(stop) => stop.outcome.clone(),
            None => standing.words(),
        };
        c::ClockRow {
            r#ref: record.reference.clone(),
            clock: computed.clock.clone(),
            kind: rule.map_or_else(|| computed.clock.clone(), |rule| rule.title.clone()),
            subject: record.subject_name.clone(),
            subject_ref: record.subject.clone(),
            case: record.case.clone(),
            day0: computed.day0.to_string(),
            due: computed.due.to_string(),
            target: computed.target.map(|date| date.to_string()),
            cutoff: computed
                .cutoff
                .map(|instant| instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
            status: match &record.stop {
                Some(stop) => stop.outcome.clone(),
                None if days_left < 0 => "late".to_owned(),
                None => "running".to_owned(),
            },
            days_left,
            standing: words,
            band: if stopped {
                c::Band::Waiting
            } else {
                band(&standing)
            },
            provisional: record.provisional,
            blocker: None,
            statutory: rule.is_none_or(|rule| rule.statutory),
            unverified: !computed.confidence.is_verified(),
        }
    }

    /// Clocks by due date.
    pub fn clock_list(&self, all: bool) -> Result<Vec<c::ClockRow>> {
        let today = self.today();
        self.read(|read| {
            Ok(read
                .clocks(all)?
                .iter()
                .map(|record| self.clock_row(record, today))
                .collect())
        })
    }

    /// "Why this date?"
    pub fn clock_show(&self, reference: &str) -> Result<c::ClockView> {
        self.read(|read| {
            let record = read.clock(reference)?;
            self.clock_view(read, &record)
        })
    }

    pub(crate) fn clock_view(&self, read: &Read<'_>, record: &ClockRecord) -> Result<c::ClockView> {
        let computed = &record.computed;
        let rule = self.pack().clock(&computed.clock);
        let names = self.names(read)?;
        let subjects: Vec<String> = [Some(record.reference.clone()), record.case.clone()]
            .into_iter()
            .flatten()
            .collect();
        let (_, items) = read.timeline(&subjects, 0, 200)?;
        let mut events = Vec::new();
        for item in items.iter().rev() {
            let Some(body) = &item.body else { continue };
            let about_it = match &body.change {
                Change::ClockStarted { clock } | Change::ClockRevised { clock } => {
                    clock.reference == record.reference
                }
                Change::ClockStopped { clock, .. } => *clock == record.reference,
                Change::CaseOpened { .. } => true,
                _ => false,
            };
            if about_it {
                let entry = &item.chained.entry;
                let (_, what, _) = crate::words::change(&body.change);
                events.push(c::ClockEvent {
                    occurred_on: entry.occurred_on.clone(),
                    recorded_at: rfc3339(entry.recorded_at),
                    what,
                    by: names.of(&entry.author),
                    note: crate::timeline::late_note(entry),
                });
            }
        }
        let (anchor, trigger_at) = record
            .anchors
            .iter()
            .next()
            .map(|(name, at)| (name.clone(), at.clone()))
            .unwrap_or_default();
        Ok(c::ClockView {
            row: self.clock_row(record, self.today()),
            revisions: record
                .revisions
                .iter()
                .map(|one| c::ClockRevision {
                    kind: one.kind.clone(),
                    due_before: one.due_before.clone(),
                    due_after: one.due_after.clone(),
                    reason: one.reason.clone(),
                    on: one.on.clone(),
                })
                .collect(),
            trigger: anchor.replace('_', " "),
            trigger_at,
            steps: computed.steps.clone(),
            cite: computed.cite.clone(),
            rule: rule.map(|rule| rule.text.clone()).unwrap_or_default(),
            confidence: computed.confidence.word().to_owned(),
            pack: c::PackNoteShort {
                id: computed.pack.clone(),
                version: computed.pack_version.clone(),
                ..self.pack_note()
            },
            zones: vec![computed.zone.clone(), self.pack().agency_zone().to_string()],
            tzdb: computed.tzdb.clone(),
            events,
            stops_on: rule
                .map(|rule| rule.stop.replace('_', " "))
                .unwrap_or_default(),
            satisfied_by: record.stop.as_ref().map(|stop| stop.by.clone()),
        })
    }

    /// What the due date would be, before anything is recorded.
    pub fn clock_preview(&self, clock: &str, at: &str) -> Result<c::ClockPreview> {
        let computed = self.compute(clock, at)?;
        let standing = clock::standing(&computed, self.today());
        Ok(c::ClockPreview {
            day0: computed.day0.to_string(),
            due: computed.due.to_string(),
            due_weekday: computed.due.format("%A").to_string(),
            target: computed.target.map(|date| date.to_string()),
            standing: standing.words(),
            steps: computed.steps,
        })
    }

    /// The landing page.
    pub fn today_view(&self) -> Result<c::TodayView> {
        let today = self.today();
        self.read(|read| {
            let rows: Vec<c::ClockRow> = read
                .clocks(false)?
                .iter()
                .map(|record| self.clock_row(record, today))
                .collect();
            let filings = read.filings()?;
            let sealed: Vec<&str> = filings
                .iter()
                .filter(|filing| filing.state != "draft")
                .map(|filing| filing.clock.as_str())
                .collect();
            let mut bands: Vec<c::TodayBand> = [
                (c::Band::Overdue, "Overdue"),
                (c::Band::DueToday, "Due today"),
                (c::Band::NextThree, "Next 3 days"),
                (c::Band::NextTen, "Next 10 days"),
                (c::Band::Waiting, "Waiting on others"),
            ]
            .map(|(band, title)| c::TodayBand {
                band,
                title: title.to_owned(),
                rows: Vec::new(),
            })
            .into();
            let mut later = 0;
            for mut row in rows {
                let draft = filings
                    .iter()
                    .find(|filing| filing.clock == row.r#ref && filing.state == "draft");
                row.blocker = match draft {
                    Some(_) => Some("needs approver".to_owned()),
                    None if sealed.contains(&row.r#ref.as_str()) => {
                        Some("sealed, not sent".to_owned())
                    }
                    None => None,
                };
                match bands.iter_mut().find(|band| band.band == row.band) {
                    Some(band) => band.rows.push(row),
                    None => later += 1,
                }
            }
            for band in &mut bands {
                // Statutory before internal, then by due date; what ties keeps its order.
                band.rows.sort_by(|a, b| {
                    b.statutory
                        .cmp(&a.statutory)
                        .then_with(|| a.due.cmp(&b.due))
                });
            }
            let (unverified_customers, incomplete_customers) = read.customer_backlog()?;
            let to_approve = filings
                .iter()
                .filter(|filing| filing.state == "draft")
                .map(|filing| {
                    let due = read
                        .clock(&filing.clock)
                        .ok()
                        .map(|clock| clock.computed.due.to_string());
                    c::TodayFiling {
                        r#ref: filing.reference.clone(),
                        title: crate::filings::title(&filing.form).to_owned(),
                        state: filing.state.clone(),
                        due,
                    }
                })
                .collect();
            Ok(c::TodayView {
                today: today.to_string(),
                weekday: today.format("%A").to_string(),
                days: self.days(read, today)?,
                bands,
                later,
                to_approve,
                unverified_customers,
                incomplete_customers,
                backup_age_days: self.backup_age_days(),
            })
        })
    }

    /// Days of this month and the next with something due or a federal holiday.
    fn days(&self, read: &Read<'_>, today: NaiveDate) -> Result<Vec<c::DayDot>> {
        let first = today.with_day(1).unwrap_or(today);
        let last = first + chrono::Duration::days(62);
        let mut due: BTreeMap<NaiveDate, u32> = BTreeMap::new();
        for clock in read.clocks(false)? {
            *due.entry(clock.computed.due).or_default() += 1;
        }
        Ok(first
            .iter_days()
            .take_while(|date| *date < last)
            .filter_map(|date| {
                let count = due.get(&date).copied().unwrap_or(0);
                let holiday = self.pack().holiday(date).map(str::to_owned);
                (count > 0 || holiday.is_some()).then(|| c::DayDot {
                    date: date.to_string(),
                    due: count,
                    holiday,
                })
            })
            .collect())
    }

    /// Works out a clock with one anchor, in the organisation's zone.
    pub(crate) fn compute(&self, id: &str, at: &str) -> Result<clock::Computed> {
        let rule = self.pack().clock(id).ok_or_else(|| {
            Error::input(
                "E-CLOCK-UNKNOWN",
                format!("The rule pack has no clock \"{id}\"."),
            )
        })?;
        let moment = Moment::parse(at).map_err(clock_error)?;
        let anchors: BTreeMap<String, Moment> = rule
            .anchors
            .iter()
            .map(|anchor| (anchor.clone(), moment))
            .collect();
        clock::compute(self.pack(), id, &anchors, self.zone()).map_err(clock_error)
    }

    /// Starts a clock within an act. A trigger in the future is refused: it has not happened.
    pub(crate) fn start_clock(
        &self,
        act: &mut Act<'_, '_>,
        start: StartClock<'_>,
    ) -> Result<ClockRecord> {
        let computed = self.compute(start.id, start.at)?;
        if computed.day0 > self.today() {
            let message = format!(
                "The trigger {} lies in the future (today is {}). Record it on the day it happens.",
                weekday(computed.day0),
                weekday(self.today())
            );
            return Err(Error::input("E-CLOCK-FUTURE", message));
        }
        let anchor = self
            .pack()
            .clock(start.id)
            .and_then(|rule| rule.anchors.first().cloned())
            .unwrap_or_default();
        let record = ClockRecord {
            reference: act.read().next_reference("K", 4)?,
            subject: start.subject.to_owned(),
            subject_name: start.subject_name.to_owned(),
            case: start.case.map(str::to_owned),
            anchors: BTreeMap::from([(anchor, start.at.to_owned())]),
            computed,
            provisional: start.provisional,
            revisions: Vec::new(),
            stop: None,
        };
        let day0 = record.computed.day0.to_string();
        act.push(
            Change::ClockStarted {
                clock: Box::new(record.clone()),
            },
            Some(&day0),
            None,
        )?;
        Ok(record)
    }

    /// Corrects a running clock's trigger: the date is computed anew, and the old one stays beside it, with the reason.
    pub fn clock_correct(&self, req: &c::ClockCorrectReq) -> Result<c::ClockView> {
        let reason = needed(
            &req.reason,
            "E-CLOCK-REASON",
            "Write why the record was wrong: the old date stays beside the new one, with the reason.",
        )?;
        self.revise(&req.r#ref, "corrected", &reason, |record| {
            let computed = self.compute(&record.computed.clock, &req.at)?;
            if computed.day0 > self.today() {
                return Err(Error::input(
                    "E-CLOCK-FUTURE",
                    format!(
                        "The trigger {} lies in the future. Write the day on which it happened.",
                        weekday(computed.day0)
                    ),
                ));
            }
            for at in record.anchors.values_mut() {
                req.at.trim().clone_into(at);
            }
            record.computed = computed;
            Ok(())
        })
    }

    /// Extends a running deadline by a written grant. The old date stays visible; a deadline is never shortened this way.
    pub fn clock_extend(&self, req: &c::ClockExtendReq) -> Result<c::ClockView> {
        let grant = needed(
            &req.grant,
            "E-CLOCK-GRANT",
            "Write the grant's reference and date: a deadline moves by a written grant alone.",
        )?;
        let Moment::Date(due) = Moment::parse(&req.due).map_err(clock_error)? else {
            return Err(Error::input(
                "E-CLOCK-DATE",
                "Write the new last day alone, like 2026-11-24.",
            ));
        };
        self.revise(&req.r#ref, "extended", &grant, |record| {
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
            record.computed =
                clock::extended(self.pack(), &record.computed, due, &grant, self.zone())
                    .map_err(clock_error)?;
            Ok(())
        })
    }

    fn revise(
        &self,
        reference: &str,
        kind: &str,
        reason: &str,
        change: impl FnOnce(&mut ClockRecord) -> Result<()>,
    ) -> Result<c::ClockView> {
        self.act(|act| {
            let mut record = act.read().clock(reference)?;
            if record.stop.is_some() {
                return Err(Error::refused(
                    "E-CLOCK-STOPPED",
                    format!("{reference} has stopped. What it was measured by stays as it is."),
                ));
            }
            let before = (record.anchors.clone(), record.computed.due);
            change(&mut record)?;
            record.revisions.push(ClockRevision {
                kind: kind.to_owned(),
                anchors: before.0,
                due_before: before.1.to_string(),
                due_after: record.computed.due.to_string(),
                reason: reason.to_owned(),
                on: self.today().to_string(),
            });
            act.push(
                Change::ClockRevised {
                    clock: Box::new(record),
                },
                None,
                Some(reason),
            )?;
            Ok(())
        })?;
        self.clock_show(reference)
    }

    /// Stops a clock within an act, on the civil day of the act that satisfies it.
    pub(crate) fn stop_clock(
        &self,
        act: &mut Act<'_, '_>,
        reference: &str,
        at: &str,
        by: &str,
    ) -> Result<()> {
        let record = act.read().clock(reference)?;
        let day = self.day_of(at)?;
        let stop = Stop {
            outcome: "satisfied".to_owned(),
            on: day.to_string(),
            by: clean("by", by)?,
            days_late: (day - record.computed.due).num_days().max(0),
        };
        act.push(
            Change::ClockStopped {
                clock: reference.to_owned(),
                stop,
            },
            Some(&day.to_string()),
            None,
        )?;
        Ok(())
    }

    /// The civil day of a date or an instant as deadlines see acts: the LATER of the organisation's and the agency's date,
    /// so that an act never looks earlier than it was.
    pub(crate) fn day_of(&self, at: &str) -> Result<NaiveDate> {
        Ok(match Moment::parse(at).map_err(clock_error)? {
            Moment::Date(date) => date,
            Moment::Instant(instant) => crate::now::civil(instant, self.zone())
                .max(crate::now::civil(instant, self.pack().agency_zone())),
        })
    }
}

/// What a clock needs to start.
pub(crate) struct StartClock<'a> {
    pub(crate) id: &'a str,
    pub(crate) at: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) subject_name: &'a str,
    pub(crate) case: Option<&'a str>,
    pub(crate) provisional: bool,
}

/// "1 day", "2 days".
pub(crate) fn days(count: i64) -> String {
    if count == 1 {
        "1 day".to_owned()
    } else {
        format!("{count} days")
    }
}

/// A text that must be there.
fn needed(text: &str, code: &str, why: &str) -> Result<String> {
    let text = clean("reason", text)?;
    if text.is_empty() {
        return Err(Error::input(code, why));
    }
    Ok(text)
}

/// A clock's or a date's error.
pub(crate) fn clock_error(error: clock::ClockError) -> Error {
    Error::input(error.code(), error.to_string())
}
