//! Errors of the layers below, brought into the one form that is shown.

use contract::{Class, Failure, FieldProblem};
use store::StoreError;

/// An error of the desk: a [`Failure`] on its way up.
#[derive(Debug)]
pub struct Error(pub Box<Failure>);

/// A result of the desk.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Bad input: nothing was changed.
    pub fn input(code: &str, message: impl Into<String>) -> Self {
        Self::new(code, Class::BadInput, message)
    }

    /// Refused for safety or by policy.
    pub fn refused(code: &str, message: impl Into<String>) -> Self {
        Self::new(code, Class::Refused, message)
    }

    /// The machine failed.
    pub fn machine(code: &str, message: impl Into<String>) -> Self {
        Self::new(code, Class::Machine, message)
    }

    /// An error of any class. The sentences of the layers below end with their code; the code travels apart.
    pub fn new(code: &str, class: Class, message: impl Into<String>) -> Self {
        let message = message.into();
        let message = message
            .trim_end()
            .strip_suffix(&format!("[{code}]"))
            .map_or(message.clone(), |text| text.trim_end().to_owned());
        let message = readable(&message);
        Self(Box::new(Failure::new(code, class, message)))
    }

    /// Several fields that are wrong, each with its sentence.
    pub fn fields(subject: &str, mut problems: Vec<FieldProblem>) -> Self {
        for problem in &mut problems {
            problem.message = readable(&problem.message);
        }
        let message = match problems.as_slice() {
            [one] => format!("{subject}, field {}: {}", one.field, one.message),
            many => format!(
                "{subject}: {} fields cannot be kept as they are. Nothing was changed.",
                many.len()
            ),
        };
        let code = problems
            .first()
            .map_or("E-FIELD", |problem| problem.code.as_str())
            .to_owned();
        let mut error = Self::input(&code, message);
        error.0.problems = problems;
        error
    }

    /// The person stopped it.
    pub fn cancelled() -> Self {
        Self::new(
            "E-JOB-CANCELLED",
            Class::Cancelled,
            "Stopped. Nothing was changed.",
        )
    }
}

/// The longest sentence that is shown, in bytes: several faults of one form may stand in it.
const LONGEST: usize = 2_000;

/// From how many characters on a word of a sentence is cut, and to how many: nobody's reference or path is longer, and a pasted megabyte is.
const LONG_WORD: usize = 240;
const SHORT_WORD: usize = 60;

/// A sentence that quotes what was typed shows none of its control characters, and not a megabyte of it.
pub(crate) fn readable(message: &str) -> String {
    let mut short = String::new();
    for word in message.split_inclusive(char::is_whitespace) {
        let long = word.chars().nth(LONG_WORD).is_some();
        let keep = if long { SHORT_WORD } else { LONG_WORD };
        short.extend(word.chars().take(keep).map(|c| {
            if c.is_control() && c != '\n' {
                '\u{FFFD}'
            } else {
                c
            }
        }));
        if long {
            short.push_str("… ");
        }
        if short.len() > LONGEST {
            short.push('…');
            break;
        }
    }
    short
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let class = match &error {
            StoreError::Missing
            | StoreError::Empty
            | StoreError::Damaged
            | StoreError::Record(_) => Class::Damaged,
            StoreError::NotEncrypted | StoreError::Reading | StoreError::Older => Class::Refused,
            StoreError::TooNew(_) => Class::Newer,
            StoreError::ForeignSchema(_) | StoreError::Undone => Class::Damaged,
            StoreError::Full
            | StoreError::Disk
            | StoreError::Held
            | StoreError::Unconfirmed
            | StoreError::Busy => Class::Machine,
            StoreError::Interrupted => Class::Cancelled,
            StoreError::NotFound { .. } | StoreError::Disposed { .. } => Class::BadInput,
            StoreError::Form | StoreError::Statement(_) => Class::Internal,
        };
        Self::new(error.code(), class, error.to_string())
    }
}

/// The class of a case of security.md section 5, whose table gives the exit status.
fn class_of(code: &str) -> Class {
    match code {
        "V-01" | "V-27" | "A-01" | "A-10" => Class::BadInput,
        "V-03" => Class::Newer,
        "V-04" | "V-06" | "V-28" | "B-02" | "B-05" => Class::Locked,
        "V-02" | "V-05" | "V-08" | "V-12" | "V-13" | "V-25" | "B-04" => Class::Damaged,
        "V-07" | "V-09" | "V-14" | "V-22" | "V-23" | "V-24" => Class::Refused,
        "V-17" | "V-18" | "A-02" | "B-03" | "E-VAULT-FULL" => Class::Limit,
        "U-10" => Class::Refused,
        "A-14" | "V-15" | "V-16" | "V-19" | "V-20" | "V-21" | "B-59" => Class::Machine,
        _ => Class::BadInput,
    }
}

impl From<vault::VaultError> for Error {
    fn from(error: vault::VaultError) -> Self {
        Self::new(error.code(), class_of(error.code()), error.to_string())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        let error = match error.downcast::<vault::VaultError>() {
            Ok(error) => return error.into(),
            Err(error) => error,
        };
        match error.kind() {
            _ if held::by_another(&error) => Self::machine(
                "A-14",
                "Another program (antivirus?) is holding this file. Nothing saved is lost. Wait until it is done, or close it, then try again.",
            ),
            Kind::StorageFull | Kind::QuotaExceeded => Self::machine(
                "V-20",
                "The disk is full. Nothing saved is lost. Free some space, then try again.",
            ),
            Kind::NotFound | Kind::NotADirectory => Self::input(
                "E-FILE-MISSING",
                "The file is not there. Check its name and place.",
            ),
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Self::machine(
                "E-FILE-PERMISSION",
                "The file or folder may not be read or written by this user, or its disk may only be read. Check its permissions, or choose another place.",
            ),
            Kind::AlreadyExists => Self::input(
                "E-FILE-EXISTS",
                "A file of that name is there already, and is never written over. Choose another name.",
            ),
            Kind::Interrupted => Self::cancelled(),
            _ => Self::machine(
                "V-15",
                "The disk did not take or give the data. Check the disk, then try again.",
            ),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}
