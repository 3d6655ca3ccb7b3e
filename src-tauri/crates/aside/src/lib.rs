//! A writer on a thread of its own: what is read here is hashed, encrypted or written there meanwhile. Knows nothing of what passes, keeps
//! little of it, and wipes that.

use std::{
    io::{self, Write},
    mem,
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread::{Builder, JoinHandle},
};
use zeroize::Zeroizing;

/// Less than this is written where it is: a thread costs more to start than a small text to hash.
const SMALL: usize = 1 << 20;
/// How much is handed over at once.
const PIECE: usize = 128 * 1024;
/// How many pieces may wait. Then who gives them waits as well, so memory does not grow.
const WAITING: usize = 4;

type Piece = Zeroizing<Vec<u8>>;

/// Writes to a `W`, which gets a thread of its own when more than a little has passed. Only [`Aside::finish`] says that all was written;
/// dropped before, it writes what waits and nothing more, and is gone when the drop returns.
pub struct Aside<W: Write + Send + 'static> {
    at: At<W>,
    piece: Piece,
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
            piece: Piece::default(),
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

    /// Gives the thread what was collected.
    fn hand_over(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let At::There { pieces, used, .. } = &self.at else {
            return Ok(());
        };
        let next = used.try_recv().unwrap_or_default();
        if pieces.send(mem::replace(&mut self.piece, next)).is_ok() {
            return Ok(());
        }
        // It takes no more, so it failed, and only it knows why.
        self.end().map(drop)
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
                if self.piece.capacity() == 0 {
                    self.piece.reserve_exact(PIECE);
                }
                let room = PIECE - self.piece.len();
                let taken = bytes.get(..room.min(bytes.len())).unwrap_or_default();
                self.piece.extend_from_slice(taken);
                if self.piece.len() == PIECE {
                    self.hand_over()?;
                }
                Ok(taken.len())
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
        to.write_all(&piece)?;
        piece.clear();
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
                aside.write_all(&bytes).unwrap();
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
