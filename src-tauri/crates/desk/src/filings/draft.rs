//! Beginning a filing: of which form, about which records, answering which clock, replacing which one. And two filings side by side.

use super::form_of;
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use chrono::Datelike;
use contract as c;
use domain::{
    cases,
    change::Change,
    record::{ClockRecord, Filing, Replaces},
};
use filing::Form;
use store::Read;

/// What a form must be about, as references begin.
fn about_what(form: &str) -> Option<(&'static str, &'static str)> {
    match form {
        "F6" => Some(("C-", "a customer")),
        "F7R" => Some(("RS-", "a reseller")),
        "F14" => Some(("DSP-", "a disposal")),
        _ => None,
    }
}

/// Where two filings differ, for the screen.
pub(super) fn differences(
    before: &filing::Filing,
    after: &filing::Filing,
) -> Vec<c::FilingDifference> {
    after
        .differences(before)
        .into_iter()
        .map(|one| c::FilingDifference {
            no: one.no,
            item: one.item,
            was: one.was,
            now: one.now,
        })
        .collect()
}

impl OpenVault {
    /// The forms, and the running clocks that each can answer.
    pub fn filing_forms(&self) -> Result<Vec<c::FormChoice>> {
        self.read(|read| {
            let clocks = read.clocks(false)?;
            Ok(filing::forms()
                .iter()
                // Copies of CIPs begin with the request that asks for them.
                .filter(|form| form.kind != "F4")
                .map(|form| c::FormChoice {
                    form: form.kind.clone(),
                    title: form.title.clone(),
                    about: form.about.clone(),
                    duties: form.duties.clone(),
                    clocks: answerable(form, &clocks)
                        .map(|clock| c::Choice {
                            value: clock.reference.clone(),
                            label: format!(
                                "{} {}, due {}",
                                clock.reference,
                                clock.subject_name,
                                crate::now::weekday(clock.computed.due)
                            ),
                        })
                        .collect(),
                    about_what: about_what(&form.kind).map(|(_, what)| what.to_owned()),
                })
                .collect())
        })
    }

    /// Begins a filing. One that replaces a sealed filing takes over what people wrote into that.
    pub fn filing_draft(&self, req: &c::FilingDraftReq) -> Result<c::FilingView> {
        let form = form_of(&req.form)?;
        let as_of = self.past_day(req.as_of.as_deref())?;
        let reference = self.act(|act| {
            let read = act.read();
            let before = req
                .replaces
                .as_deref()
                .map(|one| read.filing(one))
                .transpose()?;
            if form.kind == "F4" && before.is_none() {
                return Err(Error::input(
                    "E-FORM-REQUEST",
                    "Copies of CIPs answer a request. Record the request; it drafts the filing.",
                ));
            }
            let replaces = before
                .as_ref()
                .map(|before| replaceable(form, before))
                .transpose()?;
            let mut subjects = req.subjects.clone();
            if let (true, Some(before)) = (subjects.is_empty(), &before) {
                subjects.clone_from(&before.subjects);
            }
            self.check_subjects(read, form, &subjects)?;
            let mut clock = self.answered_clock(read, form, req.clock.as_deref())?;
            if let (None, Some(before)) = (&clock, &before)
                && before.form == form.kind
                && let Some(same) = &before.clock
            {
                clock = Some(read.clock(same)?);
            }
            let case = clock
                .as_ref()
                .and_then(|clock| clock.case.clone())
                .or_else(|| before.as_ref().and_then(|before| before.case.clone()))
                .or_else(|| subjects.iter().find(|one| names_case(one)).cloned());
            let case = match case {
                None => case_under_way(read, &form.kind)?,
                case => case,
            };
            // What its case has frozen as of a day is said as of that day.
            let frozen = match case.as_deref() {
                Some(case) => read.casework(case)?.counts,
                None => None,
            };
            let as_of = as_of
                .clone()
                .or_else(|| frozen.map(|counts| counts.as_of))
                .unwrap_or_else(|| self.today().to_string());
            let number = format!("{}-{}", form.kind, self.today().year());
            let filing = Filing {
                reference: read.next_reference(&number, 4)?,
                form: form.kind.clone(),
                state: "draft".to_owned(),
                case,
                clock: clock.as_ref().map(|clock| clock.reference.clone()),
                pack: clock.as_ref().map_or_else(
                    || self.pack().id().to_owned(),
                    |clock| clock.computed.pack.clone(),
                ),
                as_of,
                subjects,
                items: before
                    .as_ref()
                    .map(|before| before.items.clone())
                    .unwrap_or_default(),
                answers: before.map(|before| before.answers).unwrap_or_default(),
                replaces,
                replaced_by: None,
                validated: None,
                seal: None,
                sending: None,
                replies: Vec::new(),
                revision: 0,
            };
            let reference = filing.reference.clone();
            act.push(
                Change::FilingDrafted {
                    filing: Box::new(filing),
                },
                None,
                None,
            )?;
            Ok(reference)
        })?;
        self.filing_show(&reference)
    }

    fn check_subjects(&self, read: &Read<'_>, form: &Form, subjects: &[String]) -> Result<()> {
        for subject in subjects {
            let there = match subject.split('-').next() {
                Some("C") => read.customer_file(subject).map(|_| ()),
                Some("RS") => read.reseller(subject).map(|_| ()),
                Some("DSP") => read.disposal(subject).map(|_| ()),
                _ if names_case(subject) => read.case(subject).map(|_| ()),
                _ => {
                    let shown: String = subject.chars().take(40).collect();
                    return Err(Error::input(
                        "E-FORM-SUBJECT",
                        format!(
                            "\"{shown}\" is no customer, reseller, case or disposal. Write a reference such as C-000001."
                        ),
                    ));
                }
            };
            there?;
        }
        if let Some((begins, what)) = about_what(&form.kind)
            && !subjects.iter().any(|one| one.starts_with(begins))
        {
            return Err(Error::input(
                "E-FORM-SUBJECT",
                format!(
                    "{} is about {what}. Name it, such as {begins}0001.",
                    form.kind
                ),
            ));
        }
        Ok(())
    }

    /// The clock that a new filing answers: the one that was named, else the only running one that waits for it.
    fn answered_clock(
        &self,
        read: &Read<'_>,
        form: &Form,
        named: Option<&str>,
    ) -> Result<Option<ClockRecord>> {
        if let Some(named) = named.filter(|named| !named.is_empty()) {
            return Ok(Some(read.clock(named)?));
        }
        let clocks = read.clocks(false)?;
        let mut waiting = answerable(form, &clocks);
        match (waiting.next(), waiting.next()) {
            (Some(one), None) => Ok(Some(one.clone())),
            (Some(one), Some(other)) => Err(Error::input(
                "E-FORM-CLOCK",
                format!(
                    "Several clocks wait for {}: {}, {} and perhaps more. Name the one that this answers.",
                    form.kind, one.reference, other.reference
                ),
            )),
            (None, _) => Ok(None),
        }
    }

    /// Two filings, field by field, as they are printed.
    pub fn filing_compare(&self, req: &c::FilingCompareReq) -> Result<c::FilingComparison> {
        self.read(|read| {
            let before = read.filing(&req.before)?;
            let after = read.filing(&req.after)?;
            let (was, now) = (
                self.filled(read, &before)?.form,
                self.filled(read, &after)?.form,
            );
            Ok(c::FilingComparison {
                before: before.reference,
                after: after.reference,
                differences: differences(&was, &now),
            })
        })
    }
}

/// Whether a reference is that of a case.
fn names_case(reference: &str) -> bool {
    let prefix = reference.split('-').next();
    cases::MACHINES
        .iter()
        .any(|machine| Some(machine.prefix) == prefix)
}

/// The case that a form is about by its nature, where there is one alone under way; a first certification has none before it.
fn case_under_way(read: &Read<'_>, form: &str) -> Result<Option<String>> {
    let machine = match form {
        "F1" | "F2" => &cases::CERTIFICATION,
        "F3" => &cases::UPDATE,
        "F11" => &cases::EXEMPTION,
        "F13" => &cases::MEASURE,
        _ => return Ok(None),
    };
    let mut open = read.cases()?.into_iter().filter(|case| {
        case.kind == machine.kind
            && !machine.is_done(&case.state)
            && !(form == "F1" && case.answer("last_certified").is_some())
    });
    Ok(match (open.next(), open.next()) {
        (Some(one), None) => Some(one.reference),
        _ => None,
    })
}

fn answerable<'a>(
    form: &'a Form,
    clocks: &'a [ClockRecord],
) -> impl Iterator<Item = &'a ClockRecord> {
    clocks
        .iter()
        .filter(|clock| clock.stop.is_none() && form.stops.contains(&clock.computed.clock))
}

/// What a filing replaces: only what is sealed, of the same form or of one that it restates.
fn replaceable(form: &Form, before: &Filing) -> Result<Replaces> {
    if before.form != form.kind && !form.restates.contains(&before.form) {
        return Err(Error::input(
            "E-FORM-REPLACES",
            format!(
                "A {} cannot replace {}, which is a {}.",
                form.kind, before.reference, before.form
            ),
        ));
    }
    let Some(seal) = &before.seal else {
        return Err(Error::input(
            "E-FORM-REPLACES",
            format!(
                "{} is not sealed: change it instead of replacing it.",
                before.reference
            ),
        ));
    };
    if let Some(other) = &before.replaced_by {
        return Err(Error::input(
            "E-FORM-REPLACES",
            format!(
                "{} was replaced by {other} already. Replace that one.",
                before.reference
            ),
        ));
    }
    Ok(Replaces {
        reference: before.reference.clone(),
        bundle: seal.name.clone(),
        sha256: seal.sha256.clone(),
    })
}
