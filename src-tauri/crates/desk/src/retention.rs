//! Retention and disposal (domain 3.7): the list of who may go, legal holds, and a disposal from its approval to its certificate.

use crate::{
    clocks::needed,
    error::{Error, Result},
    open_vault::{Names, OpenVault},
};
use chrono::NaiveDate;
use contract as c;
use domain::{
    approval,
    change::Change,
    customer::CustomerFile,
    onboarding,
    retention::{self, Disposal, Done, Hold, KeptLonger, Release, Stage, Standing, Stub},
};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use store::{Act, Read};

fn stage_label(stage: Stage) -> &'static str {
    match stage {
        Stage::Active => "In use",
        Stage::Retaining => "To be kept",
        Stage::Held => "On hold",
        Stage::Kept => "Kept longer",
        Stage::Blocked => "Something is open",
        Stage::Eligible => "May be disposed of",
    }
}

impl OpenVault {
    /// Customers whose case has ended: how long each is kept, and what holds it back.
    pub fn retention(&self, req: &c::RetentionReq) -> Result<c::RetentionView> {
        let day = match req.as_of.as_deref().map(str::trim) {
            None | Some("") => self.today(),
            Some(text) => self.day_of(text)?,
        };
        self.read(|read| self.retention_view(read, day))
    }

    fn retention_view(&self, read: &Read<'_>, day: NaiveDate) -> Result<c::RetentionView> {
        let names = self.names(read)?;
        let holds = read.holds()?;
        let mut rows = Vec::new();
        for (state, _) in onboarding::MACHINE.ends {
            for file in read.customers_in(state)? {
                let standing = self.standing_of(read, &file, &holds, day)?;
                rows.push((
                    standing.stage != Stage::Eligible,
                    standing.eligible_on,
                    row(&file, standing),
                ));
            }
        }
        rows.sort_by(|a, b| (a.0, a.1, &a.2.r#ref).cmp(&(b.0, b.1, &b.2.r#ref)));
        let this_month = day.to_string().get(..7).unwrap_or_default().to_owned();
        let mut months: BTreeMap<String, u32> = BTreeMap::new();
        for on in rows.iter().filter_map(|(_, on, _)| *on) {
            let month = on.to_string().get(..7).unwrap_or_default().to_owned();
            *months.entry(month.max(this_month.clone())).or_default() += 1;
        }
        Ok(c::RetentionView {
            as_of: day.to_string(),
            rows: rows.into_iter().map(|(.., row)| row).collect(),
            months: months
                .into_iter()
                .map(|(month, count)| c::RetentionMonth { month, count })
                .collect(),
            holds: holds.iter().map(|hold| hold_view(hold, &names)).collect(),
            disposals: read
                .disposals()?
                .iter()
                .map(|disposal| disposal_view(disposal, &names))
                .collect(),
            needs_override: self.approves_alone(),
        })
    }

    fn standing_of(
        &self,
        read: &Read<'_>,
        file: &CustomerFile,
        holds: &[Hold],
        day: NaiveDate,
    ) -> Result<Standing> {
        // What was merged away is kept and goes with the record that it was merged into; its own holds hold both.
        if let Some(into) = &file.merged_into {
            let mut standing = self.standing_of(read, &read.customer_file(into)?, holds, day)?;
            for hold in holds.iter().filter(|hold| hold.covers(&file.reference)) {
                if standing.stage == Stage::Eligible {
                    standing.stage = Stage::Held;
                }
                standing
                    .why
                    .push(format!("{} holds it: {}", hold.reference, hold.reason));
            }
            standing.why.insert(0, format!("Merged into {into}."));
            return Ok(standing);
        }
        let clocks = read.clocks_about(&file.reference)?;
        Ok(retention::standing(file, &clocks, holds, day))
    }

    /// Places a legal hold (3.7).
    pub fn hold_place(&self, req: &c::HoldPlaceReq) -> Result<c::RetentionView> {
        let reason = needed(
            &req.reason,
            "E-HOLD-REASON",
            "Write why the records are held back.",
        )?;
        let authority = needed(
            &req.authority,
            "E-HOLD-AUTHORITY",
            "Write who asked for the hold: a court, an agency, counsel.",
        )?;
        let placed_on = match &req.placed_on {
            None => self.today(),
            Some(day) => self.happened_on(day)?,
        };
        self.act(|act| {
            let mut scope = BTreeSet::new();
            for customer in &req.scope {
                scope.insert(act.read().customer_file(customer)?.reference);
            }
            let hold = Hold {
                reference: act.read().next_reference("H", 4)?,
                scope: scope.into_iter().collect(),
                reason: reason.clone(),
                authority,
                placed_on: placed_on.to_string(),
                placed_by: self.author(),
                release: None,
            };
            let day = placed_on.to_string();
            act.push(Change::HoldPlaced { hold }, Some(&day), Some(&reason))?;
            self.retention_view(act.read(), self.today())
        })
    }

    /// Releases a hold: in writing, and by two.
    pub fn hold_release(&self, req: &c::HoldReleaseReq) -> Result<c::RetentionView> {
        let writing = needed(
            &req.writing,
            "E-HOLD-WRITING",
            "Write where the release stands: from whom, of which day.",
        )?;
        let hold = self.read(|read| Ok(read.hold(&req.r#ref)?))?;
        if hold.release.is_some() {
            return Err(Error::input(
                "E-HOLD-RELEASED",
                format!("{} was released already.", hold.reference),
            ));
        }
        let approval = self.approve(
            &approval::release(&hold.reference, &writing),
            req.approver.as_deref(),
            req.passphrase.as_deref(),
            req.override_reason.as_deref(),
        )?;
        self.act(|act| {
            let release = Release {
                on: self.today().to_string(),
                writing: writing.clone(),
                approval,
            };
            let change = Change::HoldReleased {
                hold: hold.reference.clone(),
                release,
            };
            act.push(change, None, Some(&writing))?;
            self.retention_view(act.read(), self.today())
        })
    }

    /// Keeps a customer's records longer than they must be, with a reason and a day; or no longer.
    pub fn retention_keep(&self, req: &c::RetentionKeepReq) -> Result<c::RetentionView> {
        let reason = needed(
            &req.reason,
            "E-RETENTION-REASON",
            "Write why the records are kept longer, or why no longer.",
        )?;
        let kept = match req.review_on.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(day) => {
                let day = self.day_of(day)?;
                if day <= self.today() {
                    return Err(Error::input(
                        "E-RETENTION-REVIEW",
                        format!(
                            "{day} is not after today. Write the day on which it is looked at again."
                        ),
                    ));
                }
                Some(KeptLonger {
                    reason: reason.clone(),
                    review_on: day.to_string(),
                })
            }
        };
        self.act(|act| {
            let customer = act.read().customer_file(&req.customer)?.reference;
            act.push(Change::KeptLonger { customer, kept }, None, Some(&reason))?;
            self.retention_view(act.read(), self.today())
        })
    }

    /// Approves whose records go. Nothing is destroyed yet.
    pub fn disposal_approve(&self, req: &c::DisposalApproveReq) -> Result<c::RetentionView> {
        if req.customers.is_empty() {
            return Err(Error::input(
                "E-DISPOSAL-EMPTY",
                "Choose at least one customer.",
            ));
        }
        let (reference, stubs) = self.read(|read| {
            let year = chrono::Datelike::year(&self.today());
            Ok((
                read.next_reference(&format!("DSP-{year}"), 4)?,
                self.disposable(read, &req.customers)?,
            ))
        })?;
        let approval = self.approve(
            &Disposal::statement(&reference, &stubs),
            req.approver.as_deref(),
            req.passphrase.as_deref(),
            req.override_reason.as_deref(),
        )?;
        self.act(|act| {
            // What was signed is what is recorded, or nothing is.
            if act
                .read()
                .disposals()?
                .iter()
                .any(|one| one.reference == reference)
                || self.disposable(act.read(), &req.customers)? != stubs
            {
                return Err(changed(&reference));
            }
            let disposal = Disposal {
                reference: reference.clone(),
                customers: stubs,
                approved_on: self.today().to_string(),
                proposed_by: self.author(),
                approval,
                done: None,
            };
            act.push(Change::DisposalApproved { disposal }, None, None)?;
            self.retention_view(act.read(), self.today())
        })
    }

    /// The stubs of customers who may go now; an error names the first who may not.
    fn disposable(&self, read: &Read<'_>, customers: &[String]) -> Result<Vec<Stub>> {
        let holds = read.holds()?;
        let waiting: BTreeSet<String> = read
            .disposals()?
            .into_iter()
            .filter(|one| one.done.is_none())
            .flat_map(|one| one.customers)
            .map(|stub| stub.reference)
            .collect();
        let mut stubs: Vec<Stub> = Vec::new();
        for customer in customers {
            let file = read.customer_file(customer)?;
            if stubs.iter().any(|stub| stub.reference == file.reference) {
                return Err(Error::input(
                    "E-DISPOSAL-TWICE",
                    format!("{} is named twice.", file.reference),
                ));
            }
            if waiting.contains(&file.reference) {
                return Err(Error::input(
                    "E-DISPOSAL-TWICE",
                    format!(
                        "{} is in a disposal that was approved and not carried out yet.",
                        file.reference
                    ),
                ));
            }
            stubs.push(self.stub(read, &file, &holds)?);
            // What was merged into it says the same of the same person, and goes with it.
            for merged in &file.merged {
                if !customers.contains(merged) {
                    let file = read.customer_file(merged)?;
                    stubs.push(self.stub(read, &file, &holds)?);
                }
            }
        }
        Ok(stubs)
    }

    fn stub(&self, read: &Read<'_>, file: &CustomerFile, holds: &[Hold]) -> Result<Stub> {
        let standing = self.standing_of(read, file, holds, self.today())?;
        let (Stage::Eligible, Some(eligible_on)) = (standing.stage, standing.eligible_on) else {
            return Err(Error::input(
                "E-DISPOSAL-KEPT",
                format!(
                    "{} may not be disposed of: {} Nothing was done.",
                    file.reference,
                    standing.why.join(" ")
                ),
            ));
        };
        Ok(Stub {
            reference: file.reference.clone(),
            outcome: file.status.clone(),
            ended_on: file
                .path
                .iter()
                .rev()
                .find(|reached| reached.state == file.status)
                .map(|reached| reached.on.clone()),
            eligible_on,
            applied: standing.applied,
            revision: file.revision,
        })
    }

    /// Carries out an approved disposal: keys, contents and rows are destroyed, then it is looked for what is left, and certified.
    /// What was interrupted is carried on from where it stood.
    pub fn disposal_run(&self, req: &c::RefReq) -> Result<c::RetentionView> {
        let disposal = self.read(|read| Ok(read.disposal(&req.r#ref)?))?;
        if disposal.done.is_some() {
            return Err(Error::input(
                "E-DISPOSAL-DONE",
                format!("{} was carried out already.", disposal.reference),
            ));
        }
        let destroyed = self.read(|read| Ok(read.destroyed_by(&disposal.reference)?))?;
        if destroyed.is_empty() {
            // The vault as it was before an update holds what is disposed of, under its key.
            vault::forget_kept(self.vault().root(), None)?;
            self.act(|act| {
                let holds = act.read().holds()?;
                for approved in &disposal.customers {
                    let file = act.read().customer_file(&approved.reference)?;
                    if self.stub(act.read(), &file, &holds)? != *approved {
                        return Err(changed(&disposal.reference));
                    }
                }
                act.dispose(&disposal.reference, disposal.customers.clone())?;
                Ok(())
            })?;
        }
        let destroyed = self.read(|read| Ok(read.destroyed_by(&disposal.reference)?))?;
        for document in destroyed.iter().flat_map(|(_, gone)| &gone.documents) {
            self.vault().documents().remove(document)?;
        }
        self.store().forget()?;
        let done = self.read(|read| self.carried_out(read, &disposal.reference, &destroyed))?;
        self.act(|act| {
            let change = Change::DisposalDone {
                disposal: disposal.reference.clone(),
                done,
            };
            act.push(change, None, None)?;
            self.retention_view(act.read(), self.today())
        })
    }

    fn carried_out(
        &self,
        read: &Read<'_>,
        disposal: &str,
        destroyed: &[(String, retention::Destroyed)],
    ) -> Result<Done> {
        let mut done = Done {
            on: self.today().to_string(),
            by: self.author(),
            customers: 0,
            entries: 0,
            clocks: 0,
            documents: 0,
            access_records: 0,
            index_sha256: String::new(),
            looked_for: 0,
            last_backup: self
                .last_backup()
                .and_then(chrono::DateTime::from_timestamp_millis)
                .map(|at| crate::now::civil(at, self.zone()).to_string()),
        };
        let mut index = Sha256::new();
        let count = |list: usize| u64::try_from(list).unwrap_or(u64::MAX);
        for (customer, gone) in destroyed {
            let left = read.left_of(customer, gone)?
                + count(
                    gone.documents
                        .iter()
                        .filter(|id| self.vault().documents().exists(id))
                        .count(),
                );
            if left > 0 {
                return Err(Error::machine(
                    "E-DISPOSAL-LEFT",
                    format!(
                        "{left} records of {customer} are still there after {disposal}. Run \"vault check\", then carry the disposal out again."
                    ),
                ));
            }
            index.update(format!("customer {customer}\n"));
            for (noun, list) in [("clock", &gone.clocks), ("document", &gone.documents)] {
                for one in list {
                    index.update(format!("{noun} {one}\n"));
                }
            }
            for entry in &gone.entries {
                index.update(format!("entry {entry}\n"));
            }
            done.customers += 1;
            done.entries += count(gone.entries.len());
            done.clocks += count(gone.clocks.len());
            done.documents += count(gone.documents.len());
            done.access_records += gone.access_records;
        }
        done.looked_for = done.customers + done.entries + done.clocks + 2 * done.documents;
        done.index_sha256 = domain::entry::hex(&index.finalize());
        Ok(done)
    }

    /// The end of a case without an account starts the same minimums, from the day of the decision; its reopening ends them.
    pub(crate) fn keep_decision(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        day: &str,
    ) -> Result<()> {
        if onboarding::MACHINE.has_ended(&file.status) {
            if file
                .accounts
                .iter()
                .all(|account| account.closed_on.is_none())
            {
                self.keep_ended(act, file, day)?;
            }
            return Ok(());
        }
        self.keep_no_longer(act, file)
    }
}

fn changed(reference: &str) -> Error {
    Error::refused(
        "U-01",
        format!(
            "A customer of {reference} changed since it was approved. Nothing was destroyed: approve it anew."
        ),
    )
}

fn row(file: &CustomerFile, standing: Standing) -> c::RetentionRow {
    c::RetentionRow {
        r#ref: file.reference.clone(),
        name: file.name().to_owned(),
        status: onboarding::MACHINE.label(&file.status).to_owned(),
        stage: standing.stage.word().to_owned(),
        stage_label: stage_label(standing.stage).to_owned(),
        eligible_on: standing.eligible_on.map(|day| day.to_string()),
        applied: standing
            .applied
            .iter()
            .map(|one| {
                format!(
                    "{} {}, {} through {}",
                    one.pack, one.version, one.clock, one.last_day
                )
            })
            .collect(),
        why: standing.why,
    }
}

fn hold_view(hold: &Hold, names: &Names) -> c::HoldView {
    c::HoldView {
        r#ref: hold.reference.clone(),
        scope: hold.scope.clone(),
        reason: hold.reason.clone(),
        authority: hold.authority.clone(),
        placed_on: hold.placed_on.clone(),
        placed_by: names.of(&hold.placed_by),
        released: hold
            .release
            .as_ref()
            .map(|release| format!("{}: {}", release.on, release.writing)),
    }
}

pub(crate) fn disposal_view(disposal: &Disposal, names: &Names) -> c::DisposalView {
    let lines = |done: &Done| {
        [
            (done.customers, "customer", "customers"),
            (
                done.entries,
                "journal entry's content",
                "journal entries' contents",
            ),
            (
                done.documents,
                "document with its key",
                "documents with their keys",
            ),
            (done.clocks, "clock", "clocks"),
            (done.access_records, "access record", "access records"),
        ]
        .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
        .to_vec()
    };
    c::DisposalView {
        r#ref: disposal.reference.clone(),
        customers: disposal
            .customers
            .iter()
            .map(|stub| stub.reference.clone())
            .collect(),
        approved_on: disposal.approved_on.clone(),
        approved_by: names.of(&disposal.approval.fingerprint),
        override_reason: disposal.approval.override_reason.clone(),
        done_on: disposal.done.as_ref().map(|done| done.on.clone()),
        destroyed: disposal.done.as_ref().map(lines).unwrap_or_default(),
        index_sha256: disposal.done.as_ref().map(|done| done.index_sha256.clone()),
    }
}
