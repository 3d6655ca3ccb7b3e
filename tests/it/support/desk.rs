//! The command line at work in a temporary folder, with a passphrase in a file.

use super::{command_line, root};
use serde_json::Value;
use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

pub(crate) const PASSPHRASE: &str = "specimen lantern orchard velvet compass tide";

pub(crate) struct Desk {
    pub folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("pass.txt"), format!("{PASSPHRASE}\n")).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, which finds the passphrase and keeps its state here.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(command_line());
        command
            .current_dir(self.folder.path())
            .env("CIPDESK_PASSPHRASE_FILE", self.path("pass.txt"))
            .env("CIPDESK_STATE", self.path("state"))
            .env("CIPDESK_TEST_SCRYPT", "15")
            // The zone of the machine is none of the vault's business.
            .env("TZ", "Asia/Tokyo");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command().args(args).output().unwrap()
    }

    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[args, &["--json"]].concat());
        assert!(
            output.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|why| panic!("{args:?} prints one JSON value: {why}"))
    }

    /// Exit status and the first line of standard error.
    pub(crate) fn fails(&self, args: &[&str]) -> (i32, String) {
        let output = self.run(args);
        let said = String::from_utf8_lossy(&output.stderr)
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        (output.status.code().unwrap_or(-1), said)
    }

    /// What makes calls of the program fail, or ends it at one: the same injector as for the torture.
    pub(crate) fn injector(&self) -> PathBuf {
        let made = self.path("fi.so");
        let built = Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-o"])
            .arg(&made)
            .arg(root().join("tests/torture/fi.c"))
            .arg("-ldl")
            .status()
            .unwrap();
        assert!(built.success(), "the injector does not build");
        made
    }

    pub(crate) fn create(&self) {
        let made = self.run(&[
            "vault",
            "create",
            "A.cipdesk",
            "--org",
            "Acme Cloud LLC",
            "--role",
            "provider",
            "--zone",
            "America/New_York",
            "--staff",
            "Ana Lima",
            "--recovery-sheet",
            "sheet.txt",
        ]);
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
    }
}
