//! Duplicates, merges and the radar, as the window asks for them.

use super::{Answer, Desk};
use contract as c;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn duplicates(&self, req: c::DuplicatesReq) -> Answer<c::Duplicates> {
        self.with(|vault| vault.duplicates(&req))
    }

    pub fn duplicate_apart(&self, req: c::ApartReq) -> Answer<c::Duplicates> {
        self.with(|vault| vault.duplicate_apart(&req))
    }

    pub fn merge_preview(&self, req: c::MergePreviewReq) -> Answer<c::MergePreview> {
        self.with(|vault| vault.merge_preview(&req))
    }

    pub fn customers_merge(&self, req: c::MergeReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.customers_merge(&req))
    }

    pub fn merge_undo(&self, req: c::MergeUndoReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.merge_undo(&req))
    }

    pub fn radar(&self, req: c::RadarReq) -> Answer<c::Radar> {
        self.with(|vault| vault.radar(&req))
    }
}
