//! `cipdesk-cli pack`: rule packs on the terminal, each number with its paragraph and how sure it is. Judges nothing itself.

use crate::{
    args::Common,
    print,
    run::{clock, reading, writing},
};
use clap::Subcommand;
use contract as c;
use desk::{PackHead, Result};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum PackCommand {
    /// List the built-in rule packs, or those of a vault.
    #[command(
        after_help = "Example:\n  cipdesk-cli pack list\n  cipdesk-cli pack list Acme.cipdesk"
    )]
    List {
        /// The vault's folder.
        vault: Option<PathBuf>,
    },
    /// Show all that a pack demands, with paragraphs and confidence.
    #[command(after_help = "Example:\n  cipdesk-cli pack show us-bank-cip")]
    Show {
        /// A built-in pack, or a TOML file.
        #[arg(value_name = "ID|FILE")]
        pack: String,
    },
    /// Check a pack's file, and the signature FILE.toml.sig beside it.
    ///
    /// A pack is signed with: ssh-keygen -Y sign -n cipdesk-rulepack-v1 -f KEY FILE.toml
    #[command(
        after_help = "Example:\n  cipdesk-cli pack check mine.toml --allowed-signers known_signers\n\nWith a list of signers, an unsigned pack does not hold."
    )]
    Check {
        /// The TOML file.
        #[arg(value_name = "FILE.toml")]
        file: PathBuf,
        /// Keys you trust, in OpenSSH's allowed_signers form, obtained by another way.
        #[arg(long, value_name = "FILE")]
        allowed_signers: Option<PathBuf>,
    },
    /// What changed from one pack to another.
    #[command(
        after_help = "Example:\n  cipdesk-cli pack compare us-iaas-nprm-2024 us-iaas-nprm-2024-v2.toml"
    )]
    Compare {
        /// The old one: a built-in pack, or a TOML file.
        #[arg(value_name = "A")]
        old: String,
        /// The new one.
        #[arg(value_name = "B")]
        new: String,
    },
    /// Take a pack into a vault. Running clocks keep the version that started them, except those named.
    #[command(
        after_help = "Example:\n  cipdesk-cli pack adopt Acme.cipdesk mine.toml --reason \"Board resolution of 3 November\" --clock K-0007\n\nWith --dry-run it shows old and new dates and changes nothing."
    )]
    Adopt {
        /// The vault's folder.
        vault: PathBuf,
        /// A built-in pack, or a TOML file.
        #[arg(value_name = "ID|FILE")]
        pack: String,
        /// Why.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
        /// A running clock that goes over to this version; may be given several times, or all.
        #[arg(long = "clock", value_name = "REF")]
        clocks: Vec<String>,
        /// Show what would change, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Count by a pack no longer. Running clocks keep it.
    #[command(
        after_help = "Example:\n  cipdesk-cli pack retire Acme.cipdesk internal-policy --reason \"Policy withdrawn on 3 November\""
    )]
    Retire {
        /// The vault's folder.
        vault: PathBuf,
        /// The pack.
        #[arg(value_name = "ID")]
        pack: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

pub(crate) fn run(common: &Common, command: PackCommand) -> Result<u8> {
    let as_json = common.json;
    match command {
        PackCommand::List { vault: None } => list(as_json),
        PackCommand::List { vault: Some(vault) } => {
            of_vault(&reading(common, &vault)?.pack_list()?, as_json);
        }
        PackCommand::Adopt {
            vault,
            pack,
            reason,
            clocks,
            dry_run,
        } => {
            let offered = if desk::builtin_packs().iter().any(|known| known.id() == pack) {
                desk::offer_builtin(&pack)?
            } else {
                let today = clock(common)?.utc().date_naive().to_string();
                desk::offer_file(Path::new(&pack), &today)?
            };
            if dry_run {
                let offer = reading(common, &vault)?.pack_offer(&offered)?;
                let blocked = !offer.blocked_by.is_empty();
                offer_shown(&offer, as_json);
                return Ok(u8::from(blocked));
            }
            let rows = writing(common, &vault, |vault| {
                vault.pack_adopt(&offered, &reason, &clocks)
            })?;
            of_vault(&rows, as_json);
        }
        PackCommand::Retire {
            vault,
            pack,
            reason,
        } => {
            let rows = writing(common, &vault, |vault| vault.pack_retire(&pack, &reason))?;
            of_vault(&rows, as_json);
        }
        PackCommand::Show { pack } => show(&pack, as_json)?,
        PackCommand::Check {
            file,
            allowed_signers,
        } => {
            let report = desk::check_pack(&file, allowed_signers.as_deref(), &*clock(common)?)?;
            let valid = report.valid;
            check(&report, as_json);
            return Ok(u8::from(!valid));
        }
        PackCommand::Compare { old, new } => compare(&old, &new, as_json)?,
    }
    Ok(0)
}

fn list(as_json: bool) {
    let heads: Vec<PackHead> = desk::builtin_packs().iter().map(PackHead::from).collect();
    if as_json {
        print::json(&heads);
        return;
    }
    let rows: Vec<Vec<String>> = heads
        .into_iter()
        .map(|head| vec![head.id, head.version, head.status, head.banner])
        .collect();
    print::table(&["ID", "VERSION", "STATUS", "WHOM IT BINDS"], &rows);
}

fn of_vault(rows: &[c::PackRow], as_json: bool) {
    if as_json {
        print::json(&rows);
        return;
    }
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let stands = match (row.leads, row.in_use, row.source.is_empty()) {
                (true, ..) => "leads",
                (false, true, _) => "in use",
                (false, false, false) => "kept",
                (false, false, true) => "not adopted",
            };
            vec![
                row.note.id.clone(),
                row.note.version.clone(),
                stands.to_owned(),
                row.running.to_string(),
                row.vouched.clone(),
            ]
        })
        .collect();
    print::table(
        &["ID", "VERSION", "STANDS", "RUNNING CLOCKS", "WHO VOUCHES"],
        &rows,
    );
}

fn offer_shown(offer: &c::PackOffer, as_json: bool) {
    if as_json {
        print::json(offer);
        return;
    }
    let line = |text: &str| print::line(&print::plain(text));
    line(&format!(
        "{} {}. {}",
        offer.note.id, offer.note.version, offer.vouched
    ));
    line(&offer.note.banner);
    match &offer.replaces {
        Some(version) => line(&format!(
            "It replaces version {version}; {} differences (pack compare lists them).",
            offer.differences.len()
        )),
        None => line("It is adopted beside the packs in use."),
    }
    for one in &offer.clocks {
        line(&format!(
            "  {} {}, {}: {} now, {} by the new version",
            one.r#ref,
            one.kind,
            one.subject,
            one.due_before,
            one.due_after.as_deref().unwrap_or("no such clock")
        ));
    }
    for field in &offer.fields {
        line(&format!(
            "  field {} goes; {} hold data; it goes to {}",
            field.label,
            field.held,
            field.to.as_deref().unwrap_or("nowhere")
        ));
    }
    for why in &offer.blocked_by {
        line(why);
    }
    line("Nothing was changed.");
}

/// "15 CFR 7.304 (proposed) [memory: not verified against the rule]"
fn basis(cite: &str, confidence: Option<&str>) -> String {
    match confidence {
        Some(word) if word.starts_with("memory") => {
            format!("{cite} [{word}: not verified against the rule]")
        }
        Some(word) => format!("{cite} [{word}]"),
        None => cite.to_owned(),
    }
}

fn show(name: &str, as_json: bool) -> Result<()> {
    let pack = desk::find_pack(name)?;
    let head = PackHead::from(&*pack);
    let rows = pack.demands();
    if as_json {
        let demands: Vec<serde_json::Value> = rows
            .iter()
            .map(|row| {
                let mut value = json!(row);
                value["verified"] = row.is_verified().into();
                value
            })
            .collect();
        print::json(&json!({"pack": head, "demands": demands}));
        return Ok(());
    }
    let line = |text: &str| print::line(&print::plain(text));
    line(&format!("{} {}, {}", head.id, head.version, head.status));
    line(&head.title);
    line(&head.banner);
    line(if head.reviewed {
        "A person has compared it with the rule's text."
    } else {
        "No person has compared it with the rule's text yet."
    });
    line(&format!("SHA-256 {}", head.sha256));
    let mut part = None;
    for row in &rows {
        // Two hundred holidays would bury the rest; --json lists them.
        let is_holiday = row.part.table() == "holiday";
        if part != Some(row.part) {
            part = Some(row.part);
            line("");
            line(row.part.title());
            if is_holiday {
                let days = rows.iter().filter(|other| other.part == row.part);
                line(&format!("  {} days; --json lists them", days.count()));
            }
        }
        if is_holiday {
            continue;
        }
        line(&if row.id == row.label {
            format!("  {}", row.id)
        } else {
            format!("  {}: {}", row.id, row.label)
        });
        let facts: Vec<String> = row
            .facts
            .iter()
            .filter(|fact| !fact.value.is_empty())
            .map(|fact| format!("{} = {}", fact.name, fact.value))
            .collect();
        let basis = basis(
            &row.cite,
            row.confidence.map(|confidence| confidence.word()),
        );
        for text in [facts.join(", "), row.text.clone(), basis] {
            if !text.is_empty() {
                line(&format!("    {text}"));
            }
        }
    }
    Ok(())
}

fn check(report: &desk::PackReport, as_json: bool) {
    if as_json {
        print::json(report);
        return;
    }
    let line = |text: &str| print::line(&print::plain(text));
    for problem in &report.problems {
        line(&format!("{} {}", problem.code, problem.message));
    }
    if let Some(head) = &report.pack {
        line(&format!(
            "{} {}, {}: {} things said, {} not verified against the rule.",
            head.id, head.version, head.status, report.demands, report.unverified
        ));
        line(&format!("SHA-256 {}", head.sha256));
    }
    line(&report.signature.sentence);
    line(if report.valid {
        "The pack holds."
    } else {
        "The pack does NOT hold."
    });
}

fn compare(old: &str, new: &str, as_json: bool) -> Result<()> {
    let found = desk::compare_packs(old, new)?;
    if as_json {
        print::json(&found);
        return Ok(());
    }
    let line = |text: &str| print::line(&print::plain(text));
    let mut part = None;
    for row in &found {
        if part != Some(row.part) {
            part = Some(row.part);
            line(row.part.title());
        }
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        let whole = |word: &str, value: &Option<String>| match value {
            Some(value) if *value != row.label => {
                format!("  {} {word}: {}: {value}", row.id, row.label)
            }
            _ => format!("  {} {word}: {}", row.id, row.label),
        };
        line(&match row.what {
            Some(what) => format!(
                "  {}, {what}: {} -> {}",
                row.id,
                value(&row.old),
                value(&row.new)
            ),
            None if row.new.is_some() => whole("added", &row.new),
            None => whole("removed", &row.old),
        });
        if !row.cite.is_empty() {
            line(&format!("    {}", basis(&row.cite, row.confidence)));
        }
    }
    line(&match found.len() {
        0 => "The packs do not differ.".to_owned(),
        1 => "1 difference.".to_owned(),
        many => format!("{many} differences."),
    });
    Ok(())
}
