//! What the cases say about the items of a report: the worksheet and the steps of a training case, the accounts, reports and steps of a reseller's
//! failure, the answers to a follow-up. Each item names the case it comes from. What a case does not hold is left to a person's hand.

use super::facts::Facts;
use crate::{error::Result, open_vault::OpenVault};
use domain::{
    casefile::{Case, Item, day},
    cases, oversight,
    pack::RulePack,
    record::{FormRow, Reseller},
};
use store::Read;

/// A choice as a person reads it, by the question of the case's machine.
fn words(vault: &OpenVault, case: &Case, question: &str) -> String {
    let Some(value) = case.answer(question) else {
        return String::new();
    };
    cases::machine(&case.kind)
        .and_then(|machine| machine.question(question))
        .map_or_else(
            || value.to_owned(),
            |question| question.read(value, &vault.rules()),
        )
}

fn said(case: &Case, question: &str) -> String {
    case.answer(question).unwrap_or_default().to_owned()
}

fn civil(case: &Case, question: &str) -> String {
    case.answer(question)
        .and_then(day)
        .map(|day| day.to_string())
        .unwrap_or_default()
}

fn key(case: &Case, item: &Item) -> String {
    format!("{}/{}", case.reference, item.id)
}

/// When a part got where it is, as exactly as it was written down.
fn reached(item: &Item) -> String {
    item.path
        .last()
        .map(|taken| taken.at.clone().unwrap_or_else(|| taken.on.clone()))
        .unwrap_or_default()
}

impl OpenVault {
    /// A report of training (F6 to F8): what the worksheet comes to, the run, its cluster, its practices (D-81).
    pub(super) fn worked_training(
        &self,
        read: &Read<'_>,
        case: &Case,
        pack: &RulePack,
        facts: &mut Facts,
    ) -> Result<()> {
        if case.kind != "training" {
            return Ok(());
        }
        let from = case.reference.as_str();
        let known: Vec<(&str, String)> = [
            ("known_by", words(self, case, "known_by")),
            ("update_on", civil(case, "update_on")),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
        if let (false, Some(rows)) = (known.is_empty(), facts.rows.get_mut("basis")) {
            for row in rows.iter_mut().take(1) {
                row.cells.extend(
                    known
                        .iter()
                        .map(|(part, value)| ((*part).to_owned(), value.clone())),
                );
            }
            facts.from("basis", from);
        }
        let mut say = |item: &str, rows: Vec<FormRow>| {
            if rows.iter().any(|row| !row.cells.is_empty()) {
                facts.say(item, rows);
                facts.from(item, from);
            }
        };
        say(
            "run",
            vec![FormRow::of("", [("status", said(case, "run_status"))])],
        );
        let dates = [
            ("start", civil(case, "planned_start")),
            ("end", civil(case, "planned_end")),
        ];
        if dates.iter().any(|(_, date)| !date.is_empty()) {
            let [start, end] = dates;
            let actual = match case.answer("run_status") {
                Some("ended" | "halted") => "actual",
                _ => "anticipated",
            };
            say(
                "dates",
                vec![FormRow::of("", [start, end, ("kind", actual.to_owned())])],
            );
        }
        for (item, question) in [
            ("practices", "training_practices"),
            ("security", "weight_security"),
            ("incidents", "incidents"),
        ] {
            say(
                item,
                vec![FormRow::of("", [("value", said(case, question))])],
            );
        }
        let book = read.casework(from)?;
        let Some(worksheet) = &book.worksheet else {
            return Ok(());
        };
        let hardware = worksheet
            .runs
            .iter()
            .filter_map(|run| {
                let model = run.hardware.as_deref()?;
                let label = pack
                    .hardware()
                    .iter()
                    .find(|one| one.id == model)
                    .map_or(model, |one| one.label.as_str());
                let count = run
                    .assumptions
                    .get("accelerators")
                    .map(|one| one.likely.clone())
                    .unwrap_or_default();
                Some(FormRow::of(
                    &format!("{from}/{}", run.id),
                    [("model", label.to_owned()), ("count", count)],
                ))
            })
            .collect();
        say("hardware", hardware);
        let fact = |id: &str| {
            worksheet
                .facts
                .get(id)
                .map(|known| known.value.clone())
                .unwrap_or_default()
        };
        let together = match fact("co_located").as_str() {
            "yes" => "true",
            "no" => "false",
            _ => "",
        };
        say(
            "cluster",
            vec![FormRow::of(
                "",
                [
                    ("co_located", together.to_owned()),
                    ("interconnect_gbps", fact("interconnect_gbps")),
                    ("peak_ops_per_s", fact("peak_ops_per_s")),
                ],
            )],
        );
        let Some(judged) = &book.judged else {
            return Ok(());
        };
        let [low, likely, high] = judged.operations.clone();
        let methods: Vec<String> = worksheet
            .runs
            .iter()
            .map(|run| format!("{}: {}", run.label, run.method.formula()))
            .collect();
        say(
            "operations",
            vec![FormRow::of(
                "",
                [
                    ("value", likely),
                    ("unit", "operations".to_owned()),
                    ("method", methods.join("; ")),
                    ("low", low),
                    ("high", high),
                ],
            )],
        );
        // A verdict about all conditions together says of a single one only what holds for every one of them.
        let met = match judged.verdict.as_str() {
            "covered" if pack.ai_conditions().len() == 1 => "yes",
            "not_covered" => "no",
            _ => "uncertain",
        };
        let rows = pack
            .ai_conditions()
            .iter()
            .map(|one| {
                FormRow::of(
                    &one.id,
                    [
                        ("condition", one.label.clone()),
                        ("met", met.to_owned()),
                        ("pack", judged.pack.clone()),
                    ],
                )
            })
            .collect();
        say("conditions", rows);
        if judged.verdict == "uncertain" {
            facts.unverified.insert("operations".to_owned());
            facts.unverified.insert("conditions".to_owned());
        }
        Ok(())
    }

    /// The transmittal of a reseller's report (F7R): when it reported, whether in time, whether it is still supplied (D-77, D-78).
    pub(super) fn worked_relay(
        &self,
        read: &Read<'_>,
        case: &Case,
        resellers: &[Reseller],
        facts: &mut Facts,
    ) -> Result<()> {
        if case.kind != "training" {
            return Ok(());
        }
        let clocks = read.clocks_about(&case.reference)?;
        let reported = clocks.iter().find_map(|clock| {
            let rule = self.pack_of(&clock.computed);
            let waits = rule
                .clock(&clock.computed.clock)
                .is_some_and(|rule| rule.stop == "reseller_report_received");
            clock
                .stop
                .as_ref()
                .filter(|stop| waits && stop.outcome == "satisfied")
        });
        facts.one(
            "received",
            [
                ("transaction_on", civil(case, "transaction_on")),
                (
                    "reported_on",
                    reported.map(|stop| stop.on.clone()).unwrap_or_default(),
                ),
                (
                    "within_15_days",
                    reported
                        .map(|stop| (stop.days_late == 0).to_string())
                        .unwrap_or_default(),
                ),
            ],
        );
        facts.from("received", &case.reference);
        if let Some(reseller) = resellers.first() {
            let blocked = civil(case, "blocked_at");
            let status = match reseller.state.as_str() {
                "terminating" | "terminated" => reseller.state.as_str(),
                _ if !blocked.is_empty() => "blocked",
                _ => "supplied",
            };
            facts.one(
                "supply",
                [("status", status.to_owned()), ("since", blocked)],
            );
            facts.from("supply", &reseller.reference);
        }
        Ok(())
    }

    /// Answers to further questions (F9), numbered as the case lists them; what they name as documents goes along (D-80, D-89).
    pub(super) fn worked_answers(
        &self,
        read: &Read<'_>,
        case: &Case,
        facts: &mut Facts,
    ) -> Result<()> {
        if let Some(request) = facts
            .rows
            .get_mut("request")
            .and_then(|rows| rows.first_mut())
        {
            request
                .cells
                .insert("reference".to_owned(), case.text.clone());
            facts.from("request", &case.reference);
        }
        let (mut answers, mut withheld) = (Vec::new(), Vec::new());
        for (place, item) in case.items_of("question").enumerate() {
            let question = item.answer("question").unwrap_or(&item.label).to_owned();
            match item.state.as_str() {
                "answered" => {
                    let last = item
                        .path
                        .iter()
                        .rev()
                        .find(|taken| taken.step == "answered");
                    let named = last.and_then(|taken| taken.answers.get("documents"));
                    let mut files = Vec::new();
                    for id in named.into_iter().flatten() {
                        files.push(facts.attach(read.document(id)?));
                    }
                    answers.push(FormRow::of(
                        &key(case, item),
                        [
                            ("no", (place + 1).to_string()),
                            ("question", question),
                            (
                                "answer",
                                item.answer("answer").unwrap_or_default().to_owned(),
                            ),
                            ("attachments", files.join(", ")),
                        ],
                    ));
                }
                "not_answered" => withheld.push(FormRow::of(
                    &key(case, item),
                    [
                        ("what", format!("{}: {question}", place + 1)),
                        ("why", item.answer("reason").unwrap_or_default().to_owned()),
                    ],
                )),
                _ => {}
            }
        }
        for (item, rows) in [("answers", answers), ("withheld", withheld)] {
            if !rows.is_empty() {
                facts.say(item, rows);
                facts.from(item, &case.reference);
            }
        }
        Ok(())
    }

    /// A reseller's failure and the activity behind it (F10): accounts, authorities, cure, termination (D-69 to D-72).
    pub(super) fn worked_failure(
        &self,
        read: &Read<'_>,
        case: &Case,
        due: String,
        facts: &mut Facts,
    ) -> Result<()> {
        if case.kind != "failure" {
            return Ok(());
        }
        let from = case.reference.as_str();
        let linked = case
            .answers("incidents")
            .iter()
            .chain(&case.related)
            .filter_map(|one| read.case(one).ok())
            .filter(|one| one.kind == "incident");
        let mut incidents: Vec<Case> = Vec::new();
        for incident in linked {
            if incidents
                .iter()
                .all(|one| one.reference != incident.reference)
            {
                incidents.push(incident);
            }
        }
        let every = |what: &dyn Fn(&Case) -> String| -> Vec<String> {
            incidents
                .iter()
                .map(what)
                .filter(|words| !words.is_empty())
                .collect()
        };
        let mut what = every(&|one| {
            let activity = said(one, "activity");
            if activity.is_empty() {
                one.text.clone()
            } else {
                activity
            }
        });
        what.extend(case.answer("activity").map(str::to_owned));
        let effect = every(&|one| {
            let list: Vec<&str> = one.answers("impaired").iter().map(String::as_str).collect();
            list.join(", ")
        });
        let seen = every(&|one| civil(one, "first_seen"));
        let last = every(&|one| {
            let last = civil(one, "last_seen");
            if last.is_empty() {
                civil(one, "first_seen")
            } else {
                last
            }
        });
        if !what.is_empty() {
            facts.one(
                "activity",
                [
                    ("what", what.join("; ")),
                    (
                        "accounts",
                        every(&|one| said(one, "accounts").replace('\n', ", ")).join(", "),
                    ),
                    ("first_seen", seen.iter().min().cloned().unwrap_or_default()),
                    ("last_seen", last.iter().max().cloned().unwrap_or_default()),
                    ("effect", effect.join("; ")),
                ],
            );
            facts.from("activity", from);
            for incident in &incidents {
                facts.from("activity", &incident.reference);
            }
        }
        let closures: Vec<FormRow> = case
            .items_of("account")
            .filter(|item| item.state == "closed")
            .map(|item| {
                FormRow::of(
                    &key(case, item),
                    [
                        ("account", item.label.clone()),
                        ("closed_at", reached(item)),
                    ],
                )
            })
            .collect();
        let mut told = Vec::new();
        for one in std::iter::once(case).chain(&incidents) {
            for item in one.items_of("report").filter(|item| item.state == "made") {
                let basis = match item.answer("legal_basis").unwrap_or_default() {
                    "rule_in_force" => "rule",
                    "no_customer_record" => "",
                    other => other,
                };
                let on: String = reached(item).chars().take(10).collect();
                told.push(FormRow::of(
                    &key(one, item),
                    [
                        ("to", item.label.clone()),
                        ("on", on),
                        ("basis", basis.to_owned()),
                        (
                            "reference",
                            item.answer("reference").unwrap_or_default().to_owned(),
                        ),
                    ],
                ));
            }
        }
        for (item, rows) in [("closures", closures), ("authorities", told)] {
            if !rows.is_empty() {
                facts.say(item, rows);
                facts.from(item, from);
            }
        }
        if let Some(offered) = case.reached("remediation_offered") {
            let outcome = match case.state.as_str() {
                "retained" => said(case, "proof"),
                "terminating" | "terminated" => {
                    "Not cured: notice of termination was given".to_owned()
                }
                _ => String::new(),
            };
            facts.one(
                "remediation",
                [("offered_on", offered.on.clone()), ("outcome", outcome)],
            );
            facts.from("remediation", from);
        }
        let ended = case.reached("terminated").map(|taken| taken.on.clone());
        let none = match case.state.as_str() {
            "not_substantiated" => "The evidence was not substantiated",
            "retained" => "The reseller was kept after a cure",
            _ => "",
        };
        facts.one(
            "termination",
            [
                ("notice_on", civil(case, "notice_on")),
                (
                    "effective_on",
                    ended.unwrap_or_else(|| civil(case, "effective_on")),
                ),
                ("reason_none", none.to_owned()),
                ("due_on", due),
            ],
        );
        facts.from("termination", from);
        Ok(())
    }
}

/// The chain of a reseller in words: from us, by our name, down to it, and who buys from it.
pub(super) fn chain(us: &str, reseller: &Reseller, every: &[Reseller]) -> String {
    let up: Vec<&str> = oversight::chain(reseller, every)
        .into_iter()
        .map(|one| one.name.as_str())
        .collect();
    let below: Vec<&str> = every
        .iter()
        .filter(|one| one.oversight.upstream.as_deref() == Some(&reseller.reference))
        .map(|one| one.name.as_str())
        .collect();
    let mut words = format!("{us} › {}", up.join(" › "));
    if !below.is_empty() {
        words.push_str(&format!("; sells on to {}", below.join(", ")));
    }
    words
}
