//! Asking resellers by file, as the window does. A path never reaches the page.

use super::{Answer, Desk, answer, ask};
use crate::watch::Watch;
use contract as c;
use contract::Empty;

/// How a page that is kept on the computer is called in a dialog.
const PAGE: &str = "Save the page that asks the reseller";

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn intake_list(&self, req: c::IntakeListReq) -> Answer<Vec<c::IntakeRow>> {
        self.with(|vault| vault.intake_list(req.reseller.as_deref()))
    }

    pub fn intake_show(&self, req: c::RefReq) -> Answer<c::IntakeView> {
        self.with(|vault| vault.intake_show(&req.r#ref))
    }

    pub fn intake_request(&self, req: c::IntakeRequestReq) -> Answer<Option<c::IntakeWritten>> {
        let name = self.with(|vault| vault.intake_page_name(None))?;
        let Some(path) = self.save_page(name) else {
            return Ok(None);
        };
        self.with(|vault| vault.intake_request(&req.reseller, &path))
            .map(Some)
    }

    pub fn intake_page(&self, req: c::RefReq) -> Answer<Option<c::Saved>> {
        let name = self.with(|vault| vault.intake_page_name(Some(&req.r#ref)))?;
        let Some(path) = self.save_page(name) else {
            return Ok(None);
        };
        self.with(|vault| vault.intake_page(&req.r#ref, &path))
            .map(Some)
    }

    fn save_page(&self, name: String) -> Option<std::path::PathBuf> {
        let mut ask = ask(PAGE, "intake-page");
        ask.name = Some(name);
        ask.kinds = vec![("Web pages", &["html"])];
        self.picker.save(&ask)
    }

    pub fn intake_import(&self, _: Empty, watch: &dyn Watch) -> Answer<Option<c::IntakeView>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask("Choose the answer that came", "intake-answer");
        ask.kinds = vec![("Answers by file", &["age"])];
        let Some(path) = self.picker.files(&ask).into_iter().next() else {
            return Ok(None);
        };
        self.with(|vault| vault.intake_import(&path, watch))
            .map(Some)
    }

    pub fn intake_confirm(&self, req: c::IntakeConfirmReq) -> Answer<c::IntakeView> {
        self.with(|vault| vault.intake_confirm(&req, &crate::Unwatched))
    }

    pub fn intake_refuse(&self, req: c::IntakeReasonReq) -> Answer<c::IntakeView> {
        self.with(|vault| vault.intake_refuse(&req.r#ref, &req.why))
    }

    pub fn intake_withdraw(&self, req: c::IntakeReasonReq) -> Answer<c::IntakeView> {
        self.with(|vault| vault.intake_withdraw(&req.r#ref, &req.why))
    }
}
