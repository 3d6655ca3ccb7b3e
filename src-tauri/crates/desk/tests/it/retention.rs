//! Retention and disposal: who may go and when, and that nothing of them is left.

use crate::{
    bench::{ALONE, Bench, PASSPHRASE, points, said},
    customers::{advance, to_verifying, verification},
    damage::{database, key_of},
};
use aes::{
    Aes256, Block,
    cipher::{BlockDecrypt, KeyInit},
};
use contract as c;
use desk::{Source, Unwatched};

/// What must not be left: in the customer's fields, its owner, its account, its documents, its log, what was written about it.
const CANARIES: [&str; 14] = [
    "Zanzibar-Quill",
    "9 Marzipan Row",
    "Ottoline-Vex",
    "acct-wombat-77",
    "rambutan-login",
    "papaya-passport.txt",
    "mangosteen-inside",
    "persimmon-claimed",
    "durian-closing",
    "loquat-source",
    "kumquat-token-9913",
    "Lychee77X",
    "feijoa-comment",
    "salak-task",
];

fn account(bench: &Bench, customer: &str, reference: &str, closed: &str) {
    let save = |id: Option<String>, state: &str, closed: Option<&str>| {
        bench.vault.account_save(&c::AccountSaveReq {
            customer: customer.to_owned(),
            id,
            account_ref: reference.to_owned(),
            state: state.to_owned(),
            products: None,
            opened_on: None,
            closed_on: closed.map(str::to_owned),
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })
    };
    let view = save(None, "restricted", None).unwrap();
    let there = view
        .accounts
        .iter()
        .find(|one| one.account_ref == reference);
    save(there.map(|one| one.id.clone()), "closed", Some(closed)).unwrap();
}

/// A customer full of canaries, closed on the bench's first day; `mark` tells its canaries from another's.
pub(crate) fn closed_customer(bench: &Bench, mark: &str) -> String {
    let marked = CANARIES.map(|canary| format!("{mark}{canary}"));
    let canaries = marked.each_ref().map(String::as_str);
    let customer = to_verifying(bench);
    let view = bench.vault.customer_show(&customer).unwrap();
    let change = |id: &str, value: &str| c::FieldChange {
        id: id.to_owned(),
        values: vec![value.to_owned()],
    };
    bench
        .vault
        .customer_change(&c::CustomerChangeReq {
            r#ref: customer.clone(),
            revision: view.revision,
            fields: vec![
                change("full_legal_name", canaries[0]),
                change("street_address", canaries[1]),
            ],
            reason: None,
            occurred_on: None,
            proved_by: None,
        })
        .unwrap();
    bench
        .vault
        .comment_add(&c::CommentAddReq {
            about: customer.clone(),
            text: canaries[12].to_owned(),
            corrects: None,
        })
        .unwrap();
    bench
        .vault
        .task_save(&c::TaskSaveReq {
            about: customer.clone(),
            id: None,
            title: canaries[13].to_owned(),
            note: None,
            assignee: None,
            due: None,
        })
        .unwrap();
    bench
        .vault
        .discrepancy_save(&c::DiscrepancySaveReq {
            customer: customer.clone(),
            id: None,
            about: customer.clone(),
            what: canaries[2].to_owned(),
            claimed: canaries[7].to_owned(),
            found: "other".to_owned(),
            source: canaries[9].to_owned(),
            substantive: true,
            resolution: Some("Explained".to_owned()),
        })
        .unwrap();
    let passport = bench.file(
        canaries[5],
        format!("{} ", canaries[6]).repeat(40).as_bytes(),
    );
    let paper = bench
        .vault
        .document_add(&customer, "passport", Source::File(passport), &Unwatched)
        .unwrap();
    // Its number is a mark by which other customers are found, and what pays is one too.
    let facts = [
        ("full_name", canaries[0]),
        ("document_number", canaries[11]),
        ("issuing_country", "D"),
    ];
    let mut form = crate::evidence::form(&paper.id, &facts, "accept");
    form.about.clone_from(&customer);
    form.verify = false;
    bench.vault.review_decide(&form).unwrap();
    let account_id = bench.vault.customer_show(&customer).unwrap().accounts[0]
        .id
        .clone();
    bench
        .vault
        .payment_save(&c::PaymentSaveReq {
            customer: customer.clone(),
            account: account_id,
            kind: "wallet".to_owned(),
            institution: "Bank".to_owned(),
            source: "Somebody".to_owned(),
            identifier: Some(canaries[10].to_owned()),
            country: None,
            proved_by: None,
        })
        .unwrap();
    for account_ref in ["acct-1", canaries[3]] {
        let there = bench.vault.customer_show(&customer).unwrap();
        match there
            .accounts
            .iter()
            .find(|one| one.account_ref == account_ref)
        {
            None => account(bench, &customer, account_ref, "2026-03-01"),
            Some(one) => {
                let req = c::AccountSaveReq {
                    customer: customer.clone(),
                    id: Some(one.id.clone()),
                    account_ref: account_ref.to_owned(),
                    state: "closed".to_owned(),
                    products: None,
                    opened_on: None,
                    closed_on: Some("2026-03-01".to_owned()),
                    resold_to_foreign: None,
                    added: Vec::new(),
                    proved_by: None,
                };
                bench.vault.account_save(&req).unwrap();
            }
        }
    }
    let log = bench.file(
        "log.csv",
        format!(
            "account,time,ip,action\n{0},2026-02-01T00:00:00Z,203.0.113.9,{1}\nacct-other,2026-02-02T00:00:00Z,203.0.113.10,login\n",
            canaries[3], canaries[4]
        )
        .as_bytes(),
    );
    bench
        .vault
        .access_import(&log, desk::AccessHow::default(), &Unwatched)
        .unwrap();
    verification(bench, &customer, "unavailable");
    for (to, note) in [
        ("unverified", "Nothing came"),
        ("closed_account", canaries[8]),
    ] {
        advance(bench, &customer, to, Some(note), None).unwrap();
    }
    customer
}

fn approve(bench: &Bench, customers: &[&str]) -> Result<c::RetentionView, desk::Error> {
    bench.vault.disposal_approve(&c::DisposalApproveReq {
        customers: customers.iter().map(ToString::to_string).collect(),
        approver: None,
        passphrase: Some(PASSPHRASE.to_owned()),
        override_reason: Some(ALONE.to_owned()),
    })
}

fn stage(bench: &Bench, customer: &str) -> Option<String> {
    let view = bench
        .vault
        .retention(&c::RetentionReq { as_of: None })
        .unwrap();
    let row = view.rows.into_iter().find(|row| row.r#ref == customer)?;
    Some(row.stage)
}

/// Every page of the database, its log and all other files of the vault, the pages decrypted with the key of the keyring.
fn everything(bench: Bench) -> (Bench, Vec<u8>) {
    let mut all = Vec::new();
    let bench = bench.between(|root| {
        let unlocked = vault::unlock(root, None, &PASSPHRASE.to_owned().into()).unwrap();
        all = pages(root, unlocked.db_key());
    });
    (bench, all)
}

fn pages(root: &std::path::Path, key: &[u8; 32]) -> Vec<u8> {
    let key = Aes256::new_from_slice(key).unwrap();
    let mut all = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            all.extend(&bytes);
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !name.contains(".db") {
                continue;
            }
            // A page: 16 bytes of salt on the first, the content, then 16 bytes of the block chain's start and 64 of its HMAC.
            let (head, page) = if name.ends_with("-wal") {
                (32, 4096 + 24)
            } else {
                (0, 4096)
            };
            for (number, page) in bytes
                .get(head..)
                .unwrap_or_default()
                .chunks_exact(page)
                .enumerate()
            {
                let page = &page[page.len() - 4096..];
                let salt = if head == 0 && number == 0 { 16 } else { 0 };
                let mut before: Block = *Block::from_slice(&page[4016..4032]);
                for block in page[salt..4016].chunks_exact(16) {
                    let sealed = *Block::from_slice(block);
                    let mut plain = sealed;
                    key.decrypt_block(&mut plain);
                    all.extend(plain.iter().zip(before.iter()).map(|(a, b)| a ^ b));
                    before = sealed;
                }
            }
        }
    }
    all
}

fn found(bytes: &[u8]) -> Vec<&'static str> {
    let all: Vec<&'static str> = CANARIES.to_vec();
    all.into_iter()
        .filter(|canary| {
            // Search folds letters, so that the index holds them in lower case.
            [(*canary).to_owned(), canary.to_lowercase()]
                .iter()
                .any(|text| {
                    bytes
                        .windows(text.len())
                        .any(|window| window == text.as_bytes())
                })
        })
        .collect()
}

#[test]
fn nothing_of_a_disposed_customer_is_left_in_any_file_and_the_chain_still_holds() {
    let bench = Bench::new();
    // As many as give the plan's two hundred marks. Each is found by the words that all of them have.
    let full: Vec<String> = (1..points(2, 15)).map(|n| format!("M{n}")).collect();
    let customer = closed_customer(&bench, "");
    let more: Vec<String> = full
        .iter()
        .map(|mark| closed_customer(&bench, mark))
        .collect();
    let customers: Vec<&str> = std::iter::once(&customer)
        .chain(&more)
        .map(String::as_str)
        .collect();
    let other = bench.customer("Ada Byron", "GB");
    let bench = bench.reopened();
    let (bench, all) = everything(bench);
    assert!(
        found(&all).len() + 2 >= CANARIES.len(),
        "the search sees what is there, but for the content of documents, and what a page's end cuts: {:?}",
        found(&all)
    );
    bench.now("2028-03-01T17:00:00Z");
    assert_eq!(
        stage(&bench, &customer).as_deref(),
        Some("retaining"),
        "the last day to keep"
    );
    assert_eq!(said(approve(&bench, &[&customer])).0, "E-DISPOSAL-KEPT");
    bench.now("2028-03-02T17:00:00Z");
    assert_eq!(stage(&bench, &customer).as_deref(), Some("eligible"));
    let view = approve(&bench, &customers).unwrap();
    let disposal = view.disposals[0].r#ref.clone();
    assert_eq!(disposal, "DSP-2028-0001");
    assert_eq!(
        said(approve(&bench, &[&customer])).0,
        "E-DISPOSAL-TWICE",
        "it waits in another one"
    );
    let req = c::RefReq {
        r#ref: disposal.clone(),
    };
    assert_eq!(
        said(bench.vault.disposal_page(&disposal)).0,
        "E-DISPOSAL-OPEN"
    );
    // The vault as it was before an update lies in its own folder, and still holds what is disposed of.
    let kept = bench
        .folder
        .path()
        .join("A.cipdesk/backups/Before-version-2.cipdesk");
    let outside = bench.folder.path().join("Friday.cipdesk");
    bench.vault.backup(&outside, &Unwatched).unwrap();
    std::fs::rename(&outside, &kept).unwrap();
    let view = bench.vault.disposal_run(&req).unwrap();
    assert!(
        !kept.exists(),
        "nothing of the customer stays in the vault's folder"
    );
    assert_eq!(view.disposals[0].done_on.as_deref(), Some("2028-03-02"));
    assert!(
        view.disposals[0]
            .destroyed
            .contains(&format!("{} access records", customers.len())),
        "{:?}",
        view.disposals[0].destroyed
    );
    assert_eq!(said(bench.vault.disposal_run(&req)).0, "E-DISPOSAL-DONE");
    let (code, message) = said(bench.vault.customer_show(&customer));
    assert_eq!(code, "E-CUSTOMER-DISPOSED");
    assert!(message.contains(&disposal), "{message}");
    assert_eq!(stage(&bench, &customer), None);
    let checked = bench.vault.check(&Unwatched).unwrap();
    assert!(checked.ok, "{:?}", checked.problems);
    let (bench, all) = everything(bench);
    assert_eq!(found(&all), Vec::<&str>::new());
    eprintln!(
        "figure T-D {} marks in the records, documents, search and logs of {} customers, none left in any file or page after their disposal",
        CANARIES.len() * customers.len(),
        customers.len()
    );
    // The rest goes on: the other customer, the other rows of the same log, the numbers.
    assert!(bench.vault.customer_show(&other).is_ok());
    assert_eq!(
        bench
            .vault
            .customer_show(&bench.customer("Zoë", "FR"))
            .unwrap()
            .row
            .r#ref,
        format!("C-{:06}", customers.len() + 2)
    );
    let checked = bench.vault.check(&Unwatched).unwrap();
    assert!(checked.ok, "{:?}", checked.problems);
    let certificate = bench.vault.disposal_page(&disposal).unwrap();
    assert!(certificate.starts_with(b"%PDF"));
}

#[test]
fn a_hold_keeps_everything_it_covers_until_it_is_released_in_writing_by_two() {
    let bench = Bench::new();
    let customer = closed_customer(&bench, "");
    bench.now("2030-01-01T17:00:00Z");
    let place = |scope: &[&str], authority: &str| {
        bench.vault.hold_place(&c::HoldPlaceReq {
            scope: scope.iter().map(ToString::to_string).collect(),
            reason: "Subpoena of 4 May".to_owned(),
            authority: authority.to_owned(),
            placed_on: None,
        })
    };
    assert_eq!(said(place(&[], " ")).0, "E-HOLD-AUTHORITY");
    assert_eq!(said(place(&["C-000099"], "Court")).0, "E-RECORD-UNKNOWN");
    let hold = place(&[&customer], "District Court").unwrap().holds[0]
        .r#ref
        .clone();
    assert_eq!(stage(&bench, &customer).as_deref(), Some("held"));
    let (code, message) = said(approve(&bench, &[&customer]));
    assert_eq!(code, "E-DISPOSAL-KEPT");
    assert!(message.contains(&hold), "{message}");
    let release = |passphrase: Option<&str>, writing: &str| {
        bench.vault.hold_release(&c::HoldReleaseReq {
            r#ref: hold.clone(),
            writing: writing.to_owned(),
            approver: None,
            passphrase: passphrase.map(str::to_owned),
            override_reason: Some(ALONE.to_owned()),
        })
    };
    assert_eq!(said(release(Some(PASSPHRASE), "")).0, "E-HOLD-WRITING");
    assert_eq!(
        said(release(None, "Order of 9 June")).0,
        "E-APPROVAL-PASSPHRASE"
    );
    release(Some(PASSPHRASE), "Order of 9 June").unwrap();
    assert_eq!(
        said(release(Some(PASSPHRASE), "Again")).0,
        "E-HOLD-RELEASED"
    );
    assert_eq!(stage(&bench, &customer).as_deref(), Some("eligible"));
    // A hold that came after the approval stops the disposal.
    let disposal = approve(&bench, &[&customer]).unwrap().disposals[0]
        .r#ref
        .clone();
    place(&[], "Counsel").unwrap();
    let run = bench.vault.disposal_run(&c::RefReq { r#ref: disposal });
    assert_eq!(said(run).0, "E-DISPOSAL-KEPT");
    assert!(
        bench.vault.customer_show(&customer).is_ok(),
        "nothing was destroyed"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn who_never_had_an_account_is_kept_two_years_from_the_decision() {
    let bench = Bench::new();
    let customer = bench.customer("Grace", "GB");
    bench
        .vault
        .notice_record(&c::NoticeRecordReq {
            r#ref: customer.clone(),
            delivered_on: "2026-03-02".to_owned(),
            channel: "e-mail".to_owned(),
        })
        .unwrap();
    for (to, note) in [("collecting", "x"), ("abandoned", "No answer")] {
        advance(&bench, &customer, to, Some(note), None).unwrap();
    }
    let view = bench
        .vault
        .retention(&c::RetentionReq { as_of: None })
        .unwrap();
    assert_eq!(
        (
            view.rows[0].stage.as_str(),
            view.rows[0].eligible_on.as_deref()
        ),
        ("retaining", Some("2028-03-03"))
    );
    assert_eq!(view.months[0].month, "2028-03");
    bench.now("2028-04-01T17:00:00Z");
    let keep = |day: Option<&str>| {
        bench.vault.retention_keep(&c::RetentionKeepReq {
            customer: customer.clone(),
            reason: "A claim is possible".to_owned(),
            review_on: day.map(str::to_owned),
        })
    };
    assert_eq!(said(keep(Some("2028-04-01"))).0, "E-RETENTION-REVIEW");
    keep(Some("2029-01-01")).unwrap();
    assert_eq!(stage(&bench, &customer).as_deref(), Some("kept"));
    keep(None).unwrap();
    assert_eq!(stage(&bench, &customer).as_deref(), Some("eligible"));
    advance(&bench, &customer, "collecting", Some("They are back"), None).unwrap();
    assert_eq!(stage(&bench, &customer), None);
    assert!(
        bench.vault.clock_list(false).unwrap().is_empty(),
        "an open case has no day of disposal"
    );
}

#[test]
fn what_an_entry_said_does_not_come_back_unseen_after_its_disposal() {
    let bench = Bench::new();
    let customer = closed_customer(&bench, "");
    bench.now("2028-03-02T17:00:00Z");
    let view = approve(&bench, &[&customer]).unwrap();
    let disposal = c::RefReq {
        r#ref: view.disposals[0].r#ref.clone(),
    };
    bench.vault.disposal_run(&disposal).unwrap();
    bench.vault.close().unwrap();
    let office = bench.leave();
    let sql = database(&office.path, &key_of(&office.path));
    let (gone, there): (i64, i64) = sql
        .query_row(
            "SELECT (SELECT min(seq) FROM journal WHERE seq NOT IN (SELECT seq FROM body)), (SELECT max(seq) FROM body)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    sql.execute(
        "INSERT INTO body (seq, salt, json) SELECT ?1, salt, json FROM body WHERE seq = ?2",
        [gone, there],
    )
    .unwrap();
    drop(sql);
    let vault = office.open("staff-1", PASSPHRASE).unwrap();
    let report = vault.check(&Unwatched).unwrap();
    let left = report
        .problems
        .iter()
        .find(|one| one.code == "E-DISPOSAL-LEFT")
        .unwrap_or_else(|| panic!("{:?}", report.problems));
    assert!(
        left.at.contains(&gone.to_string()) && left.message.contains("is still there"),
        "{left:?}"
    );
}
