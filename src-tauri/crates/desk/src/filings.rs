//! Filings: drafted from the records, validated, approved and sealed into a signed bundle, exported, sent, answered.

mod assessment;
mod bundled;
mod certified;
mod disposed;
mod draft;
mod facts;
mod fill;
mod overseen;
mod programme;
mod sample;
mod training;
mod worked;

pub(crate) use bundled::steps;

use crate::{
    clocks::Ending,
    customers::clean,
    error::{Error, Result},
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use domain::{
    approval,
    change::Change,
    record::{Answer, ClockRecord, Filing, FormRow, FormUnknown, Reply, Sending},
};
use filing::{Form, Item, Kind, Level, Shape};
use fill::{Filled, beyond, content_hash};
use std::collections::BTreeMap;
use store::{Act, Read};

/// The title of a form.
pub(crate) fn title(form: &str) -> &str {
    filing::form(form).map_or(form, |form| form.title.as_str())
}

/// Whether sending a filing is what a clock waits for. A pack of another rule names its own clock for copies of CIPs: there the case chose it.
pub(crate) fn ends(filing: &Filing, clock: &ClockRecord) -> bool {
    filing.clock.as_deref() == Some(&clock.reference)
        && (filing.form == "F4"
            || filing::form(&filing.form)
                .is_some_and(|form| form.stops.contains(&clock.computed.clock)))
}

fn form_of(kind: &str) -> Result<&'static Form> {
    filing::form(kind).ok_or_else(|| {
        let known: Vec<&str> = filing::forms()
            .iter()
            .map(|form| form.kind.as_str())
            .collect();
        let shown: String = kind.chars().take(20).collect();
        Error::input(
            "E-FORM-KIND",
            format!(
                "\"{shown}\" is no form. Choose one of {}.",
                known.join(", ")
            ),
        )
    })
}

fn unwritten(error: filing::FilingError) -> Error {
    Error::new(error.code(), c::Class::Internal, error.to_string())
}

fn not_sealed(filing: &Filing) -> Error {
    Error::input(
        "E-FILING-STATE",
        format!(
            "{} is not sealed yet. Approve and seal it first.",
            filing.reference
        ),
    )
}

impl OpenVault {
    /// Filings, newest first.
    pub fn filing_list(&self) -> Result<c::FilingList> {
        self.read(|read| {
            let rows = read
                .filings()?
                .iter()
                .map(|filing| self.filing_row(read, filing))
                .collect::<Result<_>>()?;
            Ok(c::FilingList { rows })
        })
    }

    pub(crate) fn filing_row(&self, read: &Read<'_>, filing: &Filing) -> Result<c::FilingRow> {
        let clock = filing
            .clock
            .as_deref()
            .map(|clock| -> Result<_> { Ok(self.clock_row(&read.clock(clock)?, self.today())) })
            .transpose()?;
        Ok(c::FilingRow {
            r#ref: filing.reference.clone(),
            form: filing.form.clone(),
            title: title(&filing.form).to_owned(),
            state: filing.state.clone(),
            replaces: filing.replaces.as_ref().map(|one| one.reference.clone()),
            replaced_by: filing.replaced_by.clone(),
            case: filing.case.clone(),
            due: clock.as_ref().map(|clock| clock.due.clone()),
            standing: clock.map(|clock| clock.standing),
            sealed_at: filing.seal.as_ref().map(|seal| seal.sealed_at.clone()),
            sent_at: filing.sending.as_ref().map(|sending| sending.sent.clone()),
            beside: self.beside(read, &filing.reference)?,
        })
    }

    /// One filing, whole.
    pub fn filing_show(&self, reference: &str) -> Result<c::FilingView> {
        self.read(|read| self.filing_view(read, reference))
    }

    fn filing_view(&self, read: &Read<'_>, reference: &str) -> Result<c::FilingView> {
        let filing = read.filing(reference)?;
        let names = self.names(read)?;
        let filled = self.filled(read, &filing)?;
        let blocked = filled
            .findings
            .iter()
            .any(|finding| finding.level == Level::Blocks);
        let row = |line: &store::DocumentLine| crate::documents::row(line, &names);
        let receipts = match &filing.seal {
            None => Vec::new(),
            Some(seal) => read
                .documents_of(&filing.reference)?
                .iter()
                .filter(|line| {
                    line.document.id != seal.document && line.document.id != seal.content
                })
                .filter(|line| {
                    !filled
                        .form
                        .attachments
                        .iter()
                        .any(|one| one.sha256 == line.document.sha256)
                })
                .map(row)
                .collect(),
        };
        let seal = filing.seal.as_ref().map(|seal| c::SealView {
            sha256_groups: seal
                .sha256
                .as_bytes()
                .chunks(4)
                .map(|group| String::from_utf8_lossy(group).into_owned())
                .collect(),
            sha256: seal.sha256.clone(),
            bytes: seal.bytes,
            files: seal.files,
            signer: names.of(&seal.fingerprint),
            fingerprint: seal.fingerprint.clone(),
            sealed_at: seal.sealed_at.clone(),
            head_code: seal.head_code.clone(),
            name: seal.name.clone(),
            override_reason: seal.override_reason.clone(),
        });
        let clock = filing
            .clock
            .as_deref()
            .map(|clock| read.clock(clock))
            .transpose()?;
        let pack = self.filing_pack(&filing, clock.as_ref());
        let differences = match &filing.replaces {
            None => Vec::new(),
            Some(replaces) => {
                let before = self.sealed_form(read, &read.filing(&replaces.reference)?)?;
                draft::differences(&before, &filled.form)
            }
        };
        Ok(c::FilingView {
            row: self.filing_row(read, &filing)?,
            revision: filing.revision,
            sections: sections(&filled),
            sealable: filing.is_open() && !blocked,
            needs_override: self.approves_alone(),
            about: filled.form.form.about.clone(),
            as_of: filing.as_of.clone(),
            approved_by: filing.validated.as_ref().map(|one| match &one.approval {
                Some(approval) => format!(
                    "Approved by {} on {}",
                    self.member_name(&approval.label),
                    one.on
                ),
                None => format!("Validated on {}", one.on),
            }),
            subjects: filing.subjects.clone(),
            differences,
            replies: filing
                .replies
                .iter()
                .map(|one| c::ReplyView {
                    outcome: one.outcome.clone(),
                    on: one.on.clone(),
                    reference: one.reference.clone(),
                })
                .collect(),
            sending: filing.sending.as_ref().map(|sending| c::SendingView {
                sent_at: sending.sent.clone(),
                channel: sending.channel.clone(),
                proof: sending.proof.clone(),
            }),
            clock: clock
                .as_ref()
                .map(|clock| self.clock_row(clock, self.today())),
            pages_url: Some(format!("filing/{}", filing.reference)),
            pages: filing.seal.as_ref().and_then(|seal| seal.pages),
            statement: pack.statement_of_truth().to_owned(),
            pack: crate::clocks::short_pack(&pack),
            seal,
            findings: filled
                .findings
                .iter()
                .map(|finding| c::Finding {
                    level: finding.level.word().to_owned(),
                    message: finding.message.clone(),
                    go_to: Some(finding.go_to.clone()),
                    code: finding.code.to_owned(),
                })
                .collect(),
            documents: filled.documents.iter().map(row).collect(),
            receipts,
        })
    }

    /// Keeps what a person wrote where it differs from what the records say; what was validated or approved before no longer is.
    pub fn filing_edit(&self, req: &c::FilingEditReq) -> Result<c::FilingView> {
        let by = self.vault().member().label.clone();
        let on = self.today().to_string();
        self.act(|act| {
            let filing = act.read().filing(&req.r#ref)?;
            draft_only(&filing)?;
            if filing.revision != req.revision {
                return Err(Error::refused(
                    "U-01",
                    format!(
                        "{} was changed while this form was open. Load it again and compare.",
                        filing.reference
                    ),
                ));
            }
            let form = form_of(&filing.form)?;
            let filled = self.filled(act.read(), &filing)?;
            let mut after = filing.answers.clone();
            for written in &req.answers {
                let item = form.item(&written.item).ok_or_else(|| {
                    let shown: String = written.item.chars().take(40).collect();
                    Error::input(
                        "E-FORM-ITEM",
                        format!("{} has no item \"{shown}\".", filing.reference),
                    )
                })?;
                let facts = filled.facts.get(&item.id).map_or(&[][..], Vec::as_slice);
                let answer = Answer {
                    rows: beyond(item, facts, &rows_of(item, &written.rows)?),
                    unknown: unknown_of(written.unknown.as_ref())?,
                    by: by.clone(),
                    on: on.clone(),
                };
                let same = after.get(&item.id).is_some_and(|before| {
                    before.rows == answer.rows && before.unknown == answer.unknown
                });
                if same {
                    continue;
                }
                if answer.rows.is_empty() && answer.unknown.is_none() {
                    after.remove(&item.id);
                } else {
                    after.insert(item.id.clone(), answer);
                }
            }
            if after != filing.answers {
                act.push(
                    Change::FilingEdited {
                        filing: filing.reference.clone(),
                        before: filing.answers,
                        after,
                    },
                    None,
                    None,
                )?;
            }
            Ok(())
        })?;
        self.filing_show(&req.r#ref)
    }

    /// What blocks a filing, and a name for what it says.
    fn content_ready(&self, read: &Read<'_>, filing: &Filing) -> Result<String> {
        draft_only(filing)?;
        let filled = self.filled(read, filing)?;
        let blocking: Vec<&str> = filled
            .findings
            .iter()
            .filter(|finding| finding.level == Level::Blocks)
            .map(|finding| finding.message.as_str())
            .collect();
        if !blocking.is_empty() {
            return Err(Error::input(
                "E-FILING-BLOCKED",
                format!(
                    "{} cannot be sealed: {}",
                    filing.reference,
                    blocking.join(" ")
                ),
            ));
        }
        Ok(content_hash(&filled.form))
    }

    /// Records that nothing blocks what the form says now.
    pub fn filing_validate(&self, reference: &str) -> Result<c::FilingView> {
        self.act(|act| {
            let filing = act.read().filing(reference)?;
            let content = self.content_ready(act.read(), &filing)?;
            let known = filing
                .validated
                .as_ref()
                .is_some_and(|one| one.content == content);
            if !known {
                act.push(
                    Change::FilingValidated {
                        filing: filing.reference,
                        content,
                        on: self.today().to_string(),
                    },
                    None,
                    None,
                )?;
            }
            Ok(())
        })?;
        self.filing_show(reference)
    }

    /// Another member signs for what the form says now. Sealing then needs the same member, and the same content.
    pub fn filing_approve(&self, req: &c::FilingApproveReq) -> Result<c::FilingView> {
        let (filing, content) = self.read(|read| {
            let filing = read.filing(&req.r#ref)?;
            let content = self.content_ready(read, &filing)?;
            Ok((filing, content))
        })?;
        let approval = self.approve(
            &approval::content(&filing.reference, &content),
            req.label.as_deref(),
            Some(&req.passphrase),
            req.override_reason.as_deref(),
        )?;
        self.act(|act| {
            if act.read().filing(&filing.reference)?.revision != filing.revision {
                return Err(Error::refused(
                    "U-08",
                    format!(
                        "{} was changed while it was being approved. Look at it again, then approve.",
                        filing.reference
                    ),
                ));
            }
            act.push(
                Change::FilingApproved {
                    filing: filing.reference.clone(),
                    content,
                    on: self.today().to_string(),
                    approval,
                },
                None,
                req.override_reason.as_deref(),
            )?;
            Ok(())
        })?;
        self.filing_show(&req.r#ref)
    }

    /// Approves and seals in one act: what is sealed is what the approver's key signs.
    pub fn filing_seal(&self, req: &c::FilingSealReq, watch: &dyn Watch) -> Result<c::FilingView> {
        match req.sign_with.as_deref().filter(|with| !with.is_empty()) {
            None => self.filing_seal_with(req, None, watch),
            Some("agent") => {
                let key = self.key_in_agent(req.label.as_deref())?;
                self.filing_seal_with(req, Some(&key), watch)
            }
            Some(_) => Err(Error::input(
                "E-FILING-SIGN-WITH",
                "A filing is signed with the approval key, with the SSH agent, or with a key file that is chosen.",
            )),
        }
    }

    /// The same, signed with an OpenSSH key that the approver bound; none: with the approval key.
    pub fn filing_seal_with(
        &self,
        req: &c::FilingSealReq,
        key: Option<&bundle::OpenSshKey>,
        watch: &dyn Watch,
    ) -> Result<c::FilingView> {
        let (filing, content) = self.read(|read| {
            let filing = read.filing(&req.r#ref)?;
            let content = self.content_ready(read, &filing)?;
            Ok((filing, content))
        })?;
        if let Some(approved) = filing
            .validated
            .as_ref()
            .filter(|one| one.approval.is_some())
            && approved.content != content
        {
            return Err(Error::refused(
                "U-08",
                format!(
                    "{} says something else than what was approved on {}: the records behind it changed. Look at it again and approve it anew.",
                    filing.reference, approved.on
                ),
            ));
        }
        self.seal_bundle(&filing, req, key, watch)?;
        self.filing_show(&req.r#ref)
    }

    /// Records that a filing was sent: its case moves on and its clock stops on that day.
    pub fn filing_sent(&self, req: &c::FilingSentReq) -> Result<c::FilingView> {
        let day = self.day_of(&req.sent)?;
        if day > self.today() {
            return Err(Error::input(
                "E-FIELD-FUTURE",
                format!("{day} lies in the future. Record the sending when it has happened."),
            ));
        }
        let channel = clean("channel", &req.channel)?;
        if channel.is_empty() {
            return Err(Error::input(
                "E-FILING-CHANNEL",
                "Write how it was sent: courier, portal, encrypted e-mail.",
            ));
        }
        let proof = req
            .proof
            .as_deref()
            .map(|proof| clean("proof", proof))
            .transpose()?
            .filter(|proof| !proof.is_empty());
        self.act(|act| {
            let filing = act.read().filing(&req.r#ref)?;
            if filing.is_open() || filing.sending.is_some() {
                let why = if filing.is_open() {
                    "is not sealed yet. Approve and seal it first."
                } else {
                    "was recorded as sent already."
                };
                return Err(Error::input(
                    "E-FILING-STATE",
                    format!("{} {why}", filing.reference),
                ));
            }
            let sealed_on = filing
                .seal
                .as_ref()
                .map(|seal| self.day_of(&seal.sealed_at))
                .transpose()?;
            if sealed_on.is_some_and(|sealed| day < sealed.pred_opt().unwrap_or(sealed)) {
                return Err(Error::input(
                    "E-FILING-BEFORE-SEAL",
                    format!(
                        "{day} is before {} was sealed. Check the date.",
                        filing.reference
                    ),
                ));
            }
            let sending = Sending {
                sent: req.sent.clone(),
                channel: channel.clone(),
                proof: proof.clone(),
            };
            act.push(
                Change::FilingSent {
                    filing: filing.reference.clone(),
                    sending,
                },
                Some(&day.to_string()),
                None,
            )?;
            let by = format!("{} sent by {channel}", filing.reference);
            if filing.form == "F4" {
                self.copies_sent(act, &filing, &req.sent, &day.to_string(), &by)?;
            } else {
                self.stop_what_it_answers(act, &filing, &req.sent, &by)?;
            }
            Ok(())
        })?;
        self.filing_show(&req.r#ref)
    }

    /// Stops the clock that a filing answers, where the form is what the clock waits for; every other clock runs on.
    fn stop_what_it_answers(
        &self,
        act: &mut Act<'_, '_>,
        filing: &Filing,
        sent: &str,
        by: &str,
    ) -> Result<()> {
        let Some(reference) = &filing.clock else {
            return Ok(());
        };
        let clock = act.read().clock(reference)?;
        if !ends(filing, &clock) || clock.stop.is_some() {
            return Ok(());
        }
        let ending = Ending {
            outcome: "satisfied",
            at: sent,
            by,
            document: None,
        };
        self.stop_clock(act, reference, ending)
    }

    /// Records what came back: an acknowledgement or a rejection. A rejected filing is answered by one that replaces it.
    pub fn filing_answer(&self, req: &c::FilingAnswerReq) -> Result<c::FilingView> {
        if !matches!(req.outcome.as_str(), "acknowledged" | "rejected") {
            return Err(Error::input(
                "E-FILING-OUTCOME",
                "Write acknowledged or rejected.",
            ));
        }
        let on = self
            .past_day(req.on.as_deref())?
            .unwrap_or_else(|| self.today().to_string());
        let reference = clean("reference", &req.reference)?;
        if reference.is_empty() {
            return Err(Error::input(
                "E-FILING-ANSWER",
                "Write their number, or what they said.",
            ));
        }
        self.act(|act| {
            let filing = act.read().filing(&req.r#ref)?;
            let Some(sending) = &filing.sending else {
                return Err(Error::input(
                    "E-FILING-STATE",
                    format!("{} was not sent yet, so nothing can have come back. Record its sending first.", filing.reference),
                ));
            };
            if on < self.day_of(&sending.sent)?.to_string() {
                return Err(Error::input(
                    "E-FILING-BEFORE-SENT",
                    format!("{on} is before {} was sent. Check the date.", filing.reference),
                ));
            }
            let reply = Reply {
                outcome: req.outcome.clone(),
                on: on.clone(),
                reference,
            };
            act.push(
                Change::FilingAnswered {
                    filing: filing.reference.clone(),
                    reply,
                },
                Some(&on),
                None,
            )?;
            Ok(())
        })?;
        self.filing_show(&req.r#ref)
    }
}

fn draft_only(filing: &Filing) -> Result<()> {
    if filing.is_open() {
        return Ok(());
    }
    Err(Error::input(
        "E-FILING-STATE",
        format!(
            "{} is sealed and can no longer be changed. Correct it by a filing that replaces it.",
            filing.reference
        ),
    ))
}

fn rows_of(item: &Item, rows: &[c::FormAnswerRow]) -> Result<Vec<FormRow>> {
    rows.iter()
        .map(|row| {
            let mut cells = BTreeMap::new();
            for (part, value) in &row.cells {
                if item.part(part).is_none() {
                    let shown: String = part.chars().take(40).collect();
                    return Err(Error::input(
                        "E-FORM-ITEM",
                        format!("{}: there is no part \"{shown}\".", item.label),
                    ));
                }
                cells.insert(part.clone(), clean(part, value)?);
            }
            Ok(FormRow {
                key: row.key.clone(),
                cells,
            })
        })
        .collect()
}

fn unknown_of(asked: Option<&c::FormAsked>) -> Result<Option<FormUnknown>> {
    asked
        .map(|asked| {
            Ok(FormUnknown {
                asked_on: clean("asked_on", &asked.asked_on)?,
                asked_of: clean("asked_of", &asked.asked_of)?,
                answer: clean("answer", &asked.answer)?,
            })
        })
        .transpose()
}

/// The form as it will be read, with what a person may write.
fn sections(filled: &Filled) -> Vec<c::FormSection> {
    let standing = |item: &str| {
        let levels = filled
            .findings
            .iter()
            .filter(|finding| finding.go_to == item)
            .map(|finding| finding.level);
        levels.min().unwrap_or(Level::Passed)
    };
    let reading = filled.form.reading();
    let mut passages: Vec<c::FormSection> = reading
        .sections
        .into_iter()
        .map(|passage| {
            let levels = passage.lines.iter().map(|line| standing(&line.id));
            c::FormSection {
                standing: levels.min().unwrap_or(Level::Passed).word().to_owned(),
                title: passage.title,
                lines: passage
                    .lines
                    .into_iter()
                    .filter_map(|line| {
                        let item = filled.form.form.item(&line.id)?;
                        Some(form_line(filled, item, line, standing(&item.id)))
                    })
                    .collect(),
            }
        })
        .collect();
    // The signatory's title stands in the signature's block on paper, and is written here.
    if let Some(item) = filled.form.form.item("signatory") {
        let title = filled.form.signature.title.clone();
        let line = filing::Line {
            id: item.id.clone(),
            no: String::new(),
            label: item.label.clone(),
            note: String::new(),
            changed: false,
            unknown: String::new(),
            words: if title.is_empty() {
                filing::NOT_RECORDED.to_owned()
            } else {
                title
            },
            facts: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            total: String::new(),
        };
        let level = standing(&item.id);
        passages.push(c::FormSection {
            title: "Signature".to_owned(),
            standing: level.word().to_owned(),
            lines: vec![form_line(filled, item, line, level)],
        });
    }
    passages
}

fn form_line(filled: &Filled, item: &Item, line: filing::Line, level: Level) -> c::FormLine {
    let origin = filled.origins.get(&item.id).cloned().unwrap_or_default();
    let rows = filled.form.rows(&item.id);
    let kind = if origin.written.is_some() {
        "written"
    } else if rows.is_empty() {
        "empty"
    } else if origin.unverified {
        "unverified"
    } else {
        "records"
    };
    c::FormLine {
        id: line.id,
        no: line.no,
        label: line.label,
        note: line.note,
        standing: level.word().to_owned(),
        words: line.words,
        facts: line
            .facts
            .into_iter()
            .map(|(name, value)| c::FormFact { name, value })
            .collect(),
        columns: line.columns,
        rows: line.rows,
        total: line.total,
        unknown: line.unknown,
        changed: line.changed,
        from: origin.refs,
        origin: kind.to_owned(),
        written: origin
            .written
            .map(|(by, on)| format!("Written by {by} on {}", filing::on(&on))),
        many: item.shape != Shape::One,
        may_be_unknown: item.unknown,
        parts: item
            .parts
            .iter()
            .map(|part| c::FormPart {
                key: part.key.clone(),
                label: part.label.clone(),
                kind: part.kind.word().to_owned(),
                must: part.must,
                choices: match &part.kind {
                    Kind::Choice(words) => words
                        .iter()
                        .map(|word| c::Choice {
                            value: word.clone(),
                            label: filing::choice_label(word),
                        })
                        .collect(),
                    _ => Vec::new(),
                },
            })
            .collect(),
        values: rows
            .iter()
            .map(|row| c::FormRow {
                key: row.key.clone(),
                cells: item
                    .parts
                    .iter()
                    .map(|part| row.cell(&part.key).to_owned())
                    .collect(),
            })
            .collect(),
        asked: filled
            .form
            .entries
            .get(&item.id)
            .and_then(|entry| entry.unknown.as_ref())
            .map(|unknown| c::FormUnknown {
                asked_on: unknown.asked_on.clone(),
                asked_of: unknown.asked_of.clone(),
                answer: unknown.answer.clone(),
            }),
    }
}
