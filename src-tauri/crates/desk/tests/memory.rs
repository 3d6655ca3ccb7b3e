//! What is left in this process's memory after the vault is locked (security T-M). It has a process of its own: another test's vault
//! would be found as well.

// A test gives up loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(target_os = "linux")]

use contract as c;
use contract::Empty;
use desk::{Desk, NoListener, ScriptedPicker, Surroundings, SystemNow};
use std::{fs::File, os::unix::fs::FileExt, sync::Arc};

/// Something to look for, kept so that looking for it does not find it here.
struct Needle {
    name: &'static str,
    hidden: Vec<u8>,
}

const HIDE: u8 = 0x5a;

impl Needle {
    fn new(name: &'static str, bytes: &[u8]) -> Self {
        Self {
            name,
            hidden: bytes.iter().map(|byte| byte ^ HIDE).collect(),
        }
    }

    fn is_at(&self, window: &[u8]) -> bool {
        self.hidden
            .iter()
            .zip(window)
            .all(|(hidden, byte)| hidden ^ HIDE == *byte)
    }
}

/// How often each needle stands in memory that can be written.
fn scan(needles: &[Needle]) -> Vec<(&'static str, usize)> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let memory = File::open("/proc/self/mem").unwrap();
    let mut found = vec![0usize; needles.len()];
    let mut buffer = vec![0u8; 1 << 20];
    let own = buffer.as_ptr() as usize;
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        if !rights.starts_with("rw") || line.contains("[vvar") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let (from, to) = (
            usize::from_str_radix(from, 16).unwrap(),
            usize::from_str_radix(to, 16).unwrap(),
        );
        let mut at = from;
        while at < to {
            // Parts overlap, so that nothing is missed between two; what was read into the buffer itself is no find.
            let most = buffer.len().min(to - at);
            let Ok(read) = memory.read_at(&mut buffer[..most], at as u64) else {
                break;
            };
            for (place, needle) in needles.iter().enumerate() {
                let length = needle.hidden.len();
                let first = needle.hidden[0] ^ HIDE;
                for (offset, byte) in buffer[..read].iter().enumerate() {
                    let address = at + offset;
                    if *byte == first
                        && offset + length <= read
                        && !(own..own + buffer.len()).contains(&address)
                        && needle.is_at(&buffer[offset..offset + length])
                    {
                        found[place] += 1;
                    }
                }
            }
            if read < most || at + read >= to {
                break;
            }
            at += read - 128;
        }
    }
    needles
        .iter()
        .zip(found)
        .map(|(needle, count)| (needle.name, count))
        .collect()
}

fn spelled(parts: &[&str]) -> String {
    parts.join(" ")
}

#[test]
fn after_locking_neither_keys_nor_passphrase_stand_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("A.cipdesk");
    let passphrase = || spelled(&["quartz", "lullaby", "trestle", "ginger", "walnut", "ocelot"]);
    let desk = Desk::new(
        Surroundings {
            now: Arc::new(SystemNow),
            state: Some(folder.path().join("state")),
            worker: None,
            work: 15,
            schema: desk::Schema::TODAY,
        },
        Box::new(ScriptedPicker(vec![(
            "vault-create".to_owned(),
            path.clone(),
        )])),
        Box::new(NoListener),
    );
    let created = desk
        .vault_create(c::VaultCreateReq {
            org: "Acme".to_owned(),
            role: "provider".to_owned(),
            zone: "America/New_York".to_owned(),
            staff: "Ana".to_owned(),
            passphrase: passphrase(),
        })
        .unwrap()
        .unwrap();
    desk.recovery_sheet_forget(Empty {}).unwrap();
    let recovery = Needle::new("recovery key", created.recovery_groups.concat().as_bytes());
    for mut line in created.sheet.into_iter().chain(created.recovery_groups) {
        zeroize::Zeroize::zeroize(&mut line);
    }
    let mut needles = {
        let open = vault::open(&path, None, &passphrase().into()).unwrap();
        let hex: String = open
            .db_key()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let log = open.log_key();
        drop(log);
        let made = vec![
            Needle::new("database key", open.db_key()),
            Needle::new("database key in hex", hex.as_bytes()),
        ];
        let mut hex = hex;
        zeroize::Zeroize::zeroize(&mut hex);
        made
    };
    needles.push(Needle::new("passphrase", passphrase().as_bytes()));
    needles.push(recovery);
    let mut cycles = Vec::new();
    let often = if std::env::var_os("CIP_FULL").is_some() {
        50
    } else {
        10
    };
    for cycle in 0..often {
        desk.vault_unlock(
            c::VaultUnlockReq {
                vault: created.vault.id.clone(),
                label: None,
                passphrase: passphrase(),
                reading: false,
            },
            &desk::Unwatched,
        )
        .or_else(|_| {
            let vault = desk.app_state(Empty {}).unwrap().recent[0].id.clone();
            desk.vault_unlock(
                c::VaultUnlockReq {
                    vault,
                    label: None,
                    passphrase: passphrase(),
                    reading: false,
                },
                &desk::Unwatched,
            )
        })
        .unwrap();
        desk.customer_create(c::CustomerCreateReq {
            kind: c::PartyKind::Individual,
            name: spelled(&["Zephyrine", "Quackenbush", &cycle.to_string()]),
            name_original: None,
            country: Some("FR".to_owned()),
            external_id: None,
        })
        .unwrap();
        if cycle == 0 {
            let open = scan(&needles);
            assert!(
                open[0].1 > 0,
                "while the vault is open its key is in memory, so the scan can find it: {open:?}"
            );
        }
        desk.lock();
        cycles.push(scan(&needles));
    }
    eprintln!(
        "figure T-M {} lock cycles of this process: the passphrase, the recovery key and the database key, raw and in hexadecimal, 0 times after locking",
        cycles.len()
    );
    for found in &cycles {
        assert!(
            found.iter().all(|(_, count)| *count == 0),
            "after locking: {cycles:#?}"
        );
    }
}
