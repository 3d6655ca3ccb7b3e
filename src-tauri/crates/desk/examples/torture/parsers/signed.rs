//! Bundles, bags, signatures and keys.

use super::{Place, any, fixtures, plain, sound};
use crate::{fuzz::Seed, yard::files};
use bundle::{
    AllowedSigners, BagName, Content, Draft, NAMESPACE, OpenSshKey, Options, PayloadPath, Purpose,
    silent,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

const KEY_FILE: &str = "signer.key";

/// A bundle of a filing, sealed with a key of this run.
fn sealed(place: &Place) -> PathBuf {
    let key = OpenSshKey::fresh().expect("a key");
    let draft = Draft {
        purpose: Purpose::Filing,
        name: BagName::new("CIP-ACME-ciprequest-20261123-7f3a9c21").expect("a name"),
        info: [
            ("Source-Organization", "Łódź Cloud GmbH"),
            ("Bagging-Date", "2026-11-23"),
            ("CIP-Filing", "F4-2026-0007"),
            ("CIP-Bundle-Kind", "filing"),
        ]
        .map(|(label, value)| (label.to_owned(), value.to_owned()))
        .to_vec(),
        files: [
            ("filing.json", "{\"reference\":\"F4-2026-0007\"}"),
            ("documents/0001.pdf", "%PDF-1.7 ..."),
            ("journal.jsonl", "{}\n{}\n"),
        ]
        .map(|(path, text)| {
            let path = PayloadPath::new(path).expect("a path");
            (path, Content::Bytes(text.as_bytes().to_vec()))
        })
        .into(),
        principal: "staff-1.7f3a9c21@cipdesk".to_owned(),
        signer_public_openssh: key.public_openssh(),
        signer_name: "Kim Example".to_owned(),
        verify_notes: String::new(),
    };
    let zip = place.folder.join("sealed.bundle.zip");
    if !zip.exists() {
        let sign = |text: &[u8]| key.sign(NAMESPACE, text);
        bundle::seal(draft, &sign, &zip, &mut silent).expect("a bundle is sealed");
        fs::write(place.folder.join(KEY_FILE), key.public_openssh()).expect("a key is kept");
    }
    zip
}

fn holds(path: &Path, options: &Options) -> bool {
    match bundle::verify(path, options, &mut silent) {
        Ok(report) => {
            for problem in &report.problems {
                plain(&problem.message);
            }
            report.problems.is_empty()
        }
        Err(refusal) => {
            plain(&refusal.to_string());
            false
        }
    }
}

pub(super) fn bundle_seeds(place: &Place) -> Vec<Seed> {
    vec![sound(fs::read(sealed(place)).expect("a bundle"))]
}

pub(super) fn bundle(place: &Place, bytes: &[u8]) -> bool {
    let path = place.file("input.bundle.zip", bytes);
    let _ = bundle::bag_check(&path, &mut silent);
    holds(&path, &Options::default())
}

/// The files that say what a bag is, and one that it carries.
pub(super) const IN_A_BAG: [&str; 7] = [
    "bagit.txt",
    "bag-info.txt",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "tagmanifest-sha256.txt.sig",
    "signer.pub",
    "data/filing.json",
];

fn unpacked(place: &Place) -> PathBuf {
    let folder = place.folder.join("CIP-ACME-ciprequest-20261123-7f3a9c21");
    if !folder.exists() {
        bundle::unpack(
            &sealed(place),
            &place.folder,
            &Options::default(),
            &mut silent,
        )
        .expect("a bundle is unpacked");
    }
    folder
}

pub(super) fn bag_seeds(place: &Place) -> Vec<Seed> {
    let folder = unpacked(place);
    let with = |which: usize, bytes: &[u8]| {
        let mut seed = vec![u8::try_from(which).unwrap_or(0)];
        seed.extend_from_slice(bytes);
        seed
    };
    let mut seeds: Vec<Seed> = IN_A_BAG
        .iter()
        .enumerate()
        .filter_map(|(which, name)| Some(sound(with(which, &fs::read(folder.join(name)).ok()?))))
        .collect();
    // The bags of the Library of Congress's suite bring lines that ours do not have.
    let suite = place.folder.join("suite");
    let _ = fs::create_dir(&suite);
    let tar = std::process::Command::new("tar")
        .args(["-xzf"])
        .arg(fixtures().join("tests/fixtures/bagit-suite/bags.tar.gz"))
        .arg("-C")
        .arg(&suite)
        .status();
    assert!(
        tar.is_ok_and(|status| status.success()),
        "the suite unpacks"
    );
    for file in files(&suite) {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let which = IN_A_BAG
            .iter()
            .position(|there| there.split('-').next() == name.split('-').next());
        let small = file.metadata().is_ok_and(|meta| meta.len() < 16_384);
        if let (Some(which), true) = (which, small) {
            seeds.push(any(with(which, &fs::read(&file).unwrap_or_default())));
        }
    }
    let _ = fs::remove_dir_all(suite);
    seeds
}

pub(super) fn bag(place: &Place, bytes: &[u8]) -> bool {
    let folder = unpacked(place);
    let files = IN_A_BAG.map(|name| folder.join(name));
    let judged = place.instead(&files, bytes, || {
        let _ = bundle::bag_check(&folder, &mut silent);
        holds(&folder, &Options::default())
    });
    judged.unwrap_or(false)
}

const IDENTITY: &str = "identity.txt";

pub(super) fn age_seeds(place: &Place) -> Vec<Seed> {
    let (identity, recipient) = vault::new_identity();
    fs::write(place.folder.join(IDENTITY), identity.as_bytes()).expect("an identity is kept");
    let out = place.folder.join("seed.bundle.zip.age");
    let to = [recipient.parse().expect("a recipient")];
    bundle::encrypt(&sealed(place), &to, &out, &mut silent).expect("a bundle is encrypted");
    vec![sound(fs::read(out).expect("a bundle"))]
}

pub(super) fn age(place: &Place, bytes: &[u8]) -> bool {
    let identity = bundle::Identity::read(&place.folder.join(IDENTITY)).expect("the identity");
    let options = Options {
        identity: Some(identity),
        staging: Some(place.folder.clone()),
        ..Options::default()
    };
    holds(&place.file("input.bundle.zip.age", bytes), &options)
}

const MESSAGE: &[u8] = b"What was signed";

pub(super) fn signature_seeds(_: &Place) -> Vec<Seed> {
    let key = OpenSshKey::fresh().expect("a key");
    vec![sound(key.sign(NAMESPACE, MESSAGE).expect("a signature"))]
}

pub(super) fn signature(_: &Place, bytes: &[u8]) -> bool {
    match bundle::verify_detached(NAMESPACE, bytes, MESSAGE, None, "2026-11-23") {
        bundle::Detached::Holds { .. } => true,
        bundle::Detached::Fails(why) => {
            plain(&why);
            false
        }
    }
}

pub(super) fn signers_seeds(_: &Place) -> Vec<Seed> {
    let key = OpenSshKey::fresh().expect("a key").public_openssh();
    vec![
        sound(format!(
            "kim@acme.example namespaces=\"{NAMESPACE}\" {key} Acme\n"
        )),
        sound(format!(
            "# ours\nkim@acme.example,lee@acme.example valid-after=\"20261101\",valid-before=\"20281101\" {key}\n"
        )),
    ]
}

pub(super) fn signers(_: &Place, bytes: &[u8]) -> bool {
    match AllowedSigners::parse(&String::from_utf8_lossy(bytes), "signers") {
        Ok(_) => true,
        Err(why) => {
            plain(&why.to_string());
            false
        }
    }
}

pub(super) fn recipients_seeds(_: &Place) -> Vec<Seed> {
    let (_, recipient) = vault::new_identity();
    let key = OpenSshKey::fresh().expect("a key").public_openssh();
    vec![
        sound(format!("# the agency\n{recipient}\n")),
        sound(format!("{key} kim@acme.example")),
    ]
}

pub(super) fn recipients(_: &Place, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let read = bundle::recipients_from_text(&text, "recipients").map(drop);
    let key = bundle::public_key(&text).map(drop);
    for why in [&read, &key]
        .into_iter()
        .filter_map(|read| read.as_ref().err())
    {
        plain(&why.to_string());
    }
    read.is_ok() || key.is_ok()
}
