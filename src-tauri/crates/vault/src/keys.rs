//! The two Ed25519 keys of a member (security 3.3.2): the log key signs entries while unlocked; the approval key is opened for one act.

use crate::{error::VaultError, secret::Secret};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use ssh_key::{
    HashAlg, LineEnding, PrivateKey, PublicKey, SshSig, private::Ed25519Keypair,
    public::Ed25519PublicKey, public::KeyData,
};
use zeroize::Zeroizing;

/// Signs journal entries and checkpoints while the vault is open.
pub struct LogKey(Secret);

/// Signs one approval, one seal, one list of members; wiped when dropped.
pub struct ApprovalKey(Secret);

fn private(seed: &[u8; 32]) -> PrivateKey {
    PrivateKey::from(Ed25519Keypair::from_seed(seed))
}

fn sshsig(seed: &[u8; 32], namespace: &str, text: &[u8]) -> Result<String, VaultError> {
    let signature = private(seed)
        .sign(namespace, HashAlg::Sha512, text)
        .map_err(|_| VaultError::Key)?;
    signature
        .to_pem(LineEnding::LF)
        .map_err(|_| VaultError::Key)
}

fn fingerprint(seed: &[u8; 32]) -> String {
    private(seed).fingerprint(HashAlg::Sha256).to_string()
}

impl LogKey {
    pub(crate) fn new(seed: Secret) -> Self {
        Self(seed)
    }

    /// Another handle to the same key, for the session that writes.
    pub(crate) fn again(&self) -> Self {
        Self(Secret::of(&self.0))
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        &self.0
    }

    /// Ed25519.
    pub fn sign(&self, text: &[u8]) -> [u8; 64] {
        SigningKey::from_bytes(&self.0).sign(text).to_bytes()
    }

    /// The public key.
    pub fn public(&self) -> [u8; 32] {
        SigningKey::from_bytes(&self.0).verifying_key().to_bytes()
    }

    /// `SHA256:...`, as OpenSSH shows it.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.0)
    }

    /// An SSHSIG in armour.
    ///
    /// # Errors
    /// The key cannot be used.
    pub fn sign_sshsig(&self, namespace: &str, text: &[u8]) -> Result<String, VaultError> {
        sshsig(&self.0, namespace, text)
    }
}

impl ApprovalKey {
    pub(crate) fn generate() -> Result<Self, VaultError> {
        Ok(Self(Secret::random()?))
    }

    pub(crate) fn from_seed(seed: Secret) -> Self {
        Self(seed)
    }

    pub(crate) fn from_openssh(pem: &[u8]) -> Result<Self, VaultError> {
        let key = PrivateKey::from_openssh(pem).map_err(|_| VaultError::Key)?;
        let pair = key.key_data().ed25519().ok_or(VaultError::Key)?;
        Ok(Self(Secret::of(pair.private.as_ref())))
    }

    pub(crate) fn to_openssh(&self) -> Result<Zeroizing<String>, VaultError> {
        private(&self.0)
            .to_openssh(LineEnding::LF)
            .map_err(|_| VaultError::Key)
    }

    /// `SHA256:...`, as OpenSSH shows it.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.0)
    }

    /// The public key as OpenSSH writes it.
    pub fn public_openssh(&self) -> String {
        private(&self.0)
            .public_key()
            .to_openssh()
            .unwrap_or_default()
    }

    /// An SSHSIG in armour. Ed25519 is deterministic: the same text gives the same signature.
    ///
    /// # Errors
    /// The key cannot be used.
    pub fn sign_sshsig(&self, namespace: &str, text: &[u8]) -> Result<String, VaultError> {
        sshsig(&self.0, namespace, text)
    }
}

/// Whether a log key signed a text; strict, so that no second signature of the same text passes.
pub fn verify_log_signature(public: &[u8; 32], text: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (
        VerifyingKey::from_bytes(public),
        <&[u8; 64]>::try_from(signature),
    ) else {
        return false;
    };
    key.verify_strict(text, &ed25519_dalek::Signature::from_bytes(signature))
        .is_ok()
}

/// Whether a log key signed a text under a namespace.
pub fn verify_log_sshsig(public: &[u8; 32], namespace: &str, text: &[u8], signature: &str) -> bool {
    let key = PublicKey::from(KeyData::Ed25519(Ed25519PublicKey(*public)));
    SshSig::from_pem(signature)
        .is_ok_and(|signature| key.verify(namespace, text, &signature).is_ok())
}

/// Whether an OpenSSH public key signed a text under a namespace; gives the key's fingerprint.
pub fn verify_sshsig(
    openssh: &str,
    namespace: &str,
    text: &[u8],
    signature: &[u8],
) -> Option<String> {
    let key = PublicKey::from_openssh(openssh).ok()?;
    let written = signature;
    let signature = SshSig::from_pem(written).ok()?;
    // The one armour that is written here: a file in which a byte was changed is another file, whatever a lenient reader makes of it.
    let canonical = signature.to_pem(LineEnding::LF).ok()?;
    if canonical.as_bytes() != written && format!("{canonical}\n").as_bytes() != written {
        return None;
    }
    key.verify(namespace, text, &signature).ok()?;
    Some(key.fingerprint(HashAlg::Sha256).to_string())
}
