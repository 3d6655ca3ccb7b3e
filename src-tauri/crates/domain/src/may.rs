//! Who may do what (domain 3): the one table of rights and roles, and which right each change is an exercise of.
//!
//! Whoever holds the vault key can read everything with tools of their own; this table is what the program lets a member do, on both
//! of its faces. It must not know members.

use crate::{change::Change, machine::Role, onboarding};

use Role::{
    Administrator as AD, Analyst as AN, Auditor as AU, ComplianceOfficer as CO, Investigator as IN,
    ProgrammeManager as PM,
};

/// Something that can be permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Before a vault is open, or about this computer alone.
    Anyone,
    /// Look at records.
    Read,
    /// Work at all: attach documents, plan, receive what comes in.
    Work,
    /// Record customers, owners, accounts and access logs, and what was found out about them.
    Collect,
    /// Decide on customers.
    Decide,
    /// Resellers, requests, filings.
    Programme,
    /// Work signals and incidents.
    Investigate,
    /// Start, stop and correct clocks by hand.
    Deadlines,
    /// Take rule packs in and give them up.
    Rules,
    /// Hold records back, and dispose of them.
    Retain,
    /// Write records to files outside the vault.
    Export,
    /// Back the vault up.
    Keep,
    /// Members, keys, recovery.
    Administer,
}

/// The table: a row for each right, a mark for each role that has it.
const TABLE: &[(Right, &[Role])] = &[
    (Right::Anyone, &[AN, CO, PM, IN, AD, AU]),
    (Right::Read, &[AN, CO, PM, IN, AD, AU]),
    (Right::Work, &[AN, CO, PM, IN]),
    (Right::Collect, &[AN, CO]),
    (Right::Decide, &[CO]),
    (Right::Programme, &[PM, CO]),
    (Right::Investigate, &[IN, CO]),
    (Right::Deadlines, &[PM, CO, IN]),
    (Right::Rules, &[PM, CO]),
    (Right::Retain, &[CO, PM]),
    (Right::Export, &[AN, CO, PM, IN]),
    (Right::Keep, &[AN, CO, PM, IN, AD]),
    (Right::Administer, &[AD]),
];

impl Right {
    /// Every right, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(right, _)| *right)
    }

    /// Who has it.
    pub fn roles(self) -> &'static [Role] {
        TABLE
            .iter()
            .find(|(right, _)| *right == self)
            .map_or(&[], |(_, roles)| roles)
    }

    /// In words, for the table of roles on the screen.
    pub fn words(self) -> &'static str {
        match self {
            Self::Anyone => "Open, lock and set up this computer",
            Self::Read => "Read everything in the vault",
            Self::Work => "Attach documents, plan, receive what comes in",
            Self::Collect => "Record customers, owners, accounts and access logs",
            Self::Decide => "Decide on customers and approve",
            Self::Programme => "Resellers, requests and filings",
            Self::Investigate => "Work signals and incidents",
            Self::Deadlines => "Start, stop and correct clocks by hand",
            Self::Rules => "Adopt rule packs",
            Self::Retain => "Hold records back and dispose of them",
            Self::Export => "Write records to files outside the vault",
            Self::Keep => "Back up the vault",
            Self::Administer => "Members, keys and recovery",
        }
    }
}

/// Whether somebody with these roles may do what these roles may.
pub fn may(has: &[Role], asked: &[Role]) -> bool {
    asked.iter().any(|role| has.contains(role))
}

/// Roles as a sentence has them: "compliance officer or programme manager".
pub fn in_words(roles: &[Role]) -> String {
    let words: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    match words.as_slice() {
        [] => "nobody".to_owned(),
        [one] => (*one).to_owned(),
        [many @ .., last] => format!("{} or {last}", many.join(", ")),
    }
}

/// Why a set of roles cannot be given; none where it can. An auditor only reads, so the role stands alone.
pub fn wrong_with(roles: &[Role]) -> Option<&'static str> {
    if roles.is_empty() {
        Some("Choose at least one role.")
    } else if roles.contains(&AU) && roles.len() > 1 {
        Some("An auditor only reads. Give the role alone, or leave it out.")
    } else {
        None
    }
}

/// Which roles a change asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Any of these.
    pub roles: &'static [Role],
    /// It may also come as a consequence of another change in the same act: a clock that starts because a request came in.
    pub follows: bool,
}

/// Judges an act: every change that is no consequence must be permitted; an act of consequences alone is judged by each.
/// Gives the roles that are asked for and missing.
pub fn refusal(has: &[Role], act: &[Needs]) -> Option<&'static [Role]> {
    let alone = act.iter().all(|needs| needs.follows);
    act.iter()
        .filter(|needs| alone || !needs.follows)
        .find(|needs| !may(has, needs.roles))
        .map(|needs| needs.roles)
}

impl Change {
    /// Which roles it asks for, and whether it may follow from another.
    pub fn needs(&self) -> Needs {
        let of = |right: Right| Needs {
            roles: right.roles(),
            follows: false,
        };
        let after = |right: Right| Needs {
            roles: right.roles(),
            follows: true,
        };
        match self {
            Self::VaultCreated { .. }
            | Self::VaultImported { .. }
            | Self::StaffAdded { .. }
            | Self::StaffRoles { .. }
            | Self::StaffRevoked { .. }
            | Self::StaffEnrolled { .. }
            | Self::KeysRotated { .. }
            | Self::RecoveryMade { .. } => of(Right::Administer),
            Self::PassphraseChanged { .. } => of(Right::Read),
            Self::RollbackAccepted { .. } => of(Right::Keep),
            Self::DrillSkipped { .. } | Self::ClockPlanned { .. } | Self::CaseOpened { .. } => {
                of(Right::Work)
            }
            // What the house does beside the rule decides nothing.
            Self::TaskSet { .. }
            | Self::CommentMade { .. }
            | Self::HandlingSet { .. }
            | Self::ViewSaved { .. } => of(Right::Work),
            // What is worked out on a case decides nothing: its steps do.
            Self::CaseWork { .. } => of(Right::Work),
            // Each step of a case has its own role; the use case asks for it where the table of the case is at hand.
            Self::CaseAdvanced { .. } => of(Right::Work),
            Self::DocumentAttached { .. } | Self::CaseItem { .. } | Self::CaseChanged { .. } => {
                after(Right::Work)
            }
            Self::PackAdopted { .. } | Self::PackRetired { .. } | Self::FieldSwitched { .. } => {
                of(Right::Rules)
            }
            Self::TemplateSaved { .. } | Self::HouseRulesSet { .. } => of(Right::Rules),
            // A complaint is answered by whoever may decide (domain 3.1).
            Self::RedressRecorded { .. } | Self::RiskDecided { .. } => of(Right::Decide),
            Self::CustomerRecorded { .. }
            | Self::CustomerChanged { .. }
            | Self::OwnerRecorded { .. }
            | Self::NoticeDelivered { .. }
            | Self::Determined { .. }
            | Self::Verified { .. }
            | Self::DocumentReviewed { .. }
            | Self::ProofRecorded { .. }
            | Self::ValueRevealed { .. }
            | Self::DiscrepancyRecorded { .. }
            | Self::SignatoryRecorded { .. }
            | Self::RedFlagRecorded { .. }
            | Self::Imported { .. }
            | Self::AccessImported { .. }
            | Self::UsageImported { .. }
            | Self::MappingSaved { .. }
            | Self::ImportUndone { .. }
            | Self::CustomerRemoved { .. }
            | Self::CustomerRestored { .. }
            | Self::LetterSaved { .. }
            | Self::KeptApart { .. }
            | Self::CustomerMerged { .. }
            | Self::MergedAway { .. }
            | Self::MergeUndone { .. } => of(Right::Collect),
            Self::AccountRecorded { .. } | Self::NoneIdentified { .. } => after(Right::Collect),
            // What a rule does by itself is done for whoever may work on the case at all.
            Self::CustomerAdvanced { how, .. } if how.automatic => after(Right::Collect),
            // To close over what is open is a decision, like that of an approver.
            Self::CustomerAdvanced { how, approval, .. }
                if how.left_open.is_some() && approval.is_none() =>
            {
                of(Right::Decide)
            }
            Self::CustomerAdvanced { from, to, .. } => match onboarding::MACHINE.step(from, to) {
                // With an approval the approver decides, and must have the role; whoever proposes works on the case.
                Some(step) if step.approval => of(Right::Collect),
                Some(step) => Needs {
                    roles: step.role.alone(),
                    follows: step.role == AN,
                },
                None => after(Right::Collect),
            },
            Self::KeptLonger { .. }
            | Self::HoldPlaced { .. }
            | Self::HoldReleased { .. }
            | Self::DisposalApproved { .. }
            | Self::Disposed { .. }
            | Self::AccessDisposed { .. }
            | Self::DisposalDone { .. } => of(Right::Retain),
            Self::ResellerRecorded { .. } | Self::FilingDrafted { .. } => after(Right::Programme),
            Self::IntakeAsked { .. }
            | Self::IntakeAnswered { .. }
            | Self::IntakeJudged { .. }
            | Self::IntakeWithdrawn { .. } => of(Right::Programme),
            Self::ProgrammeStated { .. }
            | Self::CipFiled { .. }
            | Self::ResellerOverseen { .. }
            | Self::FilingEdited { .. }
            | Self::FilingValidated { .. }
            | Self::FilingApproved { .. }
            | Self::FilingAnswered { .. }
            | Self::FilingSealed { .. }
            | Self::FilingSent { .. } => of(Right::Programme),
            Self::KeyKnown { .. } => after(Right::Programme),
            Self::KeyBound { .. } => of(Right::Decide),
            Self::BundleReceived { .. } => of(Right::Work),
            Self::FilingExported { .. } => of(Right::Export),
            Self::ClockStarted { .. } | Self::ClockRevised { .. } | Self::ClockStopped { .. } => {
                after(Right::Deadlines)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_has_a_row_and_the_auditor_only_reads() {
        for right in Right::all() {
            assert!(!right.roles().is_empty(), "{right:?} is nobody's");
            let reads = [Right::Anyone, Right::Read].contains(&right);
            assert_eq!(
                right.roles().contains(&AU),
                reads,
                "an auditor reads and nothing else: {right:?}"
            );
        }
        assert_eq!(
            Right::Administer.roles(),
            [AD],
            "keys are the administrator's alone"
        );
    }

    #[test]
    fn the_founder_may_do_everything() {
        for right in Right::all() {
            assert!(may(Role::FOUNDER, right.roles()), "{right:?}");
        }
    }

    #[test]
    fn what_follows_from_a_permitted_change_is_permitted_and_alone_it_is_not() {
        let recorded = Needs {
            roles: Right::Collect.roles(),
            follows: false,
        };
        let clock = Needs {
            roles: Right::Deadlines.roles(),
            follows: true,
        };
        assert_eq!(
            refusal(&[AN], &[recorded, clock]),
            None,
            "a clock starts because a customer was recorded"
        );
        assert_eq!(
            refusal(&[AN], &[clock]),
            Some(Right::Deadlines.roles()),
            "by hand it is somebody else's"
        );
        assert_eq!(
            refusal(&[PM], &[recorded, clock]),
            Some(Right::Collect.roles())
        );
        assert_eq!(refusal(&[AU], &[]), None, "an act of nothing needs nothing");
    }

    #[test]
    fn an_auditor_is_nothing_else() {
        assert!(wrong_with(&[AU, AN]).is_some() && wrong_with(&[]).is_some());
        assert!(wrong_with(&[AU]).is_none() && wrong_with(Role::FOUNDER).is_none());
    }

    #[test]
    fn roles_are_said_as_a_sentence_has_them() {
        assert_eq!(
            in_words(&[AN, CO, PM]),
            "analyst, compliance officer or program manager"
        );
        assert_eq!(in_words(&[AD]), "administrator");
    }
}
