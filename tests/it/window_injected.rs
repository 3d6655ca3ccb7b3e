//! What people type, import and attach is text in the window, whatever it is (security T-CSP): it runs nothing, fetches nothing, and frames
//! nothing; and what the page itself would run is stopped.

use crate::support::{
    acme::{called, into_a_new_vault},
    window::Window,
};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// What would set a mark, fetch something, or move what stands beside it.
const PAYLOADS: [&str; 30] = [
    "<script>window.__pwned=1</script>",
    "<img src=x onerror=\"window.__pwned=1\">",
    "<svg onload=\"window.__pwned=1\">",
    "<svg><script>window.__pwned=1</script></svg>",
    "<body onload=window.__pwned=1>",
    "<iframe src=\"javascript:parent.__pwned=1\">",
    "<iframe srcdoc=\"<script>parent.__pwned=1</script>\">",
    "<object data=\"data:text/html,<script>parent.__pwned=1</script>\">",
    "<embed src=\"javascript:window.__pwned=1\">",
    "<a href=\"javascript:window.__pwned=1\">x</a>",
    "javascript:window.__pwned=1",
    "JaVaScRiPt&#58;window.__pwned=1",
    "data:text/html,<script>parent.__pwned=1</script>",
    "<math><mtext><style><img src onerror=window.__pwned=1>",
    "<style>*{background:url(https://192.0.2.1/x)}</style>",
    "<link rel=stylesheet href=https://192.0.2.1/x.css>",
    "<meta http-equiv=refresh content=\"0;url=https://192.0.2.1/\">",
    "<base href=https://192.0.2.1/>",
    "<form action=https://192.0.2.1/><input autofocus onfocus=window.__pwned=1>",
    "<details open ontoggle=window.__pwned=1>",
    "<video><source onerror=window.__pwned=1>",
    "<marquee onstart=window.__pwned=1>",
    "\"><script>window.__pwned=1</script>",
    "' onmouseover='window.__pwned=1",
    "--><script>window.__pwned=1</script>",
    "</title><script>window.__pwned=1</script>",
    "{@html '<img src=x onerror=window.__pwned=1>'}",
    "{{constructor.constructor('window.__pwned=1')()}}",
    "${window.__pwned=1}",
    "x\u{202e}>tpircs/<1=denwp__.wodniw>tpircs<",
];

/// What no text may have become: a mark, an element that runs or loads something, an attribute that acts.
fn untouched(window: &Window, place: &str) {
    let found = window.script(
        "return { mark: String(window.__pwned), \
           elements: [...document.querySelectorAll('iframe, object, embed, base, body link, body style, body script, meta[http-equiv=refresh], form[action*=\"192.0.2.1\"]')].map((one) => one.outerHTML), \
           acting: [...document.querySelectorAll('*')].flatMap((one) => [...one.attributes]).filter((one) => /^on/i.test(one.name) || /^\\s*javascript:/i.test(one.value)).map((one) => one.name + '=' + one.value), \
           fetched: performance.getEntriesByType('resource').map((one) => one.name).filter((name) => !/^(tauri|ipc|data|blob|doc):/.test(name) && !/^https?:\\/\\/(tauri|ipc)\\.localhost/.test(name)) }",
        &[],
    );
    assert_eq!(
        found,
        json!({ "mark": "undefined", "elements": [], "acting": [], "fetched": [] }),
        "{place}"
    );
}

/// Writes one text wherever one can be written about a new customer; gives the customer, and how many places took it.
fn written(window: &Window, payload: &str, paper: &Path) -> (String, usize) {
    let name = format!("Nora {payload}");
    let request = json!({ "kind": "individual", "name": name, "name_original": payload, "country": "GB", "external_id": null });
    let made = called(window, "customer_create", &request);
    let customer = made["ref"].as_str().unwrap().to_owned();
    let mut places = 2;
    let shown = called(window, "customer_show", &json!({ "ref": customer }));
    let fields: Vec<String> = shown["sections"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|section| section["fields"].as_array().unwrap())
        .filter(|field| field["id"] != "full_legal_name")
        .map(|field| field["id"].as_str().unwrap().to_owned())
        .collect();
    let mut revision = shown["revision"].clone();
    for field in fields {
        let change = json!({ "ref": customer, "revision": revision, "fields": [{ "id": field, "values": [payload] }], "reason": payload, "occurred_on": null, "proved_by": null });
        // No text is a date or a country.
        if let Ok(changed) = window.call("customer_change", &change) {
            revision = changed["revision"].clone();
            places += 1;
        }
    }
    for (command, request) in [
        (
            "comment_add",
            json!({ "about": customer, "text": payload, "corrects": null }),
        ),
        (
            "task_save",
            json!({ "about": customer, "id": null, "title": payload, "note": payload, "assignee": null, "due": null }),
        ),
        (
            "reseller_save",
            json!({ "ref": null, "name": name, "country": payload, "address": payload, "email": null, "notes": payload }),
        ),
        (
            "hold_place",
            json!({ "scope": [], "reason": payload, "authority": payload, "placed_on": null }),
        ),
    ] {
        if window.call(command, &request).is_ok() {
            places += request
                .as_object()
                .unwrap()
                .values()
                .filter(|value| **value == payload)
                .count();
        }
    }
    // A file's own name, where the disk takes it.
    let file = paper.with_file_name(format!("{}.txt", payload.replace('/', "\u{2215}")));
    if fs::write(&file, payload).is_ok() {
        window.dialogs_answer(&[("document", &file)]);
        let request =
            json!({ "subject": customer, "type": "other", "replaces": null, "handle": null });
        let attached = window
            .script_async(
                "const { invoke, transformCallback } = window.__TAURI_INTERNALS__;\
                 return invoke('document_attach', { req: arguments[0], job: 'attach', progress: '__CHANNEL__:' + transformCallback(() => {}) })",
                &[request],
            )
            .unwrap();
        places += attached["documents"].as_array().map_or(0, Vec::len);
    }
    (customer, places)
}

#[test]
fn whatever_is_typed_stays_text_and_what_a_page_would_run_is_stopped() {
    let Some(window) = Window::open("injected") else {
        return;
    };
    window.dialogs_answer(&[
        ("vault-create", &window.folder().join("A.cipdesk")),
        ("recovery-sheet", &window.folder().join("sheet.txt")),
    ]);
    into_a_new_vault(&window, |_| ());
    let before = window.policy_violations().len();
    let (mut places, mut customers) = (0, Vec::new());
    for payload in PAYLOADS {
        let (customer, took) = written(&window, payload, &window.folder().join("x"));
        places += took;
        customers.push((customer, payload));
    }
    let mut screens = 0;
    let mut look = |route: &str| {
        window.go(route);
        window.settle();
        untouched(&window, route);
        screens += 1;
    };
    for route in [
        "/today",
        "/work",
        "/customers",
        "/resellers",
        "/retention",
        "/audit",
        "/review",
        "/cases",
        "/import",
    ] {
        look(route);
    }
    for (customer, payload) in &customers {
        for tab in ["", "?tab=identity"] {
            look(&format!("/customers/{customer}{tab}"));
        }
        let shown = window.script("return document.body.textContent", &[]);
        assert!(
            shown.as_str().unwrap().contains(payload),
            "{customer} shows {payload} as text"
        );
    }
    assert_eq!(
        window.policy_violations().len(),
        before,
        "no text tried anything"
    );
    // The watch can fail, and the policy stops what a page that somebody took over would do.
    let tries: Value = window
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
    let stopped = window.policy_violations().len() - before;
    assert!(stopped >= 9, "the policy says what it stopped: {stopped}");
    eprintln!(
        "figure T-CSP {places} texts that would run, load or frame something, of {} kinds, in every place that takes one; on {screens} screens each was text, and nothing was fetched; {stopped} things that the page itself tried were stopped",
        PAYLOADS.len()
    );
}
