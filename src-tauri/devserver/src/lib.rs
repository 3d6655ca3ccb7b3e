//! The window's page in a browser: the same command table over HTTP, on this computer only, over a temporary demonstration vault.
//! Development alone uses it; the product neither contains it nor listens anywhere.
//!
//! `POST /call/<command>` answers 200 with the view or 422 with a `Failure`; a job names itself in `x-job`, tells its progress as an
//! event on `GET /events`, and ends on `POST /cancel/<id>`. Everything else is a file of the built page, or a page of a document.

mod calls;
mod events;
mod pages;

pub use events::{Events, Telling};

use desk::Desk;
use std::{
    collections::HashMap,
    io::Read as _,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    thread,
};
use tiny_http::{Header, Method, Request, Response, Server};

/// The largest request that is read, in bytes.
const LARGEST: u64 = 4 << 20;
/// Requests answered at once; each open `/events` has a thread of its own beside them.
const WORKERS: usize = 8;

/// What every request is answered from.
pub struct Site {
    /// The desk behind the table.
    pub desk: Arc<Desk>,
    /// What the desk tells.
    pub events: Arc<Events>,
    /// The built page: `ui/dist`.
    pub page: PathBuf,
    /// What the first address must carry; without it nothing is answered.
    pub token: String,
    /// Host and port that the browser must name: a page of somebody else's, rebound to this address, names its own.
    pub host: String,
    /// Running jobs, to be stopped by name.
    pub jobs: Mutex<HashMap<String, Arc<AtomicBool>>>,
}

/// Answers until the process ends.
pub fn serve(server: &Arc<Server>, site: &Arc<Site>) {
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let (server, site) = (Arc::clone(server), Arc::clone(site));
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    answer(&site, request);
                }
            })
        })
        .collect();
    for worker in workers {
        let _ = worker.join();
    }
}

fn header(request: &Request, name: &'static str) -> Option<String> {
    request
        .headers()
        .iter()
        .find(|header| header.field.equiv(name))
        .map(|header| header.value.as_str().to_owned())
}

/// A header line; none where it would not be one.
pub(crate) fn line(name: &str, value: &str) -> Option<Header> {
    Header::from_bytes(name.as_bytes(), value.as_bytes()).ok()
}

/// A response with the headers that every answer bears.
pub(crate) fn reply(status: u16, kind: &str, body: Vec<u8>) -> Response<std::io::Cursor<Vec<u8>>> {
    let mut response = Response::from_data(body)
        .with_status_code(status)
        .with_chunked_threshold(usize::MAX);
    for (name, value) in [
        ("content-type", kind),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        if let Some(header) = line(name, value) {
            response.add_header(header);
        }
    }
    response
}

fn refuse(request: Request, status: u16, why: &str) {
    let _ = request.respond(reply(
        status,
        "text/plain; charset=utf-8",
        why.as_bytes().to_vec(),
    ));
}

fn answer(site: &Arc<Site>, mut request: Request) {
    let address = request.url().to_owned();
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    if header(&request, "host").as_deref() != Some(site.host.as_str()) {
        return refuse(
            request,
            421,
            "This server answers under its own address alone.",
        );
    }
    let own = format!("http://{}", site.host);
    if header(&request, "origin").is_some_and(|origin| origin != own) {
        return refuse(request, 403, "Another page may not ask here.");
    }
    let given = query
        .strip_prefix("token=")
        .is_some_and(|token| token == site.token);
    let cookie = format!("cipdesk={}", site.token);
    let known = header(&request, "cookie")
        .is_some_and(|cookies| cookies.split(';').any(|one| one.trim() == cookie));
    if path == "/" && given {
        let mut welcome = reply(303, "text/plain", Vec::new());
        let keep = format!("{cookie}; Path=/; HttpOnly; SameSite=Strict");
        for header in [line("location", "/"), line("set-cookie", &keep)]
            .into_iter()
            .flatten()
        {
            welcome.add_header(header);
        }
        let _ = request.respond(welcome);
        return;
    }
    if !known {
        return refuse(
            request,
            403,
            "Open the address that `cargo xtask serve` printed: it carries the token.",
        );
    }
    match (request.method().clone(), path) {
        (Method::Get, "/events") => {
            let site = Arc::clone(site);
            thread::spawn(move || site.events.stream(request));
        }
        (Method::Post, path) if path.starts_with("/call/") => {
            let name = path.trim_start_matches("/call/").to_owned();
            let mut body = Vec::new();
            let read = request.as_reader().take(LARGEST).read_to_end(&mut body);
            let (status, answer) = match read {
                Ok(_) => calls::call(site, &name, &body, header(&request, "x-job")),
                Err(_) => return,
            };
            let _ = request.respond(reply(status, "application/json", answer));
        }
        (Method::Post, path) if path.starts_with("/cancel/") => {
            let id = path.trim_start_matches("/cancel/");
            let jobs = site.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(cancel) = jobs.get(id) {
                cancel.store(true, std::sync::atomic::Ordering::Relaxed);
            }
            drop(jobs);
            let _ = request.respond(reply(200, "application/json", b"{}".to_vec()));
        }
        (Method::Get, path) => {
            let answer = pages::answer(site, path, query);
            let _ = request.respond(answer);
        }
        _ => refuse(request, 405, "There is nothing of that kind here."),
    }
}
