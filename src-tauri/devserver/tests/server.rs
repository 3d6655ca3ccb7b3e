//! The development server as a browser meets it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

struct Running {
    child: Child,
    host: String,
    token: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start() -> Self {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/dist");
        let mut child = Command::new(env!("CARGO_BIN_EXE_devserver"))
            .args(["0", "20"])
            .env("CIPDESK_PAGE", page)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let (host, token) = address
            .trim()
            .trim_start_matches("http://")
            .split_once("/?token=")
            .unwrap();
        Self {
            host: host.to_owned(),
            token: token.to_owned(),
            child,
        }
    }

    /// Status and body of a bare request with these header lines.
    fn ask(&self, first: &str, headers: &[String], body: &str) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        write!(
            stream,
            "{first} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let status = String::from_utf8_lossy(&answer[..end])
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        (status, answer[end + 4..].to_vec())
    }

    fn known(&self) -> Vec<String> {
        vec![
            format!("Host: {}", self.host),
            format!("Cookie: cipdesk={}", self.token),
        ]
    }

    fn call(&self, name: &str, body: &str) -> (u16, serde_json::Value) {
        let (status, answer) = self.ask(&format!("POST /call/{name}"), &self.known(), body);
        (status, serde_json::from_slice(&answer).unwrap())
    }
}

#[test]
fn the_table_the_page_and_pictures_are_served_to_who_knows_the_token_alone() {
    let server = Running::start();
    let host = format!("Host: {}", server.host);
    for (headers, status) in [
        (vec![host.clone()], 403),
        (
            vec!["Host: evil.example".to_owned(), server.known()[1].clone()],
            421,
        ),
        (
            [
                server.known(),
                vec!["Origin: http://evil.example".to_owned()],
            ]
            .concat(),
            403,
        ),
        (vec![host.clone(), "Cookie: cipdesk=guess".to_owned()], 403),
    ] {
        assert_eq!(
            server.ask("POST /call/today", &headers, "{}").0,
            status,
            "{headers:?}"
        );
    }
    assert_eq!(
        server
            .ask(&format!("GET /?token={}", server.token), &[host], "")
            .0,
        303
    );

    let (status, page) = server.ask("GET /", &server.known(), "");
    assert_eq!(status, 200);
    assert!(String::from_utf8_lossy(&page).contains("<div id=\"app\">"));
    for odd in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "//etc/passwd",
        "/nothing",
    ] {
        assert_eq!(
            server.ask(&format!("GET {odd}"), &server.known(), "").0,
            404,
            "{odd}"
        );
    }

    let (status, list) = server.call(
        "customer_list",
        r#"{"query":"","sort":"name","descending":false,"offset":0,"limit":5,"counts":false}"#,
    );
    assert_eq!((status, list["total"].as_u64()), (200, Some(20)));
    let (status, failure) = server.call("customer_show", r#"{"ref":"C-999999"}"#);
    assert_eq!(
        (status, failure["code"].as_str()),
        (422, Some("E-RECORD-UNKNOWN"))
    );
    assert_eq!(server.call("customer_show", "{").0, 422);
    assert_eq!(server.call("no_such_command", "{}").0, 422);
    let (status, check) = server.call("vault_check", "{}");
    assert_eq!((status, check["ok"].as_bool()), (200, Some(true)));

    let (_, filings) = server.call("filing_list", "{}");
    let filing = filings["rows"][0]["ref"].as_str().unwrap();
    let (status, picture) = server.ask(
        &format!("GET /filing/{filing}/1?width=300"),
        &server.known(),
        "",
    );
    assert_eq!(status, 200);
    assert!(
        picture.starts_with(b"\x89PNG"),
        "a page of a filing is a picture"
    );
}
