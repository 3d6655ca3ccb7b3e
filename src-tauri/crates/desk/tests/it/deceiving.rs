//! Texts that deceive: cells that a spreadsheet would run (security T-X), names that look like others or move what stands beside them (T-U).

use crate::bench::{Bench, all_customers, points, said};
use contract as c;
use desk::{Table, Unwatched};
use serde_json::Value;
use std::process::Command;

fn export(bench: &Bench, format: c::ExportFormat, name: &str) -> String {
    let to = bench.folder.path().join(name);
    let req = c::CustomerExportReq {
        asked: all_customers(),
        format,
    };
    bench.vault.customer_export(&req, &to, &Unwatched).unwrap();
    std::fs::read_to_string(to).unwrap()
}

fn import(bench: &Bench, name: &str, text: &str) -> c::ImportReport {
    let table = Table::read(&bench.file(name, text.as_bytes())).unwrap();
    bench
        .vault
        .import(&table, &table.guess(), false, true, &Unwatched)
        .unwrap()
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// The cells of a file as another program reads them.
fn read_by_python(bench: &Bench, name: &str) -> Vec<Vec<String>> {
    let script = "import csv, json, sys; csv.field_size_limit(1 << 30); print(json.dumps(list(csv.reader(open(sys.argv[1], encoding='utf-8', newline='')))))";
    let read = Command::new("python3")
        .args(["-c", script])
        .arg(bench.folder.path().join(name))
        .output()
        .unwrap();
    serde_json::from_slice(&read.stdout).unwrap()
}

#[test]
fn no_cell_that_is_handed_out_is_taken_for_a_formula_and_each_comes_back_as_it_was() {
    let begins = [
        "=",
        "+",
        "-",
        "@",
        "\u{FF1D}",
        "\u{FF0B}",
        "\u{FF0D}",
        "\u{FF20}",
        "'=",
        "''+",
        "\t=",
        "\r=",
        "\n=",
        " =",
        "\"=",
        ";=",
        ",=",
        "|=",
        "%=",
        "\u{FEFF}=",
        "\u{200B}=",
        "=\u{1}",
        "=-",
        "@@",
        "+=",
    ];
    let goes_on = [
        "1+1".to_owned(),
        "HYPERLINK(\"http://example.invalid\",\"x\")".to_owned(),
        "cmd|' /C calc'!A0".to_owned(),
        "x".repeat(32_768),
    ];
    let columns = [
        "name",
        "name_original_script",
        "address_full",
        "payment_source_name",
        "Segment",
    ];
    let mut file = format!(
        "external_id,country,account_ids,payment_means,{}\n",
        columns.join(",")
    );
    let (mut tried, mut rows) = (0, 0);
    for begin in begins {
        for more in &goes_on {
            let cell = quoted(&format!("{begin}{more}"));
            file += &format!("x{rows},GB,acct-{rows},card,{0},{0},{0},{0},{0}\n", cell);
            rows += 1;
            tried += columns.len();
        }
    }
    let bench = Bench::new();
    let taken = import(&bench, "in.csv", &file);
    assert_eq!(taken.rows, rows);
    let out = export(&bench, c::ExportFormat::Csv, "out.csv");
    let seen = read_by_python(&bench, "out.csv");
    assert_eq!(seen.len(), usize::try_from(taken.created).unwrap() + 1);
    let mut kept = 0;
    for cell in seen.iter().flatten() {
        assert!(
            !cell.starts_with([
                '=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}', '\t', '\r',
                '\n'
            ]),
            "a spreadsheet runs {cell:?}"
        );
        kept += usize::from(cell.starts_with('\''));
    }
    assert!(
        taken.created > 40 && kept > 200,
        "{} rows, {kept} cells",
        taken.created
    );
    // As it was: the program's own import, here and in another vault, and the values for machines.
    let again = import(&bench, "again.csv", &out);
    assert_eq!(
        (again.created, again.updated, again.unchanged),
        (0, 0, taken.created)
    );
    let other = Bench::new();
    import(&other, "in.csv", &out);
    assert_eq!(export(&other, c::ExportFormat::Csv, "out.csv"), out);
    assert!(export(&bench, c::ExportFormat::Jsonl, "out.jsonl").contains("\"=HYPERLINK("));
    eprintln!(
        "figure T-X {tried} cells that a spreadsheet might run, in {} columns: those of {} rows refused with their line, of {} handed out as text, read so by another program, and taken in again as they were (not tried in LibreOffice)",
        columns.len(),
        rows - taken.created,
        taken.created
    );
}

/// A deceit: what it is called, what it does to a name, and the words that must point it out; none where it is refused.
type Deceit = (&'static str, Box<dyn Fn(&str) -> String>, &'static str);

fn deceits() -> Vec<Deceit> {
    let within = |mark: &'static str| {
        move |name: &str| {
            let (first, rest) = name.split_at(name.char_indices().nth(2).map_or(0, |(at, _)| at));
            format!("{first}{mark}{rest}")
        }
    };
    let swapped = |from: char, to: &'static str| move |name: &str| name.replacen(from, to, 1);
    vec![
        ("turned", Box::new(within("\u{202E}")), "reading direction"),
        (
            "turned by an isolate",
            Box::new(within("\u{2067}")),
            "reading direction",
        ),
        (
            "turned by a mark",
            Box::new(within("\u{200F}")),
            "reading direction",
        ),
        (
            "a space of no width",
            Box::new(within("\u{200B}")),
            "cannot be seen",
        ),
        ("a joiner", Box::new(within("\u{200D}")), "cannot be seen"),
        (
            "a byte order mark",
            Box::new(within("\u{FEFF}")),
            "cannot be seen",
        ),
        (
            "a soft hyphen",
            Box::new(within("\u{AD}")),
            "cannot be seen",
        ),
        (
            "a letter that fills nothing",
            Box::new(within("\u{3164}")),
            "cannot be seen",
        ),
        (
            "an invisible times",
            Box::new(within("\u{2062}")),
            "cannot be seen",
        ),
        (
            "a line separator",
            Box::new(within("\u{2028}")),
            "cannot be seen",
        ),
        ("a tag", Box::new(within("\u{E0041}")), "cannot be seen"),
        (
            "a Cyrillic a",
            Box::new(swapped('a', "\u{430}")),
            "mixes alphabets",
        ),
        (
            "a Greek o",
            Box::new(swapped('o', "\u{3BF}")),
            "mixes alphabets",
        ),
        (
            "a wide letter",
            Box::new(swapped('a', "\u{FF41}")),
            "mixes alphabets",
        ),
        (
            "a letter of mathematics",
            Box::new(swapped('a', "\u{1D41A}")),
            "looks like a letter",
        ),
        (
            "a flood of accents",
            Box::new(|name| format!("{name}{}", "\u{301}\u{300}\u{323}".repeat(30))),
            "marks on one letter",
        ),
        ("a picture", Box::new(within("\u{1F98A}")), "picture"),
        (
            "Hebrew in it",
            Box::new(within("\u{5D0}\u{5D1}")),
            "from the right",
        ),
        ("NUL", Box::new(within("\u{0}")), ""),
        ("an escape sequence", Box::new(within("\u{1b}[2J")), ""),
        ("a bell", Box::new(within("\u{7}")), ""),
        (
            "of a hundred thousand letters",
            Box::new(|name| name.repeat(100_000 / name.len())),
            "",
        ),
    ]
}

#[test]
fn a_name_that_deceives_is_refused_or_pointed_out_and_goes_out_as_it_is() {
    let bench = Bench::new();
    let names = [
        "Joao Pacheco",
        "Nora Kaplan",
        "Otto Bauman",
        "Romano Haddad",
        "Roma Holdings",
        "Soya Tanaka",
    ];
    let (mut tried, mut pointed_out, mut kept) = (0, 0, Vec::new());
    for name in &names[..points(2, names.len())] {
        for (how, deceit, words) in deceits() {
            let name = deceit(name);
            tried += 1;
            let made = bench.vault.customer_create(&c::CustomerCreateReq {
                kind: c::PartyKind::Individual,
                name: name.clone(),
                name_original: None,
                country: Some("GB".to_owned()),
                external_id: None,
            });
            if words.is_empty() {
                let (code, sentence) = said(made);
                assert!(code.starts_with("E-TEXT"), "{how}: {code}");
                assert!(
                    sentence.len() < 600 && !sentence.chars().any(char::is_control),
                    "{how}: {sentence:?}"
                );
                continue;
            }
            let reference = made.unwrap_or_else(|why| panic!("{how}: {why}")).r#ref;
            let view = bench.vault.customer_show(&reference).unwrap();
            let notes: Vec<String> = view
                .sections
                .iter()
                .flat_map(|section| &section.fields)
                .filter(|field| field.id == "full_legal_name")
                .flat_map(|field| field.notes.clone())
                .collect();
            assert!(notes.join(" ").contains(words), "{how} {name:?}: {notes:?}");
            pointed_out += 1;
            kept.push((reference, view.row.name));
        }
    }
    let list = bench.vault.customer_list(&all_customers()).unwrap();
    export(&bench, c::ExportFormat::Csv, "out.csv");
    let sheet = read_by_python(&bench, "out.csv");
    let lines: Vec<Value> = export(&bench, c::ExportFormat::Jsonl, "out.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for (reference, name) in &kept {
        let row = list
            .rows
            .iter()
            .find(|row| row.r#ref == *reference)
            .unwrap();
        assert_eq!(row.name, *name, "{reference}: the list");
        assert!(
            sheet.iter().any(|row| row.contains(name)),
            "{reference}: the sheet has {name:?} in a cell of its own"
        );
        assert!(
            lines.iter().any(|line| line
                .to_string()
                .contains(&Value::from(name.as_str()).to_string())),
            "{reference}: the lines"
        );
        let timeline = bench.timeline(reference);
        assert!(!timeline.items.is_empty(), "{reference}: the timeline");
    }
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
    eprintln!(
        "figure T-U {tried} names that turn, hide, look like others or flood: {} refused, {pointed_out} pointed out beside the name; list, file, timeline, CSV and JSON hold each as it is",
        tried - pointed_out
    );
}
