//! A filing with large documents, as a person has it: approved and sealed into the vault, then handed out signed, and encrypted.

use super::{
    Bench, Outcome,
    files::{copied_and_encrypted, noise},
};
use std::fs;

const FILING: &str = "F1-2026-0001";

/// Times the three, each beside the plain tool for one file of that size.
pub(super) fn filing(bench: &mut Bench) -> Outcome<()> {
    bench.recipient()?;
    for mib in bench.mebibytes() {
        let (vault, file, size) = (
            format!("H{mib}.cipdesk"),
            format!("h{mib}.bin"),
            format!("{mib} MiB"),
        );
        bench.time(&mut bench.cli(&[
            "demo",
            &vault,
            "--customers",
            "60",
            "--now",
            "2026-11-24",
        ]))?;
        noise(&bench.path(&file), *mib)?;
        let hashed = bench.time(&mut bench.shell(&format!("sha256sum {file}")))?;
        let (copied, plain) = copied_and_encrypted(bench, &file)?;
        // No document may be larger than 512 MiB.
        bench.time(&mut bench.shell(&format!(
            "split -d -a 3 -b 512M --additional-suffix=.bin {file} part && rm {file}"
        )))?;
        for number in 0..mib.div_ceil(512) {
            let part = format!("part{number:03}.bin");
            let add = ["document", "add", &vault, FILING, &part, "--type", "other"];
            bench.time(&mut bench.cli(&add))?;
            fs::remove_file(bench.path(&part)).map_err(|why| why.to_string())?;
        }
        let start = bench.best(&mut bench.cli(&["vault", "status", &vault]))?;
        let mut row = |work, arguments: &[&str], plain: f64, beside: &str| {
            let took = bench.time(&mut bench.cli(arguments))?;
            let (beyond, note) = (
                took.0 - start.0,
                format!("{beside}, beyond start and unlock"),
            );
            bench.row(work, size.clone(), (beyond, took.1), Some(plain), note);
            Ok::<(), String>(())
        };
        row(
            "approve and seal a filing",
            &["filing", "seal", &vault, FILING, "--override", "Alone"],
            hashed.0.max(copied),
            "the slower of sha256sum and cp with sync",
        )?;
        row(
            "hand out a filing, signed",
            &["filing", "export", &vault, FILING, "--to", "signed"],
            copied,
            "cp with sync",
        )?;
        row(
            "hand out a filing, encrypted",
            &[
                "filing",
                "export",
                &vault,
                FILING,
                "--to",
                "hidden",
                "--encrypt-to",
                "to.txt",
            ],
            plain,
            "age of the same bytes, with sync",
        )?;
        for used in ["signed", "hidden", &vault] {
            fs::remove_dir_all(bench.path(used)).map_err(|why| why.to_string())?;
        }
    }
    Ok(())
}
