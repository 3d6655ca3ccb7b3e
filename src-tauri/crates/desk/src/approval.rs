//! Four eyes (domain 3, security 3.9): who may approve what somebody else prepared, and when one person alone may do both.

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use domain::{approval, change::Approval, machine::Role, may};
use secrecy::SecretString;

impl OpenVault {
    /// Members other than the one at work who may approve.
    pub(crate) fn other_approvers(&self) -> Vec<&vault::Member> {
        let me = self.vault().member();
        self.vault()
            .members()
            .into_iter()
            .filter(|member| member.label != me.label && approves(member))
            .collect()
    }

    /// Nobody but the member at work may approve: an override with a reason is asked for.
    pub(crate) fn approves_alone(&self) -> bool {
        self.other_approvers().is_empty()
    }

    /// An approver's signature over a statement, with the approval key that the passphrase opens for this one act.
    /// Whoever approves must be somebody else, unless nobody else may: then a reason is asked for (contract, section 6).
    pub(crate) fn approve(
        &self,
        statement: &str,
        label: Option<&str>,
        passphrase: Option<&str>,
        override_reason: Option<&str>,
    ) -> Result<Approval> {
        let key = self.approver(label, passphrase, override_reason)?;
        let signature = key.sign_sshsig(approval::NAMESPACE, statement.as_bytes())?;
        Ok(Approval {
            label: label.unwrap_or(&self.vault().member().label).to_owned(),
            fingerprint: key.fingerprint(),
            statement: statement.to_owned(),
            signature,
            override_reason: override_reason
                .map(str::trim)
                .filter(|reason| !reason.is_empty())
                .map(str::to_owned),
        })
    }

    /// Opens an approver's key for one act.
    pub(crate) fn approver(
        &self,
        label: Option<&str>,
        passphrase: Option<&str>,
        override_reason: Option<&str>,
    ) -> Result<vault::ApprovalKey> {
        self.writes()?;
        let me = self.vault().member();
        let label = label.filter(|label| !label.is_empty()).unwrap_or(&me.label);
        let others: Vec<String> = self
            .other_approvers()
            .iter()
            .map(|member| member.label.clone())
            .collect();
        let reason = override_reason
            .map(str::trim)
            .filter(|reason| !reason.is_empty());
        if label == me.label && !others.is_empty() {
            return Err(Error::refused(
                "U-08",
                format!(
                    "Another member can approve this, so the one who prepared it may not. Ask {} to choose their label and type their passphrase.",
                    others.join(" or ")
                ),
            ));
        }
        if label != me.label && reason.is_some() {
            return Err(Error::refused(
                "U-08",
                "Two people are at it, so there is nothing to override. Leave the reason out.",
            ));
        }
        let approver = self
            .vault()
            .members()
            .into_iter()
            .find(|member| member.label == label);
        if let Some(member) = approver
            && !approves(member)
        {
            return Err(Error::refused(
                "U-01",
                format!(
                    "{label} may not approve: that takes the role {}. {}",
                    Role::ComplianceOfficer.name(),
                    if others.is_empty() {
                        "Nobody in this vault has it; an administrator can give it.".to_owned()
                    } else {
                        format!("Ask {}.", others.join(" or "))
                    }
                ),
            ));
        }
        if label == me.label && reason.is_none() {
            return Err(Error::input(
                "E-APPROVAL-OVERRIDE",
                "Only one active member may approve. To approve alone, give a reason (--override REASON); it is printed on the filing.",
            ));
        }
        let passphrase = passphrase.filter(|text| !text.is_empty()).ok_or_else(|| {
            Error::input(
                "E-APPROVAL-PASSPHRASE",
                "An approval needs the approver's passphrase again.",
            )
        })?;
        let key = self
            .vault()
            .approval_key(label, &SecretString::from(passphrase.to_owned()))?;
        // Two labels with one key are one person.
        if label != me.label && key.fingerprint() == me.approval_fingerprint {
            return Err(Error::refused(
                "U-08",
                "The one who prepared this and the one who approves it have the same key. Somebody else has to approve.",
            ));
        }
        Ok(key)
    }
}

fn approves(member: &vault::Member) -> bool {
    let roles: Vec<Role> = member
        .roles
        .iter()
        .filter_map(|word| Role::of(word))
        .collect();
    may::may(&roles, may::Right::Decide.roles())
}
