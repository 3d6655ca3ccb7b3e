//! A customer's case on its straight path, and finding one among many.

use crate::bench::{ALONE, Bench, PASSPHRASE, said};
use contract as c;

fn move_to(bench: &Bench, customer: &str, to: &str) -> Result<c::CustomerView, desk::Error> {
    let words =
        matches!(to, "verified" | "abandoned").then(|| "Passport seen; I believe it".to_owned());
    bench.vault.customer_advance(&c::CustomerAdvanceReq {
        r#ref: customer.to_owned(),
        to: to.to_owned(),
        reason: words,
        passphrase: Some(PASSPHRASE.to_owned()),
        override_reason: Some(ALONE.to_owned()),
    })
}

fn write(
    bench: &Bench,
    customer: &str,
    fields: &[(&str, &str)],
) -> Result<c::CustomerView, desk::Error> {
    let revision = bench.vault.customer_show(customer).unwrap().revision;
    bench.vault.customer_change(&c::CustomerChangeReq {
        r#ref: customer.to_owned(),
        revision,
        fields: fields
            .iter()
            .map(|(id, value)| c::FieldChange {
                id: (*id).to_owned(),
                values: vec![(*value).to_owned()],
            })
            .collect(),
        reason: None,
        occurred_on: None,
    })
}

fn notice(bench: &Bench, customer: &str) {
    bench
        .vault
        .notice_record(&c::NoticeRecordReq {
            r#ref: customer.to_owned(),
            delivered_on: "2026-03-01".to_owned(),
            channel: "form".to_owned(),
        })
        .unwrap();
}

/// Everything the pack asks of a foreign person.
fn complete(bench: &Bench, customer: &str) {
    write(
        bench,
        customer,
        &[
            ("street_address", "1 Hafenstraße, Hamburg"),
            ("use_locations", "Hamburg"),
            ("email", "j@example.de"),
            ("phone", "+4940123456"),
        ],
    )
    .unwrap();
    let account = bench
        .vault
        .account_save(&c::AccountSaveReq {
            customer: customer.to_owned(),
            id: None,
            account_ref: "acct-1".to_owned(),
            state: "restricted".to_owned(),
            products: None,
            opened_on: None,
            closed_on: None,
            added: Vec::new(),
        })
        .unwrap();
    bench
        .vault
        .payment_save(&c::PaymentSaveReq {
            customer: customer.to_owned(),
            account: account.accounts[0].id.clone(),
            kind: "card".to_owned(),
            institution: "Specimen Bank".to_owned(),
            source: "Jürgen Müller".to_owned(),
            identifier: Some("4242".to_owned()),
        })
        .unwrap();
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

#[test]
fn no_step_of_the_straight_path_can_be_jumped() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    for to in ["status_review", "verifying", "verified", "us_cleared"] {
        said(move_to(&bench, &customer, to));
    }
    said(move_to(&bench, &customer, "collecting"));
    notice(&bench, &customer);
    move_to(&bench, &customer, "collecting").unwrap();
    said(move_to(&bench, &customer, "status_review"));
    complete(&bench, &customer);
    move_to(&bench, &customer, "status_review").unwrap();
    said(move_to(&bench, &customer, "verifying"));
    determine(&bench, &customer, "none_met");
    said(move_to(&bench, &customer, "us_cleared"));
    move_to(&bench, &customer, "verifying").unwrap();
    said(move_to(&bench, &customer, "verified"));
    bench
        .vault
        .verification_record(&c::VerificationReq {
            customer: customer.clone(),
            about: customer.clone(),
            method: "non_documentary".to_owned(),
            result: "match".to_owned(),
            document: None,
            basis: "Credit file".to_owned(),
            notes: None,
            performed_on: None,
        })
        .unwrap();
    let view = move_to(&bench, &customer, "verified").unwrap();
    assert_eq!(view.row.status, "verified");
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn no_account_is_active_before_its_holder_is_cleared() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let (code, _) = said(bench.vault.account_save(&c::AccountSaveReq {
        customer: customer.clone(),
        id: None,
        account_ref: "acct-1".to_owned(),
        state: "active".to_owned(),
        products: None,
        opened_on: None,
        closed_on: None,
        added: Vec::new(),
    }));
    assert_eq!(code, "E-ACCOUNT-NOT-CLEARED");
}

#[test]
fn a_full_card_number_is_refused_and_not_repeated() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    complete(&bench, &customer);
    let account = bench.vault.customer_show(&customer).unwrap().accounts[0]
        .id
        .clone();
    let (_, sentence) = said(bench.vault.payment_save(&c::PaymentSaveReq {
        customer,
        account,
        kind: "card".to_owned(),
        institution: String::new(),
        source: "x".to_owned(),
        identifier: Some("4111 1111 1111 1111".to_owned()),
    }));
    assert!(!sentence.contains("1111 1111 1111"), "{sentence}");
}

#[test]
fn two_who_edit_the_same_record_do_not_overwrite_each_other() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let seen = bench.vault.customer_show(&customer).unwrap().revision;
    write(&bench, &customer, &[("email", "new@example.de")]).unwrap();
    let (code, _) = said(bench.vault.customer_change(&c::CustomerChangeReq {
        r#ref: customer.clone(),
        revision: seen,
        fields: vec![c::FieldChange {
            id: "email".to_owned(),
            values: vec!["old@example.de".to_owned()],
        }],
        reason: None,
        occurred_on: None,
    }));
    assert_eq!(code, "U-01");
}

#[test]
fn a_wrong_value_names_its_field_and_what_to_write() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let error = write(
        &bench,
        &customer,
        &[("email", "not an address"), ("country", "Untied States")],
    )
    .unwrap_err();
    let fields: Vec<&str> = error
        .0
        .problems
        .iter()
        .map(|one| one.field.as_str())
        .collect();
    assert_eq!(fields, ["email", "country"], "{error}");
    assert!(
        error.0.problems[1].message.contains("Untied States")
            && error.0.problems[1].message.contains("Write"),
        "{error}"
    );
}

fn listed(bench: &Bench, search: &str, sort: c::CustomerSort) -> Vec<String> {
    let page = bench
        .vault
        .customer_list(&c::CustomerListReq {
            search: Some(search.to_owned()),
            status: Vec::new(),
            us_status: Vec::new(),
            kind: None,
            country: Vec::new(),
            incomplete: false,
            sort,
            descending: false,
            offset: 0,
            limit: 10,
        })
        .unwrap();
    page.rows.into_iter().map(|row| row.name).collect()
}

#[test]
fn names_are_found_without_their_accents_and_in_any_script() {
    let bench = Bench::new();
    for (name, country) in [
        ("Jürgen Müller", "DE"),
        ("Åsa Öberg", "SE"),
        ("Łukasz Żak", "PL"),
    ] {
        bench.customer(name, country);
    }
    bench
        .vault
        .customer_create(&c::CustomerCreateReq {
            kind: c::PartyKind::Entity,
            name: "Yunhai Computing".to_owned(),
            name_original: Some("云海计算".to_owned()),
            country: Some("CN".to_owned()),
            external_id: Some("X-9".to_owned()),
        })
        .unwrap();
    for (search, found) in [
        ("muller", "Jürgen Müller"),
        ("MÜLLER", "Jürgen Müller"),
        ("asa ob", "Åsa Öberg"),
        ("云海", "Yunhai Computing"),
        ("x-9", "Yunhai Computing"),
    ] {
        assert_eq!(
            listed(&bench, search, c::CustomerSort::Name),
            [found],
            "{search}"
        );
    }
    for nothing in ["\"", "*", "NOT", "name:", "(", "' OR 1=1 --"] {
        assert!(
            listed(&bench, nothing, c::CustomerSort::Name).is_empty(),
            "{nothing} is only text"
        );
    }
}
