//! Files that come into the program, read as streams: hashed on the way, and never more of them in memory than one row may have.

use sha2::{Digest, Sha256};
use std::{
    cell::RefCell,
    collections::VecDeque,
    io::{self, BufRead, Read},
    rc::Rc,
};

/// The longest row that is read, in bytes, in whatever form: no register and no log of a provider has one of more than a quarter of it.
pub(crate) const LONGEST: usize = 1 << 20;

/// How much of a row that is left out is kept for the report.
const SHOWN: usize = 200;

/// Hashes what is read through it.
pub(crate) struct Hashing<R> {
    from: R,
    hash: Sha256,
}

impl<R: Read> Hashing<R> {
    pub(crate) fn new(from: R) -> Self {
        Self {
            from,
            hash: Sha256::new(),
        }
    }

    /// Reads what is left, and gives the SHA-256 of all in hexadecimal.
    pub(crate) fn finish(mut self) -> io::Result<String> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(domain::entry::hex(&self.hash.finalize()))
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.from.read(buffer)?;
        self.hash.update(buffer.get(..got).unwrap_or_default());
        Ok(got)
    }
}

/// Why a row of CSV does not reach its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It is longer than [`LONGEST`].
    Long,
    /// A quote is opened in it and never closed: whatever follows would be swallowed.
    Quote,
}

impl Why {
    /// What is wrong, and what to do.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Long => format!(
                "the row is longer than {} MB, which is the limit. Shorten its longest cell.",
                LONGEST >> 20
            ),
            Self::Quote => "a quote is opened and not closed. Close it, or take it out.".to_owned(),
        }
    }
}

/// A row that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftRow {
    /// Its line, from 1.
    pub(crate) line: u64,
    pub(crate) why: Why,
    /// How it begins.
    pub(crate) begins: String,
}

/// The rows that were left out so far, the first in the file first.
pub(crate) type LeftRows = Rc<RefCell<VecDeque<LeftRow>>>;

/// What stands in the place of a row that was left out.
const MARK: &str = "\u{1}";

/// The row that was left out in whose place this one stands; none where it is one of the file's own.
pub(crate) fn left_row(row: &csv::StringRecord, left: &LeftRows) -> Option<LeftRow> {
    let marked = row.len() == 1 && row.get(0) == Some(MARK);
    marked.then(|| left.borrow_mut().pop_front()).flatten()
}

/// A CSV text without the rows that no reader could hold: each has a mark in its place, and lies beside ([`left_row`]). A quote that is never
/// closed takes its own line alone; what follows is read again.
pub(crate) struct Rows<R> {
    from: R,
    delimiter: u8,
    /// Whether a quoted cell may run over lines.
    across: bool,
    /// The row that is handed over, and how much of it was.
    ready: Vec<u8>,
    at: usize,
    /// What was read beyond a row that was left out, and how much of it was taken again.
    back: Vec<u8>,
    back_at: usize,
    line: u64,
    left: LeftRows,
}

fn ends_line(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

impl<R: BufRead> Rows<R> {
    pub(crate) fn new(from: R, delimiter: u8, across: bool) -> (Self, LeftRows) {
        let left = LeftRows::default();
        let rows = Self {
            from,
            delimiter,
            across,
            ready: Vec::new(),
            at: 0,
            back: Vec::new(),
            back_at: 0,
            line: 1,
            left: left.clone(),
        };
        (rows, left)
    }

    /// Takes bytes up to the end of a line, or up to so many; they go to `keep`. Whether there was anything.
    fn take(&mut self, room: usize, keep: bool) -> io::Result<bool> {
        let is_back = self.back_at < self.back.len();
        let source = if is_back {
            self.back.get(self.back_at..).unwrap_or_default()
        } else {
            self.from.fill_buf()?
        };
        let end = source.iter().position(ends_line).map(|end| end + 1);
        let taken = end.unwrap_or(source.len()).min(room);
        let bytes = source.get(..taken).unwrap_or_default();
        if keep {
            self.ready.extend_from_slice(bytes);
        } else if end == Some(taken) {
            // Of what is passed over only how it ends is kept.
            self.ready.extend(bytes.last());
        }
        if is_back {
            self.back_at += taken;
        } else {
            self.from.consume(taken);
        }
        Ok(taken > 0)
    }

    /// Puts the rest of a line behind what is ready, as far as a row may be long.
    fn pull(&mut self) -> io::Result<()> {
        loop {
            let room = (LONGEST + 1).saturating_sub(self.ready.len());
            if room == 0 || !self.take(room, true)? || self.ready.last().is_some_and(ends_line) {
                return Ok(());
            }
        }
    }

    /// Leaves out the line that ends after so many bytes of what is ready; what follows it is read again.
    fn leave(&mut self, first: usize, why: Why) {
        let line = self.ready.get(..first).unwrap_or_default();
        let begins = String::from_utf8_lossy(line.get(..SHOWN).unwrap_or(line));
        self.left.borrow_mut().push_back(LeftRow {
            line: self.line,
            why,
            begins: begins.trim_end().to_owned(),
        });
        let end = line.last().copied().filter(ends_line);
        let mut back = self.ready.split_off(first.min(self.ready.len()));
        back.extend(self.back.drain(..).skip(self.back_at));
        self.back = back;
        self.back_at = 0;
        self.ready.clear();
        self.ready.extend(MARK.bytes().chain(end));
    }

    /// Makes the next row ready; false at the end.
    fn next(&mut self) -> io::Result<bool> {
        self.line += self.ready.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.ready.clear();
        self.at = 0;
        let (mut open, mut first) = (false, 0);
        loop {
            let before = self.ready.len();
            self.pull()?;
            if self.ready.len() == before {
                // The text ended.
                if before > 0 {
                    self.leave(first, Why::Quote);
                }
                return Ok(before > 0);
            }
            let long = self.ready.len() > LONGEST;
            if long && before == 0 {
                while !self.ready.last().is_some_and(ends_line) && self.take(usize::MAX, false)? {}
                self.leave(self.ready.len(), Why::Long);
                return Ok(true);
            }
            if before == 0 {
                first = self.ready.len();
            }
            let line = self.ready.get(before..).unwrap_or_default();
            open = stays_open(line, self.delimiter, open);
            if !open {
                return Ok(true);
            }
            if !self.across || long {
                self.leave(first, Why::Quote);
                return Ok(true);
            }
        }
    }
}

/// Whether a quoted cell is open after a line, as the reader of CSV sees it.
fn stays_open(line: &[u8], delimiter: u8, mut open: bool) -> bool {
    if !open && !line.contains(&b'"') {
        return false;
    }
    let mut starts = !open;
    let mut bytes = line.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if open {
            if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
                open = false;
            }
        } else {
            open = starts && byte == b'"';
        }
        starts = !open && (byte == delimiter || byte == b'\n' || byte == b'\r');
    }
    open
}

impl<R: BufRead> Read for Rows<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.ready.len() && !self.next()? {
            return Ok(0);
        }
        let rest = self.ready.get(self.at..).unwrap_or_default();
        let got = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        self.at += got;
        Ok(got)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Found = Vec<(u64, Vec<String>)>;

    /// The rows that arrive, each with its line, and the lines that were left out.
    fn read(text: &[u8], across: bool) -> (Found, Vec<(u64, Why)>) {
        let (rows, left) = Rows::new(io::BufReader::with_capacity(7, text), b',', across);
        let mut csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(rows);
        let (mut found, mut out) = (Vec::new(), Vec::new());
        for row in csv.records() {
            let row = row.unwrap();
            match left_row(&row, &left) {
                Some(one) => out.push((one.line, one.why)),
                None => {
                    let line = row.position().unwrap().line();
                    found.push((line, row.iter().map(str::to_owned).collect()));
                }
            }
        }
        assert!(left.borrow().is_empty(), "each is told in its place");
        (found, out)
    }

    fn lines(rows: &[(u64, Vec<String>)]) -> Vec<u64> {
        rows.iter().map(|(line, _)| *line).collect()
    }

    #[test]
    fn a_row_that_is_too_long_is_left_out_and_the_others_keep_their_lines() {
        let long = "x".repeat(LONGEST + 10);
        let (rows, left) = read(format!("a,b\n1,{long}\n2,c\n").as_bytes(), true);
        assert_eq!((lines(&rows), left), (vec![1, 3], vec![(2, Why::Long)]));
        // In one cell over lines the first line cannot be told from a forgotten quote, and nothing behind it is lost.
        let over = format!("a,b\n1,\"{}\n2,c\n", "y\n".repeat(LONGEST));
        let (rows, left) = read(over.as_bytes(), true);
        assert_eq!(left, [(2, Why::Quote)]);
        assert_eq!(rows.last().unwrap().1, ["2", "c"]);
    }

    #[test]
    fn a_quote_that_is_not_closed_takes_its_own_line_alone() {
        for across in [true, false] {
            let (rows, left) = read(b"a,b\n1,\"open\n2,c\n3,d", across);
            assert_eq!((lines(&rows), left), (vec![1, 3, 4], vec![(2, Why::Quote)]));
        }
        let text = b"a,b\n1,\"two\nlines\"\n2,c\n";
        assert_eq!(lines(&read(text, true).0), [1, 2, 4]);
        assert_eq!(
            read(text, false).1,
            [(2, Why::Quote)],
            "no cell of a log runs over lines"
        );
        let (rows, left) = read(b"a,b\r\n1,\"open\r\n2,c\r\n", true);
        assert_eq!(
            (rows.len(), left),
            (2, vec![(2, Why::Quote)]),
            "as other systems end lines"
        );
        assert_eq!(read(b"a,b\r1,\"open\r2,c\r", true).0.len(), 2);
        // A quote within a cell is a letter like any other.
        let (rows, left) = read(b"a,b\n5\" pipe,\"say \"\"hi\"\"\"\n", true);
        assert_eq!(
            (rows[1].1.clone(), left.len()),
            (vec!["5\" pipe".to_owned(), "say \"hi\"".to_owned()], 0)
        );
    }

    proptest! {
        #[test]
        fn what_has_neither_arrives_as_the_reader_alone_would_see_it(cells in proptest::collection::vec(proptest::collection::vec("[a-c\" \n,]{0,4}", 1..4), 1..12)) {
            let mut text = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &cells {
                text.write_record(row).unwrap();
            }
            let text = text.into_inner().unwrap();
            let plain: Vec<Vec<String>> = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(&text[..])
                .records()
                .map(|row| row.unwrap().iter().map(str::to_owned).collect())
                .collect();
            let (rows, left) = read(&text, true);
            prop_assert_eq!(rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>(), plain);
            prop_assert!(left.is_empty());
        }

        #[test]
        fn no_text_is_lost_without_a_word(text in "[a\",\n]{0,60}") {
            let (rows, left) = read(text.as_bytes(), true);
            // Every line that says something is within a row, or left out.
            let told = rows.iter().map(|(_, row)| row.concat().matches('a').count()).sum::<usize>();
            let out = left.iter().map(|(line, _)| text.lines().nth(usize::try_from(*line).unwrap() - 1).unwrap().matches('a').count()).sum::<usize>();
            prop_assert_eq!(told + out, text.matches('a').count());
        }
    }
}
