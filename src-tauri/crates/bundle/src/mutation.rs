//! Every reader of the crate over mutated input, seeded: none gives up, and what one accepts is only what it would have written.
//! Tests only. `CIPDESK_MUTATIONS` gives the number of inputs for each reader; what was tried is printed.

use crate::{
    age_file::take_header,
    allowed_signers::AllowedSigners,
    bag::{BagInfo, Date, manifest_text, read_manifest},
    json,
    medium::Medium,
    sshsig::{NAMESPACE, examine, sign_filing},
    tree::Tree,
    verify::{Container, Options},
    zipfile::read_any,
};
use ssh_key::{
    PrivateKey,
    private::{Ed25519Keypair, KeypairData},
};
use std::{collections::BTreeMap, fmt::Write as _, io::Write as _, path::Path};

/// A small generator with a seed (SplitMix64): the same inputs on every machine.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut one = self.0;
        one = (one ^ (one >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        one = (one ^ (one >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        one ^ (one >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Bytes and words that readers of text and of zips trip over.
const ODD: [&[u8]; 24] = [
    b"\n",
    b"\r\n",
    b" ",
    b"  ",
    b"\t",
    b"\0",
    b"..",
    b"/",
    b"../",
    b"%2f",
    b"%0A",
    b"\"",
    b",",
    b"*",
    b"!",
    b": ",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xff\xff\xff\xff",
    b"\xff\xff",
    b"\xc3\x28",
    b"\xe2\x80\xae",
    b"9999999999",
    b"ssh-ed25519",
];

/// One to eight changes of a seed: bits, bytes, odd words, pieces left out, doubled, moved, or taken from another seed.
fn mutated(random: &mut Seeded, seeds: &[Vec<u8>]) -> Vec<u8> {
    let first = random.below(seeds.len());
    let mut bytes = seeds[first].clone();
    for _ in 0..=random.below(8) {
        let (at, to) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
        let (start, end) = (at.min(to), at.max(to));
        match random.below(9) {
            0 | 1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.next() as u8;
                }
            }
            3 => {
                let odd = ODD[random.below(ODD.len())];
                bytes.splice(at..at, odd.iter().copied());
            }
            4 => {
                let odd = ODD[random.below(ODD.len())];
                let end = (at + odd.len()).min(bytes.len());
                bytes.splice(at..end, odd.iter().copied());
            }
            5 => drop(bytes.drain(start..end.min(start + 40))),
            6 => {
                let piece = bytes[start..end.min(start + 200)].to_vec();
                bytes.splice(to..to, piece);
            }
            7 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let piece = other[from..(from + random.below(200)).min(other.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

fn inputs() -> usize {
    std::env::var("CIPDESK_MUTATIONS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_000)
}

/// Shows `share` of all inputs, mutated from the seeds, to a reader that says whether it accepted one.
fn over(reader: &str, share: usize, seeds: &[Vec<u8>], mut read: impl FnMut(&[u8]) -> bool) {
    let mut random = Seeded(reader.bytes().map(u64::from).sum());
    let total = (inputs() / share).max(100);
    let mut accepted = 0;
    for _ in 0..total {
        accepted += usize::from(read(&mutated(&mut random, seeds)));
    }
    println!("{reader}: {total} mutated inputs, {accepted} of them accepted");
    for seed in seeds {
        read(seed);
    }
}

fn key() -> PrivateKey {
    PrivateKey::new(
        KeypairData::Ed25519(Ed25519Keypair::from_seed(&[1; 32])),
        "",
    )
    .unwrap()
}

fn list() -> Vec<u8> {
    let names = [
        "data/filing.json",
        "data/filing.pdf",
        "data/documents/0001.pdf",
        "data/journal.jsonl",
    ];
    let entries: BTreeMap<String, [u8; 32]> = names
        .iter()
        .map(|name| ((*name).to_owned(), [7; 32]))
        .collect();
    manifest_text(&entries).into_bytes()
}

#[test]
fn manifests() {
    over(
        "a list of files",
        1,
        &[list(), Vec::new()],
        |bytes| match read_manifest(bytes) {
            Ok(entries) => {
                assert_eq!(
                    manifest_text(&entries).as_bytes(),
                    bytes,
                    "only the one form is read"
                );
                true
            }
            Err(_) => false,
        },
    );
}

#[test]
fn bag_info() {
    let info = "Source-Organization: Łódź Cloud: GmbH\nBagging-Date: 2026-11-23\nPayload-Oxum: 4711.12\nCIP-Bundle-Format: cipdesk-bundle/1\n";
    over(
        "bag-info.txt",
        1,
        &[info.into(), b"A: b\n".to_vec()],
        |bytes| {
            let _ = std::str::from_utf8(bytes).ok().and_then(Date::parse);
            BagInfo::read(bytes).is_some_and(|info| {
                assert_eq!(info.text().as_bytes(), bytes, "only the one form is read");
                true
            })
        },
    );
}

#[test]
fn signatures() {
    let text = list();
    let good = sign_filing(&key(), &text).unwrap();
    let other = sign_filing(&key(), b"other").unwrap();
    over(
        "an SSH signature",
        4,
        &[good.clone().into(), other.into()],
        |bytes| {
            let (_, fault) = examine(NAMESPACE, bytes, &text);
            assert!(
                fault.is_some() || bytes == good.as_bytes(),
                "another file holds as the same signature: {}",
                String::from_utf8_lossy(bytes)
            );
            fault.is_none()
        },
    );
}

#[test]
fn lists_of_signers() {
    let public = key().public_key().to_openssh().unwrap();
    let seeds = [
        format!("a@b namespaces=\"cipdesk-filing-v1\" {public}\n"),
        format!(
            "# note\n\n\"x,y\",a@* valid-after=\"20260101\",valid-before=20271231235959Z {public} a comment\n*,!b cert-authority {public}\n"
        ),
    ];
    let word = public.split(' ').nth(1).unwrap().to_owned();
    over(
        "allowed_signers",
        1,
        &seeds.map(String::into_bytes),
        |bytes| {
            let Ok(text) = std::str::from_utf8(bytes) else {
                return false;
            };
            let Ok(list) = AllowedSigners::parse(text, "list") else {
                return false;
            };
            let standing = list.standing(
                key().public_key().key_data(),
                "a@b",
                crate::Purpose::Filing,
                Date::parse("2026-11-23"),
            );
            if standing == crate::allowed_signers::Standing::Known {
                assert!(
                    text.contains(&word),
                    "a key is known that the list does not hold"
                );
            }
            true
        },
    );
}

#[test]
fn json_of_a_filing() {
    let seeds = [
        br#"{"reference":"F4-2026-0007","filer":{"name":"\u00c9","n":1.5e3},"form":[{"id":"a","rows":[[1,2,3],[null,true,""]]}]}"#.to_vec(),
        b"[[[[[[[[]]]]]]]]".to_vec(),
    ];
    over("filing.json", 1, &seeds, |bytes| {
        let sound = json::fault(bytes).is_none();
        if sound {
            let value: serde_json::Value =
                serde_json::from_slice(bytes).expect("what is sound can be read");
            let again = serde_json::to_vec(&value).unwrap();
            assert!(json::fault(&again).is_none(), "and written, and read again");
        }
        sound
    });
}

#[test]
fn headers_of_encrypted_files() {
    let stanza = "-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\nEmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n";
    let header = format!(
        "age-encryption.org/v1\n{}--- Vn+54jqiiUCE+WZcEVY3f1sqHjlu/z1LCQ/T7Xm7qI0\nrest",
        stanza.repeat(3)
    );
    over("an age header", 1, &[header.into()], |bytes| {
        take_header(&mut &bytes[..]).is_ok_and(|header| {
            assert!(header.kinds.len() <= crate::age_file::MAX_STANZAS);
            true
        })
    });
}

/// A sealed bundle in memory.
fn sealed() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.zip");
    let file = |path: &str, bytes: &[u8]| {
        (
            crate::PayloadPath::new(path).unwrap(),
            crate::Content::Bytes(bytes.to_vec()),
        )
    };
    let draft = crate::Draft {
        purpose: crate::Purpose::Filing,
        name: crate::BagName::new("F4-2026-0007-7f3a9c21").unwrap(),
        info: vec![("Bagging-Date".to_owned(), "2026-11-23".to_owned())],
        files: vec![
            file("filing.json", b"{}"),
            file("filing.pdf", b"%PDF"),
            file("documents/0001.bin", &[]),
        ],
        principal: "a@b".to_owned(),
        signer_public_openssh: key().public_key().to_openssh().unwrap(),
        signer_name: "Kim".to_owned(),
        verify_notes: String::new(),
    };
    crate::seal(
        draft,
        &|text| sign_filing(&key(), text),
        &out,
        &mut crate::silent,
    )
    .unwrap();
    std::fs::read(out).unwrap()
}

fn medium(bytes: &[u8]) -> Medium {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.into()
}

#[test]
fn whole_bundles() {
    let good = sealed();
    over("a bundle", 4, std::slice::from_ref(&good), |bytes| {
        let Ok(mut tree) = Tree::strict_zip(medium(bytes), Path::new("x")) else {
            return false;
        };
        let judged = crate::verify::examine(
            &mut tree,
            Container::Zip,
            &Options::default(),
            &mut crate::silent,
        );
        let valid = judged.is_ok_and(|examined| examined.report.valid);
        assert!(
            !valid || bytes == good,
            "another file is as good as the signed one"
        );
        valid
    });
}

#[test]
fn zips_and_bags_of_others() {
    let mut plain = sealed();
    // What `bag check` reads is judged by its lists: without a strict zip around it.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.zip");
    let mut text = String::new();
    for name in ["data/a", "data/b%25", "./data/c"] {
        let _ = writeln!(text, "{}  {name}", "0".repeat(64));
    }
    let words = text.into_bytes();
    over(
        "a foreign zip",
        4,
        &[std::mem::take(&mut plain), words],
        |bytes| {
            let accepted = read_any(&mut medium(bytes)).is_ok();
            if accepted {
                std::fs::write(&path, bytes).unwrap();
                let _ = crate::bag_check(&path, &mut crate::silent);
            }
            accepted
        },
    );
}
