//! What is known of a reseller beyond its name: the chain it sells in, the contract, attestations, counts, and the reviews of its CIP against
//! the minimum elements of the rule (D-65, D-66, D-73). It must not know storage; what is required comes from the rule packs.

use crate::{
    intake::{SoldTo, Statement},
    pack::Part,
    record::{Cip, Reseller},
    rulebook::Rulebook,
    text::fold,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known of a reseller (domain 5.18).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Oversight {
    /// Other names it uses.
    pub names: Vec<String>,
    /// The reseller it buys from; none where it buys from us.
    pub upstream: Option<String>,
    /// The clause by which it must keep a CIP and report.
    pub clause: Option<String>,
    /// The document that holds the clause.
    pub contract: Option<String>,
    /// Yearly attestations, in the order they were recorded.
    pub attestations: Vec<Attestation>,
    /// Counts it gave, in the order they were recorded.
    pub counts: Vec<Counts>,
    /// Whether it reports AI training as it must, and since when that is known.
    pub ai_reporting: Option<AiReporting>,
    /// Reviews of its CIP versions, in the order they were made.
    pub reviews: Vec<Review>,
    /// Customers of the record that came through it, by reference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customers: Vec<String>,
    /// What it stated by file, in the order it entered the register.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
}

/// A reseller's yearly attestation (D-73).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// The day on it.
    pub on: String,
    /// Who signed.
    pub signatory: String,
    /// The document.
    pub document: Option<String>,
}

/// How many customers a reseller has, and of how many the identity is not verified (D-52, D-55).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// As of.
    pub as_of: String,
    /// Customers.
    pub customers: u32,
    /// Customers whose identity is not verified.
    pub unverified: u32,
}

/// Whether a reseller reports AI training (D-78).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiReporting {
    /// Known since.
    pub as_of: String,
    /// It does.
    pub ok: bool,
}

/// A review of a CIP version against the minimum elements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The version's reference, such as `CIP-0001`.
    pub cip: String,
    /// The day.
    pub on: String,
    /// By element of the rule pack.
    pub marks: BTreeMap<String, Mark>,
    /// What was found, in words.
    pub note: String,
}

/// What was found of one element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// met, missing, unclear.
    pub standing: String,
    /// Where it stands in the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

/// The standings of an element, and what a person reads.
pub const STANDINGS: &[(&str, &str)] = &[
    ("met", "Met"),
    ("missing", "Missing"),
    ("unclear", "Unclear"),
];

/// How one point of a scorecard stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should be.
    Good,
    /// Soon to be renewed, or not known.
    Watch,
    /// Something must be done.
    Bad,
}

impl Grade {
    /// The word that crosses to the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Watch => "watch",
            Self::Bad => "bad",
        }
    }
}

/// One point of a scorecard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// What is looked at.
    pub label: &'static str,
    /// How it stands.
    pub grade: Grade,
    /// Why, in words.
    pub words: String,
}

impl Oversight {
    /// The last review of a version up to a day.
    pub fn review_of(&self, cip: &str, on: &str) -> Option<&Review> {
        self.reviews
            .iter()
            .filter(|review| review.cip == cip && review.on.as_str() <= on)
            .max_by(|a, b| a.on.cmp(&b.on))
    }

    /// Where the reseller itself says that the elements of a version stand: its last statement by file up to a day that came with that version.
    pub fn stated_of(&self, cip: &Cip, on: &str) -> Option<&BTreeMap<String, Mark>> {
        let of = |one: &Statement| {
            let version = one.stated.cip.as_ref();
            one.on.as_str() <= on
                && version.is_some_and(|version| version.effective_from == cip.effective_from)
        };
        self.statements
            .iter()
            .rfind(|one| of(one))
            .map(|one| &one.stated.elements)
    }

    /// The last attestation up to a day.
    pub fn attested(&self, on: &str) -> Option<&Attestation> {
        self.attestations
            .iter()
            .filter(|one| one.on.as_str() <= on)
            .max_by(|a, b| a.on.cmp(&b.on))
    }

    /// The last counts up to a day.
    pub fn counted(&self, on: &str) -> Option<&Counts> {
        self.counts
            .iter()
            .filter(|one| one.as_of.as_str() <= on)
            .max_by(|a, b| a.as_of.cmp(&b.as_of))
    }
}

/// The chain from us down to a reseller, itself last; the references stop where one comes again.
pub fn chain<'a>(reseller: &'a Reseller, every: &'a [Reseller]) -> Vec<&'a Reseller> {
    let mut up = vec![reseller];
    let mut at = reseller;
    while let Some(next) = at
        .oversight
        .upstream
        .as_deref()
        .and_then(|upstream| every.iter().find(|one| one.reference == upstream))
    {
        if up.iter().any(|one| one.reference == next.reference) {
            break;
        }
        up.push(next);
        at = next;
    }
    up.reverse();
    up
}

/// Why a reseller cannot buy from another; none where it can. Nobody resells to itself, whether at once or around the chain.
pub fn wrong_upstream(reseller: &str, upstream: &Reseller, every: &[Reseller]) -> Option<String> {
    if upstream.reference == reseller {
        return Some(format!("{} cannot resell to itself.", upstream.name));
    }
    chain(upstream, every)
        .iter()
        .any(|one| one.reference == reseller)
        .then(|| {
            format!(
                "{} already buys through it, directly or further up: the chain would go in a circle.",
                upstream.name
            )
        })
}

/// What the register knows of a buyer that a reseller stated by file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<'a> {
    /// It is in the chain below the reseller.
    Below(&'a Reseller),
    /// It is a reseller that stands elsewhere.
    Elsewhere(&'a Reseller),
    /// No reseller has the name.
    Not,
}

/// A buyer that a reseller stated, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer<'a> {
    /// Name and country, as it was stated.
    pub stated: &'a SoldTo,
    /// What stated it.
    pub statement: &'a Statement,
    /// What the register knows of it.
    pub known: Known<'a>,
}

/// Whom a reseller sells on to by its last statement up to a day. What it says changes nothing of the chain: a person takes a buyer into it.
pub fn stated_buyers<'a>(
    reseller: &'a Reseller,
    every: &'a [Reseller],
    on: &str,
) -> Vec<Buyer<'a>> {
    let statements = reseller.oversight.statements.iter();
    let Some(statement) = statements.rev().find(|one| one.on.as_str() <= on) else {
        return Vec::new();
    };
    let named = |one: &Reseller, name: &str| {
        let mut names = std::iter::once(&one.name).chain(&one.oversight.names);
        names.any(|there| fold(there.trim()) == name)
    };
    let known = |name: &str| {
        let name = fold(name.trim());
        let mut others = every
            .iter()
            .filter(|one| one.reference != reseller.reference && named(one, &name));
        let Some(first) = others.next() else {
            return Known::Not;
        };
        let below = |one: &Reseller| {
            chain(one, every)
                .iter()
                .any(|above| above.reference == reseller.reference)
        };
        match std::iter::once(first).chain(others).find(|one| below(one)) {
            Some(one) => Known::Below(one),
            None => Known::Elsewhere(first),
        }
    };
    let sold = statement.stated.sells_on.iter();
    sold.map(|stated| Buyer {
        stated,
        statement,
        known: known(&stated.name),
    })
    .collect()
}

/// Elements of the packs in use that a review does not show as met: labels, in the order of the packs.
pub fn open_elements(rules: &Rulebook, review: Option<&Review>) -> Vec<String> {
    let mut open = Vec::new();
    for element in rules
        .in_use()
        .flat_map(|pack| pack.list(Part::MinimumElement))
    {
        let met = review
            .and_then(|review| review.marks.get(&element.id))
            .is_some_and(|mark| mark.standing == "met");
        if !met && !open.contains(&element.label) {
            open.push(element.label.clone());
        }
    }
    open
}

fn days(from: &str, to: NaiveDate) -> Option<i64> {
    crate::field::date(from).map(|from| (to - from).num_days())
}

fn yearly(label: &'static str, last: Option<&str>, day: NaiveDate, none: &str) -> Score {
    let (grade, words) = match last.and_then(|last| Some((last, days(last, day)?))) {
        None => (Grade::Bad, none.to_owned()),
        Some((last, age)) if age > 365 => {
            (Grade::Bad, format!("Last on {last}, more than a year ago"))
        }
        Some((last, age)) if age > 305 => (
            Grade::Watch,
            format!("Last on {last}; due within two months"),
        ),
        Some((last, _)) => (Grade::Good, format!("Last on {last}")),
    };
    Score {
        label,
        grade,
        words,
    }
}

/// A reseller's scorecard on a day, among `every` reseller: can it still be supplied? The points are ours; the duties behind them are D-65,
/// D-73, D-78. `outside` names buyers that it stated and that nobody has taken into the chain or the record.
pub fn scorecard(
    reseller: &Reseller,
    day: NaiveDate,
    rules: &Rulebook,
    outside: &[String],
    open_failures: usize,
) -> Vec<Score> {
    let on = day.to_string();
    let seen = &reseller.oversight;
    let cip: Option<&Cip> = reseller.cip_on(&on);
    let review = cip.and_then(|cip| seen.review_of(&cip.reference, &on));
    let point = |label, grade, words: String| Score {
        label,
        grade,
        words,
    };
    let mut scores = vec![
        match cip {
            Some(cip) => point(
                "CIP in force",
                Grade::Good,
                format!("Version {}, since {}", cip.version, cip.effective_from),
            ),
            None => point(
                "CIP in force",
                Grade::Bad,
                "None is in the vault".to_owned(),
            ),
        },
        match (cip, review) {
            (None, _) => point(
                "CIP reviewed",
                Grade::Bad,
                "There is nothing to review".to_owned(),
            ),
            (Some(_), None) => point(
                "CIP reviewed",
                Grade::Watch,
                "Not since this version came in".to_owned(),
            ),
            (Some(_), Some(review)) => {
                point("CIP reviewed", Grade::Good, format!("On {}", review.on))
            }
        },
    ];
    if let Some(review) = review {
        let open = open_elements(rules, Some(review));
        scores.push(if open.is_empty() {
            point("Minimum elements", Grade::Good, "Each is met".to_owned())
        } else {
            point(
                "Minimum elements",
                Grade::Bad,
                format!("Not met: {}", open.join("; ")),
            )
        });
    }
    scores.push(match &seen.clause {
        Some(clause) => point("Contract clause", Grade::Good, clause.clone()),
        None => point(
            "Contract clause",
            Grade::Bad,
            "Not recorded: a demand rests on it".to_owned(),
        ),
    });
    scores.push(yearly(
        "Attestation",
        seen.attested(&on).map(|one| one.on.as_str()),
        day,
        "None is recorded",
    ));
    let counts = seen.counted(&on);
    scores.push(match counts {
        Some(counts) if counts.unverified > 0 => point(
            "Unverified customers",
            Grade::Watch,
            format!(
                "{} of {} as of {}",
                counts.unverified, counts.customers, counts.as_of
            ),
        ),
        Some(counts) => point(
            "Unverified customers",
            Grade::Good,
            format!("None of {} as of {}", counts.customers, counts.as_of),
        ),
        None => point(
            "Unverified customers",
            Grade::Watch,
            "No counts are recorded".to_owned(),
        ),
    });
    scores.push(match &seen.ai_reporting {
        Some(known) if known.ok => point(
            "AI training reports",
            Grade::Good,
            format!("It reports as it must; known since {}", known.as_of),
        ),
        Some(known) => point(
            "AI training reports",
            Grade::Bad,
            format!(
                "It does not report; known since {}. It may not be supplied",
                known.as_of
            ),
        ),
        None => point("AI training reports", Grade::Watch, "Not known".to_owned()),
    });
    if !outside.is_empty() {
        scores.push(point(
            "Buyers it stated",
            Grade::Watch,
            format!("Not in the chain or the record: {}", outside.join("; ")),
        ));
    }
    if open_failures > 0 {
        scores.push(point(
            "Failure cases",
            Grade::Bad,
            format!("{open_failures} open"),
        ));
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reseller(reference: &str, upstream: Option<&str>) -> Reseller {
        Reseller {
            reference: reference.to_owned(),
            name: reference.to_owned(),
            country: "SG".to_owned(),
            address: None,
            email: None,
            notes: None,
            state: "active".to_owned(),
            cips: Vec::new(),
            oversight: Oversight {
                upstream: upstream.map(str::to_owned),
                ..Oversight::default()
            },
            revision: 0,
        }
    }

    #[test]
    fn a_chain_of_resale_has_no_circle_and_nobody_resells_to_itself() {
        let every = [
            reseller("RS-1", None),
            reseller("RS-2", Some("RS-1")),
            reseller("RS-3", Some("RS-2")),
        ];
        let names: Vec<&str> = chain(&every[2], &every)
            .iter()
            .map(|one| one.reference.as_str())
            .collect();
        assert_eq!(names, ["RS-1", "RS-2", "RS-3"], "from us down");
        assert!(wrong_upstream("RS-1", &every[0], &every).is_some());
        assert!(wrong_upstream("RS-1", &every[2], &every).is_some());
        assert!(wrong_upstream("RS-3", &every[0], &every).is_none());
        let round = [
            reseller("RS-1", Some("RS-2")),
            reseller("RS-2", Some("RS-1")),
        ];
        assert_eq!(chain(&round[0], &round).len(), 2, "a damaged chain ends");
    }

    #[test]
    fn a_stated_buyer_is_known_by_any_of_its_names_and_is_no_tier_by_being_stated() {
        let mut top = reseller("RS-1", None);
        let stated = |names: &[&str]| crate::intake::Stated {
            sells_on: names
                .iter()
                .map(|name| SoldTo {
                    name: (*name).to_owned(),
                    country: "NO".to_owned(),
                })
                .collect(),
            ..crate::intake::Stated::default()
        };
        let statement = |on: &str, names: &[&str]| Statement {
            intake: "IN-0001".to_owned(),
            dated: on.to_owned(),
            on: on.to_owned(),
            fingerprint: String::new(),
            sha256: String::new(),
            document: String::new(),
            stated: stated(names),
        };
        top.oversight.statements = vec![
            statement("2026-01-10", &["Gone AS"]),
            statement("2026-03-01", &["rs-2 ", "Fjord", "RS-4", "Nobody", "RS-1"]),
        ];
        let mut renamed = reseller("RS-3", Some("RS-2"));
        renamed.oversight.names = vec!["FJÖRD".to_owned()];
        let every = [
            top.clone(),
            reseller("RS-2", Some("RS-1")),
            renamed,
            reseller("RS-4", None),
        ];
        let known: Vec<Known<'_>> = stated_buyers(&every[0], &every, "2026-03-02")
            .into_iter()
            .map(|one| one.known)
            .collect();
        assert_eq!(
            known,
            [
                Known::Below(&every[1]),
                Known::Below(&every[2]),
                Known::Elsewhere(&every[3]),
                Known::Not,
                Known::Not,
            ],
            "nobody is a buyer of itself"
        );
        let before = stated_buyers(&every[0], &every, "2026-02-01");
        assert_eq!(before[0].stated.name, "Gone AS", "what was said last then");
        assert!(stated_buyers(&every[0], &every, "2026-01-01").is_empty());
    }

    #[test]
    fn a_year_without_an_attestation_shows() {
        let mut one = reseller("RS-1", None);
        let score = |one: &Reseller, day: &str| {
            scorecard(one, day.parse().unwrap(), &Rulebook::default(), &[], 0)
                .into_iter()
                .find(|score| score.label == "Attestation")
                .unwrap()
                .grade
        };
        assert_eq!(score(&one, "2026-03-02"), Grade::Bad);
        one.oversight.attestations.push(Attestation {
            on: "2026-01-10".to_owned(),
            signatory: "Mei Tan".to_owned(),
            document: None,
        });
        assert_eq!(score(&one, "2026-03-02"), Grade::Good);
        assert_eq!(score(&one, "2026-12-20"), Grade::Watch);
        assert_eq!(score(&one, "2027-01-11"), Grade::Bad);
        assert_eq!(
            score(&one, "2026-01-09"),
            Grade::Bad,
            "what came later was not there yet"
        );
    }
}
