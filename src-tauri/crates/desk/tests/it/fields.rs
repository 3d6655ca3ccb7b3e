//! What is collected beyond the rule, what is masked, and what every value was before.

use crate::bench::Bench;
use contract as c;
use desk::{Source, Unwatched};

const TODAY: &str = "2026-03-02T17:00:00Z";

fn change(bench: &Bench, field: &str, value: &str) -> Result<(), desk::Error> {
    let revision = bench.vault.customer_show("C-000001")?.revision;
    bench
        .vault
        .customer_change(&c::CustomerChangeReq {
            r#ref: "C-000001".to_owned(),
            revision,
            fields: vec![c::FieldChange {
                id: field.to_owned(),
                values: vec![value.to_owned()],
            }],
            reason: None,
            occurred_on: None,
            proved_by: None,
        })
        .map(|_| ())
}

fn switch(bench: &Bench, field: &str, on: bool, reason: &str) -> Result<bool, desk::Error> {
    let rules = bench.vault.field_switch(&c::FieldSwitchReq {
        field: field.to_owned(),
        on,
        reason: reason.to_owned(),
    })?;
    Ok(rules.iter().any(|one| one.field == field && one.on))
}

fn shown(bench: &Bench, id: &str) -> Option<c::FieldView> {
    let view = bench.vault.customer_show("C-000001").unwrap();
    view.sections
        .into_iter()
        .flat_map(|section| section.fields)
        .find(|one| one.id == id)
}

#[test]
fn what_the_pack_leaves_off_is_neither_asked_nor_taken_in_until_somebody_decides_with_a_reason() {
    let bench = Bench::at(TODAY, "America/New_York");
    bench.customer("Jürgen Müller", "DE");
    for field in ["date_of_birth", "national_id"] {
        assert!(shown(&bench, field).is_none(), "{field} is not asked for");
        let error = change(&bench, field, "1974-08-12").unwrap_err();
        let told = serde_json::to_string(&*error.0).unwrap();
        assert!(told.contains("E-FIELD-OFF"), "{told}");
        assert!(
            told.contains("7.302") || told.contains("13984"),
            "the paragraph says why: {told}"
        );
    }
    assert!(
        switch(&bench, "date_of_birth", true, " ").is_err(),
        "a decision has a reason"
    );
    assert!(
        switch(&bench, "email", true, "because").is_err(),
        "what no pack leaves off is not switched"
    );
    assert!(
        switch(
            &bench,
            "date_of_birth",
            true,
            "Passports are compared by it"
        )
        .unwrap()
    );
    change(&bench, "date_of_birth", "1974-08-12").unwrap();
    assert!(
        change(&bench, "national_id", "123").is_err(),
        "each is switched alone"
    );
    let rules = bench.vault.field_rules().unwrap();
    let decided = rules
        .iter()
        .find(|one| one.field == "date_of_birth")
        .and_then(|one| one.decided.clone())
        .unwrap();
    assert!(
        decided.contains("Ana Lima") && decided.contains("Passports are compared"),
        "{decided}"
    );

    // Off again: the value stays and is masked; a new one is refused, clearing it is not.
    assert!(!switch(&bench, "date_of_birth", false, "Not needed").unwrap());
    let field = shown(&bench, "date_of_birth").unwrap();
    assert!(
        field.off && field.masked && field.values == ["••••12"],
        "{field:?}"
    );
    assert!(change(&bench, "date_of_birth", "1974-12-08").is_err());
    let bench = bench.reopened();
    assert!(
        change(&bench, "date_of_birth", "1974-12-08").is_err(),
        "the decision is in the vault, not in the window"
    );
    change(&bench, "date_of_birth", "").unwrap();
    assert!(shown(&bench, "date_of_birth").is_none());
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn an_import_leaves_out_what_is_not_collected_and_says_how_much_and_why() {
    let bench = Bench::new();
    let csv = "external_id,name,country,dob\nX-1,Ada Byron,GB,1815-12-10\nX-2,Zoë Klein,DE,\n";
    let table = desk::Table::read(&bench.file("people.csv", csv.as_bytes())).unwrap();
    let import = || {
        bench
            .vault
            .import(&table, &table.guess(), false, false, &Unwatched)
            .unwrap()
    };
    let report = import();
    assert_eq!((report.created, report.rejected), (2, 0));
    let note = report.notes.join(" ");
    assert!(
        note.contains("Column dob: 1 value was not imported") && note.contains("7.302"),
        "{note}"
    );
    let told = serde_json::to_string(&bench.vault.customer_show("C-000001").unwrap()).unwrap();
    assert!(!told.contains("1815"), "not as a custom field either");
    bench.collects("date_of_birth");
    let again = import();
    assert_eq!((again.updated, again.unchanged), (1, 1));
    assert!(again.notes.is_empty());
    assert_eq!(
        shown(&bench, "date_of_birth").unwrap().values,
        ["••••10"],
        "masked"
    );
}

#[test]
fn a_review_reads_no_date_of_birth_where_none_is_collected_and_keeps_no_zone_that_holds_one() {
    let bench = Bench::at(TODAY, "America/New_York");
    let customer = bench.customer("Jürgen Müller", "DE");
    let paper = bench.file("passport.txt", b"P<D<<MUELLER<<JUERGEN");
    let id = bench
        .vault
        .document_add(&customer, "passport", Source::File(paper), &Unwatched)
        .unwrap()
        .id;
    let sheet = bench
        .vault
        .review_open(&c::ReviewOpenReq {
            document: id.clone(),
            about: None,
        })
        .unwrap();
    assert!(sheet.asked.iter().all(|one| one.id != "date_of_birth"));
    let with = crate::evidence::form(&id, &crate::evidence::FACTS, "accept");
    let error = bench.vault.review_decide(&with).unwrap_err();
    assert!(
        serde_json::to_string(&*error.0)
            .unwrap()
            .contains("not collected"),
        "a value that comes all the same is refused"
    );
    let without: Vec<(&str, &str)> = crate::evidence::FACTS
        .into_iter()
        .filter(|(field, _)| *field != "date_of_birth")
        .collect();
    let mut req = crate::evidence::form(&id, &without, "accept");
    req.mrz = Some(crate::evidence::zone("260320"));
    bench.vault.review_decide(&req).unwrap();
    let journal = bench.folder.path().join("journal.jsonl");
    bench
        .vault
        .journal_export(&journal, true, &Unwatched)
        .unwrap();
    let kept = std::fs::read_to_string(&journal).unwrap();
    assert!(kept.contains("C01X00T47"), "the number is read (D-26)");
    assert!(!kept.contains("740812"), "the date of birth is nowhere");
}

#[test]
fn what_pays_is_masked_in_the_record_the_timeline_and_the_history_and_showing_it_is_recorded() {
    const IBAN: &str = "DE89370400440532013000";
    let bench = Bench::new();
    let customer = bench.customer("Nimbus GmbH", "DE");
    let view = bench
        .vault
        .account_save(&c::AccountSaveReq {
            customer: customer.clone(),
            id: None,
            account_ref: "NIM-1".to_owned(),
            state: "restricted".to_owned(),
            products: None,
            opened_on: None,
            closed_on: None,
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })
        .unwrap();
    let account = view.accounts[0].id.clone();
    bench
        .vault
        .payment_save(&c::PaymentSaveReq {
            customer: customer.clone(),
            account: account.clone(),
            kind: "bank".to_owned(),
            institution: "Commerzbank".to_owned(),
            source: "Nimbus GmbH".to_owned(),
            identifier: Some("DE89 3704 0044 0532 0130 00".to_owned()),
            country: None,
            proved_by: None,
        })
        .unwrap();
    let view = bench.vault.customer_show(&customer).unwrap();
    let payment = &view.accounts[0].payments[0];
    assert_eq!(payment.identifier.as_deref(), Some("••••3000"));
    assert!(payment.masked);
    let history = bench
        .vault
        .part_history(&c::PartReq {
            customer: customer.clone(),
            part: account,
        })
        .unwrap();
    let timeline = |bench: &Bench| bench.timeline(&customer);
    let told = serde_json::to_string(&(view.clone(), history, timeline(&bench))).unwrap();
    assert!(told.contains("••••3000"), "{told}");
    assert!(!told.contains(IBAN) && !told.contains("0532"), "{told}");
    let shown = bench
        .vault
        .value_reveal(&c::RevealReq {
            customer: customer.clone(),
            field: format!("payment:{}", payment.id),
            review: None,
            reason: Some("The bank asked".to_owned()),
        })
        .unwrap();
    assert_eq!(shown.values, [IBAN]);
    let first = timeline(&bench).items.remove(0);
    assert_eq!(first.title, "Means of payment P-1 was shown unmasked");
    assert_eq!(first.reason.as_deref(), Some("The bank asked"));
}

#[test]
fn a_discrepancy_about_what_is_masked_is_masked_and_its_masks_write_nothing() {
    let bench = Bench::new();
    let customer = bench.customer("Ana Lima Souza", "BR");
    let mut req = c::DiscrepancySaveReq {
        customer: customer.clone(),
        id: None,
        about: customer.clone(),
        what: "Date of birth".to_owned(),
        claimed: "1974-12-08".to_owned(),
        found: "1974-08-12".to_owned(),
        source: "Passport".to_owned(),
        substantive: true,
        resolution: None,
    };
    let view = bench.vault.discrepancy_save(&req).unwrap();
    let one = &view.discrepancies[0];
    assert!(one.masked);
    assert_eq!(
        (one.claimed.as_str(), one.found.as_str()),
        ("••••08", "••••12")
    );
    // The form sends back what it shows, with the resolution.
    req.id = Some(one.id.clone());
    req.claimed.clone_from(&one.claimed);
    req.found.clone_from(&one.found);
    req.resolution = Some("The day and the month were swapped on the form".to_owned());
    bench.vault.discrepancy_save(&req).unwrap();
    let shown = bench
        .vault
        .value_reveal(&c::RevealReq {
            customer: customer.clone(),
            field: "discrepancy:D-1".to_owned(),
            review: None,
            reason: None,
        })
        .unwrap();
    assert_eq!(shown.values, ["1974-12-08", "1974-08-12"]);
    let timeline = bench.timeline(&customer);
    let told = serde_json::to_string(&timeline).unwrap();
    assert!(
        !told.contains("1974-"),
        "the timeline does not say it either: {told}"
    );
    req.id = None;
    req.what = "Street address".to_owned();
    let view = bench.vault.discrepancy_save(&req).unwrap();
    assert!(!view.discrepancies[1].masked, "an address is shown");
}

#[test]
fn owners_accounts_and_imported_columns_keep_every_value_with_its_day_and_what_came_with_a_file_says_so()
 {
    let bench = Bench::at(TODAY, "America/New_York");
    let people = "external_id,name,party_type,jurisdiction,account_ids,products,recorded_on,tier\nX-1,Nimbus GmbH,company,DE,NIM-1,VPS,2019-05-02,gold\n";
    let later = "external_id,name,party_type,jurisdiction,account_ids,products,recorded_on,tier\nX-1,Nimbus GmbH,company,DE,NIM-1,\"VPS, storage\",2023-01-09,silver\n";
    let owners =
        "customer,owner_name,share,address,valid_from\nX-1,Ada Byron,40,1 Old Lane,2020-01-31\n";
    for (name, text) in [("a.csv", people), ("b.csv", later), ("owners.csv", owners)] {
        let table = desk::Table::read(&bench.file(name, text.as_bytes())).unwrap();
        bench
            .vault
            .import(&table, &table.guess(), false, false, &Unwatched)
            .unwrap();
    }
    let view = bench.vault.customer_show("C-000001").unwrap();
    let owner = &view.owners[0];
    bench
        .vault
        .owner_save(&c::OwnerSaveReq {
            customer: "C-000001".to_owned(),
            id: Some(owner.id.clone()),
            name: owner.name.clone(),
            name_original: None,
            kind: owner.kind,
            unspecified: None,
            interests: vec![c::InterestReq {
                of: None,
                kind: "equity".to_owned(),
                share: Some("40".to_owned()),
                means: None,
                held_for: None,
                indirect: false,
                via: Vec::new(),
                from: None,
                to: None,
            }],
            country: None,
            address: Some("2 New Street".to_owned()),
            email: None,
            phone: None,
            source: None,
            valid_from: owner.valid_from.clone(),
            valid_to: None,
            proved_by: None,
        })
        .unwrap();
    let history = |part: &str| {
        bench
            .vault
            .part_history(&c::PartReq {
                customer: "C-000001".to_owned(),
                part: part.to_owned(),
            })
            .unwrap()
    };
    let rows = |part: &str, label: &str| -> Vec<(String, String, bool)> {
        history(part)
            .into_iter()
            .find(|one| one.label == label)
            .unwrap()
            .past
            .into_iter()
            .map(|one| (one.values.join("; "), one.occurred_on, one.imported))
            .collect()
    };
    let row = |value: &str, day: &str, imported| (value.to_owned(), day.to_owned(), imported);
    assert_eq!(
        rows(&owner.id, "Address"),
        [
            row("1 Old Lane", "2020-01-31", true),
            row("2 New Street", "2026-03-02", false)
        ]
    );
    assert_eq!(
        rows("A-1", "Products"),
        [
            row("VPS", "2019-05-02", true),
            row("VPS, storage", "2023-01-09", true)
        ]
    );
    assert_eq!(
        rows("custom", "tier"),
        [
            row("gold", "2019-05-02", true),
            row("silver", "2023-01-09", true)
        ]
    );
    let products = history("A-1");
    assert!(
        products
            .iter()
            .flat_map(|one| &one.past)
            .any(|one| one.source == "import b.csv"),
        "the file is named"
    );
    let jurisdiction = bench
        .vault
        .field_history(&c::FieldReq {
            customer: "C-000001".to_owned(),
            field: "jurisdiction".to_owned(),
        })
        .unwrap();
    assert!(jurisdiction[0].imported && jurisdiction[0].occurred_on == "2019-05-02");
    assert!(
        bench
            .vault
            .part_history(&c::PartReq {
                customer: "C-000001".to_owned(),
                part: "O-99".to_owned()
            })
            .is_err()
    );
}

#[test]
fn a_newer_version_of_a_document_names_the_older_and_both_stay() {
    let bench = Bench::new();
    let customer = bench.customer("Ada Byron", "GB");
    let other = bench.customer("Zoë Klein", "DE");
    let add = |subject: &str, name: &str, replaces: Option<&str>| {
        let file = bench.file(name, name.as_bytes());
        bench.vault.document_replace(
            subject,
            "passport",
            replaces,
            Source::File(file),
            &Unwatched,
        )
    };
    let first = add(&customer, "blurred.txt", None).unwrap();
    let second = add(&customer, "sharp.txt", Some(&first.id)).unwrap();
    assert_eq!(second.replaces.as_deref(), Some(first.id.as_str()));
    for refused in [
        add(&customer, "third.txt", Some(&first.id)),
        add(&other, "theirs.txt", Some(&second.id)),
    ] {
        let error = refused.unwrap_err();
        assert_eq!(error.0.code, "E-DOCUMENT-REPLACES");
    }
    let sheet = bench
        .vault
        .review_open(&c::ReviewOpenReq {
            document: second.id.clone(),
            about: None,
        })
        .unwrap();
    assert_eq!(
        sheet.document.row.replaces.as_deref(),
        Some(first.id.as_str())
    );
    assert_eq!(sheet.strip.len(), 2, "the older one is still there");
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn the_letter_that_asks_again_says_what_the_reviewer_wrote_for_the_customer_and_nothing_internal() {
    let bench = Bench::new();
    let customer = bench.customer("Ada Byron", "GB");
    let file = bench.file("blurred.txt", b"blurred");
    let paper = bench
        .vault
        .document_add(&customer, "passport", Source::File(file), &Unwatched)
        .unwrap();
    let mut form = crate::evidence::form(&paper.id, &[("full_name", "Ada Byron")], "ask_again");
    form.reason = Some("not_legible".to_owned());
    form.to_customer = Some("We could not read the number.".to_owned());
    form.internal = Some("Looks retouched".to_owned());
    bench.vault.review_decide(&form).unwrap();
    let letter = bench
        .vault
        .letter_preview(&c::LetterPreviewReq {
            customer,
            template: "document-again".to_owned(),
            language: "en".to_owned(),
        })
        .unwrap();
    assert!(
        letter.body.contains(
            "Thank you for your passport. We could not accept it: We could not read the number."
        ),
        "{}",
        letter.body
    );
    assert!(!letter.body.contains("retouched"));
    assert_eq!(letter.unfilled, ["answer_by"], "what is left for a person");
}

#[test]
fn two_customers_with_one_identity_document_are_found_by_its_number() {
    let bench = Bench::new();
    for name in ["Jürgen Müller", "J. Muller"] {
        let customer = bench.customer(name, "DE");
        let file = bench.file(&format!("{customer}.txt"), customer.as_bytes());
        let paper = bench
            .vault
            .document_add(&customer, "passport", Source::File(file), &Unwatched)
            .unwrap();
        let facts = [
            ("full_name", name),
            ("document_number", "C01X00T47"),
            ("issuing_country", "D"),
            ("expires_on", "2031-03-20"),
        ];
        let mut form = crate::evidence::form(&paper.id, &facts, "accept");
        form.about.clone_from(&customer);
        bench.vault.review_decide(&form).unwrap();
    }
    let alike = bench
        .vault
        .duplicates(&c::DuplicatesReq { customer: None })
        .unwrap();
    let reasons = &alike.candidates[0].reasons;
    assert!(
        reasons
            .iter()
            .any(|one| one.words.contains("identity document")),
        "{reasons:?}"
    );
    let radar = bench
        .vault
        .radar(&c::RadarReq {
            customer: None,
            kind: Some("document".to_owned()),
        })
        .unwrap();
    assert_eq!(radar.hits[0].count, 2);
    assert_eq!(radar.hits[0].value, "Passport DE ••••47", "masked");
    let told = serde_json::to_string(&(alike, radar)).unwrap();
    assert!(!told.contains("C01X00T47") && !told.to_lowercase().contains("c01x00t47"));
}
