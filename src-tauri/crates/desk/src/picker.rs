//! Choosing files and folders. A path never reaches the page.

use std::path::PathBuf;

/// What a dialog asks for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The dialog's title.
    pub title: String,
    /// Which choice this is, for scripted pickers: `vault-open`, `document`, `export-folder`.
    pub purpose: &'static str,
    /// A neutral suggested name; never a person's.
    pub name: Option<String>,
    /// What the files are called, and their endings.
    pub kinds: Vec<(&'static str, &'static [&'static str])>,
}

/// Asks a person, or a script, for files.
pub trait FilePicker: Send + Sync {
    /// Files to read; none when cancelled.
    fn files(&self, ask: &Ask) -> Vec<PathBuf>;
    /// A file to write.
    fn save(&self, ask: &Ask) -> Option<PathBuf>;
    /// A folder.
    fn folder(&self, ask: &Ask) -> Option<PathBuf>;
}

/// Nobody to ask: every dialog is cancelled. The command line is given its paths as arguments.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPicker;

impl FilePicker for NoPicker {
    fn files(&self, _: &Ask) -> Vec<PathBuf> {
        Vec::new()
    }
    fn save(&self, _: &Ask) -> Option<PathBuf> {
        None
    }
    fn folder(&self, _: &Ask) -> Option<PathBuf> {
        None
    }
}

/// Answers from a list of `purpose=path` pairs, for tests and the development server: WebDriver cannot operate system dialogs.
#[derive(Debug, Clone, Default)]
pub struct ScriptedPicker(pub Vec<(String, PathBuf)>);

impl ScriptedPicker {
    /// Reads `purpose=path` lines.
    pub fn parse(text: &str) -> Self {
        let pair = |line: &str| {
            line.split_once('=')
                .map(|(purpose, path)| (purpose.trim().to_owned(), PathBuf::from(path.trim())))
        };
        Self(text.lines().filter_map(pair).collect())
    }

    fn answers(&self, ask: &Ask) -> Vec<PathBuf> {
        self.0
            .iter()
            .filter(|(purpose, _)| purpose == ask.purpose)
            .map(|(_, path)| path.clone())
            .collect()
    }
}

impl FilePicker for ScriptedPicker {
    fn files(&self, ask: &Ask) -> Vec<PathBuf> {
        self.answers(ask)
    }
    fn save(&self, ask: &Ask) -> Option<PathBuf> {
        self.answers(ask).into_iter().next()
    }
    fn folder(&self, ask: &Ask) -> Option<PathBuf> {
        self.answers(ask).into_iter().next()
    }
}
