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
