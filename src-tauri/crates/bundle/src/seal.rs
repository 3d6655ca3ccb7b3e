//! Seals a draft: one pass over each file into a strict zip, signed, read back and verified before it gets its name. Knows no cases.
//!
//! Entries are in byte order of their names, and that order can be streamed: VERIFY.txt, allowed_signers, bag-info.txt (its sizes are
//! announced) and bagit.txt come before `data/`, and the manifests, which need the hashes, come after it.

use crate::{
    allowed_signers::principal_is_plain,
    bag::{
        self, BAGIT, BagInfo, BagName, Date, Digest, FORMAT, LISTED_TAGS, MANIFEST, PayloadPath,
        SIGNATURE, TAG_MANIFEST, draft as refuse,
    },
    error::{Class, Refusal},
    medium::Medium,
    names,
    progress::{Doing, Meter, Progress},
    purpose::Purpose,
    sshsig::{fingerprint_of, judge, key_words, parse_public},
    tree::Tree,
    verify::{Container, Options, examine},
    verify_txt,
    zipfile::{Stopped, ZipWriter},
};
use aside::Aside;
use sha2::{Digest as _, Sha256};
use ssh_key::public::KeyData;
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Read, Seek as _},
    path::Path,
};

/// A file's contents: at hand, or to be read once when its turn comes.
pub enum Content {
    /// The bytes themselves.
    Bytes(Vec<u8>),
    /// A reader that will give exactly `bytes` bytes; opened once, read once.
    Reader {
        /// The announced size.
        bytes: u64,
        /// Opens the reader.
        open: Box<dyn FnOnce() -> io::Result<Box<dyn Read>> + Send>,
    },
}

impl Content {
    fn bytes(&self) -> u64 {
        match self {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Reader { bytes, .. } => *bytes,
        }
    }
}

/// A bundle to be sealed.
pub struct Draft {
    /// What it is signed for.
    pub purpose: Purpose,
    /// The top folder.
    pub name: BagName,
    /// Lines of bag-info.txt in order; `Bagging-Date` (YYYY-MM-DD) is required. `Payload-Oxum`, `CIP-Bundle-Format` and
    /// `CIP-Bundle-Name` are added. `CIP-Filing` and `CIP-Bundle-Kind`, where given, are shown by `verify`. No personal data.
    pub info: Vec<(String, String)>,
    /// The payload, in any order.
    pub files: Vec<(PayloadPath, Content)>,
    /// The signer's name for `ssh-keygen -I`, such as `staff-1.7f3a9c21@cipdesk`.
    pub principal: String,
    /// The signer's public key, a line as in an OpenSSH `.pub` file.
    pub signer_public_openssh: String,
    /// Who signs, in words, for VERIFY.txt.
    pub signer_name: String,
    /// Further lines for VERIFY.txt: what this is, who sent it; may be empty.
    pub verify_notes: String,
}

/// A sealed bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Size of the zip.
    pub bytes: u64,
    /// Payload files.
    pub files: usize,
}

/// Seals `draft` as the new file `out`; `sign` gets the bytes of the tag manifest and gives an armoured SSHSIG for the draft's purpose.
/// Same draft, same signature: same bytes. Memory does not grow with the files. Nothing is left on failure.
///
/// # Errors
/// `E-BUNDLE-DRAFT` for a draft that cannot be a bundle, `E-BUNDLE-EXISTS` if `out` is there, `E-BUNDLE-LENGTH` if a reader gives another
/// number of bytes than announced, whatever `sign` refuses with, `E-BUNDLE-SIGNATURE` if its signature does not hold,
/// `E-BUNDLE-READBACK` if what was written does not verify, errors of the disk, and a stop by the caller.
pub fn seal(
    draft: Draft,
    sign: &dyn Fn(&[u8]) -> Result<String, Refusal>,
    out: &Path,
    progress: Progress<'_>,
) -> Result<Sealed, Refusal> {
    let plan = Plan::new(&draft)?;
    publish(out, |file| {
        let mut medium = Medium::from(
            file.try_clone()
                .map_err(|error| Refusal::machine("Writing", out, &error))?,
        );
        fill(draft, &plan, sign, &mut medium, out, progress)
    })
}

/// Seals like [`seal`], but nowhere in clear: into a nameless encrypted file on the file system of `folder`, at whose beginning the
/// returned medium stands.
///
/// # Errors
/// As [`seal`], but for `E-BUNDLE-EXISTS`.
pub fn seal_hidden(
    draft: Draft,
    sign: &dyn Fn(&[u8]) -> Result<String, Refusal>,
    folder: &Path,
    progress: Progress<'_>,
) -> Result<(Sealed, Medium), Refusal> {
    let plan = Plan::new(&draft)?;
    let failed = |error: io::Error| Refusal::machine("Writing", folder, &error);
    let mut medium = Medium::hidden(folder).map_err(failed)?;
    let sealed = fill(draft, &plan, sign, &mut medium, folder, progress)?;
    medium.rewind().map_err(failed)?;
    Ok((sealed, medium))
}

/// Writes the bundle and reads it back as a recipient would.
fn fill(
    draft: Draft,
    plan: &Plan,
    sign: &dyn Fn(&[u8]) -> Result<String, Refusal>,
    medium: &mut Medium,
    out: &Path,
    progress: Progress<'_>,
) -> Result<Sealed, Refusal> {
    let files = draft.files.len();
    write(
        draft.name,
        draft.files,
        plan,
        sign,
        medium,
        out,
        &mut *progress,
    )?;
    let failed = |error: io::Error| Refusal::machine("Reading back", out, &error);
    medium.sync().map_err(failed)?;
    let again = medium.again().map_err(failed)?;
    let unlike = || {
        Refusal::new(
            "E-BUNDLE-READBACK",
            Class::Machine,
            format!(
                "Writing {}: the file read back does not verify. It was removed; check the disk, then try again.",
                out.display()
            ),
        )
    };
    let mut tree = Tree::strict_zip(again, out).map_err(|_| unlike())?;
    let options = Options {
        purpose: plan.purpose,
        max_bytes: Some(u64::MAX),
        ..Options::default()
    };
    let examined =
        examine(&mut tree, Container::Zip, &options, &mut *progress).map_err(|refusal| {
            if refusal.class == Class::Cancelled {
                refusal
            } else {
                unlike()
            }
        })?;
    if let Some(problem) = examined.report.problems.first() {
        // A draft's own JSON can be at fault; everything else would be the disk.
        return Err(if problem.code == "B-41" {
            refuse(format!("{}: {}", problem.path, problem.message))
        } else {
            unlike()
        });
    }
    Ok(Sealed {
        bytes: medium.length().map_err(failed)?,
        files,
    })
}

/// Everything about a bundle that is known before its files are read.
struct Plan {
    purpose: Purpose,
    key: KeyData,
    date: Date,
    payload: u64,
    bag_info: String,
    allowed_signers: String,
    verify_txt: String,
}

impl Plan {
    fn new(draft: &Draft) -> Result<Self, Refusal> {
        if !principal_is_plain(&draft.principal) {
            return Err(refuse(format!(
                "the signer's name {:?} may hold ASCII letters, digits and @ . _ + - only",
                draft.principal
            )));
        }
        if !bag::value_is_plain(&draft.signer_name) {
            return Err(refuse(
                "the signer's name in words is empty or more than one line".to_owned(),
            ));
        }
        if draft.files.is_empty() || draft.files.len() + LISTED_TAGS.len() + 2 > names::MAX_FILES {
            return Err(refuse(format!(
                "{} files; a bundle holds from 1 to {}",
                draft.files.len(),
                names::MAX_FILES - LISTED_TAGS.len() - 2
            )));
        }
        if let Some(path) = names::collision(draft.files.iter().map(|(path, _)| path.in_bag())) {
            return Err(refuse(format!(
                "{path} is there twice, or differs from another name only by case"
            )));
        }
        let key = parse_public(&draft.signer_public_openssh)?;
        let (kind, base64) = key_words(&key)
            .ok_or_else(|| refuse("the signer's public key is of an unknown kind".to_owned()))?;
        let mut info = BagInfo(draft.info.clone());
        for (label, value) in &info.0 {
            if !bag::label_is_plain(label) || !bag::value_is_plain(value) {
                return Err(refuse(format!(
                    "the bag-info line {label:?} is no label of letters, digits and hyphens with a one-line value"
                )));
            }
            if ["Payload-Oxum", "CIP-Bundle-Format", "CIP-Bundle-Name"]
                .iter()
                .any(|ours| label.eq_ignore_ascii_case(ours))
            {
                return Err(refuse(format!(
                    "the bag-info line {label} is written by the seal itself"
                )));
            }
        }
        let day = info.one("Bagging-Date").unwrap_or_default().to_owned();
        let date = Date::parse(&day)
            .ok_or_else(|| refuse("bag-info needs one Bagging-Date, YYYY-MM-DD".to_owned()))?;
        let total = draft
            .files
            .iter()
            .try_fold(0u64, |sum, (_, content)| sum.checked_add(content.bytes()));
        let payload =
            total.ok_or_else(|| refuse("the files' announced sizes are impossible".to_owned()))?;
        for (label, value) in [
            ("Payload-Oxum", format!("{payload}.{}", draft.files.len())),
            ("CIP-Bundle-Format", FORMAT.to_owned()),
            ("CIP-Bundle-Name", draft.name.to_string()),
        ] {
            info.0.push((label.to_owned(), value));
        }
        let facts = verify_txt::Facts {
            purpose: draft.purpose,
            bag: draft.name.as_str(),
            principal: &draft.principal,
            signer: &draft.signer_name,
            fingerprint: &fingerprint_of(&key),
            date: &day,
            notes: &draft.verify_notes,
            page: draft.files.iter().any(|(path, _)| {
                path.in_bag().strip_prefix("data/") == Some(crate::VERIFY_PAGE_PATH)
            }),
        };
        let verify_txt = verify_txt::text(&facts);
        let allowed_signers = format!(
            "{} namespaces=\"{}\" {kind} {base64}\n",
            draft.principal,
            draft.purpose.namespace()
        );
        Ok(Self {
            purpose: draft.purpose,
            key,
            date,
            payload,
            bag_info: info.text(),
            allowed_signers,
            verify_txt,
        })
    }
}

/// One zip under way: every entry is hashed as it is copied.
struct Packing<'a> {
    zip: ZipWriter<BufWriter<&'a mut Medium>>,
    bag: BagName,
    out: &'a Path,
    meter: Meter<'a>,
}

impl Packing<'_> {
    fn add(&mut self, path: &str, size: u64, from: impl Read) -> Result<Digest, Refusal> {
        let reading = |error: io::Error| Refusal::machine("Sealing", Path::new(path), &error);
        let mut hash = Aside::new(Sha256::new());
        let meter = &mut self.meter;
        let name = format!("{}/{path}", self.bag);
        let added = self.zip.add(&name, size, from, |piece| {
            let bytes = piece.bytes().len();
            hash.pass(piece).map_err(reading)?;
            meter.add(bytes)
        });
        match added {
            Ok(()) => Ok(hash.finish().map_err(reading)?.finalize().into()),
            Err(Stopped::Caller(refusal)) => Err(refusal),
            Err(Stopped::Writing(error)) => Err(Refusal::machine("Writing", self.out, &error)),
            Err(Stopped::Reading(error)) => Err(reading(error)),
            Err(Stopped::Length) => Err(Refusal::new(
                "E-BUNDLE-LENGTH",
                Class::Damaged,
                format!(
                    "Sealing {path}: it holds another number of bytes than its record says. Check this document, then seal again."
                ),
            )),
        }
    }
}

fn write(
    name: BagName,
    mut files: Vec<(PayloadPath, Content)>,
    plan: &Plan,
    sign: &dyn Fn(&[u8]) -> Result<String, Refusal>,
    medium: &mut Medium,
    out: &Path,
    progress: Progress<'_>,
) -> Result<(), Refusal> {
    files.sort_by(|(one, _), (two, _)| one.cmp(two));
    let zip = ZipWriter::new(BufWriter::with_capacity(1 << 16, medium), plan.date.dos());
    let mut packing = Packing {
        zip,
        bag: name,
        out,
        meter: Meter::new(Doing::Packing, plan.payload, progress),
    };
    let mut tags = BTreeMap::new();
    for (path, text) in [
        ("VERIFY.txt", plan.verify_txt.as_str()),
        ("allowed_signers", &plan.allowed_signers),
        ("bag-info.txt", &plan.bag_info),
        ("bagit.txt", BAGIT),
    ] {
        tags.insert(
            path.to_owned(),
            packing.add(path, text.len() as u64, text.as_bytes())?,
        );
    }
    let mut payload = BTreeMap::new();
    for (path, content) in files {
        let size = content.bytes();
        let digest = match content {
            Content::Bytes(bytes) => packing.add(path.in_bag(), size, bytes.as_slice())?,
            Content::Reader { open, .. } => {
                let reader = open().map_err(|error| {
                    Refusal::machine("Sealing", Path::new(path.in_bag()), &error)
                })?;
                packing.add(path.in_bag(), size, reader)?
            }
        };
        payload.insert(path.in_bag().to_owned(), digest);
    }
    let manifest = bag::manifest_text(&payload);
    tags.insert(
        MANIFEST.to_owned(),
        packing.add(MANIFEST, manifest.len() as u64, manifest.as_bytes())?,
    );
    let tag_manifest = bag::manifest_text(&tags);
    packing.add(
        TAG_MANIFEST,
        tag_manifest.len() as u64,
        tag_manifest.as_bytes(),
    )?;
    let signature = sign(tag_manifest.as_bytes())?;
    let judged = judge(plan.purpose, signature.as_bytes(), tag_manifest.as_bytes());
    if judged.fault.is_some() || judged.key.as_ref() != Some(&plan.key) {
        return Err(Refusal::input(
            "E-BUNDLE-SIGNATURE",
            "Sealing a bundle: the signature that the key gave does not hold for the signer named. Choose the signer's own key.",
        ));
    }
    packing.add(SIGNATURE, signature.len() as u64, signature.as_bytes())?;
    packing
        .zip
        .finish()
        .and_then(|buffer| buffer.into_inner().map_err(|error| error.into_error()))
        .map_err(|error| Refusal::machine("Writing", out, &error))?;
    Ok(())
}

/// Lets `fill` write a nameless-looking neighbour of `out`, and gives it the name only if that succeeded and the name is free.
pub(crate) fn publish<T>(
    out: &Path,
    fill: impl FnOnce(&mut File) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let failed = |error: io::Error| Refusal::machine("Writing", out, &error);
    if out.symlink_metadata().is_ok() {
        return Err(Refusal::exists("Writing", &out.display().to_string()));
    }
    let folder = match out.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut neighbour = tempfile::Builder::new()
        .prefix(".cipdesk-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(failed)?;
    let made = fill(neighbour.as_file_mut())?;
    neighbour.as_file().sync_all().map_err(failed)?;
    held::place(neighbour, out).map_err(|error| failed(error.error))?;
    // The name itself must survive a power cut; a file system that cannot sync a folder has done what it can.
    #[cfg(unix)]
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(made)
}
