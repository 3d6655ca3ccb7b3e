//! The customer file on paper: whole, with masks in their place.

use crate::{
    bench::{Bench, said},
    conduct::{flag, in_use, verified_by_passport},
};
use contract as c;

const BORN: &str = "1974-08-12";
const PASSPORT: &str = "C01X00T47";
const IBAN: &str = "DE89370400440532013000";

#[test]
fn a_customer_file_holds_all_that_was_decided_and_no_value_that_the_screen_masks() {
    let (bench, _) = verified_by_passport();
    let customer = "C-000001";
    bench
        .vault
        .payment_save(&c::PaymentSaveReq {
            customer: customer.to_owned(),
            account: "A-1".to_owned(),
            kind: "bank".to_owned(),
            institution: "Hansebank".to_owned(),
            source: "Own".to_owned(),
            identifier: Some(IBAN.to_owned()),
            country: Some("Germany".to_owned()),
        })
        .unwrap();
    bench.vault.red_flag_save(&flag(customer)).unwrap();
    let page = bench.printed(
        "customer-file.pdf",
        &bench.vault.customer_page(customer).unwrap(),
    );
    for part in [
        "Jürgen Müller",
        "Customer file · C-000001 · To be verified again",
        "Foreign person, decided",
        "Hafenstrasse",
        "By documents",
        "passport.txt",
        "Hansebank",
        "••••3000",
        "Red flags",
        "Open",
        "Notice to the customer",
        "In use, monitored",
        "Red flag",
        "Nothing was found that does not fit.",
        "not in force",
    ] {
        assert!(page.contains(part), "{part} in the file:\n{page}");
    }
    assert!(!page.contains("U+"), "every letter has a face:\n{page}");
    for secret in [BORN, PASSPORT, IBAN, "0532013000"] {
        assert!(!page.contains(secret), "{secret} is masked:\n{page}");
    }
    assert!(
        page.contains("••••12"),
        "the mask stands where the date of birth would:\n{page}"
    );
}

#[test]
fn every_entry_of_a_long_story_is_on_paper_and_nobody_is_no_customer() {
    let bench = Bench::new();
    let customer = in_use(&bench);
    for turn in 0..520 {
        crate::customers::write(&bench, &customer, &[("notes", &format!("Note {turn:04}"))])
            .unwrap();
    }
    let page = bench.printed("long.pdf", &bench.vault.customer_page(&customer).unwrap());
    let missing: Vec<u32> = (0..520)
        .filter(|turn| !page.contains(&format!("Note {turn:04}")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(
        said(bench.vault.customer_page("C-000099")).0,
        said(bench.vault.customer_show("C-000099")).0
    );
}
