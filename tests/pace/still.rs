//! A window of the same kit with one page that never changes: what the start of the program is measured beside.

use tauri::{
    WebviewUrl, WebviewWindowBuilder,
    http::{HeaderValue, Response, header::CONTENT_TYPE},
};

const PAGE: &str = "<!doctype html><meta charset=utf-8><title>Still</title><body style='font: 16px sans-serif'><h1>Unlock</h1>\
<p>One page of plain text that a web view draws and that nothing changes: a heading, two sentences, no script and no style of its own.</p>\
<p>The quick brown fox jumps over the lazy dog, 0123456789.</p>";

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .register_uri_scheme_protocol("still", |_, _| {
            let mut page = Response::new(PAGE.as_bytes().to_vec());
            // Without it WebKit draws nothing.
            page.headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
            page
        })
        .setup(|app| {
            let address = "still://localhost/".parse()?;
            WebviewWindowBuilder::new(app, "main", WebviewUrl::CustomProtocol(address))
                .inner_size(1280.0, 800.0)
                .incognito(true)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
