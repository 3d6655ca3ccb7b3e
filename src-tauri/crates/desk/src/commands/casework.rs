//! Worksheets, sweeps and counts, as the window asks for them.

use super::{Answer, Desk, answer, ask};
use crate::{UsageHow, documents::Source, error::Error, open_vault::OpenVault, watch::Watch};
use contract as c;
use contract::Empty;
use std::collections::BTreeMap;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn worksheet(&self, req: c::RefReq) -> Answer<c::WorksheetView> {
        self.with(|vault| vault.worksheet(&req.r#ref))
    }

    pub fn worksheet_set(&self, req: c::WorksheetReq) -> Answer<c::WorksheetView> {
        self.with(|vault| vault.worksheet_set(&req))
    }

    pub fn compute_watch(&self, _: Empty) -> Answer<c::ComputeWatch> {
        self.with(OpenVault::compute_watch)
    }

    pub fn usage_import(
        &self,
        req: c::UsageImportReq,
        _: &dyn Watch,
    ) -> Answer<Option<c::UsageReport>> {
        answer(self.vault().map(|_| ()))?;
        let mut sources = answer(self.sources(
            req.handle.as_deref(),
            &ask("Choose an export of a scheduler or a bill", "usage"),
        ))?;
        match (sources.pop(), sources.is_empty()) {
            (None, _) => Ok(None),
            (Some(Source::File(path)), true) => {
                let columns: Option<BTreeMap<String, String>> = req.columns.map(|columns| {
                    columns
                        .into_iter()
                        .map(|one| (one.column, one.target.unwrap_or_default()))
                        .collect()
                });
                self.with(|vault| {
                    let how = UsageHow {
                        columns: columns.as_ref(),
                        skip_bad_rows: req.skip_bad_rows,
                        save_as: req.save_as.as_deref(),
                    };
                    vault.usage_import(&path, &how)
                })
                .map(Some)
            }
            _ => answer(Err(Error::input(
                "E-USAGE-FILES",
                "Several files were chosen, and none was imported. Import one export at a time.",
            ))),
        }
    }

    pub fn sweep(&self, req: c::RefReq) -> Answer<c::SweepView> {
        self.with(|vault| vault.sweep(&req.r#ref))
    }

    pub fn sweep_query(&self, req: c::SweepQueryReq) -> Answer<c::SweepView> {
        self.with(|vault| vault.sweep_query(&req))
    }

    pub fn sweep_run(&self, req: c::RefReq) -> Answer<c::SweepView> {
        self.with(|vault| vault.sweep_run(&req.r#ref))
    }

    pub fn certification(&self, req: c::RefReq) -> Answer<c::CertificationView> {
        self.with(|vault| vault.certification(&req.r#ref))
    }

    pub fn counts_freeze(&self, req: c::CountsFreezeReq) -> Answer<c::CertificationView> {
        self.with(|vault| vault.counts_freeze(&req))
    }
}
