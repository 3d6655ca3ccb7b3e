//! The oversight of resellers on a vault: the chain, what was in force on a day, reviews and the scorecard.

use crate::bench::{Bench, said};
use contract as c;

fn known(reseller: &str) -> c::ResellerOverseeReq {
    c::ResellerOverseeReq {
        r#ref: reseller.to_owned(),
        names: None,
        upstream: None,
        clause: None,
        contract: None,
        ai_reporting: None,
        attestation: None,
        counts: None,
    }
}

fn score(view: &c::OversightView, label: &str) -> String {
    view.scores
        .iter()
        .find(|one| one.label == label)
        .unwrap()
        .grade
        .clone()
}

#[test]
fn a_reseller_buys_from_nobody_who_buys_from_it() {
    let bench = Bench::new();
    let (top, middle, low) = (
        bench.reseller("Top"),
        bench.reseller("Middle"),
        bench.reseller("Low"),
    );
    let below = |one: &str, above: &str| {
        bench.vault.reseller_oversee(&c::ResellerOverseeReq {
            upstream: Some(above.to_owned()),
            ..known(one)
        })
    };
    below(&middle, &top).unwrap();
    let view = below(&low, &middle).unwrap();
    let chain: Vec<&str> = view.chain.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(chain, ["Top", "Middle", "Low"]);
    assert_eq!(
        said(below(&top, &top)).0,
        "E-RESELLER-CHAIN",
        "nobody resells to itself"
    );
    assert_eq!(
        said(below(&top, &low)).0,
        "E-RESELLER-CHAIN",
        "nor around the chain"
    );
    let view = bench.vault.reseller_oversight(&top, None).unwrap();
    assert_eq!(view.downstream[0].label, "Middle");
    below(&low, "").unwrap();
    assert_eq!(
        bench
            .vault
            .reseller_oversight(&low, None)
            .unwrap()
            .chain
            .len(),
        1
    );
}

#[test]
fn a_day_shows_the_version_the_attestation_and_the_review_that_were_there() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let file = bench.file("second.txt", b"Second");
    bench
        .vault
        .cip_file(
            &reseller,
            "2",
            "2026-02-01",
            Some("2026-02-01"),
            desk::Source::File(file),
            &desk::Unwatched,
        )
        .unwrap();
    let review = |cip: &str, page: Option<&str>| {
        bench.vault.cip_review(&c::CipReviewReq {
            r#ref: reseller.clone(),
            cip: cip.to_owned(),
            on: None,
            note: "Read whole".to_owned(),
            marks: vec![
                c::MarkReq {
                    id: "name".to_owned(),
                    standing: "met".to_owned(),
                    page: page.map(str::to_owned),
                },
                c::MarkReq {
                    id: "owners".to_owned(),
                    standing: "missing".to_owned(),
                    page: None,
                },
            ],
        })
    };
    assert_eq!(
        said(review("2", None)).0,
        "E-CIP-PAGE",
        "what is met stands on a page"
    );
    let view = review("2", Some("4")).unwrap();
    assert_eq!(score(&view, "CIP reviewed"), "good");
    assert_eq!(
        score(&view, "Minimum elements"),
        "bad",
        "an element is missing"
    );
    let before = bench
        .vault
        .reseller_oversight(&reseller, Some("2026-01-15"))
        .unwrap();
    assert_eq!(
        before.cip.as_ref().unwrap().version,
        "1",
        "what was in force then"
    );
    assert_eq!(score(&before, "CIP reviewed"), "watch");
    let rows = bench
        .vault
        .cip_compare(&c::CipCompareReq {
            r#ref: reseller.clone(),
            first: "1".to_owned(),
            second: "2".to_owned(),
        })
        .unwrap();
    let row = |label: &str| rows.iter().find(|row| row.label == label).unwrap();
    assert!(row("SHA-256").differs);
    assert_eq!(
        (row("Name").first.as_str(), row("Name").second.as_str()),
        ("not looked at", "Met, page 4")
    );
    let attested = |on: &str, signatory: &str| {
        bench.vault.reseller_oversee(&c::ResellerOverseeReq {
            attestation: Some(c::AttestationReq {
                on: on.to_owned(),
                signatory: signatory.to_owned(),
                document: None,
            }),
            ..known(&reseller)
        })
    };
    assert_eq!(said(attested("2026-03-03", "Mei Tan")).0, "E-FIELD-FUTURE");
    assert_eq!(said(attested("2026-02-20", " ")).0, "E-RESELLER-SIGNATORY");
    assert_eq!(
        score(
            &attested("2026-02-20", "Mei Tan, director").unwrap(),
            "Attestation"
        ),
        "good"
    );
    let then = bench
        .vault
        .reseller_oversight(&reseller, Some("2026-02-19"))
        .unwrap();
    assert_eq!(score(&then, "Attestation"), "bad", "it was not there yet");
    let counted = |customers: u32, unverified: u32| {
        bench.vault.reseller_oversee(&c::ResellerOverseeReq {
            counts: Some(c::CountsReq {
                as_of: "2026-02-28".to_owned(),
                customers,
                unverified,
            }),
            ..known(&reseller)
        })
    };
    assert_eq!(said(counted(3, 4)).0, "E-RESELLER-COUNTS");
    assert_eq!(
        score(&counted(40, 2).unwrap(), "Unverified customers"),
        "watch"
    );
}
