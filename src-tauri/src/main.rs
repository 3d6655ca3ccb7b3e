//! The desktop program's start: what must happen before anything else, then the window.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next();
    match first.as_deref().and_then(std::ffi::OsStr::to_str) {
        // The same program, without keys, network or files, decodes previews.
        Some("--preview-worker") => {
            ExitCode::from(u8::try_from(preview::worker_main()).unwrap_or(1))
        }
        Some("--version" | "-V") => say(&format!("cipdesk {}\n", env!("CARGO_PKG_VERSION"))),
        Some("--help" | "-h") => say(cipdesk::HELP),
        Some(_) => {
            use std::io::Write as _;
            let _ = write!(
                std::io::stderr(),
                "cipdesk takes no such argument.\n\n{}",
                cipdesk::HELP
            );
            ExitCode::from(2)
        }
        None if first.is_some() => ExitCode::from(2),
        None => {
            // No core file may hold a key; WebKit's processes inherit this.
            let none = rustix::process::Rlimit {
                current: Some(0),
                maximum: Some(0),
            };
            let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
            #[cfg(all(target_os = "linux", target_env = "gnu"))]
            wipe_what_is_freed();
            #[cfg(target_os = "linux")]
            draw_where_there_is_no_card();
            cipdesk::run()
        }
    }
}

/// Has the C library overwrite whatever is freed, whoever freed it: Rust, SQLite, the web view. It reads that once, when a program starts, so
/// the program starts anew in its own place; where it cannot, it goes on as it is. Why: decision 0049.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn wipe_what_is_freed() {
    use std::os::unix::process::CommandExt as _;
    const KNOB: &str = "GLIBC_TUNABLES";
    // What is kept for a thread's next use is not overwritten: nothing is kept.
    const WIPE: &str = "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0";
    let there = std::env::var(KNOB).unwrap_or_default();
    // Or somebody said something else about it, and is left to it.
    if there.contains("glibc.malloc.perturb") {
        // Read by now; the web view's own processes are not slowed by it.
        webkit2gtk::glib::unsetenv(KNOB);
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let wiping = match there.as_str() {
        "" => WIPE.to_owned(),
        // The last word counts.
        others => format!("{others}:{WIPE}"),
    };
    let _ = std::process::Command::new(program).env(KNOB, wiping).exec();
}

/// Has the web view draw with the processor into memory that both processes see where there is no graphics card, as in most virtual machines and
/// remote desktops: it would have a card imitated by the processor, and copy each frame from it. Whoever set a variable is left to it.
#[cfg(target_os = "linux")]
fn draw_where_there_is_no_card() {
    const DRAWN_BY: [&str; 2] = [
        "WEBKIT_SKIA_ENABLE_CPU_RENDERING",
        "WEBKIT_DISABLE_DMABUF_RENDERER",
    ];
    let card = std::fs::read_dir("/dev/dri").is_ok_and(|devices| {
        devices
            .flatten()
            .any(|device| device.file_name().to_string_lossy().starts_with("render"))
    });
    for name in DRAWN_BY.into_iter().filter(|_| !card) {
        if std::env::var_os(name).is_none() {
            let _ = webkit2gtk::glib::setenv(name, "1", true);
        }
    }
}

fn say(text: &str) -> ExitCode {
    use std::io::Write as _;
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(3),
    }
}
