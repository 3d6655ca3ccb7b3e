//! Which document proves which value of a customer's file: every value of a customer, an owner, a signatory or an account, in one way.
//!
//! A document proves a value because a person named it, or because an accepted review read the same in it. What it proves is the value as it
//! stood: another value in its place is not proven by it. Must not know where documents are kept.

use crate::{
    agree::{self, Kind, Mark},
    customer::{Account, CustomerFile, Owner, Payment},
    field,
    ownership::Interest,
    review::{self, Asked, Pin},
    signatory::Signatory,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A document that a person named as the proof of values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Whose values: the customer's reference, or the id of an owner, a signatory or an account.
    pub of: String,
    /// Which: fields of the customer, or values of the part by their ids ([`PartValue::id`]).
    pub values: Vec<String>,
    /// The document's id.
    pub document: String,
    /// The document's name.
    pub name: String,
    /// Who named it: a fingerprint.
    pub by: String,
    /// The day.
    pub on: String,
}

/// The part under which the columns of imports stand that no field stands for.
pub const CUSTOM: &str = "custom";

/// What a value says, as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Texts; none where nothing is recorded.
    Texts(Vec<String>),
    /// An owner's ties.
    Ties(Vec<Interest>),
    /// A means of payment.
    Payment(Payment),
}

impl Said {
    fn text(text: Option<&str>) -> Self {
        Self::Texts(
            text.filter(|text| !text.is_empty())
                .map(str::to_owned)
                .into_iter()
                .collect(),
        )
    }

    /// Whether nothing is recorded.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Texts(texts) => texts.is_empty(),
            Self::Ties(ties) => ties.is_empty(),
            Self::Payment(_) => false,
        }
    }
}

/// A value of an owner, a signatory or an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartValue {
    /// Its id within the part: a name of [`LABELS`], a field that a rule pack adds, or a means of payment such as `P-1`.
    pub id: String,
    /// What it says.
    pub said: Said,
}

/// What a person calls the values of parts.
pub const LABELS: &[(&str, &str)] = &[
    ("name", "Name"),
    ("name_original", "Name in its own script"),
    ("unspecified", "Not named, because"),
    ("ties", "Holds"),
    ("role", "Role"),
    ("authority", "Authority"),
    ("country", "Country"),
    ("address", "Address"),
    ("email", "E-mail"),
    ("phone", "Telephone"),
    ("source", "Source"),
    ("valid_from", "Since"),
    ("valid_to", "Until"),
    ("account_ref", "Account number"),
    ("state", "State"),
    ("products", "Products"),
    ("opened_on", "Opened on"),
    ("closed_on", "Closed on"),
    ("resold_to_foreign", "Resold to a foreign person on"),
];

/// What a person calls a value: of the customer itself (`part` is false), or of a part.
pub fn label(value: &str, part: bool) -> String {
    if !part {
        return field::find(value)
            .map_or(value, |field| field.label)
            .to_owned();
    }
    if value.starts_with("P-") {
        return format!("Means of payment {value}");
    }
    LABELS
        .iter()
        .find(|(id, _)| *id == value)
        .map_or(value, |(_, label)| label)
        .to_owned()
}

fn texts<const N: usize>(values: [(&str, Option<&str>); N]) -> impl Iterator<Item = PartValue> {
    values
        .map(|(id, text)| PartValue {
            id: id.to_owned(),
            said: Said::text(text),
        })
        .into_iter()
}

impl Owner {
    /// Every value, those that are empty too.
    pub fn values(&self) -> Vec<PartValue> {
        let ties = PartValue {
            id: "ties".to_owned(),
            said: Said::Ties(self.interests.clone()),
        };
        texts([
            ("name", Some(&*self.name)),
            ("name_original", self.name_original.as_deref()),
            ("unspecified", self.unspecified.as_deref()),
        ])
        .chain([ties])
        .chain(texts([
            ("country", self.country.as_deref()),
            ("address", self.address.as_deref()),
            ("email", self.email.as_deref()),
            ("phone", self.phone.as_deref()),
            ("source", self.source.as_deref()),
            ("valid_from", self.valid_from.as_deref()),
            ("valid_to", self.valid_to.as_deref()),
        ]))
        .collect()
    }
}

impl Signatory {
    /// Every value, those that are empty too.
    pub fn values(&self) -> Vec<PartValue> {
        texts([
            ("name", Some(&*self.name)),
            ("name_original", self.name_original.as_deref()),
            ("role", Some(&*self.role)),
            ("authority", Some(&*self.authority)),
            ("country", self.country.as_deref()),
            ("address", self.address.as_deref()),
            ("email", self.email.as_deref()),
            ("phone", self.phone.as_deref()),
            ("source", self.source.as_deref()),
            ("valid_from", self.valid_from.as_deref()),
            ("valid_to", self.valid_to.as_deref()),
        ])
        .collect()
    }
}

impl Account {
    /// Every value, those that are empty too, fields that rule packs add, and each means of payment.
    pub fn values(&self) -> Vec<PartValue> {
        let added = self.extra.iter().map(|(id, text)| PartValue {
            id: id.clone(),
            said: Said::text(Some(text)),
        });
        let payments = self.payments.iter().map(|payment| PartValue {
            id: payment.id.clone(),
            said: Said::Payment(payment.clone()),
        });
        texts([
            ("account_ref", Some(&*self.account_ref)),
            ("state", Some(&*self.state)),
            ("products", Some(&*self.products)),
            ("opened_on", self.opened_on.as_deref()),
            ("closed_on", self.closed_on.as_deref()),
            ("resold_to_foreign", self.resold_to_foreign.as_deref()),
        ])
        .chain(added)
        .chain(payments)
        .collect()
    }
}

/// Columns of imports that no field stands for, as values.
pub fn columns(custom: &BTreeMap<String, String>) -> Vec<PartValue> {
    let columns = custom.iter().map(|(column, text)| PartValue {
        id: column.clone(),
        said: Said::text(Some(text)),
    });
    columns.collect()
}

/// A document that proves a value, and by whose word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proven<'a> {
    /// The document's id.
    pub document: &'a str,
    /// Where on its page the value was read.
    pub pin: Option<&'a Pin>,
    /// Who read or named it: a fingerprint.
    pub by: &'a str,
    /// The day.
    pub on: &'a str,
    /// A person named it, and may take it back; what was read in a review is another review's matter.
    pub named: bool,
}

/// The values of a person's part of the file that a reading speaks of.
fn speaks_of(file: &CustomerFile, about: &str, asked: &Asked) -> &'static [&'static str] {
    if about == file.reference {
        return &[];
    }
    match asked.id {
        "full_name" | "business_name" => &["name", "name_original"],
        // Where somebody lives is not shown by who issued the passport.
        "jurisdiction" => &["country"],
        "street_address" | "principal_place" => &["address"],
        _ => &[],
    }
}

impl CustomerFile {
    /// Every value of an owner, a signatory, an account or the imported columns; none where there is no such part.
    pub fn part_values(&self, part: &str) -> Option<Vec<PartValue>> {
        if part == CUSTOM {
            return Some(columns(&self.custom));
        }
        let owner = self.owners.iter().find(|one| one.id == part);
        let signatory = self.signatories.iter().find(|one| one.id == part);
        let account = self.accounts.iter().find(|one| one.id == part);
        owner
            .map(Owner::values)
            .or_else(|| signatory.map(Signatory::values))
            .or_else(|| account.map(Account::values))
    }

    /// What a value says: a field of the customer, or a value of a part; none where there is no such value.
    pub fn said(&self, of: &str, value: &str) -> Option<Said> {
        if of == self.reference {
            return self
                .fields
                .get(value)
                .map(|dated| Said::Texts(dated.values.clone()));
        }
        let values = self.part_values(of)?;
        values
            .into_iter()
            .find(|one| one.id == value)
            .map(|one| one.said)
    }

    /// Every value that is recorded: whose, and which.
    fn recorded(&self) -> Vec<(String, String)> {
        let custom = CUSTOM.to_owned();
        let parts = (self.owners.iter().map(|one| &one.id))
            .chain(self.signatories.iter().map(|one| &one.id))
            .chain(self.accounts.iter().map(|one| &one.id))
            .chain([&custom]);
        let of_parts = parts.flat_map(|part| {
            let values = self.part_values(part).unwrap_or_default();
            values
                .into_iter()
                .filter(|one| !one.said.is_nothing())
                .map(|one| (part.clone(), one.id))
        });
        (self.fields.keys())
            .map(|id| (self.reference.clone(), id.clone()))
            .chain(of_parts)
            .collect()
    }

    /// The values that are recorded now and said something else, or nothing, before; by whose they are.
    pub fn newly_said(&self, before: Option<&Self>) -> Vec<(String, Vec<String>)> {
        let mut new: Vec<(String, Vec<String>)> = Vec::new();
        for (of, value) in self.recorded() {
            if before.and_then(|before| before.said(&of, &value)) == self.said(&of, &value) {
                continue;
            }
            match new.last_mut().filter(|(last, _)| *last == of) {
                Some((_, values)) => values.push(value),
                None => new.push((of, vec![value])),
            }
        }
        new
    }

    /// What proves a value as it stands, what was read before what was named, the latest first. A document that was rejected proves nothing.
    pub fn proofs<'a>(&'a self, of: &str, value: &str) -> Vec<Proven<'a>> {
        if self.reviews.is_empty() && self.proofs.is_empty() {
            return Vec::new();
        }
        let mut proofs = self.readings(of, value);
        let rejected = |document: &str| {
            self.review_of(document)
                .is_some_and(|review| review.decision == "reject")
        };
        let named = self.proofs.iter().rev().filter(|proof| {
            proof.of == of
                && proof.values.iter().any(|one| one == value)
                && !rejected(&proof.document)
        });
        for proof in named {
            match proofs.iter_mut().find(|one| one.document == proof.document) {
                Some(read) => read.named = true,
                None => proofs.push(Proven {
                    document: &proof.document,
                    pin: None,
                    by: &proof.by,
                    on: &proof.on,
                    named: true,
                }),
            }
        }
        proofs
    }

    /// Accepted readings that are the same as a value or similar, the latest first.
    fn readings<'a>(&'a self, of: &str, value: &str) -> Vec<Proven<'a>> {
        let Some(Said::Texts(texts)) = self.said(of, value) else {
            return Vec::new();
        };
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        self.reviews
            .iter()
            .rev()
            .filter(|review| review.decision == "accept" && review.about == of)
            .filter(|review| self.review_of(&review.document) == Some(review))
            .filter_map(|review| {
                let asked = review::asked_of(&review.kind).iter().find(|asked| {
                    review::takes_into(self, of, asked) == Some(value)
                        || speaks_of(self, of, asked).contains(&value)
                })?;
                let fact = review.facts.iter().find(|fact| fact.field == asked.id)?;
                let mark =
                    agree::compare(Kind::of(asked.id, asked.input), &fact.value, &texts).mark;
                matches!(mark, Mark::Same | Mark::Similar).then_some(Proven {
                    document: &review.document,
                    pin: fact.pin.as_ref(),
                    by: &review.by,
                    on: &review.on,
                    named: false,
                })
            })
            .collect()
    }

    /// A document is named as the proof of values, or named no longer.
    pub(crate) fn name_proof(&mut self, proof: &Proof, holds: bool) {
        for one in &mut self.proofs {
            if (&one.of, &one.document) == (&proof.of, &proof.document) {
                one.values.retain(|value| !proof.values.contains(value));
            }
        }
        if holds {
            self.proofs.push(proof.clone());
        }
        self.proofs.retain(|one| !one.values.is_empty());
    }

    /// Gives up the proofs of what said something else before.
    pub(crate) fn drop_proofs_of_changed(&mut self, before: &Self) {
        let mut proofs = std::mem::take(&mut self.proofs);
        for proof in &mut proofs {
            let of = &proof.of;
            proof
                .values
                .retain(|value| self.said(of, value) == before.said(of, value));
        }
        proofs.retain(|proof| !proof.values.is_empty());
        self.proofs = proofs;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{change::Change, customer::PartyKind};

    fn proof(of: &str, values: &[&str], document: &str) -> Proof {
        Proof {
            of: of.to_owned(),
            values: values.iter().map(|one| (*one).to_owned()).collect(),
            document: document.to_owned(),
            name: format!("{document}.pdf"),
            by: "k".to_owned(),
            on: "2026-11-24".to_owned(),
        }
    }

    fn signatory(name: &str, address: &str) -> Signatory {
        serde_json::from_value(serde_json::json!({
            "id": "S-1", "name": name, "role": "signatory", "authority": "signs alone", "address": address
        }))
        .unwrap()
    }

    fn recorded(signatory: Signatory) -> Change {
        Change::SignatoryRecorded {
            customer: "C-1".to_owned(),
            before: None,
            signatory: Box::new(signatory),
        }
    }

    #[test]
    fn another_value_in_its_place_is_not_proven_by_what_proved_the_old_one() {
        let mut file = CustomerFile::new("C-1", None, PartyKind::Entity);
        file.apply(&recorded(signatory("Mara Lind", "1 Old Lane")), 1, 0);
        let named = Change::ProofRecorded {
            customer: "C-1".to_owned(),
            proof: Box::new(proof("S-1", &["name", "address"], "d1")),
            holds: true,
        };
        file.apply(&named, 2, 0);
        assert_eq!(file.proofs("S-1", "address").len(), 1);
        file.apply(&recorded(signatory("Mara Lind", "2 New Street")), 3, 0);
        assert!(file.proofs("S-1", "address").is_empty());
        assert_eq!(file.proofs("S-1", "name")[0].document, "d1");
        let back = Change::ProofRecorded {
            customer: "C-1".to_owned(),
            proof: Box::new(proof("S-1", &["name"], "d1")),
            holds: false,
        };
        file.apply(&back, 4, 0);
        assert!(
            file.proofs.is_empty(),
            "what was taken back leaves nothing behind"
        );
    }

    #[test]
    fn what_is_new_is_told_by_whose_it_is() {
        let empty = CustomerFile::new("C-1", None, PartyKind::Entity);
        let mut file = empty.clone();
        file.apply(&recorded(signatory("Mara Lind", "1 Old Lane")), 1, 0);
        let all = ["name", "role", "authority", "address"].map(str::to_owned);
        assert_eq!(
            file.newly_said(Some(&empty)),
            [("S-1".to_owned(), all.to_vec())],
            "what is empty is not said"
        );
        let before = file.clone();
        file.apply(&recorded(signatory("Mara Lind", "2 New Street")), 2, 0);
        assert_eq!(
            file.newly_said(Some(&before)),
            [("S-1".to_owned(), vec!["address".to_owned()])]
        );
    }
}
