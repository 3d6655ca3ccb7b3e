//! Sealing a filing into a signed bundle, exporting it, and judging anybody's bundle.

use super::fill::Signing;
use crate::{
    audit::entry_line,
    error::{Error, Result},
    now::rfc3339,
    open_vault::OpenVault,
    watch::{Unwatched, Watch},
};
use aside::{Aside, Direct, Piece};
use bundle::{
    BagName, Class as BundleClass, Content as Payload, Doing, Draft, PayloadPath, Refusal, Step,
};
use contract as c;
use domain::{
    approval,
    change::{Approval, Change},
    entry::head_code,
    record::{Filing, Seal},
};
use std::{fmt::Write as _, ops::ControlFlow, path::Path};

fn class(class: BundleClass) -> c::Class {
    match class {
        BundleClass::NotValid => c::Class::NotValid,
        BundleClass::BadInput => c::Class::BadInput,
        BundleClass::Machine => c::Class::Machine,
        BundleClass::Locked => c::Class::Locked,
        BundleClass::Damaged => c::Class::Damaged,
        BundleClass::Newer => c::Class::Newer,
        BundleClass::Limit => c::Class::Limit,
        BundleClass::Refused => c::Class::Refused,
        BundleClass::Cancelled => c::Class::Cancelled,
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code, class(refusal.class), refusal.message)
    }
}

/// Passes a bundle's progress on.
pub(crate) fn steps(watch: &dyn Watch) -> impl FnMut(Step) -> ControlFlow<()> + '_ {
    |step| {
        let phase = match step.doing {
            Doing::Packing => "Packing",
            Doing::Checking => "Checking",
            Doing::Encrypting => "Encrypting",
            Doing::Decrypting => "Decrypting",
            Doing::Unpacking => "Unpacking",
        };
        watch.step(phase, step.done, Some(step.total), "bytes");
        if watch.cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// The key that signs a bundle.
enum SignsWith<'a> {
    Approval(&'a vault::ApprovalKey),
    Other(&'a bundle::OpenSshKey),
}

impl SignsWith<'_> {
    fn fingerprint(&self) -> String {
        match self {
            Self::Approval(key) => key.fingerprint(),
            Self::Other(key) => key.fingerprint(),
        }
    }

    fn public_openssh(&self) -> String {
        match self {
            Self::Approval(key) => key.public_openssh(),
            Self::Other(key) => key.public_openssh(),
        }
    }

    fn sign(&self, manifest: &[u8]) -> std::result::Result<String, Refusal> {
        match self {
            Self::Approval(key) => key
                .sign_sshsig(bundle::NAMESPACE, manifest)
                .map_err(|error| {
                    Refusal::new("E-VAULT-KEY", BundleClass::Machine, error.to_string())
                }),
            Self::Other(key) => key.sign(bundle::NAMESPACE, manifest),
        }
    }
}

impl OpenVault {
    /// Seals: pages, JSON, journal extract and documents under one signature of the approver's key.
    pub(crate) fn seal_bundle(
        &self,
        filing: &Filing,
        req: &c::FilingSealReq,
        other: Option<&bundle::OpenSshKey>,
        watch: &dyn Watch,
    ) -> Result<()> {
        let approver = self.approver(
            req.label.as_deref(),
            Some(&req.passphrase),
            req.override_reason.as_deref(),
        )?;
        let label = req
            .label
            .clone()
            .unwrap_or_else(|| self.vault().member().label.clone());
        // Approved with the approval key; signed with it too, or with an OpenSSH key that the approver bound before.
        let key = match other {
            None => SignsWith::Approval(&approver),
            Some(other) => {
                self.bound(&label, &other.fingerprint())?;
                SignsWith::Other(other)
            }
        };
        let fingerprint = key.fingerprint();
        let override_reason = req
            .override_reason
            .as_deref()
            .map(str::trim)
            .filter(|reason| !reason.is_empty());
        let (note, note_signature) = self.checkpoint()?;
        let at_ms = self.now().timestamp_millis();
        let sealed_at = rfc3339(at_ms);

        let (pages, filled, head, journal, signer_name, schema) = self.read(|read| {
            let head = read.head()?;
            let signer_name = self.names(read)?.of(&fingerprint);
            let signing = Signing {
                name: signer_name.clone(),
                principal: self.principal(&label),
                fingerprint: fingerprint.clone(),
                at_ms,
                override_reason: override_reason.map(str::to_owned),
                head_code: head_code(&head.chain),
                entries: head.count,
            };
            let filled = self.fill(read, filing, &signing)?;
            let more: Vec<(String, String)> = filled
                .files
                .iter()
                .map(|(path, what, _)| (path.clone(), what.clone()))
                .chain([(
                    bundle::VERIFY_PAGE_PATH.to_owned(),
                    "Check this bundle in a browser, without a network; it needs scripts"
                        .to_owned(),
                )])
                .collect();
            let pages = filing::render(&filled.form, &more).map_err(super::unwritten)?;
            // The entries that the filing rests on, without what they say and without their salts (contract, section 6).
            let mut subjects: Vec<String> = [
                Some(filing.reference.clone()),
                filing.case.clone(),
                filing.clock.clone(),
            ]
            .into_iter()
            .flatten()
            .chain(filing.subjects.iter().cloned())
            .chain(
                filled
                    .origins
                    .values()
                    .flat_map(|origin| origin.refs.clone()),
            )
            .collect();
            subjects.sort();
            subjects.dedup();
            let (_, mut entries) = read.timeline(&subjects, 0, 10_000)?;
            entries.reverse();
            let mut journal = String::new();
            for recorded in &entries {
                let _ = writeln!(journal, "{}", entry_line(&recorded.chained)?);
            }
            let _ = writeln!(
                journal,
                "{}",
                serde_json::json!({"checkpoint": note, "signature": note_signature})
            );
            let schema = filing::schema_text(filled.form.form);
            Ok((pages, filled, head, journal, signer_name, schema))
        })?;
        let json = pages.json.clone();
        let pack = &filled.form.pack;

        // The name's tail comes from the head, so that two seals of one reference never share a name.
        let tail: String = domain::entry::hex(&head.chain).chars().take(8).collect();
        let name = format!("{}-{tail}", filing.reference);
        let today = self.today().to_string();
        let text = |content: String| Payload::Bytes(content.into_bytes());
        let mut files = vec![
            (PayloadPath::new("filing.pdf")?, Payload::Bytes(pages.pdf)),
            (PayloadPath::new("filing.json")?, Payload::Bytes(pages.json)),
            (PayloadPath::new("filing.schema.json")?, text(schema)),
            (
                PayloadPath::new("index.html")?,
                Payload::Bytes(pages.index_html),
            ),
            (PayloadPath::new("journal.jsonl")?, text(journal)),
            (
                PayloadPath::new(bundle::VERIFY_PAGE_PATH)?,
                text(bundle::VERIFY_PAGE.to_owned()),
            ),
        ];
        for (path, _, bytes) in &filled.files {
            files.push((PayloadPath::new(path)?, Payload::Bytes(bytes.clone())));
        }
        for (line, attached) in filled.documents.iter().zip(&filled.form.attachments) {
            files.push((
                PayloadPath::new(&attached.file)?,
                self.document_content(&line.document.id)?,
            ));
        }
        let mut info = vec![
            (
                "Source-Organization".to_owned(),
                self.organisation().name.clone(),
            ),
            ("External-Identifier".to_owned(), filing.reference.clone()),
            ("Bagging-Date".to_owned(), today.clone()),
            (
                "Bag-Software-Agent".to_owned(),
                format!("CIP Desk {}", env!("CARGO_PKG_VERSION")),
            ),
            ("CIP-Filing".to_owned(), filing.reference.clone()),
            ("CIP-Bundle-Kind".to_owned(), filing.form.clone()),
            (
                "CIP-Rule-Pack".to_owned(),
                format!("{}@{} ({})", pack.id, pack.version, pack.status),
            ),
            ("CIP-Signer-Fingerprint".to_owned(), fingerprint.clone()),
            ("CIP-Journal-Head".to_owned(), head_code(&head.chain)),
        ];
        if let Some(replaces) = &filing.replaces {
            info.push((
                "CIP-Supersedes".to_owned(),
                format!("{} sha256 {}", replaces.bundle, replaces.sha256),
            ));
        }
        if override_reason.is_some() {
            info.push((
                "CIP-Override".to_owned(),
                "one person both prepared and approved".to_owned(),
            ));
        }
        let draft = Draft {
            purpose: bundle::Purpose::Filing,
            name: BagName::new(&name)?,
            info,
            files,
            principal: self.principal(&label),
            signer_public_openssh: key.public_openssh(),
            signer_name: signer_name.clone(),
            verify_notes: format!(
                "{} of {}.\n{}",
                super::title(&filing.form),
                self.organisation().name,
                pack.banner
            ),
        };
        let sign = |manifest: &[u8]| key.sign(manifest);
        // It goes into the vault as it is made. How far that is, is told by what is made.
        let sealed = bundle::seal_through(draft, &sign, &mut steps(watch), |zip, length| {
            let name = format!("{name}.bundle.zip");
            self.take_from(&name, zip, length, u64::MAX, &Unwatched)
        });
        let (sealed, taken) = match sealed {
            Err(error) if error.0.class != c::Class::Cancelled => {
                // Where a document is at fault, it is named as everywhere.
                for line in &filled.documents {
                    self.document_holds(&line.document.id)?;
                }
                return Err(error);
            }
            sealed => sealed?,
        };
        let length = json.len() as u64;
        let mut json = std::io::Cursor::new(json);
        let content = self.take_from("filing.json", &mut json, length, u64::MAX, watch)?;
        // Of what was kept: hashing the bundle once more before that would say the same.
        let sha256 = taken.sha256().to_owned();
        let statement = approval::seal(&filing.reference, &name, &sha256);
        let approval = Approval {
            label: label.clone(),
            fingerprint: approver.fingerprint(),
            signature: approver.sign_sshsig(approval::NAMESPACE, statement.as_bytes())?,
            statement,
            override_reason: override_reason.map(str::to_owned),
        };
        self.act(|act| {
            if act.read().filing(&filing.reference)?.revision != filing.revision {
                return Err(Error::refused(
                    "U-08",
                    format!(
                        "{} was changed while it was being sealed. Look at it again, then seal.",
                        filing.reference
                    ),
                ));
            }
            let document = self.keep(act, &filing.reference, "other", taken)?;
            let content = self.keep(act, &filing.reference, "other", content)?;
            let seal = Seal {
                name: name.clone(),
                sha256: sha256.clone(),
                bytes: sealed.bytes,
                files: u32::try_from(sealed.files).unwrap_or(u32::MAX),
                label,
                fingerprint,
                principal: self.principal(&approval.label),
                sealed_at,
                head_code: head_code(&head.chain),
                override_reason: override_reason.map(str::to_owned),
                pages: Some(pages.pages),
                document,
                content,
            };
            act.push(
                Change::FilingSealed {
                    filing: filing.reference.clone(),
                    seal,
                    approval,
                },
                None,
                override_reason,
            )?;
            self.copies_sealed(act, filing)?;
            // An internal target for the approval is met by it.
            let by = format!("{} approved and sealed", filing.reference);
            let at = self.today().to_string();
            let Some(case) = filing.case.as_deref().filter(|_| filing.form == "F4") else {
                return Ok(());
            };
            self.end_case_clocks(
                act,
                case,
                |rule| rule.stop == "approved",
                "satisfied",
                &at,
                &by,
            )
        })
    }

    /// The signer's name for `ssh-keygen -I`: no person, no organisation.
    fn principal(&self, label: &str) -> String {
        let vault: String = self
            .vault()
            .vault_id()
            .chars()
            .filter(char::is_ascii_hexdigit)
            .take(8)
            .collect();
        format!("{label}.{vault}@cipdesk")
    }

    /// Writes a sealed filing's bundle to a folder, encrypted when recipients are given.
    pub fn filing_export(
        &self,
        reference: &str,
        folder: &Path,
        recipients: &[String],
        watch: &dyn Watch,
    ) -> Result<c::Exported> {
        self.needs(domain::may::Right::Export)?;
        let filing = self.read(|read| Ok(read.filing(reference)?))?;
        let Some(seal) = &filing.seal else {
            return Err(Error::input(
                "E-FILING-STATE",
                format!(
                    "{} is not sealed yet. Approve and seal it first.",
                    filing.reference
                ),
            ));
        };
        let mut to = Vec::new();
        for recipient in recipients {
            to.extend(bundle::parse_recipients(recipient)?);
        }
        std::fs::create_dir_all(folder)?;
        let (_, mut sealed) = self.open_document(&seal.document)?;
        let (name, sha256, length) = if to.is_empty() {
            let name = format!("{}.bundle.zip", seal.name);
            let file = tempfile::NamedTempFile::new_in(folder)?;
            // Decrypted here, written there.
            let mut written = Aside::new(Direct::new(file.as_file().try_clone()?));
            let mut piece = Piece::new();
            let mut done = 0u64;
            while piece.fill(&mut sealed)? {
                done += piece.bytes().len() as u64;
                written.pass(&mut piece)?;
                watch.step("Writing", done, Some(seal.bytes), "bytes");
                if watch.cancelled() {
                    return Err(Error::cancelled());
                }
            }
            written.finish()?.finish()?;
            held::place(file, &folder.join(&name)).map_err(|error| named(error.error, &name))?;
            (name, seal.sha256.clone(), done)
        } else {
            let name = format!("{}.bundle.zip.age", seal.name);
            let encrypted = bundle::encrypt_from(
                &mut sealed,
                seal.bytes,
                &to,
                &folder.join(&name),
                &mut steps(watch),
            )?;
            (name, encrypted.sha256, encrypted.bytes)
        };
        let shown: Vec<String> = to
            .iter()
            .map(|recipient| recipient.to_string().chars().take(16).collect())
            .collect();
        self.act(|act| {
            act.push(
                Change::FilingExported {
                    filing: filing.reference.clone(),
                    sha256: sha256.clone(),
                    recipients: shown.clone(),
                },
                None,
                None,
            )?;
            Ok(())
        })?;
        Ok(c::Exported {
            name,
            sha256,
            bytes: length,
            recipients: shown,
        })
    }

    /// One page of a filing's PDF as PNG: of the sealed one, or of the draft as it would be sealed now.
    pub fn filing_page(&self, reference: &str, page: u32, width: u32) -> Result<Vec<u8>> {
        let pdf = self.read(|read| {
            let filing = read.filing(reference)?;
            let filled = self.filled(read, &filing)?;
            filing::render(&filled.form, &[]).map_err(super::unwritten)
        })?;
        self.preview()
            .render(&pdf.pdf, page, width, 0)
            .map_err(|why| Error::new(why.code(), c::Class::Limit, why.to_string()))
    }
}

fn named(error: std::io::Error, name: &str) -> Error {
    if error.kind() == std::io::ErrorKind::AlreadyExists {
        return Error::input(
            "E-FILE-EXISTS",
            format!(
                "{name} is in that folder already, and is never written over. Choose another folder."
            ),
        );
    }
    error.into()
}
