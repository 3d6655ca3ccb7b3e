//! Asking a reseller by a file: the page that goes out, the signed and encrypted answer that comes back, and the person who compares its key
//! before a word of it counts. The order of the checks is security 3.20's; the file is the bag of contract section 4 under its own namespace.

mod page;

use crate::{
    customers::clean,
    error::{Error, Result},
    filings::steps,
    handed_out::NewFile,
    open_vault::OpenVault,
    passphrase::fingerprint_words,
    watch::Watch,
};
use bundle::{Container, Identity, Medium, Options, PayloadPath, Purpose};
use contract as c;
use domain::{
    change::Change,
    intake::{self, Answer, Answers, Intake, Point, Standing, Verdict},
    pack::{Coded, Part},
    record::Cip,
    signer::{KnownKey, Word},
};
use std::{
    io::{Seek as _, Write as _},
    path::Path,
};
use store::Read;
use zeroize::Zeroizing;

/// Largest document that comes with an answer, in bytes: a browser holds it whole, and so do we while it is filed.
const LARGEST_DOCUMENT: u64 = 64 << 20;
/// Largest answer, encrypted or not: the document, and what says where it belongs.
const LARGEST: u64 = LARGEST_DOCUMENT + (1 << 20);
/// Where the answers stand in the bag, their schema, and the document.
const ANSWERS: &str = "answers.json";
const SCHEMA: &str = "answers.schema.json";
const DOCUMENT: &str = "documents/cip.bin";
/// Largest `answers.json`, in bytes.
const LARGEST_ANSWERS: u64 = 512 << 10;

fn not_valid(code: &str, message: impl Into<String>) -> Error {
    Error::new(
        code,
        c::Class::NotValid,
        format!("{} Nothing was imported.", message.into()),
    )
}

fn random_hex() -> Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|_| Error::machine("E-RANDOM", "The system gave no random numbers. Try again."))?;
    Ok(domain::entry::hex(&bytes))
}

fn point(row: &Coded) -> Point {
    let sure = if row.confidence.is_verified() {
        ""
    } else {
        "; not verified against the rule"
    };
    Point {
        id: row.id.clone(),
        label: row.label.clone(),
        text: row.text.clone(),
        cite: format!("{}{sure}", row.cite),
    }
}

/// What came back, read and judged, before anything is written.
struct Came {
    answers: Answers,
    attached: bool,
    signer: bundle::Signer,
    dated: String,
    zip: Medium,
}

impl OpenVault {
    /// Requests by file, the newest first; of one reseller where it is named.
    pub fn intake_list(&self, reseller: Option<&str>) -> Result<Vec<c::IntakeRow>> {
        self.read(|read| {
            let only = reseller
                .map(|name| read.reseller(name).map(|one| one.reference))
                .transpose()?;
            read.intakes()?
                .iter()
                .filter(|intake| only.as_ref().is_none_or(|only| intake.reseller == *only))
                .map(|intake| self.intake_row(read, intake))
                .collect()
        })
    }

    fn intake_row(&self, read: &Read<'_>, intake: &Intake) -> Result<c::IntakeRow> {
        let standing = intake.standing();
        Ok(c::IntakeRow {
            r#ref: intake.reference.clone(),
            reseller: intake.reseller.clone(),
            reseller_name: read.reseller(&intake.reseller)?.name,
            standing: standing.word().to_owned(),
            standing_label: standing.label().to_owned(),
            on: intake.on.clone(),
            by: self.member_name(&intake.by),
            answered: intake.last().map(|answer| answer.on.clone()),
        })
    }

    /// One request by file: what it asked, and the answer that waits or came last.
    pub fn intake_show(&self, reference: &str) -> Result<c::IntakeView> {
        self.read(|read| {
            let intake = read.intake(reference)?;
            let refused = |one: &&Answer| one.verdict.as_ref().is_some_and(|word| !word.taken);
            let refused = intake.answers.iter().filter(refused).count();
            Ok(c::IntakeView {
                row: self.intake_row(read, &intake)?,
                packs: intake.packs.clone(),
                recipient: intake.recipient.clone(),
                answer: intake
                    .last()
                    .map(|answer| self.intake_answer(read, &intake, answer))
                    .transpose()?,
                refused: u32::try_from(refused).unwrap_or(u32::MAX),
                withdrawn: intake.withdrawn.map(|word| word.how),
            })
        })
    }

    fn intake_answer(
        &self,
        read: &Read<'_>,
        intake: &Intake,
        answer: &Answer,
    ) -> Result<c::IntakeAnswer> {
        let (lines, notes) = match &answer.verdict {
            None => {
                let reseller = read.reseller(&intake.reseller)?;
                let today = self.today().to_string();
                let proposal = intake::propose(&reseller, intake, answer, &today);
                (proposal.lines, proposal.notes)
            }
            Some(_) => (intake::says(&answer.stated, intake), Vec::new()),
        };
        let (standing, label) = self.known_as(read, &answer.fingerprint)?;
        let key = match (standing, label) {
            ("trusted", Some(label)) => format!("The address book knows it as the key of {label}, compared with its owner."),
            ("withdrawn", Some(label)) => format!("The address book says that the key of {label} was withdrawn. Do not rely on it."),
            _ => "Nobody has compared it with its owner yet. Until then nothing that the file says counts.".to_owned(),
        };
        Ok(c::IntakeAnswer {
            answered_by: answer.stated.answered_by.clone(),
            dated: answer.dated.clone(),
            on: answer.on.clone(),
            by: self.member_name(&answer.by),
            fingerprint: answer.fingerprint.clone(),
            key,
            sha256: answer.sha256.clone(),
            document: read.document(&answer.document).ok().map(|line| c::Choice {
                value: line.document.id,
                label: line.document.name,
            }),
            lines: lines
                .into_iter()
                .map(|line| c::IntakeLine {
                    label: line.label,
                    now: line.now,
                    then: line.then,
                })
                .collect(),
            elements: intake
                .elements
                .iter()
                .map(|point| {
                    let mark = answer.stated.elements.get(&point.id);
                    c::IntakeElement {
                        id: point.id.clone(),
                        label: point.label.clone(),
                        standing: mark.map(|mark| mark.standing.clone()),
                        page: mark.and_then(|mark| mark.page.clone()),
                    }
                })
                .collect(),
            notes,
            verdict: answer.verdict.as_ref().map(|verdict| c::IntakeVerdict {
                taken: verdict.taken,
                by: self.member_name(&verdict.word.by),
                on: verdict.word.on.clone(),
                how: verdict.word.how.clone(),
            }),
        })
    }

    /// What the page of a request is called on a disk; of the next request where none is named.
    pub fn intake_page_name(&self, reference: Option<&str>) -> Result<String> {
        let reference = match reference {
            Some(reference) => self.read(|read| Ok(read.intake(reference)?.reference))?,
            None => self.read(|read| Ok(read.next_reference("IN", 4)?))?,
        };
        Ok(format!("{reference}-cip-request.html"))
    }

    /// Asks a reseller: makes the page with the questions of the rule packs in use, and a key of its own that its answer is encrypted to.
    /// Where the page cannot be written, the request is recorded all the same, and the page can be written again.
    pub fn intake_request(&self, reseller: &str, to: &Path) -> Result<c::IntakeWritten> {
        self.needs(domain::may::Right::Export)?;
        self.writes()?;
        // Said before anything is recorded.
        drop(NewFile::beside(to)?);
        let (identity, recipient) = vault::new_identity();
        let rules = self.rules();
        let points = |part: Part| crate::elements::listed(&rules, part).into_iter().map(point);
        let intake = Intake {
            reference: String::new(),
            reseller: String::new(),
            nonce: random_hex()?,
            recipient,
            packs: rules
                .in_use()
                .map(|pack| format!("{} {}", pack.id(), pack.version()))
                .collect(),
            elements: points(Part::MinimumElement).collect(),
            attestations: points(Part::Attestation).collect(),
            on: self.today().to_string(),
            by: self.vault().member().label.clone(),
            answers: Vec::new(),
            withdrawn: None,
        };
        let reference = self.act(|act| {
            let mut intake = intake;
            intake.reseller = act.read().reseller(reseller)?.reference;
            intake.reference = act.read().next_reference("IN", 4)?;
            let reference = intake.reference.clone();
            act.push_with_key(
                Change::IntakeAsked {
                    intake: Box::new(intake),
                },
                None,
                None,
                Some(&identity),
            )?;
            Ok(reference)
        })?;
        let saved = self.intake_page(&reference, to)?;
        Ok(c::IntakeWritten {
            r#ref: reference,
            name: saved.name,
        })
    }

    /// Writes the page of a request, the same bytes as often as it is asked for.
    pub fn intake_page(&self, reference: &str, to: &Path) -> Result<c::Saved> {
        self.needs(domain::may::Right::Export)?;
        let (reseller, intake) = self.read(|read| {
            let intake = read.intake(reference)?;
            Ok((read.reseller(&intake.reseller)?, intake))
        })?;
        let rules = self.rules();
        let mut banners: Vec<&str> = rules.in_use().map(|pack| pack.banner()).collect();
        banners.retain(|banner| !banner.is_empty());
        let page = page::render(
            self.vault().vault_id(),
            self.organisation(),
            &reseller,
            &intake,
            banners,
        );
        let mut file = NewFile::beside(to)?;
        file.write_all(page.as_bytes())?;
        Ok(file.keep()?.0)
    }

    /// Takes an answer in: decrypted, its signature and its form judged, its fields checked as a screen would. It waits for a person to
    /// compare its key; nothing else changes. Nothing is written where anything does not hold.
    pub fn intake_import(&self, path: &Path, watch: &dyn Watch) -> Result<c::IntakeView> {
        self.needs(domain::may::Right::Programme)?;
        self.writes()?;
        let mut came = self.intake_read(path, watch)?;
        let sha256 = sha256(&mut came.zip)?;
        let (intake, standing) = self.read(|read| {
            let all = read.intakes()?;
            let asked = all.iter().find(|one| one.reference == came.answers.request);
            came.answers
                .belongs(self.vault().vault_id(), asked)
                .map_err(|fault| not_valid(&fault.code, fault.sentence))?;
            let asked = asked.cloned().ok_or_else(|| {
                store::StoreError::not_found("request by file", &came.answers.request)
            })?;
            for answer in all.iter().flat_map(|one| &one.answers) {
                if answer.sha256 == sha256 || answer.nonce == came.answers.answer {
                    return Err(not_valid(
                        "E-INTAKE-AGAIN",
                        format!(
                            "This answer was imported on {} already. A second time it is no answer.",
                            answer.on
                        ),
                    ));
                }
            }
            let why = match asked.standing() {
                Standing::Open => None,
                Standing::Waiting => Some((
                    "E-INTAKE-WAITING",
                    "Another answer to it waits for its key to be compared. Decide on that one first",
                )),
                Standing::Taken => Some((
                    "E-INTAKE-ANSWERED",
                    "It was answered, and the answer entered the register. To ask again, send another request",
                )),
                Standing::Withdrawn => Some((
                    "E-INTAKE-WITHDRAWN",
                    "It was withdrawn. To ask again, send another request",
                )),
            };
            if let Some((code, why)) = why {
                return Err(not_valid(code, format!("{}: {why}.", asked.reference)));
            }
            let standing = self.key_standing(read, &came.signer, Some(&came.dated))?;
            Ok((asked, standing))
        })?;
        if let Some((code, why)) = standing.problem {
            return Err(not_valid(code, why));
        }
        // Whatever day stands on it: the day is the signer's own word.
        if standing.word == "withdrawn" {
            return Err(not_valid("B-34", standing.sentence));
        }
        if standing.word == "own" {
            return Err(not_valid(
                "E-INTAKE-OWN",
                "It is signed with a key of this vault, not by the reseller.",
            ));
        }
        let latest = self.today().succ_opt().unwrap_or_else(|| self.today());
        // It may be tomorrow where the reseller is.
        if domain::field::date(&came.dated).is_none_or(|dated| dated > latest) {
            return Err(not_valid(
                "E-FIELD-FUTURE",
                format!(
                    "It is dated {}, which lies in the future. Ask the reseller to set the clock of that computer and to answer again.",
                    came.dated
                ),
            ));
        }
        let stated = came
            .answers
            .check(&intake, came.attached, self.today())
            .map_err(|faults| {
                let problems = faults.into_iter().map(|fault| c::FieldProblem {
                    field: fault.field,
                    code: fault.code,
                    message: fault.sentence,
                });
                Error::fields(
                    &format!("Answer to {}", intake.reference),
                    problems.collect(),
                )
            })?;
        let length = came.zip.length()?;
        came.zip.rewind()?;
        let name = format!("{}-answer.bundle.zip", intake.reference);
        let taken = self.take_from(&name, &mut came.zip, length, LARGEST, watch)?;
        self.act(|act| {
            let document = self.keep(act, &intake.reseller, "other", taken)?;
            act.push(
                Change::IntakeAnswered {
                    reseller: intake.reseller.clone(),
                    intake: intake.reference.clone(),
                    answer: Box::new(Answer {
                        nonce: came.answers.answer.clone(),
                        document,
                        sha256,
                        fingerprint: came.signer.fingerprint.clone(),
                        dated: came.dated.clone(),
                        on: self.today().to_string(),
                        by: self.vault().member().label.clone(),
                        stated,
                        verdict: None,
                    }),
                },
                None,
                None,
            )?;
            let reseller = act.read().reseller(&intake.reseller)?;
            self.note_key(act, &came.signer, &reseller.name, &name)
        })?;
        self.intake_show(&intake.reference)
    }

    /// Opens an answer: size, encryption, layout, signature and form, in this order; nothing is written but a nameless encrypted file.
    fn intake_read(&self, path: &Path, watch: &dyn Watch) -> Result<Came> {
        let length = std::fs::metadata(path)?.len();
        if length > LARGEST {
            return Err(Error::new(
                "E-INTAKE-SIZE",
                c::Class::Limit,
                format!(
                    "The answer has {} MB; the limit is {} MB. It was not read. Ask for the CIP as a smaller file.",
                    length >> 20,
                    LARGEST >> 20
                ),
            ));
        }
        let keys = self.read(|read| Ok(read.intake_identities()?))?;
        let mut text = Zeroizing::new(String::with_capacity(keys.len() * 80));
        for key in &keys {
            text.push_str(key);
            text.push('\n');
        }
        let identity = (!keys.is_empty())
            .then(|| Identity::parse(&text, "the requests of this vault"))
            .transpose()?;
        let options = Options {
            purpose: Purpose::Intake,
            identity,
            staging: Some(self.vault().root().join("tmp")),
            max_bytes: Some(LARGEST),
            ..Options::default()
        };
        let (report, zip) = bundle::verify_and_keep(path, &options, &mut steps(watch))
            .map_err(|refusal| match refusal.code {
                // The keys are those of requests, one each: to name them all would tell the reader nothing.
                "B-02" => Error::new(
                    "B-02",
                    c::Class::Locked,
                    "It is encrypted to no request of this vault that may still be answered: it answers another vault's request, or one that was withdrawn. Open the vault that asked.",
                ),
                _ => refusal.into(),
            })?;
        if report.container != Container::Encrypted {
            return Err(not_valid(
                "E-INTAKE-PLAIN",
                "It is not encrypted, so others could have read it on the way. Ask for the file that the page saves, as it is.",
            ));
        }
        if let Some(problem) = report.problems.first() {
            return Err(not_valid(problem.code, problem.message.clone()));
        }
        let form = || {
            not_valid(
                "E-INTAKE-FORM",
                "It is signed and whole, but does not have the form of an answer. Ask for it again, made with the page.",
            )
        };
        let signer = report.signer.ok_or_else(form)?;
        let dated = report.dated.ok_or_else(form)?;
        let answers = bundle::payload(&zip, &PayloadPath::new(ANSWERS)?, LARGEST_ANSWERS)?;
        // The schema is the one that was published, word for word: nothing else travels under its name, or beside it.
        let schema = bundle::payload(&zip, &PayloadPath::new(SCHEMA)?, LARGEST_ANSWERS)?;
        if schema
            .as_deref()
            .is_some_and(|text| text != intake::SCHEMA.as_bytes())
        {
            return Err(form());
        }
        let document = PayloadPath::new(DOCUMENT)?;
        let attached = bundle::payload(&zip, &document, LARGEST_DOCUMENT)?
            .is_some_and(|bytes| !bytes.is_empty());
        if report.files != 1 + u64::from(schema.is_some()) + u64::from(attached) {
            return Err(form());
        }
        let answers: Answers =
            serde_json::from_slice(&answers.ok_or_else(form)?).map_err(|_| form())?;
        Ok(Came {
            answers,
            attached,
            signer,
            dated,
            zip,
        })
    }

    /// Enters the answer that waits in the register, as the reseller's statement with its origin. Whoever does so says the fingerprint as it
    /// was told by another way: one that is copied from the screen proves nothing, and one that differs refuses.
    pub fn intake_confirm(
        &self,
        req: &c::IntakeConfirmReq,
        watch: &dyn Watch,
    ) -> Result<c::IntakeView> {
        self.needs(domain::may::Right::Programme)?;
        let word = self.intake_word(
            &req.how,
            "Write with whom the fingerprint was compared, and by which way. Reading it in the file is none.",
        )?;
        let (intake, answer) = self.intake_waiting(&req.r#ref)?;
        if !same_fingerprint(&req.compared, &answer.fingerprint) {
            return Err(Error::input(
                "E-INTAKE-FINGERPRINT",
                "The fingerprint that you were told is not that of the key which signed the answer. Listen again; if it still differs, somebody else made the file: refuse it.",
            ));
        }
        let part = match &answer.stated.cip {
            Some(cip) => {
                let bytes = self.intake_document(&answer.document)?;
                Some(self.take_in_part(&cip.file, bytes, watch)?)
            }
            None => None,
        };
        self.act(|act| {
            let asked = act.read().intake(&intake.reference)?;
            let waits = asked.waiting().is_some_and(|one| one.nonce == answer.nonce);
            if !waits {
                return Err(nothing_waits(&asked.reference));
            }
            let reseller = act.read().reseller(&asked.reseller)?;
            let on = word.on.clone();
            let proposal = intake::propose(&reseller, &asked, &answer, &on);
            self.trust(act, &answer.fingerprint, &word)?;
            act.push(
                Change::IntakeJudged {
                    reseller: reseller.reference.clone(),
                    intake: asked.reference.clone(),
                    verdict: Verdict {
                        taken: true,
                        word: word.clone(),
                    },
                },
                None,
                None,
            )?;
            let mut after = proposal.reseller;
            if after.address != reseller.address || after.email != reseller.email {
                let mut recorded = reseller.clone();
                recorded.address.clone_from(&after.address);
                recorded.email.clone_from(&after.email);
                recorded.revision += 1;
                act.push(
                    Change::ResellerRecorded {
                        before: Some(reseller.clone()),
                        reseller: recorded,
                    },
                    None,
                    None,
                )?;
            }
            act.push(
                Change::ResellerOverseen {
                    reseller: reseller.reference.clone(),
                    before: Box::new(reseller.oversight.clone()),
                    after: Box::new(std::mem::take(&mut after.oversight)),
                },
                None,
                None,
            )?;
            if let (Some(cip), Some(part), true) = (&answer.stated.cip, part, proposal.files_cip) {
                let document = self.keep(act, &reseller.reference, "cip", part)?;
                let cip = Cip {
                    reference: act.read().next_reference("CIP", 4)?,
                    reseller: reseller.reference.clone(),
                    version: cip.version.clone(),
                    effective_from: cip.effective_from.clone(),
                    received_on: answer.on.clone(),
                    document,
                };
                act.push(Change::CipFiled { cip }, Some(&answer.on), None)?;
                let reseller = act.read().reseller(&reseller.reference)?;
                self.copy_arrived(act, &reseller)?;
            }
            Ok(())
        })?;
        self.intake_show(&intake.reference)
    }

    /// The document inside a kept answer.
    fn intake_document(&self, id: &str) -> Result<Vec<u8>> {
        let bytes = self.document_bytes(id)?;
        let mut zip = Medium::hidden(&self.vault().root().join("tmp"))?;
        zip.write_all(&bytes)?;
        bundle::payload(&zip, &PayloadPath::new(DOCUMENT)?, LARGEST_DOCUMENT)?.ok_or_else(|| {
            Error::new(
                "E-INTAKE-CIP",
                c::Class::Damaged,
                "The document is missing in the kept answer. Check the vault (vault check).",
            )
        })
    }

    /// Refuses the answer that waits. The request stays open for another; this one never comes in again.
    pub fn intake_refuse(&self, reference: &str, why: &str) -> Result<c::IntakeView> {
        let word = self.intake_word(why, "Write why the answer is refused.")?;
        let (intake, _) = self.intake_waiting(reference)?;
        self.act(|act| {
            act.push(
                Change::IntakeJudged {
                    reseller: intake.reseller.clone(),
                    intake: intake.reference.clone(),
                    verdict: Verdict { taken: false, word },
                },
                None,
                None,
            )?;
            Ok(())
        })?;
        self.intake_show(&intake.reference)
    }

    /// Asks no longer: an answer that comes later is not opened.
    pub fn intake_withdraw(&self, reference: &str, why: &str) -> Result<c::IntakeView> {
        let word = self.intake_word(why, "Write why the request is withdrawn.")?;
        self.act(|act| {
            let intake = act.read().intake(reference)?;
            if intake.standing() != Standing::Open {
                return Err(Error::input(
                    "E-INTAKE-STANDING",
                    format!(
                        "{} cannot be withdrawn: {}. Only a request without an answer can.",
                        intake.reference,
                        intake.standing().label().to_lowercase()
                    ),
                ));
            }
            act.push(
                Change::IntakeWithdrawn {
                    reseller: intake.reseller.clone(),
                    intake: intake.reference,
                    word,
                },
                None,
                None,
            )?;
            Ok(())
        })?;
        self.intake_show(reference)
    }

    fn intake_waiting(&self, reference: &str) -> Result<(Intake, Answer)> {
        self.read(|read| {
            let intake = read.intake(reference)?;
            let answer = intake.waiting().cloned();
            let answer = answer.ok_or_else(|| nothing_waits(&intake.reference))?;
            Ok((intake, answer))
        })
    }

    fn intake_word(&self, how: &str, empty: &str) -> Result<Word> {
        let how = clean("how", how)?.trim().to_owned();
        if how.is_empty() {
            return Err(Error::input("E-SIGNER-HOW", empty));
        }
        Ok(Word {
            by: self.vault().member().label.clone(),
            on: self.today().to_string(),
            how,
        })
    }

    /// Says in the address book that a key was compared.
    fn trust(&self, act: &mut store::Act<'_, '_>, fingerprint: &str, word: &Word) -> Result<()> {
        let before: Option<KnownKey> = act
            .read()
            .known_keys()?
            .into_iter()
            .find(|key| key.fingerprint == fingerprint);
        let Some(before) = before else { return Ok(()) };
        if before.withdrawn.is_some() {
            return Err(Error::refused(
                "E-SIGNER-WITHDRAWN",
                format!(
                    "The key of {} was withdrawn, and stays so. Refuse the answer, and ask for another.",
                    before.label
                ),
            ));
        }
        if before.trusted.is_none() {
            let mut key = before.clone();
            key.trusted = Some(word.clone());
            act.push(
                Change::KeyKnown {
                    before: Some(Box::new(before)),
                    key: Box::new(key),
                },
                None,
                None,
            )?;
        }
        Ok(())
    }
}

fn nothing_waits(reference: &str) -> Error {
    Error::input(
        "E-INTAKE-NOTHING",
        format!("No answer to {reference} waits for a decision."),
    )
}

/// Whether a fingerprint that somebody wrote down, in words or as `SHA256:...`, is that of a key.
fn same_fingerprint(told: &str, fingerprint: &str) -> bool {
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    told == fingerprint || told.to_lowercase() == fingerprint_words(fingerprint)
}

/// SHA-256 of a whole medium in hex.
fn sha256(zip: &mut Medium) -> Result<String> {
    use sha2::Digest as _;
    zip.rewind()?;
    let mut hash = sha2::Sha256::new();
    std::io::copy(zip, &mut hash)?;
    Ok(domain::entry::hex(&hash.finalize()))
}
