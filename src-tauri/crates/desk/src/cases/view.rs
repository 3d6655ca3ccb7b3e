//! A case as a person reads it: where it stands, what comes next and what keeps it from that, its parts, and what was written down.

use super::{
    effects::open_about,
    ground::Ground,
    machine_of,
    notes::{Beside, Notes},
    row, still_open,
};
use crate::{
    customers::conduct::{left_view, open_view},
    error::Result,
    open_vault::{Names, OpenVault},
    resellers::cip_view,
};
use contract as c;
use domain::{
    casefile::{Case, Item, Taken},
    cases,
    machine::{Answers, Ask, Facts, ItemKind, Machine, Question, RefKind, Step},
};
use std::collections::HashMap;
use store::Read;

/// What is looked up once for the whole view.
pub(super) struct Seen<'a> {
    pub(super) vault: &'a OpenVault,
    pub(super) read: &'a Read<'a>,
    /// Documents of the case, by id.
    documents: Vec<c::Choice>,
    resellers: Vec<c::Choice>,
    pub(super) names: Names,
    notes: Notes,
}

impl OpenVault {
    /// Every kind of case, and the ways to open one.
    pub fn case_kinds(&self) -> Result<Vec<c::CaseKind>> {
        self.read(|read| {
            let seen = self.seen(read, None)?;
            Ok(cases::MACHINES
                .iter()
                .map(|machine| c::CaseKind {
                    kind: machine.kind.to_owned(),
                    label: machine.title.to_owned(),
                    openings: machine
                        .opening
                        .iter()
                        .map(|step| seen.movement(step, None))
                        .collect(),
                    states: machine
                        .states
                        .iter()
                        .chain(machine.ends)
                        .map(|(id, label)| choice(id, label))
                        .collect(),
                })
                .collect())
        })
    }

    fn seen<'a>(&'a self, read: &'a Read<'a>, case: Option<&Case>) -> Result<Seen<'a>> {
        let documents = match case {
            Some(case) => read.documents_of(&case.reference)?,
            None => Vec::new(),
        };
        let names = self.names(read)?;
        Ok(Seen {
            notes: match case {
                Some(case) => Notes::read(read, &names, &case.reference)?,
                None => Notes::default(),
            },
            vault: self,
            read,
            documents: documents
                .iter()
                .map(|line| choice(&line.document.id, &line.document.name))
                .collect(),
            resellers: read
                .resellers()?
                .iter()
                .map(|reseller| choice(&reseller.reference, &reseller.name))
                .collect(),
            names,
        })
    }

    /// What was answered about a part of a case, each with its question, as a memo has it.
    pub(crate) fn part_answers(
        &self,
        read: &Read<'_>,
        case: &Case,
        kind: &ItemKind,
        item: &Item,
    ) -> Result<Vec<String>> {
        let known = self.seen(read, Some(case))?.known_of(kind, item);
        let words = known.into_iter().map(|answer| {
            let documents = answer.documents.into_iter().map(|one| one.label);
            let values: Vec<String> = answer.values.into_iter().chain(documents).collect();
            format!("{}: {}", answer.label, values.join(", "))
        });
        Ok(words.collect())
    }

    /// Who recorded the step at this place of a part's path; none where its entry was disposed of.
    pub(crate) fn part_step_by(
        &self,
        read: &Read<'_>,
        case: &Case,
        part: &str,
        place: usize,
    ) -> Result<Option<String>> {
        let notes = Notes::read(read, &self.names(read)?, &case.reference)?;
        Ok(notes.of_part(part, place).by)
    }

    /// What was written down in words the last time this step of a case was taken; none where it was not taken, or its entry was disposed of.
    pub(crate) fn step_note(
        &self,
        read: &Read<'_>,
        case: &Case,
        step: &str,
    ) -> Result<Option<String>> {
        let Some(place) = case.path.iter().rposition(|taken| taken.step == step) else {
            return Ok(None);
        };
        let notes = Notes::read(read, &self.names(read)?, &case.reference)?;
        Ok(notes
            .of_path(&case.path)
            .into_iter()
            .nth(place)
            .and_then(|beside| beside.note))
    }

    /// One case, whole.
    pub fn case_show(&self, reference: &str) -> Result<c::CaseView> {
        self.read(|read| {
            let case = read.case(reference)?;
            let machine = machine_of(&case)?;
            let ground = self.ground(read, &case)?;
            let seen = self.seen(read, Some(&case))?;
            let facts = ground.looked_at(None);
            let moves: Vec<c::CaseMove> = machine
                .from(&case.state)
                .filter(|step| step.taken_on.is_none())
                .map(|step| seen.movement(step, Some(&facts)))
                .collect();
            let clocks = read.clocks_about(&case.reference)?;
            let filings = read.filings()?;
            let every: HashMap<String, Case> = read
                .cases()?
                .into_iter()
                .map(|other| (other.reference.clone(), other))
                .collect();
            let related: Vec<&Case> = every
                .values()
                .filter(|other| {
                    case.related.contains(&other.reference)
                        || other.related.contains(&case.reference)
                })
                .collect();
            let mut related = related
                .into_iter()
                .map(|other| row(self, read, other))
                .collect::<Result<Vec<_>>>()?;
            related.sort_by(|a, b| a.r#ref.cmp(&b.r#ref));
            Ok(c::CaseView {
                row: row(self, read, &case)?,
                text: case.text.clone(),
                how: case.how.clone(),
                clocks: clocks
                    .iter()
                    .map(|clock| self.clock_view(read, clock))
                    .collect::<Result<_>>()?,
                items: seen.resellers_of(&case)?,
                subjects: case
                    .subjects
                    .iter()
                    .map(|subject| {
                        let name = read
                            .customer_file(subject)
                            .map_or_else(|_| subject.clone(), |file| file.name().to_owned());
                        choice(subject, &name)
                    })
                    .collect(),
                fields: machine
                    .fields
                    .iter()
                    .map(|question| seen.question(question, case.fields.get(question.id)))
                    .collect(),
                parts: machine
                    .items
                    .iter()
                    .map(|kind| seen.group(machine, kind, &ground))
                    .collect::<Result<_>>()?,
                documents: read
                    .documents_of(&case.reference)?
                    .iter()
                    .map(|line| crate::documents::row(line, &seen.names))
                    .collect(),
                filings: filings
                    .iter()
                    .filter(|filing| filing.case.as_deref() == Some(&case.reference))
                    .map(|filing| self.filing_row(read, filing))
                    .collect::<Result<_>>()?,
                related,
                proposals: proposals(read, machine, &case)?,
                open: still_open(read, &case)?
                    .into_iter()
                    .map(open_view)
                    .collect(),
                steps: steps(machine, &case, &moves),
                taken: case
                    .path
                    .iter()
                    .zip(seen.notes.of_path(&case.path))
                    .enumerate()
                    .map(|(at, (taken, beside))| seen.taken(machine, at == 0, taken, beside))
                    .collect::<Result<_>>()?,
                moves,
            })
        })
    }
}

fn choice(value: &str, label: &str) -> c::Choice {
    c::Choice {
        value: value.to_owned(),
        label: label.to_owned(),
    }
}

/// The states of a case, in order: a state off the straight path shows only where the case has been in it, and after an end nothing comes.
fn steps(machine: &Machine, case: &Case, moves: &[c::CaseMove]) -> Vec<c::StepView> {
    let ended = machine.has_ended(&case.state);
    let now = machine
        .states
        .iter()
        .position(|(state, _)| *state == case.state);
    machine
        .states
        .iter()
        .enumerate()
        // What was passed by, such as a cure that nobody offered, is not shown as if it came yet.
        .filter(|(at, (state, _))| {
            case.reached(state).is_some() || (!ended && now.is_none_or(|now| *at >= now))
        })
        .map(|(_, state)| state)
        .chain(
            machine
                .ends
                .iter()
                .filter(|(state, _)| case.state == *state),
        )
        .map(|(state, label)| {
            let at = case.reached(state);
            let evidence = case
                .path
                .iter()
                .filter(|taken| taken.state == *state)
                .map(|taken| {
                    taken
                        .answers
                        .values()
                        .filter(|values| !values.is_empty())
                        .count()
                })
                .sum::<usize>();
            c::StepView {
                state: (*state).to_owned(),
                label: (*label).to_owned(),
                standing: match &at {
                    _ if *state == case.state => "now",
                    Some(_) => "done",
                    None => "next",
                }
                .to_owned(),
                at: at.map(|taken| taken.on.clone()),
                evidence: u32::try_from(evidence).unwrap_or(u32::MAX),
                blocked_by: moves
                    .iter()
                    .find(|step| step.to == *state && !step.event)
                    .map(|step| step.blocked_by.clone())
                    .unwrap_or_default(),
            }
        })
        .collect()
}

/// What a case suggests: a hold on the records of its customers, once it is contained and until one covers them.
fn proposals(read: &Read<'_>, machine: &Machine, case: &Case) -> Result<Vec<c::CaseProposal>> {
    use domain::machine::Consequence;
    let proposes = machine.steps.iter().any(|step| {
        step.then
            .iter()
            .any(|one| matches!(one, Consequence::ProposesHold))
            && case
                .taken(step.id)
                .is_some_and(|taken| taken.state == step.to)
    });
    if !proposes || machine.is_done(&case.state) {
        return Ok(Vec::new());
    }
    let holds = read.holds()?;
    let bare: Vec<String> = case
        .subjects
        .iter()
        .filter(|subject| !holds.iter().any(|hold| hold.covers(subject)))
        .cloned()
        .collect();
    Ok(if bare.is_empty() {
        Vec::new()
    } else {
        vec![c::CaseProposal {
            kind: "hold".to_owned(),
            text: format!(
                "No hold keeps the records of {} from disposal. Place one while this is open.",
                bare.join(", ")
            ),
            subjects: bare,
        }]
    })
}

impl Seen<'_> {
    fn movement(&self, step: &Step, facts: Option<&Facts<'_>>) -> c::CaseMove {
        let mut blocked: Vec<String> = self.vault.locked_step(step).into_iter().collect();
        if let Some(facts) = facts {
            blocked.extend(step.blocked(facts).into_iter().map(|refusal| refusal.why));
        }
        c::CaseMove {
            to: step.id.to_owned(),
            event: step.id != step.to,
            ends: facts.is_some_and(|facts| {
                let machine = cases::machine(&facts.case.kind);
                facts.item.is_none() && machine.is_some_and(|machine| machine.closes(step))
            }),
            label: step.label.to_owned(),
            allowed: blocked.is_empty(),
            blocked_by: blocked,
            role: step.role.word().to_owned(),
            role_label: step.role.label().to_owned(),
            anyone: step.anyone,
            words: step.words.to_owned(),
            asks: step
                .asks
                .iter()
                .map(|question| self.question(question, None))
                .collect(),
            asks_when: step.dated,
            approval: step.approval,
            effects: step
                .clocks
                .iter()
                .map(domain::machine::ClockEffect::words)
                .chain(step.then.iter().map(domain::machine::Consequence::words))
                .fold(Vec::new(), |mut said, words| {
                    // Several clocks may start for one reason; a person is told once.
                    if !said.contains(&words) {
                        said.push(words);
                    }
                    said
                }),
            duties: step.duties.iter().map(ToString::to_string).collect(),
        }
    }

    fn question(&self, question: &Question, values: Option<&Vec<String>>) -> c::QuestionView {
        let choices = match question.ask {
            Ask::Documents => self.documents.clone(),
            Ask::Refs(RefKind::Reseller) => self.resellers.clone(),
            _ => question
                .ask
                .choices(&self.vault.rules())
                .into_iter()
                .map(|(value, label)| c::Choice { value, label })
                .collect(),
        };
        c::QuestionView {
            id: question.id.to_owned(),
            label: question.label.to_owned(),
            hint: (!question.hint.is_empty()).then(|| question.hint.to_owned()),
            ask: question.ask.word().to_owned(),
            choices,
            refs: match question.ask {
                Ask::Refs(kind) => Some(kind.word().to_owned()),
                _ => None,
            },
            required: question.required,
            values: values.cloned().unwrap_or_default(),
        }
    }

    /// Answers in words, in the order of their questions.
    fn answers(&self, questions: &[Question], answers: &Answers) -> Vec<c::AnswerView> {
        questions
            .iter()
            .filter_map(|question| {
                let values = answers.get(question.id)?;
                if values.is_empty() {
                    return None;
                }
                let (documents, values) = match question.ask {
                    Ask::Documents => (
                        values
                            .iter()
                            .map(|id| {
                                self.documents
                                    .iter()
                                    .find(|document| document.value == *id)
                                    .cloned()
                                    .unwrap_or_else(|| choice(id, id))
                            })
                            .collect(),
                        Vec::new(),
                    ),
                    _ => (
                        Vec::new(),
                        values
                            .iter()
                            .map(|value| question.read(value, &self.vault.rules()))
                            .collect(),
                    ),
                };
                Some(c::AnswerView {
                    label: question.label.to_owned(),
                    values,
                    documents,
                })
            })
            .collect()
    }

    fn taken(
        &self,
        machine: &Machine,
        first: bool,
        taken: &Taken,
        beside: Beside,
    ) -> Result<c::TakenView> {
        // What may begin a case may be a step of it as well: evidence is recorded, or a signal is confirmed as evidence.
        let steps = if first {
            machine.opening
        } else {
            machine.steps
        };
        let step = steps
            .iter()
            .chain(machine.opening)
            .find(|step| step.id == taken.step && step.to == taken.state);
        Ok(c::TakenView {
            label: step.map_or_else(
                || machine.label(&taken.state).to_owned(),
                |step| step.label.to_owned(),
            ),
            state_label: machine.label(&taken.state).to_owned(),
            on: taken.on.clone(),
            at: taken.at.clone(),
            answers: step
                .map(|step| self.answers(step.asks, &taken.answers))
                .unwrap_or_default(),
            note: beside.note,
            by: beside.by,
            approved_by: beside.approved_by,
            left_open: taken.left_open.as_ref().map(left_view),
            made_of: self
                .vault
                .made_of_words(self.read, taken.made_of.as_ref())?,
        })
    }

    /// What is known of a part, the latest last.
    fn known_of(&self, kind: &ItemKind, item: &Item) -> Vec<c::AnswerView> {
        let mut answers = self.answers(kind.fields.get(1..).unwrap_or_default(), &item.fields);
        for taken in &item.path {
            if let Some(step) = kind.steps.iter().find(|step| step.id == taken.step) {
                answers.extend(self.answers(step.asks, &taken.answers));
            }
        }
        answers
    }

    /// What is known of a part, and what was written down in words at each of its steps.
    fn told_of(&self, kind: &ItemKind, item: &Item) -> Vec<c::AnswerView> {
        let mut told = self.answers(kind.fields.get(1..).unwrap_or_default(), &item.fields);
        for (place, taken) in item.path.iter().enumerate() {
            let step = kind.steps.iter().find(|step| step.id == taken.step);
            if let Some(step) = step {
                told.extend(self.answers(step.asks, &taken.answers));
            }
            if let Some(note) = self.notes.of_part(&item.id, place).note {
                told.push(c::AnswerView {
                    label: step
                        .map_or_else(|| kind.label(&taken.state), |step| step.label)
                        .to_owned(),
                    values: vec![note],
                    documents: Vec::new(),
                });
            }
        }
        told
    }

    fn group(
        &self,
        machine: &Machine,
        kind: &ItemKind,
        ground: &Ground,
    ) -> Result<c::CaseItemGroup> {
        let case = &ground.case;
        let over = machine.is_done(&case.state);
        let rows = case
            .items_of(kind.kind)
            .map(|item| {
                let facts = ground.looked_at(Some(item));
                let made_of = item.path.iter().map(|taken| taken.made_of.as_ref());
                Ok(c::CaseItemView {
                    chase: self.chase(case, kind, item)?,
                    transmittal: item.kind == "report"
                        && cases::incident::CLEARED.contains(&item.state.as_str()),
                    id: item.id.clone(),
                    label: item.label.clone(),
                    subject: item.subject.clone(),
                    state: item.state.clone(),
                    state_label: kind.label(&item.state).to_owned(),
                    done: kind.is_done(&item.state),
                    answers: self.told_of(kind, item),
                    made_of: made_of
                        .filter_map(|made| self.vault.made_of_words(self.read, made).transpose())
                        .collect::<Result<_>>()?,
                    on: item
                        .path
                        .last()
                        .map(|taken| taken.at.clone().unwrap_or_else(|| taken.on.clone())),
                    moves: kind
                        .steps
                        .iter()
                        .filter(|step| !over && step.from == item.state && step.taken_on.is_none())
                        .map(|step| self.movement(step, Some(&facts)))
                        .collect(),
                })
            })
            .collect::<Result<Vec<c::CaseItemView>>>()?;
        Ok(c::CaseItemGroup {
            kind: kind.kind.to_owned(),
            title: kind.title.to_owned(),
            titles: kind.titles.to_owned(),
            done: u32::try_from(rows.iter().filter(|row| row.done).count()).unwrap_or(u32::MAX),
            add: kind.added_in.contains(&case.state.as_str()).then(|| {
                kind.fields
                    .iter()
                    .map(|question| self.question(question, None))
                    .collect()
            }),
            rows,
        })
    }

    /// A step of a part as it was recorded.
    pub(super) fn part_taken(
        &self,
        kind: &ItemKind,
        item: &Item,
        place: usize,
        taken: &Taken,
    ) -> Result<c::TakenView> {
        let beside = self.notes.of_part(&item.id, place);
        let step = kind.steps.iter().find(|step| step.id == taken.step);
        Ok(c::TakenView {
            label: step.map_or_else(
                || kind.label(&taken.state).to_owned(),
                |step| step.label.to_owned(),
            ),
            state_label: kind.label(&taken.state).to_owned(),
            on: taken.on.clone(),
            at: taken.at.clone(),
            answers: step
                .map(|step| self.answers(step.asks, &taken.answers))
                .unwrap_or_default(),
            note: beside.note,
            by: beside.by,
            approved_by: beside.approved_by,
            left_open: taken.left_open.as_ref().map(left_view),
            made_of: self
                .vault
                .made_of_words(self.read, taken.made_of.as_ref())?,
        })
    }

    /// The resellers of a case, each with the CIP that was in force on the day of receipt.
    fn resellers_of(&self, case: &Case) -> Result<Vec<c::RequestItem>> {
        let open = !cases::machine(&case.kind).is_some_and(|machine| machine.is_done(&case.state));
        let mut items = Vec::new();
        for reference in &case.resellers {
            let reseller = self.read.reseller(reference)?;
            let cip = reseller.cip_on(&case.received_on);
            let failing = open_about(self.read, "failure", &reseller.reference)?.is_some();
            let mut versions = reseller
                .cips
                .iter()
                .map(|cip| cip_view(self.read, &self.names, &reseller, cip))
                .collect::<Result<Vec<_>>>()?;
            versions.sort_by(|a, b| b.effective_from.cmp(&a.effective_from));
            items.push(c::RequestItem {
                versions,
                reseller: reseller.reference.clone(),
                name: reseller.name.clone(),
                warning: cip.is_none().then(|| format!("No CIP of {} was in force on {}. Ask the reseller for it, and file it with its date.", reseller.name, case.received_on)),
                offer_failure: case.kind == "request" && cip.is_none() && open && !failing,
                cip: cip.map(|cip| cip_view(self.read, &self.names, &reseller, cip)).transpose()?,
            });
        }
        Ok(items)
    }
}
