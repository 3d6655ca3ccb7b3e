//! The document protocol: `doc://localhost/doc/ID/PAGE?width=W&rotate=R` is one page of a document as PNG, made by the
//! keyless worker; `doc://localhost/filing/REF/PAGE?width=W` one page of a filing. Nothing else is served, nothing is kept.

use crate::incident;
use contract::Failure;
use desk::Desk;
use std::sync::Arc;
use tauri::{
    Manager, Runtime, UriSchemeContext, UriSchemeResponder,
    http::{Method, Request, Response, StatusCode, Uri, header},
};

/// The scheme's name.
pub(crate) const SCHEME: &str = "doc";

const USUAL_WIDTH: u32 = 1000;
const LARGEST_WIDTH: u32 = 2000;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Document {
        id: String,
        page: u32,
        width: u32,
        rotate: u32,
    },
    Filing {
        reference: String,
        page: u32,
        width: u32,
    },
}

impl Wanted {
    fn parse(uri: &Uri) -> Option<Self> {
        let mut parts = uri.path().strip_prefix('/')?.split('/');
        let (kind, name, page) = (parts.next()?, parts.next()?, parts.next()?.parse().ok()?);
        let plain = !name.is_empty()
            && name.len() <= 64
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !plain || parts.next().is_some() {
            return None;
        }
        let (mut width, mut rotate) = (USUAL_WIDTH, 0);
        for (key, value) in uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter_map(|pair| pair.split_once('='))
        {
            match key {
                "width" => {
                    width = value
                        .parse()
                        .ok()
                        .filter(|width| (16..=LARGEST_WIDTH).contains(width))?
                }
                "rotate" => {
                    rotate = value
                        .parse()
                        .ok()
                        .filter(|turn| [0, 90, 180, 270].contains(turn))?
                }
                _ => {}
            }
        }
        match kind {
            "doc" => Some(Self::Document {
                id: name.to_owned(),
                page,
                width,
                rotate,
            }),
            "filing" => Some(Self::Filing {
                reference: name.to_owned(),
                page,
                width,
            }),
            _ => None,
        }
    }

    fn picture(&self, desk: &Desk) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Document {
                id,
                page,
                width,
                rotate,
            } => desk.document_page(id, *page, *width, *rotate),
            Self::Filing {
                reference,
                page,
                width,
            } => desk.filing_page(reference, *page, *width),
        }
    }
}

/// Answers the page's request for a picture, off the main thread.
#[allow(clippy::needless_pass_by_value)] // the shape that Tauri calls
pub(crate) fn serve<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let wanted = (request.method() == Method::GET)
        .then(|| Wanted::parse(request.uri()))
        .flatten();
    let desk = context
        .app_handle()
        .try_state::<Arc<Desk>>()
        .map(|desk| Arc::clone(&desk));
    let (Some(wanted), Some(desk)) = (wanted, desk) else {
        return responder.respond(answer(StatusCode::NOT_FOUND, Vec::new()));
    };
    tauri::async_runtime::spawn_blocking(move || {
        responder.respond(match incident::contain(|| wanted.picture(&desk)) {
            Ok(png) => answer(StatusCode::OK, png),
            // Why stands in the document's view; an image has no place for words.
            Err(_) => answer(StatusCode::NOT_FOUND, Vec::new()),
        });
    });
}

fn answer(status: StatusCode, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("image/png"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        header::HeaderValue::from_static("nosniff"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(uri: &str) -> Option<Wanted> {
        Wanted::parse(&uri.parse().unwrap())
    }

    #[test]
    fn a_page_is_asked_for_by_id_and_number() {
        let wanted = Wanted::Document {
            id: "7f3a-9c".to_owned(),
            page: 2,
            width: 800,
            rotate: 90,
        };
        assert_eq!(
            parse("doc://localhost/doc/7f3a-9c/2?width=800&rotate=90"),
            Some(wanted)
        );
        let wanted = Wanted::Filing {
            reference: "F4-2026-0007".to_owned(),
            page: 1,
            width: USUAL_WIDTH,
        };
        assert_eq!(parse("doc://localhost/filing/F4-2026-0007/1"), Some(wanted));
    }

    #[test]
    fn nothing_else_is_served() {
        for odd in [
            "doc://localhost/",
            "doc://localhost/doc/..%2f..%2fetc/1",
            "doc://localhost/doc/../1",
            "doc://localhost/doc/a/1/2",
            "doc://localhost/doc/a/-1",
            "doc://localhost/doc/a/1?width=999999",
            "doc://localhost/doc/a/1?rotate=45",
            "doc://localhost/file/a/1",
        ] {
            assert_eq!(parse(odd), None, "{odd} names no page");
        }
    }
}
