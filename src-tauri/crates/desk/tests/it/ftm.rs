//! FollowTheMoney in: customers with their owners out of JSON lines, what comes back of what was handed out, and what is refused line by line.

use crate::bench::{Bench, all_customers, said};
use contract as c;
use desk::{Structure, Unwatched};
use serde_json::{Value, json};
use std::{collections::BTreeSet, path::Path};

fn lines(all: &[Value]) -> String {
    all.iter().map(|one| format!("{one}\n")).collect()
}

fn take(
    bench: &Bench,
    name: &str,
    text: &[u8],
    skip: bool,
) -> Result<c::ImportReport, desk::Error> {
    let path = bench.file(name, text);
    assert!(Structure::is_in(&path), "{name} is told from its content");
    let structure = Structure::read(&path)?;
    bench
        .vault
        .structure_import(&structure, false, skip, &Unwatched)
}

fn entity(id: &str, schema: &str, properties: Value) -> Value {
    json!({"id": id, "schema": schema, "properties": properties})
}

fn written(bench: &Bench, format: c::ExportFormat, name: &str) -> String {
    let to = bench.folder.path().join(name);
    let req = c::CustomerExportReq {
        asked: all_customers(),
        format,
    };
    bench.vault.customer_export(&req, &to, &Unwatched).unwrap();
    std::fs::read_to_string(&to).unwrap()
}

fn handed_out(bench: &Bench, name: &str) -> BTreeSet<String> {
    let text = written(bench, c::ExportFormat::Ftm, name);
    text.lines().map(str::to_owned).collect()
}

/// A company with two tiers, a range, a director, an address of its own line, and a person who stands alone.
fn small() -> Vec<Value> {
    vec![
        entity(
            "nim",
            "Company",
            json!({"name": ["Nimbus GmbH", "Нимбус"], "jurisdiction": ["de"], "registrationNumber": ["HRB 4711"], "leiCode": ["529900T8BM49AURSDO55"],
            "addressEntity": ["addr"], "email": ["it@nimbus.example"], "alias": ["Nimbus Cloud"], "incorporationDate": ["2011-05-03"]}),
        ),
        entity(
            "addr",
            "Address",
            json!({"street": ["2 Hafenstraße"], "postalCode": ["20457"], "city": ["Hamburg"], "country": ["de"]}),
        ),
        entity(
            "hold",
            "LegalEntity",
            json!({"name": ["Holding S.A."], "country": ["lu"]}),
        ),
        entity(
            "mei",
            "Person",
            json!({"name": ["林美", "Mei Lin"], "nationality": ["sg"], "birthDate": ["1980-02"], "passportNumber": ["E1"]}),
        ),
        entity(
            "o1",
            "Ownership",
            json!({"owner": ["hold"], "asset": ["nim"], "percentage": ["60"], "startDate": ["2020-05"]}),
        ),
        entity(
            "o2",
            "Ownership",
            json!({"owner": ["mei"], "asset": ["hold"], "percentage": [">25-50%"], "ownershipType": ["votes"]}),
        ),
        entity(
            "d1",
            "Directorship",
            json!({"director": ["mei"], "organization": ["nim"], "role": ["Geschäftsführerin"]}),
        ),
        entity(
            "ada",
            "Person",
            json!({"name": ["Ada Byron"], "country": ["gb"], "phone": ["+442071234567"]}),
        ),
        entity(
            "s1",
            "Sanction",
            json!({"entity": ["mei"], "authority": ["nobody"]}),
        ),
        entity("v1", "Vessel", json!({"name": ["Queen"]})),
        entity(
            "o3",
            "Ownership",
            json!({"owner": ["hold"], "asset": ["v1"], "percentage": ["100"]}),
        ),
    ]
}

#[test]
fn people_organisations_and_their_ties_are_customers_and_owners_and_the_rest_is_named() {
    let bench = Bench::new();
    let report = take(&bench, "small.jsonl", lines(&small()).as_bytes(), false).unwrap();
    assert_eq!((report.rows, report.created, report.rejected), (11, 4, 0));
    let firm = bench.vault.customer_show("C-000001").unwrap();
    assert_eq!(
        (firm.row.name.as_str(), firm.row.country.as_str()),
        ("Nimbus GmbH", "DE")
    );
    assert_eq!(firm.row.name_original.as_deref(), Some("Нимбус"));
    assert_eq!(firm.row.external_id.as_deref(), Some("nim"));
    let field = |id: &str| {
        let all = firm.sections.iter().flat_map(|section| &section.fields);
        all.into_iter()
            .find(|one| one.id == id)
            .unwrap()
            .values
            .clone()
    };
    assert_eq!(field("principal_place"), ["2 Hafenstraße, 20457 Hamburg"]);
    assert_eq!(field("names_used"), ["Nimbus Cloud"]);
    let custom: Vec<&str> = firm.custom.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(
        custom,
        ["FtM incorporationDate"],
        "what no field stands for is kept"
    );
    let view = bench
        .vault
        .ownership(&c::OwnershipReq {
            r#ref: "C-000001".to_owned(),
            on: None,
            threshold: None,
        })
        .unwrap();
    let held: Vec<(&str, &str, &str)> = view
        .nodes
        .iter()
        .map(|node| {
            (
                node.name.as_str(),
                node.equity.as_str(),
                node.votes.as_str(),
            )
        })
        .collect();
    assert!(held.contains(&("Holding S.A.", "60", "60")), "{held:?}");
    assert!(
        held.iter()
            .any(|(name, _, votes)| *name == "Mei Lin" && votes.contains("15")),
        "{held:?}"
    );
    let mei = firm
        .owners
        .iter()
        .find(|one| one.name == "Mei Lin")
        .unwrap();
    assert_eq!(
        (mei.name_original.as_deref(), mei.country.as_str()),
        (Some("林美"), "SG")
    );
    assert!(
        mei.interests
            .iter()
            .any(|tie| tie.kind == "other" && tie.words.contains("Geschäftsführerin"))
    );
    let hold = firm
        .owners
        .iter()
        .find(|one| one.name == "Holding S.A.")
        .unwrap();
    assert_eq!(
        hold.interests[0].from.as_deref(),
        Some("2020-05-01"),
        "the first day that it can have been"
    );
    assert_eq!(
        bench.vault.customer_show("C-000002").unwrap().row.name,
        "Ada Byron"
    );
    let notes = report.notes.join(" ");
    for told in [
        "Sanction (1)",
        "Vessel (1)",
        "1 tie to what was left out",
        "people: birth date (1), passport number (1)",
        "ties without control",
    ] {
        assert!(notes.contains(told), "{told}: {notes}");
    }
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn the_same_file_again_changes_nothing_and_another_changes_only_what_it_says_otherwise() {
    let bench = Bench::new();
    let mut all = small();
    take(&bench, "a.jsonl", lines(&all).as_bytes(), false).unwrap();
    let head = || bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    let before = head();
    let again = take(&bench, "b.jsonl", lines(&all).as_bytes(), false).unwrap();
    assert_eq!((again.created, again.updated, head()), (0, 0, before));
    all[7]["properties"]["phone"] = json!(["+442071234568"]);
    all[4]["properties"]["percentage"] = json!(["70"]);
    all[4]["properties"]["endDate"] = json!(["2026-01-31"]);
    let other = take(&bench, "c.jsonl", lines(&all).as_bytes(), false);
    let (code, told) = said(other);
    assert_eq!(
        code, "E-OWNER-HELD",
        "the holding cannot leave while others hold through it: {told}"
    );
    all[4]["properties"]
        .as_object_mut()
        .unwrap()
        .remove("endDate");
    let other = take(&bench, "d.jsonl", lines(&all).as_bytes(), false).unwrap();
    assert_eq!(
        (other.created, other.updated),
        (0, 2),
        "one telephone, one share"
    );
    let list = bench.vault.import_list().unwrap();
    bench.vault.import_undo(list[0].entry.into()).unwrap();
    let ada = serde_json::to_string(&bench.vault.customer_show("C-000002").unwrap()).unwrap();
    assert!(ada.contains("234567"), "and it is taken back as one");
}

#[test]
fn what_was_handed_out_comes_back_as_it_was() {
    let bench = Bench::new();
    take(&bench, "small.jsonl", lines(&small()).as_bytes(), false).unwrap();
    // What was typed here as well: a nominee, control by other means, an owner who left, a person with somebody behind them.
    let customer = bench.entity("Lumen SIA", "LV");
    let owner = |name: &str, kind: &str, share: Option<&str>| c::OwnerSaveReq {
        customer: customer.clone(),
        id: None,
        name: name.to_owned(),
        name_original: None,
        kind: c::PartyKind::Individual,
        unspecified: None,
        interests: vec![c::InterestReq {
            from: Some("2021-03-01".to_owned()),
            ..crate::bench::interest(None, kind, share)
        }],
        country: Some("LV".to_owned()),
        address: Some("1 Brīvības iela".to_owned()),
        email: None,
        phone: None,
        source: Some("Register".to_owned()),
        valid_from: None,
        valid_to: None,
        proved_by: None,
    };
    bench
        .vault
        .owner_save(&owner("Ilze Ozola", "control", None))
        .unwrap();
    let mut held = owner("Baltic Fiduciary", "equity", Some("45"));
    held.interests[0].held_for = Some("O-1".to_owned());
    bench.vault.owner_save(&held).unwrap();
    let mut left = owner("Old Hand", "profits", Some("20 to 30"));
    left.valid_to = Some("2024-06-30".to_owned());
    left.valid_from = Some("2022-01-01".to_owned());
    left.interests[0].from = None;
    bench.vault.owner_save(&left).unwrap();
    let first = handed_out(&bench, "first.jsonl");
    let text: String = first.iter().map(|line| format!("{line}\n")).collect();
    let empty = Bench::new();
    take(&empty, "first.jsonl", text.as_bytes(), false).unwrap();
    assert_eq!(handed_out(&empty, "second.jsonl"), first);
    assert!(empty.vault.check(&Unwatched).unwrap().ok);
    // And into the vault that it came from it brings nothing new, though entities have no word for a nominee.
    let before = bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    let back = take(&bench, "back.jsonl", text.as_bytes(), false).unwrap();
    assert_eq!((back.created, back.updated), (0, 0), "{:?}", back.notes);
    assert_eq!(
        bench.vault.read(|read| Ok(read.head()?.count)).unwrap(),
        before
    );
}

/// What is in a vault as a structure of the other standard, without the ids that stand for whole statements.
fn stated(bench: &Bench, name: &str) -> BTreeSet<String> {
    let statements: Vec<Value> =
        serde_json::from_str(&written(bench, c::ExportFormat::Bods, name)).unwrap();
    let without = statements.into_iter().map(|mut one| {
        one.as_object_mut().unwrap().remove("statementId");
        one.to_string()
    });
    without.collect()
}

#[test]
fn every_worked_structure_goes_out_in_either_form_and_comes_back_into_an_empty_vault() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/bods");
    let bring = |bench: &Bench, path: &Path| {
        let structure = Structure::read(path)?;
        bench
            .vault
            .structure_import(&structure, false, false, &Unwatched)
    };
    let mut tried = 0;
    for file in std::fs::read_dir(fixtures).unwrap() {
        let path = file.unwrap().path();
        if !Structure::is_in(&path) {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bench = Bench::new();
        bring(&bench, &path).unwrap();
        for (out, told) in [
            (
                "out.jsonl",
                handed_out as fn(&Bench, &str) -> BTreeSet<String>,
            ),
            ("out.json", stated),
        ] {
            let first = told(&bench, out);
            let empty = Bench::new();
            let back = bring(&empty, &bench.folder.path().join(out));
            let back = back.unwrap_or_else(|why| panic!("{name}, {out}: {why}"));
            assert_eq!(back.rejected, 0, "{name}, {out}");
            assert_eq!(told(&empty, out), first, "{name}, {out}");
            assert!(empty.vault.check(&Unwatched).unwrap().ok, "{name}, {out}");
            // That we say it, and on which day, is new to the vault that it came from; nothing else is, and only once.
            for updated in [1, 0] {
                let again = bring(&bench, &bench.folder.path().join(out)).unwrap();
                assert!(
                    again.created == 0 && again.updated <= updated,
                    "{name}, {out}: {again:?}"
                );
                assert_eq!(
                    told(&bench, &format!("{updated}-{out}")),
                    first,
                    "{name}, {out}"
                );
            }
        }
        tried += 1;
    }
    assert!(tried >= 7, "{tried} structures");
}

#[test]
fn a_line_that_cannot_be_taken_refuses_the_file_or_is_left_out_and_named() {
    let long = "x".repeat(1 << 20);
    let good = || small()[..7].to_vec();
    let cases: Vec<(&str, String, &str, &str)> = vec![
        (
            "cut",
            lines(&good()) + "{\"id\": \"x\", \"schema\": \"Per",
            "E-FTM-JSON",
            "line 8: the line ends in the middle",
        ),
        (
            "no json",
            lines(&good()) + "{\"id\": \"x\",,}\n",
            "E-FTM-JSON",
            "line 8: this is no JSON from character",
        ),
        (
            "no id",
            lines(&good()) + &lines(&[json!({"schema": "Person", "properties": {}})]),
            "E-FTM-ENTITY",
            "line 8: this is no entity",
        ),
        (
            "nested",
            lines(&good())
                + &lines(&[entity(
                    "x",
                    "Person",
                    json!({"name": ["X"], "addressEntity": [{"id": "y"}]}),
                )]),
            "E-FTM-ENTITY",
            "line 8, addressEntity",
        ),
        (
            "long",
            lines(&good()) + &lines(&[entity("x", "Person", json!({"name": [long]}))]),
            "E-FTM-LONG",
            "line 8: the line is longer than 1 MB",
        ),
        (
            "long name",
            lines(&good()) + &lines(&[entity("x", "Person", json!({"name": ["x".repeat(3_000)]}))]),
            "E-TEXT-LENGTH",
            "line 8, Full legal name",
        ),
        (
            "control",
            lines(&good()) + &lines(&[entity("x", "Person", json!({"name": ["Ada\u{1b}[31m"]}))]),
            "E-TEXT-CONTROL",
            "line 8",
        ),
        (
            "NUL",
            lines(&good()) + &lines(&[entity("x\u{0}", "Person", json!({"name": ["Ada"]}))]),
            "E-TEXT-CONTROL",
            "line 8, id",
        ),
        (
            "no name",
            lines(&good()) + &lines(&[entity("x", "Person", json!({"country": ["gb"]}))]),
            "E-FTM-NAME",
            "line 8, name",
        ),
        (
            "two schemata",
            lines(&good()) + &lines(&[entity("nim", "Person", json!({"name": ["X"]}))]),
            "E-FTM-TWICE",
            "another schema on line 1",
        ),
        (
            "country",
            lines(&good())
                + &lines(&[entity(
                    "x",
                    "Person",
                    json!({"name": ["X"], "country": ["utopia"]}),
                )]),
            "E-IMPORT-COUNTRY",
            "line 8, Country",
        ),
        (
            "itself",
            lines(&good())
                + &lines(&[entity(
                    "x",
                    "Ownership",
                    json!({"owner": ["hold"], "asset": ["hold"]}),
                )]),
            "E-OWNER-SELF",
            "line 8, asset",
        ),
        (
            "nobody",
            lines(&good())
                + &lines(&[entity(
                    "x",
                    "Ownership",
                    json!({"owner": ["ghost"], "asset": ["nim"]}),
                )]),
            "E-FTM-RECORD",
            "line 8, owner: \"ghost\"",
        ),
        (
            "no end",
            lines(&good()) + &lines(&[entity("x", "Directorship", json!({"director": ["mei"]}))]),
            "E-FTM-TIE",
            "line 8, organization",
        ),
        (
            "share",
            lines(&good())
                + &lines(&[entity(
                    "x",
                    "Ownership",
                    json!({"owner": ["mei"], "asset": ["nim"], "percentage": ["101"]}),
                )]),
            "E-FTM-SHARE",
            "line 8, percentage: \"101\"",
        ),
        (
            "date",
            lines(&good())
                + &lines(&[entity(
                    "x",
                    "Ownership",
                    json!({"owner": ["mei"], "asset": ["nim"], "startDate": ["2023-02-29"]}),
                )]),
            "E-FTM-DATE",
            "line 8, startDate",
        ),
    ];
    for (what, text, code, told) in cases {
        let bench = Bench::new();
        let (found, message) = said(take(&bench, "bad.jsonl", text.as_bytes(), false));
        assert_eq!(found, code, "{what}: {message}");
        assert!(
            message.contains(told) && message.contains("Nothing was imported"),
            "{what}: {message}"
        );
        assert!(message.chars().count() < 600, "{what}: a sentence");
        assert_eq!(
            bench
                .vault
                .read(|read| Ok(read.customer_by_external_id("nim")?))
                .unwrap(),
            None
        );
        let report = take(&bench, "bad.jsonl", text.as_bytes(), true).unwrap();
        assert_eq!((report.rejected, report.problems[0].line), (1, 8), "{what}");
        assert!(report.created >= 3, "{what}: the others are taken");
        let left =
            std::fs::read_to_string(bench.folder.path().join(report.report.unwrap())).unwrap();
        assert!(
            left.lines().count() >= 2 && left.len() < 4_000,
            "{what}: {left}"
        );
        assert!(bench.vault.check(&Unwatched).unwrap().ok);
    }
    let utf16 =
        b"{\"id\": \"x\", \"schema\": \"Person\", \"properties\": {\"name\": [\"J\xFCrgen\"]}}\n";
    let (code, message) = said(take(&Bench::new(), "latin1.jsonl", utf16, false));
    assert_eq!(code, "E-FTM-TEXT", "{message}");
}

#[test]
fn owners_in_a_circle_are_taken_and_a_file_that_is_all_circle_is_refused() {
    let bench = Bench::new();
    let tie = |id: &str, owner: &str, asset: &str, share: &str| {
        entity(
            id,
            "Ownership",
            json!({"owner": [owner], "asset": [asset], "percentage": [share]}),
        )
    };
    let firm = |id: &str| entity(id, "Company", json!({"name": [format!("Firm {id}")]}));
    let circle = [
        firm("a"),
        firm("b"),
        tie("1", "a", "b", "60"),
        tie("2", "b", "a", "40"),
    ];
    let (code, told) = said(take(
        &bench,
        "circle.jsonl",
        lines(&circle).as_bytes(),
        false,
    ));
    assert_eq!(code, "E-FTM-SUBJECT", "{told}");
    let person = entity("p", "Person", json!({"name": ["Ada Byron"]}));
    let owned = [
        person.clone(),
        firm("d"),
        firm("e"),
        tie("4", "d", "p", "60"),
        tie("5", "p", "e", "40"),
    ];
    let (code, told) = said(take(&bench, "owned.jsonl", lines(&owned).as_bytes(), false));
    assert_eq!(code, "E-FTM-PERSON", "{told}");
    let nobody = [entity("s", "Vessel", json!({"name": ["Aurora"]}))];
    let (code, told) = said(take(&bench, "none.jsonl", lines(&nobody).as_bytes(), false));
    assert_eq!(code, "E-FTM-FILE", "{told}");
    let mut with = circle.to_vec();
    with.extend([firm("c"), tie("3", "a", "c", "100")]);
    take(&bench, "with.jsonl", lines(&with).as_bytes(), false).unwrap();
    let view = bench
        .vault
        .ownership(&c::OwnershipReq {
            r#ref: "C-000001".to_owned(),
            on: None,
            threshold: None,
        })
        .unwrap();
    assert!(
        view.notes
            .iter()
            .any(|note| note.contains("own each other")),
        "{:?}",
        view.notes
    );
    // More than the whole is refused with the customer's line, and leaves the others in.
    let mut over = vec![firm("x"), firm("y"), firm("z"), firm("ok")];
    over.extend([tie("1", "y", "x", "60"), tie("2", "z", "x", "60")]);
    let (code, told) = said(take(&bench, "over.jsonl", lines(&over).as_bytes(), false));
    assert!(
        code == "L-08" && told.contains("over.jsonl line 1") && told.contains("120 %"),
        "{code} {told}"
    );
    let report = take(&bench, "over.jsonl", lines(&over).as_bytes(), true).unwrap();
    assert_eq!((report.created, report.rejected), (1, 1));
}
