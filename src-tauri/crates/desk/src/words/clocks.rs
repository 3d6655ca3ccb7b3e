//! Clocks, and what people plan on them, in words.

use super::entries::{Told, line, new};
use domain::record::{ClockRecord, Plan, Stop};

pub(super) fn started(clock: &ClockRecord) -> Told {
    (
        "clocks",
        format!(
            "Clock {} started: due {}",
            clock.reference, clock.computed.due
        ),
        vec![
            new("Rule", &clock.computed.clock),
            new("Day 0", clock.computed.day0.to_string()),
        ],
    )
}

pub(super) fn revised(clock: &ClockRecord) -> Told {
    let last = clock.revisions.last();
    let what = match last.map(|one| one.kind.as_str()) {
        Some("extended") => "extended",
        Some("adopted") => "taken over to another version of its pack",
        Some("re-anchored") => "counts from a later event",
        Some("confirmed") => "confirmed",
        _ => "corrected",
    };
    (
        "clocks",
        format!(
            "Clock {} {what}: due {}",
            clock.reference, clock.computed.due
        ),
        vec![line(
            "Due",
            last.map(|one| one.due_before.clone()),
            Some(clock.computed.due.to_string()),
        )],
    )
}

pub(super) fn planned(clock: &str, plan: &Plan) -> Told {
    let what = match plan {
        Plan::Assigned { to: Some(to) } => format!("{clock} assigned to {to}"),
        Plan::Assigned { to: None } => {
            format!("{clock} assigned to nobody")
        }
        Plan::Snoozed { until: Some(day) } => {
            format!("{clock} out of my work until {day}")
        }
        Plan::Snoozed { until: None } => format!("{clock} back in my work"),
        Plan::Met { id, on } => format!("{clock}: internal target {id} met on {on}"),
        Plan::Paused { reason, .. } => format!("{clock}: internal targets rest ({reason})"),
        Plan::Resumed { .. } => format!("{clock}: internal targets go on"),
    };
    ("clocks", what, Vec::new())
}

pub(super) fn stopped(clock: &str, stop: &Stop) -> Told {
    let late = if stop.days_late > 0 {
        format!(", {} days late", stop.days_late)
    } else {
        String::new()
    };
    (
        "clocks",
        format!("Clock {clock} {}{late}", stop.outcome),
        vec![new("By", &stop.by), new("On", &stop.on)],
    )
}
