//! Vaults, unlocking, locking, settings, and what the frame of the window shows.

use super::{Choice, Refused};

views! {
    /// A vault that can be opened, as the unlock screen shows it. Nothing here names a person.
    VaultCard {
        /// Opaque handle for later calls; never a path.
        id: String,
        /// The folder's name and place, for the eye only.
        place: String,
        /// The members' labels that the folder shows.
        labels: Vec<String>,
        /// When this computer last opened it, RFC 3339.
        last_opened: Option<String>,
        /// When this computer last backed it up, RFC 3339.
        last_backup: Option<String>,
        /// The journal's head code when it was last locked here.
        head_code: Option<String>,
        /// The drill and demonstration vaults say so.
        demo: bool,
    }
    /// What the window needs before anything else.
    AppState {
        /// Whether a vault is open.
        unlocked: bool,
        /// The vault that is open, or that was last open.
        vault: Option<VaultCard>,
        /// Vaults opened on this computer before.
        recent: Vec<VaultCard>,
        /// The program's version.
        version: String,
        /// Time zone of this computer, as a suggestion for a new vault.
        zone: String,
        /// Minutes of idleness before locking.
        idle_minutes: u32,
        /// Lock when the window is minimised.
        lock_minimised: bool,
        /// Colours: `system`, `light` or `dark`.
        theme: String,
        /// Height of rows: `normal` or `compact`.
        density: String,
        /// Paper to print on: `letter` or `a4`.
        paper: String,
        /// How many backups of a vault stay in the folder that they are written to; 0 keeps every one.
        keep_backups: u32,
        /// Columns of long lists that are not shown, such as `customers.country`.
        hidden_columns: Vec<String>,
    }
    /// The one-line digest after unlocking.
    Digest {
        /// Clocks past their date.
        overdue: u32,
        /// Clocks due today.
        due_today: u32,
        /// Clocks due in the next three days.
        next_3: u32,
        /// Filings waiting for approval.
        to_approve: u32,
        /// Days since the last backup; absent when there never was one.
        backup_age_days: Option<u32>,
        /// Failed attempts to unlock since the last success on this computer.
        failed_attempts: u32,
        /// That the vault was of an older version until now, and where it lies as it was, in a sentence.
        updated: Option<String>,
    }
    /// A vault was made.
    VaultCreated {
        /// The new vault.
        vault: VaultCard,
        /// The recovery sheet's lines, to be printed or saved now; they are not kept.
        sheet: Vec<String>,
        /// The recovery key in groups, part of the sheet, to be typed back.
        recovery_groups: Vec<String>,
    }
    /// How strong a passphrase is.
    Strength {
        /// 0 to 4 (zxcvbn); 4 is asked for.
        score: u8,
        /// Whether it may be used.
        accepted: bool,
        /// What is weak about it, in a sentence.
        warning: Option<String>,
        /// What would make it stronger.
        suggestions: Vec<String>,
        /// How long guessing takes for a patient attacker, in words.
        guess_time: String,
    }
    /// A suggestion.
    Suggested {
        /// The generated passphrase.
        passphrase: String,
    }
    /// The rule pack's standing, for the banner.
    PackNote {
        /// The pack's id.
        id: String,
        /// Its version.
        version: String,
        /// Its title.
        title: String,
        /// Its status, such as `withdrawn`.
        status: String,
        /// The words of the banner.
        banner: String,
        /// Whether a person has checked the pack against the rule's text.
        reviewed: bool,
    }
    /// The status bar and the frame.
    StatusView {
        /// The organisation's name.
        organisation: String,
        /// Its role: provider, us_reseller, foreign_reseller.
        role: String,
        /// Its time zone.
        zone: String,
        /// Who is working.
        member: String,
        /// The member's label.
        label: String,
        /// The member's roles, as people say them.
        roles: String,
        /// Why the vault is open for reading only, in a sentence; absent where it is written.
        reading: Option<String>,
        /// The vault is not the one this computer remembers: it is read until somebody says why it is right.
        rollback: bool,
        /// Other members who may approve; where there are none, one person alone gives a reason.
        approvers: Vec<Choice>,
        /// Commands that the member may not use, each with the reason.
        refused: Vec<Refused>,
        /// The pack in use.
        pack: PackNote,
        /// A rehearsal, and what time it is on its clock.
        drill: Option<String>,
        /// Desktop reminders of how much is due.
        remind: bool,
        /// Every rule pack in use, the leading one first.
        packs: Vec<PackNote>,
        /// Entries in the journal.
        entries: u32,
        /// Twelve characters that stand for the journal's head.
        head_code: String,
        /// When the vault was last backed up, RFC 3339.
        last_backup: Option<String>,
        /// `ok`, or what is odd about this computer's clock, in a sentence.
        clock_note: Option<String>,
        /// Minutes of idleness before locking.
        idle_minutes: u32,
        /// How many members the vault has.
        members: u32,
        /// This is a demonstration vault with invented people.
        demo: bool,
        /// Today's date as the deadlines see it, `YYYY-MM-DD`.
        today: String,
        /// Types of documents, for attaching.
        document_types: Vec<Choice>,
    }
    /// Where something was saved, for the eye only.
    Saved {
        /// The file's or folder's name.
        name: String,
        /// Its size in bytes.
        #[ts(type = "number")]
        bytes: u64,
    }
    /// A text kept while someone types.
    DraftView {
        /// The text as the page stored it.
        body: Option<String>,
    }
}

requests! {
    /// Make a vault; the folder is chosen in a dialog.
    VaultCreateReq {
        /// The organisation's legal name.
        org: String,
        /// provider, us_reseller or foreign_reseller.
        role: String,
        /// IANA time zone.
        zone: String,
        /// The first member's name.
        staff: String,
        /// The passphrase.
        passphrase: String,
    }
    /// Unlock a vault.
    VaultUnlockReq {
        /// The handle from `VaultCard`.
        vault: String,
        /// The member's label; may be absent where there is one member.
        label: Option<String>,
        /// The passphrase.
        passphrase: String,
        /// Look only: nothing can be written until it is unlocked anew.
        reading: bool,
    }
    /// Make a demonstration vault in a temporary place and open it.
    DemoOpenReq {
        /// How many customers.
        customers: u32,
    }
    /// Ask for the strength of a passphrase.
    StrengthReq {
        /// The passphrase.
        passphrase: String,
        /// Words that an attacker would try first: names of the person and the organisation.
        words: Vec<String>,
    }
    /// Settings of this computer.
    SettingsReq {
        /// Minutes of idleness before locking, 1 to 30.
        idle_minutes: u32,
        /// Lock when the window is minimised.
        lock_minimised: bool,
        /// Colours: `system`, `light` or `dark`.
        theme: String,
        /// Height of rows: `normal` or `compact`.
        density: String,
        /// Paper to print on: `letter` or `a4`.
        paper: String,
        /// How many backups of a vault stay in the folder that they are written to, at most 99; 0 keeps every one.
        keep_backups: u32,
        /// Columns of long lists that are not shown, such as `customers.country`.
        hidden_columns: Vec<String>,
    }
    /// Desktop reminders.
    RemindersReq {
        /// Whether there are any.
        on: bool,
    }
    /// Keep what is being typed.
    DraftSaveReq {
        /// The form, such as `customer:C-000001`.
        key: String,
        /// Whatever the page needs to restore it.
        body: String,
    }
    /// A form's name.
    DraftReq {
        /// The form, such as `customer:C-000001`.
        key: String,
    }
    /// Stop a job.
    JobCancelReq {
        /// The job's id, as the page named it.
        job: String,
    }
}
