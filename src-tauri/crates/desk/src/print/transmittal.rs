//! The page that goes on top of a report to an authority.

use super::{fact, heading, on, printed, text};
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
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
                    crate::examine::grouped(row.bytes).into(),
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
        let place = item.path.iter().rposition(|taken| taken.step == "cleared");
        let cleared = place.and_then(|place| item.path.get(place));
        let cleared_by = match place {
            Some(place) => self.read(|read| self.part_step_by(read, &case, &item.id, place))?,
            None => None,
        };
        let by = cleared_by.map_or_else(String::new, |name| format!(" by {name}"));
        let cleared_on = cleared.map(|taken| on(&taken.on)).unwrap_or_default();
        let contact = self.read(|read| {
            let programme = read.programme()?;
            let one = programme.primary(&self.today().to_string());
            Ok(one.map(|one| {
                let name = match one.title.as_str() {
                    "" => one.name.clone(),
                    title => format!("{}, {title}", one.name),
                };
                let mut said = vec![name, one.phone.clone(), one.email.clone()];
                said.retain(|line| !line.is_empty());
                said.join("\n")
            }))
        })?;
        let mut sheet = self.sheet(
            "Transmittal".to_owned(),
            format!("Report to {}", item.label),
            &format!("{} {}", case.reference, item.id),
        )?;
        // Whoever gets it does not know which rule the banner speaks of.
        if let Some(pack) = &mut sheet.pack {
            pack.banner = format!("{}. {}", self.pack().title(), pack.banner);
        }
        let mut facts = vec![
            fact("To", item.label.clone()),
            fact("Attention", item.answer("contact").unwrap_or_default()),
            fact("From", self.organisation().name.clone()),
            fact(
                "Questions to",
                contact.unwrap_or_else(|| "No contact is recorded".to_owned()),
            ),
            fact("Date", on(&self.today().to_string())),
            fact("Our reference", format!("{} {}", case.reference, item.id)),
            fact(
                "Your reference",
                item.answer("reference").unwrap_or_default(),
            ),
            fact("Sent through", item.answer("channel").unwrap_or_default()),
            fact("About", case.text.clone()),
        ];
        facts.retain(|(_, value)| !value.is_empty());
        sheet.blocks.push(Block::Facts { rows: facts });
        sheet
            .blocks
            .push(heading("What is disclosed about customers"));
        let mut disclosed = vec![
            fact("It holds", read_as("records")),
            fact("Kept to", item.answer("minimised").unwrap_or_default()),
        ];
        disclosed.retain(|(_, value)| !value.is_empty());
        sheet.blocks.push(Block::Facts { rows: disclosed });
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
                Column::wide("In our words"),
                Column::narrow("Where"),
            ],
            rows: bases
                .iter()
                .map(|basis| {
                    let found = known.iter().find(|one| one.id == *basis);
                    vec![
                        super::broken(found.map_or(basis, |one| &one.label), 34).into(),
                        found.map(|one| one.text.clone()).unwrap_or_default().into(),
                        found.map(|one| one.cite.clone()).unwrap_or_default().into(),
                    ]
                })
                .collect(),
        });
        sheet.blocks.push(text(
            format!(
                "Answered on {cleared_on}{by}, before anything left. The provisions are named as the sender holds them to apply; \
                 a program does not decide that, and these words were not compared with the text of the statute."
            ),
            Tone::Muted,
        ));
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
            text("No document is enclosed.", Tone::Plain)
        } else {
            documents(&enclosed)
        });
        sheet.blocks.push(heading("For the sender"));
        sheet.blocks.push(Block::Table {
            columns: vec![
                Column::wide("Name and title"),
                Column::wide("Signature"),
                Column::wide("Date"),
            ],
            rows: vec![vec!["\n\n".into(), "".into(), "".into()]],
        });
        printed(&sheet)
    }
}
