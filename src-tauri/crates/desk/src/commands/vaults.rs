//! Vaults on this computer, as the window asks for them: which there are, making one, locking, and its passphrase.

use super::{Answer, Desk, answer, ask, ending, lock};
use crate::{
    error::Result,
    local::Local,
    open_vault::{NewVault, OpenVault},
    passphrase,
};
use contract as c;
use contract::{Done, Empty};
use secrecy::SecretString;
use std::time::Instant;

#[allow(missing_docs)] // the table in `contract` says what each is
impl Desk {
    pub fn app_state(&self, _: Empty) -> Answer<c::AppState> {
        let local = Local::load(self.surroundings.state.as_deref());
        let recent: Vec<c::VaultCard> = local
            .vaults
            .iter()
            .filter_map(|known| self.card(&known.path, Some(known)).ok())
            .collect();
        let unlocked = self.is_open();
        Ok(c::AppState {
            unlocked,
            vault: recent.first().cloned(),
            recent,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            zone: std::env::var("TZ")
                .ok()
                .filter(|zone| zone.parse::<chrono_tz::Tz>().is_ok())
                .or_else(system_zone)
                .unwrap_or_else(|| "America/New_York".to_owned()),
            idle_minutes: local.idle_minutes,
            lock_minimised: local.lock_minimised,
            theme: local.theme,
            density: local.density,
            paper: local.paper,
            keep_backups: local.keep_backups,
            hidden_columns: local.hidden_columns,
        })
    }

    pub fn vault_pick(&self, _: Empty) -> Answer<Option<c::VaultCard>> {
        let Some(path) = self.picker.folder(&ask("Open a vault", "vault-open")) else {
            return Ok(None);
        };
        let local = Local::load(self.surroundings.state.as_deref());
        let known = local.vaults.iter().find(|known| known.path == path);
        answer(self.card(&path, known).map(Some))
    }

    pub fn vault_create(&self, req: c::VaultCreateReq) -> Answer<Option<c::VaultCreated>> {
        let name: String = req
            .org
            .chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .take(24)
            .collect();
        let mut ask = ask("Choose where the vault's folder is made", "vault-create");
        ask.name = Some(format!(
            "{}.cipdesk",
            if name.is_empty() { "Vault" } else { &name }
        ));
        let Some(path) = self.picker.save(&ask).map(ending) else {
            return Ok(None);
        };
        answer((|| {
            let new = NewVault {
                org: req.org,
                role: req.role,
                zone: req.zone,
                staff: req.staff,
                label: "staff-1".to_owned(),
                passphrase: SecretString::from(req.passphrase),
                demo: false,
                drill: None,
            };
            let (vault, sheet) = OpenVault::create(&path, new, self.surroundings.clone())?;
            self.made(&vault, sheet).map(Some)
        })())
    }

    /// A vault that was just made is closed, and its recovery sheet kept in memory until it was saved or printed.
    pub(super) fn made(
        &self,
        vault: &OpenVault,
        sheet: vault::RecoverySheet,
    ) -> Result<c::VaultCreated> {
        vault.close()?;
        let local = Local::load(self.surroundings.state.as_deref());
        let root = vault.vault().root();
        let card = self.card(root, local.known(vault.vault().vault_id()))?;
        let created = c::VaultCreated {
            vault: card,
            sheet: sheet.lines(),
            recovery_groups: sheet.groups(),
        };
        lock(&self.desk).sheets = vec![sheet];
        Ok(created)
    }

    pub fn vault_lock(&self, _: Empty) -> Answer<Done> {
        self.lock();
        Ok(Done {})
    }

    pub fn passphrase_strength(&self, req: c::StrengthReq) -> Answer<c::Strength> {
        let words: Vec<&str> = req.words.iter().map(String::as_str).collect();
        Ok(passphrase::strength(&req.passphrase, &words))
    }

    pub fn passphrase_suggest(&self, _: Empty) -> Answer<c::Suggested> {
        answer(passphrase::suggest().map(|passphrase| c::Suggested { passphrase }))
    }

    pub fn activity(&self, _: Empty) -> Answer<Done> {
        lock(&self.desk).last_activity = Some(Instant::now());
        Ok(Done {})
    }
}

/// The zone that this system is set to, by the link that systems keep.
fn system_zone() -> Option<String> {
    let link = std::fs::read_link("/etc/localtime").ok()?;
    let name = link.to_str()?.split("zoneinfo/").nth(1)?.to_owned();
    name.parse::<chrono_tz::Tz>().is_ok().then_some(name)
}
