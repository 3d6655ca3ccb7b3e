//! What may stand in a worksheet: one sentence for each thing that may not.

use super::{Assumption, Method, Run, Worksheet, number};
use crate::pack::ai::Decimal;

/// What is wrong, where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The run's label, or empty for the worksheet.
    pub run: String,
    /// The assumption or fact.
    pub field: String,
    /// A stable code.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub why: String,
}

/// The least and the most that an assumption may be, whether it is whole, and the sentence where it is more.
fn bounds(id: &str) -> (&'static str, bool, &'static str) {
    match id {
        "accelerators" => (
            "1e7",
            true,
            "more than ten million accelerators are in no cluster",
        ),
        "hours" => ("876600", false, "that is over a century"),
        "peak" => (
            "1e19",
            false,
            "no accelerator does so many operations a second",
        ),
        "utilisation" => ("100", false, "utilization is at most 100 %"),
        "parameters" => ("1e18", false, "no model has so many parameters"),
        _ => ("1e20", false, "no training data has so many tokens"),
    }
}

fn label(method: Method, id: &str) -> &'static str {
    method
        .assumptions()
        .iter()
        .find(|(one, _, _)| *one == id)
        .map_or("Assumption", |(_, label, _)| label)
}

/// A typed number, or why it is none.
fn read(text: &str, id: &str) -> Result<Decimal, (&'static str, String)> {
    let short: String = text.trim().chars().take(40).collect();
    if short.is_empty() {
        return Err((
            "E-AI-MISSING",
            "is empty. Write a number, or the same number three times where it is certain"
                .to_owned(),
        ));
    }
    if short.starts_with('-') {
        return Err((
            "E-AI-NEGATIVE",
            format!("\"{short}\" is negative. Write a number above nought"),
        ));
    }
    if short.contains(',') {
        return Err((
            "E-AI-NUMBER",
            format!(
                "\"{short}\" has a comma, which some read as a decimal point. Write 16384, 2.5 or 1e26"
            ),
        ));
    }
    let Some(value) = number(&short) else {
        return Err((
            "E-AI-NUMBER",
            format!("\"{short}\" is no number. Write it like 16384, 2.5 or 1e26"),
        ));
    };
    let (most, whole, why) = bounds(id);
    if value.is_nought() {
        return Err((
            "E-AI-NOUGHT",
            "is nought, so nothing was computed. Write what ran, or leave the run out".to_owned(),
        ));
    }
    if Decimal::parse(most).is_some_and(|most| value > most) {
        return Err((
            "E-AI-RANGE",
            format!("\"{short}\" cannot be: {why}. Check the number and its unit"),
        ));
    }
    if value.times(&Decimal::whole(1_000_000_000)) < Decimal::whole(1) {
        return Err((
            "E-AI-RANGE",
            format!("\"{short}\" is too small to be meant. Check the number and its unit"),
        ));
    }
    if whole && value.canonical().contains('.') && !value.canonical().contains('e') {
        return Err((
            "E-AI-WHOLE",
            format!("\"{short}\" is no whole number. Write how many there are"),
        ));
    }
    Ok(value)
}

fn assumption(run: &Run, id: &str, faults: &mut Vec<Fault>) {
    let empty = Assumption::default();
    let there = run.assumptions.get(id).unwrap_or(&empty);
    let mut values = Vec::new();
    for (which, text) in ["low", "likely", "high"].into_iter().zip(there.values()) {
        match read(text, id) {
            Ok(value) => values.push(value),
            Err((code, why)) => faults.push(Fault {
                run: run.label.clone(),
                field: id.to_owned(),
                code,
                why: format!("{} ({which}) {why}.", label(run.method, id)),
            }),
        }
    }
    if let [low, likely, high] = values.as_slice()
        && (low > likely || likely > high)
    {
        faults.push(Fault {
            run: run.label.clone(),
            field: id.to_owned(),
            code: "E-AI-ORDER",
            why: format!(
                "{}: low, likely and high must not fall: {}, {}, {}. Put them in order.",
                label(run.method, id),
                there.low.trim(),
                there.likely.trim(),
                there.high.trim()
            ),
        });
    }
    if there.source.trim().is_empty() {
        faults.push(Fault {
            run: run.label.clone(),
            field: id.to_owned(),
            code: "E-AI-SOURCE",
            why: format!("{} has no source. Write who or what says so: a contract, a telemetry export, the customer, an estimate of ours.", label(run.method, id)),
        });
    }
}

/// What is wrong with a worksheet; nothing where it can be kept.
pub fn check(worksheet: &Worksheet) -> Vec<Fault> {
    let mut faults = Vec::new();
    for run in &worksheet.runs {
        if run.label.trim().is_empty() {
            faults.push(Fault {
                run: run.id.clone(),
                field: "label".to_owned(),
                code: "E-AI-LABEL",
                why: format!(
                    "{} has no name. Write what it is, such as \"main pre-training, May to July\".",
                    run.id
                ),
            });
        }
        for (id, _, _) in run.method.assumptions() {
            assumption(run, id, &mut faults);
        }
    }
    for (id, known) in &worksheet.facts {
        let value = known.value.trim();
        if value.is_empty() || matches!(value, "yes" | "no") {
            continue;
        }
        let short: String = value.chars().take(40).collect();
        let what = crate::compute::number(value);
        let readable =
            what.is_some_and(|number| Decimal::parse("1e40").is_some_and(|most| number <= most));
        if !readable {
            faults.push(Fault {
                run: String::new(),
                field: id.clone(),
                code: "E-AI-NUMBER",
                why: format!("{}: \"{short}\" is no number that can be. Write yes, no, a number like 1e20, or leave it empty where nobody knows.", id.replace('_', " ")),
            });
        } else if known.source.trim().is_empty() {
            faults.push(Fault {
                run: String::new(),
                field: id.clone(),
                code: "E-AI-SOURCE",
                why: format!(
                    "{} has no source. Write who or what says so.",
                    id.replace('_', " ")
                ),
            });
        }
    }
    if worksheet.runs.len() > 200 {
        faults.push(Fault {
            run: String::new(),
            field: "runs".to_owned(),
            code: "E-AI-RUNS",
            why: "A worksheet holds at most 200 runs. Add up the small ones first.".to_owned(),
        });
    }
    if worksheet.runs.len() > 1 && worksheet.together.trim().is_empty() {
        faults.push(Fault {
            run: String::new(),
            field: "together".to_owned(),
            code: "E-AI-TOGETHER",
            why: "Several runs are added up. Write why they count together: one model, one beneficial owner, one arrangement.".to_owned(),
        });
    }
    faults
}
