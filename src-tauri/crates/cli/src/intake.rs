//! `cipdesk-cli intake`: ask a reseller by a file, take its answer in, and enter it once its key was compared. What holds is not judged here.

use crate::{
    args::Common,
    print,
    run::{done, reading, watch, writing},
};
use clap::Subcommand;
use contract as c;
use desk::Result;
use serde_json::json;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum IntakeCommand {
    /// Make the page that asks a reseller: one HTML file that works without a network. Its answer is encrypted to this request alone.
    #[command(
        after_help = "Example:\n  cipdesk-cli intake request Acme.cipdesk RS-0001 --to outbox\n\nSend the file as you like. The reseller opens it in a browser, fills it in, saves the answer and sends that back."
    )]
    Request {
        /// The vault's folder.
        vault: PathBuf,
        /// The reseller.
        reseller: String,
        /// The folder for the page.
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
    },
    /// Write the page of a request again, the same bytes.
    #[command(after_help = "Example:\n  cipdesk-cli intake page Acme.cipdesk IN-0001 --to outbox")]
    Page {
        /// The vault's folder.
        vault: PathBuf,
        /// The request.
        request: String,
        /// The folder for the page.
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
    },
    /// Take an answer in. It waits, and counts for nothing, until its key was compared.
    #[command(
        after_help = "Example:\n  cipdesk-cli intake import Acme.cipdesk IN-0001-7f3a9c21.bundle.zip.age"
    )]
    Import {
        /// The vault's folder.
        vault: PathBuf,
        /// The answer, as it came.
        path: PathBuf,
    },
    /// List the requests by file.
    #[command(
        after_help = "Example:\n  cipdesk-cli intake list Acme.cipdesk\n  cipdesk-cli intake list Acme.cipdesk --reseller RS-0001"
    )]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// Only of one reseller.
        #[arg(long, value_name = "REF")]
        reseller: Option<String>,
    },
    /// Show a request, its answer, and what that would change in the register.
    #[command(after_help = "Example:\n  cipdesk-cli intake show Acme.cipdesk IN-0001")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The request.
        request: String,
    },
    /// Enter the answer that waits in the register, after its fingerprint was told by another way, such as the telephone.
    #[command(
        after_help = "Example:\n  cipdesk-cli intake confirm Acme.cipdesk IN-0001 --fingerprint \"eight words as they were told\" --how \"Called Mei Tan on the number in the contract\""
    )]
    Confirm {
        /// The vault's folder.
        vault: PathBuf,
        /// The request.
        request: String,
        /// What was told: the eight words, or SHA256:...
        #[arg(long, value_name = "WORDS")]
        fingerprint: String,
        /// With whom it was compared, and by which way.
        #[arg(long)]
        how: String,
    },
    /// Refuse the answer that waits. The request stays open for another answer.
    #[command(
        after_help = "Example:\n  cipdesk-cli intake refuse Acme.cipdesk IN-0001 --why \"The words on the telephone were others\""
    )]
    Refuse {
        /// The vault's folder.
        vault: PathBuf,
        /// The request.
        request: String,
        /// Why.
        #[arg(long, value_name = "REASON")]
        why: String,
    },
    /// Ask no longer. An answer that comes later is not opened.
    #[command(
        after_help = "Example:\n  cipdesk-cli intake withdraw Acme.cipdesk IN-0001 --why \"Sent to the wrong address\""
    )]
    Withdraw {
        /// The vault's folder.
        vault: PathBuf,
        /// The request.
        request: String,
        /// Why.
        #[arg(long, value_name = "REASON")]
        why: String,
    },
}

pub(crate) fn run(common: &Common, command: IntakeCommand) -> Result<u8> {
    match command {
        IntakeCommand::Request {
            vault,
            reseller,
            to,
        } => {
            let written = writing(common, &vault, |vault| {
                let path = to.join(vault.intake_page_name(None)?);
                vault.intake_request(&reseller, &path)
            })?;
            let path = to.join(&written.name);
            done(
                common,
                &json!({"request": written.r#ref, "file": written.name}),
                &format!(
                    "{}: wrote {}. Send it to the reseller; its answer is imported with intake import.",
                    written.r#ref,
                    path.display()
                ),
            );
        }
        IntakeCommand::Page { vault, request, to } => {
            let vault = reading(common, &vault)?;
            let path = to.join(vault.intake_page_name(Some(&request))?);
            let saved = vault.intake_page(&request, &path)?;
            done(
                common,
                &json!({"file": saved.name, "bytes": saved.bytes}),
                &format!("Wrote {} ({} bytes).", path.display(), saved.bytes),
            );
        }
        IntakeCommand::Import { vault, path } => {
            let view = writing(common, &vault, |vault| vault.intake_import(&path, &watch()))?;
            show(common, &view);
        }
        IntakeCommand::List { vault, reseller } => {
            let list = reading(common, &vault)?.intake_list(reseller.as_deref())?;
            if common.json {
                print::json(&list);
            } else {
                let rows: Vec<Vec<String>> = list
                    .into_iter()
                    .map(|row| {
                        vec![
                            row.r#ref,
                            row.on,
                            row.reseller,
                            row.reseller_name,
                            row.standing_label,
                            row.answered.unwrap_or_default(),
                        ]
                    })
                    .collect();
                print::table(
                    &["REF", "ASKED", "RESELLER", "NAME", "STANDING", "ANSWERED"],
                    &rows,
                );
            }
        }
        IntakeCommand::Show { vault, request } => {
            show(common, &reading(common, &vault)?.intake_show(&request)?);
        }
        IntakeCommand::Confirm {
            vault,
            request,
            fingerprint,
            how,
        } => {
            let req = c::IntakeConfirmReq {
                r#ref: request,
                compared: fingerprint,
                how,
            };
            let view = writing(common, &vault, |vault| vault.intake_confirm(&req, &watch()))?;
            show(common, &view);
        }
        IntakeCommand::Refuse {
            vault,
            request,
            why,
        } => {
            let view = writing(common, &vault, |vault| vault.intake_refuse(&request, &why))?;
            show(common, &view);
        }
        IntakeCommand::Withdraw {
            vault,
            request,
            why,
        } => {
            let view = writing(common, &vault, |vault| {
                vault.intake_withdraw(&request, &why)
            })?;
            show(common, &view);
        }
    }
    Ok(0)
}

fn show(common: &Common, view: &c::IntakeView) {
    if common.json {
        print::json(view);
        return;
    }
    let say = |text: &str| print::line(&print::plain(text));
    let row = &view.row;
    say(&format!(
        "{}  {} ({}), asked on {} by {}: {}",
        row.r#ref, row.reseller_name, row.reseller, row.on, row.by, row.standing_label
    ));
    if let Some(why) = &view.withdrawn {
        say(&format!("Withdrawn: {why}"));
    }
    let Some(answer) = &view.answer else {
        say(&format!("Its answer is encrypted to {}", view.recipient));
        return;
    };
    say(&format!(
        "Answered by {}, dated {}, imported on {} by {}",
        answer.answered_by, answer.dated, answer.on, answer.by
    ));
    say(&format!(
        "Signed with {}. {}",
        answer.fingerprint, answer.key
    ));
    say(&format!("SHA-256: {}", answer.sha256));
    for line in &answer.lines {
        let now = if line.now.is_empty() {
            "nothing"
        } else {
            &line.now
        };
        if answer.verdict.is_some() {
            say(&format!("  {}: {}", line.label, line.then));
        } else {
            say(&format!("  {}: {now} -> {}", line.label, line.then));
        }
    }
    for element in &answer.elements {
        if let Some(standing) = &element.standing {
            let page = element.page.as_ref();
            let page = page.map_or_else(String::new, |page| format!(", page {page}"));
            say(&format!("  [{standing}{page}] {}", element.label));
        }
    }
    for note in &answer.notes {
        say(&format!("  Note: {note}"));
    }
    match &answer.verdict {
        None => say(
            "Nothing of this counts yet: compare the fingerprint by another way, then confirm or refuse it.",
        ),
        Some(verdict) => say(&format!(
            "{} on {} by {}: {}",
            if verdict.taken {
                "Entered in the register"
            } else {
                "Refused"
            },
            verdict.on,
            verdict.by,
            verdict.how
        )),
    }
}
