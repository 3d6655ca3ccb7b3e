//! An import of access records, from the file to the journal: read on one thread, written on another, kept part by part.
//!
//! A large file is kept in parts, so that what was done is not lost when it is stopped or the power goes; importing the same file again
//! goes on where it stopped. Before the first part is kept the whole file is read, so that one bad record still refuses all of it.

use super::{
    AccessHow, Bad, Problem, Record,
    formats::Names,
    reading::{self, Halt, Seen, Stands},
};
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
    taken_in::Hashing,
    watch::Watch,
};
use contract as c;
use domain::change::Change;
use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufReader, Seek},
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};
use store::{AccessFile, AccessRow};

/// Records in a part: what a stop or a crash can cost, and what is written in one transaction.
pub(super) const PART: u64 = 1 << 20;
/// Records that are handed over at once, and how many such lots may wait.
const LOT: usize = 512;
const WAITING: usize = 16;
/// How often it is looked whether somebody wants to stop.
const LOOK: u32 = 4096;

/// A record that was read, or what is wrong with it.
enum Item {
    Good {
        place: u64,
        unit: &'static str,
        record: Record,
        rest: u64,
    },
    Bad {
        place: u64,
        unit: &'static str,
        problem: Problem,
        stands: Kept,
    },
}

/// How a bad record stands in the file, kept for the report.
enum Kept {
    Cells {
        header: Vec<String>,
        row: Vec<String>,
    },
    Text(String),
}

impl Kept {
    fn of(stands: &Stands<'_>) -> Self {
        let all = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        match stands {
            Stands::Cells { header, row } => Self::Cells {
                header: all(header),
                row: all(row),
            },
            Stands::Line(text) => Self::Text((*text).to_owned()),
            Stands::Object(object) => Self::Text(object.to_string()),
        }
    }
}

enum Sent {
    Lot(Vec<Item>),
    /// The file was read to its end: its SHA-256, or why it was not.
    End(std::result::Result<String, Halt>),
}

/// Opens a log, and tells whether it is gzipped.
pub(super) fn open(path: &Path) -> Result<(File, bool)> {
    use std::io::Read as _;
    let mut file = vault::Documents::open_source(path)?;
    let mut magic = [0u8; 2];
    let zipped = file.read(&mut magic)? == 2 && magic == [0x1f, 0x8b];
    file.rewind()?;
    Ok((file, zipped))
}

/// The beginning of a log, unpacked, where its header stands.
pub(super) fn beginning(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read as _;
    const HEADER: u64 = 1 << 16;
    let (file, zipped) = open(path)?;
    let mut start = Vec::new();
    // What cannot be unpacked is said when the file is read.
    let _ = if zipped {
        flate2::read::MultiGzDecoder::new(file)
            .take(HEADER)
            .read_to_end(&mut start)
    } else {
        file.take(HEADER).read_to_end(&mut start)
    };
    Ok(start)
}

/// Reads a log to its end; gives the SHA-256 of the file as it lies on the disk.
fn read_all(
    file: File,
    zipped: bool,
    names: &Names,
    each: &mut reading::Each<'_>,
) -> std::result::Result<String, Halt> {
    let mut source = Hashing::new(file);
    {
        let raw = BufReader::with_capacity(1 << 18, &mut source);
        if zipped {
            reading::read(flate2::bufread::MultiGzDecoder::new(raw), names, each)?;
        } else {
            reading::read(raw, names, each)?;
        }
    }
    source.finish().map_err(Halt::Disk)
}

/// What a record says, or what is wrong with it for this import: a record that names no account needs one for the whole file.
fn checked(
    record: std::result::Result<Record, Problem>,
    named: bool,
) -> std::result::Result<Record, Problem> {
    record.and_then(|record| {
        if record.account.is_some() || named {
            return Ok(record);
        }
        Err(Problem::new(
            "account",
            "",
            "E-ACCESS-ACCOUNT",
            "the record names no account. Name it for the whole file with --account.",
        ))
    })
}

fn send(file: File, zipped: bool, names: &Names, named: bool, to: &SyncSender<Sent>) {
    let mut lot = Vec::with_capacity(LOT);
    let end = read_all(file, zipped, names, &mut |seen| {
        lot.push(match checked(seen.record, named) {
            Ok(record) => Item::Good {
                place: seen.place,
                unit: seen.unit,
                record,
                rest: seen.rest,
            },
            Err(problem) => Item::Bad {
                place: seen.place,
                unit: seen.unit,
                problem,
                stands: Kept::of(&seen.stands),
            },
        });
        // Nobody listens any more: the import was stopped or failed.
        lot.len() < LOT || to.send(Sent::Lot(std::mem::take(&mut lot))).is_ok()
    });
    if to.send(Sent::Lot(lot)).is_ok() {
        let _ = to.send(Sent::End(end));
    }
}

/// What is read, record by record.
struct Feed {
    from: Receiver<Sent>,
    lot: std::vec::IntoIter<Item>,
}

enum Next {
    Item(Item),
    End(std::result::Result<String, Halt>),
}

impl Feed {
    fn next(&mut self) -> Next {
        loop {
            if let Some(item) = self.lot.next() {
                return Next::Item(item);
            }
            match self.from.recv() {
                Ok(Sent::Lot(lot)) => self.lot = lot.into_iter(),
                Ok(Sent::End(end)) => return Next::End(end),
                Err(_) => {
                    return Next::End(Err(Halt::Disk(std::io::Error::other(
                        "the reading of the file ended",
                    ))));
                }
            }
        }
    }
}

/// An import that is under way.
pub(super) struct Run<'a> {
    pub(super) path: &'a Path,
    pub(super) name: &'a str,
    pub(super) how: AccessHow<'a>,
    pub(super) account: Option<String>,
    pub(super) names: &'a Names,
    pub(super) bad: Bad<'a>,
    pub(super) report: c::AccessReport,
    /// Records at the beginning of the file that an import before this one has kept.
    pub(super) there: u64,
    /// The SHA-256 of the file and how many records it holds, where it was read before: it is larger than a part.
    pub(super) whole: Option<(String, u64)>,
    /// Parts that this import, or the one before it, has kept.
    pub(super) parts: u64,
    pub(super) mistyped: Mistyped,
}

/// Records in which something that looks like an address is none, such as 999.1.1.1: how many, and where the first stands.
#[derive(Default)]
pub(super) struct Mistyped {
    count: u64,
    first: Option<(u64, &'static str)>,
}

impl Mistyped {
    fn count(&mut self, place: u64, unit: &'static str) {
        self.count += 1;
        self.first.get_or_insert((place, unit));
    }

    /// What a person is told of them.
    pub(super) fn note(&self) -> Option<String> {
        let (place, unit) = self.first?;
        Some(match self.count {
            1 => format!(
                "On {unit} {place}, what stands in the place of the address is none. The record is kept without an address, with that text beside its action."
            ),
            many => format!(
                "In {many} records, the first on {unit} {place}, what stands in the place of the address is none. They are kept without an address, with that text beside their action."
            ),
        })
    }
}

fn halted(name: &str, halt: Halt) -> Error {
    match halt {
        Halt::File(why) => Error::input(
            "E-ACCESS-FILE",
            format!("{name}: {why}. Nothing was imported."),
        ),
        Halt::Long(why) => Error::new(
            "E-ACCESS-LONG",
            c::Class::Limit,
            format!("{name} {why}. Nothing was imported."),
        ),
        Halt::Disk(error) => error.into(),
    }
}

impl Run<'_> {
    fn step(&self, watch: &dyn Watch, total: Option<u64>) {
        let phase = if self.there > 0 && u64::from(self.report.records) <= self.there {
            "Finding where it stopped"
        } else {
            "Importing access records"
        };
        let total = total.or(self.whole.as_ref().map(|(_, records)| *records));
        watch.step(phase, self.report.records.into(), total, "records");
    }

    /// What a bad record makes of the import.
    fn refused(&self) -> Result<()> {
        if self.report.rejected == 0 || self.how.skip_bad_rows {
            return Ok(());
        }
        let more = match self.report.rejected {
            1 => String::new(),
            2 => " 1 more record is wrong.".to_owned(),
            many => format!(" {} more records are wrong.", many - 1),
        };
        let (code, first) = self
            .bad
            .shown
            .first()
            .map_or(("E-ACCESS-RECORD", ""), |one| {
                (one.code.as_str(), one.message.as_str())
            });
        let class = if code == "E-ACCESS-LONG" {
            c::Class::Limit
        } else {
            c::Class::BadInput
        };
        Err(Error::new(
            code,
            class,
            format!("{first}{more} Nothing was imported."),
        ))
    }

    /// Takes a record into the report, and gives what is to be written of it.
    fn judge(&mut self, item: Item) -> Result<Option<(Record, u64)>> {
        self.report.records = self.report.records.saturating_add(1);
        let wrong = match item {
            Item::Good {
                place,
                unit,
                mut record,
                rest,
            } => {
                if record.mistyped {
                    self.mistyped.count(place, unit);
                }
                if let Some(account) = &self.account {
                    record.account = Some(account.clone());
                }
                return Ok(Some((record, rest)));
            }
            Item::Bad {
                place,
                unit,
                problem,
                stands,
            } => (place, unit, problem, stands),
        };
        self.report.rejected += 1;
        let (place, unit, problem, stands) = wrong;
        let (header, row);
        let stands = match &stands {
            Kept::Cells {
                header: names,
                row: cells,
            } => {
                header = csv::StringRecord::from(names.clone());
                row = csv::StringRecord::from(cells.clone());
                Stands::Cells {
                    header: &header,
                    row: &row,
                }
            }
            Kept::Text(text) => Stands::Line(text),
        };
        self.bad.add(place, unit, &stands, &problem)?;
        Ok(None)
    }

    /// Reads the whole file before its first part is kept: one bad record refuses all of it, and the parts say which file they are of.
    fn look_through(&mut self, watch: &dyn Watch) -> Result<()> {
        let (file, zipped) = open(self.path)?;
        let (mut seen, mut stopped) = (0u64, false);
        let mut ahead = Ahead {
            skip: u64::from(self.report.records),
            account: self.account.is_some(),
            found: Vec::new(),
            wrong: 0,
        };
        let sha256 = read_all(file, zipped, self.names, &mut |one| {
            seen += 1;
            if seen.is_multiple_of(u64::from(LOOK)) {
                watch.step("Checking the whole file first", seen, None, "records");
                stopped = watch.cancelled();
            }
            ahead.take(seen, one);
            !stopped
        })
        .map_err(|halt| halted(self.name, halt))?;
        if stopped {
            return Err(Error::cancelled());
        }
        if !self.how.skip_bad_rows {
            self.report.rejected = self.report.rejected.saturating_add(ahead.wrong);
            for (place, unit, problem, stands) in ahead.found {
                let Kept::Text(text) = stands else { continue };
                self.bad.add(place, unit, &Stands::Line(&text), &problem)?;
            }
        }
        self.whole = Some((sha256, seen));
        self.refused()
    }
}

/// What is wrong with the records that were not handed over yet.
struct Ahead {
    skip: u64,
    account: bool,
    found: Vec<(u64, &'static str, Problem, Kept)>,
    wrong: u32,
}

impl Ahead {
    fn take(&mut self, at: u64, seen: Seen<'_>) {
        if at <= self.skip {
            return;
        }
        let Err(problem) = checked(seen.record, self.account) else {
            return;
        };
        self.wrong = self.wrong.saturating_add(1);
        if self.found.len() < super::PROBLEMS_SHOWN {
            self.found
                .push((seen.place, seen.unit, problem, Kept::Text(String::new())));
        }
    }
}

impl OpenVault {
    /// How much of a file an import that did not come to its end has kept: how many records from its beginning, and in how many parts.
    /// The file is read through for its hash where any import of the vault stopped on the way.
    pub(super) fn kept_of(&self, path: &Path, account: Option<&str>) -> Result<(u64, u64)> {
        let stopped = self.read(|read| {
            let subjects = ["access".to_owned(), "import".to_owned()];
            let (_, entries) = read.timeline(&subjects, 0, u32::MAX)?;
            let mut ended: BTreeSet<String> = BTreeSet::new();
            let mut undone: BTreeSet<u64> = BTreeSet::new();
            let mut stopped: Vec<(String, Option<String>, u64)> = Vec::new();
            // The newest first: what came to its end later is not unfinished.
            for recorded in entries {
                match recorded.body().map(|body| body.change) {
                    Some(Change::ImportUndone { import, .. }) => {
                        undone.insert(import);
                    }
                    Some(Change::AccessImported {
                        sha256,
                        account,
                        upto,
                        ..
                    }) => match upto {
                        // Where a part was taken back there is no going on: all is read, and what is there is not added twice.
                        _ if undone.contains(&recorded.chained.seq) => {
                            ended.insert(sha256);
                        }
                        None => {
                            ended.insert(sha256);
                        }
                        Some(upto) if !ended.contains(&sha256) => {
                            stopped.push((sha256, account, upto));
                        }
                        Some(_) => {}
                    },
                    _ => {}
                }
            }
            Ok(stopped)
        })?;
        if stopped.is_empty() {
            return Ok((0, 0));
        }
        let (file, _) = open(path)?;
        let sha256 = Hashing::new(file).finish()?;
        let mine =
            |one: &&(String, Option<String>, u64)| one.0 == sha256 && one.1.as_deref() == account;
        let parts = stopped.iter().filter(mine).count() as u64;
        let there = stopped.iter().filter(mine).map(|one| one.2).max();
        Ok((there.unwrap_or(0), parts))
    }

    /// Reads and keeps, part by part.
    pub(super) fn run_import(&self, run: &mut Run<'_>, watch: &dyn Watch) -> Result<()> {
        let (file, zipped) = open(run.path)?;
        let (names, named) = (run.names, run.account.is_some());
        std::thread::scope(|scope| {
            let (to, from) = sync_channel(WAITING);
            scope.spawn(move || send(file, zipped, names, named, &to));
            // Dropped when this ends, so that the reader ends too.
            let mut feed = Feed {
                from,
                lot: Vec::new().into_iter(),
            };
            loop {
                match self.keep_part(run, &mut feed, watch) {
                    Ok(true) => return Ok(()),
                    Ok(false) => {}
                    // What was kept stays; the rest is for another time.
                    Err(error) if error.0.class == c::Class::Cancelled && run.parts > 0 => {
                        run.report.stopped = true;
                        return Ok(());
                    }
                    Err(error) => return Err(error),
                }
            }
        })
    }

    /// Keeps the next part; whether it was the last.
    fn keep_part(&self, run: &mut Run<'_>, feed: &mut Feed, watch: &dyn Watch) -> Result<bool> {
        let before = run.report.rejected;
        let part = run.how.part.unwrap_or(PART).max(1);
        let (written, last) = self.act(|act| {
            let mut import = act.access_import();
            let mut taken = 0u64;
            let end = loop {
                if taken == part {
                    break None;
                }
                let item = match feed.next() {
                    Next::Item(item) => item,
                    Next::End(end) => {
                        break Some(end.map_err(|halt| halted(run.name, halt))?);
                    }
                };
                let judged = run.judge(item)?;
                if run.report.records.is_multiple_of(LOOK) {
                    run.step(watch, None);
                    if watch.cancelled() {
                        return Err(Error::cancelled());
                    }
                }
                if u64::from(run.report.records) <= run.there {
                    run.report.duplicates += u32::from(judged.is_some());
                    continue;
                }
                taken += 1;
                if let Some((record, rest)) = judged {
                    import.add(&AccessRow {
                        account: record.account.as_deref().unwrap_or_default(),
                        at_ms: record.at_ms,
                        ip: record.ip,
                        action: &record.action,
                        event: record.event.as_deref(),
                        rest,
                    })?;
                }
            };
            run.refused()?;
            let (sha256, upto) = match (&end, &run.whole) {
                (Some(sha256), Some((whole, _))) if sha256 != whole => {
                    return Err(Error::machine(
                        "A-10",
                        format!("{} changed while it was being read. What was kept of it stays; import it again.", run.name),
                    ));
                }
                (Some(sha256), _) => (sha256.clone(), None),
                (None, _) => {
                    if run.whole.is_none() {
                        run.look_through(watch)?;
                    }
                    let sha256 = run.whole.as_ref().map(|(sha256, _)| sha256.clone());
                    (sha256.unwrap_or_default(), Some(u64::from(run.report.records)))
                }
            };
            let written = act.access_imported(
                import,
                AccessFile {
                    name: run.name,
                    sha256: &sha256,
                    account: run.account.as_deref(),
                    skipped: (run.report.rejected - before).into(),
                    upto,
                    ends: run.parts > 0 && upto.is_none(),
                },
            )?;
            // Somebody may have got in after an account was closed: what must be kept is kept longer then.
            self.keep_used_accounts(act)?;
            Ok((written, end.is_some()))
        })?;
        let whole = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        run.report.imported += whole(written.imported);
        run.report.duplicates += whole(written.duplicates);
        run.report.without_address += whole(written.without_address);
        run.report.unassigned += whole(written.unassigned);
        run.parts += u64::from(written.imported > 0);
        Ok(last)
    }
}
