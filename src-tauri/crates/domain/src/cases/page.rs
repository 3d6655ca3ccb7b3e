//! A machine as a page: its table and its diagram in words that a text editor and a browser can show. Written from the code, so that the
//! docs cannot say something else.

use crate::machine::{ItemKind, Machine, Role, Step};

fn roles(step: &Step) -> String {
    let role = initials(step.role);
    let mut text = if step.anyone {
        format!("any, usually {role}")
    } else {
        role.to_owned()
    };
    if step.approval {
        text.push_str(" 2P");
    }
    text
}

/// The two letters of domain section 3.
pub fn initials(role: Role) -> &'static str {
    match role {
        Role::Analyst => "AN",
        Role::ComplianceOfficer => "CO",
        Role::ProgrammeManager => "PM",
        Role::Investigator => "IN",
        Role::Administrator => "AD",
        Role::Auditor => "AU",
    }
}

fn evidence(step: &Step) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !step.words.is_empty() {
        parts.push(step.words.to_owned());
    }
    if step.dated {
        parts.push("when".to_owned());
    }
    parts.extend(step.asks.iter().map(|question| {
        let open = if question.required { "" } else { " (optional)" };
        format!("{}{open}", question.label)
    }));
    if let Some(record) = step.taken_on {
        parts.push(format!("recorded on {record}"));
    }
    parts.join("; ")
}

fn effects(step: &Step) -> String {
    step.clocks
        .iter()
        .map(crate::machine::ClockEffect::short)
        .chain(step.then.iter().map(crate::machine::Consequence::words))
        .collect::<Vec<_>>()
        .join("; ")
}

fn rows(out: &mut String, steps: &[Step]) {
    out.push_str("| From | Step | To | Who | What is written down | Guards | Effects | Duties |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for step in steps {
        let from = if step.from.is_empty() {
            "(none)"
        } else {
            step.from
        };
        let guards = step.guards.len() + step.checks.len();
        out.push_str(&format!(
            "| {from} | {} | {} | {} | {} | {} | {} | {} |\n",
            step.label,
            step.to,
            roles(step),
            evidence(step).replace('|', "/"),
            if guards == 0 {
                String::new()
            } else {
                guards.to_string()
            },
            effects(step),
            step.duties.join(", ")
        ));
    }
}

fn arrows(
    out: &mut String,
    states: &[(&str, &str)],
    first: &[&str],
    steps: &[Step],
    ends: &[&str],
) {
    out.push_str("```mermaid\nstateDiagram-v2\n");
    for (id, label) in states {
        out.push_str(&format!("  {id}: {label}\n"));
    }
    for id in first {
        out.push_str(&format!("  [*] --> {id}\n"));
    }
    for step in steps {
        let two = if step.approval { ", two people" } else { "" };
        out.push_str(&format!(
            "  {} --> {}: {} ({}{two})\n",
            step.from,
            step.to,
            step.label,
            initials(step.role)
        ));
    }
    for id in ends {
        out.push_str(&format!("  {id} --> [*]\n"));
    }
    out.push_str("```\n");
}

fn part(out: &mut String, kind: &ItemKind) {
    out.push_str(&format!("\n## Part: {}\n\n", kind.title));
    if !kind.fields.is_empty() {
        let asked: Vec<&str> = kind.fields.iter().map(|question| question.label).collect();
        out.push_str(&format!(
            "Asked when one is added: {}.\n\n",
            asked.join("; ")
        ));
    }
    rows(out, kind.steps);
    out.push('\n');
    let first: Vec<&str> = kind.states.first().map(|(id, _)| *id).into_iter().collect();
    arrows(out, kind.states, &first, kind.steps, kind.done);
}

/// The page of a machine: Markdown with a table of its steps and a diagram.
pub fn page(machine: &Machine) -> String {
    let mut out = format!(
        "# {}\n\nWritten from the table in the code (`UPDATE_DOCS=1 cargo test -p domain`); section {} of the model of the domain. Roles: AN analyst, CO compliance officer, PM program manager, IN investigator, AD administrator; 2P needs a second person's signature.\n\n",
        machine.title, machine.section
    );
    rows(&mut out, machine.opening);
    out.push('\n');
    rows(&mut out, machine.steps);
    out.push('\n');
    let states: Vec<(&str, &str)> = machine.states.iter().chain(machine.ends).copied().collect();
    let mut first: Vec<&str> = machine.opening.iter().map(|step| step.to).collect();
    if first.is_empty() {
        first.extend(machine.states.first().map(|(id, _)| *id));
    }
    let ends: Vec<&str> = states
        .iter()
        .map(|(id, _)| *id)
        .filter(|id| machine.is_done(id) && machine.from(id).all(|step| step.to == *id))
        .collect();
    arrows(&mut out, &states, &first, machine.steps, &ends);
    for kind in machine.items {
        part(&mut out, kind);
    }
    out
}
