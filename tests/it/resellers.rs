//! The register of resellers from the command line: what is recorded of one, how it stood on a day, and what no chain of resale can be.

use crate::support::desk::Desk;
use serde_json::json;

fn desk_of_two() -> Desk {
    let desk = Desk::new();
    desk.create();
    for (name, country) in [("Lion City Hosting", "SG"), ("Nusantara Cloud", "ID")] {
        let add = ["reseller", "add", "A.cipdesk", "--name", name];
        desk.json(&[&add[..], &["--country", country]].concat());
    }
    desk
}

fn record<'a>(reseller: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["reseller", "record", "A.cipdesk", reseller], more].concat()
}

#[test]
fn what_is_recorded_of_a_reseller_is_shown_as_of_a_day() {
    let desk = desk_of_two();
    for (reseller, known) in [
        (
            "RS-0002",
            &["--upstream", "RS-0001", "--clause", "Section 9.2"][..],
        ),
        (
            "RS-0002",
            &["--attested", "2026-01-31", "--signatory", "Lim Wei"],
        ),
        (
            "RS-0002",
            &[
                "--counted",
                "2026-01-31",
                "--customers",
                "420",
                "--unverified",
                "3",
            ],
        ),
    ] {
        desk.json(&record(reseller, known));
    }
    let shown = desk.json(&["reseller", "show", "A.cipdesk", "RS-0002"]);
    let seen = &shown["oversight"];
    assert_eq!(shown["reseller"]["row"]["name"], "Nusantara Cloud");
    assert_eq!(
        seen["chain"][0],
        json!({"value": "RS-0001", "label": "Lion City Hosting"})
    );
    assert_eq!(seen["clause"], "Section 9.2", "what is not given stays");
    assert_eq!(seen["attestations"][0]["signatory"], "Lim Wei");
    assert_eq!(seen["counts"][0]["unverified"], 3);
    let before = desk.json(&[
        "reseller",
        "show",
        "A.cipdesk",
        "RS-0002",
        "--on",
        "2026-01-30",
    ]);
    assert_eq!(before["oversight"]["attestations"], json!([]));
    let said = desk.run(&["reseller", "show", "A.cipdesk", "RS-0002"]);
    let said = String::from_utf8(said.stdout).unwrap();
    for line in [
        "RS-0002  Nusantara Cloud (Indonesia): active",
        "Lion City Hosting › Nusantara Cloud",
        "Attested on 2026-01-31 by Lim Wei",
        "420 customers, 3 of them not verified",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
}

#[test]
fn no_reseller_resells_to_itself_whether_at_once_or_around_the_chain() {
    let desk = desk_of_two();
    desk.json(&record("RS-0002", &["--upstream", "RS-0001"]));
    for (reseller, upstream) in [("RS-0001", "RS-0001"), ("RS-0001", "RS-0002")] {
        let (exit, said) = desk.fails(&record(reseller, &["--upstream", upstream]));
        assert!(exit == 2 && said.contains("E-RESELLER-CHAIN"), "{said}");
    }
    let (exit, said) = desk.fails(&record("RS-0001", &["--upstream", "RS-0099"]));
    assert!(exit == 2 && said.contains("E-RECORD-UNKNOWN"), "{said}");
    let (exit, _) = desk.fails(&record("RS-0001", &["--attested", "2026-01-31"]));
    assert_eq!(exit, 2, "an attestation has a signatory");
}
