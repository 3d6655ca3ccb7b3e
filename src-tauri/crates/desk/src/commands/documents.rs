//! Documents, as the window asks for them.

use super::{Answer, Desk, answer, ask};
use crate::watch::Watch;
use contract as c;
use std::path::Path;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn document_attach(
        &self,
        req: c::DocumentAttachReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::Attached>> {
        let vault = answer(self.vault())?;
        let sources =
            answer(self.sources(req.handle.as_deref(), &ask("Attach documents", "document")))?;
        if sources.is_empty() {
            return Ok(None);
        }
        drop(vault);
        let mut attached = c::Attached {
            documents: Vec::new(),
            refused: Vec::new(),
        };
        for source in sources {
            match self.with(|vault| {
                vault.document_replace(
                    &req.subject,
                    &req.r#type,
                    req.replaces.as_deref(),
                    source,
                    watch,
                )
            }) {
                Ok(row) => attached.documents.push(row),
                Err(failure) if failure.class == c::Class::Cancelled => return Err(failure),
                Err(failure) => attached.refused.push(failure),
            }
        }
        Ok(Some(attached))
    }

    pub fn document_show(&self, req: c::DocumentReq) -> Answer<c::DocumentView> {
        self.with(|vault| vault.document_show(&req.id))
    }

    /// One page of a document as PNG, for the document protocol.
    pub fn document_page(&self, id: &str, page: u32, width: u32, rotate: u32) -> Answer<Vec<u8>> {
        self.with(|vault| vault.document_page(id, page, width, rotate))
    }

    pub fn document_save_copy(
        &self,
        req: c::DocumentReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::Saved>> {
        let name =
            self.with(|vault| vault.read(|read| Ok(read.document(&req.id)?.document.name)))?;
        let mut ask = ask("Save a copy", "document-save");
        let ending = Path::new(&name)
            .extension()
            .map(|ending| ending.to_string_lossy().into_owned())
            .filter(|ending| {
                ending.len() <= 5 && ending.chars().all(|c| c.is_ascii_alphanumeric())
            });
        ask.name = Some(ending.map_or_else(
            || "document".to_owned(),
            |ending| format!("document.{ending}"),
        ));
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.document_extract(&req.id, &path, watch))
            .map(Some)
    }
}
