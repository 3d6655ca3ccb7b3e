//! The register of those who could not be verified, as of a day: a screen, a list, and what a certification counts (D-40, D-55, D-62).

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use chrono::NaiveDate;
use contract as c;
use domain::register::{self, Measure};
use std::collections::BTreeMap;

impl OpenVault {
    /// The register at the end of a day; today where none is given.
    pub fn register(&self, req: &c::RegisterReq) -> Result<c::RegisterView> {
        let day = match req
            .as_of
            .as_deref()
            .map(str::trim)
            .filter(|day| !day.is_empty())
        {
            None => self.today(),
            Some(text) => text.parse::<NaiveDate>().map_err(|_| {
                Error::input(
                    "E-FIELD-DATE",
                    format!("\"{text}\" is no date. Write it like 2026-11-24."),
                )
            })?,
        }
        .to_string();
        let rules = self.rules();
        self.read(|read| {
            let mut rows = Vec::new();
            for reference in read.ever_unverified()? {
                let file = read.customer_file(&reference)?;
                let Some(line) = register::line(&file, &day) else {
                    continue;
                };
                let attempts = file
                    .verifications
                    .iter()
                    .filter(|one| one.performed_on <= day)
                    .count();
                rows.push(c::RegisterRow {
                    r#ref: file.reference.clone(),
                    name: file.name().to_owned(),
                    country: file.country().to_owned(),
                    accounts: file
                        .accounts
                        .iter()
                        .map(|one| one.account_ref.clone())
                        .collect(),
                    missing: if line.measure.resolves() {
                        Vec::new()
                    } else {
                        file.completeness(&rules)
                            .gaps
                            .into_iter()
                            .map(|gap| gap.label)
                            .collect()
                    },
                    reasons: line.reasons.unwrap_or_default(),
                    attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
                    planned: file
                        .terms
                        .as_ref()
                        .filter(|_| line.measure == Measure::Restricted)
                        .map(|terms| terms.review_on.clone()),
                    measure: line.measure.word().to_owned(),
                    measure_label: line.measure.label().to_owned(),
                    measure_on: line.measure_on,
                    measure_note: line.measure_note,
                    resolved: line.measure.resolves(),
                    open_redress: u32::try_from(
                        file.redress
                            .iter()
                            .filter(|one| one.outcome.is_none())
                            .count(),
                    )
                    .unwrap_or(u32::MAX),
                    since: line.since,
                });
            }
            rows.sort_by(|a, b| {
                (a.resolved, &a.since, &a.r#ref).cmp(&(b.resolved, &b.since, &b.r#ref))
            });
            let mut by_measure: BTreeMap<&str, u32> = BTreeMap::new();
            for row in &rows {
                *by_measure.entry(&row.measure_label).or_default() += 1;
            }
            let resolved = rows.iter().filter(|row| row.resolved).count();
            Ok(c::RegisterView {
                as_of: day,
                open: u32::try_from(rows.len() - resolved).unwrap_or(u32::MAX),
                resolved: u32::try_from(resolved).unwrap_or(u32::MAX),
                by_measure: by_measure
                    .into_iter()
                    .map(|(value, count)| c::Count {
                        value: value.to_owned(),
                        count,
                    })
                    .collect(),
                rows,
            })
        })
    }
}
