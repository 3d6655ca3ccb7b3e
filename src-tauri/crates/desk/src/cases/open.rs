//! Opening a case: its record, its documents, its clocks and what follows, in one act.

use super::{effects::Taking, machine_named};
use crate::{
    clocks::clock_error,
    customers::clean,
    documents::{Source, Taken as Document},
    error::{Error, Result},
    now::weekday,
    open_vault::OpenVault,
    watch::Unwatched,
};
use chrono::{Datelike, NaiveDate};
use contract as c;
use domain::{
    casefile::{Case, Item, Taken},
    change::Change,
    clock::Moment,
    machine::Answers,
    record::ClockRecord,
};
use store::Act;

/// What a case is opened with.
pub(crate) struct Opening<'a> {
    pub(crate) kind: &'a str,
    /// The way in, where there are several.
    pub(crate) state: Option<&'a str>,
    pub(crate) received: &'a str,
    pub(crate) text: String,
    pub(crate) how: Option<String>,
    pub(crate) resellers: Vec<String>,
    pub(crate) subjects: Vec<String>,
    pub(crate) answers: Answers,
    pub(crate) documents: Vec<Document>,
    pub(crate) document_type: &'a str,
    pub(crate) related: Vec<String>,
    /// The state up to which the straight path is gone in the same act, each with its day.
    pub(crate) through: Option<&'a str>,
}

/// A case that was opened.
pub(crate) struct Opened {
    pub(crate) case: Case,
    pub(crate) clocks: Vec<ClockRecord>,
    pub(crate) filing: Option<String>,
}

impl Opened {
    /// What a person is told: the strictest clock.
    fn told(&self, today: NaiveDate) -> c::CaseOpened {
        let first = self.clocks.first();
        c::CaseOpened {
            case: self.case.reference.clone(),
            clock: first
                .map(|clock| clock.reference.clone())
                .unwrap_or_default(),
            due: first
                .map(|clock| clock.computed.due.to_string())
                .unwrap_or_default(),
            filing: self.filing.clone(),
            doubt: self
                .clocks
                .iter()
                .find_map(|clock| domain::clock::doubt(&clock.computed, today)),
        }
    }
}

impl OpenVault {
    /// Records a Department request: scopes it, attaches each CIP in force, starts the ten days, drafts the F4. Where a CIP is missing the
    /// case stays at gathering.
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
        let how = self.how(req.how.as_deref())?;
        let documents = self.take_in_all(letters)?;
        self.act(|act| {
            let mut resellers = Vec::new();
            for reference in &req.resellers {
                let reseller = act.read().reseller(reference)?;
                if resellers.contains(&reseller.reference) {
                    return Err(Error::input(
                        "E-REQUEST-TWICE",
                        format!("{} is named twice.", reseller.name),
                    ));
                }
                resellers.push(reseller.reference);
            }
            let opened = self.open_case(
                act,
                Opening {
                    kind: "request",
                    state: None,
                    received: &req.received,
                    text,
                    how,
                    resellers,
                    subjects: Vec::new(),
                    answers: Answers::new(),
                    documents,
                    document_type: "department_request",
                    related: Vec::new(),
                    through: Some("review"),
                },
            )?;
            Ok(opened.told(self.today()))
        })
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
            let state = if req.signal {
                "signal"
            } else {
                "evidence_confirmed"
            };
            let opened = self.open_case(
                act,
                Opening {
                    kind: "failure",
                    state: Some(state),
                    received: &req.received,
                    text,
                    how: None,
                    resellers: vec![reseller.reference],
                    subjects: Vec::new(),
                    answers: Answers::new(),
                    documents,
                    document_type: "evidence",
                    related: Vec::new(),
                    through: None,
                },
            )?;
            Ok(opened.told(self.today()))
        })
    }

    /// Opens a case of any kind by the questions of its way in.
    pub fn case_open(&self, req: &c::CaseOpenReq, documents: Vec<Source>) -> Result<c::CaseOpened> {
        let machine = machine_named(&req.kind)?;
        let way = machine.way_in(req.state.as_deref()).ok_or_else(|| {
            let ways: Vec<&str> = machine.opening.iter().map(|step| step.to).collect();
            Error::input(
                "E-CASE-WAY",
                format!(
                    "A case of the kind {} begins in: {}.",
                    machine.kind,
                    ways.join(", ")
                ),
            )
        })?;
        self.needs_step(way)?;
        let text = clean("text", &req.text)?;
        if text.is_empty() {
            return Err(Error::input(
                "E-CASE-TEXT",
                "Write in a sentence what it is about, or the reference on the letter.",
            ));
        }
        if req.kind == "request" && req.resellers.is_empty() {
            return Err(Error::input(
                "E-REQUEST-WHOSE",
                "Choose at least one reseller whose CIP is asked for.",
            ));
        }
        if req.kind == "failure" && req.resellers.len() != 1 {
            return Err(Error::input(
                "E-FAILURE-WHOSE",
                "Choose the one reseller it is about. Two resellers are two cases, each with its own clock.",
            ));
        }
        let how = self.how(req.how.as_deref())?;
        let documents = self.take_in_all(documents)?;
        self.act(|act| {
            let mut resellers: Vec<String> = Vec::new();
            for reference in &req.resellers {
                let reseller = act.read().reseller(reference)?.reference;
                if !resellers.contains(&reseller) {
                    resellers.push(reseller);
                }
            }
            let mut subjects: Vec<String> = Vec::new();
            for reference in &req.subjects {
                let customer = act.read().customer_file(reference)?.reference;
                if !subjects.contains(&customer) {
                    subjects.push(customer);
                }
            }
            let answers = self.answers(act.read(), way.label, way.asks, &req.answers, false)?;
            let opened = self.open_case(
                act,
                Opening {
                    kind: machine.kind,
                    state: Some(way.to),
                    received: &req.received,
                    text,
                    how,
                    resellers,
                    subjects,
                    answers,
                    documents,
                    document_type: if machine.section == "3.2" {
                        "department_request"
                    } else {
                        "evidence"
                    },
                    related: Vec::new(),
                    through: (req.kind == "request").then_some("review"),
                },
            )?;
            Ok(opened.told(self.today()))
        })
    }

    fn how(&self, how: Option<&str>) -> Result<Option<String>> {
        Ok(how
            .map(|how| clean("how", how))
            .transpose()?
            .filter(|how| !how.is_empty()))
    }

    fn take_in_all(&self, sources: Vec<Source>) -> Result<Vec<Document>> {
        sources
            .into_iter()
            .map(|source| self.take_in(source, &Unwatched))
            .collect()
    }

    /// Opens a case within an act.
    pub(crate) fn open_case(&self, act: &mut Act<'_, '_>, opening: Opening<'_>) -> Result<Opened> {
        let machine = machine_named(opening.kind)?;
        let way = machine
            .way_in(opening.state)
            .ok_or_else(|| Error::input("E-CASE-WAY", format!("No way into {}.", machine.title)))?;
        let day0 = self.received_on(opening.received)?;
        if day0 > self.today() {
            return Err(Error::input(
                "E-CLOCK-FUTURE",
                format!(
                    "The trigger {} lies in the future (today is {}). Record it on the day it happens.",
                    weekday(day0),
                    weekday(self.today())
                ),
            ));
        }
        let reference = act
            .read()
            .next_reference(&format!("{}-{}", machine.prefix, day0.year()), 4)?;
        let received_on = day0.to_string();
        let items = if machine.kind == "request" {
            self.copies_asked_for(act, &opening.resellers, &received_on)?
        } else {
            Vec::new()
        };
        let missing = items.iter().any(|item| item.state == "missing");
        let upto = match opening.through {
            Some("review") if missing => "gathering",
            Some(state) => state,
            None => way.to,
        };
        // Receipt, scope and gathering happen in one act here; each state is kept with its day. What lies before the way in never was.
        let today = self.today().to_string();
        let mut path: Vec<Taken> = Vec::new();
        for (state, _) in machine.states.iter().skip_while(|(id, _)| *id != way.to) {
            path.push(Taken {
                step: (*state).to_owned(),
                state: (*state).to_owned(),
                on: if path.is_empty() {
                    received_on.clone()
                } else {
                    today.clone()
                },
                at: None,
                answers: if *state == way.to {
                    opening.answers.clone()
                } else {
                    Answers::new()
                },
                left_open: None,
                made_of: None,
            });
            if *state == upto {
                break;
            }
        }
        let case = Case {
            reference: reference.clone(),
            kind: machine.kind.to_owned(),
            state: upto.to_owned(),
            received_on: received_on.clone(),
            received: opening.received.trim().to_owned(),
            text: opening.text,
            how: opening.how,
            resellers: opening.resellers,
            subjects: opening.subjects,
            fields: Answers::new(),
            path,
            items,
            related: opening.related,
        };
        let ground = self.ground(act.read(), &case)?;
        let facts = ground.facts(None, &opening.answers, day0);
        if let Some(refusal) = way.refused(&facts) {
            return Err(Error::input(refusal.code, refusal.why));
        }
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
        let names = super::title(act.read(), &case)?;
        let taking = Taking {
            case: &case,
            item: None,
            step: way,
            at: opening.received,
            day: &received_on,
            answers: &opening.answers,
            by: way.label,
            proof: proof.as_deref(),
        };
        let clocks = self.move_clocks(act, &taking, &facts, &names)?;
        let filing = self.carry_out(act, &taking, &facts, &clocks)?.filing;
        Ok(Opened {
            case,
            clocks,
            filing,
        })
    }

    /// One part for each CIP that is asked for: here or not, on the day of receipt.
    fn copies_asked_for(
        &self,
        act: &Act<'_, '_>,
        resellers: &[String],
        on: &str,
    ) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        for (at, reference) in resellers.iter().enumerate() {
            let reseller = act.read().reseller(reference)?;
            let held = reseller.cip_on(on).is_some();
            items.push(Item {
                id: format!("I-{}", at + 1),
                kind: "cip".to_owned(),
                label: reseller.name.clone(),
                subject: Some(reseller.reference),
                state: if held { "held" } else { "missing" }.to_owned(),
                fields: Answers::new(),
                path: Vec::new(),
                letters: Vec::new(),
            });
        }
        Ok(items)
    }

    /// The day of a receipt as a deadline sees it: the earlier of the organisation's and the agency's date.
    fn received_on(&self, at: &str) -> Result<NaiveDate> {
        Ok(match Moment::parse(at.trim()).map_err(clock_error)? {
            Moment::Date(date) => date,
            Moment::Instant(instant) => crate::now::civil(instant, self.zone())
                .min(crate::now::civil(instant, self.pack().agency_zone())),
        })
    }
}
