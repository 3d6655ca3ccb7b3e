//! What is collected, masked and remembered, and bad files, on the command line as a process.

use crate::support::desk::Desk;
use std::fs;

#[test]
fn a_date_of_birth_is_taken_in_only_after_somebody_decided_so_and_shown_only_on_request() {
    let desk = Desk::new();
    desk.create();
    let register = "external_id,name,country,birth_date\nX-1,Ada Byron,GB,1815-12-10\n";
    fs::write(desk.path("people.csv"), register).unwrap();
    let output = desk.run(&["customer", "import", "A.cipdesk", "people.csv"]);
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("Column birth_date: 1 value was not imported"),
        "{said}"
    );
    let rules = desk.json(&["field", "list", "A.cipdesk"]);
    let fields = rules.as_array().unwrap();
    assert!(
        fields.len() == 2 && fields.iter().all(|one| one["on"] == false),
        "off by default: {rules}"
    );
    let (code, said) = desk.fails(&["field", "on", "A.cipdesk", "email", "--reason", "because"]);
    assert_eq!(code, 2, "{said}");
    desk.json(&[
        "field",
        "on",
        "A.cipdesk",
        "date_of_birth",
        "--reason",
        "Passports are compared by it",
    ]);
    let again = desk.json(&["customer", "import", "A.cipdesk", "people.csv"]);
    assert_eq!(again["updated"], 1);
    let shown = desk.json(&["customer", "show", "A.cipdesk", "C-000001"]);
    assert!(!shown.to_string().contains("1815"), "masked: {shown}");
    let history = desk.json(&["field", "history", "A.cipdesk", "C-000001", "date_of_birth"]);
    assert_eq!(history[0]["past"][0]["imported"], true);
    assert!(!history.to_string().contains("1815"), "{history}");
    let revealed = desk.json(&[
        "field",
        "reveal",
        "A.cipdesk",
        "C-000001",
        "date_of_birth",
        "--reason",
        "A call",
    ]);
    assert_eq!(revealed["values"][0], "1815-12-10");
}

#[test]
fn a_bad_file_is_refused_in_one_line_with_its_place_and_leaves_nothing() {
    let desk = Desk::new();
    desk.create();
    let trail = "{\"Records\":[{\"eventTime\":\"2026-03-01T08:00:00Z\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"Run";
    let files: [(&str, &[u8], &[&str], &str); 5] = [
        (
            "latin1.csv",
            b"external_id,name,country\nX-1,Ada,GB\nX-2,J\xFCrgen,DE\n",
            &["customer", "import"],
            "latin1.csv line 3",
        ),
        (
            "ragged.csv",
            b"external_id,name,country\nX-1,Ada\n",
            &["customer", "import"],
            "ragged.csv line 2",
        ),
        (
            "country.csv",
            b"external_id,name,country\nX-1,Ada,Untied States\n",
            &["customer", "import"],
            "country.csv line 2, column country",
        ),
        (
            "half.json",
            trail.as_bytes(),
            &["access", "import"],
            "half.json",
        ),
        (
            "nul.csv",
            b"account,time\0,ip\n",
            &["access", "import"],
            "nul.csv",
        ),
    ];
    for (name, bytes, command, told) in files {
        fs::write(desk.path(name), bytes).unwrap();
        let (code, said) = desk.fails(&[command[0], command[1], "A.cipdesk", name]);
        assert_eq!(code, 2, "{name}: {said}");
        assert!(said.contains(told), "{name}: {said}");
        assert!(!said.chars().any(char::is_control), "{name}: {said:?}");
    }
    let list = desk.json(&["customer", "list", "A.cipdesk"]);
    assert_eq!(list.as_array().map(Vec::len), Some(0), "nothing is there");
    let check = desk.run(&["vault", "check", "A.cipdesk"]);
    assert!(check.status.success());
}
