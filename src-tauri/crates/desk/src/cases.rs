//! Department requests and evidence of a reseller's failure: opened with their clock in one act.

use crate::{
    clocks::clock_error,
    customers::clean,
    documents::{Source, Taken},
    error::{Error, Result},
    open_vault::OpenVault,
    resellers::cip_view,
    watch::Unwatched,
};
use chrono::{Datelike, NaiveDate};
use contract as c;
use domain::{
    cases::{self, ClockEffect, machine},
    change::Change,
    clock::Moment,
    record::{Case, ClockRecord, Filing, FilingText},
};
use std::collections::HashSet;
use store::{Act, Read};

fn kind_label(kind: &str) -> &'static str {
    if kind == "failure" {
        "Evidence that a reseller failed"
    } else {
        "Department request for CIP copies"
    }
}

/// A case as lists show it.
pub(crate) fn row(vault: &OpenVault, read: &Read<'_>, case: &Case) -> Result<c::CaseRow> {
    let today = vault.today();
    let clocks = read.clocks_about(&case.reference)?;
    let clock = clocks
        .iter()
        .find(|clock| clock.stop.is_none())
        .or(clocks.first());
    let names: Vec<String> = case
        .resellers
        .iter()
        .map(|reference| read.reseller(reference).map(|reseller| reseller.name))
        .collect::<std::result::Result<_, _>>()?;
    Ok(c::CaseRow {
        r#ref: case.reference.clone(),
        kind: case.kind.clone(),
        kind_label: kind_label(&case.kind).to_owned(),
        title: names.join(", "),
        state: case.state.clone(),
        state_label: machine(&case.kind).label(&case.state).to_owned(),
        received_on: case.received_on.clone(),
        clock: clock.map(|clock| vault.clock_row(clock, today)),
        filing: read
            .filings()?
            .into_iter()
            .find(|filing| filing.case == case.reference)
            .map(|filing| filing.reference),
    })
}

impl OpenVault {
    /// Cases: open ones first, by due date.
    pub fn case_list(&self) -> Result<c::CaseList> {
        self.read(|read| {
            let mut rows = read
                .cases()?
                .iter()
                .map(|case| row(self, read, case))
                .collect::<Result<Vec<_>>>()?;
            let running = |row: &c::CaseRow| {
                row.clock
                    .as_ref()
                    .is_some_and(|clock| clock.status == "running" || clock.status == "late")
            };
            rows.sort_by_key(|row| {
                (
                    !running(row),
                    row.clock.as_ref().map(|clock| clock.due.clone()),
                    row.r#ref.clone(),
                )
            });
            Ok(c::CaseList { rows })
        })
    }

    /// One case, whole.
    pub fn case_show(&self, reference: &str) -> Result<c::CaseView> {
        self.read(|read| {
            let case = read.case(reference)?;
            let names = self.names(read)?;
            let machine = machine(&case.kind);
            // A state off the straight path shows only where the case has ended in it, and then nothing comes next.
            let ended = machine.ends.iter().find(|(state, _)| *state == case.state);
            let steps = machine
                .states
                .iter()
                .filter(|(state, _)| ended.is_none() || case.path.iter().any(|(reached, _)| reached == state))
                .chain(ended)
                .map(|(state, label)| {
                    let at = case.path.iter().rev().find(|(reached, _)| reached == state).map(|(_, at)| at.clone());
                    c::StepView {
                        state: (*state).to_owned(),
                        label: (*label).to_owned(),
                        standing: match &at {
                            _ if *state == case.state => "now",
                            Some(_) => "done",
                            None => "next",
                        }
                        .to_owned(),
                        at,
                    }
                })
                .collect();
            let moves = machine
                .from(&case.state)
                // The sending is recorded on the filing, which knows how it went.
                .filter(|step| step.to != "sent")
                .map(|step| c::CaseMove {
                    to: step.to.to_owned(),
                    label: step.label.to_owned(),
                    allowed: self.locked_step(step).is_none(),
                    blocked_by: self.locked_step(step).into_iter().collect(),
                    asks: cases::asks(step.to).to_owned(),
                    asks_when: cases::asks_when(step.to),
                    approval: step.approval,
                    clock: cases::effect(step.to).words().map(str::to_owned),
                    duties: step.duties.iter().map(ToString::to_string).collect(),
                })
                .collect();
            let failing: HashSet<String> = read
                .cases()?
                .into_iter()
                .filter(|other| other.kind == "failure" && !matches!(other.state.as_str(), "not_substantiated" | "terminated"))
                .flat_map(|other| other.resellers)
                .collect();
            let open = !matches!(case.state.as_str(), "sent" | "acknowledged" | "withdrawn");
            let mut items = Vec::new();
            for reference in &case.resellers {
                let reseller = read.reseller(reference)?;
                let cip = reseller.cip_on(&case.received_on);
                items.push(c::RequestItem {
                    reseller: reseller.reference.clone(),
                    name: reseller.name.clone(),
                    warning: cip.is_none().then(|| format!("No CIP of {} was in force on {}. Ask the reseller for it, and file it with its date.", reseller.name, case.received_on)),
                    offer_failure: case.kind == "request" && cip.is_none() && open && !failing.contains(&reseller.reference),
                    cip: cip.map(|cip| cip_view(read, &names, &reseller, cip)).transpose()?,
                });
            }
            let clocks = read.clocks_about(&case.reference)?;
            let filings = read.filings()?;
            Ok(c::CaseView {
                row: row(self, read, &case)?,
                text: case.text.clone(),
                how: case.how.clone(),
                clocks: clocks.iter().map(|clock| self.clock_view(read, clock)).collect::<Result<_>>()?,
                items,
                documents: read.documents_of(&case.reference)?.iter().map(|line| crate::documents::row(line, &names)).collect(),
                filings: filings.iter().filter(|filing| filing.case == case.reference).map(|filing| self.filing_row(read, filing)).collect::<Result<_>>()?,
                steps,
                moves,
            })
        })
    }

    /// Records a Department request: scopes it, attaches each CIP in force, starts the ten days, drafts the F4.
    pub fn request_open(
        &self,
        req: &c::RequestOpenReq,
        letters: Vec<Source>,
    ) -> Result<c::CaseOpened> {
        if req.resellers.is_empty() {
            return Err(Error::input(
                "E-REQUEST-WHOSE",
                "Choose at least one reseller whose CIP is asked for.",
            ));
        }
        let text = clean("reference", &req.reference)?;
        if text.is_empty() {
            return Err(Error::input(
                "E-REQUEST-REFERENCE",
                "Write the Department's reference, as it stands on the request.",
            ));
        }
        let how = req
            .how
            .as_deref()
            .map(|how| clean("how", how))
            .transpose()?
            .filter(|how| !how.is_empty());
        let letters = self.take_in_all(letters)?;
        let opened = self.act(|act| {
            let mut resellers = Vec::new();
            for reference in &req.resellers {
                let reseller = act.read().reseller(reference)?;
                if resellers.iter().any(|other: &domain::record::Reseller| other.reference == reseller.reference) {
                    return Err(Error::input("E-REQUEST-TWICE", format!("{} is named twice.", reseller.name)));
                }
                resellers.push(reseller);
            }
            let names: Vec<&str> = resellers.iter().map(|reseller| reseller.name.as_str()).collect();
            let (case, clocks) = self.open_case(
                act,
                Opening {
                    prefix: "REQ",
                    kind: "request",
                    state: "review",
                    received: &req.received,
                    text,
                    how,
                    resellers: resellers.iter().map(|reseller| reseller.reference.clone()).collect(),
                    names: names.join(", "),
                    documents: letters,
                    document_type: "department_request",
                    provisional: false,
                },
            )?;
            // One filing for each pack that asks for it: each prints on its own.
            let mut drafted = None;
            let mut packs = HashSet::new();
            for clock in &clocks {
                let pack = self.pack_of(&clock.computed);
                let statutory = pack.clock(&clock.computed.clock).is_some_and(|rule| rule.statutory);
                if !statutory || !packs.insert(clock.computed.pack.clone()) {
                    continue;
                }
                let year = self.today().year();
                let reference = act.read().next_reference(&format!("F4-{year}"), 4)?;
                let filing = Filing {
                    reference: reference.clone(),
                    form: "F4".to_owned(),
                    state: "draft".to_owned(),
                    case: case.reference.clone(),
                    clock: clock.reference.clone(),
                    items: resellers
                        .iter()
                        .map(|reseller| (reseller.reference.clone(), reseller.cip_on(&case.received_on).map(|cip| cip.reference.clone())))
                        .collect(),
                    text: FilingText {
                        addressee: "U.S. Department of Commerce, Bureau of Industry and Security".to_owned(),
                        confidential: true,
                        confidentiality_request: "This production contains confidential commercial information. Confidential treatment is requested to the extent the law allows.".to_owned(),
                        ..FilingText::default()
                    },
                    seal: None,
                    sending: None,
                    revision: 0,
                };
                act.push(Change::FilingDrafted { filing }, None, None)?;
                drafted.get_or_insert(reference);
            }
            Ok(opened(&case, &clocks, drafted))
        })?;
        Ok(opened)
    }

    /// Records evidence that a reseller failed: the thirty days count from its receipt (D-71).
    pub fn evidence_open(
        &self,
        req: &c::EvidenceOpenReq,
        documents: Vec<Source>,
    ) -> Result<c::CaseOpened> {
        let text = clean("summary", &req.summary)?;
        if text.is_empty() {
            return Err(Error::input(
                "E-EVIDENCE-SUMMARY",
                "Write in a sentence what the evidence is.",
            ));
        }
        let documents = self.take_in_all(documents)?;
        self.act(|act| {
            let reseller = act.read().reseller(&req.reseller)?;
            let (case, clocks) = self.open_case(
                act,
                Opening {
                    prefix: "EVD",
                    kind: "failure",
                    state: if req.signal {
                        "signal"
                    } else {
                        "evidence_confirmed"
                    },
                    received: &req.received,
                    text,
                    how: None,
                    resellers: vec![reseller.reference.clone()],
                    names: reseller.name.clone(),
                    documents,
                    document_type: "evidence",
                    provisional: req.signal,
                },
            )?;
            let mut after = reseller.clone();
            "under_review".clone_into(&mut after.state);
            after.revision += 1;
            act.push(
                Change::ResellerRecorded {
                    before: Some(reseller),
                    reseller: after,
                },
                None,
                None,
            )?;
            Ok(opened(&case, &clocks, None))
        })
    }

    /// Takes a step of a case. What it does to the clocks follows from the step (domain 3.2, 3.3).
    pub fn case_advance(&self, req: &c::CaseAdvanceReq) -> Result<c::CaseView> {
        let case = self.read(|read| Ok(read.case(&req.r#ref)?))?;
        let machine = machine(&case.kind);
        let step = machine
            .step(&case.state, &req.to)
            .filter(|step| step.to != "sent");
        let Some(step) = step else {
            return Err(Error::input(
                "E-CASE-STEP",
                format!(
                    "{} is in \"{}\" and has no step to \"{}\" from there.",
                    case.reference,
                    machine.label(&case.state),
                    machine.label(&req.to.chars().take(40).collect::<String>())
                ),
            ));
        };
        self.needs_step(step)?;
        let note = crate::clocks::needed(
            &req.note,
            "E-CASE-WORDS",
            &format!("{}: write {}.", case.reference, cases::asks(step.to)),
        )?;
        let today = self.today().to_string();
        let at = req
            .at
            .as_deref()
            .map(str::trim)
            .filter(|at| !at.is_empty())
            .unwrap_or(&today);
        let day = self.happened_on(at)?.to_string();
        if day < case.received_on {
            return Err(Error::input(
                "E-CASE-BEFORE",
                format!(
                    "{day} is before {}, the day {} was received. Check the date.",
                    case.received_on, case.reference
                ),
            ));
        }
        let approval = step
            .approval
            .then(|| {
                let statement = format!(
                    "advance {} from {} to {}",
                    case.reference, case.state, step.to
                );
                self.approve(
                    &statement,
                    req.approver.as_deref(),
                    req.passphrase.as_deref(),
                    req.override_reason.as_deref(),
                )
            })
            .transpose()?;
        self.act(|act| {
            if act.read().case(&case.reference)?.state != case.state {
                return Err(Error::refused(
                    "U-01",
                    format!(
                        "{} was moved on while this form was open. Load it again.",
                        case.reference
                    ),
                ));
            }
            let change = Change::CaseAdvanced {
                case: case.reference.clone(),
                from: case.state.clone(),
                to: step.to.to_owned(),
                approval,
            };
            act.push(change, Some(&day), Some(&note))?;
            match cases::effect(step.to) {
                ClockEffect::None => {}
                ClockEffect::Confirm => self.confirm_case_clocks(act, &case.reference, &note)?,
                ClockEffect::Cancel => {
                    self.end_case_clocks(act, &case.reference, |_| true, "cancelled", at, &note)?
                }
                ClockEffect::Satisfy => {
                    let (_, stop) = cases::events(&case.kind);
                    let by = format!("{}: {note}", machine.label(step.to));
                    self.end_case_clocks(
                        act,
                        &case.reference,
                        |rule| rule.stop == stop,
                        "satisfied",
                        at,
                        &by,
                    )?;
                    // An internal target that nobody met is not owed once the work is done.
                    self.end_case_clocks(act, &case.reference, |_| true, "cancelled", at, &by)?;
                }
            }
            let state = match step.to {
                "terminating" | "terminated" => Some(step.to),
                "not_substantiated" => Some("active"),
                _ => None,
            };
            for reference in case.resellers.iter().filter(|_| case.kind == "failure") {
                let Some(state) = state else { break };
                let before = act.read().reseller(reference)?;
                // A signal that fell clears nobody whom another case is still about, or who was terminated.
                if state == "active"
                    && (before.state != "under_review"
                        || self.under_another_case(act.read(), &case.reference, reference)?)
                {
                    continue;
                }
                let mut after = before.clone();
                state.clone_into(&mut after.state);
                after.revision += 1;
                act.push(
                    Change::ResellerRecorded {
                        before: Some(before),
                        reseller: after,
                    },
                    Some(&day),
                    None,
                )?;
            }
            Ok(())
        })?;
        self.case_show(&case.reference)
    }

    /// Whether another failure case about a reseller is open.
    fn under_another_case(&self, read: &Read<'_>, case: &str, reseller: &str) -> Result<bool> {
        Ok(read.cases()?.iter().any(|other| {
            other.kind == "failure"
                && other.reference != case
                && other.resellers.iter().any(|one| one == reseller)
                && !cases::FAILURE.has_ended(&other.state)
                && other.state != "terminated"
        }))
    }

    fn take_in_all(&self, sources: Vec<Source>) -> Result<Vec<Taken>> {
        sources
            .into_iter()
            .map(|source| self.take_in(source, &Unwatched))
            .collect()
    }

    fn open_case(
        &self,
        act: &mut Act<'_, '_>,
        opening: Opening<'_>,
    ) -> Result<(Case, Vec<ClockRecord>)> {
        let day0 = self.received_on(opening.received)?;
        let reference = act
            .read()
            .next_reference(&format!("{}-{}", opening.prefix, day0.year()), 4)?;
        let received_on = day0.to_string();
        // Receipt, scope and gathering happen in one act here; each state is kept with its day.
        let today = self.today().to_string();
        let mut path = Vec::new();
        for (state, _) in machine(opening.kind).states {
            path.push((
                (*state).to_owned(),
                if path.is_empty() {
                    received_on.clone()
                } else {
                    today.clone()
                },
            ));
            if *state == opening.state {
                break;
            }
        }
        let case = Case {
            reference: reference.clone(),
            kind: opening.kind.to_owned(),
            state: opening.state.to_owned(),
            received_on: received_on.clone(),
            received: opening.received.to_owned(),
            text: opening.text,
            how: opening.how,
            resellers: opening.resellers,
            path,
        };
        act.push(
            Change::CaseOpened { case: case.clone() },
            Some(&received_on),
            None,
        )?;
        let mut proof = None;
        for taken in opening.documents {
            let id = self.keep(act, &reference, opening.document_type, taken)?;
            proof.get_or_insert(id);
        }
        let clocks = self.start_case_clocks(
            act,
            &case,
            &opening.names,
            proof.as_deref(),
            opening.provisional,
        )?;
        Ok((case, clocks))
    }

    /// The day of a receipt as a deadline sees it: the earlier of the organisation's and the agency's date.
    fn received_on(&self, at: &str) -> Result<NaiveDate> {
        Ok(match Moment::parse(at).map_err(clock_error)? {
            Moment::Date(date) => date,
            Moment::Instant(instant) => crate::now::civil(instant, self.zone())
                .min(crate::now::civil(instant, self.pack().agency_zone())),
        })
    }
}

/// What a person is told: the strictest clock.
fn opened(case: &Case, clocks: &[ClockRecord], filing: Option<String>) -> c::CaseOpened {
    let first = clocks.first();
    c::CaseOpened {
        case: case.reference.clone(),
        clock: first
            .map(|clock| clock.reference.clone())
            .unwrap_or_default(),
        due: first
            .map(|clock| clock.computed.due.to_string())
            .unwrap_or_default(),
        filing,
    }
}

struct Opening<'a> {
    prefix: &'a str,
    kind: &'a str,
    state: &'a str,
    received: &'a str,
    text: String,
    how: Option<String>,
    resellers: Vec<String>,
    names: String,
    documents: Vec<Taken>,
    document_type: &'a str,
    provisional: bool,
}
