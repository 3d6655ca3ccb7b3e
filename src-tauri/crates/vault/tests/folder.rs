//! The vault's folder as a person, an attacker and a failing disk meet it.

// A test gives up loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use secrecy::SecretString;
use std::{
    collections::HashSet,
    fs,
    io::{Cursor, Read, Write},
    ops::ControlFlow,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use vault::{NewVault, Unlocked, VaultError};

const PASSPHRASE: &str = "correct horse battery staple";

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn new(work: u8) -> NewVault {
    NewVault {
        label: "staff-1".into(),
        roles: vec!["administrator".into()],
        passphrase: secret(PASSPHRASE),
        work,
        made_on: "2026-11-24".into(),
    }
}

/// A vault whose database is a few bytes: this crate knows no SQL.
fn make(folder: &Path) -> (PathBuf, String) {
    let path = folder.join("A.cipdesk");
    let (unlocked, sheet) = vault::create(&path, new(15), |unlocked| {
        fs::write(unlocked.db_path(), [7u8; 8192]).map_err(|_| ())
    })
    .unwrap();
    assert!(unlocked.root() == path);
    (path, sheet.key().to_owned())
}

fn code(result: Result<Unlocked, VaultError>) -> &'static str {
    result.err().map_or("opened", |error| error.code())
}

fn all_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all_files(&path, into)
        } else {
            into.push(path)
        }
    }
}

#[test]
fn a_new_vault_opens_with_its_passphrase_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    assert_eq!(vault::inspect(&path).unwrap().labels, ["staff-1"]);
    assert_eq!(
        code(vault::unlock(
            &path,
            None,
            &secret("wrong passphrase entirely")
        )),
        "V-04"
    );
    let opened = vault::unlock(&path, Some("staff-1"), &secret(PASSPHRASE)).unwrap();
    assert_eq!(opened.member().label, "staff-1");
    assert_ne!(opened.db_key(), &[0; 32]);
    drop(opened);
    assert_eq!(
        code(vault::unlock(&path, Some("kim"), &secret(PASSPHRASE))),
        "E-VAULT-MEMBER"
    );
}

#[test]
fn the_folder_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o700
    );
    let mut files = Vec::new();
    all_files(&path.join("keyring"), &mut files);
    assert_eq!(
        files.len(),
        6,
        "two lists, two signatures, two personal files"
    );
    for file in files {
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600,
            "{}",
            file.display()
        );
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(
        code(vault::unlock(&path, None, &secret(PASSPHRASE))),
        "V-22"
    );
}

#[test]
fn what_is_no_vault_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(vault::inspect(folder.path()).unwrap_err().code(), "V-01");
    let (path, _) = make(folder.path());
    let index = fs::read_to_string(path.join("VAULT")).unwrap();
    for (text, code) in [("{", "V-02"), ("{\"format\":\"something\"}", "V-02")] {
        fs::write(path.join("VAULT"), text).unwrap();
        assert_eq!(vault::inspect(&path).unwrap_err().code(), code, "{text}");
    }
    fs::write(
        path.join("VAULT"),
        index.replace("cipdesk-vault/1", "cipdesk-vault/2"),
    )
    .unwrap();
    assert_eq!(vault::inspect(&path).unwrap_err().code(), "V-03");
    fs::write(path.join("VAULT"), vec![b' '; 5000]).unwrap();
    assert_eq!(vault::inspect(&path).unwrap_err().code(), "V-02");
}

#[test]
fn a_folder_that_is_there_is_never_written_over_and_a_failed_creation_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    assert_eq!(
        vault::create(&path, new(15), |_| Ok(()))
            .err()
            .unwrap()
            .code(),
        "E-FILE-EXISTS"
    );
    let other = folder.path().join("B.cipdesk");
    assert!(vault::create(&other, new(15), |_| Err(())).is_err());
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["A.cipdesk"], "nothing half-made may be left");
}

#[test]
fn links_inside_a_vault_are_not_followed() {
    for part in ["keyring", "db", "documents"] {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = make(folder.path());
        fs::rename(path.join(part), folder.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), path.join(part)).unwrap();
        assert_eq!(
            code(vault::unlock(&path, None, &secret(PASSPHRASE))),
            "V-24",
            "{part}"
        );
    }
}

#[test]
fn one_changed_byte_anywhere_in_the_keyring_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    let mut files = Vec::new();
    all_files(&path.join("keyring"), &mut files);
    for file in files {
        let whole = fs::read(&file).unwrap();
        // The approval key is opened for one act only, not at unlock.
        if file
            .file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("approval-")
        {
            continue;
        }
        for place in [whole.len() / 3, whole.len() / 2, whole.len() * 4 / 5] {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            fs::write(&file, &changed).unwrap();
            let code = code(vault::unlock(&path, None, &secret(PASSPHRASE)));
            assert!(
                [
                    "V-04",
                    "V-05",
                    "V-07",
                    "V-08",
                    "V-18",
                    "E-VAULT-KEY",
                    "E-VAULT-MEMBER"
                ]
                .contains(&code),
                "{} byte {place}: {code}",
                file.display()
            );
        }
        fs::write(&file, &whole).unwrap();
    }
    assert!(
        vault::unlock(&path, None, &secret(PASSPHRASE)).is_ok(),
        "restored, it opens"
    );
}

/// Somebody with write access puts in a keyring of his own, sealed to our public keys: the pins in our identity notice.
#[test]
fn an_attackers_keyring_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    let theirs = folder.path().join("theirs");
    fs::create_dir(&theirs).unwrap();
    let (other, _) = make(&theirs);
    let keyring = |root: &Path| root.join("keyring/g000001");
    for file in [
        "vault-key.age",
        "vault-key.age.sig",
        "members.json",
        "members.json.sig",
    ] {
        let ours = fs::read(keyring(&path).join(file)).unwrap();
        fs::copy(keyring(&other).join(file), keyring(&path).join(file)).unwrap();
        assert_ne!(
            code(vault::unlock(&path, None, &secret(PASSPHRASE))),
            "opened",
            "with the attacker's {file}"
        );
        fs::write(keyring(&path).join(file), ours).unwrap();
    }
    for file in ["vault-key.age.sig", "members.json.sig"] {
        let ours = fs::read(keyring(&path).join(file)).unwrap();
        fs::remove_file(keyring(&path).join(file)).unwrap();
        assert_eq!(
            code(vault::unlock(&path, None, &secret(PASSPHRASE))),
            "V-07",
            "without {file}"
        );
        fs::write(keyring(&path).join(file), ours).unwrap();
    }
}

#[test]
fn unusual_work_and_headers_are_refused_before_they_are_done() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    let keyring = path.join("keyring/g000001");
    let file = fs::read_dir(&keyring)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("identity-"))
        .unwrap();
    let whole = fs::read(&file).unwrap();
    let text = String::from_utf8_lossy(&whole).into_owned();
    let line = text.lines().nth(1).unwrap().to_owned();
    let replace = |with: &str| {
        let start = text.find(&line).unwrap();
        let mut bytes = whole[..start].to_vec();
        bytes.extend(with.bytes());
        bytes.extend(&whole[start + line.len()..]);
        fs::write(&file, bytes).unwrap();
    };
    replace(&line.replace(" 15", " 30"));
    assert_eq!(
        code(vault::unlock(&path, None, &secret(PASSPHRASE))),
        "V-17"
    );
    replace(&format!("{line}\n{}", "-> x\n".repeat(30)));
    assert_eq!(
        code(vault::unlock(&path, None, &secret(PASSPHRASE))),
        "V-18"
    );
    replace(&format!("{line}{}", "x".repeat(500)));
    assert_eq!(
        code(vault::unlock(&path, None, &secret(PASSPHRASE))),
        "V-18"
    );
}

#[test]
fn a_second_program_is_told_who_has_the_vault() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    let _first = vault::unlock(&path, None, &secret(PASSPHRASE)).unwrap();
    let error = vault::unlock(&path, None, &secret(PASSPHRASE))
        .err()
        .unwrap();
    assert_eq!(error.code(), "V-16");
    assert!(
        error.to_string().contains(&std::process::id().to_string()),
        "{error}"
    );
}

#[test]
fn a_changed_passphrase_opens_and_the_old_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    let opened = vault::unlock(&path, None, &secret(PASSPHRASE)).unwrap();
    assert_eq!(
        opened
            .change_passphrase(
                &secret("not it at all, sorry"),
                &secret("new phrase for everyone"),
                15
            )
            .unwrap_err()
            .code(),
        "V-04"
    );
    opened
        .change_passphrase(&secret(PASSPHRASE), &secret("new phrase for everyone"), 15)
        .unwrap();
    drop(opened);
    assert_eq!(
        code(vault::unlock(&path, None, &secret(PASSPHRASE))),
        "V-04"
    );
    let opened = vault::unlock(&path, None, &secret("new phrase for everyone")).unwrap();
    assert!(
        opened
            .approval_key("staff-1", &secret("new phrase for everyone"))
            .is_ok()
    );
}

#[test]
fn the_same_passphrase_typed_on_another_keyboard_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("A.cipdesk");
    let composed = NewVault {
        passphrase: secret("Zürich café naïve façade"),
        ..new(15)
    };
    drop(vault::create(&path, composed, |_| Ok(())).unwrap());
    assert!(
        vault::unlock(
            &path,
            None,
            &secret("Zu\u{308}rich cafe\u{301} nai\u{308}ve fac\u{327}ade")
        )
        .is_ok()
    );
}

fn seal(opened: &Unlocked, content: &[u8]) -> vault::Sealed {
    opened
        .documents()
        .seal(&mut Cursor::new(content), 1 << 30, &mut |_| {
            ControlFlow::Continue(())
        })
        .unwrap()
}

#[test]
fn a_document_comes_back_as_it_was_and_a_changed_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    let opened = vault::unlock(&path, None, &secret(PASSPHRASE)).unwrap();
    let content: Vec<u8> = (0..300_000u32).flat_map(u32::to_le_bytes).collect();
    let sealed = seal(&opened, &content);
    assert_eq!(sealed.bytes, content.len() as u64);
    assert_eq!(
        *opened
            .documents()
            .read_all(&sealed.id, &sealed.identity, &sealed.sha256, 1 << 30)
            .unwrap(),
        content
    );
    let file = path
        .join("documents")
        .join(&sealed.id[..2])
        .join(format!("{}.age", sealed.id));
    let whole = fs::read(&file).unwrap();
    assert!(
        !whole.windows(64).any(|window| window == &content[..64]),
        "nothing of it stands in clear"
    );
    for cut in [0, 20, 150, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..cut]).unwrap();
        let error = opened
            .documents()
            .read_all(&sealed.id, &sealed.identity, &sealed.sha256, 1 << 30)
            .unwrap_err();
        assert_eq!(error.code(), "V-25", "cut at {cut}");
    }
    let other = seal(&opened, b"another document");
    fs::copy(
        path.join("documents")
            .join(&other.id[..2])
            .join(format!("{}.age", other.id)),
        &file,
    )
    .unwrap();
    assert_eq!(
        opened
            .documents()
            .read_all(&sealed.id, &sealed.identity, &sealed.sha256, 1 << 30)
            .unwrap_err()
            .code(),
        "V-25",
        "another's file in its place"
    );
    fs::remove_file(&file).unwrap();
    assert_eq!(
        opened
            .documents()
            .read_all(&sealed.id, &sealed.identity, &sealed.sha256, 1 << 30)
            .unwrap_err()
            .code(),
        "V-25"
    );
}

#[test]
fn a_document_over_the_limit_or_stopped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    let opened = vault::unlock(&path, None, &secret(PASSPHRASE)).unwrap();
    let zeros = || std::io::repeat(0).take(10 << 20);
    assert_eq!(
        opened
            .documents()
            .seal(&mut zeros(), 1 << 20, &mut |_| ControlFlow::Continue(()))
            .err()
            .unwrap()
            .code(),
        "A-02"
    );
    assert_eq!(
        opened
            .documents()
            .seal(&mut zeros(), 1 << 30, &mut |_| ControlFlow::Break(()))
            .err()
            .unwrap()
            .code(),
        "E-JOB-CANCELLED"
    );
    let mut files = Vec::new();
    all_files(&path.join("documents"), &mut files);
    all_files(&path.join("tmp"), &mut files);
    assert!(files.is_empty(), "{files:?}");
}

#[test]
fn a_file_that_no_row_knows_is_put_aside_and_a_missing_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    let opened = vault::unlock(&path, None, &secret(PASSPHRASE)).unwrap();
    let (kept, orphan) = (seal(&opened, b"kept"), seal(&opened, b"orphan"));
    let known: HashSet<String> = [kept.id.clone(), "0".repeat(32)].into();
    let swept = opened.documents().sweep(&known).unwrap();
    assert_eq!((swept.orphans, swept.missing), (1, vec!["0".repeat(32)]));
    assert!(
        path.join("backups/orphans")
            .join(format!("{}.age", orphan.id))
            .exists(),
        "put aside, not deleted"
    );
    assert!(
        opened
            .documents()
            .read_all(&kept.id, &kept.identity, &kept.sha256, 100)
            .is_ok()
    );
}

#[test]
fn links_folders_and_pipes_are_not_attached() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt");
    fs::write(&file, "x").unwrap();
    std::os::unix::fs::symlink(&file, folder.path().join("link")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        folder.path().join("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .unwrap();
    assert!(vault::Documents::open_source(&file).is_ok());
    for name in ["link", "pipe", "."] {
        assert_eq!(
            vault::Documents::open_source(&folder.path().join(name))
                .unwrap_err()
                .code(),
            "A-10",
            "{name}"
        );
    }
}

fn slip() -> vault::Slip {
    vault::Slip::new(
        "2026-03-02T17:00:00Z".to_owned(),
        "0.1.0",
        3,
        "00".repeat(32),
    )
}

#[test]
fn a_backup_opens_like_any_vault() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = make(folder.path());
    let opened = vault::unlock(&path, None, &secret(PASSPHRASE)).unwrap();
    let sealed = seal(&opened, b"a scan");
    let to = folder.path().join("Copy.cipdesk");
    opened
        .backup(
            &to,
            |database| {
                fs::copy(opened.db_path(), database)
                    .map(|_| ())
                    .map_err(|_| ())
            },
            |copy| copy.database().exists().then(slip).ok_or(()),
        )
        .unwrap();
    let seen = vault::look(&to).unwrap();
    assert_eq!(seen.slip, Some(slip()), "it says of itself what it is");
    assert_eq!(vault::backups_in(folder.path()), [seen]);
    assert_eq!(
        opened
            .backup(&to, |_| Ok(()), |_| Ok(slip()))
            .unwrap_err()
            .code(),
        "E-FILE-EXISTS"
    );
    assert!(
        opened
            .backup(&path.join("backups/x"), |_| Ok(()), |_| Ok(slip()))
            .is_err(),
        "a copy inside itself"
    );
    let copy = vault::unlock(&to, None, &secret(PASSPHRASE)).unwrap();
    assert_eq!(copy.db_key(), opened.db_key());
    assert_eq!(
        **copy
            .documents()
            .read_all(&sealed.id, &sealed.identity, &sealed.sha256, 100)
            .unwrap(),
        *b"a scan"
    );
}

/// The way out without us: the stock program opens identity, vault key and recovery, as the README says.
#[test]
fn the_stock_age_program_opens_everything() {
    let folder = tempfile::tempdir().unwrap();
    let (path, recovery) = make(folder.path());
    let opened = vault::unlock(&path, None, &secret(PASSPHRASE)).unwrap();
    let key: String = opened
        .db_key()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let sealed = seal(&opened, b"a scan");
    let run = |script: &str| {
        let output = std::process::Command::new("python3")
            .arg("-c")
            .arg(script)
            .current_dir(folder.path())
            .output()
            .expect("python3 is there");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let keyring = path.join("keyring/g000001");
    // age asks for a passphrase on a terminal only, so it gets one.
    let unlock = format!(
        "import pty, os, glob, time\n\
         name = glob.glob('{keyring}/identity-*.age')[0]\n\
         pid, fd = pty.fork()\n\
         if pid == 0:\n    os.execvp('age', ['age', '-d', '-o', 'id.txt', name])\n\
         time.sleep(0.5)\n\
         os.write(fd, b'{PASSPHRASE}\\n')\n\
         try:\n    while os.read(fd, 1000): pass\n\
         except OSError: pass\n\
         assert os.waitpid(pid, 0)[1] == 0\n",
        keyring = keyring.display()
    );
    run(&unlock);
    let age = |identity: &str, file: &Path| {
        let output = std::process::Command::new("age")
            .args(["-d", "-i", identity])
            .arg(file)
            .current_dir(folder.path())
            .output()
            .expect("age is installed");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    };
    let json = String::from_utf8(age("id.txt", &keyring.join("vault-key.age"))).unwrap();
    assert!(json.contains(&format!("\"db_key\":\"{key}\"")), "{json}");
    writeln!(
        fs::File::create(folder.path().join("recovery.txt")).unwrap(),
        "{recovery}"
    )
    .unwrap();
    assert_eq!(
        String::from_utf8(age("recovery.txt", &keyring.join("vault-key.age"))).unwrap(),
        json
    );
    fs::write(
        folder.path().join("doc.txt"),
        format!("{}\n", *sealed.identity),
    )
    .unwrap();
    assert_eq!(
        age(
            "doc.txt",
            &path
                .join("documents")
                .join(&sealed.id[..2])
                .join(format!("{}.age", sealed.id))
        ),
        b"a scan"
    );
}

#[test]
fn the_usual_work_is_eighteen_and_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("A.cipdesk");
    drop(vault::create(&path, new(18), |_| Ok(())).unwrap());
    let keyring = path.join("keyring/g000001");
    let file = fs::read_dir(&keyring)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("identity-"))
        .unwrap();
    let mut head = vec![0u8; 100];
    fs::File::open(file).unwrap().read_exact(&mut head).unwrap();
    assert!(
        String::from_utf8_lossy(&head)
            .lines()
            .nth(1)
            .unwrap()
            .ends_with(" 18")
    );
    assert!(vault::unlock(&path, None, &secret(PASSPHRASE)).is_ok());
}
