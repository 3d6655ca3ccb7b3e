//! Worked examples written by hand, and the laws that hold for every structure.

use super::*;
use proptest::prelude::*;

fn owner(id: &str, share: Option<u32>, stakes: &[(&str, u32)]) -> Owner {
    let direct =
        share.map(|share| Interest::in_customer(InterestKind::Equity, Some(Share::exact(share))));
    let stakes = stakes
        .iter()
        .map(|(of, share)| Interest::stake(of, Share::exact(*share)));
    Owner {
        interests: direct.into_iter().chain(stakes).collect(),
        ..Owner::new(id, &format!("Owner {id}"), PartyKind::Entity)
    }
}

fn with(id: &str, interests: Vec<Interest>) -> Owner {
    Owner {
        interests,
        ..owner(id, None, &[])
    }
}

fn held(owners: &[Owner], id: &str) -> Holding {
    Ownership::of(owners).held_by(id).unwrap().clone()
}

fn percent(owners: &[Owner], id: &str) -> String {
    held(owners, id).equity.percent()
}

fn share(text: &str) -> Share {
    Share::parse(text).unwrap()
}

#[test]
fn shares_multiply_along_a_chain_and_sum_across_chains() {
    // Written by hand: 50 % of 50 % is 25 %; with 10 % directly, 35 %.
    let owners = [
        owner("O-1", Some(10_000), &[("O-2", 50_000)]),
        owner("O-2", Some(50_000), &[]),
    ];
    assert_eq!(percent(&owners, "O-1"), "35");
    let owners = [
        owner("O-1", None, &[("O-2", 50_000)]),
        owner("O-2", Some(50_000), &[]),
    ];
    let held = held(&owners, "O-1");
    assert_eq!(
        held.equity.reaches(25_000),
        Counting::Yes,
        "exactly 25 % counts"
    );
    assert_eq!(held.equity.reaches(25_001), Counting::No);
    assert_eq!(held.chains, ["50 % of Owner O-2, which has 50 %"]);
}

#[test]
fn a_hair_below_the_threshold_is_below_it() {
    // 33.333 % of 75 % is 24.99975 %: rounded to three decimals it would be 25.
    let owners = [
        owner("O-1", None, &[("O-2", 33_333)]),
        owner("O-2", Some(75_000), &[]),
    ];
    let held = held(&owners, "O-1");
    assert_eq!(held.counts(Some(25_000)), Counting::No);
    assert_eq!(held.equity.percent(), "just over 24.999");
}

#[test]
fn a_range_counts_surely_possibly_or_not() {
    for (text, expected) in [
        ("25 to 50", Counting::Yes),
        ("over 25 to 50", Counting::Yes),
        ("20 to 30", Counting::Possibly),
        ("up to 25", Counting::Possibly),
        ("under 25", Counting::No),
        ("10 to under 25", Counting::No),
    ] {
        let one = with(
            "O-1",
            vec![Interest::in_customer(
                InterestKind::Equity,
                Some(share(text)),
            )],
        );
        assert_eq!(held(&[one], "O-1").counts(Some(25_000)), expected, "{text}");
    }
    let unknown = with(
        "O-1",
        vec![Interest::in_customer(InterestKind::Equity, None)],
    );
    let held = held(&[unknown], "O-1");
    assert_eq!(
        held.counts(Some(25_000)),
        Counting::Possibly,
        "nothing is known"
    );
    assert_eq!(held.equity.percent(), "0 to 100");
}

#[test]
fn ranges_multiply_and_add_as_ranges() {
    // 40 to 60 % of 50 % is 20 to 30 %; with 5 % directly, 25 to 35 %.
    let mut person = with("O-1", vec![Interest::stake("O-2", share("40 to 60"))]);
    let holding = owner("O-2", Some(50_000), &[]);
    assert_eq!(
        percent(&[person.clone(), holding.clone()], "O-1"),
        "20 to 30"
    );
    person.interests.push(Interest::in_customer(
        InterestKind::Equity,
        Some(share("5")),
    ));
    let held = held(&[person, holding], "O-1");
    assert_eq!(held.equity.percent(), "25 to 35");
    assert_eq!(held.counts(Some(25_000)), Counting::Yes);
}

#[test]
fn votes_are_counted_apart_and_follow_the_shares_where_none_are_recorded() {
    let mut one = owner("O-1", Some(10_000), &[]);
    assert_eq!(
        held(std::slice::from_ref(&one), "O-1").votes.percent(),
        "10"
    );
    one.interests.push(Interest::in_customer(
        InterestKind::Votes,
        Some(share("51")),
    ));
    let held = held(&[one], "O-1");
    assert_eq!(
        (held.equity.percent(), held.votes.percent()),
        ("10".to_owned(), "51".to_owned())
    );
    assert_eq!(held.counts(Some(25_000)), Counting::Yes);
    assert_eq!(held.chains, ["10 %", "51 % of the votes"]);
}

#[test]
fn control_comes_through_who_is_in_control() {
    let appoints = Interest {
        of: Some("O-2".to_owned()),
        means: Some("appoints the board".to_owned()),
        ..Interest::in_customer(InterestKind::Control, None)
    };
    let owners = [
        with("O-1", vec![appoints]),
        owner("O-2", Some(60_000), &[]),
        with(
            "O-3",
            vec![Interest::in_customer(InterestKind::Control, None)],
        ),
        with(
            "O-4",
            vec![Interest::in_customer(InterestKind::Other, None)],
        ),
        owner("O-5", None, &[("O-2", 10_000)]),
    ];
    assert_eq!(
        held(&owners, "O-1").control.as_deref(),
        Some("through Owner O-2")
    );
    assert_eq!(held(&owners, "O-3").counts(Some(25_000)), Counting::Yes);
    assert_eq!(held(&owners, "O-4").counts(Some(25_000)), Counting::No);
    assert_eq!(held(&owners, "O-5").control, None);
    // 60 % of 60 % of 60 % is 21.6 %, and yet whoever has it decides at every link.
    let chain = [
        owner("O-1", None, &[("O-2", 60_000)]),
        owner("O-2", None, &[("O-3", 60_000)]),
        owner("O-3", Some(60_000), &[]),
    ];
    assert_eq!(percent(&chain, "O-1"), "21.6");
    assert_eq!(held(&chain, "O-1").counts(Some(25_000)), Counting::Possibly);
}

#[test]
fn a_nominee_stands_for_whom_it_holds() {
    let mut nominee = owner("O-1", Some(40_000), &[]);
    nominee.interests[0].held_for = Some("O-2".to_owned());
    let owners = [nominee, with("O-2", Vec::new())];
    assert!(held(&owners, "O-1").is_none());
    assert_eq!(percent(&owners, "O-2"), "40");
}

#[test]
fn a_stated_indirect_share_stands_in_place_of_its_chains() {
    let person = with(
        "O-1",
        vec![
            Interest {
                share: None,
                ..Interest::stake("O-2", Share::UNKNOWN)
            },
            Interest {
                indirect: true,
                via: vec!["O-2".to_owned()],
                ..Interest::in_customer(InterestKind::Equity, Some(share("30")))
            },
        ],
    );
    let owners = [person, owner("O-2", Some(60_000), &[])];
    assert_eq!(
        percent(&owners, "O-1"),
        "30",
        "0 to 60 % by the chain, 30 % as stated"
    );
    assert_eq!(
        held(&owners, "O-1").chains,
        ["30 % stated, through Owner O-2"]
    );
}

#[test]
fn it_is_as_it_stood_on_a_day() {
    let mut one = owner("O-1", Some(30_000), &[]);
    one.interests[0].from = Some("2024-01-01".to_owned());
    one.interests[0].to = Some("2025-06-01".to_owned());
    let later = Interest {
        from: Some("2025-06-01".to_owned()),
        ..Interest::in_customer(InterestKind::Equity, Some(share("10")))
    };
    one.interests.push(later);
    let on = |day| {
        Ownership::on(std::slice::from_ref(&one), Some(day))
            .held_by("O-1")
            .map(|held| held.equity.percent())
    };
    assert_eq!(on("2023-12-31").as_deref(), Some("0"));
    assert_eq!(on("2024-01-01").as_deref(), Some("30"));
    assert_eq!(on("2025-05-31").as_deref(), Some("30"));
    assert_eq!(on("2025-06-01").as_deref(), Some("10"));
    assert_eq!(percent(std::slice::from_ref(&one), "O-1"), "10");
}

#[test]
fn owners_that_own_each_other_are_named_once_and_counted_once() {
    let owners = [
        owner("O-1", None, &[("O-2", 30_000)]),
        owner("O-2", Some(40_000), &[("O-3", 50_000)]),
        owner("O-3", Some(60_000), &[("O-2", 20_000)]),
    ];
    let ownership = Ownership::of(&owners);
    assert_eq!(
        ownership.cycles,
        [vec!["Owner O-2".to_owned(), "Owner O-3".to_owned()]]
    );
    // 30 % x 40 % + 30 % x 50 % x 60 % = 12 % + 9 %; round the circle again at most 30 % x 50 % x 20 % = 3 % (summed for ever, 2.33 %).
    assert_eq!(
        ownership.held_by("O-1").unwrap().equity.percent(),
        "21 to 24"
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let mut person = owner("O-3", None, &[]);
    person.kind = PartyKind::Individual;
    let owners = [
        owner("O-1", None, &[("O-2", 60_000)]),
        owner("O-2", None, &[]),
        person,
    ];
    let mut backwards = owner("O-9", Some(1), &[]);
    backwards.interests[0].from = Some("2026-01-01".to_owned());
    backwards.interests[0].to = Some("2025-01-01".to_owned());
    let mut for_itself = owner("O-9", Some(1), &[]);
    for_itself.interests[0].held_for = Some("O-9".to_owned());
    for (one, code) in [
        (owner("O-9", None, &[("O-9", 10)]), "E-OWNER-SELF"),
        (owner("O-9", None, &[("O-8", 10)]), "E-OWNER-UNKNOWN"),
        (owner("O-9", None, &[("O-3", 10)]), "E-OWNER-PERSON"),
        (
            owner("O-9", None, &[("O-2", 10), ("O-2", 10)]),
            "E-OWNER-TWICE",
        ),
        (owner("O-9", None, &[("O-2", 40_001)]), "L-08"),
        (owner("O-9", None, &[]), "E-OWNER-HOW"),
        (
            with(
                "O-9",
                vec![Interest::in_customer(
                    InterestKind::Control,
                    Some(share("10")),
                )],
            ),
            "E-OWNER-SHARE",
        ),
        (backwards, "E-OWNER-DATES"),
        (for_itself, "E-OWNER-NOMINEE"),
    ] {
        let error = check_interests(&one, &owners, "Acme").unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }
    assert_eq!(
        check_interests(&owner("O-9", None, &[("O-2", 40_000)]), &owners, "Acme"),
        Ok(())
    );
    let ranged = with("O-9", vec![Interest::stake("O-2", share("40 to 60"))]);
    assert_eq!(
        check_interests(&ranged, &owners, "Acme"),
        Ok(()),
        "at least 100 % is no more than the whole"
    );
}

#[test]
fn a_structure_of_too_many_chains_is_cut_and_said() {
    // Eight layers of eight, each owning all of the next: 8^7 chains.
    let mut owners = Vec::new();
    for layer in 0..8u32 {
        for n in 0..8u32 {
            let next: Vec<String> = (0..8).map(|to| format!("O-{}-{to}", layer + 1)).collect();
            let stakes: Vec<(&str, u32)> = next.iter().map(|id| (id.as_str(), 12_500)).collect();
            let last = layer == 7;
            owners.push(owner(
                &format!("O-{layer}-{n}"),
                last.then_some(12_500),
                if last { &[] } else { &stakes },
            ));
        }
    }
    let top = held(&owners, "O-0-0");
    assert!(top.cut, "not every chain is followed");
    assert_eq!(
        top.counts(Some(25_000)),
        Counting::Possibly,
        "what was not followed may count"
    );
    assert!(top.chains.len() <= 20 && top.more_chains > 0);
}

fn graph() -> impl Strategy<Value = Vec<Owner>> {
    let one = (
        proptest::option::of((0u32..=100_000, 0u32..=20_000)),
        proptest::collection::vec((0usize..6, 0u32..=100_000, 0u32..=20_000), 0..4),
    );
    let ranged = |least: u32, more: u32| Share {
        least,
        most: (least + more).min(100_000),
        over: false,
        under: false,
    };
    proptest::collection::vec(one, 1..6).prop_map(move |owners| {
        owners
            .into_iter()
            .enumerate()
            .map(|(n, (share, stakes))| {
                let mut interests: Vec<Interest> = share
                    .map(|(least, more)| {
                        Interest::in_customer(InterestKind::Equity, Some(ranged(least, more)))
                    })
                    .into_iter()
                    .collect();
                interests.extend(stakes.iter().map(|(of, least, more)| {
                    Interest::stake(&format!("O-{of}"), ranged(*least, *more))
                }));
                with(&format!("O-{n}"), interests)
            })
            .collect()
    })
}

/// The same structure with each share at one place within its bounds.
fn pinned(owners: &[Owner], place: u32) -> Vec<Owner> {
    let mut owners = owners.to_vec();
    for share in owners
        .iter_mut()
        .flat_map(|owner| &mut owner.interests)
        .filter_map(|one| one.share.as_mut())
    {
        *share = Share::exact(share.least + (share.most - share.least) * place / 4);
    }
    owners
}

proptest! {
    #[test]
    fn no_structure_makes_it_run_for_ever_and_the_order_does_not_matter(owners in graph()) {
        let mut turned = owners.clone();
        turned.reverse();
        let (one, other) = (Ownership::of(&owners), Ownership::of(&turned));
        for owner in &owners {
            prop_assert_eq!(one.held_by(&owner.id).map(|held| held.equity), other.held_by(&owner.id).map(|held| held.equity));
        }
        prop_assert_eq!(one.cycles, other.cycles);
    }

    #[test]
    fn the_bounds_hold_whatever_the_shares_turn_out_to_be(owners in graph(), place in 0u32..=4) {
        let bounds = Ownership::of(&owners);
        let exact = Ownership::of(&pinned(&owners, place));
        for owner in &owners {
            let (bounds, exact) = (bounds.held_by(&owner.id).unwrap(), exact.held_by(&owner.id).unwrap());
            prop_assert!(bounds.equity.least() <= exact.equity.least() && exact.equity.most() <= bounds.equity.most());
            for threshold in [10_000, 25_000, 50_000] {
                match bounds.equity.reaches(threshold) {
                    Counting::Yes => prop_assert_eq!(exact.equity.reaches(threshold), Counting::Yes),
                    Counting::No => prop_assert_eq!(exact.equity.reaches(threshold), Counting::No),
                    Counting::Possibly => {}
                }
            }
        }
    }

    #[test]
    fn more_of_anything_never_means_less(owners in graph(), more in 0u32..=100_000) {
        let before = Ownership::of(&owners);
        let mut richer = owners.clone();
        richer[0].interests.push(Interest::in_customer(InterestKind::Equity, Some(Share::exact(more))));
        let after = Ownership::of(&richer);
        for owner in &owners {
            let (before, after) = (before.held_by(&owner.id).unwrap(), after.held_by(&owner.id).unwrap());
            prop_assert!(after.equity.least() >= before.equity.least() && after.equity.most() >= before.equity.most());
        }
    }

    #[test]
    fn a_chain_is_the_product_of_its_links(links in proptest::collection::vec(1u32..=100_000, 1..7)) {
        let mut owners = Vec::new();
        for (n, share) in links.iter().enumerate() {
            let next = format!("O-{}", n + 1);
            let last = n + 1 == links.len();
            owners.push(owner(&format!("O-{n}"), last.then_some(*share), &if last { vec![] } else { vec![(next.as_str(), *share)] }));
        }
        let product: f64 = links.iter().map(|share| f64::from(*share) / 100_000.0).product();
        let whole = 100_000f64.powi(7);
        #[allow(clippy::cast_precision_loss)]
        let found = held(&owners, "O-0").equity.least() as f64 / whole;
        prop_assert!((found - product).abs() < 1e-9, "{found} {product}");
    }
}

#[test]
fn shares_are_exact_to_a_thousandth() {
    assert_eq!(parse_percent("25"), Some(25_000));
    assert_eq!(parse_percent("24.999"), Some(24_999));
    assert_eq!(parse_percent("33.3 %"), Some(33_300));
    for bad in ["101", "-1", "1e2", "25.0000", "", "NaN", "100.001"] {
        assert_eq!(parse_percent(bad), None, "{bad} is no share");
    }
    assert_eq!(show_percent(33_300), "33.3");
    assert_eq!(show_percent(25_000), "25");
}
