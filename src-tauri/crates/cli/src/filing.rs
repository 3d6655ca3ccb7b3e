//! `cipdesk-cli filing`: forms are drafted, filled in, approved, sealed, exported and compared. What a form asks is not known here.

use crate::{
    args::Common,
    print,
    run::{done, reading, watch, writing},
};
use clap::Subcommand;
use contract as c;
use desk::{Error, Result};

use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum FilingCommand {
    /// List filings.
    #[command(after_help = "Example:\n  cipdesk-cli filing list Acme.cipdesk")]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// Words: `is:open form:F4 due:<7d`. What is not understood is named with the words there are.
        #[arg(long, value_name = "QUERY")]
        query: Option<String>,
    },
    /// List the forms, and the running clocks that each can answer.
    #[command(after_help = "Example:\n  cipdesk-cli filing forms Acme.cipdesk")]
    Forms {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// Show a filing as it will be read, with what blocks it.
    #[command(after_help = "Example:\n  cipdesk-cli filing show Acme.cipdesk F4-2026-0001")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The filing.
        filing: String,
    },
    /// Begin a filing, or the restatement of one that was sealed. A request drafts its F4 itself.
    #[command(
        after_help = "Example:\n  cipdesk-cli filing draft Acme.cipdesk F6 --about C-000001\n  cipdesk-cli filing draft Acme.cipdesk F8 --replaces F6-2026-0001"
    )]
    Draft {
        /// The vault's folder.
        vault: PathBuf,
        /// The form, such as F1.
        form: String,
        /// A record it is about; may be given several times.
        #[arg(long, value_name = "REF")]
        about: Vec<String>,
        /// The clock that it answers; the only running one that waits for it unless named.
        #[arg(long, value_name = "CLOCK-REF")]
        clock: Option<String>,
        /// The day of which it speaks; today unless given.
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        /// The sealed filing that it replaces in full.
        #[arg(long, value_name = "FILING-REF")]
        replaces: Option<String>,
    },
    /// Write items of a draft.
    #[command(
        after_help = "Example:\n  cipdesk-cli filing edit Acme.cipdesk F1-2026-0001 --set identity=\"Passport and register\" --set cip.version=2026.1\n  cipdesk-cli filing edit Acme.cipdesk F6-2026-0001 --answers answers.json\n\nThe file: [{\"item\": \"hardware\", \"rows\": [{\"key\": \"\", \"cells\": {\"model\": \"H100\", \"count\": \"4096\"}}], \"unknown\": null}]. A row that comes from a record keeps its key, as `filing show --json` prints it."
    )]
    Edit {
        /// The vault's folder.
        vault: PathBuf,
        /// The filing.
        filing: String,
        /// ITEM=VALUE, or ITEM.PART=VALUE; may be given several times.
        #[arg(long, value_name = "ITEM[.PART]=VALUE")]
        set: Vec<String>,
        /// A file of answers in JSON.
        #[arg(long, value_name = "FILE.json")]
        answers: Option<PathBuf>,
    },
    /// Check a draft, and record that nothing blocks it.
    #[command(after_help = "Example:\n  cipdesk-cli filing validate Acme.cipdesk F4-2026-0001")]
    Validate {
        /// The vault's folder.
        vault: PathBuf,
        /// The filing.
        filing: String,
    },
    /// Sign for what a filing says now; asks for the approver's passphrase.
    #[command(
        after_help = "Example:\n  cipdesk-cli filing approve Acme.cipdesk F1-2026-0001 --approver staff-2 --approver-passphrase-file ben.txt"
    )]
    Approve {
        /// The vault's folder.
        vault: PathBuf,
        /// The filing.
        filing: String,
        /// Why one person both prepared and approved, where nobody else can.
        #[arg(long = "override", id = "override_reason", value_name = "REASON")]
        override_reason: Option<String>,
    },
    /// Record what came back for a filing that was sent.
    #[command(
        after_help = "Example:\n  cipdesk-cli filing answer Acme.cipdesk F4-2026-0001 acknowledged --reference \"BIS-ACK-77\""
    )]
    Answer {
        /// The vault's folder.
        vault: PathBuf,
        /// The filing.
        filing: String,
        /// acknowledged or rejected.
        #[arg(value_parser = ["acknowledged", "rejected"])]
        outcome: String,
        /// Their number or words.
        #[arg(long)]
        reference: String,
        /// The day; today unless given.
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
    /// Compare two filings, field by field.
    #[command(
        after_help = "Example:\n  cipdesk-cli filing compare Acme.cipdesk F1-2025-0001 F1-2026-0001"
    )]
    Compare {
        /// The vault's folder.
        vault: PathBuf,
        /// The earlier filing.
        before: String,
        /// The later filing.
        after: String,
    },
    /// Approve and seal a filing; asks for the passphrase again.
    #[command(
        after_help = "Example:\n  cipdesk-cli filing seal Acme.cipdesk F4-2026-0001 --approver staff-2 --approver-passphrase-file ben.txt\n  cipdesk-cli filing seal Acme.cipdesk F4-2026-0001 --override \"Only one person works here\" --sign-with agent"
    )]
    Seal {
        /// The vault's folder.
        vault: PathBuf,
        /// The filing.
        filing: String,
        /// Why one person both prepared and approved, where nobody else can.
        #[arg(long = "override", id = "override_reason", value_name = "REASON")]
        override_reason: Option<String>,
        /// Sign with an OpenSSH key that the approver bound: a key file, or `agent` for the SSH agent. The approval key signs otherwise.
        #[arg(long, value_name = "FILE|agent")]
        sign_with: Option<String>,
    },
    /// Write a sealed filing's bundle to a folder, encrypted if recipients are given.
    #[command(
        after_help = "Example:\n  cipdesk-cli filing export Acme.cipdesk F4-2026-0001 --to out --encrypt-to age1..."
    )]
    Export {
        /// The vault's folder.
        vault: PathBuf,
        /// The filing.
        filing: String,
        /// The folder.
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
        /// An age recipient, or a file of them; may be given several times.
        #[arg(long, value_name = "age1...|FILE", num_args = 1..)]
        encrypt_to: Vec<String>,
    },
    /// Record that a filing was sent: its clock stops.
    #[command(
        after_help = "Example:\n  cipdesk-cli filing sent Acme.cipdesk F4-2026-0001 --at 2026-11-24T15:30:00Z --channel \"courier\" --proof \"AWB 123\""
    )]
    Sent {
        /// The vault's folder.
        vault: PathBuf,
        /// The filing.
        filing: String,
        /// When: a day or an instant.
        #[arg(long, value_name = "INSTANT-OR-DATE")]
        at: String,
        /// How.
        #[arg(long)]
        channel: String,
        /// Reference or proof.
        #[arg(long)]
        proof: Option<String>,
    },
}

pub(crate) fn run(common: &Common, command: FilingCommand) -> Result<u8> {
    match command {
        FilingCommand::List { vault, query } => {
            let list =
                reading(common, &vault)?.filings_like(query.as_deref().unwrap_or_default())?;
            if common.json {
                print::json(&list.rows);
            } else {
                let rows: Vec<Vec<String>> = list
                    .rows
                    .into_iter()
                    .map(|row| {
                        vec![
                            row.r#ref,
                            row.title,
                            row.state,
                            row.due.unwrap_or_default(),
                            row.case.unwrap_or_default(),
                        ]
                    })
                    .collect();
                print::table(&["REF", "FORM", "STATE", "DUE", "CASE"], &rows);
            }
        }
        FilingCommand::Forms { vault } => {
            let forms = reading(common, &vault)?.filing_forms()?;
            if common.json {
                print::json(&forms);
            } else {
                let rows: Vec<Vec<String>> = forms
                    .into_iter()
                    .map(|form| {
                        let clocks: Vec<String> =
                            form.clocks.into_iter().map(|clock| clock.value).collect();
                        vec![
                            form.form,
                            form.title,
                            form.about_what.unwrap_or_default(),
                            clocks.join(" "),
                        ]
                    })
                    .collect();
                print::table(&["FORM", "TITLE", "ABOUT", "CLOCKS"], &rows);
            }
        }
        FilingCommand::Show { vault, filing } => {
            let view = reading(common, &vault)?.filing_show(&filing)?;
            show(common, &view);
        }
        FilingCommand::Draft {
            vault,
            form,
            about,
            clock,
            as_of,
            replaces,
        } => {
            let req = c::FilingDraftReq {
                form,
                subjects: about,
                clock,
                as_of,
                replaces,
            };
            let view = writing(common, &vault, |vault| vault.filing_draft(&req))?;
            state(common, &view, "is drafted");
        }
        FilingCommand::Edit {
            vault,
            filing,
            set,
            answers,
        } => {
            let view = writing(common, &vault, |vault| {
                let before = vault.filing_show(&filing)?;
                let mut written = match &answers {
                    Some(file) => read_answers(file)?,
                    None => Vec::new(),
                };
                for one in &set {
                    lay(&before, &mut written, one)?;
                }
                vault.filing_edit(&c::FilingEditReq {
                    r#ref: filing.clone(),
                    revision: before.revision,
                    answers: written,
                })
            })?;
            state(common, &view, "is saved");
        }
        FilingCommand::Validate { vault, filing } => {
            let view = writing(common, &vault, |vault| vault.filing_validate(&filing))?;
            state(common, &view, "is validated: nothing blocks it");
        }
        FilingCommand::Approve {
            vault,
            filing,
            override_reason,
        } => {
            let (label, again) = crate::member::approver(common)?;
            let view = writing(common, &vault, |vault| {
                vault.filing_approve(&c::FilingApproveReq {
                    r#ref: filing,
                    label,
                    passphrase: again,
                    override_reason,
                })
            })?;
            state(common, &view, "is approved");
        }
        FilingCommand::Answer {
            vault,
            filing,
            outcome,
            reference,
            on,
        } => {
            let said = format!("is recorded as {outcome}");
            let req = c::FilingAnswerReq {
                r#ref: filing,
                outcome,
                on,
                reference,
            };
            let view = writing(common, &vault, |vault| vault.filing_answer(&req))?;
            state(common, &view, &said);
        }
        FilingCommand::Compare {
            vault,
            before,
            after,
        } => {
            let compared =
                reading(common, &vault)?.filing_compare(&c::FilingCompareReq { before, after })?;
            if common.json {
                print::json(&compared);
            } else if compared.differences.is_empty() {
                print::line("They say the same.");
            } else {
                for one in &compared.differences {
                    print::line(&print::plain(&format!("{} {}", one.no, one.item)));
                    print::line(&print::plain(&format!("  - {}", one.was)));
                    print::line(&print::plain(&format!("  + {}", one.now)));
                }
            }
        }
        FilingCommand::Seal {
            vault,
            filing,
            override_reason,
            sign_with,
        } => {
            let (label, again) = crate::member::approver(common)?;
            let view = writing(common, &vault, |vault| {
                let req = c::FilingSealReq {
                    r#ref: filing,
                    label,
                    passphrase: again,
                    override_reason,
                    sign_with: None,
                };
                let key = sign_with
                    .map(|with| crate::bundle::signing_key(vault, &with, req.label.as_deref()))
                    .transpose()?;
                vault.filing_seal_with(&req, key.as_ref(), &watch())
            })?;
            if let Some(seal) = &view.seal {
                let value = json!({"filing": view.row.r#ref, "state": view.row.state, "name": seal.name, "sha256": seal.sha256, "bytes": seal.bytes, "files": seal.files, "fingerprint": seal.fingerprint, "head_code": seal.head_code});
                done(
                    common,
                    &value,
                    &format!(
                        "Sealed {} with {}. Bundle SHA-256: {}",
                        view.row.r#ref, seal.fingerprint, seal.sha256
                    ),
                );
            }
        }
        FilingCommand::Export {
            vault,
            filing,
            to,
            encrypt_to,
        } => {
            let exported = writing(common, &vault, |vault| {
                vault.filing_export(&filing, &to, &encrypt_to, &watch())
            })?;
            let file: PathBuf = to.join(&exported.name);
            let value = json!({"file": file.display().to_string(), "sha256": exported.sha256, "bytes": exported.bytes, "recipients": exported.recipients});
            done(
                common,
                &value,
                &format!(
                    "Wrote {} ({} bytes). SHA-256: {}",
                    file.display(),
                    exported.bytes,
                    exported.sha256
                ),
            );
        }
        FilingCommand::Sent {
            vault,
            filing,
            at,
            channel,
            proof,
        } => {
            let req = c::FilingSentReq {
                r#ref: filing,
                sent: at,
                channel,
                proof,
            };
            let view = writing(common, &vault, |vault| vault.filing_sent(&req))?;
            done(
                common,
                &json!({"filing": view.row.r#ref, "state": view.row.state}),
                &format!("{} is recorded as sent.", view.row.r#ref),
            );
        }
    }
    Ok(0)
}

/// A filing as it is read.
fn show(common: &Common, view: &c::FilingView) {
    if common.json {
        print::json(view);
        return;
    }
    print::line(&print::plain(&format!(
        "{}  {}  {}",
        view.row.r#ref, view.row.title, view.row.state
    )));
    print::line(&print::plain(&view.pack.banner));
    for section in &view.sections {
        print::line("");
        print::line(&section.title);
        for line in &section.lines {
            let mark = if line.changed { " (changed)" } else { "" };
            print::line(&print::plain(&format!(
                "  {} {}{mark} [{}]",
                line.no, line.label, line.id
            )));
            for words in [&line.unknown, &line.words, &line.total] {
                if !words.is_empty() {
                    print::line(&print::plain(&format!("      {words}")));
                }
            }
            for fact in &line.facts {
                print::line(&print::plain(&format!(
                    "      {}: {}",
                    fact.name, fact.value
                )));
            }
            for row in &line.rows {
                let cells: Vec<String> = line
                    .columns
                    .iter()
                    .zip(row)
                    .filter(|(_, cell)| !cell.is_empty())
                    .map(|(column, cell)| format!("{column}: {cell}"))
                    .collect();
                print::line(&print::plain(&format!("      - {}", cells.join("; "))));
            }
        }
    }
    for finding in view.findings.iter().filter(|one| one.level != "passed") {
        print::note(&print::plain(&format!(
            "{}: {} [{}]",
            finding.level, finding.message, finding.code
        )));
    }
}

/// Where a filing stands now.
fn state(common: &Common, view: &c::FilingView, what: &str) {
    let blocks = view
        .findings
        .iter()
        .filter(|one| one.level == "blocks")
        .count();
    done(
        common,
        &json!({"filing": view.row.r#ref, "form": view.row.form, "state": view.row.state, "sealable": view.sealable, "blocks": blocks}),
        &format!("{} {what}.", view.row.r#ref),
    );
}

fn read_answers(file: &Path) -> Result<Vec<c::FormAnswer>> {
    let text = std::fs::read_to_string(file).map_err(|_| {
        Error::input(
            "E-FORM-FILE",
            format!("{} cannot be read. Check the path.", file.display()),
        )
    })?;
    serde_json::from_str(&text).map_err(|why| {
        Error::input(
            "E-FORM-FILE",
            format!(
                "{} line {}: this is no list of answers ({why}). `cipdesk-cli filing edit --help` shows one.",
                file.display(),
                why.line()
            ),
        )
    })
}

/// Lays ITEM[.PART]=VALUE over what the item says.
fn lay(view: &c::FilingView, written: &mut Vec<c::FormAnswer>, one: &str) -> Result<()> {
    let wrong = |why: &str| {
        let shown: String = one.chars().take(40).collect();
        Error::input("E-FORM-SET", format!("--set {shown}: {why}"))
    };
    let (place, value) = one
        .split_once('=')
        .ok_or_else(|| wrong("write ITEM=VALUE."))?;
    let (id, part) = place.split_once('.').unwrap_or((place, ""));
    let line = view
        .sections
        .iter()
        .flat_map(|section| &section.lines)
        .find(|line| line.id == id)
        .ok_or_else(|| wrong("the form has no such item. `cipdesk-cli filing show` lists them."))?;
    if line.many {
        return Err(wrong(
            "this item is a table. Write it with --answers FILE.json.",
        ));
    }
    let part = match (part, line.parts.as_slice()) {
        ("", [only]) => only,
        (part, parts) => parts.iter().find(|one| one.key == part).ok_or_else(|| {
            let known: Vec<&str> = parts.iter().map(|one| one.key.as_str()).collect();
            wrong(&format!("name one of its parts: {}.", known.join(", ")))
        })?,
    };
    let place = match written.iter().position(|answer| answer.item == id) {
        Some(place) => place,
        None => {
            let cells = line.values.first().map(|row| {
                let keys = line.parts.iter().map(|part| part.key.clone());
                keys.zip(row.cells.iter().cloned()).collect()
            });
            written.push(c::FormAnswer {
                item: id.to_owned(),
                rows: vec![c::FormAnswerRow {
                    key: String::new(),
                    cells: cells.unwrap_or_default(),
                }],
                unknown: None,
            });
            written.len() - 1
        }
    };
    if let Some(row) = written
        .get_mut(place)
        .and_then(|answer| answer.rows.first_mut())
    {
        row.cells.insert(part.key.clone(), value.to_owned());
    }
    Ok(())
}
