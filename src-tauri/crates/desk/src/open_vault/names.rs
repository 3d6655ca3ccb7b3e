//! Who is who: members by their labels, and by the keys that they sign with.

use super::OpenVault;
use crate::error::Result;
use std::{collections::HashMap, sync::PoisonError};
use store::Read;

/// Members' names by the fingerprints of their keys.
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    /// The name behind a fingerprint; the fingerprint itself where nobody has it.
    pub(crate) fn of(&self, fingerprint: &str) -> String {
        self.0
            .get(fingerprint)
            .cloned()
            .unwrap_or_else(|| fingerprint.to_owned())
    }
}

impl OpenVault {
    /// Members' names by key.
    pub(crate) fn names(&self, read: &Read<'_>) -> Result<Names> {
        let staff = read.staff()?;
        Ok(Names(
            staff
                .iter()
                .flat_map(|member| {
                    let bound = member
                        .signing
                        .iter()
                        .map(|key| (key.fingerprint.clone(), member.name.clone()));
                    member
                        .keys()
                        .flat_map(|keys| {
                            [
                                (keys.log_key, member.name.clone()),
                                (keys.approval_key, member.name.clone()),
                            ]
                        })
                        .chain(bound)
                })
                .collect(),
        ))
    }

    /// Members at work, by label and name.
    pub(crate) fn members(&self) -> Vec<contract::Choice> {
        let staff = self.staff.read().unwrap_or_else(PoisonError::into_inner);
        staff
            .iter()
            .filter(|member| member.until.is_none())
            .map(|member| contract::Choice {
                value: member.label.clone(),
                label: member.name.clone(),
            })
            .collect()
    }

    /// Whether a label is or was somebody's.
    pub(crate) fn has_or_had(&self, label: &str) -> bool {
        let staff = self.staff.read().unwrap_or_else(PoisonError::into_inner);
        staff.iter().any(|member| member.label == label)
    }

    /// A member's name by label; the label where nobody has it.
    pub(crate) fn member_name(&self, label: &str) -> String {
        let staff = self.staff.read().unwrap_or_else(PoisonError::into_inner);
        staff
            .iter()
            .find(|member| member.label == label)
            .map_or_else(|| label.to_owned(), |member| member.name.clone())
    }
}
