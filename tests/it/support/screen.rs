//! A display of its own (Xvfb) and a driver on it (`WebKitWebDriver`), both gone when dropped, with all they started.
//! Used by the window tests and by `cargo xtask run`.

use super::webdriver::{Outcome, Session};
use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
};

/// A process with its whole group: killed by the group, so that nothing that it started stays behind.
#[derive(Debug)]
struct Group(Child);

impl Group {
    fn start(command: &mut Command, package: &str) -> Outcome<Self> {
        let started = command.stdin(Stdio::null()).process_group(0).spawn();
        started.map(Self).map_err(|why| {
            format!(
                "{} does not start ({why}): install Debian's package {package}",
                command.get_program().to_string_lossy()
            )
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        let _ = self.0.wait();
    }
}

/// A virtual display with one program's window on it, driven.
#[derive(Debug)]
pub(crate) struct Screen {
    /// The driven window.
    pub session: Session,
    // Dropped in this order: the driver with the program, then the display under them.
    _driver: Group,
    _display: Group,
}

impl Screen {
    /// Starts a display, the driver and the program, which finds `environment` and writes what it has to say to `log`.
    pub(crate) fn open(program: &Path, environment: &[(&str, &Path)], log: &Path) -> Outcome<Self> {
        Self::open_with(program, &[], environment, log)
    }

    /// The same for a program that is told something when it starts.
    pub(crate) fn open_with(
        program: &Path,
        args: &[&str],
        environment: &[(&str, &Path)],
        log: &Path,
    ) -> Outcome<Self> {
        let mut display = Group::start(
            Command::new("Xvfb")
                .args([
                    "-displayfd",
                    "1",
                    "-screen",
                    "0",
                    "1920x1080x24",
                    "-nolisten",
                    "tcp",
                ])
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
            "xvfb",
        )?;
        let mut number = String::new();
        let said = display.0.stdout.take().ok_or("Xvfb says nothing")?;
        BufReader::new(said)
            .read_line(&mut number)
            .map_err(|why| format!("Xvfb: {why}"))?;
        if number.trim().is_empty() {
            return Err("Xvfb found no free display".to_owned());
        }
        let port = free_port()?;
        let file = || {
            File::options()
                .create(true)
                .append(true)
                .open(log)
                .map_err(|why| format!("{}: {why}", log.display()))
        };
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .arg(format!("--port={port}"))
            .env("DISPLAY", format!(":{}", number.trim()))
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env_remove("WAYLAND_DISPLAY")
            // Makes the driver's screenshots hang.
            .env_remove("WEBKIT_DISABLE_COMPOSITING_MODE")
            .envs(environment.iter().copied())
            .stdout(file()?)
            .stderr(file()?);
        let driver = Group::start(&mut driver, "webkit2gtk-driver")?;
        let session = Session::open(port, program, args)?;
        Ok(Self {
            session,
            _driver: driver,
            _display: display,
        })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A polite end lets the program lock its vault; what does not end by itself is killed right after.
        let _ = self.session.close();
    }
}

/// A port that was free a moment ago.
fn free_port() -> Outcome<u16> {
    let listener =
        TcpListener::bind("127.0.0.1:0").map_err(|why| format!("no local port: {why}"))?;
    listener
        .local_addr()
        .map(|address| address.port())
        .map_err(|why| why.to_string())
}
