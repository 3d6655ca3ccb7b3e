//! What is typed above a list: `is:overdue kind:cip-copy reseller:"Acme" country:CN,IR -tag:test`. One notion for the box, the chips, saved views
//! and `--query`. It must not know how a list is stored: a list that is in memory is asked through [`Record`], another by its own words.
//!
//! Words side by side are all wanted; `OR` between them begins another way to fit; `-` before a word turns it round; values behind a comma are
//! any of them. What is no word is text that is looked for.

mod vocabulary;

pub use vocabulary::{LISTS, List, clock_word, fields};

use crate::text;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// The most characters of a query.
pub const LONGEST: usize = 1_000;
/// The most words of a query.
pub const MOST_WORDS: usize = 60;

/// What may stand behind a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// One of these.
    OneOf(Vec<String>),
    /// One of these, which stand in an order: `>=high` takes those from there on.
    Ranked(Vec<String>),
    /// A country: its code or its English name.
    Country,
    /// A text that is part of what is there.
    Text,
    /// A day in the past, or how long ago: `2026-11-24`, `<30d`.
    Past,
    /// A day to come, or how far ahead: `<=2026-11-24`, `<7d`.
    Ahead,
}

/// A word of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What is typed before the colon.
    pub name: &'static str,
    /// What it means, for the help.
    pub means: &'static str,
    /// What may stand behind it.
    pub ask: Ask,
}

/// How a day compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// That day.
    On,
    /// Earlier.
    Before,
    /// That day or earlier.
    Until,
    /// Later.
    After,
    /// That day or later.
    From,
}

impl Compare {
    /// Whether a day fits.
    pub fn fits(self, day: NaiveDate, than: NaiveDate) -> bool {
        match self {
            Self::On => day == than,
            Self::Before => day < than,
            Self::Until => day <= than,
            Self::After => day > than,
            Self::From => day >= than,
        }
    }

    fn turned(self) -> Self {
        match self {
            Self::On => Self::On,
            Self::Before => Self::After,
            Self::Until => Self::From,
            Self::After => Self::Before,
            Self::From => Self::Until,
        }
    }
}

/// What one word asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The text stands somewhere in the record.
    Anywhere(String),
    /// The field is one of these.
    Is(&'static str, Vec<String>),
    /// The field has one of these texts in it; folded.
    Has(&'static str, Vec<String>),
    /// The field's day compares so.
    Day(&'static str, Compare, NaiveDate),
}

/// A word: what it asks, and whether it was turned round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// A `-` stands before it.
    pub not: bool,
    /// What it asks.
    pub test: Test,
}

/// What was typed, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Any of these ways; each wants all of its words. Empty: everything fits.
    pub ways: Vec<Vec<Term>>,
    /// The words as they were typed, `OR` among them: what chips show.
    pub words: Vec<String>,
}

/// A query that a member keeps under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Whose it is, by label.
    pub member: String,
    /// Of which list, by its word.
    pub list: String,
    /// What it is called; each member has a name once in a list.
    pub name: String,
    /// The query, as it was typed.
    pub query: String,
}

/// Why something was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// The stable code.
    pub code: &'static str,
    /// What was not understood, and which words there are.
    pub why: String,
}

fn misread<T>(code: &'static str, why: String) -> Result<T, Misread> {
    Err(Misread { code, why })
}

/// A record of a list that lies in memory.
pub trait Record {
    /// Whether a field is that word.
    fn is(&self, field: &str, word: &str) -> bool;
    /// What is written in a field.
    fn texts(&self, field: &str) -> Vec<&str>;
    /// A field's day.
    fn day(&self, field: &str) -> Option<NaiveDate>;
    /// Everything that a person could be looking for.
    fn everything(&self) -> Vec<&str>;
}

/// Splits what was typed at its blanks; within quotes a blank is a letter, and `\"` is a quote.
fn split(typed: &str) -> Result<Vec<String>, Misread> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for letter in typed.chars() {
        if letter.is_whitespace() && !quoted {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        if letter == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && letter == '\\' && !escaped;
        word.push(if letter.is_whitespace() { ' ' } else { letter });
    }
    if quoted {
        return misread(
            "E-QUERY-QUOTE",
            format!("A quote is opened and not closed, in {word}. Write another \" at its end."),
        );
    }
    words.extend((!word.is_empty()).then_some(word));
    Ok(words)
}

/// Splits values at the commas that stand outside of quotes, and takes the quotes away.
fn values(written: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for letter in written.chars() {
        match letter {
            '"' if !escaped => quoted = !quoted,
            '\\' if quoted && !escaped => {
                escaped = true;
                continue;
            }
            ',' if !quoted => all.push(String::new()),
            _ => {
                if let Some(last) = all.last_mut() {
                    last.push(letter);
                }
            }
        }
        escaped = false;
    }
    all.retain(|value| !value.trim().is_empty());
    all
}

/// A text as a word of a query: in quotes where it would be read otherwise.
pub fn quoted(value: &str) -> String {
    let plain = !value.is_empty()
        && value != "OR"
        && !value.starts_with('-')
        && !value
            .chars()
            .any(|letter| letter.is_whitespace() || "\",:\\<>=".contains(letter));
    if plain {
        return value.to_owned();
    }
    let inside: String = value
        .chars()
        .flat_map(|letter| {
            let escape = matches!(letter, '"' | '\\').then_some('\\');
            escape.into_iter().chain(std::iter::once(letter))
        })
        .collect();
    format!("\"{inside}\"")
}

fn known(fields: &[Field]) -> String {
    let names: Vec<String> = fields
        .iter()
        .map(|field| format!("{}:", field.name))
        .collect();
    names.join(", ")
}

/// Reads what was typed above a list whose words are `fields`; ages count back from `today`.
///
/// # Errors
/// A word or a value that the list does not have, named with those that it has; a quote that is not closed; too much.
pub fn parse(typed: &str, fields: &[Field], today: NaiveDate) -> Result<Query, Misread> {
    if typed.chars().count() > LONGEST {
        return misread(
            "E-QUERY-LONG",
            format!("That is longer than {LONGEST} characters. Leave something out."),
        );
    }
    let words = split(typed)?;
    if words.len() > MOST_WORDS {
        return misread(
            "E-QUERY-LONG",
            format!("Those are more than {MOST_WORDS} words. Leave something out."),
        );
    }
    let mut ways = vec![Vec::new()];
    for word in &words {
        if word == "OR" {
            if ways.last().is_none_or(Vec::is_empty) {
                return misread(
                    "E-QUERY-OR",
                    "OR stands between two words; nothing stands before it.".to_owned(),
                );
            }
            ways.push(Vec::new());
        } else if let Some(term) = term(word, fields, today)?
            && let Some(way) = ways.last_mut()
        {
            way.push(term);
        }
    }
    if ways.len() > 1 && ways.last().is_none_or(Vec::is_empty) {
        return misread(
            "E-QUERY-OR",
            "OR stands between two words; nothing stands after it.".to_owned(),
        );
    }
    ways.retain(|way| !way.is_empty());
    Ok(Query { ways, words })
}

/// One word; none where nothing is left of it.
fn term(word: &str, fields: &[Field], today: NaiveDate) -> Result<Option<Term>, Misread> {
    let (not, rest) = match word.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, word),
    };
    let named = rest
        .split_once(':')
        .filter(|(name, _)| !name.is_empty() && !name.contains('"'));
    let Some((name, written)) = named else {
        let text = values(&rest.replace(',', " ")).join(" ");
        return Ok((!text.trim().is_empty()).then_some(Term {
            not,
            test: Test::Anywhere(text),
        }));
    };
    let wanted = name.to_ascii_lowercase().replace('_', "-");
    let Some(field) = fields.iter().find(|field| field.name == wanted) else {
        return misread(
            "E-QUERY-WORD",
            format!(
                "\"{name}:\" is no word of this list. There are {}. Put what is meant as text into quotes.",
                known(fields)
            ),
        );
    };
    let test = match &field.ask {
        Ask::OneOf(words) => Test::Is(field.name, one_of(field, written, words)?),
        Ask::Ranked(words) => Test::Is(field.name, ranked(field, written, words)?),
        Ask::Country => Test::Is(field.name, countries(field, written)?),
        Ask::Text => Test::Has(
            field.name,
            some(field, written)?
                .iter()
                .map(|value| text::fold(value))
                .collect(),
        ),
        Ask::Past | Ask::Ahead => day(field, written, today)?,
    };
    Ok(Some(Term { not, test }))
}

fn some(field: &Field, written: &str) -> Result<Vec<String>, Misread> {
    let values = values(written);
    if values.is_empty() {
        let example = match &field.ask {
            Ask::OneOf(words) | Ask::Ranked(words) => format!("one of: {}", words.join(", ")),
            Ask::Country => "a country, like CN or \"South Korea\"".to_owned(),
            Ask::Text => "a text, like \"Acme\"".to_owned(),
            Ask::Past => "a day or an age, like <30d".to_owned(),
            Ask::Ahead => "a day or a distance, like <7d".to_owned(),
        };
        return misread(
            "E-QUERY-VALUE",
            format!(
                "Nothing stands behind \"{}:\". It takes {example}.",
                field.name
            ),
        );
    }
    Ok(values)
}

fn one_of(field: &Field, written: &str, words: &[String]) -> Result<Vec<String>, Misread> {
    some(field, written)?
        .into_iter()
        .map(|value| {
            let wanted = value.trim().to_lowercase().replace([' ', '_'], "-");
            match words
                .iter()
                .find(|word| word.to_lowercase().replace('_', "-") == wanted)
            {
                Some(word) => Ok(word.clone()),
                None => misread(
                    "E-QUERY-VALUE",
                    format!(
                        "\"{}:\" has no \"{value}\". It takes one of: {}.",
                        field.name,
                        words.join(", ")
                    ),
                ),
            }
        })
        .collect()
}

fn compared(written: &str) -> Option<(Compare, &str)> {
    [
        ("<=", Compare::Until),
        (">=", Compare::From),
        ("<", Compare::Before),
        (">", Compare::After),
    ]
    .into_iter()
    .find_map(|(sign, compare)| Some((compare, written.strip_prefix(sign)?)))
}

fn ranked(field: &Field, written: &str, words: &[String]) -> Result<Vec<String>, Misread> {
    let Some((compare, value)) = compared(written) else {
        return one_of(field, written, words);
    };
    let from = one_of(field, value, words)?;
    let place = from
        .first()
        .and_then(|from| words.iter().position(|word| word == from))
        .unwrap_or_default();
    let fitting = words.iter().enumerate().filter(|(at, _)| match compare {
        Compare::On => *at == place,
        Compare::Before => *at < place,
        Compare::Until => *at <= place,
        Compare::After => *at > place,
        Compare::From => *at >= place,
    });
    Ok(fitting.map(|(_, word)| word.clone()).collect())
}

fn countries(field: &Field, written: &str) -> Result<Vec<String>, Misread> {
    some(field, written)?
        .into_iter()
        .map(|value| match crate::country::Country::parse(&value).ok() {
            Some(country) => Ok(country.code().to_owned()),
            None => misread(
                "E-QUERY-VALUE",
                format!("\"{value}\" is no country. Write an ISO 3166 code (CN) or an English name (\"South Korea\")."),
            ),
        })
        .collect()
}

fn day(field: &Field, written: &str, today: NaiveDate) -> Result<Test, Misread> {
    let value = some(field, written)?.join(",");
    let (compare, than) = compared(&value).unwrap_or((Compare::On, value.as_str()));
    if let Ok(day) = than.parse::<NaiveDate>() {
        return Ok(Test::Day(field.name, compare, day));
    }
    let days = than
        .strip_suffix('d')
        .map(|days| days.parse::<u64>())
        .or_else(|| {
            than.strip_suffix('w')
                .map(|weeks| weeks.parse::<u64>().map(|weeks| weeks.saturating_mul(7)))
        });
    let moved = match (days, &field.ask) {
        (Some(Ok(days)), Ask::Past) => today.checked_sub_days(Days::new(days)),
        (Some(Ok(days)), _) => today.checked_add_days(Days::new(days)),
        _ => None,
    };
    // "less than 30 days ago" is later than that day.
    let compare = if field.ask == Ask::Past {
        compare.turned()
    } else {
        compare
    };
    moved.map_or_else(
        || {
            misread(
                "E-QUERY-DAY",
                format!("\"{than}\" behind \"{}:\" is no day. Write one like 2026-11-24, or days from today like <30d.", field.name),
            )
        },
        |day| Ok(Test::Day(field.name, compare, day)),
    )
}

impl Query {
    /// Whether everything fits.
    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }

    /// Whether a record fits.
    pub fn fits(&self, record: &impl Record) -> bool {
        let holds = |term: &Term| {
            let there = match &term.test {
                Test::Anywhere(wanted) => {
                    let all = text::fold(&record.everything().join("\n"));
                    text::fold(wanted)
                        .split_whitespace()
                        .all(|word| all.contains(word))
                }
                Test::Is(field, words) => words.iter().any(|word| record.is(field, word)),
                Test::Has(field, wanted) => record.texts(field).iter().any(|there| {
                    let there = text::fold(there);
                    wanted.iter().any(|wanted| there.contains(wanted))
                }),
                Test::Day(field, compare, than) => record
                    .day(field)
                    .is_some_and(|day| compare.fits(day, *than)),
            };
            there != term.not
        };
        self.is_empty() || self.ways.iter().any(|way| way.iter().all(holds))
    }
}

#[cfg(test)]
mod tests;
