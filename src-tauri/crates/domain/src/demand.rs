//! Demands to resellers for the copy of a CIP that the Department asks for (domain 3.2, D-65, D-67): which letter comes next, by when the
//! house wants each out, and what the records fill in. The days are a rule pack's internal targets; no rule asks for them. Sends nothing.

use crate::{
    casefile::{Case, Item},
    pack::RulePack,
    record::{ClockRecord, Reseller},
};
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;

/// The texts, from the first demand to the last notice.
pub const LETTERS: [&str; 3] = ["cip-demand", "cip-reminder", "cip-last-notice"];

/// An internal target for one reseller's copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chase {
    /// The milestone's id in the pack.
    pub id: String,
    /// What should have happened: "Reseller reminded".
    pub label: String,
    /// The letter.
    pub letter: String,
    /// By this day.
    pub on: NaiveDate,
    /// The day on which it, or a later one, went out; none while it has not.
    pub sent_on: Option<String>,
}

/// Whether a copy is still waited for from its reseller.
pub fn waits(item: &Item) -> bool {
    item.kind == "cip" && matches!(item.state.as_str(), "missing" | "demanded")
}

/// The step of the part that a letter going out now is; none where no letter is due in its state.
pub fn step(item: &Item) -> Option<&'static str> {
    (item.kind == "cip").then_some(match item.state.as_str() {
        "missing" | "refused" => "demanded",
        "demanded" => "reminded",
        _ => return None,
    })
}

/// The place of a letter among them; what is none of them stands with the first.
pub fn rank(letter: &str) -> usize {
    LETTERS.iter().position(|one| *one == letter).unwrap_or(0)
}

/// The letter that follows those that went out; the last notice may be sent again.
pub fn next(item: &Item) -> Option<&'static str> {
    step(item)?;
    let sent = item
        .letters
        .iter()
        .filter(|letter| letter.sent.is_some())
        .map(|letter| rank(&letter.template) + 1)
        .max()
        .unwrap_or(0);
    LETTERS.get(sent).or(LETTERS.last()).copied()
}

/// The internal targets for a copy, by day, from the pack of the request's clock.
pub fn chase(item: &Item, clock: &ClockRecord, pack: &RulePack) -> Vec<Chase> {
    pack.milestones(&clock.computed.clock)
        .into_iter()
        .filter_map(|milestone| {
            let letter = milestone.letter.clone()?;
            let on = clock
                .computed
                .day0
                .checked_add_days(Days::new(milestone.day.into()))?;
            let sent_on = item
                .letters
                .iter()
                .filter(|sent| rank(&sent.template) >= rank(&letter))
                .filter_map(|sent| sent.sent.as_ref().map(|sent| sent.on.clone()))
                .min();
            Some(Chase {
                id: milestone.id.clone(),
                label: milestone.label.clone(),
                letter,
                on,
                sent_on,
            })
        })
        .filter(|one| one.on <= clock.computed.due)
        .collect()
}

/// By when a letter asks for the copy: the next internal target that lies ahead, and never after the day before the deadline. None where all
/// of them have passed: the writer says.
pub fn answer_by(
    letter: &str,
    chase: &[Chase],
    due: NaiveDate,
    today: NaiveDate,
) -> Option<NaiveDate> {
    let last = due.pred_opt().unwrap_or(due);
    chase
        .iter()
        .filter(|one| rank(&one.letter) > rank(letter))
        .map(|one| one.on.min(last))
        .chain([last])
        .find(|on| *on > today)
}

/// What the records know of a letter's placeholders. The Department's reference is not among it.
pub fn known(
    case: &Case,
    item: &Item,
    reseller: &Reseller,
    answer_by: Option<NaiveDate>,
) -> BTreeMap<&'static str, String> {
    let clause = reseller
        .oversight
        .clause
        .as_ref()
        .map(|clause| format!("You owe it to us under {clause} of our contract."));
    let demanded: Vec<String> = item
        .letters
        .iter()
        .filter_map(|letter| letter.sent.as_ref())
        .map(|sent| sent.on.clone())
        .collect();
    let demanded = match demanded.split_last() {
        None => item
            .path
            .iter()
            .find(|taken| taken.state == "demanded")
            .map(|taken| format!("On {}", taken.on)),
        Some((last, [])) => Some(format!("On {last}")),
        Some((last, before)) => Some(format!("On {} and on {last}", before.join(", on "))),
    };
    let mut known = BTreeMap::from([
        ("reseller", reseller.name.clone()),
        ("reseller_ref", reseller.reference.clone()),
        ("received_on", case.received_on.clone()),
    ]);
    known.extend(clause.map(|clause| ("clause", clause)));
    known.extend(demanded.map(|words| ("demanded", words)));
    known.extend(answer_by.map(|day| ("answer_by", day.to_string())));
    known
}

/// Where a letter to a reseller goes: name and address, in lines.
pub fn address(reseller: &Reseller) -> String {
    let mut lines = vec![reseller.name.clone()];
    lines.extend(
        reseller
            .address
            .iter()
            .flat_map(|place| place.split(','))
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty()),
    );
    lines.extend(reseller.email.clone());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::{Dispatch, Letter};

    fn letter(template: &str, on: Option<&str>) -> Letter {
        Letter {
            id: "L-1".to_owned(),
            template: template.to_owned(),
            version: 1,
            language: "en".to_owned(),
            to: "A".to_owned(),
            subject: "B".to_owned(),
            body: "C".to_owned(),
            by: String::new(),
            on: "2026-11-10".to_owned(),
            sent: on.map(|on| Dispatch {
                on: on.to_owned(),
                channel: "letter".to_owned(),
                recipient: None,
                proof: None,
                by: String::new(),
            }),
            answered: None,
        }
    }

    fn item(state: &str, letters: Vec<Letter>) -> Item {
        Item {
            id: "I-1".to_owned(),
            kind: "cip".to_owned(),
            label: String::new(),
            subject: None,
            state: state.to_owned(),
            fields: BTreeMap::new(),
            path: Vec::new(),
            letters,
        }
    }

    #[test]
    fn each_letter_follows_the_one_that_went_out_and_a_draft_counts_for_nothing() {
        assert_eq!(next(&item("missing", vec![])), Some("cip-demand"));
        let draft = item("missing", vec![letter("cip-demand", None)]);
        assert_eq!(next(&draft), Some("cip-demand"), "it has not gone out");
        let sent = item("demanded", vec![letter("cip-demand", Some("2026-11-11"))]);
        assert_eq!(next(&sent), Some("cip-reminder"));
        let last = item(
            "demanded",
            vec![letter("cip-last-notice", Some("2026-11-18"))],
        );
        assert_eq!(next(&last), Some("cip-last-notice"), "it may be sent again");
        for state in ["held", "to_follow", "explained", "sent"] {
            assert_eq!(next(&item(state, vec![])), None, "{state}");
        }
    }

    #[test]
    fn a_letter_asks_for_an_answer_before_the_deadline() {
        let due = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap_or_default();
        let one = |letter: &str, on| Chase {
            id: String::new(),
            label: String::new(),
            letter: letter.to_owned(),
            on,
            sent_on: None,
        };
        let chase = [
            one("cip-demand", day(12)),
            one("cip-reminder", day(15)),
            one("cip-last-notice", day(20)),
        ];
        let by = |letter, chase: &[Chase], today| answer_by(letter, chase, due, day(today));
        assert_eq!(by("cip-demand", &chase, 11), Some(day(15)));
        assert_eq!(
            by("cip-reminder", &chase, 11),
            Some(day(19)),
            "never on the last day itself"
        );
        assert_eq!(by("cip-last-notice", &chase, 11), Some(day(19)));
        assert_eq!(
            by("cip-demand", &[], 11),
            Some(day(19)),
            "a pack without targets"
        );
        assert_eq!(
            by("cip-demand", &chase, 15),
            Some(day(19)),
            "day 15 is over"
        );
        assert_eq!(
            by("cip-demand", &chase, 19),
            None,
            "nothing is left to ask by"
        );
    }
}
