//! Filings: drafted from the records, validated, approved and sealed into a signed bundle, exported, sent.

mod bundled;
mod form;

pub use bundled::{check_bag, verify};

use crate::{
    customers::clean,
    error::{Error, Result},
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use domain::{
    change::Change,
    record::{Filing, FilingText, Sending},
};
use std::collections::BTreeMap;
use store::Read;

/// The title of a form.
pub(crate) fn title(form: &str) -> &str {
    match form {
        "F4" => "Copies of CIPs for the Department",
        other => other,
    }
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
        let clock = self.clock_row(&read.clock(&filing.clock)?, self.today());
        Ok(c::FilingRow {
            r#ref: filing.reference.clone(),
            form: filing.form.clone(),
            title: title(&filing.form).to_owned(),
            state: filing.state.clone(),
            case: Some(filing.case.clone()),
            due: Some(clock.due),
            standing: Some(clock.standing),
            sealed_at: filing.seal.as_ref().map(|seal| seal.sealed_at.clone()),
            sent_at: filing.sending.as_ref().map(|sending| sending.sent.clone()),
        })
    }

    /// One filing, whole.
    pub fn filing_show(&self, reference: &str) -> Result<c::FilingView> {
        self.read(|read| self.filing_view(read, reference))
    }

    fn filing_view(&self, read: &Read<'_>, reference: &str) -> Result<c::FilingView> {
        let filing = read.filing(reference)?;
        let names = self.names(read)?;
        let content = self.gather(read, &filing)?;
        let findings = self.findings(&filing, &content);
        let sealable =
            filing.state == "draft" && findings.iter().all(|finding| finding.level != "blocks");
        let documents = content
            .documents
            .iter()
            .map(|line| crate::documents::row(line, &names))
            .collect();
        let missing = content
            .missing
            .iter()
            .map(|(reference, name)| c::MissingReason {
                reseller: reference.clone(),
                name: name.clone(),
                reason: filing
                    .text
                    .missing
                    .get(reference)
                    .cloned()
                    .unwrap_or_default(),
            })
            .collect();
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
        let clock = read.clock(&filing.clock)?;
        let pack = self.pack_of(&clock.computed);
        Ok(c::FilingView {
            row: self.filing_row(read, &filing)?,
            revision: filing.revision,
            sections: self.form_sections(&filing, &content, &findings),
            sealable,
            needs_override: self.approves_alone(),
            addressee: filing.text.addressee.clone(),
            signatory_title: filing.text.signatory_title.clone(),
            confidential: filing.text.confidential,
            confidentiality_request: filing.text.confidentiality_request.clone(),
            notes: filing.text.notes.clone(),
            missing,
            sending: filing.sending.as_ref().map(|sending| c::SendingView {
                sent_at: sending.sent.clone(),
                channel: sending.channel.clone(),
                proof: sending.proof.clone(),
            }),
            clock: Some(self.clock_row(&clock, self.today())),
            pages_url: Some(format!("filing/{}", filing.reference)),
            pages: filing.seal.as_ref().and_then(|seal| seal.pages),
            statement: pack.statement_of_truth().to_owned(),
            pack: crate::clocks::short_pack(&pack),
            seal,
            findings,
            documents,
        })
    }

    /// Changes what a person may change in a draft.
    pub fn filing_edit(&self, req: &c::FilingEditReq) -> Result<c::FilingView> {
        let mut missing = BTreeMap::new();
        for reason in &req.missing {
            let text = clean("missing", &reason.reason)?;
            if !text.is_empty() {
                missing.insert(reason.reseller.clone(), text);
            }
        }
        let after = FilingText {
            addressee: clean("addressee", &req.addressee)?,
            signatory_title: clean("signatory_title", &req.signatory_title)?,
            confidential: req.confidential,
            confidentiality_request: clean(
                "confidentiality_request",
                &req.confidentiality_request,
            )?,
            notes: clean("notes", &req.notes)?,
            missing,
        };
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
            if filing.text != after {
                act.push(
                    Change::FilingEdited {
                        filing: filing.reference.clone(),
                        before: filing.text,
                        after: after.clone(),
                    },
                    None,
                    None,
                )?;
            }
            self.filing_view(act.read(), &req.r#ref)
        })
    }

    /// Approves and seals in one act: what is sealed is what the approver's key signs.
    pub fn filing_seal(&self, req: &c::FilingSealReq, watch: &dyn Watch) -> Result<c::FilingView> {
        let filing = self.read(|read| Ok(read.filing(&req.r#ref)?))?;
        draft_only(&filing)?;
        let blocking: Vec<String> = self.read(|read| {
            let content = self.gather(read, &filing)?;
            Ok(self
                .findings(&filing, &content)
                .into_iter()
                .filter(|finding| finding.level == "blocks")
                .map(|finding| finding.message)
                .collect())
        })?;
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
        self.seal_bundle(&filing, req, watch)?;
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
            if filing.state != "sealed" {
                let why = if filing.state == "draft" {
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
            // What was sent late or needlessly is kept as sent; a case that was acknowledged or withdrawn stays where it is.
            let by = format!("{} sent by {channel}", filing.reference);
            self.copies_sent(act, &filing, &req.sent, &day.to_string(), &by)?;
            self.filing_view(act.read(), &req.r#ref)
        })
    }
}

fn draft_only(filing: &Filing) -> Result<()> {
    if filing.state == "draft" {
        return Ok(());
    }
    Err(Error::input(
        "E-FILING-STATE",
        format!(
            "{} is sealed and can no longer be changed.",
            filing.reference
        ),
    ))
}
