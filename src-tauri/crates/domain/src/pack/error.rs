//! Why a pack cannot be used, in sentences: the file, the place, what is wrong and what to do.

/// One thing that is wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {message}")]
pub struct Problem {
    /// The stable code, `E-PACK-...`.
    pub code: &'static str,
    /// Where: a line of the file, or a table and its key.
    pub at: String,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Why a pack cannot be used. Nothing of it was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackError {
    /// The file's name, where one was given.
    pub file: Option<String>,
    /// Everything that is wrong; at least one thing.
    pub problems: Vec<Problem>,
}

impl PackError {
    /// A single problem.
    pub fn one(code: &'static str, at: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            file: None,
            problems: vec![Problem {
                code,
                at: at.into(),
                message: message.into(),
            }],
        }
    }

    /// The stable code of the first problem.
    pub fn code(&self) -> &'static str {
        self.problems
            .first()
            .map_or("E-PACK-READ", |problem| problem.code)
    }

    /// The same, with the name of the file in its sentence.
    pub fn in_file(mut self, file: &str) -> Self {
        self.file = Some(file.to_owned());
        self
    }
}

impl std::error::Error for PackError {}

impl std::fmt::Display for PackError {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.file {
            Some(file) => write!(to, "{file}, ")?,
            None => to.write_str("The rule pack, ")?,
        }
        match self.problems.split_first() {
            None => to.write_str("cannot be read."),
            Some((first, [])) => write!(to, "{first}"),
            Some((first, more)) => {
                write!(
                    to,
                    "{first} There {} more.",
                    if more.len() == 1 {
                        "is one problem".to_owned()
                    } else {
                        format!("are {} problems", more.len())
                    }
                )
            }
        }
    }
}
