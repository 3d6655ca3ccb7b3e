//! What people do, one deed after another; each prints a line once a screen would say that it is saved.

use crate::yard::{ANA, BEN, NEW, WORKED, Yard, account, customer, fill, later};
use contract as c;
use desk::{NewVault, OpenVault, Source, Table, Unwatched};
use sha2::{Digest, Sha256};
use std::{fs, io::Write, path::Path, process::ExitCode};

type Deed = fn(&Yard, &mut dyn FnMut(String)) -> desk::Result<()>;

/// The deeds of the plan: create, unlock, attach, decide, approve, import, export, back up, turn the keys, change members, dispose, lock,
/// and update an older vault.
pub(crate) const DEEDS: &[(&str, Deed)] = &[
    ("create", create),
    ("unlock", unlock),
    ("add", add),
    ("attach", attach),
    ("decide", decide),
    ("approve", approve),
    ("import", import),
    ("log", log),
    ("undo", undo),
    ("export", export),
    ("backup", backup),
    ("rotate", rotate),
    ("member", member),
    ("revoke", revoke),
    ("enrol", enrol),
    ("passphrase", passphrase),
    ("dispose", dispose),
    (UPDATE, update),
];

/// The deed after which only a later version opens the vault.
pub(crate) const UPDATE: &str = "update";

/// Runs one deed and says how it went, as the command line would.
pub(crate) fn child(name: &str, yard: &Path) -> ExitCode {
    let yard = Yard(yard.to_owned());
    let mut said = |line: String| {
        let mut out = std::io::stdout().lock();
        out.write_all(format!("{line}\n").as_bytes())
            .and_then(|()| out.flush())
            .expect("standard output");
    };
    let deed = match name {
        "work" => Some(work as Deed),
        "fill" => Some((|yard, _| fill(yard)) as Deed),
        name => DEEDS
            .iter()
            .find(|(there, _)| *there == name)
            .map(|(_, deed)| *deed),
    };
    match deed.map(|deed| deed(&yard, &mut said)) {
        None => ExitCode::from(2),
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(error)) => {
            eprintln!("{error}");
            ExitCode::from(error.0.class.exit_status())
        }
    }
}

fn open(yard: &Yard) -> desk::Result<OpenVault> {
    yard.unlock(ANA)
}

fn create(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let new = NewVault {
        org: "Other Cloud LLC".to_owned(),
        role: "provider".to_owned(),
        zone: "America/New_York".to_owned(),
        staff: "Ana Lima".to_owned(),
        label: "staff-1".to_owned(),
        passphrase: ANA.to_owned().into(),
        demo: false,
        drill: None,
    };
    let (vault, _) = OpenVault::create(&yard.0.join("N.cipdesk"), new, yard.surroundings(WORKED))?;
    said("made".to_owned());
    vault.close()
}

fn unlock(yard: &Yard, _: &mut dyn FnMut(String)) -> desk::Result<()> {
    open(yard)?.close()
}

fn add(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    let reference = customer(&vault, "Nora Added")?;
    said(format!("customer {reference} Nora Added"));
    vault.close()
}

fn attach(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    let paper = Source::File(yard.incoming("paper.txt"));
    let row = vault.document_add("C-000002", "other", paper, &Unwatched)?;
    said(format!("document {} {}", row.id, row.sha256));
    vault.close()
}

fn decide(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    let revision = vault.customer_show("C-000002")?.revision;
    vault.customer_change(&c::CustomerChangeReq {
        r#ref: "C-000002".to_owned(),
        revision,
        fields: vec![c::FieldChange {
            id: "full_legal_name".to_owned(),
            values: vec!["Decided Müller".to_owned()],
        }],
        reason: Some("Passport seen".to_owned()),
        occurred_on: None,
        proved_by: None,
    })?;
    said("customer C-000002 Decided Müller".to_owned());
    account(&vault, "C-000002", None, "acct-2", "restricted", None)?;
    said("account C-000002 acct-2".to_owned());
    vault.close()
}

fn approve(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    let reference = draft(&vault)?;
    vault.filing_seal(
        &c::FilingSealReq {
            r#ref: reference.clone(),
            label: Some("staff-2".to_owned()),
            passphrase: BEN.to_owned(),
            override_reason: None,
            sign_with: None,
        },
        &Unwatched,
    )?;
    said(format!("sealed {reference}"));
    vault.close()
}

/// The filing that the fixture drafted.
fn draft(vault: &OpenVault) -> desk::Result<String> {
    Ok(vault
        .filing_list()?
        .rows
        .into_iter()
        .map(|row| row.r#ref)
        .next()
        .unwrap_or_default())
}

fn import(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    let table = Table::read_sheet(&yard.incoming("customers.csv"), None)?;
    let done = vault.import(&table, &table.guess(), false, false, &Unwatched)?;
    said(format!("customers {}", done.created + 3));
    vault.close()
}

fn log(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    let file = yard.incoming("log2.csv");
    let done = vault.access_import(&file, desk::AccessHow::default(), &Unwatched)?;
    said(format!("records {}", done.imported + 60));
    vault.close()
}

fn undo(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    let table = Table::read_sheet(&yard.incoming("customers.csv"), None)?;
    vault.import(&table, &table.guess(), false, false, &Unwatched)?;
    let import = vault.import_list()?.into_iter().find(|row| row.created > 0);
    vault.import_undo(import.map(|row| u64::from(row.entry)).unwrap_or_default())?;
    said("customers 3".to_owned());
    vault.close()
}

/// Nothing where the file cannot be read.
fn sha(path: &Path) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    Some(domain::entry::hex(&Sha256::digest(bytes)))
}

/// Whether a file that was acknowledged is what it was.
pub(crate) fn is(path: &Path, hash: &str) -> bool {
    sha(path).as_deref() == Some(hash)
}

/// Says that a file was written, and what it holds. The injector may hit this reading too: then nothing is said.
fn acknowledge(yard: &Yard, name: &str, said: &mut dyn FnMut(String)) {
    if let Some(hash) = sha(&yard.out().join(name)) {
        said(format!("file {name} {hash}"));
    }
}

fn export(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    let mut wrote = |name: &str| acknowledge(yard, name, said);
    vault.journal_export(&yard.out().join("journal.jsonl"), true, &Unwatched)?;
    wrote("journal.jsonl");
    let req = c::CustomerExportReq {
        asked: c::CustomerListReq {
            query: String::new(),
            sort: c::CustomerSort::Ref,
            descending: false,
            offset: 0,
            limit: 0,
            counts: false,
        },
        format: c::ExportFormat::Csv,
    };
    vault.customer_export(&req, &yard.out().join("customers.csv"), &Unwatched)?;
    wrote("customers.csv");
    let first = vault.customer_show("C-000001")?.documents;
    if let Some(document) = first.first() {
        vault.document_extract(&document.id, &yard.out().join("paper.txt"), &Unwatched)?;
        wrote("paper.txt");
    }
    vault.close()
}

fn backup(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    vault.backup(&yard.out().join("B.cipdesk"), &Unwatched)?;
    said("backup B.cipdesk".to_owned());
    vault.close()
}

fn rotate(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let turned = open(yard)?.keys_rotate(&c::KeysRotateReq {
        reason: "A laptop was lost".to_owned(),
        passphrase: ANA.to_owned(),
    })?;
    said("members 2 3".to_owned());
    turned.vault.close()
}

fn member(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let turned = open(yard)?.member_add(&c::MemberAddReq {
        name: "Cora Lind".to_owned(),
        label: None,
        roles: vec!["analyst".to_owned()],
        new_passphrase: NEW.to_owned(),
        passphrase: ANA.to_owned(),
    })?;
    said("members 3 3".to_owned());
    turned.vault.close()
}

fn revoke(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let turned = open(yard)?.member_revoke(&c::MemberRevokeReq {
        label: "staff-2".to_owned(),
        reason: "Left".to_owned(),
        passphrase: ANA.to_owned(),
    })?;
    said("members 1 3".to_owned());
    turned.vault.close()
}

fn enrol(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let turned = open(yard)?.member_enrol(&c::MemberEnrolReq {
        label: "staff-2".to_owned(),
        new_passphrase: NEW.to_owned(),
        passphrase: ANA.to_owned(),
    })?;
    said("members 2 3".to_owned());
    turned.vault.close()
}

fn passphrase(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    vault.passphrase_change(&c::PassphraseChangeReq {
        passphrase: ANA.to_owned(),
        new_passphrase: NEW.to_owned(),
    })?;
    said("passphrase new".to_owned());
    vault.close()
}

fn dispose(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    let approved = vault.retention(&c::RetentionReq { as_of: None })?.disposals;
    for disposal in approved {
        vault.disposal_run(&c::RefReq {
            r#ref: disposal.r#ref.clone(),
        })?;
        said("disposed C-000003".to_owned());
    }
    vault.close()
}

fn update(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = yard.unlock_as(ANA, later())?;
    said("updated".to_owned());
    vault.close()
}

/// A working day: one unlocking, then changes until it is killed.
fn work(yard: &Yard, said: &mut dyn FnMut(String)) -> desk::Result<()> {
    let vault = open(yard)?;
    said("unlocked".to_owned());
    for round in 0..400 {
        let name = format!("Person {round}");
        let reference = customer(&vault, &name)?;
        said(format!("customer {reference} {name}"));
        match round % 4 {
            0 => {
                let paper = Source::File(yard.incoming("cip.txt"));
                let row = vault.document_add(&reference, "other", paper, &Unwatched)?;
                said(format!("document {} {}", row.id, row.sha256));
            }
            1 => {
                let number = format!("acct-w{round}");
                account(&vault, &reference, None, &number, "restricted", None)?;
                said(format!("account {reference} {number}"));
            }
            2 => {
                let name = format!("journal-{round}.jsonl");
                vault.journal_export(&yard.out().join(&name), false, &Unwatched)?;
                acknowledge(yard, &name, said);
            }
            _ => {}
        }
    }
    vault.close()
}

/// Runs a deed in this process, for what needs no process of its own.
pub(crate) fn quietly(name: &str, yard: &Yard) -> Result<(), String> {
    let deed = DEEDS
        .iter()
        .find(|(there, _)| *there == name)
        .ok_or("no such deed")?
        .1;
    deed(yard, &mut |_| ()).map_err(|why| why.to_string())
}
