//! What an assessment (F12) takes along beside the sample: programs of resellers, certifications that were sealed, access records of the
//! sample with what vouches for them, a guide for who checks it, and, where it is asked for, a certificate page for a court.
//! Everything here is made from records alone: the same records give the same bytes, or an approval would not fit what is sealed.

use super::{
    facts::{Facts, as_csv},
    fill::Finding,
};
use crate::{error::Result, now::rfc3339, open_vault::OpenVault};
use domain::{
    change::Change,
    customer::CustomerFile,
    entry::hex,
    pack::RulePack,
    record::{Filing, FormRow},
};
use filing as form;
use filing::{Block, Cell, Column, Paper, Sheet, Tone};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeSet, fmt::Write as _};
use store::{AccessQuery, Read};

/// Most access records of one account that go along: the newest.
const MOST: u32 = 10_000;

/// Our own programs in every version, then every program of a reseller that was received, and every certification that was sealed.
pub(super) fn programs(read: &Read<'_>, us: &str, facts: &mut Facts) -> Result<()> {
    let mut programs = own_programs(read, us, facts)?;
    for reseller in read.resellers()? {
        facts.from("programs", &reseller.reference);
        for cip in &reseller.cips {
            let line = read.document(&cip.document)?;
            let sha256 = line.document.sha256.clone();
            let file = facts.attach(line);
            programs.push(FormRow::of(
                &cip.reference,
                [
                    ("owner", reseller.name.clone()),
                    ("country", reseller.country.clone()),
                    ("version", cip.version.clone()),
                    ("effective_on", cip.effective_from.clone()),
                    ("received_on", cip.received_on.clone()),
                    ("file", file),
                    ("sha256", sha256),
                ],
            ));
        }
        if reseller.cips.is_empty() {
            facts.findings.push(Finding {
                level: form::Level::Warns,
                code: "E-F12-NO-CIP",
                message: format!(
                    "No program of {} was received, so none goes along.",
                    reseller.name
                ),
                go_to: reseller.reference.clone(),
            });
        }
    }
    facts.say("programs", programs);
    let mut certifications = Vec::new();
    for filing in read.filings()? {
        let Some(seal) = filing
            .seal
            .as_ref()
            .filter(|_| matches!(filing.form.as_str(), "F1" | "F2" | "F5"))
        else {
            continue;
        };
        let line = read.document(&seal.document)?;
        let sha256 = line.document.sha256.clone();
        let file = facts.attach(line);
        facts.from("certifications", &filing.reference);
        certifications.push(FormRow::of(
            &filing.reference,
            [
                ("ref", filing.reference.clone()),
                ("form", filing.form.clone()),
                ("state", filing::choice_label(&filing.state)),
                ("sealed_on", seal.sealed_at.chars().take(10).collect()),
                ("file", file),
                ("sha256", sha256),
            ],
        ));
    }
    facts.say("certifications", certifications);
    Ok(())
}

fn own_programs(read: &Read<'_>, us: &str, facts: &mut Facts) -> Result<Vec<FormRow>> {
    let programme = read.programme()?;
    if programme.cips.is_empty() {
        facts.findings.push(Finding {
            level: form::Level::Warns,
            code: "E-F12-NO-CIP",
            message: "No program of our own is recorded, so none goes along.".to_owned(),
            go_to: "programme".to_owned(),
        });
        return Ok(Vec::new());
    }
    facts.from("programs", "programme");
    let mut programs = Vec::new();
    for cip in &programme.cips {
        let (mut file, mut sha256) = (String::new(), String::new());
        match &cip.document {
            Some(document) => {
                let line = read.document(document)?;
                sha256.clone_from(&line.document.sha256);
                file = facts.attach(line);
            }
            None => facts.findings.push(Finding {
                level: form::Level::Warns,
                code: "E-F12-NO-CIP",
                message: format!(
                    "No document is attached to our own program {}, so none goes along.",
                    cip.version
                ),
                go_to: "programme".to_owned(),
            }),
        }
        programs.push(FormRow::of(
            &cip.reference,
            [
                ("owner", us.to_owned()),
                (
                    "country",
                    programme
                        .standing(&cip.effective_from)
                        .map(|one| one.jurisdiction.clone())
                        .unwrap_or_default(),
                ),
                ("version", cip.version.clone()),
                ("effective_on", cip.effective_from.clone()),
                ("file", file),
                ("sha256", sha256),
            ],
        ));
    }
    Ok(programs)
}

/// The access records of a customer of the sample, account by account, and the imports that they came by. Gives how many were left out.
pub(super) fn access(
    read: &Read<'_>,
    customer: &CustomerFile,
    facts: &mut Facts,
    imports: &mut BTreeSet<u64>,
    ranges: &mut Vec<FormRow>,
) -> Result<u64> {
    let mut left = 0;
    for (place, account) in customer.accounts.iter().enumerate() {
        let (count, last, _) = read.access_summary(&account.account_ref)?;
        let mut lines = read.access_find(&AccessQuery {
            account: Some(account.account_ref.clone()),
            limit: MOST,
            ..AccessQuery::default()
        })?;
        lines.reverse();
        let mut csv = String::from("time,ip,action,import_entry\n");
        for line in &lines {
            imports.insert(line.entry);
            let _ = writeln!(
                csv,
                "{},{},\"{}\",{}",
                rfc3339(line.at_ms),
                line.ip.map(|ip| ip.to_string()).unwrap_or_default(),
                line.action.replace('"', "\"\""),
                line.entry
            );
        }
        let shown = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        left += u64::from(count.saturating_sub(shown));
        let file = format!("access/{}-{}.csv", customer.reference, place + 1);
        let day = |at: Option<i64>| at.map(rfc3339).unwrap_or_default();
        ranges.push(FormRow::of(
            &format!("{}/{}", customer.reference, place + 1),
            [
                ("ref", customer.reference.clone()),
                ("account", account.account_ref.clone()),
                ("records", count.to_string()),
                ("here", shown.to_string()),
                ("first", day(lines.first().map(|line| line.at_ms))),
                ("last", day(last)),
                ("file", file.clone()),
                ("sha256", hex(&Sha256::digest(&csv))),
            ],
        ));
        facts.files.push((
            file,
            "Access records of an account in the sample".to_owned(),
            csv.into_bytes(),
        ));
    }
    Ok(left)
}

/// What the journal says of the imports that the records came by: each entry's place and hash, and the hash over all rows of the import.
pub(super) fn imports(read: &Read<'_>, entries: &BTreeSet<u64>, facts: &mut Facts) -> Result<()> {
    let mut said = Vec::new();
    for seq in entries {
        let Some(chained) = read.entry(*seq)? else {
            continue;
        };
        let mut one = serde_json::json!({
            "entry": seq,
            "entry_sha256": hex(&chained.hash),
            "chain_sha256": hex(&chained.chain),
            "recorded_at": rfc3339(chained.entry.recorded_at),
        });
        if let Some(body) = read.body(*seq)?
            && let Change::AccessImported {
                source,
                sha256,
                rows,
                rows_sha256,
                ..
            } = &body.change
        {
            one["source"] = source.as_str().into();
            one["source_sha256"] = sha256.as_str().into();
            one["rows"] = (*rows).into();
            one["rows_sha256"] = rows_sha256.as_str().into();
        }
        facts.from("access", "access");
        said.push(one);
    }
    facts.files.push((
        "access/imports.json".to_owned(),
        "The imports of these access records, with their entries in the journal".to_owned(),
        serde_json::to_vec_pretty(&said).unwrap_or_default(),
    ));
    Ok(())
}

/// The guide for who checks the material.
pub(super) fn guide(filing: &Filing, seed: &str, size: usize, facts: &mut Facts) {
    let text = format!(
        "HOW TO CHECK THIS MATERIAL\n\n\
         {reference}, as of {as_of}. VERIFY.txt, beside the folder data, says how to check the signature and that no file was changed, added\n\
         or left out. This guide says how to check what is in it. Every command runs in the folder data on Linux or macOS.\n\n\
         1. That the sample is random, and not chosen\n\
         \x20  registers/population.txt is the list that it was drawn from. Draw it again:\n\
         \x20  while read r; do printf '%s %s' '{seed}' \"$r\" | sha256sum | cut -c1-64 | tr '\\n' ' '; echo \"$r\"; done < registers/population.txt | sort | head -n {size}\n\
         \x20  The same references must stand in case-files/. A seed that you name yourself, before it is drawn, is better than ours: ask for it.\n\n\
         2. That a register was not made for you\n\
         \x20  registers/filings.json names each filing that was sealed and the SHA-256 of its bundle. Compare it with the bundles that you have:\n\
         \x20  sha256sum F1-2026-0001-*.bundle.zip\n\n\
         3. Programs and certifications\n\
         \x20  documents/ holds each program as it was received, and each certification as the signed bundle that it was sealed as (.zip). Unpack one\n\
         \x20  and check it by its own VERIFY.txt.\n\n\
         4. Access records\n\
         \x20  access/*.csv holds the newest records of each account of the sample (at most {MOST} each); the form says how many there are in all. The\n\
         \x20  column import_entry is the place in the journal of the import that wrote a record; access/imports.json gives that entry's hash, and the\n\
         \x20  SHA-256 over all rows of the import. What this proves: these files were signed, and the imports were recorded when the journal says. What it\n\
         \x20  does not prove: that the log that was imported was complete. Ask for the log itself, whose SHA-256 is source_sha256.\n\n\
         5. The journal\n\
         \x20  journal.jsonl holds the entries that this rests on, and the checkpoint over the whole journal. Its head code stands on each page of\n\
         \x20  filing.pdf. Write it down: a later filing whose journal does not contain this head was made from another journal.\n\n\
         6. What was left out\n\
         \x20  The form lists it, with how many and why. Nothing else was left out of the files above.\n",
        reference = filing.reference,
        as_of = filing.as_of,
    );
    facts.files.push((
        "verifier-guide.txt".to_owned(),
        "How to check this material".to_owned(),
        text.into_bytes(),
    ));
}

const LIMITS: [&str; 5] = [
    "It certifies that records are what they are said to be (authenticity). It says nothing about whether what they state is true, and nothing about whether a court admits them.",
    "It is no legal advice, and no form that a court has approved. Let counsel read it before it is signed; rules of evidence change.",
    "It is not signed by this program. The qualified person signs it by hand, or leaves it out; without that signature it certifies nothing.",
    "Rule 902(11) asks that the other side gets reasonable written notice, the record and this certificate before trial. The program gives none.",
    "The hashes show that the copies in this bundle are equal to what the vault kept. They cannot show what a document was before it was put into the vault.",
];

/// The optional page: a certificate under Federal Rules of Evidence 902(13) and (14), to be signed by hand, with its limits on it.
pub(super) fn certificate(
    vault: &OpenVault,
    filing: &Filing,
    pack: &RulePack,
    facts: &mut Facts,
) -> Result<()> {
    if filing.written("certificate", "", "include") != "yes" {
        return Ok(());
    }
    let said = |part: &str| match filing.written("certificate", "", part) {
        "" => "________________________________".to_owned(),
        words => words.to_owned(),
    };
    for part in ["person", "basis"] {
        if filing.written("certificate", "", part).is_empty() {
            facts.findings.push(Finding {
                level: form::Level::Warns,
                code: "E-F12-CERTIFICATE",
                message: "The certificate page names no qualified person, or not why they are one: it is printed with a line to fill in.".to_owned(),
                go_to: "certificate".to_owned(),
            });
            break;
        }
    }
    let plain = |text: &str| Block::Text {
        text: text.to_owned(),
        tone: Tone::Plain,
    };
    let heading = |text: &str| Block::Heading {
        text: text.to_owned(),
    };
    let mut rows: Vec<Vec<Cell>> = facts
        .files
        .iter()
        .map(|(path, _, bytes)| {
            vec![
                Cell::from(path.as_str()),
                Cell::from(hex(&Sha256::digest(bytes))),
            ]
        })
        .collect();
    rows.extend(facts.attachments.iter().map(|one| {
        vec![
            Cell::from(one.file.as_str()),
            Cell::from(one.sha256.as_str()),
        ]
    }));
    let mut blocks = vec![
        Block::Text {
            text: "What this page does not do".to_owned(),
            tone: Tone::Warning,
        },
        Block::Lines {
            items: LIMITS.map(str::to_owned).to_vec(),
        },
        heading("The person"),
        Block::Facts {
            rows: vec![
                ("Qualified person".to_owned(), said("person")),
                ("Why they are one".to_owned(), said("basis")),
                ("Organization".to_owned(), vault.organisation().name.clone()),
            ],
        },
        heading("The system, and why its result is accurate (902(13))"),
        plain(
            "CIP Desk keeps the records of a customer identification program in an encrypted folder. Each change is an entry of a journal in which every entry carries the hash of the one before; the tables are what the entries add up to, and a check replays them and compares. Entries and checkpoints are signed with keys of the members. Documents are kept under their SHA-256. This material was made from those records by one function, without a person's hand but where the form says who wrote what and when.",
        ),
        heading("The copies (902(14))"),
        plain(
            "Each file below was copied out of the vault into this bundle. The hash was computed over the bytes kept and compared with the hash recorded when the document was imported; the bundle was read back after it was written, and verified. Algorithm: SHA-256. Hash of the original and of the copy are equal:",
        ),
        Block::Table {
            columns: vec![Column::wide("File"), Column::narrow("SHA-256")],
            rows,
        },
        heading("Declaration (28 U.S.C. 1746)"),
        plain(
            "I declare under penalty of perjury under the laws of the United States of America that the foregoing is true and correct to the best of my knowledge.",
        ),
    ];
    blocks.push(Block::Facts {
        rows: vec![
            ("Date and place".to_owned(), said("place")),
            (
                "Signature".to_owned(),
                "________________________________".to_owned(),
            ),
        ],
    });
    let sheet = Sheet {
        title: "Certificate of a qualified person".to_owned(),
        subtitle: format!(
            "Federal Rules of Evidence 902(13) and (14), for {} as of {}",
            filing.reference, filing.as_of
        ),
        reference: filing.reference.clone(),
        organisation: vault.organisation().name.clone(),
        printed_at: format!("{}T00:00:00Z", filing.as_of),
        head_code: "on filing.pdf".to_owned(),
        pack: Some(form::Pack {
            id: pack.id().to_owned(),
            version: pack.version().to_owned(),
            status: pack.status().to_owned(),
            banner: pack.banner().to_owned(),
        }),
        paper: Paper::Letter,
        landscape: false,
        blocks,
    };
    let printed = form::print(&sheet).map_err(super::unwritten)?;
    facts.files.push((
        "certificate-902.pdf".to_owned(),
        "Certificate page under FRE 902(13) and (14), to be signed by hand; its limits stand on it"
            .to_owned(),
        printed.pdf,
    ));
    Ok(())
}

/// The ranges as a table beside the form.
pub(super) fn ranges_file(facts: &mut Facts, ranges: Vec<FormRow>) {
    if let Some(item) = form::form("F12").and_then(|form| form.item("access")) {
        facts.files.push((
            "registers/access-ranges.csv".to_owned(),
            "Access records of the sample: how many, from when to when, and the hash of each file"
                .to_owned(),
            as_csv(item, &ranges),
        ));
    }
    facts.say("access", ranges);
}
