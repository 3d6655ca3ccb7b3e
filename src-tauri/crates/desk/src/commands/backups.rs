//! The rows of the table about a vault as a whole: backups, and everything in clear.

use super::{Answer, Desk, answer, ask, ending, handle, lock};
use crate::{
    backups::{self, Restore},
    error::Error,
    local::Local,
    watch::Watch,
    whole::{self, TakeIn},
};
use contract as c;
use contract::Empty;
use secrecy::SecretString;

/// More backups than this are not counted, but all kept.
pub(super) const MOST_KEPT: u32 = 99;

#[allow(missing_docs)] // the table in `contract` says what each is
impl Desk {
    pub fn vault_backup(&self, _: Empty, watch: &dyn Watch) -> Answer<Option<c::BackedUp>> {
        let day = answer(self.vault().map(|vault| vault.today()))?;
        let mut ask = ask("Choose where the backup's folder is made", "backup");
        ask.name = Some(format!("Backup-{day}.cipdesk"));
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        let keep = Local::load(self.surroundings.state.as_deref()).keep_backups;
        let done = self.with(|vault| {
            let saved = vault.backup(&path, watch)?;
            let removed = match keep {
                0 => Vec::new(),
                keep => vault.keep_backups(&path, keep)?,
            };
            Ok(c::BackedUp {
                name: saved.name,
                bytes: saved.bytes,
                removed,
            })
        });
        // No record changed, but what is shown of the backup's age did.
        self.listener.changed(c::Changes {
            subjects: Vec::new(),
            kinds: vec!["vault.backed_up".to_owned()],
        });
        done.map(Some)
    }

    pub fn vault_export(&self, _: Empty, watch: &dyn Watch) -> Answer<Option<c::Saved>> {
        let day = answer(self.vault().map(|vault| vault.today()))?;
        let mut ask = ask("Choose where the folder of the export is made", "whole");
        ask.name = Some(format!("Export-{day}"));
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.export_whole(&path, watch))
            .map(Some)
    }

    pub fn backup_pick(&self, _: Empty) -> Answer<Option<c::BackupCard>> {
        let Some(path) = self
            .picker
            .folder(&ask("Choose the backup", "restore-from"))
        else {
            return Ok(None);
        };
        answer((|| {
            let mut card = backups::look(&path, &self.surroundings)?;
            card.id = handle()?;
            lock(&self.desk).places.insert(card.id.clone(), path);
            Ok(Some(card))
        })())
    }

    pub fn export_pick(&self, _: Empty) -> Answer<Option<c::ExportCard>> {
        let ask = ask("Choose the folder of the full export", "whole-from");
        let Some(path) = self.picker.folder(&ask) else {
            return Ok(None);
        };
        answer((|| {
            let mut card = whole::look(&path)?;
            card.id = handle()?;
            lock(&self.desk).places.insert(card.id.clone(), path);
            Ok(Some(card))
        })())
    }

    pub fn vault_import(
        &self,
        req: c::VaultImportReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::VaultCreated>> {
        let from = self.place(&req.export)?;
        let mut ask = ask("Choose where the new vault's folder is made", "whole-to");
        ask.name = Some("Imported.cipdesk".to_owned());
        let Some(to) = self.picker.save(&ask).map(ending) else {
            return Ok(None);
        };
        answer((|| {
            let how = TakeIn {
                from: &from,
                to: &to,
                label: req.label.as_deref(),
                passphrase: &SecretString::from(req.passphrase),
            };
            let (vault, sheet) = whole::take_in(&how, self.surroundings.clone(), watch)?;
            self.made(&vault, sheet).map(Some)
        })())
    }

    pub fn backup_restore(
        &self,
        req: c::BackupRestoreReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::Restored>> {
        let from = self.place(&req.backup)?;
        let mut ask = ask(
            "Choose where the restored vault's folder is made",
            "restore",
        );
        ask.name = Some("Restored.cipdesk".to_owned());
        let Some(to) = self.picker.save(&ask).map(ending) else {
            return Ok(None);
        };
        answer((|| {
            let how = Restore {
                from: &from,
                to: &to,
                label: req.label.as_deref(),
                passphrase: &SecretString::from(req.passphrase),
                damaged: req.damaged,
            };
            let mut restored = backups::restore(&how, &self.surroundings, watch)?;
            let local = Local::load(self.surroundings.state.as_deref());
            let card = self.card(&to, local.vaults.iter().find(|known| known.path == to))?;
            restored.vault = Some(card);
            Ok::<_, Error>(Some(restored))
        })())
    }
}
