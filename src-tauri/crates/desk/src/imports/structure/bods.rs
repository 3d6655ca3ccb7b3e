//! The Beneficial Ownership Data Standard (BODS 0.4): statements in. The subject of a declaration is a customer; whoever is reached from it over
//! relationships is an owner of it.
//!
//! What has no place here is named in the report, and nothing is guessed: an interest without a percentage stays one.

mod left;
mod said;

use super::{File, Party, Standard, Structure, Tie, day, short, text};
use crate::error::{Error, Result};
use domain::customer::PartyKind;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the newest statement says of one record.
#[derive(Debug, Clone)]
struct Record {
    /// Where the statement stands, from 1.
    place: u64,
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

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Whose tie a relationship is; whom the statement does not name is known by the relationship.
fn party_of(id: &str, record: &Record) -> String {
    match text(&record.details, "interestedParty") {
        Some(party) => party.to_owned(),
        None => format!("{id}#party"),
    }
}

/// Whether a file begins like one of statements: JSON whose first object has a statement's id.
pub(super) fn is_in(head: &str) -> bool {
    (head.starts_with('[') || head.starts_with('{'))
        && ["\"statementId\"", "\"recordType\"", "\"statementID\""]
            .iter()
            .any(|word| head.contains(word))
}

/// Reads a JSON array, or one statement a line.
///
/// # Errors
/// `E-BODS-*` naming the statement and what is wrong with it.
pub(super) fn read(source: File, bytes: &[u8]) -> Result<Structure> {
    let bad = |what: String| {
        let message = format!("{}: {what} Nothing was imported.", source.name);
        Error::input("E-BODS-FILE", message)
    };
    let content = std::str::from_utf8(bytes)
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
    let records = records(&source.name, &statements)?;
    let subjects = subjects(&source.name, &records)?;
    let left = left::out(&records, &subjects);
    let (mut parties, mut ties) = (BTreeMap::new(), Vec::new());
    for (id, record) in &records {
        if record.kind != RecordKind::Relationship {
            parties.insert(id.clone(), party(&source.name, record));
            continue;
        }
        let holder = party_of(id, record);
        if text(&record.details, "interestedParty").is_none() {
            parties.insert(holder.clone(), unnamed(&source.name, record));
        }
        ties.push(Tie {
            holder,
            of: text(&record.details, "subject")
                .unwrap_or_default()
                .to_owned(),
            interests: said::interests(&source.name, record, &records)?,
            said: said::all(record),
        });
    }
    let rows = u32::try_from(statements.len()).unwrap_or(u32::MAX);
    let mut structure = Structure::of(Standard::Bods, source, rows, parties, ties, subjects);
    structure.notes.extend(left);
    Ok(structure)
}

/// What the newest statements say of each record.
fn records(name: &str, statements: &[Value]) -> Result<BTreeMap<String, Record>> {
    let mut seen = HashMap::new();
    let mut records: BTreeMap<String, Record> = BTreeMap::new();
    for (place, statement) in (1u64..).zip(statements) {
        let bad = |code: &str, what: String| {
            let id = short(text(statement, "statementId").unwrap_or("without an id"));
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
                let other = short(other.unwrap_or("nothing"));
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
                let other = short(other);
                return Err(bad(
                    "E-BODS-STATUS",
                    format!("its recordStatus is \"{other}\". It must be new, updated or closed."),
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
                place,
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
    Ok(records)
}

fn relationships(records: &BTreeMap<String, Record>) -> impl Iterator<Item = &Record> {
    records
        .values()
        .filter(|record| record.kind == RecordKind::Relationship)
}

/// The customers: what the declarations are about; without that, the organisations that nobody in the file is owned through.
fn subjects(name: &str, records: &BTreeMap<String, Record>) -> Result<Vec<String>> {
    let named: BTreeSet<&String> = records
        .values()
        .filter_map(|record| record.subject.as_ref())
        .collect();
    let unknown = |what: &str, id: &str| {
        let id = short(id);
        Error::input(
            "E-BODS-RECORD",
            format!("{name}: {what} \"{id}\" is no record of this file. Nothing was imported."),
        )
    };
    let is_entity = |id: &str| {
        records
            .get(id)
            .is_some_and(|one| one.kind == RecordKind::Entity)
    };
    let mut owned = BTreeSet::new();
    let mut owning = BTreeSet::new();
    for record in relationships(records) {
        let subject = text(&record.details, "subject").unwrap_or_default();
        if !is_entity(subject) {
            return Err(unknown("the subject of a relationship,", subject));
        }
        owned.insert(subject);
        if let Some(party) = text(&record.details, "interestedParty") {
            let known = records
                .get(party)
                .filter(|one| one.kind != RecordKind::Relationship);
            if known.is_none() {
                return Err(unknown("the interested party of a relationship,", party));
            }
            if party == subject {
                let party = short(party);
                let message = format!(
                    "{name}: \"{party}\" cannot own itself. Name the organization through which it holds its share. Nothing was imported."
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
        if let Some(id) = named.iter().find(|id| !is_entity(id)) {
            return Err(unknown("the subject of a declaration,", id));
        }
        named.into_iter().cloned().collect()
    };
    if subjects.is_empty() {
        let message = format!(
            "{name}: no statement says which organization the declaration is about. Name it as declarationSubject. Nothing was imported."
        );
        return Err(Error::input("E-BODS-SUBJECT", message));
    }
    Ok(subjects)
}

fn source_of(file: &str, record: &Record) -> String {
    if record.asserted_by.is_empty() {
        format!("import {file}")
    } else {
        format!("import {file}, as said by {}", record.asserted_by)
    }
}

fn party(file: &str, record: &Record) -> Party {
    let (name, name_original, unspecified) = said::name(record);
    Party {
        place: record.place,
        kind: match record.kind {
            RecordKind::Person => PartyKind::Individual,
            _ => PartyKind::Entity,
        },
        name,
        name_original,
        unspecified,
        country: said::place(record),
        address: said::address(record),
        email: None,
        phone: None,
        source: Some(source_of(file, record)),
        closed: record.closed.clone(),
        fields: said::fields(record),
        custom: said::customs(record),
        said: said::all(record),
    }
}

/// The party of a relationship whose statement does not name it.
fn unnamed(file: &str, record: &Record) -> Party {
    let why = record
        .details
        .get("interestedParty")
        .unwrap_or(&Value::Null);
    let (name, reason) = said::not_named(why);
    Party {
        place: record.place,
        kind: PartyKind::Individual,
        name,
        name_original: None,
        unspecified: Some(reason),
        country: None,
        address: None,
        email: None,
        phone: None,
        source: Some(format!("import {file}")),
        closed: None,
        fields: Vec::new(),
        custom: BTreeMap::new(),
        said: String::new(),
    }
}
