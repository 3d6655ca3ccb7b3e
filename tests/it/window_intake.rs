//! A reseller is asked by a file, all the way in the real window: the page is saved, answered in a browser that people have, and what comes back
//! counts only once a person compared its key.

use crate::{
    intake::{answered, tampered},
    support::{
        acme::{called, into_a_new_vault, pdf},
        window::Window,
    },
};
use serde_json::{Value, json};

#[test]
fn a_reseller_is_asked_by_a_file_and_its_answer_counts_once_its_key_was_compared() {
    let Some(window) = Window::open("intake-window") else {
        return;
    };
    let folder = window.folder().to_owned();
    let (page, cip, changed) = (
        folder.join("IN-0001.html"),
        folder.join("CIP 2026.pdf"),
        folder.join("changed.age"),
    );
    pdf(&cip, "Customer identification program, SPECIMEN");
    window.dialogs_answer(&[
        ("vault-create", &folder.join("Acme.cipdesk")),
        ("recovery-sheet", &folder.join("sheet.txt")),
        ("intake-page", &page),
    ]);
    window.resize(1280, 800);
    into_a_new_vault(&window, |_| ());
    called(
        &window,
        "reseller_save",
        &json!({"ref": null, "name": "Lion City Hosting", "country": "SG", "address": null, "email": null, "notes": null}),
    );

    window.go("/resellers/RS-0001");
    window.wait_for_words("No questionnaire yet");
    window.press_button("Save a questionnaire…");
    window.wait_for_words("IN-0001: the page is saved. Send it to the reseller.");
    window.wait_for_words("Save the page again…");
    let answer = answered(&page, &cip, &folder.join("reseller"), "intake-window");

    // What was changed on the way is no answer; the sentence stands where the button is.
    tampered(&answer.file, &changed);
    window.dialogs_answer(&[("intake-answer", &changed)]);
    window.press_button("Import an answer…");
    window.wait_for_words("Nothing of it was used.");
    window.check_screen("01-changed-on-the-way");

    window.dialogs_answer(&[("intake-answer", &answer.file)]);
    window.press_button("Import an answer…");
    window.wait_for_words("Nobody has compared it with its owner yet.");
    window.wait_for_words(&answer.fingerprint);
    window.wait_for_words("Merlion Resale");
    window.check_screen("02-what-it-would-change");
    let version = || {
        let shown = called(&window, "reseller_show", &json!({"ref": "RS-0001"}));
        shown["row"]["cip_version"].clone()
    };
    assert_eq!(version(), Value::Null, "nothing counts yet");
    let compare = |words: &str| {
        window.fill("The eight words, as the reseller told you", words);
        window.fill(
            "With whom, and by which way",
            "Called Mei Tan on the number in the contract",
        );
        window.press_button("Enter it in the register");
    };
    compare("orchard lantern velvet compass tide specimen orchard lantern");
    window.wait_for_words("E-INTAKE-FINGERPRINT");
    assert_eq!(version(), Value::Null, "other words are another key");
    window.check_screen("03-other-words");
    compare(&answer.words);
    window.wait_for_words("The answer to IN-0001 entered the register");
    window.wait_until(
        "the form is closed",
        "return !document.querySelector('[role=dialog]')",
    );
    window.wait_for_words("2026.2");
    window.wait_for_words("CIP 2026.pdf");
    window.check_screen("04-in-the-register");
    assert_eq!(version(), "2026.2");

    // A second time it is no answer.
    window.press_button("Import an answer…");
    window.wait_for_words("A second time it is no answer.");
}
