//! Letters, redress and the register, as the window asks for them.

use super::{Answer, Desk};
use contract as c;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn template_list(&self, _: c::Empty) -> Answer<Vec<c::TemplateView>> {
        self.with(|vault| vault.template_list())
    }

    pub fn template_save(&self, req: c::TemplateSaveReq) -> Answer<Vec<c::TemplateView>> {
        self.with(|vault| vault.template_save(&req))
    }

    pub fn letter_preview(&self, req: c::LetterPreviewReq) -> Answer<c::LetterPreview> {
        self.with(|vault| vault.letter_preview(&req))
    }

    pub fn memo_preview(&self, req: c::MemoPreviewReq) -> Answer<c::LetterPreview> {
        self.with(|vault| vault.memo_preview(&req))
    }

    pub fn letter_save(&self, req: c::LetterSaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.letter_save(&req))
    }

    pub fn letter_print(&self, req: c::LetterReq) -> Answer<Option<c::Saved>> {
        self.print("letter.pdf", |vault| vault.letter_page(&req))
    }

    pub fn letter_sent(&self, req: c::LetterSentReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.letter_sent(&req))
    }

    pub fn redress_save(&self, req: c::RedressSaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.redress_save(&req))
    }

    pub fn risk_decide(&self, req: c::RiskDecideReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.risk_decide(&req))
    }

    pub fn register(&self, req: c::RegisterReq) -> Answer<c::RegisterView> {
        self.with(|vault| vault.register(&req))
    }
}
