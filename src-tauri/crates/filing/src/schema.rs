//! The published JSON Schema of each form, made from the form itself: the schema and the JSON cannot drift apart.

use crate::{
    form::{Form, Item, Kind, Need, Shape},
    json::{FORMAT, by},
};
use serde_json::{Map, Value, json};

fn of_kind(kind: &Kind) -> Value {
    match kind {
        Kind::Text | Kind::Long => json!({"type": ["string", "null"]}),
        Kind::Date => {
            json!({"type": ["string", "null"], "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
        }
        Kind::Number => json!({"type": ["integer", "null"], "minimum": 0}),
        Kind::Flag => json!({"type": ["boolean", "null"]}),
        Kind::Country => json!({"type": ["string", "null"], "pattern": "^[A-Z]{2}$"}),
        Kind::Choice(words) => {
            let mut all: Vec<Value> = words.iter().map(|word| json!(word)).collect();
            all.push(Value::Null);
            json!({"enum": all})
        }
    }
}

fn closed(title: Option<&str>, properties: Map<String, Value>) -> Value {
    let required: Vec<&String> = properties.keys().collect();
    let mut out = json!({"type": "object", "required": required, "additionalProperties": false, "properties": properties});
    if let (Some(title), Some(fields)) = (title, out.as_object_mut()) {
        fields.insert("title".to_owned(), json!(title));
    }
    out
}

fn row(item: &Item) -> Value {
    closed(
        None,
        item.parts
            .iter()
            .map(|part| {
                let mut of = of_kind(&part.kind);
                if let Some(fields) = of.as_object_mut() {
                    fields.insert("title".to_owned(), json!(part.label));
                }
                (part.key.clone(), of)
            })
            .collect(),
    )
}

fn item_schema(item: &Item) -> Value {
    let mut out = match item.shape {
        Shape::One if item.is_bare() => item
            .parts
            .first()
            .map_or(Value::Null, |part| of_kind(&part.kind)),
        Shape::One => row(item),
        Shape::Many => json!({"type": "array", "items": row(item)}),
        Shape::Counts => {
            let mut counts = Map::new();
            counts.insert("total".to_owned(), json!({"type": "integer", "minimum": 0}));
            counts.insert(by(item), json!({"type": "array", "items": row(item)}));
            closed(None, counts)
        }
    };
    if let Some(fields) = out.as_object_mut() {
        let title = if item.no.is_empty() {
            item.label.clone()
        } else {
            format!("{} {}", item.no, item.label)
        };
        fields.insert("title".to_owned(), json!(title));
        if item.need == Need::Blocks && item.unknown {
            fields.insert(
                "description".to_owned(),
                json!("Empty only where \"unknown\" says whom we asked, and when."),
            );
        }
    }
    out
}

/// The JSON Schema (2020-12) of a form.
pub fn schema(form: &Form) -> Value {
    let word = || json!({"type": "string"});
    let maybe = || json!({"type": ["string", "null"]});
    let object = |fields: &[(&str, Value)]| {
        closed(
            None,
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        )
    };
    let sha256 = json!({"type": "string", "pattern": "^[0-9a-f]{64}$"});
    let mut filer = form.item("filer").map_or_else(|| json!({}), row);
    if let Some(item) = form.item("contact") {
        if let Some(properties) = filer.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("primary_contact".to_owned(), row(item));
        }
        if let Some(required) = filer.get_mut("required").and_then(Value::as_array_mut) {
            required.push(json!("primary_contact"));
        }
    }
    let mut body: Map<String, Value> = form
        .items()
        .filter(|item| !["filer", "contact", "signatory"].contains(&item.id.as_str()))
        .map(|item| (item.id.clone(), item_schema(item)))
        .collect();
    let correction = body.shift_remove("correction");
    let mut body = closed(None, body);
    // The change table is there only where a filing is replaced.
    if let (Some(properties), Some(correction)) = (
        body.get_mut("properties").and_then(Value::as_object_mut),
        correction,
    ) {
        properties.insert("correction".to_owned(), correction);
    }
    let nullable = |schema: Value| json!({"anyOf": [schema, {"type": "null"}]});
    let fields = [
        ("format", json!({"const": FORMAT})),
        ("kind", json!({"const": form.kind})),
        ("title", word()),
        (
            "pack",
            object(&[
                ("id", word()),
                ("version", word()),
                ("status", word()),
                ("banner", word()),
            ]),
        ),
        ("filer", filer),
        (
            "reference",
            json!({"type": "string", "pattern": format!("^{}-[0-9]{{4}}-[0-9]{{4,}}$", form.kind)}),
        ),
        (
            "prepared_at",
            json!({"type": "string", "format": "date-time"}),
        ),
        ("as_of", json!({"type": "string", "format": "date"})),
        (
            "corrects",
            nullable(object(&[
                ("reference", word()),
                ("bundle", word()),
                ("sha256", sha256.clone()),
            ])),
        ),
        (
            "clock",
            nullable(object(&[
                ("kind", word()),
                ("day0", word()),
                ("due", word()),
            ])),
        ),
        (
            "form",
            json!({"type": "array", "items": object(&[("no", word()), ("id", word()), ("label", word()), ("cite", word()), ("confidence", word()), ("changed", json!({"type": "boolean"}))])}),
        ),
        ("body", body),
        (
            "unknown",
            json!({"type": "array", "items": object(&[("field", word()), ("asked_on", json!({"type": "string", "format": "date"})), ("asked_of", word()), ("answer", word())])}),
        ),
        (
            "attachments",
            json!({"type": "array", "items": object(&[
                ("file", word()), ("original_name", word()), ("media_type", word()), ("sha256", sha256),
                ("bytes", json!({"type": "integer", "minimum": 0})), ("pages", json!({"type": ["integer", "null"]})),
            ])}),
        ),
        (
            "clock_page",
            nullable(object(&[
                ("reference", word()),
                ("clock", word()),
                ("title", word()),
                ("subject", word()),
                ("day0", word()),
                ("due", word()),
                ("target", maybe()),
                ("cutoff", maybe()),
                ("cite", word()),
                ("rule", word()),
                ("confidence", word()),
                ("zone", word()),
                ("tzdb", word()),
                ("steps", json!({"type": "array", "items": word()})),
                (
                    "revisions",
                    json!({"type": "array", "items": object(&[("kind", word()), ("due_before", word()), ("due_after", word()), ("grant", maybe()), ("recorded_on", word())])}),
                ),
                (
                    "events",
                    json!({"type": "array", "items": object(&[("occurred_on", word()), ("recorded_at", word()), ("what", word())])}),
                ),
            ])),
        ),
        (
            "signature",
            object(&[
                ("name", word()),
                ("title", word()),
                ("principal", word()),
                ("fingerprint", word()),
                ("fingerprint_words", word()),
                ("statement_id", word()),
                ("statement", word()),
                ("signed_at", word()),
                ("override_reason", maybe()),
            ]),
        ),
        (
            "integrity",
            object(&[
                ("event_chain_head", word()),
                ("entries", json!({"type": "integer", "minimum": 0})),
            ]),
        ),
    ];
    let mut out = Map::new();
    out.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    out.insert(
        "title".to_owned(),
        json!(format!("CIP Desk filing {}: {}", form.kind, form.title)),
    );
    out.insert("description".to_owned(), json!(form.about));
    if let Value::Object(rest) = object(&fields) {
        out.extend(rest);
    }
    Value::Object(out)
}

/// That schema as it is published: indented, with a line end.
pub fn schema_text(form: &Form) -> String {
    let mut text = serde_json::to_string_pretty(&schema(form)).unwrap_or_default();
    text.push('\n');
    text
}
