//! Invented turns of cases: some in use, red flags, one that was abandoned by itself, signatories of a firm that does not match, an answer to a letter,
//! a case that was closed over what was open.

use super::{DemoClock, days_before, unverified::letter};
use crate::{error::Result, open_vault::OpenVault};
use chrono::{DateTime, Duration, Utc};
use contract as c;
use domain::customer::{CustomerFile, PartyKind, UsStatus};

/// More cases than these are not written to one by one.
const FEW: usize = 150;
/// So many of the verified, and of those cleared as U.S., use their accounts.
const IN_USE: usize = 3;

fn step(
    vault: &OpenVault,
    file: &CustomerFile,
    to: &str,
    words: &str,
    leave: Option<&str>,
) -> Result<()> {
    vault.customer_advance(&c::CustomerAdvanceReq {
        r#ref: file.reference.clone(),
        to: to.to_owned(),
        reason: Some(words.to_owned()),
        approver: None,
        passphrase: None,
        override_reason: None,
        on: None,
        review_on: None,
        leave_open: leave.map(str::to_owned),
        made_of: None,
    })?;
    Ok(())
}

fn tried(
    vault: &OpenVault,
    file: &CustomerFile,
    about: &str,
    result: &str,
    basis: &str,
    notes: Option<&str>,
) -> Result<()> {
    vault.verification_record(&c::VerificationReq {
        customer: file.reference.clone(),
        about: about.to_owned(),
        method: "non_documentary".to_owned(),
        result: result.to_owned(),
        document: None,
        situation: notes.map(|_| "not_in_person".to_owned()),
        basis: basis.to_owned(),
        notes: notes.map(str::to_owned),
        performed_on: None,
    })?;
    Ok(())
}

pub(super) fn conduct(vault: &OpenVault, clock: &DemoClock, end: DateTime<Utc>) -> Result<()> {
    clock.set(days_before(end, 20));
    used(vault)?;
    clock.set(days_before(end, 12));
    flagged(vault)?;
    signed(vault)?;
    clock.set(days_before(end, 4));
    silent(vault, clock, end)
}

/// Some of those who were cleared or verified use their accounts: their cases are watched from then on.
fn used(vault: &OpenVault) -> Result<()> {
    for state in ["verified", "us_cleared"] {
        let decided = vault.read(|read| Ok(read.customers_in(state)?))?;
        let in_use = decided
            .iter()
            .filter(|file| file.accounts.iter().any(|one| one.state == "active"));
        for file in in_use.take(IN_USE) {
            step(vault, file, "monitoring", "The account is in use", None)?;
        }
    }
    Ok(())
}

/// Two customers in use about whom the abuse desk wrote: of one somebody has looked at it, of the other nobody has.
fn flagged(vault: &OpenVault) -> Result<()> {
    let used = vault.read(|read| Ok(read.customers_in("monitoring")?))?;
    let mut foreign = used
        .iter()
        .filter(|file| file.us_status() == UsStatus::Foreign);
    let mut flag = c::RedFlagSaveReq {
        customer: String::new(),
        id: None,
        flag: Some("scanning".to_owned()),
        what: "Scanning of port 22 across three networks in one night".to_owned(),
        source: "Abuse desk, ticket 4471 (specimen)".to_owned(),
        seen_on: vault.today().to_string(),
        outcome: None,
        settled_on: None,
    };
    if let Some(file) = foreign.next() {
        flag.customer.clone_from(&file.reference);
        vault.red_flag_save(&flag)?;
    }
    if let Some(file) = foreign.next() {
        flag.customer.clone_from(&file.reference);
        "Scanning of its own network from outside".clone_into(&mut flag.what);
        "Abuse desk, ticket 4460 (specimen)".clone_into(&mut flag.source);
        vault.red_flag_save(&flag)?;
        flag.id = Some("F-1".to_owned());
        flag.outcome = Some(
            "Their own security test, announced on the day before (specimen letter)".to_owned(),
        );
        vault.red_flag_save(&flag)?;
    }
    Ok(())
}

/// A firm that the register does not know under its name: who signs for it was asked, and one of two is verified.
fn signed(vault: &OpenVault) -> Result<()> {
    let open = vault.read(|read| Ok(read.customers_in("verifying")?))?;
    let Some(file) = open
        .iter()
        .find(|file| file.kind == PartyKind::Entity && file.verifications.is_empty())
    else {
        return Ok(());
    };
    tried(
        vault,
        file,
        &file.reference,
        "mismatch",
        "Register of companies: no entry under this name",
        None,
    )?;
    step(
        vault,
        file,
        "verifying",
        "Asked the firm who signs for it, and by what; answer expected by mail",
        None,
    )?;
    for (name, role, authority) in [
        (
            "Mirela Kovac",
            "signatory",
            "Signs alone, by the resolution of 3 May (specimen)",
        ),
        (
            "Tomas Berglund",
            "authority",
            "Administrator of the account, by the order form",
        ),
    ] {
        vault.signatory_save(&c::SignatorySaveReq {
            customer: file.reference.clone(),
            id: None,
            name: name.to_owned(),
            name_original: None,
            role: role.to_owned(),
            authority: authority.to_owned(),
            country: Some(file.country().to_owned()).filter(|code| !code.is_empty()),
            address: None,
            email: None,
            phone: None,
            source: Some("Letter of the firm (specimen)".to_owned()),
            valid_from: None,
            valid_to: None,
            proved_by: None,
        })?;
    }
    tried(
        vault,
        file,
        "S-1",
        "match",
        "Video call with the passport in hand; the faces agree",
        Some("Procedure 4.2: second channel by telephone"),
    )
}

/// Of the cases in which information is collected: one that answered a letter, one whose customer left, one that was silent for too long.
fn silent(vault: &OpenVault, clock: &DemoClock, end: DateTime<Utc>) -> Result<()> {
    let open = vault.read(|read| Ok(read.customers_in("collecting")?))?;
    let few = open.len() <= FEW;
    vault.house_rules_save(&c::HouseRulesReq {
        abandon_after_days: Some(if few { 120 } else { 400 }),
        decide_within_days: 120,
        verify_again_within_days: 30,
        attempts: 1,
        reverify_by_itself: false,
        expired_by_itself: true,
        reason: "Meeting of the program: forty days were too short for applicants abroad"
            .to_owned(),
    })?;
    if !few {
        return Ok(());
    }
    let set = vec![
        (
            "answer_by",
            (end + Duration::days(10)).date_naive().to_string(),
        ),
        (
            "missing",
            "- A document that shows the street address".to_owned(),
        ),
    ];
    let left = open.iter().find(|file| file.accounts.is_empty());
    let quiet = open
        .iter()
        .rfind(|file| Some(&file.reference) != left.map(|one| &one.reference));
    for (number, file) in open.iter().enumerate() {
        if Some(&file.reference) == quiet.map(|one| &one.reference) {
            continue;
        }
        letter(vault, file, "information-request", &set, number < 3)?;
    }
    clock.set(days_before(end, 1));
    if let Some(file) = left {
        step(
            vault,
            file,
            "closed_account",
            "Wrote that it bought elsewhere",
            Some("It bought elsewhere: what was asked for is not needed any more"),
        )?;
    }
    if let Some(file) = open.iter().find(|file| {
        Some(&file.reference) != left.map(|one| &one.reference)
            && Some(&file.reference) != quiet.map(|one| &one.reference)
    }) {
        let view = vault.customer_show(&file.reference)?;
        if let Some(sent) = view
            .letters
            .iter()
            .find(|one| one.asks && one.sent_on.is_some())
        {
            vault.letter_answered(&c::LetterAnsweredReq {
                customer: file.reference.clone(),
                id: sent.id.clone(),
                on: vault.today().to_string(),
                what: "Sent the street address by mail; the telephone number follows".to_owned(),
                document: None,
            })?;
        }
    }
    if let Some(file) = quiet {
        for account in file
            .accounts
            .iter()
            .filter(|account| domain::onboarding::is_open(account))
        {
            vault.account_save(&c::AccountSaveReq {
                customer: file.reference.clone(),
                id: Some(account.id.clone()),
                account_ref: account.account_ref.clone(),
                state: "requested".to_owned(),
                products: Some(account.products.clone()),
                opened_on: None,
                closed_on: None,
                resold_to_foreign: None,
                added: Vec::new(),
                proved_by: None,
            })?;
        }
    }
    vault.tend()?;
    Ok(())
}
