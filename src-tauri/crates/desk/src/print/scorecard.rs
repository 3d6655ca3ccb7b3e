//! The scorecard of a reseller.

use super::{fact, heading, on, printed, text};
use crate::{error::Result, open_vault::OpenVault};
use contract as c;
use filing::{Block, Cell, Column, Tone};

impl OpenVault {
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
            fact("Chain of resale, from us down", chain.join(" › ")),
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
                Column::narrow("Status"),
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
