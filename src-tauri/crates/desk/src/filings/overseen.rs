//! What a statement on a special measure (F13), an irregular update (F3) and an application for an exemption (F11) take over from their cases.

use super::{facts::Facts, fill::Finding};
use crate::{error::Result, open_vault::OpenVault};
use domain::{
    casefile::{Case, Item},
    counts::pseudonym,
    record::FormRow,
};
use filing::Level;
use store::Read;

/// The decisions on a match of a sweep; what a person reviews after the measure is over rests on one of them.
const DECISIONS: [&str; 3] = ["prohibited", "conditioned", "not_affected"];

/// The last decision on a match, and the day.
fn decision(item: &Item) -> Option<(&str, &str)> {
    // Decided again and not decided yet is not decided.
    if item.state == "found" {
        return None;
    }
    let mut path = item.path.iter().rev();
    let taken = path.find(|taken| DECISIONS.contains(&taken.state.as_str()))?;
    Some((taken.state.as_str(), taken.on.as_str()))
}

impl OpenVault {
    /// How a special measure was carried out: each sweep with the hash of its result, each decision; nobody is named (D-84).
    pub(super) fn measure_taken(
        &self,
        read: &Read<'_>,
        case: &Case,
        facts: &mut Facts,
    ) -> Result<()> {
        let imposed = case.answer("measure_kind").unwrap_or_default();
        let (kind, effect) = imposed.split_once('_').unwrap_or_default();
        let effective = case
            .answer("effective_on")
            .or_else(|| case.answer("effective_stated"));
        let clocks = read.clocks_about(&case.reference)?;
        let life = clocks
            .iter()
            .rfind(|clock| clock.anchors.contains_key("measure_effective"));
        facts.one(
            "measure",
            [
                ("reference", case.text.clone()),
                ("kind", kind.to_owned()),
                ("effect", effect.to_owned()),
                ("effective_on", effective.unwrap_or_default().to_owned()),
                (
                    "expires_on",
                    life.map(|clock| clock.computed.due.to_string())
                        .unwrap_or_default(),
                ),
            ],
        );
        let sweeps = read.casework(&case.reference)?.sweeps;
        let queries = sweeps.iter().zip(1..).map(|(sweep, run): (_, u32)| {
            FormRow::of(
                &format!("{}/{run}", case.reference),
                [
                    ("at", sweep.at.chars().take(10).collect()),
                    ("query", sweep.query.words()),
                    ("matched", sweep.found.to_string()),
                    ("sha256", sweep.result_sha256.clone()),
                ],
            )
        });
        facts.say("queries", queries.collect());
        let matches: Vec<&Item> = case.items_of("match").collect();
        let decided = |word: &str| {
            let so = |item: &&&Item| decision(item).is_some_and(|(state, _)| state == word);
            matches.iter().filter(so).count().to_string()
        };
        facts.one(
            "counts",
            [
                ("matched", matches.len().to_string()),
                ("prohibited", decided("prohibited")),
                ("conditioned", decided("conditioned")),
                ("not_affected", decided("not_affected")),
            ],
        );
        let mut accounts = Vec::new();
        for item in &matches {
            let (Some((state, on)), Some(subject)) = (decision(item), &item.subject) else {
                continue;
            };
            // A customer is met with each of its accounts; who has none, and a reseller, stands for itself.
            let mut met = match subject.split('-').next() {
                Some("C") => {
                    let file = read.customer_file(subject)?;
                    file.accounts
                        .into_iter()
                        .map(|one| one.account_ref)
                        .collect()
                }
                _ => Vec::new(),
            };
            if met.is_empty() {
                met.push(subject.clone());
            }
            accounts.extend(met.iter().map(|account| {
                FormRow::of(
                    &format!("{}/{}/{}", case.reference, item.id, pseudonym(account)),
                    [
                        ("account", pseudonym(account)),
                        ("decision", state.to_owned()),
                        ("on", on.to_owned()),
                    ],
                )
            }));
        }
        facts.say("accounts", accounts);
        let open = matches
            .iter()
            .filter(|item| decision(item).is_none())
            .count();
        if open > 0 {
            facts.findings.push(Finding {
                level: Level::Warns,
                code: "E-MEASURE-OPEN",
                message: format!(
                    "Matches of {} without a decision: {open}. They stand in the number of matches alone.",
                    case.reference
                ),
                go_to: case.reference.clone(),
            });
        }
        for item in ["measure", "queries", "counts", "accounts"] {
            facts.from(item, &case.reference);
        }
        Ok(())
    }

    /// A change outside the yearly schedule, as it was logged (D-63, D-64, D-94).
    pub(super) fn updated(&self, read: &Read<'_>, case: &Case, facts: &mut Facts) -> Result<()> {
        for (item, question) in [
            ("kind", "trigger"),
            ("effective_on", "effective_on"),
            ("before", "before"),
            ("after", "after"),
        ] {
            if let Some(answer) = case.answer(question) {
                facts.one(item, [("value", answer.to_owned())]);
                facts.from(item, &case.reference);
            }
        }
        // What was written down when it was found material: "what it does to the procedures".
        if let Some(impact) = self.step_note(read, case, "material")? {
            facts.one("impact", [("value", impact)]);
            facts.from("impact", &case.reference);
        }
        let programme = read.programme()?;
        let effective = case.answer("effective_on").unwrap_or(&case.received_on);
        if case.answer("trigger") != Some("cip_material_change") {
            return Ok(());
        }
        // A version that stood before the change is not the new one.
        let newer = programme
            .cips
            .iter()
            .filter(|cip| cip.effective_from.as_str() >= effective)
            .min_by_key(|cip| &cip.effective_from);
        let Some(cip) = newer else {
            facts.findings.push(Finding {
                level: Level::Warns,
                code: "E-UPDATE-VERSION",
                message: format!(
                    "{}: no version of your own CIP in force from {effective} or later is recorded. Record it under Program.",
                    case.reference
                ),
                go_to: case.reference.clone(),
            });
            return Ok(());
        };
        let sha256 = match &cip.document {
            Some(document) => read.document(document)?.document.sha256,
            None => String::new(),
        };
        facts.one(
            "cip",
            [
                ("version", cip.version.clone()),
                ("effective_on", cip.effective_from.clone()),
                ("sha256", sha256),
            ],
        );
        facts.from("cip", &cip.reference);
        Ok(())
    }

    /// The program behind an application for an exemption, or a deviation from it that is to be told (D-91 to D-94).
    pub(super) fn applied_for(&self, case: &Case, facts: &mut Facts) {
        let mut say = |item: &str, value: String| {
            if !value.is_empty() {
                facts.one(item, [("value", value)]);
                facts.from(item, &case.reference);
            }
        };
        let granted = case.state == "granted";
        let purpose = if granted {
            "change_notice"
        } else {
            "application"
        };
        say("purpose", purpose.to_owned());
        let flags = |part: &str| {
            let watched = case
                .items_of("red_flag")
                .filter(|one| one.state == "watched");
            let lines: Vec<String> = watched
                .filter_map(|one| Some(format!("{}: {}", one.label, one.answer(part)?)))
                .collect();
            lines.join("\n")
        };
        say("red_flags", flags("detection"));
        say("response", flags("response"));
        for (item, question) in [
            ("fit", "fit"),
            ("governance", "training"),
            ("oversight", "oversight"),
            ("law_enforcement", "cooperation"),
            ("sharing", "sharing"),
            ("update_cycle", "cycle"),
        ] {
            say(item, case.answer(question).unwrap_or_default().to_owned());
        }
        if let Some(kind) = case.answers("scope").first() {
            facts.one("scope", [("kind", kind.clone())]);
            facts.from("scope", &case.reference);
        }
        // A notice tells what is still to be told; once all of it was, it is the record of what was told.
        let due = case.items_of("deviation").any(|one| one.state == "noted");
        let told = if due { "noted" } else { "notified" };
        let deviations = case.items_of("deviation").filter(|one| one.state == told);
        let deviations = deviations.map(|one| {
            FormRow::of(
                &format!("{}/{}", case.reference, one.id),
                [
                    ("on", one.answer("on").unwrap_or_default().to_owned()),
                    (
                        "what",
                        match one.answer("who") {
                            Some(who) => format!("{} ({who})", one.label),
                            None => one.label.clone(),
                        },
                    ),
                ],
            )
        });
        facts.say("deviation", deviations.collect());
    }
}
