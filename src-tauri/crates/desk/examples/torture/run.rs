//! Which ids are run, with how many points, by how many hands; each ends as one JSON object.

use crate::{damage, exchanged, faults, full, fuzz, images, kills, long, yard};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Within `./dev test`.
    Quick,
    /// Before a release.
    Full,
}

/// What a run was told, and where it works.
pub(crate) struct Plan {
    pub(crate) reach: Reach,
    pub(crate) seed: u64,
    pub(crate) jobs: usize,
    /// One deed alone, where somebody works on it; nothing is recorded then.
    pub(crate) deed: Option<String>,
    /// One parser alone, likewise.
    pub(crate) parser: Option<String>,
    /// How long a full run kills at random moments, and how long it changes inputs, in all.
    pub(crate) minutes: u64,
    pub(crate) injector: PathBuf,
    pub(crate) ground: PathBuf,
}

/// What became of one id.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Points that were tried.
    pub(crate) n: usize,
    /// What went wrong, in words; the first few.
    pub(crate) failures: Vec<String>,
    /// What the number counts, and what else was measured.
    pub(crate) note: String,
}

impl Plan {
    /// How many points: the smaller number in a quick run.
    pub(crate) fn points(&self, quick: usize, full: usize) -> usize {
        match self.reach {
            Reach::Quick => quick,
            Reach::Full => full,
        }
    }

    /// A folder of one's own.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.ground.join(name)
    }

    /// Does the work for every item, several at a time; gives what went wrong, with the item's number.
    pub(crate) fn each<T: Sync>(
        &self,
        items: &[T],
        work: impl Fn(usize, &T) -> Result<(), String> + Sync,
    ) -> Vec<String> {
        let next = AtomicUsize::new(0);
        let failed: Mutex<Vec<(usize, String)>> = Mutex::default();
        std::thread::scope(|scope| {
            for _ in 0..self.jobs.max(1) {
                scope.spawn(|| {
                    loop {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        let Some(item) = items.get(place) else { break };
                        if let Err(why) = work(place, item) {
                            eprintln!("torture: FAILED {why}");
                            failed
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .push((place, why));
                        }
                    }
                });
            }
        });
        let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
        failed.sort();
        failed.into_iter().map(|(_, why)| why).collect()
    }
}

/// Random numbers that a seed repeats.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.next() % most.max(1)
    }
    /// So many of some, each at most once, in their order.
    pub(crate) fn some<T: Clone>(&mut self, of: &[T], most: usize) -> Vec<T> {
        if of.len() <= most {
            return of.to_vec();
        }
        let mut places: Vec<usize> = (0..of.len()).collect();
        for place in 0..most {
            let other = place + usize::try_from(self.below((of.len() - place) as u64)).unwrap_or(0);
            places.swap(place, other);
        }
        let mut chosen = places.get(..most).unwrap_or_default().to_vec();
        chosen.sort_unstable();
        chosen
            .iter()
            .filter_map(|place| of.get(*place).cloned())
            .collect()
    }
}

type Trial = fn(&Plan) -> Outcome;

const TRIALS: &[(&str, Trial)] = &[
    ("T-K1", kills::at_random),
    ("T-K2", kills::at_every_call),
    ("T-K3", images::power_loss),
    ("T-K4", kills::signals),
    ("T-F1", faults::every_kind),
    ("T-F2", full::disk),
    ("T-F3", full::memory),
    ("T-F4", full::places),
    ("T-C1", damage::flips),
    ("T-C2", damage::cuts),
    ("T-C3", exchanged::rollbacks),
    ("T-C4", exchanged::attackers),
    ("T-Z", fuzz::parsers),
    ("T-R3", kills::of_keys),
    ("T-L", long::run),
];

/// Runs the ids that were named; all where none was.
pub(crate) fn run(injector: &Path, given: &[&str]) -> ExitCode {
    let word = |name: &str| {
        let place = given.iter().position(|word| *word == name)?;
        given.get(place + 1).copied()
    };
    let value = |name: &str| word(name).and_then(|text| text.parse::<u64>().ok());
    let ground = yard::ground().join(format!("cipdesk-torture-{}", std::process::id()));
    let plan = Plan {
        reach: if given.contains(&"--full") {
            Reach::Full
        } else {
            Reach::Quick
        },
        seed: value("--seed").unwrap_or(1),
        jobs: usize::try_from(value("--jobs").unwrap_or(2)).unwrap_or(2),
        deed: word("--deed").map(str::to_owned),
        parser: word("--parser").map(str::to_owned),
        minutes: value("--minutes").unwrap_or(20),
        injector: injector.to_owned(),
        ground: ground.clone(),
    };
    let asked: Vec<&&str> = given.iter().filter(|word| word.starts_with("T-")).collect();
    if let Err(why) = std::fs::create_dir_all(&ground) {
        eprintln!("torture: {}: {why}", ground.display());
        return ExitCode::from(3);
    }
    let mut failed = false;
    for (id, trial) in TRIALS {
        if !asked.is_empty() && !asked.iter().any(|word| **word == *id) {
            continue;
        }
        let start = Instant::now();
        let outcome = trial(&plan);
        failed |= !outcome.failures.is_empty();
        println!(
            "{}",
            json!({"id": id, "n": outcome.n, "failures": outcome.failures.len(), "first": outcome.failures.first(), "note": outcome.note,
                   "seed": plan.seed, "seconds": start.elapsed().as_secs()})
        );
    }
    // What failed stays where it was, to be looked at.
    if failed {
        eprintln!("torture: what failed lies below {}", ground.display());
        return ExitCode::FAILURE;
    }
    let _ = std::fs::remove_dir_all(&ground);
    ExitCode::SUCCESS
}
