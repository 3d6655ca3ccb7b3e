//! How large what a person downloads and installs is, and what of it is large for a reason.

use super::{Bench, Outcome};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// How large one thing is, in bytes.
pub(super) struct Sized {
    pub(super) name: &'static str,
    pub(super) bytes: u64,
}

/// Builds the package as a release does, and lists it with its parts.
pub(super) fn listed(bench: &mut Bench) -> Outcome<()> {
    crate::dist()?;
    let release = bench.cli.with_file_name("");
    let package = files(&release.join("bundle/deb"), "deb")?;
    let fonts = Path::new("src-tauri/crates/filing/fonts");
    let fonts = [files(fonts, "ttf")?, files(fonts, "otf")?].concat();
    let parts = [
        ("package for Debian, with both programs", package),
        ("window's program", vec![release.join("cipdesk")]),
        ("command line's program", vec![bench.cli.clone()]),
        ("fonts that forms are printed with, in each program", fonts),
        (
            "the window's page, its own fonts included",
            tree(Path::new("ui/dist"))?,
        ),
    ];
    for (name, paths) in parts {
        let mut bytes = 0;
        for path in paths {
            let there = fs::metadata(&path).map_err(|why| format!("{}: {why}", path.display()))?;
            bytes += there.len();
        }
        bench.sizes.push(Sized { name, bytes });
    }
    Ok(())
}

/// The files of a folder that end so.
fn files(folder: &Path, ending: &str) -> Outcome<Vec<PathBuf>> {
    let mut found = tree(folder)?;
    found.retain(|path| path.extension().is_some_and(|there| there == ending));
    Ok(found)
}

/// Every file of a folder, however deep.
fn tree(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|why| why.to_string())?.path();
        if path.is_dir() {
            found.extend(tree(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
