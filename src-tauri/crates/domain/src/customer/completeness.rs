//! What the rule packs in use still ask of a customer's file.

use super::{CustomerFile, UsStatus};
use crate::rulebook::Rulebook;

/// A required item that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The field's id, as packs name it.
    pub field: String,
    /// In words, with whose it is.
    pub label: String,
    /// The same without a name or a number of anybody's, for what leaves the house.
    pub what: String,
    /// identity, owners, accounts, case.
    pub tab: &'static str,
    /// The owner's or account's id.
    pub part: Option<String>,
}

/// How complete a file is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Items required.
    pub required: u32,
    /// What is missing.
    pub gaps: Vec<Gap>,
}

impl Completeness {
    /// How many required items are there.
    pub fn present(&self) -> u32 {
        self.required - self.missing()
    }

    /// How many required items are missing.
    pub fn missing(&self) -> u32 {
        u32::try_from(self.gaps.len()).unwrap_or(u32::MAX)
    }

    /// One required item; `part` is the id, the name and the kind of the owner or the account that it is asked of.
    fn item(
        &mut self,
        there: bool,
        field: &str,
        label: &str,
        tab: &'static str,
        part: Option<(&str, &str, &str)>,
    ) {
        self.required += 1;
        if !there {
            let of = |whose: Option<&str>| match whose {
                Some(whose) => format!("{label} of {whose}"),
                None => label.to_owned(),
            };
            self.gaps.push(Gap {
                field: field.to_owned(),
                label: of(part.map(|(_, name, _)| name)),
                what: of(part.map(|(_, _, kind)| kind)),
                tab,
                part: part.map(|(id, _, _)| id.to_owned()),
            });
        }
    }
}

impl CustomerFile {
    /// What the packs in use require of this customer. A customer shown to be a U.S. person with U.S. owners only owes its name and that showing (D-23);
    /// everybody else owes the whole list (D-10).
    pub fn completeness(&self, rules: &Rulebook) -> Completeness {
        let mut all = Completeness::default();
        // What was merged away is asked for under the record that it was merged into.
        if self.merged_into.is_some() {
            return all;
        }
        let cleared = self
            .standings()
            .iter()
            .all(|(_, status)| *status == UsStatus::Us);
        for item in rules.required_fields(self.kind.word()) {
            if cleared && item.field != self.kind.name_field() {
                continue;
            }
            let (there, tab) = match item.field.as_str() {
                "beneficial_owners" => {
                    let by_share = self.has_owner_by_share(rules);
                    // Where nobody owns enough, somebody is in control, and it is said why nobody owns enough.
                    if !by_share && !self.owners.is_empty() {
                        all.item(
                            self.none_identified.is_some(),
                            "none_identified",
                            "Why nobody is found who owns enough",
                            "owners",
                            None,
                        );
                    }
                    let named = by_share || !self.beneficial_owners(rules).is_empty();
                    (named, "owners")
                }
                field => (!self.values(field).is_empty(), "identity"),
            };
            all.item(there, &item.field, &item.label, tab, None);
        }
        if !cleared {
            all.item(
                self.notice.is_some(),
                "notice_delivered",
                "Notice to the customer",
                "case",
                None,
            );
            let beneficial = self.beneficial_owners(rules);
            for owner in self
                .owners
                .iter()
                .filter(|owner| beneficial.contains(&owner.id))
            {
                if self.us_status_of(&owner.id) != UsStatus::Us {
                    all.item(
                        owner.address.is_some(),
                        "street_address",
                        "Address",
                        "owners",
                        Some((&owner.id, &owner.name, "a beneficial owner")),
                    );
                }
            }
            for field in rules.added_fields("account") {
                for account in &self.accounts {
                    let there = account.extra.contains_key(&field.rule.field);
                    all.item(
                        there,
                        &field.rule.field,
                        &field.rule.label,
                        "accounts",
                        Some((&account.id, &account.account_ref, "an account")),
                    );
                }
            }
            for item in rules.required_fields("account") {
                if item.field.starts_with("payment_") {
                    let paid = self
                        .accounts
                        .iter()
                        .any(|account| !account.payments.is_empty());
                    all.item(paid, &item.field, &item.label, "accounts", None);
                }
            }
        }
        for (about, name, status) in self.people() {
            let part = (about != self.reference).then_some((
                about.as_str(),
                name.as_str(),
                "a beneficial owner",
            ));
            let decided = status != UsStatus::Undetermined;
            all.item(
                decided,
                "us_status",
                "U.S.-person determination",
                "case",
                part,
            );
        }
        all
    }
}
