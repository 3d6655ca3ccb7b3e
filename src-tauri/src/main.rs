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
            cipdesk::run()
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
