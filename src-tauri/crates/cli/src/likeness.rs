//! `cipdesk-cli duplicates` and `radar`: records that may be one customer, and what unrelated customers share. Judges nothing itself.

use crate::{
    args::Common,
    print,
    run::{done, reading, writing},
};
use clap::Subcommand;
use contract as c;
use desk::Result;
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum DuplicatesCommand {
    /// List candidates, the likeliest first, with the reasons.
    #[command(
        after_help = "Example:\n  cipdesk-cli duplicates list Acme.cipdesk\n  cipdesk-cli duplicates list Acme.cipdesk --customer C-000012"
    )]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// Only those like this customer.
        #[arg(long, value_name = "REF")]
        customer: Option<String>,
    },
    /// Remember that two records are two customers.
    #[command(
        after_help = "Example:\n  cipdesk-cli duplicates apart Acme.cipdesk C-000012 C-000044 --reason \"Father and son; two passports seen\""
    )]
    Apart {
        /// The vault's folder.
        vault: PathBuf,
        /// One record.
        one: String,
        /// The other.
        other: String,
        /// Why they are two.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Merge a record into another, as one act that can be taken back.
    #[command(
        after_help = "Example:\n  cipdesk-cli duplicates merge Acme.cipdesk --keep C-000012 C-000044 --reason \"Signed up twice\" --take phone=both --take street_address=other\n\nWhere both have a value, that of the kept record stays unless --take says otherwise."
    )]
    Merge {
        /// The vault's folder.
        vault: PathBuf,
        /// The record that is kept.
        #[arg(long, value_name = "REF")]
        keep: String,
        /// The record that goes into it.
        other: String,
        /// Why they are one.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// A field's choice: kept, other or both.
        #[arg(long, value_name = "FIELD=CHOICE")]
        take: Vec<String>,
    },
    /// Take a merge back: both records are as they were.
    #[command(
        after_help = "Example:\n  cipdesk-cli duplicates undo Acme.cipdesk --keep C-000012 C-000044"
    )]
    Undo {
        /// The vault's folder.
        vault: PathBuf,
        /// The record that was kept.
        #[arg(long, value_name = "REF")]
        keep: String,
        /// The record that went into it.
        other: String,
    },
}

pub(crate) fn run(common: &Common, command: DuplicatesCommand) -> Result<u8> {
    match command {
        DuplicatesCommand::List { vault, customer } => {
            let found = reading(common, &vault)?.duplicates(&c::DuplicatesReq { customer })?;
            if common.json {
                print::json(&found);
                return Ok(0);
            }
            let rows: Vec<Vec<String>> = found
                .candidates
                .iter()
                .map(|one| {
                    let reasons: Vec<String> = one
                        .reasons
                        .iter()
                        .map(|reason| format!("{} ({:+})", reason.words, reason.points))
                        .collect();
                    vec![
                        one.score.to_string(),
                        one.one.r#ref.clone(),
                        one.one.name.clone(),
                        one.other.r#ref.clone(),
                        one.other.name.clone(),
                        reasons.join("; "),
                    ]
                })
                .collect();
            print::table(&["Score", "One", "Name", "Other", "Name", "Why"], &rows);
            print::note(&format!(
                "{} candidates. A person decides whether they are one.",
                rows.len()
            ));
            Ok(0)
        }
        DuplicatesCommand::Apart {
            vault,
            one,
            other,
            reason,
        } => {
            let req = c::ApartReq { one, other, reason };
            writing(common, &vault, |vault| vault.duplicate_apart(&req))?;
            done(
                common,
                &json!({"one": req.one, "other": req.other, "apart": true}),
                &format!("{} and {} are two customers.", req.one, req.other),
            );
            Ok(0)
        }
        DuplicatesCommand::Merge {
            vault,
            keep,
            other,
            reason,
            take,
        } => {
            let mut takes = Vec::new();
            for one in take {
                let Some((id, choice)) = one.split_once('=') else {
                    return Err(desk::Error::input(
                        "E-MERGE-TAKE",
                        format!(
                            "\"{one}\" is no choice. Write FIELD=kept, FIELD=other or FIELD=both."
                        ),
                    ));
                };
                takes.push(c::MergeTake {
                    id: id.to_owned(),
                    take: choice.to_owned(),
                });
            }
            let view = writing(common, &vault, |vault| {
                let preview = vault.merge_preview(&c::MergePreviewReq { keep, other })?;
                vault.customers_merge(&c::MergeReq {
                    keep: preview.kept.r#ref,
                    keep_revision: preview.kept.revision,
                    other: preview.other.r#ref,
                    other_revision: preview.other.revision,
                    takes,
                    reason,
                })
            })?;
            done(
                common,
                &json!({"customer": view.row.r#ref, "status": view.row.status}),
                &format!(
                    "Merged into {}, which is now: {}.",
                    view.row.r#ref, view.status_label
                ),
            );
            Ok(0)
        }
        DuplicatesCommand::Undo { vault, keep, other } => {
            let req = c::MergeUndoReq { keep, other };
            let view = writing(common, &vault, |vault| vault.merge_undo(&req))?;
            done(
                common,
                &json!({"customer": view.row.r#ref, "other": req.other}),
                &format!(
                    "{} and {} are as they were before the merge.",
                    view.row.r#ref, req.other
                ),
            );
            Ok(0)
        }
    }
}

pub(crate) fn radar(
    common: &Common,
    vault: &Path,
    customer: Option<String>,
    kind: Option<String>,
) -> Result<u8> {
    let found = reading(common, vault)?.radar(&c::RadarReq { customer, kind })?;
    if common.json {
        print::json(&found);
        return Ok(0);
    }
    let rows: Vec<Vec<String>> = found
        .hits
        .iter()
        .map(|hit| {
            let who: Vec<String> = hit
                .who
                .iter()
                .map(|one| match &one.through {
                    Some(owner) => format!("{} {} (through {owner})", one.r#ref, one.name),
                    None => format!("{} {}", one.r#ref, one.name),
                })
                .collect();
            vec![
                hit.kind_label.clone(),
                hit.value.clone(),
                hit.count.to_string(),
                who.join("; "),
            ]
        })
        .collect();
    print::table(&["Kind", "Shared", "Customers", "Who"], &rows);
    Ok(0)
}
