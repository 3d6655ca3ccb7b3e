//! What the desk tells, passed on to every open page as server-sent events.

use contract::{Changes, Progress};
use desk::Listener;
use serde_json::json;
use std::{
    io::Write as _,
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::Duration,
};
use tiny_http::Request;

/// How often a quiet stream says that it is alive; a page that is gone is noticed by it.
const ALIVE: Duration = Duration::from_secs(15);

/// Open pages.
#[derive(Default)]
pub struct Events(Mutex<Vec<Sender<String>>>);

impl Events {
    fn send(&self, name: &str, payload: &serde_json::Value) {
        let text = format!("event: {name}\ndata: {payload}\n\n");
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|page| page.send(text.clone()).is_ok());
    }

    pub(crate) fn progress(&self, job: &str, progress: &Progress) {
        self.send("progress", &json!({ "job": job, "progress": progress }));
    }

    fn subscribe(&self) -> Receiver<String> {
        let (page, events) = channel();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(page);
        events
    }

    /// Streams to one page until it is gone.
    pub(crate) fn stream(&self, request: Request) {
        let events = self.subscribe();
        let mut page = request.into_writer();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-store\r\nconnection: close\r\n\r\n";
        let mut send = |text: &str| page.write_all(text.as_bytes()).and_then(|()| page.flush());
        if send(head).is_err() {
            return;
        }
        loop {
            let text = match events.recv_timeout(ALIVE) {
                Ok(text) => text,
                Err(RecvTimeoutError::Timeout) => ":\n\n".to_owned(),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if send(&text).is_err() {
                return;
            }
        }
    }
}

/// The desk's listener.
pub struct Telling(pub std::sync::Arc<Events>);

impl Listener for Telling {
    fn changed(&self, changes: Changes) {
        self.0.send("changes", &json!(changes));
    }

    fn locked(&self) {
        self.0.send("locked", &json!({}));
    }

    fn remind(&self, words: &str) {
        self.0.send("remind", &json!({ "words": words }));
    }
}
