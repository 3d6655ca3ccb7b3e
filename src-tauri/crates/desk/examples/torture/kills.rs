//! T-K1, T-K2, T-K4: the program ends where nobody wanted it to.

use crate::{
    deeds::{DEEDS, UPDATE},
    judge::judge,
    run::{Dice, Outcome, Plan},
    yard::{Yard, copy, fill, take_along},
};
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// What a run of the program under the injector gave.
pub(crate) struct Ran {
    pub(crate) status: ExitStatus,
    /// Lines that were acknowledged, whole ones only.
    pub(crate) said: Vec<String>,
    pub(crate) error: String,
}

const PATIENCE: Duration = Duration::from_secs(90);

fn start(yard: &Yard, words: &[&str], environment: &[(&str, String)]) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(words)
        .arg(&yard.0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env_remove("RUST_BACKTRACE");
    for (name, value) in environment {
        command.env(name, value);
    }
    command.spawn().expect("the program starts")
}

fn finish(mut child: Child) -> Result<Ran, String> {
    let began = Instant::now();
    let status = loop {
        if let Ok(Some(status)) = child.try_wait() {
            break status;
        }
        if began.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            return Err("it hangs".to_owned());
        }
        std::thread::sleep(Duration::from_millis(3));
    };
    let (mut out, mut error) = (String::new(), String::new());
    if let Some(mut pipe) = child.stdout.take() {
        let _ = pipe.read_to_string(&mut out);
    }
    if let Some(mut pipe) = child.stderr.take() {
        let _ = pipe.read_to_string(&mut error);
    }
    let whole = out.rsplit_once('\n').map_or("", |(whole, _)| whole);
    Ok(Ran {
        status,
        said: whole.lines().map(str::to_owned).collect(),
        error,
    })
}

/// Runs a deed to its end, whatever that is.
pub(crate) fn ran(
    yard: &Yard,
    words: &[&str],
    environment: &[(&str, String)],
) -> Result<Ran, String> {
    finish(start(yard, words, environment))
}

/// The injector's orders.
pub(crate) fn inject(
    plan: &Plan,
    yard: &Yard,
    kind: &str,
    at: usize,
) -> Vec<(&'static str, String)> {
    vec![
        ("LD_PRELOAD", plan.injector.display().to_string()),
        ("FI_MATCH", yard.0.display().to_string()),
        ("FI_KIND", kind.to_owned()),
        ("FI_AT", at.to_string()),
    ]
}

/// The yard that every point begins with.
pub(crate) fn base(plan: &Plan) -> &'static Yard {
    static BASE: OnceLock<Yard> = OnceLock::new();
    BASE.get_or_init(|| {
        let yard = Yard(plan.place("base"));
        fill(&yard).unwrap_or_else(|why| panic!("the vault to torture cannot be made: {why}"));
        yard
    })
}

/// A copy of the base to torture.
pub(crate) fn yard(plan: &Plan, name: &str) -> Result<Yard, String> {
    let yard = Yard(plan.place(name));
    let _ = fs::remove_dir_all(&yard.0);
    copy(&base(plan).0, &yard.0).map_err(|why| why.to_string())?;
    take_along(&yard);
    Ok(yard)
}

/// Removes what went well.
pub(crate) fn clear(yard: &Yard) {
    let _ = fs::remove_dir_all(&yard.0);
}

/// How many calls a deed makes when nothing fails.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Calls {
    write: usize,
    sync: usize,
    meta: usize,
    open: usize,
    read: usize,
    create: usize,
}

impl Calls {
    /// Those that a kind of the injector may hit.
    pub(crate) fn of(self, kind: &str) -> usize {
        match kind {
            "eio" | "short" => self.write,
            "enospc" => self.write + self.create,
            "fsync" => self.sync,
            "read" => self.read,
            "meta" => self.meta,
            "emfile" | "eacces" => self.open,
            "held" => self.meta + self.open,
            _ => self.write + self.sync + self.meta + self.create,
        }
    }
}

fn calls(plan: &Plan, deed: &str) -> Result<Calls, String> {
    let yard = yard(plan, &format!("count-{deed}"))?;
    let counted: PathBuf = plan.place(&format!("count-{deed}.txt"));
    let mut environment = inject(plan, &yard, "count", 0);
    environment.push(("FI_LOG", counted.display().to_string()));
    let ran = ran(&yard, &["do", deed], &environment)?;
    if !ran.status.success() {
        return Err(format!("{deed} fails by itself: {}", ran.error));
    }
    judge(&yard, &ran.said).map_err(|why| format!("{deed}, to its end: {why}"))?;
    clear(&yard);
    let text = fs::read_to_string(&counted).map_err(|why| why.to_string())?;
    let numbers: Vec<usize> = text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    match numbers.as_slice() {
        [write, sync, meta, open, read, create] => Ok(Calls {
            write: *write,
            sync: *sync,
            meta: *meta,
            open: *open,
            read: *read,
            create: *create,
        }),
        _ => Err(format!("{deed}: nothing was counted")),
    }
}

/// The deeds with their calls, and what failed by itself.
type Counted = (Vec<(&'static str, Calls)>, Vec<String>);

/// What each deed costs in calls, and which deeds fail by themselves. Counted once.
pub(crate) fn counted(plan: &Plan) -> &'static Counted {
    static COUNTED: OnceLock<Counted> = OnceLock::new();
    COUNTED.get_or_init(|| {
        let found: Mutex<Vec<(&'static str, Calls)>> = Mutex::default();
        let wanted = |deed: &str| plan.deed.as_deref().is_none_or(|only| only == deed);
        let deeds: Vec<&str> = DEEDS
            .iter()
            .map(|(deed, _)| *deed)
            .filter(|deed| wanted(deed))
            .collect();
        let failed = plan.each(&deeds, |_, deed| {
            let calls = calls(plan, deed)?;
            found.lock().expect("a lock").push((deed, calls));
            Ok(())
        });
        let mut found = found.into_inner().expect("a lock");
        found.sort_by_key(|(deed, _)| DEEDS.iter().position(|(there, _)| there == deed));
        (found, failed)
    })
}

/// T-K2: killed at every write-class call of every deed; every second time, killed again while it recovers.
pub(crate) fn at_every_call(plan: &Plan) -> Outcome {
    at_calls(plan, "T-K2", |_| true, plan.points(40, usize::MAX))
}

/// T-R3: the same of the deeds that change keys or members.
pub(crate) fn of_keys(plan: &Plan) -> Outcome {
    let keys = ["rotate", "member", "revoke", "enrol", "passphrase"];
    at_calls(
        plan,
        "T-R3",
        |deed| keys.contains(&deed),
        plan.points(10, 150),
    )
}

fn at_calls(plan: &Plan, id: &str, wanted: impl Fn(&str) -> bool, most: usize) -> Outcome {
    let (counts, failed) = counted(plan);
    let counts: Vec<&(&str, Calls)> = counts.iter().filter(|(deed, _)| wanted(deed)).collect();
    let mut failures = failed.clone();
    let all: Vec<(&str, usize)> = counts
        .iter()
        .flat_map(|(deed, calls)| (1..=calls.of("kill")).map(move |call| (*deed, call)))
        .collect();
    let calls_of = |name: &str| {
        let found = counted(plan).0.iter().find(|(deed, _)| *deed == name);
        found.map_or(1, |(_, calls)| calls.of("kill"))
    };
    let mut dice = Dice(plan.seed);
    let chosen = dice.some(&all, most);
    failures.extend(plan.each(&chosen, |place, (deed, call)| {
        let why = |text: String| format!("{id} {deed}, killed before call {call}: {text}");
        let yard = yard(plan, &format!("{id}-{place}")).map_err(why)?;
        let ended = ran(&yard, &["do", deed], &inject(plan, &yard, "kill", *call)).map_err(why)?;
        if ended.status.signal() != Some(9) && !ended.status.success() {
            return Err(why(format!(
                "it ended with {}: {}",
                ended.status, ended.error
            )));
        }
        // An update that was interrupted is taken up again.
        let (recovery, calls): (&[&str], usize) = match *deed {
            UPDATE => (&["do", UPDATE], calls_of(UPDATE)),
            _ => (&["open"], calls_of("unlock")),
        };
        // The second kill wanders through the calls of the recovery.
        let again = 1 + (call * 7 + place) % (calls + 6);
        ran(&yard, recovery, &inject(plan, &yard, "kill", again)).map_err(why)?;
        judge(&yard, &ended.said)
            .map_err(|text| why(format!("(and again before call {again}) {text}")))?;
        clear(&yard);
        Ok(())
    }));
    let of = all.len();
    Outcome {
        n: chosen.len() * 2,
        failures,
        note: format!(
            "kills: {} of the {of} write-class calls of {} deeds, each followed by a second kill during recovery",
            chosen.len(),
            counts.len()
        ),
    }
}

/// T-K1: killed at a random moment of a working day, as often as there is time for.
pub(crate) fn at_random(plan: &Plan) -> Outcome {
    let rounds: Vec<u64> = (0..plan.points(16, 10_000) as u64).collect();
    let until = Instant::now() + Duration::from_secs(plan.minutes * 60);
    let (acknowledged, killed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failures = plan.each(&rounds, |place, round| {
        if Instant::now() > until {
            return Ok(());
        }
        killed.fetch_add(1, Ordering::Relaxed);
        let mut dice = Dice(plan.seed ^ (round << 20));
        let why = |text: String| format!("T-K1 round {round}, seed {}: {text}", plan.seed);
        let yard = yard(plan, &format!("k1-{place}")).map_err(why)?;
        let mut child = start(&yard, &["do", "work"], &[]);
        let mut said = Vec::new();
        let mut rest = String::new();
        let mut lines = child.stdout.take().map(BufReader::new);
        // Now and then while unlocking; otherwise somewhere in the work.
        let at_work = dice.below(8) > 0;
        if let Some(lines) = lines.as_mut().filter(|_| at_work) {
            let mut line = String::new();
            if lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                said.push(line.trim_end().to_owned());
            }
        }
        std::thread::sleep(Duration::from_micros(dice.below(if at_work {
            400_000
        } else {
            150_000
        })));
        let stopped = child.kill();
        let read = lines.as_mut().map(|lines| lines.read_to_string(&mut rest));
        let waited = child.wait();
        if stopped.is_err() || waited.is_err() || !matches!(read, Some(Ok(_))) {
            return Err(why("it could not be killed and heard".to_owned()));
        }
        let whole = rest.rsplit_once('\n').map_or("", |(whole, _)| whole);
        said.extend(whole.lines().map(str::to_owned));
        acknowledged.fetch_add(said.len(), Ordering::Relaxed);
        judge(&yard, &said).map_err(why)?;
        clear(&yard);
        Ok(())
    });
    Outcome {
        n: killed.into_inner(),
        failures,
        note: format!(
            "kills at random moments of a working day; {} changes had been acknowledged",
            acknowledged.into_inner()
        ),
    }
}

/// T-K4: signals in each deed, those that end a program and those that suspend it.
pub(crate) fn signals(plan: &Plan) -> Outcome {
    const SIGNALS: [(&str, i32); 6] = [
        ("SIGTERM", 15),
        ("SIGHUP", 1),
        ("SIGINT", 2),
        ("SIGSEGV", 11),
        ("SIGABRT", 6),
        ("SIGSTOP", 19),
    ];
    let (counts, failed) = counted(plan);
    let mut failures = failed.clone();
    let all: Vec<(&str, usize, (&str, i32))> = counts
        .iter()
        .flat_map(|(deed, calls)| {
            SIGNALS
                .iter()
                .map(move |signal| (*deed, calls.of("kill"), *signal))
        })
        .collect();
    let mut dice = Dice(plan.seed ^ 4);
    let chosen = dice.some(&all, plan.points(12, usize::MAX));
    failures.extend(plan.each(&chosen, |place, (deed, calls, (name, number))| {
        let mut dice = Dice(plan.seed ^ (place as u64) << 8);
        let call = 1 + usize::try_from(dice.below(*calls as u64)).unwrap_or(0);
        let why = |text: String| format!("T-K4 {deed}, {name} before call {call}: {text}");
        let yard = yard(plan, &format!("k4-{place}")).map_err(why)?;
        let mut environment = inject(plan, &yard, "signal", call);
        environment.push(("FI_SIGNAL", number.to_string()));
        let mut child = start(&yard, &["do", deed], &environment);
        // Who is suspended is woken, again and again: it may be suspended later than the first call.
        let id = child.id().to_string();
        for _ in 0..if *number == 19 { 120 } else { 0 } {
            std::thread::sleep(Duration::from_millis(300));
            if matches!(child.try_wait(), Ok(Some(_))) {
                break;
            }
            let _ = Command::new("kill").args(["-CONT", &id]).status();
        }
        let ended = finish(child).map_err(why)?;
        if ended.status.signal() != Some(*number) && !ended.status.success() {
            return Err(why(format!(
                "it ended with {}: {}",
                ended.status, ended.error
            )));
        }
        judge(&yard, &ended.said).map_err(why)?;
        clear(&yard);
        Ok(())
    }));
    Outcome {
        n: chosen.len(),
        failures,
        note: format!(
            "signals: SIGTERM, SIGHUP, SIGINT, SIGSEGV, SIGABRT, and SIGSTOP with SIGCONT, in {} deeds",
            counts.len()
        ),
    }
}
