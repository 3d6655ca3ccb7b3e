//! `cipdesk-cli journal`: the record of everything that was done, as a file and on paper.

use crate::{
    args::Common,
    run::{done, reading, watch, writing, wrote},
};
use clap::Subcommand;
use contract as c;
use desk::Result;
use serde_json::json;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum JournalCommand {
    /// Write the journal as JSON lines, without payloads unless asked for.
    #[command(
        after_help = "Example:\n  cipdesk-cli journal export Acme.cipdesk --to journal.jsonl"
    )]
    Export {
        /// The vault's folder.
        vault: PathBuf,
        /// The new file.
        #[arg(long, value_name = "FILE.jsonl")]
        to: PathBuf,
        /// Also what each entry says, and its salt: personal data in clear.
        #[arg(long)]
        with_payloads: bool,
    },
    /// Print what was recorded between two days, in words, with each entry's place and hash.
    #[command(
        after_help = "Example:\n  cipdesk-cli journal print Acme.cipdesk --from 2026-11-01 --until 2026-11-30 --to november.pdf"
    )]
    Print {
        /// The vault's folder.
        vault: PathBuf,
        /// The first day of recording.
        #[arg(long, value_name = "DATE")]
        from: String,
        /// The last one; today unless given.
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
        /// The new file.
        #[arg(long, value_name = "FILE.pdf")]
        to: PathBuf,
    },
}

pub(crate) fn run(common: &Common, command: JournalCommand) -> Result<u8> {
    match command {
        JournalCommand::Export {
            vault,
            to,
            with_payloads,
        } => {
            let saved = writing(common, &vault, |vault| {
                vault.journal_export(&to, with_payloads, &watch())
            })?;
            done(
                common,
                &json!({"file": saved.name, "bytes": saved.bytes}),
                &format!("Wrote {} ({} bytes).", to.display(), saved.bytes),
            );
        }
        JournalCommand::Print {
            vault,
            from,
            until,
            to,
        } => {
            let vault = reading(common, &vault)?;
            let until = until.unwrap_or_else(|| vault.today().to_string());
            let page = vault.journal_page(&c::JournalPrintReq { from, to: until })?;
            wrote(common, &to, &vault.print_to(&to, &page)?);
        }
    }
    Ok(0)
}
