//! Who cannot be verified: the register on any day, letters and their texts, redress, and closing.

use crate::bench::{ALONE, Bench, PASSPHRASE, said};
use contract as c;
use desk::Unwatched;

fn advance(
    bench: &Bench,
    customer: &str,
    to: &str,
    on: Option<&str>,
) -> Result<c::CustomerView, desk::Error> {
    bench.vault.customer_advance(&c::CustomerAdvanceReq {
        r#ref: customer.to_owned(),
        to: to.to_owned(),
        reason: Some(format!("Written down for {to}")),
        approver: None,
        passphrase: Some(PASSPHRASE.to_owned()),
        override_reason: Some(ALONE.to_owned()),
        on: on.map(str::to_owned),
        review_on: Some("2026-06-01".to_owned()),
        leave_open: None,
        made_of: None,
    })
}

fn determine(bench: &Bench, customer: &str, test: &str) {
    bench
        .vault
        .determination_record(&c::DeterminationReq {
            customer: customer.to_owned(),
            about: customer.to_owned(),
            test: test.to_owned(),
            evidence: "passport".to_owned(),
            documents: Vec::new(),
            decided_on: None,
        })
        .unwrap();
}

fn try_to_verify(bench: &Bench, customer: &str) {
    bench
        .vault
        .verification_record(&c::VerificationReq {
            customer: customer.to_owned(),
            about: customer.to_owned(),
            method: "non_documentary".to_owned(),
            result: "mismatch".to_owned(),
            document: None,
            situation: None,
            basis: "Public register".to_owned(),
            notes: None,
            performed_on: None,
        })
        .unwrap();
}

/// A foreign person whose identity is being verified.
fn verifying(bench: &Bench, name: &str) -> String {
    let rows = format!(
        "external_id,party_type,name,country,street_address,use_locations,email,phone,account_ids,payment_type,payment_institution,payment_identifier\n\
         {name},person,{name},DE,\"1 Hafenstrasse, Hamburg\",Hamburg,a@example.de,+4940123456,acct-{name},card,Bank,4242\n"
    );
    let table = desk::Table::read(&bench.file("r.csv", rows.as_bytes())).unwrap();
    bench
        .vault
        .import(&table, &table.guess(), false, false, &Unwatched)
        .unwrap();
    let customer = bench.vault.customer_show(name).unwrap().row.r#ref;
    bench
        .vault
        .notice_record(&c::NoticeRecordReq {
            r#ref: customer.clone(),
            delivered_on: "2026-03-01".to_owned(),
            channel: "form".to_owned(),
        })
        .unwrap();
    advance(bench, &customer, "collecting", None).unwrap();
    let view = bench.vault.customer_show(&customer).unwrap();
    if let Some(account) = view.accounts.first().filter(|one| one.payments.is_empty()) {
        bench
            .vault
            .payment_save(&c::PaymentSaveReq {
                customer: customer.clone(),
                account: account.id.clone(),
                kind: "card".to_owned(),
                institution: "Bank".to_owned(),
                source: "Own".to_owned(),
                identifier: Some("4242".to_owned()),
                country: None,
                proved_by: None,
            })
            .unwrap();
    }
    advance(bench, &customer, "status_review", None).unwrap();
    determine(bench, &customer, "none_met");
    advance(bench, &customer, "verifying", None).unwrap();
    customer
}

fn register(bench: &Bench, day: Option<&str>) -> c::RegisterView {
    bench
        .vault
        .register(&c::RegisterReq {
            as_of: day.map(str::to_owned),
        })
        .unwrap()
}

fn preview(bench: &Bench, customer: &str, template: &str) -> c::LetterPreview {
    bench
        .vault
        .letter_preview(&c::LetterPreviewReq {
            customer: customer.to_owned(),
            template: template.to_owned(),
            language: "en".to_owned(),
        })
        .unwrap()
}

fn write(
    bench: &Bench,
    customer: &str,
    seen: &c::LetterPreview,
    set: &[(&str, &str)],
) -> Result<c::CustomerView, desk::Error> {
    let fill = |text: &str| {
        set.iter().fold(text.to_owned(), |text, (name, words)| {
            text.replace(&format!("{{{name}}}"), words)
        })
    };
    bench.vault.letter_save(&c::LetterSaveReq {
        customer: customer.to_owned(),
        id: None,
        template: seen.template.clone(),
        language: seen.language.clone(),
        to: seen.to.clone(),
        subject: fill(&seen.subject),
        body: fill(&seen.body),
    })
}

fn sent(
    bench: &Bench,
    customer: &str,
    letter: &str,
    on: &str,
) -> Result<c::CustomerView, desk::Error> {
    bench.vault.letter_sent(&c::LetterSentReq {
        customer: customer.to_owned(),
        id: letter.to_owned(),
        on: on.to_owned(),
        channel: "registered".to_owned(),
        recipient: None,
        proof: None,
    })
}

#[test]
fn the_register_reads_from_the_cases_and_stands_as_it_stood_on_any_day() {
    let bench = Bench::new();
    let customer = verifying(&bench, "Anna");
    let (code, words) = said(advance(&bench, &customer, "unverified", None));
    assert!(
        code == "E-CASE-BLOCKED" && words.contains("No attempt"),
        "{words}"
    );
    advance(&bench, &customer, "verifying", None)
        .expect("more may be asked for, and it stays where it is (D-29)");
    try_to_verify(&bench, &customer);
    bench.now("2026-03-05T17:00:00Z");
    advance(&bench, &customer, "unverified", None).unwrap();
    bench.now("2026-03-10T17:00:00Z");
    advance(&bench, &customer, "restricted", None).unwrap();
    bench.now("2026-04-10T17:00:00Z");
    let (_, words) = said(advance(&bench, &customer, "closed_account", None));
    assert!(
        words.contains("acct-Anna"),
        "the closing guard names what is open: {words}"
    );
    let row = register(&bench, None).rows.remove(0);
    assert_eq!(
        (row.since.as_str(), row.measure.as_str(), row.attempts),
        ("2026-03-05", "restricted", 1)
    );
    assert_eq!(row.planned.as_deref(), Some("2026-06-01"));
    assert_eq!(row.reasons, "Written down for unverified");
    let account = bench
        .vault
        .customer_show(&customer)
        .unwrap()
        .accounts
        .remove(0);
    bench
        .vault
        .account_save(&c::AccountSaveReq {
            customer: customer.clone(),
            id: Some(account.id),
            account_ref: account.account_ref,
            state: "closed".to_owned(),
            products: None,
            opened_on: None,
            closed_on: Some("2026-04-10".to_owned()),
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })
        .unwrap();
    advance(&bench, &customer, "closed_account", None).unwrap();
    let counts = |day| {
        let view = register(&bench, day);
        (view.open, view.resolved)
    };
    assert_eq!(counts(Some("2026-03-04")), (0, 0));
    assert_eq!(counts(Some("2026-03-05")), (1, 0));
    assert_eq!(counts(Some("2026-04-09")), (1, 0));
    assert_eq!(counts(None), (0, 1));
    assert_eq!(register(&bench, None).rows[0].measure, "closed");
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_letter_is_filled_from_the_record_and_refused_while_a_placeholder_is_left() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let seen = preview(&bench, &customer, "information-request");
    assert!(
        seen.body.contains("Dear Jürgen Müller") && seen.body.contains("- Street address"),
        "{}",
        seen.body
    );
    assert_eq!(seen.unfilled, ["answer_by"]);
    let (code, words) = said(write(&bench, &customer, &seen, &[]));
    assert!(
        code == "E-LETTER-UNFILLED" && words.contains("{answer_by}"),
        "{words}"
    );
    let view = write(&bench, &customer, &seen, &[("answer_by", "2026-03-20")]).unwrap();
    let letter = &view.letters[0];
    assert!(letter.body.contains("by 2026-03-20"));
    let pdf = bench
        .vault
        .letter_page(&c::LetterReq {
            customer: customer.clone(),
            id: letter.id.clone(),
        })
        .unwrap();
    assert!(pdf.starts_with(b"%PDF"));
    let (code, _) = said(sent(&bench, &customer, &letter.id, "2026-03-01"));
    assert_eq!(
        code, "E-LETTER-DAY",
        "nothing goes out before it is written"
    );
    let view = sent(&bench, &customer, &letter.id, "2026-03-02").unwrap();
    assert!(
        view.letters[0]
            .sent
            .as_deref()
            .is_some_and(|sent| sent.contains("registered letter"))
    );
    assert_eq!(
        said(sent(&bench, &customer, "L-1", "2026-03-02")).0,
        "E-LETTER-SENT"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn what_is_internal_is_in_no_letter() {
    let bench = Bench::new();
    let customer = verifying(&bench, "Anna");
    try_to_verify(&bench, &customer);
    advance(&bench, &customer, "unverified", None).unwrap();
    let texts = bench.vault.template_list().unwrap();
    for text in texts.iter().filter(|text| text.audience == "customer") {
        let seen = preview(&bench, &customer, &text.id);
        for internal in ["Written down", "mismatch", "Public register"] {
            assert!(!seen.body.contains(internal), "{}: {internal}", text.id);
        }
    }
}

#[test]
fn a_text_has_versions_and_a_letter_keeps_the_one_it_was_made_of() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let save = |body: &str, from: Option<&str>| {
        bench.vault.template_save(&c::TemplateSaveReq {
            id: "notice".to_owned(),
            language: "en".to_owned(),
            subject: "About your details".to_owned(),
            body: body.to_owned(),
            effective_from: from.map(str::to_owned),
            reason: "Counsel asked for it".to_owned(),
        })
    };
    let first = preview(&bench, &customer, "notice");
    assert_eq!(first.version, 1);
    write(&bench, &customer, &first, &[]).unwrap();
    save("Dear {customer}, from April on", Some("2026-04-01")).unwrap();
    assert_eq!(
        preview(&bench, &customer, "notice").version,
        1,
        "it is not April yet"
    );
    save("Dear {customer}, at once", None).unwrap();
    let third = preview(&bench, &customer, "notice");
    assert_eq!(
        (third.version, third.body.as_str()),
        (3, "Dear Jürgen Müller, at once")
    );
    let view = sent(&bench, &customer, "L-1", "2026-03-02").unwrap();
    let notice = view.notice.unwrap();
    assert!(
        notice.contains("notice version 1, en"),
        "the notice names its text: {notice}"
    );
    assert_eq!(said(save(" ", None)).0, "E-LETTER-EMPTY");
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn redress_is_asked_for_and_answered_beside_the_case_in_any_state() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let save = |id: Option<&str>, outcome: Option<&str>, answered: Option<&str>| {
        bench.vault.redress_save(&c::RedressSaveReq {
            customer: customer.clone(),
            id: id.map(str::to_owned),
            kind: "complaint".to_owned(),
            received_on: "2026-03-01".to_owned(),
            what: "The register has my old name".to_owned(),
            answer_by: Some("2026-03-15".to_owned()),
            outcome: outcome.map(str::to_owned),
            answered_on: answered.map(str::to_owned),
        })
    };
    let view = save(None, None, None).unwrap();
    assert_eq!(
        (view.redress[0].id.as_str(), view.row.status.as_str()),
        ("R-1", "draft")
    );
    assert_eq!(
        said(save(Some("R-1"), None, Some("2026-03-02"))).0,
        "E-REDRESS-OUTCOME"
    );
    assert_eq!(
        said(save(
            Some("R-1"),
            Some("Name corrected"),
            Some("2026-02-01")
        ))
        .0,
        "E-REDRESS-DAY"
    );
    let view = save(Some("R-1"), Some("Name corrected"), None).unwrap();
    assert_eq!(view.redress[0].answered_on.as_deref(), Some("2026-03-02"));
    assert_eq!(view.redress.len(), 1);
}

#[test]
fn one_signature_over_the_case_approves_each_determination_in_it() {
    let bench = Bench::new();
    let customer = bench.customer("Ann Lee", "US");
    bench
        .vault
        .notice_record(&c::NoticeRecordReq {
            r#ref: customer.clone(),
            delivered_on: "2026-03-01".to_owned(),
            channel: "form".to_owned(),
        })
        .unwrap();
    determine(&bench, &customer, "cannot_tell");
    determine(&bench, &customer, "citizen");
    advance(&bench, &customer, "collecting", None).unwrap();
    let view = advance(&bench, &customer, "status_review", None).unwrap();
    assert!(view.determinations.iter().all(|one| one.approved.is_none()));
    assert!(view.determinations[0].superseded && !view.determinations[1].superseded);
    let view = advance(&bench, &customer, "us_cleared", None).unwrap();
    let approved = view.determinations[1].approved.as_deref().unwrap();
    assert!(
        approved.contains("Ana Lima") && approved.contains(ALONE),
        "{approved}"
    );
}

#[test]
fn risk_is_points_with_reasons_and_a_person_decides_over_them_with_one() {
    let bench = Bench::new();
    let customer = verifying(&bench, "Anna");
    let before = bench.vault.customer_show(&customer).unwrap().risk;
    assert_eq!(
        (before.tier.as_str(), before.points),
        ("low", 10),
        "{:?}",
        before.given
    );
    try_to_verify(&bench, &customer);
    advance(&bench, &customer, "unverified", None).unwrap();
    let after = bench.vault.customer_show(&customer).unwrap();
    assert_eq!(
        (after.risk.tier.as_str(), after.risk.points),
        ("high", 55),
        "{:?}",
        after.risk.given
    );
    assert_eq!(
        after.row.risk.as_deref(),
        Some("high"),
        "the list shows what counts"
    );
    let decide = |tier: Option<&str>, reason: &str| {
        bench.vault.risk_decide(&c::RiskDecideReq {
            customer: customer.clone(),
            tier: tier.map(str::to_owned),
            reason: reason.to_owned(),
        })
    };
    assert_eq!(said(decide(Some("low"), " ")).0, "E-RISK-REASON");
    assert_eq!(said(decide(Some("none"), "because")).0, "E-RISK-TIER");
    let view = decide(Some("medium"), "A known university").unwrap();
    assert_eq!(
        (view.risk.tier.as_str(), view.risk.by_points.as_str()),
        ("medium", "High")
    );
    assert!(view.risk.decided.unwrap().contains("A known university"));
    assert_eq!(
        decide(None, "The points are right").unwrap().risk.tier,
        "high"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn who_is_in_use_is_verified_again_at_the_interval_and_when_it_moves() {
    let bench = Bench::new();
    let customer = verifying(&bench, "Anna");
    bench
        .vault
        .verification_record(&c::VerificationReq {
            customer: customer.clone(),
            about: customer.clone(),
            situation: None,
            method: "non_documentary".to_owned(),
            result: "match".to_owned(),
            document: None,
            basis: "Public register".to_owned(),
            notes: None,
            performed_on: None,
        })
        .unwrap();
    let view = advance(&bench, &customer, "verified", None).unwrap();
    assert_eq!(
        view.risk.reverify_on.as_deref(),
        Some("2028-03-02"),
        "two years for the tier low"
    );
    let again = |bench: &Bench| bench.vault.review_queue().unwrap().again;
    assert!(again(&bench).is_empty());
    bench.now("2028-02-10T17:00:00Z");
    let due = again(&bench);
    assert_eq!(
        (due[0].r#ref.as_str(), due[0].overdue),
        (customer.as_str(), false)
    );
    let moved = bench
        .vault
        .customer_change(&c::CustomerChangeReq {
            r#ref: customer.clone(),
            revision: bench.vault.customer_show(&customer).unwrap().revision,
            fields: vec![c::FieldChange {
                id: "street_address".to_owned(),
                values: vec!["2 Rue Neuve, Lyon".to_owned()],
            }],
            reason: None,
            occurred_on: None,
            proved_by: None,
        })
        .unwrap();
    assert_eq!(
        moved.row.status, "reverify",
        "an address that changes is looked at"
    );
    assert!(again(&bench).is_empty(), "it is open already");
}
