//! The real window in a test: opened on a display of its own with empty folders of its own, and what every journey
//! checks: no violation of the content policy, no complaint of axe, a screenshot of each screen.

use super::{
    artefacts, desktop, root,
    screen::Screen,
    webdriver::{Element, PATIENCE},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Keys that have no letter, for [`Window::press`].
pub(crate) mod keys {
    pub(crate) const CONTROL: char = '\u{e009}';
    pub(crate) const ENTER: char = '\u{e007}';
    pub(crate) const ESCAPE: char = '\u{e00c}';
    pub(crate) const TAB: char = '\u{e004}';
    pub(crate) const DOWN: char = '\u{e015}';
}

/// The program's window. Every method panics with the reason where it cannot do what it says.
pub(crate) struct Window {
    // Dropped before its folders go.
    screen: Screen,
    folder: TempDir,
    name: &'static str,
    log: PathBuf,
}

impl Window {
    /// Opens the window, or says that the test is skipped: `CIP_WINDOW=1` asks for window tests, as `./dev test` does.
    pub(crate) fn open(name: &'static str) -> Option<Self> {
        Self::open_on(name, &[])
    }

    /// The same on a desktop of the test's own: with more in the program's environment.
    pub(crate) fn open_on(name: &'static str, more: &[(&str, &Path)]) -> Option<Self> {
        if std::env::var_os("CIP_WINDOW").is_none_or(|asked| asked != "1") {
            eprintln!("SKIPPED {name}: no window test without CIP_WINDOW=1; ./dev test sets it");
            return None;
        }
        Some(Self::open_now(name, more))
    }

    fn open_now(name: &'static str, more: &[(&str, &Path)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = artefacts().join(format!("{name}.log"));
        let _ = fs::remove_file(&log);
        let own = |part: &str| {
            let path = folder.path().join(part);
            fs::create_dir_all(&path).expect("a folder in a temporary folder");
            path
        };
        let (home, state, cache, data) = (own("home"), own("state"), own("cache"), own("data"));
        let picker = folder.path().join("picker");
        let mut environment: Vec<(&str, &Path)> = vec![
            ("HOME", &home),
            ("CIPDESK_STATE", &state),
            ("XDG_CACHE_HOME", &cache),
            ("XDG_DATA_HOME", &data),
            ("CIPDESK_PICKER", &picker),
            ("TMPDIR", folder.path()),
        ];
        environment.extend(more);
        let screen = Screen::open(desktop(), &environment, &log)
            .unwrap_or_else(|why| panic!("{name}: {why}; see {}", log.display()));
        let window = Self {
            screen,
            folder,
            name,
            log,
        };
        window.session(|session| session.set_script_timeout(PATIENCE * 2));
        window.wait_until(
            "the page is drawn",
            "return document.readyState === 'complete' && document.body.innerText.trim() !== ''",
        );
        window
    }

    fn session<T>(
        &self,
        work: impl FnOnce(&super::webdriver::Session) -> super::webdriver::Outcome<T>,
    ) -> T {
        work(&self.screen.session).unwrap_or_else(|why| {
            let _ = self
                .screen
                .session
                .screenshot()
                .map(|png| fs::write(self.picture("failed"), png));
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            panic!("{}: {why}\nthe program said:\n{log}", self.name)
        })
    }

    fn picture(&self, name: &str) -> PathBuf {
        artefacts().join(format!("{}-{name}.png", self.name))
    }

    /// The test's own folder: goes with the window.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Decides what file dialogs will answer from now on: `purpose` as in `desk::Ask`, with a path each.
    pub(crate) fn dialogs_answer(&self, answers: &[(&str, &Path)]) {
        let lines: String = answers
            .iter()
            .map(|(purpose, path)| format!("{purpose}={}\n", path.display()))
            .collect();
        fs::write(self.folder.path().join("picker"), lines)
            .expect("the picker's answers can be written");
    }

    /// The first element that matches a CSS selector; waits for it.
    pub(crate) fn find(&self, css: &str) -> Element<'_> {
        self.screen
            .session
            .wait_for("css selector", css)
            .unwrap_or_else(|why| self.session(|_| Err(why)))
    }

    /// All elements that match now.
    pub(crate) fn find_all(&self, css: &str) -> Vec<Element<'_>> {
        self.screen
            .session
            .all("css selector", css)
            .unwrap_or_else(|why| self.session(|_| Err(why)))
    }

    /// The first element that matches an XPath; waits for it.
    pub(crate) fn xpath(&self, path: &str) -> Element<'_> {
        self.screen
            .session
            .wait_for("xpath", path)
            .unwrap_or_else(|why| self.session(|_| Err(why)))
    }

    /// A button or link by its words.
    pub(crate) fn button(&self, words: &str) -> Element<'_> {
        self.xpath(&button_path(words))
    }

    /// A field by its label's words.
    pub(crate) fn field(&self, label: &str) -> Element<'_> {
        let words = quoted(label);
        self.xpath(&format!(
            "//*[self::input or self::textarea or self::select or @role='combobox'][@aria-label={words} or @id=//label[normalize-space(.)={words} or starts-with(normalize-space(.), {words})]/@for or ancestor::label[starts-with(normalize-space(.), {words})]]"
        ))
    }

    /// Empties a field and types into it; types again, as a person would, where a busy machine swallowed a key or the
    /// field belonged to a screen that was just going.
    pub(crate) fn fill(&self, label: &str, text: &str) {
        let until = Instant::now() + PATIENCE;
        let mut tries = 3;
        while tries > 0 {
            let field = self.field(label);
            match field.clear().and_then(|()| field.type_text(text)) {
                Ok(()) => {
                    let there = self.script("return arguments[0].value", &[field.as_argument()]);
                    if there.as_str() == Some(text) {
                        return;
                    }
                    tries -= 1;
                }
                Err(why)
                    if why.starts_with("element not interactable") && Instant::now() < until => {}
                Err(why) => self.session(|_| Err(format!("{label}: {why}"))),
            }
        }
    }

    /// Presses a button or follows a link by its words, as soon as it may be pressed.
    pub(crate) fn press_button(&self, words: &str) {
        self.wait_until_given(
            &format!("\"{words}\" may be pressed"),
            "const one = document.evaluate(arguments[0], document, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue;\
             return Boolean(one) && one.ariaDisabled !== 'true' && !one.disabled && one.checkVisibility()",
            &[json!(button_path(words))],
        );
        self.click(words, &button_path(words));
    }

    /// Presses a button in the row of a table that has these words.
    pub(crate) fn press_in_row(&self, row: &str, words: &str) {
        let path = format!(
            "//tr[contains(., {})]//button[contains(., {})]",
            quoted(row),
            quoted(words)
        );
        self.wait_until_given(
            &format!("\"{words}\" may be pressed in the row of \"{row}\""),
            "const one = document.evaluate(arguments[0], document, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue;\
             return Boolean(one) && one.ariaDisabled !== 'true' && !one.disabled && one.checkVisibility()",
            &[json!(path)],
        );
        self.click(words, &path);
    }

    /// Clicks, as soon as nothing that is fading away lies above; what does not lie in sight is scrolled there before each new try, because
    /// a list that is still being filled scrolls back to its first line.
    fn click(&self, what: &str, path: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            self.settle();
            let one = self.xpath(path);
            match one.click() {
                Err(why)
                    if ["element click intercepted", "element not interactable"]
                        .iter()
                        .any(|passing| why.starts_with(passing))
                        && Instant::now() < until =>
                {
                    // It may have gone by now: the next try finds that out, or the one that took its place.
                    let _ = self.screen.session.script(
                        "arguments[0].scrollIntoView({ block: 'center' })",
                        &[one.as_argument()],
                    );
                }
                Err(why) => self.session(|_| Err(format!("{what}: {why}"))),
                Ok(()) => return,
            }
        }
    }

    /// Chooses from a list by the words of its field and of the choice.
    pub(crate) fn choose(&self, label: &str, choice: &str) {
        self.settle();
        let list = self.field(label);
        list.click()
            .unwrap_or_else(|why| self.session(|_| Err(format!("{label}: {why}"))));
        let words = quoted(choice);
        let path = format!(
            "//*[@role='option'][normalize-space(.)={words} or starts-with(normalize-space(.), {words})]"
        );
        self.click(choice, &path);
        self.wait_until(
            "the list is closed",
            "return !document.querySelector('[role=option]')",
        );
    }

    /// Makes the window this wide and high, in pixels.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        self.session(|session| session.resize(width, height));
    }

    /// Waits until some words stand anywhere on the page.
    pub(crate) fn wait_for_words(&self, words: &str) {
        self.wait_until_given(
            &format!("\"{words}\" is on the page"),
            "return document.body.innerText.includes(arguments[0])",
            &[json!(words)],
        );
    }

    /// Waits until a script returns true.
    pub(crate) fn wait_until(&self, what: &str, script: &str) {
        self.wait_until_given(what, script, &[]);
    }

    fn wait_until_given(&self, what: &str, script: &str, arguments: &[Value]) {
        let until = Instant::now() + PATIENCE;
        // While the page is replaced a script has nowhere to run.
        while self.screen.session.script(script, arguments).ok() != Some(json!(true)) {
            if Instant::now() > until {
                self.session::<()>(|_| Err(format!("waited in vain until {what}")));
            }
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Runs a function body in the page.
    pub(crate) fn script(&self, body: &str, arguments: &[Value]) -> Value {
        self.session(|session| session.script(body, arguments))
    }

    /// Runs an asynchronous function body in the page.
    pub(crate) fn script_async(&self, body: &str, arguments: &[Value]) -> Result<Value, Value> {
        self.session(|session| session.script_async(body, arguments))
    }

    /// Calls a command of the table as the page does: the view, or the failure.
    pub(crate) fn call(&self, command: &str, request: &Value) -> Result<Value, Value> {
        self.script_async(
            "return window.__TAURI_INTERNALS__.invoke(arguments[0], { req: arguments[1] })",
            &[json!(command), request.clone()],
        )
    }

    /// Goes to a place in the page, such as `/customers`.
    pub(crate) fn go(&self, route: &str) {
        self.script(
            "location.hash = arguments[0]",
            &[json!(format!("#{route}"))],
        );
    }

    /// Presses keys where the focus is; several at once are held together.
    pub(crate) fn press(&self, keys: &[char]) {
        self.session(|session| session.press(keys));
    }

    /// Types where the focus is, key by key.
    pub(crate) fn press_keys(&self, text: &str) {
        for key in text.chars() {
            self.press(&[key]);
        }
    }

    /// The page's address.
    pub(crate) fn url(&self) -> String {
        self.session(super::webdriver::Session::url)
    }

    /// Waits until what was decided is painted: fonts loaded, animations over, two frames drawn.
    pub(crate) fn settle(&self) {
        let settled = self.script_async(
            "await document.fonts.ready;\
             const ends = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);\
             await Promise.allSettled(ends.map((one) => one.finished));\
             for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);",
            &[],
        );
        if let Err(why) = settled {
            self.session::<()>(|_| Err(format!("the page does not settle: {why}")));
        }
    }

    /// Keeps a screenshot under artefacts/ and gives its path.
    pub(crate) fn screenshot(&self, name: &str) -> PathBuf {
        self.settle();
        // Where WebKit draws without a card, the driver takes its picture when something is drawn next, and on a page that has settled nothing
        // is: a dot that nobody can see changes until the picture is there.
        self.script(
            "const dot = document.createElement('i');\
             dot.style.cssText = 'position:fixed;left:0;top:0;width:1px;height:1px;pointer-events:none';\
             document.documentElement.append(dot);\
             let seen = false;\
             const timer = setInterval(() => { dot.style.background = (seen = !seen) ? '#00000001' : '#0000'; }, 20);\
             window.__stopTheDot = () => { clearInterval(timer); dot.remove(); };",
            &[],
        );
        let png = self.session(super::webdriver::Session::screenshot);
        self.script("window.__stopTheDot()", &[]);
        let path = self.picture(name);
        fs::write(&path, png).expect("the screenshot can be written");
        path
    }

    /// What axe-core finds wrong on the screen as it is: rule, and the elements.
    pub(crate) fn axe(&self) -> Vec<String> {
        let source = root().join("ui/node_modules/axe-core/axe.min.js");
        let source = fs::read_to_string(&source)
            .unwrap_or_else(|why| panic!("{}: {why}; run npm ci in ui", source.display()));
        // Run by the driver, so the content policy has no say.
        self.script(&format!("{source}; return true"), &[]);
        let found = self.script_async(
            "const found = await window.axe.run(document, { resultTypes: ['violations'] });\
             return found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`)",
            &[],
        );
        let found = found.unwrap_or_else(|why| self.session(|_| Err(format!("axe: {why}"))));
        found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect()
    }

    /// What broke the content policy since the page was last loaded.
    pub(crate) fn policy_violations(&self) -> Vec<Value> {
        let seen = self.script("return window.__policyViolations ?? null", &[]);
        seen.as_array().cloned().unwrap_or_else(|| {
            self.session(|_| Err("the page keeps no list of policy violations".to_owned()))
        })
    }

    /// Looks at the screen as it is: axe is content, the content policy was kept, and a screenshot is taken.
    pub(crate) fn check_screen(&self, name: &str) {
        self.screenshot(name);
        let complaints = self.axe();
        assert!(
            complaints.is_empty(),
            "{name}: axe finds:\n{}",
            complaints.join("\n")
        );
        let violations = self.policy_violations();
        assert!(
            violations.is_empty(),
            "{name}: the page broke its content policy: {violations:?}"
        );
    }
}

/// What stands on an open dialog comes first: what lies under it cannot be pressed.
fn button_path(words: &str) -> String {
    let words = quoted(words);
    let which = format!(
        "*[self::button or self::a or @role='button' or @role='menuitem' or @role='tab'][normalize-space(.)={words} or @aria-label={words} or .//*[normalize-space(.)={words}]]"
    );
    format!("(//*[@role='dialog']//{which} | //{which}[not(//*[@role='dialog'])])[1]")
}

/// A string in XPath 1.0, which has no escapes.
fn quoted(text: &str) -> String {
    if text.contains('\'') {
        format!("\"{text}\"")
    } else {
        format!("'{text}'")
    }
}
