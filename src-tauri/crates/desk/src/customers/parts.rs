//! What belongs to a customer: owners, accounts, means of payment, the notice.

use super::{ACCOUNT_STATES, KINDS_OF_PAYMENT, Wrong, part, party};
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    change::Change,
    customer::{self, Account, CustomerFile, Notice, Owner, PartyKind, Payment, UsStatus},
    field, onboarding, ownership,
};
use std::collections::BTreeMap;
use store::Act;

impl OpenVault {
    /// Records or changes an owner. An owner is ended, never deleted.
    pub fn owner_save(&self, req: &c::OwnerSaveReq) -> Result<c::CustomerView> {
        use field::Input;
        let mut wrong = Wrong::default();
        let name = wrong.one("name", Input::Text, Some(&req.name));
        let name_original = wrong.one("name_original", Input::Text, req.name_original.as_deref());
        let country = wrong.one("country", Input::Country, req.country.as_deref());
        let address = wrong.one("address", Input::Long, req.address.as_deref());
        let email = wrong.one("email", Input::Email, req.email.as_deref());
        let phone = wrong.one("phone", Input::Phone, req.phone.as_deref());
        let source = wrong.one("source", Input::Text, req.source.as_deref());
        let valid_from = wrong.one("valid_from", Input::Date, req.valid_from.as_deref());
        let valid_to = wrong.one("valid_to", Input::Date, req.valid_to.as_deref());
        let share = req.percent.as_deref().map(str::trim).filter(|text| !text.is_empty()).and_then(|text| {
            let share = customer::parse_share(text);
            if share.is_none() {
                wrong.add("percent", "E-OWNER-SHARE", format!("\"{text}\" is no share. Write a number from 0 to 100 with at most three decimals, like 33.3."));
            }
            share
        });
        if name.is_none() {
            wrong.add(
                "name",
                "E-OWNER-NAME",
                "The name is empty. Write the owner's full legal name.".to_owned(),
            );
        }
        let mut stakes = Vec::new();
        for stake in &req.stakes {
            match customer::parse_share(&stake.percent) {
                Some(share) => stakes.push(ownership::Stake {
                    of: stake.of.clone(),
                    share,
                }),
                None => wrong.add("stakes", "E-OWNER-SHARE", format!("\"{}\" is no share. Write a number from 0 to 100 with at most three decimals, like 33.3.", stake.percent.chars().take(40).collect::<String>())),
            }
        }
        if share.is_none() && stakes.is_empty() && !req.control {
            wrong.add(
                "percent",
                "E-OWNER-HOW",
                "Write a share, here or through another owner, or tick substantial control: an owner has at least one of them."
                    .to_owned(),
            );
        }
        if let (Some(from), Some(to)) = (&valid_from, &valid_to)
            && to < from
        {
            wrong.add(
                "valid_to",
                "E-OWNER-DATES",
                format!("The end ({to}) is before the start ({from})."),
            );
        }
        wrong.done(&format!("{} owner", req.customer))?;
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let before = match &req.id {
                None => None,
                Some(id) => Some(part(&file, "owner", &file.owners, id, |owner| &owner.id)?),
            };
            let owner = Owner {
                id: req.id.clone().unwrap_or_else(|| file.next_id("O")),
                name: name.clone().unwrap_or_default(),
                name_original,
                kind: party(req.kind),
                share,
                stakes,
                control: req.control,
                country,
                address,
                email,
                phone,
                source,
                valid_from,
                valid_to,
            };
            self.put_owner(act, &file, before, owner)?;
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Writes an owner that was checked: what all owners add up to is held, and a settled case may open again.
    pub(crate) fn put_owner(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        before: Option<Owner>,
        owner: Owner,
    ) -> Result<()> {
        let others = file
            .owners
            .iter()
            .filter(|other| other.id != owner.id && other.valid_to.is_none());
        let total: u32 = others.filter_map(|other| other.share).sum::<u32>()
            + owner
                .share
                .filter(|_| owner.valid_to.is_none())
                .unwrap_or(0);
        if total > 100_000 {
            let message = format!(
                "{}: owners would add up to {} %. Correct the shares, or end an owner that has left.",
                file.reference,
                customer::show_share(total)
            );
            return Err(Error::input("L-08", message));
        }
        ownership::check_stakes(&owner, &file.owners)
            .map_err(|why| Error::input(why.code(), format!("{} owner: {why}", file.reference)))?;
        let held = |of: &Owner| of.stakes.iter().any(|stake| stake.of == owner.id);
        if owner.valid_to.is_some()
            && file
                .owners
                .iter()
                .any(|of| of.valid_to.is_none() && held(of))
        {
            return Err(Error::input(
                "E-OWNER-HELD",
                format!(
                    "{}: others hold their shares through {}. Write how they hold them now, then end it.",
                    file.reference, owner.name
                ),
            ));
        }
        let new = before.is_none();
        act.push(
            Change::OwnerRecorded {
                customer: file.reference.clone(),
                before,
                owner: owner.clone(),
            },
            None,
            None,
        )?;
        // A new owner who is not shown to be a U.S. person opens a settled case again (D-24).
        let after = act.read().customer_file(&file.reference)?;
        let rules = self.rules();
        let counted = file.beneficial_owners(&rules);
        let new_organisation = (new && owner.kind == PartyKind::Entity && owner.valid_to.is_none())
            .then(|| owner.id.clone());
        // A change may make others count too: a share that their chain goes through.
        let counts = after.beneficial_owners(&rules);
        let became = counts.difference(&counted).cloned().chain(new_organisation);
        for id in became {
            if after.us_status_of(&id) == UsStatus::Us {
                continue;
            }
            let name = after
                .owners
                .iter()
                .find(|one| one.id == id)
                .map_or_else(String::new, |one| one.name.clone());
            let why = format!("{name} became an owner and is not shown to be a U.S. person");
            self.reopen_for(act, &after, &why)?;
            break;
        }
        Ok(())
    }

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
            let account = Account {
                id: req.id.clone().unwrap_or_else(|| file.next_id("A")),
                account_ref: account_ref.clone().unwrap_or_default(),
                state: req.state.clone(),
                products: products.clone().unwrap_or_default(),
                opened_on,
                closed_on,
                payments: before.as_ref().map(|account: &Account| account.payments.clone()).unwrap_or_default(),
                extra,
            };
            act.push(Change::AccountRecorded { customer: file.reference.clone(), before, account: account.clone() }, None, None)?;
            self.keep_account(act, &file, &account)?;
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
            });
            act.push(
                Change::AccountRecorded {
                    customer: file.reference,
                    before: Some(before),
                    account,
                },
                None,
                None,
            )?;
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Records that the notice was shown (D-36).
    pub fn notice_record(&self, req: &c::NoticeRecordReq) -> Result<c::CustomerView> {
        let day = self.past_day(Some(&req.delivered_on))?.unwrap_or_default();
        self.act(|act| {
            let file = act.read().customer_file(&req.r#ref)?;
            let notice = Notice {
                delivered_on: day.clone(),
                channel: req.channel.chars().take(60).collect(),
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
