//! The address book of keys: those of others, first seen, compared, withdrawn; and our own, to which a member may bind an OpenSSH key.
//! A key is trusted because a person compared its fingerprint by another way, never because a bundle holds it.

use crate::{
    customers::clean,
    error::{Error, Result},
    open_vault::OpenVault,
    passphrase::fingerprint_words,
};
use bundle::OpenSshKey;
use contract as c;
use domain::{
    approval,
    change::{Approval, Change},
    record::Staff,
    signer::{BoundKey, KnownKey, Word},
};
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use store::{Act, Read};

/// What is known of a signer's key.
pub(crate) struct Standing {
    /// own, trusted, seen, withdrawn, unknown.
    pub(crate) word: &'static str,
    pub(crate) label: Option<String>,
    pub(crate) sentence: String,
    pub(crate) trusted: bool,
    /// Why the bundle does not hold because of it.
    pub(crate) problem: Option<(&'static str, String)>,
}

/// The statement that a key signs when it is bound, and the member's approval key too.
fn binding(fingerprint: &str, label: &str, vault: &str) -> String {
    format!("bind {fingerprint} to {label} of vault {vault} for filings")
}

/// Where the SSH agent listens, as the session says.
pub fn agent_socket() -> Option<PathBuf> {
    std::env::var_os("SSH_AUTH_SOCK")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

fn no_agent() -> Error {
    Error::machine(
        "E-BUNDLE-AGENT",
        "Signing with the SSH agent: none is running here (SSH_AUTH_SOCK is not set). Start one and add the key (ssh-add), or sign with the key file.",
    )
}

impl OpenVault {
    /// What the book knows of the key of a bundle dated so.
    pub(crate) fn key_standing(
        &self,
        read: &Read<'_>,
        signer: &bundle::Signer,
        dated: Option<&str>,
    ) -> Result<Standing> {
        let staff = read.staff()?;
        if let Some(member) = owner(&staff, &signer.fingerprint) {
            return Ok(Standing {
                word: "own",
                label: Some(member.name.clone()),
                sentence: format!("It is a key of this vault: {}.", member.name),
                trusted: true,
                problem: None,
            });
        }
        let Some(key) = read
            .known_keys()?
            .into_iter()
            .find(|key| key.fingerprint == signer.fingerprint)
        else {
            return Ok(Standing {
                word: "unknown",
                label: None,
                sentence: "The key is not in the address book. Compare its fingerprint with the sender by another way, such as the telephone, before you rely on it.".to_owned(),
                trusted: false,
                problem: None,
            });
        };
        let label = key.label.clone();
        let mut standing = Standing {
            word: key.standing(),
            label: Some(label.clone()),
            sentence: String::new(),
            trusted: false,
            problem: None,
        };
        match (&key.withdrawn, &key.trusted) {
            (Some(withdrawn), _) => {
                let shown = dated.unwrap_or("an unknown day");
                standing.sentence = format!(
                    "The key of {label} was withdrawn on {}: {}",
                    withdrawn.on,
                    crate::words::sentence(&withdrawn.how)
                );
                // A date in a bundle is the signer's own word: an older one proves nothing, and is not held against it either.
                if dated.is_none_or(|dated| dated >= withdrawn.on.as_str()) {
                    standing.problem = Some((
                        "B-34",
                        format!(
                            "The key of {label} was withdrawn on {}; this bundle says {shown}. Do not rely on it; ask the sender.",
                            withdrawn.on
                        ),
                    ));
                }
            }
            (None, Some(word)) => {
                standing.sentence = format!(
                    "The key is that of {label}, compared by {} on {}: {}",
                    self.member_name(&word.by),
                    word.on,
                    crate::words::sentence(&word.how)
                );
                if key.principal == signer.name {
                    standing.trusted = true;
                } else {
                    standing.problem = Some((
                        "B-36",
                        format!(
                            "The bundle says that {} signed it, but the address book knows this key as {}. Ask the sender which is right.",
                            signer.name, key.principal
                        ),
                    ));
                }
            }
            (None, None) => {
                standing.sentence = format!(
                    "The key was first seen on {} in {}, as that of {label}; nobody has compared it with the sender yet.",
                    key.first_seen, key.seen_in
                );
            }
        }
        Ok(standing)
    }

    /// What is known of a key today, and whose it is.
    pub(crate) fn known_as(
        &self,
        read: &Read<'_>,
        fingerprint: &str,
    ) -> Result<(&'static str, Option<String>)> {
        if let Some(member) = owner(&read.staff()?, fingerprint) {
            return Ok(("own", Some(member.name.clone())));
        }
        let known = read.known_keys()?;
        let key = known.iter().find(|key| key.fingerprint == fingerprint);
        Ok(key.map_or(("unknown", None), |key| {
            (key.standing(), Some(key.label.clone()))
        }))
    }

    /// Notes a key that a bundle was signed with, where it is not known yet. It is seen, and no more.
    pub(crate) fn note_key(
        &self,
        act: &mut Act<'_, '_>,
        signer: &bundle::Signer,
        organisation: &str,
        seen_in: &str,
    ) -> Result<()> {
        if self.known_as(act.read(), &signer.fingerprint)?.0 != "unknown" {
            return Ok(());
        }
        let label = if organisation.is_empty() {
            signer.name.as_str()
        } else {
            organisation
        };
        let key = KnownKey {
            fingerprint: signer.fingerprint.clone(),
            public: signer.public.clone(),
            principal: signer.name.clone(),
            label: label.to_owned(),
            first_seen: self.today().to_string(),
            seen_in: seen_in.to_owned(),
            trusted: None,
            withdrawn: None,
        };
        act.push(
            Change::KeyKnown {
                before: None,
                key: Box::new(key),
            },
            None,
            None,
        )?;
        Ok(())
    }

    /// The address book.
    pub fn signer_list(&self) -> Result<c::SignerBook> {
        self.read(|read| {
            let me = &self.vault().member().label;
            let keys = read
                .known_keys()?
                .iter()
                .map(|key| self.key_row(key))
                .collect();
            let staff = read.staff()?;
            let mut own = Vec::new();
            for member in &staff {
                for (place, keys) in member.keys().enumerate() {
                    own.push(own_row(member, &keys.approval_key, None, place > 0, me));
                }
                for key in &member.signing {
                    own.push(own_row(member, &key.fingerprint, Some(&key.on), false, me));
                }
            }
            let agent = agent_socket()
                .and_then(|socket| bundle::agent_keys(&socket).ok())
                .unwrap_or_default()
                .iter()
                .map(OpenSshKey::fingerprint)
                .filter(|fingerprint| !own.iter().any(|one| one.fingerprint == *fingerprint))
                .collect();
            Ok(c::SignerBook { keys, own, agent })
        })
    }

    fn key_row(&self, key: &KnownKey) -> c::KnownKeyRow {
        let said = |done: &str, word: &Word| {
            format!(
                "{done} by {} on {}: {}",
                self.member_name(&word.by),
                word.on,
                word.how
            )
        };
        c::KnownKeyRow {
            fingerprint: key.fingerprint.clone(),
            words: fingerprint_words(&key.fingerprint),
            principal: key.principal.clone(),
            label: key.label.clone(),
            standing: key.standing().to_owned(),
            first_seen: key.first_seen.clone(),
            seen_in: key.seen_in.clone(),
            said: match (&key.withdrawn, &key.trusted) {
                (Some(word), _) => Some(said("Withdrawn", word)),
                (None, Some(word)) => Some(said("Compared", word)),
                (None, None) => None,
            },
        }
    }

    /// Notes a key, or says of one that its fingerprint was compared, or that it is good no longer.
    pub fn signer_save(&self, req: &c::SignerSaveReq) -> Result<c::SignerBook> {
        let text = |name: &str, value: &Option<String>| -> Result<String> {
            Ok(clean(name, value.as_deref().unwrap_or_default())?
                .trim()
                .to_owned())
        };
        let (label, principal, how) = (
            text("label", &req.label)?,
            text("principal", &req.principal)?,
            text("how", &req.how)?,
        );
        if !principal.is_empty() && !bundle::principal_is_plain(&principal) {
            return Err(Error::input(
                "E-SIGNER-NAME",
                "The name under which a key signs holds ASCII letters, digits and @ . _ + - only, such as staff-1.7f3a9c21@cipdesk. It stands in the bundle's allowed_signers.",
            ));
        }
        if !["trust", "withdraw", "note"].contains(&req.act.as_str()) {
            return Err(Error::input("E-SIGNER-ACT", "Say trust, withdraw or note."));
        }
        if req.act != "note" && how.is_empty() {
            return Err(Error::input(
                "E-SIGNER-HOW",
                if req.act == "trust" {
                    "Write how the fingerprint was compared: with whom, and by which way. Reading it in the bundle is none."
                } else {
                    "Write why the key is good no longer."
                },
            ));
        }
        let word = Word {
            by: self.vault().member().label.clone(),
            on: self.today().to_string(),
            how,
        };
        self.act(|act| {
            let known = act.read().known_keys()?;
            let before = known
                .iter()
                .find(|key| key.fingerprint == req.key.trim())
                .cloned();
            let mut key = match &before {
                Some(key) => key.clone(),
                None => {
                    if req.key.trim().starts_with("SHA256:") {
                        return Err(Error::input(
                            "E-SIGNER-UNKNOWN",
                            "The address book has no key with this fingerprint. Give the public key itself, as it stands in a .pub file.",
                        ));
                    }
                    let (fingerprint, public) = bundle::public_key(&req.key)?;
                    if owner(&act.read().staff()?, &fingerprint).is_some() {
                        return Err(Error::input(
                            "E-SIGNER-OWN",
                            "This is a key of this vault. The book holds those of others.",
                        ));
                    }
                    known
                        .iter()
                        .find(|key| key.fingerprint == fingerprint)
                        .cloned()
                        .unwrap_or(KnownKey {
                            fingerprint,
                            public,
                            principal: String::new(),
                            label: String::new(),
                            first_seen: word.on.clone(),
                            seen_in: "written down by hand".to_owned(),
                            trusted: None,
                            withdrawn: None,
                        })
                }
            };
            let before = known.into_iter().find(|one| one.fingerprint == key.fingerprint);
            if !label.is_empty() {
                key.label.clone_from(&label);
            }
            if !principal.is_empty() {
                key.principal.clone_from(&principal);
            }
            if key.label.is_empty() || key.principal.is_empty() {
                return Err(Error::input(
                    "E-SIGNER-NAME",
                    "Write whose key it is, and the name under which it signs (it stands in the bundle's allowed_signers).",
                ));
            }
            match req.act.as_str() {
                "trust" if key.withdrawn.is_some() => {
                    return Err(Error::refused(
                        "E-SIGNER-WITHDRAWN",
                        format!("The key of {} was withdrawn, and stays so. Ask for another key.", key.label),
                    ));
                }
                "trust" => key.trusted = Some(word.clone()),
                "withdraw" => key.withdrawn = Some(word.clone()),
                _ => {}
            }
            if before.as_ref() != Some(&key) {
                act.push(
                    Change::KeyKnown {
                        before: before.map(Box::new),
                        key: Box::new(key),
                    },
                    None,
                    None,
                )?;
            }
            Ok(())
        })?;
        self.signer_list()
    }

    /// The trusted keys of others as an allowed_signers file: for `ssh-keygen` and for `bundle verify` without the vault.
    pub fn signer_lines(&self) -> Result<String> {
        self.needs(domain::may::Right::Export)?;
        self.read(|read| {
            Ok(read
                .known_keys()?
                .iter()
                .filter_map(|key| key.line(bundle::NAMESPACE))
                .map(|line| line + "\n")
                .collect())
        })
    }

    /// Binds an OpenSSH key to the member at work: the key proves that it is there, and the member's approval key signs for it.
    pub fn key_bind(&self, key: &OpenSshKey, passphrase: &str) -> Result<c::SignerBook> {
        let label = self.vault().member().label.clone();
        let statement = binding(&key.fingerprint(), &label, self.vault().vault_id());
        let bound = BoundKey {
            fingerprint: key.fingerprint(),
            public: key.public_openssh(),
            proof: key.sign(approval::NAMESPACE, statement.as_bytes())?,
            on: self.today().to_string(),
        };
        if !bundle::signed_by(
            &bound.public,
            approval::NAMESPACE,
            &bound.proof,
            statement.as_bytes(),
        ) {
            return Err(Error::machine(
                "E-BUNDLE-SIGNING-KEY",
                "The signature that the key gave does not hold. Nothing was bound.",
            ));
        }
        self.rebind(&label, statement, passphrase, |staff, keys| {
            if let Some(other) = owner(staff, &bound.fingerprint) {
                return Err(Error::input(
                    "E-SIGNER-BOUND",
                    format!("This key is bound to {} already.", other.label),
                ));
            }
            keys.push(bound.clone());
            Ok(())
        })
    }

    /// Releases a key of the member at work. What it signed stays verifiable.
    pub fn key_release(&self, req: &c::KeyReleaseReq) -> Result<c::SignerBook> {
        let label = self.vault().member().label.clone();
        let statement = format!("release {} from {label}", req.fingerprint.trim());
        self.rebind(&label, statement, &req.passphrase, |_, keys| {
            let before = keys.len();
            keys.retain(|key| key.fingerprint != req.fingerprint.trim());
            if keys.len() == before {
                return Err(Error::input(
                    "E-SIGNER-UNKNOWN",
                    "No key with this fingerprint is bound to you.",
                ));
            }
            Ok(())
        })
    }

    /// A member's own keys are the member's own act: signed with the approval key, and approved by nobody else.
    fn rebind(
        &self,
        label: &str,
        statement: String,
        passphrase: &str,
        change: impl Fn(&[Staff], &mut Vec<BoundKey>) -> Result<()>,
    ) -> Result<c::SignerBook> {
        self.writes()?;
        let key = self
            .vault()
            .approval_key(label, &SecretString::from(passphrase.to_owned()))?;
        let approval = Approval {
            label: label.to_owned(),
            fingerprint: key.fingerprint(),
            signature: key.sign_sshsig(approval::NAMESPACE, statement.as_bytes())?,
            statement,
            override_reason: None,
        };
        self.act(|act| {
            let staff = act.read().staff()?;
            let before = staff
                .iter()
                .find(|member| member.label == label)
                .map(|member| member.signing.clone())
                .unwrap_or_default();
            let mut keys = before.clone();
            change(&staff, &mut keys)?;
            act.push(
                Change::KeyBound {
                    label: label.to_owned(),
                    before,
                    keys,
                    approval,
                },
                None,
                None,
            )?;
            Ok(())
        })?;
        self.signer_list()
    }

    /// Refuses a key that is not bound to a member.
    pub(crate) fn bound(&self, label: &str, fingerprint: &str) -> Result<()> {
        let staff = self.read(|read| Ok(read.staff()?))?;
        let is_bound = staff
            .iter()
            .filter(|member| member.label == label && member.until.is_none())
            .any(|member| {
                member
                    .signing
                    .iter()
                    .any(|key| key.fingerprint == fingerprint)
            });
        if is_bound {
            return Ok(());
        }
        Err(Error::refused(
            "E-FILING-SIGN-WITH",
            format!(
                "The key {fingerprint} is not bound to {label}, so it signs no filing. Bind it first (signer bind), or sign with the approval key."
            ),
        ))
    }

    /// The key of the approver that the SSH agent holds.
    pub(crate) fn key_in_agent(&self, label: Option<&str>) -> Result<OpenSshKey> {
        let socket = agent_socket().ok_or_else(no_agent)?;
        self.key_in_agent_at(&socket, label)
    }

    /// The same, of an agent that listens somewhere else.
    pub fn key_in_agent_at(&self, socket: &Path, label: Option<&str>) -> Result<OpenSshKey> {
        let label = label.unwrap_or(&self.vault().member().label);
        bundle::agent_keys(socket)?
            .into_iter()
            .find(|key| self.bound(label, &key.fingerprint()).is_ok())
            .ok_or_else(|| {
                Error::input(
                    "E-FILING-SIGN-WITH",
                    format!("None of the keys in the SSH agent is bound to {label}. Bind one first (signer bind), or add it to the agent (ssh-add)."),
                )
            })
    }
}

/// Reads an OpenSSH key file.
pub fn key_file(path: &Path) -> Result<OpenSshKey> {
    Ok(OpenSshKey::read(path)?)
}

/// A key in the session's SSH agent, by its fingerprint.
pub fn agent_key(fingerprint: &str) -> Result<OpenSshKey> {
    let socket = agent_socket().ok_or_else(no_agent)?;
    agent_key_at(&socket, fingerprint)
}

/// The same, of an agent that listens somewhere else; the only key where none is named.
pub fn agent_key_at(socket: &Path, fingerprint: &str) -> Result<OpenSshKey> {
    let mut keys = bundle::agent_keys(socket)?;
    if fingerprint.is_empty() && keys.len() == 1 {
        return Ok(keys.swap_remove(0));
    }
    let offered: Vec<String> = keys.iter().map(OpenSshKey::fingerprint).collect();
    keys.into_iter()
        .find(|key| key.fingerprint() == fingerprint)
        .ok_or_else(|| {
            Error::input(
                "E-SIGNER-UNKNOWN",
                if offered.is_empty() {
                    "The SSH agent holds no Ed25519 key. Add one (ssh-add FILE).".to_owned()
                } else {
                    format!("Name one of the agent's keys: {}.", offered.join(", "))
                },
            )
        })
}

/// The member whose key it is or was.
fn owner<'a>(staff: &'a [Staff], fingerprint: &str) -> Option<&'a Staff> {
    staff.iter().find(|member| {
        member.keys().any(|keys| keys.approval_key == fingerprint)
            || member
                .signing
                .iter()
                .any(|key| key.fingerprint == fingerprint)
    })
}

fn own_row(
    member: &Staff,
    fingerprint: &str,
    bound_on: Option<&String>,
    former: bool,
    me: &str,
) -> c::OwnKeyRow {
    c::OwnKeyRow {
        member: member.name.clone(),
        member_label: member.label.clone(),
        fingerprint: fingerprint.to_owned(),
        words: fingerprint_words(fingerprint),
        kind: if bound_on.is_some() {
            "bound"
        } else {
            "approval"
        }
        .to_owned(),
        on: bound_on.cloned(),
        former: former || member.until.is_some(),
        releasable: bound_on.is_some() && member.label == me && member.until.is_none(),
    }
}
