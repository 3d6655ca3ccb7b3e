//! What is recorded, determined and decided of a customer, in words.

use super::{
    entries::{Told, approved, label, left_open, line, lined, made_of, new},
    value_source,
};
use contract as c;
use domain::{
    change::Approval,
    customer::{
        Account, Apart, Determination, Discrepancy, How, Notice, Owner, UsStatus, Values,
        Verification,
    },
    redflag::RedFlag,
    redress::Redress,
    risk::RiskDecision,
};

pub(super) fn recorded(
    reference: &str,
    fields: &Values,
    owners: &[Owner],
    accounts: &[Account],
    source: &str,
) -> Told {
    let mut lines: Vec<c::ChangeLine> = fields
        .iter()
        .map(|(id, values)| new(&label(id), lined(id, values)))
        .collect();
    lines.extend(owners.iter().map(|owner| new("Owner", &owner.name)));
    lines.extend(
        accounts
            .iter()
            .map(|account| new("Account", &account.account_ref)),
    );
    ("edits", format!("{reference} recorded ({source})"), lines)
}

pub(super) fn changed(before: &Values, after: &Values, source: &str) -> Told {
    let lines: Vec<c::ChangeLine> = after
        .iter()
        .map(|(id, values)| {
            line(
                label(id),
                before.get(id).map(|old| lined(id, old)),
                Some(lined(id, values)),
            )
        })
        .collect();
    let what: Vec<String> = lines.iter().map(|line| line.label.clone()).collect();
    let from = if source == "form" {
        String::new()
    } else {
        format!(" ({})", value_source(source).to_lowercase())
    };
    ("edits", format!("{} changed{from}", what.join(", ")), lines)
}

pub(super) fn advanced(from: &str, to: &str, approval: Option<&Approval>, how: &How) -> Told {
    let machine = &domain::onboarding::MACHINE;
    let mut lines = vec![line(
        "State",
        Some(machine.label(from).to_owned()),
        Some(machine.label(to).to_owned()),
    )];
    lines.extend(how.trigger.map(|trigger| new("Opened by", trigger.label())));
    lines.extend(
        how.target_on
            .as_ref()
            .map(|day| new("To be decided by", day)),
    );
    lines.extend(
        how.target_ended
            .as_ref()
            .map(|ended| new("Target", format!("{}, {}", ended.on, ended.outcome))),
    );
    lines.extend(how.left_open.iter().flat_map(left_open));
    lines.extend(how.made_of.iter().map(made_of));
    lines.extend(approval.into_iter().flat_map(approved));
    let by = if how.automatic { " by itself" } else { "" };
    (
        "decisions",
        format!("Case moved to \"{}\"{by}", machine.label(to)),
        lines,
    )
}

pub(super) fn notice(notice: &Notice) -> Told {
    (
        "messages",
        "Notice shown to the customer".to_owned(),
        vec![new("How", &notice.channel)],
    )
}

pub(super) fn determined(determination: &Determination) -> Told {
    let outcome = match determination.outcome {
        UsStatus::Us => "U.S. person",
        UsStatus::Foreign => "foreign person",
        UsStatus::Undetermined => "cannot tell",
    };
    (
        "decisions",
        format!("{} determined: {outcome}", determination.about),
        vec![new("Rests on", &determination.evidence)],
    )
}

pub(super) fn verified(verification: &Verification) -> Told {
    (
        "decisions",
        format!(
            "{} verified by the {} method: {}",
            verification.about,
            verification.method.replace('_', "-"),
            verification.result
        ),
        vec![new("Basis", &verification.basis)],
    )
}

pub(super) fn discrepancy(discrepancy: &Discrepancy) -> Told {
    (
        "decisions",
        if discrepancy.resolution.is_some() {
            format!("Discrepancy resolved: {}", discrepancy.what)
        } else {
            format!("Discrepancy: {}", discrepancy.what)
        },
        vec![
            {
                let (claimed, found) = discrepancy.shown();
                line(&discrepancy.source, Some(claimed), Some(found))
            },
            new(
                "Resolution",
                discrepancy.resolution.as_deref().unwrap_or("open"),
            ),
        ],
    )
}

pub(super) fn red_flag(flag: &RedFlag) -> Told {
    (
        "decisions",
        match &flag.outcome {
            None => format!("Red flag: {}", flag.what),
            Some(_) => format!("Red flag looked at: {}", flag.what),
        },
        vec![
            new("Source", &flag.source),
            new("Seen on", &flag.seen_on),
            new("Outcome", flag.outcome.as_deref().unwrap_or("open")),
        ],
    )
}

pub(super) fn risk(decided: Option<&RiskDecision>) -> Told {
    match decided {
        Some(decided) => (
            "decisions",
            format!("Risk decided: {}", decided.tier),
            vec![new("Why", &decided.reason)],
        ),
        None => (
            "decisions",
            "Risk is rated by points again".to_owned(),
            Vec::new(),
        ),
    }
}

pub(super) fn redress(redress: &Redress) -> Told {
    (
        "messages",
        match &redress.outcome {
            Some(outcome) => format!("Redress {} answered: {outcome}", redress.id),
            None => format!("Redress {} asked for: {}", redress.id, redress.what),
        },
        Vec::new(),
    )
}

pub(super) fn revealed(field: &str) -> Told {
    (
        "edits",
        format!(
            "{} was shown unmasked",
            match (field, field.split_once(':')) {
                ("document_number", _) => "Document number".to_owned(),
                (_, Some(("payment", id))) => format!("Means of payment {id}"),
                (_, Some(("discrepancy", id))) => format!("Discrepancy {id}"),
                (other, _) => label(other),
            }
        ),
        Vec::new(),
    )
}

pub(super) fn kept_apart(apart: &Apart) -> Told {
    (
        "decisions",
        format!("Not the same customer as {}", apart.other),
        vec![new("Why", &apart.reason)],
    )
}

pub(super) fn merged(other: &str) -> Told {
    (
        "decisions",
        format!("{other} was merged into this record"),
        Vec::new(),
    )
}

pub(super) fn merged_away(into: &str) -> Told {
    ("decisions", format!("Merged into {into}"), Vec::new())
}

pub(super) fn merge_undone(other: &str, merge: u64) -> Told {
    (
        "decisions",
        format!("The merge with {other} of entry {merge} was taken back"),
        Vec::new(),
    )
}
