//! The published schema of an answer (`docs/schemas/intake.schema.json`) against the program: what one refuses by shape, the other refuses too.

use super::{
    Answers, Contact, FORMAT, SCHEMA, SoldTo, StatedAttestation, StatedCip, TypedCounts,
    tests::intake,
};
use crate::oversight::{AiReporting, Mark};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn schema() -> Validator {
    jsonschema::draft202012::options()
        .build(&serde_json::from_str(SCHEMA).unwrap())
        .unwrap()
}

/// An answer with everything in it that an answer can say.
fn fullest() -> Value {
    let asked = intake();
    let mark = |standing: &str, page: Option<&str>| Mark {
        standing: standing.to_owned(),
        page: page.map(str::to_owned),
    };
    let answers = Answers {
        format: FORMAT.to_owned(),
        vault: "v".to_owned(),
        request: asked.reference,
        nonce: asked.nonce,
        answer: "a".repeat(32),
        reseller: asked.reseller,
        answered_by: "Mei Tan, compliance".to_owned(),
        names: vec!["狮城主机".to_owned()],
        address: "1 New Road".to_owned(),
        email: "cip@lion.example".to_owned(),
        buys_from: "Acme".to_owned(),
        sells_on: vec![SoldTo {
            name: "Merlion".to_owned(),
            country: "MY".to_owned(),
        }],
        contacts: vec![Contact {
            name: "Mei Tan".to_owned(),
            title: "Head".to_owned(),
            email: "mei@lion.example".to_owned(),
            phone: "+65 6789 0123".to_owned(),
        }],
        cip: Some(StatedCip {
            version: "2026.2".to_owned(),
            effective_from: "2026-10-01".to_owned(),
            file: "CIP.pdf".to_owned(),
        }),
        elements: BTreeMap::from([
            ("written".to_owned(), mark("met", Some("3"))),
            ("name".to_owned(), mark("missing", None)),
        ]),
        attestation: Some(StatedAttestation {
            on: "2026-11-20".to_owned(),
            signatory: "Lim Wei, director".to_owned(),
            statements: vec!["review".to_owned(), "threat".to_owned()],
        }),
        counts: Some(TypedCounts {
            as_of: "2026-11-01".to_owned(),
            customers: "420".to_owned(),
            unverified: "3".to_owned(),
        }),
        ai_reporting: Some(AiReporting {
            as_of: "2026-11-01".to_owned(),
            ok: true,
        }),
    };
    serde_json::to_value(answers).unwrap()
}

fn parsed(answers: &Value) -> Option<Answers> {
    serde_json::from_value(answers.clone()).ok()
}

/// Whether the program would take it in, whatever document came along.
fn taken(answers: &Value) -> bool {
    let day = "2026-11-24".parse().unwrap();
    parsed(answers).is_some_and(|answers| {
        answers.belongs("v", Some(&intake())).is_ok()
            && [true, false]
                .iter()
                .any(|attached| answers.check(&intake(), *attached, day).is_ok())
    })
}

fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, one)| (key.clone(), one)).collect(),
        Value::Array(items) => {
            let numbered = items.iter().enumerate();
            numbered.map(|(at, one)| (at.to_string(), one)).collect()
        }
        _ => Vec::new(),
    };
    for (key, one) in inner {
        let place = format!("{here}/{key}");
        found.push(place.clone());
        places(one, &place, found);
    }
}

#[test]
fn the_fullest_answer_and_the_barest_follow_the_published_schema() {
    let (schema, full) = (schema(), fullest());
    let faults: Vec<String> = schema
        .iter_errors(&full)
        .map(|one| one.to_string())
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    assert!(taken(&full));
    let mut bare = full.clone();
    let kept = [
        "format",
        "vault",
        "request",
        "nonce",
        "answer",
        "reseller",
        "answered_by",
    ];
    bare.as_object_mut()
        .unwrap()
        .retain(|key, _| kept.contains(&key.as_str()));
    assert!(schema.is_valid(&bare) && taken(&bare));
    let known = serde_json::from_str::<Value>(SCHEMA).unwrap();
    let known = known["properties"].as_object().unwrap();
    assert_eq!(
        known.keys().collect::<std::collections::BTreeSet<_>>(),
        full.as_object().unwrap().keys().collect(),
        "every field of an answer is published, and no other"
    );
}

/// Removes each key, adds a key to each table, and gives each value another type.
#[test]
fn the_schema_and_the_program_refuse_the_same_answers() {
    let (schema, full) = (schema(), fullest());
    let mut found = vec![String::new()];
    places(&full, "", &mut found);
    let (mut tried, mut refused) = (0, 0);
    let mut judge = |what: &str, answers: &Value| {
        let valid = schema.is_valid(answers);
        tried += 1;
        refused += usize::from(!valid);
        assert!(
            parsed(answers).is_some() || !valid,
            "{what}: the program refuses this shape, the schema must too"
        );
        assert!(
            valid || !taken(answers),
            "{what}: the schema refuses this, the program must too"
        );
    };
    for place in &found {
        if let Some((parent, key)) = place.rsplit_once('/') {
            let mut without = full.clone();
            match without.pointer_mut(parent).unwrap() {
                Value::Object(map) => drop(map.remove(key)),
                Value::Array(items) => drop(items.remove(key.parse().unwrap())),
                _ => {}
            }
            judge(&format!("without {place}"), &without);
        }
        let mut more = full.clone();
        if let Some(Value::Object(map)) = more.pointer_mut(place) {
            map.insert("surprise".to_owned(), json!("1"));
            judge(&format!("a surprise in {place}"), &more);
        }
        for other in [
            json!("  "),
            json!(-1),
            json!(true),
            json!(null),
            json!(["x"]),
            json!({"x": 1}),
            json!("1e400"),
            json!(vec!["x"; 201]),
        ] {
            let mut changed = full.clone();
            let there = changed.pointer_mut(place).unwrap();
            // A list in the place of a table is read as its fields in order; nobody is told so, and it says no more than the table would.
            if there.is_object() && other.is_array() {
                continue;
            }
            *there = other.clone();
            judge(&format!("{place} = {other}"), &changed);
        }
    }
    assert!(
        tried > 300 && refused > 200,
        "{tried} tried, {refused} refused"
    );
}
