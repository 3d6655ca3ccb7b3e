//! Handing customers and owners out: as CSV that can be imported again, as JSON lines, as FollowTheMoney entities, and as statements of the
//! Beneficial Ownership Data Standard.
//!
//! Rows go to the disk as they are read. CSV is for people and their spreadsheets, so no cell is a formula; JSON lines are for machines
//! and hold every value as it is.

mod bods;

use crate::{
    customers::filter,
    error::Result,
    handed_out::{NewFile, no_formula},
    imports::{COLUMNS, CONTROL, INDIRECT, NO_CONTROL, OWNER_COLUMNS},
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use domain::{
    customer::{CustomerFile, Owner, PartyKind},
    ownership::InterestKind,
};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    path::Path,
};

/// Columns of ours that hold a field of the record as it is, by kind of customer.
fn field_of(column: &str, kind: PartyKind) -> Option<&'static str> {
    let entity = kind == PartyKind::Entity;
    Some(match column {
        "name" => kind.name_field(),
        "name_original_script" => "name_original",
        "aliases" if entity => "names_used",
        "aliases" => "other_names",
        "address_full" if entity => "principal_place",
        "address_full" => "street_address",
        "jurisdiction" if entity => "jurisdiction",
        "registration_number" if entity => "registration_number",
        "lei" if entity => "lei",
        "website" if entity => "website",
        "birth_date" if !entity => "date_of_birth",
        "citizenship" if !entity => "citizenships",
        "country" if !entity => "country",
        "use_locations" => "use_locations",
        "emails" => "email",
        "phones" => "phone",
        "us_person" => "claimed_us_person",
        "us_person_basis" => "claimed_us_basis",
        "channel" => "channel",
        "risk_tier" => "risk_tier",
        "notes" => "notes",
        _ => return None,
    })
}

/// The reference by which an import finds the customer again.
fn key(file: &CustomerFile) -> &str {
    file.external_id.as_deref().unwrap_or(&file.reference)
}

/// What all of several say; nothing where they differ, because one column can only say one thing.
fn agreed<'a>(mut values: impl Iterator<Item = &'a str>) -> &'a str {
    let first = values.next().unwrap_or_default();
    if values.all(|value| value == first) {
        first
    } else {
        ""
    }
}

fn cell(file: &CustomerFile, column: &str) -> String {
    let accounts = &file.accounts;
    let payment = accounts
        .first()
        .and_then(|account| account.payments.first());
    match column {
        "external_id" => key(file).to_owned(),
        "party_type" if file.kind == PartyKind::Entity => "company".to_owned(),
        "party_type" => "person".to_owned(),
        "account_ids" => accounts
            .iter()
            .map(|account| account.account_ref.as_str())
            .collect::<Vec<_>>()
            .join("; "),
        "account_opened" => agreed(
            accounts
                .iter()
                .map(|account| account.opened_on.as_deref().unwrap_or_default()),
        )
        .to_owned(),
        "account_closed" => agreed(
            accounts
                .iter()
                .map(|account| account.closed_on.as_deref().unwrap_or_default()),
        )
        .to_owned(),
        "products" => agreed(accounts.iter().map(|account| account.products.as_str())).to_owned(),
        "payment_means" => payment.map(|one| one.kind.clone()).unwrap_or_default(),
        "payment_source_name" => payment.map(|one| one.source.clone()).unwrap_or_default(),
        "payment_institution" => payment
            .map(|one| one.institution.clone())
            .unwrap_or_default(),
        "payment_reference" => payment
            .and_then(|one| one.identifier.clone())
            .unwrap_or_default(),
        _ => field_of(column, file.kind)
            .map(|field| file.values(field).join("; "))
            .unwrap_or_default(),
    }
}

fn owner_cell(file: &CustomerFile, owner: &Owner, column: &str) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let share = |kind: InterestKind| {
        let share = owner.direct(kind).and_then(|one| one.share);
        share.map(|share| share.show()).unwrap_or_default()
    };
    match column {
        "customer" => key(file).to_owned(),
        "owner_name" => owner.name.clone(),
        "owner_name_original" => text(&owner.name_original),
        "owner_type" if owner.kind == PartyKind::Entity => "company".to_owned(),
        "owner_type" => "person".to_owned(),
        "share" => share(InterestKind::Equity),
        "votes" => share(InterestKind::Votes),
        "control" if owner.direct(InterestKind::Control).is_some() => "yes".to_owned(),
        "control" => "no".to_owned(),
        "country" => text(&owner.country),
        "address" => text(&owner.address),
        "email" => text(&owner.email),
        "phone" => text(&owner.phone),
        "source" => text(&owner.source),
        "valid_from" => text(&owner.valid_from),
        "valid_to" => text(&owner.valid_to),
        _ => String::new(),
    }
}

/// A whole record, for a machine.
fn record(file: &CustomerFile) -> Value {
    let fields: BTreeMap<&str, &[String]> = file
        .fields
        .iter()
        .filter(|(_, dated)| !dated.values.is_empty())
        .map(|(id, dated)| (id.as_str(), dated.values.as_slice()))
        .collect();
    json!({
        "ref": file.reference,
        "external_id": file.external_id,
        "kind": file.kind.word(),
        "status": file.status,
        "us_status": file.us_status().word(),
        "fields": fields,
        "custom": file.custom,
        "owners": file.owners,
        "accounts": file.accounts,
        "determinations": file.determinations,
        "verifications": file.verifications,
    })
}

/// FollowTheMoney: properties are lists of texts, and a country is its code in small letters.
struct Properties(Map<String, Value>);

impl Properties {
    fn new() -> Self {
        Self(Map::new())
    }

    fn add<'v>(&mut self, name: &str, values: impl IntoIterator<Item = &'v str>) {
        let values: Vec<Value> = values
            .into_iter()
            .filter(|value| !value.is_empty())
            .map(Value::from)
            .collect();
        if !values.is_empty() {
            self.0.insert(name.to_owned(), values.into());
        }
    }

    fn entity(self, id: &str, schema: &str) -> Value {
        json!({"id": id, "schema": schema, "properties": self.0})
    }
}

fn schema(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Individual => "Person",
        PartyKind::Entity => "Company",
    }
}

/// A customer, its owners, and what ties them to it.
fn entities(file: &CustomerFile) -> Vec<Value> {
    let id = key(file);
    let values = |field: &str| file.values(field).iter().map(String::as_str);
    let small = |field: &str| -> Vec<String> {
        file.values(field)
            .iter()
            .map(|code| code.to_lowercase())
            .collect()
    };
    let entity = file.kind == PartyKind::Entity;
    let mut said = Properties::new();
    said.add(
        "name",
        values(file.kind.name_field()).chain(values("name_original")),
    );
    said.add("alias", values("other_names").chain(values("names_used")));
    let country = small(file.kind.country_field());
    let country_property = if entity { "jurisdiction" } else { "country" };
    said.add(country_property, country.iter().map(String::as_str));
    said.add(
        "nationality",
        small("citizenships").iter().map(String::as_str),
    );
    said.add("birthDate", values("date_of_birth"));
    said.add(
        "address",
        values("street_address").chain(values("principal_place")),
    );
    said.add("registrationNumber", values("registration_number"));
    said.add("leiCode", values("lei"));
    said.add("website", values("website"));
    said.add("email", values("email"));
    said.add("phone", values("phone"));
    said.add("notes", values("notes"));
    let mut all = vec![said.entity(id, schema(file.kind))];
    // By the id of the file that an owner came from, so that what was handed out comes back as the same.
    let known = |owner: &Owner| {
        let ours = || format!("{id}.{}", owner.id);
        owner.external_id.clone().unwrap_or_else(ours)
    };
    for owner in &file.owners {
        let owner_id = known(owner);
        let country = owner.country.as_deref().map(str::to_lowercase);
        let mut said = Properties::new();
        said.add(
            "name",
            std::iter::once(owner.name.as_str()).chain(owner.name_original.as_deref()),
        );
        said.add("country", country.as_deref());
        said.add("address", owner.address.as_deref());
        said.add("email", owner.email.as_deref());
        said.add("phone", owner.phone.as_deref());
        all.push(said.entity(&owner_id, schema(owner.kind)));
        let mut ids = BTreeSet::new();
        for one in &owner.interests {
            let target = match &one.of {
                Some(of) => file
                    .owners
                    .iter()
                    .find(|other| other.id == *of)
                    .map_or_else(|| format!("{id}.{of}"), known),
                None => id.to_owned(),
            };
            let (schema, from, to) = if one.kind.is_measured() {
                ("Ownership", "owner", "asset")
            } else {
                ("Directorship", "director", "organization")
            };
            let mut said = Properties::new();
            said.add(from, [owner_id.as_str()]);
            said.add(to, [target.as_str()]);
            let control = match one.kind {
                InterestKind::Control => Some(CONTROL),
                InterestKind::Other => Some(NO_CONTROL),
                _ => None,
            };
            if one.kind.is_measured() {
                said.add("ownershipType", [one.kind.word()]);
                let share = one.share.map(|share| share.show());
                said.add("percentage", share.as_deref());
            }
            // A share that is stated over a chain is no share beside the ones of the chain.
            let stated = one.indirect.then_some(INDIRECT);
            said.add("status", control.into_iter().chain(stated));
            said.add("role", one.means.as_deref());
            let from_day = one.from.as_deref().or(owner.valid_from.as_deref());
            let to_day = one.to.as_deref().or(owner.valid_to.as_deref());
            said.add("startDate", from_day);
            said.add("endDate", to_day);
            said.add("publisher", owner.source.as_deref());
            // A tie has no id of its own: who has what in whom, and how many of it before.
            let tie = format!("{owner_id}>{target}.{}", one.kind.word());
            let more = (2..).map(|n| format!("{tie}.{n}"));
            let free = std::iter::once(tie.clone())
                .chain(more)
                .find(|id| !ids.contains(id));
            let tie = free.unwrap_or(tie);
            ids.insert(tie.clone());
            all.push(said.entity(&tie, schema));
        }
    }
    all
}

impl OpenVault {
    /// Writes the customers that a list shows, in its order, to a new private file.
    ///
    /// # Errors
    /// `E-FILE-EXISTS`; errors of the disk; a stop by the caller. Nothing is left then.
    pub fn customer_export(
        &self,
        req: &c::CustomerExportReq,
        to: &Path,
        watch: &dyn Watch,
    ) -> Result<c::Saved> {
        self.needs(domain::may::Right::Export)?;
        let mut filter = filter(self, &req.asked)?;
        filter.offset = 0;
        filter.limit = None;
        self.read(|read| {
            let chosen: Vec<String> = read
                .customers(&filter, false)?
                .rows
                .into_iter()
                .map(|row| row.reference)
                .collect();
            let total = chosen.len() as u64;
            let mut out = io::BufWriter::with_capacity(1 << 16, NewFile::beside(to)?);
            let each = |phase: &str, work: &mut dyn FnMut(&CustomerFile) -> Result<()>| {
                for (place, reference) in chosen.iter().enumerate() {
                    if place % 256 == 0 {
                        watch.step(phase, place as u64, Some(total), "customers");
                        if watch.cancelled() {
                            return Err(crate::Error::cancelled());
                        }
                    }
                    work(&read.customer_file(reference)?)?;
                }
                Ok(())
            };
            let line = |out: &mut dyn Write, value: &Value| -> Result<()> {
                serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
                Ok(out.write_all(b"\n")?)
            };
            match req.format {
                c::ExportFormat::Jsonl => {
                    each("Writing", &mut |file| line(&mut out, &record(file)))?;
                }
                c::ExportFormat::Ftm => each("Writing", &mut |file| {
                    entities(file)
                        .iter()
                        .try_for_each(|entity| line(&mut out, entity))
                })?,
                c::ExportFormat::Bods => {
                    // One array, written as it is made.
                    out.write_all(b"[\n")?;
                    let mut first = true;
                    let today = self.today().to_string();
                    let publisher = self.organisation().name.clone();
                    each("Writing", &mut |file| {
                        for statement in bods::statements(file, &today, &publisher) {
                            if !std::mem::take(&mut first) {
                                out.write_all(b",\n")?;
                            }
                            serde_json::to_writer(&mut out, &statement).map_err(io::Error::from)?;
                        }
                        Ok(())
                    })?;
                    out.write_all(b"\n]\n")?;
                }
                c::ExportFormat::Owners => {
                    let mut csv = csv::Writer::from_writer(&mut out);
                    csv.write_record(OWNER_COLUMNS.iter().map(|(name, _)| *name))
                        .map_err(io::Error::from)?;
                    each("Writing", &mut |file| {
                        for owner in &file.owners {
                            let cells = OWNER_COLUMNS
                                .iter()
                                .map(|(column, _)| owner_cell(file, owner, column));
                            csv.write_record(cells.map(|cell| no_formula(&cell).into_owned()))
                                .map_err(io::Error::from)?;
                        }
                        Ok(())
                    })?;
                    csv.flush()?;
                }
                c::ExportFormat::Csv => {
                    // Fields that a rule pack adds, and columns of imports, stand behind ours.
                    let mut more = BTreeSet::new();
                    each("Reading", &mut |file| {
                        more.extend(added(file).chain(file.custom.keys()).cloned());
                        Ok(())
                    })?;
                    let mut csv = csv::Writer::from_writer(&mut out);
                    let header = columns().iter().map(|(name, _)| *name);
                    csv.write_record(header.chain(more.iter().map(String::as_str)))
                        .map_err(io::Error::from)?;
                    each("Writing", &mut |file| {
                        let ours = columns().iter().map(|(column, _)| cell(file, column));
                        let others = more.iter().map(|column| {
                            let custom = file.custom.get(column).cloned();
                            custom.unwrap_or_else(|| file.values(column).join("; "))
                        });
                        csv.write_record(
                            ours.chain(others)
                                .map(|cell| no_formula(&cell).into_owned()),
                        )
                        .map_err(io::Error::from)?;
                        Ok(())
                    })?;
                    csv.flush()?;
                }
            }
            watch.step("Writing", total, Some(total), "customers");
            let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            Ok(file.keep()?.0)
        })
    }
}

/// The columns of the template without the last: when an earlier register recorded a customer stands in its timeline.
fn columns() -> &'static [(&'static str, &'static str)] {
    COLUMNS.split_last().map_or(COLUMNS, |(_, others)| others)
}

/// Fields that are none of the form's own: a rule pack added them.
fn added(file: &CustomerFile) -> impl Iterator<Item = &String> {
    file.fields
        .iter()
        .filter(|(id, dated)| domain::field::find(id).is_none() && !dated.values.is_empty())
        .map(|(id, _)| id)
}
