//! A WebDriver client, as much of it as the window tests and `cargo xtask run` need: JSON over HTTP on a local port, with
//! the standard library alone. It knows the protocol and nothing of CIP Desk.

use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::{Duration, Instant},
};

/// What went wrong, in words.
pub(crate) type Outcome<T> = Result<T, String>;

/// How long anything may take: a busy machine with two cores is slow, and a wrong answer is not better for being early.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The key under which the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A running session: one window, driven.
#[derive(Debug)]
pub(crate) struct Session {
    port: u16,
    id: String,
}

/// An element of the page.
#[derive(Debug, Clone)]
pub(crate) struct Element<'a> {
    session: &'a Session,
    id: String,
}

impl Session {
    /// Has the driver at `port` start the program and waits for its window.
    pub(crate) fn open(port: u16, program: &Path, args: &[&str]) -> Outcome<Self> {
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > until {
                return Err("WebKitWebDriver does not listen".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let wanted = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": { "binary": program, "args": args } } } });
        let answer = ask(port, "POST", "/session", Some(&wanted))?;
        let id = answer["sessionId"]
            .as_str()
            .ok_or("the driver gave no session")?
            .to_owned();
        Ok(Self { port, id })
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Outcome<Value> {
        ask(
            self.port,
            method,
            &format!("/session/{}{path}", self.id),
            body,
        )
    }

    fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        self.ask("POST", path, Some(body))
    }

    /// Ends the session; the driver closes the window.
    pub(crate) fn close(&self) -> Outcome<()> {
        self.ask("DELETE", "", None).map(drop)
    }

    /// Makes the window this wide and high, in pixels.
    pub(crate) fn resize(&self, width: u32, height: u32) -> Outcome<()> {
        self.post(
            "/window/rect",
            &json!({ "x": 0, "y": 0, "width": width, "height": height }),
        )
        .map(drop)
    }

    /// Goes to an address.
    #[allow(dead_code)] // the program's own window is never sent anywhere
    pub(crate) fn go(&self, address: &str) -> Outcome<()> {
        self.post("/url", &json!({ "url": address })).map(drop)
    }

    /// The page's address.
    pub(crate) fn url(&self) -> Outcome<String> {
        Ok(self
            .ask("GET", "/url", None)?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// Elements there now; `using` is `css selector` or `xpath`.
    pub(crate) fn all(&self, using: &str, selector: &str) -> Outcome<Vec<Element<'_>>> {
        let found = self.post("/elements", &json!({ "using": using, "value": selector }))?;
        let ids = found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one[ELEMENT].as_str());
        Ok(ids
            .map(|id| Element {
                session: self,
                id: id.to_owned(),
            })
            .collect())
    }

    /// The first element that matches; waits for it to come.
    pub(crate) fn wait_for(&self, using: &str, selector: &str) -> Outcome<Element<'_>> {
        let until = Instant::now() + PATIENCE;
        loop {
            // While a page is replaced there is nothing to search in; that is not yet a failure.
            let found = self.all(using, selector);
            match found {
                Ok(mut found) if !found.is_empty() => return Ok(found.swap_remove(0)),
                Ok(_) if Instant::now() > until => {
                    return Err(format!("nothing on the page matches {selector}"));
                }
                Err(why) if Instant::now() > until => return Err(format!("{selector}: {why}")),
                _ => std::thread::sleep(Duration::from_millis(40)),
            }
        }
    }

    /// Runs a function body in the page and gives what it returns.
    pub(crate) fn script(&self, body: &str, arguments: &[Value]) -> Outcome<Value> {
        self.post(
            "/execute/sync",
            &json!({ "script": body, "args": arguments }),
        )
    }

    /// Runs an asynchronous function body in the page: `{"ok": value}` or `{"error": what was thrown}`.
    pub(crate) fn script_async(
        &self,
        body: &str,
        arguments: &[Value],
    ) -> Outcome<Result<Value, Value>> {
        let script = format!(
            "const given = [...arguments], done = given.pop();\
             (async function () {{ {body} }}).apply(null, given).then(\
             (ok) => done({{ ok: ok === undefined ? null : ok }}),\
             (error) => done({{ error: error instanceof Error ? String(error.stack || error) : error }}));"
        );
        let mut answer = self.post(
            "/execute/async",
            &json!({ "script": script, "args": arguments }),
        )?;
        Ok(if answer.get("error").is_some() {
            Err(answer["error"].take())
        } else {
            Ok(answer["ok"].take())
        })
    }

    /// Gives slow scripts time.
    pub(crate) fn set_script_timeout(&self, timeout: Duration) -> Outcome<()> {
        let ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        self.post("/timeouts", &json!({ "script": ms })).map(drop)
    }

    /// Presses keys where the focus is; several at once are held together, such as Control and `k`.
    pub(crate) fn press(&self, keys: &[char]) -> Outcome<()> {
        let down = keys
            .iter()
            .map(|key| json!({ "type": "keyDown", "value": key.to_string() }));
        let up = keys
            .iter()
            .rev()
            .map(|key| json!({ "type": "keyUp", "value": key.to_string() }));
        let actions: Vec<Value> = down.chain(up).collect();
        self.post(
            "/actions",
            &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }),
        )
        .map(drop)
    }

    /// The page as PNG.
    pub(crate) fn screenshot(&self) -> Outcome<Vec<u8>> {
        let picture = self.ask("GET", "/screenshot", None)?;
        from_base64(picture.as_str().unwrap_or_default())
            .ok_or_else(|| "the screenshot is no base64".to_owned())
    }
}

impl Element<'_> {
    fn get(&self, what: &str) -> Outcome<Value> {
        self.session
            .ask("GET", &format!("/element/{}/{what}", self.id), None)
    }

    fn post(&self, what: &str, body: &Value) -> Outcome<()> {
        self.session
            .post(&format!("/element/{}/{what}", self.id), body)
            .map(drop)
    }

    /// The element as an argument of a script.
    pub(crate) fn as_argument(&self) -> Value {
        json!({ ELEMENT: self.id })
    }

    /// Clicks as a person does; by script where WebKit was built without the means, and then says so.
    pub(crate) fn click(&self) -> Outcome<()> {
        match self.post("click", &json!({})) {
            Err(why) if why.starts_with("unsupported operation") => {
                eprintln!("this WebKit cannot click: clicked by script instead");
                self.session
                    .script("arguments[0].click()", &[self.as_argument()])
                    .map(drop)
            }
            other => other,
        }
    }

    /// Types text.
    pub(crate) fn type_text(&self, text: &str) -> Outcome<()> {
        self.post("value", &json!({ "text": text }))
    }

    /// Empties a field.
    pub(crate) fn clear(&self) -> Outcome<()> {
        self.post("clear", &json!({}))
    }

    /// The text as it is shown.
    pub(crate) fn text(&self) -> Outcome<String> {
        Ok(self.get("text")?.as_str().unwrap_or_default().to_owned())
    }

    /// An attribute, if it is there.
    pub(crate) fn attribute(&self, name: &str) -> Outcome<Option<String>> {
        Ok(self
            .get(&format!("attribute/{name}"))?
            .as_str()
            .map(str::to_owned))
    }

    /// Whether it can be used.
    pub(crate) fn is_enabled(&self) -> Outcome<bool> {
        Ok(self.get("enabled")?.as_bool().unwrap_or(false))
    }

    /// Its name, as a screen reader says it.
    pub(crate) fn label(&self) -> Outcome<String> {
        Ok(self
            .get("computedlabel")?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }
}

/// One question and its answer; an error of the protocol is `kind: message`.
fn ask(port: u16, method: &str, path: &str, body: Option<&Value>) -> Outcome<Value> {
    let (status, text) =
        exchange(port, method, path, body).map_err(|why| format!("{method} {path}: {why}"))?;
    let mut answer: Value = serde_json::from_slice(&text)
        .map_err(|_| format!("{method} {path}: status {status}, no JSON"))?;
    let value = answer["value"].take();
    if status == 200 {
        return Ok(value);
    }
    let word = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    Err(format!("{}: {}", word("error"), word("message")))
}

fn exchange(
    port: u16,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> std::io::Result<(u16, Vec<u8>)> {
    let bad = || std::io::Error::from(std::io::ErrorKind::InvalidData);
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    // Twice the patience: a script may use all of its own time first.
    stream.set_read_timeout(Some(PATIENCE * 4))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut read = Vec::new();
    let mut chunk = [0u8; 64 * 1024];
    loop {
        let n = match stream.read(&mut chunk) {
            // A machine that was stopped and goes on ends a read that has a time limit.
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            got => got?,
        };
        read.extend_from_slice(chunk.get(..n).unwrap_or_default());
        let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
            if n == 0 {
                return Err(bad());
            }
            continue;
        };
        let head =
            String::from_utf8_lossy(read.get(..end).unwrap_or_default()).to_ascii_lowercase();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|word| word.parse().ok())
            .ok_or_else(bad)?;
        let length: Option<usize> = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        let body = read.get(end + 4..).unwrap_or_default();
        if n == 0 || length.is_some_and(|length| body.len() >= length) {
            return Ok((status, body.to_vec()));
        }
    }
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u32);
    for letter in text.bytes().filter(|letter| !b"\r\n=".contains(letter)) {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}
