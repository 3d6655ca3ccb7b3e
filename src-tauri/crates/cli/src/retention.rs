//! `cipdesk-cli retention`: who is kept how long, legal holds, disposal. Judges nothing itself.

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
pub(crate) enum RetentionCommand {
    /// List customers whose case has ended: from which day each may be disposed of, and what holds it back.
    #[command(
        after_help = "Example:\n  cipdesk-cli retention list Acme.cipdesk --as-of 2027-01-01"
    )]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// The day it is worked out for; today unless given.
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        /// Those alone that may go.
        #[arg(long)]
        eligible: bool,
    },
    /// Hold records back until the hold is released.
    #[command(
        after_help = "Example:\n  cipdesk-cli retention hold Acme.cipdesk C-000012 --reason \"Subpoena of 4 May\" --authority \"District Court\"\n\nWithout a customer it holds everybody."
    )]
    Hold {
        /// The vault's folder.
        vault: PathBuf,
        /// Customers; none is every customer.
        #[arg(value_name = "REF")]
        customers: Vec<String>,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who asked for it.
        #[arg(long, value_name = "TEXT")]
        authority: String,
    },
    /// Release a hold, in writing.
    #[command(
        after_help = "Example:\n  cipdesk-cli retention release Acme.cipdesk H-0001 --writing \"Order of 9 June\" --override \"Only one person works here\""
    )]
    Release {
        /// The vault's folder.
        vault: PathBuf,
        /// The hold.
        hold: String,
        /// Where the release stands: from whom, of which day.
        #[arg(long, value_name = "TEXT")]
        writing: String,
        /// Why one person alone approves.
        #[arg(long = "override", id = "override_reason", value_name = "REASON")]
        override_reason: Option<String>,
    },
    /// Keep a customer's records longer, until a day on which it is looked at again.
    #[command(
        after_help = "Example:\n  cipdesk-cli retention keep Acme.cipdesk C-000012 --reason \"A claim is possible\" --until 2029-01-01\n\nWithout --until it is kept longer no more."
    )]
    Keep {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        customer: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The day.
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
    },
    /// Approve whose records go. Nothing is destroyed yet.
    #[command(
        after_help = "Example:\n  cipdesk-cli retention approve Acme.cipdesk C-000012 C-000013 --override \"Only one person works here\""
    )]
    Approve {
        /// The vault's folder.
        vault: PathBuf,
        /// Customers.
        #[arg(value_name = "REF", required = true)]
        customers: Vec<String>,
        /// Why one person alone approves.
        #[arg(long = "override", id = "override_reason", value_name = "REASON")]
        override_reason: Option<String>,
    },
    /// Carry out an approved disposal. It cannot be undone.
    #[command(
        after_help = "Example:\n  cipdesk-cli retention dispose Acme.cipdesk DSP-2028-0001 --certificate certificate.pdf"
    )]
    Dispose {
        /// The vault's folder.
        vault: PathBuf,
        /// The disposal.
        disposal: String,
        /// Also write its certificate to this new file.
        #[arg(long, value_name = "FILE.pdf")]
        certificate: Option<PathBuf>,
    },
    /// Write the certificate of a disposal.
    #[command(
        after_help = "Example:\n  cipdesk-cli retention certificate Acme.cipdesk DSP-2028-0001 --to certificate.pdf"
    )]
    Certificate {
        /// The vault's folder.
        vault: PathBuf,
        /// The disposal.
        disposal: String,
        /// The new file.
        #[arg(long, value_name = "FILE.pdf")]
        to: PathBuf,
    },
}

pub(crate) fn run(common: &Common, command: RetentionCommand) -> Result<u8> {
    match command {
        RetentionCommand::List {
            vault,
            as_of,
            eligible,
        } => {
            let mut view = reading(common, &vault)?.retention(&c::RetentionReq { as_of })?;
            view.rows.retain(|row| !eligible || row.stage == "eligible");
            if common.json {
                print::json(&view);
            } else {
                let rows: Vec<Vec<String>> = view
                    .rows
                    .into_iter()
                    .map(|row| {
                        vec![
                            row.r#ref,
                            row.stage_label,
                            row.eligible_on.unwrap_or_default(),
                            row.name,
                            row.why.join(" "),
                        ]
                    })
                    .collect();
                print::table(&["REF", "STANDING", "FROM", "NAME", "WHY"], &rows);
            }
        }
        RetentionCommand::Hold {
            vault,
            customers,
            reason,
            authority,
        } => {
            let req = c::HoldPlaceReq {
                scope: customers,
                reason,
                authority,
                placed_on: None,
            };
            let view = writing(common, &vault, |vault| vault.hold_place(&req))?;
            if let Some(hold) = view.holds.iter().max_by(|a, b| a.r#ref.cmp(&b.r#ref)) {
                let covers = match hold.scope.as_slice() {
                    [] => "every customer".to_owned(),
                    scope => scope.join(", "),
                };
                done(
                    common,
                    &json!({"hold": hold.r#ref, "scope": hold.scope}),
                    &format!("{} holds {covers}.", hold.r#ref),
                );
            }
        }
        RetentionCommand::Release {
            vault,
            hold,
            writing: words,
            override_reason,
        } => {
            let (approver, again) = crate::member::approver(common)?;
            let req = c::HoldReleaseReq {
                r#ref: hold.clone(),
                writing: words,
                approver,
                passphrase: Some(again),
                override_reason,
            };
            writing(common, &vault, |vault| vault.hold_release(&req))?;
            done(
                common,
                &json!({"hold": hold, "released": true}),
                &format!("{hold} is released."),
            );
        }
        RetentionCommand::Keep {
            vault,
            customer,
            reason,
            until,
        } => {
            let req = c::RetentionKeepReq {
                customer: customer.clone(),
                reason,
                review_on: until.clone(),
            };
            writing(common, &vault, |vault| vault.retention_keep(&req))?;
            let sentence = match &until {
                Some(day) => format!("{customer} is kept until {day}, and looked at again."),
                None => format!("{customer} is kept no longer than it must be."),
            };
            done(
                common,
                &json!({"customer": customer, "until": until}),
                &sentence,
            );
        }
        RetentionCommand::Approve {
            vault,
            customers,
            override_reason,
        } => {
            let (approver, again) = crate::member::approver(common)?;
            let req = c::DisposalApproveReq {
                customers,
                approver,
                passphrase: Some(again),
                override_reason,
            };
            let view = writing(common, &vault, |vault| vault.disposal_approve(&req))?;
            if let Some(disposal) = view.disposals.first() {
                done(
                    common,
                    &json!({"disposal": disposal.r#ref, "customers": disposal.customers}),
                    &format!(
                        "{} is approved; nothing is destroyed yet. Carry it out with: retention dispose",
                        disposal.r#ref
                    ),
                );
            }
        }
        RetentionCommand::Dispose {
            vault,
            disposal,
            certificate,
        } => {
            let req = c::RefReq {
                r#ref: disposal.clone(),
            };
            let view = writing(common, &vault, |vault| {
                let view = vault.disposal_run(&req)?;
                if let Some(to) = &certificate {
                    vault.print_to(to, &vault.disposal_page(&disposal)?)?;
                }
                Ok(view)
            })?;
            if let Some(one) = view.disposals.iter().find(|one| one.r#ref == disposal) {
                done(
                    common,
                    &json!({"disposal": one.r#ref, "done_on": one.done_on, "destroyed": one.destroyed, "index_sha256": one.index_sha256}),
                    &format!("{disposal} is carried out: {}.", one.destroyed.join(", ")),
                );
            }
        }
        RetentionCommand::Certificate {
            vault,
            disposal,
            to,
        } => {
            let vault = reading(common, &vault)?;
            let saved = vault.print_to(&to, &vault.disposal_page(&disposal)?)?;
            done(
                common,
                &json!({"name": saved.name, "bytes": saved.bytes}),
                &format!("Wrote {} ({} bytes).", to.display(), saved.bytes),
            );
        }
    }
    Ok(0)
}
