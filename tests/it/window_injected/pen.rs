//! Writes payloads wherever the program takes a text: by the table of requests, and by what customers, cases and forms say that they ask. Knows
//! nothing of what becomes of them on a screen.

use super::{payloads::PAYLOADS, requests::Row};
use crate::support::{acme::called, desk::PASSPHRASE, root, window::Window};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What stands for a payload in a request.
const MARK: &str = "¶";

/// A form's turn comes after so many rounds: what they look like is worked out anew for every change, which takes its time.
const FORMS_EVERY: usize = 4;

/// A text that the program took, and where.
pub(super) struct Text {
    pub(super) place: String,
    pub(super) text: String,
}

pub(super) struct Pen<'w> {
    window: &'w Window,
    /// Which payload comes first: every place is given another one in each round.
    pub(super) round: usize,
    /// Places by their requests, in the order in which they were first met.
    turns: BTreeMap<String, usize>,
    kept: BTreeMap<String, Value>,
    /// What was taken and not looked for yet.
    pub(super) texts: Vec<Text>,
    /// Where a text was taken or shown: once a round.
    places: BTreeSet<(usize, String)>,
}

impl<'w> Pen<'w> {
    pub(super) fn new(window: &'w Window) -> Self {
        Self {
            window,
            round: 0,
            turns: BTreeMap::new(),
            kept: BTreeMap::new(),
            texts: Vec::new(),
            places: BTreeSet::new(),
        }
    }

    /// The reference that an answer of this round gave.
    pub(super) fn kept(&self, name: &str) -> &str {
        self.kept
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The text for a place: a payload, with a number of its own behind it, so that it is told from the same one elsewhere.
    pub(super) fn text(&mut self, place: &str) -> String {
        let next = self.turns.len();
        let turn = *self.turns.entry(place.to_owned()).or_insert(next);
        format!(
            "{}//{}.{turn}",
            PAYLOADS[(turn + self.round) % PAYLOADS.len()],
            self.round
        )
    }

    /// Counts a text that was taken, and keeps it to be looked for.
    pub(super) fn took(&mut self, place: String, text: String) {
        if self.shown(place.clone()) {
            self.texts.push(Text { place, text });
        }
    }

    /// Counts a text that was shown at once; a place counts once in a round.
    pub(super) fn shown(&mut self, place: String) -> bool {
        self.places.insert((self.round, place))
    }

    /// How many texts were taken or shown.
    pub(super) fn written(&self) -> usize {
        self.places.len()
    }

    /// In how many places.
    pub(super) fn places(&self) -> usize {
        let places: BTreeSet<&str> = self
            .places
            .iter()
            .map(|(_, place)| place.as_str())
            .collect();
        places.len()
    }

    /// Asks for something, with the payload of `place` at every mark; nothing where it is refused.
    fn write(&mut self, place: &str, command: &str, request: &Value) -> Option<Value> {
        let text = self.text(place);
        let request = self.filled(request, &text)?;
        match self.asked(command, &request) {
            Ok(answer) => {
                let mut marks = Vec::new();
                marked(&request, &text, String::new(), &mut marks);
                for mark in marks {
                    self.took(format!("{place} {mark}"), text.clone());
                }
                Some(answer)
            }
            Err(failure) => {
                assert_ne!(
                    failure["class"], "internal",
                    "{place}: {failure} to {request}"
                );
                let said = failure["message"].as_str().unwrap_or_default();
                assert!(!said.is_empty(), "{place}: {failure}");
                None
            }
        }
    }

    /// The request with the text at every mark; nothing where an answer that it needs was refused.
    fn filled(&self, value: &Value, text: &str) -> Option<Value> {
        Some(match value {
            Value::String(word) => match word.strip_prefix('$') {
                Some(name) => self.filled(self.kept.get(name)?, text)?,
                None => word.replace(MARK, text).into(),
            },
            Value::Array(all) => all
                .iter()
                .map(|one| self.filled(one, text))
                .collect::<Option<_>>()?,
            Value::Object(all) => Value::Object(
                all.iter()
                    .map(|(name, one)| Some((name.clone(), self.filled(one, text)?)))
                    .collect::<Option<_>>()?,
            ),
            other => other.clone(),
        })
    }

    /// One more round: something of everything, each with another payload than before.
    pub(super) fn begin(&mut self, round: usize) {
        self.round = round;
        // A vault that nobody uses for half an hour is locked, and nobody presses a key here.
        called(self.window, "activity", &json!({}));
        self.kept = self.known();
    }

    /// What requests refer to before anything is written.
    fn known(&self) -> BTreeMap<String, Value> {
        let asked = |command| called(self.window, command, &json!({}));
        let today = asked("status")["today"].as_str().unwrap().to_owned();
        let programme = asked("programme");
        let heads: Value = programme["heads"]
            .as_array()
            .unwrap()
            .iter()
            .map(|head| json!({ "id": head["id"], "rating": "low", "text": MARK }))
            .collect();
        let choices = asked("clock_choices");
        let choice = &choices[0];
        let at: Value = choice["triggers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| json!({ "event": one["value"], "at": today }))
            .collect();
        let (key, signer) = self.a_key();
        let back = i64::try_from(self.round).unwrap();
        let day = |days| crate::support::acme::days_before(&today, days);
        [
            ("a_day", json!(day(back))),
            ("yesterday", json!(day(1))),
            ("later", json!(day(-60))),
            ("today", json!(today)),
            ("passphrase", json!(PASSPHRASE)),
            ("view", json!(format!("View {}", self.round))),
            ("another", json!(format!("{PASSPHRASE} {}", self.round))),
            ("member", asked("people")["next_label"].clone()),
            ("days", json!(31 + self.round)),
            ("on", json!(self.round.is_multiple_of(2))),
            ("element", programme["elements"][0]["id"].clone()),
            ("heads", heads),
            ("pack", choice["pack"].clone()),
            ("choice", choice["clock"].clone()),
            ("at", at),
            ("key", json!(key)),
            ("signer", json!(signer)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// A public key as OpenSSH writes it, and its fingerprint.
    fn a_key(&self) -> (String, String) {
        let file = self.window.folder().join(format!("key-{}", self.round));
        let said = |arguments: &[&str]| {
            let done = Command::new("ssh-keygen")
                .args(arguments)
                .arg("-f")
                .arg(&file)
                .output()
                .unwrap();
            assert!(done.status.success(), "{done:?}");
            String::from_utf8(done.stdout).unwrap()
        };
        said(&["-q", "-t", "ed25519", "-N", "", "-C", "key"]);
        let fingerprint = said(&["-l"]).split_whitespace().nth(1).unwrap().to_owned();
        let key = fs::read_to_string(file.with_extension("pub")).unwrap();
        (key.trim().to_owned(), fingerprint)
    }

    /// A table of requests, from its first line to its last.
    pub(super) fn requests(&mut self, rows: &[Row]) {
        for (number, (command, request, keeps)) in rows.iter().enumerate() {
            let row: Value =
                serde_json::from_str(request).unwrap_or_else(|why| panic!("{command}: {why}"));
            let Some(answer) = self.write(&format!("{command} {number}"), command, &row) else {
                continue;
            };
            for (name, at) in *keeps {
                let found = answer.pointer(at);
                let found = found.unwrap_or_else(|| panic!("{command} gives no {at}: {answer}"));
                self.kept.insert((*name).to_owned(), found.clone());
            }
        }
    }

    /// Every field of a customer, and every step that a case may take.
    pub(super) fn customer(&mut self, name: &str) {
        let reference = self.kept(name).to_owned();
        let mut shown = called(self.window, "customer_show", &json!({ "ref": reference }));
        for field in fields_of(&shown) {
            let change = json!({ "ref": reference, "revision": shown["revision"], "reason": MARK,
                "fields": [{ "id": field, "values": [MARK] }] });
            let place = format!("customer {name} {field}");
            if let Some(changed) = self.write(&place, "customer_change", &change) {
                shown = changed;
            }
        }
        let mut been = BTreeSet::new();
        for _ in 0..6 {
            let Some(next) = next_move(&shown["moves"], &mut been) else {
                return;
            };
            let to = next["to"].as_str().unwrap();
            let step = json!({ "ref": reference, "to": to, "reason": MARK, "leave_open": MARK,
                "passphrase": PASSPHRASE, "override_reason": MARK });
            if let Some(taken) = self.write(
                &format!("customer {name} to {to}"),
                "customer_advance",
                &step,
            ) {
                shown = taken;
            }
        }
    }

    /// A case of every kind that can be opened, what is known of it, its parts, and its steps as far as they go.
    pub(super) fn cases(&mut self) -> Vec<String> {
        let mut opened = Vec::new();
        let kinds = called(self.window, "case_kinds", &json!({}));
        for kind in kinds.as_array().unwrap() {
            let id = kind["kind"].as_str().unwrap();
            for (way, opening) in kind["openings"].as_array().unwrap().iter().enumerate() {
                let request = json!({ "kind": id, "state": opening["to"], "received": "$today", "text": MARK, "how": MARK,
                    "resellers": ["$reseller"], "subjects": ["$firm"], "answers": self.answers(&opening["asks"]) });
                let place = format!("case_open {id} {way}");
                if let Some(made) = self.write(&place, "case_open", &request) {
                    let case = made["case"].as_str().unwrap().to_owned();
                    self.kept.insert(id.to_owned(), json!(case));
                    self.case(&case, id);
                    opened.push(case);
                }
            }
        }
        for (name, kept) in [("request", "asked"), ("failure", "failing")] {
            let case = self.kept(kept).to_owned();
            if !case.is_empty() {
                self.case(&case, name);
                opened.push(case);
            }
        }
        opened
    }

    fn case(&mut self, case: &str, kind: &str) {
        let mut view = called(self.window, "case_show", &json!({ "ref": case }));
        let change = json!({ "ref": case, "fields": self.answers(&view["fields"]) });
        if let Some(changed) = self.write(&format!("case_change {kind}"), "case_change", &change) {
            view = changed;
        }
        let mut been = BTreeSet::new();
        for _ in 0..8 {
            self.parts(case, kind, &mut view);
            let Some(next) = next_move(&view["moves"], &mut been) else {
                return;
            };
            let to = next["to"].as_str().unwrap();
            let step = json!({ "ref": case, "to": to, "note": MARK, "answers": self.answers(&next["asks"]),
                "passphrase": PASSPHRASE, "override_reason": MARK, "leave_open": MARK });
            let place = format!("case_advance {kind} {to}");
            if let Some(taken) = self.write(&place, "case_advance", &step) {
                view = taken;
            }
        }
    }

    /// Adds one part of each kind, once, and takes one step of each.
    fn parts(&mut self, case: &str, kind: &str, view: &mut Value) {
        for group in view["parts"].as_array().cloned().unwrap_or_default() {
            let part = group["kind"].as_str().unwrap();
            if group["add"].is_array() && group["rows"].as_array().is_none_or(Vec::is_empty) {
                let add =
                    json!({ "ref": case, "kind": part, "answers": self.answers(&group["add"]) });
                let place = format!("case_item_add {kind} {part}");
                if let Some(added) = self.write(&place, "case_item_add", &add) {
                    *view = added;
                }
            }
        }
        for group in view["parts"].as_array().cloned().unwrap_or_default() {
            let part = group["kind"].as_str().unwrap();
            let row = &group["rows"][0];
            let Some(next) = next_move(&row["moves"], &mut BTreeSet::new()) else {
                continue;
            };
            let to = next["to"].as_str().unwrap();
            let step = json!({ "ref": case, "item": row["id"], "to": to, "note": MARK, "answers": self.answers(&next["asks"]),
                "passphrase": PASSPHRASE, "override_reason": MARK });
            let place = format!("case_item_advance {kind} {part} {to}");
            if let Some(taken) = self.write(&place, "case_item_advance", &step) {
                *view = taken;
            }
        }
    }

    /// An answer to each question: the payload to those in words, something that fits to the others.
    fn answers(&self, asks: &Value) -> Value {
        let answer = |ask: &Value| {
            let value = match ask["ask"].as_str()? {
                "line" | "text" => json!(MARK),
                "date" | "instant" => json!("$today"),
                "number" => json!("1"),
                "country" => json!("DE"),
                "choice" | "ticks" => ask["choices"][0]["value"].clone(),
                "refs" if ask["required"] == true => match ask["refs"].as_str()? {
                    "reseller" => json!("$reseller"),
                    "case" => json!("$failing"),
                    _ => json!("$firm"),
                },
                _ => return None,
            };
            Some(json!({ "id": ask["id"], "values": [value] }))
        };
        asks.as_array()
            .into_iter()
            .flatten()
            .filter_map(answer)
            .collect()
    }

    /// A draft of every form, each item as a person writes it.
    pub(super) fn filings(&mut self) -> Vec<String> {
        let mut drafted = Vec::new();
        let forms = called(self.window, "filing_forms", &json!({}));
        for (number, form) in forms.as_array().unwrap().iter().enumerate() {
            if !(number + self.round + 2).is_multiple_of(FORMS_EVERY) {
                continue;
            }
            let subjects = match form["about_what"].as_str() {
                Some(what) if what.contains("customer") => json!(["$firm"]),
                Some(what) if what.contains("reseller") => json!(["$reseller"]),
                Some(_) => continue,
                None => json!([]),
            };
            let id = form["form"].as_str().unwrap();
            let draft =
                json!({ "form": id, "subjects": subjects, "clock": form["clocks"][0]["value"] });
            let Some(view) = self.write(&format!("filing_draft {id}"), "filing_draft", &draft)
            else {
                continue;
            };
            let sections = view["sections"].as_array().unwrap().iter();
            let lines = sections.flat_map(|section| section["lines"].as_array().unwrap());
            let answers: Vec<Value> = lines.filter_map(item).collect();
            let edit = json!({ "ref": view["row"]["ref"], "revision": view["revision"], "answers": answers });
            self.write(&format!("filing_edit {id}"), "filing_edit", &edit);
            drafted.push(view["row"]["ref"].as_str().unwrap().to_owned());
        }
        drafted
    }

    /// What somebody began to type, and did not send.
    pub(super) fn draft(&mut self) {
        let key = format!("comment:{}", self.kept("person"));
        let text = self.text("draft_save");
        let body = json!({ "text": text, "corrects": "" }).to_string();
        called(
            self.window,
            "draft_save",
            &json!({ "key": key, "body": body }),
        );
        self.took("draft_save /body/text".to_owned(), text);
    }

    /// A file whose name and words are the payload, where the disk takes such a name: attached to every record that takes one.
    pub(super) fn documents(&mut self, cases: &[String]) {
        let text = self.text("file");
        let named = named(self.window.folder(), &text);
        let file = named.clone().unwrap_or_else(|| {
            let plain = self.window.folder().join("plain.txt");
            fs::write(&plain, &text).unwrap();
            plain
        });
        self.dialogs(&file);
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let mut subjects = vec!["programme".to_owned()];
        subjects.extend(["firm", "reseller", "clock"].map(|name| self.kept(name).to_owned()));
        subjects.extend(cases.first().cloned());
        for subject in subjects {
            let request =
                json!({ "subject": subject, "type": "other", "replaces": null, "handle": null });
            let Ok(attached) = self.asked("document_attach", &request) else {
                continue;
            };
            if let Some(id) = attached["documents"].pointer("/0/id") {
                self.kept.insert("document".to_owned(), id.clone());
                let what: String = subject
                    .chars()
                    .take_while(|c| !c.is_ascii_digit())
                    .collect();
                self.took(format!("document_attach {what}"), name.clone());
            }
        }
    }

    /// Records of access and of usage, whose every cell that takes words is the payload.
    pub(super) fn logs(&mut self) {
        let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let at = format!("{}T08:00:00Z", self.kept("yesterday"));
        let number = cell(self.kept("number"));
        for (command, purpose, columns, cells) in [
            (
                "access_import",
                "access",
                "time,account,ip,action",
                [&at, &number, "203.0.113.7", MARK],
            ),
            (
                "access_import",
                "access",
                "time,account,ip,action",
                [&at, &number, MARK, ""],
            ),
            (
                "usage_import",
                "usage",
                "account,gpu_hours,gpu_model,job",
                [MARK, "15", MARK, MARK],
            ),
        ] {
            let place = format!(
                "{command} {}",
                cells.join(" ").replace(&number, "").replace(&at, "")
            );
            let text = self.text(&place);
            let row = cells.map(|one| one.replace(MARK, &cell(&text))).join(",");
            let file = self.window.folder().join(format!("{command}.csv"));
            fs::write(&file, format!("{columns}\n{row}\n")).unwrap();
            self.window.dialogs_answer(&[(purpose, &file)]);
            let request = match command {
                "access_import" => json!({ "skip_bad_rows": true, "columns": [] }),
                _ => json!({ "skip_bad_rows": true }),
            };
            let report = self
                .asked(command, &request)
                .unwrap_or_else(|why| panic!("{place}: {why}"));
            assert_eq!(report["imported"], 1, "{place}: {report}");
            for (name, cell) in columns.split(',').zip(cells) {
                if cell == MARK {
                    self.took(format!("{command} {name}"), text.clone());
                }
            }
        }
    }

    /// A rule pack of the house's own whose words are the payload. One that holds markup is refused.
    pub(super) fn pack(&mut self) {
        let text = self.text("pack");
        let example = root().join("src-tauri/rules/internal-policy.toml");
        let mut pack = fs::read_to_string(example).unwrap();
        pack = pack.replacen(
            "id = \"internal-policy\"",
            &format!("id = \"house-{}\"", self.round),
            1,
        );
        let words = [
            "title",
            "banner",
            "status_cite",
            "cite",
            "source",
            "label",
            "text",
        ];
        let pack: String = pack
            .lines()
            .map(|line| match line.split_once(" = \"") {
                Some((key, _)) if words.contains(&key) => format!("{key} = {}\n", json!(text)),
                _ => format!("{line}\n"),
            })
            .collect();
        let file = self.window.folder().join("house.toml");
        fs::write(&file, pack).unwrap();
        self.window.dialogs_answer(&[("pack", &file)]);
        let offered = match self.asked("pack_offer", &json!({})) {
            Ok(offered) => offered,
            Err(failure) => {
                assert_eq!(failure["code"], "E-PACK-TEXT", "{failure}");
                return;
            }
        };
        let adopt = json!({ "handle": offered["handle"], "reason": MARK, "clocks": [] });
        if self.write("pack", "pack_adopt", &adopt).is_some() {
            for word in words {
                self.took(format!("pack {word}"), text.clone());
            }
            let retire = json!({ "id": format!("house-{}", self.round), "reason": MARK });
            self.write("pack_retire", "pack_retire", &retire);
        }
    }

    /// What dialogs answer in this round.
    fn dialogs(&self, file: &Path) {
        let page = self
            .window
            .folder()
            .join(format!("intake-{}.html", self.round));
        self.window
            .dialogs_answer(&[("document", file), ("cip", file), ("intake-page", &page)]);
    }

    /// Asks as the page does, for what it gets at once and for what takes a while.
    fn asked(&self, command: &str, request: &Value) -> Result<Value, Value> {
        self.window.script_async(
            "const { invoke, transformCallback } = window.__TAURI_INTERNALS__;\
             return invoke(arguments[0], { req: arguments[1], job: 'injected', progress: '__CHANNEL__:' + transformCallback(() => {}) })",
            &[json!(command), request.clone()],
        )
    }
}

/// A file with this name; none where the disk or the scripted dialog has no such name.
fn named(folder: &Path, text: &str) -> Option<PathBuf> {
    let file = folder.join(format!("{}.txt", text.replace('/', "\u{2215}")));
    fs::write(&file, text).ok().map(|()| file)
}

/// What a person writes for an item that asks for words.
fn item(line: &Value) -> Option<Value> {
    let mut cells = Map::new();
    for part in line["parts"].as_array()? {
        let value = match part["kind"].as_str()? {
            "text" | "long" => json!(MARK),
            "date" => json!("$today"),
            "number" => json!("1"),
            "flag" => json!("true"),
            "country" => json!("DE"),
            _ => part["choices"][0]["value"].clone(),
        };
        cells.insert(part["key"].as_str()?.to_owned(), value);
    }
    cells.values().any(|cell| cell == MARK).then(|| {
        json!({ "item": line["id"], "rows": [{ "key": line["values"][0]["key"].as_str().unwrap_or_default(), "cells": cells }] })
    })
}

/// Where in a request the text stands.
fn marked(value: &Value, text: &str, at: String, found: &mut Vec<String>) {
    match value {
        Value::String(word) if word.contains(text) => found.push(at),
        Value::Array(all) => {
            for (number, one) in all.iter().enumerate() {
                // Answers and cells are told by what they answer.
                let name = one["id"]
                    .as_str()
                    .or(one["item"].as_str())
                    .map_or(number.to_string(), str::to_owned);
                marked(one, text, format!("{at}/{name}"), found);
            }
        }
        Value::Object(all) => {
            for (name, one) in all {
                marked(one, text, format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// Fields that take words: no text is a date or a country.
fn fields_of(customer: &Value) -> Vec<String> {
    let sections = customer["sections"].as_array().unwrap().iter();
    sections
        .flat_map(|section| section["fields"].as_array().unwrap())
        .filter(|field| {
            ["text", "long", "place"]
                .iter()
                .any(|input| field["input"] == *input)
        })
        .map(|field| field["id"].as_str().unwrap().to_owned())
        .collect()
}

/// A step that may be taken and was not yet: one that goes on before one that ends.
fn next_move(moves: &Value, been: &mut BTreeSet<String>) -> Option<Value> {
    let mut open: Vec<&Value> = moves
        .as_array()?
        .iter()
        .filter(|one| one["allowed"] == true && !been.contains(one["to"].as_str().unwrap()))
        .collect();
    open.sort_by_key(|one| one["ends"] == true);
    let next = open.first()?;
    been.insert(next["to"].as_str()?.to_owned());
    Some((*next).clone())
}
