//! Resellers and their oversight, as the window asks for them.

use super::{Answer, Desk, answer, ask};
use crate::{open_vault::OpenVault, watch::Watch};
use contract as c;
use contract::Empty;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn reseller_list(&self, _: Empty) -> Answer<c::ResellerList> {
        self.with(OpenVault::reseller_list)
    }

    pub fn reseller_show(&self, req: c::RefReq) -> Answer<c::ResellerView> {
        self.with(|vault| vault.reseller_show(&req.r#ref))
    }

    pub fn reseller_save(&self, req: c::ResellerSaveReq) -> Answer<c::Created> {
        self.with(|vault| vault.reseller_save(&req))
    }

    pub fn reseller_oversight(&self, req: c::OversightReq) -> Answer<c::OversightView> {
        self.with(|vault| vault.reseller_oversight(&req.r#ref, req.on.as_deref()))
    }

    pub fn reseller_oversee(&self, req: c::ResellerOverseeReq) -> Answer<c::OversightView> {
        self.with(|vault| vault.reseller_oversee(&req))
    }

    pub fn reseller_customers(&self, req: c::ResellerCustomersReq) -> Answer<c::OversightView> {
        self.with(|vault| vault.reseller_customers(&req))
    }

    pub fn buyer_take(&self, req: c::BuyerTakeReq) -> Answer<c::OversightView> {
        self.with(|vault| vault.buyer_take(&req))
    }

    pub fn scorecard_print(&self, req: c::OversightReq) -> Answer<Option<c::Saved>> {
        let name = format!("scorecard-{}.pdf", req.r#ref);
        self.print(&name, |vault| vault.scorecard_page(&req))
    }

    pub fn cip_review(&self, req: c::CipReviewReq) -> Answer<c::OversightView> {
        self.with(|vault| vault.cip_review(&req))
    }

    pub fn cip_compare(&self, req: c::CipCompareReq) -> Answer<Vec<c::CipDifference>> {
        self.with(|vault| vault.cip_compare(&req))
    }

    pub fn cip_add(&self, req: c::CipAddReq, watch: &dyn Watch) -> Answer<Option<c::ResellerView>> {
        answer(self.vault().map(|_| ()))?;
        let sources = answer(self.sources(
            req.handle.as_deref(),
            &ask("Choose the CIP document", "cip"),
        ))?;
        let Some(source) = sources.into_iter().next() else {
            return Ok(None);
        };
        self.with(|vault| {
            vault.cip_file(
                &req.reseller,
                &req.version,
                &req.effective_from,
                req.received_on.as_deref(),
                source,
                watch,
            )?;
            vault.reseller_show(&req.reseller).map(Some)
        })
    }
}
