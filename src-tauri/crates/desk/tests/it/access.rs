//! Access logs: every record is kept and counted, the same one twice counts once, and an account recorded later has its records.

use crate::bench::{Bench, said};
use contract as c;
use desk::Unwatched;
use proptest::prelude::*;
use std::{io::Write as _, path::PathBuf};

fn fixture(ending: &str) -> PathBuf {
    let folder = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/fixtures/cloudtrail"
    ));
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().ends_with(ending))
        .unwrap()
}

fn import(bench: &Bench, path: &std::path::Path) -> Result<c::AccessReport, desk::Error> {
    bench.vault.access_import(path, None, false, &Unwatched)
}

fn account(bench: &Bench, customer: &str, number: &str) -> c::AccountView {
    let view = bench
        .vault
        .account_save(&c::AccountSaveReq {
            customer: customer.to_owned(),
            id: None,
            account_ref: number.to_owned(),
            state: "restricted".to_owned(),
            products: None,
            opened_on: None,
            closed_on: None,
            added: Vec::new(),
        })
        .unwrap();
    view.accounts.into_iter().next().unwrap()
}

#[test]
fn a_real_cloudtrail_log_is_kept_whole_and_once() {
    let bench = Bench::new();
    let log = fixture("7xgocspSowgK0Gto.json");
    let text = std::fs::read_to_string(&log).unwrap();
    let records: serde_json::Value = serde_json::from_str(&text).unwrap();
    let records = records["Records"].as_array().unwrap();
    let nowhere = records
        .iter()
        .filter(|one| {
            one["sourceIPAddress"]
                .as_str()
                .unwrap()
                .parse::<std::net::IpAddr>()
                .is_err()
        })
        .count();
    assert!(nowhere > 0, "the log has records from within AWS");
    let report = import(&bench, &log).unwrap();
    assert_eq!(
        (
            report.records as usize,
            report.imported as usize,
            report.without_address as usize
        ),
        (records.len(), records.len(), nowhere)
    );
    assert_eq!(
        report.unassigned, report.imported,
        "nobody has this account yet"
    );
    let zipped = bench.folder.path().join("again.json.gz");
    let mut gz = flate2::write::GzEncoder::new(
        std::fs::File::create(&zipped).unwrap(),
        flate2::Compression::fast(),
    );
    gz.write_all(text.as_bytes()).unwrap();
    gz.finish().unwrap();
    let before = bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    let again = import(&bench, &zipped).unwrap();
    assert_eq!(
        (again.imported, again.duplicates),
        (0, report.imported),
        "the same events in another file"
    );
    assert_eq!(
        bench.vault.read(|read| Ok(read.head()?.count)).unwrap(),
        before,
        "no entry is appended"
    );
    let customer = bench.customer("Jürgen Müller", "DE");
    let taken = account(
        &bench,
        &customer,
        records[0]["recipientAccountId"].as_str().unwrap(),
    );
    assert!(
        taken.access_records > 0 && taken.last_access.is_some(),
        "an account recorded later has its records"
    );
    let report = bench.vault.check(&Unwatched).unwrap();
    assert!(report.ok, "{:?}", report.problems);
}

#[test]
fn one_bad_record_refuses_the_file_and_says_what_to_write() {
    let bench = Bench::new();
    let log = bench.file(
        "log.csv",
        b"account,time,ip,action\na1,2026-03-01T08:00:00Z,203.0.113.7,login\na1,yesterday,203.0.113.7,login\n",
    );
    let (code, sentence) = said(import(&bench, &log));
    assert_eq!(code, "E-ACCESS-TIME");
    for part in [
        "log.csv line 3",
        "time",
        "yesterday",
        "2026-11-24T15:04:05Z",
        "Nothing was imported",
    ] {
        assert!(sentence.contains(part), "{part} in: {sentence}");
    }
    let report = bench
        .vault
        .access_import(&log, None, true, &Unwatched)
        .unwrap();
    assert_eq!(
        (report.records, report.imported, report.rejected),
        (2, 1, 1)
    );
    let list = std::fs::read_to_string(bench.folder.path().join(report.report.unwrap())).unwrap();
    assert!(list.contains("yesterday"), "{list}");
    let after = bench
        .vault
        .access_import(&log, None, true, &Unwatched)
        .unwrap();
    assert_eq!((after.imported, after.duplicates), (0, 1));
}

#[test]
fn what_is_no_log_is_said_to_be_none() {
    let bench = Bench::new();
    for (name, content) in [
        ("empty.json", b"".as_slice()),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("cut.json", b"{\"Records\":[{\"eventTime\":"),
        ("other.csv", b"name,country\nAda,GB\n"),
        ("cut.gz", b"\x1f\x8b\x08\0\0\0\0\0"),
        ("other.json", b"{\"name\":\"Ada\"}"),
    ] {
        let (code, sentence) = said(import(&bench, &bench.file(name, content)));
        assert!(code.starts_with("E-ACCESS"), "{name}: {code} {sentence}");
        assert!(sentence.starts_with(name), "the file is named: {sentence}");
    }
    assert_eq!(
        bench.vault.read(|read| Ok(read.access_count()?)).unwrap(),
        0
    );
}

#[test]
fn the_account_can_be_named_for_the_whole_file() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    account(&bench, &customer, "acct-4711");
    let log = bench.file(
        "log.jsonl",
        b"{\"time\":\"2026-03-01T08:00:00Z\",\"ip\":\"2001:db8::1\",\"action\":\"login\"}\n",
    );
    assert_eq!(said(import(&bench, &log)).0, "E-ACCESS-ACCOUNT");
    let report = bench
        .vault
        .access_import(&log, Some(&customer), false, &Unwatched)
        .unwrap();
    assert_eq!((report.imported, report.unassigned), (1, 0));
    let view = bench.vault.customer_show(&customer).unwrap();
    assert_eq!(view.accounts[0].recent_ips, ["2001:db8::1"]);
}

#[test]
fn a_quote_that_is_never_closed_swallows_no_rows() {
    let bench = Bench::new();
    let mut text =
        "account,time,ip,action\na,2026-03-01T08:00:00Z,203.0.113.7,\"login\n".to_owned();
    for second in 0..50 {
        text.push_str(&format!(
            "a,2026-03-01T09:00:{second:02}Z,203.0.113.7,login\n"
        ));
    }
    let log = bench.file("log.csv", text.as_bytes());
    for skip in [false, true] {
        let (code, sentence) = said(bench.vault.access_import(&log, None, skip, &Unwatched));
        assert_eq!(code, "E-ACCESS-FILE");
        assert!(
            sentence.contains("line 2") && sentence.contains("quote"),
            "{sentence}"
        );
    }
    let long = format!(
        "account,time,ip,action\na,2026-03-01T08:00:00Z,203.0.113.7,\"{}",
        "x\n".repeat(1 << 20)
    );
    assert_eq!(
        said(import(&bench, &bench.file("long.csv", long.as_bytes()))).0,
        "E-ACCESS-FILE"
    );
    assert_eq!(
        bench.vault.read(|read| Ok(read.access_count()?)).unwrap(),
        0
    );
}

#[test]
fn a_row_number_is_no_event_id() {
    let bench = Bench::new();
    for (name, account, day) in [("one.csv", "a", 1), ("two.csv", "b", 2)] {
        let text = format!(
            "id,account,time,ip,action\n1,{account},2026-03-0{day}T08:00:00Z,203.0.113.7,login\n2,{account},2026-03-0{day}T09:00:00Z,203.0.113.7,login\n"
        );
        let report = import(&bench, &bench.file(name, text.as_bytes())).unwrap();
        assert_eq!((report.imported, report.duplicates), (2, 0), "{name}");
    }
}

#[test]
fn what_happened_to_one_azure_resource_is_not_one_event() {
    let bench = Bench::new();
    let text: String = (0..3)
        .map(|n| format!("{}\n", serde_json::json!({
            "time": format!("2026-03-01T08:00:0{n}Z"), "category": "Administrative", "callerIpAddress": "203.0.113.7",
            "resourceId": "/SUBSCRIPTIONS/S1/X", "operationName": "START", "properties": { "id": "the-resource" },
        })))
        .collect();
    let report = import(&bench, &bench.file("azure.jsonl", text.as_bytes())).unwrap();
    assert_eq!((report.imported, report.duplicates), (3, 0));
}

#[test]
fn the_same_row_is_one_record_in_whatever_form_and_order_it_stands() {
    let bench = Bench::new();
    let forms = [
        (
            "a.csv",
            "account,time,ip,action\na,2026-03-01T08:00:00Z,203.0.113.7,login\n",
        ),
        (
            "b.csv",
            "action;ip;time;account\nlogin;203.0.113.7;2026-03-01T08:00:00Z;a\n",
        ),
        (
            "c.jsonl",
            "{\"ip\":\"203.0.113.7\",\"account\":\"a\",\"time\":\"2026-03-01T08:00:00Z\",\"action\":\"login\"}\n",
        ),
    ];
    let imported: Vec<u32> = forms
        .iter()
        .map(|(name, text)| {
            import(&bench, &bench.file(name, text.as_bytes()))
                .unwrap()
                .imported
        })
        .collect();
    assert_eq!(imported, [1, 0, 0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn the_same_rows_are_the_same_records_in_csv_and_in_json_lines(
        rows in proptest::collection::vec((0u8..3, 0i64..1_000_000, any::<[u8; 4]>(), "[a-z ]{0,12}"), 1..60),
    ) {
        let bench = Bench::new();
        let mut csv = "account;time;ip;action\n".to_owned();
        let mut json = String::new();
        for (account, second, ip, action) in &rows {
            let time = chrono::DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap().to_rfc3339();
            let ip = std::net::Ipv4Addr::from(*ip);
            csv.push_str(&format!("a{account};{time};{ip};{action}\n"));
            json.push_str(&format!("{}\n", serde_json::json!({"account": format!("a{account}"), "time": time, "ip": ip.to_string(), "action": action})));
        }
        let one = import(&bench, &bench.file("log.csv", csv.as_bytes())).unwrap();
        prop_assert_eq!(one.imported + one.duplicates, u32::try_from(rows.len()).unwrap());
        let other = Bench::new();
        let two = import(&other, &other.file("log.jsonl", json.as_bytes())).unwrap();
        prop_assert_eq!((one.imported, one.duplicates), (two.imported, two.duplicates));
        prop_assert!(bench.vault.check(&Unwatched).unwrap().ok);
    }
}

fn asked(
    account: Option<&str>,
    ip: Option<&str>,
    from: Option<&str>,
    to: Option<&str>,
) -> c::AccessListReq {
    c::AccessListReq {
        account: account.map(str::to_owned),
        ip: ip.map(str::to_owned),
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
        action: None,
        offset: 0,
        limit: 100,
    }
}

#[test]
fn the_log_is_asked_by_account_network_and_span_and_handed_out_with_its_proof() {
    let bench = Bench::new();
    let log = bench.file(
        "log.csv",
        "account,time,ip,action\n\
         a-1,2026-02-01T04:59:59Z,203.0.113.9,login\n\
         a-1,2026-02-01T05:00:00Z,203.0.113.200,=cmd()\n\
         a-2,2026-02-02T04:59:59Z,::ffff:203.0.113.9,Login\n\
         a-2,2026-02-02T05:00:00Z,2001:db8::1,logout\n\
         a-3,2026-02-03T12:00:00Z,,sweep\n"
            .as_bytes(),
    );
    bench
        .vault
        .access_import(&log, None, false, &Unwatched)
        .unwrap();
    let found = |req: c::AccessListReq| -> Vec<String> {
        let list = bench.vault.access_list(&req).unwrap();
        list.rows
            .into_iter()
            .map(|row| format!("{} {}", row.account, row.at))
            .collect()
    };
    assert_eq!(
        found(asked(Some("a-1"), None, None, None)),
        ["a-1 2026-02-01T05:00:00Z", "a-1 2026-02-01T04:59:59Z"],
        "the newest first"
    );
    assert_eq!(
        found(asked(None, Some("203.0.113.9"), None, None)).len(),
        2,
        "IPv4 written as IPv6 is IPv4"
    );
    assert_eq!(
        found(asked(None, Some("203.0.113.0/24"), None, None)).len(),
        3
    );
    assert_eq!(
        found(asked(None, Some("2001:db8::/32"), None, None)),
        ["a-2 2026-02-02T05:00:00Z"]
    );
    assert_eq!(
        found(asked(None, None, Some("2026-02-01"), Some("2026-02-01"))),
        ["a-2 2026-02-02T04:59:59Z", "a-1 2026-02-01T05:00:00Z"],
        "a day is the organisation's, from midnight to midnight in New York"
    );
    assert_eq!(
        found(c::AccessListReq {
            action: Some("LOGIN".to_owned()),
            ..asked(None, None, None, None)
        })
        .len(),
        2
    );
    let page = c::AccessListReq {
        limit: 2,
        offset: 2,
        ..asked(None, None, None, None)
    };
    assert_eq!(
        found(page.clone()),
        ["a-2 2026-02-02T04:59:59Z", "a-1 2026-02-01T05:00:00Z"]
    );
    assert!(bench.vault.access_list(&page).unwrap().more);
    assert_eq!(
        found(asked(Some("nobody"), None, None, None)),
        Vec::<String>::new()
    );
    for (req, code) in [
        (
            asked(None, Some("203.0.113.9/24"), None, None),
            "E-ACCESS-ADDRESS",
        ),
        (asked(None, None, Some("2026-02-30"), None), "E-CLOCK-DATE"),
        (
            asked(None, None, Some("2026-02-03"), Some("2026-02-01")),
            "E-ACCESS-SPAN",
        ),
    ] {
        assert_eq!(said(bench.vault.access_list(&req)).0, code);
    }
    let out = bench.folder.path().join("out.csv");
    bench
        .vault
        .access_export(&asked(Some("a-1"), None, None, None), &out, &Unwatched)
        .unwrap();
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(
        text.contains("'=cmd()"),
        "no spreadsheet takes a cell for a formula: {text}"
    );
    let proof: serde_json::Value = serde_json::from_slice(
        &std::fs::read(bench.folder.path().join("out.csv.proof.json")).unwrap(),
    )
    .unwrap();
    assert_eq!(proof["rows"], 2);
    assert_eq!(proof["imports"].as_array().unwrap().len(), 1);
    use sha2::Digest;
    assert_eq!(
        proof["sha256"],
        domain::entry::hex(&sha2::Sha256::digest(text.as_bytes()))
    );
    assert_eq!(
        said(
            bench
                .vault
                .access_export(&asked(None, None, None, None), &out, &Unwatched)
        )
        .0,
        "E-FILE-EXISTS",
        "no file is written over"
    );
    // Its checkpoint is the journal's own, signed.
    assert!(
        proof["checkpoint"]
            .as_str()
            .unwrap()
            .starts_with("cipdesk.vault/")
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}
