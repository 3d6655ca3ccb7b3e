//! Progress and cancelling of long work, without knowing who watches.

use contract::Progress;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Watches a job.
pub trait Watch: Sync {
    /// Told how far the job is.
    fn step(&self, phase: &str, done: u64, total: Option<u64>, unit: &str);
    /// Asked between steps: should the job stop?
    fn cancelled(&self) -> bool;
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn step(&self, _: &str, _: u64, _: Option<u64>, _: &str) {}
    fn cancelled(&self) -> bool {
        false
    }
}

/// Passes progress on, at most ten times a second, and the first and last of every phase.
pub struct Throttled<F> {
    send: F,
    cancel: std::sync::Arc<AtomicBool>,
    last: Mutex<(String, Option<Instant>)>,
}

impl<F: Fn(Progress) + Sync> Throttled<F> {
    /// Sends through `send` until `cancel` is set.
    pub fn new(cancel: std::sync::Arc<AtomicBool>, send: F) -> Self {
        Self {
            send,
            cancel,
            last: Mutex::new((String::new(), None)),
        }
    }
}

impl<F: Fn(Progress) + Sync> Watch for Throttled<F> {
    fn step(&self, phase: &str, done: u64, total: Option<u64>, unit: &str) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let new_phase = last.0 != phase;
        let due = last
            .1
            .is_none_or(|at| at.elapsed() >= Duration::from_millis(100));
        if new_phase || due || total == Some(done) {
            *last = (phase.to_owned(), Some(Instant::now()));
            #[allow(clippy::cast_precision_loss)] // counts on a progress bar
            (self.send)(Progress {
                phase: phase.to_owned(),
                done: done as f64,
                total: total.map(|total| total as f64),
                unit: unit.to_owned(),
            });
        }
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}
