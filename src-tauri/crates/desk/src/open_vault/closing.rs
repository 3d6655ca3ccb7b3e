//! How a vault is closed: a checkpoint over the journal is signed, and this computer remembers where the journal ended.

use super::OpenVault;
use crate::{error::Result, local::Local};
use domain::entry::ClockState;
use std::sync::PoisonError;

impl OpenVault {
    /// Signs a checkpoint, folds the log into the file, and notes the journal's head on this computer. Then drop.
    pub fn close(&self) -> Result<()> {
        if self.reading().is_some() {
            // What was only looked at leaves no trace, and an older copy that nobody accepted is not remembered in the place of the newer.
            return Ok(());
        }
        let head = self.read(|read| Ok(read.head()?))?;
        self.checkpoint()?;
        self.store.checkpoint_wal()?;
        self.remember(&head)
    }

    /// Ends whatever runs in the vault, signs a last checkpoint, closes the connection that writes, and notes the journal's head. The lock.
    pub(crate) fn shut(&self) -> Result<()> {
        if self.reading().is_some() {
            self.store.interrupt();
            return Ok(());
        }
        let head = self.store.finish(|write| -> Result<_> {
            let head = write.head()?;
            let there = write.checkpoints()?.pop();
            if there.is_none_or(|(count, ..)| count != head.count) {
                let root = write.merkle_root()?;
                let (note, signature) = self.checkpoint_note(&head, &root)?;
                write.keep_checkpoint(head.count, &note, &self.signer.fingerprint, &signature)?;
            }
            Ok(head)
        })?;
        self.remember(&head)
    }

    fn remember(&self, head: &store::Head) -> Result<()> {
        let mut local = Local::load(self.surroundings.state.as_deref());
        local.note(self.vault.vault_id(), self.vault.root(), |known| {
            known.entries = head.count;
            known.head = domain::entry::hex(&head.chain);
            let (generation, sha256) = self.vault.list();
            known.list_generation = generation;
            sha256.clone_into(&mut known.list_sha256);
            known.demo = self.organisation.demo;
            known.last_backup = *self.backup.lock().unwrap_or_else(PoisonError::into_inner);
        });
        local.save()
    }

    /// Signs and keeps a checkpoint over the whole journal (security 3.11.3); gives its note.
    pub(crate) fn checkpoint(&self) -> Result<(String, String)> {
        let (head, root, there) =
            self.read(|read| Ok((read.head()?, read.merkle_root()?, read.checkpoints()?.pop())))?;
        if let Some((count, note, _, signature)) = there
            && count == head.count
        {
            return Ok((note, signature));
        }
        self.writes()?;
        let (note, signature) = self.checkpoint_note(&head, &root)?;
        self.store.write(|write| -> Result<()> {
            Ok(write.keep_checkpoint(head.count, &note, &self.signer.fingerprint, &signature)?)
        })?;
        Ok((note, signature))
    }

    /// The text of a checkpoint, and its signature by the key of the member at work.
    fn checkpoint_note(
        &self,
        head: &store::Head,
        root: &domain::entry::Hash,
    ) -> Result<(String, String)> {
        let stamp = self.stamp();
        let certain = if stamp.clock_state == ClockState::Ok {
            "ok"
        } else {
            "uncertain"
        };
        let note = format!(
            "cipdesk.vault/{}\n{}\n{}\nhead {}\ngeneration {}\ntime {} {certain}\n",
            self.vault.vault_id(),
            head.count,
            vault::base64(root),
            vault::base64(&head.chain),
            self.vault.generation(),
            crate::now::rfc3339(stamp.recorded_at),
        );
        let signature = self
            .vault
            .log_key()
            .sign_sshsig("cipdesk-checkpoint-v1", note.as_bytes())?;
        Ok((note, signature))
    }
}
