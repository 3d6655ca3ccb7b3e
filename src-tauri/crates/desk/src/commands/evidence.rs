//! The review of documents, the history of values and what is masked, as the window asks for them.

use super::{Answer, Desk};
use contract as c;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn review_open(&self, req: c::ReviewOpenReq) -> Answer<c::ReviewSheet> {
        self.with(|vault| vault.review_open(&req))
    }

    pub fn review_compare(&self, req: c::ReviewReq) -> Answer<c::ReviewCompared> {
        self.with(|vault| vault.review_compare(&req))
    }

    pub fn review_decide(&self, req: c::ReviewReq) -> Answer<c::ReviewSheet> {
        self.with(|vault| vault.review_decide(&req))
    }

    pub fn field_history(&self, req: c::FieldReq) -> Answer<Vec<c::FieldPast>> {
        self.with(|vault| vault.field_history(&req))
    }

    pub fn part_history(&self, req: c::PartReq) -> Answer<Vec<c::ValueHistory>> {
        self.with(|vault| vault.part_history(&req))
    }

    pub fn field_rules(&self, _: c::Empty) -> Answer<Vec<c::FieldRule>> {
        self.with(|vault| vault.field_rules())
    }

    pub fn field_switch(&self, req: c::FieldSwitchReq) -> Answer<Vec<c::FieldRule>> {
        self.with(|vault| vault.field_switch(&req))
    }

    pub fn value_prove(&self, req: c::ProofReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.value_prove(&req))
    }

    pub fn value_reveal(&self, req: c::RevealReq) -> Answer<c::Revealed> {
        self.with(|vault| vault.value_reveal(&req))
    }
}
