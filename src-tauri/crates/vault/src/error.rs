//! What can be wrong with a vault's folder, worded for the person in front of it. Before unlocking, no sentence can name a person.

use std::io;

/// An error of the vault folder.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// No VAULT file.
    #[error(
        "This folder is not a CIP Desk vault: it has no VAULT file. Choose the folder that ends in .cipdesk."
    )]
    NotAVault,
    /// The VAULT file cannot be read.
    #[error(
        "The vault's index file VAULT is damaged. Your data is probably intact. Restore only this file from a backup."
    )]
    Index,
    /// A newer format.
    #[error(
        "This vault was made by a newer CIP Desk ({0}). Update this computer; nothing was changed."
    )]
    Newer(String),
    /// The passphrase opens nothing.
    #[error(
        "That passphrase does not open the identity of {0}. Check Caps Lock and the keyboard layout, then try again."
    )]
    Passphrase(String),
    /// A key file is damaged.
    #[error(
        "The key file {0} is damaged or missing, so no passphrase can open it. Use a backup of the folder keyring, another member, or the recovery key."
    )]
    KeyFile(String),
    /// The keyring was not signed by the administrator that the identity pins.
    #[error(
        "The key list of this vault was not signed by your administrator. Someone may have replaced it. Nothing was opened; do not enter data."
    )]
    Unsigned,
    /// Parts come from different generations.
    #[error(
        "Parts of this vault come from different times ({0}). Restore the whole folder from one backup."
    )]
    Generations(String),
    /// The passphrase function asks for unusual work.
    #[error(
        "The key file {0} asks for unusual work. It was not made by CIP Desk, and was not opened."
    )]
    Work(String),
    /// The header is too large.
    #[error("The file {0} has an unusual header and was not read.")]
    Header(String),
    /// The passphrase function needs more memory than there is.
    #[error(
        "{0} MB of memory is needed to unlock and is not free. Close other programs, then try again."
    )]
    Memory(usize),
    /// Another program has the vault.
    #[error("This vault is open already ({0}). Close it there, then try again.")]
    InUse(String),
    /// A link where none may be.
    #[error("{0} is a link to somewhere else. CIP Desk does not follow links inside a vault.")]
    Link(String),
    /// Foreign owner, or readable by others.
    #[error("{0}. Make the folder yours alone (chmod 700), then try again.")]
    Exposed(String),
    /// Another computer may write there too.
    #[error(
        "This folder is {0}. Two computers that write there damage a vault. Move it to a disk of this computer, or open it for reading only."
    )]
    Shared(String),
    /// No room to keep a vault as it is before its update.
    #[error(
        "The disk is full: this vault was last written with an older CIP Desk, and a backup is made before it is updated, which needs {needed} MB; {free} MB are free. Nothing was changed. Free some space, then unlock it again."
    )]
    NoRoom {
        /// Megabytes that are needed, rounded up.
        needed: u64,
        /// Megabytes that are free.
        free: u64,
    },
    /// No such member.
    #[error("There is no member \"{given}\" in this vault. The members are: {known}.")]
    NoMember {
        /// The label that was given.
        given: String,
        /// The labels there are.
        known: String,
    },
    /// Several members and no label.
    #[error("This vault has several members: {0}. Say who unlocks (--staff LABEL).")]
    Whose(String),
    /// A label that cannot be.
    #[error(
        "\"{0}\" cannot be a label. Use 1 to 32 small letters, digits and hyphens, such as staff-1; it is visible in the folder, so it is no name."
    )]
    Label(String),
    /// A label that somebody has or had.
    #[error(
        "The label {0} is or was somebody's in this vault, and is never given twice. Choose another, such as staff-2."
    )]
    Taken(String),
    /// More than the key file can be sealed to.
    #[error("This vault has {0} {1}, the most it can have. Revoke or replace one first.")]
    TooMany(usize, &'static str),
    /// Nobody would be left who may change members.
    #[error(
        "Nobody would be left who administers this vault. Give another member the role administrator first."
    )]
    LastAdministrator,
    /// Neither passphrase nor recovery key.
    #[error(
        "Without a passphrase or the recovery key this vault cannot be opened by anyone, including us. Look for the recovery sheet: a sealed envelope, a safe, a file on a stick."
    )]
    Lost,
    /// The recovery key was not typed as it stands on the sheet.
    #[error("The recovery key has a typing error{}. Compare it with the sheet, group by group.", .0.map_or_else(String::new, |group| format!(" near group {group}")))]
    RecoveryTypo(Option<usize>),
    /// A part of a recovery key was not typed as it stands on its sheet.
    #[error("Part {part}, as typed, has a typing error{}. Compare it with its sheet, group by group.", .group.map_or_else(String::new, |group| format!(" near group {group}")))]
    PartTypo {
        /// The how many-th that was typed.
        part: usize,
        /// The group, where it is known.
        group: Option<usize>,
    },
    /// Fewer parts than open the vault.
    #[error(
        "{needed} different parts of the recovery key are needed, and {given} {} typed. Ask another officer for theirs, and type it after what stands there.",
        if *.given == 1 { "was" } else { "were" }
    )]
    PartsMissing {
        /// Different parts that were typed.
        given: usize,
        /// How many it takes.
        needed: u8,
    },
    /// Parts of different keys, or of one key that was split twice.
    #[error(
        "These parts do not belong together: they are of different recovery keys. Compare the vault's number and the day on their sheets."
    )]
    PartsDiffer,
    /// Numbers of parts that make no sense.
    #[error(
        "A recovery key is split into two to eight parts, and two or more of them open the vault. Choose other numbers."
    )]
    Split,
    /// A recovery key of something else.
    #[error(
        "This recovery key belongs to another vault, or was replaced by a newer one. Compare the vault's number on the sheet."
    )]
    RecoveryElsewhere,
    /// The folder exists.
    #[error("{0} is there already, and is never written over. Choose another name.")]
    Exists(String),
    /// A document's file is missing.
    #[error("The file of document {0} is missing.")]
    DocumentMissing(String),
    /// A document's file is not what was attached.
    #[error("The file of document {0} was changed or cut.")]
    DocumentChanged(String),
    /// A document is over the limit.
    #[error("The file is larger than {0} MB, the limit for one document.")]
    DocumentTooLarge(u64),
    /// Not a regular file.
    #[error(
        "{0} is no ordinary file. Links, folders and devices are not attached; choose the file itself."
    )]
    NotAFile(String),
    /// The person stopped it.
    #[error("Stopped. Nothing was kept.")]
    Stopped,
    /// The random generator failed.
    #[error("The system gave no random numbers. Nothing was made; try again.")]
    Random,
    /// A key could not be used.
    #[error("A key of this vault could not be used. Nothing was signed.")]
    Key,
    /// The disk or its permissions.
    #[error("{0}")]
    Disk(String, io::ErrorKind),
}

impl VaultError {
    /// The stable code (security, section 5).
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAVault => "V-01",
            Self::Index => "V-02",
            Self::Newer(_) => "V-03",
            Self::Passphrase(_) => "V-04",
            Self::KeyFile(_) => "V-05",
            Self::Unsigned => "V-07",
            Self::Generations(_) => "V-08",
            Self::Work(_) => "V-17",
            Self::Header(_) => "V-18",
            Self::Memory(_) => "V-19",
            Self::InUse(_) => "V-16",
            Self::Link(_) => "V-24",
            Self::Exposed(_) => "V-22",
            Self::Shared(_) => "V-23",
            Self::NoRoom { .. } => "V-20",
            Self::NoMember { .. } | Self::Whose(_) => "E-VAULT-MEMBER",
            Self::Label(_) | Self::Taken(_) => "E-VAULT-LABEL",
            Self::TooMany(..) => "E-VAULT-FULL",
            Self::LastAdministrator => "U-10",
            Self::Lost => "V-06",
            Self::RecoveryTypo(_)
            | Self::RecoveryElsewhere
            | Self::PartTypo { .. }
            | Self::PartsMissing { .. }
            | Self::PartsDiffer => "V-28",
            Self::Split => "E-VAULT-SPLIT",
            Self::Exists(_) => "E-FILE-EXISTS",
            Self::DocumentMissing(_) | Self::DocumentChanged(_) => "V-25",
            Self::DocumentTooLarge(_) => "A-02",
            Self::NotAFile(_) => "A-10",
            Self::Stopped => "E-JOB-CANCELLED",
            Self::Random => "E-RANDOM",
            Self::Key => "E-VAULT-KEY",
            Self::Disk(_, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => "V-20",
            Self::Disk(_, io::ErrorKind::NotFound) => "E-FILE-MISSING",
            Self::Disk(_, io::ErrorKind::ResourceBusy) => "A-14",
            Self::Disk(..) => "V-15",
        }
    }

    /// A failure of the disk while doing something to something.
    pub(crate) fn disk(what: &str, error: &io::Error) -> Self {
        if held::by_another(error) {
            return Self::Disk(
                format!(
                    "{what}: another program (antivirus?) is holding this file. Nothing saved is lost. Wait until it is done, or close it, then try again."
                ),
                io::ErrorKind::ResourceBusy,
            );
        }
        let why = match error.kind() {
            io::ErrorKind::NotFound => {
                return Self::Disk(
                    format!("{what}: it is not there. Check its name and place."),
                    error.kind(),
                );
            }
            io::ErrorKind::PermissionDenied => "this user may not",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "the disk is full; nothing saved is lost"
            }
            io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only",
            _ => "the disk did not answer",
        };
        Self::Disk(
            format!("{what}: {why}. Check the disk and the folder's permissions, then try again."),
            error.kind(),
        )
    }
}

/// Names what was being done when the disk failed.
pub(crate) trait Doing<T> {
    fn doing(self, what: &str) -> Result<T, VaultError>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: &str) -> Result<T, VaultError> {
        self.map_err(|error| VaultError::disk(what, &error))
    }
}
