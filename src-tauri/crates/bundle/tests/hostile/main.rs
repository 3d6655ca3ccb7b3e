//! Bundles made to deceive, by the thousand: each is refused with its code, with little memory, and without a byte written anywhere.
//! The only test of its program, so that what is measured of the process is what one bundle costs.

// A test gives up loudly.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::type_complexity,
    clippy::print_stdout
)]

mod contents;
mod costs;
mod cuts;
mod encrypted;
mod foreign;
mod forms;
mod kinds;
mod names;
#[allow(dead_code)] // shared with the other tests of the crate
#[path = "../it/support.rs"]
mod support;

use bundle::{Options, Purpose, silent, unpack, verify, verify_and_keep};
use costs::Costs;
use kinds::Kind;
use std::{collections::BTreeMap, fs, path::Path};
use support::*;

/// What one bundle may cost in memory beyond what the process has, in KiB: the largest tag file a few times over.
const MEMORY: u64 = 64 * 1024;
/// What the whole process may ever have while it judges, in KiB. Memory that a bundle freed again may serve the next one unseen; not here.
const PROCESS: u64 = 256 * 1024;

/// Everything that lies in a folder, in any depth.
fn all(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(all(&path));
        }
        found.push(path);
    }
    found.sort();
    found
}

#[derive(Default)]
struct Tally {
    made: u32,
    codes: BTreeMap<&'static str, u32>,
    memory: u64,
}

#[test]
fn every_kind_of_hostile_bundle_is_refused_with_its_code_and_costs_little() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.bundle.zip");
    let (into, staging) = (folder.path().join("into"), folder.path().join("staging"));
    fs::create_dir(&into).unwrap();
    fs::create_dir(&staging).unwrap();
    fs::write(&path, "").unwrap();
    let around = all(folder.path());
    // Filings, and answers to requests by file: every kind is tried on both.
    let bags: Vec<Bag> = (0..10)
        .flat_map(|seed| [sample(seed), answer(seed)])
        .map(|draft| {
            let (_folder, zip) = sealed_of(draft);
            let bag = Bag::of(&zip);
            assert_eq!(
                bag.zip().bytes(),
                fs::read(&zip).unwrap(),
                "put together again unchanged, it is the same file"
            );
            bag
        })
        .collect();
    let mine = encrypted::identity();
    let options = |purpose: Purpose| Options {
        purpose,
        identity: Some(encrypted::reader(&mine)),
        staging: Some(staging.clone()),
        ..Options::default()
    };
    let kinds: Vec<Kind> = names::names()
        .into_iter()
        .chain(forms::forms())
        .chain(contents::contents())
        .chain(cuts::cuts(&bags[0]))
        .chain(encrypted::kinds(&mine))
        .collect();
    let mut process = 0;
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for (what, codes, make) in &kinds {
        for (seed, bag) in bags.iter().enumerate() {
            let bytes = make(bag, seed as u8);
            fs::write(&path, &bytes).unwrap();
            let (verified, cost) =
                Costs::of(|| verify(&path, &options(bag.purpose()), &mut silent));
            let found = codes_of(verified);
            assert!(
                found.iter().any(|one| codes.contains(one)),
                "{what}, seed {seed}: {found:?}, expected one of {codes:?}"
            );
            // An encrypted bundle is judged through a nameless encrypted copy, which is as large as it.
            let may_write = if *what == "ciphertext"
                || bytes.starts_with(b"age")
                || bytes.starts_with(b"-----BEGIN AGE")
            {
                bytes.len() as u64 + 64
            } else {
                0
            };
            assert!(
                cost.written <= may_write,
                "{what}: judging it wrote {} bytes somewhere",
                cost.written
            );
            assert!(
                cost.memory < MEMORY,
                "{what}: judging {} bytes took {} KiB",
                bytes.len(),
                cost.memory
            );
            let (unpacked, cost) =
                Costs::of(|| unpack(&path, &into, &options(bag.purpose()), &mut silent));
            let refused = unpacked.expect_err(what);
            assert_eq!(
                Some(&refused.code),
                found.first(),
                "{what}: unpacking refuses for the same reason"
            );
            assert!(
                cost.written <= may_write,
                "{what}: unpacking it wrote {} bytes before it was refused",
                cost.written
            );
            // Whoever takes answers in keeps the zip; one that does not hold is told apart before.
            if bag.purpose() == Purpose::Intake {
                let kept = verify_and_keep(&path, &options(Purpose::Intake), &mut silent);
                assert_eq!(
                    codes_of(kept.map(|(report, _)| report)),
                    found,
                    "{what}: who keeps it judges it alike"
                );
            }
            assert_eq!(
                all(folder.path()),
                around,
                "{what}: nothing new lies in the folder chosen or anywhere around it"
            );
            process = process.max(cost.process);
            let tally = tallies.entry(what).or_default();
            tally.made += 1;
            tally.memory = tally.memory.max(cost.memory);
            *tally.codes.entry(found[0]).or_default() += 1;
        }
    }
    foreign::bags_are_refused(&path, &bags[0]);
    assert_eq!(all(folder.path()), around, "nor beside it");
    let made: u32 = tallies.values().map(|tally| tally.made).sum();
    let memory = tallies.values().map(|tally| tally.memory).max();
    for (what, tally) in &tallies {
        println!(
            "{:5}  {what}: {:?}, at most {} KiB",
            tally.made, tally.codes, tally.memory
        );
    }
    eprintln!(
        "figure T-B {made} hostile bundles of {} kinds, half of them filings and half answers by file, each refused with its code and nothing written; at most {} KiB more for one, {process} KiB the whole process",
        tallies.len(),
        memory.unwrap_or_default()
    );
    assert!(process < PROCESS);
    assert!(tallies.len() >= 40 && made >= 1000);
    let (_folder, zip) = sealed_of(answer(1));
    let sound = |purpose| verify(&zip, &options(purpose), &mut silent).unwrap().valid;
    assert!(
        sound(Purpose::Intake),
        "an answer that nobody touched holds"
    );
    assert!(!sound(Purpose::Filing), "and is no filing");
    // The measure can fail: a sound bundle is read without a byte written, and unpacked with all of its bytes.
    let (_folder, zip) = sealed(1);
    let (sound, cost) = Costs::of(|| verify(&zip, &options(Purpose::Filing), &mut silent));
    assert!(sound.unwrap().valid && cost.written == 0);
    let (sound, cost) = Costs::once(|| unpack(&zip, &into, &options(Purpose::Filing), &mut silent));
    assert!(sound.is_ok() && cost.written > 2_000, "{}", cost.written);
}
