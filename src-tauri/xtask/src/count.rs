//! `cargo xtask count`: how many instructions the paths that are walked most take, in the programs of the tests. Seconds differ from run to run
//! and from machine to machine; instructions hardly do, so that work that was added by mistake is seen at once.

use serde_json::{Map, Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

type Outcome<T> = Result<T, String>;

/// What was recorded last, with the compiler that made the programs: another one makes other instructions.
const RECORD: &str = "src-tauri/docs/instructions.json";
/// More than this above the record is a failure; hash maps and random keys move a count by far less.
const TOLERANCE: f64 = 0.10;
/// Customers of the two vaults; what they differ by is what a customer costs.
const SIZES: [u32; 2] = [100, 300];
/// How often a screen's question is asked.
const TIMES: u32 = 8;

struct Yard {
    folder: PathBuf,
    programs: PathBuf,
}

impl Yard {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn in_it<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .current_dir(&self.folder)
            .env("CIPDESK_PASSPHRASE_FILE", self.path("pass.txt"))
            .env("CIPDESK_STATE", self.path("state"))
            .env("CIPDESK_TEST_SCRYPT", "10")
            .stdin(Stdio::null())
    }

    fn cli(&self, arguments: &[&str]) -> Outcome<()> {
        let mut command = Command::new(self.programs.join("cipdesk-cli"));
        let done = self
            .in_it(command.args(arguments))
            .output()
            .map_err(|why| why.to_string())?;
        let said = || format!("{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        done.status.success().then_some(()).ok_or_else(said)
    }

    fn create(&self, vault: &str) -> Outcome<()> {
        self.cli(&[
            "vault",
            "create",
            vault,
            "--org",
            "Acme",
            "--role",
            "provider",
            "--zone",
            "America/New_York",
            "--staff",
            "Ana Lima",
            "--recovery-sheet",
            &format!("{vault}.sheet"),
        ])
    }

    /// The instructions of a whole run.
    fn count(&self, program: &str, arguments: &[&str]) -> Outcome<f64> {
        let mut command = Command::new("valgrind");
        command
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(self.programs.join(program))
            .args(arguments);
        let done = self
            .in_it(&mut command)
            .output()
            .map_err(|why| format!("valgrind: {why}: install Debian's package valgrind"))?;
        let said = String::from_utf8_lossy(&done.stderr);
        let collected = said
            .lines()
            .find_map(|line| line.split("Collected :").nth(1)?.trim().parse().ok());
        match collected {
            Some(collected) if done.status.success() => Ok(collected),
            _ => Err(format!("{program} {arguments:?}: {said}")),
        }
    }
}

type Counts = Vec<(&'static str, f64)>;

/// What a customer costs when it comes in, comes again and is checked: vaults of two sizes, made for it.
fn customers(yard: &Yard) -> Outcome<Counts> {
    let more = f64::from(SIZES[1] - SIZES[0]);
    let paths: [(&str, &[&str]); 3] = [
        ("import a customer", &["customer", "import"]),
        ("import a customer again", &["customer", "import"]),
        ("check a customer", &["vault", "check"]),
    ];
    let mut found = Counts::new();
    for (path, words) in paths {
        let of = |size: u32| {
            let (vault, file) = (format!("V{size}.cipdesk"), format!("r{size}.csv"));
            let file = (words == ["customer", "import"]).then_some(file.as_str());
            let given: Vec<&str> = (words.iter().copied())
                .chain([vault.as_str()])
                .chain(file)
                .collect();
            yard.count("cipdesk-cli", &given)
        };
        found.push((path, (of(SIZES[1])? - of(SIZES[0])?) / more));
    }
    Ok(found)
}

/// What a question of the screens costs, without the start and the unlock.
fn screens(yard: &Yard) -> Outcome<Counts> {
    let asked = |times: u32, what: &str| {
        let times = times.to_string();
        yard.count(
            "examples/questions",
            &["Q.cipdesk", "pass.txt", &times, what],
        )
    };
    let start = asked(0, "today")?;
    [
        "customers, any sort",
        "customers, filtered and sorted",
        "search as you type",
        "what a search finds, counted",
        "today",
        "timeline of a customer",
        "timeline of the vault",
    ]
    .into_iter()
    .map(|what| Ok((what, (asked(TIMES, what)? - start) / f64::from(TIMES))))
    .collect()
}

fn compiler() -> Outcome<String> {
    let said = Command::new("rustc").arg("-V").output();
    let said = said.map_err(|why| format!("rustc: {why}"))?;
    Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}

/// Counts every path and compares with the record, or makes the record.
#[allow(clippy::print_stdout)] // the table is the answer
pub(crate) fn run(asked: &[String]) -> Outcome<()> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let target = fs::canonicalize(target).map_err(|why| why.to_string())?;
    let yard = Yard {
        folder: target.join("count"),
        programs: target.join("debug"),
    };
    let _ = fs::remove_dir_all(&yard.folder);
    fs::create_dir_all(&yard.folder).map_err(|why| why.to_string())?;
    fs::write(yard.path("pass.txt"), crate::bench::PASSPHRASE).map_err(|why| why.to_string())?;
    for size in SIZES {
        crate::bench::customers::register(&yard.path(&format!("r{size}.csv")), size)?;
        yard.create(&format!("V{size}.cipdesk"))?;
    }
    yard.create("Q.cipdesk")?;
    yard.cli(&[
        "customer",
        "import",
        "Q.cipdesk",
        &format!("r{}.csv", SIZES[1]),
    ])?;
    let (customers, screens) = std::thread::scope(|scope| {
        let customers = scope.spawn(|| customers(&yard));
        let screens = screens(&yard);
        let customers = customers.join();
        (
            customers.unwrap_or_else(|_| Err("a count ended early".to_owned())),
            screens,
        )
    });
    let counted: Counts = customers?.into_iter().chain(screens?).collect();
    let compiler = compiler()?;
    if asked.iter().any(|word| word == "--record") {
        let paths: Map<String, Value> = (counted.iter())
            .map(|(path, n)| ((*path).to_owned(), json!(n.round())))
            .collect();
        let text = serde_json::to_string_pretty(&json!({"compiler": compiler, "paths": paths}));
        fs::write(RECORD, text.map_err(|why| why.to_string())? + "\n")
            .map_err(|why| format!("{RECORD}: {why}"))?;
    }
    let record = fs::read_to_string(Path::new(RECORD)).map_err(|why| format!("{RECORD}: {why}"))?;
    let record: Value = serde_json::from_str(&record).map_err(|why| format!("{RECORD}: {why}"))?;
    let mut above = Vec::new();
    println!(
        "{:<34}{:>14}{:>14}{:>9}",
        "path", "instructions", "recorded", ""
    );
    for (path, n) in &counted {
        let before = record["paths"][*path].as_f64();
        let grown = before.map_or(f64::INFINITY, |before| n / before - 1.0);
        if grown > TOLERANCE {
            above.push(*path);
        }
        println!(
            "{path:<34}{n:>14.0}{:>14.0}{:>8.1}%",
            before.unwrap_or(f64::NAN),
            grown * 100.0
        );
    }
    fs::remove_dir_all(&yard.folder).map_err(|why| why.to_string())?;
    if record["compiler"].as_str() != Some(&compiler) {
        println!(
            "Not compared: the record is of {}, these programs are of {compiler}.",
            record["compiler"]
        );
        return Ok(());
    }
    if above.is_empty() {
        return Ok(());
    }
    Err(format!(
        "more than {:.0} % above the record: {}. Take the work out again, or say why it is needed and run cargo xtask count --record",
        TOLERANCE * 100.0,
        above.join(", ")
    ))
}
