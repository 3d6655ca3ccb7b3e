//! The project's own tasks, behind `./dev run` and `./dev test`: run programs, time them, say what failed. It must know no other crate.

mod bench;
mod count;
mod figures;
mod gallery;
mod plan;
mod sbom;
mod torture;

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

const HELP: &str = "Usage: cargo xtask TASK\n\n  test   every test, the real window too\n  run    build, and open the window\n  serve  the same page in a browser, over a temporary demonstration vault [PORT] [CUSTOMERS]\n  bench  what the release programs take beside the plain tool [--quick|--full] [--record] [ROW...]\n  count  the instructions of the paths that are walked most, beside the record [--record]\n  torture the test plan of the threat model by its ids: kills, failing disks, damage [--quick|--full] [--seed N] [--record] [ID...]\n  gallery every form and printed page of a demonstration vault as pictures, in target/gallery\n  sbom   the list of everything the programs are built from\n  dist   release build and .deb\n";

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if env::set_current_dir(&root).is_err() {
        eprintln!("xtask: {} cannot be entered", root.display());
        return ExitCode::from(3);
    }
    let done = match env::args().nth(1).as_deref() {
        Some("test") => test(),
        Some("run") => run(),
        Some("serve") => serve(),
        Some("bench") => bench::run(&env::args().skip(2).collect::<Vec<_>>()),
        Some("count") => count::run(&env::args().skip(2).collect::<Vec<_>>()),
        Some("torture") => torture::run(&env::args().skip(2).collect::<Vec<_>>()),
        Some("gallery") => gallery::run(),
        Some("sbom") => sbom::write(),
        Some("dist") => dist(),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Steps with their times, for the table at the end.
#[derive(Default)]
struct Steps(Vec<(String, Duration)>);

impl Steps {
    fn step(&mut self, name: &str, command: &mut Command) -> Result<(), String> {
        self.timed(name, || {
            let status = command
                .stdin(Stdio::null())
                .status()
                .map_err(|why| format!("{name}: {why}"))?;
            if status.success() {
                Ok(())
            } else {
                Err(format!("{name} failed ({status})"))
            }
        })
    }

    fn timed(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<(), String>,
    ) -> Result<(), String> {
        eprintln!("\n=== {name}");
        let start = Instant::now();
        let done = work();
        self.0.push((name.to_owned(), start.elapsed()));
        done
    }

    fn table(&self) {
        eprintln!("\n{:>8}  step", "seconds");
        for (name, took) in &self.0 {
            eprintln!("{:>8.1}  {name}", took.as_secs_f64());
        }
        let total: Duration = self.0.iter().map(|(_, took)| *took).sum();
        eprintln!("{:>8.1}  all", total.as_secs_f64());
    }
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(args);
    command
}

fn npm(args: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(["--prefix", "ui"]).args(args);
    command
}

/// Installs the window's packages when the lock changed, and builds the window.
fn window(steps: &mut Steps) -> Result<(), String> {
    let stamp = Path::new("ui/node_modules/.package-lock.json");
    let newer = |a: &Path, b: &Path| {
        Some(a.metadata().ok()?.modified().ok()? > b.metadata().ok()?.modified().ok()?)
    };
    if !newer(stamp, Path::new("ui/package-lock.json")).unwrap_or(false) {
        steps.step(
            "npm ci",
            &mut npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"]),
        )?;
    }
    steps.step("build the window", &mut npm(&["run", "build", "--silent"]))
}

fn test() -> Result<(), String> {
    let mut steps = Steps::default();
    let result = (|| {
        steps.step("formatting", &mut cargo(&["fmt", "--all", "--check"]))?;
        window(&mut steps)?;
        steps.step(
            "types of the window",
            &mut npm(&["run", "check", "--silent"]),
        )?;
        steps.step(
            "tests of the window's parts",
            &mut npm(&["test", "--silent"]),
        )?;
        // All targets: the tests bring features of their own, and without them every dependency is built twice.
        steps.step(
            "build the programs",
            &mut cargo(&["build", "--workspace", "--all-targets", "--locked"]),
        )?;
        steps.step(
            "tests",
            cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]).env("CIP_WINDOW", "1"),
        )?;
        // In this process: its file was built anew meanwhile, and is not where it was.
        steps.timed("torture, in its quick form", || {
            torture::run(&torture::beside_the_tests())
        })?;
        steps.timed("instructions of the paths that are walked most", || {
            count::run(&[])
        })?;
        steps.step(
            "lints",
            &mut cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "-D",
                "warnings",
            ]),
        )
    })();
    steps.table();
    result
}

#[allow(clippy::print_stdout)] // where the picture lies is the answer
fn run() -> Result<(), String> {
    let mut steps = Steps::default();
    window(&mut steps)?;
    steps.step(
        "build the programs",
        &mut cargo(&["build", "--workspace", "--locked"]),
    )?;
    let shown = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()));
    if shown {
        return steps.step("CIP Desk", &mut Command::new("target/debug/cipdesk"));
    }
    eprintln!("No display here: opening the demo vault on a virtual one.");
    steps.step(
        "demo",
        cargo(&[
            "test",
            "--locked",
            "--test",
            "it",
            "window::demo_screenshot",
            "--",
            "--exact",
            "--nocapture",
        ])
        .env("CIP_WINDOW", "1"),
    )?;
    let picture: PathBuf = env::current_dir()
        .map_err(|why| why.to_string())?
        .join("artefacts/demo-today.png");
    println!("Screenshot: {}", picture.display());
    Ok(())
}

fn serve() -> Result<(), String> {
    let mut steps = Steps::default();
    window(&mut steps)?;
    let given: Vec<String> = env::args().skip(2).collect();
    let mut command = cargo(&["run", "--quiet", "--locked", "-p", "devserver", "--"]);
    steps.step("the page over HTTP", command.args(given))
}

/// The package, as a release has it.
fn dist() -> Result<(), String> {
    let mut steps = Steps::default();
    window(&mut steps)?;
    // The package carries the list of what it is made of.
    sbom::write()?;
    // The package carries the command line beside the window, so it is built first.
    steps.step(
        "release build of the command line",
        &mut cargo(&["build", "--release", "--locked", "-p", "cipdesk-cli"]),
    )?;
    steps.step(
        "release build of the window, and .deb",
        Command::new("ui/node_modules/.bin/tauri").args(["build", "--bundles", "deb"]),
    )
}
