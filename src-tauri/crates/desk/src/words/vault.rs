//! The vault, its people and their keys, in words.

use super::entries::{Told, line, new};
use domain::record::{Organisation, Staff};

pub(super) fn created(organisation: &Organisation) -> Told {
    (
        "edits",
        format!("Vault created for {}", organisation.name),
        vec![new("Time zone", &organisation.zone)],
    )
}

pub(super) fn staff_added(staff: &Staff) -> Told {
    (
        "edits",
        format!("{} joined as {}", staff.name, staff.label),
        vec![new("Signing key", &staff.approval_key)],
    )
}

pub(super) fn staff_roles(label: &str, before: &[String], roles: &[String]) -> Told {
    (
        "edits",
        format!("{label} has other roles"),
        vec![line(
            "Roles",
            Some(before.join(", ")),
            Some(roles.join(", ")),
        )],
    )
}

pub(super) fn staff_revoked(label: &str, on: &str) -> Told {
    (
        "edits",
        format!("{label} was revoked"),
        vec![new("Until", on)],
    )
}

pub(super) fn staff_enrolled(staff: &Staff, by_recovery: bool) -> Told {
    (
        "edits",
        if by_recovery {
            format!("{} got new keys by the recovery key", staff.name)
        } else {
            format!("{} was enrolled again with new keys", staff.name)
        },
        vec![new("Signing key", &staff.approval_key)],
    )
}

pub(super) fn keys_rotated(generation: u64) -> Told {
    (
        "edits",
        format!("The vault has other keys, generation {generation}"),
        Vec::new(),
    )
}

pub(super) fn recovery_made(keys: u32, instead: bool, parts: Option<(u32, u32)>) -> Told {
    let mut facts = vec![new("Recovery keys now", keys.to_string())];
    if let Some((needed, of)) = parts {
        facts.push(new(
            "In parts",
            format!("{of}, any {needed} open the vault"),
        ));
    }
    (
        "edits",
        if instead {
            "The recovery key was replaced".to_owned()
        } else {
            "A recovery key was added".to_owned()
        },
        facts,
    )
}

pub(super) fn passphrase_changed(label: &str) -> Told {
    (
        "edits",
        format!("{label} changed the passphrase"),
        Vec::new(),
    )
}

pub(super) fn imported(entries: u64, head: &str) -> Told {
    (
        "edits",
        "Everything before was imported from a full export".to_owned(),
        vec![
            new("Entries imported", entries.to_string()),
            new("Head of their journal", head),
        ],
    )
}

pub(super) fn rollback_accepted(remembered: u64) -> Told {
    (
        "edits",
        "A vault other than the one remembered was accepted".to_owned(),
        vec![new("Entries remembered", remembered.to_string())],
    )
}

pub(super) fn drill_skipped(ms: i64) -> Told {
    (
        "edits",
        format!(
            "The rehearsal's clock was put forward by {} hours",
            ms / 3_600_000
        ),
        Vec::new(),
    )
}
