//! The record of a case, of whatever kind: what it is about, the dated way it has gone with what was written down for each step, and its
//! parts. It must not know any machine; which step follows stands in the machine's table.

use crate::{
    change::Change,
    closing::LeftOpen,
    letter::{Letter, MadeOf},
    machine::Answers,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A case (domain 5.21, 5.23 and the like).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Such as `REQ-2026-0001`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Which machine: request, failure, incident, ...
    pub kind: String,
    /// The state.
    pub state: String,
    /// Received or first known: the day.
    pub received_on: String,
    /// Received: as it was given, date or instant.
    pub received: String,
    /// The Department's reference, the summary of the evidence, what was seen.
    pub text: String,
    /// How it arrived.
    pub how: Option<String>,
    /// The resellers it is about.
    pub resellers: Vec<String>,
    /// Customers and other records it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// What is known beyond the steps, by question of the machine.
    #[serde(default, skip_serializing_if = "Answers::is_empty")]
    pub fields: Answers,
    /// Steps and events in the order they were recorded.
    pub path: Vec<Taken>,
    /// Its parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Other cases that came from it, or that it came from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
}

/// What is known of a case beyond its steps, and can be changed while it is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The case's text.
    pub text: String,
    /// How it arrived.
    pub how: Option<String>,
    /// The resellers it is about.
    pub resellers: Vec<String>,
    /// Customers and other records it is about.
    pub subjects: Vec<String>,
    /// By question of the machine.
    pub fields: Answers,
    /// Other cases.
    pub related: Vec<String>,
}

/// A step that was taken, or an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The step's name.
    pub step: String,
    /// The state after it.
    pub state: String,
    /// The civil day it happened.
    pub on: String,
    /// When it happened as it was given, where that is more than a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Answers::is_empty")]
    pub answers: Answers,
    /// What the case ended over, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_open: Option<LeftOpen>,
    /// The text that what was written down was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_of: Option<MadeOf>,
}

/// A part of a case with a small state of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Such as `I-1`.
    pub id: String,
    /// Its kind within the machine: cip, account, report, ...
    pub kind: String,
    /// What a person reads for it.
    pub label: String,
    /// The record it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The state.
    pub state: String,
    /// What is known of it, by question.
    #[serde(default, skip_serializing_if = "Answers::is_empty")]
    pub fields: Answers,
    /// Its steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Taken>,
    /// Letters to whom it waits for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub letters: Vec<Letter>,
}

impl Item {
    /// What was answered last.
    pub fn answer(&self, question: &str) -> Option<&str> {
        self.path
            .iter()
            .rev()
            .find_map(|taken| taken.answers.get(question))
            .or_else(|| self.fields.get(question))
            .and_then(|values| values.first())
            .map(String::as_str)
    }
}

impl Case {
    /// What was answered last on its way, else in its fields.
    pub fn answer(&self, question: &str) -> Option<&str> {
        self.answers(question).first().map(String::as_str)
    }

    /// Every value of the last answer.
    pub fn answers(&self, question: &str) -> &[String] {
        self.path
            .iter()
            .rev()
            .find_map(|taken| taken.answers.get(question))
            .or_else(|| self.fields.get(question))
            .map_or(&[], Vec::as_slice)
    }

    /// The last time a state was reached.
    pub fn reached(&self, state: &str) -> Option<&Taken> {
        self.path.iter().rev().find(|taken| taken.state == state)
    }

    /// The last time a step or an event of this name was recorded.
    pub fn taken(&self, step: &str) -> Option<&Taken> {
        self.path.iter().rev().find(|taken| taken.step == step)
    }

    /// Its parts of a kind.
    pub fn items_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Item> {
        self.items.iter().filter(move |item| item.kind == kind)
    }

    /// A part by its id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Whether a change begins where this case, or its part, stands, and leads where it says.
    pub fn is_continued_by(&self, change: &Change) -> bool {
        match change {
            Change::CaseAdvanced {
                from, to, taken, ..
            } => *from == self.state && *to == taken.state,
            Change::CaseItem { before, item, .. } => match (self.item(&item.id), before.as_deref())
            {
                (Some(there), Some(before)) => {
                    there.state == before.state
                        && there.path.len() == before.path.len()
                        && there.kind == item.kind
                }
                (None, None) => true,
                _ => false,
            },
            _ => true,
        }
    }

    /// The id of the next part.
    pub fn next_item(&self) -> String {
        let last = self
            .items
            .iter()
            .filter_map(|item| item.id.strip_prefix("I-")?.parse::<u32>().ok())
            .max();
        format!("I-{}", last.unwrap_or(0) + 1)
    }

    /// What is known beyond the steps.
    pub fn known(&self) -> Known {
        Known {
            text: self.text.clone(),
            how: self.how.clone(),
            resellers: self.resellers.clone(),
            subjects: self.subjects.clone(),
            fields: self.fields.clone(),
            related: self.related.clone(),
        }
    }

    /// What is known is this now.
    pub fn know(&mut self, known: &Known) {
        self.text.clone_from(&known.text);
        self.how.clone_from(&known.how);
        self.resellers.clone_from(&known.resellers);
        self.subjects.clone_from(&known.subjects);
        self.fields.clone_from(&known.fields);
        self.related.clone_from(&known.related);
    }

    /// A step was taken.
    pub fn advance(&mut self, taken: Taken) {
        self.state.clone_from(&taken.state);
        self.path.push(taken);
    }

    /// A part was added, or is as it is now.
    pub fn put_item(&mut self, item: Item) {
        match self.items.iter_mut().find(|there| there.id == item.id) {
            Some(there) => *there = item,
            None => self.items.push(item),
        }
    }
}

/// The civil day of a date, or of an instant in UTC; none where it is neither.
pub fn day(text: &str) -> Option<NaiveDate> {
    match crate::clock::Moment::parse(text).ok()? {
        crate::clock::Moment::Date(date) => Some(date),
        crate::clock::Moment::Instant(instant) => Some(instant.date_naive()),
    }
}
