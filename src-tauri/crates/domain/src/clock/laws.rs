//! Laws that hold for every clock of every pack, and the calendar counted a second time: with numbers only, by other algorithms, without the
//! calendar library and without the zone database.

use super::{arithmetic::is_business, *};
use proptest::prelude::*;
use std::collections::BTreeSet;

const ZONES: [Tz; 8] = [
    Tz::America__New_York,
    Tz::America__Los_Angeles,
    Tz::Asia__Tokyo,
    Tz::Asia__Kolkata,
    Tz::Pacific__Honolulu,
    Tz::Pacific__Kiritimati,
    Tz::Europe__Berlin,
    Tz::Australia__Lord_Howe,
];

fn pack(id: &str) -> &'static RulePack {
    RulePack::builtin(id).unwrap()
}

/// The same moment for every trigger.
fn at(rule: &ClockRule, moment: Moment) -> BTreeMap<String, Moment> {
    rule.anchors
        .iter()
        .map(|anchor| (anchor.clone(), moment))
        .collect()
}

fn every_clock() -> impl Iterator<Item = (&'static RulePack, &'static ClockRule)> {
    RulePack::builtins()
        .iter()
        .flat_map(|pack| pack.clocks().iter().map(move |rule| (pack, rule)))
}

fn instant(seconds: i64) -> Moment {
    Moment::Instant(DateTime::from_timestamp(seconds, 0).unwrap())
}

fn day(number: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + Duration::days(number)
}

/// A calendar of numbers. Days are counted from March 1 of year 0, so that a leap day is the last of its year.
mod numbers {
    /// The number of a civil day.
    pub(super) fn of(year: i64, month: i64, day: i64) -> i64 {
        let before = |year: i64| {
            365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400)
        };
        let (year, month) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let months = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];
        before(year) + months[usize::try_from(month).unwrap()] + day - 1
    }

    /// 0 is Sunday. By Zeller, from the civil day and not from the number.
    pub(super) fn weekday(year: i64, month: i64, day: i64) -> i64 {
        let (year, month) = if month > 2 {
            (year, month)
        } else {
            (year - 1, month + 12)
        };
        let (of_century, century) = (year.rem_euclid(100), year.div_euclid(100));
        let zeller =
            day + 13 * (month + 1) / 5 + of_century + of_century / 4 + century / 4 + 5 * century;
        (zeller + 6).rem_euclid(7)
    }

    pub(super) fn is_leap(year: i64) -> bool {
        of(year + 1, 1, 1) - of(year, 1, 1) == 366
    }

    /// Seconds by which New York is behind UTC when a day ends there, by the rule of 2007: summer time from the second Sunday of March
    /// to the first Sunday of November.
    pub(super) fn new_york_behind(year: i64, month: i64, day: i64) -> i64 {
        let sunday = |month: i64, nth: i64| {
            let first = weekday(year, month, 1);
            (7 - first) % 7 + 1 + 7 * (nth - 1)
        };
        let after_start = (month, day) >= (3, sunday(3, 2));
        let before_end = (month, day) < (11, sunday(11, 1));
        if after_start && before_end {
            4 * 3_600
        } else {
            5 * 3_600
        }
    }
}

/// Year, month and day, read from the text of a date and not from its fields.
fn civil(date: NaiveDate) -> (i64, i64, i64) {
    let text = date.to_string();
    let part = |range: std::ops::Range<usize>| text[range].parse().unwrap();
    (part(0..4), part(5..7), part(8..10))
}

fn number(date: NaiveDate) -> i64 {
    let (year, month, day) = civil(date);
    numbers::of(year, month, day)
}

/// The numbers of a pack's holidays, read from its text.
fn holidays(pack: &RulePack) -> BTreeSet<i64> {
    pack.toml()
        .lines()
        .filter_map(|line| line.strip_prefix("date = \"")?.strip_suffix('"'))
        .map(|text| {
            let mut parts = text.split('-').map(|part| part.parse().unwrap());
            let mut next = || parts.next().unwrap();
            numbers::of(next(), next(), next())
        })
        .collect()
}

/// How many business days lie after one day and up to another: whole weeks, the rest, less the holidays on weekdays.
fn business_between(from: NaiveDate, to: NaiveDate, closed: &BTreeSet<i64>) -> i64 {
    let (year, month, day) = civil(from);
    let (a, b) = (number(from), number(to));
    let first = numbers::weekday(year, month, day);
    let weekday = |number: i64| (first + number - a).rem_euclid(7);
    let open = |number: i64| !matches!(weekday(number), 0 | 6);
    let weeks = (b - a) / 7;
    let rest = (a + 7 * weeks + 1..=b)
        .filter(|number| open(*number))
        .count();
    let shut = closed
        .range(a + 1..=b)
        .filter(|number| open(**number))
        .count();
    5 * weeks + i64::try_from(rest).unwrap() - i64::try_from(shut).unwrap()
}

/// The main pack with the day of one zone alone.
fn lenient() -> &'static [RulePack] {
    static PACKS: std::sync::OnceLock<Vec<RulePack>> = std::sync::OnceLock::new();
    PACKS.get_or_init(|| {
        let text = pack("us-iaas-nprm-2024").toml();
        ["agency", "org"]
            .map(|policy| {
                let policy = format!("zone_policy = \"{policy}\"");
                assert!(text.contains("zone_policy = \"strict\""));
                RulePack::parse(&text.replacen("zone_policy = \"strict\"", &policy, 1)).unwrap()
            })
            .into()
    })
}

#[test]
fn the_second_calendar_is_right_where_it_can_be_looked_up() {
    assert_eq!(numbers::of(1970, 1, 1) - numbers::of(1969, 12, 31), 1);
    assert_eq!(
        numbers::of(2000, 3, 1) - numbers::of(2000, 2, 28),
        2,
        "2000 was a leap year"
    );
    assert_eq!(
        numbers::of(1900, 3, 1) - numbers::of(1900, 2, 28),
        1,
        "1900 was none"
    );
    assert_eq!(numbers::weekday(2026, 11, 24), 2, "a Tuesday");
    assert_eq!(numbers::weekday(2000, 1, 1), 6, "a Saturday");
    assert_eq!(
        numbers::new_york_behind(2025, 3, 9),
        4 * 3_600,
        "that day ends in summer time"
    );
    assert_eq!(numbers::new_york_behind(2025, 3, 8), 5 * 3_600);
    assert_eq!(numbers::new_york_behind(2025, 11, 2), 5 * 3_600);
}

#[test]
fn a_roll_moves_a_closed_day_forward_and_nothing_else() {
    let main = pack("us-iaas-nprm-2024").toml();
    let rolled =
        RulePack::parse(&main.replacen("weekend_roll = \"none\"", "weekend_roll = \"forward\"", 1))
            .unwrap();
    let due = |clock: &str, on: &str| {
        let anchors = at(rolled.clock(clock).unwrap(), Moment::parse(on).unwrap());
        let computed = compute(&rolled, clock, &anchors, Tz::America__New_York).unwrap();
        (
            computed.due.to_string(),
            computed.target == Some(computed.due),
        )
    };
    assert_eq!(
        due("CLK-AI-DIRECT", "2025-02-14"),
        ("2025-03-03".into(), true),
        "V02 rolled"
    );
    assert_eq!(
        due("CLK-CIP-REQ", "2025-12-15"),
        ("2025-12-26".into(), true),
        "V06 rolled"
    );
    assert_eq!(
        due("CLK-CIP-REQ", "2025-11-14"),
        ("2025-11-24".into(), true),
        "V05 is open"
    );
}

#[test]
fn years_without_listed_holidays_are_said_so() {
    let said = |on: &str| {
        let main = pack("us-iaas-nprm-2024");
        let anchors = at(
            main.clock("CLK-CIP-REQ").unwrap(),
            Moment::parse(on).unwrap(),
        );
        let computed = compute(main, "CLK-CIP-REQ", &anchors, Tz::America__New_York).unwrap();
        computed
            .steps
            .iter()
            .any(|step| step.contains("does not list the holidays"))
    };
    assert!(said("2040-12-30") && !said("2040-12-01"));
}

#[test]
fn a_limit_of_hours_has_no_earlier_day_to_aim_for() {
    let certin = pack("in-certin-2022");
    let rule = certin.clock("CLK-IN-INCIDENT").unwrap();
    // A Saturday: the business day before lies before the incident.
    let anchors = at(rule, Moment::parse("2026-11-28T08:00:00Z").unwrap());
    let computed = compute(certin, &rule.id, &anchors, Tz::Asia__Kolkata).unwrap();
    assert_eq!(computed.target, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_later_trigger_never_ends_any_clock_earlier(seconds in 0i64..4_000_000_000, later in 0i64..10_000_000, zone in 0usize..8) {
        for (pack, rule) in every_clock() {
            let end = |seconds| compute(pack, &rule.id, &at(rule, instant(seconds)), ZONES[zone]).unwrap();
            let (a, b) = (end(seconds), end(seconds + later));
            prop_assert!(a.due <= b.due && a.target <= b.target && a.cutoff <= b.cutoff && a.eligible_on <= b.eligible_on, "{}", rule.id);
        }
    }

    #[test]
    fn no_clock_ends_before_it_began(number in 0i64..40_000, zone in 0usize..8) {
        for (pack, rule) in every_clock() {
            let computed = compute(pack, &rule.id, &at(rule, Moment::Date(day(number))), ZONES[zone]).unwrap();
            prop_assert!(computed.day0 <= computed.due, "{}", rule.id);
        }
    }

    #[test]
    fn what_is_known_later_is_never_due_earlier(transaction in 18_000i64..20_000, known in 17_950i64..20_050, later in 0i64..60) {
        let main = pack("us-iaas-nprm-2024");
        let due = |known: i64| {
            let anchors = BTreeMap::from([
                ("transaction".to_owned(), Moment::Date(day(transaction))),
                ("knowledge".to_owned(), Moment::Date(day(known))),
            ]);
            compute(main, "CLK-AI-DIRECT", &anchors, Tz::America__New_York).unwrap().due
        };
        prop_assert!(due(known) <= due(known + later));
        prop_assert!(due(known) >= day(known), "nobody can report before it is known");
        prop_assert!(due(known) <= day(known + 15), "fifteen days after knowledge are the most");
    }

    #[test]
    fn the_strict_policy_is_never_later_than_either_zone_alone(seconds in 0i64..4_000_000_000, zone in 0usize..8) {
        let end = |pack: &RulePack, id: &str| compute(pack, id, &at(pack.clock(id).unwrap(), instant(seconds)), ZONES[zone]).unwrap();
        let main = pack("us-iaas-nprm-2024");
        let strict = end(main, "CLK-CIP-REQ");
        for other in lenient() {
            let lenient = end(other, "CLK-CIP-REQ");
            prop_assert!(strict.due <= lenient.due && strict.cutoff <= lenient.cutoff);
            prop_assert!(end(main, "CLK-RETAIN").due >= end(other, "CLK-RETAIN").due, "a minimum is never shorter");
        }
    }

    #[test]
    fn targets_and_ends_in_business_days_are_business_days(number in 18_300i64..22_000, zone in 0usize..8) {
        for (pack, rule) in every_clock() {
            let computed = compute(pack, &rule.id, &at(rule, Moment::Date(day(number))), ZONES[zone]).unwrap();
            prop_assert!(computed.target.is_none_or(|target| target <= computed.due && is_business(pack, target)), "{}", rule.id);
            if rule.unit == Unit::BusinessDays {
                prop_assert!(is_business(pack, computed.due) && computed.target == Some(computed.due), "{}", rule.id);
            }
        }
    }

    #[test]
    fn business_days_agree_with_a_count_by_weeks(number in 19_700i64..23_000) {
        let policy = pack("internal-policy");
        let closed = holidays(policy);
        for rule in policy.clocks().iter().filter(|rule| rule.unit == Unit::BusinessDays) {
            let computed = compute(policy, &rule.id, &at(rule, Moment::Date(day(number))), Tz::America__New_York).unwrap();
            prop_assert_eq!(business_between(day(number), computed.due, &closed), i64::from(rule.n));
        }
    }

    #[test]
    fn days_and_years_agree_with_a_calendar_of_numbers(serial in 0i64..70_000) {
        for (pack, rule) in every_clock() {
            let from = day(serial);
            let computed = compute(pack, &rule.id, &at(rule, Moment::Date(from)), Tz::America__New_York).unwrap();
            match rule.unit {
                Unit::CalendarDays => prop_assert_eq!(number(computed.due) - number(from), i64::from(rule.n)),
                Unit::Years => {
                    let (year, month, of_month) = civil(from);
                    let year = year + i64::from(rule.n);
                    let moved = (month, of_month) == (2, 29) && !numbers::is_leap(year);
                    let expected = match (moved, rule.direction) {
                        (false, _) => numbers::of(year, month, of_month),
                        (true, Direction::Minimum) => numbers::of(year, 3, 1),
                        (true, _) => numbers::of(year, 2, 28),
                    };
                    prop_assert_eq!(number(computed.due), expected);
                }
                Unit::BusinessDays | Unit::Hours => {}
            }
        }
    }

    #[test]
    fn cut_offs_in_new_york_agree_with_the_rule_of_summer_time(number_of_day in 13_900i64..30_000) {
        let main = pack("us-iaas-nprm-2024");
        let rule = main.clock("CLK-CIP-REQ").unwrap();
        let computed = compute(main, &rule.id, &at(rule, Moment::Date(day(number_of_day))), Tz::America__New_York).unwrap();
        let (year, month, of_month) = civil(computed.due);
        let midnight = (number(computed.due) + 1 - numbers::of(1970, 1, 1)) * 86_400;
        prop_assert_eq!(computed.cutoff.unwrap().timestamp(), midnight - 1 + numbers::new_york_behind(year, month, of_month));
    }

    #[test]
    fn hours_end_to_the_second(seconds in 0i64..4_000_000_000, zone in 0usize..8) {
        let certin = pack("in-certin-2022");
        let rule = certin.clock("CLK-IN-INCIDENT").unwrap();
        let computed = compute(certin, &rule.id, &at(rule, instant(seconds)), ZONES[zone]).unwrap();
        prop_assert_eq!(computed.cutoff.unwrap().timestamp(), seconds + 6 * 3_600);
    }

    #[test]
    fn a_rolling_window_holds_exactly_what_must_still_be_kept(made in 10_000i64..30_000, after in 170i64..190) {
        let certin = pack("in-certin-2022");
        let rule = certin.clock("CLK-IN-LOGS").unwrap();
        let computed = compute(certin, &rule.id, &at(rule, Moment::Date(day(made))), Tz::Asia__Kolkata).unwrap();
        let today = day(made + after);
        let must_keep = today < computed.eligible_on.unwrap();
        prop_assert_eq!(must_keep, day(made) >= window_start(rule, today).unwrap());
    }

    #[test]
    fn the_latest_of_two_triggers_is_the_end_of_the_later_one(a in 10_000i64..30_000, b in 10_000i64..30_000) {
        let main = pack("us-iaas-nprm-2024");
        let end = |closed: i64, accessed: i64| {
            let anchors = BTreeMap::from([
                ("account_closed".to_owned(), Moment::Date(day(closed))),
                ("last_accessed".to_owned(), Moment::Date(day(accessed))),
            ]);
            compute(main, "CLK-RETAIN", &anchors, Tz::America__New_York).unwrap().due
        };
        prop_assert_eq!(end(a, b), end(b, a));
        prop_assert_eq!(end(a, b), end(a.max(b), a.max(b)));
    }
}
