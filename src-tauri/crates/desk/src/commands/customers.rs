//! Customers, their owners and accounts, and the decision on their cases, as the window asks for them.

use super::{Answer, Desk, answer, ask};
use crate::{open_vault::OpenVault, watch::Watch};
use contract as c;
use contract::Empty;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn customer_list(&self, req: c::CustomerListReq) -> Answer<c::CustomerList> {
        self.with(|vault| vault.customer_list(&req))
    }

    pub fn customer_show(&self, req: c::RefReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.customer_show(&req.r#ref))
    }

    pub fn customer_create(&self, req: c::CustomerCreateReq) -> Answer<c::Created> {
        self.with(|vault| vault.customer_create(&req))
    }

    pub fn customer_change(&self, req: c::CustomerChangeReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.customer_change(&req))
    }

    pub fn owner_save(&self, req: c::OwnerSaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.owner_save(&req))
    }

    pub fn ownership(&self, req: c::OwnershipReq) -> Answer<c::OwnershipView> {
        self.with(|vault| vault.ownership(&req))
    }

    pub fn none_identified(&self, req: c::NoneIdentifiedReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.none_identified(&req))
    }

    pub fn account_save(&self, req: c::AccountSaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.account_save(&req))
    }

    pub fn payment_save(&self, req: c::PaymentSaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.payment_save(&req))
    }

    pub fn notice_record(&self, req: c::NoticeRecordReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.notice_record(&req))
    }

    pub fn determination_record(&self, req: c::DeterminationReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.determination_record(&req))
    }

    pub fn verification_record(&self, req: c::VerificationReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.verification_record(&req))
    }

    pub fn discrepancy_save(&self, req: c::DiscrepancySaveReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.discrepancy_save(&req))
    }

    pub fn customer_advance(&self, req: c::CustomerAdvanceReq) -> Answer<c::CustomerView> {
        self.with(|vault| vault.customer_advance(&req))
    }

    pub fn review_queue(&self, _: Empty) -> Answer<c::ReviewQueue> {
        self.with(OpenVault::review_queue)
    }

    pub fn customers_decide(&self, req: c::CustomersDecideReq) -> Answer<c::ReviewQueue> {
        self.with(|vault| vault.customers_decide(&req))
    }

    pub fn customer_print(&self, req: c::RefReq) -> Answer<Option<c::Saved>> {
        self.print("customer-file.pdf", |vault| vault.customer_page(&req.r#ref))
    }

    pub fn customer_export(
        &self,
        req: c::CustomerExportReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask("Save the customers", "customer-export");
        let name = match req.format {
            c::ExportFormat::Csv => "customers.csv",
            c::ExportFormat::Owners => "owners.csv",
            c::ExportFormat::Jsonl => "customers.jsonl",
            c::ExportFormat::Bods => "ownership.json",
            c::ExportFormat::Ftm => "customers.ftm.jsonl",
        };
        ask.name = Some(name.to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.customer_export(&req, &path, watch))
            .map(Some)
    }
}
