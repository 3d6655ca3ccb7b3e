//! `bag_check` against the Library of Congress's conformance suite, bagit-python and the zip program.

use crate::support::*;
use bundle::{bag_check, silent};
use std::{fs, path::Path};

/// Bags that the suite calls "warning": allowed where their files are there. Two list files that the suite's archive does not hold
/// on a file system that tells case apart, and nobody can call those complete.
const INCOMPLETE_WARNINGS: [&str; 2] =
    ["duplicate-file-with-different-case", "special-system-files"];

#[test]
fn every_bag_of_the_conformance_suite_gets_its_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let suite = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/fixtures/bagit-suite/bags.tar.gz");
    run_ok("tar", &["xzf", suite.to_str().unwrap()], folder.path());
    let mut counts = std::collections::BTreeMap::new();
    for version in ["v0.97", "v1.0"] {
        for group in fs::read_dir(folder.path().join(version))
            .unwrap()
            .map(Result::unwrap)
        {
            let kind = group.file_name().into_string().unwrap();
            for bag in fs::read_dir(group.path()).unwrap().map(Result::unwrap) {
                let name = bag.file_name().into_string().unwrap();
                let report = bag_check(&bag.path(), &mut silent).unwrap();
                let expected = match kind.as_str() {
                    "valid" => true,
                    "warning" => !INCOMPLETE_WARNINGS.contains(&name.as_str()),
                    _ => false,
                };
                assert_eq!(
                    report.valid, expected,
                    "{version}/{kind}/{name}: {:#?} {:#?}",
                    report.errors, report.warnings
                );
                if kind == "warning" {
                    assert!(!report.warnings.is_empty(), "{name} deserves a warning");
                }
                *counts.entry(format!("{version} {kind}")).or_insert(0) += 1;
            }
        }
    }
    eprintln!(
        "figure T-B {} bags of the Library of Congress's conformance suite, each with its verdict",
        counts.values().sum::<i32>()
    );
    assert_eq!(counts.values().sum::<i32>(), 46, "no bag was passed over");
}

/// A payload with names of every kind that BagIt must bear.
fn odd_payload(folder: &Path) {
    fs::create_dir_all(folder.join("deep/er")).unwrap();
    for (name, text) in [
        ("plain.txt", "a"),
        ("with space.txt", "b"),
        ("Núñez.txt", "c"),
        ("100%.txt", "d"),
        ("line\nbreak", "e"),
        ("%0A", "f"),
        ("deep/er/x", ""),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
}

#[test]
fn bags_made_by_bagit_python_are_valid_here() {
    for algorithm in ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"] {
        let folder = tempfile::tempdir().unwrap();
        let bag = folder.path().join("bag");
        odd_payload(&bag);
        fs::remove_file(bag.join("%0A")).unwrap(); // bagit-python itself mistakes this name for a line feed
        run_ok(
            "bagit.py",
            &[
                "--quiet",
                &format!("--{algorithm}"),
                "--contact-name",
                "Ångström: x",
                "bag",
            ],
            folder.path(),
        );
        let report = bag_check(&bag, &mut silent).unwrap();
        assert!(report.valid, "{algorithm}: {:?}", report.errors);
        assert_eq!(report.algorithms, [algorithm]);
        fs::write(bag.join("data/plain.txt"), "b").unwrap();
        assert_eq!(
            bag_check(&bag, &mut silent).unwrap().errors[0].code,
            "E-BAG-HASH",
            "{algorithm} notices a change"
        );
    }
}

#[test]
fn a_bag_zipped_by_another_program_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let bag = folder.path().join("bag");
    odd_payload(&bag);
    fs::remove_file(bag.join("%0A")).unwrap();
    fs::remove_file(bag.join("line\nbreak")).unwrap();
    fs::write(bag.join("big.txt"), "compressible ".repeat(50_000)).unwrap();
    run_ok(
        "bagit.py",
        &["--quiet", "--sha256", "--sha512", "bag"],
        folder.path(),
    );
    for (flags, name) in [
        ("-qr", "deflated.zip"),
        ("-qr0", "stored.zip"),
        ("-qrfz", "zip64.zip"),
    ] {
        run_ok("zip", &[flags, name, "bag"], folder.path());
        let zip = folder.path().join(name);
        let report = bag_check(&zip, &mut silent).unwrap();
        assert!(report.valid, "{name}: {:?}", report.errors);
        let bytes = fs::read(&zip).unwrap();
        for end in (0..bytes.len()).step_by(bytes.len() / 50) {
            fs::write(&zip, &bytes[..end]).unwrap();
            assert!(
                !bag_check(&zip, &mut silent).is_ok_and(|report| report.valid),
                "{name} cut at {end}"
            );
        }
    }
}

#[test]
fn percent_and_dot_slash_paths_mean_what_the_standard_says() {
    let folder = tempfile::tempdir().unwrap();
    let bag = folder.path().join("bag");
    odd_payload(&bag.join("data"));
    let sums = run_ok(
        "bash",
        &[
            "-c",
            "cd data; for f in plain.txt 'with space.txt' Núñez.txt 100%.txt $'line\\nbreak' %0A deep/er/x; do sha1sum < \"$f\" | cut -c-40; done",
        ],
        &bag,
    );
    let names = [
        "./data/plain.txt",
        "data/with space.txt",
        "data/Núñez.txt",
        "data/100%25.txt",
        "data/line%0Abreak",
        "data/%250A",
        "data/deep/er/x",
    ];
    let manifest: String = sums
        .lines()
        .zip(names)
        .map(|(sum, name)| format!("{sum}  {name}\n"))
        .collect();
    fs::write(bag.join("manifest-sha1.txt"), &manifest).unwrap();
    fs::write(
        bag.join("bagit.txt"),
        "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    )
    .unwrap();
    let report = bag_check(&bag, &mut silent).unwrap();
    assert!(report.valid, "{:?}", report.errors);
    assert_eq!(
        report
            .warnings
            .iter()
            .map(|warning| warning.code)
            .collect::<Vec<_>>(),
        ["E-BAG-DOT"]
    );
    fs::write(bag.join("notes.txt"), "not listed anywhere").unwrap();
    assert!(
        bag_check(&bag, &mut silent).unwrap().valid,
        "tag files need not be listed"
    );
}

#[test]
fn what_must_be_fetched_makes_a_bag_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    let bag = folder.path().join("bag");
    fs::create_dir_all(&bag).unwrap();
    fs::write(bag.join("a"), "a").unwrap();
    fs::write(bag.join("b"), "b").unwrap();
    run_ok("bagit.py", &["--quiet", "--sha256", "bag"], folder.path());
    fs::write(bag.join("fetch.txt"), "https://example.org/b 1 data/b\n").unwrap();
    assert!(
        bag_check(&bag, &mut silent).unwrap().valid,
        "all files are there"
    );
    fs::remove_file(bag.join("data/b")).unwrap();
    let codes: Vec<_> = bag_check(&bag, &mut silent)
        .unwrap()
        .errors
        .into_iter()
        .map(|error| error.code)
        .collect();
    assert_eq!(codes, ["E-BAG-FETCH", "E-BAG-OXUM"]);
    for outside in [
        "/etc/passwd",
        "../b",
        "data/../../b",
        "~/b",
        "bagit.txt",
        "C:\\b",
    ] {
        fs::write(
            bag.join("fetch.txt"),
            format!("https://example.org/b - {outside}\n"),
        )
        .unwrap();
        assert!(
            bag_check(&bag, &mut silent)
                .unwrap()
                .errors
                .iter()
                .any(|error| error.code == "E-BAG-PATH"),
            "{outside}"
        );
    }
}

#[test]
fn a_lying_or_bursting_archive_is_not_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("bag.zip");
    fs::create_dir_all(folder.path().join("bag/data")).unwrap();
    fs::write(folder.path().join("bag/data/zeros"), vec![0; 5 << 20]).unwrap();
    fs::write(
        folder.path().join("bag/bagit.txt"),
        "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    )
    .unwrap();
    run_ok(
        "bash",
        &[
            "-c",
            "cd bag && sha256sum data/zeros > manifest-sha256.txt && cd .. && zip -qr bag.zip bag",
        ],
        folder.path(),
    );
    assert!(bag_check(&zip, &mut silent).unwrap().valid);
    let mut bytes = fs::read(&zip).unwrap();
    let real = (5u32 << 20).to_le_bytes();
    let places: Vec<usize> = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, part)| *part == real)
        .map(|(place, _)| place)
        .collect();
    assert_eq!(places.len(), 2, "both headers tell the size");
    for place in places {
        bytes[place..place + 4].copy_from_slice(&10u32.to_le_bytes());
    }
    fs::write(&zip, bytes).unwrap();
    let report = bag_check(&zip, &mut silent).unwrap();
    assert_eq!(
        report.errors[0].code, "E-BAG-DAMAGED",
        "ten bytes were promised; the eleventh ends it"
    );
    fs::write(&zip, "no zip").unwrap();
    assert_eq!(bag_check(&zip, &mut silent).unwrap_err().code, "B-01");
}

/// A bag of these files, whose manifest is written as given.
fn bag(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

const DECLARED: (&str, &str) = (
    "bagit.txt",
    "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
);
/// MD5 of `a`.
const A: &str = "0cc175b9c0f1b6a831c399e269772661";

#[test]
fn every_fault_of_a_bag_and_every_habit_of_a_tool_has_its_code() {
    let list = |lines: &str| lines.replace("A ", &format!("{A} "));
    let manifest = list("A data/a\n");
    let listed = ("manifest-md5.txt", manifest.as_str());
    let content = ("data/a", "a");
    let twice = list("A data/a\n00000000000000000000000000000000 data/a\n");
    let (case, star) = (list("A data/a\nA data/A\n"), list("A *data/a\n"));
    let other_form = list("A data/e\u{301}\n");
    let (escape, more) = (
        list("A data/100%25.txt\n"),
        list("A data/a\nA data/Thumbs.db\n"),
    );
    let many: String = (0..1_002)
        .map(|n| list(&format!("A data/gone-{n}\n")))
        .collect();
    let cases: [(&str, &[(&str, &str)], bool); 13] = [
        ("E-BAG-DECLARATION", &[listed, content], true),
        (
            "E-BAG-ENCODING",
            &[
                (
                    "bagit.txt",
                    "BagIt-Version: 1.0\nTag-File-Character-Encoding: EBCDIC\n",
                ),
                listed,
                content,
            ],
            true,
        ),
        ("E-BAG-PAYLOAD", &[DECLARED, ("manifest-md5.txt", "")], true),
        (
            "E-BAG-ALGORITHM",
            &[
                DECLARED,
                listed,
                content,
                ("manifest-crc32.txt", "00000000 data/a\n"),
            ],
            false,
        ),
        (
            "E-BAG-CASE",
            &[
                DECLARED,
                ("manifest-md5.txt", &case),
                content,
                ("data/A", "a"),
            ],
            false,
        ),
        (
            "E-BAG-TWICE",
            &[DECLARED, ("manifest-md5.txt", &twice), content],
            true,
        ),
        (
            "E-BAG-NORMALIZATION",
            &[
                DECLARED,
                ("manifest-md5.txt", &other_form),
                ("data/\u{e9}", "a"),
            ],
            false,
        ),
        (
            "E-BAG-STAR",
            &[DECLARED, ("manifest-md5.txt", &star), content],
            false,
        ),
        (
            "E-BAG-ESCAPE",
            &[
                DECLARED,
                ("manifest-md5.txt", &escape),
                ("data/100%25.txt", "a"),
            ],
            false,
        ),
        (
            "E-BAG-EXTRA",
            &[DECLARED, listed, content, ("data/planted", "b")],
            true,
        ),
        (
            "E-BAG-INFO",
            &[
                DECLARED,
                listed,
                content,
                ("bag-info.txt", "no label here\n"),
            ],
            true,
        ),
        (
            "E-BAG-SYSTEM-FILE",
            &[
                DECLARED,
                ("manifest-md5.txt", &more),
                content,
                ("data/Thumbs.db", "a"),
            ],
            false,
        ),
        ("E-BAG-MORE", &[DECLARED, ("manifest-md5.txt", &many)], true),
    ];
    for (code, files, fails) in cases {
        let folder = bag(files);
        let report = bag_check(folder.path(), &mut silent).unwrap();
        let told = if fails {
            &report.errors
        } else {
            &report.warnings
        };
        let found: Vec<&str> = told.iter().map(|problem| problem.code).collect();
        assert!(found.contains(&code), "{code}: {found:?}");
        assert_eq!(report.valid, !fails, "{code}: {:?}", report.errors);
    }
    assert!(
        bag_check(bag(&[DECLARED, listed, content]).path(), &mut silent)
            .unwrap()
            .valid
    );
}
