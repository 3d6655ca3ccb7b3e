//! Resellers, what is known of them, and what they answer by file, in words.

use super::entries::{Told, line, new};
use domain::{
    intake::{Answer, Intake, Verdict},
    oversight::Oversight,
    record::{Cip, Reseller},
    signer::Word,
};

pub(super) fn recorded(before: Option<&Reseller>, reseller: &Reseller) -> Told {
    let verb = if before.is_none() {
        "registered"
    } else {
        "changed"
    };
    (
        "edits",
        format!("Reseller {} {verb}", reseller.name),
        vec![line(
            "Country",
            before.map(|old| old.country.clone()),
            Some(reseller.country.clone()),
        )],
    )
}

pub(super) fn overseen(before: &Oversight, after: &Oversight) -> Told {
    let said = |one: &Option<String>| one.clone();
    let mut lines = vec![
        line(
            "Other names",
            Some(before.names.join("; ")),
            Some(after.names.join("; ")),
        ),
        line("Buys from", said(&before.upstream), said(&after.upstream)),
        line("Contract clause", said(&before.clause), said(&after.clause)),
        line(
            "Customers that came through it",
            Some(before.customers.join(", ")),
            Some(after.customers.join(", ")),
        ),
    ];
    let ai = |one: &domain::oversight::Oversight| {
        one.ai_reporting
            .as_ref()
            .map(|known| if known.ok { "yes" } else { "no" }.to_owned())
    };
    lines.push(line("Reports AI training", ai(before), ai(after)));
    if let Some(one) = after
        .attestations
        .get(before.attestations.len()..)
        .and_then(<[_]>::first)
    {
        lines.push(new("Attestation", format!("{}, {}", one.on, one.signatory)));
    }
    if let Some(one) = after
        .counts
        .get(before.counts.len()..)
        .and_then(<[_]>::first)
    {
        lines.push(new(
            "Counts",
            format!(
                "{} customers, {} not verified, as of {}",
                one.customers, one.unverified, one.as_of
            ),
        ));
    }
    if let Some(one) = after
        .reviews
        .get(before.reviews.len()..)
        .and_then(<[_]>::first)
    {
        let met = one
            .marks
            .values()
            .filter(|mark| mark.standing == "met")
            .count();
        lines.push(new(
            "Review",
            format!(
                "{} on {}: {met} of {} met",
                one.cip,
                one.on,
                one.marks.len()
            ),
        ));
    }
    (
        "edits",
        "What is known of the reseller changed".to_owned(),
        lines,
    )
}

pub(super) fn cip_filed(cip: &Cip) -> Told {
    (
        "documents",
        format!("CIP version {} filed", cip.version),
        vec![new("In force from", &cip.effective_from)],
    )
}

pub(super) fn asked(intake: &Intake) -> Told {
    (
        "messages",
        format!("{} asks by file", intake.reference),
        vec![new("Answers are encrypted to", &intake.recipient)],
    )
}

pub(super) fn answered(intake: &str, answer: &Answer) -> Told {
    (
        "documents",
        format!("An answer to {intake} came; it counts once its key was compared"),
        vec![
            new("Answered by", &answer.stated.answered_by),
            new("Key", &answer.fingerprint),
            new("SHA-256", &answer.sha256),
        ],
    )
}

pub(super) fn judged(intake: &str, verdict: &Verdict) -> Told {
    (
        "decisions",
        if verdict.taken {
            format!("The answer to {intake} entered the register as the reseller's statement")
        } else {
            format!("The answer to {intake} was refused")
        },
        vec![new(
            if verdict.taken { "Compared" } else { "Why" },
            &verdict.word.how,
        )],
    )
}

pub(super) fn withdrawn(intake: &str, word: &Word) -> Told {
    (
        "decisions",
        format!("{intake} was withdrawn"),
        vec![new("Why", &word.how)],
    )
}
