//! Changing who belongs to the vault and by which keys: each change makes the next generation of the keyring, with another vault key
//! and another database key, and becomes true at one instant, when VAULT points to it (security 3.8).
//!
//! It must not know names of people, nor how the database is copied.

use crate::{
    agefile,
    documents::Documents,
    error::{Doing, VaultError},
    folder::{self, Places},
    keyring::{self, FreshKeys, Member, Members, Newcomer},
    keys::{ApprovalKey, LogKey},
    lists::{self, ADMINISTRATOR},
    lock::Lock,
    parts::Split,
    recovery::{self, RecoverySheet},
    secret::Secret,
    unlocked::{self, Unlocked},
};
use secrecy::SecretString;
use std::{fs, path::Path, path::PathBuf, sync::Arc};

/// The most members at a time; with two recovery keys the header of an age file still is within its limit (security 3.4).
pub const MOST_MEMBERS: usize = 16;
/// The most recovery keys at a time.
pub const MOST_RECOVERY_KEYS: usize = 2;

/// A change of members or keys.
pub enum Step {
    /// Somebody joins.
    Add {
        /// The label in the folder.
        label: String,
        /// Roles.
        roles: Vec<String>,
        /// The passphrase that the new member chose.
        passphrase: SecretString,
    },
    /// A member may do other things.
    Roles {
        /// The member.
        label: String,
        /// All roles from now on.
        roles: Vec<String>,
    },
    /// A member leaves: nothing written from now on opens for them.
    Revoke {
        /// The member.
        label: String,
        /// The day.
        until: String,
    },
    /// A member who forgot the passphrase gets new keys.
    Enrol {
        /// The member.
        label: String,
        /// All roles from now on; as before where none are given.
        roles: Option<Vec<String>>,
        /// The new passphrase.
        passphrase: SecretString,
        /// The day.
        until: String,
    },
    /// A recovery key more, or another one in the place of all there are.
    Recovery {
        /// The keys there are open nothing any more.
        instead: bool,
        /// The day, for the sheet.
        made_on: String,
        /// In parts for several officers.
        split: Option<Split>,
    },
    /// Other keys, the same members: where a computer or a copy was lost.
    Rotate,
}

/// The next generation, before anything of it is written.
pub struct Prepared {
    places: Places,
    members: Members,
    db_key: Secret,
    fresh: Option<(FreshKeys, Member, SecretString)>,
    changed: Option<Member>,
    /// The recovery sheet, or those of its parts, where a key was made. Kept nowhere.
    pub sheets: Vec<RecoverySheet>,
}

impl Prepared {
    /// The generation's number.
    pub fn generation(&self) -> u64 {
        self.places.generation
    }

    /// Where the database of that generation is to be written.
    pub fn db_path(&self) -> PathBuf {
        self.places.database()
    }

    /// Its raw key.
    pub fn db_key(&self) -> &[u8; 32] {
        &self.db_key
    }

    /// The member it is about, as the list will show it.
    pub fn member(&self) -> Option<&Member> {
        self.changed.as_ref()
    }

    /// The log key of whoever joins or gets new keys.
    pub fn fresh_log_key(&self) -> Option<LogKey> {
        self.fresh.as_ref().map(|(keys, ..)| keys.log())
    }

    /// How many recovery keys there will be.
    pub fn recovery_keys(&self) -> usize {
        self.members.recovery.len()
    }
}

fn active<'a>(members: &'a mut Members, label: &str) -> Result<&'a mut Member, VaultError> {
    let known = members
        .active()
        .map(|member| member.label.clone())
        .collect::<Vec<_>>()
        .join(", ");
    members
        .members
        .iter_mut()
        .find(|member| member.label == label && member.until.is_none())
        .ok_or_else(|| VaultError::NoMember {
            given: label.chars().take(40).collect(),
            known,
        })
}

/// Works out the next generation. Nothing is written.
pub(crate) fn prepare(
    places: &Places,
    current: &Members,
    list_sha256: &str,
    step: Step,
) -> Result<Prepared, VaultError> {
    let last = folder::generations(&places.root).pop().unwrap_or(0);
    let generation = last.max(places.generation) + 1;
    let mut members = current.clone();
    members.generation = generation;
    members.previous = Some(list_sha256.to_owned());
    let mut made = Prepared {
        places: Places {
            root: places.root.clone(),
            generation,
        },
        members: members.clone(),
        db_key: Secret::random()?,
        fresh: None,
        changed: None,
        sheets: Vec::new(),
    };
    match step {
        Step::Add {
            label,
            roles,
            passphrase,
        } => {
            if !unlocked::label_is_fine(&label) {
                return Err(VaultError::Label(label.chars().take(40).collect()));
            }
            if members.members.iter().any(|member| member.label == label) {
                return Err(VaultError::Taken(label));
            }
            if members.active().count() >= MOST_MEMBERS {
                return Err(VaultError::TooMany(MOST_MEMBERS, "members"));
            }
            let (keys, recipient) = FreshKeys::generate()?;
            let member = keys.member(&label, roles, recipient)?;
            members.members.push(member.clone());
            made.changed = Some(member.clone());
            made.fresh = Some((keys, member, passphrase));
        }
        Step::Roles { label, roles } => {
            let member = active(&mut members, &label)?;
            member.roles = roles;
            made.changed = Some(member.clone());
        }
        Step::Revoke { label, until } => {
            let member = active(&mut members, &label)?;
            member.until = Some(until);
            made.changed = Some(member.clone());
        }
        Step::Enrol {
            label,
            roles,
            passphrase,
            until,
        } => {
            let former = active(&mut members, &label)?;
            let roles = roles.unwrap_or_else(|| former.roles.clone());
            former.until = Some(until);
            let (keys, recipient) = FreshKeys::generate()?;
            let member = keys.member(&label, roles, recipient)?;
            members.members.push(member.clone());
            made.changed = Some(member.clone());
            made.fresh = Some((keys, member, passphrase));
        }
        Step::Recovery {
            instead,
            made_on,
            split,
        } => {
            if instead {
                members.recovery.clear();
                members.recovery_signers.clear();
            }
            if members.recovery.len() >= MOST_RECOVERY_KEYS {
                return Err(VaultError::TooMany(MOST_RECOVERY_KEYS, "recovery keys"));
            }
            let (identity, recipient) = agefile::new_identity();
            members.recovery.push(recipient);
            members
                .recovery_signers
                .push(recovery::signer(&identity).public_openssh());
            let sheet = RecoverySheet::new(&members.vault_id, &made_on, identity);
            made.sheets = match split {
                Some(split) => sheet.split(split)?,
                None => vec![sheet],
            };
        }
        Step::Rotate => {}
    }
    let administrators = members
        .active()
        .filter(|member| member.roles.iter().any(|role| role == ADMINISTRATOR))
        .count();
    if administrators == 0 {
        return Err(VaultError::LastAdministrator);
    }
    made.members = members;
    Ok(made)
}

fn marker(places: &Places) -> PathBuf {
    places
        .tmp()
        .join(format!("turning-g{:06}", places.generation))
}

/// Begins a generation: says so in the folder for temporary files, so that what an interruption leaves of it is known as such.
pub(crate) fn begin(prepared: &Prepared) -> Result<(), VaultError> {
    let places = &prepared.places;
    if !places.tmp().exists() {
        folder::make_folder(&places.tmp())?;
    }
    folder::write_new(&marker(places), b"")?;
    folder::sync_folder(&places.tmp())
}

/// Removes what an interrupted change has left: generations that were begun, and that VAULT never came to name.
pub(crate) fn give_up(places: &Places) -> Result<(), VaultError> {
    const WHAT: &str = "Removing what an interrupted change of members has left";
    let Ok(files) = fs::read_dir(places.tmp()) else {
        return Ok(());
    };
    for file in files {
        let path = file.doing(WHAT)?.path();
        let generation = folder::name(&path)
            .strip_prefix("turning-g")
            .and_then(|digits| digits.parse::<u64>().ok());
        let Some(generation) = generation.filter(|generation| *generation > places.generation)
        else {
            continue;
        };
        let begun = Places {
            root: places.root.clone(),
            generation,
        };
        if begun.keyring().exists() {
            held::retry(|| fs::remove_dir_all(begun.keyring())).doing(WHAT)?;
        }
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut path = begun.database().into_os_string();
            path.push(ending);
            let path = PathBuf::from(path);
            if path.exists() {
                held::retry(|| fs::remove_file(&path)).doing(WHAT)?;
            }
        }
    }
    Ok(())
}

/// Writes the keyring of the next generation, whose database is there already, and points VAULT to it.
pub(crate) fn turn(
    current: &Places,
    prepared: &Prepared,
    signer: &ApprovalKey,
    work: u8,
) -> Result<String, VaultError> {
    const WHAT: &str = "Writing the next generation of keys";
    let places = &prepared.places;
    let database = held::retry(|| fs::File::open(places.database())).doing(WHAT)?;
    database.sync_all().doing(WHAT)?;
    folder::make_folder(&places.keyring())?;
    let newcomer = prepared
        .fresh
        .as_ref()
        .map(|(keys, member, passphrase)| Newcomer {
            keys,
            member,
            passphrase,
            work,
        });
    let sha256 = keyring::write(
        places,
        &prepared.members,
        &prepared.db_key,
        signer,
        newcomer.as_ref(),
        Some(current),
    )?;
    for part in ["keyring", "db"] {
        folder::sync_folder(&places.root.join(part))?;
    }
    folder::point(places, &prepared.members.vault_id)?;
    Ok(sha256)
}

/// A vault that a recovery key opened. Nobody is at work in it: the one thing to do is to give a member new keys.
pub struct Recovering {
    places: Places,
    members: Members,
    list_sha256: String,
    db_key: Secret,
    signer: ApprovalKey,
    lock: Arc<Lock>,
}

/// Opens a vault with a recovery key, typed in any case and with any spaces.
///
/// # Errors
/// A typing error, a key of another vault, and whatever keeps a vault from opening.
pub fn recover(path: &Path, typed: &SecretString) -> Result<Recovering, VaultError> {
    let identity = recovery::read(typed)?;
    let places = folder::check(path)?;
    let lock = Arc::new(Lock::take(path)?);
    let index = folder::index(&places)?;
    let (members, list) = keyring::read_members(&places)?;
    let recipient = agefile::recipient_of(&identity).ok_or(VaultError::Key)?;
    if !members.recovery.contains(&recipient) {
        return Err(VaultError::RecoveryElsewhere);
    }
    let signers = lists::lead_back_to_first(&places, &members, &list)?;
    let sealed = keyring::read_vault_key(&places)?;
    if index.vault_id != members.vault_id
        || !lists::signed(
            &places,
            "vault-key.age",
            keyring::KEYRING,
            &sealed,
            &signers,
        )?
    {
        return Err(VaultError::Unsigned);
    }
    let db_key = keyring::open_sealed_key(&places, &members, &identity)?;
    let signer = recovery::signer(&identity);
    Ok(Recovering {
        places,
        list_sha256: lists::sha256(&list),
        members,
        db_key,
        signer,
        lock,
    })
}

impl Recovering {
    /// The vault's id.
    pub fn vault_id(&self) -> &str {
        &self.members.vault_id
    }

    /// The database's file.
    pub fn db_path(&self) -> PathBuf {
        self.places.database()
    }

    /// The database's raw key.
    pub fn db_key(&self) -> &[u8; 32] {
        &self.db_key
    }

    /// The active members.
    pub fn members(&self) -> Vec<&Member> {
        self.members.active().collect()
    }

    /// Works out the next generation. Nothing is written yet.
    ///
    /// # Errors
    /// No such member, or a label that cannot be.
    pub fn prepare(&self, step: Step) -> Result<Prepared, VaultError> {
        let prepared = prepare(&self.places, &self.members, &self.list_sha256, step)?;
        begin(&prepared)?;
        Ok(prepared)
    }

    /// Points the vault to the next generation and opens it as the member who got new keys in it.
    ///
    /// # Errors
    /// The disk; the generation before stays.
    pub fn turn(self, prepared: Prepared, work: u8) -> Result<Unlocked, VaultError> {
        let list_sha256 = turn(&self.places, &prepared, &self.signer, work)?;
        let (keys, member, _) = prepared.fresh.ok_or(VaultError::Key)?;
        Ok(Unlocked {
            documents: Documents::new(prepared.places.clone()),
            places: prepared.places,
            vault_id: prepared.members.vault_id.clone(),
            members: prepared.members,
            list_sha256,
            member,
            log: keys.log(),
            db_key: prepared.db_key,
            lock: self.lock,
        })
    }
}

impl Unlocked {
    /// Every member there ever was, those who left too.
    pub fn all_members(&self) -> &[Member] {
        &self.members.members
    }

    /// How many recovery keys open the vault.
    pub fn recovery_keys(&self) -> usize {
        self.members.recovery.len()
    }

    /// Tries a recovery key: it must be one of this vault's, and open its vault key.
    ///
    /// # Errors
    /// A typing error, or a key of something else.
    pub fn try_recovery(&self, typed: &SecretString) -> Result<(), VaultError> {
        let identity = recovery::read(typed)?;
        let recipient = agefile::recipient_of(&identity).ok_or(VaultError::Key)?;
        if !self.members.recovery.contains(&recipient) {
            return Err(VaultError::RecoveryElsewhere);
        }
        let key = keyring::open_sealed_key(&self.places, &self.members, &identity)?;
        if *key == *self.db_key {
            Ok(())
        } else {
            Err(VaultError::RecoveryElsewhere)
        }
    }

    /// Checks every list of members back to the first, further than unlocking has to look.
    ///
    /// # Errors
    /// A list or a signature is missing or was changed; the disk.
    pub fn check_lists(&self) -> Result<(), VaultError> {
        let (members, list) = keyring::read_members(&self.places)?;
        lists::lead_back_to_first(&self.places, &members, &list).map(|_| ())?;
        lists::first_holds(&self.places)
    }

    /// The list of members, by the generation and the hash of its bytes: an anchor outside the vault.
    pub fn list(&self) -> (u64, &str) {
        (self.places.generation, &self.list_sha256)
    }

    /// Whether this vault's list of members is, or follows, one that was seen before (security 3.11.4).
    ///
    /// # Errors
    /// The lists cannot be read.
    pub fn follows(&self, generation: u64, sha256: &str) -> Result<bool, VaultError> {
        if self.places.generation == generation {
            return Ok(self.list_sha256 == sha256);
        }
        if generation > self.places.generation {
            return Ok(false);
        }
        let there = Places {
            root: self.places.root.clone(),
            generation,
        };
        let known = match keyring::read_members(&there) {
            Err(VaultError::Disk(why, kind)) => return Err(VaultError::Disk(why, kind)),
            read => read.is_ok_and(|(_, bytes)| lists::sha256(&bytes) == sha256),
        };
        let (_, bytes) = keyring::read_members(&self.places)?;
        Ok(known && lists::passes(&self.places, &self.members, &bytes, generation, sha256)?)
    }

    /// Works out the next generation. Nothing is written but a note that it was begun.
    ///
    /// # Errors
    /// No such member, a label that cannot be or is taken, too many, nobody left who administers.
    pub fn prepare(&self, step: Step) -> Result<Prepared, VaultError> {
        let prepared = prepare(&self.places, &self.members, &self.list_sha256, step)?;
        begin(&prepared)?;
        Ok(prepared)
    }

    /// Points the vault to the next generation, whose database is there already, and opens it. An interruption at any instant leaves
    /// this generation or the next.
    ///
    /// # Errors
    /// The disk; this generation stays.
    pub fn turn(
        &self,
        prepared: Prepared,
        signer: &ApprovalKey,
        work: u8,
    ) -> Result<Unlocked, VaultError> {
        let list_sha256 = turn(&self.places, &prepared, signer, work)?;
        let member = prepared
            .members
            .active()
            .find(|member| member.id == self.member.id)
            .cloned()
            .unwrap_or_else(|| self.member.clone());
        Ok(Unlocked {
            documents: Documents::new(prepared.places.clone()),
            places: prepared.places,
            vault_id: self.vault_id.clone(),
            members: prepared.members,
            list_sha256,
            member,
            log: self.log.again(),
            db_key: prepared.db_key,
            lock: Arc::clone(&self.lock),
        })
    }
}
