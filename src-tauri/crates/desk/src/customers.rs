//! Customers: the list, one record, edits, the determination, verification and the case's steps.

use crate::{
    error::{Error, Result},
    now::rfc3339,
    open_vault::OpenVault,
    words,
};
use contract as c;
use domain::{
    change::Change,
    customer::{
        self, Account, CustomerFile, Determination, Notice, Owner, PartyKind, Payment, UsStatus,
        Values, Verification,
    },
    field, onboarding,
};
use std::collections::{BTreeMap, HashMap};
use store::{CustomerFilter, CustomerLine, Order, Read};

fn party(kind: c::PartyKind) -> PartyKind {
    match kind {
        c::PartyKind::Individual => PartyKind::Individual,
        c::PartyKind::Entity => PartyKind::Entity,
    }
}

fn party_view(kind: PartyKind) -> c::PartyKind {
    match kind {
        PartyKind::Individual => c::PartyKind::Individual,
        PartyKind::Entity => c::PartyKind::Entity,
    }
}

fn us_view(status: UsStatus) -> c::UsStatus {
    match status {
        UsStatus::Undetermined => c::UsStatus::Undetermined,
        UsStatus::Us => c::UsStatus::Us,
        UsStatus::Foreign => c::UsStatus::Foreign,
    }
}

fn us_of_word(word: &str) -> c::UsStatus {
    match word {
        "us" => c::UsStatus::Us,
        "foreign" => c::UsStatus::Foreign,
        _ => c::UsStatus::Undetermined,
    }
}

fn us_word(status: c::UsStatus) -> &'static str {
    match status {
        c::UsStatus::Undetermined => "undetermined",
        c::UsStatus::Us => "us",
        c::UsStatus::Foreign => "foreign",
    }
}

/// A row of the list as the window and the command line show it.
pub(crate) fn row(line: CustomerLine) -> c::CustomerRow {
    c::CustomerRow {
        r#ref: line.reference,
        external_id: line.external_id,
        name: line.name,
        name_original: line.name_original,
        kind: if line.kind == "entity" {
            c::PartyKind::Entity
        } else {
            c::PartyKind::Individual
        },
        country: line.country,
        us_status: us_of_word(&line.us_status),
        status: line.status,
        risk: line.risk,
        missing: line.missing,
        changed_at: rfc3339(line.changed_at),
    }
}

fn row_of(file: &CustomerFile, missing: u32) -> c::CustomerRow {
    c::CustomerRow {
        r#ref: file.reference.clone(),
        external_id: file.external_id.clone(),
        name: file.name().to_owned(),
        name_original: file.value("name_original").map(str::to_owned),
        kind: party_view(file.kind),
        country: file.country().to_owned(),
        us_status: us_view(file.us_status()),
        status: file.status.clone(),
        risk: file.value("risk_tier").map(str::to_owned),
        missing,
        changed_at: rfc3339(file.changed_at),
    }
}

/// The filter behind a request.
pub(crate) fn filter(req: &c::CustomerListReq) -> CustomerFilter {
    CustomerFilter {
        search: req.search.clone(),
        status: req.status.clone(),
        us_status: req
            .us_status
            .iter()
            .map(|status| us_word(*status).to_owned())
            .collect(),
        kind: req.kind.map(|kind| party(kind).word().to_owned()),
        country: req.country.iter().map(|code| code.to_uppercase()).collect(),
        incomplete: req.incomplete,
        order: match req.sort {
            c::CustomerSort::Ref => Order::Reference,
            c::CustomerSort::Name => Order::Name,
            c::CustomerSort::Country => Order::Country,
            c::CustomerSort::Status => Order::Status,
            c::CustomerSort::UsStatus => Order::UsStatus,
            c::CustomerSort::Missing => Order::Missing,
            c::CustomerSort::Risk => Order::Risk,
            c::CustomerSort::Changed => Order::Changed,
        },
        descending: req.descending,
        offset: req.offset,
        limit: (req.limit > 0).then_some(req.limit),
    }
}

const KINDS_OF_PAYMENT: &[&str] = &["card", "bank", "wallet", "invoice", "other"];
const ACCOUNT_STATES: &[&str] = &[
    "requested",
    "active",
    "restricted",
    "suspended",
    "closed",
    "refused",
];

impl OpenVault {
    /// A page of the list of customers.
    pub fn customer_list(&self, req: &c::CustomerListReq) -> Result<c::CustomerList> {
        self.read(|read| {
            let page = read.customers(&filter(req), true)?;
            let counts = |pairs: Vec<(String, u32)>| {
                pairs
                    .into_iter()
                    .map(|(value, count)| c::Count { value, count })
                    .collect()
            };
            Ok(c::CustomerList {
                total: page.total,
                all: page.all,
                rows: page.rows.into_iter().map(row).collect(),
                by_status: counts(page.by_status),
                by_country: counts(page.by_country),
            })
        })
    }

    /// One customer, whole.
    pub fn customer_show(&self, reference: &str) -> Result<c::CustomerView> {
        self.read(|read| self.customer_view(read, reference))
    }

    /// Records a new customer.
    pub fn customer_create(&self, req: &c::CustomerCreateReq) -> Result<c::Created> {
        let kind = party(req.kind);
        let mut typed: Vec<(&str, Vec<String>)> = vec![(kind.name_field(), vec![req.name.clone()])];
        typed.extend(
            req.name_original
                .clone()
                .map(|name| ("name_original", vec![name])),
        );
        typed.extend(
            req.country
                .clone()
                .map(|country| (kind.country_field(), vec![country])),
        );
        let fields = check(
            "New customer",
            kind,
            typed.iter().map(|(id, values)| (*id, values.as_slice())),
        )?;
        if fields.get(kind.name_field()).is_none_or(Vec::is_empty) {
            return Err(Error::input(
                "E-CUSTOMER-NAME",
                "New customer: the name is empty. Write the full legal name or the business name.",
            ));
        }
        let external_id = req
            .external_id
            .as_deref()
            .map(str::trim)
            .filter(|id| !id.is_empty())
            .map(str::to_owned);
        self.act(|act| {
            if let Some(id) = &external_id
                && let Some(there) = act.read().customer_by_external_id(id)?
            {
                let message = format!("There is a customer with your reference \"{id}\" already: {}. Open that one, or use another reference.", there.reference);
                return Err(Error::input("E-CUSTOMER-EXISTS", message));
            }
            let reference = act.read().next_reference("C", 6)?;
            let change = Change::CustomerRecorded {
                reference: reference.clone(),
                external_id: external_id.clone(),
                party: kind,
                fields,
                custom: BTreeMap::new(),
                owners: Vec::new(),
                accounts: Vec::new(),
                source: "form".to_owned(),
            };
            act.push(change, None, None)?;
            Ok(c::Created { r#ref: reference })
        })
    }

    /// Changes fields; refuses when the record changed under the form.
    pub fn customer_change(&self, req: &c::CustomerChangeReq) -> Result<c::CustomerView> {
        let occurred_on = self.past_day(req.occurred_on.as_deref())?;
        self.act(|act| {
            let file = act.read().customer_file(&req.r#ref)?;
            fresh(&file, req.revision)?;
            let after = check(&req.r#ref, file.kind, req.fields.iter().map(|change| (change.id.as_str(), change.values.as_slice())))?;
            let after: Values = after.into_iter().filter(|(id, values)| file.values(id) != values.as_slice()).collect();
            if after.get(file.kind.name_field()).is_some_and(Vec::is_empty) {
                return Err(Error::input("E-CUSTOMER-NAME", format!("{}: the name cannot be empty. Write the full legal name or the business name.", req.r#ref)));
            }
            if !after.is_empty() {
                let before = after.keys().map(|id| (id.clone(), file.values(id).to_vec())).collect();
                let change = Change::CustomerChanged {
                    reference: file.reference.clone(),
                    before,
                    after,
                    custom: BTreeMap::new(),
                    accounts: Vec::new(),
                    source: "form".to_owned(),
                };
                act.push(change, occurred_on.as_deref(), req.reason.as_deref())?;
            }
            self.customer_view(act.read(), &req.r#ref)
        })
    }

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
        if share.is_none() && !req.control {
            wrong.add(
                "percent",
                "E-OWNER-HOW",
                "Write a share, or tick substantial control: an owner has at least one of them."
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
                control: req.control,
                country,
                address,
                email,
                phone,
                source,
                valid_from,
                valid_to,
            };
            let others = file.owners.iter().filter(|other| other.id != owner.id && other.valid_to.is_none());
            let total: u32 = others.filter_map(|other| other.share).sum::<u32>() + owner.share.filter(|_| owner.valid_to.is_none()).unwrap_or(0);
            if total > 100_000 {
                let message = format!("{}: owners would add up to {} %. Correct the shares, or end an owner that has left.", file.reference, customer::show_share(total));
                return Err(Error::input("L-08", message));
            }
            act.push(Change::OwnerRecorded { customer: file.reference, before, owner }, None, None)?;
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Records or changes an account.
    pub fn account_save(&self, req: &c::AccountSaveReq) -> Result<c::CustomerView> {
        use field::Input;
        let mut wrong = Wrong::default();
        let account_ref = wrong.one("account_ref", Input::Text, Some(&req.account_ref));
        let products = wrong.one("products", Input::Text, req.products.as_deref());
        let opened_on = wrong.one("opened_on", Input::Date, req.opened_on.as_deref());
        let closed_on = wrong.one("closed_on", Input::Date, req.closed_on.as_deref());
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
            if req.state == "active" && !matches!(file.status.as_str(), "verified" | "us_cleared") {
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
            };
            act.push(Change::AccountRecorded { customer: file.reference, before, account }, None, None)?;
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

    /// Records a U.S.-person determination (D-22).
    pub fn determination_record(&self, req: &c::DeterminationReq) -> Result<c::CustomerView> {
        let day = self
            .past_day(req.decided_on.as_deref())?
            .unwrap_or_else(|| self.today().to_string());
        let outcome = UsStatus::of_test(&req.test).ok_or_else(|| {
            Error::input(
                "E-DETERMINATION-TEST",
                format!("\"{}\" is no U.S.-person test of the rule pack.", req.test),
            )
        })?;
        if req.evidence.trim().is_empty() {
            return Err(Error::input(
                "E-DETERMINATION-EVIDENCE",
                "Write what the determination rests on: a document, a statement, a register.",
            ));
        }
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            someone(&file, &req.about)?;
            let determination = Determination {
                about: req.about.clone(),
                test: req.test.clone(),
                outcome,
                evidence: clean("evidence", &req.evidence)?,
                documents: req.documents.clone(),
                decided_by: self.author(),
                decided_on: day.clone(),
            };
            act.push(
                Change::Determined {
                    customer: file.reference,
                    determination,
                },
                Some(&day),
                None,
            )?;
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Records an attempt to verify an identity (D-25).
    pub fn verification_record(&self, req: &c::VerificationReq) -> Result<c::CustomerView> {
        let day = self
            .past_day(req.performed_on.as_deref())?
            .unwrap_or_else(|| self.today().to_string());
        if !["documentary", "non_documentary"].contains(&req.method.as_str()) {
            return Err(Error::input(
                "E-VERIFICATION-METHOD",
                "Choose the method: documentary or non-documentary.",
            ));
        }
        if !["match", "partial", "mismatch", "unavailable"].contains(&req.result.as_str()) {
            return Err(Error::input(
                "E-VERIFICATION-RESULT",
                "Choose the result: match, partial, mismatch or unavailable.",
            ));
        }
        if req.method == "documentary" && req.document.is_none() {
            return Err(Error::input(
                "E-VERIFICATION-DOCUMENT",
                "A documentary verification names the document it rests on. Attach it first, then choose it.",
            ));
        }
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            someone(&file, &req.about)?;
            if let Some(id) = &req.document {
                let line = act.read().document(id)?;
                if line.document.subject != file.reference {
                    return Err(Error::input(
                        "E-VERIFICATION-DOCUMENT",
                        format!(
                            "Document {id} belongs to {}, not to {}.",
                            line.document.subject, file.reference
                        ),
                    ));
                }
            }
            let verification = Verification {
                about: req.about.clone(),
                method: req.method.clone(),
                result: req.result.clone(),
                document: req.document.clone(),
                basis: clean("basis", &req.basis)?,
                notes: req
                    .notes
                    .as_deref()
                    .map(|notes| clean("notes", notes))
                    .transpose()?
                    .filter(|notes| !notes.is_empty()),
                performed_by: self.author(),
                performed_on: day.clone(),
            };
            act.push(
                Change::Verified {
                    customer: file.reference,
                    verification,
                },
                Some(&day),
                None,
            )?;
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Takes a step of the case; the guards are the domain's.
    pub fn customer_advance(&self, req: &c::CustomerAdvanceReq) -> Result<c::CustomerView> {
        let file = self.read(|read| Ok(read.customer_file(&req.r#ref)?))?;
        let blocked = onboarding::blocked_by(&file, self.pack(), &req.to);
        if !blocked.is_empty() {
            return Err(Error::input(
                "E-CASE-BLOCKED",
                format!("{}: {}", file.reference, blocked.join(" ")),
            ));
        }
        let reason = req
            .reason
            .as_deref()
            .map(str::trim)
            .filter(|reason| !reason.is_empty());
        if let (Some(asked), None) = (onboarding::asks_for_words(&req.to), reason) {
            return Err(Error::input(
                "E-CASE-WORDS",
                format!("{}: write {asked}.", file.reference),
            ));
        }
        let step = onboarding::MACHINE.step(&file.status, &req.to);
        let approval = match step {
            Some(step) if step.approval => {
                let statement = format!(
                    "advance {} from {} to {} at revision {}",
                    file.reference, file.status, req.to, file.revision
                );
                Some(self.approve(
                    &statement,
                    None,
                    req.passphrase.as_deref(),
                    req.override_reason.as_deref(),
                )?)
            }
            _ => None,
        };
        self.act(|act| {
            fresh(&act.read().customer_file(&file.reference)?, file.revision)?;
            let change = Change::CustomerAdvanced {
                customer: file.reference.clone(),
                from: file.status.clone(),
                to: req.to.clone(),
                approval,
            };
            act.push(change, None, reason)?;
            self.customer_view(act.read(), &file.reference)
        })
    }

    fn customer_view(&self, read: &Read<'_>, reference: &str) -> Result<c::CustomerView> {
        let file = read.customer_file(reference)?;
        let pack = self.pack();
        let names = self.names(read)?;
        let complete = file.completeness(pack);
        let required: HashMap<String, &domain::pack::RequiredField> = pack
            .required_fields(file.kind.word())
            .map(|item| (item.field.clone(), item))
            .collect();
        let needed = complete.required > 3 || !complete.gaps.is_empty();
        let mut seen: HashMap<u64, Option<domain::entry::Entry>> = HashMap::new();
        let mut sections: Vec<c::FieldSection> = Vec::new();
        let mine = |spec: &&field::Field| match spec.of {
            field::Of::Both => true,
            field::Of::Individual => file.kind == PartyKind::Individual,
            field::Of::Entity => file.kind == PartyKind::Entity,
        };
        for spec in field::FIELDS.iter().filter(mine) {
            let values = file.values(spec.id).to_vec();
            if pack.is_off(file.kind.word(), spec.id) && values.is_empty() {
                continue;
            }
            let rule = required.get(spec.id).map(|item| words::rule_note(item));
            let dated = file.fields.get(spec.id);
            let entry = match dated {
                None => None,
                Some(dated) => match seen.entry(dated.entry) {
                    std::collections::hash_map::Entry::Occupied(there) => there.get().clone(),
                    std::collections::hash_map::Entry::Vacant(free) => {
                        let entry = read.entry(dated.entry)?.map(|chained| chained.entry);
                        free.insert(entry).clone()
                    }
                },
            };
            let notes = values
                .iter()
                .flat_map(|value| domain::text::notes(value))
                .collect();
            let view = c::FieldView {
                id: spec.id.to_owned(),
                label: spec.label.to_owned(),
                input: spec.input.word().to_owned(),
                multiple: spec.multiple,
                required: rule.is_some() && needed,
                present: !values.is_empty(),
                absent_reason: None,
                rule,
                source: entry.as_ref().map(|entry| words::source(&entry.kind)),
                recorded_at: entry.as_ref().map(|entry| rfc3339(entry.recorded_at)),
                recorded_by: entry.as_ref().map(|entry| names.of(&entry.author)),
                notes,
                values,
            };
            match sections
                .iter_mut()
                .find(|section| section.id == spec.section)
            {
                Some(section) => section.fields.push(view),
                None => sections.push(c::FieldSection {
                    id: spec.section.to_owned(),
                    title: words::section(spec.section).to_owned(),
                    fields: vec![view],
                }),
            }
        }
        let gaps = complete
            .gaps
            .iter()
            .map(|gap| c::Gap {
                field: gap.field.clone(),
                label: gap.label.clone(),
                tab: gap.tab.to_owned(),
                part: gap.part.clone(),
                rule: pack
                    .rule_for(file.kind.word(), &gap.field)
                    .map(words::rule_note),
            })
            .collect();
        let owners: Vec<c::OwnerView> = file
            .owners
            .iter()
            .map(|owner| owner_view(&file, owner, pack))
            .collect();
        let total: u32 = file
            .owners
            .iter()
            .filter(|owner| owner.valid_to.is_none())
            .filter_map(|owner| owner.share)
            .sum();
        let ownership_note =
            (file.kind == PartyKind::Entity && !file.owners.is_empty()).then(|| {
                format!(
                    "Owners account for {} % of the ownership interests.",
                    customer::show_share(total)
                )
            });
        let mut accounts = Vec::new();
        for account in &file.accounts {
            let (access_records, last, ips) = read.access_summary(&account.account_ref)?;
            accounts.push(c::AccountView {
                id: account.id.clone(),
                account_ref: account.account_ref.clone(),
                state: account.state.clone(),
                products: account.products.clone(),
                opened_on: account.opened_on.clone(),
                closed_on: account.closed_on.clone(),
                last_access: last.map(rfc3339),
                access_records,
                recent_ips: ips.iter().map(ToString::to_string).collect(),
                payments: account.payments.iter().map(payment_view).collect(),
            });
        }
        let name_of = |about: &str| {
            file.people()
                .into_iter()
                .find(|(id, ..)| id == about)
                .map_or_else(|| about.to_owned(), |(_, name, _)| name)
        };
        let determinations = file
            .determinations
            .iter()
            .map(|d| c::DeterminationView {
                about: d.about.clone(),
                name: name_of(&d.about),
                test: d.test.clone(),
                outcome: us_view(d.outcome),
                evidence: d.evidence.clone(),
                documents: d.documents.clone(),
                decided_by: names.of(&d.decided_by),
                decided_on: d.decided_on.clone(),
            })
            .collect();
        let verifications = file
            .verifications
            .iter()
            .map(|v| c::VerificationView {
                about: v.about.clone(),
                name: name_of(&v.about),
                method: v.method.clone(),
                result: v.result.clone(),
                basis: v.basis.clone(),
                document: v.document.clone(),
                performed_by: names.of(&v.performed_by),
                performed_on: v.performed_on.clone(),
                notes: v.notes.clone(),
            })
            .collect();
        let moves = onboarding::MACHINE
            .from(&file.status)
            .map(|step| {
                let blocked_by = onboarding::blocked_by(&file, pack, step.to);
                c::MoveView {
                    to: step.to.to_owned(),
                    label: step.label.to_owned(),
                    allowed: blocked_by.is_empty(),
                    blocked_by,
                    approval: step.approval,
                    duties: step.duties.iter().map(ToString::to_string).collect(),
                }
            })
            .collect();
        let documents = read
            .documents_of(&file.reference)?
            .iter()
            .map(|line| crate::documents::row(line, &names))
            .collect();
        let today = self.today();
        let clocks = read
            .clocks_about(&file.reference)?
            .iter()
            .filter(|clock| clock.stop.is_none())
            .map(|clock| self.clock_row(clock, today))
            .collect();
        Ok(c::CustomerView {
            row: row_of(&file, complete.missing()),
            revision: file.revision,
            status_label: onboarding::MACHINE.label(&file.status).to_owned(),
            sections,
            completeness: c::Completeness {
                required: complete.required,
                present: complete.present(),
                gaps,
            },
            owners,
            ownership_note,
            accounts,
            documents,
            determinations,
            verifications,
            moves,
            notice: file
                .notice
                .as_ref()
                .map(|notice| format!("Shown on {} ({}).", notice.delivered_on, notice.channel)),
            clocks,
            custom: file
                .custom
                .iter()
                .map(|(label, value)| c::Choice {
                    value: value.clone(),
                    label: label.clone(),
                })
                .collect(),
            us_tests: pack
                .us_person_tests()
                .map(|(value, label)| c::Choice {
                    value: value.to_owned(),
                    label: label.to_owned(),
                })
                .collect(),
        })
    }
}

fn owner_view(file: &CustomerFile, owner: &Owner, pack: &domain::pack::RulePack) -> c::OwnerView {
    c::OwnerView {
        id: owner.id.clone(),
        name: owner.name.clone(),
        name_original: owner.name_original.clone(),
        kind: party_view(owner.kind),
        percent: owner.share.map(customer::show_share),
        control: owner.control,
        beneficial: owner.is_beneficial(pack),
        country: owner.country.clone().unwrap_or_default(),
        us_status: us_view(file.us_status_of(&owner.id)),
        address: owner.address.clone(),
        email: owner.email.clone(),
        phone: owner.phone.clone(),
        source: owner.source.clone(),
        valid_from: owner.valid_from.clone(),
        valid_to: owner.valid_to.clone(),
        verified: file.is_verified(&owner.id),
    }
}

fn payment_view(payment: &Payment) -> c::PaymentView {
    c::PaymentView {
        id: payment.id.clone(),
        kind: payment.kind.clone(),
        institution: payment.institution.clone(),
        source: payment.source.clone(),
        identifier: payment.identifier.clone(),
    }
}

/// Checks typed fields: all problems at once, or the values to keep.
fn check<'a>(
    subject: &str,
    kind: PartyKind,
    fields: impl IntoIterator<Item = (&'a str, &'a [String])>,
) -> Result<Values> {
    let (kept, wrong) = customer::check_fields(kind, fields);
    if wrong.is_empty() {
        return Ok(kept);
    }
    let problems = wrong
        .into_iter()
        .map(|(field, why)| c::FieldProblem {
            field,
            code: why.code().to_owned(),
            message: why.to_string(),
        })
        .collect();
    Err(Error::fields(subject, problems))
}

/// Free text of a form.
pub(crate) fn clean(field: &str, text: &str) -> Result<String> {
    match field::check(field::Input::Long, text) {
        Ok(text) => Ok(text.unwrap_or_default()),
        Err(why) => Err(Error::input(why.code(), format!("Field {field}: {why}"))),
    }
}

/// Collects what is wrong with the fields of one form.
#[derive(Default)]
pub(crate) struct Wrong(Vec<c::FieldProblem>);

impl Wrong {
    pub(crate) fn one(
        &mut self,
        id: &str,
        input: field::Input,
        value: Option<&str>,
    ) -> Option<String> {
        match field::check(input, value.unwrap_or_default()) {
            Ok(value) => value,
            Err(why) => {
                self.add(id, why.code(), why.to_string());
                None
            }
        }
    }

    pub(crate) fn add(&mut self, field: &str, code: &str, message: String) {
        self.0.push(c::FieldProblem {
            field: field.to_owned(),
            code: code.to_owned(),
            message,
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn done(self, subject: &str) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::fields(subject, self.0))
        }
    }
}

fn fresh(file: &CustomerFile, revision: u32) -> Result<()> {
    if file.revision == revision {
        return Ok(());
    }
    let message = format!(
        "{} was changed while this form was open. Your text is kept as a draft: load the record again and compare.",
        file.reference
    );
    Err(Error::refused("U-01", message))
}

fn someone(file: &CustomerFile, about: &str) -> Result<()> {
    if file.people().iter().any(|(id, ..)| id == about) {
        return Ok(());
    }
    Err(Error::input(
        "E-RECORD-UNKNOWN",
        format!("{} has no owner \"{about}\".", file.reference),
    ))
}

fn part<T: Clone>(
    file: &CustomerFile,
    what: &str,
    list: &[T],
    id: &str,
    key: impl Fn(&T) -> &String,
) -> Result<T> {
    let found = list.iter().find(|item| key(item) == id).cloned();
    found.ok_or_else(|| {
        Error::input(
            "E-RECORD-UNKNOWN",
            format!("{} has no {what} \"{id}\".", file.reference),
        )
    })
}
