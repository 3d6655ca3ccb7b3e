//! The command line opens no network connection (security T-N): its own journeys are done again without a network, and every call that
//! asks the system for one is written down.

use crate::support::command_line;
use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

/// The journeys of the command line; those in the window have processes of WebKit's in them.
const JOURNEYS: [&str; 9] = [
    "journey::",
    "conduct::",
    "demands::",
    "evidence::",
    "handling::",
    "messages::",
    "packs::",
    "resellers::",
    "retention::",
];

/// A program that does what another does, without a network, and writes down what it asks the system for. It is stopped at calls of the
/// network alone: stopped at every call, a thread that ends with its program in between leaves a line that names no call.
fn watched(folder: &Path, program: &Path) -> std::path::PathBuf {
    let path = folder.join("watched");
    let script = format!(
        "#!/bin/sh\nexec unshare -rn strace -f --seccomp-bpf -qq -e trace=network -e signal=none -o '{}'/calls.$$ '{}' \"$@\"\n",
        folder.display(),
        program.display()
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// How many runs were watched, and every call of the network that was no talk within this machine.
fn calls(folder: &Path) -> (usize, Vec<String>) {
    let mut runs = 0;
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with("calls.") {
            runs += 1;
            let text = fs::read_to_string(entry.path()).unwrap();
            found.extend(
                text.lines()
                    .filter(|call| !call.contains("AF_UNIX"))
                    .map(str::to_owned),
            );
        }
    }
    (runs, found)
}

#[test]
fn every_journey_of_the_command_line_is_done_without_a_network_and_asks_for_none() {
    let folder = tempfile::tempdir().unwrap();
    // Every one of them is done by `cargo xtask torture --full`, the main one by every run of the tests.
    let full = std::env::var_os("CIP_FULL").is_some();
    let done = Command::new(std::env::current_exe().unwrap())
        .args(&JOURNEYS[..if full { JOURNEYS.len() } else { 1 }])
        // The journey in the window has the same word in its name.
        .args(["--skip", "window"])
        .env("CIPDESK_CLI", watched(folder.path(), &command_line()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}");
    let journeys = said.lines().filter(|line| line.ends_with("... ok")).count();
    let (runs, found) = calls(folder.path());
    assert!(runs > 40, "every run was watched: {runs}");
    assert_eq!(found, Vec::<String>::new());
    eprintln!(
        "figure T-N {runs} runs of the command line in {journeys} journeys, without a network and watched by strace: no socket but of this machine's own"
    );
    // The watch can fail: a program that asks for a connection is seen.
    let other = tempfile::tempdir().unwrap();
    let bash = watched(other.path(), Path::new("/bin/bash"));
    let asked = Command::new(bash)
        .args(["-c", ": < /dev/tcp/192.0.2.1/80"])
        .output()
        .unwrap();
    let (runs, found) = calls(other.path());
    assert!(!asked.status.success() && runs == 1, "{asked:?}");
    assert!(
        found.iter().any(|call| call.contains("AF_INET")),
        "{found:?}"
    );
}
