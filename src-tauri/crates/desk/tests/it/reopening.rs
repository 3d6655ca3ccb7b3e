//! What opens a settled case again, whoever brings it: a document as well as a form or an import (domain 3.1, D-35).

use crate::{
    bench::{Bench, said},
    conduct::{in_use, opened_by, verified_by_passport},
    evidence,
};
use contract as c;

const MOVED_TO: &str = "2 Rue Verte, Lyon";

/// A proof of address of Anna Weber that shows where she lives now.
fn proof_of_address(bench: &Bench, customer: &str) -> c::ReviewReq {
    let path = bench.file("bill.txt", b"Anna Weber, 2 Rue Verte, Lyon");
    let bill = bench
        .vault
        .document_add(
            customer,
            "proof_of_address",
            desk::Source::File(path),
            &desk::Unwatched,
        )
        .unwrap();
    let facts = [
        ("full_name", "Anna Weber"),
        ("street_address", MOVED_TO),
        ("issuing_authority", "Energie de Lyon"),
        ("issued_on", "2026-02-20"),
    ];
    c::ReviewReq {
        about: customer.to_owned(),
        verify: false,
        situation: None,
        ..evidence::form(&bill.id, &facts, "accept")
    }
}

#[test]
fn an_address_taken_over_from_a_document_opens_the_case_as_one_that_is_typed_does() {
    let bench = Bench::new();
    let customer = in_use(&bench);
    let mut req = proof_of_address(&bench, &customer);
    bench.vault.review_decide(&req).unwrap();
    let view = bench.vault.customer_show(&customer).unwrap();
    assert_eq!(
        view.row.status, "monitoring",
        "what a document claims is no value of the record until somebody takes it over"
    );

    req.facts[1].take = true;
    bench.vault.review_decide(&req).unwrap();
    let view = bench.vault.customer_show(&customer).unwrap();
    opened_by(&view, "Address changed");
    let why = view.path.last().unwrap().note.clone().unwrap();
    assert!(
        why.contains("Hafenstrasse") && why.contains("Rue Verte"),
        "{why}"
    );
    let past = bench
        .vault
        .field_history(&c::FieldReq {
            customer: customer.clone(),
            field: "street_address".to_owned(),
        })
        .unwrap();
    assert_eq!(past.len(), 2, "the first address is still known");
    assert_eq!(past[1].values, [MOVED_TO]);
    assert_eq!(past[1].proofs[0].document, req.document);

    bench.vault.review_decide(&req).unwrap();
    let again = bench.vault.customer_show(&customer).unwrap();
    assert_eq!(
        again.path.len(),
        view.path.len(),
        "the same value is no event"
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn who_was_verified_by_a_document_that_is_rejected_later_is_verified_no_longer() {
    let (bench, passport) = verified_by_passport();
    let customer = "C-000001";
    let mut req = evidence::form(&passport, &evidence::FACTS, "reject");
    req.reason = Some("altered".to_owned());
    req.internal = Some("The photograph was replaced".to_owned());
    req.to_customer = Some("We cannot accept this document.".to_owned());
    bench.vault.review_decide(&req).unwrap();
    let view = bench.vault.customer_show(customer).unwrap();
    opened_by(&view, "Earlier finding in doubt");

    let step = |to: &str| {
        bench.vault.customer_advance(&c::CustomerAdvanceReq {
            reason: Some("On the passport".to_owned()),
            ..crate::conduct::step(customer, to)
        })
    };
    step("verifying").unwrap();
    let (code, sentence) = said(step("verified"));
    assert_eq!(code, "E-CASE-BLOCKED");
    assert!(
        sentence.contains("no verification with a match"),
        "{sentence}"
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}
