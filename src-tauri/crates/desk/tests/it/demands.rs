//! Demands to resellers for their copies, from the first letter to a refusal, with the house's own targets beside them.

use crate::bench::{Bench, said};
use contract as c;
use desk::Privacy;

fn chase(bench: &Bench, case: &str, item: &str) -> c::ChaseView {
    let view = bench.vault.case_show(case).unwrap();
    let rows = view.parts.into_iter().flat_map(|group| group.rows);
    rows.into_iter()
        .find(|row| row.id == item)
        .unwrap()
        .chase
        .unwrap()
}

fn preview(bench: &Bench, case: &str, text: &str) -> c::LetterPreview {
    bench
        .vault
        .demand_preview(&c::DemandPreviewReq {
            r#ref: case.to_owned(),
            item: "I-1".to_owned(),
            template: text.to_owned(),
            language: "en".to_owned(),
        })
        .unwrap()
}

fn write(bench: &Bench, case: &str, seen: &c::LetterPreview) -> Result<c::CaseView, desk::Error> {
    bench.vault.demand_save(&c::DemandSaveReq {
        r#ref: case.to_owned(),
        item: "I-1".to_owned(),
        id: None,
        template: seen.template.clone(),
        language: seen.language.clone(),
        to: seen.to.clone(),
        subject: seen.subject.clone(),
        body: seen.body.clone(),
    })
}

fn sent(
    bench: &Bench,
    case: &str,
    letter: &str,
    on: &str,
    clause: Option<&str>,
    note: &str,
) -> Result<c::CaseView, desk::Error> {
    bench.vault.demand_sent(&c::DemandSentReq {
        r#ref: case.to_owned(),
        item: "I-1".to_owned(),
        id: letter.to_owned(),
        on: on.to_owned(),
        channel: "registered".to_owned(),
        clause: clause.map(str::to_owned),
        note: note.to_owned(),
    })
}

/// A demand that went out where a copy is missing, and a refusal: for tests of everything that can happen.
pub(crate) fn demanded(bench: &Bench, case: &str, refused: bool) {
    let seen = bench.vault.demand_preview(&c::DemandPreviewReq {
        r#ref: case.to_owned(),
        item: "I-1".to_owned(),
        template: "cip-demand".to_owned(),
        language: "en".to_owned(),
    });
    let Ok(mut seen) = seen else { return };
    seen.body = "Send it.".to_owned();
    seen.subject = "The copy".to_owned();
    let _ = write(bench, case, &seen);
    let today = bench.vault.today().to_string();
    let _ = sent(bench, case, "L-1", &today, Some("9.2"), "");
    if refused {
        let _ = bench.part_step(case, "I-1", "refused", &[]);
    }
}

/// A request of 2 March about one reseller without a CIP, whose contract says that it owes one.
fn asked() -> (Bench, String) {
    let bench = Bench::new();
    let reseller = bench.reseller_without_cip("Sahel");
    bench
        .vault
        .reseller_oversee(&c::ResellerOverseeReq {
            r#ref: reseller.clone(),
            names: None,
            upstream: None,
            clause: Some("section 9.2".to_owned()),
            contract: None,
            ai_reporting: None,
            attestation: None,
            counts: None,
        })
        .unwrap();
    let case = bench.request("2026-03-02", &[&reseller]).unwrap().case;
    (bench, case)
}

#[test]
fn a_demand_is_filled_from_the_register_and_going_out_it_is_the_step_and_is_kept_as_sent() {
    let (bench, case) = asked();
    let seen = preview(&bench, &case, "cip-demand");
    assert!(seen.unfilled.is_empty(), "{:?}", seen.unfilled);
    assert!(
        seen.body.contains("under section 9.2 of our contract"),
        "{}",
        seen.body
    );
    assert!(
        seen.subject.contains("2026-03-07"),
        "it asks for an answer by the next internal target, day 5: {}",
        seen.subject
    );
    assert!(
        !seen.body.contains("BIS-1"),
        "the Department's reference is not the reseller's to know"
    );
    write(&bench, &case, &seen).unwrap();
    let before = chase(&bench, &case, "I-1");
    assert_eq!(
        before.next.unwrap().value,
        "cip-demand",
        "a letter that lies here demands nothing"
    );
    assert_eq!(
        said(sent(&bench, &case, "L-1", "2026-03-01", Some("9.2"), "")).0,
        "E-LETTER-DAY",
        "it cannot have gone out before it was written"
    );
    assert_eq!(
        said(sent(&bench, &case, "L-1", "2026-03-02", None, "")).0,
        "E-ANSWER-MISSING",
        "a demand rests on a clause"
    );
    assert_eq!(
        said(sent(&bench, &case, "L-9", "2026-03-02", Some("9.2"), "")).0,
        "E-DEMAND-LETTER"
    );
    let view = sent(&bench, &case, "L-1", "2026-03-02", Some("Section 9.2"), "").unwrap();
    assert_eq!(view.parts[0].rows[0].state, "demanded");
    let page = view
        .documents
        .iter()
        .find(|row| row.r#type == "letter")
        .unwrap();
    assert_eq!(page.name, "cip-demand RS-0001 2026-03-02.pdf");
    let after = chase(&bench, &case, "I-1");
    assert_eq!(after.log.len(), 1);
    assert_eq!(after.next.unwrap().value, "cip-reminder");
    assert_eq!(
        said(sent(&bench, &case, "L-1", "2026-03-02", Some("9"), "")).0,
        "E-LETTER-SENT"
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn the_targets_of_day_two_five_and_eight_are_the_houses_own_and_stand_on_today_and_in_the_calendar()
{
    let (bench, case) = asked();
    let days: Vec<String> = chase(&bench, &case, "I-1")
        .targets
        .into_iter()
        .map(|one| one.on)
        .collect();
    assert_eq!(days, ["2026-03-04", "2026-03-07", "2026-03-10"]);
    let on_today = |bench: &Bench| -> Vec<(String, String, bool)> {
        let today = bench.vault.today_view().unwrap();
        let rows = today.bands.into_iter().flat_map(|band| band.rows);
        rows.filter(|row| row.clock.is_empty())
            .map(|row| (row.kind, row.due, row.statutory))
            .collect()
    };
    assert_eq!(
        on_today(&bench),
        [("Copy demanded".to_owned(), "2026-03-04".to_owned(), false)],
        "the next one, and never as if a rule asked for it"
    );
    let calendar = bench.vault.calendar("2026-03-01", "2026-03-31").unwrap();
    assert!(
        calendar
            .clocks
            .iter()
            .any(|row| row.clock.is_empty() && row.due == "2026-03-04")
    );
    let day_two = |bench: &Bench, privacy| -> String {
        let text = bench.vault.calendar_text(privacy).unwrap();
        let text = text.replace("\r\n ", "");
        let mut events = text.split("BEGIN:VEVENT").skip(1);
        let found = events.find(|event| event.contains("DATE:20260304"));
        found.expect("day 2 is in the file").to_owned()
    };
    for (privacy, summary, told) in [
        (
            Privacy::Generic,
            "Internal target".to_owned(),
            [false, false],
        ),
        (
            Privacy::Case,
            format!("Internal target: Copy demanded\\, {case}"),
            [true, false],
        ),
        (
            Privacy::Full,
            format!("Internal target: Copy demanded: Sahel ({case})"),
            [true, true],
        ),
    ] {
        let event = day_two(&bench, privacy);
        assert!(event.contains(&format!("SUMMARY:{summary}\r\n")), "{event}");
        assert!(event.contains("CATEGORIES:Internal target\r\n"));
        assert!(event.contains("STATUS:CONFIRMED"));
        for (name, told) in ["Copy demanded", "Sahel"].into_iter().zip(told) {
            assert_eq!(event.contains(name), told, "{privacy:?} {name}: {event}");
        }
    }
    let shared = bench.vault.calendar_text(Privacy::Generic).unwrap();
    assert!(
        !shared.contains("CLK-"),
        "nothing says which deadline it is"
    );
    bench.now("2026-03-06T17:00:00Z");
    assert_eq!(chase(&bench, &case, "I-1").targets[0].standing, "late");
    let seen = preview(&bench, &case, "cip-demand");
    write(&bench, &case, &seen).unwrap();
    sent(&bench, &case, "L-1", "2026-03-06", Some("9.2"), "").unwrap();
    let targets = chase(&bench, &case, "I-1").targets;
    assert_eq!(
        (targets[0].standing.as_str(), targets[1].standing.as_str()),
        ("met", "ahead"),
        "late, and met all the same"
    );
    assert_eq!(on_today(&bench)[0].1, "2026-03-07");
    let event = day_two(&bench, Privacy::Case);
    assert!(
        event.contains("STATUS:CANCELLED"),
        "met: nobody is reminded"
    );
    assert!(event.contains("SEQUENCE:1") && !event.contains("VALARM"));
    // The copy comes: nothing is chased any more, and the deadline runs on.
    let file = bench.file("cip.txt", b"We ask every customer for a passport.");
    bench
        .vault
        .cip_file(
            "RS-0001",
            "1",
            "2026-01-01",
            None,
            desk::Source::File(file),
            &desk::Unwatched,
        )
        .unwrap();
    assert!(on_today(&bench).is_empty());
    assert_eq!(chase(&bench, &case, "I-1").targets[1].standing, "over");
    assert_eq!(chase(&bench, &case, "I-1").next, None);
    let again = write(&bench, &case, &seen);
    assert_eq!(said(again).0, "E-DEMAND-STATE");
    let view = bench.vault.case_show(&case).unwrap();
    assert_eq!(view.clocks[0].row.status, "running");
}

#[test]
fn a_reseller_that_refuses_has_what_was_demanded_of_it_as_the_evidence_of_its_failure() {
    let (bench, case) = asked();
    write(&bench, &case, &preview(&bench, &case, "cip-demand")).unwrap();
    sent(&bench, &case, "L-1", "2026-03-02", Some("9.2"), "").unwrap();
    bench.part_step(&case, "I-1", "came_in_part", &[]).unwrap();
    write(&bench, &case, &preview(&bench, &case, "cip-last-notice")).unwrap();
    assert_eq!(
        said(sent(&bench, &case, "L-2", "2026-03-02", None, "")).0,
        "E-CASE-WORDS",
        "what the reseller said belongs to a reminder"
    );
    sent(
        &bench,
        &case,
        "L-2",
        "2026-03-02",
        None,
        "Only annexes came",
    )
    .unwrap();
    let view = bench.part_step(&case, "I-1", "refused", &[]).unwrap();
    let failure = bench.vault.case_show(&view.related[0].r#ref).unwrap();
    let here = |view: &c::CaseView| -> Vec<(String, String)> {
        let mut all: Vec<_> = view
            .documents
            .iter()
            .map(|row| (row.name.clone(), row.sha256.clone()))
            .collect();
        all.sort();
        all
    };
    assert_eq!(here(&failure).len(), 2);
    assert_eq!(here(&failure), here(&view), "the same pages, byte by byte");
    let log: Vec<String> = chase(&bench, &case, "I-1")
        .log
        .into_iter()
        .map(|one| one.label)
        .collect();
    assert_eq!(
        log,
        [
            "Record the demand",
            "Record a part that came",
            "Record a reminder",
            "It does not supply"
        ]
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_refusal_adds_to_the_failure_that_is_open_already_and_adds_each_page_once() {
    let (bench, case) = asked();
    let evidence = c::EvidenceOpenReq {
        reseller: "RS-0001".to_owned(),
        received: "2026-03-01".to_owned(),
        summary: "It checks nobody".to_owned(),
        handle: None,
        signal: false,
    };
    let failure = bench.vault.evidence_open(&evidence, Vec::new());
    let failure = failure.unwrap().case;
    for (letter, text) in [("L-1", "cip-demand"), ("L-2", "cip-last-notice")] {
        write(&bench, &case, &preview(&bench, &case, text)).unwrap();
        sent(&bench, &case, letter, "2026-03-02", Some("9.2"), "").unwrap();
        let view = bench.part_step(&case, "I-1", "refused", &[]).unwrap();
        let related: Vec<&str> = view.related.iter().map(|one| one.r#ref.as_str()).collect();
        assert_eq!(related, [failure.as_str()], "no second case is opened");
    }
    let there = bench.vault.case_show(&failure).unwrap();
    let names: Vec<&str> = there
        .documents
        .iter()
        .map(|row| row.name.as_str())
        .collect();
    assert_eq!(names.len(), 2, "both letters, each once: {names:?}");
    assert_eq!(there.related[0].r#ref, case, "it names the request");
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_letter_goes_to_whom_its_text_is_written() {
    let (bench, case) = asked();
    let request = |text: &str, item: &str| c::DemandPreviewReq {
        r#ref: case.clone(),
        item: item.to_owned(),
        template: text.to_owned(),
        language: "en".to_owned(),
    };
    let code = |result: Result<c::LetterPreview, desk::Error>| said(result).0;
    let vault = &bench.vault;
    assert_eq!(
        code(vault.demand_preview(&request("refusal", "I-1"))),
        "E-LETTER-TEMPLATE"
    );
    assert_eq!(
        code(vault.demand_preview(&request("cip-demand", "I-9"))),
        "E-CASE-PART"
    );
    let customer = bench.customer("Mei Lin", "SG");
    assert_eq!(
        code(vault.letter_preview(&c::LetterPreviewReq {
            customer,
            template: "cip-demand".to_owned(),
            language: "en".to_owned(),
        })),
        "E-LETTER-TEMPLATE"
    );
    let mut seen = preview(&bench, &case, "cip-demand");
    seen.body.push_str("\n{price}");
    assert_eq!(said(write(&bench, &case, &seen)).0, "E-LETTER-UNFILLED");
    seen.body = "x".repeat(1_000_000);
    assert_eq!(said(write(&bench, &case, &seen)).0, "E-LETTER-LENGTH");
}

#[test]
fn the_cover_letter_names_what_goes_out_and_what_does_not() {
    let bench = Bench::new();
    let here = bench.reseller("Lion City");
    let gone = bench.reseller_without_cip("Sahel");
    let opened = bench.request("2026-03-02", &[&here, &gone]).unwrap();
    let view = bench.vault.filing_show(&opened.filing.unwrap()).unwrap();
    let lines = view.sections.iter().flat_map(|section| &section.lines);
    let letter = lines
        .into_iter()
        .find(|line| line.id == "cover_letter")
        .unwrap();
    for words in [
        "Re: BIS-1",
        "- Lion City, version 1, in force from 2020-01-01",
        "- Sahel",
    ] {
        assert!(letter.words.contains(words), "{words}: {}", letter.words);
    }
    let case = bench.vault.case_show(&opened.case).unwrap();
    assert_eq!(case.items[0].versions.len(), 1);
    assert!(case.items[1].versions.is_empty());
}

#[test]
fn the_run_book_and_the_scorecard_are_printed() {
    let (bench, case) = asked();
    for page in [
        bench.vault.case_page(&case),
        bench.vault.scorecard_page(&c::OversightReq {
            r#ref: "RS-0001".to_owned(),
            on: Some("2026-01-31".to_owned()),
        }),
    ] {
        assert!(page.unwrap().starts_with(b"%PDF"));
    }
    assert!(bench.vault.case_page("REQ-2026-0099").is_err());
}
