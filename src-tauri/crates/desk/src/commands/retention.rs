//! Retention and disposal, as the window asks for them.

use super::{Answer, Desk};
use contract as c;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn retention(&self, req: c::RetentionReq) -> Answer<c::RetentionView> {
        self.with(|vault| vault.retention(&req))
    }

    pub fn hold_place(&self, req: c::HoldPlaceReq) -> Answer<c::RetentionView> {
        self.with(|vault| vault.hold_place(&req))
    }

    pub fn hold_release(&self, req: c::HoldReleaseReq) -> Answer<c::RetentionView> {
        self.with(|vault| vault.hold_release(&req))
    }

    pub fn retention_keep(&self, req: c::RetentionKeepReq) -> Answer<c::RetentionView> {
        self.with(|vault| vault.retention_keep(&req))
    }

    pub fn disposal_approve(&self, req: c::DisposalApproveReq) -> Answer<c::RetentionView> {
        self.with(|vault| vault.disposal_approve(&req))
    }

    pub fn disposal_run(&self, req: c::RefReq) -> Answer<c::RetentionView> {
        self.with(|vault| vault.disposal_run(&req))
    }

    pub fn disposal_print(&self, req: c::RefReq) -> Answer<Option<c::Saved>> {
        self.print("certificate-of-disposal.pdf", |vault| {
            vault.disposal_page(&req.r#ref)
        })
    }
}
