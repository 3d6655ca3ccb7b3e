//! Access records on the command line.

use crate::{
    args::{AccessCommand, Common},
    import::mapping_file,
    print,
    run::{done, reading, watch, writing},
};
use contract::AccessReport;
use desk::{AccessHow, Names, Result};
use serde_json::json;

pub(crate) fn run(common: &Common, command: AccessCommand) -> Result<u8> {
    match command {
        AccessCommand::Import {
            vault,
            file,
            account,
            map,
            save_map,
            skip_bad_rows,
            keep_every,
        } => {
            let report = writing(common, &vault, |vault| {
                let names = match &map {
                    Some(map) if map.exists() => {
                        Some(Names::from_toml(&mapping_file(map, "E-ACCESS-MAP")?)?)
                    }
                    Some(name) => Some(vault.access_names(&name.to_string_lossy())?),
                    None => None,
                };
                let how = AccessHow {
                    account: account.as_deref(),
                    skip_bad_rows,
                    names: names.as_ref(),
                    part: keep_every,
                };
                let report = vault.access_import(&file, how, &watch())?;
                if let (Some(name), Some(names)) = (&save_map, &names) {
                    vault.access_names_save(name, names)?;
                }
                Ok(report)
            })?;
            tell(common, &report);
        }
        AccessCommand::List {
            vault,
            asked,
            limit,
        } => {
            let list = reading(common, &vault)?.access_list(&asked.request(limit))?;
            if common.json {
                print::json(&list.rows);
                return Ok(0);
            }
            let rows: Vec<Vec<String>> = list
                .rows
                .into_iter()
                .map(|row| {
                    vec![
                        row.at,
                        row.account,
                        row.ip.unwrap_or_default(),
                        row.action,
                        row.customer.unwrap_or_default(),
                    ]
                })
                .collect();
            print::table(
                &["TIME (UTC)", "ACCOUNT", "ADDRESS", "ACTION", "CUSTOMER"],
                &rows,
            );
            if list.more {
                print::note("There are more. Narrow the question, or raise --limit.");
            }
        }
        AccessCommand::Export { vault, asked, to } => {
            let saved = writing(common, &vault, |vault| {
                vault.access_export(&asked.request(1), &to, &watch())
            })?;
            done(
                common,
                &json!({"name": saved.name, "bytes": saved.bytes}),
                &format!(
                    "Wrote {} ({} bytes), and its proof beside it.",
                    to.display(),
                    saved.bytes
                ),
            );
        }
    }
    Ok(0)
}

/// What an import of access records did, and what it left out.
fn tell(common: &Common, report: &AccessReport) {
    for problem in &report.problems {
        print::note(&print::plain(&format!(
            "{} [{}]",
            problem.message, problem.code
        )));
    }
    for note in &report.notes {
        print::note(&print::plain(note));
    }
    if let Some(name) = &report.read_as {
        print::note(&print::plain(&format!(
            "The columns are read as saved under {name}."
        )));
    }
    if report.resumed > 0 {
        print::note(&format!(
            "The first {} records were kept by an import of this file that did not come to its end; it went on from there.",
            report.resumed
        ));
    }
    if let Some(name) = &report.report {
        print::note(&print::plain(&format!(
            "The records left out are listed in {name}, beside the file."
        )));
    }
    if common.json {
        print::json(
            &json!({"records": report.records, "imported": report.imported, "duplicates": report.duplicates, "without_address": report.without_address, "unassigned": report.unassigned, "rejected": report.rejected}),
        );
    } else {
        print::line(&format!(
            "{}: {} imported, {} there already, {} rejected. Of those imported, {} without an address and {} of accounts that nobody has yet.",
            print::counted(report.records, "record"),
            report.imported,
            report.duplicates,
            report.rejected,
            report.without_address,
            report.unassigned
        ));
    }
}
