//! Filings, from draft to answer, as the window asks for them.

use super::{Answer, Desk, answer, ask};
use crate::{open_vault::OpenVault, watch::Watch};
use contract as c;
use contract::Empty;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn filing_list(&self, req: c::ListReq) -> Answer<c::FilingList> {
        self.with(|vault| vault.filings_like(req.query.as_deref().unwrap_or_default()))
    }

    pub fn filing_show(&self, req: c::RefReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_show(&req.r#ref))
    }

    /// One page of a filing's PDF as PNG, for the document protocol.
    pub fn filing_page(&self, reference: &str, page: u32, width: u32) -> Answer<Vec<u8>> {
        self.with(|vault| vault.filing_page(reference, page, width))
    }

    pub fn filing_forms(&self, _: Empty) -> Answer<Vec<c::FormChoice>> {
        self.with(OpenVault::filing_forms)
    }

    pub fn filing_draft(&self, req: c::FilingDraftReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_draft(&req))
    }

    pub fn filing_edit(&self, req: c::FilingEditReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_edit(&req))
    }

    pub fn filing_validate(&self, req: c::RefReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_validate(&req.r#ref))
    }

    pub fn filing_approve(&self, req: c::FilingApproveReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_approve(&req))
    }

    pub fn filing_answer(&self, req: c::FilingAnswerReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_answer(&req))
    }

    pub fn filing_compare(&self, req: c::FilingCompareReq) -> Answer<c::FilingComparison> {
        self.with(|vault| vault.filing_compare(&req))
    }

    pub fn filing_export(
        &self,
        req: c::FilingExportReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::Exported>> {
        answer(self.vault().map(|_| ()))?;
        let recipients = req
            .recipients
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        let Some(folder) = self
            .picker
            .folder(&ask("Choose the folder for the bundle", "export-folder"))
        else {
            return Ok(None);
        };
        self.with(|vault| vault.filing_export(&req.r#ref, &folder, &recipients, watch))
            .map(Some)
    }

    pub fn filing_sent(&self, req: c::FilingSentReq) -> Answer<c::FilingView> {
        self.with(|vault| vault.filing_sent(&req))
    }
}
