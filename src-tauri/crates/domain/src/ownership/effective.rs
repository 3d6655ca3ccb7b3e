//! What each owner holds in the customer: shares multiply along chains and sum across them, exactly where they are exact, and as
//! bounds where they are bounds. Must not know a threshold's number or why anybody asks.

use super::interest::{InterestKind, Share, WHOLE, is_there, show_percent};
use crate::customer::Owner;
use std::collections::{BTreeMap, BTreeSet};

/// Links up to which a chain is exact; a longer one is rounded outwards, so that its bounds hold.
const EXACT: u32 = 7;
/// One thousandth of a percent in the unit that chains are summed in.
const UNIT: u128 = (WHOLE as u128).pow(EXACT - 1);
/// Chains that are followed for one owner, links of a chain, and steps taken in looking for them in all: a structure with more is no
/// record of owners. What lies beyond is said, and counts as possible.
const MOST_CHAINS: usize = 10_000;
const LONGEST: usize = 40;
const MOST_STEPS: u32 = 1_000_000;
/// Chains kept in words.
const SHOWN: usize = 20;

/// Whether an owner counts by a threshold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counting {
    /// No.
    #[default]
    No,
    /// What is known leaves it open: it is looked at as if it did.
    Possibly,
    /// Yes.
    Yes,
}

/// A sum of chains: at least, at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    least: u128,
    most: u128,
    /// The upper bound itself is not reached.
    under: bool,
}

impl Span {
    /// Whether it is at least so many thousandths of a percent.
    pub fn reaches(&self, threshold: u32) -> Counting {
        let threshold = u128::from(threshold) * UNIT;
        if self.least >= threshold {
            Counting::Yes
        } else if self.most > threshold || (self.most == threshold && !self.under) {
            Counting::Possibly
        } else {
            Counting::No
        }
    }

    /// Nothing at all.
    pub fn is_none(&self) -> bool {
        self.most == 0
    }

    /// The lower bound, in the unit of sums.
    pub fn least(&self) -> u128 {
        self.least
    }

    /// The upper bound.
    pub fn most(&self) -> u128 {
        self.most
    }

    /// For reading: `37.5`, `just over 24.999`, `20 to 30`. It is never compared.
    pub fn percent(&self) -> String {
        let whole = u128::from(WHOLE) * UNIT;
        let thousandths = |sum: u128| u32::try_from(sum.min(whole) / UNIT).unwrap_or(WHOLE);
        if self.least == self.most {
            let cut = if self.least.is_multiple_of(UNIT) {
                ""
            } else {
                "just over "
            };
            return format!("{cut}{}", show_percent(thousandths(self.least)));
        }
        // Outwards: what is shown holds what is meant.
        let up = |sum: u128| thousandths(sum.saturating_add(UNIT - 1));
        Share::bounded(thousandths(self.least), false, up(self.most), self.under).map_or_else(
            || show_percent(thousandths(self.most)),
            |share| share.show(),
        )
    }

    fn add(&mut self, other: Self) {
        self.least = self.least.saturating_add(other.least);
        self.most = self.most.saturating_add(other.most);
        self.under |= other.under && other.most > 0;
    }

    /// Of a chain of shares.
    fn product(links: &[Share]) -> Self {
        let mut product = Self {
            least: 1,
            most: 1,
            under: false,
        };
        for (place, link) in (1..).zip(links) {
            product.least = product.least.saturating_mul(u128::from(link.least));
            product.most = product.most.saturating_mul(u128::from(link.most));
            product.under |= link.under;
            if place > EXACT {
                product.least /= u128::from(WHOLE);
                product.most = product.most.div_ceil(u128::from(WHOLE));
            }
        }
        let short = EXACT.saturating_sub(u32::try_from(links.len().max(1)).unwrap_or(EXACT));
        let scale = u128::from(WHOLE).pow(short);
        product.least = product.least.saturating_mul(scale);
        product.most = product.most.saturating_mul(scale);
        product
    }
}

/// What is counted in percent.
const MEASURES: [InterestKind; 3] = [
    InterestKind::Equity,
    InterestKind::Votes,
    InterestKind::Profits,
];

/// What one owner holds in the customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holding {
    /// Of the equity, over all chains.
    pub equity: Span,
    /// Of the votes: a share carries its vote where no other vote is recorded for the same tie.
    pub votes: Span,
    /// Of profits or surplus.
    pub profits: Span,
    /// The chains of equity, and of votes and profits where they differ, in words; at most twenty.
    pub chains: Vec<String>,
    /// How many more there are.
    pub more_chains: u32,
    /// How it is in control without a share, in words.
    pub control: Option<String>,
    /// It has more than half of each link of a chain: it may well be in control.
    pub majority: Option<String>,
    /// Not every chain was followed: the structure has too many.
    pub cut: bool,
}

impl Holding {
    /// Whether it counts: the threshold in thousandths of a percent, or control.
    pub fn counts(&self, threshold: Option<u32>) -> Counting {
        if self.control.is_some() {
            return Counting::Yes;
        }
        let reached = threshold.map_or(Counting::No, |threshold| {
            [self.equity, self.votes, self.profits]
                .iter()
                .map(|span| span.reaches(threshold))
                .max()
                .unwrap_or_default()
        });
        if reached == Counting::No && (self.cut || self.majority.is_some()) {
            return Counting::Possibly;
        }
        reached
    }

    /// Whether there is any share at all.
    pub fn is_none(&self) -> bool {
        self.equity.is_none() && self.votes.is_none() && self.profits.is_none()
    }
}

/// A tie as it counts: a nominee's stands with the one it is held for.
struct Tie<'a> {
    holder: &'a str,
    of: Option<&'a str>,
    kind: InterestKind,
    share: Share,
    means: Option<&'a str>,
    /// Stated as indirect, through these; through whomever, where none are named.
    stated: Option<&'a [String]>,
}

/// The owners of a customer and what each holds in it.
#[derive(Debug, Clone, Default)]
pub struct Ownership {
    holdings: BTreeMap<String, Holding>,
    /// Owners that own each other, by name, each circle once.
    pub cycles: Vec<Vec<String>>,
}

impl Ownership {
    /// Of the owners and ties that have not ended.
    pub fn of(owners: &[Owner]) -> Self {
        Self::on(owners, None)
    }

    /// As it stood on a day, `YYYY-MM-DD`; without one, as it stands.
    pub fn on(owners: &[Owner], day: Option<&str>) -> Self {
        let present: BTreeMap<&str, &Owner> = owners
            .iter()
            .filter(|owner| is_there(owner.valid_from.as_deref(), owner.valid_to.as_deref(), day))
            .map(|owner| (owner.id.as_str(), owner))
            .collect();
        let mut ties: BTreeMap<&str, Vec<Tie<'_>>> = BTreeMap::new();
        for owner in present.values() {
            for interest in owner.interests.iter().filter(|one| one.is_there(day)) {
                let held_for = interest.held_for.as_deref();
                let holder = held_for
                    .filter(|id| present.contains_key(id))
                    .unwrap_or(&owner.id);
                let of = interest.of.as_deref();
                if of.is_some_and(|of| !present.contains_key(of)) {
                    continue;
                }
                ties.entry(holder).or_default().push(Tie {
                    holder,
                    of,
                    kind: interest.kind,
                    share: interest.share.unwrap_or(Share::UNKNOWN),
                    means: interest.means.as_deref(),
                    stated: interest.indirect.then_some(&interest.via[..]),
                });
            }
        }
        let graph = Graph { present, ties };
        let mut ownership = Self::default();
        let leads = graph.leads();
        let mut steps = 0;
        for id in graph.present.keys() {
            ownership
                .holdings
                .insert((*id).to_owned(), graph.holding(id, &leads, &mut steps));
        }
        ownership.cycles = graph.cycles();
        ownership
    }

    /// What an owner holds; none for one that is not there.
    pub fn held_by(&self, id: &str) -> Option<&Holding> {
        self.holdings.get(id)
    }
}

struct Graph<'a> {
    present: BTreeMap<&'a str, &'a Owner>,
    ties: BTreeMap<&'a str, Vec<Tie<'a>>>,
}

impl<'a> Graph<'a> {
    fn ties(&self, id: &str) -> &[Tie<'a>] {
        self.ties.get(id).map_or(&[], Vec::as_slice)
    }

    fn name(&self, id: &str) -> &'a str {
        self.present.get(id).map_or("", |owner| owner.name.as_str())
    }

    /// Organisations among the owners that this one has a direct tie in, each once, and the customer as none.
    fn directly(&self, id: &str) -> BTreeSet<Option<&'a str>> {
        self.ties(id)
            .iter()
            .filter(|tie| tie.stated.is_none())
            .map(|tie| tie.of)
            .collect()
    }

    /// The share of one link: the ties of this kind in that one thing, together. Votes follow shares where nothing else is recorded, and
    /// so do profits on the way to those who have the right to them.
    fn link(
        &self,
        holder: &str,
        of: Option<&str>,
        measure: InterestKind,
    ) -> Option<(Share, InterestKind)> {
        let sum = |kind: InterestKind| {
            self.ties(holder)
                .iter()
                .filter(|tie| tie.of == of && tie.kind == kind && tie.stated.is_none())
                .map(|tie| tie.share)
                .reduce(|one, other| {
                    let most = one.most.saturating_add(other.most);
                    Share {
                        least: one.least.saturating_add(other.least).min(WHOLE),
                        most: most.min(WHOLE),
                        over: one.over || other.over,
                        under: (one.under || other.under) && most <= WHOLE,
                    }
                })
        };
        let falls_back = match measure {
            InterestKind::Votes => true,
            InterestKind::Profits => of.is_some(),
            _ => false,
        };
        let own = sum(measure).map(|share| (share, measure));
        let equity = || sum(InterestKind::Equity).map(|share| (share, InterestKind::Equity));
        own.or_else(|| falls_back.then(equity).flatten())
            .filter(|(share, _)| share.most > 0)
    }

    /// Owners from whom some chain leads to the customer.
    fn leads(&self) -> BTreeSet<&'a str> {
        let mut held_by: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
        let mut leads = BTreeSet::new();
        let mut next = Vec::new();
        for ties in self.ties.values() {
            for tie in ties.iter().filter(|tie| tie.stated.is_none()) {
                match tie.of {
                    None if leads.insert(tie.holder) => next.push(tie.holder),
                    None => {}
                    Some(of) => held_by.entry(of).or_default().push(tie.holder),
                }
            }
        }
        while let Some(id) = next.pop() {
            for holder in held_by.get(id).into_iter().flatten() {
                if leads.insert(holder) {
                    next.push(holder);
                }
            }
        }
        leads
    }

    fn holding(&self, id: &'a str, leads: &BTreeSet<&'a str>, steps: &mut u32) -> Holding {
        let mut holding = Holding::default();
        for measure in MEASURES {
            let said = |kind: InterestKind| -> Vec<&Tie<'_>> {
                self.ties(id)
                    .iter()
                    .filter(|tie| tie.kind == kind && tie.of.is_none() && tie.stated.is_some())
                    .collect()
            };
            let mut stated = said(measure);
            if stated.is_empty() && measure == InterestKind::Votes {
                stated = said(InterestKind::Equity);
            }
            let mut walk = Walk {
                graph: self,
                leads,
                measure,
                instead: stated
                    .iter()
                    .flat_map(|tie| tie.stated.unwrap_or_default().iter().map(String::as_str))
                    .collect(),
                instead_of_all: stated
                    .iter()
                    .any(|tie| tie.stated.is_some_and(<[String]>::is_empty)),
                path: Vec::new(),
                steps,
                found: 0,
                sum: Span::default(),
                words: Vec::new(),
                cut: false,
            };
            walk.from(id);
            // Where no chain arrives, nothing comes round a circle either.
            if walk.found == 0 {
                walk.sum = Span::default();
            }
            for tie in stated {
                walk.sum.add(Span::product(&[tie.share]));
                let through: Vec<&str> = tie
                    .stated
                    .unwrap_or_default()
                    .iter()
                    .map(|id| self.name(id))
                    .collect();
                let through = if through.is_empty() {
                    "through whom is not said".to_owned()
                } else {
                    format!("through {}", through.join(" and "))
                };
                walk.words
                    .push(format!("{} % stated, {through}", tie.share.show()));
                walk.found += 1;
            }
            let Walk {
                sum,
                words,
                found,
                cut,
                ..
            } = walk;
            holding.cut |= cut;
            for chain in &words {
                if !holding.chains.contains(chain) && holding.chains.len() < SHOWN {
                    holding.chains.push(chain.clone());
                }
            }
            let hidden = u32::try_from(found.saturating_sub(words.len())).unwrap_or(u32::MAX);
            holding.more_chains = holding.more_chains.max(hidden);
            match measure {
                InterestKind::Equity => holding.equity = sum,
                InterestKind::Votes => holding.votes = sum,
                _ => holding.profits = sum,
            }
        }
        let (control, majority) = self.control(id);
        holding.control = control;
        holding.majority = majority;
        holding
    }

    /// How an owner is in control: a tie of control to the customer, or to an organisation that is in control or has more than half,
    /// and so on; and, apart from that, a chain of more than half at each link.
    fn control(&self, id: &'a str) -> (Option<String>, Option<String>) {
        let half = |holder: &str, of: Option<&str>| {
            [InterestKind::Equity, InterestKind::Votes]
                .iter()
                .filter_map(|measure| self.link(holder, of, *measure))
                .any(|(share, _)| {
                    share.least > WHOLE / 2 || (share.least == WHOLE / 2 && share.over)
                })
        };
        let mut seen = BTreeSet::from([(id, false)]);
        let mut next = vec![(id, false, Vec::<&str>::new())];
        let (mut control, mut majority) = (None, None);
        while let Some((at, controlled, through)) = next.pop() {
            let controlled_things: BTreeSet<Option<&'a str>> = self
                .ties(at)
                .iter()
                .filter(|tie| tie.stated.is_none() || tie.kind == InterestKind::Control)
                .map(|tie| tie.of)
                .collect();
            for of in controlled_things {
                let tie = self
                    .ties(at)
                    .iter()
                    .find(|tie| tie.of == of && tie.kind == InterestKind::Control);
                if tie.is_none() && !half(at, of) {
                    continue;
                }
                let controlled = controlled || tie.is_some();
                let Some(of) = of else {
                    let how = if through.is_empty() {
                        tie.and_then(|tie| tie.means)
                            .unwrap_or("control without shares")
                            .to_owned()
                    } else {
                        let names: Vec<&str> = through.iter().map(|id| self.name(id)).collect();
                        format!("through {}", names.join(" and "))
                    };
                    if controlled {
                        control.get_or_insert(how);
                    } else if !through.is_empty() {
                        majority.get_or_insert(format!("more than half of each link, {how}"));
                    }
                    continue;
                };
                if seen.insert((of, controlled)) {
                    let mut further = through.clone();
                    further.push(of);
                    next.push((of, controlled, further));
                }
            }
        }
        (control, majority)
    }

    /// Owners that own each other: the strongly connected parts of the graph, each once, in the order of their ids.
    fn cycles(&self) -> Vec<Vec<String>> {
        let next =
            |id: &'a str| -> Vec<&'a str> { self.directly(id).into_iter().flatten().collect() };
        let mut order = Vec::new();
        let mut seen = BTreeSet::new();
        for start in self.present.keys() {
            let mut stack = vec![(*start, false)];
            while let Some((id, done)) = stack.pop() {
                if done {
                    order.push(id);
                } else if seen.insert(id) {
                    stack.push((id, true));
                    stack.extend(next(id).into_iter().map(|id| (id, false)));
                }
            }
        }
        let mut back: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
        for id in self.present.keys() {
            for of in next(id) {
                back.entry(of).or_default().push(id);
            }
        }
        let mut taken = BTreeSet::new();
        let mut cycles = BTreeSet::new();
        for start in order.into_iter().rev() {
            let (mut part, mut stack) = (BTreeSet::new(), vec![start]);
            while let Some(id) = stack.pop() {
                if taken.insert(id) {
                    part.insert(id);
                    stack.extend(back.get(id).into_iter().flatten());
                }
            }
            if part.len() > 1 {
                cycles.insert(part);
            }
        }
        cycles
            .into_iter()
            .map(|part| {
                part.into_iter()
                    .map(|id| self.name(id).to_owned())
                    .collect()
            })
            .collect()
    }
}

/// Follows every chain from one owner to the customer, none through the same owner twice.
struct Walk<'g, 'a> {
    graph: &'g Graph<'a>,
    leads: &'g BTreeSet<&'a str>,
    measure: InterestKind,
    /// Organisations through which a share is stated: chains through them are not counted beside it.
    instead: BTreeSet<&'g str>,
    /// A share is stated through whomever: no chain through another is counted beside it.
    instead_of_all: bool,
    path: Vec<(&'a str, Share, InterestKind)>,
    steps: &'g mut u32,
    found: usize,
    sum: Span,
    words: Vec<String>,
    cut: bool,
}

impl<'a> Walk<'_, 'a> {
    fn from(&mut self, id: &'a str) {
        for of in self.graph.directly(id) {
            *self.steps += 1;
            if *self.steps > MOST_STEPS || self.found >= MOST_CHAINS || self.path.len() >= LONGEST {
                self.cut = true;
                return;
            }
            let Some((share, kind)) = self.graph.link(id, of, self.measure) else {
                continue;
            };
            let Some(of) = of else {
                self.arrive(id, share, kind);
                continue;
            };
            let met = of == id || self.path.iter().any(|(one, ..)| *one == of);
            if !self.leads.contains(of) || self.instead_of_all || self.instead.contains(of) {
                continue;
            }
            if met {
                // What comes round a circle again is at most all of what the circle has, so it lies within the upper bound.
                self.path.push((id, share, kind));
                let links: Vec<Share> = self.path.iter().map(|(_, share, _)| *share).collect();
                self.path.pop();
                let again = Span::product(&links);
                self.sum.most = self.sum.most.saturating_add(again.most);
                self.sum.under |= again.under;
                continue;
            }
            self.path.push((id, share, kind));
            self.from(of);
            self.path.pop();
        }
    }

    fn arrive(&mut self, last: &'a str, share: Share, kind: InterestKind) {
        let links: Vec<Share> = (self.path.iter().map(|(_, share, _)| *share))
            .chain([share])
            .collect();
        self.sum.add(Span::product(&links));
        self.found += 1;
        if self.words.len() >= SHOWN {
            return;
        }
        let through = self.path.iter().map(|(id, ..)| *id).skip(1).chain([last]);
        let mut words = String::new();
        for ((_, share, kind), next) in self.path.iter().zip(through) {
            words.push_str(&format!(
                "{} % {}{}, which has ",
                share.show(),
                kind.of(),
                self.graph.name(next)
            ));
        }
        words.push_str(&format!("{} %", share.show()));
        match kind {
            InterestKind::Votes => words.push_str(" of the votes"),
            InterestKind::Profits => words.push_str(" of the profits"),
            _ => {}
        }
        self.words.push(words);
    }
}
