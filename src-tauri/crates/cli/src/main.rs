//! `cipdesk-cli`: the desk on the command line. It parses arguments, asks for the passphrase and prints; whatever the rule is about, `desk` does.

mod access;
mod args;
mod backups;
mod bundle;
mod case;
mod clock;
mod conduct;
mod customer;
mod demand;
mod evidence;
mod field;
mod filing;
mod guide;
mod handling;
mod import;
mod intake;
mod journal;
mod letters;
mod likeness;
mod member;
mod owner;
mod pack;
mod print;
mod programme;
mod reseller;
mod retention;
mod run;
mod vault;
mod work;

use args::{Args, Command};
use clap::{CommandFactory, Parser};
use std::process::ExitCode;

fn main() -> ExitCode {
    // The same program, without keys, network or files, decodes previews (design, section 5).
    if std::env::args().nth(1).as_deref() == Some("--preview-worker") {
        return ExitCode::from(u8::try_from(preview::worker_main()).unwrap_or(1));
    }
    // No core file may hold a key.
    let _ = rustix::process::setrlimit(
        rustix::process::Resource::Core,
        rustix::process::Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    );
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let asked = !error.use_stderr();
            let _ = error.print();
            return ExitCode::from(if asked { 0 } else { 2 });
        }
    };
    match args.command {
        Command::Completions { shell } => {
            clap_complete::generate(
                shell,
                &mut Args::command(),
                "cipdesk-cli",
                &mut std::io::stdout(),
            );
            ExitCode::SUCCESS
        }
        Command::Man => match clap_mangen::Man::new(Args::command()).render(&mut std::io::stdout())
        {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(3),
        },
        command => match run::run(&args.common, command) {
            Ok(code) => ExitCode::from(code),
            Err(error) => {
                print::failure(&error.0, args.common.json);
                ExitCode::from(error.0.class.exit_status())
            }
        },
    }
}
