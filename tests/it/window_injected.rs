//! What people type, import and attach is text in the window, whatever it is (security T-CSP): it runs nothing, fetches nothing, and frames
//! nothing; and what the page itself would run is stopped.

mod payloads;
mod pen;
mod requests;
mod screens;

use crate::support::{
    acme::{called, into_a_new_vault_of},
    window::Window,
};
use payloads::PAYLOADS;
use pen::Pen;
use screens::Screens;
use serde_json::json;
use std::collections::BTreeSet;

/// Rounds, each with another payload in every place: with these the plan's own figure is passed. Sixty, every payload in every place, take the
/// better part of an hour.
fn rounds() -> usize {
    if std::env::var_os("CIP_FULL").is_some() {
        12
    } else {
        1
    }
}

#[test]
fn the_payloads_are_of_as_many_kinds_as_the_plan_asks_for() {
    let kinds: BTreeSet<&str> = PAYLOADS.into_iter().collect();
    assert_eq!(kinds.len(), 60, "none stands there twice");
}

#[test]
fn whatever_is_typed_stays_text_and_what_a_page_would_run_is_stopped() {
    let Some(window) = Window::open("injected") else {
        return;
    };
    window.dialogs_answer(&[
        ("vault-create", &window.folder().join("A.cipdesk")),
        ("recovery-sheet", &window.folder().join("sheet.txt")),
    ]);
    window.resize(1280, 800);
    let (organisation, person) = (PAYLOADS[0], PAYLOADS[5]);
    into_a_new_vault_of(&window, organisation, person, |_| ());
    called(
        &window,
        "settings_save",
        &json!({ "idle_minutes": 30, "lock_minimised": false, "theme": "light", "density": "normal", "paper": "letter", "keep_backups": 0, "hidden_columns": [] }),
    );
    let before = window.policy_violations().len();
    let mut screens = Screens::watch(&window);
    let mut pen = Pen::new(&window);
    pen.took("vault_create /org".to_owned(), organisation.to_owned());
    pen.took("vault_create /staff".to_owned(), person.to_owned());
    for round in 0..rounds() {
        pen.begin(round);
        pen.requests(requests::FIRST);
        pen.draft();
        let cases = pen.cases();
        pen.documents(&cases);
        pen.requests(requests::LATER);
        if round % 4 == 1 {
            pen.requests(requests::KEYS);
        }
        pen.logs();
        pen.pack();
        let filings = pen.filings();
        pen.customer("person");
        pen.customer("firm");
        screens.of_a_round(&mut pen, &cases, &filings);
        screens.import(&mut pen);
        screens.a_wrong_date(&mut pen, &filings);
    }
    assert_eq!(
        window.policy_violations().len(),
        before,
        "no text tried anything"
    );
    let stopped = screens.what_the_page_itself_tries() - before;
    assert!(stopped >= 9, "the policy says what it stopped: {stopped}");
    let (written, places) = (pen.written(), pen.places());
    let kinds = PAYLOADS.len();
    eprintln!(
        "figure T-CSP {written} texts that would run, load or frame something, of {kinds} kinds, in {places} places; on {} screens each was text, {} of them found again letter by letter, and nothing was fetched; {stopped} things that the page itself tried were stopped",
        screens.looked, screens.found
    );
}
