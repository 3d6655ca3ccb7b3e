//! The worksheet of a training run: worked out while it is typed, kept with the conditions it was judged by.

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    cases,
    casework::{Judged, Work},
    compute::{self, Assumption, Estimate, Fault, Holder, Known, Method, Run, Share, Worksheet},
    customer::{CustomerFile, PartyKind},
    pack::{RulePack, ai::Verdict},
};
use std::collections::{BTreeMap, BTreeSet};
use store::Read;

/// The utilisation that a line of usage is counted with where nobody has written another: low, likely, high, in percent.
const UTILISATION: [&str; 3] = ["25", "40", "60"];
/// Significant digits that are shown.
const SHOWN: usize = 4;

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Covered => "covered",
        Verdict::NotCovered => "not_covered",
        Verdict::Uncertain => "uncertain",
    }
}

fn shown(estimate: &Estimate) -> Vec<String> {
    [&estimate.low, &estimate.likely, &estimate.high]
        .map(|number| number.shown(SHOWN))
        .to_vec()
}

fn problem(fault: Fault) -> c::FieldProblem {
    let at = if fault.run.is_empty() {
        fault.field
    } else {
        format!("{}: {}", fault.run, fault.field)
    };
    c::FieldProblem {
        field: at,
        code: fault.code.to_owned(),
        message: fault.why,
    }
}

impl OpenVault {
    /// The worksheet of a case as it is kept, with what it comes to by the pack in use.
    pub fn worksheet(&self, reference: &str) -> Result<c::WorksheetView> {
        self.read(|read| {
            let case = self.case_of_kind(read, reference, "training")?;
            let worksheet = read.casework(&case.reference)?.worksheet;
            self.worksheet_view(
                read,
                &case,
                &worksheet.clone().unwrap_or_default(),
                worksheet.is_none(),
            )
        })
    }

    /// Works out a worksheet as it was typed; keeps it where that is asked and nothing is wrong with it.
    pub fn worksheet_set(&self, req: &c::WorksheetReq) -> Result<c::WorksheetView> {
        let worksheet = read_worksheet(req)?;
        let faults = compute::check(&worksheet);
        if req.keep {
            if !faults.is_empty() {
                return Err(Error::fields(
                    &format!("Worksheet of {}", req.r#ref),
                    faults.into_iter().map(problem).collect(),
                ));
            }
            let pack = self.pack();
            let outcome = compute::outcome(&worksheet, &pack);
            let judged = Judged {
                verdict: word(outcome.verdict).to_owned(),
                operations: [
                    &outcome.total.low,
                    &outcome.total.likely,
                    &outcome.total.high,
                ]
                .map(|number| number.canonical()),
                pack: format!("{} {}", pack.id(), pack.version()),
                conditions: outcome.conditions,
            };
            self.act(|act| {
                let case = self.case_of_kind(act.read(), &req.r#ref, "training")?;
                if over(&case) {
                    return Err(Error::input(
                        "E-CASE-OVER",
                        format!(
                            "{} is over; its worksheet stays as it is. Assess again first.",
                            case.reference
                        ),
                    ));
                }
                let there = act.read().casework(&case.reference)?;
                if there.worksheet.as_ref() == Some(&worksheet)
                    && there.judged.as_ref() == Some(&judged)
                {
                    return Ok(());
                }
                self.keep_work(
                    act,
                    &case.reference,
                    Work::Worksheet {
                        worksheet: worksheet.clone(),
                        judged: judged.clone(),
                    },
                )
            })?;
        }
        self.read(|read| {
            let case = self.case_of_kind(read, &req.r#ref, "training")?;
            self.worksheet_view(read, &case, &worksheet, false)
        })
    }

    fn worksheet_view(
        &self,
        read: &Read<'_>,
        case: &domain::casefile::Case,
        worksheet: &Worksheet,
        empty: bool,
    ) -> Result<c::WorksheetView> {
        let pack = self.pack();
        let outcome = compute::outcome(worksheet, &pack);
        let estimates: BTreeMap<&str, &Estimate> = outcome
            .runs
            .iter()
            .map(|(id, estimate)| (id.as_str(), estimate))
            .collect();
        let runs = worksheet
            .runs
            .iter()
            .map(|run| c::RunView {
                id: run.id.clone(),
                label: run.label.clone(),
                method: run.method.word().to_owned(),
                formula: run.method.formula().to_owned(),
                account: run.account.clone(),
                hardware: run.hardware.clone(),
                assumptions: run
                    .method
                    .assumptions()
                    .iter()
                    .map(|(id, label, unit)| {
                        let there = run.assumptions.get(*id).cloned().unwrap_or_default();
                        c::AssumptionView {
                            id: (*id).to_owned(),
                            label: (*label).to_owned(),
                            unit: (*unit).to_owned(),
                            low: there.low,
                            likely: there.likely,
                            high: there.high,
                            source: there.source,
                        }
                    })
                    .collect(),
                operations: estimates
                    .get(run.id.as_str())
                    .map_or_else(Vec::new, |estimate| shown(estimate)),
            })
            .collect();
        let faults: Vec<c::FieldProblem> = if empty {
            Vec::new()
        } else {
            compute::check(worksheet).into_iter().map(problem).collect()
        };
        // What cannot be proves nothing, least of all that nothing is covered.
        let verdict = if faults.is_empty() {
            outcome.verdict
        } else {
            Verdict::Uncertain
        };
        let verdict_words = match (verdict, outcome.by) {
            _ if !faults.is_empty() => {
                "Not judged: something on this worksheet cannot be as it stands.".to_owned()
            }
            (Verdict::Covered, _) => "Covered, even at the lowest value.".to_owned(),
            (Verdict::NotCovered, _) => "Not covered, even at the highest value.".to_owned(),
            (Verdict::Uncertain, [low, high]) if low != high => format!(
                "Uncertain: {} at the lowest value, {} at the highest.",
                word(low).replace('_', " "),
                word(high).replace('_', " ")
            ),
            (Verdict::Uncertain, _) => "Uncertain: something that decides is not known.".to_owned(),
        };
        let confidence = pack
            .ai_conditions()
            .first()
            .map_or("", |condition| condition.confidence.word());
        Ok(c::WorksheetView {
            r#ref: case.reference.clone(),
            empty,
            open: !over(case),
            runs,
            facts: cluster_facts(&pack, worksheet),
            together: worksheet.together.clone(),
            total: shown(&outcome.total),
            exact: [
                &outcome.total.low,
                &outcome.total.likely,
                &outcome.total.high,
            ]
            .map(|number| number.canonical())
            .to_vec(),
            verdict: word(verdict).to_owned(),
            verdict_words,
            near: outcome.near,
            threshold: outcome.threshold.map(|number| number.to_string()),
            conditions: outcome.conditions,
            pack: format!("{} {}: {}", pack.id(), pack.version(), pack.banner()),
            confidence: confidence.to_owned(),
            faults,
            hardware: pack
                .hardware()
                .iter()
                .map(|hardware| c::HardwareChoice {
                    id: hardware.id.clone(),
                    label: hardware.label.clone(),
                    peak: hardware.peak_ops_per_s.to_string(),
                    source: hardware.cite.clone(),
                    confidence: hardware.confidence.word().to_owned(),
                })
                .collect(),
            usage: self.usage_offers(read, case, &pack)?,
        })
    }

    /// Imported usage of the accounts of the customers that a case is about.
    fn usage_offers(
        &self,
        read: &Read<'_>,
        case: &domain::casefile::Case,
        pack: &RulePack,
    ) -> Result<Vec<c::UsageOffer>> {
        let mut accounts = BTreeSet::new();
        for subject in &case.subjects {
            if let Ok(file) = read.customer_file(subject) {
                accounts.extend(file.accounts.into_iter().map(|account| account.account_ref));
            }
        }
        let mut by: BTreeMap<(String, String), (domain::pack::ai::Decimal, u32)> = BTreeMap::new();
        for line in read.usage()? {
            if accounts.contains(&line.account)
                && let Some(hours) = compute::number(&line.accelerator_hours)
            {
                let sum = by
                    .entry((line.account, line.model))
                    .or_insert_with(|| (domain::pack::ai::Decimal::whole(0), 0));
                sum.0 = sum.0.plus(&hours);
                sum.1 += 1;
            }
        }
        Ok(by
            .into_iter()
            .map(|((account, model), (hours, lines))| c::UsageOffer {
                hardware: pack
                    .hardware_named(&model)
                    .map(|hardware| hardware.id.clone()),
                account,
                model,
                hours: hours.canonical(),
                lines,
            })
            .collect())
    }

    /// Who comes near the technical conditions: usage and worksheets added up by the people behind the accounts.
    pub fn compute_watch(&self) -> Result<c::ComputeWatch> {
        self.read(|read| {
            let pack = self.pack();
            let rules = self.rules();
            let mut files: BTreeMap<String, CustomerFile> = BTreeMap::new();
            let mut behind: BTreeMap<String, String> = BTreeMap::new();
            let (mut lines, mut unknown) = (0u32, 0u32);
            let mut shares: BTreeMap<(String, String), Share> = BTreeMap::new();
            let holders = |files: &BTreeMap<String, CustomerFile>,
                           customer: Option<&String>,
                           account: &str| match customer
                .and_then(|reference| files.get(reference))
            {
                Some(file) => holders_of(file, &rules),
                None if account.is_empty() => vec![Holder::new("A customer not known yet", "")],
                None => vec![Holder::new(
                    &format!("Account {account}, of no known customer"),
                    "",
                )],
            };
            for line in read.usage()? {
                lines += 1;
                let Some(estimate) = line.estimate(&pack, UTILISATION) else {
                    unknown += 1;
                    continue;
                };
                if !behind.contains_key(&line.account)
                    && let Some(owner) = read.account_owner(&line.account)?
                    && let Ok(file) = read.customer_file(&owner)
                {
                    behind.insert(line.account.clone(), file.reference.clone());
                    files.insert(file.reference.clone(), file);
                }
                let customer = behind.get(&line.account).cloned();
                let key = (line.account.clone(), line.model.clone());
                match shares.get_mut(&key) {
                    Some(share) => share.estimate = share.estimate.plus(&estimate),
                    None => {
                        let share = Share {
                            label: format!("usage of {}", line.account),
                            holders: holders(&files, customer.as_ref(), &line.account),
                            account: line.account,
                            customer,
                            reseller: None,
                            estimate,
                        };
                        shares.insert(key, share);
                    }
                }
            }
            let mut all: Vec<Share> = shares.into_values().collect();
            let mut about: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for case in read
                .cases()?
                .into_iter()
                .filter(|case| case.kind == "training")
            {
                let book = read.casework(&case.reference)?;
                for subject in &case.subjects {
                    about
                        .entry(subject.clone())
                        .or_default()
                        .insert(case.reference.clone());
                    if !files.contains_key(subject)
                        && let Ok(file) = read.customer_file(subject)
                    {
                        files.insert(subject.clone(), file);
                    }
                }
                let Some(worksheet) = book.worksheet else {
                    continue;
                };
                for run in &worksheet.runs {
                    let Some(estimate) = compute::estimate(run) else {
                        continue;
                    };
                    // Usage of the same account stands for the same work: the larger one counts, not both.
                    if let Some(account) = &run.account {
                        all.retain(|share| {
                            share.account != *account || share.estimate.high > estimate.high
                        });
                        if all.iter().any(|share| share.account == *account) {
                            continue;
                        }
                    }
                    let account = run.account.clone().unwrap_or_default();
                    let customer = case.subjects.first().cloned();
                    all.push(Share {
                        label: format!("{}: {}", case.reference, run.label),
                        holders: holders(&files, customer.as_ref(), &account),
                        account,
                        customer,
                        reseller: case.resellers.first().cloned(),
                        estimate,
                    });
                }
            }
            let threshold = compute::threshold(&pack);
            let mut rows = Vec::new();
            for total in compute::totals(&all) {
                let customers: BTreeSet<String> = total
                    .lines
                    .iter()
                    .filter_map(|line| line.customer.clone())
                    .collect();
                let over = threshold
                    .as_ref()
                    .is_some_and(|number| total.estimate.high > *number);
                let cases: BTreeSet<String> = customers
                    .iter()
                    .filter_map(|customer| about.get(customer))
                    .flatten()
                    .cloned()
                    .collect();
                rows.push(c::WatchRow {
                    name: total.holder.name,
                    country: total.holder.country,
                    customers: customers.into_iter().collect(),
                    accounts: u32::try_from(total.accounts).unwrap_or(u32::MAX),
                    resellers: total.resellers,
                    operations: shown(&total.estimate),
                    standing: if over {
                        "over"
                    } else if compute::is_near(&total.estimate, &pack) {
                        "near"
                    } else {
                        "below"
                    }
                    .to_owned(),
                    cases: cases.into_iter().collect(),
                });
            }
            Ok(c::ComputeWatch {
                rows,
                threshold: threshold.map(|number| number.to_string()),
                fraction: pack.near_threshold().map(|near| near.fraction.to_string()),
                lines,
                unknown_model: unknown,
                utilisation: format!(
                    "{} % to {} %, most likely {} %",
                    UTILISATION[0], UTILISATION[2], UTILISATION[1]
                ),
                banner: pack.banner().to_owned(),
            })
        })
    }
}

fn over(case: &domain::casefile::Case) -> bool {
    cases::machine(&case.kind).is_some_and(|machine| machine.is_done(&case.state))
}

/// The beneficial owners of a customer; itself where it has none.
fn holders_of(file: &CustomerFile, rules: &domain::rulebook::Rulebook) -> Vec<Holder> {
    let beneficial = file.beneficial_owners(rules);
    let owners: Vec<Holder> = file
        .owners
        .iter()
        .filter(|owner| owner.kind == PartyKind::Individual && beneficial.contains(&owner.id))
        .map(|owner| Holder::new(&owner.name, owner.country.as_deref().unwrap_or("")))
        .collect();
    if owners.is_empty() {
        vec![Holder::new(file.name(), file.country())]
    } else {
        owners
    }
}

/// The clauses of the pack's conditions other than the operations: what must be known of the cluster.
fn cluster_facts(pack: &RulePack, worksheet: &Worksheet) -> Vec<c::ClusterFact> {
    let mut facts: Vec<c::ClusterFact> = Vec::new();
    for clause in pack
        .ai_conditions()
        .iter()
        .flat_map(|condition| &condition.all)
    {
        if clause.field == "est_operations" || facts.iter().any(|fact| fact.id == clause.field) {
            continue;
        }
        let label = pack
            .ai_report_fields()
            .iter()
            .find(|field| field.id == clause.field)
            .map_or_else(|| clause.field.clone(), |field| field.label.clone());
        let known = worksheet
            .facts
            .get(&clause.field)
            .cloned()
            .unwrap_or_default();
        facts.push(c::ClusterFact {
            id: clause.field.clone(),
            label,
            value: known.value,
            source: known.source,
            compared: format!("{} {}", clause.op.word(), clause.value),
        });
    }
    facts
}

fn read_worksheet(req: &c::WorksheetReq) -> Result<Worksheet> {
    let mut runs = Vec::new();
    for (at, run) in req.runs.iter().enumerate() {
        let method = Method::of(&run.method).ok_or_else(|| {
            Error::input("E-AI-METHOD", "A run is estimated by: hardware, model.")
        })?;
        let account = run
            .account
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let hardware = run
            .hardware
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        runs.push(Run {
            id: format!("R-{}", at + 1),
            label: crate::customers::clean("label", &run.label)?,
            method,
            account: account
                .map(|text| crate::customers::clean("account", text))
                .transpose()?,
            reseller: None,
            hardware: hardware
                .map(|text| crate::customers::clean("hardware", text))
                .transpose()?,
            assumptions: run
                .assumptions
                .iter()
                .filter(|one| method.assumptions().iter().any(|(id, _, _)| *id == one.id))
                .map(|one| {
                    Ok((
                        one.id.clone(),
                        Assumption {
                            low: one.low.trim().to_owned(),
                            likely: one.likely.trim().to_owned(),
                            high: one.high.trim().to_owned(),
                            source: crate::customers::clean("source", &one.source)?,
                        },
                    ))
                })
                .collect::<Result<_>>()?,
        });
    }
    let facts = req
        .facts
        .iter()
        .filter(|fact| !fact.value.trim().is_empty())
        .map(|fact| {
            Ok((
                fact.id.clone(),
                Known {
                    value: fact.value.trim().to_owned(),
                    source: crate::customers::clean("source", &fact.source)?,
                },
            ))
        })
        .collect::<Result<_>>()?;
    Ok(Worksheet {
        runs,
        facts,
        together: crate::customers::clean("together", &req.together)?,
    })
}
