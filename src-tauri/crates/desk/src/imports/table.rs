//! A CSV or Excel file understood as a table: its columns, and which of ours each is. Knows no customers.

use super::sheet;
use crate::{
    error::{Error, Result},
    taken_in::{Hashing, Rows, Why, left_row},
};
use contract as c;
use std::{
    collections::{BTreeMap, HashSet},
    io::{BufRead, BufReader, Read as _, Seek as _},
    path::{Path, PathBuf},
};

/// The columns we know, in the order of the template, with what they mean.
pub(crate) const COLUMNS: &[(&str, &str)] = &[
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
    ("jurisdiction", "Jurisdiction of organization"),
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
    ("channel", "direct, us_reseller or foreign_reseller"),
    ("risk_tier", "Risk tier"),
    ("notes", "Notes"),
    (
        "recorded_on",
        "The day your earlier register recorded it, kept as the day it happened",
    ),
];

/// The columns of a file of owners.
pub(crate) const OWNER_COLUMNS: &[(&str, &str)] = &[
    ("customer", "The customer's reference: yours, or C-000001"),
    ("owner_name", "The owner's full legal name"),
    ("owner_name_original", "The owner's name in its own script"),
    ("owner_type", "person or company"),
    ("share", "Share in percent, or a range like 25 to 50"),
    ("votes", "Votes in percent, where they differ"),
    ("control", "Substantial control: yes or no"),
    ("country", "Country"),
    ("address", "Address"),
    ("email", "E-mail address"),
    ("phone", "Telephone number"),
    ("source", "Where it was learned"),
    ("valid_from", "Since"),
    ("valid_to", "Until"),
];

const OWNER_ALIASES: &[(&str, &str)] = &[
    ("customer_id", "customer"),
    ("customer_ref", "customer"),
    ("external_id", "customer"),
    ("owner", "owner_name"),
    ("owner_full_name", "owner_name"),
    ("owner_kind", "owner_type"),
    ("percent", "share"),
    ("percentage", "share"),
    ("share_percent", "share"),
    ("substantial_control", "control"),
    ("owner_country", "country"),
    ("owner_address", "address"),
    ("owner_email", "email"),
    ("owner_phone", "phone"),
    ("start_date", "valid_from"),
    ("since", "valid_from"),
    ("end_date", "valid_to"),
    ("until", "valid_to"),
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
/// All rows are held until they are written: so many cells take about a gigabyte.
const MOST_CELLS: usize = 16_000_000;

/// What a file lists, told by its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Register {
    /// Customers, one a row.
    Customers,
    /// Owners, each with the reference of its customer.
    Owners,
}

impl Register {
    /// The columns we know, in the order of the template, with what they mean.
    pub(crate) fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Customers => COLUMNS,
            Self::Owners => OWNER_COLUMNS,
        }
    }

    /// The column without which a row says nothing.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Customers => "name",
            Self::Owners => "owner_name",
        }
    }

    /// Which of our columns a header's word means.
    fn known(self, column: &str) -> Option<&'static str> {
        let plain: String = column
            .trim()
            .to_lowercase()
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '_' })
            .collect();
        let aliases = match self {
            Self::Customers => ALIASES,
            Self::Owners => OWNER_ALIASES,
        };
        let known = self.columns().iter().map(|(id, _)| *id);
        known.into_iter().find(|id| *id == plain).or_else(|| {
            aliases
                .iter()
                .find(|(alias, _)| *alias == plain)
                .map(|(_, id)| *id)
        })
    }

    fn of(header: &[String]) -> Self {
        let says = |wanted: &str| {
            header
                .iter()
                .any(|column| Self::Owners.known(column) == Some(wanted))
        };
        if says("customer") && says("owner_name") {
            Self::Owners
        } else {
            Self::Customers
        }
    }
}

/// A file that was read and understood as a table, not yet checked.
pub struct Table {
    /// The file's name.
    pub name: String,
    pub(super) path: PathBuf,
    /// Its columns.
    pub header: Vec<String>,
    pub(super) rows: Vec<(u64, Vec<String>)>,
    pub(super) sha256: String,
    /// What it lists.
    pub(crate) register: Register,
    sheet: bool,
    /// Lines whose row was not read, and why: of each, `rows` has how it begins.
    left: BTreeMap<u64, Why>,
}

/// Which of our columns each of the file's is; none keeps it as a custom field.
pub type Mapping = Vec<Option<String>>;

impl Table {
    /// Reads a CSV file: UTF-8 with or without BOM, or UTF-16 with one; comma, semicolon or tab. Or the first sheet of an XLSX file.
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_sheet(path, None)
    }

    /// The same; of an XLSX file the sheet of this name.
    pub fn read_sheet(path: &Path, sheet: Option<&str>) -> Result<Self> {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let bad = |code: &str, what: String| Error::input(code, what);
        let mut file = vault::Documents::open_source(path)?;
        if file.metadata()?.len() > LARGEST_FILE {
            return Err(Error::new(
                "L-01",
                c::Class::Limit,
                format!("{name} is larger than 512 MB. Split it."),
            ));
        }
        let mut magic = [0u8; 4];
        let start = file.read(&mut magic)?;
        let magic = magic.get(..start).unwrap_or_default();
        file.rewind()?;
        if magic == b"PK\x03\x04" {
            let sha256 = Hashing::new(&file).finish()?;
            file.rewind()?;
            let mut rows = sheet::rows(file, &name, sheet, MOST_COLUMNS, MOST_CELLS)?.into_iter();
            let Some((line, header)) = rows.next() else {
                return Err(bad(
                    "A-01",
                    format!(
                        "{name}: the sheet is empty. Name another with --sheet, or choose another file."
                    ),
                ));
            };
            let header = header.iter().map(|cell| cell.trim().to_owned()).collect();
            let mut table = Self::of(path, name, line, header, rows.collect(), sha256)?;
            table.sheet = true;
            return Ok(table);
        }
        if let Some(sheet) = sheet {
            return Err(bad(
                "E-IMPORT-SHEET",
                format!(
                    "{name} is no Excel file, so it has no sheet \"{sheet}\". Leave --sheet out."
                ),
            ));
        }
        if magic == [0xD0, 0xCF, 0x11, 0xE0] {
            return Err(bad(
                "L-01",
                format!(
                    "{name} is an old or an encrypted Excel file. Save it as XLSX without a password, or as \"CSV UTF-8\"."
                ),
            ));
        }
        let mut source = Hashing::new(file);
        let wide = match magic {
            [0xFF, 0xFE, ..] => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
            [0xFE, 0xFF, ..] => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
            _ => None,
        };
        let read = match wide {
            // As spreadsheets save Unicode text; it is read whole, because it has to be written anew.
            Some(unit) => {
                let mut bytes = Vec::new();
                source.read_to_end(&mut bytes)?;
                let text = widened(&bytes, unit).ok_or_else(|| not_text(&name, 1))?;
                CsvRows::of(&name, text.as_bytes())?
            }
            None => CsvRows::of(&name, BufReader::with_capacity(1 << 18, &mut source))?,
        };
        let sha256 = source.finish()?;
        let mut table = Self::of(path, name, 1, read.header, read.rows, sha256)?;
        table.left = read.left;
        Ok(table)
    }

    fn of(
        path: &Path,
        name: String,
        line: u64,
        header: Vec<String>,
        rows: Vec<(u64, Vec<String>)>,
        sha256: String,
    ) -> Result<Self> {
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
            return Err(Error::input(
                "L-03",
                format!(
                    "{name} line {line}: the column \"{twice}\" is there twice. Rename one of them."
                ),
            ));
        }
        Ok(Self {
            name,
            path: path.to_owned(),
            register: Register::of(&header),
            header,
            rows,
            sha256,
            sheet: false,
            left: BTreeMap::new(),
        })
    }

    /// Whether it came out of a spreadsheet, whose numbers have lost how they were shown.
    pub(super) fn is_sheet(&self) -> bool {
        self.sheet
    }

    /// Why the row of a line was not read; none where it was.
    pub(super) fn unread(&self, line: u64) -> Option<Why> {
        self.left.get(&line).copied()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Its columns and its rows, each with its line.
    pub(crate) fn cells(&self) -> (&[String], &[(u64, Vec<String>)]) {
        (&self.header, &self.rows)
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
                let target = self.register.known(column)?;
                taken.insert(target).then(|| target.to_owned())
            })
            .collect()
    }

    /// Whether the header is ours, so that no mapping step is needed.
    pub fn is_exact(&self) -> bool {
        let columns = self.register.columns();
        let known = |column: &String| columns.iter().any(|(id, _)| id == column);
        let name = self.register.name();
        self.header.iter().all(known) && self.header.iter().any(|column| column == name)
    }

    /// A mapping from a TOML file: `[columns]` with `"Their column" = "our_column"`.
    pub fn mapping_from(&self, toml: &str) -> Result<Mapping> {
        let columns = columns_of(toml, "E-IMPORT-MAP", "name")?;
        for (theirs, ours) in &columns {
            if !self.header.contains(theirs) {
                return Err(Error::input(
                    "E-IMPORT-MAP",
                    format!(
                        "The mapping names the column \"{theirs}\", which {} does not have.",
                        self.name
                    ),
                ));
            }
            if !ours.is_empty() && !self.register.columns().iter().any(|(id, _)| id == ours) {
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
                columns.get(column).map_or(guess, |ours| {
                    Some(ours.clone()).filter(|ours| !ours.is_empty())
                })
            })
            .collect())
    }
}

/// The cell without the apostrophe that keeps a spreadsheet from taking it for a formula: what was handed out comes back as it was.
fn typed(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|rest| crate::handed_out::begins_a_formula(rest))
        .unwrap_or(cell)
}

pub(super) fn too_many_cells(name: &str) -> Error {
    Error::new(
        "L-01",
        c::Class::Limit,
        format!(
            "{name} has more than {} million cells, which is the limit of one import. Split it.",
            MOST_CELLS / 1_000_000
        ),
    )
}

/// The `[columns]` of a mapping file.
pub(crate) fn columns_of(
    toml: &str,
    code: &str,
    example: &str,
) -> Result<BTreeMap<String, String>> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        columns: BTreeMap<String, String>,
    }
    let file: File = toml::from_str(toml).map_err(|error| {
        let why = error.message();
        Error::input(code, format!("The mapping file cannot be read: {why}. Write [columns], then lines like \"Their column\" = \"{example}\"."))
    })?;
    Ok(file.columns)
}

fn not_text(name: &str, line: u64) -> Error {
    let message = format!(
        "{name} line {line}: the text is not UTF-8. Save it as \"CSV UTF-8\", then import it again."
    );
    Error::input("L-01", message)
}

/// UTF-16 with its mark as UTF-8.
fn widened(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (units, odd) = bytes.get(2..)?.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).ok().filter(|_| odd.is_empty())
}

/// A CSV text, read row by row.
struct CsvRows {
    header: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
    left: BTreeMap<u64, Why>,
}

impl CsvRows {
    fn of(name: &str, mut from: impl BufRead) -> Result<Self> {
        let bad = |code: &str, what: String| Error::input(code, what);
        let start = from.fill_buf()?;
        let mark = usize::from(start.starts_with(b"\xEF\xBB\xBF")) * 3;
        from.consume(mark);
        let start = from.fill_buf()?;
        let first = start
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        let delimiter = [b',', b';', b'\t']
            .into_iter()
            .max_by_key(|delimiter| {
                let there = first.iter().filter(|byte| *byte == delimiter).count();
                (there, *delimiter == b',')
            })
            .unwrap_or(b',');
        let (source, left) = Rows::new(from, delimiter, true);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(source);
        let nul = |cells: &csv::StringRecord| cells.iter().any(|cell| cell.contains('\0'));
        let no_text_file = || {
            bad(
                "L-01",
                format!(
                    "{name} holds NUL characters, so it is no text file. Save it as \"CSV UTF-8\"."
                ),
            )
        };
        let unreadable = |error: csv::Error| match error.kind() {
            csv::ErrorKind::Utf8 { .. } => {
                not_text(name, error.position().map_or(1, csv::Position::line))
            }
            _ => match error.into_kind() {
                csv::ErrorKind::Io(error) => error.into(),
                _ => bad("L-01", format!("{name} cannot be read as CSV.")),
            },
        };
        let header = reader.headers().map_err(unreadable)?.clone();
        if nul(&header) {
            return Err(no_text_file());
        }
        if let Some(first) = left_row(&header, &left) {
            let why = first.why.words();
            return Err(bad("L-01", format!("{name} line 1, the header: {why}")));
        }
        let (mut rows, mut unread) = (Vec::new(), BTreeMap::new());
        let mut cells = 0;
        for record in reader.records() {
            let record = record.map_err(unreadable)?;
            if let Some(out) = left_row(&record, &left) {
                unread.insert(out.line, out.why);
                rows.push((out.line, vec![out.begins]));
                continue;
            }
            if nul(&record) {
                return Err(no_text_file());
            }
            let line = record.position().map_or(0, csv::Position::line);
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            cells += record.len();
            if cells > MOST_CELLS {
                return Err(too_many_cells(name));
            }
            rows.push((
                line,
                record.iter().map(|cell| typed(cell).to_owned()).collect(),
            ));
        }
        if rows.is_empty() && header.iter().all(|cell| cell.trim().is_empty()) {
            return Err(bad(
                "A-01",
                format!("{name} is empty. Choose the right file."),
            ));
        }
        Ok(Self {
            header: header.iter().map(|cell| cell.trim().to_owned()).collect(),
            rows,
            left: unread,
        })
    }
}
