//! Paper: a form that is approved and sealed, and extracts of the journal of a few pages and of hundreds.

use super::{Bench, Outcome, customers::register};
use std::process::Command;

/// Pages of a PDF, as poppler counts them.
fn pages(bench: &Bench, file: &str) -> Outcome<String> {
    let told = Command::new("pdfinfo")
        .arg(bench.path(file))
        .output()
        .map_err(|why| format!("pdfinfo: {why}"))?;
    String::from_utf8_lossy(&told.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("Pages:"))
        .map(|pages| pages.trim().to_owned())
        .ok_or_else(|| format!("{file} has no pages"))
}

/// Times both.
pub(super) fn print(bench: &mut Bench) -> Outcome<()> {
    bench.time(&mut bench.cli(&[
        "demo",
        "F.cipdesk",
        "--customers",
        "60",
        "--now",
        "2026-11-24",
    ]))?;
    let start = bench.best(&mut bench.cli(&["vault", "status", "F.cipdesk"]))?;
    let seal = [
        "filing",
        "seal",
        "F.cipdesk",
        "F1-2026-0001",
        "--override",
        "Alone",
    ];
    let sealed = bench.time(&mut bench.cli(&seal))?;
    bench.time(&mut bench.cli(&["filing", "export", "F.cipdesk", "F1-2026-0001", "--to", "."]))?;
    bench.time(
        &mut bench.shell("unzip -p F1-2026-0001-*.bundle.zip '*/data/filing.pdf' > f1.pdf"),
    )?;
    let size = format!("{} pages", pages(bench, "f1.pdf")?);
    let note = "F1 with its bundle, beyond start and unlock";
    bench.row(
        "approve and seal a form",
        size,
        (sealed.0 - start.0, sealed.1),
        None,
        note,
    );
    let entries: &[u32] = if bench.quick {
        &[70, 700]
    } else {
        &[70, 700, 3_900]
    };
    for many in entries {
        let (vault, list, file) = (
            format!("J{many}.cipdesk"),
            format!("j{many}.csv"),
            format!("j{many}.pdf"),
        );
        bench.vault(&vault)?;
        register(&bench.path(&list), *many)?;
        bench.time(&mut bench.cli(&["customer", "import", &vault, &list]))?;
        let start = bench.best(&mut bench.cli(&["vault", "status", &vault]))?;
        let printed = bench.time(&mut bench.cli(&[
            "journal",
            "print",
            &vault,
            "--from",
            "2020-01-01",
            "--to",
            &file,
        ]))?;
        let size = format!("{} pages", pages(bench, &file)?);
        bench.row(
            "print the journal",
            size,
            (printed.0 - start.0, printed.1),
            None,
            "beyond start and unlock",
        );
    }
    Ok(())
}
