//! The counts of a certification, frozen as of a day, with the five attestations, the resellers' board and the gaps.

use super::small;
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
    resellers::country_name,
};
use chrono::{DateTime, Months, NaiveDate};
use contract as c;
use domain::{
    casefile::{Case, Item, Taken},
    casework::Work,
    change::Change,
    counts::{ByCountry, Counting, Counts},
    customer::CustomerFile,
    machine::Answers,
    oversight::Attestation,
    record::Reseller,
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::{Act, Read};

/// States in which counts may be frozen again.
const OPEN: &[&str] = &["scheduled", "review_open", "gaps_open"];

impl OpenVault {
    /// The counts of a certification as they were frozen, or as they would be today.
    pub fn certification(&self, reference: &str) -> Result<c::CertificationView> {
        self.read(|read| {
            let case = self.case_of_kind(read, reference, "certification")?;
            let frozen = read.casework(&case.reference)?.counts;
            let counts = match &frozen {
                Some(counts) => counts.clone(),
                None => self.counts_as_of(read, self.today(), case.answer("last_certified"))?,
            };
            self.certification_view(read, &case, &counts, frozen.is_some())
        })
    }

    /// Freezes the counts as of a day. The five attestations and the resellers' own become parts of the case, where they are not yet; what the
    /// register of resellers has of the year is taken over.
    pub fn counts_freeze(&self, req: &c::CountsFreezeReq) -> Result<c::CertificationView> {
        let as_of: NaiveDate = req.as_of.trim().parse().map_err(|_| {
            let short: String = req.as_of.chars().take(40).collect();
            Error::input("E-FIELD-DATE", format!("\"{short}\" is no date. Write the day as of which the counts stand, like 2026-11-24."))
        })?;
        if as_of > self.today() {
            return Err(Error::input(
                "E-CERT-FUTURE",
                format!(
                    "{as_of} has not come yet. Counts stand as of a day that is over or running."
                ),
            ));
        }
        self.act(|act| {
            let case = self.case_of_kind(act.read(), &req.r#ref, "certification")?;
            if !OPEN.contains(&case.state.as_str()) {
                return Err(Error::input(
                    "E-CERT-FROZEN",
                    format!(
                        "{} is past its review: its counts stay as they are. Reopen it first.",
                        case.reference
                    ),
                ));
            }
            let counts = self.counts_as_of(act.read(), as_of, case.answer("last_certified"))?;
            self.parts_of_certification(act, &case, &counts)?;
            self.keep_work(act, &case.reference, Work::Counts { counts })
        })?;
        self.certification(&req.r#ref)
    }

    fn parts_of_certification(
        &self,
        act: &mut Act<'_, '_>,
        case: &Case,
        counts: &Counts,
    ) -> Result<()> {
        let mut case = case.clone();
        let mut put = |act: &mut Act<'_, '_>,
                       (kind, state): (&str, &str),
                       (label, subject): (&str, &str),
                       known: Option<Taken>|
         -> Result<()> {
            let before = case
                .items_of(kind)
                .find(|item| item.subject.as_deref() == Some(subject))
                .cloned();
            let mut item = before.clone().unwrap_or_else(|| Item {
                id: case.next_item(),
                kind: kind.to_owned(),
                label: label.to_owned(),
                subject: Some(subject.to_owned()),
                state: state.to_owned(),
                fields: Answers::new(),
                path: Vec::new(),
                letters: Vec::new(),
            });
            // What a person recorded or explained here stays.
            if let Some(taken) = known.filter(|_| item.state == state) {
                item.state.clone_from(&taken.state);
                item.path.push(taken);
            }
            if before.as_ref() == Some(&item) {
                return Ok(());
            }
            case.put_item(item.clone());
            act.push(
                Change::CaseItem {
                    case: case.reference.clone(),
                    before: before.map(Box::new),
                    item: Box::new(item),
                    approval: None,
                },
                None,
                None,
            )?;
            Ok(())
        };
        for attestation in self.pack().attestations() {
            let named = (attestation.label.as_str(), attestation.id.as_str());
            put(act, ("attestation", "open"), named, None)?;
        }
        for line in &counts.resellers {
            let known = attested(&act.read().reseller(&line.reference)?, counts);
            let named = (line.name.as_str(), line.reference.as_str());
            put(act, ("reseller", "missing"), named, known)?;
        }
        Ok(())
    }

    /// The one function that counts. Today's counts come from the records; those of an earlier day from the journal up to its end.
    /// What could not be verified counts from the day after `since`.
    pub(crate) fn counts_as_of(
        &self,
        read: &Read<'_>,
        as_of: NaiveDate,
        since: Option<&str>,
    ) -> Result<Counts> {
        let rules = self.rules();
        let mut counting = Counting::new(&as_of.to_string(), since);
        if as_of >= self.today() {
            read.each_customer(|file| -> Result<()> {
                counting.add(file, &rules);
                Ok(())
            })?;
        } else {
            for file in self.customers_as_of(read, as_of)?.values() {
                counting.add(file, &rules);
            }
        }
        Ok(counting.done(&read.resellers()?))
    }

    /// Every customer as it stood at the end of a day: its entries up to then, in order.
    fn customers_as_of(
        &self,
        read: &Read<'_>,
        as_of: NaiveDate,
    ) -> Result<BTreeMap<String, CustomerFile>> {
        let mut files: BTreeMap<String, CustomerFile> = BTreeMap::new();
        let zone = self.zone();
        read.each_entry(1, |recorded| -> Result<()> {
            let entry = &recorded.chained.entry;
            let on = DateTime::from_timestamp_millis(entry.recorded_at)
                .map(|at| crate::now::civil(at, zone));
            if on.is_none_or(|on| on > as_of) {
                return Ok(());
            }
            let Some(body) = recorded.body() else {
                return Ok(());
            };
            let (seq, at) = (recorded.chained.seq, entry.recorded_at);
            match &body.change {
                Change::CustomerRecorded {
                    reference,
                    external_id,
                    party,
                    ..
                } => {
                    let mut file = CustomerFile::new(reference, external_id.as_deref(), *party);
                    file.apply(&body.change, seq, at);
                    files.insert(reference.clone(), file);
                }
                Change::CustomerRemoved { reference, .. } => {
                    files.remove(reference);
                }
                change => {
                    if let Some(file) = files.get_mut(change.subject()) {
                        file.apply(change, seq, at);
                    }
                }
            }
            Ok(())
        })?;
        Ok(files)
    }

    fn certification_view(
        &self,
        read: &Read<'_>,
        case: &Case,
        counts: &Counts,
        frozen: bool,
    ) -> Result<c::CertificationView> {
        let mut unverified: BTreeMap<String, u64> = BTreeMap::new();
        for one in &counts.unverified {
            *unverified.entry(one.country.clone()).or_default() += 1;
        }
        let unverified: Vec<ByCountry> = unverified
            .into_iter()
            .map(|(country, count)| ByCountry { country, count })
            .collect();
        let board = self.board(read, case, counts)?;
        Ok(c::CertificationView {
            r#ref: case.reference.clone(),
            open: OPEN.contains(&case.state.as_str()),
            as_of: frozen.then(|| counts.as_of.clone()),
            sha256: frozen.then(|| counts_hash(counts)),
            customers: small(counts.customers),
            foreign: small(counts.foreign),
            customers_by_country: rows(&counts.customers_by_country),
            foreign_owners: small(counts.foreign_owners),
            owners_by_country: rows(&counts.owners_by_country),
            unverified: small(counts.unverified.len() as u64),
            unverified_by_country: rows(&unverified),
            unverifiable: counts
                .unverifiable
                .iter()
                .map(|count| small(*count))
                .collect(),
            gaps: gaps(case, counts, &board, frozen),
            board,
        })
    }

    fn board(&self, read: &Read<'_>, case: &Case, counts: &Counts) -> Result<Vec<c::BoardRow>> {
        let mut rows = Vec::new();
        for line in &counts.resellers {
            let part = case
                .items_of("reseller")
                .find(|item| item.subject.as_deref() == Some(line.reference.as_str()));
            let since = part
                .and_then(|item| {
                    item.path
                        .iter()
                        .rev()
                        .find(|taken| taken.state == "received")
                })
                .map_or(counts.as_of.as_str(), |taken| taken.on.as_str())
                .to_owned();
            let reseller = read.reseller(&line.reference)?;
            let changed = reseller.cips.iter().any(|cip| cip.effective_from > since);
            rows.push(c::BoardRow {
                r#ref: line.reference.clone(),
                name: line.name.clone(),
                country: line.country.clone(),
                cip: line.cip.as_ref().map(|(version, _)| version.clone()),
                cip_since: line.cip.as_ref().map(|(_, since)| since.clone()),
                attestation: part.map_or_else(String::new, |item| item.state.clone()),
                changed,
                unverified: part
                    .and_then(|item| item.answer("unverified"))
                    .map(str::to_owned)
                    .or_else(|| {
                        let counted = reseller.oversight.counted(&counts.as_of)?;
                        Some(format!(
                            "{} of {} customers",
                            counted.unverified, counted.customers
                        ))
                    }),
            });
        }
        Ok(rows)
    }
}

/// A reseller's attestation of the year as its register has it, as the step that would record it; none where it has none.
fn attested(reseller: &Reseller, counts: &Counts) -> Option<Taken> {
    let one = attestation_of_year(reseller, counts.since.as_deref(), &counts.as_of)?;
    let version = reseller.cip_on(&one.on).map(|cip| cip.version.clone());
    let answers = [
        ("signatory", Some(one.signatory.clone())),
        ("cip_version", version),
        ("documents", one.document.clone()),
    ];
    Some(Taken {
        step: "received".to_owned(),
        state: "received".to_owned(),
        on: one.on.clone(),
        at: None,
        answers: answers
            .into_iter()
            .filter_map(|(id, value)| Some((id.to_owned(), vec![value?])))
            .collect(),
        left_open: None,
        made_of: None,
    })
}

/// A reseller's last attestation that is of the year: given after the last certification, or within a year where there was none.
pub(crate) fn attestation_of_year<'a>(
    reseller: &'a Reseller,
    since: Option<&str>,
    as_of: &str,
) -> Option<&'a Attestation> {
    let year = domain::field::date(as_of)?.checked_sub_months(Months::new(12))?;
    let since = since.map_or_else(|| year.to_string(), str::to_owned);
    let last = reseller.oversight.attested(as_of);
    last.filter(|one| one.on > since)
}

/// SHA-256 of the counts as JSON: the same numbers on screen, on paper and in the file have the same one.
fn counts_hash(counts: &Counts) -> String {
    let text = domain::entry::canonical(counts).unwrap_or_default();
    domain::entry::hex(&Sha256::digest(&text))
}

fn rows(list: &[ByCountry]) -> Vec<c::CountRow> {
    list.iter()
        .map(|one| c::CountRow {
            country: one.country.clone(),
            name: if one.country == "--" {
                "Not recorded".to_owned()
            } else {
                country_name(&one.country)
            },
            count: small(one.count),
        })
        .collect()
}

fn gaps(case: &Case, counts: &Counts, board: &[c::BoardRow], frozen: bool) -> Vec<c::GapRow> {
    let here = format!("#/cases/{}", case.reference);
    let mut gaps = Vec::new();
    let mut gap = |text: String, href: &str, part: Option<&str>| {
        gaps.push(c::GapRow {
            text,
            href: href.to_owned(),
            part: part.map(str::to_owned),
        })
    };
    if !frozen {
        let text = "The counts are not frozen.".to_owned();
        gap(text, &here, Some("counts"));
    }
    let open = case
        .items_of("attestation")
        .filter(|item| item.state != "attested")
        .count();
    if open > 0 {
        let text = format!("Attestations without evidence: {open}.");
        gap(text, &here, Some("attestation"));
    }
    let missing = board
        .iter()
        .filter(|row| row.attestation == "missing")
        .count();
    if missing > 0 {
        let text = format!("Resellers without an attestation: {missing}.");
        gap(text, &here, Some("reseller"));
    }
    let bare: Vec<&str> = board
        .iter()
        .filter(|row| row.cip.is_none())
        .map(|row| row.name.as_str())
        .collect();
    if let Some(first) = bare.first() {
        let text = match bare.len() {
            1 => format!("{first} has no CIP in force."),
            many => format!("Resellers without a CIP in force: {many}."),
        };
        gap(text, &here, Some("reseller"));
    }
    let unresolved = counts.unverifiable[4];
    if unresolved > 0 {
        gap(
            format!("Identities that could not be verified, without a resolution: {unresolved}."),
            "#/register",
            None,
        );
    }
    gaps
}
