//! Cases of every kind, driven by the tables of `domain::cases`: opened, moved on, shown. What a step asks, who takes it and what it does
//! stands in the table; nothing here knows a kind of case but where its form or its opening is its own.

mod advance;
mod copies;
mod demands;
mod effects;
mod ground;
mod notes;
mod open;
mod view;

pub(crate) use demands::Chased;
pub(crate) use effects::open_failures;
pub(crate) use open::Opening;

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    casefile::{Case, Item},
    cases, closing,
    machine::{self, Answers, Machine, Question},
};
use store::Read;

/// The machine of a case. A kind that no machine of this version has was written by a newer one.
pub(crate) fn machine_of(case: &Case) -> Result<&'static Machine> {
    machine_named(&case.kind)
}

fn machine_named(kind: &str) -> Result<&'static Machine> {
    cases::machine(kind).ok_or_else(|| {
        let short: String = kind.chars().take(40).collect();
        let known: Vec<&str> = cases::MACHINES.iter().map(|machine| machine.kind).collect();
        Error::input(
            "E-CASE-KIND",
            format!(
                "\"{short}\" is no kind of case. It is one of: {}.",
                known.join(", ")
            ),
        )
    })
}

/// A part of a case by its id.
pub(crate) fn part_of<'a>(case: &'a Case, id: &str) -> Result<&'a Item> {
    case.item(id).ok_or_else(|| {
        let short: String = id.chars().take(40).collect();
        Error::input(
            "E-CASE-PART",
            format!("{} has no part \"{short}\".", case.reference),
        )
    })
}

/// A case as lists show it.
pub(crate) fn row(vault: &OpenVault, read: &Read<'_>, case: &Case) -> Result<c::CaseRow> {
    let machine = machine_of(case)?;
    let today = vault.today();
    let clocks = read.clocks_about(&case.reference)?;
    let clock = clocks
        .iter()
        .find(|clock| clock.stop.is_none())
        .or(clocks.first());
    let open = case
        .items
        .iter()
        .filter(|item| {
            !machine
                .item(&item.kind)
                .is_some_and(|kind| kind.is_done(&item.state))
        })
        .count();
    Ok(c::CaseRow {
        r#ref: case.reference.clone(),
        kind: case.kind.clone(),
        kind_label: machine.title.to_owned(),
        title: title(read, case)?,
        state: case.state.clone(),
        state_label: machine.label(&case.state).to_owned(),
        received_on: case.received_on.clone(),
        done: machine.is_done(&case.state),
        parts: u32::try_from(case.items.len()).unwrap_or(u32::MAX),
        parts_open: u32::try_from(open).unwrap_or(u32::MAX),
        clock: clock.map(|clock| vault.clock_row(clock, today)),
        filing: read
            .filings()?
            .into_iter()
            .find(|filing| filing.case.as_deref() == Some(&case.reference))
            .map(|filing| filing.reference),
        beside: vault.beside(read, &case.reference)?,
    })
}

/// Whom a case is about; what it says where it is about nobody.
pub(crate) fn title(read: &Read<'_>, case: &Case) -> Result<String> {
    let mut names: Vec<String> = case
        .resellers
        .iter()
        .map(|reference| read.reseller(reference).map(|reseller| reseller.name))
        .collect::<std::result::Result<_, _>>()?;
    names.extend(case.subjects.iter().map(|subject| {
        read.customer_file(subject)
            .map_or_else(|_| subject.clone(), |file| file.name().to_owned())
    }));
    Ok(if names.is_empty() {
        case.text.clone()
    } else {
        names.join(", ")
    })
}

/// What is still open on a case, for its closing: what its machine asks for stands in the guards of its steps.
pub(crate) fn still_open(read: &Read<'_>, case: &Case) -> Result<Vec<closing::Open>> {
    let tasks = read.tasks_about(&case.reference)?;
    let there = |task| (case.reference.clone(), task);
    Ok(closing::to_do(
        &tasks.into_iter().map(there).collect::<Vec<_>>(),
    ))
}

impl OpenVault {
    /// Cases: open ones first, by due date.
    pub fn case_list(&self) -> Result<c::CaseList> {
        self.read(|read| {
            let mut rows = read
                .cases()?
                .iter()
                .map(|case| row(self, read, case))
                .collect::<Result<Vec<_>>>()?;
            let running = |row: &c::CaseRow| {
                row.clock
                    .as_ref()
                    .is_some_and(|clock| clock.status == "running" || clock.status == "late")
            };
            rows.sort_by_key(|row| {
                (
                    row.done,
                    !running(row),
                    row.clock.as_ref().map(|clock| clock.due.clone()),
                    row.r#ref.clone(),
                )
            });
            Ok(c::CaseList { rows })
        })
    }

    /// Answers by question, each read by its kind; references and documents exist.
    ///
    /// # Errors
    /// Every answer that does not fit, as problems of the form.
    pub(crate) fn answers(
        &self,
        read: &Read<'_>,
        what: &str,
        questions: &[Question],
        given: &[c::CaseAnswer],
        partly: bool,
    ) -> Result<Answers> {
        let given: Answers = given
            .iter()
            .map(|answer| (answer.id.clone(), answer.values.clone()))
            .collect();
        let mut problems = Vec::new();
        let mut wrong = |question: &str, code: &str, message: String| {
            problems.push(c::FieldProblem {
                field: question.to_owned(),
                code: code.to_owned(),
                message,
            });
        };
        let mut answers = match machine::check(questions, &given, &self.rules(), partly) {
            Ok(answers) => answers,
            Err(list) => {
                for one in list {
                    wrong(&one.question, one.code, one.why);
                }
                Answers::new()
            }
        };
        for question in questions {
            let Some(values) = answers.get_mut(question.id) else {
                continue;
            };
            for value in values {
                match self.known_record(read, question, value) {
                    Ok(Some(reference)) => *value = reference,
                    Ok(None) => {}
                    Err(error) => wrong(question.id, &error.0.code, error.0.message.clone()),
                }
            }
        }
        if problems.is_empty() {
            Ok(answers)
        } else {
            Err(Error::fields(what, problems))
        }
    }

    /// The reference of the record that an answer names; none where it names none.
    fn known_record(
        &self,
        read: &Read<'_>,
        question: &Question,
        value: &str,
    ) -> Result<Option<String>> {
        use domain::machine::{Ask, RefKind};
        Ok(match question.ask {
            Ask::Documents => Some(read.document(value)?.document.id),
            Ask::Refs(RefKind::Customer) => Some(read.customer_file(value)?.reference),
            Ask::Refs(RefKind::Reseller) => Some(read.reseller(value)?.reference),
            Ask::Refs(RefKind::Case) => Some(read.case(value)?.reference),
            Ask::Refs(RefKind::Filing) => Some(read.filing(value)?.reference),
            _ => None,
        })
    }
}
