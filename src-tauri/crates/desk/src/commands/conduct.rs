//! The conduct of a customer's case, as the window asks for it.

use super::{Answer, Desk};
use crate::open_vault::OpenVault;
use contract as c;
use contract::Empty;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn letter_answered(&self, req: c::LetterAnsweredReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.letter_answered(&req))
    }

    pub fn signatory_save(&self, req: c::SignatorySaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.signatory_save(&req))
    }

    pub fn red_flag_save(&self, req: c::RedFlagSaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.red_flag_save(&req))
    }

    pub fn house_rules(&self, _: Empty) -> Answer<c::HouseRulesView> {
        self.with(OpenVault::house_rules)
    }

    pub fn house_rules_save(&self, req: c::HouseRulesReq) -> Answer<c::HouseRulesView> {
        self.with(|vault| vault.house_rules_save(&req))
    }

    pub fn cases_tend(&self, _: Empty) -> Answer<c::Tended> {
        self.with(OpenVault::tend)
    }
}
