//! Fields on the command line: which the rule packs leave off, what every value of a customer was before, and which document proves it.

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
pub(crate) enum FieldCommand {
    /// List the fields that the rule packs leave off, and whether they are collected all the same.
    #[command(after_help = "Example:\n  cipdesk-cli field list Acme.cipdesk")]
    List {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// Collect a field that the rule packs leave off, such as the date of birth.
    #[command(
        after_help = "Example:\n  cipdesk-cli field on Acme.cipdesk date_of_birth --reason \"Passports are compared by it\""
    )]
    On {
        /// The vault's folder.
        vault: PathBuf,
        /// date_of_birth or national_id.
        field: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Collect it no longer. What was recorded stays, masked.
    #[command(
        after_help = "Example:\n  cipdesk-cli field off Acme.cipdesk national_id --reason \"Not needed any more\""
    )]
    Off {
        /// The vault's folder.
        vault: PathBuf,
        /// date_of_birth or national_id.
        field: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// List every value that a field, an owner, a signatory or an account had, oldest first, with its source and what proves it.
    #[command(
        after_help = "Example:\n  cipdesk-cli field history Acme.cipdesk C-000001 street_address\n  cipdesk-cli field history Acme.cipdesk C-000001 O-1\n  cipdesk-cli field history Acme.cipdesk C-000001 custom\n\nWhat is sensitive is masked; \"field reveal\" shows it and records who asked."
    )]
    History {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        reference: String,
        /// A field, an owner (O-1), a signatory (S-1), an account, or custom for the columns of an import.
        of: String,
    },
    /// Name a document as the proof of values: of the customer, an owner, a signatory or an account.
    #[command(
        after_help = "Example:\n  cipdesk-cli field prove Acme.cipdesk C-000001 street_address --document 4f6f1c0e\n  cipdesk-cli field prove Acme.cipdesk C-000001 O-1:ties O-1:address --document 4f6f1c0e\n  cipdesk-cli field prove Acme.cipdesk C-000001 A-1:P-1 --document 4f6f1c0e --take-back\n\n\"field history\" lists the values of a part by these names; \"customer show\" lists the documents."
    )]
    Prove {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        reference: String,
        /// A field, or a value of a part: O-1:address, S-1:name, A-1:opened_on, A-1:P-1.
        #[arg(required = true)]
        values: Vec<String>,
        /// The document, one of the customer's.
        #[arg(long, value_name = "DOCUMENT-ID")]
        document: String,
        /// It proves them no longer: it was named by mistake.
        #[arg(long)]
        take_back: bool,
    },
    /// Show what is masked; the journal records who asked, and why.
    #[command(
        after_help = "Example:\n  cipdesk-cli field reveal Acme.cipdesk C-000001 payment:P-1 --reason \"The bank asked\"\n  cipdesk-cli field reveal Acme.cipdesk C-000001 date_of_birth"
    )]
    Reveal {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        reference: String,
        /// A field, payment:P-1 or discrepancy:D-1.
        field: String,
        /// The review whose reading is asked for: RV-1.
        #[arg(long, value_name = "ID")]
        review: Option<String>,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

pub(crate) fn run(common: &Common, command: FieldCommand) -> Result<u8> {
    match command {
        FieldCommand::List { vault } => {
            shown(common, &reading(common, &vault)?.field_rules()?);
        }
        FieldCommand::On {
            vault,
            field,
            reason,
        } => switch(common, &vault, field, true, reason)?,
        FieldCommand::Off {
            vault,
            field,
            reason,
        } => switch(common, &vault, field, false, reason)?,
        FieldCommand::History {
            vault,
            reference,
            of,
        } => {
            let vault = reading(common, &vault)?;
            let part =
                of == "custom" || ["O-", "S-", "A-"].iter().any(|start| of.starts_with(start));
            let all = if part {
                vault.part_history(&c::PartReq {
                    customer: reference,
                    part: of,
                })?
            } else {
                let past = vault.field_history(&c::FieldReq {
                    customer: reference,
                    field: of.clone(),
                })?;
                vec![c::ValueHistory {
                    value: of.clone(),
                    label: of,
                    past,
                }]
            };
            if common.json {
                print::json(&all);
                return Ok(0);
            }
            for one in &all {
                let id = if one.value == one.label {
                    String::new()
                } else {
                    format!(" ({})", one.value)
                };
                print::line(&print::plain(&format!("{}{id}:", one.label)));
                for past in &one.past {
                    told(past);
                }
            }
        }
        FieldCommand::Prove {
            vault,
            reference,
            values,
            document,
            take_back,
        } => {
            let named = values.iter().map(|value| {
                let (of, value) = value.split_once(':').unwrap_or((&reference, value));
                c::ValueAt {
                    of: of.to_owned(),
                    value: value.to_owned(),
                }
            });
            let req = c::ProofReq {
                customer: reference.clone(),
                values: named.collect(),
                document,
                holds: !take_back,
            };
            let view = writing(common, &vault, |vault| vault.value_prove(&req))?;
            if common.json {
                print::json(&view);
            } else {
                let verb = if take_back { "Taken back" } else { "Recorded" };
                print::line(&print::plain(&format!(
                    "{verb}: {} of {reference}.",
                    values.join(", ")
                )));
            }
        }
        FieldCommand::Reveal {
            vault,
            reference,
            field,
            review,
            reason,
        } => {
            let revealed = writing(common, &vault, |vault| {
                vault.value_reveal(&c::RevealReq {
                    customer: reference,
                    field,
                    review,
                    reason,
                })
            })?;
            if common.json {
                print::json(&revealed);
            } else {
                for value in &revealed.values {
                    print::line(&print::plain(value));
                }
            }
        }
    }
    Ok(0)
}

/// One value that was, and what proves it.
fn told(past: &c::FieldPast) {
    let value = if past.values.is_empty() {
        "(cleared)".to_owned()
    } else {
        past.values.join("; ")
    };
    let imported = if past.imported { ", imported" } else { "" };
    print::line(&print::plain(&format!(
        "  since {}  {value}  ({}{imported}; {}, recorded {})",
        past.occurred_on, past.source, past.by, past.recorded_at
    )));
    for proof in &past.proofs {
        crate::evidence::shown_by("    ", proof, false);
    }
}

fn switch(
    common: &Common,
    vault: &std::path::Path,
    field: String,
    on: bool,
    reason: String,
) -> Result<()> {
    let rules = writing(common, vault, |vault| {
        vault.field_switch(&c::FieldSwitchReq { field, on, reason })
    })?;
    shown(common, &rules);
    Ok(())
}

fn shown(common: &Common, rules: &[c::FieldRule]) {
    if common.json {
        print::json(&rules);
        return;
    }
    for one in rules {
        let stands = if one.on { "collected" } else { "off" };
        print::line(&print::plain(&format!(
            "{}: {stands}. {} ({})",
            one.field, one.rule.text, one.rule.cite
        )));
        if let Some(decided) = &one.decided {
            print::line(&print::plain(&format!("  {decided}")));
        }
    }
}
