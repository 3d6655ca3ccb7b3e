//! Records that may be one customer, the merge of two and its undoing; and the radar: what unrelated customers share.

use super::{clean, fresh, party_view};
use crate::{
    error::{Error, Result},
    imports::file_before,
    now::rfc3339,
    open_vault::OpenVault,
    words,
};
use contract as c;
use domain::{
    change::Change,
    customer::{Apart, CustomerFile},
    field,
    likeness::{self, CANDIDATE, Kind},
    merge::{self, Take},
    onboarding,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{Read, Shared};

/// How many candidates are compared closely, and listed.
const CLOSELY: usize = 400;
const LISTED: usize = 200;
/// How many shared values of each kind the radar lists, and how many customers of each.
const HITS: usize = 100;
const NAMED: usize = 12;

fn side(file: &CustomerFile) -> c::AlikeSide {
    c::AlikeSide {
        r#ref: file.reference.clone(),
        name: file.name().to_owned(),
        name_original: file.value("name_original").map(str::to_owned),
        kind: party_view(file.kind),
        country: file.country().to_owned(),
        status_label: onboarding::MACHINE.label(&file.status).to_owned(),
        external_id: file.external_id.clone(),
        accounts: u32::try_from(file.accounts.len()).unwrap_or(u32::MAX),
        revision: file.revision,
    }
}

fn candidate(one: &CustomerFile, other: &CustomerFile) -> Option<c::Candidate> {
    let likeness = likeness::compare(one, other);
    (likeness.score >= CANDIDATE).then(|| c::Candidate {
        one: side(one),
        other: side(other),
        score: likeness.score,
        reasons: likeness
            .reasons
            .into_iter()
            .map(|reason| c::AlikeReason {
                words: reason.words,
                points: reason.points,
            })
            .collect(),
    })
}

fn take(word: &str) -> Result<Take> {
    match word {
        "kept" => Ok(Take::Kept),
        "other" => Ok(Take::Other),
        "both" => Ok(Take::Both),
        _ => Err(Error::input(
            "E-MERGE-TAKE",
            format!(
                "\"{}\" is no choice. Take the value of the kept record, of the other, or both.",
                word.chars().take(20).collect::<String>()
            ),
        )),
    }
}

fn counted(count: usize, noun: &str) -> Option<String> {
    (count > 0).then(|| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }))
}

fn multiple(id: &str) -> bool {
    field::find(id).is_some_and(|field| field.multiple)
}

impl OpenVault {
    /// Records that may be one customer: all of them, or those like one.
    pub fn duplicates(&self, req: &c::DuplicatesReq) -> Result<c::Duplicates> {
        self.read(|read| {
            let mut candidates = Vec::new();
            let mut more = 0;
            let mut too_common = 0;
            match &req.customer {
                Some(customer) => {
                    let file = read.customer_file(customer)?;
                    for other in read.alike_to(&file.reference)?.into_iter().take(CLOSELY) {
                        candidates.extend(candidate(&file, &read.customer_file(&other)?));
                    }
                }
                None => {
                    let (pairs, common) = read.alike()?;
                    too_common = common;
                    more = pairs.len().saturating_sub(CLOSELY);
                    let mut files: HashMap<i64, CustomerFile> = HashMap::new();
                    for pair in pairs.iter().take(CLOSELY) {
                        for id in [pair.one, pair.other] {
                            if let std::collections::hash_map::Entry::Vacant(free) = files.entry(id)
                            {
                                free.insert(read.customer_file(&format!("C-{id:06}"))?);
                            }
                        }
                        if let (Some(one), Some(other)) =
                            (files.get(&pair.one), files.get(&pair.other))
                        {
                            candidates.extend(candidate(one, other));
                        }
                    }
                }
            }
            candidates.sort_by(|a, b| {
                (-a.score, &a.one.r#ref, &a.other.r#ref).cmp(&(
                    -b.score,
                    &b.one.r#ref,
                    &b.other.r#ref,
                ))
            });
            more += candidates.len().saturating_sub(LISTED);
            candidates.truncate(LISTED);
            Ok(c::Duplicates {
                candidates,
                more: u32::try_from(more).unwrap_or(u32::MAX),
                too_common,
                merges: self.merges(read, req.customer.as_deref())?,
            })
        })
    }

    fn merges(&self, read: &Read<'_>, customer: Option<&str>) -> Result<Vec<c::MergeRow>> {
        let names = self.names(read)?;
        let mut rows = Vec::new();
        for file in read.customers_in(likeness::MERGED)? {
            let Some(into) = &file.merged_into else {
                continue;
            };
            if customer.is_some_and(|customer| customer != into && customer != file.reference) {
                continue;
            }
            if let Some(merge) = merge_of(read, into, &file.reference)? {
                rows.push(c::MergeRow {
                    kept: into.clone(),
                    other: file.reference.clone(),
                    on: merge.chained.entry.occurred_on.clone(),
                    by: names.of(&merge.chained.entry.author),
                    reason: merge
                        .body()
                        .and_then(|body| body.reason)
                        .unwrap_or_default(),
                });
            }
        }
        rows.reverse();
        Ok(rows)
    }

    /// Remembers that two records are two customers; each of them says so.
    pub fn duplicate_apart(&self, req: &c::ApartReq) -> Result<c::Duplicates> {
        let reason = clean("reason", &req.reason)?;
        if reason.trim().is_empty() {
            return Err(Error::input(
                "E-APART-REASON",
                "Write why these are two customers, so that nobody has to find out again.",
            ));
        }
        self.act(|act| {
            let one = act.read().customer_file(&req.one)?;
            let other = act.read().customer_file(&req.other)?;
            if one.reference == other.reference {
                return Err(Error::input(
                    "E-APART-SELF",
                    format!("{} is one record. Name two.", one.reference),
                ));
            }
            for (file, from) in [(&one, &other), (&other, &one)] {
                let change = Change::KeptApart {
                    customer: file.reference.clone(),
                    apart: Apart {
                        other: from.reference.clone(),
                        reason: reason.clone(),
                        by: self.author(),
                        on: self.today().to_string(),
                    },
                };
                act.push(change, None, Some(&reason))?;
            }
            Ok(())
        })?;
        self.duplicates(&c::DuplicatesReq { customer: None })
    }

    /// Two records side by side, and what a merge would do.
    pub fn merge_preview(&self, req: &c::MergePreviewReq) -> Result<c::MergePreview> {
        self.read(|read| {
            let kept = read.customer_file(&req.keep)?;
            let other = read.customer_file(&req.other)?;
            let ids: BTreeSet<&String> = kept.fields.keys().chain(other.fields.keys()).collect();
            let after = merge::merged(&kept, &other, &BTreeMap::new());
            let documents = read.documents_of(&other.reference)?.len();
            let fields = ids
                .into_iter()
                .map(|id| {
                    let mine = super::values::shown(id, kept.values(id));
                    let theirs = super::values::shown(id, other.values(id));
                    let usual = if mine.is_empty() { "other" } else { "kept" };
                    c::MergeField {
                        label: field::find(id)
                            .map_or_else(|| id.clone(), |field| field.label.to_owned()),
                        multiple: multiple(id),
                        kept: mine,
                        other: theirs,
                        usual: usual.to_owned(),
                        id: id.clone(),
                    }
                })
                .collect();
            let moves = [
                counted(other.accounts.len(), "account"),
                counted(after.owners.len() - kept.owners.len(), "owner"),
                counted(other.determinations.len(), "determination"),
                counted(other.verifications.len(), "verification"),
                counted(other.discrepancies.len(), "discrepancy")
                    .map(|text| text.replace("discrepancys", "discrepancies")),
                counted(documents, "document"),
            ];
            let blocked_by = self.merge_blocked(read, &kept, &other)?;
            let settled = onboarding::MACHINE.step(&kept.status, "reverify").is_some();
            Ok(c::MergePreview {
                kept: side(&kept),
                other: side(&other),
                fields,
                moves: moves.into_iter().flatten().collect(),
                blocked_by,
                reopens: settled && merge::unsettles(&kept, &other, &after),
            })
        })
    }

    /// What forbids a merge, in sentences.
    fn merge_blocked(
        &self,
        read: &Read<'_>,
        kept: &CustomerFile,
        other: &CustomerFile,
    ) -> Result<Vec<String>> {
        let mut why = Vec::new();
        if kept.reference == other.reference {
            why.push(format!("{} is one record. Name two.", kept.reference));
            return Ok(why);
        }
        for file in [kept, other] {
            if let Some(into) = &file.merged_into {
                why.push(format!(
                    "{} was merged into {into} already.",
                    file.reference
                ));
            }
        }
        if kept.kind != other.kind {
            why.push("One is a natural person, the other an organization.".to_owned());
        }
        if onboarding::MACHINE.has_ended(&kept.status)
            && !onboarding::MACHINE.has_ended(&other.status)
        {
            why.push(format!(
                "The case of {} has ended and that of {} has not: keep the open one.",
                kept.reference, other.reference
            ));
        }
        let running: Vec<String> = read
            .clocks_about(&other.reference)?
            .into_iter()
            .filter(|clock| clock.stop.is_none())
            .map(|clock| clock.reference)
            .collect();
        if !running.is_empty() {
            why.push(format!(
                "Clocks run about {}: {}. Keep that record instead, or end them first.",
                other.reference,
                running.join(", ")
            ));
        }
        if let Some(hold) = read.holds()?.iter().find(|hold| {
            hold.release.is_none()
                && (hold.covers(&kept.reference) || hold.covers(&other.reference))
        }) {
            why.push(format!(
                "The legal hold {} covers a record of these: nothing of it moves until it is released.",
                hold.reference
            ));
        }
        Ok(why)
    }

    /// Merges two records into one, as one act that can be taken back.
    pub fn customers_merge(&self, req: &c::MergeReq) -> Result<c::CustomerView> {
        let reason = clean("reason", &req.reason)?;
        if reason.trim().is_empty() {
            return Err(Error::input(
                "E-MERGE-REASON",
                "Write why these are one customer: the merge says so for as long as it stands.",
            ));
        }
        let mut takes = BTreeMap::new();
        for one in &req.takes {
            let choice = take(&one.take)?;
            if choice == Take::Both && !multiple(&one.id) {
                return Err(Error::input(
                    "E-MERGE-TAKE",
                    format!("Field {}: it holds one value. Choose which.", one.id),
                ));
            }
            takes.insert(one.id.clone(), choice);
        }
        self.act(|act| {
            let kept = act.read().customer_file(&req.keep)?;
            let other = act.read().customer_file(&req.other)?;
            fresh(&kept, req.keep_revision)?;
            fresh(&other, req.other_revision)?;
            let blocked = self.merge_blocked(act.read(), &kept, &other)?;
            if !blocked.is_empty() {
                return Err(Error::refused(
                    "E-MERGE-BLOCKED",
                    format!(
                        "{} and {}: {}",
                        kept.reference,
                        other.reference,
                        blocked.join(" ")
                    ),
                ));
            }
            let after = merge::merged(&kept, &other, &takes);
            let reopens = merge::unsettles(&kept, &other, &after);
            let today = self.today().to_string();
            // What leaves comes first, so that an account is never two customers' at once.
            let away = Change::MergedAway {
                customer: other.reference.clone(),
                into: kept.reference.clone(),
                on: today,
            };
            act.push(away, None, Some(&reason))?;
            let merged = Change::CustomerMerged {
                customer: kept.reference.clone(),
                other: other.reference.clone(),
                file: Box::new(after.clone()),
            };
            act.push(merged, None, Some(&reason))?;
            if reopens {
                let why = format!("{} was merged into it", other.reference);
                self.reopen_for(act, &after, domain::reopening::Trigger::Merge, &why)?;
            }
            self.restrict_accounts(act, &kept.reference)?;
            self.customer_view(act.read(), &kept.reference)
        })
    }

    /// Takes a merge back as one, until something builds on it: both records are as they were before.
    ///
    /// # Errors
    /// `E-MERGE-NONE` where there is none; `E-MERGE-BUILT` naming what was built on it.
    pub fn merge_undo(&self, req: &c::MergeUndoReq) -> Result<c::CustomerView> {
        self.act(|act| {
            let other = act.read().customer_file(&req.other)?;
            let none = || {
                Error::input(
                    "E-MERGE-NONE",
                    format!("{} is not merged into {}.", req.other, req.keep),
                )
            };
            let kept = other.merged_into.clone().filter(|into| *into == req.keep).ok_or_else(none)?;
            let merge = merge_of(act.read(), &kept, &other.reference)?.ok_or_else(none)?;
            let number = merge.chained.seq;
            let (_, first, last, _, _) = act.read().act(merge.chained.act)?.ok_or_else(none)?;
            let subjects = [kept.clone(), other.reference.clone()];
            let (_, entries) = act.read().timeline(&subjects, 0, u32::MAX)?;
            let built: Vec<String> = entries
                .into_iter()
                .filter(|one| one.chained.seq > last)
                .map(|one| {
                    let entry = &one.chained.entry;
                    let what = one
                        .body()
                        .map_or_else(|| entry.kind.clone(), |body| words::entries::change(&body.change).1);
                    format!("{}: {what} (entry {})", entry.subject, one.chained.seq)
                })
                .collect();
            if !built.is_empty() {
                return Err(Error::refused(
                    "E-MERGE-BUILT",
                    format!(
                        "The merge of {} into {kept} cannot be taken back any more, because something was built on it: {}. Correct the records one by one.",
                        other.reference,
                        built.iter().rev().take(3).cloned().collect::<Vec<_>>().join("; ")
                    ),
                ));
            }
            let undone = Change::MergeUndone {
                customer: kept.clone(),
                other: other.reference.clone(),
                merge: number,
            };
            act.push(undone, None, None)?;
            for reference in [&kept, &other.reference] {
                let file = Box::new(file_before(act.read(), reference, first)?);
                act.push(Change::CustomerRestored { file, import: number }, None, None)?;
            }
            self.customer_view(act.read(), &kept)
        })
    }

    /// What unrelated customers share: addresses they came from, means of payment, telephone numbers, addresses, e-mail.
    pub fn radar(&self, req: &c::RadarReq) -> Result<c::Radar> {
        self.read(|read| {
            let wanted = |kind: &str| req.kind.as_deref().is_none_or(|only| only == kind);
            let mut hits = Vec::new();
            let mut more = 0usize;
            if wanted("ip") {
                self.radar_ips(read, req.customer.as_deref(), &mut hits, &mut more)?;
            }
            let mut shared = Vec::new();
            match &req.customer {
                Some(customer) => shared.extend(
                    read.shared_with(customer)?
                        .into_iter()
                        .filter(|one| wanted(one.kind.word())),
                ),
                None => {
                    for kind in Kind::ALL
                        .into_iter()
                        .filter(|kind| kind.connects() && wanted(kind.word()))
                    {
                        shared.extend(read.shared_marks(kind, HITS)?);
                    }
                }
            }
            for one in shared {
                hits.extend(radar_hit(read, one)?);
            }
            hits.sort_by(|a, b| {
                (rank(&a.kind), std::cmp::Reverse(a.count), &a.value).cmp(&(
                    rank(&b.kind),
                    std::cmp::Reverse(b.count),
                    &b.value,
                ))
            });
            Ok(c::Radar {
                hits,
                more: u32::try_from(more).unwrap_or(u32::MAX),
            })
        })
    }

    fn radar_ips(
        &self,
        read: &Read<'_>,
        customer: Option<&str>,
        hits: &mut Vec<c::RadarHit>,
        more: &mut usize,
    ) -> Result<()> {
        let mine: BTreeSet<String> = match customer {
            None => BTreeSet::new(),
            Some(customer) => read
                .customer_file(customer)?
                .accounts
                .into_iter()
                .map(|account| account.account_ref)
                .collect(),
        };
        let mut shared: Vec<(std::net::IpAddr, i64, Vec<String>)> = Vec::new();
        read.shared_addresses(|uses| {
            if customer.is_some() && !uses.iter().any(|one| mine.contains(&one.account)) {
                return;
            }
            let Some(first) = uses.first() else { return };
            let last = uses.iter().map(|one| one.last_ms).max().unwrap_or_default();
            let accounts = uses.iter().map(|one| one.account.clone()).collect();
            shared.push((first.ip, last, accounts));
        })?;
        shared.sort_by_key(|(ip, _, accounts)| (std::cmp::Reverse(accounts.len()), *ip));
        for (ip, last, accounts) in shared {
            let mut who: BTreeMap<String, ()> = BTreeMap::new();
            for account in accounts {
                who.extend(read.account_owner(&account)?.map(|owner| (owner, ())));
            }
            if who.len() < 2 {
                continue;
            }
            if hits.len() >= HITS {
                *more += 1;
                continue;
            }
            let count = u32::try_from(who.len()).unwrap_or(u32::MAX);
            let mut parties = Vec::new();
            for reference in who.into_keys().take(NAMED) {
                parties.push(radar_party(read, &reference, None)?);
            }
            hits.push(c::RadarHit {
                kind: "ip".to_owned(),
                kind_label: "IP address".to_owned(),
                value: ip.to_string(),
                count,
                who: parties,
                note: Some(format!(
                    "last used {}",
                    crate::print::minute(&rfc3339(last))
                )),
            });
        }
        Ok(())
    }
}

/// The strongest connections first.
fn rank(kind: &str) -> u8 {
    match kind {
        "document" | "registration" => 0,
        "payment" => 1,
        "phone" => 2,
        "email" => 3,
        "address" => 4,
        _ => 5,
    }
}

fn radar_party(read: &Read<'_>, reference: &str, part: Option<&str>) -> Result<c::RadarParty> {
    let file = read.customer_file(reference)?;
    let through = part.map(|part| {
        file.owners
            .iter()
            .find(|owner| owner.id == part)
            .map_or_else(|| part.to_owned(), |owner| owner.name.clone())
    });
    Ok(c::RadarParty {
        r#ref: file.reference.clone(),
        name: file.name().to_owned(),
        status_label: onboarding::MACHINE.label(&file.status).to_owned(),
        through,
    })
}

fn radar_hit(read: &Read<'_>, shared: Shared) -> Result<Option<c::RadarHit>> {
    let mut parties: Vec<c::RadarParty> = Vec::new();
    let mut seen = BTreeSet::new();
    for (reference, part) in &shared.who {
        if seen.insert(reference.clone()) && parties.len() < NAMED {
            parties.push(radar_party(read, reference, part.as_deref())?);
        }
    }
    if seen.len() < 2 {
        return Ok(None);
    }
    let first = shared
        .who
        .first()
        .map(|(reference, _)| read.customer_file(reference))
        .transpose()?;
    Ok(Some(c::RadarHit {
        kind: shared.kind.word().to_owned(),
        kind_label: shared.kind.label().to_owned(),
        value: shown(shared.kind, &shared.value, first.as_ref()),
        count: u32::try_from(seen.len()).unwrap_or(u32::MAX),
        who: parties,
        note: None,
    }))
}

/// A mark as a person reads it.
fn shown(kind: Kind, value: &str, file: Option<&CustomerFile>) -> String {
    match file.and_then(|file| likeness::written(file, kind, value)) {
        Some(written) => written,
        None if kind == Kind::Phone => format!("+{value}"),
        None => value.to_owned(),
    }
}

/// The entry that merged one record into another, the latest.
fn merge_of(read: &Read<'_>, kept: &str, other: &str) -> Result<Option<store::Recorded>> {
    let (_, entries) = read.timeline(&[kept.to_owned()], 0, u32::MAX)?;
    Ok(entries.into_iter().find(|one| {
        matches!(
            one.body().map(|body| body.change),
            Some(Change::CustomerMerged { other: gone, .. }) if gone == other
        )
    }))
}
