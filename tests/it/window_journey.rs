//! The whole job once in the real window, by clicking and typing, from an empty computer to a sent filing and a locked vault.

use crate::support::{
    acme::{days_before, into_a_new_vault, pdf},
    command_line,
    desk::PASSPHRASE,
    root,
    window::{Window, keys},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A file whose header differs from ours, with one row that is wrong.
const CUSTOMERS: &str = "Customer no,Type,Company or person,Native name,Country,Mail,Tel,US?\n\
    K-17,person,Jürgen Müller,,Germany,j@example.de,+4940123456,no\n\
    K-18,company,Yunhai Computing,云海计算,China,a@example.cn,+8675512345678,no\n\
    K-19,person,Zoë Nobody,,Untied States,z@example.com,+12025550143,yes\n";

fn stock(folder: &Path, script: &str) -> Output {
    Command::new("bash")
        .args(["-c", script])
        .current_dir(folder)
        .output()
        .unwrap()
}

/// The only entry of a folder whose name ends so.
fn made(folder: &Path, ending: &str) -> PathBuf {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    assert_eq!(found.len(), 1, "one {ending} in {}", folder.display());
    found.remove(0)
}

#[test]
fn a_compliance_officer_does_the_whole_job_in_the_window() {
    let Some(window) = Window::open("journey") else {
        return;
    };
    let folder = window.folder().to_owned();
    let own = |name: &str| {
        let path = folder.join(name);
        fs::create_dir_all(&path).unwrap();
        path
    };
    let (desk, out) = (own("desk"), own("out"));
    let (csv, passport, evil, cip, letter) = (
        folder.join("register.csv"),
        folder.join("passport.png"),
        folder.join("scan.pdf"),
        folder.join("cip-2026.pdf"),
        folder.join("letter.pdf"),
    );
    fs::write(&csv, CUSTOMERS).unwrap();
    fs::copy(root().join("src-tauri/docs/today.png"), &passport).unwrap();
    fs::write(&evil, "<html><script>alert(1)</script></html>").unwrap();
    pdf(&cip, "Customer identification program, SPECIMEN");
    pdf(&letter, "Request for a copy of a CIP, SPECIMEN");
    let vault = desk.join("Acme.cipdesk");
    window.dialogs_answer(&[
        ("vault-create", &vault),
        ("recovery-sheet", &folder.join("sheet.txt")),
        ("import", &csv),
        ("document", &passport),
        ("document", &evil),
        ("cip", &cip),
        ("export-folder", &out),
        ("bundle", &out),
    ]);

    // 1. A vault.
    window.resize(1280, 800);
    into_a_new_vault(&window, |name| window.check_screen(name));

    // 2. Today, with nothing due.
    window.check_screen("05-today-empty");

    // 3. Customers from a file whose header is not ours, with a row that is wrong.
    window.press_button("Customers");
    window.wait_for_words("No customers yet");
    window.check_screen("06-no-customers");
    window.press_button("Import");
    window.press_button("Choose a file…");
    window.wait_for_words("What each column is");
    window.choose("What Customer no is", "Your own reference for the customer");
    window.choose("What Type is", "person or company");
    window.choose(
        "What Company or person is",
        "Full legal name or business name",
    );
    window.choose("What Native name is", "Name in its own script");
    window.choose("What Mail is", "E-mail addresses");
    window.choose("What Tel is", "Telephone numbers");
    window.choose("What US? is", "yes, no or unknown");
    window.check_screen("07-import-columns");
    window.press_button("Check without writing");
    window.wait_for_words("Untied States");
    window.check_screen("08-import-checked");
    window
        .field("Leave bad rows out, and write them to a report beside the file")
        .click()
        .unwrap();
    window.press_button("Import 2 customers");
    window.wait_for_words("See the customers");
    window.check_screen("09-imported");
    assert!(
        fs::read_dir(&folder).unwrap().flatten().any(|entry| {
            fs::read_to_string(entry.path())
                .is_ok_and(|text| entry.path() != csv && text.contains("Untied States"))
        }),
        "the row that was left out stands in a report beside the file"
    );

    // 4. Found by a name without its accents, then by one in Chinese.
    window.press_button("See the customers");
    window.wait_for_words("Jürgen Müller");
    window.fill("Search customers", "muller");
    window.wait_until(
        "only Müller is left",
        "return document.body.innerText.includes('Jürgen Müller') && !document.body.innerText.includes('Yunhai')",
    );
    assert!(
        window.url().contains("q=muller"),
        "the search stands in the address: {}",
        window.url()
    );
    window.check_screen("10-found");
    window.find("[role=row] bdi").click().unwrap();

    // 5. The record: what is missing leads to its field, what is typed is kept as a draft.
    window.wait_for_words("Still missing");
    window.check_screen("11-customer");
    window.press_button("Street address");
    window.fill(
        "Residential or business street address",
        "1 Hafenstraße, Hamburg",
    );
    window.settle();
    window.wait_until(
        "the draft is kept",
        "return new Promise((done) => setTimeout(() => done(true), 1200))",
    );
    window.press_button("Lock the vault");
    window.wait_for_words("Open another vault");
    window.fill("Passphrase", PASSPHRASE);
    window.press_button("Unlock");
    window.wait_for_words("Never backed up");
    window.go("/customers/C-000001?tab=identity");
    window.wait_for_words("What you typed before is here again");
    window.check_screen("12-draft");
    window.fill("Places the account will be used from", "Hamburg, Germany");
    window.press_button("Save");
    window.wait_for_words("1 Hafenstraße, Hamburg");
    window.check_screen("13-identity");

    // 6. A document whose content is what its name says, and one whose content is not.
    window.press_button("Documents");
    window.press_button("Attach documents");
    window.wait_for_words("passport.png");
    window.check_screen("14-documents");
    window.press_button("passport.png");
    window.wait_until(
        "the page of the document is painted",
        "const page = document.querySelector('img[alt^=\"Page 1\"]'); return Boolean(page?.complete && page.naturalWidth > 100)",
    );
    window.press_button("Rotate");
    window.press_button("Zoom out");
    window.check_screen("15-preview");

    // 7. The straight path: notice, account, payment, determination, verification, approval.
    window.go("/customers/C-000001?tab=decisions");
    window.press_button("Record the notice");
    window.press_button("Record it");
    window.wait_for_words("Notice recorded");
    window.press_button("Accounts");
    window.press_button("Add an account");
    window.fill("Account number", "acct-4711");
    window.press_button("Add the account");
    window.press_button("Add a means of payment");
    window.fill("Institution", "Specimen Bank");
    window.fill("Source of payment", "Jürgen Müller");
    window.fill("Last digits, token or wallet", "4242");
    window.press_button("Add it");
    window.wait_for_words("Source: Jürgen Müller");
    window.check_screen("16-accounts");
    window.press_button("Overview");
    window.wait_for_words("Every required item is there.");
    window.check_screen("17-complete");
    window.press_button("Start collecting");
    window.press_button("Send to U.S.-person review");
    window.press_button("Decisions");
    window.press_button("Record a determination");
    window.choose("Test", "None of these: a foreign person");
    window.fill("Based on", "German passport; own statement");
    window.check_screen("18-determination");
    window.press_button("Record it");
    window.wait_for_words("German passport; own statement");
    window.press_button("Start verification");
    window.press_button("Record a verification");
    window.choose("Document", "passport.png");
    window.fill("Basis", "Passport, Germany, ends 4711, expires 2031-05-01");
    window.check_screen("19-verification");
    window.press_button("Record it");
    window.wait_for_words("expires 2031-05-01");
    window.check_screen("20-decisions");
    window.press_button("Approve as verified");
    window.fill(
        "The belief statement",
        "Passport seen, picture and name agree; I believe the identity is true.",
    );
    window.fill("Your passphrase, again", PASSPHRASE);
    window.fill(
        "Why one person both prepared and approved",
        "Only one person works here",
    );
    window.check_screen("21-approve");
    window.press_button("Approve as verified");
    window.wait_for_words("Approve as verified: done");
    window.press_button("Timeline");
    window.wait_for_words("Approved");
    window.check_screen("22-timeline");

    // 8. A foreign reseller with its CIP.
    window.press_button("Resellers");
    window.press_button("Add a reseller");
    window.fill("Legal name", "Lion City Hosting Pte Ltd");
    window.fill("Country", "Singapore");
    window.press_button("Add");
    window.wait_for_words("No CIP yet");
    window.press_button("File a CIP version");
    window.fill("Version", "2026.1");
    window.fill("In force from", "2026-01-01");
    window.check_screen("23-cip");
    window.press_button("Choose the document and file it");
    window.wait_for_words("cip-2026.pdf");
    window.wait_for_words("CIP version filed");
    window.check_screen("24-reseller");

    // 9. A request received four days ago, and evidence of a failure received four weeks ago: two clocks with their reasons.
    let status = window.call("status", &json!({})).unwrap();
    let today = status["today"].as_str().unwrap().to_owned();
    let received = days_before(&today, 4);
    window.press_button("Record a Department request…");
    window.fill("Received on", &received);
    window.fill("The Department's reference", "BIS-2026-0042");
    window.wait_for_words(&days_before(&today, -6));
    window.check_screen("25-request");
    window.press_button("Open request");
    window.wait_for_words("Versions we hold");
    window.check_screen("25-versions");
    window.press_button("Next: What goes out");
    window.wait_for_words("Index of the files");
    window.check_screen("25-pack");
    window.press_button("Open the case");
    window.wait_for_words("Timeline");
    window.dialogs_answer(&[
        ("document", &letter),
        ("export-folder", &out),
        ("backup", &folder.join("backup.cipdesk")),
    ]);
    window.press_button("Attach documents");
    window.wait_for_words("letter.pdf");
    window.check_screen("26-case");
    window.go("/resellers/RS-0001");
    window.press_button("Record failure evidence…");
    window.fill("Received on", &days_before(&today, 28));
    window.fill(
        "What the evidence is",
        "Three customers were never asked for a document.",
    );
    window.press_button("Open failure case");
    window.wait_for_words("EVD-");
    window.press_button("Today");
    window.wait_for_words("Next 10 days");
    window.check_screen("27-today");
    window.go("/clocks/K-0001");
    window.wait_for_words("How it was counted");
    window.check_screen("28-why");
    window.press_button("Record an extension…");
    window.fill("New last day", &days_before(&today, -20));
    window.fill("The grant", "BIS letter of yesterday");
    window.press_button("Record it");
    window.wait_for_words("Dates that stood before");
    window.check_screen("28-extended");

    // 10. The filing: edited, sealed, written, verified by its recipient, sent; the clock stops.
    window.press_button("Filings");
    window.press_button("F4-2026-0001");
    window.wait_for_words("Checks");
    window.check_screen("29-filing");
    window.press_button("Title of the person who signs");
    window.fill("Title", "Chief Compliance Officer");
    window.press_button("Save");
    window.wait_for_words("Chief Compliance Officer");
    window.press_button("Approve and seal…");
    window.fill(
        "Why one person both prepared and approved",
        "Only one person works here",
    );
    window.fill("Your passphrase, again", PASSPHRASE);
    window.check_screen("30-sealing");
    window.press_button("Approve and seal");
    window.wait_for_words("Statement of truth");
    window.wait_for_words("SHA-256, to read out or compare");
    window.wait_until(
        "the sealed page is painted",
        "const page = document.querySelector('img[alt^=\"Page 1\"]'); return Boolean(page?.complete && page.naturalWidth > 100)",
    );
    window.check_screen("31-sealed");
    window.press_button("Write the bundle to a folder…");
    window.wait_for_words("Wrote ");
    let bundle = made(&out, ".bundle.zip");
    let verified = Command::new(command_line())
        .args(["bundle", "verify", "--json"])
        .arg(&bundle)
        .output()
        .unwrap();
    let verdict: Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(verdict["valid"], true, "{verdict}");
    let stock = stock(
        &out,
        "unzip -q *.bundle.zip && cd F4-*/ && ssh-keygen -Y verify -f allowed_signers -I \"$(cut -d' ' -f1 allowed_signers)\" -n cipdesk-filing-v1 -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt && sha256sum -c --strict --quiet tagmanifest-sha256.txt && sha256sum -c --strict --quiet manifest-sha256.txt",
    );
    assert!(
        stock.status.success(),
        "stock tools check what the window wrote: {}",
        String::from_utf8_lossy(&stock.stderr)
    );
    window.dialogs_answer(&[
        ("bundle", &bundle),
        ("backup", &folder.join("backup.cipdesk")),
    ]);
    window.press_button("Record sending…");
    window.fill("How", "Courier");
    window.fill("Reference or proof", "Receipt 77");
    window.press_button("Record sending");
    window.wait_for_words("The clock has stopped.");
    window.check_screen("32-sent");
    window.press_button("Filings");
    window.press_button("Bundles and keys");
    window.press_button("Verify a bundle…");
    window.wait_for_words("Everything holds, and the key is known");
    window.check_screen("33-verified");
    window.press_button("Audit");
    window.press_button("Verify the vault");
    window.wait_for_words("Everything holds");
    window.press_button("Back up now");
    window.wait_for_words("Backed up to");
    window.check_screen("34-audit");
    window.press_button("Today");
    window.wait_for_words("Termination of a reseller");
    assert!(
        !window
            .script("return document.querySelector('main').innerText", &[])
            .as_str()
            .unwrap()
            .contains("Copy of a CIP"),
        "what is sent is due no more"
    );

    // 11. Locked by its key: the page forgets everything; unlocked, all is there.
    window.press(&[keys::CONTROL, 'l']);
    window.wait_for_words("Open another vault");
    window.check_screen("35-locked");
    let left = window.script("return document.documentElement.outerHTML + JSON.stringify(Object.entries(sessionStorage)) + JSON.stringify(Object.entries(localStorage)) + location.href", &[]);
    for secret in [
        "Müller",
        "Lion City",
        "Ana Lima",
        "Acme Cloud LLC",
        PASSPHRASE,
    ] {
        assert!(
            !left.as_str().unwrap().contains(secret),
            "the locked page still holds \"{secret}\""
        );
    }
    assert!(
        window
            .call("customer_show", &json!({ "ref": "C-000001" }))
            .is_err(),
        "a locked vault answers nothing"
    );
    window.fill("Passphrase", "not the passphrase");
    window.press_button("Unlock");
    window.wait_for_words("V-04");
    window.check_screen("36-wrong-passphrase");
    window.fill("Passphrase", PASSPHRASE);
    window.press_button("Unlock");
    window.wait_for_words("Termination of a reseller");
    window.go("/customers/C-000001");
    window.wait_for_words("Verified");
    window.check_screen("37-customer-verified");

    // In the dark and on a large screen.
    window.press(&[keys::CONTROL, 'k']);
    window.wait_until(
        "the palette takes keys",
        "return document.activeElement?.matches('[role=dialog] [role=combobox]') === true",
    );
    window.press_keys("Dark colors");
    window.wait_until(
        "\"Dark colors\" is what Enter would do",
        "return document.querySelector('[role=dialog] [aria-selected=true]')?.innerText.includes('Dark colors') === true",
    );
    window.press(&[keys::ENTER]);
    window.wait_until(
        "the palette is closed",
        "return !document.querySelector('[role=dialog]')",
    );
    window.resize(1920, 1080);
    for (route, name, words) in [
        ("/today", "40-today", "Termination of a reseller"),
        ("/customers", "41-customers", "Yunhai"),
        ("/customers/C-000001", "42-customer", "At a glance"),
        (
            "/customers/C-000001?tab=identity",
            "43-identity",
            "Hafenstraße",
        ),
        (
            "/customers/C-000001?tab=decisions",
            "44-decisions",
            "German passport",
        ),
        ("/resellers/RS-0001", "45-reseller", "CIP versions"),
        ("/cases/REQ-2026-0001", "46-case", "Versions we hold"),
        ("/clocks/K-0001", "47-clock", "How it was counted"),
        ("/filings/F4-2026-0001", "48-filing", "SHA-256, to read"),
        ("/audit", "49-audit", "Journal head"),
        ("/settings", "50-settings", "Colors"),
        ("/clocks", "51-deadlines", "Termination of a reseller"),
        ("/review", "52-review", "Review"),
        ("/access", "53-access", "Access log"),
        ("/rules?tab=packs", "54-packs", "Who vouches for it"),
        ("/calendar", "55-calendar", "Monday"),
    ] {
        window.go(route);
        window.wait_for_words(words);
        window.check_screen(name);
    }
    another_pack(&window);
    a_clock_by_hand(&window);
}

/// A second rule pack is adopted and retired again by clicking: what it would change stands there first.
fn another_pack(window: &Window) {
    window.go("/rules?tab=packs");
    window.wait_for_words("Internal targets in business days");
    window.press_in_row("internal-policy", "Adopt");
    window.wait_for_words("It is used beside the packs in use");
    window.check_screen("56-offer");
    window.fill("Why it is adopted", "Our own targets, board of 3 November");
    window.press_button("Adopt it");
    window.wait_for_words("Running clocks keep the version that started them");
    window.press_in_row("internal-policy", "Retire");
    window.fill("Why", "Only tried out");
    window.press_button("Retire it");
    window.wait_for_words("Clocks that run by it keep it");
}

/// A clock is started by hand, put off, and ended with its proof.
fn a_clock_by_hand(window: &Window) {
    window.go("/clocks");
    window.wait_for_words("Deadlines");
    window.press_button("Start a clock…");
    window.choose("Which clock", "Irregular update");
    window.fill("The change took effect", "2026-11-20");
    window.wait_for_words("2026-12-05");
    window.fill(
        "What happened",
        "New primary contact, letter of 20 November",
    );
    window.check_screen("57-start-clock");
    window.press_button("Start the clock");
    window.wait_for_words("The work on it");
    window.check_screen("58-clock-by-hand");
    window.press_button("Record its end…");
    window.fill("What ended it", "F3-2026-0001 sent by courier, receipt 88");
    window.press_button("Record it");
    window.wait_for_words("satisfied");
    window.check_screen("59-clock-ended");
}
