//! The trusted side: starts a worker, gives it the bytes, and believes nothing but the shape of its answer.
//! Decodes nothing itself; PNG is only written here, from raw pixels of a checked length.

use crate::protocol::{
    Answer, MAX_INPUT, Picture, PreviewError, Question, Reply, Request, TextExcerpt, read_body,
    read_header, write_header,
};
use image::{
    ExtendedColorType, ImageEncoder,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};
use std::{
    io::{self, Write},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// How long a worker may take from start to answer.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// A program that becomes a worker when started with `--preview-worker`; see [`worker_main`](crate::worker_main).
#[derive(Debug, Clone)]
pub struct Worker {
    exe: PathBuf,
    patience: Duration,
}

impl Worker {
    /// The worker in this program file, with the usual [`PATIENCE`].
    pub fn new(exe: impl Into<PathBuf>) -> Self {
        Self {
            exe: exe.into(),
            patience: PATIENCE,
        }
    }

    /// The same worker, stopped after another time.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Asks one question about a file, given whole, in a new process that has no environment, no keys, no files and
    /// no network. Blocks the calling thread for at most the worker's patience.
    ///
    /// # Errors
    /// [`PreviewError`] says why there is no answer; whatever a worker does, nothing worse comes of it.
    pub fn ask(&self, bytes: &[u8], request: Request) -> Result<Answer, PreviewError> {
        let length = bytes.len() as u64;
        if length > MAX_INPUT {
            return Err(PreviewError::FileTooLarge(length.div_ceil(1024 * 1024)));
        }
        let deadline = Instant::now() + self.patience;
        let child = Command::new(&self.exe)
            .arg("--preview-worker")
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| PreviewError::NoWorker)?;
        // Held from here on, so that every way out kills and reaps the process.
        let mut child = Running(child);
        let (Some(mut input), Some(mut output)) = (child.0.stdin.take(), child.0.stdout.take())
        else {
            return Err(PreviewError::NoWorker);
        };
        thread::scope(|scope| {
            scope.spawn(move || {
                // A worker that answers early, or dies, closes the pipe; that shows on the other one.
                let question = Question {
                    request,
                    bytes: length,
                };
                let _ = write_header(&mut input, &question).and_then(|()| input.write_all(bytes));
            });
            let (sender, answers) = mpsc::channel();
            scope.spawn(move || {
                let _ = sender.send(read_reply(&mut output));
            });
            let answer = answers.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            let outcome = match answer {
                Ok(Ok((reply, body))) => understand(reply, body),
                Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    Err(self.why_no_answer(child.wait_until(deadline)))
                }
                Ok(Err(_)) => Err(PreviewError::NoWorker),
                Err(_) => Err(self.too_long()),
            };
            // Killed inside the scope: both threads end only when the pipes do.
            drop(child);
            outcome
        })
    }

    fn too_long(&self) -> PreviewError {
        PreviewError::TookTooLong(self.patience.as_secs())
    }

    fn why_no_answer(&self, ended: Option<ExitStatus>) -> PreviewError {
        match ended {
            None => self.too_long(),
            // Without a code it was ended by a signal: processor time, memory or stack ran out.
            Some(status) if status.code().is_none() => PreviewError::Stopped,
            Some(_) => PreviewError::NoWorker,
        }
    }
}

/// A worker's process, killed and reaped at the latest when this goes.
struct Running(Child);

impl Running {
    /// How it ended, if it ends by itself before `deadline`.
    fn wait_until(&mut self, deadline: Instant) -> Option<ExitStatus> {
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(2)),
                _ => return None,
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn read_reply(output: &mut impl io::Read) -> io::Result<(Reply, Vec<u8>)> {
    let reply: Reply = read_header(output)?;
    let length = reply.body_len().ok_or(io::ErrorKind::InvalidData)?;
    let body = read_body(output, length)?;
    Ok((reply, body))
}

fn understand(reply: Reply, body: Vec<u8>) -> Result<Answer, PreviewError> {
    match reply {
        Reply::Inspected(inspection) => Ok(Answer::Inspected(inspection)),
        Reply::Refused(refusal) => Err(refusal),
        Reply::Text { truncated, .. } => {
            let text = String::from_utf8(body).map_err(|_| PreviewError::NoWorker)?;
            Ok(Answer::Text(TextExcerpt { text, truncated }))
        }
        Reply::Pixels {
            width,
            height,
            partial,
        } => {
            let mut png = Vec::new();
            PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Adaptive)
                .write_image(&body, width, height, ExtendedColorType::Rgb8)
                .map_err(|_| PreviewError::NoWorker)?;
            Ok(Answer::Picture(Picture {
                width,
                height,
                png,
                partial,
            }))
        }
    }
}
