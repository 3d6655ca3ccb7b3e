//! Rows of the real window: its start beside a window with one still page, Today after the passphrase, scrolling, and doing nothing.

use super::{Answered, Bench, Outcome, customers::register};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

/// A release build of the window that a program can drive, with the programs that measure it. Undriven it does what every release does.
fn window_programs() -> Outcome<()> {
    let built = Command::new("npm")
        .args(["--prefix", "ui", "run", "build", "--silent"])
        .status();
    if !built.is_ok_and(|status| status.success()) {
        return Err("ui was not built: run ./dev test once".to_owned());
    }
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "-p", "cipdesk"])
        .args(["--features", "driven", "--bin", "cipdesk"])
        .args(["--example", "pace", "--example", "still"])
        .status()
        .map_err(|why| why.to_string())?;
    (built.success().then_some(())).ok_or_else(|| "the window was not built".to_owned())
}

/// What a person waits for in the window: Today after the passphrase, each frame of a scroll; and what it takes while nobody does anything.
pub(super) fn pace(bench: &mut Bench) -> Outcome<()> {
    window_programs()?;
    let sizes: &[u32] = if bench.quick {
        &[1_000]
    } else {
        &[1_000, 10_000, 100_000]
    };
    for size in sizes {
        let (csv, vault) = (format!("w{size}.csv"), format!("W{size}.cipdesk"));
        register(&bench.path(&csv), *size)?;
        bench.vault(&vault)?;
        bench.time(&mut bench.cli(&["customer", "import", &vault, &csv]))?;
        let heard = told(bench, &bench.path(&vault))?;
        let figure = |name: &str| heard.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        let size = size.to_string();
        bench.row(
            "unlock to Today on the screen",
            size.clone(),
            (figure("unlock_ms") / 1000.0, figure("memory_mib")),
            None,
            "the passphrase function included; memory of all processes, shared parts in shares",
        );
        bench.row(
            "CPU of a minute of nothing",
            size.clone(),
            (figure("idle_cpu") * 60.0, figure("memory_mib")),
            None,
            format!("{:.1} wakeups a second", figure("idle_wakeups")),
        );
        frames(
            bench,
            &heard,
            &size,
            [
                "a frame of a scroll, reading",
                "a frame of a scroll, flying",
            ],
        );
    }
    Ok(())
}

/// What the program that measures says of a vault; a minute of nothing is among it.
fn told(bench: &Bench, vault: &Path) -> Outcome<Value> {
    let mut pace = Command::new(bench.cli.with_file_name("examples").join("pace"));
    pace.args([vault, &bench.path("pass.txt")]).arg("60");
    let done = pace.output().map_err(|why| why.to_string())?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into_owned());
    }
    serde_json::from_slice(&done.stdout).map_err(|why| why.to_string())
}

/// The frames of a slow and of a fast scroll, each under its name.
fn frames(bench: &mut Bench, told: &Value, size: &str, names: [&str; 2]) {
    for (work, name) in names.into_iter().zip(["slowly", "fast"]) {
        let took = told.get(name).and_then(|one| one.get("took"));
        let mut took: Vec<f64> = (took.and_then(Value::as_array).into_iter().flatten())
            .filter_map(Value::as_f64)
            .collect();
        took.sort_by(f64::total_cmp);
        let at =
            |part: usize| took.get((took.len() * part / 100).min(took.len().saturating_sub(1)));
        bench.answers.push(Answered {
            work: work.to_owned(),
            size: size.to_owned(),
            median: at(50).copied().unwrap_or(f64::NAN),
            p99: at(99).copied().unwrap_or(f64::NAN),
            worst: at(100).copied().unwrap_or(f64::NAN),
        });
    }
}

/// From the start of the program until letters stand on its screen, as the virtual display's own memory shows it: a release build
/// cannot be driven, and is not asked anything.
pub(super) fn paint(bench: &mut Bench) -> Outcome<()> {
    window_programs()?;
    // As the menu starts it: with what a start from a terminal would begin anew for.
    let entry = fs::read_to_string("src-tauri/menu.desktop").map_err(|why| why.to_string())?;
    let tunables = entry
        .split_whitespace()
        .find_map(|word| word.strip_prefix("GLIBC_TUNABLES="))
        .ok_or("the menu's entry sets no GLIBC_TUNABLES")?;
    let ours = bench.cli.with_file_name("cipdesk");
    let from_a_terminal = painted(bench, &ours, "")?;
    let ours = painted(bench, &ours, tunables)?;
    let still = painted(
        bench,
        &bench.cli.with_file_name("examples").join("still"),
        "",
    )?;
    bench.row(
        "start to letters on the screen",
        String::new(),
        (ours, 0.0),
        Some(still),
        format!("a Tauri window with one page that never changes; ours from the menu, {from_a_terminal:.3} s from a terminal"),
    );
    Ok(())
}

/// The best of five starts of a window with these `GLIBC_TUNABLES`, in seconds.
fn painted(bench: &Bench, window: &Path, tunables: &str) -> Outcome<f64> {
    /// Letters are drawn in many shades; an empty window has two or three.
    const SHADES: usize = 40;
    const LONGEST: f64 = 30.0;
    let mut best: Option<f64> = None;
    for round in 0..5 {
        let folder = bench.path(&format!("screen{round}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("home")).map_err(|why| why.to_string())?;
        // It chooses a free number, and says it when it is ready.
        let mut display = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x820x24"])
            .args(["-nolisten", "tcp", "-fbdir"])
            .arg(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|why| format!("Xvfb: {why}"))?;
        let mut said = String::new();
        if let Some(out) = display.stdout.take() {
            let read = BufReader::new(out).read_line(&mut said);
            read.map_err(|why| format!("Xvfb: {why}"))?;
        }
        let number = format!(":{}", said.trim());
        let memory = folder.join("Xvfb_screen0");
        let start = Instant::now();
        let mut program = Command::new(window)
            .env("DISPLAY", &number)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .env("GLIBC_TUNABLES", tunables)
            .env("HOME", folder.join("home"))
            .env("CIPDESK_STATE", folder.join("state"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|why| why.to_string())?;
        let painted = loop {
            let bytes = fs::read(&memory).unwrap_or_default();
            // Most of a screen is one shade beside the same: looking must not take the processor from what is looked at.
            let mut shades: std::collections::HashSet<&[u8]> = std::collections::HashSet::new();
            let mut before: &[u8] = &[];
            for pixel in bytes.get(4096..).unwrap_or_default().chunks_exact(4) {
                if pixel != before {
                    shades.insert(pixel);
                    before = pixel;
                }
            }
            let so_far = start.elapsed().as_secs_f64();
            if shades.len() > SHADES || so_far > LONGEST {
                break so_far;
            }
            std::thread::sleep(std::time::Duration::from_millis(4));
        };
        for child in [&mut program, &mut display] {
            let _ = child.kill();
            let _ = child.wait();
        }
        if painted > LONGEST {
            return Err("the window did not paint".to_owned());
        }
        best = Some(best.map_or(painted, |best| best.min(painted)));
    }
    best.ok_or_else(|| "nothing was started".to_owned())
}
