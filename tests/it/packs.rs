//! Rule packs on the command line, as a process: listed, shown, checked with OpenSSH's own signatures, compared, and computed with.

use crate::support::{command_line, root};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const RULES: &str = "src-tauri/rules";

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(command_line())
            .args(args)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    /// What is printed, by a command that succeeds.
    fn says(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{args:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let said = self.says(&[args, &["--json"]].concat());
        serde_json::from_str(&said)
            .unwrap_or_else(|why| panic!("{args:?} prints one JSON value: {why}"))
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
    for (name, least) in [("clock-vectors.json", 35), ("clock-vectors-packs.json", 20)] {
        let text = fs::read_to_string(root().join("tests/fixtures").join(name)).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        assert!(vectors.len() >= least, "{name} is whole");
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
            ("version = \"1.0.0\"", "version = \"2.0.0\""),
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
