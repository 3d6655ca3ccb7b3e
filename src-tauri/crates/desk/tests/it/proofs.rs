//! Every value is a dated row with its source, who recorded it and which document proves it: of customers, owners, signatories, accounts and means
//! of payment in one way.

use crate::bench::{Bench, interest, said};
use crate::evidence::{FACTS, bench_with_passport, form};
use contract as c;
use desk::{Source, Unwatched};

fn paper(bench: &Bench, customer: &str, name: &str, kind: &str) -> String {
    let file = bench.file(name, name.as_bytes());
    let row = bench
        .vault
        .document_add(customer, kind, Source::File(file), &Unwatched);
    row.unwrap().id
}

fn named(customer: &str, document: &str, of: &str, values: &[&str]) -> c::ProofReq {
    c::ProofReq {
        customer: customer.to_owned(),
        values: values
            .iter()
            .map(|value| c::ValueAt {
                of: of.to_owned(),
                value: (*value).to_owned(),
            })
            .collect(),
        document: document.to_owned(),
        holds: true,
    }
}

fn owner(
    customer: &str,
    id: Option<&str>,
    address: &str,
    proved_by: Option<&str>,
) -> c::OwnerSaveReq {
    c::OwnerSaveReq {
        customer: customer.to_owned(),
        id: id.map(str::to_owned),
        name: "Mei Lin".to_owned(),
        name_original: Some("林美".to_owned()),
        kind: c::PartyKind::Individual,
        unspecified: None,
        interests: vec![interest(None, "equity", Some("60"))],
        country: Some("SG".to_owned()),
        address: Some(address.to_owned()),
        email: None,
        phone: None,
        source: Some("Her own statement".to_owned()),
        valid_from: None,
        valid_to: None,
        proved_by: proved_by.map(str::to_owned),
    }
}

fn account(customer: &str, proved_by: Option<&str>) -> c::AccountSaveReq {
    c::AccountSaveReq {
        customer: customer.to_owned(),
        id: None,
        account_ref: "NIM-1".to_owned(),
        state: "restricted".to_owned(),
        products: Some("VPS".to_owned()),
        opened_on: Some("2026-01-05".to_owned()),
        closed_on: None,
        resold_to_foreign: None,
        added: Vec::new(),
        proved_by: proved_by.map(str::to_owned),
    }
}

/// Documents that prove the value that stands now, by its history: the one place where all of it is told.
fn proven(bench: &Bench, customer: &str, part: &str, value: &str) -> Vec<String> {
    let past = if part == customer {
        let req = c::FieldReq {
            customer: customer.to_owned(),
            field: value.to_owned(),
        };
        bench.vault.field_history(&req).unwrap()
    } else {
        let req = c::PartReq {
            customer: customer.to_owned(),
            part: part.to_owned(),
        };
        let all = bench.vault.part_history(&req).unwrap();
        all.into_iter().find(|one| one.value == value).unwrap().past
    };
    let now = past.into_iter().next_back().unwrap();
    now.proofs.into_iter().map(|one| one.name).collect()
}

#[test]
fn a_save_names_the_document_that_proves_what_it_says_anew_whosever_value_it_is() {
    let bench = Bench::new();
    let customer = bench.entity("Nimbus GmbH", "DE");
    let extract = paper(&bench, &customer, "extract.txt", "registry_extract");
    let by = Some(extract.as_str());
    bench
        .vault
        .owner_save(&owner(&customer, None, "1 Quay", by))
        .unwrap();
    let view = bench.vault.account_save(&account(&customer, by)).unwrap();
    let payment = c::PaymentSaveReq {
        customer: customer.clone(),
        account: view.accounts[0].id.clone(),
        kind: "bank".to_owned(),
        institution: "Commerzbank".to_owned(),
        source: "Nimbus GmbH".to_owned(),
        identifier: Some("DE89 3704 0044 0532 0130 00".to_owned()),
        country: Some("DE".to_owned()),
        proved_by: by.map(str::to_owned),
    };
    bench.vault.payment_save(&payment).unwrap();
    let signatory = c::SignatorySaveReq {
        proved_by: by.map(str::to_owned),
        ..crate::conduct::signatory(&customer, "Mara Lind")
    };
    let view = bench.vault.signatory_save(&signatory).unwrap();
    let view = bench
        .vault
        .customer_change(&c::CustomerChangeReq {
            r#ref: customer.clone(),
            revision: view.revision,
            fields: ["email", "phone", "principal_place", "use_locations"]
                .into_iter()
                .zip([
                    "it@nimbus.example",
                    "+4930901820",
                    "2 Hafenstraße",
                    "Hamburg",
                ])
                .map(|(id, value)| c::FieldChange {
                    id: id.to_owned(),
                    values: vec![value.to_owned()],
                })
                .collect(),
            reason: None,
            occurred_on: None,
            proved_by: by.map(str::to_owned),
        })
        .unwrap();
    for (part, values) in [
        (
            "O-1",
            &["name", "name_original", "ties", "country", "address"][..],
        ),
        ("A-1", &["account_ref", "products", "opened_on", "P-1"][..]),
        ("S-1", &["name", "role", "authority"][..]),
        (
            &customer,
            &["email", "phone", "principal_place", "use_locations"][..],
        ),
    ] {
        for value in values {
            assert_eq!(
                proven(&bench, &customer, part, value),
                ["extract.txt"],
                "{part} {value}"
            );
        }
    }
    assert!(
        proven(&bench, &customer, "O-1", "source").is_empty()
            && proven(&bench, &customer, "A-1", "state").is_empty(),
        "where it was learned, and how we let the account stand, is our own word"
    );
    // The same view everywhere: what proves it, where, by whose word and since when.
    let of = &view.owners[0].proofs[0];
    assert_eq!(
        (
            of.document.as_str(),
            of.by.as_str(),
            of.on.as_str(),
            of.named
        ),
        (extract.as_str(), "Ana Lima", "2026-03-02", true)
    );
    assert_eq!(
        of.values,
        [
            "Name",
            "Name in its own script",
            "Holds",
            "Country",
            "Address"
        ]
    );
    assert_eq!(view.accounts[0].payments[0].proofs.len(), 1);
    assert_eq!(view.signatories[0].proofs[0].name, "extract.txt");
    let told = serde_json::to_string(&bench.timeline(&customer)).unwrap();
    assert!(
        told.contains("Document named as proof of O-1") && !told.contains("0532"),
        "{told}"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn another_value_has_no_proof_until_one_is_named_and_the_history_keeps_both() {
    let bench = Bench::new();
    let customer = bench.entity("Nimbus GmbH", "DE");
    let extract = paper(&bench, &customer, "extract.txt", "registry_extract");
    let letter = paper(&bench, &customer, "letter.txt", "proof_of_address");
    let first = owner(&customer, None, "1 Quay", Some(&extract));
    bench.vault.owner_save(&first).unwrap();
    bench
        .vault
        .owner_save(&owner(&customer, Some("O-1"), "2 Quay", None))
        .unwrap();
    assert!(proven(&bench, &customer, "O-1", "address").is_empty());
    assert_eq!(
        proven(&bench, &customer, "O-1", "name"),
        ["extract.txt"],
        "what did not change stays proven"
    );
    bench
        .vault
        .value_prove(&named(&customer, &letter, "O-1", &["address"]))
        .unwrap();
    let history = bench
        .vault
        .part_history(&c::PartReq {
            customer: customer.clone(),
            part: "O-1".to_owned(),
        })
        .unwrap();
    let address = history.iter().find(|one| one.value == "address").unwrap();
    let values: Vec<(String, String)> = address
        .past
        .iter()
        .map(|one| (one.values.join(""), one.proofs[0].name.clone()))
        .collect();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        values,
        [pair("1 Quay", "extract.txt"), pair("2 Quay", "letter.txt")]
    );
    // Taken back, it proves nothing; the journal keeps that it was named.
    let mut back = named(&customer, &letter, "O-1", &["address"]);
    back.holds = false;
    bench.vault.value_prove(&back).unwrap();
    assert!(proven(&bench, &customer, "O-1", "address").is_empty());
    let (code, _) = said(bench.vault.value_prove(&back));
    assert_eq!(code, "E-PROOF-NONE");
}

#[test]
fn only_a_document_of_the_customer_that_was_not_rejected_proves_a_value_that_is_recorded() {
    let (bench, passport) = bench_with_passport();
    let other = bench.customer("Ada Byron", "GB");
    let customer = "C-000001";
    let foreign = paper(&bench, &other, "hers.txt", "other");
    let prove = |document: &str, of: &str, value: &str| {
        said(
            bench
                .vault
                .value_prove(&named(customer, document, of, &[value])),
        )
    };
    assert_eq!(prove(&foreign, customer, "country").0, "E-PROOF-DOCUMENT");
    assert_eq!(prove("nonsense", customer, "country").0, "E-PROOF-DOCUMENT");
    let (code, told) = prove(&passport, customer, "email");
    assert_eq!(code, "E-PROOF-VALUE");
    assert!(
        told.contains("nothing is recorded") && told.contains("email"),
        "{told}"
    );
    assert_eq!(prove(&passport, "O-7", "name").0, "E-PROOF-VALUE");
    bench
        .vault
        .value_prove(&named(customer, &passport, customer, &["country"]))
        .unwrap();
    assert_eq!(
        proven(&bench, customer, customer, "country"),
        ["passport.txt"]
    );
    let mut rejected = form(&passport, &FACTS, "reject");
    rejected.reason = Some("altered".to_owned());
    rejected.internal = Some("The picture was changed".to_owned());
    rejected.to_customer = Some("We cannot accept it.".to_owned());
    bench.vault.review_decide(&rejected).unwrap();
    assert!(
        proven(&bench, customer, customer, "country").is_empty(),
        "a document that was rejected proves nothing any more"
    );
    assert_eq!(prove(&passport, customer, "country").0, "E-PROOF-REJECTED");
    let view = bench.vault.customer_show(customer).unwrap();
    let (code, _) = said(bench.vault.customer_change(&c::CustomerChangeReq {
        r#ref: customer.to_owned(),
        revision: view.revision,
        fields: Vec::new(),
        reason: None,
        occurred_on: None,
        proved_by: Some(passport),
    }));
    assert_eq!(code, "E-PROOF-NOTHING");
}

#[test]
fn what_a_review_read_about_an_owner_proves_the_owners_values_with_its_place_on_the_page() {
    let bench = Bench::new();
    let customer = bench.entity("Nimbus GmbH", "DE");
    bench
        .vault
        .owner_save(&owner(&customer, None, "1 Quay", None))
        .unwrap();
    let letter = paper(&bench, &customer, "letter.txt", "proof_of_address");
    let facts = [
        ("full_name", "MEI LIN"),
        ("street_address", "1 Quay"),
        ("issuing_authority", "SP Services"),
        ("issued_on", "2026-02-01"),
    ];
    let mut req = form(&letter, &facts, "accept");
    req.about = "O-1".to_owned();
    req.verify = false;
    for fact in &mut req.facts {
        fact.pin = Some(c::PinReq {
            page: 1,
            x: 100,
            y: 200,
            w: 300,
            h: 40,
        });
    }
    bench.vault.review_decide(&req).unwrap();
    let view = bench.vault.customer_show(&customer).unwrap();
    let about = |value: &str| {
        let of = &view.owners[0].proofs;
        of.iter().any(|one| {
            one.values.iter().any(|there| there == value)
                && one.pin.as_ref().is_some_and(|pin| pin.page == 1)
                && !one.named
        })
    };
    assert!(
        about("Name") && about("Address"),
        "{:?}",
        view.owners[0].proofs
    );
    assert!(!about("Holds"), "a letter says nothing of shares");
}

#[test]
fn a_merge_keeps_what_proves_the_values_that_it_keeps() {
    let bench = Bench::new();
    let kept = bench.entity("Nimbus GmbH", "DE");
    let other = bench.entity("Nimbus GmbH", "DE");
    let theirs = paper(&bench, &other, "theirs.txt", "registry_extract");
    bench.vault.account_save(&account(&kept, None)).unwrap();
    let mut second = account(&other, Some(&theirs));
    second.account_ref = "NIM-2".to_owned();
    bench.vault.account_save(&second).unwrap();
    bench
        .vault
        .owner_save(&owner(&other, None, "1 Quay", Some(&theirs)))
        .unwrap();
    crate::likeness::merge(&bench, &kept, &other, &[]).unwrap();
    assert_eq!(proven(&bench, &kept, "A-2", "opened_on"), ["theirs.txt"]);
    assert_eq!(proven(&bench, &kept, "O-1", "ties"), ["theirs.txt"]);
    assert!(
        proven(&bench, &kept, "A-1", "opened_on").is_empty(),
        "their document is not our account's"
    );
}
