//! The signatures over acts, verified on the other processors while the journal is walked. It must not know what an entry says.

use super::Verify;
use domain::entry::{self, Hash};
use std::{
    mem,
    num::NonZero,
    panic,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{Builder, Scope, ScopedJoinHandle, available_parallelism},
};

/// How many are handed over at once: fewer than this are verified where they are.
const BATCH: usize = 64;
/// How many batches may wait. Then the walk waits as well, so memory does not grow.
const WAITING: usize = 16;

/// What an author signed: the root over the entries of one act.
pub(super) struct Signed {
    /// The act's last entry.
    pub(super) last: u64,
    pub(super) author: String,
    pub(super) root: Hash,
    pub(super) signature: Vec<u8>,
}

type Batch = Vec<Signed>;
/// Where batches go, and the threads that give what they found wrong.
type Aside<'scope> = (SyncSender<Batch>, Vec<ScopedJoinHandle<'scope, Vec<u64>>>);

/// Signatures that are being verified.
pub(super) struct Signatures<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    verify: &'env Verify<'env>,
    next: Batch,
    wrong: Vec<u64>,
    /// None as long as there are few.
    aside: Option<Aside<'scope>>,
}

impl<'scope, 'env> Signatures<'scope, 'env> {
    pub(super) fn new(scope: &'scope Scope<'scope, 'env>, verify: &'env Verify<'env>) -> Self {
        Self {
            scope,
            verify,
            next: Vec::new(),
            wrong: Vec::new(),
            aside: None,
        }
    }

    /// Takes one more.
    pub(super) fn add(&mut self, signed: Signed) {
        self.next.push(signed);
        if self.next.len() < BATCH {
            return;
        }
        let batch = mem::replace(&mut self.next, Vec::with_capacity(BATCH));
        let (scope, verify) = (self.scope, self.verify);
        let (batches, _) = self.aside.get_or_insert_with(|| begin(scope, verify));
        // Nobody takes it where the system has no thread left.
        if let Err(back) = batches.send(batch) {
            judge(verify, &back.0, &mut self.wrong);
        }
    }

    /// The last entries of the acts whose signature does not hold, when all are verified.
    pub(super) fn wrong(&mut self) -> Vec<u64> {
        let mut wrong = mem::take(&mut self.wrong);
        judge(self.verify, &mem::take(&mut self.next), &mut wrong);
        if let Some((batches, threads)) = self.aside.take() {
            drop(batches);
            for thread in threads {
                match thread.join() {
                    Ok(found) => wrong.extend(found),
                    Err(panicked) => panic::resume_unwind(panicked),
                }
            }
        }
        wrong
    }
}

/// Threads for all processors but the one that walks.
fn begin<'scope, 'env>(
    scope: &'scope Scope<'scope, 'env>,
    verify: &'env Verify<'env>,
) -> Aside<'scope> {
    let (batches, coming) = sync_channel(WAITING);
    let coming = Arc::new(Mutex::new(coming));
    let processors = available_parallelism().map_or(1, NonZero::get);
    let threads = (1..processors.max(2)).filter_map(|_| {
        let coming = Arc::clone(&coming);
        let work = move || {
            let mut wrong = Vec::new();
            while let Some(batch) = next(&coming) {
                judge(verify, &batch, &mut wrong);
            }
            wrong
        };
        Builder::new().spawn_scoped(scope, work).ok()
    });
    (batches, threads.collect())
}

/// The next batch for whoever asks first; none when all were given.
fn next(coming: &Mutex<Receiver<Batch>>) -> Option<Batch> {
    coming
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
}

fn judge(verify: &Verify<'_>, batch: &[Signed], wrong: &mut Vec<u64>) {
    let holds = |one: &&Signed| verify(&one.author, &entry::signed_text(&one.root), &one.signature);
    let lost = batch.iter().filter(|one| !holds(one)).map(|one| one.last);
    wrong.extend(lost);
}
