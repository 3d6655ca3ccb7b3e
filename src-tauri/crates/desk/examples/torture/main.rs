//! What `cargo xtask torture` runs: people at work in a vault while the program is killed, the disk fails, and the folder is damaged
//! (security, section 4). A tool for developers; the product does not know it.
//!
//!   torture do DEED YARD        one deed, in this process; prints what a screen would call saved, one line each
//!   torture open YARD           unlocks and locks: what a recovery does
//!   torture fuzz PARSER FOLDER SEED FROM MILLISECONDS   changed inputs for one reader of files, in this process
//!   torture long CYCLES CHANGES YARD   unlocks, works and locks so often, in this process; prints what it holds after each
//!   torture run FI.SO [--quick|--full] [--seed N] [--jobs N] [--deed DEED] [--parser NAME] [--minutes N] [ID...]   prints one JSON object for each id

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic
)] // a tool for developers

mod damage;
mod deeds;
mod exchanged;
mod faults;
mod full;
mod fuzz;
mod images;
mod judge;
mod kills;
mod long;
mod parsers;
mod run;
mod yard;

use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = given.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["do", deed, yard] => deeds::child(deed, Path::new(yard)),
        ["open", yard] => deeds::child("unlock", Path::new(yard)),
        ["fuzz", rest @ ..] => fuzz::child(rest),
        ["long", cycles, changes, yard] => long::child(cycles, changes, Path::new(yard)),
        // The worker of previews is this program too.
        ["--preview-worker"] => ExitCode::from(u8::try_from(preview::worker_main()).unwrap_or(1)),
        ["run", injector, rest @ ..] => run::run(Path::new(injector), rest),
        _ => {
            eprintln!("torture do DEED YARD | open YARD | run FI.SO [--quick|--full] [ID...]");
            ExitCode::from(2)
        }
    }
}
