//! What T-Z tries: each reader of files that come from outside, with the seeds that its inputs are made of.

mod previews;
mod signed;
mod tables;
mod vaults;

use crate::{
    fuzz::Seed,
    kills::base,
    run::Plan,
    yard::{ANA, Yard, copy, files, take_along},
};
use desk::OpenVault;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where a parser works.
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    vault: Option<OpenVault>,
}

/// What a parser needs beside its input.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    /// A vault that nobody has open.
    Folder,
    /// An open one.
    Vault,
}

/// A reader of what comes from outside.
pub(crate) struct Parser {
    pub(crate) name: &'static str,
    /// It has a second for an input; the others have limits of their own, which are higher.
    pub(crate) quick: bool,
    /// It reads what is signed or sealed: whatever was changed is refused.
    pub(crate) exact: bool,
    needs: Needs,
    pub(crate) seeds: fn(&Place) -> Vec<Seed>,
    /// Whether the input was accepted.
    pub(crate) reads: fn(&Place, &[u8]) -> bool,
}

const fn parser(
    name: &'static str,
    seeds: fn(&Place) -> Vec<Seed>,
    reads: fn(&Place, &[u8]) -> bool,
) -> Parser {
    Parser {
        name,
        quick: true,
        exact: false,
        needs: Needs::Nothing,
        seeds,
        reads,
    }
}

const fn exact(
    name: &'static str,
    seeds: fn(&Place) -> Vec<Seed>,
    reads: fn(&Place, &[u8]) -> bool,
) -> Parser {
    Parser {
        exact: true,
        ..parser(name, seeds, reads)
    }
}

pub(crate) const PARSERS: &[Parser] = &[
    exact("bundle", signed::bundle_seeds, signed::bundle),
    exact("bag files", signed::bag_seeds, signed::bag),
    exact("age file", signed::age_seeds, signed::age),
    exact("SSHSIG", signed::signature_seeds, signed::signature),
    parser("allowed signers", signed::signers_seeds, signed::signers),
    parser(
        "recipients and keys",
        signed::recipients_seeds,
        signed::recipients,
    ),
    Parser {
        needs: Needs::Folder,
        ..parser("vault header", vaults::header_seeds, vaults::header)
    },
    Parser {
        needs: Needs::Folder,
        // A key file may ask for up to 2^20 of scrypt, which is four seconds.
        quick: false,
        ..parser("key files", vaults::key_seeds, vaults::keys)
    },
    parser("CSV", tables::csv_seeds, tables::csv),
    parser("XLSX", tables::book_seeds, tables::book),
    parser("BODS and FtM", tables::structure_seeds, tables::structure),
    Parser {
        needs: Needs::Vault,
        ..parser("access log", tables::log_seeds, tables::log)
    },
    parser("intake answers", tables::answer_seeds, tables::answers),
    parser("rule pack", tables::pack_seeds, tables::pack),
    Parser {
        needs: Needs::Folder,
        ..parser("entries", vaults::entry_seeds, vaults::entries)
    },
    parser("MRZ", tables::mrz_seeds, tables::mrz),
    parser(
        "dates, numbers and queries",
        tables::word_seeds,
        tables::words,
    ),
    parser("kind of file", previews::file_seeds, previews::kind),
    Parser {
        quick: false,
        ..parser("preview", previews::file_seeds, previews::preview)
    },
];

impl Parser {
    /// Whether two inputs are the same to this parser, although the byte that names a file differs.
    pub(crate) fn same(&self, one: &[u8], other: &[u8]) -> bool {
        match (one.split_first(), other.split_first()) {
            (Some((which, rest)), Some((other, there))) if self.name == "bag files" => {
                let files = signed::IN_A_BAG.len();
                rest == there && usize::from(*which) % files == usize::from(*other) % files
            }
            _ => one == other,
        }
    }

    /// Puts beside a parser what it needs.
    pub(crate) fn furnish(&self, plan: &Plan, folder: &Path) -> Result<Place, String> {
        fs::create_dir_all(folder).map_err(|why| why.to_string())?;
        if self.needs != Needs::Nothing {
            let yard = Yard(folder.join("yard"));
            copy(&base(plan).0, &yard.0).map_err(|why| why.to_string())?;
            take_along(&yard);
        }
        Ok(Place {
            folder: folder.to_owned(),
            vault: None,
        })
    }

    /// The place, in the process that reads.
    pub(crate) fn open(&self, folder: &Path) -> Place {
        let mut place = Place {
            folder: folder.to_owned(),
            vault: None,
        };
        if self.needs == Needs::Vault {
            place.vault = Some(place.yard().unlock(ANA).expect("the vault opens"));
        }
        place
    }
}

impl Place {
    fn yard(&self) -> Yard {
        Yard(self.folder.join("yard"))
    }

    /// A file with these bytes.
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, bytes).expect("an input is written");
        path
    }

    /// Puts an input in the place of one of several files, asks, and puts the file back. The first byte says which.
    fn instead<T>(&self, of: &[PathBuf], input: &[u8], ask: impl FnOnce() -> T) -> Option<T> {
        let (which, bytes) = input.split_first()?;
        let path = of.get(usize::from(*which) % of.len().max(1))?;
        let before = fs::read(path).ok()?;
        fs::write(path, bytes).expect("an input is written");
        let asked = ask();
        fs::write(path, before).expect("a file is put back");
        Some(asked)
    }
}

fn sound(bytes: impl Into<Vec<u8>>) -> Seed {
    Seed {
        sound: true,
        bytes: bytes.into(),
    }
}

fn any(bytes: impl Into<Vec<u8>>) -> Seed {
    Seed {
        sound: false,
        bytes: bytes.into(),
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The files of a folder of the project, by their ending.
fn project(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    files(&fixtures().join(folder))
        .iter()
        .filter(|file| file.extension().is_some_and(|there| there == ending))
        .filter_map(|file| fs::read(file).ok())
        .collect()
}

/// What a sentence that quotes an input must not do.
fn said<T>(result: Result<T, desk::Error>) -> bool {
    match result {
        Ok(_) => true,
        Err(error) => {
            let plain = |c: char| c == '\n' || !c.is_control();
            assert!(
                !error.0.code.is_empty() && error.0.message.chars().all(plain),
                "{error:?}"
            );
            false
        }
    }
}

fn plain(text: &str) {
    assert!(
        text.chars().all(|c| c == '\n' || !c.is_control()),
        "{text:?}"
    );
}
