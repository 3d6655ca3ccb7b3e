//! A form, filled: what the records say, what people wrote over it, what the pack says about each item. Knows no screen and no paper.

use super::facts::Facts;
use crate::{
    clocks::clock_error, error::Result, now::rfc3339, open_vault::OpenVault,
    passphrase::fingerprint_words,
};
use domain::{
    clock::{Moment, Standing, standing},
    pack::{CertificationForm, RulePack},
    record::{ClockRecord, Filing, FormRow},
};
use filing as form;
use filing::{Item, Shape};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::{DocumentLine, Read};

/// Who signs, when, on what journal.
#[derive(Default)]
pub(crate) struct Signing {
    pub(crate) name: String,
    pub(crate) principal: String,
    pub(crate) fingerprint: String,
    pub(crate) at_ms: i64,
    pub(crate) override_reason: Option<String>,
    pub(crate) head_code: String,
    pub(crate) entries: u64,
}

/// Where an item's answer comes from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    /// The records.
    pub(crate) refs: Vec<String>,
    /// A record behind it has not been verified.
    pub(crate) unverified: bool,
    /// Who wrote over it, and on which day.
    pub(crate) written: Option<(String, String)>,
}

/// A form with its answers, and where they come from.
pub(crate) struct Filled {
    pub(crate) form: form::Filing,
    pub(crate) origins: BTreeMap<String, Origin>,
    pub(crate) documents: Vec<DocumentLine>,
    /// Further files of the bundle: path, what it is, content.
    pub(crate) files: Vec<(String, String, Vec<u8>)>,
    pub(crate) findings: Vec<Finding>,
    /// What the records alone say.
    pub(crate) facts: BTreeMap<String, Vec<FormRow>>,
}

/// What is right or wrong, and where to go.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) level: form::Level,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// An item of the form, or a record.
    pub(crate) go_to: String,
}

/// What the records say with what a person wrote laid over it: part by part where it is the same row, beside it where it is a new one.
fn laid_over(item: &Item, facts: &[FormRow], written: &[FormRow]) -> Vec<FormRow> {
    let over = |row: &FormRow, written: Option<&FormRow>| {
        let mut row = row.clone();
        for (part, value) in written.iter().flat_map(|row| &row.cells) {
            if value.is_empty() {
                row.cells.remove(part);
            } else {
                row.cells.insert(part.clone(), value.clone());
            }
        }
        row
    };
    if item.shape == Shape::One {
        let nothing = FormRow::default();
        let row = over(facts.first().unwrap_or(&nothing), written.first());
        return if row.cells.is_empty() {
            Vec::new()
        } else {
            vec![row]
        };
    }
    let mut rows: Vec<FormRow> = facts
        .iter()
        .map(|row| {
            let same = written
                .iter()
                .find(|one| !one.key.is_empty() && one.key == row.key);
            over(row, same)
        })
        .collect();
    rows.extend(written.iter().filter(|row| row.key.is_empty()).cloned());
    rows
}

/// What of an answer differs from what the records say; nothing where nothing does.
pub(crate) fn beyond(item: &Item, facts: &[FormRow], rows: &[FormRow]) -> Vec<FormRow> {
    let differs = |base: Option<&FormRow>, row: &FormRow| {
        let cells: BTreeMap<String, String> = item
            .parts
            .iter()
            .filter_map(|part| {
                let value = row.cells.get(&part.key)?.trim();
                let was = base.map_or("", |base| base.cell(&part.key));
                (value != was).then(|| (part.key.clone(), value.to_owned()))
            })
            .collect();
        FormRow {
            key: row.key.clone(),
            cells,
        }
    };
    if item.shape == Shape::One {
        return rows
            .first()
            .map(|row| {
                let mut row = differs(facts.first(), row);
                row.key.clear();
                row
            })
            .filter(|row| !row.cells.is_empty())
            .into_iter()
            .collect();
    }
    rows.iter()
        .filter_map(|row| {
            if row.key.is_empty() {
                return Some(differs(None, row)).filter(|row| !row.cells.is_empty());
            }
            let base = facts.iter().find(|base| base.key == row.key)?;
            Some(differs(Some(base), row)).filter(|row| !row.cells.is_empty())
        })
        .collect()
}

/// What the pack says about each item of a form.
fn sources(form: &form::Form, pack: &RulePack) -> BTreeMap<String, form::Source> {
    let mut found = BTreeMap::new();
    for item in form.items() {
        let certified = [CertificationForm::F1, CertificationForm::F2]
            .into_iter()
            .filter(|_| matches!(form.kind.as_str(), "F1" | "F2" | "F5"))
            .find_map(|of| pack.certification(of).find(|one| one.id == item.pack))
            .map(|one| (one.cite.clone(), one.confidence));
        let reported = pack
            .ai_report_fields()
            .iter()
            .filter(|_| matches!(form.kind.as_str(), "F6" | "F7" | "F8"))
            .find(|one| one.id == item.pack)
            .map(|one| (one.cite.clone(), one.confidence));
        if let Some((cite, confidence)) = certified.or(reported) {
            let confidence = confidence.word().to_owned();
            found.insert(item.id.clone(), form::Source { cite, confidence });
        }
    }
    found
}

impl OpenVault {
    /// The pack a filing is made by: that of its clock, in the version that the clock keeps.
    pub(crate) fn filing_pack(
        &self,
        filing: &Filing,
        clock: Option<&ClockRecord>,
    ) -> Arc<RulePack> {
        if let Some(clock) = clock {
            return self.pack_of(&clock.computed);
        }
        let rules = self.rules();
        let found = rules
            .kept()
            .iter()
            .filter(|kept| kept.in_use)
            .find(|kept| kept.pack.id() == filing.pack);
        found.map_or_else(|| self.pack(), |kept| kept.pack.clone())
    }

    /// Fills a form from the records and from what people wrote.
    pub(crate) fn fill(
        &self,
        read: &Read<'_>,
        filing: &Filing,
        signing: &Signing,
    ) -> Result<Filled> {
        let form = super::form_of(&filing.form)?;
        let clock = filing
            .clock
            .as_deref()
            .map(|clock| read.clock(clock))
            .transpose()?;
        let pack = self.filing_pack(filing, clock.as_ref());
        let mut facts = Facts::default();
        self.gather(read, filing, clock.as_ref(), &pack, &mut facts)?;
        let mut entries = BTreeMap::new();
        let mut origins = BTreeMap::new();
        for item in form.items() {
            let said = facts.rows.get(&item.id).map_or(&[][..], Vec::as_slice);
            let answer = filing.answers.get(&item.id);
            let rows = laid_over(item, said, answer.map_or(&[], |answer| &answer.rows));
            let unknown = answer.and_then(|answer| answer.unknown.clone());
            let origin = Origin {
                refs: facts.refs.get(&item.id).cloned().unwrap_or_default(),
                unverified: facts.unverified.contains(&item.id),
                written: answer.map(|answer| (self.member_name(&answer.by), answer.on.clone())),
            };
            origins.insert(item.id.clone(), origin);
            entries.insert(item.id.clone(), form::Entry { rows, unknown });
        }
        let signed_at = if signing.fingerprint.is_empty() {
            String::new()
        } else {
            rfc3339(signing.at_ms)
        };
        if !signed_at.is_empty() {
            Moment::parse(&signed_at).map_err(clock_error)?;
        }
        let title = entries
            .get("signatory")
            .and_then(|entry: &form::Entry| entry.rows.first())
            .map(|row| row.cell("title").to_owned())
            .unwrap_or_default();
        let mut filled = form::Filing {
            form,
            pack: form::Pack {
                id: pack.id().to_owned(),
                version: pack.version().to_owned(),
                status: pack.status().to_owned(),
                banner: pack.banner().to_owned(),
            },
            reference: filing.reference.clone(),
            prepared_at: rfc3339(signing.at_ms),
            as_of: filing.as_of.clone(),
            corrects: filing.replaces.as_ref().map(|one| form::Corrects {
                reference: one.reference.clone(),
                bundle: one.bundle.clone(),
                sha256: one.sha256.clone(),
            }),
            clock: clock.as_ref().map(|clock| form::Clock {
                kind: clock.computed.clock.clone(),
                day0: clock.computed.day0.to_string(),
                due: clock.computed.due.to_string(),
            }),
            entries,
            changed: Vec::new(),
            sources: sources(form, &pack),
            attachments: facts.attachments,
            clock_page: clock
                .as_ref()
                .map(|clock| self.clock_page_of(read, clock, &pack))
                .transpose()?,
            signature: form::Signature {
                name: signing.name.clone(),
                title,
                principal: signing.principal.clone(),
                fingerprint: signing.fingerprint.clone(),
                fingerprint_words: fingerprint_words(&signing.fingerprint),
                statement_id: "truth-1".to_owned(),
                statement: pack.statement_of_truth().to_owned(),
                signed_at,
                override_reason: signing.override_reason.clone(),
            },
            integrity: form::Integrity {
                event_chain_head: signing.head_code.clone(),
                entries: signing.entries,
            },
            paper: self.printed_on(),
        };
        if let Some(replaces) = &filing.replaces {
            self.mark_changes(
                read,
                filing,
                &replaces.reference,
                &mut filled,
                &mut facts.rows,
            )?;
        }
        let mut findings: Vec<Finding> = facts.findings;
        findings.extend(filled.findings().into_iter().map(|one| Finding {
            level: one.level,
            code: one.code,
            message: one.message,
            go_to: one.item,
        }));
        for (item, origin) in &origins {
            let empty = filled.rows(item).is_empty();
            if origin.unverified && !empty && origin.written.is_none() {
                let label = form
                    .item(item)
                    .map_or(item.as_str(), |item| item.label.as_str());
                findings.push(Finding {
                    level: form::Level::Warns,
                    code: "E-FORM-UNVERIFIED",
                    message: format!("{label}: what the records say has not been verified. Verify it first, or write what is known."),
                    go_to: item.clone(),
                });
            }
        }
        if let Some(clock) = &clock {
            self.judge_clock(filing, clock, &mut findings);
        }
        findings.sort_by_key(|one| one.level);
        Ok(Filled {
            form: filled,
            origins,
            documents: facts.documents,
            files: facts.files,
            findings,
            facts: facts.rows,
        })
    }

    /// What differs from the filing that is replaced: marked at each item, and listed with a reason.
    fn mark_changes(
        &self,
        read: &Read<'_>,
        filing: &Filing,
        before: &str,
        filled: &mut form::Filing,
        facts: &mut BTreeMap<String, Vec<FormRow>>,
    ) -> Result<()> {
        let before = self.sealed_form(read, &read.filing(before)?)?;
        let differences = filled.differences(&before);
        let rows: Vec<FormRow> = differences
            .iter()
            .map(|one| {
                FormRow::of(
                    &one.key,
                    [
                        ("no", one.no.clone()),
                        ("item", one.item.clone()),
                        ("was", one.was.clone()),
                        ("now", one.now.clone()),
                    ],
                )
            })
            .collect();
        let changed: BTreeSet<String> = differences
            .iter()
            .filter_map(|one| one.key.split('/').next())
            .map(str::to_owned)
            .collect();
        filled.changed = changed.into_iter().collect();
        if let Some(item) = filled.form.item("correction") {
            let written = filing
                .answers
                .get("correction")
                .map_or(&[][..], |answer| &answer.rows);
            let rows_now = laid_over(item, &rows, written);
            filled.entries.entry(item.id.clone()).or_default().rows = rows_now;
        }
        facts.insert("correction".to_owned(), rows);
        Ok(())
    }

    fn judge_clock(&self, filing: &Filing, clock: &ClockRecord, findings: &mut Vec<Finding>) {
        let mut add = |code, message: String| {
            findings.push(Finding {
                level: form::Level::Warns,
                code,
                message,
                go_to: clock.reference.clone(),
            });
        };
        if filing.is_open()
            && clock.stop.is_none()
            && let Standing::Overdue { days } = standing(&clock.computed, self.today())
        {
            add(
                "E-FORM-LATE",
                format!(
                    "The due date passed {} ago. Send it as soon as you can.",
                    crate::clocks::days(days)
                ),
            );
        }
        if !clock.computed.confidence.is_verified() {
            add(
                "E-FORM-NUMBER",
                "The number of days is not verified against the rule. Compare it with the rule's own text.".to_owned(),
            );
        }
    }

    fn clock_page_of(
        &self,
        read: &Read<'_>,
        clock: &ClockRecord,
        pack: &RulePack,
    ) -> Result<form::ClockPage> {
        let computed = &clock.computed;
        let rule = pack.clock(&computed.clock);
        let view = self.clock_view(read, clock)?;
        Ok(form::ClockPage {
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
        })
    }

    /// What was sealed, as it was sealed.
    pub(crate) fn sealed_form(&self, read: &Read<'_>, filing: &Filing) -> Result<form::Filing> {
        let seal = filing
            .seal
            .as_ref()
            .ok_or_else(|| super::not_sealed(filing))?;
        let (document, key) = (
            read.document(&seal.content)?.document,
            read.document_key(&seal.content)?,
        );
        let mut reader = self
            .vault()
            .documents()
            .open(&seal.content, &key, &document.sha256)?;
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut reader, &mut bytes)?;
        form::read(&bytes).map_err(super::unwritten)
    }

    /// What a filing says: as it was sealed, or as it would be sealed now.
    pub(crate) fn filled(&self, read: &Read<'_>, filing: &Filing) -> Result<Filled> {
        if !filing.is_open() {
            return Ok(Filled {
                form: self.sealed_form(read, filing)?,
                origins: BTreeMap::new(),
                documents: Vec::new(),
                files: Vec::new(),
                findings: Vec::new(),
                facts: BTreeMap::new(),
            });
        }
        let head = read.head()?;
        let signing = Signing {
            at_ms: self.now().timestamp_millis(),
            head_code: domain::entry::head_code(&head.chain),
            entries: head.count,
            ..Signing::default()
        };
        self.fill(read, filing, &signing)
    }
}

/// A name for what a form says: who signs, when, and the journal's state are no part of it.
pub(crate) fn content_hash(filled: &form::Filing) -> String {
    let bare = form::Filing {
        prepared_at: String::new(),
        signature: form::Signature::default(),
        integrity: form::Integrity::default(),
        clock_page: None,
        ..filled.clone()
    };
    let json = form::write_json(&bare);
    domain::entry::hex(&Sha256::digest(json))
}
