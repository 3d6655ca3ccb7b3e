//! Owners on the command line: who owns a customer, as it stood on any day and by any threshold; and that nobody owns enough.

use crate::{
    args::Common,
    print,
    run::{reading, writing},
};
use clap::Subcommand;
use contract as c;
use desk::Result;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum OwnerCommand {
    /// List who owns a customer, with what each holds over all chains.
    #[command(
        after_help = "Example:\n  cipdesk-cli owner list Acme.cipdesk C-000012 --on 2025-06-30\n  cipdesk-cli owner list Acme.cipdesk C-000012 --threshold 10\n\nBoth only look: nothing is recorded. Whoever may count, as far as is known, is listed as \"possibly\"."
    )]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        reference: String,
        /// As it stood on this day.
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
        /// By this threshold in percent, instead of the rule pack's.
        #[arg(long, value_name = "PERCENT")]
        threshold: Option<String>,
    },
    /// Record why nobody is found who owns enough to count. A person in control must be recorded first.
    #[command(
        after_help = "Example:\n  cipdesk-cli owner none Acme.cipdesk C-000012 --explanation \"Listed; no holder above 5 %\""
    )]
    None {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        reference: String,
        /// How it was looked for, and why there is nobody. Without it, what was recorded is taken back.
        #[arg(long, value_name = "TEXT")]
        explanation: Option<String>,
    },
}

pub(crate) fn run(common: &Common, command: OwnerCommand) -> Result<u8> {
    match command {
        OwnerCommand::List {
            vault,
            reference,
            on,
            threshold,
        } => {
            let req = c::OwnershipReq {
                r#ref: reference,
                on,
                threshold,
            };
            let view = reading(common, &vault)?.ownership(&req)?;
            if common.json {
                print::json(&view);
                return Ok(0);
            }
            let rows: Vec<Vec<String>> = view
                .nodes
                .iter()
                .map(|node| {
                    let counts = match node.counts {
                        c::Counting::Yes => "yes",
                        c::Counting::Possibly => "possibly",
                        c::Counting::No => "no",
                    };
                    vec![
                        node.id.clone(),
                        node.name.clone(),
                        node.equity.clone(),
                        node.votes.clone(),
                        counts.to_owned(),
                        node.why.join("; "),
                    ]
                })
                .collect();
            print::table(
                &["ID", "OWNER", "SHARES %", "VOTES %", "COUNTS", "WHY"],
                &rows,
            );
            for note in &view.notes {
                print::note(&print::plain(note));
            }
            if let Some(why) = &view.none_identified {
                print::note(&print::plain(&format!("Nobody owns enough: {why}")));
            }
        }
        OwnerCommand::None {
            vault,
            reference,
            explanation,
        } => {
            let view = writing(common, &vault, |vault| {
                vault.none_identified(&c::NoneIdentifiedReq {
                    r#ref: reference,
                    explanation,
                })
            })?;
            if common.json {
                print::json(&view);
            } else {
                print::line(&print::plain(&match view.none_identified {
                    Some(why) => format!("{}: nobody owns enough: {why}", view.row.r#ref),
                    None => format!("{}: taken back.", view.row.r#ref),
                }));
            }
        }
    }
    Ok(0)
}
