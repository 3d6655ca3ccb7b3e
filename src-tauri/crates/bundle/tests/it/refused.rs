//! Lists and keys that are none, disks that take nothing or give back something else: each is named, and nothing is left behind.

use crate::support::*;
use bundle::{
    AllowedSigners, Class, Doing, Identity, Recipient, Refusal, Step, encrypt, seal, sign_filing,
};
use std::{
    fs,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

#[track_caller]
fn tells<T>(tried: Result<T, Refusal>, code: &str, class: Class, words: &[&str]) {
    let refusal = tried.map(drop).unwrap_err();
    assert_eq!((refusal.code, refusal.class), (code, class), "{refusal}");
    for one in words {
        assert!(refusal.message.contains(one), "{one}: {refusal}");
    }
}

#[test]
fn a_file_that_holds_no_identity_is_refused_and_never_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let secret = age::x25519::Identity::generate().to_string();
    let secret = age::secrecy::ExposeSecret::expose_secret(&secret).to_owned();
    for (what, content) in [
        ("empty", Vec::new()),
        ("comments", b"# created: today\n".to_vec()),
        ("a passphrase", b"correct horse battery staple\n".to_vec()),
        (
            "protected by a passphrase",
            b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n".to_vec(),
        ),
        (
            "one wrong line",
            format!("{secret}\nAGE-SECRET-KEY-1QQ\n").into_bytes(),
        ),
        ("no text", vec![0xff, 0xfe, 0x00]),
    ] {
        let file = folder.path().join("key.txt");
        fs::write(&file, &content).unwrap();
        let refusal = Identity::read(&file).map(drop).unwrap_err();
        assert_eq!(refusal.code, "E-BUNDLE-IDENTITY", "{what}");
        assert!(
            refusal.message.contains("key.txt")
                && refusal.message.contains("AGE-SECRET-KEY-1")
                && refusal.message.contains("decrypt it with age first"),
            "{what}: {refusal}"
        );
        for line in content
            .split(|byte| *byte == b'\n')
            .filter(|line| line.len() > 20)
        {
            let line = String::from_utf8_lossy(line);
            assert!(!refusal.message.contains(&*line), "{what}: {refusal}");
        }
    }
}

#[test]
fn a_list_of_signers_names_the_line_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("known_signers");
    let read = |content: &[u8]| {
        fs::write(&file, content).unwrap();
        AllowedSigners::read(&file)
    };
    let good = format!("kim@example {}\n", public(1));
    assert!(read(good.as_bytes()).is_ok());
    let wrong = format!("# known\n{good}kim@example\n");
    tells(
        read(wrong.as_bytes()),
        "E-BUNDLE-SIGNERS",
        Class::BadInput,
        &["known_signers line 3", "Write: name@example"],
    );
    tells(
        read(&[0xff, 0xfe, b'k']),
        "E-BUNDLE-SIGNERS",
        Class::BadInput,
        &["known_signers is not a text file", "allowed_signers"],
    );
}

#[test]
fn a_place_that_takes_or_gives_nothing_is_told_apart_from_one_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    fs::write(&file, "A file where a folder is meant").unwrap();
    tells(
        seal_to(sample(1), &file.join("x.zip")),
        "E-BUNDLE-NOT-FOUND",
        Class::BadInput,
        &["there is no such file or folder. Check the name"],
    );
    #[cfg(target_os = "linux")]
    {
        // Nobody may make a file there, whoever runs this.
        tells(
            seal_to(sample(1), Path::new("/sys/x.zip")),
            "E-BUNDLE-PERMISSION",
            Class::Machine,
            &["/sys/x.zip", "no permission", "Choose another folder"],
        );
        // What lies at the beginning of a process's memory cannot be read: the system answers as a disk that fails.
        tells(
            AllowedSigners::read(Path::new("/proc/self/mem")),
            "E-BUNDLE-IO",
            Class::Machine,
            &[
                "did not take or give the data",
                "Check the disk, then try again",
            ],
        );
    }
}

/// The file that is being written, under the name that it has until it is whole.
fn unfinished(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder).unwrap().flatten();
    files
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "part"))
        .unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap().flatten();
    let mut names: Vec<String> = files
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Bytes that no compression makes few.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1u64;
    let next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[test]
fn a_disk_that_gives_back_something_else_leaves_no_bundle() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.zip");
    let draft = || {
        draft(vec![
            ("filing.json", b"{}".to_vec()),
            ("filing.pdf", noise(2 << 20)),
        ])
    };
    let mut once = false;
    let mut forgets = |step: Step| {
        if step.doing == Doing::Checking && !once {
            once = true;
            let path = unfinished(folder.path());
            let mut file = fs::File::options().write(true).open(path).unwrap();
            file.seek(SeekFrom::Start(1 << 20)).unwrap();
            file.write_all(&vec![0; 1 << 18]).unwrap();
        }
        ControlFlow::Continue(())
    };
    let sign = |text: &[u8]| sign_filing(&key(1), text);
    tells(
        seal(draft(), &sign, &out, &mut forgets),
        "E-BUNDLE-READBACK",
        Class::Machine,
        &["x.zip", "does not verify. It was removed; check the disk"],
    );
    assert_eq!(names(folder.path()), [""; 0]);

    seal_to(draft(), &out).unwrap();
    let whole = fs::read(&out).unwrap();
    let closed = folder.path().join("x.age");
    let mine: Recipient = age::x25519::Identity::generate()
        .to_public()
        .to_string()
        .parse()
        .unwrap();
    let mut forgets = |step: Step| {
        if step.done == step.total {
            let path = unfinished(folder.path());
            let mut file = fs::File::options()
                .read(true)
                .write(true)
                .open(path)
                .unwrap();
            // What was passed on is written by another thread.
            while file.metadata().unwrap().len() < 1_000 {
                std::thread::yield_now();
            }
            let mut head = [0; 200];
            file.read_exact(&mut head).unwrap();
            let kind = head.windows(6).position(|six| six == b"X25519").unwrap();
            file.seek(SeekFrom::Start(kind as u64)).unwrap();
            file.write_all(b"Y25519").unwrap();
        }
        ControlFlow::Continue(())
    };
    tells(
        encrypt(&out, &[mine], &closed, &mut forgets),
        "E-BUNDLE-READBACK",
        Class::Machine,
        &["It was removed; try again"],
    );
    assert_eq!(names(folder.path()), ["x.zip"]);
    assert_eq!(fs::read(&out).unwrap(), whole);
}
