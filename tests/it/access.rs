//! Access logs on the command line as a process: killed on the way and imported again, and rows that are not what they should be.

use crate::support::desk::Desk;
use serde_json::Value;
use std::{
    collections::BTreeSet, fmt::Write as _, fs, os::unix::process::ExitStatusExt, process::Command,
};

const ROWS: u64 = 2_400;
const PART: u64 = 400;
/// Moments at which the program is killed, spread over every call by which it writes to the vault.
const MOMENTS: u64 = 14;

/// One access a minute, of three accounts, every tenth without an address.
fn log() -> String {
    let mut text = "account,time,ip,action\n".to_owned();
    for row in 0..ROWS {
        let (day, hour, minute) = (1 + row / 1440, row / 60 % 24, row % 60);
        let ip = if row % 10 == 0 {
            String::new()
        } else {
            format!("203.0.113.{}", row % 200)
        };
        writeln!(
            text,
            "acct-{},2026-03-{day:02}T{hour:02}:{minute:02}:00Z,{ip},login",
            row % 3
        )
        .unwrap();
    }
    text
}

/// A copy of everything, to be tortured.
fn again(desk: &Desk) -> Desk {
    let other = Desk::new();
    for name in ["A.cipdesk", "state", "log.csv"] {
        let copied = Command::new("cp")
            .arg("-a")
            .arg(desk.path(name))
            .arg(other.folder.path())
            .status()
            .unwrap();
        assert!(copied.success(), "{name}");
    }
    other
}

fn import(desk: &Desk) -> Value {
    desk.json(&[
        "access",
        "import",
        "A.cipdesk",
        "log.csv",
        "--keep-every",
        &PART.to_string(),
    ])
}

/// Every record that is kept, as lines of the export.
fn records(desk: &Desk) -> BTreeSet<String> {
    desk.json(&["access", "export", "A.cipdesk", "--to", "all.csv"]);
    let text = fs::read_to_string(desk.path("all.csv")).unwrap();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let kept: BTreeSet<String> = lines.iter().cloned().collect();
    assert_eq!(kept.len(), lines.len(), "no record is there twice");
    kept
}

#[test]
fn an_import_killed_at_any_moment_and_run_again_doubles_nothing_and_loses_nothing() {
    let desk = Desk::new();
    desk.create();
    fs::write(desk.path("log.csv"), log()).unwrap();
    let injector = desk.injector();
    let under = |desk: &Desk, kind: &str, at: u64| {
        desk.command()
            .args([
                "access",
                "import",
                "A.cipdesk",
                "log.csv",
                "--keep-every",
                &PART.to_string(),
            ])
            .env("LD_PRELOAD", &injector)
            .env("FI_MATCH", desk.path("A.cipdesk"))
            .env("FI_KIND", kind)
            .env("FI_AT", at.to_string())
            .env("FI_LOG", desk.path("calls.txt"))
            .output()
            .unwrap()
    };

    let whole = again(&desk);
    assert!(under(&whole, "count", 0).status.success());
    let calls = fs::read_to_string(whole.path("calls.txt")).unwrap();
    let calls: Vec<u64> = calls
        .split_whitespace()
        .map(|word| word.parse().unwrap())
        .collect();
    let [write, sync, meta, _, _, create] = calls[..] else {
        panic!("what was counted: {calls:?}");
    };
    let calls = write + sync + meta + create;
    let expected = records(&whole);
    assert_eq!(expected.len() as u64, ROWS + 1, "every row, and the header");

    let mut stopped_between = 0;
    for moment in 1..=MOMENTS {
        let at = (calls * moment / MOMENTS).max(1);
        let one = again(&desk);
        let killed = under(&one, "kill", at);
        assert_eq!(killed.status.signal(), Some(9), "call {at} of {calls}");
        let check = one.run(&["vault", "check", "A.cipdesk"]);
        assert!(
            check.status.success(),
            "killed at call {at}: {}",
            String::from_utf8_lossy(&check.stdout)
        );

        let rest = import(&one);
        let count = |name: &str| rest[name].as_u64().unwrap();
        assert_eq!(count("records"), ROWS);
        assert_eq!(count("imported") + count("duplicates"), ROWS, "{rest}");
        let kept = ROWS - count("imported");
        assert!(
            kept.is_multiple_of(PART),
            "{kept} were kept when it was killed at call {at}: whole parts"
        );
        stopped_between += u32::from(kept > 0 && kept < ROWS);
        assert_eq!(records(&one), expected, "killed at call {at} of {calls}");
        let third = import(&one);
        assert_eq!(
            (third["imported"].as_u64(), third["duplicates"].as_u64()),
            (Some(0), Some(ROWS))
        );
        let check = one.run(&["vault", "check", "A.cipdesk"]);
        assert!(check.status.success());
    }
    assert!(
        stopped_between > 2,
        "some died between two parts: {stopped_between}"
    );
}

#[test]
fn a_bad_row_is_named_by_its_line_and_an_endless_one_by_the_limit() {
    let desk = Desk::new();
    desk.create();
    let good = r#"{"account":"a","time":"2026-03-01T08:00:01Z","ip":"203.0.113.7"}"#;
    let endless = format!(r#"{{"account":"{}"}}"#, "a".repeat(2 << 20));
    fs::write(desk.path("bad.jsonl"), format!("{good}\n{{\"account\":\n")).unwrap();
    fs::write(desk.path("long.jsonl"), format!("{good}\n{endless}\n")).unwrap();
    fs::write(
        desk.path("long.csv"),
        format!(
            "account,time,ip,action\na,2026-03-01T08:00:01Z,,{}\na,2026-03-01T08:00:02Z,,login\n",
            "x".repeat(2 << 20)
        ),
    )
    .unwrap();
    for (file, status, code) in [
        ("bad.jsonl", 2, "E-ACCESS-JSON"),
        ("long.jsonl", 7, "E-ACCESS-LONG"),
        ("long.csv", 7, "E-ACCESS-LONG"),
    ] {
        let (left, said) = desk.fails(&["access", "import", "A.cipdesk", file]);
        assert_eq!(left, status, "{said}");
        assert!(
            said.contains(file) && said.contains("line 2") && said.contains(code),
            "{said}"
        );
        assert!(said.len() < 500, "{}", said.len());
    }
    // Lines stand for themselves, so those that are bad can be left out, the endless one too.
    for file in ["bad.jsonl", "long.jsonl", "long.csv"] {
        let report = desk.json(&["access", "import", "A.cipdesk", file, "--skip-bad-rows"]);
        assert_eq!(
            (report["records"].as_u64(), report["rejected"].as_u64()),
            (Some(2), Some(1)),
            "{report}"
        );
    }
    fs::write(
        desk.path("typo.CSV"),
        "account,time,ip,action\na,2026-03-01T09:00:00Z,999.1.1.1,login\n",
    )
    .unwrap();
    let output = desk.run(&["access", "import", "A.cipdesk", "typo.CSV"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success()
            && said.contains("On line 2, what stands in the place of the address is none"),
        "{said}"
    );
    let list = desk.json(&["access", "list", "A.cipdesk", "--action", "999.1.1.1"]);
    assert_eq!(
        (list[0]["action"].as_str(), &list[0]["ip"]),
        (Some("login [999.1.1.1]"), &Value::Null)
    );
}
