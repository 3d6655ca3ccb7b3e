//! Invented work on cases beyond their steps: a training report by relay, usage that comes near, a special measure with its sweep, a certification
//! whose counts are frozen.

use super::DemoClock;
use crate::{casework::UsageHow, error::Result, open_vault::OpenVault};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use contract as c;

fn answer(id: &str, values: &[&str]) -> c::CaseAnswer {
    c::CaseAnswer {
        id: id.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

fn open(
    vault: &OpenVault,
    kind: &str,
    received: &str,
    text: &str,
    resellers: &[&str],
    answers: Vec<c::CaseAnswer>,
) -> Result<String> {
    Ok(vault
        .case_open(
            &c::CaseOpenReq {
                kind: kind.to_owned(),
                state: None,
                received: received.to_owned(),
                text: text.to_owned(),
                how: None,
                resellers: resellers.iter().map(|one| (*one).to_owned()).collect(),
                subjects: Vec::new(),
                answers,
                handle: None,
            },
            Vec::new(),
        )?
        .case)
}

fn step(
    vault: &OpenVault,
    case: &str,
    to: &str,
    note: &str,
    answers: Vec<c::CaseAnswer>,
) -> Result<()> {
    vault.case_advance(&c::CaseAdvanceReq {
        r#ref: case.to_owned(),
        to: to.to_owned(),
        note: note.to_owned(),
        at: None,
        answers,
        approver: None,
        passphrase: None,
        override_reason: None,
        leave_open: None,
        made_of: None,
    })?;
    Ok(())
}

pub(super) fn casework(
    vault: &OpenVault,
    clock: &DemoClock,
    end: DateTime<Utc>,
    today: NaiveDate,
    reseller: &str,
) -> Result<()> {
    clock.set(super::days_before(end, 1));
    let ago = |days: i64| (today - Duration::days(days)).to_string();
    super::demands::demands(vault, &ago(1))?;
    super::oversight::contained(vault)?;
    training(vault, reseller, &ago)?;
    measure(vault, &ago)?;
    certification(vault, &ago)
}

fn training(vault: &OpenVault, reseller: &str, ago: &dyn Fn(i64) -> String) -> Result<()> {
    let case = open(
        vault,
        "training",
        &ago(9),
        "A contract for 16,000 accelerators, through the reseller",
        &[reseller],
        vec![answer(
            "signal",
            &["Quota raised from 512 to 16,000 accelerators within a week"],
        )],
    )?;
    step(
        vault,
        &case,
        "assessing",
        "The reseller's customer is a research company in Singapore; one model is trained on the whole cluster",
        Vec::new(),
    )?;
    let spread = |id: &str, low: &str, likely: &str, high: &str, source: &str| c::AssumptionReq {
        id: id.to_owned(),
        low: low.to_owned(),
        likely: likely.to_owned(),
        high: high.to_owned(),
        source: source.to_owned(),
    };
    let fact = |id: &str, value: &str, source: &str| c::ClusterFactReq {
        id: id.to_owned(),
        value: value.to_owned(),
        source: source.to_owned(),
    };
    vault.worksheet_set(&c::WorksheetReq {
        r#ref: case.clone(),
        runs: vec![c::RunReq {
            label: "Pre-training".to_owned(),
            method: "model".to_owned(),
            account: None,
            hardware: None,
            assumptions: vec![
                spread(
                    "parameters",
                    "1.0e12",
                    "1.2e12",
                    "1.4e12",
                    "the customer's letter",
                ),
                spread("tokens", "12e12", "15e12", "18e12", "the customer's letter"),
            ],
        }],
        facts: vec![
            fact("co_located", "yes", "the order: one hall"),
            fact("interconnect_gbps", "400", "the order"),
            fact("peak_ops_per_s", "1.6e20", "the maker's data sheet"),
        ],
        together: String::new(),
        keep: true,
    })?;
    let usage = [
        ("acc-100003", 21_000_000),
        ("acc-100011", 6_000_000),
        ("acc-100017", 900_000),
    ];
    let rows: String = usage
        .iter()
        .map(|(account, hours)| format!("{account},{hours},NVIDIA H100 80GB\n"))
        .collect();
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("usage-specimen.csv");
    std::fs::write(&file, format!("account,gpu_hours,gpu_model\n{rows}"))?;
    vault.usage_import(&file, &UsageHow::default())?;
    Ok(())
}

fn measure(vault: &OpenVault, ago: &dyn Fn(i64) -> String) -> Result<()> {
    let case = open(
        vault,
        "measure",
        &ago(30),
        "Determination about accounts used from Chile (invented)",
        &[],
        vec![
            answer("determined_on", &[&ago(200)]),
            answer("measure_kind", &["jurisdiction_prohibit"]),
            answer("target", &["Chile"]),
        ],
    )?;
    step(
        vault,
        &case,
        "analysed",
        "New accounts located there, or resold there, are not opened; those that are open are decided one by one",
        Vec::new(),
    )?;
    vault.sweep_query(&c::SweepQueryReq {
        r#ref: case.clone(),
        countries: vec!["Chile".to_owned()],
        places: ["location", "owners", "payment", "resellers"]
            .map(str::to_owned)
            .to_vec(),
        networks: Vec::new(),
        names: Vec::new(),
    })?;
    vault.sweep_run(&case)?;
    step(
        vault,
        &case,
        "planned",
        "The sweep runs on a Sunday; two people decide on the matches in the week after",
        Vec::new(),
    )?;
    step(vault, &case, "sweeping", "As planned", Vec::new())?;
    let decided = [
        (
            "conditioned",
            "The rule on new machines: none is opened, the ones there are kept and read weekly",
        ),
        (
            "not_affected",
            "Left the reseller in the spring; is served by us since, from Oregon alone",
        ),
    ];
    let parts = vault.case_show(&case)?.parts;
    let found = parts.into_iter().flat_map(|group| group.rows);
    for (row, (to, note)) in found.zip(decided) {
        vault.case_item_advance(&c::CaseItemAdvanceReq {
            r#ref: case.clone(),
            item: row.id,
            to: to.to_owned(),
            note: note.to_owned(),
            at: None,
            answers: Vec::new(),
            approver: None,
            passphrase: None,
            override_reason: None,
            made_of: None,
        })?;
    }
    Ok(())
}

fn certification(vault: &OpenVault, ago: &dyn Fn(i64) -> String) -> Result<()> {
    let case = open(
        vault,
        "certification",
        &ago(20),
        "Certification of the year",
        &[],
        vec![answer("last_certified", &[&ago(330)])],
    )?;
    step(
        vault,
        &case,
        "review_open",
        "Version 2026.1 is certified; Ana Lima reviews it",
        Vec::new(),
    )?;
    vault.counts_freeze(&c::CountsFreezeReq {
        r#ref: case.clone(),
        as_of: ago(2),
    })?;
    let attested = [
        (
            "review",
            "The program was read whole in the third quarter.",
            "Minutes of the compliance board",
        ),
        (
            "offerings",
            "Clusters with accelerators were added to the scope in spring.",
            "Scope memo of Cascade Metal",
        ),
        (
            "threat",
            "The note on threats was written anew after two takedowns.",
            "The assessment of risks of this year",
        ),
        (
            "compliance",
            "Every element of the proposed rule stands in the program, with its page.",
            "Review of version 2026.1, page by page",
        ),
        (
            "resolutions",
            "Each identity that could not be verified stands in the register, with what became of it.",
            "Register of the unverified, as of the day of the counts",
        ),
    ];
    for (id, basis, records) in attested {
        let parts = vault.case_show(&case)?.parts;
        let rows = parts.into_iter().flat_map(|group| group.rows);
        let Some(row) = rows
            .into_iter()
            .find(|row| row.subject.as_deref() == Some(id))
        else {
            continue;
        };
        vault.case_item_advance(&c::CaseItemAdvanceReq {
            r#ref: case.clone(),
            item: row.id,
            to: "attested".to_owned(),
            note: String::new(),
            at: None,
            answers: vec![answer("basis", &[basis]), answer("records", &[records])],
            approver: None,
            passphrase: None,
            override_reason: None,
            made_of: None,
        })?;
    }
    Ok(())
}
