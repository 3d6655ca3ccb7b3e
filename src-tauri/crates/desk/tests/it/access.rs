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
    bench
        .vault
        .access_import(path, desk::AccessHow::default(), &Unwatched)
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
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
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
        .access_import(
            &log,
            desk::AccessHow {
                skip_bad_rows: true,
                ..desk::AccessHow::default()
            },
            &Unwatched,
        )
        .unwrap();
    assert_eq!(
        (report.records, report.imported, report.rejected),
        (2, 1, 1)
    );
    let list = std::fs::read_to_string(bench.folder.path().join(report.report.unwrap())).unwrap();
    assert!(list.contains("yesterday"), "{list}");
    let after = bench
        .vault
        .access_import(
            &log,
            desk::AccessHow {
                skip_bad_rows: true,
                ..desk::AccessHow::default()
            },
            &Unwatched,
        )
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
        .access_import(
            &log,
            desk::AccessHow {
                account: Some(&customer),
                ..desk::AccessHow::default()
            },
            &Unwatched,
        )
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
    let (code, sentence) = said(import(&bench, &log));
    assert_eq!(code, "E-ACCESS-QUOTE");
    assert!(
        sentence.starts_with("log.csv line 2: a quote is opened and not closed"),
        "{sentence}"
    );
    let how = desk::AccessHow {
        skip_bad_rows: true,
        ..desk::AccessHow::default()
    };
    let report = bench.vault.access_import(&log, how, &Unwatched).unwrap();
    assert_eq!(
        (report.imported, report.rejected),
        (50, 1),
        "its own line alone is left out"
    );
}

#[test]
fn a_row_that_is_too_long_is_left_out_alone_or_refuses_the_file() {
    let bench = Bench::new();
    let row = |second: u32, action: &str| {
        format!("a,2026-03-01T08:00:{second:02}Z,203.0.113.7,{action}\n")
    };
    let long = format!(
        "account,time,ip,action\n{}{}{}{}",
        row(1, "login"),
        row(2, &"x".repeat(3 << 20)),
        row(3, &format!("\"{}\"", "y".repeat(2 << 20))),
        row(4, "login")
    );
    let log = bench.file("long.csv", long.as_bytes());
    let error = import(&bench, &log).unwrap_err();
    assert_eq!(
        (error.0.code.as_str(), error.0.class),
        ("E-ACCESS-LONG", c::Class::Limit),
        "{error}"
    );
    assert!(
        error.0.message.contains("1 MB"),
        "the limit is named: {error}"
    );
    assert_eq!(
        bench.vault.read(|read| Ok(read.access_count()?)).unwrap(),
        0
    );
    assert!(error.0.message.starts_with("long.csv line 3"), "{error}");
    let how = desk::AccessHow {
        skip_bad_rows: true,
        ..desk::AccessHow::default()
    };
    let report = bench.vault.access_import(&log, how, &Unwatched).unwrap();
    let left: Vec<u32> = report.problems.iter().map(|one| one.line).collect();
    assert_eq!((report.imported, report.rejected, left), (2, 2, vec![3, 4]));
    let list = std::fs::read(bench.folder.path().join(report.report.unwrap())).unwrap();
    assert!(
        list.len() < 4_000,
        "what is too long is shown by its beginning"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
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

pub(crate) fn asked(
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
        .access_import(&log, desk::AccessHow::default(), &Unwatched)
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
        "a day is the organization's, from midnight to midnight in New York"
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
    let all = bench.folder.path().join("all.csv");
    bench
        .vault
        .access_export(&asked(None, None, None, None), &all, &Unwatched)
        .unwrap();
    let accounts: Vec<String> = std::fs::read_to_string(&all)
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| line.split(',').take(2).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        (accounts.len(), accounts.is_sorted()),
        (5, true),
        "by account and time: {accounts:?}"
    );
    let before = std::fs::read_dir(bench.folder.path()).unwrap().count();
    let stopped = bench.folder.path().join("stopped.csv");
    std::fs::write(bench.folder.path().join("stopped.csv.proof.json"), b"").unwrap();
    assert!(
        bench
            .vault
            .access_export(&asked(None, None, None, None), &stopped, &Unwatched)
            .is_err(),
        "a proof is not written over either"
    );
    assert_eq!(
        std::fs::read_dir(bench.folder.path()).unwrap().count(),
        before + 1,
        "no rows without their proof are left"
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

struct Stopping(std::sync::atomic::AtomicBool);

impl desk::Watch for Stopping {
    fn step(&self, _: &str, _: u64, _: Option<u64>, _: &str) {
        self.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }
    fn cancelled(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

#[test]
fn an_import_that_is_stopped_leaves_nothing_and_is_taken_up_by_running_it_again() {
    let bench = Bench::new();
    let mut text = "account,time,ip,action\n".to_owned();
    for second in 0..5_000 {
        let time = chrono::DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap();
        text.push_str(&format!("a,{},203.0.113.7,login\n", time.to_rfc3339()));
    }
    text.push_str("a,never,203.0.113.7,login\n");
    let log = bench.file("log.csv", text.as_bytes());
    let how = desk::AccessHow {
        skip_bad_rows: true,
        ..desk::AccessHow::default()
    };
    let files = || std::fs::read_dir(bench.folder.path()).unwrap().count();
    let before = (
        bench.vault.read(|read| Ok(read.head()?.count)).unwrap(),
        files(),
    );
    let (code, _) = said(
        bench
            .vault
            .access_import(&log, how, &Stopping(false.into())),
    );
    assert_eq!(code, "E-JOB-CANCELLED");
    let after = (
        bench.vault.read(|read| Ok(read.head()?.count)).unwrap(),
        files(),
    );
    assert_eq!(before, after, "no entry, no rows, no report");
    assert_eq!(
        bench.vault.read(|read| Ok(read.access_count()?)).unwrap(),
        0
    );
    let whole = bench.vault.access_import(&log, how, &Unwatched).unwrap();
    assert_eq!((whole.imported, whole.rejected), (5_000, 1));
    let again = bench.vault.access_import(&log, how, &Unwatched).unwrap();
    assert_eq!((again.imported, again.duplicates), (0, 5_000));
}

/// Stops when it has been asked so many times.
struct StoppingAfter(std::sync::atomic::AtomicU32);

impl desk::Watch for StoppingAfter {
    fn step(&self, _: &str, _: u64, _: Option<u64>, _: &str) {}
    fn cancelled(&self) -> bool {
        let left = &self.0;
        let before = left.load(std::sync::atomic::Ordering::Relaxed);
        left.store(
            before.saturating_sub(1),
            std::sync::atomic::Ordering::Relaxed,
        );
        before == 0
    }
}

/// So many records, one a second.
fn seconds(count: i64) -> String {
    let mut text = "account,time,ip,action\n".to_owned();
    for second in 0..count {
        let time = chrono::DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap();
        text.push_str(&format!("a,{},203.0.113.7,login\n", time.to_rfc3339()));
    }
    text
}

#[test]
fn a_large_import_that_is_stopped_keeps_its_parts_and_goes_on_where_it_stopped() {
    let bench = Bench::new();
    let log = bench.file("log.csv", seconds(20_000).as_bytes());
    let how = desk::AccessHow {
        part: Some(3_000),
        ..desk::AccessHow::default()
    };
    let count = |bench: &Bench| bench.vault.read(|read| Ok(read.access_count()?)).unwrap();
    // It looks whether to stop every 4,096 records: four times while the whole file is checked, then while it is imported.
    let stopped = bench
        .vault
        .access_import(&log, how, &StoppingAfter(6.into()))
        .unwrap();
    assert!(stopped.stopped);
    let kept = count(&bench);
    assert!(kept > 0 && kept < 20_000 && kept % 3_000 == 0, "{kept}");
    let listed = bench.vault.import_list().unwrap();
    assert!(listed[0].stopped && listed[0].upto == Some(u32::try_from(kept).unwrap()));
    assert!(
        bench.vault.check(&Unwatched).unwrap().ok,
        "whole at every part"
    );

    let bench = bench.reopened();
    let rest = bench.vault.access_import(&log, how, &Unwatched).unwrap();
    assert!(!rest.stopped);
    assert_eq!(u64::from(rest.resumed), kept);
    assert_eq!(u64::from(rest.imported), 20_000 - kept, "nothing twice");
    assert_eq!(count(&bench), 20_000);
    let listed = bench.vault.import_list().unwrap();
    assert!(listed.iter().all(|one| !one.stopped), "{listed:?}");
    let again = bench.vault.access_import(&log, how, &Unwatched).unwrap();
    assert_eq!(
        (again.imported, again.duplicates, again.resumed),
        (0, 20_000, 0)
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn one_bad_record_refuses_a_large_file_before_its_first_part_is_kept() {
    let bench = Bench::new();
    let bad = format!("{}a,never,203.0.113.7,login\n", seconds(5_000));
    let log = bench.file("log.csv", bad.as_bytes());
    let how = desk::AccessHow {
        part: Some(1_000),
        ..desk::AccessHow::default()
    };
    let before = bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    let (code, sentence) = said(bench.vault.access_import(&log, how, &Unwatched));
    assert_eq!(code, "E-ACCESS-TIME");
    assert!(
        sentence.contains("line 5002") && sentence.contains("Nothing was imported"),
        "{sentence}"
    );
    let head = bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    assert_eq!(head, before);
    let left_out = desk::AccessHow {
        skip_bad_rows: true,
        ..how
    };
    let report = bench
        .vault
        .access_import(&log, left_out, &Unwatched)
        .unwrap();
    assert_eq!((report.imported, report.rejected), (5_000, 1));
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_part_that_was_taken_back_is_not_jumped_over() {
    let bench = Bench::new();
    let log = bench.file("log.csv", seconds(20_000).as_bytes());
    let how = desk::AccessHow {
        part: Some(6_000),
        ..desk::AccessHow::default()
    };
    let stopped = bench
        .vault
        .access_import(&log, how, &StoppingAfter(6.into()))
        .unwrap();
    assert!(stopped.stopped);
    let entry = bench.vault.import_list().unwrap()[0].entry;
    bench.vault.import_undo(entry.into()).unwrap();
    let whole = bench.vault.access_import(&log, how, &Unwatched).unwrap();
    assert_eq!(whole.resumed, 0);
    assert_eq!(whole.imported + whole.duplicates, 20_000);
    assert_eq!(
        bench.vault.read(|read| Ok(read.access_count()?)).unwrap(),
        20_000
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_bad_line_is_left_out_by_its_own_number_and_stands_whole_in_the_report() {
    let bench = Bench::new();
    let good = |second: u32| {
        format!(
            "{{\"account\":\"a\",\"time\":\"2026-03-01T08:00:{second:02}Z\",\"ip\":\"203.0.113.7\"}}\n"
        )
    };
    let text = format!("{}{{\"account\":\"a\",\"time\n{}{{\"cut", good(1), good(2));
    let log = bench.file("log.jsonl", text.as_bytes());
    let (code, sentence) = said(import(&bench, &log));
    assert_eq!(code, "E-ACCESS-JSON");
    assert!(sentence.starts_with("log.jsonl line 2"), "{sentence}");
    let how = desk::AccessHow {
        skip_bad_rows: true,
        ..desk::AccessHow::default()
    };
    let report = bench.vault.access_import(&log, how, &Unwatched).unwrap();
    assert_eq!((report.imported, report.rejected), (2, 2));
    let list = std::fs::read_to_string(bench.folder.path().join(report.report.unwrap())).unwrap();
    assert!(
        list.contains("\"\"account\"\":\"\"a\"\",\"\"time") && list.contains(",4,"),
        "{list}"
    );

    let rows = "account;time;ip;action;note\n\
        a;2026-03-01T08:00:00Z;999.1.1.1;login;\n\
        a;2026-03-01T08:00:01Z;AWS Internal;login;\n\
        a;2026-03-01T08:00:02Z;203.0.113.7;caf\u{e9};\n\
        a;never;203.0.113.8;login;=cmd()\n";
    let latin: Vec<u8> = rows.chars().map(|c| u32::from(c) as u8).collect();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&latin).unwrap();
    let zipped = gz.finish().unwrap();
    for (name, bytes) in [
        ("LOG.CSV", &latin),
        ("log.tsv", &latin),
        ("log.gz", &zipped),
    ] {
        let bench = Bench::new();
        let log = bench.file(name, bytes);
        let (code, sentence) = said(import(&bench, &log));
        assert_eq!(code, "E-ACCESS-TEXT");
        assert!(
            sentence.starts_with(&format!("{name} line 4: ")),
            "{sentence}"
        );
        let report = bench.vault.access_import(&log, how, &Unwatched).unwrap();
        assert_eq!(
            (report.imported, report.without_address, report.rejected),
            (2, 2, 2),
            "what stands in the place of an address is kept, whatever it is"
        );
        assert!(
            report.notes.len() == 1 && report.notes[0].starts_with("On line 2, "),
            "what may be a mistake is said: {:?}",
            report.notes
        );
        let actions: Vec<String> = bench
            .vault
            .access_list(&asked(None, None, None, None))
            .unwrap()
            .rows
            .into_iter()
            .map(|row| row.action)
            .collect();
        assert!(
            actions.contains(&"login [999.1.1.1]".to_owned()),
            "{actions:?}"
        );
        let list =
            std::fs::read_to_string(bench.folder.path().join(report.report.unwrap())).unwrap();
        assert!(
            list.starts_with("account,time,ip,action,note,error_line,error_field,error_text\n")
                && list.contains("never,203.0.113.8,login,'=cmd(),5,time,")
                && !list.contains("999.1.1.1"),
            "{list}"
        );
        assert!(list.contains("UTF-8"), "{list}");
    }
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain("account,time".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert!(
        said(import(&bench, &bench.file("wide.csv", &wide)))
            .1
            .contains("UTF-16")
    );
    let half = zipped.get(..zipped.len() / 2).unwrap();
    let (code, sentence) = said(import(&bench, &bench.file("half.gz", half)));
    assert_eq!(code, "E-ACCESS-FILE");
    assert!(sentence.contains("cut or damaged"), "{sentence}");
}

#[test]
fn other_logs_are_read_by_a_mapping() {
    let bench = Bench::new();
    let names =
        desk::Names::new([("Wer", "account"), ("actor.from", "ip"), ("Wann", "time")].into_iter())
            .unwrap();
    let how = desk::AccessHow {
        names: Some(&names),
        ..desk::AccessHow::default()
    };
    let csv = bench.file(
        "log.csv",
        b"Wer,Wann,actor.from,time\na,2026-03-01T08:00:00Z,203.0.113.7,not this\n",
    );
    assert_eq!(
        bench
            .vault
            .access_import(&csv, how, &Unwatched)
            .unwrap()
            .imported,
        1
    );
    let json = bench.file(
        "log.json",
        b"[{\"wer\":\"b\",\"wann\":\"2026-03-01T08:00:00Z\",\"actor\":{\"from\":\"203.0.113.8\"}}]",
    );
    let report = bench.vault.access_import(&json, how, &Unwatched).unwrap();
    assert_eq!((report.imported, report.without_address), (1, 0));
    assert_eq!(
        desk::Names::from_toml("[columns]\nx = \"whence\"")
            .unwrap_err()
            .0
            .code,
        "E-ACCESS-MAP"
    );
    assert_eq!(
        desk::Names::from_toml(
            "[columns]\nWer = \"account\"\nWann = \"time\"\n\"actor.from\" = \"ip\""
        )
        .unwrap(),
        names
    );
}

#[test]
fn a_mapping_that_was_saved_once_reads_every_file_with_its_names() {
    let bench = Bench::new();
    let names =
        desk::Names::new([("Wer", "account"), ("Woher", "ip"), ("Wann", "time")].into_iter())
            .unwrap();
    bench.vault.access_names_save("Old portal", &names).unwrap();
    let csv = bench.file(
        "log.csv",
        b"\xEF\xBB\xBF\"Wer\";Wann;Woher;Was\na;2026-03-01T08:00:00Z;203.0.113.7;login\n",
    );
    let report = import(&bench, &csv).unwrap();
    assert_eq!(report.imported, 1);
    assert_eq!(report.read_as.as_deref(), Some("Old portal"));
    let plain = bench.file(
        "plain.csv",
        b"account,time,ip\na,2026-03-01T09:00:00Z,203.0.113.7\n",
    );
    assert_eq!(import(&bench, &plain).unwrap().read_as, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
    #[test]
    fn no_bytes_and_no_cut_make_an_import_fail_unsaid(noise in proptest::collection::vec(any::<u8>(), 0..300), start in 0usize..6, cut in 0usize..400) {
        thread_local! {
            static BENCH: Bench = Bench::new();
        }
        BENCH.with(|bench| {
            let starts: [&[u8]; 6] = [
                b"",
                b"account,time,ip,action\na,2026-03-01T08:00:00Z,203.0.113.7,\"",
                b"{\"account\":\"a\",\"time\":\"2026-03-01T08:00:00Z\"}\n",
                b"{\"Records\":[{\"eventTime\":\"2026-03-01T08:00:00Z\",\"eventSource\":\"s3\",",
                b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
                b"\xEF\xBB\xBF[",
            ];
            let mut bytes = starts[start].to_vec();
            bytes.extend(noise);
            bytes.truncate(cut);
            let log = bench.file("noise.log", &bytes);
            if let Err(error) = bench.vault.access_import(&log, desk::AccessHow { skip_bad_rows: true, ..desk::AccessHow::default() }, &Unwatched) {
                prop_assert!(error.0.code.starts_with("E-ACCESS"), "{error}");
                prop_assert!(error.0.message.contains("noise.log"), "{error}");
            }
            Ok(())
        })?;
    }
}

/// A line of a log: account, second, address, action.
type Line = (u8, u16, Option<u8>, u8);

/// A log of records over accounts and addresses that come again.
fn records() -> impl Strategy<Value = Vec<Line>> {
    proptest::collection::vec(
        (
            0u8..7,
            0u16..400,
            proptest::option::weighted(0.9, 0u8..40),
            0u8..3,
        ),
        1..120,
    )
}

fn as_csv(rows: &[Line], from: usize) -> String {
    let mut text = "account,time,ip,action,event_id\n".to_owned();
    for (n, (account, second, ip, action)) in rows.iter().enumerate() {
        let ip = ip.map_or_else(String::new, |ip| format!("203.0.113.{ip}"));
        let action = ["login", "console", "delete"][usize::from(*action)];
        text.push_str(&format!(
            "a{account},2026-03-01T08:{:02}:{:02}Z,{ip},{action},e{}\n",
            second / 60,
            second % 60,
            n + from
        ));
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The short way to the newest records gives what looking at every one of them gives, page by page.
    #[test]
    fn a_question_to_the_access_log_is_answered_as_if_every_record_were_looked_at(
        first in records(), second in records(),
        account in proptest::option::of(0u8..7), network in proptest::option::of(prop_oneof![Just("203.0.113.0/28"), Just("203.0.113.7"), Just("0.0.0.0/0")]),
        from in proptest::option::of(0u16..400), action in proptest::option::of(Just("log")), page in 1u32..40,
    ) {
        let bench = Bench::new();
        import(&bench, &bench.file("one.csv", as_csv(&first, 0).as_bytes())).unwrap();
        let gone = import(&bench, &bench.file("two.csv", as_csv(&second, 1_000).as_bytes())).unwrap();
        let ask = c::AccessListReq {
            account: account.map(|n| format!("a{n}")),
            ip: network.map(str::to_owned),
            from: from.map(|s| format!("2026-03-01T08:{:02}:{:02}Z", s / 60, s % 60)),
            to: None,
            action: action.map(str::to_owned),
            offset: 0,
            limit: 0,
        };
        let fits = |(number, at, ip, what): &Line| {
            account.is_none_or(|wanted| wanted == *number)
                && from.is_none_or(|from| *at >= from)
                && action.is_none_or(|_| *what == 0)
                && match network {
                    None => true,
                    Some("203.0.113.0/28") => ip.is_some_and(|ip| ip < 16),
                    Some("203.0.113.7") => *ip == Some(7),
                    Some(_) => ip.is_some(),
                }
        };
        let answered = |limit: u32| {
            let mut rows = Vec::new();
            loop {
                let offset = u32::try_from(rows.len()).unwrap();
                let page = bench.vault.access_list(&c::AccessListReq { offset, limit, ..ask.clone() }).unwrap();
                rows.extend(page.rows);
                if !page.more {
                    return rows;
                }
            }
        };
        let expected = |rows: &[&[Line]]| {
            let mut all: Vec<_> = rows.iter().flat_map(|rows| rows.iter()).filter(|row| fits(row)).map(|row| (row.1, row.0)).collect();
            all.sort_unstable_by(|a, b| b.cmp(a));
            all
        };
        let seen = |rows: &[c::AccessRow]| -> Vec<(u16, u8)> {
            rows.iter().map(|row| {
                let number = |text: &str| text.parse::<u16>().unwrap();
                (number(&row.at[14..16]) * 60 + number(&row.at[17..19]), row.account[1..].parse().unwrap())
            }).collect()
        };
        let by_account = |rows: &[c::AccessRow]| {
            let mut seen = seen(rows);
            seen.sort_unstable_by(|a, b| b.cmp(a));
            seen
        };
        let rows = answered(page);
        prop_assert!(rows.is_sorted_by(|a, b| a.at >= b.at), "the newest first");
        prop_assert_eq!(by_account(&rows), expected(&[&first, &second]), "each once, whatever the size of a page");
        prop_assert_eq!(&answered(1_000), &rows);
        if gone.imported > 0 {
            let entry = bench.vault.import_list().unwrap()[0].entry;
            bench.vault.import_undo(entry.into()).unwrap();
            prop_assert_eq!(by_account(&answered(page)), expected(&[&first]), "taken back, they are found no more");
        }
        let report = bench.vault.check(&Unwatched).unwrap();
        prop_assert!(report.ok, "{:?}", report.problems);
    }
}
