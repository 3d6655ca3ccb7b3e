//! The published schema (`docs/schemas/rule-pack.schema.json`) against the program: what one refuses by shape, the other refuses too.

use super::{RulePack, builtin, parts::File};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn schema() -> Validator {
    let text = include_str!("../../../../docs/schemas/rule-pack.schema.json");
    jsonschema::draft202012::options()
        .build(&serde_json::from_str(text).unwrap())
        .unwrap()
}

fn as_json(toml: &str) -> Value {
    let value: toml::Value = toml::from_str(toml).unwrap();
    serde_json::to_value(value).unwrap()
}

fn parses(pack: &Value) -> bool {
    toml::to_string(pack).is_ok_and(|text| RulePack::parse(&text).is_ok())
}

/// A pack with everything in it that a pack can hold, and few holidays, so that changing each part of it stays quick.
fn fullest() -> Value {
    let mut pack = as_json(builtin::TEXTS[0]);
    let bank = as_json(builtin::TEXTS[1]);
    let certin = as_json(builtin::TEXTS[2]);
    pack["holiday"].as_array_mut().unwrap().truncate(2);
    pack["closure"] = json!([{"date": "2025-12-24", "name": "By order", "cite": "An order", "confidence": "memory"}]);
    pack["fields"]["case"]["off"] =
        json!([{"field": "notes", "cite": "Ours", "text": "For show", "confidence": "design"}]);
    let added = bank["fields"]["individual"]["required"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field.get("input").is_some())
        .unwrap();
    pack["fields"]["individual"]["required"]
        .as_array_mut()
        .unwrap()
        .push(added.clone());
    let rolling = certin["clock"]
        .as_array()
        .unwrap()
        .iter()
        .find(|clock| clock.get("rolling").is_some());
    let mut rolling = rolling.unwrap().clone();
    rolling["anchors"] = json!(["account_closed"]);
    rolling["statutory"] = json!(false);
    pack["clock"].as_array_mut().unwrap().push(rolling);
    pack["migration"] = json!([{"field": "old_field", "to": "custom", "text": "Renamed", "cite": "Ours", "confidence": "design"}]);
    pack
}

/// Places worth changing: of each list the first item, and every item with a key not met before.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let place = format!("{here}/{key}");
                found.push(place.clone());
                places(inner, &place, found);
            }
        }
        Value::Array(items) => {
            let mut met: BTreeSet<&str> = BTreeSet::new();
            for (index, item) in items.iter().enumerate() {
                let keys: BTreeSet<&str> = item
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(key, _)| key.as_str())
                    .collect();
                if index == 0 || !keys.is_subset(&met) {
                    met.extend(keys);
                    let place = format!("{here}/{index}");
                    found.push(place.clone());
                    places(item, &place, found);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn every_built_in_pack_follows_the_published_schema() {
    let schema = schema();
    for text in builtin::TEXTS {
        let pack = as_json(text);
        let faults: Vec<String> = schema
            .iter_errors(&pack)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{}: {faults:?}", pack["pack"]["id"]);
    }
    let full = fullest();
    assert!(
        schema.is_valid(&full) && parses(&full),
        "the fullest pack is a pack"
    );
}

/// Removes each key, adds a key to each table, and gives each value another type: about two thousand broken packs.
#[test]
fn the_schema_and_the_program_refuse_the_same_shapes() {
    let (schema, full) = (schema(), fullest());
    let mut found = vec![String::new()];
    places(&full, "", &mut found);
    let (mut tried, mut refused) = (0, 0);
    let mut judge = |what: &str, pack: &Value| {
        let valid = schema.is_valid(pack);
        let shaped = serde_json::from_value::<File>(pack.clone()).is_ok();
        tried += 1;
        refused += usize::from(!valid);
        assert!(
            shaped || !valid,
            "{what}: the program refuses this shape, the schema must too"
        );
        if !valid {
            assert!(
                !parses(pack),
                "{what}: the schema refuses this, the program must too"
            );
        }
    };
    for place in &found {
        if let Some((parent, key)) = place.rsplit_once('/') {
            let mut without = full.clone();
            match without.pointer_mut(parent).unwrap() {
                Value::Object(map) => {
                    map.shift_remove(key);
                }
                Value::Array(items) => {
                    items.remove(key.parse().unwrap());
                }
                _ => {}
            }
            judge(&format!("without {place}"), &without);
        }
        let mut more = full.clone();
        if let Some(Value::Object(map)) = more.pointer_mut(place) {
            map.insert("surprise".to_owned(), json!(1));
            judge(&format!("a surprise in {place}"), &more);
        }
        for other in [json!("  "), json!(-1), json!(["x"]), json!({"x": 1})] {
            let mut changed = full.clone();
            *changed.pointer_mut(place).unwrap() = other.clone();
            judge(&format!("{place} = {other}"), &changed);
        }
    }
    assert!(
        tried > 1_500 && refused > 1_000,
        "{tried} tried, {refused} refused"
    );
}

#[test]
fn broken_packs_fail_the_schema() {
    let (schema, full) = (schema(), fullest());
    for (place, value) in [
        ("/pack/id", json!("Us_Iaas")),
        ("/pack/version", json!("1.0")),
        ("/pack/status", json!("final-ish")),
        ("/pack/published", json!("2024-13-29")),
        ("/pack/banner", json!(" ")),
        ("/authority", json!([])),
        ("/threshold/ownership_percent", json!(250)),
        ("/clock/0/cite", json!("")),
        ("/clock/0/n", json!(3661)),
        ("/clock/0/n", json!(-1)),
        ("/clock/0/unit", json!("fortnights")),
        ("/clock/0/anchors", json!([])),
        ("/clock/0/anchors", json!(["transaction", "transaction"])),
        ("/clock/0/confidence", json!("certain")),
        ("/ai_condition/0/all/0/value", json!(1e26)),
        (
            "/ai_condition/0/all/0/value",
            json!(9_007_199_254_740_992_u64),
        ),
        ("/ai_condition/0/all/0/value", json!("many")),
        ("/ai_condition/0/all", json!([])),
        ("/holiday/0/date", json!("25/12/2025")),
        ("/calendar/first_year", json!(1)),
    ] {
        let mut broken = full.clone();
        *broken.pointer_mut(place).unwrap() = value.clone();
        assert!(
            !schema.is_valid(&broken),
            "{place} = {value} must fail the schema"
        );
        assert!(
            !parses(&broken),
            "{place} = {value} must be refused by the program"
        );
    }
}
