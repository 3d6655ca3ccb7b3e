//! The invariants of the customer's case (domain 3.1) that show in a whole vault: (iii) and (iv). That (i) no account of a foreign or
//! undetermined person is free unless verified, and that (ii) nobody is cleared with an owner who is not determined, is tested for every
//! state beside the machine (`domain::onboarding`), and for every random history (`histories`).

use crate::{
    bench::Bench,
    conduct::{account, advance, in_use},
    customers::write,
};
use contract as c;
use desk::Unwatched;

/// What the access log knows of the account: each record, whatever becomes of the case.
fn log(bench: &Bench) -> Vec<(String, Option<String>)> {
    let asked = crate::access::asked(Some("acct-1"), None, None, None);
    let rows = bench.vault.access_list(&asked).unwrap().rows;
    rows.into_iter().map(|row| (row.at, row.ip)).collect()
}

/// Invariant (iii).
#[test]
fn access_records_are_the_accounts_and_stay_when_the_case_opens_again_closes_and_opens_once_more() {
    let bench = Bench::new();
    let customer = in_use(&bench);
    let rows = "account,time,ip,action\n\
        acct-1,2026-03-01T08:00:00Z,203.0.113.7,login\n\
        acct-1,2026-03-01T09:00:00Z,,login\n";
    let file = bench.file("log.csv", rows.as_bytes());
    bench
        .vault
        .access_import(&file, desk::AccessHow::default(), &Unwatched)
        .unwrap();
    let before = log(&bench);
    assert_eq!(before.len(), 2);
    let stays = |when: &str| assert_eq!(log(&bench), before, "{when}");

    write(
        &bench,
        &customer,
        &[("street_address", "2 Rue Verte, Lyon")],
    )
    .unwrap();
    stays("the case is open again");
    advance(&bench, &customer, "verifying");
    advance(&bench, &customer, "verified");
    stays("it is settled again");
    account(&bench, &customer, "closed", Some("2026-03-02")).unwrap();
    advance(&bench, &customer, "closed_account");
    stays("the customer left");
    advance(&bench, &customer, "collecting");
    stays("the customer came back");
    let view = bench.vault.customer_show(&customer).unwrap();
    assert_eq!(view.accounts[0].access_records, 2);
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

/// Invariant (iv).
#[test]
fn another_name_or_address_is_a_new_dated_value_beside_the_old_ones() {
    let bench = Bench::new();
    let customer = in_use(&bench);
    let values = [
        ("full_legal_name", ["Anna Weber-Lind", "Anna Lind"]),
        (
            "street_address",
            ["2 Rue Verte, Lyon", "3 Calle Mayor, Madrid"],
        ),
    ];
    for turn in 0..2 {
        for (field, values) in values {
            bench.now(&format!("2026-03-0{}T17:00:00Z", 3 + turn));
            write(&bench, &customer, &[(field, values[turn])]).unwrap();
        }
    }
    for (field, [second, third]) in values {
        let past = bench
            .vault
            .field_history(&c::FieldReq {
                customer: customer.clone(),
                field: field.to_owned(),
            })
            .unwrap();
        assert_eq!(past.len(), 3, "{field}: {past:?}");
        assert!(past[0].source.contains("r.csv"), "{}", past[0].source);
        assert_eq!((&*past[1].values[0], &*past[2].values[0]), (second, third));
        let days: Vec<&str> = past
            .iter()
            .filter_map(|one| one.recorded_at.get(..10))
            .collect();
        assert_eq!(days, ["2026-03-02", "2026-03-03", "2026-03-04"]);
        assert!(past.windows(2).all(|two| two[0].entry < two[1].entry));
    }
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
#[should_panic(expected = "a read inside a read")]
fn a_read_inside_a_read_ends_the_test_that_meets_it() {
    let bench = crate::bench::Bench::new();
    let _ = bench
        .vault
        .read(|_| bench.vault.read(|read| Ok(read.head()?.count)));
}

#[test]
#[should_panic(expected = "a write inside a read")]
fn a_write_inside_a_read_ends_the_test_that_meets_it() {
    let bench = crate::bench::Bench::new();
    let _ = bench.vault.read(|_| Ok(bench.customer("Ada", "GB")));
}

#[test]
fn a_panic_while_reading_takes_no_reader_along() {
    let bench = crate::bench::Bench::new();
    for _ in 0..4 {
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _ = bench.vault.read::<()>(|_| panic!("meant to"));
        }));
        assert!(panicked.is_err());
    }
    assert!(bench.vault.read(|read| Ok(read.head()?.count)).unwrap() > 0);
}
