//! Invented customers who could not be verified, and what was done about each: terms, a refusal, letters with their proof, a complaint.

use super::{DemoClock, days_before};
use crate::{documents::Source, error::Result, open_vault::OpenVault, watch::Unwatched};
use chrono::{DateTime, Duration, Utc};
use contract as c;
use domain::customer::CustomerFile;

fn step(
    vault: &OpenVault,
    file: &CustomerFile,
    to: &str,
    words: &str,
    review: Option<String>,
) -> Result<()> {
    vault.customer_advance(&c::CustomerAdvanceReq {
        r#ref: file.reference.clone(),
        to: to.to_owned(),
        reason: Some(words.to_owned()),
        approver: None,
        passphrase: None,
        override_reason: None,
        on: None,
        review_on: review,
        leave_open: None,
        made_of: None,
    })?;
    Ok(())
}

fn tried(vault: &OpenVault, file: &CustomerFile, result: &str, basis: &str) -> Result<()> {
    vault.verification_record(&c::VerificationReq {
        customer: file.reference.clone(),
        about: file.reference.clone(),
        method: "non_documentary".to_owned(),
        result: result.to_owned(),
        document: None,
        situation: None,
        basis: basis.to_owned(),
        notes: None,
        performed_on: None,
    })?;
    Ok(())
}

/// Writes a letter with every placeholder filled, and sends it with a receipt.
pub(super) fn letter(
    vault: &OpenVault,
    file: &CustomerFile,
    template: &str,
    set: &[(&str, String)],
    send: bool,
) -> Result<()> {
    let seen = vault.letter_preview(&c::LetterPreviewReq {
        customer: file.reference.clone(),
        template: template.to_owned(),
        language: "en".to_owned(),
    })?;
    let fill = |text: &str| {
        set.iter().fold(text.to_owned(), |text, (name, words)| {
            text.replace(&format!("{{{name}}}"), words)
        })
    };
    let view = vault.letter_save(&c::LetterSaveReq {
        customer: file.reference.clone(),
        id: None,
        template: seen.template,
        language: seen.language,
        to: seen.to,
        subject: fill(&seen.subject),
        body: fill(&seen.body),
    })?;
    let Some(written) = view.letters.first().filter(|_| send) else {
        return Ok(());
    };
    let proof = vault.document_add(
        &file.reference,
        "letter",
        Source::Made {
            name: "postal-receipt-specimen.txt".to_owned(),
            bytes: format!(
                "SPECIMEN. Posted: {} to {}.\n",
                written.subject,
                file.name()
            )
            .into_bytes(),
        },
        &Unwatched,
    )?;
    vault.letter_sent(&c::LetterSentReq {
        customer: file.reference.clone(),
        id: written.id.clone(),
        on: vault.today().to_string(),
        channel: "registered".to_owned(),
        recipient: None,
        proof: Some(proof.id),
    })?;
    Ok(())
}

pub(super) fn unverified(vault: &OpenVault, clock: &DemoClock, end: DateTime<Utc>) -> Result<()> {
    let open = vault.read(|read| Ok(read.customers_in("verifying")?))?;
    let open: Vec<&CustomerFile> = open.iter().take(4).collect();
    let answer_by = (vault.civil_day(end) + Duration::days(12)).to_string();
    let review = (vault.civil_day(end) + Duration::days(21)).to_string();
    let redress = "appeals@cascade-compute.example".to_owned();
    for (number, file) in (0..).zip(&open) {
        clock.set(days_before(end, 48 - number));
        tried(
            vault,
            file,
            "mismatch",
            "Passport number not known to the issuing register",
        )?;
        vault.discrepancy_save(&c::DiscrepancySaveReq {
            customer: file.reference.clone(),
            id: None,
            about: file.reference.clone(),
            what: "Date of birth".to_owned(),
            claimed: "1974-12-08".to_owned(),
            found: "1974-08-12".to_owned(),
            source: "Passport".to_owned(),
            substantive: true,
            resolution: None,
        })?;
        letter(
            vault,
            file,
            "discrepancy",
            &[("answer_by", answer_by.clone())],
            number < 3,
        )?;
    }
    for (number, file) in (0..).zip(open.iter().take(3)) {
        clock.set(days_before(end, 40 - number));
        tried(
            vault,
            file,
            "unavailable",
            "Telephone call back, three times, nobody answered",
        )?;
        let words = "Two letters and three calls in two weeks; the passport's date does not fit and no other document came.";
        step(vault, file, "unverified", words, None)?;
    }
    clock.set(days_before(end, 35));
    if let Some(file) = open.first() {
        step(
            vault,
            file,
            "restricted",
            "No new machines and no GPU; logs are read every week.",
            Some(review),
        )?;
        letter(
            vault,
            file,
            "restriction",
            &[("redress_contact", redress.clone())],
            true,
        )?;
        vault.redress_save(&c::RedressSaveReq {
            customer: file.reference.clone(),
            id: None,
            kind: "complaint".to_owned(),
            received_on: vault.today().to_string(),
            what: "The registry office wrote day and month the wrong way round; the customer asks to be looked at again.".to_owned(),
            answer_by: Some(answer_by.clone()),
            outcome: None,
            answered_on: None,
        })?;
    }
    if let Some(file) = open.get(1) {
        let set = [("redress_contact", redress), ("answer_by", answer_by)];
        letter(vault, file, "refusal", &set, false)?;
    }
    Ok(())
}
