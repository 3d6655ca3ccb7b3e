//! `cipdesk-cli task`, `comment` and `handling`: the house's own work about a record. Judges nothing itself.

use crate::{
    args::Common,
    print,
    run::{done, reading, writing},
};
use clap::{Args, Subcommand, ValueEnum};
use contract as c;
use desk::{OpenVault, Result};
use serde_json::json;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum TaskCommand {
    /// List tasks by day: the open ones, of everybody.
    #[command(
        after_help = "Example:\n  cipdesk-cli task list Acme.cipdesk --member me\n  cipdesk-cli task list Acme.cipdesk --about C-000012 --done --json"
    )]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// Of one member, by label; `me` is who unlocks, `nobody` those that are not assigned.
        #[arg(long, value_name = "LABEL|me|nobody")]
        member: Option<String>,
        /// About one customer or case.
        #[arg(long, value_name = "REF")]
        about: Option<String>,
        /// Also those that are done.
        #[arg(long)]
        done: bool,
    },
    /// Show a task.
    #[command(after_help = "Example:\n  cipdesk-cli task show Acme.cipdesk C-000012/T-1")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The record and the task.
        task: String,
    },
    /// Write a task down.
    #[command(
        after_help = "Example:\n  cipdesk-cli task open Acme.cipdesk REQ-2026-0001 --title \"Ring the reseller\" --member me --due 2026-11-27"
    )]
    Open {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer or the case.
        about: String,
        /// What is to be done.
        #[arg(long, value_name = "TEXT")]
        title: String,
        /// What helps to do it.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// Who does it.
        #[arg(long, value_name = "LABEL|me")]
        member: Option<String>,
        /// By when the house wants it done; no deadline of a rule.
        #[arg(long, value_name = "DATE")]
        due: Option<String>,
    },
    /// Take a step of a task: done, reopened, assigned to a member, due by another day.
    #[command(
        after_help = "Example:\n  cipdesk-cli task advance Acme.cipdesk C-000012/T-1 done --note \"They rang back\"\n  cipdesk-cli task advance Acme.cipdesk C-000012/T-1 assigned --to staff-2"
    )]
    Advance {
        /// The vault's folder.
        vault: PathBuf,
        /// The record and the task.
        task: String,
        /// What becomes of it.
        step: Step,
        /// The member's label, or the day; without it: nobody, by no day, today.
        #[arg(long, value_name = "LABEL|DATE")]
        to: Option<String>,
        /// What came of it.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// One member's work: tasks, deadlines, and the cases and customers they see to.
    #[command(after_help = "Example:\n  cipdesk-cli task mine Acme.cipdesk --json")]
    Mine {
        /// The vault's folder.
        vault: PathBuf,
        /// Of another member.
        #[arg(long, value_name = "LABEL")]
        member: Option<String>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Step {
    Done,
    Reopened,
    Assigned,
    Due,
}

#[derive(Subcommand)]
pub(crate) enum CommentCommand {
    /// List what was said about a customer, a case or a filing.
    #[command(after_help = "Example:\n  cipdesk-cli comment list Acme.cipdesk C-000012")]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// The record.
        about: String,
    },
    /// Say something about a customer, a case or a filing. It stays; only its author may write another in its place.
    #[command(
        after_help = "Example:\n  cipdesk-cli comment add Acme.cipdesk C-000012 \"The registry confirms the new address\"\n  cipdesk-cli comment add Acme.cipdesk C-000012 \"... of 3 May, not June\" --corrects N-1"
    )]
    Add {
        /// The vault's folder.
        vault: PathBuf,
        /// The record.
        about: String,
        /// What is said.
        text: String,
        /// The comment in whose place it stands.
        #[arg(long, value_name = "N-1")]
        corrects: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum HandlingCommand {
    /// Show who sees to a record, by when, under which tags.
    #[command(after_help = "Example:\n  cipdesk-cli handling show Acme.cipdesk C-000012")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer or the case.
        about: String,
    },
    /// Say who sees to customers or cases, by when, under which tag: all of them in one act, or none.
    #[command(
        after_help = "Example:\n  cipdesk-cli handling set Acme.cipdesk C-000012 C-000015 --assign staff-2 --dry-run\n  cipdesk-cli handling set Acme.cipdesk REQ-2026-0001 --due none"
    )]
    Set(SetArgs),
}

#[derive(Args)]
pub(crate) struct SetArgs {
    /// The vault's folder.
    vault: PathBuf,
    /// Customers and cases.
    #[arg(required = true)]
    refs: Vec<String>,
    #[command(flatten)]
    what: What,
    /// Only show what would change.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct What {
    /// Who they are assigned to; `none` takes it away.
    #[arg(long, value_name = "LABEL|me|none")]
    assign: Option<String>,
    /// By when the house wants them settled; `none` takes it away.
    #[arg(long, value_name = "DATE|none")]
    due: Option<String>,
    /// A tag that they have from now on.
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// A tag that they have no longer.
    #[arg(long, value_name = "TAG")]
    untag: Option<String>,
}

impl What {
    fn asked(self) -> (c::HandleWhat, Option<String>) {
        let given = |value: String| Some(value).filter(|value| value != "none");
        match (self.assign, self.due, self.tag, self.untag) {
            (Some(label), ..) => (c::HandleWhat::Assign, given(label)),
            (_, Some(day), ..) => (c::HandleWhat::Due, given(day)),
            (_, _, Some(tag), _) => (c::HandleWhat::Tag, Some(tag)),
            (_, _, _, untag) => (c::HandleWhat::Untag, untag),
        }
    }
}

fn table(rows: &[c::TaskRow]) {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.r#ref.clone(),
                row.due.clone().unwrap_or_default(),
                row.standing.clone(),
                row.title.clone(),
                row.about_name.clone(),
                row.assignee_name.clone().unwrap_or_default(),
            ]
        })
        .collect();
    print::table(
        &["TASK", "DUE", "STANDING", "WHAT", "ABOUT", "DONE BY"],
        &rows,
    );
}

fn one(work: &c::RecordWork, task: &str) -> Option<c::TaskRow> {
    work.tasks.iter().find(|row| row.r#ref == task).cloned()
}

fn said(common: &Common, row: Option<c::TaskRow>) {
    let Some(row) = row else { return };
    let who = row.assignee_name.as_deref().unwrap_or("unassigned");
    let sentence = format!("{}: {} ({}, {who}).", row.r#ref, row.title, row.standing);
    done(common, &json!(row), &sentence);
}

pub(crate) fn task(common: &Common, command: TaskCommand) -> Result<u8> {
    match command {
        TaskCommand::List {
            vault,
            member,
            about,
            done,
        } => {
            let req = c::TaskListReq {
                member,
                about,
                done,
            };
            let rows = reading(common, &vault)?.task_list(&req)?;
            if common.json {
                print::json(&rows);
            } else {
                table(&rows);
            }
        }
        TaskCommand::Show { vault, task } => {
            let about = task
                .rsplit_once('/')
                .map_or(task.as_str(), |(about, _)| about);
            let vault = reading(common, &vault)?;
            let work = vault.record_work(about)?;
            let row = one(&work, &task).ok_or_else(|| {
                desk::Error::input(
                    "E-TASK-REF",
                    format!("{about} has no task {task}. `task list --about {about} --done` lists those it has."),
                )
            })?;
            said(common, Some(row));
        }
        TaskCommand::Open {
            vault,
            about,
            title,
            note,
            member,
            due,
        } => {
            let req = c::TaskSaveReq {
                about,
                id: None,
                title,
                note,
                assignee: member,
                due,
            };
            let work = writing(common, &vault, |vault| vault.task_save(&req))?;
            // Ids count up, so the newest has the highest number.
            let number = |row: &c::TaskRow| {
                row.r#ref
                    .rsplit("T-")
                    .next()
                    .and_then(|number| number.parse::<u32>().ok())
            };
            said(common, work.tasks.into_iter().max_by_key(number));
        }
        TaskCommand::Advance {
            vault,
            task,
            step,
            to,
            note,
        } => {
            let req = c::TaskAdvanceReq {
                task: task.clone(),
                step: match step {
                    Step::Done => c::TaskStep::Done,
                    Step::Reopened => c::TaskStep::Reopened,
                    Step::Assigned => c::TaskStep::Assigned,
                    Step::Due => c::TaskStep::Due,
                },
                to,
                note,
            };
            let work = writing(common, &vault, |vault| vault.task_advance(&req))?;
            said(common, one(&work, &task));
        }
        TaskCommand::Mine { vault, member } => {
            let work = reading(common, &vault)?.my_work(&c::MyWorkReq { member })?;
            if common.json {
                print::json(&work);
            } else {
                mine(&work);
            }
        }
    }
    Ok(0)
}

fn mine(work: &c::MyWork) {
    print::line(&print::plain(&format!("Tasks of {}", work.name)));
    table(&work.tasks);
    print::line("Deadlines");
    let clocks: Vec<Vec<String>> = work
        .clocks
        .iter()
        .map(|row| {
            vec![
                row.r#ref.clone(),
                row.due.clone(),
                row.standing.clone(),
                row.kind.clone(),
                row.subject.clone(),
            ]
        })
        .collect();
    print::table(&["REF", "DUE", "STANDING", "CLOCK", "SUBJECT"], &clocks);
    print::line("Cases and customers");
    let records: Vec<Vec<String>> = work
        .records
        .iter()
        .map(|row| {
            vec![
                row.r#ref.clone(),
                row.handling.due.clone().unwrap_or_default(),
                row.standing.clone(),
                row.name.clone(),
                row.handling.tags.join(", "),
            ]
        })
        .collect();
    print::table(&["REF", "DUE", "STANDING", "NAME", "TAGS"], &records);
}

pub(crate) fn comment(common: &Common, command: CommentCommand) -> Result<u8> {
    match command {
        CommentCommand::List { vault, about } => {
            let work = reading(common, &vault)?.record_work(&about)?;
            if common.json {
                print::json(&work.comments);
            } else {
                for one in &work.comments {
                    let place = match (&one.corrects, &one.corrected_by) {
                        (_, Some(later)) => format!(" ({later} stands in its place)"),
                        (Some(first), None) => format!(" (replacing {first})"),
                        (None, None) => String::new(),
                    };
                    print::line(&print::plain(&format!(
                        "{} {} {}{place}: {}",
                        one.id, one.at, one.by, one.text
                    )));
                }
            }
        }
        CommentCommand::Add {
            vault,
            about,
            text,
            corrects,
        } => {
            let req = c::CommentAddReq {
                about,
                text,
                corrects,
            };
            let work = writing(common, &vault, |vault| vault.comment_add(&req))?;
            if let Some(last) = work.comments.last() {
                let sentence = format!("{} stands beside {}.", last.id, work.about);
                done(
                    common,
                    &json!({"about": work.about, "comment": last.id}),
                    &sentence,
                );
            }
        }
    }
    Ok(0)
}

fn handled(view: &c::HandlingView) -> String {
    let tags: String = view.tags.iter().map(|tag| format!(" #{tag}")).collect();
    format!(
        "{}, {}{tags}",
        view.assignee_name.as_deref().unwrap_or("unassigned"),
        view.due
            .as_ref()
            .map_or_else(|| "by no day".to_owned(), |due| format!("by {due}")),
    )
}

pub(crate) fn handling(common: &Common, command: HandlingCommand) -> Result<u8> {
    match command {
        HandlingCommand::Show { vault, about } => {
            let work = reading(common, &vault)?.record_work(&about)?;
            let sentence = format!("{} {}: {}.", work.about, work.name, handled(&work.handling));
            done(common, &json!(work.handling), &sentence);
        }
        HandlingCommand::Set(args) => {
            let (what, value) = args.what.asked();
            let req = c::HandlingPreviewReq {
                refs: args.refs,
                what,
                value,
            };
            let changes = if args.dry_run {
                reading(common, &args.vault)?.handling_preview(&req)?
            } else {
                writing(common, &args.vault, |vault: &OpenVault| {
                    let changes = vault.handling_preview(&req)?;
                    vault.handling_save(&c::HandlingSaveReq {
                        changes: changes.clone(),
                    })?;
                    Ok(changes)
                })?
            };
            if common.json {
                print::json(&changes);
            } else {
                for change in &changes {
                    print::line(&print::plain(&format!(
                        "{} {}: {} -> {}",
                        change.r#ref,
                        change.name,
                        handled(&change.before),
                        handled(&change.after)
                    )));
                }
                let would = if args.dry_run { "would be " } else { "" };
                print::note(&format!("{} {would}changed.", changes.len()));
            }
        }
    }
    Ok(0)
}
