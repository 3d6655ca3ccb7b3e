//! A vault of an older version of the program: how it was is kept in its own folder, and checked, before its database is brought to this
//! version's. It must not know what the steps do.

use crate::{
    error::{Error, Result},
    now::rfc3339,
    watch::Watch,
};
use chrono::{DateTime, Days, Utc};
use domain::entry::hex;
use std::{cell::RefCell, path::Path};
use store::{Older, StoreError};

/// How long what was kept stays: as long as a disposal may still be found in other backups (security 3.13).
const KEPT_DAYS: u64 = 35;

/// What is said while the steps are taken.
const TAKING: &str = "Updating the vault";

/// Says that the steps are taken.
pub(crate) fn taken(watch: &dyn Watch) {
    watch.step(TAKING, 1, Some(1), "step");
}

/// Keeps a vault as it is; gives what is told to the person who unlocks it.
///
/// # Errors
/// There is no room (V-20), the copy reads back as something else (`E-BACKUP-DIFFERS`), the disk, or somebody stopped it
/// (`E-JOB-CANCELLED`). Nothing is changed then.
pub(crate) fn keep(
    root: &Path,
    older: &Older<'_>,
    at: DateTime<Utc>,
    watch: &dyn Watch,
) -> Result<String> {
    let (_, version) = older.versions();
    let going = |phase: &'static str, unit: &'static str| {
        move |done: u64, total: Option<u64>| {
            watch.step(phase, done, total, unit);
            !watch.cancelled()
        }
    };
    let stopped = |error: StoreError| match error {
        StoreError::Interrupted if watch.cancelled() => Error::cancelled(),
        other => other.into(),
    };
    let copying = going("Keeping a copy of the vault as it was", "bytes");
    let comparing = going("Comparing the copy with the vault", "rows");
    if !copying(0, None) {
        return Err(Error::cancelled());
    }
    let failed = RefCell::new(None);
    let kept = vault::keep_as_it_is(
        root,
        version,
        |database| {
            older
                .copy_to(database, &copying)
                .map_err(|error| *failed.borrow_mut() = Some(stopped(error)))
        },
        |copy| {
            older
                .same(copy.database(), &comparing)
                .map_err(stopped)
                .and_then(|same| slip(older, same, at))
                .map_err(|error| *failed.borrow_mut() = Some(error))
        },
    );
    if let Some(error) = failed.into_inner() {
        return Err(error);
    }
    watch.step(TAKING, 0, Some(1), "step");
    Ok(format!(
        "This vault was last written with an older CIP Desk and is updated now. As it was, it lies in its own folder, checked: backups/{}. That copy is removed after {KEPT_DAYS} days, or sooner when members or keys change or records are disposed of.",
        kept?
    ))
}

fn slip(older: &Older<'_>, same: bool, at: DateTime<Utc>) -> Result<vault::Slip> {
    if !same {
        return Err(Error::machine(
            "E-BACKUP-DIFFERS",
            "The backup that is made before this vault is updated was read back and is not what the vault is. It was not kept, and the vault was not changed. Check the disk, then unlock it again.",
        ));
    }
    let head = older.head()?;
    Ok(vault::Slip::new(
        rfc3339(at.timestamp_millis()),
        env!("CARGO_PKG_VERSION"),
        head.count,
        hex(&head.chain),
    ))
}

/// Removes what was kept long enough, and what earlier keys open.
///
/// # Errors
/// The disk. What somebody is looking at stays until the next unlocking.
pub(crate) fn forget_old(root: &Path, at: DateTime<Utc>) -> Result<()> {
    let since = at
        .checked_sub_days(Days::new(KEPT_DAYS))
        .unwrap_or(DateTime::UNIX_EPOCH);
    match vault::forget_kept(root, Some(&rfc3339(since.timestamp_millis()))) {
        Err(vault::VaultError::InUse(_)) => Ok(()),
        other => Ok(other?),
    }
}
