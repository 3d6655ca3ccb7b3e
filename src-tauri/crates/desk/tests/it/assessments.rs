//! Material for an assessor: what goes along can be checked with the tools that an assessor has, by the guide that lies beside it.

use crate::bench::{ALONE, Bench};
use contract as c;
use desk::{Source, Unwatched};
use serde_json::Value;
use sha2::Digest as _;
use std::{path::PathBuf, process::Command};

/// A desk with a reseller's program and two customers, one of whom used an account.
fn assessed() -> (Bench, String) {
    let bench = Bench::new();
    bench.reseller("Lion City");
    bench.reseller_without_cip("Sahel Datacenter");
    for name in ["Ada Byron", "Zoë Weiß"] {
        bench.customer(name, "GB");
    }
    bench
        .vault
        .account_save(&c::AccountSaveReq {
            customer: "C-000001".to_owned(),
            id: None,
            account_ref: "acct-1".to_owned(),
            state: "restricted".to_owned(),
            products: None,
            opened_on: None,
            closed_on: None,
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })
        .unwrap();
    let log = bench.file(
        "log.csv",
        b"account,time,ip,action,event_id\nacct-1,2026-03-01T08:00:00Z,203.0.113.7,login,e1\nacct-1,2026-03-01T09:00:00Z,203.0.113.8,\"say \"\"hi\"\"\",e2\n",
    );
    bench
        .vault
        .access_import(&log, desk::AccessHow::default(), &Unwatched)
        .unwrap();
    let program = bench.file("own-cip.txt", b"Our program: who is asked what");
    let document = bench
        .vault
        .document_add("programme", "cip", Source::File(program), &Unwatched)
        .unwrap();
    bench
        .vault
        .programme_cip(&c::OwnCipReq {
            r#ref: None,
            version: "2026.1".to_owned(),
            effective_from: "2026-01-01".to_owned(),
            approver: "Ana Lima, CEO".to_owned(),
            document: Some(document.id),
            next_review_on: None,
            adopted_from: None,
            marks: Vec::new(),
        })
        .unwrap();
    let filing = bench
        .vault
        .filing_draft(&c::FilingDraftReq {
            form: "F12".to_owned(),
            subjects: Vec::new(),
            clock: None,
            as_of: None,
            replaces: None,
        })
        .unwrap();
    (bench, filing.row.r#ref)
}

/// Seals, writes out and unpacks; gives the folder of the payload.
fn payload(bench: &Bench, filing: &str) -> PathBuf {
    bench.seal(filing, Some(ALONE)).unwrap();
    let out = bench.folder.path().join("out");
    let written = bench
        .vault
        .filing_export(filing, &out, &[], &Unwatched)
        .unwrap();
    let done = Command::new("unzip")
        .args(["-q", &written.name])
        .current_dir(&out)
        .status()
        .unwrap();
    assert!(done.success());
    let name = written.name.strip_suffix(".bundle.zip").unwrap();
    out.join(name).join("data")
}

/// The first object in a document that is meant.
fn row<'a>(json: &'a Value, meant: &dyn Fn(&Value) -> bool) -> Option<&'a Value> {
    if json.is_object() && meant(json) {
        return Some(json);
    }
    let inside: Vec<&Value> = match json {
        Value::Array(all) => all.iter().collect(),
        Value::Object(all) => all.values().collect(),
        _ => Vec::new(),
    };
    inside.into_iter().find_map(|one| row(one, meant))
}

fn bash(folder: &std::path::Path, script: &str) -> String {
    let out = Command::new("bash")
        .args(["-c", script])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{script}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn programs_access_records_and_the_guide_go_along_and_can_be_checked() {
    let (bench, filing) = assessed();
    let view = bench.vault.filing_show(&filing).unwrap();
    assert!(
        view.findings.iter().any(|one| one.code == "E-F12-NO-CIP"),
        "a program that was never received is said to be missing"
    );
    let data = payload(&bench, &filing);
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(data.join("filing.json")).unwrap()).unwrap();
    let text = json.to_string();
    for (owner, version) in [("Acme Cloud LLC", "2026.1"), ("Lion City", "1")] {
        let program = row(&json, &|row| {
            row["owner"] == owner && row["version"] == version
        })
        .unwrap_or_else(|| panic!("{owner}'s program is in the form: {text}"));
        let file = data.join(program["file"].as_str().unwrap());
        let bytes = std::fs::read(&file).unwrap();
        assert_eq!(
            program["sha256"],
            domain::entry::hex(&sha2::Sha256::digest(bytes))
        );
    }

    // The guide's own command draws the sample again.
    let guide = std::fs::read_to_string(data.join("verifier-guide.txt")).unwrap();
    let command = guide
        .lines()
        .find(|line| line.trim_start().starts_with("while read"))
        .unwrap();
    let drawn = bash(&data, command);
    let drawn: Vec<String> = drawn
        .lines()
        .map(|line| format!("{}.json", line.split(' ').nth(1).unwrap()))
        .collect();
    let files = bash(&data, "ls case-files");
    assert_eq!(files.lines().count(), 2);
    assert!(
        files.lines().all(|file| drawn.contains(&file.to_owned())),
        "{drawn:?}"
    );

    // The access records, and the entry of the import that vouches for them.
    let csv = std::fs::read_to_string(data.join("access/C-000001-1.csv")).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 3, "{csv}");
    assert!(lines[1].starts_with("2026-03-01T08:00:00") && lines[1].contains("203.0.113.7"));
    assert!(lines[2].contains("\"say \"\"hi\"\"\""), "{csv}");
    let imports: serde_json::Value =
        serde_json::from_slice(&std::fs::read(data.join("access/imports.json")).unwrap()).unwrap();
    let import = &imports[0];
    assert_eq!(import["rows"], 2);
    assert!(lines[1].ends_with(&format!(",{}", import["entry"])));
    let journal = std::fs::read_to_string(data.join("journal.jsonl")).unwrap();
    assert!(
        journal.contains(import["entry_sha256"].as_str().unwrap()),
        "the entry stands in the journal extract under that hash"
    );
    let log = bash(bench.folder.path(), "sha256sum log.csv");
    assert!(log.starts_with(import["source_sha256"].as_str().unwrap()));
    assert!(
        !data.join("certificate-902.pdf").exists(),
        "it was not asked for"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn the_certificate_page_is_optional_and_prints_its_limits() {
    let (bench, filing) = assessed();
    let write = |cells: &[(&str, &str)]| {
        let revision = bench.vault.filing_show(&filing).unwrap().revision;
        let cells = cells
            .iter()
            .map(|(part, value)| ((*part).to_owned(), (*value).to_owned()))
            .collect();
        bench
            .vault
            .filing_edit(&c::FilingEditReq {
                r#ref: filing.clone(),
                revision,
                answers: vec![c::FormAnswer {
                    item: "certificate".to_owned(),
                    rows: vec![c::FormAnswerRow {
                        key: String::new(),
                        cells,
                    }],
                    unknown: None,
                }],
            })
            .unwrap();
    };
    write(&[("include", "yes")]);
    let view = bench.vault.filing_show(&filing).unwrap();
    assert!(
        view.findings
            .iter()
            .any(|one| one.code == "E-F12-CERTIFICATE"),
        "a certificate without a person is said to lack one"
    );
    write(&[
        ("include", "yes"),
        ("person", "Ana Lima"),
        ("basis", "Runs the desk since 2024"),
    ]);
    let data = payload(&bench, &filing);
    let text = bash(&data, "pdftotext -layout certificate-902.pdf -");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Ana Lima",
        "Runs the desk since 2024",
        "nothing about whether what they state is true",
        "It is not signed by this program",
        "reasonable written notice",
        "28 U.S.C. 1746",
    ] {
        assert!(text.contains(words), "the page prints {words:?}: {text}");
    }
    let population = bash(&data, "sha256sum registers/population.txt | cut -c1-64");
    assert!(
        text.replace(' ', "").contains(population.trim()),
        "it names the hash of each file"
    );
}
