//! The report of a case: what it is about, its deadlines, what was decided and written down, its exhibits with their hashes, and what the
//! journal says of it; for whoever reads the case without the program (anchors M4).

use super::{UNVERIFIED, fact, heading, on, printed, text};
use crate::{error::Result, open_vault::OpenVault};
use contract as c;
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
        if !row.done {
            sheet.blocks.push(heading("What is left"));
            let items = left(&view);
            sheet.blocks.push(if items.is_empty() {
                text("Nothing.", Tone::Plain)
            } else {
                Block::Lines { items }
            });
        }
        sheet.blocks.push(heading("Steps"));
        sheet.blocks.push(Block::Table {
            columns: vec![
                Column::narrow("Step"),
                Column::narrow("State"),
                Column::narrow("On"),
                Column::wide("Blocked by"),
            ],
            rows: view
                .steps
                .iter()
                .map(|step| {
                    let stands = match step.standing.as_str() {
                        "done" => "done",
                        "now" if row.done => "done",
                        "now" => "here now",
                        _ => "to come",
                    };
                    vec![
                        Cell {
                            text: step.label.clone(),
                            struck: false,
                            strong: step.standing == "now",
                        },
                        stands.into(),
                        step.at.as_deref().map(on).unwrap_or_default().into(),
                        step.blocked_by.join(" ").into(),
                    ]
                })
                .collect(),
        });
        let mut add = |title: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>| {
            if !rows.is_empty() {
                sheet.blocks.push(heading(title));
                sheet.blocks.push(Block::Table { columns, rows });
            }
        };
        add(
            "Deadlines",
            vec![
                Column::narrow("Last day"),
                Column::wide("What"),
                Column::narrow("Status"),
                Column::narrow("Paragraph"),
            ],
            view.clocks.iter().map(deadline).collect(),
        );
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
            ],
            view.taken
                .iter()
                .map(|taken| {
                    vec![
                        when(taken.at.as_deref().unwrap_or(&taken.on)).into(),
                        taken.label.clone().into(),
                        written_down(taken).into(),
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
                        format!("{}\n{}", paper.recorded_at, paper.recorded_by).into(),
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
                        filing.sealed_at.clone().unwrap_or_default().into(),
                        filing.sent_at.clone().unwrap_or_default().into(),
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

fn when(day: &str) -> String {
    if day.len() > 10 {
        day.to_owned()
    } else {
        on(day)
    }
}

/// What a case still owes, a line each: the parts that are open, what the house wrote down to be done, the next steps with what keeps them.
fn left(view: &c::CaseView) -> Vec<String> {
    let mut lines = Vec::new();
    for group in &view.parts {
        for row in group.rows.iter().filter(|row| !row.done) {
            lines.push(format!(
                "{}: {} ({})",
                group.title, row.label, row.state_label
            ));
        }
    }
    let open = view.open.iter();
    lines.extend(open.map(|one| format!("{}: {}", one.kind_label, one.what)));
    for step in view.steps.iter().filter(|step| step.standing == "next") {
        let why = step.blocked_by.join(" ");
        lines.push(if why.is_empty() {
            step.label.clone()
        } else {
            format!("{}: not yet. {why}", step.label)
        });
    }
    lines
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
    let said: Vec<String> = field.values.iter().map(label).collect();
    said.join("\n")
}

fn lines(subjects: &[c::Choice]) -> String {
    let said: Vec<String> = subjects
        .iter()
        .map(|one| format!("{} ({})", one.label, one.value))
        .collect();
    said.join("\n")
}

/// What was answered for a step, and what the case ended over.
fn written_down(taken: &c::TakenView) -> String {
    let mut said = answers(&taken.answers);
    if let Some(left) = &taken.left_open {
        let items = left.items.join("; ");
        said += &format!("\nLeft open: {items}. Because: {}", left.reason);
    }
    if let Some(made_of) = &taken.made_of {
        said += &format!("\nMade of: {made_of}");
    }
    said.trim_start().to_owned()
}

fn answers(answers: &[c::AnswerView]) -> String {
    let said: Vec<String> = answers
        .iter()
        .map(|answer| {
            let papers = answer.documents.iter().map(|paper| &paper.label);
            let values: Vec<&str> = answer
                .values
                .iter()
                .chain(papers)
                .map(String::as_str)
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
