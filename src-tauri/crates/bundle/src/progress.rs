//! How far long work is, and whether to stop it. Knows nothing of the work.

use crate::error::Refusal;
use std::ops::ControlFlow;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Copying and hashing files into a new bundle.
    Packing,
    /// Checking hashes of a bundle or bag.
    Checking,
    /// Encrypting to recipients.
    Encrypting,
    /// Decrypting with an identity.
    Decrypting,
    /// Writing a verified bundle's files out.
    Unpacking,
}

/// How far it is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What is being done.
    pub doing: Doing,
    /// Bytes done.
    pub done: u64,
    /// Bytes in all.
    pub total: u64,
}

/// Called about every 256 KiB; answering `Break` stops the work and leaves nothing behind.
pub type Progress<'a> = &'a mut dyn FnMut(Step) -> ControlFlow<()>;

/// A [`Progress`] that shows nothing and never stops.
pub fn silent(_: Step) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Counts bytes of one piece of work and asks whether to go on.
pub(crate) struct Meter<'a> {
    doing: Doing,
    done: u64,
    total: u64,
    progress: Progress<'a>,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(doing: Doing, total: u64, progress: Progress<'a>) -> Self {
        Self {
            doing,
            done: 0,
            total,
            progress,
        }
    }

    pub(crate) fn add(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.done = self.done.saturating_add(bytes as u64);
        match (self.progress)(Step {
            doing: self.doing,
            done: self.done,
            total: self.total,
        }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Refusal::cancelled()),
        }
    }
}
