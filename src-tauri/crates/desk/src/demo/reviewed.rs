//! Reviews of the demonstration's papers: accepted ones, one that has expired since, one asked for again, one rejected.

use super::{DemoClock, Place, days_before, specimen};
use crate::{documents::Source, error::Result, open_vault::OpenVault, watch::Unwatched};
use chrono::{DateTime, Duration, Utc};
use contract as c;
use domain::review::CHECKLIST;

/// What becomes of the passport of the customer at a place of the list.
enum Fate {
    /// Accepted, and valid for years.
    Accepted,
    /// Accepted, and expired or expiring after a number of days from the end.
    Until(i64),
    AskedAgain,
    Rejected,
    /// Nobody has looked at it yet.
    Open,
}

fn fate(number: usize) -> Fate {
    match number {
        0 => Fate::Accepted,
        1 => Fate::Until(-6),
        2 => Fate::AskedAgain,
        3 => Fate::Until(19),
        7 => Fate::Rejected,
        _ if number.is_multiple_of(3) => Fate::Accepted,
        _ => Fate::Open,
    }
}

fn answers(no: &str) -> Vec<c::AnswerReq> {
    CHECKLIST
        .iter()
        .map(|(id, _)| c::AnswerReq {
            id: (*id).to_owned(),
            answer: match *id {
                item if item == no => "no",
                "mrz" | "second_address" => "not_applicable",
                _ => "yes",
            }
            .to_owned(),
        })
        .collect()
}

/// Reviews what was attached, on days of the demonstration's own clock.
pub(super) fn reviewed(
    vault: &OpenVault,
    clock: &DemoClock,
    customers: &[(String, &'static Place, String)],
    end: DateTime<Utc>,
) -> Result<()> {
    for (number, (reference, place, name)) in customers.iter().enumerate() {
        let fate = fate(number);
        if matches!(fate, Fate::Open) {
            continue;
        }
        clock.set(days_before(end, 31));
        let view = vault.customer_show(reference)?;
        let letter = view
            .documents
            .iter()
            .find(|one| one.r#type == "proof_of_address");
        if let Some(letter) = letter {
            let place = match view.row.kind {
                c::PartyKind::Individual => "street_address",
                c::PartyKind::Entity => "principal_place",
            };
            vault.value_prove(&c::ProofReq {
                customer: reference.clone(),
                values: vec![c::ValueAt {
                    of: reference.clone(),
                    value: place.to_owned(),
                }],
                document: letter.id.clone(),
                holds: true,
            })?;
        }
        // An organisation has no passport: its first owner's is looked at.
        let (about, holder) = match (view.row.kind, view.owners.first()) {
            (c::PartyKind::Individual, _) => (reference.clone(), name.clone()),
            (c::PartyKind::Entity, Some(owner)) => (owner.id.clone(), owner.name.clone()),
            (c::PartyKind::Entity, None) => continue,
        };
        let Some(paper) = view.documents.iter().find(|one| one.r#type == "passport") else {
            continue;
        };
        let expires = match fate {
            Fate::Until(days) => vault.civil_day(end) + Duration::days(days),
            _ => vault.civil_day(end) + Duration::days(900),
        };
        // The card of the specimen: its lines lie to the right of the picture.
        let line = |place: u32| c::PinReq {
            page: 1,
            x: 3_400,
            y: 2_400 + place * 762,
            w: 5_600,
            h: 420,
        };
        let fact = |field: &str, value: String, place: u32| c::FactReq {
            field: field.to_owned(),
            value,
            pin: Some(line(place)),
            take: false,
        };
        let mut req = c::ReviewReq {
            document: paper.id.clone(),
            about,
            facts: vec![
                fact("full_name", holder.to_uppercase(), 0),
                fact(
                    "document_number",
                    format!("X{:07}", 4_410_007 + number * 7_919),
                    1,
                ),
                fact("issuing_country", place.code.to_owned(), 2),
                fact("expires_on", expires.to_string(), 3),
            ],
            mrz: None,
            answers: answers(""),
            seen: "scan".to_owned(),
            decision: "accept".to_owned(),
            reason: None,
            to_customer: None,
            internal: None,
            verify: false,
            situation: None,
        };
        match fate {
            Fate::AskedAgain => {
                req.facts.truncate(1);
                req.answers = answers("legible");
                req.decision = "ask_again".to_owned();
                req.reason = Some("not_legible".to_owned());
                req.to_customer = Some("We could not read every line of your document. Please send a sharper picture, in good light and without glare.".to_owned());
                req.internal =
                    Some("Glare over the number; the rest agrees with the form.".to_owned());
            }
            Fate::Rejected => {
                req.facts.truncate(1);
                req.answers = answers("untouched");
                req.decision = "reject".to_owned();
                req.reason = Some("altered".to_owned());
                req.to_customer =
                    Some("We cannot accept this document. Please contact us.".to_owned());
                req.internal = Some(
                    "The picture is set on another background than the page; the edges show."
                        .to_owned(),
                );
            }
            _ => {}
        }
        vault.review_decide(&req)?;
        if matches!(fate, Fate::AskedAgain) {
            // A sharper picture came a week later: the newer version waits beside the older.
            clock.set(days_before(end, 24));
            vault.document_replace(
                reference,
                "passport",
                Some(&paper.id),
                Source::Made {
                    name: "passport-specimen-2.png".to_owned(),
                    bytes: specimen::card(&holder, place.country)?,
                },
                &Unwatched,
            )?;
        }
    }
    Ok(())
}
