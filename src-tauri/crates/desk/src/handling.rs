//! Tasks, comments, and who sees to what. None of it touches a legal clock. What a task may become is `domain::handling`'s.

use crate::{
    error::{Error, Result},
    now::rfc3339,
    open_vault::OpenVault,
};
use chrono::NaiveDate;
use contract as c;
use domain::{
    change::Change,
    clock::{self, Moment},
    handling::{Comment, Handle, Handling, Refused, Task, TaskDone, TaskStep},
};
use std::collections::{BTreeMap, HashMap};
use store::{Read, StoreError};

/// The most records that one act handles.
const MOST: usize = 5_000;

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::input(refused.code, refused.why)
    }
}

/// What a reference names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Customer,
    Case,
    Filing,
}

/// A record that something stands beside.
struct Record {
    reference: String,
    kind: Kind,
    name: String,
}

fn found<T>(result: std::result::Result<T, StoreError>) -> Result<Option<T>> {
    match result {
        Ok(record) => Ok(Some(record)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The record of a reference; a customer also by the provider's own id.
fn record(read: &Read<'_>, reference: &str) -> Result<Record> {
    if let Some(case) = found(read.case(reference))? {
        return Ok(Record {
            name: crate::cases::title(read, &case)?,
            reference: case.reference,
            kind: Kind::Case,
        });
    }
    if let Some(filing) = found(read.filing(reference))? {
        return Ok(Record {
            name: crate::filings::title(&filing.form).to_owned(),
            reference: filing.reference,
            kind: Kind::Filing,
        });
    }
    if let Some(file) = found(read.customer_file(reference))? {
        return Ok(Record {
            name: file.name().to_owned(),
            reference: file.reference,
            kind: Kind::Customer,
        });
    }
    let short: String = reference.chars().take(60).collect();
    Err(Error::input(
        "E-RECORD-NONE",
        format!(
            "\"{short}\" is no customer, case or filing of this vault. Write its reference, like C-000001, REQ-2026-0001 or F4-2026-0001."
        ),
    ))
}

/// A customer or a case: what has steps that somebody does.
fn worked_on(read: &Read<'_>, reference: &str) -> Result<Record> {
    let record = record(read, reference)?;
    if record.kind == Kind::Filing {
        return Err(Error::input(
            "E-RECORD-KIND",
            format!(
                "{reference} is a filing. Tasks, tags and assignments belong to its case or its customer."
            ),
        ));
    }
    Ok(record)
}

/// `C-000001/T-1` as the record and the id within it.
fn split(task: &str) -> Result<(&str, &str)> {
    task.rsplit_once('/')
        .filter(|(_, id)| id.starts_with("T-"))
        .ok_or_else(|| {
            let short: String = task.chars().take(60).collect();
            Error::input(
                "E-TASK-REF",
                format!(
                    "\"{short}\" names no task. Write the record and the task, like C-000001/T-1."
                ),
            )
        })
}

fn day(text: &str) -> Result<NaiveDate> {
    match Moment::parse(text.trim()).map_err(crate::clocks::clock_error)? {
        Moment::Date(date) => Ok(date),
        Moment::Instant(_) => Err(Error::input(
            "E-FIELD-DATE",
            format!("\"{text}\" has a time; write the day alone, like 2026-11-24."),
        )),
    }
}

fn standing(due: Option<NaiveDate>, today: NaiveDate) -> (String, bool) {
    match due {
        None => ("by no day".to_owned(), false),
        Some(due) => (clock::due_in((due - today).num_days()).words(), due < today),
    }
}

/// Names of records, each looked up once.
struct Titles<'a, 'b>(&'a Read<'b>, HashMap<String, String>);

impl<'a, 'b> Titles<'a, 'b> {
    fn of(read: &'a Read<'b>) -> Self {
        Self(read, HashMap::new())
    }

    fn name(&mut self, reference: &str) -> Result<String> {
        if let Some(name) = self.1.get(reference) {
            return Ok(name.clone());
        }
        let name = record(self.0, reference)?.name;
        self.1.insert(reference.to_owned(), name.clone());
        Ok(name)
    }
}

impl OpenVault {
    /// The label of the member at work.
    pub(crate) fn me(&self) -> &str {
        &self.vault().member().label
    }

    /// A member by label; `me` is the one at work.
    fn member(&self, label: &str) -> Result<String> {
        let label = if label == "me" { self.me() } else { label };
        if self.members().iter().any(|member| member.value == label) {
            return Ok(label.to_owned());
        }
        let short: String = label.chars().take(60).collect();
        let known: Vec<String> = self.members().into_iter().map(|one| one.value).collect();
        Err(Error::input(
            "E-MEMBER-NONE",
            format!(
                "There is no member \"{short}\" at work in this vault. It is one of: {}.",
                known.join(", ")
            ),
        ))
    }

    fn someone(&self, label: Option<&str>) -> Result<Option<String>> {
        label
            .filter(|label| !label.is_empty())
            .map(|label| self.member(label))
            .transpose()
    }

    fn task_row(
        &self,
        about: &str,
        about_name: String,
        task: &Task,
        names: &crate::open_vault::Names,
    ) -> c::TaskRow {
        let (standing, overdue) = match &task.done {
            Some(_) => ("done".to_owned(), false),
            None => standing(task.due, self.today()),
        };
        c::TaskRow {
            r#ref: format!("{about}/{}", task.id),
            about: about.to_owned(),
            about_name,
            title: task.title.clone(),
            note: task.note.clone(),
            assignee: task.assignee.clone(),
            assignee_name: task
                .assignee
                .as_deref()
                .map(|label| self.member_name(label)),
            due: task.due.map(|due| due.to_string()),
            standing,
            overdue,
            made_on: task.made_on.to_string(),
            done_on: task.done.as_ref().map(|done| done.on.to_string()),
            done_by: task.done.as_ref().map(|done| names.of(&done.by)),
            done_note: task.done.as_ref().and_then(|done| done.note.clone()),
        }
    }

    fn handling_view(&self, handling: &Handling) -> c::HandlingView {
        c::HandlingView {
            assignee: handling.assignee.clone(),
            assignee_name: handling
                .assignee
                .as_deref()
                .map(|label| self.member_name(label)),
            due: handling.due.map(|due| due.to_string()),
            tags: handling.tags.clone(),
        }
    }

    /// What stands beside a record, for its line in a list.
    pub(crate) fn beside(&self, read: &Read<'_>, reference: &str) -> Result<c::Beside> {
        let beside = read.beside(reference)?;
        Ok(c::Beside {
            comments: beside.comments,
            tasks: beside.tasks,
            assignee: beside
                .handling
                .assignee
                .as_deref()
                .map(|label| self.member_name(label)),
            due: beside.handling.due.map(|due| due.to_string()),
            tags: beside.handling.tags,
        })
    }

    /// Tasks: the open ones by day, those by no day after them, then those that are done.
    ///
    /// # Errors
    /// A member or a record that is not there.
    pub fn task_list(&self, req: &c::TaskListReq) -> Result<Vec<c::TaskRow>> {
        let nobody = req.member.as_deref() == Some("nobody");
        let member = self.someone(req.member.as_deref().filter(|_| !nobody))?;
        self.read(|read| {
            let about = req
                .about
                .as_deref()
                .map(|about| record(read, about))
                .transpose()?;
            let names = self.names(read)?;
            let mut titles = Titles::of(read);
            let mut rows = Vec::new();
            for (of, task) in read.tasks(req.done)? {
                let theirs = if nobody {
                    task.assignee.is_none()
                } else {
                    member.is_none() || task.assignee == member
                };
                let there = about.as_ref().is_none_or(|about| about.reference == of);
                if theirs && there {
                    rows.push(self.task_row(&of, titles.name(&of)?, &task, &names));
                }
            }
            in_order(&mut rows);
            Ok(rows)
        })
    }

    /// Everything that stands beside a record: tasks, comments, how it is handled.
    pub fn record_work(&self, reference: &str) -> Result<c::RecordWork> {
        self.read(|read| {
            let record = record(read, reference)?;
            let names = self.names(read)?;
            let mut tasks: Vec<c::TaskRow> = read
                .tasks_about(&record.reference)?
                .iter()
                .map(|task| self.task_row(&record.reference, record.name.clone(), task, &names))
                .collect();
            in_order(&mut tasks);
            let lines = read.comments_about(&record.reference)?;
            let later: BTreeMap<&str, &str> = lines
                .iter()
                .filter_map(|line| {
                    Some((line.comment.corrects.as_deref()?, line.comment.id.as_str()))
                })
                .collect();
            let comments = lines
                .iter()
                .map(|line| c::CommentRow {
                    id: line.comment.id.clone(),
                    text: line.comment.text.clone(),
                    at: rfc3339(line.at),
                    by: names.of(&line.by),
                    mine: self.is_mine(read, &line.by).unwrap_or(false),
                    corrects: line.comment.corrects.clone(),
                    corrected_by: later
                        .get(line.comment.id.as_str())
                        .map(|id| (*id).to_owned()),
                })
                .collect();
            Ok(c::RecordWork {
                handling: self.handling_view(&read.handling(&record.reference)?),
                about: record.reference,
                name: record.name,
                tasks,
                comments,
                members: self.members(),
                known_tags: read.tags()?.into_iter().map(|(tag, _)| tag).collect(),
            })
        })
    }

    /// Whether a key is, or was, the member's at work.
    fn is_mine(&self, read: &Read<'_>, fingerprint: &str) -> Result<bool> {
        let me = self.me();
        Ok(read
            .staff()?
            .iter()
            .filter(|member| member.label == me)
            .any(|member| member.keys().any(|keys| keys.log_key == fingerprint)))
    }

    /// Writes a task down, or says with other words what it is.
    pub fn task_save(&self, req: &c::TaskSaveReq) -> Result<c::RecordWork> {
        let assignee = self.someone(req.assignee.as_deref())?;
        let due = written(req.due.as_deref()).map(day).transpose()?;
        let today = self.today();
        let about = self.act(|act| {
            let about = worked_on(act.read(), &req.about)?.reference;
            let (before, task) = match &req.id {
                None => {
                    let id = format!("T-{}", act.read().tasks_about(&about)?.len() + 1);
                    let note = req.note.as_deref();
                    (None, Task::new(id, &req.title, note, assignee, due, today)?)
                }
                Some(id) => {
                    let before = act.read().task(&about, id)?;
                    let step = TaskStep::Worded {
                        title: req.title.clone(),
                        note: req.note.clone(),
                    };
                    let task = before.stepped(step)?;
                    (Some(before), task)
                }
            };
            set(act, &about, before, task)?;
            Ok(about)
        })?;
        self.record_work(&about)
    }

    /// Takes a step of a task: done, open again, another member's, wanted by another day.
    pub fn task_advance(&self, req: &c::TaskAdvanceReq) -> Result<c::RecordWork> {
        let (about, id) = split(&req.task)?;
        let to = written(req.to.as_deref());
        let step = match req.step {
            c::TaskStep::Done => TaskStep::Done(TaskDone {
                on: match to {
                    Some(on) => self.happened_on(on)?,
                    None => self.today(),
                },
                by: self.author(),
                note: req.note.clone(),
            }),
            c::TaskStep::Reopened => TaskStep::Reopened,
            c::TaskStep::Assigned => TaskStep::Assigned(self.someone(to)?),
            c::TaskStep::Due => TaskStep::Due(to.map(day).transpose()?),
        };
        let about = self.act(|act| {
            let about = worked_on(act.read(), about)?.reference;
            let before = act.read().task(&about, id)?;
            let task = before.stepped(step)?;
            set(act, &about, Some(before), task)?;
            Ok(about)
        })?;
        self.record_work(&about)
    }

    /// Says something about a record. It stays; who wrote it may write another in its place.
    pub fn comment_add(&self, req: &c::CommentAddReq) -> Result<c::RecordWork> {
        let about = self.act(|act| {
            let about = record(act.read(), &req.about)?.reference;
            let lines = act.read().comments_about(&about)?;
            let there: Vec<Comment> = lines.iter().map(|line| line.comment.clone()).collect();
            if let Some(id) = written(req.corrects.as_deref()) {
                Comment::may_correct(&there, id)?;
                let first = lines.iter().find(|line| line.comment.id == id);
                if let Some(line) = first
                    && !self.is_mine(act.read(), &line.by)?
                {
                    let who = self.names(act.read())?.of(&line.by);
                    return Err(Error::refused(
                        "E-COMMENT-OTHER",
                        format!("{id} was written by {who}, who alone may write another in its place. Write a comment of your own."),
                    ));
                }
            }
            let id = format!("N-{}", there.len() + 1);
            let corrects = written(req.corrects.as_deref()).map(str::to_owned);
            let comment = Comment::new(id, &req.text, corrects)?;
            act.push(
                Change::CommentMade {
                    about: about.clone(),
                    comment,
                },
                None,
                None,
            )?;
            Ok(about)
        })?;
        self.record_work(&about)
    }

    /// What would become of how these records are handled. Changes nothing; what would stay as it is is left out.
    pub fn handling_preview(&self, req: &c::HandlingPreviewReq) -> Result<Vec<c::HandlingChange>> {
        let value = written(req.value.as_deref());
        let handle = match (req.what, value) {
            (c::HandleWhat::Assign, _) => Handle::Assign(self.someone(value)?),
            (c::HandleWhat::Due, _) => Handle::Due(value.map(day).transpose()?),
            (c::HandleWhat::Tag, _) => Handle::Tag(value.unwrap_or_default().to_owned()),
            (c::HandleWhat::Untag, _) => Handle::Untag(value.unwrap_or_default().to_owned()),
        };
        few(req.refs.len())?;
        self.read(|read| {
            let mut changes = Vec::new();
            for reference in &req.refs {
                let record = worked_on(read, reference)?;
                let before = read.handling(&record.reference)?;
                let after = before.after(&handle)?;
                if before != after {
                    changes.push(c::HandlingChange {
                        r#ref: record.reference,
                        name: record.name,
                        before: self.handling_view(&before),
                        after: self.handling_view(&after),
                    });
                }
            }
            Ok(changes)
        })
    }

    /// Handles records as was looked at; all of them, or none where one of them is no longer as it was. Gives what undoes it.
    pub fn handling_save(&self, req: &c::HandlingSaveReq) -> Result<Vec<c::HandlingChange>> {
        few(req.changes.len())?;
        self.act(|act| {
            for change in &req.changes {
                let record = worked_on(act.read(), &change.r#ref)?;
                let before = self.handling(act.read(), &change.before)?;
                let after = self.handling(act.read(), &change.after)?;
                if act.read().handling(&record.reference)? != before {
                    return Err(Error::refused(
                        "E-HANDLING-CHANGED",
                        format!("{} was changed in the meantime, and none of them was touched. Look again at what would change.", record.reference),
                    ));
                }
                let about = record.reference;
                act.push(Change::HandlingSet { about, before, after }, None, None)?;
            }
            Ok(())
        })?;
        Ok(req
            .changes
            .iter()
            .map(|change| c::HandlingChange {
                r#ref: change.r#ref.clone(),
                name: change.name.clone(),
                before: change.after.clone(),
                after: change.before.clone(),
            })
            .collect())
    }

    /// Members who left may stand in what is put back.
    fn handling(&self, read: &Read<'_>, view: &c::HandlingView) -> Result<Handling> {
        let mut handling = Handling {
            assignee: view.assignee.clone(),
            due: view.due.as_deref().map(day).transpose()?,
            tags: Vec::new(),
        };
        if let Some(label) = &view.assignee
            && !read.staff()?.iter().any(|one| one.label == *label)
        {
            self.member(label)?;
        }
        for tag in &view.tags {
            handling = handling.after(&Handle::Tag(tag.clone()))?;
        }
        Ok(handling)
    }

    /// One member's work: tasks, the clocks they see to, the records that are theirs.
    pub fn my_work(&self, req: &c::MyWorkReq) -> Result<c::MyWork> {
        let member = self.member(req.member.as_deref().unwrap_or("me"))?;
        let today = self.today();
        let tasks = self.task_list(&c::TaskListReq {
            member: Some(member.clone()),
            about: None,
            done: false,
        })?;
        self.read(|read| {
            let mut titles = Titles::of(read);
            let handled = read.handled_by(&member)?;
            let theirs = |reference: &str| handled.iter().any(|(about, _)| about == reference);
            let clocks = read
                .clocks(false)?
                .iter()
                .filter(|clock| match clock.assignee.as_deref() {
                    Some(label) => label == member,
                    None => theirs(clock.case.as_deref().unwrap_or(&clock.subject)),
                })
                .map(|clock| self.clock_row(clock, today))
                .collect();
            let mut records = Vec::new();
            for (reference, handling) in &handled {
                records.push(c::HandledRow {
                    name: titles.name(reference)?,
                    r#ref: reference.clone(),
                    standing: standing(handling.due, today).0,
                    handling: self.handling_view(handling),
                });
            }
            records.sort_by_key(|row| {
                let due = row.handling.due.clone();
                (due.is_none(), due, row.r#ref.clone())
            });
            let nobodys = read.tasks(false)?;
            let nobodys = nobodys.iter().filter(|(_, task)| task.assignee.is_none());
            Ok(c::MyWork {
                name: self.member_name(&member),
                member,
                members: self.members(),
                tasks,
                clocks,
                records,
                unassigned: u32::try_from(nobodys.count()).unwrap_or(u32::MAX),
            })
        })
    }

    /// Open tasks as rows among the deadlines of Today: those with a day, until `until`.
    pub(crate) fn task_rows(
        &self,
        read: &Read<'_>,
        today: NaiveDate,
        until: NaiveDate,
    ) -> Result<Vec<c::ClockRow>> {
        let mut titles = Titles::of(read);
        let mut rows = Vec::new();
        for (about, task) in read.tasks(false)? {
            let Some(due) = task.due.filter(|due| *due <= until) else {
                continue;
            };
            let name = titles.name(&about)?;
            rows.push(crate::clocks::today::house_row(
                format!("{about}/{}", task.id),
                task.title,
                (about, name),
                due,
                today,
                task.assignee
                    .as_deref()
                    .map(|label| self.member_name(label)),
            ));
        }
        Ok(rows)
    }
}

fn set(act: &mut store::Act<'_, '_>, about: &str, before: Option<Task>, task: Task) -> Result<()> {
    act.push(
        Change::TaskSet {
            about: about.to_owned(),
            before: before.map(Box::new),
            task: Box::new(task),
        },
        None,
        None,
    )?;
    Ok(())
}

fn written(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn few(count: usize) -> Result<()> {
    if count <= MOST {
        return Ok(());
    }
    Err(Error::new(
        "E-HANDLING-MANY",
        c::Class::Limit,
        format!(
            "{count} records are more than {MOST} at once. Choose fewer, and do the rest after them."
        ),
    ))
}

/// Open ones by day, those by no day after them, then what is done, the last first.
fn in_order(rows: &mut [c::TaskRow]) {
    rows.sort_by(|a, b| {
        let open = |row: &c::TaskRow| (row.done_on.is_some(), row.due.is_none());
        open(a)
            .cmp(&open(b))
            .then_with(|| b.done_on.cmp(&a.done_on))
            .then_with(|| a.due.cmp(&b.due))
            .then_with(|| a.r#ref.cmp(&b.r#ref))
    });
}
