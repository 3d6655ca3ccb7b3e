//! The case: the determination, the verification, and its steps.

use super::{Wrong, clean, fresh, part, someone};
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use chrono::NaiveDate;
use contract as c;
use domain::{
    approval,
    change::Change,
    customer::{CustomerFile, Determination, Discrepancy, How, Terms, UsStatus, Verification},
    field,
    house::HouseRules,
    letter::Audience,
    onboarding,
    reopening::Trigger,
};
use store::Act;

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
            for id in &req.documents {
                own_document(act.read(), &file, id)?;
            }
            let determination = Determination {
                about: req.about.clone(),
                test: req.test.clone(),
                outcome,
                evidence: clean("evidence", &req.evidence)?,
                documents: req.documents.clone(),
                decided_by: self.author(),
                decided_on: day.clone(),
                approved: None,
            };
            act.push(
                Change::Determined {
                    customer: file.reference,
                    determination,
                },
                Some(&day),
                None,
            )?;
            self.reopen_in_doubt(act, &req.customer)?;
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Records an attempt to verify an identity (D-25).
    pub fn verification_record(&self, req: &c::VerificationReq) -> Result<c::CustomerView> {
        let day = self
            .past_day(req.performed_on.as_deref())?
            .unwrap_or_else(|| self.today().to_string());
        if !["documentary", "non_documentary", "additional"].contains(&req.method.as_str()) {
            return Err(Error::input(
                "E-VERIFICATION-METHOD",
                "Choose the method: documentary, non-documentary or additional.",
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
                own_document(act.read(), &file, id)?;
            }
            let verification = Verification {
                about: req.about.clone(),
                method: req.method.clone(),
                result: req.result.clone(),
                document: req.document.clone(),
                basis: clean("basis", &req.basis)?,
                special: super::papers::situation(&self.pack(), req.situation.as_deref())?,
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
            self.reopen_in_doubt(act, &req.customer)?;
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Takes a step of the case; the guards are the domain's.
    pub fn customer_advance(&self, req: &c::CustomerAdvanceReq) -> Result<c::CustomerView> {
        let file = self.read(|read| Ok(read.customer_file(&req.r#ref)?))?;
        let mut blocked = onboarding::blocked_by(&file, &self.rules(), &req.to);
        blocked.extend(too_few_attempts(&file, &self.house()?, &req.to));
        if req.to == "monitoring" {
            let gate = self.read(|read| self.shut_for(read, &file))?;
            blocked.extend(gate);
        }
        if !blocked.is_empty() {
            return Err(Error::input(
                "E-CASE-BLOCKED",
                format!("{}: {}", file.reference, blocked.join(" ")),
            ));
        }
        let reason = req
            .reason
            .as_deref()
            .map(|reason| match &req.made_of {
                Some(_) => super::letters::text("reason", reason),
                None => clean("reason", reason),
            })
            .transpose()?
            .filter(|reason| !reason.trim().is_empty());
        if let (Some(asked), None) = (onboarding::asks_for_words(&file.status, &req.to), &reason) {
            return Err(Error::input(
                "E-CASE-WORDS",
                format!("{}: write {asked}.", file.reference),
            ));
        }
        if req.to == "verified"
            && reason
                .as_deref()
                .is_some_and(|text| text.ends_with("Conclusion:"))
        {
            return Err(Error::input(
                "E-CASE-WORDS",
                format!(
                    "{}: the belief statement has no conclusion yet. Write why the identity is believed.",
                    file.reference
                ),
            ));
        }
        let place = match req.to.as_str() {
            "verified" => Audience::Belief,
            _ => Audience::CustomerStep,
        };
        let made_of = self.read(|read| {
            let words = reason.as_deref().unwrap_or_default();
            self.made_of(read, &[place], req.made_of.as_ref(), words)
        })?;
        let today = self.today();
        let on = self
            .past_day(req.on.as_deref())?
            .unwrap_or_else(|| today.to_string());
        let terms = match (onboarding::asks_for_review(&req.to), &req.review_on) {
            (false, _) => None,
            (true, Some(day)) if day.parse::<NaiveDate>().is_ok_and(|day| day > today) => {
                Some(Terms {
                    text: reason.clone().unwrap_or_default(),
                    review_on: day.clone(),
                })
            }
            (true, _) => {
                return Err(Error::input(
                    "E-CASE-REVIEW",
                    format!(
                        "{}: write the day on which the restriction is looked at again, after today.",
                        file.reference
                    ),
                ));
            }
        };
        let leave_open = req
            .leave_open
            .as_deref()
            .map(|reason| clean("leave_open", reason))
            .transpose()?
            .filter(|reason| !reason.trim().is_empty());
        let left_open =
            self.read(|read| self.closed_over(read, &file, &req.to, leave_open.as_deref()))?;
        let trigger = (req.to == "reverify").then_some(Trigger::Person);
        let how = How {
            trigger,
            left_open,
            made_of,
            ..How::default()
        };
        let how = self.with_target(&file, &req.to, &on, how)?;
        let step = onboarding::MACHINE.step(&file.status, &req.to);
        if let Some(step) = step {
            self.needs_step(step)?;
        }
        let approval = match step {
            Some(step) if step.approval => {
                let statement = approval::customer_step(
                    &file.reference,
                    &file.status,
                    &req.to,
                    file.revision,
                    how.left_open.as_ref(),
                );
                Some(self.approve(
                    &statement,
                    req.approver.as_deref(),
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
                on: on.clone(),
                note: reason.clone(),
                terms,
                approval,
                how: Box::new(how),
            };
            act.push(change, Some(&on), reason.as_deref())?;
            // Whoever may not use an account freely any more does not (invariant i of domain 3.1).
            self.restrict_accounts(act, &file.reference)?;
            if req.to == "abandoned" {
                self.cancel_clocks(act, &file, &on, "The case was abandoned")?;
            }
            let file = act.read().customer_file(&file.reference)?;
            self.keep_decision(act, &file, &on)?;
            self.customer_view(act.read(), &file.reference)
        })
    }

    /// Restricts what is active without restriction while its holder is neither shown to be a U.S. person nor verified.
    pub(super) fn restrict_accounts(&self, act: &mut Act<'_, '_>, customer: &str) -> Result<()> {
        let file = act.read().customer_file(customer)?;
        if onboarding::MAY_BE_ACTIVE.contains(&file.status.as_str()) {
            return Ok(());
        }
        for before in file
            .accounts
            .iter()
            .filter(|account| account.state == "active")
        {
            let mut account = before.clone();
            "restricted".clone_into(&mut account.state);
            act.push(
                Change::AccountRecorded {
                    customer: file.reference.clone(),
                    before: Some(before.clone()),
                    account,
                },
                None,
                Some("Restricted until the holder is verified again"),
            )?;
        }
        Ok(())
    }

    /// Records two values that do not fit, or how they were resolved (D-39). Neither value is overwritten.
    pub fn discrepancy_save(&self, req: &c::DiscrepancySaveReq) -> Result<c::CustomerView> {
        use domain::field::Input;
        let mut wrong = Wrong::default();
        let what = wrong.one("what", Input::Text, Some(&req.what));
        let claimed = wrong.one("claimed", Input::Text, Some(&req.claimed));
        let found = wrong.one("found", Input::Text, Some(&req.found));
        let source = wrong.one("source", Input::Text, Some(&req.source));
        let resolution = wrong.one("resolution", Input::Long, req.resolution.as_deref());
        for (id, value, say) in [
            (
                "what",
                &what,
                "Write which fact does not fit, such as the date of birth.",
            ),
            ("claimed", &claimed, "Write what the customer says."),
            ("found", &found, "Write what was found."),
            (
                "source",
                &source,
                "Write where it was found: the document or the register.",
            ),
        ] {
            if value.is_none() {
                wrong.add(id, "E-DISCREPANCY-EMPTY", say.to_owned());
            }
        }
        wrong.done(&format!("{} discrepancy", req.customer))?;
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            someone(&file, &req.about)?;
            let before = match &req.id {
                None => None,
                Some(id) => Some(part(
                    &file,
                    "discrepancy",
                    &file.discrepancies,
                    id,
                    |one| &one.id,
                )?),
            };
            // A mask that comes back is the value that it stands for.
            let unmasked =
                |typed: Option<String>, of: fn(&Discrepancy) -> &String| match (&typed, &before) {
                    (Some(typed), Some(before))
                        if before.is_sensitive() && *typed == field::masked(of(before)) =>
                    {
                        Some(of(before).clone())
                    }
                    _ => typed,
                };
            let claimed = unmasked(claimed, |one| &one.claimed);
            let found = unmasked(found, |one| &one.found);
            let discrepancy = Discrepancy {
                id: req.id.clone().unwrap_or_else(|| file.next_id("D")),
                about: req.about.clone(),
                what: what.unwrap_or_default(),
                claimed: claimed.unwrap_or_default(),
                found: found.unwrap_or_default(),
                source: source.unwrap_or_default(),
                substantive: req.substantive,
                resolution,
                by: self.author(),
                on: self.today().to_string(),
            };
            act.push(
                Change::DiscrepancyRecorded {
                    customer: file.reference,
                    before,
                    discrepancy,
                },
                None,
                None,
            )?;
            self.customer_view(act.read(), &req.customer)
        })
    }
}

/// Why an identity may not be given up yet: fewer attempts than the house asks for (D-40).
pub(super) fn too_few_attempts(
    file: &CustomerFile,
    house: &HouseRules,
    to: &str,
) -> Option<String> {
    let asked = house.attempts as usize;
    let made = onboarding::attempts(file);
    (to == "unverified" && made > 0 && made < asked).then(|| {
        format!("{made} of {asked} attempts are recorded, which the house asks for before an identity is given up.")
    })
}

/// A document that supports a decision about a customer is one of that customer's, or of a record that was merged into it.
fn own_document(read: &store::Read<'_>, file: &CustomerFile, id: &str) -> Result<()> {
    let subject = read.document(id)?.document.subject;
    if subject == file.reference || file.merged.contains(&subject) {
        return Ok(());
    }
    Err(Error::input(
        "E-VERIFICATION-DOCUMENT",
        format!(
            "Document {id} belongs to {subject}, not to {}.",
            file.reference
        ),
    ))
}
