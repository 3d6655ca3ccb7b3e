//! Memos for the file: what the records fill into their texts, place by place. A memo is a text of the house's own like a letter's
//! (`crate::letter`); it must not know where its words are kept.

use crate::{
    belief::{self, said},
    casefile::{Case, Item, Taken},
    closing::Open,
    customer::CustomerFile,
    machine::{ItemKind, Machine},
    programme::{FORMS, Product, Programme, SCOPES},
    record::ClockRecord,
};
use std::collections::BTreeMap;

/// What the records know of a text's placeholders.
pub type Known = BTreeMap<&'static str, String>;

fn label(words: &[(&str, &str)], id: &str) -> String {
    let found = words.iter().find(|(word, _)| *word == id);
    found.map_or_else(String::new, |(_, label)| label.to_lowercase())
}

fn counted(count: usize, one: &str) -> String {
    match count {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        many => format!("{many} {one}s"),
    }
}

fn open_items(open: &[Open]) -> String {
    let items: Vec<String> = open.iter().map(|one| one.what.clone()).collect();
    said(&items, "nothing")
}

/// What is known of an offering for the memo on its scope (D-01).
pub fn offering(product: &Product) -> Known {
    let either = |on: bool, yes: &str, no: &str| if on { yes } else { no }.to_owned();
    BTreeMap::from([
        ("offering", product.name.clone()),
        ("description", product.description.clone()),
        ("form", label(FORMS, &product.form)),
        (
            "deploys",
            either(
                product.deploys_software,
                "They run software on it that was not chosen beforehand.",
                "They cannot run software of their own on it.",
            ),
        ),
        (
            "trial",
            either(
                product.trial,
                "It is also given on trial or free of charge.",
                "It is given to nobody on trial or free of charge.",
            ),
        ),
        (
            "owned",
            either(
                product.us_owned,
                "A U.S. person owns it.",
                "No U.S. person owns it.",
            ),
        ),
        (
            "operated",
            either(
                product.in_us,
                "It is operated in the United States.",
                "It is not operated in the United States.",
            ),
        ),
        ("scope", label(SCOPES, &product.in_scope)),
    ])
}

/// Whom the house deals with, for an assessment of the risks (D-05).
#[derive(Debug)]
pub struct Dealings<'a> {
    /// Customers by country, as a person reads it, and by what they are to the rule.
    pub customers: Vec<(String, String, u32)>,
    /// Resellers.
    pub resellers: usize,
    /// Offerings and the assessments that were made.
    pub programme: &'a Programme,
}

/// Countries that are named one by one, those with most customers first.
const COUNTRIES: usize = 6;

/// What is known on a day for the rating of a risk, and for the note on the threats outside (D-60).
pub fn dealings(with: &Dealings<'_>, on: &str) -> Known {
    let mut countries: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut all, mut foreign, mut undetermined) = (0, 0, 0);
    for (country, standing, count) in &with.customers {
        *countries.entry(country).or_default() += count;
        all += count;
        match standing.as_str() {
            "foreign" => foreign += count,
            "undetermined" => undetermined += count,
            _ => {}
        }
    }
    let mut most: Vec<(&str, u32)> = countries.into_iter().collect();
    most.sort_by_key(|(country, count)| (std::cmp::Reverse(*count), *country));
    let rest = most.len().saturating_sub(COUNTRIES);
    let mut named: Vec<String> = most
        .into_iter()
        .take(COUNTRIES)
        .map(|(country, count)| format!("{country} ({count})"))
        .collect();
    if rest > 0 {
        named.push(format!("{rest} more"));
    }
    let in_scope: Vec<String> = with
        .programme
        .products
        .iter()
        .filter(|one| one.in_scope == "yes")
        .map(|one| one.name.clone())
        .collect();
    let assessments = with.programme.assessments.iter();
    let last = assessments
        .map(|one| one.on.as_str())
        .filter(|made| *made < on)
        .max();
    BTreeMap::from([
        (
            "customers",
            format!(
                "{}, of them {foreign} foreign and {undetermined} not determined",
                counted(all as usize, "customer")
            ),
        ),
        ("countries", said(&named, "no country that is recorded")),
        ("resellers", counted(with.resellers, "reseller")),
        ("offerings", said(&in_scope, "no offering in scope")),
        (
            "last_assessment",
            last.map_or_else(
                || "the beginning, since none was made before".to_owned(),
                |on| format!("the assessment of {on}"),
            ),
        ),
    ])
}

/// What is known of a customer for the belief statement, and for the memos of its other steps.
pub fn customer(file: &CustomerFile, missing: &[String], open: &[Open]) -> Known {
    let mut known = belief::known(file);
    let accounts: Vec<String> = file
        .accounts
        .iter()
        .map(|one| {
            let closed = one.closed_on.as_ref();
            let on = closed.map(|on| format!(" on {on}")).unwrap_or_default();
            format!("{} {}{on}", one.account_ref, one.state)
        })
        .collect();
    known.extend([
        ("customer", file.name().to_owned()),
        ("customer_ref", file.reference.clone()),
        ("missing", said(missing, "nothing that is required")),
        ("accounts", said(&accounts, "none")),
        ("open", open_items(open)),
    ]);
    known
}

/// What is known of a case for the memos of its steps: whom it is `about`, and the names of its `documents`.
pub fn case(
    case: &Case,
    machine: &Machine,
    about: String,
    documents: &[String],
    clocks: &[ClockRecord],
    open: &[Open],
) -> Known {
    let parts: Vec<String> = case
        .items
        .iter()
        .map(|item| {
            let kind = machine.item(&item.kind);
            let state = kind.map_or(item.state.as_str(), |kind| kind.label(&item.state));
            format!("{}: {}", item.label, state.to_lowercase())
        })
        .collect();
    let deadlines: Vec<String> = clocks
        .iter()
        .map(|clock| {
            let end = clock.stop.as_ref().map_or_else(
                || "running".to_owned(),
                |stop| format!("{} on {}", stop.outcome, stop.on),
            );
            format!(
                "{}, due {}, {end}",
                clock.computed.clock, clock.computed.due
            )
        })
        .collect();
    let mut known = head(case, machine, about);
    known.extend([
        ("documents", said(documents, "nothing")),
        ("steps", way(&case.path, |state| machine.label(state))),
        ("parts", said(&parts, "none")),
        ("deadlines", said(&deadlines, "none")),
        ("open", open_items(open)),
    ]);
    known
}

/// Which case it is, of what kind, about whom, and what it began with.
fn head(case: &Case, machine: &Machine, about: String) -> Known {
    BTreeMap::from([
        ("case", case.reference.clone()),
        ("kind", machine.title.to_owned()),
        ("about", about),
        ("received_on", case.received_on.clone()),
        ("what_was_said", case.text.clone()),
    ])
}

/// The steps that were taken, in words.
fn way<'a>(path: &'a [Taken], label: impl Fn(&'a str) -> &'a str) -> String {
    let steps: Vec<String> = path
        .iter()
        .map(|taken| format!("{} on {}", label(&taken.state), taken.on))
        .collect();
    said(&steps, "none")
}

/// What is known of a part of a case for the memos of its steps: `answers` is what was answered about it, each with its question.
pub fn part(
    case: &Case,
    machine: &Machine,
    about: String,
    item: &Item,
    kind: &ItemKind,
    answers: &[String],
) -> Known {
    let mut known = head(case, machine, about);
    known.extend([
        ("part", item.label.clone()),
        ("part_kind", kind.within()),
        ("part_state", kind.label(&item.state).to_lowercase()),
        ("part_steps", way(&item.path, |state| kind.label(state))),
        ("part_answers", said(answers, "nothing else")),
    ]);
    known
}

/// A memo's words: its subject is the first line.
pub fn words(subject: &str, body: &str) -> String {
    format!("{}\n{}", subject.trim(), body.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        casefile::Taken,
        cases,
        customer::PartyKind,
        letter::{self, Audience, Template, templates},
        machine::Answers,
        programme::Assessment,
    };

    fn product() -> Product {
        Product {
            reference: "PRD-0001".to_owned(),
            name: "Compute {x}".to_owned(),
            description: "Virtual machines by the hour.".to_owned(),
            form: "virtualised".to_owned(),
            deploys_software: true,
            trial: false,
            us_owned: true,
            in_us: false,
            in_scope: "yes".to_owned(),
            reason: String::new(),
            decided_on: "2026-11-24".to_owned(),
            launched: None,
            retired: None,
            made_of: None,
        }
    }

    fn programme() -> Programme {
        let mut programme = Programme::default();
        programme.products.push(product());
        programme.assessments.push(Assessment {
            reference: "RA-0001".to_owned(),
            on: "2026-01-10".to_owned(),
            cip: None,
            heads: BTreeMap::new(),
            landscape: String::new(),
            reviewer: "A".to_owned(),
            next_review_on: None,
            landscape_of: None,
        });
        programme
    }

    fn open_case() -> Case {
        Case {
            reference: "EVD-2026-0001".to_owned(),
            kind: "failure".to_owned(),
            state: "assessing".to_owned(),
            received_on: "2026-11-20".to_owned(),
            received: "2026-11-20".to_owned(),
            text: "A tip".to_owned(),
            how: None,
            resellers: Vec::new(),
            subjects: Vec::new(),
            fields: Answers::new(),
            path: vec![Taken {
                step: "assessing".to_owned(),
                state: "assessing".to_owned(),
                on: "2026-11-21".to_owned(),
                at: None,
                answers: Answers::new(),
                left_open: None,
                made_of: None,
            }],
            items: Vec::new(),
            related: Vec::new(),
        }
    }

    /// What a text's place fills in.
    fn known(text: &Template) -> Known {
        let programme = programme();
        let with = Dealings {
            customers: vec![
                ("Germany".to_owned(), "foreign".to_owned(), 3),
                ("United States".to_owned(), "us".to_owned(), 4),
            ],
            resellers: 1,
            programme: &programme,
        };
        let mut known = match text.audience {
            Audience::Offering => offering(&product()),
            Audience::RiskHead | Audience::Landscape => dealings(&with, "2026-11-24"),
            Audience::Belief | Audience::CustomerStep => {
                let file = CustomerFile::new("C-000001", None, PartyKind::Individual);
                customer(&file, &[], &[])
            }
            Audience::PartStep => {
                let kind = cases::FAILURE.item("account").unwrap();
                let item = Item {
                    id: "I-1".to_owned(),
                    kind: "account".to_owned(),
                    label: "acct-77".to_owned(),
                    subject: None,
                    state: "open".to_owned(),
                    fields: Answers::new(),
                    path: Vec::new(),
                    letters: Vec::new(),
                };
                let about = "Lion City".to_owned();
                part(&open_case(), &cases::FAILURE, about, &item, kind, &[])
            }
            _ => case(
                &open_case(),
                &cases::FAILURE,
                "Lion City".to_owned(),
                &[],
                &[],
                &[],
            ),
        };
        known.extend([
            ("today", "2026-11-24".to_owned()),
            ("head", "Size".to_owned()),
        ]);
        known
    }

    #[test]
    fn what_a_memo_leaves_open_is_what_only_a_person_can_say() {
        let judgements = [
            "because",
            "what_could_go_wrong",
            "what_we_do",
            "sources",
            "what_changed",
            "concerned",
            "what_follows",
            "how_it_ended",
            "what_is_kept",
            "looked_at",
            "with_whom",
            "what_came",
            "weighed",
            "finding",
            "customer",
        ];
        for text in templates().iter().filter(|one| one.audience.is_memo()) {
            let known = known(text);
            let filled = words(
                &letter::fill(&text.subject, &known),
                &letter::fill(&text.body, &known),
            );
            let left = letter::placeholders(&filled);
            let open = !left.is_empty() || filled.ends_with("Conclusion:");
            assert!(open, "{}: a person concludes", text.id);
            for name in left {
                assert!(
                    judgements.contains(&name.as_str()),
                    "{}: nobody fills {name} in",
                    text.id
                );
            }
        }
    }

    #[test]
    fn the_kind_of_a_part_is_written_as_within_a_sentence() {
        for (machine, kind, within) in [
            (&cases::FAILURE, "account", "account to contain"),
            (&cases::REQUEST, "cip", "CIP asked for"),
        ] {
            assert_eq!(machine.item(kind).unwrap().within(), within);
        }
    }

    #[test]
    fn a_risk_is_weighed_by_whom_we_deal_with() {
        let text = templates().iter().find(|one| one.id == "risk-head");
        let filled = letter::fill(&text.unwrap().body, &known(text.unwrap()));
        for wanted in [
            "7 customers, of them 3 foreign and 0 not determined",
            "in United States (4); Germany (3)",
            "1 reseller; Compute (x)",
        ] {
            assert!(filled.contains(wanted), "{wanted}: {filled}");
        }
        let none = Dealings {
            customers: Vec::new(),
            resellers: 0,
            programme: &Programme::default(),
        };
        let known = dealings(&none, "2026-11-24");
        assert!(known["last_assessment"].contains("none was made before"));
        let later = dealings(
            &Dealings {
                programme: &programme(),
                ..none
            },
            "2026-01-10",
        );
        assert_eq!(
            later["last_assessment"], known["last_assessment"],
            "the one of the day itself is not before it"
        );
    }
}
