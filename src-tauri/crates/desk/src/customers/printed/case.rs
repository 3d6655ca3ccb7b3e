//! What was decided, verified, found not to fit and told to the customer, and how the case went: the sheets' second half.

use super::{lines, section, strong, us_label};
use crate::print::{heading, minute, on, text};
use contract as c;
use filing::{Block, Cell, Column, Tone};

pub(super) fn decisions(view: &c::CustomerView) -> Vec<Block> {
    let test = |id: &str| {
        let known = view.us_tests.iter().find(|one| one.value == id);
        known.map_or_else(|| filing::choice_label(id), |one| one.label.clone())
    };
    let rows = view
        .determinations
        .iter()
        .map(|one| {
            let mut outcome: Cell = us_label(one.outcome).into();
            outcome.struck = one.superseded;
            let by = lines([
                Some(format!("{}, {}", one.decided_by, on(&one.decided_on))),
                one.approved.as_ref().map(|who| format!("Approved: {who}")),
            ]);
            vec![
                one.name.clone().into(),
                outcome,
                lines([Some(test(&one.test)), Some(one.evidence.clone())]).into(),
                by.into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::narrow("Who"),
        Column::narrow("Found"),
        Column::wide("By which test, on what"),
        Column::narrow("Decided by"),
    ];
    let none = "Nobody was determined to be a U.S. person or none.";
    section("U.S.-person determinations", columns, rows, Some(none))
}

pub(super) fn verification(view: &c::CustomerView) -> Vec<Block> {
    let rows = view
        .verifications
        .iter()
        .map(|one| {
            vec![
                one.name.clone().into(),
                format!("{}\n{}", method(&one.method), result(&one.result)).into(),
                lines([
                    Some(one.basis.clone()),
                    one.special.clone(),
                    one.notes.clone(),
                ])
                .into(),
                format!("{}, {}", one.performed_by, on(&one.performed_on)).into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::narrow("Who"),
        Column::narrow("How, with what result"),
        Column::wide("On what"),
        Column::narrow("By"),
    ];
    let mut blocks = section(
        "Verification of identity",
        columns,
        rows,
        Some("No attempt to verify is recorded."),
    );
    let signatories = view
        .signatories
        .iter()
        .map(|one| {
            let who = [
                Some(one.name.clone()),
                one.name_original.clone(),
                one.country.clone(),
            ];
            let span = [
                one.valid_from
                    .as_deref()
                    .map(|day| format!("Since {}", on(day))),
                one.valid_to
                    .as_deref()
                    .map(|day| format!("Until {}", on(day))),
                Some(
                    if one.verified {
                        "Identity verified"
                    } else {
                        "Not verified"
                    }
                    .to_owned(),
                ),
            ];
            vec![
                lines(who).into(),
                lines([
                    Some(one.role_label.clone()),
                    Some(one.authority.clone()),
                    one.source.clone(),
                ])
                .into(),
                lines(span).into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::narrow("Who"),
        Column::wide("As what"),
        Column::narrow("Standing"),
    ];
    blocks.extend(section(
        "Signatories and persons in control",
        columns,
        signatories,
        None,
    ));
    blocks
}

/// A hash in lines of sixteen digits, so that it stands whole in a column.
fn in_lines(hash: &str) -> String {
    let digits: Vec<char> = hash.chars().collect();
    let lines: Vec<String> = digits
        .chunks(16)
        .map(|line| line.iter().collect())
        .collect();
    lines.join("\n")
}

/// How an identity was looked at, in the words of the window.
fn method(word: &str) -> &str {
    match word {
        "documentary" => "By documents",
        "non_documentary" => "By other means",
        "additional" => "By further information",
        other => other,
    }
}

/// What came of it.
fn result(word: &str) -> &str {
    match word {
        "match" => "Match",
        "partial" => "Partial match",
        "mismatch" => "Mismatch",
        "unavailable" => "Not available",
        other => other,
    }
}

pub(super) fn documents(view: &c::CustomerView) -> Vec<Block> {
    let rows = view
        .documents
        .iter()
        .map(|paper| {
            let reviews = view
                .reviews
                .iter()
                .rev()
                .filter(|review| review.document == paper.id)
                .map(|review| {
                    let reason = review
                        .reason
                        .as_ref()
                        .map(|why| format!(": {why}"))
                        .unwrap_or_default();
                    Some(format!(
                        "{}{reason} ({}, {}, {})",
                        review.decision_label,
                        review.seen,
                        review.by,
                        on(&review.on)
                    ))
                });
            vec![
                lines([Some(paper.type_label.clone()), Some(paper.name.clone())]).into(),
                lines([
                    Some(minute(&paper.recorded_at)),
                    Some(paper.recorded_by.clone()),
                ])
                .into(),
                lines(reviews).into(),
                in_lines(&paper.sha256).into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::wide("Document"),
        Column::narrow("Recorded"),
        Column::wide("Reviewed"),
        Column::narrow("SHA-256"),
    ];
    section("Documents", columns, rows, Some("No document is attached."))
}

pub(super) fn conflicts(view: &c::CustomerView) -> Vec<Block> {
    let rows = view
        .discrepancies
        .iter()
        .map(|one| {
            let resolution = match &one.resolution {
                Some(how) => Cell::from(how.clone()),
                None => strong("Open"),
            };
            let weight = if one.substantive {
                "Substantive"
            } else {
                "Not substantive"
            };
            vec![
                lines([
                    Some(one.what.clone()),
                    Some(one.name.clone()),
                    Some(weight.to_owned()),
                ])
                .into(),
                lines([
                    Some(format!("Claimed: {}", one.claimed)),
                    Some(format!("Found: {}", one.found)),
                    Some(one.source.clone()),
                    one.masked.then(|| "Masked".to_owned()),
                ])
                .into(),
                resolution,
                format!("{}, {}", one.by, on(&one.on)).into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::narrow("What does not fit"),
        Column::wide("The two values"),
        Column::wide("Resolved"),
        Column::narrow("By"),
    ];
    let mut blocks = section(
        "Discrepancies",
        columns,
        rows,
        Some("Nothing was found that does not fit."),
    );
    let flags = view
        .red_flags
        .iter()
        .map(|flag| {
            let outcome = match (&flag.outcome, &flag.settled_on) {
                (Some(outcome), Some(day)) => format!("{outcome} ({})", on(day)).into(),
                (Some(outcome), None) => outcome.clone().into(),
                (None, _) => strong("Open"),
            };
            vec![
                on(&flag.seen_on).into(),
                lines([
                    flag.flag_label.clone(),
                    Some(flag.what.clone()),
                    Some(flag.source.clone()),
                ])
                .into(),
                outcome,
                flag.by.clone().into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::narrow("Seen"),
        Column::wide("What"),
        Column::wide("Outcome"),
        Column::narrow("By"),
    ];
    blocks.extend(section("Red flags", columns, flags, None));
    blocks
}

pub(super) fn notices(view: &c::CustomerView) -> Vec<Block> {
    let mut blocks = vec![heading("Notices and letters")];
    blocks.push(match &view.notice {
        Some(notice) => text(format!("Notice to the customer: {notice}"), Tone::Plain),
        None => text(
            "The notice to the customer has not been recorded.",
            Tone::Warning,
        ),
    });
    let letters = view
        .letters
        .iter()
        .rev()
        .map(|letter| {
            let fate = lines([
                Some(letter.sent.clone().unwrap_or_else(|| "Not sent".to_owned())),
                letter.answered.clone(),
            ]);
            vec![
                on(letter.sent_on.as_deref().unwrap_or(&letter.on)).into(),
                lines([
                    Some(letter.subject.clone()),
                    Some(format!("{}, {}", letter.title, letter.version)),
                ])
                .into(),
                fate.into(),
                letter.by.clone().into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::narrow("Day"),
        Column::wide("Letter"),
        Column::wide("How it was sent"),
        Column::narrow("By"),
    ];
    blocks.extend(section("Letters", columns, letters, None));
    let redress = view
        .redress
        .iter()
        .map(|one| {
            let outcome = match &one.outcome {
                Some(outcome) => Cell::from(outcome.clone()),
                None => strong("Open"),
            };
            vec![
                on(&one.received_on).into(),
                lines([Some(one.kind_label.clone()), Some(one.what.clone())]).into(),
                outcome,
                one.by.clone().into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::narrow("Received"),
        Column::wide("What the customer says"),
        Column::wide("Outcome"),
        Column::narrow("By"),
    ];
    blocks.extend(section("Redress", columns, redress, None));
    blocks
}

pub(super) fn course(view: &c::CustomerView) -> Vec<Block> {
    let rows = view
        .path
        .iter()
        .map(|step| {
            let how = [
                step.trigger.clone(),
                step.automatic.then(|| "By itself".to_owned()),
                step.note.clone(),
                step.target.clone(),
                step.left_open.as_ref().map(|left| {
                    format!(
                        "Left open: {}. Because: {}",
                        left.items.join("; "),
                        left.reason
                    )
                }),
            ];
            vec![
                on(&step.on).into(),
                step.label.clone().into(),
                lines(how).into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::narrow("Day"),
        Column::narrow("State"),
        Column::wide("Why, and what was written down"),
    ];
    let mut blocks = section(
        "The course of the case",
        columns,
        rows,
        Some("The case has not begun."),
    );
    let clocks = view
        .clocks
        .iter()
        .map(|clock| {
            vec![
                on(&clock.due).into(),
                lines([Some(clock.kind.clone()), Some(clock.r#ref.clone())]).into(),
                lines([
                    Some(clock.standing.clone()),
                    clock
                        .unverified
                        .then(|| crate::print::UNVERIFIED.to_owned()),
                ])
                .into(),
            ]
        })
        .collect();
    let columns = vec![
        Column::narrow("Last day"),
        Column::wide("Deadline"),
        Column::wide("Status"),
    ];
    blocks.extend(section("Deadlines", columns, clocks, None));
    blocks
}
