//! Bad input, form by form and file by file: a clear sentence each, nothing lost, nothing half-written.

use crate::bench::{Bench, all_customers};
use contract as c;
use desk::{Source, Unwatched};
use domain::field::{FIELDS, Input, Of};
use serde_json::{Value, json};

const TODAY: &str = "2026-03-02T17:00:00Z";

fn megabyte() -> String {
    "x".repeat(1 << 20)
}

fn change(bench: &Bench, customer: &str, field: &str, value: &str) -> Result<(), desk::Error> {
    let revision = bench.vault.customer_show(customer)?.revision;
    let req = c::CustomerChangeReq {
        r#ref: customer.to_owned(),
        revision,
        fields: vec![c::FieldChange {
            id: field.to_owned(),
            values: vec![value.to_owned()],
        }],
        reason: None,
        occurred_on: None,
        proved_by: None,
    };
    bench.vault.customer_change(&req).map(|_| ())
}

fn field(bench: &Bench, customer: &str, id: &str) -> c::FieldView {
    let view = bench.vault.customer_show(customer).unwrap();
    view.sections
        .into_iter()
        .flat_map(|section| section.fields)
        .find(|one| one.id == id)
        .unwrap()
}

/// What a refusal says, which is a sentence that a person can read whole, with a code.
fn sentence(error: &desk::Error) -> String {
    let told = error
        .0
        .problems
        .first()
        .map_or(&error.0.message, |problem| &problem.message);
    assert!(
        told.chars().count() < 600 && error.0.message.chars().count() < 1_200,
        "a sentence, not what was typed: {} characters, {}",
        told.chars().count(),
        told.chars().take(120).collect::<String>()
    );
    assert!(!told.chars().any(char::is_control), "{told:?}");
    assert!(!error.0.code.is_empty());
    told.clone()
}

#[test]
fn every_field_of_a_customer_refuses_what_cannot_be_and_points_out_what_looks_odd() {
    let bench = Bench::at(TODAY, "America/New_York");
    bench.collects("date_of_birth");
    bench.collects("national_id");
    let person = bench.customer("Ada Byron", "GB");
    let firm = bench.entity("Nimbus GmbH", "DE");
    for spec in FIELDS {
        let customer = if spec.of == Of::Entity {
            &firm
        } else {
            &person
        };
        let before = field(&bench, customer, spec.id).values;
        let long = megabyte();
        for bad in [long.as_str(), "a\0b", "a\u{1b}[31mb", "a\u{7}b"] {
            let error = change(&bench, customer, spec.id, bad).unwrap_err();
            sentence(&error);
        }
        assert_eq!(
            field(&bench, customer, spec.id).values,
            before,
            "{}: what was there stays",
            spec.id
        );
        let odd = [
            ("abc\u{202E}def", "reading direction"),
            ("p\u{0430}ypal", "Cyrillic"),
            ("\u{1F98A} Fox", "picture"),
            ("ab\u{200B}cd", "cannot be seen"),
            ("محمد علي", ""),
        ];
        for (value, note) in odd {
            let result = change(&bench, customer, spec.id, value);
            if !matches!(spec.input, Input::Text | Input::Long) {
                let error = result.unwrap_err();
                assert!(
                    sentence(&error).contains("Write"),
                    "{}: says what to write",
                    spec.id
                );
                continue;
            }
            result.unwrap();
            let kept = field(&bench, customer, spec.id);
            assert!(
                kept.masked || kept.values == [value],
                "{}: nothing is dropped silently: {:?}",
                spec.id,
                kept.values
            );
            let notes = kept.notes.join(" ");
            assert!(
                notes.contains(note) && (note.is_empty() == notes.is_empty()),
                "{} {value}: {notes:?}",
                spec.id
            );
        }
        let cleared = change(&bench, customer, spec.id, "  ");
        let is_name = ["full_legal_name", "business_name"].contains(&spec.id);
        match cleared {
            Err(error) => assert!(
                is_name && error.0.code == "E-CUSTOMER-NAME",
                "only the name cannot be empty: {}",
                spec.id
            ),
            Ok(()) => assert!(!is_name && field(&bench, customer, spec.id).values.is_empty()),
        }
    }
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

/// A form: what it is called, a request that it takes, and the call.
type Form<'a> = (
    &'a str,
    Value,
    &'a dyn Fn(&Bench, Value) -> Result<(), desk::Error>,
);

/// Every place of a text in a request.
fn texts(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at),
        Value::Array(all) => {
            for (place, one) in all.iter().enumerate() {
                texts(one, format!("{at}/{place}"), found);
            }
        }
        Value::Object(all) => {
            for (name, one) in all {
                texts(one, format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

macro_rules! call {
    ($name:ident) => {
        &|bench: &Bench, req: Value| {
            bench
                .vault
                .$name(&serde_json::from_value(req).unwrap())
                .map(|_| ())
        }
    };
}

#[test]
fn no_form_takes_a_control_character_or_a_megabyte_in_any_of_its_places() {
    let bench = Bench::at(TODAY, "America/New_York");
    let customer = bench.entity("Nimbus GmbH", "DE");
    let paper = bench.file("paper.txt", b"paper");
    let paper = bench
        .vault
        .document_add(&customer, "passport", Source::File(paper), &Unwatched)
        .unwrap();
    let with_account = bench
        .vault
        .account_save(
            &serde_json::from_value(json!({
                "customer": customer, "id": null, "account_ref": "NIM-1", "state": "restricted", "products": null,
                "opened_on": null, "closed_on": null, "resold_to_foreign": null, "added": []
            }))
            .unwrap(),
        )
        .unwrap();
    let account = &with_account.accounts[0].id;
    let forms: Vec<Form<'_>> = vec![
        (
            "customer_create",
            json!({"kind": "individual", "name": "Ada Byron", "name_original": "Ада", "country": "GB", "external_id": "X-9"}),
            call!(customer_create),
        ),
        (
            "owner_save",
            json!({"customer": customer, "id": null, "name": "Ada Byron", "name_original": "Ада", "kind": "individual", "unspecified": "not said",
                "interests": [{"of": null, "kind": "equity", "share": "10", "means": null, "held_for": null, "indirect": false, "via": [], "from": "2020-01-01", "to": null},
                    {"of": null, "kind": "control", "share": null, "means": "director", "held_for": null, "indirect": false, "via": [], "from": null, "to": null}],
                "country": "GB", "address": "1 Old Lane", "email": "a@example.com", "phone": "+442071234567", "source": "register",
                "valid_from": "2020-01-01", "valid_to": null}),
            call!(owner_save),
        ),
        (
            "none_identified",
            json!({"ref": customer, "explanation": "Listed"}),
            call!(none_identified),
        ),
        (
            "account_save",
            json!({"customer": customer, "id": null, "account_ref": "NIM-2", "state": "closed", "products": "VPS", "opened_on": "2020-01-01",
                "closed_on": "2021-01-01", "resold_to_foreign": "2020-06-01", "added": []}),
            call!(account_save),
        ),
        (
            "payment_save",
            json!({"customer": customer, "account": account, "kind": "bank", "institution": "Bank", "source": "Nimbus", "identifier": "4711 at the counter"}),
            call!(payment_save),
        ),
        (
            "notice_record",
            json!({"ref": customer, "delivered_on": "2026-03-01", "channel": "form"}),
            call!(notice_record),
        ),
        (
            "determination_record",
            json!({"customer": customer, "about": customer, "test": "none_met", "evidence": "Register", "documents": [paper.id], "decided_on": "2026-03-01"}),
            call!(determination_record),
        ),
        (
            "verification_record",
            json!({"customer": customer, "about": customer, "method": "documentary", "result": "match", "document": paper.id, "basis": "Passport",
                "situation": null, "notes": "Seen", "performed_on": "2026-03-01"}),
            call!(verification_record),
        ),
        (
            "discrepancy_save",
            json!({"customer": customer, "id": null, "about": customer, "what": "Name", "claimed": "A", "found": "B", "source": "Passport",
                "substantive": true, "resolution": "A slip"}),
            call!(discrepancy_save),
        ),
        (
            "letter_save",
            json!({"customer": customer, "id": null, "template": "notice", "language": "en", "to": "Nimbus", "subject": "Notice", "body": "Text"}),
            call!(letter_save),
        ),
        (
            "template_save",
            json!({"id": "notice", "language": "de", "subject": "Hinweis", "body": "Text", "effective_from": "2026-03-01", "reason": "German"}),
            call!(template_save),
        ),
        (
            "risk_decide",
            json!({"customer": customer, "tier": "high", "reason": "Sanctioned neighbor"}),
            call!(risk_decide),
        ),
        (
            "customer_change",
            json!({"ref": customer, "revision": 0, "fields": [{"id": "notes", "values": ["Called"]}], "reason": "A call", "occurred_on": "2026-03-01"}),
            &|bench: &Bench, mut req: Value| {
                let shown = bench.vault.customer_show("C-000001")?;
                req["revision"] = shown.revision.into();
                bench
                    .vault
                    .customer_change(&serde_json::from_value(req).unwrap())
                    .map(|_| ())
            },
        ),
        (
            "field_switch",
            json!({"field": "date_of_birth", "on": true, "reason": "Compared"}),
            call!(field_switch),
        ),
        (
            "reseller_save",
            json!({"ref": null, "name": "Lion City", "country": "SG", "address": "1 Quay", "email": "a@example.sg", "notes": "Met"}),
            call!(reseller_save),
        ),
        (
            "hold_place",
            json!({"scope": [customer], "reason": "Litigation", "authority": "A court", "placed_on": "2026-03-01"}),
            call!(hold_place),
        ),
    ];
    let head = || bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    for (name, valid, call) in &forms {
        let mut places = Vec::new();
        texts(valid, String::new(), &mut places);
        for place in places {
            for bad in ["a\0b", "a\u{1b}[31mb", &megabyte()] {
                let mut req = valid.clone();
                *req.pointer_mut(&place).unwrap() = bad.into();
                // A word out of a closed list is refused before it is one.
                if (place == "/kind")
                    && serde_json::from_value::<c::PartyKind>(bad.into()).is_err()
                    && ["customer_create", "owner_save"].contains(name)
                {
                    continue;
                }
                let before = head();
                match call(&bench, req) {
                    Err(error) => {
                        let told = sentence(&error);
                        assert!(!told.is_empty(), "{name}{place}");
                        assert_eq!(head(), before, "{name}{place}: nothing is half-written");
                    }
                    Ok(()) => {
                        for entry in before + 1..=head() {
                            let body = bench.vault.read(|read| Ok(read.body(entry)?)).unwrap();
                            let kept = serde_json::to_string(&body).unwrap();
                            assert!(
                                kept.len() < 60_000
                                    && !kept.contains("\\u0000")
                                    && !kept.contains("\\u001b"),
                                "{name}{place} takes what no text has ({} bytes)",
                                kept.len()
                            );
                        }
                    }
                }
            }
        }
        // The request itself is a good one: what was refused was refused for what was bad in it.
        call(&bench, valid.clone()).unwrap_or_else(|why| panic!("{name}: {:?}", why.0));
    }
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

fn owner(customer: &str, id: Option<&str>, share: &str, of: Option<&str>) -> c::OwnerSaveReq {
    c::OwnerSaveReq {
        customer: customer.to_owned(),
        id: id.map(str::to_owned),
        name: "Holding SA".to_owned(),
        name_original: None,
        kind: c::PartyKind::Entity,
        unspecified: None,
        interests: vec![c::InterestReq {
            of: of.map(str::to_owned),
            kind: "equity".to_owned(),
            share: Some(share.to_owned()),
            means: None,
            held_for: None,
            indirect: false,
            via: Vec::new(),
            from: None,
            to: None,
        }],
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
fn more_than_all_less_than_nothing_and_itself_are_no_ownership() {
    let bench = Bench::at(TODAY, "America/New_York");
    let customer = bench.entity("Nimbus GmbH", "DE");
    for share in ["101", "-1", "100.001", "1e3", "NaN", "fifty", "101 %", "٢٥"] {
        let error = bench
            .vault
            .owner_save(&owner(&customer, None, share, None))
            .unwrap_err();
        assert!(
            sentence(&error).contains("0 to 100"),
            "{share}: {}",
            sentence(&error)
        );
    }
    let view = bench
        .vault
        .owner_save(&owner(&customer, None, "60", None))
        .unwrap();
    let id = view.owners[0].id.clone();
    let itself = bench
        .vault
        .owner_save(&owner(&customer, Some(&id), "60", Some(&id)))
        .unwrap_err();
    assert!(
        sentence(&itself).contains("itself"),
        "{}",
        sentence(&itself)
    );
    // Two owners who together would hold more than all are refused with the sum.
    let mut other = owner(&customer, None, "60", None);
    other.name = "Other SA".to_owned();
    let error = bench.vault.owner_save(&other).unwrap_err();
    assert!(sentence(&error).contains("120 %"), "{}", sentence(&error));
    assert_eq!(
        bench.vault.customer_show(&customer).unwrap().owners.len(),
        1,
        "nothing of what was refused is there"
    );
}

fn read(bench: &Bench, name: &str, bytes: &[u8]) -> Result<c::ImportReport, desk::Error> {
    let table = desk::Table::read(&bench.file(name, bytes))?;
    bench
        .vault
        .import(&table, &table.guess(), false, false, &Unwatched)
}

#[test]
fn a_register_with_a_byte_order_mark_is_read_and_one_in_another_encoding_or_with_ragged_rows_is_refused_with_its_line()
 {
    let bench = Bench::at(TODAY, "America/New_York");
    let report = read(
        &bench,
        "bom.csv",
        "\u{FEFF}external_id,name,country\nX-1,Zoë Klein,DE\n".as_bytes(),
    )
    .unwrap();
    assert_eq!(report.created, 1);
    let wide: Vec<u8> = "\u{FEFF}external_id,name,country\nX-2,Łucja Nowak,PL\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        read(&bench, "wide.csv", &wide).unwrap().created,
        1,
        "as Excel saves Unicode text"
    );
    let refused: [(&str, &[u8], &str); 6] = [
        (
            "latin1.csv",
            b"external_id,name,country\nX-3,Ada,GB\nX-4,J\xFCrgen,DE\n",
            "line 3",
        ),
        (
            "ragged.csv",
            b"external_id,name,country\nX-5,Ada,GB\nX-6,Zoe\n",
            "line 3",
        ),
        (
            "wide-row.csv",
            b"external_id,name,country\nX-7,Ada,GB,more\n",
            "line 2",
        ),
        ("nul.csv", b"external_id,name\nX-8,A\0da\n", "NUL"),
        ("empty.csv", b"", "empty"),
        ("noname.csv", b"external_id,colour\nX-9,red\n", "name"),
    ];
    let before = bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    for (name, bytes, told) in refused {
        let error = read(&bench, name, bytes).unwrap_err();
        let said = sentence(&error);
        assert!(said.contains(name) && said.contains(told), "{name}: {said}");
    }
    for (long, told) in [("x".repeat(3_000), "2,000"), (megabyte(), "1 MB")] {
        let long = format!("external_id,name\nX-9,{long}\n");
        let said = sentence(&read(&bench, "long.csv", long.as_bytes()).unwrap_err());
        assert!(said.contains("line 2") && said.contains(told), "{said}");
    }
    let head = bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    assert_eq!(head, before, "nothing is half-written");
}

#[test]
fn a_row_that_is_too_long_ragged_or_has_an_open_quote_is_left_out_alone_and_named_by_its_line() {
    let bench = Bench::at(TODAY, "America/New_York");
    let long = "x".repeat(3 << 20);
    let text = format!(
        "external_id,name,country,remark\nX-1,Ada,GB,\nX-2,{long},DE,\nX-3,Di,SE,\"two\nlines\"\nX-4,\"Zoe,DE,\nX-5,Bo\nX-6,Cy,FR,\n"
    );
    let path = bench.file("long.csv", text.as_bytes());
    let table = desk::Table::read(&path).unwrap();
    let import = |skip| {
        let vault = &bench.vault;
        vault.import(&table, &table.guess(), false, skip, &Unwatched)
    };
    let before = bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    let said = sentence(&import(false).unwrap_err());
    assert!(
        said.starts_with("long.csv line 3") && said.contains("longer than 1 MB"),
        "{said}"
    );
    let head = bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    assert_eq!(head, before, "nothing is half-written");
    let report = import(true).unwrap();
    let lines: Vec<u32> = report.problems.iter().map(|one| one.line).collect();
    assert_eq!((report.rows, report.created, report.rejected), (6, 3, 3));
    assert_eq!(lines, [3, 6, 7]);
    let told = report.problems.iter().map(|one| one.message.as_str());
    for (message, wanted) in told.zip(["1 MB", "quote is opened", "2 cells"]) {
        assert!(message.contains(wanted), "{message}");
    }
    let list = std::fs::read(bench.folder.path().join(report.report.unwrap())).unwrap();
    assert!(
        list.len() < 4_000,
        "what is too long is shown by its beginning"
    );
    // Owners are read the same way.
    let owners = format!("customer,owner_name,share\nX-1,{long},60\nX-1,Mei Lin,25\n");
    let table = desk::Table::read(&bench.file("owners.csv", owners.as_bytes())).unwrap();
    let report = bench
        .vault
        .import(&table, &table.guess(), false, true, &Unwatched)
        .unwrap();
    assert_eq!((report.created, report.rejected), (1, 1));
    // Without a header nothing can be read.
    let header = format!("external_id,name,{long}\nX-7,Ada,GB\n");
    let error = desk::Table::read(&bench.file("header.csv", header.as_bytes())).err();
    assert!(sentence(&error.unwrap()).contains("line 1, the header"));
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_formula_is_kept_as_it_is_and_handed_out_so_that_no_sheet_runs_it() {
    let bench = Bench::at(TODAY, "America/New_York");
    let formula = "=HYPERLINK(\"http://example.invalid\",\"x\")";
    let csv = format!(
        "external_id,name,country\nX-1,\"{}\",GB\n",
        formula.replace('"', "\"\"")
    );
    read(&bench, "formula.csv", csv.as_bytes()).unwrap();
    assert_eq!(
        bench.vault.customer_show("C-000001").unwrap().row.name,
        formula
    );
    let export = |name: &str, format| {
        let to = bench.folder.path().join(name);
        bench
            .vault
            .customer_export(
                &c::CustomerExportReq {
                    asked: all_customers(),
                    format,
                },
                &to,
                &Unwatched,
            )
            .unwrap();
        std::fs::read_to_string(&to).unwrap()
    };
    let sheet = export("out.csv", c::ExportFormat::Csv);
    assert!(
        !sheet.contains(",=HYPERLINK") && !sheet.contains(",\"=HYPERLINK"),
        "{sheet}"
    );
    assert!(
        export("out.jsonl", c::ExportFormat::Jsonl).contains("=HYPERLINK"),
        "a machine gets the value itself"
    );
}

#[test]
fn a_trail_that_is_cut_in_half_is_refused_whole_gzipped_or_plain() {
    use std::io::Write as _;
    let bench = Bench::at(TODAY, "America/New_York");
    let record = |n: u32| {
        format!(
            "{{\"eventVersion\":\"1.08\",\"eventTime\":\"2026-03-01T08:00:{n:02}Z\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\",\"sourceIPAddress\":\"203.0.113.7\",\"recipientAccountId\":\"218007301253\",\"eventID\":\"e{n}\",\"userIdentity\":{{\"accountId\":\"218007301253\"}}}}"
        )
    };
    let all: Vec<String> = (0..40).map(record).collect();
    let whole = format!("{{\"Records\":[{}]}}", all.join(","));
    let (half, _) = whole.split_at(whole.len() / 2);
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    zip.write_all(whole.as_bytes()).unwrap();
    let zipped = zip.finish().unwrap();
    let (half_zipped, _) = zipped.split_at(zipped.len() / 2);
    for (name, bytes) in [
        ("half.json", half.as_bytes()),
        ("half.json.gz", half_zipped),
    ] {
        let log = bench.file(name, bytes);
        let error = bench
            .vault
            .access_import(&log, desk::AccessHow::default(), &Unwatched)
            .unwrap_err();
        let said = sentence(&error);
        assert!(
            said.contains(name) && said.contains("Nothing was imported"),
            "{said}"
        );
    }
    assert_eq!(
        bench.vault.read(|read| Ok(read.access_count()?)).unwrap(),
        0
    );
    let log = bench.file("whole.json.gz", &zipped);
    let report = bench
        .vault
        .access_import(&log, desk::AccessHow::default(), &Unwatched)
        .unwrap();
    assert_eq!(report.imported, 40);
}

#[test]
fn a_date_of_birth_tomorrow_and_a_day_that_no_calendar_has_are_refused() {
    let bench = Bench::at(TODAY, "America/New_York");
    bench.collects("date_of_birth");
    let customer = bench.customer("Ada Byron", "GB");
    for (value, told) in [
        ("2026-03-03", "future"),
        ("2023-02-29", "2023-02-29"),
        ("12.8.1974", "Write"),
        ("1974-13", "Write"),
    ] {
        let said = sentence(&change(&bench, &customer, "date_of_birth", value).unwrap_err());
        assert!(said.contains(told), "{value}: {said}");
    }
    let csv = b"external_id,name,country,birth_date\nX-1,Zoe,DE,2026-03-03\n";
    let said = sentence(&read(&bench, "born.csv", csv).unwrap_err());
    assert!(
        said.contains("born.csv line 2, column birth_date"),
        "{said}"
    );
}
