//! The technical conditions of a covered model, and what a report about its training must hold.
//!
//! Numbers are compared as decimals of any size: 1e26 fits no integer and no floating-point number exactly (domain.md 7.2).

mod exact;

use super::Confidence;
use serde::{Deserialize, Deserializer, de};
use std::{cmp::Ordering, collections::BTreeMap, fmt};

/// A number that is not negative, exact however large. `1e2` and `100` are equal.
#[derive(Debug, Clone)]
pub struct Decimal {
    /// Significant digits, with neither leading nor trailing zeros; empty for nought.
    digits: String,
    /// The power of ten of the last digit.
    exponent: i64,
    text: String,
}

impl Decimal {
    /// Reads `100`, `2.5`, `1e26`; nothing negative, at most 60 characters and three digits of exponent.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 60 {
            return None;
        }
        let (number, exponent) = match text.split_once(['e', 'E']) {
            None => (text, 0),
            Some((number, exponent)) => {
                let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
                if !(1..=3).contains(&digits.len()) || !all_digits(digits) {
                    return None;
                }
                (number, exponent.parse::<i64>().ok()?)
            }
        };
        let (whole, part) = match number.split_once('.') {
            None => (number, ""),
            Some((_, "")) => return None,
            Some(both) => both,
        };
        if whole.is_empty() || !all_digits(whole) || !all_digits(part) {
            return None;
        }
        let all = format!("{whole}{part}");
        let kept = all.trim_end_matches('0');
        let dropped = i64::try_from(all.len() - kept.len()).ok()?;
        let digits = kept.trim_start_matches('0').to_owned();
        Some(Self {
            exponent: if digits.is_empty() {
                0
            } else {
                exponent + dropped - i64::try_from(part.len()).ok()?
            },
            digits,
            text: text.to_owned(),
        })
    }

    /// How many digits stand before the decimal point.
    fn magnitude(&self) -> i64 {
        self.exponent
            .saturating_add(i64::try_from(self.digits.len()).unwrap_or(i64::MAX))
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Decimal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.text)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        (&self.digits, self.exponent) == (&other.digits, other.exponent)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        // Digits carry no trailing zeros, so a prefix is the smaller number; nought is smaller than all.
        Some(match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self
                .magnitude()
                .cmp(&other.magnitude())
                .then_with(|| self.digits.cmp(&other.digits)),
        })
    }
}

/// What a condition compares with.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(Decimal),
}

impl fmt::Display for Value {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(to, "{flag}"),
            Self::Number(number) => write!(to, "{number}"),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl de::Visitor<'_> for Reader {
            type Value = Value;
            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("true, false, a whole number, or a number in quotes like \"1e26\"")
            }
            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Value, E> {
                Ok(Value::Flag(flag))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
                // Beyond this, readers of JSON no longer agree on whole numbers.
                if number > 9_007_199_254_740_991 {
                    return Err(E::custom(format!(
                        "{number} is too large to be written bare. Write it in quotes, like \"1e26\""
                    )));
                }
                self.visit_str(&number.to_string())
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
                self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
                Err(E::custom(format!(
                    "{number:e} is a floating-point number, which cannot hold every number exactly. Write it in quotes, like \"1e26\""
                )))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
                Decimal::parse(text).map(Value::Number).ok_or_else(|| {
                    let short: String = text.chars().take(60).collect();
                    E::custom(format!(
                        "\"{short}\" is no number of nought or more. Write it like \"100\", \"2.5\" or \"1e26\""
                    ))
                })
            }
        }
        from.deserialize_any(Reader)
    }
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Op {
    /// The same.
    #[serde(rename = "==")]
    Equal,
    /// More.
    #[serde(rename = ">")]
    More,
    /// As much or more.
    #[serde(rename = ">=")]
    AtLeast,
    /// Less.
    #[serde(rename = "<")]
    Less,
    /// As much or less.
    #[serde(rename = "<=")]
    AtMost,
}

impl Op {
    /// The sign of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::Less => "<",
            Self::AtMost => "<=",
        }
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
        }
    }
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// The id of a field of the report.
    pub field: String,
    /// How it compares.
    pub op: Op,
    /// With what.
    pub value: Value,
}

impl Clause {
    /// Whether a fact meets it; none where a number meets a flag.
    fn holds(&self, fact: &Value) -> Option<bool> {
        match (fact, &self.value) {
            (Value::Flag(a), Value::Flag(b)) => Some(a == b),
            (Value::Number(a), Value::Number(b)) => {
                a.partial_cmp(b).map(|order| self.op.holds(order))
            }
            _ => None,
        }
    }
}

/// A set of technical conditions; a model is covered if all of one set hold.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AiCondition {
    /// Its id.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// What all must hold.
    pub all: Vec<Clause>,
    /// Where it comes from, in our words.
    pub text: String,
    /// The paragraph.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
}

/// Whether a model is covered. "Uncertain" is a result like the others: the conditions were never published (domain.md A-23).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every condition of a set holds.
    Covered,
    /// In every set a condition does not hold.
    NotCovered,
    /// Something is not known.
    Uncertain,
}

impl AiCondition {
    /// Judges what is known of a training run, by ids of the report's fields.
    pub fn judge(&self, facts: &BTreeMap<String, Value>) -> Verdict {
        let mut verdict = Verdict::Covered;
        for clause in &self.all {
            match facts.get(&clause.field).and_then(|fact| clause.holds(fact)) {
                Some(false) => return Verdict::NotCovered,
                Some(true) => {}
                None => verdict = Verdict::Uncertain,
            }
        }
        verdict
    }
}

/// The part of the report in which a field stands (domain.md 6, F6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportPart {
    /// How and when it became known.
    Basis,
    /// The foreign person.
    Person,
    /// The training run.
    Run,
    /// What is not known, and the signature.
    Closing,
}

impl ReportPart {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Basis => "basis",
            Self::Person => "person",
            Self::Run => "run",
            Self::Closing => "closing",
        }
    }
}

/// What a report must hold; the order of the file is the order of the form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AiReportField {
    /// Its id.
    pub id: String,
    /// The part it stands in.
    pub part: ReportPart,
    /// What a person reads.
    pub label: String,
    /// Whether the report is incomplete without it.
    pub required: bool,
    /// What is asked, in our words.
    pub text: String,
    /// The paragraph.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
}

/// A model of accelerator and what it does at most, as its maker states it: an assumption that a worksheet begins from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hardware {
    /// Its id.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// How schedulers and bills name it, in small letters: a name that holds one of these is this model.
    pub names: Vec<String>,
    /// Operations a second at most, dense, as a number in quotes: "9.895e14".
    pub peak_ops_per_s: Value,
    /// What the number is of, in our words: the number format, dense or sparse.
    pub text: String,
    /// Where it stands.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
}

impl Hardware {
    /// The peak as a number.
    pub fn peak(&self) -> Option<&Decimal> {
        match &self.peak_ops_per_s {
            Value::Number(number) => Some(number),
            Value::Flag(_) => None,
        }
    }
}

/// From which part of a condition's number on a run is watched although it is not covered.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NearThreshold {
    /// The part, as a number in quotes: "0.25".
    pub fraction: Value,
    /// What it is for, in our words.
    pub text: String,
    /// Where it comes from.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
}
