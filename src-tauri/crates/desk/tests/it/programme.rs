//! The organisation's own programme on a vault: what is missing, the gate of a new provider, contacts with their dates, what a form takes over.

use crate::bench::{ALONE, Bench, said};
use contract as c;
use desk::Unwatched;

fn standing(bench: &Bench, new_provider: bool) -> c::ProgrammeView {
    bench
        .vault
        .programme_standing(&c::StandingReq {
            role: "provider".to_owned(),
            jurisdiction: "United States".to_owned(),
            new_provider,
            reason: "Furnishes no foreign customer yet".to_owned(),
        })
        .unwrap()
}

fn contact(name: &str, from: &str) -> c::ContactReq {
    c::ContactReq {
        r#ref: None,
        name: name.to_owned(),
        title: "Counsel".to_owned(),
        email: "counsel@example.com".to_owned(),
        phone: "+1 303 555 0100".to_owned(),
        primary: true,
        signatory: true,
        from: from.to_owned(),
        to: None,
    }
}

fn cip(bench: &Bench, marks: Vec<c::MarkReq>) -> Result<c::ProgrammeView, desk::Error> {
    bench.vault.programme_cip(&c::OwnCipReq {
        r#ref: None,
        version: "2026.1".to_owned(),
        effective_from: "2026-01-01".to_owned(),
        approver: "Ana Lima, CEO".to_owned(),
        document: None,
        next_review_on: None,
        adopted_from: None,
        marks,
    })
}

fn account(customer: &str, state: &str) -> c::AccountSaveReq {
    c::AccountSaveReq {
        customer: customer.to_owned(),
        id: None,
        account_ref: "acct-1".to_owned(),
        state: state.to_owned(),
        products: None,
        opened_on: None,
        closed_on: None,
        resold_to_foreign: None,
        added: Vec::new(),
        proved_by: None,
    }
}

/// The first certification, filled in, sealed and sent.
fn certified(bench: &Bench) {
    let filing = bench
        .vault
        .filing_draft(&c::FilingDraftReq {
            form: "F1".to_owned(),
            subjects: Vec::new(),
            clock: None,
            as_of: None,
            replaces: None,
        })
        .unwrap()
        .row
        .r#ref;
    for (item, part) in [
        ("cip", "version"),
        ("identity", "value"),
        ("identity_tools", "value"),
        ("ownership_change", "value"),
        ("malicious_detection", "value"),
        ("reseller_oversight", "value"),
        ("ai_detection", "value"),
        ("signatory", "title"),
    ] {
        bench.write(&filing, item, "", part, "As written").unwrap();
    }
    bench.seal(&filing, Some(ALONE)).unwrap();
    let today = bench.vault.today().to_string();
    bench.sent(&filing, &today).unwrap();
}

#[test]
fn a_new_provider_opens_no_account_of_a_foreign_or_undetermined_customer_before_its_first_certification_is_sent()
 {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    bench
        .vault
        .account_save(&account(&customer, "restricted"))
        .expect("nobody said that the organization is a new provider");
    standing(&bench, true);
    let other = bench.customer("Wei Chen", "CN");
    let refused = said(bench.vault.account_save(&account(&other, "restricted")));
    assert_eq!(refused.0, "E-ACCOUNT-NEW-PROVIDER");
    assert!(
        refused.1.contains("recorded as a new provider"),
        "{}",
        refused.1
    );
    bench
        .vault
        .account_save(&account(&other, "requested"))
        .expect("asked for is not opened");
    assert!(bench.vault.programme(None).unwrap().gate.is_some());

    certified(&bench);
    assert!(bench.vault.programme(None).unwrap().gate.is_none());
    let open = bench.vault.customer_show(&other).unwrap();
    let account_id = open.accounts[0].id.clone();
    bench
        .vault
        .account_save(&c::AccountSaveReq {
            id: Some(account_id),
            ..account(&other, "restricted")
        })
        .expect("the first certification went out");
}

#[test]
fn what_is_missing_is_said_until_it_is_recorded() {
    let bench = Bench::new();
    let missing = |word: &str| {
        bench
            .vault
            .programme(None)
            .unwrap()
            .gaps
            .iter()
            .any(|gap| gap.contains(word))
    };
    for what in [
        "what the organization is to the rule",
        "scope memo",
        "no CIP in force",
        "assessment of the risks",
        "primary contact",
        "number of employees",
    ] {
        assert!(missing(what), "{what}");
    }
    standing(&bench, false);
    bench
        .vault
        .programme_product(&c::ProductReq {
            r#ref: None,
            name: "Compute".to_owned(),
            description: "Virtual machines".to_owned(),
            form: "virtualised".to_owned(),
            deploys_software: true,
            trial: false,
            us_owned: true,
            in_us: true,
            in_scope: "yes".to_owned(),
            reason: "Customers run software of their own".to_owned(),
            launched: None,
            retired: None,
            made_of: None,
        })
        .unwrap();
    assert!(!missing("scope memo"));
    assert!(!missing("what the organization is"));
    let elements = cip(&bench, Vec::new()).unwrap().elements;
    assert!(missing("is not shown to hold"));
    let marks = |page: Option<&str>| {
        elements
            .iter()
            .map(|element| c::MarkReq {
                id: element.id.clone(),
                standing: "met".to_owned(),
                page: page.map(str::to_owned),
            })
            .collect::<Vec<_>>()
    };
    let mut again = c::OwnCipReq {
        r#ref: Some("CIP-0001".to_owned()),
        version: "2026.1".to_owned(),
        effective_from: "2026-01-01".to_owned(),
        approver: "Ana Lima, CEO".to_owned(),
        document: None,
        next_review_on: Some("2026-02-01".to_owned()),
        adopted_from: None,
        marks: marks(None),
    };
    assert_eq!(said(bench.vault.programme_cip(&again)).0, "E-CIP-PAGE");
    again.marks = marks(Some("3"));
    bench.vault.programme_cip(&again).unwrap();
    assert!(!missing("is not shown to hold"));
    assert!(missing("was to be reviewed by 2026-02-01"));

    let heads = bench.vault.programme(None).unwrap().heads;
    let assessment = |heads: Vec<c::HeadReq>| {
        bench.vault.programme_assessment(&c::AssessmentReq {
            r#ref: None,
            on: None,
            cip: None,
            heads,
            landscape: String::new(),
            reviewer: "Ana Lima".to_owned(),
            next_review_on: None,
            landscape_of: None,
        })
    };
    let rated: Vec<c::HeadReq> = heads
        .iter()
        .map(|head| c::HeadReq {
            id: head.id.clone(),
            rating: "medium".to_owned(),
            text: "As discussed".to_owned(),
            made_of: None,
        })
        .collect();
    let partly = said(assessment(rated[1..].to_vec()));
    assert!(
        partly.1.contains(&heads[0].label),
        "every head is rated: {partly:?}"
    );
    let view = assessment(rated).unwrap();
    assert_eq!(view.assessments[0].cip.as_deref(), Some("CIP-0001"));
    bench
        .vault
        .programme_contact(&contact("Ana Lima", "2026-01-01"))
        .unwrap();
    bench
        .vault
        .programme_headcount(&c::HeadcountReq {
            employees: 42,
            as_of: "2026-02-01".to_owned(),
        })
        .unwrap();
    for what in [
        "scope memo",
        "assessment of the risks",
        "primary contact",
        "number of employees",
    ] {
        assert!(!missing(what), "{what}");
    }
    assert!(missing("no document attached"));
}

#[test]
fn another_primary_contact_ends_the_one_before_and_opens_an_update_once_a_certification_was_sent() {
    let bench = Bench::new();
    let first = bench
        .vault
        .programme_contact(&contact("Ana Lima", "2026-01-01"))
        .unwrap();
    assert_eq!(first.opened, None);
    let early = said(
        bench
            .vault
            .programme_contact(&contact("Too Early", "2026-01-01")),
    );
    assert_eq!(early.0, "E-PROGRAMME-CONTACT");
    let second = bench
        .vault
        .programme_contact(&contact("Jonas Weber", "2026-02-01"))
        .unwrap();
    assert_eq!(second.opened, None, "nobody was told of the one before");
    let ended = |view: &c::ProgrammeView, name: &str| {
        view.contacts
            .iter()
            .find(|one| one.name == name)
            .and_then(|one| one.to.clone())
    };
    assert_eq!(ended(&second, "Ana Lima").as_deref(), Some("2026-01-31"));

    certified(&bench);
    let third = bench
        .vault
        .programme_contact(&contact("Mei Tanaka", &bench.vault.today().to_string()))
        .unwrap();
    let opened = third.opened.expect("an update is opened (D-64)");
    let case = bench.vault.case_show(&opened).unwrap();
    assert_eq!(case.row.kind, "update");
    assert!(case.row.title.contains("Mei Tanaka"), "{}", case.row.title);
    assert!(case.row.clock.is_some(), "its clock runs");
}

#[test]
fn a_certification_takes_over_what_the_programme_says() {
    let bench = Bench::new();
    standing(&bench, false);
    cip(&bench, Vec::new()).unwrap();
    bench
        .vault
        .programme_contact(&contact("Ana Lima", "2026-01-01"))
        .unwrap();
    bench
        .vault
        .programme_headcount(&c::HeadcountReq {
            employees: 42,
            as_of: "2026-02-01".to_owned(),
        })
        .unwrap();
    let filing = bench
        .vault
        .filing_draft(&c::FilingDraftReq {
            form: "F1".to_owned(),
            subjects: Vec::new(),
            clock: None,
            as_of: None,
            replaces: None,
        })
        .unwrap();
    let text = serde_json::to_string(&filing).unwrap();
    for word in ["2026.1", "Ana Lima, CEO", "counsel@example.com", "42"] {
        assert!(text.contains(word), "{word} is not on the form");
    }
}

#[test]
fn a_document_of_another_record_is_no_document_of_the_programme() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let document = bench
        .vault
        .document_add(
            &customer,
            "other",
            desk::Source::Made {
                name: "letter.txt".to_owned(),
                bytes: b"hello".to_vec(),
            },
            &Unwatched,
        )
        .unwrap();
    let refused = said(bench.vault.programme_cip(&c::OwnCipReq {
        r#ref: None,
        version: "1".to_owned(),
        effective_from: "2026-01-01".to_owned(),
        approver: "Ana Lima, CEO".to_owned(),
        document: Some(document.id),
        next_review_on: None,
        adopted_from: None,
        marks: Vec::new(),
    }));
    assert_eq!(refused.0, "E-PROGRAMME-DOCUMENT");
}
