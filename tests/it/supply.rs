//! What the program is built from, checked without a network: deny.toml's licences, sources and bans against the packages that Cargo.lock
//! names, and the window's lock file. `cargo deny check` and `npm audit` add what is known of weaknesses (SECURITY.md).

use crate::support::root;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn packages() -> Vec<Value> {
    let out = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--locked",
            "--offline",
            "--all-features",
            "--format-version",
            "1",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let all: Value = serde_json::from_slice(&out.stdout).unwrap();
    let packages = all["packages"].as_array().unwrap().clone();
    assert!(packages.len() > 300, "the packages were not found");
    packages
}

fn policy() -> String {
    fs::read_to_string(root().join("deny.toml")).unwrap()
}

/// The strings of the lines between a line and the next that closes the list, without comments.
fn listed(policy: &str, from: &str) -> Vec<Vec<String>> {
    let rest = policy
        .split_once(&format!("\n{from} = [\n"))
        .expect("the list is there")
        .1;
    let list = rest.split_once("\n]").expect("it ends").0;
    list.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .map(|line| {
            line.split('"')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect()
        })
        .collect()
}

/// Whether a licence expression can be met: every AND on both sides, every OR on one.
fn met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    fn either(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
        let mut holds = both(words, allowed);
        while let ["OR", rest @ ..] = words {
            *words = rest;
            holds |= both(words, allowed);
        }
        holds
    }
    fn both(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
        let mut holds = one(words, allowed);
        while let ["AND", rest @ ..] = words {
            *words = rest;
            holds &= one(words, allowed);
        }
        holds
    }
    fn one(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
        match words {
            ["(", rest @ ..] => {
                *words = rest;
                let holds = either(words, allowed);
                if let [")", rest @ ..] = words {
                    *words = rest;
                }
                holds
            }
            [name, "WITH", exception, rest @ ..] => {
                *words = rest;
                allowed.contains(&format!("{name} WITH {exception}"))
            }
            [name, rest @ ..] => {
                *words = rest;
                allowed.contains(*name)
            }
            [] => false,
        }
    }
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    either(&mut words.as_slice(), allowed)
}

#[test]
fn a_licence_expression_is_met_as_it_reads() {
    let allowed: BTreeSet<String> = ["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"]
        .map(str::to_owned)
        .into();
    for (expression, holds) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("MIT OR GPL-3.0", true),
        ("MIT/GPL-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("", false),
    ] {
        assert_eq!(met(expression, &allowed), holds, "{expression}");
    }
}

#[test]
fn every_package_has_a_licence_and_a_source_that_the_policy_allows() {
    let policy = policy();
    let allowed: BTreeSet<String> = listed(&policy, "allow").concat().into_iter().collect();
    let exceptions = listed(&policy, "exceptions");
    let mut used = BTreeSet::new();
    let mut bad = Vec::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap_or_default();
        let own = package["source"].is_null();
        if !own && package["source"] != "registry+https://github.com/rust-lang/crates.io-index" {
            bad.push(format!("{name} comes from {}", package["source"]));
        }
        let mut may = allowed.clone();
        for exception in exceptions
            .iter()
            .filter(|exception| exception.last().is_some_and(|of| of == name))
        {
            may.extend(exception[..exception.len() - 1].iter().cloned());
            used.insert(name.to_owned());
        }
        let licence = package["license"].as_str().unwrap_or_default();
        if !met(licence, &may) {
            bad.push(format!("{name} has the license \"{licence}\""));
        }
    }
    assert!(bad.is_empty(), "deny.toml does not allow: {bad:?}");
    let idle: Vec<_> = exceptions
        .iter()
        .filter_map(|exception| exception.last())
        .filter(|of| !used.contains(*of))
        .collect();
    assert!(idle.is_empty(), "exceptions that nothing needs: {idle:?}");
}

#[test]
fn what_the_policy_bans_is_not_built_in() {
    let banned: BTreeSet<String> = listed(&policy(), "deny")
        .into_iter()
        .filter_map(|words| words.into_iter().next())
        .collect();
    assert!(banned.len() > 3, "the bans were not found");
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "-p",
            "cipdesk",
            "-p",
            "cipdesk-cli",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
    let found: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| banned.contains(*name))
        .collect();
    assert!(
        tree.lines().count() > 200 && found.is_empty(),
        "banned by deny.toml: {found:?}"
    );
}

/// Every Rust source in a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// Why weaknesses of quick-xml 0.38 and of glib are excepted in deny.toml: what is weak is reached by nothing. As soon as it is, this fails.
#[test]
fn what_is_excepted_as_never_reached_is_reached_by_nothing() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let using: Vec<&str> = lock
        .split("[[package]]")
        .filter(|package| package.contains("\"quick-xml 0.38"))
        .filter_map(|package| package.split('"').nth(1))
        .collect();
    assert_eq!(
        using,
        ["citationberg"],
        "quick-xml 0.38 reads citation styles alone"
    );
    let filing = root().join("src-tauri/crates/filing/src");
    let templates: Vec<String> = fs::read_dir(filing)
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "typ"))
        .map(|entry| fs::read_to_string(entry.path()).unwrap())
        .collect();
    assert!(templates.len() > 1, "the templates were not found");
    for template in &templates {
        for word in ["bibliography", "cite(", "csl", "#raw", "```", "eval("] {
            assert!(!template.contains(word), "a template has {word}");
        }
    }

    let mut looked = 0;
    for package in packages() {
        let on_glib = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["name"] == "glib");
        let folder = Path::new(package["manifest_path"].as_str().unwrap());
        if !on_glib || package["name"] == "glib" {
            continue;
        }
        for source in sources(&folder.parent().unwrap().join("src")) {
            let text = fs::read_to_string(&source).unwrap();
            looked += 1;
            for name in ["VariantStrIter", "array_iter_str"] {
                assert!(!text.contains(name), "{} names {name}", source.display());
            }
        }
    }
    assert!(looked > 200, "the sources of what stands on glib: {looked}");
}

#[test]
fn every_package_of_the_window_is_pinned_by_its_content_and_asks_to_run_nothing() {
    let lock: Value =
        serde_json::from_slice(&fs::read(root().join("ui/package-lock.json")).unwrap()).unwrap();
    let mut bad = Vec::new();
    let mut seen = 0;
    for (place, package) in lock["packages"].as_object().unwrap() {
        if place.is_empty() || package["link"] == true {
            continue;
        }
        seen += 1;
        if package["integrity"]
            .as_str()
            .is_none_or(|hash| !hash.starts_with("sha512-"))
        {
            bad.push(format!("{place} is not pinned by its content"));
        }
        if package["hasInstallScript"] == true && package["dev"] != true {
            bad.push(format!("{place} runs something when it is installed"));
        }
    }
    assert!(seen > 50 && bad.is_empty(), "{bad:?}");
    let wanted: Value =
        serde_json::from_slice(&fs::read(root().join("ui/package.json")).unwrap()).unwrap();
    let loose: Vec<String> = ["dependencies", "devDependencies"]
        .iter()
        .flat_map(|part| wanted[part].as_object().into_iter().flatten())
        .filter(|(_, version)| {
            !version
                .as_str()
                .is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()))
        })
        .map(|(name, _)| name.clone())
        .collect();
    assert!(loose.is_empty(), "a version is named exactly: {loose:?}");
}
