//! The minimum elements of a CIP, a reseller's or our own: each with what was found of it, and what a person marks (D-02, D-65).

use crate::{
    customers::clean,
    error::{Error, Result},
    words::coded_note,
};
use contract as c;
use domain::{
    oversight::{Mark, STANDINGS},
    pack::{Coded, Part},
    rulebook::Rulebook,
};
use std::collections::BTreeMap;

/// The rows of a list of the packs in use, each once.
pub(crate) fn listed(rules: &Rulebook, part: Part) -> Vec<&Coded> {
    let mut rows: Vec<&Coded> = Vec::new();
    for row in rules.in_use().flat_map(|pack| pack.list(part)) {
        if !rows.iter().any(|there| there.id == row.id) {
            rows.push(row);
        }
    }
    rows
}

/// The elements, in the order of the packs.
pub(crate) fn views(
    rules: &Rulebook,
    marks: Option<&BTreeMap<String, Mark>>,
) -> Vec<c::ElementView> {
    listed(rules, Part::MinimumElement)
        .into_iter()
        .map(|element| {
            let mark = marks.and_then(|marks| marks.get(&element.id));
            c::ElementView {
                id: element.id.clone(),
                label: element.label.clone(),
                group: element.group.clone(),
                rule: coded_note(element),
                standing: mark.map(|mark| mark.standing.clone()),
                page: mark.and_then(|mark| mark.page.clone()),
                stated: None,
            }
        })
        .collect()
}

/// What a person marked, checked: an element of a pack in use, a standing, and a page where it is met.
pub(crate) fn marked(rules: &Rulebook, marks: &[c::MarkReq]) -> Result<BTreeMap<String, Mark>> {
    let elements = listed(rules, Part::MinimumElement);
    let mut checked = BTreeMap::new();
    for mark in marks {
        let element = elements.iter().find(|element| element.id == mark.id);
        let standing = STANDINGS.iter().any(|(id, _)| *id == mark.standing);
        let Some(element) = element.filter(|_| standing) else {
            return Err(Error::input(
                "E-CIP-ELEMENT",
                "A mark is of a minimum element of a rule pack in use, and says met, missing or unclear.",
            ));
        };
        let page = mark
            .page
            .as_deref()
            .map(|page| clean("page", page))
            .transpose()?
            .filter(|page| !page.is_empty());
        if mark.standing == "met" && page.is_none() {
            return Err(Error::input(
                "E-CIP-PAGE",
                format!(
                    "{}: write on which page it stands. Whoever reads this later will look there.",
                    element.label
                ),
            ));
        }
        checked.insert(
            mark.id.clone(),
            Mark {
                standing: mark.standing.clone(),
                page,
            },
        );
    }
    Ok(checked)
}
