//! A filing of each form, filled in with invented answers and ready to seal. What the records say is not repeated here.

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
    watch::Unwatched,
};
use chrono::{Duration, NaiveDate};
use contract as c;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

const ANSWERS: &str = include_str!("filings.json");

/// `@-10` is ten days before the demonstration's today.
fn day(text: &str, today: NaiveDate) -> String {
    let days = text
        .strip_prefix('@')
        .and_then(|days| days.parse::<i64>().ok());
    days.map_or_else(
        || text.to_owned(),
        |days| (today + Duration::days(days)).to_string(),
    )
}

fn row(value: &Value, today: NaiveDate) -> c::FormAnswerRow {
    let mut out = c::FormAnswerRow {
        key: String::new(),
        cells: std::collections::BTreeMap::new(),
    };
    match value {
        Value::Object(cells) => {
            for (part, cell) in cells {
                let text = day(cell.as_str().unwrap_or_default(), today);
                if part == "key" {
                    out.key = text;
                } else {
                    out.cells.insert(part.clone(), text);
                }
            }
        }
        other => {
            let text = day(other.as_str().unwrap_or_default(), today);
            out.cells.insert("value".to_owned(), text);
        }
    }
    out
}

fn answer(item: &str, value: &Value, today: NaiveDate) -> c::FormAnswer {
    let unknown = value.get("unknown").map(|asked| {
        let word = |name: &str| {
            let text = asked.get(name).and_then(Value::as_str).unwrap_or_default();
            day(text, today)
        };
        c::FormAsked {
            asked_on: word("asked_on"),
            asked_of: word("asked_of"),
            answer: word("answer"),
        }
    });
    let rows = match value {
        _ if unknown.is_some() => Vec::new(),
        Value::Array(rows) => rows.iter().map(|one| row(one, today)).collect(),
        one => vec![row(one, today)],
    };
    c::FormAnswer {
        item: item.to_owned(),
        rows,
        unknown,
    }
}

/// A customer who left years ago and whose records have gone, so that there is a disposal to certify.
fn gone(vault: &OpenVault, today: NaiveDate, passphrase: &SecretString) -> Result<()> {
    let alone = || Some("A demonstration with one person".to_owned());
    let ago = |days: i64| (today - Duration::days(days)).to_string();
    let customer = vault
        .customer_create(&c::CustomerCreateReq {
            kind: c::PartyKind::Individual,
            name: "Quiet Waters (left)".to_owned(),
            name_original: None,
            country: Some("NO".to_owned()),
            external_id: None,
        })?
        .r#ref;
    let account = |id: Option<String>, state: &str, closed_on: Option<String>| {
        vault.account_save(&c::AccountSaveReq {
            customer: customer.clone(),
            id,
            account_ref: "acc-000001".to_owned(),
            state: state.to_owned(),
            products: None,
            opened_on: Some(ago(1_600)),
            closed_on,
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })
    };
    let view = account(None, "restricted", None)?;
    let id = view.accounts.first().map(|one| one.id.clone());
    account(id, "closed", Some(ago(1_100)))?;
    vault.notice_record(&c::NoticeRecordReq {
        r#ref: customer.clone(),
        delivered_on: ago(1_600),
        channel: "form".to_owned(),
    })?;
    for to in ["collecting", "abandoned"] {
        vault.customer_advance(&c::CustomerAdvanceReq {
            r#ref: customer.clone(),
            to: to.to_owned(),
            approver: None,
            reason: Some("Left three years ago; entered from the old register".to_owned()),
            passphrase: None,
            override_reason: None,
            on: None,
            review_on: None,
            leave_open: None,
            made_of: None,
        })?;
    }
    let view = vault.disposal_approve(&c::DisposalApproveReq {
        customers: vec![customer],
        approver: None,
        passphrase: Some(passphrase.expose_secret().to_owned()),
        override_reason: alone(),
    })?;
    if let Some(disposal) = view.disposals.first() {
        vault.disposal_run(&c::RefReq {
            r#ref: disposal.r#ref.clone(),
        })?;
    }
    Ok(())
}

/// Drafts and fills in one filing of each form that has no case of its own.
pub(super) fn filings(
    vault: &OpenVault,
    today: NaiveDate,
    passphrase: &SecretString,
) -> Result<()> {
    let forms: Map<String, Value> = serde_json::from_str(ANSWERS).map_err(|why| {
        Error::machine(
            "E-DEMO-FILINGS",
            format!("The invented answers cannot be read: {why}."),
        )
    })?;
    gone(vault, today, passphrase)?;
    let (customer, reseller, failure, disposal) = vault.read(|read| {
        let mut customer = None;
        read.each_customer(|file| {
            if customer.is_none()
                && file.us_status() == domain::customer::UsStatus::Foreign
                && !file.accounts.is_empty()
            {
                customer = Some(file.reference.clone());
            }
            Ok::<_, Error>(())
        })?;
        // The first that was registered: the one whose report of training is on file.
        let reseller = read.resellers()?.into_iter().map(|one| one.reference).min();
        let failure = read
            .cases()?
            .into_iter()
            .find(|case| case.kind == "failure")
            .map(|case| case.reference);
        let disposal = read
            .disposals()?
            .into_iter()
            .find(|one| one.done.is_some())
            .map(|one| one.reference);
        Ok::<_, Error>((customer, reseller, failure, disposal))
    })?;
    let mut report = None;
    for (form, answers) in &forms {
        let subject = match form.as_str() {
            "F6" => customer.clone(),
            "F7R" => reseller.clone(),
            "F10" => failure.clone(),
            "F14" => disposal.clone(),
            _ => Some(String::new()),
        };
        let Some(subject) = subject else { continue };
        let view = vault.filing_draft(&c::FilingDraftReq {
            form: form.clone(),
            subjects: Some(subject)
                .filter(|one| !one.is_empty())
                .into_iter()
                .collect(),
            clock: None,
            as_of: None,
            replaces: (form == "F8").then(|| report.clone()).flatten(),
        })?;
        let written: Vec<c::FormAnswer> = answers
            .as_object()
            .into_iter()
            .flatten()
            .map(|(item, value)| answer(item, value, today))
            .collect();
        let (reasons, rest): (Vec<_>, Vec<_>) = written
            .into_iter()
            .partition(|one| one.item == "correction");
        let mut view = vault.filing_edit(&c::FilingEditReq {
            r#ref: view.row.r#ref,
            revision: view.revision,
            answers: rest,
        })?;
        // Why something changed is written once it is seen that it changed.
        if !reasons.is_empty() {
            view = vault.filing_edit(&c::FilingEditReq {
                r#ref: view.row.r#ref,
                revision: view.revision,
                answers: reasons,
            })?;
        }
        if form == "F6" {
            // One is sealed, so that there is something to correct.
            vault.filing_seal(
                &c::FilingSealReq {
                    r#ref: view.row.r#ref.clone(),
                    label: None,
                    passphrase: passphrase.expose_secret().to_owned(),
                    override_reason: Some("A demonstration with one person".to_owned()),
                    sign_with: None,
                },
                &Unwatched,
            )?;
            report = Some(view.row.r#ref);
        }
    }
    Ok(())
}
