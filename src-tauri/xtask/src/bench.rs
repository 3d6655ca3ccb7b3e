//! `cargo xtask bench`: what the release programs take, beside what the plain tool takes for the same work, at sizes that show how
//! cost grows. Ratios are of one run on one machine, so the machine cancels out.

use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::Instant,
};

mod access;
pub(crate) mod customers;
mod files;
mod handed_out;
mod paper;
mod sizes;
mod window;

type Outcome<T> = Result<T, String>;

pub(crate) const PASSPHRASE: &str = "specimen lantern orchard velvet compass tide\n";

/// One line of the table.
struct Row {
    work: &'static str,
    size: String,
    ours: f64,
    plain: Option<f64>,
    peak_mib: f64,
    /// What the plain tool is, and what else is known.
    note: String,
}

/// A folder to work in, with the programs under test.
struct Bench {
    folder: PathBuf,
    cli: PathBuf,
    quick: bool,
    full: bool,
    rows: Vec<Row>,
    answers: Vec<Answered>,
    sizes: Vec<sizes::Sized>,
}

/// How long a question of the screens took inside the program, in milliseconds.
struct Answered {
    work: String,
    size: String,
    median: f64,
    p99: f64,
    worst: f64,
}

/// Runs the rows whose names are given, or all.
#[allow(clippy::print_stdout)] // the table is the answer
pub(crate) fn run(asked: &[String]) -> Outcome<()> {
    let quick = asked.iter().any(|word| word == "--quick");
    let names: Vec<&String> = asked
        .iter()
        .filter(|word| !word.starts_with("--"))
        .collect();
    type Part = fn(&mut Bench) -> Outcome<()>;
    let parts: [(&str, Part); 11] = [
        ("customers", customers::customers),
        ("journal", customers::journal),
        ("clocks", customers::clocks),
        ("access", access::access),
        ("document", files::document),
        ("bundle", files::bundle),
        ("filing", handed_out::filing),
        ("paper", paper::print),
        ("paint", window::paint),
        ("window", window::pace),
        ("sizes", sizes::listed),
    ];
    if let Some(unknown) = asked.iter().find(|word| {
        !["--quick", "--full", "--record"].contains(&word.as_str())
            && !parts.iter().any(|(name, _)| name == word)
    }) {
        return Err(format!(
            "{unknown} is no part and no option of bench. There are: {}, --quick, --full, --record",
            parts.map(|(name, _)| name).join(", ")
        ));
    }
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--release",
            "--locked",
            "-p",
            "cipdesk-cli",
            "-p",
            "bundle",
            "-p",
            "desk",
            "--bins",
            "--example",
            "questions",
            "--example",
            "seal_one",
        ])
        .status()
        .map_err(|why| why.to_string())?;
    if !built.success() {
        return Err("the release build failed".to_owned());
    }
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let target = fs::canonicalize(target).map_err(|why| why.to_string())?;
    let folder = target.join("bench");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|why| why.to_string())?;
    let mut bench = Bench {
        cli: target.join("release/cipdesk-cli"),
        folder,
        quick,
        full: asked.iter().any(|word| word == "--full"),
        rows: Vec::new(),
        answers: Vec::new(),
        sizes: Vec::new(),
    };
    fs::write(bench.path("pass.txt"), PASSPHRASE).map_err(|why| why.to_string())?;
    for (name, part) in parts {
        if names.is_empty() || names.iter().any(|asked| *asked == name) {
            eprintln!("--- {name}");
            part(&mut bench)?;
        }
    }
    let report = bench.report();
    println!("{}", report.0);
    fs::write(target.join("bench.json"), report.1.to_string()).map_err(|why| why.to_string())?;
    if asked.iter().any(|word| word == "--record") {
        crate::figures::keep(&report.1)?;
    }
    fs::remove_dir_all(&bench.folder).map_err(|why| why.to_string())
}

impl Bench {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs a command; seconds, and peak memory in MiB as GNU time measures it.
    fn time(&self, command: &mut Command) -> Outcome<(f64, f64)> {
        let told = self.path("time.txt");
        let mut timed = Command::new("/usr/bin/time");
        timed
            .arg("-o")
            .arg(&told)
            .args(["-f", "%e %M"])
            .arg(command.get_program())
            .args(command.get_args());
        timed
            .current_dir(&self.folder)
            .env("CIPDESK_PASSPHRASE_FILE", self.path("pass.txt"))
            .env("CIPDESK_STATE", self.path("state"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        for (name, value) in command.get_envs() {
            timed.env(name, value.unwrap_or_default());
        }
        let start = Instant::now();
        let done = timed
            .output()
            .map_err(|why| format!("/usr/bin/time: {why}"))?;
        let took = start.elapsed().as_secs_f64();
        if !done.status.success() {
            return Err(format!(
                "{command:?}: {}",
                String::from_utf8_lossy(&done.stderr)
            ));
        }
        let text = fs::read_to_string(&told).map_err(|why| why.to_string())?;
        let peak = text
            .split_whitespace()
            .last()
            .and_then(|kib| kib.parse::<f64>().ok());
        Ok((took, peak.unwrap_or(0.0) / 1024.0))
    }

    /// The best of three runs: what the work costs when nothing else disturbs it.
    fn best(&self, command: &mut Command) -> Outcome<(f64, f64)> {
        let mut best = self.time(command)?;
        for _ in 0..2 {
            let again = self.time(command)?;
            if again.0 < best.0 {
                best = again;
            }
        }
        Ok(best)
    }

    fn cli(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.cli);
        command.args(arguments).env("CIPDESK_TEST_SCRYPT", "15");
        command
    }

    fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// An age key in `key.txt`, and whom to encrypt to in `to.txt`.
    fn recipient(&self) -> Outcome<()> {
        self.time(&mut self.shell(
            "rm -f to.txt key.txt && age-keygen -o key.txt 2> key.pub && sed -n 's/^Public key: //p' key.pub > to.txt",
        ))
        .map(drop)
    }

    /// Sizes of what is sealed and handed out, in MiB.
    fn mebibytes(&self) -> &'static [u32] {
        if self.quick {
            &[64]
        } else if self.full {
            &[256, 1024, 10_240]
        } else {
            &[64, 256, 1024]
        }
    }

    fn vault(&self, name: &str) -> Outcome<()> {
        self.time(&mut self.cli(&[
            "vault",
            "create",
            name,
            "--org",
            "Acme",
            "--role",
            "provider",
            "--zone",
            "America/New_York",
            "--staff",
            "Ana Lima",
            "--recovery-sheet",
            &format!("{name}.sheet"),
        ]))
        .map(drop)
    }

    fn row(
        &mut self,
        work: &'static str,
        size: String,
        ours: (f64, f64),
        plain: Option<f64>,
        note: impl Into<String>,
    ) {
        eprintln!("{work} {size}: {:.3} s", ours.0);
        self.rows.push(Row {
            work,
            size,
            ours: ours.0,
            plain,
            peak_mib: ours.1,
            note: note.into(),
        });
    }

    /// Asks what the screens ask, inside one process: `log` for the access log, otherwise lists, search, Today and timelines.
    fn questions(&mut self, vault: &str, size: &str, log: bool) -> Outcome<()> {
        let program = self.cli.with_file_name("examples").join("questions");
        let mut command = Command::new(program);
        command.args([vault, "pass.txt", "200"]);
        if log {
            command.arg("log");
        }
        let done = command
            .current_dir(&self.folder)
            .output()
            .map_err(|why| why.to_string())?;
        if !done.status.success() {
            return Err(String::from_utf8_lossy(&done.stderr).into_owned());
        }
        let told: Value = serde_json::from_slice(&done.stdout).map_err(|why| why.to_string())?;
        for one in told.as_array().into_iter().flatten() {
            let ms = |name: &str| one.get(name).and_then(Value::as_f64).unwrap_or(0.0);
            let work = one
                .get("work")
                .and_then(|work| work.as_str())
                .unwrap_or_default();
            eprintln!(
                "{work} at {size}: {:.2} ms, worst {:.2}",
                ms("median_ms"),
                ms("worst_ms")
            );
            self.answers.push(Answered {
                work: work.to_owned(),
                size: size.to_owned(),
                median: ms("median_ms"),
                p99: ms("p99_ms"),
                worst: ms("worst_ms"),
            });
        }
        Ok(())
    }

    /// Walks the journal alone, without the replay that `vault check` has beside it.
    fn journal(&mut self, vault: &str, size: &str) -> Outcome<()> {
        let program = self.cli.with_file_name("examples").join("questions");
        let done = Command::new(program)
            .args([vault, "pass.txt", "0", "journal"])
            .current_dir(&self.folder)
            .output()
            .map_err(|why| why.to_string())?;
        if !done.status.success() {
            return Err(String::from_utf8_lossy(&done.stderr).into_owned());
        }
        let told: Value = serde_json::from_slice(&done.stdout).map_err(|why| why.to_string())?;
        let figure = |name: &str| told.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        for (work, name) in [
            ("hashes and chain of the journal", "headings_s"),
            ("the same, with what entries say", "whole_s"),
        ] {
            let a_second = figure("entries") / figure(name);
            self.row(
                work,
                size.to_owned(),
                (figure(name), 0.0),
                None,
                format!(
                    "read and decrypted from the disk, on one core; {a_second:.0} entries a second"
                ),
            );
        }
        Ok(())
    }

    /// The table for people, and the same for the record.
    fn report(&self) -> (String, Value) {
        let mut table = format!(
            "{:<34}{:>14}{:>10}{:>10}{:>8}{:>10}  beside\n",
            "work", "size", "ours s", "plain s", "ratio", "peak MiB"
        );
        for row in &self.rows {
            let plain = row
                .plain
                .map_or_else(String::new, |plain| format!("{plain:.3}"));
            let ratio = row
                .plain
                .map_or_else(String::new, |plain| format!("{:.2}", plain / row.ours));
            let _ = writeln!(
                table,
                "{:<34}{:>14}{:>10.3}{plain:>10}{ratio:>8}{:>10.0}  {}",
                row.work, row.size, row.ours, row.peak_mib, row.note
            );
        }
        table.push_str("ratio: how many times as fast as the plain tool; above 1 is faster\n");
        if !self.answers.is_empty() {
            let _ = writeln!(
                table,
                "\n{:<34}{:>14}{:>12}{:>12}{:>12}",
                "question, 200 times", "size", "median ms", "99th ms", "worst ms"
            );
        }
        for one in &self.answers {
            let _ = writeln!(
                table,
                "{:<34}{:>14}{:>12.2}{:>12.2}{:>12.2}",
                one.work, one.size, one.median, one.p99, one.worst
            );
        }
        for one in &self.sizes {
            let _ = writeln!(table, "{:<60}{:>10.1} MB", one.name, one.bytes as f64 / 1e6);
        }
        let work = self.rows.iter().map(|row| {
            json!({"work": row.work, "size": row.size, "ours_s": row.ours, "plain_s": row.plain, "peak_mib": row.peak_mib, "beside": row.note})
        });
        let questions = self.answers.iter().map(|one| {
            json!({"work": one.work, "size": one.size, "median_ms": one.median, "p99_ms": one.p99, "worst_ms": one.worst})
        });
        let sizes = self
            .sizes
            .iter()
            .map(|one| json!({"work": one.name, "bytes": one.bytes}));
        (
            table,
            json!({"work": work.collect::<Vec<_>>(), "questions": questions.collect::<Vec<_>>(), "sizes": sizes.collect::<Vec<_>>()}),
        )
    }
}

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let count = of.len() as u64;
        usize::try_from(self.next() % count)
            .ok()
            .and_then(|place| of.get(place))
            .copied()
            .unwrap_or_default()
    }
}
