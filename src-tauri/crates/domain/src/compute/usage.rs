//! A line of a scheduler's or a bill's export as accelerator hours of an account. It reads words, not files: whoever has a table asks for
//! each row. A name of a column is a matter of the mapping.

use super::{Assumption, Estimate, Method, Run, estimate, number};
use crate::pack::{RulePack, ai::Decimal};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What a column may be: id, label, whether a mapping must have it, and the names that are recognised.
pub const USAGE_FIELDS: &[(&str, &str, bool, &[&str])] = &[
    (
        "account",
        "Account number",
        true,
        &[
            "account",
            "account_id",
            "accountid",
            "linked_account",
            "lineitem/usageaccountid",
            "project.id",
            "project_id",
            "namespace",
            "subscriptionid",
        ],
    ),
    (
        "job",
        "Job or line of the bill",
        false,
        &[
            "jobid",
            "job_id",
            "jobidraw",
            "job",
            "identity/lineitemid",
            "pod",
            "pod_name",
            "line_item_id",
            "id",
        ],
    ),
    (
        "start",
        "Start",
        false,
        &[
            "start",
            "start_time",
            "starttime",
            "lineitem/usagestartdate",
            "usage_start_time",
            "usage_start_date",
            "date",
        ],
    ),
    (
        "end",
        "End",
        false,
        &[
            "end",
            "end_time",
            "endtime",
            "lineitem/usageenddate",
            "usage_end_time",
            "usage_end_date",
        ],
    ),
    (
        "elapsed",
        "Time, in hours or as D-HH:MM:SS",
        false,
        &[
            "elapsed",
            "hours",
            "duration_hours",
            "elapsedraw_hours",
            "runtime_hours",
        ],
    ),
    (
        "seconds",
        "Time, in seconds",
        false,
        &[
            "elapsedraw",
            "seconds",
            "duration_seconds",
            "runtime_seconds",
        ],
    ),
    (
        "accelerators",
        "Accelerators",
        false,
        &[
            "accelerators",
            "gpus",
            "gpu_count",
            "allocgpus",
            "ngpus",
            "nvidia.com/gpu",
        ],
    ),
    (
        "tres",
        "Slurm's list of resources (AllocTRES)",
        false,
        &["alloctres", "reqtres", "tres"],
    ),
    (
        "accelerator_hours",
        "Accelerator hours",
        false,
        &[
            "accelerator_hours",
            "gpu_hours",
            "lineitem/usageamount",
            "usage.amount",
            "usage_amount",
            "usagequantity",
            "usage_quantity",
        ],
    ),
    (
        "model",
        "Model of accelerator",
        false,
        &[
            "model",
            "gpu_model",
            "gpu_type",
            "accelerator",
            "accelerator_type",
            "sku.description",
            "sku",
        ],
    ),
];

/// Accelerator hours of one account, out of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageLine {
    /// The row's own identity: SHA-256 of what it says, so that the same row counts once.
    pub id: String,
    /// The account.
    pub account: String,
    /// The job or line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub job: String,
    /// When it began, as it was written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub start: String,
    /// Accelerator hours, exact.
    pub accelerator_hours: String,
    /// The model of accelerator, as it was written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
}

/// Why a row is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageFault {
    /// The column's meaning.
    pub field: &'static str,
    /// A stable code.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub why: String,
}

fn fault(field: &'static str, code: &'static str, why: impl Into<String>) -> UsageFault {
    UsageFault {
        field,
        code,
        why: why.into(),
    }
}

/// A row by meaning of its columns. `Ok(None)` is a row without accelerators, which is no usage of any: left out, and counted as such.
pub fn usage_line(row: &BTreeMap<String, String>) -> Result<Option<UsageLine>, UsageFault> {
    let get = |field: &str| {
        row.get(field)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    };
    let account = get("account").ok_or_else(|| {
        fault(
            "account",
            "E-USAGE-ACCOUNT",
            "has no account. Choose the column that names it, or leave the row out.",
        )
    })?;
    let hours = match get("accelerator_hours") {
        Some(text) => positive("accelerator_hours", text)?,
        None => {
            let count = match (get("accelerators"), get("tres")) {
                (Some(text), _) => Some(positive("accelerators", text)?),
                (None, Some(tres)) => gpus(tres)?,
                (None, None) => None,
            };
            let Some(count) = count else { return Ok(None) };
            let elapsed = match (get("elapsed"), get("seconds"), get("start"), get("end")) {
                (Some(text), _, _, _) => elapsed(text)?,
                (None, Some(text), _, _) => hours_of(&positive("seconds", text)?),
                (None, None, Some(start), Some(end)) => hours_of(&between(start, end)?),
                _ => {
                    return Err(fault(
                        "elapsed",
                        "E-USAGE-TIME",
                        "says not how long it ran. Choose a column for the time, or for start and end.",
                    ));
                }
            };
            count.times(&elapsed)
        }
    };
    if hours.is_nought() {
        return Ok(None);
    }
    let century_of_ten_million = Decimal::whole(876_600).times(&Decimal::whole(10_000_000));
    if hours > century_of_ten_million {
        return Err(fault(
            "accelerator_hours",
            "E-USAGE-RANGE",
            "is more than ten million accelerators do in a century. Check the unit of the column.",
        ));
    }
    let (job, start, model) = (
        get("job").unwrap_or_default(),
        get("start").unwrap_or_default(),
        get("model").unwrap_or_default(),
    );
    let hours = hours.canonical();
    let mut hash = Sha256::new();
    for part in [account, job, start, &hours, model] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    Ok(Some(UsageLine {
        id: crate::entry::hex(&hash.finalize()),
        account: account.to_owned(),
        job: job.to_owned(),
        start: start.to_owned(),
        accelerator_hours: hours,
        model: model.to_owned(),
    }))
}

fn positive(field: &'static str, text: &str) -> Result<Decimal, UsageFault> {
    let short: String = text.chars().take(40).collect();
    if short.starts_with('-') {
        return Err(fault(
            field,
            "E-USAGE-NUMBER",
            format!(
                "\"{short}\" is negative. A line of a bill that takes something back is left out."
            ),
        ));
    }
    let read =
        number(&short).filter(|number| Decimal::parse("1e20").is_some_and(|most| *number <= most));
    read.ok_or_else(|| {
        fault(
            field,
            "E-USAGE-NUMBER",
            format!("\"{short}\" is no number that can be. Write it like 16384 or 2.5."),
        )
    })
}

/// The accelerators in Slurm's list: `billing=64,cpu=64,gres/gpu=8,gres/gpu:h100=8,node=1`. The total counts; typed entries are parts of it.
fn gpus(tres: &str) -> Result<Option<Decimal>, UsageFault> {
    let mut typed = Decimal::whole(0);
    let mut any = false;
    for part in tres.split(',') {
        let Some((name, count)) = part.trim().split_once('=') else {
            continue;
        };
        if name == "gres/gpu" {
            return positive("tres", count).map(Some);
        }
        if name.starts_with("gres/gpu:") {
            typed = typed.plus(&positive("tres", count)?);
            any = true;
        }
    }
    Ok(any.then_some(typed))
}

/// Hours as a number, or as Slurm writes time: `D-HH:MM:SS`, `HH:MM:SS`.
fn elapsed(text: &str) -> Result<Decimal, UsageFault> {
    if !text.contains(':') {
        return positive("elapsed", text);
    }
    let short: String = text.chars().take(40).collect();
    let wrong = || {
        fault(
            "elapsed",
            "E-USAGE-TIME",
            format!("\"{short}\" is no time. Write hours, or D-HH:MM:SS."),
        )
    };
    let (days, rest) = text.split_once('-').unwrap_or(("0", text));
    let parts: Vec<u64> = rest
        .split(':')
        .map(|part| {
            part.split('.')
                .next()
                .unwrap_or(part)
                .parse()
                .map_err(|_| wrong())
        })
        .collect::<Result<_, _>>()?;
    let [hours, minutes, seconds] = parts.as_slice() else {
        return Err(wrong());
    };
    let days: u64 = days.parse().map_err(|_| wrong())?;
    if *minutes > 59 || *seconds > 59 || days > 36_525 || *hours > 876_600 {
        return Err(wrong());
    }
    Ok(hours_of(&Decimal::whole(
        ((days * 24 + hours) * 60 + minutes) * 60 + seconds,
    )))
}

/// Seconds as hours, rounded up at the twelfth decimal: nothing falls below a threshold by rounding.
fn hours_of(seconds: &Decimal) -> Decimal {
    const PLACES: i64 = 12;
    // At most 1e20 seconds are read, so 128 bits hold them.
    let scaled = seconds.shifted(PLACES).ceiling().unwrap_or(u128::MAX);
    number(&scaled.div_ceil(3_600).to_string())
        .unwrap_or_else(|| Decimal::whole(0))
        .shifted(-PLACES)
}

fn between(start: &str, end: &str) -> Result<Decimal, UsageFault> {
    let instant = |text: &str| {
        chrono::DateTime::parse_from_rfc3339(text)
            .map(|at| at.naive_utc())
            .or_else(|_| chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"))
            .or_else(|_| chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S"))
            .map_err(|_| {
                let short: String = text.chars().take(40).collect();
                fault(
                    "start",
                    "E-USAGE-TIME",
                    format!("\"{short}\" is no instant. Write it like 2026-05-01T08:00:00Z."),
                )
            })
    };
    let seconds = (instant(end)? - instant(start)?).num_seconds();
    u64::try_from(seconds).map(Decimal::whole).map_err(|_| {
        fault(
            "end",
            "E-USAGE-TIME",
            "ends before it began. Check the two columns.",
        )
    })
}

impl UsageLine {
    /// The line as operations, by the pack's peak of its model and the worksheet's usual span of utilisation; none where the model is unknown.
    pub fn estimate(&self, pack: &RulePack, utilisation: [&str; 3]) -> Option<Estimate> {
        let peak = pack.hardware_named(&self.model)?.peak()?.canonical();
        let [low, likely, high] = utilisation.map(str::to_owned);
        let assumptions = BTreeMap::from([
            ("accelerators".to_owned(), Assumption::certain("1", "")),
            (
                "hours".to_owned(),
                Assumption::certain(&self.accelerator_hours, ""),
            ),
            ("peak".to_owned(), Assumption::certain(&peak, "")),
            (
                "utilisation".to_owned(),
                Assumption {
                    low,
                    likely,
                    high,
                    source: String::new(),
                },
            ),
        ]);
        estimate(&Run {
            id: String::new(),
            label: String::new(),
            method: Method::Hardware,
            account: None,
            reseller: None,
            hardware: None,
            assumptions,
        })
    }
}
