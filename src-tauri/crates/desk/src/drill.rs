//! Rehearsals: a vault of invented people in which a request arrives on a Friday at 16:55 before a holiday, on a clock of its own that a
//! person can put forward; timed, with a result sheet. What is done in it is done with the very use cases of the real work.

use crate::{
    demo::{DemoClock, resellers::register, specimen},
    error::{Error, Result},
    now::{Now, rfc3339},
    open_vault::{DEFAULT_PACK, NewVault, OpenVault, Surroundings},
};
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use contract as c;
use domain::{
    casefile::Case,
    change::Change,
    pack::RulePack,
    record::{Drill, Filing},
};
use filing::{Block, Cell, Column, Tone};
use secrecy::SecretString;
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use store::Read;

const ZONE: Tz = Tz::America__New_York;
/// The resellers that the letter names; the last one has no CIP in the vault.
const ASKED_FOR: [&str; 3] = [
    "Lion City Hosting Pte Ltd",
    "Andes Nube S.A.",
    "Sahel Datacenter SA",
];

/// The clock of a rehearsal: it runs as this computer's does, from the moment at which the request arrives.
pub(crate) struct DrillClock {
    wall: Arc<dyn Now>,
    begun: DateTime<Utc>,
    arrives: DateTime<Utc>,
    skipped_ms: AtomicI64,
}

impl DrillClock {
    pub(crate) fn new(drill: &Drill, wall: Arc<dyn Now>) -> Self {
        Self {
            wall,
            begun: drill.begun,
            arrives: drill.arrives,
            skipped_ms: AtomicI64::new(drill.skipped_ms),
        }
    }
}

impl Now for DrillClock {
    fn utc(&self) -> DateTime<Utc> {
        let run = (self.wall.utc() - self.begun).max(Duration::zero());
        self.arrives + run + Duration::milliseconds(self.skipped_ms.load(Ordering::Relaxed))
    }
}

/// The next Friday before a Monday that is a holiday, at 16:55 in New York.
fn arrival(pack: &RulePack, after: NaiveDate) -> Option<DateTime<Utc>> {
    let friday = after.iter_days().take(800).skip(1).find(|day| {
        day.weekday() == Weekday::Fri
            && pack.holiday(*day).is_none()
            && day
                .checked_add_days(Days::new(3))
                .is_some_and(|monday| pack.holiday(monday).is_some())
    })?;
    local(friday, 16, 55)
}

fn local(day: NaiveDate, hour: u32, minute: u32) -> Option<DateTime<Utc>> {
    let time = day.and_time(NaiveTime::from_hms_opt(hour, minute, 0)?);
    Some(ZONE.from_local_datetime(&time).earliest()?.to_utc())
}

/// Makes the vault of a rehearsal and opens it: the request has just arrived.
pub fn begin(
    path: &Path,
    passphrase: &SecretString,
    surroundings: Surroundings,
) -> Result<OpenVault> {
    let begun = surroundings.now.utc();
    let pack = crate::packs::builtin(DEFAULT_PACK)?;
    let arrives = arrival(pack, begun.date_naive()).ok_or_else(|| {
        Error::machine(
            "E-DRILL-DAY",
            "The rule pack lists no holiday on a Monday in the next two years, so there is no hard Friday to rehearse. Check the date of this computer; a newer CIP Desk lists later years.",
        )
    })?;
    // What is there was there a month before.
    let before = Surroundings {
        now: Arc::new(DemoClock::at(arrives - Duration::days(30))),
        state: None,
        ..surroundings.clone()
    };
    let drill = Drill {
        arrives,
        begun,
        skipped_ms: 0,
        reference: format!("BIS-REHEARSAL-{}", arrives.year()),
        resellers: ASKED_FOR.iter().map(ToString::to_string).collect(),
    };
    let new = NewVault {
        org: "Cascade Compute LLC (rehearsal)".to_owned(),
        role: "provider".to_owned(),
        zone: ZONE.name().to_owned(),
        staff: "Ana Lima".to_owned(),
        label: "staff-1".to_owned(),
        passphrase: passphrase.clone(),
        demo: true,
        drill: Some(drill),
    };
    // Made without the rehearsal's clock, which starts where this one stands.
    let (vault, _) = OpenVault::create(path, new, before)?;
    let today = (arrives - Duration::days(30)).date_naive();
    let resellers = [
        ("Lion City Hosting Pte Ltd", "SG", true),
        ("Nordlicht Rechenzentrum GmbH", "DE", true),
        ("Andes Nube S.A.", "CL", true),
        ("Nippon Kumo K.K.", "JP", true),
        ("Sahel Datacenter SA", "SN", false),
    ];
    register(&vault, &resellers, today)?;
    vault.close()?;
    drop(vault);
    OpenVault::unlock(path, None, passphrase, surroundings)
}

/// "Fri 2027-01-15 16:55 in New York".
fn moment(at: DateTime<Utc>) -> String {
    at.with_timezone(&ZONE)
        .format("%a %Y-%m-%d %H:%M in New York")
        .to_string()
}

fn took(span: Duration) -> String {
    let minutes = span.num_minutes();
    match minutes {
        ..1 => "under a minute".to_owned(),
        1 => "1 minute".to_owned(),
        2..120 => format!("{minutes} minutes"),
        _ => format!("{} hours {} minutes", minutes / 60, minutes % 60),
    }
}

/// What became of the rehearsal's request.
struct Story {
    case: Option<Case>,
    filing: Option<Filing>,
    due: Option<NaiveDate>,
    cutoff: Option<DateTime<Utc>>,
    recorded: Option<DateTime<Utc>>,
    sealed: Option<DateTime<Utc>>,
    sent: Option<DateTime<Utc>>,
    followed_up: bool,
    /// When the clock was put forward, and by how much.
    skips: Vec<(DateTime<Utc>, Duration)>,
}

impl OpenVault {
    fn drill(&self) -> Result<&Drill> {
        self.organisation().drill.as_ref().ok_or_else(|| {
            Error::input(
                "E-DRILL-NONE",
                "This vault is no rehearsal. Begin one from the start screen.",
            )
        })
    }

    /// What time it is on the rehearsal's clock, in words; none in any other vault.
    pub(crate) fn drill_now(&self) -> Option<String> {
        self.drill_clock().map(|clock| moment(clock.utc()))
    }

    fn letter_lines(drill: &Drill) -> Vec<String> {
        let mut lines = vec![
            format!("Reference {}", drill.reference),
            format!("Received by e-mail on {}", moment(drill.arrives)),
            "Furnish a copy of the customer identification program of each of these foreign resellers:"
                .to_owned(),
        ];
        lines.extend(drill.resellers.iter().map(|name| format!("- {name}")));
        lines.push("Invented for a rehearsal.".to_owned());
        lines
    }

    /// The letter, to be dropped in.
    pub fn drill_letter(&self) -> Result<Vec<u8>> {
        Ok(specimen::letter(
            "Department request",
            &Self::letter_lines(self.drill()?),
        ))
    }

    /// Puts the rehearsal's clock forward to nine o'clock of the next morning.
    pub fn drill_skip(&self) -> Result<c::DrillView> {
        self.drill()?;
        let now = self.now();
        let tomorrow = now
            .with_timezone(&ZONE)
            .date_naive()
            .checked_add_days(Days::new(1));
        let morning = tomorrow.and_then(|day| local(day, 9, 0)).unwrap_or(now);
        let ms = (morning - now).num_milliseconds().max(0);
        self.act(|act| {
            act.push(Change::DrillSkipped { ms }, None, None)?;
            Ok(())
        })?;
        if let Some(clock) = self.drill_clock() {
            clock.skipped_ms.fetch_add(ms, Ordering::Relaxed);
        }
        self.drill_view()
    }

    fn story(&self, read: &Read<'_>, drill: &Drill) -> Result<Story> {
        let case = read
            .cases()?
            .into_iter()
            .rev()
            .find(|case| case.kind == "request");
        let filing = read.filings()?.into_iter().find(|filing| {
            case.as_ref()
                .is_some_and(|case| filing.case.as_ref() == Some(&case.reference))
        });
        let clock = filing
            .as_ref()
            .and_then(|filing| filing.clock.as_deref())
            .map(|clock| read.clock(clock))
            .transpose()?;
        let mut story = Story {
            due: clock.as_ref().map(|clock| clock.computed.due),
            cutoff: clock.as_ref().and_then(|clock| clock.computed.cutoff),
            followed_up: read
                .cases()?
                .iter()
                .filter(|other| other.kind == "failure")
                .flat_map(|other| &other.resellers)
                .any(|reference| {
                    read.reseller(reference).is_ok_and(|reseller| {
                        drill.resellers.contains(&reseller.name) && reseller.cips.is_empty()
                    })
                }),
            recorded: None,
            sealed: None,
            sent: None,
            skips: Vec::new(),
            case,
            filing,
        };
        let mut subjects = vec!["vault".to_owned()];
        subjects.extend(story.case.as_ref().map(|case| case.reference.clone()));
        subjects.extend(story.filing.as_ref().map(|filing| filing.reference.clone()));
        let (_, items) = read.timeline(&subjects, 0, 10_000)?;
        for item in items.iter().rev() {
            let at =
                DateTime::from_timestamp_millis(item.chained.entry.recorded_at).unwrap_or_default();
            match item.body().map(|body| body.change) {
                Some(Change::DrillSkipped { ms }) => {
                    story.skips.push((at, Duration::milliseconds(ms)))
                }
                Some(Change::CaseOpened { .. }) => story.recorded = story.recorded.or(Some(at)),
                Some(Change::FilingSealed { .. }) => story.sealed = Some(at),
                Some(Change::FilingSent { .. }) => story.sent = Some(at),
                _ => {}
            }
        }
        Ok(story)
    }

    /// The rehearsal as it stands.
    pub fn drill_view(&self) -> Result<c::DrillView> {
        let drill = self.drill()?;
        let story = self.read(|read| self.story(read, drill))?;
        let names = match &story.case {
            None => Vec::new(),
            Some(case) => self.read(|read| {
                case.resellers
                    .iter()
                    .map(|reference| Ok(read.reseller(reference)?.name))
                    .collect::<Result<Vec<String>>>()
            })?,
        };
        let mut tasks = Vec::new();
        let mut task = |label: &str, standing: &str, note: String, at: Option<DateTime<Utc>>| {
            let skipped: Duration = story
                .skips
                .iter()
                .filter(|(when, _)| at.is_some_and(|at| *when < at))
                .fold(Duration::zero(), |sum, (_, span)| sum + *span);
            tasks.push(c::DrillTask {
                label: label.to_owned(),
                standing: standing.to_owned(),
                note,
                at: at.map(moment),
                took: at.map(|at| took(at - drill.arrives - skipped)),
            });
        };
        let open = |what: &str| ("open".to_owned(), what.to_owned());

        let day = drill.arrives.with_timezone(&ZONE).date_naive().to_string();
        let (standing, note) = match &story.case {
            None => open("Record the request under Cases, with the day it arrived."),
            Some(case) if case.received_on != day => (
                "wrong".to_owned(),
                format!(
                    "It arrived on {day}; {} was recorded. Correct the trigger on the clock's page next time: the ten days count from it.",
                    case.received_on
                ),
            ),
            Some(case) if !case.text.contains(&drill.reference) => (
                "wrong".to_owned(),
                format!(
                    "The reference is {}; \"{}\" was recorded.",
                    drill.reference, case.text
                ),
            ),
            Some(_) => ("done".to_owned(), String::new()),
        };
        task(
            "The request is recorded, with the day it arrived and its reference",
            &standing,
            note,
            story.recorded,
        );

        let missing: Vec<&str> = drill
            .resellers
            .iter()
            .filter(|name| !names.contains(name))
            .map(String::as_str)
            .collect();
        let more: Vec<&str> = names
            .iter()
            .filter(|name| !drill.resellers.contains(name))
            .map(String::as_str)
            .collect();
        let (standing, note) = match (&story.case, missing.as_slice(), more.as_slice()) {
            (None, ..) => open("The letter names three."),
            (_, [], []) => ("done".to_owned(), String::new()),
            (_, [], more) => (
                "wrong".to_owned(),
                format!(
                    "Not asked for: {}. Nobody asked for their CIP.",
                    more.join(", ")
                ),
            ),
            (_, missing, _) => (
                "wrong".to_owned(),
                format!("Left out: {}.", missing.join(", ")),
            ),
        };
        task(
            "Every reseller asked for is named, and no other",
            &standing,
            note,
            story.recorded,
        );

        let explained = story.filing.as_ref().is_some_and(|filing| {
            filing.items.iter().all(|(reseller, cip)| {
                cip.is_some() || !filing.written("missing", reseller, "reason").is_empty()
            })
        });
        let (standing, note) = match (&story.filing, explained) {
            (None, _) => open("One of them has no CIP in the vault."),
            (_, true) => ("done".to_owned(), String::new()),
            _ => open("File the CIP that is missing, or write on the filing why it is."),
        };
        task(
            "The missing CIP is filed, or its absence explained",
            &standing,
            note,
            None,
        );

        let (standing, note) = if story.followed_up {
            ("done".to_owned(), String::new())
        } else {
            open("A reseller without a CIP is evidence: open its failure case from the request.")
        };
        task(
            "The reseller that does not supply has a failure case",
            &standing,
            note,
            None,
        );

        let (standing, note) = match story.sealed {
            Some(_) => ("done".to_owned(), String::new()),
            None => open("Approve and seal the F4 under Filings."),
        };
        task(
            "The production is approved and sealed",
            &standing,
            note,
            story.sealed,
        );

        let late = match (story.sent, story.cutoff) {
            (Some(sent), Some(cutoff)) => sent > cutoff,
            (None, Some(cutoff)) => self.now() > cutoff,
            _ => false,
        };
        let (standing, note) = match (story.sent, late) {
            (Some(_), false) => ("done".to_owned(), String::new()),
            (Some(_), true) => (
                "late".to_owned(),
                "It went out after the last day had ended.".to_owned(),
            ),
            (None, true) => (
                "late".to_owned(),
                "The last day has ended. Send it anyway.".to_owned(),
            ),
            (None, false) => open("Export the bundle, and record its sending on the filing."),
        };
        task(
            "It is sent before the last day ends, and the sending recorded",
            &standing,
            note,
            story.sent,
        );

        let bad = tasks
            .iter()
            .filter(|task| matches!(task.standing.as_str(), "wrong" | "late"))
            .count();
        let open = tasks.iter().filter(|task| task.standing == "open").count();
        let spare = story
            .sent
            .zip(story.due)
            .map(|(sent, due)| (due - sent.with_timezone(&ZONE).date_naive()).num_days());
        let (verdict, sentence) = match (open, bad, spare) {
            (0, 0, Some(spare)) => (
                "passed",
                format!(
                    "Passed: everything was done, {} before the last day.",
                    crate::clocks::days(spare)
                ),
            ),
            (0, _, _) => (
                "failed",
                "Everything was done, and not all of it right. See below what to do otherwise."
                    .to_owned(),
            ),
            (1, _, _) => ("running", "One thing is still to be done.".to_owned()),
            (n, _, _) => ("running", format!("{n} things are still to be done.")),
        };
        Ok(c::DrillView {
            letter: Self::letter_lines(drill),
            arrived: moment(drill.arrives),
            now: moment(self.now()),
            due: story.due.map(|due| due.to_string()),
            tasks,
            verdict: verdict.to_owned(),
            sentence,
        })
    }

    /// The result sheet.
    pub fn drill_page(&self) -> Result<Vec<u8>> {
        let view = self.drill_view()?;
        let mut sheet = self.sheet(
            "Result of a rehearsal".to_owned(),
            format!("A request that arrived on {}", view.arrived),
            "rehearsal",
        )?;
        sheet.blocks.push(Block::Text {
            text: view.sentence.clone(),
            tone: if view.verdict == "passed" {
                Tone::Plain
            } else {
                Tone::Warning
            },
        });
        sheet.blocks.push(Block::Facts {
            rows: vec![
                ("Arrived".to_owned(), view.arrived.clone()),
                (
                    "Last day".to_owned(),
                    view.due
                        .clone()
                        .unwrap_or_else(|| "not known yet".to_owned()),
                ),
                (
                    "Printed on the rehearsal's clock".to_owned(),
                    view.now.clone(),
                ),
                (
                    "By this computer's clock".to_owned(),
                    rfc3339(self.wall_ms()),
                ),
            ],
        });
        sheet.blocks.push(Block::Table {
            columns: vec![
                Column::wide("What had to be done"),
                Column::narrow("Status"),
                Column::narrow("When"),
                Column::narrow("Working time"),
            ],
            rows: view
                .tasks
                .iter()
                .map(|task| {
                    let label = if task.note.is_empty() {
                        task.label.clone()
                    } else {
                        format!("{}\n{}", task.label, task.note)
                    };
                    vec![
                        label.into(),
                        Cell {
                            text: task.standing.clone(),
                            struck: false,
                            strong: task.standing != "done",
                        },
                        task.at.clone().unwrap_or_default().into(),
                        task.took.clone().unwrap_or_default().into(),
                    ]
                })
                .collect(),
        });
        sheet.blocks.push(Block::Text {
            text: "Working time runs from the arrival, without the nights that were skipped. Everything in it is invented.".to_owned(),
            tone: Tone::Muted,
        });
        crate::print::printed(&sheet)
    }

    /// This computer's own clock, also where the vault has one of its own.
    fn wall_ms(&self) -> i64 {
        self.drill_clock()
            .map_or_else(|| self.now(), |clock| clock.wall.utc())
            .timestamp_millis()
    }
}
