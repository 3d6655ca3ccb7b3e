//! 32 secret bytes at one place of the heap: moving the owner moves a pointer, so that no copy stays behind on a stack.

use crate::error::VaultError;
use std::ops::{Deref, DerefMut};
use zeroize::Zeroize;

/// Wiped when dropped; neither shown nor cloned by accident.
pub(crate) struct Secret(Box<[u8; 32]>);

impl Secret {
    pub(crate) fn zero() -> Self {
        Self(Box::new([0; 32]))
    }

    pub(crate) fn random() -> Result<Self, VaultError> {
        let mut secret = Self::zero();
        getrandom::fill(secret.as_mut_slice()).map_err(|_| VaultError::Random)?;
        Ok(secret)
    }

    /// The same bytes at a place of their own.
    pub(crate) fn of(bytes: &[u8; 32]) -> Self {
        let mut secret = Self::zero();
        secret.copy_from_slice(bytes);
        secret
    }
}

impl Deref for Secret {
    type Target = [u8; 32];
    fn deref(&self) -> &[u8; 32] {
        &self.0
    }
}

impl DerefMut for Secret {
    fn deref_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}
