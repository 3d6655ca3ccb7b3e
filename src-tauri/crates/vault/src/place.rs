//! Where a folder lies: a disk of this computer, or a place that another computer writes to as well.
//!
//! It must not know what is in the folder.

use rustix::fs::statfs;
use std::path::{Component, Path};

/// File systems on which another computer may write at the same time, by the number that the kernel gives them.
const SHARED: &[(u64, &str)] = &[
    (0x6969, "on a network drive (NFS)"),
    (0x517B, "on a network drive (SMB)"),
    (0xFF53_4D42, "on a network drive (CIFS)"),
    (0xFE53_4D42, "on a network drive (SMB)"),
    (0x5346_414F, "on a network drive (AFS)"),
    (0x00C3_6400, "on a network drive (Ceph)"),
    (0x0102_1997, "on a drive of another system (9P)"),
];

/// Folders that programs keep the same on several computers.
const SYNCED: &[&str] = &[
    "Dropbox",
    "OneDrive",
    "Google Drive",
    "GoogleDrive",
    "My Drive",
    "iCloud Drive",
    "iCloudDrive",
    "Mobile Documents",
    "Nextcloud",
    "ownCloud",
    "Seafile",
    "pCloudDrive",
];

/// Why two computers could write here, in words that follow "This folder is": none where nothing speaks for it (security 3.2).
pub fn shared_by(folder: &Path) -> Option<String> {
    let whole = folder.canonicalize();
    let whole = whole.as_deref().unwrap_or(folder);
    let synced = whole.components().find_map(|part| match part {
        Component::Normal(name) => {
            let name = name.to_string_lossy();
            SYNCED
                .iter()
                .find(|known| {
                    name == **known
                        || name.starts_with(&format!("{known} - "))
                        || name.starts_with(&format!("{known} ("))
                })
                .copied()
        }
        _ => None,
    });
    if let Some(program) = synced {
        return Some(format!("synced by {program}"));
    }
    // The folder itself may not be there yet.
    let there = whole.ancestors().find(|folder| folder.exists())?;
    let kind = statfs(there).ok()?.f_type;
    #[allow(clippy::cast_sign_loss)] // a magic number, not an amount; 32 bits of it count
    let kind = (kind as u64) & 0xFFFF_FFFF;
    SHARED
        .iter()
        .find(|(number, _)| *number == kind)
        .map(|(_, words)| (*words).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_a_program_keeps_on_several_computers_is_known_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(shared_by(folder.path()), None);
        for (name, by) in [
            ("OneDrive - Acme", "synced by OneDrive"),
            ("Dropbox", "synced by Dropbox"),
            ("Dropboxes", ""),
        ] {
            let inside = folder.path().join(name).join("A.cipdesk");
            std::fs::create_dir_all(&inside).unwrap();
            assert_eq!(shared_by(&inside).unwrap_or_default(), by);
        }
        assert_eq!(shared_by(&folder.path().join("not/there/yet")), None);
    }
}
