//! What sealing promises: same input, same bytes; nothing half-written; a draft that cannot be a bundle is refused.

use crate::support::*;
use bundle::{
    AllowedSigners, BagName, Class, Content, Draft, Options, PayloadPath, Refusal, Sealed,
    bag_check, seal, seal_through, sign_filing, silent, unpack, verify,
};
use proptest::prelude::*;
use std::{
    fs, io,
    ops::ControlFlow,
    sync::atomic::{AtomicBool, Ordering},
};

type Open = Box<dyn Fn() -> io::Result<Box<dyn io::Read>> + Send + Sync>;

#[test]
fn the_same_draft_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one.zip"), folder.path().join("two.zip"));
    let first = seal_to(sample(1), &one).unwrap();
    let mut other = sample(1);
    other.files.reverse();
    let second = seal_to(other, &two).unwrap();
    assert_eq!(
        fs::read(&one).unwrap(),
        fs::read(&two).unwrap(),
        "whatever order the files were given in"
    );
    assert_eq!(first, second);
    assert_eq!(first.bytes, fs::metadata(&one).unwrap().len());
    assert_eq!(first.files, 5);
}

#[test]
fn the_report_says_what_is_in_the_bundle() {
    let (_folder, zip) = sealed(1);
    let report = judge(&zip).unwrap();
    assert!(report.valid, "{:?}", report.problems);
    assert_eq!((report.files, report.bytes), (5, 300 + 12 + 6 + 37));
    assert_eq!(report.filing.as_deref(), Some("F4-2026-0007"));
    assert_eq!(report.kind.as_deref(), Some("filing"));
    assert_eq!(report.name, NAME);
    let signer = report.signer.unwrap();
    assert_eq!(signer.name, PRINCIPAL);
    assert_eq!(signer.fingerprint, bundle::fingerprint(&public(1)).unwrap());
    assert!(!signer.trusted, "the bundle's own list proves nothing");
}

#[test]
fn only_a_list_from_outside_makes_a_signer_trusted() {
    let (_folder, zip) = sealed(1);
    let with = |list: String| {
        let options = Options {
            allowed_signers: Some(AllowedSigners::parse(&list, "known").unwrap()),
            ..Options::default()
        };
        let report = verify(&zip, &options, &mut silent).unwrap();
        let code = report.problems.first().map(|problem| problem.code);
        (
            code,
            report.signer.is_some_and(|signer| signer.trusted),
            report.valid,
        )
    };
    assert_eq!(
        with(format!("{PRINCIPAL} {}", public(1))),
        (None, true, true),
        "known key and name"
    );
    assert_eq!(
        with(format!("{PRINCIPAL} {}", public(2))),
        (Some("B-31"), false, false),
        "another key"
    );
    assert_eq!(
        with(String::new()),
        (Some("B-31"), false, false),
        "an empty list knows nobody"
    );
    assert_eq!(
        with(format!("other@cipdesk {}", public(1))),
        (Some("B-36"), false, false),
        "another name for that key"
    );
    assert_eq!(
        with(format!(
            "{PRINCIPAL} namespaces=\"cipdesk-receipt-v1\" {}",
            public(1)
        )),
        (Some("B-32"), false, false),
        "not for filings"
    );
    assert_eq!(
        with(format!(
            "{PRINCIPAL} valid-before=\"20261101\" {}",
            public(1)
        )),
        (Some("B-34"), false, false),
        "expired on that day"
    );
    assert_eq!(
        with(format!(
            "{PRINCIPAL} valid-after=\"20270101\" {}",
            public(1)
        )),
        (Some("B-34"), false, false),
        "not valid yet on that day"
    );
}

#[test]
fn what_is_unpacked_is_what_was_sealed() {
    let (folder, zip) = sealed(1);
    let into = folder.path().join("out");
    fs::create_dir(&into).unwrap();
    let unpacked = unpack(&zip, &into, &Options::default(), &mut silent).unwrap();
    assert_eq!(stock_failure(&unpacked.folder), None);
    assert!(judge(&unpacked.folder).unwrap().valid);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path| {
            fs::metadata(unpacked.folder.join(path))
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!(
            (mode("data/filing.pdf"), mode("data/documents")),
            (0o600, 0o700),
            "nobody else may read it"
        );
    }
    let again = unpack(&zip, &into, &Options::default(), &mut silent).unwrap_err();
    assert_eq!(again.code, "E-BUNDLE-EXISTS", "nothing is written over");
    assert_eq!(
        stock_failure(&unpacked.folder),
        None,
        "and what was there is untouched"
    );
}

#[test]
fn readers_are_streamed_and_must_keep_their_word() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.zip");
    let sevens = |count: u64| io::Read::take(io::repeat(7), count);
    let given = |announced: u64, open: Open| {
        let mut draft = sample(1);
        draft.files.push((
            PayloadPath::new("documents/0009.bin").unwrap(),
            Content::Reader {
                bytes: announced,
                sha256: hash_of(&mut sevens(announced)),
                open,
            },
        ));
        seal_to(draft, &out)
    };
    let with = |announced: u64, real: u64, then: io::ErrorKind| {
        given(
            announced,
            Box::new(move || {
                let end: Box<dyn io::Read> = if then == io::ErrorKind::Other {
                    Box::new(sevens(real))
                } else {
                    Box::new(Faulty(real, then))
                };
                Ok(end)
            }),
        )
    };
    assert_eq!(
        with(10, 11, io::ErrorKind::Other).unwrap_err().code,
        "E-BUNDLE-LENGTH"
    );
    assert_eq!(
        with(10, 9, io::ErrorKind::Other).unwrap_err().code,
        "E-BUNDLE-LENGTH"
    );
    assert_eq!(
        with(10, 5, io::ErrorKind::BrokenPipe).unwrap_err().class,
        Class::Machine
    );
    assert_eq!(
        given(10, Box::new(|| Err(io::ErrorKind::NotFound.into())))
            .unwrap_err()
            .code,
        "E-BUNDLE-NOT-FOUND"
    );
    // It may change between the reading for its checksum and that for its bytes, in length or in content.
    for (first, then, code) in [
        (vec![8u8; 10], vec![8; 10], "E-BUNDLE-CONTENT"),
        (vec![7; 10], vec![8; 10], "E-BUNDLE-CONTENT"),
        (vec![8; 10], vec![7; 10], "E-BUNDLE-CONTENT"),
        (vec![7; 10], vec![7; 9], "E-BUNDLE-LENGTH"),
        (vec![7; 10], vec![7; 11], "E-BUNDLE-LENGTH"),
    ] {
        let opened = AtomicBool::new(false);
        let changing = move || {
            let again = opened.swap(true, Ordering::SeqCst);
            let bytes = if again { then.clone() } else { first.clone() };
            Ok(Box::new(io::Cursor::new(bytes)) as Box<dyn io::Read>)
        };
        let refused = given(10, Box::new(changing)).unwrap_err();
        assert_eq!((refused.code, refused.class), (code, Class::Damaged));
        assert!(refused.message.contains("documents/0009.bin"), "{refused}");
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing half-written remains, under any name"
    );
    with(3 << 20, 3 << 20, io::ErrorKind::Other).unwrap();
    assert!(judge(&out).unwrap().valid, "3 MiB through a reader");
}

/// Puts another JSON into a draft.
fn say(draft: &mut Draft, json: Content) {
    draft
        .files
        .retain(|(path, _)| path.in_bag() != "data/filing.json");
    let path = PayloadPath::new("filing.json").unwrap();
    draft.files.push((path, json));
}

/// Seals, and gives the zip to a reader as it is made.
fn through<T>(
    draft: Draft,
    take: impl FnOnce(&mut dyn io::Read, u64) -> Result<T, Refusal>,
) -> Result<(Sealed, T), Refusal> {
    let sign = |text: &[u8]| sign_filing(&key(1), text);
    seal_through(draft, &sign, &mut silent, take)
}

/// What a reader says who could do nothing with what it got.
fn unhappy() -> Refusal {
    Refusal::new("E-READER", Class::Limit, "I did not like it.")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_read_as_it_is_made_is_what_is_written(
        sizes in proptest::collection::vec(prop_oneof![0u64..2_000, 100_000u64..2_500_000], 0..5),
        piece in prop_oneof![40usize..400, 10_000usize..300_000],
    ) {
        let made = || {
            let mut draft = sample(1);
            for (number, bytes) in sizes.iter().copied().enumerate() {
                let path = PayloadPath::new(&format!("documents/{:04}.bin", 10 + number)).unwrap();
                let text = move || io::Read::take(io::repeat(number as u8), bytes);
                let content = if number % 3 == 2 {
                    Content::Bytes(vec![number as u8; bytes as usize])
                } else {
                    Content::Reader {
                        bytes,
                        sha256: hash_of(&mut text()),
                        open: Box::new(move || Ok(Box::new(text()))),
                    }
                };
                draft.files.push((path, content));
            }
            draft
        };
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("x.zip");
        let written = seal_to(made(), &out).unwrap();
        let (sealed, read) = through(made(), |zip, length| {
            let (mut all, mut buffer) = (Vec::<u8>::new(), vec![0u8; piece]);
            loop {
                match zip.read(&mut buffer).unwrap() {
                    0 => break,
                    got => all.extend(&buffer[..got]),
                }
            }
            assert_eq!(all.len() as u64, length, "its length is known before");
            Ok(all)
        })
        .unwrap();
        prop_assert_eq!(sealed, written);
        prop_assert!(read == fs::read(&out).unwrap());
        prop_assert!(judge(&out).unwrap().valid);
    }
}

#[test]
fn who_reads_a_bundle_as_it_is_made_gets_it_whole_or_is_told_why_not() {
    let large = || {
        let mut draft = sample(1);
        let text = || io::Read::take(io::repeat(7), 5 << 20);
        draft.files.push((
            PayloadPath::new("documents/0009.bin").unwrap(),
            Content::Reader {
                bytes: 5 << 20,
                sha256: hash_of(&mut text()),
                open: Box::new(move || Ok(Box::new(text()))),
            },
        ));
        draft
    };
    let some = |zip: &mut dyn io::Read| zip.read_exact(&mut [0; 100]).unwrap();
    let left = through(large(), |zip, _| {
        some(zip);
        Ok(())
    });
    assert_eq!(
        left.unwrap_err().code,
        "E-BUNDLE-READBACK",
        "it was not read to its end"
    );
    let failed = through(large(), |zip, _| {
        some(zip);
        Err::<(), _>(unhappy())
    });
    assert_eq!(failed.unwrap_err(), unhappy(), "a reader's own word counts");
    // A draft's own fault is found at the end, and is what is told, whatever the reader makes of it.
    let mut twice = large();
    say(&mut twice, Content::Bytes(b"{\"a\":1,\"a\":2}".to_vec()));
    let faulty = through(twice, |zip, length| {
        let mut all = Vec::new();
        assert!(zip.read_to_end(&mut all).is_err());
        assert_eq!(all.len() as u64, length, "everything was given");
        assert!(
            zip.read(&mut [0; 9]).is_err(),
            "and it does not end well after all"
        );
        Err::<(), _>(unhappy())
    });
    assert_eq!(faulty.unwrap_err().code, "E-BUNDLE-DRAFT");
}

#[test]
fn a_bundle_that_fails_while_it_is_encrypted_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.age");
    let mine: bundle::Recipient = age::x25519::Identity::generate()
        .to_public()
        .to_string()
        .parse()
        .unwrap();
    let mut draft = sample(1);
    draft.files.push((
        PayloadPath::new("documents/0009.bin").unwrap(),
        Content::Reader {
            bytes: 3 << 20,
            sha256: [7; 32],
            open: Box::new(|| Ok(Box::new(io::Read::take(io::repeat(7), 3 << 20)))),
        },
    ));
    let refused = through(draft, |zip, length| {
        bundle::encrypt_from(zip, length, &[mine], &out, &mut silent)
    });
    assert_eq!(refused.unwrap_err().code, "E-BUNDLE-CONTENT");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_stop_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.zip");
    for stop_at in 0..12 {
        let mut step = 0;
        let mut progress = |_| {
            step += 1;
            if step > stop_at {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let stopped = seal(
            sample(1),
            &|text| sign_filing(&key(1), text),
            &out,
            &mut progress,
        )
        .unwrap_err();
        assert_eq!(
            (stopped.code, stopped.class),
            ("E-JOB-CANCELLED", Class::Cancelled),
            "stopped at step {stop_at}"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn an_existing_file_is_never_replaced() {
    let (_folder, zip) = sealed(1);
    let before = fs::read(&zip).unwrap();
    let refused = seal_to(sample(2), &zip).unwrap_err();
    assert_eq!(
        (refused.code, refused.class),
        ("E-BUNDLE-EXISTS", Class::BadInput)
    );
    assert_eq!(fs::read(&zip).unwrap(), before);
}

#[test]
fn a_signature_that_does_not_hold_is_not_sealed_in() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.zip");
    let other = seal(
        sample(1),
        &|text| sign_filing(&key(2), text),
        &out,
        &mut silent,
    )
    .unwrap_err();
    assert_eq!(
        other.code, "E-BUNDLE-SIGNATURE",
        "another key than the signer's"
    );
    let wrong = seal(
        sample(1),
        &|_| sign_filing(&key(1), b"something else"),
        &out,
        &mut silent,
    )
    .unwrap_err();
    assert_eq!(wrong.code, "E-BUNDLE-SIGNATURE", "over another text");
    let no = seal(
        sample(1),
        &|_| {
            Err(Refusal::new(
                "V-04",
                Class::Locked,
                "That passphrase does not open it.",
            ))
        },
        &out,
        &mut silent,
    )
    .unwrap_err();
    assert_eq!(no.code, "V-04", "why the key did not sign is passed on");
    assert!(!out.exists());
}

#[test]
fn a_draft_that_cannot_be_a_bundle_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.zip");
    type Change = fn(&mut bundle::Draft);
    let changes: [(&str, Change); 13] = [
        ("no files", |draft| draft.files.clear()),
        ("no date", |draft| {
            draft.info.retain(|(label, _)| label != "Bagging-Date")
        }),
        ("an impossible date", |draft| {
            draft
                .info
                .push(("Bagging-Date".into(), "2026-02-30".into()))
        }),
        ("a line break in a value", |draft| {
            draft
                .info
                .push(("Note".into(), "a\nBagging-Date: 2020-01-01".into()))
        }),
        ("a label with a space", |draft| {
            draft.info.push(("A b".into(), "x".into()))
        }),
        ("a label of ours", |draft| {
            draft.info.push(("payload-oxum".into(), "1.1".into()))
        }),
        ("a principal with a wildcard", |draft| {
            draft.principal = "*@cipdesk".into()
        }),
        ("a principal with a space", |draft| {
            draft.principal = "a b".into()
        }),
        ("a signer of two lines", |draft| {
            draft.signer_name = "Kim\nFingerprint: x".into()
        }),
        ("a key that is none", |draft| {
            draft.signer_public_openssh = "ssh-ed25519 AAAA".into()
        }),
        ("a case twin", |draft| {
            draft.files.push((
                PayloadPath::new("FILING.pdf").unwrap(),
                Content::Bytes(vec![]),
            ))
        }),
        ("JSON that is not at hand", |draft| {
            say(
                draft,
                Content::Reader {
                    bytes: 2,
                    sha256: hash_of(&mut &b"{}"[..]),
                    open: Box::new(|| Ok(Box::new(&b"{}"[..]))),
                },
            );
        }),
        ("JSON with a key twice", |draft| {
            say(draft, Content::Bytes(b"{\"a\":1,\"a\":2}".to_vec()));
        }),
    ];
    for (what, change) in changes {
        let mut draft = sample(1);
        change(&mut draft);
        let refused = seal_to(draft, &out).expect_err(what);
        assert_eq!(
            (refused.code, refused.class),
            ("E-BUNDLE-DRAFT", Class::BadInput),
            "{what}: {refused}"
        );
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            0,
            "{what}: nothing was left"
        );
    }
    for name in ["", "-x", "a b", "a/b", "a.b", "Łódź", "NUL"] {
        assert!(
            BagName::new(name).is_err(),
            "{name:?} is no folder name of a bundle"
        );
    }
    for path in [
        "",
        "/x",
        "../x",
        "a//b",
        "a\\b",
        ".x",
        "a/b/c/d/e",
        "con.pdf",
        "x y",
        &"x".repeat(65),
    ] {
        assert!(
            PayloadPath::new(path).is_err(),
            "{path:?} is no payload name"
        );
    }
}

#[test]
fn a_bag_made_here_passes_the_general_check_too() {
    let (_folder, zip) = sealed(1);
    for path in [zip.clone(), unzip(&zip)] {
        let report = bag_check(&path, &mut silent).unwrap();
        assert!(
            report.valid && report.warnings.is_empty(),
            "{}: {:?} {:?}",
            path.display(),
            report.errors,
            report.warnings
        );
        assert_eq!(
            (report.version.as_deref(), report.algorithms.as_slice()),
            (Some("1.0"), &["sha256".to_owned()][..])
        );
    }
}
