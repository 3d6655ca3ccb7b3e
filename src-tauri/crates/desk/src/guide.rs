//! The help: what the packs in use ask about a screen, what a first week consists of, what the words mean. What the rule asks stands in the
//! packs alone; nothing of it is said a second time here.

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
    packs,
};
use contract as c;
use domain::{
    glossary::GLOSSARY,
    pack::{Demand, Part, RulePack},
};

/// A screen, and the parts of the packs that speak about it.
struct Screen {
    /// Its word, such as `customers`.
    id: &'static str,
    /// Its title.
    title: &'static str,
    /// What one does there, in a sentence.
    does: &'static str,
    /// Parts of the packs.
    parts: &'static [Part],
    /// Clocks that are worked on there, by the beginning of their ids; empty: every clock, where `parts` has them.
    clocks: &'static [&'static str],
}

/// The screens that the rule has something to say about, in the order of the rail.
const SCREENS: &[Screen] = &[
    Screen {
        id: "today",
        title: "Today",
        does: "What is due, in five bands: deadlines of a rule before the house's own.",
        parts: &[Part::Clock, Part::Milestone],
        clocks: &[],
    },
    Screen {
        id: "customers",
        title: "Customers",
        does: "Who they are, who owns them, whether they are U.S. persons, and whether their identity was verified.",
        parts: &[
            Part::UsPersonTest,
            Part::RequiredField,
            Part::OffField,
            Part::Threshold,
            Part::VerificationMethod,
            Part::Inability,
            Part::Notice,
            Part::RedFlag,
        ],
        clocks: &[],
    },
    Screen {
        id: "programme",
        title: "Program",
        does: "What the organization is to the rule, its own CIP, the risks, and whom the agency reaches.",
        parts: &[
            Part::MinimumElement,
            Part::RiskFactor,
            Part::SpecialSituation,
            Part::UpdateTrigger,
            Part::AdpFactor,
            Part::Clock,
        ],
        clocks: &["CLK-GRACE", "CLK-NEWPROV", "CLK-IRREGULAR", "CLK-ANNUAL"],
    },
    Screen {
        id: "resellers",
        title: "Resellers",
        does: "Their CIPs, what was reviewed, and whether they may still be supplied.",
        parts: &[Part::MinimumElement, Part::Clock],
        clocks: &["CLK-CIP-REQ", "CLK-RESELLER-TERM"],
    },
    Screen {
        id: "cases",
        title: "Cases",
        does: "What the Department asked for, resellers that failed, incidents, special measures: step by step, each with its evidence.",
        parts: &[
            Part::Clock,
            Part::SpecialMeasureKind,
            Part::SpecialMeasureFactor,
            Part::LegalBasis,
            Part::Penalty,
        ],
        clocks: &["CLK-CIP-REQ", "CLK-RESELLER-TERM", "CLK-AI", "CLK-SM"],
    },
    Screen {
        id: "training",
        title: "AI training",
        does: "Runs that may be training of a covered model, how large they were, and what is reported.",
        parts: &[
            Part::AiCondition,
            Part::AiReportField,
            Part::NearThreshold,
            Part::Clock,
        ],
        clocks: &["CLK-AI"],
    },
    Screen {
        id: "filings",
        title: "Filings",
        does: "What goes to an agency: filled in, checked, approved by a second member, sealed, sent.",
        parts: &[Part::Certification, Part::Attestation, Part::AiReportField],
        clocks: &[],
    },
    Screen {
        id: "retention",
        title: "Retention",
        does: "What must be kept until when, what is held back, and what is disposed of.",
        parts: &[Part::Retention, Part::Clock, Part::Prompt],
        clocks: &["CLK-RETAIN", "CLK-BANK-RETAIN"],
    },
];

/// Whether a screen is where a demand is worked on.
fn concerns(screen: &Screen, demand: &Demand) -> bool {
    let clock = |id: &str| {
        screen.clocks.is_empty() || screen.clocks.iter().any(|begins| id.starts_with(begins))
    };
    screen.parts.contains(&demand.part) && (demand.part != Part::Clock || clock(&demand.id))
}

fn asked(screen: &Screen, pack: &RulePack) -> Option<c::GuidePack> {
    let parts = packs::parts(
        pack.demands()
            .into_iter()
            .filter(|demand| concerns(screen, demand)),
    );
    (!parts.is_empty()).then(|| c::GuidePack {
        note: packs::note(pack),
        parts,
    })
}

impl OpenVault {
    /// The help. What the packs in use ask is given for one screen.
    pub fn guide(&self, req: &c::GuideReq) -> Result<c::GuideView> {
        let wanted = req.screen.as_deref().unwrap_or("today");
        let screen = SCREENS
            .iter()
            .find(|screen| screen.id == wanted)
            .ok_or_else(|| {
                let short: String = wanted.chars().take(40).collect();
                let known: Vec<&str> = SCREENS.iter().map(|screen| screen.id).collect();
                Error::input(
                    "E-GUIDE-SCREEN",
                    format!(
                        "There is no help on \"{short}\". There is on: {}.",
                        known.join(", ")
                    ),
                )
            })?;
        let rules = self.rules();
        Ok(c::GuideView {
            screen: screen.id.to_owned(),
            does: screen.does.to_owned(),
            packs: rules
                .in_use()
                .filter_map(|pack| asked(screen, pack))
                .collect(),
            screens: SCREENS
                .iter()
                .map(|screen| c::Choice {
                    value: screen.id.to_owned(),
                    label: screen.title.to_owned(),
                })
                .collect(),
            week: self.first_week()?,
            terms: GLOSSARY
                .iter()
                .map(|term| c::GuideTerm {
                    word: term.word.to_owned(),
                    meaning: term.meaning.to_owned(),
                    confidence: term.confidence.word().to_owned(),
                    verified: term.confidence.is_verified(),
                })
                .collect(),
        })
    }

    /// What a first week consists of, and what of it the vault shows to be done.
    fn first_week(&self) -> Result<Vec<c::GuideStep>> {
        let reviewed = self.rules().in_use().all(RulePack::is_reviewed);
        let summary = self.summary()?;
        let (programme, resellers) =
            self.read(|read| Ok((read.programme()?, read.resellers()?)))?;
        let with_cip = resellers.iter().any(|reseller| !reseller.cips.is_empty());
        let steps = [
            (
                "people",
                "Add a second member",
                "A filing and a decision on a customer are signed by another than the one who prepared them.",
                self.members().len() > 1,
            ),
            (
                "rules",
                "Compare the rule pack with the Federal Register",
                "Every number says how sure it is. A person who compared them puts a name into the pack.",
                reviewed,
            ),
            (
                "programme",
                "Say what the organization is to the rule",
                "Provider or reseller, and whether it is new to foreign customers.",
                !programme.standings.is_empty(),
            ),
            (
                "programme",
                "Record what you offer, and why it is in scope or not",
                "One memo for each product.",
                !programme.products.is_empty(),
            ),
            (
                "programme",
                "Record your own CIP, with the page of each element",
                "What is missing stands there at once.",
                !programme.cips.is_empty(),
            ),
            (
                "programme",
                "Assess the risks",
                "Under the heads of the rule pack, with the day of the next review.",
                !programme.assessments.is_empty(),
            ),
            (
                "programme",
                "Name the primary contact",
                "Whom the agency reaches. A later change of this person is a filing of its own.",
                !programme.contacts.is_empty(),
            ),
            (
                "import",
                "Bring in the customers",
                "A CSV or XLSX of the register; nothing is written before the check says what it would do.",
                summary.customers > 0,
            ),
            (
                "resellers",
                "Register the resellers with their CIPs",
                "A request for copies leaves ten calendar days; what is here then need not be chased.",
                with_cip,
            ),
            (
                "today",
                "Back the vault up, and keep the copy apart",
                "A backup is a folder that opens like the vault, with the same passphrase.",
                summary.last_backup.is_some(),
            ),
        ];
        Ok(steps
            .into_iter()
            .map(|(place, title, why, done)| c::GuideStep {
                place: place.to_owned(),
                title: title.to_owned(),
                why: why.to_owned(),
                done,
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_screen_finds_something_in_the_leading_pack() {
        let pack = RulePack::builtin(crate::open_vault::DEFAULT_PACK).unwrap();
        for screen in SCREENS {
            let asked = asked(screen, pack).unwrap();
            for part in screen.parts {
                assert!(
                    asked.parts.iter().any(|one| one.title == part.title()),
                    "{} says nothing of {}",
                    screen.id,
                    part.title()
                );
            }
        }
    }
}
