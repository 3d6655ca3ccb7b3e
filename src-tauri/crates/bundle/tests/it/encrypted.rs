//! Bundles encrypted with age: by us for the age program, and hostile ones.

use crate::support::*;
use age::x25519;
use bundle::{
    Class, Identity, Options, Recipient, Refusal, Report, encrypt, parse_recipients, silent,
    unpack, verify,
};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

struct Closed {
    folder: tempfile::TempDir,
    zip: PathBuf,
    age: PathBuf,
    mine: x25519::Identity,
}

fn secret(identity: &x25519::Identity) -> String {
    age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned()
}

fn closed() -> Closed {
    let (folder, zip) = sealed(1);
    let (mine, other) = (x25519::Identity::generate(), x25519::Identity::generate());
    let age = folder.path().join("x.bundle.zip.age");
    let recipients: Vec<Recipient> = [&other, &mine, &mine]
        .iter()
        .map(|one| one.to_public().to_string().parse().unwrap())
        .collect();
    let made = encrypt(&zip, &recipients, &age, &mut silent).unwrap();
    assert_eq!(made.recipients, 2, "the same recipient twice counts once");
    assert_eq!(made.bytes, fs::metadata(&age).unwrap().len());
    Closed {
        folder,
        zip,
        age,
        mine,
    }
}

fn open(
    path: &Path,
    identity: Option<&x25519::Identity>,
    staging: &Path,
) -> Result<Report, Refusal> {
    let identity = identity.map(|identity| Identity::parse(&secret(identity), "key").unwrap());
    verify(
        path,
        &Options {
            identity,
            staging: Some(staging.to_owned()),
            ..Options::default()
        },
        &mut silent,
    )
}

#[test]
fn the_age_program_opens_what_is_encrypted_here() {
    let closed = closed();
    fs::write(
        closed.folder.path().join("key.txt"),
        format!("# mine\n{}\n", secret(&closed.mine)),
    )
    .unwrap();
    run_ok(
        "age",
        &["-d", "-i", "key.txt", "-o", "again.zip", "x.bundle.zip.age"],
        closed.folder.path(),
    );
    assert_eq!(
        fs::read(closed.folder.path().join("again.zip")).unwrap(),
        fs::read(&closed.zip).unwrap()
    );
}

#[test]
fn an_encrypted_bundle_is_judged_without_leaving_plaintext() {
    let closed = closed();
    let staging = tempfile::tempdir().unwrap();
    let report = open(&closed.age, Some(&closed.mine), staging.path()).unwrap();
    assert!(report.valid, "{:?}", report.problems);
    assert_eq!(report.container, bundle::Container::Encrypted);
    let identity = Some(Identity::parse(&secret(&closed.mine), "key").unwrap());
    let unpacked = unpack(
        &closed.age,
        closed.folder.path(),
        &Options {
            identity,
            staging: Some(staging.path().to_owned()),
            ..Options::default()
        },
        &mut silent,
    )
    .unwrap();
    assert_eq!(stock_failure(&unpacked.folder), None);
    assert_eq!(
        fs::read_dir(staging.path()).unwrap().count(),
        0,
        "the staging folder is empty again"
    );
}

#[test]
fn what_the_age_program_made_is_read_armoured_or_not() {
    let closed = closed();
    let to = closed.mine.to_public().to_string();
    for (flags, name) in [
        (&["-r", &to][..], "plain.age"),
        (&["-a", "-r", &to][..], "armoured.age"),
    ] {
        let mut arguments = flags.to_vec();
        arguments.extend(["-o", name, closed.zip.to_str().unwrap()]);
        run_ok("age", &arguments, closed.folder.path());
        let report = open(
            &closed.folder.path().join(name),
            Some(&closed.mine),
            closed.folder.path(),
        )
        .unwrap();
        assert!(report.valid, "{name}: {:?}", report.problems);
    }
    let text = fs::read_to_string(closed.folder.path().join("armoured.age")).unwrap();
    let cut = closed.folder.path().join("cut.age");
    fs::write(&cut, &text[..text.len() / 2]).unwrap();
    assert_eq!(
        open(&cut, Some(&closed.mine), closed.folder.path())
            .unwrap_err()
            .code,
        "B-04",
        "a cut armour is damage"
    );
}

#[test]
fn a_key_that_begins_like_another_kind_by_chance_is_a_recipient_all_the_same() {
    // One key in a thousand begins with these letters.
    let key = std::iter::repeat_with(|| x25519::Identity::generate().to_public().to_string())
        .take(200_000)
        .find(|key| key.starts_with("age1pq"))
        .unwrap();
    assert!(key.parse::<bundle::Recipient>().is_ok(), "{key}");
    for other in ["age1pq1qqqq", "age1tag1qqqq"] {
        let why = other.parse::<bundle::Recipient>().unwrap_err();
        assert!(why.message.contains("this kind of age key"), "{why}");
    }
}

#[test]
fn a_wrong_or_missing_key_is_told_apart_from_damage() {
    let closed = closed();
    let staging = tempfile::tempdir().unwrap();
    let stranger = x25519::Identity::generate();
    let wrong = open(&closed.age, Some(&stranger), staging.path()).unwrap_err();
    assert_eq!((wrong.code, wrong.class), ("B-02", Class::Locked));
    assert!(
        wrong.message.contains(&stranger.to_public().to_string()),
        "it names our public key: {wrong}"
    );
    assert_eq!(
        open(&closed.age, None, staging.path()).unwrap_err().code,
        "B-02",
        "no key at all"
    );
    let bytes = fs::read(&closed.age).unwrap();
    let changed = closed.folder.path().join("changed.age");
    let mut tried = 0;
    for end in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
        fs::write(&changed, &bytes[..end]).unwrap();
        let cut = open(&changed, Some(&closed.mine), staging.path()).unwrap_err();
        let expected: &[&str] = if end < 22 { &["B-01"] } else { &["B-04"] };
        assert!(
            expected.contains(&cut.code) || (end < 40 && cut.code == "B-04"),
            "cut at {end}: {cut}"
        );
        tried += 1;
    }
    for place in (22..bytes.len()).step_by(61) {
        let mut flipped = bytes.clone();
        flipped[place] ^= 4;
        fs::write(&changed, &flipped).unwrap();
        let damaged = open(&changed, Some(&closed.mine), staging.path()).unwrap_err();
        assert!(
            ["B-04", "B-02", "B-03"].contains(&damaged.code),
            "byte {place}: {damaged}"
        );
        tried += 1;
    }
    fs::write(&changed, [&bytes[..], b"x"].concat()).unwrap();
    assert_eq!(
        open(&changed, Some(&closed.mine), staging.path())
            .unwrap_err()
            .code,
        "B-04",
        "something after the end"
    );
    assert_eq!(
        fs::read_dir(staging.path()).unwrap().count(),
        0,
        "nothing is left of {tried} tries"
    );
}

#[test]
fn hostile_headers_are_refused_before_they_cost_anything() {
    let closed = closed();
    let path = closed.folder.path().join("hostile.age");
    let stanza = "-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\nEmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n";
    for (what, text, code) in [
        (
            "thousands of recipients",
            format!("age-encryption.org/v1\n{}--- x\n", stanza.repeat(5000)),
            "B-03",
        ),
        (
            "one endless line",
            format!("age-encryption.org/v1\n-> {}", "a".repeat(1 << 20)),
            "B-03",
        ),
        (
            "a newer age",
            "age-encryption.org/v7\n--- x\n".to_owned(),
            "B-01",
        ),
    ] {
        fs::write(&path, text).unwrap();
        assert_eq!(
            open(&path, Some(&closed.mine), closed.folder.path())
                .unwrap_err()
                .code,
            code,
            "{what}"
        );
    }
    let mut sink = age::Encryptor::with_user_passphrase("a passphrase".to_owned().into())
        .wrap_output(fs::File::create(&path).unwrap())
        .unwrap();
    sink.write_all(&fs::read(&closed.zip).unwrap()).unwrap();
    sink.finish().unwrap();
    assert_eq!(
        open(&path, Some(&closed.mine), closed.folder.path())
            .unwrap_err()
            .code,
        "B-05",
        "scrypt is not even tried"
    );
    let mut inner = age::Encryptor::with_recipients(std::iter::once(
        &closed.mine.to_public() as &dyn age::Recipient
    ))
    .unwrap()
    .wrap_output(fs::File::create(&path).unwrap())
    .unwrap();
    inner.write_all(&fs::read(&closed.age).unwrap()).unwrap();
    inner.finish().unwrap();
    assert_eq!(
        open(&path, Some(&closed.mine), closed.folder.path())
            .unwrap_err()
            .code,
        "B-01",
        "an encrypted file inside is not opened again"
    );
}

#[test]
fn recipients_come_from_keys_and_files() {
    let closed = closed();
    let file = closed.folder.path().join("recipients.txt");
    let public = closed.mine.to_public().to_string();
    fs::write(
        &file,
        format!("# Commerce, from their letter\n{public}\n\n{public}\n"),
    )
    .unwrap();
    assert_eq!(parse_recipients(file.to_str().unwrap()).unwrap().len(), 2);
    assert_eq!(parse_recipients(&public).unwrap()[0].to_string(), public);
    for (what, text) in [
        ("a misspelt key", "age1xyz"),
        ("an SSH key", "ssh-ed25519 AAAA"),
        ("a secret", &secret(&closed.mine)),
    ] {
        let refused = parse_recipients(text).expect_err(what);
        assert_eq!(
            (refused.code, refused.class),
            ("E-BUNDLE-RECIPIENT", Class::BadInput),
            "{what}"
        );
        assert!(
            !refused.message.contains(&secret(&closed.mine)[20..]),
            "a secret is never repeated"
        );
    }
    assert_eq!(
        parse_recipients("no-such-file").unwrap_err().code,
        "E-BUNDLE-NOT-FOUND"
    );
    let out = closed.folder.path().join("y.age");
    assert_eq!(
        encrypt(&closed.zip, &[], &out, &mut silent)
            .unwrap_err()
            .code,
        "E-BUNDLE-RECIPIENT"
    );
    let many: Vec<Recipient> = (0..20)
        .map(|_| {
            x25519::Identity::generate()
                .to_public()
                .to_string()
                .parse()
                .unwrap()
        })
        .collect();
    assert_eq!(
        encrypt(&closed.zip, &many, &out, &mut silent)
            .unwrap_err()
            .class,
        Class::Limit
    );
    assert!(!out.exists());
    encrypt(&closed.zip, &many[..19], &out, &mut silent).unwrap();
}
