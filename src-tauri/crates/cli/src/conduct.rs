//! `cipdesk-cli customer signatory`, `flag`, `rules`, `tend` and what `customer show` says of a case. Judges nothing itself.

use crate::{
    args::Common,
    print,
    run::{done, reading, writing},
};
use clap::Subcommand;
use contract as c;
use desk::Result;
use serde_json::json;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum ConductCommand {
    /// Record a signatory or a person in control, or that one ceased.
    #[command(
        after_help = "Example:\n  cipdesk-cli customer signatory Acme.cipdesk C-000012 --name \"Mara Lind\" --role signatory --authority \"Signs alone, by the register\" --country DE\n  cipdesk-cli customer signatory Acme.cipdesk C-000012 --id S-1 --name \"Mara Lind\" --role signatory --authority \"Signs alone\" --until 2026-11-20"
    )]
    Signatory {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        #[arg(value_name = "REF")]
        customer: String,
        /// Which one changes, such as S-1; a new one where absent.
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// The full legal name.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// The name in its own script.
        #[arg(long, value_name = "NAME")]
        name_original: Option<String>,
        /// What the person is.
        #[arg(long, value_parser = ["signatory", "control", "authority"])]
        role: String,
        /// What the person may do, and by what.
        #[arg(long, value_name = "TEXT")]
        authority: String,
        /// Country, code or English name.
        #[arg(long, value_name = "COUNTRY")]
        country: Option<String>,
        /// Street address.
        #[arg(long, value_name = "TEXT")]
        address: Option<String>,
        /// Where it was learned.
        #[arg(long, value_name = "TEXT")]
        source: Option<String>,
        /// The last day; a person is ended, never deleted.
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
    },
    /// Record a red flag, or what came of one; a new one opens a settled case again.
    #[command(
        after_help = "Example:\n  cipdesk-cli customer flag Acme.cipdesk C-000012 --what \"Scanning from 203.0.113.7\" --source \"Abuse desk\" --seen-on 2026-11-24\n  cipdesk-cli customer flag Acme.cipdesk C-000012 --id F-1 --what \"Scanning from 203.0.113.7\" --source \"Abuse desk\" --seen-on 2026-11-24 --outcome \"Their own security test\""
    )]
    Flag {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        #[arg(value_name = "REF")]
        customer: String,
        /// Which one changes, such as F-1; a new one where absent.
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// Which of the rule pack's flags, by its id.
        #[arg(long, value_name = "ID")]
        flag: Option<String>,
        /// What was seen.
        #[arg(long, value_name = "TEXT")]
        what: String,
        /// Where, or who said so.
        #[arg(long, value_name = "TEXT")]
        source: String,
        /// The day on which it was seen.
        #[arg(long, value_name = "DATE")]
        seen_on: String,
        /// What came of it.
        #[arg(long, value_name = "TEXT")]
        outcome: Option<String>,
    },
    /// Show the house's rules of a case, or change them.
    #[command(
        after_help = "Example:\n  cipdesk-cli customer rules Acme.cipdesk\n  cipdesk-cli customer rules Acme.cipdesk --abandon-after 120 --attempts 2 --reason \"Meeting of 24 November\""
    )]
    Rules {
        /// The vault's folder.
        vault: PathBuf,
        /// Days of silence after which a case that collects information is abandoned by itself; 0 for never.
        #[arg(long, value_name = "DAYS")]
        abandon_after: Option<u32>,
        /// Days within which a case is decided.
        #[arg(long, value_name = "DAYS")]
        decide_within: Option<u32>,
        /// Days within which a customer who is verified again is decided on.
        #[arg(long, value_name = "DAYS")]
        verify_again_within: Option<u32>,
        /// Attempts before an identity is given up.
        #[arg(long, value_name = "NUMBER")]
        attempts: Option<u32>,
        /// Whether a case opens by itself when the interval of the risk tier has passed.
        #[arg(long, value_name = "YES-OR-NO", value_parser = ["yes", "no"])]
        reverify_by_itself: Option<String>,
        /// Whether a case opens by itself when the document behind it has expired.
        #[arg(long, value_name = "YES-OR-NO", value_parser = ["yes", "no"])]
        expired_by_itself: Option<String>,
        /// Why they change.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Do what the house's rules do by themselves today, as the window does when it opens a vault.
    #[command(after_help = "Example:\n  cipdesk-cli customer tend Acme.cipdesk --json")]
    Tend {
        /// The vault's folder.
        vault: PathBuf,
    },
}

fn rules(common: &Common, rules: &c::HouseRulesView) {
    if common.json {
        print::json(rules);
        return;
    }
    let yes = |on: bool| if on { "yes" } else { "no" };
    let never = "never".to_owned();
    let lines = [
        (
            "Abandoned by itself after",
            rules
                .abandon_after_days
                .map_or(never, |days| format!("{days} days")),
        ),
        (
            "Decided within",
            format!("{} days", rules.decide_within_days),
        ),
        (
            "Verified again within",
            format!("{} days", rules.verify_again_within_days),
        ),
        ("Attempts before giving up", rules.attempts.to_string()),
        (
            "Opens when the interval passed",
            yes(rules.reverify_by_itself).to_owned(),
        ),
        (
            "Opens when the document expired",
            yes(rules.expired_by_itself).to_owned(),
        ),
    ];
    for (label, value) in lines {
        print::line(&format!("{label:<32} {value}"));
    }
}

pub(crate) fn run(common: &Common, command: ConductCommand) -> Result<u8> {
    match command {
        ConductCommand::Signatory {
            vault,
            customer,
            id,
            name,
            name_original,
            role,
            authority,
            country,
            address,
            source,
            until,
        } => {
            let req = c::SignatorySaveReq {
                customer,
                id: id.clone(),
                name,
                name_original,
                role,
                authority,
                country,
                address,
                email: None,
                phone: None,
                source,
                valid_from: None,
                valid_to: until,
                proved_by: None,
            };
            let view = writing(common, &vault, |vault| vault.signatory_save(&req))?;
            let id = id
                .or_else(|| view.signatories.last().map(|one| one.id.clone()))
                .unwrap_or_default();
            done(
                common,
                &json!({"customer": view.row.r#ref, "signatory": id}),
                &format!(
                    "{id} of {} is recorded. Record the verification about {id}.",
                    view.row.r#ref
                ),
            );
        }
        ConductCommand::Flag {
            vault,
            customer,
            id,
            flag,
            what,
            source,
            seen_on,
            outcome,
        } => {
            let req = c::RedFlagSaveReq {
                customer,
                id: id.clone(),
                flag,
                what,
                source,
                seen_on,
                outcome,
                settled_on: None,
            };
            let view = writing(common, &vault, |vault| vault.red_flag_save(&req))?;
            let id = id
                .or_else(|| view.red_flags.last().map(|one| one.id.clone()))
                .unwrap_or_default();
            done(
                common,
                &json!({"customer": view.row.r#ref, "flag": id, "status": view.row.status}),
                &format!(
                    "{id} of {} is recorded; the case is: {}.",
                    view.row.r#ref, view.status_label
                ),
            );
        }
        ConductCommand::Rules {
            vault,
            abandon_after,
            decide_within,
            verify_again_within,
            attempts,
            reverify_by_itself,
            expired_by_itself,
            reason,
        } => {
            let changes = abandon_after.is_some()
                || decide_within.or(verify_again_within).or(attempts).is_some()
                || reverify_by_itself.is_some()
                || expired_by_itself.is_some();
            if !changes {
                rules(common, &reading(common, &vault)?.house_rules()?);
                return Ok(0);
            }
            let kept = writing(common, &vault, |vault| {
                let now = vault.house_rules()?;
                let yes = |asked: &Option<String>, now: bool| {
                    asked.as_deref().map_or(now, |word| word == "yes")
                };
                vault.house_rules_save(&c::HouseRulesReq {
                    abandon_after_days: abandon_after
                        .map_or(now.abandon_after_days, |days| (days > 0).then_some(days)),
                    decide_within_days: decide_within.unwrap_or(now.decide_within_days),
                    verify_again_within_days: verify_again_within
                        .unwrap_or(now.verify_again_within_days),
                    attempts: attempts.unwrap_or(now.attempts),
                    reverify_by_itself: yes(&reverify_by_itself, now.reverify_by_itself),
                    expired_by_itself: yes(&expired_by_itself, now.expired_by_itself),
                    reason: reason.clone().unwrap_or_default(),
                })
            })?;
            rules(common, &kept);
        }
        ConductCommand::Tend { vault } => {
            let tended = writing(common, &vault, desk::OpenVault::tend)?;
            if common.json {
                print::json(&tended);
                return Ok(0);
            }
            let list = |what: &str, list: &[String]| match list {
                [] => {}
                list => print::line(&format!("{what}: {}.", list.join(", "))),
            };
            list("Abandoned", &tended.abandoned);
            list("Opened for verification again", &tended.reopened);
            for one in &tended.kept {
                print::line(&print::plain(&format!(
                    "{} stays open: a person must look at {}.",
                    one.value, one.label
                )));
            }
            if tended.abandoned.is_empty() && tended.reopened.is_empty() && tended.kept.is_empty() {
                print::line("Nothing was to be done.");
            }
        }
    }
    Ok(0)
}

/// What is due, open and still to be checked about a customer, for `customer show`.
pub(crate) fn show(view: &c::CustomerView) {
    for due in &view.due {
        print::line(&format!("Due {}: {} ({})", due.on, due.label, due.standing));
    }
    if let Some(day) = &view.abandoned_on {
        print::line(&format!(
            "Abandoned by itself on {day}, unless something is recorded before."
        ));
    }
    print::line(&format!(
        "Risk: {} ({} points)",
        view.risk.tier_label, view.risk.points
    ));
    for item in &view.open {
        print::line(&print::plain(&format!(
            "Open: {} ({}, {})",
            item.what,
            item.kind_label.to_lowercase(),
            item.at
        )));
    }
    for one in &view.signatories {
        let verified = if one.verified {
            "verified"
        } else {
            "not verified"
        };
        print::line(&print::plain(&format!(
            "{} {}: {}, {verified}",
            one.role_label, one.id, one.name
        )));
    }
    for section in &view.checklist {
        print::line(&print::plain(&format!(
            "Checklist, {}: {} of {} done",
            section.title, section.done, section.asked
        )));
        for item in section.items.iter().filter(|item| item.state != "done") {
            print::line(&print::plain(&format!("  {}: {}", item.state, item.label)));
        }
    }
}
