//! Seals a draft: signs the list of its files, and gives their strict zip to who keeps it, judged as a recipient would. Knows no cases.
//!
//! Everything but the checksums of large files is known before any of them is read, because their hashes are announced: so is the signature,
//! and each file is held to its announcement as it passes.

use crate::{
    allowed_signers::principal_is_plain,
    bag::{
        self, BAGIT, BagInfo, BagName, Date, Digest, FORMAT, LISTED_TAGS, MANIFEST, PayloadPath,
        SIGNATURE, TAG_MANIFEST, draft as refuse,
    },
    error::{Class, Refusal},
    medium::Medium,
    names,
    packed::{Open, Packing, Part, Source},
    progress::Progress,
    purpose::Purpose,
    sshsig::{fingerprint_of, judge, key_words, parse_public},
    tree::Tree,
    verify::{Container, Options, examine},
    verify_txt,
};
use aside::{Aside, Direct, Piece};
use sha2::{Digest as _, Sha256};
use ssh_key::public::KeyData;
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    path::Path,
};

/// A file's contents: at hand, or to be read when its turn comes.
pub enum Content {
    /// The bytes themselves.
    Bytes(Vec<u8>),
    /// A reader that will give exactly `bytes` bytes of this hash. It is opened and read twice: what stands before a file in a zip says its
    /// checksum.
    Reader {
        /// The announced size.
        bytes: u64,
        /// The announced SHA-256.
        sha256: [u8; 32],
        /// Opens the reader, whenever it is asked.
        open: Open,
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

/// Seals `draft` as the new file `out`; `sign` gets the bytes of the tag manifest and gives an armoured SSHSIG for the draft's purpose. The
/// file is read back. Same draft, same signature: same bytes. Memory does not grow with the files. Nothing is left on failure.
///
/// # Errors
/// As [`seal_through`], and `E-BUNDLE-EXISTS` if `out` is there, errors of the disk, and a stop by the caller.
pub fn seal(
    draft: Draft,
    sign: &dyn Fn(&[u8]) -> Result<String, Refusal>,
    out: &Path,
    progress: Progress<'_>,
) -> Result<Sealed, Refusal> {
    let purpose = draft.purpose;
    let failed = |error: io::Error| Refusal::machine("Writing", out, &error);
    publish(out, |file| {
        let own = file.try_clone().map_err(failed)?;
        let (sealed, ()) = seal_through(draft, sign, &mut *progress, |zip, _| {
            // Made here, written there.
            let mut written = Aside::new(Direct::new(own));
            let mut piece = Piece::new();
            while piece.fill(zip).map_err(failed)? {
                written.pass(&mut piece).map_err(failed)?;
            }
            let written = written.finish().and_then(Direct::finish);
            written.map(drop).map_err(failed)
        })?;
        let again = Medium::from(file.try_clone().map_err(failed)?);
        holds(again, &BTreeMap::new(), purpose, out, progress)?;
        Ok(sealed)
    })
}

/// Seals `draft` like [`seal`], and gives its zip and the length of it to `take`, which keeps it, or closes it to somebody: it lies nowhere
/// else. The last read fails where the zip would not be, to its recipient, what was signed.
///
/// # Errors
/// `E-BUNDLE-DRAFT` for a draft that cannot be a bundle, `E-BUNDLE-LENGTH` and `E-BUNDLE-CONTENT` if a reader gives another number of bytes
/// than announced or others, whatever `sign` refuses with, `E-BUNDLE-SIGNATURE` if its signature does not hold, `E-BUNDLE-READBACK` if what
/// was made does not verify, a stop by the caller, and whatever `take` fails with.
pub fn seal_through<T, E: From<Refusal>>(
    draft: Draft,
    sign: &dyn Fn(&[u8]) -> Result<String, Refusal>,
    progress: Progress<'_>,
    take: impl FnOnce(&mut dyn Read, u64) -> Result<T, E>,
) -> Result<(Sealed, T), E> {
    let plan = Plan::new(&draft)?;
    let files = draft.files.len();
    let packing = packing(draft, &plan, sign)?;
    packing.pass(progress, |zip, bytes| {
        take(zip, bytes).map(|taken| (Sealed { bytes, files }, taken))
    })
}

/// What was made does not hold.
pub(crate) fn unlike(origin: &Path) -> Refusal {
    Refusal::new(
        "E-BUNDLE-READBACK",
        Class::Machine,
        format!(
            "Writing {}: what was written does not verify. It was removed; check the disk, then try again.",
            origin.display()
        ),
    )
}

/// Judges what was just made as its recipient would; of the files in `passed` the hash is known and the content is not at hand.
pub(crate) fn holds(
    made: Medium,
    passed: &BTreeMap<String, Digest>,
    purpose: Purpose,
    origin: &Path,
    progress: Progress<'_>,
) -> Result<(), Refusal> {
    let mut tree = Tree::strict_zip(made, origin).map_err(|_| unlike(origin))?;
    for (path, digest) in passed {
        tree.pass(path, *digest);
    }
    let options = Options {
        purpose,
        max_bytes: Some(u64::MAX),
        ..Options::default()
    };
    let examined = examine(&mut tree, Container::Zip, &options, progress).map_err(|refusal| {
        if refusal.class == Class::Cancelled {
            refusal
        } else {
            unlike(origin)
        }
    })?;
    match examined.report.problems.first() {
        None => Ok(()),
        // A draft's own JSON can be at fault; everything else would be the disk.
        Some(problem) if problem.code == "B-41" => {
            Err(refuse(format!("{}: {}", problem.path, problem.message)))
        }
        Some(_) => Err(unlike(origin)),
    }
}

/// Everything about a bundle that is known before its files are read.
struct Plan {
    purpose: Purpose,
    key: KeyData,
    date: Date,
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
        let judged = draft.purpose.json().0;
        let away = |(path, content): &(PayloadPath, Content)| {
            path.in_bag() == judged && matches!(content, Content::Reader { .. })
        };
        if draft.files.iter().any(away) {
            return Err(refuse(format!(
                "{judged} is to be given as a whole: what it says is checked"
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
            bag_info: info.text(),
            allowed_signers,
            verify_txt,
        })
    }
}

/// Puts everything in the order of the zip, byte order of the names, and signs the list of it: VERIFY.txt, allowed_signers, bag-info.txt and
/// bagit.txt come before `data/`, the manifests after it.
fn packing(
    draft: Draft,
    plan: &Plan,
    sign: &dyn Fn(&[u8]) -> Result<String, Refusal>,
) -> Result<Packing, Refusal> {
    let Draft {
        name, mut files, ..
    } = draft;
    files.sort_by(|(one, _), (two, _)| one.cmp(two));
    let hash = |bytes: &[u8]| Digest::from(Sha256::digest(bytes));
    let mut parts = Vec::new();
    let mut sources = Vec::new();
    let mut tags = BTreeMap::new();
    for (path, text) in [
        ("VERIFY.txt", plan.verify_txt.as_str()),
        ("allowed_signers", &plan.allowed_signers),
        ("bag-info.txt", &plan.bag_info),
        ("bagit.txt", BAGIT),
    ] {
        tags.insert(path.to_owned(), hash(text.as_bytes()));
        parts.push((path.to_owned(), Part::Here(text.as_bytes().to_vec())));
    }
    let mut payload = BTreeMap::new();
    for (path, content) in files {
        let path = path.in_bag().to_owned();
        let part = match content {
            Content::Bytes(bytes) => {
                payload.insert(path.clone(), hash(&bytes));
                Part::Here(bytes)
            }
            Content::Reader {
                bytes,
                sha256,
                open,
            } => {
                payload.insert(path.clone(), sha256);
                sources.push(Source {
                    path: path.clone(),
                    bytes,
                    digest: sha256,
                    open,
                });
                Part::There
            }
        };
        parts.push((path, part));
    }
    let manifest = bag::manifest_text(&payload);
    tags.insert(MANIFEST.to_owned(), hash(manifest.as_bytes()));
    let tag_manifest = bag::manifest_text(&tags);
    let signature = sign(tag_manifest.as_bytes())?;
    let judged = judge(plan.purpose, signature.as_bytes(), tag_manifest.as_bytes());
    if judged.fault.is_some() || judged.key.as_ref() != Some(&plan.key) {
        return Err(Refusal::input(
            "E-BUNDLE-SIGNATURE",
            "Sealing a bundle: the signature that the key gave does not hold for the signer named. Choose the signer's own key.",
        ));
    }
    for (path, text) in [
        (MANIFEST, manifest),
        (TAG_MANIFEST, tag_manifest),
        (SIGNATURE, signature),
    ] {
        parts.push((path.to_owned(), Part::Here(text.into_bytes())));
    }
    Ok(Packing {
        bag: name.to_string(),
        purpose: plan.purpose,
        date: plan.date.dos(),
        parts,
        sources,
    })
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
