//! Owners, accounts and signatories of a customer, in words.

use super::entries::{Told, line, new};
use crate::customers::past;
use contract as c;
use domain::{
    customer::{Account, NoneIdentified, Owner},
    signatory::Signatory,
};

pub(super) fn owner(before: Option<&Owner>, owner: &Owner) -> Told {
    let verb = match before {
        None => "added",
        Some(old) if old.valid_to.is_none() && owner.valid_to.is_some() => "ended",
        Some(_) => "changed",
    };
    (
        "edits",
        format!("Owner {} {verb}", owner.name),
        match before {
            None => vec![new("Holds", held_words(&owner.interests))],
            Some(before) => compared(before.values(), owner.values()),
        },
    )
}

pub(super) fn none_identified(none: Option<&NoneIdentified>) -> Told {
    match none {
        Some(none) => (
            "decisions",
            "Nobody is found who owns enough to count".to_owned(),
            vec![new("Why", &none.explanation)],
        ),
        None => (
            "edits",
            "\"Nobody owns enough\" taken back".to_owned(),
            Vec::new(),
        ),
    }
}

pub(super) fn account(before: Option<&Account>, account: &Account) -> Told {
    let verb = if before.is_none() { "added" } else { "changed" };
    let lines = compared(
        before.map(Account::values).unwrap_or_default(),
        account.values(),
    );
    (
        "edits",
        format!("Account {} {verb}", account.account_ref),
        lines,
    )
}

pub(super) fn signatory(before: Option<&Signatory>, signatory: &Signatory) -> Told {
    (
        "edits",
        match (before, &signatory.valid_to) {
            (None, _) => format!("Signatory recorded: {}", signatory.name),
            (Some(_), Some(day)) => format!("{} ceased on {day}", signatory.name),
            (Some(_), None) => format!("Signatory changed: {}", signatory.name),
        },
        vec![
            new("Role", domain::signatory::role_label(&signatory.role)),
            line(
                "Authority",
                before.map(|before| before.authority.clone()),
                Some(signatory.authority.clone()),
            ),
        ],
    )
}

/// Two states of an owner or account, value by value.
fn compared(
    before: Vec<domain::proof::PartValue>,
    after: Vec<domain::proof::PartValue>,
) -> Vec<c::ChangeLine> {
    let mut before: std::collections::BTreeMap<String, String> = past::worded("", before)
        .into_iter()
        .map(|one| (one.label, one.words))
        .collect();
    let mut lines: Vec<c::ChangeLine> = past::worded("", after)
        .into_iter()
        .map(|one| {
            let old = before.remove(&one.label);
            line(one.label, old, Some(one.words))
        })
        .collect();
    lines.extend(
        before
            .into_iter()
            .map(|(label, value)| line(label, Some(value), None)),
    );
    lines
}

/// What an owner holds, in words; its ties to other owners by their ids, whose names stand in their own entries.
pub(crate) fn held_words(ties: &[domain::ownership::Interest]) -> String {
    let there = ties.iter().filter(|one| one.to.is_none());
    let words: Vec<String> = there
        .map(|one| {
            let short = crate::customers::owners::short_words(one);
            match &one.of {
                Some(of) => format!("{short} of {of}"),
                None => short,
            }
        })
        .collect();
    words.join(", ")
}
