//! Files of the built page, and pages of documents and filings as pictures.

use crate::{Site, line, reply};
use std::path::{Component, Path};
use tiny_http::Response;

/// As in the window, with connections to here in place of the bridge.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

fn number(query: &str, name: &str, usual: u32) -> u32 {
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        .and_then(|value| value.parse().ok())
        .unwrap_or(usual)
}

type Answer = Response<std::io::Cursor<Vec<u8>>>;

pub(crate) fn answer(site: &Site, path: &str, query: &str) -> Answer {
    let mut parts = path.trim_start_matches('/').split('/');
    match (
        parts.next(),
        parts.next(),
        parts.next().and_then(|page| page.parse().ok()),
    ) {
        (Some("doc"), Some(id), Some(page)) => picture(site.desk.document_page(
            id,
            page,
            number(query, "width", 1000),
            number(query, "rotate", 0),
        )),
        (Some("filing"), Some(reference), Some(page)) => picture(site.desk.filing_page(
            reference,
            page,
            number(query, "width", 1000),
        )),
        _ => file(site, path),
    }
}

fn picture(png: Result<Vec<u8>, contract::Failure>) -> Answer {
    match png {
        Ok(png) => reply(200, "image/png", png),
        Err(failure) => reply(
            404,
            "text/plain; charset=utf-8",
            failure.message.into_bytes(),
        ),
    }
}

fn file(site: &Site, path: &str) -> Answer {
    let name = if path == "/" {
        "index.html"
    } else {
        path.trim_start_matches('/')
    };
    let relative = Path::new(name);
    let inside = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let found = inside
        .then(|| std::fs::read(site.page.join(relative)).ok())
        .flatten();
    let Some(bytes) = found else {
        return reply(
            404,
            "text/plain; charset=utf-8",
            b"There is no such file.".to_vec(),
        );
    };
    let mut answer = reply(200, kind(relative), bytes);
    if let Some(policy) = line("content-security-policy", POLICY) {
        answer.add_header(policy);
    }
    answer
}
