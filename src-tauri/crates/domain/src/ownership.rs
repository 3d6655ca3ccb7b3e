//! Who owns a customer: ties between owners and the customer or organisations among them, and what follows from them (D-15, A-18).

mod effective;
mod interest;

use crate::customer::{Owner, PartyKind};
pub use effective::{Counting, Holding, Ownership, Span};
pub use interest::{Interest, InterestKind, Share, parse_percent, show_percent};
use std::collections::BTreeSet;

impl Owner {
    /// Its present direct tie of a kind to the customer, held for itself.
    pub fn direct(&self, kind: InterestKind) -> Option<&Interest> {
        self.interests.iter().find(|one| one.is_direct(kind))
    }

    /// Writes its direct tie of a kind to the customer: without one, takes it away; its dates stay.
    pub fn set_direct(&mut self, kind: InterestKind, share: Option<Option<Share>>) {
        let there = self.interests.iter().position(|one| one.is_direct(kind));
        match (there.and_then(|place| self.interests.get_mut(place)), share) {
            (Some(one), Some(share)) => one.share = share,
            (None, Some(share)) => self.interests.push(Interest::in_customer(kind, share)),
            (_, None) => self.interests.retain(|one| !one.is_direct(kind)),
        }
    }
}

/// What is wrong with an owner's ties.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InterestError {
    /// It would own itself.
    #[error("{0} cannot own itself. Name the organization through which it holds its share.")]
    Itself(String),
    /// No such owner, or one that has ceased.
    #[error(
        "\"{0}\" is no present owner of this customer. Add the organization as an owner first."
    )]
    Unknown(String),
    /// A natural person is owned by nobody.
    #[error("{0} is a natural person; a share can be held through an organization only.")]
    Person(String),
    /// One tie is given twice.
    #[error("The same interest in {0} is given twice. Write their sum once.")]
    Twice(String),
    /// A nominee for itself.
    #[error("{0} cannot be a nominee for itself. Name the person it holds for.")]
    Nominee(String),
    /// Neither a share nor control.
    #[error(
        "Write a share, here or through another owner, or check substantial control: an owner has at least one of them."
    )]
    Nothing,
    /// The end is before the start.
    #[error("An interest ends on {to}, before it starts on {from}. Write the earlier day first.")]
    Dates {
        /// The first day.
        from: String,
        /// The end.
        to: String,
    },
    /// A percentage where there is none, or control with one.
    #[error(
        "Control without shares has no percentage. Write the percentage as shares or votes, beside it."
    )]
    Percentage,
    /// More than the whole.
    #[error(
        "The {what} of {name} would add up to at least {percent} %. Correct the shares, or end an owner that has left."
    )]
    TooMuch {
        /// Owners, votes, profits.
        what: &'static str,
        /// The organisation.
        name: String,
        /// The sum.
        percent: String,
    },
}

impl InterestError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Itself(_) => "E-OWNER-SELF",
            Self::Unknown(_) => "E-OWNER-UNKNOWN",
            Self::Person(_) => "E-OWNER-PERSON",
            Self::Twice(_) => "E-OWNER-TWICE",
            Self::Nominee(_) => "E-OWNER-NOMINEE",
            Self::Nothing => "E-OWNER-HOW",
            Self::Dates { .. } => "E-OWNER-DATES",
            Self::Percentage => "E-OWNER-SHARE",
            Self::TooMuch { .. } => "L-08",
        }
    }
}

/// Checks an owner's ties against the other owners of a customer. Circles are allowed, and said: cross-holdings exist.
///
/// # Errors
/// As [`InterestError`] names them.
pub fn check_interests(
    owner: &Owner,
    owners: &[Owner],
    customer: &str,
) -> Result<(), InterestError> {
    let present = |id: &str| {
        owners
            .iter()
            .find(|other| other.id == id && other.valid_to.is_none())
            .ok_or_else(|| InterestError::Unknown(id.chars().take(40).collect()))
    };
    if owner.interests.is_empty() {
        return Err(InterestError::Nothing);
    }
    let mut seen = BTreeSet::new();
    for interest in &owner.interests {
        if let (Some(from), Some(to)) = (&interest.from, &interest.to)
            && to < from
        {
            return Err(InterestError::Dates {
                from: from.clone(),
                to: to.clone(),
            });
        }
        if interest.share.is_some() && !interest.kind.is_measured() {
            return Err(InterestError::Percentage);
        }
        // What has ended is history: the others may have left since.
        if interest.to.is_some() || owner.valid_to.is_some() {
            continue;
        }
        for id in interest.of.iter().chain(&interest.via) {
            if *id == owner.id {
                return Err(InterestError::Itself(owner.name.clone()));
            }
            let held = present(id)?;
            if held.kind != PartyKind::Entity {
                return Err(InterestError::Person(held.name.clone()));
            }
        }
        if let Some(held_for) = &interest.held_for {
            if *held_for == owner.id {
                return Err(InterestError::Nominee(owner.name.clone()));
            }
            present(held_for)?;
        }
        if !seen.insert((
            &interest.of,
            interest.kind,
            &interest.held_for,
            interest.indirect,
        )) {
            let name = match &interest.of {
                Some(of) => present(of)?.name.clone(),
                None => customer.to_owned(),
            };
            return Err(InterestError::Twice(name));
        }
    }
    check_sums(owner, owners, customer)
}

/// The least that all present owners of one thing have of one kind is not more than the whole.
fn check_sums(owner: &Owner, owners: &[Owner], customer: &str) -> Result<(), InterestError> {
    if owner.valid_to.is_some() {
        return Ok(());
    }
    let direct = |interest: &&Interest| {
        interest.kind.is_measured() && !interest.indirect && interest.to.is_none()
    };
    for mine in owner.interests.iter().filter(direct) {
        let others = owners
            .iter()
            .filter(|other| other.id != owner.id && other.valid_to.is_none())
            .flat_map(|other| &other.interests);
        let sum: u64 = others
            .chain(&owner.interests)
            .filter(direct)
            .filter(|other| other.of == mine.of && other.kind == mine.kind)
            .filter_map(|other| other.share)
            .map(|share| u64::from(share.least))
            .sum();
        if sum > u64::from(interest::WHOLE) {
            let name = mine.of.as_ref().and_then(|of| {
                owners
                    .iter()
                    .find(|other| other.id == *of)
                    .map(|other| other.name.clone())
            });
            return Err(InterestError::TooMuch {
                what: match mine.kind {
                    InterestKind::Votes => "votes",
                    InterestKind::Profits => "rights to profits",
                    _ => "owners",
                },
                name: name.unwrap_or_else(|| customer.to_owned()),
                percent: show_percent(u32::try_from(sum).unwrap_or(u32::MAX)),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
