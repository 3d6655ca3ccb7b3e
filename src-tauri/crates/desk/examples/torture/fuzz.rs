//! T-Z: what reads files that come from outside is given files that were changed. Every input is a seed of the corpus with a few changes, made
//! of the seed number of the run, the parser and its own number: whatever is found comes again. There is no feedback from the code that ran.
//!
//! A parser runs in a process of its own with little memory. A panic, an abort, more than a second, or a sentence with a control character
//! in it is a failure; so is a signed file that was changed and is accepted, and a seed that is said to be sound and is refused, because then nothing was tried.

use crate::{
    parsers::{PARSERS, Parser},
    run::{Dice, Outcome, Plan, Reach},
};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

/// The most that the plan asks for of each parser.
const MOST: u64 = 1_000_000;
const LONGEST: usize = 64 * 1024;
/// The address space that a parser has, in KiB. Unlocking alone asks for 32 MiB of it.
const SPACE: u64 = 640 * 1024;
const SLOW: Duration = Duration::from_secs(1);

/// A seed, and whether it must be accepted.
pub(crate) struct Seed {
    pub(crate) sound: bool,
    pub(crate) bytes: Vec<u8>,
}

/// The seeds of a parser, as they were laid down for this run.
fn corpus(folder: &Path) -> Vec<Seed> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| Seed {
            sound: file.extension().is_some_and(|ending| ending == "sound"),
            bytes: fs::read(file).unwrap_or_default(),
        })
        .collect()
}

fn lay_down(folder: &Path, seeds: &[Seed]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    for (number, seed) in seeds.iter().enumerate() {
        let ending = if seed.sound { "sound" } else { "any" };
        fs::write(folder.join(format!("{number:05}.{ending}")), &seed.bytes)?;
    }
    Ok(())
}

/// The input of a number: the seeds as they are, then changed ones.
fn input(parser: &str, seed: u64, number: u64, corpus: &[Seed]) -> Vec<u8> {
    if let Some(first) = usize::try_from(number).ok().and_then(|at| corpus.get(at)) {
        return first.bytes.clone();
    }
    let told = Sha256::digest(format!("{parser} {seed} {number}"));
    let mut dice = Dice(
        told.iter()
            .take(8)
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    );
    let any = |dice: &mut Dice| -> Vec<u8> {
        let at = dice.below(corpus.len() as u64);
        let seed = usize::try_from(at).ok().and_then(|at| corpus.get(at));
        seed.map(|seed| seed.bytes.clone()).unwrap_or_default()
    };
    let mut bytes = any(&mut dice);
    for _ in 0..=dice.below(6) {
        change(&mut bytes, &mut dice, &any);
    }
    bytes.truncate(
        LONGEST.max(
            corpus
                .iter()
                .map(|seed| seed.bytes.len())
                .max()
                .unwrap_or(0),
        ),
    );
    bytes
}

/// What breaks parsers: ends, numbers at their limits, nesting, quotes, other encodings, directions, paths.
const WORDS: &[&[u8]] = &[
    b"",
    b"\0",
    b"\r",
    b"\n",
    b"\r\n",
    b"\t",
    b" ",
    b"\"",
    b"'",
    b",",
    b";",
    b"{",
    b"}",
    b"[",
    b"]",
    b"[[[[[[[[[[[[[[[[",
    b"{\"a\":{\"a\":{\"a\":",
    b"null",
    b"true",
    b"-1",
    b"0",
    b"1e999",
    b"-0.0",
    b"NaN",
    b"18446744073709551616",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"2147483648",
    b"4294967295",
    b"65536",
    b"0000000000000000000000",
    b"9999-12-31",
    b"0000-00-00",
    b"-0001-01-01T00:00:00Z",
    b"2026-02-30",
    b"+14:30",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xC3",
    b"\xED\xA0\x80",
    b"\xE2\x80\xAE",
    b"\xE2\x80\x8B",
    b"\xF0\x9F\x92\xA9",
    b"\xCC\x81\xCC\x81\xCC\x81",
    b"../",
    b"/",
    b"\\",
    b"C:",
    b"data/",
    b"%2e%2e%2f",
    b"=cmd|'/c'!A1",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"&b;",
    b"<![CDATA[",
    b"-->",
    b"-----BEGIN ",
    b"-----END ",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"%PDF-",
    b"age-encryption.org/v1\n",
    b"-> X25519 ",
    b"-> scrypt ",
    b"--- ",
    b"\x89PNG\r\n\x1a\n",
    b"\xFF\xD8\xFF",
    b"stream\n",
    b"endobj\n",
    b"xref\n",
    b"<<",
    b">>",
    b"obj",
    b"\x7F\xFF\xFF\xFF",
    b"\xFF\xFF\xFF\xFF",
];

fn change(bytes: &mut Vec<u8>, dice: &mut Dice, any: &dyn Fn(&mut Dice) -> Vec<u8>) {
    let at = |dice: &mut Dice, length: usize| {
        usize::try_from(dice.below(length as u64 + 1))
            .unwrap_or(0)
            .min(length)
    };
    let place = at(dice, bytes.len());
    let end = (place + at(dice, 32)).min(bytes.len());
    match dice.below(10) {
        0 => {
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << dice.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(place) {
                *byte = u8::try_from(dice.below(256)).unwrap_or(0);
            }
        }
        2 => bytes.truncate(place),
        3 => drop(bytes.drain(place..end)),
        4 => {
            let piece: Vec<u8> = bytes.get(place..end).unwrap_or_default().to_vec();
            let most = if dice.below(8) == 0 { 500 } else { 3 };
            let often = 1 + at(dice, most);
            let more = piece.repeat(often);
            bytes.splice(place..place, more);
        }
        // The beginning of one and the end of another.
        5 => {
            let other = any(dice);
            let from = at(dice, other.len());
            bytes.truncate(place);
            bytes.extend(other.get(from..).unwrap_or_default());
        }
        6 => {
            let piece: Vec<u8> = bytes.get(place..end).unwrap_or_default().to_vec();
            let to = at(dice, bytes.len());
            bytes.splice(to..to, piece);
        }
        7 => {
            // A number becomes another one.
            let digits = |byte: &&u8| byte.is_ascii_digit();
            let length = bytes
                .get(place..)
                .unwrap_or_default()
                .iter()
                .take_while(digits)
                .count();
            let number = WORDS.get(18 + at(dice, 13)).copied().unwrap_or_default();
            bytes.splice(place..place + length, number.iter().copied());
        }
        more => {
            let word = WORDS
                .get(at(dice, WORDS.len()))
                .copied()
                .unwrap_or_default();
            let until = if more == 8 { place } else { end };
            bytes.splice(place..until, word.iter().copied());
        }
    }
}

/// `torture fuzz PARSER FOLDER SEED FROM MILLISECONDS`: tries inputs from a number on, until the time is over; the number that is being tried
/// stands in the file `at`. Prints how many were tried, how many of them accepted, and what took long.
pub(crate) fn child(given: &[&str]) -> ExitCode {
    let [parser, folder, seed, from, time] = given else {
        return ExitCode::from(2);
    };
    let number = |text: &str| text.parse::<u64>().unwrap_or(0);
    let Some(parser) = PARSERS.iter().find(|there| there.name == *parser) else {
        return ExitCode::from(2);
    };
    let folder = Path::new(folder);
    let corpus = corpus(&folder.join("corpus"));
    let place = parser.open(folder);
    let (seed, from) = (number(seed), number(from));
    let until = Instant::now() + Duration::from_millis(number(time));
    let (mut at, mut accepted) = (from, 0u64);
    let mut said = Vec::new();
    while at < MOST && (Instant::now() < until || at < corpus.len() as u64) {
        fs::write(folder.join("at"), at.to_string()).expect("the number is kept");
        let bytes = input(parser.name, seed, at, &corpus);
        let begun = (Instant::now(), spent());
        let taken = (parser.reads)(&place, &bytes);
        // Others use the machine too: what counts is the time that was spent here.
        let took = spent().saturating_sub(begun.1);
        if parser.quick && begun.0.elapsed() > SLOW && took > SLOW {
            said.push(format!("input {at} took {} ms", took.as_millis()));
        }
        accepted += u64::from(taken);
        let sound = usize::try_from(at).ok().and_then(|at| corpus.get(at));
        if sound.is_some_and(|seed| seed.sound) && !taken {
            said.push(format!("seed {at} is sound and is refused"));
        }
        if parser.exact && taken && !corpus.iter().any(|seed| parser.same(&seed.bytes, &bytes)) {
            said.push(format!("input {at} was changed and is accepted"));
        }
        at += 1;
    }
    println!("{} {accepted} {}", at - from, said.join("; "));
    ExitCode::SUCCESS
}

/// The processor's time of this thread.
fn spent() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|text| text.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

/// How a process ended: tried, accepted, and in words what was wrong.
fn spawned(
    plan: &Plan,
    parser: &Parser,
    folder: &Path,
    from: u64,
    time: Duration,
) -> Result<(u64, u64, String), String> {
    let line = format!("ulimit -S -v {SPACE}; exec \"$0\" fuzz \"$@\"");
    let out = Command::new("sh")
        .args(["-c", &line])
        .arg(std::env::current_exe().unwrap_or_default())
        .args([parser.name.to_owned(), folder.display().to_string()])
        .args(
            [u128::from(plan.seed), u128::from(from), time.as_millis()]
                .map(|number| number.to_string()),
        )
        .env("TMPDIR", folder)
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .output()
        .map_err(|why| why.to_string())?;
    let text = String::from_utf8_lossy(&out.stdout);
    let mut words = text.trim_end().splitn(3, ' ');
    let mut number = || words.next().and_then(|word| word.parse::<u64>().ok());
    match (number(), number()) {
        (Some(tried), Some(accepted)) if out.status.success() => {
            Ok((tried, accepted, words.next().unwrap_or_default().to_owned()))
        }
        _ => {
            let error = String::from_utf8_lossy(&out.stderr);
            let last: Vec<&str> = error.lines().take(3).collect();
            Err(format!("{}: {}", out.status, last.join(" ")))
        }
    }
}

/// What became of one parser.
fn tried(plan: &Plan, parser: &Parser, seconds: u64) -> (u64, u64, Vec<String>) {
    let folder = plan.place(&format!("z-{}", parser.name.replace(' ', "-")));
    let laid = parser.furnish(plan, &folder).and_then(|place| {
        let seeds = (parser.seeds)(&place);
        lay_down(&folder.join("corpus"), &seeds).map_err(|why| why.to_string())
    });
    if let Err(why) = laid {
        return (0, 0, vec![format!("T-Z {}: {why}", parser.name)]);
    }
    let (mut tried, mut accepted, mut failures) = (0, 0, Vec::new());
    let until = Instant::now() + Duration::from_secs(seconds);
    // Whoever dies of an input begins again after it.
    while failures.len() < 5 {
        let left = until.saturating_duration_since(Instant::now());
        match spawned(plan, parser, &folder, tried, left) {
            Ok((n, taken, said)) => {
                tried += n;
                accepted += taken;
                if !said.is_empty() {
                    failures.push(format!("T-Z {}: {said}", parser.name));
                }
                break;
            }
            Err(why) => {
                let at = fs::read_to_string(folder.join("at")).ok();
                let at: u64 = at.and_then(|text| text.parse().ok()).unwrap_or(0);
                let found = folder.join(format!("found-{at}"));
                let _ = fs::write(
                    &found,
                    input(parser.name, plan.seed, at, &corpus(&folder.join("corpus"))),
                );
                failures.push(format!("T-Z {}, input {at}: {why}", parser.name));
                tried = at + 1;
            }
        }
    }
    if failures.is_empty() {
        let _ = fs::remove_dir_all(&folder);
    }
    (tried, accepted, failures)
}

/// T-Z.
pub(crate) fn parsers(plan: &Plan) -> Outcome {
    let seconds = match plan.reach {
        Reach::Quick => 1,
        Reach::Full => plan.minutes * 60 / PARSERS.len() as u64,
    };
    let (mut n, mut failures, mut each) = (0, Vec::new(), Vec::new());
    for parser in PARSERS.iter().filter(|parser| {
        plan.parser
            .as_deref()
            .is_none_or(|only| parser.name == only)
    }) {
        let (tried, accepted, failed) = tried(plan, parser, seconds);
        n += usize::try_from(tried).unwrap_or(usize::MAX);
        failures.extend(failed);
        each.push(format!("{} {tried} ({accepted} accepted)", parser.name));
    }
    Outcome {
        n,
        failures,
        note: format!(
            "changed inputs without feedback from the code, in {} MiB of address space: {}",
            SPACE / 1024,
            each.join(", ")
        ),
    }
}
