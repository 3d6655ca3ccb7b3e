//! The worked examples, and the laws that hold for every date.

use super::{arithmetic::is_business, *};
use proptest::prelude::*;

fn main_pack() -> &'static RulePack {
    RulePack::builtin("us-iaas-nprm-2024").unwrap()
}

/// Runs a file of worked examples; each names its pack, or the file does. Gives how many there were.
fn work_through(text: &str) -> usize {
    let file: serde_json::Value = serde_json::from_str(text).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    for vector in vectors {
        let id = vector["id"].as_str().unwrap();
        let pack = vector["pack"].as_str().or(file["pack"].as_str()).unwrap();
        let pack = RulePack::builtin(pack).unwrap();
        let anchors = vector["at"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, at)| (name.clone(), Moment::parse(at.as_str().unwrap()).unwrap()))
            .collect();
        let zone: Tz = vector["zone"].as_str().unwrap().parse().unwrap();
        let computed = compute(pack, vector["clock"].as_str().unwrap(), &anchors, zone)
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        let got = |name: &str| match name {
            "day0" => Some(computed.day0.to_string()),
            "due" => Some(computed.due.to_string()),
            "target" => computed.target.map(|date| date.to_string()),
            "cutoff" => computed
                .cutoff
                .map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
            "eligible_on" => computed.eligible_on.map(|date| date.to_string()),
            other => panic!("{id}: unknown expectation {other}"),
        };
        for (name, expected) in vector["expect"].as_object().unwrap() {
            assert_eq!(
                got(name).as_deref(),
                expected.as_str(),
                "{id} ({}): {name}",
                vector["shows"]
            );
        }
    }
    vectors.len()
}

#[test]
fn every_worked_example_comes_out_as_written() {
    let fixture = include_str!("../../../../../tests/fixtures/clock-vectors.json");
    assert!(
        work_through(fixture) >= 35,
        "the file of worked examples is whole"
    );
}

#[test]
fn every_worked_example_of_the_other_packs_comes_out_as_written() {
    let fixture = include_str!("../../../../../tests/fixtures/clock-vectors-packs.json");
    assert!(
        work_through(fixture) >= 20,
        "the file of worked examples is whole"
    );
}

#[test]
fn what_is_no_moment_is_refused_with_its_code() {
    for (text, code) in [
        ("2026-02-30", "E-CLOCK-DATE"),
        ("24/11/2026", "E-CLOCK-DATE"),
        ("", "E-CLOCK-DATE"),
        ("2026-11-24T10:00:00", "E-CLOCK-ZONE"),
        ("2026-11-24 10:00", "E-CLOCK-ZONE"),
        ("0000-01-01", "E-CLOCK-YEAR"),
        ("9999-12-31", "E-CLOCK-YEAR"),
    ] {
        assert_eq!(Moment::parse(text).unwrap_err().code(), code, "{text}");
    }
}

#[test]
fn a_trigger_that_the_clock_does_not_have_is_named() {
    let anchors = BTreeMap::from([("evidence".to_owned(), Moment::parse("2026-11-24").unwrap())]);
    let error = compute(main_pack(), "CLK-CIP-REQ", &anchors, Tz::America__New_York).unwrap_err();
    assert!(
        error.to_string().contains("department_request_received"),
        "{error} must name the right trigger"
    );
}

/// Day counting by Julian day numbers (Fliegel and Van Flandern), independent of the calendar library.
fn julian(date: NaiveDate) -> i64 {
    let (y, m, d) = (
        i64::from(date.year()),
        i64::from(date.month()),
        i64::from(date.day()),
    );
    let a = (m - 14) / 12;
    (1461 * (y + 4800 + a)) / 4 + (367 * (m - 2 - 12 * a)) / 12 - (3 * ((y + 4900 + a) / 100)) / 4
        + d
        - 32075
}

const ZONES: [Tz; 6] = [
    Tz::America__New_York,
    Tz::America__Los_Angeles,
    Tz::Asia__Tokyo,
    Tz::Pacific__Honolulu,
    Tz::Pacific__Kiritimati,
    Tz::Europe__Berlin,
];

fn one(clock: &str, moment: Moment, zone: Tz) -> Computed {
    let anchors = main_pack()
        .clock(clock)
        .unwrap()
        .anchors
        .iter()
        .map(|anchor| (anchor.clone(), moment))
        .collect();
    compute(main_pack(), clock, &anchors, zone).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_later_trigger_never_gives_an_earlier_due_date(seconds in 0i64..3_000_000_000, later in 0i64..10_000_000, zone in 0usize..6) {
        let (a, b) = (DateTime::from_timestamp(seconds, 0).unwrap(), DateTime::from_timestamp(seconds + later, 0).unwrap());
        for clock in ["CLK-CIP-REQ", "CLK-RESELLER-TERM", "CLK-RETAIN", "CLK-ANNUAL", "CLK-SM-START"] {
            prop_assert!(one(clock, Moment::Instant(a), ZONES[zone]).due <= one(clock, Moment::Instant(b), ZONES[zone]).due);
        }
    }

    #[test]
    fn calendar_days_agree_with_julian_day_numbers(days in 0i64..80_000) {
        let date = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + Duration::days(days);
        let computed = one("CLK-RESELLER-TERM", Moment::Date(date), Tz::Asia__Tokyo);
        prop_assert_eq!(julian(computed.due) - julian(date), 30);
    }

    #[test]
    fn the_target_is_a_business_day_not_after_the_due_date(days in 18_300i64..25_500) {
        let date = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + Duration::days(days);
        let computed = one("CLK-CIP-REQ", Moment::Date(date), Tz::America__New_York);
        let target = computed.target.unwrap();
        prop_assert!(target <= computed.due && is_business(main_pack(), target));
        prop_assert!((computed.due - target).num_days() <= 4, "no run of closed days is longer");
    }

    #[test]
    fn at_the_cut_off_it_is_still_the_due_day_in_both_zones(seconds in 0i64..3_000_000_000, zone in 0usize..6) {
        let computed = one("CLK-CIP-REQ", Moment::Instant(DateTime::from_timestamp(seconds, 0).unwrap()), ZONES[zone]);
        let cutoff = computed.cutoff.unwrap();
        for zone in [ZONES[zone], Tz::America__New_York] {
            prop_assert!(cutoff.with_timezone(&zone).date_naive() <= computed.due);
        }
    }

    #[test]
    fn a_minimum_never_ends_before_the_same_years_as_a_deadline(days in 0i64..70_000) {
        let date = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + Duration::days(days);
        let (kept, limit) = (add_years(date, 2, true).unwrap(), add_years(date, 2, false).unwrap());
        prop_assert!(kept >= limit && (kept - limit).num_days() <= 1);
    }
}
