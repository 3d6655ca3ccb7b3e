//! The customer's case on its straight path (domain section 3.1): what each step needs before it may be taken.

use crate::{
    customer::{CustomerFile, UsStatus},
    machine::{Machine, Role, Step},
    rulebook::Rulebook,
};

/// The machine.
pub const MACHINE: Machine = Machine {
    states: &[
        ("draft", "Draft"),
        ("collecting", "Collecting information"),
        ("status_review", "U.S.-person review"),
        ("us_cleared", "Cleared as U.S."),
        ("verifying", "Verifying identity"),
        ("verified", "Verified"),
        ("abandoned", "Abandoned"),
    ],
    ends: &[],
    steps: &[
        Step {
            from: "draft",
            to: "collecting",
            label: "Start collecting",
            role: Role::Analyst,
            approval: false,
            duties: &["D-36"],
        },
        Step {
            from: "collecting",
            to: "status_review",
            label: "Send to U.S.-person review",
            role: Role::Analyst,
            approval: false,
            duties: &["D-09", "D-11", "D-19"],
        },
        Step {
            from: "collecting",
            to: "abandoned",
            label: "Abandon",
            role: Role::Analyst,
            approval: false,
            duties: &[],
        },
        Step {
            from: "status_review",
            to: "us_cleared",
            label: "Clear as U.S.",
            role: Role::ComplianceOfficer,
            approval: true,
            duties: &["D-22", "D-23"],
        },
        Step {
            from: "status_review",
            to: "verifying",
            label: "Start verification",
            role: Role::Analyst,
            approval: false,
            duties: &["D-24", "D-25"],
        },
        Step {
            from: "verifying",
            to: "verified",
            label: "Approve as verified",
            role: Role::ComplianceOfficer,
            approval: true,
            duties: &["D-25", "D-29", "D-39"],
        },
    ],
};

/// Whether a step asks for words: a reason, or the belief statement (D-04).
pub fn asks_for_words(to: &str) -> Option<&'static str> {
    match to {
        "verified" => {
            Some("the belief statement: what was checked and why the identity is believed")
        }
        "abandoned" => Some("the reason"),
        _ => None,
    }
}

/// Why a step may not be taken now, in sentences; none when it may.
pub fn blocked_by(file: &CustomerFile, rules: &Rulebook, to: &str) -> Vec<String> {
    let mut why = Vec::new();
    if MACHINE.step(&file.status, to).is_none() {
        why.push(format!(
            "A case in \"{}\" has no step to \"{}\".",
            MACHINE.label(&file.status),
            MACHINE.label(to)
        ));
        return why;
    }
    match to {
        "collecting" if file.notice.is_none() => {
            why.push("The notice to the customer has not been recorded (D-36).".to_owned());
        }
        "status_review" => {
            let gaps = file.completeness(rules).gaps;
            let open: Vec<&str> = gaps
                .iter()
                .filter(|gap| gap.field != "us_status")
                .map(|gap| gap.label.as_str())
                .collect();
            if !open.is_empty() {
                why.push(format!("Still missing: {}.", open.join("; ")));
            }
        }
        "us_cleared" => {
            for (name, status) in file.standings() {
                match status {
                    UsStatus::Us => {}
                    UsStatus::Foreign => why.push(format!("{name} is a foreign person.")),
                    UsStatus::Undetermined => {
                        why.push(format!("{name} is not determined yet (D-10)."))
                    }
                }
            }
        }
        "verifying" => {
            if file
                .standings()
                .iter()
                .all(|(_, status)| *status == UsStatus::Us)
            {
                why.push("Everybody is a U.S. person: clear the case instead (D-23).".to_owned());
            } else if file.determinations.is_empty() {
                why.push("No U.S.-person determination has been recorded (D-22).".to_owned());
            }
        }
        "verified" => {
            for (about, name, status) in file.people() {
                if status == UsStatus::Undetermined {
                    why.push(format!(
                        "{name} has no U.S.-person determination yet (D-22)."
                    ));
                } else if status == UsStatus::Foreign && !file.is_verified(&about) {
                    why.push(format!("{name} has no verification with a match (D-25)."));
                }
            }
            let gaps = file.completeness(rules).gaps;
            if !gaps.is_empty() {
                let open: Vec<&str> = gaps.iter().map(|gap| gap.label.as_str()).collect();
                why.push(format!("Still missing: {}.", open.join("; ")));
            }
        }
        _ => {}
    }
    why
}
