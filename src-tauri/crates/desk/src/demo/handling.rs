//! Invented work of the house: who sees to what, tasks with a day, what people said to each other.

use crate::{error::Result, open_vault::OpenVault};
use chrono::{Duration, NaiveDate};
use contract as c;

/// Open customers' cases that somebody sees to, at most.
const CUSTOMERS: usize = 6;

pub(super) fn handling(vault: &OpenVault, today: NaiveDate) -> Result<()> {
    let day = |ahead: i64| (today + Duration::days(ahead)).to_string();
    let cases: Vec<String> = vault
        .case_list()?
        .rows
        .into_iter()
        .filter(|case| !case.done)
        .map(|case| case.r#ref)
        .collect();
    let customers: Vec<String> = vault
        .read(|read| {
            let mut at_work = read.customers_in("verifying")?;
            at_work.extend(read.customers_in("collecting")?);
            Ok(at_work)
        })?
        .into_iter()
        .take(CUSTOMERS)
        .map(|file| file.reference)
        .collect();
    let handle = |refs: &[String], what, value: &str| -> Result<()> {
        let changes = vault.handling_preview(&c::HandlingPreviewReq {
            refs: refs.to_vec(),
            what,
            value: Some(value.to_owned()),
        })?;
        vault.handling_save(&c::HandlingSaveReq { changes })?;
        Ok(())
    };
    let half = |list: &[String]| {
        list.get(..list.len().div_ceil(2))
            .unwrap_or_default()
            .to_vec()
    };
    handle(&half(&cases), c::HandleWhat::Assign, "me")?;
    handle(&half(&customers), c::HandleWhat::Assign, "me")?;
    handle(&half(&customers), c::HandleWhat::Due, &day(9))?;
    handle(&half(&half(&customers)), c::HandleWhat::Tag, "second-look")?;
    let about = |list: &[String], place: usize| list.get(place).cloned();
    for (about, title, note, mine, ahead) in [
        (
            about(&cases, 0),
            "Ring the contact of the reseller that has not answered",
            "They asked for a call in the morning, their time.",
            true,
            Some(0),
        ),
        (
            about(&cases, 0),
            "Compare the copies with the versions we hold",
            "",
            true,
            Some(2),
        ),
        (
            about(&cases, 1),
            "Ask counsel whether the signal is evidence",
            "The reseller's own letter is attached.",
            false,
            Some(5),
        ),
        (
            about(&cases, 2),
            "Write down what the closing call said",
            "",
            true,
            None,
        ),
        (
            about(&customers, 0),
            "Ask for a second document for the address",
            "The utility bill is older than three months.",
            true,
            Some(1),
        ),
        (
            about(&customers, 1),
            "Look at the registry of the country of incorporation",
            "",
            false,
            Some(14),
        ),
        (
            about(&customers, 2),
            "Read the ownership chart with a colleague",
            "",
            true,
            Some(6),
        ),
    ] {
        let Some(about) = about else { continue };
        vault.task_save(&c::TaskSaveReq {
            about,
            id: None,
            title: title.to_owned(),
            note: Some(note.to_owned()),
            assignee: mine.then(|| "me".to_owned()),
            due: ahead.map(day),
        })?;
    }
    if let Some(first) = about(&cases, 0) {
        vault.task_advance(&c::TaskAdvanceReq {
            task: format!("{first}/T-2"),
            step: c::TaskStep::Done,
            to: None,
            note: Some("They agree, page by page.".to_owned()),
        })?;
    }
    let filings: Vec<String> = vault
        .filing_list()?
        .rows
        .into_iter()
        .map(|row| row.r#ref)
        .collect();
    for (about, text, corrects) in [
        (
            about(&cases, 0),
            "The second reseller says that its CIP is being revised and will come on Monday.",
            None,
        ),
        (
            about(&cases, 0),
            "The second reseller says that its CIP is being revised and will come on Tuesday.",
            Some("N-1"),
        ),
        (
            about(&customers, 0),
            "The name on the bill is the maiden name; the marriage certificate is attached to the contract.",
            None,
        ),
        (
            about(&customers, 1),
            "Rang the number on the form: it is the company's switchboard.",
            None,
        ),
        (
            about(&filings, 0),
            "Read through with counsel; nothing is to be added.",
            None,
        ),
    ] {
        let Some(about) = about else { continue };
        vault.comment_add(&c::CommentAddReq {
            about,
            text: text.to_owned(),
            corrects: corrects.map(str::to_owned),
        })?;
    }
    for (list, name, query) in [
        ("cases", "Copies that are late", "is:overdue kind:cip-copy"),
        ("cases", "Mine", "is:open is:mine"),
        ("customers", "Second look", "tag:second-look"),
        (
            "customers",
            "Foreign and incomplete",
            "us:foreign,undetermined is:incomplete",
        ),
        (
            "clocks",
            "Not checked against the rule",
            "is:running is:unverified due:<=10d",
        ),
    ] {
        vault.view_save(&c::ViewSaveReq {
            list: list.to_owned(),
            name: name.to_owned(),
            query: Some(query.to_owned()),
        })?;
    }
    Ok(())
}
