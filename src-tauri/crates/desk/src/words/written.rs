//! What people wrote into a form, in the form's own words and order. It knows no record that an answer comes from.

use super::entries::line;
use contract as c;
use domain::record::Answer;
use filing::{Form, Item, Kind, Part};
use std::collections::BTreeMap;

/// What changed in a filing, item by item.
pub(super) fn lines(
    filing: &str,
    before: &BTreeMap<String, Answer>,
    after: &BTreeMap<String, Answer>,
) -> Vec<c::ChangeLine> {
    let form = filing.split('-').next().and_then(filing::form);
    let items = form.into_iter().flat_map(Form::items);
    items
        .filter(|item| before.get(&item.id) != after.get(&item.id))
        .map(|item| {
            let said = |answers: &BTreeMap<String, Answer>| {
                answers.get(&item.id).map(|answer| answered(item, answer))
            };
            line(item.label.clone(), said(before), said(after))
        })
        .collect()
}

/// An answer as it was written: each value under its part's name, where there are several.
fn answered(item: &Item, answer: &Answer) -> String {
    let rows = answer.rows.iter().map(|row| {
        let cells = item.parts.iter().filter_map(|part| {
            let said = value(part, row.cells.get(&part.key)?);
            Some(match item.parts.len() {
                1 => said,
                _ => format!("{}: {said}", part.label),
            })
        });
        cells.collect::<Vec<_>>().join(", ")
    });
    let asked = answer.unknown.iter();
    let asked = asked.map(|unknown| format!("unknown, asked on {}", unknown.asked_on));
    rows.chain(asked).collect::<Vec<_>>().join("; ")
}

fn value(part: &Part, value: &str) -> String {
    match (&part.kind, value) {
        (Kind::Flag, "true") => "Yes".to_owned(),
        (Kind::Flag, "false") => "No".to_owned(),
        (Kind::Choice(_), word) => filing::choice_label(word),
        (_, text) => text.to_owned(),
    }
}
