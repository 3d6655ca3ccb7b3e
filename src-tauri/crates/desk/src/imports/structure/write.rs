//! Writing a structure: customers with their owners, each as a whole or not at all; only what the file says otherwise changes.

use super::{
    super::{Bad, known_customer, left_out, refuse, row::import_code},
    MOST_OWNERS, Party, Standard, Structure,
};
use crate::{
    customers::Revised,
    error::{Error, Result},
    handed_out::LeftOut,
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use domain::{
    change::Change,
    customer::{self, CustomerFile, Dated, Owner, Values},
    field::{self, Input},
    ownership::{Interest, InterestKind, Share},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};
use store::{Act, Read};

/// What a file would do to one customer.
struct Plan<'s> {
    subject: &'s str,
    party: &'s Party,
    known: Option<CustomerFile>,
    /// Fields that the file says otherwise.
    fields: Values,
    /// Custom fields that the file says otherwise.
    custom: BTreeMap<String, String>,
    owners: Vec<(Option<Owner>, Owner)>,
}

/// Every customer of a file that can be taken, and what is wrong with the others.
struct Plans<'s> {
    good: Vec<Plan<'s>>,
    bad: Vec<Bad<'s>>,
    /// Values of fields that are not collected, by field.
    off: BTreeMap<(&'static str, &'static str), u32>,
}

impl Plan<'_> {
    fn changes_customer(&self) -> bool {
        self.known.is_none() || !self.fields.is_empty() || !self.custom.is_empty()
    }

    fn count(&self, report: &mut c::ImportReport) {
        let mut count = |new: bool, changed: bool| {
            *match (new, changed) {
                (true, _) => &mut report.created,
                (false, true) => &mut report.updated,
                (false, false) => &mut report.unchanged,
            } += 1;
        };
        count(self.known.is_none(), self.changes_customer());
        for (before, owner) in &self.owners {
            count(before.is_none(), before.as_ref() != Some(owner));
        }
    }
}

impl OpenVault {
    /// Tries (`dry_run`) or runs an import of an ownership structure. The same file again changes nothing. Without `skip_bad_rows` one line or
    /// customer that cannot be taken refuses the file.
    ///
    /// # Errors
    /// `E-BODS-*`, `E-FTM-*`, `E-OWNER-*`, `E-IMPORT-*` naming the place and the remedy; nothing is written then.
    pub fn structure_import(
        &self,
        structure: &Structure,
        dry_run: bool,
        skip_bad_rows: bool,
        watch: &dyn Watch,
    ) -> Result<c::ImportReport> {
        let mut report = c::ImportReport {
            rows: structure.rows,
            created: 0,
            updated: 0,
            unchanged: 0,
            rejected: 0,
            problems: Vec::new(),
            dry_run,
            report: None,
            notes: structure.notes.clone(),
        };
        if dry_run {
            self.read(|read| {
                let plans = self.structure_plans(read, structure, watch)?;
                self.say_plans(&plans, &mut report);
                refuse(&mut report, &plans.bad, true)
            })?;
            return Ok(report);
        }
        let left_out = self.act(|act| {
            let plans = self.structure_plans(act.read(), structure, watch)?;
            self.say_plans(&plans, &mut report);
            refuse(&mut report, &plans.bad, skip_bad_rows)?;
            let columns = ["record".to_owned()];
            let left_out = left_out(&structure.source.path, &columns, &plans.bad)?;
            if report.created + report.updated == 0 {
                return Ok(left_out);
            }
            let change = Change::Imported {
                file: structure.source.name.clone(),
                sha256: structure.source.sha256.clone(),
                rows: structure.rows.into(),
                created: report.created.into(),
                updated: report.updated.into(),
                unchanged: report.unchanged.into(),
                skipped: report.rejected.into(),
            };
            act.push(change, None, None)?;
            let total = Some(plans.good.len() as u64);
            for (place, plan) in plans.good.into_iter().enumerate() {
                watch.step("Writing", place as u64, total, "customers");
                if watch.cancelled() {
                    return Err(Error::cancelled());
                }
                self.write_plan(act, structure, plan)?;
            }
            Ok(left_out)
        })?;
        report.report = left_out.map(LeftOut::keep).transpose()?;
        Ok(report)
    }

    /// What the plans say in the report.
    fn say_plans(&self, plans: &Plans<'_>, report: &mut c::ImportReport) {
        for plan in &plans.good {
            plan.count(report);
        }
        let rules = self.rules();
        report.notes.extend(plans.off.iter().map(|((kind, id), count)| {
            let label = field::find(id).map_or(*id, |field| field.label);
            let why = rules
                .off_by(kind, id)
                .map(|off| format!(": {} ({})", off.text, off.cite))
                .unwrap_or_default();
            let were = if *count == 1 { "value was" } else { "values were" };
            format!(
                "{label}: {count} {were} not imported, because it is not collected{why} Whoever may change the rules switches it on under Settings, with the reason."
            )
        }));
    }

    fn structure_plans<'s>(
        &self,
        read: &Read<'_>,
        structure: &'s Structure,
        watch: &dyn Watch,
    ) -> Result<Plans<'s>> {
        let mut plans = Plans {
            good: Vec::new(),
            bad: structure
                .bad
                .iter()
                .map(|(stands, problem)| (Cow::Owned(vec![stands.clone()]), vec![problem.clone()]))
                .collect(),
            off: BTreeMap::new(),
        };
        let total = Some(structure.subjects.len() as u64);
        for (place, subject) in structure.subjects.iter().enumerate() {
            if place % 256 == 0 {
                watch.step("Checking", place as u64, total, "customers");
                if watch.cancelled() {
                    return Err(Error::cancelled());
                }
            }
            let Some(party) = structure.parties.get(subject) else {
                continue;
            };
            let mut wrong = Wrong {
                structure,
                party,
                problems: Vec::new(),
            };
            let plan = self.plan_of(read, structure, subject, &mut wrong, &mut plans.off)?;
            let problems = wrong.problems;
            match plan.filter(|_| problems.is_empty()) {
                Some(plan) => plans.good.push(plan),
                None => plans
                    .bad
                    .push((Cow::Owned(vec![subject.clone()]), problems)),
            }
        }
        Ok(plans)
    }

    fn plan_of<'s>(
        &self,
        read: &Read<'_>,
        structure: &'s Structure,
        subject: &'s str,
        wrong: &mut Wrong<'s>,
        off: &mut BTreeMap<(&'static str, &'static str), u32>,
    ) -> Result<Option<Plan<'s>>> {
        let party = wrong.party;
        let known = known_customer(read, subject)?;
        if let Some(file) = known.as_ref().filter(|file| file.kind != party.kind) {
            let what = format!(
                "{} ({}) is recorded as {}; the file says {}. A customer cannot change its kind: record a new one.",
                file.reference,
                super::short(subject),
                file.kind.word(),
                party.kind.word()
            );
            wrong.add("E-IMPORT-PARTY", "", "", &what);
            return Ok(None);
        }
        wrong.checked("id", Input::Text, Some(subject));
        let rules = self.rules();
        let mut typed = party.fields.clone();
        typed.retain(|(field, values)| {
            let leave = rules.is_off(party.kind.word(), field);
            if leave {
                let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
                *off.entry((party.kind.word(), field)).or_default() += count;
            }
            !leave
        });
        let given = typed.iter().map(|(id, values)| (*id, values.as_slice()));
        let (mut fields, faults) = customer::check_fields(&rules, party.kind, self.today(), given);
        for (id, why) in faults {
            let said = typed.iter().find(|(field, _)| *field == id);
            let value = said
                .map(|(_, values)| values.join("; "))
                .unwrap_or_default();
            let label = field::find(&id).map_or(id.as_str(), |field| field.label);
            wrong.add(&import_code(why.code()), label, &value, &why.to_string());
        }
        let mut custom = BTreeMap::new();
        for (column, value) in &party.custom {
            let value = wrong.checked(column, Input::Long, Some(value));
            custom.extend(value.map(|value| (column.clone(), value)));
        }
        let mut file = known
            .clone()
            .unwrap_or_else(|| CustomerFile::new(&party.name, Some(subject), party.kind));
        fields.retain(|id, values| file.values(id) != values.as_slice());
        custom.retain(|column, value| file.custom.get(column) != Some(value));
        let owners = self.owners_in(structure, subject, &file, wrong)?;
        let plan = Plan {
            subject,
            party,
            known,
            fields,
            custom,
            owners,
        };
        let changed = changed(&plan.owners);
        // What is said of the owners names the customer.
        file.fields
            .entry(party.kind.name_field().to_owned())
            .or_insert_with(|| Dated {
                values: vec![party.name.clone()],
                entry: 0,
            });
        if let Err(error) = self.hold_owners(&file, &changed) {
            wrong.add(&error.0.code, "", "", &error.0.message);
        }
        Ok(Some(plan))
    }

    fn write_plan(
        &self,
        act: &mut Act<'_, '_>,
        structure: &Structure,
        plan: Plan<'_>,
    ) -> Result<()> {
        let source = format!("import {}", structure.source.name);
        let reference = match &plan.known {
            None => {
                let reference = act.read().next_reference("C", 6)?;
                let change = Change::CustomerRecorded {
                    reference: reference.clone(),
                    external_id: Some(plan.subject.to_owned()),
                    party: plan.party.kind,
                    fields: plan.fields,
                    custom: plan.custom,
                    owners: Vec::new(),
                    accounts: Vec::new(),
                    source,
                };
                act.push(change, None, None)?;
                reference
            }
            Some(file) => {
                if !plan.fields.is_empty() || !plan.custom.is_empty() {
                    let now = Revised {
                        fields: plan.fields,
                        custom: plan.custom,
                        source,
                        ..Revised::default()
                    };
                    self.put_values(act, file, now, None, None)?;
                }
                file.reference.clone()
            }
        };
        let owners = changed(&plan.owners);
        if owners.is_empty() {
            return Ok(());
        }
        let file = act.read().customer_file(&reference)?;
        self.put_owners(act, &file, owners)
    }

    /// The owners that a structure names, each with what is recorded of it already.
    fn owners_in(
        &self,
        structure: &Structure,
        subject: &str,
        file: &CustomerFile,
        wrong: &mut Wrong<'_>,
    ) -> Result<Vec<(Option<Owner>, Owner)>> {
        let parties = structure.owners_of(subject);
        if parties.len() > MOST_OWNERS {
            let message = format!(
                "{}: {} has {} owners; a customer is taken with up to {MOST_OWNERS}. Take out those who hold too little to matter. Nothing was imported.",
                structure.source.name,
                super::short(&wrong.party.name),
                parties.len()
            );
            return Err(Error::new(
                structure.standard.many(),
                c::Class::Limit,
                message,
            ));
        }
        let known = |party: &str| {
            let by_id = |owner: &&Owner| owner.external_id.as_deref() == Some(party);
            // What was handed out without an id of its own comes back under ours.
            let by_ours = |owner: &&Owner| {
                owner.external_id.is_none() && party == format!("{subject}.{}", owner.id)
            };
            file.owners
                .iter()
                .find(by_id)
                .or_else(|| file.owners.iter().find(by_ours))
        };
        let mut ids: HashMap<&str, String> = HashMap::new();
        let mut with_new = file.clone();
        for party in &parties {
            let id = match known(party) {
                Some(owner) => owner.id.clone(),
                None => {
                    let id = with_new.next_id("O");
                    with_new
                        .owners
                        .push(Owner::new(&id, "", customer::PartyKind::Individual));
                    id
                }
            };
            ids.insert(party, id);
        }
        let today = self.today().to_string();
        let mut owners = Vec::new();
        for name in &parties {
            let (Some(id), Some(party)) = (ids.get(name.as_str()), structure.parties.get(name))
            else {
                continue;
            };
            let before = file.owners.iter().find(|owner| owner.id == *id).cloned();
            let said = structure.said_of(name);
            if let Some(before) = before
                .as_ref()
                .filter(|owner| owner.said.as_ref() == Some(&said))
            {
                // The file says nothing new of it: what was changed by hand since stays.
                owners.push((Some(before.clone()), before.clone()));
                continue;
            }
            let mut own = Wrong {
                structure,
                party,
                problems: Vec::new(),
            };
            let mut owner =
                (before.clone()).unwrap_or_else(|| Owner::new(id, &party.name, party.kind));
            owner.name = own
                .checked("name", Input::Text, Some(&party.name))
                .unwrap_or_default();
            owner.name_original = own.checked("name", Input::Text, party.name_original.as_deref());
            owner.unspecified = own.checked("name", Input::Long, party.unspecified.as_deref());
            owner.kind = party.kind;
            let country = own.checked("country", Input::Country, party.country.as_deref());
            owner.country = country.or(owner.country);
            let address = own.checked("address", Input::Long, party.address.as_deref());
            owner.address = address.or(owner.address);
            let email = own.checked("email", Input::Email, party.email.as_deref());
            owner.email = email.or(owner.email);
            let phone = own.checked("phone", Input::Phone, party.phone.as_deref());
            owner.phone = phone.or(owner.phone);
            let source = own.checked("source", Input::Text, party.source.as_deref());
            if before.is_none() || structure.standard == Standard::Ftm {
                owner.source = source.or(owner.source);
            }
            own.checked("id", Input::Text, Some(name));
            owner.interests = interests(structure, subject, name, &ids, &mut own);
            settle(&mut owner, party.closed.as_deref(), &today);
            if structure.standard == Standard::Ftm
                && let Some(before) = &before
            {
                keep_unsaid(&mut owner, before);
            }
            if let Some(before) = before.as_ref().filter(|before| same(before, &owner)) {
                owner.interests.clone_from(&before.interests);
            }
            // What differs in nothing but by which id the file knows it is as before.
            if before.as_ref() != Some(&owner) {
                owner.external_id = Some(name.clone());
                owner.said = Some(said);
            }
            wrong.problems.extend(own.problems);
            owners.push((before, owner));
        }
        Ok(owners)
    }
}

/// Whether two records of an owner state the same interests; a file gives them in an order of its own.
fn same(before: &Owner, now: &Owner) -> bool {
    let counted = |owner: &Owner, one| owner.interests.iter().filter(|it| *it == one).count();
    before.interests.len() == now.interests.len()
        && (before.interests.iter()).all(|one| counted(before, one) == counted(now, one))
}

/// Owners that are new or other than before.
fn changed(owners: &[(Option<Owner>, Owner)]) -> Vec<(Option<Owner>, Owner)> {
    owners
        .iter()
        .filter(|(before, owner)| before.as_ref() != Some(owner))
        .cloned()
        .collect()
}

/// What is wrong with one party of a file, at its place.
struct Wrong<'s> {
    structure: &'s Structure,
    party: &'s Party,
    problems: Vec<c::ImportProblem>,
}

impl Wrong<'_> {
    fn add(&mut self, code: &str, column: &str, value: &str, what: &str) {
        let place = self.party.place;
        let problem = self.structure.problem(place, column, value, code, what);
        self.problems.push(problem);
    }

    /// A value as it is kept; none where there is none, or it is wrong.
    fn checked(&mut self, column: &str, input: Input, value: Option<&str>) -> Option<String> {
        let value = value?;
        match field::check(input, value) {
            Ok(value) => value,
            Err(why) => {
                self.add(&import_code(why.code()), column, value, &why.to_string());
                None
            }
        }
    }
}

/// The ties of one party to the customer and to its other owners; `ids` are the owners' ids by party.
fn interests(
    structure: &Structure,
    subject: &str,
    party: &str,
    ids: &HashMap<&str, String>,
    wrong: &mut Wrong<'_>,
) -> Vec<Interest> {
    let mut interests = Vec::new();
    for tie in structure.ties_of(party) {
        let of = ids.get(tie.of.as_str()).cloned();
        if of.is_none() && tie.of != subject {
            continue;
        }
        for one in &tie.interests {
            let indirect = one.indirect && of.is_none();
            let via = one.via.iter().filter_map(|id| ids.get(id.as_str()));
            interests.push(Interest {
                of: of.clone(),
                means: wrong.checked("role", Input::Text, one.means.as_deref()),
                indirect,
                via: if indirect {
                    via.cloned().collect()
                } else {
                    Vec::new()
                },
                ..one.clone()
            });
        }
    }
    merged(interests)
}

/// What lies ahead has not happened: a tie that begins later is not there, one that ends later still is. Whose ties have all ended is an owner no
/// longer, whatever else is said.
fn settle(owner: &mut Owner, closed: Option<&str>, today: &str) {
    owner
        .interests
        .retain(|one| one.from.as_deref().is_none_or(|from| from <= today));
    for one in &mut owner.interests {
        one.to = one.to.take().filter(|to| to.as_str() <= today);
    }
    if owner.interests.is_empty() {
        owner.interests = vec![Interest {
            means: Some("no interest as yet".to_owned()),
            ..Interest::in_customer(InterestKind::Other, None)
        }];
    }
    owner.valid_to = closed.filter(|day| *day <= today).map(str::to_owned);
}

/// What a file of entities has no words for stays as it is recorded: for whom a share is held, through whom it is stated, why somebody is not
/// named, and days that are the owner's rather than the tie's.
fn keep_unsaid(owner: &mut Owner, before: &Owner) {
    owner.unspecified.clone_from(&before.unspecified);
    for one in &mut owner.interests {
        let mut same = before.interests.iter().filter(|old| {
            let ends = old.to == one.to || (old.to.is_none() && one.to == before.valid_to);
            ends && old.of == one.of && old.kind == one.kind
        });
        // A file that does not say which of a direct and an indirect one it means, means the first.
        let first = same.clone().next();
        let Some(old) = same.find(|old| old.indirect == one.indirect).or(first) else {
            continue;
        };
        one.held_for.clone_from(&old.held_for);
        one.indirect |= old.indirect;
        one.via.clone_from(&old.via);
        one.to.clone_from(&old.to);
        if old.from.is_none() && one.from == before.valid_from {
            one.from = None;
        }
    }
    if before.valid_to.is_some() || owner.interests == before.interests {
        owner.valid_to.clone_from(&before.valid_to);
    }
}

/// Ties of one kind in one thing that are there at the same time stand once: percentages add up, words stand beside each other.
fn merged(interests: Vec<Interest>) -> Vec<Interest> {
    let mut all: Vec<Interest> = Vec::new();
    for one in interests {
        let same = all.iter_mut().find(|other| {
            let both_there = other.to.is_none() && one.to.is_none();
            other.of == one.of
                && other.kind == one.kind
                && other.indirect == one.indirect
                && (both_there || (&other.from, &other.to) == (&one.from, &one.to))
        });
        let Some(same) = same else {
            all.push(one);
            continue;
        };
        if one.kind.is_measured() {
            let (a, b) = (
                same.share.unwrap_or(Share::UNKNOWN),
                one.share.unwrap_or(Share::UNKNOWN),
            );
            let most = a.most.saturating_add(b.most).min(100_000);
            let least = a.least.saturating_add(b.least).min(most);
            let open = a.most.saturating_add(b.most) <= 100_000;
            same.share =
                Share::bounded(least, a.over || b.over, most, open && (a.under || b.under))
                    .or(Some(Share::exact(most)));
        }
        // It began when the first of them did.
        same.from = match (same.from.take(), one.from) {
            (Some(a), Some(b)) => Some(a.min(b)),
            _ => None,
        };
        same.means = match (same.means.take(), one.means) {
            (Some(a), Some(b)) if a != b => Some(format!("{a}; {b}")),
            (a, b) => a.or(b),
        };
        for id in one.via {
            if !same.via.contains(&id) {
                same.via.push(id);
            }
        }
    }
    all
}
