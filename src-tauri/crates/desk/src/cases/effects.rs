//! What a step does: to the clocks of its case, and beyond it.

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use chrono::Datelike;
use domain::{
    casefile::{Case, Item, Known},
    cases,
    change::Change,
    machine::{Answers, ClockEffect, Consequence, Facts, Step},
    record::{Answer, ClockRecord, Filing, FormRow},
};
use std::collections::{BTreeMap, HashSet};
use store::{Act, Read};

/// A step as it is being taken.
pub(super) struct Taking<'a> {
    pub(super) case: &'a Case,
    pub(super) item: Option<&'a Item>,
    pub(super) step: &'a Step,
    /// When, as it was given: a date or an instant.
    pub(super) at: &'a str,
    /// The civil day.
    pub(super) day: &'a str,
    pub(super) answers: &'a Answers,
    /// In words, for the record of a clock's end.
    pub(super) by: &'a str,
    /// The document that shows it.
    pub(super) proof: Option<&'a str>,
}

/// What a step did beyond its case.
#[derive(Default)]
pub(super) struct Followed {
    /// The filing that was drafted.
    pub(super) filing: Option<String>,
    /// The cases that follow from this one: opened by the step, or open about the same reseller already.
    pub(super) cases: Vec<String>,
}

impl Taking<'_> {
    fn answer(&self, question: &str) -> Option<&str> {
        match question {
            "received" => Some(&self.case.received),
            "at" => Some(self.at),
            _ => self
                .answers
                .get(question)
                .and_then(|values| values.first())
                .map(String::as_str)
                .or_else(|| self.case.answer(question)),
        }
    }
}

impl OpenVault {
    /// Does to the clocks what the step's table says; gives those that started, the strictest first.
    pub(super) fn move_clocks(
        &self,
        act: &mut Act<'_, '_>,
        taking: &Taking<'_>,
        facts: &Facts<'_>,
        names: &str,
    ) -> Result<Vec<ClockRecord>> {
        let case = &taking.case.reference;
        let mut started = Vec::new();
        for effect in taking.step.clocks {
            match effect {
                ClockEffect::Start(start) => {
                    if start.when.is_some_and(|test| !test(facts)) {
                        continue;
                    }
                    let mut anchors = BTreeMap::new();
                    for (event, question) in start.anchors {
                        if let Some(at) = taking.answer(question) {
                            anchors.insert((*event).to_owned(), at.to_owned());
                        }
                    }
                    started.extend(self.start_case_clocks(
                        act,
                        taking.case,
                        names,
                        taking.proof,
                        start,
                        &anchors,
                    )?);
                }
                ClockEffect::Confirm => self.confirm_case_clocks(act, case, taking.by)?,
                ClockEffect::Cancel => {
                    self.end_case_clocks(act, case, |_| true, "cancelled", taking.at, taking.by)?
                }
                ClockEffect::Satisfy(stop) => {
                    self.end_case_clocks(
                        act,
                        case,
                        |rule| rule.stop == *stop,
                        "satisfied",
                        taking.at,
                        taking.by,
                    )?;
                    // An internal target that nobody met is not owed once the work is done.
                    let done = cases::machine(&taking.case.kind)
                        .is_some_and(|machine| machine.is_done(taking.step.to));
                    if done {
                        self.end_case_clocks(
                            act,
                            case,
                            |rule| !rule.statutory,
                            "cancelled",
                            taking.at,
                            taking.by,
                        )?;
                    }
                }
                ClockEffect::Extend { stop, due, grant } => {
                    let (Some(due), Some(grant)) = (taking.answer(due), taking.answer(grant))
                    else {
                        continue;
                    };
                    self.extend_case_clocks(act, case, stop, due, grant, taking.proof)?;
                }
            }
        }
        Ok(started)
    }

    /// Does beyond the case what the step's table says.
    pub(super) fn carry_out(
        &self,
        act: &mut Act<'_, '_>,
        taking: &Taking<'_>,
        facts: &Facts<'_>,
        clocks: &[ClockRecord],
    ) -> Result<Followed> {
        let mut followed = Followed::default();
        for consequence in taking.step.then {
            match consequence {
                Consequence::OpensCase {
                    kind,
                    state,
                    text,
                    when,
                } => {
                    if when.is_none_or(|test| test(facts)) {
                        let cases = self.open_from(act, taking, kind, state, text)?;
                        followed.cases.extend(cases);
                    }
                }
                Consequence::Reverify { when } => {
                    if when.is_none_or(|test| test(facts)) {
                        for subject in &taking.case.subjects {
                            if let Ok(file) = act.read().customer_file(subject) {
                                let why =
                                    format!("{}: {}", taking.case.reference, taking.case.text);
                                self.reopen_for(
                                    act,
                                    &file,
                                    domain::reopening::Trigger::Case,
                                    &why,
                                )?;
                            }
                        }
                    }
                }
                // A person decides on a proposal; it is shown on the case.
                Consequence::ProposesHold => {}
                Consequence::Reseller(state) => {
                    for reference in &taking.case.resellers {
                        self.put_reseller_state(act, reference, state, taking.day)?;
                    }
                }
                Consequence::ClearsReseller => {
                    for reference in &taking.case.resellers {
                        let before = act.read().reseller(reference)?;
                        // A signal that fell clears nobody whom another case is still about, or who was terminated.
                        if before.state == "under_review"
                            && !under_another_case(act.read(), &taking.case.reference, reference)?
                        {
                            self.put_reseller_state(act, reference, "active", taking.day)?;
                        }
                    }
                }
                Consequence::ExplainsInFiling(question) => {
                    if let (Some(owner), Some(reason)) = (
                        taking.item.and_then(|item| item.subject.as_deref()),
                        taking.answer(question),
                    ) {
                        let expected = taking
                            .answers
                            .get("expected_on")
                            .and_then(|days| days.first())
                            .map(|day| format!(" To follow; expected on {day}."));
                        let reason = format!("{reason}{}", expected.unwrap_or_default());
                        self.explain_in_drafts(act, &taking.case.reference, owner, &reason)?;
                    }
                }
                Consequence::Drafts(form) => {
                    if *form == "F4" {
                        followed.filing = self.draft_copies(act, taking.case, clocks)?;
                    }
                }
            }
        }
        Ok(followed)
    }

    fn put_reseller_state(
        &self,
        act: &mut Act<'_, '_>,
        reference: &str,
        state: &str,
        day: &str,
    ) -> Result<()> {
        let before = act.read().reseller(reference)?;
        let settled = matches!(before.state.as_str(), "terminating" | "terminated");
        if before.state == state || (state == "under_review" && settled) {
            return Ok(());
        }
        let mut after = before.clone();
        state.clone_into(&mut after.state);
        after.revision += 1;
        act.push(
            Change::ResellerRecorded {
                before: Some(before),
                reseller: after,
            },
            Some(day),
            None,
        )?;
        Ok(())
    }

    /// The cases that follow from this one, one about each reseller: opened where none of the kind is open about it. The cases name one another.
    fn open_from(
        &self,
        act: &mut Act<'_, '_>,
        taking: &Taking<'_>,
        kind: &str,
        state: &str,
        text: &str,
    ) -> Result<Vec<String>> {
        let about: Vec<String> = match taking.item.and_then(|item| item.subject.clone()) {
            Some(subject) => vec![subject],
            None => taking.case.resellers.clone(),
        };
        let mut followed = Vec::new();
        for reseller in about {
            if act.read().reseller(&reseller).is_err() {
                continue;
            }
            let follows = match open_about(act.read(), kind, &reseller)? {
                Some(there) => there,
                None => {
                    let opened = self.open_case(
                        act,
                        super::open::Opening {
                            kind,
                            state: Some(state),
                            received: taking.at,
                            text: format!(
                                "{text} ({}: {})",
                                taking.case.reference, taking.case.text
                            ),
                            how: None,
                            resellers: vec![reseller],
                            subjects: Vec::new(),
                            answers: Answers::new(),
                            documents: Vec::new(),
                            document_type: "evidence",
                            related: vec![taking.case.reference.clone()],
                            through: None,
                        },
                    )?;
                    opened.case.reference
                }
            };
            if follows == taking.case.reference {
                continue;
            }
            followed.push(follows.clone());
            let case = act.read().case(&taking.case.reference)?;
            let before = case.known();
            if before.related.contains(&follows) {
                continue;
            }
            let mut related = before.related.clone();
            related.push(follows);
            act.push(
                Change::CaseChanged {
                    case: case.reference,
                    after: Box::new(Known {
                        related,
                        ..before.clone()
                    }),
                    before: Box::new(before),
                },
                None,
                None,
            )?;
        }
        Ok(followed)
    }

    /// Drafts the production of copies: one filing for each pack that asks for it, since each prints on its own. Gives the first.
    pub(super) fn draft_copies(
        &self,
        act: &mut Act<'_, '_>,
        case: &Case,
        clocks: &[ClockRecord],
    ) -> Result<Option<String>> {
        let mut drafted = None;
        let mut packs = HashSet::new();
        for clock in clocks {
            let pack = self.pack_of(&clock.computed);
            let statutory = pack
                .clock(&clock.computed.clock)
                .is_some_and(|rule| rule.statutory && rule.stop == "all_items_sent");
            if !statutory || !packs.insert(clock.computed.pack.clone()) {
                continue;
            }
            let year = self.today().year();
            let reference = act.read().next_reference(&format!("F4-{year}"), 4)?;
            let mut items = Vec::new();
            // What went out, or cannot go out, stands in an earlier filing.
            let left = case
                .items_of("cip")
                .filter(|item| !matches!(item.state.as_str(), "sent" | "explained"))
                .filter_map(|item| item.subject.as_deref());
            for reseller in left {
                let reseller = act.read().reseller(reseller)?;
                let cip = reseller
                    .cip_on(&case.received_on)
                    .map(|cip| cip.reference.clone());
                items.push((reseller.reference, cip));
            }
            let filing = Filing {
                reference: reference.clone(),
                form: "F4".to_owned(),
                state: "draft".to_owned(),
                case: Some(case.reference.clone()),
                clock: Some(clock.reference.clone()),
                pack: clock.computed.pack.clone(),
                as_of: case.received_on.clone(),
                subjects: Vec::new(),
                items,
                answers: BTreeMap::new(),
                replaces: None,
                replaced_by: None,
                validated: None,
                replies: Vec::new(),
                seal: None,
                sending: None,
                revision: 0,
            };
            act.push(
                Change::FilingDrafted {
                    filing: Box::new(filing),
                },
                None,
                None,
            )?;
            drafted.get_or_insert(reference);
        }
        Ok(drafted)
    }

    /// Writes into the drafts of a case why a copy is missing.
    fn explain_in_drafts(
        &self,
        act: &mut Act<'_, '_>,
        case: &str,
        owner: &str,
        reason: &str,
    ) -> Result<()> {
        for filing in act.read().filings()? {
            let asked = filing.items.iter().any(|(reseller, _)| reseller == owner);
            if filing.case.as_deref() != Some(case) || !filing.is_open() || !asked {
                continue;
            }
            let mut after = filing.answers.clone();
            let answer = after.entry("missing".to_owned()).or_insert_with(|| Answer {
                by: self.vault().member().label.clone(),
                on: self.today().to_string(),
                ..Answer::default()
            });
            match answer.rows.iter_mut().find(|row| row.key == owner) {
                Some(row) => {
                    row.cells.insert("reason".to_owned(), reason.to_owned());
                }
                None => answer
                    .rows
                    .push(FormRow::of(owner, [("reason", reason.to_owned())])),
            }
            if after != filing.answers {
                act.push(
                    Change::FilingEdited {
                        filing: filing.reference,
                        before: filing.answers,
                        after,
                    },
                    None,
                    None,
                )?;
            }
        }
        Ok(())
    }

    /// Gives the clocks of a case that an event stops a later last day, by a written grant.
    fn extend_case_clocks(
        &self,
        act: &mut Act<'_, '_>,
        case: &str,
        stop: &str,
        due: &str,
        grant: &str,
        proof: Option<&str>,
    ) -> Result<()> {
        let running: Vec<ClockRecord> = act
            .read()
            .clocks_about(case)?
            .into_iter()
            .filter(|clock| {
                clock.stop.is_none()
                    && clock.case.as_deref() == Some(case)
                    && self
                        .pack_of(&clock.computed)
                        .clock(&clock.computed.clock)
                        .is_some_and(|rule| rule.statutory && rule.stop == stop)
            })
            .collect();
        if running.is_empty() {
            return Err(Error::input(
                "E-CLOCK-EXTENSION",
                format!("{case} has no running deadline that could be extended."),
            ));
        }
        for clock in running {
            self.extend_clock(act, &clock.reference, due, grant, proof)?;
        }
        Ok(())
    }
}

/// The open case of a kind about a reseller.
pub(crate) fn open_about(read: &Read<'_>, kind: &str, reseller: &str) -> Result<Option<String>> {
    Ok(read
        .cases()?
        .into_iter()
        .find(|case| {
            case.kind == kind
                && case.resellers.iter().any(|one| one == reseller)
                && !cases::machine(kind).is_some_and(|machine| machine.is_done(&case.state))
        })
        .map(|case| case.reference))
}

/// How many failure cases about a reseller are open.
pub(crate) fn open_failures(read: &Read<'_>, reseller: &str) -> Result<usize> {
    Ok(read
        .cases()?
        .iter()
        .filter(|case| {
            case.kind == "failure"
                && case.resellers.iter().any(|one| one == reseller)
                && !cases::FAILURE.is_done(&case.state)
        })
        .count())
}

/// Whether another failure case about a reseller is open.
fn under_another_case(read: &Read<'_>, case: &str, reseller: &str) -> Result<bool> {
    Ok(read.cases()?.iter().any(|other| {
        other.kind == "failure"
            && other.reference != case
            && other.resellers.iter().any(|one| one == reseller)
            && !cases::FAILURE.is_done(&other.state)
    }))
}
