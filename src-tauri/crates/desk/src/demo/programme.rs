//! An invented programme: offerings, a CIP whose pages were marked, an assessment, contacts.

use super::specimen;
use crate::{documents::Source, error::Result, open_vault::OpenVault, watch::Unwatched};
use chrono::{Duration, NaiveDate};
use contract as c;

fn begun(vault: &OpenVault, template: &str, typed: &[(&str, String)]) -> Result<c::LetterPreview> {
    let typed = typed.iter().map(|(id, value)| c::CaseAnswer {
        id: (*id).to_owned(),
        values: vec![value.clone()],
    });
    vault.memo_preview(&c::MemoPreviewReq {
        template: template.to_owned(),
        language: "en".to_owned(),
        about: None,
        part: None,
        typed: typed.collect(),
    })
}

fn made_of(seen: &c::LetterPreview) -> c::MadeOfReq {
    c::MadeOfReq {
        template: seen.template.clone(),
        version: seen.version,
        language: seen.language.clone(),
    }
}

pub(super) fn programme(vault: &OpenVault, today: NaiveDate) -> Result<()> {
    let ago = |days: i64| (today - Duration::days(days)).to_string();
    let ahead = |days: i64| (today + Duration::days(days)).to_string();
    vault.programme_standing(&c::StandingReq {
        role: "provider".to_owned(),
        jurisdiction: "US".to_owned(),
        new_provider: false,
        reason: "Sells virtual and dedicated machines from two sites in Oregon and Ohio, directly and through seven resellers.".to_owned(),
    })?;
    vault.programme_headcount(&c::HeadcountReq {
        employees: 64,
        as_of: ago(20),
    })?;
    for (name, form, description, runs, scope, reason) in [
        (
            "Cascade Compute",
            "virtualised",
            "Virtual machines by the hour, for developers and small companies.",
            true,
            "yes",
            "Customers deploy and run software of their own choice on it.",
        ),
        (
            "Cascade Metal",
            "dedicated",
            "Whole servers with accelerators, by the month.",
            true,
            "yes",
            "Customers deploy and run software of their own choice on it; large training runs are possible.",
        ),
        (
            "Cascade Edge",
            "cdn",
            "Delivery of customers' files from caches near their readers.",
            false,
            "unclear",
            "Customers may run small functions on the caches. Counsel is asked whether that is software that is not predefined.",
        ),
        (
            "Cascade Mail",
            "managed",
            "Mailboxes, run by us.",
            false,
            "no",
            "Nothing of a customer's runs on it: the software is ours and fixed.",
        ),
    ] {
        let unclear = scope == "unclear";
        let mut product = c::ProductReq {
            r#ref: None,
            name: name.to_owned(),
            description: description.to_owned(),
            form: form.to_owned(),
            deploys_software: runs,
            trial: form == "virtualised",
            us_owned: true,
            in_us: true,
            in_scope: scope.to_owned(),
            reason: reason.to_owned(),
            launched: Some(ago(2_000)),
            retired: None,
            made_of: None,
        };
        if unclear {
            // Where counsel is asked, the whole memo is written.
            let typed = [
                ("name", name.to_owned()),
                ("description", description.to_owned()),
                ("form", form.to_owned()),
                ("deploys_software", runs.to_string()),
                ("us_owned", true.to_string()),
                ("in_us", true.to_string()),
                ("in_scope", scope.to_owned()),
            ];
            let seen = begun(vault, "scope-memo", &typed)?;
            product.reason = seen.body.replace("{because}", "customers may run small functions on the caches. Counsel is asked whether that is software that was not chosen beforehand.");
            product.made_of = Some(made_of(&seen));
        }
        vault.programme_product(&product)?;
    }
    let lines = [
        "Customer identification program of Cascade Compute LLC".to_owned(),
        "Version 2026.1".to_owned(),
        "1. Scope and risk assessment".to_owned(),
        "2. Collection of identifying information".to_owned(),
        "3. Verification of foreign customers and owners".to_owned(),
        "4. Resellers, reports, records".to_owned(),
        "Invented for demonstration.".to_owned(),
    ];
    let document = vault.document_add(
        crate::programme::SUBJECT,
        "cip",
        Source::Made {
            name: "cascade-cip-2026.1.pdf".to_owned(),
            bytes: specimen::letter("Customer Identification Program", &lines),
        },
        &Unwatched,
    )?;
    let elements = vault.programme(None)?.elements;
    let marks = (0..)
        .zip(&elements)
        .map(|(place, element)| c::MarkReq {
            id: element.id.clone(),
            standing: if place + 1 == elements.len() {
                "unclear"
            } else {
                "met"
            }
            .to_owned(),
            page: Some((place / 3 + 1).to_string()),
        })
        .collect();
    vault.programme_cip(&c::OwnCipReq {
        r#ref: None,
        version: "2026.1".to_owned(),
        effective_from: ago(120),
        approver: "Ana Lima, Chief Compliance Officer".to_owned(),
        document: Some(document.id),
        next_review_on: Some(ahead(245)),
        adopted_from: None,
        marks,
    })?;
    let rated = [
        (
            "medium",
            "Virtual machines are taken in minutes; accelerators only by contract.",
        ),
        (
            "high",
            "Accounts are opened online, and most are paid by card.",
        ),
        (
            "low",
            "Every field of the rule pack is asked for before an account opens.",
        ),
        (
            "medium",
            "Twelve countries; one customer in four is foreign.",
        ),
    ];
    let heads = vault
        .programme(None)?
        .heads
        .into_iter()
        .zip(rated.iter().cycle())
        .map(|(head, (rating, text))| c::HeadReq {
            id: head.id,
            rating: (*rating).to_owned(),
            text: (*text).to_owned(),
            made_of: None,
        })
        .collect();
    let seen = begun(vault, "threat-landscape", &[])?;
    let landscape = [
        (
            "{sources}",
            "the advisories of the spring, the abuse desk's monthly notes, two forums.",
        ),
        (
            "{what_changed}",
            "more attempts with stolen cards; resold accounts are offered openly.",
        ),
        (
            "{concerned}",
            "Cascade Compute, sold by the hour and through resellers.",
        ),
        (
            "{what_follows}",
            "cards are checked against the country of the customer; resellers are asked by file twice a year.",
        ),
    ]
    .into_iter()
    .fold(seen.body.clone(), |text, (name, words)| {
        text.replace(name, words)
    });
    vault.programme_assessment(&c::AssessmentReq {
        r#ref: None,
        on: Some(ago(125)),
        cip: None,
        heads,
        landscape,
        reviewer: "Ana Lima".to_owned(),
        next_review_on: Some(ahead(240)),
        landscape_of: Some(made_of(&seen)),
    })?;
    for (name, title, from, primary) in [
        ("Ana Lima", "Chief Compliance Officer", ago(700), true),
        ("Jonas Weber", "Counsel", ago(300), false),
    ] {
        vault.programme_contact(&c::ContactReq {
            r#ref: None,
            name: name.to_owned(),
            title: title.to_owned(),
            email: format!(
                "{}@cascade-compute.example",
                name.split(' ').next().unwrap_or(name).to_lowercase()
            ),
            phone: "+1 503 555 0142".to_owned(),
            primary,
            signatory: primary,
            from,
            to: None,
        })?;
    }
    Ok(())
}
