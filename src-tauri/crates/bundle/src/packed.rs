//! A bundle's zip as it is read: made out of its files piece by piece, so that it lies nowhere but where its reader puts it. The last read
//! fails unless what was given is, by a recipient's own judgement, a whole bundle. Knows no signing.

use crate::{
    bag::Digest,
    error::{Class, Refusal},
    medium::Outline,
    progress::{Doing, Progress, Step},
    purpose::Purpose,
    seal::{holds, unlike},
    zipfile::Headers,
};
use aside::{Aside, Piece};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, Read, Write as _},
    mem,
    path::Path,
    slice,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

/// How often it is asked whether to go on while a file is read ahead.
const PATIENCE: Duration = Duration::from_millis(50);

/// Opens a file at its beginning.
pub(crate) type Open = Box<dyn Fn() -> io::Result<Box<dyn Read>> + Send + Sync>;

/// A file that is read when its turn comes, and once before for the checksum that stands ahead of it.
pub(crate) struct Source {
    /// Its path in the bag.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) digest: Digest,
    pub(crate) open: Open,
}

impl Source {
    fn open(&self) -> Result<Box<dyn Read>, Refusal> {
        (self.open)().map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &io::Error) -> Refusal {
        Refusal::machine("Sealing", Path::new(&self.path), error)
    }

    fn unlike(&self, code: &'static str, what: &str) -> Refusal {
        Refusal::new(
            code,
            Class::Damaged,
            format!(
                "Sealing {}: it holds {what} than its record says. Check this document, then seal again.",
                self.path
            ),
        )
    }

    fn length(&self) -> Refusal {
        self.unlike("E-BUNDLE-LENGTH", "another number of bytes")
    }

    fn checksum(&self, ahead: &Ahead) -> Result<u32, Refusal> {
        let mut from = self.open()?;
        let mut crc = crc32fast::Hasher::new();
        let mut piece = Piece::for_up_to(self.bytes);
        let mut left = self.bytes;
        while piece.fill(&mut from).map_err(|error| self.failed(&error))? {
            let bytes = piece.bytes().len() as u64;
            left = left.checked_sub(bytes).ok_or_else(|| self.length())?;
            crc.update(piece.bytes());
            ahead.read.fetch_add(bytes, Ordering::Relaxed);
            if ahead.over.load(Ordering::Relaxed) {
                return Err(Refusal::cancelled());
            }
        }
        if left == 0 {
            Ok(crc.finalize())
        } else {
            Err(self.length())
        }
    }
}

/// What is known of the thread that reads each file before its turn.
#[derive(Default)]
struct Ahead {
    read: AtomicU64,
    /// Nobody waits for it any more.
    over: AtomicBool,
}

impl Ahead {
    fn run(&self, sources: &[Source], found: &SyncSender<Result<u32, Refusal>>) {
        for source in sources {
            let crc = source.checksum(self);
            let failed = crc.is_err();
            if found.send(crc).is_err() || failed {
                return;
            }
        }
    }
}

/// The content of one entry.
pub(crate) enum Part {
    Here(Vec<u8>),
    /// In the next of the sources.
    There,
}

/// A zip that is to be made: everything but the checksums of what is not at hand.
pub(crate) struct Packing {
    /// The bag, which is the top folder.
    pub(crate) bag: String,
    pub(crate) purpose: Purpose,
    /// The day, as a zip has it.
    pub(crate) date: u16,
    /// Paths in the bag, in the order of the zip.
    pub(crate) parts: Vec<(String, Part)>,
    /// In the order of the parts.
    pub(crate) sources: Vec<Source>,
}

impl Packing {
    /// How long the zip will be, in bytes.
    fn length(&self) -> u64 {
        let mut headers = Headers::new(self.date);
        let mut sources = self.sources.iter();
        for (path, part) in &self.parts {
            let bytes = match part {
                Part::Here(bytes) => bytes.len() as u64,
                Part::There => sources.next().map_or(0, |source| source.bytes),
            };
            headers.begin(format!("{}/{path}", self.bag), bytes, 0);
        }
        headers.at().saturating_add(headers.end().len() as u64)
    }

    /// Gives the zip, and its length, to who reads it to the end. Where making it failed, that is the error, whatever the reader says.
    pub(crate) fn pass<T, E: From<Refusal>>(
        self,
        progress: Progress<'_>,
        take: impl FnOnce(&mut dyn Read, u64) -> Result<T, E>,
    ) -> Result<T, E> {
        let length = self.length();
        let Self {
            bag,
            purpose,
            date,
            parts,
            sources,
        } = self;
        let ahead = Ahead::default();
        thread::scope(|scope| {
            // One file ahead: further, and what was read might have left the memory again before its turn.
            let (give, checksums) = sync_channel(1);
            if !sources.is_empty() {
                let (ahead, sources) = (&ahead, &sources);
                let run = move || ahead.run(sources, &give);
                thread::Builder::new()
                    .spawn_scoped(scope, run)
                    .map_err(|error| Refusal::machine("Sealing", Path::new(&bag), &error))?;
            }
            let mut zip = Packed {
                bag: &bag,
                purpose,
                parts: parts.into(),
                sources: sources.iter(),
                checksums,
                ahead: &ahead,
                headers: Headers::new(date),
                outline: Outline::default(),
                passed: BTreeMap::new(),
                now: Now::Text {
                    bytes: Vec::new(),
                    at: 0,
                    then: None,
                },
                done: 0,
                length,
                total: sources
                    .iter()
                    .fold(length, |sum, source| sum.saturating_add(source.bytes)),
                progress,
                fault: None,
            };
            let taken = take(&mut zip, length);
            ahead.over.store(true, Ordering::Relaxed);
            match zip.fault.take() {
                Some(fault) => Err(fault.into()),
                None if taken.is_ok() && !matches!(zip.now, Now::Over) => {
                    Err(unlike(Path::new(&bag)).into())
                }
                None => taken,
            }
        })
    }
}

/// The zip, as far as it was read.
struct Packed<'a> {
    bag: &'a str,
    purpose: Purpose,
    /// Those to come.
    parts: VecDeque<(String, Part)>,
    sources: slice::Iter<'a, Source>,
    checksums: Receiver<Result<u32, Refusal>>,
    ahead: &'a Ahead,
    headers: Headers,
    /// Everything but the contents of the sources.
    outline: Outline,
    /// What the contents of the sources were, by path.
    passed: BTreeMap<String, Digest>,
    now: Now<'a>,
    done: u64,
    length: u64,
    /// What is read ahead and what is given, together.
    total: u64,
    progress: Progress<'a>,
    fault: Option<Refusal>,
}

/// What is being read.
enum Now<'a> {
    /// Bytes at hand, from a place on, and the source that follows them.
    Text {
        bytes: Vec<u8>,
        at: usize,
        then: Option<Reading<'a>>,
    },
    File(Reading<'a>),
    /// The directory was given, and the whole holds.
    Over,
}

/// A source being read.
struct Reading<'a> {
    source: &'a Source,
    from: Box<dyn Read>,
    left: u64,
    /// As its header says.
    expected: u32,
    crc: crc32fast::Hasher,
    hash: Aside<Sha256>,
}

impl Reading<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Refusal> {
        let got = loop {
            match self.from.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read.map_err(|error| self.source.failed(&error))?,
            }
        };
        let bytes = buffer.get(..got).unwrap_or_default();
        self.left = self
            .left
            .checked_sub(got as u64)
            .ok_or_else(|| self.source.length())?;
        self.crc.update(bytes);
        self.hash
            .write_all(bytes)
            .map_err(|error| self.source.failed(&error))?;
        Ok(got)
    }

    /// Its hash, where it was what its record and its header say.
    fn end(self) -> Result<Digest, Refusal> {
        let Self {
            source,
            left,
            expected,
            crc,
            hash,
            ..
        } = self;
        if left > 0 {
            return Err(source.length());
        }
        let hash = hash.finish().map_err(|error| source.failed(&error))?;
        let digest: Digest = hash.finalize().into();
        if digest == source.digest && crc.finalize() == expected {
            Ok(digest)
        } else {
            Err(source.unlike("E-BUNDLE-CONTENT", "something else"))
        }
    }
}

impl<'a> Packed<'a> {
    fn give(&mut self, buffer: &mut [u8]) -> Result<usize, Refusal> {
        loop {
            let got = match &mut self.now {
                Now::Text { bytes, at, .. } => {
                    let rest = bytes.get(*at..).unwrap_or_default();
                    let got = rest.len().min(buffer.len());
                    if let (Some(to), Some(from)) = (buffer.get_mut(..got), rest.get(..got)) {
                        to.copy_from_slice(from);
                    }
                    *at += got;
                    got
                }
                Now::File(file) => file.read(buffer)?,
                Now::Over => return Ok(0),
            };
            if got > 0 {
                self.done += got as u64;
                self.step()?;
                return Ok(got);
            }
            self.turn()?;
        }
    }

    /// Says how far it is, and asks whether to go on.
    fn step(&mut self) -> Result<(), Refusal> {
        let read = self.ahead.read.load(Ordering::Relaxed);
        let step = Step {
            doing: Doing::Packing,
            done: read.saturating_add(self.done),
            total: self.total,
        };
        if (self.progress)(step).is_break() {
            return Err(Refusal::cancelled());
        }
        Ok(())
    }

    /// Comes to what follows.
    fn turn(&mut self) -> Result<(), Refusal> {
        let ended = mem::replace(&mut self.now, Now::Over);
        match ended {
            Now::Text { bytes, then, .. } => {
                let begins = self.done - bytes.len() as u64;
                self.outline.keep(begins, bytes);
                if let Some(file) = then {
                    self.now = Now::File(file);
                    return Ok(());
                }
            }
            Now::File(file) => {
                let path = file.source.path.clone();
                self.passed.insert(path, file.end()?);
            }
            Now::Over => return Ok(()),
        }
        if self.done == self.length {
            let made = mem::take(&mut self.outline).into();
            let origin = Path::new(self.bag);
            return holds(made, &self.passed, self.purpose, origin, &mut crate::silent);
        }
        self.now = match self.parts.pop_front() {
            Some((path, Part::Here(bytes))) => {
                let crc = crc32fast::hash(&bytes);
                self.text(&path, crc, bytes.len() as u64, &bytes, None)
            }
            Some((path, Part::There)) => {
                let crc = self.checksum()?;
                let Some(source) = self.sources.next() else {
                    return Err(unlike(Path::new(self.bag)));
                };
                let file = Reading {
                    source,
                    from: source.open()?,
                    left: source.bytes,
                    expected: crc,
                    crc: crc32fast::Hasher::new(),
                    hash: Aside::new(Sha256::new()),
                };
                self.text(&path, crc, source.bytes, &[], Some(file))
            }
            None => Now::Text {
                bytes: self.headers.end(),
                at: 0,
                then: None,
            },
        };
        Ok(())
    }

    fn text(
        &mut self,
        path: &str,
        crc: u32,
        size: u64,
        bytes: &[u8],
        then: Option<Reading<'a>>,
    ) -> Now<'a> {
        let name = format!("{}/{path}", self.bag);
        let mut header = self.headers.begin(name, size, crc);
        header.extend(bytes);
        Now::Text {
            bytes: header,
            at: 0,
            then,
        }
    }

    /// The checksum of the next source, once it is known.
    fn checksum(&mut self) -> Result<u32, Refusal> {
        loop {
            match self.checksums.recv_timeout(PATIENCE) {
                Ok(found) => return found,
                Err(RecvTimeoutError::Timeout) => self.step()?,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(unlike(Path::new(self.bag)));
                }
            }
        }
    }
}

impl Read for Packed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let given = match &self.fault {
            Some(fault) => Err(fault.clone()),
            None => self.give(buffer),
        };
        given.map_err(|fault| {
            self.fault = Some(fault.clone());
            io::Error::other(fault)
        })
    }
}
