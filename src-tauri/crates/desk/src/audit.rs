//! Checking the vault, backing it up, exporting the journal.

use crate::{
    error::{Error, Result},
    now::rfc3339,
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use domain::entry::hex;
use std::{collections::HashMap, io::Write, path::Path};

/// A number with thousands separators.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl OpenVault {
    /// Database pages, journal, tables against the replay, checkpoints, and every document's hash.
    pub fn check(&self, watch: &dyn Watch) -> Result<c::CheckReport> {
        let mut problems: Vec<c::CheckProblem> = Vec::new();
        let mut add = |code: &str, at: &str, message: String| {
            problems.push(c::CheckProblem {
                code: code.to_owned(),
                at: at.to_owned(),
                message,
            })
        };
        watch.step("Checking database pages", 0, None, "pages");
        for found in self.store().check_pages()? {
            // SQLite's words name pages and indexes, never content.
            add(
                "V-12",
                "database",
                format!(
                    "Part of the database does not hold: {}",
                    found
                        .chars()
                        .filter(|c| !c.is_control())
                        .take(160)
                        .collect::<String>()
                ),
            );
        }
        if let Some(note) = self.anchor_note() {
            add("V-09", "journal", note);
        }
        if let Err(why) = self.vault().check_lists() {
            add(why.code(), "keyring", why.to_string());
        }
        let (checked, checkpoints, documents, keys) = self.read(|read| {
            let total = read.head()?.count;
            let checkpoints = read.checkpoints()?;
            let staff = read.staff()?;
            let keys: HashMap<String, [u8; 32]> = staff
                .iter()
                .flat_map(domain::record::Staff::keys)
                .filter_map(|keys| {
                    let public = domain::entry::unhex(&keys.log_public)?;
                    Some((keys.log_key, public))
                })
                .collect();
            let verify = |author: &str, text: &[u8], signature: &[u8]| {
                keys.get(author)
                    .is_some_and(|key| vault::verify_log_signature(key, text, signature))
            };
            let wanted: Vec<u64> = checkpoints.iter().map(|(count, ..)| *count).collect();
            let mut walk = |done: u64| {
                watch.step("Checking the journal", done, Some(total), "entries");
                !watch.cancelled()
            };
            let checked = read.check(&wanted, &verify, &mut walk)?;
            Ok((checked, checkpoints, read.each_document()?, keys))
        })?;
        for fault in &checked.faults {
            add(fault.code, &fault.at, fault.message.clone());
        }
        // Whoever closed the vault here signed a checkpoint over what this computer remembers.
        if let Some(count) = self.remembered()
            && checked.entries >= count
            && !checkpoints.iter().any(|(there, ..)| *there == count)
        {
            add(
                "E-CHECKPOINT-GONE",
                &format!("checkpoint {count}"),
                format!(
                    "The checkpoint over {count} entries that was signed when this vault was last closed on this computer is gone."
                ),
            );
        }
        let mut valid_checkpoints = 0;
        for (count, note, signer, signature) in &checkpoints {
            let at = format!("checkpoint {count}");
            let signed = keys.get(signer).is_some_and(|key| {
                vault::verify_log_sshsig(key, "cipdesk-checkpoint-v1", note.as_bytes(), signature)
            });
            let fits = checked.roots.get(count).is_some_and(|(root, chain)| {
                let mut lines = note.lines().skip(2);
                lines.next() == Some(vault::base64(root).as_str())
                    && lines.next() == Some(format!("head {}", vault::base64(chain)).as_str())
            });
            if !signed {
                add(
                    "E-CHECKPOINT-SIGNATURE",
                    &at,
                    "The signature of this checkpoint does not hold.".to_owned(),
                );
            } else if !fits {
                let message = if checked.entries < *count {
                    format!(
                        "The journal was cut: a signed checkpoint counted {count} entries, and there are {}.",
                        checked.entries
                    )
                } else {
                    "The journal was changed after this checkpoint was signed.".to_owned()
                };
                add("E-JOURNAL-CUT", &at, message);
            } else {
                valid_checkpoints += 1;
            }
        }
        let total = Some(documents.len() as u64);
        for (place, document) in documents.iter().enumerate() {
            watch.step("Checking documents", place as u64, total, "documents");
            if watch.cancelled() {
                return Err(Error::cancelled());
            }
            let at = format!("document {}", document.id);
            let key = self.read(|read| Ok(read.document_key(&document.id)?))?;
            if vault::recipient_of(&key).as_deref() != Some(document.recipient.as_str()) {
                add(
                    "V-25",
                    &at,
                    format!(
                        "The key of document {} of {} is not the one that was recorded.",
                        document.id, document.subject
                    ),
                );
            } else if let Err(why) =
                self.vault()
                    .documents()
                    .verify(&document.id, &key, &document.sha256)
            {
                add(
                    "V-25",
                    &at,
                    format!(
                        "Document {} of {}: {} The other documents are fine.",
                        document.id, document.subject, why
                    ),
                );
            }
        }
        let faults = problems.len();
        let summary = format!(
            "{} entries, {}, {} of {} checkpoints valid, {} documents.",
            grouped(checked.entries),
            if faults == 0 {
                "no gap".to_owned()
            } else if faults == 1 {
                "1 problem".to_owned()
            } else {
                format!("{faults} problems")
            },
            valid_checkpoints,
            checkpoints.len(),
            grouped(documents.len() as u64)
        );
        Ok(c::CheckReport {
            ok: problems.is_empty(),
            journal_entries: u32::try_from(checked.entries).unwrap_or(u32::MAX),
            documents: u32::try_from(documents.len()).unwrap_or(u32::MAX),
            checkpoints: valid_checkpoints,
            problems,
            summary,
        })
    }

    /// Writes a consistent copy of the vault to a new folder, while this one is in use; opens like any vault.
    pub fn backup(&self, to: &Path, watch: &dyn Watch) -> Result<c::Saved> {
        self.needs(domain::may::Right::Keep)?;
        watch.step("Copying", 0, None, "files");
        self.checkpoint()?;
        let mut failed = None;
        let copied = self.vault().backup(to, |database| {
            self.store()
                .copy_to(database)
                .map_err(|error| failed = Some(Error::from(error)))
        });
        if let Some(error) = failed {
            return Err(error);
        }
        let bytes = copied?;
        self.note_backup(self.now().timestamp_millis());
        Ok(c::Saved {
            name: to
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            bytes,
        })
    }

    /// Writes the journal as JSON lines: entries with hash and link, then the acts' signatures and the latest checkpoint.
    /// Bodies and salts only where asked for (contract, section 6).
    pub fn journal_export(
        &self,
        to: &Path,
        with_payloads: bool,
        watch: &dyn Watch,
    ) -> Result<c::Saved> {
        self.needs(domain::may::Right::Export)?;
        let (note, signature) = self.checkpoint()?;
        let folder = to
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        if std::fs::symlink_metadata(to).is_ok() {
            return Err(std::io::Error::from(std::io::ErrorKind::AlreadyExists).into());
        }
        let mut file = std::io::BufWriter::new(tempfile::NamedTempFile::new_in(folder)?);
        self.read(|read| {
            let total = read.head()?.count;
            let mut last_act = None;
            read.each_entry(1, |recorded| -> Result<()> {
                let chained = &recorded.chained;
                let mut line = entry_line(chained)?;
                if with_payloads
                    && let (Some(body), Some(salt), Some(object)) = (&recorded.body, read.salt(chained.seq)?, line.as_object_mut())
                {
                    object.insert("salt".to_owned(), hex(&salt).into());
                    object.insert("body".to_owned(), serde_json::to_value(body).map_err(|_| store::StoreError::Form)?);
                }
                if last_act != Some(chained.act) {
                    last_act = Some(chained.act);
                    if let Some((author, first, last, root, signature)) = read.act(chained.act)? {
                        let act = serde_json::json!({"act": chained.act, "author": author, "first": first, "last": last, "root": hex(&root), "signature": hex(&signature)});
                        writeln!(file, "{act}")?;
                    }
                }
                writeln!(file, "{line}")?;
                watch.step("Writing the journal", chained.seq, Some(total), "entries");
                if watch.cancelled() { Err(Error::cancelled()) } else { Ok(()) }
            })
        })?;
        writeln!(
            file,
            "{}",
            serde_json::json!({"checkpoint": note, "signature": signature})
        )?;
        let file = file
            .into_inner()
            .map_err(|error| Error::from(error.into_error()))?;
        file.as_file().sync_all()?;
        let bytes = file.as_file().metadata()?.len();
        file.persist_noclobber(to)
            .map_err(|error| Error::from(error.error))?;
        Ok(c::Saved {
            name: to
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            bytes,
        })
    }
}

/// An entry as a line of JSON: its own fields, then its place, hash and link.
pub(crate) fn entry_line(chained: &store::Chained) -> Result<serde_json::Value> {
    let mut line = serde_json::to_value(&chained.entry).map_err(|_| store::StoreError::Form)?;
    if let Some(object) = line.as_object_mut() {
        object.insert(
            "recorded_at_utc".to_owned(),
            rfc3339(chained.entry.recorded_at).into(),
        );
        object.insert("seq".to_owned(), chained.seq.into());
        object.insert("hash".to_owned(), hex(&chained.hash).into());
        object.insert("chain".to_owned(), hex(&chained.chain).into());
        object.insert("act".to_owned(), chained.act.into());
    }
    Ok(line)
}
