//! The page that goes on top of a report to an authority.

use super::{fact, heading, on, printed, text};
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
use filing::{Block, Column, Tone};

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

impl OpenVault {
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
}
