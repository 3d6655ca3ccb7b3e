//! Tasks, comments and how a record is handled, in words.

use super::entries::{Told, line, new};
use domain::{
    handling::{Comment, Handling, Task},
    query::SavedView,
};

pub(super) fn task(before: Option<&Task>, task: &Task) -> Told {
    let what = match (before, &task.done) {
        (None, _) => "Task added",
        (Some(was), Some(_)) if was.is_open() => "Task done",
        (Some(was), None) if !was.is_open() => "Task open again",
        (Some(_), _) => "Task changed",
    };
    let day = |task: &Task| task.due.map(|due| due.to_string());
    let title = |task: &Task| Some(task.title.clone());
    (
        "edits",
        format!("{what}: {}", task.title),
        vec![
            line(
                "What",
                before.map_or_else(|| title(task), title),
                title(task),
            ),
            line(
                "Note",
                before.and_then(|was| was.note.clone()),
                task.note.clone(),
            ),
            line(
                "To be done by",
                before.and_then(|was| was.assignee.clone()),
                task.assignee.clone(),
            ),
            line("Due", before.and_then(day), day(task)),
            line(
                "Outcome",
                None,
                task.done.as_ref().and_then(|done| done.note.clone()),
            ),
        ],
    )
}

pub(super) fn comment(comment: &Comment) -> Told {
    let what = match &comment.corrects {
        Some(id) => format!("Comment replacing {id}"),
        None => "Comment".to_owned(),
    };
    ("edits", what, vec![new(&comment.id, &comment.text)])
}

pub(super) fn handling(before: &Handling, after: &Handling) -> Told {
    let day = |handling: &Handling| handling.due.map(|due| due.to_string());
    let tags = |handling: &Handling| Some(handling.tags.join(", "));
    (
        "edits",
        "Assignment or tags changed".to_owned(),
        vec![
            line(
                "Assigned to",
                before.assignee.clone(),
                after.assignee.clone(),
            ),
            line("Due", day(before), day(after)),
            line("Tags", tags(before), tags(after)),
        ],
    )
}

pub(super) fn view(before: Option<&SavedView>, view: Option<&SavedView>) -> Told {
    let name = view.or(before).map_or("", |view| view.name.as_str());
    let query = |view: &SavedView| view.query.clone();
    (
        "edits",
        match view {
            Some(_) => format!("View saved: {name}"),
            None => format!("View deleted: {name}"),
        },
        vec![line("Query", before.map(query), view.map(query))],
    )
}
