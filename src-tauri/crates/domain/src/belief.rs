//! The belief statement (D-04, D-39): why the identity of a customer is believed, put together from the record for an approver to edit and sign.
//!
//! It states what is recorded and draws no conclusion: the last line is the approver's to write.

use crate::customer::CustomerFile;

fn name_of(file: &CustomerFile, about: &str) -> String {
    file.people()
        .into_iter()
        .find(|(id, ..)| id == about)
        .map_or_else(|| about.to_owned(), |(_, name, _)| name)
}

/// The statement as far as the record goes: methods, documents, conflicts, and an open conclusion.
pub fn proposed(file: &CustomerFile) -> String {
    let mut parts = vec![format!(
        "Belief in the identity of {} ({}).",
        file.name(),
        file.reference
    )];
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
    parts.push(listed("Methods", &methods, "no verification is recorded"));
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
    parts.push(listed("Documents", &documents, "none was reviewed"));
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
    parts.push(listed("Conflicts", &conflicts, "none was found"));
    parts.push("Conclusion: ".to_owned());
    parts.join("\n")
}

fn listed(title: &str, items: &[String], none: &str) -> String {
    match items {
        [] => format!("{title}: {none}."),
        items => format!("{title}: {}.", items.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::{Discrepancy, PartyKind, Verification};

    #[test]
    fn the_statement_says_what_is_recorded_and_leaves_the_conclusion_open() {
        let mut file = CustomerFile::new("C-000001", None, PartyKind::Individual);
        assert!(proposed(&file).contains("Methods: no verification is recorded."));
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
        let text = proposed(&file);
        for wanted in [
            "by the non-documentary method on 2026-11-24, result match: Register of Hamburg.",
            "Documents: none was reviewed.",
            "••••08 against ••••12 in Passport, resolved: Typing mistake in the form.",
        ] {
            assert!(text.contains(wanted), "{text}");
        }
        assert!(
            text.ends_with("Conclusion: "),
            "the conclusion is the approver's"
        );
    }
}
