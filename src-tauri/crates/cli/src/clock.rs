//! `cipdesk-cli clock`: deadlines on the terminal. Judges nothing itself.

use crate::{
    args::Common,
    print,
    run::{done, reading, writing, wrote},
};
use clap::Subcommand;
use contract as c;
use desk::{Privacy, Result};
use serde_json::json;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum ClockCommand {
    /// List running clocks, by due date.
    #[command(after_help = "Example:\n  cipdesk-cli clock list Acme.cipdesk --fail-overdue")]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// Words: `is:overdue kind:cip-copy reseller:"Acme"`; ended clocks too, unless it says is:running. What is not understood is named with
        /// the words there are.
        #[arg(long, value_name = "QUERY", conflicts_with = "all")]
        query: Option<String>,
        /// Exit with 1 if any is overdue.
        #[arg(long)]
        fail_overdue: bool,
        /// Also those that have stopped.
        #[arg(long)]
        all: bool,
    },
    /// Show a clock: why its date is what it is.
    #[command(after_help = "Example:\n  cipdesk-cli clock show Acme.cipdesk K-0001")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The clock.
        clock: String,
    },
    /// Print a clock as a page.
    #[command(
        after_help = "Example:\n  cipdesk-cli clock print Acme.cipdesk K-0001 --to clock.pdf"
    )]
    Print {
        /// The vault's folder.
        vault: PathBuf,
        /// The clock.
        clock: String,
        /// The new file.
        #[arg(long, value_name = "FILE.pdf")]
        to: PathBuf,
    },
    /// Start a clock: something happened that a rule counts from.
    #[command(
        after_help = "Example:\n  cipdesk-cli clock start Acme.cipdesk CLK-AI-DIRECT --at transaction=2026-11-20 --at knowledge=2026-11-23 --about C-000012 --note \"Cluster order 4711\""
    )]
    Start {
        /// The vault's folder.
        vault: PathBuf,
        /// The clock, such as CLK-AI-DIRECT.
        clock: String,
        /// A trigger and when it happened; may be given several times.
        #[arg(long, value_name = "ANCHOR=INSTANT-OR-DATE", required = true, num_args = 1..)]
        at: Vec<String>,
        /// Whom it is about: a customer, reseller or case, or program.
        #[arg(long, value_name = "REF", default_value = "programme")]
        about: String,
        /// What happened, in a sentence.
        #[arg(long, value_name = "TEXT")]
        note: String,
        /// The rule pack; the first in use that has the clock unless given.
        #[arg(long, value_name = "ID")]
        pack: Option<String>,
        /// It rests on a signal that is not confirmed yet.
        #[arg(long)]
        provisional: bool,
    },
    /// Record what ended a clock.
    #[command(
        after_help = "Example:\n  cipdesk-cli clock stop Acme.cipdesk K-0003 --at 2026-11-24 --by \"Report AI-2026-0001 filed by portal, receipt 88\""
    )]
    Stop {
        /// The vault's folder.
        vault: PathBuf,
        /// The clock.
        clock: String,
        /// When: a day or an instant.
        #[arg(long, value_name = "INSTANT-OR-DATE")]
        at: String,
        /// What ended it, with its reference.
        #[arg(long, value_name = "TEXT")]
        by: String,
        /// Nothing is owed any more, as against: it was done.
        #[arg(long)]
        cancelled: bool,
    },
    /// Write the deadlines as an iCalendar file, for programs that remind.
    #[command(
        after_help = "Example:\n  cipdesk-cli clock export Acme.cipdesk --to deadlines.ics --privacy case\n\ngeneric tells \"CIP deadline\", or \"Internal target\" for the house's own days, and no more; case adds what it is and the case; full adds the name and how the date was found."
    )]
    Export {
        /// The vault's folder.
        vault: PathBuf,
        /// The new file.
        #[arg(long, value_name = "FILE.ics")]
        to: PathBuf,
        /// How much it tells: generic, case or full.
        #[arg(long, default_value = "generic")]
        privacy: String,
    },
    /// Work out a clock; needs no vault.
    #[command(
        after_help = "Example:\n  cipdesk-cli clock compute CLK-CIP-REQ --at department_request_received=2026-11-23 --zone America/New_York"
    )]
    Compute {
        /// The clock, such as CLK-CIP-REQ.
        clock: String,
        /// A trigger and when it happened; may be given several times.
        #[arg(long, value_name = "ANCHOR=INSTANT-OR-DATE", required = true, num_args = 1..)]
        at: Vec<String>,
        /// The organization's time zone.
        #[arg(long, value_name = "TZ")]
        zone: String,
        /// The rule pack: a built-in one, or a TOML file.
        #[arg(long, value_name = "ID|FILE")]
        pack: Option<String>,
    },
}

pub(crate) fn run(common: &Common, command: ClockCommand) -> Result<u8> {
    match command {
        ClockCommand::Export { vault, to, privacy } => {
            let privacy = Privacy::parse(&privacy)?;
            let saved = reading(common, &vault)?.calendar_export(&to, privacy)?;
            done(
                common,
                &json!({"name": saved.name, "bytes": saved.bytes}),
                &format!("Wrote {} ({} bytes).", to.display(), saved.bytes),
            );
            Ok(0)
        }
        ClockCommand::Show { vault, clock } => {
            let view = reading(common, &vault)?.clock_show(&clock)?;
            if common.json {
                print::json(&view);
            } else {
                show(&view);
            }
            Ok(0)
        }
        ClockCommand::Print { vault, clock, to } => {
            let vault = reading(common, &vault)?;
            wrote(
                common,
                &to,
                &vault.print_to(&to, &vault.clock_page(&clock)?)?,
            );
            Ok(0)
        }
        ClockCommand::Start {
            vault,
            clock,
            at,
            about,
            note,
            pack,
            provisional,
        } => {
            let at = desk::triggers(&at)?;
            let view = writing(common, &vault, |vault| {
                vault.clock_start(&c::ClockStartReq {
                    pack: vault.pack_for(&clock, pack.as_deref())?,
                    clock,
                    at,
                    subject: about,
                    note,
                    provisional,
                })
            })?;
            done(
                common,
                &json!({"clock": view.row.r#ref, "due": view.row.due}),
                &format!(
                    "{} is due on {}: {}.",
                    view.row.r#ref, view.row.due, view.row.standing
                ),
            );
            Ok(0)
        }
        ClockCommand::Stop {
            vault,
            clock,
            at,
            by,
            cancelled,
        } => {
            let req = c::ClockStopReq {
                r#ref: clock,
                outcome: if cancelled { "cancelled" } else { "satisfied" }.to_owned(),
                at,
                by,
                document: None,
            };
            let view = writing(common, &vault, |vault| vault.clock_stop(&req))?;
            done(
                common,
                &json!({"clock": view.row.r#ref, "status": view.row.status, "standing": view.row.standing}),
                &format!("{} ended: {}.", view.row.r#ref, view.row.standing),
            );
            Ok(0)
        }
        ClockCommand::List {
            vault,
            query,
            fail_overdue,
            all,
        } => {
            let vault = reading(common, &vault)?;
            let rows = match query {
                Some(query) => vault.clocks_like(&query)?,
                None => vault.clock_list(all)?,
            };
            let overdue = rows.iter().any(|row| row.status == "late");
            if common.json {
                let rows: Vec<_> = rows
                    .iter()
                    .map(|row| json!({"ref": row.r#ref, "clock": row.clock, "subject": row.subject, "day0": row.day0, "due": row.due, "target": row.target, "cutoff": row.cutoff, "status": row.status, "days_left": row.days_left, "provisional": row.provisional}))
                    .collect();
                print::json(&rows);
            } else {
                let rows: Vec<Vec<String>> = rows
                    .into_iter()
                    .map(|row| {
                        vec![
                            row.r#ref,
                            row.due,
                            if row.provisional {
                                format!("{} (provisional)", row.standing)
                            } else {
                                row.standing
                            },
                            row.kind,
                            row.subject,
                            row.case.unwrap_or_default(),
                        ]
                    })
                    .collect();
                print::table(
                    &["REF", "DUE", "STANDING", "CLOCK", "SUBJECT", "CASE"],
                    &rows,
                );
            }
            Ok(u8::from(fail_overdue && overdue))
        }
        ClockCommand::Compute {
            clock,
            at,
            zone,
            pack,
        } => {
            let computed = desk::compute_clock(&clock, &at, &zone, pack.as_deref())?;
            if common.json {
                let mut value = serde_json::Map::new();
                value.insert("clock".to_owned(), computed.clock.clone().into());
                value.insert("pack".to_owned(), computed.pack.clone().into());
                value.insert("day0".to_owned(), computed.day0.to_string().into());
                value.insert("due".to_owned(), computed.due.to_string().into());
                value.extend(
                    computed
                        .target
                        .map(|date| ("target".to_owned(), date.to_string().into())),
                );
                value.extend(
                    computed
                        .cutoff
                        .map(|instant| ("cutoff".to_owned(), desk::instant_text(instant).into())),
                );
                value.extend(
                    computed
                        .eligible_on
                        .map(|date| ("eligible_on".to_owned(), date.to_string().into())),
                );
                value.insert("cite".to_owned(), computed.cite.clone().into());
                value.insert("confidence".to_owned(), computed.confidence.word().into());
                print::json(&value);
            } else {
                for step in &computed.steps {
                    print::line(step);
                }
            }
            Ok(0)
        }
    }
}

fn show(view: &c::ClockView) {
    let line = |text: &str| print::line(&print::plain(text));
    let row = &view.row;
    line(&format!("{} {}, {}", row.r#ref, row.kind, row.subject));
    line(&view.pack.banner);
    if row.provisional {
        line("Provisional: it counts from a signal that is not confirmed yet.");
    }
    for trigger in &view.triggers {
        line(&format!("{}: {}", trigger.label, trigger.at));
    }
    line(&format!("Due {}, {}", row.due, row.standing));
    line(&format!("{} [{}]", view.cite, view.confidence));
    if row.unverified {
        line("Not verified against the rule.");
    }
    line(&view.rule);
    for step in &view.steps {
        line(&format!("  {step}"));
    }
    for one in &view.revisions {
        line(&format!(
            "  {} from {} to {} on {}: {}",
            one.kind, one.due_before, one.due_after, one.on, one.reason
        ));
    }
    for target in &view.targets {
        line(&format!(
            "  internal target {}: {} ({})",
            target.on, target.label, target.standing
        ));
    }
    for event in &view.events {
        line(&format!(
            "  {} {}, {}",
            event.occurred_on, event.what, event.by
        ));
    }
}
