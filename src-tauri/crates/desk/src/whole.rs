//! Everything of a vault in files that other programs read, and a new vault out of them: the way out, and the way back.
//!
//! The journal is taken in as it was signed, every record is made from it anew, and the whole is checked as any vault is before it gets its
//! name. What a reader needs to know of the format stands in README.txt beside the files.

use crate::{
    error::{Error, Result},
    examine::examine,
    now::{civil, rfc3339},
    open_vault::{
        OpenVault, SessionSigner, Surroundings,
        days::{parse_zone, stamp},
    },
    people::{record, staff_of},
    watch::Watch,
};
use chrono_tz::Tz;
use contract as c;
use domain::{change::Change, entry::hex, may::Right, rulebook::Rulebook};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    cell::RefCell,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Write as _},
    ops::ControlFlow,
    path::Path,
};
use store::{BULK, RECORDS, SECRETS, SOURCE, Store, StoreError};

const FORMAT: &str = "cipdesk-export/1";
const README: &str = include_str!("whole/README.txt");

/// What an export says of itself.
#[derive(Debug, Serialize, Deserialize)]
struct Card {
    format: String,
    made_at: String,
    program: String,
    organisation: String,
    zone: String,
    /// The vault that it came out of.
    vault: String,
    entries: u64,
    /// The journal's head, in hexadecimal.
    head: String,
    documents: u64,
    /// Labels of the members who were active.
    members: Vec<String>,
}

/// An export that is to become a vault.
pub struct TakeIn<'a> {
    /// The export's folder.
    pub from: &'a Path,
    /// The new vault's folder.
    pub to: &'a Path,
    /// Who takes it in, by the label in the old vault; may be absent where one member was active.
    pub label: Option<&'a str>,
    /// The passphrase of the new vault.
    pub passphrase: &'a SecretString,
}

impl OpenVault {
    /// Writes everything that the vault holds to a new folder, in clear: the journal with what its entries say, access records, records as JSON,
    /// every document as it was attached, and the keys that open what others still send.
    ///
    /// # Errors
    /// The folder exists; a document does not hold; the disk. Nothing is left then.
    pub fn export_whole(&self, to: &Path, watch: &dyn Watch) -> Result<c::Saved> {
        self.needs(Right::Export)?;
        if to.symlink_metadata().is_ok() {
            return Err(vault::VaultError::Exists(name(to)).into());
        }
        let root = self.vault().root().canonicalize()?;
        if beside(to).canonicalize()?.starts_with(root) {
            return Err(Error::input(
                "E-WHOLE-INSIDE",
                "An export in clear cannot lie inside the vault. Choose another folder.",
            ));
        }
        self.checkpoint()?;
        let building = tempfile::Builder::new()
            .prefix(".cipdesk-")
            .tempdir_in(beside(to))?;
        let mut bytes = 0;
        self.read(|read| {
            let head = read.head()?;
            for (folder, tables, records) in [
                ("source", SOURCE, false),
                ("source", BULK, false),
                ("records", RECORDS, true),
            ] {
                for table in tables {
                    bytes += lines_to(building.path(), folder, table, |each| {
                        watch.step("Writing tables", 0, None, "tables");
                        if watch.cancelled() {
                            return Err(Error::cancelled());
                        }
                        read.each_row(table, records, each)
                    })?;
                }
            }
            for secret in SECRETS {
                bytes += lines_to(
                    building.path(),
                    "source",
                    &format!("{}_key", secret.0),
                    |each| read.each_secret(*secret, each),
                )?;
            }
            let documents = read.each_document()?;
            let folder = building.path().join("documents");
            make(&folder)?;
            for (place, document) in documents.iter().enumerate() {
                watch.step(
                    "Writing documents",
                    place as u64,
                    Some(documents.len() as u64),
                    "documents",
                );
                if watch.cancelled() {
                    return Err(Error::cancelled());
                }
                let key = read.document_key(&document.id)?;
                let mut content =
                    self.vault()
                        .documents()
                        .open(&document.id, &key, &document.sha256)?;
                let mut file = new_file(&folder.join(&document.id))?;
                bytes += io::copy(&mut content, &mut file)?;
                file.sync_all()?;
            }
            let card = Card {
                format: FORMAT.to_owned(),
                made_at: rfc3339(self.now().timestamp_millis()),
                program: env!("CARGO_PKG_VERSION").to_owned(),
                organisation: self.organisation().name.clone(),
                zone: self.organisation().zone.clone(),
                vault: self.vault().vault_id().to_owned(),
                entries: head.count,
                head: hex(&head.chain),
                documents: documents.len() as u64,
                members: self
                    .members()
                    .into_iter()
                    .map(|member| member.value)
                    .collect(),
            };
            let card = serde_json::to_vec_pretty(&card).map_err(|_| StoreError::Form)?;
            for (name, content) in [
                ("export.json", card.as_slice()),
                ("README.txt", README.as_bytes()),
            ] {
                let mut file = new_file(&building.path().join(name))?;
                file.write_all(content)?;
                file.sync_all()?;
                bytes += content.len() as u64;
            }
            Ok(())
        })?;
        let built = building.keep();
        if let Err(why) = held::retry(|| fs::rename(&built, to)) {
            let _ = held::retry(|| fs::remove_dir_all(&built)); // clear text that nobody could find
            return Err(why.into());
        }
        File::open(beside(to))?.sync_all()?;
        Ok(c::Saved {
            name: name(to),
            bytes,
        })
    }
}

/// Makes a vault of an export: other keys, the same journal, the same records, the same documents. Who takes it in administers it; the others
/// who were active have no keys in it, and are recorded as gone until they are added again. Gives the recovery sheet, which is kept nowhere.
///
/// # Errors
/// It is no export, or something in it does not hold; the label; the passphrase; the folder exists; the disk. Nothing is left then.
pub fn take_in(
    how: &TakeIn<'_>,
    surroundings: Surroundings,
    watch: &dyn Watch,
) -> Result<(OpenVault, vault::RecoverySheet)> {
    if let Some(by) = how.to.parent().and_then(vault::shared_by) {
        return Err(vault::VaultError::Shared(by).into());
    }
    let card = card(how.from)?;
    let zone = parse_zone(&card.zone)?;
    let label = match (how.label, card.members.as_slice()) {
        (Some(label), members) if members.iter().any(|member| member == label) => label,
        (None, [only]) => only.as_str(),
        (Some(given), members) => {
            return Err(vault::VaultError::NoMember {
                given: given.chars().take(40).collect(),
                known: members.join(", "),
            }
            .into());
        }
        (None, members) => return Err(vault::VaultError::Whose(members.join(", ")).into()),
    };
    crate::passphrase::check(how.passphrase, &[&card.organisation])?;
    let new = vault::NewVault {
        label: label.to_owned(),
        roles: domain::machine::Role::FOUNDER
            .iter()
            .map(|role| role.word().to_owned())
            .collect(),
        passphrase: how.passphrase.clone(),
        work: surroundings.work,
        made_on: civil(surroundings.now.utc(), zone).to_string(),
    };
    let failed = RefCell::new(None);
    let created = vault::create(how.to, new, |unlocked| {
        fill(how.from, &card, zone, unlocked, &surroundings, watch)
            .map_err(|error| *failed.borrow_mut() = Some(error))
    });
    if let Some(error) = failed.into_inner() {
        return Err(error);
    }
    let (vault, sheet) = created?;
    let made = OpenVault::with(vault, surroundings, true, false, watch)?;
    Ok((made, sheet))
}

/// What an export says of itself.
///
/// # Errors
/// It is none (`E-WHOLE-NONE`), or of a newer version (V-03).
pub fn look(from: &Path) -> Result<c::ExportCard> {
    let card = card(from)?;
    let few = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(c::ExportCard {
        id: String::new(),
        place: from.display().to_string(),
        organisation: crate::error::readable(&card.organisation),
        labels: card.members,
        made_at: card.made_at,
        program: card.program,
        entries: few(card.entries),
        documents: few(card.documents),
        head_code: domain::entry::unhex(&card.head).map(|head| domain::entry::head_code(&head)),
    })
}

fn card(from: &Path) -> Result<Card> {
    let none = || {
        Error::input(
            "E-WHOLE-NONE",
            format!(
                "{} is no full export of CIP Desk: its export.json is missing or cannot be read. Choose the folder that vault export wrote.",
                name(from)
            ),
        )
    };
    let text = fs::read_to_string(from.join("export.json")).map_err(|_| none())?;
    let card: Card = serde_json::from_str(&text).map_err(|_| none())?;
    match card.format.strip_prefix("cipdesk-export/") {
        Some("1") => Ok(card),
        Some(_) => Err(Error::new(
            "V-03",
            c::Class::Newer,
            "This export was made by a newer CIP Desk. Update this computer; nothing was made.",
        )),
        None => Err(none()),
    }
}

/// Fills a new vault, checks it whole, and records how it came about.
fn fill(
    from: &Path,
    card: &Card,
    zone: Tz,
    unlocked: &vault::Unlocked,
    surroundings: &Surroundings,
    watch: &dyn Watch,
) -> Result<()> {
    let store = Store::create(&unlocked.db_path(), unlocked.db_key(), surroundings.schema)?;
    let rules = store.write(|write| -> Result<Rulebook> {
        for table in SOURCE {
            each_line(from, table, watch, |line| write.put_row(table, line))?;
        }
        let rules = write.replay().map_err(|why| match why {
            StoreError::Record(_) | StoreError::Form => damaged(
                "source/journal.jsonl",
                "an entry does not fit those before it, or was written by a newer CIP Desk.",
            ),
            other => other.into(),
        })?;
        // After the replay: a disposal that is replayed deletes what it finds.
        for table in BULK {
            each_line(from, table, watch, |line| write.put_row(table, line))?;
        }
        for secret in SECRETS {
            each_line(from, &format!("{}_key", secret.0), watch, |line| {
                write.put_secret(*secret, line)
            })?;
        }
        Ok(rules)
    })?;
    let (head, documents, staff) = store
        .read(|read| -> Result<_> { Ok((read.head()?, read.each_document()?, read.staff()?)) })?;
    if (head.count, hex(&head.chain)) != (card.entries, card.head.clone()) {
        return Err(damaged(
            "source/journal.jsonl",
            "it is not the journal that export.json names.",
        ));
    }
    for (place, document) in documents.iter().enumerate() {
        watch.step(
            "Importing documents",
            place as u64,
            Some(documents.len() as u64),
            "documents",
        );
        let path = from.join("documents").join(&document.id);
        // What is missing is named by the check.
        if path.symlink_metadata().is_ok() {
            let mut file = vault::Documents::open_source(&path)?;
            let files = unlocked.documents();
            files.put(
                &document.id,
                &document.recipient,
                &mut file,
                u64::MAX,
                &mut |_| {
                    if watch.cancelled() {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                },
            )?;
        }
    }
    let examined = examine(&store, unlocked.documents(), watch)?;
    if let Some(first) = examined.problems.first() {
        return Err(damaged(&first.at, &first.message));
    }
    let me = unlocked.member();
    let Some(mine) = staff.iter().find(|member| member.label == me.label) else {
        return Err(damaged(
            "records/staff.jsonl",
            "the journal knows no such member.",
        ));
    };
    let today = civil(surroundings.now.utc(), zone).to_string();
    let mut changes = vec![
        Change::VaultImported {
            entries: head.count,
            head: hex(&head.chain),
        },
        Change::StaffEnrolled {
            staff: staff_of(me, &mine.name),
            by_recovery: false,
        },
    ];
    changes.extend(
        staff
            .iter()
            .filter(|member| member.until.is_none() && member.label != me.label)
            .map(|member| Change::StaffRevoked {
                label: member.label.clone(),
                on: today.clone(),
            }),
    );
    let signer = SessionSigner {
        fingerprint: unlocked.log_key().fingerprint(),
        key: unlocked.log_key(),
    };
    let stamp = stamp(surroundings.now.as_ref(), zone, head.recorded_at, i64::MIN);
    record(&store, &signer, rules, stamp, changes, None)?;
    store.checkpoint_wal()?;
    Ok(())
}

fn damaged(at: &str, why: &str) -> Error {
    Error::new(
        "E-WHOLE-DAMAGED",
        c::Class::Damaged,
        format!(
            "Nothing was made: the export does not hold at {at}: {why} Export it again, or look for what changed it."
        ),
    )
}

/// Gives each line of a table's file; `put` refuses what is no row of it.
fn each_line(
    from: &Path,
    table: &str,
    watch: &dyn Watch,
    mut put: impl FnMut(&Value) -> std::result::Result<(), StoreError>,
) -> Result<()> {
    let name = format!("source/{table}.jsonl");
    let file = vault::Documents::open_source(&from.join(&name))?;
    let lines = serde_json::Deserializer::from_reader(BufReader::new(file)).into_iter::<Value>();
    for (place, line) in (1u64..).zip(lines) {
        if place.is_multiple_of(1 << 10) {
            watch.step("Importing tables", place, None, "lines");
            if watch.cancelled() {
                return Err(Error::cancelled());
            }
        }
        let no_row = || {
            damaged(
                &format!("{name}, line {place}"),
                "it is no row of this table.",
            )
        };
        put(&line.map_err(|_| no_row())?).map_err(|why| match why {
            StoreError::Form | StoreError::Statement(_) => no_row(),
            other => other.into(),
        })?;
    }
    Ok(())
}

/// Writes a file of lines; gives its size.
fn lines_to(
    root: &Path,
    folder: &str,
    name: &str,
    write: impl FnOnce(&mut dyn FnMut(&Value) -> Result<()>) -> Result<()>,
) -> Result<u64> {
    let folder = root.join(folder);
    if !folder.exists() {
        make(&folder)?;
    }
    let mut file = BufWriter::new(new_file(&folder.join(format!("{name}.jsonl")))?);
    write(&mut |line| Ok(writeln!(file, "{line}")?))?;
    let file = file
        .into_inner()
        .map_err(|error| Error::from(error.into_error()))?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

fn make(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder)?)
}

fn new_file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

fn beside(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
