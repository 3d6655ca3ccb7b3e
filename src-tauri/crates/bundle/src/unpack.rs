//! Writes a bundle's files into a new folder, after every check held. Never writes outside it, never over anything. Knows no cases.

use crate::{
    bag::Digest,
    error::{Class, Refusal},
    progress::{Doing, Meter, Progress},
    tree::{Tree, Unreadable},
    verify::{Options, Report, examine, open},
};
use aside::Direct;
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// The judgement that allowed it.
    pub report: Report,
    /// The new folder, inside the one chosen.
    pub folder: PathBuf,
}

/// Unpacks a bundle into the new folder `into`/NAME: files 0600, folders 0700. On failure the new folder is removed again.
///
/// # Errors
/// Whatever [`crate::verify`] refuses or finds (the first problem's code), `E-BUNDLE-EXISTS` if the folder is there, errors of the disk,
/// and a stop by the caller.
pub fn unpack(
    path: &Path,
    into: &Path,
    options: &Options,
    progress: Progress<'_>,
) -> Result<Unpacked, Refusal> {
    let (mut tree, container) = open(path, options, &mut *progress)?;
    let examined = examine(&mut tree, container, options, &mut *progress)?;
    let report = examined.report;
    if let Some(problem) = report.problems.first() {
        let class = report.class().unwrap_or(Class::NotValid);
        return Err(Refusal::new(
            problem.code,
            class,
            format!("{} Nothing was unpacked.", problem.message),
        ));
    }
    let folder = into.join(&tree.name);
    let failed = |error: io::Error| Refusal::machine("Unpacking to", &folder, &error);
    if !fs::metadata(into)
        .map_err(|error| Refusal::machine("Unpacking to", into, &error))?
        .is_dir()
    {
        return Err(Refusal::input(
            "E-BUNDLE-NOT-FOUND",
            format!(
                "Unpacking to {}: it is no folder. Choose a folder.",
                into.display()
            ),
        ));
    }
    new_folder(&folder).map_err(failed)?;
    let written = write_all(&mut tree, &examined.digests, &folder, progress);
    if let Err(refusal) = written {
        // The folder is ours: it did not exist a moment ago.
        let _ = fs::remove_dir_all(&folder);
        return Err(refusal);
    }
    Ok(Unpacked { report, folder })
}

fn write_all(
    tree: &mut Tree,
    digests: &[Digest],
    folder: &Path,
    progress: Progress<'_>,
) -> Result<(), Refusal> {
    let total = tree.files.iter().map(|file| file.bytes).sum();
    let mut meter = Meter::new(Doing::Unpacking, total, progress);
    for (place, wanted) in digests.iter().enumerate() {
        let Some(path) = tree.files.get(place).map(|file| file.path.clone()) else {
            continue;
        };
        let target = path
            .split('/')
            .fold(folder.to_owned(), |target, part| target.join(part));
        let failed = |error: io::Error| Refusal::machine("Unpacking to", &target, &error);
        make_parents(folder, &path).map_err(failed)?;
        let mut out = Direct::new(new_file(&target).map_err(failed)?);
        let mut hash = Sha256::new();
        let read = tree.read(place, &mut |piece| {
            hash.update(piece.bytes());
            out.write_all(piece.bytes()).map_err(failed)?;
            meter.add(piece.bytes().len())
        });
        if let Err(Unreadable::Refused(refusal)) = read {
            return Err(refusal);
        }
        // The bundle may have been changed between the check and this copy.
        if read.is_err() || Digest::from(hash.finalize()) != *wanted {
            return Err(Refusal::coded(
                "B-22",
                format!("{path} changed while it was being unpacked. Nothing was kept."),
            ));
        }
        out.finish().map_err(failed)?;
    }
    Ok(())
}

fn make_parents(folder: &Path, path: &str) -> io::Result<()> {
    let mut target = folder.to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    for part in parts.iter().take(parts.len().saturating_sub(1)) {
        target.push(part);
        match new_folder(&target) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => other?,
        }
    }
    Ok(())
}

fn new_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn new_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
