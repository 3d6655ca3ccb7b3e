//! What can be wrong: a problem found in a bundle, or a reason not to go on. Knows no format.

use serde::Serialize;
use std::{io, path::Path};

/// What kind of failure; the command line's exit status follows from it (contract, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A check did not hold. Exit 1.
    NotValid,
    /// Bad usage or bad input; nothing was changed. Exit 2.
    BadInput,
    /// The machine failed: disk, permission. Exit 3.
    Machine,
    /// Could not decrypt. Exit 4.
    Locked,
    /// Something is damaged. Exit 5.
    Damaged,
    /// Made by a newer version. Exit 6.
    Newer,
    /// Over a limit that is named. Exit 7.
    Limit,
    /// Refused for safety. Exit 8.
    Refused,
    /// The person stopped it; nothing was changed.
    Cancelled,
}

/// One thing that does not hold in a bundle or bag whose container could be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The stable code, such as `B-22`.
    pub code: &'static str,
    /// The file inside the bag it is about; empty where it is about the whole.
    pub path: String,
    /// The sentence: what is wrong and what to do.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(
        code: &'static str,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            path: path.into(),
            message: message.into(),
        }
    }

    /// What kind of failure this is.
    pub fn class(&self) -> Class {
        class_of(self.code)
    }
}

/// Why nothing was done, or why a file could not be judged at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} [{code}]")]
pub struct Refusal {
    /// The stable code, such as `B-13` or `E-BUNDLE-EXISTS`.
    pub code: &'static str,
    /// What kind of failure.
    pub class: Class,
    /// The sentence: what was being done, on what, what is wrong, what to do next.
    pub message: String,
}

impl Refusal {
    /// A refusal of any class; for signing functions that must say why they did not sign.
    pub fn new(code: &'static str, class: Class, message: impl Into<String>) -> Self {
        Self {
            code,
            class,
            message: message.into(),
        }
    }

    /// One of the `B-` codes of section 5.2, whose class is given there.
    pub(crate) fn coded(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, class_of(code), message)
    }

    pub(crate) fn input(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Class::BadInput, message)
    }

    pub(crate) fn cancelled() -> Self {
        Self::new(
            "E-JOB-CANCELLED",
            Class::Cancelled,
            "Stopped. Nothing was changed.",
        )
    }

    /// An error of the machine while reading or writing `on`. The system's own text may name foreign paths, so it is not shown.
    pub(crate) fn machine(doing: &str, on: &Path, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        let on = on.display();
        match error.kind() {
            _ if held::by_another(error) => Self::new(
                "A-14",
                Class::Machine,
                format!(
                    "{doing} {on}: another program (antivirus?) is holding this file. Wait until it is done, or close it, then try again."
                ),
            ),
            Kind::NotFound | Kind::NotADirectory => Self::input(
                "E-BUNDLE-NOT-FOUND",
                format!("{doing} {on}: there is no such file or folder. Check the name."),
            ),
            Kind::AlreadyExists => Self::exists(doing, &on.to_string()),
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Self::new(
                "V-20",
                Class::Machine,
                format!(
                    "{doing} {on}: the disk is full. Free some space, or choose another disk, then try again."
                ),
            ),
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Self::new(
                "E-BUNDLE-PERMISSION",
                Class::Machine,
                format!(
                    "{doing} {on}: this user has no permission. Choose another folder, or change its permissions."
                ),
            ),
            _ => Self::new(
                "E-BUNDLE-IO",
                Class::Machine,
                format!(
                    "{doing} {on}: the disk did not take or give the data. Check the disk, then try again."
                ),
            ),
        }
    }

    pub(crate) fn exists(doing: &str, on: &str) -> Self {
        Self::input(
            "E-BUNDLE-EXISTS",
            format!(
                "{doing} {on}: something of that name is there already, and nothing is overwritten. Choose another folder, or remove it."
            ),
        )
    }
}

/// The kind of failure that section 5.2 gives each code. Codes of `bag check` are all "does not hold".
fn class_of(code: &str) -> Class {
    match code {
        "B-01" => Class::BadInput,
        "B-02" | "B-05" => Class::Locked,
        "B-03" | "B-17" => Class::Limit,
        "B-04" => Class::Damaged,
        "B-11" | "B-12" | "B-13" | "B-14" | "B-15" | "B-16" | "B-18" => Class::Refused,
        "B-59" => Class::Machine,
        _ => Class::NotValid,
    }
}
