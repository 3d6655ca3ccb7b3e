//! Disposal on the command line, as a process, and its certificate as pdftotext reads it.

use crate::support::desk::Desk;
use std::{fs, process::Command};

#[test]
fn a_customer_whose_time_is_over_is_disposed_of_with_a_certificate_that_names_nobody() {
    let desk = Desk::new();
    let demo = [
        "--customers",
        "120",
        "--access-records",
        "600",
        "--now",
        "2023-03-01",
    ];
    let made = desk.run(&[&["demo", "A.cipdesk"][..], &demo].concat());
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let list = desk.json(&["retention", "list", "A.cipdesk"]);
    let stages: Vec<&str> = list["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["stage"].as_str().unwrap())
        .collect();
    assert!(
        stages.contains(&"eligible") && stages.contains(&"held"),
        "three years later: {stages:?}"
    );
    let row = &list["rows"][0];
    let (customer, name) = (row["ref"].as_str().unwrap(), row["name"].as_str().unwrap());
    let held = list["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["stage"] == "held")
        .and_then(|row| row["ref"].as_str())
        .unwrap();
    let early = desk.json(&["retention", "list", "A.cipdesk", "--as-of", "2024-01-01"]);
    assert_eq!(early["rows"][0]["stage"], "retaining");
    let (status, said) = desk.fails(&[
        "retention",
        "approve",
        "A.cipdesk",
        held,
        "--override",
        "Alone",
    ]);
    assert!(
        status == 2 && said.contains("H-0001") && said.contains("E-DISPOSAL-KEPT"),
        "{status} {said}"
    );
    let (status, said) = desk.fails(&["retention", "approve", "A.cipdesk", customer]);
    assert!(
        status == 2 && said.contains("E-APPROVAL-OVERRIDE"),
        "{status} {said}"
    );
    let approved = desk.json(&[
        "retention",
        "approve",
        "A.cipdesk",
        customer,
        "--override",
        "Alone",
    ]);
    let disposal = approved["disposal"].as_str().unwrap();
    assert_eq!(
        desk.json(&["customer", "show", "A.cipdesk", customer])["row"]["ref"],
        customer,
        "nothing is destroyed yet"
    );
    desk.json(&[
        "retention",
        "dispose",
        "A.cipdesk",
        disposal,
        "--certificate",
        "c.pdf",
    ]);
    let (status, said) = desk.fails(&["customer", "show", "A.cipdesk", customer]);
    assert!(
        status == 2 && said.contains("E-CUSTOMER-DISPOSED"),
        "{status} {said}"
    );
    assert_eq!(desk.json(&["vault", "check", "A.cipdesk"])["ok"], true);
    let text = Command::new("pdftotext")
        .args(["-layout", "c.pdf", "-"])
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.contains(customer) && text.contains("Certificate of disposal"),
        "{text}"
    );
    assert!(!text.contains(name), "{name} is on the certificate");
    // What is handed out of the journal says that there was something, and no more.
    desk.run(&["journal", "export", "A.cipdesk", "--to", "j.jsonl"]);
    assert!(
        !fs::read_to_string(desk.path("j.jsonl"))
            .unwrap()
            .contains(name)
    );
}
