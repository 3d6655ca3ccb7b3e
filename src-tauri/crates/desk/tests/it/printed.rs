//! Pages that leave the desk and are no filings: the customer file, a case, the page for management, an extract of the journal; on the paper that was chosen.

use crate::{
    bench::{ALONE, Bench, said, said_to},
    conduct::{flag, in_use, verified_by_passport},
};
use contract as c;
use desk::{Desk, NoListener, ScriptedPicker, Source, Unwatched};

const BORN: &str = "1974-08-12";
const PASSPORT: &str = "C01X00T47";
const IBAN: &str = "DE89370400440532013000";

#[test]
fn a_customer_file_holds_all_that_was_decided_and_no_value_that_the_screen_masks() {
    let (bench, _) = verified_by_passport();
    let customer = "C-000001";
    bench
        .vault
        .payment_save(&c::PaymentSaveReq {
            customer: customer.to_owned(),
            account: "A-1".to_owned(),
            kind: "bank".to_owned(),
            institution: "Hansebank".to_owned(),
            source: "Own".to_owned(),
            identifier: Some(IBAN.to_owned()),
            country: Some("Germany".to_owned()),
            proved_by: None,
        })
        .unwrap();
    bench.vault.red_flag_save(&flag(customer)).unwrap();
    let page = bench.printed(
        "customer-file.pdf",
        &bench.vault.customer_page(customer).unwrap(),
    );
    for part in [
        "Jürgen Müller",
        "Customer file · C-000001 · To be verified again",
        "Foreign person, decided",
        "Hafenstrasse",
        "By documents",
        "Shown by passport.txt",
        "Hansebank",
        "••••3000",
        "Red flags",
        "Open",
        "Notice to the customer",
        "In use, monitored",
        "Red flag",
        "Nothing was found that does not fit.",
        "not in force",
    ] {
        assert!(page.contains(part), "{part} in the file:\n{page}");
    }
    assert!(!page.contains("U+"), "every letter has a face:\n{page}");
    for secret in [BORN, PASSPORT, IBAN, "0532013000"] {
        assert!(!page.contains(secret), "{secret} is masked:\n{page}");
    }
    assert!(
        page.contains("••••12"),
        "the mask stands where the date of birth would:\n{page}"
    );
}

#[test]
fn every_entry_of_a_long_story_is_on_paper_and_nobody_is_no_customer() {
    let bench = Bench::new();
    let customer = in_use(&bench);
    for turn in 0..520 {
        crate::customers::write(&bench, &customer, &[("notes", &format!("Note {turn:04}"))])
            .unwrap();
    }
    let page = bench.printed("long.pdf", &bench.vault.customer_page(&customer).unwrap());
    let missing: Vec<u32> = (0..520)
        .filter(|turn| !page.contains(&format!("Note {turn:04}")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(
        said(bench.vault.customer_page("C-000099")).0,
        said(bench.vault.customer_show("C-000099")).0
    );
}

/// A case at which something happened: a step with words, a part, a document, a filing.
pub(crate) fn worked(bench: &Bench) -> String {
    let reseller = bench.reseller("Lion City 狮城");
    let letter = bench.file("tip <b>.txt", b"They verify nobody.");
    let opened = bench
        .vault
        .evidence_open(
            &c::EvidenceOpenReq {
                reseller,
                received: "2026-02-20".to_owned(),
                summary: "A former employee's letter".to_owned(),
                handle: None,
                signal: true,
            },
            vec![Source::File(letter)],
        )
        .unwrap();
    bench
        .step(
            &opened.case,
            "assessing",
            "Plan of 2 March: ask for ten files",
            &[said_to("red_flags", &["no_review"])],
            None,
        )
        .unwrap();
    opened.case
}

/// Chooses the paper as the settings do.
pub(crate) fn chosen(bench: &Bench, paper: &str) {
    let desk = Desk::new(
        bench.surroundings(),
        Box::new(ScriptedPicker(Vec::new())),
        Box::new(NoListener),
    );
    desk.settings_save(c::SettingsReq {
        idle_minutes: 5,
        lock_minimised: false,
        theme: "system".to_owned(),
        density: "normal".to_owned(),
        paper: paper.to_owned(),
        keep_backups: 0,
        hidden_columns: Vec::new(),
    })
    .unwrap();
}

#[test]
fn the_report_of_a_case_holds_its_deadline_steps_exhibits_and_journal() {
    let bench = Bench::new();
    let case = worked(&bench);
    let view = bench.vault.case_show(&case).unwrap();
    let page = bench.printed("case.pdf", &bench.vault.case_page(&case).unwrap());
    let clock = &view.clocks[0].row;
    let joined: String = page.split_whitespace().collect();
    for part in [
        case.as_str(),
        "狮城",
        "A former employee's letter",
        "Plan of 2 March: ask for ten files",
        clock.r#ref.as_str(),
        clock.due.as_str(),
        "tip <b>.txt",
        view.documents[0].sha256.as_str(),
        "not in force",
        "How to check this page",
    ] {
        let part: String = part.split_whitespace().collect();
        assert!(joined.contains(&part), "{part} is on the page:\n{page}");
    }
    let told = bench.timeline(&case);
    assert!(told.total > 2, "the journal speaks of the case");
    for item in &told.items {
        let title: String = item.title.split_whitespace().collect();
        assert!(joined.contains(&title), "{} is on the page", item.title);
    }
    assert_eq!(
        said(bench.vault.case_page("EVD-2026-0099")).0,
        "E-RECORD-UNKNOWN"
    );
}

#[test]
fn the_page_for_management_counts_what_a_certification_counts_and_names_no_customer() {
    let bench = Bench::new();
    let customer = bench.customer("Zoë Weiß", "DE");
    bench.restricted_account(&customer);
    let case = worked(&bench);
    let page = bench.printed("management.pdf", &bench.vault.management_page().unwrap());
    let says = |label: &str, value: &str| {
        page.lines()
            .any(|line| line.contains(label) && line.trim_end().ends_with(value))
    };
    assert!(says("Customers with an account", "1"), "{page}");
    assert!(
        says("Foreign, or not shown to be U.S. persons", "1"),
        "{page}"
    );
    assert!(
        says("Accounts of foreign customers not verified", "1"),
        "{page}"
    );
    for part in [case.as_str(), "Lion City", "nobody", "not in force"] {
        assert!(page.contains(part), "{part} is on the page:\n{page}");
    }
    assert!(!page.contains("Weiß"), "no customer is named:\n{page}");
}

#[test]
fn an_extract_holds_the_days_asked_for_and_links_to_what_came_before() {
    let bench = Bench::new();
    bench.now("2026-03-02T15:00:00Z");
    bench.customer("Ada Byron", "GB");
    bench.now("2026-03-05T15:00:00Z");
    bench.customer("Zoë Weiß", "DE");
    let asked = |from: &str, to: &str| {
        bench.vault.journal_page(&c::JournalPrintReq {
            from: from.to_owned(),
            to: to.to_owned(),
        })
    };
    let page = bench.printed("journal.pdf", &asked("2026-03-05", "2026-03-05").unwrap());
    let joined: String = page.split_whitespace().collect();
    let told = bench.timeline("C-000002");
    let entry = told.items.last().unwrap();
    assert!(
        joined.contains(&entry.seq.to_string()) && page.contains("Chained to"),
        "{page}"
    );
    assert!(
        page.contains("2026-03-05") && !page.contains("2026-03-02"),
        "{page}"
    );
    let exported = bench.folder.path().join("journal.jsonl");
    bench
        .vault
        .journal_export(&exported, false, &Unwatched)
        .unwrap();
    let line = std::fs::read_to_string(exported).unwrap();
    let line = line
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|line| line["seq"] == entry.seq)
        .unwrap();
    assert!(
        joined.contains(line["hash"].as_str().unwrap()),
        "the hash is the one that the export has:\n{page}"
    );
    let none = bench.printed("none.pdf", &asked("2020-01-01", "2020-01-02").unwrap());
    assert!(none.contains("no entry"), "{none}");
    assert_eq!(said(asked("2026-03-05", "2026-03-01")).0, "E-FIELD-DATE");
    assert_eq!(said(asked("yesterday", "2026-03-01")).0, "E-FIELD-DATE");
}

#[test]
fn pages_and_filings_are_laid_out_for_the_paper_that_was_chosen() {
    let bench = Bench::new();
    let case = worked(&bench);
    let size = |name: &str, pdf: &[u8]| {
        let path = bench.file(name, pdf);
        let told = std::process::Command::new("pdfinfo")
            .arg(path)
            .output()
            .unwrap();
        let told = String::from_utf8(told.stdout).unwrap();
        told.lines()
            .find_map(|line| line.strip_prefix("Page size:"))
            .unwrap()
            .trim()
            .to_owned()
    };
    let letter = size("letter.pdf", &bench.vault.case_page(&case).unwrap());
    assert!(letter.starts_with("612 x 792"), "{letter}");
    chosen(&bench, "a4");
    let a4 = size("a4.pdf", &bench.vault.case_page(&case).unwrap());
    assert!(a4.starts_with("595.276 x 841.89"), "{a4}");
    let reseller = bench.reseller("Harbour");
    let filing = bench
        .request("2026-03-02", &[&reseller])
        .unwrap()
        .filing
        .unwrap();
    bench.seal(&filing, Some(ALONE)).unwrap();
    let out = bench.folder.path().join("out");
    let written = bench
        .vault
        .filing_export(&filing, &out, &[], &Unwatched)
        .unwrap();
    let unzipped = std::process::Command::new("unzip")
        .args(["-p", &written.name, "*/data/filing.pdf"])
        .current_dir(&out)
        .output()
        .unwrap();
    let a4 = size("filing.pdf", &unzipped.stdout);
    assert!(a4.starts_with("595.276 x 841.89"), "{a4}");
}

#[test]
fn a_run_book_says_what_is_left_who_takes_it_and_why_an_account_stays_open() {
    let bench = Bench::new();
    let case = worked(&bench);
    bench
        .step(
            &case,
            "evidence_confirmed",
            "Ten files without a passport",
            &[said_to("grounds", &["not_implemented"])],
            None,
        )
        .unwrap();
    let account = bench
        .part(&case, "account", &[said_to("account", &["acct-9"])])
        .unwrap();
    let kept = bench
        .vault
        .case_item_advance(&c::CaseItemAdvanceReq {
            r#ref: case.clone(),
            item: account,
            to: "kept".to_owned(),
            note: "A hospital's booking site".to_owned(),
            at: None,
            answers: Vec::new(),
            approver: None,
            passphrase: None,
            override_reason: None,
            made_of: None,
        })
        .unwrap();
    let page = bench.printed("run-book.pdf", &bench.vault.case_page(&case).unwrap());
    let joined = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Begin containment",
        "Program manager",
        "Offer a cure, if it comes to that",
        "Ten files without a passport",
        "Let it stay open: A hospital's booking site",
        "Counts from",
    ] {
        assert!(joined.contains(part), "{part} is on the page:\n{page}");
    }
    assert!(
        !joined.contains("Record closures and reports, if"),
        "what cannot be passed by is owed"
    );
    let today = bench.vault.today().to_string();
    for line in page
        .lines()
        .filter(|line| line.contains(&format!("{today}T")))
    {
        assert!(line.contains("printed"), "a bare instant: {line}");
    }
    let by = &kept.taken.last().unwrap().by;
    assert_eq!(by.as_deref(), Some("Ana Lima"));
}

#[test]
fn a_transmittal_tells_an_authority_whom_to_ask_what_leaves_and_who_answered_for_it() {
    let bench = Bench::new();
    let case = worked(&bench);
    bench
        .step(
            &case,
            "evidence_confirmed",
            "Ten files without a passport",
            &[said_to("grounds", &["not_implemented"])],
            None,
        )
        .unwrap();
    let report = bench
        .part(&case, "report", &[said_to("authority", &["CISA"])])
        .unwrap();
    bench
        .part_step(
            &case,
            &report,
            "cleared",
            &[
                said_to("records", &["records"]),
                said_to("legal_basis", &["provider_protection"]),
            ],
        )
        .unwrap();
    let pdf = bench.vault.transmittal_page(&c::CasePartReq {
        r#ref: case,
        item: report,
    });
    let page = bench.printed("transmittal.pdf", &pdf.unwrap());
    let joined = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Records of a customer or subscriber",
        "Protection of the rights",
        "by Ana Lima, before anything left",
        "Questions to No contact is recorded",
        "No document is enclosed",
        "89 FR 5698",
    ] {
        assert!(joined.contains(part), "{part} is on the page:\n{page}");
    }
    for ours in ["A-29", "Ask counsel", "From memory"] {
        assert!(
            !joined.contains(ours),
            "{ours} is for the house alone:\n{page}"
        );
    }
}
