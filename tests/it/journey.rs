//! The whole job once on the command line, as a process, and the bundle as a recipient checks it with tools of their own.

use crate::support::desk::{Desk, PASSPHRASE};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn pdf(path: &Path, word: &str) {
    fs::write(path, format!("%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n% {word}\ntrailer << /Root 1 0 R >>\n%%EOF\n")).unwrap();
}

fn shell(folder: &Path, script: &str) -> Output {
    Command::new("bash")
        .args(["-c", script])
        .current_dir(folder)
        .output()
        .unwrap()
}

fn all_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            all_files(&entry.path(), into)
        } else {
            into.push(entry.path())
        }
    }
}

const CUSTOMERS: &str = "external_id,party_type,name,name_original_script,country,emails,phones,us_person,account_ids\n\
    x1,person,Jürgen Müller,,Germany,j@example.de,+4940123456,no,acc-1\n\
    x2,company,Yunhai Computing,云海计算,China,a@example.cn,+8675512345678,no,\n";

#[test]
fn the_main_job_is_done_once_from_vault_to_sent_filing() {
    let desk = Desk::new();
    desk.create();
    fs::write(desk.path("c.csv"), CUSTOMERS).unwrap();
    let dry = desk.json(&["customer", "import", "A.cipdesk", "c.csv", "--dry-run"]);
    assert_eq!(
        (dry["rows"].as_i64(), dry["created"].as_i64()),
        (Some(2), Some(2))
    );
    assert_eq!(
        desk.json(&["customer", "list", "A.cipdesk"])
            .as_array()
            .unwrap()
            .len(),
        0,
        "a dry run writes nothing"
    );
    assert_eq!(
        desk.json(&["customer", "import", "A.cipdesk", "c.csv"])["created"],
        2
    );
    let again = desk.json(&["customer", "import", "A.cipdesk", "c.csv"]);
    assert_eq!(
        (again["created"].as_i64(), again["unchanged"].as_i64()),
        (Some(0), Some(2)),
        "the same file again changes nothing"
    );
    for (search, found) in [
        ("muller", 1),
        ("云海", 1),
        ("yunhai", 1),
        ("nobody", 0),
        ("\"*", 0),
    ] {
        assert_eq!(
            desk.json(&["customer", "list", "A.cipdesk", "--search", search])
                .as_array()
                .unwrap()
                .len(),
            found,
            "search {search}"
        );
    }
    let row = &desk.json(&["customer", "list", "A.cipdesk", "--search", "muller"])[0];
    assert_eq!(
        (
            row["ref"].as_str(),
            row["country"].as_str(),
            row["us_status"].as_str()
        ),
        (Some("C-000001"), Some("DE"), Some("foreign"))
    );

    pdf(&desk.path("cip.pdf"), "canary-document-words");
    let attached = desk.json(&[
        "document",
        "add",
        "A.cipdesk",
        "C-000001",
        "cip.pdf",
        "--type",
        "passport",
    ]);
    assert_eq!(attached["media_type"], "application/pdf");
    let id = attached["document"].as_str().unwrap();
    desk.json(&["document", "extract", "A.cipdesk", id, "--to", "back.pdf"]);
    assert_eq!(
        fs::read(desk.path("back.pdf")).unwrap(),
        fs::read(desk.path("cip.pdf")).unwrap()
    );

    assert_eq!(
        desk.json(&[
            "reseller",
            "add",
            "A.cipdesk",
            "--name",
            "Lion City",
            "--country",
            "Singapore",
            "--cip",
            "cip.pdf",
            "--effective",
            "2020-01-01"
        ])["reseller"],
        "RS-0001"
    );
    let request = desk.json(&[
        "request",
        "open",
        "A.cipdesk",
        "--received",
        "2024-12-23",
        "--reseller",
        "RS-0001",
        "--reference",
        "BIS-1",
    ]);
    assert_eq!(
        request["due"], "2025-01-02",
        "ten calendar days, holidays counted"
    );
    let filing = request["filing"].as_str().unwrap().to_owned();
    assert_eq!(
        desk.json(&[
            "evidence",
            "open",
            "A.cipdesk",
            "--reseller",
            "RS-0001",
            "--received",
            "2024-01-31",
            "--summary",
            "No checks"
        ])["due"],
        "2024-03-01"
    );
    assert_eq!(
        desk.run(&["clock", "list", "A.cipdesk", "--fail-overdue"])
            .status
            .code(),
        Some(1)
    );
    assert_eq!(
        desk.json(&["clock", "list", "A.cipdesk", "--now", "2024-12-30"])[1]["days_left"],
        3,
        "--now moves the eye, not the record"
    );

    assert_eq!(
        desk.fails(&["filing", "seal", "A.cipdesk", &filing]).0,
        2,
        "one person alone must give a reason"
    );
    desk.json(&[
        "filing",
        "seal",
        "A.cipdesk",
        &filing,
        "--override",
        "Only one person works here",
    ]);
    let today = shell(desk.folder.path(), "TZ=America/New_York date +%F");
    let today = String::from_utf8(today.stdout).unwrap();
    let first = desk.json(&["filing", "export", "A.cipdesk", &filing, "--to", "out"]);
    let second = desk.json(&["filing", "export", "A.cipdesk", &filing, "--to", "out2"]);
    assert_eq!(
        first["sha256"], second["sha256"],
        "the same filing exported twice is the same bytes"
    );
    desk.json(&[
        "filing",
        "sent",
        "A.cipdesk",
        &filing,
        "--at",
        today.trim(),
        "--channel",
        "courier",
    ]);
    let clocks = desk.json(&["clock", "list", "A.cipdesk", "--all"]);
    let clock = clocks
        .as_array()
        .unwrap()
        .iter()
        .find(|clock| clock["ref"] == request["clock"])
        .unwrap();
    assert_eq!(clock["status"], "satisfied", "sending stops the clock");

    let check = desk.json(&["vault", "check", "A.cipdesk"]);
    assert_eq!(
        (
            check["ok"].as_bool(),
            check["problems"].as_array().map(Vec::len)
        ),
        (Some(true), Some(0))
    );
    let said = desk.run(&["vault", "check", "A.cipdesk", "--signatures"]);
    assert!(
        String::from_utf8_lossy(&said.stdout)
            .contains("The signature over each entry was verified."),
        "{said:?}"
    );
    desk.json(&["vault", "backup", "A.cipdesk", "B.cipdesk"]);
    assert_eq!(
        desk.json(&["vault", "check", "B.cipdesk"])["ok"],
        true,
        "a backup opens like any vault"
    );
    desk.json(&["journal", "export", "A.cipdesk", "--to", "j.jsonl"]);
    assert!(
        !fs::read_to_string(desk.path("j.jsonl"))
            .unwrap()
            .contains("Müller"),
        "an exported journal says no names"
    );
}

#[test]
fn a_recipient_checks_the_bundle_with_stock_tools_and_any_changed_byte_shows() {
    let desk = Desk::new();
    desk.create();
    pdf(&desk.path("cip.pdf"), "x");
    desk.json(&[
        "reseller",
        "add",
        "A.cipdesk",
        "--name",
        "Lion City",
        "--country",
        "SG",
        "--cip",
        "cip.pdf",
        "--effective",
        "2020-01-01",
    ]);
    desk.json(&[
        "request",
        "open",
        "A.cipdesk",
        "--received",
        "2024-12-23",
        "--reseller",
        "RS-0001",
        "--reference",
        "BIS-1",
    ]);
    let filing = desk.json(&["filing", "list", "A.cipdesk"])[0]["ref"]
        .as_str()
        .unwrap()
        .to_owned();
    desk.json(&[
        "filing",
        "seal",
        "A.cipdesk",
        &filing,
        "--override",
        "Only one person works here",
    ]);
    let keys = shell(
        desk.folder.path(),
        "age-keygen -o key.txt 2>/dev/null; grep -o 'age1.*' key.txt",
    );
    let recipient = String::from_utf8(keys.stdout).unwrap();
    let exported = desk.json(&[
        "filing",
        "export",
        "A.cipdesk",
        &filing,
        "--to",
        "out",
        "--encrypt-to",
        recipient.trim(),
    ]);
    let file = exported["file"].as_str().unwrap().to_owned();
    let report = desk.json(&["bundle", "verify", &file, "--identity", "key.txt"]);
    assert_eq!(
        (
            report["valid"].as_bool(),
            report["signer"]["trusted"].as_bool()
        ),
        (Some(true), Some(false))
    );
    assert_eq!(
        desk.fails(&["bundle", "verify", &file]).0,
        4,
        "encrypted, and no key given"
    );
    let principal = report["signer"]["name"].as_str().unwrap();
    let script = format!(
        "set -e; age -d -i key.txt {file} > b.zip; unzip -q b.zip; cd {filing}-*/
         ssh-keygen -Y verify -f allowed_signers -I {principal} -n cipdesk-filing-v1 -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt
         sha256sum -c --strict --quiet tagmanifest-sha256.txt && sha256sum -c --strict --quiet manifest-sha256.txt
         diff <(cut -c67- manifest-sha256.txt | LC_ALL=C sort) <(find data -type f | LC_ALL=C sort)
         bagit.py --validate ."
    );
    let checked = shell(desk.folder.path(), &script);
    assert!(
        checked.status.success(),
        "{}{}",
        String::from_utf8_lossy(&checked.stdout),
        String::from_utf8_lossy(&checked.stderr)
    );
    let whole = fs::read(desk.path("b.zip")).unwrap();
    for place in (0..whole.len()).step_by(whole.len() / 40) {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        fs::write(desk.path("changed.zip"), changed).unwrap();
        assert_ne!(
            desk.fails(&["bundle", "verify", "changed.zip"]).0,
            0,
            "byte {place} was changed, and nobody noticed"
        );
    }
}

/// What is typed, attached and named must stand nowhere in clear: not in the vault, not in the state, not in temporary files or those of
/// a home; not when the program was killed while it worked either.
#[test]
fn no_word_of_a_person_stands_in_clear_on_the_disk() {
    let desk = Desk::new();
    let own = desk.path("own");
    for folder in ["home", "tmp", "cache", "data", "config", "run"] {
        fs::create_dir_all(own.join(folder)).unwrap();
    }
    let command = || {
        let mut command = desk.command();
        command
            .env("HOME", own.join("home"))
            .env("TMPDIR", own.join("tmp"))
            .env("XDG_CACHE_HOME", own.join("cache"))
            .env("XDG_DATA_HOME", own.join("data"))
            .env("XDG_CONFIG_HOME", own.join("config"))
            .env("XDG_RUNTIME_DIR", own.join("run"));
        command
    };
    let done = |args: &[&str]| {
        let out = command().args(args).output().unwrap();
        assert!(
            out.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&out.stderr)
        );
    };
    desk.create();
    fs::write(
        desk.path("c.csv"),
        CUSTOMERS.replace("Jürgen Müller", "Canaria Quillfeather"),
    )
    .unwrap();
    pdf(&desk.path("canary-name.pdf"), "canary-document-words");
    fs::write(
        desk.path("log.csv"),
        "account,time,ip,action\nacc-1,2026-11-20T08:00:00Z,203.0.113.199,canary-login\n",
    )
    .unwrap();
    for args in [
        &["customer", "import", "A.cipdesk", "c.csv"][..],
        &[
            "document",
            "add",
            "A.cipdesk",
            "C-000001",
            "canary-name.pdf",
            "--type",
            "passport",
        ],
        &["access", "import", "A.cipdesk", "log.csv"],
        &["customer", "list", "A.cipdesk", "--query", "Canaria"],
        &["customer", "show", "A.cipdesk", "C-000001"],
        &["comment", "add", "A.cipdesk", "C-000001", "canary-comment"],
        &["vault", "check", "A.cipdesk"],
        &["vault", "backup", "A.cipdesk", "own/B.cipdesk"],
    ] {
        done(args);
    }
    // Killed at any moment of a long import.
    let many: String = (0..4_000)
        .fold("external_id,name,country,emails\n".to_owned(), |text, n| {
            format!("{text}k{n},Canaria Quillfeather {n},GB,j@example.de\n")
        });
    fs::write(desk.path("many.csv"), many).unwrap();
    let mut kills = 0;
    for milliseconds in [20, 60, 120, 250, 400] {
        let mut child = command()
            .args(["customer", "import", "A.cipdesk", "many.csv"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        let _ = child.kill(); // it may have ended by itself
        child.wait().unwrap();
        kills += 1;
    }
    let mut files = Vec::new();
    for folder in ["A.cipdesk", "state", "own"] {
        all_files(&desk.path(folder), &mut files);
    }
    assert!(files.len() > 16, "the vault's files were not found");
    let words = [
        "Canaria",
        "Quillfeather",
        "canary-document-words",
        "canary-name",
        "canary-login",
        "canary-comment",
        "203.0.113.199",
        "Ana Lima",
        "Acme Cloud",
        PASSPHRASE,
        "j@example.de",
    ];
    let forms: Vec<Vec<u8>> = words
        .iter()
        .flat_map(|word| {
            let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
            [
                word.as_bytes().to_vec(),
                word.to_lowercase().into_bytes(),
                word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                hex.into_bytes(),
            ]
        })
        .collect();
    let control = fs::read(desk.path("c.csv")).unwrap();
    assert!(
        control.windows(7).any(|window| window == b"Canaria"),
        "the search itself works"
    );
    for file in &files {
        let bytes = fs::read(file).unwrap();
        for form in &forms {
            let found = bytes
                .windows(form.len())
                .any(|window| window[0] == form[0] && window == form);
            assert!(
                !found,
                "{} holds {:?} in clear",
                file.display(),
                String::from_utf8_lossy(form)
            );
        }
    }
    eprintln!(
        "figure T-S {} searches for words of a person, as they are, in lower case, in UTF-16 and in hexadecimal, in the {} files of the vault, a backup, the state and every folder of a home, after work and {kills} kills: none",
        forms.len() * files.len(),
        files.len()
    );
}

/// The README's way out without CIP Desk, step by step, with the stock tools.
#[test]
fn stock_tools_open_the_vault_as_the_readme_says() {
    let desk = Desk::new();
    desk.create();
    fs::write(desk.path("c.csv"), CUSTOMERS).unwrap();
    desk.json(&["customer", "import", "A.cipdesk", "c.csv"]);
    pdf(&desk.path("cip.pdf"), "canary-document-words");
    let id = desk.json(&[
        "document",
        "add",
        "A.cipdesk",
        "C-000001",
        "cip.pdf",
        "--type",
        "passport",
    ])["document"]
        .as_str()
        .unwrap()
        .to_owned();
    let script = format!(
        "set -e; grep -o 'AGE-SECRET-KEY-1[0-9A-Z]*' sheet.txt | head -1 > recovery.txt
         age -d -i recovery.txt A.cipdesk/keyring/g000001/vault-key.age > key.json
         python3 - <<'P'
import json, sqlcipher3
key = json.load(open('key.json'))['db_key']
db = sqlcipher3.connect('A.cipdesk/db/g000001.db')
db.execute(f\"PRAGMA key = \\\"x'{{key}}'\\\"\")
assert db.execute('SELECT count(*) FROM customer').fetchone() == (2,)
identity, name = db.execute('SELECT identity, original_name FROM document').fetchone()
assert name == 'cip.pdf'
open('document.txt', 'w').write(identity + '\\n')
P
         age -d -i document.txt A.cipdesk/documents/{}/{id}.age > out.pdf; cmp out.pdf cip.pdf",
        &id[..2]
    );
    let opened = shell(desk.folder.path(), &script);
    assert!(
        opened.status.success(),
        "{}{}",
        String::from_utf8_lossy(&opened.stdout),
        String::from_utf8_lossy(&opened.stderr)
    );
}

#[test]
fn bad_input_is_said_in_one_line_with_a_code_and_changes_nothing() {
    let desk = Desk::new();
    desk.create();
    fs::write(
        desk.path("bad.csv"),
        "external_id,name,country\nx1,Ana,Germany\nx2,Bob,Untied States\n",
    )
    .unwrap();
    let (status, said) = desk.fails(&["customer", "import", "A.cipdesk", "bad.csv"]);
    assert_eq!(status, 2);
    assert!(said.contains("bad.csv line 3, column country: \"Untied States\" is no country. Write an ISO 3166 code (US) or an English name (United States)."), "{said}");
    assert_eq!(
        desk.json(&["customer", "list", "A.cipdesk"])
            .as_array()
            .unwrap()
            .len(),
        0,
        "one bad row refuses the file"
    );
    assert_eq!(
        desk.json(&[
            "customer",
            "import",
            "A.cipdesk",
            "bad.csv",
            "--skip-bad-rows"
        ])["created"],
        1
    );
    assert!(desk.path("bad-skipped.csv").exists());
    for (args, status, code) in [
        (
            vec!["customer", "show", "A.cipdesk", "C-999999"],
            2,
            "E-RECORD-UNKNOWN",
        ),
        (
            vec![
                "document",
                "add",
                "A.cipdesk",
                "C-000001",
                "nothing.pdf",
                "--type",
                "passport",
            ],
            2,
            "E-FILE-MISSING",
        ),
        (
            vec![
                "request",
                "open",
                "A.cipdesk",
                "--received",
                "2999-01-01",
                "--reseller",
                "x",
                "--reference",
                "y",
            ],
            2,
            "",
        ),
        (vec!["vault", "status", "nowhere"], 2, "V-01"),
        (
            vec![
                "clock",
                "compute",
                "CLK-NOPE",
                "--at",
                "x=2026-01-01",
                "--zone",
                "UTC",
            ],
            2,
            "E-CLOCK-UNKNOWN",
        ),
        (
            vec![
                "clock",
                "compute",
                "CLK-CIP-REQ",
                "--at",
                "department_request_received=2026-02-30",
                "--zone",
                "UTC",
            ],
            2,
            "E-CLOCK-DATE",
        ),
        (
            vec![
                "clock",
                "compute",
                "CLK-CIP-REQ",
                "--at",
                "department_request_received=2026-02-03",
                "--zone",
                "Moon/Base",
            ],
            2,
            "L-14",
        ),
        (
            vec!["filing", "seal", "A.cipdesk", "F4-2026-9999"],
            2,
            "E-RECORD-UNKNOWN",
        ),
        (vec!["no-such-command"], 2, ""),
    ] {
        let (found, said) = desk.fails(&args);
        assert_eq!(found, status, "{args:?}: {said}");
        assert!(said.contains(code), "{args:?}: {said}");
    }
    fs::write(desk.path("pass.txt"), "not the passphrase at all\n").unwrap();
    let (status, said) = desk.fails(&["vault", "status", "A.cipdesk"]);
    assert_eq!(status, 4, "{said}");
    assert!(said.contains("V-04") && !said.contains("Ana"), "{said}");
}

#[test]
fn every_worked_example_of_the_clocks_comes_out_on_the_command_line() {
    let desk = Desk::new();
    let file: Value = serde_json::from_str(include_str!("../fixtures/clock-vectors.json")).unwrap();
    for vector in file["vectors"].as_array().unwrap() {
        let mut args = vec![
            "clock".to_owned(),
            "compute".to_owned(),
            vector["clock"].as_str().unwrap().to_owned(),
            "--zone".to_owned(),
            vector["zone"].as_str().unwrap().to_owned(),
        ];
        for (anchor, at) in vector["at"].as_object().unwrap() {
            args.extend([
                "--at".to_owned(),
                format!("{anchor}={}", at.as_str().unwrap()),
            ]);
        }
        let printed = desk.json(&args.iter().map(String::as_str).collect::<Vec<_>>());
        for (name, expected) in vector["expect"].as_object().unwrap() {
            assert_eq!(printed[name], *expected, "{}: {name}", vector["id"]);
        }
        for absent in ["target", "cutoff", "eligible_on"] {
            assert_eq!(
                printed.get(absent).is_some(),
                vector["expect"].get(absent).is_some(),
                "{}: what does not apply is absent: {absent}",
                vector["id"]
            );
        }
    }
}

#[test]
fn an_access_log_is_imported_whole_and_once() {
    let desk = Desk::new();
    desk.create();
    let log = std::fs::read_dir(crate::support::root().join("tests/fixtures/cloudtrail"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().ends_with("7xgocspSowgK0Gto.json"))
        .unwrap();
    fs::copy(&log, desk.path("trail.json")).unwrap();
    assert!(
        shell(desk.folder.path(), "gzip -k trail.json")
            .status
            .success()
    );
    let first = desk.json(&["access", "import", "A.cipdesk", "trail.json.gz"]);
    let records = first["records"].as_u64().unwrap();
    assert!(records > 0);
    assert_eq!(first["imported"], records);
    assert_eq!(first["unassigned"], records);
    let again = desk.json(&["access", "import", "A.cipdesk", "trail.json"]);
    assert_eq!(
        (again["imported"].as_u64(), again["duplicates"].as_u64()),
        (Some(0), Some(records))
    );
    fs::write(desk.path("odd.csv"), "account,time,ip\na,soon,1.2.3.4\n").unwrap();
    let (status, said) = desk.fails(&["access", "import", "A.cipdesk", "odd.csv"]);
    assert_eq!(status, 2);
    assert!(said.contains("odd.csv line 2"), "{said}");
    assert_eq!(desk.json(&["vault", "check", "A.cipdesk"])["ok"], true);
}

#[test]
fn deadlines_are_written_as_a_calendar_that_another_program_reads() {
    let desk = Desk::new();
    let now = "2026-11-24";
    desk.json(&["demo", "D.cipdesk", "--customers", "20", "--now", now]);
    let clocks = desk.json(&["clock", "list", "D.cipdesk", "--all"]);
    for privacy in ["generic", "case", "full"] {
        let name = format!("{privacy}.ics");
        desk.json(&[
            "clock",
            "export",
            "D.cipdesk",
            "--to",
            &name,
            "--privacy",
            privacy,
        ]);
        let text = fs::read_to_string(desk.path(&name)).unwrap();
        assert_eq!(
            text.contains("Nordlicht"),
            privacy == "full",
            "{privacy}: a name stands only where all is told"
        );
    }
    let script = "import icalendar, json, sys\ncal = icalendar.Calendar.from_ical(open(sys.argv[1], 'rb').read())\nprint(json.dumps([[str(e['UID']), e['DTSTART'].dt.isoformat(), e['DTEND'].dt.isoformat(), str(e['STATUS']), str(e['SUMMARY'])] for e in cal.walk('VEVENT')]))";
    let read = Command::new("python3")
        .args(["-c", script])
        .arg(desk.path("full.ics"))
        .output()
        .unwrap();
    let events: Value = serde_json::from_slice(&read.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&read.stderr)));
    let events = events.as_array().unwrap();
    let (targets, events): (Vec<_>, Vec<_>) = events
        .iter()
        .partition(|event| event[4].as_str().unwrap().starts_with("Internal target"));
    assert!(
        !targets.is_empty(),
        "the house's own targets, marked as such"
    );
    assert_eq!(events.len(), clocks.as_array().unwrap().len());
    for clock in clocks.as_array().unwrap() {
        let event = events
            .iter()
            .find(|event| {
                event[0]
                    .as_str()
                    .unwrap()
                    .starts_with(clock["ref"].as_str().unwrap())
            })
            .unwrap();
        assert_eq!(
            event[1], clock["due"],
            "an event stands on the day that is due: {event}"
        );
        assert!(
            event[2].as_str() > event[1].as_str(),
            "and ends the day after"
        );
    }
}
