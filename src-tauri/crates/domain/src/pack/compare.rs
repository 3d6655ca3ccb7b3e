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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::builtin::TEXTS;

    fn changed(replacements: &[(&str, &str)]) -> Vec<Difference> {
        let mut text = TEXTS[0].to_owned();
        for (from, to) in replacements {
            assert!(text.contains(from), "the pack no longer holds {from}");
            text = text.replacen(from, to, 1);
        }
        let new = RulePack::parse(&text).unwrap_or_else(|error| panic!("{error}"));
        compare(&RulePack::parse(TEXTS[0]).unwrap(), &new)
    }

    fn short(difference: &Difference) -> (Part, &str, Kind, Option<&str>, &str, &str) {
        (
            difference.part,
            difference.id.as_str(),
            difference.kind,
            difference.what,
            difference.old.as_deref().unwrap_or(""),
            difference.new.as_deref().unwrap_or(""),
        )
    }

    #[test]
    fn a_pack_does_not_differ_from_itself() {
        for pack in RulePack::builtins() {
            assert_eq!(compare(pack, pack), []);
        }
    }

    #[test]
    fn a_changed_number_is_told_with_old_new_and_paragraph() {
        let found = changed(&[
            ("version = \"1.0.1\"", "version = \"1.1.0\""),
            ("n = 10\n", "n = 15\n"),
        ]);
        let rows: Vec<_> = found.iter().map(short).collect();
        assert_eq!(
            rows,
            [
                (
                    Part::Pack,
                    "us-iaas-nprm-2024",
                    Kind::Changed,
                    Some("version"),
                    "1.0.1",
                    "1.1.0"
                ),
                (
                    Part::Clock,
                    "CLK-CIP-REQ",
                    Kind::Changed,
                    Some("n"),
                    "10",
                    "15"
                ),
            ]
        );
        assert_eq!(found[1].cite, "15 CFR 7.303, 7.305 (proposed)");
        assert_eq!(found[1].confidence, Some("seen"));
    }

    #[test]
    fn what_came_and_went_is_told_as_a_whole() {
        let found = changed(&[
            (
                "[[holiday]]\ndate = \"2025-12-25\"\nname = \"Christmas Day\"\n",
                "",
            ),
            (
                "[[fields.individual.off]]\nfield = \"date_of_birth\"",
                "[[fields.individual.required]]\nfield = \"date_of_birth\"\nlabel = \"Date of birth\"",
            ),
            ("value = \"1e26\"", "value = \"1e25\""),
        ]);
        let rows: Vec<_> = found
            .iter()
            .map(|row| (row.part, row.id.as_str(), row.kind))
            .collect();
        assert_eq!(
            rows,
            [
                (Part::RequiredField, "individual.date_of_birth", Kind::Added),
                (Part::OffField, "individual.date_of_birth", Kind::Removed),
                (Part::AiCondition, "eo14110-interim", Kind::Changed),
                (Part::Holiday, "2025-12-25", Kind::Removed),
            ]
        );
        assert_eq!(found[3].old.as_deref(), Some("Christmas Day"));
        assert!(
            found[2]
                .new
                .as_deref()
                .unwrap()
                .starts_with("est_operations > 1e25; ")
        );
    }

    #[test]
    fn a_change_of_text_or_confidence_is_a_difference_too() {
        let found = changed(&[
            (
                "text = \"Prepared under a proposed rule that is not in force.\"",
                "text = \"Prepared under a proposed rule.\"",
            ),
            ("confidence = \"memory-low\"", "confidence = \"seen\""),
        ]);
        let rows: Vec<_> = found.iter().map(|row| (row.part, row.what)).collect();
        assert_eq!(
            rows,
            [
                (Part::RequiredField, Some("confidence")),
                (Part::Text, Some("text"))
            ]
        );
    }

    #[test]
    fn the_way_back_is_the_mirror_of_the_way_there() {
        let packs = RulePack::builtins();
        for (a, b) in packs.iter().flat_map(|a| packs.iter().map(move |b| (a, b))) {
            let key = |row: &Difference| {
                (
                    row.part,
                    row.id.clone(),
                    row.what,
                    row.old.clone(),
                    row.new.clone(),
                )
            };
            let mirrored = |row: &Difference| {
                (
                    row.part,
                    row.id.clone(),
                    row.what,
                    row.new.clone(),
                    row.old.clone(),
                )
            };
            // The row of the pack itself carries either id.
            let plain = |row: &&Difference| row.part != Part::Pack;
            let mut there: Vec<_> = compare(a, b).iter().filter(plain).map(key).collect();
            let mut back: Vec<_> = compare(b, a).iter().filter(plain).map(mirrored).collect();
            there.sort();
            back.sort();
            assert_eq!(there, back, "{} and {}", a.id(), b.id());
        }
    }
}
