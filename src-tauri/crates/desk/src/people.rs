//! People and keys: who belongs to the vault, what they may do, and what happens when a passphrase or a person is lost (security 3.8).
//!
//! Each change of members makes the next generation of the keyring and of the database, with other keys, and becomes true at one instant.

use crate::{
    error::{Error, Result},
    open_vault::{OpenVault, Reading, SessionSigner, Surroundings},
    watch::{Unwatched, Watch},
};
use contract as c;
use domain::{
    change::Change,
    machine::Role,
    may::{self, Right},
    record::Staff,
};
use secrecy::SecretString;
use std::path::Path;
use store::{Signer, Store, StoreError};
pub use vault::{MOST_PARTS, RecoverySheet};
use vault::{Prepared, Step};

/// What revoking cannot undo: said before it is done, and in the help of the command line.
pub(crate) const REVOKING_LEAVES: [&str; 4] = [
    "Whatever was in the vault up to today may have been read, copied or printed. That cannot be called back.",
    "A copy of the folder from before today still opens with the old passphrase, documents included: a backup on a stick, a synchronized folder, an old laptop.",
    "What the member recorded and approved stays, and stays verifiable under their name.",
    "Nothing recorded from now on opens for them: the vault gets other keys, and the database is written anew under them.",
];

/// Reads the words of roles.
fn roles_of(words: &[String]) -> Result<Vec<Role>> {
    let mut roles = Vec::new();
    for word in words {
        let role = Role::of(word.trim()).ok_or_else(|| {
            let known: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
            let short: String = word.chars().take(40).collect();
            Error::input(
                "E-MEMBER-ROLE",
                format!(
                    "\"{short}\" is no role. The roles are: {}.",
                    known.join(", ")
                ),
            )
        })?;
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    match may::wrong_with(&roles) {
        Some(why) => Err(Error::input("E-MEMBER-ROLE", why)),
        None => Ok(roles),
    }
}

fn words_of(roles: &[Role]) -> Vec<String> {
    roles.iter().map(|role| role.word().to_owned()).collect()
}

fn in_words(words: &[String]) -> String {
    let names: Vec<&str> = words
        .iter()
        .filter_map(|word| Role::of(word))
        .map(Role::name)
        .collect();
    names.join(", ")
}

fn why(text: &str) -> Result<String> {
    let text = crate::customers::clean("reason", text)?;
    if text.trim().is_empty() {
        Err(Error::input(
            "E-MEMBER-REASON",
            "Write why; it is kept in the journal.",
        ))
    } else {
        Ok(text)
    }
}

pub(crate) fn staff_of(member: &vault::Member, name: &str) -> Staff {
    Staff {
        label: member.label.clone(),
        name: name.to_owned(),
        log_key: member.log_fingerprint.clone(),
        log_public: member.log_public.clone(),
        approval_key: member.approval_fingerprint.clone(),
        approval_public: member.approval_public.clone(),
        roles: member.roles.clone(),
        until: None,
        former: Vec::new(),
        signing: Vec::new(),
    }
}

/// A vault in its next generation, and what was made on the way.
pub struct Turned {
    /// The vault as it is now. The one before is not written any more.
    pub vault: OpenVault,
    /// The recovery sheet, or those of its parts, where a key was made. Kept nowhere.
    pub sheets: Vec<RecoverySheet>,
}

impl OpenVault {
    /// Members, roles and keys.
    pub fn people(&self) -> Result<c::PeopleView> {
        let staff = self.read(|read| Ok(read.staff()?))?;
        let me = &self.vault().member().label;
        let mut members: Vec<c::MemberView> = staff
            .iter()
            .map(|member| {
                let roles = if member.roles.is_empty() {
                    // A vault from before roles stood in the database: the signed list has them.
                    let listed = self
                        .vault()
                        .all_members()
                        .iter()
                        .find(|one| one.label == member.label);
                    listed.map(|one| one.roles.clone()).unwrap_or_default()
                } else {
                    member.roles.clone()
                };
                c::MemberView {
                    label: member.label.clone(),
                    name: member.name.clone(),
                    roles_label: in_words(&roles),
                    roles,
                    until: member.until.clone(),
                    me: member.label == *me,
                    fingerprint: member.approval_key.clone(),
                    enrolled_again: u32::try_from(member.former.len()).unwrap_or(u32::MAX),
                }
            })
            .collect();
        members.sort_by_key(|member| member.until.is_some());
        Ok(c::PeopleView {
            members,
            roles: Role::ALL
                .iter()
                .map(|role| c::Choice {
                    value: role.word().to_owned(),
                    label: role.name().to_owned(),
                })
                .collect(),
            rights: Right::all()
                .filter(|right| *right != Right::Anyone)
                .map(|right| c::RightRow {
                    label: right.words().to_owned(),
                    roles: words_of(right.roles()),
                })
                .collect(),
            generation: u32::try_from(self.vault().generation()).unwrap_or(u32::MAX),
            recovery_keys: u32::try_from(self.vault().recovery_keys()).unwrap_or(u32::MAX),
            next_label: self.free_label(),
            alone: self.approves_alone(),
            revoking_leaves: REVOKING_LEAVES.map(str::to_owned).to_vec(),
        })
    }

    /// The next label that nobody has or had, here or in a vault that this one was made of.
    fn free_label(&self) -> String {
        (1..)
            .map(|number| format!("staff-{number}"))
            .find(|label| !self.has_or_had(label))
            .unwrap_or_default()
    }

    /// Somebody joins. The new member can read everything, what lies in the past too.
    pub fn member_add(&self, req: &c::MemberAddReq) -> Result<Turned> {
        self.needs(Right::Administer)?;
        let name = crate::customers::clean("name", &req.name)?;
        if name.trim().is_empty() {
            return Err(Error::input(
                "E-VAULT-NAMES",
                "Write the new member's name: what they record and approve carries it.",
            ));
        }
        let roles = words_of(&roles_of(&req.roles)?);
        let new = SecretString::from(req.new_passphrase.clone());
        crate::passphrase::check(&new, &[&self.organisation().name, &name])?;
        let label = match req.label.as_deref().map(str::trim) {
            None | Some("") => self.free_label(),
            Some(label) if self.has_or_had(label) => {
                return Err(vault::VaultError::Taken(label.to_owned()).into());
            }
            Some(label) => label.to_owned(),
        };
        let step = Step::Add {
            label,
            roles,
            passphrase: new,
        };
        self.administer(step, &req.passphrase, None, |prepared| {
            prepared
                .member()
                .map(|member| Change::StaffAdded {
                    staff: staff_of(member, &name),
                })
                .into_iter()
                .collect()
        })
    }

    /// A member may do other things from now on.
    pub fn member_roles(&self, req: &c::MemberRolesReq) -> Result<Turned> {
        let roles = words_of(&roles_of(&req.roles)?);
        let before = self
            .vault()
            .members()
            .into_iter()
            .find(|member| member.label == req.label)
            .map(|member| member.roles.clone())
            .unwrap_or_default();
        if before == roles {
            return Err(Error::input(
                "E-MEMBER-ROLE",
                format!("{} has these roles already.", req.label),
            ));
        }
        let step = Step::Roles {
            label: req.label.clone(),
            roles: roles.clone(),
        };
        self.administer(step, &req.passphrase, None, |_| {
            vec![Change::StaffRoles {
                label: req.label.clone(),
                before,
                roles,
            }]
        })
    }

    /// A member leaves: the vault gets other keys without them.
    pub fn member_revoke(&self, req: &c::MemberRevokeReq) -> Result<Turned> {
        let reason = why(&req.reason)?;
        if req.label == self.vault().member().label {
            return Err(Error::refused(
                "U-10",
                "Nobody revokes themselves. Ask another administrator to do it.",
            ));
        }
        let on = self.today().to_string();
        let step = Step::Revoke {
            label: req.label.clone(),
            until: on.clone(),
        };
        self.administer(step, &req.passphrase, Some(&reason), |_| {
            vec![Change::StaffRevoked {
                label: req.label.clone(),
                on,
            }]
        })
    }

    /// A member who forgot the passphrase gets new keys, and a passphrase to them.
    pub fn member_enrol(&self, req: &c::MemberEnrolReq) -> Result<Turned> {
        let name = self.member_name(&req.label);
        let new = SecretString::from(req.new_passphrase.clone());
        crate::passphrase::check(&new, &[&self.organisation().name, &name])?;
        if req.label == self.vault().member().label {
            return Err(Error::refused(
                "U-10",
                "Your passphrase opened this vault, so it is not forgotten: change it instead.",
            ));
        }
        let step = Step::Enrol {
            label: req.label.clone(),
            roles: None,
            passphrase: new,
            until: self.today().to_string(),
        };
        self.administer(step, &req.passphrase, None, |prepared| {
            prepared
                .member()
                .map(|member| Change::StaffEnrolled {
                    staff: staff_of(member, &name),
                    by_recovery: false,
                })
                .into_iter()
                .collect()
        })
    }

    /// Other keys for the same members, where a computer or a copy was lost.
    pub fn keys_rotate(&self, req: &c::KeysRotateReq) -> Result<Turned> {
        let reason = why(&req.reason)?;
        self.administer(Step::Rotate, &req.passphrase, Some(&reason), |_| Vec::new())
    }

    /// Makes a recovery key beside the one there is, or in the place of all there are.
    pub fn recovery_make(&self, req: &c::RecoveryMakeReq) -> Result<Turned> {
        let split = (req.split.as_ref())
            .map(|split| vault::Split::new(split.needed, split.of))
            .transpose()?;
        let step = Step::Recovery {
            instead: req.instead,
            made_on: self.today().to_string(),
            split,
        };
        self.administer(step, &req.passphrase, None, |prepared| {
            vec![Change::RecoveryMade {
                keys: u32::try_from(prepared.recovery_keys()).unwrap_or(u32::MAX),
                instead: req.instead,
                parts: split.map(|split| (split.needed().into(), split.of().into())),
            }]
        })
    }

    /// Takes one change of members, all the way: the administrator's key, the new database with its entry, the new keyring, VAULT.
    fn administer(
        &self,
        step: Step,
        passphrase: &str,
        reason: Option<&str>,
        changes: impl FnOnce(&Prepared) -> Vec<Change>,
    ) -> Result<Turned> {
        self.writes()?;
        self.needs(Right::Administer)?;
        if passphrase.is_empty() {
            return Err(Error::input(
                "E-APPROVAL-PASSPHRASE",
                "Changing members or keys needs your passphrase again.",
            ));
        }
        let me = self.vault().member().label.clone();
        let key = self
            .vault()
            .approval_key(&me, &SecretString::from(passphrase.to_owned()))?;
        let mut prepared = self.vault().prepare(step)?;
        let mut changes = changes(&prepared);
        changes.push(Change::KeysRotated {
            generation: prepared.generation(),
        });
        let sheets = std::mem::take(&mut prepared.sheets);
        let (target, new_key) = (prepared.db_path(), *prepared.db_key());
        let work = self.outside().work;
        let turned = self.store().turn_into(
            &target,
            self.vault().db_key(),
            &new_key,
            || -> Result<vault::Unlocked> {
                self.write_next(&target, &new_key, self.signer(), changes, reason)?;
                Ok(self.vault().turn(prepared, &key, work)?)
            },
        );
        let mut new_key = new_key;
        zeroize::Zeroize::zeroize(&mut new_key);
        let vault = Self::with(turned?, self.outside().clone(), true, false, &Unwatched)?;
        Ok(Turned { vault, sheets })
    }

    /// Checks the copy under its new key, and records in it what is about to become true.
    fn write_next(
        &self,
        target: &Path,
        key: &[u8; 32],
        signer: &SessionSigner,
        changes: Vec<Change>,
        reason: Option<&str>,
    ) -> Result<()> {
        // Whatever is wrong with the copy, it is not the vault that is damaged.
        let bad_copy = || {
            Error::machine(
                "V-21",
                "The copy of the database under its new key does not hold. Nothing was changed; check the disk, then try again.",
            )
        };
        let of_the_copy = |error: StoreError| match error {
            StoreError::Damaged | StoreError::Statement(_) | StoreError::Record(_) => bad_copy(),
            other => other.into(),
        };
        let next =
            Store::open(target, key, self.outside().schema, |_| Ok(())).map_err(of_the_copy)?;
        let head = self.read(|read| Ok(read.head()?))?;
        if !next.check_pages().map_err(of_the_copy)?.is_empty()
            || next
                .read(|read| -> std::result::Result<_, StoreError> { read.head() })
                .map_err(of_the_copy)?
                != head
        {
            return Err(bad_copy());
        }
        record(
            &next,
            signer,
            self.rules().as_ref().clone(),
            self.stamp(),
            changes,
            reason,
        )?;
        next.checkpoint_wal()?;
        Ok(())
    }

    /// Changes the passphrase of the member at work. Older copies of the key files open with the old one for ever.
    pub fn passphrase_change(&self, req: &c::PassphraseChangeReq) -> Result<()> {
        if let Some(Reading::Rollback { .. } | Reading::Asked) = self.reading() {
            self.writes()?;
        }
        let new = SecretString::from(req.new_passphrase.clone());
        let label = self.vault().member().label.clone();
        let name = self.member_name(&label);
        crate::passphrase::check(&new, &[&self.organisation().name, &name])?;
        if req.new_passphrase == req.passphrase {
            return Err(Error::input(
                "V-27",
                "This passphrase cannot be used: it is the one you have.",
            ));
        }
        self.vault().change_passphrase(
            &SecretString::from(req.passphrase.clone()),
            &new,
            self.outside().work,
        )?;
        // An auditor's vault has no connection that writes: the passphrase changes, and the journal cannot say so.
        if self.reading().is_none() {
            self.act(|act| {
                act.push(Change::PassphraseChanged { label }, None, None)?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Tries a recovery key as it stands on the sheet: it is opened with, and nothing is done.
    pub fn recovery_test(&self, typed: &str) -> Result<()> {
        Ok(self
            .vault()
            .try_recovery(&SecretString::from(typed.to_owned()))?)
    }

    /// Goes on with a vault that is not the one this computer remembers, for a reason that is kept.
    pub fn rollback_accept(&self, reason: &str) -> Result<()> {
        let Some(Reading::Rollback { remembered, .. }) = self.reading() else {
            return Err(Error::input(
                "E-VAULT-FITS",
                "This vault is the one this computer remembers. There is nothing to accept.",
            ));
        };
        self.needs(Right::Keep)?;
        let reason = why(reason)?;
        self.begin_writing()?;
        self.act(|act| {
            act.push(Change::RollbackAccepted { remembered }, None, Some(&reason))?;
            Ok(())
        })
    }

    /// Opens a vault with its recovery key and gives a member new keys under a new passphrase: the vault gets other keys too, so that a
    /// lost or stolen copy of the old ones opens nothing that comes.
    pub fn recover(
        path: &Path,
        typed: &SecretString,
        label: &str,
        passphrase: &SecretString,
        surroundings: Surroundings,
        watch: &dyn Watch,
    ) -> Result<Self> {
        let recovering = vault::recover(path, typed)?;
        let old = Store::open(
            &recovering.db_path(),
            recovering.db_key(),
            surroundings.schema,
            |older| crate::update::keep(path, older, surroundings.now.utc(), watch).map(drop),
        )?;
        let (organisation, staff, rules, last) = old.read(|read| -> Result<_> {
            Ok((
                read.organisation()?,
                read.staff()?,
                read.rulebook()?,
                read.head()?,
            ))
        })?;
        let name = staff
            .iter()
            .find(|member| member.label == label)
            .map_or_else(|| label.to_owned(), |member| member.name.clone());
        crate::passphrase::check(passphrase, &[&organisation.name, &name])?;
        let listed = recovering
            .members()
            .into_iter()
            .find(|member| member.label == label)
            .map(|member| member.roles.clone());
        // Whoever holds the recovery key administers: otherwise nobody might be left who can.
        let roles = listed.map(|mut roles| {
            let administrator = Role::Administrator.word().to_owned();
            roles.retain(|role| role != Role::Auditor.word());
            if !roles.contains(&administrator) {
                roles.push(administrator);
            }
            roles
        });
        let zone = crate::open_vault::days::parse_zone(&organisation.zone)?;
        let prepared = recovering.prepare(Step::Enrol {
            label: label.to_owned(),
            roles,
            passphrase: passphrase.clone(),
            until: crate::now::civil(surroundings.now.utc(), zone).to_string(),
        })?;
        let fresh = prepared.fresh_log_key().ok_or(vault::VaultError::Key)?;
        let signer = SessionSigner {
            fingerprint: fresh.fingerprint(),
            key: fresh,
        };
        let changes = prepared
            .member()
            .map(|member| Change::StaffEnrolled {
                staff: staff_of(member, &name),
                by_recovery: true,
            })
            .into_iter()
            .chain([Change::KeysRotated {
                generation: prepared.generation(),
            }])
            .collect();
        let stamp = crate::open_vault::days::stamp(
            surroundings.now.as_ref(),
            zone,
            last.recorded_at,
            i64::MIN,
        );
        let (target, old_key) = (prepared.db_path(), *recovering.db_key());
        let new_key = *prepared.db_key();
        let work = surroundings.work;
        let vault = old.turn_into(
            &target,
            &old_key,
            &new_key,
            || -> Result<vault::Unlocked> {
                let next = crate::backups::open(&target, &new_key, &surroundings)?;
                record(&next, &signer, rules, stamp, changes, None)?;
                next.checkpoint_wal()?;
                drop(next);
                Ok(recovering.turn(prepared, work)?)
            },
        )?;
        for mut key in [old_key, new_key] {
            zeroize::Zeroize::zeroize(&mut key);
        }
        drop(old);
        crate::attempts::forget(path, &surroundings);
        Self::with(vault, surroundings, true, false, watch)
    }

    /// Draws customers at random: the same seed draws the same from the same records, so that anybody can repeat the draw.
    pub fn audit_sample(&self, req: &c::AuditSampleReq) -> Result<c::AuditSample> {
        use sha2::{Digest, Sha256};
        const MOST: u32 = 500;
        if !(1..=MOST).contains(&req.size) {
            return Err(Error::new(
                "E-SAMPLE-SIZE",
                c::Class::BadInput,
                format!("Draw 1 to {MOST} records."),
            ));
        }
        let seed = match req.seed.as_deref().map(str::trim) {
            None | Some("") => {
                let mut bytes = [0u8; 8];
                getrandom::fill(&mut bytes).map_err(|_| {
                    Error::machine("E-RANDOM", "The system gave no random numbers. Try again.")
                })?;
                domain::entry::hex(&bytes)
            }
            Some(seed) => crate::customers::clean("seed", seed)?,
        };
        self.read(|read| {
            let mut drawn: Vec<([u8; 32], String)> = read
                .customer_references()?
                .into_iter()
                .map(|reference| {
                    let mut hash = Sha256::new();
                    hash.update(b"cipdesk-sample-v1\0");
                    hash.update(seed.as_bytes());
                    hash.update(b"\0");
                    hash.update(reference.as_bytes());
                    (hash.finalize().into(), reference)
                })
                .collect();
            let of = drawn.len();
            drawn.sort();
            drawn.truncate(req.size as usize);
            let mut rows = Vec::with_capacity(drawn.len());
            for (_, reference) in drawn {
                let file = read.customer_file(&reference)?;
                rows.push(c::SampleRow {
                    initials: initials(file.name()),
                    kind: match file.kind {
                        domain::customer::PartyKind::Individual => "individual",
                        domain::customer::PartyKind::Entity => "entity",
                    }
                    .to_owned(),
                    country: file.country().to_owned(),
                    state: domain::onboarding::MACHINE.label(&file.status).to_owned(),
                    missing: file.completeness(&self.rules()).missing(),
                    entries: u32::try_from(
                        read.timeline(std::slice::from_ref(&reference), 0, 1)?.0,
                    )
                    .unwrap_or(u32::MAX),
                    documents: u32::try_from(read.documents_of(&reference)?.len())
                        .unwrap_or(u32::MAX),
                    r#ref: reference,
                });
            }
            Ok(c::AuditSample {
                seed: seed.clone(),
                of: u32::try_from(of).unwrap_or(u32::MAX),
                rows,
            })
        })
    }
}

/// The redaction of a sample: initials, which tell two rows apart and name nobody.
fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next())
        .map(|first| format!("{first}."))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Appends changes to a database that nobody works in yet, as one act.
pub(crate) fn record(
    store: &Store,
    signer: &dyn Signer,
    rules: domain::rulebook::Rulebook,
    stamp: store::Stamp,
    changes: Vec<Change>,
    reason: Option<&str>,
) -> Result<()> {
    store.write(|write| -> Result<()> {
        let mut act = write.act_of(signer, rules, stamp)?;
        for change in changes {
            act.push(change, None, reason)?;
        }
        act.sign()?;
        Ok(())
    })
}
