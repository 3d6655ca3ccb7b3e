//! `cargo xtask sbom`: what the programs and the window are built from, as CycloneDX 1.6, out of the two lock files. No network.

use crate::cargo;
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    fs,
};

/// Where the list is written; `dist` puts it into the package.
pub(crate) const FILE: &str = "target/sbom.cdx.json";

/// Writes the list, in the order of names: the same lock files give the same list.
pub(crate) fn write() -> Result<(), String> {
    let mut parts = rust()?;
    parts.extend(window()?);
    parts.sort_by_key(|part| part["purl"].as_str().unwrap_or_default().to_owned());
    let all = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "cipdesk", "version": env!("CARGO_PKG_VERSION")}},
        "components": parts,
    });
    let text = serde_json::to_string_pretty(&all).map_err(|why| why.to_string())? + "\n";
    fs::write(FILE, text).map_err(|why| format!("{FILE}: {why}"))?;
    eprintln!(
        "{FILE}: {} components",
        all["components"].as_array().map_or(0, Vec::len)
    );
    Ok(())
}

/// The packages of Cargo.lock that end up in the two programs: reached from them without build and test dependencies.
fn rust() -> Result<Vec<Value>, String> {
    let out = cargo(&[
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        "x86_64-unknown-linux-gnu",
    ])
    .output()
    .map_err(|why| why.to_string())?;
    let all: Value =
        serde_json::from_slice(&out.stdout).map_err(|why| format!("cargo metadata: {why}"))?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes: HashMap<String, Value> = list(&all["resolve"]["nodes"])
        .into_iter()
        .map(|node| (text(&node["id"]), node))
        .collect();
    let packages: HashMap<String, Value> = list(&all["packages"])
        .into_iter()
        .map(|package| (text(&package["id"]), package))
        .collect();
    let mut open: Vec<String> = packages
        .iter()
        .filter(|(_, package)| package["name"] == "cipdesk" || package["name"] == "cipdesk-cli")
        .map(|(id, _)| id.clone())
        .collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !reached.insert(id.clone()) {
            continue;
        }
        for dependency in nodes
            .get(&id)
            .map(|node| list(&node["deps"]))
            .unwrap_or_default()
        {
            if list(&dependency["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
            {
                open.push(text(&dependency["pkg"]));
            }
        }
    }
    let hashes = lock_hashes()?;
    Ok(reached
        .iter()
        .filter_map(|id| packages.get(id))
        .filter(|package| !package["source"].is_null())
        .map(|package| {
            let (name, version) = (text(&package["name"]), text(&package["version"]));
            let hash = hashes.get(&(name.clone(), version.clone()));
            component(
                "cargo",
                &name,
                &version,
                &text(&package["license"]),
                hash.map(|hash| ("SHA-256", hash.as_str())),
            )
        })
        .collect())
}

/// The checksums of Cargo.lock by name and version.
fn lock_hashes() -> Result<HashMap<(String, String), String>, String> {
    let lock = fs::read_to_string("Cargo.lock").map_err(|why| format!("Cargo.lock: {why}"))?;
    let mut found = HashMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let value = |name: &str| {
            package
                .lines()
                .find_map(|line| {
                    line.strip_prefix(&format!("{name} = \""))?
                        .strip_suffix('"')
                })
                .map(str::to_owned)
        };
        if let (Some(name), Some(version), Some(hash)) =
            (value("name"), value("version"), value("checksum"))
        {
            found.insert((name, version), hash);
        }
    }
    Ok(found)
}

/// The packages of the window's lock file that are not for building and testing alone, and what of those ends up in the page.
fn window() -> Result<Vec<Value>, String> {
    let bytes =
        fs::read("ui/package-lock.json").map_err(|why| format!("ui/package-lock.json: {why}"))?;
    let lock: Value =
        serde_json::from_slice(&bytes).map_err(|why| format!("ui/package-lock.json: {why}"))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(lock["packages"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(place, package)| {
            let name = place.rsplit_once("node_modules/")?.1;
            // Svelte's runtime is compiled into the page, although it stands among the tools.
            if package["dev"] == true && name != "svelte" {
                return None;
            }
            Some(component(
                "npm",
                name,
                &text(&package["version"]),
                &text(&package["license"]),
                None,
            ))
        })
        .collect())
}

fn component(
    kind: &str,
    name: &str,
    version: &str,
    licence: &str,
    hash: Option<(&str, &str)>,
) -> Value {
    let mut part = json!({
        "type": "library",
        "name": name,
        "version": version,
        "purl": format!("pkg:{kind}/{}@{version}", name.replace('@', "%40")),
    });
    if !licence.is_empty() {
        part["licenses"] = json!([{"expression": licence.replace('/', " OR ")}]);
    }
    if let Some((algorithm, content)) = hash {
        part["hashes"] = json!([{"alg": algorithm, "content": content}]);
    }
    part
}
