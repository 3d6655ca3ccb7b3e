//! The desk's own words for ids and kinds: what a person reads.

mod cases;
mod clocks;
mod customers;
mod documents;
pub(crate) mod entries;
mod filings;
mod handling;
mod imports;
pub(crate) mod parts;
mod programme;
mod resellers;
mod retention;
mod signers;
mod vault;
mod written;

use contract as c;
use domain::pack::{Coded, RequiredField};

/// The paragraph that asks for a field.
pub(crate) fn rule_note(item: &RequiredField) -> c::RuleNote {
    c::RuleNote {
        cite: item.cite.clone(),
        text: item.text.clone(),
        confidence: item.confidence.word().to_owned(),
        verified: item.confidence.is_verified(),
    }
}

/// The paragraph behind a row of one of a pack's lists.
pub(crate) fn coded_note(row: &Coded) -> c::RuleNote {
    c::RuleNote {
        cite: row.cite.clone(),
        text: row.text.clone(),
        confidence: row.confidence.word().to_owned(),
        verified: row.confidence.is_verified(),
    }
}

/// Words of a closed list, as a person chooses among them.
pub(crate) fn choices(list: &[(&str, &str)]) -> Vec<c::Choice> {
    list.iter()
        .map(|(value, label)| c::Choice {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
        })
        .collect()
}

/// How sure a pack is of a number or text, in words.
pub(crate) fn confidence(word: &str) -> &str {
    match word {
        "seen" => "Read in a retrieved passage",
        "memory" => "From memory",
        "memory-low" => "From memory, and doubtful",
        "design" => "Our own",
        other => other,
    }
}

/// The words as a sentence: with a full stop where they end without a mark.
pub(crate) fn sentence(words: &str) -> String {
    let words = words.trim();
    if words.ends_with(['.', '!', '?', '…', '。']) {
        words.to_owned()
    } else {
        format!("{words}.")
    }
}

/// A group of fields.
pub(crate) fn section(id: &str) -> &str {
    match id {
        "identity" => "Identity",
        "place" => "Address and places of use",
        "contact" => "Contact",
        "added" => "Asked for by another rule pack",
        _ => "More",
    }
}

/// Where a value came from, by the kind of entry that set it.
pub(crate) fn source(kind: &str) -> String {
    match kind {
        "customer.recorded" => "First record",
        "customer.changed" => "Change",
        other => other,
    }
    .to_owned()
}

/// Where a value came from, as an entry's source says it.
pub(crate) fn value_source(source: &str) -> &str {
    match source {
        "form" => "Typed in a form",
        _ if source.starts_with("document ") => "Read from a document",
        other => other,
    }
}
