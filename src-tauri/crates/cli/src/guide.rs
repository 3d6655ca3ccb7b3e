//! `cipdesk-cli guide`: the help on a terminal.

use crate::{args::Common, print, run::reading};
use clap::Subcommand;
use contract as c;
use desk::Result;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum GuideCommand {
    /// What the rule packs in use ask about a screen, each with its paragraph and how sure it is.
    #[command(after_help = "Example:\n  cipdesk-cli guide rule Acme.cipdesk customers")]
    Rule {
        /// The vault's folder.
        vault: PathBuf,
        /// today, customers, programme, resellers, cases, training, filings or retention.
        screen: String,
    },
    /// What a first week consists of, and what of it is done.
    #[command(after_help = "Example:\n  cipdesk-cli guide week Acme.cipdesk")]
    Week {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// What the words mean.
    #[command(after_help = "Example:\n  cipdesk-cli guide terms Acme.cipdesk --json")]
    Terms {
        /// The vault's folder.
        vault: PathBuf,
    },
}

fn sure(confidence: Option<&str>, verified: bool) -> String {
    match confidence {
        Some(word) if !verified => format!(" [{word}, not verified against the rule]"),
        Some(word) => format!(" [{word}]"),
        None => String::new(),
    }
}

pub(crate) fn run(common: &Common, command: GuideCommand) -> Result<u8> {
    let (vault, screen) = match &command {
        GuideCommand::Rule { vault, screen } => (vault, Some(screen.clone())),
        GuideCommand::Week { vault } | GuideCommand::Terms { vault } => (vault, None),
    };
    let view = reading(common, vault)?.guide(&c::GuideReq { screen })?;
    let say = |text: &str| print::line(&print::plain(text));
    match command {
        GuideCommand::Rule { .. } if common.json => print::json(&view.packs),
        GuideCommand::Rule { .. } => {
            for pack in &view.packs {
                say(&format!(
                    "{} {}: {}",
                    pack.note.title, pack.note.version, pack.note.banner
                ));
                for part in &pack.parts {
                    say(&format!("  {}", part.title));
                    for demand in &part.demands {
                        let sure = sure(demand.confidence.as_deref(), demand.verified);
                        say(&format!("    {} {}{sure}", demand.label, demand.cite));
                    }
                }
            }
        }
        GuideCommand::Week { .. } if common.json => print::json(&view.week),
        GuideCommand::Week { .. } => {
            for step in &view.week {
                let mark = if step.done { "x" } else { " " };
                say(&format!("[{mark}] {}. {}", step.title, step.why));
            }
        }
        GuideCommand::Terms { .. } if common.json => print::json(&view.terms),
        GuideCommand::Terms { .. } => {
            for term in &view.terms {
                let sure = sure(Some(&term.confidence), term.verified);
                say(&format!("{}: {}{sure}", term.word, term.meaning));
            }
        }
    }
    Ok(0)
}
