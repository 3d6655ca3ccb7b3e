//! Rule packs on the command line, as a process: listed, shown, checked with OpenSSH's own signatures, compared, and computed with.

use crate::support::{desk::Desk, root};
use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const RULES: &str = "src-tauri/rules";

/// What only these tests ask of the desk.
impl Desk {
    /// What is printed, by a command that succeeds.
    fn says(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{args:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Exit status and report of a check.
    fn check(&self, args: &[&str]) -> (i32, Value) {
        let output = self.run(&[&["pack", "check"], args, &["--json"]].concat());
        let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code().unwrap_or(-1), report)
    }

    /// A built-in pack as a file, changed by replacing texts once.
    fn pack(&self, name: &str, id: &str, changes: &[(&str, &str)]) {
        let mut text = fs::read_to_string(root().join(RULES).join(format!("{id}.toml"))).unwrap();
        for (from, to) in changes {
            assert!(text.contains(from), "{id} no longer holds {from}");
            text = text.replacen(from, to, 1);
        }
        fs::write(self.path(name), text).unwrap();
    }

    fn key(&self, name: &str) -> String {
        stock(
            self.folder.path(),
            &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name],
        );
        fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap()
    }

    fn sign(&self, key: &str, namespace: &str, file: &str) {
        let _ = fs::remove_file(self.path(&format!("{file}.sig")));
        stock(
            self.folder.path(),
            &["-Y", "sign", "-q", "-n", namespace, "-f", key, file],
        );
    }
}

fn stock(folder: &Path, args: &[&str]) {
    let output = Command::new("ssh-keygen")
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "ssh-keygen {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn every_worked_example_comes_out_on_the_command_line() {
    let desk = Desk::new();
    let mut worked = 0;
    for (name, least) in [("clock-vectors.json", 35), ("clock-vectors-packs.json", 20)] {
        let text = fs::read_to_string(root().join("tests/fixtures").join(name)).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        assert!(vectors.len() >= least, "{name} is whole");
        worked += vectors.len();
        for vector in vectors {
            let word = |value: &Value| value.as_str().unwrap().to_owned();
            let pack = vector["pack"].as_str().or(file["pack"].as_str()).unwrap();
            let (clock, zone) = (word(&vector["clock"]), word(&vector["zone"]));
            let mut args = vec!["clock", "compute", &clock, "--pack", pack, "--zone", &zone];
            let pairs: Vec<String> = vector["at"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(anchor, at)| format!("{anchor}={}", word(at)))
                .collect();
            args.extend(pairs.iter().flat_map(|pair| ["--at", pair.as_str()]));
            let computed = desk.json(&args);
            for (key, expected) in vector["expect"].as_object().unwrap() {
                let found = computed.get(key).unwrap_or(&Value::Null);
                assert_eq!(
                    found, expected,
                    "{} {key}: {}",
                    vector["id"], vector["shows"]
                );
            }
        }
    }
    eprintln!("figure T-T {worked} worked examples of deadlines, each as it is written");
}

#[test]
fn packs_are_listed_and_shown_with_paragraph_and_confidence() {
    let desk = Desk::new();
    let list = desk.json(&["pack", "list"]);
    let ids: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|pack| pack["id"].as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "us-iaas-nprm-2024",
            "us-bank-cip",
            "in-certin-2022",
            "internal-policy"
        ]
    );
    for id in ids {
        let shown = desk.json(&["pack", "show", id]);
        let clocks = shown["demands"].as_array().unwrap().iter();
        let clocks: Vec<_> = clocks.filter(|row| row["part"] == "clock").collect();
        assert!(!clocks.is_empty(), "{id} has clocks");
        assert!(
            clocks
                .iter()
                .all(|row| row["cite"] != "" && row["confidence"].is_string())
        );
    }
    let said = desk.says(&["pack", "show", "us-iaas-nprm-2024"]);
    for expected in [
        "not in force",
        "No person has compared it with the rule's text yet.",
        "15 CFR 7.304 (proposed) [memory-low: not verified against the rule]",
        "15 CFR 7.303, 7.305 (proposed) [seen]",
        "est_operations > 1e26",
        "230 days",
    ] {
        assert!(said.contains(expected), "shown: {expected}");
    }
    let output = desk.run(&["pack", "show", "us-gone"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        error.contains("us-bank-cip") && error.contains("[E-PACK-UNKNOWN]"),
        "{error}"
    );
}

#[test]
fn a_broken_pack_is_told_with_every_fault() {
    let desk = Desk::new();
    desk.pack("mine.toml", "us-iaas-nprm-2024", &[]);
    let (status, report) = desk.check(&["mine.toml"]);
    assert_eq!(
        (status, &report["valid"]),
        (0, &Value::Bool(true)),
        "{report}"
    );
    assert_eq!(report["signature"]["state"], "unsigned");

    desk.pack(
        "mine.toml",
        "us-iaas-nprm-2024",
        &[
            ("n = 10\n", "n = 99999\n"),
            ("anchors = [\"evidence_received\"]", "anchors = [\"proof\"]"),
        ],
    );
    let (status, report) = desk.check(&["mine.toml"]);
    let codes: Vec<_> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|problem| problem["code"].as_str())
        .collect();
    assert_eq!((status, codes), (1, vec!["E-PACK-NUMBER", "E-PACK-ANCHOR"]));
    for args in [
        ["pack", "show", "mine.toml"].as_slice(),
        &[
            "clock",
            "compute",
            "CLK-CIP-REQ",
            "--pack",
            "mine.toml",
            "--zone",
            "UTC",
            "--at",
            "department_request_received=2026-11-23",
        ],
    ] {
        let output = desk.run(args);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            output.status.code(),
            Some(2),
            "nothing is half loaded: {error}"
        );
        assert!(
            error.starts_with("mine.toml, [[clock]] CLK-CIP-REQ, n: 99999"),
            "{error}"
        );
    }
    fs::write(desk.path("mine.toml"), b"[pack]\nid = \"\xff\"\n").unwrap();
    assert_eq!(
        desk.check(&["mine.toml"]).1["problems"][0]["code"],
        "E-PACK-READ"
    );
}

#[test]
fn a_pack_signed_with_stock_tools_is_known_by_the_readers_own_list() {
    let desk = Desk::new();
    desk.pack("mine.toml", "internal-policy", &[]);
    let line = desk.key("publisher");
    let stranger = desk.key("stranger");
    fs::write(
        desk.path("known"),
        format!("rules@example.org namespaces=\"cipdesk-rulepack-v1\" {line}"),
    )
    .unwrap();
    let state = |args: &[&str]| {
        let (status, report) = desk.check(args);
        (
            status,
            report["signature"]["state"]
                .as_str()
                .unwrap_or("none")
                .to_owned(),
        )
    };
    let listed = ["mine.toml", "--allowed-signers", "known"].as_slice();
    let named = |status: i32, state: &str| (status, state.to_owned());

    assert_eq!(
        state(listed),
        named(1, "unsigned"),
        "a list asks for a signature"
    );
    desk.sign("publisher", "cipdesk-rulepack-v1", "mine.toml");
    assert_eq!(state(&["mine.toml"]), named(0, "unchecked"));
    assert_eq!(state(listed), named(0, "known"));
    let (_, report) = desk.check(listed);
    assert_eq!(report["signature"]["signer"], "rules@example.org");
    stock(
        desk.folder.path(),
        &[
            "-Y",
            "find-principals",
            "-f",
            "known",
            "-s",
            "mine.toml.sig",
        ],
    );

    desk.sign("publisher", "cipdesk-filing-v1", "mine.toml");
    assert_eq!(
        state(listed),
        named(1, "invalid"),
        "a filing's signature is no pack's"
    );
    desk.sign("stranger", "cipdesk-rulepack-v1", "mine.toml");
    assert_eq!(state(listed), named(1, "unknown"));
    fs::write(
        desk.path("known"),
        format!("rules@example.org namespaces=\"git\" {stranger}"),
    )
    .unwrap();
    assert_eq!(state(listed), named(1, "other_purpose"));
    fs::write(
        desk.path("known"),
        format!("rules@example.org valid-before=\"20200101\" {stranger}"),
    )
    .unwrap();
    assert_eq!(state(listed), named(1, "out_of_dates"));

    desk.pack("mine.toml", "internal-policy", &[("n = 3\n", "n = 4\n")]);
    assert_eq!(
        state(&["mine.toml"]),
        named(1, "invalid"),
        "one digit more, and nobody signed it"
    );
}

#[test]
fn two_versions_are_compared_with_old_new_and_paragraph() {
    let desk = Desk::new();
    desk.pack(
        "v2.toml",
        "us-iaas-nprm-2024",
        &[
            ("version = \"1.0.1\"", "version = \"2.0.0\""),
            ("n = 10\n", "n = 15\n"),
            (
                "date = \"2025-12-25\"\nname = \"Christmas Day\"",
                "date = \"2025-12-26\"\nname = \"Christmas Day\"",
            ),
        ],
    );
    let found = desk.json(&["pack", "compare", "us-iaas-nprm-2024", "v2.toml"]);
    let rows: Vec<(String, String, String)> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let word = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
            (word("kind"), word("id"), word("new"))
        })
        .collect();
    let expected = [
        ("changed", "us-iaas-nprm-2024", "2.0.0"),
        ("changed", "CLK-CIP-REQ", "15"),
        ("added", "2025-12-26", "Christmas Day"),
        ("removed", "2025-12-25", "-"),
    ];
    assert_eq!(
        rows,
        expected.map(|(kind, id, new)| (kind.to_owned(), id.to_owned(), new.to_owned()))
    );
    let said = desk.says(&["pack", "compare", "us-iaas-nprm-2024", "v2.toml"]);
    assert!(
        said.contains("CLK-CIP-REQ, n: 10 -> 15\n    15 CFR 7.303, 7.305 (proposed) [seen]"),
        "{said}"
    );
    assert!(
        desk.says(&["pack", "compare", "us-bank-cip", "us-bank-cip"])
            .contains("do not differ")
    );
}

/// A vault, and its commands with their answers as JSON.
fn vault(desk: &Desk) -> impl Fn(&[&str]) -> Output + '_ {
    desk.create();
    |args: &[&str]| desk.run(&[args, &["--json"]].concat())
}

fn answer(output: &Output) -> Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_pack_is_taken_into_a_vault_with_both_dates_shown_and_only_named_clocks_go_over() {
    let desk = Desk::new();
    let run = vault(&desk);
    let start = |at: &str| {
        let started = answer(&run(&[
            "clock",
            "start",
            "A.cipdesk",
            "CLK-IRREGULAR",
            "--at",
            &format!("change_effective={at}"),
            "--note",
            "New primary contact",
        ]));
        started["clock"].as_str().unwrap().to_owned()
    };
    let (one, other) = (start("2026-06-01"), start("2026-06-02"));
    desk.pack(
        "next.toml",
        "us-iaas-nprm-2024",
        &[
            ("version = \"1.0.1\"", "version = \"1.1.0\""),
            (
                "title = \"Irregular update\"\nn = 15",
                "title = \"Irregular update\"\nn = 30",
            ),
        ],
    );
    let offer = answer(&run(&[
        "pack",
        "adopt",
        "A.cipdesk",
        "next.toml",
        "--dry-run",
    ]));
    assert_eq!(offer["clocks"][0]["due_before"], "2026-06-16");
    assert_eq!(offer["clocks"][0]["due_after"], "2026-07-01");
    assert!(offer["vouched"].as_str().unwrap().starts_with("Unsigned"));
    let nothing = run(&["pack", "adopt", "A.cipdesk", "next.toml"]);
    assert_eq!(nothing.status.code(), Some(2), "a reason is asked for");
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("E-PACK-REASON"));
    let rows = answer(&run(&[
        "pack",
        "adopt",
        "A.cipdesk",
        "next.toml",
        "--reason",
        "Published on Monday",
        "--clock",
        &one,
    ]));
    assert_eq!(
        (&rows[0]["note"]["version"], &rows[0]["running"]),
        (&"1.1.0".into(), &1.into())
    );
    let list = answer(&run(&["clock", "list", "A.cipdesk"]));
    let due = |reference: &str| {
        let rows = list.as_array().unwrap();
        rows.iter().find(|row| row["ref"] == *reference).unwrap()["due"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        (due(&one), due(&other)),
        ("2026-07-01".to_owned(), "2026-06-17".to_owned())
    );
    let why = answer(&run(&["clock", "show", "A.cipdesk", &one]));
    assert_eq!(
        why["revisions"][0]["pack_before"],
        "us-iaas-nprm-2024 1.0.1"
    );
    assert_eq!(
        why["row"]["unverified"], true,
        "this number was never seen in the rule"
    );
    // The page prints, and says so on paper.
    answer(&run(&[
        "clock",
        "print",
        "A.cipdesk",
        &one,
        "--to",
        "clock.pdf",
    ]));
    let text = Command::new("pdftotext")
        .args(["-layout", "clock.pdf", "-"])
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    for part in [
        "Why Wed 2026-07-01?",
        "Tue 2026-06-16",
        "Published on Monday",
        "Not verified against the rule",
        "not in force",
    ] {
        assert!(text.contains(part), "{part} is on the page:\n{text}");
    }
    // A second pack beside it, given up again; the last one stays.
    answer(&run(&[
        "pack",
        "adopt",
        "A.cipdesk",
        "in-certin-2022",
        "--reason",
        "A site in India",
    ]));
    let incident = answer(&run(&[
        "clock",
        "start",
        "A.cipdesk",
        "CLK-IN-INCIDENT",
        "--at",
        "incident_noticed=2026-06-01T08:00:00Z",
        "--note",
        "Ticket 4711",
    ]));
    answer(&run(&[
        "pack",
        "retire",
        "A.cipdesk",
        "in-certin-2022",
        "--reason",
        "Site closed",
    ]));
    let last = run(&[
        "pack",
        "retire",
        "A.cipdesk",
        "us-iaas-nprm-2024",
        "--reason",
        "none",
    ]);
    assert_eq!(last.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&last.stderr).contains("E-PACK-LAST"));
    let ended = answer(&run(&[
        "clock",
        "stop",
        "A.cipdesk",
        incident["clock"].as_str().unwrap(),
        "--at",
        "2026-06-01T15:00:00Z",
        "--by",
        "Report 88",
    ]));
    assert_eq!(
        ended["status"], "satisfied",
        "its clock still knows its rule"
    );
    let check = answer(&run(&["vault", "check", "A.cipdesk"]));
    assert_eq!(check["ok"], true, "{check}");
}

#[test]
fn a_signal_is_assessed_step_by_step_and_no_step_is_skipped() {
    let desk = Desk::new();
    let run = vault(&desk);
    answer(&run(&[
        "reseller",
        "add",
        "A.cipdesk",
        "--name",
        "Lion City",
        "--country",
        "SG",
    ]));
    let opened = answer(&run(&[
        "evidence",
        "open",
        "A.cipdesk",
        "--reseller",
        "RS-0001",
        "--received",
        "2026-11-01",
        "--summary",
        "A letter",
        "--signal",
    ]));
    let case = opened["case"].as_str().unwrap();
    let list = answer(&run(&["clock", "list", "A.cipdesk"]));
    assert_eq!(
        (&list[0]["provisional"], &list[0]["due"]),
        (&true.into(), &"2026-12-01".into())
    );
    let skipped = run(&[
        "case",
        "advance",
        "A.cipdesk",
        case,
        "--to",
        "terminated",
        "--note",
        "x",
    ]);
    assert_eq!(skipped.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&skipped.stderr).contains("E-CASE-STEP"));
    answer(&run(&[
        "case",
        "advance",
        "A.cipdesk",
        case,
        "--to",
        "assessing",
        "--note",
        "Plan",
    ]));
    let alone = run(&[
        "case",
        "advance",
        "A.cipdesk",
        case,
        "--to",
        "not_substantiated",
        "--note",
        "Checked",
    ]);
    assert_eq!(alone.status.code(), Some(2), "two people, or a reason");
    let closed = answer(&run(&[
        "case",
        "advance",
        "A.cipdesk",
        case,
        "--to",
        "not_substantiated",
        "--note",
        "Checked",
        "--override",
        "Only one works here",
    ]));
    assert_eq!(closed["state"], "not_substantiated");
    assert_eq!(
        answer(&run(&["clock", "list", "A.cipdesk"])),
        Value::Array(Vec::new()),
        "nothing is owed any more"
    );
}
