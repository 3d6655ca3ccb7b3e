//! Drafts, keys, and bags taken apart and put together again by hand, for tests only.

use bundle::{
    BagName, Content, Draft, Options, PayloadPath, Purpose, Refusal, Report, Sealed, seal,
    sign_filing, silent, verify,
};
use sha2::{Digest, Sha256};
use ssh_key::{
    PrivateKey,
    private::{Ed25519Keypair, KeypairData},
};
use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Output},
};

pub(crate) const NAME: &str = "F4-2026-0007-7f3a9c21";
pub(crate) const PRINCIPAL: &str = "staff-1.7f3a9c21@cipdesk";
pub(crate) const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
pub(crate) const MANIFEST: &str = "manifest-sha256.txt";
pub(crate) const SIGNATURE: &str = "tagmanifest-sha256.txt.sig";

/// How often something is tried: the plan's own figure where `CIP_FULL=1` asks for it (`cargo xtask torture --full`).
pub(crate) fn points(quick: u8, full: u8) -> u8 {
    if std::env::var_os("CIP_FULL").is_some() {
        full
    } else {
        quick
    }
}

pub(crate) fn key(seed: u8) -> PrivateKey {
    PrivateKey::new(
        KeypairData::Ed25519(Ed25519Keypair::from_seed(&[seed; 32])),
        "",
    )
    .unwrap()
}

pub(crate) fn public(seed: u8) -> String {
    key(seed).public_key().to_openssh().unwrap()
}

pub(crate) fn draft(files: Vec<(&str, Vec<u8>)>) -> Draft {
    Draft {
        purpose: Purpose::Filing,
        name: BagName::new(NAME).unwrap(),
        info: [
            ("Source-Organization", "Łódź Cloud GmbH"),
            ("Bagging-Date", "2026-11-23"),
            ("CIP-Filing", "F4-2026-0007"),
            ("CIP-Bundle-Kind", "filing"),
        ]
        .map(|(label, value)| (label.to_owned(), value.to_owned()))
        .to_vec(),
        files: files
            .into_iter()
            .map(|(path, bytes)| (PayloadPath::new(path).unwrap(), Content::Bytes(bytes)))
            .collect(),
        principal: PRINCIPAL.to_owned(),
        signer_public_openssh: public(1),
        signer_name: "Kim Example".to_owned(),
        verify_notes: "Copies of CIPs, sent by Łódź Cloud GmbH.".to_owned(),
    }
}

pub(crate) fn sample(seed: u8) -> Draft {
    draft(vec![
        (
            "filing.json",
            format!("{{\"reference\":\"F4-2026-0007\",\"seed\":{seed}}}").into_bytes(),
        ),
        ("filing.pdf", vec![seed; 300]),
        ("documents/0002.jpg", vec![]),
        ("documents/0001.pdf", b"%PDF-1.7 ...".to_vec()),
        ("journal.jsonl", b"{}\n{}\n".to_vec()),
    ])
}

/// The same for an answer to a request by file: its JSON stands in the place of the journal, so that the counts are the same.
#[allow(dead_code)] // for tests/hostile
pub(crate) fn answer(seed: u8) -> Draft {
    let mut draft = sample(seed);
    draft.purpose = Purpose::Intake;
    draft.files.pop();
    draft.files.push((
        PayloadPath::new("answers.json").unwrap(),
        Content::Bytes(format!("{{\"format\":\"cipdesk-intake/1\",\"seed\":{seed}}}").into_bytes()),
    ));
    draft
}

/// The SHA-256 of all that a reader gives.
#[allow(dead_code)] // for tests/it
pub(crate) fn hash_of(from: &mut dyn Read) -> [u8; 32] {
    let mut hash = Sha256::new();
    std::io::copy(from, &mut hash).unwrap();
    hash.finalize().into()
}

pub(crate) fn seal_to(draft: Draft, out: &Path) -> Result<Sealed, Refusal> {
    let purpose = draft.purpose;
    seal(draft, &|text| signed(1, purpose, text), out, &mut silent)
}

fn signed(seed: u8, purpose: Purpose, text: &[u8]) -> Result<String, Refusal> {
    match purpose {
        Purpose::Filing => sign_filing(&key(seed), text),
        Purpose::Intake => {
            let signature = ssh_key::SshSig::sign(
                &key(seed),
                purpose.namespace(),
                ssh_key::HashAlg::Sha512,
                text,
            );
            Ok(signature.unwrap().to_pem(ssh_key::LineEnding::LF).unwrap())
        }
    }
}

/// A sealed sample in a fresh folder.
pub(crate) fn sealed(seed: u8) -> (tempfile::TempDir, PathBuf) {
    sealed_of(sample(seed))
}

pub(crate) fn sealed_of(draft: Draft) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join(format!("{NAME}.bundle.zip"));
    seal_to(draft, &zip).unwrap();
    (folder, zip)
}

pub(crate) fn judge(path: &Path) -> Result<Report, Refusal> {
    verify(path, &Options::default(), &mut silent)
}

/// The codes that judging gives: of the refusal, or of all problems.
pub(crate) fn codes(path: &Path) -> Vec<&'static str> {
    codes_of(judge(path))
}

pub(crate) fn codes_of(judged: Result<Report, Refusal>) -> Vec<&'static str> {
    match judged {
        Ok(report) => {
            assert_eq!(
                report.valid,
                report.problems.is_empty(),
                "valid means without problems"
            );
            assert_eq!(
                report.class().is_none(),
                report.valid,
                "only what is valid has no class of failure"
            );
            report.problems.iter().map(|problem| problem.code).collect()
        }
        Err(refusal) => vec![refusal.code],
    }
}

/// A program that must be there: a test without it proves nothing.
pub(crate) fn run(program: &str, arguments: &[&str], folder: &Path) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|why| panic!("{program} does not start: {why}"))
}

pub(crate) fn run_ok(program: &str, arguments: &[&str], folder: &Path) -> String {
    let out = run(program, arguments, folder);
    assert!(
        out.status.success(),
        "{program} {arguments:?}: {}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8_lossy(&out.stdout).into_owned()
}

pub(crate) fn unzip(zip: &Path) -> PathBuf {
    let folder = zip.parent().unwrap();
    run_ok("unzip", &["-q", zip.to_str().unwrap()], folder);
    folder.join(NAME)
}

/// The contract's commands on an unpacked bundle; the first that fails, or `None`.
pub(crate) fn stock_failure(bag: &Path) -> Option<&'static str> {
    let bash = |script: &str| {
        Command::new("bash")
            .args(["-c", script])
            .current_dir(bag)
            .output()
            .expect("bash")
            .status
            .success()
    };
    let steps = [
        ("ssh-keygen", format!("ssh-keygen -Y verify -f allowed_signers -I {PRINCIPAL} -n cipdesk-filing-v1 -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt")),
        ("sha256sum tag", "sha256sum -c --strict --quiet tagmanifest-sha256.txt".to_owned()),
        ("sha256sum", "sha256sum -c --strict --quiet manifest-sha256.txt".to_owned()),
        ("diff", "diff <(cut -c67- manifest-sha256.txt | LC_ALL=C sort) <(find data -type f | LC_ALL=C sort)".to_owned()),
    ];
    steps
        .into_iter()
        .find(|(_, script)| !bash(script))
        .map(|(name, _)| name)
}

/// A bag in memory, to be changed and put together again by hand.
#[derive(Clone)]
pub(crate) struct Bag(pub BTreeMap<String, Vec<u8>>);

impl Bag {
    pub(crate) fn of(zip: &Path) -> Self {
        let bag = unzip(zip);
        let mut files = BTreeMap::new();
        fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, files);
                } else {
                    files.insert(
                        path.strip_prefix(root)
                            .unwrap()
                            .to_str()
                            .unwrap()
                            .to_owned(),
                        fs::read(&path).unwrap(),
                    );
                }
            }
        }
        walk(&bag, &bag, &mut files);
        fs::remove_dir_all(bag).unwrap();
        Self(files)
    }

    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.0[path].clone()).unwrap()
    }

    pub(crate) fn set(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.to_owned(), bytes.into());
    }

    pub(crate) fn edit(&mut self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert!(text.contains(from), "{path} holds {from}");
        self.set(path, text.replace(from, to));
    }

    /// Writes the payload manifest anew from what is there.
    #[allow(dead_code)] // for tests/hostile
    pub(crate) fn list(&mut self) {
        let lines: String = self
            .0
            .iter()
            .filter(|(path, _)| path.starts_with("data/"))
            .map(|(path, bytes)| format!("{:x}  {path}\n", Sha256::digest(bytes)))
            .collect();
        self.set(MANIFEST, lines);
    }

    /// What the bag is signed for.
    #[allow(dead_code)] // for tests/hostile
    pub(crate) fn purpose(&self) -> Purpose {
        if self.0.contains_key("data/answers.json") {
            Purpose::Intake
        } else {
            Purpose::Filing
        }
    }

    /// The payload's JSON whose form is checked.
    #[allow(dead_code)] // for tests/hostile
    pub(crate) fn json(&self) -> &'static str {
        match self.purpose() {
            Purpose::Filing => "data/filing.json",
            Purpose::Intake => "data/answers.json",
        }
    }

    /// Writes the tag manifest anew and signs it with a key.
    pub(crate) fn sign(&mut self, seed: u8) {
        self.tag();
        let signature = signed(seed, self.purpose(), &self.0[TAG_MANIFEST]).unwrap();
        self.set(SIGNATURE, signature);
    }

    pub(crate) fn tag(&mut self) {
        let tags = [
            "VERIFY.txt",
            "allowed_signers",
            "bag-info.txt",
            "bagit.txt",
            MANIFEST,
        ];
        let lines: String = tags
            .iter()
            .filter_map(|path| {
                self.0
                    .get(*path)
                    .map(|bytes| format!("{:x}  {path}\n", Sha256::digest(bytes)))
            })
            .collect();
        self.set(TAG_MANIFEST, lines);
    }

    pub(crate) fn zip(&self) -> Zip {
        Zip {
            entries: self
                .0
                .iter()
                .map(|(path, bytes)| Raw::new(&format!("{NAME}/{path}"), bytes))
                .collect(),
            ..Zip::default()
        }
    }
}

/// One entry of a zip as a forger would write it.
#[derive(Clone)]
pub(crate) struct Raw {
    pub name: Vec<u8>,
    pub data: Vec<u8>,
    pub attributes: u32,
    pub flags: u16,
    pub method: u16,
    pub date: u16,
    pub version: u16,
    pub crc: u32,
    pub size: u32,
    pub packed: u32,
    pub local_name: Option<Vec<u8>>,
    pub local_size: Option<u32>,
    pub local_extra: Vec<u8>,
    pub central_extra: Vec<u8>,
    pub comment: Vec<u8>,
    pub after: Vec<u8>,
    pub offset: Option<u32>,
}

impl Raw {
    pub(crate) fn new(name: &str, data: &[u8]) -> Self {
        let size = data.len() as u32;
        Self {
            name: name.as_bytes().to_vec(),
            data: data.to_vec(),
            attributes: 0o100_644 << 16,
            flags: 0,
            method: 0,
            date: 46 << 9 | 11 << 5 | 23,
            version: 10,
            crc: crc32fast::hash(data),
            size,
            packed: size,
            local_name: None,
            local_size: None,
            local_extra: Vec::new(),
            central_extra: Vec::new(),
            comment: Vec::new(),
            after: Vec::new(),
            offset: None,
        }
    }
}

/// A zip as a forger would write it.
#[derive(Clone, Default)]
pub(crate) struct Zip {
    pub before: Vec<u8>,
    pub entries: Vec<Raw>,
    pub between: Vec<u8>,
    pub comment: Vec<u8>,
    pub after: Vec<u8>,
    pub count: Option<u16>,
    pub zip64: bool,
}

impl Zip {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = self.before.clone();
        let mut directory = Vec::new();
        for raw in &self.entries {
            let offset = raw.offset.unwrap_or(out.len() as u32);
            let local_name = raw.local_name.as_ref().unwrap_or(&raw.name);
            out.extend(0x0403_4b50u32.to_le_bytes());
            for half in [raw.version, raw.flags, raw.method, 0, raw.date] {
                out.extend(half.to_le_bytes());
            }
            for word in [raw.crc, raw.packed, raw.local_size.unwrap_or(raw.size)] {
                out.extend(word.to_le_bytes());
            }
            for half in [local_name.len() as u16, raw.local_extra.len() as u16] {
                out.extend(half.to_le_bytes());
            }
            for part in [local_name, &raw.local_extra, &raw.data, &raw.after] {
                out.extend(part);
            }
            directory.extend(0x0201_4b50u32.to_le_bytes());
            for half in [3 << 8 | 45, raw.version, raw.flags, raw.method, 0, raw.date] {
                directory.extend(half.to_le_bytes());
            }
            for word in [raw.crc, raw.packed, raw.size] {
                directory.extend(word.to_le_bytes());
            }
            for half in [
                raw.name.len() as u16,
                raw.central_extra.len() as u16,
                raw.comment.len() as u16,
                0,
                0,
            ] {
                directory.extend(half.to_le_bytes());
            }
            directory.extend(raw.attributes.to_le_bytes());
            directory.extend(offset.to_le_bytes());
            for part in [&raw.name, &raw.central_extra, &raw.comment] {
                directory.extend(part);
            }
        }
        out.extend(&self.between);
        let (start, size) = (out.len() as u32, directory.len() as u32);
        out.extend(directory);
        let count = self.count.unwrap_or(self.entries.len() as u16);
        if self.zip64 {
            let record = out.len() as u64;
            out.extend(0x0606_4b50u32.to_le_bytes());
            out.extend(44u64.to_le_bytes());
            out.extend([45, 3, 45, 0]);
            out.extend([0; 8]);
            for value in [
                u64::from(count),
                u64::from(count),
                u64::from(size),
                u64::from(start),
            ] {
                out.extend(value.to_le_bytes());
            }
            out.extend(0x0706_4b50u32.to_le_bytes());
            out.extend([0; 4]);
            out.extend(record.to_le_bytes());
            out.extend(1u32.to_le_bytes());
        }
        out.extend(0x0605_4b50u32.to_le_bytes());
        out.extend([0; 4]);
        for half in [count, count] {
            out.extend(half.to_le_bytes());
        }
        for word in [size, start] {
            out.extend(word.to_le_bytes());
        }
        out.extend((self.comment.len() as u16).to_le_bytes());
        out.extend(&self.comment);
        out.extend(&self.after);
        out
    }

    #[allow(dead_code)] // for tests/hostile
    pub(crate) fn entry(&mut self, path: &str) -> &mut Raw {
        let name = format!("{NAME}/{path}").into_bytes();
        self.entries
            .iter_mut()
            .find(|raw| raw.name == name)
            .unwrap_or_else(|| panic!("{path} is in the sample"))
    }
}

/// Gives some bytes, then what the test wants to happen.
pub(crate) struct Faulty(pub u64, pub std::io::ErrorKind);

impl Read for Faulty {
    fn read(&mut self, piece: &mut [u8]) -> std::io::Result<usize> {
        if self.0 == 0 {
            return Err(self.1.into());
        }
        let count = piece.len().min(self.0 as usize);
        piece[..count].fill(7);
        self.0 -= count as u64;
        Ok(count)
    }
}
