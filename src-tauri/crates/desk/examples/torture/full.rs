//! T-F2, T-F3, T-F4: the disk is full, memory is short, the folder is read-only or gone, somebody else has it.

use crate::{
    faults::told,
    judge::judge,
    kills::{base, clear, counted, inject, ran, yard},
    run::{Dice, Outcome, Plan},
    yard::{ANA, WORKED, Yard, copy, files, take_along},
};
use std::{
    fs,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

fn text(why: impl std::fmt::Display) -> String {
    why.to_string()
}

fn mounted(words: &[&str], at: &Path) -> bool {
    Command::new("mount")
        .args(words)
        .arg(at)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn unmount(at: &Path, lazily: bool) {
    let mut command = Command::new("umount");
    if lazily {
        command.arg("-l");
    }
    let _ = command.arg(at).stderr(Stdio::null()).status(); // what stays mounted shows at the next use
}

/// Whether this user may mount, without which nothing here can be tried.
fn may_mount(plan: &Plan) -> bool {
    let at = plan.place("may-mount");
    let may =
        fs::create_dir_all(&at).is_ok() && mounted(&["-t", "tmpfs", "-o", "size=64k", "none"], &at);
    unmount(&at, false);
    may
}

fn not_tried() -> Outcome {
    Outcome {
        n: 0,
        failures: Vec::new(),
        note: "not tried: this user may not mount a file system".to_owned(),
    }
}

/// A small disk that fills up at every size, in deeds that write.
pub(crate) fn disk(plan: &Plan) -> Outcome {
    const DEEDS: [&str; 13] = [
        "unlock", "add", "attach", "decide", "approve", "import", "log", "export", "backup",
        "rotate", "member", "dispose", "update",
    ];
    if !may_mount(plan) {
        return not_tried();
    }
    let used: u64 = files(&base(plan).0)
        .iter()
        .map(|file| fs::metadata(file).map_or(0, |meta| meta.len().div_ceil(4096) * 4096))
        .sum();
    let sizes: Vec<u64> = (0..50).map(|step| used / 1024 + 48 + step * 32).collect();
    let all: Vec<(u64, &str)> = sizes
        .iter()
        .flat_map(|size| DEEDS.iter().map(move |deed| (*size, *deed)))
        .filter(|(_, deed)| plan.deed.as_deref().is_none_or(|only| only == *deed))
        .collect();
    let mut dice = Dice(plan.seed ^ 0xF2);
    let chosen = dice.some(&all, plan.points(12, usize::MAX));
    let full = std::sync::atomic::AtomicUsize::new(0);
    let failures = plan.each(&chosen, |number, (size, deed)| {
        let why = |text: String| format!("T-F2 {deed} on a disk of {size} KiB: {text}");
        let yard = Yard(plan.place(&format!("f2-{number}")));
        fs::create_dir_all(&yard.0).map_err(text)?;
        if !mounted(
            &["-t", "tmpfs", "-o", &format!("size={size}k"), "none"],
            &yard.0,
        ) {
            return Err(why("it cannot be mounted".to_owned()));
        }
        let tried = (|| {
            copy(&base(plan).0, &yard.0).map_err(text)?;
            take_along(&yard);
            let ended = ran(&yard, &["do", deed], &[])?;
            if ended.status.signal().is_some() || matches!(ended.status.code(), Some(70 | 101)) {
                return Err(format!("it ended with {}: {}", ended.status, ended.error));
            }
            if !ended.status.success() {
                full.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let code = told(&ended.error)?;
                if code != "V-20" {
                    return Err(format!("it says {}", ended.error.trim()));
                }
            }
            // Space comes back.
            if !mounted(
                &["-o", &format!("remount,size={}k", size + 16 * 1024)],
                &yard.0,
            ) {
                return Err("it cannot be made larger".to_owned());
            }
            judge(&yard, &ended.said)
        })();
        unmount(&yard.0, true);
        tried.map_err(why)
    });
    Outcome {
        n: chosen.len(),
        failures,
        note: format!(
            "sizes and deeds of {} (disks of {} to {} KiB, {} deeds); {} times the disk was full and said so (V-20), and everything went on when there was space again",
            all.len(),
            sizes.first().unwrap_or(&0),
            sizes.last().unwrap_or(&0),
            DEEDS.len(),
            full.into_inner()
        ),
    }
}

/// Unlocking with less memory than the passphrase function asks for.
pub(crate) fn memory(plan: &Plan) -> Outcome {
    let yard = Yard(plan.place("f3"));
    let made = (|| {
        fs::create_dir_all(&yard.0).map_err(text)?;
        let mut around = yard.surroundings(WORKED);
        around.work = 18;
        let new = desk::NewVault {
            org: "Acme Cloud LLC".to_owned(),
            role: "provider".to_owned(),
            zone: "America/New_York".to_owned(),
            staff: "Ana Lima".to_owned(),
            label: "staff-1".to_owned(),
            passphrase: ANA.to_owned().into(),
            demo: false,
            drill: None,
        };
        let (vault, _) = desk::OpenVault::create(&yard.vault(), new, around).map_err(text)?;
        vault.close().map_err(text)
    })();
    if let Err(why) = made {
        return crate::damage::failed(format!("T-F3: {why}"));
    }
    let limits: Vec<u64> = (0..40).map(|step| 150 + step * 25).collect();
    let mut dice = Dice(plan.seed ^ 0xF3);
    let chosen = match plan.reach {
        crate::run::Reach::Quick => vec![200, 275, 400],
        crate::run::Reach::Full => dice.some(&limits, usize::MAX),
    };
    let mut refused = 0;
    let mut failures = Vec::new();
    for limit in &chosen {
        let program = std::env::current_exe().unwrap_or_default();
        let line = format!("ulimit -v {}; exec \"$0\" open \"$1\"", limit * 1024);
        let ended = Command::new("sh")
            .args(["-c", &line])
            .arg(&program)
            .arg(&yard.0)
            .output();
        match ended {
            Ok(ended) if ended.status.success() => {}
            Ok(ended) => {
                let error = String::from_utf8_lossy(&ended.stderr).into_owned();
                match told(&error) {
                    Ok("V-19") => refused += 1,
                    _ => failures.push(format!("T-F3 with {limit} MiB: {}: {error}", ended.status)),
                }
            }
            Err(why) => failures.push(format!("T-F3: {why}")),
        }
    }
    if failures.is_empty() {
        clear(&yard);
    }
    Outcome {
        n: chosen.len(),
        failures,
        note: format!(
            "address spaces from {} to {} MiB, scrypt 2^18: {refused} times \"memory is needed to unlock\" (V-19), never \"wrong passphrase\", never an abort",
            limits[0],
            limits[limits.len() - 1]
        ),
    }
}

/// A read-only folder, a folder that vanishes, a second program.
pub(crate) fn places(plan: &Plan) -> Outcome {
    let mut failures = Vec::new();
    let mut n = 0;
    let mut note = vec!["a second program is told who has the vault (V-16)".to_owned()];
    n += 1;
    failures.extend(
        second(plan)
            .err()
            .map(|why| format!("T-F4 second program: {why}")),
    );
    let scanned = scanner(plan);
    n += scanned.n;
    failures.extend(scanned.failures);
    note.push(scanned.note);
    if may_mount(plan) {
        for (deed, place) in ["unlock", "add", "backup"].into_iter().zip(0..) {
            n += 1;
            failures.extend(
                read_only(plan, deed, place)
                    .err()
                    .map(|why| format!("T-F4 read-only, {deed}: {why}")),
            );
        }
        let rounds = plan.points(4, 26);
        for round in 0..rounds {
            n += 1;
            failures.extend(
                vanished(plan, round)
                    .err()
                    .map(|why| format!("T-F4 vanished, round {round}: {why}")),
            );
        }
        note.extend(
            [
                "a read-only disk is named (V-15)",
                "a disk that is pulled while somebody works loses nothing acknowledged",
            ]
            .map(str::to_owned),
        );
    } else {
        note.push("read-only and vanished disks not tried: this user may not mount".to_owned());
    }
    Outcome {
        n,
        failures,
        note: note.join("; "),
    }
}

fn second(plan: &Plan) -> Result<(), String> {
    let yard = yard(plan, "f4-second")?;
    let held = yard.unlock(ANA).map_err(text)?;
    let ended = ran(&yard, &["open"], &[])?;
    let who = format!("process {}", std::process::id());
    if ended.status.code() != Some(3)
        || told(&ended.error)? != "V-16"
        || !ended.error.contains(&who)
    {
        return Err(ended.error);
    }
    held.close().map_err(text)?;
    drop(held);
    judge(&yard, &[])?;
    clear(&yard);
    Ok(())
}

/// A virus scanner: a file is busy for a moment when it is opened, renamed or removed, or for good.
fn scanner(plan: &Plan) -> Outcome {
    let (counts, failed) = counted(plan);
    let mut failures = failed.clone();
    let mut all: Vec<(&str, usize, bool)> = Vec::new();
    for (deed, calls) in counts {
        for call in 1..=calls.of("held") {
            all.extend([(*deed, call, false), (*deed, call, true)]);
        }
    }
    let chosen = Dice(plan.seed ^ 4).some(&all, plan.points(20, 1_000));
    let told_so = std::sync::atomic::AtomicUsize::new(0);
    failures.extend(plan.each(&chosen, |place, (deed, call, for_good)| {
        let lasts = if *for_good { " for good" } else { "" };
        let why =
            |text: String| format!("T-F4 {deed}, a file is held at call {call}{lasts}: {text}");
        let yard = yard(plan, &format!("f4-held-{place}")).map_err(why)?;
        let mut environment = inject(plan, &yard, "held", *call);
        environment.push(if *for_good {
            ("FI_STICKY", "1".to_owned())
        } else {
            ("FI_TIMES", "3".to_owned())
        });
        let ended = ran(&yard, &["do", deed], &environment).map_err(why)?;
        if !ended.status.success() {
            let code = told(&ended.error).map_err(why)?;
            if !for_good || code != "A-14" || ended.status.code() != Some(3) {
                return Err(why(format!("{}: {}", ended.status, ended.error.trim())));
            }
            told_so.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        judge(&yard, &ended.said).map_err(why)?;
        clear(&yard);
        Ok(())
    }));
    let moments = chosen.iter().filter(|(_, _, for_good)| !for_good).count();
    Outcome {
        n: chosen.len(),
        failures,
        note: format!(
            "of {} places where another program may hold a file, {moments} held for a moment were tried again and nobody noticed, {} held for good were told {} times (A-14) and lost nothing",
            all.len() / 2,
            chosen.len() - moments,
            told_so.into_inner()
        ),
    }
}

fn read_only(plan: &Plan, deed: &str, place: usize) -> Result<(), String> {
    let yard = Yard(plan.place(&format!("f4-ro-{place}")));
    fs::create_dir_all(&yard.0).map_err(text)?;
    if !mounted(&["-t", "tmpfs", "-o", "size=32m", "none"], &yard.0) {
        return Err("it cannot be mounted".to_owned());
    }
    let tried = (|| {
        copy(&base(plan).0, &yard.0).map_err(text)?;
        mounted(&["-o", "remount,ro"], &yard.0);
        let ended = ran(&yard, &["do", deed], &[])?;
        if told(&ended.error)? != "V-15" || !ended.error.contains("read-only") {
            return Err(format!("it says {}", ended.error));
        }
        mounted(&["-o", "remount,rw"], &yard.0);
        judge(&yard, &[])
    })();
    unmount(&yard.0, true);
    tried
}

fn vanished(plan: &Plan, round: usize) -> Result<(), String> {
    let behind = yard(plan, &format!("f4-stick-{round}"))?;
    let yard = Yard(plan.place(&format!("f4-seen-{round}")));
    fs::create_dir_all(&yard.0).map_err(text)?;
    if !mounted(&["--bind", &behind.0.display().to_string()], &yard.0) {
        return Err("it cannot be mounted".to_owned());
    }
    let mut child = Command::new(std::env::current_exe().map_err(text)?)
        .args(["do", "work"])
        .arg(&yard.0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(text)?;
    std::thread::sleep(Duration::from_millis(250 + round as u64 * 37));
    unmount(&yard.0, true);
    let began = std::time::Instant::now();
    while matches!(child.try_wait(), Ok(None)) && began.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill(); // one that still works with what it holds open is ended
    let ended = child.wait_with_output().map_err(text)?;
    if matches!(ended.status.code(), Some(70 | 101)) {
        return Err(String::from_utf8_lossy(&ended.stderr).into_owned());
    }
    let out = String::from_utf8_lossy(&ended.stdout).into_owned();
    let whole = out.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let said: Vec<String> = whole.lines().map(str::to_owned).collect();
    judge(&behind, &said)?;
    clear(&behind);
    clear(&yard);
    Ok(())
}
