//! What an answer would change in the register, line by line; and what of it is kept as the reseller's own statement, with its origin.

use super::{Answer, Intake, Stated};
use crate::{
    country::Country,
    oversight::{AiReporting, Attestation, Counts, Oversight},
    record::Reseller,
};
use serde::{Deserialize, Serialize};

/// What a reseller stated by file, after a person compared the key, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The request, such as `IN-0001`.
    pub intake: String,
    /// The day on it: the reseller's own word.
    pub dated: String,
    /// The day it entered the register.
    pub on: String,
    /// Fingerprint of the key that signed.
    pub fingerprint: String,
    /// SHA-256 of the signed file in hex.
    pub sha256: String,
    /// The document that keeps it.
    pub document: String,
    /// What it states.
    pub stated: Stated,
}

/// One thing that an answer would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub label: String,
    /// What the register says.
    pub now: String,
    /// What it would say.
    pub then: String,
}

/// What the register would say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The reseller's record, with what is known of it.
    pub reseller: Reseller,
    /// The version of the CIP is new to the register.
    pub files_cip: bool,
    /// What would change, in the order of the page.
    pub lines: Vec<Line>,
    /// What a person should know before deciding.
    pub notes: Vec<String>,
}

/// What the register would say if an answer entered it on a day. An attestation enters only where every statement that was asked is made;
/// the marks of a review stay ours: where the reseller says that an element stands is kept as its statement.
pub fn propose(reseller: &Reseller, asked: &Intake, answer: &Answer, on: &str) -> Proposal {
    let stated = &answer.stated;
    let mut lines = Vec::new();
    let mut notes = Vec::new();
    let mut line = |label: &str, now: String, then: String| {
        if now != then {
            lines.push(Line {
                label: label.to_owned(),
                now,
                then,
            });
        }
    };
    let mut after = reseller.clone();
    let seen: &mut Oversight = &mut after.oversight;
    for name in &stated.names {
        if !seen.names.contains(name) && *name != reseller.name {
            seen.names.push(name.clone());
        }
    }
    line(
        "Other names",
        reseller.oversight.names.join("; "),
        seen.names.join("; "),
    );
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    if stated.address.is_some() {
        after.address.clone_from(&stated.address);
    }
    line("Address", text(&reseller.address), text(&after.address));
    if stated.email.is_some() {
        after.email.clone_from(&stated.email);
    }
    line("E-mail", text(&reseller.email), text(&after.email));
    let before = reseller.oversight.statements.last();
    let said =
        |part: &dyn Fn(&Stated) -> String| before.map_or_else(String::new, |one| part(&one.stated));
    line("Contacts", said(&contacts), contacts(stated));
    line(
        "Buys from, as it says",
        said(&|one: &Stated| text(&one.buys_from)),
        text(&stated.buys_from),
    );
    line("Sells on to, as it says", said(&sold), sold(stated));
    let files_cip = stated.cip.as_ref().is_some_and(|cip| {
        !reseller
            .cips
            .iter()
            .any(|there| there.effective_from == cip.effective_from)
    });
    if let Some(cip) = &stated.cip {
        let then = version(cip);
        if files_cip {
            let now = reseller.cip_on(on).map_or_else(String::new, |there| {
                format!(
                    "Version {}, in force from {}",
                    there.version, there.effective_from
                )
            });
            line("CIP", now, then);
            if reseller
                .cip_on(on)
                .is_some_and(|there| there.effective_from > cip.effective_from)
            {
                notes.push("The CIP that came along is older than the one in force. It is filed for the days before that one.".to_owned());
            }
        } else {
            notes.push(format!(
                "A CIP in force from {} is filed already: the one that came along is kept with the answer and not filed again.",
                cip.effective_from
            ));
        }
    }
    line(
        "Minimum elements, as it says",
        said(&|one: &Stated| marked(one, asked)),
        marked(stated, asked),
    );
    if let Some(one) = &stated.attestation {
        let missing: Vec<&str> = asked
            .attestations
            .iter()
            .filter(|point| !one.statements.contains(&point.id))
            .map(|point| point.label.as_str())
            .collect();
        if missing.is_empty() {
            let attestation = Attestation {
                on: one.on.clone(),
                signatory: one.signatory.clone(),
                document: Some(answer.document.clone()),
            };
            let now = reseller
                .oversight
                .attested(on)
                .map_or_else(String::new, |there| {
                    format!("{}, {}", there.on, there.signatory)
                });
            line(
                "Attestation",
                now,
                format!("{}, {}", attestation.on, attestation.signatory),
            );
            seen.attestations.push(attestation);
        } else {
            notes.push(format!(
                "Not everything was attested, so no attestation enters the register. Left out: {}.",
                missing.join("; ")
            ));
        }
    }
    if let Some(counts) = &stated.counts {
        let now = reseller
            .oversight
            .counted(on)
            .map(counted)
            .unwrap_or_default();
        line("Counts", now, counted(counts));
        if reseller
            .oversight
            .counted(on)
            .is_some_and(|there| there.as_of > counts.as_of)
        {
            notes.push("The register has later counts. These are kept for their day.".to_owned());
        }
        seen.counts.push(counts.clone());
    }
    if let Some(known) = &stated.ai_reporting {
        let there = reseller.oversight.ai_reporting.as_ref();
        if there.is_some_and(|there| there.as_of > known.as_of) {
            notes.push("What the register says of AI training reports is later than what the answer says, and stays.".to_owned());
        } else {
            line(
                "AI training reports",
                there.map(reports).unwrap_or_default(),
                reports(known),
            );
            seen.ai_reporting = Some(known.clone());
        }
    }
    seen.statements.push(Statement {
        intake: asked.reference.clone(),
        dated: answer.dated.clone(),
        on: on.to_owned(),
        fingerprint: answer.fingerprint.clone(),
        sha256: answer.sha256.clone(),
        document: answer.document.clone(),
        stated: stated.clone(),
    });
    Proposal {
        reseller: after,
        files_cip,
        lines,
        notes,
    }
}

/// What an answer says, whatever the register says: for who looks at it after it was decided on.
pub fn says(stated: &Stated, asked: &Intake) -> Vec<Line> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let signed = |one: &super::StatedAttestation| {
        let all = asked.attestations.len();
        format!(
            "{}, {} ({} of {all} statements)",
            one.on,
            one.signatory,
            one.statements.len()
        )
    };
    let parts = [
        ("Other names", stated.names.join("; ")),
        ("Address", text(&stated.address)),
        ("E-mail", text(&stated.email)),
        ("Contacts", contacts(stated)),
        ("Buys from", text(&stated.buys_from)),
        ("Sells on to", sold(stated)),
        ("CIP", stated.cip.as_ref().map(version).unwrap_or_default()),
        ("Minimum elements", marked(stated, asked)),
        (
            "Attestation",
            stated.attestation.as_ref().map(signed).unwrap_or_default(),
        ),
        (
            "Counts",
            stated.counts.as_ref().map(counted).unwrap_or_default(),
        ),
        (
            "AI training reports",
            stated
                .ai_reporting
                .as_ref()
                .map(reports)
                .unwrap_or_default(),
        ),
    ];
    let said = parts.into_iter().filter(|(_, then)| !then.is_empty());
    said.map(|(label, then)| Line {
        label: label.to_owned(),
        now: String::new(),
        then,
    })
    .collect()
}

fn version(cip: &super::StatedCip) -> String {
    format!(
        "Version {}, in force from {}",
        cip.version, cip.effective_from
    )
}

fn counted(one: &Counts) -> String {
    format!(
        "{} customers, {} not verified, as of {}",
        one.customers, one.unverified, one.as_of
    )
}

fn reports(one: &AiReporting) -> String {
    format!(
        "{}, as of {}",
        if one.ok { "Reports" } else { "Does not report" },
        one.as_of
    )
}

fn contacts(stated: &Stated) -> String {
    let one = |contact: &super::Contact| {
        [
            &contact.name,
            &contact.title,
            &contact.email,
            &contact.phone,
        ]
        .into_iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(", ")
    };
    let all: Vec<String> = stated.contacts.iter().map(one).collect();
    all.join("; ")
}

fn sold(stated: &Stated) -> String {
    let one = |to: &super::SoldTo| {
        let country = Country::parse(&to.country);
        let country = country.map_or_else(|_| to.country.clone(), |found| found.name().to_owned());
        format!("{} ({country})", to.name)
    };
    let all: Vec<String> = stated.sells_on.iter().map(one).collect();
    all.join("; ")
}

fn marked(stated: &Stated, asked: &Intake) -> String {
    if stated.elements.is_empty() {
        return String::new();
    }
    let count = |word: &str| {
        stated
            .elements
            .values()
            .filter(|mark| mark.standing == word)
            .count()
    };
    format!(
        "{} of {} met, {} missing, {} unclear",
        count("met"),
        asked.elements.len(),
        count("missing"),
        count("unclear")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{StatedAttestation, tests::intake};

    fn reseller() -> Reseller {
        Reseller {
            reference: "RS-0001".to_owned(),
            name: "Lion City Cloud".to_owned(),
            country: "SG".to_owned(),
            address: Some("1 Old Road".to_owned()),
            email: None,
            notes: None,
            state: "active".to_owned(),
            cips: Vec::new(),
            oversight: Oversight::default(),
            revision: 0,
        }
    }

    fn answer(stated: Stated) -> Answer {
        Answer {
            nonce: "a".repeat(32),
            document: "doc".to_owned(),
            sha256: "00".to_owned(),
            fingerprint: "SHA256:x".to_owned(),
            dated: "2026-11-23".to_owned(),
            on: "2026-11-24".to_owned(),
            by: "staff-1".to_owned(),
            stated,
            verdict: None,
        }
    }

    #[test]
    fn what_is_not_said_stays_and_what_is_said_keeps_its_origin() {
        let stated = Stated {
            email: Some("cip@lion.example".to_owned()),
            ..Stated::default()
        };
        let found = propose(&reseller(), &intake(), &answer(stated), "2026-11-24");
        let labels: Vec<&str> = found.lines.iter().map(|line| line.label.as_str()).collect();
        assert_eq!(labels, ["E-mail"], "nothing else was said");
        assert_eq!(found.reseller.address.as_deref(), Some("1 Old Road"));
        let kept = found.reseller.oversight.statements.last().unwrap();
        assert_eq!(
            (
                kept.intake.as_str(),
                kept.fingerprint.as_str(),
                kept.document.as_str()
            ),
            ("IN-0001", "SHA256:x", "doc"),
            "who said it, and in which file"
        );
    }

    #[test]
    fn what_is_older_than_the_register_does_not_take_the_place_of_what_is_newer() {
        let mut known = reseller();
        let ai = |as_of: &str, ok| AiReporting {
            as_of: as_of.to_owned(),
            ok,
        };
        let counts = |as_of: &str, customers| Counts {
            as_of: as_of.to_owned(),
            customers,
            unverified: 0,
        };
        known.oversight.ai_reporting = Some(ai("2026-11-20", false));
        known.oversight.counts = vec![counts("2026-11-20", 9)];
        let stated = Stated {
            ai_reporting: Some(ai("2026-11-01", true)),
            counts: Some(counts("2026-11-01", 7)),
            ..Stated::default()
        };
        let found = propose(&known, &intake(), &answer(stated), "2026-11-24");
        let after = &found.reseller.oversight;
        assert_eq!(after.ai_reporting, known.oversight.ai_reporting);
        assert_eq!(after.counted("2026-11-24"), Some(&counts("2026-11-20", 9)));
        assert_eq!(after.counted("2026-11-10"), Some(&counts("2026-11-01", 7)));
        assert_eq!(found.notes.len(), 2, "and it is said: {:?}", found.notes);
    }

    #[test]
    fn half_an_attestation_is_none() {
        let attest = |statements: &[&str]| {
            let stated = Stated {
                attestation: Some(StatedAttestation {
                    on: "2026-11-23".to_owned(),
                    signatory: "Mei Tan".to_owned(),
                    statements: statements.iter().map(|id| (*id).to_owned()).collect(),
                }),
                ..Stated::default()
            };
            propose(&reseller(), &intake(), &answer(stated), "2026-11-24")
        };
        let half = attest(&["review"]);
        assert!(half.reseller.oversight.attestations.is_empty());
        assert!(half.notes[0].contains("THREAT"), "{:?}", half.notes);
        let whole = attest(&["review", "threat"]);
        assert_eq!(whole.reseller.oversight.attestations.len(), 1);
        assert!(whole.notes.is_empty());
    }
}
