//! One record after another out of a log of any form, recognised from its content. Knows no vault.
//!
//! What is held in memory is one record; the file is hashed on the way.

use super::{Problem, Record, formats, formats::Names, items};
use crate::taken_in::{LONGEST, Rows, Why, left_row};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    cell::Cell,
    collections::HashMap,
    io::{self, BufRead, BufReader, Read},
    rc::Rc,
};

/// Why a file is not read to its end.
#[derive(Debug)]
pub(super) enum Halt {
    /// It is no log that is known here, or it is damaged: what and where.
    File(String),
    /// A record is too long: where.
    Long(String),
    /// The disk.
    Disk(io::Error),
}

impl Halt {
    /// What a reader under a decompressor or a bound says.
    pub(super) fn of(error: io::Error, at: &str) -> Self {
        match error.kind() {
            io::ErrorKind::FileTooLarge => Self::Long(format!(
                "{at}: the record is longer than {} MB, which is the limit; a quote or a bracket may not be closed",
                LONGEST >> 20
            )),
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput => Self::File(format!(
                "{at}: the file cannot be unpacked to its end; it is cut or damaged. Fetch it again"
            )),
            _ => Self::Disk(error),
        }
    }
}

/// How the record stands in the file.
pub(super) enum Stands<'a> {
    /// Under the columns of a CSV file.
    Cells {
        /// The columns.
        header: &'a csv::StringRecord,
        /// The row.
        row: &'a csv::StringRecord,
    },
    /// On a line of its own, as JSON or what should be.
    Line(&'a str),
    /// As an object among others.
    Object(&'a Value),
}

/// One record on its way.
pub(super) struct Seen<'a> {
    /// Its place, from 1.
    pub(super) place: u64,
    /// What the place counts.
    pub(super) unit: &'static str,
    /// What it says in our words, or what is wrong with it.
    pub(super) record: Result<Record, Problem>,
    /// A hash of all it says.
    pub(super) rest: u64,
    /// As it stands.
    pub(super) stands: Stands<'a>,
}

/// Takes a record; false when that is enough.
pub(super) type Each<'e> = dyn FnMut(Seen<'_>) -> bool + 'e;

fn digest(bytes: &[u8]) -> u64 {
    u64::from_be_bytes(
        Sha256::digest(bytes)
            .first_chunk()
            .copied()
            .unwrap_or_default(),
    )
}

/// Ends the reading when a record is longer than any real one. What is left is set anew after each, so that a quote that is never
/// closed cannot take the rest of the file for one cell.
pub(super) struct Bounded<R> {
    pub(super) from: R,
    pub(super) left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.from.read(buffer)?;
        let left = self.left.get().checked_sub(got);
        self.left.set(left.ok_or(io::ErrorKind::FileTooLarge)?);
        Ok(got)
    }
}

/// JSON of any shape, told by its first character; everything else is CSV.
pub(super) fn read(from: impl Read, names: &Names, each: &mut Each<'_>) -> Result<(), Halt> {
    let mut from = BufReader::with_capacity(1 << 18, from);
    let start = from
        .fill_buf()
        .map_err(|error| Halt::of(error, "at its beginning"))?;
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        return Err(Halt::File(
            "it is UTF-16 text. Save it as UTF-8, then import it again".to_owned(),
        ));
    }
    if start.contains(&0) {
        return Err(Halt::File(
            "it holds NUL characters, so it is no text file".to_owned(),
        ));
    }
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let skip = start.len() - text.len();
    let first = text
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .copied();
    from.consume(skip);
    match first {
        None => Err(Halt::File("it is empty".to_owned())),
        Some(b'{' | b'[') => items::each(from, &mut |place, line, item| {
            let (record, rest) = match &item {
                Ok(item) => (formats::of_json(item, names), rest_of(item, names)),
                Err(problem) => (Err(problem.clone()), 0),
            };
            let (unit, stands) = match (line, &item) {
                (None, Ok(item)) => ("record", Stands::Object(item)),
                (line, _) => ("line", Stands::Line(line.unwrap_or_default())),
            };
            each(Seen {
                place,
                unit,
                record,
                rest,
                stands,
            })
        }),
        Some(_) => read_csv(from, names, each),
    }
}

fn rest_of(item: &Value, names: &Names) -> u64 {
    match formats::cells(item, names) {
        Some(cells) => digest_of_cells(
            names,
            cells
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        ),
        None => digest(&serde_json::to_vec(item).unwrap_or_default()),
    }
}

/// What a row says, whatever the order of its columns and the form of the file: name and value of every cell that is not empty.
fn digest_of_cells<'v>(names: &Names, cells: impl Iterator<Item = (&'v str, &'v str)>) -> u64 {
    let mut said: Vec<String> = cells
        .map(|(name, value)| (name.trim(), value.trim()))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            let ours = names.ranked(name).map_or(name, |(ours, _)| ours);
            format!("{ours}\u{1f}{value}")
        })
        .collect();
    said.sort_unstable();
    digest(said.join("\u{1e}").as_bytes())
}

fn read_csv(mut from: impl BufRead, names: &Names, each: &mut Each<'_>) -> Result<(), Halt> {
    let start = from.fill_buf().map_err(|error| Halt::of(error, "line 1"))?;
    let header = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|delimiter| header.iter().filter(|byte| *byte == delimiter).count())
        .unwrap_or(b',');
    // No cell of an access log runs over lines.
    let (rows, left) = Rows::new(from, delimiter, false);
    let mut csv = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(rows);
    let not_text = "the text is not UTF-8. Save the file as \"CSV UTF-8\", then import it again";
    let halt = |error: csv::Error, line: u64| match error.into_kind() {
        csv::ErrorKind::Io(error) => Halt::of(error, &format!("line {line}")),
        _ => Halt::File(format!("line {line}: {not_text}")),
    };
    let header = csv.headers().map_err(|error| halt(error, 1))?.clone();
    if let Some(first) = left_row(&header, &left) {
        let why = first.why.words();
        let why = format!("line 1, the header: {}", why.trim_end_matches('.'));
        return Err(match first.why {
            Why::Long => Halt::Long(why),
            Why::Quote => Halt::File(why),
        });
    }
    // Where two columns could be one of ours, the name that stands first in our list is it.
    let mut places: HashMap<&str, (usize, usize)> = HashMap::new();
    for (place, name) in header.iter().enumerate() {
        if let Some((ours, rank)) = names.ranked(name) {
            let known = places.entry(ours).or_insert((rank, place));
            if rank < known.0 {
                *known = (rank, place);
            }
        }
    }
    if !places.contains_key("time") || !(places.contains_key("ip") || places.contains_key("action"))
    {
        return Err(Halt::File("it is none of CSV with a header (account, time, ip, action, event_id), JSON lines, CloudTrail, Azure or Google Cloud. Where its columns have other names, say with a mapping which is which".to_owned()));
    }
    let mut row = csv::StringRecord::new();
    loop {
        let line = csv.position().line();
        let (line, record) = match csv.read_record(&mut row) {
            Ok(false) => return Ok(()),
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                let line = error.position().map_or(line, csv::Position::line);
                row.clear();
                let problem = Problem::new("", "", "E-ACCESS-TEXT", &format!("{not_text}."));
                (line, Err(problem))
            }
            Err(error) => return Err(halt(error, line)),
            Ok(true) => match left_row(&row, &left) {
                Some(out) => {
                    let code = match out.why {
                        Why::Long => "E-ACCESS-LONG",
                        Why::Quote => "E-ACCESS-QUOTE",
                    };
                    row = csv::StringRecord::from(vec![out.begins]);
                    (out.line, Err(Problem::new("", "", code, &out.why.words())))
                }
                None => {
                    let line = row.position().map_or(line, csv::Position::line);
                    let record = if row.len() == header.len() {
                        formats::row(|name| places.get(name).and_then(|(_, place)| row.get(*place)))
                    } else {
                        let message = format!(
                            "the row has {} cells where the header has {}. Quote what holds a separator.",
                            row.len(),
                            header.len()
                        );
                        Err(Problem::new("", "", "E-ACCESS-CELLS", &message))
                    };
                    (line, record)
                }
            },
        };
        let seen = Seen {
            place: line,
            unit: "line",
            record,
            rest: digest_of_cells(names, header.iter().zip(row.iter())),
            stands: Stands::Cells {
                header: &header,
                row: &row,
            },
        };
        if !each(seen) {
            return Ok(());
        }
    }
}
