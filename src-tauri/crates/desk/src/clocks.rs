//! The list of clocks and "why this date?". What happens to a clock stands in `running`, the landing page in `today`.

mod cases;
mod plan;
mod retention;
mod running;
pub(crate) mod today;

pub(crate) use retention::LAST_ACCESS;
pub(crate) use running::{Ending, StartClock};

use crate::{
    customers::clean,
    error::{Error, Result},
    now::{rfc3339, weekday},
    open_vault::OpenVault,
};
use chrono::NaiveDate;
use contract as c;
use domain::{
    change::Change,
    clock::{self, Computed, Moment, Standing},
    pack::{Combine, Direction, RulePack},
    record::{ClockRecord, Target},
};
use std::{collections::BTreeMap, sync::Arc};
use store::Read;

fn band(standing: &Standing) -> c::Band {
    match standing {
        Standing::Overdue { .. } => c::Band::Overdue,
        Standing::DueToday => c::Band::DueToday,
        Standing::Soon { .. } => c::Band::NextThree,
        Standing::Later { .. } => c::Band::NextTen,
        Standing::Far { .. }
        | Standing::Kept { .. }
        | Standing::Eligible { .. }
        | Standing::NotYet { .. }
        | Standing::Allowed => c::Band::Later,
    }
}

/// A pack as views show it.
pub(crate) fn short_pack(pack: &RulePack) -> c::PackNoteShort {
    c::PackNoteShort {
        id: pack.id().to_owned(),
        version: pack.version().to_owned(),
        status: pack.status().to_owned(),
        banner: pack.banner().to_owned(),
    }
}

fn target_view(target: &Target, today: NaiveDate, resting: bool) -> c::TargetView {
    let standing = match (&target.met_on, (target.on - today).num_days()) {
        (Some(_), _) => "done".to_owned(),
        (None, _) if resting => "resting".to_owned(),
        (None, 0) => "today".to_owned(),
        (None, left @ 1..) => format!("in {}", days(left)),
        (None, past) => format!("{} ago", days(-past)),
    };
    c::TargetView {
        id: target.id.clone(),
        label: target.label.clone(),
        on: target.on.to_string(),
        met_on: target.met_on.clone(),
        standing,
    }
}

impl OpenVault {
    /// The version that a clock was worked out by; the leading pack where that is not kept.
    pub(crate) fn pack_of(&self, computed: &Computed) -> Arc<RulePack> {
        let rules = self.rules();
        rules
            .kept()
            .iter()
            .find(|kept| {
                kept.pack.id() == computed.pack && kept.pack.version() == computed.pack_version
            })
            .map_or_else(|| self.pack(), |kept| kept.pack.clone())
    }

    /// A clock as lists show it, on a day.
    pub(crate) fn clock_row(&self, record: &ClockRecord, today: NaiveDate) -> c::ClockRow {
        let computed = &record.computed;
        let pack = self.pack_of(computed);
        let rule = pack.clock(&computed.clock);
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
            status: match (&record.stop, standing) {
                (Some(stop), _) => stop.outcome.clone(),
                (None, Standing::Overdue { .. }) => "late".to_owned(),
                (None, _) => "running".to_owned(),
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
            pack: computed.pack.clone(),
            direction: computed.direction().word().to_owned(),
            assignee: record
                .assignee
                .as_deref()
                .map(|label| self.member_name(label)),
            snoozed_until: record.snoozed_until.clone(),
            target_next: record
                .next_target()
                .filter(|_| !stopped)
                .map(|target| target_view(target, today, record.is_paused())),
            activity: None,
            also: Vec::new(),
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
        let today = self.today();
        let pack = self.pack_of(computed);
        let rule = pack.clock(&computed.clock);
        let names = self.names(read)?;
        let document = record
            .document
            .as_deref()
            .map(|id| read.document(id))
            .transpose()?
            .map(|line| crate::documents::row(&line, &names));
        let filing = read
            .filings()?
            .into_iter()
            .find(|filing| crate::filings::ends(filing, record))
            .map(|filing| filing.reference);
        Ok(c::ClockView {
            row: self.clock_row(record, today),
            revisions: record
                .revisions
                .iter()
                .map(|one| c::ClockRevision {
                    kind: one.kind.clone(),
                    due_before: one.due_before.clone(),
                    due_after: one.due_after.clone(),
                    reason: one.reason.clone(),
                    on: one.on.clone(),
                    pack_before: one.pack_before.clone(),
                    document: one.document.clone(),
                })
                .collect(),
            triggers: record
                .anchors
                .iter()
                .map(|(event, at)| c::TriggerView {
                    event: event.clone(),
                    label: pack.event_label(event).into_owned(),
                    at: at.clone(),
                })
                .collect(),
            document,
            documents: read
                .documents_of(&record.reference)?
                .iter()
                .map(|line| crate::documents::row(line, &names))
                .collect(),
            targets: record
                .milestones
                .iter()
                .map(|target| target_view(target, today, record.is_paused()))
                .collect(),
            pauses: record
                .pauses
                .iter()
                .map(|pause| c::PauseView {
                    from: pause.from.to_string(),
                    to: pause.to.map(|day| day.to_string()),
                    reason: pause.reason.clone(),
                })
                .collect(),
            paused: record.is_paused(),
            filing,
            members: self.members(),
            steps: computed.steps.clone(),
            cite: computed.cite.clone(),
            rule: rule.map(|rule| rule.text.clone()).unwrap_or_default(),
            confidence: computed.confidence.word().to_owned(),
            pack: c::PackNoteShort {
                id: computed.pack.clone(),
                version: computed.pack_version.clone(),
                ..short_pack(&pack)
            },
            zones: zones(&computed.zone, &pack.agency_zone().to_string()),
            tzdb: computed.tzdb.clone(),
            events: self.clock_events(read, record)?,
            stops_on: rule
                .filter(|rule| rule.stop != "none")
                .map(|rule| pack.event_label(&rule.stop).into_owned())
                .unwrap_or_default(),
            satisfied_by: record.stop.as_ref().map(|stop| stop.by.clone()),
        })
    }

    /// What happened to a clock, oldest first.
    fn clock_events(&self, read: &Read<'_>, record: &ClockRecord) -> Result<Vec<c::ClockEvent>> {
        let names = self.names(read)?;
        // A start and a revision stand under what the clock is about, its work and its end under its own reference.
        let subjects: Vec<String> = [
            Some(record.reference.clone()),
            Some(
                record
                    .case
                    .clone()
                    .unwrap_or_else(|| record.subject.clone()),
            ),
        ]
        .into_iter()
        .flatten()
        .collect();
        let (_, items) = read.timeline(&subjects, 0, 500)?;
        let mut events = Vec::new();
        for item in items.iter().rev() {
            let Some(body) = item.body() else { continue };
            let about_it = match &body.change {
                Change::ClockStarted { clock } | Change::ClockRevised { clock } => {
                    clock.reference == record.reference
                }
                Change::ClockStopped { clock, .. } | Change::ClockPlanned { clock, .. } => {
                    *clock == record.reference
                }
                Change::CaseOpened { .. } => true,
                _ => false,
            };
            if about_it {
                let entry = &item.chained.entry;
                let (_, what, _) = crate::words::entries::change(&body.change);
                let uncertain = entry
                    .clock_state
                    .note()
                    .map(|_| "time uncertain".to_owned());
                let note = [crate::timeline::late_note(entry), uncertain];
                let note: Vec<String> = note.into_iter().flatten().collect();
                events.push(c::ClockEvent {
                    occurred_on: entry.occurred_on.clone(),
                    recorded_at: rfc3339(entry.recorded_at),
                    what,
                    by: names.of(&entry.author),
                    note: (!note.is_empty()).then(|| note.join("; ")),
                    reason: body
                        .reason
                        .clone()
                        .filter(|_| !matches!(body.change, Change::CaseOpened { .. })),
                });
            }
        }
        Ok(events)
    }

    /// What the due date would be, before anything is recorded.
    pub fn clock_preview(&self, req: &c::ClockPreviewReq) -> Result<c::ClockPreview> {
        let rules = self.rules();
        let pack = match &req.pack {
            Some(id) => rules.current(id),
            None => rules.with_clock(&req.clock),
        };
        let pack = pack.ok_or_else(|| unknown(&req.clock))?;
        let computed = self.compute(pack, &req.clock, &moments(&req.at)?)?;
        Ok(self.previewed(computed))
    }

    /// A clock as it would be.
    pub(super) fn previewed(&self, computed: Computed) -> c::ClockPreview {
        let standing = clock::standing(&computed, self.today());
        c::ClockPreview {
            day0: computed.day0.to_string(),
            due: computed.due.to_string(),
            due_weekday: computed.due.format("%A").to_string(),
            target: computed.target.map(|date| date.to_string()),
            standing: standing.words(),
            doubt: clock::doubt(&computed, self.today()),
            steps: computed.steps,
        }
    }

    /// The id of the pack that a clock is started by: the one named, or the first in use that has it.
    pub fn pack_for(&self, clock: &str, named: Option<&str>) -> Result<String> {
        let rules = self.rules();
        let pack = match named {
            Some(id) => rules.current(id).ok_or_else(|| crate::packs::no_pack(id))?,
            None => rules.with_clock(clock).ok_or_else(|| unknown(clock))?,
        };
        Ok(pack.id().to_owned())
    }

    /// The clocks that a person can start, pack by pack, in the rule's order.
    pub fn clock_choices(&self) -> Vec<c::ClockChoice> {
        self.rules()
            .in_use()
            .flat_map(|pack| pack.clocks().iter().map(move |rule| (pack, rule)))
            .filter(|(_, rule)| !rule.rolling)
            .map(|(pack, rule)| c::ClockChoice {
                pack: pack.id().to_owned(),
                pack_title: pack.title().to_owned(),
                clock: rule.id.clone(),
                title: rule.title.clone(),
                text: rule.text.clone(),
                cite: rule.cite.clone(),
                unverified: !rule.confidence.is_verified(),
                limit: match (rule.n, rule.direction) {
                    (0, _) => "before anything else".to_owned(),
                    (n, Direction::Deadline) => format!("{n} {}", rule.unit.counted(n)),
                    (n, Direction::Minimum) => format!("at least {n} {}", rule.unit.counted(n)),
                    (n, Direction::NotBefore) => {
                        format!("not before {n} {}", rule.unit.counted(n))
                    }
                },
                triggers: rule
                    .anchors
                    .iter()
                    .map(|event| c::Choice {
                        value: event.clone(),
                        label: pack.event_label(event).into_owned(),
                    })
                    .collect(),
                combine: match rule.combine {
                    Combine::Only => "",
                    Combine::EarliestFeasible => "The earliest date that can still be met governs.",
                    Combine::Latest => "The later one counts.",
                }
                .to_owned(),
            })
            .collect()
    }

    /// Works out a clock of a pack in the organisation's zone.
    pub(crate) fn compute(
        &self,
        pack: &RulePack,
        id: &str,
        anchors: &BTreeMap<String, String>,
    ) -> Result<Computed> {
        let moments = anchors
            .iter()
            .map(|(event, at)| Ok((event.clone(), Moment::parse(at).map_err(clock_error)?)))
            .collect::<Result<_>>()?;
        clock::compute(pack, id, &moments, self.zone()).map_err(clock_error)
    }

    /// The civil day of a date or an instant as deadlines see acts: the LATER of the organisation's and the agencies' dates,
    /// so that an act never looks earlier than it was.
    pub(crate) fn day_of(&self, at: &str) -> Result<NaiveDate> {
        Ok(match Moment::parse(at).map_err(clock_error)? {
            Moment::Date(date) => date,
            Moment::Instant(instant) => self
                .rules()
                .in_use()
                .map(|pack| clock::latest_day(pack, instant, self.zone()))
                .fold(crate::now::civil(instant, self.zone()), NaiveDate::max),
        })
    }

    /// The day of something that has happened; refused when it lies in the future.
    pub(crate) fn happened_on(&self, at: &str) -> Result<NaiveDate> {
        let day = self.day_of(at)?;
        if day > self.today() {
            return Err(Error::input(
                "E-FIELD-FUTURE",
                format!(
                    "{} lies in the future (today is {}). Write the day it happened.",
                    weekday(day),
                    weekday(self.today())
                ),
            ));
        }
        Ok(day)
    }
}

/// The time zones that a deadline is read in, each once.
fn zones(organisation: &str, agency: &str) -> Vec<String> {
    let mut zones = vec![organisation.to_owned()];
    zones.extend((agency != organisation).then(|| agency.to_owned()));
    zones
}

/// Triggers as they were typed, each once.
pub(crate) fn moments(at: &[c::TriggerAt]) -> Result<BTreeMap<String, String>> {
    let mut given = BTreeMap::new();
    for one in at {
        if given
            .insert(one.event.clone(), one.at.trim().to_owned())
            .is_some()
        {
            return Err(Error::input(
                "E-CLOCK-ANCHOR",
                format!("The trigger \"{}\" is given twice.", one.event),
            ));
        }
    }
    Ok(given)
}

pub(crate) fn unknown(clock: &str) -> Error {
    let short: String = clock.chars().take(40).collect();
    Error::input(
        "E-CLOCK-UNKNOWN",
        format!("No rule pack in use has a clock \"{short}\"."),
    )
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
pub(crate) fn needed(text: &str, code: &str, why: &str) -> Result<String> {
    let text = clean("reason", text)?;
    if text.trim().is_empty() {
        return Err(Error::input(code, why));
    }
    Ok(text)
}

/// A clock's or a date's error.
pub(crate) fn clock_error(error: clock::ClockError) -> Error {
    Error::input(error.code(), error.to_string())
}
