//! An extract of the journal on paper: what was recorded between two days, with each entry's place and the hash that the next one is chained to.

use super::{Tone, fact, on, printed, stacked, text};
use crate::{
    error::{Error, Result},
    now::rfc3339,
    open_vault::OpenVault,
    words,
};
use contract as c;
use domain::entry::hex;
use filing::{Block, Cell, Column};

pub(super) const HOW_TO_CHECK: &str = "How to check this page: the code at the foot stands for the journal's head when it was printed. \"cipdesk-cli vault check\" tells whether the vault's journal holds; \"cipdesk-cli journal export\" writes every entry with its hash and the chain after it: the entries on this page stand there under their numbers.";

/// Entries on one extract: at some forty a page more is a book that nobody reads.
const MOST: usize = 4_000;

pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::narrow("Entry"),
        Column::narrow("Happened"),
        Column::narrow("Recorded"),
        Column::wide("What"),
        Column::narrow("By"),
    ]
}

pub(super) fn row(item: &c::TimelineItem) -> Vec<Cell> {
    let mut what = item.title.clone();
    if let Some(reason) = &item.reason {
        what.push_str(": ");
        what.push_str(reason);
    }
    if let Some(late) = &item.late_note {
        what.push_str(&format!(" ({late})"));
    }
    vec![
        item.seq.to_string().into(),
        on(&item.occurred_on).into(),
        stacked(&item.recorded_at).into(),
        what.into(),
        item.by.clone().into(),
    ]
}

impl OpenVault {
    /// Entries that were recorded between two days, both included, in the vault's time zone, as PDF.
    ///
    /// # Errors
    /// `E-FIELD-DATE` for what is no day or ends before it begins; `E-PRINT-LONG` for more entries than a reader can use.
    pub fn journal_page(&self, req: &c::JournalPrintReq) -> Result<Vec<u8>> {
        let day = |text: &str| -> Result<chrono::NaiveDate> {
            text.trim().parse().map_err(|_| {
                let short: String = text.chars().take(40).collect();
                Error::input(
                    "E-FIELD-DATE",
                    format!("\"{short}\" is no date. Write it like 2026-11-24."),
                )
            })
        };
        let (from, to) = (day(&req.from)?, day(&req.to)?);
        if to < from {
            return Err(Error::input(
                "E-FIELD-DATE",
                format!("{to} is before {from}. The extract runs from the first day to the last."),
            ));
        }
        let zone = self.zone();
        let mut rows = Vec::new();
        let mut before = None;
        let mut counted = 0_usize;
        let mut last_link = None;
        self.read(|read| -> Result<()> {
            let names = self.names(read)?;
            read.each_entry(1, |recorded| -> Result<()> {
                let chained = &recorded.chained;
                let entry = &chained.entry;
                let recorded_on = chrono::DateTime::from_timestamp_millis(entry.recorded_at)
                    .map(|at| crate::now::civil(at, zone));
                if recorded_on.is_none_or(|on| on < from || on > to) {
                    if rows.is_empty() {
                        before = Some(hex(&chained.chain));
                    }
                    return Ok(());
                }
                counted += 1;
                last_link = Some(hex(&chained.chain));
                if counted > MOST {
                    return Ok(());
                }
                let (title, reason) = match recorded.body() {
                    Some(body) => (words::entries::change(&body.change).1, body.reason),
                    None => (format!("{} (content disposed of)", entry.kind), None),
                };
                let what = match reason {
                    Some(reason) => format!("{title}: {reason}"),
                    None => title,
                };
                rows.push(vec![
                    chained.seq.to_string().into(),
                    on(&entry.occurred_on).into(),
                    stacked(&rfc3339(entry.recorded_at)).into(),
                    format!("{what}\n{}", hex(&chained.hash)).into(),
                    names.of(&entry.author).into(),
                ]);
                Ok(())
            })
        })?;
        if counted > MOST {
            return Err(Error::input(
                "E-PRINT-LONG",
                format!(
                    "{counted} entries were recorded between {from} and {to}; an extract holds up to {MOST}. Choose fewer days, or export the journal."
                ),
            ));
        }
        let mut sheet = self.sheet(
            "Extract of the journal".to_owned(),
            format!(
                "recorded {} to {}",
                on(&from.to_string()),
                on(&to.to_string())
            ),
            "journal",
        )?;
        sheet.blocks.push(Block::Facts {
            rows: vec![
                fact("Entries", counted.to_string()),
                fact("Days of", zone.name()),
                fact(
                    "Chained to",
                    before.unwrap_or_else(|| "nothing: it begins with the first entry".to_owned()),
                ),
                fact(
                    "Chain after the last entry here",
                    last_link.unwrap_or_else(|| "no entry".to_owned()),
                ),
            ],
        });
        sheet.blocks.push(Block::Table {
            columns: vec![
                Column::narrow("Entry"),
                Column::narrow("Happened"),
                Column::narrow("Recorded"),
                Column::wide("What, and SHA-256 of the entry"),
                Column::narrow("By"),
            ],
            rows,
        });
        sheet.blocks.push(text(HOW_TO_CHECK, Tone::Muted));
        printed(&sheet)
    }
}
