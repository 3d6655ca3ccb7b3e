//! Importing customers from CSV (anchors 4.1): all rows checked first, then one act writes everything.
//!
//! Rows are recognised by `external_id`, else by reference; importing the same file again changes nothing.

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use domain::{
    change::Change,
    customer::{Account, CustomerFile, PartyKind, Payment, Values, check_fields},
    entry::hex,
    field::{self, Input},
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::Write as _,
    path::{Path, PathBuf},
};
use store::Read;

/// The columns we know, in the order of the template, with what they mean.
pub const COLUMNS: &[(&str, &str)] = &[
    ("external_id", "Your own reference for the customer"),
    ("party_type", "person or company"),
    ("name", "Full legal name or business name"),
    ("name_original_script", "Name in its own script"),
    ("aliases", "Other names, several with ;"),
    ("previous_names", "Earlier names, several with ;"),
    (
        "birth_date",
        "Date of birth, only where the rule pack asks for it",
    ),
    ("citizenship", "Citizenships, several with ;"),
    ("jurisdiction", "Jurisdiction of organisation"),
    ("registration_number", "Registration number"),
    ("lei", "Legal entity identifier"),
    ("website", "Website"),
    ("address_full", "Whole street address"),
    ("street", "Street"),
    ("street2", "Second line of the street"),
    ("city", "City"),
    ("region", "Region or state"),
    ("postal_code", "Postal code"),
    ("country", "Country"),
    (
        "use_locations",
        "Places the account will be used from, several with ;",
    ),
    ("emails", "E-mail addresses, several with ;"),
    ("phones", "Telephone numbers, several with ;"),
    ("payment_means", "card, bank, wallet, invoice or other"),
    ("payment_source_name", "Whose money pays"),
    ("payment_source_country", "Country of that money"),
    ("payment_institution", "Bank or card institution"),
    ("payment_reference", "Last digits, token or wallet address"),
    ("account_ids", "Account numbers, several with ;"),
    ("account_opened", "Opened on"),
    ("account_closed", "Closed on"),
    ("products", "Products, in words"),
    ("us_person", "yes, no or unknown"),
    ("us_person_basis", "Basis the customer gives"),
    ("risk_tier", "Risk tier"),
    ("notes", "Notes"),
];

/// Other names that headers use for our columns.
const ALIASES: &[(&str, &str)] = &[
    ("id", "external_id"),
    ("customer_id", "external_id"),
    ("customer_ref", "external_id"),
    ("type", "party_type"),
    ("kind", "party_type"),
    ("full_name", "name"),
    ("full_legal_name", "name"),
    ("legal_name", "name"),
    ("business_name", "name"),
    ("company", "name"),
    ("company_name", "name"),
    ("customer_name", "name"),
    ("name_original", "name_original_script"),
    ("original_name", "name_original_script"),
    ("address", "address_full"),
    ("street_address", "address_full"),
    ("zip", "postal_code"),
    ("zip_code", "postal_code"),
    ("postcode", "postal_code"),
    ("state", "region"),
    ("email", "emails"),
    ("e_mail", "emails"),
    ("mail", "emails"),
    ("phone", "phones"),
    ("telephone", "phones"),
    ("mobile", "phones"),
    ("account_id", "account_ids"),
    ("account", "account_ids"),
    ("accounts", "account_ids"),
    ("regions", "use_locations"),
    ("dob", "birth_date"),
    ("date_of_birth", "birth_date"),
    ("nationality", "citizenship"),
    ("risk", "risk_tier"),
];

const LARGEST_FILE: u64 = 512 * 1024 * 1024;
const MOST_COLUMNS: usize = 500;
const PROBLEMS_SHOWN: usize = 1_000;

/// A file that was read and understood as a table, not yet checked.
pub struct Table {
    /// The file's name.
    pub name: String,
    path: PathBuf,
    /// Its columns.
    pub header: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
    sha256: String,
}

/// Which of our columns each of the file's is; none keeps it as a custom field.
pub type Mapping = Vec<Option<String>>;

impl Table {
    /// Reads a CSV file: UTF-8 with or without BOM, or UTF-16 with one; comma, semicolon or tab.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let bad = |code: &str, what: String| Error::input(code, what);
        let file = vault::Documents::open_source(path)?;
        if file.metadata()?.len() > LARGEST_FILE {
            return Err(Error::new(
                "L-01",
                c::Class::Limit,
                format!("{name} is larger than 512 MB. Split it."),
            ));
        }
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::BufReader::new(file), &mut bytes)?;
        let sha256 = hex(&Sha256::digest(&bytes));
        let text = decode(&bytes).ok_or_else(|| {
            bad(
                "L-01",
                format!(
                    "{name} is not UTF-8 text. Save it as \"CSV UTF-8\", then import it again."
                ),
            )
        })?;
        if text.contains('\0') {
            return Err(bad(
                "L-01",
                format!(
                    "{name} holds NUL characters, so it is no text file. Save it as \"CSV UTF-8\"."
                ),
            ));
        }
        if text.trim().is_empty() {
            return Err(bad(
                "A-01",
                format!("{name} is empty. Choose the right file."),
            ));
        }
        let first = text.lines().next().unwrap_or_default();
        let delimiter = [b',', b';', b'\t']
            .into_iter()
            .max_by_key(|byte| (first.bytes().filter(|b| b == byte).count(), *byte == b','))
            .unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(text.as_bytes());
        let header: Vec<String> = reader
            .headers()
            .map_err(|_| {
                bad(
                    "L-01",
                    format!("{name} line 1: the header cannot be read as CSV."),
                )
            })?
            .iter()
            .map(|cell| cell.trim().to_owned())
            .collect();
        if header.len() > MOST_COLUMNS {
            return Err(Error::new(
                "L-01",
                c::Class::Limit,
                format!(
                    "{name} has {} columns; the limit is {MOST_COLUMNS}.",
                    header.len()
                ),
            ));
        }
        let mut seen = HashSet::new();
        if let Some(twice) = header
            .iter()
            .find(|column| !seen.insert(column.to_lowercase()))
        {
            return Err(bad(
                "L-03",
                format!(
                    "{name} line 1: the column \"{twice}\" is there twice. Rename one of them."
                ),
            ));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, csv::Position::line);
                bad("L-01", format!("{name} line {line}: this line cannot be read as CSV; a quote may be missing. Mend it, then import again."))
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        Ok(Self {
            name,
            path: path.to_owned(),
            header,
            rows,
            sha256,
        })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The first rows.
    pub fn sample(&self) -> Vec<Vec<String>> {
        self.rows
            .iter()
            .take(5)
            .map(|(_, cells)| cells.clone())
            .collect()
    }

    /// Which of our columns each of the file's seems to be.
    pub fn guess(&self) -> Mapping {
        let mut taken = HashSet::new();
        self.header
            .iter()
            .map(|column| {
                let plain: String = column
                    .trim()
                    .to_lowercase()
                    .chars()
                    .map(|c| if c.is_alphanumeric() { c } else { '_' })
                    .collect();
                let known = COLUMNS.iter().map(|(id, _)| *id).find(|id| *id == plain);
                let target = known.or_else(|| {
                    ALIASES
                        .iter()
                        .find(|(alias, _)| *alias == plain)
                        .map(|(_, id)| *id)
                })?;
                taken.insert(target).then(|| target.to_owned())
            })
            .collect()
    }

    /// Whether the header is ours, so that no mapping step is needed.
    pub fn is_exact(&self) -> bool {
        let known = |column: &String| COLUMNS.iter().any(|(id, _)| id == column);
        self.header.iter().all(known) && self.header.iter().any(|column| column == "name")
    }

    /// A mapping from a TOML file: `[columns]` with `"Their column" = "our_column"`.
    pub fn mapping_from(&self, toml: &str) -> Result<Mapping> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            columns: BTreeMap<String, String>,
        }
        let file: File = toml::from_str(toml).map_err(|error| Error::input("E-IMPORT-MAP", format!("The mapping file cannot be read: {}. Write [columns], then lines like \"Company\" = \"name\".", error.message())))?;
        for (theirs, ours) in &file.columns {
            if !self.header.contains(theirs) {
                return Err(Error::input(
                    "E-IMPORT-MAP",
                    format!(
                        "The mapping names the column \"{theirs}\", which {} does not have.",
                        self.name
                    ),
                ));
            }
            if !ours.is_empty() && !COLUMNS.iter().any(|(id, _)| id == ours) {
                return Err(Error::input(
                    "E-IMPORT-MAP",
                    format!(
                        "The mapping gives \"{theirs}\" the meaning \"{ours}\", which is no column of ours."
                    ),
                ));
            }
        }
        let guess = self.guess();
        Ok(self
            .header
            .iter()
            .zip(guess)
            .map(|(column, guess)| {
                file.columns.get(column).map_or(guess, |ours| {
                    Some(ours.clone()).filter(|ours| !ours.is_empty())
                })
            })
            .collect())
    }
}

fn decode(bytes: &[u8]) -> Option<String> {
    let wide = |rest: &[u8], from: fn([u8; 2]) -> u16| {
        let (units, odd) = rest.as_chunks::<2>();
        odd.is_empty()
            .then(|| {
                String::from_utf16(&units.iter().map(|pair| from(*pair)).collect::<Vec<_>>()).ok()
            })
            .flatten()
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}

/// One row, checked.
struct Parsed {
    external_id: Option<String>,
    kind: PartyKind,
    fields: Values,
    custom: BTreeMap<String, String>,
    accounts: Vec<Account>,
}

fn several(cell: &str) -> Vec<String> {
    cell.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

struct Row<'a> {
    table: &'a Table,
    mapping: &'a Mapping,
    line: u64,
    cells: &'a [String],
    problems: Vec<c::ImportProblem>,
}

impl Row<'_> {
    fn cell(&self, target: &str) -> &str {
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

    fn wrong(&mut self, target: &str, value: &str, code: &str, what: &str) {
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

    fn one(&mut self, target: &str, input: Input) -> Option<String> {
        let cell = self.cell(target).to_owned();
        match field::check(input, &cell) {
            Ok(value) => value,
            Err(why) => {
                self.wrong(target, &cell, &import_code(why.code()), &why.to_string());
                None
            }
        }
    }

    fn parse(&mut self) -> Option<Parsed> {
        if self.cells.len() != self.table.header.len() {
            let what = format!(
                "{} cells, but the header has {}. A comma or a quote is missing or too many.",
                self.cells.len(),
                self.table.header.len()
            );
            self.wrong("name", "", "L-01", &what);
            return None;
        }
        let kind = match self.cell("party_type").to_lowercase().as_str() {
            "person" | "individual" | "natural person" => PartyKind::Individual,
            "company" | "entity" | "organisation" | "organization" | "legal entity"
            | "reseller" => PartyKind::Entity,
            // Without a type, what only a company has tells.
            "" if !self.cell("jurisdiction").is_empty()
                || !self.cell("registration_number").is_empty() =>
            {
                PartyKind::Entity
            }
            "" => PartyKind::Individual,
            _ => {
                let cell = self.cell("party_type").to_owned();
                self.wrong(
                    "party_type",
                    &cell,
                    "E-IMPORT-PARTY",
                    &format!("\"{cell}\" is no kind of customer. Write person or company."),
                );
                PartyKind::Individual
            }
        };
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
        let (fields, wrong) = check_fields(
            kind,
            typed
                .iter()
                .map(|(_, field, values)| (*field, values.as_slice())),
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
            if mapped.is_none() && !cell.is_empty() {
                match field::check(Input::Long, cell) {
                    Ok(value) => custom.extend(value.map(|value| (column.clone(), value))),
                    Err(why) => {
                        self.wrong(column, cell, &import_code(why.code()), &why.to_string())
                    }
                }
            }
        }
        let external_id = self.one("external_id", Input::Text);
        self.problems.is_empty().then_some(Parsed {
            external_id,
            kind,
            fields,
            custom,
            accounts,
        })
    }

    fn accounts(&mut self) -> Vec<Account> {
        let numbers = several(self.cell("account_ids"));
        let opened_on = self.one("account_opened", Input::Date);
        let closed_on = self.one("account_closed", Input::Date);
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
                payments: payment.iter().filter(|_| place == 0).cloned().collect(),
            })
            .collect()
    }
}

fn import_code(code: &str) -> String {
    code.strip_prefix("E-FIELD-")
        .map_or_else(|| code.to_owned(), |rest| format!("E-IMPORT-{rest}"))
}

/// What a checked row would do.
enum Plan {
    New(Parsed),
    Changed(Box<CustomerFile>, Parsed),
    Same,
}

impl OpenVault {
    /// Tries (`dry_run`) or runs an import. Without `skip_bad_rows` one bad row refuses the file.
    pub fn import(
        &self,
        table: &Table,
        mapping: &Mapping,
        dry_run: bool,
        skip_bad_rows: bool,
        watch: &dyn Watch,
    ) -> Result<c::ImportReport> {
        if !mapping
            .iter()
            .any(|mapped| mapped.as_deref() == Some("name"))
        {
            let message = format!(
                "{} line 1: no column is mapped to the name. Map one of: {}.",
                table.name,
                table.header.join(", ")
            );
            return Err(Error::input("L-03", message));
        }
        let total = Some(table.rows.len() as u64);
        let mut report = c::ImportReport {
            rows: u32::try_from(table.rows.len()).unwrap_or(u32::MAX),
            created: 0,
            updated: 0,
            unchanged: 0,
            rejected: 0,
            problems: Vec::new(),
            dry_run,
            report: None,
        };
        let mut good = Vec::with_capacity(table.rows.len());
        let mut bad: Vec<(&Vec<String>, Vec<c::ImportProblem>)> = Vec::new();
        let mut lines: HashMap<String, u64> = HashMap::new();
        for (place, (line, cells)) in table.rows.iter().enumerate() {
            if place % 256 == 0 {
                watch.step("Checking rows", place as u64, total, "rows");
                if watch.cancelled() {
                    return Err(Error::cancelled());
                }
            }
            let mut row = Row {
                table,
                mapping,
                line: *line,
                cells,
                problems: Vec::new(),
            };
            let parsed = row.parse();
            if let Some(id) = parsed
                .as_ref()
                .and_then(|parsed| parsed.external_id.clone())
                && let Some(first) = lines.insert(id.clone(), *line)
            {
                row.wrong(
                    "external_id",
                    &id,
                    "E-IMPORT-TWICE",
                    &format!("\"{id}\" stands on line {first} already. Keep one of the two rows."),
                );
            }
            if row.problems.is_empty() {
                good.extend(parsed);
            } else {
                report.rejected += 1;
                bad.push((cells, row.problems));
            }
        }
        for (_, problems) in &bad {
            let room = PROBLEMS_SHOWN.saturating_sub(report.problems.len());
            report.problems.extend(problems.iter().take(room).cloned());
        }
        if !bad.is_empty() && !skip_bad_rows && !dry_run {
            let first = report
                .problems
                .first()
                .map_or("", |problem| problem.message.as_str());
            let code = report
                .problems
                .first()
                .map_or("E-IMPORT", |problem| problem.code.as_str())
                .to_owned();
            let count = bad.len();
            let more = if count > 1 {
                format!(" {} more rows are wrong.", count - 1)
            } else {
                String::new()
            };
            let mut error = Error::input(&code, format!("{first}{more} Nothing was imported."));
            error.0.problems = report
                .problems
                .iter()
                .map(|problem| c::FieldProblem {
                    field: problem.column.clone(),
                    code: problem.code.clone(),
                    message: problem.message.clone(),
                })
                .collect();
            return Err(error);
        }
        if dry_run {
            self.read(|read| {
                for parsed in good {
                    count(&mut report, &plan(read, parsed)?);
                }
                Ok(())
            })?;
            return Ok(report);
        }
        self.act(|act| {
            let source = format!("import {}", table.name);
            let mut plans = Vec::with_capacity(good.len());
            for parsed in good {
                let plan = plan(act.read(), parsed)?;
                count(&mut report, &plan);
                plans.push(plan);
            }
            if report.created == 0 && report.updated == 0 {
                return Ok(());
            }
            act.push(
                Change::Imported {
                    file: table.name.clone(),
                    sha256: table.sha256.clone(),
                    rows: table.rows.len() as u64,
                    created: report.created.into(),
                    updated: report.updated.into(),
                    unchanged: report.unchanged.into(),
                    skipped: report.rejected.into(),
                },
                None,
                None,
            )?;
            for (place, plan) in plans.into_iter().enumerate() {
                if place % 256 == 0 {
                    watch.step("Writing", place as u64, total, "rows");
                    if watch.cancelled() {
                        return Err(Error::cancelled());
                    }
                }
                match plan {
                    Plan::Same => {}
                    Plan::New(parsed) => {
                        let change = Change::CustomerRecorded {
                            reference: act.read().next_reference("C", 6)?,
                            external_id: parsed.external_id,
                            party: parsed.kind,
                            fields: parsed.fields,
                            custom: parsed.custom,
                            owners: Vec::new(),
                            accounts: parsed.accounts,
                            source: source.clone(),
                        };
                        act.push(change, None, None)?;
                    }
                    Plan::Changed(file, parsed) => {
                        let before = parsed
                            .fields
                            .keys()
                            .map(|id| (id.clone(), file.values(id).to_vec()))
                            .collect();
                        let change = Change::CustomerChanged {
                            reference: file.reference,
                            before,
                            after: parsed.fields,
                            custom: parsed.custom,
                            accounts: parsed.accounts,
                            source: source.clone(),
                        };
                        act.push(change, None, None)?;
                    }
                }
            }
            Ok(())
        })?;
        watch.step("Writing", table.rows.len() as u64, total, "rows");
        if !bad.is_empty() {
            report.report = Some(write_report(table, &bad)?);
        }
        Ok(report)
    }
}

fn count(report: &mut c::ImportReport, plan: &Plan) {
    match plan {
        Plan::New(_) => report.created += 1,
        Plan::Changed(..) => report.updated += 1,
        Plan::Same => report.unchanged += 1,
    }
}

/// What a row changes: only what the file has and the record has otherwise. An empty cell clears nothing.
fn plan(read: &Read<'_>, mut parsed: Parsed) -> Result<Plan> {
    let there = match &parsed.external_id {
        Some(id) => read.customer_by_external_id(id)?,
        None => None,
    };
    let Some(file) = there else {
        return Ok(Plan::New(parsed));
    };
    if file.kind != parsed.kind {
        let message = format!(
            "{} ({}) is recorded as {}; the file says {}. A customer cannot change its kind: record a new one.",
            file.reference,
            parsed.external_id.as_deref().unwrap_or_default(),
            file.kind.word(),
            parsed.kind.word()
        );
        return Err(Error::input("E-IMPORT-PARTY", message));
    }
    parsed
        .fields
        .retain(|id, values| file.values(id) != values.as_slice());
    parsed
        .custom
        .retain(|column, value| file.custom.get(column) != Some(value));
    let known = |account: &Account| {
        file.accounts
            .iter()
            .find(|there| there.account_ref == account.account_ref)
    };
    let mut fresh = Vec::new();
    for mut account in std::mem::take(&mut parsed.accounts) {
        match known(&account) {
            None => {
                let mut with_new = file.clone();
                with_new.accounts.extend(fresh.clone());
                account.id = with_new.next_id("A");
                for payment in &mut account.payments {
                    payment.id = with_new.next_id("P");
                }
                fresh.push(account);
            }
            Some(there) => {
                let mut after = there.clone();
                after.opened_on = account.opened_on.or(after.opened_on);
                after.closed_on = account.closed_on.or(after.closed_on);
                if !account.products.is_empty() {
                    after.products = account.products;
                }
                let paid = |payment: &Payment| {
                    after.payments.iter().any(|there| {
                        there.kind == payment.kind
                            && there.source == payment.source
                            && there.identifier == payment.identifier
                    })
                };
                let new: Vec<Payment> = account
                    .payments
                    .into_iter()
                    .filter(|payment| !paid(payment))
                    .collect();
                for mut payment in new {
                    payment.id = file.next_id("P");
                    after.payments.push(payment);
                }
                if after != *there {
                    fresh.push(after);
                }
            }
        }
    }
    parsed.accounts = fresh;
    let nothing =
        parsed.fields.is_empty() && parsed.custom.is_empty() && parsed.accounts.is_empty();
    Ok(if nothing {
        Plan::Same
    } else {
        Plan::Changed(Box::new(file), parsed)
    })
}

/// Writes the rows that were left out beside the file: the same columns, and what is wrong.
fn write_report(table: &Table, bad: &[(&Vec<String>, Vec<c::ImportProblem>)]) -> Result<String> {
    let folder = table
        .path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let stem = table
        .path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    for number in 1..1000 {
        let name = if number == 1 {
            format!("{stem}-skipped.csv")
        } else {
            format!("{stem}-skipped-{number}.csv")
        };
        let opened = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(folder.join(&name));
        let file = match opened {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
            opened => opened?,
        };
        let mut writer = csv::Writer::from_writer(file);
        let failed = |_| Error::from(std::io::Error::from(std::io::ErrorKind::Other));
        writer
            .write_record(table.header.iter().map(String::as_str).chain([
                "error_line",
                "error_field",
                "error_text",
            ]))
            .map_err(failed)?;
        for (cells, problems) in bad {
            let first = problems.first();
            let line = first
                .map(|problem| problem.line.to_string())
                .unwrap_or_default();
            let column = first
                .map(|problem| problem.column.clone())
                .unwrap_or_default();
            let text = problems
                .iter()
                .map(|problem| problem.message.as_str())
                .collect::<Vec<_>>()
                .join(" ");
            let mut record: Vec<String> = (0..table.header.len())
                .map(|place| neutral(cells.get(place).map_or("", String::as_str)))
                .collect();
            record.extend([line, column, text]);
            writer.write_record(&record).map_err(failed)?;
        }
        writer
            .into_inner()
            .map_err(|_| std::io::Error::from(std::io::ErrorKind::Other))?
            .flush()?;
        return Ok(name);
    }
    Err(Error::from(std::io::Error::from(
        std::io::ErrorKind::AlreadyExists,
    )))
}

/// A cell that a spreadsheet will not run as a formula (L-02).
fn neutral(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
