//! `cargo xtask bench`: what the release programs take, beside what the plain tool takes for the same work, at sizes that show how
//! cost grows. Ratios are of one run on one machine, so the machine cancels out.

use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

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
    type Part = fn(&mut Bench) -> Outcome<()>;
    let parts: [(&str, Part); 10] = [
        ("customers", customers),
        ("clocks", clocks),
        ("access", access),
        ("document", document),
        ("bundle", bundle),
        ("filing", handed_out::filing),
        ("paper", paper::print),
        ("paint", window::paint),
        ("window", window::pace),
        ("sizes", sizes::listed),
    ];
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
                    "{a_second:.0} entries a second on one core, read and decrypted from the disk"
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

/// Customers whose accounts were closed: each starts a clock.
fn closed_accounts(path: &Path, rows: u32) -> Outcome<()> {
    let mut text = "external_id,party_type,name,country,account_ids,account_closed\n".to_owned();
    for n in 0..rows {
        let _ = writeln!(
            text,
            "x{n},person,Person {n},DE,acct-{n},20{:02}-{:02}-{:02}",
            20 + n % 6,
            1 + n % 12,
            1 + n % 28
        );
    }
    fs::write(path, text).map_err(|why| why.to_string())
}

/// Every running clock worked out anew by another version of its pack, with the arithmetic in words: what a person is shown before
/// taking that version in.
fn clocks(bench: &mut Bench) -> Outcome<()> {
    let shipped = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../rules/us-iaas-nprm-2024.toml"
    );
    let pack = fs::read_to_string(shipped)
        .map_err(|why| why.to_string())?
        .replacen("version = \"1.0.1\"", "version = \"1.1.0\"", 1)
        .replacen(
            "title = \"Retention\"\nn = 2",
            "title = \"Retention\"\nn = 3",
            1,
        );
    fs::write(bench.path("next.toml"), pack).map_err(|why| why.to_string())?;
    let sizes: &[u32] = if bench.quick {
        &[1_000, 10_000]
    } else {
        &[1_000, 10_000, 100_000]
    };
    for size in sizes {
        let (csv, vault) = (format!("c{size}.csv"), format!("C{size}.cipdesk"));
        closed_accounts(&bench.path(&csv), *size)?;
        bench.vault(&vault)?;
        bench.time(&mut bench.cli(&["customer", "import", &vault, &csv]))?;
        let nothing = bench.best(&mut bench.cli(&["pack", "list", &vault]))?;
        let mut list = bench.best(&mut bench.cli(&["clock", "list", &vault, "--json"]))?;
        list.0 -= nothing.0;
        bench.row(
            "clocks listed",
            size.to_string(),
            list,
            None,
            "without unlocking",
        );
        let mut again = bench.best(&mut bench.cli(&[
            "pack",
            "adopt",
            &vault,
            "next.toml",
            "--dry-run",
            "--json",
        ]))?;
        again.0 -= nothing.0;
        let days = format!(
            "sqlite3 :memory: \"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {size}) SELECT date('2020-01-01', i || ' days', '+3 years') FROM n\""
        );
        let beside = bench.best(&mut bench.shell(&days))?;
        bench.row(
            "clocks worked out anew, two dates each",
            size.to_string(),
            again,
            Some(beside.0),
            "sqlite3's date(), without words, zones or a record; ours without unlocking",
        );
    }
    Ok(())
}

/// A register of invented persons, the same every time.
pub(crate) fn register(path: &Path, rows: u32) -> Outcome<()> {
    const GIVEN: &[&str] = &[
        "Anna",
        "Jürgen",
        "Mariam",
        "Oluwaseun",
        "Søren",
        "Thảo",
        "Ying",
        "Zoë",
        "Łukasz",
        "Amélie",
    ];
    const FAMILY: &[&str] = &[
        "Müller", "Öberg", "Nguyễn", "Okafor", "Żak", "Silva", "Tanaka", "Haddad", "O'Neill",
        "Ferreira",
    ];
    const COUNTRIES: &[&str] = &["DE", "SE", "VN", "NG", "PL", "BR", "JP", "LB", "IE", "PT"];
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut out = BufWriter::new(File::create(path).map_err(|why| why.to_string())?);
    let mut text =
        "external_id,party_type,name,country,emails,phones,us_person,street,city\n".to_owned();
    for n in 0..rows {
        let (given, family, country) = (dice.one(GIVEN), dice.one(FAMILY), dice.one(COUNTRIES));
        let _ = writeln!(
            text,
            "x{n},person,{given} {family} {n},{country},p{n}@example.com,+49401{:06},no,{} Main Street,Town {}",
            n % 1_000_000,
            n % 400,
            n % 97
        );
        if text.len() > 1 << 20 {
            out.write_all(text.as_bytes())
                .map_err(|why| why.to_string())?;
            text.clear();
        }
    }
    out.write_all(text.as_bytes())
        .map_err(|why| why.to_string())
}

/// The same rows into a plain file: tables with the same columns and indexes, the marks by which records are found beside each other, and the
/// search index. No journal, nothing checked, nothing encrypted.
const PLAIN_CUSTOMERS: &str = r#"
import csv, json, re, sqlite3, sys
db = sqlite3.connect(sys.argv[2])
db.executescript("""PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE customer (id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, external_id TEXT UNIQUE, kind TEXT, name TEXT, name_fold TEXT, name_original TEXT, country TEXT, us_status TEXT, status TEXT, risk TEXT, risk_rank INTEGER, missing INTEGER, changed_at INTEGER, body TEXT);
CREATE INDEX a ON customer (name_fold, id); CREATE INDEX b ON customer (country, id); CREATE INDEX c ON customer (status, id); CREATE INDEX d ON customer (us_status, id); CREATE INDEX e ON customer (missing, id); CREATE INDEX f ON customer (changed_at, id); CREATE INDEX g ON customer (risk_rank, id);
CREATE INDEX h ON customer (status, country, us_status, kind, risk, missing, risk_rank, changed_at, name_fold, ref);
CREATE TABLE mark (kind TEXT NOT NULL, value TEXT NOT NULL, customer INTEGER NOT NULL, part TEXT NOT NULL, PRIMARY KEY (kind, value, customer, part)) WITHOUT ROWID;
CREATE INDEX i ON mark (customer);
CREATE VIRTUAL TABLE search USING fts5 (text, content = '', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');""")
with db, open(sys.argv[1], newline='') as file:
    for n, row in enumerate(csv.DictReader(file), 1):
        name = row['name'].lower()
        db.execute('INSERT INTO customer VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)', (n, 'C-%06d' % n, row['external_id'], row['party_type'], row['name'], name, None, row['country'], 'foreign', 'draft', None, 0, 5, 0, json.dumps(row)))
        db.execute('INSERT INTO search (rowid, text) VALUES (?,?)', (n, ' '.join(row.values())))
        marks = (('name', ' '.join(sorted(name.split()))), ('sound', re.sub('[aeiouhwy]', '', name)), ('email', row['emails']), ('phone', row['phones'].lstrip('+')), ('address', (row['street'] + ' ' + row['city']).lower()), ('external', row['external_id']))
        db.executemany('INSERT INTO mark VALUES (?,?,?,?)', ((kind, value, n, '') for kind, value in marks))
"#;

fn customers(bench: &mut Bench) -> Outcome<()> {
    fs::write(bench.path("plain.py"), PLAIN_CUSTOMERS).map_err(|why| why.to_string())?;
    let sizes: &[u32] = if bench.quick {
        &[1_000, 10_000]
    } else {
        &[1_000, 10_000, 100_000]
    };
    for size in sizes {
        let (csv, vault, plain) = (
            format!("r{size}.csv"),
            format!("V{size}.cipdesk"),
            format!("p{size}.db"),
        );
        register(&bench.path(&csv), *size)?;
        bench.vault(&vault)?;
        let ours = bench.time(&mut bench.cli(&["customer", "import", &vault, &csv]))?;
        let beside = bench.time(&mut bench.shell(&format!("python3 plain.py {csv} {plain}")))?;
        bench.row(
            "import customers",
            size.to_string(),
            ours,
            Some(beside.0),
            "sqlite3 with the same indexes",
        );
        let again = bench.time(&mut bench.cli(&["customer", "import", &vault, &csv]))?;
        bench.row(
            "import the same file again",
            size.to_string(),
            again,
            None,
            "",
        );
        let unlock = bench.best(&mut bench.cli(&["vault", "status", &vault]))?;
        bench.row("start, unlock, counts", size.to_string(), unlock, None, "");
        for (work, search) in [
            ("search a name, first 50", "okafor"),
            ("search one person", "x77"),
        ] {
            let found = bench.best(&mut bench.cli(&[
                "customer", "list", &vault, "--search", search, "--limit", "50", "--json",
            ]))?;
            bench.row(
                work,
                size.to_string(),
                ((found.0 - unlock.0).max(0.0), found.1),
                None,
                "beyond start and unlock",
            );
        }
        let check = bench.time(&mut bench.cli(&["vault", "check", &vault]))?;
        bench.row("vault check", size.to_string(), check, None, "");
        bench.journal(&vault, &size.to_string())?;
        bench.questions(&vault, &size.to_string(), false)?;
    }
    Ok(())
}

const PLAIN_ACCESS: &str = r#"
import csv, sqlite3, sys, datetime
db = sqlite3.connect(sys.argv[2])
db.executescript("""PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE access (account TEXT, at_ms INTEGER, ip BLOB, action TEXT, event TEXT UNIQUE);
CREATE INDEX a ON access (account, at_ms); CREATE INDEX b ON access (ip);""")
import socket
with db, open(sys.argv[1], newline='') as file:
    rows = csv.reader(file); next(rows)
    db.executemany('INSERT INTO access VALUES (?,?,?,?,?)', ((a, int(datetime.datetime.fromisoformat(t).timestamp() * 1000), socket.inet_aton(ip), what, e) for a, t, ip, what, e in rows))
"#;

fn access(bench: &mut Bench) -> Outcome<()> {
    fs::write(bench.path("access.py"), PLAIN_ACCESS).map_err(|why| why.to_string())?;
    let sizes: &[u32] = if bench.quick {
        &[10_000, 100_000]
    } else if bench.full {
        &[100_000, 1_000_000, 10_000_000]
    } else {
        &[10_000, 100_000, 1_000_000]
    };
    for size in sizes {
        let mut dice = Dice(0x2545_F491_4F6C_DD1D);
        let (log, vault) = (format!("log{size}.csv"), format!("A{size}.cipdesk"));
        let file = File::create(bench.path(&log)).map_err(|why| why.to_string())?;
        let mut text = BufWriter::new(file);
        text.write_all(b"account,time,ip,action,event_id\n")
            .map_err(|why| why.to_string())?;
        for n in 0..*size {
            let roll = dice.next();
            let account = roll % 2000;
            // Nine in ten come from one of the account's eight usual addresses.
            let from = if (roll / 31).is_multiple_of(10) {
                dice.next()
            } else {
                account.wrapping_mul(0x9E37_79B9_7F4A_7C15)
                    ^ (roll / 37 % 8).wrapping_mul(0xD1B5_4A32_D192_ED03)
            };
            writeln!(
                text,
                "acct-{account},2026-{:02}-{:02}T{:02}:{:02}:{:02}+00:00,10.{}.{}.{},login,e{n}",
                1 + roll % 9,
                1 + roll / 7 % 28,
                roll / 11 % 24,
                roll / 13 % 60,
                roll / 17 % 60,
                from / 19 % 256,
                from / 23 % 256,
                from / 29 % 256
            )
            .map_err(|why| why.to_string())?;
        }
        text.flush().map_err(|why| why.to_string())?;
        bench.vault(&vault)?;
        let before = size_of(&bench.path(&vault));
        let ours = bench.time(&mut bench.cli(&["access", "import", &vault, &log]))?;
        let grown = size_of(&bench.path(&vault)).saturating_sub(before);
        let beside =
            bench.time(&mut bench.shell(&format!("python3 access.py {log} a{size}.db")))?;
        let plain = fs::metadata(bench.path(&format!("a{size}.db"))).map_or(0, |facts| facts.len());
        bench.row(
            "import access records",
            size.to_string(),
            ours,
            Some(beside.0),
            format!(
                "sqlite3 with the same indexes; {} bytes a row, plain {}",
                grown / u64::from(*size),
                plain / u64::from(*size)
            ),
        );
        bench.questions(&vault, &size.to_string(), true)?;
        for used in [log, vault, format!("a{size}.db")] {
            let used = bench.path(&used);
            let _ = fs::remove_dir_all(&used).or_else(|_| fs::remove_file(&used));
        }
    }
    Ok(())
}

fn size_of(folder: &Path) -> u64 {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .fold(0, |sum, entry| {
            sum + entry.metadata().map_or(0, |facts| {
                if facts.is_dir() {
                    size_of(&entry.path())
                } else {
                    facts.len()
                }
            })
        })
}

/// So many MiB that do not compress.
fn noise(path: &Path, mib: u32) -> Outcome<()> {
    let mut dice = Dice(0xD1B5_4A32_D192_ED03);
    let mut out = BufWriter::new(File::create(path).map_err(|why| why.to_string())?);
    for _ in 0..mib * 1024 * 128 {
        out.write_all(&dice.next().to_le_bytes())
            .map_err(|why| why.to_string())?;
    }
    out.flush().map_err(|why| why.to_string())
}

fn document(bench: &mut Bench) -> Outcome<()> {
    bench.vault("D.cipdesk")?;
    let person = "external_id,party_type,name,country\nx,person,Ada Byron,GB\n";
    fs::write(bench.path("one.csv"), person).map_err(|why| why.to_string())?;
    bench.time(&mut bench.cli(&["customer", "import", "D.cipdesk", "one.csv"]))?;
    bench.recipient()?;
    let start = bench.best(&mut bench.cli(&["vault", "status", "D.cipdesk"]))?;
    let sizes: &[u32] = if bench.quick {
        &[16, 64]
    } else {
        &[16, 64, 256]
    };
    for mib in sizes {
        let name = format!("d{mib}.bin");
        noise(&bench.path(&name), *mib)?;
        let into = bench.time(&mut bench.cli(&[
            "document",
            "add",
            "D.cipdesk",
            "C-000001",
            &name,
            "--type",
            "other",
        ]))?;
        let plain = bench.time(&mut bench.shell(&format!(
            "age -r \"$(cat to.txt)\" -o {name}.age {name} && sync {name}.age"
        )))?;
        bench.row(
            "document in",
            format!("{mib} MiB"),
            (into.0 - start.0, into.1),
            Some(plain.0),
            "age, beyond start and unlock",
        );
        let shown = Command::new(&bench.cli)
            .args(["customer", "show", "D.cipdesk", "C-000001", "--json"])
            .current_dir(&bench.folder)
            .env("CIPDESK_PASSPHRASE_FILE", bench.path("pass.txt"))
            .env("CIPDESK_STATE", bench.path("state"))
            .output()
            .map_err(|why| why.to_string())?;
        // The id stands before the name in a document's object.
        let text = String::from_utf8_lossy(&shown.stdout).into_owned();
        let id = text
            .split(&format!("\"{name}\""))
            .next()
            .and_then(|before| before.rsplit("\"id\":").next())
            .and_then(|rest| rest.split('"').nth(1))
            .ok_or("customer show names no document")?
            .to_owned();
        let out = format!("o{mib}.bin");
        let back =
            bench.time(&mut bench.cli(&["document", "extract", "D.cipdesk", &id, "--to", &out]))?;
        let plain = bench.time(&mut bench.shell(&format!(
            "age -d -i key.txt -o back.bin {name}.age && sync back.bin"
        )))?;
        bench.row(
            "document out",
            format!("{mib} MiB"),
            (back.0 - start.0, back.1),
            Some(plain.0),
            "age, beyond start and unlock",
        );
    }
    Ok(())
}

fn bundle(bench: &mut Bench) -> Outcome<()> {
    let seal = bench.cli.with_file_name("examples").join("seal_one");
    bench.recipient()?;
    for mib in bench.mebibytes() {
        let (file, out) = (format!("b{mib}.bin"), format!("b{mib}.bundle.zip"));
        noise(&bench.path(&file), *mib)?;
        let size = format!("{mib} MiB");
        let hashed = bench.time(&mut bench.shell(&format!("sha256sum {file}")))?;
        let copied =
            bench.time(&mut bench.shell(&format!("cp {file} copy.bin && sync copy.bin")))?;
        let slower = hashed.0.max(copied.0);
        let _ = fs::remove_file(bench.path("copy.bin"));
        let ours = bench.time(Command::new(&seal).args([&file, &out]))?;
        bench.row(
            "seal a bundle, read it back",
            size.clone(),
            ours,
            Some(slower),
            "the slower of sha256sum and cp with sync",
        );
        let verify = bench.time(&mut bench.cli(&["bundle", "verify", &out]))?;
        bench.row(
            "verify a bundle",
            size.clone(),
            verify,
            Some(hashed.0),
            "sha256sum of its payload",
        );
        let _ = fs::remove_file(bench.path(&out));
        let bag = bench.time(&mut bench.shell(&format!(
            "mkdir bag && ln {file} bag/{file} && bagit.py --quiet --sha256 bag && bagit.py --quiet --validate bag && python3 -c \"import os, shutil; shutil.make_archive('bag', 'zip', '.', 'bag')\" && sync bag.zip; rm -rf bag bag.zip"
        )));
        match bag {
            Ok(bag) => bench.row(
                "seal a bundle, read it back",
                size.clone(),
                ours,
                Some(bag.0),
                "bagit-python: bag, validate, zip",
            ),
            Err(why) => eprintln!("bagit-python is not there: {why}"),
        }
        let ours = bench.time(Command::new(&seal).args([&file, "sealed.age", "to.txt"]))?;
        let _ = fs::remove_file(bench.path("sealed.age"));
        let plain = bench.time(&mut bench.shell(&format!(
            "age -R to.txt -o plain.age {file} && sync plain.age"
        )))?;
        let _ = fs::remove_file(bench.path("plain.age"));
        bench.row(
            "seal and encrypt a bundle",
            size,
            ours,
            Some(plain.0),
            "age of the same file, with sync",
        );
        fs::remove_file(bench.path(&file)).map_err(|why| why.to_string())?;
    }
    Ok(())
}
