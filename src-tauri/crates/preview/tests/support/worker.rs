//! The smallest program that can be a worker, and a probe that tries, inside the same sandbox, what a captured decoder
//! would try. Shipped nowhere.

use std::{env, fs, io, net, process, thread};

fn main() {
    match env::args().nth(1).as_deref() {
        Some("--preview-worker") => process::exit(preview::worker_main()),
        Some("--probe") => probe(),
        _ => process::exit(2),
    }
}

/// Prints one line for each attempt: its name, and `denied` or what it got.
fn probe() {
    let before = fs::read("/etc/passwd").is_ok();
    let confinement = preview::sandbox::enter();
    let attempts: [(&str, &dyn Fn() -> io::Result<()>); 9] = [
        ("open", &|| fs::File::open("/etc/passwd").map(drop)),
        ("open-self", &|| fs::File::open("/proc/self/maps").map(drop)),
        ("create", &|| fs::write("/tmp/preview-probe", b"x")),
        ("list", &|| fs::read_dir("/").map(drop)),
        ("remove", &|| fs::remove_file("/tmp/preview-probe-absent")),
        ("tcp", &|| net::TcpListener::bind("127.0.0.1:0").map(drop)),
        ("udp", &|| net::UdpSocket::bind("127.0.0.1:0").map(drop)),
        ("program", &|| {
            process::Command::new("/bin/true").status().map(drop)
        }),
        ("thread", &|| thread::Builder::new().spawn(|| ()).map(drop)),
    ];
    let mut report = format!("before {before}\nfull {}\n", confinement.is_full());
    for (name, attempt) in attempts {
        let outcome = match attempt() {
            Err(error) if error.raw_os_error() == Some(1) => "denied".to_owned(),
            Err(error) => format!("{error:?}"),
            Ok(()) => "allowed".to_owned(),
        };
        report.push_str(&format!("{name} {outcome}\n"));
    }
    print(&report);
}

#[allow(clippy::print_stdout, reason = "a test program's only way to tell")]
fn print(report: &str) {
    print!("{report}");
}
