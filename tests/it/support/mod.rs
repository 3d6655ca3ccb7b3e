//! What the black-box tests stand on: the programs under test, and the real window.

pub(crate) mod acme;
pub(crate) mod desk;
pub(crate) mod screen;
pub(crate) mod webdriver;
pub(crate) mod window;

use std::path::{Path, PathBuf};

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The desktop program.
pub(crate) fn desktop() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_cipdesk"))
}

/// The command line, built beside the desktop program.
///
/// # Panics
/// If it was not built: a test that has nothing to test fails, it does not pass.
pub(crate) fn command_line() -> PathBuf {
    let path = std::env::var_os("CIPDESK_CLI")
        .map_or_else(|| desktop().with_file_name("cipdesk-cli"), PathBuf::from);
    assert!(
        path.is_file(),
        "{} is not there: run ./dev test, or cargo build -p cipdesk-cli first",
        path.display()
    );
    path
}

/// Where screenshots and logs are kept.
pub(crate) fn artefacts() -> PathBuf {
    let folder = root().join("artefacts");
    std::fs::create_dir_all(&folder).expect("artefacts/ can be made");
    folder
}

macro_rules! names {
    ($($mode:ident $name:ident($req:ty) -> $res:ty;)*) => { &[$(stringify!($name)),*] };
}

/// Every command of the one table, in its order.
pub(crate) const COMMANDS: &[&str] = contract::for_each_command!(names);
