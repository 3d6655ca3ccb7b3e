//! Moving a case on: its steps and events, its parts, and what is known of it besides.

use super::{
    effects::{Taking, open_about},
    ground::Ground,
    machine_of,
};
use crate::{
    customers::letters::{channel, text},
    error::{Error, Result},
    open_vault::OpenVault,
    watch::Unwatched,
};
use contract as c;
use domain::{
    approval,
    casefile::{Case, Item, Known, Taken},
    change::{Approval, Change},
    closing::{self, LeftOpen},
    demand,
    letter::{Audience, Letter, MadeOf},
    machine::{Answers, Consequence, Machine, Refusal, Step},
};
use std::collections::HashSet;
use store::Act;

/// What a form says about a step, of a case or of a part.
struct Form<'a> {
    note: &'a str,
    at: Option<&'a str>,
    answers: &'a [c::CaseAnswer],
    approver: Option<&'a str>,
    passphrase: Option<&'a str>,
    override_reason: Option<&'a str>,
    leave_open: Option<&'a str>,
    made_of: Option<&'a c::MadeOfReq>,
}

/// A step that was read from its form and may be taken.
struct Ready {
    answers: Answers,
    at: String,
    day: String,
    note: String,
    approval: Option<Approval>,
    left_open: Option<LeftOpen>,
    made_of: Option<MadeOf>,
}

fn no_step(case: &str, machine: &Machine, state: &str, to: &str) -> Error {
    Error::input(
        "E-CASE-STEP",
        format!(
            "{case} is in \"{}\" and has no step to \"{}\" from there.",
            machine.label(state),
            machine.label(&to.chars().take(40).collect::<String>())
        ),
    )
}

impl OpenVault {
    /// Takes a step of a case. What it asks, what forbids it and what it does stand in the case's machine.
    pub fn case_advance(&self, req: &c::CaseAdvanceReq) -> Result<c::CaseView> {
        let case = self.read(|read| Ok(read.case(&req.r#ref)?))?;
        let machine = machine_of(&case)?;
        let step = machine
            .named(&case.state, &req.to)
            .ok_or_else(|| no_step(&case.reference, machine, &case.state, &req.to))?;
        let ground = self.read(|read| self.ground(read, &case))?;
        let form = Form {
            note: &req.note,
            at: req.at.as_deref(),
            answers: &req.answers,
            approver: req.approver.as_deref(),
            passphrase: req.passphrase.as_deref(),
            override_reason: req.override_reason.as_deref(),
            leave_open: req.leave_open.as_deref(),
            made_of: req.made_of.as_ref(),
        };
        let ready = self.ready(&ground, None, step, &form)?;
        self.act(|act| self.take_step(act, &ground, step, &ready))?;
        self.case_show(&case.reference)
    }

    /// What is to be asked about a step that happened then, before it is recorded. A step that may not be taken is refused where it is taken.
    pub fn case_doubt(&self, req: &c::CaseDoubtReq) -> Result<Option<c::CaseDoubt>> {
        let case = self.read(|read| Ok(read.case(&req.r#ref)?))?;
        let on = match req.at.as_deref().map(str::trim) {
            Some(at) if !at.is_empty() => self.happened_on(at)?,
            _ => self.today(),
        };
        let Some(step) = machine_of(&case)?.named(&case.state, &req.to) else {
            return Ok(None);
        };
        let ground = self.read(|read| self.ground(read, &case))?;
        let answers = Answers::new();
        let facts = ground.facts(None, &answers, on);
        let doubt = step.doubts.iter().find_map(|doubt| doubt(&facts));
        Ok(doubt.map(|doubt| c::CaseDoubt {
            code: doubt.code.to_owned(),
            question: doubt.why,
        }))
    }

    /// Reads a step's form, asks its guards, and has it approved where it needs that.
    fn ready(
        &self,
        ground: &Ground,
        item: Option<&Item>,
        step: &Step,
        form: &Form<'_>,
    ) -> Result<Ready> {
        let case = &ground.case;
        if let Some(record) = step.taken_on {
            return Err(Error::input(
                "E-CASE-ELSEWHERE",
                format!(
                    "{}: this step is recorded on {record}, which knows how it went.",
                    case.reference
                ),
            ));
        }
        self.needs_step(step)?;
        let note = match form.made_of {
            Some(_) => text("note", form.note)?,
            None => crate::customers::clean("note", form.note)?,
        };
        if !step.words.is_empty() && note.trim().is_empty() {
            return Err(Error::input(
                "E-CASE-WORDS",
                format!("{}: write {}.", case.reference, step.words),
            ));
        }
        let today = ground.today.to_string();
        let at = form
            .at
            .map(str::trim)
            .filter(|at| !at.is_empty())
            .unwrap_or(&today);
        let on = self.happened_on(at)?;
        let answers =
            self.read(|read| self.answers(read, step.label, step.asks, form.answers, false))?;
        let facts = ground.facts(item, &answers, on);
        let refused = |refusal: Refusal| {
            Error::input(refusal.code, format!("{}: {}", case.reference, refusal.why))
        };
        if let Some(refusal) = step.refused(&facts) {
            return Err(refused(refusal));
        }
        let left_open = if item.is_none() && machine_of(case)?.closes(step) {
            let open = self.read(|read| super::still_open(read, case))?;
            closing::over(&open, form.leave_open).map_err(refused)?
        } else {
            None
        };
        let place = match item {
            Some(_) => Audience::PartStep,
            None => Audience::CaseStep,
        };
        let made_of = self.read(|read| self.made_of(read, &[place], form.made_of, &note))?;
        let day = on.to_string();
        if day < case.received_on {
            return Err(Error::input(
                "E-CASE-BEFORE",
                format!(
                    "{day} is before {}, the day {} was received. Check the date.",
                    case.received_on, case.reference
                ),
            ));
        }
        let approval = step
            .approval
            .then(|| {
                let statement = approval::case_step(
                    &case.reference,
                    item.map(|item| item.id.as_str()),
                    item.map_or(&case.state, |item| &item.state),
                    step.to,
                );
                self.approve(
                    &statement,
                    form.approver,
                    form.passphrase,
                    form.override_reason,
                )
            })
            .transpose()?;
        Ok(Ready {
            answers,
            at: at.to_owned(),
            day,
            note,
            approval,
            left_open,
            made_of,
        })
    }

    fn take_step(
        &self,
        act: &mut Act<'_, '_>,
        ground: &Ground,
        step: &Step,
        ready: &Ready,
    ) -> Result<()> {
        let case = &ground.case;
        unmoved(act, case)?;
        let taken = Taken {
            step: step.id.to_owned(),
            state: step.to.to_owned(),
            on: ready.day.clone(),
            at: (ready.at != ready.day).then(|| ready.at.clone()),
            answers: ready.answers.clone(),
            left_open: ready.left_open.clone(),
            made_of: ready.made_of.clone(),
        };
        let reason = (!ready.note.is_empty()).then_some(ready.note.as_str());
        act.push(
            Change::CaseAdvanced {
                case: case.reference.clone(),
                from: case.state.clone(),
                to: step.to.to_owned(),
                taken,
                approval: ready.approval.clone(),
            },
            Some(&ready.day),
            reason,
        )?;
        let by = match reason {
            Some(note) => format!("{}: {note}", step.label),
            None => step.label.to_owned(),
        };
        let proof = ready
            .answers
            .get("documents")
            .and_then(|documents| documents.first());
        let taking = Taking {
            case,
            item: None,
            step,
            at: &ready.at,
            day: &ready.day,
            answers: &ready.answers,
            by: &by,
            proof: proof.map(String::as_str),
        };
        let on = domain::casefile::day(&ready.day).unwrap_or(ground.today);
        let facts = ground.facts(None, &ready.answers, on);
        let names = super::title(act.read(), case)?;
        let clocks = self.move_clocks(act, &taking, &facts, &names)?;
        self.carry_out(act, &taking, &facts, &clocks)?;
        Ok(())
    }

    /// Adds a part to a case.
    pub fn case_item_add(&self, req: &c::CaseItemAddReq) -> Result<c::CaseView> {
        let case = self.read(|read| Ok(read.case(&req.r#ref)?))?;
        let machine = machine_of(&case)?;
        let kind = machine.item(&req.kind).ok_or_else(|| {
            let short: String = req.kind.chars().take(40).collect();
            Error::input(
                "E-CASE-PART",
                format!("{} has no part of the kind \"{short}\".", case.reference),
            )
        })?;
        if !kind.added_in.contains(&case.state.as_str()) {
            return Err(Error::input(
                "E-CASE-PART",
                format!(
                    "{} is in \"{}\": no {} can be added there.",
                    case.reference,
                    machine.label(&case.state),
                    kind.within()
                ),
            ));
        }
        self.act(|act| {
            unmoved(act, &case)?;
            let answers = self.answers(act.read(), kind.title, kind.fields, &req.answers, false)?;
            let (subject, label) = named_by(act.read(), kind.fields, &answers)?;
            let twice = case.items_of(kind.kind).any(|there| {
                there.label == label
                    && (subject.is_some() || !label.is_empty())
                    && there.subject == subject
            });
            if twice {
                return Err(Error::input(
                    "E-CASE-PART-TWICE",
                    format!("{label} is listed already."),
                ));
            }
            let mut state = kind.states.first().map_or("", |(id, _)| *id);
            if kind.kind == "cip"
                && let Some(reseller) = &subject
                && act
                    .read()
                    .reseller(reseller)?
                    .cip_on(&case.received_on)
                    .is_some()
            {
                state = "held";
            }
            let item = Item {
                id: case.next_item(),
                kind: kind.kind.to_owned(),
                label,
                subject,
                state: state.to_owned(),
                fields: answers,
                path: Vec::new(),
                letters: Vec::new(),
            };
            act.push(
                Change::CaseItem {
                    case: case.reference.clone(),
                    before: None,
                    item: Box::new(item),
                    approval: None,
                },
                None,
                None,
            )?;
            Ok(())
        })?;
        self.case_show(&case.reference)
    }

    /// Takes a step of a part of a case.
    pub fn case_item_advance(&self, req: &c::CaseItemAdvanceReq) -> Result<c::CaseView> {
        let case = self.read(|read| Ok(read.case(&req.r#ref)?))?;
        let machine = machine_of(&case)?;
        let item = super::part_of(&case, &req.item)?.clone();
        if machine.is_done(&case.state) {
            return Err(Error::input(
                "E-CASE-OVER",
                format!(
                    "{} is over: \"{}\". Its parts stay as they are.",
                    case.reference,
                    machine.label(&case.state)
                ),
            ));
        }
        let kind = machine.item(&item.kind);
        let step = kind.and_then(|kind| kind.step(&item.state, &req.to));
        let Some(step) = step else {
            let state = kind.map_or(item.state.as_str(), |kind| kind.label(&item.state));
            let to: String = req.to.chars().take(40).collect();
            return Err(Error::input(
                "E-CASE-STEP",
                format!(
                    "{}: {} is in \"{state}\" and has no step to \"{to}\" from there.",
                    case.reference, item.label
                ),
            ));
        };
        let ground = self.read(|read| self.ground(read, &case))?;
        let form = Form {
            note: &req.note,
            at: req.at.as_deref(),
            answers: &req.answers,
            approver: req.approver.as_deref(),
            passphrase: req.passphrase.as_deref(),
            override_reason: req.override_reason.as_deref(),
            leave_open: None,
            made_of: req.made_of.as_ref(),
        };
        let ready = self.ready(&ground, Some(&item), step, &form)?;
        let evidence = self.evidence_of(&item, step)?;
        self.act(|act| {
            unmoved(act, &case)?;
            if act.read().case(&case.reference)?.item(&item.id) != Some(&item) {
                return Err(moved(&case.reference));
            }
            self.move_item(act, &case, &item, item.clone(), step, &ready)?;
            let by = format!("{}: {}", item.label, step.label);
            let taking = Taking {
                case: &case,
                item: Some(&item),
                step,
                at: &ready.at,
                day: &ready.day,
                answers: &ready.answers,
                by: &by,
                proof: None,
            };
            let on = domain::casefile::day(&ready.day).unwrap_or(ground.today);
            let facts = ground.facts(Some(&item), &ready.answers, on);
            let names = super::title(act.read(), &case)?;
            let clocks = self.move_clocks(act, &taking, &facts, &names)?;
            let followed = self.carry_out(act, &taking, &facts, &clocks)?;
            // The case that follows, such as that of a reseller's refusal, has what was demanded of it as its evidence.
            if let Some(follows) = followed.cases.first() {
                for taken in evidence {
                    self.keep(act, follows, "evidence", taken)?;
                }
            }
            Ok(())
        })?;
        self.case_show(&case.reference)
    }

    /// Copies of the documents that a part's steps name, for the case that follows from the step: those that it has not yet, where one is open
    /// already; none where none follows.
    fn evidence_of(&self, item: &Item, step: &Step) -> Result<Vec<crate::documents::Taken>> {
        let kind = step.then.iter().find_map(|one| match one {
            Consequence::OpensCase { kind, .. } => Some(*kind),
            _ => None,
        });
        let (Some(kind), Some(about)) = (kind, item.subject.as_deref()) else {
            return Ok(Vec::new());
        };
        let has: HashSet<String> = self.read(|read| {
            let there = match open_about(read, kind, about)? {
                Some(case) => read.documents_of(&case)?,
                None => Vec::new(),
            };
            Ok(there.into_iter().map(|line| line.document.sha256).collect())
        })?;
        let named = item
            .path
            .iter()
            .filter_map(|taken| taken.answers.get("documents"))
            .flatten();
        let mut evidence = Vec::new();
        for id in named {
            let (document, mut reader) = self.open_document(id)?;
            if !has.contains(&document.sha256) {
                evidence.push(self.take_from(
                    &document.name,
                    &mut reader,
                    document.bytes,
                    crate::documents::LARGEST,
                    &Unwatched,
                )?);
            }
        }
        Ok(evidence)
    }

    /// A letter of a part went out: the part's step, the letter's dispatch and its page in one act.
    pub(super) fn item_sent(
        &self,
        case: &Case,
        item: &Item,
        letter: Letter,
        page: crate::documents::Taken,
        req: &c::DemandSentReq,
    ) -> Result<()> {
        let to = demand::step(item).unwrap_or_default();
        let step = machine_of(case)?
            .item(&item.kind)
            .and_then(|kind| kind.step(&item.state, to))
            .ok_or_else(|| moved(&case.reference))?;
        let ground = self.read(|read| self.ground(read, case))?;
        let mut answers = Vec::new();
        for (id, value) in [
            ("clause", req.clause.clone()),
            ("channel", Some(channel(&req.channel).to_owned())),
        ] {
            let asked = step.asks.iter().any(|question| question.id == id);
            if let Some(value) = value.filter(|_| asked) {
                answers.push(c::CaseAnswer {
                    id: id.to_owned(),
                    values: vec![value],
                });
            }
        }
        let form = Form {
            note: &req.note,
            at: Some(&req.on),
            answers: &answers,
            approver: None,
            passphrase: None,
            override_reason: None,
            leave_open: None,
            made_of: None,
        };
        let mut ready = self.ready(&ground, Some(item), step, &form)?;
        self.act(|act| {
            unmoved(act, case)?;
            if act.read().case(&case.reference)?.item(&item.id) != Some(item) {
                return Err(moved(&case.reference));
            }
            let id = self.keep(act, &case.reference, "letter", page)?;
            ready.answers.insert("documents".to_owned(), vec![id]);
            let mut after = item.clone();
            for there in after
                .letters
                .iter_mut()
                .filter(|there| there.id == letter.id)
            {
                there.clone_from(&letter);
            }
            self.move_item(act, case, item, after, step, &ready)
        })
    }

    /// A part takes a step; `after` is the part as it was, with what else changes with it.
    fn move_item(
        &self,
        act: &mut Act<'_, '_>,
        case: &Case,
        item: &Item,
        mut after: Item,
        step: &Step,
        ready: &Ready,
    ) -> Result<()> {
        after.state = step.to.to_owned();
        after.path.push(Taken {
            step: step.id.to_owned(),
            state: step.to.to_owned(),
            on: ready.day.clone(),
            at: (ready.at != ready.day).then(|| ready.at.clone()),
            answers: ready.answers.clone(),
            left_open: None,
            made_of: ready.made_of.clone(),
        });
        act.push(
            Change::CaseItem {
                case: case.reference.clone(),
                before: Some(Box::new(item.clone())),
                item: Box::new(after),
                approval: ready.approval.clone(),
            },
            Some(&ready.day),
            (!ready.note.is_empty()).then_some(ready.note.as_str()),
        )?;
        Ok(())
    }

    /// Changes what is known of a case beyond its steps; what stood there before stays in the journal.
    pub fn case_change(&self, req: &c::CaseChangeReq) -> Result<c::CaseView> {
        let case = self.read(|read| Ok(read.case(&req.r#ref)?))?;
        let machine = machine_of(&case)?;
        if machine.is_done(&case.state) {
            return Err(Error::input(
                "E-CASE-OVER",
                format!(
                    "{} is over: \"{}\". What is known of it stays as it is.",
                    case.reference,
                    machine.label(&case.state)
                ),
            ));
        }
        self.act(|act| {
            unmoved(act, &case)?;
            let answers =
                self.answers(act.read(), machine.title, machine.fields, &req.fields, true)?;
            let before = case.known();
            let mut after = Known {
                fields: before.fields.clone(),
                ..before.clone()
            };
            for (question, values) in answers {
                if values.is_empty() {
                    after.fields.remove(&question);
                } else {
                    after.fields.insert(question, values);
                }
            }
            if let Some(subjects) = &req.subjects {
                after.subjects = Vec::new();
                for reference in subjects {
                    let customer = act.read().customer_file(reference)?.reference;
                    if !after.subjects.contains(&customer) {
                        after.subjects.push(customer);
                    }
                }
            }
            if let Some(resellers) = &req.resellers {
                if matches!(case.kind.as_str(), "request" | "failure") {
                    return Err(Error::input(
                        "E-CASE-RESELLERS",
                        format!("Whom {} is about was fixed when it was opened: its clock and its filing rest on it.", case.reference),
                    ));
                }
                after.resellers = Vec::new();
                for reference in resellers {
                    let reseller = act.read().reseller(reference)?.reference;
                    if !after.resellers.contains(&reseller) {
                        after.resellers.push(reseller);
                    }
                }
            }
            if after == before {
                return Ok(());
            }
            act.push(
                Change::CaseChanged {
                    case: case.reference.clone(),
                    before: Box::new(before),
                    after: Box::new(after),
                },
                None,
                None,
            )?;
            Ok(())
        })?;
        self.case_show(&case.reference)
    }
}

/// The record that a part is about, and what a person reads for it: the first answer.
fn named_by(
    read: &store::Read<'_>,
    fields: &[domain::machine::Question],
    answers: &Answers,
) -> Result<(Option<String>, String)> {
    use domain::machine::{Ask, RefKind};
    for question in fields {
        let Some(value) = answers.get(question.id).and_then(|values| values.first()) else {
            continue;
        };
        return Ok(match question.ask {
            Ask::Refs(RefKind::Reseller) => {
                let reseller = read.reseller(value)?;
                (Some(reseller.reference), reseller.name)
            }
            Ask::Refs(RefKind::Customer) => {
                let file = read.customer_file(value)?;
                (Some(file.reference.clone()), file.name().to_owned())
            }
            _ => (
                None,
                value
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .take(120)
                    .collect(),
            ),
        });
    }
    Ok((None, String::new()))
}

fn moved(case: &str) -> Error {
    Error::refused(
        "U-01",
        format!("{case} was moved on while this form was open. Load it again."),
    )
}

fn unmoved(act: &Act<'_, '_>, case: &Case) -> Result<()> {
    if act.read().case(&case.reference)?.state == case.state {
        Ok(())
    } else {
        Err(moved(&case.reference))
    }
}
