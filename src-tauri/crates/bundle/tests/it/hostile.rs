//! Bundles made to deceive: each kind is refused with its code, and nothing is written.

use crate::support::*;
use bundle::{Options, silent, unpack};
use ssh_key::{HashAlg, LineEnding, SshSig};
use std::{fs, path::Path};

type Kind = (&'static str, &'static str, Box<dyn Fn(&Bag, u8) -> Vec<u8>>);

/// A change of the bag's files; the archive around them is perfect.
fn files(what: &'static str, code: &'static str, change: impl Fn(&mut Bag, u8) + 'static) -> Kind {
    let make = move |bag: &Bag, seed| {
        let mut bag = bag.clone();
        change(&mut bag, seed);
        bag.zip().bytes()
    };
    (what, code, Box::new(make))
}

/// A change of the archive; the bag in it is perfect.
fn archive(
    what: &'static str,
    code: &'static str,
    change: impl Fn(&mut Zip, u8) + 'static,
) -> Kind {
    let make = move |bag: &Bag, seed| {
        let mut zip = bag.zip();
        change(&mut zip, seed);
        zip.bytes()
    };
    (what, code, Box::new(make))
}

/// One more entry under a hostile name, wherever it sorts.
fn named(what: &'static str, code: &'static str, name: &'static str) -> Kind {
    archive(what, code, move |zip, seed| {
        let mut raw = Raw::new("", &[seed; 9]);
        raw.name = name.replace("NAME", NAME).into_bytes();
        zip.entries.push(raw);
        zip.entries.sort_by(|one, two| one.name.cmp(&two.name));
    })
}

fn typed(what: &'static str, mode: u32) -> Kind {
    archive(what, "B-12", move |zip, _| {
        zip.entry("data/filing.pdf").attributes = mode << 16
    })
}

fn names() -> Vec<Kind> {
    vec![
        named("a parent folder", "B-11", "NAME/data/../../../x"),
        named("a parent folder at the start", "B-11", "../x"),
        named("an absolute path", "B-11", "/etc/cron.d/x"),
        named("a backslash", "B-11", "NAME\\data\\x"),
        named("a drive letter", "B-11", "C:/x"),
        named("a network path", "B-11", "\\\\server\\share\\x"),
        named("a home folder", "B-11", "~root/x"),
        named("the same name twice", "B-13", "NAME/data/filing.pdf"),
        named("a case twin", "B-13", "NAME/data/FILING.PDF"),
        named(
            "a case twin of a folder",
            "B-13",
            "NAME/data/Documents/0009.pdf",
        ),
        named("a file where a folder is", "B-13", "NAME/data/documents"),
        named("a reserved name", "B-14", "NAME/data/con.pdf"),
        named("a reserved port", "B-14", "NAME/data/LPT1"),
        named("a control character", "B-14", "NAME/data/a\u{7}b"),
        named(
            "a turned text direction",
            "B-14",
            "NAME/data/a\u{202e}fdp.exe",
        ),
        named("a trailing dot", "B-14", "NAME/data/x."),
        named("a trailing space", "B-14", "NAME/data/x "),
        named("a hidden file", "B-14", "NAME/data/.profile"),
        named("a colon stream", "B-14", "NAME/data/x:stream"),
        named("an encoded slash", "B-14", "NAME/data/x%2f..%2fy"),
        named("an empty part", "B-14", "NAME/data//x"),
        named("a folder entry", "B-15", "NAME/data/documents/"),
        named("a second top folder", "B-18", "OTHER/data/x"),
        named("a file beside the top folder", "B-18", "README"),
        named("a name too deep", "B-17", "NAME/data/a/b/c/d/e/f"),
        named("a stray tag file", "B-18", "NAME/README.html"),
        named("a fetch list", "B-18", "NAME/fetch.txt"),
        named(
            "a second tag manifest",
            "B-18",
            "NAME/tagmanifest-sha512.txt",
        ),
        named("an md5 manifest", "B-18", "NAME/manifest-md5.txt"),
        named("an added payload file", "B-21", "NAME/data/added.pdf"),
        archive("a Unicode twin", "B-13", |zip, _| {
            zip.entries
                .push(Raw::new(&format!("{NAME}/data/e\u{301}.pdf"), b"1"));
            zip.entries
                .push(Raw::new(&format!("{NAME}/data/\u{e9}.pdf"), b"2"));
        }),
        archive("a name that is no UTF-8", "B-14", |zip, _| {
            zip.entry("data/filing.pdf").name = format!("{NAME}/data/")
                .into_bytes()
                .into_iter()
                .chain([0xff, 0xfe])
                .collect()
        }),
        archive("a NUL in a name", "B-14", |zip, _| {
            zip.entry("data/filing.pdf").name.push(0)
        }),
        archive("a name too long", "B-17", |zip, _| {
            let long = ["x"; 3].map(|part| part.repeat(60)).join("/");
            zip.entries
                .push(Raw::new(&format!("{NAME}/data/{long}"), b""));
        }),
        archive("another top folder throughout", "B-18", |zip, _| {
            for raw in &mut zip.entries {
                raw.name = String::from_utf8_lossy(&raw.name)
                    .replace(NAME, "F4-2026-0008-00000000")
                    .into_bytes();
            }
        }),
        archive("too many files", "B-17", |zip, _| {
            for number in 0..5_000 {
                zip.entries
                    .push(Raw::new(&format!("{NAME}/data/z{number:05}"), b""));
            }
        }),
        typed("a symbolic link", 0o120_777),
        typed("a named pipe", 0o010_644),
        typed("a device", 0o020_644),
        typed("a disk", 0o060_644),
        typed("a socket", 0o140_644),
    ]
}

fn forms() -> Vec<Kind> {
    let extra = |id: u16| [&id.to_le_bytes()[..], &[4, 0, 1, 2, 3, 4]].concat();
    let zip64 = |size: u32| {
        [
            &[1, 0, 16, 0][..],
            &u64::from(size).to_le_bytes(),
            &u64::from(size).to_le_bytes(),
        ]
        .concat()
    };
    vec![
        archive("a data descriptor", "B-15", |zip, _| {
            let raw = zip.entry("data/filing.pdf");
            raw.flags = 8;
            raw.after = [
                &0x0807_4b50u32.to_le_bytes()[..],
                &raw.crc.to_le_bytes(),
                &raw.size.to_le_bytes(),
                &raw.size.to_le_bytes(),
            ]
            .concat();
        }),
        archive("an encryption flag", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").flags = 1
        }),
        archive("a UTF-8 flag", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").flags = 0x800
        }),
        archive("compression", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").method = 8
        }),
        archive("an unknown method", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").method = 99
        }),
        archive("another version", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").version = 20
        }),
        archive("an entry's comment", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").comment = b"hello".to_vec()
        }),
        archive("an archive comment", "B-15", |zip, _| {
            zip.comment = b"hello".to_vec()
        }),
        archive("a timestamp field", "B-15", move |zip, _| {
            zip.entry("data/filing.pdf").central_extra = extra(0x5455)
        }),
        archive("a Unicode-path field", "B-15", move |zip, _| {
            zip.entry("data/filing.pdf").local_extra = extra(0x7075)
        }),
        archive("zip64 where none is needed", "B-15", move |zip, _| {
            let raw = zip.entry("data/filing.pdf");
            (raw.local_extra, raw.central_extra) = (zip64(raw.size), zip64(raw.size));
        }),
        archive("a zip64 lie", "B-15", move |zip, _| {
            let raw = zip.entry("data/filing.pdf");
            (raw.size, raw.packed, raw.version) = (u32::MAX, u32::MAX, 45);
            (raw.local_extra, raw.central_extra) = (zip64(300), zip64(300));
        }),
        archive("a zip64 end where none is needed", "B-15", |zip, _| {
            zip.zip64 = true
        }),
        archive("another name before the data", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").local_name =
                Some(format!("{NAME}/data/filing.exe").into_bytes())
        }),
        archive("another size before the data", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").local_size = Some(1)
        }),
        archive("a size beyond the data", "B-15", |zip, _| {
            let raw = zip.entry("data/filing.pdf");
            (raw.size, raw.packed) = (100_000, 100_000);
        }),
        archive("a size short of the data", "B-16", |zip, _| {
            let raw = zip.entry("data/filing.pdf");
            (raw.size, raw.packed) = (1, 1);
        }),
        archive("two sizes", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").packed = 299
        }),
        archive("a wrong checksum", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").crc ^= 1
        }),
        archive("a wrong checksum of the signature", "B-33", |zip, _| {
            zip.entry(SIGNATURE).crc ^= 1
        }),
        archive("another date on one entry", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").date += 1
        }),
        archive("another date on all entries", "B-15", |zip, _| {
            zip.entries.iter_mut().for_each(|raw| raw.date += 1)
        }),
        archive("other permissions", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").attributes = 0o104_755 << 16
        }),
        archive("another order", "B-15", |zip, seed| {
            zip.entries.rotate_left(1 + usize::from(seed) % 3)
        }),
        archive("hidden data between entries", "B-16", |zip, seed| {
            zip.entry("data/filing.json").after = vec![seed; 40]
        }),
        archive("hidden data before the directory", "B-16", |zip, seed| {
            zip.between = vec![seed; 40]
        }),
        archive("data before the beginning", "B-16", |zip, seed| {
            zip.before = vec![seed | 1; 64]
        }),
        archive("an archive before the beginning", "B-16", |zip, _| {
            zip.before = zip.bytes()
        }),
        archive("data after the end", "B-16", |zip, seed| {
            zip.after = vec![seed; 30]
        }),
        archive("a second archive after the end", "B-16", |zip, _| {
            let mut other = zip.clone();
            other.entry("data/filing.pdf").data[0] ^= 1;
            zip.after = other.bytes();
        }),
        archive("a second directory", "B-16", |zip, _| {
            let bytes = zip.bytes();
            let start = bytes
                .windows(4)
                .position(|part| part == [0x50, 0x4b, 1, 2])
                .unwrap();
            zip.between = bytes[start..bytes.len() - 22].to_vec();
        }),
        archive("two entries sharing their data", "B-15", |zip, _| {
            zip.entry("data/filing.pdf").offset = Some(0)
        }),
        archive("a count too low", "B-16", |zip, _| {
            zip.count = Some(zip.entries.len() as u16 - 1)
        }),
        archive("a count too high", "B-16", |zip, _| {
            zip.count = Some(zip.entries.len() as u16 + 1)
        }),
        (
            "a bare end record",
            "B-16",
            Box::new(|_, _| Zip::default().bytes()),
        ),
        ("nothing", "B-01", Box::new(|_, _| Vec::new())),
        (
            "a text",
            "B-01",
            Box::new(|_, seed| vec![b'a' + seed % 26; 500]),
        ),
        (
            "a tar",
            "B-01",
            Box::new(|bag, _| [bag.0["data/filing.pdf"].clone(), vec![0; 1024]].concat()),
        ),
        (
            "another archive",
            "B-01",
            Box::new(|_, seed| {
                Zip {
                    entries: vec![Raw::new("holiday/beach.jpg", &[seed])],
                    ..Zip::default()
                }
                .bytes()
            }),
        ),
    ]
}

fn foreign_signature(bag: &mut Bag, namespace: &str) {
    let signature =
        SshSig::sign(&key(1), namespace, HashAlg::Sha512, &bag.0[TAG_MANIFEST]).unwrap();
    bag.set(SIGNATURE, signature.to_pem(LineEnding::LF).unwrap());
}

fn contents() -> Vec<Kind> {
    let mut kinds = vec![
        files("a changed document", "B-22", |bag, seed| {
            bag.0.get_mut("data/filing.pdf").unwrap()[usize::from(seed)] ^= 1
        }),
        files("a shortened document", "B-22", |bag, _| {
            bag.0.get_mut("data/filing.pdf").unwrap().truncate(3)
        }),
        files("a lengthened document", "B-22", |bag, seed| {
            bag.0.get_mut("data/filing.pdf").unwrap().push(seed)
        }),
        files("a missing document", "B-21", |bag, _| {
            drop(bag.0.remove("data/filing.pdf"))
        }),
        files("an added document", "B-21", |bag, _| {
            bag.set("data/added.pdf", "x")
        }),
        files("a renamed document", "B-21", |bag, _| {
            let bytes = bag.0.remove("data/filing.pdf").unwrap();
            bag.set("data/filed.pdf", bytes);
        }),
        files("two documents exchanged", "B-22", |bag, _| {
            let (one, two) = (
                bag.0["data/filing.pdf"].clone(),
                bag.0["data/journal.jsonl"].clone(),
            );
            bag.set("data/filing.pdf", two);
            bag.set("data/journal.jsonl", one);
        }),
        files("a changed document and list", "B-23", |bag, _| {
            bag.set("data/filing.pdf", "other");
            bag.list();
        }),
        files("a changed document and both lists", "B-35", |bag, _| {
            bag.set("data/filing.pdf", "other");
            bag.list();
            bag.tag();
        }),
        files("a changed document, signed by another", "B-31", |bag, _| {
            bag.set("data/filing.pdf", "other");
            bag.list();
            bag.sign(2);
        }),
        files("a changed bag-info", "B-23", |bag, _| {
            bag.edit("bag-info.txt", "Łódź", "Lodz")
        }),
        files("a changed VERIFY.txt", "B-23", |bag, _| {
            bag.edit("VERIFY.txt", "Kim", "Lee")
        }),
        files("a list entry removed", "B-23", |bag, _| {
            let list = bag
                .text(MANIFEST)
                .lines()
                .skip(1)
                .map(|line| format!("{line}\n"))
                .collect::<String>();
            bag.set(MANIFEST, list);
        }),
        files("a list entry doubled", "B-13", |bag, _| {
            let list = bag.text(MANIFEST);
            let first = list.lines().next().unwrap();
            bag.set(MANIFEST, format!("{first}\n{list}"));
            bag.sign(1);
        }),
        files("a list entry that leads outside", "B-11", |bag, _| {
            let list = bag.text(MANIFEST);
            bag.set(
                MANIFEST,
                format!("{}  ../../outside\n{list}", "0".repeat(64)),
            );
            bag.sign(1);
        }),
        files("a list entry that is a case twin", "B-13", |bag, _| {
            bag.edit(
                MANIFEST,
                "data/filing.pdf\n",
                &format!("data/filing.pdf\n{}  data/FILING.pdf\n", "0".repeat(64)),
            );
            bag.sign(1);
        }),
        files("a list entry with an encoded slash", "B-14", |bag, _| {
            bag.edit(MANIFEST, "data/filing.pdf", "data%2ffiling.pdf");
            bag.sign(1);
        }),
        files("a list with binary marks", "B-23", |bag, _| {
            bag.edit(MANIFEST, "  data", " *data");
            bag.sign(1);
        }),
        files("a list of tag files with one more", "B-23", |bag, _| {
            let list = bag.text(TAG_MANIFEST);
            bag.set(TAG_MANIFEST, format!("{list}{}  x.txt\n", "0".repeat(64)));
            foreign_signature(bag, bundle::NAMESPACE);
        }),
        files("a list of tag files with one less", "B-23", |bag, _| {
            let list = bag
                .text(TAG_MANIFEST)
                .lines()
                .skip(1)
                .map(|line| format!("{line}\n"))
                .collect::<String>();
            bag.set(TAG_MANIFEST, list);
            foreign_signature(bag, bundle::NAMESPACE);
        }),
        files("no list of tag files", "B-23", |bag, _| {
            drop(bag.0.remove(TAG_MANIFEST))
        }),
        files("no signature", "B-30", |bag, _| {
            drop(bag.0.remove(SIGNATURE))
        }),
        files("an empty signature", "B-33", |bag, _| {
            bag.set(SIGNATURE, "")
        }),
        files("a signature by another key", "B-31", |bag, seed| {
            bag.sign(2 + seed)
        }),
        files("a signature over something else", "B-35", |bag, _| {
            let other = bundle::sign_filing(&key(1), b"something else").unwrap();
            bag.set(SIGNATURE, other);
        }),
        files(
            "the signer's key exchanged, not re-signed",
            "B-31",
            |bag, _| {
                bag.edit(
                    "allowed_signers",
                    key_word(1).as_str(),
                    key_word(2).as_str(),
                )
            },
        ),
        files("the signer's name exchanged", "B-23", |bag, _| {
            bag.edit("allowed_signers", "staff-1", "staff-9")
        }),
        files("two signers", "B-36", |bag, _| {
            let list = bag.text("allowed_signers");
            bag.set(
                "allowed_signers",
                format!("{list}{}", list.replace("staff-1", "staff-2")),
            );
            bag.sign(1);
        }),
        files("any signer", "B-36", |bag, _| {
            bag.edit("allowed_signers", PRINCIPAL, "*");
            bag.sign(1);
        }),
        files("no signer", "B-36", |bag, _| {
            bag.set("allowed_signers", "# nobody\n");
            bag.sign(1);
        }),
        files("a signer for other purposes", "B-32", |bag, _| {
            bag.edit("allowed_signers", "cipdesk-filing-v1", "git");
            bag.sign(1);
        }),
        files("a key not valid yet", "B-34", |bag, _| {
            bag.edit(
                "allowed_signers",
                "namespaces=",
                "valid-after=\"20270101\",namespaces=",
            );
            bag.sign(1);
        }),
        files("a key no longer valid", "B-34", |bag, _| {
            bag.edit(
                "allowed_signers",
                "namespaces=",
                "valid-before=\"20260101\",namespaces=",
            );
            bag.sign(1);
        }),
        files("a newer format", "B-41", |bag, _| {
            bag.edit("bag-info.txt", "cipdesk-bundle/1", "cipdesk-bundle/2");
            bag.sign(1);
        }),
        files("an unknown format", "B-41", |bag, _| {
            bag.edit("bag-info.txt", "cipdesk-bundle/1", "cipdesk-bundle/0");
            bag.sign(1);
        }),
        files("a format told twice", "B-41", |bag, _| {
            let info = bag.text("bag-info.txt");
            bag.set(
                "bag-info.txt",
                format!("{info}CIP-Bundle-Format: cipdesk-bundle/1\n"),
            );
            bag.sign(1);
        }),
        files("no date", "B-41", |bag, _| {
            bag.edit(
                "bag-info.txt",
                "Bagging-Date: 2026-11-23",
                "Bagging-Date: yesterday",
            );
            bag.sign(1);
        }),
        files("a lying count", "B-41", |bag, _| {
            bag.edit("bag-info.txt", ".5\n", ".6\n");
            bag.sign(1);
        }),
        files("an older bag", "B-41", |bag, _| {
            bag.edit("bagit.txt", "1.0", "0.97");
            bag.sign(1);
        }),
    ];
    for (what, json) in [
        ("JSON with a key twice", "{\"a\":1,\"a\":2}".to_owned()),
        ("JSON too deep", "[".repeat(5000)),
        ("JSON with a huge number", "[1e400]".to_owned()),
        ("JSON that is none", "{".to_owned()),
    ] {
        kinds.push(files(what, "B-41", move |bag, _| {
            bag.set("data/filing.json", json.clone());
            bag.list();
            let total: usize = bag
                .0
                .iter()
                .filter(|(path, _)| path.starts_with("data/"))
                .map(|(_, bytes)| bytes.len())
                .sum();
            let oxum = bag
                .text("bag-info.txt")
                .lines()
                .find(|line| line.starts_with("Payload-Oxum"))
                .unwrap()
                .to_owned();
            bag.edit("bag-info.txt", &oxum, &format!("Payload-Oxum: {total}.5"));
            bag.sign(1);
        }));
    }
    for purpose in [
        "handoff",
        "receipt",
        "approval",
        "checkpoint",
        "members",
        "keyring",
        "pack",
        "list",
        "release",
    ] {
        kinds.push(files(
            "a signature made for another purpose",
            "B-32",
            move |bag, _| foreign_signature(bag, &format!("cipdesk-{purpose}-v1")),
        ));
    }
    let armours: [(&'static str, fn(String) -> String); 6] = [
        ("CRLF in the signature", |text| text.replace('\n', "\r\n")),
        ("text before the signature", |text| format!("x\n{text}")),
        ("text after the signature", |text| format!("{text}x\n")),
        ("the signature twice", |text| format!("{text}{text}")),
        ("no last line end in the signature", |text| {
            text.trim_end().to_owned()
        }),
        ("another line length in the signature", |text| {
            text.replacen("\nU1NIU0lH", "\nU1NI\nU0lH", 1)
        }),
    ];
    for (what, change) in armours {
        kinds.push(files(what, "B-33", move |bag, _| {
            bag.set(SIGNATURE, change(bag.text(SIGNATURE)))
        }));
    }
    kinds
}

fn key_word(seed: u8) -> String {
    public(seed).split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn every_kind_of_hostile_bundle_is_refused_with_its_code() {
    let folder = tempfile::tempdir().unwrap();
    let (path, into) = (
        folder.path().join("x.bundle.zip"),
        folder.path().join("into"),
    );
    fs::create_dir(&into).unwrap();
    let bags: Vec<Bag> = (0..10)
        .map(|seed| {
            let (_folder, zip) = sealed(seed);
            let bag = Bag::of(&zip);
            assert_eq!(
                bag.zip().bytes(),
                fs::read(&zip).unwrap(),
                "put together again unchanged, it is the same file"
            );
            bag
        })
        .collect();
    let (mut made, mut kinds) = (0, 0);
    for (what, code, make) in names().into_iter().chain(forms()).chain(contents()) {
        for (seed, bag) in bags.iter().enumerate() {
            fs::write(&path, make(bag, seed as u8)).unwrap();
            let found = codes(&path);
            assert!(found.contains(&code), "{what}: {found:?}, expected {code}");
            let refused = unpack(&path, &into, &Options::default(), &mut silent).expect_err(what);
            assert_eq!(
                Some(&refused.code),
                found.first(),
                "{what}: unpacking refuses for the same reason"
            );
            assert_eq!(
                fs::read_dir(&into).unwrap().count(),
                0,
                "{what}: nothing may be written"
            );
            made += 1;
        }
        kinds += 1;
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "nothing was written outside either"
    );
    println!("{made} hostile bundles of {kinds} kinds, all refused with their codes");
    assert!(kinds >= 40 && made >= 1000, "{made} of {kinds} kinds");
}

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
