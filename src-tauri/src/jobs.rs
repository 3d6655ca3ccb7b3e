//! The jobs that run, by the names the page gave them, so that they can be stopped. Knows nothing of what they do.

use contract::{Class, Failure};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// A page that asks for more at once than this has gone wrong.
const MOST: usize = 32;

type Running = Arc<Mutex<HashMap<String, Arc<AtomicBool>>>>;

/// The jobs that run.
#[derive(Default)]
pub(crate) struct Jobs(Running);

/// A job while it runs; forgotten when dropped.
pub(crate) struct Job {
    id: String,
    cancel: Arc<AtomicBool>,
    running: Running,
}

fn lock(running: &Running) -> MutexGuard<'_, HashMap<String, Arc<AtomicBool>>> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Jobs {
    /// Begins a job under the page's name for it.
    pub(crate) fn begin(&self, id: String) -> Result<Job, Failure> {
        let mut running = lock(&self.0);
        if id.len() > 64 || running.len() >= MOST || running.contains_key(&id) {
            return Err(Failure::new(
                "U-03",
                Class::BadInput,
                "That is being done already. Wait until it ends, or stop it first.",
            ));
        }
        let cancel = Arc::<AtomicBool>::default();
        running.insert(id.clone(), Arc::clone(&cancel));
        Ok(Job {
            id,
            cancel,
            running: Arc::clone(&self.0),
        })
    }

    /// Asks one job to stop.
    pub(crate) fn cancel(&self, id: &str) {
        if let Some(cancel) = lock(&self.0).get(id) {
            cancel.store(true, Ordering::Relaxed);
        }
    }

    /// Asks every job to stop.
    pub(crate) fn cancel_all(&self) {
        for cancel in lock(&self.0).values() {
            cancel.store(true, Ordering::Relaxed);
        }
    }
}

impl Job {
    /// Set when the job should stop.
    pub(crate) fn cancel(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancel)
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        lock(&self.running).remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_stopped_by_its_name_and_forgotten_at_its_end() {
        let jobs = Jobs::default();
        let (one, two) = (
            jobs.begin("one".to_owned()).unwrap(),
            jobs.begin("two".to_owned()).unwrap(),
        );
        jobs.cancel("one");
        assert!(
            one.cancel().load(Ordering::Relaxed),
            "the job that was named must stop"
        );
        assert!(
            !two.cancel().load(Ordering::Relaxed),
            "another job must not"
        );
        let again = jobs
            .begin("one".to_owned())
            .err()
            .map(|failure| failure.code);
        assert_eq!(
            again.as_deref(),
            Some("U-03"),
            "a double click must not start the same job twice"
        );
        drop(one);
        jobs.begin("one".to_owned())
            .expect("a job that ended leaves its name free");
    }

    #[test]
    fn locking_stops_every_job() {
        let jobs = Jobs::default();
        let job = jobs.begin("export".to_owned()).unwrap();
        jobs.cancel_all();
        assert!(
            job.cancel().load(Ordering::Relaxed),
            "no job may outlive the lock"
        );
    }
}
