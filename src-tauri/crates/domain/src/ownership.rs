//! Effective ownership: shares multiply along chains and sum across them, exactly; cycles are found and named.
//!
//! A customer's owners are the nodes. Each may hold a share in the customer itself and stakes in other owners that are organisations.

use crate::customer::{Owner, PartyKind, show_share};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A share in another owner of the same customer, which is an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stake {
    /// That owner's id, such as `O-2`.
    pub of: String,
    /// Thousandths of a percent, 0 to 100,000.
    pub share: u32,
}

/// Thousandths of a percent in a whole.
const WHOLE: u128 = 100_000;
/// Links up to which a chain is exact; a longer one is rounded up, so that nobody falls below a threshold by rounding.
const EXACT: u32 = 7;
/// One thousandth of a percent in the unit that chains are summed in.
const UNIT: u128 = WHOLE.pow(EXACT - 1);
/// Chains that are followed for one owner: a structure with more is no record of owners.
const MOST: usize = 10_000;

/// What an owner holds in the customer, over all chains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effective {
    sum: u128,
    /// Each chain in words: `60 % of Holding, which has 50 %: 30 %`.
    pub chains: Vec<String>,
}

impl Effective {
    /// Whether it is at least so many thousandths of a percent; exact.
    pub fn is_at_least(&self, share: u32) -> bool {
        self.sum >= u128::from(share) * UNIT
    }

    /// For reading: `37.5`, with `just over` before what is cut off after three decimals. It is never compared.
    pub fn percent(&self) -> String {
        let thousandths = u32::try_from(self.sum / UNIT).unwrap_or(u32::MAX);
        let cut = if self.sum.is_multiple_of(UNIT) {
            ""
        } else {
            "just over "
        };
        format!("{cut}{}", show_share(thousandths))
    }

    /// Nothing at all.
    pub fn is_none(&self) -> bool {
        self.sum == 0
    }
}

/// The owners of a customer and what each holds in it.
#[derive(Debug, Clone, Default)]
pub struct Ownership {
    effective: BTreeMap<String, Effective>,
    /// Owners that own each other, by name, each circle once.
    pub cycles: Vec<Vec<String>>,
}

impl Ownership {
    /// Of the owners that have not ceased.
    pub fn of(owners: &[Owner]) -> Self {
        let present: BTreeMap<&str, &Owner> = owners
            .iter()
            .filter(|owner| owner.valid_to.is_none())
            .map(|owner| (owner.id.as_str(), owner))
            .collect();
        let mut ownership = Self::default();
        let mut circles = BTreeSet::new();
        for owner in present.values() {
            let mut walk = Walk {
                present: &present,
                path: Vec::new(),
                found: Effective::default(),
                circles: &mut circles,
            };
            walk.from(owner);
            ownership.effective.insert(owner.id.clone(), walk.found);
        }
        let named = |circle: &Vec<String>| {
            circle
                .iter()
                .filter_map(|id| present.get(id.as_str()))
                .map(|owner| owner.name.clone())
                .collect()
        };
        ownership.cycles = circles.iter().map(named).collect();
        ownership
    }

    /// What an owner holds; none for one that has ceased.
    pub fn held_by(&self, id: &str) -> Option<&Effective> {
        self.effective.get(id)
    }
}

/// Follows every chain from one owner to the customer, none through the same owner twice.
struct Walk<'a> {
    present: &'a BTreeMap<&'a str, &'a Owner>,
    path: Vec<(&'a Owner, u32)>,
    found: Effective,
    circles: &'a mut BTreeSet<Vec<String>>,
}

impl<'a> Walk<'a> {
    fn from(&mut self, owner: &'a Owner) {
        if self.found.chains.len() >= MOST {
            return;
        }
        if let Some(share) = owner.share.filter(|share| *share > 0) {
            self.arrive(owner, share);
        }
        for stake in owner.stakes.iter().filter(|stake| stake.share > 0) {
            let Some(next) = self.present.get(stake.of.as_str()) else {
                continue;
            };
            let met = (self.path.iter().map(|(one, _)| *one).chain([owner]))
                .position(|one| one.id == next.id);
            if let Some(place) = met {
                let circle = self.path.iter().map(|(one, _)| *one).chain([owner]);
                let mut ids: Vec<String> = circle.skip(place).map(|one| one.id.clone()).collect();
                // A circle is the same wherever it is entered: it begins with its lowest id.
                if let Some(lowest) = (0..ids.len()).min_by_key(|place| ids.get(*place).cloned()) {
                    ids.rotate_left(lowest);
                }
                self.circles.insert(ids);
                continue;
            }
            self.path.push((owner, stake.share));
            self.from(next);
            self.path.pop();
        }
    }

    fn arrive(&mut self, last: &Owner, share: u32) {
        let shares = self.path.iter().map(|(_, share)| *share).chain([share]);
        let mut product = 1u128;
        let mut links = 0;
        for share in shares {
            product = product.saturating_mul(u128::from(share));
            links += 1;
            if links > EXACT {
                product = product.div_ceil(WHOLE);
            }
        }
        let value = product.saturating_mul(WHOLE.pow(EXACT.saturating_sub(links.max(1))));
        self.found.sum = self.found.sum.saturating_add(value);
        let mut words = String::new();
        let mut names = self.path.iter().map(|(one, _)| *one).skip(1).chain([last]);
        for (_, share) in &self.path {
            let name = names
                .next()
                .map(|one| one.name.as_str())
                .unwrap_or_default();
            words.push_str(&format!("{} % of {name}, which has ", show_share(*share)));
        }
        words.push_str(&format!("{} %", show_share(share)));
        self.found.chains.push(words);
    }
}

/// What is wrong with an owner's stakes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StakeError {
    /// It would own itself.
    #[error("{0} cannot own itself. Name the organisation through which it holds its share.")]
    Itself(String),
    /// No such owner, or one that has ceased.
    #[error(
        "\"{0}\" is no present owner of this customer. Add the organisation as an owner first."
    )]
    Unknown(String),
    /// A natural person is owned by nobody.
    #[error("{0} is a natural person; a share can be held through an organisation only.")]
    Person(String),
    /// One stake is given twice.
    #[error("The share in {0} is given twice. Write their sum once.")]
    Twice(String),
    /// More than the whole.
    #[error(
        "The owners of {name} would add up to {percent} %. Correct the shares, or end an owner that has left."
    )]
    TooMuch {
        /// The organisation.
        name: String,
        /// The sum.
        percent: String,
    },
}

impl StakeError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Itself(_) => "E-OWNER-SELF",
            Self::Unknown(_) => "E-OWNER-UNKNOWN",
            Self::Person(_) => "E-OWNER-PERSON",
            Self::Twice(_) => "E-OWNER-TWICE",
            Self::TooMuch { .. } => "L-08",
        }
    }
}

/// Checks an owner's stakes against the other owners. Circles are allowed, and said: cross-holdings exist.
///
/// # Errors
/// As [`StakeError`] names them.
pub fn check_stakes(owner: &Owner, owners: &[Owner]) -> Result<(), StakeError> {
    let mut seen = BTreeSet::new();
    for stake in &owner.stakes {
        if stake.of == owner.id {
            return Err(StakeError::Itself(owner.name.clone()));
        }
        let held = owners
            .iter()
            .find(|other| other.id == stake.of && other.valid_to.is_none());
        let Some(held) = held else {
            return Err(StakeError::Unknown(stake.of.chars().take(40).collect()));
        };
        if held.kind != PartyKind::Entity {
            return Err(StakeError::Person(held.name.clone()));
        }
        if !seen.insert(&stake.of) {
            return Err(StakeError::Twice(held.name.clone()));
        }
        let others: u64 = owners
            .iter()
            .filter(|other| other.id != owner.id && other.valid_to.is_none())
            .flat_map(|other| &other.stakes)
            .filter(|other| other.of == stake.of)
            .map(|other| u64::from(other.share))
            .sum();
        let sum = others + u64::from(stake.share);
        if sum > 100_000 {
            return Err(StakeError::TooMuch {
                name: held.name.clone(),
                percent: show_share(u32::try_from(sum).unwrap_or(u32::MAX)),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn owner(id: &str, share: Option<u32>, stakes: &[(&str, u32)]) -> Owner {
        Owner {
            id: id.to_owned(),
            name: format!("Owner {id}"),
            name_original: None,
            kind: PartyKind::Entity,
            share,
            stakes: stakes
                .iter()
                .map(|(of, share)| Stake {
                    of: (*of).to_owned(),
                    share: *share,
                })
                .collect(),
            control: false,
            country: None,
            address: None,
            email: None,
            phone: None,
            source: None,
            valid_from: None,
            valid_to: None,
        }
    }

    fn percent(owners: &[Owner], id: &str) -> String {
        Ownership::of(owners).held_by(id).unwrap().percent()
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
        let held = Ownership::of(&owners);
        let held = held.held_by("O-1").unwrap();
        assert!(held.is_at_least(25_000), "exactly 25 % counts");
        assert!(!held.is_at_least(25_001));
        assert_eq!(held.chains, ["50 % of Owner O-2, which has 50 %"]);
    }

    #[test]
    fn a_hair_below_the_threshold_is_below_it() {
        // 33.333 % of 75 % is 24.99975 %: rounded to three decimals it would be 25.
        let owners = [
            owner("O-1", None, &[("O-2", 33_333)]),
            owner("O-2", Some(75_000), &[]),
        ];
        let held = Ownership::of(&owners);
        let held = held.held_by("O-1").unwrap();
        assert!(!held.is_at_least(25_000));
        assert_eq!(held.percent(), "just over 24.999");
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
        // 30 % x 40 % + 30 % x 50 % x 60 % = 12 % + 9 %.
        assert_eq!(ownership.held_by("O-1").unwrap().percent(), "21");
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
        for (stakes, code) in [
            (vec![("O-9", 10)], "E-OWNER-SELF"),
            (vec![("O-8", 10)], "E-OWNER-UNKNOWN"),
            (vec![("O-3", 10)], "E-OWNER-PERSON"),
            (vec![("O-2", 10), ("O-2", 10)], "E-OWNER-TWICE"),
            (vec![("O-2", 40_001)], "L-08"),
        ] {
            let error = check_stakes(&owner("O-9", None, &stakes), &owners).unwrap_err();
            assert_eq!(error.code(), code, "{error}");
        }
        assert_eq!(
            check_stakes(&owner("O-9", None, &[("O-2", 40_000)]), &owners),
            Ok(())
        );
    }

    fn graph() -> impl Strategy<Value = Vec<Owner>> {
        let one = (
            proptest::option::of(0u32..=100_000),
            proptest::collection::vec((0usize..6, 0u32..=100_000), 0..4),
        );
        proptest::collection::vec(one, 1..6).prop_map(|owners| {
            let ids: Vec<String> = (0..6).map(|n| format!("O-{n}")).collect();
            owners
                .into_iter()
                .enumerate()
                .map(|(n, (share, stakes))| {
                    let stakes: Vec<(&str, u32)> = stakes
                        .iter()
                        .map(|(of, share)| (ids[*of].as_str(), *share))
                        .collect();
                    owner(&ids[n], share, &stakes)
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn no_structure_makes_it_run_for_ever_and_the_order_does_not_matter(owners in graph()) {
            let mut turned = owners.clone();
            turned.reverse();
            let (one, other) = (Ownership::of(&owners), Ownership::of(&turned));
            for owner in &owners {
                prop_assert_eq!(one.held_by(&owner.id).map(|held| held.sum), other.held_by(&owner.id).map(|held| held.sum));
            }
            prop_assert_eq!(one.cycles.len(), other.cycles.len());
        }

        #[test]
        fn more_of_anything_never_means_less(owners in graph(), more in 0u32..=100_000) {
            let before = Ownership::of(&owners);
            let mut richer = owners.clone();
            richer[0].share = Some(richer[0].share.unwrap_or(0).max(more));
            let after = Ownership::of(&richer);
            for owner in &owners {
                let sum = |held: Option<&Effective>| held.map(|held| held.sum);
                prop_assert!(sum(after.held_by(&owner.id)) >= sum(before.held_by(&owner.id)));
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
            let ownership = Ownership::of(&owners);
            let product: f64 = links.iter().map(|share| f64::from(*share) / 100_000.0).product();
            #[allow(clippy::cast_precision_loss)]
            let found = ownership.held_by("O-0").unwrap().sum as f64 / (UNIT * WHOLE) as f64;
            prop_assert!((found - product).abs() < 1e-9, "{found} {product}");
        }
    }
}
