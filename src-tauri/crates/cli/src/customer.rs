//! Customers on the command line: listed, shown, taken in and handed out, and their cases moved.

use crate::{
    args::{Common, CustomerCommand},
    evidence,
    import::{imported, mapping_file},
    print,
    run::{done, passphrase, reading, watch, writing},
};
use contract as c;
use desk::{ExposeSecret, Result, Structure, Table};
use serde_json::json;

pub(crate) fn run(common: &Common, command: CustomerCommand) -> Result<u8> {
    match command {
        CustomerCommand::Conduct(command) => crate::conduct::run(common, command),
        CustomerCommand::Advance {
            vault,
            customer,
            to,
            note,
            review_on,
            on,
            override_reason,
            leave_open,
            memo,
        } => {
            let passphrase = override_reason
                .as_ref()
                .map(|_| passphrase(common, "Approver's passphrase: "))
                .transpose()?
                .map(|text| text.expose_secret().to_owned());
            let mut req = c::CustomerAdvanceReq {
                r#ref: customer,
                to,
                reason: note,
                approver: None,
                passphrase,
                override_reason,
                on,
                review_on,
                leave_open,
                made_of: None,
            };
            let view = writing(common, &vault, |vault| {
                req.made_of = crate::letters::made_of(vault, memo.as_deref())?;
                vault.customer_advance(&req)
            })?;
            done(
                common,
                &json!({"customer": view.row.r#ref, "status": view.row.status}),
                &format!("{} is now: {}.", view.row.r#ref, view.status_label),
            );
            Ok(0)
        }
        CustomerCommand::Import {
            vault,
            file,
            sheet,
            map,
            save_map,
            dry_run,
            skip_bad_rows,
        } => {
            let (name, report) = if Structure::is_in(&file) {
                let structure = Structure::read(&file)?;
                let report = writing(common, &vault, |vault| {
                    vault.structure_import(&structure, dry_run, skip_bad_rows, &watch())
                })?;
                (structure.name().to_owned(), report)
            } else {
                let table = Table::read_sheet(&file, sheet.as_deref())?;
                let report = writing(common, &vault, |vault| {
                    let mapping = match &map {
                        Some(map) => table.mapping_from(&mapping_file(map, "E-IMPORT-MAP")?)?,
                        None => match vault.mapping_for(&table)? {
                            Some((name, mapping)) if !table.is_exact() => {
                                print::note(&print::plain(&format!(
                                    "The columns are read as saved under {name}."
                                )));
                                mapping
                            }
                            _ => table.guess(),
                        },
                    };
                    let report =
                        vault.import(&table, &mapping, dry_run, skip_bad_rows, &watch())?;
                    if let Some(name) = save_map.as_deref().filter(|_| !dry_run) {
                        vault.mapping_save(name, &table, &mapping)?;
                    }
                    Ok(report)
                })?;
                (table.name, report)
            };
            for note in &report.notes {
                print::note(&print::plain(note));
            }
            for problem in &report.problems {
                print::note(&print::plain(&format!(
                    "{} [{}]",
                    problem.message, problem.code
                )));
            }
            if let Some(name) = &report.report {
                print::note(&print::plain(&format!(
                    "The rows left out were written to {name}, beside the file."
                )));
            }
            imported(common, &name, &report);
            // A dry run that finds bad rows says that the import would be refused.
            Ok(if dry_run && report.rejected > 0 && !skip_bad_rows {
                2
            } else {
                0
            })
        }
        CustomerCommand::Export {
            vault,
            to,
            format,
            query,
            search,
            status,
            country,
            incomplete,
        } => {
            let req = c::CustomerExportReq {
                asked: c::CustomerListReq {
                    query: asked(query, search, status, country, &[], incomplete),
                    sort: c::CustomerSort::Ref,
                    descending: false,
                    offset: 0,
                    limit: 0,
                    counts: false,
                },
                format: match format.as_str() {
                    "owners" => c::ExportFormat::Owners,
                    "jsonl" => c::ExportFormat::Jsonl,
                    "ftm" => c::ExportFormat::Ftm,
                    "bods" => c::ExportFormat::Bods,
                    _ => c::ExportFormat::Csv,
                },
            };
            let saved = reading(common, &vault)?.customer_export(&req, &to, &watch())?;
            done(
                common,
                &json!({"file": saved.name, "bytes": saved.bytes}),
                &format!("Wrote {} ({} bytes).", to.display(), saved.bytes),
            );
            Ok(0)
        }
        CustomerCommand::List {
            vault,
            query,
            search,
            status,
            risk,
            by_risk,
            limit,
        } => {
            let req = c::CustomerListReq {
                query: asked(query, search, status, None, &risk, false),
                sort: if by_risk {
                    c::CustomerSort::Risk
                } else {
                    c::CustomerSort::Ref
                },
                descending: by_risk,
                offset: 0,
                limit: limit.unwrap_or(0),
                counts: false,
            };
            let list = reading(common, &vault)?.customer_list(&req)?;
            if common.json {
                let rows: Vec<_> = list
                    .rows
                    .iter()
                    .map(|row| json!({"ref": row.r#ref, "name": row.name, "kind": row.kind, "country": row.country, "us_status": row.us_status, "status": row.status, "missing": row.missing}))
                    .collect();
                print::json(&rows);
            } else {
                let rows: Vec<Vec<String>> = list
                    .rows
                    .into_iter()
                    .map(|row| {
                        vec![
                            row.r#ref,
                            row.name,
                            row.country,
                            format!("{:?}", row.us_status).to_lowercase(),
                            row.status,
                            row.risk.unwrap_or_default(),
                            row.missing.to_string(),
                        ]
                    })
                    .collect();
                print::table(
                    &[
                        "REF", "NAME", "COUNTRY", "U.S.", "STATUS", "RISK", "MISSING",
                    ],
                    &rows,
                );
            }
            Ok(0)
        }
        CustomerCommand::Print {
            vault,
            reference,
            to,
        } => {
            let vault = reading(common, &vault)?;
            let saved = vault.print_to(&to, &vault.customer_page(&reference)?)?;
            done(
                common,
                &json!({"name": saved.name, "bytes": saved.bytes}),
                &format!("Wrote {} ({} bytes).", to.display(), saved.bytes),
            );
            Ok(0)
        }
        CustomerCommand::Show { vault, reference } => {
            let view = reading(common, &vault)?.customer_show(&reference)?;
            if common.json {
                print::json(&view);
                return Ok(0);
            }
            print::line(&print::plain(&format!(
                "{}  {}  {}",
                view.row.r#ref, view.row.name, view.status_label
            )));
            print::line(&format!(
                "{} of {} required items are there.",
                view.completeness.present, view.completeness.required
            ));
            crate::conduct::show(&view);
            for gap in &view.completeness.gaps {
                print::line(&print::plain(&format!(
                    "  missing: {}{}",
                    gap.label,
                    gap.rule
                        .as_ref()
                        .map(|rule| format!(" ({})", rule.cite))
                        .unwrap_or_default()
                )));
            }
            for field in view
                .sections
                .iter()
                .flat_map(|section| &section.fields)
                .filter(|field| field.present)
            {
                print::line(&print::plain(&format!(
                    "{}: {}",
                    field.label,
                    field.values.join("; ")
                )));
                evidence::source(field);
            }
            for owner in &view.owners {
                print::line(&print::plain(&format!(
                    "Owner {}: {}: {}{}{}",
                    owner.id,
                    owner.name,
                    owner.direct,
                    owner
                        .effective
                        .as_deref()
                        .map(|share| format!("; {share} % over all chains"))
                        .unwrap_or_default(),
                    match owner.counts {
                        contract::Counting::Yes => "; beneficial owner",
                        contract::Counting::Possibly => "; possibly a beneficial owner",
                        contract::Counting::No => "",
                    }
                )));
                for proof in &owner.proofs {
                    evidence::shown_by("  ", proof, true);
                }
            }
            for account in &view.accounts {
                print::line(&print::plain(&format!(
                    "Account {}: {} ({} access records)",
                    account.account_ref, account.state, account.access_records
                )));
                let payments = account.payments.iter().flat_map(|one| &one.proofs);
                for proof in account.proofs.iter().chain(payments) {
                    evidence::shown_by("  ", proof, true);
                }
            }
            for document in &view.documents {
                print::line(&print::plain(&format!(
                    "Document {}: {} {} bytes",
                    document.id, document.type_label, document.bytes
                )));
            }
            Ok(0)
        }
    }
}

/// The query that was typed, or else the options of a list as the words of one.
fn asked(
    query: Option<String>,
    search: Option<String>,
    status: Option<String>,
    country: Option<String>,
    risk: &[String],
    incomplete: bool,
) -> String {
    if let Some(query) = query {
        return query;
    }
    let word = |name: &str, value: &str| format!("{name}:{}", desk::quoted(value));
    let mut words: Vec<String> = search.iter().map(|text| desk::quoted(text)).collect();
    words.extend(status.map(|status| word("status", &status)));
    words.extend(country.map(|country| word("country", &country)));
    words.extend((!risk.is_empty()).then(|| format!("risk:{}", risk.join(","))));
    words.extend(incomplete.then(|| "is:incomplete".to_owned()));
    words.join(" ")
}
