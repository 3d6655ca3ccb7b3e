//! `cargo xtask serve`: prints the address, and serves until it is stopped.

use desk::{Desk, ScriptedPicker, Surroundings, SystemNow};
use devserver::{Events, Site, Telling, serve};
use std::{path::PathBuf, process::ExitCode, sync::Arc};
use tiny_http::Server;

fn main() -> ExitCode {
    // The same program, without keys, network or files, decodes previews (design, section 5).
    if std::env::args().nth(1).as_deref() == Some("--preview-worker") {
        return ExitCode::from(u8::try_from(preview::worker_main()).unwrap_or(1));
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("devserver: {why}");
            ExitCode::FAILURE
        }
    }
}

/// `devserver [PORT] [CUSTOMERS]`: a vault with so many invented customers, gone when the program ends.
#[allow(clippy::print_stdout)] // the address is the answer
fn run() -> Result<(), String> {
    let number = |place: usize, usual: u32| {
        std::env::args().nth(place).map_or(Ok(usual), |text| {
            text.parse().map_err(|_| format!("\"{text}\" is no number"))
        })
    };
    let (port, customers) = (number(1, 5174)?, number(2, 300)?);
    let server =
        Server::http(format!("127.0.0.1:{port}")).map_err(|why| format!("port {port}: {why}"))?;
    let host = server.server_addr().to_string();
    let folder = tempfile::tempdir().map_err(|why| why.to_string())?;
    let events = Arc::<Events>::default();
    let picks = std::env::var("CIPDESK_PICKER")
        .ok()
        .and_then(|file| std::fs::read_to_string(file).ok());
    let desk = Arc::new(Desk::new(
        Surroundings {
            now: Arc::new(SystemNow),
            state: Some(folder.path().join("state")),
            worker: std::env::current_exe().ok(),
            work: 15,
            schema: desk::Schema::TODAY,
        },
        Box::new(ScriptedPicker::parse(&picks.unwrap_or_default())),
        Box::new(Telling(Arc::clone(&events))),
    ));
    desk.demo_open(contract::DemoOpenReq { customers })
        .map_err(|failure| failure.message)?;
    let mut random = [0u8; 16];
    getrandom::fill(&mut random).map_err(|why| why.to_string())?;
    let token = random
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    let page =
        std::env::var_os("CIPDESK_PAGE").map_or_else(|| PathBuf::from("ui/dist"), PathBuf::from);
    println!("http://{host}/?token={token}");
    let site = Arc::new(Site {
        desk,
        events,
        page,
        token,
        host,
        jobs: std::sync::Mutex::default(),
    });
    serve(&Arc::new(server), &site);
    Ok(())
}
