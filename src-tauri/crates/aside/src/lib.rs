//! Much that is written at once: a writer on a thread of its own hashes, encrypts or writes what is read here meanwhile ([`Aside`]), and a new
//! file goes to the disk past the system's cache ([`Direct`]). Knows nothing of what passes, keeps little of it, and wipes that.

mod direct;

pub use direct::Direct;
use std::{
    io::{self, Read, Write},
    mem,
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread::{Builder, JoinHandle},
};
use zeroize::Zeroizing;

/// Less than this is written where it is: a thread costs more to start than a small text to hash.
const SMALL: usize = 1 << 20;
/// How many pieces may wait, 2 MiB of them: fewer, and processors wait for each other. Then who gives them waits as well, so memory does not grow.
const WAITING: usize = 16;

/// What is read at once and handed over whole; it is wiped when it goes.
pub struct Piece {
    room: Zeroizing<Vec<u8>>,
    filled: usize,
}

impl Piece {
    /// The most that a piece holds: much enough for a system call, little enough to stay in a processor's cache from hand to hand.
    pub const SIZE: usize = 128 * 1024;

    /// An empty piece.
    pub fn new() -> Self {
        Self::for_up_to(u64::MAX)
    }

    /// An empty piece, for something that is known to have no more bytes than this.
    pub fn for_up_to(bytes: u64) -> Self {
        let room = usize::try_from(bytes).map_or(Self::SIZE, |bytes| bytes.min(Self::SIZE));
        Self {
            room: Zeroizing::new(vec![0; room.max(1)]),
            filled: 0,
        }
    }

    /// Reads once, over what it held; `false` at the end.
    ///
    /// # Errors
    /// The reader's own, but for an interruption.
    pub fn fill(&mut self, from: &mut (impl Read + ?Sized)) -> io::Result<bool> {
        self.filled = loop {
            match from.read(&mut self.room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        Ok(self.filled > 0)
    }

    /// What it holds.
    pub fn bytes(&self) -> &[u8] {
        self.room.get(..self.filled).unwrap_or_default()
    }

    /// Takes as much as there is room for; gives how much that was.
    fn take(&mut self, bytes: &[u8]) -> usize {
        let room = self.room.get_mut(self.filled..).unwrap_or_default();
        let taken = room.len().min(bytes.len());
        if let (Some(to), Some(from)) = (room.get_mut(..taken), bytes.get(..taken)) {
            to.copy_from_slice(from);
        }
        self.filled += taken;
        taken
    }

    fn is_full(&self) -> bool {
        self.filled == self.room.len()
    }
}

impl Default for Piece {
    fn default() -> Self {
        Self::new()
    }
}

/// Writes to a `W`, which gets a thread of its own when more than a little has passed. Only [`Aside::finish`] says that all was written;
/// dropped before, it writes what waits and nothing more, and is gone when the drop returns.
pub struct Aside<W: Write + Send + 'static> {
    at: At<W>,
    /// What was written and not handed over yet.
    collected: Option<Piece>,
}

enum At<W> {
    Here {
        to: W,
        passed: usize,
    },
    There {
        pieces: SyncSender<Piece>,
        used: Receiver<Piece>,
        thread: JoinHandle<io::Result<W>>,
    },
    /// It failed, and said so.
    Gone,
}

impl<W: Write + Send + 'static> Aside<W> {
    /// Writes to `to`.
    pub fn new(to: W) -> Self {
        Self {
            at: At::Here { to, passed: 0 },
            collected: None,
        }
    }

    /// Waits until everything is written, and gives the writer back. It was not flushed.
    ///
    /// # Errors
    /// The writer's own, where no write gave it before, and a system that has no thread left.
    pub fn finish(mut self) -> io::Result<W> {
        self.hand_over()?;
        self.end()
    }

    /// Writes what a piece holds without copying it: the piece goes, and another stands in its place.
    ///
    /// # Errors
    /// As of a write.
    pub fn pass(&mut self, piece: &mut Piece) -> io::Result<()> {
        if !matches!(self.at, At::There { .. }) {
            return self.write_all(piece.bytes());
        }
        self.hand_over()?;
        let next = self.empty();
        self.send(mem::replace(piece, next))
    }

    /// A piece that the thread has done with, or a new one.
    fn empty(&self) -> Piece {
        match &self.at {
            At::There { used, .. } => used.try_recv().unwrap_or_default(),
            At::Here { .. } | At::Gone => Piece::new(),
        }
    }

    /// Gives the thread what was collected.
    fn hand_over(&mut self) -> io::Result<()> {
        match self.collected.take() {
            Some(piece) => self.send(piece),
            None => Ok(()),
        }
    }

    fn send(&mut self, piece: Piece) -> io::Result<()> {
        match &self.at {
            At::There { pieces, .. } if pieces.send(piece).is_ok() => Ok(()),
            // It takes no more, so it failed, and only it knows why.
            _ => self.end().map(drop),
        }
    }

    /// The writer, when its thread has come to an end.
    fn end(&mut self) -> io::Result<W> {
        match mem::replace(&mut self.at, At::Gone) {
            At::Here { to, .. } => Ok(to),
            At::There {
                pieces,
                used: _,
                thread,
            } => {
                drop(pieces);
                thread
                    .join()
                    .unwrap_or_else(|_| Err(io::Error::other("a thread ended before its work")))
            }
            At::Gone => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl<W: Write + Send + 'static> Write for Aside<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.at {
            At::Here { to, passed } if *passed < SMALL => {
                let written = to.write(bytes)?;
                *passed += written;
                Ok(written)
            }
            At::Here { .. } => {
                let to = self.end()?;
                let (pieces, coming) = sync_channel(WAITING);
                let (done, used) = channel();
                let thread = Builder::new().spawn(move || write_all(to, &coming, &done))?;
                self.at = At::There {
                    pieces,
                    used,
                    thread,
                };
                self.write(bytes)
            }
            At::There { .. } => {
                let mut piece = self.collected.take().unwrap_or_else(|| self.empty());
                let taken = piece.take(bytes);
                if piece.is_full() {
                    self.send(piece)?;
                } else {
                    self.collected = Some(piece);
                }
                Ok(taken)
            }
            At::Gone => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Hands over what was collected; it may not be written yet.
    fn flush(&mut self) -> io::Result<()> {
        match &mut self.at {
            At::Here { to, .. } => to.flush(),
            At::There { .. } => self.hand_over(),
            At::Gone => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl<W: Write + Send + 'static> Drop for Aside<W> {
    fn drop(&mut self) {
        // Nothing may still be written when who began it has cleaned up.
        let _ = self.end();
    }
}

fn write_all<W: Write>(mut to: W, coming: &Receiver<Piece>, done: &Sender<Piece>) -> io::Result<W> {
    for mut piece in coming {
        to.write_all(piece.bytes())?;
        piece.filled = 0;
        // Nobody needs it any more where the other side is at its end.
        let _ = done.send(piece);
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    /// A writer that takes so many bytes, and then has no room.
    struct Small(usize, Arc<AtomicUsize>);

    impl Write for Small {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if bytes.len() > self.0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0 -= bytes.len();
            self.1.fetch_add(bytes.len(), Ordering::SeqCst);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn counted(room: usize) -> (Aside<Small>, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        (Aside::new(Small(room, count.clone())), count)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn what_comes_out_is_what_went_in(sizes in proptest::collection::vec(0usize..900_000, 0..8)) {
            let mut aside = Aside::new(Vec::new());
            let mut whole = Vec::new();
            for (number, size) in sizes.into_iter().enumerate() {
                let bytes: Vec<u8> = (0..size).map(|at| (at * 7 + number) as u8).collect();
                if number % 2 == 0 {
                    aside.write_all(&bytes).unwrap();
                } else {
                    let (mut piece, mut from) = (Piece::for_up_to(size as u64), bytes.as_slice());
                    while piece.fill(&mut from).unwrap() {
                        aside.pass(&mut piece).unwrap();
                    }
                }
                if number % 3 == 0 {
                    aside.flush().unwrap();
                }
                whole.extend(bytes);
            }
            prop_assert!(aside.finish().unwrap() == whole);
        }
    }

    #[test]
    fn an_error_of_the_writer_is_given_on_wherever_it_comes() {
        for room in [0, SMALL, 3 * SMALL, 5 * SMALL - 1] {
            let (mut aside, count) = counted(room);
            let error = (0..5)
                .try_for_each(|_| aside.write_all(&vec![1; SMALL]))
                .and_then(|()| aside.finish().map(drop))
                .unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "room for {room}");
            assert!(
                count.load(Ordering::SeqCst) <= room,
                "no more is written than there is room for"
            );
        }
    }

    #[test]
    fn after_an_error_nothing_is_taken_any_more() {
        let (mut aside, _) = counted(2 * SMALL);
        while aside.write_all(&vec![1; SMALL]).is_ok() {}
        assert!(aside.write(b"more").is_err());
        assert!(
            aside.pass(&mut Piece::new()).is_ok(),
            "nothing was asked of it"
        );
        let mut piece = Piece::new();
        assert!(piece.fill(&mut &b"more"[..]).unwrap());
        assert!(aside.pass(&mut piece).is_err());
        assert!(aside.flush().is_err());
        assert!(aside.finish().is_err(), "it must never look complete");
    }

    #[test]
    fn what_is_given_up_has_ended_when_it_is_dropped() {
        let (mut aside, count) = counted(usize::MAX);
        aside.write_all(&vec![1; 4 * SMALL]).unwrap();
        drop(aside);
        assert_eq!(
            Arc::strong_count(&count),
            1,
            "the thread and its writer are gone"
        );
    }
}
