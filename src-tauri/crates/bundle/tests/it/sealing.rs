//! What sealing promises: same input, same bytes; nothing half-written; a draft that cannot be a bundle is refused.

use crate::support::*;
use bundle::{
    AllowedSigners, BagName, Class, Content, Options, PayloadPath, Refusal, bag_check, seal,
    sign_filing, silent, unpack, verify,
};
use std::{fs, io, ops::ControlFlow};

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
    let with = |announced: u64, real: u64, then: io::ErrorKind| {
        let mut draft = sample(1);
        let open: Box<dyn FnOnce() -> io::Result<Box<dyn io::Read>> + Send> = Box::new(move || {
            let end: Box<dyn io::Read> = if then == io::ErrorKind::Other {
                Box::new(io::Read::take(io::repeat(7), real))
            } else {
                Box::new(Faulty(real, then))
            };
            Ok(end)
        });
        draft.files.push((
            PayloadPath::new("documents/0009.bin").unwrap(),
            Content::Reader {
                bytes: announced,
                open,
            },
        ));
        seal_to(draft, &out)
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
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing half-written remains, under any name"
    );
    with(3 << 20, 3 << 20, io::ErrorKind::Other).unwrap();
    assert!(judge(&out).unwrap().valid, "3 MiB through a reader");
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
    let changes: [(&str, Change); 12] = [
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
        ("JSON with a key twice", |draft| {
            draft
                .files
                .retain(|(path, _)| path.in_bag() != "data/filing.json");
            draft.files.push((
                PayloadPath::new("filing.json").unwrap(),
                Content::Bytes(b"{\"a\":1,\"a\":2}".to_vec()),
            ));
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
