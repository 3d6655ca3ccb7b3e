//! Failed attempts to unlock: counted and slowed down on this computer, over restarts of the program (security 3.7). An attacker with a
//! copy of the folder is not slowed by it; the passphrase function is what slows that one.

use crate::{
    error::{Error, Result},
    local::Local,
    open_vault::Surroundings,
};
use contract::Class;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// The longest pause, in seconds.
const LONGEST: u32 = 8;

/// The attempts at one vault on this computer.
pub(crate) struct Attempts {
    vault_id: Option<String>,
    path: PathBuf,
    state: Option<PathBuf>,
    now_ms: i64,
}

fn pause(failures: u32) -> Duration {
    Duration::from_secs(u64::from(
        (1 << failures.saturating_sub(1).min(16)).min(LONGEST),
    ))
}

impl Attempts {
    pub(crate) fn at(path: &Path, surroundings: &Surroundings) -> Self {
        let vault_id = vault::look(path).ok().map(|backup| backup.card.vault_id);
        // Tries at a copy are tries at the vault: they are counted where the vault is known.
        let local = Local::load(surroundings.state.as_deref());
        let known = vault_id.as_deref().and_then(|id| local.known(id));
        Self {
            path: known.map_or_else(|| path.to_owned(), |known| known.path.clone()),
            vault_id,
            state: surroundings.state.clone(),
            now_ms: surroundings.now.utc().timestamp_millis(),
        }
    }

    /// How long to wait before the next try; nothing where there is no need.
    pub(crate) fn wait(&self) -> Option<Duration> {
        let local = Local::load(self.state.as_deref());
        let known = local.known(self.vault_id.as_deref()?)?;
        let left = known.not_before? - self.now_ms;
        // A clock that was set back must not lock anybody out for longer than the pause itself.
        let longest = i64::try_from(pause(known.failed_attempts).as_millis()).unwrap_or(i64::MAX);
        u64::try_from(left.min(longest))
            .ok()
            .filter(|ms| *ms > 0)
            .map(Duration::from_millis)
    }

    pub(crate) fn may_try(&self) -> Result<()> {
        match self.wait() {
            None => Ok(()),
            Some(wait) => {
                let mut error =
                    Error::new("V-04", Class::Locked, "Wait a moment before the next try.");
                error.0.retry_after_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
                Err(error)
            }
        }
    }

    /// Counts a wrong passphrase and says how long to wait; other failures are no attempts.
    pub(crate) fn failed(&self, mut error: Error) -> Error {
        if error.0.code != "V-04" {
            return error;
        }
        let Some(vault_id) = &self.vault_id else {
            return error;
        };
        let mut local = Local::load(self.state.as_deref());
        let mut wait = Duration::ZERO;
        local.note(vault_id, &self.path, |known| {
            known.failed_attempts = known.failed_attempts.saturating_add(1);
            wait = pause(known.failed_attempts);
            known.not_before =
                Some(self.now_ms + i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
        });
        let _ = local.save(); // where it cannot be written, the pause ends with the program
        error.0.retry_after_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
        error
    }

    /// Forgets the failures; gives how many there were.
    pub(crate) fn succeeded(&self) -> u32 {
        let mut local = Local::load(self.state.as_deref());
        let Some(vault_id) = self.vault_id.as_deref() else {
            return 0;
        };
        let failed = local
            .known(vault_id)
            .map_or(0, |known| known.failed_attempts);
        if failed > 0 {
            local.note(vault_id, &self.path, |known| {
                known.failed_attempts = 0;
                known.not_before = None;
            });
            let _ = local.save(); // the count is told once more at the next unlock
        }
        failed
    }
}

/// How long a script waits before it tries a passphrase at this vault.
pub fn pause_before_unlock(path: &Path, surroundings: &Surroundings) -> Option<Duration> {
    Attempts::at(path, surroundings).wait()
}

/// After the recovery key opened the vault: earlier failures slow nobody any more.
pub(crate) fn forget(path: &Path, surroundings: &Surroundings) {
    Attempts::at(path, surroundings).succeeded();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_and_then_stays() {
        let seconds: Vec<u64> = (1..=6).map(|failures| pause(failures).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 8, 8]);
    }
}
