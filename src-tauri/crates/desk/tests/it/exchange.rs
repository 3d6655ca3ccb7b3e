//! Customers and owners come from spreadsheets and go out again: what was handed out comes back as it was.

use crate::bench::{Bench, all_customers, said};
use contract as c;
use desk::{Table, Unwatched};
use proptest::prelude::*;
use std::{io::Write as _, path::PathBuf};

fn run(bench: &Bench, table: &Table) -> Result<c::ImportReport, desk::Error> {
    bench
        .vault
        .import(table, &table.guess(), false, false, &Unwatched)
}

fn import(bench: &Bench, name: &str, text: &str) -> Result<c::ImportReport, desk::Error> {
    run(bench, &Table::read(&bench.file(name, text.as_bytes()))?)
}

fn export(bench: &Bench, format: c::ExportFormat, name: &str) -> String {
    let req = c::CustomerExportReq {
        asked: c::CustomerListReq {
            limit: 1,
            ..all_customers()
        },
        format,
    };
    let to = bench.folder.path().join(name);
    bench.vault.customer_export(&req, &to, &Unwatched).unwrap();
    std::fs::read_to_string(to).unwrap()
}

const CUSTOMERS: &str = "external_id,party_type,name,aliases,country,jurisdiction,registration_number,address_full,emails,phones,account_ids,account_opened,payment_means,payment_source_name,Segment\n\
    a,person,Ada Byron,Countess; Enchantress,GB,,,\"12 St James's Square, London\",ada@example.com,+44 20 7946 0000,acct-1; acct-2,2019-03-01,card,Ada Byron,=HYPERLINK()\n\
    b,company,Babbage Ltd,,,GB,0042,1 Dorset St,,,,,,,gold\n\
    ,person,Zo\u{eb},,DE,,,,,,,,,,\n";
const OWNERS: &str = "customer,owner_name,owner_type,share,control,country,valid_from\n\
    b,Charles Babbage,person,60,yes,GB,2001-01-01\n\
    b,Analytical GmbH,company,33.3,no,DE,\n";

#[test]
fn what_was_handed_out_as_csv_comes_back_as_it_was() {
    let bench = Bench::new();
    assert_eq!(
        import(&bench, "customers.csv", CUSTOMERS).unwrap().created,
        3
    );
    assert_eq!(import(&bench, "owners.csv", OWNERS).unwrap().created, 2);
    let customers = export(&bench, c::ExportFormat::Csv, "out.csv");
    let owners = export(&bench, c::ExportFormat::Owners, "out-owners.csv");
    assert!(
        customers.contains("'=HYPERLINK()") && customers.contains("'+44"),
        "no spreadsheet takes a cell for a formula: {customers}"
    );
    let count = || bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    let before = count();
    for (name, text, rows) in [
        ("again.csv", &customers, 3),
        ("again-owners.csv", &owners, 2),
    ] {
        let again = import(&bench, name, text).unwrap();
        assert_eq!(
            (again.created, again.updated, again.unchanged),
            (0, 0, rows),
            "{text}"
        );
    }
    assert_eq!(count(), before, "nothing was written");
    let other = Bench::new();
    import(&other, "customers.csv", &customers).unwrap();
    import(&other, "owners.csv", &owners).unwrap();
    let there = export(&other, c::ExportFormat::Csv, "out.csv");
    assert_eq!(there.lines().count(), customers.lines().count());
    assert!(
        there.lines().zip(customers.lines()).all(|(a, b)| a == b),
        "{there}\n{customers}"
    );
    assert!(other.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_file_of_owners_changes_only_what_it_says_otherwise() {
    let bench = Bench::new();
    import(&bench, "customers.csv", CUSTOMERS).unwrap();
    import(&bench, "owners.csv", OWNERS).unwrap();
    let changed = import(
        &bench,
        "owners.csv",
        "customer,owner_name,share\nb,CHARLES BABBAGE,55\nb,Analytical GmbH,\n",
    )
    .unwrap();
    assert_eq!(
        (changed.created, changed.updated, changed.unchanged),
        (0, 1, 1)
    );
    let view = bench.vault.customer_show("C-000002").unwrap();
    let owner = view
        .owners
        .iter()
        .find(|one| one.name.starts_with("Ch"))
        .unwrap();
    assert_eq!(
        (owner.direct.as_str(), owner.name.as_str()),
        ("55 %, control", "Charles Babbage"),
        "an empty cell clears nothing"
    );
    for (rows, code, part) in [
        ("nobody,Ada,50\n", "E-IMPORT-CUSTOMER", "line 2"),
        ("b,,50\n", "E-IMPORT-NAME", "owner_name"),
        ("b,Ada,150\n", "E-IMPORT-SHARE", "150"),
        ("b,Ada,\n", "E-IMPORT-OWNER", "line 2"),
        ("b,Ada,50\n", "L-08", "line 2"),
    ] {
        let text = format!("customer,owner_name,share\n{rows}");
        let (said_code, sentence) = said(import(&bench, "bad.csv", &text));
        assert_eq!(said_code, code, "{sentence}");
        assert!(sentence.contains(part), "{sentence}");
    }
}

#[test]
fn machines_get_every_value_as_it_is() {
    let bench = Bench::new();
    import(&bench, "customers.csv", CUSTOMERS).unwrap();
    import(&bench, "owners.csv", OWNERS).unwrap();
    let lines = |text: String| -> Vec<serde_json::Value> {
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let records = lines(export(&bench, c::ExportFormat::Jsonl, "out.jsonl"));
    assert_eq!(records.len(), 3);
    assert_eq!(records[0]["custom"]["Segment"], "=HYPERLINK()");
    assert_eq!(records[1]["owners"][0]["name"], "Charles Babbage");
    let entities = lines(export(&bench, c::ExportFormat::Ftm, "out.ftm.jsonl"));
    let of = |schema: &str| {
        entities
            .iter()
            .filter(|one| one["schema"] == schema)
            .count()
    };
    assert_eq!(
        ["Person", "Company", "Ownership", "Directorship"].map(of),
        [3, 2, 2, 1]
    );
    let tie = entities
        .iter()
        .find(|one| one["schema"] == "Ownership")
        .unwrap();
    assert_eq!(tie["properties"]["asset"][0], "b");
    assert_eq!(tie["properties"]["percentage"][0], "60");
    assert!(
        entities
            .iter()
            .any(|one| one["id"] == tie["properties"]["owner"][0]),
        "every end of a tie is there"
    );
    assert_eq!(entities[0]["properties"]["country"][0], "gb");
}

/// A workbook with these sheets, each the rows of its XML.
fn book(bench: &Bench, name: &str, sheets: &[(&str, &str)]) -> PathBuf {
    let path = bench.folder.path().join(name);
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let mut put = |name: &str, text: &str| {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut list = String::new();
    let mut ties = String::new();
    for (place, (name, rows)) in sheets.iter().enumerate() {
        let n = place + 1;
        list.push_str(&format!(
            "<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"r{n}\"/>"
        ));
        ties.push_str(&format!("<Relationship Id=\"r{n}\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"));
        put(
            &format!("xl/worksheets/sheet{n}.xml"),
            &format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        );
    }
    put(
        "_rels/.rels",
        &format!(
            "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    put(
        "xl/workbook.xml",
        &format!(
            "<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets>{list}</sheets></workbook>"
        ),
    );
    put(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "<Relationships xmlns=\"{package}\">{ties}<Relationship Id=\"s\" Type=\"{relation}/styles\" Target=\"styles.xml\"/></Relationships>"
        ),
    );
    put(
        "xl/styles.xml",
        &format!(
            "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        ),
    );
    zip.finish().unwrap();
    path
}

fn text(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn people() -> String {
    format!(
        "<row r=\"1\">{}{}{}{}</row><row r=\"3\"><c r=\"A3\"><v>4711</v></c>{}<c r=\"C3\" s=\"1\"><v>9841</v></c></row>",
        text("A1", "external_id"),
        text("B1", "name"),
        text("C1", "birth_date"),
        text("D1", "country"),
        text("B3", "Ada Byron"),
    )
}

#[test]
fn a_sheet_is_read_as_its_csv_would_be() {
    let bench = Bench::new();
    bench.collects("date_of_birth");
    let owners = format!(
        "<row r=\"1\">{}{}{}</row><row r=\"2\"><c r=\"A2\"><v>4711</v></c>{}<c r=\"C2\"><v>25</v></c></row>",
        text("A1", "customer"),
        text("B1", "owner_name"),
        text("C1", "share"),
        text("B2", "Annabella"),
    );
    let path = book(
        &bench,
        "register.xlsx",
        &[("People", &people()), ("Owners", &owners)],
    );
    let report = run(&bench, &Table::read(&path).unwrap()).unwrap();
    assert_eq!((report.rows, report.created), (1, 1));
    let out = export(&bench, c::ExportFormat::Csv, "out.csv");
    assert!(out.contains("4711,person,Ada Byron"), "{out}");
    assert!(out.contains("1926-12-10"), "a date is a date: {out}");
    let sheet = Table::read_sheet(&path, Some("Owners")).unwrap();
    assert_eq!(run(&bench, &sheet).unwrap().created, 1);
    assert_eq!(
        said(Table::read_sheet(&path, Some("Nobody"))).0,
        "E-IMPORT-SHEET"
    );
    let part = book(
        &bench,
        "part.xlsx",
        &[("Owners", &owners.replace("<v>25</v>", "<v>0.25</v>"))],
    );
    let (code, sentence) = said(run(&bench, &Table::read(&part).unwrap()));
    assert_eq!(code, "E-IMPORT-SHARE", "25 % is kept as 0.25: {sentence}");
    let wrong = people().replace(
        "<c r=\"A3\"><v>4711</v></c>",
        "<c r=\"A3\" t=\"e\"><v>#REF!</v></c>",
    );
    let (code, sentence) = said(Table::read(&book(&bench, "wrong.xlsx", &[("P", &wrong)])));
    assert_eq!(code, "E-IMPORT-CELL");
    assert!(
        sentence.contains("A3") && sentence.contains("#REF!"),
        "{sentence}"
    );
}

#[test]
fn a_sheet_that_is_made_to_hurt_is_refused_by_a_limit() {
    let bench = Bench::new();
    let far = format!(
        "{}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
        people()
    );
    let wide = Table::read(&book(&bench, "far.xlsx", &[("P", &far)]))
        .err()
        .unwrap();
    assert_eq!(
        (wide.0.code.as_str(), wide.0.class),
        ("L-01", c::Class::Limit),
        "{wide}"
    );
    let mut many = people();
    for row in 4..40_000 {
        many.push_str(&format!(
            "<row r=\"{row}\"><c r=\"RZ{row}\"><v>1</v></c></row>"
        ));
    }
    let many = Table::read(&book(&bench, "many.xlsx", &[("P", &many)]))
        .err()
        .unwrap();
    assert_eq!(many.0.class, c::Class::Limit, "{many}");
    let path = bench.folder.path().join("bomb.xlsx");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    zip.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default())
        .unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..257 {
        zip.write_all(&zeros).unwrap();
    }
    zip.finish().unwrap();
    let bomb = Table::read(&path).err().unwrap();
    assert_eq!(bomb.0.class, c::Class::Limit, "{bomb}");
    // What T-Z found: a number that does not fit 32 bits was read as another one.
    for number in [
        "4294967298",
        "18446744073709551616",
        "20000000000000000000000",
    ] {
        for cell in [
            format!("A{number}"),
            format!("{}1", "Z".repeat(number.len())),
        ] {
            let rows = format!(
                "{}<row r=\"{number}\"><c r=\"{cell}\"><v>1</v></c></row>",
                people()
            );
            let refused = Table::read(&book(&bench, "large.xlsx", &[("P", &rows)]))
                .err()
                .unwrap();
            assert_eq!(refused.0.code, "L-01", "{cell}: {refused}");
        }
    }
    let old = bench.file("old.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    assert!(
        said(Table::read(&old))
            .1
            .contains("old or an encrypted Excel file")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn no_damage_to_a_workbook_goes_unsaid(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(), whole in any::<bool>()) {
        thread_local! {
            static BENCH: Bench = Bench::new();
        }
        BENCH.with(|bench| {
            let mut bytes = std::fs::read(book(bench, "book.xlsx", &[("P", &people())])).unwrap();
            let place = at.index(bytes.len());
            bytes[place] = byte;
            if !whole {
                bytes.truncate(cut.index(bytes.len()));
            }
            let path = bench.file("book.xlsx", &bytes);
            let read = Table::read(&path).and_then(|table| {
                bench.vault.import(&table, &table.guess(), true, true, &Unwatched)
            });
            if let Err(error) = read {
                prop_assert!(!error.0.code.is_empty() && error.0.message.contains("book.xlsx"), "{error}");
            }
            Ok(())
        })?;
    }
}

fn head(bench: &Bench) -> u64 {
    bench.vault.read(|read| Ok(read.head()?.count)).unwrap()
}

#[test]
fn an_import_is_taken_back_as_one_until_something_builds_on_it() {
    let bench = Bench::new();
    import(&bench, "customers.csv", CUSTOMERS).unwrap();
    let before = export(&bench, c::ExportFormat::Jsonl, "before.jsonl");
    let second = "external_id,party_type,name,country,account_ids\na,person,Ada Lovelace,GB,acct-9\nnew,person,Grace Hopper,US,\n";
    import(&bench, "second.csv", second).unwrap();
    let list = bench.vault.import_list().unwrap();
    assert_eq!(
        (
            list[0].file.as_str(),
            list[0].created,
            list[0].updated,
            list[0].undone
        ),
        ("second.csv", 1, 1, false)
    );
    let (code, sentence) = said(bench.vault.import_undo(list[1].entry.into()));
    assert_eq!(
        code, "E-IMPORT-BUILT",
        "a later import changed what it recorded"
    );
    assert!(
        sentence.contains("C-000001") && sentence.contains("entry"),
        "{sentence}"
    );

    let held = bench
        .vault
        .hold_place(&c::HoldPlaceReq {
            scope: vec!["C-000001".to_owned()],
            reason: "A preservation letter".to_owned(),
            authority: "The Department".to_owned(),
            placed_on: None,
        })
        .unwrap();
    assert_eq!(
        said(bench.vault.import_undo(list[0].entry.into())).0,
        "E-IMPORT-HOLD"
    );
    bench
        .vault
        .hold_release(&c::HoldReleaseReq {
            r#ref: held.holds[0].r#ref.clone(),
            writing: "Letter of release".to_owned(),
            approver: None,
            passphrase: Some(crate::bench::PASSPHRASE.to_owned()),
            override_reason: Some(crate::bench::ALONE.to_owned()),
        })
        .unwrap();

    let after = bench.vault.import_undo(list[0].entry.into()).unwrap();
    assert!(after[0].undone && !after[1].undone);
    assert_eq!(
        export(&bench, c::ExportFormat::Jsonl, "after.jsonl"),
        before,
        "everything is as it was"
    );
    assert!(bench.vault.customer_show("new").is_err());
    let (code, _) = said(bench.vault.import_undo(list[0].entry.into()));
    assert_eq!(code, "E-IMPORT-UNDONE");
    assert_eq!(said(bench.vault.import_undo(1)).0, "E-IMPORT-UNKNOWN");
    assert_eq!(
        import(&bench, "second.csv", second).unwrap().created,
        1,
        "what was taken back can be imported again"
    );
    let report = bench.vault.check(&Unwatched).unwrap();
    assert!(report.ok, "{:?}", report.problems);

    let paper = bench.file("paper.txt", b"paper");
    bench
        .vault
        .document_add("new", "other", desk::Source::File(paper), &Unwatched)
        .unwrap();
    let newest = bench.vault.import_list().unwrap()[0].entry;
    let count = head(&bench);
    let (code, sentence) = said(bench.vault.import_undo(newest.into()));
    assert_eq!(code, "E-IMPORT-BUILT");
    assert!(
        sentence.contains("Document attached"),
        "what is named: {sentence}"
    );
    assert_eq!(head(&bench), count);
}

#[test]
fn access_records_are_taken_back_with_their_import_alone() {
    let bench = Bench::new();
    let log = |name: &str, seconds: std::ops::Range<u32>| {
        let rows: String = seconds
            .map(|s| format!("a,2026-03-01T08:00:{s:02}Z,203.0.113.7,login,event-{s}\n"))
            .collect();
        bench.file(
            name,
            format!("account,time,ip,action,event_id\n{rows}").as_bytes(),
        )
    };
    let run = |path: &std::path::Path| {
        bench
            .vault
            .access_import(path, desk::AccessHow::default(), &Unwatched)
            .unwrap()
    };
    let count = || bench.vault.read(|read| Ok(read.access_count()?)).unwrap();
    run(&log("one.csv", 0..10));
    let two = log("two.csv", 20..25);
    run(&two);
    let list = bench.vault.import_list().unwrap();
    assert!(list[0].access);
    bench.vault.import_undo(list[0].entry.into()).unwrap();
    assert_eq!(count(), 10);
    assert_eq!(run(&two).imported, 5, "nothing of them is remembered");
    run(&log("three.csv", 5..30));
    let (code, _) = said(bench.vault.import_undo(list[1].entry.into()));
    assert_eq!(
        code, "E-IMPORT-BUILT",
        "another file counted on these records being there"
    );
    assert_eq!(count(), 30);
    let report = bench.vault.check(&Unwatched).unwrap();
    assert!(report.ok, "{:?}", report.problems);
}

#[test]
fn a_mapping_is_saved_and_offered_when_the_same_header_comes() {
    let bench = Bench::new();
    let file = |name: &str, text: &str| Table::read(&bench.file(name, text.as_bytes())).unwrap();
    let one = file("one.csv", "Nummer,Wer,Land\n7,Ada Byron,GB\n");
    assert!(bench.vault.mapping_for(&one).unwrap().is_none());
    let mapping: desk::Mapping = ["external_id", "name", "country"]
        .map(|ours| Some(ours.to_owned()))
        .to_vec();
    bench.vault.mapping_save("ERP", &one, &mapping).unwrap();
    let count = head(&bench);
    bench.vault.mapping_save("ERP", &one, &mapping).unwrap();
    assert_eq!(head(&bench), count, "the same again is no entry");
    let bench = bench.reopened();
    let two = Table::read(&bench.file("two.csv", b"Land;Nummer;Wer\nGB;7;Ada Byron\n")).unwrap();
    let (name, again) = bench.vault.mapping_for(&two).unwrap().unwrap();
    assert_eq!(name, "ERP");
    let report = bench
        .vault
        .import(&two, &again, false, false, &Unwatched)
        .unwrap();
    assert_eq!(report.created, 1, "whatever the order of the columns");
    let other = Table::read(&bench.file("other.csv", b"Nummer,Wer\n7,Ada\n")).unwrap();
    assert!(bench.vault.mapping_for(&other).unwrap().is_none());
    let names = desk::Names::new([("Wann", "time")].into_iter()).unwrap();
    bench.vault.access_names_save("Proxy", &names).unwrap();
    assert_eq!(bench.vault.access_names("Proxy").unwrap(), names);
    assert_eq!(said(bench.vault.access_names("ERP")).0, "E-ACCESS-MAP");
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn history_keeps_its_day_and_is_marked_as_imported() {
    let bench = Bench::new();
    let text = "external_id,name,country,recorded_on\na,Ada Byron,GB,2019-03-01\n";
    import(&bench, "old.csv", text).unwrap();
    let timeline = bench
        .vault
        .timeline(&c::TimelineReq {
            subject: Some("C-000001".to_owned()),
            group: None,
            search: None,
            offset: 0,
            limit: 10,
        })
        .unwrap();
    let item = &timeline.items[0];
    assert_eq!(item.occurred_on, "2019-03-01");
    assert!(item.title.contains("import old.csv"), "{}", item.title);
    assert!(item.late_note.is_some(), "recorded by us much later");
    assert_eq!(import(&bench, "old.csv", text).unwrap().unchanged, 1);
    let future = text.replace("2019", "2099");
    assert_eq!(
        said(import(&bench, "old.csv", &future)).0,
        "E-IMPORT-FUTURE"
    );
}

#[test]
fn two_owners_of_one_name_stay_two() {
    let bench = Bench::new();
    import(&bench, "customers.csv", CUSTOMERS).unwrap();
    let two = "customer,owner_name,share,valid_from\nb,Kenji Watanabe,51,2025-08-01\nb,Kenji Watanabe,20,2025-06-01\n";
    assert_eq!(import(&bench, "two.csv", two).unwrap().created, 2);
    assert_eq!(import(&bench, "two.csv", two).unwrap().unchanged, 2);
    let turned = "customer,owner_name,share,valid_from\nb,Kenji Watanabe,25,2025-06-01\nb,Kenji Watanabe,51,2025-08-01\n";
    let changed = import(&bench, "two.csv", turned).unwrap();
    assert_eq!(
        (changed.created, changed.updated, changed.unchanged),
        (0, 1, 1),
        "whatever the order of the rows"
    );
    let twice = two.replace("2025-06-01", "2025-08-01");
    assert_eq!(said(import(&bench, "two.csv", &twice)).0, "E-IMPORT-TWICE");
}
