//! Judges a bundle - zip, encrypted zip or unpacked folder - against its signature, its lists and its layout. Writes nothing but, for an
//! encrypted one, a nameless encrypted file. Knows no cases, and trusts a signer only through a list given from outside.

use crate::{
    age_file::{self, Identity},
    allowed_signers::{AllowedSigners, Standing, principal_is_plain},
    bag::{
        BAGIT, BagInfo, Date, Digest, FORMAT, LISTED_TAGS, MANIFEST, PayloadPath, SIGNATURE,
        TAG_MANIFEST, read_manifest, reference_in,
    },
    error::{Class, Problem, Refusal},
    json,
    medium::Medium,
    progress::{Doing, Meter, Progress},
    purpose::Purpose,
    sshsig::{fingerprint_of, judge, key_words},
    tree::{Names, Tree, Unreadable},
};
use aside::Aside;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Largest tag file that is read, in bytes.
const MAX_TAG: u64 = 4 << 20;
/// Most bytes in one bundle, unless the options say otherwise.
const MAX_BYTES: u64 = 256 << 30;

/// What to judge against.
#[derive(Default)]
pub struct Options {
    /// What it must have been signed for.
    pub purpose: Purpose,
    /// Whose signatures are trusted; without it the bundle's own list is used and nobody is trusted.
    pub allowed_signers: Option<AllowedSigners>,
    /// Opens encrypted bundles.
    pub identity: Option<Identity>,
    /// Where the nameless plaintext of an encrypted bundle may lie; the system's temporary folder if absent.
    pub staging: Option<PathBuf>,
    /// Most bytes of files; 256 GiB if absent.
    pub max_bytes: Option<u64>,
}

/// How a bundle lay before us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// Unpacked.
    Folder,
    /// `.bundle.zip`
    Zip,
    /// `.bundle.zip.age`
    Encrypted,
}

/// Who signed, where the signature holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signer {
    /// The name for `ssh-keygen -I`.
    pub name: String,
    /// `SHA256:...`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// Whether a list given from outside knows this key under this name, for filings, on that day.
    pub trusted: bool,
    /// The key as OpenSSH writes it: kind and base64.
    #[serde(skip)]
    pub public: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether everything holds.
    pub valid: bool,
    /// Who signed; `None` where no signature holds.
    pub signer: Option<Signer>,
    /// The filing's reference, such as `F4-2026-0007`: `CIP-Filing`, else the folder name without its last part.
    pub filing: Option<String>,
    /// `CIP-Bundle-Kind`, where given.
    pub kind: Option<String>,
    /// `Source-Organization`, where given: the bundle's own word.
    #[serde(skip)]
    pub organisation: Option<String>,
    /// `Bagging-Date`: the bundle's own word.
    #[serde(skip)]
    pub dated: Option<String>,
    /// The name of the top folder.
    pub name: String,
    /// How it lay before us.
    pub container: Container,
    /// Payload files found.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Everything that does not hold, signature first.
    pub problems: Vec<Problem>,
    /// The rules it was made by are newer than this program.
    #[serde(skip)]
    newer: bool,
}

impl Report {
    /// What kind of failure the problems are together; `None` if the bundle is valid.
    pub fn class(&self) -> Option<Class> {
        if self.newer {
            return Some(Class::Newer);
        }
        let refused = self
            .problems
            .iter()
            .any(|problem| problem.class() == Class::Refused);
        (!self.problems.is_empty()).then_some(if refused {
            Class::Refused
        } else {
            Class::NotValid
        })
    }
}

/// A report and what else unpacking needs.
pub(crate) struct Examined {
    pub(crate) report: Report,
    /// The hash of every file, in the order of the tree.
    pub(crate) digests: Vec<Digest>,
}

/// Judges a bundle.
///
/// # Errors
/// A [`Refusal`] where it cannot be judged or is unsafe to look at further: `B-01` to `B-05`, `B-11` to `B-18`, `B-59`, errors of the
/// disk, and a stop by the caller. Everything else stands in the report.
pub fn verify(path: &Path, options: &Options, progress: Progress<'_>) -> Result<Report, Refusal> {
    let (mut tree, container) = open(path, options, &mut *progress)?;
    Ok(examine(&mut tree, container, options, progress)?.report)
}

/// Judges a bundle, and gives its zip, decrypted where it was encrypted, from the beginning: to be kept by who took it.
///
/// # Errors
/// As [`verify`]; `B-01` for an unpacked folder, whose signed form is the zip.
pub fn verify_and_keep(
    path: &Path,
    options: &Options,
    progress: Progress<'_>,
) -> Result<(Report, Medium), Refusal> {
    use std::io::Seek as _;
    let (mut tree, container) = open(path, options, &mut *progress)?;
    let report = examine(&mut tree, container, options, progress)?.report;
    let mut zip = tree.into_archive().ok_or_else(|| {
        Refusal::coded(
            "B-01",
            format!(
                "{} is an unpacked folder. Give the bundle as it came: the zip, or the encrypted zip.",
                path.display()
            ),
        )
    })?;
    zip.rewind()
        .map_err(|error| Refusal::machine("Reading", path, &error))?;
    Ok((report, zip))
}

/// One file of the payload, whole, out of a zip that was judged before; none where it is not there.
///
/// # Errors
/// `B-17` where it is larger than `most` bytes, `B-15` and the like where the zip is not a bundle's, and errors of the disk.
pub fn payload(zip: &Medium, file: &PayloadPath, most: u64) -> Result<Option<Vec<u8>>, Refusal> {
    let origin = Path::new(file.in_bag());
    let again = zip
        .again()
        .map_err(|error| Refusal::machine("Reading", origin, &error))?;
    let mut tree = Tree::strict_zip(again, origin)?;
    tree.small(file.in_bag(), most).map_err(|why| match why {
        Unreadable::Refused(refusal) => refusal,
        Unreadable::Damaged => Refusal::coded(
            "B-22",
            format!("{} is not as it was signed.", file.in_bag()),
        ),
    })
}

pub(crate) fn open(
    path: &Path,
    options: &Options,
    progress: Progress<'_>,
) -> Result<(Tree, Container), Refusal> {
    let facts =
        fs::symlink_metadata(path).map_err(|error| Refusal::machine("Reading", path, &error))?;
    if facts.is_dir() {
        let tagged = path.join("bagit.txt").symlink_metadata().is_ok()
            || path.join(TAG_MANIFEST).symlink_metadata().is_ok();
        if !tagged {
            return Err(Refusal::coded(
                "B-01",
                format!(
                    "{} is not a CIP Desk bundle: it has no bagit.txt.",
                    path.display()
                ),
            ));
        }
        return Ok((Tree::folder(path, Names::Safe)?, Container::Folder));
    }
    let (file, head) = age_file::open_regular(path)?;
    let (mut file, container) = if age_file::looks_like_age(&head) {
        (
            age_file::decrypt(
                path,
                file,
                options.identity.as_ref(),
                options.staging.as_deref(),
                progress,
            )?,
            Container::Encrypted,
        )
    } else {
        (Medium::from(file), Container::Zip)
    };
    if !is_zip(&mut file).map_err(|error| Refusal::machine("Reading", path, &error))? {
        return Err(Refusal::coded(
            "B-01",
            format!(
                "{} is not a CIP Desk bundle: it is neither a zip nor an age file.",
                path.display()
            ),
        ));
    }
    Ok((Tree::strict_zip(file, path)?, container))
}

/// A zip at its beginning, or, with something before it, at its end.
fn is_zip(file: &mut Medium) -> std::io::Result<bool> {
    use std::io::{Read, Seek, SeekFrom};
    let mut head = Vec::new();
    file.rewind()?;
    file.take(4).read_to_end(&mut head)?;
    let length = file.length()?;
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(length.saturating_sub(22)))?;
    file.take(22).read_to_end(&mut tail)?;
    file.rewind()?;
    Ok(head.starts_with(b"PK") || tail.starts_with(b"PK\x05\x06"))
}

/// The judgement of one tree, as it grows.
struct Examination<'a> {
    tree: &'a mut Tree,
    meter: Meter<'a>,
    problems: Vec<Problem>,
    digests: Vec<Digest>,
    newer: bool,
}

pub(crate) fn examine(
    tree: &mut Tree,
    container: Container,
    options: &Options,
    progress: Progress<'_>,
) -> Result<Examined, Refusal> {
    let total = tree
        .files
        .iter()
        .fold(0u64, |sum, file| sum.saturating_add(file.bytes));
    let most = options.max_bytes.unwrap_or(MAX_BYTES);
    if total > most {
        return Err(Refusal::coded(
            "B-17",
            format!("Refused: the files are too large together ({total} bytes; limit {most})."),
        ));
    }
    if tree.place("bagit.txt").is_none() && tree.place(TAG_MANIFEST).is_none() {
        return Err(Refusal::coded(
            "B-01",
            format!(
                "{} is not a CIP Desk bundle: it has no bagit.txt.",
                tree.origin.display()
            ),
        ));
    }
    let digests = vec![[0; 32]; tree.files.len()];
    let mut exam = Examination {
        tree,
        meter: Meter::new(Doing::Checking, total, progress),
        problems: Vec::new(),
        digests,
        newer: false,
    };
    let info = exam.tag("bag-info.txt")?;
    let info = info.and_then(|bytes| BagInfo::read(&bytes));
    let day = info
        .as_ref()
        .and_then(|info| info.one("Bagging-Date"))
        .and_then(Date::parse);
    let signer = exam.signature(options, day)?;
    exam.tags()?;
    exam.layout();
    let (files, bytes) = exam.payload()?;
    exam.info(info.as_ref(), day, files, bytes);
    exam.json(options.purpose)?;
    let name = exam.tree.name.clone();
    let one = |label| {
        info.as_ref()
            .and_then(|info| info.one(label))
            .map(str::to_owned)
    };
    let report = Report {
        valid: exam.problems.is_empty(),
        signer,
        filing: one("CIP-Filing")
            .or_else(|| reference_in(&one("CIP-Bundle-Name").unwrap_or_else(|| name.clone()))),
        kind: one("CIP-Bundle-Kind"),
        organisation: one("Source-Organization"),
        dated: day.and_then(|_| one("Bagging-Date")),
        name,
        container,
        files,
        bytes,
        problems: exam.problems,
        newer: exam.newer,
    };
    Ok(Examined {
        report,
        digests: exam.digests,
    })
}

impl Examination<'_> {
    fn problem(&mut self, code: &'static str, path: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(code, path, message));
    }

    /// A tag file's bytes; `None` where it is absent or cannot be read, which the comparison of hashes reports.
    fn tag(&mut self, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        match self.tree.small(path, MAX_TAG) {
            Ok(bytes) => Ok(bytes),
            Err(Unreadable::Damaged) => Ok(None),
            Err(Unreadable::Refused(refusal)) => Err(refusal),
        }
    }

    fn signature(
        &mut self,
        options: &Options,
        day: Option<Date>,
    ) -> Result<Option<Signer>, Refusal> {
        let Some(signature) = self.tag(SIGNATURE)? else {
            if self.tree.place(SIGNATURE).is_some() {
                self.problem(
                    "B-33",
                    SIGNATURE,
                    "The signature file is damaged. Ask for the bundle again.",
                );
            } else {
                self.problem(
                    "B-30",
                    SIGNATURE,
                    "Not signed. Anyone could have made this.",
                );
            }
            return Ok(None);
        };
        let message = self.tag(TAG_MANIFEST)?.unwrap_or_default();
        let judged = judge(options.purpose, &signature, &message);
        if let Some((code, sentence)) = judged.fault {
            self.problem(code, SIGNATURE, sentence);
            return Ok(None);
        }
        let Some(key) = judged.key else {
            return Ok(None);
        };
        let own = self
            .tag("allowed_signers")?
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let own = own.and_then(|text| {
            AllowedSigners::parse(&text, "allowed_signers")
                .ok()
                .filter(|_| text.lines().count() == 1)
        });
        let principal = own
            .as_ref()
            .and_then(|own| own.lines.first())
            .map(|line| line.principals.clone())
            .filter(|name| principal_is_plain(name));
        let (Some(own), Some(principal)) = (own, principal) else {
            self.problem("B-36", "allowed_signers", "The bundle does not name exactly one signer in the expected form. Ask the sender for it again.");
            return Ok(None);
        };
        let fingerprint = fingerprint_of(&key);
        let mut signer = Signer {
            name: principal.clone(),
            fingerprint: fingerprint.clone(),
            trusted: false,
            public: key_words(&key)
                .map(|(kind, base64)| format!("{kind} {base64}"))
                .unwrap_or_default(),
        };
        let standing = options.allowed_signers.as_ref().unwrap_or(&own).standing(
            &key,
            &principal,
            options.purpose,
            day,
        );
        let found = match standing {
            Standing::Known => {
                signer.trusted = options.allowed_signers.is_some();
                None
            }
            Standing::Unknown if options.allowed_signers.is_none() => Some((
                "B-31",
                format!(
                    "Signed by a key that is not the one of the signer whom the bundle names: {fingerprint}. Do not rely on it; ask the sender."
                ),
            )),
            Standing::Unknown => Some((
                "B-31",
                format!(
                    "Signed by a key you have not approved: {fingerprint}. Compare it with the sender by telephone, then add it to your list of signers."
                ),
            )),
            Standing::OtherPurpose => Some((
                "B-32",
                format!(
                    "The key {fingerprint} is approved, but not for this ({}).",
                    options.purpose.namespace()
                ),
            )),
            Standing::OutOfDates(when) => Some(("B-34", format!("The key of {principal} {when}."))),
            Standing::OtherName(approved) => Some((
                "B-36",
                format!(
                    "The bundle says that {principal} signed it, but its key is approved for {approved:?}. Ask the sender which is right."
                ),
            )),
        };
        if let Some((code, sentence)) = found {
            self.problem(code, "allowed_signers", sentence);
        }
        Ok(Some(signer))
    }

    /// The tag files against the signed list, which must name exactly those that a bundle has.
    fn tags(&mut self) -> Result<(), Refusal> {
        let listed = match self.tag(TAG_MANIFEST)? {
            None => {
                self.problem(
                    "B-23",
                    TAG_MANIFEST,
                    "The signed list of the bundle's own files is missing or damaged.",
                );
                BTreeMap::new()
            }
            Some(bytes) => read_manifest(&bytes).unwrap_or_else(|(code, why)| {
                self.problem(
                    code,
                    TAG_MANIFEST,
                    format!("The file list was changed: {why}."),
                );
                BTreeMap::new()
            }),
        };
        if !listed.is_empty() && !listed.keys().map(String::as_str).eq(LISTED_TAGS) {
            self.problem(
                "B-23",
                TAG_MANIFEST,
                format!(
                    "The signed list must name exactly {}.",
                    LISTED_TAGS.join(", ")
                ),
            );
        }
        for path in LISTED_TAGS {
            let Some(place) = self.tree.place(path) else {
                self.problem(
                    "B-23",
                    path,
                    format!("{path} is missing. Ask for the bundle again."),
                );
                continue;
            };
            if let Some(wanted) = listed.get(path) {
                self.compare(place, path, wanted, "B-23")?;
            }
        }
        for path in [TAG_MANIFEST, SIGNATURE] {
            if let Some(place) = self.tree.place(path) {
                let _ = self.digest(place)?;
            }
        }
        Ok(())
    }

    /// Nothing may be there but the payload and the seven files at the top.
    fn layout(&mut self) {
        let known = |path: &str| {
            path.starts_with("data/")
                || LISTED_TAGS.contains(&path)
                || path == TAG_MANIFEST
                || path == SIGNATURE
        };
        let strays: Vec<String> = self
            .tree
            .files
            .iter()
            .filter(|file| !known(&file.path))
            .map(|file| file.path.clone())
            .collect();
        for path in strays {
            let message = format!(
                "Unexpected file {path}: no signature covers it. Remove it, or ask for the bundle again."
            );
            self.problem("B-18", &path, message);
        }
        for path in self.tree.empty_folders.clone() {
            self.problem("B-18", &path, format!("Unexpected folder {path}."));
        }
    }

    /// The payload against its list, both directions. Gives what is there.
    fn payload(&mut self) -> Result<(u64, u64), Refusal> {
        let listed = match self.tag(MANIFEST)? {
            None => BTreeMap::new(),
            Some(bytes) => match read_manifest(&bytes) {
                Ok(listed) => listed,
                Err((code, why)) => {
                    self.problem(
                        code,
                        MANIFEST,
                        format!("The file list cannot be used: {why}."),
                    );
                    BTreeMap::new()
                }
            },
        };
        for path in listed.keys() {
            if !path.starts_with("data/") {
                self.problem(
                    "B-23",
                    MANIFEST,
                    format!("The file list names {path}, which is no part of the payload."),
                );
            } else if self.tree.place(path).is_none() {
                self.problem(
                    "B-21",
                    path,
                    format!("{path} is listed but missing. Ask for the bundle again."),
                );
            }
        }
        let present: Vec<(usize, String, u64)> = self
            .tree
            .files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.path.starts_with("data/"))
            .map(|(place, file)| (place, file.path.clone(), file.bytes))
            .collect();
        let (mut files, mut bytes) = (0, 0u64);
        for (place, path, size) in present {
            files += 1;
            bytes = bytes.saturating_add(size);
            match listed.get(&path) {
                Some(wanted) => self.compare(place, &path, wanted, "B-22")?,
                None => self.problem(
                    "B-21",
                    &path,
                    format!("{path} is not listed: it was added after signing."),
                ),
            }
        }
        Ok((files, bytes))
    }

    /// Hashes a file; says whether the archive's own checksum holds too.
    fn digest(&mut self, place: usize) -> Result<(Digest, bool), Refusal> {
        if let Some(digest) = self.tree.passed(place) {
            if let Some(slot) = self.digests.get_mut(place) {
                *slot = digest;
            }
            return Ok((digest, true));
        }
        let origin = self.tree.origin.clone();
        let failed = |error: io::Error| Refusal::machine("Reading", &origin, &error);
        let mut hash = Aside::new(Sha256::new());
        let meter = &mut self.meter;
        let read = self.tree.read(place, &mut |piece| {
            let bytes = piece.bytes().len();
            hash.pass(piece).map_err(failed)?;
            meter.add(bytes)
        });
        let sound = match read {
            Ok(()) => true,
            Err(Unreadable::Damaged) => false,
            Err(Unreadable::Refused(refusal)) => return Err(refusal),
        };
        let digest: Digest = hash.finish().map_err(failed)?.finalize().into();
        if let Some(slot) = self.digests.get_mut(place) {
            *slot = digest;
        }
        if !sound
            && self
                .tree
                .files
                .get(place)
                .is_some_and(|file| file.path == TAG_MANIFEST || file.path == SIGNATURE)
        {
            let path = self
                .tree
                .files
                .get(place)
                .map(|file| file.path.clone())
                .unwrap_or_default();
            self.problem(
                "B-15",
                &path,
                format!("The archive's checksum of {path} does not hold."),
            );
        }
        Ok((digest, sound))
    }

    fn compare(
        &mut self,
        place: usize,
        path: &str,
        wanted: &Digest,
        code: &'static str,
    ) -> Result<(), Refusal> {
        let (found, sound) = self.digest(place)?;
        if found != *wanted {
            let list = if path == MANIFEST {
                "The file list itself"
            } else {
                path
            };
            self.problem(code, path, format!("{list} was changed after signing."));
        } else if !sound {
            self.problem("B-15", path, format!("The archive's checksum of {path} does not hold, though the file does: the archive was changed."));
        }
        Ok(())
    }

    fn info(&mut self, info: Option<&BagInfo>, day: Option<Date>, files: u64, bytes: u64) {
        if self.tree.place("bagit.txt").is_some()
            && self.tag("bagit.txt").ok().flatten().as_deref() != Some(BAGIT.as_bytes())
        {
            self.problem(
                "B-41",
                "bagit.txt",
                "A bundle is a BagIt 1.0 bag in UTF-8; this file says something else.",
            );
        }
        let Some(info) = info else {
            if self.tree.place("bag-info.txt").is_some() {
                self.problem(
                    "B-41",
                    "bag-info.txt",
                    "It is not in the form of a bundle: one \"Label: value\" a line.",
                );
            }
            return;
        };
        match info.one("CIP-Bundle-Format") {
            Some(FORMAT) => {}
            Some(other) if is_newer(other) => {
                self.newer = true;
                self.problem(
                    "B-41",
                    "bag-info.txt",
                    "Made by a newer CIP Desk. Use a newer version to check everything in it.",
                );
            }
            _ => self.problem(
                "B-41",
                "bag-info.txt",
                format!("CIP-Bundle-Format must stand once and be {FORMAT}."),
            ),
        }
        match day {
            None => self.problem(
                "B-41",
                "bag-info.txt",
                "Bagging-Date must stand once and be a date, YYYY-MM-DD.",
            ),
            Some(day) if self.tree.date.is_some_and(|date| date != day.dos()) => {
                self.problem("B-15", "bag-info.txt", "The archive's entries are not dated with the bundle's own day: the archive was changed.");
            }
            Some(_) => {}
        }
        let whole = !self
            .problems
            .iter()
            .any(|problem| matches!(problem.code, "B-21" | "B-22" | "B-23"));
        if whole && info.one("Payload-Oxum") != Some(&format!("{bytes}.{files}")) {
            self.problem(
                "B-41",
                "bag-info.txt",
                format!(
                    "Payload-Oxum does not say what is there ({bytes} bytes in {files} files)."
                ),
            );
        }
        // A folder may be renamed by its owner; the name inside an archive is part of the bundle.
        if self.tree.date.is_some() && info.one("CIP-Bundle-Name") != Some(self.tree.name.as_str())
        {
            self.problem(
                "B-18",
                "bag-info.txt",
                "The folder in the archive does not have the name that was signed.",
            );
        }
    }

    fn json(&mut self, purpose: Purpose) -> Result<(), Refusal> {
        let (path, most) = purpose.json();
        let Some(size) = self
            .tree
            .place(path)
            .and_then(|place| self.tree.files.get(place))
            .map(|file| file.bytes)
        else {
            return Ok(());
        };
        if size > most {
            self.problem(
                "B-41",
                path,
                format!("The contents were not checked: {size} bytes are more than it may have (limit {most})."),
            );
            return Ok(());
        }
        let bytes = match self.tree.small(path, most) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(Unreadable::Damaged) => return Ok(()),
            Err(Unreadable::Refused(refusal)) => return Err(refusal),
        };
        if let Some(why) = json::fault(&bytes) {
            self.problem(
                "B-41",
                path,
                format!("The contents do not follow the format: {why}."),
            );
        }
        Ok(())
    }
}

fn is_newer(format: &str) -> bool {
    format
        .strip_prefix("cipdesk-bundle/")
        .and_then(|version| version.parse::<u32>().ok())
        .is_some_and(|version| version > 1)
}
