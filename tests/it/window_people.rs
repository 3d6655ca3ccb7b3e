//! Several people at one vault in the real window: an analyst prepares, an officer approves with an own passphrase, an auditor only reads; and
//! a backup that comes back after the vault went on.

use crate::support::{
    acme::{called, in_a_new_vault, into_a_new_vault},
    desk::PASSPHRASE,
    window::Window,
};
use serde_json::{Value, json};

const BEN: &str = "marble ferry cobalt thistle anchor dune";
const CHEN: &str = "granite meadow violin harbour pepper oath";
const CLEO: &str = "walnut signal prairie copper ribbon fjord";

/// Locks the vault and unlocks it as another member.
fn change_to(window: &Window, label: &str, passphrase: &str) {
    window.press_button("Lock the vault");
    window.wait_for_words("Open another vault");
    window.choose("Who", label);
    window.check_screen("00-who-unlocks");
    window.fill("Passphrase", passphrase);
    window.press_button("Unlock");
    window.wait_for_words("ever backed up");
}

/// Prepares a customer, as four forms would, up to the step that a second person approves.
fn prepared(window: &Window, name: &str) -> String {
    let ask = |command: &str, request: Value| called(window, command, &request);
    let made = ask(
        "customer_create",
        json!({"kind": "individual", "name": name, "name_original": null, "country": "US", "external_id": null}),
    );
    let customer = made["ref"].as_str().unwrap();
    let fields: Vec<Value> = [
        ("street_address", "1 Main Street, Denver"),
        ("use_locations", "Denver"),
        ("email", "person@example.com"),
        ("phone", "+13035550101"),
    ]
    .iter()
    .map(|(id, value)| json!({"id": id, "values": [value]}))
    .collect();
    let revision = ask("customer_show", json!({"ref": customer}))["revision"].clone();
    ask(
        "customer_change",
        json!({"ref": customer, "revision": revision, "fields": fields, "reason": null, "occurred_on": null}),
    );
    let today = ask("status", json!({}))["today"].clone();
    ask(
        "notice_record",
        json!({"ref": customer, "delivered_on": today, "channel": "form"}),
    );
    let account = ask(
        "account_save",
        json!({"customer": customer, "id": null, "account_ref": format!("acct-{name}"), "state": "requested", "products": "Virtual machines", "opened_on": null, "closed_on": null, "added": []}),
    );
    ask(
        "payment_save",
        json!({"customer": customer, "account": account["accounts"][0]["id"], "kind": "card", "institution": "Specimen Bank", "source": "Own", "identifier": "4242"}),
    );
    for to in ["collecting", "status_review"] {
        ask(
            "customer_advance",
            json!({"ref": customer, "to": to, "reason": null, "approver": null, "passphrase": null, "override_reason": null, "on": null, "review_on": null}),
        );
    }
    ask(
        "determination_record",
        json!({"customer": customer, "about": customer, "test": "citizen", "evidence": "Passport of the United States", "documents": [], "decided_on": null}),
    );
    customer.to_owned()
}

/// Why a button may not be pressed, as it says itself.
fn locked_because(window: &Window, words: &str) -> Option<String> {
    window.wait_until(
        &format!("\"{words}\" is there"),
        &format!("return [...document.querySelectorAll('button')].some((one) => one.innerText.includes('{words}'))"),
    );
    let why = window.script(
        "const one = [...document.querySelectorAll('button')].find((one) => one.innerText.includes(arguments[0]));\
         return one.ariaDisabled === 'true' ? one.title : null",
        &[json!(words)],
    );
    why.as_str().map(str::to_owned)
}

/// Words with which a button says that it writes something down, or gives something out. Three dots are a form that does.
const WRITES: [&str; 16] = [
    "…", "Add", "Attach", "Clear as", "Close", "Edit", "Export", "Import", "Make", "Record",
    "Resolve", "Retire", "Save", "Send", "Start", "Undo",
];

/// The buttons of the screen that say that they write, and may be pressed.
fn open_to_press(window: &Window) -> Vec<String> {
    let found = window.script(
        "return [...document.querySelectorAll('main button')].filter((one) => one.checkVisibility() && one.ariaDisabled !== 'true' && !one.disabled)\
         .map((one) => one.innerText.trim() || one.ariaLabel)",
        &[],
    );
    let all = found.as_array().cloned().unwrap_or_default();
    all.iter()
        .filter_map(Value::as_str)
        .filter(|words| WRITES.iter().any(|word| words.contains(word)))
        // What would happen under other rules is only counted.
        .filter(|words| *words != "What if…")
        .map(str::to_owned)
        .collect()
}

fn code<T: std::fmt::Debug>(answer: Result<T, Value>) -> String {
    answer.unwrap_err()["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn an_analyst_prepares_an_officer_approves_and_an_auditor_only_reads() {
    let Some(window) = in_a_new_vault("people") else {
        return;
    };

    // The founder adds an officer by hand; the other two the same way, by the program's own command.
    window.go("/people");
    window.wait_for_words("Only one active member may approve");
    window.press_button("Add member…");
    window.fill("Name", "Ben Okoro");
    window.field("Compliance officer").click().unwrap();
    window.fill("The new member’s passphrase", BEN);
    window.fill("Repeat the passphrase", BEN);
    window.fill("Your passphrase, again", PASSPHRASE);
    window.check_screen("01-add-member");
    window.press_button("Add member");
    window.wait_for_words("Ben Okoro was added");
    for (name, label, role, passphrase) in [
        ("Chen Wei", "staff-3", "analyst", CHEN),
        ("Cleo Marsh", "staff-4", "auditor", CLEO),
    ] {
        called(
            &window,
            "member_add",
            &json!({"name": name, "label": label, "roles": [role], "new_passphrase": passphrase, "passphrase": PASSPHRASE}),
        );
    }

    // The analyst prepares, and cannot approve: not in the dialog, and not by asking past it.
    change_to(&window, "staff-3", CHEN);
    let first = prepared(&window, "Grace Hopper");
    assert_eq!(
        code(window.call("customer_advance", &json!({"ref": first, "to": "us_cleared", "reason": null, "approver": "staff-3", "passphrase": CHEN, "override_reason": "In a hurry", "on": null, "review_on": null}))),
        "U-08",
        "nobody approves where somebody else can"
    );
    window.go(&format!("/customers/{first}"));
    window.press_button("Clear as U.S.");
    window.wait_for_words("Prepared by Chen Wei");
    window.choose("Approver", "Ben Okoro");
    window.fill("Approver’s passphrase", CHEN);
    window.press_button("Clear as U.S.");
    window.wait_for_words("V-04");
    window.check_screen("02-not-their-passphrase");
    window.fill("Approver’s passphrase", BEN);
    window.press_button("Clear as U.S.");
    window.wait_for_words("Clear as U.S.: done");
    window.press_button("Timeline");
    window.wait_for_words("Ben Okoro");
    window.check_screen("03-two-people");
    window.go("/people");
    let why = locked_because(&window, "Add member").expect("an analyst administers nothing");
    assert!(why.contains("This is for: administrator"), "{why}");

    // The officer prepared the next one, so another officer approves it.
    change_to(&window, "staff-2", BEN);
    let second = prepared(&window, "Katherine Johnson");
    window.go(&format!("/customers/{second}"));
    window.press_button("Clear as U.S.");
    window.wait_for_words("Prepared by Ben Okoro");
    window.settle();
    window.field("Approver").click().unwrap();
    window.wait_until(
        "the founder is offered",
        "return [...document.querySelectorAll('[role=option]')].some((one) => one.innerText.includes('Ana Lima'))",
    );
    let offered = window.script(
        "return [...document.querySelectorAll('[role=option]')].map((one) => one.innerText).join(' ')",
        &[],
    );
    assert!(
        !offered.as_str().unwrap().contains("Ben Okoro"),
        "the maker is not offered: {offered}"
    );

    // The auditor reads everything, and each button that writes says why it does not.
    window.press(&[crate::support::window::keys::ESCAPE]);
    window.press(&[crate::support::window::keys::ESCAPE]);
    change_to(&window, "staff-4", CLEO);
    window.go("/people");
    let why = locked_because(&window, "Add member").expect("an auditor administers nothing");
    assert!(why.contains("You work as auditor"), "{why}");
    let mine = format!("/customers/{first}");
    let tab = |name: &str| format!("{mine}?tab={name}");
    for (route, words) in [
        (mine.clone(), "Grace Hopper"),
        (tab("identity"), "1 Main Street"),
        (tab("accounts"), "acct-Grace Hopper"),
        (tab("documents"), "No documents"),
        (tab("decisions"), "Passport of the United States"),
        (tab("letters"), "letter"),
        ("/customers".to_owned(), "Katherine Johnson"),
        ("/cases".to_owned(), "No cases yet"),
        ("/clocks".to_owned(), "Start a clock"),
        ("/filings".to_owned(), "Filings"),
        ("/resellers".to_owned(), "No resellers"),
        ("/import".to_owned(), "Choose a file"),
        ("/calendar".to_owned(), "Export .ics"),
        ("/rules?tab=packs".to_owned(), "Adopt a pack"),
        ("/retention".to_owned(), "Legal holds"),
        ("/audit".to_owned(), "Export everything"),
        ("/today".to_owned(), "Back up"),
    ] {
        window.go(&route);
        window.wait_for_words(words);
        window.settle();
        let open = open_to_press(&window);
        assert!(open.is_empty(), "{route}: an auditor may press {open:?}");
    }
    window.check_screen("04-auditor");
    assert_eq!(
        code(window.call("customer_create", &json!({"kind": "individual", "name": "X", "name_original": null, "country": "US", "external_id": null}))),
        "U-01"
    );
}

/// The groups of the sheet that is on the screen.
fn groups_on_the_screen(window: &Window) -> Vec<String> {
    let sheet = window.script("return document.querySelector('pre.sheet').innerText", &[]);
    let sheet = sheet.as_str().unwrap_or_default().to_owned();
    sheet
        .lines()
        .skip_while(|line| !line.starts_with("The same in groups"))
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .flat_map(str::split_whitespace)
        .map(str::to_owned)
        .collect()
}

#[test]
fn officers_get_a_part_of_the_recovery_key_each_and_open_the_vault_with_enough_of_them() {
    let Some(window) = in_a_new_vault("parts") else {
        return;
    };
    window.go("/people");
    window.press_button("Replace recovery keys…");
    window.choose("How the key is kept", "In 3 parts, for 3 officers");
    window.wait_for_words("Any 2 of the 3");
    window.fill("Your passphrase, again", PASSPHRASE);
    window.check_screen("01-how-it-is-kept");
    window.press_button("Make recovery key");
    let mut parts = Vec::new();
    for part in 1..=3 {
        window.wait_for_words(&format!("Keep part {part} of 3"));
        let groups = groups_on_the_screen(&window);
        let count = groups.len();
        assert_eq!(groups[0], "CIPDESK-PART-1", "{groups:?}");
        window.fill(&format!("Group 3 of {count}"), &groups[2]);
        window.fill(&format!("Group {count} of {count}"), &groups[count - 1]);
        if part == 2 {
            // A part that is shown once is not lost to a key pressed by mistake.
            window.press(&[crate::support::window::keys::ESCAPE]);
            window.check_screen("02-a-part");
        }
        if part == 3 {
            window.resize(1920, 1080);
            window.script(
                "document.documentElement.style.colorScheme = 'dark'; return true",
                &[],
            );
            window.check_screen("02-a-part-dark");
        }
        window.press_button(if part < 3 {
            "Next part"
        } else {
            "I have all of them on paper"
        });
        parts.push(groups.join(" "));
    }

    window.press_button("Test a recovery sheet…");
    window.fill("Recovery key", &parts[2]);
    window.press_button("Test");
    window.wait_for_words("2 different parts of the recovery key are needed");
    window.check_screen("03-one-is-not-enough");
    window.fill("Recovery key", &format!("{} {}", parts[2], parts[0]));
    window.press_button("Test");
    window.wait_for_words("What you typed opens this vault");

    window.press_button("Lock the vault");
    window.wait_for_words("Open another vault");
    window.press_button("I lost the passphrase…");
    window.fill(
        "Recovery key",
        &format!("{} {}", parts[1], parts[2]).to_lowercase(),
    );
    window.fill("New passphrase", CHEN);
    window.fill("Repeat the passphrase", CHEN);
    window.check_screen("04-two-parts");
    window.press_button("Open the vault");
    window.wait_for_words("ever backed up");
    window.go("/audit");
    window.wait_for_words("got new keys by the recovery key");
}

#[test]
fn a_backup_comes_back_from_the_first_screen_and_is_read_until_somebody_says_why() {
    let Some(window) = Window::open("restore") else {
        return;
    };
    let folder = window.folder().to_owned();
    let (backup, restored) = (folder.join("Friday.cipdesk"), folder.join("Back.cipdesk"));
    window.dialogs_answer(&[
        ("vault-create", &folder.join("Acme.cipdesk")),
        ("recovery-sheet", &folder.join("sheet.txt")),
        ("backup", &backup),
        ("restore-from", &backup),
        ("restore", &restored),
    ]);
    window.resize(1280, 800);
    into_a_new_vault(&window, |_| ());
    let create = json!({"kind": "individual", "name": "Ada Byron", "name_original": null, "country": "GB", "external_id": null});
    called(&window, "customer_create", &create);
    window.press_button("Back up…");
    window.wait_for_words("Backup written");
    called(&window, "customer_create", &create);

    window.press_button("Lock the vault");
    window.wait_for_words("Open another vault");
    window.press_button("Restore a backup…");
    window.press_button("Choose the backup…");
    window.wait_for_words("Friday.cipdesk");
    window.wait_for_words("This computer has opened it before.");
    window.fill("Passphrase of that day", PASSPHRASE);
    window.check_screen("01-what-it-is");
    window.press_button("Check and restore…");
    window.wait_for_words("is not in it");
    window.check_screen("02-restored");
    assert!(restored.join("VAULT").exists() && !restored.join("BACKUP").exists());
    window.press_button("Unlock it");
    window.wait_for_words("Open another vault");
    window.fill("Passphrase", PASSPHRASE);
    window.press_button("Unlock");
    window.wait_for_words("It is open for reading only.");
    assert_eq!(code(window.call("customer_create", &create)), "V-09");
    window.press_button("Continue with it…");
    window.fill(
        "Why it is the right one",
        "The disk failed; this is Friday's backup",
    );
    window.press_button("Continue with it");
    window.wait_for_words("Accepted");
    called(&window, "customer_create", &create);
}
