//! Vaults of invented people, as the window asks for them: the demonstration and the rehearsal.

use super::{Answer, Desk, answer, ask, handle};
use crate::{error::Result, open_vault::OpenVault, watch::Unwatched};
use contract as c;
use contract::Empty;
use secrecy::SecretString;
use std::path::PathBuf;

#[allow(missing_docs)] // the table in `contract` says what each is
impl Desk {
    /// Where a vault of invented people is made: beside this computer's state.
    fn invented(&self, what: &str) -> Result<PathBuf> {
        let folder = self
            .surroundings
            .state
            .clone()
            .unwrap_or_else(std::env::temp_dir)
            .join("demo");
        std::fs::create_dir_all(&folder)?;
        Ok(folder.join(format!("{what}-{}.cipdesk", handle()?)))
    }

    pub fn demo_open(&self, req: c::DemoOpenReq) -> Answer<c::Digest> {
        answer((|| {
            let path = self.invented("Demo")?;
            let passphrase = SecretString::from(crate::demo::PASSPHRASE.to_owned());
            let wanted = crate::demo::Demo {
                customers: req.customers.clamp(1, 100_000),
                ..crate::demo::Demo::default()
            };
            let vault = crate::demo::make(
                &path,
                &wanted,
                &passphrase,
                self.surroundings.clone(),
                &Unwatched,
            )?;
            self.enter(vault)
        })())
    }

    pub fn drill_begin(&self, _: Empty) -> Answer<c::Digest> {
        answer((|| {
            let path = self.invented("Rehearsal")?;
            let passphrase = SecretString::from(crate::demo::PASSPHRASE.to_owned());
            self.enter(crate::drill::begin(
                &path,
                &passphrase,
                self.surroundings.clone(),
            )?)
        })())
    }

    pub fn drill(&self, _: Empty) -> Answer<c::DrillView> {
        self.with(OpenVault::drill_view)
    }

    pub fn drill_skip(&self, _: Empty) -> Answer<c::DrillView> {
        self.with(OpenVault::drill_skip)
    }

    pub fn drill_letter(&self, _: Empty) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask("Save the letter", "drill-letter");
        ask.name = Some("request-rehearsal.pdf".to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.print_to(&path, &vault.drill_letter()?))
            .map(Some)
    }

    pub fn drill_print(&self, _: Empty) -> Answer<Option<c::Saved>> {
        self.print("rehearsal.pdf", OpenVault::drill_page)
    }
}
