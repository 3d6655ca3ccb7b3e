//! Pages about cases and resellers: the run-book of a case, the transmittal of a report to an authority, the scorecard of a reseller.

use super::{UNVERIFIED, fact, heading, on, printed, text};
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
    words,
};
use contract as c;
use domain::{
    cases::incident::CLEARED,
    pack::{Coded, Part},
};
use filing::{Block, Cell, Column, Tone};

fn when(day: &str) -> String {
    if day.len() > 10 {
        day.to_owned()
    } else {
        on(day)
    }
}

/// What was answered, one question a line.
fn said(answers: &[c::AnswerView]) -> String {
    answers
        .iter()
        .map(|answer| {
            let mut values = answer.values.clone();
            values.extend(answer.documents.iter().map(|one| one.label.clone()));
            format!("{}: {}", answer.label, values.join(", "))
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn documents(rows: &[c::DocumentRow]) -> Block {
    Block::Table {
        columns: vec![
            Column::narrow("Document"),
            Column::narrow("Bytes"),
            Column::wide("SHA-256"),
        ],
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.name.clone().into(),
                    row.bytes.to_string().into(),
                    row.sha256.clone().into(),
                ]
            })
            .collect(),
    }
}

/// What a case still owes, a line each: its next steps with what keeps them, and the parts that are open.
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

impl OpenVault {
    /// The run-book of a case: where it stands, by when, what is left and what was done. It holds what the case holds, names too.
    pub fn case_page(&self, reference: &str) -> Result<Vec<u8>> {
        let view = self.case_show(reference)?;
        let title = if view.row.kind == "failure" {
            "Run-book: a reseller that failed"
        } else {
            view.row.kind_label.as_str()
        };
        let mut sheet = self.sheet(
            title.to_owned(),
            format!("{} · {}", view.row.r#ref, view.row.title),
            &view.row.r#ref,
        )?;
        let mut facts = vec![
            fact("State", view.row.state_label.clone()),
            fact("Received", on(&view.row.received_on)),
            fact("About", view.text.clone()),
            fact("How it arrived", view.how.clone().unwrap_or_default()),
        ];
        for clock in &view.clocks {
            let mut says = format!("{}, {}", on(&clock.row.due), clock.row.standing);
            if clock.row.unverified {
                says.push_str(&format!(". {UNVERIFIED}"));
            }
            facts.push((format!("{} ({})", clock.row.kind, clock.row.r#ref), says));
        }
        facts.retain(|(_, value)| !value.is_empty());
        sheet.blocks.push(Block::Facts { rows: facts });
        if !view.row.done {
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
                Column::narrow("Stands"),
                Column::narrow("On"),
                Column::wide("What keeps it"),
            ],
            rows: view
                .steps
                .iter()
                .map(|step| {
                    let stands = match step.standing.as_str() {
                        "done" => "done",
                        "now" if view.row.done => "done",
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
        for group in view.parts.iter().filter(|group| !group.rows.is_empty()) {
            sheet.blocks.push(heading(&format!(
                "{}: {} of {} done",
                group.titles,
                group.done,
                group.rows.len()
            )));
            sheet.blocks.push(Block::Table {
                columns: vec![
                    Column::narrow(&group.title),
                    Column::narrow("State"),
                    Column::narrow("On"),
                    Column::wide("What is known"),
                ],
                rows: group
                    .rows
                    .iter()
                    .map(|row| {
                        vec![
                            super::broken(&format!("{} {}", row.id, row.label), 30).into(),
                            Cell {
                                text: super::broken(&row.state_label, 22),
                                struck: false,
                                strong: !row.done,
                            },
                            row.on.as_deref().map(when).unwrap_or_default().into(),
                            said(&row.answers).into(),
                        ]
                    })
                    .collect(),
            });
        }
        if !view.taken.is_empty() {
            sheet.blocks.push(heading("What was written down"));
            sheet.blocks.push(Block::Table {
                columns: vec![
                    Column::narrow("On"),
                    Column::narrow("Step"),
                    Column::wide("What"),
                ],
                rows: view
                    .taken
                    .iter()
                    .map(|taken| {
                        vec![
                            when(taken.at.as_deref().unwrap_or(&taken.on)).into(),
                            super::broken(&taken.label, 30).into(),
                            said(&taken.answers).into(),
                        ]
                    })
                    .collect(),
            });
        }
        if !view.documents.is_empty() {
            sheet.blocks.push(heading("Documents"));
            sheet.blocks.push(documents(&view.documents));
        }
        printed(&sheet)
    }

    /// The page that goes on top of a report to an authority: to whom, about what, what leaves, which provision allows it, what is
    /// enclosed. It can be printed once the question was answered, and says that the program did not decide.
    ///
    /// # Errors
    /// `E-INCIDENT-CLEARED` while nobody answered which provision allows it.
    pub fn transmittal_page(&self, req: &c::CasePartReq) -> Result<Vec<u8>> {
        let (case, item) = self.read(|read| {
            let case = read.case(&req.r#ref)?;
            let item = case
                .item(&req.item)
                .filter(|item| item.kind == "report")
                .cloned();
            Ok((case, item))
        })?;
        let Some(item) = item else {
            let short: String = req.item.chars().take(40).collect();
            return Err(Error::input(
                "E-CASE-PART",
                format!(
                    "{} has no report to an authority under \"{short}\".",
                    case.reference
                ),
            ));
        };
        if !CLEARED.contains(&item.state.as_str()) {
            return Err(Error::input(
                "E-INCIDENT-CLEARED",
                format!(
                    "{}: nobody has answered yet what leaves for {} and which provision allows it. Clear it first.",
                    case.reference, item.label
                ),
            ));
        }
        let machine = crate::cases::machine_of(&case)?;
        let view = self.case_show(&case.reference)?;
        let asks = machine
            .item("report")
            .map(|kind| kind.steps)
            .unwrap_or_default()
            .iter()
            .flat_map(|step| step.asks);
        let rules = self.rules();
        let read_as = |id: &str| {
            let value = item.answer(id).unwrap_or_default();
            asks.clone()
                .find(|question| question.id == id)
                .map_or_else(|| value.to_owned(), |question| question.read(value, &rules))
        };
        let cleared = item.path.iter().rev().find(|taken| taken.step == "cleared");
        let mut sheet = self.sheet(
            "Transmittal".to_owned(),
            format!("{} · report to {}", case.reference, item.label),
            &format!("{} {}", case.reference, item.id),
        )?;
        let mut facts = vec![
            fact("To", item.label.clone()),
            fact("Contact", item.answer("contact").unwrap_or_default()),
            fact("From", self.organisation().name.clone()),
            fact("Our reference", format!("{} {}", case.reference, item.id)),
            fact("About", case.text.clone()),
            fact("What leaves about customers", read_as("records")),
            fact(
                "How it was kept to what is needed",
                item.answer("minimised").unwrap_or_default(),
            ),
            fact(
                "Answered on",
                cleared.map(|taken| on(&taken.on)).unwrap_or_default(),
            ),
            fact("Made through", item.answer("channel").unwrap_or_default()),
            fact(
                "Your reference",
                item.answer("reference").unwrap_or_default(),
            ),
        ];
        facts.retain(|(_, value)| !value.is_empty());
        sheet.blocks.push(Block::Facts { rows: facts });
        sheet.blocks.push(heading("Which provision allows it"));
        let bases: Vec<&str> = cleared
            .and_then(|taken| taken.answers.get("legal_basis"))
            .map(|values| values.iter().map(String::as_str).collect())
            .unwrap_or_default();
        let known: Vec<&Coded> = rules
            .in_use()
            .flat_map(|pack| pack.list(Part::LegalBasis))
            .collect();
        sheet.blocks.push(Block::Table {
            columns: vec![
                Column::narrow("Provision"),
                Column::wide("What it says, in our words"),
                Column::narrow("Where, and how sure that is"),
            ],
            rows: bases
                .iter()
                .map(|basis| {
                    let found = known.iter().find(|one| one.id == *basis);
                    vec![
                        super::broken(found.map_or(basis, |one| &one.label), 34).into(),
                        found.map(|one| one.text.clone()).unwrap_or_default().into(),
                        found
                            .map(|one| {
                                format!(
                                    "{}\n{}",
                                    one.cite,
                                    words::confidence(one.confidence.word())
                                )
                            })
                            .unwrap_or_default()
                            .into(),
                    ]
                })
                .collect(),
        });
        for prompt in rules
            .in_use()
            .flat_map(|pack| pack.list(Part::Prompt))
            .filter(|one| one.id == "stored_communications")
        {
            sheet.blocks.push(text(
                format!("{} ({}): {}", prompt.label, prompt.cite, prompt.text),
                Tone::Muted,
            ));
        }
        let named = cleared
            .and_then(|taken| taken.answers.get("enclosed"))
            .cloned()
            .unwrap_or_default();
        let enclosed: Vec<c::DocumentRow> = view
            .documents
            .into_iter()
            .filter(|row| named.contains(&row.id))
            .collect();
        sheet.blocks.push(heading("Enclosed"));
        sheet.blocks.push(if enclosed.is_empty() {
            text("Nothing beside this page.", Tone::Plain)
        } else {
            documents(&enclosed)
        });
        printed(&sheet)
    }

    /// The scorecard of a reseller on a day: can it still be supplied? The points are ours.
    pub fn scorecard_page(&self, req: &c::OversightReq) -> Result<Vec<u8>> {
        let reseller = self.reseller_show(&req.r#ref)?;
        let view = self.reseller_oversight(&req.r#ref, req.on.as_deref())?;
        let mut sheet = self.sheet(
            "Scorecard of a reseller".to_owned(),
            format!(
                "{} {} · as of {}",
                reseller.row.r#ref,
                reseller.row.name,
                on(&view.on)
            ),
            &reseller.row.r#ref,
        )?;
        let chain: Vec<&str> = view.chain.iter().map(|one| one.label.as_str()).collect();
        let below: Vec<&str> = view
            .downstream
            .iter()
            .map(|one| one.label.as_str())
            .collect();
        let mut facts = vec![
            fact("Jurisdiction", reseller.row.country_name.clone()),
            fact("Chain of resale, from us down", chain.join(" → ")),
            fact("Who buys from it", below.join(", ")),
            fact("Contract clause", view.clause.clone().unwrap_or_default()),
        ];
        if let Some(cip) = &view.cip {
            facts.push(fact(
                "CIP in force on that day",
                format!("version {}, since {}", cip.version, on(&cip.effective_from)),
            ));
            facts.push(fact("Its SHA-256", cip.document.sha256.clone()));
        }
        facts.retain(|(_, value)| !value.is_empty());
        sheet.blocks.push(Block::Facts { rows: facts });
        sheet.blocks.push(Block::Table {
            columns: vec![
                Column::narrow("Point"),
                Column::narrow("Stands"),
                Column::wide("Why"),
            ],
            rows: view
                .scores
                .iter()
                .map(|score| {
                    vec![
                        score.label.clone().into(),
                        Cell {
                            text: match score.grade.as_str() {
                                "good" => "As it should be",
                                "watch" => "To be watched",
                                _ => "To be done",
                            }
                            .to_owned(),
                            struck: false,
                            strong: score.grade == "bad",
                        },
                        score.words.clone().into(),
                    ]
                })
                .collect(),
        });
        sheet.blocks.push(text(
            "The points are the house's own; no rule grades resellers.",
            Tone::Muted,
        ));
        if let Some(review) = &view.review {
            sheet.blocks.push(heading("Minimum elements of its CIP"));
            sheet.blocks.push(text(
                match &review.on {
                    Some(day) => format!("Reviewed on {}. {}", on(day), review.note),
                    None => "This version was not reviewed yet.".to_owned(),
                },
                Tone::Plain,
            ));
            sheet.blocks.push(Block::Table {
                columns: vec![
                    Column::wide("Element"),
                    Column::narrow("Found"),
                    Column::narrow("Page"),
                    Column::narrow("Rule"),
                ],
                rows: review
                    .elements
                    .iter()
                    .map(|element| {
                        vec![
                            element.label.clone().into(),
                            element
                                .standing
                                .clone()
                                .unwrap_or_else(|| "not looked at".to_owned())
                                .into(),
                            element.page.clone().unwrap_or_default().into(),
                            super::broken(&element.rule.cite, 34).into(),
                        ]
                    })
                    .collect(),
            });
        }
        if !reseller.cases.is_empty() {
            sheet.blocks.push(heading("Cases about it"));
            sheet.blocks.push(Block::Table {
                columns: vec![
                    Column::narrow("Case"),
                    Column::wide("What"),
                    Column::narrow("State"),
                    Column::narrow("Deadline"),
                ],
                rows: reseller
                    .cases
                    .iter()
                    .map(|one| {
                        vec![
                            one.r#ref.clone().into(),
                            one.kind_label.clone().into(),
                            super::broken(&one.state_label, 24).into(),
                            one.clock
                                .as_ref()
                                .map(|clock| format!("{}\n{}", on(&clock.due), clock.standing))
                                .unwrap_or_default()
                                .into(),
                        ]
                    })
                    .collect(),
            });
        }
        printed(&sheet)
    }
}
