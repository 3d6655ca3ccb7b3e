//! The shell: one window around the desk. It knows the window system, dialogs and events, and no rule of the business;
//! if an `if` here is about customers, clocks or filings, it belongs further down.

mod commands;
mod dialogs;
mod incident;
mod jobs;
mod lock;
mod pages;
#[cfg(target_os = "linux")]
mod signals;
mod window;

use desk::{Desk, Surroundings, SystemNow};
use std::{process::ExitCode, sync::Arc};
use tauri::{Manager, RunEvent};

/// What `--help` prints.
pub const HELP: &str = "CIP Desk: a customer identification program, offline, in an encrypted case database.\n\n\
    Usage: cipdesk [--version | --help]\n\n\
    Opens the window. For scripts there is `cipdesk-cli`.\n\n\
    CIPDESK_STATE=FOLDER keeps this computer's list of vaults there (default: $XDG_STATE_HOME/cipdesk).\n";

/// log2 of scrypt's N for vaults that are made in the window.
const WORK: u8 = 18;

/// Opens the window and returns when it was closed.
pub fn run() -> ExitCode {
    incident::take_over_panics();
    let built = tauri::Builder::default()
        .manage(jobs::Jobs::default())
        .invoke_handler(commands::handler())
        .register_asynchronous_uri_scheme_protocol(pages::SCHEME, pages::serve)
        .setup(|app| {
            let surroundings = Surroundings {
                now: Arc::new(SystemNow),
                state: desk::state_folder(),
                worker: std::env::current_exe().ok(),
                work: WORK,
                schema: desk::Schema::TODAY,
            };
            let desk = Arc::new(Desk::new(
                surroundings,
                dialogs::picker(app.handle()),
                Box::new(window::Tell::new(app.handle())),
            ));
            app.manage(Arc::clone(&desk));
            lock::watch_idleness(&desk, app.handle());
            lock::watch_the_desktop(app.handle());
            window::open(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|app, event| match event {
                RunEvent::ExitRequested { api, .. } if window::is_being_replaced() => {
                    api.prevent_exit();
                }
                RunEvent::Exit => lock::now(app),
                _ => {}
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            use std::io::Write as _;
            let _ = writeln!(
                std::io::stderr(),
                "CIP Desk could not open its window: {error}. Without a display, use cipdesk-cli."
            );
            ExitCode::from(3)
        }
    }
}
