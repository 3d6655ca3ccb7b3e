//! Resellers are asked by a file. What comes back counts for nothing before somebody compared its key, and anything else about it that does
//! not hold is refused before a word is written.

use crate::bench::{Bench, PASSPHRASE, said, unlock};
use bundle::{OpenSshKey, Purpose};
use contract as c;
use desk::{Desk, NoListener, ScriptedPicker, Unwatched, demo::intake::Asked};
use domain::{
    intake::{Answers, Contact, SoldTo, StatedAttestation, StatedCip, TypedCounts},
    oversight::{AiReporting, Mark},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

const CIP: &[u8] = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n";
const HOW: &str = "Called Mei Tan on the number in the contract";

/// A desk with one reseller, and the page that asks it.
struct Asking {
    bench: Bench,
    asked: Asked,
    request: String,
}

/// A number that no other answer of a test has.
fn number() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{:032x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn ask(bench: &Bench, reseller: &str) -> (Asked, String) {
    let page = bench.folder.path().join(format!("{}.html", number()));
    let written = bench.vault.intake_request(reseller, &page).unwrap();
    let text = std::fs::read_to_string(&page).unwrap();
    (Asked::read(&text).unwrap(), written.r#ref)
}

impl Asking {
    fn new() -> Self {
        let bench = Bench::new();
        let reseller = bench.reseller_without_cip("Lion City Hosting");
        let (asked, request) = ask(&bench, &reseller);
        Self {
            bench,
            asked,
            request,
        }
    }

    /// An answer to everything.
    fn full(&self) -> Answers {
        let mut answers = self.asked.answers(&number());
        answers.names = vec!["狮城主机".to_owned()];
        answers.address = "1 New Road, Singapore".to_owned();
        answers.email = "cip@lion.example".to_owned();
        answers.sells_on = vec![SoldTo {
            name: "Merlion Resale".to_owned(),
            country: "Singapore".to_owned(),
        }];
        answers.contacts = vec![Contact {
            name: "Mei Tan".to_owned(),
            title: "Head of compliance".to_owned(),
            email: "mei@lion.example".to_owned(),
            phone: "+65 6789 0123".to_owned(),
        }];
        answers.cip = Some(StatedCip {
            version: "2026.2".to_owned(),
            effective_from: "2026-01-15".to_owned(),
            file: "CIP.pdf".to_owned(),
        });
        answers.elements = self
            .asked
            .ids("elements")
            .into_iter()
            .map(|id| {
                let mark = Mark {
                    standing: "met".to_owned(),
                    page: Some("4".to_owned()),
                };
                (id, mark)
            })
            .collect::<BTreeMap<_, _>>();
        answers.attestation = Some(StatedAttestation {
            on: "2026-02-27".to_owned(),
            signatory: "Lim Wei, director".to_owned(),
            statements: self.asked.ids("attestations"),
        });
        answers.counts = Some(TypedCounts {
            as_of: "2026-02-28".to_owned(),
            customers: "420".to_owned(),
            unverified: "3".to_owned(),
        });
        answers.ai_reporting = Some(AiReporting {
            as_of: "2026-02-28".to_owned(),
            ok: true,
        });
        answers
    }

    fn file(&self, answers: &Answers, key: &OpenSshKey) -> PathBuf {
        let cip = answers.cip.as_ref().map(|_| CIP.to_vec());
        let path = self.free();
        let reply = self.asked.reply(answers, cip, "2026-03-01");
        reply.write(key, &path).unwrap();
        path
    }

    fn free(&self) -> PathBuf {
        let name = format!("{}.bundle.zip.age", number());
        self.bench.folder.path().join(name)
    }

    fn import(&self, path: &Path) -> Result<c::IntakeView, desk::Error> {
        self.bench.vault.intake_import(path, &Unwatched)
    }

    fn confirm(&self, compared: &str) -> Result<c::IntakeView, desk::Error> {
        let req = c::IntakeConfirmReq {
            r#ref: self.request.clone(),
            compared: compared.to_owned(),
            how: HOW.to_owned(),
        };
        self.bench.vault.intake_confirm(&req, &Unwatched)
    }

    fn entries(&self) -> u64 {
        self.bench
            .vault
            .read(|read| Ok(read.head()?.count))
            .unwrap()
    }

    /// How many files of documents the vault keeps.
    fn documents(&self) -> usize {
        fn count(folder: &Path) -> usize {
            std::fs::read_dir(folder)
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| {
                    if entry.path().is_dir() {
                        count(&entry.path())
                    } else {
                        1
                    }
                })
                .sum()
        }
        count(&self.bench.folder.path().join("A.cipdesk/documents"))
    }

    /// Shows a file that must not come in: its code, and that nothing was written.
    fn refused(&self, path: &Path) -> String {
        let before = (self.entries(), self.documents());
        let (code, sentence) = said(self.import(path));
        assert_eq!(
            (self.entries(), self.documents()),
            before,
            "{code}: nothing was written ({sentence})"
        );
        code
    }
}

#[test]
fn an_answer_counts_for_nothing_until_its_key_was_compared_and_then_enters_with_its_origin() {
    let asking = Asking::new();
    let vault = &asking.bench.vault;
    let key = OpenSshKey::fresh().unwrap();
    let before = vault.reseller_oversight("RS-0001", None).unwrap();
    let view = asking.import(&asking.file(&asking.full(), &key)).unwrap();
    assert_eq!(view.row.standing, "waiting");
    let answer = view.answer.unwrap();
    let labels: Vec<&str> = answer
        .lines
        .iter()
        .map(|line| line.label.as_str())
        .collect();
    assert_eq!(
        labels,
        [
            "Other names",
            "Address",
            "E-mail",
            "Contacts",
            "Sells on to, as it says",
            "CIP",
            "Minimum elements, as it says",
            "Attestation",
            "Counts",
            "AI training reports"
        ],
        "what it would change is shown"
    );
    assert!(
        answer
            .elements
            .iter()
            .all(|one| one.page.as_deref() == Some("4"))
    );
    assert_eq!(
        vault.reseller_oversight("RS-0001", None).unwrap(),
        before,
        "nothing of it counts yet"
    );
    assert!(vault.reseller_show("RS-0001").unwrap().cips.is_empty());
    let book = vault.signer_list().unwrap();
    let seen = book
        .keys
        .iter()
        .find(|one| one.fingerprint == key.fingerprint())
        .unwrap();
    assert_eq!(
        seen.standing, "seen",
        "a key that came in a file is only seen"
    );

    let other = OpenSshKey::fresh().unwrap();
    let (code, _) = said(asking.confirm(&other.fingerprint()));
    assert_eq!(
        code, "E-INTAKE-FINGERPRINT",
        "what was told must be what signed"
    );
    assert_eq!(said(asking.confirm("")).0, "E-INTAKE-FINGERPRINT");
    let silent = c::IntakeConfirmReq {
        r#ref: asking.request.clone(),
        compared: key.fingerprint(),
        how: "  ".to_owned(),
    };
    assert_eq!(
        said(vault.intake_confirm(&silent, &Unwatched)).0,
        "E-SIGNER-HOW"
    );

    let told = seen.words.to_uppercase().replace(' ', "  ");
    let view = asking.confirm(&told).unwrap();
    assert_eq!(
        view.row.standing, "taken",
        "eight words on the telephone are enough"
    );
    let answer = view.answer.unwrap();
    let said: Vec<&str> = answer.lines.iter().map(|line| line.then.as_str()).collect();
    assert!(
        said.contains(&"Merlion Resale (Singapore)"),
        "what it says stays to be read: {said:?}"
    );
    let verdict = answer.verdict.unwrap();
    assert!(verdict.taken && verdict.how == HOW, "{verdict:?}");
    let shown = vault.reseller_show("RS-0001").unwrap();
    assert_eq!(shown.address.as_deref(), Some("1 New Road, Singapore"));
    let cip = &shown.cips[0];
    assert_eq!(
        (cip.version.as_str(), cip.document.bytes),
        ("2026.2", CIP.len() as u64)
    );
    let known = vault.reseller_oversight("RS-0001", None).unwrap();
    assert_eq!(known.names, ["狮城主机"]);
    assert_eq!(
        (known.counts[0].customers, known.ai_reporting),
        (420, Some(true))
    );
    assert_eq!(
        known.attestations[0]
            .document
            .as_ref()
            .map(|one| one.value.clone()),
        vault
            .read(|read| Ok(read.intake("IN-0001")?.answers[0].document.clone()))
            .ok(),
        "the attestation leads to the signed file"
    );
    let review = known.review.unwrap();
    assert!(
        review
            .elements
            .iter()
            .all(|one| one.standing.is_none() && one.stated.as_deref() == Some("Met, page 4")),
        "what the reseller says of its CIP stands beside, and is no review of ours"
    );
    let kept = vault
        .read(|read| Ok(read.reseller("RS-0001")?.oversight.statements))
        .unwrap();
    assert_eq!(
        (kept[0].fingerprint.clone(), kept[0].intake.as_str()),
        (key.fingerprint(), "IN-0001")
    );
    let book = vault.signer_list().unwrap();
    assert!(
        book.keys
            .iter()
            .any(|one| one.standing == "trusted" && one.fingerprint == key.fingerprint())
    );
    assert!(
        vault.check(&Unwatched).unwrap().ok,
        "a replay gives the same"
    );
}

#[test]
fn what_was_left_empty_changes_nothing() {
    let asking = Asking::new();
    let key = OpenSshKey::fresh().unwrap();
    let before = asking.bench.vault.reseller_show("RS-0001").unwrap();
    asking
        .import(&asking.file(&asking.asked.answers(&number()), &key))
        .unwrap();
    let view = asking.confirm(&key.fingerprint()).unwrap();
    assert!(view.answer.unwrap().lines.is_empty());
    let after = asking.bench.vault.reseller_show("RS-0001").unwrap();
    assert_eq!((after.address, after.email), (before.address, before.email));
}

#[test]
fn a_refused_answer_leaves_the_request_open_and_never_comes_in_again() {
    let asking = Asking::new();
    let key = OpenSshKey::fresh().unwrap();
    let first = asking.file(&asking.full(), &key);
    asking.import(&first).unwrap();
    let second = asking.file(&asking.full(), &OpenSshKey::fresh().unwrap());
    assert_eq!(asking.refused(&second), "E-INTAKE-WAITING");
    let vault = &asking.bench.vault;
    assert_eq!(
        said(vault.intake_withdraw("IN-0001", "Wrong")).0,
        "E-INTAKE-STANDING"
    );
    assert_eq!(said(vault.intake_refuse("IN-0001", " ")).0, "E-SIGNER-HOW");
    let view = vault
        .intake_refuse("IN-0001", "The words were others")
        .unwrap();
    assert_eq!((view.row.standing.as_str(), view.refused), ("open", 1));
    assert_eq!(
        said(vault.intake_refuse("IN-0001", "Again")).0,
        "E-INTAKE-NOTHING"
    );
    assert_eq!(
        said(asking.confirm(&key.fingerprint())).0,
        "E-INTAKE-NOTHING"
    );
    assert_eq!(asking.refused(&first), "E-INTAKE-AGAIN");
    asking.import(&second).unwrap();
}

#[test]
fn an_answer_is_taken_once_whoever_wraps_it_again() {
    let asking = Asking::new();
    let key = OpenSshKey::fresh().unwrap();
    let answers = asking.full();
    let path = asking.file(&answers, &key);
    asking.import(&path).unwrap();
    assert_eq!(asking.refused(&path), "E-INTAKE-AGAIN", "the same file");
    assert_eq!(
        asking.refused(&asking.file(&answers, &key)),
        "E-INTAKE-AGAIN",
        "the same answer, encrypted again"
    );
    let thief = OpenSshKey::fresh().unwrap();
    assert_eq!(
        asking.refused(&asking.file(&answers, &thief)),
        "E-INTAKE-AGAIN",
        "the same answer, signed by somebody else"
    );
    asking.confirm(&key.fingerprint()).unwrap();
    assert_eq!(asking.refused(&path), "E-INTAKE-AGAIN");
    assert_eq!(
        asking.refused(&asking.file(&asking.full(), &key)),
        "E-INTAKE-ANSWERED",
        "one answer a request"
    );
}

#[test]
fn a_file_for_somebody_else_or_for_no_request_is_not_opened() {
    let (asking, other) = (Asking::new(), Asking::new());
    let key = OpenSshKey::fresh().unwrap();
    assert_eq!(
        asking.refused(&other.file(&other.full(), &key)),
        "B-02",
        "another vault's key"
    );
    // Whoever has both pages can encrypt the one's answer to the other.
    let crossed = |answers: &Answers| {
        let path = asking.free();
        let mut reply = other.asked.reply(answers, None, "2026-03-01");
        reply.recipient = Some(asking.asked.text("recipient"));
        reply.write(&key, &path).unwrap();
        path
    };
    let mut answers = other.full();
    answers.cip = None;
    assert_eq!(asking.refused(&crossed(&answers)), "E-INTAKE-VAULT");
    answers.vault = asking.asked.text("vault");
    assert_eq!(
        asking.refused(&crossed(&answers)),
        "E-INTAKE-REQUEST",
        "the nonce is the page's own"
    );
    let mut unknown = asking.full();
    unknown.request = "IN-0099".to_owned();
    assert_eq!(
        asking.refused(&asking.file(&unknown, &key)),
        "E-INTAKE-REQUEST"
    );
    let mut newer = asking.full();
    newer.format = "cipdesk-intake/2".to_owned();
    assert_eq!(asking.refused(&asking.file(&newer, &key)), "E-INTAKE-FORM");

    let vault = &asking.bench.vault;
    let view = vault
        .intake_withdraw("IN-0001", "Sent to the wrong address")
        .unwrap();
    assert_eq!(view.row.standing, "withdrawn");
    assert_eq!(
        asking.refused(&asking.file(&asking.full(), &key)),
        "B-02",
        "a request that was withdrawn opens nothing"
    );
    let (open, _) = ask(&asking.bench, "RS-0001");
    let path = asking.free();
    let mut reply = asking
        .asked
        .reply(&asking.asked.answers(&number()), None, "2026-03-01");
    reply.recipient = Some(open.text("recipient"));
    reply.write(&key, &path).unwrap();
    assert_eq!(
        asking.refused(&path),
        "E-INTAKE-WITHDRAWN",
        "nor through the key of another request"
    );
}

#[test]
fn a_signature_must_be_made_for_this_and_an_open_file_is_none() {
    let asking = Asking::new();
    let key = OpenSshKey::fresh().unwrap();
    let mut answers = asking.full();
    answers.cip = None;
    let reply = || asking.asked.reply(&answers, None, "2026-03-01");
    let mut filing = reply();
    filing.purpose = Purpose::Filing;
    let path = asking.free();
    filing.write(&key, &path).unwrap();
    assert_eq!(asking.refused(&path), "B-32", "a filing is no answer");
    let mut plain = reply();
    plain.recipient = None;
    let path = asking.bench.folder.path().join("plain.bundle.zip");
    plain.write(&key, &path).unwrap();
    assert_eq!(asking.refused(&path), "E-INTAKE-PLAIN");
    let verdict = asking
        .bench
        .vault
        .bundle_verify(&path, None, None, &Unwatched)
        .unwrap();
    assert!(
        verdict.problems.iter().any(|one| one.code == "B-32"),
        "and an answer is no filing: {:?}",
        verdict.problems
    );
    let mut more = reply();
    more.files
        .push(("documents/more.bin".to_owned(), b"x".to_vec()));
    let path = asking.free();
    more.write(&key, &path).unwrap();
    assert_eq!(
        asking.refused(&path),
        "E-INTAKE-FORM",
        "a file that nobody asked for"
    );
    let mut other = reply();
    let schema = other
        .files
        .iter_mut()
        .find(|(path, _)| path == "answers.schema.json");
    schema.unwrap().1.push(b' ');
    let path = asking.free();
    other.write(&key, &path).unwrap();
    assert_eq!(
        asking.refused(&path),
        "E-INTAKE-FORM",
        "another text under the name of the schema"
    );
    let mut without = reply();
    without.files.truncate(1);
    let path = asking.free();
    without.write(&key, &path).unwrap();
    assert!(asking.import(&path).is_ok(), "a page of before had none");
    asking
        .bench
        .vault
        .intake_refuse(&asking.request, "It was a trial")
        .unwrap();
    let mut none = reply();
    none.files = vec![("filing.json".to_owned(), b"{}".to_vec())];
    let path = asking.free();
    none.write(&key, &path).unwrap();
    assert_eq!(asking.refused(&path), "E-INTAKE-FORM", "no answers at all");
}

#[test]
fn a_key_that_was_withdrawn_or_is_our_own_answers_nothing() {
    let asking = Asking::new();
    let vault = &asking.bench.vault;
    let key = OpenSshKey::fresh().unwrap();
    asking.import(&asking.file(&asking.full(), &key)).unwrap();
    vault
        .intake_refuse("IN-0001", "Its laptop was stolen")
        .unwrap();
    vault
        .signer_save(&c::SignerSaveReq {
            key: key.fingerprint(),
            label: None,
            principal: None,
            act: "withdraw".to_owned(),
            how: Some("Stolen, told by letter".to_owned()),
        })
        .unwrap();
    assert_eq!(
        asking.refused(&asking.file(&asking.full(), &key)),
        "B-34",
        "a withdrawn key stays withdrawn"
    );
    let ours = OpenSshKey::fresh().unwrap();
    vault.key_bind(&ours, PASSPHRASE).unwrap();
    assert_eq!(
        asking.refused(&asking.file(&asking.full(), &ours)),
        "E-INTAKE-OWN"
    );
}

#[test]
fn every_field_is_judged_as_on_a_screen_and_nothing_is_taken_in_by_halves() {
    let asking = Asking::new();
    let key = OpenSshKey::fresh().unwrap();
    let try_with = |change: &dyn Fn(&mut Answers)| {
        let mut answers = asking.full();
        change(&mut answers);
        asking.refused(&asking.file(&answers, &key))
    };
    let counts = |customers: &'static str| {
        move |one: &mut Answers| {
            one.counts.as_mut().unwrap().customers = customers.to_owned();
        }
    };
    for text in ["1e400", "-1", "NaN", "", "4294967296", "2"] {
        assert_eq!(try_with(&counts(text)), "E-RESELLER-COUNTS", "{text:?}");
    }
    assert_eq!(
        try_with(&|one| one.counts.as_mut().unwrap().as_of = "2026-03-03".to_owned()),
        "E-FIELD-FUTURE"
    );
    assert_eq!(
        try_with(&|one| one.attestation.as_mut().unwrap().on = "2027-01-01".to_owned()),
        "E-FIELD-FUTURE"
    );
    assert_eq!(
        try_with(&|one| one.counts.as_mut().unwrap().as_of = "yesterday".to_owned()),
        "E-FIELD-DATE"
    );
    assert_eq!(
        try_with(&|one| one.email = "nobody".to_owned()),
        "E-FIELD-EMAIL"
    );
    assert_eq!(
        try_with(&|one| one.sells_on[0].country = "Untied States".to_owned()),
        "E-FIELD-COUNTRY"
    );
    assert_eq!(
        try_with(&|one| one
            .attestation
            .as_mut()
            .unwrap()
            .statements
            .push("all".to_owned())),
        "E-INTAKE-STATEMENT"
    );
    assert_eq!(
        try_with(&|one| one.answer = "1".to_owned()),
        "E-INTAKE-FORM"
    );
    assert_eq!(
        try_with(&|one| one.answered_by = String::new()),
        "E-INTAKE-EMPTY"
    );
    assert_eq!(
        try_with(&|one| one.names = vec!["x".to_owned(); 500]),
        "E-INTAKE-MANY"
    );
    // A document without its version, and a version without its document.
    let mut answers = asking.full();
    let path = asking.free();
    let reply = asking.asked.reply(&answers, None, "2026-03-01");
    reply.write(&key, &path).unwrap();
    assert_eq!(asking.refused(&path), "E-INTAKE-CIP");
    answers.cip = None;
    let path = asking.free();
    let reply = asking
        .asked
        .reply(&answers, Some(CIP.to_vec()), "2026-03-01");
    reply.write(&key, &path).unwrap();
    assert_eq!(asking.refused(&path), "E-INTAKE-CIP");
}

#[test]
fn json_of_another_form_is_refused_whole() {
    let asking = Asking::new();
    let key = OpenSshKey::fresh().unwrap();
    let good = serde_json::to_string(&asking.asked.answers(&number())).unwrap();
    let more = |text: &str| good.replacen('{', &format!("{{{text},"), 1);
    for json in [
        more("\"more\":true"),
        good.replacen("\"names\":[]", "\"names\":{}", 1),
        good.replacen(
            "\"counts\":null",
            "\"counts\":{\"as_of\":\"2026-01-01\",\"customers\":12,\"unverified\":\"0\"}",
            1,
        ),
        good.replacen(
            "\"attestation\":null",
            "\"attestation\":{\"on\":\"2026-01-01\"}",
            1,
        ),
        "{}".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "1e3".to_owned(),
    ] {
        let mut reply = asking.asked.reply(&asking.full(), None, "2026-03-01");
        reply.files = vec![("answers.json".to_owned(), json.clone().into_bytes())];
        let path = asking.free();
        reply.write(&key, &path).unwrap();
        assert_eq!(asking.refused(&path), "E-INTAKE-FORM", "{json}");
    }
}

#[test]
fn a_file_dated_ahead_too_large_or_of_another_kind_is_refused() {
    let asking = Asking::new();
    let key = OpenSshKey::fresh().unwrap();
    let mut answers = asking.full();
    answers.cip = None;
    let dated = |day: &str| {
        let path = asking.free();
        asking
            .asked
            .reply(&answers, None, day)
            .write(&key, &path)
            .unwrap();
        path
    };
    assert_eq!(asking.refused(&dated("2026-03-05")), "E-FIELD-FUTURE");
    let large = asking.free();
    std::fs::File::create(&large)
        .unwrap()
        .set_len(66 << 20)
        .unwrap();
    assert_eq!(asking.refused(&large), "E-INTAKE-SIZE");
    for (content, why) in [
        (&b""[..], "empty"),
        (b"a letter", "text"),
        (b"PK\x03\x04", "a zip's head"),
    ] {
        let path = asking.bench.file("other.age", content);
        assert!(asking.refused(&path).starts_with("B-"), "{why}");
    }
    asking.import(&dated("2026-03-03")).unwrap(); // it is tomorrow in Singapore already
}

#[test]
fn cut_anywhere_or_changed_anywhere_it_is_refused_and_nothing_is_written() {
    let asking = Asking::new();
    let good = std::fs::read(asking.file(&asking.full(), &OpenSshKey::fresh().unwrap())).unwrap();
    let step = (good.len() / 60).max(1);
    for at in (0..good.len()).step_by(step) {
        let cut = asking.bench.file("cut.age", &good[..at]);
        assert!(asking.refused(&cut).starts_with("B-"), "cut at {at}");
        let mut changed = good.clone();
        changed[at] ^= 1;
        let changed = asking.bench.file("changed.age", &changed);
        let code = asking.refused(&changed);
        assert!(code.starts_with("B-"), "changed at {at}: {code}");
    }
    let mut longer = good.clone();
    longer.push(0);
    assert!(
        asking
            .refused(&asking.bench.file("longer.age", &longer))
            .starts_with("B-")
    );
    asking
        .import(&asking.bench.file("good.age", &good))
        .unwrap();
}

#[test]
fn the_page_is_the_same_bytes_whenever_it_is_written_and_ends_in_no_script_of_ours() {
    let bench = Bench::new();
    let reseller = bench.reseller_without_cip("</script><img src=x onerror=alert(1)> & Söhne");
    let (first, second) = (
        bench.folder.path().join("a.html"),
        bench.folder.path().join("b.html"),
    );
    let written = bench.vault.intake_request(&reseller, &first).unwrap();
    bench.vault.intake_page(&written.r#ref, &second).unwrap();
    let page = std::fs::read_to_string(&first).unwrap();
    assert_eq!(page, std::fs::read_to_string(&second).unwrap());
    assert!(!page.contains("<img"), "a name is data, never markup");
    assert_eq!(
        page.matches("</script>").count(),
        2,
        "the data's element and the code's"
    );
    let asked = Asked::read(&page).unwrap();
    assert_eq!(
        asked.text("reseller_name"),
        "</script><img src=x onerror=alert(1)> & Söhne"
    );
    assert!(asked.ids("elements").len() > 5 && asked.ids("attestations").len() == 5);
    assert!(
        page.contains("not in force"),
        "the status of the rule stands on it"
    );
    let count = bench.vault.read(|read| Ok(read.head()?.count)).unwrap();
    assert!(
        bench.vault.intake_request(&reseller, &first).is_err(),
        "nothing is written over"
    );
    assert_eq!(
        bench.vault.read(|read| Ok(read.head()?.count)).unwrap(),
        count,
        "and nothing is recorded for it"
    );
}

#[test]
fn the_key_of_a_request_lies_in_the_table_alone_and_outlives_new_keys_of_the_vault() {
    let asking = Asking::new();
    let path = asking.bench.folder.path().join("journal.jsonl");
    asking
        .bench
        .vault
        .journal_export(&path, true, &Unwatched)
        .unwrap();
    let journal = std::fs::read_to_string(&path).unwrap();
    assert!(journal.contains("intake.asked") && !journal.contains("AGE-SECRET-KEY-"));
    let file = asking.file(&asking.full(), &OpenSshKey::fresh().unwrap());
    let bench = asking.bench.reopened();
    bench.vault.intake_import(&file, &Unwatched).unwrap();
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn the_window_asks_and_takes_in_through_its_dialogs_and_learns_no_path() {
    let asking = Asking::new();
    let key = OpenSshKey::fresh().unwrap();
    let answer = asking.file(&asking.full(), &key);
    asking.bench.vault.close().unwrap();
    let Asking { bench, request, .. } = asking;
    let office = bench.leave();
    let page = office.path.with_file_name("window.html");
    let desk = Desk::new(
        office.surroundings(),
        Box::new(ScriptedPicker(vec![
            ("vault-open".to_owned(), office.path.clone()),
            ("intake-page".to_owned(), page.clone()),
            ("intake-answer".to_owned(), answer),
        ])),
        Box::new(NoListener),
    );
    let card = desk.vault_pick(c::Empty {}).unwrap().unwrap();
    unlock(&desk, &card.id);
    let of = |reference: &str| c::RefReq {
        r#ref: reference.to_owned(),
    };
    desk.intake_page(of(&request)).unwrap().unwrap();
    assert!(std::fs::read_to_string(&page).unwrap().contains(&request));
    std::fs::remove_file(&page).unwrap();
    let req = c::IntakeRequestReq {
        reseller: "RS-0001".to_owned(),
    };
    let written = desk.intake_request(req).unwrap().unwrap();
    assert_eq!(
        (written.r#ref.as_str(), written.name.as_str()),
        ("IN-0002", "window.html")
    );
    let came = desk
        .intake_import(c::Empty {}, &Unwatched)
        .unwrap()
        .unwrap();
    assert_eq!(
        (came.row.r#ref, came.row.standing),
        (request, "waiting".to_owned())
    );
    let list = desk
        .intake_list(c::IntakeListReq { reseller: None })
        .unwrap();
    let standings: Vec<&str> = list.iter().map(|row| row.standing.as_str()).collect();
    assert_eq!(standings, ["open", "waiting"]);
    let withdrawn = desk.intake_withdraw(c::IntakeReasonReq {
        r#ref: "IN-0002".to_owned(),
        why: "One page is enough".to_owned(),
    });
    assert_eq!(withdrawn.unwrap().row.standing, "withdrawn");
    let taken = desk.intake_confirm(c::IntakeConfirmReq {
        r#ref: "IN-0001".to_owned(),
        compared: key.fingerprint(),
        how: HOW.to_owned(),
    });
    assert_eq!(taken.unwrap().row.standing, "taken");
}

/// What people do with requests by file, for the random histories.
pub(crate) fn deed(bench: &Bench, reseller: &str, what: u8) {
    let vault = &bench.vault;
    let Some(last) = vault.intake_list(Some(reseller)).ok() else {
        return;
    };
    let last = last
        .first()
        .map(|row| row.r#ref.clone())
        .unwrap_or_default();
    let page = bench.folder.path().join(format!("{}.html", number()));
    match what {
        0 => drop(vault.intake_request(reseller, &page)),
        1 => {
            if vault.intake_page(&last, &page).is_err() {
                return;
            }
            let asked = Asked::read(&std::fs::read_to_string(&page).unwrap()).unwrap();
            let mut answers = asked.answers(&number());
            answers.email = "cip@reseller.example".to_owned();
            answers.cip = Some(StatedCip {
                version: last.clone(),
                effective_from: "2026-01-15".to_owned(),
                file: "CIP.pdf".to_owned(),
            });
            let file = bench.folder.path().join(format!("{}.age", number()));
            let reply = asked.reply(&answers, Some(CIP.to_vec()), "2026-02-20");
            reply.write(&OpenSshKey::fresh().unwrap(), &file).unwrap();
            drop(vault.intake_import(&file, &Unwatched));
        }
        2 => {
            let told = vault.intake_show(&last).ok().and_then(|view| view.answer);
            let req = c::IntakeConfirmReq {
                r#ref: last,
                compared: told.map(|one| one.fingerprint).unwrap_or_default(),
                how: "By telephone".to_owned(),
            };
            drop(vault.intake_confirm(&req, &Unwatched));
        }
        3 => drop(vault.intake_refuse(&last, "The words were others")),
        _ => drop(vault.intake_withdraw(&last, "Asked by mistake")),
    }
}

#[test]
fn a_stated_buyer_enters_the_chain_by_a_persons_act_alone_and_is_met_there() {
    let asking = Asking::new();
    let vault = &asking.bench.vault;
    let key = OpenSshKey::fresh().unwrap();
    let mut answers = asking.full();
    let sold = |name: &str, country: &str| SoldTo {
        name: name.to_owned(),
        country: country.to_owned(),
    };
    answers.sells_on = vec![
        sold("Merlion Resale", "Malaysia"),
        sold("Ada Byron", "Germany"),
        sold("Elsewhere", "Norway"),
    ];
    asking.import(&asking.file(&answers, &key)).unwrap();
    let take = |name: &str, record: Option<&str>| {
        vault.buyer_take(&c::BuyerTakeReq {
            r#ref: "RS-0001".to_owned(),
            name: name.to_owned(),
            record: record.map(str::to_owned),
        })
    };
    assert_eq!(
        said(take("Merlion Resale", None)).0,
        "E-RESELLER-BUYER",
        "nothing is stated before the key was compared"
    );
    asking.confirm(&key.fingerprint()).unwrap();
    let standings = |view: &c::OversightView| -> Vec<(String, String)> {
        let all = view.buyers.iter();
        all.map(|one| (one.name.clone(), one.standing.clone()))
            .collect()
    };
    let other = asking.bench.reseller("Elsewhere");
    let above = asking.bench.reseller("Above");
    let view = vault.reseller_oversight("RS-0001", None).unwrap();
    let named = |name: &str, standing: &str| (name.to_owned(), standing.to_owned());
    assert_eq!(
        standings(&view),
        [
            named("Merlion Resale", "outside"),
            named("Ada Byron", "outside"),
            named("Elsewhere", "elsewhere")
        ]
    );
    assert!(view.downstream.is_empty(), "a statement is no tier");
    let watched = view
        .scores
        .iter()
        .find(|one| one.label == "Buyers it stated")
        .unwrap();
    assert!(
        watched.words.contains("Merlion Resale"),
        "{}",
        watched.words
    );

    let view = take("merlion resale", None).unwrap();
    let below = view.downstream[0].clone();
    assert_eq!(below.label, "Merlion Resale");
    let shown = vault.reseller_show(&below.value).unwrap();
    assert_eq!(shown.row.country, "MY");
    assert!(
        shown.notes.unwrap().contains(&asking.request),
        "it says where it was stated"
    );
    let scores = vault.reseller_oversight(&below.value, None).unwrap().scores;
    assert_eq!(scores[0].grade, "bad", "it owes a CIP like every other");
    assert_eq!(said(take("Merlion Resale", None)).0, "E-RESELLER-EXISTS");

    let customer = asking.bench.customer("Ada Byron", "DE");
    let view = take("Ada Byron", Some(&customer)).unwrap();
    assert_eq!(view.customers[0].value, customer);
    assert_eq!(
        said(take("Elsewhere", Some("C-999999"))).0,
        "E-RESELLER-BUYER"
    );
    assert_eq!(said(take("Nobody", None)).0, "E-RESELLER-BUYER");
    let upstream = |one: &str, of: &str| {
        vault
            .reseller_oversee(&c::ResellerOverseeReq {
                r#ref: one.to_owned(),
                names: None,
                upstream: Some(of.to_owned()),
                clause: None,
                contract: None,
                ai_reporting: None,
                attestation: None,
                counts: None,
            })
            .unwrap();
    };
    upstream(&other, &above);
    assert_eq!(
        said(take("Elsewhere", Some(&other))).0,
        "E-RESELLER-CHAIN",
        "the register says otherwise, and a person finds out which is right"
    );
    upstream(&other, "");
    upstream("RS-0001", &other);
    assert_eq!(
        said(take("Elsewhere", Some(&other))).0,
        "E-RESELLER-CHAIN",
        "nobody sells to whom it buys from"
    );
    upstream("RS-0001", "");
    let view = take("Elsewhere", Some(&other)).unwrap();
    assert_eq!(
        standings(&view),
        [
            named("Merlion Resale", "below"),
            named("Ada Byron", "customer"),
            named("Elsewhere", "below")
        ]
    );
    assert!(
        !view
            .scores
            .iter()
            .any(|one| one.label == "Buyers it stated"),
        "nobody is left outside"
    );
    assert!(vault.check(&Unwatched).unwrap().ok);
}
