//! Records that may be one customer, their merge and its undoing, and what unrelated customers share.

use crate::bench::{Bench, said};
use contract as c;
use desk::{Table, Unwatched};

const REGISTER: &str = "external_id,party_type,name,country,email,phone,street_address,account_ids\n\
    a1,person,Ivan Petrov,RU,ivan@example.org,+79261234567,\"1 Tverskaya, Moscow\",acct-1\n\
    a2,person,\"Petrov, Ivan\",RU,IVAN@example.org,+79261234568,\"1 Tverskaya, Moscow\",acct-2\n\
    a3,person,Iwan Petrow,RU,other@example.org,+79261234569,\"9 Arbat, Moscow\",acct-3\n\
    a4,person,Ana Lima,BR,ana@example.com.br,+79261234567,\"Rua A 1, Rio\",acct-4\n";

fn bench() -> Bench {
    let bench = Bench::new();
    let table = Table::read(&bench.file("r.csv", REGISTER.as_bytes())).unwrap();
    bench
        .vault
        .import(&table, &table.guess(), false, false, &Unwatched)
        .unwrap();
    bench
}

fn candidates(bench: &Bench) -> Vec<(String, String, i32)> {
    let found = bench
        .vault
        .duplicates(&c::DuplicatesReq { customer: None })
        .unwrap();
    found
        .candidates
        .into_iter()
        .map(|one| (one.one.r#ref, one.other.r#ref, one.score))
        .collect()
}

pub(crate) fn merge(
    bench: &Bench,
    keep: &str,
    other: &str,
    takes: &[(&str, &str)],
) -> Result<c::CustomerView, desk::Error> {
    let preview = bench
        .vault
        .merge_preview(&c::MergePreviewReq {
            keep: keep.to_owned(),
            other: other.to_owned(),
        })
        .unwrap();
    bench.vault.customers_merge(&c::MergeReq {
        keep: keep.to_owned(),
        keep_revision: preview.kept.revision,
        other: other.to_owned(),
        other_revision: preview.other.revision,
        takes: takes
            .iter()
            .map(|(id, take)| c::MergeTake {
                id: (*id).to_owned(),
                take: (*take).to_owned(),
            })
            .collect(),
        reason: "He signed up twice".to_owned(),
    })
}

fn undo(bench: &Bench, keep: &str, other: &str) -> Result<c::CustomerView, desk::Error> {
    bench.vault.merge_undo(&c::MergeUndoReq {
        keep: keep.to_owned(),
        other: other.to_owned(),
    })
}

#[test]
fn a_candidate_comes_with_its_reasons_and_goes_when_a_person_keeps_two_apart() {
    let bench = bench();
    let found = candidates(&bench);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].0.as_str(), found[0].1.as_str()),
        ("C-000001", "C-000002")
    );
    let one = bench
        .vault
        .duplicates(&c::DuplicatesReq {
            customer: Some("C-000002".to_owned()),
        })
        .unwrap()
        .candidates
        .remove(0);
    let words: Vec<&str> = one
        .reasons
        .iter()
        .map(|reason| reason.words.as_str())
        .collect();
    assert!(
        words.contains(&"The same e-mail, ivan@example.org"),
        "{words:?}"
    );
    assert!(
        words.iter().any(|word| word.contains("another order")),
        "{words:?}"
    );
    let apart = |reason: &str| {
        bench.vault.duplicate_apart(&c::ApartReq {
            one: "C-000002".to_owned(),
            other: "C-000001".to_owned(),
            reason: reason.to_owned(),
        })
    };
    assert_eq!(said(apart(" ")).0, "E-APART-REASON");
    apart("Father and son; two passports seen").unwrap();
    assert!(
        candidates(&bench).is_empty(),
        "what was decided is not asked again"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_merge_moves_everything_and_is_taken_back_as_one() {
    let bench = bench();
    let before = bench.vault.customer_show("C-000001").unwrap();
    let view = merge(&bench, "C-000001", "C-000002", &[("phone", "both")]).unwrap();
    let accounts: Vec<&str> = view
        .accounts
        .iter()
        .map(|one| one.account_ref.as_str())
        .collect();
    assert_eq!(accounts, ["acct-1", "acct-2"]);
    let phones = view
        .sections
        .iter()
        .flat_map(|section| &section.fields)
        .find(|field| field.id == "phone")
        .unwrap();
    assert_eq!(phones.values.len(), 2);
    let gone = bench.vault.customer_show("C-000002").unwrap();
    assert_eq!(gone.row.status, "merged");
    assert!(gone.accounts.is_empty() && gone.moves.is_empty());
    assert_eq!(
        bench.vault.customer_show("a2").unwrap().row.r#ref,
        "C-000001",
        "the provider's own id now means the record that was kept"
    );
    assert!(candidates(&bench).is_empty());
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
    let back = undo(&bench, "C-000001", "C-000002").unwrap();
    assert_eq!(back.sections, before.sections);
    assert_eq!(back.accounts, before.accounts);
    let other = bench.vault.customer_show("C-000002").unwrap();
    assert_eq!(other.row.status, "draft");
    assert_eq!(other.accounts.len(), 1);
    assert_eq!(candidates(&bench).len(), 1, "it is a candidate again");
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
    assert_eq!(said(undo(&bench, "C-000001", "C-000002")).0, "E-MERGE-NONE");
}

#[test]
fn a_merge_that_was_built_on_stays_and_says_what_was_built() {
    let bench = bench();
    merge(&bench, "C-000001", "C-000002", &[]).unwrap();
    bench
        .vault
        .notice_record(&c::NoticeRecordReq {
            r#ref: "C-000001".to_owned(),
            delivered_on: "2026-03-01".to_owned(),
            channel: "form".to_owned(),
        })
        .unwrap();
    let (code, words) = said(undo(&bench, "C-000001", "C-000002"));
    assert_eq!(code, "E-MERGE-BUILT");
    assert!(words.contains("Notice shown"), "{words}");
}

#[test]
fn a_record_is_merged_once_and_never_with_itself_or_under_a_hold() {
    let bench = bench();
    assert_eq!(
        said(merge(&bench, "C-000001", "C-000001", &[])).0,
        "E-MERGE-BLOCKED"
    );
    assert_eq!(
        said(merge(
            &bench,
            "C-000001",
            "C-000002",
            &[("full_legal_name", "both")]
        ))
        .0,
        "E-MERGE-TAKE"
    );
    merge(&bench, "C-000001", "C-000002", &[]).unwrap();
    assert_eq!(
        said(merge(&bench, "C-000003", "C-000002", &[])).0,
        "E-MERGE-BLOCKED"
    );
    bench
        .vault
        .hold_place(&c::HoldPlaceReq {
            scope: vec!["C-000003".to_owned()],
            reason: "Subpoena".to_owned(),
            authority: "Court".to_owned(),
            placed_on: None,
        })
        .unwrap();
    let (_, words) = said(merge(&bench, "C-000001", "C-000003", &[]));
    assert!(words.contains("H-0001"), "{words}");
}

#[test]
fn the_radar_names_who_shares_a_telephone_and_an_address_on_the_net() {
    let bench = bench();
    let log = "account,time,ip,action\n\
        acct-3,2026-02-01T08:00:00Z,203.0.113.9,login\n\
        acct-4,2026-02-02T08:00:00Z,203.0.113.9,login\n\
        acct-1,2026-02-02T08:00:00Z,203.0.113.7,login\n\
        acct-9,2026-02-02T08:00:00Z,203.0.113.7,login\n";
    bench
        .vault
        .access_import(
            &bench.file("l.csv", log.as_bytes()),
            desk::AccessHow::default(),
            &Unwatched,
        )
        .unwrap();
    let radar = |customer: Option<&str>| {
        let req = c::RadarReq {
            customer: customer.map(str::to_owned),
            kind: None,
        };
        bench.vault.radar(&req).unwrap().hits
    };
    let all: Vec<(String, String, Vec<String>)> = radar(None)
        .into_iter()
        .map(|hit| {
            (
                hit.kind,
                hit.value,
                hit.who.into_iter().map(|one| one.r#ref).collect(),
            )
        })
        .collect();
    let has = |kind: &str, value: &str, who: &[&str]| {
        all.iter()
            .any(|hit| hit.0 == kind && hit.1 == value && hit.2 == who)
    };
    assert!(
        has("ip", "203.0.113.9", &["C-000003", "C-000004"]),
        "{all:?}"
    );
    assert!(
        has("phone", "+79261234567", &["C-000001", "C-000004"]),
        "{all:?}"
    );
    assert!(
        has("address", "1 Tverskaya, Moscow", &["C-000001", "C-000002"]),
        "{all:?}"
    );
    assert!(
        !all.iter().any(|hit| hit.1 == "203.0.113.7"),
        "an account that nobody has connects nobody"
    );
    let mine = radar(Some("C-000004"));
    assert_eq!(mine.len(), 2, "{mine:?}");
}

#[test]
fn finding_duplicates_reads_each_mark_once_however_many_customers_there_are() {
    let bench = Bench::new();
    let mut rows = String::from("external_id,party_type,name,country,email\n");
    for n in 0..400 {
        // Every other pair is the same person twice; one mailbox is everybody's.
        rows.push_str(&format!(
            "x{n},person,Person Nr{} Sample{},DE,all@example.org\n",
            n / 2,
            n / 2
        ));
    }
    let table = Table::read(&bench.file("r.csv", rows.as_bytes())).unwrap();
    bench
        .vault
        .import(&table, &table.guess(), false, false, &Unwatched)
        .unwrap();
    let found = bench
        .vault
        .duplicates(&c::DuplicatesReq { customer: None })
        .unwrap();
    assert_eq!(found.candidates.len(), 200);
    assert!(
        found.too_common >= 1,
        "a mailbox of four hundred says nothing about two of them"
    );
}
