//! How many operations a training run takes: hardware x time x peak x utilisation, or 6 x parameters x tokens, each with a low, a likely
//! and a high value and a source for every assumption (domain 5.19, D-82). Exact decimals throughout: no floating-point number decides a
//! threshold. It must not know storage, nor which case the worksheet belongs to.

mod check;
mod group;
mod usage;

pub use check::{Fault, check};
pub use group::{Holder, Share, Total, totals};
pub use usage::{USAGE_FIELDS, UsageFault, UsageLine, usage_line};

use crate::pack::{
    RulePack,
    ai::{Decimal, Op, Value, Verdict},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A number that is not known for certain, and where it comes from. Written as it was typed; exact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumption {
    /// At least.
    pub low: String,
    /// Most likely.
    pub likely: String,
    /// At most.
    pub high: String,
    /// Who or what says so.
    pub source: String,
}

impl Assumption {
    /// The three values in order.
    pub fn values(&self) -> [&str; 3] {
        [&self.low, &self.likely, &self.high]
    }

    /// One value, three times.
    pub fn certain(value: &str, source: &str) -> Self {
        Self {
            low: value.to_owned(),
            likely: value.to_owned(),
            high: value.to_owned(),
            source: source.to_owned(),
        }
    }
}

/// How a run is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Accelerators x hours x 3,600 x peak operations a second x utilisation.
    Hardware,
    /// 6 x parameters x tokens.
    Model,
}

impl Method {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hardware => "hardware",
            Self::Model => "model",
        }
    }

    /// Reads the word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Hardware, Self::Model]
            .into_iter()
            .find(|method| method.word() == word)
    }

    /// The formula, in words.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Hardware => {
                "accelerators x hours x 3,600 s x peak operations a second x utilization"
            }
            Self::Model => "6 x parameters x tokens",
        }
    }

    /// The assumptions that it needs: id, label, unit.
    pub fn assumptions(self) -> &'static [(&'static str, &'static str, &'static str)] {
        match self {
            Self::Hardware => &[
                ("accelerators", "Accelerators", ""),
                ("hours", "Time", "hours"),
                ("peak", "Peak of one", "operations a second"),
                ("utilisation", "Utilization", "%"),
            ],
            Self::Model => &[
                ("parameters", "Parameters", ""),
                ("tokens", "Training tokens", ""),
            ],
        }
    }
}

/// One run, or one part of a run that can be counted by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id within the worksheet, such as `R-1`.
    pub id: String,
    /// What a person calls it.
    pub label: String,
    /// How it is estimated.
    pub method: Method,
    /// The account it ran on, by the provider's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The reseller through which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reseller: Option<String>,
    /// The model of accelerator, by id of a rule pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hardware: Option<String>,
    /// The assumptions by id.
    pub assumptions: BTreeMap<String, Assumption>,
}

/// What is known of the cluster besides the operations: the other clauses of a technical condition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// `yes`, `no`, a number, or empty where nobody knows.
    pub value: String,
    /// Who or what says so.
    pub source: String,
}

/// An assessment worksheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worksheet {
    /// The runs that count together.
    #[serde(default)]
    pub runs: Vec<Run>,
    /// Facts of the cluster, by id of a report's field.
    #[serde(default)]
    pub facts: BTreeMap<String, Known>,
    /// Why these runs count together, in words.
    #[serde(default)]
    pub together: String,
}

/// Operations: at least, most likely, at most.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// At least.
    pub low: Decimal,
    /// Most likely.
    pub likely: Decimal,
    /// At most.
    pub high: Decimal,
}

impl Estimate {
    /// Nothing.
    pub fn nothing() -> Self {
        Self {
            low: Decimal::whole(0),
            likely: Decimal::whole(0),
            high: Decimal::whole(0),
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            low: self.low.plus(&other.low),
            likely: self.likely.plus(&other.likely),
            high: self.high.plus(&other.high),
        }
    }
}

/// What a worksheet comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Each run, in the worksheet's order.
    pub runs: Vec<(String, Estimate)>,
    /// All of them together.
    pub total: Estimate,
    /// By the pack's conditions. Uncertain where the low and the high value part, or a fact is not known.
    pub verdict: Verdict,
    /// By the low value alone and by the high value alone.
    pub by: [Verdict; 2],
    /// At most so much, although not covered, is near (the pack's part of the number).
    pub near: bool,
    /// The conditions it was judged by: id and what all must hold, as they stood.
    pub conditions: Vec<String>,
    /// The number it was compared with, where the pack has one.
    pub threshold: Option<Decimal>,
}

/// The operations of one run; none where an assumption is missing or no number.
pub fn estimate(run: &Run) -> Option<Estimate> {
    let at = |which: usize| -> Option<Decimal> {
        let mut product = match run.method {
            // Seconds in an hour, and utilisation is written in percent.
            Method::Hardware => Decimal::whole(3_600).shifted(-2),
            Method::Model => Decimal::whole(6),
        };
        for (id, _, _) in run.method.assumptions() {
            let text = *run.assumptions.get(*id)?.values().get(which)?;
            product = product.times(&number(text)?);
        }
        Some(product)
    };
    Some(Estimate {
        low: at(0)?,
        likely: at(1)?,
        high: at(2)?,
    })
}

/// A number as people type it: `16 384`, `1e26`, `989.5e12`.
pub fn number(text: &str) -> Option<Decimal> {
    let text: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '_' | '\u{a0}' | '\u{202f}'))
        .collect();
    Decimal::parse(&text)
}

/// What the worksheet comes to by a pack's conditions.
pub fn outcome(worksheet: &Worksheet, pack: &RulePack) -> Outcome {
    let mut runs = Vec::new();
    let mut total = Estimate::nothing();
    let mut complete = !worksheet.runs.is_empty();
    for run in &worksheet.runs {
        match estimate(run) {
            Some(one) => {
                total = total.plus(&one);
                runs.push((run.id.clone(), one));
            }
            None => complete = false,
        }
    }
    let judge = |operations: &Decimal| {
        let mut facts: BTreeMap<String, Value> = worksheet
            .facts
            .iter()
            .filter_map(|(id, known)| Some((id.clone(), fact(&known.value)?)))
            .collect();
        if complete {
            facts.insert(
                "est_operations".to_owned(),
                Value::Number(operations.clone()),
            );
        }
        pack.ai_verdict(&facts)
    };
    let by = [judge(&total.low), judge(&total.high)];
    let verdict = if by[0] == by[1] {
        by[0]
    } else {
        Verdict::Uncertain
    };
    let threshold = threshold(pack);
    let near = verdict != Verdict::Covered && is_near(&total, pack);
    Outcome {
        runs,
        verdict,
        by,
        near,
        conditions: conditions(pack),
        threshold,
        total,
    }
}

fn fact(text: &str) -> Option<Value> {
    match text.trim() {
        "yes" => Some(Value::Flag(true)),
        "no" => Some(Value::Flag(false)),
        other => number(other).map(Value::Number),
    }
}

/// The smallest number of operations that a condition asks to be exceeded.
pub fn threshold(pack: &RulePack) -> Option<Decimal> {
    let mut least: Option<Decimal> = None;
    for clause in pack
        .ai_conditions()
        .iter()
        .flat_map(|condition| &condition.all)
    {
        if clause.field == "est_operations"
            && matches!(clause.op, Op::More | Op::AtLeast)
            && let Value::Number(number) = &clause.value
            && least.as_ref().is_none_or(|there| number < there)
        {
            least = Some(number.clone());
        }
    }
    least
}

/// Whether the high value reaches the part of the threshold from which the pack has a run watched.
pub fn is_near(total: &Estimate, pack: &RulePack) -> bool {
    match (threshold(pack), pack.near_threshold()) {
        (Some(threshold), Some(near)) => match &near.fraction {
            Value::Number(fraction) => total.high >= threshold.times(fraction),
            Value::Flag(_) => false,
        },
        _ => false,
    }
}

/// The conditions as they stand in the pack, for the snapshot.
pub fn conditions(pack: &RulePack) -> Vec<String> {
    pack.ai_conditions()
        .iter()
        .map(|condition| {
            let all: Vec<String> = condition
                .all
                .iter()
                .map(|clause| format!("{} {} {}", clause.field, clause.op.word(), clause.value))
                .collect();
            format!("{}: {}", condition.id, all.join(" and "))
        })
        .collect()
}

#[cfg(test)]
mod tests;
