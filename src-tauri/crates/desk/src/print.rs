//! What is printed, and of what a sheet is put together: why a date is what it is, the calendar, a case, the journal, what a rule pack demands. The
//! window's own printing differs on each system.

mod case;
mod journal;
mod management;
mod scorecard;
mod transmittal;

use crate::{
    clocks::short_pack,
    error::{Error, Result},
    handed_out::save_private,
    now::rfc3339,
    open_vault::OpenVault,
    words,
};
use chrono::{Datelike, Days, NaiveDate};
use contract as c;
use filing::{Block, Cell, Column, Day, Pack, Sheet, Tone};
pub(crate) use filing::{minute, on, when};
use std::{collections::BTreeMap, path::Path};

/// What stands wherever a number, a list or a text was not compared with the rule.
pub(crate) const UNVERIFIED: &str = "Not verified against the rule.";

pub(crate) fn heading(text: &str) -> Block {
    Block::Heading {
        text: text.to_owned(),
    }
}

pub(crate) fn text(text: impl Into<String>, tone: Tone) -> Block {
    Block::Text {
        text: text.into(),
        tone,
    }
}

pub(crate) fn fact(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// An instant to the minute on two lines, for a narrow column.
pub(crate) fn stacked(instant: &str) -> String {
    let whole = minute(instant);
    let mut words = whole.splitn(3, ' ');
    match (words.next(), words.next(), words.next()) {
        (Some(weekday), Some(day), Some(time)) => format!("{weekday} {day}\n{time}"),
        _ => whole,
    }
}

fn pack_of(pack: &c::PackNoteShort) -> Pack {
    Pack {
        id: pack.id.clone(),
        version: pack.version.clone(),
        status: pack.status.clone(),
        banner: pack.banner.clone(),
    }
}

impl OpenVault {
    pub(crate) fn sheet(&self, title: String, subtitle: String, reference: &str) -> Result<Sheet> {
        Ok(Sheet {
            title,
            subtitle,
            reference: reference.to_owned(),
            organisation: self.organisation().name.clone(),
            printed_at: rfc3339(self.now().timestamp_millis()),
            head_code: self.head_code()?,
            pack: Some(pack_of(&short_pack(&self.pack()))),
            paper: self.printed_on(),
            landscape: false,
            blocks: Vec::new(),
        })
    }

    /// The page of a clock: trigger, rule, arithmetic, every date that stood before, what happened, how it ended.
    pub fn clock_page(&self, reference: &str) -> Result<Vec<u8>> {
        let view = self.clock_show(reference)?;
        let row = &view.row;
        let mut sheet = self.sheet(
            format!("Why {}?", on(&row.due)),
            format!("{} · {} · {}", row.kind, row.r#ref, row.subject),
            &row.r#ref,
        )?;
        sheet.pack = Some(pack_of(&view.pack));
        let mut facts: Vec<(String, String)> = view
            .triggers
            .iter()
            .map(|trigger| (trigger.label.clone(), when(&trigger.at)))
            .collect();
        if let Some(document) = &view.document {
            facts.push(fact("Shown by", document.name.clone()));
        }
        facts.push(fact("Case", row.case.clone().unwrap_or_default()));
        facts.push(fact("Day 0, not counted", on(&row.day0)));
        let end = match row.direction.as_str() {
            "minimum" => "Last day to keep",
            "not_before" => "First day allowed",
            _ => "Last day",
        };
        facts.push(fact(end, on(&row.due)));
        if let Some(target) = row.target.as_deref().filter(|target| *target != row.due) {
            facts.push(fact("Business day to aim for", on(target)));
        }
        facts.push(fact(
            "Late after",
            row.cutoff.as_deref().map(minute).unwrap_or_default(),
        ));
        facts.push(fact("Status", row.standing.clone()));
        facts.push(fact(
            "Assigned to",
            row.assignee.clone().unwrap_or_default(),
        ));
        facts.push(fact("Time zones", view.zones.join(", ")));
        facts.push(fact("Time zone database", view.tzdb.clone()));
        facts.push(fact(
            "Ended by",
            view.satisfied_by.clone().unwrap_or_default(),
        ));
        facts.retain(|(_, value)| !value.is_empty());
        if row.provisional {
            let words = "Provisional: it counts from a signal that is not confirmed yet.";
            sheet.blocks.push(text(words, Tone::Warning));
        }
        sheet.blocks.push(Block::Facts { rows: facts });
        sheet.blocks.push(heading("The rule"));
        sheet.blocks.push(text(view.rule.clone(), Tone::Plain));
        sheet.blocks.push(text(
            format!("{} · {} {}", view.cite, view.pack.id, view.pack.version),
            Tone::Muted,
        ));
        if row.unverified {
            sheet.blocks.push(text(UNVERIFIED, Tone::Warning));
        }
        sheet.blocks.push(heading("The arithmetic"));
        sheet.blocks.push(Block::Lines {
            items: view.steps.clone(),
        });
        if !view.revisions.is_empty() {
            sheet.blocks.push(heading("Dates that stood before"));
            sheet.blocks.push(Block::Table {
                columns: vec![
                    Column::narrow("Before"),
                    Column::narrow("After"),
                    Column::narrow("What"),
                    Column::wide("Why"),
                    Column::narrow("Recorded"),
                ],
                rows: view
                    .revisions
                    .iter()
                    .map(|one| {
                        let before = Cell {
                            text: on(&one.due_before),
                            struck: one.due_before != one.due_after,
                            strong: false,
                        };
                        let why = match &one.pack_before {
                            Some(pack) => format!("{} (before: {pack})", one.reason),
                            None => one.reason.clone(),
                        };
                        vec![
                            before,
                            on(&one.due_after).into(),
                            one.kind.clone().into(),
                            why.into(),
                            on(&one.on).into(),
                        ]
                    })
                    .collect(),
            });
        }
        if !view.targets.is_empty() {
            sheet.blocks.push(heading("Internal targets"));
            sheet.blocks.push(Block::Table {
                columns: vec![
                    Column::narrow("Day"),
                    Column::wide("What"),
                    Column::narrow("Status"),
                ],
                rows: view
                    .targets
                    .iter()
                    .map(|target| {
                        vec![
                            on(&target.on).into(),
                            target.label.clone().into(),
                            target.standing.clone().into(),
                        ]
                    })
                    .collect(),
            });
        }
        sheet.blocks.push(heading("What happened"));
        sheet.blocks.push(Block::Table {
            columns: vec![
                Column::narrow("Happened"),
                Column::narrow("Recorded"),
                Column::wide("What"),
                Column::narrow("By"),
            ],
            rows: view
                .events
                .iter()
                .map(|event| {
                    let mut what = event.what.clone();
                    if let Some(reason) = &event.reason {
                        what.push_str(&format!(": {reason}"));
                    }
                    if let Some(note) = &event.note {
                        what.push_str(&format!(" ({note})"));
                    }
                    vec![
                        when(&event.occurred_on).into(),
                        minute(&event.recorded_at).into(),
                        what.into(),
                        event.by.clone().into(),
                    ]
                })
                .collect(),
        });
        printed(&sheet)
    }

    /// Months with what is due in them, and the same as a list.
    pub fn calendar_page(&self, from: &str, to: &str) -> Result<Vec<u8>> {
        let view = self.calendar(from, to)?;
        let mut sheet = self.sheet(
            "Calendar".to_owned(),
            format!("{} to {}", on(from), on(to)),
            "calendar",
        )?;
        sheet.landscape = true;
        let mut due: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for clock in &view.clocks {
            let ended = if clock.status == "running" || clock.status == "late" {
                ""
            } else {
                " (ended)"
            };
            due.entry(&clock.due)
                .or_default()
                .push(format!("{}: {}{ended}", clock.kind, clock.subject));
        }
        let holidays: BTreeMap<&str, &str> = view
            .holidays
            .iter()
            .filter_map(|day| Some((day.date.as_str(), day.holiday.as_deref()?)))
            .collect();
        let (mut month, last): (NaiveDate, NaiveDate) = match (from.parse(), to.parse()) {
            (Ok(from), Ok(to)) => (from, to),
            _ => return Err(Error::input("E-CLOCK-DATE", "Write dates like 2026-11-24.")),
        };
        while let Some(first) = month.with_day(1).filter(|first| *first <= last) {
            let next = first
                .checked_add_months(chrono::Months::new(1))
                .unwrap_or(last);
            let mut weeks = Vec::new();
            let mut sunday = first - Days::new(first.weekday().num_days_from_sunday().into());
            while sunday < next {
                let week = (0..7)
                    .map(|n| {
                        let day = sunday + Days::new(n);
                        let name = day.to_string();
                        let outside = day.month() != first.month();
                        Day {
                            number: day.day().to_string(),
                            outside,
                            closed: holidays.get(name.as_str()).map(ToString::to_string),
                            lines: shortened(due.get(name.as_str()).filter(|_| !outside)),
                        }
                    })
                    .collect();
                weeks.push(week);
                sunday = sunday + Days::new(7);
            }
            sheet.blocks.push(Block::Month {
                title: first.format("%B %Y").to_string(),
                weeks,
            });
            month = next;
        }
        sheet.blocks.push(heading("Agenda"));
        sheet.blocks.push(Block::Table {
            columns: vec![
                Column::narrow("Last day"),
                Column::narrow("Clock"),
                Column::narrow("Reference"),
                Column::wide("About"),
                Column::narrow("Assigned to"),
                Column::narrow("Status"),
            ],
            rows: view
                .clocks
                .iter()
                .map(|clock| {
                    let kind = if clock.clock.is_empty() {
                        format!("{} (internal target)", clock.kind)
                    } else if clock.unverified {
                        format!("{} (not verified against the rule)", clock.kind)
                    } else {
                        clock.kind.clone()
                    };
                    vec![
                        on(&clock.due).into(),
                        kind.into(),
                        clock.case.as_ref().unwrap_or(&clock.r#ref).clone().into(),
                        clock.subject.clone().into(),
                        clock.assignee.clone().unwrap_or_default().into(),
                        Cell {
                            text: clock.standing.clone(),
                            struck: false,
                            strong: clock.status == "late",
                        },
                    ]
                })
                .collect(),
        });
        printed(&sheet)
    }

    /// The certificate of a disposal (F14): what went, by which minimums, who agreed, and what it does not reach. It names nobody who was disposed of.
    pub fn disposal_page(&self, reference: &str) -> Result<Vec<u8>> {
        let (disposal, view, proposed_by) = self.read(|read| {
            let names = self.names(read)?;
            let disposal = read.disposal(reference)?;
            let view = crate::retention::disposal_view(&disposal, &names);
            let proposed_by = names.of(&disposal.proposed_by);
            Ok((disposal, view, proposed_by))
        })?;
        let Some(done) = &disposal.done else {
            return Err(Error::input(
                "E-DISPOSAL-OPEN",
                format!(
                    "{reference} was approved and not carried out yet: there is nothing to certify."
                ),
            ));
        };
        let mut sheet = self.sheet(
            "Certificate of disposal".to_owned(),
            format!("{reference} · carried out {}", on(&done.on)),
            reference,
        )?;
        let mut facts = vec![
            fact("Approved on", on(&disposal.approved_on)),
            fact("Proposed by", proposed_by),
            fact("Approved by", view.approved_by),
            fact("Approver's key", disposal.approval.fingerprint.clone()),
        ];
        if let Some(reason) = &disposal.approval.override_reason {
            facts.push(fact("One person alone, because", reason.clone()));
        }
        facts.extend([
            fact("Destroyed", view.destroyed.join("\n")),
            fact("Hash of the list of what was destroyed (SHA-256)", done.index_sha256.clone()),
            fact("Looked for afterwards", format!("{} records, keys and files: none was found", done.looked_for)),
            fact("Legal holds", "None covered these records on the day of approval, and none on the day of disposal"),
        ]);
        sheet.blocks.push(Block::Facts { rows: facts });
        sheet
            .blocks
            .push(heading("Whose records, and by which minimums"));
        sheet.blocks.push(Block::Table {
            columns: vec![
                Column::narrow("Record"),
                Column::narrow("Outcome"),
                Column::narrow("Could go from"),
                Column::wide("Minimums that had run out"),
            ],
            rows: disposal
                .customers
                .iter()
                .map(|stub| {
                    let minimums: Vec<String> = stub
                        .applied
                        .iter()
                        .map(|one| {
                            format!(
                                "{} {}, {}: counted from {}, kept through {}",
                                one.pack, one.version, one.clock, one.day0, one.last_day
                            )
                        })
                        .collect();
                    let outcome = domain::onboarding::MACHINE.label(&stub.outcome);
                    vec![
                        stub.reference.clone().into(),
                        outcome.to_owned().into(),
                        on(&stub.eligible_on.to_string()).into(),
                        minimums.join("\n").into(),
                    ]
                })
                .collect(),
        });
        sheet
            .blocks
            .push(heading("How, and what it does not reach"));
        sheet.blocks.push(text(
            "Cryptographic erase and logical delete: the keys of documents and the rows were deleted and overwritten with zeros inside the encrypted database, the documents' files were deleted, the search index was merged, and the write-ahead log was emptied. The journal keeps its entries, their hashes and signatures; what they said is gone.",
            Tone::Plain,
        ));
        let backup = match &done.last_backup {
            Some(day) => format!("Backups made before the disposal still hold these records; the last that this computer knows of is of {}. Destroy them, or keep them no longer than your schedule says.", on(day)),
            None => "This computer knows of no backup. Any copy of the folder that was made before still holds these records.".to_owned(),
        };
        sheet.blocks.push(text(backup, Tone::Warning));
        sheet.blocks.push(text(
            "A solid-state disk may keep old blocks of the encrypted file; they stay encrypted under the vault's key. Bundles that were sent are not reached.",
            Tone::Muted,
        ));
        printed(&sheet)
    }

    /// Everything a pack demands, in the rule's order, with citations and how sure each is.
    pub fn pack_page(&self, name: &str) -> Result<Vec<u8>> {
        let view = self.pack_show(name)?;
        let mut sheet = self.sheet(
            view.note.title.clone(),
            format!(
                "{} {} · SHA-256 {}",
                view.note.id, view.note.version, view.sha256
            ),
            &view.note.id,
        )?;
        sheet.pack = Some(Pack {
            id: view.note.id.clone(),
            version: view.note.version.clone(),
            status: view.note.status.clone(),
            banner: view.note.banner.clone(),
        });
        if !view.note.reviewed {
            let words = "No person has compared this pack with the published text yet.";
            sheet.blocks.push(text(words, Tone::Warning));
        }
        for part in &view.parts {
            sheet.blocks.push(heading(&part.title));
            sheet.blocks.push(Block::Table {
                columns: vec![
                    Column::narrow("What"),
                    Column::wide("Says"),
                    Column::narrow("Paragraph"),
                ],
                rows: part
                    .demands
                    .iter()
                    .map(|demand| {
                        let facts: Vec<String> = demand
                            .facts
                            .iter()
                            .map(|fact| format!("{}: {}", fact.label, fact.value))
                            .collect();
                        let says = [demand.text.clone(), facts.join("; ")];
                        let says: Vec<String> =
                            says.into_iter().filter(|part| !part.is_empty()).collect();
                        let sure = match &demand.confidence {
                            Some(word) if !demand.verified => {
                                format!("{}. {UNVERIFIED}", words::confidence(word))
                            }
                            Some(word) => words::confidence(word).to_owned(),
                            None => String::new(),
                        };
                        vec![
                            broken(&demand.label, 34).into(),
                            says.join("\n").into(),
                            format!("{}\n{}", broken(&demand.cite, 38), broken(&sure, 38)).into(),
                        ]
                    })
                    .collect(),
            });
        }
        printed(&sheet)
    }

    /// Prints to a new file.
    pub fn print_to(&self, to: &Path, pdf: &[u8]) -> Result<c::Saved> {
        self.needs(domain::may::Right::Export)?;
        save_private(to, pdf)
    }
}

/// What fits on a day of a month; the agenda has the rest.
fn shortened(lines: Option<&Vec<String>>) -> Vec<String> {
    const ROOM: usize = 3;
    const LONG: usize = 34;
    let Some(lines) = lines else {
        return Vec::new();
    };
    let mut shown: Vec<String> = lines
        .iter()
        .take(ROOM)
        .map(|line| {
            let mut short: String = line.chars().take(LONG).collect();
            if short.len() < line.len() {
                short.push('…');
            }
            short
        })
        .collect();
    if lines.len() > ROOM {
        shown.push(format!("and {} more", lines.len() - ROOM));
    }
    shown
}

/// A narrow column is as wide as its longest line: words are put on lines of at most so many characters.
fn broken(words: &str, width: usize) -> String {
    let mut out = String::new();
    let mut room = 0;
    for word in words.split_whitespace() {
        let long = word.chars().count();
        if !out.is_empty() {
            if room + 1 + long > width {
                out.push('\n');
                room = 0;
            } else {
                out.push(' ');
                room += 1;
            }
        }
        out.push_str(word);
        room += long;
    }
    out
}

pub(crate) fn printed(sheet: &Sheet) -> Result<Vec<u8>> {
    Ok(filing::print(sheet)
        .map_err(|error| Error::new(error.code(), c::Class::Internal, error.to_string()))?
        .pdf)
}
