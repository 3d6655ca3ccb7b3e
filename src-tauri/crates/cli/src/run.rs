//! Running a command on the desk.

use crate::{
    args::{BagCommand, Command, Common, EvidenceCommand, RequestCommand},
    print,
};
use contract as c;
use desk::{
    Error, FixedNow, Now, OpenVault, Result, Schema, SecretString, Source, Surroundings, SystemNow,
    Throttled,
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
        Command::Vault(command) => crate::vault::run(common, command),
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
        Command::Access(command) => crate::access::run(common, command),
        Command::Customer(command) => crate::customer::run(common, command),
        Command::Owner(command) => crate::owner::run(common, command),
        Command::Field(command) => crate::field::run(common, command),
        Command::Import(command) => crate::import::run(common, command),
        Command::Document(command) => crate::evidence::run(common, command),
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
