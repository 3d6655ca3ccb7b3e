//! The oversight of a reseller: its chain, contract, attestations and counts, the reviews of its CIP, and how all that stood on a day.

mod buyers;

use crate::{
    cases::open_failures,
    customers::clean,
    elements,
    error::{Error, Result},
    open_vault::OpenVault,
    resellers::cip_view,
};
use chrono::NaiveDate;
use contract as c;
use domain::{
    change::Change,
    oversight::{self, AiReporting, Attestation, Counts, Mark, Oversight, Review, STANDINGS},
    record::{Cip, Reseller},
};
use store::Read;

impl OpenVault {
    /// What was known of a reseller on a day, as the records say now.
    pub fn reseller_oversight(
        &self,
        reference: &str,
        on: Option<&str>,
    ) -> Result<c::OversightView> {
        let day = match self.past_day(on)? {
            Some(day) => domain::field::date(&day).unwrap_or_else(|| self.today()),
            None => self.today(),
        };
        self.read(|read| self.oversight_view(read, &read.reseller(reference)?, day))
    }

    fn oversight_view(
        &self,
        read: &Read<'_>,
        reseller: &Reseller,
        day: NaiveDate,
    ) -> Result<c::OversightView> {
        let on = day.to_string();
        let every = read.resellers()?;
        let seen = &reseller.oversight;
        let names = self.names(read)?;
        let cip = reseller.cip_on(&on);
        let named = |one: &Reseller| c::Choice {
            value: one.reference.clone(),
            label: one.name.clone(),
        };
        let document = |id: &Option<String>| -> Result<Option<c::Choice>> {
            let Some(id) = id else { return Ok(None) };
            let line = read.document(id)?;
            Ok(Some(c::Choice {
                value: line.document.id,
                label: line.document.name,
            }))
        };
        let mut attestations = seen
            .attestations
            .iter()
            .filter(|one| one.on <= on)
            .map(|one| {
                Ok(c::AttestationView {
                    on: one.on.clone(),
                    signatory: one.signatory.clone(),
                    document: document(&one.document)?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        attestations.sort_by(|a, b| b.on.cmp(&a.on));
        let mut counts: Vec<c::CountsView> = seen
            .counts
            .iter()
            .filter(|one| one.as_of <= on)
            .map(|one| c::CountsView {
                as_of: one.as_of.clone(),
                customers: one.customers,
                unverified: one.unverified,
            })
            .collect();
        counts.sort_by(|a, b| b.as_of.cmp(&a.as_of));
        let failures = open_failures(read, &reseller.reference)?;
        let buyers = buyers::views(read, reseller, &every, &on)?;
        let outside = buyers::outside(&buyers);
        Ok(c::OversightView {
            names: seen.names.clone(),
            chain: oversight::chain(reseller, &every)
                .into_iter()
                .map(named)
                .collect(),
            downstream: every
                .iter()
                .filter(|one| one.oversight.upstream.as_deref() == Some(&reseller.reference))
                .map(named)
                .collect(),
            customers: seen
                .customers
                .iter()
                .filter_map(|reference| {
                    let file = read.customer_file(reference).ok()?;
                    Some(c::Choice {
                        value: file.reference.clone(),
                        label: file.name().to_owned(),
                    })
                })
                .collect(),
            clause: seen.clause.clone(),
            contract: document(&seen.contract)?,
            attestations,
            counts,
            ai_reporting: seen.ai_reporting.as_ref().map(|known| known.ok),
            review: cip.map(|cip| self.review_view(seen, cip, &on)),
            cip: cip
                .map(|cip| cip_view(read, &names, reseller, cip))
                .transpose()?,
            scores: oversight::scorecard(reseller, day, &self.rules(), &outside, failures)
                .into_iter()
                .map(|score| c::ScoreView {
                    label: score.label.to_owned(),
                    grade: score.grade.word().to_owned(),
                    words: score.words,
                })
                .collect(),
            buyers,
            on,
        })
    }

    /// The elements of the packs in use, each with what the last review of a version found.
    fn review_view(&self, seen: &Oversight, cip: &Cip, on: &str) -> c::CipReviewView {
        let review = seen.review_of(&cip.reference, on);
        let mut elements = elements::views(&self.rules(), review.map(|review| &review.marks));
        let stated = seen.stated_of(cip, on);
        for element in &mut elements {
            element.stated = stated
                .and_then(|marks| marks.get(&element.id))
                .map(in_words);
        }
        c::CipReviewView {
            cip: cip.reference.clone(),
            on: review.map(|review| review.on.clone()),
            note: review.map(|review| review.note.clone()).unwrap_or_default(),
            elements,
        }
    }

    /// Records what is known of a reseller; what it said before stays in the journal.
    pub fn reseller_oversee(&self, req: &c::ResellerOverseeReq) -> Result<c::OversightView> {
        let text = |field: &str, text: &Option<String>| -> Result<Option<Option<String>>> {
            text.as_deref()
                .map(|text| Ok(Some(clean(field, text)?).filter(|text| !text.is_empty())))
                .transpose()
        };
        let clause = text("clause", &req.clause)?;
        let contract = text("contract", &req.contract)?;
        let upstream = text("upstream", &req.upstream)?;
        let attestation = req
            .attestation
            .as_ref()
            .map(|one| self.attestation(one))
            .transpose()?;
        let counts = req
            .counts
            .as_ref()
            .map(|one| self.counted(one))
            .transpose()?;
        self.act(|act| {
            let reseller = act.read().reseller(&req.r#ref)?;
            let mut after = reseller.oversight.clone();
            if let Some(names) = &req.names {
                after.names = names
                    .iter()
                    .map(|name| clean("names", name))
                    .collect::<Result<Vec<_>>>()?;
                after.names.retain(|name| !name.is_empty());
            }
            if let Some(upstream) = upstream {
                after.upstream = match upstream {
                    None => None,
                    Some(name) => {
                        let above = act.read().reseller(&name)?;
                        let every = act.read().resellers()?;
                        if let Some(why) =
                            oversight::wrong_upstream(&reseller.reference, &above, &every)
                        {
                            return Err(Error::input("E-RESELLER-CHAIN", why));
                        }
                        Some(above.reference)
                    }
                };
            }
            if let Some(clause) = clause {
                after.clause = clause;
            }
            if let Some(contract) = contract {
                after.contract = contract
                    .map(|id| act.read().document(&id).map(|line| line.document.id))
                    .transpose()?;
            }
            if let Some(ok) = req.ai_reporting {
                after.ai_reporting = Some(AiReporting {
                    as_of: self.today().to_string(),
                    ok,
                });
            }
            if let Some(one) = attestation {
                if let Some(id) = &one.document {
                    act.read().document(id)?;
                }
                after.attestations.push(one);
            }
            after.counts.extend(counts);
            self.put_oversight(act, &reseller, after)
        })?;
        self.reseller_oversight(&req.r#ref, None)
    }

    /// Says which customers of the record came through a reseller, so that a sweep that meets the reseller meets them.
    pub fn reseller_customers(&self, req: &c::ResellerCustomersReq) -> Result<c::OversightView> {
        self.act(|act| {
            let reseller = act.read().reseller(&req.r#ref)?;
            let mut after = reseller.oversight.clone();
            after.customers = req
                .customers
                .iter()
                .map(|one| Ok(act.read().customer_file(one)?.reference))
                .collect::<Result<Vec<_>>>()?;
            after.customers.sort();
            after.customers.dedup();
            self.put_oversight(act, &reseller, after)
        })?;
        self.reseller_oversight(&req.r#ref, None)
    }

    fn attestation(&self, req: &c::AttestationReq) -> Result<Attestation> {
        let on = self.past_day(Some(&req.on))?.ok_or_else(|| {
            Error::input(
                "E-FIELD-DATE",
                "Write the day on the attestation, like 2026-11-24.",
            )
        })?;
        let signatory = clean("signatory", &req.signatory)?;
        if signatory.is_empty() {
            return Err(Error::input(
                "E-RESELLER-SIGNATORY",
                "Write who signed the attestation: a name and a title.",
            ));
        }
        Ok(Attestation {
            on,
            signatory,
            document: req.document.clone().filter(|id| !id.is_empty()),
        })
    }

    fn counted(&self, req: &c::CountsReq) -> Result<Counts> {
        let as_of = self.past_day(Some(&req.as_of))?.ok_or_else(|| {
            Error::input(
                "E-FIELD-DATE",
                "Write the day of the counts, like 2026-11-24.",
            )
        })?;
        if req.unverified > req.customers {
            return Err(Error::input(
                "E-RESELLER-COUNTS",
                format!(
                    "{} customers are not verified, and there are {} in all. Check the numbers.",
                    req.unverified, req.customers
                ),
            ));
        }
        Ok(Counts {
            as_of,
            customers: req.customers,
            unverified: req.unverified,
        })
    }

    fn put_oversight(
        &self,
        act: &mut store::Act<'_, '_>,
        reseller: &Reseller,
        after: Oversight,
    ) -> Result<()> {
        if after != reseller.oversight {
            act.push(
                Change::ResellerOverseen {
                    reseller: reseller.reference.clone(),
                    before: Box::new(reseller.oversight.clone()),
                    after: Box::new(after),
                },
                None,
                None,
            )?;
        }
        Ok(())
    }

    /// Records a review of a CIP version against the minimum elements, with the pages where they stand.
    pub fn cip_review(&self, req: &c::CipReviewReq) -> Result<c::OversightView> {
        let on = self
            .past_day(req.on.as_deref())?
            .unwrap_or_else(|| self.today().to_string());
        let note = clean("note", &req.note)?;
        let marks = elements::marked(&self.rules(), &req.marks)?;
        if marks.is_empty() {
            return Err(Error::input(
                "E-CIP-REVIEW",
                "Nothing was marked. Mark each element as met, missing or unclear.",
            ));
        }
        self.act(|act| {
            let reseller = act.read().reseller(&req.r#ref)?;
            let cip = version(&reseller, &req.cip)?;
            if on < cip.received_on {
                return Err(Error::input(
                    "E-CIP-REVIEW",
                    format!(
                        "{on} is before {}, the day the version was received. Check the date.",
                        cip.received_on
                    ),
                ));
            }
            let mut after = reseller.oversight.clone();
            after.reviews.push(Review {
                cip: cip.reference.clone(),
                on: on.clone(),
                marks,
                note,
            });
            self.put_oversight(act, &reseller, after)
        })?;
        self.reseller_oversight(&req.r#ref, None)
    }

    /// Two versions of a CIP side by side: their dates, their files, and what the last reviews found. What their texts say is for a person
    /// to read: only hashes are compared.
    pub fn cip_compare(&self, req: &c::CipCompareReq) -> Result<Vec<c::CipDifference>> {
        self.read(|read| {
            let reseller = read.reseller(&req.r#ref)?;
            let (a, b) = (
                version(&reseller, &req.first)?,
                version(&reseller, &req.second)?,
            );
            let today = self.today().to_string();
            let mut rows = Vec::new();
            let mut add = |label: &str, first: String, second: String| {
                rows.push(c::CipDifference {
                    label: label.to_owned(),
                    differs: first != second,
                    first,
                    second,
                });
            };
            let files = (
                read.document(&a.document)?.document,
                read.document(&b.document)?.document,
            );
            add("Version", a.version.clone(), b.version.clone());
            add(
                "In force from",
                a.effective_from.clone(),
                b.effective_from.clone(),
            );
            add("Received on", a.received_on.clone(), b.received_on.clone());
            add("File", files.0.name, files.1.name);
            add("SHA-256", files.0.sha256, files.1.sha256);
            add(
                "Bytes",
                files.0.bytes.to_string(),
                files.1.bytes.to_string(),
            );
            let pages =
                |pages: Option<u32>| pages.map_or("unknown".to_owned(), |pages| pages.to_string());
            add("Pages", pages(files.0.pages), pages(files.1.pages));
            let views = (
                self.review_view(&reseller.oversight, a, &today),
                self.review_view(&reseller.oversight, b, &today),
            );
            let on = |view: &c::CipReviewView| {
                view.on.clone().unwrap_or_else(|| "not reviewed".to_owned())
            };
            add("Reviewed on", on(&views.0), on(&views.1));
            for (first, second) in views.0.elements.iter().zip(&views.1.elements) {
                add(&first.label, found(first), found(second));
            }
            Ok(rows)
        })
    }
}

fn found(element: &c::ElementView) -> String {
    match &element.standing {
        None => "not looked at".to_owned(),
        Some(standing) => in_words(&Mark {
            standing: standing.clone(),
            page: element.page.clone(),
        }),
    }
}

fn in_words(mark: &Mark) -> String {
    let label = STANDINGS
        .iter()
        .find(|(id, _)| *id == mark.standing)
        .map_or(mark.standing.as_str(), |(_, label)| label);
    match &mark.page {
        Some(page) => format!("{label}, page {page}"),
        None => label.to_owned(),
    }
}

fn version<'a>(reseller: &'a Reseller, cip: &str) -> Result<&'a Cip> {
    reseller
        .cips
        .iter()
        .find(|one| one.reference == cip || one.version == cip)
        .ok_or_else(|| {
            let short: String = cip.chars().take(40).collect();
            Error::input(
                "E-CIP-UNKNOWN",
                format!("{} has no CIP version \"{short}\".", reseller.name),
            )
        })
}
