//! Ownership structures out of files: whom a file says to be customers, who owns them, and through whom. Each standard says it in words of its own
//! (BODS 0.4, FollowTheMoney); here it is said in one. Knows no vault but where it is written.

mod bods;
mod ftm;
mod write;

pub(crate) use ftm::{CONTROL, INDIRECT, NO_CONTROL};

use crate::error::{Error, Result};
use contract as c;
use domain::{customer::PartyKind, field, ownership::Interest};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::Read as _,
    path::{Path, PathBuf},
};

/// The largest file that is taken: a declaration is small, a whole register is no import of owners.
const MOST_BYTES: u64 = 64 << 20;

/// The most owners of one customer: they are kept and judged together.
const MOST_OWNERS: usize = 500;

/// The words that a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standard {
    Bods,
    Ftm,
}

impl Standard {
    /// What a person calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Bods => "BODS 0.4",
            Self::Ftm => "FollowTheMoney",
        }
    }

    /// What the places of a file count.
    fn unit(self) -> &'static str {
        match self {
            Self::Bods => "statement",
            Self::Ftm => "line",
        }
    }

    /// The code of a file that is too large.
    fn large(self) -> &'static str {
        match self {
            Self::Bods => "E-BODS-LARGE",
            Self::Ftm => "E-FTM-LARGE",
        }
    }

    /// The code of a customer with too many owners.
    fn many(self) -> &'static str {
        match self {
            Self::Bods => "E-BODS-MANY",
            Self::Ftm => "E-FTM-MANY",
        }
    }
}

/// A file of people, organisations and what ties them, read and checked for its shape.
#[derive(Debug)]
pub struct Structure {
    standard: Standard,
    source: File,
    /// Statements, or lines.
    rows: u32,
    parties: BTreeMap<String, Party>,
    ties: Vec<Tie>,
    subjects: Vec<String>,
    /// Ties by what they are ties in, and by who has them.
    ties_in: HashMap<String, Vec<usize>>,
    ties_of: HashMap<String, Vec<usize>>,
    /// What the file says that has no place here, in sentences.
    notes: Vec<String>,
    /// What cannot be taken, as it stands in the file, and why.
    bad: Vec<(String, c::ImportProblem)>,
}

/// A file as it lay on the disk.
#[derive(Debug)]
struct File {
    name: String,
    path: PathBuf,
    sha256: String,
}

/// A person or an organisation, as a file says it.
#[derive(Debug, Clone)]
struct Party {
    /// Where in the file, from 1.
    place: u64,
    kind: PartyKind,
    name: String,
    name_original: Option<String>,
    /// Why it is not named.
    unspecified: Option<String>,
    country: Option<String>,
    address: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    /// Where the file has it from.
    source: Option<String>,
    /// It is there no more since this day.
    closed: Option<String>,
    /// What it says in the fields of a customer.
    fields: Vec<(&'static str, Vec<String>)>,
    /// What it says beyond them, for a customer.
    custom: BTreeMap<String, String>,
    /// All that the file says of it.
    said: String,
}

/// What one party has in another: interests whose `of` is not set yet, and whose `via` names parties.
#[derive(Debug, Clone)]
struct Tie {
    holder: String,
    of: String,
    interests: Vec<Interest>,
    /// All that the file says of it.
    said: String,
}

/// The first of what stands under a name of an object, where it is text.
fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value
        .get(name)
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The beginning of a file, as far as it tells what the file is; empty where it cannot be read.
fn head(path: &Path) -> String {
    let mut head = Vec::new();
    let read = held::retry(|| std::fs::File::open(path))
        .and_then(|file| file.take(4096).read_to_end(&mut head));
    match read {
        Ok(_) => String::from_utf8_lossy(&head)
            .trim_start_matches('\u{feff}')
            .trim_start()
            .to_owned(),
        Err(_) => String::new(),
    }
}

/// A percentage as it is written; one of more than three decimals lies between two of three.
fn thousandths(text: &str) -> Option<(u32, u32)> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let least =
        domain::ownership::parse_percent(&format!("{whole}.{}", part.get(..3).unwrap_or(part)))?;
    let rest = part.get(3..).unwrap_or_default();
    if !rest.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let cut = rest.bytes().any(|digit| digit != b'0');
    Some((least, least + u32::from(cut)))
}

impl Structure {
    /// Whether a file begins like a structure: BODS statements, or FollowTheMoney entities.
    pub fn is_in(path: &Path) -> bool {
        let head = head(path);
        bods::is_in(&head) || ftm::is_in(&head)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// `E-BODS-*` and `E-FTM-*` naming the statement or line and what is wrong with it; a file over 64 MiB; errors of the disk.
    pub fn read(path: &Path) -> Result<Self> {
        let standard = if bods::is_in(&head(path)) {
            Standard::Bods
        } else {
            Standard::Ftm
        };
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let mut file = vault::Documents::open_source(path)?;
        let size = file.metadata()?.len();
        if size > MOST_BYTES {
            return Err(Error::new(
                standard.large(),
                c::Class::Limit,
                format!(
                    "{name}: the file has {} MiB; ownership structures are taken up to 64 MiB. Take out what is about your customers.",
                    size >> 20
                ),
            ));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let source = File {
            name,
            path: path.to_owned(),
            sha256: domain::entry::hex(&Sha256::digest(&bytes)),
        };
        match standard {
            Standard::Bods => bods::read(source, &bytes),
            Standard::Ftm => ftm::read(source, &bytes),
        }
    }

    /// Puts a structure together; `subjects` are the customers. Who is tied to none of them is named.
    fn of(
        standard: Standard,
        source: File,
        rows: u32,
        parties: BTreeMap<String, Party>,
        ties: Vec<Tie>,
        subjects: Vec<String>,
    ) -> Self {
        let mut structure = Self {
            standard,
            source,
            rows,
            parties,
            ties,
            subjects,
            ties_in: HashMap::new(),
            ties_of: HashMap::new(),
            notes: Vec::new(),
            bad: Vec::new(),
        };
        for (at, tie) in structure.ties.iter().enumerate() {
            structure
                .ties_in
                .entry(tie.of.clone())
                .or_default()
                .push(at);
            structure
                .ties_of
                .entry(tie.holder.clone())
                .or_default()
                .push(at);
        }
        let mut tied: BTreeSet<String> = structure.subjects.iter().cloned().collect();
        for subject in &structure.subjects {
            tied.extend(structure.owners_of(subject));
        }
        let loose = structure.parties.len() - tied.len();
        if loose > 0 {
            let are = if loose == 1 {
                "person or organization is"
            } else {
                "people or organizations are"
            };
            structure.notes.push(format!(
                "{loose} {are} left out, because nothing in the file ties them to a customer."
            ));
        }
        structure
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.source.name
    }

    /// The standard that it is written in, as a person calls it.
    pub fn standard(&self) -> &'static str {
        self.standard.name()
    }

    /// How many statements or lines it has.
    pub fn len(&self) -> u32 {
        self.rows
    }

    /// Never: a file without a statement or an entity is refused.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// What it holds, for the eye: the first parties, each its type, its name and its country.
    pub fn sample(&self) -> Vec<Vec<String>> {
        let mut first: Vec<&Party> = self.parties.values().collect();
        first.sort_by_key(|party| party.place);
        first
            .into_iter()
            .take(8)
            .map(|party| {
                let kind = match party.kind {
                    PartyKind::Individual => "person",
                    PartyKind::Entity => "organisation",
                };
                let country = party.country.clone().unwrap_or_default();
                vec![kind.to_owned(), party.name.clone(), country.to_uppercase()]
            })
            .collect()
    }

    /// What is wrong at a place of the file: the column or property, where it is one, the value and the remedy.
    fn problem(
        &self,
        place: u64,
        column: &str,
        value: &str,
        code: &str,
        what: &str,
    ) -> c::ImportProblem {
        problem(
            self.standard,
            &self.source.name,
            place,
            column,
            value,
            code,
            what,
        )
    }

    /// Who is reached from a customer, nearest first, each once.
    fn owners_of(&self, subject: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::from([subject]);
        let mut next = vec![subject];
        while !next.is_empty() {
            let mut further = Vec::new();
            for at in next {
                for tie in self.ties_in.get(at).into_iter().flatten() {
                    let Some(tie) = self.ties.get(*tie) else {
                        continue;
                    };
                    if seen.insert(&tie.holder) {
                        found.push(tie.holder.clone());
                        further.push(tie.holder.as_str());
                    }
                }
            }
            next = further;
        }
        found
    }

    fn ties_of(&self, holder: &str) -> impl Iterator<Item = &Tie> {
        let places = self.ties_of.get(holder).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|at| self.ties.get(*at))
    }

    /// A hash of everything the file says of a party: its own record, and its ties.
    fn said_of(&self, id: &str) -> String {
        let mut hash = Sha256::new();
        let own = self.parties.get(id).map(|party| &party.said);
        for said in own.into_iter().chain(self.ties_of(id).map(|tie| &tie.said)) {
            hash.update(said);
            hash.update([0]);
        }
        domain::entry::hex(&hash.finalize())
    }
}

fn problem(
    standard: Standard,
    name: &str,
    place: u64,
    column: &str,
    value: &str,
    code: &str,
    what: &str,
) -> c::ImportProblem {
    let at = if column.is_empty() {
        String::new()
    } else {
        format!(", {column}")
    };
    c::ImportProblem {
        line: u32::try_from(place).unwrap_or(u32::MAX),
        column: column.to_owned(),
        value: short(value),
        code: code.to_owned(),
        message: format!("{name} {} {place}{at}: {what}", standard.unit()),
    }
}

/// `interestedPartyExemptFromDisclosure` as "interested party exempt from disclosure".
fn spaced(word: &str) -> String {
    let mut out = String::new();
    for letter in word.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// A whole day out of a text that begins with one.
fn day(text: &str) -> Option<String> {
    let day = text.get(..10)?;
    field::date(day).map(|_| day.to_owned())
}
