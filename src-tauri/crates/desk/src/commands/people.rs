//! The desk's commands about people and keys. A change of members puts the vault's next generation in the place of the one that was open.

use super::{Answer, Desk, answer, ask, lock};
use crate::{
    attempts,
    error::{Error, Result},
    handed_out::save_private,
    open_vault::{OpenVault, Reading},
    people::Turned,
    rights,
    watch::Watch,
};
use contract as c;
use contract::{Done, Empty, Failure};
use secrecy::SecretString;
use std::sync::{Arc, PoisonError};

#[allow(missing_docs)] // the table in `contract` says what each is
impl Desk {
    /// Asked before every command, whichever face it comes from: may the member at work use it?
    ///
    /// # Errors
    /// The sentence that the locked button shows.
    pub fn may(&self, command: &str) -> Answer<()> {
        let refuse = |why: String| Err(Failure::new("U-01", c::Class::Refused, why));
        let Some(right) = rights::of_command(command) else {
            return refuse("There is no such command.".to_owned());
        };
        if right == domain::may::Right::Anyone {
            return Ok(());
        }
        answer(self.vault().and_then(|vault| vault.needs(right)))
    }

    pub fn people(&self, _: Empty) -> Answer<c::PeopleView> {
        self.with(OpenVault::people)
    }

    /// Does one change of members and puts the vault as it is then in the place of the one before. A vault that was locked meanwhile stays locked.
    fn turn(&self, work: impl FnOnce(&OpenVault) -> Result<Turned>) -> Answer<Shown> {
        answer((|| {
            let before = self.vault()?;
            let Turned { vault, sheets } = work(&before)?;
            let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
            if !open.as_ref().is_some_and(|now| Arc::ptr_eq(now, &before)) {
                vault.close()?;
                return Err(Error::new(
                    "U-01",
                    c::Class::Locked,
                    "The vault was locked while its members were changed. The change was made; unlock to see it.",
                ));
            }
            *open = Some(Arc::new(vault));
            drop(open);
            self.listener.changed(c::Changes {
                subjects: vec!["vault".to_owned()],
                kinds: vec!["staff.changed".to_owned()],
            });
            Ok(sheets)
        })())
        .and_then(|sheets| {
            Ok(Shown {
                people: self.people(Empty {})?,
                sheets,
            })
        })
    }

    pub fn member_add(&self, req: c::MemberAddReq) -> Answer<c::PeopleView> {
        self.turn(|vault| vault.member_add(&req))
            .map(|shown| shown.people)
    }

    pub fn member_roles(&self, req: c::MemberRolesReq) -> Answer<c::PeopleView> {
        self.turn(|vault| vault.member_roles(&req))
            .map(|shown| shown.people)
    }

    pub fn member_revoke(&self, req: c::MemberRevokeReq) -> Answer<c::PeopleView> {
        self.turn(|vault| vault.member_revoke(&req))
            .map(|shown| shown.people)
    }

    pub fn member_enrol(&self, req: c::MemberEnrolReq) -> Answer<c::PeopleView> {
        self.turn(|vault| vault.member_enrol(&req))
            .map(|shown| shown.people)
    }

    pub fn keys_rotate(&self, req: c::KeysRotateReq) -> Answer<c::PeopleView> {
        self.turn(|vault| vault.keys_rotate(&req))
            .map(|shown| shown.people)
    }

    pub fn recovery_make(&self, req: c::RecoveryMakeReq) -> Answer<Vec<c::RecoveryMade>> {
        let shown = self.turn(|vault| vault.recovery_make(&req))?;
        let made = (shown.sheets.iter())
            .map(|sheet| c::RecoveryMade {
                sheet: sheet.lines(),
                recovery_groups: sheet.groups(),
            })
            .collect();
        lock(&self.desk).sheets = shown.sheets;
        Ok(made)
    }

    pub fn recovery_test(&self, req: c::RecoveryTestReq) -> Answer<Done> {
        self.with(|vault| vault.recovery_test(&req.key).map(|()| Done {}))
    }

    pub fn passphrase_change(&self, req: c::PassphraseChangeReq) -> Answer<Done> {
        self.with(|vault| vault.passphrase_change(&req).map(|()| Done {}))
    }

    pub fn rollback_accept(&self, req: c::RollbackAcceptReq) -> Answer<c::StatusView> {
        self.with(|vault| vault.rollback_accept(&req.reason))?;
        self.status(Empty {})
    }

    pub fn audit_sample(&self, req: c::AuditSampleReq) -> Answer<c::AuditSample> {
        self.with(|vault| vault.audit_sample(&req))
    }

    pub fn vault_recover(&self, req: c::VaultRecoverReq, watch: &dyn Watch) -> Answer<c::Digest> {
        let path = self.place(&req.vault)?;
        if self.is_open() {
            self.lock();
        }
        answer((|| {
            let vault = OpenVault::recover(
                &path,
                &SecretString::from(req.key),
                &req.label,
                &SecretString::from(req.new_passphrase),
                self.surroundings.clone(),
                watch,
            )?;
            self.enter(vault)
        })())
    }

    pub fn recovery_sheet_save(&self, req: c::RecoverySheetReq) -> Answer<Option<c::Saved>> {
        let (text, parts) = {
            let sheets = &lock(&self.desk).sheets;
            let sheet = usize::try_from(req.part)
                .ok()
                .and_then(|part| sheets.get(part.checked_sub(1)?));
            let text = sheet.map(|sheet| zeroize::Zeroizing::new(sheet.lines().join("\n")));
            (text, sheets.len())
        };
        let Some(text) = text else {
            return Err(Failure::new(
                "E-SHEET-GONE",
                c::Class::BadInput,
                "The recovery sheet is no longer here. It is shown once, when a key is made.",
            ));
        };
        let mut ask = ask("Save the recovery sheet", "recovery-sheet");
        ask.name = Some(if parts > 1 {
            format!("recovery-sheet-part-{}-of-{parts}.txt", req.part)
        } else {
            "recovery-sheet.txt".to_owned()
        });
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        answer(save_private(&path, text.as_bytes()).map(Some))
    }

    pub fn recovery_sheet_forget(&self, _: Empty) -> Answer<Done> {
        lock(&self.desk).sheets.clear();
        Ok(Done {})
    }

    pub fn vault_unlock(&self, req: c::VaultUnlockReq, watch: &dyn Watch) -> Answer<c::Digest> {
        let path = self.place(&req.vault)?;
        answer(attempts::Attempts::at(&path, &self.surroundings).may_try())?;
        if self.is_open() {
            self.lock();
            lock(&self.desk).places.insert(req.vault, path.clone());
        }
        let passphrase = SecretString::from(req.passphrase);
        answer(
            OpenVault::unlock_for(
                &path,
                req.label.as_deref(),
                &passphrase,
                self.surroundings.clone(),
                req.reading,
                watch,
            )
            .and_then(|vault| self.enter(vault)),
        )
    }

    pub(super) fn place(&self, handle: &str) -> Answer<std::path::PathBuf> {
        lock(&self.desk).places.get(handle).cloned().ok_or_else(|| {
            Failure::new(
                "V-01",
                c::Class::BadInput,
                "That vault is not in the list any more. Choose its folder again.",
            )
        })
    }
}

struct Shown {
    people: c::PeopleView,
    sheets: Vec<vault::RecoverySheet>,
}

impl OpenVault {
    /// The part of the status that says who is at work and what they may do.
    pub(super) fn standing(&self) -> Standing {
        let reading = self.reading();
        let label = |member: &vault::Member| c::Choice {
            value: member.label.clone(),
            label: self.member_name(&member.label),
        };
        Standing {
            roles: self
                .roles()
                .iter()
                .map(|role| role.name())
                .collect::<Vec<_>>()
                .join(", "),
            rollback: matches!(reading, Some(Reading::Rollback { .. })),
            reading: reading.map(|why| match why {
                Reading::Asked => "Open for reading only, as it was unlocked.".to_owned(),
                Reading::Auditor => {
                    "Open for reading only: an auditor looks and changes nothing.".to_owned()
                }
                Reading::Rollback { note, .. } => note,
            }),
            approvers: self.other_approvers().into_iter().map(label).collect(),
            refused: rights::commands()
                .filter_map(|(command, right)| {
                    Some(c::Refused {
                        command: command.to_owned(),
                        why: rights::refusal(self.roles(), right.roles())?,
                    })
                })
                .collect(),
        }
    }
}

/// Who is at work and what they may do.
pub(super) struct Standing {
    pub(super) roles: String,
    pub(super) reading: Option<String>,
    pub(super) rollback: bool,
    pub(super) approvers: Vec<c::Choice>,
    pub(super) refused: Vec<c::Refused>,
}
