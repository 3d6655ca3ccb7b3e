//! Two records that are one customer: what they add up to. Decides nothing and writes nothing.

use crate::customer::{CustomerFile, Dated, Owner};
use crate::text;
use std::collections::BTreeMap;

/// Whose value a field keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// The record that is kept.
    Kept,
    /// The one that goes into it.
    Other,
    /// Both, for a field of several values.
    Both,
}

fn both(one: &Dated, other: &Dated) -> Dated {
    let mut all = one.clone();
    for value in &other.values {
        if !all.values.contains(value) {
            all.values.push(value.clone());
        }
    }
    all
}

/// Owners who are one: the same name and kind.
fn same_owner<'a>(file: &'a CustomerFile, owner: &Owner) -> Option<&'a Owner> {
    file.owners.iter().find(|there| {
        there.kind == owner.kind && text::searchable(&there.name) == text::searchable(&owner.name)
    })
}

/// The record that is kept, with what the other one has: fields as chosen (its own where nothing was chosen, the other's where it has none),
/// owners and accounts of both, and every determination, attempt and discrepancy in the order of their days.
pub fn merged(
    kept: &CustomerFile,
    other: &CustomerFile,
    takes: &BTreeMap<String, Take>,
) -> CustomerFile {
    let mut file = kept.clone();
    for (id, theirs) in &other.fields {
        let taken = match (file.fields.get(id), takes.get(id)) {
            (None, _) | (Some(_), Some(Take::Other)) => theirs.clone(),
            (Some(mine), Some(Take::Both)) => both(mine, theirs),
            (Some(_), Some(Take::Kept) | None) => continue,
        };
        file.fields.insert(id.clone(), taken);
    }
    for (label, value) in &other.custom {
        file.custom
            .entry(label.clone())
            .or_insert_with(|| value.clone());
    }
    // Ids are given within a record, so the other's are new here.
    let mut ids: BTreeMap<String, String> =
        BTreeMap::from([(other.reference.clone(), kept.reference.clone())]);
    for owner in &other.owners {
        match same_owner(kept, owner) {
            Some(there) => {
                ids.insert(owner.id.clone(), there.id.clone());
            }
            None => {
                let id = file.next_id("O");
                ids.insert(owner.id.clone(), id.clone());
                file.owners.push(Owner {
                    id,
                    ..owner.clone()
                });
            }
        }
    }
    let new: Vec<String> = ids.values().cloned().collect();
    for owner in &mut file.owners {
        if kept.owners.iter().any(|there| there.id == owner.id) || !new.contains(&owner.id) {
            continue;
        }
        for one in &mut owner.interests {
            let named = one
                .of
                .iter_mut()
                .chain(&mut one.held_for)
                .chain(&mut one.via);
            for named in named {
                if let Some(id) = ids.get(named) {
                    named.clone_from(id);
                }
            }
        }
    }
    for account in &other.accounts {
        let mut account = account.clone();
        let theirs = std::mem::replace(&mut account.id, file.next_id("A"));
        ids.insert(theirs, account.id.clone());
        let mut payments = Vec::new();
        for payment in std::mem::take(&mut account.payments) {
            let mut payment = payment;
            // The ids already given in this account count too.
            let taken = payments.len();
            let theirs = std::mem::replace(&mut payment.id, next_payment(&file, taken));
            ids.insert(theirs, payment.id.clone());
            payments.push(payment);
        }
        account.payments = payments;
        file.accounts.push(account);
    }
    for one in &other.signatories {
        let mut signatory = one.clone();
        signatory.id = file.next_id("S");
        ids.insert(one.id.clone(), signatory.id.clone());
        file.signatories.push(signatory);
    }
    let about = |about: &String| ids.get(about).cloned().unwrap_or_else(|| about.clone());
    for one in &other.determinations {
        let mut one = one.clone();
        one.about = about(&one.about);
        file.determinations.push(one);
    }
    file.determinations
        .sort_by(|a, b| a.decided_on.cmp(&b.decided_on));
    for one in &other.verifications {
        let mut one = one.clone();
        one.about = about(&one.about);
        file.verifications.push(one);
    }
    file.verifications
        .sort_by(|a, b| a.performed_on.cmp(&b.performed_on));
    for one in &other.discrepancies {
        let mut one = one.clone();
        one.about = about(&one.about);
        one.id = file.next_id("D");
        file.discrepancies.push(one);
    }
    for one in &other.reviews {
        let mut one = one.clone();
        one.about = about(&one.about);
        one.id = format!("RV-{}", file.reviews.len() + 1);
        file.reviews.push(one);
    }
    // A value that is the other record's now is not proven by our document, nor ours by theirs.
    file.drop_proofs_of_changed(kept);
    for proof in &other.proofs {
        let of = about(&proof.of);
        let is_theirs = of != kept.reference && kept.part_values(&of).is_none();
        let mut proof = proof.clone();
        proof.values = std::mem::take(&mut proof.values)
            .into_iter()
            .map(|value| (about(&value), value))
            .filter(|(now, then)| is_theirs || file.said(&of, now) == other.said(&proof.of, then))
            .map(|(now, _)| now)
            .collect();
        proof.of = of;
        if !proof.values.is_empty() {
            file.proofs.push(proof);
        }
    }
    if file.notice.is_none() {
        file.notice.clone_from(&other.notice);
    }
    for letter in &other.letters {
        let mut letter = letter.clone();
        letter.id = file.next_id("L");
        file.letters.push(letter);
    }
    for one in &other.redress {
        let mut one = one.clone();
        one.id = file.next_id("R");
        file.redress.push(one);
    }
    for one in &other.red_flags {
        let mut one = one.clone();
        one.id = file.next_id("F");
        file.red_flags.push(one);
    }
    for apart in &other.apart {
        if apart.other != kept.reference && !file.apart.iter().any(|one| one.other == apart.other) {
            file.apart.push(apart.clone());
        }
    }
    file.apart.retain(|one| one.other != other.reference);
    file.merged.push(other.reference.clone());
    file.merged.extend(other.merged.iter().cloned());
    file
}

fn next_payment(file: &CustomerFile, taken: usize) -> String {
    let next = file.next_id("P");
    let number: usize = next
        .strip_prefix("P-")
        .and_then(|number| number.parse().ok())
        .unwrap_or(1);
    format!("P-{}", number + taken)
}

/// Whether a settled case has to be looked at again after a merge: somebody in it is not shown to be a U.S. person any more, or is not
/// verified, or the other record was not settled itself (D-24).
pub fn unsettles(kept: &CustomerFile, other: &CustomerFile, after: &CustomerFile) -> bool {
    after.standings() != kept.standings()
        || !crate::onboarding::SETTLED.contains(&other.status.as_str())
        || after
            .discrepancies
            .iter()
            .any(|one| one.resolution.is_none())
        || kept.fields.iter().any(|(id, value)| {
            after
                .fields
                .get(id)
                .is_some_and(|now| now.values != value.values)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::{Account, Determination, PartyKind, Payment, UsStatus};
    use crate::ownership::{Interest, InterestKind, Share};

    fn owner(id: &str, name: &str) -> Owner {
        Owner {
            interests: vec![Interest::in_customer(
                InterestKind::Equity,
                Some(Share::exact(30_000)),
            )],
            ..Owner::new(id, name, PartyKind::Individual)
        }
    }

    fn account(id: &str, payments: &[&str]) -> Account {
        Account {
            id: id.to_owned(),
            account_ref: format!("acct-{id}"),
            state: "restricted".to_owned(),
            products: String::new(),
            opened_on: None,
            closed_on: None,
            resold_to_foreign: None,
            payments: payments
                .iter()
                .map(|id| Payment {
                    id: (*id).to_owned(),
                    kind: "card".to_owned(),
                    institution: "Bank".to_owned(),
                    source: "Own".to_owned(),
                    identifier: None,
                    country: None,
                })
                .collect(),
            extra: BTreeMap::new(),
        }
    }

    #[test]
    fn nothing_of_the_other_record_is_lost_and_no_id_stands_for_two_things() {
        let mut kept = CustomerFile::new("C-1", None, PartyKind::Entity);
        kept.owners.push(owner("O-1", "Ana Lima"));
        kept.accounts.push(account("A-1", &["P-1"]));
        let mut other = CustomerFile::new("C-2", None, PartyKind::Entity);
        other.owners = vec![owner("O-1", "ANA LÍMA"), owner("O-2", "Bo Li")];
        other.accounts = vec![account("A-1", &["P-1", "P-2"]), account("A-2", &[])];
        for (about, on) in [("C-2", "2026-01-01"), ("O-2", "2026-02-01")] {
            other.determinations.push(Determination {
                about: about.to_owned(),
                test: "none_met".to_owned(),
                outcome: UsStatus::Foreign,
                evidence: "seen".to_owned(),
                documents: Vec::new(),
                decided_by: "k".to_owned(),
                decided_on: on.to_owned(),
                approved: None,
            });
        }
        let after = merged(&kept, &other, &BTreeMap::new());
        let ids = |after: &CustomerFile| -> Vec<String> {
            after.accounts.iter().map(|one| one.id.clone()).collect()
        };
        assert_eq!(after.owners.len(), 2, "the same owner is there once");
        assert_eq!(after.owners[1].id, "O-2");
        assert_eq!(ids(&after), ["A-1", "A-2", "A-3"]);
        let mut payments: Vec<&str> = after
            .accounts
            .iter()
            .flat_map(|one| &one.payments)
            .map(|one| one.id.as_str())
            .collect();
        payments.dedup();
        assert_eq!(payments, ["P-1", "P-2", "P-3"]);
        assert_eq!(after.us_status_of("C-1"), UsStatus::Foreign);
        assert_eq!(after.us_status_of("O-2"), UsStatus::Foreign);
        assert_eq!(after.merged, ["C-2"]);
    }
}
