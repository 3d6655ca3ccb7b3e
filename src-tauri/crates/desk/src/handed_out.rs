//! Files that leave the program: private, hashed while they are written, and under their name only once they are whole.

use crate::error::{Error, Result};
use contract as c;
use sha2::{Digest, Sha256};
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// Writes a file that only its owner may read; an existing one is never written over.
pub fn save_private(path: &Path, bytes: &[u8]) -> Result<c::Saved> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Error::input(
            "E-FILE-EXISTS",
            format!("{name} is there already, and is never written over. Choose another name."),
        ),
        _ => error.into(),
    })?;
    if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_all()) {
        // Half a file would pass for a whole one.
        let _ = std::fs::remove_file(path);
        return Err(error.into());
    }
    Ok(c::Saved {
        name,
        bytes: bytes.len() as u64,
    })
}

/// A new file on its way. It lies beside its place under another name, readable by its owner alone; dropping it removes it.
pub(crate) struct NewFile {
    file: NamedTempFile,
    hash: Sha256,
    bytes: u64,
    to: PathBuf,
}

impl NewFile {
    /// Begins a file that is to be `to`, which must not be there.
    pub(crate) fn beside(to: &Path) -> Result<Self> {
        if to.symlink_metadata().is_ok() {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
        }
        Ok(Self {
            file: temporary(to)?,
            hash: Sha256::new(),
            bytes: 0,
            to: to.to_owned(),
        })
    }

    /// Puts the whole file in its place, where nothing is written over; gives its name and its SHA-256 in hexadecimal.
    pub(crate) fn keep(self) -> Result<(c::Saved, String)> {
        self.file.as_file().sync_all()?;
        held::place(self.file, &self.to).map_err(|error| error.error)?;
        let name = self
            .to
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let saved = c::Saved {
            name,
            bytes: self.bytes,
        };
        Ok((saved, domain::entry::hex(&self.hash.finalize())))
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn temporary(beside: &Path) -> io::Result<NamedTempFile> {
    let folder = beside
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    tempfile::Builder::new()
        .prefix(".cipdesk-")
        .tempfile_in(folder)
}

/// What an import leaves out, written as it is met: the rows as they stand, and what is wrong with each. It appears beside the file
/// that is imported once the import is done.
pub(crate) struct LeftOut {
    csv: csv::Writer<NamedTempFile>,
    of: PathBuf,
}

impl LeftOut {
    /// Begins the report; `columns` are those of the file.
    pub(crate) fn begin<'c>(of: &Path, columns: impl Iterator<Item = &'c str>) -> Result<Self> {
        let file = temporary(of).map_err(|_| {
            Error::machine(
                "E-IMPORT-REPORT",
                "The report of what is left out cannot be written beside the file, and no row is left out without it. Copy the file into a folder of your own, then import it from there.",
            )
        })?;
        let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(file);
        csv.write_record(columns.chain(["error_line", "error_field", "error_text"]))
            .map_err(io::Error::from)?;
        Ok(Self {
            csv,
            of: of.to_owned(),
        })
    }

    /// One row, and why it is left out.
    pub(crate) fn row<'c>(
        &mut self,
        cells: impl Iterator<Item = &'c str>,
        line: u64,
        field: &str,
        why: &str,
    ) -> Result<()> {
        for cell in cells {
            self.csv
                .write_field(no_formula(cell).as_ref())
                .map_err(io::Error::from)?;
        }
        self.csv
            .write_record([&line.to_string(), no_formula(field).as_ref(), why])
            .map_err(io::Error::from)?;
        Ok(())
    }

    /// What was written so far is in the file.
    pub(crate) fn flush(&mut self) -> Result<()> {
        Ok(self.csv.flush()?)
    }

    /// Puts the report under a name that is free; gives the name.
    pub(crate) fn keep(self) -> Result<String> {
        let mut file = self
            .csv
            .into_inner()
            .map_err(|error| io::Error::from(error.error().kind()))?;
        let stem = self
            .of
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        for number in 1..1000 {
            let ending = if number == 1 {
                String::new()
            } else {
                format!("-{number}")
            };
            let name = format!("{stem}-skipped{ending}.csv");
            match held::place(file, &self.of.with_file_name(&name)) {
                Ok(_) => return Ok(name),
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                    file = error.file;
                }
                Err(error) => return Err(error.error.into()),
            }
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists).into())
    }
}

/// What a spreadsheet may take for a formula by its first letter, the wide letters of East Asian ones too; the apostrophes before it are
/// how such a cell is handed out.
pub(crate) fn begins_a_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with([
        '=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}', '\t', '\r', '\n',
    ])
}

/// A cell that no spreadsheet takes for a formula (L-02).
pub(crate) fn no_formula(cell: &str) -> std::borrow::Cow<'_, str> {
    if begins_a_formula(cell) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(no_formula("=1+1"), "'=1+1");
        assert_eq!(no_formula("\u{FF1D}1+1"), "'\u{FF1D}1+1");
        assert_eq!(
            no_formula("'=1+1"),
            "''=1+1",
            "its own apostrophe comes back"
        );
        assert_eq!(no_formula("ConsoleLogin"), "ConsoleLogin");
    }

    #[test]
    fn a_file_that_is_not_kept_leaves_nothing_and_nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("out.csv");
        let mut file = NewFile::beside(&to).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut file = NewFile::beside(&to).unwrap();
        file.write_all(b"whole").unwrap();
        std::fs::write(&to, b"theirs").unwrap();
        assert_eq!(file.keep().unwrap_err().0.code, "E-FILE-EXISTS");
        assert_eq!(std::fs::read(&to).unwrap(), b"theirs");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
