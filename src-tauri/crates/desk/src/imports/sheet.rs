//! A sheet of an Excel file (XLSX) as rows of text: what a CSV file of the same sheet would hold. Knows no columns of ours.

use crate::error::{Error, Result};
use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use contract as c;
use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _},
};

/// What all parts of a file may unpack to, in bytes: a sheet is a hundred times smaller packed, and a bomb a million times.
const LARGEST_UNPACKED: u64 = 256 * 1024 * 1024;

/// Text out of a cell.
enum Cell {
    Text(String),
    /// `#REF!` and the like, by its word.
    Error(String),
}

/// A number as people write it: no exponent, no trailing zero.
fn number(value: f64) -> String {
    #[allow(clippy::cast_possible_truncation)] // whole, and below 2^53
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        (value as i64).to_string()
    } else {
        value.to_string()
    }
}

/// `2026-11-24`, `2026-11-24T15:04:05`, or a time alone.
fn moment(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let day = format!("{year:04}-{month:02}-{day:02}");
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if at.is_duration() || at.as_f64() < 1.0 {
        time
    } else if at.as_f64().fract() == 0.0 {
        day
    } else {
        format!("{day}T{time}")
    }
}

fn cell(value: &DataRef<'_>) -> Cell {
    Cell::Text(match value {
        DataRef::Int(whole) => whole.to_string(),
        DataRef::Float(value) => number(*value),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(at) => moment(at),
        DataRef::Error(error) => return Cell::Error(error.to_string()),
        DataRef::Empty => String::new(),
    })
}

/// Column 0 is A, 27 is AB.
fn letters(mut column: u32) -> String {
    let mut name = Vec::new();
    loop {
        name.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        match (column / 26).checked_sub(1) {
            Some(rest) => column = rest,
            None => return name.into_iter().rev().collect(),
        }
    }
}

/// Every row that says something, with its number in the sheet. `sheet` is the first one where none is named.
pub(super) fn rows(
    mut file: File,
    name: &str,
    sheet: Option<&str>,
    most_columns: usize,
    most_cells: usize,
) -> Result<Vec<(u64, Vec<String>)>> {
    let broken = |what: &str| {
        Error::input(
            "L-01",
            format!(
                "{name}: {what}. Open it in a spreadsheet program and save it as XLSX or as \"CSV UTF-8\"."
            ),
        )
    };
    // Sizes that an archive declares can lie, so all of it is unpacked once, to nowhere.
    let mut archive = zip::ZipArchive::new(BufReader::new(&mut file))
        .map_err(|_| broken("this is no whole Excel file"))?;
    let mut left = LARGEST_UNPACKED;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(|_| {
            broken("a part of it cannot be read; it may be protected by a password")
        })?;
        let mut part = BufReader::new(part.take(left + 1));
        if super::places::any_outside(&mut part) {
            return Err(broken("a cell of it stands where no sheet has a place"));
        }
        io::copy(&mut part, &mut io::sink()).map_err(|_| broken("a part of it is damaged"))?;
        let unpacked = left + 1 - part.get_ref().limit();
        left = left.checked_sub(unpacked).ok_or_else(|| {
            Error::new(
                "L-01",
                c::Class::Limit,
                format!("{name} unpacks to more than {} MB, which is the limit. Split it, or save it as CSV.", LARGEST_UNPACKED >> 20),
            )
        })?;
    }
    drop(archive);
    file.rewind()?;
    let mut book =
        Xlsx::new(BufReader::new(file)).map_err(|_| broken("this is no Excel workbook"))?;
    let sheets = book.sheet_names();
    let wanted = match sheet {
        None => sheets
            .first()
            .ok_or_else(|| broken("it holds no sheet"))?
            .clone(),
        Some(wanted) => sheets
            .iter()
            .find(|there| there.as_str() == wanted)
            .cloned()
            .ok_or_else(|| {
                Error::input(
                    "E-IMPORT-SHEET",
                    format!(
                        "{name} has no sheet \"{wanted}\". It has: {}.",
                        sheets.join(", ")
                    ),
                )
            })?,
    };
    let mut cells = book
        .worksheet_cells_reader(&wanted)
        .map_err(|_| broken(&format!("the sheet \"{wanted}\" cannot be read")))?;
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    let mut count = 0;
    // Cells come one by one: an empty sheet with one cell in its last corner takes no room.
    while let Some(found) = cells
        .next_cell()
        .map_err(|_| broken(&format!("the sheet \"{wanted}\" is damaged")))?
    {
        let (row, column) = found.get_position();
        let text = match cell(found.get_value()) {
            Cell::Text(text) => text,
            Cell::Error(word) => {
                let place = format!("{}{}", letters(column), row + 1);
                let what = format!(
                    "{name}, sheet \"{wanted}\", cell {place} holds the error {word}. Mend its formula, then save the file."
                );
                return Err(Error::input("E-IMPORT-CELL", what));
            }
        };
        if text.trim().is_empty() {
            continue;
        }
        let place = column as usize;
        if place >= most_columns {
            return Err(Error::new(
                "L-01",
                c::Class::Limit,
                format!(
                    "{name}, sheet \"{wanted}\" has cells in column {}; the limit is {most_columns} columns.",
                    letters(column)
                ),
            ));
        }
        let line = u64::from(row) + 1;
        if rows.last().is_none_or(|(last, _)| *last < line) {
            rows.push((line, Vec::new()));
        }
        let Some((_, cells)) = rows.last_mut().filter(|(last, _)| *last == line) else {
            return Err(broken(&format!(
                "the rows of the sheet \"{wanted}\" are out of order"
            )));
        };
        if cells.len() <= place {
            count += place + 1 - cells.len();
            if count > most_cells {
                return Err(super::table::too_many_cells(name));
            }
            cells.resize(place + 1, String::new());
        }
        if let Some(cell) = cells.get_mut(place) {
            *cell = text;
        }
    }
    let width = rows.first().map_or(0, |(_, header)| header.len());
    if width.saturating_mul(rows.len()) > most_cells {
        return Err(super::table::too_many_cells(name));
    }
    for (_, cells) in &mut rows {
        if cells.len() < width {
            cells.resize(width, String::new());
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn a_cell_is_what_a_csv_file_would_hold() {
        let text = |value: DataRef<'_>| match cell(&value) {
            Cell::Text(text) => text,
            Cell::Error(word) => word,
        };
        let day = |value| {
            DataRef::DateTime(ExcelDateTime::new(
                value,
                ExcelDateTimeType::DateTime,
                false,
            ))
        };
        for (value, wanted) in [
            (DataRef::Float(4711.0), "4711"),
            (DataRef::Float(33.3), "33.3"),
            (DataRef::Float(-0.5), "-0.5"),
            (DataRef::Bool(true), "TRUE"),
            (day(46_350.0), "2026-11-24"),
            (day(46_350.5), "2026-11-24T12:00:00"),
            (DataRef::SharedString("007"), "007"),
        ] {
            assert_eq!(text(value), wanted);
        }
        assert_eq!(
            (letters(0), letters(25), letters(26), letters(16_383)),
            (
                "A".to_owned(),
                "Z".to_owned(),
                "AA".to_owned(),
                "XFD".to_owned()
            )
        );
    }
}
