//! `cipdesk-cli demand`: letters to resellers for the copies that a request asks for. Judges nothing itself.

use crate::{
    args::Common,
    letters::set_words,
    print,
    run::{done, reading, writing, wrote},
};
use clap::Subcommand;
use contract as c;
use desk::{Error, Result};
use serde_json::json;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum DemandCommand {
    /// List the copies that resellers are asked for, with the internal target that comes next. No rule asks for these targets.
    #[command(after_help = "Example:\n  cipdesk-cli demand list Acme.cipdesk REQ-2026-0001")]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// The request.
        case: String,
    },
    /// Show what was done to get one copy: targets, log, letters.
    #[command(after_help = "Example:\n  cipdesk-cli demand show Acme.cipdesk REQ-2026-0001 I-2")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The request.
        case: String,
        /// The part.
        part: String,
    },
    /// Write the next letter: first demand, reminder, last notice.
    #[command(
        after_help = "Example:\n  cipdesk-cli demand open Acme.cipdesk REQ-2026-0001 I-2 --set clause=\"Section 9.2 of our contract says so.\"\n\nA placeholder that is left is refused with its name."
    )]
    Open {
        /// The vault's folder.
        vault: PathBuf,
        /// The request.
        case: String,
        /// The part.
        part: String,
        /// Another text than the one that follows: cip-demand, cip-reminder, cip-last-notice.
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
        /// The language.
        #[arg(long, default_value = "en")]
        language: String,
        /// A placeholder's words.
        #[arg(long, value_name = "NAME=WORDS")]
        set: Vec<String>,
    },
    /// Save a letter as PDF.
    #[command(
        after_help = "Example:\n  cipdesk-cli demand print Acme.cipdesk REQ-2026-0001 I-2 L-1 --to demand.pdf"
    )]
    Print {
        /// The vault's folder.
        vault: PathBuf,
        /// The request.
        case: String,
        /// The part.
        part: String,
        /// The letter.
        letter: String,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Record that a letter went out: the copy is demanded, or its reseller reminded, and the page is kept.
    #[command(
        after_help = "Example:\n  cipdesk-cli demand advance Acme.cipdesk REQ-2026-0001 I-2 L-1 --on 2026-11-24 --channel registered --clause \"Section 9.2\""
    )]
    Advance {
        /// The vault's folder.
        vault: PathBuf,
        /// The request.
        case: String,
        /// The part.
        part: String,
        /// The letter.
        letter: String,
        /// The day.
        #[arg(long, value_name = "DATE")]
        on: String,
        /// How.
        #[arg(long, value_parser = ["letter", "registered", "courier", "email", "portal", "in_person"])]
        channel: String,
        /// The clause that the first demand rests on.
        #[arg(long, value_name = "TEXT")]
        clause: Option<String>,
        /// What the reseller said to a reminder.
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
}

/// The part of a case, with its chase.
fn part<'a>(view: &'a c::CaseView, id: &str) -> Result<(&'a c::CaseItemView, &'a c::ChaseView)> {
    parts(view).find(|(row, _)| row.id == id).ok_or_else(|| {
        let short: String = id.chars().take(40).collect();
        Error::input(
            "E-CASE-PART",
            format!(
                "{} asks no reseller for a copy under \"{short}\".",
                view.row.r#ref
            ),
        )
    })
}

fn parts(view: &c::CaseView) -> impl Iterator<Item = (&c::CaseItemView, &c::ChaseView)> {
    view.parts
        .iter()
        .flat_map(|group| &group.rows)
        .filter_map(|row| Some((row, row.chase.as_ref()?)))
}

pub(crate) fn run(common: &Common, command: DemandCommand) -> Result<u8> {
    match command {
        DemandCommand::List { vault, case } => {
            let view = reading(common, &vault)?.case_show(&case)?;
            if common.json {
                let rows: Vec<_> = parts(&view)
                    .map(|(row, chase)| json!({"part": row.id, "reseller": row.subject, "name": row.label, "state": row.state, "chase": chase}))
                    .collect();
                print::json(&rows);
                return Ok(0);
            }
            let rows: Vec<Vec<String>> = parts(&view)
                .map(|(row, chase)| {
                    let next = chase.targets.iter().find(|one| one.sent_on.is_none());
                    vec![
                        row.id.clone(),
                        row.label.clone(),
                        row.state_label.clone(),
                        next.map(|one| one.label.clone()).unwrap_or_default(),
                        next.map(|one| one.on.clone()).unwrap_or_default(),
                        next.map(|one| one.words.clone()).unwrap_or_default(),
                    ]
                })
                .collect();
            print::table(
                &[
                    "part",
                    "reseller",
                    "state",
                    "internal target",
                    "by",
                    "standing",
                ],
                &rows,
            );
        }
        DemandCommand::Show {
            vault,
            case,
            part: id,
        } => {
            let view = reading(common, &vault)?.case_show(&case)?;
            let (row, chase) = part(&view, &id)?;
            if common.json {
                print::json(chase);
                return Ok(0);
            }
            print::line(&format!(
                "{}  {}: {}",
                row.id,
                print::plain(&row.label),
                row.state_label
            ));
            for one in &chase.targets {
                print::line(&format!(
                    "Internal target {}: {} ({})",
                    one.on, one.label, one.words
                ));
            }
            for one in &chase.log {
                print::line(&format!("{}  {}", one.on, one.label));
            }
            for one in &chase.letters {
                print::line(&format!(
                    "{}  {}: {}",
                    one.id,
                    print::plain(&one.title),
                    one.sent.as_deref().unwrap_or("not sent")
                ));
            }
            if let Some(next) = &chase.next {
                print::line(&format!(
                    "Next: {} ({})",
                    next.value,
                    print::plain(&next.label)
                ));
            }
        }
        DemandCommand::Open {
            vault,
            case,
            part: id,
            text,
            language,
            set,
        } => {
            let view = writing(common, &vault, |vault| {
                let view = vault.case_show(&case)?;
                let (row, chase) = part(&view, &id)?;
                let template = match text {
                    Some(text) => text,
                    None => chase.next.as_ref().map(|next| next.value.clone()).ok_or_else(|| {
                        Error::input(
                            "E-DEMAND-STATE",
                            format!("{}: the copy of {} is not waited for any more. No letter goes out for it.", view.row.r#ref, row.label),
                        )
                    })?,
                };
                let mut seen = vault.demand_preview(&c::DemandPreviewReq {
                    r#ref: case.clone(),
                    item: id.clone(),
                    template,
                    language,
                })?;
                set_words(&mut seen, &set)?;
                vault.demand_save(&c::DemandSaveReq {
                    r#ref: case,
                    item: id.clone(),
                    id: None,
                    template: seen.template,
                    language: seen.language,
                    to: seen.to,
                    subject: seen.subject,
                    body: seen.body,
                })
            })?;
            let (row, chase) = part(&view, &id)?;
            let letter = chase.letters.first().map_or("", |one| one.id.as_str());
            done(
                common,
                &json!({"case": view.row.r#ref, "part": id, "letter": letter}),
                &format!(
                    "Wrote {letter} to {}. Print it, and record when it went out.",
                    row.label
                ),
            );
        }
        DemandCommand::Print {
            vault,
            case,
            part,
            letter,
            to,
        } => {
            let vault = reading(common, &vault)?;
            let pdf = vault.demand_page(&c::DemandReq {
                r#ref: case,
                item: part,
                id: letter,
            })?;
            wrote(common, &to, &vault.print_to(&to, &pdf)?);
        }
        DemandCommand::Advance {
            vault,
            case,
            part: id,
            letter,
            on,
            channel,
            clause,
            note,
        } => {
            let req = c::DemandSentReq {
                r#ref: case,
                item: id,
                id: letter,
                on,
                channel,
                clause,
                note,
            };
            let view = writing(common, &vault, |vault| vault.demand_sent(&req))?;
            let (row, _) = part(&view, &req.item)?;
            done(
                common,
                &json!({"case": view.row.r#ref, "part": row.id, "state": row.state, "sent": req.on}),
                &format!("{} went to {} on {}.", req.id, row.label, req.on),
            );
        }
    }
    Ok(0)
}
