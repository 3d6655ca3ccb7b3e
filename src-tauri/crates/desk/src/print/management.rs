//! One page for whoever answers for the program: how many, what is late, what is due, who is not verified, how the resellers stand (anchors M3).
//! Counts and references, no names of customers: it is made to lie on a desk.

use super::{UNVERIFIED, fact, heading, on, printed, text};
use crate::{error::Result, open_vault::OpenVault};
use contract as c;
use filing::{Block, Cell, Column, Tone};
use std::collections::BTreeMap;

/// Deadlines that are listed; more are counted.
const LISTED: usize = 12;

impl OpenVault {
    /// The page for management as of today, as PDF.
    pub fn management_page(&self) -> Result<Vec<u8>> {
        let today = self.today();
        let counts = self.read(|read| self.counts_as_of(read, today, None))?;
        let register = self.register(&c::RegisterReq { as_of: None })?;
        let clocks = self.clock_list(false)?;
        let cases = self.case_list()?.rows;
        let filings = self.filing_list()?.rows;
        let retention = self.retention(&c::RetentionReq { as_of: None })?;
        let due: Vec<&c::ClockRow> = clocks
            .iter()
            .filter(|clock| clock.direction == "deadline" && clock.days_left <= 30)
            .collect();
        let late = due.iter().filter(|clock| clock.status == "late").count();
        let mut sheet = self.sheet(
            "Customer identification program".to_owned(),
            format!("for management, as of {}", on(&today.to_string())),
            "management",
        )?;
        let [verified, refused, closed, terms, open] = counts.unverifiable;
        sheet.blocks.push(Block::Table {
            columns: vec![Column::wide("As counted today"), Column::narrow("How many")],
            rows: [
                fact("Customers with an account", counts.customers.to_string()),
                fact(
                    "Foreign, or not shown to be U.S. persons",
                    counts.foreign.to_string(),
                ),
                fact(
                    "Foreign beneficial owners",
                    counts.foreign_owners.to_string(),
                ),
                fact(
                    "Accounts of foreign customers not verified",
                    counts.unverified.len().to_string(),
                ),
                fact(
                    "Identities that could not be verified",
                    format!(
                        "{open} open, {terms} restricted on terms, {verified} verified later, {refused} refused, {closed} closed"
                    ),
                ),
                fact("On the register today", register.open.to_string()),
                fact("Deadlines late", late.to_string()),
                fact(
                    "Records that may be disposed of",
                    retention
                        .rows
                        .iter()
                        .filter(|row| row.stage == "eligible")
                        .count()
                        .to_string(),
                ),
            ]
            .into_iter()
            .map(|(what, count)| vec![what.into(), count.into()])
            .collect(),
        });
        sheet
            .blocks
            .push(heading("Late, and due within thirty days"));
        if due.is_empty() {
            sheet.blocks.push(text("Nothing.", Tone::Plain));
        } else {
            sheet.blocks.push(Block::Table {
                columns: vec![
                    Column::narrow("Last day"),
                    Column::wide("What"),
                    Column::narrow("Reference"),
                    Column::narrow("Assigned to"),
                    Column::narrow("Status"),
                ],
                rows: due
                    .iter()
                    .take(LISTED)
                    .map(|clock| deadline(clock))
                    .collect(),
            });
            if due.len() > LISTED {
                let words = format!("and {} more, in the calendar.", due.len() - LISTED);
                sheet.blocks.push(text(words, Tone::Muted));
            }
            if due.iter().any(|clock| clock.unverified) {
                sheet.blocks.push(text(
                    format!(
                        "* {UNVERIFIED} The number of days comes from a reading of the proposal."
                    ),
                    Tone::Muted,
                ));
            }
        }
        let kinds = by_kind(&cases);
        if !kinds.is_empty() {
            sheet.blocks.push(heading("Cases that are open"));
            sheet.blocks.push(Block::Table {
                columns: vec![
                    Column::wide("Kind"),
                    Column::narrow("Open"),
                    Column::narrow("Late"),
                    Column::narrow("Parts that need something"),
                ],
                rows: kinds,
            });
        }
        if !counts.resellers.is_empty() {
            sheet.blocks.push(heading("Foreign resellers"));
            sheet.blocks.push(Block::Table {
                columns: vec![
                    Column::wide("Reseller"),
                    Column::narrow("Country"),
                    Column::narrow("CIP in force"),
                    Column::narrow("Since"),
                    Column::narrow("Clocks"),
                ],
                rows: self.resellers(&counts.resellers, &clocks),
            });
        }
        let waiting: Vec<&c::FilingRow> = filings
            .iter()
            .filter(|filing| filing.sent_at.is_none() && filing.state != "superseded")
            .collect();
        if !waiting.is_empty() {
            sheet.blocks.push(heading("Filings that are not sent"));
            sheet.blocks.push(Block::Table {
                columns: vec![
                    Column::narrow("Filing"),
                    Column::wide("Form"),
                    Column::narrow("State"),
                    Column::narrow("Last day"),
                ],
                rows: waiting
                    .iter()
                    .map(|filing| {
                        vec![
                            filing.r#ref.clone().into(),
                            format!("{} {}", filing.form, filing.title).into(),
                            filing.state.clone().into(),
                            filing.due.as_deref().map(on).unwrap_or_default().into(),
                        ]
                    })
                    .collect(),
            });
        }
        printed(&sheet)
    }

    fn resellers(
        &self,
        resellers: &[domain::counts::ResellerLine],
        clocks: &[c::ClockRow],
    ) -> Vec<Vec<Cell>> {
        resellers
            .iter()
            .map(|reseller| {
                let (version, since) = reseller.cip.clone().unwrap_or_default();
                let running = clocks
                    .iter()
                    .filter(|clock| clock.subject_ref == reseller.reference)
                    .count();
                vec![
                    format!("{} ({})", reseller.name, reseller.reference).into(),
                    crate::resellers::country_name(&reseller.country).into(),
                    Cell {
                        text: if version.is_empty() {
                            "none".to_owned()
                        } else {
                            version.clone()
                        },
                        strong: version.is_empty(),
                        struck: false,
                    },
                    if since.is_empty() {
                        Cell::default()
                    } else {
                        on(&since).into()
                    },
                    running.to_string().into(),
                ]
            })
            .collect()
    }
}

fn deadline(clock: &c::ClockRow) -> Vec<Cell> {
    let mark = if clock.unverified { " *" } else { "" };
    // A customer is told by its reference alone.
    let about = if clock.subject_ref.starts_with("C-") {
        String::new()
    } else {
        format!(": {}", clock.subject)
    };
    vec![
        on(&clock.due).into(),
        format!("{}{about}{mark}", clock.kind).into(),
        clock
            .case
            .as_ref()
            .unwrap_or(&clock.subject_ref)
            .clone()
            .into(),
        clock
            .assignee
            .clone()
            .unwrap_or_else(|| "nobody".to_owned())
            .into(),
        Cell {
            text: clock.standing.clone(),
            strong: clock.status == "late",
            struck: false,
        },
    ]
}

fn by_kind(cases: &[c::CaseRow]) -> Vec<Vec<Cell>> {
    let mut kinds: BTreeMap<&str, (usize, usize, u32)> = BTreeMap::new();
    for case in cases.iter().filter(|case| !case.done) {
        let (open, late, parts) = kinds.entry(case.kind_label.as_str()).or_default();
        *open += 1;
        *late += usize::from(
            case.clock
                .as_ref()
                .is_some_and(|clock| clock.status == "late"),
        );
        *parts += case.parts_open;
    }
    kinds
        .into_iter()
        .map(|(kind, (open, late, parts))| {
            vec![
                kind.into(),
                open.to_string().into(),
                Cell {
                    text: late.to_string(),
                    strong: late > 0,
                    struck: false,
                },
                parts.to_string().into(),
            ]
        })
        .collect()
}
