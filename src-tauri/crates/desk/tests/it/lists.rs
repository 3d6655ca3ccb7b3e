//! Lists asked with words, and the views that members keep.

use crate::bench::{Bench, all_customers};
use contract as c;

fn customers(bench: &Bench, query: &str) -> desk::Result<Vec<String>> {
    let list = bench.vault.customer_list(&c::CustomerListReq {
        query: query.to_owned(),
        counts: true,
        ..all_customers()
    })?;
    Ok(list.rows.into_iter().map(|row| row.name).collect())
}

fn code<T: std::fmt::Debug>(result: desk::Result<T>) -> (String, String) {
    let failure = *result.unwrap_err().0;
    (failure.code, failure.message)
}

#[test]
fn customers_are_found_by_every_word_of_their_list() {
    let bench = Bench::new();
    let ada = bench.customer("Ada Byron", "GB");
    let zoe = bench.customer("Zoë Weiß", "DE");
    bench.customer("Li Wei", "CN");
    let vault = &bench.vault;
    let paper = bench.file("paper.txt", b"paper");
    vault
        .document_add(
            &zoe,
            "passport",
            desk::Source::File(paper),
            &desk::Unwatched,
        )
        .unwrap();
    vault
        .comment_add(&c::CommentAddReq {
            about: ada.clone(),
            text: "She rang".to_owned(),
            corrects: None,
        })
        .unwrap();
    for (what, value) in [
        (c::HandleWhat::Assign, "me"),
        (c::HandleWhat::Due, "2026-03-10"),
        (c::HandleWhat::Tag, "second-look"),
    ] {
        let changes = vault
            .handling_preview(&c::HandlingPreviewReq {
                refs: vec![ada.clone()],
                what,
                value: Some(value.to_owned()),
            })
            .unwrap();
        vault
            .handling_save(&c::HandlingSaveReq { changes })
            .unwrap();
    }
    let all = ["Ada Byron", "Zoë Weiß", "Li Wei"];
    let cases: [(&str, &[&str]); 22] = [
        ("", &all),
        ("country:GB,DE", &all[..2]),
        ("country:\"Germany\"", &all[1..2]),
        ("-country:GB", &all[1..]),
        ("country:GB OR name:wei", &all),
        ("country:GB name:wei", &[]),
        ("zoe", &all[1..2]),
        ("-zoe -\"li wei\"", &all[..1]),
        ("!!!", &[]),
        ("is:mine", &all[..1]),
        ("is:unassigned", &all[1..]),
        ("assignee:me,nobody", &all),
        ("-assignee:staff-1", &all[1..]),
        ("tag:second", &all[..1]),
        ("has:comment", &all[..1]),
        ("has:passport", &all[1..2]),
        ("due:<=2026-03-10", &all[..1]),
        ("due:<2026-03-10", &[]),
        ("kind:individual us:undetermined", &all),
        ("is:incomplete", &all),
        ("updated:<30d", &all),
        ("updated:>30d", &[]),
    ];
    for (query, wanted) in cases {
        assert_eq!(customers(&bench, query).unwrap(), wanted, "{query}");
    }
    assert_eq!(
        customers(&bench, "is:overdue").unwrap(),
        Vec::<String>::new()
    );
    bench.now("2026-03-11T17:00:00Z");
    assert_eq!(
        customers(&bench, "is:overdue").unwrap(),
        ["Ada Byron"],
        "the house's own day has passed"
    );
    let (wrong, why) = code(customers(&bench, "contry:GB"));
    assert_eq!(wrong, "E-QUERY-WORD");
    assert!(
        why.contains("country:") && why.contains("\"contry:\""),
        "{why}"
    );
}

#[test]
fn cases_filings_and_clocks_are_found_by_the_words_of_the_same_language() {
    let bench = Bench::new();
    let lion = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&lion]).unwrap();
    let cases = |query: &str| bench.vault.cases_like(query).unwrap().rows.len();
    for (query, wanted) in [
        ("is:open kind:cip-copy reseller:\"lion city\"", 1),
        ("kind:request", 1),
        ("kind:failure", 0),
        ("is:overdue", 0),
        ("is:over", 0),
        ("has:filing received:<30d", 1),
        ("reseller:RS-0001 -country:US", 1),
        ("is:unassigned", 1),
        ("is:mine OR is:open", 1),
        ("\"lion\"", 1),
        ("tiger", 0),
    ] {
        assert_eq!(cases(query), wanted, "{query}");
    }
    let clocks = |query: &str| bench.vault.clocks_like(query).unwrap();
    assert!(
        clocks("is:running kind:cip-copy reseller:lion")
            .iter()
            .any(|row| row.r#ref == opened.clock)
    );
    assert!(clocks("is:ended").is_empty() && clocks("is:provisional").is_empty());
    let filings = |query: &str| bench.vault.filings_like(query).unwrap().rows.len();
    assert_eq!(
        (
            filings("form:F4 is:open"),
            filings("is:sent"),
            filings("form:F1")
        ),
        (1, 0, 0)
    );
    assert_eq!(filings(&format!("case:{}", opened.case)), 1);
    bench.now("2026-03-20T17:00:00Z");
    assert_eq!(
        (cases("is:overdue kind:cip-copy"), filings("is:overdue")),
        (1, 1)
    );
    assert!(!clocks("is:overdue due:<0d").is_empty());
}

#[test]
fn a_view_is_kept_under_its_name_by_its_member_and_never_says_what_is_not_understood() {
    let bench = Bench::new();
    let save = |name: &str, query: Option<&str>| {
        bench.vault.view_save(&c::ViewSaveReq {
            list: "cases".to_owned(),
            name: name.to_owned(),
            query: query.map(str::to_owned),
        })
    };
    save("Late", Some("is:overdue")).unwrap();
    let views = save("Late", Some("is:overdue kind:cip-copy")).unwrap();
    assert_eq!(
        (views.len(), views[0].query.as_str()),
        (1, "is:overdue kind:cip-copy")
    );
    assert_eq!(code(save("Odd", Some("is:odd"))).0, "E-QUERY-VALUE");
    assert_eq!(code(save(" ", Some(""))).0, "E-VIEW-NAME");
    assert_eq!(code(save("Nothing", None)).0, "E-VIEW-NONE");
    assert!(save("Late", None).unwrap().is_empty());
    let read = bench
        .vault
        .query_read(&c::QueryReadReq {
            list: "clocks".to_owned(),
            query: "is:overdue knd:x".to_owned(),
        })
        .unwrap();
    assert!(
        read.wrong.unwrap().contains("kind:"),
        "the words that there are stand beside it"
    );
    assert!(
        read.fields
            .iter()
            .any(|field| field.values.contains(&"cip-copy".to_owned()))
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}
