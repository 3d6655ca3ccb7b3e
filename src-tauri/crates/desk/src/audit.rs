//! Checking the vault, exporting the journal.

use crate::{
    error::{Error, Result},
    examine::examine,
    now::rfc3339,
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use domain::{change::Body, entry::hex};
use std::{io::Write, path::Path};
use store::{Chained, Said};

impl OpenVault {
    /// Database pages, journal, tables against the replay, checkpoints, and every document's hash.
    pub fn check(&self, watch: &dyn Watch) -> Result<c::CheckReport> {
        let mut examined = examine(self.store(), self.vault().documents(), watch)?;
        if let Some(note) = self.anchor_note() {
            examined.add("V-09", "journal", note);
        }
        if let Err(why) = self.vault().check_lists() {
            examined.add(why.code(), "keyring", why.to_string());
        }
        // Whoever closed the vault here signed a checkpoint over what this computer remembers.
        if let Some(count) = self.remembered()
            && examined.entries >= count
            && !examined.checkpoints.contains(&count)
        {
            examined.add(
                "E-CHECKPOINT-GONE",
                &format!("checkpoint {count}"),
                format!(
                    "The checkpoint over {count} entries that was signed when this vault was last closed on this computer is gone."
                ),
            );
        }
        Ok(examined.report())
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
            let mut write = |chained: &Chained, said: Option<(&Said, Body)>| -> Result<()> {
                let mut line = entry_line(chained)?;
                if let (Some((said, body)), Some(object)) = (said, line.as_object_mut()) {
                    object.insert("salt".to_owned(), hex(&said.salt).into());
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
            };
            if with_payloads {
                read.each_entry(1, |recorded| {
                    write(&recorded.chained, recorded.said.as_ref().zip(recorded.body()))
                })
            } else {
                read.each_heading(1, |chained| write(&chained, None))
            }
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
        held::place(file, to).map_err(|error| Error::from(error.error))?;
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
