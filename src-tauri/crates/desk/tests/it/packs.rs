//! Rule packs of a vault: taking one in, several at once, giving one up; and what becomes of the clocks that run.

use crate::bench::{Bench, said};
use contract as c;
use desk::{Unwatched, offer_builtin, offer_file};
use domain::{pack::RulePack, rulebook::AdoptedPack};

/// The main pack with something changed in its text, as a file that a person chose.
fn changed(bench: &Bench, changes: &[(&str, &str)]) -> AdoptedPack {
    let mut toml = RulePack::builtin("us-iaas-nprm-2024")
        .unwrap()
        .toml()
        .to_owned();
    for (from, to) in changes {
        assert!(toml.contains(from), "{from} stands in the pack");
        toml = toml.replacen(from, to, 1);
    }
    offer_file(&bench.file("mine.toml", toml.as_bytes()), "2026-03-02").unwrap()
}

const FIFTEEN_DAYS: [(&str, &str); 2] = [
    ("version = \"1.0.1\"", "version = \"1.1.0\""),
    (
        "title = \"Copy of a CIP\"\nn = 10",
        "title = \"Copy of a CIP\"\nn = 15",
    ),
];

fn start(
    bench: &Bench,
    clock: &str,
    at: &[(&str, &str)],
    about: &str,
) -> Result<c::ClockView, desk::Error> {
    bench.vault.clock_start(&c::ClockStartReq {
        pack: bench.vault.pack_for(clock, None)?,
        clock: clock.to_owned(),
        at: at
            .iter()
            .map(|(event, at)| c::TriggerAt {
                event: (*event).to_owned(),
                at: (*at).to_owned(),
            })
            .collect(),
        subject: about.to_owned(),
        note: "Said so in a letter".to_owned(),
        provisional: false,
    })
}

#[test]
fn running_clocks_keep_the_version_that_started_them_and_new_ones_take_the_new_one() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let before = bench.request("2026-02-27", &[&reseller]).unwrap();
    bench
        .vault
        .pack_adopt(
            &changed(&bench, &FIFTEEN_DAYS),
            "The final rule says fifteen",
            &[],
        )
        .unwrap();
    let after = bench.request("2026-02-27", &[&reseller]).unwrap();
    let bench = bench.reopened();
    let old = bench.vault.clock_show(&before.clock).unwrap();
    let new = bench.vault.clock_show(&after.clock).unwrap();
    assert_eq!(
        (old.row.due.as_str(), old.pack.version.as_str()),
        ("2026-03-09", "1.0.1")
    );
    assert_eq!(
        (new.row.due.as_str(), new.pack.version.as_str()),
        ("2026-03-14", "1.1.0")
    );
    assert!(
        old.rule.contains("ten calendar days"),
        "the old words stay with the old clock"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn adopting_shows_old_and_new_dates_and_moves_only_the_clocks_that_are_named_keeping_both() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let one = bench.request("2026-02-27", &[&reseller]).unwrap();
    let other = bench.request("2026-02-28", &[&reseller]).unwrap();
    let pack = changed(&bench, &FIFTEEN_DAYS);
    let offer = bench.vault.pack_offer(&pack).unwrap();
    assert_eq!(offer.replaces.as_deref(), Some("1.0.1"));
    assert!(offer.vouched.starts_with("Unsigned"), "{}", offer.vouched);
    assert!(
        offer
            .differences
            .iter()
            .any(|one| one.old.as_deref() == Some("10") && one.new.as_deref() == Some("15"))
    );
    let shown: Vec<(&str, &str, Option<&str>)> = offer
        .clocks
        .iter()
        .map(|one| {
            (
                one.r#ref.as_str(),
                one.due_before.as_str(),
                one.due_after.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (one.clock.as_str(), "2026-03-09", Some("2026-03-14")),
            (other.clock.as_str(), "2026-03-10", Some("2026-03-15"))
        ]
    );
    assert_eq!(
        said(bench.vault.pack_adopt(&pack, " ", &[])).0,
        "E-PACK-REASON"
    );
    assert_eq!(
        said(bench.vault.pack_adopt(&pack, "why", &["K-0099".to_owned()])).0,
        "E-PACK-CLOCK"
    );
    bench
        .vault
        .pack_adopt(
            &pack,
            "The final rule says fifteen",
            std::slice::from_ref(&one.clock),
        )
        .unwrap();
    let moved = bench.vault.clock_show(&one.clock).unwrap();
    let kept = &moved.revisions[0];
    assert_eq!(
        (
            kept.kind.as_str(),
            kept.due_before.as_str(),
            kept.due_after.as_str(),
            kept.pack_before.as_deref()
        ),
        (
            "adopted",
            "2026-03-09",
            "2026-03-14",
            Some("us-iaas-nprm-2024 1.0.1")
        )
    );
    assert_eq!(
        bench.vault.clock_show(&other.clock).unwrap().row.due,
        "2026-03-10",
        "the other one keeps its version"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_version_number_stands_for_one_text_alone() {
    let bench = Bench::new();
    let same = offer_builtin("us-iaas-nprm-2024").unwrap();
    assert_eq!(
        said(bench.vault.pack_adopt(&same, "again", &[])).0,
        "E-PACK-VERSION"
    );
    let other = changed(&bench, &[FIFTEEN_DAYS[1]]);
    let (code, message) = said(bench.vault.pack_adopt(&other, "changed", &[]));
    assert_eq!(code, "E-PACK-VERSION");
    assert!(message.contains("another text"), "{message}");
}

#[test]
fn several_packs_start_their_clocks_from_one_event_and_the_strictest_drives_today() {
    let bench = Bench::new();
    let mut stricter = RulePack::builtin("us-iaas-nprm-2024")
        .unwrap()
        .toml()
        .to_owned();
    for (from, to) in [
        ("id = \"us-iaas-nprm-2024\"", "id = \"contract-flow-down\""),
        (
            "title = \"Copy of a CIP\"\nn = 10",
            "title = \"Copy of a CIP\"\nn = 7",
        ),
    ] {
        stricter = stricter.replacen(from, to, 1);
    }
    for day in ["day = 9\n", "day = 8\n", "day = 7\n"] {
        stricter = stricter.replacen(day, "day = 5\n", 1);
    }
    let stricter = offer_file(
        &bench.file("strict.toml", stricter.as_bytes()),
        "2026-03-02",
    )
    .unwrap();
    bench
        .vault
        .pack_adopt(&stricter, "Our provider's contract says seven days", &[])
        .unwrap();
    bench
        .vault
        .pack_adopt(
            &offer_builtin("internal-policy").unwrap(),
            "Our own targets",
            &[],
        )
        .unwrap();
    let reseller = bench.reseller("Lion City");
    let offered = c::CasePreviewReq {
        kind: "request".to_owned(),
        received: "2026-02-27".to_owned(),
    };
    let offered: Vec<(String, bool)> = bench
        .vault
        .case_preview(&offered)
        .unwrap()
        .into_iter()
        .map(|one| (one.preview.due, one.internal))
        .collect();
    assert_eq!(
        offered[..2],
        [
            ("2026-03-06".to_owned(), false),
            ("2026-03-09".to_owned(), false)
        ],
        "before it is recorded, the strictest is told first"
    );
    let opened = bench.request("2026-02-27", &[&reseller]).unwrap();
    assert_eq!(opened.due, "2026-03-06", "the strictest statutory date");
    assert_eq!(
        offered.len(),
        bench.vault.case_show(&opened.case).unwrap().clocks.len(),
        "what was told is what starts"
    );
    let case = bench.vault.case_show(&opened.case).unwrap();
    let mut clocks: Vec<(String, String)> = case
        .clocks
        .iter()
        .map(|one| (one.row.pack.clone(), one.row.clock.clone()))
        .collect();
    clocks.sort();
    let known: Vec<(&str, &str)> = clocks
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(
        known,
        [
            ("contract-flow-down", "CLK-CIP-REQ"),
            ("internal-policy", "CLK-POL-REQ-APPROVE"),
            ("internal-policy", "CLK-POL-REQ-DRAFT"),
            ("us-iaas-nprm-2024", "CLK-CIP-REQ"),
        ]
    );
    // Each prints on its own filing.
    let packs: Vec<String> = case
        .filings
        .iter()
        .map(|filing| bench.vault.filing_show(&filing.r#ref).unwrap().pack.id)
        .collect();
    assert_eq!(packs.len(), 2, "{packs:?}");
    assert_ne!(packs[0], packs[1]);
    // On Today the same work stands once, with the other date beside it.
    let today = bench.vault.today_view().unwrap();
    let rows: Vec<&c::ClockRow> = today
        .bands
        .iter()
        .flat_map(|band| &band.rows)
        .filter(|row| row.clock == "CLK-CIP-REQ")
        .collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].due.as_str(), rows[0].also.as_slice()),
        (
            "2026-03-06",
            &["us-iaas-nprm-2024: Mon 2026-03-09".to_owned()][..]
        )
    );
    // Sending the one leaves the other running; sending both ends the work and what only led to it.
    for filing in case.filings.iter().map(|one| one.r#ref.clone()) {
        bench.seal(&filing, Some(crate::bench::ALONE)).unwrap();
    }
    bench.sent(&case.filings[0].r#ref, "2026-03-02").unwrap();
    assert_eq!(
        bench.vault.case_show(&opened.case).unwrap().row.state,
        "review"
    );
    bench.sent(&case.filings[1].r#ref, "2026-03-02").unwrap();
    let after = bench.vault.case_show(&opened.case).unwrap();
    assert_eq!(after.row.state, "sent");
    assert!(
        after
            .clocks
            .iter()
            .all(|one| one.row.status == "satisfied" || one.row.status == "cancelled"),
        "nothing runs on"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_pack_that_asks_for_more_makes_every_customer_owe_it_and_its_fields_can_be_filled() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let missing = |bench: &Bench| {
        let view = bench.vault.customer_show(&customer).unwrap();
        let listed = bench
            .vault
            .read(|read| Ok(read.customer_file(&customer)?))
            .unwrap();
        assert_eq!(
            listed.completeness(&bench.vault.rules()).missing(),
            view.row.missing
        );
        let mut gaps: Vec<String> = view
            .completeness
            .gaps
            .iter()
            .map(|gap| gap.field.clone())
            .collect();
        gaps.sort();
        gaps
    };
    assert!(!missing(&bench).contains(&"identification_number".to_owned()));
    bench
        .vault
        .pack_adopt(
            &offer_builtin("us-bank-cip").unwrap(),
            "We hold accounts too",
            &[],
        )
        .unwrap();
    assert!(missing(&bench).contains(&"identification_number".to_owned()));
    assert!(
        missing(&bench).contains(&"date_of_birth".to_owned()),
        "what one pack leaves out another may ask for"
    );
    let view = bench.vault.customer_show(&customer).unwrap();
    let field = view
        .sections
        .iter()
        .flat_map(|section| &section.fields)
        .find(|field| field.id == "identification_number")
        .unwrap();
    assert!(field.required && field.rule.is_some());
    bench
        .vault
        .customer_change(&c::CustomerChangeReq {
            r#ref: customer.clone(),
            revision: view.revision,
            fields: vec![c::FieldChange {
                id: "identification_number".to_owned(),
                values: vec!["C01X00T47".to_owned()],
            }],
            reason: None,
            occurred_on: None,
            proved_by: None,
        })
        .unwrap();
    assert!(!missing(&bench).contains(&"identification_number".to_owned()));
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
    // What holds data is not taken away.
    let (code, message) = said(
        bench
            .vault
            .pack_retire("us-bank-cip", "No accounts any more"),
    );
    assert_eq!(code, "E-PACK-FIELD-HELD");
    assert!(message.contains("Identification number"), "{message}");
    assert_eq!(
        said(bench.vault.pack_retire("us-iaas-nprm-2024x", "why")).0,
        "E-PACK-UNKNOWN"
    );
}

#[test]
fn a_version_that_drops_a_field_with_data_says_where_the_data_goes_or_is_refused() {
    let bench = Bench::new();
    bench
        .vault
        .pack_adopt(
            &offer_builtin("us-bank-cip").unwrap(),
            "We hold accounts too",
            &[],
        )
        .unwrap();
    let customer = bench.customer("Jürgen Müller", "DE");
    let view = bench.vault.customer_show(&customer).unwrap();
    bench
        .vault
        .customer_change(&c::CustomerChangeReq {
            r#ref: customer.clone(),
            revision: view.revision,
            fields: vec![c::FieldChange {
                id: "identification_number".to_owned(),
                values: vec!["C01X00T47".to_owned()],
            }],
            reason: None,
            occurred_on: None,
            proved_by: None,
        })
        .unwrap();
    let bank = RulePack::builtin("us-bank-cip").unwrap().toml();
    let mut without = bank.replacen("version = \"1.0.0\"", "version = \"2.0.0\"", 1);
    for kind in ["individual", "entity"] {
        let from = without
            .find(&format!(
                "[[fields.{kind}.required]]\nfield = \"identification_number\""
            ))
            .unwrap();
        let to = from + without[from..].find("\n\n").unwrap() + 2;
        without.replace_range(from..to, "");
    }
    let offered = offer_file(&bench.file("v2.toml", without.as_bytes()), "2026-03-02").unwrap();
    let offer = bench.vault.pack_offer(&offered).unwrap();
    assert_eq!(
        (
            offer.fields[0].field.as_str(),
            offer.fields[0].held,
            offer.fields[0].to.clone()
        ),
        ("identification_number", 1, None)
    );
    assert_eq!(
        said(bench.vault.pack_adopt(&offered, "why", &[])).0,
        "E-PACK-FIELD-HELD"
    );
    assert_eq!(
        bench
            .vault
            .rules()
            .current("us-bank-cip")
            .unwrap()
            .version(),
        "1.0.0",
        "nothing is half loaded"
    );
    without.push_str("\n[[migration]]\nfield = \"identification_number\"\nto = \"custom\"\ntext = \"No longer asked for\"\ncite = \"Ours\"\nconfidence = \"design\"\n");
    let offered = offer_file(&bench.file("v3.toml", without.as_bytes()), "2026-03-02").unwrap();
    bench
        .vault
        .pack_adopt(&offered, "The rule dropped it", &[])
        .unwrap();
    let view = bench.vault.customer_show(&customer).unwrap();
    assert_eq!(view.custom[0].value, "C01X00T47", "the data is still there");
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn the_last_pack_stays_and_a_retired_one_still_explains_its_clocks() {
    let bench = Bench::new();
    assert_eq!(
        said(bench.vault.pack_retire("us-iaas-nprm-2024", "why")).0,
        "E-PACK-LAST"
    );
    bench
        .vault
        .pack_adopt(
            &offer_builtin("in-certin-2022").unwrap(),
            "We have a site in India",
            &[],
        )
        .unwrap();
    let clock = start(
        &bench,
        "CLK-IN-INCIDENT",
        &[("incident_noticed", "2026-03-02T15:00:00Z")],
        "programme",
    )
    .unwrap();
    assert_eq!(
        clock.row.cutoff.as_deref(),
        Some("2026-03-02T21:00:00Z"),
        "six hours"
    );
    bench
        .vault
        .pack_retire("in-certin-2022", "The site was closed")
        .unwrap();
    let bench = bench.reopened();
    let view = bench.vault.clock_show(&clock.row.r#ref).unwrap();
    assert_eq!(
        (view.row.kind.as_str(), view.row.pack.as_str()),
        ("Report of a cyber incident", "in-certin-2022")
    );
    assert_eq!(
        said(start(
            &bench,
            "CLK-IN-INCIDENT",
            &[("incident_noticed", "2026-03-02T15:00:00Z")],
            "programme"
        ))
        .0,
        "E-CLOCK-UNKNOWN"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_file_that_is_no_pack_changes_nothing_and_says_why() {
    let bench = Bench::new();
    let no_cite = RulePack::builtin("us-iaas-nprm-2024")
        .unwrap()
        .toml()
        .replacen(
            "cite = \"15 CFR 7.303, 7.305 (proposed)\"\ntext = \"Furnish",
            "cite = \"\"\ntext = \"Furnish",
            1,
        );
    for (text, code) in [
        ("no toml [", "E-PACK-READ"),
        (no_cite.as_str(), "E-PACK-CITE"),
    ] {
        assert_eq!(
            said(offer_file(
                &bench.file("bad.toml", text.as_bytes()),
                "2026-03-02"
            ))
            .0,
            code
        );
    }
    assert_eq!(
        bench
            .vault
            .pack_list()
            .unwrap()
            .iter()
            .filter(|row| row.in_use)
            .count(),
        1
    );
}

#[test]
fn a_bank_keeps_identity_from_the_closing_and_each_record_from_its_making() {
    let bench = Bench::new();
    bench
        .vault
        .pack_adopt(
            &offer_builtin("us-bank-cip").unwrap(),
            "We hold accounts too",
            &[],
        )
        .unwrap();
    let customer = bench.customer("Jürgen Müller", "DE");
    bench
        .vault
        .verification_record(&c::VerificationReq {
            customer: customer.clone(),
            about: customer.clone(),
            method: "non_documentary".to_owned(),
            result: "match".to_owned(),
            document: None,
            basis: "Register".to_owned(),
            situation: None,
            notes: None,
            performed_on: Some("2026-02-20".to_owned()),
        })
        .unwrap();
    let csv = bench.file("closed.csv", b"external_id,party_type,name,country,account_ids,account_closed\nx1,person,Ada,GB,acct-9,2026-02-10\n");
    let table = desk::Table::read(&csv).unwrap();
    bench
        .vault
        .import(&table, &table.guess(), false, false, &Unwatched)
        .unwrap();
    let mut clocks: Vec<(String, String)> = bench
        .vault
        .clock_list(false)
        .unwrap()
        .into_iter()
        .map(|row| (row.clock, row.due))
        .collect();
    clocks.sort();
    let known: Vec<(&str, &str)> = clocks
        .iter()
        .map(|(clock, due)| (clock.as_str(), due.as_str()))
        .collect();
    assert_eq!(
        known,
        [
            ("CLK-BANK-RETAIN-ID", "2031-02-10"),
            ("CLK-BANK-RETAIN-RECORD", "2031-02-20"),
            ("CLK-RETAIN", "2028-02-10")
        ],
        "every pack in use keeps by its own rule; the longest wins at disposal"
    );
    let ahead = bench.file("ahead.csv", b"external_id,party_type,name,country,account_ids,account_closed\nx2,person,Bob,GB,acct-8,2026-12-10\n");
    let table = desk::Table::read(&ahead).unwrap();
    assert_eq!(
        said(
            bench
                .vault
                .import(&table, &table.guess(), false, false, &Unwatched)
        )
        .0,
        "E-IMPORT-FUTURE"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}
