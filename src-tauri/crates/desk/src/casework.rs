//! What cases hold beyond their steps: the worksheet of a training run, the sweep of a special measure, the counts of a certification.

pub(crate) mod counts;
mod sweep;
mod usage;
mod worksheet;

pub use usage::UsageHow;

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use domain::{casefile::Case, cases, casework::Work, change::Change, machine::Machine};
use std::collections::BTreeMap;
use store::{Act, Read};

impl OpenVault {
    /// A case of this kind.
    fn case_of_kind(&self, read: &Read<'_>, reference: &str, kind: &str) -> Result<Case> {
        let case = read.case(reference)?;
        if case.kind == kind {
            return Ok(case);
        }
        let title = |kind: &str| {
            cases::machine(kind).map_or("another kind", |machine: &Machine| machine.title)
        };
        Err(Error::input(
            "E-CASE-KIND",
            format!(
                "{reference} is: {}. This needs: {}.",
                title(&case.kind),
                title(kind)
            ),
        ))
    }

    fn keep_work(&self, act: &mut Act<'_, '_>, case: &str, work: Work) -> Result<()> {
        act.push(
            Change::CaseWork {
                case: case.to_owned(),
                work: Box::new(work),
            },
            None,
            None,
        )?;
        Ok(())
    }

    /// What guards of these kinds of case ask about.
    pub(crate) fn found_in_work(
        &self,
        read: &Read<'_>,
        case: &Case,
    ) -> Result<BTreeMap<String, String>> {
        let mut found = BTreeMap::new();
        if !matches!(case.kind.as_str(), "training" | "measure" | "certification") {
            return Ok(found);
        }
        let book = read.casework(&case.reference)?;
        if let Some(judged) = &book.judged {
            found.insert("verdict".to_owned(), judged.verdict.clone());
        }
        if book.query.is_some() {
            found.insert("query".to_owned(), "there".to_owned());
        }
        if book.is_swept() {
            found.insert("swept".to_owned(), "there".to_owned());
        }
        if let Some(counts) = &book.counts {
            found.insert("frozen_as_of".to_owned(), counts.as_of.clone());
        }
        Ok(found)
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
