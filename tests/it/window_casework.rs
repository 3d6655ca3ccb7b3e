//! Two journeys in the real window: forty sign-ups on a Monday, and a customer who cannot be verified.

use crate::support::{
    acme::{ALONE, called, into_a_new_vault},
    desk::PASSPHRASE,
    window::Window,
};
use serde_json::json;
use std::{fmt::Write as _, fs};

/// Forty sign-ups: every eighth is a foreign person, the rest are U.S. persons with everything that is asked for.
fn sign_ups() -> String {
    let mut rows = String::from(
        "external_id,party_type,name,country,street_address,use_locations,email,phone\n",
    );
    for n in 1..=40 {
        let (country, town) = if n % 8 == 0 {
            ("DE", "Hamburg")
        } else {
            ("US", "Denver")
        };
        writeln!(
            rows,
            "s{n},person,Person Number{n},{country},\"{n} Main Street, {town}\",{town},p{n}@example.com,+1303555{n:04}"
        )
        .unwrap();
    }
    rows
}

#[test]
fn forty_sign_ups_are_cleared_on_a_monday_and_one_who_cannot_be_verified_is_closed() {
    let Some(window) = Window::open("casework") else {
        return;
    };
    let folder = window.folder().to_owned();
    let csv = folder.join("monday.csv");
    fs::write(&csv, sign_ups()).unwrap();
    let letter = folder.join("letter.pdf");
    window.dialogs_answer(&[
        ("vault-create", &folder.join("Acme.cipdesk")),
        ("recovery-sheet", &folder.join("sheet.txt")),
        ("import", &csv),
        ("print", &letter),
    ]);
    window.resize(1280, 800);
    into_a_new_vault(&window, |_| ());

    // Monday. The import is by hand; what forty forms said before they came here is written down by the program's own commands.
    window.press_button("Customers");
    window.wait_for_words("No customers yet");
    window.press_button("Import");
    window.press_button("Choose a file…");
    window.wait_for_words("What each column is");
    window.press_button("Check without writing");
    window.press_button("Import 40 customers");
    window.wait_for_words("See the customers");
    let today = called(&window, "status", &json!({}))["today"]
        .as_str()
        .unwrap()
        .to_owned();
    let step = |customer: &str, to: &str| {
        called(
            &window,
            "customer_advance",
            &json!({"ref": customer, "to": to, "reason": null, "approver": null, "passphrase": null, "override_reason": null, "on": null, "review_on": null}),
        );
    };
    let determine = |customer: &str, test: &str| {
        called(
            &window,
            "determination_record",
            &json!({"customer": customer, "about": customer, "test": test, "evidence": "The sign-up form and a driving license", "documents": [], "decided_on": null}),
        );
    };
    for n in 1..=40 {
        let customer = format!("C-{n:06}");
        called(
            &window,
            "notice_record",
            &json!({"ref": customer, "delivered_on": today, "channel": "form"}),
        );
        let account = called(
            &window,
            "account_save",
            &json!({"customer": customer, "id": null, "account_ref": format!("acct-{n}"), "state": "requested", "products": "Virtual machines", "opened_on": null, "closed_on": null, "added": []}),
        );
        called(
            &window,
            "payment_save",
            &json!({"customer": customer, "account": account["accounts"][0]["id"], "kind": "card", "institution": "Specimen Bank", "source": "Own", "identifier": format!("{n:04}")}),
        );
        step(&customer, "collecting");
        step(&customer, "status_review");
        match n {
            // One nobody has looked at yet, the foreign ones, and the rest.
            7 => {}
            n if n % 8 == 0 => determine(&customer, "none_met"),
            _ => determine(&customer, "citizen"),
        }
    }
    window.go("/review");
    window.wait_for_words("Ready to be cleared as U.S. (34)");
    window.wait_for_words("They need a person first (6)");
    window.wait_for_words("start the verification");
    window.wait_for_words("is not determined yet");
    window.check_screen("01-monday");
    window.press_button("Clear as U.S.: 34 cases…");
    window.fill("Your passphrase, again", PASSPHRASE);
    window.fill("Why one person both prepared and approved", ALONE);
    window.check_screen("02-sign-once");
    window.press_button("Clear as U.S.");
    window.wait_for_words("Clear as U.S.: 34 cases");
    window.wait_until(
        "only those that need a person are left",
        "return !document.body.innerText.includes('Ready to be cleared')",
    );
    window.check_screen("03-cleared");

    // Who cannot be verified: what does not fit, two attempts, and giving up.
    let customer = "C-000008";
    step(customer, "verifying");
    window.go("/customers/C-000008?tab=decisions");
    window.press_button("Record a discrepancy");
    window.fill("Which fact", "Street address");
    window.fill("The customer says", "8 Main Street, Hamburg");
    window.fill("Found", "8 Main Street, Bremen");
    window.fill("Where it was found", "Passport");
    window.check_screen("04-discrepancy");
    window.press_button("Record it");
    window.wait_for_words("8 Main Street, Bremen");
    for (result, basis) in [
        ("mismatch", "Passport number not known to the register"),
        ("unavailable", "Called back three times"),
    ] {
        called(
            &window,
            "verification_record",
            &json!({"customer": customer, "about": customer, "method": "non_documentary", "result": result, "document": null, "basis": basis, "notes": null, "performed_on": null}),
        );
    }
    window.press_button("Other steps");
    window.press_button("Give up: cannot be verified");
    window.fill(
        "What was tried",
        "Two letters, three calls; the addresses do not fit",
    );
    window.press_button("Give up: cannot be verified");
    window.wait_for_words("Could not be verified");
    window.press_button("Restrict");
    window.fill("Which permissions", "No new machines; logs are read weekly");
    let review = called(&window, "calendar", &json!({"from": today, "to": today}));
    assert!(review.is_object(), "the window answers");
    window.fill("Looked at again on", "2099-01-01");
    window.check_screen("05-restrict");
    window.press_button("Restrict");
    window.wait_for_words("To be looked at again on Thu 2099-01-01");

    // A letter on the terms, with every placeholder filled, and what the customer answers.
    window.go("/customers/C-000008?tab=letters");
    window.press_button("Write a letter…");
    window.choose("What for", "Restriction of the account");
    window.press_button("Fill it in");
    window.wait_for_words("{redress_contact}");
    window.check_screen("06-letter");
    let body = window
        .script(
            "return [...document.querySelectorAll('[role=dialog] textarea')].at(-1).value",
            &[],
        )
        .as_str()
        .unwrap()
        .replace("{redress_contact}", "appeals@acme.example");
    window.fill("Text", &body);
    window.press_button("Save the letter");
    window.wait_for_words("not sent");
    window.press_button("PDF of L-1…");
    window.wait_for_words("Saved letter.pdf");
    assert!(fs::read(&letter).unwrap().starts_with(b"%PDF"));
    window.press_button("Record as sent…");
    window.press_button("Record");
    window.wait_for_words("Sent by letter");
    window.press_button("Record a complaint…");
    window.fill("What the customer says", "The register has it wrong");
    window.press_button("Record");
    window.wait_for_words("The register has it wrong");
    window.check_screen("07-letters-and-redress");

    // The guard names what is open; the account is closed with its day, then the case.
    window.wait_until(
        "closing says what is open",
        "return [...document.querySelectorAll('button')].some((one) => one.innerText.includes('Close the accounts'))",
    );
    let account = called(&window, "customer_show", &json!({"ref": customer}));
    called(
        &window,
        "account_save",
        &json!({"customer": customer, "id": account["accounts"][0]["id"], "account_ref": "acct-8", "state": "closed", "products": null, "opened_on": null, "closed_on": today, "added": []}),
    );
    window.go("/customers/C-000008?tab=letters");
    window.press_button("Close the accounts");
    window.wait_for_words("Still open about this customer");
    window.wait_for_words("Street address: two values do not fit");
    window.check_screen("08-still-open");
    window.fill(
        "Close anyway, because",
        "The customer is gone; the complaint is answered by letter",
    );
    window.fill("The final notice", "Letter of today; appeals@acme.example");
    window.fill("Your passphrase, again", PASSPHRASE);
    window.fill("Why one person both prepared and approved", ALONE);
    window.press_button("Close the accounts");
    window.wait_for_words("Close the accounts: done");
    window.press_button("Unverified");
    window.wait_for_words("Account closed");
    window.wait_for_words("Two letters, three calls");
    window.check_screen("09-register");
    window.script(
        "document.documentElement.style.colorScheme = 'dark'; return true",
        &[],
    );
    window.screenshot("10-register-dark");
}
