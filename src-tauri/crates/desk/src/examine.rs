//! Examining a vault, or a copy of one: database pages, journal, tables against the replay, checkpoints, and every document's hash.
//!
//! It must not know which vault it is, nor what this computer remembers.

use crate::{
    error::{Error, Result},
    watch::Watch,
};
use contract as c;
use domain::{
    approval::{Approvals, NAMESPACE},
    change::Change,
};
use std::collections::HashMap;
use store::Store;

/// What was found.
pub(crate) struct Examined {
    /// What does not hold.
    pub(crate) problems: Vec<c::CheckProblem>,
    /// Entries in the journal.
    pub(crate) entries: u64,
    /// The counts that checkpoints are over.
    pub(crate) checkpoints: Vec<u64>,
    valid: u32,
    documents: u64,
}

impl Examined {
    /// Adds something that does not hold.
    pub(crate) fn add(&mut self, code: &str, at: &str, message: String) {
        self.problems.push(problem(code, at, message));
    }

    /// As it is shown.
    pub(crate) fn report(self) -> c::CheckReport {
        let summary = format!(
            "{} entries, {}, {} of {} checkpoints valid, {} documents.",
            grouped(self.entries),
            match self.problems.len() {
                0 => "no gap".to_owned(),
                1 => "1 problem".to_owned(),
                faults => format!("{faults} problems"),
            },
            self.valid,
            self.checkpoints.len(),
            grouped(self.documents)
        );
        c::CheckReport {
            ok: self.problems.is_empty(),
            journal_entries: u32::try_from(self.entries).unwrap_or(u32::MAX),
            documents: u32::try_from(self.documents).unwrap_or(u32::MAX),
            checkpoints: self.valid,
            problems: self.problems,
            summary,
        }
    }
}

fn problem(code: &str, at: &str, message: String) -> c::CheckProblem {
    c::CheckProblem {
        code: code.to_owned(),
        at: at.to_owned(),
        message,
    }
}

/// A number with thousands separators.
pub(crate) fn grouped(number: u64) -> String {
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

/// Examines a database and the documents beside it.
///
/// # Errors
/// What keeps it from being read at all; a stop by the caller.
pub(crate) fn examine(
    store: &Store,
    files: &vault::Documents,
    watch: &dyn Watch,
) -> Result<Examined> {
    let mut problems: Vec<c::CheckProblem> = Vec::new();
    let mut add = |code: &str, at: &str, message: String| problems.push(problem(code, at, message));
    watch.step("Checking database pages", 0, None, "pages");
    for found in store.check_pages()? {
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
    let (checked, checkpoints, documents, keys) = store.read(|read| -> Result<_> {
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
        let signed = |key: &str, text: &str, signature: &str| {
            vault::verify_sshsig(key, NAMESPACE, text.as_bytes(), signature.as_bytes()).is_some()
        };
        let mut approvals = Approvals::new(&staff, &signed);
        let mut approved =
            |author: &str, act: u64, change: &Change| approvals.flaw(author, act, change);
        let checked = read.check(&wanted, &verify, &mut approved, &mut walk)?;
        Ok((checked, checkpoints, read.each_document()?, keys))
    })?;
    for fault in &checked.faults {
        add(fault.code, &fault.at, fault.message.clone());
    }
    let mut valid = 0;
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
            valid += 1;
        }
    }
    let total = Some(documents.len() as u64);
    for (place, document) in documents.iter().enumerate() {
        watch.step("Checking documents", place as u64, total, "documents");
        if watch.cancelled() {
            return Err(Error::cancelled());
        }
        let at = format!("document {}", document.id);
        let key = store.read(|read| -> Result<_> { Ok(read.document_key(&document.id)?) })?;
        if vault::recipient_of(&key).as_deref() != Some(document.recipient.as_str()) {
            add(
                "V-25",
                &at,
                format!(
                    "The key of document {} of {} is not the one that was recorded.",
                    document.id, document.subject
                ),
            );
        } else if let Err(why) = files.verify(&document.id, &key, &document.sha256) {
            add(
                why.code(),
                &at,
                format!(
                    "Document {} of {}: {} The other documents are fine.",
                    document.id, document.subject, why
                ),
            );
        }
    }
    Ok(Examined {
        problems,
        entries: checked.entries,
        checkpoints: checkpoints.iter().map(|(count, ..)| *count).collect(),
        valid,
        documents: documents.len() as u64,
    })
}
