//! What a file of entities says that is not taken over, in sentences. Decides nothing.

use super::entities::{Entity, Schema};
use std::collections::BTreeMap;

/// Properties of an owner that are taken over.
const OF_OWNERS: &[&str] = &[
    "name",
    "firstName",
    "lastName",
    "country",
    "jurisdiction",
    "nationality",
    "citizenship",
    "address",
    "addressEntity",
    "email",
    "phone",
];

/// Properties of a tie that are taken over.
const OF_TIES: &[&str] = &[
    "owner",
    "asset",
    "director",
    "organization",
    "ownershipType",
    "percentage",
    "role",
    "status",
    "startDate",
    "endDate",
    "publisher",
];

/// What a file says that is not taken over, by whom.
#[derive(Default)]
pub(super) struct Left(BTreeMap<(&'static str, String), u32>);

impl Left {
    /// What an owner says that has no place.
    pub(super) fn owner(&mut self, entity: &Entity) {
        let whom = match entity.schema {
            Schema::Person => "people",
            _ => "organizations among the owners",
        };
        for (property, values) in entity.properties() {
            if !OF_OWNERS.contains(&property) {
                self.count(whom, property);
            } else if values.len() > 1 && property != "name" {
                self.count(whom, &format!("further {property}"));
            }
        }
        if entity.all("name").len() > 2 {
            self.count(whom, "further names");
        }
    }

    /// What a tie says that has no place.
    pub(super) fn tie(&mut self, entity: &Entity) {
        for (property, _) in entity
            .properties()
            .filter(|(one, _)| !OF_TIES.contains(one))
        {
            self.count("ties", property);
        }
    }

    fn count(&mut self, whom: &'static str, property: &str) {
        *self.0.entry((whom, property.to_owned())).or_default() += 1;
    }

    /// All of it, in sentences.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ((whom, property), count) in &self.0 {
            let words = super::super::spaced(property);
            notes
                .entry(whom)
                .or_default()
                .push(format!("{words} ({count})"));
        }
        notes
            .into_iter()
            .map(|(whom, what)| format!("Not taken over of {whom}: {}.", what.join(", ")))
            .collect()
    }
}
