//! The checklist of a verification: for each person the path that was taken (documents, other sources, a special situation), then
//! signatories and conflicts; each item with the evidence that it rests on. It is read from the record and asks for nothing that a guard
//! does not ask for: whoever sees every item done can approve.

use crate::{
    customer::{CustomerFile, UsStatus, Verification},
    onboarding,
    pack::Part as Of,
    rulebook::Rulebook,
};
use chrono::NaiveDate;

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is there.
    Done,
    /// It is still to be done.
    Open,
    /// It was tried, and shows something else.
    Failed,
    /// It may be done, and need not.
    Optional,
}

impl State {
    /// The word that crosses to the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Open => "open",
            Self::Failed => "failed",
            Self::Optional => "optional",
        }
    }

    fn done(there: bool) -> Self {
        if there { Self::Done } else { Self::Open }
    }
}

/// What an item rests on, and where it is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// document, or the part of the record: case, identity, owners, letters.
    pub place: &'static str,
    /// The document's id, or the part's.
    pub at: String,
    /// In words.
    pub words: String,
}

/// One thing of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What has to be there.
    pub label: String,
    /// How it stands.
    pub state: State,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// The duty behind it.
    pub duty: &'static str,
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// The items.
    pub items: Vec<Item>,
}

fn item(
    label: impl Into<String>,
    state: State,
    duty: &'static str,
    evidence: Vec<Evidence>,
) -> Item {
    Item {
        label: label.into(),
        state,
        evidence,
        duty,
    }
}

fn seen(place: &'static str, at: &str, words: impl Into<String>) -> Evidence {
    Evidence {
        place,
        at: at.to_owned(),
        words: words.into(),
    }
}

fn attempt_words(one: &Verification) -> String {
    format!(
        "{} on {}, result {}",
        one.basis, one.performed_on, one.result
    )
}

/// Everything that a verification of this customer rests on or still needs; empty where everybody is shown to be a U.S. person (D-23).
pub fn checklist(file: &CustomerFile, rules: &Rulebook, today: NaiveDate) -> Vec<Section> {
    let people: Vec<_> = file
        .people()
        .into_iter()
        .filter(|(.., status)| *status != UsStatus::Us)
        .collect();
    if people.is_empty() {
        return Vec::new();
    }
    let mut all = vec![before(file, rules)];
    for (about, name, status) in &people {
        let mut items = vec![item(
            "U.S.-person determination",
            State::done(*status != UsStatus::Undetermined),
            "D-22",
            file.determinations
                .iter()
                .rev()
                .find(|one| one.about == *about)
                .map(|one| {
                    seen(
                        "case",
                        "determinations",
                        format!("{} ({})", one.evidence, one.decided_on),
                    )
                })
                .into_iter()
                .collect(),
        )];
        items.extend(person(file, rules, about, today));
        all.push(Section {
            title: name.clone(),
            items,
        });
    }
    all.extend(signatories(file, rules, today));
    all.push(conflicts(file));
    all
}

fn before(file: &CustomerFile, rules: &Rulebook) -> Section {
    let notice = file.notice.iter().map(|one| match &one.proof {
        Some(proof) => seen(
            "document",
            proof,
            format!("{} on {}", one.channel, one.delivered_on),
        ),
        None => seen(
            "case",
            "notice",
            format!("{} on {}", one.channel, one.delivered_on),
        ),
    });
    let gaps = file.completeness(rules).gaps;
    let missing = gaps
        .iter()
        .filter(|gap| gap.field != "us_status" && gap.field != "notice_delivered");
    let missing: Vec<Evidence> = missing
        .map(|gap| {
            seen(
                gap.tab,
                gap.part.as_deref().unwrap_or(&gap.field),
                format!("{} is missing", gap.label),
            )
        })
        .collect();
    Section {
        title: "Before verifying".to_owned(),
        items: vec![
            item(
                "Notice to the customer",
                State::done(file.notice.is_some()),
                "D-36",
                notice.collect(),
            ),
            item(
                "Required information",
                State::done(missing.is_empty()),
                "D-09",
                missing,
            ),
        ],
    }
}

/// The path of one person: by documents, by other sources, in a special situation; and what the last attempt shows.
fn person(file: &CustomerFile, rules: &Rulebook, about: &str, today: NaiveDate) -> Vec<Item> {
    let attempts: Vec<&Verification> = file
        .verifications
        .iter()
        .filter(|one| one.about == about)
        .collect();
    let by = |method: &str| {
        attempts
            .iter()
            .copied()
            .filter(|one| one.method == method)
            .collect::<Vec<_>>()
    };
    let mut items = Vec::new();
    let papers = by("documentary");
    let reviews: Vec<_> = file
        .reviews
        .iter()
        .filter(|one| one.about == about && file.review_of(&one.document) == Some(*one))
        .collect();
    if !papers.is_empty() || !reviews.is_empty() {
        let accepted = reviews.iter().rev().find(|one| one.decision == "accept");
        items.push(item(
            "By documents: reviewed and accepted, with type, number, issuer and dates",
            State::done(accepted.is_some()),
            "D-26",
            reviews
                .iter()
                .map(|one| {
                    seen(
                        "document",
                        &one.document,
                        format!(
                            "{}, {}",
                            one.describe(),
                            crate::review::decision_label(&one.decision).to_lowercase()
                        ),
                    )
                })
                .collect(),
        ));
        if let Some((accepted, last)) = accepted.and_then(|one| Some((one, one.expires()?.last())))
        {
            let valid = last >= today;
            let words = if valid {
                format!("valid until {last}")
            } else {
                format!("expired on {last}")
            };
            items.push(item(
                "The document still identifies: it has not expired",
                if valid { State::Done } else { State::Failed },
                "D-26",
                vec![seen("document", &accepted.document, words)],
            ));
        }
    }
    let sources = by("non_documentary");
    if !sources.is_empty() {
        items.push(item(
            "By other sources: which, and what they showed",
            State::Done,
            "D-27",
            sources
                .iter()
                .map(|one| seen("case", "verifications", attempt_words(one)))
                .collect(),
        ));
    }
    let more = by("additional");
    if !more.is_empty() {
        items.push(item(
            "Further information",
            State::Done,
            "D-29",
            more.iter()
                .map(|one| seen("case", "verifications", attempt_words(one)))
                .collect(),
        ));
    }
    for special in attempts
        .iter()
        .filter_map(|one| one.special.as_deref())
        .collect::<std::collections::BTreeSet<_>>()
    {
        let known = rules.in_use().find_map(|pack| {
            pack.list(Of::SpecialSituation)
                .iter()
                .find(|one| one.id == special)
        });
        items.push(item(
            format!(
                "Special situation: {}",
                known.map_or(special, |one| one.label.as_str())
            ),
            State::done(
                attempts
                    .iter()
                    .any(|one| one.special.as_deref() == Some(special) && one.notes.is_some()),
            ),
            "D-28",
            attempts
                .iter()
                .filter(|one| one.special.as_deref() == Some(special))
                .map(|one| {
                    seen(
                        "case",
                        "verifications",
                        one.notes.clone().unwrap_or_else(|| {
                            "the procedure that was followed is not written down".to_owned()
                        }),
                    )
                })
                .collect(),
        ));
    }
    let last = attempts.last();
    let state = match last.map(|one| one.result.as_str()) {
        Some("match") => State::Done,
        Some(_) => State::Failed,
        None => State::Open,
    };
    items.push(item(
        "The last attempt is a match",
        state,
        "D-25",
        last.iter()
            .map(|one| match &one.document {
                Some(document) => seen("document", document, attempt_words(one)),
                None => seen("case", "verifications", attempt_words(one)),
            })
            .collect(),
    ));
    items
}

/// Signatories: once they were asked for, each is verified; before, they are what is left to ask for where an organisation does not match.
fn signatories(file: &CustomerFile, rules: &Rulebook, today: NaiveDate) -> Vec<Section> {
    let asked = file.asked_for_signatories();
    let present: Vec<_> = file.present_signatories().collect();
    if !asked && present.is_empty() && !onboarding::cannot_match(file) {
        return Vec::new();
    }
    let mut ask = vec![
        item(
            "Asked for signatories and persons in control",
            if asked { State::Done } else { State::Optional },
            "D-29",
            file.path
                .iter()
                .rev()
                .find(|one| one.state == "verifying" && one.note.is_some())
                .filter(|_| asked)
                .map(|one| seen("case", "path", one.note.clone().unwrap_or_default()))
                .into_iter()
                .collect(),
        ),
        item(
            "At least one is recorded",
            if present.is_empty() && !asked {
                State::Optional
            } else {
                State::done(!present.is_empty())
            },
            "D-29",
            present
                .iter()
                .map(|one| seen("case", &one.id, one.name.clone()))
                .collect(),
        ),
    ];
    ask.truncate(if asked || present.is_empty() { 2 } else { 1 });
    let mut sections = vec![Section {
        title: "Signatories and persons in control".to_owned(),
        items: ask,
    }];
    sections.extend(present.into_iter().map(|one| Section {
        title: format!(
            "{}, {}",
            one.name,
            crate::signatory::role_label(&one.role).to_lowercase()
        ),
        items: person(file, rules, &one.id, today),
    }));
    sections
}

fn conflicts(file: &CustomerFile) -> Section {
    let items = if file.discrepancies.is_empty() {
        vec![item(
            "No two values that do not fit are recorded",
            State::Done,
            "D-39",
            Vec::new(),
        )]
    } else {
        file.discrepancies
            .iter()
            .map(|one| {
                let words = one.resolution.clone().unwrap_or_else(|| {
                    let (claimed, found) = one.shown();
                    format!("\"{claimed}\" against \"{found}\" in {}", one.source)
                });
                item(
                    format!("{} is resolved", one.what),
                    State::done(one.resolution.is_some()),
                    "D-39",
                    vec![seen("case", &one.id, words)],
                )
            })
            .collect()
    };
    Section {
        title: "Conflicts".to_owned(),
        items,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        customer::{Dated, Determination, PartyKind, Reached},
        pack::RulePack,
        signatory::Signatory,
    };

    fn rules() -> Rulebook {
        Rulebook::of(
            RulePack::builtin("us-iaas-nprm-2024")
                .expect("built in")
                .clone(),
        )
    }

    fn firm() -> CustomerFile {
        let mut file = CustomerFile::new("C-1", None, PartyKind::Entity);
        "verifying".clone_into(&mut file.status);
        let values = vec!["Hafen GmbH".to_owned()];
        file.fields
            .insert("business_name".to_owned(), Dated { values, entry: 1 });
        file
    }

    fn tried(about: &str, method: &str, result: &str) -> Verification {
        Verification {
            about: about.to_owned(),
            method: method.to_owned(),
            result: result.to_owned(),
            document: None,
            basis: "Handelsregister".to_owned(),
            special: None,
            notes: None,
            performed_by: "k".to_owned(),
            performed_on: "2026-01-01".to_owned(),
        }
    }

    fn state(file: &CustomerFile, title: &str, label: &str) -> Option<State> {
        let all = checklist(file, &rules(), NaiveDate::MIN);
        let section = all.iter().find(|one| one.title.starts_with(title))?;
        section
            .items
            .iter()
            .find(|one| one.label.starts_with(label))
            .map(|one| one.state)
    }

    #[test]
    fn an_organisation_that_does_not_match_can_be_asked_for_signatories_each_of_whom_is_then_verified()
     {
        let mut file = firm();
        assert_eq!(
            state(&file, "Signatories", ""),
            None,
            "nobody is asked before something was tried"
        );
        file.verifications
            .push(tried("C-1", "non_documentary", "mismatch"));
        assert_eq!(
            state(&file, "Hafen GmbH", "The last attempt"),
            Some(State::Failed)
        );
        assert_eq!(state(&file, "Signatories", "Asked"), Some(State::Optional));
        for state in ["collecting", "verifying", "verifying"] {
            file.path.push(Reached {
                state: state.to_owned(),
                ..Reached::default()
            });
        }
        assert_eq!(
            state(&file, "Signatories", "At least one"),
            Some(State::Open)
        );
        file.signatories.push(Signatory {
            id: "S-1".to_owned(),
            name: "Jonas Weber".to_owned(),
            name_original: None,
            role: "signatory".to_owned(),
            authority: "signs alone".to_owned(),
            country: None,
            address: None,
            email: None,
            phone: None,
            source: None,
            valid_from: None,
            valid_to: None,
        });
        assert_eq!(
            state(&file, "Jonas Weber, signatory", "The last attempt"),
            Some(State::Open)
        );
        file.verifications
            .push(tried("S-1", "non_documentary", "match"));
        assert_eq!(
            state(&file, "Jonas Weber, signatory", "The last attempt"),
            Some(State::Done)
        );
    }

    #[test]
    fn who_is_shown_to_be_a_us_person_needs_no_list() {
        let mut file = firm();
        file.determinations.push(Determination {
            about: "C-1".to_owned(),
            test: "organised_in_us".to_owned(),
            outcome: UsStatus::Us,
            evidence: "Register of Delaware".to_owned(),
            documents: Vec::new(),
            decided_by: "k".to_owned(),
            decided_on: "2026-01-01".to_owned(),
            approved: None,
        });
        assert!(checklist(&file, &rules(), NaiveDate::MIN).is_empty());
    }

    #[test]
    fn a_special_situation_is_done_when_the_procedure_is_written_down() {
        let mut file = firm();
        let mut one = tried("C-1", "non_documentary", "match");
        one.special = Some("not_in_person".to_owned());
        file.verifications.push(one.clone());
        assert_eq!(
            state(&file, "Hafen GmbH", "Special situation"),
            Some(State::Open)
        );
        one.notes = Some("Video call, procedure 4.2".to_owned());
        file.verifications.push(one);
        assert_eq!(
            state(&file, "Hafen GmbH", "Special situation"),
            Some(State::Done)
        );
    }
}
