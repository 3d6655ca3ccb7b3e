//! The organisation's own programme, as the window asks for it.

use super::{Answer, Desk};
use crate::open_vault::OpenVault;
use contract as c;
use contract::Empty;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn programme(&self, req: c::ProgrammeReq) -> Answer<c::ProgrammeView> {
        self.with(|vault| vault.programme(req.on.as_deref()))
    }

    pub fn programme_standing(&self, req: c::StandingReq) -> Answer<c::ProgrammeView> {
        self.with(|vault| vault.programme_standing(&req))
    }

    pub fn programme_headcount(&self, req: c::HeadcountReq) -> Answer<c::ProgrammeView> {
        self.with(|vault| vault.programme_headcount(&req))
    }

    pub fn programme_product(&self, req: c::ProductReq) -> Answer<c::ProgrammeView> {
        self.with(|vault| vault.programme_product(&req))
    }

    pub fn programme_cip(&self, req: c::OwnCipReq) -> Answer<c::ProgrammeView> {
        self.with(|vault| vault.programme_cip(&req))
    }

    pub fn programme_assessment(&self, req: c::AssessmentReq) -> Answer<c::ProgrammeView> {
        self.with(|vault| vault.programme_assessment(&req))
    }

    pub fn programme_contact(&self, req: c::ContactReq) -> Answer<c::ProgrammeView> {
        self.with(|vault| vault.programme_contact(&req))
    }

    pub fn programme_reliance(&self, req: c::RelianceReq) -> Answer<c::ProgrammeView> {
        self.with(|vault| vault.programme_reliance(&req))
    }

    pub fn management_print(&self, _: Empty) -> Answer<Option<c::Saved>> {
        self.print("management.pdf", OpenVault::management_page)
    }
}
