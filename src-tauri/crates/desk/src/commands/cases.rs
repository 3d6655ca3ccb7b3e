//! Cases, as the window asks for them.

use super::{Answer, Desk, answer, ask};
use crate::{documents::Source, open_vault::OpenVault};
use contract as c;
use contract::Empty;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    /// Files chosen in a dialog before there is a record to attach them to; kept as if they had been dropped.
    pub fn files_pick(&self, _: Empty) -> Answer<Option<c::Dropped>> {
        answer(self.vault().map(|_| ()))?;
        let paths = self.picker.files(&ask("Choose what arrived", "letter"));
        Ok((!paths.is_empty()).then(|| self.dropped(paths)).flatten())
    }

    pub fn case_list(&self, req: c::ListReq) -> Answer<c::CaseList> {
        self.with(|vault| vault.cases_like(req.query.as_deref().unwrap_or_default()))
    }

    pub fn case_kinds(&self, _: Empty) -> Answer<Vec<c::CaseKind>> {
        self.with(OpenVault::case_kinds)
    }

    pub fn case_show(&self, req: c::RefReq) -> Answer<c::CaseView> {
        self.with(|vault| vault.case_show(&req.r#ref))
    }

    pub fn case_preview(&self, req: c::CasePreviewReq) -> Answer<Vec<c::CaseClock>> {
        self.with(|vault| vault.case_preview(&req))
    }

    pub fn request_open(&self, req: c::RequestOpenReq) -> Answer<c::CaseOpened> {
        let letters = self.dropped_with(req.handle.as_deref())?;
        self.with(|vault| vault.request_open(&req, letters))
    }

    pub fn evidence_open(&self, req: c::EvidenceOpenReq) -> Answer<c::CaseOpened> {
        let documents = self.dropped_with(req.handle.as_deref())?;
        self.with(|vault| vault.evidence_open(&req, documents))
    }

    pub fn case_open(&self, req: c::CaseOpenReq) -> Answer<c::CaseOpened> {
        let documents = self.dropped_with(req.handle.as_deref())?;
        self.with(|vault| vault.case_open(&req, documents))
    }

    pub fn case_doubt(&self, req: c::CaseDoubtReq) -> Answer<Option<c::CaseDoubt>> {
        self.with(|vault| vault.case_doubt(&req))
    }

    pub fn case_advance(&self, req: c::CaseAdvanceReq) -> Answer<c::CaseView> {
        self.with(|vault| vault.case_advance(&req))
    }

    pub fn case_item_add(&self, req: c::CaseItemAddReq) -> Answer<c::CaseView> {
        self.with(|vault| vault.case_item_add(&req))
    }

    pub fn case_item_advance(&self, req: c::CaseItemAdvanceReq) -> Answer<c::CaseView> {
        self.with(|vault| vault.case_item_advance(&req))
    }

    pub fn case_change(&self, req: c::CaseChangeReq) -> Answer<c::CaseView> {
        self.with(|vault| vault.case_change(&req))
    }

    pub fn demand_preview(&self, req: c::DemandPreviewReq) -> Answer<c::LetterPreview> {
        self.with(|vault| vault.demand_preview(&req))
    }

    pub fn demand_save(&self, req: c::DemandSaveReq) -> Answer<c::CaseView> {
        self.with(|vault| vault.demand_save(&req))
    }

    pub fn demand_sent(&self, req: c::DemandSentReq) -> Answer<c::CaseView> {
        self.with(|vault| vault.demand_sent(&req))
    }

    pub fn demand_print(&self, req: c::DemandReq) -> Answer<Option<c::Saved>> {
        let name = format!("{}-{}-{}.pdf", req.r#ref, req.item, req.id);
        self.print(&name, |vault| vault.demand_page(&req))
    }

    pub fn case_print(&self, req: c::RefReq) -> Answer<Option<c::Saved>> {
        let name = format!("{}.pdf", req.r#ref);
        self.print(&name, |vault| vault.case_page(&req.r#ref))
    }

    pub fn transmittal_print(&self, req: c::CasePartReq) -> Answer<Option<c::Saved>> {
        let name = format!("transmittal-{}-{}.pdf", req.r#ref, req.item);
        self.print(&name, |vault| vault.transmittal_page(&req))
    }

    /// What was dropped with a form; nothing where nothing was.
    fn dropped_with(&self, handle: Option<&str>) -> Answer<Vec<Source>> {
        match handle {
            Some(handle) => answer(self.sources(Some(handle), &ask("", "case"))),
            None => Ok(Vec::new()),
        }
    }
}
