//! `member`, and what `vault` does with keys: who belongs to a vault, and what happens when a passphrase or a person is lost.

use crate::{
    args::Common,
    print,
    run::{
        done, give_sheet, passphrase, passphrase_in, reading, surroundings, unlock, watch,
        watch_free, writing,
    },
};
use clap::Subcommand;
use contract as c;
use desk::{Error, ExposeSecret, OpenVault, Result, SystemNow, Turned};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

#[derive(Subcommand)]
pub(crate) enum MemberCommand {
    /// List members, their roles and keys.
    #[command(after_help = "Example:\n  cipdesk-cli member list Acme.cipdesk")]
    List {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// Let somebody join. They can read everything, what lies in the past too.
    ///
    /// Roles: analyst, compliance_officer, programme_manager, investigator, administrator; or auditor alone, who reads only.
    #[command(
        after_help = "Example:\n  cipdesk-cli member add Acme.cipdesk --name \"Ben Okoro\" --role compliance_officer --new-passphrase-file ben.txt"
    )]
    Add {
        /// The vault's folder.
        vault: PathBuf,
        /// The name; kept in the database only.
        #[arg(long)]
        name: String,
        /// A role; may be given several times.
        #[arg(long = "role", value_name = "ROLE", required = true)]
        roles: Vec<String>,
        /// The label in the folder; staff-2 and so on unless given.
        #[arg(long)]
        label: Option<String>,
        /// The new member's passphrase; asked for without it.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Change what a member may do.
    #[command(
        after_help = "Example:\n  cipdesk-cli member roles Acme.cipdesk staff-2 --role analyst --role investigator"
    )]
    Roles {
        /// The vault's folder.
        vault: PathBuf,
        /// The member's label.
        label: String,
        /// A role; may be given several times. Roles that are not named are taken away.
        #[arg(long = "role", value_name = "ROLE", required = true)]
        roles: Vec<String>,
    },
    /// Revoke a member: the vault gets other keys, and its database is written anew under them.
    ///
    /// It cannot be undone what the member has read, copied or printed; and a copy of the folder from before still opens with the old
    /// passphrase. Nothing recorded from now on opens for them.
    #[command(
        after_help = "Example:\n  cipdesk-cli member revoke Acme.cipdesk staff-2 --reason \"Left the firm\"\n\nInterrupted at any instant, it has happened or it has not: run it again."
    )]
    Revoke {
        /// The vault's folder.
        vault: PathBuf,
        /// The member's label.
        label: String,
        /// Why; kept in the journal.
        #[arg(long)]
        reason: String,
    },
    /// Give a member who forgot the passphrase new keys.
    #[command(
        name = "enroll",
        alias = "enrol",
        after_help = "Example:\n  cipdesk-cli member enroll Acme.cipdesk staff-2 --new-passphrase-file new.txt"
    )]
    Enrol {
        /// The vault's folder.
        vault: PathBuf,
        /// The member's label.
        label: String,
        /// The member's new passphrase; asked for without it.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Change your own passphrase. Older copies of the key files open with the old one for ever.
    #[command(
        after_help = "Example:\n  cipdesk-cli member passphrase Acme.cipdesk --new-passphrase-file new.txt"
    )]
    Passphrase {
        /// The vault's folder.
        vault: PathBuf,
        /// The new passphrase; asked for without it.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Give the vault other keys, for the same members: where a computer or a copy was lost.
    #[command(
        after_help = "Example:\n  cipdesk-cli keys rotate Acme.cipdesk --reason \"A laptop was stolen\""
    )]
    Rotate {
        /// The vault's folder.
        vault: PathBuf,
        /// Why; kept in the journal.
        #[arg(long)]
        reason: String,
    },
    /// Make a recovery key beside the one there is, or in the place of all there are.
    #[command(
        after_help = "Examples:\n  cipdesk-cli keys recovery Acme.cipdesk --instead --recovery-sheet sheet.txt\n  cipdesk-cli keys recovery Acme.cipdesk --instead --parts 2/3 --recovery-sheet sheet.txt"
    )]
    Recovery {
        /// The vault's folder.
        vault: PathBuf,
        /// The keys there are open nothing any more.
        #[arg(long)]
        instead: bool,
        /// In parts for several officers, such as 2/3: any two of three open the vault. Each part has a sheet and a file of its own.
        #[arg(long, value_name = "NEEDED/PARTS", value_parser = parts)]
        parts: Option<(u32, u32)>,
        /// Write the recovery sheet here; without it, it goes to standard error.
        #[arg(long, value_name = "FILE")]
        recovery_sheet: Option<PathBuf>,
    },
    /// Try a recovery key: does it open this vault?
    #[command(
        after_help = "Example:\n  cipdesk-cli keys test Acme.cipdesk --recovery-key-file typed.txt"
    )]
    Test {
        /// The vault's folder.
        vault: PathBuf,
        /// The key as typed from the sheet, or its parts one after the other; asked for without it.
        #[arg(long, value_name = "FILE")]
        recovery_key_file: Option<PathBuf>,
    },
    /// Open a vault with its recovery key and give a member a new passphrase.
    #[command(
        after_help = "Example:\n  cipdesk-cli keys recover Acme.cipdesk --label staff-1 --recovery-key-file typed.txt --new-passphrase-file new.txt"
    )]
    Recover {
        /// The vault's folder.
        vault: PathBuf,
        /// The member who gets new keys.
        #[arg(long, default_value = "staff-1")]
        label: String,
        /// The key as typed from the sheet; asked for without it.
        #[arg(long, value_name = "FILE")]
        recovery_key_file: Option<PathBuf>,
        /// The new passphrase; asked for without it.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Draw customers at random; the printed seed draws the same again. Names are shortened to initials.
    #[command(
        after_help = "Example:\n  cipdesk-cli audit sample Acme.cipdesk --size 20 --seed 7f3a9c21"
    )]
    Sample {
        /// The vault's folder.
        vault: PathBuf,
        /// How many.
        #[arg(long, default_value_t = 20)]
        size: u32,
        /// What to draw from; made up, and printed, without it.
        #[arg(long)]
        seed: Option<String>,
    },
}

/// Opens a vault, changes its members, and closes it as it is then.
fn turning(
    common: &Common,
    path: &std::path::Path,
    work: impl FnOnce(&OpenVault, String) -> Result<Turned>,
) -> Result<Turned> {
    let vault = unlock(common, path, Arc::new(SystemNow))?;
    let again = passphrase(common, "Your passphrase again: ")?;
    let turned = match work(&vault, again.expose_secret().to_owned()) {
        Ok(turned) => turned,
        Err(error) => {
            vault.close()?;
            return Err(error);
        }
    };
    drop(vault);
    turned.vault.close()?;
    Ok(turned)
}

pub(crate) fn member(common: &Common, command: MemberCommand) -> Result<u8> {
    match command {
        MemberCommand::List { vault } => {
            let people = reading(common, &vault)?.people()?;
            if common.json {
                print::json(&people.members);
            } else {
                let rows: Vec<Vec<String>> = people
                    .members
                    .into_iter()
                    .map(|member| {
                        vec![
                            member.label,
                            member.name,
                            member.roles_label,
                            member
                                .until
                                .map_or_else(|| "active".to_owned(), |day| format!("until {day}")),
                            member.fingerprint,
                        ]
                    })
                    .collect();
                print::table(
                    &["LABEL", "NAME", "ROLES", "STANDING", "APPROVAL KEY"],
                    &rows,
                );
            }
        }
        MemberCommand::Add {
            vault,
            name,
            roles,
            label,
            new_passphrase_file,
        } => {
            let new = passphrase_in(
                new_passphrase_file.as_deref(),
                "The new member's passphrase: ",
            )?;
            let mut req = c::MemberAddReq {
                name,
                label,
                roles,
                new_passphrase: new.expose_secret().to_owned(),
                passphrase: String::new(),
            };
            let turned = turning(common, &vault, |vault, again| {
                req.passphrase = again;
                vault.member_add(&req)
            })?;
            let people = turned.vault.people()?;
            let added = people
                .members
                .iter()
                .rfind(|member| member.name == req.name.trim())
                .map(|member| member.label.clone())
                .unwrap_or_default();
            done(
                common,
                &json!({"member": added, "generation": people.generation}),
                &format!("{added} belongs to the vault, and unlocks with --staff {added}."),
            );
        }
        MemberCommand::Roles {
            vault,
            label,
            roles,
        } => {
            let turned = turning(common, &vault, |vault, again| {
                vault.member_roles(&c::MemberRolesReq {
                    label: label.clone(),
                    roles,
                    passphrase: again,
                })
            })?;
            told(common, &turned, &label, "has other roles")?;
        }
        MemberCommand::Revoke {
            vault,
            label,
            reason,
        } => {
            let turned = turning(common, &vault, |vault, again| {
                vault.member_revoke(&c::MemberRevokeReq {
                    label: label.clone(),
                    reason,
                    passphrase: again,
                })
            })?;
            for line in turned.vault.people()?.revoking_leaves {
                print::note(&line);
            }
            told(common, &turned, &label, "is revoked")?;
        }
        MemberCommand::Enrol {
            vault,
            label,
            new_passphrase_file,
        } => {
            let new = passphrase_in(
                new_passphrase_file.as_deref(),
                "The member's new passphrase: ",
            )?;
            let turned = turning(common, &vault, |vault, again| {
                vault.member_enrol(&c::MemberEnrolReq {
                    label: label.clone(),
                    new_passphrase: new.expose_secret().to_owned(),
                    passphrase: again,
                })
            })?;
            told(common, &turned, &label, "has new keys and a new passphrase")?;
        }
        MemberCommand::Passphrase {
            vault,
            new_passphrase_file,
        } => {
            let new = passphrase_in(new_passphrase_file.as_deref(), "Your new passphrase: ")?;
            let old = passphrase(common, "Your passphrase up to now: ")?;
            writing(common, &vault, |vault| {
                vault.passphrase_change(&c::PassphraseChangeReq {
                    passphrase: old.expose_secret().to_owned(),
                    new_passphrase: new.expose_secret().to_owned(),
                })
            })?;
            done(
                common,
                &json!({"changed": true}),
                "The passphrase is changed. Copies of the folder from before open with the old one.",
            );
        }
    }
    Ok(0)
}

fn told(common: &Common, turned: &Turned, label: &str, what: &str) -> Result<()> {
    let generation = turned.vault.people()?.generation;
    done(
        common,
        &json!({"member": label, "generation": generation}),
        &format!("{label} {what}. The vault has other keys (generation {generation})."),
    );
    Ok(())
}

pub(crate) fn keys(common: &Common, command: KeysCommand) -> Result<u8> {
    match command {
        KeysCommand::Rotate { vault, reason } => {
            let turned = turning(common, &vault, |vault, again| {
                vault.keys_rotate(&c::KeysRotateReq {
                    reason,
                    passphrase: again,
                })
            })?;
            let generation = turned.vault.people()?.generation;
            done(
                common,
                &json!({"generation": generation}),
                &format!("The vault has other keys (generation {generation})."),
            );
        }
        KeysCommand::Recovery {
            vault,
            instead,
            parts,
            recovery_sheet,
        } => {
            let of = parts.map_or(1, |(_, of)| of.min(desk::MOST_PARTS.into()));
            let files: Vec<Option<PathBuf>> = (1..=of)
                .map(|part| {
                    recovery_sheet
                        .as_ref()
                        .map(|file| sheet_file(file, part, of))
                })
                .collect();
            files
                .iter()
                .try_for_each(|file| watch_free(file.as_deref()))?;
            let turned = turning(common, &vault, |vault, again| {
                vault.recovery_make(&c::RecoveryMakeReq {
                    instead,
                    split: parts.map(|(needed, of)| c::RecoverySplit { needed, of }),
                    passphrase: again,
                })
            })?;
            for (sheet, file) in turned.sheets.iter().zip(&files) {
                give_sheet(sheet, file.as_deref())?;
            }
            let keys = turned.vault.people()?.recovery_keys;
            let made = match parts {
                None => "A recovery key was made. Keep its sheet sealed, away from this computer."
                    .to_owned(),
                Some((needed, of)) => format!(
                    "A recovery key was made in {of} parts, any {needed} of which open the vault. Hand each sheet to another officer, sealed, and keep none on this computer."
                ),
            };
            done(common, &json!({"recovery_keys": keys, "sheets": of}), &made);
        }
        KeysCommand::Test {
            vault,
            recovery_key_file,
        } => {
            let key = passphrase_in(recovery_key_file.as_deref(), "Recovery key: ")?;
            reading(common, &vault)?.recovery_test(key.expose_secret())?;
            done(
                common,
                &json!({"opens": true}),
                "This recovery key opens this vault.",
            );
        }
        KeysCommand::Recover {
            vault,
            label,
            recovery_key_file,
            new_passphrase_file,
        } => {
            desk::inspect(&vault)?;
            let key = passphrase_in(recovery_key_file.as_deref(), "Recovery key: ")?;
            let new = passphrase_in(new_passphrase_file.as_deref(), "The new passphrase: ")?;
            let open = OpenVault::recover(
                &vault,
                &key,
                &label,
                &new,
                surroundings(Arc::new(SystemNow)),
                &watch(),
            )?;
            open.close()?;
            done(
                common,
                &json!({"member": label}),
                &format!(
                    "{label} has a new passphrase and administers the vault, which has other keys now."
                ),
            );
        }
    }
    Ok(0)
}

pub(crate) fn audit(common: &Common, command: AuditCommand) -> Result<u8> {
    let AuditCommand::Sample { vault, size, seed } = command;
    let sample = reading(common, &vault)?.audit_sample(&c::AuditSampleReq { seed, size })?;
    if common.json {
        print::json(&sample);
    } else {
        let rows: Vec<Vec<String>> = sample
            .rows
            .iter()
            .map(|row| {
                vec![
                    row.r#ref.clone(),
                    row.initials.clone(),
                    row.country.clone(),
                    row.state.clone(),
                    row.missing.to_string(),
                    row.documents.to_string(),
                    row.entries.to_string(),
                ]
            })
            .collect();
        print::table(
            &[
                "REF",
                "INITIALS",
                "COUNTRY",
                "STATE",
                "MISSING",
                "DOCUMENTS",
                "ENTRIES",
            ],
            &rows,
        );
        print::note(&format!(
            "{} of {} drawn, seed {}",
            sample.rows.len(),
            sample.of,
            sample.seed
        ));
    }
    Ok(0)
}

/// `vault accept`: goes on with a vault that is not the one this computer remembers.
pub(crate) fn accept(common: &Common, vault: &std::path::Path, reason: &str) -> Result<u8> {
    let open = unlock(common, vault, Arc::new(SystemNow))?;
    open.rollback_accept(reason)?;
    open.close()?;
    done(
        common,
        &json!({"accepted": true}),
        "Accepted. This computer remembers the vault as it is now.",
    );
    Ok(0)
}

/// What an approval takes: who approves, where it is not the one who unlocked, and their passphrase.
/// The passphrase of the member at work, again.
pub(crate) fn again(common: &Common) -> Result<String> {
    Ok(passphrase(common, "Your passphrase again: ")?
        .expose_secret()
        .to_owned())
}

pub(crate) fn approver(common: &Common) -> Result<(Option<String>, String)> {
    let typed = match (&common.approver, &common.approver_passphrase_file) {
        (Some(_), Some(file)) => passphrase_in(Some(file), "")?,
        (Some(label), None) => passphrase_in(None, &format!("Passphrase of {label}: "))?,
        (None, Some(_)) => {
            return Err(Error::input(
                "C-05",
                "Say who approves with that passphrase: --approver LABEL.",
            ));
        }
        (None, None) => passphrase(common, "Approver's passphrase: ")?,
    };
    Ok((common.approver.clone(), typed.expose_secret().to_owned()))
}

/// `2/3`: two of three parts.
fn parts(text: &str) -> std::result::Result<(u32, u32), String> {
    text.split_once('/')
        .and_then(|(needed, of)| Some((needed.trim().parse().ok()?, of.trim().parse().ok()?)))
        .ok_or_else(|| {
            "write how many parts open the vault and how many there are, such as 2/3".to_owned()
        })
}

/// Where the sheet of a part goes: beside the name that was given.
fn sheet_file(file: &Path, part: u32, of: u32) -> PathBuf {
    if of == 1 {
        return file.to_owned();
    }
    let stem = file
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let ending = file
        .extension()
        .map(|ending| format!(".{}", ending.to_string_lossy()))
        .unwrap_or_default();
    file.with_file_name(format!("{stem}-part-{part}-of-{of}{ending}"))
}
