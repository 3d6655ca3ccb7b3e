//! T-F1: the disk fails, at every kind of call.

use crate::{
    judge::judge,
    kills::{clear, counted, inject, ran, yard},
    run::{Dice, Outcome, Plan},
    yard::{ANA, Yard},
};
use std::os::unix::process::ExitStatusExt;

/// Kinds of the injector, and the codes that a person may then be told.
const KINDS: [&str; 8] = [
    "eio", "enospc", "short", "fsync", "read", "meta", "emfile", "eacces",
];

/// What the program may say to a failing disk: any code of a sentence, never the one of a fault of ours.
pub(crate) fn told(error: &str) -> Result<&str, String> {
    let line = error.lines().last().unwrap_or_default();
    let code = line
        .rsplit_once('[')
        .and_then(|(_, code)| code.strip_suffix(']'))
        .ok_or_else(|| format!("no code in \"{error}\""))?;
    if code == "E-STORE-STATEMENT" || code == "E-JOURNAL-FORM" {
        return Err(format!("a failing disk is called a fault of ours: {line}"));
    }
    Ok(code)
}

/// One-shot and lasting faults of every kind in every deed.
pub(crate) fn every_kind(plan: &Plan) -> Outcome {
    let (counts, failed) = counted(plan);
    let mut failures = failed.clone();
    let mut all: Vec<(&str, usize, &str, bool)> = Vec::new();
    for kind in KINDS {
        for (deed, calls) in counts {
            for call in 1..=calls.of(kind) {
                all.push((deed, call, kind, false));
                if call % 3 == 0 {
                    all.push((deed, call, kind, true));
                }
            }
        }
    }
    let mut dice = Dice(plan.seed ^ 1);
    let chosen = dice.some(&all, plan.points(50, 3_000));
    let codes: std::sync::Mutex<std::collections::BTreeMap<String, usize>> =
        std::sync::Mutex::default();
    failures.extend(plan.each(&chosen, |place, (deed, call, kind, lasting)| {
        let lasts = if *lasting { " and from then on" } else { "" };
        let why = |text: String| format!("T-F1 {deed}, {kind} at call {call}{lasts}: {text}");
        let yard = yard(plan, &format!("f1-{place}")).map_err(why)?;
        let mut environment = inject(plan, &yard, kind, *call);
        if *lasting {
            environment.push(("FI_STICKY", "1".to_owned()));
        }
        let ended = ran(&yard, &["do", deed], &environment).map_err(why)?;
        if ended.status.signal().is_some() || matches!(ended.status.code(), Some(70 | 101)) {
            return Err(why(format!(
                "it ended with {}: {}",
                ended.status, ended.error
            )));
        }
        if !ended.status.success() {
            let code = told(&ended.error).map_err(why)?;
            if code == "V-07" || (code == "V-12" && *kind != "read") {
                return Err(why(format!(
                    "a failing disk is taken for something else: {}",
                    ended.error.trim()
                )));
            }
            *codes
                .lock()
                .expect("a lock")
                .entry(format!("{kind} {code}"))
                .or_default() += 1;
        }
        if *deed == "add" && ended.error.contains("[V-21]") && ended.said.is_empty() {
            not_saved(&yard).map_err(why)?;
        }
        judge(&yard, &ended.said)
            .map_err(|text| why(format!("{text}; it had said: {}", ended.error.trim())))?;
        clear(&yard);
        Ok(())
    }));
    let codes: Vec<String> = codes
        .into_inner()
        .expect("a lock")
        .iter()
        .map(|(code, n)| format!("{code} {n}"))
        .collect();
    Outcome {
        n: chosen.len(),
        failures,
        note: format!(
            "faults of {} possible (EIO, ENOSPC, short writes, fsync, reads, rename and unlink, EMFILE, EACCES; once and lasting); told: {}",
            all.len(),
            codes.join(", ")
        ),
    }
}

/// Whoever was told that it is not saved does not find it there later.
fn not_saved(yard: &Yard) -> Result<(), String> {
    let vault = yard.unlock(ANA).map_err(|why| why.to_string())?;
    match vault.customer_show("C-000004") {
        Err(why) if why.0.code == "E-RECORD-UNKNOWN" => Ok(()),
        _ => Err("it was said not to be saved, and it is there".to_owned()),
    }
}
