//! What is due about a customer by a day, beside the clocks of a rule: the internal target of an open case, verification again, a restriction
//! that is looked at again, a complaint that waits for an answer. Each day is read from the record.

use crate::{customer::CustomerFile, onboarding, rulebook::Rulebook};
use chrono::NaiveDate;

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A case is to be decided: the internal target.
    Decide,
    /// A customer in use is to be verified again (D-35).
    VerifyAgain,
    /// A restriction is looked at again (D-32).
    Terms,
    /// A complaint waits for an answer (D-33).
    Redress,
}

impl What {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Decide, Self::VerifyAgain, Self::Terms, Self::Redress];

    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Decide => "decide",
            Self::VerifyAgain => "verify_again",
            Self::Terms => "terms",
            Self::Redress => "redress",
        }
    }

    /// The kind of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.word() == word)
    }

    /// What a person reads in a list of what is due.
    pub fn label(self) -> &'static str {
        match self {
            Self::Decide => "Decide the case",
            Self::VerifyAgain => "Verify again",
            Self::Terms => "Look at the restriction again",
            Self::Redress => "Answer the complaint",
        }
    }

    /// The part of the record where it is done.
    pub fn tab(self) -> &'static str {
        match self {
            Self::Decide | Self::VerifyAgain => "case",
            Self::Terms => "overview",
            Self::Redress => "letters",
        }
    }
}

/// Something that is due by a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// The last day.
    pub on: NaiveDate,
    /// What.
    pub what: What,
}

/// States in which a case is at work, and its internal target runs.
pub const AT_WORK: [&str; 5] = [
    "collecting",
    "status_review",
    "verifying",
    "discrepancy",
    "reverify",
];

/// Everything that is due about a customer, the earliest first; one of each kind.
pub fn due(file: &CustomerFile, rules: &Rulebook) -> Vec<Due> {
    let mut all = Vec::new();
    let mut put = |what: What, on: Option<NaiveDate>| all.extend(on.map(|on| Due { on, what }));
    let day = |text: &String| text.parse::<NaiveDate>().ok();
    if AT_WORK.contains(&file.status.as_str()) {
        put(What::Decide, file.target_on.as_ref().and_then(day));
    }
    put(What::VerifyAgain, crate::risk::reverify_on(file, rules));
    if !onboarding::MACHINE.has_ended(&file.status) {
        put(
            What::Terms,
            file.terms.as_ref().and_then(|terms| day(&terms.review_on)),
        );
    }
    let answers = file
        .redress
        .iter()
        .filter(|one| one.outcome.is_none())
        .filter_map(|one| one.answer_by.as_ref().and_then(day));
    put(What::Redress, answers.min());
    all.sort_unstable();
    all
}
