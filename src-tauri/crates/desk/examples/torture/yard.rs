//! A place to work in: a vault with people, papers and cases in it, and copies of it to torture. Nothing else may lie there.

use chrono::{DateTime, Utc};
use contract as c;
use desk::{NewVault, Now, OpenVault, Schema, Source, Surroundings, Unwatched};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};
use store::Step;

pub(crate) const ANA: &str = "specimen lantern orchard velvet compass tide";
pub(crate) const BEN: &str = "marble ferry cobalt thistle anchor dune";
pub(crate) const NEW: &str = "granite meadow violin harbour pepper oath";
/// When the vault was filled, and when it is worked in.
pub(crate) const FILLED: &str = "2026-11-24T17:00:00Z";
pub(crate) const WORKED: &str = "2029-06-01T17:00:00Z";

/// Today's steps, and one that a version to come might take.
pub(crate) fn later() -> Schema {
    static STEPS: LazyLock<Vec<Step>> = LazyLock::new(|| {
        let step = Step(
            "0002_later",
            "ALTER TABLE customer ADD COLUMN initials TEXT NOT NULL DEFAULT '';
             UPDATE customer SET initials = substr(name, 1, 1);
             CREATE TABLE named (ref TEXT PRIMARY KEY REFERENCES customer (ref), length INTEGER NOT NULL) STRICT;
             INSERT INTO named (ref, length) SELECT ref, length(name) FROM customer;
             CREATE INDEX named_by_length ON named (length, ref);",
        );
        Schema::TODAY
            .steps()
            .iter()
            .copied()
            .chain([step])
            .collect()
    });
    Schema::of(&STEPS)
}

/// A clock that stands.
pub(crate) struct Stopped(DateTime<Utc>);

impl Stopped {
    pub(crate) fn at(instant: &str) -> Arc<Self> {
        Arc::new(Self(instant.parse().expect("an instant")))
    }
}

impl Now for Stopped {
    fn utc(&self) -> DateTime<Utc> {
        self.0
    }
}

/// A folder with a vault, what goes in, what comes out, and this computer's state.
#[derive(Clone)]
pub(crate) struct Yard(pub(crate) PathBuf);

impl Yard {
    pub(crate) fn vault(&self) -> PathBuf {
        self.0.join("V.cipdesk")
    }
    pub(crate) fn out(&self) -> PathBuf {
        self.0.join("out")
    }
    pub(crate) fn incoming(&self, name: &str) -> PathBuf {
        self.0.join("in").join(name)
    }
    pub(crate) fn surroundings(&self, at: &str) -> Surroundings {
        Surroundings {
            now: Stopped::at(at),
            state: Some(self.0.join("state")),
            worker: None,
            work: 15,
            schema: desk::Schema::TODAY,
        }
    }
    /// Unlocks with the version that the vault was last updated to.
    pub(crate) fn unlock(&self, passphrase: &str) -> desk::Result<OpenVault> {
        match self.unlock_as(passphrase, Schema::TODAY) {
            Err(error) if error.0.code == "V-03" => self.unlock_as(passphrase, later()),
            opened => opened,
        }
    }
    /// Unlocks with a version, which updates an older vault.
    pub(crate) fn unlock_as(&self, passphrase: &str, schema: Schema) -> desk::Result<OpenVault> {
        OpenVault::unlock(
            &self.vault(),
            Some("staff-1"),
            &passphrase.to_owned().into(),
            Surroundings {
                schema,
                ..self.surroundings(WORKED)
            },
        )
    }
    /// The same on a computer that never saw the vault.
    pub(crate) fn unlock_elsewhere(&self, passphrase: &str) -> desk::Result<OpenVault> {
        let mut around = self.surroundings(WORKED);
        around.state = None;
        OpenVault::unlock(
            &self.vault(),
            Some("staff-1"),
            &passphrase.to_owned().into(),
            around,
        )
    }
}

/// Copies a folder, its permissions too.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    fs::set_permissions(to, fs::metadata(from)?.permissions())
}

/// What this computer remembers of the vault is of a place; a copy of the yard is another place, and this takes the memory along.
pub(crate) fn take_along(yard: &Yard) {
    state(yard, |known| {
        known.insert("path".to_owned(), yard.vault().display().to_string().into());
    });
}

/// Changes what this computer remembers of the vault in this yard.
pub(crate) fn state(yard: &Yard, change: impl Fn(&mut serde_json::Map<String, serde_json::Value>)) {
    let file = yard.0.join("state/state.json");
    let Some(mut state) = fs::read(&file)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok())
    else {
        return;
    };
    let vaults = state
        .get_mut("vaults")
        .and_then(|vaults| vaults.as_array_mut());
    for known in vaults
        .into_iter()
        .flatten()
        .filter_map(|known| known.as_object_mut())
    {
        if known.get("path").is_some_and(|path| {
            path.as_str()
                .is_some_and(|path| path.ends_with("V.cipdesk"))
        }) {
            change(known);
        }
    }
    let _ = fs::write(&file, state.to_string());
}

/// Every ordinary file below a folder.
pub(crate) fn files(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![below.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A place in memory where there is one: torture asks a disk for many small files.
pub(crate) fn ground() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    }
}

pub(crate) fn account(
    vault: &OpenVault,
    customer: &str,
    id: Option<String>,
    number: &str,
    state: &str,
    closed: Option<&str>,
) -> desk::Result<c::CustomerView> {
    vault.account_save(&c::AccountSaveReq {
        customer: customer.to_owned(),
        id,
        account_ref: number.to_owned(),
        state: state.to_owned(),
        products: None,
        opened_on: None,
        closed_on: closed.map(str::to_owned),
        resold_to_foreign: None,
        added: Vec::new(),
        proved_by: None,
    })
}

pub(crate) fn customer(vault: &OpenVault, name: &str) -> desk::Result<String> {
    Ok(vault
        .customer_create(&c::CustomerCreateReq {
            kind: c::PartyKind::Individual,
            name: name.to_owned(),
            name_original: None,
            country: Some("GB".to_owned()),
            external_id: None,
        })?
        .r#ref)
}

/// Takes a customer to the end of its case, so that its records may once be disposed of.
fn ended(vault: &OpenVault, name: &str) -> desk::Result<String> {
    let reference = customer(vault, name)?;
    let view = account(vault, &reference, None, "acct-9", "restricted", None)?;
    let id = view.accounts.first().map(|one| one.id.clone());
    account(
        vault,
        &reference,
        id,
        "acct-9",
        "closed",
        Some("2026-11-20"),
    )?;
    vault.notice_record(&c::NoticeRecordReq {
        r#ref: reference.clone(),
        delivered_on: "2026-11-19".to_owned(),
        channel: "form".to_owned(),
    })?;
    for (to, note) in [("collecting", None), ("abandoned", Some("Never answered"))] {
        vault.customer_advance(&c::CustomerAdvanceReq {
            approver: Some("staff-2".to_owned()),
            r#ref: reference.clone(),
            to: to.to_owned(),
            reason: note.map(str::to_owned),
            passphrase: Some(BEN.to_owned()),
            override_reason: None,
            on: None,
            review_on: None,
            leave_open: Some("As agreed".to_owned()),
            made_of: None,
        })?;
    }
    Ok(reference)
}

/// Makes the vault that every deed begins with: two members, customers, a document, an access log, a reseller, a request with its
/// drafted filing, and a customer whose disposal is approved.
pub(crate) fn fill(yard: &Yard) -> desk::Result<()> {
    for folder in ["", "in", "out", "state"] {
        fs::create_dir_all(yard.0.join(folder))?;
    }
    for (name, text) in [
        (
            "cip.txt",
            "We ask every customer for a passport.".to_owned(),
        ),
        ("paper.txt", "A page of a passport. ".repeat(6_000)),
        (
            "customers.csv",
            (0..12).fold("name,kind,country\n".to_owned(), |text, n| {
                format!("{text}Imported Person {n},individual,GB\n")
            }),
        ),
        (
            "log.csv",
            (0..60).fold("account,time,ip,action,event_id\n".to_owned(), |text, n| {
                format!("{text}acct-1,2026-11-20T08:{n:02}:00Z,203.0.113.{n},login,e{n}\n")
            }),
        ),
        (
            "log2.csv",
            (0..60).fold("account,time,ip,action,event_id\n".to_owned(), |text, n| {
                format!("{text}acct-1,2026-11-21T08:{n:02}:00Z,203.0.113.{n},login,f{n}\n")
            }),
        ),
    ] {
        fs::write(yard.incoming(name), text)?;
    }
    let new = NewVault {
        org: "Acme Cloud LLC".to_owned(),
        role: "provider".to_owned(),
        zone: "America/New_York".to_owned(),
        staff: "Ana Lima".to_owned(),
        label: "staff-1".to_owned(),
        passphrase: ANA.to_owned().into(),
        demo: false,
        drill: None,
    };
    let (alone, _) = OpenVault::create(&yard.vault(), new, yard.surroundings(FILLED))?;
    let vault = alone
        .member_add(&c::MemberAddReq {
            name: "Ben Okoro".to_owned(),
            label: Some("staff-2".to_owned()),
            roles: ["compliance_officer", "programme_manager"]
                .map(str::to_owned)
                .to_vec(),
            new_passphrase: BEN.to_owned(),
            passphrase: ANA.to_owned(),
        })?
        .vault;
    drop(alone);
    let first = customer(&vault, "Ada Byron")?;
    customer(&vault, "Jürgen Müller")?;
    account(&vault, &first, None, "acct-1", "restricted", None)?;
    let paper = Source::File(yard.incoming("paper.txt"));
    vault.document_add(&first, "other", paper, &Unwatched)?;
    vault.access_import(
        &yard.incoming("log.csv"),
        desk::AccessHow::default(),
        &Unwatched,
    )?;
    let reseller = vault
        .reseller_save(&c::ResellerSaveReq {
            r#ref: None,
            name: "Lion City Cloud".to_owned(),
            country: "Singapore".to_owned(),
            address: None,
            email: None,
            notes: None,
        })?
        .r#ref;
    let cip = Source::File(yard.incoming("cip.txt"));
    vault.cip_file(&reseller, "1", "2020-01-01", None, cip, &Unwatched)?;
    vault.request_open(
        &c::RequestOpenReq {
            received: "2026-11-23".to_owned(),
            resellers: vec![reseller],
            reference: "BIS-1".to_owned(),
            how: None,
            handle: None,
        },
        Vec::new(),
    )?;
    let gone = ended(&vault, "Zoë Weiß")?;
    vault.close()?;
    drop(vault);
    let vault = yard.unlock(ANA)?;
    vault.disposal_approve(&c::DisposalApproveReq {
        customers: vec![gone],
        approver: Some("staff-2".to_owned()),
        passphrase: Some(BEN.to_owned()),
        override_reason: None,
    })?;
    vault.close()
}
