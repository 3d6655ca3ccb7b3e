//! `vault check`, the part below the keys: hashes, chains, acts, and the tables against a replay of the journal.

mod search;
mod signatures;
mod tables;
mod walk;

use crate::{access::Vouched, connection::Read, error::StoreError};
use domain::{approval::Flaw, change::Change, entry::Hash};
use signatures::Signatures;
use std::{collections::HashMap, thread};
use walk::Walk;

/// Whether the author of a fingerprint signed a text. Asked on several threads.
pub type Verify<'a> = dyn Fn(&str, &[u8], &[u8]) -> bool + Sync + 'a;

/// What is wrong with the approval of an entry: its author, its act, and what it says.
pub type Approved<'a> = dyn FnMut(&str, u64, &Change) -> Option<Flaw> + 'a;

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The stable code.
    pub code: &'static str,
    /// Where: `entry 12`, `table customer`.
    pub at: String,
    /// In words.
    pub message: String,
}

/// What was looked at, and what does not hold.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// Entries in the journal.
    pub entries: u64,
    /// What does not hold.
    pub faults: Vec<Fault>,
    /// The root after so many entries, for the counts that checkpoints name.
    pub roots: HashMap<u64, (Hash, Hash)>,
}

impl Read<'_> {
    /// Walks the journal once, then compares the tables. `verify` checks an author's signature over an act, `approved` an approver's over
    /// an entry; `watch` is told how many entries are done and may stop the walk.
    pub fn check(
        &self,
        wanted_roots: &[u64],
        verify: &Verify<'_>,
        approved: &mut Approved<'_>,
        watch: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Checked, StoreError> {
        let replay = self.scratch()?;
        replay.execute_batch("BEGIN")?;
        let (mut checked, vouched) = thread::scope(|scope| -> Result<_, StoreError> {
            let signatures = Signatures::new(scope, verify);
            let mut walk = Walk::new(self, wanted_roots, approved, &replay, signatures)?;
            self.each_entry(1, |recorded| -> Result<(), StoreError> {
                let done = walk.entry(&recorded)?;
                if done % 512 == 0 && !watch(done) {
                    return Err(StoreError::Interrupted);
                }
                Ok(())
            })?;
            walk.end()
        })?;
        // Where a body was shredded, its import cannot be told from rows that nobody wrote.
        if let Some(vouched) = vouched {
            let entries = checked.entries;
            let mut watch = || watch(entries);
            checked.faults.extend(self.access(&vouched, &mut watch)?);
            checked.faults.extend(tables::check(self.0, &replay)?);
            checked.faults.extend(search::check(self.0, &replay)?);
        }
        Ok(checked)
    }

    /// What of the access records does not follow from the imports that vouch for them.
    fn access(
        &self,
        vouched: &[Vouched],
        watch: &mut dyn FnMut() -> bool,
    ) -> Result<Vec<Fault>, StoreError> {
        let found = self.check_access(vouched, watch)?;
        let fault = |at: String, message: &str| Fault {
            code: "V-11",
            at,
            message: message.to_owned(),
        };
        let mut faults: Vec<Fault> = found
            .wrong
            .into_iter()
            .map(|seq| match seq {
                0 => fault(
                    "table access_record".to_owned(),
                    "There are access records that no recorded import wrote.",
                ),
                seq => fault(
                    format!("entry {seq}"),
                    "The access records of this import are not those that were written.",
                ),
            })
            .collect();
        if !found.uses_fit {
            faults.push(fault(
                "table access_address".to_owned(),
                "The counts of accesses by account and address do not fit the access records: a search by address may miss some.",
            ));
        }
        if !found.events_fit {
            faults.push(fault(
                "table access_event".to_owned(),
                "The list of event ids does not fit the access records: an import may miss duplicates, or take new records for known ones.",
            ));
        }
        Ok(faults)
    }
}
