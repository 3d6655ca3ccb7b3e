//! The conduct of a case: what it does by itself, what opens it again, over what it is closed, and what its verification rests on.

use crate::{
    bench::{ALONE, Bench, PASSPHRASE, all_customers, said},
    customers::write,
};
use contract as c;
use desk::{OpenVault, Unwatched};

pub(crate) fn signatory(customer: &str, name: &str) -> c::SignatorySaveReq {
    c::SignatorySaveReq {
        customer: customer.to_owned(),
        id: None,
        name: name.to_owned(),
        name_original: None,
        role: "signatory".to_owned(),
        authority: "Signs alone, by the register".to_owned(),
        country: Some("Germany".to_owned()),
        address: None,
        email: None,
        phone: None,
        source: None,
        valid_from: None,
        valid_to: None,
        proved_by: None,
    }
}

pub(crate) fn flag(customer: &str) -> c::RedFlagSaveReq {
    c::RedFlagSaveReq {
        customer: customer.to_owned(),
        id: None,
        flag: Some("scanning".to_owned()),
        what: "Scanning of networks from the account".to_owned(),
        source: "Abuse desk".to_owned(),
        seen_on: "2026-03-02".to_owned(),
        outcome: None,
        settled_on: None,
    }
}

pub(crate) fn house() -> c::HouseRulesReq {
    c::HouseRulesReq {
        abandon_after_days: Some(90),
        decide_within_days: 10,
        verify_again_within_days: 30,
        attempts: 1,
        reverify_by_itself: false,
        expired_by_itself: true,
        reason: "Agreed in the meeting of 1 March".to_owned(),
    }
}

pub(crate) fn step(customer: &str, to: &str) -> c::CustomerAdvanceReq {
    c::CustomerAdvanceReq {
        r#ref: customer.to_owned(),
        to: to.to_owned(),
        reason: Some(format!("Written down for {to}")),
        approver: None,
        passphrase: Some(PASSPHRASE.to_owned()),
        override_reason: Some(ALONE.to_owned()),
        on: None,
        review_on: Some("2026-06-01".to_owned()),
        leave_open: None,
        made_of: None,
    }
}

pub(crate) fn advance(bench: &Bench, customer: &str, to: &str) -> c::CustomerView {
    bench.vault.customer_advance(&step(customer, to)).unwrap()
}

fn determine(bench: &Bench, customer: &str, about: &str, test: &str) -> c::CustomerView {
    bench
        .vault
        .determination_record(&c::DeterminationReq {
            customer: customer.to_owned(),
            about: about.to_owned(),
            test: test.to_owned(),
            evidence: "Passport".to_owned(),
            documents: Vec::new(),
            decided_on: None,
        })
        .unwrap()
}

fn tried(
    bench: &Bench,
    customer: &str,
    about: &str,
    method: &str,
    result: &str,
) -> c::CustomerView {
    bench
        .vault
        .verification_record(&c::VerificationReq {
            customer: customer.to_owned(),
            about: about.to_owned(),
            method: method.to_owned(),
            result: result.to_owned(),
            document: None,
            situation: None,
            basis: "Register".to_owned(),
            notes: None,
            performed_on: None,
        })
        .unwrap()
}

fn imported(bench: &Bench, country: &str, paid_from: &str) -> c::ImportReport {
    let rows = format!(
        "external_id,party_type,name,country,street_address,use_locations,email,phone,account_ids,payment_means,payment_source_name,payment_source_country,payment_institution,payment_reference\n\
         x-1,person,Anna Weber,{country},\"1 Hafenstrasse, Hamburg\",Hamburg,a@example.de,+4940123456,acct-1,card,Anna,{paid_from},Bank,4242{paid_from}\n"
    );
    let table = desk::Table::read(&bench.file("r.csv", rows.as_bytes())).unwrap();
    bench
        .vault
        .import(&table, &table.guess(), false, false, &Unwatched)
        .unwrap()
}

/// A foreign person whose identity is being verified, with one account that is paid from Germany.
fn verifying(bench: &Bench) -> String {
    imported(bench, "DE", "DE");
    let customer = bench.vault.customer_show("x-1").unwrap().row.r#ref;
    bench.notice(&customer);
    advance(bench, &customer, "collecting");
    advance(bench, &customer, "status_review");
    determine(bench, &customer, &customer, "none_met");
    advance(bench, &customer, "verifying");
    customer
}

pub(crate) fn account(
    bench: &Bench,
    customer: &str,
    state: &str,
    closed_on: Option<&str>,
) -> Result<c::CustomerView, desk::Error> {
    bench.vault.account_save(&c::AccountSaveReq {
        customer: customer.to_owned(),
        id: Some("A-1".to_owned()),
        account_ref: "acct-1".to_owned(),
        state: state.to_owned(),
        products: None,
        opened_on: None,
        closed_on: closed_on.map(str::to_owned),
        resold_to_foreign: None,
        added: Vec::new(),
        proved_by: None,
    })
}

/// The same person, verified, with the account in use.
pub(crate) fn in_use(bench: &Bench) -> String {
    let customer = verifying(bench);
    tried(bench, &customer, &customer, "non_documentary", "match");
    let view = advance(bench, &customer, "verified");
    assert!(
        view.due.iter().all(|one| one.what != "decide"),
        "the target ends with the decision"
    );
    let view = account(bench, &customer, "active", None).unwrap();
    assert_eq!(view.row.status, "monitoring");
    customer
}

/// The last step of a case: the state, what opened it, whether it was taken by itself.
fn last(view: &c::CustomerView) -> (String, Option<String>, bool) {
    let last = view.path.last().unwrap();
    (
        view.row.status.clone(),
        last.trigger.clone(),
        last.automatic,
    )
}

pub(crate) fn opened_by(view: &c::CustomerView, trigger: &str) {
    assert_eq!(
        last(view),
        ("reverify".to_owned(), Some(trigger.to_owned()), true)
    );
    assert_eq!(
        view.accounts[0].state, "restricted",
        "no account is free while its holder is verified again (invariant i)"
    );
    assert!(
        view.due.iter().any(|one| one.what == "decide"),
        "an internal target runs: {:?}",
        view.due
    );
}

#[test]
fn a_case_that_is_silent_is_abandoned_by_itself_with_the_reason_and_retention_runs_on() {
    let bench = Bench::new();
    let silent = bench.customer("Ada Byron", "DE");
    let draft = bench.customer("Zoë", "DE");
    bench.notice(&silent);
    let view = advance(&bench, &silent, "collecting");
    assert_eq!(view.due[0].on, "2026-03-12", "ten days, as the house says");
    assert_eq!(view.abandoned_on.as_deref(), Some("2026-06-01"));
    bench.now("2026-05-31T17:00:00Z");
    assert!(
        bench.vault.tend().unwrap().abandoned.is_empty(),
        "the ninetieth day is not over"
    );
    bench.now("2026-06-02T17:00:00Z");
    let tended = bench.vault.tend().unwrap();
    assert_eq!(tended.abandoned, [silent.as_str()]);
    let view = bench.vault.customer_show(&silent).unwrap();
    assert_eq!(last(&view), ("abandoned".to_owned(), None, true));
    let step = view.path.last().unwrap();
    assert!(
        step.note
            .as_deref()
            .is_some_and(|why| why.contains("Automatic") && why.contains("90 days")),
        "{:?}",
        step.note
    );
    assert_eq!(
        step.target.as_deref(),
        Some("Target of Thu 2026-03-12 cancelled")
    );
    assert!(
        view.clocks.iter().any(|clock| clock.direction == "minimum"),
        "what is known is kept (A-10): {:?}",
        view.clocks
    );
    assert_eq!(
        bench.vault.customer_show(&draft).unwrap().row.status,
        "draft"
    );
    assert!(bench.vault.tend().unwrap().abandoned.is_empty(), "once");
    let (code, _) = said(bench.vault.customer_advance(&c::CustomerAdvanceReq {
        reason: None,
        ..step_of(&silent, "collecting")
    }));
    assert_eq!(code, "E-CASE-WORDS", "who opens it again says why");
    assert_eq!(
        advance(&bench, &silent, "collecting").row.status,
        "collecting"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

fn step_of(customer: &str, to: &str) -> c::CustomerAdvanceReq {
    step(customer, to)
}

#[test]
fn silence_is_not_abandoned_over_what_a_person_must_look_at_and_never_by_who_only_reads() {
    let bench = Bench::new();
    let (waits, silent) = (
        bench.customer("Ada Byron", "DE"),
        bench.customer("Zoë", "DE"),
    );
    for customer in [&waits, &silent] {
        bench.notice(customer);
        advance(&bench, customer, "collecting");
    }
    let passport = bench.file("passport.txt", b"passport");
    bench
        .vault
        .document_add(&waits, "passport", desk::Source::File(passport), &Unwatched)
        .unwrap();
    bench.now("2026-08-01T17:00:00Z");
    let office = bench.leave();
    let reading = OpenVault::unlock_for(
        &office.path,
        Some("staff-1"),
        &PASSPHRASE.to_owned().into(),
        office.surroundings(),
        true,
        &Unwatched,
    )
    .unwrap();
    assert_eq!(
        reading.tend().unwrap(),
        c::Tended {
            abandoned: Vec::new(),
            reopened: Vec::new(),
            kept: Vec::new()
        }
    );
    drop(reading);
    let vault = office.open("staff-1", PASSPHRASE).unwrap();
    let tended = vault.tend().unwrap();
    assert_eq!(tended.abandoned, [silent.as_str()]);
    assert_eq!(
        (tended.kept[0].value.as_str(), tended.kept[0].label.as_str()),
        (waits.as_str(), "passport.txt")
    );
    vault
        .house_rules_save(&c::HouseRulesReq {
            abandon_after_days: None,
            ..house()
        })
        .unwrap();
    assert!(
        vault.tend().unwrap().kept.is_empty(),
        "the house may wait for ever"
    );
}

#[test]
fn the_houses_rules_are_checked_kept_with_their_reason_and_hold_for_what_comes_after() {
    let bench = Bench::new();
    let (code, words) = said(bench.vault.house_rules_save(&c::HouseRulesReq {
        decide_within_days: 0,
        ..house()
    }));
    assert!(
        code == "E-FIELDS" || words.contains("0 days"),
        "{code}: {words}"
    );
    assert_eq!(
        said(bench.vault.house_rules_save(&c::HouseRulesReq {
            reason: " ".to_owned(),
            ..house()
        }))
        .0,
        "E-HOUSE-REASON"
    );
    let kept = bench
        .vault
        .house_rules_save(&c::HouseRulesReq {
            decide_within_days: 20,
            attempts: 2,
            ..house()
        })
        .unwrap();
    assert_eq!((kept.decide_within_days, kept.attempts), (20, 2));
    let customer = verifying(&bench);
    let view = tried(&bench, &customer, &customer, "non_documentary", "mismatch");
    assert_eq!(view.due[0].on, "2026-03-22");
    let (code, words) = said(bench.vault.customer_advance(&step(&customer, "unverified")));
    assert!(
        code == "E-CASE-BLOCKED" && words.contains("1 of 2 attempts"),
        "{words}"
    );
    tried(
        &bench,
        &customer,
        &customer,
        "non_documentary",
        "unavailable",
    );
    assert_eq!(
        advance(&bench, &customer, "unverified").row.status,
        "unverified"
    );
    let bench = bench.reopened();
    assert_eq!(bench.vault.house_rules().unwrap(), kept);
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn closing_lists_what_is_open_and_a_person_closes_over_it_with_a_reason_that_stays() {
    let bench = Bench::new();
    let customer = verifying(&bench);
    bench
        .vault
        .discrepancy_save(&c::DiscrepancySaveReq {
            customer: customer.clone(),
            id: None,
            about: customer.clone(),
            what: "Date of birth".to_owned(),
            claimed: "1974-12-08".to_owned(),
            found: "1974-08-12".to_owned(),
            source: "Passport".to_owned(),
            substantive: true,
            resolution: None,
        })
        .unwrap();
    let seen = bench
        .vault
        .letter_preview(&c::LetterPreviewReq {
            customer: customer.clone(),
            template: "information-request".to_owned(),
            language: "en".to_owned(),
        })
        .unwrap();
    let letter = c::LetterSaveReq {
        customer: customer.clone(),
        id: None,
        template: seen.template,
        language: seen.language,
        to: seen.to,
        subject: seen.subject,
        body: seen
            .body
            .replace("{answer_by}", "2026-03-20")
            .replace("{missing}", "- The original of the passport"),
    };
    bench.vault.letter_save(&letter).unwrap();
    bench.vault.red_flag_save(&flag(&customer)).unwrap();
    let incident = bench
        .vault
        .case_open(
            &c::CaseOpenReq {
                kind: "incident".to_owned(),
                state: None,
                received: "2026-03-02T09:30:00Z".to_owned(),
                text: "Scanning".to_owned(),
                how: None,
                resellers: Vec::new(),
                subjects: vec![customer.clone()],
                answers: vec![
                    crate::bench::said_to("indicator", &["203.0.113.7"]),
                    crate::bench::said_to("first_seen", &["2026-03-01"]),
                    crate::bench::said_to("source", &["Abuse desk"]),
                ],
                handle: None,
            },
            Vec::new(),
        )
        .unwrap()
        .case;
    let task = c::TaskSaveReq {
        about: customer.clone(),
        id: None,
        title: "Ring the registry".to_owned(),
        note: None,
        assignee: None,
        due: Some("2026-03-09".to_owned()),
    };
    bench.vault.task_save(&task).unwrap();
    let open = |view: &c::CustomerView| -> Vec<String> {
        view.open.iter().map(|one| one.kind.clone()).collect()
    };
    let view = bench.vault.customer_show(&customer).unwrap();
    assert_eq!(
        open(&view),
        [
            "account",
            "discrepancy",
            "red_flag",
            "draft",
            "case",
            "task"
        ]
    );
    assert_eq!(view.open[5].at, format!("{customer}/T-1"));
    let case = &view.open[4];
    assert_eq!(
        (case.at.as_str(), case.tab.as_deref()),
        (incident.as_str(), None),
        "it links to where it is settled"
    );
    assert_eq!(view.open[1].tab.as_deref(), Some("case"));
    let with = |reason: Option<&str>| c::CustomerAdvanceReq {
        leave_open: reason.map(str::to_owned),
        made_of: None,
        ..step(&customer, "closed_account")
    };
    let (code, words) = said(bench.vault.customer_advance(&with(Some("All the same"))));
    assert!(
        code == "E-CASE-BLOCKED" && words.contains("acct-1"),
        "no reason closes over an account: {words}"
    );
    account(&bench, &customer, "closed", Some("2026-03-02")).unwrap();
    let (code, words) = said(bench.vault.customer_advance(&with(None)));
    assert!(
        code == "E-CASE-OPEN" && words.contains("Date of birth") && words.contains("Scanning"),
        "{code}: {words}"
    );
    let view = bench
        .vault
        .customer_advance(&with(Some("The customer is gone and answers nobody")))
        .unwrap();
    let left = view.path.last().unwrap().left_open.clone().unwrap();
    assert_eq!(
        (left.items.len(), left.reason.as_str()),
        (5, "The customer is gone and answers nobody")
    );
    let told = bench.timeline(&customer);
    assert!(
        told.items
            .iter()
            .flat_map(|item| &item.lines)
            .any(|line| line.label == "Closed anyway"),
        "the history says so"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_letter_that_asks_waits_for_its_answer() {
    let bench = Bench::new();
    let customer = bench.customer("Ada Byron", "DE");
    let write = |template: &str| {
        let seen = bench
            .vault
            .letter_preview(&c::LetterPreviewReq {
                customer: customer.clone(),
                template: template.to_owned(),
                language: "en".to_owned(),
            })
            .unwrap();
        let view = bench
            .vault
            .letter_save(&c::LetterSaveReq {
                customer: customer.clone(),
                id: None,
                template: seen.template,
                language: seen.language,
                to: seen.to,
                subject: seen.subject,
                body: seen.body.replace("{answer_by}", "2026-03-20"),
            })
            .unwrap();
        let id = view.letters[0].id.clone();
        bench
            .vault
            .letter_sent(&c::LetterSentReq {
                customer: customer.clone(),
                id: id.clone(),
                on: "2026-03-02".to_owned(),
                channel: "letter".to_owned(),
                recipient: None,
                proof: None,
            })
            .unwrap();
        id
    };
    write("notice");
    let asked = write("information-request");
    let view = bench.vault.customer_show(&customer).unwrap();
    let open: Vec<(&str, &str)> = view
        .open
        .iter()
        .map(|one| (one.kind.as_str(), one.at.as_str()))
        .collect();
    assert_eq!(
        open,
        [("letter", asked.as_str())],
        "a notice asks for nothing"
    );
    let answer = |on: &str, what: &str| {
        bench.vault.letter_answered(&c::LetterAnsweredReq {
            customer: customer.clone(),
            id: asked.clone(),
            on: on.to_owned(),
            what: what.to_owned(),
            document: None,
        })
    };
    assert_eq!(said(answer("2026-03-01", "Here")).0, "E-LETTER-DAY");
    assert_eq!(said(answer("2026-03-02", " ")).0, "E-LETTER-ANSWER");
    let view = answer("2026-03-02", "The address came by mail").unwrap();
    assert!(
        view.open.is_empty()
            && view.letters.iter().any(|one| one
                .answered
                .as_deref()
                .is_some_and(|said| said.contains("came by mail")))
    );
}

#[test]
fn an_address_or_a_payment_from_another_country_opens_a_case_even_when_an_import_brings_it() {
    let bench = Bench::new();
    let customer = in_use(&bench);
    assert_eq!(imported(&bench, "DE", "DE").unchanged, 1);
    assert_eq!(
        bench.vault.customer_show(&customer).unwrap().row.status,
        "monitoring",
        "the same file changes nothing"
    );
    imported(&bench, "DE", "CY");
    let view = bench.vault.customer_show(&customer).unwrap();
    opened_by(&view, "Country of payment changed");
    let note = view.path.last().unwrap().note.clone().unwrap();
    assert!(
        note.contains("Cyprus") && note.contains("Germany"),
        "{note}"
    );

    let bench = Bench::new();
    let customer = in_use(&bench);
    imported(&bench, "FR", "DE");
    let view = bench.vault.customer_show(&customer).unwrap();
    opened_by(&view, "Address changed");
    assert_eq!(
        view.path.last().unwrap().note.as_deref(),
        Some("Country changed from Germany to France")
    );
    let import = bench.vault.import_list().unwrap().remove(0).entry;
    bench.vault.import_undo(import.into()).unwrap();
    let view = bench.vault.customer_show(&customer).unwrap();
    assert_eq!(
        view.row.status, "monitoring",
        "an import is taken back whole, with what it opened"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);

    let bench = Bench::new();
    let customer = in_use(&bench);
    let view = bench
        .vault
        .payment_save(&c::PaymentSaveReq {
            customer: customer.clone(),
            account: "A-1".to_owned(),
            kind: "bank".to_owned(),
            institution: "Bank".to_owned(),
            source: "Own".to_owned(),
            identifier: None,
            country: Some("Cyprus".to_owned()),
            proved_by: None,
        })
        .unwrap();
    opened_by(&view, "Country of payment changed");
}

#[test]
fn a_red_flag_opens_a_settled_case_and_its_outcome_is_recorded() {
    let bench = Bench::new();
    let customer = in_use(&bench);
    let bad = c::RedFlagSaveReq {
        flag: Some("no-such".to_owned()),
        ..flag(&customer)
    };
    assert!(said(bench.vault.red_flag_save(&bad)).1.contains("no-such"));
    let view = bench.vault.red_flag_save(&flag(&customer)).unwrap();
    opened_by(&view, "Red flag");
    assert!(
        view.risk
            .given
            .iter()
            .any(|one| one.why.contains("Scanning")),
        "it counts while it is open: {:?}",
        view.risk.given
    );
    let settled = c::RedFlagSaveReq {
        id: Some("F-1".to_owned()),
        outcome: Some("Their own security test".to_owned()),
        ..flag(&customer)
    };
    let view = bench.vault.red_flag_save(&settled).unwrap();
    assert_eq!(view.red_flags[0].settled_on.as_deref(), Some("2026-03-02"));
    assert_eq!(view.row.status, "reverify", "a person decides what follows");
    assert!(view.open.iter().all(|one| one.kind != "red_flag"));
}

#[test]
fn a_finding_that_is_taken_back_opens_the_case_so_that_no_account_stays_free() {
    let bench = Bench::new();
    let customer = in_use(&bench);
    let view = tried(&bench, &customer, &customer, "non_documentary", "mismatch");
    opened_by(&view, "Earlier finding in doubt");

    let bench = Bench::new();
    let us = bench.customer("Carol Smith", "US");
    bench.notice(&us);
    advance(&bench, &us, "collecting");
    determine(&bench, &us, &us, "citizen");
    advance(&bench, &us, "status_review");
    advance(&bench, &us, "us_cleared");
    let view = bench
        .vault
        .account_save(&c::AccountSaveReq {
            customer: us.clone(),
            id: None,
            account_ref: "acct-1".to_owned(),
            state: "active".to_owned(),
            products: None,
            opened_on: None,
            closed_on: None,
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })
        .unwrap();
    assert_eq!(
        last(&view),
        ("monitoring".to_owned(), None, true),
        "the first open account puts her in use"
    );
    opened_by(
        &determine(&bench, &us, &us, "none_met"),
        "Earlier finding in doubt",
    );
}

/// A foreign person in use, verified by a passport: the vault, and the passport.
pub(crate) fn verified_by_passport() -> (Bench, String) {
    let (bench, id) = crate::evidence::bench_with_passport();
    let customer = "C-000001";
    bench
        .vault
        .review_decide(&crate::evidence::form(
            &id,
            &crate::evidence::FACTS,
            "accept",
        ))
        .unwrap();
    write(
        &bench,
        customer,
        &[
            ("street_address", "1 Hafenstrasse, Hamburg"),
            ("use_locations", "Hamburg"),
            ("email", "a@example.de"),
            ("phone", "+4940123456"),
        ],
    )
    .unwrap();
    bench.notice(customer);
    advance(&bench, customer, "collecting");
    bench.restricted_account(customer);
    bench
        .vault
        .payment_save(&c::PaymentSaveReq {
            customer: customer.to_owned(),
            account: "A-1".to_owned(),
            kind: "card".to_owned(),
            institution: "Bank".to_owned(),
            source: "Own".to_owned(),
            identifier: None,
            country: None,
            proved_by: None,
        })
        .unwrap();
    advance(&bench, customer, "status_review");
    determine(&bench, customer, customer, "none_met");
    advance(&bench, customer, "verifying");
    advance(&bench, customer, "verified");
    account(&bench, customer, "active", None).unwrap();
    (bench, id)
}

#[test]
fn an_expired_document_opens_the_case_on_the_day_after_and_once() {
    let (bench, _) = verified_by_passport();
    let customer = "C-000001";
    bench.now("2026-03-20T17:00:00Z");
    assert!(
        bench.vault.tend().unwrap().reopened.is_empty(),
        "on its last day it identifies"
    );
    bench.now("2026-03-21T17:00:00Z");
    assert_eq!(bench.vault.tend().unwrap().reopened, [customer]);
    let view = bench.vault.customer_show(customer).unwrap();
    opened_by(&view, "Document expired");
    assert!(
        view.path
            .last()
            .unwrap()
            .note
            .as_deref()
            .is_some_and(|note| note.contains("passport") && note.contains("2026-03-20"))
    );
    assert!(
        view.checklist
            .iter()
            .flat_map(|one| &one.items)
            .any(|one| one.state == "failed"),
        "the checklist shows it: {:?}",
        view.checklist
    );
    advance(&bench, customer, "verifying");
    tried(&bench, customer, customer, "non_documentary", "match");
    advance(&bench, customer, "verified");
    assert!(
        bench.vault.tend().unwrap().reopened.is_empty(),
        "whoever decided knew that it had expired"
    );
}

#[test]
fn verification_again_is_due_on_the_landing_page_and_opens_by_itself_where_the_house_wants_it() {
    let bench = Bench::new();
    let customer = in_use(&bench);
    let due = bench.vault.customer_show(&customer).unwrap().due.remove(0);
    assert_eq!((due.what.as_str(), due.overdue), ("verify_again", false));
    let rows = |bench: &Bench, band: c::Band| -> Vec<c::ClockRow> {
        let today = bench.vault.today_view().unwrap();
        today
            .bands
            .into_iter()
            .filter(|one| one.band == band)
            .flat_map(|one| one.rows)
            .collect()
    };
    assert!(rows(&bench, c::Band::NextTen).is_empty(), "it is far");
    let day: chrono::NaiveDate = due.on.parse().unwrap();
    let at = |days: i64| format!("{}T17:00:00Z", day + chrono::Duration::days(days));
    bench.now(&at(-5));
    assert_eq!(rows(&bench, c::Band::NextTen)[0].standing, "5 days left");
    bench.now(&at(2));
    let late = rows(&bench, c::Band::Overdue).remove(0);
    assert_eq!(
        (
            late.kind.as_str(),
            late.standing.as_str(),
            late.subject_ref.as_str()
        ),
        ("Verify again", "2 days late", customer.as_str())
    );
    assert!(
        bench.vault.tend().unwrap().reopened.is_empty(),
        "a person opens it, unless the house says otherwise"
    );
    bench
        .vault
        .house_rules_save(&c::HouseRulesReq {
            reverify_by_itself: true,
            ..house()
        })
        .unwrap();
    assert_eq!(bench.vault.tend().unwrap().reopened, [customer.as_str()]);
    opened_by(
        &bench.vault.customer_show(&customer).unwrap(),
        "Interval has passed",
    );
}

#[test]
fn what_rests_on_signatories_names_them_and_each_is_verified() {
    let bench = Bench::new();
    let firm = bench.entity("Hafen GmbH", "DE");
    write(
        &bench,
        &firm,
        &[
            ("names_used", "Hafen GmbH"),
            ("principal_place", "1 Hafenstrasse, Hamburg"),
            ("use_locations", "Hamburg"),
            ("email", "a@example.de"),
            ("phone", "+4940123456"),
        ],
    )
    .unwrap();
    bench.notice(&firm);
    advance(&bench, &firm, "collecting");
    let owner: c::OwnerSaveReq = serde_json::from_value(serde_json::json!({
        "customer": firm, "id": null, "name": "Jonas Weber", "name_original": null, "kind": "individual", "unspecified": null,
        "interests": [{"of": null, "kind": "equity", "share": "100", "means": null, "held_for": null, "indirect": false, "via": [], "from": null, "to": null}],
        "country": "DE", "address": "2 Elbe, Hamburg", "email": null, "phone": null, "source": null, "valid_from": null, "valid_to": null
    }))
    .unwrap();
    bench.vault.owner_save(&owner).unwrap();
    account(&bench, &firm, "restricted", None).unwrap_err();
    let made = c::AccountSaveReq {
        customer: firm.clone(),
        id: None,
        account_ref: "acct-9".to_owned(),
        state: "restricted".to_owned(),
        products: None,
        opened_on: None,
        closed_on: None,
        resold_to_foreign: None,
        added: Vec::new(),
        proved_by: None,
    };
    bench.vault.account_save(&made).unwrap();
    bench
        .vault
        .payment_save(&c::PaymentSaveReq {
            customer: firm.clone(),
            account: "A-1".to_owned(),
            kind: "bank".to_owned(),
            institution: "Bank".to_owned(),
            source: "Own".to_owned(),
            identifier: None,
            country: None,
            proved_by: None,
        })
        .unwrap();
    advance(&bench, &firm, "status_review");
    determine(&bench, &firm, &firm, "none_met");
    determine(&bench, &firm, "O-1", "none_met");
    advance(&bench, &firm, "verifying");
    tried(&bench, &firm, "O-1", "non_documentary", "match");
    let view = tried(&bench, &firm, &firm, "non_documentary", "mismatch");
    let part = |view: &c::CustomerView, title: &str| {
        view.checklist
            .iter()
            .find(|one| one.title.starts_with(title))
            .cloned()
    };
    assert!(
        part(&view, "Signatories").is_some(),
        "what is left to ask for is shown: {:?}",
        view.checklist
    );
    advance(&bench, &firm, "verifying");
    tried(&bench, &firm, &firm, "additional", "match");
    let (_, words) = said(bench.vault.customer_advance(&step(&firm, "verified")));
    assert!(words.contains("no signatory"), "{words}");
    let bad = c::SignatorySaveReq {
        role: "boss".to_owned(),
        authority: " ".to_owned(),
        ..signatory(&firm, "")
    };
    let told = serde_json::to_string(&*bench.vault.signatory_save(&bad).unwrap_err().0).unwrap();
    for code in [
        "E-SIGNATORY-NAME",
        "E-SIGNATORY-AUTHORITY",
        "E-SIGNATORY-ROLE",
    ] {
        assert!(told.contains(code), "{told}");
    }
    bench
        .vault
        .signatory_save(&signatory(&firm, "Mara Lind"))
        .unwrap();
    let (_, words) = said(bench.vault.customer_advance(&step(&firm, "verified")));
    assert!(
        words.contains("Mara Lind, signatory, has no verification"),
        "{words}"
    );
    let view = tried(&bench, &firm, "S-1", "non_documentary", "match");
    assert!(view.signatories[0].verified && view.verifications.last().unwrap().name == "Mara Lind");
    let hers = part(&view, "Mara Lind, signatory").unwrap();
    assert_eq!((hers.done, hers.asked), (2, 2), "{:?}", hers.items);
    assert_eq!(advance(&bench, &firm, "verified").row.status, "verified");
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn risk_is_rated_by_the_pack_in_use_and_the_list_is_filtered_and_sorted_by_it() {
    let bench = Bench::new();
    for (name, country) in [("Low", "US"), ("Middle", "DE"), ("High", "IR")] {
        let customer = bench.customer(name, country);
        if country == "US" {
            determine(&bench, &customer, &customer, "citizen");
        }
    }
    bench
        .vault
        .customer_change(&c::CustomerChangeReq {
            r#ref: "C-000002".to_owned(),
            revision: bench.vault.customer_show("C-000002").unwrap().revision,
            fields: vec![c::FieldChange {
                id: "channel".to_owned(),
                values: vec!["Through a foreign reseller".to_owned()],
            }],
            reason: None,
            occurred_on: None,
            proved_by: None,
        })
        .unwrap();
    let list = |risk: &[&str], descending: bool| {
        bench
            .vault
            .customer_list(&c::CustomerListReq {
                query: risk.iter().map(|one| format!("risk:{one} ")).collect(),
                sort: c::CustomerSort::Risk,
                descending,
                counts: true,
                ..all_customers()
            })
            .unwrap()
    };
    let tiers = |list: &c::CustomerList| -> Vec<String> {
        list.rows
            .iter()
            .map(|row| row.risk.clone().unwrap_or_default())
            .collect()
    };
    let all = list(&[], true);
    let order = tiers(&all);
    assert!(
        order[0] != "low" && order[2] == "low",
        "the highest tier comes first, not the first letter: {order:?}"
    );
    assert_eq!(all.by_risk.iter().map(|one| one.count).sum::<u32>(), 3);
    assert_eq!(tiers(&list(&["low"], false)), ["low"]);
    let toml = domain::pack::RulePack::builtin("us-iaas-nprm-2024")
        .unwrap()
        .toml()
        .to_owned();
    let stricter = toml
        .replacen("version = \"1.0.1\"", "version = \"1.1.0\"", 1)
        .replacen(
            "label = \"A country of concern to U.S. export or sanctions rules\"\npoints = 30",
            "label = \"A country of concern to U.S. export or sanctions rules\"\npoints = 60",
            1,
        );
    let pack =
        desk::offer_file(&bench.file("mine.toml", stricter.as_bytes()), "2026-03-02").unwrap();
    bench
        .vault
        .pack_adopt(&pack, "Counsel asked for more", &[])
        .unwrap();
    assert_eq!(
        tiers(&list(&["high"], false)),
        ["high"],
        "who was rated by the old table is rated by the new one"
    );
    let view = bench.vault.customer_show("C-000003").unwrap();
    assert!(
        view.risk.table.contains("us-iaas-nprm-2024 1.1.0")
            && view.risk.given.iter().any(|one| one.points == 60),
        "{}",
        view.risk.table
    );
    assert!(
        bench.vault.check(&Unwatched).unwrap().ok,
        "a replay rates the same"
    );
}
