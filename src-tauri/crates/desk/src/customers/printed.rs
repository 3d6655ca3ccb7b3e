//! The customer file on paper: who the customer is, who owns it, what was decided, verified and found not to fit, what it was told, and all that
//! happened. It prints what the screen shows: a masked value stays masked, and nothing is judged here.

mod case;

use super::values::worded;
use crate::{
    error::Result,
    open_vault::OpenVault,
    print::{fact, heading, minute, on, printed, text},
    resellers::country_name,
};
use contract as c;
use filing::{Block, Cell, Column, Tone};

/// Entries of the timeline that are read at once.
const AT_ONCE: u32 = 500;

fn us_label(status: c::UsStatus) -> &'static str {
    match status {
        c::UsStatus::Us => "U.S. person",
        c::UsStatus::Foreign => "Foreign person",
        c::UsStatus::Undetermined => "Not determined",
    }
}

fn kind_label(kind: c::PartyKind) -> &'static str {
    match kind {
        c::PartyKind::Individual => "Natural person",
        c::PartyKind::Entity => "Organization",
    }
}

/// Parts that are there, one a line.
fn lines(parts: impl IntoIterator<Item = Option<String>>) -> String {
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("\n")
}

fn strong(text: &str) -> Cell {
    Cell {
        text: text.to_owned(),
        strong: true,
        ..Cell::default()
    }
}

/// A section: its heading and its table; nothing where there is nothing, unless `none` says what that means.
fn section(
    title: &str,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    none: Option<&str>,
) -> Vec<Block> {
    match (rows.is_empty(), none) {
        (true, None) => Vec::new(),
        (true, Some(none)) => vec![heading(title), text(none, Tone::Muted)],
        (false, _) => vec![heading(title), Block::Table { columns, rows }],
    }
}

impl OpenVault {
    /// The customer file as a PDF, with the head code of the journal and the standing of the rule pack on each page.
    ///
    /// # Errors
    /// `V-*` and `E-CUSTOMER-*` where there is no such customer; errors of the disk and of printing.
    pub fn customer_page(&self, reference: &str) -> Result<Vec<u8>> {
        let view = self.customer_show(reference)?;
        let row = &view.row;
        let mut sheet = self.sheet(
            row.name.clone(),
            format!("Customer file · {} · {}", row.r#ref, view.status_label),
            &row.r#ref,
        )?;
        sheet.blocks = [
            summary(&view),
            identity(&view),
            ownership(&view),
            accounts(&view),
            case::decisions(&view),
            case::verification(&view),
            case::documents(&view),
            case::conflicts(&view),
            case::notices(&view),
            case::course(&view),
            self.told(&row.r#ref)?,
        ]
        .concat();
        printed(&sheet)
    }

    /// Every entry of the journal about the customer, oldest first.
    fn told(&self, reference: &str) -> Result<Vec<Block>> {
        let mut items = Vec::new();
        loop {
            let part = self.timeline(&c::TimelineReq {
                subject: Some(reference.to_owned()),
                group: None,
                search: None,
                offset: u32::try_from(items.len()).unwrap_or(u32::MAX),
                limit: AT_ONCE,
            })?;
            let ended = part.items.is_empty();
            items.extend(part.items);
            if ended || items.len() >= part.total as usize {
                break;
            }
        }
        let rows = items
            .iter()
            .rev()
            .map(|item| {
                let changes = item.lines.iter().map(|line| {
                    let after = line.after.as_deref().unwrap_or("nothing");
                    Some(match &line.before {
                        Some(before) => format!("{}: {before}, now {after}", line.label),
                        None => format!("{}: {after}", line.label),
                    })
                });
                let what = [Some(item.title.clone())]
                    .into_iter()
                    .chain(changes)
                    .chain([item.reason.clone(), item.late_note.clone()]);
                vec![
                    on(&item.occurred_on).into(),
                    minute(&item.recorded_at).into(),
                    lines(what).into(),
                    item.by.clone().into(),
                ]
            })
            .collect();
        let columns = vec![
            Column::narrow("Happened"),
            Column::narrow("Recorded"),
            Column::wide("What"),
            Column::narrow("By"),
        ];
        Ok(section("Timeline", columns, rows, None))
    }
}

fn summary(view: &c::CustomerView) -> Vec<Block> {
    let row = &view.row;
    let decided = view
        .determinations
        .iter()
        .rev()
        .find(|one| one.about == row.r#ref);
    let us = match decided {
        Some(one) => format!(
            "{}, decided {}",
            us_label(row.us_status),
            on(&one.decided_on)
        ),
        None => us_label(row.us_status).to_owned(),
    };
    let points = match view.risk.points {
        1 => "1 point".to_owned(),
        many => format!("{many} points"),
    };
    let given: Vec<String> = view
        .risk
        .given
        .iter()
        .map(|one| format!("{} {}: {}", one.points, one.label, one.why))
        .collect();
    let mut facts = vec![
        fact(
            "Name in its own script",
            row.name_original.clone().unwrap_or_default(),
        ),
        fact("Kind", kind_label(row.kind)),
        fact("Country", country_name(&row.country)),
        fact(
            "Your reference",
            row.external_id.clone().unwrap_or_default(),
        ),
        fact("State of the case", view.status_label.clone()),
        fact("U.S. person", us),
        fact(
            "Required items",
            format!(
                "{} of {} there",
                view.completeness.present, view.completeness.required
            ),
        ),
        fact("Risk", format!("{}, {points}", view.risk.tier_label)),
        fact("Given for", given.join("\n")),
        fact(
            "Decided over the points",
            view.risk.decided.clone().unwrap_or_default(),
        ),
        fact("Risk table", view.risk.table.clone()),
        fact(
            "Verify again on",
            view.risk.reverify_on.as_deref().map(on).unwrap_or_default(),
        ),
        fact("Terms", view.terms.clone().unwrap_or_default()),
        fact("Merged into", view.merged_into.clone().unwrap_or_default()),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    let mut blocks = vec![Block::Facts { rows: facts }];
    let missing: Vec<&str> = view
        .completeness
        .gaps
        .iter()
        .map(|gap| gap.label.as_str())
        .collect();
    if !missing.is_empty() {
        blocks.push(text(
            format!("Still missing: {}.", missing.join("; ")),
            Tone::Warning,
        ));
    }
    blocks
}

/// The documents that prove a value, by name and page.
fn shown_by(proofs: &[c::ProofView]) -> Option<String> {
    let named: Vec<String> = proofs
        .iter()
        .map(|proof| match &proof.pin {
            Some(pin) => format!("{}, page {}", proof.name, pin.page),
            None => proof.name.clone(),
        })
        .collect();
    (!named.is_empty()).then(|| format!("Shown by {}", named.join("; ")))
}

fn identity(view: &c::CustomerView) -> Vec<Block> {
    let mut rows: Vec<Vec<Cell>> = view
        .sections
        .iter()
        .flat_map(|section| &section.fields)
        .filter(|field| !field.values.is_empty() || field.required)
        .map(|field| {
            let value = match (&field.absent_reason, field.values.is_empty()) {
                (Some(why), true) => why.clone().into(),
                (None, true) => strong("Not recorded"),
                (_, false) => {
                    let words = field.values.iter().map(|value| worded(&field.id, value));
                    lines(words.map(Some)).into()
                }
            };
            let said = [field.source.clone(), field.recorded_by.clone()];
            let source = lines([
                Some(lines(said).replace('\n', ", ")),
                field.recorded_at.as_deref().map(minute),
                shown_by(&field.proofs),
                field.masked.then(|| "Masked".to_owned()),
            ]);
            vec![field.label.clone().into(), value, source.into()]
        })
        .collect();
    rows.extend(view.custom.iter().map(|one| {
        vec![
            one.label.clone().into(),
            one.value.clone().into(),
            "Column of an import".into(),
        ]
    }));
    let columns = vec![
        Column::narrow("Item"),
        Column::wide("Value"),
        Column::narrow("From where"),
    ];
    section("Identity", columns, rows, None)
}

fn ownership(view: &c::CustomerView) -> Vec<Block> {
    if view.row.kind == c::PartyKind::Individual && view.owners.is_empty() {
        return Vec::new();
    }
    let rows = view
        .owners
        .iter()
        .map(|owner| {
            let name = lines([
                Some(owner.name.clone()),
                owner.name_original.clone(),
                owner.unspecified.clone(),
                Some(
                    lines([
                        Some(kind_label(owner.kind).to_owned()),
                        Some(country_name(&owner.country)),
                    ])
                    .replace('\n', ", "),
                ),
            ]);
            let holds = lines([
                (!owner.direct.is_empty()).then(|| format!("Directly {}", owner.direct)),
                owner
                    .effective
                    .as_ref()
                    .map(|all| format!("Over all chains {all} %")),
            ]);
            let counts = match owner.counts {
                c::Counting::Yes => "Beneficial owner",
                c::Counting::Possibly => "Possibly a beneficial owner",
                c::Counting::No => "Does not count",
            };
            let span = lines([
                owner
                    .valid_from
                    .as_deref()
                    .map(|day| format!("Since {}", on(day))),
                owner
                    .valid_to
                    .as_deref()
                    .map(|day| format!("Until {}", on(day))),
            ]);
            let standing = lines([
                Some(if owner.why.is_empty() {
                    counts.to_owned()
                } else {
                    format!("{counts}: {}", owner.why.join("; "))
                }),
                Some(us_label(owner.us_status).to_owned()),
                owner.verified.then(|| "Identity verified".to_owned()),
                Some(span),
            ]);
            vec![name.into(), holds.into(), standing.into()]
        })
        .collect();
    let columns = vec![
        Column::narrow("Owner"),
        Column::wide("Holds"),
        Column::narrow("Standing"),
    ];
    let mut blocks = section("Ownership", columns, rows, Some("No owner is recorded."));
    if let Some(note) = &view.ownership_note {
        blocks.push(text(note.clone(), Tone::Muted));
    }
    if let Some(why) = &view.none_identified {
        blocks.push(text(
            format!("Nobody is found who owns enough: {why}"),
            Tone::Plain,
        ));
    }
    blocks
}

fn accounts(view: &c::CustomerView) -> Vec<Block> {
    let rows = view
        .accounts
        .iter()
        .map(|account| {
            let span = lines([
                account
                    .opened_on
                    .as_deref()
                    .map(|day| format!("Opened {}", on(day))),
                account
                    .closed_on
                    .as_deref()
                    .map(|day| format!("Closed {}", on(day))),
                account
                    .resold_to_foreign
                    .as_deref()
                    .map(|day| format!("Resold to a foreign person {}", on(day))),
            ]);
            let payments = account.payments.iter().map(|paid| {
                let parts = [
                    Some(filing::choice_label(&paid.kind)),
                    Some(paid.institution.clone()),
                    Some(paid.source.clone()),
                    paid.identifier.clone(),
                    paid.country.as_deref().map(country_name),
                ];
                Some(lines(parts).replace('\n', ", "))
            });
            let used = match (account.access_records, &account.last_access) {
                (0, _) | (_, None) => "No access recorded".to_owned(),
                (1, Some(last)) => format!("1 access, {}", minute(last)),
                (many, Some(last)) => format!("{many} accesses, the last {}", minute(last)),
            };
            vec![
                lines([
                    Some(account.account_ref.clone()),
                    Some(filing::choice_label(&account.state)),
                ])
                .into(),
                lines([Some(account.products.clone()), Some(span), Some(used)]).into(),
                lines(payments).into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::narrow("Account"),
        Column::wide("Use"),
        Column::wide("Paid by"),
    ];
    section("Accounts", columns, rows, Some("No account is recorded."))
}
