//! Members, roles, keys and recovery; what an auditor draws.

use super::Choice;

views! {
    /// A member of the vault.
    MemberView {
        /// The label in the folder.
        label: String,
        /// The name; kept in the database only.
        name: String,
        /// Roles, by their words in the list of members.
        roles: Vec<String>,
        /// The roles as people say them.
        roles_label: String,
        /// The day on which the member left; absent while active.
        until: Option<String>,
        /// The member at work.
        me: bool,
        /// Fingerprint of the approval key, for comparing by another way.
        fingerprint: String,
        /// How often the member got new keys.
        enrolled_again: u32,
    }
    /// What a role may do: one row of the table of rights.
    RightRow {
        /// In words.
        label: String,
        /// The roles that have it.
        roles: Vec<String>,
    }
    /// People and keys.
    PeopleView {
        /// Members, active ones first.
        members: Vec<MemberView>,
        /// The roles there are.
        roles: Vec<Choice>,
        /// Who may do what.
        rights: Vec<RightRow>,
        /// Which generation of keys this is.
        generation: u32,
        /// How many recovery keys open the vault.
        recovery_keys: u32,
        /// A label that nobody has or had.
        next_label: String,
        /// Only one active member may approve.
        alone: bool,
        /// What revoking a member cannot undo, in sentences.
        revoking_leaves: Vec<String>,
    }
    /// The sheet of a recovery key, or of one part of it; it is shown this once.
    RecoveryMade {
        /// The sheet's lines, to be printed or saved now.
        sheet: Vec<String>,
        /// The key or the part in groups, to be typed back.
        recovery_groups: Vec<String>,
    }
    /// A command that the member at work may not use.
    Refused {
        /// The command.
        command: String,
        /// Why, in a sentence.
        why: String,
    }
    /// Records drawn at random, the same for the same seed and the same records.
    AuditSample {
        /// What the draw came from: whoever types it draws the same.
        seed: String,
        /// How many records there were to draw from.
        of: u32,
        /// The records that were drawn, names shortened to initials.
        rows: Vec<SampleRow>,
    }
    /// A record that was drawn.
    SampleRow {
        /// The customer.
        r#ref: String,
        /// Initials.
        initials: String,
        /// individual or entity.
        kind: String,
        /// Country of record.
        country: String,
        /// The case's state, in words.
        state: String,
        /// Required items not there yet.
        missing: u32,
        /// Entries of the journal about it.
        entries: u32,
        /// Documents attached to it.
        documents: u32,
    }
}

requests! {
    /// Somebody joins the vault. The passphrase is the new member's, typed by them.
    MemberAddReq {
        /// The name.
        name: String,
        /// The label in the folder; the next free one unless given.
        label: Option<String>,
        /// Roles.
        roles: Vec<String>,
        /// The new member's passphrase.
        new_passphrase: String,
        /// The administrator's passphrase, again.
        passphrase: String,
    }
    /// A member may do other things from now on.
    MemberRolesReq {
        /// The member.
        label: String,
        /// All roles.
        roles: Vec<String>,
        /// The administrator's passphrase, again.
        passphrase: String,
    }
    /// A member leaves.
    MemberRevokeReq {
        /// The member.
        label: String,
        /// Why.
        reason: String,
        /// The administrator's passphrase, again.
        passphrase: String,
    }
    /// A member who forgot the passphrase gets new keys.
    MemberEnrolReq {
        /// The member.
        label: String,
        /// The member's new passphrase.
        new_passphrase: String,
        /// The administrator's passphrase, again.
        passphrase: String,
    }
    /// Other keys for the same members.
    KeysRotateReq {
        /// Why.
        reason: String,
        /// The administrator's passphrase, again.
        passphrase: String,
    }
    /// A recovery key in parts.
    RecoverySplit {
        /// How many parts open the vault, from 2.
        needed: u32,
        /// How many parts there are, up to 8.
        of: u32,
    }
    /// Save the sheet of a recovery key that was just made.
    RecoverySheetReq {
        /// Which part, from 1; 1 too where there is one sheet.
        part: u32,
    }
    /// Make a recovery key.
    RecoveryMakeReq {
        /// In the place of those there are, which open nothing any more.
        instead: bool,
        /// In parts for several officers; one sheet without it.
        split: Option<RecoverySplit>,
        /// The administrator's passphrase, again.
        passphrase: String,
    }
    /// Try a recovery key: does the sheet open this vault?
    RecoveryTestReq {
        /// The key as typed from the sheet.
        key: String,
    }
    /// Open a vault with the recovery key and give a member a new passphrase.
    VaultRecoverReq {
        /// The handle from `VaultCard`.
        vault: String,
        /// The member who gets new keys.
        label: String,
        /// The key as typed from the sheet.
        key: String,
        /// The member's new passphrase.
        new_passphrase: String,
    }
    /// Change one's own passphrase.
    PassphraseChangeReq {
        /// The passphrase up to now.
        passphrase: String,
        /// The new one.
        new_passphrase: String,
    }
    /// Go on with a vault that is not the one this computer remembers.
    RollbackAcceptReq {
        /// Why it is the right one.
        reason: String,
    }
    /// Draw records at random.
    AuditSampleReq {
        /// What to draw from; made up, and given back, where it is absent.
        seed: Option<String>,
        /// How many, to 500.
        size: u32,
    }
}
