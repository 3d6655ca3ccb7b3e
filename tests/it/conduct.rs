//! `customer signatory`, `flag`, `rules`, `tend` and `print` on the command line as a process, with what is right and with what is wrong.

use crate::support::desk::Desk;
use serde_json::Value;
use std::{fs, process::Command};

/// What a command line cannot carry: the system itself refuses an argument of more than 128 KiB, and one with a NUL.
const LONG: usize = 100_000;

const SIGNATORY: [&str; 9] = [
    "customer",
    "signatory",
    "A.cipdesk",
    "C-000001",
    "--name",
    "Mara Lind",
    "--role",
    "signatory",
    "--authority",
];
const FLAG: [&str; 8] = [
    "customer",
    "flag",
    "A.cipdesk",
    "C-000001",
    "--source",
    "Abuse desk",
    "--seen-on",
    "2026-01-05",
];

/// A vault with one organisation.
fn acme() -> Desk {
    let desk = Desk::new();
    desk.create();
    fs::write(
        desk.path("r.csv"),
        "external_id,party_type,name,country\nx-1,entity,Lind GmbH,DE\n",
    )
    .unwrap();
    let made = desk.json(&["customer", "import", "A.cipdesk", "r.csv"]);
    assert_eq!(made["created"], 1);
    desk
}

fn with<'a>(words: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [words, more].concat()
}

/// What is wrong, and a word that the sentence must hold.
fn refused(desk: &Desk, args: &[&str], word: &str) {
    let (status, said) = desk.fails(args);
    let shown: String = said.chars().take(300).collect();
    assert_eq!(
        status,
        2,
        "{:?}: {shown}",
        args.iter()
            .map(|a| a.chars().take(40).collect::<String>())
            .collect::<Vec<_>>()
    );
    assert!(said.contains(word), "{word:?} in: {shown}");
    assert!(
        said.len() < 1_000,
        "what is wrong is said in a line: {shown}"
    );
    assert!(!said.chars().any(char::is_control), "{shown:?}");
}

#[test]
fn a_signatory_is_recorded_changed_and_ended_and_what_is_wrong_with_one_is_said() {
    let desk = acme();
    let right = with(
        &SIGNATORY,
        &["Signs alone, by the register", "--country", "Germany"],
    );
    let made = desk.json(&right);
    assert_eq!(
        (made["customer"].as_str(), made["signatory"].as_str()),
        (Some("C-000001"), Some("S-1"))
    );
    desk.json(&with(&right, &["--id", "S-1", "--until", "2026-01-05"]));
    let shown = desk.json(&["customer", "show", "A.cipdesk", "C-000001"]);
    let kept = shown["signatories"].as_array().unwrap();
    assert_eq!(kept.len(), 1, "changed, not added: {kept:?}");
    assert_eq!(
        (kept[0]["country"].as_str(), kept[0]["valid_to"].as_str()),
        (Some("DE"), Some("2026-01-05"))
    );

    let long = "x".repeat(LONG);
    let wrong: [(&[&str], &str); 6] = [
        (
            &["Signs alone", "--country", "Untied States"],
            "Untied States",
        ),
        (&["Signs alone", "--until", "31 February"], "valid_to"),
        (&["Signs alone", "--id", "S-9"], "S-9"),
        (&[""], "authority"),
        (&["bell \u{7} rings"], "authority"),
        (&[long.as_str()], "authority"),
    ];
    for (more, word) in wrong {
        refused(&desk, &with(&SIGNATORY, more), word);
    }
    let unknown = with(&right, &[])
        .into_iter()
        .map(|word| if word == "C-000001" { "C-000009" } else { word });
    refused(&desk, &unknown.collect::<Vec<_>>(), "C-000009");
    let mut role = right.clone();
    role[7] = "owner";
    refused(&desk, &role, "owner");
    let after = desk.json(&["customer", "show", "A.cipdesk", "C-000001"]);
    assert_eq!(
        after["signatories"], shown["signatories"],
        "nothing was half-written"
    );
    assert_eq!(after["revision"], shown["revision"]);
}

#[test]
fn a_red_flag_is_recorded_and_settled_and_what_is_wrong_with_one_is_said() {
    let desk = acme();
    let what = ["--what", "Scanning from 203.0.113.7"];
    let made = desk.json(&with(&FLAG, &what));
    assert_eq!(
        (made["flag"].as_str(), made["status"].as_str()),
        (Some("F-1"), Some("draft"))
    );
    let settled = ["--id", "F-1", "--outcome", "Their own security test"];
    desk.json(&with(&with(&FLAG, &what), &settled));
    let shown = desk.json(&["customer", "show", "A.cipdesk", "C-000001"]);
    let flags = shown["red_flags"].as_array().unwrap();
    assert_eq!(
        (flags.len(), flags[0]["outcome"].as_str()),
        (1, Some("Their own security test"))
    );

    let long = "x".repeat(LONG);
    let wrong: [(&[&str], &str); 5] = [
        (&["--what", ""], "what"),
        (&["--what", "bell \u{7} rings"], "what"),
        (&["--what", &long], "what"),
        (&["--what", "Scanning", "--flag", "no-such"], "no-such"),
        (&["--what", "Scanning", "--id", "F-9"], "F-9"),
    ];
    for (more, word) in wrong {
        refused(&desk, &with(&FLAG, more), word);
    }
    for day in ["tomorrow", "2999-01-01", "2026-02-30"] {
        let mut late = with(&FLAG, &what);
        late[7] = day;
        refused(&desk, &late, "seen_on");
    }
    let mut nobody = with(&FLAG, &what);
    nobody[3] = "C-000009";
    refused(&desk, &nobody, "C-000009");
    let after = desk.json(&["customer", "show", "A.cipdesk", "C-000001"]);
    assert_eq!(
        after["revision"], shown["revision"],
        "nothing was half-written"
    );
}

#[test]
fn the_houses_rules_are_shown_changed_with_a_reason_and_refused_with_what_they_may_be() {
    let desk = acme();
    let rules = ["customer", "rules", "A.cipdesk"];
    let before = desk.json(&rules);
    assert_eq!(before["abandon_after_days"], 90);
    let kept = desk.json(&with(
        &rules,
        &[
            "--abandon-after",
            "0",
            "--attempts",
            "2",
            "--reason",
            "Meeting of 24 November",
        ],
    ));
    assert_eq!(
        (&kept["abandon_after_days"], &kept["attempts"]),
        (&Value::Null, &Value::from(2))
    );
    assert_eq!(desk.json(&rules), kept);

    let long = "x".repeat(LONG);
    let wrong: [(&[&str], &str); 6] = [
        (&["--attempts", "2"], "E-HOUSE-REASON"),
        (&["--attempts", "3", "--reason", ""], "E-HOUSE-REASON"),
        (&["--attempts", "3", "--reason", "bell \u{7}"], "reason"),
        (&["--attempts", "3", "--reason", &long], "reason"),
        (&["--attempts", "0", "--reason", "None"], "attempts"),
        (
            &["--decide-within", "4000000000", "--reason", "Slowly"],
            "decide_within",
        ),
    ];
    for (more, word) in wrong {
        refused(&desk, &with(&rules, more), word);
    }
    for (option, value) in [
        ("--attempts", "many"),
        ("--attempts", "-1"),
        ("--reverify-by-itself", "maybe"),
    ] {
        let (status, said) = desk.fails(&with(&rules, &[option, value, "--reason", "x"]));
        assert!(status == 2 && said.contains(value), "{said}");
    }
    assert_eq!(desk.json(&rules), kept, "nothing was half-written");
}

#[test]
fn tending_does_what_the_rules_say_once_and_says_when_nothing_is_to_be_done() {
    let desk = acme();
    let tended = desk.json(&["customer", "tend", "A.cipdesk"]);
    assert_eq!(tended["abandoned"], serde_json::json!([]));
    let output = desk.run(&["customer", "tend", "A.cipdesk"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("Nothing was to be done."));
    refused(&desk, &["customer", "tend", "B.cipdesk"], "V-01");
    let (status, _) = desk.fails(&["customer", "tend", "A.cipdesk", "C-000001"]);
    assert_eq!(status, 2, "it tends the whole vault");
}

#[test]
fn help_says_what_each_command_is_for_with_an_example() {
    let desk = Desk::new();
    for (command, words) in [
        (
            "signatory",
            ["person in control", "customer signatory Acme.cipdesk"],
        ),
        ("flag", ["red flag", "customer flag Acme.cipdesk"]),
        ("rules", ["house's rules", "customer rules Acme.cipdesk"]),
        ("tend", ["by themselves", "customer tend Acme.cipdesk"]),
        ("print", ["PDF", "customer print Acme.cipdesk"]),
        (
            "advance",
            ["step of a customer's case", "customer advance Acme.cipdesk"],
        ),
    ] {
        let output = desk.run(&["customer", command, "--help"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success());
        for word in words
            .iter()
            .chain(&["Example:", "--passphrase-file", "--json"])
        {
            assert!(said.contains(word), "{command}: {word} in\n{said}");
        }
    }
}

#[test]
fn a_customer_file_is_printed_whole_with_masks_in_their_place() {
    let desk = Desk::new();
    let made = desk.run(&[
        "demo",
        "A.cipdesk",
        "--customers",
        "60",
        "--access-records",
        "300",
        "--now",
        "2026-11-24",
    ]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let list = desk.json(&["customer", "list", "A.cipdesk"]);
    let shown = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            desk.json(&[
                "customer",
                "show",
                "A.cipdesk",
                row["ref"].as_str().unwrap(),
            ])
        })
        .max_by_key(|view| {
            view["verifications"].as_array().map_or(0, Vec::len)
                + view["discrepancies"].as_array().map_or(0, Vec::len)
        })
        .unwrap();
    let reference = shown["row"]["ref"].as_str().unwrap();
    let print = [
        "customer",
        "print",
        "A.cipdesk",
        reference,
        "--to",
        "file.pdf",
    ];
    let saved = desk.json(&print);
    assert_eq!(saved["name"], "file.pdf");
    let (status, said) = desk.fails(&print);
    assert!(
        status == 2 && said.contains("file.pdf"),
        "never written over: {said}"
    );
    refused(
        &desk,
        &[
            "customer",
            "print",
            "A.cipdesk",
            "C-999999",
            "--to",
            "none.pdf",
        ],
        "C-999999",
    );
    assert!(!desk.path("none.pdf").exists());

    let text = Command::new("pdftotext")
        .args(["-layout", "file.pdf", "-"])
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    for heading in [
        "Customer file",
        "Identity",
        "Accounts",
        "U.S.-person determinations",
        "Verification of identity",
        "Discrepancies",
        "Notices and letters",
        "The course of the case",
        "Timeline",
        "journal head",
    ] {
        assert!(text.contains(heading), "{heading} in\n{text}");
    }
    let pages: Vec<&str> = text
        .split('\u{c}')
        .filter(|page| !page.trim().is_empty())
        .collect();
    assert!(pages.len() > 1, "{}", pages.len());
    for page in pages {
        assert!(
            page.contains("reported withdrawn") && page.contains("us-iaas-nprm-2024"),
            "the pack's standing is on each page:\n{page}"
        );
    }
}
