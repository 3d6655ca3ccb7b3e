//! What belongs to a customer: accounts, means of payment, the notice.

use super::{ACCOUNT_STATES, KINDS_OF_PAYMENT, Wrong, part};
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    change::Change,
    customer::{Account, How, Notice, Payment},
    field, onboarding,
    reopening::{self, Trigger},
};
use std::collections::BTreeMap;

impl OpenVault {
    /// Records or changes an account.
    pub fn account_save(&self, req: &c::AccountSaveReq) -> Result<c::CustomerView> {
        use field::Input;
        let mut wrong = Wrong::default();
        let account_ref = wrong.one("account_ref", Input::Text, Some(&req.account_ref));
        let products = wrong.one("products", Input::Text, req.products.as_deref());
        let opened_on = wrong.one("opened_on", Input::Date, req.opened_on.as_deref());
        let closed_on = self
            .past_day(req.closed_on.as_deref())
            .unwrap_or_else(|error| {
                wrong.add("closed_on", &error.0.code, error.0.message.clone());
                None
            });
        let resold_to_foreign = self
            .past_day(req.resold_to_foreign.as_deref())
            .unwrap_or_else(|error| {
                wrong.add("resold_to_foreign", &error.0.code, error.0.message.clone());
                None
            });
        let rules = self.rules();
        let mut extra = BTreeMap::new();
        for field in rules.added_fields("account") {
            let typed = req.added.iter().find(|one| one.id == field.rule.field);
            let value = typed.and_then(|one| one.values.first()).map(String::as_str);
            if let Some(value) = wrong.one(&field.rule.field, field.input, value) {
                extra.insert(field.rule.field.clone(), value);
            }
        }
        if req.state == "closed" && closed_on.is_none() {
            wrong.add(
                "closed_on",
                "E-ACCOUNT-CLOSED",
                "A closed account needs the day it was closed: retention counts from it."
                    .to_owned(),
            );
        }
        if req.state != "closed" && closed_on.is_some() {
            wrong.add(
                "closed_on",
                "E-ACCOUNT-CLOSED",
                "An account with a day of closing is closed. Choose \"closed\", or clear the day."
                    .to_owned(),
            );
        }
        if account_ref.is_none() {
            wrong.add(
                "account_ref",
                "E-ACCOUNT-REF",
                "The account number is empty.".to_owned(),
            );
        }
        if !ACCOUNT_STATES.contains(&req.state.as_str()) {
            wrong.add(
                "state",
                "E-ACCOUNT-STATE",
                format!("Choose one of: {}.", ACCOUNT_STATES.join(", ")),
            );
        }
        wrong.done(&format!("{} account", req.customer))?;
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let before = match &req.id {
                None => None,
                Some(id) => Some(part(&file, "account", &file.accounts, id, |account| &account.id)?),
            };
            // Invariant (i) of domain 3.1: no unrestricted account for a person who is neither shown to be U.S. nor verified.
            if req.state == "active" && !onboarding::MAY_BE_ACTIVE.contains(&file.status.as_str()) {
                let message = format!(
                    "{}: the account cannot be active without restriction while the case is in \"{}\". Choose \"restricted\", or finish the case first.",
                    file.reference,
                    onboarding::MACHINE.label(&file.status)
                );
                return Err(Error::refused("E-ACCOUNT-NOT-CLEARED", message));
            }
            let let_in = |state: &str| !matches!(state, "requested" | "refused" | "closed");
            if let_in(&req.state)
                && before.as_ref().is_none_or(|before: &Account| !let_in(&before.state))
                && let Some(why) = self.shut_for(act.read(), &file)?
            {
                return Err(Error::refused("E-ACCOUNT-NEW-PROVIDER", format!("{}: {why}", file.reference)));
            }
            let account = Account {
                id: req.id.clone().unwrap_or_else(|| file.next_id("A")),
                account_ref: account_ref.clone().unwrap_or_default(),
                state: req.state.clone(),
                products: products.clone().unwrap_or_default(),
                opened_on,
                closed_on,
                resold_to_foreign,
                payments: before.as_ref().map(|account: &Account| account.payments.clone()).unwrap_or_default(),
                extra,
            };
            let resold = before.as_ref().is_none_or(|before| before.resold_to_foreign.is_none());
            act.push(Change::AccountRecorded { customer: file.reference.clone(), before, account: account.clone() }, None, None)?;
            self.keep_account(act, &file, &account)?;
            self.prove_new(act, &file, req.proved_by.as_deref())?;
            if let Some(on) = account.resold_to_foreign.as_deref().filter(|_| resold) {
                let why = format!("account {} was resold to a foreign person on {on}", account.account_ref);
                self.reopen_for(act, &act.read().customer_file(&file.reference)?, Trigger::Resale, &why)?;
            }
            let after = act.read().customer_file(&file.reference)?;
            // The first open account puts a cleared or verified customer in use (domain 3.1).
            if account.state == "active" && onboarding::MACHINE.step(&after.status, "monitoring").is_some() {
                let change = Change::CustomerAdvanced {
                    customer: after.reference.clone(),
                    from: after.status.clone(),
                    to: "monitoring".to_owned(),
                    on: self.today().to_string(),
                    note: Some(format!("Account {} is active", account.account_ref)),
                    terms: None,
                    approval: None,
                    how: Box::new(How { automatic: true, ..How::default() }),
                };
                act.push(change, None, None)?;
            }
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Records a means of payment.
    pub fn payment_save(&self, req: &c::PaymentSaveReq) -> Result<c::CustomerView> {
        use field::Input;
        let mut wrong = Wrong::default();
        let institution = wrong.one("institution", Input::Text, Some(&req.institution));
        let source = wrong.one("source", Input::Text, Some(&req.source));
        let identifier = wrong.one("identifier", Input::Text, req.identifier.as_deref());
        let country = wrong.one("country", Input::Country, req.country.as_deref());
        // What looks like an IBAN is one, or was mistyped; other numbers of an account are as the bank writes them.
        let looks_like_iban = |text: &String| {
            let plain: String = text
                .chars()
                .filter(|letter| !letter.is_whitespace())
                .collect();
            plain.len() >= 15
                && plain
                    .chars()
                    .take(2)
                    .all(|letter| letter.is_ascii_alphabetic())
                && plain
                    .chars()
                    .skip(2)
                    .take(2)
                    .all(|letter| letter.is_ascii_digit())
        };
        let identifier = match identifier.filter(|text| req.kind == "bank" && looks_like_iban(text))
        {
            None => wrong.one("identifier", Input::Text, req.identifier.as_deref()),
            Some(text) => match domain::identifier::iban(&text) {
                Ok(iban) => Some(iban),
                Err(why) => {
                    wrong.add("identifier", why.code(), why.to_string());
                    None
                }
            },
        };
        if !KINDS_OF_PAYMENT.contains(&req.kind.as_str()) {
            wrong.add(
                "kind",
                "E-PAYMENT-KIND",
                format!("Choose one of: {}.", KINDS_OF_PAYMENT.join(", ")),
            );
        }
        if source.is_none() {
            wrong.add(
                "source",
                "E-PAYMENT-SOURCE",
                "The source is empty. Write whose money pays for the account.".to_owned(),
            );
        }
        wrong.done(&format!("{} payment", req.customer))?;
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let before: Account =
                part(&file, "account", &file.accounts, &req.account, |account| {
                    &account.id
                })?;
            let mut account = before.clone();
            account.payments.push(Payment {
                id: file.next_id("P"),
                kind: req.kind.clone(),
                institution: institution.clone().unwrap_or_default(),
                source: source.clone().unwrap_or_default(),
                identifier,
                country,
            });
            let elsewhere = reopening::paid_from_elsewhere(&file, std::slice::from_ref(&account));
            act.push(
                Change::AccountRecorded {
                    customer: file.reference.clone(),
                    before: Some(before),
                    account,
                },
                None,
                None,
            )?;
            self.prove_new(act, &file, req.proved_by.as_deref())?;
            if let Some(why) = elsewhere {
                let file = act.read().customer_file(&file.reference)?;
                self.reopen_for(act, &file, Trigger::Payment, &why)?;
            }
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Records that the notice was shown (D-36).
    pub fn notice_record(&self, req: &c::NoticeRecordReq) -> Result<c::CustomerView> {
        let day = self.past_day(Some(&req.delivered_on))?.unwrap_or_default();
        let channel: String = super::clean("channel", &req.channel)?
            .chars()
            .take(60)
            .collect();
        self.act(|act| {
            let file = act.read().customer_file(&req.r#ref)?;
            let notice = Notice {
                delivered_on: day.clone(),
                channel: channel.clone(),
                text: Some(self.notice_text(act.read())?),
                proof: None,
            };
            act.push(
                Change::NoticeDelivered {
                    customer: file.reference,
                    notice,
                },
                Some(&day),
                None,
            )?;
            self.customer_view(act.read(), &req.r#ref)
        })
    }
}
