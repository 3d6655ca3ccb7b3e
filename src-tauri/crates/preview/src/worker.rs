//! The worker's whole life: confine itself, read one question, answer it, end. Nothing here is trusted by its caller.

use crate::{
    decode,
    protocol::{MAX_INPUT, PreviewError, Question, Reply, read_body, read_header, write_header},
    sandbox,
};
use std::{
    io::{self, Write},
    panic,
};

/// The body of a program started with `--preview-worker`. Call it first of all in `main`, on the main thread, before
/// arguments, settings or any library; end the process with what it returns.
///
/// Reads one question from standard input and writes one answer to standard output. Returns 0 if an answer, even a
/// refusal, was written; 2 if the question made no sense.
pub fn worker_main() -> i32 {
    // A panic is an answer (damaged); its text may quote the file and belongs nowhere.
    panic::set_hook(Box::new(|_| {}));
    let confinement = sandbox::enter();
    let mut input = io::stdin().lock();
    let Ok(question) = read_header::<Question>(&mut input) else {
        return 2;
    };
    if question.bytes > MAX_INPUT {
        return 2;
    }
    let Ok(bytes) = read_body(&mut input, question.bytes) else {
        return 2;
    };
    let answered = panic::catch_unwind(|| decode::answer(bytes, question.request, confinement));
    let (reply, body) = match answered {
        Ok(Ok(answered)) => answered,
        Ok(Err(refusal)) => (Reply::Refused(refusal), Vec::new()),
        Err(_) => (Reply::Refused(PreviewError::Damaged), Vec::new()),
    };
    let mut output = io::stdout().lock();
    let written = write_header(&mut output, &reply)
        .and_then(|()| output.write_all(&body))
        .and_then(|()| output.flush());
    if written.is_ok() { 0 } else { 2 }
}
