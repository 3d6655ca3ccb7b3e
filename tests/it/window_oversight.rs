//! The programme manager's journeys in the real window: a letter that asks for the CIPs of six resellers over Thanksgiving, a reseller that fails
//! from the tip to its termination, a training report by relay, and a year's certification.

use crate::support::{
    acme::{ALONE, called, days_before, into_a_new_vault, pdf},
    desk::PASSPHRASE,
    window::Window,
};
use serde_json::json;

const RESELLERS: [(&str, &str); 6] = [
    ("Lion City Hosting", "SG"),
    ("Nordlicht Rechenzentrum", "DE"),
    ("Andes Nube", "CL"),
    ("Nippon Kumo", "JP"),
    ("Atlas Serveurs", "MA"),
    ("Sahel Datacenter", "SN"),
];

/// Presses the button of a step and waits for its form.
fn begin(window: &Window, label: &str) {
    window.press_button(&format!("{label}…"));
    window.wait_until(
        "the form is open",
        "return Boolean(document.querySelector('[role=dialog] button[type=submit]'))",
    );
}

/// Takes a step of the case on the screen: the button, what the form asks, and the state that follows.
fn step(window: &Window, label: &str, given: &[(&str, &str)], state: &str) {
    begin(window, label);
    for (field, text) in given {
        window.fill(field, text);
    }
    window.press_button("Record it");
    window.wait_until(
        &format!("the case is in \"{state}\""),
        &format!(
            "return !document.querySelector('[role=dialog]') && [...document.querySelectorAll('[aria-current=step], ol[aria-label=\"Steps of the case\"] li')].some((one) => one.innerText.startsWith('{state}') && (one.getAttribute('aria-current') === 'step' || one.className.includes('done')))"
        ),
    );
}

fn vault_of_six(name: &'static str) -> Option<Window> {
    let window = Window::open(name)?;
    let folder = window.folder().to_owned();
    let cip = folder.join("cip-2025.pdf");
    pdf(&cip, "Customer identification program, SPECIMEN");
    window.dialogs_answer(&[
        ("vault-create", &folder.join("Acme.cipdesk")),
        ("recovery-sheet", &folder.join("sheet.txt")),
        ("cip", &cip),
    ]);
    window.resize(1280, 800);
    into_a_new_vault(&window, |_| ());
    for (name, country) in RESELLERS {
        called(
            &window,
            "reseller_save",
            &json!({"ref": null, "name": name, "country": country, "address": null, "email": null, "notes": null}),
        );
    }
    Some(window)
}

#[test]
fn a_letter_for_six_resellers_over_thanksgiving_and_a_reseller_that_fails_until_it_is_terminated() {
    let Some(window) = vault_of_six("oversight") else {
        return;
    };
    let today = called(&window, "status", &json!({}))["today"]
        .as_str()
        .unwrap()
        .to_owned();

    // Two of the six hold a CIP, from before the letter.
    for reseller in ["RS-0001", "RS-0002"] {
        window.go(&format!("/resellers/{reseller}"));
        window.wait_for_words("No CIP yet");
        window.press_button("File a CIP version");
        window.fill("Version", "2025.1");
        window.fill("In force from", "2025-01-01");
        window.press_button("Choose the document and file it");
        window.wait_for_words("cip-2025.pdf");
    }

    // The letter came a week before Thanksgiving: ten calendar days, no weekend and no holiday moves the last one.
    window.go("/cases");
    window.press_button("Record a Department request…");
    window.fill("Received on", "2025-11-20");
    window.wait_for_words("2025-11-30");
    window.wait_for_words("Sunday");
    window.fill("The Department's reference", "BIS-2025-0042");
    for (name, _) in RESELLERS {
        window.field(name).click().unwrap();
    }
    window.check_screen("01-letter");
    window.press_button("Open request");
    window.wait_for_words("Versions we hold");
    window.wait_for_words("CIPs asked for · 2 of 6 done");
    window.check_screen("02-six-resellers");
    let case = called(&window, "case_list", &json!({}));
    let reference = case["rows"][0]["ref"].as_str().unwrap().to_owned();
    let view = called(&window, "case_show", &json!({"ref": reference}));
    let missing = view["parts"][0]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["label"] == "Andes Nube")
        .unwrap()["id"]
        .clone();
    for (to, answers) in [
        (
            "demanded",
            json!([{"id": "clause", "values": ["Section 9.2"]}, {"id": "channel", "values": ["Letter"]}]),
        ),
        ("refused", json!([])),
    ] {
        called(
            &window,
            "case_item_advance",
            &json!({"ref": reference, "item": missing, "to": to, "note": "By letter, and again by telephone", "at": "2025-11-21", "answers": answers, "approver": null, "passphrase": null, "override_reason": null}),
        );
    }
    window.press_button("Open the case");
    window.wait_for_words("Goes together with");
    window.check_screen("03-refused");

    // A tip about another reseller: the clock counts in grey from the day it came, whatever the assessment takes.
    window.go("/resellers/RS-0006");
    window.press_button("Record failure evidence…");
    window.fill("Received on", &days_before(&today, 12));
    window.fill(
        "What the evidence is",
        "A former employee says that nobody was ever asked for a document",
    );
    window.field("A signal only").click().unwrap();
    window.wait_for_words(&days_before(&today, -18));
    window.press_button("Open failure case");
    window.wait_for_words("provisional");
    window.check_screen("04-tip");
    step(
        &window,
        "Begin the assessment",
        &[("Write down", "Ana Lima asks for ten files by Friday")],
        "Assessing",
    );
    begin(&window, "Confirm the evidence");
    window.fill("Write down", "Of ten files, none holds a document");
    window
        .field("It does not do what its CIP says")
        .click()
        .unwrap();
    window.press_button("Record it");
    window.wait_for_words("Begin containment…");
    step(
        &window,
        "Begin containment",
        &[
            ("Write down", "By the list of the reseller's accounts"),
            ("New accounts are blocked since", &today),
        ],
        "Containing",
    );
    window.check_screen("05-containing");
    let failure = called(&window, "case_list", &json!({}));
    let failure = failure["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["kind"] == "failure" && row["title"].as_str().unwrap().contains("Sahel"))
        .unwrap()["ref"]
        .as_str()
        .unwrap()
        .to_owned();
    for (kind, question, value, steps) in [
        ("account", "account", "acct-77", &["closed"][..]),
        ("report", "authority", "FBI IC3", &["cleared", "made"]),
    ] {
        let mut view = called(
            &window,
            "case_item_add",
            &json!({"ref": failure, "kind": kind, "answers": [{"id": question, "values": [value]}]}),
        );
        for to in steps {
            let group = view["parts"]
                .as_array()
                .unwrap()
                .iter()
                .find(|group| group["kind"] == kind)
                .unwrap();
            let row = &group["rows"][0];
            // What the step asks is answered by its first choices; nothing about a customer leaves.
            let asks = row["moves"]
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["to"] == *to)
                .unwrap()["asks"]
                .as_array()
                .unwrap();
            let given: Vec<serde_json::Value> = asks
                .iter()
                .filter(|one| one["required"] == true)
                .map(|one| {
                    let first = one["choices"][0]["value"].clone();
                    json!({"id": one["id"], "values": [if first.is_null() { json!("As it was") } else { first }]})
                })
                .collect();
            view = called(
                &window,
                "case_item_advance",
                &json!({"ref": failure, "item": row["id"], "to": to, "note": "As it was", "at": today, "answers": given, "approver": null, "passphrase": null, "override_reason": null}),
            );
        }
    }
    step(
        &window,
        "Record closures and reports",
        &[("Write down", "The list is complete; the report went to IC3")],
        "Reported",
    );
    step(
        &window,
        "Give notice of termination",
        &[("Notice given on", &today), ("Takes effect on", &today)],
        "Terminating",
    );
    window.check_screen("06-notice");
    step(
        &window,
        "Record the termination",
        &[(
            "Write down",
            "The service is off, the credentials are revoked",
        )],
        "Terminated",
    );
    window.wait_for_words("satisfied");
    window.check_screen("07-terminated");
    window.go("/resellers/RS-0006");
    window.wait_for_words("Terminated");
}

#[test]
fn a_training_report_goes_by_relay_on_two_clocks_and_a_year_is_certified() {
    let Some(window) = vault_of_six("relay") else {
        return;
    };
    let today = called(&window, "status", &json!({}))["today"]
        .as_str()
        .unwrap()
        .to_owned();
    let (transaction, received) = (days_before(&today, 8), days_before(&today, 6));

    window.go("/cases");
    window.press_button("Open another case…");
    window.choose("What it is", "AI training report");
    window.fill("Received or first known", &received);
    window.fill(
        "What it is about",
        "16,000 accelerators, through the reseller",
    );
    window.fill("What suggests training", "A quota raised within a week");
    window.field("Lion City Hosting").click().unwrap();
    window.check_screen("01-lead");
    window.press_button("Open the case");
    window.wait_for_words("AI report of a reseller");
    window.wait_for_words("AI report relayed");
    step(
        &window,
        "Begin the assessment",
        &[("Write down", "A research company abroad trains one model")],
        "Assessing",
    );
    let same = |id: &str, value: &str| json!({"id": id, "low": value, "likely": value, "high": value, "source": "the customer's letter"});
    let fact = |id: &str, value: &str| json!({"id": id, "value": value, "source": "the order"});
    let case = called(&window, "case_list", &json!({}))["rows"][0]["ref"].clone();
    called(
        &window,
        "worksheet_set",
        &json!({
            "ref": case,
            "runs": [{"label": "Pre-training", "method": "model", "account": null, "hardware": null, "assumptions": [same("parameters", "1e12"), same("tokens", "17e12")]}],
            "facts": [fact("co_located", "yes"), fact("interconnect_gbps", "400"), fact("peak_ops_per_s", "1.6e20")],
            "together": "",
            "keep": true
        }),
    );
    window.wait_for_words("1.02e26");
    window.check_screen("02-worksheet");
    begin(&window, "Record as covered");
    window.fill("Write down", "More than 1e26 operations on one cluster");
    window.fill("Date of the transaction or of the update", &transaction);
    window.fill("Date on which it became known", &received);
    window.choose("To whom it became known", "Us");
    window.press_button("Record it");
    // Fifteen days for the reseller, thirty for us, both of the transaction.
    window.wait_for_words(&days_before(&transaction, -15));
    window.wait_for_words(&days_before(&transaction, -30));
    window.check_screen("03-two-clocks");
    step(
        &window,
        "Demand the reseller's report",
        &[
            ("Demand sent on", &received),
            (
                "How, and with which last day",
                "By letter, within five days",
            ),
        ],
        "Awaiting the reseller",
    );
    step(
        &window,
        "Record the reseller's report",
        &[(
            "Write down",
            "Complete; the number of accelerators is doubtful",
        )],
        "Drafting",
    );
    begin(&window, "Send to review");
    window.choose("Every required field", "Is there");
    window.press_button("Record it");
    window.wait_for_words("Record the filing…");
    step(
        &window,
        "Record the filing",
        &[("How it was sent", "Portal")],
        "Filed",
    );
    window.check_screen("04-relayed");

    // The year's certification: counts that are frozen, five attestations, each reseller's own, two people, and the next year's clock.
    window.go("/cases");
    window.press_button("Open another case…");
    window.choose("What it is", "Annual certification");
    window.fill("Received or first known", &today);
    window.fill("What it is about", "Certification of the year");
    window.press_button("Open the case");
    window.wait_for_words("Counts");
    step(
        &window,
        "Open the review",
        &[("Write down", "Version 2026.1; Ana Lima reviews it")],
        "Review open",
    );
    let certification = called(&window, "case_list", &json!({}))["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["kind"] == "certification")
        .unwrap()["ref"]
        .clone();
    called(
        &window,
        "counts_freeze",
        &json!({"ref": certification, "as_of": today}),
    );
    window.wait_for_words("Counts as of");
    let view = called(&window, "case_show", &json!({"ref": certification}));
    for group in view["parts"].as_array().unwrap() {
        let (to, answers) = if group["kind"] == "attestation" {
            (
                "attested",
                json!([{"id": "basis", "values": ["Reviewed in the autumn"]}, {"id": "records", "values": ["Minutes of the review"]}]),
            )
        } else {
            (
                "received",
                json!([{"id": "signatory", "values": ["Managing director"]}, {"id": "cip_version", "values": ["2026.1"]}]),
            )
        };
        for row in group["rows"].as_array().unwrap() {
            called(
                &window,
                "case_item_advance",
                &json!({"ref": certification, "item": row["id"], "to": to, "note": "", "at": null, "answers": answers, "approver": null, "passphrase": null, "override_reason": null}),
            );
        }
    }
    step(
        &window,
        "Begin attesting",
        &[("Write down", "The evidence was looked at, item by item")],
        "Attesting",
    );
    window.check_screen("05-attesting");
    step(
        &window,
        "Sign",
        &[
            ("Write down", "Nothing in it is false or misleading"),
            ("Signatory", "Ana Lima"),
            ("Title", "Chief compliance officer"),
            ("Your passphrase, again", PASSPHRASE),
            ("Why one person both prepared and approved", ALONE),
        ],
        "Signed",
    );
    step(
        &window,
        "Record the filing",
        &[("How it was sent", "Portal")],
        "Filed",
    );
    window.check_screen("06-certified");
    window.go("/clocks");
    window.wait_for_words("certification");
}
