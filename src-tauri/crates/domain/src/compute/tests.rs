//! The arithmetic of a worksheet against numbers worked out by hand, and what it refuses.

use super::*;
use proptest::prelude::*;

fn pack() -> &'static RulePack {
    RulePack::builtin("us-iaas-nprm-2024").expect("built in")
}

fn hardware(accelerators: &str, hours: &str, peak: &str, utilisation: [&str; 3]) -> Run {
    let [low, likely, high] = utilisation.map(str::to_owned);
    Run {
        id: "R-1".to_owned(),
        label: "Pre-training".to_owned(),
        method: Method::Hardware,
        account: None,
        reseller: None,
        hardware: Some("h100_sxm".to_owned()),
        assumptions: BTreeMap::from([
            (
                "accelerators".to_owned(),
                Assumption::certain(accelerators, "contract"),
            ),
            ("hours".to_owned(), Assumption::certain(hours, "contract")),
            ("peak".to_owned(), Assumption::certain(peak, "data sheet")),
            (
                "utilisation".to_owned(),
                Assumption {
                    low,
                    likely,
                    high,
                    source: "usual".to_owned(),
                },
            ),
        ]),
    }
}

fn model(parameters: &str, tokens: &str) -> Run {
    Run {
        method: Method::Model,
        assumptions: BTreeMap::from([
            (
                "parameters".to_owned(),
                Assumption::certain(parameters, "customer"),
            ),
            ("tokens".to_owned(), Assumption::certain(tokens, "customer")),
        ]),
        ..hardware("1", "1", "1", ["1"; 3])
    }
}

fn sheet(runs: Vec<Run>) -> Worksheet {
    let known = |value: &str| Known {
        value: value.to_owned(),
        source: "contract".to_owned(),
    };
    Worksheet {
        runs,
        facts: BTreeMap::from([
            ("co_located".to_owned(), known("yes")),
            ("interconnect_gbps".to_owned(), known("400")),
            ("peak_ops_per_s".to_owned(), known("1e20")),
        ]),
        together: "One model".to_owned(),
    }
}

fn faults(run: Run) -> Vec<(&'static str, String)> {
    check(&sheet(vec![run]))
        .into_iter()
        .map(|fault| (fault.code, fault.why))
        .collect()
}

#[test]
fn both_methods_give_what_is_worked_out_by_hand() {
    // 16,384 x 2,400 h x 3,600 s x 9.895e14 x 40 %.
    let one =
        estimate(&hardware("16384", "2400", "9.895e14", ["30", "40", "50"])).expect("complete");
    assert_eq!(
        one.likely,
        number("56028561408000000000000000").expect("a number")
    );
    assert!(one.low < one.likely && one.likely < one.high);
    // 6 x 405e9 x 15.6e12 = 3.7908e25, the published size of a large open model.
    let two = estimate(&model("405e9", "15.6e12")).expect("complete");
    assert_eq!(two.likely.canonical(), "3.7908e25");
}

#[test]
fn more_than_the_number_is_covered_and_exactly_the_number_is_not() {
    let at = |tokens: &str| outcome(&sheet(vec![model("1e12", tokens)]), pack()).verdict;
    // 6 x 1e12 x tokens: the condition says more than 1e26.
    assert_eq!(at("16666666666666"), Verdict::NotCovered);
    assert_eq!(
        at("16666666666667"),
        Verdict::Covered,
        "two operations of 1e14 more are more"
    );
    assert_eq!(
        at("16666666666666.666666666666666"),
        Verdict::NotCovered,
        "the last digit decides"
    );
    // Both methods hold a factor of three, so neither meets 1e26 itself; a report may state it.
    let facts = |operations: &str| {
        BTreeMap::from([
            (
                "est_operations".to_owned(),
                Value::Number(number(operations).expect("a number")),
            ),
            ("co_located".to_owned(), Value::Flag(true)),
            (
                "interconnect_gbps".to_owned(),
                Value::Number(number("101").expect("a number")),
            ),
            (
                "peak_ops_per_s".to_owned(),
                Value::Number(number("1e20").expect("a number")),
            ),
        ])
    };
    assert_eq!(pack().ai_verdict(&facts("1e26")), Verdict::NotCovered);
    assert_eq!(
        pack().ai_verdict(&facts("100000000000000000000000001")),
        Verdict::Covered
    );
}

#[test]
fn an_interval_over_the_number_is_uncertain_and_says_how_each_end_would_be_judged() {
    let told = outcome(
        &sheet(vec![hardware(
            "25000",
            "2400",
            "9.895e14",
            ["30", "45", "55"],
        )]),
        pack(),
    );
    assert_eq!(told.verdict, Verdict::Uncertain);
    assert_eq!(told.by, [Verdict::NotCovered, Verdict::Covered]);
    assert!(told.near);
}

#[test]
fn an_unknown_fact_of_the_cluster_keeps_a_large_run_uncertain_and_a_failed_one_decides() {
    let mut large = sheet(vec![model("1e13", "1e13")]);
    large.facts.remove("co_located");
    assert_eq!(outcome(&large, pack()).verdict, Verdict::Uncertain);
    large.facts.insert(
        "co_located".to_owned(),
        Known {
            value: "no".to_owned(),
            source: "site plan".to_owned(),
        },
    );
    assert_eq!(outcome(&large, pack()).verdict, Verdict::NotCovered);
    assert_eq!(
        outcome(&sheet(Vec::new()), pack()).verdict,
        Verdict::Uncertain,
        "no run is no estimate"
    );
}

#[test]
fn a_run_is_watched_from_a_quarter_of_the_number_on() {
    let near = |tokens: &str| outcome(&sheet(vec![model("1e12", tokens)]), pack()).near;
    assert!(!near("4166666666666"));
    assert!(near("4166666666667"));
    assert!(!near("1e14"), "what is covered is not near, it is covered");
}

#[test]
fn numbers_that_cannot_be_are_refused_with_a_sentence_each() {
    for (run, code) in [
        (hardware("1e400", "1", "1e15", ["40"; 3]), "E-AI-RANGE"),
        (hardware("1e300", "1", "1e15", ["40"; 3]), "E-AI-RANGE"),
        (hardware("-1", "1", "1e15", ["40"; 3]), "E-AI-NEGATIVE"),
        (hardware("NaN", "1", "1e15", ["40"; 3]), "E-AI-NUMBER"),
        (hardware("0", "1", "1e15", ["40"; 3]), "E-AI-NOUGHT"),
        (hardware("12.5", "1", "1e15", ["40"; 3]), "E-AI-WHOLE"),
        (hardware("1,024", "1", "1e15", ["40"; 3]), "E-AI-NUMBER"),
        (hardware("8", "876601", "1e15", ["40"; 3]), "E-AI-RANGE"),
        (hardware("8", "1", "1e15", ["130"; 3]), "E-AI-RANGE"),
        (hardware("8", "1", "1e15", ["50", "40", "60"]), "E-AI-ORDER"),
        (hardware("", "1", "1e15", ["40"; 3]), "E-AI-MISSING"),
        (hardware("inf", "1", "1e15", ["40"; 3]), "E-AI-NUMBER"),
        (hardware("8", "1e-300", "1e15", ["40"; 3]), "E-AI-RANGE"),
    ] {
        let found = faults(run);
        assert!(
            found
                .iter()
                .any(|(there, why)| *there == code && why.ends_with('.')),
            "{code}: {found:?}"
        );
    }
    let hours = faults(hardware("8", "876601", "1e15", ["40"; 3]));
    assert!(hours[0].1.contains("over a century"), "{hours:?}");
    assert!(
        faults(hardware("16 384", "2400", "9.895e14", ["30", "40", "50"])).is_empty(),
        "a space between thousands is read"
    );
    let mut unsaid = hardware("8", "1", "1e15", ["40"; 3]);
    unsaid
        .assumptions
        .get_mut("hours")
        .expect("there")
        .source
        .clear();
    assert_eq!(faults(unsaid)[0].0, "E-AI-SOURCE");
}

#[test]
fn runs_of_one_owner_add_up_over_accounts_and_resellers_and_count_once() {
    let line =
        |account: &str, reseller: Option<&str>, owners: &[(&str, &str)], operations: &str| Share {
            label: account.to_owned(),
            account: account.to_owned(),
            customer: None,
            reseller: reseller.map(str::to_owned),
            holders: owners
                .iter()
                .map(|(name, country)| Holder::new(name, country))
                .collect(),
            estimate: {
                let one = number(operations).expect("a number");
                Estimate {
                    low: one.clone(),
                    likely: one.clone(),
                    high: one,
                }
            },
        };
    let lines = [
        line("A", None, &[("Mei Lin", "SG"), ("mei  lin", "SG")], "4e25"),
        line("B", Some("RS-0001"), &[("MEI LIN", "SG")], "7e25"),
        line("C", Some("RS-0002"), &[("Mei Lin", "MY")], "1e25"),
    ];
    let all = totals(&lines);
    assert_eq!(
        all.len(),
        2,
        "another country is another person until somebody says otherwise"
    );
    assert_eq!(all[0].estimate.likely, number("1.1e26").expect("a number"));
    assert_eq!((all[0].accounts, all[0].resellers.len()), (2, 1));
}

fn row(cells: &[(&str, &str)]) -> BTreeMap<String, String> {
    cells
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn rows_of_schedulers_and_bills_become_accelerator_hours() {
    let hours = |cells: &[(&str, &str)]| {
        usage_line(&row(cells)).map(|line| line.map(|line| line.accelerator_hours))
    };
    assert_eq!(
        hours(&[
            ("account", "ml"),
            ("tres", "billing=64,cpu=64,gres/gpu=8,gres/gpu:h100=8"),
            ("elapsed", "1-12:00:00")
        ]),
        Ok(Some("288".to_owned())),
        "the total, not the total and its parts"
    );
    assert_eq!(
        hours(&[
            ("account", "ml"),
            ("tres", "gres/gpu:a100=2,gres/gpu:h100=1"),
            ("seconds", "7200")
        ]),
        Ok(Some("6".to_owned()))
    );
    assert_eq!(
        hours(&[("account", "ml"), ("accelerator_hours", "12.5")]),
        Ok(Some("12.5".to_owned()))
    );
    assert_eq!(
        hours(&[
            ("account", "ml"),
            ("accelerators", "4"),
            ("start", "2026-05-01T00:00:00Z"),
            ("end", "2026-05-02T00:00:00Z")
        ]),
        Ok(Some("96".to_owned()))
    );
    assert_eq!(
        hours(&[
            ("account", "ml"),
            ("tres", "cpu=64,mem=1G"),
            ("seconds", "7200")
        ]),
        Ok(None),
        "no accelerator, no usage of one"
    );
    let third = hours(&[("account", "ml"), ("accelerators", "1"), ("seconds", "1")])
        .expect("read")
        .expect("some");
    assert_eq!(third, "2.77777778e-4", "rounded up, never down");
    for (cells, code) in [
        (
            vec![("accelerators", "4"), ("elapsed", "1")],
            "E-USAGE-ACCOUNT",
        ),
        (
            vec![("account", "x"), ("accelerators", "-4"), ("elapsed", "1")],
            "E-USAGE-NUMBER",
        ),
        (
            vec![
                ("account", "x"),
                ("accelerators", "4"),
                ("elapsed", "1:99:00"),
            ],
            "E-USAGE-TIME",
        ),
        (
            vec![("account", "x"), ("accelerators", "4")],
            "E-USAGE-TIME",
        ),
        (
            vec![
                ("account", "x"),
                ("accelerators", "4"),
                ("start", "2026-05-02T00:00:00Z"),
                ("end", "2026-05-01T00:00:00Z"),
            ],
            "E-USAGE-TIME",
        ),
        (
            vec![("account", "x"), ("accelerator_hours", "1e19")],
            "E-USAGE-RANGE",
        ),
        (
            vec![("account", "x"), ("accelerator_hours", "1e400")],
            "E-USAGE-NUMBER",
        ),
    ] {
        assert_eq!(
            usage_line(&row(&cells)).expect_err("refused").code,
            code,
            "{cells:?}"
        );
    }
}

#[test]
fn a_model_is_known_by_how_schedulers_name_it() {
    let named = |name: &str| {
        pack()
            .hardware_named(name)
            .map(|hardware| hardware.id.as_str())
    };
    assert_eq!(named("NVIDIA H100 80GB HBM3"), Some("h100_sxm"));
    assert_eq!(named("nvidia-h100-pcie"), Some("h100_pcie"));
    assert_eq!(named("Tesla-T4"), None);
}

proptest! {
    #[test]
    fn the_order_of_low_likely_high_is_kept(a in 1u32..1_000_000, h in 1u32..800_000, u in 1u32..100, more in 0u32..50) {
        let (low, high) = (u.to_string(), (u + more).min(100).to_string());
        let one = estimate(&hardware(&a.to_string(), &h.to_string(), "9.895e14", [&low, &low, &high])).expect("complete");
        prop_assert!(one.low <= one.likely && one.likely <= one.high);
    }

    #[test]
    fn a_sum_does_not_depend_on_how_runs_are_cut(tokens in 2u64..1_000_000_000_000, cut in 1u64..1_000_000_000_000) {
        let cut = cut % (tokens - 1) + 1;
        let whole = outcome(&sheet(vec![model("1e12", &tokens.to_string())]), pack());
        let parts = outcome(&sheet(vec![model("1e12", &cut.to_string()), model("1e12", &(tokens - cut).max(1).to_string())]), pack());
        prop_assume!(tokens > cut);
        prop_assert_eq!(whole.total, parts.total);
    }

    #[test]
    fn no_text_makes_the_check_panic(text in ".{0,80}") {
        let _ = check(&sheet(vec![hardware(&text, &text, &text, [&text, &text, &text])]));
        let _ = outcome(&sheet(vec![hardware(&text, "1", "1e15", ["40"; 3])]), pack());
    }
}
