//! Department requests and evidence of a reseller's failure: opened with their clock in one act.

use crate::{
    clocks::StartClock,
    customers::clean,
    documents::{Source, Taken},
    error::{Error, Result},
    open_vault::OpenVault,
    resellers::cip_view,
    watch::Unwatched,
};
use chrono::Datelike;
use contract as c;
use domain::{
    cases::machine,
    change::Change,
    record::{Case, Filing, FilingText},
};
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
            let mut items = Vec::new();
            for reference in &case.resellers {
                let reseller = read.reseller(reference)?;
                let cip = reseller.cip_on(&case.received_on);
                items.push(c::RequestItem {
                    reseller: reseller.reference.clone(),
                    name: reseller.name.clone(),
                    warning: cip.is_none().then(|| format!("No CIP of {} was in force on {}. Ask the reseller for it, and file it with its date.", reseller.name, case.received_on)),
                    cip: cip.map(|cip| cip_view(read, &names, &reseller, cip)).transpose()?,
                });
            }
            let now = machine.states.iter().position(|(state, _)| *state == case.state).unwrap_or(0);
            let steps = machine
                .states
                .iter()
                .enumerate()
                .map(|(place, (state, label))| c::StepView {
                    state: (*state).to_owned(),
                    label: (*label).to_owned(),
                    standing: match place.cmp(&now) {
                        std::cmp::Ordering::Less => "done",
                        std::cmp::Ordering::Equal => "now",
                        std::cmp::Ordering::Greater => "next",
                    }
                    .to_owned(),
                    at: case.path.iter().find(|(reached, _)| reached == state).map(|(_, at)| at.clone()),
                })
                .collect();
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
            let (case, clock) = self.open_case(
                act,
                Opening {
                    prefix: "REQ",
                    kind: "request",
                    state: "review",
                    clock: "CLK-CIP-REQ",
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
            let year = self.today().year();
            let filing = Filing {
                reference: act.read().next_reference(&format!("F4-{year}"), 4)?,
                form: "F4".to_owned(),
                state: "draft".to_owned(),
                case: case.reference.clone(),
                clock: clock.0.clone(),
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
            let filing_reference = filing.reference.clone();
            act.push(Change::FilingDrafted { filing }, None, None)?;
            Ok(c::CaseOpened { case: case.reference, clock: clock.0, due: clock.1, filing: Some(filing_reference) })
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
            let (case, clock) = self.open_case(
                act,
                Opening {
                    prefix: "EVD",
                    kind: "failure",
                    state: "evidence_confirmed",
                    clock: "CLK-RESELLER-TERM",
                    received: &req.received,
                    text,
                    how: None,
                    resellers: vec![reseller.reference.clone()],
                    names: reseller.name.clone(),
                    documents,
                    document_type: "evidence",
                    provisional: false,
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
            Ok(c::CaseOpened {
                case: case.reference,
                clock: clock.0,
                due: clock.1,
                filing: None,
            })
        })
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
    ) -> Result<(Case, (String, String))> {
        let day0 = self.compute(opening.clock, opening.received)?.day0;
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
        for taken in opening.documents {
            self.keep(act, &reference, opening.document_type, taken)?;
        }
        let subject = match case.resellers.as_slice() {
            [one] => one.clone(),
            _ => reference.clone(),
        };
        let start = StartClock {
            id: opening.clock,
            at: opening.received,
            subject: &subject,
            subject_name: &opening.names,
            case: Some(&reference),
            provisional: opening.provisional,
        };
        let clock = self.start_clock(act, start)?;
        Ok((case, (clock.reference, clock.computed.due.to_string())))
    }
}

struct Opening<'a> {
    prefix: &'a str,
    kind: &'a str,
    state: &'a str,
    clock: &'a str,
    received: &'a str,
    text: String,
    how: Option<String>,
    resellers: Vec<String>,
    names: String,
    documents: Vec<Taken>,
    document_type: &'a str,
    provisional: bool,
}
