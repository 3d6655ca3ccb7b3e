//! Cases and the work on them, in words. What was chosen from a list of a rule pack is said in its words.

use super::entries::{Told, left_open, line, made_of, new};
use contract as c;
use domain::{
    casefile::{Case, Item, Known, Taken},
    cases,
    casework::Work,
    machine::Ask,
    rulebook::Rulebook,
};

pub(super) fn opened(case: &Case) -> Told {
    let what = cases::machine(&case.kind).map_or("Case", |machine| machine.title);
    (
        "messages",
        format!("{what} recorded"),
        vec![new("Received", &case.received), new("Text", &case.text)],
    )
}

pub(super) fn advanced(case: &str, from: &str, taken: &Taken, rules: &Rulebook) -> Told {
    (
        "decisions",
        case_step(case, taken),
        std::iter::once(line(
            "State",
            Some(case_state(case, from).to_owned()),
            Some(case_state(case, &taken.state).to_owned()),
        ))
        .chain(answered(cases::machine_of(case), &taken.answers, rules))
        .chain(taken.left_open.iter().flat_map(left_open))
        .chain(taken.made_of.iter().map(made_of))
        .collect(),
    )
}

pub(super) fn item(case: &str, before: Option<&Item>, item: &Item, rules: &Rulebook) -> Told {
    let machine = cases::machine_of(case);
    let kind = machine.and_then(|machine| machine.item(&item.kind));
    let state = |state: &str| kind.map_or(state.to_owned(), |kind| kind.label(state).to_owned());
    let taken = before.and_then(|_| item.path.last());
    let answers = taken.map_or(&item.fields, |taken| &taken.answers);
    (
        "decisions",
        match before {
            None => format!(
                "{case}: {} added: {}",
                kind.map_or("part", |kind| kind.title),
                item.label
            ),
            Some(_) => format!("{case}: {}: {}", item.label, state(&item.state)),
        },
        std::iter::once(line(
            "State",
            before.map(|before| state(&before.state)),
            Some(state(&item.state)),
        ))
        .chain(answered(machine, answers, rules))
        .chain(taken.and_then(|taken| taken.made_of.as_ref()).map(made_of))
        .collect(),
    )
}

pub(super) fn known(case: &str, before: &Known, after: &Known) -> Told {
    let machine = cases::machine_of(case);
    let mut lines = vec![
        line(
            "Customers",
            Some(before.subjects.join(", ")),
            Some(after.subjects.join(", ")),
        ),
        line(
            "Resellers",
            Some(before.resellers.join(", ")),
            Some(after.resellers.join(", ")),
        ),
        line(
            "Related cases",
            Some(before.related.join(", ")),
            Some(after.related.join(", ")),
        ),
    ];
    for id in before.fields.keys().chain(
        after
            .fields
            .keys()
            .filter(|id| !before.fields.contains_key(*id)),
    ) {
        let label = machine
            .and_then(|machine| machine.question(id))
            .map_or(id.as_str(), |question| question.label);
        let words =
            |fields: &domain::machine::Answers| fields.get(id).map(|values| values.join(", "));
        lines.push(line(label, words(&before.fields), words(&after.fields)));
    }
    ("edits", format!("{case}: what is known changed"), lines)
}

pub(super) fn worked(case: &str, work: &Work) -> Told {
    let (what, lines) = work_words(work);
    ("edits", format!("{case}: {what}"), lines)
}

fn case_state<'a>(case: &str, state: &'a str) -> &'a str {
    cases::machine_of(case).map_or(state, |machine| machine.label(state))
}

/// The step's own label where it is an event within a state, else the state it led to.
fn case_step(case: &str, taken: &Taken) -> String {
    let machine = cases::machine_of(case);
    let event = machine
        .filter(|_| taken.step != taken.state)
        .and_then(|machine| machine.steps.iter().find(|step| step.id == taken.step));
    match event {
        Some(step) => format!("{case}: {}", step.label),
        None => format!("{case}: {}", case_state(case, &taken.state)),
    }
}

/// Answers, a line each, in the words of the rule packs.
fn answered<'a>(
    machine: Option<&'a domain::machine::Machine>,
    answers: &'a domain::machine::Answers,
    rules: &'a Rulebook,
) -> impl Iterator<Item = c::ChangeLine> + 'a {
    answers.iter().map(move |(id, values)| {
        let question = machine.and_then(|machine| {
            machine.question(id).or_else(|| {
                machine
                    .items
                    .iter()
                    .flat_map(|item| {
                        item.fields
                            .iter()
                            .chain(item.steps.iter().flat_map(|step| step.asks))
                    })
                    .find(|question| question.id == id)
            })
        });
        let said = match question {
            // A document is known by its name, which is its record's to say.
            Some(question) if matches!(question.ask, Ask::Documents) => match values.len() {
                1 => "1 document".to_owned(),
                many => format!("{many} documents"),
            },
            Some(question) => {
                let read: Vec<String> = values
                    .iter()
                    .map(|value| question.read(value, rules))
                    .collect();
                read.join(", ")
            }
            None => values.join(", "),
        };
        new(
            question.map_or(id.as_str(), |question| question.label),
            said,
        )
    })
}

/// A piece of work on a case, in words.
fn work_words(work: &Work) -> (String, Vec<c::ChangeLine>) {
    match work {
        Work::Worksheet { worksheet, judged } => (
            format!("worksheet kept: {}", judged.verdict.replace('_', " ")),
            vec![
                new("Runs", worksheet.runs.len().to_string()),
                new("Operations, low to high", judged.operations.join(" / ")),
                new("By", judged.pack.clone()),
            ],
        ),
        Work::Query { query } => (
            "query of the sweep set".to_owned(),
            vec![
                new("Countries", query.countries.join(", ")),
                new("Looked for in", query.places.join(", ")),
                new("Networks", query.networks.join(", ")),
                new("Names", query.names.join(", ")),
            ],
        ),
        Work::Sweep { sweep } => (
            format!("sweep run, {} found, {} new", sweep.found, sweep.new),
            vec![new("Result, SHA-256", sweep.result_sha256.clone())],
        ),
        Work::Counts { counts } => (
            format!("counts frozen as of {}", counts.as_of),
            vec![
                new("Customers", counts.customers.to_string()),
                new(
                    "Foreign beneficial owners",
                    counts.foreign_owners.to_string(),
                ),
                new("Unverified accounts", counts.unverified.len().to_string()),
            ],
        ),
    }
}
