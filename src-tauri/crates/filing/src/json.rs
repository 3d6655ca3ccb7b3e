//! A filing for a machine: written in the order of the form, and read back whole. What stands in it stands on the pages too.

use crate::{
    FilingError,
    filled::{Clock, Corrects, Entry, Filing, Paper, Source, fits},
    form::{Item, Kind, Part, Shape, form},
};
use domain::filing::{FormRow as Row, FormUnknown as Unknown};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The format's name.
pub const FORMAT: &str = "cipdesk.filing/1";

/// Items whose answer stands outside the body, where the common header has a place for it.
const HEADER: &[&str] = &["filer", "contact", "signatory"];

fn written(part: &Part, value: &str) -> Value {
    if value.is_empty() {
        return Value::Null;
    }
    match part.kind {
        Kind::Number if fits(&part.kind, value) => value
            .parse::<u64>()
            .map_or_else(|_| json!(value), |n| json!(n)),
        Kind::Flag if value == "true" => json!(true),
        Kind::Flag if value == "false" => json!(false),
        _ => json!(value),
    }
}

fn object(item: &Item, row: &Row) -> Value {
    Value::Object(
        item.parts
            .iter()
            .map(|part| (part.key.clone(), written(part, row.cell(&part.key))))
            .collect(),
    )
}

/// The name of the list of a table of numbers: `by_country`.
pub(crate) fn by(item: &Item) -> String {
    item.parts
        .first()
        .map_or_else(|| "rows".to_owned(), |part| format!("by_{}", part.key))
}

/// Writes it.
pub(crate) fn write(filing: &Filing) -> Value {
    let empty = Row::default();
    let first = |id: &str| filing.rows(id).first().unwrap_or(&empty);
    let mut body = Map::new();
    let mut asked = Vec::new();
    let mut unknown = Vec::new();
    for item in filing.form.items().filter(|item| filing.shows(item)) {
        let source = filing.sources.get(&item.id).cloned().unwrap_or_default();
        asked.push(json!({
            "no": item.no, "id": item.id, "label": item.label,
            "cite": source.cite, "confidence": source.confidence,
            "changed": filing.changed.contains(&item.id),
        }));
        let entry = filing.entries.get(&item.id);
        if let Some(Unknown {
            asked_on,
            asked_of,
            answer,
        }) = entry.and_then(|entry| entry.unknown.as_ref())
        {
            unknown.push(json!({"field": item.id, "asked_on": asked_on, "asked_of": asked_of, "answer": answer}));
        }
        if HEADER.contains(&item.id.as_str()) {
            continue;
        }
        let rows = filing.rows(&item.id);
        let value = match item.shape {
            Shape::One if item.is_bare() => item.parts.first().map_or(Value::Null, |part| {
                written(part, first(&item.id).cell("value"))
            }),
            Shape::One => object(item, first(&item.id)),
            Shape::Many => Value::Array(rows.iter().map(|row| object(item, row)).collect()),
            Shape::Counts => {
                let mut counts = Map::new();
                counts.insert("total".to_owned(), json!(filing.total(item)));
                counts.insert(
                    by(item),
                    Value::Array(rows.iter().map(|row| object(item, row)).collect()),
                );
                Value::Object(counts)
            }
        };
        body.insert(item.id.clone(), value);
    }
    let mut filer = match filing.form.item("filer") {
        Some(item) => object(item, first("filer")),
        None => json!({}),
    };
    if let (Some(fields), Some(item)) = (filer.as_object_mut(), filing.form.item("contact")) {
        fields.insert("primary_contact".to_owned(), object(item, first("contact")));
    }
    json!({
        "format": FORMAT,
        "kind": filing.form.kind,
        "title": filing.form.title,
        "pack": filing.pack,
        "filer": filer,
        "reference": filing.reference,
        "prepared_at": filing.prepared_at,
        "as_of": filing.as_of,
        "corrects": filing.corrects,
        "clock": filing.clock,
        "form": asked,
        "body": body,
        "unknown": unknown,
        "attachments": filing.attachments,
        "clock_page": filing.clock_page,
        "signature": filing.signature,
        "integrity": filing.integrity,
    })
}

fn take<T: DeserializeOwned>(value: &Value, name: &str) -> Result<T, FilingError> {
    serde_json::from_value(value.get(name).cloned().unwrap_or(Value::Null))
        .map_err(|_| FilingError::Unreadable)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn row(item: &Item, value: &Value) -> Row {
    let cells = item
        .parts
        .iter()
        .map(|part| {
            (
                part.key.clone(),
                text(value.get(&part.key).unwrap_or(&Value::Null)),
            )
        })
        .filter(|(_, value)| !value.is_empty())
        .collect();
    Row {
        key: String::new(),
        cells,
    }
}

/// Reads a filing's JSON back.
///
/// # Errors
/// It is no filing of a form that this version knows.
pub fn read(bytes: &[u8]) -> Result<Filing, FilingError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|_| FilingError::Unreadable)?;
    if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(FilingError::Unreadable);
    }
    let kind: String = take(&value, "kind")?;
    let form = form(&kind).ok_or(FilingError::Unreadable)?;
    let list = |name: &str| {
        value
            .get(name)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let mut sources = BTreeMap::new();
    let mut changed = Vec::new();
    for asked in list("form") {
        let id = text(asked.get("id").unwrap_or(&Value::Null));
        let word = |name: &str| text(asked.get(name).unwrap_or(&Value::Null));
        let source = Source {
            cite: word("cite"),
            confidence: word("confidence"),
        };
        if asked.get("changed") == Some(&Value::Bool(true)) {
            changed.push(id.clone());
        }
        if source != Source::default() {
            sources.insert(id, source);
        }
    }
    let null = Value::Null;
    let body = value.get("body").unwrap_or(&null);
    let filer = value.get("filer").unwrap_or(&null);
    let signature: crate::filled::Signature = take(&value, "signature")?;
    let mut entries = BTreeMap::new();
    for item in form.items() {
        let answer = match item.id.as_str() {
            "filer" => filer,
            "contact" => filer.get("primary_contact").unwrap_or(&null),
            id => body.get(id).unwrap_or(&null),
        };
        let rows: Vec<Row> = match item.shape {
            _ if item.id == "signatory" => vec![Row::of("", [("title", signature.title.clone())])],
            Shape::One if item.is_bare() => vec![Row::of("", [("value", text(answer))])],
            Shape::One => vec![row(item, answer)],
            Shape::Many => answer
                .as_array()
                .into_iter()
                .flatten()
                .map(|one| row(item, one))
                .collect(),
            Shape::Counts => {
                let list = answer.get(by(item)).and_then(Value::as_array);
                list.into_iter()
                    .flatten()
                    .map(|one| row(item, one))
                    .collect()
            }
        };
        entries.insert(
            item.id.clone(),
            Entry {
                rows,
                unknown: None,
            },
        );
    }
    for one in list("unknown") {
        let field = text(one.get("field").unwrap_or(&Value::Null));
        if let Some(entry) = entries.get_mut(&field) {
            entry.unknown = serde_json::from_value(one).ok();
        }
    }
    Ok(Filing {
        form,
        pack: take(&value, "pack")?,
        reference: take(&value, "reference")?,
        prepared_at: take(&value, "prepared_at")?,
        as_of: take(&value, "as_of")?,
        corrects: take::<Option<Corrects>>(&value, "corrects")?,
        clock: take::<Option<Clock>>(&value, "clock")?,
        entries,
        changed,
        sources,
        attachments: take(&value, "attachments")?,
        clock_page: take(&value, "clock_page")?,
        signature,
        integrity: take(&value, "integrity")?,
        paper: Paper::default(),
    })
}
