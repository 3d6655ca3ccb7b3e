//! Importing a register: all or nothing, the same again changes nothing, and every bad row says what to write.

use crate::bench::{Bench, said, tells};
use desk::{Table, Unwatched};
use proptest::prelude::*;

const HEADER: &str = "external_id,party_type,name,country,emails\n";

fn table(bench: &Bench, rows: &str) -> Table {
    Table::read(&bench.file("register.csv", format!("{HEADER}{rows}").as_bytes())).unwrap()
}

fn import(
    bench: &Bench,
    rows: &str,
    dry: bool,
    skip: bool,
) -> Result<contract::ImportReport, desk::Error> {
    let table = table(bench, rows);
    bench
        .vault
        .import(&table, &table.guess(), dry, skip, &Unwatched)
}

fn count(bench: &Bench) -> usize {
    bench.vault.read(|read| Ok(read.head()?.count)).unwrap() as usize
}

#[test]
fn the_same_file_again_appends_no_entry() {
    let bench = Bench::new();
    let rows = "a,person,Ada Byron,GB,ada@example.com\nb,company,Babbage Ltd,GB,\n";
    let first = import(&bench, rows, false, false).unwrap();
    assert_eq!((first.created, first.unchanged), (2, 0));
    let before = count(&bench);
    let again = import(&bench, rows, false, false).unwrap();
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 2));
    assert_eq!(count(&bench), before, "the journal did not grow");
    let changed = import(&bench, &rows.replace("Byron", "Lovelace"), false, false).unwrap();
    assert_eq!(
        (changed.created, changed.updated, changed.unchanged),
        (0, 1, 1)
    );
}

#[test]
fn one_bad_row_refuses_the_file_and_names_line_column_value_and_remedy() {
    let bench = Bench::new();
    let before = count(&bench);
    let rows = "a,person,Ada Byron,GB,\nb,person,Zoë,Untied States,\n";
    let (_, sentence) = said(import(&bench, rows, false, false));
    for part in ["line 3", "country", "Untied States", "Write"] {
        assert!(sentence.contains(part), "{part} in: {sentence}");
    }
    assert_eq!(count(&bench), before, "all or nothing");
    let report = import(&bench, rows, false, true).unwrap();
    assert_eq!((report.created, report.rejected), (1, 1));
    let skipped =
        std::fs::read_to_string(bench.folder.path().join("register-skipped.csv")).unwrap();
    assert!(
        skipped.contains("Untied States") && !skipped.contains("Ada"),
        "{skipped}"
    );
}

#[test]
fn a_dry_run_tells_everything_and_writes_nothing() {
    let bench = Bench::new();
    let before = count(&bench);
    let report = import(
        &bench,
        "a,person,Ada Byron,GB,\n,person,,GB,\n",
        true,
        false,
    )
    .unwrap();
    assert_eq!(
        (report.created, report.rejected, report.dry_run),
        (1, 1, true)
    );
    assert_eq!(count(&bench), before);
}

#[test]
fn characters_that_deceive_are_told_with_their_line_and_those_that_no_name_has_refuse_the_row() {
    let bench = Bench::new();
    let rows = "a,person,p\u{430}ypal,GB,\nb,person,Ada \u{202E}norB,GB,\nc,person,Ada\u{200B}Byron,GB,\nd,person,\u{645}\u{62D}\u{645}\u{62F},EG,\n";
    let tried = import(&bench, rows, true, false).unwrap();
    assert_eq!((tried.created, tried.rejected), (4, 0));
    let noted = [
        "Line 2, full legal name: \"p\u{430}ypal\" mixes alphabets",
        "Line 3, full legal name: Contains a mark that changes the reading direction (U+202E)",
        "Line 4, full legal name: Contains a character that cannot be seen (U+200B)",
    ];
    assert_eq!(tried.notes.len(), noted.len(), "{:?}", tried.notes);
    for (said, wanted) in tried.notes.iter().zip(noted) {
        assert!(said.starts_with(wanted), "{said}");
    }
    let done = import(&bench, rows, false, false).unwrap();
    assert_eq!((done.created, done.notes), (4, tried.notes));
    let before = count(&bench);
    for (what, name) in [("a bell", "Ada\u{7}"), ("an escape", "Ada\u{1b}[31m")] {
        for row in [
            format!("e,person,{name},GB,\n"),
            format!("e,person,Ada,GB,{name}\n"),
        ] {
            let (_, sentence) = said(import(&bench, &row, false, false));
            assert!(sentence.contains("line 2"), "{what}: {sentence}");
            assert!(
                !sentence.chars().any(char::is_control),
                "{what}: {sentence:?}"
            );
        }
    }
    let (_, sentence) = said(Table::read(&bench.file("nul.csv", b"name\nAda\0\n")));
    assert!(sentence.contains("NUL"), "{sentence}");
    assert_eq!(count(&bench), before, "all or nothing");
    let many: String = (0..30)
        .map(|n| format!("m{n},person,p\u{430}ypal,GB,\n"))
        .collect();
    let tried = import(&bench, &many, true, false).unwrap();
    assert_eq!(tried.notes.len(), 21, "twenty are named");
    assert_eq!(
        tried.notes[20],
        "10 more values are like these. Their customers' pages say so."
    );
}

#[test]
fn an_import_that_started_clocks_is_not_taken_back() {
    let bench = Bench::new();
    let closed = bench.file("closed.csv", b"external_id,party_type,name,country,account_ids,account_closed\nx1,person,Ada,GB,acct-9,2026-02-10\n");
    let table = Table::read(&closed).unwrap();
    bench
        .vault
        .import(&table, &table.guess(), false, false, &Unwatched)
        .unwrap();
    let clock = bench.vault.clock_list(false).unwrap().remove(0);
    let import = bench.vault.import_list().unwrap()[0].entry;
    tells(
        &bench.refused(|bench| bench.vault.import_undo(import.into())),
        "E-IMPORT-CLOCKS",
        &[
            "closed.csv cannot be undone",
            &clock.r#ref,
            "Correct the records one by one",
        ],
    );
    assert!(!bench.vault.import_list().unwrap()[0].undone);
    let kept = bench.vault.clock_show(&clock.r#ref).unwrap();
    assert_eq!(kept.row.due, clock.due, "what must be kept is kept as long");
}

#[test]
fn a_report_that_has_no_place_beside_the_file_leaves_no_row_out_unsaid() {
    let bench = Bench::new();
    let stick = bench.folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let file = stick.join("register.csv");
    let rows = "a,person,Ada Byron,GB,\nb,person,Zoë,Untied States,\n";
    std::fs::write(&file, format!("{HEADER}{rows}")).unwrap();
    let table = Table::read(&file).unwrap();
    // The stick is pulled between the look and the import.
    std::fs::remove_dir_all(&stick).unwrap();
    let import = |bench: &Bench| {
        bench
            .vault
            .import(&table, &table.guess(), false, true, &Unwatched)
    };
    tells(
        &bench.refused(import),
        "E-IMPORT-REPORT",
        &[
            "cannot be written beside the file",
            "Copy the file into a folder of your own",
        ],
    );
    let everybody = crate::bench::all_customers();
    assert_eq!(bench.vault.customer_list(&everybody).unwrap().total, 0);

    std::fs::create_dir(&stick).unwrap();
    let file = stick.join("firms.jsonl");
    let firm = |name: &str| {
        format!(
            "{{\"id\":\"a\",\"schema\":\"Company\",\"properties\":{{\"name\":[\"{name}\"]}}}}\n"
        )
    };
    std::fs::write(&file, format!("{}{{\"cut", firm("Babbage Ltd"))).unwrap();
    let firms = desk::Structure::read(&file).unwrap();
    std::fs::remove_dir_all(&stick).unwrap();
    let import = |bench: &Bench| {
        bench
            .vault
            .structure_import(&firms, false, true, &Unwatched)
    };
    assert_eq!(bench.refused(import).0, "E-IMPORT-REPORT");
    assert_eq!(bench.vault.customer_list(&everybody).unwrap().total, 0);

    // Where the list has a place, it is beside the file, and the others are in.
    std::fs::create_dir(&stick).unwrap();
    std::fs::write(&file, format!("{}{{\"cut", firm("Babbage Ltd"))).unwrap();
    let report = bench
        .vault
        .structure_import(&firms, false, true, &Unwatched);
    let list = report.unwrap().report.unwrap();
    assert!(
        std::fs::read_to_string(stick.join(list))
            .unwrap()
            .contains("cut")
    );
    assert_eq!(bench.vault.customer_list(&everybody).unwrap().total, 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn no_file_makes_the_import_fail_unsaid(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        thread_local! {
            static BENCH: Bench = Bench::new();
        }
        BENCH.with(|bench| {
            let path = bench.file("noise.csv", &bytes);
            match Table::read(&path) {
                Err(error) => prop_assert!(!error.0.message.is_empty()),
                Ok(table) => {
                    let outcome = bench.vault.import(&table, &table.guess(), true, false, &Unwatched);
                    if let Err(error) = outcome {
                        prop_assert!(!error.0.code.is_empty() && !error.0.message.is_empty());
                    }
                }
            }
            Ok(())
        })?;
    }
}
