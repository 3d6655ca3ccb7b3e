//! What lies in a vault's folder, and what its journal says.

use super::{Place, said, sound};
use crate::{
    fuzz::Seed,
    yard::{ANA, files},
};
use desk::Unwatched;
use std::{fs, path::PathBuf};

/// What is read of a vault before a passphrase.
fn header_files(place: &Place) -> Vec<PathBuf> {
    let vault = place.yard().vault();
    let mut found = vec![vault.join("VAULT")];
    let list = |file: &PathBuf| file.ends_with("members.json");
    found.extend(files(&vault.join("keyring")).into_iter().filter(list));
    found.push(vault.join("BACKUP"));
    found
}

pub(super) fn header_seeds(place: &Place) -> Vec<Seed> {
    let slip = "{\"format\":\"cipdesk-backup/1\",\"made_at\":\"2026-11-24T17:00:00Z\",\"program\":\"0.1.0\",\"entries\":12,\"head\":\"00ff\"}";
    fs::write(place.yard().vault().join("BACKUP"), slip).expect("a slip is written");
    seeds_of(&header_files(place))
}

/// A seed of each file, behind the number that says which it is.
fn seeds_of(files: &[PathBuf]) -> Vec<Seed> {
    let each = (0u8..).zip(files);
    each.filter_map(|(which, file)| {
        let mut bytes = vec![which];
        bytes.extend(fs::read(file).ok()?);
        Some(sound(bytes))
    })
    .collect()
}

pub(super) fn header(place: &Place, bytes: &[u8]) -> bool {
    let vault = place.yard().vault();
    let read = place.instead(&header_files(place), bytes, || {
        let seen = vault::look(&vault).map(drop);
        said(
            seen.and(vault::inspect(&vault).map(drop))
                .map_err(desk::Error::from),
        )
    });
    read.unwrap_or(false)
}

fn key_files(place: &Place) -> Vec<PathBuf> {
    files(&place.yard().vault().join("keyring"))
}

pub(super) fn key_seeds(place: &Place) -> Vec<Seed> {
    seeds_of(&key_files(place))
}

pub(super) fn keys(place: &Place, bytes: &[u8]) -> bool {
    let opened = place.instead(&key_files(place), bytes, || {
        let passphrase = ANA.to_owned().into();
        said(
            vault::open(&place.yard().vault(), Some("staff-1"), &passphrase)
                .map_err(desk::Error::from),
        )
    });
    opened.unwrap_or(false)
}

/// Entries as a vault has them, with what they say.
pub(super) fn entry_seeds(place: &Place) -> Vec<Seed> {
    let vault = place.yard().unlock(ANA).expect("the vault opens");
    let out = place.folder.join("journal.jsonl");
    vault
        .journal_export(&out, true, &Unwatched)
        .expect("a journal");
    let text = fs::read_to_string(out).unwrap_or_default();
    let changes = text.lines().filter_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        let said = line.get("body")?.get("change")?;
        Some(sound(said.to_string()))
    });
    changes.collect()
}

pub(super) fn entries(_: &Place, bytes: &[u8]) -> bool {
    serde_json::from_slice::<domain::change::Change>(bytes).is_ok()
}
