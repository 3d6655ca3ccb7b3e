//! Packs as files: the built-in ones are read and honest, broken ones are refused with a place and a remedy.

use super::*;
use std::collections::BTreeSet;

const MAIN: &str = builtin::TEXTS[0];

fn main_pack() -> &'static RulePack {
    RulePack::builtin("us-iaas-nprm-2024").unwrap()
}

#[test]
fn every_built_in_pack_is_read() {
    for text in builtin::TEXTS {
        RulePack::parse(text).unwrap_or_else(|error| panic!("{error}"));
    }
    let ids: Vec<&str> = RulePack::builtins().iter().map(RulePack::id).collect();
    assert_eq!(
        ids,
        [
            "us-iaas-nprm-2024",
            "us-bank-cip",
            "in-certin-2022",
            "internal-policy"
        ]
    );
    let pack = main_pack();
    assert_eq!((pack.status(), pack.is_binding()), ("withdrawn", false));
    assert_eq!(
        pack.banner(),
        "Proposed in 2024, reported withdrawn; not in force."
    );
}

/// Breaks a pack by replacing a text once; gives the error.
fn broken(text: &str, from: &str, to: &str) -> PackError {
    assert!(text.contains(from), "the pack no longer holds {from}");
    RulePack::parse(&text.replacen(from, to, 1))
        .map(|_| panic!("{to} must be refused"))
        .unwrap_err()
}

#[test]
fn a_fault_is_named_with_its_place_its_remedy_and_its_code() {
    let policy = builtin::TEXTS[3];
    for (text, from, to, code, place) in [
        (
            MAIN,
            "cite = \"15 CFR 7.303, 7.305 (proposed)\"",
            "cite = \" \"",
            "E-PACK-CITE",
            "[[clock]] CLK-CIP-REQ, cite",
        ),
        (
            MAIN,
            "n = 10\n",
            "n = 99999\n",
            "E-PACK-NUMBER",
            "[[clock]] CLK-CIP-REQ, n",
        ),
        (MAIN, "n = 10\n", "n = -1\n", "E-PACK-READ", "line "),
        (MAIN, "n = 10\n", "n = 1e26\n", "E-PACK-READ", "line "),
        (
            MAIN,
            "unit = \"calendar_days\"",
            "unit = \"fortnights\"",
            "E-PACK-READ",
            "line ",
        ),
        (
            MAIN,
            "id = \"CLK-RESELLER-TERM\"",
            "id = \"CLK-CIP-REQ\"",
            "E-PACK-DUPLICATE",
            "[[clock]] CLK-CIP-REQ, id",
        ),
        (
            MAIN,
            "id = \"CLK-RESELLER-TERM\"",
            "id = \"10 days\"",
            "E-PACK-ID",
            "[[clock]]",
        ),
        (
            MAIN,
            "agency_zone = \"America/New_York\"",
            "agency_zone = \"America/Gotham\"",
            "E-PACK-ZONE",
            "[pack], agency_zone",
        ),
        (
            MAIN,
            "[pack]",
            "[pack]\nsurprise = 1",
            "E-PACK-READ",
            "line ",
        ),
        (
            MAIN,
            "date = \"2025-12-25\"",
            "date = \"2025-13-25\"",
            "E-PACK-DATE",
            "[[holiday]] 2025-13-25, date",
        ),
        (
            MAIN,
            "date = \"2025-12-25\"",
            "date = \"2041-12-25\"",
            "E-PACK-HOLIDAY",
            "[[holiday]] 2041-12-25, date",
        ),
        (
            MAIN,
            "date = \"2025-12-25\"",
            "date = \"2025-11-27\"",
            "E-PACK-DUPLICATE",
            "[[holiday]] 2025-11-27, date",
        ),
        (
            MAIN,
            "anchors = [\"evidence_received\"]",
            "anchors = [\"the_evidence\"]",
            "E-PACK-ANCHOR",
            "[[clock]] CLK-RESELLER-TERM, anchors",
        ),
        (
            MAIN,
            "anchors = [\"evidence_received\"]",
            "anchors = []",
            "E-PACK-ANCHOR",
            "[[clock]] CLK-RESELLER-TERM, anchors",
        ),
        (
            MAIN,
            "combine = \"earliest_feasible\"\n",
            "",
            "E-PACK-COMBINE",
            "[[clock]] CLK-AI-DIRECT, combine",
        ),
        (
            MAIN,
            "stop = \"all_items_sent\"",
            "stop = \"nothing\"",
            "E-PACK-REFERENCE",
            "[[clock]] CLK-CIP-REQ, stop",
        ),
        (
            MAIN,
            "clock = \"CLK-RETAIN\"",
            "clock = \"CLK-GONE\"",
            "E-PACK-REFERENCE",
            "[[retention]] identifying_information, clock",
        ),
        (
            MAIN,
            "template = \"notice-identity-1\"",
            "template = \"notice-9\"",
            "E-PACK-REFERENCE",
            "[[notice]] disclosure, template",
        ),
        (
            MAIN,
            "refreshes = [\"offerings\"",
            "refreshes = [\"offering\"",
            "E-PACK-REFERENCE",
            "[[certification]] refresh, refreshes",
        ),
        (
            MAIN,
            "field = \"est_operations\"",
            "field = \"flops\"",
            "E-PACK-REFERENCE",
            "[[ai_condition]] eo14110-interim, field",
        ),
        (
            MAIN,
            "value = \"1e26\"",
            "value = 1e26",
            "E-PACK-READ",
            "line ",
        ),
        (
            MAIN,
            "value = \"1e26\"",
            "value = \"-1\"",
            "E-PACK-READ",
            "line ",
        ),
        (
            MAIN,
            "field = \"street_address\"",
            "field = \"stret_address\"",
            "E-PACK-FIELD",
            "[[fields.individual.required]] stret_address, input",
        ),
        (
            MAIN,
            "ownership_percent = 25.0",
            "ownership_percent = 250.0",
            "E-PACK-NUMBER",
            "[threshold], ownership_percent",
        ),
        (
            MAIN,
            "ownership_percent = 25.0",
            "ownership_percent = nan",
            "E-PACK-NUMBER",
            "[threshold], ownership_percent",
        ),
        (
            MAIN,
            "binding = false",
            "binding = true",
            "E-PACK-STATUS",
            "[pack], binding",
        ),
        (
            MAIN,
            "version = \"1.0.1\"",
            "version = \"one\"",
            "E-PACK-VERSION",
            "[pack], version",
        ),
        (
            MAIN,
            "published = \"2024-01-29\"",
            "published = \"2024-02-30\"",
            "E-PACK-DATE",
            "[pack], published",
        ),
        (
            MAIN,
            "label = \"U.S. citizen\"",
            "label = \"<b>U.S.</b> citizen\"",
            "E-PACK-TEXT",
            "[[us_person_test]] citizen, label",
        ),
        (
            MAIN,
            "label = \"U.S. citizen\"",
            "label = \"U.S. \\u202ecitizen\"",
            "E-PACK-TEXT",
            "[[us_person_test]] citizen, label",
        ),
        (
            policy,
            "n = 3\n",
            "n = 0\n",
            "E-PACK-UNIT",
            "[[clock]] CLK-POL-REQ-DRAFT, unit",
        ),
        (
            policy,
            "first_year = 2024",
            "first_year = 2033",
            "E-PACK-HOLIDAY",
            "[calendar]",
        ),
        (
            builtin::TEXTS[2],
            "direction = \"deadline\"",
            "direction = \"minimum\"",
            "E-PACK-UNIT",
            "[[clock]] CLK-IN-INCIDENT, unit",
        ),
        (
            builtin::TEXTS[2],
            "rolling = true",
            "rolling = true\ncombine = \"latest\"",
            "E-PACK-COMBINE",
            "[[clock]] CLK-IN-LOGS, combine",
        ),
    ] {
        let error = broken(text, from, to);
        assert_eq!(error.code(), code, "{to}: {error}");
        assert!(error.problems[0].at.starts_with(place), "{to}: {error}");
        let sentence = error.clone().in_file("mine.toml").to_string();
        assert!(
            sentence.starts_with("mine.toml, "),
            "the file is named: {sentence}"
        );
        assert!(
            [
                "Write",
                "Correct",
                "Name",
                "Add",
                "Delete",
                "Rename",
                "Use",
                "Change",
                "say",
                "Widen",
                "Count",
                "One trigger"
            ]
            .iter()
            .any(|word| sentence.contains(word)),
            "what to do is said: {sentence}"
        );
    }
}

#[test]
fn a_ring_of_triggers_is_refused() {
    let error = broken(
        MAIN,
        "id = \"final_determination\"\n",
        "id = \"final_determination\"\nfollows = \"CLK-SM-LIFE\"\n",
    );
    assert_eq!(error.code(), "E-PACK-CYCLE", "{error}");
}

#[test]
fn every_fault_is_told_not_only_the_first() {
    let text = MAIN.replacen("n = 10\n", "n = 99999\n", 1).replacen(
        "date = \"2025-12-25\"",
        "date = \"2025-13-25\"",
        1,
    );
    let error = RulePack::parse(&text).unwrap_err();
    assert_eq!(error.problems.len(), 2, "{error}");
    assert!(
        error.to_string().ends_with("There is one problem more."),
        "{error}"
    );
}

#[test]
fn what_is_too_large_is_not_read() {
    let text = format!("{MAIN}\n#{}", "x".repeat(1 << 20));
    assert_eq!(RulePack::parse(&text).unwrap_err().code(), "E-PACK-SIZE");
    for deep in [
        "a = ".to_owned() + &"[".repeat(200_000),
        "[a".to_owned() + &".a".repeat(200_000) + "]",
    ] {
        assert_eq!(
            RulePack::parse(&deep).unwrap_err().code(),
            "E-PACK-READ",
            "nesting has an end"
        );
    }
}

#[test]
fn a_pack_is_its_text_and_the_hash_of_it() {
    let pack = RulePack::parse(MAIN).unwrap();
    assert_eq!(pack.toml(), MAIN);
    let other = RulePack::parse(&format!("{MAIN}\n")).unwrap();
    assert_ne!(
        pack.sha256(),
        other.sha256(),
        "another byte is another pack"
    );
    assert_eq!(pack.sha256().len(), 64);
}

/// A vault keeps the text it adopted, and refuses another one under the same version (decision 0013). Whoever changes a built-in pack gives it
/// a version of its own, and puts that with its hash here.
#[test]
fn a_version_of_a_built_in_pack_stands_for_one_text() {
    let known = [
        (
            "us-iaas-nprm-2024",
            "1.0.1",
            "f1eab2b5a66f07b5b04c6ab1fa93dd705096de5c61c95ac8f00d8819a81290c4",
        ),
        (
            "us-bank-cip",
            "1.0.0",
            "bd00529a6e618e2f0cbffa6b323c8e4710cf344d63c083cfe4f31a0235a54cd7",
        ),
        (
            "in-certin-2022",
            "1.0.1",
            "fd6faa1f666dda1d59c0a204eb570c98faea3d2afdb4811fb704b6f1cba59c98",
        ),
        (
            "internal-policy",
            "1.0.0",
            "03f8dbfd2a9945bf67d21ad34b7b3c3aa16caacd4d51661113737ab781e63e7c",
        ),
    ];
    for (pack, known) in RulePack::builtins().iter().zip(known) {
        assert_eq!(
            (pack.id(), pack.version(), pack.sha256().as_str()),
            known,
            "another text is another version: a vault that has this one is not offered the change"
        );
    }
}

#[test]
fn no_pack_names_a_number_of_our_own_register() {
    for line in builtin::TEXTS.iter().flat_map(|text| text.lines()) {
        let said = !line.starts_with('#');
        let named = line
            .split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-')
            .any(|word| {
                word.strip_prefix("D-")
                    .or_else(|| word.strip_prefix("A-"))
                    .is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()))
            });
        assert!(
            !(said && named),
            "whoever reads it does not know it: {line}"
        );
    }
}

/// The table of domain.md 2.9, row by row.
#[test]
fn the_deadlines_are_those_of_the_domain_model() {
    use Confidence::{Memory, MemoryLow, Seen};
    let expected = [
        ("CLK-CIP-REQ", 10, Unit::CalendarDays, Seen),
        ("CLK-RESELLER-TERM", 30, Unit::CalendarDays, Seen),
        ("CLK-AI-DIRECT", 15, Unit::CalendarDays, Seen),
        ("CLK-AI-RESELLER", 15, Unit::CalendarDays, Memory),
        ("CLK-AI-RELAY", 30, Unit::CalendarDays, Memory),
        ("CLK-AI-CORRECT", 15, Unit::CalendarDays, Memory),
        ("CLK-AI-FOLLOWUP", 15, Unit::CalendarDays, Memory),
        ("CLK-IRREGULAR", 15, Unit::CalendarDays, MemoryLow),
        ("CLK-ANNUAL", 1, Unit::Years, Seen),
        ("CLK-NEWPROV", 0, Unit::CalendarDays, Seen),
        ("CLK-GRACE", 1, Unit::Years, Seen),
        ("CLK-SM-START", 180, Unit::CalendarDays, Seen),
        ("CLK-SM-LIFE", 365, Unit::CalendarDays, Seen),
        ("CLK-RETAIN", 2, Unit::Years, Seen),
    ];
    let clocks: Vec<_> = main_pack()
        .clocks()
        .iter()
        .map(|rule| (rule.id.as_str(), rule.n, rule.unit, rule.confidence))
        .collect();
    assert_eq!(clocks, expected);
}

#[test]
fn an_unchecked_number_says_so() {
    let clock = |id| main_pack().clock(id).unwrap();
    assert!(!clock("CLK-IRREGULAR").confidence.is_verified());
    assert_eq!(
        clock("CLK-ANNUAL").anchor_confidence,
        Some(Confidence::Memory),
        "that it is yearly was read; from when it counts was not"
    );
    for pack in RulePack::builtins() {
        assert!(
            !pack.is_reviewed(),
            "no person has compared {} with its text",
            pack.id()
        );
        for demand in pack.demands() {
            let bare = matches!(demand.part, Part::Event | Part::Authority);
            assert!(
                bare || (!demand.cite.is_empty() && demand.confidence.is_some()),
                "{}: {} must carry a citation and a confidence",
                pack.id(),
                demand.id
            );
        }
    }
}

#[test]
fn every_part_of_the_main_pack_is_filled() {
    let parts: BTreeSet<Part> = main_pack().demands().iter().map(|row| row.part).collect();
    // No closure by order was verified, so none is built in.
    assert!(!parts.contains(&Part::Closure));
    assert_eq!(parts.len(), 35);
    let count = |form| main_pack().certification(form).count();
    assert_eq!(
        (count(CertificationForm::F1), count(CertificationForm::F2)),
        (20, 8)
    );
    let keys: BTreeSet<(Part, String)> = main_pack()
        .demands()
        .into_iter()
        .map(|row| (row.part, row.id))
        .collect();
    assert_eq!(
        keys.len(),
        main_pack().demands().len(),
        "each row has a key of its own"
    );
}

#[test]
fn a_closure_by_order_counts_like_a_holiday() {
    let text = format!(
        "{MAIN}\n[[closure]]\ndate = \"2025-12-24\"\nname = \"Closed by order\"\ncite = \"An order\"\nconfidence = \"memory\"\n"
    );
    let pack = RulePack::parse(&text).unwrap();
    let anchors = BTreeMap::from([(
        "department_request_received".to_owned(),
        crate::clock::Moment::parse("2025-12-15").unwrap(),
    )]);
    let target = |pack| {
        crate::clock::compute(pack, "CLK-CIP-REQ", &anchors, Tz::America__New_York)
            .unwrap()
            .target
            .unwrap()
            .to_string()
    };
    assert_eq!(target(main_pack()), "2025-12-24");
    assert_eq!(
        target(&pack),
        "2025-12-23",
        "vector V06 with the closure loaded"
    );
}

#[test]
fn the_packs_ask_for_what_their_rules_ask_for() {
    let bank = RulePack::builtin("us-bank-cip").unwrap();
    assert!(bank.rule_for("individual", "date_of_birth").is_some());
    assert!(main_pack().is_off("individual", "date_of_birth"));
    assert_eq!(bank.ownership_threshold(), None, "the rule names no share");
    assert_eq!(main_pack().ownership_threshold(), Some(25_000));
    let added: Vec<_> = bank
        .required_fields("individual")
        .filter(|field| field.input.is_some())
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(added, ["identification_number"]);
}

#[test]
fn a_model_is_covered_uncertain_or_not() {
    use ai::{Decimal, Value, Verdict};
    let number = |text: &str| Value::Number(Decimal::parse(text).unwrap());
    let facts = |operations: &str| {
        BTreeMap::from([
            ("est_operations".to_owned(), number(operations)),
            ("co_located".to_owned(), Value::Flag(true)),
            ("interconnect_gbps".to_owned(), number("400")),
            ("peak_ops_per_s".to_owned(), number("1e20")),
        ])
    };
    let verdict = |facts| main_pack().ai_verdict(&facts);
    assert_eq!(
        verdict(facts("1e26")),
        Verdict::NotCovered,
        "more than, not as much as"
    );
    assert_eq!(
        verdict(facts("100000000000000000000000001")),
        Verdict::Covered,
        "one operation more, which no floating-point number can tell apart"
    );
    let mut unknown = facts("2e26");
    unknown.remove("co_located");
    assert_eq!(verdict(unknown), Verdict::Uncertain);
    let mut small = facts("1e20");
    small.remove("co_located");
    assert_eq!(
        verdict(small),
        Verdict::NotCovered,
        "one condition that fails decides"
    );
    let bank = RulePack::builtin("us-bank-cip").unwrap();
    assert_eq!(
        bank.ai_verdict(&facts("1e30")),
        Verdict::Uncertain,
        "no conditions, no answer"
    );
}

proptest::proptest! {
    #[test]
    fn decimals_compare_like_integers(a in 0u128..1_000_000_000_000, b in 0u128..1_000_000_000_000, zeros in 0u32..20) {
        let parse = |text: String| ai::Decimal::parse(&text).unwrap();
        let (x, y) = (parse(a.to_string()), parse(format!("{b}e{zeros}")));
        proptest::prop_assert_eq!(x.partial_cmp(&y), Some(a.cmp(&(b * 10u128.pow(zeros)))));
        proptest::prop_assert_eq!(x == y, a == b * 10u128.pow(zeros));
    }

    #[test]
    fn a_pack_with_a_changed_byte_is_refused_or_computes(which in 1usize..4, place in 0usize..100_000, byte in "[ -~]", day in 0i64..60_000) {
        let text = builtin::TEXTS[which];
        let place = place % text.len();
        let changed = format!("{}{byte}{}", &text[..place], &text[place + 1..]);
        if let Ok(pack) = RulePack::parse(&changed) {
            let on = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + chrono::Duration::days(day);
            for rule in pack.clocks() {
                let anchors = rule.anchors.iter().map(|anchor| (anchor.clone(), crate::clock::Moment::Date(on))).collect();
                let computed = crate::clock::compute(&pack, &rule.id, &anchors, Tz::Asia__Tokyo).unwrap();
                proptest::prop_assert!(computed.due >= on);
            }
            compare(RulePack::builtin("us-bank-cip").unwrap(), &pack);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,300}") {
        let _ = RulePack::parse(&text);
        let _ = ai::Decimal::parse(&text);
    }
}

/// The statutory holidays by their rules, against the dates of the pack (5 U.S.C. 6103; Saturday observed Friday, Sunday Monday).
#[test]
fn holidays_of_2020_to_2040_are_the_statutory_ones() {
    let pack = main_pack();
    let nth = |year: i32, month: u32, weekday: chrono::Weekday, n: u8| {
        NaiveDate::from_weekday_of_month_opt(year, month, weekday, n).unwrap()
    };
    let fixed = |year: i32, month: u32, day: u32| {
        let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        match date.weekday() {
            chrono::Weekday::Sat => date.pred_opt().unwrap(),
            chrono::Weekday::Sun => date.succ_opt().unwrap(),
            _ => date,
        }
    };
    let mut expected = BTreeSet::new();
    for year in 2020..=2040 {
        use chrono::Weekday::{Mon, Thu};
        expected.extend([
            fixed(year, 1, 1),
            nth(year, 1, Mon, 3),
            nth(year, 2, Mon, 3),
            fixed(year, 7, 4),
            nth(year, 9, Mon, 1),
            nth(year, 10, Mon, 2),
            fixed(year, 11, 11),
            nth(year, 11, Thu, 4),
            fixed(year, 12, 25),
        ]);
        let last_monday = (22..=31)
            .rev()
            .filter_map(|day| NaiveDate::from_ymd_opt(year, 5, day))
            .find(|date| date.weekday() == Mon)
            .unwrap();
        expected.insert(last_monday);
        if year >= 2021 {
            expected.insert(fixed(year, 6, 19));
        }
    }
    // New Year's Day of 2041 is no Saturday, so no day of 2040 stands for it.
    assert_eq!(
        pack.holidays.keys().copied().collect::<BTreeSet<_>>(),
        expected
    );
}
