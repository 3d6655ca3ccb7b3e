//! Folders and paths that are no bundle, or whose names and links deceive. Bad archives by the thousand: `tests/hostile`.

use crate::support::*;
use std::{fs, path::Path};

#[cfg(unix)]
#[test]
fn links_and_pipes_in_a_folder_are_not_followed() {
    let (folder, zip) = sealed(1);
    let bag = unzip(&zip);
    let target = bag.join("data/filing.pdf");
    let kept = folder.path().join("kept.pdf");
    fs::rename(&target, &kept).unwrap();
    std::os::unix::fs::symlink(&kept, &target).unwrap();
    assert_eq!(codes(&bag), ["B-12"], "even a link to the right bytes");
    fs::remove_file(&target).unwrap();
    run_ok("mkfifo", &[target.to_str().unwrap()], Path::new("/"));
    assert_eq!(codes(&bag), ["B-12"], "a pipe would wait for ever");
    fs::remove_file(&target).unwrap();
    std::os::unix::fs::symlink(folder.path(), &target).unwrap();
    assert_eq!(codes(&bag), ["B-12"], "a link to a folder");
}

#[test]
fn a_name_that_would_garble_a_terminal_is_refused_in_a_folder_too() {
    let (_folder, zip) = sealed(1);
    let bag = unzip(&zip);
    fs::write(bag.join("\u{1b}[2Jx"), "").unwrap();
    assert_eq!(codes(&bag), ["B-14"]);
}

#[test]
fn what_is_no_bundle_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(codes(folder.path()), ["B-01"], "an empty folder");
    assert_eq!(codes(&folder.path().join("absent")), ["E-BUNDLE-NOT-FOUND"]);
    assert_eq!(codes(Path::new("/dev/null")), ["B-01"], "a device");
}

#[test]
fn a_bundle_of_newer_rules_says_so() {
    let (folder, zip) = sealed(1);
    let mut bag = Bag::of(&zip);
    bag.edit("bag-info.txt", "cipdesk-bundle/1", "cipdesk-bundle/2");
    bag.sign(1);
    let path = folder.path().join("newer.zip");
    fs::write(&path, bag.zip().bytes()).unwrap();
    assert_eq!(judge(&path).unwrap().class(), Some(bundle::Class::Newer));
}
