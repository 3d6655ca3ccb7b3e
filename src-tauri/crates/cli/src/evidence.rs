//! Documents on the command line: attached, listed, shown, compared and decided on; and where a value comes from.

use crate::{
    args::{Common, DocumentCommand, ReviewArgs},
    print,
    run::{done, reading, watch, writing},
};
use contract as c;
use desk::{OpenVault, Result, Source};
use serde_json::json;

pub(crate) fn run(common: &Common, command: DocumentCommand) -> Result<u8> {
    match command {
        DocumentCommand::Add {
            vault,
            reference,
            file,
            kind,
            replaces,
        } => {
            let row = writing(common, &vault, |vault| {
                let replaces = replaces.as_deref();
                vault.document_replace(&reference, &kind, replaces, Source::File(file), &watch())
            })?;
            for mark in &row.marks {
                print::note(&print::plain(mark));
            }
            let value = json!({"document": row.id, "ref": row.subject, "type": row.r#type, "media_type": row.media_type, "bytes": row.bytes, "sha256": row.sha256, "marks": row.marks});
            done(
                common,
                &value,
                &format!(
                    "Attached {} to {} as {}.",
                    row.id, row.subject, row.media_type
                ),
            );
        }
        DocumentCommand::List { vault, reference } => {
            list(common, &reading(common, &vault)?, &reference)?;
        }
        DocumentCommand::Show { vault, document } => {
            show(common, &reading(common, &vault)?, &document)?;
        }
        DocumentCommand::Review(args) => return review(common, &args),
        DocumentCommand::Extract {
            vault,
            document,
            to,
        } => {
            let saved = reading(common, &vault)?.document_extract(&document, &to, &watch())?;
            done(
                common,
                &json!({"file": saved.name, "bytes": saved.bytes}),
                &format!("Wrote {} ({} bytes).", to.display(), saved.bytes),
            );
        }
    }
    Ok(0)
}

/// Where a field's value comes from, and what proves it.
pub(crate) fn source(field: &c::FieldView) {
    if let (Some(source), Some(by), Some(at)) =
        (&field.source, &field.recorded_by, &field.recorded_at)
    {
        print::line(&print::plain(&format!("  {source}, {by}, {at}")));
    }
    for proof in &field.proofs {
        shown_by("  ", proof, false);
    }
}

/// A document that proves something, on a line of its own; `what` says what as well.
pub(crate) fn shown_by(indent: &str, proof: &c::ProofView, what: bool) {
    let page = proof
        .pin
        .as_ref()
        .map(|pin| format!(", page {}", pin.page))
        .unwrap_or_default();
    let what = if what {
        format!("{}: ", proof.values.join(", "))
    } else {
        String::new()
    };
    print::line(&print::plain(&format!(
        "{indent}{what}shown by {} ({}{page}), {}, {}",
        proof.name, proof.document, proof.by, proof.on
    )));
}

/// A customer's documents.
fn list(common: &Common, vault: &OpenVault, reference: &str) -> Result<()> {
    let view = vault.customer_show(reference)?;
    let last = |id: &str| view.reviews.iter().find(|one| one.document == id);
    if common.json {
        let rows: Vec<serde_json::Value> = view
            .documents
            .iter()
            .map(|one| serde_json::json!({"document": one.id, "type": one.r#type, "name": one.name, "bytes": one.bytes, "sha256": one.sha256, "review": last(&one.id)}))
            .collect();
        print::json(&rows);
        return Ok(());
    }
    for one in &view.documents {
        let review = last(&one.id).map_or_else(
            || "not reviewed".to_owned(),
            |review| {
                let until = review
                    .expires
                    .as_ref()
                    .map(|day| format!(", expires {day}"))
                    .unwrap_or_default();
                format!("{} on {}{until}", review.decision_label, review.on)
            },
        );
        print::line(&print::plain(&format!(
            "{}  {}  {}  {review}",
            one.id, one.type_label, one.name
        )));
    }
    Ok(())
}

/// One document: what a review asks, and the reviews so far.
fn show(common: &Common, vault: &OpenVault, document: &str) -> Result<()> {
    let sheet = vault.review_open(&c::ReviewOpenReq {
        document: document.to_owned(),
        about: None,
    })?;
    if common.json {
        print::json(&sheet);
        return Ok(());
    }
    let row = &sheet.document.row;
    print::line(&print::plain(&format!(
        "{}  {}  {} of {} {}",
        row.id, row.name, row.type_label, sheet.customer, sheet.name
    )));
    for asked in &sheet.asked {
        let required = if asked.required { ", required" } else { "" };
        print::line(&print::plain(&format!(
            "  {} ({}{required}): {}",
            asked.id,
            asked.label,
            asked.claimed.join("; ")
        )));
    }
    for item in &sheet.checklist {
        print::line(&print::plain(&format!(
            "  [ ] {}: {}",
            item.value, item.label
        )));
    }
    for one in &sheet.reviews {
        let reason = one
            .reason
            .as_ref()
            .map(|reason| format!(": {reason}"))
            .unwrap_or_default();
        print::line(&print::plain(&format!(
            "{}  {}{reason}, {}, {}",
            one.id, one.decision_label, one.by, one.on
        )));
        for fact in &one.facts {
            print::line(&print::plain(&format!(
                "  {}: {} ({})",
                fact.label, fact.value, fact.mark
            )));
        }
    }
    Ok(())
}

fn request(args: &ReviewArgs, about: String) -> Result<c::ReviewReq> {
    let mut facts = Vec::new();
    for read in &args.read {
        let (field, value) = read.split_once('=').ok_or_else(|| {
            desk::Error::input(
                "E-REVIEW-FIELD",
                format!(
                    "--read {read}: write the field and what was read, like expires_on=2031-05."
                ),
            )
        })?;
        facts.push(c::FactReq {
            field: field.to_owned(),
            value: value.to_owned(),
            pin: None,
            take: args.take.iter().any(|take| take == field),
        });
    }
    let answers = [
        (&args.yes, "yes"),
        (&args.no, "no"),
        (&args.not_applicable, "not_applicable"),
    ];
    Ok(c::ReviewReq {
        document: args.document.clone(),
        about,
        facts,
        mrz: args.mrz.as_ref().map(std::fs::read_to_string).transpose()?,
        answers: answers
            .into_iter()
            .flat_map(|(items, answer)| {
                items.iter().map(move |id| c::AnswerReq {
                    id: id.clone(),
                    answer: answer.to_owned(),
                })
            })
            .collect(),
        seen: args.seen.clone(),
        decision: args.decide.clone().unwrap_or_default(),
        reason: args.reason.clone(),
        to_customer: args.to_customer.clone(),
        internal: args.internal.clone(),
        verify: args.verify,
        situation: args.situation.clone(),
    })
}

/// Compares; decides where it is asked to. Exit 1 where what was read differs and nothing was decided.
fn review(common: &Common, args: &ReviewArgs) -> Result<u8> {
    let open = |vault: &OpenVault| {
        let sheet = vault.review_open(&c::ReviewOpenReq {
            document: args.document.clone(),
            about: args.about.clone(),
        })?;
        request(args, sheet.about)
    };
    if args.decide.is_some() {
        let sheet = writing(common, &args.vault, |vault| {
            let req = open(vault)?;
            vault.review_decide(&req)
        })?;
        if common.json {
            print::json(&sheet.reviews.first());
        } else if let Some(review) = sheet.reviews.first() {
            print::line(&print::plain(&format!(
                "{}: {} ({}).",
                review.id, review.decision_label, review.document
            )));
        }
        return Ok(0);
    }
    let vault = reading(common, &args.vault)?;
    let compared = vault.review_compare(&open(&vault)?)?;
    let differs = compared
        .marks
        .iter()
        .any(|one| one.mark == "different" || one.problem.is_some() || one.zone.is_some())
        || compared.mrz_problem.is_some()
        || compared
            .mrz
            .iter()
            .any(|zone| zone.checks.iter().any(|one| !one.holds));
    if common.json {
        print::json(&compared);
        return Ok(u8::from(differs));
    }
    for one in compared
        .marks
        .iter()
        .filter(|one| !one.mark.is_empty() || one.problem.is_some())
    {
        let why = one.problem.as_ref().or(one.why.as_ref());
        print::line(&print::plain(&format!(
            "{}: {} {}",
            one.field,
            one.mark,
            why.map_or("", String::as_str)
        )));
    }
    for why in compared.mrz_problem.iter().chain(&compared.accept_blocked) {
        print::line(&print::plain(why));
    }
    if let Some(zone) = &compared.mrz {
        for one in &zone.checks {
            print::line(&print::plain(&one.says));
        }
    }
    Ok(u8::from(differs))
}
