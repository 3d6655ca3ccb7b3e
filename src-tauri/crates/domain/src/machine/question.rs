//! What a step asks: typed questions, and the check of what was answered. It must not know what becomes of the answers.

use crate::{field, pack::Part, rulebook::Rulebook};
use std::collections::BTreeMap;

/// Answers by question; a question with one answer has one value, a list as many as it has.
pub type Answers = BTreeMap<String, Vec<String>>;

/// What kind of record a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefKind {
    /// A customer.
    Customer,
    /// A reseller.
    Reseller,
    /// Another case.
    Case,
    /// A filing.
    Filing,
}

impl RefKind {
    /// The word that crosses to the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Reseller => "reseller",
            Self::Case => "case",
            Self::Filing => "filing",
        }
    }
}

/// How a question is answered.
#[derive(Debug, Clone, Copy)]
pub enum Ask {
    /// A line.
    Line,
    /// Several lines.
    Text,
    /// A civil date.
    Date,
    /// A date, or an instant with its zone.
    Instant,
    /// A whole number, not negative.
    Number,
    /// A country.
    Country,
    /// One of these: value and label.
    Choice(&'static [(&'static str, &'static str)]),
    /// Any of these.
    Ticks(&'static [(&'static str, &'static str)]),
    /// Any of a list of the rule packs in use.
    Listed(Part),
    /// Documents of the case.
    Documents,
    /// References of records.
    Refs(RefKind),
}

impl Ask {
    /// The word that crosses to the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Text => "text",
            Self::Date => "date",
            Self::Instant => "instant",
            Self::Number => "number",
            Self::Country => "country",
            Self::Choice(_) => "choice",
            Self::Ticks(_) | Self::Listed(_) => "ticks",
            Self::Documents => "documents",
            Self::Refs(_) => "refs",
        }
    }

    /// Whether it takes several values.
    pub fn is_list(self) -> bool {
        matches!(
            self,
            Self::Ticks(_) | Self::Listed(_) | Self::Documents | Self::Refs(_)
        )
    }

    /// What may be chosen: value and label.
    pub fn choices(self, rules: &Rulebook) -> Vec<(String, String)> {
        match self {
            Self::Choice(list) | Self::Ticks(list) => list
                .iter()
                .map(|(value, label)| ((*value).to_owned(), (*label).to_owned()))
                .collect(),
            Self::Listed(part) => {
                let mut found: Vec<(String, String)> = Vec::new();
                for item in rules.in_use().flat_map(|pack| pack.list(part)) {
                    if !found.iter().any(|(id, _)| *id == item.id) {
                        found.push((item.id.clone(), item.label.clone()));
                    }
                }
                found
            }
            _ => Vec::new(),
        }
    }
}

/// A typed question.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Its id.
    pub id: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// What helps to answer; may be empty.
    pub hint: &'static str,
    /// How it is answered.
    pub ask: Ask,
    /// It must be answered.
    pub required: bool,
}

/// A question that must be answered.
pub(crate) const fn ask(id: &'static str, label: &'static str, ask: Ask) -> Question {
    Question {
        id,
        label,
        hint: "",
        ask,
        required: true,
    }
}

impl Question {
    /// What helps.
    pub(crate) const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }
    /// It may be left open.
    pub(crate) const fn optional(mut self) -> Self {
        self.required = false;
        self
    }
    /// A value as a person reads it: the label of a choice.
    pub fn read(&self, value: &str, rules: &Rulebook) -> String {
        self.ask
            .choices(rules)
            .into_iter()
            .find(|(id, _)| id == value)
            .map_or_else(|| value.to_owned(), |(_, label)| label)
    }
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The question.
    pub question: String,
    /// A stable code.
    pub code: &'static str,
    /// The sentence.
    pub why: String,
}

/// Reads answers by their questions: trimmed, typed, the empty ones left out. Whether a reference or a document exists is the caller's to ask.
///
/// # Errors
/// Every answer that does not fit, with its question: unknown, missing, out of the list, no date.
pub fn check(
    questions: &[Question],
    given: &Answers,
    rules: &Rulebook,
    partly: bool,
) -> Result<Answers, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut answers = Answers::new();
    for id in given.keys() {
        if !questions.iter().any(|question| question.id == id) {
            let short: String = id.chars().take(40).collect();
            wrong.push(Wrong {
                question: short.clone(),
                code: "E-ANSWER-UNKNOWN",
                why: format!("\"{short}\" is not asked here."),
            });
        }
    }
    for question in questions {
        let Some(values) = given.get(question.id) else {
            if question.required && !partly {
                wrong.push(missing(question));
            }
            continue;
        };
        let mut kept: Vec<String> = Vec::new();
        for value in values
            .iter()
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
        {
            match one(question, value, rules) {
                Ok(value) if kept.contains(&value) => {}
                Ok(value) => kept.push(value),
                Err(refused) => wrong.push(refused),
            }
        }
        if !question.ask.is_list() && kept.len() > 1 {
            wrong.push(Wrong {
                question: question.id.to_owned(),
                code: "E-ANSWER-MANY",
                why: format!("{}: give one answer.", question.label),
            });
        }
        // What was answered wrongly was not left out.
        let refused = wrong.iter().any(|one| one.question == question.id);
        if kept.is_empty() && question.required && !refused {
            wrong.push(missing(question));
        }
        if !kept.is_empty() || partly {
            answers.insert(question.id.to_owned(), kept);
        }
    }
    if wrong.is_empty() {
        Ok(answers)
    } else {
        Err(wrong)
    }
}

fn missing(question: &Question) -> Wrong {
    Wrong {
        question: question.id.to_owned(),
        code: "E-ANSWER-MISSING",
        why: format!("{}: this must be answered.", question.label),
    }
}

fn one(question: &Question, value: &str, rules: &Rulebook) -> Result<String, Wrong> {
    let refuse = |code: &'static str, why: String| Wrong {
        question: question.id.to_owned(),
        code,
        why,
    };
    let input = match question.ask {
        Ask::Line => field::Input::Text,
        Ask::Text => field::Input::Long,
        Ask::Date => field::Input::Date,
        Ask::Country => field::Input::Country,
        Ask::Instant => {
            return crate::clock::Moment::parse(value)
                .map(|_| value.to_owned())
                .map_err(|why| refuse(why.code(), why.to_string()));
        }
        Ask::Number => {
            return match value.parse::<u64>() {
                Ok(number) if number <= 1_000_000_000_000 => Ok(number.to_string()),
                _ => Err(refuse(
                    "E-ANSWER-NUMBER",
                    format!("{}: write a whole number, like 12.", question.label),
                )),
            };
        }
        Ask::Choice(_) | Ask::Ticks(_) | Ask::Listed(_) => {
            let known = question.ask.choices(rules);
            return if known.iter().any(|(id, _)| id == value) {
                Ok(value.to_owned())
            } else {
                let short: String = value.chars().take(40).collect();
                Err(refuse(
                    "E-ANSWER-CHOICE",
                    format!(
                        "{}: \"{short}\" is none of the choices: {}.",
                        question.label,
                        known
                            .iter()
                            .map(|(id, _)| id.as_str())
                            .collect::<Vec<_>>()
                            .join(", ")
                    ),
                ))
            };
        }
        Ask::Documents | Ask::Refs(_) => field::Input::Text,
    };
    match field::check(input, value) {
        Ok(value) => Ok(value.unwrap_or_default()),
        Err(why) => Err(refuse(why.code(), format!("{}: {why}", question.label))),
    }
}
