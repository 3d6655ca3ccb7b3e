//! What is too much at once: each limit is named with its number and with what to do instead, and nothing was done in part.

use crate::{
    asked::desk_of,
    bench::{Bench, PASSPHRASE, tells, unlock},
};
use contract::{self as c, Class, Empty};
use desk::{Structure, Table, Unwatched, UsageHow};
use std::{fs::File, path::PathBuf};

#[test]
fn work_is_handled_by_the_thousand_and_a_record_keeps_few_tags_and_a_list_few_views() {
    let bench = Bench::new();
    let ada = bench.customer("Ada Byron", "GB");
    let tagged = |bench: &Bench, refs: Vec<String>, tag: &str| {
        bench.vault.handling_preview(&c::HandlingPreviewReq {
            refs,
            what: c::HandleWhat::Tag,
            value: Some(tag.to_owned()),
        })
    };
    tells(
        &bench.refused(|bench| tagged(bench, vec![ada.clone(); 5_001], "look")),
        "E-HANDLING-MANY",
        &["5001 records", "5000 at once", "Choose fewer"],
    );
    let changes = tagged(&bench, vec![ada.clone()], "look").unwrap();
    let all = c::HandlingSaveReq {
        changes: vec![changes[0].clone(); 5_001],
    };
    tells(
        &bench.refused(|bench| bench.vault.handling_save(&all)),
        "E-HANDLING-MANY",
        &["5001 records"],
    );
    // A tag at a time, as a person gives them; what undoes one must not be able to give more either.
    let mut after = changes[0].after.clone();
    after.tags = (0..20).map(|n| format!("tag {n:02}")).collect();
    let many = c::HandlingSaveReq {
        changes: vec![c::HandlingChange {
            after,
            ..changes[0].clone()
        }],
    };
    bench.vault.handling_save(&many).unwrap();
    let more = |bench: &Bench| tagged(bench, vec![ada.clone()], "one more");
    tells(
        &bench.refused(more),
        "E-TAG-MANY",
        &["at most 20 tags", "Take one away first"],
    );
    assert!(
        tagged(&bench, vec![ada.clone()], "tag 07")
            .unwrap()
            .is_empty(),
        "one that it has already is not one more"
    );

    let view = |list: &str, name: String, query: Option<&str>| c::ViewSaveReq {
        list: list.to_owned(),
        name,
        query: query.map(str::to_owned),
    };
    for n in 0..50 {
        let req = view("customers", format!("View {n}"), Some("is:incomplete"));
        bench.vault.view_save(&req).unwrap();
    }
    let one_more = view("customers", "View 50".to_owned(), Some("is:incomplete"));
    tells(
        &bench.refused(|bench| bench.vault.view_save(&one_more)),
        "E-VIEW-MANY",
        &["50 views of the customers", "Give one up first"],
    );
    let known = view("customers", "View 7".to_owned(), Some("country:GB"));
    bench.vault.view_save(&known).unwrap();
    let gone = view("customers", "View 8".to_owned(), None);
    bench.vault.view_save(&gone).unwrap();
    bench.vault.view_save(&one_more).unwrap();
}

#[test]
fn usage_and_structures_are_read_up_to_a_size_and_the_rest_is_added_up_or_split_first() {
    let bench = Bench::new();
    let large = |name: &str, begins: &[u8]| {
        let path = bench.file(name, begins);
        let file = File::options().write(true).open(&path).unwrap();
        file.set_len((64 << 20) + 1).unwrap();
        path
    };
    let import =
        |bench: &Bench, path: &PathBuf| bench.vault.usage_import(path, &UsageHow::default());
    let path = large("usage.csv", b"account,gpu_hours,gpu_model\n");
    tells(
        &bench.refused(|bench| import(bench, &path)),
        "E-USAGE-SIZE",
        &["usage.csv", "64 MiB", "split the file"],
    );
    let mut rows = String::from("account,gpu_hours,gpu_model\n");
    for n in 1..=20_001 {
        rows.push_str(&format!("a,{n},H100\n"));
    }
    let path = bench.file("many.csv", rows.as_bytes());
    tells(
        &bench.refused(|bench| import(bench, &path)),
        "E-USAGE-MANY",
        &["many.csv", "20001 lines", "20000", "split the file"],
    );
    assert_eq!(bench.vault.compute_watch().unwrap().lines, 0);

    for (code, name, begins) in [
        (
            "E-BODS-LARGE",
            "big.json",
            "[{\"statementId\":\"s\",\"recordType\":\"entity\"}",
        ),
        (
            "E-FTM-LARGE",
            "big.jsonl",
            "{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{}}\n",
        ),
    ] {
        let path = large(name, begins.as_bytes());
        tells(
            &bench.refused(|_| Structure::read(&path)),
            code,
            &[name, "64 MiB", "Take out what is about your customers"],
        );
    }
    let mut crowd = String::from(
        "{\"id\":\"c\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Cooperative\"]}}\n",
    );
    for n in 0..501 {
        crowd.push_str(&format!(
            "{{\"id\":\"p{n}\",\"schema\":\"Person\",\"properties\":{{\"name\":[\"Member {n}\"]}}}}\n\
             {{\"id\":\"o{n}\",\"schema\":\"Ownership\",\"properties\":{{\"owner\":[\"p{n}\"],\"asset\":[\"c\"],\"percentage\":[\"0.1\"]}}}}\n"
        ));
    }
    let crowd = bench.file("crowd.jsonl", crowd.as_bytes());
    let crowd = Structure::read(&crowd).unwrap();
    tells(
        &bench.refused(|bench| {
            bench
                .vault
                .structure_import(&crowd, false, false, &Unwatched)
        }),
        "E-FTM-MANY",
        &[
            "crowd.jsonl",
            "Cooperative has 501 owners",
            "up to 500",
            "Nothing was imported",
        ],
    );
}

#[test]
fn an_extract_of_the_journal_is_a_page_that_somebody_reads() {
    let bench = Bench::new();
    let mut rows = String::from("external_id,party_type,name,country\n");
    for n in 0..4_001 {
        rows.push_str(&format!("x{n},person,Ada Byron {n},GB\n"));
    }
    let table = Table::read(&bench.file("register.csv", rows.as_bytes())).unwrap();
    bench
        .vault
        .import(&table, &table.guess(), false, false, &Unwatched)
        .unwrap();
    let days = c::JournalPrintReq {
        from: "2026-03-02".to_owned(),
        to: "2026-03-02".to_owned(),
    };
    tells(
        &bench.refused(|bench| bench.vault.journal_page(&days)),
        "E-PRINT-LONG",
        &["up to 4000", "Choose fewer days, or export the journal"],
    );
}

#[test]
fn several_files_where_one_is_imported_at_a_time_leave_all_of_them_out() {
    let bench = Bench::new();
    let files = || {
        vec![
            bench.file(
                "one.csv",
                b"account,time,ip,action\na,2026-03-01T08:00:00Z,203.0.113.7,login\n",
            ),
            bench.file("two.csv", b"account,gpu_hours,gpu_model\na,2,H100\n"),
        ]
    };
    let files = files();
    bench.vault.close().unwrap();
    let office = bench.leave();
    office.open("staff-1", PASSPHRASE).unwrap().close().unwrap();
    let desk = desk_of(&office, &office.path.with_file_name("chosen"));
    let card = desk.app_state(Empty {}).unwrap().recent.remove(0);
    unlock(&desk, &card.id);
    let entries = || desk.status(Empty {}).unwrap().entries;
    let before = entries();
    let dropped = || Some(desk.dropped(files.clone()).unwrap().handle);
    let logs = desk.access_import(
        c::AccessImportReq {
            account: None,
            skip_bad_rows: false,
            columns: Vec::new(),
            save_as: None,
            handle: dropped(),
        },
        &Unwatched,
    );
    let usage = desk.usage_import(
        c::UsageImportReq {
            handle: dropped(),
            skip_bad_rows: false,
            columns: None,
            save_as: None,
        },
        &Unwatched,
    );
    for (code, told, failure) in [
        (
            "E-ACCESS-FILES",
            "one access log at a time",
            logs.unwrap_err(),
        ),
        ("E-USAGE-FILES", "one export at a time", usage.unwrap_err()),
    ] {
        assert_eq!(
            (failure.code.as_str(), failure.class),
            (code, Class::BadInput)
        );
        assert!(
            failure.message.contains("none was imported") && failure.message.contains(told),
            "{}",
            failure.message
        );
    }
    assert_eq!(entries(), before);
    desk.lock();
}
