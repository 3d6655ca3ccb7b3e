//! Every form and every printed page of a demonstration vault as pictures in `target/gallery`, for eyes: what no test of text notices (words
//! that lie upon one another, an empty column, a cut line) is seen there. It asks the command line alone, as anybody could.

use crate::cargo;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Where the pictures go; made anew each time.
const PLACE: &str = "target/gallery";
/// Dots to an inch: what a screen shows of a page at its full width.
const DPI: &str = "100";
/// The day of the demonstration, so that two galleries can be laid side by side.
const NOW: &str = "2026-11-24";

/// A demonstration vault, and the command line that opens it.
struct Demo {
    program: PathBuf,
    folder: PathBuf,
}

impl Demo {
    fn run(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let what = arguments.iter().take(2).copied().collect::<Vec<_>>();
        let out = Command::new(&self.program)
            .current_dir(&self.folder)
            .env("CIPDESK_PASSPHRASE_FILE", "pass")
            .args(arguments)
            .output()
            .map_err(|why| format!("{}: {why}", self.program.display()))?;
        if out.status.success() {
            return Ok(out.stdout);
        }
        let said = String::from_utf8_lossy(&out.stderr);
        let last = said.lines().last().unwrap_or_default();
        Err(format!("{}: {last}", what.join(" ")))
    }

    fn rows(&self, arguments: &[&str]) -> Result<Vec<Value>, String> {
        let said = self.run(&[arguments, &["--json"]].concat())?;
        serde_json::from_slice(&said).map_err(|why| format!("{}: {why}", arguments.join(" ")))
    }

    /// Seals a filing where it is not sealed yet; gives its page as it lies in its bundle. None where something keeps it from being sealed.
    fn filed(&self, reference: &str, state: &str) -> Result<Option<PathBuf>, String> {
        if state == "draft" {
            let sealed = self.run(&[
                "filing",
                "seal",
                "D.cipdesk",
                reference,
                "--override",
                "Alone",
            ]);
            if let Err(why) = sealed {
                eprintln!("  {reference} is left out: {why}");
                return Ok(None);
            }
        }
        self.run(&["filing", "export", "D.cipdesk", reference, "--to", "."])?;
        let bundle = fs::read_dir(&self.folder)
            .map_err(|why| why.to_string())?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with(&format!("{reference}-")) && name.ends_with(".bundle.zip")
            })
            .ok_or_else(|| format!("{reference} has no bundle"))?;
        let page = Command::new("unzip")
            .arg("-p")
            .arg(bundle)
            .arg("*/data/filing.pdf")
            .output()
            .map_err(|why| format!("unzip: {why}"))?;
        let path = self.folder.join(format!("{reference}.pdf"));
        fs::write(&path, page.stdout).map_err(|why| why.to_string())?;
        Ok(Some(path))
    }
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn pictures(pdf: &Path, name: &str) -> Result<(), String> {
    let out = Path::new(PLACE).join(name);
    let done = Command::new("pdftoppm")
        .args(["-r", DPI, "-png"])
        .args([pdf, &out])
        .output()
        .map_err(|why| format!("pdftoppm: {why}"))?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!("{name}: {}", String::from_utf8_lossy(&done.stderr)))
}

pub(crate) fn run() -> Result<(), String> {
    let io = |why: std::io::Error| why.to_string();
    let built = cargo(&["build", "--workspace", "--locked", "--bin", "cipdesk-cli"]).status();
    if !built.map_err(io)?.success() {
        return Err("the command line does not build".to_owned());
    }
    let folder = std::env::temp_dir().join(format!("cipdesk-gallery-{}", std::process::id()));
    fs::create_dir(&folder).map_err(io)?;
    let demo = Demo {
        program: fs::canonicalize("target/debug/cipdesk-cli").map_err(io)?,
        folder: folder.clone(),
    };
    let done = drawn(&demo);
    fs::remove_dir_all(&folder).map_err(io)?;
    let count = done?;
    let pages = fs::read_dir(PLACE).map_err(io)?.count();
    eprintln!("{count} papers, {pages} pages: {PLACE}");
    Ok(())
}

fn drawn(demo: &Demo) -> Result<usize, String> {
    let io = |why: std::io::Error| why.to_string();
    if Path::new(PLACE).exists() {
        fs::remove_dir_all(PLACE).map_err(io)?;
    }
    fs::create_dir_all(PLACE).map_err(io)?;
    fs::write(demo.folder.join("pass"), "a gallery of invented papers").map_err(io)?;
    demo.run(&["demo", "D.cipdesk", "--customers", "60", "--now", NOW])?;
    let mut papers: Vec<(String, PathBuf)> = Vec::new();
    for row in demo.rows(&["filing", "list", "D.cipdesk"])? {
        let reference = text(&row, "ref");
        eprintln!("  {reference}");
        if let Some(path) = demo.filed(reference, text(&row, "state"))? {
            papers.push((format!("form-{reference}"), path));
        }
    }
    let cases = demo.rows(&["case", "list", "D.cipdesk"])?;
    let clocks = demo.rows(&["clock", "list", "D.cipdesk"])?;
    let mut pages: Vec<(String, Vec<String>)> = vec![
        (
            "customer".to_owned(),
            vec!["customer print D.cipdesk C-000001".to_owned()],
        ),
        (
            "scorecard".to_owned(),
            vec!["reseller scorecard D.cipdesk RS-0001".to_owned()],
        ),
        (
            "management".to_owned(),
            vec!["programme print D.cipdesk".to_owned()],
        ),
        (
            "journal".to_owned(),
            vec![format!(
                "journal print D.cipdesk --from {NOW} --until {NOW}"
            )],
        ),
        // Which part of a case is a report to an authority is seen by trying.
        ("transmittal".to_owned(), Vec::new()),
    ];
    let mut kinds: Vec<&str> = Vec::new();
    for case in &cases {
        let (reference, kind) = (text(case, "ref"), text(case, "kind"));
        if !kinds.contains(&kind) {
            kinds.push(kind);
            let print = format!("case print D.cipdesk {reference}");
            pages.push((format!("case-{kind}"), vec![print]));
        }
        let tries = (1..=6).map(|part| format!("case transmittal D.cipdesk {reference} I-{part}"));
        if let Some((_, all)) = pages.iter_mut().find(|(name, _)| name == "transmittal") {
            all.extend(tries);
        }
    }
    if let Some(clock) = clocks.first() {
        let print = format!("clock print D.cipdesk {}", text(clock, "ref"));
        pages.push(("clock".to_owned(), vec![print]));
    }
    for (name, tries) in pages {
        let file = format!("{name}.pdf");
        let found = tries.iter().any(|command| {
            let words: Vec<&str> = command.split(' ').chain(["--to", &file]).collect();
            demo.run(&words).is_ok()
        });
        if !found {
            return Err(format!("nothing in the demonstration prints a {name}"));
        }
        papers.push((name, demo.folder.join(file)));
    }
    for (name, path) in &papers {
        pictures(path, name)?;
    }
    Ok(papers.len())
}
