//! One row of a register: every cell checked, every fault named with its line, column, value and remedy.

use super::table::{Mapping, Table};
use contract as c;
use domain::{
    customer::{Account, PartyKind, Payment, Values, check_fields},
    field::{self, Input},
    rulebook::Rulebook,
};
use std::collections::BTreeMap;

/// One row, checked.
pub(super) struct Parsed {
    /// The line that it begins on.
    pub(super) line: u64,
    pub(super) external_id: Option<String>,
    pub(super) kind: PartyKind,
    pub(super) fields: Values,
    pub(super) custom: BTreeMap<String, String>,
    pub(super) accounts: Vec<Account>,
    /// The day on which an earlier register recorded it.
    pub(super) recorded_on: Option<String>,
    /// Columns whose value was left out, because the field is not collected, with the field.
    pub(super) off: Vec<(&'static str, &'static str)>,
}

fn several(cell: &str) -> Vec<String> {
    cell.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(super) struct Row<'a> {
    pub(super) rules: &'a Rulebook,
    /// Nothing that has happened lies after it: `YYYY-MM-DD`.
    pub(super) today: &'a str,
    pub(super) table: &'a Table,
    pub(super) mapping: &'a Mapping,
    pub(super) line: u64,
    pub(super) cells: &'a [String],
    pub(super) problems: Vec<c::ImportProblem>,
}

impl Row<'_> {
    pub(super) fn cell(&self, target: &str) -> &str {
        let place = self
            .mapping
            .iter()
            .position(|mapped| mapped.as_deref() == Some(target));
        place
            .and_then(|place| self.cells.get(place))
            .map_or("", |cell| cell.trim())
    }

    fn column(&self, target: &str) -> String {
        let place = self
            .mapping
            .iter()
            .position(|mapped| mapped.as_deref() == Some(target));
        place
            .and_then(|place| self.table.header.get(place))
            .cloned()
            .unwrap_or_else(|| target.to_owned())
    }

    pub(super) fn wrong(&mut self, target: &str, value: &str, code: &str, what: &str) {
        let column = self.column(target);
        // The value stands in most sentences already; a line number and a column make it findable.
        let message = format!(
            "{} line {}, column {column}: {what}",
            self.table.name, self.line
        );
        let value: String = value.chars().take(60).collect();
        self.problems.push(c::ImportProblem {
            line: u32::try_from(self.line).unwrap_or(u32::MAX),
            column,
            value,
            code: code.to_owned(),
            message,
        });
    }

    pub(super) fn one(&mut self, target: &str, input: Input) -> Option<String> {
        let cell = self.cell(target).to_owned();
        match field::check(input, &cell) {
            Ok(value) => value,
            Err(why) => {
                self.wrong(target, &cell, &import_code(why.code()), &why.to_string());
                None
            }
        }
    }

    /// Whether the row was read, and has as many cells as the header.
    pub(super) fn is_whole(&mut self, target: &str) -> bool {
        if let Some(why) = self.table.unread(self.line) {
            self.wrong(target, "", "L-01", &why.words());
            return false;
        }
        let whole = self.cells.len() == self.table.header.len();
        if !whole {
            let what = format!(
                "{} cells, but the header has {}. A comma or a quote is missing or too many.",
                self.cells.len(),
                self.table.header.len()
            );
            self.wrong(target, "", "L-01", &what);
        }
        whole
    }

    /// Person or company, where the row says it.
    pub(super) fn kind(&mut self, target: &str) -> Option<PartyKind> {
        let cell = self.cell(target).to_owned();
        match cell.to_lowercase().as_str() {
            "person" | "individual" | "natural person" => Some(PartyKind::Individual),
            "company" | "entity" | "organisation" | "organization" | "legal entity"
            | "reseller" => Some(PartyKind::Entity),
            "" => None,
            _ => {
                self.wrong(
                    target,
                    &cell,
                    "E-IMPORT-PARTY",
                    &format!("\"{cell}\" is no kind of party. Write person or company."),
                );
                None
            }
        }
    }

    pub(super) fn parse(&mut self) -> Option<Parsed> {
        if !self.is_whole("name") {
            return None;
        }
        // Without a type, what only a company has tells.
        let company =
            !self.cell("jurisdiction").is_empty() || !self.cell("registration_number").is_empty();
        let kind = self.kind("party_type").unwrap_or(if company {
            PartyKind::Entity
        } else {
            PartyKind::Individual
        });
        let mut typed: Vec<(&'static str, &'static str, Vec<String>)> = Vec::new();
        let mut put = |column: &'static str, field: &'static str, values: Vec<String>| {
            if !values.is_empty() {
                typed.push((column, field, values));
            }
        };
        let single = |row: &Self, column: &str| {
            Some(row.cell(column).to_owned())
                .filter(|cell| !cell.is_empty())
                .into_iter()
                .collect::<Vec<_>>()
        };
        let entity = kind == PartyKind::Entity;
        put("name", kind.name_field(), single(self, "name"));
        put(
            "name_original_script",
            "name_original",
            single(self, "name_original_script"),
        );
        let mut names = several(self.cell("aliases"));
        names.extend(several(self.cell("previous_names")));
        put(
            "aliases",
            if entity { "names_used" } else { "other_names" },
            names,
        );
        let mut address = single(self, "address_full");
        if address.is_empty() {
            let town = [self.cell("postal_code"), self.cell("city")]
                .iter()
                .filter(|part| !part.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join(" ");
            let parts = [
                self.cell("street"),
                self.cell("street2"),
                &town,
                self.cell("region"),
            ];
            let joined = parts
                .iter()
                .filter(|part| !part.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join(", ");
            address.extend(Some(joined).filter(|joined| !joined.is_empty()));
        }
        put(
            "address_full",
            if entity {
                "principal_place"
            } else {
                "street_address"
            },
            address,
        );
        if entity {
            let mut place = single(self, "jurisdiction");
            if place.is_empty() {
                place = single(self, "country");
                put("country", "jurisdiction", place);
            } else {
                put("jurisdiction", "jurisdiction", place);
            }
            put(
                "registration_number",
                "registration_number",
                single(self, "registration_number"),
            );
            put("lei", "lei", single(self, "lei"));
            put("website", "website", single(self, "website"));
        } else {
            put("country", "country", single(self, "country"));
            put(
                "citizenship",
                "citizenships",
                several(self.cell("citizenship")),
            );
            put("birth_date", "date_of_birth", single(self, "birth_date"));
        }
        put(
            "use_locations",
            "use_locations",
            several(self.cell("use_locations")),
        );
        put("emails", "email", several(self.cell("emails")));
        put("phones", "phone", several(self.cell("phones")));
        put(
            "us_person_basis",
            "claimed_us_basis",
            single(self, "us_person_basis"),
        );
        put("channel", "channel", single(self, "channel"));
        put("risk_tier", "risk_tier", single(self, "risk_tier"));
        put("notes", "notes", single(self, "notes"));
        match self.cell("us_person").to_lowercase().as_str() {
            "" | "unknown" => {}
            "yes" | "y" | "true" | "us" => {
                put("us_person", "claimed_us_person", vec!["yes".to_owned()])
            }
            "no" | "n" | "false" | "foreign" => {
                put("us_person", "claimed_us_person", vec!["no".to_owned()])
            }
            other => {
                let what = format!("\"{other}\" is no answer. Write yes, no or unknown.");
                let other = other.to_owned();
                self.wrong("us_person", &other, "E-IMPORT-US-PERSON", &what);
            }
        }
        if self.cell("name").is_empty() {
            self.wrong(
                "name",
                "",
                "E-IMPORT-NAME",
                "the name is empty. Write the full legal name or the business name.",
            );
        }
        // A column that is named like a field that a pack in use adds is that field.
        let added = self.rules.added_fields(kind.word());
        let is_added = |column: &str| added.iter().any(|field| field.rule.field == column);
        let columns = self.table.header.iter().zip(self.mapping).zip(self.cells);
        let more: Vec<(&str, Vec<String>)> = columns
            .filter(|((column, mapped), cell)| {
                mapped.is_none() && is_added(column) && !cell.trim().is_empty()
            })
            .map(|((column, _), cell)| (column.as_str(), vec![cell.trim().to_owned()]))
            .collect();
        // What is not collected does not come in with a file either; the report says so, and why.
        let mut off = Vec::new();
        typed.retain(|(column, field, _)| {
            let leave = self.rules.is_off(kind.word(), field);
            if leave {
                off.push((*column, *field));
            }
            !leave
        });
        let (fields, wrong) = check_fields(
            self.rules,
            kind,
            field::date(self.today).unwrap_or(chrono::NaiveDate::MAX),
            typed
                .iter()
                .map(|(_, field, values)| (*field, values.as_slice()))
                .chain(
                    more.iter()
                        .map(|(field, values)| (*field, values.as_slice())),
                ),
        );
        for (id, why) in wrong {
            let (column, value) = typed
                .iter()
                .find(|(_, field, _)| *field == id)
                .map_or((id.as_str(), String::new()), |(column, _, values)| {
                    (*column, values.join("; "))
                });
            self.wrong(column, &value, &import_code(why.code()), &why.to_string());
        }
        let accounts = self.accounts();
        let mut custom = BTreeMap::new();
        for ((column, mapped), cell) in self.table.header.iter().zip(self.mapping).zip(self.cells) {
            let cell = cell.trim();
            if mapped.is_none() && !cell.is_empty() && !is_added(column) {
                match field::check(Input::Long, cell) {
                    Ok(value) => custom.extend(value.map(|value| (column.clone(), value))),
                    Err(why) => {
                        self.wrong(column, cell, &import_code(why.code()), &why.to_string())
                    }
                }
            }
        }
        let external_id = self.one("external_id", Input::Text);
        let recorded_on = self.past("recorded_on", "it was recorded");
        self.problems.is_empty().then_some(Parsed {
            line: self.line,
            external_id,
            kind,
            fields,
            custom,
            accounts,
            recorded_on,
            off,
        })
    }

    /// A day that has been.
    fn past(&mut self, target: &str, what: &str) -> Option<String> {
        let day = self.one(target, Input::Date);
        if let Some(day) = day.as_deref().filter(|day| *day > self.today) {
            let what = format!(
                "{day} lies in the future (today is {}). Write the day on which {what}.",
                self.today
            );
            self.wrong(target, day, "E-IMPORT-FUTURE", &what);
        }
        day
    }

    fn accounts(&mut self) -> Vec<Account> {
        let numbers = several(self.cell("account_ids"));
        let opened_on = self.one("account_opened", Input::Date);
        let closed_on = self.past("account_closed", "the account was closed");
        let products = self.one("products", Input::Text).unwrap_or_default();
        let means = self.cell("payment_means").to_lowercase();
        if !["", "card", "bank", "wallet", "invoice", "other"].contains(&means.as_str()) {
            let what = format!(
                "\"{means}\" is no means of payment. Write card, bank, wallet, invoice or other."
            );
            self.wrong("payment_means", &means, "E-IMPORT-PAYMENT", &what);
        }
        let source_name = self.one("payment_source_name", Input::Text);
        let source_country = self.one("payment_source_country", Input::Country);
        let institution = self
            .one("payment_institution", Input::Text)
            .unwrap_or_default();
        let identifier = self.one("payment_reference", Input::Text);
        let country = source_country.clone();
        let source = match (source_name, source_country) {
            (Some(name), Some(country)) => Some(format!("{name} ({country})")),
            (name, country) => name.or(country),
        };
        let payment = source.filter(|_| !means.is_empty()).map(|source| Payment {
            id: "P-1".to_owned(),
            kind: means,
            institution,
            source,
            identifier,
            country,
        });
        numbers
            .into_iter()
            .enumerate()
            .map(|(place, account_ref)| Account {
                id: format!("A-{}", place + 1),
                account_ref,
                // An import says what is, not that we cleared it: nothing imported is active without restriction.
                state: if closed_on.is_some() {
                    "closed"
                } else {
                    "restricted"
                }
                .to_owned(),
                products: products.clone(),
                opened_on: opened_on.clone(),
                closed_on: closed_on.clone(),
                resold_to_foreign: None,
                payments: payment.iter().filter(|_| place == 0).cloned().collect(),
                extra: BTreeMap::new(),
            })
            .collect()
    }
}

/// The code under which an import names what is wrong with a value.
pub(super) fn import_code(code: &str) -> String {
    code.strip_prefix("E-FIELD-")
        .map_or_else(|| code.to_owned(), |rest| format!("E-IMPORT-{rest}"))
}
