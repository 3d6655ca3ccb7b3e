//! Who owns a customer: structures in the Beneficial Ownership Data Standard, as it stood on a day, by another threshold, and when nobody owns enough.

use crate::bench::{Bench, all_customers, interest, said};
use contract as c;
use desk::{Structure, Unwatched};
use std::path::{Path, PathBuf};

fn fixtures() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/fixtures/bods"
    ))
}

pub(crate) fn import(bench: &Bench, path: &Path) -> Result<c::ImportReport, desk::Error> {
    assert!(
        Structure::is_in(path),
        "{} is told from its content",
        path.display()
    );
    let structure = Structure::read(path)?;
    bench
        .vault
        .structure_import(&structure, false, false, &Unwatched)
}

fn asked(customer: &str, on: Option<&str>, threshold: Option<&str>) -> c::OwnershipReq {
    c::OwnershipReq {
        r#ref: customer.to_owned(),
        on: on.map(str::to_owned),
        threshold: threshold.map(str::to_owned),
    }
}

fn owner(customer: &str, name: &str, interests: Vec<c::InterestReq>) -> c::OwnerSaveReq {
    c::OwnerSaveReq {
        customer: customer.to_owned(),
        id: None,
        name: name.to_owned(),
        name_original: None,
        kind: c::PartyKind::Individual,
        unspecified: None,
        interests,
        country: None,
        address: None,
        email: None,
        phone: None,
        source: None,
        valid_from: None,
        valid_to: None,
        proved_by: None,
    }
}

#[test]
fn the_published_structures_give_the_owners_and_shares_written_down_by_hand() {
    let expected: serde_json::Value =
        serde_json::from_slice(&std::fs::read(fixtures().join("expected.json")).unwrap()).unwrap();
    for (file, expected) in expected.as_object().unwrap() {
        let bench = Bench::new();
        let path = fixtures().join(file);
        let report = import(&bench, &path).unwrap();
        let view = bench
            .vault
            .ownership(&asked("C-000001", None, None))
            .unwrap();
        assert_eq!(view.customer, expected["customer"], "{file}");
        let mut found: Vec<[String; 3]> = view
            .nodes
            .iter()
            .map(|node| {
                let counts = match node.counts {
                    c::Counting::Yes => "yes",
                    c::Counting::Possibly => "possibly",
                    c::Counting::No => "no",
                };
                [node.name.clone(), node.equity.clone(), counts.to_owned()]
            })
            .collect();
        found.sort();
        let owners: Vec<[String; 3]> = serde_json::from_value(expected["owners"].clone()).unwrap();
        assert_eq!(found, owners, "{file}");
        assert_eq!(
            report.created as usize,
            owners.len() + 1,
            "{file}: the customer and its owners"
        );
        let count = || bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
        let before = count();
        let again = import(&bench, &path).unwrap();
        assert_eq!(
            (again.created, again.updated, count()),
            (0, 0, before),
            "{file}: the same again changes nothing"
        );
        let report = bench.vault.check(&Unwatched).unwrap();
        assert!(report.ok, "{file}: {:?}", report.problems);
    }
}

#[test]
fn what_a_structure_says_that_has_no_place_is_named() {
    let bench = Bench::new();
    let report = import(&bench, &fixtures().join("levent.json")).unwrap();
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.contains("people: birth date (2)")),
        "{:?}",
        report.notes
    );
    let view = bench.vault.customer_show("C-000001").unwrap();
    let hidden = view
        .owners
        .iter()
        .find(|owner| owner.unspecified.is_some())
        .unwrap();
    assert!(
        hidden.unspecified.as_deref().unwrap().contains("underage"),
        "the reason is kept: {hidden:?}"
    );
}

#[test]
fn a_trial_writes_nothing_and_an_import_is_taken_back_as_one() {
    let bench = Bench::new();
    let structure = Structure::read(&fixtures().join("joint-ownership.json")).unwrap();
    let tried = bench
        .vault
        .structure_import(&structure, true, false, &Unwatched)
        .unwrap();
    assert_eq!((tried.created, tried.dry_run), (4, true));
    assert!(
        bench.vault.customer_show("C-000001").is_err(),
        "nothing was written"
    );
    bench
        .vault
        .structure_import(&structure, false, false, &Unwatched)
        .unwrap();
    let list = bench.vault.import_list().unwrap();
    assert_eq!(list.len(), 1);
    bench.vault.import_undo(list[0].entry.into()).unwrap();
    assert!(
        bench.vault.customer_show("C-000001").is_err(),
        "it is gone with its owners"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_closed_relationship_ends_the_interest_and_the_past_stays_as_it_was() {
    let bench = Bench::new();
    let text = std::fs::read_to_string(fixtures().join("bods-package.json")).unwrap();
    let mut statements: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    import(&bench, &fixtures().join("bods-package.json")).unwrap();
    let mut closed = statements.pop().unwrap();
    closed["statementId"] = "later".into();
    closed["recordStatus"] = "closed".into();
    closed["statementDate"] = "2025-02-01".into();
    statements.push(closed);
    let path = bench.file(
        "later.json",
        serde_json::to_string(&statements).unwrap().as_bytes(),
    );
    let report = import(&bench, &path).unwrap();
    assert_eq!(report.updated, 1);
    let share = |on: Option<&str>| {
        bench
            .vault
            .ownership(&asked("C-000001", on, None))
            .unwrap()
            .nodes[0]
            .equity
            .clone()
    };
    assert_eq!(share(None), "0");
    assert_eq!(share(Some("2025-01-31")), "100");
    assert_eq!(share(Some("2016-04-05")), "0", "before it began");
}

#[test]
fn a_broken_structure_is_refused_with_the_statement_and_the_remedy() {
    let bench = Bench::new();
    let text = std::fs::read_to_string(fixtures().join("indirect-ownership.json")).unwrap();
    let statements = || -> Vec<serde_json::Value> { serde_json::from_str(&text).unwrap() };
    let with = |change: &dyn Fn(&mut Vec<serde_json::Value>)| {
        let mut statements = statements();
        change(&mut statements);
        serde_json::to_string(&statements).unwrap()
    };
    let cases: Vec<(String, &str, &str)> = vec![
        (text[..text.len() / 2].to_owned(), "E-BODS-FILE", "cut off"),
        (
            with(&|all| all[1]["statementId"] = all[0]["statementId"].clone()),
            "E-BODS-TWICE",
            "statement 1",
        ),
        (
            with(&|all| all[1]["recordType"] = "ghost".into()),
            "E-BODS-TYPE",
            "ghost",
        ),
        (
            with(&|all| all[1]["recordStatus"] = "maybe".into()),
            "E-BODS-STATUS",
            "maybe",
        ),
        (
            with(&|all| drop(all[1].as_object_mut().unwrap().remove("recordId"))),
            "E-BODS-STATEMENT",
            "recordId",
        ),
        (
            with(&|all| all[3]["recordDetails"]["subject"] = "nobody".into()),
            "E-BODS-RECORD",
            "nobody",
        ),
        (
            with(&|all| all[3]["recordDetails"]["interests"][0]["share"]["exact"] = 101.into()),
            "E-BODS-SHARE",
            "101",
        ),
        (
            with(&|all| all[3]["recordDetails"]["interests"][0]["share"]["exact"] = (-1).into()),
            "E-BODS-SHARE",
            "-1",
        ),
        (
            with(&|all| all[3]["recordDetails"]["interestedParty"] = all[0]["recordId"].clone()),
            "E-OWNER-SELF",
            "own itself",
        ),
    ];
    for (content, code, words) in cases {
        let path = bench.file("bad.json", content.as_bytes());
        let (found, message) = said(import(&bench, &path));
        assert_eq!(found, code, "{message}");
        assert!(
            message.contains(words) && message.contains("Nothing was imported"),
            "{message}"
        );
        assert_eq!(
            bench.vault.customer_list(&all_customers()).unwrap().all,
            0,
            "nothing is half written"
        );
    }
}

#[test]
fn too_many_owners_of_one_customer_are_refused_with_the_limit() {
    let bench = Bench::new();
    let mut statements = vec![
        serde_json::json!({"statementId": "s", "recordId": "c", "recordType": "entity", "recordStatus": "new", "declarationSubject": "c", "statementDate": "2025-01-01", "recordDetails": {"name": "Cooperative", "entityType": {"type": "legalEntity"}}}),
    ];
    for n in 0..600 {
        statements.push(serde_json::json!({"statementId": format!("p{n}"), "recordId": format!("p{n}"), "recordType": "person", "recordStatus": "new", "declarationSubject": "c", "recordDetails": {"personType": "knownPerson", "names": [{"fullName": format!("Member {n}")}]}}));
        statements.push(serde_json::json!({"statementId": format!("r{n}"), "recordId": format!("r{n}"), "recordType": "relationship", "recordStatus": "new", "declarationSubject": "c", "recordDetails": {"subject": "c", "interestedParty": format!("p{n}"), "interests": [{"type": "shareholding", "directOrIndirect": "direct", "share": {"exact": 0.1}}]}}));
    }
    let path = bench.file(
        "many.json",
        serde_json::to_string(&statements).unwrap().as_bytes(),
    );
    let (code, message) = said(import(&bench, &path));
    assert_eq!(code, "E-BODS-MANY", "{message}");
    assert!(
        message.contains("600") && message.contains("500"),
        "the limit is named: {message}"
    );
}

#[test]
fn another_threshold_and_another_day_only_look() {
    let bench = Bench::new();
    let customer = bench.entity("Acme Robotics", "US");
    let since = |share: &str, from: &str| c::InterestReq {
        from: Some(from.to_owned()),
        ..interest(None, "equity", Some(share))
    };
    bench
        .vault
        .owner_save(&owner(
            &customer,
            "Ana Lima",
            vec![since("20", "2025-01-01")],
        ))
        .unwrap();
    bench
        .vault
        .owner_save(&owner(
            &customer,
            "Bo Chen",
            vec![since("15 to 30", "2026-01-01")],
        ))
        .unwrap();
    let count = bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    let counts = |on, threshold| -> Vec<c::Counting> {
        let view = bench
            .vault
            .ownership(&asked(&customer, on, threshold))
            .unwrap();
        view.nodes.iter().map(|node| node.counts).collect()
    };
    assert_eq!(
        counts(None, None),
        [c::Counting::No, c::Counting::Possibly],
        "at the pack's 25 %"
    );
    assert_eq!(
        counts(None, Some("10")),
        [c::Counting::Yes, c::Counting::Yes]
    );
    assert_eq!(
        counts(None, Some("30.001")),
        [c::Counting::No, c::Counting::No]
    );
    let view = bench
        .vault
        .ownership(&asked(&customer, Some("2025-06-01"), None))
        .unwrap();
    assert_eq!(view.nodes[1].equity, "0", "Bo Chen had nothing yet");
    assert_eq!(view.days, ["2025-01-01", "2026-01-01"]);
    assert_eq!(
        bench.vault.read(|read| Ok(read.head()?.count)).unwrap(),
        count,
        "nothing was recorded"
    );
    for (on, threshold) in [(Some("soon"), None), (None, Some("101")), (None, Some("0"))] {
        let error = bench
            .vault
            .ownership(&asked(&customer, on, threshold))
            .unwrap_err();
        assert!(
            !error.0.problems.is_empty(),
            "{on:?} {threshold:?}: {:?}",
            error.0
        );
    }
}

#[test]
fn what_was_changed_by_hand_is_not_undone_by_the_same_file() {
    let bench = Bench::new();
    let path = fixtures().join("joint-ownership.json");
    import(&bench, &path).unwrap();
    let view = bench.vault.customer_show("C-000001").unwrap();
    let of = |name: &str| {
        let found = view.owners.iter().find(|one| one.name == name);
        found.unwrap().id.clone()
    };
    let half = interest(Some(&of("Joint shareholding")), "equity", Some("50"));
    let mut edited = owner("C-000001", "Natalie Coleman-Ruiz", vec![half]);
    edited.id = Some(of("Natalie Coleman"));
    bench.vault.owner_save(&edited).unwrap();
    let again = import(&bench, &path).unwrap();
    assert_eq!((again.created, again.updated), (0, 0));
    let view = bench.vault.customer_show("C-000001").unwrap();
    assert!(
        view.owners
            .iter()
            .any(|one| one.name == "Natalie Coleman-Ruiz")
    );
}

#[test]
fn an_indirect_share_through_whom_nobody_says_is_not_added_to_the_direct_ones() {
    let bench = Bench::new();
    let text = std::fs::read_to_string(fixtures().join("indirect-ownership.json")).unwrap();
    let mut statements: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    statements[3]["recordDetails"]["interests"][0]["share"]["exact"] = 100.into();
    statements[5]["recordDetails"]["interests"][0]["share"]["exact"] = 100.into();
    statements[5]["recordDetails"]
        .as_object_mut()
        .unwrap()
        .remove("componentRecords");
    let text = serde_json::to_string(&statements).unwrap();
    import(&bench, &bench.file("indirect.json", text.as_bytes())).unwrap();
    let view = bench
        .vault
        .ownership(&asked("C-000001", None, None))
        .unwrap();
    let mut people = view.nodes.iter().filter(|node| node.name == "Person 1");
    let person = people.next().unwrap();
    assert_eq!(person.equity, "100");
    assert!(
        person
            .why
            .iter()
            .any(|why| why.contains("through whom is not said")),
        "{:?}",
        person.why
    );
    // Who changes something else of the owner changes nothing of that.
    let before = bench.vault.customer_show("C-000001").unwrap().owners;
    let person = before.iter().find(|one| one.name == "Person 1").unwrap();
    let interests = person.interests.iter().map(|one| c::InterestReq {
        of: one.of.clone(),
        kind: one.kind.clone(),
        share: one.share.clone(),
        means: one.means.clone(),
        held_for: one.held_for.clone(),
        indirect: one.indirect,
        via: one.via.clone(),
        from: one.from.clone(),
        to: one.to.clone(),
    });
    let edited = c::OwnerSaveReq {
        id: Some(person.id.clone()),
        country: Some("GB".to_owned()),
        address: Some("1 Cannon Street, London".to_owned()),
        ..owner("C-000001", "Person 1", interests.collect())
    };
    bench.vault.owner_save(&edited).unwrap();
    let after = bench.vault.customer_show("C-000001").unwrap().owners;
    let now = after.iter().find(|one| one.id == person.id).unwrap();
    assert_eq!(now.address.as_deref(), Some("1 Cannon Street, London"));
    assert_eq!(now.interests, person.interests);
    assert!(
        now.interests
            .iter()
            .any(|one| one.indirect && one.via.is_empty())
    );
}

#[test]
fn nothing_that_lies_ahead_is_recorded_as_there() {
    let bench = Bench::new();
    let customer = bench.entity("Acme Robotics", "US");
    let ahead = c::InterestReq {
        to: Some("2027-01-01".to_owned()),
        ..interest(None, "equity", Some("40"))
    };
    let error = bench
        .vault
        .owner_save(&owner(&customer, "Ana Lima", vec![ahead]))
        .unwrap_err();
    assert_eq!(
        error.0.problems[0].code, "E-OWNER-AHEAD",
        "who ends next year is an owner today"
    );
}

#[test]
fn nobody_identified_needs_an_explanation_and_a_person_in_control() {
    let bench = Bench::new();
    let customer = bench.entity("Widely Held plc", "GB");
    bench
        .vault
        .owner_save(&owner(
            &customer,
            "Ana Lima",
            vec![interest(None, "equity", Some("10"))],
        ))
        .unwrap();
    let explain = |explanation: Option<&str>| {
        bench.vault.none_identified(&c::NoneIdentifiedReq {
            r#ref: customer.clone(),
            explanation: explanation.map(str::to_owned),
        })
    };
    let gap = |view: &c::CustomerView, field: &str| {
        view.completeness.gaps.iter().any(|gap| gap.field == field)
    };
    let view = bench.vault.customer_show(&customer).unwrap();
    assert!(
        gap(&view, "beneficial_owners") && gap(&view, "none_identified"),
        "{:?}",
        view.completeness.gaps
    );
    let (code, message) = said(explain(Some("Listed; no holder above 5 %")));
    assert_eq!(code, "E-OWNER-CONTROL", "{message}");
    let chief = c::InterestReq {
        means: Some("chief executive".to_owned()),
        ..interest(None, "control", None)
    };
    let view = bench
        .vault
        .owner_save(&owner(&customer, "Cy Moss", vec![chief]))
        .unwrap();
    assert!(
        !gap(&view, "beneficial_owners") && gap(&view, "none_identified"),
        "a person in control is there, the explanation is not"
    );
    let view = explain(Some("Listed; no holder above 5 %")).unwrap();
    assert!(!gap(&view, "none_identified"));
    assert_eq!(
        view.none_identified.as_deref(),
        Some("Listed; no holder above 5 %")
    );
    let view = explain(None).unwrap();
    assert!(gap(&view, "none_identified"), "taken back");
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_nominee_and_whom_it_holds_for_are_both_shown_and_one_counts() {
    let bench = Bench::new();
    let customer = bench.entity("Acme Robotics", "US");
    bench
        .vault
        .owner_save(&owner(
            &customer,
            "Ana Lima",
            vec![interest(None, "other", None)],
        ))
        .unwrap();
    let held = c::InterestReq {
        held_for: Some("O-1".to_owned()),
        ..interest(None, "equity", Some("40"))
    };
    let view = bench
        .vault
        .owner_save(&owner(&customer, "Nora Nominee", vec![held]))
        .unwrap();
    let counts: Vec<c::Counting> = view.owners.iter().map(|owner| owner.counts).collect();
    assert_eq!(counts, [c::Counting::Yes, c::Counting::No]);
    assert_eq!(
        view.owners[1].interests[0].words,
        "40 %, as nominee for Ana Lima"
    );
    let itself = c::InterestReq {
        held_for: Some("O-1".to_owned()),
        ..interest(None, "equity", Some("40"))
    };
    let mut again = owner(&customer, "Ana Lima", vec![itself]);
    again.id = Some("O-1".to_owned());
    assert_eq!(said(bench.vault.owner_save(&again)).0, "E-OWNER-NOMINEE");
}

#[test]
fn a_structure_that_was_handed_out_comes_back_the_same() {
    for file in [
        "indirect-ownership.json",
        "joint-ownership.json",
        "levent.json",
        "mixed-direct-and-indirect-ownership.json",
        "multiple-indirect-ownership.json",
        "nomination.json",
    ] {
        let bench = Bench::new();
        import(&bench, &fixtures().join(file)).unwrap();
        let out = bench.folder.path().join("out.json");
        let req = c::CustomerExportReq {
            asked: all_customers(),
            format: c::ExportFormat::Bods,
        };
        bench.vault.customer_export(&req, &out, &Unwatched).unwrap();
        let other = Bench::new();
        import(&other, &out).unwrap();
        let nodes = |bench: &Bench| {
            let view = bench
                .vault
                .ownership(&asked("C-000001", None, None))
                .unwrap();
            let mut nodes: Vec<_> = view
                .nodes
                .into_iter()
                .map(|node| (node.name, node.equity, node.votes, node.counts, node.layer))
                .collect();
            nodes.sort();
            nodes
        };
        let unnamed = |nodes: Vec<(String, String, String, c::Counting, u32)>| -> Vec<_> {
            let plain = |name: String| name.split(':').next().unwrap_or_default().to_owned();
            nodes
                .into_iter()
                .map(|(name, a, b, counts, layer)| (plain(name), a, b, counts, layer))
                .collect()
        };
        assert_eq!(unnamed(nodes(&bench)), unnamed(nodes(&other)), "{file}");
    }
}
