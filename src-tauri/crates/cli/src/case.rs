//! `cipdesk-cli case`: cases of every kind on the terminal. Judges nothing itself; what a step asks is said by the desk.

use crate::{
    args::Common,
    letters::made_of,
    print,
    run::{done, opened_case, reading, writing, wrote},
};
use clap::{Args, Subcommand};
use contract as c;
use desk::{Error, Result, Source};
use serde_json::json;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum CaseCommand {
    /// List the kinds of case, their states, and what each asks when it is opened.
    #[command(after_help = "Example:\n  cipdesk-cli case kinds Acme.cipdesk")]
    Kinds {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// List cases: open ones first, by due date.
    #[command(after_help = "Example:\n  cipdesk-cli case list Acme.cipdesk --kind failure --open")]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// Words: `is:overdue kind:cip-copy reseller:"Acme" country:CN,IR`. What is not understood is named with the words there are.
        #[arg(long, value_name = "QUERY")]
        query: Option<String>,
        /// Only this kind: request, follow_up, assessment, failure, incident, ...
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// Only those in which something is owed.
        #[arg(long)]
        open: bool,
    },
    /// Show a case: where it stands, what comes next and what keeps it from that, its parts, what was written down.
    #[command(after_help = "Example:\n  cipdesk-cli case show Acme.cipdesk EVD-2026-0001")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
    },
    /// Open a case of any kind: its clocks start.
    #[command(
        after_help = "Example:\n  cipdesk-cli case open Acme.cipdesk --kind incident --received 2026-11-24T09:30:00Z --text \"Scanning from 203.0.113.7\" --customer C-000012 --set indicator=203.0.113.7 --set first_seen=2026-11-23 --set source=\"Abuse desk\""
    )]
    Open {
        /// The vault's folder.
        vault: PathBuf,
        /// The kind; `case kinds` lists them.
        #[arg(long, value_name = "KIND")]
        kind: String,
        /// The state it begins in, where there are several ways in.
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        /// When it was received or first known: a day or an instant.
        #[arg(long, value_name = "INSTANT-OR-DATE")]
        received: String,
        /// What it is about in a sentence, or the reference on the letter.
        #[arg(long, value_name = "TEXT")]
        text: String,
        /// A reseller it is about; may be given several times.
        #[arg(long, num_args = 1..)]
        reseller: Vec<String>,
        /// A customer it is about; may be given several times.
        #[arg(long, num_args = 1..)]
        customer: Vec<String>,
        /// A document that came with it; may be given several times.
        #[arg(long, value_name = "FILE", num_args = 1..)]
        file: Vec<PathBuf>,
        /// An answer to a question of the kind; may be given several times, and for a list once for each value.
        #[arg(long = "set", value_name = "QUESTION=VALUE", num_args = 1..)]
        answers: Vec<String>,
    },
    /// Take a step of a case, or record an event: its clocks follow from it.
    #[command(
        after_help = "Example:\n  cipdesk-cli case advance Acme.cipdesk EVD-2026-0001 --to assessing --note \"Plan of 24 November; three red flags\""
    )]
    Advance {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
        #[command(flatten)]
        step: StepArgs,
        /// Why the case ends over tasks that are not done.
        #[arg(long, value_name = "REASON")]
        leave_open: Option<String>,
    },
    /// Add a part to a case: an account to contain, a report, a CIP that is asked for.
    #[command(
        after_help = "Example:\n  cipdesk-cli case add Acme.cipdesk EVD-2026-0001 --kind account --set account=acc-100231 --set tier=downstream"
    )]
    Add {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
        /// The kind of part; `case show` lists them.
        #[arg(long, value_name = "KIND")]
        kind: String,
        /// An answer to a question of the part; may be given several times.
        #[arg(long = "set", value_name = "QUESTION=VALUE", num_args = 1..)]
        answers: Vec<String>,
    },
    /// Take a step of a part of a case.
    #[command(
        after_help = "Example:\n  cipdesk-cli case part Acme.cipdesk EVD-2026-0001 I-1 --to closed --at 2026-11-24T18:00:00Z --set order=CL-88\n  cipdesk-cli letter memo Acme.cipdesk part-decision --about EVD-2026-0001 --part I-2 --set looked_at=\"Its logs\" --set because=\"Nobody of the reseller uses it\" > note.txt\n  cipdesk-cli case part Acme.cipdesk EVD-2026-0001 I-2 --to kept --note \"$(cat note.txt)\" --memo part-decision"
    )]
    Part {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
        /// The part, such as I-1.
        part: String,
        #[command(flatten)]
        step: StepArgs,
    },
    /// Save the run-book of a case as PDF: where it stands, what is left, what was done.
    #[command(
        after_help = "Example:\n  cipdesk-cli case print Acme.cipdesk EVD-2026-0001 --to run-book.pdf"
    )]
    Print {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Save the transmittal of a report to an authority as PDF: what leaves, and which provision allows it.
    #[command(
        after_help = "Example:\n  cipdesk-cli case transmittal Acme.cipdesk INC-2026-0001 I-1 --to transmittal.pdf"
    )]
    Transmittal {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
        /// The part that is the report.
        part: String,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Change what is known of a case beyond its steps.
    #[command(
        after_help = "Example:\n  cipdesk-cli case change Acme.cipdesk INC-2026-0001 --set accounts=acc-100231 --customer C-000012"
    )]
    Change {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
        /// A field; an empty value takes it away. May be given several times.
        #[arg(long = "set", value_name = "FIELD=VALUE", num_args = 1..)]
        fields: Vec<String>,
        /// The customers it is about, all of them.
        #[arg(long, num_args = 1..)]
        customer: Vec<String>,
        /// The resellers it is about, all of them.
        #[arg(long, num_args = 1..)]
        reseller: Vec<String>,
    },
}

/// A step of a case or of a part of one.
#[derive(Args)]
pub(crate) struct StepArgs {
    /// The state it leads to, or the event's name; `case show` lists them.
    #[arg(long, value_name = "STEP")]
    to: String,
    /// What the step asks for in words.
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
    /// The text that the note was made of: see `letter memo`.
    #[arg(long, value_name = "TEXT")]
    memo: Option<String>,
    /// When it happened: a day or an instant; today unless given.
    #[arg(long, value_name = "INSTANT-OR-DATE")]
    at: Option<String>,
    /// An answer to a question of the step; may be given several times, and for a list once for each value.
    #[arg(long = "set", value_name = "QUESTION=VALUE", num_args = 1..)]
    answers: Vec<String>,
    /// Why one person both proposed and approved, where nobody else can.
    #[arg(long = "override", id = "override_reason", value_name = "REASON")]
    override_reason: Option<String>,
}

impl StepArgs {
    /// Who approves, and their passphrase; nobody where the step is taken without.
    fn approver(&self, common: &Common) -> Result<(Option<String>, Option<String>)> {
        if self.override_reason.is_none() && common.approver.is_none() {
            return Ok((None, None));
        }
        let (approver, passphrase) = crate::member::approver(common)?;
        Ok((approver, Some(passphrase)))
    }
}

/// `QUESTION=VALUE`, collected by question.
fn answers(given: &[String]) -> Result<Vec<c::CaseAnswer>> {
    let mut answers: Vec<c::CaseAnswer> = Vec::new();
    for text in given {
        let (id, value) = text.split_once('=').ok_or_else(|| {
            Error::input(
                "E-ANSWER-FORM",
                format!(
                    "\"{}\" is no answer. Write QUESTION=VALUE.",
                    text.chars().take(60).collect::<String>()
                ),
            )
        })?;
        match answers.iter_mut().find(|answer| answer.id == id) {
            Some(answer) => answer.values.push(value.to_owned()),
            None => answers.push(c::CaseAnswer {
                id: id.to_owned(),
                values: vec![value.to_owned()],
            }),
        }
    }
    Ok(answers)
}

fn moved(common: &Common, view: &c::CaseView) {
    done(
        common,
        &json!({"case": view.row.r#ref, "state": view.row.state}),
        &format!("{} is now: {}.", view.row.r#ref, view.row.state_label),
    );
}

pub(crate) fn run(common: &Common, command: CaseCommand) -> Result<u8> {
    match command {
        CaseCommand::Kinds { vault } => {
            let kinds = reading(common, &vault)?.case_kinds()?;
            if common.json {
                print::json(&kinds);
                return Ok(0);
            }
            for kind in &kinds {
                print::line(&format!("{}  {}", kind.kind, kind.label));
                for opening in &kind.openings {
                    print::line(&format!("  begins in {}", opening.to));
                    questions(&opening.asks, "    ");
                }
                let states: Vec<&str> = kind.states.iter().map(|one| one.value.as_str()).collect();
                print::line(&format!("  states: {}", states.join(", ")));
            }
        }
        CaseCommand::List {
            vault,
            query,
            kind,
            open,
        } => {
            let list = reading(common, &vault)?.cases_like(query.as_deref().unwrap_or_default())?;
            let rows: Vec<c::CaseRow> = list
                .rows
                .into_iter()
                .filter(|row| kind.as_ref().is_none_or(|kind| *kind == row.kind))
                .filter(|row| !open || !row.done)
                .collect();
            if common.json {
                print::json(&rows);
                return Ok(0);
            }
            let cells: Vec<Vec<String>> = rows
                .iter()
                .map(|row| {
                    let due = row.clock.as_ref();
                    vec![
                        row.r#ref.clone(),
                        row.kind_label.clone(),
                        row.title.clone(),
                        row.state_label.clone(),
                        row.received_on.clone(),
                        due.map(|clock| clock.due.clone()).unwrap_or_default(),
                        due.map(|clock| clock.standing.clone()).unwrap_or_default(),
                    ]
                })
                .collect();
            print::table(
                &[
                    "case", "kind", "about", "state", "received", "due", "standing",
                ],
                &cells,
            );
        }
        CaseCommand::Show { vault, case } => {
            let view = reading(common, &vault)?.case_show(&case)?;
            if common.json {
                print::json(&view);
            } else {
                show(&view);
            }
        }
        CaseCommand::Open {
            vault,
            kind,
            state,
            received,
            text,
            reseller,
            customer,
            file,
            answers: given,
        } => {
            let req = c::CaseOpenReq {
                kind,
                state,
                received,
                text,
                how: None,
                resellers: reseller,
                subjects: customer,
                answers: answers(&given)?,
                handle: None,
            };
            let files = file.into_iter().map(Source::File).collect();
            opened_case(common, &vault, |vault| vault.case_open(&req, files))?;
        }
        CaseCommand::Advance {
            vault,
            case,
            step,
            leave_open,
        } => {
            let (approver, passphrase) = step.approver(common)?;
            let mut req = c::CaseAdvanceReq {
                r#ref: case,
                passphrase,
                answers: answers(&step.answers)?,
                to: step.to,
                note: step.note,
                at: step.at,
                approver,
                override_reason: step.override_reason,
                leave_open,
                made_of: None,
            };
            let (doubt, view) = writing(common, &vault, |vault| {
                req.made_of = made_of(vault, step.memo.as_deref())?;
                let doubt = vault.case_doubt(&c::CaseDoubtReq {
                    r#ref: req.r#ref.clone(),
                    to: req.to.clone(),
                    at: req.at.clone(),
                })?;
                Ok((doubt, vault.case_advance(&req)?))
            })?;
            if let Some(doubt) = doubt {
                print::note(&format!("{} [{}]", doubt.question, doubt.code));
            }
            moved(common, &view);
        }
        CaseCommand::Add {
            vault,
            case,
            kind,
            answers: given,
        } => {
            let req = c::CaseItemAddReq {
                r#ref: case,
                kind,
                answers: answers(&given)?,
            };
            let view = writing(common, &vault, |vault| vault.case_item_add(&req))?;
            let added = view
                .parts
                .iter()
                .filter(|group| group.kind == req.kind)
                .flat_map(|group| &group.rows)
                .next_back();
            let (id, label) = added.map_or(("", ""), |row| (row.id.as_str(), row.label.as_str()));
            done(
                common,
                &json!({"case": view.row.r#ref, "part": id}),
                &format!("Added {id} to {}: {label}.", view.row.r#ref),
            );
        }
        CaseCommand::Part {
            vault,
            case,
            part,
            step,
        } => {
            let (approver, passphrase) = step.approver(common)?;
            let mut req = c::CaseItemAdvanceReq {
                r#ref: case,
                passphrase,
                answers: answers(&step.answers)?,
                item: part,
                to: step.to,
                note: step.note,
                at: step.at,
                approver,
                override_reason: step.override_reason,
                made_of: None,
            };
            let view = writing(common, &vault, |vault| {
                req.made_of = made_of(vault, step.memo.as_deref())?;
                vault.case_item_advance(&req)
            })?;
            let row = view
                .parts
                .iter()
                .flat_map(|group| &group.rows)
                .find(|row| row.id == req.item);
            let state = row.map_or("", |row| row.state.as_str());
            let label = row.map_or("", |row| row.state_label.as_str());
            done(
                common,
                &json!({"case": view.row.r#ref, "part": req.item, "state": state}),
                &format!("{} of {} is now: {label}.", req.item, view.row.r#ref),
            );
        }
        CaseCommand::Print { vault, case, to } => {
            let vault = reading(common, &vault)?;
            let pdf = vault.case_page(&case)?;
            wrote(common, &to, &vault.print_to(&to, &pdf)?);
        }
        CaseCommand::Transmittal {
            vault,
            case,
            part,
            to,
        } => {
            let vault = reading(common, &vault)?;
            let pdf = vault.transmittal_page(&c::CasePartReq {
                r#ref: case,
                item: part,
            })?;
            wrote(common, &to, &vault.print_to(&to, &pdf)?);
        }
        CaseCommand::Change {
            vault,
            case,
            fields,
            customer,
            reseller,
        } => {
            let req = c::CaseChangeReq {
                r#ref: case,
                fields: answers(&fields)?,
                subjects: (!customer.is_empty()).then_some(customer),
                resellers: (!reseller.is_empty()).then_some(reseller),
            };
            moved(
                common,
                &writing(common, &vault, |vault| vault.case_change(&req))?,
            );
        }
    }
    Ok(0)
}

fn questions(asks: &[c::QuestionView], indent: &str) {
    for question in asks {
        let open = if question.required {
            ""
        } else {
            ", may be left open"
        };
        let choices: Vec<&str> = question
            .choices
            .iter()
            .map(|one| one.value.as_str())
            .collect();
        let choices = if choices.is_empty() {
            String::new()
        } else {
            format!(": {}", choices.join(", "))
        };
        print::line(&format!(
            "{indent}{} ({}{open}): {}{choices}",
            question.id,
            question.ask,
            print::plain(&question.label)
        ));
    }
}

fn steps(moves: &[c::CaseMove], indent: &str) {
    for step in moves {
        let two = if step.approval { ", two people" } else { "" };
        print::line(&format!(
            "{indent}{}  {} ({}{two})",
            step.to, step.label, step.role_label
        ));
        for why in &step.blocked_by {
            print::line(&format!("{indent}  not yet: {}", print::plain(why)));
        }
        if !step.words.is_empty() {
            print::line(&format!("{indent}  --note {}", step.words));
        }
        questions(&step.asks, &format!("{indent}  --set "));
    }
}

/// What was answered to a question, on a line.
fn answered(answer: &c::AnswerView, indent: &str) {
    let papers = answer.documents.iter().map(|paper| &paper.label);
    let said: Vec<&str> = answer
        .values
        .iter()
        .chain(papers)
        .map(String::as_str)
        .collect();
    print::line(&print::plain(&format!(
        "{indent}{}: {}",
        answer.label,
        said.join("; ")
    )));
}

fn show(view: &c::CaseView) {
    print::line(&format!(
        "{}  {}: {}",
        view.row.r#ref,
        view.row.kind_label,
        print::plain(&view.row.title)
    ));
    print::line(&format!("State: {}", view.row.state_label));
    print::line(&format!("Received: {}", view.row.received_on));
    print::line(&format!("Text: {}", print::plain(&view.text)));
    for clock in &view.clocks {
        print::line(&format!(
            "Clock {}: {} due {} ({})",
            clock.row.r#ref, clock.row.kind, clock.row.due, clock.row.standing
        ));
    }
    for group in &view.parts {
        print::line(&format!(
            "{} ({} of {} done)",
            group.titles,
            group.done,
            group.rows.len()
        ));
        for row in &group.rows {
            print::line(&format!(
                "  {}  {}: {}",
                row.id,
                print::plain(&row.label),
                row.state_label
            ));
            for answer in &row.answers {
                answered(answer, "    ");
            }
            steps(&row.moves, "    ");
        }
        if let Some(add) = &group.add {
            print::line(&format!("  can be added: --kind {}", group.kind));
            questions(add, "    --set ");
        }
    }
    for open in &view.open {
        print::line(&format!(
            "{}: {} ({})",
            open.kind_label,
            print::plain(&open.what),
            open.at
        ));
    }
    for related in &view.related {
        print::line(&format!(
            "Related: {} ({})",
            related.r#ref, related.state_label
        ));
    }
    for proposal in &view.proposals {
        print::line(&print::plain(&proposal.text));
    }
    if !view.taken.is_empty() {
        print::line("Steps that were taken:");
    }
    for taken in &view.taken {
        let by = taken.by.as_deref().map(|by| format!(" ({by})"));
        print::line(&format!(
            "  {}  {}{}",
            taken.at.as_deref().unwrap_or(&taken.on),
            taken.label,
            by.map(|by| print::plain(&by)).unwrap_or_default()
        ));
        if let Some(note) = &taken.note {
            print::line(&format!("    {}", print::plain(note)));
        }
        for answer in &taken.answers {
            answered(answer, "    ");
        }
        if let Some(agreed) = &taken.approved_by {
            print::line(&format!("    Approved by {}", print::plain(agreed)));
        }
        if let Some(left) = &taken.left_open {
            print::line(&format!(
                "    Left open: {}. Because: {}",
                print::plain(&left.items.join("; ")),
                print::plain(&left.reason)
            ));
        }
    }
    if !view.moves.is_empty() {
        print::line("Next:");
        steps(&view.moves, "  ");
    }
}
