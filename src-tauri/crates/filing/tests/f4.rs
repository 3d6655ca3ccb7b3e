//! An F4 as a recipient gets it: checked with the tools a recipient has.

// A test gives up loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use filing::*;
use std::process::Command;

fn sample() -> Filing {
    let sha256 = "ab".repeat(32);
    Filing {
        header: Header {
            format: "cipdesk.filing/1".into(),
            kind: "F4".into(),
            title: "Copies of CIPs for the Department".into(),
            pack: Pack {
                id: "us-iaas-nprm-2024".into(),
                version: "1.0.0".into(),
                status: "withdrawn".into(),
                banner: "Proposed in 2024, reported withdrawn; not in force.".into(),
            },
            filer: Filer {
                legal_name: "Cascade Compute LLC".into(),
                role: "provider".into(),
                jurisdiction: "US".into(),
                primary_contact: Contact {
                    name: "Ana Lima".into(),
                    ..Contact::default()
                },
            },
            reference: "F4-2026-0001".into(),
            prepared_at: "2026-11-24T12:00:00Z".into(),
            as_of: "2026-11-24".into(),
            corrects: None,
            clock: Clock {
                kind: "CLK-CIP-REQ".into(),
                day0: "2026-11-14".into(),
                due: "2026-11-24".into(),
            },
        },
        body: F4 {
            addressee: "U.S. Department of Commerce".into(),
            request: Request {
                reference: "BIS-1 #panic() $x$ *not bold*".into(),
                received_on: "2026-11-14".into(),
                due_on: "2026-11-24".into(),
                how: "Letter".into(),
            },
            items: vec![
                Item {
                    owner: "Lion City Hosting Pte Ltd".into(),
                    owner_kind: "foreign_reseller".into(),
                    jurisdiction: "SG".into(),
                    version: "2026.1".into(),
                    effective_on: "2026-01-01".into(),
                    sha256: sha256.clone(),
                    pages: None,
                    file: "documents/0001.pdf".into(),
                },
                Item {
                    owner:
                        "云海计算有限公司 / شركة النور / חזון / गंगा / ล้านนา / Ελένη / Пётр / 김 😀"
                            .into(),
                    owner_kind: "foreign_reseller".into(),
                    jurisdiction: "CN".into(),
                    version: "3".into(),
                    effective_on: "2025-05-01".into(),
                    sha256: sha256.clone(),
                    pages: Some(12),
                    file: "documents/0002.pdf".into(),
                },
            ],
            missing: vec![Missing {
                owner: "Sahel Datacenter SA".into(),
                reason: "Asked for on 2026-11-16; not received".into(),
                expected_on: None,
            }],
            confidential: true,
            confidentiality_request: "Confidential treatment is requested.".into(),
            notes: String::new(),
        },
        attachments: vec![Attachment {
            file: "documents/0001.pdf".into(),
            original_name: "<b>cip</b>.pdf".into(),
            media_type: "application/pdf".into(),
            sha256,
            bytes: 1234,
            pages: None,
        }],
        clock_page: ClockPage {
            reference: "K-0001".into(),
            clock: "CLK-CIP-REQ".into(),
            title: "Copy of a CIP".into(),
            subject: "Lion City Hosting Pte Ltd".into(),
            day0: "2026-11-14".into(),
            due: "2026-11-24".into(),
            target: Some("2026-11-24".into()),
            cutoff: Some("2026-11-25T04:59:59Z".into()),
            cite: "15 CFR 7.303, 7.305 (proposed)".into(),
            rule: "Furnish a copy.".into(),
            confidence: "seen".into(),
            zone: "America/New_York".into(),
            tzdb: "2025b".into(),
            steps: vec![
                "day 0 is Sat 2026-11-14, and is not counted".into(),
                "+ 10 calendar days = Tue 2026-11-24".into(),
            ],
            revisions: vec![Revision {
                kind: "extended".into(),
                due_before: "2026-11-22".into(),
                due_after: "2026-11-24".into(),
                grant: Some("BIS letter of 2026-11-20".into()),
                recorded_on: "2026-11-20".into(),
            }],
            events: vec![Event {
                occurred_on: "2026-11-14".into(),
                recorded_at: "2026-11-16T09:00:00Z".into(),
                what: "Clock K-0001 started".into(),
            }],
        },
        signature: Signature {
            name: "Ana Lima".into(),
            title: String::new(),
            principal: "staff-1.7f3a9c21@cipdesk".into(),
            fingerprint: "SHA256:abc".into(),
            statement_id: "truth-1".into(),
            statement: "I am authorised.".into(),
            signed_at: "2026-11-24T12:00:00Z".into(),
            override_reason: Some("Only one person works here".into()),
        },
        integrity: Integrity {
            event_chain_head: "7F3A-9C21-B04E".into(),
            entries: 42,
        },
        paper: Paper::Letter,
    }
}

fn run(program: &str, args: &[&str]) -> String {
    let output = Command::new(program)
        .args(args)
        .output()
        .unwrap_or_else(|_| panic!("{program} is installed"));
    assert!(
        output.status.success(),
        "{program}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_pages_are_sound_say_what_the_json_says_and_come_out_the_same_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("filing.pdf");
    let path = path.to_str().unwrap();
    let rendered = render(&sample()).unwrap();
    std::fs::write(path, &rendered.pdf).unwrap();
    if let Ok(keep) = std::env::var("CIPDESK_KEEP_PDF") {
        std::fs::write(keep, &rendered.pdf).unwrap();
    }
    run("qpdf", &["--check", path]);
    let text = run("pdftotext", &["-layout", path, "-"]);
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "F4-2026-0001",
        "BIS-1 #panic() $x$ *not bold*",
        "Lion City Hosting Pte Ltd",
        "2026.1",
        "unknown",
        "Sahel Datacenter SA",
        "not recorded",
        "7F3A-9C21-B04E",
        "2026-11-22",
        "BIS letter of 2026-11-20",
        "Only one person works here",
        "[U+1F600]",
        "Why this date?",
        "+ 10 calendar days",
        "Page 1 of",
        "Proposed in 2024, reported withdrawn; not in force.",
    ] {
        assert!(flat.contains(said), "the pages must say {said:?}:\n{text}");
    }
    assert!(run("pdfinfo", &[path]).contains(&format!("Pages:           {}", rendered.pages)));
    assert!(
        rendered
            .pdf
            .windows(20)
            .any(|window| window.starts_with(b"pdfaid:part")),
        "it says which PDF/A it is"
    );
    assert_eq!(
        render(&sample()).unwrap(),
        rendered,
        "the same filing gives the same bytes"
    );
}

#[test]
fn the_json_follows_its_published_schema() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("filing.json");
    std::fs::write(&json, render(&sample()).unwrap().json).unwrap();
    let schema: serde_json::Value = serde_json::from_str(F4_SCHEMA).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    for name in schema["required"].as_array().unwrap() {
        assert!(
            !value[name.as_str().unwrap()].is_null() || name == "corrects",
            "{name} is required"
        );
    }
    for (name, _) in value.as_object().unwrap() {
        assert!(
            schema["properties"].get(name).is_some(),
            "{name} stands in no schema"
        );
    }
    assert!(
        value["body"]["items"][1]["owner"]
            .as_str()
            .unwrap()
            .contains('😀'),
        "the JSON keeps what the pages cannot show"
    );
}

#[test]
fn names_in_the_contents_page_are_text() {
    let html = String::from_utf8(render(&sample()).unwrap().index_html).unwrap();
    assert!(html.contains("&lt;b&gt;cip&lt;/b&gt;.pdf") && !html.contains("<script"));
}
