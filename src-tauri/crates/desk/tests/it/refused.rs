//! What a form may be filled in wrongly with: each mistake is refused with its code, and nothing is written.

use crate::{
    asked::{call, desk_of, read},
    bench::{Bench, PASSPHRASE, unlock},
};
use contract::Empty;
use desk::Desk;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A vault with a person and a company, a reseller with its CIP, a request with its filing, and evidence of a failure; unlocked as a page finds
/// it.
fn at_work() -> (crate::bench::Office, Desk) {
    let bench = Bench::new();
    bench.customer("Ada Lovelace", "FR");
    bench.entity("Nimbus Ltd", "GB");
    let reseller = bench.reseller("Lion City");
    bench.request("2026-03-02", &[&reseller]).unwrap();
    bench.vault.close().unwrap();
    let office = bench.leave();
    let chosen = office.path.with_file_name("chosen");
    office.open("staff-1", PASSPHRASE).unwrap().close().unwrap();
    let desk = desk_of(&office, &chosen);
    let card = desk.app_state(Empty {}).unwrap().recent.remove(0);
    unlock(&desk, &card.id);
    (office, desk)
}

/// Requests that begin as these do, with what a row says in their place.
fn filled(command: &str, row: Value) -> Value {
    let mut whole = match command {
        "account_save" => {
            json!({"customer": "C-000001", "account_ref": "acc-1", "state": "open", "added": []})
        }
        "payment_save" => {
            json!({"customer": "C-000001", "account": "A-1", "kind": "card", "institution": "Bank", "source": "Her own"})
        }
        "clock_stop" => {
            json!({"ref": "K-0001", "outcome": "satisfied", "at": "2026-03-02", "by": "Letter 1"})
        }
        "cip_review" => {
            json!({"ref": "RS-0001", "cip": "1", "note": "", "marks": []})
        }
        "cip_add" => {
            json!({"reseller": "RS-0001", "version": "2", "effective_from": "2026-01-01"})
        }
        "determination_record" => {
            json!({"customer": "C-000001", "about": "C-000001", "test": "citizen", "evidence": "Passport", "documents": []})
        }
        "verification_record" => {
            json!({"customer": "C-000001", "about": "C-000001", "method": "non_documentary", "result": "match", "basis": "A register"})
        }
        "red_flag_save" => {
            json!({"customer": "C-000001", "what": "Pays for others", "source": "Support", "seen_on": "2026-03-01"})
        }
        "redress_save" => {
            json!({"customer": "C-000001", "kind": "complaint", "received_on": "2026-03-01", "what": "It is not me"})
        }
        "house_rules_save" => {
            json!({"decide_within_days": 30, "verify_again_within_days": 30, "attempts": 3, "reverify_by_itself": false, "expired_by_itself": false, "reason": "Ours"})
        }
        "request_open" => {
            json!({"received": "2026-03-02", "resellers": ["RS-0001"], "reference": "BIS-2"})
        }
        "evidence_open" => {
            json!({"reseller": "RS-0001", "received": "2026-03-02", "summary": "Seen", "signal": false})
        }
        "case_open" => {
            json!({"kind": "training", "received": "2026-03-02", "text": "A lead", "resellers": [], "subjects": [], "answers": []})
        }
        "owner_save" => {
            json!({"customer": "C-000002", "name": "Owner", "kind": "individual", "interests": []})
        }
        "signatory_save" => {
            json!({"customer": "C-000002", "name": "Signer", "role": "Director", "authority": "Signs alone"})
        }
        "reseller_save" => json!({"name": "Harbor", "country": "Singapore"}),
        "letter_save" => {
            json!({"customer": "C-000001", "template": "notice", "language": "en", "to": "Ada", "subject": "Papers", "body": "Please"})
        }
        "task_save" => json!({"about": "C-000001", "title": "Call"}),
        "filing_draft" => json!({"form": "F1", "subjects": []}),
        "programme_product" => {
            json!({"name": "Cloud", "description": "Machines", "form": "virtualised", "deploys_software": true, "trial": false, "us_owned": true, "in_us": true, "in_scope": "yes", "reason": "It is"})
        }
        "programme_contact" => {
            json!({"name": "Ana", "title": "Officer", "email": "a@example.com", "phone": "+12025550143", "primary": true, "signatory": true, "from": "2026-01-01"})
        }
        "programme_reliance" => {
            json!({"provider": "Other", "version": "1", "extent": "All", "from": "2026-01-01"})
        }
        "programme_assessment" => json!({"heads": [], "landscape": "As ever", "reviewer": "Ana"}),
        "worksheet_set" => {
            json!({"ref": "AIT-2026-0001", "runs": [], "facts": [], "together": "", "keep": true})
        }
        "review_decide" => {
            json!({"about": "C-000001", "facts": [], "answers": [], "seen": "scan", "decision": "accept", "verify": false})
        }
        _ => json!({}),
    };
    for (name, value) in row.as_object().unwrap() {
        whole[name] = value.clone();
    }
    whole
}

/// What some rows need to be there already: a reference that is taken, an offering, a letter, and two documents by the names of the rows.
fn already_there(desk: &Desk) -> BTreeMap<&'static str, String> {
    let did = |command: &str, row: Value| {
        let req = filled(command, row);
        let answer = call(desk, command, &req).unwrap_or_else(|| panic!("{command} is a request"));
        answer.unwrap_or_else(|why| panic!("{command}: {why:?}"))
    };
    did(
        "customer_create",
        json!({"kind": "individual", "name": "Grace Hopper", "external_id": "twice"}),
    );
    did("programme_product", json!({}));
    did("letter_save", json!({}));
    did(
        "case_open",
        json!({"answers": [{"id": "signal", "values": ["A quota request"]}]}),
    );
    let attached = |subject: &str| {
        let seen = did(
            "document_attach",
            json!({"subject": subject, "type": "other"}),
        );
        seen["documents"][0]["id"].as_str().unwrap().to_owned()
    };
    BTreeMap::from([
        ("D-1", attached("C-000001")),
        ("D-2", attached("REQ-2026-0001")),
    ])
}

#[test]
fn a_form_that_is_filled_in_wrongly_is_refused_with_its_code_and_writes_nothing() {
    let (_office, desk) = at_work();
    let rows: Vec<(&str, &str, Value)> = vec![
        // Customers.
        (
            "E-CUSTOMER-EXISTS",
            "customer_create",
            json!({"kind": "individual", "name": "Ada", "external_id": "twice"}),
        ),
        ("E-ACCOUNT-REF", "account_save", json!({"account_ref": " "})),
        (
            "E-ACCOUNT-STATE",
            "account_save",
            json!({"state": "sleeping"}),
        ),
        ("E-PAYMENT-KIND", "payment_save", json!({"kind": "shells"})),
        ("E-PAYMENT-SOURCE", "payment_save", json!({"source": ""})),
        (
            "E-DETERMINATION-TEST",
            "determination_record",
            json!({"test": "tall"}),
        ),
        (
            "E-DETERMINATION-EVIDENCE",
            "determination_record",
            json!({"evidence": " "}),
        ),
        (
            "E-VERIFICATION-METHOD",
            "verification_record",
            json!({"method": "by eye"}),
        ),
        (
            "E-VERIFICATION-RESULT",
            "verification_record",
            json!({"result": "perhaps"}),
        ),
        (
            "E-VERIFICATION-DOCUMENT",
            "verification_record",
            json!({"method": "documentary"}),
        ),
        (
            "E-VERIFICATION-SITUATION",
            "verification_record",
            json!({"situation": "rain"}),
        ),
        ("E-FLAG-EMPTY", "red_flag_save", json!({"what": " "})),
        ("E-FLAG-SOURCE", "red_flag_save", json!({"source": ""})),
        ("E-FLAG-UNKNOWN", "red_flag_save", json!({"flag": "purple"})),
        (
            "E-FLAG-DAY",
            "red_flag_save",
            json!({"outcome": "Nothing", "settled_on": "2026-02-01"}),
        ),
        ("E-REDRESS-EMPTY", "redress_save", json!({"what": ""})),
        ("E-REDRESS-KIND", "redress_save", json!({"kind": "praise"})),
        (
            "E-OWNER-KIND",
            "owner_save",
            json!({"interests": [{"kind": "love", "indirect": false, "via": []}]}),
        ),
        ("E-OWNER-NAME", "owner_save", json!({"name": " "})),
        (
            "E-SIGNATORY-DATES",
            "signatory_save",
            json!({"valid_from": "2026-02-02", "valid_to": "2026-02-01"}),
        ),
        (
            "E-LETTER-LANGUAGE",
            "template_save",
            json!({"id": "notice", "language": "English, please", "subject": "S", "body": "B", "reason": "Ours"}),
        ),
        (
            "E-LETTER-CHANNEL",
            "letter_sent",
            json!({"customer": "C-000001", "id": "L-1", "on": "2026-03-02", "channel": "pigeon"}),
        ),
        (
            "E-REVEAL-NOTHING",
            "value_reveal",
            json!({"customer": "C-000001", "field": "country"}),
        ),
        (
            "E-FIELD-REASON",
            "field_switch",
            json!({"field": "date_of_birth", "on": true, "reason": " "}),
        ),
        ("E-HOUSE-NUMBER", "house_rules_save", json!({"attempts": 0})),
        (
            "E-FIELD-SEVERAL",
            "customer_change",
            json!({"ref": "C-000001", "revision": 1, "fields": [{"id": "full_legal_name", "values": ["Ada", "Grace"]}]}),
        ),
        (
            "E-LETTER-UNSENT",
            "letter_answered",
            json!({"customer": "C-000001", "id": "L-1", "on": "2026-03-02", "what": "Nothing"}),
        ),
        (
            "E-REVIEW-SEEN",
            "review_decide",
            json!({"document": "D-1", "seen": "in a dream"}),
        ),
        (
            "E-REVIEW-ANSWER",
            "review_decide",
            json!({"document": "D-1", "answers": [{"id": "smell", "answer": "yes"}]}),
        ),
        (
            "E-REVIEW-SUBJECT",
            "review_decide",
            json!({"document": "D-2"}),
        ),
        (
            "E-FIELD-IDENTIFIER-CHARACTER",
            "customer_change",
            json!({"ref": "C-000002", "fields": [{"id": "lei", "values": ["5493001KJTIIGC8Y1R!2"]}]}),
        ),
        (
            "E-FIELD-IDENTIFIER-LENGTH",
            "customer_change",
            json!({"ref": "C-000002", "fields": [{"id": "lei", "values": ["5493"]}]}),
        ),
        (
            "E-FIELD-CHANNEL",
            "customer_change",
            json!({"ref": "C-000001", "fields": [{"id": "channel", "values": ["pigeon"]}]}),
        ),
        (
            "E-LETTER-PROOF",
            "letter_sent",
            json!({"customer": "C-000001", "id": "L-1", "on": "2026-03-02", "channel": "letter", "proof": "D-2"}),
        ),
        (
            "E-REVIEW-FIELD",
            "review_decide",
            json!({"document": "D-1", "facts": [{"field": "expires_on", "value": "never", "take": false}]}),
        ),
        (
            "E-REVIEW-MRZ",
            "review_decide",
            json!({"document": "D-1", "mrz": "P<NOTHING"}),
        ),
        (
            "E-REVIEW-BLOCKED",
            "review_decide",
            json!({"document": "D-1"}),
        ),
        (
            "E-TASK-NOTE",
            "task_save",
            json!({"note": "a".repeat(20_000)}),
        ),
        ("E-CLOCK-FILING", "clock_stop", json!({})),
        (
            "E-AI-METHOD",
            "worksheet_set",
            json!({"runs": [{"label": "Run", "method": "guess", "assumptions": []}]}),
        ),
        (
            "E-AI-LABEL",
            "worksheet_set",
            json!({"runs": [{"label": " ", "method": "model", "assumptions": []}]}),
        ),
        (
            "E-AI-TOGETHER",
            "worksheet_set",
            json!({"runs": [{"label": "One", "method": "model", "assumptions": []}, {"label": "Two", "method": "model", "assumptions": []}]}),
        ),
        (
            "E-AI-RUNS",
            "worksheet_set",
            json!({"runs": vec![json!({"label": "Run", "method": "model", "assumptions": []}); 201]}),
        ),
        (
            "E-ANSWER-CHOICE",
            "case_change",
            json!({"ref": "AIT-2026-0001", "fields": [{"id": "run_status", "values": ["of a third kind"]}]}),
        ),
        (
            "E-APART-SELF",
            "duplicate_apart",
            json!({"one": "C-000001", "other": "C-000001", "reason": "Two"}),
        ),
        (
            "E-MERGE-REASON",
            "customers_merge",
            json!({"keep": "C-000001", "keep_revision": 1, "other": "C-000002", "other_revision": 1, "takes": [], "reason": " "}),
        ),
        // Work on them.
        (
            "E-TASK-REF",
            "task_advance",
            json!({"task": "C-000001", "step": "done"}),
        ),
        (
            "E-RECORD-KIND",
            "task_save",
            json!({"about": "F4-2026-0001"}),
        ),
        // Resellers.
        ("E-RESELLER-NAME", "reseller_save", json!({"name": ""})),
        ("E-CIP-VERSION", "cip_add", json!({"version": " "})),
        (
            "E-CIP-DATE",
            "cip_add",
            json!({"effective_from": "2020-01-01"}),
        ),
        ("E-CIP-REVIEW", "cip_review", json!({})),
        (
            "E-CIP-UNKNOWN",
            "cip_review",
            json!({"cip": "99", "marks": [{"id": "written", "standing": "missing"}]}),
        ),
        // Cases, clocks, filings.
        ("E-REQUEST-WHOSE", "request_open", json!({"resellers": []})),
        (
            "E-REQUEST-REFERENCE",
            "request_open",
            json!({"reference": " "}),
        ),
        (
            "E-REQUEST-TWICE",
            "request_open",
            json!({"resellers": ["RS-0001", "RS-0001"]}),
        ),
        (
            "E-EVIDENCE-SUMMARY",
            "evidence_open",
            json!({"summary": ""}),
        ),
        ("E-FAILURE-WHOSE", "case_open", json!({"kind": "failure"})),
        ("E-CASE-KIND", "case_open", json!({"kind": "party"})),
        ("E-CASE-WAY", "case_open", json!({"state": "closed"})),
        ("E-CASE-TEXT", "case_open", json!({"text": " "})),
        (
            "E-CASE-RESELLERS",
            "case_change",
            json!({"ref": "REQ-2026-0001", "fields": [], "resellers": []}),
        ),
        (
            "E-CLOCK-NOTE",
            "clock_start",
            json!({"pack": "us-iaas-nprm-2024", "clock": "x", "at": [], "subject": "", "note": " ", "provisional": false}),
        ),
        (
            "E-CLOCK-OUTCOME",
            "clock_stop",
            json!({"outcome": "forgotten"}),
        ),
        (
            "E-CLOCK-TARGET",
            "clock_target",
            json!({"ref": "K-0001", "target": "lunch", "on": "2026-03-02"}),
        ),
        ("E-CLOCK-PAUSE", "clock_resume", json!({"ref": "K-0001"})),
        (
            "E-CALENDAR-SPAN",
            "calendar",
            json!({"from": "2026-03-02", "to": "2026-03-01"}),
        ),
        (
            "E-CALENDAR-PRIVACY",
            "calendar_export",
            json!({"privacy": "loud"}),
        ),
        ("E-FORM-KIND", "filing_draft", json!({"form": "F99"})),
        ("E-FORM-REQUEST", "filing_draft", json!({"form": "F4"})),
        (
            "E-FILING-ANSWER",
            "filing_answer",
            json!({"ref": "F4-2026-0001", "outcome": "acknowledged", "reference": ""}),
        ),
        (
            "E-FILING-CHANNEL",
            "filing_sent",
            json!({"ref": "F4-2026-0001", "sent": "2026-03-02", "channel": " "}),
        ),
        // The program.
        (
            "E-PROGRAMME-CHOICE",
            "programme_product",
            json!({"in_scope": "sometimes"}),
        ),
        (
            "E-PROGRAMME-EMPTY",
            "programme_contact",
            json!({"title": ""}),
        ),
        (
            "E-PROGRAMME-SPAN",
            "programme_contact",
            json!({"to": "2025-01-01"}),
        ),
        ("E-PROGRAMME-HEAD", "programme_assessment", json!({})),
        ("E-PROGRAMME-EXISTS", "programme_product", json!({})),
        (
            "E-PROGRAMME-EMPTY",
            "programme_reliance",
            json!({"from": ""}),
        ),
    ];
    let ids = already_there(&desk);
    let entries = || desk.status(Empty {}).unwrap().entries;
    let before = entries();
    let mut wrong = Vec::new();
    for (code, command, row) in rows {
        let mut req = filled(command, row);
        if command == "customer_change" {
            let there = call(&desk, "customer_show", &json!({"ref": req["ref"]}));
            req["revision"] = there.unwrap().unwrap()["revision"].clone();
        }
        for place in ["document", "proof"] {
            if let Some(id) = req[place].as_str().and_then(|name| ids.get(name)) {
                req[place] = json!(id);
            }
        }
        if let Err(why) = read(command, &req) {
            wrong.push(format!("{code} {command} is no request: {why}"));
            continue;
        }
        match call(&desk, command, &req).unwrap() {
            Ok(_) => wrong.push(format!("{code} {command} was done")),
            Err(failure) => {
                let told = failure.problems.iter().map(|one| one.code.as_str());
                if !told.chain([failure.code.as_str()]).any(|said| said == code) {
                    wrong.push(format!("{code} {command}: {failure:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(entries(), before, "what is refused writes nothing");
}
