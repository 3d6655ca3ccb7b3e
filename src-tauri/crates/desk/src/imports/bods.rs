//! Ownership structures in the Beneficial Ownership Data Standard (BODS 0.4): statements in, customers and owners out. The subject of a
//! declaration is a customer; whoever is reached from it over relationships is an owner of it.
//!
//! What has no place here is named in the report, and nothing is guessed: an interest without a percentage stays one.

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use domain::{
    change::Change,
    country::Country,
    customer::{CustomerFile, Owner, PartyKind, Values},
    field::{self, Input},
    ownership::{Interest, InterestKind, Share},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::Read as _,
    path::Path,
};
use store::Act;

/// The largest file that is taken: a declaration is small, a whole register is no import of owners.
const MOST_BYTES: u64 = 64 << 20;

/// The most owners of one customer: they are kept and judged together.
const MOST_OWNERS: usize = 500;

/// A file of BODS statements, read and checked for its shape.
#[derive(Debug)]
pub struct Structure {
    name: String,
    sha256: String,
    statements: u32,
    records: BTreeMap<String, Record>,
    subjects: Vec<String>,
    /// Relationships by what they are ties in, and by who has them.
    ties_in: HashMap<String, Vec<String>>,
    ties_of: HashMap<String, Vec<String>>,
}

/// What the newest statement says of one record.
#[derive(Debug, Clone)]
struct Record {
    kind: RecordKind,
    details: Value,
    /// Closed on this day.
    closed: Option<String>,
    date: String,
    asserted_by: String,
    subject: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RecordKind {
    Entity,
    Person,
    Relationship,
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value
        .get(name)
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn day(text: &str) -> Option<String> {
    let day = text.get(..10)?;
    field::date(day).map(|_| day.to_owned())
}

impl Structure {
    /// Whether a file begins like one of statements: JSON whose first object has a statement's id.
    pub fn is_in(path: &Path) -> bool {
        let mut head = [0u8; 4096];
        let Ok(mut file) = std::fs::File::open(path) else {
            return false;
        };
        let Ok(read) = file.read(&mut head) else {
            return false;
        };
        let head = String::from_utf8_lossy(head.get(..read).unwrap_or_default());
        let head = head.trim_start_matches('\u{feff}').trim_start();
        (head.starts_with('[') || head.starts_with('{'))
            && ["\"statementId\"", "\"recordType\"", "\"statementID\""]
                .iter()
                .any(|word| head.contains(word))
    }

    /// Reads a file: a JSON array, or one statement a line.
    ///
    /// # Errors
    /// `E-BODS-*` naming the statement and what is wrong with it; a file over 64 MiB; errors of the disk.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let mut file = vault::Documents::open_source(path)?;
        let bytes_there = file.metadata()?.len();
        if bytes_there > MOST_BYTES {
            return Err(Error::new(
                "E-BODS-LARGE",
                c::Class::Limit,
                format!(
                    "{name}: the file has {} MiB; ownership structures are taken up to 64 MiB. Take out the statements about your customer.",
                    bytes_there >> 20
                ),
            ));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let sha256 = domain::entry::hex(&Sha256::digest(&bytes));
        let bad = |what: String| {
            Error::input(
                "E-BODS-FILE",
                format!("{name}: {what} Nothing was imported."),
            )
        };
        let content = std::str::from_utf8(&bytes)
            .map_err(|_| bad("it is not UTF-8 text.".to_owned()))?
            .trim_start_matches('\u{feff}')
            .trim();
        let statements: Vec<Value> = if content.starts_with('[') {
            serde_json::from_str(content).map_err(|why| {
                bad(format!(
                    "it is no whole JSON: line {}, column {}. It may have been cut off.",
                    why.line(),
                    why.column()
                ))
            })?
        } else {
            let mut statements = Vec::new();
            for (place, line) in (1..)
                .zip(content.lines())
                .filter(|(_, line)| !line.trim().is_empty())
            {
                let one = serde_json::from_str(line)
                    .map_err(|_| bad(format!("line {place} is no whole JSON object.")))?;
                statements.push(one);
            }
            statements
        };
        Self::of(name, sha256, &statements)
    }

    fn of(name: String, sha256: String, statements: &[Value]) -> Result<Self> {
        let mut seen = HashMap::new();
        let mut records: BTreeMap<String, Record> = BTreeMap::new();
        for (place, statement) in (1u32..).zip(statements) {
            let bad = |code: &str, what: String| {
                let id = text(statement, "statementId").unwrap_or("without an id");
                let id: String = id.chars().take(60).collect();
                Error::input(
                    code,
                    format!("{name} statement {place} ({id}): {what} Nothing was imported."),
                )
            };
            if statement.get("statementID").is_some() {
                return Err(bad(
                    "E-BODS-VERSION",
                    "it is written in an older version of BODS. Convert the file to version 0.4."
                        .to_owned(),
                ));
            }
            let id = text(statement, "statementId")
                .ok_or_else(|| bad("E-BODS-STATEMENT", "it has no statementId.".to_owned()))?;
            if let Some(first) = seen.insert(id.to_owned(), place) {
                return Err(bad(
                    "E-BODS-TWICE",
                    format!("statement {first} has the same id. Keep one of the two."),
                ));
            }
            let kind = match text(statement, "recordType") {
                Some("entity") => RecordKind::Entity,
                Some("person") => RecordKind::Person,
                Some("relationship") => RecordKind::Relationship,
                other => {
                    let other: String = other.unwrap_or("nothing").chars().take(40).collect();
                    return Err(bad(
                        "E-BODS-TYPE",
                        format!(
                            "its recordType is \"{other}\". It must be entity, person or relationship."
                        ),
                    ));
                }
            };
            let record = text(statement, "recordId")
                .ok_or_else(|| bad("E-BODS-STATEMENT", "it has no recordId.".to_owned()))?;
            let details = statement
                .get("recordDetails")
                .filter(|details| details.is_object())
                .ok_or_else(|| bad("E-BODS-STATEMENT", "it has no recordDetails.".to_owned()))?;
            let date = text(statement, "statementDate").and_then(day);
            let closed = match text(statement, "recordStatus") {
                Some("new" | "updated") | None => None,
                Some("closed") => Some(date.clone().ok_or_else(|| {
                    bad(
                        "E-BODS-DATE",
                        "it closes a record and has no statementDate.".to_owned(),
                    )
                })?),
                Some(other) => {
                    let other: String = other.chars().take(40).collect();
                    return Err(bad(
                        "E-BODS-STATUS",
                        format!(
                            "its recordStatus is \"{other}\". It must be new, updated or closed."
                        ),
                    ));
                }
            };
            let date = date.unwrap_or_default();
            if let Some(before) = records.get(record) {
                if before.kind != kind {
                    return Err(bad(
                        "E-BODS-TYPE",
                        format!("record {record} was of another type before."),
                    ));
                }
                // The newest statement speaks; of one day, the later in the file.
                if before.date > date {
                    continue;
                }
            }
            let source = statement.get("source").unwrap_or(&Value::Null);
            let asserted: Vec<&str> = list(source, "assertedBy")
                .iter()
                .filter_map(|one| text(one, "name"))
                .collect();
            let publisher = statement
                .get("publicationDetails")
                .and_then(|details| details.get("publisher"))
                .and_then(|publisher| text(publisher, "name"));
            records.insert(
                record.to_owned(),
                Record {
                    kind,
                    details: details.clone(),
                    closed,
                    date,
                    asserted_by: if asserted.is_empty() {
                        publisher.unwrap_or_default().to_owned()
                    } else {
                        asserted.join(", ")
                    },
                    subject: text(statement, "declarationSubject").map(str::to_owned),
                },
            );
        }
        if records.is_empty() {
            return Err(Error::input(
                "E-BODS-FILE",
                format!("{name}: it holds no statement. Nothing was imported."),
            ));
        }
        let mut structure = Self {
            name,
            sha256,
            statements: u32::try_from(statements.len()).unwrap_or(u32::MAX),
            records,
            subjects: Vec::new(),
            ties_in: HashMap::new(),
            ties_of: HashMap::new(),
        };
        structure.subjects = structure.find_subjects()?;
        for (id, record) in &structure.records {
            if record.kind == RecordKind::Relationship {
                let subject = text(&record.details, "subject")
                    .unwrap_or_default()
                    .to_owned();
                structure
                    .ties_in
                    .entry(subject)
                    .or_default()
                    .push(id.clone());
                let party = party_of(id, record);
                structure.ties_of.entry(party).or_default().push(id.clone());
            }
        }
        Ok(structure)
    }

    /// The customers: what the declarations are about; without that, the organisations that nobody in the file is owned through.
    fn find_subjects(&self) -> Result<Vec<String>> {
        let named: BTreeSet<&String> = self
            .records
            .values()
            .filter_map(|record| record.subject.as_ref())
            .collect();
        let unknown = |what: &str, id: &str| {
            let id: String = id.chars().take(60).collect();
            Error::input(
                "E-BODS-RECORD",
                format!(
                    "{}: {what} \"{id}\" is no record of this file. Nothing was imported.",
                    self.name
                ),
            )
        };
        let mut owned = BTreeSet::new();
        let mut owning = BTreeSet::new();
        for record in self.relationships() {
            let subject = text(&record.details, "subject").unwrap_or_default();
            let known = self
                .records
                .get(subject)
                .filter(|one| one.kind == RecordKind::Entity);
            if known.is_none() {
                return Err(unknown("the subject of a relationship,", subject));
            }
            owned.insert(subject);
            if let Some(party) = text(&record.details, "interestedParty") {
                let known = self
                    .records
                    .get(party)
                    .filter(|one| one.kind != RecordKind::Relationship);
                if known.is_none() {
                    return Err(unknown("the interested party of a relationship,", party));
                }
                if party == subject {
                    let message = format!(
                        "{}: \"{}\" cannot own itself. Name the organisation through which it holds its share. Nothing was imported.",
                        self.name,
                        party.chars().take(60).collect::<String>()
                    );
                    return Err(Error::input("E-OWNER-SELF", message));
                }
                owning.insert(party);
            }
        }
        let subjects: Vec<String> = if named.is_empty() {
            owned
                .difference(&owning)
                .map(|id| (*id).to_owned())
                .collect()
        } else {
            for id in &named {
                let known = self
                    .records
                    .get(*id)
                    .filter(|one| one.kind == RecordKind::Entity);
                if known.is_none() {
                    return Err(unknown("the subject of a declaration,", id));
                }
            }
            named.into_iter().cloned().collect()
        };
        if subjects.is_empty() {
            let message = format!(
                "{}: no statement says which organisation the declaration is about. Nothing was imported.",
                self.name
            );
            return Err(Error::input("E-BODS-SUBJECT", message));
        }
        Ok(subjects)
    }

    fn relationships(&self) -> impl Iterator<Item = &Record> {
        self.records
            .values()
            .filter(|record| record.kind == RecordKind::Relationship)
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many statements it has.
    pub fn len(&self) -> u32 {
        self.statements
    }

    /// Never: a file without a statement is refused.
    pub fn is_empty(&self) -> bool {
        self.statements == 0
    }

    /// What it holds, for the eye: the first records, each its type, its name and its country.
    pub fn sample(&self) -> Vec<Vec<String>> {
        self.records
            .values()
            .filter(|record| record.kind != RecordKind::Relationship)
            .take(8)
            .map(|record| {
                let kind = if record.kind == RecordKind::Person {
                    "person"
                } else {
                    "organisation"
                };
                vec![
                    kind.to_owned(),
                    name_of(record).0,
                    place_of(record).unwrap_or_default(),
                ]
            })
            .collect()
    }
}

/// Whose tie a relationship is; whom the statement does not name is known by the relationship.
fn party_of(id: &str, record: &Record) -> String {
    match text(&record.details, "interestedParty") {
        Some(party) => party.to_owned(),
        None => format!("{id}#party"),
    }
}

/// The name that is shown, the name in its own script, and why there is none.
fn name_of(record: &Record) -> (String, Option<String>, Option<String>) {
    let unspecified = record
        .details
        .get("unspecifiedPersonDetails")
        .or_else(|| record.details.get("unspecifiedEntityDetails"));
    if let Some(why) = unspecified {
        let reason = unspecified_words(why);
        return (
            format!("Not named: {}", short_reason(why)),
            None,
            Some(reason),
        );
    }
    if record.kind == RecordKind::Entity {
        return (
            text(&record.details, "name")
                .unwrap_or("Not named")
                .to_owned(),
            None,
            None,
        );
    }
    let names = list(&record.details, "names");
    let full = |name: &Value| {
        text(name, "fullName").map(str::to_owned).or_else(|| {
            let parts: Vec<&str> = ["givenName", "patronymicName", "familyName"]
                .iter()
                .filter_map(|part| text(name, part))
                .collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        })
    };
    let of_type = |kinds: &[&str]| {
        names
            .iter()
            .find(|name| text(name, "type").is_some_and(|kind| kinds.contains(&kind)))
            .and_then(full)
    };
    let legal = of_type(&["legal"]).or_else(|| names.first().and_then(full));
    let latin = of_type(&["transliteration", "translation"]);
    match (latin, legal) {
        (Some(latin), Some(legal)) if latin != legal => (latin, Some(legal), None),
        (Some(latin), _) => (latin, None, None),
        (None, Some(legal)) => (legal, None, None),
        (None, None) => (
            "Not named".to_owned(),
            None,
            Some("the statement gives no name".to_owned()),
        ),
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

fn short_reason(why: &Value) -> String {
    text(why, "reason").map_or_else(|| "no reason given".to_owned(), spaced)
}

fn unspecified_words(why: &Value) -> String {
    let reason = short_reason(why);
    match text(why, "description") {
        Some(more) => format!("{reason}: {more}"),
        None => reason,
    }
}

/// Alpha-2: where an organisation is registered, where a person lives; else the first nationality or address.
fn place_of(record: &Record) -> Option<String> {
    let details = &record.details;
    let coded = |value: &Value| {
        let word = text(value, "code").or_else(|| text(value, "name"))?;
        // A part of a country, such as US-DE, counts as its country.
        let whole = word.split_once('-').map_or(word, |(whole, _)| whole);
        Country::parse(whole).or_else(|_| Country::parse(word)).ok()
    };
    let own = list(details, "nationalities")
        .first()
        .or_else(|| details.get("jurisdiction"))
        .or_else(|| details.get("incorporatedInJurisdiction"));
    list(details, "addresses")
        .iter()
        .find_map(|address| address.get("country").and_then(coded))
        .filter(|_| record.kind == RecordKind::Person)
        .or_else(|| own.and_then(coded))
        .or_else(|| {
            list(details, "addresses")
                .iter()
                .find_map(|address| address.get("country").and_then(coded))
        })
        .map(|country| country.code().to_owned())
}

fn address_of(record: &Record) -> Option<String> {
    let address = list(&record.details, "addresses").first()?;
    let mut parts: Vec<&str> = ["address", "postCode"]
        .iter()
        .filter_map(|part| text(address, part))
        .collect();
    parts.extend(
        address
            .get("country")
            .and_then(|country| text(country, "name")),
    );
    parts.dedup();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A JSON number of percent; one with more than three decimals lies between two of them.
fn thousandths(value: &Value) -> Option<(u32, u32)> {
    let text = value.as_number()?.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let short = part.get(..3).unwrap_or(part);
    let least = domain::ownership::parse_percent(&format!("{whole}.{short}"))?;
    let cut = part
        .get(3..)
        .is_some_and(|rest| rest.bytes().any(|digit| digit != b'0'));
    Some((least, least + u32::from(cut)))
}

fn share_of(share: &Value) -> Option<Share> {
    // What stands there and is no percentage is no share, rather than none.
    let of = |name: &str| match share.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(value) => thousandths(value).map(Some),
    };
    if let Some((least, most)) = of("exact")? {
        return Share::bounded(least, least != most, most, least != most);
    }
    let (least, over) = match (of("exclusiveMinimum")?, of("minimum")?) {
        (Some((least, _)), _) => (least, true),
        (None, Some((least, _))) => (least, false),
        (None, None) => (0, false),
    };
    let (most, under) = match (of("exclusiveMaximum")?, of("maximum")?) {
        (Some((_, most)), _) => (most, true),
        (None, Some((_, most))) => (most, false),
        (None, None) => (100_000, false),
    };
    Share::bounded(least, over, most, under)
}

/// What a person reads for an interest that is no percentage.
fn means_of(kind: &str) -> String {
    spaced(kind)
}

impl Structure {
    /// Who is reached from a customer, nearest first, each once: records of people and organisations, and who is not named.
    fn owners_of(&self, subject: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::from([subject.to_owned()]);
        let mut next = vec![subject.to_owned()];
        while !next.is_empty() {
            let mut further = Vec::new();
            for at in &next {
                for id in self.ties_in.get(at).into_iter().flatten() {
                    let Some(record) = self.records.get(id) else {
                        continue;
                    };
                    let party = party_of(id, record);
                    if seen.insert(party.clone()) {
                        found.push(party.clone());
                        further.push(party);
                    }
                }
            }
            next = further;
        }
        found
    }

    /// The ties of one party to the customer and to its other owners; `ids` are the owners' ids by record.
    fn interests(
        &self,
        subject: &str,
        party: &str,
        ids: &HashMap<String, String>,
    ) -> Result<Vec<Interest>> {
        let mut interests = Vec::new();
        for id in self.ties_of.get(party).into_iter().flatten() {
            let Some(record) = self.records.get(id) else {
                continue;
            };
            let details = &record.details;
            let of_record = text(details, "subject").unwrap_or_default();
            let of = if of_record == subject {
                None
            } else {
                ids.get(of_record).cloned()
            };
            if of.is_none() && of_record != subject {
                continue;
            }
            let none = [Value::Null];
            let said = list(details, "interests");
            for one in if said.is_empty() { &none } else { said } {
                interests.push(self.interest(record, one, of_record, of.clone(), ids)?);
            }
        }
        Ok(merged(interests))
    }

    fn interest(
        &self,
        record: &Record,
        one: &Value,
        of_record: &str,
        of: Option<String>,
        ids: &HashMap<String, String>,
    ) -> Result<Interest> {
        let counts = one
            .get("beneficialOwnershipOrControl")
            .and_then(Value::as_bool)
            == Some(true);
        let share = one.get("share").map(|share| {
            share_of(share).ok_or_else(|| {
                let shown: String = share.to_string().chars().take(80).collect();
                Error::input(
                    "E-BODS-SHARE",
                    format!(
                        "{}: {shown} is no share between 0 and 100 %. Nothing was imported.",
                        self.name
                    ),
                )
            })
        });
        let share = share.transpose()?;
        let said = text(one, "type");
        let (kind, share, mut means) = match said {
            Some("shareholding") => (InterestKind::Equity, share, None),
            Some("votingRights") => (InterestKind::Votes, share, None),
            Some("rightsToSurplusAssetsOnDissolution" | "rightsToProfitOrIncome") => {
                (InterestKind::Profits, share, said.map(means_of))
            }
            // The one for whom others act has all that they hold; of several, how much is not known.
            Some("nominator") => {
                let several = self
                    .relationships()
                    .filter(|other| {
                        text(&other.details, "subject") == Some(of_record) && other.closed.is_none()
                    })
                    .filter(|other| {
                        list(&other.details, "interests")
                            .iter()
                            .any(|one| text(one, "type") == Some("nominator"))
                    })
                    .count()
                    > 1;
                (
                    InterestKind::Equity,
                    Some(if several {
                        Share::UNKNOWN
                    } else {
                        Share::exact(100_000)
                    }),
                    Some("nominator".to_owned()),
                )
            }
            None | Some("unknownInterest" | "unpublishedInterest") => (
                InterestKind::Equity,
                share,
                Some("kind of interest not known".to_owned()),
            ),
            Some(other) => (
                if counts {
                    InterestKind::Control
                } else {
                    InterestKind::Other
                },
                None,
                Some(means_of(other)),
            ),
        };
        if let Some(details) = text(one, "details") {
            means = Some(means.map_or_else(
                || details.to_owned(),
                |means| format!("{means} ({details})"),
            ));
        }
        let of_record_is_customer = of.is_none();
        let mut via = Vec::new();
        let indirect = text(one, "directOrIndirect") == Some("indirect");
        if indirect && of.is_none() {
            via = list(&record.details, "componentRecords")
                .iter()
                .filter_map(Value::as_str)
                .filter(|id| {
                    self.records
                        .get(*id)
                        .is_some_and(|one| one.kind == RecordKind::Entity)
                })
                .filter_map(|id| ids.get(id).cloned())
                .collect();
        }
        Ok(Interest {
            of,
            kind,
            share,
            means,
            held_for: None,
            indirect: indirect && of_record_is_customer,
            via,
            from: text(one, "startDate").and_then(day),
            to: text(one, "endDate")
                .and_then(day)
                .or_else(|| record.closed.clone()),
        })
    }
}

/// Ties of one kind in one thing since one day stand once: percentages add up, words stand beside each other.
fn merged(interests: Vec<Interest>) -> Vec<Interest> {
    let mut all: Vec<Interest> = Vec::new();
    for one in interests {
        let same = all.iter_mut().find(|other| {
            other.of == one.of
                && other.kind == one.kind
                && other.indirect == one.indirect
                && (&other.from, &other.to) == (&one.from, &one.to)
        });
        let Some(same) = same else {
            all.push(one);
            continue;
        };
        if one.kind.is_measured() {
            let (a, b) = (
                same.share.unwrap_or(Share::UNKNOWN),
                one.share.unwrap_or(Share::UNKNOWN),
            );
            let most = a.most.saturating_add(b.most).min(100_000);
            let least = a.least.saturating_add(b.least).min(most);
            let open = a.most.saturating_add(b.most) <= 100_000;
            same.share =
                Share::bounded(least, a.over || b.over, most, open && (a.under || b.under))
                    .or(Some(Share::exact(most)));
        }
        same.means = match (same.means.take(), one.means) {
            (Some(a), Some(b)) if a != b => Some(format!("{a}; {b}")),
            (a, b) => a.or(b),
        };
        for id in one.via {
            if !same.via.contains(&id) {
                same.via.push(id);
            }
        }
    }
    all
}

/// What a customer's own record says in our fields.
fn fields_of(record: &Record) -> Vec<(&'static str, Vec<String>)> {
    let details = &record.details;
    let mut fields = vec![("business_name", vec![name_of(record).0])];
    let mut put = |id: &'static str, value: Option<String>| {
        if let Some(value) = value {
            fields.push((id, vec![value]));
        }
    };
    put("jurisdiction", place_of(record));
    put("principal_place", address_of(record));
    let others: Vec<String> = list(details, "alternateNames")
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let identifiers = list(details, "identifiers");
    let lei = identifiers
        .iter()
        .find(|one| text(one, "scheme") == Some("XI-LEI"))
        .and_then(|one| text(one, "id"));
    put("lei", lei.map(str::to_owned));
    let registered = identifiers
        .iter()
        .find(|one| text(one, "scheme") != Some("XI-LEI"));
    put(
        "registration_number",
        registered
            .and_then(|one| text(one, "id"))
            .map(str::to_owned),
    );
    if !others.is_empty() {
        fields.push(("names_used", others));
    }
    fields
}

impl OpenVault {
    /// Tries (`dry_run`) or runs an import of an ownership structure. The same file again changes nothing.
    ///
    /// # Errors
    /// `E-BODS-*`, `E-OWNER-*` naming the record and the remedy; nothing is written then.
    pub fn structure_import(
        &self,
        structure: &Structure,
        dry_run: bool,
        watch: &dyn Watch,
    ) -> Result<c::ImportReport> {
        let mut report = c::ImportReport {
            rows: structure.statements,
            created: 0,
            updated: 0,
            unchanged: 0,
            rejected: 0,
            problems: Vec::new(),
            dry_run,
            report: None,
            notes: structure.left_out(),
        };
        // Tried first as it would be written, because the entry that says what an import did comes before what it did.
        let mut tried = false;
        let outcome = self.act(|act| {
            self.take_all(act, structure, &mut report, watch)?;
            tried = true;
            Err::<(), _>(Error::cancelled())
        });
        if !tried {
            outcome?;
        }
        if dry_run || report.created + report.updated == 0 {
            return Ok(report);
        }
        self.act(|act| {
            let change = Change::Imported {
                file: structure.name.clone(),
                sha256: structure.sha256.clone(),
                rows: structure.statements.into(),
                created: report.created.into(),
                updated: report.updated.into(),
                unchanged: report.unchanged.into(),
                skipped: 0,
            };
            act.push(change, None, None)?;
            let mut again = report.clone();
            self.take_all(act, structure, &mut again, watch)
        })?;
        Ok(report)
    }

    fn take_all(
        &self,
        act: &mut Act<'_, '_>,
        structure: &Structure,
        report: &mut c::ImportReport,
        watch: &dyn Watch,
    ) -> Result<()> {
        for (place, subject) in structure.subjects.iter().enumerate() {
            watch.step(
                "Writing",
                place as u64,
                Some(structure.subjects.len() as u64),
                "customers",
            );
            if watch.cancelled() {
                return Err(Error::cancelled());
            }
            self.take_structure(act, structure, subject, report)?;
        }
        Ok(())
    }

    fn take_structure(
        &self,
        act: &mut Act<'_, '_>,
        structure: &Structure,
        subject: &str,
        report: &mut c::ImportReport,
    ) -> Result<()> {
        let Some(record) = structure.records.get(subject) else {
            return Ok(());
        };
        let source = format!("import {}", structure.name);
        let rules = self.rules();
        let typed = fields_of(record);
        let given = typed.iter().map(|(id, values)| (*id, values.as_slice()));
        let fields = crate::customers::check(
            &rules,
            self.today(),
            &structure.name,
            PartyKind::Entity,
            given,
        )?;
        let known = act.read().customer_by_external_id(subject)?;
        let reference = match &known {
            None => {
                report.created += 1;
                let reference = act.read().next_reference("C", 6)?;
                let change = Change::CustomerRecorded {
                    reference: reference.clone(),
                    external_id: Some(subject.to_owned()),
                    party: PartyKind::Entity,
                    fields,
                    custom: customs(record),
                    owners: Vec::new(),
                    accounts: Vec::new(),
                    source: source.clone(),
                };
                act.push(change, None, None)?;
                reference
            }
            Some(file) => {
                let changed: Values = fields
                    .into_iter()
                    .filter(|(id, values)| file.values(id) != values.as_slice())
                    .collect();
                if changed.is_empty() {
                    report.unchanged += 1;
                } else {
                    report.updated += 1;
                    let now = crate::customers::Revised {
                        fields: changed,
                        source: source.clone(),
                        ..Default::default()
                    };
                    self.put_values(act, file, now, None, None)?;
                }
                file.reference.clone()
            }
        };
        let file = act.read().customer_file(&reference)?;
        let owners = self.owners_in(structure, subject, &file, &source)?;
        let mut changed = Vec::new();
        for (before, owner) in owners {
            match &before {
                None => report.created += 1,
                Some(there) if *there == owner => {
                    report.unchanged += 1;
                    continue;
                }
                Some(_) => report.updated += 1,
            }
            changed.push((before, owner));
        }
        if changed.is_empty() {
            return Ok(());
        }
        self.put_owners(act, &file, changed).map_err(|mut error| {
            error.0.message = format!(
                "{}: {} Nothing was imported.",
                structure.name, error.0.message
            );
            error
        })
    }

    /// The owners that a structure names, each with what is recorded of it already.
    fn owners_in(
        &self,
        structure: &Structure,
        subject: &str,
        file: &CustomerFile,
        source: &str,
    ) -> Result<Vec<(Option<Owner>, Owner)>> {
        let parties = structure.owners_of(subject);
        if parties.len() > MOST_OWNERS {
            let message = format!(
                "{}: {} has {} owners; a customer is taken with up to {MOST_OWNERS}. Take out those who hold too little to matter. Nothing was imported.",
                structure.name,
                file.name(),
                parties.len()
            );
            return Err(Error::new("E-BODS-MANY", c::Class::Limit, message));
        }
        let mut ids: HashMap<String, String> = HashMap::new();
        let mut with_new = file.clone();
        for party in &parties {
            let known = file
                .owners
                .iter()
                .find(|owner| owner.external_id.as_ref() == Some(party));
            let id = match known {
                Some(owner) => owner.id.clone(),
                None => with_new.next_id("O"),
            };
            if known.is_none() {
                with_new.owners.push(blank(&id));
            }
            ids.insert(party.clone(), id);
        }
        let mut owners = Vec::new();
        for party in &parties {
            let Some(id) = ids.get(party) else { continue };
            let before = file.owners.iter().find(|owner| owner.id == *id).cloned();
            let said = structure.said_of(party);
            if let Some(before) = before
                .as_ref()
                .filter(|owner| owner.said.as_ref() == Some(&said))
            {
                // The file says nothing new of it: what was changed by hand since stays.
                owners.push((Some(before.clone()), before.clone()));
                continue;
            }
            let mut owner = before.clone().unwrap_or_else(|| blank(id));
            owner.external_id = Some(party.clone());
            owner.said = Some(said);
            match structure.records.get(party) {
                Some(record) => {
                    let (name, original, unspecified) = name_of(record);
                    owner.name = checked(structure, Input::Text, &name)?.unwrap_or_default();
                    owner.name_original = original
                        .as_deref()
                        .map_or(Ok(None), |name| checked(structure, Input::Text, name))?;
                    owner.unspecified = unspecified;
                    owner.kind = if record.kind == RecordKind::Person {
                        PartyKind::Individual
                    } else {
                        PartyKind::Entity
                    };
                    owner.country = place_of(record).or(owner.country);
                    let address = address_of(record)
                        .as_deref()
                        .map_or(Ok(None), |address| checked(structure, Input::Long, address))?;
                    owner.address = address.or(owner.address);
                    owner.valid_to.clone_from(&record.closed);
                    if before.is_none() {
                        let said = (!record.asserted_by.is_empty())
                            .then(|| format!("{source}, as said by {}", record.asserted_by));
                        owner.source = Some(said.unwrap_or_else(|| source.to_owned()));
                    }
                }
                None => {
                    let relationship = party
                        .strip_suffix("#party")
                        .and_then(|id| structure.records.get(id));
                    let why = relationship
                        .and_then(|one| one.details.get("interestedParty"))
                        .unwrap_or(&Value::Null);
                    owner.name = format!("Not named: {}", short_reason(why));
                    owner.unspecified = Some(unspecified_words(why));
                    if before.is_none() {
                        owner.source = Some(source.to_owned());
                    }
                }
            }
            owner.interests = structure.interests(subject, party, &ids)?;
            // What lies ahead has not happened: a tie that begins later is not there, one that ends later still is.
            let today = self.today().to_string();
            owner
                .interests
                .retain(|one| one.from.as_ref().is_none_or(|from| *from <= today));
            for one in &mut owner.interests {
                one.to = one.to.take().filter(|to| *to <= today);
            }
            if owner.interests.is_empty() {
                owner.interests = vec![Interest {
                    means: Some("no interest as yet".to_owned()),
                    ..Interest::in_customer(InterestKind::Other, None)
                }];
            }
            owners.push((before, owner));
        }
        Ok(owners)
    }
}

fn blank(id: &str) -> Owner {
    Owner {
        id: id.to_owned(),
        name: String::new(),
        name_original: None,
        kind: PartyKind::Individual,
        interests: Vec::new(),
        unspecified: None,
        external_id: None,
        said: None,
        country: None,
        address: None,
        email: None,
        phone: None,
        source: None,
        valid_from: None,
        valid_to: None,
    }
}

fn checked(structure: &Structure, input: Input, value: &str) -> Result<Option<String>> {
    field::check(input, value).map_err(|why| {
        Error::input(
            why.code(),
            format!("{}: {why} Nothing was imported.", structure.name),
        )
    })
}

/// What a customer's statement says beyond our fields, kept as custom fields.
fn customs(record: &Record) -> BTreeMap<String, String> {
    let details = &record.details;
    let mut custom = BTreeMap::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            custom.insert(name.to_owned(), value);
        }
    };
    let kind = details.get("entityType").map(|kind| {
        let parts: Vec<&str> = ["type", "subtype", "details"]
            .iter()
            .filter_map(|part| text(kind, part))
            .collect();
        parts.join(", ")
    });
    put("BODS entity type", kind);
    put(
        "BODS founding date",
        text(details, "foundingDate").map(str::to_owned),
    );
    put(
        "BODS statement date",
        (!record.date.is_empty()).then(|| record.date.clone()),
    );
    put(
        "BODS asserted by",
        (!record.asserted_by.is_empty()).then(|| record.asserted_by.clone()),
    );
    for one in list(details, "identifiers").iter().skip(1) {
        let scheme = text(one, "scheme")
            .or_else(|| text(one, "schemeName"))
            .unwrap_or("identifier");
        put(
            &format!("BODS {scheme}"),
            text(one, "id").map(str::to_owned),
        );
    }
    custom
}

impl Structure {
    /// A hash of everything the file says of a party: its own record, and its ties.
    fn said_of(&self, party: &str) -> String {
        let mut hash = Sha256::new();
        let ties = self.ties_of.get(party).into_iter().flatten();
        for id in std::iter::once(party).chain(ties.map(String::as_str)) {
            if let Some(record) = self.records.get(id) {
                hash.update(record.details.to_string());
                hash.update([0]);
                hash.update(record.closed.as_deref().unwrap_or_default());
                hash.update([0]);
            }
        }
        domain::entry::hex(&hash.finalize())
    }

    /// What the file says that is not taken over, in sentences: every property that has no place, and what comes after the first of a list.
    fn left_out(&self) -> Vec<String> {
        let mut left: BTreeMap<(&str, String), u32> = BTreeMap::new();
        for (id, record) in &self.records {
            let is_customer = self.subjects.contains(id);
            let (whom, taken): (&str, &[&str]) = match record.kind {
                RecordKind::Person => (
                    "people",
                    &[
                        "isComponent",
                        "personType",
                        "unspecifiedPersonDetails",
                        "names",
                        "nationalities",
                        "addresses",
                    ],
                ),
                RecordKind::Entity if is_customer => (
                    "customers",
                    &[
                        "isComponent",
                        "entityType",
                        "unspecifiedEntityDetails",
                        "name",
                        "alternateNames",
                        "identifiers",
                        "jurisdiction",
                        "incorporatedInJurisdiction",
                        "foundingDate",
                        "addresses",
                    ],
                ),
                RecordKind::Entity => (
                    "organisations among the owners",
                    &[
                        "isComponent",
                        "unspecifiedEntityDetails",
                        "name",
                        "jurisdiction",
                        "incorporatedInJurisdiction",
                        "addresses",
                    ],
                ),
                RecordKind::Relationship => (
                    "relationships",
                    &[
                        "isComponent",
                        "componentRecords",
                        "subject",
                        "interestedParty",
                        "interests",
                    ],
                ),
            };
            let Some(details) = record.details.as_object() else {
                continue;
            };
            for (name, value) in details {
                let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                let several = ["nationalities", "addresses"].contains(&name.as_str())
                    && value.as_array().is_some_and(|all| all.len() > 1);
                let other_names =
                    name == "names" && value.as_array().is_some_and(|all| all.len() > 1);
                if several || other_names {
                    *left.entry((whom, format!("further {name}"))).or_default() += 1;
                } else if !empty && !taken.contains(&name.as_str()) {
                    *left.entry((whom, name.clone())).or_default() += 1;
                }
            }
        }
        let mut notes = Vec::new();
        for whom in [
            "customers",
            "organisations among the owners",
            "people",
            "relationships",
        ] {
            let what: Vec<String> = left
                .iter()
                .filter(|((of, _), _)| *of == whom)
                .map(|((_, name), many)| format!("{} ({many})", spaced(name)))
                .collect();
            if !what.is_empty() {
                notes.push(format!("Not taken over of {whom}: {}.", what.join(", ")));
            }
        }
        notes.push("Annotations, sources and publication details of statements are not kept; attach the file to the customer to keep them.".to_owned());
        notes
    }
}
