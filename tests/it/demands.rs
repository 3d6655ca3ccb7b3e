//! Demands to resellers, run-books and scorecards on the command line, as a process.

use crate::support::desk::Desk;
use std::fs;

#[test]
fn a_copy_is_demanded_from_its_reseller_and_the_pages_are_printed() {
    let desk = Desk::new();
    desk.create();
    desk.json(&[
        "reseller",
        "add",
        "A.cipdesk",
        "--name",
        "Sahel Datacenter",
        "--country",
        "SN",
    ]);
    let opened = desk.json(&[
        "request",
        "open",
        "A.cipdesk",
        "--received",
        "2026-03-02",
        "--reseller",
        "RS-0001",
        "--reference",
        "BIS-1",
    ]);
    let case = opened["case"].as_str().unwrap();
    let list = desk.json(&["demand", "list", "A.cipdesk", case]);
    assert_eq!(list[0]["state"], "missing");
    let days: Vec<&str> = list[0]["chase"]["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["on"].as_str().unwrap())
        .collect();
    assert_eq!(
        days,
        ["2026-03-04", "2026-03-07", "2026-03-10"],
        "days 2, 5 and 8"
    );
    let (status, said) = desk.fails(&["demand", "open", "A.cipdesk", case, "I-1"]);
    assert!(
        status == 2 && said.contains("{clause}") && said.contains("{answer_by}"),
        "what the register does not know is named: {status} {said}"
    );
    let clause = "clause=You owe it to us under section 9.2 of our contract.";
    // The request is old by now: no target lies ahead, so the day to answer by is the writer's to say.
    let by = "answer_by=2027-01-15";
    let letter = desk.json(&[
        "demand",
        "open",
        "A.cipdesk",
        case,
        "I-1",
        "--set",
        clause,
        "--set",
        by,
    ]);
    assert_eq!(letter["letter"], "L-1");
    let page = desk.path("demand.pdf");
    let page = page.to_str().unwrap();
    desk.json(&[
        "demand",
        "print",
        "A.cipdesk",
        case,
        "I-1",
        "L-1",
        "--to",
        page,
    ]);
    assert!(fs::read(page).unwrap().starts_with(b"%PDF"));
    let today = desk.json(&["demand", "show", "A.cipdesk", case, "I-1"])["letters"][0]["on"]
        .as_str()
        .unwrap()
        .to_owned();
    for (wrong, code) in [
        (["demand", "show", "A.cipdesk", case, "I-7"], "E-CASE-PART"),
        (
            ["demand", "show", "A.cipdesk", "REQ-2026-9999", "I-1"],
            "REQ-2026-9999",
        ),
    ] {
        let (status, said) = desk.fails(&wrong);
        assert!(status == 2 && said.contains(code), "{status} {said}");
    }
    let sent = desk.json(&[
        "demand",
        "advance",
        "A.cipdesk",
        case,
        "I-1",
        "L-1",
        "--on",
        &today,
        "--channel",
        "registered",
        "--clause",
        "Section 9.2",
    ]);
    assert_eq!(sent["state"], "demanded");
    for (args, name) in [
        (["case", "print", "A.cipdesk", case], "run-book.pdf"),
        (
            ["reseller", "scorecard", "A.cipdesk", "RS-0001"],
            "scorecard.pdf",
        ),
    ] {
        let to = desk.path(name);
        let to = to.to_str().unwrap();
        desk.json(&[&args[..], &["--to", to]].concat());
        assert!(fs::read(to).unwrap().starts_with(b"%PDF"), "{name}");
        let (status, said) = desk.fails(&[&args[..], &["--to", to]].concat());
        assert!(
            status != 0,
            "a page is not written over another file: {said}"
        );
    }
    let scores = desk.json(&["reseller", "scorecard", "A.cipdesk", "RS-0001"]);
    assert_eq!(scores["scores"][0]["grade"], "bad", "no CIP is there");
    let (status, said) = desk.fails(&[
        "case",
        "transmittal",
        "A.cipdesk",
        case,
        "I-1",
        "--to",
        "x.pdf",
    ]);
    assert!(
        status == 2 && said.contains("E-CASE-PART"),
        "{status} {said}"
    );
    assert_eq!(desk.json(&["vault", "check", "A.cipdesk"])["ok"], true);
}
