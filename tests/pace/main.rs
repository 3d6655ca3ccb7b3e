//! What a person waits for in the real window: from the passphrase to Today, each frame of a long scroll, and what the window takes while
//! nobody does anything. Prints JSON; `cargo xtask bench window` runs it over vaults of several sizes.
//!
//! `pace VAULT PASSPHRASE-FILE [SECONDS]`, with the program of a release build that has the feature `driven` beside it.

#[path = "../it/support/screen.rs"]
#[allow(dead_code)] // the tests use the rest
mod screen;
#[path = "../it/support/webdriver.rs"]
#[allow(dead_code)] // the tests use the rest
mod webdriver;

use screen::Screen;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};
use webdriver::Outcome;

/// From the press on Unlock until two frames after Today stands there whole. The times are the page's own.
const UNLOCK: &str = "
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const there = () => document.querySelector('.today .date') && !document.querySelector('.today .skeleton');
    const start = performance.now();
    document.querySelector('form button[type=submit]').click();
    while (!there()) await frame();
    await frame();
    return performance.now() - start;";

/// A scroll through the whole list at the same speed, and the time between each two frames in milliseconds.
const SCROLL: &str = "
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const list = document.querySelector('[role=grid]');
    const [frames, step] = given;
    const took = [];
    let before = await frame();
    for (let n = 0; n < frames; n += 1) {
      list.scrollTop += step;
      const now = await frame();
      took.push(now - before);
      before = now;
    }
    return { took, end: list.scrollTop, rows: document.querySelectorAll('[role=row]').length };";

/// What a process and its threads took until now.
#[derive(Default, Clone, Copy)]
struct Taken {
    cpu_s: f64,
    wakeups: u64,
    memory_mib: f64,
}

/// The program's processes: its own, and those of the web view that it started.
fn processes(program: &Path) -> Vec<PathBuf> {
    let all: Vec<PathBuf> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("exe").exists())
        .collect();
    let parent = |path: &Path| {
        let stat = fs::read_to_string(path.join("stat")).unwrap_or_default();
        let after = stat.rsplit(')').next().unwrap_or_default();
        after.split_whitespace().nth(1).map(str::to_owned)
    };
    let own: Vec<PathBuf> = (all.iter())
        .filter(|path| fs::read_link(path.join("exe")).is_ok_and(|exe| exe == program))
        .cloned()
        .collect();
    let mut found = own.clone();
    let mut at = 0;
    while let Some(one) = found.get(at).cloned() {
        let pid = one
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        found.extend(all.iter().filter(|path| parent(path) == pid).cloned());
        at += 1;
    }
    found
}

fn taken(program: &Path) -> Taken {
    /// Clock ticks of a second on Linux.
    const TICKS: f64 = 100.0;
    let mut sum = Taken::default();
    for process in processes(program) {
        let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
        let fields: Vec<f64> = (stat.rsplit(')').next().unwrap_or_default())
            .split_whitespace()
            .map(|field| field.parse().unwrap_or(0.0))
            .collect();
        sum.cpu_s += (fields.get(11).unwrap_or(&0.0) + fields.get(12).unwrap_or(&0.0)) / TICKS;
        let said = |text: &str, name: &str| -> u64 {
            (text.lines().find_map(|line| line.strip_prefix(name)))
                .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
                .unwrap_or(0)
        };
        for thread in fs::read_dir(process.join("task"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let status = fs::read_to_string(thread.path().join("status")).unwrap_or_default();
            sum.wakeups += said(&status, "voluntary_ctxt_switches:");
        }
        let memory = fs::read_to_string(process.join("smaps_rollup")).unwrap_or_default();
        sum.memory_mib += said(&memory, "Pss:") as f64 / 1024.0;
    }
    sum
}

fn measure(vault: &Path, passphrase: &str, seconds: u64) -> Outcome<Value> {
    let program = std::env::current_exe()
        .ok()
        .and_then(|own| Some(own.parent()?.parent()?.join("cipdesk")))
        .filter(|path| path.is_file())
        .ok_or("the window's program is not there")?;
    let folder = tempfile::tempdir().map_err(|why| why.to_string())?;
    let own = |part: &str| {
        let path = folder.path().join(part);
        fs::create_dir_all(&path)
            .map(|()| path)
            .map_err(|why| why.to_string())
    };
    let (home, state, picker) = (own("home")?, own("state")?, folder.path().join("picker"));
    fs::write(&picker, format!("vault-open={}\n", vault.display()))
        .map_err(|why| why.to_string())?;
    let environment = [
        ("HOME", home.as_path()),
        ("CIPDESK_STATE", &state),
        ("CIPDESK_PICKER", &picker),
    ];
    let screen = Screen::open(&program, &environment, &folder.path().join("log"))?;
    let page = &screen.session;
    page.set_script_timeout(Duration::from_secs(300))?;
    page.resize(1280, 800)?;
    let run = |script: &str, given: &[Value]| {
        page.script_async(script, given)?
            .map_err(|thrown| thrown.to_string())
    };
    page.wait_for("xpath", "//button[contains(., 'Open a vault')]")?
        .click()?;
    page.wait_for("css selector", "input[type=password]")?
        .type_text(passphrase)?;
    let unlock_ms = run(UNLOCK, &[])?;
    let memory = taken(&program).memory_mib;

    // The first seconds belong to what comes in behind Today.
    std::thread::sleep(Duration::from_secs(5));
    let (before, start) = (taken(&program), Instant::now());
    std::thread::sleep(Duration::from_secs(seconds));
    let (after, took) = (taken(&program), start.elapsed().as_secs_f64());

    page.script("location.hash = '#/customers'", &[])?;
    page.wait_for("css selector", "[role=grid] [role=row] bdi")?;
    let slowly = run(SCROLL, &[json!(600), json!(120)])?;
    let fast = run(SCROLL, &[json!(600), json!(5_000)])?;
    Ok(json!({
        "unlock_ms": unlock_ms,
        "memory_mib": memory,
        "idle_cpu": (after.cpu_s - before.cpu_s) / took,
        "idle_wakeups": after.wakeups.saturating_sub(before.wakeups) as f64 / took,
        "slowly": slowly,
        "fast": fast,
    }))
}

#[allow(clippy::print_stdout)] // the figures are the answer
fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let (Some(vault), Some(file)) = (given.first(), given.get(1)) else {
        eprintln!("Usage: pace VAULT PASSPHRASE-FILE [SECONDS]");
        return ExitCode::from(2);
    };
    let seconds = given
        .get(2)
        .and_then(|given| given.parse().ok())
        .unwrap_or(30);
    let passphrase = fs::read_to_string(file).unwrap_or_default();
    match measure(Path::new(vault), passphrase.trim_end(), seconds) {
        Ok(figures) => {
            println!("{figures}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
