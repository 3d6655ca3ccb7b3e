//! `cipdesk-cli letter` and `register`: letters to customers, memos for the file, and the register of those who could not be verified. Judges nothing itself.

use crate::{
    args::Common,
    print,
    run::{done, reading, writing, wrote},
};
use clap::Subcommand;
use contract as c;
use desk::Result;
use serde_json::json;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum LetterCommand {
    /// List the texts that letters are made of.
    #[command(after_help = "Example:\n  cipdesk-cli letter texts Acme.cipdesk --json")]
    Texts {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// List a customer's letters.
    #[command(after_help = "Example:\n  cipdesk-cli letter list Acme.cipdesk C-000012")]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        customer: String,
    },
    /// Write a letter from a text; what the record does not know is given with --set.
    #[command(
        after_help = "Example:\n  cipdesk-cli letter write Acme.cipdesk C-000012 information-request --set answer_by=2026-12-15\n\nA placeholder that is left is refused with its name."
    )]
    Write {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        customer: String,
        /// The text.
        template: String,
        /// The language.
        #[arg(long, default_value = "en")]
        language: String,
        /// A placeholder's words.
        #[arg(long, value_name = "NAME=WORDS")]
        set: Vec<String>,
    },
    /// Begin a memo from a text: prints it with what the records know filled in.
    #[command(
        after_help = "Example:\n  cipdesk-cli letter memo Acme.cipdesk assessment-memo --about EVD-2026-0001 --set looked_at=\"The last year\" --set weighed=\"...\" --set finding=\"It stands\" > note.txt\n  cipdesk-cli case advance Acme.cipdesk EVD-2026-0001 --to evidence_confirmed --note \"$(cat note.txt)\" --memo assessment-memo"
    )]
    Memo {
        /// The vault's folder.
        vault: PathBuf,
        /// The text.
        template: String,
        /// The language.
        #[arg(long, default_value = "en")]
        language: String,
        /// The customer, the case or the offering that it is about.
        #[arg(long, value_name = "REF")]
        about: Option<String>,
        /// The part of the case, where the text is about one.
        #[arg(long, value_name = "I-n")]
        part: Option<String>,
        /// A placeholder's words.
        #[arg(long, value_name = "NAME=WORDS")]
        set: Vec<String>,
    },
    /// Save a letter as PDF, ready to send by mail.
    #[command(
        after_help = "Example:\n  cipdesk-cli letter print Acme.cipdesk C-000012 L-1 --to letter.pdf"
    )]
    Print {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        customer: String,
        /// The letter.
        letter: String,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Record that a letter went out.
    #[command(
        after_help = "Example:\n  cipdesk-cli letter sent Acme.cipdesk C-000012 L-1 --on 2026-11-24 --channel registered --proof DOCUMENT-ID"
    )]
    Sent {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        customer: String,
        /// The letter.
        letter: String,
        /// The day.
        #[arg(long, value_name = "DATE")]
        on: String,
        /// How.
        #[arg(long, value_parser = ["letter", "registered", "courier", "email", "portal", "in_person"])]
        channel: String,
        /// The document that proves it.
        #[arg(long, value_name = "DOCUMENT-ID")]
        proof: Option<String>,
    },
    /// Record what was answered to a letter, or that the wait for an answer is over.
    #[command(
        after_help = "Example:\n  cipdesk-cli letter answered Acme.cipdesk C-000012 L-1 --on 2026-12-01 --what \"Sent the register extract\" --document DOCUMENT-ID"
    )]
    Answered {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        customer: String,
        /// The letter.
        letter: String,
        /// The day it came.
        #[arg(long, value_name = "DATE")]
        on: String,
        /// What it says, or why nothing is waited for any more.
        #[arg(long, value_name = "TEXT")]
        what: String,
        /// The document that came.
        #[arg(long, value_name = "DOCUMENT-ID")]
        document: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum RegisterCommand {
    /// List who could not be verified, as of a day: since when, why, what is missing, what is done about it.
    #[command(
        after_help = "Example:\n  cipdesk-cli register list Acme.cipdesk --as-of 2026-12-31 --json"
    )]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// The day; today unless given.
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
    },
}

pub(crate) fn register(common: &Common, command: RegisterCommand) -> Result<u8> {
    let RegisterCommand::List { vault, as_of } = command;
    let found = reading(common, &vault)?.register(&c::RegisterReq { as_of })?;
    if common.json {
        print::json(&found);
        return Ok(0);
    }
    let rows: Vec<Vec<String>> = found
        .rows
        .iter()
        .map(|row| {
            vec![
                row.r#ref.clone(),
                row.name.clone(),
                row.since.clone(),
                row.measure_label.clone(),
                row.measure_on.clone(),
                row.reasons.clone(),
            ]
        })
        .collect();
    print::table(
        &["Customer", "Name", "Since", "Measure", "On", "Reasons"],
        &rows,
    );
    print::note(&format!(
        "As of {}: {} open, {} resolved.",
        found.as_of, found.open, found.resolved
    ));
    Ok(0)
}

/// Puts the words of `NAME=WORDS` in the places of their names.
pub(crate) fn set_words(seen: &mut c::LetterPreview, set: &[String]) -> Result<()> {
    for one in set {
        let Some((name, words)) = one.split_once('=') else {
            return Err(desk::Error::input(
                "E-LETTER-SET",
                format!("\"{one}\" sets nothing. Write NAME=WORDS."),
            ));
        };
        let place = format!("{{{name}}}");
        seen.subject = seen.subject.replace(&place, words);
        seen.body = seen.body.replace(&place, words);
    }
    Ok(())
}

/// The text that a memo was made of, in the version that is used now: `scope-memo`, or `scope-memo/fr` in another language.
pub(crate) fn made_of(vault: &desk::OpenVault, memo: Option<&str>) -> Result<Option<c::MadeOfReq>> {
    let Some(memo) = memo else { return Ok(None) };
    let (template, language) = memo.split_once('/').unwrap_or((memo, "en"));
    let texts = vault.template_list()?;
    let found = texts
        .into_iter()
        .find(|text| text.id == template && text.language == language);
    let text = found.ok_or_else(|| {
        desk::Error::input(
            "E-LETTER-TEMPLATE",
            format!("There is no text \"{memo}\". `letter texts` lists them."),
        )
    })?;
    Ok(Some(c::MadeOfReq {
        template: text.id,
        version: text.version,
        language: text.language,
    }))
}

pub(crate) fn run(common: &Common, command: LetterCommand) -> Result<u8> {
    match command {
        LetterCommand::Texts { vault } => {
            let texts = reading(common, &vault)?.template_list()?;
            if common.json {
                print::json(&texts);
            } else {
                let rows: Vec<Vec<String>> = texts
                    .iter()
                    .map(|one| {
                        vec![
                            one.id.clone(),
                            one.language.clone(),
                            one.version.to_string(),
                            one.audience.clone(),
                            one.title.clone(),
                            one.placeholders.join(", "),
                        ]
                    })
                    .collect();
                print::table(
                    &["Text", "Language", "Version", "To", "For", "Placeholders"],
                    &rows,
                );
            }
            Ok(0)
        }
        LetterCommand::List { vault, customer } => {
            let view = reading(common, &vault)?.customer_show(&customer)?;
            if common.json {
                print::json(&view.letters);
            } else {
                let rows: Vec<Vec<String>> = view
                    .letters
                    .iter()
                    .map(|one| {
                        vec![
                            one.id.clone(),
                            one.on.clone(),
                            one.title.clone(),
                            one.sent_on.clone().unwrap_or_else(|| "not sent".to_owned()),
                        ]
                    })
                    .collect();
                print::table(&["Letter", "Written", "What", "Sent"], &rows);
            }
            Ok(0)
        }
        LetterCommand::Write {
            vault,
            customer,
            template,
            language,
            set,
        } => {
            let view = writing(common, &vault, |vault| {
                let mut seen = vault.letter_preview(&c::LetterPreviewReq {
                    customer: customer.clone(),
                    template,
                    language,
                })?;
                set_words(&mut seen, &set)?;
                vault.letter_save(&c::LetterSaveReq {
                    customer,
                    id: None,
                    template: seen.template,
                    language: seen.language,
                    to: seen.to,
                    subject: seen.subject,
                    body: seen.body,
                })
            })?;
            let id = view
                .letters
                .first()
                .map(|one| one.id.clone())
                .unwrap_or_default();
            done(
                common,
                &json!({"customer": view.row.r#ref, "letter": id}),
                &format!(
                    "Wrote {id} to {}. Print it, and record when it went out.",
                    view.row.r#ref
                ),
            );
            Ok(0)
        }
        LetterCommand::Memo {
            vault,
            template,
            language,
            about,
            part,
            set,
        } => {
            let mut seen = reading(common, &vault)?.memo_preview(&c::MemoPreviewReq {
                template,
                language,
                about,
                part,
                typed: Vec::new(),
            })?;
            set_words(&mut seen, &set)?;
            if common.json {
                print::json(&seen);
            } else {
                for line in seen.body.lines() {
                    print::line(&print::plain(line));
                }
            }
            Ok(0)
        }
        LetterCommand::Print {
            vault,
            customer,
            letter,
            to,
        } => {
            let vault = reading(common, &vault)?;
            let pdf = vault.letter_page(&c::LetterReq {
                customer,
                id: letter,
            })?;
            wrote(common, &to, &vault.print_to(&to, &pdf)?);
            Ok(0)
        }
        LetterCommand::Answered {
            vault,
            customer,
            letter,
            on,
            what,
            document,
        } => {
            let req = c::LetterAnsweredReq {
                customer,
                id: letter.clone(),
                on,
                what,
                document,
            };
            let view = writing(common, &vault, |vault| vault.letter_answered(&req))?;
            done(
                common,
                &json!({"customer": view.row.r#ref, "letter": letter}),
                &format!("{letter} of {} is answered.", view.row.r#ref),
            );
            Ok(0)
        }
        LetterCommand::Sent {
            vault,
            customer,
            letter,
            on,
            channel,
            proof,
        } => {
            let req = c::LetterSentReq {
                customer,
                id: letter,
                on,
                channel,
                recipient: None,
                proof,
            };
            let view = writing(common, &vault, |vault| vault.letter_sent(&req))?;
            done(
                common,
                &json!({"customer": view.row.r#ref, "letter": req.id, "sent": req.on}),
                &format!("{} to {} went out on {}.", req.id, view.row.r#ref, req.on),
            );
            Ok(0)
        }
    }
}
