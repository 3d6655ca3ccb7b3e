//! Bundles of anybody: verified in plain words, with what we know of the key; and taken into a record with their origin.

use crate::{
    customers::clean,
    error::{Error, Result},
    filings::steps,
    open_vault::OpenVault,
    passphrase::fingerprint_words,
    signers::Standing,
    watch::Watch,
};
use bundle::Options;
use contract as c;
use domain::{change::Change, signer::Received};
use sha2::Digest as _;
use std::path::Path;

fn options(allowed_signers: Option<&Path>, identity: Option<&Path>) -> Result<Options> {
    Ok(Options {
        allowed_signers: allowed_signers
            .map(bundle::AllowedSigners::read)
            .transpose()?,
        identity: identity.map(bundle::Identity::read).transpose()?,
        ..Options::default()
    })
}

/// Judges a bundle without a vault. What cannot be judged is an error; everything else stands in the report.
pub fn verify(
    path: &Path,
    allowed_signers: Option<&Path>,
    identity: Option<&Path>,
    watch: &dyn Watch,
) -> Result<c::BundleReport> {
    let options = options(allowed_signers, identity)?;
    let report = bundle::verify(path, &options, &mut steps(watch))?;
    Ok(in_words(report, path, None))
}

/// Judges any BagIt bag.
pub fn check_bag(path: &Path) -> Result<bundle::BagReport> {
    Ok(bundle::bag_check(path, &mut bundle::silent)?)
}

/// A report in plain words; with a standing where there is an address book.
fn in_words(
    mut report: bundle::Report,
    path: &Path,
    standing: Option<Standing>,
) -> c::BundleReport {
    let mut checks = Vec::new();
    let mut problems: Vec<c::BundleProblem> = std::mem::take(&mut report.problems)
        .into_iter()
        .map(|problem| c::BundleProblem {
            code: problem.code.to_owned(),
            path: problem.path,
            message: problem.message,
        })
        .collect();
    let signer = report.signer.map(|signer| {
        checks.push(format!(
            "Signed by {} with key {}.",
            signer.name, signer.fingerprint
        ));
        let listed = signer.trusted;
        let (word, label, sentence, trusted) = match standing {
            Some(standing) if !listed => {
                if let Some((code, message)) = standing.problem {
                    problems.push(c::BundleProblem {
                        code: code.to_owned(),
                        path: "allowed_signers".to_owned(),
                        message,
                    });
                }
                (standing.word, standing.label, standing.sentence, standing.trusted)
            }
            _ if listed => ("listed", None, "The key is one you know.".to_owned(), true),
            _ => (
                "none",
                None,
                "Nothing outside the bundle vouches for this key: compare its fingerprint with the sender by another way, such as the telephone.".to_owned(),
                false,
            ),
        };
        checks.push(sentence);
        c::BundleSigner {
            words: fingerprint_words(&signer.fingerprint),
            name: signer.name,
            fingerprint: signer.fingerprint,
            trusted,
            standing: word.to_owned(),
            label,
        }
    });
    if report.valid {
        checks.push(format!(
            "All {} files are as they were signed, none is missing and none was added.",
            report.files
        ));
    }
    c::BundleReport {
        valid: problems.is_empty(),
        signer,
        filing: report.filing,
        kind: report.kind,
        organisation: report.organisation,
        dated: report.dated,
        files: u32::try_from(report.files).unwrap_or(u32::MAX),
        bytes: report.bytes,
        problems,
        checks,
        name: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        handle: None,
        received: None,
    }
}

/// Says why a bundle that does not hold is not taken in.
fn refuse(report: &c::BundleReport) -> Result<()> {
    match report.problems.first() {
        None => Ok(()),
        Some(problem) => Err(Error::new(
            &problem.code,
            c::Class::NotValid,
            format!("{} Nothing was imported.", problem.message),
        )),
    }
}

impl OpenVault {
    /// Judges a bundle, and says what the address book knows of its key. With a list from outside, the list decides.
    pub fn bundle_verify(
        &self,
        path: &Path,
        allowed_signers: Option<&Path>,
        identity: Option<&Path>,
        watch: &dyn Watch,
    ) -> Result<c::BundleReport> {
        let options = self.staged(options(allowed_signers, identity)?);
        let report = bundle::verify(path, &options, &mut steps(watch))?;
        let standing = self.key_standing_of(&report)?;
        Ok(in_words(report, path, standing))
    }

    /// The plaintext of an encrypted bundle lies, nameless and encrypted, in the vault's own folder.
    fn staged(&self, options: Options) -> Options {
        Options {
            staging: self
                .reading()
                .is_none()
                .then(|| self.vault().root().join("tmp")),
            ..options
        }
    }

    fn key_standing_of(&self, report: &bundle::Report) -> Result<Option<Standing>> {
        report
            .signer
            .as_ref()
            .map(|signer| {
                self.read(|read| self.key_standing(read, signer, report.dated.as_deref()))
            })
            .transpose()
    }

    /// Verifies a bundle of somebody else and takes it into a record, as it came, with its origin. A key that nobody compared is taken for
    /// what it is: the reason why the bundle is kept all the same is recorded, and the key is seen, not trusted.
    pub fn bundle_receive(
        &self,
        path: &Path,
        identity: Option<&Path>,
        into: &str,
        why: Option<&str>,
        watch: &dyn Watch,
    ) -> Result<c::ReceivedRow> {
        self.writes()?;
        let into = self.read(|read| self.subject(read, into))?;
        let why = why
            .map(|why| clean("why", why))
            .transpose()?
            .filter(|why| !why.trim().is_empty());
        let options = self.staged(options(None, identity)?);
        let (report, mut zip) = bundle::verify_and_keep(path, &options, &mut steps(watch))?;
        let standing = self.key_standing_of(&report)?;
        let encrypted = report.container == bundle::Container::Encrypted;
        let (name, dated, files) = (report.name.clone(), report.dated.clone(), report.files);
        let key = report.signer.clone();
        let word = standing.as_ref().map_or("unknown", |one| one.word);
        let trusted = standing.as_ref().is_some_and(|one| one.trusted);
        let shown = in_words(report, path, standing);
        refuse(&shown)?;
        let Some(key) = key else {
            return Err(Error::new(
                "B-30",
                c::Class::NotValid,
                "Not signed. Anyone could have made this. Nothing was imported.",
            ));
        };
        if !trusted && why.is_none() {
            return Err(Error::input(
                "B-31",
                format!(
                    "Nobody has compared the key {} with the sender. Compare it by telephone and trust it in the address book, or say why the bundle is imported anyway. Nothing was imported.",
                    key.fingerprint
                ),
            ));
        }
        let length = zip.length()?;
        let mut hash = Hashing {
            inner: &mut zip,
            hash: sha2::Sha256::new(),
        };
        let taken = self.take_from(
            &format!("{name}.bundle.zip"),
            &mut hash,
            length,
            u64::MAX,
            watch,
        )?;
        let sha256 = domain::entry::hex(&hash.hash.finalize());
        let by = self.vault().member().label.clone();
        let on = self.today().to_string();
        if let Some(before) = self.read(|read| {
            let all = read.received()?;
            let before = all.iter().find(|one| one.sha256 == sha256);
            before.map(|one| self.received_row(read, one)).transpose()
        })? {
            self.vault().documents().remove(taken.id())?;
            return Ok(c::ReceivedRow {
                again: true,
                ..before
            });
        }
        self.act(|act| {
            let document = self.keep(act, &into, "other", taken)?;
            let received = Received {
                reference: act.read().next_reference("RB", 4)?,
                into: into.clone(),
                document,
                name: name.clone(),
                sha256: sha256.clone(),
                bytes: length,
                files,
                filing: shown.filing.clone(),
                kind: shown.kind.clone(),
                organisation: shown.organisation.clone(),
                dated: dated.clone(),
                principal: key.name.clone(),
                fingerprint: key.fingerprint.clone(),
                standing: word.to_owned(),
                why: why.clone(),
                encrypted,
                on: on.clone(),
                by: by.clone(),
            };
            act.push(
                Change::BundleReceived {
                    bundle: Box::new(received),
                },
                None,
                why.as_deref(),
            )?;
            self.note_key(
                act,
                &key,
                shown.organisation.as_deref().unwrap_or_default(),
                &name,
            )
        })?;
        self.read(|read| {
            let found = read.received()?;
            let one = found
                .iter()
                .find(|one| one.sha256 == sha256)
                .ok_or_else(|| store::StoreError::not_found("received bundle", &name))?;
            self.received_row(read, one)
        })
    }

    /// Bundles that came from others, the newest first.
    pub fn bundle_list(&self) -> Result<Vec<c::ReceivedRow>> {
        self.read(|read| {
            read.received()?
                .iter()
                .map(|one| self.received_row(read, one))
                .collect()
        })
    }

    /// Under which reference a bundle with this content was taken in.
    pub(crate) fn received_as(&self, path: &Path) -> Option<String> {
        let mut hash = sha2::Sha256::new();
        std::io::copy(
            &mut held::retry(|| std::fs::File::open(path)).ok()?,
            &mut hash,
        )
        .ok()?;
        let sha256 = domain::entry::hex(&hash.finalize());
        let all = self.read(|read| Ok(read.received()?)).ok()?;
        all.into_iter()
            .find(|one| one.sha256 == sha256)
            .map(|one| one.reference)
    }

    fn received_row(&self, read: &store::Read<'_>, one: &Received) -> Result<c::ReceivedRow> {
        let (now, label) = self.known_as(read, &one.fingerprint)?;
        Ok(c::ReceivedRow {
            r#ref: one.reference.clone(),
            into: one.into.clone(),
            name: one.name.clone(),
            filing: one.filing.clone(),
            kind: one.kind.clone(),
            organisation: one.organisation.clone(),
            dated: one.dated.clone(),
            signer: label.unwrap_or_else(|| one.principal.clone()),
            fingerprint: one.fingerprint.clone(),
            standing: one.standing.clone(),
            standing_now: now.to_owned(),
            why: one.why.clone(),
            encrypted: one.encrypted,
            files: u32::try_from(one.files).unwrap_or(u32::MAX),
            bytes: one.bytes,
            sha256: one.sha256.clone(),
            // Gone where the record it was taken into was disposed of.
            document: read
                .document(&one.document)
                .map(|line| line.document.id)
                .unwrap_or_default(),
            on: one.on.clone(),
            by: self.member_name(&one.by),
            again: false,
        })
    }
}

/// Gives bytes on, and hashes them.
struct Hashing<'a> {
    inner: &'a mut bundle::Medium,
    hash: sha2::Sha256,
}

impl std::io::Read for Hashing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let got = std::io::Read::read(self.inner, buffer)?;
        self.hash.update(buffer.get(..got).unwrap_or_default());
        Ok(got)
    }
}
