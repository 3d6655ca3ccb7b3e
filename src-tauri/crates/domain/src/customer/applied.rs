//! How a change makes a customer's file another: the file is what the changes add up to.

use super::{Approved, CustomerFile, Dated, How, Reached, Values};
use crate::change::Change;

impl CustomerFile {
    /// Whether a change of fields names as what was there before what is there: invariant (iv) of domain 3.1, by which no value is lost
    /// under another; and whether a step begins where the customer stands. Every other change builds on anything.
    pub fn is_continued_by(&self, change: &Change) -> bool {
        match change {
            Change::CustomerChanged { before, after, .. } => after
                .keys()
                .all(|id| before.get(id).map(Vec::as_slice) == Some(self.values(id))),
            Change::CustomerAdvanced { from, .. } => *from == self.status,
            _ => true,
        }
    }

    /// Applies a change to this file. Changes about other records leave it as it is.
    pub fn apply(&mut self, change: &Change, entry: u64, recorded_at: i64) {
        let proven = (!self.proofs.is_empty()).then(|| self.clone());
        match change {
            Change::CustomerRecorded {
                fields,
                custom,
                owners,
                accounts,
                ..
            } => {
                self.set(fields, entry);
                self.custom.extend(custom.clone());
                self.owners.clone_from(owners);
                self.accounts.clone_from(accounts);
            }
            Change::CustomerChanged {
                after,
                custom,
                accounts,
                ..
            } => {
                self.set(after, entry);
                self.custom.extend(custom.clone());
                for account in accounts {
                    upsert(&mut self.accounts, account, |a| &a.id);
                }
            }
            Change::KeptApart { apart, .. } => {
                self.apart.retain(|one| one.other != apart.other);
                self.apart.push(apart.clone());
            }
            Change::MergedAway { into, on, .. } => {
                crate::likeness::MERGED.clone_into(&mut self.status);
                self.merged_into = Some(into.clone());
                self.accounts.clear();
                self.terms = None;
                self.path.push(Reached {
                    state: self.status.clone(),
                    on: on.clone(),
                    note: Some(format!("Merged into {into}")),
                    how: How::default(),
                });
            }
            // The file as it was, or as two add up to; only that it changed once more is new.
            Change::CustomerRestored { file, .. } | Change::CustomerMerged { file, .. } => {
                let revision = self.revision;
                self.clone_from(file);
                self.revision = revision;
            }
            Change::OwnerRecorded { owner, .. } => upsert(&mut self.owners, owner, |o| &o.id),
            Change::NoneIdentified { none, .. } => self.none_identified.clone_from(none),
            Change::AccountRecorded { account, .. } => {
                upsert(&mut self.accounts, account, |a| &a.id)
            }
            Change::KeptLonger { kept, .. } => self.kept_longer.clone_from(kept),
            Change::LetterSaved { letter, .. } => upsert(&mut self.letters, letter, |l| &l.id),
            Change::RiskDecided { decided, .. } => self.risk.clone_from(decided),
            Change::RedressRecorded { redress, .. } => {
                upsert(&mut self.redress, redress, |r| &r.id)
            }
            Change::SignatoryRecorded { signatory, .. } => {
                upsert(&mut self.signatories, signatory, |one| &one.id)
            }
            Change::RedFlagRecorded { flag, .. } => {
                upsert(&mut self.red_flags, flag, |one| &one.id)
            }
            Change::NoticeDelivered { notice, .. } => self.notice = Some(notice.clone()),
            Change::Determined { determination, .. } => {
                self.determinations.push(determination.clone())
            }
            Change::Verified { verification, .. } => self.verifications.push(verification.clone()),
            Change::DocumentReviewed { review, .. } => self.reviews.push((**review).clone()),
            Change::ProofRecorded { proof, holds, .. } => self.name_proof(proof, *holds),
            Change::DiscrepancyRecorded { discrepancy, .. } => {
                match self
                    .discrepancies
                    .iter_mut()
                    .find(|one| one.id == discrepancy.id)
                {
                    Some(there) => there.clone_from(discrepancy),
                    None => self.discrepancies.push(discrepancy.clone()),
                }
            }
            Change::CustomerAdvanced {
                to,
                on,
                note,
                terms,
                approval,
                how,
                ..
            } => {
                // The signature is over the case with its determinations, so it is the second look at each of them (D-22).
                if let Some(approval) = approval
                    .as_ref()
                    .filter(|_| matches!(to.as_str(), "us_cleared" | "verified"))
                {
                    for one in self
                        .determinations
                        .iter_mut()
                        .filter(|one| one.approved.is_none())
                    {
                        one.approved = Some(Approved {
                            by: approval.fingerprint.clone(),
                            on: on.clone(),
                            alone: approval.override_reason.clone(),
                        });
                    }
                }
                self.status.clone_from(to);
                self.terms.clone_from(terms);
                if how.target_on.is_some() || how.target_ended.is_some() {
                    self.target_on.clone_from(&how.target_on);
                }
                self.path.push(Reached {
                    state: to.clone(),
                    on: on.clone(),
                    note: note.clone(),
                    how: how.as_ref().clone(),
                });
            }
            _ => return,
        }
        // A file that came whole brings its own proofs.
        let whole = matches!(
            change,
            Change::CustomerRestored { .. } | Change::CustomerMerged { .. }
        );
        if let Some(before) = proven.filter(|_| !whole) {
            self.drop_proofs_of_changed(&before);
        }
        self.revision += 1;
        self.changed_at = recorded_at;
    }

    fn set(&mut self, fields: &Values, entry: u64) {
        for (id, values) in fields {
            if values.is_empty() {
                self.fields.remove(id);
            } else {
                self.fields.insert(
                    id.clone(),
                    Dated {
                        values: values.clone(),
                        entry,
                    },
                );
            }
        }
    }
}

fn upsert<T: Clone>(list: &mut Vec<T>, item: &T, id: impl Fn(&T) -> &String) {
    match list.iter_mut().find(|old| id(old) == id(item)) {
        Some(old) => old.clone_from(item),
        None => list.push(item.clone()),
    }
}
