//! T-C1, T-C2: bytes are flipped, files cut, lengthened, emptied, exchanged and removed. Each damage is found, by a code that names it,
//! and a vault that cannot be opened is never made anew.

use crate::{
    kills::{clear, yard},
    run::{Dice, Outcome, Plan},
    yard::{ANA, NEW, Yard, files},
};
use desk::Unwatched;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

const PAGE: usize = 4096;
const CHUNK: usize = 64 * 1024;

/// What a damage was found under: the code of the refusal, or of the first problem of the check. `None`: it was not found.
pub(crate) fn found(yard: &Yard) -> Option<String> {
    match yard.unlock_elsewhere(ANA) {
        Err(error) => Some(error.0.code.clone()),
        Ok(vault) => match vault.check(&Unwatched) {
            Err(error) => Some(error.0.code.clone()),
            Ok(report) => report.problems.first().map(|problem| problem.code.clone()),
        },
    }
}

/// The file as it lies in the vault, for a message.
pub(crate) fn shown(yard: &Yard, file: &Path) -> String {
    file.strip_prefix(yard.vault())
        .map(|path| path.display().to_string())
        .unwrap_or_default()
}

/// The files whose every part is looked after: not the lock, whose content is a note for people.
fn parts(yard: &Yard) -> Vec<PathBuf> {
    files(&yard.vault())
        .into_iter()
        .filter(|path| !path.ends_with(".lock"))
        .collect()
}

/// Personal files of somebody else than who unlocks are looked at when that member unlocks, and keys of an earlier generation never.
fn of_another(yard: &Yard, file: &Path, mine: &str) -> bool {
    let name = shown(yard, file);
    (name.contains("identity-") || name.contains("approval-")) && !name.contains(mine)
}

/// The id of the member who unlocks.
fn mine(yard: &Yard) -> String {
    let newest = files(&yard.vault().join("keyring"))
        .into_iter()
        .rfind(|path| path.ends_with("members.json"));
    let list: serde_json::Value = newest
        .and_then(|path| serde_json::from_slice(&fs::read(path).ok()?).ok())
        .unwrap_or_default();
    let members = list.get("members").and_then(|members| members.as_array());
    let me = members
        .into_iter()
        .flatten()
        .find(|member| member["label"] == "staff-1");
    me.and_then(|member| member["id"].as_str())
        .unwrap_or("nobody")
        .to_owned()
}

#[derive(Debug, Clone)]
struct Flip {
    file: PathBuf,
    at: usize,
    with: u8,
}

/// One byte in every page of the database, in every byte of the small files, and in every chunk of the documents.
pub(crate) fn flips(plan: &Plan) -> Outcome {
    let original = match yard(plan, "c1-original") {
        Ok(yard) => yard,
        Err(why) => return failed(why),
    };
    let me = mine(&original);
    let mut dice = Dice(plan.seed ^ 0xC1);
    let (mut pages, mut small, mut chunks) = (Vec::new(), Vec::new(), Vec::new());
    for file in parts(&original) {
        let length = fs::metadata(&file).map_or(0, |meta| meta.len() as usize);
        let name = shown(&original, &file);
        if of_another(&original, &file, &me) || name.contains("approval-") {
            continue;
        }
        let mut flip = |at: usize, to: &mut Vec<Flip>| {
            let with = 1 << dice.below(8);
            to.push(Flip {
                file: file.clone(),
                at,
                with,
            });
        };
        if name.starts_with("db/") {
            for page in 0..length / PAGE {
                for (from, size) in [(0, 16), (16, 4000), (4016, 80)] {
                    let at = page * PAGE + from + page * 7 % size;
                    flip(at, &mut pages);
                }
            }
        } else if name.starts_with("documents/") {
            for chunk in 0..length.div_ceil(CHUNK) {
                flip(
                    (chunk * CHUNK + 40 + chunk * 977 % CHUNK).min(length - 1),
                    &mut chunks,
                );
            }
            for at in (0..length.min(200)).step_by(3) {
                flip(at, &mut chunks);
            }
        } else {
            for at in 0..length {
                flip(at, &mut small);
            }
        }
    }
    let every = pages.len() + small.len() + chunks.len();
    let mut chosen = dice.some(&pages, plan.points(24, usize::MAX));
    chosen.extend(dice.some(&small, plan.points(30, usize::MAX)));
    chosen.extend(dice.some(&chunks, plan.points(10, usize::MAX)));
    let codes: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let hands: Vec<Vec<Flip>> = (0..plan.jobs)
        .map(|hand| {
            chosen
                .iter()
                .skip(hand)
                .step_by(plan.jobs)
                .cloned()
                .collect()
        })
        .collect();
    let failures = plan.each(&hands, |hand, flips| {
        let yard = yard(plan, &format!("c1-{hand}"))?;
        let mut missed = Vec::new();
        for flip in flips {
            let name = shown(&original, &flip.file);
            let file = yard.vault().join(&name);
            let mut bytes = fs::read(&file).map_err(|why| why.to_string())?;
            let Some(byte) = bytes.get_mut(flip.at) else {
                continue;
            };
            *byte ^= flip.with;
            fs::write(&file, &bytes).map_err(|why| why.to_string())?;
            match found(&yard) {
                Some(code) => *codes.lock().expect("a lock").entry(code).or_default() += 1,
                None => missed.push(format!("{name} at byte {} (xor {})", flip.at, flip.with)),
            }
            // Opening may have swept or checkpointed: the whole vault is put back.
            let _ = fs::remove_dir_all(yard.vault());
            crate::yard::copy(&original.vault(), &yard.vault()).map_err(|why| why.to_string())?;
        }
        clear(&yard);
        if missed.is_empty() {
            Ok(())
        } else {
            Err(format!(
                "T-C1: {} flips were not found: {}",
                missed.len(),
                missed.join("; ")
            ))
        }
    });
    clear(&original);
    Outcome {
        n: chosen.len(),
        failures,
        note: format!(
            "bytes flipped of {every}: {} pages of the database at three places, every byte of VAULT and the keyring, every chunk of the documents; found as {}",
            pages.len() / 3,
            told(codes)
        ),
    }
}

/// Codes with their numbers.
pub(crate) fn told(codes: Mutex<BTreeMap<String, usize>>) -> String {
    let codes = codes.into_inner().expect("a lock");
    let words: Vec<String> = codes
        .iter()
        .map(|(code, n)| format!("{code} {n}"))
        .collect();
    words.join(", ")
}

pub(crate) fn failed(why: String) -> Outcome {
    Outcome {
        n: 0,
        failures: vec![why],
        note: String::new(),
    }
}

#[derive(Debug, Clone)]
enum Cut {
    To(PathBuf, u64),
    Longer(PathBuf),
    Removed(PathBuf),
    Exchanged(PathBuf, PathBuf),
    Instead(PathBuf, &'static str),
}

/// Files cut at every page and elsewhere, lengthened, emptied, removed, exchanged; the database replaced by something else.
pub(crate) fn cuts(plan: &Plan) -> Outcome {
    let original = match yard(plan, "c2-original") {
        Ok(yard) => yard,
        Err(why) => return failed(why),
    };
    let me = mine(&original);
    let mut dice = Dice(plan.seed ^ 0xC2);
    let mut all = Vec::new();
    let counted: Vec<PathBuf> = parts(&original)
        .into_iter()
        .filter(|file| {
            !of_another(&original, file, &me) && !shown(&original, file).contains("approval-")
        })
        .collect();
    for file in &counted {
        let length = fs::metadata(file).map_or(0, |meta| meta.len());
        let name = shown(&original, file);
        all.extend([
            Cut::To(file.clone(), 0),
            Cut::Longer(file.clone()),
            Cut::Removed(file.clone()),
        ]);
        if name.starts_with("db/") {
            all.extend(
                (1..length / PAGE as u64).map(|page| Cut::To(file.clone(), page * PAGE as u64)),
            );
            all.extend(["another", "plain", "noise"].map(|what| Cut::Instead(file.clone(), what)));
        }
        let more = if name.starts_with("db/") {
            plan.points(60, 2_300)
        } else {
            plan.points(12, 60)
        };
        all.extend((0..more).map(|_| Cut::To(file.clone(), dice.below(length))));
        if let Some(other) = counted
            .iter()
            .find(|other| *other != file && other.parent() != file.parent())
        {
            all.push(Cut::Exchanged(file.clone(), other.clone()));
        }
    }
    let documents: Vec<&PathBuf> = counted
        .iter()
        .filter(|file| shown(&original, file).starts_with("documents/"))
        .collect();
    if let [one, .., other] = documents.as_slice() {
        all.push(Cut::Exchanged((*one).clone(), (*other).clone()));
    }
    let chosen = dice.some(&all, plan.points(40, usize::MAX));
    let codes: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let failures = plan.each(&chosen, |number, cut| {
        let yard = yard(plan, &format!("c2-{number}"))?;
        let why = |text: String| {
            format!("T-C2 {}: {text}", match cut {
                Cut::To(file, length) => format!("{} cut to {length} bytes", shown(&original, file)),
                Cut::Longer(file) => format!("{} lengthened", shown(&original, file)),
                Cut::Removed(file) => format!("{} removed", shown(&original, file)),
                Cut::Exchanged(one, other) => format!("{} and {} exchanged", shown(&original, one), shown(&original, other)),
                Cut::Instead(file, what) => format!("{} replaced by {what}", shown(&original, file)),
            })
        };
        let here = |file: &Path| yard.vault().join(shown(&original, file));
        let io = |error: std::io::Error| why(error.to_string());
        match cut {
            Cut::To(file, length) => fs::OpenOptions::new().write(true).open(here(file)).and_then(|file| file.set_len(*length)).map_err(io)?,
            Cut::Longer(file) => {
                let mut bytes = fs::read(here(file)).map_err(io)?;
                bytes.extend(vec![0u8; PAGE]);
                fs::write(here(file), bytes).map_err(io)?;
            }
            Cut::Removed(file) => fs::remove_file(here(file)).map_err(io)?,
            Cut::Exchanged(one, other) => {
                let (first, second) = (fs::read(here(one)).map_err(io)?, fs::read(here(other)).map_err(io)?);
                fs::write(here(one), second).and_then(|()| fs::write(here(other), first)).map_err(io)?;
            }
            Cut::Instead(file, "plain") => {
                fs::remove_file(here(file)).map_err(io)?;
                let plain = rusqlite::Connection::open(here(file)).map_err(|error| why(error.to_string()))?;
                plain.execute_batch("CREATE TABLE customer (ref TEXT); INSERT INTO customer VALUES ('C-000001')").map_err(|error| why(error.to_string()))?;
            }
            Cut::Instead(file, "another") => {
                let other = another(plan).map_err(why)?;
                fs::write(here(file), other).map_err(io)?;
            }
            Cut::Instead(file, _) => fs::write(here(file), (0..40 * PAGE).map(|n| (n * 31 % 251) as u8).collect::<Vec<u8>>()).map_err(io)?,
        }
        let before = fs::read_dir(yard.vault().join("db")).map(Iterator::count).unwrap_or_default();
        let gone = matches!(cut, Cut::Removed(file) if shown(&original, file).starts_with("db/"));
        match found(&yard) {
            Some(code) => *codes.lock().expect("a lock").entry(code).or_default() += 1,
            None => return Err(why("it was not found".to_owned())),
        }
        let after = fs::read_dir(yard.vault().join("db")).map(Iterator::count).unwrap_or_default();
        if gone && after > before {
            return Err(why("a new database was made".to_owned()));
        }
        clear(&yard);
        Ok(())
    });
    clear(&original);
    Outcome {
        n: chosen.len(),
        failures,
        note: format!(
            "damages of {}: cut at every page and elsewhere, lengthened, emptied, removed, exchanged, replaced by another vault's, by a plain database, by noise; found as {}",
            all.len(),
            told(codes)
        ),
    }
}

/// The database of another vault.
fn another(plan: &Plan) -> Result<Vec<u8>, String> {
    static OTHER: Mutex<Option<Vec<u8>>> = Mutex::new(None);
    let mut other = OTHER.lock().expect("a lock");
    if other.is_none() {
        let yard = Yard(plan.place("c2-other"));
        let new = desk::NewVault {
            org: "Other Cloud LLC".to_owned(),
            role: "provider".to_owned(),
            zone: "America/New_York".to_owned(),
            staff: "Ana Lima".to_owned(),
            label: "staff-1".to_owned(),
            passphrase: NEW.to_owned().into(),
            demo: false,
            drill: None,
        };
        fs::create_dir_all(&yard.0).map_err(|why| why.to_string())?;
        let (vault, _) =
            desk::OpenVault::create(&yard.vault(), new, yard.surroundings(crate::yard::WORKED))
                .map_err(|why| why.to_string())?;
        vault.close().map_err(|why| why.to_string())?;
        *other = Some(fs::read(yard.vault().join("db/g000001.db")).map_err(|why| why.to_string())?);
        clear(&yard);
    }
    Ok(other.clone().unwrap_or_default())
}
