//! Two forms that a person writes mostly by hand, in the real window: what is missing is listed, leads to its place, and is written there.

use crate::support::{acme::in_a_new_vault, window::Window};

fn begun(window: &Window, form: &str) {
    window.go("/filings");
    window.press_button("Start a filing…");
    window.choose("Form", form);
    window.press_button("Start");
    window.wait_for_words("Checks");
}

/// Writes an item of the form that is open.
fn written(window: &Window, item: &str, words: &[(&str, &str)]) {
    window.press_button(item);
    for (part, value) in words {
        window.fill(part, value);
    }
    window.press_button("Save");
    window.wait_until(
        "the item is saved",
        "return !document.querySelector('[role=dialog]')",
    );
    if let Some((_, value)) = words.last() {
        window.wait_for_words(value);
    }
}

#[test]
fn an_update_and_an_application_are_written_by_hand_as_their_checks_ask() {
    let Some(window) = in_a_new_vault("filings") else {
        return;
    };

    begun(&window, "F3 Irregular update");
    window.check_screen("01-update-empty");
    window.press_button("Kind of change");
    window.choose("Kind", "Corporate structure");
    window.check_screen("02-kind");
    window.press_button("Save");
    window.wait_for_words("Corporate structure");
    window.press_button("In effect from");
    window.fill("In effect from", "2026-02-30");
    window.press_button("Save");
    window.wait_for_words("2026-02-30");
    window.wait_for_words("is no day; write it like 2026-11-24");
    window.check_screen("03-no-date");
    window.press_button("In effect from");
    window.fill("In effect from", "2026-11-02");
    window.press_button("Save");
    window.wait_for_words("Mon 2026-11-02");
    written(&window, "Before", &[("Before", "Acme Cloud LLC alone")]);
    written(&window, "After", &[("After", "Owned by Acme Holding")]);
    written(
        &window,
        "Effect on the procedures of the CIP",
        &[("Effect", "None: the CIP stays as it is")],
    );
    window.resize(1920, 1080);
    window.check_screen("04-update-written");
    window.resize(1280, 800);

    begun(&window, "F11 Exemption");
    window.check_screen("05-application-empty");
    window.press_button("Scope asked for");
    window.choose("Scope", "Account type");
    window.fill("In words", "Accounts of schools");
    window.check_screen("06-scope");
    window.press_button("Save");
    window.wait_for_words("Accounts of schools");
    window.press_button("Results of tests");
    window.press_button("Add a row");
    window.fill("On, row 1", "2026-10-05");
    window.fill("Test, row 1", "Ten sign-ups with borrowed documents");
    window.fill("Result, row 1", "Nine were stopped");
    window.check_screen("07-tests");
    window.press_button("Save");
    window.wait_for_words("Nine were stopped");
    window.check_screen("08-application");
}
