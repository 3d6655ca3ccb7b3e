//! The rule packs of a vault: those it counts by now, and every earlier version, because a running clock keeps the one that started it.
//!
//! Where several packs are in use, what any of them requires is required. It must not know where packs are stored or who signed them.

use crate::{
    clock::Computed,
    field::{self, Input},
    pack::{AddedInput, OffField, PackError, RequiredField, RulePack},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A version of a pack that was taken into a vault, with its text: the vault can be read without the program's own packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedPack {
    /// The pack's id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the text, in hex.
    pub sha256: String,
    /// Where it came from: `built in`, or the file's name.
    pub source: String,
    /// Who vouches for it, in a sentence; "Unsigned" where nobody does.
    pub vouched: String,
    /// The text, byte for byte.
    pub toml: String,
}

impl AdoptedPack {
    /// A pack with where it came from and who vouches for it.
    pub fn new(pack: &RulePack, source: &str, vouched: &str) -> Self {
        Self {
            id: pack.id().to_owned(),
            version: pack.version().to_owned(),
            sha256: pack.sha256(),
            source: source.to_owned(),
            vouched: vouched.to_owned(),
            toml: pack.toml().to_owned(),
        }
    }
}

/// A pack in a vault.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The pack.
    pub pack: Arc<RulePack>,
    /// New clocks are started by it, and what it requires is required.
    pub in_use: bool,
    /// Where it came from.
    pub source: String,
    /// Who vouches for it.
    pub vouched: String,
}

impl Kept {
    fn read(adopted: &AdoptedPack) -> Result<Self, PackError> {
        Ok(Self {
            pack: Arc::new(RulePack::parse(&adopted.toml)?),
            in_use: true,
            source: adopted.source.clone(),
            vouched: adopted.vouched.clone(),
        })
    }
}

/// A field that a pack adds to the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added<'a> {
    /// The pack's requirement.
    pub rule: &'a RequiredField,
    /// What it holds.
    pub input: Input,
}

/// The packs of a vault, in the order of their adoption.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rulebook {
    kept: Vec<Kept>,
    /// Fields that a pack leaves off and the organisation collects all the same.
    collected: BTreeSet<String>,
}

impl Rulebook {
    /// A vault that counts by one pack.
    pub fn of(pack: RulePack) -> Self {
        Self {
            kept: vec![Kept {
                pack: Arc::new(pack),
                in_use: true,
                source: String::new(),
                vouched: String::new(),
            }],
            collected: BTreeSet::new(),
        }
    }

    /// The packs as they were kept, each with whether it is in use, in their order.
    ///
    /// # Errors
    /// A text that is no sound pack.
    pub fn restore(packs: &[(AdoptedPack, bool)]) -> Result<Self, PackError> {
        let kept = packs
            .iter()
            .map(|(adopted, in_use)| {
                Ok(Kept {
                    in_use: *in_use,
                    ..Kept::read(adopted)?
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            kept,
            collected: BTreeSet::new(),
        })
    }

    /// Collects a field that a pack leaves off, or collects it no longer.
    pub fn collect(&mut self, field: &str, on: bool) {
        if on {
            self.collected.insert(field.to_owned());
        } else {
            self.collected.remove(field);
        }
    }

    /// Whether the organisation decided to collect a field that a pack leaves off.
    pub fn collects(&self, field: &str) -> bool {
        self.collected.contains(field)
    }

    /// Whether two rulebooks are the same packs in the same use; compares no texts.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.collected == other.collected
            && self.kept.len() == other.kept.len()
            && self
                .kept
                .iter()
                .zip(&other.kept)
                .all(|(a, b)| a.in_use == b.in_use && Arc::ptr_eq(&a.pack, &b.pack))
    }

    /// Takes in a version: it replaces the version in use of the same pack, in its place; a pack with a new id comes last.
    ///
    /// # Errors
    /// The text is no sound pack.
    pub fn adopt(&mut self, adopted: &AdoptedPack) -> Result<(), PackError> {
        let same =
            |kept: &Kept| kept.pack.id() == adopted.id && kept.pack.version() == adopted.version;
        let there = self.kept.iter().position(same);
        let taken = match there {
            Some(place) => self.kept.remove(place),
            None => Kept::read(adopted)?,
        };
        let before = self
            .kept
            .iter()
            .position(|kept| kept.in_use && kept.pack.id() == adopted.id);
        let place = before.map_or(self.kept.len(), |place| place + 1);
        if let Some(old) = before.and_then(|place| self.kept.get_mut(place)) {
            old.in_use = false;
        }
        self.kept.insert(
            place,
            Kept {
                in_use: true,
                ..taken
            },
        );
        Ok(())
    }

    /// Counts by a pack no longer; its versions stay for the clocks that run.
    pub fn retire(&mut self, id: &str) {
        for kept in &mut self.kept {
            if kept.pack.id() == id {
                kept.in_use = false;
            }
        }
    }

    /// Every version that is kept.
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// The packs in use, the leading one first.
    pub fn in_use(&self) -> impl Iterator<Item = &RulePack> + Clone {
        self.kept
            .iter()
            .filter(|kept| kept.in_use)
            .map(|kept| kept.pack.as_ref())
    }

    /// The leading pack: the one in use that was adopted first.
    pub fn lead(&self) -> Option<&Arc<RulePack>> {
        self.kept
            .iter()
            .find(|kept| kept.in_use)
            .map(|kept| &kept.pack)
    }

    /// The pack in use of an id.
    pub fn current(&self, id: &str) -> Option<&RulePack> {
        self.in_use().find(|pack| pack.id() == id)
    }

    /// A version, in use or not.
    pub fn version(&self, id: &str, version: &str) -> Option<&RulePack> {
        self.kept
            .iter()
            .map(|kept| kept.pack.as_ref())
            .find(|pack| pack.id() == id && pack.version() == version)
    }

    /// The version that a clock was worked out by.
    pub fn behind(&self, computed: &Computed) -> Option<&RulePack> {
        self.version(&computed.pack, &computed.pack_version)
    }

    /// The pack in use that has a clock of this id; the first of them where several have.
    pub fn with_clock(&self, id: &str) -> Option<&RulePack> {
        self.in_use().find(|pack| pack.clock(id).is_some())
    }

    /// What the packs in use require of a kind of record, each field once, the leading pack's words first.
    pub fn required_fields(&self, kind: &str) -> impl Iterator<Item = &RequiredField> {
        let all: Vec<&RequiredField> = self
            .in_use()
            .flat_map(|pack| pack.required_fields(kind))
            .collect();
        let mut seen = std::collections::HashSet::new();
        all.into_iter()
            .filter(move |item| seen.insert(item.field.clone()))
    }

    /// Whether a field is off: some pack in use says so, none requires it, and the organisation has not decided to collect it.
    pub fn is_off(&self, kind: &str, field: &str) -> bool {
        !self.collected.contains(field) && self.off_by(kind, field).is_some()
    }

    /// The pack and the paragraph by which a field is off, whatever the organisation decided; none where no pack leaves it off, or one
    /// requires it.
    pub fn off_by(&self, kind: &str, field: &str) -> Option<&OffField> {
        let required = self.required_fields(kind).any(|item| item.field == field);
        let mut off = self.in_use().flat_map(|pack| pack.off_fields(kind));
        off.find(|off| off.field == field).filter(|_| !required)
    }

    /// Every field that the packs in use leave off for a kind of record, each once.
    pub fn off_fields(&self, kind: &str) -> Vec<&OffField> {
        let mut found: Vec<&OffField> = Vec::new();
        for off in self.in_use().flat_map(|pack| pack.off_fields(kind)) {
            if !found.iter().any(|one| one.field == off.field) {
                found.push(off);
            }
        }
        found
    }

    /// The paragraph behind a required item, of the party itself, its accounts or its case.
    pub fn rule_for(&self, kind: &str, field: &str) -> Option<&RequiredField> {
        self.in_use().find_map(|pack| pack.rule_for(kind, field))
    }

    /// Fields that the packs in use add for a kind of record.
    pub fn added_fields(&self, kind: &str) -> Vec<Added<'_>> {
        added(self.required_fields(kind))
    }

    /// From which share an individual is a beneficial owner, in thousandths of a percent: the lowest of the packs in use.
    pub fn ownership_threshold(&self) -> Option<u32> {
        self.in_use()
            .filter_map(RulePack::ownership_threshold)
            .min()
    }

    /// The pack in use whose points table rates customers: the first that has one.
    pub fn risk_pack(&self) -> Option<&RulePack> {
        self.in_use().find(|pack| !pack.risk_tiers().is_empty())
    }

    /// The name of a holiday or an ad hoc closure in any pack in use.
    pub fn holiday(&self, date: NaiveDate) -> Option<&str> {
        self.in_use().find_map(|pack| pack.holiday(date))
    }

    /// Fields that adopting `next` in place of its present version would take away, with their labels.
    pub fn fields_taken_away(&self, next: Option<&RulePack>, id: &str) -> BTreeMap<String, String> {
        let Some(present) = self.current(id) else {
            return BTreeMap::new();
        };
        let mut gone: BTreeMap<String, String> = every_added(present)
            .map(|field| (field.rule.field.clone(), field.rule.label.clone()))
            .collect();
        let others = self.in_use().filter(|pack| pack.id() != id).chain(next);
        for field in others.flat_map(every_added) {
            gone.remove(&field.rule.field);
        }
        gone
    }
}

/// Every field that a pack adds, of any kind of record.
fn every_added(pack: &RulePack) -> impl Iterator<Item = Added<'_>> {
    ["individual", "entity", "account"]
        .into_iter()
        .flat_map(|kind| added(pack.required_fields(kind)))
}

fn added<'a>(fields: impl Iterator<Item = &'a RequiredField>) -> Vec<Added<'a>> {
    fields
        .filter(|rule| field::find(&rule.field).is_none())
        .filter_map(|rule| {
            let input = match rule.input? {
                AddedInput::Text => Input::Text,
                AddedInput::Long => Input::Long,
                AddedInput::Country => Input::Country,
                AddedInput::Date => Input::Date,
            };
            Some(Added { rule, input })
        })
        .collect()
}
