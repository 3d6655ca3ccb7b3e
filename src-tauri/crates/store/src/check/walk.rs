//! The part of `vault check` that walks the journal: each entry's hash, its links, its act, and what it says.

use super::{
    Approved, Checked, Fault,
    signatures::{Signatures, Signed},
};
use crate::{
    access::Vouched,
    connection::{Read, Write},
    error::StoreError,
    journal::{Chained, Recorded, Said},
    project,
};
use domain::{
    change::{Body, Change},
    entry::{self, Hash},
    merkle::Tree,
    rulebook::Rulebook,
};
use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap};

/// An act whose entries are being met.
struct OpenAct {
    id: u64,
    last: u64,
    tree: Tree,
}

/// A walk through the journal, as far as it has come.
pub(super) struct Walk<'w, 'a, 'scope, 'env> {
    read: &'w Read<'w>,
    wanted_roots: &'w [u64],
    approved: &'w mut Approved<'a>,
    signatures: Signatures<'scope, 'env>,
    /// What was disposed of later is missing with a reason; a disposal names its entries, and they are the customer's own.
    gone: HashMap<u64, BTreeSet<String>>,
    replay: &'w Connection,
    rules: Rulebook,
    /// Until something is met that cannot be applied again.
    replayable: bool,
    chain: Hash,
    tree: Tree,
    /// The number and the hash of each author's last entry.
    authors: HashMap<String, (u64, Hash)>,
    act: Option<OpenAct>,
    acts: u64,
    last_time: i64,
    vouched: Vec<Vouched>,
    /// With the entry that each was met at.
    faults: Vec<(u64, Fault)>,
    checked: Checked,
}

impl<'w, 'a, 'scope, 'env> Walk<'w, 'a, 'scope, 'env> {
    pub(super) fn new(
        read: &'w Read<'w>,
        wanted_roots: &'w [u64],
        approved: &'w mut Approved<'a>,
        replay: &'w Connection,
        signatures: Signatures<'scope, 'env>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            read,
            wanted_roots,
            approved,
            signatures,
            gone: read.disposed_entries()?,
            replay,
            rules: Rulebook::default(),
            replayable: true,
            chain: [0; 32],
            tree: Tree::default(),
            authors: HashMap::new(),
            act: None,
            acts: 0,
            last_time: i64::MIN,
            vouched: Vec::new(),
            faults: Vec::new(),
            checked: Checked::default(),
        })
    }

    fn fault(&mut self, code: &'static str, seq: u64, message: &str) {
        let fault = Fault {
            code,
            at: format!("entry {seq}"),
            message: message.to_owned(),
        };
        self.faults.push((seq, fault));
    }

    /// The next entry; gives how far the walk has come.
    pub(super) fn entry(&mut self, recorded: &Recorded) -> Result<u64, StoreError> {
        let chained = &recorded.chained;
        self.links(chained)?;
        self.author(chained);
        self.act_of(chained)?;
        match recorded.body() {
            Some(body) => self.says(recorded, &body),
            None => self.says_nothing(recorded),
        }
        Ok(self.checked.entries)
    }

    /// Its place, its hash and the chain.
    fn links(&mut self, chained: &Chained) -> Result<(), StoreError> {
        let seq = chained.seq;
        self.checked.entries += 1;
        let wanted = self.checked.entries;
        if seq != wanted {
            let message = format!(
                "Entries {wanted} to {} are missing from the journal.",
                seq.saturating_sub(1)
            );
            self.fault("E-JOURNAL-GAP", wanted, &message);
            self.checked.entries = seq;
        }
        if chained.entry.hash().map_err(|_| StoreError::Form)? != chained.hash {
            self.fault(
                "E-JOURNAL-CHANGED",
                seq,
                "This entry was changed after it was recorded.",
            );
        }
        if entry::link(&self.chain, &chained.hash) != chained.chain {
            self.fault(
                "E-JOURNAL-CHAIN",
                seq,
                "This entry does not follow from the one before it: entries were removed, swapped or put in.",
            );
        }
        self.chain = chained.chain;
        self.tree.push(&chained.hash);
        if self.wanted_roots.contains(&seq) {
            let root = (self.tree.root(), self.chain);
            self.checked.roots.insert(seq, root);
        }
        Ok(())
    }

    /// Its author's own chain, and the time.
    fn author(&mut self, chained: &Chained) {
        let entry = &chained.entry;
        let (before, previous) = match self.authors.get(&entry.author) {
            Some(last) => *last,
            None => (0, [0; 32]),
        };
        if entry.author_seq != before + 1 || entry.author_prev != previous {
            self.fault(
                "E-JOURNAL-AUTHOR",
                chained.seq,
                "This entry does not follow from its author's entry before it.",
            );
        }
        let last = (entry.author_seq, chained.hash);
        match self.authors.get_mut(&entry.author) {
            Some(there) => *there = last,
            None => {
                self.authors.insert(entry.author.clone(), last);
            }
        }
        if entry.recorded_at < self.last_time {
            self.fault(
                "E-JOURNAL-TIME",
                chained.seq,
                "This entry says it was recorded before the one in front of it.",
            );
        }
        self.last_time = self.last_time.max(entry.recorded_at);
    }

    /// The act that it belongs to; the one before is complete when another begins.
    fn act_of(&mut self, chained: &Chained) -> Result<(), StoreError> {
        match &mut self.act {
            Some(act) if act.id == chained.act => {
                act.last = chained.seq;
                act.tree.push(&chained.hash);
                Ok(())
            }
            open => {
                self.acts += 1;
                let mut tree = Tree::default();
                tree.push(&chained.hash);
                let before = open.replace(OpenAct {
                    id: chained.act,
                    last: chained.seq,
                    tree,
                });
                self.close(before)
            }
        }
    }

    /// The signature over an act's entries, which is verified aside.
    fn close(&mut self, act: Option<OpenAct>) -> Result<(), StoreError> {
        let Some(act) = act else {
            return Ok(());
        };
        let root = act.tree.root();
        match self.read.act(act.id)? {
            Some((author, _, last, signed, signature)) if last == act.last && signed == root => {
                self.signatures.add(Signed {
                    last,
                    author,
                    root,
                    signature,
                });
            }
            _ => self.unsigned(act.last),
        }
        Ok(())
    }

    fn unsigned(&mut self, last: u64) {
        self.fault(
            "E-JOURNAL-SIGNATURE",
            last,
            "The signature over this entry's act does not hold: it was not written by the member it names, or was changed since.",
        );
    }

    /// An entry whose content is not there, or cannot be understood.
    fn says_nothing(&mut self, recorded: &Recorded) {
        let (seq, subject) = (recorded.chained.seq, &recorded.chained.entry.subject);
        let disposed = self.gone.get(&seq);
        if recorded.said.is_none() && disposed.is_some_and(|of| of.contains(subject)) {
            return;
        }
        self.replayable = false;
        let message = if recorded.said.is_some() {
            "What this entry says cannot be understood."
        } else {
            "What this entry says is gone, and no disposal of it is recorded."
        };
        self.fault("E-JOURNAL-BODY", seq, message);
    }

    /// What it says: as it was committed to, under its own heading, approved, and possible after what came before.
    fn says(&mut self, recorded: &Recorded, body: &Body) {
        let (seq, entry) = (recorded.chained.seq, &recorded.chained.entry);
        if self.gone.contains_key(&seq) {
            self.fault(
                "E-DISPOSAL-LEFT",
                seq,
                "This entry was disposed of, and what it says is still there. Restore a backup that was made after the disposal.",
            );
            self.replayable = false;
            return;
        }
        if recorded.said.as_ref().map(Said::commitment) != Some(entry.commitment) {
            self.fault(
                "E-JOURNAL-BODY",
                seq,
                "What this entry says is not what was recorded.",
            );
        }
        let change = &body.change;
        if change.kind() != entry.kind || change.subject() != entry.subject {
            self.fault(
                "E-JOURNAL-BODY",
                seq,
                "This entry's heading does not fit what it says.",
            );
        }
        if let Some(flaw) = (self.approved)(&entry.author, recorded.chained.act, change) {
            self.fault(flaw.code(), seq, flaw.words());
        }
        self.vouch(seq, change);
        let mut replay = Write::over(self.replay);
        if self.replayable
            && project::apply(&mut replay, &mut self.rules, seq, entry, change, None).is_err()
        {
            self.fault(
                "V-10",
                seq,
                "This entry does not fit the records before it. It is shown, marked, and not used.",
            );
        }
    }

    /// Which imports vouch for access records.
    fn vouch(&mut self, seq: u64, change: &Change) {
        match change {
            Change::AccessImported {
                rows, rows_sha256, ..
            } => self.vouched.push(Vouched {
                seq,
                rows: *rows,
                rows_sha256: rows_sha256.clone(),
            }),
            Change::ImportUndone { import, .. } => {
                self.vouched.retain(|one| one.seq != *import);
            }
            Change::AccessDisposed { left, .. } => {
                for left in left {
                    let import = self.vouched.iter_mut().find(|one| one.seq == left.import);
                    if let Some(import) = import {
                        import.rows = left.rows;
                        import.rows_sha256.clone_from(&left.rows_sha256);
                    }
                }
            }
            _ => {}
        }
    }

    /// What was found, in the order of entries; and what vouches for the access records, where everything could be applied again.
    pub(super) fn end(mut self) -> Result<(Checked, Option<Vec<Vouched>>), StoreError> {
        let last = self.act.take();
        self.close(last)?;
        let unverified = self.signatures.wrong();
        unverified.into_iter().for_each(|last| self.unsigned(last));
        let acts: i64 = self
            .read
            .0
            .query_row("SELECT count(*) FROM act", [], |row| row.get(0))?;
        if acts.unsigned_abs() > self.acts {
            self.fault(
                "E-JOURNAL-CUT",
                self.checked.entries + 1,
                "The journal was cut: signatures are there for entries that are not.",
            );
        }
        self.faults.sort_by_key(|(seq, _)| *seq);
        let faults = self.faults.into_iter().map(|(_, fault)| fault);
        self.checked.faults.extend(faults);
        Ok((self.checked, self.replayable.then_some(self.vouched)))
    }
}
