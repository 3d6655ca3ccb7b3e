//! Sheets as a reader gets them: checked with the tools a reader has.

// A test gives up loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use filing::{Block, Cell, Column, Day, FilingError, Pack, Paper, Printed, Sheet, Tone, print};
use std::process::Command;

fn sheet(blocks: Vec<Block>) -> Sheet {
    Sheet {
        title: "Why Fri 2026-12-04?".into(),
        subtitle: "Copy of a CIP · K-0001 · Lion City Hosting Pte Ltd".into(),
        reference: "K-0001".into(),
        organisation: "Cascade Compute LLC".into(),
        printed_at: "2026-11-24T12:00:00Z".into(),
        head_code: "ABCD-EFGH-JKLM".into(),
        pack: Some(Pack {
            id: "us-iaas-nprm-2024".into(),
            version: "1.0.0".into(),
            status: "withdrawn".into(),
            banner: "Proposed in 2024, reported withdrawn; not in force.".into(),
        }),
        paper: Paper::Letter,
        landscape: false,
        blocks,
    }
}

fn heading(text: &str) -> Block {
    Block::Heading { text: text.into() }
}

fn text(text: &str, tone: Tone) -> Block {
    Block::Text {
        text: text.into(),
        tone,
    }
}

fn facts(rows: &[(&str, &str)]) -> Block {
    Block::Facts {
        rows: rows
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
    }
}

fn lines(items: &[&str]) -> Block {
    Block::Lines {
        items: items.iter().map(|item| (*item).into()).collect(),
    }
}

fn row(cells: &[&str]) -> Vec<Cell> {
    cells.iter().map(|cell| Cell::from(*cell)).collect()
}

/// The page of a clock that was extended and then ended.
fn clock_page() -> Sheet {
    sheet(vec![
        facts(&[
            (
                "Trigger",
                "The Department's request was received: Tue 2026-11-10",
            ),
            ("Shown by", "BIS letter of 2026-11-09.pdf"),
            ("Day 0, not counted", "Tue 2026-11-10"),
            ("Last day", "Fri 2026-12-04"),
            ("Late after", "2026-12-05T04:59:59Z"),
            ("Time zone", "America/New_York, database 2025b"),
        ]),
        heading("The rule"),
        text(
            "“… shall furnish a copy of the customer identification program within ten calendar days of the request.”",
            Tone::Plain,
        ),
        text("15 CFR 7.303, 7.305 (proposed)", Tone::Muted),
        text("Not verified against the rule.", Tone::Warning),
        heading("The arithmetic"),
        lines(&[
            "day 0 is Tue 2026-11-10, and is not counted",
            "+ 10 calendar days = Fri 2026-11-20",
            "extended by 14 calendar days = Fri 2026-12-04",
        ]),
        heading("Dates that stood before"),
        text("Fri 2026-11-20", Tone::Struck),
        Block::Table {
            columns: vec![
                Column::narrow("Before"),
                Column::narrow("After"),
                Column::wide("Granted"),
                Column::narrow("Recorded"),
            ],
            rows: vec![vec![
                Cell {
                    text: "Fri 2026-11-20".into(),
                    struck: true,
                    strong: false,
                },
                Cell {
                    text: "Fri 2026-12-04".into(),
                    struck: false,
                    strong: true,
                },
                "Granted by the Department's letter BIS-2026-117".into(),
                "Wed 2026-11-18".into(),
            ]],
        },
        heading("What happened"),
        Block::Table {
            columns: vec![
                Column::narrow("Happened"),
                Column::narrow("Recorded"),
                Column::wide("What"),
                Column::narrow("By"),
            ],
            rows: vec![
                row(&[
                    "Tue 2026-11-10",
                    "2026-11-10T15:02:11Z",
                    "Clock K-0001 started",
                    "Ana Lima",
                ]),
                row(&[
                    "Wed 2026-11-18",
                    "2026-11-18T09:40:00Z",
                    "Extended to Fri 2026-12-04",
                    "Пётр Иванов",
                ]),
                row(&[
                    "Tue 2026-11-24",
                    "2026-11-24T11:58:30Z",
                    "F4-2026-0001 sent; receipt kept",
                    "Ana Lima",
                ]),
            ],
        },
        heading("How it ended"),
        text(
            "Ended on Tue 2026-11-24 by F4-2026-0001, ten days before the last day.",
            Tone::Plain,
        ),
    ])
}

fn month(lines: &[&str]) -> Block {
    Block::Month {
        title: "November 2026".into(),
        weeks: (0..6u8)
            .map(|week| {
                (1..=7u8)
                    .map(|weekday| {
                        let number = week * 7 + weekday;
                        Day {
                            number: number.to_string(),
                            outside: number > 30,
                            closed: (number == 26).then(|| "Thanksgiving Day".into()),
                            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
                        }
                    })
                    .collect()
            })
            .collect(),
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

/// The words of each page as `pdftotext` gives them, after `qpdf` found nothing wrong.
fn pages(printed: &Printed) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sheet.pdf");
    let path = path.to_str().unwrap();
    std::fs::write(path, &printed.pdf).unwrap();
    if let Ok(keep) = std::env::var("CIPDESK_KEEP_SHEETS") {
        let name = std::thread::current().name().unwrap_or("sheet").to_owned();
        std::fs::write(format!("{keep}/{name}.pdf"), &printed.pdf).unwrap();
    }
    run("qpdf", &["--check", path]);
    let text = run("pdftotext", &["-layout", path, "-"]);
    let pages: Vec<String> = text
        .trim_end_matches('\u{c}')
        .split('\u{c}')
        .map(str::to_owned)
        .collect();
    assert_eq!(
        pages.len(),
        printed.pages as usize,
        "it says how many pages it has"
    );
    pages
}

/// All words on one line, and what the layout put between them left out.
fn flat(printed: &Printed) -> String {
    pages(printed)
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// No word of the pages leaves the paper.
fn stays_on_the_paper(printed: &Printed) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sheet.pdf");
    std::fs::write(&path, &printed.pdf).unwrap();
    let boxes = run("pdftotext", &["-bbox", path.to_str().unwrap(), "-"]);
    let number = |line: &str, name: &str| -> f64 {
        let (_, rest) = line.split_once(&format!("{name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let (mut width, mut height) = (0.0, 0.0);
    for line in boxes.lines() {
        if line.contains("<page ") {
            width = number(line, "width");
            height = number(line, "height");
        } else if line.contains("<word ") {
            assert!(
                number(line, "xMin") >= 56.0 && number(line, "xMax") <= width - 56.0,
                "it stands in the margin: {line}"
            );
            assert!(
                number(line, "yMax") <= height,
                "it is off the paper: {line}"
            );
        }
    }
    assert!(width > 0.0, "there is a page");
}

#[test]
fn a_clocks_page_shows_the_rule_the_arithmetic_and_the_old_date() {
    let printed = print(&clock_page()).unwrap();
    assert_eq!(printed.pages, 1, "a clock is read at a glance");
    let said = flat(&printed);
    for part in [
        "Why Fri 2026-12-04?",
        "Copy of a CIP · K-0001",
        "Day 0, not counted",
        "BIS letter of 2026-11-09.pdf",
        "The rule",
        "within ten calendar days",
        "15 CFR 7.303, 7.305 (proposed)",
        "Not verified against the rule.",
        "1. day 0 is Tue 2026-11-10",
        "3. extended by 14 calendar days",
        "Fri 2026-11-20",
        "letter BIS-2026-117",
        "Clock K-0001 started",
        "Пётр Иванов",
        "ten days before the last day",
        "printed Tue 2026-11-24 12:00 UTC",
        "journal head ABCD-EFGH-JKLM",
        "pack us-iaas-nprm-2024 1.0.0 (withdrawn)",
        "Page 1 of 1",
    ] {
        assert!(said.contains(part), "{part:?} must be on the page:\n{said}");
    }
    assert_eq!(
        said.matches("Proposed in 2024, reported withdrawn; not in force.")
            .count(),
        2,
        "the banner stands on top and in the footer"
    );
    assert!(
        printed
            .pdf
            .windows(20)
            .any(|window| window.starts_with(b"pdfaid:part")),
        "it says which PDF/A it is"
    );
    stays_on_the_paper(&printed);
}

#[test]
fn a_long_table_repeats_its_header() {
    let rows = (0..300)
        .map(|n| row(&[&format!("row {n}"), &"x".repeat(200)]))
        .collect();
    let columns = vec![Column::narrow("Reference"), Column::wide("Anything long")];
    let printed = print(&sheet(vec![Block::Table { columns, rows }])).unwrap();
    let pages = pages(&printed);
    assert!(pages.len() > 5, "{} pages", pages.len());
    for (n, page) in pages.iter().enumerate() {
        assert_eq!(page.matches("Reference").count(), 1, "a page is read alone");
        assert!(page.contains("Anything long"), "{page}");
        assert!(page.contains(&format!("Page {} of {}", n + 1, pages.len())));
        assert!(
            page.contains("Proposed in 2024"),
            "no page is without banner"
        );
    }
    let said = flat(&printed) + " ";
    assert!(
        (0..300).all(|n| said.contains(&format!("row {n} "))),
        "no row is lost"
    );
    stays_on_the_paper(&printed);
}

#[test]
fn a_month_stands_on_one_page_of_either_paper() {
    for paper in [Paper::Letter, Paper::A4] {
        for landscape in [true, false] {
            let due = ["CIP copy: Lion City Hosting Pte Ltd", "Retention ends"];
            let mut month = sheet(vec![month(&due)]);
            month.landscape = landscape;
            month.paper = paper;
            let printed = print(&month).unwrap();
            assert_eq!(printed.pages, 1, "{paper:?}, landscape: {landscape}");
            let said = flat(&printed);
            for part in ["November 2026", "Mon", "Sun", "Thanksgiving", "Retention"] {
                assert!(said.contains(part), "{part}: {said}");
            }
            stays_on_the_paper(&printed);
        }
    }
}

#[test]
fn months_and_what_follows_have_pages_of_their_own_on_landscape_paper() {
    let mut year = sheet(vec![
        month(&[]),
        month(&[]),
        heading("Agenda"),
        text("Nothing is due.", Tone::Plain),
    ]);
    year.landscape = true;
    let pages = pages(&print(&year).unwrap());
    assert_eq!(pages.len(), 3);
    assert!(pages[1].contains("November 2026") && pages[2].contains("Agenda"));
    year.blocks.truncate(2);
    assert_eq!(print(&year).unwrap().pages, 2, "no blank page ends it");
}

#[test]
fn lines_a_day_has_no_room_for_are_counted() {
    let due: Vec<String> = (0..40).map(|n| format!("Due {n}")).collect();
    let due: Vec<&str> = due.iter().map(String::as_str).collect();
    let mut month = sheet(vec![month(&due)]);
    month.landscape = true;
    let printed = print(&month).unwrap();
    assert_eq!(printed.pages, 1);
    let said = flat(&printed);
    let shown = said.matches("Due ").count() / 42;
    assert!(shown > 0, "{said}");
    assert!(
        said.contains(&format!("and {} more", 40 - shown)),
        "nothing is cut off unseen: {said}"
    );
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    let printed = print(&clock_page()).unwrap();
    assert_eq!(print(&clock_page()).unwrap(), printed);
    let mut later = clock_page();
    later.printed_at = "2026-11-25T12:00:00Z".into();
    assert_ne!(print(&later).unwrap().pdf, printed.pdf);
}

#[test]
fn hostile_text_is_printed_literally_wherever_it_stands() {
    const HOSTILE: &str =
        r##"#panic() $x$ *bold* _it_ `raw` <l> @ref \u{41} // "q" [c] = - + 1. ~"##;
    let mut hostile = sheet(vec![
        heading(HOSTILE),
        text(HOSTILE, Tone::Plain),
        text(HOSTILE, Tone::Muted),
        text(HOSTILE, Tone::Warning),
        text(HOSTILE, Tone::Struck),
        facts(&[("Value", HOSTILE)]),
        lines(&[HOSTILE]),
        Block::Table {
            columns: vec![Column::wide(HOSTILE)],
            rows: vec![row(&[HOSTILE])],
        },
    ]);
    hostile.title = HOSTILE.into();
    hostile.subtitle = HOSTILE.into();
    hostile.reference = HOSTILE.into();
    let said = flat(&print(&hostile).unwrap());
    assert_eq!(said.matches(HOSTILE).count(), 12, "{said}");
}

#[test]
fn names_of_many_scripts_come_out() {
    let names = [
        "Пётр Иванов",
        "عمر حداد",
        "李小龙",
        "สมชาย",
        "Ελένη",
        "김민준",
        "渡辺健二",
    ];
    let said = flat(
        &print(&sheet(vec![
            lines(&names),
            text("Smile 😀 Ltd", Tone::Plain),
        ]))
        .unwrap(),
    );
    for name in names {
        // The tool gives Arabic back in the order it is read or in the order it is drawn, by its version.
        let drawn: String = name.chars().rev().collect();
        assert!(
            said.contains(name) || said.contains(&drawn),
            "{name}: {said}"
        );
    }
    assert!(
        said.contains("Smile [U+1F600] Ltd"),
        "what no font has is spelled out: {said}"
    );
}

#[test]
fn marks_of_one_script_on_letters_of_another_stop_no_sheet() {
    for odd in [
        "a\u{93f}",
        "\u{e01}\u{301}",
        "\u{4e2d}\u{301}",
        "x\u{20e3}",
        "\u{e01}\u{64b}",
        "\u{5d0}\u{64b}",
        "\u{ad}",
        "\u{feff}",
        "\u{2028}",
        "\u{fe0f}",
        "e\u{301}\u{327}",
        "\u{0}\u{7}\u{1b}",
    ] {
        let printed = print(&sheet(vec![text(odd, Tone::Plain)]));
        assert!(printed.is_ok(), "{odd:?}: {:?}", printed.err());
    }
}

#[test]
fn a_very_long_word_wraps_wherever_it_stands() {
    let word = "0123456789abcdef".repeat(20);
    let table = |columns: Vec<Column>| Block::Table {
        rows: vec![vec![word.as_str().into(); columns.len()]],
        columns,
    };
    let mut long = sheet(vec![
        heading(&word),
        text(&word, Tone::Plain),
        text(&word, Tone::Warning),
        text(&word, Tone::Struck),
        facts(&[(&word, &word)]),
        lines(&[&word]),
        table(vec![Column::narrow(&word), Column::wide(&word)]),
        table(vec![Column::narrow("a"), Column::narrow("b")]),
        month(&[&word]),
    ]);
    long.title.clone_from(&word);
    long.subtitle.clone_from(&word);
    long.reference.clone_from(&word);
    let printed = print(&sheet(vec![text(&word, Tone::Plain)])).unwrap();
    let said: String = flat(&printed).split_whitespace().collect();
    assert!(said.contains(&word), "it is copied as it was: {said}");
    let printed = print(&long).unwrap();
    assert!(flat(&printed).contains("0123456789abcdef"));
    stays_on_the_paper(&printed);
}

#[test]
fn a_word_that_fits_its_column_is_not_cut() {
    let hash = "1967755b436cd15fccb1b7a545d6de3edba04bcd63833b2e165a4c146ab78047";
    let (thin, thick) = ("f".repeat(64), "d".repeat(48));
    let words = [
        "100000", "ffffffff", "dddddddd", "deadbeef", "MMMMMMMM", "@@@@@@@@", "........", hash,
        &thin, &thick,
    ];
    let printed = print(&sheet(
        words
            .iter()
            .map(|word| Block::Table {
                columns: vec![Column::narrow("A"), Column::narrow("B")],
                rows: vec![row(&[word, "x"])],
            })
            .collect(),
    ))
    .unwrap();
    let said = pages(&printed).join("\n");
    for word in words {
        assert!(said.contains(word), "{word:?} stands on one line: {said}");
    }
    stays_on_the_paper(&printed);
}

#[test]
fn a_narrow_column_leaves_room_for_a_wide_one() {
    let sentence = "a sentence that goes on and on ".repeat(12);
    let printed = print(&sheet(vec![Block::Table {
        columns: vec![
            Column::narrow("Talkative"),
            Column::narrow("Day"),
            Column::wide("What"),
        ],
        rows: vec![row(&[
            &sentence,
            "Fri 2026-11-20",
            "Copy of a CIP is due today",
        ])],
    }]))
    .unwrap();
    let said = pages(&printed).join("\n");
    for whole in ["Fri 2026-11-20", "Copy of a CIP is due today"] {
        assert!(said.contains(whole), "{whole:?} stands on one line: {said}");
    }
    stays_on_the_paper(&printed);
}

#[test]
fn a_long_banner_stands_whole_on_top_and_in_the_footer() {
    let banner = "Proposed, reported withdrawn, and not in force. ".repeat(15);
    for landscape in [false, true] {
        let mut wordy = sheet(vec![month(&["Due"])]);
        wordy.landscape = landscape;
        wordy.pack.as_mut().unwrap().banner.clone_from(&banner);
        let printed = print(&wordy).unwrap();
        assert_eq!(printed.pages, 1, "the month still fits");
        let said = flat(&printed).matches("withdrawn,").count();
        assert_eq!(said, 30, "landscape: {landscape}");
        stays_on_the_paper(&printed);
    }
}

#[test]
fn rows_of_any_length_are_filled_up() {
    let said = flat(
        &print(&sheet(vec![
            Block::Table {
                columns: vec![Column::narrow("A"), Column::wide("B")],
                rows: vec![row(&[]), row(&["short"]), row(&["one", "two", "surplus"])],
            },
            Block::Month {
                title: "Ragged".into(),
                weeks: vec![vec![], vec![Day::default(); 9]],
            },
        ]))
        .unwrap(),
    );
    assert!(said.contains("short") && said.contains("two") && said.contains("Ragged"));
    assert!(!said.contains("surplus"), "{said}");
}

#[test]
fn empty_blocks_print_nothing_and_break_nothing() {
    let columns = vec![Column::wide("Only a heading")];
    let mut empty = sheet(vec![
        heading(""),
        text("", Tone::Warning),
        facts(&[]),
        lines(&[]),
        Block::Table {
            columns: vec![],
            rows: vec![row(&["lost"])],
        },
        Block::Month {
            title: "No weeks".into(),
            weeks: vec![],
        },
        Block::Table {
            columns,
            rows: vec![],
        },
    ]);
    let said = flat(&print(&empty).unwrap());
    assert!(said.contains("Only a heading None."), "{said}");
    assert!(!said.contains("lost") && !said.contains("No weeks"));
    empty.blocks.clear();
    empty.title.clear();
    empty.subtitle.clear();
    empty.organisation.clear();
    empty.pack = None;
    assert_eq!(print(&empty).unwrap().pages, 1, "nothing at all is a page");
}

#[test]
fn a_sheet_without_a_time_is_refused() {
    let mut when = clock_page();
    when.printed_at = "yesterday".into();
    assert!(matches!(print(&when), Err(FilingError::Pages(_))));
}
