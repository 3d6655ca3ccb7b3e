//! What a certification says (F1, F2): the counts as its case froze them, each attestation with what it rests on, each reseller's own. It counts
//! nothing itself: screen, paper and JSON show what `casework::counts` made.

use super::{
    facts::{Facts, attested_on},
    fill::Finding,
};
use crate::{casework::counts::attestation_of_year, error::Result, open_vault::OpenVault};
use domain::{
    casefile::Case,
    counts::{ByCountry, Counts},
    pack::RulePack,
    record::{ClockRecord, Filing, FormRow},
};
use filing::Level;
use store::Read;

impl OpenVault {
    /// Numbers and lists of a certification (D-52 to D-55), and what the yearly one adds (D-57 to D-62, D-73).
    pub(super) fn certified(
        &self,
        read: &Read<'_>,
        filing: &Filing,
        case: Option<&Case>,
        clock: Option<&ClockRecord>,
        pack: &RulePack,
        facts: &mut Facts,
    ) -> Result<()> {
        let case = case.filter(|case| case.kind == "certification");
        let counts = self.counts_of_filing(read, filing, case, clock, facts)?;
        let number = |count: u64| [("value", count.to_string())];
        facts.say("customers", by_country(&counts.customers_by_country));
        facts.one("foreign_customers", number(counts.foreign));
        facts.say(
            "foreign_beneficial_owners",
            by_country(&counts.owners_by_country),
        );
        facts.one("unverified", number(counts.unverified.len() as u64));
        let open = counts.unverified.iter().map(|one| {
            FormRow::of(
                &one.account_ref,
                [
                    ("account", one.account_ref.clone()),
                    ("missing", one.missing.join("; ")),
                    ("since", one.since.clone()),
                ],
            )
        });
        facts.say("unverified_explanation", open.collect());
        let mut resellers = Vec::new();
        for line in &counts.resellers {
            let since = line.cip.as_ref().map(|(_, since)| since.clone());
            let reseller = read.reseller(&line.reference)?;
            resellers.push(FormRow::of(
                &line.reference,
                [
                    ("name", line.name.clone()),
                    ("jurisdiction", line.country.clone()),
                    ("cip_on", since.unwrap_or_default()),
                    ("attested_on", attested_on(&reseller, &counts.as_of)),
                ],
            ));
            facts.from("resellers", &line.reference);
        }
        facts.say("resellers", resellers);
        if filing.form == "F2" {
            self.year(read, &counts, case, pack, facts)?;
        }
        self.own_programme(read, &counts.as_of, facts)
    }

    /// The counts that a filing says: as its case froze them, else as of the filing's day. A person is told which, and where the two differ.
    fn counts_of_filing(
        &self,
        read: &Read<'_>,
        filing: &Filing,
        case: Option<&Case>,
        clock: Option<&ClockRecord>,
        facts: &mut Facts,
    ) -> Result<Counts> {
        let mut find = |level, message: String, go_to: &str| {
            facts.findings.push(Finding {
                level,
                code: "E-CERT-COUNTS",
                message,
                go_to: go_to.to_owned(),
            });
        };
        let mut since = clock.map(|clock| clock.computed.day0.to_string());
        if let Some(case) = case {
            let at = case.reference.as_str();
            if let Some(counts) = read.casework(at)?.counts {
                let (level, differs) = if counts.as_of == filing.as_of {
                    (Level::Passed, String::new())
                } else {
                    (
                        Level::Warns,
                        format!(" The filing itself is as of {}.", filing.as_of),
                    )
                };
                let message = format!(
                    "The counts are those that {at} froze as of {}.{differs}",
                    counts.as_of
                );
                find(level, message, at);
                return Ok(counts);
            }
            find(
                Level::Warns,
                format!(
                    "The counts of {at} are not frozen: what stands here changes with the records. Freeze them there."
                ),
                at,
            );
            since = case.answer("last_certified").map(str::to_owned).or(since);
        }
        let as_of = domain::field::date(&filing.as_of).unwrap_or_else(|| self.today());
        let since = since.filter(|_| filing.form == "F2");
        self.counts_as_of(read, as_of, since.as_deref())
    }

    fn year(
        &self,
        read: &Read<'_>,
        counts: &Counts,
        case: Option<&Case>,
        pack: &RulePack,
        facts: &mut Facts,
    ) -> Result<()> {
        let since = counts.since.clone().unwrap_or_default();
        facts.one("period", [("from", since), ("to", counts.as_of.clone())]);
        let part = |kind: &str, subject: &str| {
            let items = case.map(|case| case.items.as_slice()).unwrap_or_default();
            items
                .iter()
                .find(|item| item.kind == kind && item.subject.as_deref() == Some(subject))
        };
        let mut attestations = Vec::new();
        for one in pack.attestations() {
            let mut row = FormRow::of(
                &one.id,
                [("id", one.id.clone()), ("statement", one.label.clone())],
            );
            let attested = part("attestation", &one.id).filter(|item| item.state == "attested");
            if let (Some(item), Some(case)) = (attested, case) {
                let mut evidence: Vec<String> = item
                    .answer("records")
                    .into_iter()
                    .flat_map(str::lines)
                    .map(|line| line.trim().to_owned())
                    .collect();
                let last = item
                    .path
                    .last()
                    .and_then(|taken| taken.answers.get("documents"));
                for id in last.into_iter().flatten() {
                    evidence.push(read.document(id)?.document.name);
                }
                row.cells.extend([
                    ("value".to_owned(), "true".to_owned()),
                    (
                        "basis".to_owned(),
                        item.answer("basis").unwrap_or_default().to_owned(),
                    ),
                    ("evidence".to_owned(), evidence.join("; ")),
                ]);
                facts.from("attestations", &case.reference);
            }
            attestations.push(row);
        }
        facts.say("attestations", attestations);
        let [verified, refused, closed, other, open] = counts.unverifiable.map(|n| n.to_string());
        let all: u64 = counts.unverifiable.iter().sum();
        facts.one(
            "inabilities_count",
            [
                ("count", all.to_string()),
                ("verified", verified),
                ("refused", refused),
                ("closed", closed),
                ("other", other),
                ("open", open),
            ],
        );
        let mut rows = Vec::new();
        for line in &counts.resellers {
            let reseller = read.reseller(&line.reference)?;
            let part = part("reseller", &line.reference);
            let received = part
                .filter(|item| item.state == "received")
                .and_then(|item| item.path.last());
            let known = attestation_of_year(&reseller, counts.since.as_deref(), &counts.as_of);
            let mut row = FormRow::of(
                &line.reference,
                [
                    ("name", line.name.clone()),
                    ("jurisdiction", line.country.clone()),
                    ("standing", "received".to_owned()),
                ],
            );
            let mut set = |cell: &str, value: &str| {
                row.cells.insert(cell.to_owned(), value.to_owned());
            };
            let dated = match (received, known) {
                (Some(taken), _) => {
                    let said = |id: &str| taken.answers.get(id).and_then(|values| values.first());
                    Some((&taken.on, said("signatory"), said("cip_version")))
                }
                (None, Some(one)) => Some((&one.on, Some(&one.signatory), None)),
                (None, None) => None,
            };
            if let Some((on, signatory, version)) = dated {
                let signatory = signatory.map_or("", String::as_str);
                let version = version.map_or("", String::as_str);
                set("received_on", on);
                let version = match version {
                    "" => String::new(),
                    version => format!(", for CIP version {version}"),
                };
                set("note", &format!("Signed by {signatory}{version}"));
            } else {
                set("standing", "missing");
                let last = attested_on(&reseller, &counts.as_of);
                let reason = match part.and_then(|item| item.answer("reason")) {
                    Some(reason) => reason.to_owned(),
                    None if last.is_empty() => "None was ever received.".to_owned(),
                    None => format!("The last one is of {last}, before the period."),
                };
                set("note", &reason);
            }
            rows.push(row);
            facts.from("reseller_attestations", &line.reference);
        }
        facts.say("reseller_attestations", rows);
        Ok(())
    }
}

fn by_country(counts: &[ByCountry]) -> Vec<FormRow> {
    let rows = counts.iter().map(|one| {
        let country = if one.country == "--" {
            ""
        } else {
            &one.country
        };
        FormRow::of(
            &format!("country {country}"),
            [
                ("country", country.to_owned()),
                ("count", one.count.to_string()),
            ],
        )
    });
    rows.collect()
}
