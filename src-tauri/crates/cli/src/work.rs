//! `cipdesk-cli ai`, `measure`, `certification`: what those cases hold beyond their steps. The steps themselves are `case`; nothing is judged here.

use crate::{
    args::Common,
    print,
    run::{done, reading, writing},
};
use clap::Subcommand;
use contract as c;
use desk::{Error, Result, UsageHow};
use serde_json::json;
use std::{collections::BTreeMap, path::PathBuf};

#[derive(Subcommand)]
pub(crate) enum AiCommand {
    /// Who comes near the technical conditions: usage and worksheets added up by the people behind the accounts.
    #[command(after_help = "Example:\n  cipdesk-cli ai watch Acme.cipdesk")]
    Watch {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// Show the worksheet of a case, and what it comes to.
    #[command(after_help = "Example:\n  cipdesk-cli ai show Acme.cipdesk AIT-2026-0001")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
    },
    /// Keep a worksheet of one run, or only work it out. Each assumption is LOW,LIKELY,HIGH,SOURCE.
    #[command(
        after_help = "Example:\n  cipdesk-cli ai estimate Acme.cipdesk AIT-2026-0001 --label \"Pre-training\" --method model --set parameters=405e9,405e9,405e9,contract --set tokens=12e12,15.6e12,18e12,\"customer's letter\" --fact co_located=yes,contract --keep"
    )]
    Estimate {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
        /// What the run is.
        #[arg(long)]
        label: String,
        /// hardware (accelerators, hours, peak, utilization) or model (parameters, tokens).
        #[arg(long, value_parser = ["hardware", "model"])]
        method: String,
        /// An assumption; may be given several times.
        #[arg(long = "set", value_name = "ID=LOW,LIKELY,HIGH,SOURCE", num_args = 1..)]
        assumptions: Vec<String>,
        /// A fact of the cluster; may be given several times.
        #[arg(long = "fact", value_name = "ID=VALUE,SOURCE", num_args = 1..)]
        facts: Vec<String>,
        /// Keep it in the case.
        #[arg(long)]
        keep: bool,
    },
    /// Import accelerator hours out of a scheduler's or a bill's export: CSV, XLSX or JSON lines. The same row counts once.
    #[command(
        after_help = "Example:\n  cipdesk-cli ai import Acme.cipdesk sacct.csv --column Account=account --column AllocTRES=tres --column Elapsed=elapsed --save-map Slurm"
    )]
    Import {
        /// The vault's folder.
        vault: PathBuf,
        /// The export.
        file: PathBuf,
        /// Which column is what; without any: as saved for a file with this header, else by the columns' names.
        #[arg(long = "column", value_name = "THEIRS=OURS", num_args = 1..)]
        columns: Vec<String>,
        /// Save the mapping under this name.
        #[arg(long, value_name = "NAME")]
        save_map: Option<String>,
        /// Leave bad rows out instead of refusing the file.
        #[arg(long)]
        skip_bad_rows: bool,
    },
}

#[derive(Subcommand)]
pub(crate) enum MeasureCommand {
    /// Show the query and the sweeps of a special measure.
    #[command(after_help = "Example:\n  cipdesk-cli measure show Acme.cipdesk SPM-2026-0001")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
    },
    /// Say what the sweep looks for.
    #[command(
        after_help = "Example:\n  cipdesk-cli measure query Acme.cipdesk SPM-2026-0001 --country IR --network 203.0.113.0/24 --name \"Petrov Holding\""
    )]
    Query {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
        /// A country; may be given several times.
        #[arg(long, num_args = 1..)]
        country: Vec<String>,
        /// Where countries are looked for: location, owners, payment, resellers; all of them unless given.
        #[arg(long, num_args = 1..)]
        place: Vec<String>,
        /// A network or an address; may be given several times.
        #[arg(long, num_args = 1..)]
        network: Vec<String>,
        /// A name or an alias; may be given several times.
        #[arg(long, num_args = 1..)]
        name: Vec<String>,
    },
    /// Run the sweep; what is new since the last one becomes a match to be decided.
    #[command(after_help = "Example:\n  cipdesk-cli measure sweep Acme.cipdesk SPM-2026-0001")]
    Sweep {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum CertificationCommand {
    /// Show the counts of a certification: as frozen, else as they would be today.
    #[command(
        after_help = "Example:\n  cipdesk-cli certification show Acme.cipdesk CRT-2026-0001 --json"
    )]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
    },
    /// Freeze the counts as of the end of a day.
    #[command(
        after_help = "Example:\n  cipdesk-cli certification freeze Acme.cipdesk CRT-2026-0001 --as-of 2026-11-24"
    )]
    Freeze {
        /// The vault's folder.
        vault: PathBuf,
        /// The case.
        case: String,
        /// The day.
        #[arg(long, value_name = "DATE")]
        as_of: String,
    },
}

/// `ID=A,B,C,REST`: the id and so many values, the last with its commas.
fn parts(text: &str, count: usize) -> Result<(String, Vec<String>)> {
    let wrong = || {
        let short: String = text.chars().take(60).collect();
        Error::input(
            "E-AI-FORM",
            format!("\"{short}\" is not of the form that --help shows."),
        )
    };
    let (id, rest) = text.split_once('=').ok_or_else(wrong)?;
    let values: Vec<String> = rest.splitn(count, ',').map(str::to_owned).collect();
    if values.len() == count {
        Ok((id.to_owned(), values))
    } else {
        Err(wrong())
    }
}

fn worksheet(common: &Common, view: &c::WorksheetView) {
    if common.json {
        print::json(view);
        return;
    }
    for run in &view.runs {
        print::line(&format!(
            "{}  {}: {}",
            run.id,
            run.label,
            run.operations.join(" / ")
        ));
    }
    print::line(&format!(
        "All together, low / likely / high: {}",
        view.total.join(" / ")
    ));
    print::line(&view.verdict_words);
    for fault in &view.faults {
        print::line(&fault.message);
    }
    print::line(&view.pack);
}

pub(crate) fn ai(common: &Common, command: AiCommand) -> Result<u8> {
    match command {
        AiCommand::Watch { vault } => {
            let watch = reading(common, &vault)?.compute_watch()?;
            if common.json {
                print::json(&watch);
                return Ok(0);
            }
            let cells: Vec<Vec<String>> = watch
                .rows
                .iter()
                .map(|row| {
                    let mut cells = vec![row.name.clone(), row.country.clone()];
                    cells.extend(row.operations.clone());
                    cells.push(row.standing.clone());
                    cells
                })
                .collect();
            print::table(
                &["candidate", "country", "low", "likely", "high", "standing"],
                &cells,
            );
        }
        AiCommand::Show { vault, case } => {
            worksheet(common, &reading(common, &vault)?.worksheet(&case)?);
        }
        AiCommand::Estimate {
            vault,
            case,
            label,
            method,
            assumptions,
            facts,
            keep,
        } => {
            let assumptions = assumptions
                .iter()
                .map(|text| {
                    let (id, values) = parts(text, 4)?;
                    let [low, likely, high, source] = <[String; 4]>::try_from(values)
                        .map_err(|_| Error::input("E-AI-FORM", "Write LOW,LIKELY,HIGH,SOURCE."))?;
                    Ok(c::AssumptionReq {
                        id,
                        low,
                        likely,
                        high,
                        source,
                    })
                })
                .collect::<Result<_>>()?;
            let facts = facts
                .iter()
                .map(|text| {
                    let (id, values) = parts(text, 2)?;
                    let [value, source] = <[String; 2]>::try_from(values)
                        .map_err(|_| Error::input("E-AI-FORM", "Write VALUE,SOURCE."))?;
                    Ok(c::ClusterFactReq { id, value, source })
                })
                .collect::<Result<_>>()?;
            let req = c::WorksheetReq {
                r#ref: case,
                runs: vec![c::RunReq {
                    label,
                    method,
                    account: None,
                    hardware: None,
                    assumptions,
                }],
                facts,
                together: String::new(),
                keep,
            };
            let view = if keep {
                writing(common, &vault, |vault| vault.worksheet_set(&req))?
            } else {
                reading(common, &vault)?.worksheet_set(&req)?
            };
            // A result of what cannot be is none.
            if !view.faults.is_empty() {
                return Err(Error::fields(
                    &format!("Worksheet of {}", view.r#ref),
                    view.faults,
                ));
            }
            worksheet(common, &view);
        }
        AiCommand::Import {
            vault,
            file,
            columns,
            save_map,
            skip_bad_rows,
        } => {
            let columns: BTreeMap<String, String> = columns
                .iter()
                .map(|text| {
                    let (theirs, ours) = parts(text, 1)?;
                    Ok((theirs, ours.concat()))
                })
                .collect::<Result<_>>()?;
            let how = UsageHow {
                columns: (!columns.is_empty()).then_some(&columns),
                skip_bad_rows,
                save_as: save_map.as_deref(),
            };
            let report = writing(common, &vault, |vault| vault.usage_import(&file, &how))?;
            for problem in &report.problems {
                print::line(&problem.message);
            }
            done(
                common,
                &json!({"rows": report.rows, "imported": report.imported, "duplicates": report.duplicates, "without": report.without, "rejected": report.rejected}),
                &format!(
                    "{}: {} imported, {} there already, {} without accelerators, {} left out.",
                    print::counted(report.rows, "row"),
                    report.imported,
                    report.duplicates,
                    report.without,
                    report.rejected
                ),
            );
        }
    }
    Ok(0)
}

fn sweeps(common: &Common, view: &c::SweepView) {
    if common.json {
        print::json(view);
        return;
    }
    let mut asked = Vec::new();
    if !view.countries.is_empty() {
        let (countries, places) = (view.countries.join(", "), view.places.join(", "));
        asked.push(format!("Countries: {countries}, looked for in: {places}"));
    }
    for (what, of) in [("Networks", &view.networks), ("Names", &view.names)] {
        if !of.is_empty() {
            asked.push(format!("{what}: {}", of.join(", ")));
        }
    }
    if asked.is_empty() {
        asked.push("It is not said yet what the sweep looks for: see `measure query`.".to_owned());
    }
    for line in asked {
        print::line(&print::plain(&line));
    }
    let cells: Vec<Vec<String>> = view
        .sweeps
        .iter()
        .map(|sweep| {
            vec![
                sweep.at.clone(),
                sweep.found.to_string(),
                sweep.new.to_string(),
                sweep.result_sha256.clone(),
            ]
        })
        .collect();
    print::table(&["run", "found", "new", "sha256"], &cells);
    print::line(&format!("To be decided: {}", view.undecided));
}

pub(crate) fn measure(common: &Common, command: MeasureCommand) -> Result<u8> {
    let view = match command {
        MeasureCommand::Show { vault, case } => reading(common, &vault)?.sweep(&case)?,
        MeasureCommand::Query {
            vault,
            case,
            country,
            place,
            network,
            name,
        } => {
            let all = || {
                ["location", "owners", "payment", "resellers"]
                    .map(str::to_owned)
                    .to_vec()
            };
            let req = c::SweepQueryReq {
                r#ref: case,
                countries: country,
                places: if place.is_empty() { all() } else { place },
                networks: network,
                names: name,
            };
            writing(common, &vault, |vault| vault.sweep_query(&req))?
        }
        MeasureCommand::Sweep { vault, case } => {
            writing(common, &vault, |vault| vault.sweep_run(&case))?
        }
    };
    sweeps(common, &view);
    Ok(0)
}

pub(crate) fn certification(common: &Common, command: CertificationCommand) -> Result<u8> {
    let view = match command {
        CertificationCommand::Show { vault, case } => {
            reading(common, &vault)?.certification(&case)?
        }
        CertificationCommand::Freeze { vault, case, as_of } => {
            let req = c::CountsFreezeReq { r#ref: case, as_of };
            writing(common, &vault, |vault| vault.counts_freeze(&req))?
        }
    };
    if common.json {
        print::json(&view);
        return Ok(0);
    }
    print::line(&match &view.as_of {
        Some(day) => format!("Frozen as of {day}."),
        None => "Not frozen; as of today:".to_owned(),
    });
    print::line(&format!(
        "{} customers, {} of them foreign or not shown to be U.S.; {} foreign beneficial owners; {} foreign resellers; {} unverified accounts.",
        view.customers,
        view.foreign,
        view.foreign_owners,
        view.board.len(),
        view.unverified
    ));
    for row in &view.board {
        let cip = match (&row.cip, &row.cip_since) {
            (Some(cip), Some(since)) => format!("CIP {} since {since}", print::plain(cip)),
            _ => "no CIP in force".to_owned(),
        };
        let changed = if row.changed { ", changed since" } else { "" };
        let attested = match row.attestation.as_str() {
            "" => "not asked yet",
            "received" => "attested",
            other => other,
        };
        let unverified = match &row.unverified {
            Some(count) => format!("{count} not verified"),
            None => "unverified not stated".to_owned(),
        };
        print::line(&format!(
            "  {}  {} ({}): {attested}; {cip}{changed}; {unverified}",
            row.r#ref,
            print::plain(&row.name),
            row.country
        ));
    }
    for gap in &view.gaps {
        print::line(&gap.text);
    }
    Ok(0)
}
