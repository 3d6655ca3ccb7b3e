//! One program at a time: an exclusive lock of the operating system, which ends with the process that holds it.

use crate::error::{Doing, VaultError};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Holds the lock until it is dropped.
pub(crate) struct Lock(#[allow(dead_code)] File);

const PATIENCE: Duration = Duration::from_secs(5);

impl Lock {
    /// Takes the lock; waits five seconds for another program to let go.
    pub(crate) fn take(root: &Path) -> Result<Self, VaultError> {
        let nofollow = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
        let path = root.join(".lock");
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(nofollow);
        let mut file = held::retry(|| options.open(&path)).doing("Locking the vault")?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(100))
                }
                Err(TryLockError::WouldBlock) => {
                    let mut who = String::new();
                    let _ = (&mut file).take(200).read_to_string(&mut who); // only for the message
                    let who: String = who.chars().filter(|c| !c.is_control()).collect();
                    return Err(VaultError::InUse(if who.is_empty() {
                        "by another program".to_owned()
                    } else {
                        who
                    }));
                }
                Err(TryLockError::Error(error)) => {
                    return Err(VaultError::disk("Locking the vault", &error));
                }
            }
        }
        // The computer's name often is a person's, so the note names the process alone.
        let minutes = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs() / 60 % 1440);
        let note = format!(
            "process {}, since {:02}:{:02} UTC",
            std::process::id(),
            minutes / 60,
            minutes % 60
        );
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(note.as_bytes())); // only for the message
        Ok(Self(file))
    }
}
