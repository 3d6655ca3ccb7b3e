//! Taking a rule pack into a vault, and giving one up: both show first what would change, need a reason, and rewrite no clock by themselves.

use super::{
    BUILT_IN, PART_OF_PROGRAM, builtin, differences, judge, no_pack, note, read, signature,
};
use crate::{
    clocks::needed,
    error::{Error, Result},
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    change::Change,
    customer::CustomerFile,
    pack::{Migration, RulePack},
    record::ClockRecord,
    rulebook::AdoptedPack,
};
use std::{collections::BTreeMap, path::Path};
use store::Act;

/// A pack of the program, ready to be taken in.
pub fn offer_builtin(id: &str) -> Result<AdoptedPack> {
    Ok(AdoptedPack::new(builtin(id)?, BUILT_IN, PART_OF_PROGRAM))
}

/// A pack in a TOML file, with what its signature says.
///
/// # Errors
/// No pack, or a signature that does not hold.
pub fn offer_file(path: &Path, day: &str) -> Result<AdoptedPack> {
    let bytes = read(path)?;
    let pack = judge(path, &bytes)?;
    let signature = signature(path, &bytes, None, day)?;
    if signature.state == "invalid" {
        return Err(Error::refused(
            "E-PACK-SIGNATURE",
            format!(
                "The signature beside {} does not hold: {} Get the pack again from whoever made it.",
                path.display(),
                signature.sentence
            ),
        ));
    }
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    let vouched = match &signature.fingerprint {
        Some(fingerprint) => format!(
            "Signed with the key {fingerprint}. Compare it with the fingerprint that its maker gave you by another way."
        ),
        None => signature.sentence,
    };
    Ok(AdoptedPack::new(&pack, &name, &vouched))
}

/// How a customer's file holds a field.
fn holds(file: &CustomerFile, field: &str) -> bool {
    !file.values(field).is_empty()
        || file
            .accounts
            .iter()
            .any(|account| account.extra.contains_key(field))
}

impl OpenVault {
    /// What taking in a pack would change. Nothing is changed.
    pub fn pack_offer(&self, offered: &AdoptedPack) -> Result<c::PackOffer> {
        let pack = RulePack::parse(&offered.toml)?;
        let rules = self.rules();
        let present = rules.current(pack.id());
        let mut blocked_by = Vec::new();
        match rules.version(pack.id(), pack.version()) {
            Some(there) if there.sha256() != pack.sha256() => blocked_by.push(format!(
                "This vault has a version {} of {} with another text. Give the changed pack a version number of its own.",
                pack.version(),
                pack.id()
            )),
            Some(_) if present.is_some_and(|present| present.version() == pack.version()) => {
                blocked_by.push(format!(
                    "{} {} is in use already.",
                    pack.id(),
                    pack.version()
                ));
            }
            _ => {}
        }
        let fields = self.fields_taken_away(Some(&pack), pack.id())?;
        for field in &fields {
            if field.held > 0 && field.to.is_none() {
                blocked_by.push(format!(
                    "It takes away the field \"{}\", which {} {} data in. Say what becomes of it with a [[migration]] in the pack.",
                    field.label,
                    field.held,
                    if field.held == 1 { "customer has" } else { "customers have" }
                ));
            }
        }
        Ok(c::PackOffer {
            handle: String::new(),
            note: note(&pack),
            sha256: pack.sha256(),
            vouched: offered.vouched.clone(),
            replaces: present.map(|present| present.version().to_owned()),
            differences: present
                .map(|present| differences(present, &pack))
                .unwrap_or_default(),
            clocks: self.moves(&pack)?,
            fields,
            blocked_by,
        })
    }

    /// Running clocks of the pack's earlier versions, with their dates by this one.
    fn moves(&self, pack: &RulePack) -> Result<Vec<c::PackMove>> {
        let running = self.read(|read| Ok(read.clocks(false)?))?;
        Ok(running
            .iter()
            .filter(|record| {
                record.computed.pack == pack.id() && record.computed.pack_version != pack.version()
            })
            .map(|record| c::PackMove {
                r#ref: record.reference.clone(),
                kind: self.clock_row(record, self.today()).kind,
                subject: record.subject_name.clone(),
                due_before: record.computed.due.to_string(),
                due_after: self
                    .compute(pack, &record.computed.clock, &record.anchors)
                    .ok()
                    .map(|computed| computed.due.to_string()),
            })
            .collect())
    }

    /// Fields that would go, who holds data in them, and where that would go.
    fn fields_taken_away(&self, next: Option<&RulePack>, id: &str) -> Result<Vec<c::PackField>> {
        let gone = self.rules().fields_taken_away(next, id);
        if gone.is_empty() {
            return Ok(Vec::new());
        }
        let mut held: BTreeMap<&str, u32> = BTreeMap::new();
        self.read(|read| {
            read.each_customer(|file| {
                for field in gone.keys().filter(|field| holds(file, field)) {
                    *held.entry(field).or_default() += 1;
                }
                Ok::<_, Error>(())
            })
        })?;
        let to = |field: &str| {
            next?
                .migrations()
                .iter()
                .find(|migration| migration.field == field)
                .map(|migration| migration.to.clone())
        };
        Ok(gone
            .iter()
            .map(|(field, label)| c::PackField {
                field: field.clone(),
                label: label.clone(),
                held: held.get(field.as_str()).copied().unwrap_or(0),
                to: to(field),
            })
            .collect())
    }

    /// Takes in a pack. New clocks are started by it; of the running ones only those that are named go over (`all` names every one that
    /// can), each with both dates kept.
    pub fn pack_adopt(
        &self,
        offered: &AdoptedPack,
        reason: &str,
        clocks: &[String],
    ) -> Result<Vec<c::PackRow>> {
        self.needs(domain::may::Right::Rules)?;
        let reason = needed(
            reason,
            "E-PACK-REASON",
            "Write why the pack is adopted: the reason stays in the journal.",
        )?;
        let offer = self.pack_offer(offered)?;
        if !offer.blocked_by.is_empty() {
            let code = if offer
                .fields
                .iter()
                .any(|field| field.held > 0 && field.to.is_none())
            {
                "E-PACK-FIELD-HELD"
            } else {
                "E-PACK-VERSION"
            };
            return Err(Error::refused(
                code,
                format!(
                    "{} was not adopted. {}",
                    offered.id,
                    offer.blocked_by.join(" ")
                ),
            ));
        }
        let every: Vec<String> = offer
            .clocks
            .iter()
            .filter(|one| one.due_after.is_some())
            .map(|one| one.r#ref.clone())
            .collect();
        let clocks = if clocks == ["all"] { &every } else { clocks };
        for reference in clocks {
            match offer.clocks.iter().find(|one| one.r#ref == *reference) {
                Some(one) if one.due_after.is_some() => {}
                Some(_) => {
                    return Err(Error::input(
                        "E-PACK-CLOCK",
                        format!(
                            "{reference} cannot go over: the new version has no such clock, or other triggers. It keeps its version."
                        ),
                    ));
                }
                None => {
                    return Err(Error::input(
                        "E-PACK-CLOCK",
                        format!(
                            "{reference} is no running clock of an earlier version of {}.",
                            offered.id
                        ),
                    ));
                }
            }
        }
        let pack = RulePack::parse(&offered.toml)?;
        self.act(|act| {
            // The data moves while the version that knows its field is still in use.
            for migration in pack.migrations() {
                if offer
                    .fields
                    .iter()
                    .any(|field| field.field == migration.field)
                {
                    migrate(act, migration)?;
                }
            }
            act.push(
                Change::PackAdopted {
                    pack: offered.clone(),
                },
                None,
                Some(&reason),
            )?;
            for reference in clocks {
                self.adopt_for_clock(act, reference, &pack, &reason)?;
            }
            Ok(())
        })?;
        self.pack_list()
    }

    /// Counts by a pack no longer. Clocks that run by it keep it.
    pub fn pack_retire(&self, id: &str, reason: &str) -> Result<Vec<c::PackRow>> {
        self.needs(domain::may::Right::Rules)?;
        let reason = needed(
            reason,
            "E-PACK-REASON",
            "Write why the pack is retired: the reason stays in the journal.",
        )?;
        if self.rules().current(id).is_none() {
            return Err(no_pack(id));
        }
        let held: Vec<String> = self
            .fields_taken_away(None, id)?
            .into_iter()
            .filter(|field| field.held > 0)
            .map(|field| field.label)
            .collect();
        if !held.is_empty() {
            return Err(Error::refused(
                "E-PACK-FIELD-HELD",
                format!(
                    "{id} is not retired: customers have data in fields that it alone asks for ({}). Adopt a version that says with a [[migration]] what becomes of it.",
                    held.join(", ")
                ),
            ));
        }
        self.act(|act| {
            act.push(
                Change::PackRetired { id: id.to_owned() },
                None,
                Some(&reason),
            )?;
            Ok(())
        })?;
        self.pack_list()
    }

    /// Clocks that run by a version.
    pub(super) fn running_by(records: &[ClockRecord], pack: &RulePack) -> u32 {
        let count = records
            .iter()
            .filter(|record| {
                record.computed.pack == pack.id() && record.computed.pack_version == pack.version()
            })
            .count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// Moves the data of a field that goes, customer by customer, each as an entry of its own.
fn migrate(act: &mut Act<'_, '_>, migration: &Migration) -> Result<()> {
    let mut files = Vec::new();
    act.read().each_customer(|file| {
        if holds(file, &migration.field) {
            files.push(file.clone());
        }
        Ok::<_, Error>(())
    })?;
    for file in files {
        let field = migration.field.as_str();
        let mut custom = BTreeMap::new();
        let mut before = BTreeMap::new();
        let mut after = BTreeMap::new();
        let values = file.values(field).to_vec();
        if !values.is_empty() {
            before.insert(field.to_owned(), values.clone());
            after.insert(field.to_owned(), Vec::new());
            if migration.to == "custom" || !file.values(&migration.to).is_empty() {
                custom.insert(field.to_owned(), values.join("; "));
            } else {
                before.insert(migration.to.clone(), Vec::new());
                after.insert(migration.to.clone(), values);
            }
        }
        let mut accounts = Vec::new();
        for account in &file.accounts {
            if let Some(value) = account.extra.get(field) {
                custom.insert(format!("{field} of {}", account.account_ref), value.clone());
                let mut without = account.clone();
                without.extra.remove(field);
                accounts.push(without);
            }
        }
        act.push(
            Change::CustomerChanged {
                reference: file.reference,
                before,
                after,
                custom,
                accounts,
                source: "rule pack".to_owned(),
            },
            None,
            Some(&migration.text),
        )?;
    }
    Ok(())
}
