//! Running a command on the desk.

use crate::{
    args::{
        AccessCommand, BagCommand, Command, Common, CustomerCommand, DocumentCommand,
        EvidenceCommand, ImportCommand, RequestCommand, VaultCommand,
    },
    evidence, print,
};
use contract as c;
use desk::{
    AccessHow, Error, ExposeSecret, FixedNow, Names, NewVault, Now, OpenVault, Result, Schema,
    SecretString, Source, Structure, Surroundings, SystemNow, Table, Throttled,
    demo::{self, Demo},
};
use serde_json::json;
use std::{
    io::IsTerminal,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

pub(crate) fn surroundings(now: Arc<dyn Now>) -> Surroundings {
    // Tests lower the cost of the passphrase function; a vault made so says it in its key files and opens all the same.
    let work = std::env::var("CIPDESK_TEST_SCRYPT")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(18);
    Surroundings {
        now,
        state: desk::state_folder(),
        worker: std::env::current_exe().ok(),
        work,
        schema: Schema::TODAY,
    }
}

/// The clock for reads: `--now`, else the system's. What is recorded always takes the system's.
pub(crate) fn clock(common: &Common) -> Result<Arc<dyn Now>> {
    Ok(match &common.now {
        None => Arc::new(SystemNow),
        Some(text) => Arc::new(FixedNow(desk::parse_now(text)?)),
    })
}

pub(crate) fn passphrase(common: &Common, prompt: &str) -> Result<SecretString> {
    passphrase_in(common.passphrase_file.as_deref(), prompt)
}

/// A passphrase or a key out of a file; without one, typed on a terminal.
pub(crate) fn passphrase_in(file: Option<&Path>, prompt: &str) -> Result<SecretString> {
    if let Some(file) = file {
        let mut text = std::fs::read_to_string(file).map_err(|_| {
            Error::input(
                "E-PASSPHRASE-FILE",
                format!(
                    "The passphrase file {} cannot be read. Check its name and permissions.",
                    file.display()
                ),
            )
        })?;
        if text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        return Ok(SecretString::from(text));
    }
    if !std::io::stdin().is_terminal() {
        return Err(Error::input(
            "C-01",
            "A passphrase is needed. Give --passphrase-file FILE, or run this in a terminal. A passphrase on the command line would show in the list of processes.",
        ));
    }
    rpassword::prompt_password(prompt)
        .map(SecretString::from)
        .map_err(|_| Error::input("C-01", "No passphrase was typed."))
}

pub(crate) fn unlock(common: &Common, path: &Path, now: Arc<dyn Now>) -> Result<OpenVault> {
    // Whether it is a vault at all is said before a passphrase is asked for.
    desk::inspect(path)?;
    let passphrase = passphrase(common, "Passphrase: ")?;
    let around = surroundings(now);
    // A script waits out the pause after a wrong passphrase; the window counts it down.
    if let Some(pause) = desk::pause_before_unlock(path, &surroundings(Arc::new(SystemNow))) {
        print::note(&format!(
            "A passphrase was wrong before; waiting {} s.",
            pause.as_secs().max(1)
        ));
        std::thread::sleep(pause);
    }
    let vault = OpenVault::unlock_for(
        path,
        common.staff.as_deref(),
        &passphrase,
        around,
        common.read_only,
        &watch(),
    )?;
    if let Some(updated) = vault.update_note() {
        print::note(updated);
    }
    Ok(vault)
}

/// Refuses a file that is there already, before anything is done.
pub(crate) fn watch_free(file: Option<&Path>) -> Result<()> {
    match file {
        Some(file) if std::fs::symlink_metadata(file).is_ok() => Err(Error::input(
            "E-FILE-EXISTS",
            format!(
                "{} is there already, and is never written over. Choose another name for the recovery sheet.",
                file.display()
            ),
        )),
        _ => Ok(()),
    }
}

pub(crate) fn reading(common: &Common, path: &Path) -> Result<OpenVault> {
    unlock(common, path, clock(common)?)
}

/// Opens a vault, writes, closes it with a checkpoint.
pub(crate) fn writing<T>(
    common: &Common,
    path: &Path,
    work: impl FnOnce(&OpenVault) -> Result<T>,
) -> Result<T> {
    let vault = unlock(common, path, Arc::new(SystemNow))?;
    let result = work(&vault);
    vault.close()?;
    result
}

pub(crate) fn watch() -> impl desk::Watch {
    Throttled::new(Arc::new(AtomicBool::new(false)), |progress| {
        print::progress(&progress)
    })
}

pub(crate) fn run(common: &Common, command: Command) -> Result<u8> {
    match command {
        Command::Vault(command) => vault(common, command),
        Command::Demo {
            vault,
            customers,
            access_records,
            seed,
        } => {
            let at = match &common.now {
                None => SystemNow.utc(),
                Some(text) => desk::parse_now(text)?,
            };
            let passphrase = passphrase(common, "Passphrase for the demonstration vault: ")?;
            let demo = Demo {
                customers,
                access_records,
                seed,
                at: Some(at),
            };
            let made = demo::make(
                &vault,
                &demo,
                &passphrase,
                surroundings(Arc::new(SystemNow)),
                &watch(),
            )?;
            made.close()?;
            if common.json {
                print::json(
                    &json!({"vault": vault.display().to_string(), "customers": customers, "access_records": access_records, "seed": seed}),
                );
            } else {
                print::line(&format!(
                    "Made {} with {customers} invented customers.",
                    vault.display()
                ));
            }
            Ok(0)
        }
        Command::Member(command) => crate::member::member(common, command),
        Command::Keys(command) => crate::member::keys(common, command),
        Command::Audit(command) => crate::member::audit(common, command),
        Command::Access(command) => access(common, command),
        Command::Customer(command) => customer(common, command),
        Command::Owner(command) => crate::owner::run(common, command),
        Command::Field(command) => crate::field::run(common, command),
        Command::Import(command) => imports(common, command),
        Command::Document(command) => document(common, command),
        Command::Reseller(command) => crate::reseller::run(common, command),
        Command::Request(RequestCommand::Open {
            vault,
            received,
            reseller,
            reference,
            how,
            file,
        }) => {
            let req = c::RequestOpenReq {
                received,
                resellers: reseller,
                reference,
                how,
                handle: None,
            };
            let letters = file.into_iter().map(Source::File).collect();
            opened_case(common, &vault, |vault| vault.request_open(&req, letters))?;
            Ok(0)
        }
        Command::Demand(command) => crate::demand::run(common, command),
        Command::Evidence(EvidenceCommand::Open {
            vault,
            reseller,
            received,
            summary,
            signal,
        }) => {
            let req = c::EvidenceOpenReq {
                reseller,
                received,
                summary,
                handle: None,
                signal,
            };
            opened_case(common, &vault, |vault| {
                vault.evidence_open(&req, Vec::new())
            })?;
            Ok(0)
        }
        Command::Clock(command) => crate::clock::run(common, command),
        Command::Case(command) => crate::case::run(common, command),
        Command::Guide(command) => crate::guide::run(common, command),
        Command::Task(command) => crate::handling::task(common, command),
        Command::Comment(command) => crate::handling::comment(common, command),
        Command::Handling(command) => crate::handling::handling(common, command),
        Command::Programme(command) => crate::programme::run(common, command),
        Command::Ai(command) => crate::work::ai(common, command),
        Command::Measure(command) => crate::work::measure(common, command),
        Command::Certification(command) => crate::work::certification(common, command),
        Command::Pack(command) => crate::pack::run(common, command),
        Command::Letter(command) => crate::letters::run(common, command),
        Command::Register(command) => crate::letters::register(common, command),
        Command::Duplicates(command) => crate::likeness::run(common, command),
        Command::Radar {
            vault,
            customer,
            kind,
        } => crate::likeness::radar(common, &vault, customer, kind),
        Command::Retention(command) => crate::retention::run(common, command),
        Command::Filing(command) => crate::filing::run(common, command),
        Command::Bundle(command) => crate::bundle::run(common, command),
        Command::Intake(command) => crate::intake::run(common, command),
        Command::Signer(command) => crate::bundle::signer(common, command),
        Command::Bag(BagCommand::Check { path }) => crate::bundle::bag(common, &path),
        Command::Journal(command) => crate::journal::run(common, command),
        Command::Completions { .. } | Command::Man => Ok(0),
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

/// Writes a recovery sheet, which is kept nowhere, to a file; without one it goes to standard error.
pub(crate) fn give_sheet(sheet: &desk::RecoverySheet, file: Option<&Path>) -> Result<()> {
    let text = sheet.lines().join("\n");
    match file {
        Some(file) => {
            desk::save_private(file, format!("{text}\n").as_bytes())?;
        }
        None => print::note(&text),
    }
    Ok(())
}

pub(crate) fn done(common: &Common, value: &serde_json::Value, sentence: &str) {
    if common.json {
        print::json(value);
    } else {
        print::line(&print::plain(sentence));
    }
}

/// Says that a page was written.
pub(crate) fn wrote(common: &Common, to: &std::path::Path, saved: &c::Saved) {
    done(
        common,
        &json!({"file": saved.name, "bytes": saved.bytes}),
        &format!("Wrote {} ({} bytes).", to.display(), saved.bytes),
    );
}

/// Opens a case, and says which clock runs now and how it stands: a last day may be over already.
pub(crate) fn opened_case(
    common: &Common,
    vault: &Path,
    open: impl FnOnce(&OpenVault) -> Result<c::CaseOpened>,
) -> Result<()> {
    let (opened, clock) = writing(common, vault, |vault| {
        let opened = open(vault)?;
        let clock = (!opened.clock.is_empty())
            .then(|| vault.clock_show(&opened.clock))
            .transpose()?;
        Ok((opened, clock))
    })?;
    if let Some(doubt) = &opened.doubt {
        print::note(&format!(
            "{doubt} If it is not, correct the trigger on the page of clock {}; both days are kept. [E-CLOCK-LONG-PAST]",
            opened.clock
        ));
    }
    let mut value = json!({"case": opened.case, "clock": opened.clock, "due": opened.due});
    let mut sentence = match clock {
        Some(clock) => format!(
            "Opened {}; clock {} is due on {}: {}.",
            opened.case, opened.clock, opened.due, clock.row.standing
        ),
        None => format!("Opened {}.", opened.case),
    };
    if let Some(filing) = &opened.filing {
        value["filing"] = filing.as_str().into();
        sentence.push_str(&format!(" Drafted {filing}."));
    }
    done(common, &value, &sentence);
    Ok(())
}

fn vault(common: &Common, command: VaultCommand) -> Result<u8> {
    match command {
        VaultCommand::Create {
            vault,
            org,
            role,
            zone,
            label,
            recovery_sheet,
        } => {
            let founder = common.staff.clone().ok_or_else(|| Error::input("C-05", "Give the first member's name: --staff \"Ana Lima\". It is kept in the database only."))?;
            watch_free(recovery_sheet.as_deref())?;
            let first = passphrase(common, "New passphrase: ")?;
            if common.passphrase_file.is_none()
                && passphrase(common, "The same again: ")?.expose_secret() != first.expose_secret()
            {
                return Err(Error::input(
                    "V-27",
                    "The two passphrases differ. Nothing was made.",
                ));
            }
            let new = NewVault {
                org,
                role,
                zone,
                staff: founder,
                label: label.clone(),
                passphrase: first,
                demo: false,
                drill: None,
            };
            let (made, sheet) = OpenVault::create(&vault, new, surroundings(Arc::new(SystemNow)))?;
            made.close()?;
            give_sheet(&sheet, recovery_sheet.as_deref())?;
            done(
                common,
                &json!({"vault": vault.display().to_string(), "staff": label}),
                &format!(
                    "Made {}. Keep the recovery sheet sealed, away from this computer.",
                    vault.display()
                ),
            );
            Ok(0)
        }
        VaultCommand::Status { vault } => {
            let status = reading(common, &vault)?.summary()?;
            if common.json {
                print::json(&status);
            } else {
                for (label, value) in status.lines() {
                    print::line(&print::plain(&format!("{label:<20} {value}")));
                }
            }
            Ok(0)
        }
        VaultCommand::Check { vault } => {
            let report = reading(common, &vault)?.check(&watch())?;
            if common.json {
                print::json(
                    &json!({"ok": report.ok, "journal_entries": report.journal_entries, "documents": report.documents, "problems": report.problems}),
                );
            } else {
                for problem in &report.problems {
                    print::line(&print::plain(&format!(
                        "{} {}: {}",
                        problem.code, problem.at, problem.message
                    )));
                }
                print::line(&report.summary);
            }
            Ok(u8::from(!report.ok))
        }
        VaultCommand::Accept { vault, reason } => crate::member::accept(common, &vault, &reason),
        VaultCommand::Backup { vault, dest, keep } => {
            crate::backups::backup(common, &vault, &dest, keep)
        }
        VaultCommand::Export { vault, dest } => crate::backups::export(common, &vault, &dest),
        VaultCommand::Import {
            export,
            vault,
            recovery_sheet,
        } => crate::backups::take_in(common, &export, &vault, recovery_sheet.as_deref()),
        VaultCommand::Backups { folder } => crate::backups::list(common, &folder),
        VaultCommand::Restore {
            backup,
            dest,
            damaged,
        } => crate::backups::restore(common, &backup, &dest, damaged),
    }
}

fn access(common: &Common, command: AccessCommand) -> Result<u8> {
    let (vault, file, account, map, save_map, skip_bad_rows, part) = match command {
        AccessCommand::Import {
            vault,
            file,
            account,
            map,
            save_map,
            skip_bad_rows,
            keep_every,
        } => (
            vault,
            file,
            account,
            map,
            save_map,
            skip_bad_rows,
            keep_every,
        ),
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
            return Ok(0);
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
            return Ok(0);
        }
    };
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
            part,
        };
        let report = vault.access_import(&file, how, &watch())?;
        if let (Some(name), Some(names)) = (&save_map, &names) {
            vault.access_names_save(name, names)?;
        }
        Ok(report)
    })?;
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
    Ok(0)
}

fn mapping_file(path: &Path, code: &str) -> Result<String> {
    std::fs::read_to_string(path).map_err(|_| {
        Error::input(
            code,
            format!("The mapping file {} cannot be read.", path.display()),
        )
    })
}

fn customer(common: &Common, command: CustomerCommand) -> Result<u8> {
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

/// Says what an import did, or would do.
fn imported(common: &Common, name: &str, report: &c::ImportReport) {
    if common.json {
        print::json(
            &json!({"rows": report.rows, "created": report.created, "updated": report.updated, "unchanged": report.unchanged, "rejected": report.rejected}),
        );
        return;
    }
    let would = if report.dry_run {
        "Would import"
    } else {
        "Imported"
    };
    print::line(&format!(
        "{would} {name}: {}, {} new, {} changed, {} as before, {} rejected.",
        print::counted(report.rows, "row"),
        report.created,
        report.updated,
        report.unchanged,
        report.rejected
    ));
}

fn imports(common: &Common, command: ImportCommand) -> Result<u8> {
    let list = match command {
        ImportCommand::List { vault } => reading(common, &vault)?.import_list()?,
        ImportCommand::Undo { vault, import } => {
            writing(common, &vault, |vault| vault.import_undo(import.into()))?
        }
    };
    if common.json {
        print::json(&list);
        return Ok(0);
    }
    let rows: Vec<Vec<String>> = list
        .into_iter()
        .map(|row| {
            vec![
                row.entry.to_string(),
                row.recorded_at,
                row.file,
                row.rows.to_string(),
                row.created.to_string(),
                row.updated.to_string(),
                if row.undone { "undone" } else { "" }.to_owned(),
            ]
        })
        .collect();
    print::table(
        &["IMPORT", "WHEN", "FILE", "ROWS", "NEW", "CHANGED", ""],
        &rows,
    );
    Ok(0)
}

fn document(common: &Common, command: DocumentCommand) -> Result<u8> {
    match command {
        DocumentCommand::Add {
            vault,
            reference,
            file,
            kind,
            replaces,
        } => {
            let row = writing(common, &vault, |vault| {
                let replaces = replaces.as_deref();
                vault.document_replace(&reference, &kind, replaces, Source::File(file), &watch())
            })?;
            for mark in &row.marks {
                print::note(&print::plain(mark));
            }
            let value = json!({"document": row.id, "ref": row.subject, "type": row.r#type, "media_type": row.media_type, "bytes": row.bytes, "sha256": row.sha256, "marks": row.marks});
            done(
                common,
                &value,
                &format!(
                    "Attached {} to {} as {}.",
                    row.id, row.subject, row.media_type
                ),
            );
        }
        DocumentCommand::List { vault, reference } => {
            evidence::list(common, &reading(common, &vault)?, &reference)?;
        }
        DocumentCommand::Show { vault, document } => {
            evidence::show(common, &reading(common, &vault)?, &document)?;
        }
        DocumentCommand::Review(args) => return evidence::review(common, &args),
        DocumentCommand::Extract {
            vault,
            document,
            to,
        } => {
            let saved = reading(common, &vault)?.document_extract(&document, &to, &watch())?;
            done(
                common,
                &json!({"file": saved.name, "bytes": saved.bytes}),
                &format!("Wrote {} ({} bytes).", to.display(), saved.bytes),
            );
        }
    }
    Ok(0)
}
