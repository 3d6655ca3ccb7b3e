//! Deadlines: where they stand on Today, what stops them, and that no computer's clock makes one look better.

use crate::bench::{ALONE, Bench, said};
use contract::Band;

fn band_of(bench: &Bench, clock: &str) -> Option<Band> {
    let today = bench.vault.today_view().unwrap();
    today
        .bands
        .iter()
        .find(|band| band.rows.iter().any(|row| row.r#ref == clock))
        .map(|band| band.band)
}

#[test]
fn a_request_moves_through_the_bands_day_by_day() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    assert_eq!(
        opened.due, "2026-03-12",
        "ten calendar days, day 0 not counted"
    );
    for (instant, band) in [
        ("2026-03-02T17:00:00Z", Band::NextTen),
        ("2026-03-09T16:00:00Z", Band::NextThree),
        ("2026-03-12T16:00:00Z", Band::DueToday),
        ("2026-03-13T03:59:59Z", Band::DueToday),
        ("2026-03-13T04:00:00Z", Band::Overdue),
    ] {
        bench.now(instant);
        assert_eq!(band_of(&bench, &opened.clock), Some(band), "at {instant}");
    }
}

#[test]
fn sending_stops_the_clock_and_its_lateness_stays_for_ever() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    let filing = opened.filing.unwrap();
    bench.now("2026-03-15T16:00:00Z");
    bench.seal(&filing, Some(ALONE)).unwrap();
    assert_eq!(
        band_of(&bench, &opened.clock),
        Some(Band::Overdue),
        "sealing alone stops nothing"
    );
    bench.sent(&filing, "2026-03-14").unwrap();
    assert_eq!(band_of(&bench, &opened.clock), None);
    let row = bench.vault.clock_show(&opened.clock).unwrap().row;
    assert_eq!(
        (row.status.as_str(), row.standing.as_str()),
        ("satisfied", "satisfied, 2 days late")
    );
    bench.now("2028-01-01T00:00:00Z");
    let later = bench.vault.clock_show(&opened.clock).unwrap().row;
    assert_eq!(later.standing, row.standing, "years change nothing of it");
}

#[test]
fn a_trigger_in_the_future_is_refused_and_starts_nothing() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let (code, sentence) = said(bench.request("2026-03-03", &[&reseller]));
    assert_eq!(code, "E-CLOCK-FUTURE");
    assert!(sentence.contains("Tue 2026-03-03"), "{sentence}");
    assert!(bench.vault.clock_list(true).unwrap().is_empty());
    assert!(
        bench.vault.case_list().unwrap().rows.is_empty(),
        "an act that fails leaves nothing"
    );
}

#[test]
fn a_date_that_is_none_is_said_to_be_none() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    for odd in [
        "2026-02-30",
        "yesterday",
        "0000-00-00",
        "2026-03-02T25:00:00Z",
        "",
    ] {
        let (code, sentence) = said(bench.request(odd, &[&reseller]));
        assert!(code.starts_with("E-CLOCK"), "{odd}: {code} {sentence}");
    }
}

#[test]
fn a_clock_that_was_set_back_makes_no_deadline_look_farther() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    bench.now("2026-03-11T16:00:00Z");
    bench.customer("Somebody", "DE");
    bench.now("2026-01-01T00:00:00Z");
    let row = bench.vault.clock_show(&opened.clock).unwrap().row;
    assert_eq!(
        row.days_left, 1,
        "today is never before the day of the last entry"
    );
}

#[test]
fn the_later_of_two_zones_is_today_and_the_earlier_is_day_nought() {
    // 03:30 UTC: October 1 in Tokyo, still September 30 in New York.
    let bench = Bench::at("2025-10-01T03:30:00Z", "Asia/Tokyo");
    let reseller = bench.reseller("Lion City");
    assert_eq!(bench.vault.today().to_string(), "2025-10-01");
    let opened = bench.request("2025-10-01T03:30:00Z", &[&reseller]).unwrap();
    assert_eq!(opened.due, "2025-10-10", "ten days from September 30");
}

#[test]
fn evidence_counts_thirty_days_from_its_receipt_and_is_marked_late_in_the_record() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench
        .vault
        .evidence_open(
            &contract::EvidenceOpenReq {
                reseller,
                received: "2026-01-31".to_owned(),
                summary: "No checks".to_owned(),
                handle: None,
            },
            Vec::new(),
        )
        .unwrap();
    assert_eq!(opened.due, "2026-03-02");
    let view = bench.vault.clock_show(&opened.clock).unwrap();
    assert!(
        view.events
            .iter()
            .any(|event| event.note.as_deref() == Some("recorded 30 days after")),
        "both dates are kept: {:?}",
        view.events
    );
    assert!(
        view.steps
            .iter()
            .any(|step| step.contains("30 calendar days"))
    );
}

#[test]
fn clocks_are_the_same_after_the_vault_was_opened_again() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    let before = bench.vault.clock_show(&opened.clock).unwrap();
    let bench = bench.reopened();
    let after = bench.vault.clock_show(&opened.clock).unwrap();
    assert_eq!(
        serde_json::to_value(&after).unwrap(),
        serde_json::to_value(&before).unwrap()
    );
}

fn correct(
    bench: &Bench,
    clock: &str,
    at: &str,
    reason: &str,
) -> Result<contract::ClockView, desk::Error> {
    bench.vault.clock_correct(&contract::ClockCorrectReq {
        r#ref: clock.to_owned(),
        at: at.to_owned(),
        reason: reason.to_owned(),
    })
}

#[test]
fn a_corrected_trigger_gives_a_new_date_and_keeps_the_old_one_with_its_reason() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let clock = bench.request("2026-02-27", &[&reseller]).unwrap().clock;
    assert_eq!(
        said(correct(&bench, &clock, "2026-02-25", " ")).0,
        "E-CLOCK-REASON"
    );
    assert_eq!(
        said(correct(&bench, &clock, "2026-03-09", "typo")).0,
        "E-CLOCK-FUTURE"
    );
    let view = correct(
        &bench,
        &clock,
        "2026-02-25",
        "The mail room had stamped it on the 25th",
    )
    .unwrap();
    assert_eq!(view.row.due, "2026-03-07", "ten days from the 25th");
    let kept = &view.revisions[0];
    assert_eq!(
        (
            kept.due_before.as_str(),
            kept.due_after.as_str(),
            kept.reason.as_str()
        ),
        (
            "2026-03-09",
            "2026-03-07",
            "The mail room had stamped it on the 25th"
        )
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_deadline_is_extended_by_a_written_grant_alone_and_never_shortened() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-02-27", &[&reseller]).unwrap();
    let extend = |due: &str, grant: &str| {
        bench.vault.clock_extend(&contract::ClockExtendReq {
            r#ref: opened.clock.clone(),
            due: due.to_owned(),
            grant: grant.to_owned(),
        })
    };
    assert_eq!(said(extend("2026-03-20", "")).0, "E-CLOCK-GRANT");
    assert_eq!(
        said(extend("2026-03-01", "BIS letter")).0,
        "E-CLOCK-EXTENSION"
    );
    let view = extend("2026-03-21", "BIS letter of 2026-03-02").unwrap();
    assert_eq!(view.row.due, "2026-03-21");
    assert_eq!(
        view.row.target.as_deref(),
        Some("2026-03-20"),
        "a Saturday: the business day before"
    );
    assert!(
        view.steps.last().unwrap().contains("2026-03"),
        "{:?}",
        view.steps
    );
    assert_eq!(
        view.revisions[0].due_before, "2026-03-09",
        "the old date stays visible"
    );
    bench
        .seal(opened.filing.as_deref().unwrap(), Some(ALONE))
        .unwrap();
    bench
        .sent(opened.filing.as_deref().unwrap(), "2026-03-02")
        .unwrap();
    assert_eq!(
        said(correct(&bench, &opened.clock, "2026-02-01", "why")).0,
        "E-CLOCK-STOPPED"
    );
}

#[test]
fn another_limit_is_tried_on_past_clocks_and_changes_none() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-02-20", &[&reseller]).unwrap();
    let ask = |n| {
        bench.vault.pack_simulate(&contract::PackSimulateReq {
            clock: "CLK-CIP-REQ".to_owned(),
            n,
        })
    };
    let five = ask(5).unwrap();
    assert_eq!((five.late_then, five.late_now), (0, 1));
    assert_eq!(
        (five.rows[0].due_now.as_str(), five.rows[0].days_late_now),
        ("2026-02-25", 5)
    );
    assert_eq!(ask(15).unwrap().late_now, 0);
    assert_eq!(said(ask(0)).0, "E-PACK-NUMBER");
    assert_eq!(
        bench.vault.clock_show(&opened.clock).unwrap().row.due,
        "2026-03-02"
    );
}
