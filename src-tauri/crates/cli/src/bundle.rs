//! `cipdesk-cli bundle`, `bag` and `signer`: anybody's bundle is verified, imported, and its key known. What holds is not judged here.

use crate::{
    args::Common,
    print,
    run::{done, reading, watch, writing},
};
use clap::Subcommand;
use contract as c;
use desk::{Error, OpenSshKey, Result};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum BundleCommand {
    /// Verify a bundle: a zip, an encrypted one, or the unpacked folder. Needs no vault; with one, the address book of keys is asked.
    #[command(
        after_help = "Example:\n  cipdesk-cli bundle verify F4-2026-0001-7f3a9c21.bundle.zip --allowed-signers known_signers\n  cipdesk-cli bundle verify F7-2026-0003-99aa01bc.bundle.zip.age --identity key.txt --vault Acme.cipdesk"
    )]
    Verify {
        /// The bundle.
        path: PathBuf,
        /// Keys you trust, in OpenSSH's allowed_signers form, obtained by another way.
        #[arg(long, value_name = "FILE")]
        allowed_signers: Option<PathBuf>,
        /// Your age key, for an encrypted bundle.
        #[arg(long, value_name = "AGE-KEY-FILE")]
        identity: Option<PathBuf>,
        /// The vault whose address book says whether the key is known.
        #[arg(long, value_name = "VAULT", conflicts_with = "allowed_signers")]
        vault: Option<PathBuf>,
    },
    /// Take a bundle of somebody else into a record: verified, as it came, with its origin.
    #[command(
        after_help = "Example:\n  cipdesk-cli bundle import Acme.cipdesk F7-2026-0003-99aa01bc.bundle.zip --into RS-0001\n  cipdesk-cli bundle import Acme.cipdesk x.bundle.zip.age --into C-000012 --identity key.txt --why \"Their key is being compared by letter\""
    )]
    Import {
        /// The vault's folder.
        vault: PathBuf,
        /// The bundle: a zip or an encrypted one.
        path: PathBuf,
        /// The record it belongs to: a customer, reseller, case, filing or clock.
        #[arg(long, value_name = "REF")]
        into: String,
        /// Your age key, for an encrypted bundle.
        #[arg(long, value_name = "AGE-KEY-FILE")]
        identity: Option<PathBuf>,
        /// Why it is imported although nobody has compared the key with the sender.
        #[arg(long, value_name = "REASON")]
        why: Option<String>,
    },
    /// List the bundles that came from others.
    #[command(after_help = "Example:\n  cipdesk-cli bundle list Acme.cipdesk")]
    List {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// Show one bundle that came from somebody else.
    #[command(after_help = "Example:\n  cipdesk-cli bundle show Acme.cipdesk RB-0001")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The received bundle.
        bundle: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum SignerCommand {
    /// List the keys of others that are known, and those of this vault.
    #[command(after_help = "Example:\n  cipdesk-cli signer list Acme.cipdesk")]
    List {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// Write down a key of somebody else, from a .pub file or a line. It is seen, not trusted.
    #[command(
        after_help = "Example:\n  cipdesk-cli signer add Acme.cipdesk lion.pub --label \"Lion City Cloud\" --principal staff-1.7f3a9c21@cipdesk"
    )]
    Add {
        /// The vault's folder.
        vault: PathBuf,
        /// A .pub file.
        file: PathBuf,
        /// Whose key it is.
        #[arg(long)]
        label: String,
        /// The name under which it signs.
        #[arg(long, value_name = "NAME")]
        principal: String,
    },
    /// Say that a key's fingerprint was compared with its owner by another way than the bundle.
    #[command(
        after_help = "Example:\n  cipdesk-cli signer trust Acme.cipdesk SHA256:4ru9... --how \"By telephone with Mei Tan, +65 ...\""
    )]
    Trust {
        /// The vault's folder.
        vault: PathBuf,
        /// The fingerprint.
        fingerprint: String,
        /// How it was compared, and with whom.
        #[arg(long)]
        how: String,
        /// Whose key it is, where that is to be written anew.
        #[arg(long)]
        label: Option<String>,
    },
    /// Say that a key is good no longer. It stays so.
    #[command(
        after_help = "Example:\n  cipdesk-cli signer withdraw Acme.cipdesk SHA256:4ru9... --why \"Stolen laptop, told by letter\""
    )]
    Withdraw {
        /// The vault's folder.
        vault: PathBuf,
        /// The fingerprint.
        fingerprint: String,
        /// Why.
        #[arg(long, value_name = "REASON")]
        why: String,
    },
    /// Write the trusted keys as an allowed_signers file, for ssh-keygen and for `bundle verify` without a vault.
    #[command(
        after_help = "Example:\n  cipdesk-cli signer export Acme.cipdesk --to allowed_signers"
    )]
    Export {
        /// The vault's folder.
        vault: PathBuf,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Bind an OpenSSH key to you, to sign filings with beside your approval key; asks for the passphrase again.
    #[command(
        after_help = "Example:\n  cipdesk-cli signer bind Acme.cipdesk --key ~/.ssh/id_ed25519\n  cipdesk-cli signer bind Acme.cipdesk --agent SHA256:4ru9..."
    )]
    Bind {
        /// The vault's folder.
        vault: PathBuf,
        /// An OpenSSH private key file, Ed25519, without a passphrase.
        #[arg(long, value_name = "FILE", required_unless_present = "agent")]
        key: Option<PathBuf>,
        /// A key in the SSH agent, by fingerprint; the only one there if none is named.
        #[arg(long, value_name = "FINGERPRINT", num_args = 0..=1, default_missing_value = "", conflicts_with = "key")]
        agent: Option<String>,
    },
    /// Release a key that is bound to you. What it signed stays verifiable.
    #[command(after_help = "Example:\n  cipdesk-cli signer release Acme.cipdesk SHA256:4ru9...")]
    Release {
        /// The vault's folder.
        vault: PathBuf,
        /// The fingerprint.
        fingerprint: String,
    },
}

pub(crate) fn run(common: &Common, command: BundleCommand) -> Result<u8> {
    match command {
        BundleCommand::Verify {
            path,
            allowed_signers,
            identity,
            vault,
        } => {
            let report = match vault {
                Some(vault) => reading(common, &vault)?.bundle_verify(
                    &path,
                    None,
                    identity.as_deref(),
                    &watch(),
                )?,
                None => desk::verify_bundle(
                    &path,
                    allowed_signers.as_deref(),
                    identity.as_deref(),
                    &watch(),
                )?,
            };
            verdict(common, &report);
            return Ok(u8::from(!report.valid));
        }
        BundleCommand::Import {
            vault,
            path,
            into,
            identity,
            why,
        } => {
            let row = writing(common, &vault, |vault| {
                vault.bundle_receive(&path, identity.as_deref(), &into, why.as_deref(), &watch())
            })?;
            let sentence = if row.again {
                format!(
                    "{} was imported on {} as {}, into {}; no change.",
                    row.name, row.on, row.r#ref, row.into
                )
            } else {
                format!(
                    "Took {} into {} as {}. Signed by {} with {} ({}).",
                    row.name, row.into, row.r#ref, row.signer, row.fingerprint, row.standing
                )
            };
            if common.json {
                print::json(&row);
            } else {
                print::line(&print::plain(&sentence));
            }
        }
        BundleCommand::List { vault } => {
            let list = reading(common, &vault)?.bundle_list()?;
            if common.json {
                print::json(&list);
            } else {
                let rows: Vec<Vec<String>> = list
                    .into_iter()
                    .map(|row| {
                        vec![
                            row.r#ref,
                            row.on,
                            row.into,
                            row.filing.unwrap_or(row.name),
                            row.signer,
                            row.standing_now,
                        ]
                    })
                    .collect();
                print::table(&["REF", "ON", "INTO", "FILING", "SIGNED BY", "KEY"], &rows);
            }
        }
        BundleCommand::Show { vault, bundle } => {
            let list = reading(common, &vault)?.bundle_list()?;
            let row = list
                .into_iter()
                .find(|row| row.r#ref == bundle)
                .ok_or_else(|| {
                    let shown: String = bundle.chars().take(40).collect();
                    Error::input(
                        "E-RECORD-UNKNOWN",
                        format!("There is no received bundle \"{shown}\" in this vault. `cipdesk-cli bundle list` lists them."),
                    )
                })?;
            if common.json {
                print::json(&row);
            } else {
                show(&row);
            }
        }
    }
    Ok(0)
}

fn show(row: &c::ReceivedRow) {
    let none = String::new();
    for (name, value) in [
        ("Received", &row.r#ref),
        ("Into", &row.into),
        ("Bundle", &row.name),
        ("Filing", row.filing.as_ref().unwrap_or(&none)),
        (
            "Sender, as it says",
            row.organisation.as_ref().unwrap_or(&none),
        ),
        ("Dated, as it says", row.dated.as_ref().unwrap_or(&none)),
        ("Signed by", &row.signer),
        ("Key", &row.fingerprint),
        ("Key when it came", &row.standing),
        ("Key today", &row.standing_now),
        ("Imported because", row.why.as_ref().unwrap_or(&none)),
        ("SHA-256", &row.sha256),
        ("Document", &row.document),
        ("On", &row.on),
        ("By", &row.by),
    ] {
        if !value.is_empty() {
            print::line(&print::plain(&format!("{name}: {value}")));
        }
    }
}

fn verdict(common: &Common, report: &c::BundleReport) {
    if common.json {
        print::json(&json!({
            "valid": report.valid,
            "signer": report.signer.as_ref().map(|signer| json!({"name": signer.name, "fingerprint": signer.fingerprint, "trusted": signer.trusted, "standing": signer.standing, "label": signer.label})),
            "filing": report.filing,
            "files": report.files,
            "bytes": report.bytes,
            "problems": report.problems,
        }));
        return;
    }
    for check in &report.checks {
        print::line(&print::plain(check));
    }
    if let Some(signer) = &report.signer {
        print::line(&format!("Fingerprint in words: {}", signer.words));
    }
    for problem in &report.problems {
        print::line(&format!(
            "{} {}: {}",
            problem.code,
            print::plain(&problem.path),
            print::plain(&problem.message)
        ));
    }
    print::line(if report.valid {
        "The bundle is valid."
    } else {
        "The bundle is NOT valid."
    });
}

/// Judges any BagIt bag.
pub(crate) fn bag(common: &Common, path: &Path) -> Result<u8> {
    let report = desk::check_bag(path)?;
    if common.json {
        print::json(&report);
    } else {
        for problem in report.errors.iter().chain(&report.warnings) {
            print::line(&format!(
                "{} {}: {}",
                problem.code,
                print::plain(&problem.path),
                print::plain(&problem.message)
            ));
        }
        print::line(if report.valid {
            "The bag is valid."
        } else {
            "The bag is NOT valid."
        });
    }
    Ok(u8::from(!report.valid))
}

/// The key that `--sign-with` names: a file, or the agent's key that is bound to the approver.
pub(crate) fn signing_key(
    vault: &desk::OpenVault,
    with: &str,
    label: Option<&str>,
) -> Result<OpenSshKey> {
    if with != "agent" {
        return desk::key_file(Path::new(with));
    }
    let socket = desk::agent_socket().ok_or_else(|| {
        Error::machine(
            "E-BUNDLE-AGENT",
            "Signing with the SSH agent: none is running here (SSH_AUTH_SOCK is not set). Start one and add the key (ssh-add), or name the key file.",
        )
    })?;
    vault.key_in_agent_at(&socket, label)
}

pub(crate) fn signer(common: &Common, command: SignerCommand) -> Result<u8> {
    let save = |vault: &Path, req: c::SignerSaveReq, said: &str| -> Result<u8> {
        let book = writing(common, vault, |vault| vault.signer_save(&req))?;
        book_done(common, &book, said);
        Ok(0)
    };
    let req = |key: String, act: &str| c::SignerSaveReq {
        key,
        label: None,
        principal: None,
        act: act.to_owned(),
        how: None,
    };
    match command {
        SignerCommand::List { vault } => {
            let book = reading(common, &vault)?.signer_list()?;
            if common.json {
                print::json(&book);
                return Ok(0);
            }
            let mut rows: Vec<Vec<String>> = book
                .keys
                .into_iter()
                .map(|key| {
                    vec![
                        key.standing,
                        key.label,
                        key.principal,
                        key.fingerprint,
                        key.first_seen,
                    ]
                })
                .collect();
            rows.extend(book.own.into_iter().map(|key| {
                vec![
                    if key.former { "own, former" } else { "own" }.to_owned(),
                    key.member,
                    key.kind,
                    key.fingerprint,
                    key.on.unwrap_or_default(),
                ]
            }));
            print::table(
                &["STANDING", "WHOSE", "SIGNS AS", "FINGERPRINT", "SINCE"],
                &rows,
            );
        }
        SignerCommand::Add {
            vault,
            file,
            label,
            principal,
        } => {
            let text = std::fs::read_to_string(&file).map_err(|_| {
                Error::input(
                    "E-SIGNER-FILE",
                    format!("{} cannot be read. Give a .pub file.", file.display()),
                )
            })?;
            let added = c::SignerSaveReq {
                label: Some(label),
                principal: Some(principal),
                ..req(text.trim().to_owned(), "note")
            };
            return save(
                &vault,
                added,
                "The key is written down. It is not trusted until its fingerprint is compared.",
            );
        }
        SignerCommand::Trust {
            vault,
            fingerprint,
            how,
            label,
        } => {
            let trusted = c::SignerSaveReq {
                label,
                how: Some(how),
                ..req(fingerprint, "trust")
            };
            return save(&vault, trusted, "The key is trusted.");
        }
        SignerCommand::Withdraw {
            vault,
            fingerprint,
            why,
        } => {
            let withdrawn = c::SignerSaveReq {
                how: Some(why),
                ..req(fingerprint, "withdraw")
            };
            return save(&vault, withdrawn, "The key is withdrawn, and stays so.");
        }
        SignerCommand::Export { vault, to } => {
            let lines = reading(common, &vault)?.signer_lines()?;
            desk::save_private(&to, lines.as_bytes())?;
            let count = lines.lines().count();
            done(
                common,
                &json!({"file": to.display().to_string(), "keys": count}),
                &format!("Wrote {count} trusted keys to {}.", to.display()),
            );
        }
        SignerCommand::Bind { vault, key, agent } => {
            let key = match (key, agent) {
                (Some(file), _) => desk::key_file(&file)?,
                (None, fingerprint) => desk::agent_key(&fingerprint.unwrap_or_default())?,
            };
            let again = crate::member::again(common)?;
            let book = writing(common, &vault, |vault| vault.key_bind(&key, &again))?;
            book_done(
                common,
                &book,
                &format!("{} signs filings for you now.", key.fingerprint()),
            );
        }
        SignerCommand::Release { vault, fingerprint } => {
            let passphrase = crate::member::again(common)?;
            let released = c::KeyReleaseReq {
                fingerprint,
                passphrase,
            };
            let book = writing(common, &vault, |vault| vault.key_release(&released))?;
            book_done(common, &book, "The key is released.");
        }
    }
    Ok(0)
}

fn book_done(common: &Common, book: &c::SignerBook, said: &str) {
    if common.json {
        print::json(book);
    } else {
        print::line(&print::plain(said));
    }
}
