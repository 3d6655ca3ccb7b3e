//! Customers: the list, one record, edits, the determination, verification and the case's steps.

mod case;
pub(crate) mod conduct;
mod fields;
pub(crate) mod letters;
mod likeness;
pub(crate) mod owners;
pub(crate) mod papers;
mod parts;
pub(crate) mod past;
mod printed;
mod proofs;
mod register;
mod review;
mod risk;
pub(crate) mod values;
mod view;

use crate::{
    error::{Error, Result},
    now::rfc3339,
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    change::Change,
    customer::{self, CustomerFile, PartyKind, UsStatus, Values},
    field,
    query::List,
    rulebook::Rulebook,
};
use std::collections::BTreeMap;
use store::{Act, CustomerFilter, CustomerLine, Order};

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

/// A row of the list as the window and the command line show it.
pub(crate) fn row(line: CustomerLine, beside: c::Beside) -> c::CustomerRow {
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
        beside,
    }
}

fn row_of(
    file: &CustomerFile,
    rules: &Rulebook,
    missing: u32,
    beside: c::Beside,
) -> c::CustomerRow {
    c::CustomerRow {
        r#ref: file.reference.clone(),
        external_id: file.external_id.clone(),
        name: file.name().to_owned(),
        name_original: file.value("name_original").map(str::to_owned),
        kind: party_view(file.kind),
        country: file.country().to_owned(),
        us_status: us_view(file.us_status()),
        status: file.status.clone(),
        risk: Some(domain::risk::rate(file, rules).tier).filter(|tier| !tier.is_empty()),
        missing,
        changed_at: rfc3339(file.changed_at),
        beside,
    }
}

/// The filter behind a request.
pub(crate) fn filter(vault: &OpenVault, req: &c::CustomerListReq) -> Result<CustomerFilter> {
    Ok(CustomerFilter {
        query: vault.query(List::Customers, &req.query)?,
        me: vault.me().to_owned(),
        today: vault.today().to_string(),
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
    })
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
        let filter = filter(self, req)?;
        self.read(|read| {
            let page = read.customers(&filter, req.counts)?;
            let counts = |pairs: Vec<(String, u32)>| {
                pairs
                    .into_iter()
                    .map(|(value, count)| c::Count { value, count })
                    .collect()
            };
            Ok(c::CustomerList {
                total: page.total,
                all: page.all,
                rows: page
                    .rows
                    .into_iter()
                    .map(|line| {
                        let beside = self.beside(read, &line.reference)?;
                        Ok(row(line, beside))
                    })
                    .collect::<Result<_>>()?,
                by_status: counts(page.by_status),
                by_country: counts(page.by_country),
                by_risk: counts(page.by_risk),
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
            &self.rules(),
            self.today(),
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
            .map(|id| clean("external_id", id))
            .transpose()?
            .filter(|id| !id.is_empty());
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
        let reason = req
            .reason
            .as_deref()
            .map(|reason| clean("reason", reason))
            .transpose()?
            .filter(|reason| !reason.is_empty());
        self.act(|act| {
            let file = act.read().customer_file(&req.r#ref)?;
            fresh(&file, req.revision)?;
            let after = check(&self.rules(), self.today(), &req.r#ref, file.kind, req.fields.iter().map(|change| (change.id.as_str(), change.values.as_slice())))?;
            let after: Values = after.into_iter().filter(|(id, values)| file.values(id) != values.as_slice()).collect();
            if after.get(file.kind.name_field()).is_some_and(Vec::is_empty) {
                return Err(Error::input("E-CUSTOMER-NAME", format!("{}: the name cannot be empty. Write the full legal name or the business name.", req.r#ref)));
            }
            if !after.is_empty() {
                let now = Revised {
                    fields: after,
                    source: "form".to_owned(),
                    ..Revised::default()
                };
                self.put_values(act, &file, now, occurred_on.as_deref(), reason.as_deref())?;
            }
            self.prove_new(act, &file, req.proved_by.as_deref())?;
            self.customer_view(act.read(), &req.r#ref)
        })
    }

    /// Records what is known of a customer now, with what was known before; a settled case opens again where that is an event (D-24, D-35),
    /// whoever says it. `on` is the day from which it holds, where it is not that of recording.
    pub(crate) fn put_values(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        now: Revised,
        on: Option<&str>,
        reason: Option<&str>,
    ) -> Result<()> {
        let event = domain::reopening::event_in(file, &now.fields, &now.accounts);
        let before = now
            .fields
            .keys()
            .map(|id| (id.clone(), file.values(id).to_vec()))
            .collect();
        let change = Change::CustomerChanged {
            reference: file.reference.clone(),
            before,
            after: now.fields,
            custom: now.custom,
            accounts: now.accounts,
            source: now.source,
        };
        act.push(change, on, reason)?;
        let Some((trigger, why)) = event else {
            return Ok(());
        };
        let file = act.read().customer_file(&file.reference)?;
        self.reopen_for(act, &file, trigger, &why)
    }
}

/// Other values of a customer: only those that differ from what is recorded, and from where they are known.
#[derive(Debug, Default)]
pub(crate) struct Revised {
    /// Fields of the catalogue.
    pub(crate) fields: Values,
    /// Columns of an import that no field stands for.
    pub(crate) custom: BTreeMap<String, String>,
    /// Accounts as they are now.
    pub(crate) accounts: Vec<domain::customer::Account>,
    /// "form", "import NAME" or "document ID".
    pub(crate) source: String,
}

/// Checks typed fields: all problems at once, or the values to keep.
pub(crate) fn check<'a>(
    rules: &Rulebook,
    today: chrono::NaiveDate,
    subject: &str,
    kind: PartyKind,
    fields: impl IntoIterator<Item = (&'a str, &'a [String])>,
) -> Result<Values> {
    let (kept, wrong) = customer::check_fields(rules, kind, today, fields);
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

    /// Notes what is wrong with a field. What was found first stays: a value that cannot be read is not missing as well.
    pub(crate) fn add(&mut self, field: &str, code: &str, message: String) {
        if self.0.iter().any(|known| known.field == field) {
            return;
        }
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
    if file.knows(about) {
        return Ok(());
    }
    Err(Error::input(
        "E-RECORD-UNKNOWN",
        format!("{} has no owner or signatory \"{about}\".", file.reference),
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
