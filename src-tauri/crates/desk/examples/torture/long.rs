//! T-L: one process that unlocks, works and locks for a long time holds no more at the end than at the beginning.

use crate::{
    judge::judge,
    kills::{clear, yard},
    run::{Outcome, Plan},
    yard::{ANA, Yard, account, customer, files},
};
use contract as c;
use desk::{Source, Unwatched};
use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
};

/// What the plan allows: resident memory, and the log of the database, in KiB.
const MEMORY: u64 = 400 * 1024;
const LOG: u64 = 8 * 1024;
/// Cycles after which everything that is made once has been made.
const WARM: usize = 2;

/// What the process holds: open files while locked, resident KiB while locked, the largest log while it worked.
#[derive(Debug, Clone, Copy)]
struct Held {
    handles: u64,
    resident: u64,
    log: u64,
}

impl Held {
    fn of(line: &str) -> Option<Self> {
        let numbers: Vec<u64> = line
            .strip_prefix("held ")?
            .split(' ')
            .filter_map(|word| word.parse().ok())
            .collect();
        match numbers.as_slice() {
            [handles, resident, log] => Some(Self {
                handles: *handles,
                resident: *resident,
                log: *log,
            }),
            _ => None,
        }
    }
}

pub(crate) fn child(cycles: &str, changes: &str, yard: &Path) -> ExitCode {
    let yard = Yard(yard.to_owned());
    let number = |word: &str| word.parse::<usize>().expect("a number");
    for cycle in 0..number(cycles) {
        let log = worked(&yard, cycle, number(changes))
            .unwrap_or_else(|why| panic!("cycle {cycle}: {why}"));
        let handles = fs::read_dir("/proc/self/fd").expect("open files").count();
        let status = fs::read_to_string("/proc/self/status").expect("the process");
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next())
            .expect("resident memory");
        println!("held {handles} {resident} {log}");
    }
    ExitCode::SUCCESS
}

/// Unlocks, makes so many changes of many kinds, and locks; gives the largest log that the database had.
fn worked(yard: &Yard, cycle: usize, changes: usize) -> desk::Result<u64> {
    let vault = yard.unlock(ANA)?;
    let mut log = 0;
    let mut about = "C-000001".to_owned();
    for change in 0..changes {
        match change % 8 {
            0 => about = customer(&vault, &format!("Person {cycle} {change}"))?,
            1 => {
                let number = format!("acct-{cycle}-{change}");
                account(&vault, &about, None, &number, "restricted", None)?;
            }
            2 if change % 64 == 2 => {
                let paper = Source::File(yard.incoming("cip.txt"));
                vault.document_add(&about, "other", paper, &Unwatched)?;
            }
            3 => {
                vault.customer_show(&about)?;
                vault.task_save(&c::TaskSaveReq {
                    about: about.clone(),
                    id: None,
                    title: format!("Ask again {change}"),
                    note: None,
                    assignee: None,
                    due: None,
                })?;
            }
            _ => {
                vault.comment_add(&c::CommentAddReq {
                    about: about.clone(),
                    text: format!("Rang at {cycle}:{change}"),
                    corrects: None,
                })?;
            }
        }
        if change % 16 == 0 {
            let largest = files(&yard.vault())
                .iter()
                .filter(|path| path.to_string_lossy().ends_with("-wal"))
                .filter_map(|path| Some(fs::metadata(path).ok()?.len() / 1024))
                .max();
            log = log.max(largest.unwrap_or(0));
        }
    }
    vault.close()?;
    Ok(log)
}

pub(crate) fn run(plan: &Plan) -> Outcome {
    let (cycles, changes) = (plan.points(8, 500), plan.points(40, 100));
    let held = tried(plan, cycles, changes);
    let (failures, note) = match held {
        Err(why) => (vec![format!("T-L {why}")], String::new()),
        Ok(held) => {
            let most = |of: fn(&Held) -> u64| held.iter().map(of).max().unwrap_or(0);
            let at = |place: usize, of: fn(&Held) -> u64| held.get(place).map_or(0, of);
            let (handles, resident, log) = (
                most(|held| held.handles),
                most(|held| held.resident),
                most(|held| held.log),
            );
            let mut failures = Vec::new();
            if held.len() != cycles {
                failures.push(format!("T-L it ended after {} cycles", held.len()));
            }
            if handles > at(WARM, |held| held.handles) {
                failures.push(format!(
                    "T-L {handles} files are open after locking, and fewer were at first"
                ));
            }
            if resident > MEMORY {
                failures.push(format!("T-L {resident} KiB are resident after locking"));
            }
            if log > LOG {
                failures.push(format!("T-L the database's log grew to {log} KiB"));
            }
            (
                failures,
                format!(
                    "changes in {cycles} cycles of unlocking and locking in one process: {handles} files open after each, {} MiB resident after the first cycles and {} at the end, the log {} MiB at most",
                    at(WARM, |held| held.resident) / 1024,
                    at(held.len().saturating_sub(1), |held| held.resident) / 1024,
                    log.div_ceil(1024)
                ),
            )
        }
    };
    Outcome {
        n: cycles * changes,
        failures,
        note,
    }
}

fn tried(plan: &Plan, cycles: usize, changes: usize) -> Result<Vec<Held>, String> {
    let yard = yard(plan, "long")?;
    let (cycles, changes) = (cycles.to_string(), changes.to_string());
    let program = std::env::current_exe().map_err(|why| why.to_string())?;
    let ran = Command::new(program)
        .args(["long", &cycles, &changes])
        .arg(&yard.0)
        .output()
        .map_err(|why| why.to_string())?;
    if !ran.status.success() {
        let error = String::from_utf8_lossy(&ran.stderr);
        return Err(format!("it ended with {}: {error}", ran.status));
    }
    judge(&yard, &[])?;
    clear(&yard);
    let said = String::from_utf8_lossy(&ran.stdout);
    Ok(said.lines().filter_map(Held::of).collect())
}
