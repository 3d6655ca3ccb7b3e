//! The house's own rules, which no compiler checks: who may know whom, what a file must say, what may leave the program.

use crate::support::{COMMANDS, desktop, root};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Who may depend on whom. Arrows point down only.
const EDGES: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("aside", &[]),
    ("held", &[]),
    ("vault", &["aside", "held"]),
    ("bundle", &["aside", "held"]),
    ("preview", &[]),
    ("contract", &[]),
    ("xtask", &[]),
    // The window's page over HTTP, for development. Nothing of the product may know it.
    ("devserver", &["contract", "desk", "preview"]),
    ("store", &["domain", "held"]),
    ("filing", &["domain"]),
    (
        "desk",
        &[
            "aside", "held", "domain", "vault", "store", "bundle", "filing", "preview", "contract",
        ],
    ),
    ("cipdesk-cli", &["desk", "contract", "preview"]),
    ("cipdesk", &["desk", "contract", "preview"]),
];

fn run(program: &str, arguments: &[&str]) -> String {
    let out = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output();
    let out = out.unwrap_or_else(|why| panic!("{program} does not start: {why}"));
    assert!(
        out.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).expect("UTF-8")
}

/// Files below a folder of the repository with one of some endings; what was installed or built is passed over.
fn files(below: &str, endings: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() {
                if !["node_modules", "dist", "target"]
                    .iter()
                    .any(|skip| name == *skip)
                {
                    walk(&path, endings, found);
                }
            } else if endings
                .iter()
                .any(|ending| path.extension().is_some_and(|found| found == *ending))
            {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(below), endings, &mut found);
    found.sort();
    found
}

fn offenders(files: Vec<PathBuf>, offends: impl Fn(&Path, &str) -> bool) -> Vec<String> {
    let read = |path: &Path| {
        fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
    };
    let bad = files.into_iter().filter(|path| offends(path, &read(path)));
    bad.map(|path| {
        path.strip_prefix(root())
            .unwrap_or(&path)
            .display()
            .to_string()
    })
    .collect()
}

#[test]
fn dependencies_point_down_only() {
    let metadata: Value = serde_json::from_str(&run(
        env!("CARGO"),
        &[
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ],
    ))
    .unwrap();
    let packages = metadata["packages"].as_array().expect("packages");
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let ours: Vec<String> = packages
        .iter()
        .map(|package| word(&package["name"]))
        .collect();
    let mut forbidden = Vec::new();
    for package in packages {
        let name = word(&package["name"]);
        let allowed = EDGES
            .iter()
            .find(|(who, _)| *who == name)
            .map(|(_, may)| *may);
        let allowed = allowed.unwrap_or_else(|| {
            panic!("the package {name} is new: say in tests/it/house.rs what it may know")
        });
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let on = word(&dependency["name"]);
            // Tests may use the test kit, and whatever it shows.
            if ours.contains(&on) && dependency["kind"] != "dev" && !allowed.contains(&on.as_str())
            {
                forbidden.push(format!("{name} -> {on}"));
            }
        }
    }
    assert!(
        forbidden.is_empty(),
        "arrows point down only (src-tauri/docs/ARCHITECTURE.md): {forbidden:?}"
    );
}

#[test]
fn the_command_line_needs_no_window_system() {
    let tree = run(
        env!("CARGO"),
        &[
            "tree",
            "--offline",
            "--package",
            "cipdesk-cli",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
        ],
    );
    let heavy: Vec<&str> = tree
        .lines()
        .filter(|line| {
            ["tauri", "wry", "gtk", "webkit2gtk", "rfd"]
                .iter()
                .any(|name| line.starts_with(&format!("{name} ")))
        })
        .collect();
    assert!(
        heavy.is_empty(),
        "cipdesk-cli must build without GTK and WebKit: {heavy:?}"
    );
}

#[test]
fn every_module_says_what_it_is_for() {
    let mut sources = files("src-tauri", &["rs"]);
    sources.extend(files("tests", &["rs"]));
    assert!(sources.len() > 20, "the sources were not found");
    let silent = offenders(sources, |_, text| !text.starts_with("//!"));
    assert!(
        silent.is_empty(),
        "a module begins with //! (purpose, and what it must not know): {silent:?}"
    );
}

#[test]
fn only_the_host_folder_knows_the_desktop_program() {
    let host = root().join("ui/src/lib/host");
    let others: Vec<PathBuf> = files("ui/src", &["ts", "svelte"])
        .into_iter()
        .filter(|path| !path.starts_with(&host))
        .collect();
    let bad = offenders(others, |_, text| text.contains("@tauri-apps"));
    assert!(
        bad.is_empty(),
        "only ui/src/lib/host may import @tauri-apps: {bad:?}"
    );
}

#[test]
fn the_page_never_learns_a_path() {
    let bad = offenders(files("ui/src", &["ts", "svelte"]), |_, text| {
        text.contains("tauri://drag")
    });
    assert!(
        bad.is_empty(),
        "Tauri's own drag events carry paths; the page listens to `dropped` instead: {bad:?}"
    );
}

#[test]
fn the_page_draws_text_as_text() {
    let risky = [
        "{@html",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "new Function",
        "eval(",
    ];
    let bad = offenders(files("ui/src", &["ts", "svelte"]), |path, text| {
        !path.to_string_lossy().ends_with(".test.ts")
            && risky.iter().any(|word| text.contains(word))
    });
    assert!(
        bad.is_empty(),
        "every text is drawn as text, never as markup or code: {bad:?}"
    );
}

/// A list that is keyed by its own texts breaks the whole page when two of them are alike.
#[test]
fn the_menu_starts_the_program_as_it_would_start_itself() {
    let start = fs::read_to_string(root().join("src-tauri/src/main.rs")).unwrap();
    let wiping = start
        .split_once("const WIPE: &str = \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .unwrap()
        .0;
    let menu = fs::read_to_string(root().join("src-tauri/menu.desktop")).unwrap();
    assert!(
        menu.contains(&format!(
            "\nExec=env GLIBC_TUNABLES={wiping} {{{{exec}}}}\n"
        )),
        "every library is loaded twice where the menu says other than {wiping}"
    );
    let package: Value =
        serde_json::from_str(&fs::read_to_string(root().join("tauri.conf.json")).unwrap()).unwrap();
    assert_eq!(
        package["bundle"]["linux"]["deb"]["desktopTemplate"],
        "src-tauri/menu.desktop"
    );
}

/// What a page's head asks for before anything is drawn, in bytes of scripts.
#[test]
fn the_first_screen_asks_for_one_small_script() {
    const MOST: u64 = 120_000;
    let dist = root().join("ui/dist");
    let page = fs::read_to_string(dist.join("index.html")).unwrap();
    let scripts: Vec<&str> = page
        .split(['"', '\''])
        .filter(|word| word.starts_with("/assets/") && word.ends_with(".js"))
        .collect();
    let bytes: u64 = scripts
        .iter()
        .map(|script| fs::metadata(dist.join(&script[1..])).unwrap().len())
        .sum();
    assert!(
        scripts.len() == 1 && bytes <= MOST,
        "{bytes} bytes in {scripts:?}: what is not on the first screen is loaded when it is drawn"
    );
}

#[test]
fn no_list_of_texts_is_keyed_by_its_texts() {
    let bad = offenders(files("ui/src", &["svelte"]), |_, text| {
        text.match_indices("{#each ").any(|(at, _)| {
            let head = text[at..].lines().next().unwrap_or_default();
            let Some((_, after)) = head.split_once(" as ") else {
                return false;
            };
            let name: String = after
                .chars()
                .take_while(|letter| letter.is_alphanumeric())
                .collect();
            !name.is_empty() && after[name.len()..].starts_with(&format!(" ({name})"))
        })
    });
    assert!(bad.is_empty(), "texts may be alike, keys may not: {bad:?}");
}

#[test]
fn the_window_may_call_exactly_the_command_table() {
    let rows: String = COMMANDS
        .iter()
        .chain(&["job_cancel"])
        .map(|name| format!("    \"{name}\",\n"))
        .collect();
    let wanted = format!(
        "# The commands of the one table (contract::for_each_command!) and job_cancel; tests/it/house.rs compares.\n\
         # UPDATE_CONTRACT=1 cargo test --test it house:: rewrites it.\n\n\
         [[permission]]\nidentifier = \"desk\"\ndescription = \"Everything the window can ask of the desk.\"\n\
         commands.allow = [\n{rows}]\n"
    );
    let file = root().join("src-tauri/permissions/desk.toml");
    if std::env::var_os("UPDATE_CONTRACT").is_some() {
        fs::write(&file, &wanted).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap_or_default() == wanted,
        "src-tauri/permissions/desk.toml is out of date: run UPDATE_CONTRACT=1 cargo test --test it house::"
    );
}

#[test]
fn the_page_has_no_right_beside_the_table_no_developer_tools_and_no_page_of_others() {
    let read = |file: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(root().join(file)).unwrap()).unwrap()
    };
    let all = files("src-tauri/capabilities", &["json", "toml"]);
    assert_eq!(all.len(), 1, "one window, one list of rights: {all:?}");
    let capability = read("src-tauri/capabilities/main.json");
    assert_eq!(
        capability["permissions"],
        json!([
            "desk",
            "core:event:allow-listen",
            "core:event:allow-unlisten"
        ])
    );
    assert_eq!(capability["windows"], json!(["main"]));
    assert!(
        capability["remote"].is_null(),
        "no page of others has a right"
    );
    let configured = read("tauri.conf.json");
    let security = &configured["app"]["security"];
    assert_eq!(configured["app"]["withGlobalTauri"], false);
    assert_eq!(security["assetProtocol"], json!({"enable": false}));
    for (directive, sources) in security["csp"].as_object().unwrap() {
        for source in sources.as_str().unwrap().split(' ') {
            assert!(
                [
                    "'none'",
                    "'self'",
                    "blob:",
                    "doc:",
                    "ipc:",
                    "http://doc.localhost",
                    "http://ipc.localhost"
                ]
                .contains(&source),
                "{directive}: {source}"
            );
        }
    }
    let tauri = run(
        "cargo",
        &[
            "tree",
            "--locked",
            "--offline",
            "-p",
            "cipdesk",
            "--edges",
            "features",
            "--invert",
            "tauri",
            "--depth",
            "2",
        ],
    );
    assert!(
        tauri.contains("tauri feature") && !tauri.contains("\"devtools\""),
        "developer tools stay out of the product:\n{tauri}"
    );
}

#[test]
fn webkit_never_runs_on_our_sqlcipher() {
    if !cfg!(target_os = "linux") {
        eprintln!("SKIPPED: symbols are looked up by name across libraries on Linux only");
        return;
    }
    let exported = run(
        "nm",
        &["-D", "--defined-only", &desktop().to_string_lossy()],
    );
    let ours: Vec<&str> = exported
        .lines()
        .filter(|line| line.contains(" sqlite3_") || line.contains(" sqlcipher_"))
        .collect();
    assert!(
        ours.is_empty(),
        "the program exports {} symbols of SQLCipher, which WebKitGTK would take for SQLite's: {:?}",
        ours.len(),
        ours.first()
    );
}

#[test]
fn every_decision_answers_a_question() {
    let bad = offenders(files("src-tauri/docs/decisions", &["md"]), |_, text| {
        !text
            .lines()
            .next()
            .is_some_and(|title| title.starts_with("# ") && title.ends_with('?'))
    });
    assert!(
        bad.is_empty(),
        "a decision note's first line is a heading that asks: {bad:?}"
    );
}

#[test]
fn the_two_commands_stay_the_only_ones() {
    let script = fs::read_to_string(root().join(".ci/run")).expect(".ci/run");
    let commands: Vec<&str> = script
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .collect();
    assert_eq!(
        commands,
        ["cd \"$(dirname \"$0\")/..\" || exit", "exec ./dev test"],
        ".ci/run calls ./dev test and nothing else"
    );
}
