//! Resellers with their CIPs, what came about them, and a clock in every band of Today.

use super::{DemoClock, casework, days_before, intake, oversight, specimen};
use crate::{documents::Source, error::Result, open_vault::OpenVault, watch::Unwatched};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use contract as c;

/// Registers resellers, with two versions of a CIP for those that have one.
pub(crate) fn register(
    vault: &OpenVault,
    resellers: &[(&str, &str, bool)],
    today: NaiveDate,
) -> Result<Vec<String>> {
    let mut references = Vec::new();
    for &(name, country, has_cip) in resellers {
        let req = c::ResellerSaveReq {
            r#ref: None,
            name: name.to_owned(),
            country: country.to_owned(),
            address: None,
            email: None,
            notes: None,
        };
        let created = vault.reseller_save(&req)?;
        if has_cip {
            for (version, ago) in [("2025.1", 400), ("2026.1", 120)] {
                let lines = [
                    format!("Customer identification program of {name}"),
                    format!("Version {version}"),
                    "1. Collection of identifying information".to_owned(),
                    "2. Verification of foreign customers".to_owned(),
                    "3. Records kept for two years".to_owned(),
                    "Invented for demonstration.".to_owned(),
                ];
                let source = Source::Made {
                    name: format!("cip-{version}.pdf"),
                    bytes: specimen::letter("Customer Identification Program", &lines),
                };
                let effective = (today - Duration::days(ago)).to_string();
                vault.cip_file(
                    &created.r#ref,
                    version,
                    &effective,
                    None,
                    source,
                    &Unwatched,
                )?;
            }
        }
        references.push(created.r#ref);
    }
    Ok(references)
}

/// Resellers with their CIPs, and a clock in every band of Today.
pub(super) fn resellers_and_cases(
    vault: &OpenVault,
    clock: &DemoClock,
    end: DateTime<Utc>,
    today: NaiveDate,
) -> Result<()> {
    let resellers = [
        ("Lion City Hosting Pte Ltd", "SG", true),
        ("Nordlicht Rechenzentrum GmbH", "DE", true),
        ("Andes Nube S.A.", "CL", true),
        ("Nippon Kumo K.K.", "JP", true),
        ("Atlas Serveurs SARL", "MA", true),
        ("Sahel Datacenter SA", "SN", false),
        ("Maple Ridge Colocation Inc.", "CA", true),
    ];
    let references = register(vault, &resellers, today)?;
    oversight::known(vault, &references, today)?;
    oversight::came_through(vault, &references)?;
    let reseller = |place: usize| references.get(place).cloned().unwrap_or_default();
    let mut events: Vec<(i64, &str, Vec<usize>, &str)> = vec![
        (
            33,
            "evidence",
            vec![4],
            "Three customers were let in without any identity check, says a former employee's letter.",
        ),
        (
            6,
            "signal",
            vec![5],
            "Five sign-ups from one payment card in two hours; the reseller's log shows no review.",
        ),
        (20, "stated", vec![0], "Whom it sells on to"),
        (9, "file", vec![1], "Counts and CIP of the year"),
        (12, "request", vec![1], "BIS-2026-0101"),
        (10, "request", vec![0, 2], "BIS-2026-0117"),
        (8, "request", vec![3], "BIS-2026-0123"),
        (4, "request", vec![6, 5], "BIS-2026-0131"),
        (
            24,
            "evidence",
            vec![2],
            "The reseller's CIP is not applied to accounts paid by wallet, says its own audit.",
        ),
    ];
    events.sort_by_key(|(ago, ..)| -ago);
    let mut page = None;
    for (ago, kind, whose, text) in events {
        clock.set(days_before(end, ago));
        let received = (today - Duration::days(ago)).to_string();
        if kind == "request" {
            let letter = specimen::letter(
                "Department request",
                &[
                    format!("Reference {text}"),
                    "Furnish a copy of the customer identification program of the resellers named."
                        .to_owned(),
                    "Invented for demonstration.".to_owned(),
                ],
            );
            let req = c::RequestOpenReq {
                received,
                resellers: whose.iter().map(|place| reseller(*place)).collect(),
                reference: text.to_owned(),
                how: Some("Letter".to_owned()),
                handle: None,
            };
            vault.request_open(
                &req,
                vec![Source::Made {
                    name: "request-specimen.pdf".to_owned(),
                    bytes: letter,
                }],
            )?;
        } else if kind == "file" {
            let asked = whose.first().copied().unwrap_or(0);
            page = Some(intake::asked(vault, &reseller(asked))?);
        } else if kind == "stated" {
            let asked = whose.first().copied().unwrap_or(0);
            intake::entered(vault, &reseller(asked), today - Duration::days(ago))?;
        } else {
            let req = c::EvidenceOpenReq {
                reseller: reseller(whose.first().copied().unwrap_or(0)),
                received,
                summary: text.to_owned(),
                handle: None,
                signal: kind == "signal",
            };
            vault.evidence_open(&req, Vec::new())?;
        }
    }
    clocks(vault, clock, end, today)?;
    oversight::incident(vault, clock, end, today, &reseller(3))?;
    if let Some(page) = page {
        intake::answered(vault, &page, today)?;
    }
    casework::casework(vault, clock, end, today, &reseller(0))
}

/// Clocks that somebody started by hand, and one that the end of an account started.
fn clocks(
    vault: &OpenVault,
    clock: &DemoClock,
    end: DateTime<Utc>,
    today: NaiveDate,
) -> Result<()> {
    let day = |ago: i64| (today - Duration::days(ago)).to_string();
    clock.set(days_before(end, 5));
    let first = |list: &[&str]| -> Vec<c::TriggerAt> {
        list.iter()
            .zip([9, 5])
            .map(|(event, ago)| c::TriggerAt {
                event: (*event).to_owned(),
                at: day(ago),
            })
            .collect()
    };
    let start = |id: &str, at: Vec<c::TriggerAt>, note: &str| {
        vault.clock_start(&c::ClockStartReq {
            pack: crate::open_vault::DEFAULT_PACK.to_owned(),
            clock: id.to_owned(),
            at,
            subject: "programme".to_owned(),
            note: note.to_owned(),
            provisional: false,
        })
    };
    start(
        "CLK-AI-DIRECT",
        first(&["transaction", "knowledge"]),
        "A foreign customer's cluster is large enough to train a covered model, says the capacity team",
    )?;
    clock.set(days_before(end, 3));
    let open = vault.read(|read| {
        let mut open = None;
        read.each_customer(|file| {
            if open.is_none()
                && file
                    .accounts
                    .iter()
                    .any(|account| account.state == "active")
            {
                open = Some(file.clone());
            }
            Ok::<_, crate::error::Error>(())
        })?;
        Ok(open)
    })?;
    if let Some(file) = open
        && let Some(account) = file.accounts.first()
    {
        vault.account_save(&c::AccountSaveReq {
            customer: file.reference.clone(),
            id: Some(account.id.clone()),
            account_ref: account.account_ref.clone(),
            state: "closed".to_owned(),
            products: Some(account.products.clone()),
            opened_on: account.opened_on.clone(),
            closed_on: Some(day(4)),
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })?;
    }
    Ok(())
}
