//! Invented customers whose case ended: two who never answered, and a hold on one of them.

use super::{DemoClock, days_before};
use crate::{error::Result, open_vault::OpenVault};
use chrono::{DateTime, Utc};
use contract as c;
use domain::customer::CustomerFile;

pub(super) fn ended(vault: &OpenVault, clock: &DemoClock, end: DateTime<Utc>) -> Result<()> {
    clock.set(days_before(end, 2));
    let silent = vault.read(|read| Ok(read.customers_in("collecting")?))?;
    // Somebody is left who still collects.
    let silent: Vec<CustomerFile> = silent.into_iter().skip(1).take(2).collect();
    let closed_on = vault.today().to_string();
    for file in &silent {
        for account in &file.accounts {
            vault.account_save(&c::AccountSaveReq {
                customer: file.reference.clone(),
                id: Some(account.id.clone()),
                account_ref: account.account_ref.clone(),
                state: "closed".to_owned(),
                products: Some(account.products.clone()),
                opened_on: account.opened_on.clone(),
                closed_on: Some(closed_on.clone()),
                resold_to_foreign: None,
                added: Vec::new(),
                proved_by: None,
            })?;
        }
        vault.customer_advance(&c::CustomerAdvanceReq {
            approver: None,
            r#ref: file.reference.clone(),
            to: "abandoned".to_owned(),
            reason: Some("Three reminders in six weeks, no answer".to_owned()),
            passphrase: None,
            override_reason: None,
            on: None,
            review_on: None,
            leave_open: None,
            made_of: None,
        })?;
    }
    if let [.., last] = silent.as_slice() {
        vault.hold_place(&c::HoldPlaceReq {
            scope: vec![last.reference.clone()],
            reason: "The applicant disputes an invoice for a trial account".to_owned(),
            authority: "Outside counsel".to_owned(),
            placed_on: None,
        })?;
    }
    Ok(())
}
