//! The case: the determination, the verification, and its steps.

use super::{clean, fresh, someone};
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    change::Change,
    customer::{Determination, UsStatus, Verification},
    onboarding,
};

impl OpenVault {
    /// Records a U.S.-person determination (D-22).
    pub fn determination_record(&self, req: &c::DeterminationReq) -> Result<c::CustomerView> {
        let day = self
            .past_day(req.decided_on.as_deref())?
            .unwrap_or_else(|| self.today().to_string());
        let outcome = UsStatus::of_test(&req.test).ok_or_else(|| {
            Error::input(
                "E-DETERMINATION-TEST",
                format!("\"{}\" is no U.S.-person test of the rule pack.", req.test),
            )
        })?;
        if req.evidence.trim().is_empty() {
            return Err(Error::input(
                "E-DETERMINATION-EVIDENCE",
                "Write what the determination rests on: a document, a statement, a register.",
            ));
        }
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            someone(&file, &req.about)?;
            let determination = Determination {
                about: req.about.clone(),
                test: req.test.clone(),
                outcome,
                evidence: clean("evidence", &req.evidence)?,
                documents: req.documents.clone(),
                decided_by: self.author(),
                decided_on: day.clone(),
            };
            act.push(
                Change::Determined {
                    customer: file.reference,
                    determination,
                },
                Some(&day),
                None,
            )?;
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Records an attempt to verify an identity (D-25).
    pub fn verification_record(&self, req: &c::VerificationReq) -> Result<c::CustomerView> {
        let day = self
            .past_day(req.performed_on.as_deref())?
            .unwrap_or_else(|| self.today().to_string());
        if !["documentary", "non_documentary"].contains(&req.method.as_str()) {
            return Err(Error::input(
                "E-VERIFICATION-METHOD",
                "Choose the method: documentary or non-documentary.",
            ));
        }
        if !["match", "partial", "mismatch", "unavailable"].contains(&req.result.as_str()) {
            return Err(Error::input(
                "E-VERIFICATION-RESULT",
                "Choose the result: match, partial, mismatch or unavailable.",
            ));
        }
        if req.method == "documentary" && req.document.is_none() {
            return Err(Error::input(
                "E-VERIFICATION-DOCUMENT",
                "A documentary verification names the document it rests on. Attach it first, then choose it.",
            ));
        }
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            someone(&file, &req.about)?;
            if let Some(id) = &req.document {
                let line = act.read().document(id)?;
                if line.document.subject != file.reference {
                    return Err(Error::input(
                        "E-VERIFICATION-DOCUMENT",
                        format!(
                            "Document {id} belongs to {}, not to {}.",
                            line.document.subject, file.reference
                        ),
                    ));
                }
            }
            let verification = Verification {
                about: req.about.clone(),
                method: req.method.clone(),
                result: req.result.clone(),
                document: req.document.clone(),
                basis: clean("basis", &req.basis)?,
                notes: req
                    .notes
                    .as_deref()
                    .map(|notes| clean("notes", notes))
                    .transpose()?
                    .filter(|notes| !notes.is_empty()),
                performed_by: self.author(),
                performed_on: day.clone(),
            };
            act.push(
                Change::Verified {
                    customer: file.reference.clone(),
                    verification,
                },
                Some(&day),
                None,
            )?;
            self.keep_record(act, &file, &day)?;
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Takes a step of the case; the guards are the domain's.
    pub fn customer_advance(&self, req: &c::CustomerAdvanceReq) -> Result<c::CustomerView> {
        let file = self.read(|read| Ok(read.customer_file(&req.r#ref)?))?;
        let blocked = onboarding::blocked_by(&file, &self.rules(), &req.to);
        if !blocked.is_empty() {
            return Err(Error::input(
                "E-CASE-BLOCKED",
                format!("{}: {}", file.reference, blocked.join(" ")),
            ));
        }
        let reason = req
            .reason
            .as_deref()
            .map(str::trim)
            .filter(|reason| !reason.is_empty());
        if let (Some(asked), None) = (onboarding::asks_for_words(&req.to), reason) {
            return Err(Error::input(
                "E-CASE-WORDS",
                format!("{}: write {asked}.", file.reference),
            ));
        }
        let step = onboarding::MACHINE.step(&file.status, &req.to);
        let approval = match step {
            Some(step) if step.approval => {
                let statement = format!(
                    "advance {} from {} to {} at revision {}",
                    file.reference, file.status, req.to, file.revision
                );
                Some(self.approve(
                    &statement,
                    None,
                    req.passphrase.as_deref(),
                    req.override_reason.as_deref(),
                )?)
            }
            _ => None,
        };
        self.act(|act| {
            fresh(&act.read().customer_file(&file.reference)?, file.revision)?;
            let change = Change::CustomerAdvanced {
                customer: file.reference.clone(),
                from: file.status.clone(),
                to: req.to.clone(),
                approval,
            };
            act.push(change, None, reason)?;
            self.customer_view(act.read(), &file.reference)
        })
    }
}
