//! Memos for the file: begun from the house's texts, filled from the records, finished by a person, kept with the version they were made of.

use crate::bench::{Bench, said, said_to};
use contract as c;

fn begun(
    bench: &Bench,
    template: &str,
    about: Option<&str>,
    typed: Vec<c::CaseAnswer>,
) -> Result<c::LetterPreview, desk::Error> {
    bench.vault.memo_preview(&c::MemoPreviewReq {
        template: template.to_owned(),
        language: "en".to_owned(),
        about: about.map(str::to_owned),
        part: None,
        typed,
    })
}

/// The same about a part of a case.
fn begun_of(
    bench: &Bench,
    template: &str,
    case: &str,
    part: &str,
) -> Result<c::LetterPreview, desk::Error> {
    bench.vault.memo_preview(&c::MemoPreviewReq {
        template: template.to_owned(),
        language: "en".to_owned(),
        about: Some(case.to_owned()),
        part: Some(part.to_owned()),
        typed: Vec::new(),
    })
}

fn failing(bench: &Bench) -> String {
    let reseller = bench.reseller("Lion City");
    let evidence = c::EvidenceOpenReq {
        reseller,
        received: "2026-02-20".to_owned(),
        summary: "A former employee's letter".to_owned(),
        handle: None,
        signal: true,
    };
    let opened = bench.vault.evidence_open(&evidence, Vec::new());
    opened.unwrap().case
}

fn of(seen: &c::LetterPreview) -> Option<c::MadeOfReq> {
    Some(c::MadeOfReq {
        template: seen.template.clone(),
        version: seen.version,
        language: seen.language.clone(),
    })
}

fn product(reason: &str, made_of: Option<c::MadeOfReq>) -> c::ProductReq {
    c::ProductReq {
        r#ref: None,
        name: "Compute".to_owned(),
        description: "Virtual machines".to_owned(),
        form: "virtualised".to_owned(),
        deploys_software: true,
        trial: false,
        us_owned: true,
        in_us: false,
        in_scope: "yes".to_owned(),
        reason: reason.to_owned(),
        launched: None,
        retired: None,
        made_of,
    }
}

#[test]
fn a_scope_memo_is_filled_from_what_is_typed_and_kept_with_the_version_of_its_text() {
    let bench = Bench::new();
    let typed = vec![
        said_to("name", &["Compute"]),
        said_to("form", &["virtualised"]),
        said_to("deploys_software", &["true"]),
        said_to("in_scope", &["yes"]),
    ];
    let seen = begun(&bench, "scope-memo", None, typed).unwrap();
    assert!(
        seen.body.starts_with("Scope of Compute\n"),
        "the subject is its first line: {}",
        seen.body
    );
    assert!(
        seen.body.contains("They run software on it"),
        "{}",
        seen.body
    );
    assert!(seen.unfilled.contains(&"because".to_owned()));
    let save = |reason: &str, made_of| bench.vault.programme_product(&product(reason, made_of));
    let (code, words) = said(save(&seen.body, of(&seen)));
    assert!(
        code == "E-LETTER-UNFILLED" && words.contains("{because}"),
        "{code}: {words}"
    );
    let reason = "Scope of Compute\nConclusion: in scope, because customers choose the software.";
    let view = save(reason, of(&seen)).unwrap();
    assert_eq!(
        view.products[0].made_of.as_deref(),
        Some("Scope memo of an offering, version 1, en")
    );
    // Another version of the text changes nothing about what was made of the one before.
    bench
        .vault
        .template_save(&c::TemplateSaveReq {
            id: "scope-memo".to_owned(),
            language: "en".to_owned(),
            subject: "On {offering}".to_owned(),
            body: "Because {because}".to_owned(),
            effective_from: None,
            reason: "Shorter".to_owned(),
        })
        .unwrap();
    let view = bench.vault.programme(None).unwrap();
    assert!(
        view.products[0]
            .made_of
            .as_ref()
            .unwrap()
            .contains("version 1")
    );
    let again = begun(&bench, "scope-memo", Some("PRD-0001"), Vec::new()).unwrap();
    assert_eq!(
        (again.version, again.body.as_str()),
        (2, "On Compute\nBecause {because}"),
        "the house's own text, filled from the record"
    );
    let invented = c::MadeOfReq {
        version: 9,
        ..of(&again).unwrap()
    };
    let mut change = product("Because", Some(invented));
    change.r#ref = Some("PRD-0001".to_owned());
    assert_eq!(
        said(bench.vault.programme_product(&change)).0,
        "E-LETTER-TEMPLATE",
        "no such version was ever kept"
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_step_of_a_case_keeps_the_text_that_its_note_was_made_of() {
    let bench = Bench::new();
    let case = failing(&bench);
    let seen = begun(&bench, "assessment-memo", Some(&case), Vec::new()).unwrap();
    for words in [
        "Lion City",
        "2026-02-20: A former employee's letter",
        "On file: nothing.",
    ] {
        assert!(seen.body.contains(words), "{words}: {}", seen.body);
    }
    let advance = |note: &str, made_of| {
        bench.vault.case_advance(&c::CaseAdvanceReq {
            r#ref: case.clone(),
            to: "assessing".to_owned(),
            note: note.to_owned(),
            at: None,
            answers: Vec::new(),
            approver: None,
            passphrase: None,
            override_reason: None,
            leave_open: None,
            made_of,
        })
    };
    assert_eq!(said(advance(&seen.body, of(&seen))).0, "E-LETTER-UNFILLED");
    let place = begun(&bench, "threat-landscape", None, Vec::new()).unwrap();
    assert_eq!(
        said(advance("A note", of(&place))).0,
        "E-LETTER-TEMPLATE",
        "a text of another place"
    );
    let long = format!("Assessment\n{0}\n{0}", "x".repeat(1_500));
    let view = advance(&long, of(&seen)).unwrap();
    let taken = view.taken.iter().find(|taken| taken.made_of.is_some());
    assert_eq!(
        taken.unwrap().made_of.as_deref(),
        Some("Assessment memo of a case, version 1, en")
    );
    let told = bench.timeline(&case);
    let mut lines = told.items.iter().flat_map(|item| &item.lines);
    assert!(lines.any(|line| line.label == "Made of"));
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_step_of_a_part_keeps_the_text_that_its_note_was_made_of() {
    let bench = Bench::new();
    let case = failing(&bench);
    let part = bench
        .part(
            &case,
            "account",
            &[
                said_to("account", &["acct-77"]),
                said_to("holder", &["A customer further down"]),
            ],
        )
        .unwrap();
    let seen = begun_of(&bench, "part-decision", &case, &part).unwrap();
    assert_eq!(
        seen.body.lines().next(),
        Some(format!("Decision on acct-77 (account to contain), {case}.").as_str())
    );
    for words in [
        "about Lion City, received or first known on 2026-02-20",
        "Where it stands: to be closed. Steps so far: none.",
        "What is known of it: Held by: A customer further down.",
    ] {
        assert!(seen.body.contains(words), "{words}: {}", seen.body);
    }
    let advance = |note: &str, made_of| {
        bench.vault.case_item_advance(&c::CaseItemAdvanceReq {
            r#ref: case.clone(),
            item: part.clone(),
            to: "kept".to_owned(),
            note: note.to_owned(),
            at: None,
            answers: Vec::new(),
            approver: None,
            passphrase: None,
            override_reason: None,
            made_of,
        })
    };
    assert_eq!(said(advance(&seen.body, of(&seen))).0, "E-LETTER-UNFILLED");
    let of_case = begun(&bench, "assessment-memo", Some(&case), Vec::new()).unwrap();
    assert_eq!(
        said(advance("A note", of(&of_case))).0,
        "E-LETTER-TEMPLATE",
        "a text of the case's own steps"
    );
    let view = advance("Decision\nNobody of the reseller uses it", of(&seen)).unwrap();
    let row = view.parts.iter().flat_map(|group| &group.rows).next();
    assert_eq!(
        row.unwrap().made_of,
        ["Decision on a part of a case, version 1, en"]
    );
    let again = begun_of(&bench, "part-contact", &case, &part).unwrap();
    assert!(
        again.body.contains("Steps so far: Stays open on "),
        "{}",
        again.body
    );
    let told = bench.timeline(&case);
    let mut lines = told.items.iter().flat_map(|item| &item.lines);
    assert!(lines.any(|line| line.label == "Made of"));
    let code = |part: Result<c::LetterPreview, desk::Error>| said(part).0;
    assert_eq!(
        code(begun_of(&bench, "part-decision", &case, "I-99")),
        "E-CASE-PART"
    );
    assert_eq!(
        code(begun(&bench, "part-decision", Some(&case), Vec::new())),
        "E-MEMO-ABOUT",
        "about a part, and none is named"
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_memo_is_about_what_its_text_is_about_and_a_letter_is_no_memo() {
    let bench = Bench::new();
    let customer = bench.customer("Ada Byron", "DE");
    let code =
        |template: &str, about: Option<&str>| said(begun(&bench, template, about, Vec::new())).0;
    assert_eq!(code("refusal", Some(&customer)), "E-LETTER-TEMPLATE");
    assert_eq!(code("no-such", None), "E-LETTER-TEMPLATE");
    assert_eq!(code("belief", None), "E-MEMO-ABOUT");
    assert_eq!(code("case-closing", Some("  ")), "E-MEMO-ABOUT");
    let closing = begun(&bench, "customer-closing", Some(&customer), Vec::new()).unwrap();
    assert!(closing.body.contains("Ada Byron"), "{}", closing.body);
    let letter = bench.vault.letter_preview(&c::LetterPreviewReq {
        customer,
        template: "belief".to_owned(),
        language: "en".to_owned(),
    });
    assert_eq!(
        said(letter).0,
        "E-LETTER-TEMPLATE",
        "a memo goes out to nobody"
    );
    let typed = vec![said_to("head", &["Size and complexity"])];
    let risk = begun(&bench, "risk-head", None, typed).unwrap();
    assert!(
        risk.body.starts_with("Size and complexity\n"),
        "{}",
        risk.body
    );
    assert!(risk.body.contains("1 customer, of them"), "{}", risk.body);
}
