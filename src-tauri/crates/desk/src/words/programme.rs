//! The organization's own program, its rule packs and the house's rules, in words.

use super::entries::{Told, label, line, made_of, new};
use domain::{house::HouseRules, programme::Stated, rulebook::AdoptedPack};

pub(super) fn house_rules(before: &HouseRules, after: &HouseRules) -> Told {
    (
        "edits",
        "The house's rules of a case changed".to_owned(),
        before
            .lines()
            .into_iter()
            .zip(after.lines())
            .filter(|(was, now)| was.1 != now.1)
            .map(|(was, now)| line(was.0, Some(was.1), Some(now.1)))
            .collect(),
    )
}

pub(super) fn stated(stated: &Stated) -> Told {
    let until = |to: &Option<String>| line("Until", None, to.clone());
    match stated {
        Stated::Standing(one) => (
            "decisions",
            "What the organization is to the rule was stated".to_owned(),
            vec![
                new("Role", &one.role),
                new("Organized in", &one.jurisdiction),
                new("New provider", if one.new_provider { "yes" } else { "no" }),
                new("Why", &one.reason),
            ],
        ),
        Stated::Headcount(one) => (
            "edits",
            "The number of employees was stated".to_owned(),
            vec![
                new("Employees", one.employees.to_string()),
                new("As of", &one.as_of),
            ],
        ),
        Stated::Product(one) => (
            "decisions",
            format!("Scope of {} recorded", one.name),
            [new("In scope", &one.in_scope), new("Why", &one.reason)]
                .into_iter()
                .chain(one.made_of.iter().map(made_of))
                .collect(),
        ),
        Stated::Cip(one) => (
            "documents",
            format!("Version {} of the own CIP recorded", one.version),
            vec![
                new("In force from", &one.effective_from),
                new("Approved by", &one.approver),
                new("Elements marked", one.elements.len().to_string()),
            ],
        ),
        Stated::Assessment(one) => (
            "decisions",
            format!("Assessment of the risks of {} recorded", one.on),
            one.heads
                .iter()
                .map(|(id, head)| new(id, format!("{}: {}", head.rating, head.text)))
                .chain([new("Reviewer", &one.reviewer)])
                .chain(one.landscape_of.iter().map(made_of))
                .collect(),
        ),
        Stated::Contact(one) => (
            "edits",
            format!(
                "{} {} recorded",
                if one.primary {
                    "Primary contact"
                } else {
                    "Contact"
                },
                one.name
            ),
            vec![
                new("From", &one.from),
                until(&one.to),
                new("Title", &one.title),
            ],
        ),
        Stated::Reliance(one) => (
            "decisions",
            format!("Reliance on the CIP of {} recorded", one.provider),
            vec![
                new("Version", &one.version),
                new("From", &one.from),
                until(&one.to),
            ],
        ),
    }
}

pub(super) fn pack_adopted(pack: &AdoptedPack) -> Told {
    (
        "decisions",
        format!("Rule pack {} {} adopted", pack.id, pack.version),
        vec![
            new("From", &pack.source),
            new("Signature", &pack.vouched),
            new("SHA-256", &pack.sha256),
        ],
    )
}

pub(super) fn pack_retired(id: &str) -> Told {
    ("decisions", format!("Rule pack {id} retired"), Vec::new())
}

pub(super) fn field_switched(field: &str, on: bool) -> Told {
    (
        "decisions",
        format!(
            "{} is {}",
            label(field),
            if on {
                "collected from now on"
            } else {
                "collected no longer; what is recorded stays"
            }
        ),
        Vec::new(),
    )
}
