//! Bundles of anybody and the keys that sign, as the window asks for them. A path never reaches the page.

use super::{Answer, Desk, answer, ask, handle, lock};
use crate::{signers, watch::Watch};
use contract as c;
use contract::Empty;
use std::path::PathBuf;

/// How a dialog is called that asks for an OpenSSH private key.
const KEY_FILE: &str = "Choose the OpenSSH key file that signs";

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn bundle_verify(
        &self,
        req: c::BundleVerifyReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::BundleReport>> {
        let one = |ask| self.picker.files(&ask).into_iter().next();
        let mut identity: Option<PathBuf> = None;
        if req.encrypted {
            identity = one(ask("Choose your age key file", "age-key"));
            if identity.is_none() {
                return Ok(None);
            }
        }
        let mut ask = ask("Choose a bundle to verify", "bundle");
        ask.kinds = vec![("Bundles", &["zip", "age"])];
        let Some(path) = one(ask) else {
            return Ok(None);
        };
        let Ok(vault) = self.vault() else {
            return answer(
                crate::bundles::verify(&path, None, identity.as_deref(), watch).map(Some),
            );
        };
        let mut report = answer(vault.bundle_verify(&path, None, identity.as_deref(), watch))?;
        if identity.is_none() {
            report.received = vault.received_as(&path);
        }
        if report.valid && path.is_file() {
            let handle = answer(handle())?;
            let mut loose = lock(&self.desk);
            // What was looked at before is not taken in by mistake.
            loose.bundles.clear();
            loose.bundles.insert(handle.clone(), (path, identity));
            report.handle = Some(handle);
        }
        Ok(Some(report))
    }

    pub fn bundle_receive(
        &self,
        req: c::BundleReceiveReq,
        watch: &dyn Watch,
    ) -> Answer<c::ReceivedRow> {
        let found = lock(&self.desk).bundles.get(&req.handle).cloned();
        let Some((path, identity)) = found else {
            return answer(Err(crate::Error::input(
                "E-BUNDLE-HANDLE",
                "That bundle is not at hand any more. Verify it again, then import it.",
            )));
        };
        self.with(|vault| {
            vault.bundle_receive(
                &path,
                identity.as_deref(),
                &req.into,
                req.why.as_deref(),
                watch,
            )
        })
    }

    pub fn bundle_list(&self, _: Empty) -> Answer<Vec<c::ReceivedRow>> {
        self.with(|vault| vault.bundle_list())
    }

    pub fn signer_list(&self, _: Empty) -> Answer<c::SignerBook> {
        self.with(|vault| vault.signer_list())
    }

    pub fn signer_save(&self, req: c::SignerSaveReq) -> Answer<c::SignerBook> {
        self.with(|vault| vault.signer_save(&req))
    }

    pub fn signer_export(&self, _: Empty) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask("Save the trusted keys", "allowed-signers");
        ask.name = Some("allowed_signers".to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.print_to(&path, vault.signer_lines()?.as_bytes()))
            .map(Some)
    }

    pub fn key_bind(&self, req: c::KeyBindReq) -> Answer<Option<c::SignerBook>> {
        let key = match &req.agent {
            Some(fingerprint) => answer(signers::agent_key(fingerprint))?,
            None => match self.chosen_key()? {
                Some(key) => key,
                None => return Ok(None),
            },
        };
        self.with(|vault| vault.key_bind(&key, &req.passphrase))
            .map(Some)
    }

    pub fn key_release(&self, req: c::KeyReleaseReq) -> Answer<c::SignerBook> {
        self.with(|vault| vault.key_release(&req))
    }

    pub fn filing_seal(&self, req: c::FilingSealReq, watch: &dyn Watch) -> Answer<c::FilingView> {
        if req.sign_with.as_deref() != Some("file") {
            return self.with(|vault| vault.filing_seal(&req, watch));
        }
        answer(self.vault().map(|_| ()))?;
        match self.chosen_key()? {
            Some(key) => self.with(|vault| vault.filing_seal_with(&req, Some(&key), watch)),
            None => answer(Err(crate::Error::cancelled())),
        }
    }

    fn chosen_key(&self) -> Answer<Option<bundle::OpenSshKey>> {
        let chosen = self.picker.files(&ask(KEY_FILE, "signing-key"));
        let Some(path) = chosen.into_iter().next() else {
            return Ok(None);
        };
        answer(signers::key_file(&path)).map(Some)
    }
}
