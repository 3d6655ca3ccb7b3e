//! What an approver signs, in words, and whether a change is the one that was signed for. It knows no keys: whether a signature holds is
//! said from outside.

use crate::{
    casefile::Item,
    cases,
    change::{Approval, Change},
    closing::LeftOpen,
    machine::{ItemKind, Machine, Role, Step},
    may::{self, Right},
    onboarding,
    record::Staff,
    retention::Disposal,
};
use std::collections::{HashMap, HashSet};

/// The namespace of an approval's signature.
pub const NAMESPACE: &str = "cipdesk-approval-v1";

/// A customer's step, at the revision that was looked at.
pub fn customer_step(
    customer: &str,
    from: &str,
    to: &str,
    revision: u32,
    left_open: Option<&LeftOpen>,
) -> String {
    let over = left_open
        .map(|left| format!(", over {} still open", left.items.len()))
        .unwrap_or_default();
    format!("advance {customer} from {from} to {to} at revision {revision}{over}")
}

/// The same step of several customers, each with its revision.
pub fn customers_step(to: &str, customers: &[(&str, u32)]) -> String {
    let list: Vec<String> = customers
        .iter()
        .map(|(reference, revision)| format!("{reference} at revision {revision}"))
        .collect();
    format!("advance {} cases to {to}: {}", list.len(), list.join(", "))
}

/// A step of a case, or of a part of one.
pub fn case_step(case: &str, item: Option<&str>, from: &str, to: &str) -> String {
    let item = item.map(|item| format!(" {item}")).unwrap_or_default();
    format!("advance {case}{item} from {from} to {to}")
}

/// The end of a hold, with where it stands in writing.
pub fn release(hold: &str, writing: &str) -> String {
    format!("release {hold}: {writing}")
}

/// What a filing says.
pub fn content(filing: &str, sha256: &str) -> String {
    format!("approve {filing} content sha256 {sha256}")
}

/// A filing's sealed bundle.
pub fn seal(filing: &str, name: &str, sha256: &str) -> String {
    format!("seal {filing} as {name} sha256 {sha256}")
}

/// What is wrong with an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// The step needs one, and has none.
    Missing,
    /// It was signed by nobody's key, or by another's than the member it names.
    Signature,
    /// It was given for something else, or is used a second time.
    Elsewhere,
    /// Who wrote the entry approved it as well, and gave no reason or was not alone.
    Own,
    /// Whoever approved it might not, by the members of that time.
    Role,
}

impl Flaw {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "E-APPROVAL-MISSING",
            Self::Signature => "E-APPROVAL-SIGNATURE",
            Self::Elsewhere => "E-APPROVAL-ELSEWHERE",
            Self::Own => "E-APPROVAL-OWN",
            Self::Role => "E-APPROVAL-ROLE",
        }
    }

    /// What a person reads.
    pub fn words(self) -> &'static str {
        match self {
            Self::Missing => "This step needs an approval, and the entry holds none.",
            Self::Signature => {
                "The approval of this entry was not signed by the member it names, or was changed since."
            }
            Self::Elsewhere => {
                "The approval of this entry was given for something else, or was used before."
            }
            Self::Own => {
                "Whoever wrote this entry approved it as well: no reason stands beside it, or somebody else could have approved."
            }
            Self::Role => {
                "The member who approved this entry might not approve when it was recorded: the journal gives them no role that may."
            }
        }
    }
}

/// The approvals of a journal, looked at entry by entry.
pub struct Approvals<'a> {
    staff: &'a [Staff],
    /// Whether a public key, in OpenSSH form, signed a text.
    signed: &'a dyn Fn(&str, &str, &str) -> bool,
    /// What was signed for once alone, and in which act.
    given: HashMap<String, u64>,
    /// Members who may approve, by the entries so far.
    approvers: HashSet<String>,
    /// The table of each case so far.
    machines: HashMap<String, &'static Machine>,
    /// The last signature that held: one signature stands for every case of a list.
    held: Option<Approval>,
}

impl<'a> Approvals<'a> {
    /// `signed` says whether a public key, in OpenSSH form, signed a text: key, text, signature.
    pub fn new(staff: &'a [Staff], signed: &'a dyn Fn(&str, &str, &str) -> bool) -> Self {
        Self {
            staff,
            signed,
            given: HashMap::new(),
            approvers: HashSet::new(),
            machines: HashMap::new(),
            held: None,
        }
    }

    /// What is wrong with the approval of an entry; nothing where it needs none. Asked of every entry, in their order.
    pub fn flaw(&mut self, author: &str, act: u64, change: &Change) -> Option<Flaw> {
        let flaw = self.flaw_of(author, act, change);
        self.follow(change);
        flaw
    }

    /// Keeps what later entries are judged by: who may approve, and what each case is.
    fn follow(&mut self, change: &Change) {
        let (label, roles): (_, &[String]) = match change {
            Change::StaffAdded { staff } | Change::StaffEnrolled { staff, .. } => {
                (&staff.label, &staff.roles)
            }
            Change::StaffRoles { label, roles, .. } => (label, roles),
            Change::StaffRevoked { label, .. } => (label, &[]),
            Change::CaseOpened { case } => {
                if let Some(machine) = cases::machine(&case.kind) {
                    self.machines.insert(case.reference.clone(), machine);
                }
                return;
            }
            _ => return,
        };
        let roles: Vec<Role> = roles.iter().filter_map(|word| Role::of(word)).collect();
        if may::may(&roles, Right::Decide.roles()) {
            self.approvers.insert(label.clone());
        } else {
            self.approvers.remove(label);
        }
    }

    fn flaw_of(&mut self, author: &str, act: u64, change: &Change) -> Option<Flaw> {
        let Some(approval) = change.approval() else {
            return self.needs_one(change).then_some(Flaw::Missing);
        };
        if !self.holds(approval) {
            return Some(Flaw::Signature);
        }
        if !change.is_said_by(&approval.statement) {
            return Some(Flaw::Elsewhere);
        }
        if said_once(change) && *self.given.entry(approval.statement.clone()).or_insert(act) != act
        {
            return Some(Flaw::Elsewhere);
        }
        let own = self
            .staff
            .iter()
            .find(|member| member.keys().any(|keys| keys.log_key == author))
            .is_some_and(|member| {
                member.label == approval.label
                    || member
                        .keys()
                        .any(|keys| keys.approval_key == approval.fingerprint)
            });
        // A member's own keys are the member's own act.
        if matches!(change, Change::KeyBound { .. }) {
            return None;
        }
        let others = self.approvers.iter().any(|label| *label != approval.label);
        if own && (approval.override_reason.is_none() || others) {
            return Some(Flaw::Own);
        }
        (!self.approvers.contains(&approval.label)).then_some(Flaw::Role)
    }

    /// Whether the tables want an approval for what an entry does. That it begins where the record stood is the replay's to say.
    fn needs_one(&self, change: &Change) -> bool {
        match change {
            Change::CustomerAdvanced { from, to, .. } => {
                wanted(onboarding::MACHINE.steps, from, to, to)
            }
            Change::CaseOpened { case } => cases::machine(&case.kind).is_some_and(|machine| {
                let decided = machine.way_in(Some(&case.state)).is_none()
                    && leads_by_approval(machine.steps, &case.state);
                decided
                    || case.items.iter().any(|item| {
                        let kind = machine.item(&item.kind);
                        kind.is_some_and(|kind| part_needs_one(kind, None, item))
                    })
            }),
            Change::CaseAdvanced {
                case, from, taken, ..
            } => self
                .machines
                .get(case)
                .is_some_and(|machine| wanted(machine.steps, from, &taken.step, &taken.state)),
            Change::CaseItem {
                case, before, item, ..
            } => self
                .machines
                .get(case)
                .and_then(|machine| machine.item(&item.kind))
                .is_some_and(|kind| part_needs_one(kind, before.as_deref(), item)),
            _ => false,
        }
    }

    fn holds(&mut self, approval: &Approval) -> bool {
        if self.held.as_ref() == Some(approval) {
            return true;
        }
        let holds = self
            .staff
            .iter()
            .filter(|member| member.label == approval.label)
            .flat_map(Staff::keys)
            .filter(|keys| keys.approval_key == approval.fingerprint)
            .any(|keys| {
                (self.signed)(
                    &keys.approval_public,
                    &approval.statement,
                    &approval.signature,
                )
            });
        if holds {
            self.held = Some(approval.clone());
        }
        holds
    }
}

/// Whether a step needs one by its table. One that the table does not have is taken for any that leads there.
fn wanted(steps: &[Step], from: &str, id: &str, to: &str) -> bool {
    let known = steps
        .iter()
        .find(|step| step.from == from && step.id == id && step.to == to);
    match known {
        Some(step) => step.approval,
        None => leads_by_approval(steps, to),
    }
}

fn part_needs_one(kind: &ItemKind, before: Option<&Item>, item: &Item) -> bool {
    let Some(before) = before else {
        return leads_by_approval(kind.steps, &item.state);
    };
    if before.state == item.state && before.path.len() == item.path.len() {
        return false;
    }
    let step = item.path.get(before.path.len()..).and_then(<[_]>::last);
    let id = step.map_or(&item.state, |taken| &taken.step);
    wanted(kind.steps, &before.state, id, &item.state)
}

/// Whether some step to this state needs one.
fn leads_by_approval(steps: &[Step], to: &str) -> bool {
    steps.iter().any(|step| step.to == to && step.approval)
}

/// Its words name a revision, a number or a hash that comes once: signed for again, they are a copy.
fn said_once(change: &Change) -> bool {
    matches!(
        change,
        Change::CustomerAdvanced { .. }
            | Change::DisposalApproved { .. }
            | Change::HoldReleased { .. }
            | Change::FilingSealed { .. }
    )
}

impl Change {
    /// The approval that this change stands on.
    pub fn approval(&self) -> Option<&Approval> {
        match self {
            Self::CustomerAdvanced { approval, .. }
            | Self::CaseAdvanced { approval, .. }
            | Self::CaseItem { approval, .. } => approval.as_ref(),
            Self::HoldReleased { release, .. } => Some(&release.approval),
            Self::DisposalApproved { disposal } => Some(&disposal.approval),
            Self::FilingApproved { approval, .. }
            | Self::FilingSealed { approval, .. }
            | Self::KeyBound { approval, .. } => Some(approval),
            _ => None,
        }
    }

    /// Whether these words are about this change. A customer's revision is not in its entry, and any is taken.
    fn is_said_by(&self, words: &str) -> bool {
        match self {
            Self::CustomerAdvanced {
                customer,
                from,
                to,
                how,
                ..
            } => {
                let revision = |text: &str| text.parse::<u32>().ok();
                let alone = words
                    .strip_prefix(&format!(
                        "advance {customer} from {from} to {to} at revision "
                    ))
                    .and_then(|rest| revision(rest.split(',').next()?));
                let among = words
                    .split_once(&format!(" cases to {to}: "))
                    .and_then(|(_, list)| {
                        list.split(", ").find_map(|one| {
                            revision(one.strip_prefix(&format!("{customer} at revision "))?)
                        })
                    });
                alone.is_some_and(|at| {
                    words == customer_step(customer, from, to, at, how.left_open.as_ref())
                }) || among.is_some()
            }
            Self::CaseAdvanced { case, from, to, .. } => words == case_step(case, None, from, to),
            Self::CaseItem {
                case, before, item, ..
            } => before.as_ref().is_some_and(|before| {
                words == case_step(case, Some(&item.id), &before.state, &item.state)
            }),
            Self::HoldReleased { hold, release: end } => words == release(hold, &end.writing),
            Self::DisposalApproved { disposal } => {
                words == Disposal::statement(&disposal.reference, &disposal.customers)
            }
            Self::FilingApproved {
                filing,
                content: sha256,
                ..
            } => words == content(filing, sha256),
            Self::FilingSealed {
                filing, seal: one, ..
            } => words == seal(filing, &one.name, &one.sha256),
            Self::KeyBound { label, .. } => {
                words.contains(&format!(" to {label} "))
                    || words.ends_with(&format!(" from {label}"))
            }
            _ => false,
        }
    }
}
