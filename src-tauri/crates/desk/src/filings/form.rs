//! What an F4 holds, gathered from the records; what is wrong with it; and how its lines read on the screen.

use crate::{
    clocks::clock_error, error::Result, now::rfc3339, open_vault::OpenVault,
    resellers::country_name,
};
use contract as c;
use domain::{
    casefile::Case,
    clock::{Moment, Standing, standing},
    record::{Cip, ClockRecord, Filing, Reseller},
};
use filing as form;
use store::{DocumentLine, Read};

/// The records behind a filing.
pub(crate) struct Content {
    pub(crate) case: Case,
    pub(crate) clock: ClockRecord,
    pub(crate) supplied: Vec<(Reseller, Cip, DocumentLine)>,
    /// Resellers without a CIP: reference and name.
    pub(crate) missing: Vec<(String, String)>,
    pub(crate) documents: Vec<DocumentLine>,
}

/// Who signs, when, on what journal.
pub(crate) struct Signing<'a> {
    pub(crate) name: &'a str,
    pub(crate) principal: &'a str,
    pub(crate) fingerprint: &'a str,
    pub(crate) at_ms: i64,
    pub(crate) override_reason: Option<&'a str>,
    pub(crate) head_code: &'a str,
    pub(crate) entries: u64,
}

/// The payload name of the n-th document.
pub(crate) fn payload_name(place: usize, line: &DocumentLine) -> String {
    let ending = match line.document.media_type.as_str() {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/tiff" => "tif",
        "image/webp" => "webp",
        "text/plain" => "txt",
        _ => "bin",
    };
    format!("documents/{:04}.{ending}", place + 1)
}

impl OpenVault {
    pub(crate) fn gather(&self, read: &Read<'_>, filing: &Filing) -> Result<Content> {
        let case = read.case(&filing.case)?;
        let clock = read.clock(&filing.clock)?;
        let mut content = Content {
            case,
            clock,
            supplied: Vec::new(),
            missing: Vec::new(),
            documents: Vec::new(),
        };
        for (reseller, cip) in &filing.items {
            let reseller = read.reseller(reseller)?;
            // A CIP that came in after the request fills the gap, if it was in force on the day of the request.
            let cip = match cip {
                Some(reference) => reseller
                    .cips
                    .iter()
                    .find(|cip| cip.reference == *reference)
                    .cloned(),
                None => reseller.cip_on(&content.case.received_on).cloned(),
            };
            match cip {
                Some(cip) => {
                    let line = read.document(&cip.document)?;
                    content.documents.push(line.clone());
                    content.supplied.push((reseller, cip, line));
                }
                None => content.missing.push((reseller.reference, reseller.name)),
            }
        }
        Ok(content)
    }

    /// What blocks, what warns, what is fine.
    pub(crate) fn findings(&self, filing: &Filing, content: &Content) -> Vec<c::Finding> {
        let mut findings = Vec::new();
        let mut add = |level: &str, code: &str, message: String, go_to: Option<String>| {
            findings.push(c::Finding {
                level: level.to_owned(),
                message,
                go_to,
                code: code.to_owned(),
            });
        };
        for (reference, name) in &content.missing {
            if filing
                .text
                .missing
                .get(reference)
                .is_none_or(|reason| reason.trim().is_empty())
            {
                add(
                    "blocks",
                    "E-F4-MISSING",
                    format!(
                        "No CIP of {name} was in force on {}. File it, or write why it is missing.",
                        content.case.received_on
                    ),
                    Some(reference.clone()),
                );
            } else {
                add(
                    "warns",
                    "E-F4-EXPLAINED",
                    format!("The CIP of {name} is missing, with a reason."),
                    Some(reference.clone()),
                );
            }
        }
        for (reseller, cip, _) in &content.supplied {
            add(
                "passed",
                "E-F4-CIP",
                format!(
                    "{}: version {}, in force from {}.",
                    reseller.name, cip.version, cip.effective_from
                ),
                Some(reseller.reference.clone()),
            );
        }
        if filing.text.addressee.trim().is_empty() {
            add(
                "warns",
                "E-F4-ADDRESSEE",
                "The addressee is empty; it prints \"not recorded\".".to_owned(),
                Some("addressee".to_owned()),
            );
        } else {
            add(
                "passed",
                "E-F4-ADDRESSEE",
                "The addressee is there.".to_owned(),
                Some("addressee".to_owned()),
            );
        }
        if filing.text.signatory_title.trim().is_empty() {
            add(
                "warns",
                "E-F4-TITLE",
                "The signatory's title is empty; it prints \"not recorded\".".to_owned(),
                Some("signatory_title".to_owned()),
            );
        }
        if filing.state == "draft"
            && let Standing::Overdue { days } = standing(&content.clock.computed, self.today())
        {
            add(
                "warns",
                "E-F4-LATE",
                format!("The due date passed {} ago.", crate::clocks::days(days)),
                Some(content.clock.reference.clone()),
            );
        }
        if !content.clock.computed.confidence.is_verified() {
            add(
                "warns",
                "E-F4-UNVERIFIED",
                "The number of days is not verified against the rule.".to_owned(),
                Some(content.clock.reference.clone()),
            );
        }
        findings
    }

    /// The form as it will be read, section by section.
    pub(crate) fn form_sections(
        &self,
        filing: &Filing,
        content: &Content,
        findings: &[c::Finding],
    ) -> Vec<c::FormSection> {
        let level = |codes: &[&str]| {
            let levels: Vec<&str> = findings
                .iter()
                .filter(|finding| codes.contains(&finding.code.as_str()))
                .map(|finding| finding.level.as_str())
                .collect();
            ["blocks", "warns"]
                .into_iter()
                .find(|level| levels.contains(level))
                .unwrap_or("passed")
                .to_owned()
        };
        let line = |no: &str, label: &str, value: &str, from: Option<&str>, edit: Option<&str>| {
            c::FormLine {
                no: no.to_owned(),
                label: label.to_owned(),
                value: value.to_owned(),
                from: from.map(str::to_owned),
                edit: edit.map(str::to_owned),
            }
        };
        let case = &content.case;
        let clock = &content.clock;
        let mut items = Vec::new();
        for (place, (reseller, cip, document)) in content.supplied.iter().enumerate() {
            let text = format!(
                "{} ({}), version {}, in force from {}, SHA-256 {}",
                reseller.name,
                country_name(&reseller.country),
                cip.version,
                cip.effective_from,
                document.document.sha256
            );
            items.push(line(
                &format!("2.{}", place + 1),
                "CIP supplied",
                &text,
                Some(&cip.reference),
                None,
            ));
        }
        let missing = content
            .missing
            .iter()
            .enumerate()
            .map(|(place, (reference, name))| {
                let reason = filing
                    .text
                    .missing
                    .get(reference)
                    .map_or("", String::as_str);
                line(
                    &format!("3.{}", place + 1),
                    &format!("Why {name} is missing"),
                    reason,
                    Some(reference),
                    Some("missing"),
                )
            });
        vec![
            c::FormSection {
                title: "Request".to_owned(),
                standing: level(&["E-F4-ADDRESSEE", "E-F4-LATE", "E-F4-UNVERIFIED"]),
                lines: vec![
                    line("1.1", "To", &filing.text.addressee, None, Some("addressee")),
                    line(
                        "1.2",
                        "Department's reference",
                        &case.text,
                        Some(&case.reference),
                        None,
                    ),
                    line(
                        "1.3",
                        "Received on",
                        &case.received_on,
                        Some(&case.reference),
                        None,
                    ),
                    line(
                        "1.4",
                        "How it arrived",
                        case.how.as_deref().unwrap_or_default(),
                        Some(&case.reference),
                        None,
                    ),
                    line(
                        "1.5",
                        "Due on",
                        &clock.computed.due.to_string(),
                        Some(&clock.reference),
                        None,
                    ),
                ],
            },
            c::FormSection {
                title: "CIPs supplied".to_owned(),
                standing: level(&["E-F4-CIP"]),
                lines: items,
            },
            c::FormSection {
                title: "Not supplied".to_owned(),
                standing: level(&["E-F4-MISSING", "E-F4-EXPLAINED"]),
                lines: missing.collect(),
            },
            c::FormSection {
                title: "Confidential treatment".to_owned(),
                standing: "passed".to_owned(),
                lines: vec![
                    line(
                        "4.1",
                        "Asked for",
                        if filing.text.confidential {
                            "yes"
                        } else {
                            "no"
                        },
                        None,
                        Some("confidential"),
                    ),
                    line(
                        "4.2",
                        "In these words",
                        &filing.text.confidentiality_request,
                        None,
                        Some("confidentiality_request"),
                    ),
                    line("4.3", "Notes", &filing.text.notes, None, Some("notes")),
                ],
            },
            c::FormSection {
                title: "Signature".to_owned(),
                standing: level(&["E-F4-TITLE"]),
                lines: vec![
                    line(
                        "5.1",
                        "Statement",
                        self.pack_of(&content.clock.computed).statement_of_truth(),
                        None,
                        None,
                    ),
                    line(
                        "5.2",
                        "Signatory's title",
                        &filing.text.signatory_title,
                        None,
                        Some("signatory_title"),
                    ),
                ],
            },
        ]
    }

    /// The form itself, as it is written out.
    pub(crate) fn write_form(
        &self,
        read: &Read<'_>,
        filing: &Filing,
        content: &Content,
        signing: &Signing<'_>,
    ) -> Result<form::Filing> {
        let organisation = self.organisation();
        let clock = &content.clock;
        let computed = &clock.computed;
        // A filing is what its own pack asks for.
        let pack = self.pack_of(computed);
        let rule = pack.clock(&computed.clock);
        let mut attachments = Vec::new();
        let mut items = Vec::new();
        for (place, (reseller, cip, line)) in content.supplied.iter().enumerate() {
            let document = &line.document;
            let file = payload_name(place, line);
            items.push(form::Item {
                owner: reseller.name.clone(),
                owner_kind: if reseller.is_foreign() {
                    "foreign_reseller"
                } else {
                    "us_reseller"
                }
                .to_owned(),
                jurisdiction: country_name(&reseller.country),
                version: cip.version.clone(),
                effective_on: cip.effective_from.clone(),
                sha256: document.sha256.clone(),
                pages: document.pages,
                file: file.clone(),
            });
            attachments.push(form::Attachment {
                file,
                original_name: document.name.clone(),
                media_type: document.media_type.clone(),
                sha256: document.sha256.clone(),
                bytes: document.bytes,
                pages: document.pages,
            });
        }
        let view = self.clock_view(read, clock)?;
        let signed_at = rfc3339(signing.at_ms);
        Moment::parse(&signed_at).map_err(clock_error)?;
        Ok(form::Filing {
            header: form::Header {
                format: "cipdesk.filing/1".to_owned(),
                kind: filing.form.clone(),
                title: super::title(&filing.form).to_owned(),
                pack: form::Pack {
                    id: pack.id().to_owned(),
                    version: pack.version().to_owned(),
                    status: pack.status().to_owned(),
                    banner: pack.banner().to_owned(),
                },
                filer: form::Filer {
                    legal_name: organisation.name.clone(),
                    role: organisation.role.clone(),
                    jurisdiction: String::new(),
                    primary_contact: form::Contact::default(),
                },
                reference: filing.reference.clone(),
                prepared_at: signed_at.clone(),
                as_of: content.case.received_on.clone(),
                corrects: None,
                clock: form::Clock {
                    kind: computed.clock.clone(),
                    day0: computed.day0.to_string(),
                    due: computed.due.to_string(),
                },
            },
            body: form::F4 {
                addressee: filing.text.addressee.clone(),
                request: form::Request {
                    reference: content.case.text.clone(),
                    received_on: content.case.received_on.clone(),
                    due_on: computed.due.to_string(),
                    how: content.case.how.clone().unwrap_or_default(),
                },
                items,
                missing: content
                    .missing
                    .iter()
                    .map(|(reference, name)| form::Missing {
                        owner: name.clone(),
                        reason: filing
                            .text
                            .missing
                            .get(reference)
                            .cloned()
                            .unwrap_or_default(),
                        expected_on: None,
                    })
                    .collect(),
                confidential: filing.text.confidential,
                confidentiality_request: filing.text.confidentiality_request.clone(),
                notes: filing.text.notes.clone(),
            },
            attachments,
            clock_page: form::ClockPage {
                reference: clock.reference.clone(),
                clock: computed.clock.clone(),
                title: rule.map(|rule| rule.title.clone()).unwrap_or_default(),
                subject: clock.subject_name.clone(),
                day0: computed.day0.to_string(),
                due: computed.due.to_string(),
                target: computed.target.map(|date| date.to_string()),
                cutoff: computed
                    .cutoff
                    .map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
                cite: computed.cite.clone(),
                rule: rule.map(|rule| rule.text.clone()).unwrap_or_default(),
                confidence: computed.confidence.word().to_owned(),
                zone: computed.zone.clone(),
                tzdb: computed.tzdb.clone(),
                steps: computed.steps.clone(),
                revisions: clock
                    .revisions
                    .iter()
                    .filter(|one| one.due_before != one.due_after)
                    .map(|one| form::Revision {
                        kind: one.kind.clone(),
                        due_before: one.due_before.clone(),
                        due_after: one.due_after.clone(),
                        // The Department knows its own grant; other reasons are the house's.
                        grant: (one.kind == "extended").then(|| one.reason.clone()),
                        recorded_on: one.on.clone(),
                    })
                    .collect(),
                events: view
                    .events
                    .into_iter()
                    .map(|event| form::Event {
                        occurred_on: event.occurred_on,
                        recorded_at: event.recorded_at,
                        what: event.what,
                    })
                    .collect(),
            },
            signature: form::Signature {
                name: signing.name.to_owned(),
                title: filing.text.signatory_title.clone(),
                principal: signing.principal.to_owned(),
                fingerprint: signing.fingerprint.to_owned(),
                statement_id: "truth-1".to_owned(),
                statement: pack.statement_of_truth().to_owned(),
                signed_at,
                override_reason: signing.override_reason.map(str::to_owned),
            },
            integrity: form::Integrity {
                event_chain_head: signing.head_code.to_owned(),
                entries: signing.entries,
            },
            paper: form::Paper::Letter,
        })
    }
}
