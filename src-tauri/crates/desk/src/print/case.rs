//! The report of a case: what it is about, its deadlines, what was decided and written down, its exhibits with their hashes, and what the
//! journal says of it; for whoever reads the case without the program (anchors M4).

use super::{UNVERIFIED, fact, heading, on, printed, stacked, text, when};
use crate::{error::Result, open_vault::OpenVault};
use contract as c;
use domain::machine::Machine;
use filing::{Block, Cell, Column, Tone};

/// Entries of the journal on a report; the rest is counted, and in the export of the journal.
const ENTRIES: u32 = 500;

impl OpenVault {
    /// The report of a case, as PDF.
    ///
    /// # Errors
    /// `E-RECORD-UNKNOWN` for a case that is not there.
    pub fn case_page(&self, reference: &str) -> Result<Vec<u8>> {
        let view = self.case_show(reference)?;
        let told = self.timeline(&c::TimelineReq {
            subject: Some(reference.to_owned()),
            group: None,
            search: None,
            offset: 0,
            limit: ENTRIES,
        })?;
        let row = &view.row;
        let title = if row.kind == "failure" {
            "Run-book: a reseller that failed"
        } else {
            row.kind_label.as_str()
        };
        let mut sheet = self.sheet(
            title.to_owned(),
            format!("{} · {} · {}", row.r#ref, row.title, row.state_label),
            &row.r#ref,
        )?;
        let mut facts = vec![
            fact("Received or first known", on(&row.received_on)),
            fact("Arrived by", view.how.clone().unwrap_or_default()),
            fact("Summary", view.text.clone()),
            fact("About", lines(&view.subjects)),
            fact("State", row.state_label.clone()),
        ];
        facts.extend(
            view.fields
                .iter()
                .map(|field| (field.label.clone(), said(field))),
        );
        facts.retain(|(_, value)| !value.is_empty());
        sheet.blocks.push(Block::Facts { rows: facts });
        let mut add = |title: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>| {
            if !rows.is_empty() {
                sheet.blocks.push(heading(title));
                sheet.blocks.push(Block::Table { columns, rows });
            }
        };
        add(
            "Deadlines",
            vec![
                Column::narrow("Counts from"),
                Column::narrow("Last day"),
                Column::wide("What"),
                Column::narrow("Status"),
                Column::narrow("Paragraph"),
            ],
            view.clocks.iter().map(deadline).collect(),
        );
        if !row.done {
            let machine = self.read(|read| crate::cases::machine_of(&read.case(reference)?))?;
            add(
                "What is left",
                vec![
                    Column::narrow("No."),
                    Column::wide("What"),
                    Column::narrow("Who"),
                    Column::wide("What it takes"),
                ],
                left(&view, machine),
            );
        }
        add(
            "Resellers, and the version in force on the day of receipt",
            vec![
                Column::wide("Reseller"),
                Column::narrow("Version"),
                Column::narrow("In force from"),
                Column::wide("Note"),
            ],
            view.items
                .iter()
                .map(|item| {
                    let cip = item.cip.as_ref();
                    vec![
                        format!("{} ({})", item.name, item.reseller).into(),
                        cip.map_or("none", |cip| cip.version.as_str()).into(),
                        cip.map(|cip| on(&cip.effective_from))
                            .unwrap_or_default()
                            .into(),
                        item.warning.clone().unwrap_or_default().into(),
                    ]
                })
                .collect(),
        );
        add(
            "Steps that were taken",
            vec![
                Column::narrow("When"),
                Column::narrow("Step"),
                Column::wide("What was written down"),
                Column::narrow("By"),
            ],
            view.taken
                .iter()
                .map(|taken| {
                    vec![
                        when(taken.at.as_deref().unwrap_or(&taken.on)).into(),
                        taken.label.clone().into(),
                        written_down(taken).into(),
                        by(taken).into(),
                    ]
                })
                .collect(),
        );
        for group in &view.parts {
            add(
                &group.titles,
                vec![
                    Column::wide(&group.title),
                    Column::narrow("State"),
                    Column::narrow("Since"),
                    Column::wide("What is known"),
                ],
                group
                    .rows
                    .iter()
                    .map(|part| {
                        let subject = part.subject.as_deref().unwrap_or_default();
                        let label = match subject {
                            "" => part.label.clone(),
                            subject if part.label.contains(subject) => part.label.clone(),
                            subject => format!("{} ({subject})", part.label),
                        };
                        vec![
                            label.into(),
                            part.state_label.clone().into(),
                            part.on.as_deref().map(when).unwrap_or_default().into(),
                            answers(&part.answers).into(),
                        ]
                    })
                    .collect(),
            );
        }
        add(
            "Exhibits",
            vec![
                Column::narrow("No."),
                Column::wide("File and SHA-256"),
                Column::narrow("Kind"),
                Column::narrow("Recorded"),
            ],
            view.documents
                .iter()
                .enumerate()
                .map(|(place, paper)| {
                    vec![
                        (place + 1).to_string().into(),
                        format!("{} ({} bytes)\n{}", paper.name, paper.bytes, paper.sha256).into(),
                        paper.type_label.clone().into(),
                        format!("{}\n{}", stacked(&paper.recorded_at), paper.recorded_by).into(),
                    ]
                })
                .collect(),
        );
        add(
            "Filings",
            vec![
                Column::narrow("Filing"),
                Column::wide("Form"),
                Column::narrow("State"),
                Column::narrow("Sealed"),
                Column::narrow("Sent"),
            ],
            view.filings
                .iter()
                .map(|filing| {
                    vec![
                        filing.r#ref.clone().into(),
                        format!("{} {}", filing.form, filing.title).into(),
                        filing.state.clone().into(),
                        filing
                            .sealed_at
                            .as_deref()
                            .map(when)
                            .unwrap_or_default()
                            .into(),
                        filing
                            .sent_at
                            .as_deref()
                            .map(when)
                            .unwrap_or_default()
                            .into(),
                    ]
                })
                .collect(),
        );
        add(
            "Related cases",
            vec![
                Column::narrow("Case"),
                Column::wide("About"),
                Column::narrow("State"),
            ],
            view.related
                .iter()
                .map(|case| {
                    vec![
                        case.r#ref.clone().into(),
                        format!("{}: {}", case.kind_label, case.title).into(),
                        case.state_label.clone().into(),
                    ]
                })
                .collect(),
        );
        sheet.blocks.extend(journal(&told));
        printed(&sheet)
    }
}

/// What a case still owes, a row each: the parts that are open, what the house wrote down to be done, the steps to come, each with who takes
/// it and what it asks for, or what keeps it.
fn left(view: &c::CaseView, machine: &Machine) -> Vec<Vec<Cell>> {
    let mut rows: Vec<[String; 3]> = Vec::new();
    for group in &view.parts {
        for part in group.rows.iter().filter(|part| !part.done) {
            let next = part.moves.first();
            rows.push([
                format!("{}: {}", group.title, part.label),
                next.map(|step| step.role_label.clone()).unwrap_or_default(),
                match next {
                    Some(step) => format!("{}. {}", part.state_label, next_step(step)),
                    None => part.state_label.clone(),
                },
            ]);
        }
    }
    for one in &view.open {
        let what = format!("{}: {}", one.kind_label, one.what);
        rows.push([what, String::new(), String::new()]);
    }
    let states = machine.states;
    let place = |state: &str| states.iter().position(|(id, _)| *id == state);
    for state in view.steps.iter().filter(|step| step.standing == "next") {
        let here = place(&state.state);
        let leads = machine
            .steps
            .iter()
            .find(|step| step.to == state.state && step.from != step.to && place(step.from) < here);
        let Some(step) = leads else {
            rows.push([state.label.clone(), String::new(), String::new()]);
            continue;
        };
        // A later state that an earlier one leads to as well: nobody has to come through here.
        let passed = machine.steps.iter().any(|other| {
            let (from, to) = (place(other.from), place(other.to));
            from.is_some() && from < here && to > here
        });
        let what = if passed {
            format!("{}, if it comes to that", step.label)
        } else {
            step.label.to_owned()
        };
        let why = state.blocked_by.join(" ");
        rows.push([
            what,
            step.role.label().to_owned(),
            if why.is_empty() {
                asked(step.words, step.asks.iter().map(|ask| ask.label))
            } else {
                format!("Not yet. {why}")
            },
        ]);
    }
    if rows.is_empty() {
        rows.push(["Nothing.".to_owned(), String::new(), String::new()]);
    }
    rows.into_iter()
        .enumerate()
        .map(|(at, [what, who, takes])| {
            let number = (at + 1).to_string();
            vec![number.into(), what.into(), who.into(), takes.into()]
        })
        .collect()
}

/// "Next: record the closure."
fn next_step(step: &c::CaseMove) -> String {
    let why = step.blocked_by.join(" ");
    let next = format!("Next: {}.", lower(&step.label));
    if why.is_empty() {
        next
    } else {
        format!("{next} Not yet. {why}")
    }
}

/// What a step asks for: what is written down in words, then the questions.
fn asked<'a>(words: &str, asks: impl Iterator<Item = &'a str>) -> String {
    let asks: Vec<&str> = asks.collect();
    let mut said = Vec::new();
    if !words.is_empty() {
        said.push(crate::words::sentence(&format!("Write down {words}")));
    }
    if !asks.is_empty() {
        let asks = asks.join("; ");
        let end = if asks.ends_with('?') { "" } else { "." };
        said.push(format!("Asks for: {asks}{end}"));
    }
    said.join(" ")
}

/// Words as within a sentence; what begins with several capitals is a name.
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => words.to_owned(),
    }
}

/// Who recorded a step, and who agreed.
fn by(taken: &c::TakenView) -> String {
    let mut said = taken.by.clone().unwrap_or_default();
    if let Some(agreed) = &taken.approved_by {
        said += &format!("\nApproved by {agreed}");
    }
    said
}

fn deadline(clock: &c::ClockView) -> Vec<Cell> {
    let row = &clock.row;
    let mut what = format!("{} ({})", row.kind, row.r#ref);
    if row.provisional {
        what.push_str("\nProvisional: it counts from a signal that is not confirmed yet.");
    }
    if row.unverified {
        what.push('\n');
        what.push_str(UNVERIFIED);
    }
    vec![
        on(&row.day0).into(),
        on(&row.due).into(),
        what.into(),
        Cell {
            text: row.standing.clone(),
            strong: row.status == "late",
            struck: false,
        },
        clock.cite.clone().into(),
    ]
}

/// What stands in a field, by its label where it was chosen.
fn said(field: &c::QuestionView) -> String {
    let label = |value: &String| {
        let chosen = field.choices.iter().find(|choice| choice.value == *value);
        chosen.map_or_else(|| value.clone(), |choice| choice.label.clone())
    };
    let said: Vec<String> = field
        .values
        .iter()
        .map(|value| dated(&label(value)))
        .collect();
    said.join("\n")
}

fn lines(subjects: &[c::Choice]) -> String {
    let said: Vec<String> = subjects
        .iter()
        .map(|one| format!("{} ({})", one.label, one.value))
        .collect();
    said.join("\n")
}

/// What was written down at a step, and what the case ended over.
fn written_down(taken: &c::TakenView) -> String {
    let mut said: Vec<String> = taken.note.iter().cloned().collect();
    said.push(answers(&taken.answers));
    if let Some(left) = &taken.left_open {
        let items = left.items.join("; ");
        said.push(format!("Left open: {items}. Because: {}", left.reason));
    }
    if let Some(made_of) = &taken.made_of {
        said.push(format!("Made of: {made_of}"));
    }
    said.retain(|line| !line.is_empty());
    said.join("\n")
}

/// A value that is a day or an instant, as a person reads it.
fn dated(value: &str) -> String {
    let date = value.parse::<chrono::NaiveDate>().is_ok();
    if date || chrono::DateTime::parse_from_rfc3339(value).is_ok() {
        when(value)
    } else {
        value.to_owned()
    }
}

fn answers(answers: &[c::AnswerView]) -> String {
    let said: Vec<String> = answers
        .iter()
        .map(|answer| {
            let papers = answer.documents.iter().map(|paper| &paper.label);
            let values: Vec<String> = answer
                .values
                .iter()
                .map(|value| dated(value))
                .chain(papers.cloned())
                .collect();
            format!("{}: {}", answer.label, values.join("; "))
        })
        .collect();
    said.join("\n")
}

/// What the journal says of a record, oldest first, and how it is checked.
fn journal(told: &c::Timeline) -> Vec<Block> {
    let shown = told.items.len();
    let mut blocks = vec![
        heading("What the journal says"),
        Block::Table {
            columns: super::journal::columns(),
            rows: told.items.iter().rev().map(super::journal::row).collect(),
        },
    ];
    if shown < told.total as usize {
        let words = format!(
            "The latest {shown} of {} entries. The export of the journal holds them all.",
            told.total
        );
        blocks.push(text(words, Tone::Muted));
    }
    blocks.push(text(super::journal::HOW_TO_CHECK, Tone::Muted));
    blocks
}
