//! A vault on the command line: making one, its standing, its check; what lies in other files is called there.

use crate::{
    args::{Common, VaultCommand},
    print,
    run::{done, give_sheet, passphrase, reading, surroundings, watch, watch_free},
};
use desk::{Error, ExposeSecret, NewVault, OpenVault, Result, SystemNow};
use serde_json::json;
use std::sync::Arc;

pub(crate) fn run(common: &Common, command: VaultCommand) -> Result<u8> {
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
        VaultCommand::Check { vault, signatures } => {
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
                if signatures && report.ok {
                    print::line("The signature over each entry was verified.");
                }
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
