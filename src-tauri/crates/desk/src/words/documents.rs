//! Documents, what they prove, and letters, in words.

use super::entries::{Told, lined, new};
use contract as c;
use domain::{
    letter::{Letter, Template},
    proof::Proof,
    record::{self, Document},
    review::Review,
};

pub(super) fn attached(document: &Document) -> Told {
    (
        "documents",
        match document.kind.as_str() {
            "other" => "Document attached".to_owned(),
            kind => format!("{} attached", record::document_type_label(kind)),
        },
        vec![
            new("Name", &document.name),
            new("SHA-256", &document.sha256),
        ],
    )
}

pub(super) fn reviewed(review: &Review) -> Told {
    let mut lines: Vec<c::ChangeLine> = review
        .facts
        .iter()
        .map(|fact| {
            let name = domain::review::asked_of(&review.kind)
                .iter()
                .find(|asked| asked.id == fact.field)
                .map_or(fact.field.as_str(), |asked| asked.label);
            new(name, lined(&fact.field, std::slice::from_ref(&fact.value)))
        })
        .collect();
    lines.extend(
        review
            .to_customer
            .iter()
            .map(|text| new("To the customer", text)),
    );
    (
        "decisions",
        format!(
            "{} of {}: {}",
            record::document_type_label(&review.kind),
            review.about,
            domain::review::decision_label(&review.decision).to_lowercase()
        ),
        lines,
    )
}

pub(super) fn proof(customer: &str, proof: &Proof, holds: bool) -> Told {
    let part = proof.of != customer;
    let values: Vec<String> = proof
        .values
        .iter()
        .map(|value| domain::proof::label(value, part))
        .collect();
    let whose = if part {
        format!(" of {}", proof.of)
    } else {
        String::new()
    };
    (
        "documents",
        if holds {
            format!("Document named as proof{whose}")
        } else {
            format!("Document named as proof no longer{whose}")
        },
        vec![new(&proof.name, values.join(", "))],
    )
}

pub(super) fn letter(before: Option<&Letter>, letter: &Letter) -> Told {
    (
        "messages",
        match (&letter.sent, before) {
            (Some(sent), _) => format!(
                "Letter {} went out: {} ({})",
                letter.id, letter.subject, sent.channel
            ),
            (None, None) => format!("Letter {} written: {}", letter.id, letter.subject),
            (None, Some(_)) => format!("Letter {} changed: {}", letter.id, letter.subject),
        },
        Vec::new(),
    )
}

pub(super) fn template(template: &Template) -> Told {
    (
        "edits",
        format!(
            "Text \"{}\" version {}, {}",
            template.title, template.version, template.language
        ),
        Vec::new(),
    )
}
