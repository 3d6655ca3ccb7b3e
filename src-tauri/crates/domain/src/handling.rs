//! What the house does about a record beside what a rule asks: tasks with a day, who sees to it, tags, what people say to each other.
//!
//! None of it is a duty, and none of it touches a legal clock. It must not know customers, cases or filings: a record is a reference here.

use crate::text;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The longest title of a task, in characters.
pub const LONGEST_TITLE: usize = 200;
/// The longest tag, in characters.
pub const LONGEST_TAG: usize = 40;
/// How many tags a record has at most.
pub const MOST_TAGS: usize = 20;

/// Why something cannot be done: a code and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The stable code.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub why: String,
}

fn refused(code: &'static str, why: impl Into<String>) -> Refused {
    Refused {
        code,
        why: why.into(),
    }
}

/// Something that a member is to do about a record, by a day that the house chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its id within the record, such as `T-1`.
    pub id: String,
    /// What is to be done.
    pub title: String,
    /// What helps to do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The member who does it, by label; none: nobody in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// By when the house wants it done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// The day it was written down.
    pub made_on: NaiveDate,
    /// That it was done; none while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<TaskDone>,
}

/// That a task was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDone {
    /// The day.
    pub on: NaiveDate,
    /// Who did it: a fingerprint.
    pub by: String,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What becomes of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskStep {
    /// It was done.
    Done(TaskDone),
    /// It is open again.
    Reopened,
    /// Another member does it; none: nobody in particular.
    Assigned(Option<String>),
    /// It is wanted by another day; none: by no day.
    Due(Option<NaiveDate>),
    /// Other words say what is to be done.
    Worded {
        /// What is to be done.
        title: String,
        /// What helps to do it.
        note: Option<String>,
    },
}

impl Task {
    /// A task that was written down on a day.
    ///
    /// # Errors
    /// No title, one that is too long, or a day before today.
    pub fn new(
        id: String,
        title: &str,
        note: Option<&str>,
        assignee: Option<String>,
        due: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Self, Refused> {
        if let Some(due) = due.filter(|due| *due < today) {
            return Err(refused(
                "E-TASK-DUE",
                format!(
                    "{due} has passed. A task is wanted by today or later, or by no day at all."
                ),
            ));
        }
        Ok(Self {
            id,
            title: titled(title)?,
            note: said(note)?,
            assignee,
            due,
            made_on: today,
            done: None,
        })
    }

    /// Open: somebody still has to do it.
    pub fn is_open(&self) -> bool {
        self.done.is_none()
    }

    /// The task after a step.
    ///
    /// # Errors
    /// What is done cannot be done, reassigned or put off; what is open cannot be opened; a day before the task was made.
    pub fn stepped(&self, step: TaskStep) -> Result<Self, Refused> {
        let mut task = self.clone();
        match (step, self.is_open()) {
            (TaskStep::Reopened, false) => task.done = None,
            (TaskStep::Reopened, true) => {
                return Err(refused(
                    "E-TASK-OPEN",
                    format!("{} is open already.", self.id),
                ));
            }
            (_, false) => {
                return Err(refused(
                    "E-TASK-DONE",
                    format!(
                        "{} is done. Open it again first, or write a new one.",
                        self.id
                    ),
                ));
            }
            (TaskStep::Done(done), true) => {
                if done.on < self.made_on {
                    return Err(refused(
                        "E-TASK-DUE",
                        format!(
                            "{} was written down on {}, after that day. Write the day it was done.",
                            self.id, self.made_on
                        ),
                    ));
                }
                let note = said(done.note.as_deref())?;
                task.done = Some(TaskDone { note, ..done });
            }
            (TaskStep::Assigned(to), true) => task.assignee = to,
            (TaskStep::Due(due), true) => {
                if let Some(due) = due.filter(|due| *due < self.made_on) {
                    return Err(refused(
                        "E-TASK-DUE",
                        format!(
                            "{due} lies before the day on which {} was written down ({}). Choose a later day.",
                            self.id, self.made_on
                        ),
                    ));
                }
                task.due = due;
            }
            (TaskStep::Worded { title, note }, true) => {
                task.title = titled(&title)?;
                task.note = said(note.as_deref())?;
            }
        }
        Ok(task)
    }
}

fn titled(title: &str) -> Result<String, Refused> {
    let title = cleaned("E-TASK-TITLE", title)?.replace('\n', " ");
    if title.is_empty() {
        return Err(refused("E-TASK-TITLE", "Write what is to be done."));
    }
    if title.chars().count() > LONGEST_TITLE {
        return Err(refused(
            "E-TASK-TITLE",
            format!(
                "That is longer than {LONGEST_TITLE} characters. Say it shortly, and put the rest into the note."
            ),
        ));
    }
    Ok(title)
}

fn said(note: Option<&str>) -> Result<Option<String>, Refused> {
    let note = note.map(|note| cleaned("E-TASK-NOTE", note)).transpose()?;
    Ok(note.filter(|note| !note.is_empty()))
}

fn cleaned(code: &'static str, written: &str) -> Result<String, Refused> {
    text::clean(written).map_err(|error| refused(code, format!("What you wrote {error}")))
}

/// What somebody said about a record. It is never changed and never taken away: a later one may stand in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its id within the record, such as `N-1`.
    pub id: String,
    /// What was said.
    pub text: String,
    /// The comment in whose place it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
}

impl Comment {
    /// A comment.
    ///
    /// # Errors
    /// Nothing was written, or more than a text may hold.
    pub fn new(id: String, text: &str, corrects: Option<String>) -> Result<Self, Refused> {
        let text = cleaned("E-COMMENT-TEXT", text)?;
        if text.is_empty() {
            return Err(refused("E-COMMENT-TEXT", "Write what you want to say."));
        }
        Ok(Self { id, text, corrects })
    }

    /// Whether this one may stand in the place of another, among those there are.
    ///
    /// # Errors
    /// There is no such comment, or another stands in its place already.
    pub fn may_correct(there: &[Self], id: &str) -> Result<(), Refused> {
        if !there.iter().any(|one| one.id == id) {
            return Err(refused(
                "E-COMMENT-NONE",
                format!("There is no comment {id} here."),
            ));
        }
        match there.iter().find(|one| one.corrects.as_deref() == Some(id)) {
            Some(later) => Err(refused(
                "E-COMMENT-CORRECTED",
                format!(
                    "{} stands in the place of {id} already. Correct that one.",
                    later.id
                ),
            )),
            None => Ok(()),
        }
    }
}

/// How the house handles a record: who sees to it, by when, under which tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handling {
    /// The member who sees to it, by label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// By when the house wants it settled. No deadline of a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// Tags, in their order; each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// One thing that is done to how several records are handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handle {
    /// A member sees to them; none: nobody in particular.
    Assign(Option<String>),
    /// They are wanted by a day; none: by no day.
    Due(Option<NaiveDate>),
    /// They have a tag.
    Tag(String),
    /// They have it no longer.
    Untag(String),
}

impl Handling {
    /// How it is handled after that.
    ///
    /// # Errors
    /// A tag that is none, or one too many.
    pub fn after(&self, handle: &Handle) -> Result<Self, Refused> {
        let mut after = self.clone();
        match handle {
            Handle::Assign(to) => after.assignee.clone_from(to),
            Handle::Due(due) => after.due = *due,
            Handle::Tag(tag) => {
                after.tags.push(self::tag(tag)?);
                after.tags.sort();
                after.tags.dedup();
                if after.tags.len() > MOST_TAGS {
                    return Err(refused(
                        "E-TAG-MANY",
                        format!("A record has at most {MOST_TAGS} tags. Take one away first."),
                    ));
                }
            }
            Handle::Untag(tag) => {
                let tag = self::tag(tag)?;
                after.tags.retain(|one| *one != tag);
            }
        }
        Ok(after)
    }
}

/// A tag as it is kept: small letters, digits and hyphens, so that two people who mean the same write the same.
///
/// # Errors
/// Nothing is left, or too much.
pub fn tag(written: &str) -> Result<String, Refused> {
    let kept: String = written
        .trim()
        .trim_start_matches('#')
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_whitespace() { '-' } else { letter })
        .collect();
    let fits = !kept.is_empty()
        && kept.chars().count() <= LONGEST_TAG
        && kept
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '-' || letter == '_');
    if fits {
        return Ok(kept);
    }
    let short: String = written.chars().take(60).collect();
    Err(refused(
        "E-TAG",
        format!(
            "\"{short}\" is no tag. A tag is one to {LONGEST_TAG} letters, digits and hyphens, like second-look."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn task() -> Task {
        Task::new(
            "T-1".to_owned(),
            "Ring the registry",
            None,
            Some("staff-1".to_owned()),
            Some(day("2026-03-05")),
            day("2026-03-01"),
        )
        .unwrap()
    }

    fn done(on: &str) -> TaskStep {
        TaskStep::Done(TaskDone {
            on: day(on),
            by: "key".to_owned(),
            note: None,
        })
    }

    #[test]
    fn what_is_done_stays_as_it_is_until_it_is_opened_again() {
        let over = task().stepped(done("2026-03-02")).unwrap();
        for step in [
            done("2026-03-03"),
            TaskStep::Assigned(None),
            TaskStep::Due(None),
        ] {
            assert_eq!(over.stepped(step).unwrap_err().code, "E-TASK-DONE");
        }
        let again = over.stepped(TaskStep::Reopened).unwrap();
        assert_eq!(again, task(), "nothing of it was lost");
        assert_eq!(
            again.stepped(TaskStep::Reopened).unwrap_err().code,
            "E-TASK-OPEN"
        );
    }

    #[test]
    fn a_task_is_not_done_or_wanted_before_it_was_written_down() {
        assert!(task().stepped(done("2026-02-28")).is_err());
        assert!(
            task()
                .stepped(TaskStep::Due(Some(day("2026-02-28"))))
                .is_err()
        );
        let past = Task::new(
            "T-1".to_owned(),
            "x",
            None,
            None,
            Some(day("2026-02-28")),
            day("2026-03-01"),
        );
        assert_eq!(past.unwrap_err().code, "E-TASK-DUE");
    }

    #[test]
    fn a_task_says_what_is_to_be_done_and_says_it_shortly() {
        for title in [
            String::new(),
            "  \n ".to_owned(),
            "x".repeat(201),
            "a\u{1b}[2J".to_owned(),
        ] {
            let made = Task::new(
                "T-1".to_owned(),
                &title,
                None,
                None,
                None,
                day("2026-03-01"),
            );
            assert_eq!(made.unwrap_err().code, "E-TASK-TITLE", "{title:?}");
        }
    }

    #[test]
    fn a_comment_is_corrected_once_and_its_correction_after_it() {
        let first = Comment::new("N-1".to_owned(), "They moved in May", None).unwrap();
        let second = Comment::new(
            "N-2".to_owned(),
            "They moved in June",
            Some("N-1".to_owned()),
        )
        .unwrap();
        let there = [first, second];
        assert_eq!(
            Comment::may_correct(&there, "N-1").unwrap_err().code,
            "E-COMMENT-CORRECTED"
        );
        assert!(Comment::may_correct(&there, "N-2").is_ok());
        assert_eq!(
            Comment::may_correct(&there, "N-3").unwrap_err().code,
            "E-COMMENT-NONE"
        );
        assert!(Comment::new("N-3".to_owned(), " \n", None).is_err());
    }

    proptest! {
        #[test]
        fn a_tag_is_kept_as_it_is_read_again(written in "\\PC{0,50}") {
            if let Ok(kept) = tag(&written) {
                prop_assert_eq!(tag(&kept), Ok(kept.clone()));
                prop_assert!(!kept.contains(char::is_whitespace) && !kept.contains(['"', ':', ',']));
            }
        }

        #[test]
        fn a_tag_that_is_given_and_taken_away_leaves_nothing(words in proptest::collection::vec("[a-z]{1,6}", 0..6), word in "[a-z]{7}") {
            let before = words.iter().try_fold(Handling::default(), |handling, word| handling.after(&Handle::Tag(word.clone()))).unwrap();
            let with = before.after(&Handle::Tag(word.clone())).unwrap();
            prop_assert_eq!(with.after(&Handle::Tag(word.clone())).unwrap(), with.clone(), "twice is once");
            prop_assert_eq!(with.after(&Handle::Untag(word)).unwrap(), before);
        }
    }
}
