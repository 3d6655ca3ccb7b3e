//! The Monday queue: which cases can be decided now, many at once under one signature, and which need a person first.

use super::{clean, us_view};
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    approval,
    change::Change,
    customer::{CustomerFile, How},
    onboarding,
};
use std::collections::BTreeSet;
use store::Read;

/// The states in which a case waits for a decision, and the decision that settles it.
const WAITING: [(&str, &str); 2] = [("status_review", "us_cleared"), ("verifying", "verified")];
/// The most cases that are listed, and that one approval covers.
const MOST: usize = 500;

impl OpenVault {
    /// Cases that wait for a decision: those that can be settled now, and those that need a person, with what they need.
    pub fn review_queue(&self) -> Result<c::ReviewQueue> {
        self.read(|read| {
            let mut queue = c::ReviewQueue {
                ready: Vec::new(),
                waiting: Vec::new(),
                more: 0,
                again: Vec::new(),
                again_more: 0,
            };
            self.to_verify_again(read, &mut queue)?;
            for (state, to) in WAITING {
                for file in read.customers_in(state)? {
                    if queue.ready.len() + queue.waiting.len() >= MOST {
                        queue.more += 1;
                        continue;
                    }
                    let row = self.review_row(&file, to);
                    if row.needs.is_empty() {
                        queue.ready.push(row);
                    } else {
                        queue.waiting.push(row);
                    }
                }
            }
            Ok(queue)
        })
    }

    fn review_row(&self, file: &CustomerFile, to: &str) -> c::ReviewRow {
        // Someone shown to be foreign is not going to be cleared: the next step is the verification.
        let mut needs = onboarding::blocked_by(file, &self.rules(), to);
        if to == "us_cleared"
            && !needs.is_empty()
            && onboarding::blocked_by(file, &self.rules(), "verifying").is_empty()
        {
            needs = vec!["Not everybody is a U.S. person: start the verification.".to_owned()];
        }
        let basis = file
            .determinations
            .last()
            .map(|decided| decided.evidence.clone())
            .or_else(|| file.verifications.last().map(|tried| tried.basis.clone()));
        c::ReviewRow {
            r#ref: file.reference.clone(),
            name: file.name().to_owned(),
            name_original: file.value("name_original").map(str::to_owned),
            country: file.country().to_owned(),
            us_status: us_view(file.us_status()),
            to: to.to_owned(),
            decision: onboarding::MACHINE
                .step(&file.status, to)
                .map(|step| step.label.to_owned())
                .unwrap_or_default(),
            basis: basis.unwrap_or_default(),
            people: u32::try_from(file.people().len()).unwrap_or(u32::MAX),
            revision: file.revision,
            needs,
        }
    }

    /// Settles many cases alike: one passphrase, one signature over every case and its revision (contract, section 6). All or none.
    pub fn customers_decide(&self, req: &c::CustomersDecideReq) -> Result<c::ReviewQueue> {
        if !WAITING.iter().any(|(_, to)| *to == req.to) {
            return Err(Error::input(
                "E-REVIEW-DECISION",
                "Many cases at once can be cleared as U.S. or approved as verified; everything else is decided case by case.",
            ));
        }
        if req.cases.is_empty() || req.cases.len() > MOST {
            return Err(Error::input(
                "E-REVIEW-CASES",
                format!("Choose 1 to {MOST} cases."),
            ));
        }
        let reason = clean("reason", &req.reason)?;
        if req.to == "verified" && reason.trim().is_empty() {
            return Err(Error::input(
                "E-CASE-WORDS",
                "Write the belief statement: what was checked in each of these cases, and why the identities are believed.",
            ));
        }
        let note = (!reason.trim().is_empty()).then_some(reason);
        let files = self.read(|read| self.decidable(read, req))?;
        let list: Vec<(&str, u32)> = files
            .iter()
            .map(|file| (file.reference.as_str(), file.revision))
            .collect();
        let approval = self.approve(
            &approval::customers_step(&req.to, &list),
            req.approver.as_deref(),
            Some(req.passphrase.as_str()),
            req.override_reason.as_deref(),
        )?;
        let today = self.today().to_string();
        self.act(|act| {
            for file in &files {
                if act.read().customer_file(&file.reference)?.revision != file.revision {
                    return Err(Error::refused(
                        "U-01",
                        format!(
                            "{} was changed while the list was open. Nothing was decided: load the list again.",
                            file.reference
                        ),
                    ));
                }
                let how = self.with_target(file, &req.to, &today, How::default())?;
                act.push(
                    Change::CustomerAdvanced {
                        how: Box::new(how),
                        customer: file.reference.clone(),
                        from: file.status.clone(),
                        to: req.to.clone(),
                        on: today.clone(),
                        note: note.clone(),
                        terms: None,
                        approval: Some(approval.clone()),
                    },
                    None,
                    note.as_deref(),
                )?;
            }
            Ok(())
        })?;
        self.review_queue()
    }

    /// The chosen cases, each as it was on the screen and free of anything that forbids the decision.
    fn decidable(&self, read: &Read<'_>, req: &c::CustomersDecideReq) -> Result<Vec<CustomerFile>> {
        let mut seen = BTreeSet::new();
        let mut files = Vec::new();
        for case in &req.cases {
            let file = read.customer_file(&case.r#ref)?;
            if !seen.insert(file.reference.clone()) {
                return Err(Error::input(
                    "E-REVIEW-CASES",
                    format!("{} is named twice.", file.reference),
                ));
            }
            if file.revision != case.revision {
                return Err(Error::refused(
                    "U-01",
                    format!(
                        "{} was changed since the list was made. Nothing was decided: load the list again.",
                        file.reference
                    ),
                ));
            }
            let blocked = onboarding::blocked_by(&file, &self.rules(), &req.to);
            if !blocked.is_empty() {
                return Err(Error::input(
                    "E-CASE-BLOCKED",
                    format!(
                        "{}: {} Nothing was decided.",
                        file.reference,
                        blocked.join(" ")
                    ),
                ));
            }
            files.push(file);
        }
        Ok(files)
    }
}
