//! The journal, as the window asks for it: the past of a record, its pages, its check, and a copy of it.

use super::{Answer, Desk, answer, ask};
use crate::watch::Watch;
use contract as c;
use contract::Empty;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn timeline(&self, req: c::TimelineReq) -> Answer<c::Timeline> {
        self.with(|vault| vault.timeline(&req))
    }

    pub fn journal_print(&self, req: c::JournalPrintReq) -> Answer<Option<c::Saved>> {
        self.print("journal.pdf", |vault| vault.journal_page(&req))
    }

    pub fn journal_export(&self, _: Empty, watch: &dyn Watch) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask("Save the journal", "journal");
        ask.name = Some("journal.jsonl".to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.journal_export(&path, false, watch))
            .map(Some)
    }

    pub fn vault_check(&self, _: Empty, watch: &dyn Watch) -> Answer<c::CheckReport> {
        self.with(|vault| vault.check(watch))
    }
}
