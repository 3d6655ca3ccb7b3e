//! Rule packs, as the window asks for them.

use super::{Answer, Desk, answer, ask, handle, lock};
use crate::{error::Error, open_vault::OpenVault};
use contract as c;
use contract::Empty;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn pack_list(&self, _: Empty) -> Answer<Vec<c::PackRow>> {
        self.with(OpenVault::pack_list)
    }

    pub fn pack_show(&self, req: c::RefReq) -> Answer<c::PackView> {
        self.with(|vault| vault.pack_show(&req.r#ref))
    }

    pub fn pack_compare(&self, req: c::PackCompareReq) -> Answer<Vec<c::PackDifference>> {
        self.with(|vault| vault.pack_compare(&req.old, &req.new))
    }

    pub fn pack_offer(&self, req: c::PackOfferReq) -> Answer<Option<c::PackOffer>> {
        let vault = answer(self.vault())?;
        let offered = match &req.id {
            Some(id) => answer(crate::packs::offer_builtin(id))?,
            None => {
                let mut ask = ask("Choose a rule pack", "pack");
                ask.kinds = vec![("Rule packs", &["toml"])];
                let Some(path) = self.picker.files(&ask).into_iter().next() else {
                    return Ok(None);
                };
                answer(crate::packs::offer_file(&path, &vault.today().to_string()))?
            }
        };
        let offer = answer(vault.pack_offer(&offered))?;
        let handle = answer(handle())?;
        lock(&self.desk).packs.insert(handle.clone(), offered);
        Ok(Some(c::PackOffer { handle, ..offer }))
    }

    pub fn pack_adopt(&self, req: c::PackAdoptReq) -> Answer<Vec<c::PackRow>> {
        let offered = lock(&self.desk).packs.get(&req.handle).cloned();
        let offered = answer(offered.ok_or_else(|| {
            Error::input(
                "E-PACK-GONE",
                "The pack was not kept that long. Choose it again.",
            )
        }))?;
        self.with(|vault| vault.pack_adopt(&offered, &req.reason, &req.clocks))
    }

    pub fn pack_retire(&self, req: c::PackRetireReq) -> Answer<Vec<c::PackRow>> {
        self.with(|vault| vault.pack_retire(&req.id, &req.reason))
    }

    pub fn pack_print(&self, req: c::RefReq) -> Answer<Option<c::Saved>> {
        self.print("rule-pack.pdf", |vault| vault.pack_page(&req.r#ref))
    }

    pub fn pack_simulate(&self, req: c::PackSimulateReq) -> Answer<c::PackSimulation> {
        self.with(|vault| vault.pack_simulate(&req))
    }
}
