//! What a file of statements says that is not taken over, in sentences. Decides nothing.

use super::{super::spaced, Record, RecordKind};
use std::collections::BTreeMap;

/// Every property that has no place, and what comes after the first of a list.
pub(super) fn out(records: &BTreeMap<String, Record>, subjects: &[String]) -> Vec<String> {
    let mut left: BTreeMap<(&str, String), u32> = BTreeMap::new();
    for (id, record) in records {
        let is_customer = subjects.contains(id);
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
                "organizations among the owners",
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
            let other_names = name == "names" && value.as_array().is_some_and(|all| all.len() > 1);
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
        "organizations among the owners",
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
