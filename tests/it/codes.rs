//! The inventory of messages: which code the product can give, and which tests provoke it (contract, section 6; security, section 5).

use crate::support::root;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// How many codes of our own making (`E-...`) no test names yet. The number only gets smaller. Left are what no input reaches: a system without
/// random numbers, what the demonstration is made of, and a list of wrong fields with nothing in it.
const UNPROVOKED: usize = 4;

fn sources(below: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(below).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir()
            && !["node_modules", "dist", "target"]
                .iter()
                .any(|skip| name == *skip)
        {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Words that look like a code: one capital letter of section 5 and two digits, or `E-` and words of capitals.
fn codes(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    for word in text.split(|c: char| !part(c)) {
        let word = word.trim_end_matches('-');
        let listed = matches!(word.as_bytes(), [b'V' | b'B' | b'A' | b'L' | b'U' | b'C', b'-', a, b] if a.is_ascii_digit() && b.is_ascii_digit());
        let ours = word
            .strip_prefix("E-")
            .is_some_and(|rest| rest.len() > 1 && rest.chars().any(|c| c.is_ascii_uppercase()));
        if listed || ours {
            found.insert(word.to_owned());
        }
    }
    found
}

/// The codes that stand in string literals of a source: what the product can say. Comments do not count.
fn said(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        for literal in line.split('"').skip(1).step_by(2) {
            found.extend(codes(literal).into_iter().filter(|code| code == literal));
        }
    }
    found
}

/// Codes of the product, and the tests that name each.
fn inventory() -> (
    BTreeMap<String, PathBuf>,
    BTreeMap<String, BTreeSet<String>>,
) {
    let mut files = Vec::new();
    for part in ["src-tauri", "tests"] {
        sources(&root().join(part), &mut files);
    }
    let (mut product, mut tests) = (BTreeMap::new(), BTreeMap::<String, BTreeSet<String>>::new());
    for file in files {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let shown = file.strip_prefix(root()).unwrap_or(&file).to_owned();
        let place = shown.to_string_lossy().into_owned();
        if place.ends_with("tests/it/codes.rs") {
            continue;
        }
        let only_tests = place.starts_with("tests/")
            || place.contains("/tests/")
            || place.ends_with("/tests.rs")
            || place.ends_with("_tests.rs")
            // Torture provokes what no test without a failing disk can; `./dev test` runs it.
            || place.contains("/examples/torture/");
        if place.contains("xtask") || (place.contains("/examples/") && !only_tests) {
            continue;
        }
        let (ours, theirs) = match text.split_once("#[cfg(test)]\nmod tests {") {
            _ if only_tests => ("", text.as_str()),
            Some((ours, theirs)) => (ours, theirs),
            None => (text.as_str(), ""),
        };
        for code in said(ours) {
            product.entry(code).or_insert_with(|| shown.clone());
        }
        let mut name = place.clone();
        for line in theirs.lines() {
            if let Some(begun) = line
                .trim_start()
                .trim_start_matches("pub(crate) ")
                .strip_prefix("fn ")
            {
                name = format!(
                    "{place}: {}",
                    begun.split(['(', '<']).next().unwrap_or_default()
                );
            }
            for code in codes(line) {
                tests.entry(code).or_default().insert(name.clone());
            }
        }
    }
    (product, tests)
}

#[test]
fn every_message_of_the_catalogue_is_provoked_by_a_test() {
    let (product, tests) = inventory();
    assert!(
        product.len() > 300,
        "the sources were not found: {}",
        product.len()
    );
    let missing: Vec<String> = product
        .iter()
        .filter(|(code, _)| !code.starts_with("E-") && !tests.contains_key(*code))
        .map(|(code, file)| format!("{code} ({})", file.display()))
        .collect();
    assert!(
        missing.is_empty(),
        "no test provokes these codes of security.md section 5: {missing:?}"
    );
}

#[test]
fn codes_that_no_test_names_get_fewer() {
    let (product, tests) = inventory();
    let unprovoked: Vec<&str> = product
        .keys()
        .map(String::as_str)
        .filter(|code| code.starts_with("E-") && !tests.contains_key(*code))
        .collect();
    assert!(
        unprovoked.len() <= UNPROVOKED,
        "a new code comes with its test; {} have none: {unprovoked:?}",
        unprovoked.len()
    );
}
