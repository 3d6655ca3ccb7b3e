//! T-C3, T-C4: something older or somebody else's is put in a part's place. SQLCipher notices none of it by itself; the journal, the
//! replay, the pins and this computer's memory must.

use crate::{
    damage::{failed, told},
    deeds,
    kills::{clear, ran, yard},
    run::{Dice, Outcome, Plan},
    yard::{ANA, WORKED, Yard, copy, take_along},
};
use desk::Unwatched;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

const PAGE: usize = 4096;

/// What this computer, which saw the vault before, says.
fn found_here(yard: &Yard) -> Option<String> {
    match yard.unlock(ANA) {
        Err(error) => Some(error.0.code.clone()),
        Ok(vault) => match vault.check(&Unwatched) {
            Err(error) => Some(error.0.code.clone()),
            Ok(report) => report.problems.first().map(|problem| problem.code.clone()),
        },
    }
}

fn text(why: impl std::fmt::Display) -> String {
    why.to_string()
}

/// The states of one vault on its way: before each deed, and at the end.
fn states(plan: &Plan) -> Result<(Yard, Vec<PathBuf>), String> {
    let yard = yard(plan, "c3-original")?;
    let mut kept = Vec::new();
    for (place, deed) in [
        "unlock", "add", "decide", "attach", "log", "rotate", "import", "member",
    ]
    .iter()
    .enumerate()
    {
        let done = ran(&yard, &["do", deed], &[])?;
        if !done.status.success() {
            return Err(format!("{deed} fails by itself: {}", done.error));
        }
        let to = plan.place(&format!("c3-state-{place}"));
        let _ = fs::remove_dir_all(&to);
        copy(&yard.vault(), &to).map_err(text)?;
        kept.push(to);
    }
    Ok((yard, kept))
}

fn databases(vault: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(vault.join("db"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "db"))
        .collect();
    found.sort();
    found
}

/// What the pages of a database say: AES-256 in blocks that are chained, 16 bytes of the chain's start and 64 of the HMAC at the end.
fn plain(vault: &Path, bytes: &[u8]) -> Vec<Vec<u8>> {
    use aes::{
        Aes256, Block,
        cipher::{BlockDecrypt, KeyInit},
    };
    let Ok(open) = vault::open(vault, Some("staff-1"), &ANA.to_owned().into()) else {
        return Vec::new();
    };
    let Ok(key) = Aes256::new_from_slice(open.db_key()) else {
        return Vec::new();
    };
    let said = |page: &[u8]| {
        let (content, rest) = page.split_at(PAGE - 80);
        let mut before = rest.get(..16).unwrap_or_default().to_vec();
        let mut out = Vec::with_capacity(PAGE);
        for sealed in content.chunks_exact(16) {
            let mut block = Block::clone_from_slice(sealed);
            key.decrypt_block(&mut block);
            out.extend(block.iter().zip(&before).map(|(byte, chain)| byte ^ chain));
            before = sealed.to_vec();
        }
        out
    };
    bytes.chunks_exact(PAGE).map(said).collect()
}

#[derive(Debug, Clone)]
enum Old {
    /// The whole folder.
    Folder(PathBuf),
    /// The database alone, under the present name.
    Database(PathBuf),
    /// One part of the folder.
    Part(PathBuf, &'static str),
    /// Some pages of an older database of the same key.
    Pages(PathBuf, Vec<usize>),
}

/// Older parts put back, on a computer that remembers the newer ones.
pub(crate) fn rollbacks(plan: &Plan) -> Outcome {
    let (last, kept) = match states(plan) {
        Ok(made) => made,
        Err(why) => return failed(why),
    };
    let Some(now) = databases(&last.vault()).pop() else {
        return failed("T-C3: there is no database".to_owned());
    };
    let mut dice = Dice(plan.seed ^ 0xC3);
    let mut all = Vec::new();
    let present = fs::read(&now).unwrap_or_default();
    for state in &kept[..kept.len() - 1] {
        all.push(Old::Folder(state.clone()));
        all.extend(databases(state).pop().map(Old::Database));
        all.extend(["VAULT", "keyring", "db"].map(|part| Old::Part(state.clone(), part)));
    }
    // Pages can only be put back where the key is the same: between two states of one generation.
    let (mut pairs, mut single) = (0, 0);
    for (older, newer) in [(0, 1), (0, 4), (1, 2), (2, 3), (3, 4)] {
        let (Some(old), Some(new)) = (kept.get(older), kept.get(newer)) else {
            continue;
        };
        let (Some(from), Some(to)) = (databases(old).pop(), databases(new).pop()) else {
            continue;
        };
        let (from, to) = (
            fs::read(from).unwrap_or_default(),
            fs::read(to).unwrap_or_default(),
        );
        let (was, is) = (plain(old, &from), plain(new, &to));
        // A page that was written again with what it said before is encrypted anew, and putting the old one back changes nothing.
        let differ: Vec<usize> = (1..from.len().min(to.len()) / PAGE)
            .filter(|page| was.get(*page) != is.get(*page))
            .collect();
        pairs += 1;
        for page in &differ {
            single += 1;
            all.push(Old::Pages(
                old.join("|").join(new.file_name().unwrap_or_default()),
                vec![*page],
            ));
        }
        for _ in 0..20 {
            let some = 1 + dice.below(differ.len() as u64) as usize;
            let pages = dice.some(&differ, some);
            all.push(Old::Pages(
                old.join("|").join(new.file_name().unwrap_or_default()),
                pages,
            ));
        }
    }
    let chosen = dice.some(&all, plan.points(30, usize::MAX));
    let codes: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let same: Mutex<usize> = Mutex::default();
    let failures = plan.each(&chosen, |number, old| {
        let yard = Yard(plan.place(&format!("c3-{number}")));
        let _ = fs::remove_dir_all(&yard.0);
        copy(&last.0, &yard.0).map_err(text)?;
        take_along(&yard);
        let what = match old {
            Old::Folder(state) => {
                fs::remove_dir_all(yard.vault()).map_err(text)?;
                copy(state, &yard.vault()).map_err(text)?;
                format!("the whole folder of {}", state.display())
            }
            Old::Database(file) => {
                let to = databases(&yard.vault()).pop().unwrap_or_default();
                fs::copy(file, to).map_err(text)?;
                format!("the database {}", file.display())
            }
            Old::Part(state, part) => {
                let to = yard.vault().join(part);
                if to.is_dir() {
                    fs::remove_dir_all(&to).map_err(text)?;
                    copy(&state.join(part), &to).map_err(text)?;
                } else {
                    fs::copy(state.join(part), &to).map_err(text)?;
                }
                format!("{part} of {}", state.display())
            }
            Old::Pages(states, pages) => {
                let older = states.parent().and_then(Path::parent).unwrap_or(states);
                let newer = plan.place(&states.file_name().unwrap_or_default().to_string_lossy());
                // The vault as it was in the newer state, on a computer that remembers that state.
                fs::remove_dir_all(yard.vault()).map_err(text)?;
                let _ = fs::remove_dir_all(yard.0.join("state"));
                copy(&newer, &yard.vault()).map_err(text)?;
                yard.unlock(ANA)
                    .and_then(|vault| vault.close())
                    .map_err(text)?;
                let to = databases(&yard.vault()).pop().unwrap_or_default();
                let from = fs::read(databases(older).pop().unwrap_or_default()).map_err(text)?;
                let mut bytes = fs::read(&to).map_err(text)?;
                for page in pages {
                    let place = page * PAGE..(page + 1) * PAGE;
                    if let (Some(to), Some(from)) = (bytes.get_mut(place.clone()), from.get(place))
                    {
                        to.copy_from_slice(from);
                    }
                }
                fs::write(&to, bytes).map_err(text)?;
                format!(
                    "pages {pages:?} of {} in {}",
                    older.display(),
                    newer.display()
                )
            }
        };
        match found_here(&yard) {
            Some(code) => *codes.lock().expect("a lock").entry(code).or_default() += 1,
            None if matches!(old, Old::Part(..)) && same_as(&last.vault(), &yard.vault()) => {
                *same.lock().expect("a lock") += 1
            }
            None => return Err(format!("T-C3: {what} was put back and not found")),
        }
        clear(&yard);
        Ok(())
    });
    // The one thing that cannot be noticed: this computer's memory put back together with the folder. It must be the only one.
    let whole = (|| {
        let yard = yard(plan, "c3-whole")?;
        deeds::quietly("unlock", &yard)?;
        let before = Yard(plan.place("c3-whole-before"));
        let _ = fs::remove_dir_all(&before.0);
        copy(&yard.0, &before.0).map_err(text)?;
        take_along(&before);
        deeds::quietly("add", &yard)?;
        let (found, expected) = (found_here(&before), None::<String>);
        clear(&yard);
        clear(&before);
        if found == expected {
            Ok(())
        } else {
            Err(format!(
                "T-C3: everything put back gives {found:?}: say so in THREATS.md"
            ))
        }
    })();
    let mut failures = failures;
    failures.extend(whole.err());
    let unchanged = same.into_inner().expect("a lock");
    for state in kept {
        let _ = fs::remove_dir_all(state);
    }
    clear(&last);
    Outcome {
        n: chosen.len() - unchanged,
        failures,
        note: format!(
            "older parts of {} put back (whole folders, databases, keyrings, VAULT, {single} single pages and sets of pages between {pairs} pairs of states); found as {}; the folder put back together with this computer's memory of it is the one case that is not noticed ({} KB database)",
            all.len(),
            told(codes),
            present.len() / 1024
        ),
    }
}

/// Whether two vaults are the same, so that nothing was put back at all.
fn same_as(one: &Path, other: &Path) -> bool {
    ["VAULT"]
        .iter()
        .all(|part| fs::read(one.join(part)).ok() == fs::read(other.join(part)).ok())
        && crate::yard::files(&one.join("keyring")).iter().all(|file| {
            fs::read(file).ok() == fs::read(other.join(file.strip_prefix(one).unwrap_or(file))).ok()
        })
        && databases(one).iter().all(|file| {
            fs::read(file).ok() == fs::read(other.join(file.strip_prefix(one).unwrap_or(file))).ok()
        })
}

/// Runs a stock tool with something on its standard input.
fn tool(program: &str, words: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
    use std::io::Write as _;
    let mut child = Command::new(program)
        .args(words)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .map_err(|why| format!("{program}: {why}"))?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(input).map_err(text)?;
    }
    let done = child.wait_with_output().map_err(text)?;
    if done.status.success() {
        Ok(done.stdout)
    } else {
        Err(format!(
            "{program}: {}",
            String::from_utf8_lossy(&done.stderr)
        ))
    }
}

/// What an attacker brings: a vault of his own, a key pair of his own.
struct Attacker {
    vault: PathBuf,
    key: PathBuf,
}

impl Attacker {
    fn new(plan: &Plan) -> Result<Self, String> {
        let yard = Yard(plan.place("c4-attacker"));
        let _ = fs::remove_dir_all(&yard.0);
        fs::create_dir_all(&yard.0).map_err(text)?;
        let new = desk::NewVault {
            org: "Acme Cloud LLC".to_owned(),
            role: "provider".to_owned(),
            zone: "America/New_York".to_owned(),
            staff: "Ana Lima".to_owned(),
            label: "staff-1".to_owned(),
            passphrase: crate::yard::NEW.to_owned().into(),
            demo: false,
            drill: None,
        };
        let (vault, _) =
            desk::OpenVault::create(&yard.vault(), new, yard.surroundings(WORKED)).map_err(text)?;
        vault.close().map_err(text)?;
        let key = yard.0.join("key");
        tool(
            "ssh-keygen",
            &[
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-C",
                "",
                "-f",
                &key.display().to_string(),
            ],
            b"",
        )?;
        Ok(Self {
            vault: yard.vault(),
            key,
        })
    }

    fn sign(&self, namespace: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
        tool(
            "ssh-keygen",
            &[
                "-q",
                "-Y",
                "sign",
                "-n",
                namespace,
                "-f",
                &self.key.display().to_string(),
            ],
            bytes,
        )
    }

    fn public(&self) -> Result<String, String> {
        let line = fs::read_to_string(self.key.with_extension("pub")).map_err(text)?;
        Ok(line
            .split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" "))
    }
}

fn keyring(vault: &Path) -> PathBuf {
    let index: serde_json::Value = fs::read(vault.join("VAULT"))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    vault.join(format!(
        "keyring/g{:06}",
        index["generation"].as_u64().unwrap_or(1)
    ))
}

fn list(vault: &Path) -> Result<serde_json::Value, String> {
    serde_json::from_slice(&fs::read(keyring(vault).join("members.json")).map_err(text)?)
        .map_err(text)
}

type Attack = fn(&Attacker, &Path) -> Result<(), String>;

fn write_list(
    attacker: &Attacker,
    vault: &Path,
    list: &serde_json::Value,
    signed: bool,
) -> Result<(), String> {
    let bytes = serde_json::to_vec_pretty(list).map_err(text)?;
    let folder = keyring(vault);
    if signed {
        fs::write(
            folder.join("members.json.sig"),
            attacker.sign("cipdesk-members-v1", &bytes)?,
        )
        .map_err(text)?;
    }
    fs::write(folder.join("members.json"), bytes).map_err(text)
}

/// A vault key that the user can open, to a database that the attacker can read.
fn own_key(attacker: &Attacker, vault: &Path, signed: bool) -> Result<(), String> {
    let members = list(vault)?;
    let plain = format!(
        "{{\"vault_id\":{},\"generation\":{},\"db_key\":\"{}\"}}",
        members["vault_id"],
        members["generation"],
        "ab".repeat(32)
    );
    let recipients: Vec<String> = members["members"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|member| Some(member["recipient"].as_str()?.to_owned()))
        .collect();
    let mut words = Vec::new();
    for recipient in &recipients {
        words.extend(["-r", recipient.as_str()]);
    }
    let sealed = tool("age", &words, plain.as_bytes())?;
    let folder = keyring(vault);
    if signed {
        fs::write(
            folder.join("vault-key.age.sig"),
            attacker.sign("cipdesk-keyring-v1", &sealed)?,
        )
        .map_err(text)?;
    }
    fs::write(folder.join("vault-key.age"), sealed).map_err(text)
}

fn own_database(attacker: &Attacker, vault: &Path) -> Result<(), String> {
    let to = databases(vault).pop().unwrap_or_default();
    let from = databases(&attacker.vault).pop().unwrap_or_default();
    fs::copy(from, to).map(|_| ()).map_err(text)
}

fn changed(
    attacker: &Attacker,
    vault: &Path,
    signed: bool,
    change: impl FnOnce(&mut serde_json::Value, &str),
) -> Result<(), String> {
    let mut members = list(vault)?;
    let public = attacker.public()?;
    change(&mut members, &public);
    write_list(attacker, vault, &members, signed)
}

const ATTACKS: &[(&str, Attack)] = &[
    ("his whole keyring", |a, v| {
        let to = keyring(v);
        fs::remove_dir_all(&to).map_err(text)?;
        copy(&keyring(&a.vault), &to).map_err(text)
    }),
    ("his keyring with the user's identity", |a, v| {
        let to = keyring(v);
        for name in [
            "members.json",
            "members.json.sig",
            "vault-key.age",
            "vault-key.age.sig",
        ] {
            fs::copy(keyring(&a.vault).join(name), to.join(name)).map_err(text)?;
        }
        Ok(())
    }),
    ("his database", own_database),
    ("his vault key, not signed again", |a, v| {
        own_key(a, v, false)
    }),
    ("his vault key, signed by him", |a, v| own_key(a, v, true)),
    ("his vault key, signed by him, and his database", |a, v| {
        own_key(a, v, true).and_then(|()| own_database(a, v))
    }),
    ("the signature of the vault key removed", |_, v| {
        fs::remove_file(keyring(v).join("vault-key.age.sig")).map_err(text)
    }),
    ("the signature of the list removed", |_, v| {
        fs::remove_file(keyring(v).join("members.json.sig")).map_err(text)
    }),
    ("the signatures exchanged", |_, v| {
        let (one, two) = (
            keyring(v).join("members.json.sig"),
            keyring(v).join("vault-key.age.sig"),
        );
        let (first, second) = (fs::read(&one).map_err(text)?, fs::read(&two).map_err(text)?);
        fs::write(one, second)
            .and_then(|()| fs::write(two, first))
            .map_err(text)
    }),
    ("the list signed again by him", |a, v| {
        changed(a, v, true, |_, _| {})
    }),
    (
        "the list signed by him in the place of an administrator's key",
        |a, v| {
            changed(a, v, true, |list, public| {
                for member in list["members"].as_array_mut().into_iter().flatten() {
                    member["approval_public"] = public.into();
                }
            })
        },
    ),
    ("another approval key in the list", |a, v| {
        changed(a, v, false, |list, public| {
            list["members"][0]["approval_public"] = public.into()
        })
    }),
    ("another recipient in the list", |a, v| {
        changed(a, v, true, |list, _| {
            list["members"][1]["recipient"] =
                "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg".into()
        })
    }),
    ("a role more in the list", |a, v| {
        changed(a, v, false, |list, _| {
            if let Some(roles) = list["members"][1]["roles"].as_array_mut() {
                roles.push("administrator".into());
            }
        })
    }),
    ("a member brought back", |a, v| {
        changed(a, v, true, |list, _| {
            list["members"][1]["until"] = serde_json::Value::Null
        })
        .and_then(|()| {
            changed(a, v, true, |list, _| {
                list["members"][1]["label"] = "staff-9".into()
            })
        })
    }),
    ("his key among the recovery keys' signers", |a, v| {
        changed(a, v, true, |list, public| {
            list["recovery_signers"] = serde_json::json!([public])
        })
    }),
    ("another vault's number in the list", |a, v| {
        changed(a, v, true, |list, _| {
            list["vault_id"] = "00000000-0000-0000-0000-000000000000".into()
        })
    }),
    ("another vault's number in VAULT", |_, v| {
        let mut index: serde_json::Value =
            serde_json::from_slice(&fs::read(v.join("VAULT")).map_err(text)?).map_err(text)?;
        index["vault_id"] = "00000000-0000-0000-0000-000000000000".into();
        fs::write(v.join("VAULT"), index.to_string()).map_err(text)
    }),
    ("a next generation of his own", |a, v| {
        let from = keyring(v);
        let mut index: serde_json::Value =
            serde_json::from_slice(&fs::read(v.join("VAULT")).map_err(text)?).map_err(text)?;
        let next = index["generation"].as_u64().unwrap_or(1) + 1;
        let database = databases(v).pop().unwrap_or_default();
        index["generation"] = next.into();
        fs::write(v.join("VAULT"), index.to_string()).map_err(text)?;
        copy(&from, &keyring(v)).map_err(text)?;
        fs::copy(database, v.join(format!("db/g{next:06}.db"))).map_err(text)?;
        changed(a, v, true, |list, _| list["generation"] = next.into())?;
        own_key(a, v, true)
    }),
    (
        "the other member's identity under the user's name",
        |_, v| {
            let members = list(v)?;
            let id = |place: usize| {
                members["members"][place]["id"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            };
            let folder = keyring(v);
            fs::copy(
                folder.join(format!("identity-{}.age", id(1))),
                folder.join(format!("identity-{}.age", id(0))),
            )
            .map(|_| ())
            .map_err(text)
        },
    ),
];

/// Attackers who can write in the folder and have no key.
pub(crate) fn attackers(plan: &Plan) -> Outcome {
    let attacker = match Attacker::new(plan) {
        Ok(attacker) => attacker,
        Err(why) => return failed(format!("T-C4: {why}")),
    };
    let mut dice = Dice(plan.seed ^ 0xC4);
    let chosen = dice.some(ATTACKS, plan.points(12, usize::MAX));
    let codes: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let failures = plan.each(&chosen, |number, (what, attack)| {
        let yard = yard(plan, &format!("c4-{number}"))?;
        attack(&attacker, &yard.vault()).map_err(|why| format!("T-C4 {what}: {why}"))?;
        // On a computer that never saw the vault: nothing but the passphrase-sealed identity is known.
        match yard.unlock_elsewhere(ANA) {
            Ok(_) => return Err(format!("T-C4: {what}: it opens")),
            Err(error) => {
                *codes
                    .lock()
                    .expect("a lock")
                    .entry(error.0.code.clone())
                    .or_default() += 1
            }
        }
        clear(&yard);
        Ok(())
    });
    clear(&Yard(plan.place("c4-attacker")));
    Outcome {
        n: chosen.len(),
        failures,
        note: format!(
            "attacks of {}, each refused before anything is opened: {}",
            ATTACKS.len(),
            told(codes)
        ),
    }
}
