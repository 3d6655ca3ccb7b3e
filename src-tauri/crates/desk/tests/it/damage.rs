//! Who has the key changes the database behind the program's back: `vault check` finds and names each change.

use crate::bench::{ALONE, Bench, PASSPHRASE};
use desk::{OpenVault, Source, Surroundings, SystemNow, Unwatched};
use rusqlite::Connection;
use std::{fs, path::Path, sync::Arc};

/// A vault in which every table holds something; closed, with two checkpoints.
fn worked_in() -> (tempfile::TempDir, String) {
    let bench = Bench::new();
    for name in ["Ada Byron", "Jürgen Müller", "Zoë Weiß"] {
        bench.customer(name, "GB");
    }
    bench
        .vault
        .account_save(&contract::AccountSaveReq {
            customer: "C-000001".to_owned(),
            id: None,
            account_ref: "acct-1".to_owned(),
            state: "restricted".to_owned(),
            products: None,
            opened_on: None,
            closed_on: None,
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })
        .unwrap();
    bench
        .vault
        .template_save(&contract::TemplateSaveReq {
            id: "notice".to_owned(),
            language: "en".to_owned(),
            subject: "About your details".to_owned(),
            body: "Dear {customer}".to_owned(),
            effective_from: None,
            reason: "Counsel asked for it".to_owned(),
        })
        .unwrap();
    let reseller = bench.reseller("Lion City");
    let bench = bench.reopened();
    let filing = bench
        .request("2026-03-02", &[&reseller])
        .unwrap()
        .filing
        .unwrap();
    bench.seal(&filing, Some(ALONE)).unwrap();
    let log = bench.file(
        "log.csv",
        b"account,time,ip,action,event_id\nacct-1,2026-03-01T08:00:00Z,203.0.113.7,login,e1\nacct-1,2026-03-01T09:00:00Z,203.0.113.8,login,\n",
    );
    bench
        .vault
        .access_import(&log, desk::AccessHow::default(), &Unwatched)
        .unwrap();
    let paper = bench.file("paper.txt", b"paper");
    bench
        .vault
        .document_add("C-000002", "other", Source::File(paper), &Unwatched)
        .unwrap();
    crate::received::deed(&bench, "C-000001", 0);
    crate::intake::deed(&bench, "RS-0001", 0);
    crate::intake::deed(&bench, "RS-0001", 1);
    crate::casework::computed(&bench, 1);
    for what in [0, 3, 5, 6] {
        crate::handling::deed(&bench, "C-000001", what);
    }
    bench.vault.close().unwrap();
    let Bench { vault, folder, .. } = bench;
    drop(vault);
    let key = key_of(&folder.path().join("A.cipdesk"));
    (folder, key)
}

/// The key of a vault's database, in hexadecimal, as a member has it.
pub(crate) fn key_of(vault: &Path) -> String {
    vault::unlock(vault, None, &PASSPHRASE.to_owned().into())
        .unwrap()
        .db_key()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
}

pub(crate) fn database(vault: &Path, key: &str) -> Connection {
    let sql = Connection::open(vault.join("db/g000001.db")).unwrap();
    sql.execute_batch(&format!("PRAGMA key = \"x'{key}'\""))
        .unwrap();
    sql
}

/// Opens the vault as on a computer that never saw it, and checks it: `code at: message` of each problem.
pub(crate) fn judged(vault: &Path) -> Vec<String> {
    let surroundings = Surroundings {
        now: Arc::new(SystemNow),
        state: None,
        worker: None,
        work: 15,
        schema: desk::Schema::TODAY,
    };
    let opened = OpenVault::unlock(
        vault,
        Some("staff-1"),
        &PASSPHRASE.to_owned().into(),
        surroundings,
    );
    let report = opened.and_then(|vault| vault.check(&Unwatched));
    match report {
        Err(error) => vec![format!("{} unlock: {}", error.0.code, error.0.message)],
        Ok(report) => {
            assert_eq!(report.ok, report.problems.is_empty());
            report
                .problems
                .iter()
                .map(|one| format!("{} {}: {}", one.code, one.at, one.message))
                .collect()
        }
    }
}

/// What is done to the database, the code it must be found under, and the words that must name it.
const DAMAGES: &[(&str, &str, &str)] = &[
    (
        "UPDATE journal SET occurred_on = '2020-01-01' WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET recorded_at = recorded_at + 1 WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET kind = 'customer.changed' WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET subject = 'C-000009' WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET zone = 'UTC' WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET clock_state = 'back' WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET id = '00000000-0000-7000-8000-000000000000' WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET commitment = randomblob(32) WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET author_seq = 99 WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET author_prev = randomblob(32) WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET author_seq = 99 WHERE seq = 5",
        "E-JOURNAL-AUTHOR",
        "entry 5: This entry does not follow from its author's entry before it",
    ),
    (
        "UPDATE journal SET author_prev = randomblob(32) WHERE seq = 5",
        "E-JOURNAL-AUTHOR",
        "entry 5",
    ),
    (
        "UPDATE journal SET recorded_at = recorded_at - 1 WHERE seq = 5",
        "E-JOURNAL-TIME",
        "entry 5: This entry says it was recorded before the one in front of it",
    ),
    (
        "UPDATE journal SET author = 'SHA256:somebody' WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET hash = randomblob(32) WHERE seq = 5",
        "E-JOURNAL-CHANGED",
        "entry 5",
    ),
    (
        "UPDATE journal SET chain = randomblob(32) WHERE seq = 5",
        "E-JOURNAL-CHAIN",
        "entry 5",
    ),
    (
        "UPDATE journal SET act = 1 WHERE seq = 5",
        "E-JOURNAL-SIGNATURE",
        "entry 5",
    ),
    (
        "UPDATE body SET json = replace(json, 'Byron', 'Lovelace') WHERE seq = 4",
        "E-JOURNAL-BODY",
        "entry 4",
    ),
    (
        "UPDATE body SET json = '{' WHERE seq = 4",
        "E-JOURNAL-BODY",
        "entry 4",
    ),
    (
        "UPDATE body SET salt = randomblob(32) WHERE seq = 4",
        "E-JOURNAL-BODY",
        "entry 4",
    ),
    (
        "DELETE FROM body WHERE seq = 4",
        "E-JOURNAL-BODY",
        "entry 4",
    ),
    (
        "DELETE FROM journal WHERE seq = 5",
        "E-JOURNAL-GAP",
        "entry 5",
    ),
    (
        "DELETE FROM journal WHERE seq = 5; UPDATE journal SET seq = -seq WHERE seq > 5; UPDATE journal SET seq = -seq - 1 WHERE seq < 0",
        "E-JOURNAL-CHAIN",
        "entry 5",
    ),
    (
        "UPDATE journal SET seq = 1000 WHERE seq = 5; UPDATE journal SET seq = 5 WHERE seq = 6; UPDATE journal SET seq = 6 WHERE seq = 1000",
        "E-JOURNAL-CHAIN",
        "entry 5",
    ),
    (
        "INSERT INTO journal SELECT (SELECT max(seq) + 1 FROM journal), id, act, author, author_seq, author_prev, kind, subject, occurred_on, recorded_at, zone, clock_state, commitment, hash, chain FROM journal WHERE seq = 5",
        "E-JOURNAL-CHAIN",
        "entry",
    ),
    (
        "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)",
        "E-JOURNAL-CUT",
        "entry",
    ),
    (
        "DELETE FROM journal WHERE seq > 11; DELETE FROM body WHERE seq > 11; DELETE FROM act WHERE first_seq > 11",
        "E-JOURNAL-CUT",
        "checkpoint",
    ),
    (
        "DELETE FROM act WHERE id = 2",
        "E-JOURNAL-SIGNATURE",
        "entry",
    ),
    (
        "UPDATE act SET signature = randomblob(64) WHERE id = 2",
        "E-JOURNAL-SIGNATURE",
        "entry",
    ),
    (
        "UPDATE act SET root = randomblob(32) WHERE id = 2",
        "E-JOURNAL-SIGNATURE",
        "entry",
    ),
    (
        "UPDATE act SET last_seq = last_seq + 1 WHERE id = 2",
        "E-JOURNAL-SIGNATURE",
        "entry",
    ),
    (
        "UPDATE checkpoint SET signature = replace(signature, 'A', 'B')",
        "E-CHECKPOINT-SIGNATURE",
        "checkpoint",
    ),
    (
        "UPDATE checkpoint SET note = replace(note, 'head', 'tail')",
        "E-CHECKPOINT-SIGNATURE",
        "checkpoint",
    ),
    (
        "UPDATE customer SET status = 'verified' WHERE ref = 'C-000001'",
        "V-11",
        "C-000001",
    ),
    (
        "UPDATE customer SET body = replace(body, 'Byron', 'Lovelace') WHERE ref = 'C-000001'",
        "V-11",
        "C-000001",
    ),
    (
        "UPDATE customer SET missing = 0 WHERE ref = 'C-000002'",
        "V-11",
        "C-000002",
    ),
    (
        "DELETE FROM customer WHERE ref = 'C-000003'",
        "V-11",
        "C-000003",
    ),
    (
        "DELETE FROM customer_search WHERE rowid = (SELECT id FROM customer WHERE ref = 'C-000003')",
        "V-11",
        "search",
    ),
    // An index that still answers, and one that the next change would break.
    (
        "DELETE FROM customer_search_idx WHERE segid = (SELECT max(segid) FROM customer_search_idx)",
        "V-11",
        "customer_search",
    ),
    (
        "INSERT INTO customer_search_idx (segid, term, pgno) VALUES (900, x'', 2)",
        "V-11",
        "customer_search",
    ),
    (
        "INSERT INTO customer_search_data (id, block) SELECT id + (900 << 37), block FROM customer_search_data WHERE id >= 1 << 37 LIMIT 1",
        "V-11",
        "customer_search",
    ),
    (
        "UPDATE customer_search_data SET block = x'0909' WHERE id = 1",
        "V-11",
        "customer_search",
    ),
    (
        "UPDATE customer_search_config SET v = 0 WHERE k = 'secure-delete'",
        "V-11",
        "customer_search",
    ),
    ("DELETE FROM account", "V-11", "table account"),
    ("DELETE FROM template", "V-11", "table template"),
    (
        "UPDATE signer_key SET standing = 'trusted'",
        "V-11",
        "table signer_key",
    ),
    (
        "UPDATE received SET body = replace(body, '\"standing\":\"unknown\"', '\"standing\":\"trusted\"')",
        "V-11",
        "table received",
    ),
    (
        "UPDATE intake SET standing = 'taken'",
        "V-11",
        "table intake",
    ),
    (
        "UPDATE intake SET body = replace(body, 'cip@reseller.example', 'cip@else.example')",
        "V-11",
        "table intake",
    ),
    ("DELETE FROM mark WHERE kind = 'name'", "V-11", "table mark"),
    (
        "UPDATE customer SET risk_rank = 9 WHERE ref = 'C-000002'",
        "V-11",
        "C-000002",
    ),
    (
        "UPDATE organisation SET body = replace(body, '\"attempts\":1', '\"attempts\":0')",
        "V-11",
        "table organisation",
    ),
    ("UPDATE mark SET value = value || 'x'", "V-11", "table mark"),
    ("DELETE FROM casework", "V-11", "table casework"),
    ("UPDATE task SET open = 0", "V-11", "table task"),
    (
        "UPDATE comment SET body = replace(body, 'rang', 'sang')",
        "V-11",
        "table comment",
    ),
    ("UPDATE comment SET at = at - 1", "V-11", "table comment"),
    (
        "UPDATE handling SET assignee = 'staff-9'",
        "V-11",
        "table handling",
    ),
    ("DELETE FROM tag", "V-11", "table tag"),
    (
        "UPDATE saved_view SET query = ''",
        "V-11",
        "table saved_view",
    ),
    (
        "UPDATE usage_line SET account = 'x'",
        "V-11",
        "table usage_line",
    ),
    ("UPDATE clock SET due = '2030-01-01'", "V-11", "K-0001"),
    ("UPDATE clock SET running = 0", "V-11", "K-0001"),
    ("DELETE FROM clock", "V-11", "K-0001"),
    (
        "UPDATE reseller SET state = 'terminated'",
        "V-11",
        "RS-0001",
    ),
    (
        "UPDATE casefile SET received_on = '2026-03-01'",
        "V-11",
        "REQ-2026-0001",
    ),
    ("UPDATE filing SET state = 'sent'", "V-11", "F4-2026-0001"),
    (
        "UPDATE document SET sha256 = '00' WHERE original_name = 'paper.txt'",
        "V-11",
        "table document",
    ),
    (
        "UPDATE document SET identity = (SELECT identity FROM document WHERE original_name = 'cip.txt') WHERE original_name = 'paper.txt'",
        "V-25",
        "document",
    ),
    (
        "DELETE FROM document WHERE original_name = 'paper.txt'",
        "V-11",
        "table document",
    ),
    (
        "INSERT INTO staff SELECT 'staff-2', 'Mallory', body FROM staff",
        "V-11",
        "staff-2",
    ),
    (
        "UPDATE access_record SET ip = x'01020304' WHERE identity = 'e1'",
        "V-11",
        "entry",
    ),
    (
        "DELETE FROM access_record WHERE identity = 'e1'",
        "V-11",
        "entry",
    ),
    (
        "INSERT INTO access_record SELECT account, at_ms + 1, 'e9', ip, action, 9999 FROM access_record LIMIT 1",
        "V-11",
        "table access_record",
    ),
    ("DELETE FROM access_event", "V-11", "table access_event"),
    ("DELETE FROM access_address", "V-11", "table access_address"),
    (
        "UPDATE access_address SET last_ms = last_ms + 1",
        "V-11",
        "table access_address",
    ),
    (
        "UPDATE access_account SET records = records + 1",
        "V-11",
        "table access_address",
    ),
    ("UPDATE counter SET value = 99", "V-11", "table counter"),
    (
        "UPDATE body SET json = replace(json, 'C-000001', 'C-000077') WHERE seq = (SELECT min(seq) FROM journal WHERE kind = 'account.recorded')",
        "V-10",
        "entry",
    ),
];

#[test]
fn every_change_behind_the_programs_back_is_found_and_named() {
    let (folder, key) = worked_in();
    let original = folder.path().join("A.cipdesk");
    assert!(
        judged(&original).is_empty(),
        "unharmed: {:?}",
        judged(&original)
    );
    let mut missed = Vec::new();
    for (place, (sql, code, named)) in DAMAGES.iter().enumerate() {
        let vault = folder.path().join(format!("{place}.cipdesk"));
        copy(&original, &vault);
        database(&vault, &key).execute_batch(sql).unwrap();
        let problems = judged(&vault);
        if !problems
            .iter()
            .any(|one| one.starts_with(code) && one.contains(named))
        {
            missed.push(format!(
                "{sql}\n  wanted {code} naming {named}, found {problems:#?}"
            ));
        }
        fs::remove_dir_all(&vault).unwrap();
    }
    eprintln!(
        "figure T-J {} changes of the journal and the tables by somebody who has the key: removed, changed, swapped, cut, dated back, forged",
        DAMAGES.len() - missed.len()
    );
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// The power goes while the log's pages are copied into the database: one lies there half written, and whole in the log.
#[test]
fn signatures_that_do_not_hold_are_named_in_order_among_hundreds_that_do() {
    let bench = Bench::new();
    for n in 0..300 {
        bench.customer(&format!("Person {n}"), "DE");
    }
    bench.vault.close().unwrap();
    let Bench { vault, folder, .. } = bench;
    drop(vault);
    let place = folder.path().join("A.cipdesk");
    assert_eq!(judged(&place), [""; 0]);
    let sql = database(&place, &key_of(&place));
    let wrong = "UPDATE act SET signature = (SELECT signature FROM act other WHERE other.id = act.id + 1) WHERE id IN (290, 70, 150, 2)";
    assert_eq!(sql.execute(wrong, []).unwrap(), 4);
    let last = |id: u32| -> i64 {
        sql.query_row("SELECT last_seq FROM act WHERE id = ?1", [id], |row| {
            row.get(0)
        })
        .unwrap()
    };
    let named = [2, 70, 150, 290].map(|id| format!("E-JOURNAL-SIGNATURE entry {}", last(id)));
    drop(sql);
    let found = judged(&place);
    let found: Vec<&str> = found
        .iter()
        .filter_map(|one| Some(one.split_once(':')?.0))
        .collect();
    assert_eq!(found, named);
}

#[test]
fn a_page_that_was_torn_while_it_is_whole_in_the_log_is_no_damage() {
    let bench = Bench::new();
    bench.customer("Ada Byron", "GB");
    let bench = bench.reopened();
    bench.customer("Zoë Weiß", "DE");
    let torn = bench.folder.path().join("T.cipdesk");
    copy(&bench.folder.path().join("A.cipdesk"), &torn);
    let _ = fs::remove_file(torn.join("db/g000001.db-shm"));
    let log = fs::read(torn.join("db/g000001.db-wal")).unwrap();
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap()) as usize;
    let page_size = number(8);
    let file = torn.join("db/g000001.db");
    let mut pages = fs::read(&file).unwrap();
    // SQLite's own layout: 32 bytes, then frames of 24 bytes and a page.
    let page = (32..log.len())
        .step_by(24 + page_size)
        .map(number)
        .find(|page| *page > 1 && page * page_size <= pages.len())
        .expect("the log holds a page that the database has");
    pages[page * page_size - page_size / 2..page * page_size].fill(0xA5);
    fs::write(&file, pages).unwrap();
    assert_eq!(judged(&torn), Vec::<String>::new());
}

#[test]
fn a_byte_changed_on_the_disk_is_found_wherever_it_lies() {
    let (folder, _) = worked_in();
    let original = folder.path().join("A.cipdesk");
    let length = fs::metadata(original.join("db/g000001.db")).unwrap().len();
    for eighth in 0..8 {
        let vault = folder.path().join(format!("byte-{eighth}.cipdesk"));
        copy(&original, &vault);
        let file = vault.join("db/g000001.db");
        let mut bytes = fs::read(&file).unwrap();
        let at = usize::try_from(length * eighth / 8 + 700).unwrap();
        bytes[at] ^= 0x10;
        fs::write(&file, bytes).unwrap();
        let problems = judged(&vault);
        assert!(
            problems.iter().any(|one| one.starts_with("V-")),
            "byte {at}: {problems:?}"
        );
        fs::remove_dir_all(&vault).unwrap();
    }
}
