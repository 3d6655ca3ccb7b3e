//! The contract's commands, with the tools that a recipient has, agree with ours.

use crate::{making::payload, support::*};
use proptest::{
    prelude::*,
    sample::Index,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::{cell::Cell, fs};

#[test]
fn the_stock_commands_succeed_on_a_sealed_bundle() {
    let (folder, zip) = sealed(1);
    run_ok("unzip", &["-tq", zip.to_str().unwrap()], folder.path());
    let bag = unzip(&zip);
    assert_eq!(
        stock_failure(&bag),
        None,
        "all of the contract's commands succeed"
    );
    run_ok("bagit.py", &["--validate", NAME], folder.path());
    let shown = run_ok(
        "bash",
        &["-c", "cut -d' ' -f3- allowed_signers | ssh-keygen -lf -"],
        &bag,
    );
    let report = judge(&bag).unwrap();
    assert!(
        report.valid,
        "the unpacked folder verifies: {:?}",
        report.problems
    );
    let signer = report.signer.unwrap();
    assert!(
        shown.contains(&signer.fingerprint),
        "ssh-keygen prints the same fingerprint: {shown}"
    );
    let text = fs::read_to_string(bag.join("VERIFY.txt")).unwrap();
    for word in [
        signer.fingerprint.as_str(),
        PRINCIPAL,
        "Kim Example",
        "by another way",
        "LINUX",
        "MACOS",
        "WINDOWS",
        "Łódź Cloud",
    ] {
        assert!(text.contains(word), "VERIFY.txt names {word}");
    }
}

#[test]
fn the_commands_printed_in_verify_txt_work_as_printed() {
    let (_folder, zip) = sealed(1);
    let bag = unzip(&zip);
    let text = fs::read_to_string(bag.join("VERIFY.txt")).unwrap();
    let linux = text
        .split("LINUX")
        .nth(1)
        .unwrap()
        .split("MACOS")
        .next()
        .unwrap();
    let commands: Vec<&str> = linux
        .lines()
        .map(str::trim)
        .filter(|line| {
            ["ssh-keygen", "sha256sum", "diff", "bagit.py"]
                .iter()
                .any(|tool| line.starts_with(tool))
        })
        .collect();
    assert_eq!(commands.len(), 4, "{commands:?}");
    for command in commands {
        run_ok("bash", &["-c", command], &bag);
    }
}

#[test]
fn a_changed_byte_of_any_file_is_noticed_by_the_stock_commands_and_by_ours() {
    let (_folder, zip) = sealed(3);
    let bag = unzip(&zip);
    let files = Bag::of(&{
        let copy = zip.with_file_name("x").join("y.zip");
        fs::create_dir(copy.parent().unwrap()).unwrap();
        fs::copy(&zip, &copy).unwrap();
        copy
    });
    let mut tried = 0;
    for (path, bytes) in &files.0 {
        let expected = match path.as_str() {
            SIGNATURE => &["B-35", "B-33", "B-31", "B-32"][..],
            TAG_MANIFEST => &["B-35"],
            _ if path.starts_with("data/") => &["B-22"],
            _ => &["B-23"],
        };
        for place in [0, bytes.len() / 2, bytes.len().saturating_sub(1)] {
            let mut changed = bytes.clone();
            if let Some(byte) = changed.get_mut(place) {
                *byte ^= 1;
            } else {
                changed.push(0);
            }
            fs::write(bag.join(path), &changed).unwrap();
            // ssh-keygen passes over whatever follows the armour's last line; ours does not.
            let after_armour = path == SIGNATURE && place + 1 == bytes.len();
            assert!(
                after_armour || stock_failure(&bag).is_some(),
                "the stock commands miss byte {place} of {path}"
            );
            let found = codes(&bag);
            assert!(
                found.iter().any(|code| expected.contains(code)),
                "{path} byte {place}: {found:?}, expected one of {expected:?}"
            );
            tried += 1;
        }
        fs::write(bag.join(path), bytes).unwrap();
    }
    assert_eq!(codes(&bag), [""; 0], "put back, it holds again");
    assert_eq!(stock_failure(&bag), None);
    println!("{tried} changes, all noticed by both");
}

#[test]
fn a_removed_or_added_file_is_noticed_by_the_stock_commands_and_by_ours() {
    let (_folder, zip) = sealed(4);
    let bag = unzip(&zip);
    for (path, code) in [
        ("data/filing.pdf", "B-21"),
        ("data/documents/0002.jpg", "B-21"),
        ("bagit.txt", "B-23"),
        ("bag-info.txt", "B-23"),
        ("VERIFY.txt", "B-23"),
        ("allowed_signers", "B-36"),
        (MANIFEST, "B-23"),
        (TAG_MANIFEST, "B-35"),
        (SIGNATURE, "B-30"),
    ] {
        let kept = fs::read(bag.join(path)).unwrap();
        fs::remove_file(bag.join(path)).unwrap();
        assert!(
            stock_failure(&bag).is_some(),
            "the stock commands miss that {path} is gone"
        );
        assert!(
            codes(&bag).contains(&code),
            "{path} removed: {:?}",
            codes(&bag)
        );
        fs::write(bag.join(path), kept).unwrap();
    }
    fs::write(bag.join("data/documents/0003.pdf"), "x").unwrap();
    assert_eq!(
        stock_failure(&bag),
        Some("diff"),
        "an added file is found by the comparison of names"
    );
    assert_eq!(codes(&bag), ["B-21"]);
    fs::remove_file(bag.join("data/documents/0003.pdf")).unwrap();
    for stray in [
        "README.html",
        "fetch.txt",
        "manifest-md5.txt",
        "tagmanifest-sha512.txt",
        "metadata/x.txt",
        ".hidden",
    ] {
        let path = bag.join(stray);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        let report = judge(&bag).unwrap();
        assert_eq!(
            report
                .problems
                .iter()
                .map(|problem| problem.code)
                .collect::<Vec<_>>(),
            ["B-18"],
            "{stray}"
        );
        assert_eq!(
            report.class(),
            Some(bundle::Class::Refused),
            "what no signature covers is refused"
        );
        fs::remove_file(path).unwrap();
        let _ = fs::remove_dir(bag.join("metadata")); // there for one of them only
    }
}

#[test]
fn our_signature_is_the_one_that_ssh_keygen_makes() {
    let (folder, zip) = sealed(5);
    let bag = unzip(&zip);
    let secret = folder.path().join("key");
    fs::write(
        &secret,
        key(1)
            .to_openssh(ssh_key::LineEnding::LF)
            .unwrap()
            .as_bytes(),
    )
    .unwrap();
    run_ok("chmod", &["600", "key"], folder.path());
    let list = bag.join(TAG_MANIFEST);
    let copy = folder.path().join("list");
    fs::copy(&list, &copy).unwrap();
    run_ok(
        "ssh-keygen",
        &[
            "-q",
            "-Y",
            "sign",
            "-f",
            "key",
            "-n",
            "cipdesk-filing-v1",
            "list",
        ],
        folder.path(),
    );
    assert_eq!(
        fs::read(folder.path().join("list.sig")).unwrap(),
        fs::read(bag.join(SIGNATURE)).unwrap(),
        "byte for byte"
    );
}

/// What is done to an unpacked bundle: to which file, where in it, and what.
fn change(bag: &std::path::Path, files: &Bag, (file, place, what): (Index, Index, u8)) -> String {
    let paths: Vec<&String> = files.0.keys().collect();
    let path = paths[file.index(paths.len())];
    let mut bytes = files.0[path].clone();
    let at = place.index(bytes.len().max(1));
    match what {
        0 if !bytes.is_empty() => bytes[at] ^= 1 << (at % 8),
        1 if !bytes.is_empty() => bytes.truncate(at),
        2 => bytes.insert(at.min(bytes.len()), b'x'),
        3 => {
            fs::remove_file(bag.join(path)).unwrap();
            return format!("{path} removed");
        }
        4 => {
            let added = format!("data/added-{at}.bin");
            fs::write(bag.join(&added), &bytes).unwrap();
            return format!("{added} added");
        }
        // Another file's content in its place.
        _ => bytes = [files.0[paths[at % paths.len()]].as_slice(), b"y"].concat(),
    }
    fs::write(bag.join(path), bytes).unwrap();
    format!("{path} changed at {at} by {what}")
}

#[test]
fn random_bundles_and_changed_ones_are_judged_alike_by_stock_tools_and_by_ours() {
    let cases = points(6, 200);
    let config = Config {
        cases: cases.into(),
        failure_persistence: None,
        ..Config::default()
    };
    let luck = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let (changed, stricter) = (Cell::new(0), Cell::new(0));
    let changes = proptest::collection::vec((any::<Index>(), any::<Index>(), 0u8..6), 5);
    TestRunner::new_with_rng(config, luck)
        .run(&(payload(), changes), |(payload, changes)| {
            let draft = draft(
                payload
                    .iter()
                    .map(|(path, bytes)| (path.as_str(), bytes.clone()))
                    .collect(),
            );
            let (folder, zip) = sealed_of(draft);
            prop_assert_eq!(codes(&zip), [""; 0]);
            let name = zip.to_str().unwrap();
            run_ok("unzip", &["-tq", name], folder.path());
            run_ok("python3", &["-m", "zipfile", "-t", name], folder.path());
            let files = Bag::of(&zip);
            let bag = unzip(&zip);
            prop_assert_eq!(codes(&bag), [""; 0]);
            prop_assert_eq!(stock_failure(&bag), None);
            run_ok("bagit.py", &["--validate", "--quiet", NAME], folder.path());
            for one in changes {
                let what = change(&bag, &files, one);
                let (ours, stock) = (codes(&bag), stock_failure(&bag));
                prop_assert!(
                    !ours.is_empty(),
                    "{} is not noticed by ours, and {:?} by stock tools",
                    what,
                    stock
                );
                // ssh-keygen bears what stands around and within its armour; ours does not.
                prop_assert!(
                    stock.is_some() || ours == ["B-33"],
                    "{} is noticed by ours alone: {:?}",
                    what,
                    ours
                );
                stricter.set(stricter.get() + u32::from(stock.is_none()));
                changed.set(changed.get() + 1);
                fs::remove_dir_all(&bag).unwrap();
                unzip(&zip);
            }
            Ok(())
        })
        .unwrap();
    eprintln!(
        "figure T-V {cases} random bundles that ssh-keygen, sha256sum, bagit.py, unzip and Python accept as ours does, and {} changes of them that both refuse; {} of these, in the armour of a signature, are refused by ours alone",
        changed.get(),
        stricter.get()
    );
}
