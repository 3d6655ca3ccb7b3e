//! Invented oversight: what is known of resellers, and an incident on its way.

use super::{DemoClock, days_before};
use crate::{error::Result, open_vault::OpenVault};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use contract as c;

fn answer(id: &str, values: &[&str]) -> c::CaseAnswer {
    c::CaseAnswer {
        id: id.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

/// Names, chain, contract, attestations and counts of some resellers; others are left as they often are, with nothing known.
pub(super) fn known(vault: &OpenVault, resellers: &[String], today: NaiveDate) -> Result<()> {
    let day = |ago: i64| (today - Duration::days(ago)).to_string();
    let facts: [(usize, Option<usize>, i64, u32, u32, bool); 4] = [
        (0, None, 120, 420, 3, true),
        (1, Some(0), 320, 96, 0, true),
        (2, None, 400, 58, 11, false),
        (3, None, 90, 210, 0, true),
    ];
    for (at, above, attested, customers, unverified, reports) in facts {
        let Some(reference) = resellers.get(at) else {
            continue;
        };
        vault.reseller_oversee(&c::ResellerOverseeReq {
            r#ref: reference.clone(),
            names: (at == 0).then(|| vec!["狮城主机".to_owned()]),
            upstream: above.and_then(|above| resellers.get(above)).cloned(),
            clause: Some("Reseller agreement, section 9.2".to_owned()),
            contract: None,
            ai_reporting: Some(reports),
            attestation: Some(c::AttestationReq {
                on: day(attested),
                signatory: "Managing director".to_owned(),
                document: None,
            }),
            counts: Some(c::CountsReq {
                as_of: day(attested.min(100)),
                customers,
                unverified,
            }),
        })?;
    }
    Ok(())
}

/// Every how many customers one came through a reseller.
const THROUGH: usize = 11;

/// Customers of the record that came through resellers.
pub(super) fn came_through(vault: &OpenVault, resellers: &[String]) -> Result<()> {
    let customers = vault.read(|read| Ok(read.customer_references()?))?;
    for (at, reseller) in resellers.iter().take(3).enumerate() {
        let through: Vec<String> = customers
            .iter()
            .skip(at)
            .step_by(THROUGH)
            .take(6 - at)
            .cloned()
            .collect();
        vault.reseller_customers(&c::ResellerCustomersReq {
            r#ref: reseller.clone(),
            customers: through,
        })?;
    }
    Ok(())
}

/// An incident that was triaged, through a reseller.
pub(super) fn incident(
    vault: &OpenVault,
    clock: &DemoClock,
    end: DateTime<Utc>,
    today: NaiveDate,
    reseller: &str,
) -> Result<()> {
    clock.set(days_before(end, 2));
    let day = |ago: i64| (today - Duration::days(ago)).to_string();
    let opened = vault.case_open(
        &c::CaseOpenReq {
            kind: "incident".to_owned(),
            state: None,
            received: day(2),
            text:
                "Scanning of a utility's addresses from a virtual machine sold through the reseller"
                    .to_owned(),
            how: None,
            resellers: vec![reseller.to_owned()],
            subjects: Vec::new(),
            answers: vec![
                answer("indicator", &["203.0.113.77"]),
                answer("first_seen", &[&day(4)]),
                answer("source", &["Abuse desk, by the utility's own report"]),
            ],
            handle: None,
        },
        Vec::new(),
    )?;
    vault.case_advance(&c::CaseAdvanceReq {
        r#ref: opened.case,
        to: "triaged".to_owned(),
        note: "Two days of flow records; the address belongs to one account".to_owned(),
        at: None,
        answers: vec![answer("red_flags", &["scanning", "abuse_reports"])],
        approver: None,
        passphrase: None,
        override_reason: None,
        leave_open: None,
        made_of: None,
    })?;
    Ok(())
}

/// The oldest failure's accounts, and the report to an authority that was cleared and not made yet.
pub(super) fn contained(vault: &OpenVault) -> Result<()> {
    let mut failures = vault.case_list()?.rows;
    failures.retain(|row| row.kind == "failure" && row.state == "evidence_confirmed");
    failures.sort_by(|a, b| a.received_on.cmp(&b.received_on));
    let Some(failure) = failures.first() else {
        return Ok(());
    };
    let add = |kind: &str, answers: Vec<c::CaseAnswer>| {
        vault.case_item_add(&c::CaseItemAddReq {
            r#ref: failure.r#ref.clone(),
            kind: kind.to_owned(),
            answers,
        })
    };
    for number in ["acct-77", "acct-81"] {
        let held = answer("holder", &["The reseller itself"]);
        add("account", vec![answer("account", &[number]), held])?;
    }
    let view = add(
        "report",
        vec![answer(
            "authority",
            &["Internet Crime Complaint Center (invented report)"],
        )],
    )?;
    let rows = view.parts.into_iter().flat_map(|group| group.rows);
    let Some(report) = rows.into_iter().find(|row| row.label.contains("invented")) else {
        return Ok(());
    };
    vault.case_item_advance(&c::CaseItemAdvanceReq {
        r#ref: failure.r#ref.clone(),
        item: report.id,
        to: "cleared".to_owned(),
        note: String::new(),
        at: None,
        answers: vec![
            answer("records", &["records"]),
            answer("legal_basis", &["provider_protection"]),
            answer(
                "minimised",
                &["The addresses and the times of the two accounts, and nothing else"],
            ),
        ],
        approver: None,
        passphrase: None,
        override_reason: None,
        made_of: None,
    })?;
    Ok(())
}
