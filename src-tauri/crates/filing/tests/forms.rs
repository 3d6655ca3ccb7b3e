//! Every form, filled at random: the pages, the JSON and the screen say the same; checked with the tools a recipient has.

// A test gives up loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use filing::*;
use std::{collections::BTreeMap, path::Path, process::Command};

/// Numbers that are the same on every run.
struct Luck(u64);

impl Luck {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn text(&mut self, long: bool) -> String {
        const WORDS: &[&str] = &[
            "Lion City Hosting",
            "#panic() $x$ *not bold*",
            "Zoë <b>Müller</b>",
            "Пётр Иванов",
            "Ελένη & Söhne",
            "[a](b)",
            "\"quoted\"",
            "a/b\\c",
            "渡辺健二",
            "김민준",
            "passport and register",
            "reviewed each quarter",
            "= heading",
            "- list",
            "100 %",
            "@tag",
            "~",
            "Nguyễn Văn A",
        ];
        let many = if long { 1 + self.below(9) } else { 1 };
        (0..many)
            .map(|_| WORDS[usize::try_from(self.below(WORDS.len() as u64)).unwrap()])
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn value(&mut self, kind: &Kind) -> String {
        match kind {
            Kind::Text => self.text(false),
            Kind::Long => self.text(true),
            Kind::Date => format!("2026-{:02}-{:02}", 1 + self.below(12), 1 + self.below(28)),
            Kind::Number => self.below(2_000_000).to_string(),
            Kind::Flag => (self.below(2) == 0).to_string(),
            Kind::Country => {
                ["SG", "DE", "US", "JP", "SN"][usize::try_from(self.below(5)).unwrap()].to_owned()
            }
            Kind::Choice(words) => {
                words[usize::try_from(self.below(words.len() as u64)).unwrap()].clone()
            }
        }
    }
}

/// A form with about every fifth place left empty.
fn filled(form: &'static Form, seed: u64, full: bool) -> Filing {
    let mut luck = Luck(seed);
    let mut entries = BTreeMap::new();
    for item in form.items() {
        if item.unknown && luck.below(4) == 0 {
            let unknown = Unknown {
                asked_on: "2026-11-20".into(),
                asked_of: luck.text(false),
                answer: String::new(),
            };
            entries.insert(
                item.id.clone(),
                Entry {
                    rows: Vec::new(),
                    unknown: Some(unknown),
                },
            );
            continue;
        }
        let many = if item.shape == Shape::One {
            1
        } else {
            luck.below(5) + u64::from(full)
        };
        let rows = (0..many)
            .map(|_| Row {
                key: String::new(),
                cells: item
                    .parts
                    .iter()
                    .filter_map(|part| {
                        if full || part.must || luck.below(5) > 0 {
                            Some((part.key.clone(), luck.value(&part.kind)))
                        } else {
                            None
                        }
                    })
                    .collect(),
            })
            .filter(|row: &Row| !row.cells.is_empty())
            .collect();
        entries.insert(
            item.id.clone(),
            Entry {
                rows,
                unknown: None,
            },
        );
    }
    let title = entries
        .get("signatory")
        .and_then(|entry: &Entry| entry.rows.first())
        .map(|row| row.cell("title").to_owned())
        .unwrap_or_default();
    let sha256 = "ab".repeat(32);
    Filing {
        form,
        pack: Pack {
            id: "us-iaas-nprm-2024".into(),
            version: "1.0.0".into(),
            status: "withdrawn".into(),
            banner: "Proposed in 2024, reported withdrawn; not in force.".into(),
        },
        reference: format!("{}-2026-0001", form.kind),
        prepared_at: "2026-11-24T12:00:00Z".into(),
        as_of: "2026-11-24".into(),
        corrects: (luck.below(2) == 0).then(|| Corrects {
            reference: format!("{}-2025-0009", form.kind),
            bundle: format!("{}-2025-0009-0badc0de", form.kind),
            sha256: sha256.clone(),
        }),
        clock: Some(Clock {
            kind: "CLK-CIP-REQ".into(),
            day0: "2026-11-14".into(),
            due: "2026-11-24".into(),
        }),
        changed: form
            .items()
            .filter(|_| luck.below(6) == 0)
            .map(|item| item.id.clone())
            .filter(|id| id != "signatory" && id != "correction")
            .collect(),
        sources: form
            .items()
            .filter(|item| !item.no.is_empty())
            .map(|item| {
                (
                    item.id.clone(),
                    Source {
                        cite: "15 CFR 7.304 (proposed)".into(),
                        confidence: ["seen", "memory"][usize::try_from(luck.below(2)).unwrap()]
                            .into(),
                    },
                )
            })
            .collect(),
        entries,
        attachments: vec![Attachment {
            file: "documents/0001.pdf".into(),
            original_name: "<b>cip</b> 云 😀.pdf".into(),
            media_type: "application/pdf".into(),
            sha256,
            bytes: 1234,
            pages: None,
        }],
        clock_page: Some(ClockPage {
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
        }),
        signature: Signature {
            name: "Ana Lima".into(),
            title,
            principal: "staff-1.7f3a9c21@cipdesk".into(),
            fingerprint: "SHA256:Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE".into(),
            fingerprint_words: "lantern orchard velvet compass tide anchor maple river".into(),
            statement_id: "truth-1".into(),
            statement: "I am authorized.".into(),
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

/// Letters alone: where a line breaks is the layout's business.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What stands on the pages, without their footers.
fn on_paper(pdf: &Path) -> String {
    letters(&run(
        "pdftotext",
        &[
            "-raw",
            "-nopgbrk",
            "-x",
            "0",
            "-y",
            "0",
            "-W",
            "612",
            "-H",
            "714",
            pdf.to_str().unwrap(),
            "-",
        ],
    ))
}

#[test]
fn pages_json_and_screen_say_the_same_of_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let keep = std::env::var("CIPDESK_KEEP_PDF").ok();
    for form in forms() {
        let checker = jsonschema::validator_for(&schema(form)).unwrap();
        for seed in 0..2 {
            let filing = filled(form, seed * 31 + 7, seed == 1);
            let rendered = render(&filing, &[]).unwrap();
            let path = folder.path().join(format!("{}-{seed}.pdf", form.kind));
            std::fs::write(&path, &rendered.pdf).unwrap();
            if let Some(keep) = &keep {
                std::fs::write(
                    Path::new(keep).join(format!("{}-{seed}.pdf", form.kind)),
                    &rendered.pdf,
                )
                .unwrap();
            }
            let value: serde_json::Value = serde_json::from_slice(&rendered.json).unwrap();
            let faults: Vec<String> = checker
                .iter_errors(&value)
                .map(|fault| format!("{} {fault}", fault.instance_path()))
                .collect();
            assert!(
                faults.is_empty(),
                "{}: the JSON leaves its schema: {faults:?}",
                form.kind
            );
            let back = read(&rendered.json).unwrap();
            let reading = filing.reading();
            assert_eq!(
                back.reading(),
                reading,
                "{}: the JSON says what the screen says",
                form.kind
            );
            assert_eq!(
                write_json(&back),
                rendered.json,
                "{}: the JSON holds nothing beyond it",
                form.kind
            );
            let text = on_paper(&path);
            for said in reading.words() {
                assert!(
                    text.contains(&letters(said)),
                    "{}: the pages must say {said:?}:\n{text}",
                    form.kind
                );
            }
        }
    }
}

#[test]
fn the_pages_are_sound_are_tagged_and_carry_the_json() {
    let folder = tempfile::tempdir().unwrap();
    let filing = filled(form("F4").unwrap(), 5, true);
    let rendered = render(&filing, &[]).unwrap();
    let path = folder.path().join("filing.pdf");
    std::fs::write(&path, &rendered.pdf).unwrap();
    let path = path.to_str().unwrap();
    run("qpdf", &["--check", path]);
    let info = run("pdfinfo", &[path]);
    assert!(
        info.contains(&format!("Pages:           {}", rendered.pages))
            && info.contains("Tagged:          yes"),
        "{info}"
    );
    let structure = run("pdfinfo", &["-struct", path]);
    for tag in ["Document", "H1", "H2", "Table", "TR", "TH", "TD", "Figure"] {
        assert!(
            structure.contains(tag),
            "{tag} is missing from the structure:\n{structure}"
        );
    }
    let inside = Command::new("qpdf")
        .args([path, "--show-attachment=filing.json"])
        .output()
        .unwrap();
    assert_eq!(
        inside.stdout, rendered.json,
        "the JSON lies inside the PDF, byte for byte"
    );
    let xmp = String::from_utf8_lossy(&rendered.pdf).into_owned();
    assert!(
        xmp.contains("<pdfaid:part>3</pdfaid:part>")
            && xmp.contains("<pdfaid:conformance>A</pdfaid:conformance>"),
        "it says that it is PDF/A-3a"
    );
    assert!(
        xmp.contains("/AFRelationship"),
        "the file inside says what it is to the document"
    );
    for page in 1..=rendered.pages {
        let number = page.to_string();
        let text = letters(&run(
            "pdftotext",
            &["-f", &number, "-l", &number, path, "-"],
        ));
        for said in [
            format!("Page{page}of{}", rendered.pages),
            "7F3A-9C21-B04E".into(),
            "F4-2026-0001".into(),
            "reportedwithdrawn;notinforce.".into(),
        ] {
            assert!(text.contains(&said), "page {page} must say {said}");
        }
    }
    let all = letters(&run("pdftotext", &[path, "-"]));
    for said in [
        "lanternorchardvelvet",
        "Onlyonepersonworkshere",
        "BISletterof2026-11-20",
        "[U+1F600]",
        "+10calendardays",
        "Tue2026-11-2412:00UTC",
        "Wed2026-11-2504:59UTC",
        "Mon2026-11-1609:00UTC",
    ] {
        assert!(all.contains(said), "the pages must say {said:?}");
    }
    assert!(
        !all.contains("T12:00:00Z") && !all.contains("T04:59:59Z"),
        "an instant is for a machine, and stands in the JSON"
    );
    assert_eq!(
        render(&filing, &[]).unwrap(),
        rendered,
        "the same filing gives the same bytes"
    );
    let a4 = Filing {
        paper: Paper::A4,
        ..filing
    };
    let other = render(&a4, &[]).unwrap();
    assert_eq!(other.json, rendered.json, "the paper changes no word");
    assert_ne!(other.pdf, rendered.pdf);
}

#[test]
fn names_of_many_scripts_are_laid_out_and_kept_in_the_json() {
    let mut filing = filled(form("F4").unwrap(), 5, true);
    let name = "云海计算 / شركة النور / חזון / गंगा / ล้านนา / Ελένη / Пётр / 김 😀";
    filing.entries.get_mut("items").unwrap().rows = vec![Row::of("", [("owner", name.to_owned())])];
    let rendered = render(&filing, &[]).unwrap();
    assert!(String::from_utf8(rendered.json).unwrap().contains(name));
    let html = String::from_utf8(rendered.index_html).unwrap();
    assert!(
        html.contains("&lt;b&gt;cip&lt;/b&gt;") && !html.contains("<script"),
        "names in the contents page are text"
    );
}

#[test]
fn the_published_schemas_are_the_ones_that_the_forms_make() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas");
    for form in forms() {
        let path = folder.join(format!("{}.schema.json", form.kind.to_lowercase()));
        let text = schema_text(form);
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        assert!(
            std::fs::read_to_string(&path).unwrap_or_default() == text,
            "{}: run UPDATE_SCHEMAS=1 cargo test -p filing",
            path.display()
        );
    }
}

#[test]
fn what_a_row_may_lack_is_not_called_missing() {
    let form = form("F2").unwrap();
    let mut filing = filled(form, 3, true);
    let mut rows = vec![Row::default(); 2];
    for (row, cells) in rows.iter_mut().zip([
        [("name", "Lion City"), ("standing", "received")],
        [("name", "Nusantara"), ("standing", "missing")],
    ]) {
        row.cells
            .extend(cells.map(|(cell, value)| (cell.to_owned(), value.to_owned())));
    }
    filing
        .entries
        .get_mut("reseller_attestations")
        .unwrap()
        .rows = rows;
    let reading = filing.reading();
    let line = |id: &str| {
        let mut lines = reading.sections.iter().flat_map(|one| &one.lines);
        lines.find(|line| line.id == id).unwrap()
    };
    assert_eq!(
        line("reseller_attestations").rows[0],
        ["Lion City", "not recorded", "Received", "", ""],
        "a jurisdiction is missing, a note is not"
    );
}

#[test]
fn what_differs_between_two_filings_is_named_item_by_item() {
    let before = filled(form("F1").unwrap(), 9, true);
    assert_eq!(before.differences(&before), Vec::new());
    let mut after = before.clone();
    after.entries.get_mut("identity").unwrap().rows =
        vec![Row::of("", [("value", "Two documents".to_owned())])];
    let rows = &mut after.entries.get_mut("resellers").unwrap().rows;
    let gone = rows.remove(0);
    let found = after.differences(&before);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        (found[0].key.as_str(), found[0].now.as_str()),
        ("identity/", "Two documents")
    );
    assert!(found[1].was.contains(gone.cell("name")) && found[1].now.is_empty());
}

#[test]
fn what_blocks_is_said_and_what_is_full_passes() {
    let form = form("F6").unwrap();
    let mut filing = filled(form, 1, true);
    for item in form.items() {
        filing.entries.entry(item.id.clone()).or_default().unknown = None;
    }
    filing.corrects = None;
    filing.entries.get_mut("run").unwrap().rows.clear();
    filing.entries.get_mut("basis").unwrap().rows[0]
        .cells
        .insert("transaction_on".into(), "24.11.2026".into());
    filing.entries.get_mut("notes").unwrap().unknown = Some(Unknown {
        asked_on: "2026-11-20".into(),
        asked_of: String::new(),
        answer: String::new(),
    });
    let found = filing.findings();
    let at = |item: &str| {
        found
            .iter()
            .find(|one| one.item == item)
            .map(|one| (one.level, one.code))
    };
    assert_eq!(at("run"), Some((Level::Blocks, "E-FORM-EMPTY")));
    assert_eq!(at("basis"), Some((Level::Blocks, "E-FORM-VALUE")));
    assert_eq!(
        at("notes"),
        Some((Level::Blocks, "E-FORM-UNKNOWN")),
        "the rule allows no unknown there"
    );
    assert_eq!(at("correction"), None, "nothing is replaced");
    assert_eq!(at("dates"), None.or(at("dates")));
}

#[test]
fn what_is_no_filing_is_read_as_none() {
    let form = form("F4").unwrap();
    let json = render(&filled(form, 7, true), &[]).unwrap().json;
    let text = String::from_utf8(json.clone()).unwrap();
    assert!(read(&json).is_ok());
    for (what, bytes) in [
        ("nothing", String::new()),
        ("cut", text[..text.len() / 2].to_owned()),
        (
            "another file",
            "{\"format\": \"something else\"}".to_owned(),
        ),
        (
            "a form that nobody knows",
            text.replacen("\"F4\"", "\"F99\"", 1),
        ),
        ("not signed", text.replacen("\"signature\"", "\"sign\"", 1)),
    ] {
        let why = read(bytes.as_bytes()).unwrap_err();
        assert_eq!(why.code(), "E-FILING-READ", "{what}");
        assert!(
            why.to_string()
                .contains("If a newer one sealed it, install that one"),
            "{why}"
        );
    }
}

#[test]
fn a_filing_of_no_day_is_neither_laid_out_nor_given_a_day_of_its_own() {
    let mut filing = filled(form("F4").unwrap(), 7, true);
    filing.prepared_at = "yesterday".into();
    let why = render(&filing, &[]).unwrap_err();
    assert_eq!(why.code(), "E-FILING-PAGES");
    assert!(
        why.to_string()
            .contains("Nothing was sealed or printed. Change what was written last"),
        "{why}"
    );
}
