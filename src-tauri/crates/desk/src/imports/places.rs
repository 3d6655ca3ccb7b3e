//! Where the cells of a sheet say they stand. The library that reads them counts in 32 bits and takes a number that does not fit for another
//! one, so a place that no sheet has is found before it reads any. Knows no values.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use std::io::BufRead;

/// The last row and column of a sheet (XFD1048576).
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// Whether a part of a workbook names a row, a cell or a range that no sheet has. What is no XML names none: the reader will say so.
pub(super) fn any_outside(part: impl BufRead) -> bool {
    let mut xml = Reader::from_reader(part);
    let config = xml.config_mut();
    // As forgiving as the reader that comes after this one: what it skips over must be looked at here.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) if !stands_in_a_sheet(&tag) => return true,
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

fn stands_in_a_sheet(tag: &BytesStart<'_>) -> bool {
    let (key, is_one): (_, fn(&str) -> bool) = match tag.local_name().as_ref() {
        "row" => ("r", |text| {
            place(text).is_some() || text.parse().is_ok_and(|row| (1..=ROWS).contains(&row))
        }),
        "c" => ("r", |text| place(text).is_some()),
        "dimension" => ("ref", range),
        _ => return true,
    };
    // An attribute that is none is an error of the reader's too, so it is left to it.
    tag.attributes()
        .with_checks(false)
        .flatten()
        .filter(|attribute| attribute.key.as_ref() == key)
        .all(|attribute| is_one(&attribute.value))
}

/// `AB12` as column and row, counted from 1.
fn place(text: &str) -> Option<(u32, u32)> {
    let (letters, digits) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
    let column = letters.bytes().try_fold(0u32, |column, letter| {
        let letter = letter.to_ascii_uppercase();
        letter.is_ascii_uppercase().then(|| {
            column
                .checked_mul(26)?
                .checked_add(u32::from(letter - b'A') + 1)
        })?
    })?;
    let row = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())??;
    ((1..=COLUMNS).contains(&column) && (1..=ROWS).contains(&row)).then_some((column, row))
}

/// `A1`, or `A1:B2` whose end does not come before its beginning.
fn range(text: &str) -> bool {
    match text.split_once(':') {
        None => place(text).is_some(),
        Some((start, end)) => match (place(start), place(end)) {
            (Some(start), Some(end)) => start.0 <= end.0 && start.1 <= end.1,
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_no_sheet_has_is_found_wherever_a_part_names_it() {
        for sound in [
            r#"<row r="1048576"><c r="XFD1048576"/></row>"#,
            r#"<dimension ref="A1:XFD1048576"/><x:row x:r="0" r="2"/>"#,
            "<row><c/></row>",
            "no XML <at all",
            "",
        ] {
            assert!(!any_outside(sound.as_bytes()), "{sound}");
        }
        for outside in [
            r#"<row r="1048577"/>"#,
            r#"<row r="0"/>"#,
            r#"<row r="4294967298"/>"#,
            r#"<row r="2"></c><c r='XFE1'></row>"#,
            r#"<x:c r="A4294967297"/>"#,
            r#"<c s="1" r="ZZZZZZZZ1"/>"#,
            r#"<c r="A"/>"#,
            r#"<dimension ref="B2:A1"/>"#,
            r#"<dimension ref="A1:B2:C3"/>"#,
        ] {
            assert!(any_outside(outside.as_bytes()), "{outside}");
        }
    }
}
