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
fn a_version_of_a_cip_is_reviewed_page_by_page_and_compared_with_another() {
    let desk = desk_of_two();
    std::fs::write(
        desk.path("cip.txt"),
        "We ask every customer for a passport.",
    )
    .unwrap();
    let add = |version: &str, from: &str| {
        desk.json(&[
            "reseller",
            "add",
            "A.cipdesk",
            "--name",
            "Merlion Resale",
            "--country",
            "MY",
            "--cip",
            "cip.txt",
            "--effective",
            from,
            "--cip-version",
            version,
        ])
    };
    assert_eq!(add("2026.1", "2026-01-01")["reseller"], "RS-0003");
    let shown = || desk.json(&["reseller", "show", "A.cipdesk", "RS-0003"]);
    let elements = shown()["oversight"]["review"]["elements"].clone();
    let first = elements[0]["id"].as_str().unwrap().to_owned();
    let mark = format!("{first}=met:4-6");
    let review = |more: &[&str]| {
        let head = ["reseller", "review", "A.cipdesk", "RS-0003", "CIP-0001"];
        [&head[..], more]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let asked = review(&["--note", "Read whole", "--mark", &mark]);
    desk.json(&asked.iter().map(String::as_str).collect::<Vec<_>>());
    let seen = shown()["oversight"]["review"]["elements"][0].clone();
    assert_eq!(
        (seen["standing"].as_str(), seen["page"].as_str()),
        (Some("met"), Some("4-6"))
    );
    let unknown = review(&["--mark", "no_such=met"]);
    let (exit, said) = desk.fails(&unknown.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(exit == 2 && said.contains('['), "{said}");
    let compare = |second: &str| {
        desk.run(&[
            "reseller",
            "compare",
            "A.cipdesk",
            "RS-0003",
            "CIP-0001",
            second,
        ])
    };
    let same = compare("CIP-0001");
    assert!(same.status.success());
    assert!(!String::from_utf8(same.stdout).unwrap().contains("differs"));
    assert_eq!(compare("CIP-0099").status.code(), Some(2));
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
