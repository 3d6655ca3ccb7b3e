//! A customer's case on its straight path, and finding one among many.

use crate::bench::{ALONE, Bench, PASSPHRASE, all_customers, interest, said};
use contract as c;

fn move_to(bench: &Bench, customer: &str, to: &str) -> Result<c::CustomerView, desk::Error> {
    let words =
        matches!(to, "verified" | "abandoned").then(|| "Passport seen; I believe it".to_owned());
    bench.vault.customer_advance(&c::CustomerAdvanceReq {
        approver: None,
        r#ref: customer.to_owned(),
        to: to.to_owned(),
        reason: words,
        passphrase: Some(PASSPHRASE.to_owned()),
        override_reason: Some(ALONE.to_owned()),
        on: None,
        review_on: None,
        leave_open: None,
        made_of: None,
    })
}

pub(crate) fn write(
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
        proved_by: None,
    })
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
    let account = bench.restricted_account(customer);
    bench
        .vault
        .payment_save(&c::PaymentSaveReq {
            customer: customer.to_owned(),
            account: account.accounts[0].id.clone(),
            kind: "card".to_owned(),
            institution: "Specimen Bank".to_owned(),
            source: "Jürgen Müller".to_owned(),
            identifier: Some("4242".to_owned()),
            country: None,
            proved_by: None,
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
    bench.notice(&customer);
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
            situation: None,
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
        resold_to_foreign: None,
        added: Vec::new(),
        proved_by: None,
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
        country: None,
        proved_by: None,
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
        proved_by: None,
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
            query: desk::quoted(search),
            sort,
            limit: 10,
            ..all_customers()
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

/// A foreign customer as far as the verification of identity.
pub(crate) fn to_verifying(bench: &Bench) -> String {
    let customer = bench.customer("Jürgen Müller", "DE");
    bench.notice(&customer);
    move_to(bench, &customer, "collecting").unwrap();
    complete(bench, &customer);
    move_to(bench, &customer, "status_review").unwrap();
    determine(bench, &customer, "none_met");
    move_to(bench, &customer, "verifying").unwrap();
    customer
}

pub(crate) fn advance(
    bench: &Bench,
    customer: &str,
    to: &str,
    reason: Option<&str>,
    review_on: Option<&str>,
) -> Result<c::CustomerView, desk::Error> {
    bench.vault.customer_advance(&c::CustomerAdvanceReq {
        approver: None,
        r#ref: customer.to_owned(),
        to: to.to_owned(),
        reason: reason.map(str::to_owned),
        passphrase: Some(PASSPHRASE.to_owned()),
        override_reason: Some(ALONE.to_owned()),
        on: None,
        review_on: review_on.map(str::to_owned),
        leave_open: (to == "closed_account").then(|| "As agreed".to_owned()),
        made_of: None,
    })
}

pub(crate) fn verification(bench: &Bench, customer: &str, result: &str) {
    bench
        .vault
        .verification_record(&c::VerificationReq {
            customer: customer.to_owned(),
            about: customer.to_owned(),
            method: "non_documentary".to_owned(),
            result: result.to_owned(),
            document: None,
            basis: "Credit file".to_owned(),
            situation: None,
            notes: None,
            performed_on: None,
        })
        .unwrap();
}

fn discrepancy(
    bench: &Bench,
    customer: &str,
    id: Option<&str>,
    resolution: Option<&str>,
) -> Result<c::CustomerView, desk::Error> {
    bench.vault.discrepancy_save(&c::DiscrepancySaveReq {
        customer: customer.to_owned(),
        id: id.map(str::to_owned),
        about: customer.to_owned(),
        what: "Date of birth".to_owned(),
        claimed: "1974-12-08".to_owned(),
        found: "1974-08-12".to_owned(),
        source: "Passport C01X00T47".to_owned(),
        substantive: true,
        resolution: resolution.map(str::to_owned),
    })
}

#[test]
fn what_does_not_fit_holds_the_case_until_it_is_resolved_and_both_values_stay() {
    let bench = Bench::new();
    let customer = to_verifying(&bench);
    verification(&bench, &customer, "match");
    assert_eq!(
        said(advance(&bench, &customer, "discrepancy", Some("x"), None)).0,
        "E-CASE-BLOCKED",
        "nothing is recorded yet"
    );
    let (code, _) = said(bench.vault.discrepancy_save(&c::DiscrepancySaveReq {
        customer: customer.clone(),
        id: None,
        about: customer.clone(),
        what: "Date of birth".to_owned(),
        claimed: " ".to_owned(),
        found: "1974-08-12".to_owned(),
        source: "Passport".to_owned(),
        substantive: true,
        resolution: None,
    }));
    assert_eq!(code, "E-DISCREPANCY-EMPTY");
    let view = discrepancy(&bench, &customer, None, None).unwrap();
    assert_eq!(
        said(move_to(&bench, &customer, "verified")).0,
        "E-CASE-BLOCKED",
        "an open discrepancy forbids the belief"
    );
    advance(
        &bench,
        &customer,
        "discrepancy",
        Some("Day and month changed places"),
        None,
    )
    .unwrap();
    assert_eq!(
        said(advance(&bench, &customer, "verifying", None, None)).0,
        "E-CASE-WORDS"
    );
    discrepancy(
        &bench,
        &customer,
        Some(&view.discrepancies[0].id),
        Some("The customer sent a copy: the passport is right"),
    )
    .unwrap();
    advance(
        &bench,
        &customer,
        "verifying",
        Some("The passport is right"),
        None,
    )
    .unwrap();
    let view = move_to(&bench, &customer, "verified").unwrap();
    let one = &view.discrepancies[0];
    assert_eq!(
        (one.claimed.as_str(), one.found.as_str(), one.by.as_str()),
        ("••••08", "••••12", "Ana Lima")
    );
    assert!(view.path.iter().any(|step| step.label == "Discrepancy open"
        && step.note.as_deref() == Some("Day and month changed places")));
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn who_cannot_be_verified_is_restricted_on_terms_and_closed_when_nothing_is_open() {
    let bench = Bench::new();
    let customer = to_verifying(&bench);
    assert_eq!(
        said(advance(
            &bench,
            &customer,
            "unverified",
            Some("Nothing came"),
            None
        ))
        .0,
        "E-CASE-BLOCKED",
        "the attempts are what the register shows"
    );
    verification(&bench, &customer, "unavailable");
    advance(
        &bench,
        &customer,
        "unverified",
        Some("Two requests, no document"),
        None,
    )
    .unwrap();
    assert_eq!(
        said(advance(
            &bench,
            &customer,
            "refused",
            Some("Letter of 2 March"),
            None
        ))
        .0,
        "E-CASE-BLOCKED",
        "an account was opened"
    );
    assert_eq!(
        said(advance(
            &bench,
            &customer,
            "restricted",
            Some("No new machines"),
            None
        ))
        .0,
        "E-CASE-REVIEW"
    );
    assert_eq!(
        said(advance(
            &bench,
            &customer,
            "restricted",
            Some("No new machines"),
            Some("2026-03-02")
        ))
        .0,
        "E-CASE-REVIEW",
        "today is no later look"
    );
    let view = advance(
        &bench,
        &customer,
        "restricted",
        Some("No new machines"),
        Some("2026-04-01"),
    )
    .unwrap();
    assert_eq!(
        view.terms.as_deref(),
        Some("No new machines. To be looked at again on Wed 2026-04-01.")
    );
    let (code, message) = said(advance(
        &bench,
        &customer,
        "closed_account",
        Some("Final notice, appeals desk"),
        None,
    ));
    assert_eq!(code, "E-CASE-BLOCKED");
    assert!(message.contains("acct-1"), "{message}");
    let account = &view.accounts[0];
    bench
        .vault
        .account_save(&c::AccountSaveReq {
            customer: customer.clone(),
            id: Some(account.id.clone()),
            account_ref: account.account_ref.clone(),
            state: "closed".to_owned(),
            products: None,
            opened_on: None,
            closed_on: Some("2026-03-01".to_owned()),
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })
        .unwrap();
    let view = advance(
        &bench,
        &customer,
        "closed_account",
        Some("Final notice, appeals desk"),
        None,
    )
    .unwrap();
    assert_eq!((view.status_label.as_str(), view.terms), ("Closed", None));
    assert_eq!(
        view.clocks[0].clock, "CLK-RETAIN",
        "its records are kept from the closing on"
    );
    assert_eq!(
        said(advance(&bench, &customer, "collecting", None, None)).0,
        "E-CASE-WORDS",
        "a closed case is reopened with a reason"
    );
    advance(
        &bench,
        &customer,
        "collecting",
        Some("The customer sent a passport"),
        None,
    )
    .unwrap();
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_new_foreign_owner_reopens_a_cleared_case_and_its_account_is_restricted() {
    let bench = Bench::new();
    let customer = bench.customer("Acme Robotics", "US");
    bench.notice(&customer);
    move_to(&bench, &customer, "collecting").unwrap();
    complete(&bench, &customer);
    determine(&bench, &customer, "citizen");
    move_to(&bench, &customer, "status_review").unwrap();
    move_to(&bench, &customer, "us_cleared").unwrap();
    let account = bench.vault.customer_show(&customer).unwrap().accounts[0].clone();
    let active = bench
        .vault
        .account_save(&c::AccountSaveReq {
            customer: customer.clone(),
            id: Some(account.id.clone()),
            account_ref: account.account_ref.clone(),
            state: "active".to_owned(),
            products: None,
            opened_on: None,
            closed_on: None,
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })
        .unwrap();
    assert_eq!(
        active.status_label, "In use, monitored",
        "the first active account puts the customer in use"
    );
    let owner = |id: Option<&str>, share: &str| {
        bench.vault.owner_save(&c::OwnerSaveReq {
            customer: customer.clone(),
            id: id.map(str::to_owned),
            name: "Ольга Иванова".to_owned(),
            name_original: None,
            kind: c::PartyKind::Individual,
            unspecified: None,
            interests: vec![interest(None, "equity", Some(share))],
            country: Some("RU".to_owned()),
            address: None,
            email: None,
            phone: None,
            source: None,
            valid_from: None,
            valid_to: None,
            proved_by: None,
        })
    };
    assert_eq!(
        owner(None, "24.999").unwrap().status_label,
        "In use, monitored",
        "less than the threshold"
    );
    let view = owner(Some("O-1"), "25").unwrap();
    assert_eq!(
        view.status_label, "To be verified again",
        "also whom a change carries over the threshold"
    );
    assert_eq!(
        view.accounts[0].state, "restricted",
        "nobody undetermined uses an account freely"
    );
    assert!(
        view.path
            .last()
            .unwrap()
            .note
            .as_deref()
            .unwrap()
            .contains("became an owner")
    );
    let (code, _) = said(bench.vault.account_save(&c::AccountSaveReq {
        customer: customer.clone(),
        id: Some(account.id.clone()),
        account_ref: account.account_ref.clone(),
        state: "active".to_owned(),
        products: None,
        opened_on: None,
        closed_on: None,
        resold_to_foreign: None,
        added: Vec::new(),
        proved_by: None,
    }));
    assert_eq!(code, "E-ACCOUNT-NOT-CLEARED");
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn an_account_that_is_resold_to_a_foreign_person_reopens_the_case() {
    let bench = Bench::new();
    let customer = bench.customer("Acme Robotics", "US");
    bench.notice(&customer);
    move_to(&bench, &customer, "collecting").unwrap();
    complete(&bench, &customer);
    determine(&bench, &customer, "citizen");
    move_to(&bench, &customer, "status_review").unwrap();
    move_to(&bench, &customer, "us_cleared").unwrap();
    let account = bench.vault.customer_show(&customer).unwrap().accounts[0].clone();
    let save = |state: &str, resold: Option<&str>| {
        bench.vault.account_save(&c::AccountSaveReq {
            customer: customer.clone(),
            id: Some(account.id.clone()),
            account_ref: account.account_ref.clone(),
            state: state.to_owned(),
            products: None,
            opened_on: None,
            closed_on: None,
            resold_to_foreign: resold.map(str::to_owned),
            added: Vec::new(),
            proved_by: None,
        })
    };
    assert_eq!(
        save("active", None).unwrap().status_label,
        "In use, monitored"
    );
    let (code, _) = said(save("active", Some("2027-01-01")));
    assert_ne!(code, "", "a resale that lies ahead has not happened");
    let view = save("active", Some("2026-02-20")).unwrap();
    assert_eq!(
        (view.status_label.as_str(), view.accounts[0].state.as_str()),
        ("To be verified again", "restricted")
    );
    let note = view.path.last().unwrap().note.clone().unwrap();
    assert!(
        note.contains("resold") && note.contains("2026-02-20"),
        "{note}"
    );
}

#[test]
fn who_holds_a_quarter_through_others_is_a_beneficial_owner() {
    let bench = Bench::new();
    let customer = bench.customer("Acme Robotics", "US");
    let save = |id: Option<&str>,
                name: &str,
                kind,
                percent: Option<&str>,
                stakes: &[(&str, &str)],
                until: Option<&str>| {
        bench.vault.owner_save(&c::OwnerSaveReq {
            customer: customer.clone(),
            id: id.map(str::to_owned),
            name: name.to_owned(),
            name_original: None,
            kind,
            unspecified: None,
            interests: percent
                .map(|share| interest(None, "equity", Some(share)))
                .into_iter()
                .chain(
                    stakes
                        .iter()
                        .map(|(of, share)| interest(Some(of), "equity", Some(share))),
                )
                .collect(),
            country: None,
            address: None,
            email: None,
            phone: None,
            source: None,
            valid_from: None,
            valid_to: until.map(str::to_owned),
            proved_by: None,
        })
    };
    let (person, entity) = (c::PartyKind::Individual, c::PartyKind::Entity);
    save(None, "Holding A/S", entity, Some("40"), &[], None).unwrap();
    let view = save(None, "Ana Lima", person, Some("5"), &[("O-1", "50")], None).unwrap();
    let ana = &view.owners[1];
    assert_eq!(
        (ana.counts, ana.effective.as_deref()),
        (c::Counting::Yes, Some("25")),
        "50 % of 40 %, and 5 %"
    );
    assert_eq!(ana.why, ["5 %", "50 % of Holding A/S, which has 40 %"]);
    let view = save(
        Some("O-1"),
        "Holding A/S",
        entity,
        Some("39.999"),
        &[],
        None,
    )
    .unwrap();
    assert_eq!(
        view.owners[1].counts,
        c::Counting::No,
        "a hair less is less"
    );
    for (stakes, code) in [
        (vec![("O-1", "50.001")], "L-08"),
        (vec![("O-2", "10")], "E-OWNER-PERSON"),
        (vec![("O-7", "10")], "E-OWNER-UNKNOWN"),
        (vec![("O-1", "101")], "E-OWNER-SHARE"),
        (vec![("O-1", "-1")], "E-OWNER-SHARE"),
    ] {
        assert_eq!(
            said(save(None, "Bo", person, None, &stakes, None)).0,
            code,
            "{stakes:?}"
        );
    }
    let itself = save(
        Some("O-1"),
        "Holding A/S",
        entity,
        Some("40"),
        &[("O-1", "10")],
        None,
    );
    assert_eq!(said(itself).0, "E-OWNER-SELF");
    let ended = save(
        Some("O-1"),
        "Holding A/S",
        entity,
        Some("40"),
        &[],
        Some("2026-03-01"),
    );
    assert_eq!(
        said(ended).0,
        "E-OWNER-HELD",
        "somebody holds a share through it"
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn forty_sign_ups_are_settled_under_one_signature_and_those_that_need_a_person_say_why() {
    let bench = Bench::new();
    let mut ready = Vec::new();
    for n in 0..12 {
        let customer = bench.customer(&format!("Ada Nr {n}"), "US");
        bench.notice(&customer);
        move_to(&bench, &customer, "collecting").unwrap();
        complete(&bench, &customer);
        determine(
            &bench,
            &customer,
            if n < 10 { "citizen" } else { "none_met" },
        );
        move_to(&bench, &customer, "status_review").unwrap();
        ready.push(customer);
    }
    let queue = bench.vault.review_queue().unwrap();
    assert_eq!(
        (queue.ready.len(), queue.waiting.len(), queue.more),
        (10, 2, 0)
    );
    assert_eq!(
        queue.waiting[0].needs,
        ["Not everybody is a U.S. person: start the verification."]
    );
    let decide = |cases: Vec<c::CaseAt>, to: &str, passphrase: &str| {
        bench.vault.customers_decide(&c::CustomersDecideReq {
            approver: None,
            cases,
            to: to.to_owned(),
            reason: String::new(),
            passphrase: passphrase.to_owned(),
            override_reason: Some(ALONE.to_owned()),
        })
    };
    let all = || {
        queue
            .ready
            .iter()
            .map(|row| c::CaseAt {
                r#ref: row.r#ref.clone(),
                revision: row.revision,
            })
            .collect::<Vec<_>>()
    };
    let entries = || bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    let before = entries();
    let mut with_foreign = all();
    with_foreign.push(c::CaseAt {
        r#ref: queue.waiting[0].r#ref.clone(),
        revision: queue.waiting[0].revision,
    });
    for (cases, to, passphrase, code) in [
        (with_foreign, "us_cleared", PASSPHRASE, "E-CASE-BLOCKED"),
        (Vec::new(), "us_cleared", PASSPHRASE, "E-REVIEW-CASES"),
        (
            [all(), all()].concat(),
            "us_cleared",
            PASSPHRASE,
            "E-REVIEW-CASES",
        ),
        (all(), "refused", PASSPHRASE, "E-REVIEW-DECISION"),
        (all(), "verified", PASSPHRASE, "E-CASE-WORDS"),
        (all(), "us_cleared", "not the passphrase of anybody", "V-04"),
    ] {
        assert_eq!(said(decide(cases, to, passphrase)).0, code);
    }
    write(&bench, &ready[0], &[("email", "other@example.com")]).unwrap();
    assert_eq!(
        said(decide(all(), "us_cleared", PASSPHRASE)).0,
        "U-01",
        "one of them is not what was looked at"
    );
    assert_eq!(entries(), before + 1, "nothing was decided");
    let queue = bench.vault.review_queue().unwrap();
    let all = queue
        .ready
        .iter()
        .map(|row| c::CaseAt {
            r#ref: row.r#ref.clone(),
            revision: row.revision,
        })
        .collect();
    let after = decide(all, "us_cleared", PASSPHRASE).unwrap();
    assert_eq!((after.ready.len(), after.waiting.len()), (0, 2));
    let acts: Vec<(u64, String)> = bench
        .vault
        .read(|read| {
            let mut acts = Vec::new();
            for seq in before + 2..=read.head()?.count {
                let entry = read.entry(seq)?.unwrap();
                acts.push((entry.act, entry.entry.kind));
            }
            Ok(acts)
        })
        .unwrap();
    assert_eq!(acts.len(), 10);
    assert!(
        acts.iter()
            .all(|(act, kind)| *act == acts[0].0 && kind == "customer.advanced"),
        "ten entries, one act"
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_mistyped_lei_or_iban_is_refused_with_what_its_check_digits_would_be() {
    let bench = Bench::new();
    let entity = bench
        .vault
        .customer_create(&c::CustomerCreateReq {
            kind: c::PartyKind::Entity,
            name: "Deutsche Specimen AG".to_owned(),
            name_original: None,
            country: Some("DE".to_owned()),
            external_id: None,
        })
        .unwrap()
        .r#ref;
    let error = write(&bench, &entity, &[("lei", "529900T8BM49AURSDO54")]).unwrap_err();
    assert_eq!(error.0.problems[0].code, "E-FIELD-IDENTIFIER-CHECK");
    assert!(
        error.0.problems[0].message.contains("would be 55"),
        "{}",
        error.0.problems[0].message
    );
    write(&bench, &entity, &[("lei", "5299 00t8bm49aursdo55")]).unwrap();
    let kept = bench
        .vault
        .read(|read| Ok(read.customer_file(&entity)?))
        .unwrap();
    assert_eq!(kept.value("lei"), Some("529900T8BM49AURSDO55"));
    let customer = bench.customer("Jürgen Müller", "DE");
    complete(&bench, &customer);
    let account = bench.vault.customer_show(&customer).unwrap().accounts[0]
        .id
        .clone();
    let pay = |identifier: &str| {
        bench.vault.payment_save(&c::PaymentSaveReq {
            customer: customer.clone(),
            account: account.clone(),
            kind: "bank".to_owned(),
            institution: "Specimen Bank".to_owned(),
            source: "Own".to_owned(),
            identifier: Some(identifier.to_owned()),
            country: None,
            proved_by: None,
        })
    };
    let error = pay("DE89 3704 0044 0532 0130 01").unwrap_err();
    assert_eq!(
        (
            error.0.problems[0].field.as_str(),
            error.0.problems[0].code.as_str()
        ),
        ("identifier", "E-FIELD-IDENTIFIER-CHECK")
    );
    let view = pay("DE89 3704 0044 0532 0130 00").unwrap();
    let paid = view.accounts[0].payments.last().unwrap();
    assert_eq!(paid.identifier.as_deref(), Some("••••3000"));
    let shown = bench.vault.value_reveal(&c::RevealReq {
        customer: view.row.r#ref.clone(),
        field: format!("payment:{}", paid.id),
        review: None,
        reason: None,
    });
    assert_eq!(
        shown.unwrap().values,
        ["DE89370400440532013000"],
        "kept in one form"
    );
    pay("Account 4711 at the counter").unwrap();
}
