//! Deadlines: where they stand on Today, what stops them, and that no computer's clock makes one look better.

use crate::bench::{ALONE, Bench, said};
use contract::Band;
use desk::Unwatched;

fn band_of(bench: &Bench, clock: &str) -> Option<Band> {
    let today = bench.vault.today_view().unwrap();
    today
        .bands
        .iter()
        .find(|band| band.rows.iter().any(|row| row.r#ref == clock))
        .map(|band| band.band)
}

#[test]
fn a_request_moves_through_the_bands_day_by_day() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    assert_eq!(
        opened.due, "2026-03-12",
        "ten calendar days, day 0 not counted"
    );
    for (instant, band) in [
        ("2026-03-02T17:00:00Z", Band::NextTen),
        ("2026-03-09T16:00:00Z", Band::NextThree),
        ("2026-03-12T16:00:00Z", Band::DueToday),
        ("2026-03-13T03:59:59Z", Band::DueToday),
        ("2026-03-13T04:00:00Z", Band::Overdue),
    ] {
        bench.now(instant);
        assert_eq!(band_of(&bench, &opened.clock), Some(band), "at {instant}");
    }
}

#[test]
fn sending_stops_the_clock_and_its_lateness_stays_for_ever() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    let filing = opened.filing.unwrap();
    bench.now("2026-03-15T16:00:00Z");
    bench.seal(&filing, Some(ALONE)).unwrap();
    assert_eq!(
        band_of(&bench, &opened.clock),
        Some(Band::Overdue),
        "sealing alone stops nothing"
    );
    bench.sent(&filing, "2026-03-14").unwrap();
    assert_eq!(band_of(&bench, &opened.clock), None);
    let row = bench.vault.clock_show(&opened.clock).unwrap().row;
    assert_eq!(
        (row.status.as_str(), row.standing.as_str()),
        ("satisfied", "satisfied, 2 days late")
    );
    bench.now("2028-01-01T00:00:00Z");
    let later = bench.vault.clock_show(&opened.clock).unwrap().row;
    assert_eq!(later.standing, row.standing, "years change nothing of it");
}

#[test]
fn a_trigger_in_the_future_is_refused_and_starts_nothing() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let (code, sentence) = said(bench.request("2026-03-03", &[&reseller]));
    assert_eq!(code, "E-CLOCK-FUTURE");
    assert!(sentence.contains("Tue 2026-03-03"), "{sentence}");
    assert!(bench.vault.clock_list(true).unwrap().is_empty());
    assert!(
        bench.vault.case_list().unwrap().rows.is_empty(),
        "an act that fails leaves nothing"
    );
}

#[test]
fn a_date_that_is_none_is_said_to_be_none() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    for odd in [
        "2026-02-30",
        "yesterday",
        "0000-00-00",
        "2026-03-02T25:00:00Z",
        "",
    ] {
        let (code, sentence) = said(bench.request(odd, &[&reseller]));
        assert!(code.starts_with("E-CLOCK"), "{odd}: {code} {sentence}");
    }
}

#[test]
fn a_clock_that_was_set_back_makes_no_deadline_look_farther() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    bench.now("2026-03-11T16:00:00Z");
    bench.customer("Somebody", "DE");
    bench.now("2026-01-01T00:00:00Z");
    let row = bench.vault.clock_show(&opened.clock).unwrap().row;
    assert_eq!(
        row.days_left, 1,
        "today is never before the day of the last entry"
    );
}

/// What may become of a computer's clock, in hours from noon of the day that was worked on: set back and forward, changed by summer
/// time, slept for a month, a battery that is empty (1970), and where an hour less or more is another day.
#[test]
fn whatever_becomes_of_the_clock_no_deadline_moves_and_none_looks_farther() {
    let mut tried = 0;
    for (zone, noon) in [
        ("America/New_York", "2026-03-07T17:00:00Z"),
        ("Europe/Berlin", "2026-03-28T11:00:00Z"),
        ("Pacific/Apia", "2026-03-08T23:00:00Z"),
        ("Asia/Kathmandu", "2026-12-31T06:15:00Z"),
    ] {
        let bench = Bench::at(noon, zone);
        let reseller = bench.reseller("Lion City");
        let day = bench.vault.today();
        let opened = bench.request(&day.to_string(), &[&reseller]).unwrap();
        let row = || bench.vault.clock_show(&opened.clock).unwrap().row;
        let (due, left) = (row().due.clone(), row().days_left);
        let noon: chrono::DateTime<chrono::Utc> = noon.parse().unwrap();
        for hours in [
            -1,
            -11,
            -25,
            -24 * 30,
            -24 * 365,
            -24 * 365 * 56,
            0,
            1,
            11,
            24,
            25,
            24 * 2,
            24 * 30,
            24 * 400,
        ] {
            let shown = noon + chrono::TimeDelta::hours(hours);
            bench.now(&shown.to_rfc3339());
            let zone: chrono_tz::Tz = zone.parse().unwrap();
            let passed = (shown.with_timezone(&zone).date_naive() - day)
                .num_days()
                .max(0);
            let now = row();
            assert_eq!(now.due, due, "{zone} {hours} hours: a deadline is a record");
            assert_eq!(
                now.days_left,
                left - i32::try_from(passed).unwrap(),
                "{zone} {hours} hours: no day is won back"
            );
            tried += 1;
        }
        // Somebody works on while the clock is set back: the day of the entry before holds.
        bench.now(&(noon - chrono::TimeDelta::days(30)).to_rfc3339());
        bench.customer("Somebody", "DE");
        assert_eq!((row().due, row().days_left), (due, left), "{zone}");
        assert!(bench.vault.check(&Unwatched).unwrap().ok, "{zone}");
        tried += 1;
    }
    eprintln!(
        "figure T-T {tried} clocks that were set back or forward, slept, forgot the year or changed to summer time, in four zones, and no deadline moved"
    );
}

#[test]
fn the_later_of_two_zones_is_today_and_the_earlier_is_day_nought() {
    // 03:30 UTC: October 1 in Tokyo, still September 30 in New York.
    let bench = Bench::at("2025-10-01T03:30:00Z", "Asia/Tokyo");
    let reseller = bench.reseller("Lion City");
    assert_eq!(bench.vault.today().to_string(), "2025-10-01");
    let opened = bench.request("2025-10-01T03:30:00Z", &[&reseller]).unwrap();
    assert_eq!(opened.due, "2025-10-10", "ten days from September 30");
}

#[test]
fn evidence_counts_thirty_days_from_its_receipt_and_is_marked_late_in_the_record() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench
        .vault
        .evidence_open(
            &contract::EvidenceOpenReq {
                reseller,
                received: "2026-01-31".to_owned(),
                summary: "No checks".to_owned(),
                handle: None,
                signal: false,
            },
            Vec::new(),
        )
        .unwrap();
    assert_eq!(opened.due, "2026-03-02");
    let view = bench.vault.clock_show(&opened.clock).unwrap();
    assert!(
        view.events.iter().any(|event| event
            .note
            .as_deref()
            .is_some_and(|note| note.starts_with("recorded 30 days after"))),
        "both dates are kept: {:?}",
        view.events
    );
    assert!(
        view.steps
            .iter()
            .any(|step| step.contains("30 calendar days"))
    );
}

#[test]
fn clocks_are_the_same_after_the_vault_was_opened_again() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    let before = bench.vault.clock_show(&opened.clock).unwrap();
    let bench = bench.reopened();
    let after = bench.vault.clock_show(&opened.clock).unwrap();
    assert_eq!(
        serde_json::to_value(&after).unwrap(),
        serde_json::to_value(&before).unwrap()
    );
}

fn correct(
    bench: &Bench,
    clock: &str,
    at: &str,
    reason: &str,
) -> Result<contract::ClockView, desk::Error> {
    bench.vault.clock_correct(&contract::ClockCorrectReq {
        r#ref: clock.to_owned(),
        at: vec![contract::TriggerAt {
            event: "department_request_received".to_owned(),
            at: at.to_owned(),
        }],
        reason: reason.to_owned(),
    })
}

#[test]
fn a_corrected_trigger_gives_a_new_date_and_keeps_the_old_one_with_its_reason() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let clock = bench.request("2026-02-27", &[&reseller]).unwrap().clock;
    assert_eq!(
        said(correct(&bench, &clock, "2026-02-25", " ")).0,
        "E-CLOCK-REASON"
    );
    assert_eq!(
        said(correct(&bench, &clock, "2026-03-09", "typo")).0,
        "E-CLOCK-FUTURE"
    );
    let view = correct(
        &bench,
        &clock,
        "2026-02-25",
        "The mail room had stamped it on the 25th",
    )
    .unwrap();
    assert_eq!(view.row.due, "2026-03-07", "ten days from the 25th");
    let kept = &view.revisions[0];
    assert_eq!(
        (
            kept.due_before.as_str(),
            kept.due_after.as_str(),
            kept.reason.as_str()
        ),
        (
            "2026-03-09",
            "2026-03-07",
            "The mail room had stamped it on the 25th"
        )
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_deadline_is_extended_by_a_written_grant_alone_and_never_shortened() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-02-27", &[&reseller]).unwrap();
    let extend = |due: &str, grant: &str| {
        bench.vault.clock_extend(&contract::ClockExtendReq {
            r#ref: opened.clock.clone(),
            due: due.to_owned(),
            grant: grant.to_owned(),
            document: None,
        })
    };
    assert_eq!(said(extend("2026-03-20", "")).0, "E-CLOCK-GRANT");
    assert_eq!(
        said(extend("2026-03-01", "BIS letter")).0,
        "E-CLOCK-EXTENSION"
    );
    let view = extend("2026-03-21", "BIS letter of 2026-03-02").unwrap();
    assert_eq!(view.row.due, "2026-03-21");
    assert_eq!(
        view.row.target.as_deref(),
        Some("2026-03-20"),
        "a Saturday: the business day before"
    );
    assert!(
        view.steps.last().unwrap().contains("2026-03"),
        "{:?}",
        view.steps
    );
    assert_eq!(
        view.revisions[0].due_before, "2026-03-09",
        "the old date stays visible"
    );
    bench
        .seal(opened.filing.as_deref().unwrap(), Some(ALONE))
        .unwrap();
    bench
        .sent(opened.filing.as_deref().unwrap(), "2026-03-02")
        .unwrap();
    assert_eq!(
        said(correct(&bench, &opened.clock, "2026-02-01", "why")).0,
        "E-CLOCK-STOPPED"
    );
}

#[test]
fn another_limit_is_tried_on_past_clocks_and_changes_none() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-02-20", &[&reseller]).unwrap();
    let ask = |n| {
        bench.vault.pack_simulate(&contract::PackSimulateReq {
            clock: "CLK-CIP-REQ".to_owned(),
            n,
        })
    };
    let five = ask(5).unwrap();
    assert_eq!((five.late_then, five.late_now), (0, 1));
    assert_eq!(
        (five.rows[0].due_now.as_str(), five.rows[0].days_late_now),
        ("2026-02-25", 5)
    );
    assert_eq!(ask(15).unwrap().late_now, 0);
    assert_eq!(said(ask(0)).0, "E-PACK-NUMBER");
    assert_eq!(
        bench.vault.clock_show(&opened.clock).unwrap().row.due,
        "2026-03-02"
    );
}

fn trigger(event: &str, at: &str) -> contract::TriggerAt {
    contract::TriggerAt {
        event: event.to_owned(),
        at: at.to_owned(),
    }
}

fn start(
    bench: &Bench,
    clock: &str,
    at: Vec<contract::TriggerAt>,
    about: &str,
) -> Result<contract::ClockView, desk::Error> {
    bench.vault.clock_start(&contract::ClockStartReq {
        pack: "us-iaas-nprm-2024".to_owned(),
        clock: clock.to_owned(),
        at,
        subject: about.to_owned(),
        note: "Said so in a letter".to_owned(),
        provisional: false,
    })
}

#[test]
fn two_triggers_are_both_kept_and_the_earliest_feasible_date_governs() {
    let bench = Bench::new();
    let both = |transaction: &str, knowledge: &str| {
        vec![
            trigger("transaction", transaction),
            trigger("knowledge", knowledge),
        ]
    };
    let early = start(
        &bench,
        "CLK-AI-DIRECT",
        both("2026-02-20", "2026-03-01"),
        "programme",
    )
    .unwrap();
    assert_eq!(
        early.row.due, "2026-03-07",
        "fifteen days from the transaction can still be met"
    );
    let late = start(
        &bench,
        "CLK-AI-DIRECT",
        both("2026-01-20", "2026-03-01"),
        "programme",
    )
    .unwrap();
    assert_eq!(
        late.row.due, "2026-03-16",
        "they had passed before it was known"
    );
    assert_eq!(late.triggers.len(), 2);
    let ahead = start(
        &bench,
        "CLK-AI-DIRECT",
        both("2026-04-20", "2026-03-01"),
        "programme",
    )
    .unwrap();
    assert_eq!(
        ahead.row.due, "2026-03-16",
        "a transaction may be known in advance"
    );
    assert_eq!(
        said(start(
            &bench,
            "CLK-AI-DIRECT",
            both("2026-02-20", "2026-03-05"),
            "programme"
        ))
        .0,
        "E-CLOCK-FUTURE",
        "but knowledge cannot lie ahead"
    );
    for (about, at, code) in [
        (
            "C-000099",
            both("2026-02-20", "2026-03-01"),
            "E-CLOCK-SUBJECT",
        ),
        (
            "programme",
            vec![trigger("transaction", "2026-02-20")],
            "E-CLOCK-ANCHOR",
        ),
        (
            "programme",
            vec![
                trigger("transaction", "2026-02-30"),
                trigger("knowledge", "2026-03-01"),
            ],
            "E-CLOCK-DATE",
        ),
        (
            "programme",
            vec![
                trigger("transaction", "0000-01-01"),
                trigger("knowledge", "9999-03-01"),
            ],
            "E-CLOCK-YEAR",
        ),
        (
            "programme",
            vec![
                trigger("transaction", "2026-03-01T10:00"),
                trigger("knowledge", "2026-03-01"),
            ],
            "E-CLOCK-ZONE",
        ),
    ] {
        assert_eq!(said(start(&bench, "CLK-AI-DIRECT", at, about)).0, code);
    }
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn the_end_of_a_certification_starts_the_next_year_and_late_is_said_for_ever() {
    let bench = Bench::new();
    let clock = start(
        &bench,
        "CLK-ANNUAL",
        vec![trigger("last_certified", "2025-02-27")],
        "programme",
    )
    .unwrap();
    assert_eq!(
        (clock.row.due.as_str(), clock.row.standing.as_str()),
        ("2026-02-27", "3 days late")
    );
    let stop = |at: &str, by: &str| {
        bench.vault.clock_stop(&contract::ClockStopReq {
            r#ref: clock.row.r#ref.clone(),
            outcome: "satisfied".to_owned(),
            at: at.to_owned(),
            by: by.to_owned(),
            document: None,
        })
    };
    assert_eq!(said(stop("2026-03-01", "")).0, "E-CLOCK-BY");
    assert_eq!(said(stop("2026-03-05", "F2")).0, "E-FIELD-FUTURE");
    assert_eq!(said(stop("2025-01-05", "F2")).0, "E-CLOCK-BEFORE");
    let ended = stop("2026-03-01", "F2-2026-0001 sent by courier").unwrap();
    assert_eq!(ended.row.standing, "satisfied, 2 days late");
    assert_eq!(said(stop("2026-03-01", "again")).0, "E-CLOCK-STOPPED");
    let next = bench.vault.clock_list(false).unwrap();
    assert_eq!(
        (next.len(), next[0].clock.as_str(), next[0].due.as_str()),
        (1, "CLK-ANNUAL", "2027-03-01")
    );
    bench.now("2027-09-01T12:00:00Z");
    assert_eq!(
        bench
            .vault
            .clock_show(&ended.row.r#ref)
            .unwrap()
            .row
            .standing,
        "satisfied, 2 days late"
    );
}

#[test]
fn a_signal_counts_from_its_day_in_grey_until_it_is_confirmed_or_falls() {
    let bench = Bench::new();
    let open = |name: &str| {
        let reseller = bench.reseller(name);
        bench
            .vault
            .evidence_open(
                &contract::EvidenceOpenReq {
                    reseller,
                    received: "2026-02-20".to_owned(),
                    summary: "An anonymous letter".to_owned(),
                    handle: None,
                    signal: true,
                },
                Vec::new(),
            )
            .unwrap()
    };
    let advance = |case: &str, to: &str, note: &str, reason: Option<&str>| {
        bench.step(case, to, note, &[], reason)
    };
    let one = open("Lion City");
    let clock = bench.vault.clock_show(&one.clock).unwrap();
    assert!(clock.row.provisional, "grey");
    assert_eq!(
        (clock.row.due.as_str(), clock.row.band),
        ("2026-03-22", contract::Band::Later)
    );
    assert_eq!(
        said(advance(&one.case, "terminated", "x", None)).0,
        "E-CASE-STEP",
        "no step is skipped"
    );
    assert_eq!(
        said(advance(&one.case, "assessing", " ", None)).0,
        "E-CASE-WORDS"
    );
    advance(
        &one.case,
        "assessing",
        "Plan of 2 March; three red flags",
        None,
    )
    .unwrap();
    let view = advance(
        &one.case,
        "evidence_confirmed",
        "Their own audit says so",
        None,
    )
    .unwrap();
    let firm = &view.clocks[0];
    assert!(!firm.row.provisional);
    assert_eq!(
        firm.row.due, "2026-03-22",
        "slow triage does not eat the thirty days"
    );
    for (to, note) in [
        ("containing", "acct-1"),
        ("reported", "FBI, 2 March"),
        ("terminating", "Notice of 2 March"),
    ] {
        if to == "reported" {
            bench.contain(&one.case);
        }
        advance(&one.case, to, note, None).unwrap();
    }
    assert_eq!(
        said(bench.vault.clock_stop(&contract::ClockStopReq {
            r#ref: one.clock.clone(),
            outcome: "satisfied".to_owned(),
            at: "2026-03-02".to_owned(),
            by: "x".to_owned(),
            document: None,
        }))
        .0,
        "E-CLOCK-CASE",
        "the case's own step ends it"
    );
    let ended = advance(&one.case, "terminated", "Credentials revoked", None).unwrap();
    assert_eq!(ended.clocks[0].row.status, "satisfied");
    assert_eq!(
        bench.vault.reseller_show("Lion City").unwrap().row.state,
        "terminated"
    );

    let other = open("Atlas");
    advance(&other.case, "assessing", "Plan", None).unwrap();
    assert_eq!(
        said(advance(
            &other.case,
            "not_substantiated",
            "Checked their log",
            None
        ))
        .0,
        "E-APPROVAL-OVERRIDE",
        "a second person, or a reason"
    );
    let view = advance(
        &other.case,
        "not_substantiated",
        "Checked their log",
        Some(crate::bench::ALONE),
    )
    .unwrap();
    assert_eq!(
        (
            view.clocks[0].row.status.as_str(),
            view.row.state_label.as_str()
        ),
        ("cancelled", "Not substantiated")
    );
    assert!(
        view.moves.is_empty() && view.steps.iter().all(|step| step.standing != "next"),
        "nothing comes after it"
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn internal_targets_can_rest_with_a_reason_and_the_deadline_never_does() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-01", &[&reseller]).unwrap();
    let days = |bench: &Bench| -> Vec<String> {
        let view = bench.vault.clock_show(&opened.clock).unwrap();
        view.targets
            .iter()
            .map(|target| target.on.clone())
            .collect()
    };
    assert_eq!(
        days(&bench),
        ["2026-03-04", "2026-03-08", "2026-03-10"],
        "day 3, 7 and 9"
    );
    let pause = |reason: &str| {
        bench.vault.clock_pause(&contract::ClockPauseReq {
            r#ref: opened.clock.clone(),
            reason: reason.to_owned(),
        })
    };
    assert_eq!(said(pause(" ")).0, "E-CLOCK-REASON");
    let resting = pause("The office is shut by snow").unwrap();
    assert!(
        resting.paused
            && resting
                .targets
                .iter()
                .all(|target| target.standing == "resting")
    );
    assert_eq!(resting.row.due, "2026-03-11", "the deadline runs");
    bench.now("2026-03-05T17:00:00Z");
    bench.vault.clock_resume(&opened.clock).unwrap();
    assert_eq!(
        days(&bench),
        ["2026-03-07", "2026-03-11", "2026-03-13"],
        "later by the three days"
    );
    assert_eq!(
        bench.vault.clock_show(&opened.clock).unwrap().row.due,
        "2026-03-11"
    );
    let met = bench
        .vault
        .clock_target(&contract::ClockTargetReq {
            r#ref: opened.clock.clone(),
            target: "cip-req-gathered".to_owned(),
            on: "2026-03-04".to_owned(),
        })
        .unwrap();
    assert_eq!(met.targets[0].standing, "done");
    assert_eq!(met.row.target_next.unwrap().id, "cip-req-reviewed");
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn snoozing_hides_from_my_work_and_never_from_the_deadlines_and_wakes_by_itself() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-02-25", &[&reseller]).unwrap();
    let snooze = |until: Option<&str>| {
        bench.vault.clock_snooze(&contract::ClockSnoozeReq {
            r#ref: opened.clock.clone(),
            until: until.map(str::to_owned),
        })
    };
    assert_eq!(
        said(snooze(Some("2026-03-02"))).0,
        "E-CLOCK-SNOOZE",
        "not after today"
    );
    assert_eq!(
        said(snooze(Some("2026-03-07"))).0,
        "E-CLOCK-SNOOZE",
        "not over its last day"
    );
    snooze(Some("2026-03-05")).unwrap();
    let seen = |bench: &Bench| {
        let today = bench.vault.today_view().unwrap();
        (
            today
                .bands
                .iter()
                .map(|band| band.rows.len())
                .sum::<usize>(),
            today.snoozed.len(),
        )
    };
    assert_eq!(seen(&bench), (0, 1));
    assert_eq!(
        bench.vault.clock_list(false).unwrap().len(),
        1,
        "it is among the deadlines"
    );
    bench.now("2026-03-05T17:00:00Z");
    assert_eq!(seen(&bench), (1, 0));
    snooze(Some("2026-03-06")).unwrap();
    bench.now("2026-03-08T17:00:00Z");
    assert_eq!(
        seen(&bench),
        (1, 0),
        "what is overdue shows whatever was said"
    );
    bench
        .vault
        .clock_assign(&contract::ClockAssignReq {
            r#ref: opened.clock.clone(),
            to: Some("staff-1".to_owned()),
        })
        .unwrap();
    assert_eq!(
        bench.vault.clock_list(false).unwrap()[0]
            .assignee
            .as_deref(),
        Some("Ana Lima")
    );
    assert_eq!(
        said(bench.vault.clock_assign(&contract::ClockAssignReq {
            r#ref: opened.clock.clone(),
            to: Some("nobody".to_owned())
        }))
        .0,
        "E-CLOCK-MEMBER"
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_closed_account_is_kept_two_years_from_its_last_use_and_later_if_somebody_gets_in() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let save = |state: &str, closed: Option<&str>, id: Option<String>| {
        bench.vault.account_save(&contract::AccountSaveReq {
            customer: customer.clone(),
            id,
            account_ref: "acct-1".to_owned(),
            state: state.to_owned(),
            products: None,
            opened_on: None,
            closed_on: closed.map(str::to_owned),
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })
    };
    let account = save("restricted", None, None).unwrap().accounts[0]
        .id
        .clone();
    for (state, closed) in [("closed", None), ("restricted", Some("2026-03-01"))] {
        assert_eq!(
            said(save(state, closed, Some(account.clone()))).0,
            "E-ACCOUNT-CLOSED",
            "a day of closing and the state go together"
        );
    }
    save("closed", Some("2024-02-29"), Some(account.clone())).unwrap();
    let clocks = bench.vault.clock_list(false).unwrap();
    assert_eq!(
        (
            clocks.len(),
            clocks[0].clock.as_str(),
            clocks[0].due.as_str()
        ),
        (1, "CLK-RETAIN", "2026-03-01")
    );
    assert_eq!(
        (clocks[0].standing.as_str(), clocks[0].status.as_str()),
        ("may be disposed of, for 1 day", "running"),
        "a minimum is never late"
    );
    let log = bench.file(
        "log.csv",
        b"account,time,ip,action\nacct-1,2025-07-02T20:00:00Z,203.0.113.9,login\n",
    );
    bench
        .vault
        .access_import(&log, desk::AccessHow::default(), &desk::Unwatched)
        .unwrap();
    let view = bench.vault.clock_show(&clocks[0].r#ref).unwrap();
    assert_eq!(
        (view.row.due.as_str(), view.revisions[0].kind.as_str()),
        ("2027-07-02", "re-anchored")
    );
    let early = bench.file(
        "early.csv",
        b"account,time,ip,action\nacct-1,2023-07-02T20:00:00Z,203.0.113.9,login\n",
    );
    bench
        .vault
        .access_import(&early, desk::AccessHow::default(), &desk::Unwatched)
        .unwrap();
    assert_eq!(
        bench
            .vault
            .clock_show(&clocks[0].r#ref)
            .unwrap()
            .revisions
            .len(),
        1,
        "an earlier use changes nothing"
    );
    save("restricted", None, Some(account)).unwrap();
    assert!(
        bench.vault.clock_list(false).unwrap().is_empty(),
        "an open account is kept anyway"
    );
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_reseller_that_does_not_supply_is_offered_a_failure_case_once() {
    let bench = Bench::new();
    let reseller = bench.reseller_without_cip("Atlas");
    let opened = bench.request("2026-02-27", &[&reseller]).unwrap();
    let offered =
        |bench: &Bench| bench.vault.case_show(&opened.case).unwrap().items[0].offer_failure;
    assert!(offered(&bench));
    bench
        .vault
        .evidence_open(
            &contract::EvidenceOpenReq {
                reseller,
                received: "2026-03-02".to_owned(),
                summary: "Did not answer the demand".to_owned(),
                handle: None,
                signal: false,
            },
            Vec::new(),
        )
        .unwrap();
    assert!(!offered(&bench), "its case is open");
}

#[test]
fn a_clock_the_calendar_and_a_pack_print_as_pages() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City 狮城");
    let opened = bench.request("2026-02-27", &[&reseller]).unwrap();
    correct(&bench, &opened.clock, "2026-02-25", "Stamped on the 25th").unwrap();
    let words = |name: &str, pdf: Vec<u8>| bench.printed(name, &pdf);
    let page = words("clock.pdf", bench.vault.clock_page(&opened.clock).unwrap());
    for part in [
        "Why Sat 2026-03-07?",
        "Mon 2026-03-09",
        "Stamped on the 25th",
        "+ 10 calendar days",
        "15 CFR 7.303",
        "狮城",
        "not in force",
    ] {
        assert!(page.contains(part), "{part} is on the page:\n{page}");
    }
    let page = words(
        "calendar.pdf",
        bench
            .vault
            .calendar_page("2026-03-01", "2026-04-30")
            .unwrap(),
    );
    for part in ["March 2026", "April 2026", "Copy of a CIP", "Agenda"] {
        assert!(page.contains(part), "{part} is on the page:\n{page}");
    }
    let page = words(
        "pack.pdf",
        bench.vault.pack_page("us-iaas-nprm-2024").unwrap(),
    );
    assert!(
        page.contains("Not verified against the rule") || page.contains("Not verified against"),
        "{page}"
    );
    assert!(page.contains("CLK-RETAIN") || page.contains("Retention"));
}

#[test]
fn a_signal_that_fell_clears_no_reseller_whom_another_case_is_about() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let open = |signal: bool| {
        let req = contract::EvidenceOpenReq {
            reseller: reseller.clone(),
            received: "2026-02-20".to_owned(),
            summary: "An anonymous letter".to_owned(),
            handle: None,
            signal,
        };
        bench.vault.evidence_open(&req, Vec::new()).unwrap().case
    };
    let advance = |case: &str, to: &str| {
        if to == "reported" {
            bench.contain(case);
        }
        bench
            .step(case, to, "Nothing in it", &[], Some(ALONE))
            .unwrap();
    };
    let state = || bench.vault.reseller_show(&reseller).unwrap().row.state;
    let (first, second, third) = (open(true), open(true), open(false));
    for case in [&first, &second] {
        advance(case, "assessing");
        advance(case, "not_substantiated");
        assert_eq!(state(), "under_review", "{third} is still open");
    }
    for to in ["containing", "reported", "terminating"] {
        advance(&third, to);
    }
    assert_eq!(state(), "terminating");
    let fourth = open(true);
    advance(&fourth, "assessing");
    advance(&fourth, "not_substantiated");
    assert_ne!(state(), "active", "{third} goes on");
}

#[test]
fn a_withdrawn_request_stays_withdrawn_and_its_draft_waits_for_nobody() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let draft = bench.request("2026-03-02", &[&reseller]).unwrap();
    let sealed = bench.request("2026-03-02", &[&reseller]).unwrap();
    let filing = sealed.filing.unwrap();
    bench.seal(&filing, Some(ALONE)).unwrap();
    let waiting = || bench.vault.today_view().unwrap().to_approve.len();
    assert_eq!(waiting(), 1);
    for case in [&draft.case, &sealed.case] {
        let req = contract::CaseAdvanceReq {
            r#ref: case.clone(),
            to: "withdrawn".to_owned(),
            note: "Letter of 2 March".to_owned(),
            at: None,
            answers: Vec::new(),
            approver: None,
            passphrase: None,
            override_reason: None,
            leave_open: None,
            made_of: None,
        };
        bench.vault.case_advance(&req).unwrap();
    }
    assert_eq!(waiting(), 0, "a withdrawn request is owed nothing");
    bench.sent(&filing, "2026-03-02").unwrap();
    let case = bench.vault.case_show(&sealed.case).unwrap();
    assert_eq!(
        case.row.state, "withdrawn",
        "what is sent all the same is kept as sent, and moves no case that ended"
    );
}
