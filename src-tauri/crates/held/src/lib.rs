//! Files that another program holds for a moment: a virus scanner, an indexer, a program that copies folders elsewhere. What is done to
//! such a file is tried again for about a second, and then told as what it is (security 5, A-14).
//!
//! It must not know what a file is, or whose.

use std::{fs::File, io, path::Path, thread, time::Duration};
use tempfile::{NamedTempFile, PersistError};

/// How long to wait before each further try, in milliseconds: 1,010 in all. Scanners let go of a small file within the first few.
const WAITS: [u64; 7] = [10, 20, 40, 80, 160, 300, 400];

/// Whether an error says that another program holds the file.
pub fn by_another(error: &io::Error) -> bool {
    // Windows: ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION, which the standard library gives no kind.
    let violation = cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33));
    violation
        || matches!(
            error.kind(),
            io::ErrorKind::ResourceBusy | io::ErrorKind::ExecutableFileBusy
        )
}

/// Whether a further try may go well. Windows also says "access denied" of a file that somebody has open while it is removed or replaced.
fn may_pass(error: &io::Error) -> bool {
    by_another(error) || (cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied)
}

/// Does something to a file, again and again for about a second while another program holds it.
///
/// # Errors
/// That of the last try; [`by_another`] tells whether it was still held.
pub fn retry<T>(mut act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for wait in WAITS {
        match act() {
            Err(error) if may_pass(&error) => thread::sleep(Duration::from_millis(wait)),
            done => return done,
        }
    }
    act()
}

/// Puts a whole file in its place, where nothing is written over.
///
/// # Errors
/// Something of that name is there, or the disk; the file comes back with it.
pub fn place(file: NamedTempFile, to: &Path) -> Result<File, PersistError> {
    let mut file = file;
    for wait in WAITS {
        match file.persist_noclobber(to) {
            Err(back) if may_pass(&back.error) => {
                file = back.file;
                thread::sleep(Duration::from_millis(wait));
            }
            placed => return placed,
        }
    }
    file.persist_noclobber(to)
}

#[cfg(test)]
mod tests {
    use super::{WAITS, by_another, place, retry};
    use std::{io, io::ErrorKind as Kind};

    /// Something that is held for some tries; how often it was tried.
    fn held(for_tries: usize, kind: Kind) -> (io::Result<&'static str>, usize) {
        let mut tries = 0;
        let done = retry(|| {
            tries += 1;
            if tries > for_tries {
                Ok("done")
            } else {
                Err(io::Error::from(kind))
            }
        });
        (done, tries)
    }

    #[test]
    fn what_is_held_for_a_moment_is_done_all_the_same() {
        for kind in [Kind::ResourceBusy, Kind::ExecutableFileBusy] {
            let (done, tries) = held(2, kind);
            assert_eq!((done.unwrap(), tries), ("done", 3));
        }
    }

    #[test]
    fn what_stays_held_is_told_after_the_last_try() {
        let (done, tries) = held(usize::MAX, Kind::ResourceBusy);
        assert!(by_another(&done.unwrap_err()));
        assert_eq!(tries, WAITS.len() + 1);
    }

    #[test]
    fn what_fails_for_another_reason_is_not_tried_again() {
        for kind in [Kind::NotFound, Kind::StorageFull, Kind::Other] {
            let (done, tries) = held(1, kind);
            assert!(!by_another(&done.unwrap_err()));
            assert_eq!(tries, 1, "{kind:?}");
        }
    }

    #[test]
    fn a_file_is_never_put_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("filing");
        let new = || tempfile::NamedTempFile::new_in(folder.path()).unwrap();
        place(new(), &to).unwrap();
        let refused = place(new(), &to).unwrap_err();
        assert_eq!(refused.error.kind(), Kind::AlreadyExists);
    }
}
