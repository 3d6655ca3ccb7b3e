//! Judges any BagIt bag, 0.97 or 1.0, in a folder or a zip, signed or not. Downloads nothing, writes nothing, knows nothing of bundles.

mod text;

use crate::{
    age_file,
    error::{Problem, Refusal},
    names,
    progress::{Doing, Meter, Progress},
    tree::{Names, Tree, Unreadable},
};
use serde::Serialize;
use sha2::digest::DynDigest;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use text::Version;
use unicode_normalization::UnicodeNormalization;

/// Largest tag file that is read, in bytes.
const MAX_TAG: u64 = 256 << 20;
/// Most errors, and most warnings, that are told one by one.
const MAX_TOLD: usize = 1_000;

/// What was found in a bag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BagReport {
    /// Whether it is complete and every hash holds.
    pub valid: bool,
    /// Its BagIt version, such as `1.0`; `None` if it does not say.
    pub version: Option<String>,
    /// The hash algorithms of its payload manifests.
    pub algorithms: Vec<String>,
    /// Payload files found.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What makes it invalid or incomplete.
    pub errors: Vec<Problem>,
    /// What is allowed but unwise.
    pub warnings: Vec<Problem>,
}

/// Checks a bag in a folder or a zip.
///
/// # Errors
/// A [`Refusal`] where it cannot be judged: `B-01` if it is neither folder nor zip, `B-11` to `B-18` for an unsafe archive or folder,
/// errors of the disk, and a stop by the caller.
pub fn bag_check(path: &Path, progress: Progress<'_>) -> Result<BagReport, Refusal> {
    let facts = fs::metadata(path).map_err(|error| Refusal::machine("Reading", path, &error))?;
    let is_folder = facts.is_dir();
    let tree = if is_folder {
        Tree::folder(path, Names::Any)?
    } else {
        let (file, head) = age_file::open_regular(path)?;
        if !head.starts_with(b"PK") {
            return Err(Refusal::coded(
                "B-01",
                format!(
                    "{} is no bag: it is neither a folder nor a zip. Decrypt or unpack it first.",
                    path.display()
                ),
            ));
        }
        Tree::loose_zip(file.into(), path)?
    };
    let total = tree
        .files
        .iter()
        .fold(0u64, |sum, file| sum.saturating_add(file.bytes));
    let mut bag = Bag::new(tree, Meter::new(Doing::Checking, total, progress));
    bag.judge(is_folder)?;
    Ok(bag.report)
}

/// Adds a problem; after many, only says that there are more.
fn tell(problems: &mut Vec<Problem>, code: &'static str, path: &str, message: String) {
    match problems.len() {
        MAX_TOLD => problems.push(Problem::new(
            "E-BAG-MORE",
            "",
            format!(
                "There are more than {MAX_TOLD}; the others are not told. Correct these first."
            ),
        )),
        told if told > MAX_TOLD => {}
        _ => problems.push(Problem::new(code, path, message)),
    }
}

/// A hash that some manifest demands of a file.
struct Demand {
    manifest: String,
    algorithm: Algorithm,
    sum: String,
}

struct Bag<'a> {
    tree: Tree,
    meter: Meter<'a>,
    report: BagReport,
    version: Version,
    encoding: String,
    /// Files by the composed form of their names.
    composed: BTreeMap<String, usize>,
    demands: BTreeMap<usize, Vec<Demand>>,
    /// Paths that `fetch.txt` says are elsewhere.
    fetched: BTreeSet<String>,
}

impl<'a> Bag<'a> {
    fn new(tree: Tree, meter: Meter<'a>) -> Self {
        let payload = || {
            tree.files
                .iter()
                .filter(|file| file.path.starts_with("data/"))
        };
        let report = BagReport {
            valid: false,
            version: None,
            algorithms: Vec::new(),
            files: payload().count() as u64,
            bytes: payload().fold(0u64, |sum, file| sum.saturating_add(file.bytes)),
            errors: Vec::new(),
            warnings: Vec::new(),
        };
        let composed = tree
            .files
            .iter()
            .enumerate()
            .map(|(place, file)| (file.path.nfc().collect(), place))
            .collect();
        Self {
            tree,
            meter,
            report,
            version: (0, 0),
            encoding: String::new(),
            composed,
            demands: BTreeMap::new(),
            fetched: BTreeSet::new(),
        }
    }

    fn error(&mut self, code: &'static str, path: &str, message: impl Into<String>) {
        tell(&mut self.report.errors, code, path, message.into());
    }

    fn warn(&mut self, code: &'static str, path: &str, message: impl Into<String>) {
        tell(&mut self.report.warnings, code, path, message.into());
    }

    /// An error since 1.0, a warning before.
    fn stricter_since_1(&mut self, code: &'static str, path: &str, message: impl Into<String>) {
        if self.version >= (1, 0) {
            self.error(code, path, message)
        } else {
            self.warn(code, path, message)
        }
    }

    fn judge(&mut self, is_folder: bool) -> Result<(), Refusal> {
        if self.declaration()? {
            let (payload, tags) = self.manifest_names();
            if payload.is_empty() {
                self.error("E-BAG-MANIFEST", "", "The bag has no payload manifest with a known algorithm (md5, sha1, sha224, sha256, sha384, sha512).");
            }
            if is_folder
                && self.report.files == 0
                && !self
                    .tree
                    .empty_folders
                    .iter()
                    .any(|folder| folder == "data" || folder.starts_with("data/"))
            {
                self.error("E-BAG-PAYLOAD", "data", "The bag has no data folder.");
            }
            self.fetch()?;
            let mut lists = Vec::new();
            for (name, algorithm) in &payload {
                self.report.algorithms.push(algorithm.name().to_owned());
                lists.push((name.clone(), self.manifest(name, *algorithm, true)?));
            }
            for (name, algorithm) in &tags {
                self.manifest(name, *algorithm, false)?;
            }
            self.completeness(&lists);
            self.info()?;
            self.hashes()?;
        }
        self.report.valid = self.report.errors.is_empty();
        Ok(())
    }

    /// A tag file's text in the bag's encoding; errors are reported.
    fn text(&mut self, path: &str) -> Result<Option<String>, Refusal> {
        let bytes = match self.tree.small(path, MAX_TAG) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(None),
            Err(Unreadable::Refused(refusal)) => return Err(refusal),
            Err(Unreadable::Damaged) => {
                self.error(
                    "E-BAG-DAMAGED",
                    path,
                    format!("{path} is damaged in the archive."),
                );
                return Ok(None);
            }
        };
        let mut text = text::decode(&bytes, &self.encoding);
        if text.is_none() {
            let message = format!("{path} cannot be read in the encoding that bagit.txt names.");
            self.error("E-BAG-ENCODING", path, message);
        }
        if let Some(rest) = text
            .as_deref()
            .and_then(|text| text.strip_prefix('\u{feff}'))
        {
            text = Some(rest.to_owned());
            self.warn("E-BAG-ENCODING", path, format!("{path} begins with a byte-order mark; some tools read it as part of the first line."));
        }
        Ok(text)
    }

    fn declaration(&mut self) -> Result<bool, Refusal> {
        let bytes = match self.tree.small("bagit.txt", MAX_TAG) {
            Ok(bytes) => bytes,
            Err(Unreadable::Refused(refusal)) => return Err(refusal),
            Err(Unreadable::Damaged) => None,
        };
        let Some(bytes) = bytes else {
            self.error(
                "E-BAG-DECLARATION",
                "bagit.txt",
                "bagit.txt is missing or damaged: this is no bag.",
            );
            return Ok(false);
        };
        let ((major, minor), encoding) = match text::declaration(&bytes) {
            Ok(found) => found,
            Err(why) => {
                self.error(
                    "E-BAG-DECLARATION",
                    "bagit.txt",
                    format!("bagit.txt: {why}."),
                );
                return Ok(false);
            }
        };
        self.report.version = Some(format!("{major}.{minor}"));
        match (major, minor) {
            (1, 0) | (0, 97) => {}
            (0, 93..=96) => self.warn(
                "E-BAG-DECLARATION",
                "bagit.txt",
                format!("BagIt {major}.{minor} is older than the standard; it is read as 0.97."),
            ),
            _ => {
                self.error(
                    "E-BAG-DECLARATION",
                    "bagit.txt",
                    format!("BagIt {major}.{minor} is not known; 0.97 and 1.0 are."),
                );
                return Ok(false);
            }
        }
        self.version = (major, minor);
        if text::decode(b"", &encoding).is_none() {
            self.error("E-BAG-ENCODING", "bagit.txt", "The encoding that bagit.txt names is not known; UTF-8, UTF-16, ISO-8859-1 and US-ASCII are.");
            return Ok(false);
        }
        self.encoding = encoding;
        Ok(true)
    }

    /// Payload and tag manifests whose algorithm is known.
    #[allow(clippy::type_complexity)]
    fn manifest_names(&mut self) -> (Vec<(String, Algorithm)>, Vec<(String, Algorithm)>) {
        let (mut payload, mut tags) = (Vec::new(), Vec::new());
        let names: Vec<String> = self
            .tree
            .files
            .iter()
            .map(|file| file.path.clone())
            .filter(|path| !path.contains('/'))
            .collect();
        for name in names {
            let lower = name.to_ascii_lowercase();
            let (list, rest) = match lower.strip_prefix("tagmanifest-") {
                Some(rest) => (&mut tags, rest),
                None => match lower.strip_prefix("manifest-") {
                    Some(rest) => (&mut payload, rest),
                    None => continue,
                },
            };
            let Some(word) = rest.strip_suffix(".txt") else {
                continue;
            };
            match Algorithm::named(word) {
                Some(algorithm) => list.push((name, algorithm)),
                None => self.warn(
                    "E-BAG-ALGORITHM",
                    &name,
                    format!("{name} uses an algorithm that is not known here; it was not checked."),
                ),
            }
        }
        (payload, tags)
    }

    fn fetch(&mut self) -> Result<(), Refusal> {
        let Some(text) = self.text("fetch.txt")? else {
            return Ok(());
        };
        for (number, line) in text::lines(&text).filter(|(_, line)| !line.trim().is_empty()) {
            let Some((_, path)) = text::fetch_line(line) else {
                self.error(
                    "E-BAG-FETCH",
                    "fetch.txt",
                    format!("fetch.txt line {number} is not \"URL LENGTH PATH\"."),
                );
                continue;
            };
            let path = text::unescape(&path);
            if names::escapes(&path) || !path.starts_with("data/") {
                self.error(
                    "E-BAG-PATH",
                    "fetch.txt",
                    format!("fetch.txt line {number} points outside the bag's data folder."),
                );
            } else {
                self.fetched.insert(path);
            }
        }
        Ok(())
    }

    /// Reads one manifest, notes what it demands of each file, and gives the files it lists.
    fn manifest(
        &mut self,
        name: &str,
        algorithm: Algorithm,
        payload: bool,
    ) -> Result<BTreeSet<usize>, Refusal> {
        let mut seen: BTreeMap<usize, (String, String)> = BTreeMap::new();
        let mut folded: BTreeMap<String, String> = BTreeMap::new();
        let Some(text) = self.text(name)? else {
            return Ok(BTreeSet::new());
        };
        let (mut starred, mut dotted) = (false, false);
        for (number, line) in text::lines(&text).filter(|(_, line)| !line.trim().is_empty()) {
            let Some(line) =
                text::manifest_line(line).filter(|line| line.sum.len() == algorithm.digits())
            else {
                self.error(
                    "E-BAG-MANIFEST",
                    name,
                    format!(
                        "{name} line {number} is not a {} sum and a path.",
                        algorithm.name()
                    ),
                );
                continue;
            };
            starred |= line.starred;
            dotted |= line.dotted;
            let parent = line.path.split('/').any(|part| part == "..");
            if parent
                || (payload && !line.path.starts_with("data/"))
                || (!payload && names::escapes(&line.path))
            {
                self.error(
                    "E-BAG-PATH",
                    name,
                    format!(
                        "{name} line {number} points outside the bag{}.",
                        if payload { "'s data folder" } else { "" }
                    ),
                );
                continue;
            }
            if let Some(other) = folded
                .insert(line.path.to_lowercase(), line.path.clone())
                .filter(|other| *other != line.path)
            {
                self.warn(
                    "E-BAG-CASE",
                    &line.path,
                    format!(
                        "{} and {other} differ only by case: they are one file on some systems.",
                        line.path
                    ),
                );
            }
            let Some(place) = self.find(name, &line.path) else {
                let elsewhere = self.fetched.contains(&text::unescape(&line.path));
                let message = if elsewhere {
                    format!(
                        "{} must be fetched from elsewhere (fetch.txt); nothing is downloaded here, so the bag is incomplete.",
                        line.path
                    )
                } else {
                    format!("{} is listed in {name} but missing.", line.path)
                };
                self.error(
                    if elsewhere {
                        "E-BAG-FETCH"
                    } else {
                        "E-BAG-MISSING"
                    },
                    &line.path,
                    message,
                );
                continue;
            };
            match seen.insert(place, (line.sum.clone(), line.path.clone())) {
                Some((sum, _)) if sum != line.sum => self.error(
                    "E-BAG-TWICE",
                    &line.path,
                    format!(
                        "{} is listed twice in {name}, with different sums.",
                        line.path
                    ),
                ),
                Some((_, path)) if path == line.path => self.stricter_since_1(
                    "E-BAG-TWICE",
                    &line.path,
                    format!("{} is listed twice in {name}.", line.path),
                ),
                Some(_) => self.warn(
                    "E-BAG-NORMALIZATION",
                    &line.path,
                    format!("{name} lists one file under two Unicode forms of its name."),
                ),
                None => self.demands.entry(place).or_default().push(Demand {
                    manifest: name.to_owned(),
                    algorithm,
                    sum: line.sum,
                }),
            }
        }
        if starred {
            self.warn(
                "E-BAG-STAR",
                name,
                format!("{name} marks paths with *, as md5sum does; BagIt has no such mark."),
            );
        }
        if dotted {
            self.warn("E-BAG-DOT", name, format!("{name} writes ./ before paths."));
        }
        Ok(seen.into_keys().collect())
    }

    /// The file that a listed path means: as escaped by the standard or as it stands, else by the composed form of its name.
    fn find(&mut self, manifest: &str, listed: &str) -> Option<usize> {
        let plain = text::unescape(listed);
        let (first, second) = if self.version >= (1, 0) {
            (plain.as_str(), listed)
        } else {
            (listed, plain.as_str())
        };
        if let Some(place) = self.tree.place(first) {
            return Some(place);
        }
        if let Some(place) = self.tree.place(second) {
            self.warn(
                "E-BAG-ESCAPE",
                listed,
                format!("{manifest} writes {listed} without the escapes of its BagIt version."),
            );
            return Some(place);
        }
        let place = *self.composed.get(&first.nfc().collect::<String>())?;
        self.warn(
            "E-BAG-NORMALIZATION",
            listed,
            format!("{listed} is written in another Unicode form than the file's name."),
        );
        Some(place)
    }

    /// Every payload file must be listed: since 1.0 in every payload manifest, before in at least one.
    fn completeness(&mut self, lists: &[(String, BTreeSet<usize>)]) {
        let payload: Vec<(usize, String)> = self
            .tree
            .files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.path.starts_with("data/"))
            .map(|(place, file)| (place, file.path.clone()))
            .collect();
        for (place, path) in payload {
            let missing: Vec<&str> = lists
                .iter()
                .filter(|(_, list)| !list.contains(&place))
                .map(|(name, _)| name.as_str())
                .collect();
            if missing.len() == lists.len() {
                self.error(
                    "E-BAG-EXTRA",
                    &path,
                    format!("{path} is in the bag but listed in no manifest."),
                );
            } else if !missing.is_empty() {
                self.stricter_since_1(
                    "E-BAG-EXTRA",
                    &path,
                    format!("{path} is not listed in {}.", missing.join(", ")),
                );
            }
            let name = path.rsplit('/').next().unwrap_or_default();
            if matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini") || name.starts_with("._") {
                self.warn(
                    "E-BAG-SYSTEM-FILE",
                    &path,
                    format!("{path} is a file of the operating system, not content."),
                );
            }
        }
    }

    fn info(&mut self) -> Result<(), Refusal> {
        let Some(text) = self.text("bag-info.txt")? else {
            return Ok(());
        };
        let (pairs, odd) = text::bag_info(&text);
        if let Some(number) = odd {
            self.stricter_since_1(
                "E-BAG-INFO",
                "bag-info.txt",
                format!("bag-info.txt line {number} is not \"Label: value\"."),
            );
        }
        let found = format!("{}.{}", self.report.bytes, self.report.files);
        let oxums: Vec<String> = pairs
            .into_iter()
            .filter(|(label, _)| label.eq_ignore_ascii_case("Payload-Oxum"))
            .map(|(_, value)| value)
            .collect();
        if oxums.len() > 1 {
            self.warn(
                "E-BAG-OXUM",
                "bag-info.txt",
                "Payload-Oxum stands more than once.",
            );
        }
        if let Some(oxum) = oxums.iter().find(|oxum| **oxum != found) {
            let promised = if oxum.len() < 50 {
                oxum.as_str()
            } else {
                "another"
            };
            self.error(
                "E-BAG-OXUM",
                "bag-info.txt",
                format!("Payload-Oxum promises {promised}, the bag holds {found} (bytes.files)."),
            );
        }
        Ok(())
    }

    /// Every file once, for all algorithms together; payload files that nothing demands are passed over.
    fn hashes(&mut self) -> Result<(), Refusal> {
        for (place, demands) in std::mem::take(&mut self.demands) {
            let mut hashers: Vec<Box<dyn DynDigest>> = demands
                .iter()
                .map(|demand| demand.algorithm.hasher())
                .collect();
            let meter = &mut self.meter;
            let read = self.tree.read(place, &mut |piece| {
                hashers
                    .iter_mut()
                    .for_each(|hasher| hasher.update(piece.bytes()));
                meter.add(piece.bytes().len())
            });
            let path = self
                .tree
                .files
                .get(place)
                .map(|file| file.path.clone())
                .unwrap_or_default();
            match read {
                Err(Unreadable::Refused(refusal)) => return Err(refusal),
                Err(Unreadable::Damaged) => {
                    self.error(
                        "E-BAG-DAMAGED",
                        &path,
                        format!("{path} is damaged in the archive."),
                    );
                    continue;
                }
                Ok(()) => {}
            }
            for (demand, hasher) in demands.iter().zip(hashers) {
                if hex::encode(hasher.finalize()) != demand.sum {
                    self.error(
                        "E-BAG-HASH",
                        &path,
                        format!(
                            "{path} does not have the {} sum that {} gives.",
                            demand.algorithm.name(),
                            demand.manifest
                        ),
                    );
                }
            }
        }
        Ok(())
    }
}

/// A hash algorithm of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    /// By the word in a manifest's name; hyphens do not matter.
    fn named(word: &str) -> Option<Self> {
        Some(match word.replace('-', "").as_str() {
            "md5" => Self::Md5,
            "sha1" => Self::Sha1,
            "sha224" => Self::Sha224,
            "sha256" => Self::Sha256,
            "sha384" => Self::Sha384,
            "sha512" => Self::Sha512,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    fn hasher(self) -> Box<dyn DynDigest> {
        match self {
            Self::Md5 => Box::new(md5::Md5::default()),
            Self::Sha1 => Box::new(sha1::Sha1::default()),
            Self::Sha224 => Box::new(sha2::Sha224::default()),
            Self::Sha256 => Box::new(sha2::Sha256::default()),
            Self::Sha384 => Box::new(sha2::Sha384::default()),
            Self::Sha512 => Box::new(sha2::Sha512::default()),
        }
    }

    fn digits(self) -> usize {
        self.hasher().output_size() * 2
    }
}
