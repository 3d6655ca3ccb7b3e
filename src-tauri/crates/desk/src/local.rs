//! What this computer remembers outside the vault: vaults opened, when, the journal's head, settings. No names of people.

use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::{
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

/// One vault as this computer knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Known {
    /// The vault's id.
    pub vault_id: String,
    /// Where it lies.
    pub path: PathBuf,
    /// When it was last opened: milliseconds of UTC.
    pub last_opened: Option<i64>,
    /// When it was last backed up from here.
    pub last_backup: Option<i64>,
    /// Entries in its journal when it was last closed: an anchor against older copies (security 3.11.4).
    pub entries: u64,
    /// The journal's head then, in hex.
    pub head: String,
    /// Failed attempts to unlock since the last success.
    pub failed_attempts: u32,
    /// Not before this instant is a passphrase tried again: milliseconds of UTC.
    pub not_before: Option<i64>,
    /// The generation of its list of members when it was last closed, and the hash of that list.
    pub list_generation: u64,
    /// In hex; empty where none was seen.
    pub list_sha256: String,
    /// A demonstration vault.
    pub demo: bool,
}

/// Why a state file has nothing to say: it is not there, or is no text.
const ABSENT: [ErrorKind; 3] = [
    ErrorKind::NotFound,
    ErrorKind::NotADirectory,
    ErrorKind::InvalidData,
];

/// Colours to choose from; the first unless chosen.
pub(crate) const THEMES: [&str; 3] = ["system", "light", "dark"];
/// Heights of rows to choose from; the first unless chosen.
pub(crate) const DENSITIES: [&str; 2] = ["normal", "compact"];

/// Paper to print on; the first unless chosen.
pub(crate) const PAPERS: [&str; 2] = ["letter", "a4"];

/// More columns than all lists have.
pub(crate) const MOST_HIDDEN: usize = 100;

/// Whether these can be names of columns.
pub(crate) fn are_columns(names: &[String]) -> bool {
    names.len() <= MOST_HIDDEN && names.iter().all(|name| name.len() <= 60)
}

/// The state file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Local {
    /// Vaults, the last opened first.
    pub vaults: Vec<Known>,
    /// Minutes of idleness before locking, 1 to 30.
    pub idle_minutes: u32,
    /// Colours: `system`, `light` or `dark`.
    pub theme: String,
    /// Height of rows: `normal` or `compact`.
    pub density: String,
    /// Paper that pages and filings are laid out for: `letter` or `a4`.
    pub paper: String,
    /// Desktop reminders of how much is due.
    pub remind: bool,
    /// Lock when the window is minimised.
    pub lock_minimised: bool,
    /// How many backups of a vault stay in the folder that they are written to; 0 keeps every one.
    pub keep_backups: u32,
    /// Columns of long lists that are not shown, such as `customers.country`; at most [`MOST_HIDDEN`].
    pub hidden_columns: Vec<String>,
    #[serde(skip)]
    file: Option<PathBuf>,
    /// Why the state file, which is there, could not be read: what it says is not known, so nothing is written over it.
    #[serde(skip)]
    unread: Option<ErrorKind>,
}

impl Default for Local {
    fn default() -> Self {
        Self {
            vaults: Vec::new(),
            idle_minutes: 5,
            theme: THEMES[0].to_owned(),
            density: DENSITIES[0].to_owned(),
            paper: PAPERS[0].to_owned(),
            remind: true,
            lock_minimised: false,
            keep_backups: 0,
            hidden_columns: Vec::new(),
            file: None,
            unread: None,
        }
    }
}

/// `$XDG_STATE_HOME/cipdesk`, or what stands for it.
pub fn state_folder() -> Option<PathBuf> {
    let set = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    set("CIPDESK_STATE")
        .or_else(|| set("XDG_STATE_HOME").map(|path| path.join("cipdesk")))
        .or_else(|| set("HOME").map(|path| path.join(".local/state/cipdesk")))
        .or_else(|| set("LOCALAPPDATA").map(|path| path.join("cipdesk")))
}

impl Local {
    /// Reads the state file; one that is missing or broken by hand gives the defaults (U-13). One that cannot be read just now gives
    /// them too, and is never written over: it knows how far each vault had come.
    pub(crate) fn load(folder: Option<&Path>) -> Self {
        let file = folder.map(|folder| folder.join("state.json"));
        let text = file
            .as_ref()
            .map(|file| held::retry(|| std::fs::read_to_string(file)));
        let (text, unread) = match text {
            Some(Ok(text)) => (Some(text), None),
            Some(Err(why)) if held::by_another(&why) => (None, Some(ErrorKind::ResourceBusy)),
            Some(Err(why)) if !ABSENT.contains(&why.kind()) => (None, Some(why.kind())),
            _ => (None, None),
        };
        let mut local: Self = text
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        local.unread = unread;
        local.idle_minutes = local.idle_minutes.clamp(1, 30);
        for (chosen, known) in [
            (&mut local.theme, THEMES.as_slice()),
            (&mut local.density, DENSITIES.as_slice()),
        ] {
            if let Some(first) = known.first().filter(|_| !known.contains(&chosen.as_str())) {
                (*first).clone_into(chosen);
            }
        }
        if !are_columns(&local.hidden_columns) {
            local.hidden_columns.clear();
        }
        local.file = file;
        local
    }

    /// Writes the state file: a new one beside it, then a rename.
    pub(crate) fn save(&self) -> Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        if let Some(why) = self.unread {
            let mut error = crate::error::Error::from(std::io::Error::from(why));
            error.0.message = format!(
                "What this computer remembers of its vaults (state.json) cannot be read, and was not written over. {}",
                error.0.message
            );
            return Err(error);
        }
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let text = serde_json::to_vec_pretty(self)
            .map_err(|_| ErrorKind::InvalidData)
            .map_err(std::io::Error::from)?;
        let beside = file.with_extension(format!("new-{}", std::process::id()));
        // Confirmed by the disk before it takes the old one's place: a loss of power must not make this computer forget what it saw.
        let mut new = std::fs::File::create(&beside)?;
        new.write_all(&text)?;
        new.sync_all()?;
        held::retry(|| std::fs::rename(&beside, file))?;
        Ok(())
    }

    /// What is known of a vault, wherever it was opened last.
    pub(crate) fn known(&self, vault_id: &str) -> Option<&Known> {
        self.vaults.iter().find(|known| known.vault_id == vault_id)
    }

    /// What is known of a vault at one place: a copy of it elsewhere is another.
    pub(crate) fn known_at(&self, vault_id: &str, path: &Path) -> Option<&Known> {
        self.vaults
            .iter()
            .find(|known| known.vault_id == vault_id && known.path == path)
    }

    /// Changes what is known of a vault at a place and puts it first. Where it lay elsewhere and does not any more, it was moved; of several such
    /// places the one where most was seen, so that an older copy is noticed rather than believed.
    pub(crate) fn note(&mut self, vault_id: &str, path: &Path, change: impl FnOnce(&mut Known)) {
        let of = |known: &Known| known.vault_id == vault_id;
        let place = self
            .vaults
            .iter()
            .position(|known| of(known) && known.path == path)
            .or_else(|| {
                let gone = self.vaults.iter().enumerate();
                gone.filter(|(_, known)| of(known) && !known.path.exists())
                    .max_by_key(|(_, known)| known.entries)
                    .map(|(place, _)| place)
            });
        let mut known = place
            .map(|place| self.vaults.remove(place))
            .unwrap_or_default();
        vault_id.clone_into(&mut known.vault_id);
        path.clone_into(&mut known.path);
        change(&mut known);
        self.vaults.insert(0, known);
        self.vaults.truncate(20);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_file_broken_by_hand_gives_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("state.json"),
            "{\"idle_minutes\": 100000, \"vaults\": []}",
        )
        .unwrap();
        assert_eq!(Local::load(Some(folder.path())).idle_minutes, 30);
        let many =
            serde_json::json!({ "hidden_columns": vec!["customers.country"; MOST_HIDDEN + 1] });
        std::fs::write(folder.path().join("state.json"), many.to_string()).unwrap();
        assert_eq!(Local::load(Some(folder.path())).hidden_columns, [""; 0]);
        std::fs::write(folder.path().join("state.json"), "not json").unwrap();
        assert_eq!(Local::load(Some(folder.path())).idle_minutes, 5);
    }

    #[test]
    fn a_state_file_that_cannot_be_read_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.json");
        // A folder in its place, because whoever runs the tests may read everything.
        std::fs::create_dir(&file).unwrap();
        let local = Local::load(Some(folder.path()));
        assert_eq!(local.idle_minutes, 5);
        let said = local.save().unwrap_err();
        assert_eq!(said.0.code, "V-15");
        assert!(said.0.message.contains("state.json"), "{said}");
        assert!(file.is_dir());
    }

    #[test]
    fn what_was_noted_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let mut local = Local::load(Some(folder.path()));
        local.note("v1", Path::new("/x/a.cipdesk"), |known| known.entries = 7);
        local.save().unwrap();
        assert_eq!(
            Local::load(Some(folder.path()))
                .known("v1")
                .unwrap()
                .entries,
            7
        );
    }

    #[test]
    fn a_copy_elsewhere_does_not_take_the_place_of_a_vault_that_is_still_there() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("a.cipdesk")).unwrap();
        let mut local = Local::load(Some(folder.path()));
        local.note("v1", &at("a.cipdesk"), |known| known.entries = 7);
        local.note("v1", &at("copy.cipdesk"), |known| known.entries = 3);
        let entries =
            |local: &Local, name: &str| local.known_at("v1", &at(name)).map(|known| known.entries);
        assert_eq!(entries(&local, "a.cipdesk"), Some(7), "it is another copy");
        std::fs::rename(at("a.cipdesk"), at("b.cipdesk")).unwrap();
        local.note("v1", &at("copy.cipdesk"), |_| ());
        local.note("v1", &at("b.cipdesk"), |_| ());
        assert_eq!(entries(&local, "b.cipdesk"), Some(7), "it was moved");
        assert_eq!(local.vaults.len(), 2);
    }
}
