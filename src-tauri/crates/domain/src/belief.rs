//! The belief statement (D-04, D-39): why the identity of a customer is believed, put together from the record for an approver to edit and sign.
//!
//! Its words are a text of the house's own (`rules/letters.toml`); this states what is recorded, and draws no conclusion.

use crate::customer::CustomerFile;
use std::collections::BTreeMap;

fn name_of(file: &CustomerFile, about: &str) -> String {
    file.people()
        .into_iter()
        .find(|(id, ..)| id == about)
        .map_or_else(|| about.to_owned(), |(_, name, _)| name)
}

/// What the record says for a statement: methods, documents, conflicts. The conclusion is the approver's to write.
pub fn known(file: &CustomerFile) -> BTreeMap<&'static str, String> {
    let methods: Vec<String> = file
        .verifications
        .iter()
        .map(|one| {
            format!(
                "{} by the {} method on {}, result {}: {}",
                name_of(file, &one.about),
                one.method.replace('_', "-"),
                one.performed_on,
                one.result,
                one.basis.trim_end_matches('.')
            )
        })
        .collect();
    let documents: Vec<String> = file
        .reviews
        .iter()
        .filter(|one| file.review_of(&one.document) == Some(one))
        .map(|one| {
            format!(
                "{}, of {}, {} on {}",
                one.describe(),
                name_of(file, &one.about),
                crate::review::decision_label(&one.decision).to_lowercase(),
                one.on
            )
        })
        .collect();
    let conflicts: Vec<String> = file
        .discrepancies
        .iter()
        .map(|one| {
            let end = one.resolution.as_deref().map_or_else(
                || "not resolved".to_owned(),
                |words| format!("resolved: {}", words.trim_end_matches('.')),
            );
            let (claimed, found) = one.shown();
            format!(
                "{}, {claimed} against {found} in {}, {end}",
                one.what, one.source
            )
        })
        .collect();
    BTreeMap::from([
        ("methods", said(&methods, "no verification is recorded")),
        ("documents", said(&documents, "none was reviewed")),
        ("conflicts", said(&conflicts, "none was found")),
    ])
}

/// Several things in one line, or that there is none.
pub(crate) fn said(items: &[String], none: &str) -> String {
    match items {
        [] => none.to_owned(),
        items => items.join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::{Discrepancy, PartyKind, Verification};

    #[test]
    fn the_statement_says_what_is_recorded_and_leaves_the_conclusion_open() {
        let mut file = CustomerFile::new("C-000001", None, PartyKind::Individual);
        assert_eq!(known(&file)["methods"], "no verification is recorded");
        file.verifications.push(Verification {
            about: "C-000001".to_owned(),
            method: "non_documentary".to_owned(),
            result: "match".to_owned(),
            document: None,
            basis: "Register of Hamburg.".to_owned(),
            special: None,
            notes: None,
            performed_by: String::new(),
            performed_on: "2026-11-24".to_owned(),
        });
        file.discrepancies.push(Discrepancy {
            id: "D-1".to_owned(),
            about: "C-000001".to_owned(),
            what: "Date of birth".to_owned(),
            claimed: "1974-12-08".to_owned(),
            found: "1974-08-12".to_owned(),
            source: "Passport".to_owned(),
            substantive: true,
            resolution: Some("Typing mistake in the form.".to_owned()),
            by: String::new(),
            on: "2026-11-24".to_owned(),
        });
        let known = known(&file);
        let text = known.values().cloned().collect::<Vec<_>>().join("\n");
        for wanted in [
            "by the non-documentary method on 2026-11-24, result match: Register of Hamburg",
            "none was reviewed",
            "••••08 against ••••12 in Passport, resolved: Typing mistake in the form",
        ] {
            assert!(text.contains(wanted), "{text}");
        }
        let own = crate::letter::templates();
        let statement = own.iter().find(|one| one.id == "belief").unwrap();
        let filled = crate::letter::fill(&statement.body, &known);
        assert!(
            filled.ends_with("Conclusion:"),
            "the conclusion is the approver's: {filled}"
        );
    }
}
