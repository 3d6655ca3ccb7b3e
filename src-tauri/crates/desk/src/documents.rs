//! Documents: taken in, hashed and encrypted at once, kept under a key of their own, shown without their bytes ever reaching the page.

use crate::{
    customers::clean,
    error::{Error, Result},
    now::rfc3339,
    open_vault::{Names, OpenVault},
    watch::Watch,
};
use aside::{Aside, Direct, Piece};
use contract as c;
use domain::{
    change::Change,
    record::{DOCUMENT_TYPES, Document, document_type_label},
};
use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};
use store::{Act, DocumentLine};
use zeroize::Zeroizing;

/// The largest document, in bytes (contract, section 6).
pub const LARGEST: u64 = 512 * 1024 * 1024;
/// The largest document that is decrypted into memory for a preview.
const LARGEST_PREVIEW: u64 = 64 * 1024 * 1024;

/// Where a document comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file that a person chose.
    File(PathBuf),
    /// Bytes that we made: a sealed bundle, a specimen.
    Made {
        /// Its name.
        name: String,
        /// Its content.
        bytes: Vec<u8>,
    },
}

/// A document that is encrypted in the vault and not in the journal yet.
pub struct Taken {
    document: Document,
    key: Zeroizing<String>,
}

impl Taken {
    /// The random id under which it lies.
    pub(crate) fn id(&self) -> &str {
        &self.document.id
    }

    /// SHA-256 of what it holds, in hex.
    pub(crate) fn sha256(&self) -> &str {
        &self.document.sha256
    }
}

/// A document as lists show it.
pub(crate) fn row(line: &DocumentLine, names: &Names) -> c::DocumentRow {
    let document = &line.document;
    c::DocumentRow {
        id: document.id.clone(),
        subject: document.subject.clone(),
        r#type: document.kind.clone(),
        type_label: document_type_label(&document.kind).to_owned(),
        name: document.name.clone(),
        media_type: document.media_type.clone(),
        bytes: document.bytes,
        sha256: document.sha256.clone(),
        recorded_at: rfc3339(line.recorded_at),
        recorded_by: names.of(&line.recorded_by),
        marks: document.marks.clone(),
        previewable: preview::is_previewable(&document.media_type)
            && document.bytes <= LARGEST_PREVIEW,
        replaces: document.replaces.clone(),
    }
}

/// A document's name as it was, without what would break a line or a listing.
fn safe_name(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .take(255)
        .collect()
}

impl OpenVault {
    /// Encrypts a document into the vault. What an act that fails leaves behind is swept at the next unlock.
    pub fn take_in(&self, source: Source, watch: &dyn Watch) -> Result<Taken> {
        match source {
            Source::Made { name, bytes } => {
                let length = bytes.len() as u64;
                self.take_from(
                    &name,
                    &mut std::io::Cursor::new(bytes),
                    length,
                    LARGEST,
                    watch,
                )
            }
            Source::File(path) => {
                let name = path
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default();
                let file = vault::Documents::open_source(&path)?;
                let length = file.metadata()?.len();
                if length == 0 {
                    return Err(Error::input(
                        "A-01",
                        format!("\"{}\" is empty. Choose the right file.", safe_name(&name)),
                    ));
                }
                if length > LARGEST {
                    let message = format!(
                        "\"{}\" has {} MB; the limit is {} MB. Split it, or keep it elsewhere and attach a note with its SHA-256.",
                        safe_name(&name),
                        length / 1_048_576,
                        LARGEST / 1_048_576
                    );
                    return Err(Error::new("A-02", c::Class::Limit, message));
                }
                let mut taken = self.take_from(&name, &mut { file }, length, LARGEST, watch)?;
                taken.document.pages = self.count_pages(&taken);
                Ok(taken)
            }
        }
    }

    /// Encrypts what came inside of another file into the vault, its pages counted like those of a file that a person chose.
    pub(crate) fn take_in_part(
        &self,
        name: &str,
        bytes: Vec<u8>,
        watch: &dyn Watch,
    ) -> Result<Taken> {
        let name = name.to_owned();
        let mut taken = self.take_in(Source::Made { name, bytes }, watch)?;
        taken.document.pages = self.count_pages(&taken);
        Ok(taken)
    }

    /// How many pages a PDF has, asked of the keyless worker; unknown for anything else, and where it cannot be told.
    fn count_pages(&self, taken: &Taken) -> Option<u32> {
        let Taken { document, key } = taken;
        if document.media_type != "application/pdf" || document.bytes > LARGEST_PREVIEW {
            return None;
        }
        let content = self
            .vault()
            .documents()
            .read_all(&document.id, key, &document.sha256, LARGEST_PREVIEW)
            .ok()?;
        self.preview().inspect(&content).ok()?.pages
    }

    /// Encrypts what a reader gives, `length` bytes and at most `limit`, into the vault.
    pub(crate) fn take_from(
        &self,
        name: &str,
        reader: &mut dyn std::io::Read,
        length: u64,
        limit: u64,
        watch: &dyn Watch,
    ) -> Result<Taken> {
        let mut progress = |done: u64| {
            watch.step("Encrypting", done, Some(length), "bytes");
            if watch.cancelled() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let sealed = self
            .vault()
            .documents()
            .seal(reader, limit, &mut progress)?;
        if length != sealed.bytes {
            self.vault().documents().remove(&sealed.id)?;
            return Err(Error::machine(
                "A-10",
                format!(
                    "\"{}\" changed while it was being read. Nothing was attached; try again.",
                    safe_name(name)
                ),
            ));
        }
        let sniffed = preview::sniff(&sealed.head, name);
        let mut marks: Vec<String> = sniffed.mismatch.into_iter().collect();
        marks.extend(sniffed.marks.iter().map(ToString::to_string));
        let hidden = domain::text::unseen(name);
        marks.extend(
            hidden
                .iter()
                .map(|what| format!("Its name contains {what}")),
        );
        Ok(Taken {
            document: Document {
                id: sealed.id,
                subject: String::new(),
                kind: String::new(),
                name: safe_name(name),
                media_type: sniffed.media_type,
                bytes: sealed.bytes,
                sha256: sealed.sha256,
                recipient: sealed.recipient,
                pages: None,
                marks,
                replaces: None,
            },
            key: sealed.identity,
        })
    }

    /// Records a document that was taken in; gives its id.
    pub(crate) fn keep(
        &self,
        act: &mut Act<'_, '_>,
        subject: &str,
        kind: &str,
        taken: Taken,
    ) -> Result<String> {
        let Taken { mut document, key } = taken;
        subject.clone_into(&mut document.subject);
        kind.clone_into(&mut document.kind);
        let id = document.id.clone();
        act.push_with_key(
            Change::DocumentAttached { document },
            None,
            None,
            Some(&key),
        )?;
        Ok(id)
    }

    /// Attaches one file to a record.
    pub fn document_add(
        &self,
        subject: &str,
        kind: &str,
        source: Source,
        watch: &dyn Watch,
    ) -> Result<c::DocumentRow> {
        self.document_replace(subject, kind, None, source, watch)
    }

    /// Attaches one file to a record, in the place of an earlier version where there is one. Both stay, and are compared side by side.
    ///
    /// # Errors
    /// `E-DOCUMENT-REPLACES` where the earlier one belongs to another record or was replaced before.
    pub fn document_replace(
        &self,
        subject: &str,
        kind: &str,
        replaces: Option<&str>,
        source: Source,
        watch: &dyn Watch,
    ) -> Result<c::DocumentRow> {
        let kind = clean("type", kind)?;
        if !DOCUMENT_TYPES.iter().any(|(id, _)| *id == kind) {
            let known: Vec<&str> = DOCUMENT_TYPES.iter().map(|(id, _)| *id).collect();
            return Err(Error::input(
                "E-DOCUMENT-TYPE",
                format!(
                    "\"{kind}\" is no type of document. Choose one of: {}.",
                    known.join(", ")
                ),
            ));
        }
        let subject = self.read(|read| self.subject(read, subject))?;
        if let Some(earlier) = replaces {
            self.read(|read| {
                let there = read.document(earlier)?.document;
                if there.subject != subject {
                    return Err(Error::input(
                        "E-DOCUMENT-REPLACES",
                        format!(
                            "\"{}\" belongs to {}, not to {subject}. A newer version belongs to the same record.",
                            there.name, there.subject
                        ),
                    ));
                }
                let newer = read.documents_of(&subject)?.into_iter().find(|one| {
                    one.document.replaces.as_deref() == Some(earlier)
                });
                match newer {
                    None => Ok(()),
                    Some(newer) => Err(Error::input(
                        "E-DOCUMENT-REPLACES",
                        format!(
                            "\"{}\" was replaced by \"{}\" already. Replace that one.",
                            there.name, newer.document.name
                        ),
                    )),
                }
            })?;
        }
        let mut taken = self.take_in(source, watch)?;
        taken.document.replaces = replaces.map(str::to_owned);
        self.act(|act| {
            let id = self.keep(act, &subject, &kind, taken)?;
            let names = self.names(act.read())?;
            Ok(row(&act.read().document(&id)?, &names))
        })
    }

    /// The record a document is about, by any of its references.
    pub(crate) fn subject(&self, read: &store::Read<'_>, reference: &str) -> Result<String> {
        if let Ok(file) = read.customer_file(reference) {
            return Ok(file.reference);
        }
        if let Ok(reseller) = read.reseller(reference) {
            return Ok(reseller.reference);
        }
        if let Ok(case) = read.case(reference) {
            return Ok(case.reference);
        }
        if let Ok(filing) = read.filing(reference) {
            return Ok(filing.reference);
        }
        if let Ok(clock) = read.clock(reference) {
            return Ok(clock.reference);
        }
        if reference == crate::programme::SUBJECT {
            return Ok(reference.to_owned());
        }
        Err(store::StoreError::not_found("record", reference).into())
    }

    /// A document and what its preview finds.
    pub fn document_show(&self, id: &str) -> Result<c::DocumentView> {
        let (row, bytes) = self.read(|read| {
            let line = read.document(id)?;
            Ok((row(&line, &self.names(read)?), line.document.bytes))
        })?;
        let mut view = c::DocumentView {
            marks: Vec::new(),
            pages: None,
            text: None,
            no_preview: None,
            pages_url: None,
            row,
        };
        if bytes > LARGEST_PREVIEW {
            view.no_preview = Some(
                "The document is too large for a preview. Save a copy to look at it.".to_owned(),
            );
            return Ok(view);
        }
        if !view.row.previewable {
            view.no_preview = Some("This kind of file is stored and never shown here. Save a copy to open it in another program, if you trust it.".to_owned());
            return Ok(view);
        }
        let content = self.document_bytes(id)?;
        match self.preview().inspect(&content) {
            Ok(found) => {
                view.pages = found.pages;
                view.marks = found.marks;
                if view.row.media_type == "image/jpeg" && self.preview().is_partial(&content) {
                    view.marks
                        .push("The file ends early: only its first part can be shown.".to_owned());
                }
                view.text = found.text;
                match found.no_preview {
                    Some(why) => view.no_preview = Some(why),
                    None if view.text.is_none() => view.pages_url = Some(format!("doc/{id}")),
                    None => {}
                }
            }
            Err(why) => view.no_preview = Some(why.to_string()),
        }
        Ok(view)
    }

    /// One page as PNG, made by the keyless worker.
    pub fn document_page(&self, id: &str, page: u32, width: u32, rotate: u32) -> Result<Vec<u8>> {
        let content = self.document_bytes(id)?;
        self.preview()
            .render(&content, page, width, rotate)
            .map_err(|why| Error::new(why.code(), c::Class::Limit, why.to_string()))
    }

    fn document_and_key(&self, id: &str) -> Result<(Document, Zeroizing<String>)> {
        self.read(|read| Ok((read.document(id)?.document, read.document_key(id)?)))
    }

    /// A document's content, checked against its hash before anything uses it.
    pub(crate) fn document_bytes(&self, id: &str) -> Result<Zeroizing<Vec<u8>>> {
        let (document, key) = self.document_and_key(id)?;
        let sha256 = &document.sha256;
        Ok(self
            .vault()
            .documents()
            .read_all(id, &key, sha256, LARGEST)?)
    }

    /// A document's record, and its content as a stream that ends well only if it is what was recorded.
    pub(crate) fn open_document(&self, id: &str) -> Result<(Document, impl std::io::Read + use<>)> {
        let (document, key) = self.document_and_key(id)?;
        let reader = self.vault().documents().open(id, &key, &document.sha256)?;
        Ok((document, reader))
    }

    /// Reads a document through: whether it is what was recorded.
    pub(crate) fn document_holds(&self, id: &str) -> Result<()> {
        let (document, key) = self.document_and_key(id)?;
        let documents = self.vault().documents();
        Ok(documents.verify(id, &key, &document.sha256)?)
    }

    /// A document as the content of a bundle, which opens and hashes it when its turn comes.
    pub(crate) fn document_content(&self, id: &str) -> Result<bundle::Content> {
        let (document, key) = self.document_and_key(id)?;
        let documents = self.vault().documents().clone();
        // One that is missing, or not sealed to its key, is told of before anything is signed.
        drop(documents.stream(id, &key)?);
        let sha256 = domain::entry::unhex(&document.sha256)
            .ok_or_else(|| vault::VaultError::DocumentChanged(id.to_owned()))?;
        Ok(bundle::Content::Reader {
            bytes: document.bytes,
            sha256,
            open: Box::new(move || {
                let stream = documents.stream(&document.id, &key);
                let stream = stream.map_err(std::io::Error::other)?;
                Ok(Box::new(stream) as Box<dyn std::io::Read>)
            }),
        })
    }

    /// Writes a document to a file that a person chose; an existing file is never written over, half a file never left.
    pub fn document_extract(&self, id: &str, to: &Path, watch: &dyn Watch) -> Result<c::Saved> {
        self.needs(domain::may::Right::Export)?;
        let (document, mut reader) = self.open_document(id)?;
        let folder = to
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        if std::fs::symlink_metadata(to).is_ok() {
            return Err(std::io::Error::from(std::io::ErrorKind::AlreadyExists).into());
        }
        let file = tempfile::NamedTempFile::new_in(folder)?;
        let mut out = Aside::new(Direct::new(file.as_file().try_clone()?));
        let mut piece = Piece::new();
        let mut done = 0u64;
        while piece.fill(&mut reader)? {
            done += piece.bytes().len() as u64;
            out.pass(&mut piece)?;
            watch.step("Decrypting", done, Some(document.bytes), "bytes");
            if watch.cancelled() {
                return Err(Error::cancelled());
            }
        }
        out.finish()?.finish()?;
        held::place(file, to).map_err(|error| error.error)?;
        Ok(c::Saved {
            name: to
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            bytes: document.bytes,
        })
    }
}
