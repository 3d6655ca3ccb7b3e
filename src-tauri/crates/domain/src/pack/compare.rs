//! What changed between two packs, row by row. Judges nothing: whether a change is adopted is a person's decision.

use super::{Demand, Fact, Part, RulePack};
use serde::Serialize;
use std::collections::BTreeMap;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Only the second pack has it.
    Added,
    /// Only the first pack has it.
    Removed,
    /// Both have it, with another value.
    Changed,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The part it stands in.
    pub part: Part,
    /// The id of the row.
    pub id: String,
    /// What a person reads; the second pack's where it has the row.
    pub label: String,
    /// What became of it.
    pub kind: Kind,
    /// The key that changed; none where the row as a whole came or went.
    pub what: Option<&'static str>,
    /// What the first pack says.
    pub old: Option<String>,
    /// What the second pack says.
    pub new: Option<String>,
    /// The paragraph: the second pack's where it has the row.
    pub cite: String,
    /// The word of its confidence, where it has one.
    pub confidence: Option<&'static str>,
}

/// What changed from `old` to `new`, in the order of the new pack, then what is gone.
pub fn compare(old: &RulePack, new: &RulePack) -> Vec<Difference> {
    let (before, after) = (old.demands(), new.demands());
    let mut gone: BTreeMap<(Part, &str), &Demand> =
        before.iter().map(|row| (key(row), row)).collect();
    let mut all = Vec::new();
    for row in &after {
        match gone.remove(&key(row)) {
            Some(earlier) => changes(earlier, row, &mut all),
            None => all.push(whole(row, Kind::Added)),
        }
    }
    // In the old pack's order.
    all.extend(
        before
            .iter()
            .filter(|row| gone.contains_key(&key(row)))
            .map(|row| whole(row, Kind::Removed)),
    );
    all.sort_by_key(|difference| difference.part);
    all
}

fn key(row: &Demand) -> (Part, &str) {
    // The pack is itself, whatever it is called: a new id is a change, not another row.
    match row.part {
        Part::Pack => (Part::Pack, ""),
        part => (part, &row.id),
    }
}

fn whole(row: &Demand, kind: Kind) -> Difference {
    let facts: Vec<String> = row
        .facts
        .iter()
        .map(|fact| format!("{} = {}", fact.name, fact.value))
        .chain((!row.text.is_empty()).then(|| row.text.clone()))
        .collect();
    let value = Some(if facts.is_empty() {
        row.label.clone()
    } else {
        facts.join("; ")
    });
    let (old, new) = match kind {
        Kind::Removed => (value, None),
        _ => (None, value),
    };
    Difference {
        part: row.part,
        id: row.id.clone(),
        label: row.label.clone(),
        kind,
        what: None,
        old,
        new,
        cite: row.cite.clone(),
        confidence: row.confidence.map(super::Confidence::word),
    }
}

fn changes(before: &Demand, after: &Demand, all: &mut Vec<Difference>) {
    let mut differs = |what, old: Option<&str>, new: Option<&str>| {
        if old != new {
            all.push(Difference {
                part: after.part,
                id: after.id.clone(),
                label: after.label.clone(),
                kind: Kind::Changed,
                what: Some(what),
                old: old.map(str::to_owned),
                new: new.map(str::to_owned),
                cite: after.cite.clone(),
                confidence: after.confidence.map(super::Confidence::word),
            });
        }
    };
    differs("id", Some(&before.id), Some(&after.id));
    differs("label", Some(&before.label), Some(&after.label));
    let value = |facts: &'_ [Fact], name: &str| {
        facts
            .iter()
            .find(|fact| fact.name == name)
            .map(|fact| fact.value.clone())
    };
    let mut names: Vec<&'static str> = after.facts.iter().map(|fact| fact.name).collect();
    for fact in &before.facts {
        if !names.contains(&fact.name) {
            names.push(fact.name);
        }
    }
    for name in names {
        differs(
            name,
            value(&before.facts, name).as_deref(),
            value(&after.facts, name).as_deref(),
        );
    }
    differs("text", Some(&before.text), Some(&after.text));
    differs("cite", Some(&before.cite), Some(&after.cite));
    differs(
        "confidence",
        before.confidence.map(super::Confidence::word),
        after.confidence.map(super::Confidence::word),
    );
}
