//! Tasks, comments, and who sees to what. It must not know what kind of record a reference names.

use crate::{
    connection::Read,
    error::StoreError,
    project::{json, parse},
};
use domain::{
    handling::{Comment, Handling, Task},
    query::SavedView,
};
use rusqlite::{Connection, OptionalExtension, params};

/// A comment with what the journal knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentLine {
    /// What was said.
    pub comment: Comment,
    /// When it was recorded: milliseconds of UTC.
    pub at: i64,
    /// The author's fingerprint.
    pub by: String,
}

/// How much stands beside a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// Comments that no other stands in the place of.
    pub comments: u32,
    /// Tasks that are open.
    pub tasks: u32,
    /// Who sees to it, by when, under which tags.
    pub handling: Handling,
}

impl Read<'_> {
    /// A task of a record.
    pub fn task(&self, about: &str, id: &str) -> Result<Task, StoreError> {
        let text: Option<String> = self
            .0
            .prepare_cached("SELECT body FROM task WHERE about = ?1 AND id = ?2")?
            .query_row([about, id], |row| row.get(0))
            .optional()?;
        let text = text.ok_or_else(|| StoreError::not_found("task", &format!("{about}/{id}")))?;
        parse("task", &text)
    }

    /// Tasks of a record, in the order they were written down.
    pub fn tasks_about(&self, about: &str) -> Result<Vec<Task>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT body FROM task WHERE about = ?1 ORDER BY length(id), id")?;
        let rows = statement.query_map([about], |row| row.get::<_, String>(0))?;
        rows.map(|row| parse("task", &row?)).collect()
    }

    /// Tasks of every record, each with its record: the open ones, or all.
    pub fn tasks(&self, done_too: bool) -> Result<Vec<(String, Task)>, StoreError> {
        let mut statement = self.0.prepare_cached(if done_too {
            "SELECT about, body FROM task ORDER BY about, length(id), id"
        } else {
            "SELECT about, body FROM task WHERE open = 1 ORDER BY about, length(id), id"
        })?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| {
            let (about, text) = row?;
            Ok((about, parse("task", &text)?))
        })
        .collect()
    }

    /// What was said about a record, oldest first.
    pub fn comments_about(&self, about: &str) -> Result<Vec<CommentLine>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT body, at, by FROM comment WHERE about = ?1 ORDER BY length(id), id",
        )?;
        let rows = statement.query_map([about], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
        })?;
        rows.map(|row| {
            let (text, at, by) = row?;
            Ok(CommentLine {
                comment: parse("comment", &text)?,
                at,
                by,
            })
        })
        .collect()
    }

    /// How a record is handled; as nobody said anything of it where there is nothing.
    pub fn handling(&self, about: &str) -> Result<Handling, StoreError> {
        let text: Option<String> = self
            .0
            .prepare_cached("SELECT body FROM handling WHERE about = ?1")?
            .query_row([about], |row| row.get(0))
            .optional()?;
        text.map_or_else(|| Ok(Handling::default()), |text| parse("handling", &text))
    }

    /// How much stands beside a record.
    pub fn beside(&self, about: &str) -> Result<Beside, StoreError> {
        let (comments, tasks, handling) = self
            .0
            .prepare_cached(
                "SELECT (SELECT count(*) FROM comment c WHERE c.about = ?1 AND NOT EXISTS
                   (SELECT 1 FROM comment later WHERE later.about = ?1 AND later.body ->> '$.corrects' = c.id)),
                 (SELECT count(*) FROM task WHERE about = ?1 AND open = 1),
                 (SELECT body FROM handling WHERE about = ?1)",
            )?
            .query_row([about], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<String>>(2)?))
            })?;
        Ok(Beside {
            comments,
            tasks,
            handling: handling
                .map_or_else(|| Ok(Handling::default()), |text| parse("handling", &text))?,
        })
    }

    /// Records that a member sees to.
    pub fn handled_by(&self, label: &str) -> Result<Vec<(String, Handling)>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT about, body FROM handling WHERE assignee = ?1 ORDER BY about",
        )?;
        let rows = statement.query_map([label], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| {
            let (about, text) = row?;
            Ok((about, parse("handling", &text)?))
        })
        .collect()
    }

    /// The queries that a member keeps, by list and name.
    pub fn saved_views(&self, member: &str) -> Result<Vec<SavedView>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT member, list, name, query FROM saved_view WHERE member = ?1 ORDER BY list, name",
        )?;
        let rows = statement.query_map([member], |row| {
            Ok(SavedView {
                member: row.get(0)?,
                list: row.get(1)?,
                name: row.get(2)?,
                query: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every tag in use, with how many records have it.
    pub fn tags(&self) -> Result<Vec<(String, u32)>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT tag, count(*) FROM tag GROUP BY tag ORDER BY tag")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

pub(crate) fn put_task(sql: &Connection, about: &str, task: &Task) -> Result<(), StoreError> {
    sql.prepare_cached(
        "INSERT INTO task (about, id, open, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (about, id) DO UPDATE SET open = ?3, body = ?4",
    )?
    .execute(params![
        about,
        task.id,
        i64::from(task.is_open()),
        json(task)?
    ])?;
    Ok(())
}

pub(crate) fn put_comment(
    sql: &Connection,
    about: &str,
    comment: &Comment,
    at: i64,
    by: &str,
) -> Result<(), StoreError> {
    sql.prepare_cached(
        "INSERT INTO comment (about, id, at, by, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![about, comment.id, at, by, json(comment)?])?;
    Ok(())
}

pub(crate) fn put_handling(
    sql: &Connection,
    about: &str,
    handling: &Handling,
) -> Result<(), StoreError> {
    sql.prepare_cached("DELETE FROM tag WHERE about = ?1")?
        .execute([about])?;
    for tag in &handling.tags {
        sql.prepare_cached("INSERT INTO tag (tag, about) VALUES (?1, ?2)")?
            .execute([tag.as_str(), about])?;
    }
    sql.prepare_cached(
        "INSERT INTO handling (about, assignee, due, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (about) DO UPDATE SET assignee = ?2, due = ?3, body = ?4",
    )?
    .execute(params![
        about,
        handling.assignee,
        handling.due.map(|due| due.to_string()),
        json(handling)?
    ])?;
    Ok(())
}

pub(crate) fn put_view(
    sql: &Connection,
    before: Option<&SavedView>,
    view: Option<&SavedView>,
) -> Result<(), StoreError> {
    if let Some(before) = before {
        sql.prepare_cached("DELETE FROM saved_view WHERE member = ?1 AND list = ?2 AND name = ?3")?
            .execute([&before.member, &before.list, &before.name])?;
    }
    if let Some(view) = view {
        sql.prepare_cached(
            "INSERT INTO saved_view (member, list, name, query) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute([&view.member, &view.list, &view.name, &view.query])?;
    }
    Ok(())
}

/// Everything of a record that goes with it.
pub(crate) fn forget_handling(sql: &Connection, about: &str) -> Result<(), StoreError> {
    for table in ["task", "comment", "handling", "tag"] {
        sql.prepare_cached(&format!("DELETE FROM {table} WHERE about = ?1"))?
            .execute([about])?;
    }
    Ok(())
}
