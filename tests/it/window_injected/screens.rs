//! Looks at the screens on which what was written stands: nothing ran, nothing was fetched, nothing is there that no screen has, and the words
//! are there as words.

use super::pen::{Pen, Text};
use crate::support::window::Window;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs};

/// Goes to a place, or stays, waits until the page stands still, and says what is there.
const LOOK: &str = "
    const [route, texts] = arguments;
    if (route !== null) location.hash = '#' + route;
    // A screen comes in its own time; it stands still when nothing has changed for a while and nothing is awaited.
    window.__changed = performance.now();
    let still = false;
    for (let tries = 0; tries < 3000 && !still; tries += 1) {
      await new Promise((done) => setTimeout(done, 20));
      still = performance.now() - window.__changed > 80 && document.querySelector('main h1, main > .empty') && !document.querySelector('.skeleton, [aria-busy=true]');
    }
    const all = [...document.querySelectorAll('*')];
    const alien = 'iframe, frame, frameset, object, embed, base, portal, math, foreignObject, annotation-xml, animate, set, marquee, isindex, audio, video, source, picture, template, noscript, body link, body style, body script, body meta, svg script, [popover], [shadowroot], [contenteditable], dialog, img[src=x], img[srcset], input[autofocus]';
    const addresses = ['href', 'xlink:href', 'src', 'srcset', 'srcdoc', 'action', 'formaction', 'data', 'ping', 'poster', 'background', 'style', 'target', 'http-equiv'];
    // A link that leads to this very page may carry a text in its last part, written as addresses write one: it searches for it here.
    const here = (one) => one.name === 'href' && new URL(one.value, document.baseURI).href.split('#')[0] === location.href.split('#')[0] && /^#\\/[^\\s\"<>`\\\\:]*$/.test(one.value);
    const leads = (one) => /192\\.0\\.2/.test(one.value) && !here(one);
    const acts = (one) => /^on/i.test(one.name) || addresses.includes(one.name) && (/script\\s*:|^\\s*(data:text|blob:https)/i.test(one.value) || leads(one));
    const words = [document.body.textContent, ...all.filter((one) => one.matches('input, textarea')).map((one) => one.value)].join('\\n').replace(/\\s+/g, ' ');
    const main = document.querySelector('main');
    // Who reaches out furthest, with those around it.
    const widest = (box) => {
      const clipped = (one) => { for (let up = one.parentElement; up && up !== box; up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible' && (getComputedStyle(one).position !== 'absolute' || getComputedStyle(up).position !== 'static')) return true; return false };
      let path = [], one = [...box.querySelectorAll('*')].filter((one) => !clipped(one)).sort((a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right)[0];
      for (; one && one !== box; one = one.parentElement) path.unshift(`${one.localName}.${one.className?.baseVal ?? one.className}`);
      return path.slice(-5).join(' > ');
    };
    const seen = {
      still: Boolean(still),
      mark: String(window.__pwned),
      elements: all.filter((one) => one.matches(alien)).map((one) => one.outerHTML.slice(0, 300)),
      acting: all.flatMap((one) => [...one.attributes]).filter(acts).map((one) => one.name + '=' + one.value),
      fetched: performance.getEntriesByType('resource').map((one) => one.name).filter((name) => !/^(tauri|ipc|data|blob|doc):/.test(name) && !/^https?:\\/\\/(tauri|ipc)\\.localhost/.test(name)),
      faults: window.__faults,
      wide: [document.documentElement, document.body, main, document.querySelector('[role=dialog] .body')].filter((one) => one && one.scrollWidth > one.clientWidth + 1).map((one) => `${one.localName} ${one.scrollWidth} > ${one.clientWidth}: ${widest(one)}`),
    };
    const alerts = [...document.querySelectorAll('main [role=alert]')].map((one) => one.textContent);
    performance.clearResourceTimings();
    return { seen, alerts, heading: document.querySelector('main h1')?.textContent ?? '', found: texts.flatMap((text, at) => words.includes(text.replace(/\\s+/g, ' ')) ? [at] : []) };
";

/// Where the words of a list's search, a record's name or a tab are taken out of the address.
const ADDRESSES: [&str; 30] = [
    "/customers?q=¶",
    "/customers?q=kind:¶",
    "/cases?q=¶",
    "/filings?q=¶",
    "/clocks?q=¶",
    "/resellers?q=¶",
    "/audit?q=¶",
    "/audit?group=¶",
    "/rules?q=¶",
    "/rules?tab=compare&pack=¶&with=¶",
    "/rules?tab=¶",
    "/help?tab=terms&q=¶",
    "/help?screen=¶",
    "/customers/¶",
    "/cases/¶",
    "/request/¶",
    "/clocks/¶",
    "/filings/¶",
    "/resellers/¶",
    "/documents/¶",
    "/documents/¶/review",
    "/today?clock=¶",
    "/calendar?month=¶",
    "/calendar?kind=¶",
    "/work?who=¶",
    "/likeness?tab=radar&kind=¶",
    "/programme?tab=¶",
    "/request?reseller=¶",
    "/customers?sort=¶",
    "/¶",
];

/// Screens that show something of every record.
const LISTS: [&str; 33] = [
    "/today",
    "/work",
    "/calendar",
    "/calendar?tab=agenda",
    "/clocks",
    "/customers",
    "/review",
    "/register",
    "/likeness?tab=duplicates",
    "/likeness?tab=merges",
    "/likeness?tab=radar",
    "/letters",
    "/access",
    "/import",
    "/resellers",
    "/cases",
    "/request",
    "/training",
    "/filings",
    "/bundles",
    "/programme?tab=scope",
    "/programme?tab=cip",
    "/programme?tab=risks",
    "/programme?tab=contacts",
    "/programme?tab=documents",
    "/rules",
    "/rules?tab=packs",
    "/retention",
    "/audit",
    "/people",
    "/drill",
    "/help",
    "/settings",
];

/// Screens of everything are looked at again after so many rounds.
const LISTS_EVERY: usize = 6;

/// What is written here must stand, letter by letter, on the record's own screens.
const ON_A_RECORD: [&str; 20] = [
    "vault_create",
    "customer_create",
    "owner_save",
    "account_save",
    "determination_record",
    "verification_record",
    "discrepancy_save",
    "signatory_save",
    "red_flag_save",
    "letter_save",
    "redress_save",
    "task_save",
    "draft_save",
    "reseller_save",
    "request_open",
    "evidence_open",
    "case_open",
    "filing_edit",
    "document_attach",
    "cip_add",
];

const TABS: [&str; 10] = [
    "overview",
    "case",
    "identity",
    "owners",
    "accounts",
    "documents",
    "decisions",
    "letters",
    "connections",
    "timeline",
];

pub(super) struct Screens<'w> {
    window: &'w Window,
    /// How many screens were looked at.
    pub(super) looked: usize,
    /// How many texts were found again on one, as they were written.
    pub(super) found: usize,
}

impl<'w> Screens<'w> {
    /// From now on the page keeps what goes wrong in it, and everything that it fetches.
    pub(super) fn watch(window: &'w Window) -> Self {
        window.script(
            "window.__faults = [];\
             addEventListener('error', (event) => window.__faults.push(String(event.message)));\
             addEventListener('unhandledrejection', (event) => window.__faults.push(String(event.reason?.message ?? event.reason)));\
             new MutationObserver(() => { window.__changed = performance.now() }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });\
             performance.setResourceTimingBufferSize(100000); performance.clearResourceTimings()",
            &[],
        );
        Self {
            window,
            looked: 0,
            found: 0,
        }
    }

    /// Goes there, or looks at what is there now. Nothing may have become of any text; gives which of these stand there.
    fn look(&mut self, route: Option<&str>, texts: &[&str]) -> (Vec<usize>, Value) {
        let said = self
            .window
            .script_async(LOOK, &[json!(route), json!(texts)])
            .unwrap_or_else(|why| panic!("{route:?}: {why}"));
        let place = route.unwrap_or("what is shown");
        assert_eq!(
            said["seen"],
            json!({ "still": true, "mark": "undefined", "elements": [], "acting": [], "fetched": [], "faults": [], "wide": [] }),
            "{place}"
        );
        self.looked += 1;
        let found = said["found"].as_array().unwrap().iter();
        let found = found
            .map(|at| usize::try_from(at.as_u64().unwrap()).unwrap())
            .collect();
        (found, said)
    }

    /// Every screen on which something of the round stands.
    pub(super) fn of_a_round(&mut self, pen: &mut Pen<'_>, cases: &[String], filings: &[String]) {
        let mut routes: Vec<String> = Vec::new();
        if pen.round.is_multiple_of(LISTS_EVERY) {
            routes.extend(LISTS.map(str::to_owned));
        }
        for customer in ["person", "firm"] {
            let reference = pen.kept(customer);
            routes.extend(TABS.map(|tab| format!("/customers/{reference}?tab={tab}")));
        }
        // What was merged into another record.
        routes.push(format!("/customers/{}", pen.kept("twin")));
        routes.push(format!("/resellers/{}", pen.kept("reseller")));
        routes.push(format!("/request/{}", pen.kept("asked")));
        routes.push(format!("/documents/{}", pen.kept("document")));
        for clock in ["clock", "started"] {
            routes.push(format!("/clocks/{}", pen.kept(clock)));
        }
        routes.extend(cases.iter().map(|case| format!("/cases/{case}")));
        routes.extend(filings.iter().map(|filing| format!("/filings/{filing}")));
        let mut left: Vec<Text> = std::mem::take(&mut pen.texts);
        for route in &routes {
            let texts: Vec<&str> = left.iter().map(|one| one.text.as_str()).collect();
            let (found, said) = self.look(Some(route), &texts);
            assert_eq!(said["alerts"], json!([]), "{route} is shown");
            assert_ne!(said["heading"], "", "{route} is a screen");
            let found: BTreeSet<usize> = found.into_iter().collect();
            self.found += found.len();
            let mut at = 0;
            left.retain(|_| {
                at += 1;
                !found.contains(&(at - 1))
            });
        }
        for one in &left {
            assert!(
                !ON_A_RECORD.iter().any(|place| one.place.starts_with(place)),
                "{}: nowhere as it was written: {}",
                one.place,
                one.text
            );
        }
        self.addresses(pen);
        self.palette(pen);
    }

    /// What somebody writes into an address, or follows a link to.
    fn addresses(&mut self, pen: &mut Pen<'_>) {
        for address in ADDRESSES {
            let mut text = pen.text(address);
            if !address.contains('?') {
                // A part of a path ends at a slash.
                text = text.replace('/', "\u{2215}");
            }
            let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let route = address.replace('¶', &encoded);
            let (found, _) = self.look(Some(&route), &[&text]);
            self.shown(pen, address, !found.is_empty());
        }
    }

    /// The search over everything: what is typed there, and the records that it finds.
    fn palette(&mut self, pen: &mut Pen<'_>) {
        let text = pen.text("the search over everything");
        self.window.script(
            "window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))",
            &[],
        );
        let input = self.window.find(".palette input");
        for words in ["window", &text] {
            self.window.script(
                "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', { bubbles: true }))",
                &[input.as_argument(), json!(words)],
            );
            // The records are looked for after a pause in the typing.
            std::thread::sleep(std::time::Duration::from_millis(150));
            let (found, _) = self.look(None, &[&text]);
            if words == text {
                self.shown(pen, "the search over everything", !found.is_empty());
            }
        }
        self.window.script(
            "arguments[0].dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))",
            &[input.as_argument()],
        );
        self.window.wait_until(
            "the search is closed",
            "return !document.querySelector('.palette')",
        );
    }

    /// Counts a text that stands where it was typed.
    fn shown(&mut self, pen: &mut Pen<'_>, place: &str, found: bool) {
        if found {
            pen.shown(place.to_owned());
            self.found += 1;
        }
    }

    /// Ticks a box, as a person does: once more where the page still glided and the press missed it.
    fn tick(&self, label: &str) {
        for _ in 0..5 {
            self.window.settle();
            let field = self.window.field(label);
            field.click().unwrap();
            if self
                .window
                .script("return arguments[0].checked", &[field.as_argument()])
                == json!(true)
            {
                return;
            }
        }
        panic!("{label} is not ticked");
    }

    /// A file of customers whose cells, and the name of one column, are payloads: as it is matched, checked and imported.
    pub(super) fn import(&mut self, pen: &mut Pen<'_>) {
        let places = [
            "name",
            "street_address",
            "use_locations",
            "its own column",
            "the name of a column",
            "a wrong country",
        ];
        let texts = places.map(|place| pen.text(&format!("import {place}")));
        let cell = |at: usize| format!("\"{}\"", texts[at].replace('"', "\"\""));
        let csv = format!(
            "name,country,street_address,use_locations,{}\n{},DE,{},{},{}\nSomeone,{},,,\n",
            cell(4),
            cell(0),
            cell(1),
            cell(2),
            cell(3),
            cell(5)
        );
        let file = self.window.folder().join("customers.csv");
        fs::write(&file, csv).unwrap();
        self.window.dialogs_answer(&[("import", &file)]);
        self.window.go("/import");
        self.window.press_button("Choose a file…");
        self.window.wait_for_words("What each column is");
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut seen: BTreeSet<usize> = self.look(None, &all).0.into_iter().collect();
        self.window.press_button("Check without writing");
        self.window.wait_for_words("What the import would do");
        seen.extend(self.look(None, &all).0);
        self.tick("Leave bad rows out, and write them to a report beside the file");
        self.window.press_button("Import 1 customer");
        self.window.wait_for_words("See the customers");
        let customers = self
            .window
            .call("customer_list", &json!({ "query": "", "sort": "changed", "descending": true, "offset": 0, "limit": 1, "counts": false }))
            .unwrap();
        let made = customers["rows"][0]["ref"].as_str().unwrap();
        let (found, _) = self.look(Some(&format!("/customers/{made}?tab=identity")), &all);
        seen.extend(found);
        for (at, place) in places.into_iter().enumerate() {
            self.shown(pen, &format!("import {place}"), seen.contains(&at));
        }
    }

    /// What is refused is quoted where it was typed.
    pub(super) fn a_wrong_date(&mut self, pen: &mut Pen<'_>, filings: &[String]) {
        let Some(filing) = filings.iter().find(|one| one.starts_with("F3-")) else {
            return;
        };
        let text = pen.text("a wrong date");
        self.window.go(&format!("/filings/{filing}"));
        self.window.press_button("In effect from");
        let field = self.window.field("In effect from");
        self.window.script(
            "arguments[0].focus(); arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', { bubbles: true })); arguments[0].blur()",
            &[field.as_argument(), json!(text)],
        );
        self.window.wait_for_words("is no date");
        self.look(None, &[&text]);
        self.window.press_button("Save");
        self.window.wait_until(
            "it is saved, and listed as wrong",
            "return !document.querySelector('[role=dialog]') && document.body.innerText.includes('is no day')",
        );
        let (found, _) = self.look(None, &[&text]);
        self.shown(pen, "a wrong date", !found.is_empty());
    }

    /// The watch can fail, and the policy stops what a page that somebody took over would do. Gives how often it said so.
    pub(super) fn what_the_page_itself_tries(&self) -> usize {
        let tries = self
            .window
            .script_async(
                "const tried = [];\
                 const add = (name, attributes, text) => { const one = document.createElement(name); for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value); if (text) one.textContent = text; document.body.append(one); tried.push(name); return one };\
                 add('script', {}, 'window.__pwned=1'); add('script', { src: 'https://192.0.2.1/x.js' }); add('img', { src: 'https://192.0.2.1/x.png' });\
                 add('iframe', { src: 'https://192.0.2.1/' }); add('object', { data: 'https://192.0.2.1/x' }); add('link', { rel: 'stylesheet', href: 'https://192.0.2.1/x.css' });\
                 add('a', { onclick: 'window.__pwned=1' }).click(); add('style', {}, 'body { background: url(https://192.0.2.1/x) }');\
                 const form = add('form', { action: 'https://192.0.2.1/', method: 'post' }); form.submit();\
                 try { eval('window.__pwned=1') } catch { tried.push('eval') }\
                 try { new Function('window.__pwned=1')() } catch { tried.push('Function') }\
                 try { await fetch('https://192.0.2.1/') } catch { tried.push('fetch') }\
                 try { new WebSocket('wss://192.0.2.1/') } catch { tried.push('WebSocket') }\
                 await new Promise((done) => setTimeout(done, 500));\
                 return { tried: tried.length, mark: String(window.__pwned) }",
                &[],
            )
            .unwrap();
        assert_eq!(tries["mark"], "undefined", "{tries}");
        let said = self
            .window
            .script_async(LOOK, &[Value::Null, json!([])])
            .unwrap();
        for watched in ["elements", "acting"] {
            assert_ne!(said["seen"][watched], json!([]), "{watched} would be seen");
        }
        self.window.policy_violations().len()
    }
}
